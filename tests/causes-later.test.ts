/**
 * The causes that take time, a PIN or several people, made with the real service, whose
 * clock the test moves, and a real mail system, as staff read them in the real window.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { LAPTOP, SEEN, person } from './parts/browser.ts';
import { Clinic } from './parts/clinic.ts';
import { Desk } from './parts/desk.ts';
import { askForHelp, connect, digitsOn, typePin } from './parts/journey.ts';
import { linkIn } from './parts/mailbox.ts';
import { pictureOfScreen, pictureOfWindow } from './parts/screen.ts';

const FAMILY = 'home@example.org';
/** Links a day (RULES S1). */
const A_DAY = 10;

const clinic = new Clinic([
  ['Kim', 'kim@example.org'],
  ['Abe', 'abe@example.org'],
  ['Pia', 'pia@example.org'],
  ['Joe', 'joe@example.org'],
  ['Roy', 'roy@example.org'],
  ['Tod', 'tod@example.org'],
  ['Nan', 'nan@example.org'],
  ['Bea', 'bea.archer@example.org'],
  ['Ned', FAMILY],
  ['Meg', FAMILY],
]);
const { mailbox, practice, desk } = clinic;

let minutes = 0;

/** So many minutes go by for the service. */
function later(more: number): void {
  minutes += more;
  practice.later(minutes);
}

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-causes-later'));
});

beforeAll(() => clinic.open({ clock: true }));
afterAll(() => clinic.close());

/** Opens a link that is dead. */
async function findsDead(link: string): Promise<void> {
  const { page, context } = await person();
  await page.goto(link);
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await context.close();
}

async function typesWrong(page: Page, digits: string): Promise<void> {
  await page.getByLabel('PIN from your clinician').fill(digits);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
}

describe('links', () => {
  it('of two links the older one was opened', async () => {
    await clinic.ask('Tod');
    const older = linkIn(await clinic.getsMail('Kim'));
    later(3);
    await clinic.getsMail('Kim', 2);
    await findsDead(older);
    const sentence = /Kim opened the .+ link after a newer one was sent at \d/;
    await clinic.reads('Kim', sentence, 'older-link');
  });

  it('the link was opened, and nothing was pressed', async () => {
    const link = linkIn(await clinic.getsMail('Abe'));
    const { page } = await person(LAPTOP, SEEN);
    await page.goto(link);
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    const sentence = /Abe opened the sign-in link at .+ and went no further/;
    await clinic.reads('Abe', sentence, 'opened-no-further');
  });

  it('no link was sent, since a day’s links were', async () => {
    for (let asked = 0; asked <= A_DAY; asked += 1) {
      await clinic.ask('Joe');
      later(3);
    }
    await clinic.reads('Joe', /10 links went out within a day/, 'days-limit');
    expect(mailbox.mails.filter((mail) => mail.to === clinic.address('Joe'))).toHaveLength(A_DAY);
  });
});

describe('a PIN', () => {
  let page: Page;
  let digits = '';

  it('was typed wrong', async () => {
    page = await askForHelp(practice, clinic.address('Pia'));
    await desk.press(/^Inbox/);
    await desk.press(/Pia Archer/);
    await desk.press('I called 555 0142');
    digits = await digitsOn(desk);
    await typesWrong(page, digits === '111111' ? '222222' : '111111');
    await desk.says('Pia typed a wrong PIN.');
    await desk.press('Done');
    await pictureOfWindow(desk.window, '70-cause-pin-wrong');
  });

  it('was typed in another browser', async () => {
    const other = await person(LAPTOP);
    await other.page.goto(`${practice.url}/pin`);
    await other.page.getByLabel('Your e-mail address').fill(clinic.address('Pia'));
    await other.page.getByRole('button').last().click();
    await other.page.getByLabel('PIN from your clinician').waitFor();
    await typesWrong(other.page, digits);
    // The request that is open: the other browser has one of its own.
    await desk.says('Pia typed the PIN on another device');
    await pictureOfWindow(desk.window, '70-cause-pin-elsewhere');
  });

  it('ran out', async () => {
    later(11);
    await desk.says(/The PIN of .+ ran out at \d/, 40);
    await pictureOfWindow(desk.window, '70-cause-pin-ran-out');
  });
});

describe('who is in', () => {
  it('is told so, with how', async () => {
    const page = await askForHelp(practice, clinic.address('Roy'));
    await desk.press(/^Inbox/);
    await desk.press(/Roy Archer/);
    await desk.press('I called 555 0142');
    await typePin(page, await digitsOn(desk));
    await desk.says('Roy is in.');
    await desk.press('Done');
    await desk.says('Roy signed in by PIN');
    await pictureOfWindow(desk.window, '70-cause-signed-in');
  });
});

describe('a mailbox that gets no mail by agreement', () => {
  it('is named, and the PIN recommended', async () => {
    await practice.auth('client', 'no-mail', await practice.clientId('Archer, Nan'), 'on');
    await clinic.ask('Nan');
    await clinic.reads('Nan', 'No sign-in mail goes to Nan’s mailbox, by agreement.', 'no-mail');
    expect(mailbox.mails.some((mail) => mail.to === clinic.address('Nan'))).toBe(false);
  });
});

describe('at the front desk, where nobody is known', () => {
  const front = new Desk();
  afterAll(() => front.close());

  it('an address that is not on file', async () => {
    await front.startAgent();
    await front.openWindow();
    await connect(front, practice, 'sam@juniper.example');
    await askForHelp(practice, 'somebody@elsewhere.example');
    await clinic.shows(
      'somebody@elsewhere.example',
      'The address that was typed is not on file, so no sign-in link was sent.',
      'address-unknown',
      front,
    );
  });

  it('an address that is one slip away from a client’s', async () => {
    await askForHelp(practice, 'bea.acher@example.org');
    await clinic.shows(
      'bea.acher@example.org',
      /that of B. A. is only one slip away/,
      'near',
      front,
    );
    const said = await front.words();
    expect(said).not.toContain('bea.archer@example.org');
  });

  it('an address of several people, one of whom opened the link', async () => {
    const link = linkIn(await clinic.getsMail('Ned'));
    const { page } = await person(LAPTOP, SEEN);
    await page.goto(link);
    await page.getByRole('button').first().waitFor();
    await askForHelp(practice, FAMILY);
    await clinic.shows(FAMILY, 'Several people use this address', 'shared-address', front);
  });
});

describe('a day later', () => {
  it('a link is too old', async () => {
    const link = linkIn(await mailbox.mailTo(clinic.address('Tod')));
    later(25 * 60);
    await findsDead(link);
    const sentence = 'Tod opened a sign-in link that was more than 24 hours old.';
    await clinic.reads('Tod', sentence, 'link-too-old');
  });
});
