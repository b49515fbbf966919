/**
 * Each cause, made with the real service and real mail systems, as the clinician reads it
 * in the real window.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { LAPTOP, SEEN, person } from './parts/browser.ts';
import { Clinic, SILENT } from './parts/clinic.ts';
import { fillInHelp } from './parts/journey.ts';
import { linkIn, type Refusals } from './parts/mailbox.ts';
import { pictureOfScreen, pictureOfWindow } from './parts/screen.ts';
import { until } from './parts/wait.ts';

/** By first name: where the mailbox is, and what its mail server says there. */
const SERVERS: Record<string, [domain: string, code: number, words: string]> = {
  Una: ['unknown.example', 550, '5.1.1 User unknown in virtual mailbox table'],
  Dom: ['no-domain.example', 550, '5.1.2 Host or domain name not found'],
  Mal: ['malformed.example', 553, '5.1.3 Bad recipient address syntax'],
  Fay: ['full.example', 552, '5.2.2 The recipient’s inbox is out of storage space'],
  Ida: ['closed.example', 550, '5.2.1 The account that you tried to reach is disabled'],
  Gia: ['grey.example', 450, '4.2.0 Recipient address rejected: Greylisted'],
  Tia: ['fast.example', 421, '4.7.28 Our system has detected an unusual rate of mail'],
  Pam: ['junk.example', 550, '5.7.1 Message rejected as spam'],
  Spy: ['strict.example', 550, '5.7.26 This mail has been blocked: it fails SPF and DKIM checks'],
};

/** What the window says of each. */
const SAID: Record<string, string> = {
  Una: 'Una’s mail server says that there is no such mailbox.',
  Dom: 'The part of Dom’s address after the @ does not exist, or takes no mail.',
  Mal: 'The address on file for Mal is not written as a mail address is.',
  Fay: 'Fay’s mailbox is full, so the sign-in link could not be delivered.',
  Ida: 'Ida’s mail server says that the mailbox is closed.',
  Gia: 'Gia’s mail server lets a first mail wait, so the sign-in link has not arrived yet.',
  Tia: 'Tia’s mail server says that mail comes too fast, and takes none for now.',
  Pam: 'Pam’s mail server turned the sign-in link away as unwanted mail.',
  Spy: 'Spy’s mail server could not make sure that the mail comes from the practice.',
  Sol: 'Sol’s mail server does not answer, so the sign-in link has not arrived.',
};

const OTHERS = ['Ann', 'Bob', 'Cat', 'Dan', 'Eve', 'Gus', 'Hal', 'Ivy', 'Lea', 'Max', 'Zoe'];

/** When the last of the first links was asked for. */
let sent = 0;

function address(name: string): string {
  const domain = SERVERS[name]?.[0] ?? (name === 'Sol' ? SILENT : 'example.org');
  return `${name.toLowerCase()}@${domain}`;
}

const clinic = new Clinic(
  [...Object.keys(SAID), ...OTHERS].map((name) => [name, address(name)]),
  Object.fromEntries(
    Object.values(SERVERS).map(([domain, code, words]) => [domain, [code, words]]),
  ) as Refusals,
);
const { postfix, mailbox, practice, desk } = clinic;

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-causes'));
});

beforeAll(() => clinic.open());
afterAll(() => clinic.close());

describe('what became of the mail', () => {
  it('is asked for by all of them', async () => {
    await clinic.ask(...Object.keys(SAID));
    sent = performance.now();
  });

  it.each(Object.entries(SAID))('%s: %s', async (name, sentence) => {
    const [domain] = SERVERS[name] ?? [SILENT];
    await clinic.reads(name, sentence, (domain.split('.')[0] ?? name).toLowerCase());
  });

  it('it reached the mail server and nobody opened it', async () => {
    await clinic.getsMail('Ann');
    await clinic.reads(
      'Ann',
      /The sign-in link reached Ann’s mail server at \d/,
      'accepted-not-opened',
    );
  });

  it('and what was said to the mail server is one press away, without the mailbox', async () => {
    await desk.press('What was said to the mail server');
    await desk.says('Latchkey: RCPT TO:<…@example.org>');
    await desk.says('Server: 250 2.0.0 Ok: queued as');
    expect((await desk.words()).toLowerCase()).not.toContain('ann@');
    await pictureOfWindow(desk.window, '70-cause-dialogue');
  });
});

describe('what became of the link', () => {
  it('a mail scanner opened it', async () => {
    const link = linkIn(await clinic.getsMail('Bob'));
    await fetch(link, { method: 'HEAD' });
    await fetch(link, {
      headers: { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel)' },
    });
    await clinic.reads('Bob', /A mail scanner opened Bob’s link at \d/, 'scanner-opened');
  });

  it('it was used already', async () => {
    const link = linkIn(await clinic.getsMail('Cat'));
    const first = await person();
    await first.page.goto(link);
    await first.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await first.page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    const second = await person();
    await second.page.goto(link);
    await second.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    const sentence = /Cat’s sign-in link was used already, at .* in another browser/;
    await clinic.reads('Cat', sentence, 'link-used');
  });

  it('a mail program damaged it', async () => {
    const { page } = await person();
    await clinic.asksIn(page, 'Lea');
    const link = linkIn(await mailbox.mailTo(address('Lea')));
    await page.goto(link.slice(0, -9));
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await clinic.reads(
      'Lea',
      /Lea opened a sign-in link at .* that a mail program had damaged/,
      'damaged',
    );
  });
});

describe('what their browser does', () => {
  it('it keeps no cookies', async () => {
    const { page, context } = await person();
    await fillInHelp(practice, page, address('Max'));
    // The page gave it one, and the form comes without.
    await context.clearCookies();
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await page.waitForURL('**/waiting?sent');
    await clinic.shows('Max Archer', 'Max’s browser keeps no cookies', 'cookies-blocked');
  });

  it('its clock is wrong', async () => {
    const { page } = await person();
    await page.clock.setFixedTime(Date.now() + 5 * 3_600_000);
    await clinic.asksIn(page, 'Zoe');
    const reading = await person(LAPTOP, SEEN);
    await reading.page.goto(linkIn(await mailbox.mailTo(address('Zoe'))));
    await clinic.sendsFor('Zoe', page);
    await clinic.shows('Zoe Archer', 'The clock of Zoe’s device is 5 hours fast', 'clock-wrong');
  });
});

describe('what is on file', () => {
  it('no link was asked for', async () => {
    await clinic.reads(
      'Dan',
      'Dan has not asked for a sign-in link in the last day.',
      'nothing-asked',
    );
  });

  it('the access is switched off', async () => {
    await practice.auth('client', 'disable', await practice.clientId('Archer, Eve'));
    await clinic.reads('Eve', 'Eve’s access to the portal is switched off.', 'access-disabled');
  });
});

describe('when the practice’s own mail server is gone', () => {
  it('each request says so, and every desktop says that it concerns everyone', async () => {
    await postfix.stop();
    await clinic.ask('Gus', 'Hal', 'Ivy');
    const sentence =
      'The sign-in link for Gus has not left yet: the practice’s mail server does not answer.';
    await clinic.reads('Gus', sentence, 'practice-mail-down');
    await desk.says(/Mail has reached nobody since \d/, 60);
    await pictureOfWindow(desk.window, '71-outage');
  });

  it('and nothing of it is left once mail leaves again', async () => {
    await postfix.start();
    await until(
      'the strip is gone',
      async () => !(await desk.words()).includes('Mail has reached nobody'),
      120,
    );
    expect(mailbox.mails.some((mail) => mail.to === address('Gus'))).toBe(true);
  });
});

describe('a mailbox that does not exist', () => {
  it('gets no more mail until staff say so', async () => {
    // Two links to one address lie two minutes apart (RULES S1).
    const apart = 125_000 - (performance.now() - sent);
    await new Promise((go) => setTimeout(go, Math.max(0, apart)));
    await clinic.ask('Una');
    await clinic.shows('Una Archer', /No mail goes to Una’s mailbox: since/, 'suppressed');
  });
});
