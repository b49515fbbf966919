/**
 * The main job, whole and on real parts: clients who cannot sign in, a notification on
 * the clinician's desktop, one press, and the client is in.
 *
 * Each test goes on where the one before ended.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { By } from 'selenium-webdriver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { LAPTOP, closeBrowsers, person } from './parts/browser.ts';
import { Desk } from './parts/desk.ts';
import { Mailbox, linkIn } from './parts/mailbox.ts';
import { Practice } from './parts/practice.ts';
import {
  latchkeyOnScreen,
  noNotification,
  notification,
  notifications,
  pictureOfPage,
  pictureOfScreen,
  pictureOfWindow,
  pressOn,
} from './parts/screen.ts';
import { until } from './parts/wait.ts';

const mailbox = new Mailbox();
const practice = new Practice();
const desk = new Desk();

/** Ada's waiting page, Tomas's waiting page. */
let ada: Page;
let tomas: Page;

/** When the first notification was on the screen. */
let told: Promise<number>;

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed'));
});

beforeAll(async () => {
  await mailbox.open();
  await practice.open(mailbox.port);
  await desk.startAgent();
});

afterAll(async () => {
  await desk.close();
  await closeBrowsers();
  await practice.close();
  await mailbox.close();
});

/** Types an address on the clients' page and presses the button. */
async function askForLink(page: Page, address: string): Promise<void> {
  await page.goto(`${practice.url}/`);
  await page.getByLabel('Your e-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor();
}

/** When the link to Tomas was sent. */
let sent = 0;

/** When help was asked for last. */
let asked = 0;

/** Fills in the two fields of the help form. */
async function askForHelp(page: Page, who: string, what: string): Promise<void> {
  await page.goto(`${practice.url}/`);
  await page.getByRole('button', { name: 'I can’t sign in' }).click();
  await page.getByLabel('Your e-mail address or your name').fill(who);
  await page.getByLabel('What went wrong?').fill(what);
  await pictureOfPage(page, '06-help');
  asked = performance.now();
  await page.getByRole('button', { name: 'Send to the practice' }).click();
  await page.waitForURL('**/waiting');
}

async function signedIn(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
}

describe('the clinician signs in once', () => {
  // RULES D1, S5, V7
  it('through the system browser, by the one-time address and a press that names the computer', async () => {
    await desk.openWindow();
    await desk.says('Sign in to your practice');
    await pictureOfWindow(desk.window, '01-sign-in');
    const field = await desk.named('Your practice’s address');
    await field.clear();
    await field.sendKeys(practice.url);
    await desk.press('Continue in the browser');

    const url = await desk.openedInBrowser();
    expect(url).toContain(`${practice.url}/oauth/authorize?`);
    expect(url).toContain('code_challenge_method=S256');
    const { page } = await person(LAPTOP);
    await page.goto(url);
    await pictureOfPage(page, '02-staff-one-time-address');
    await page
      .getByRole('textbox')
      .first()
      .fill(await practice.invite('rosa@juniper.example'));
    await page.getByRole('button').first().click();
    await page.getByRole('button', { name: 'Connect this computer' }).waitFor();
    await pictureOfPage(page, '03-staff-connect');
    await page.getByRole('button', { name: 'Connect this computer' }).click();
    await page.waitForURL('http://127.0.0.1:*/**');
    await pictureOfPage(page, '04-staff-connected');

    await desk.says('Juniper Lane Practice');
    await desk.says('Nobody needs help to sign in.');
    expect(await desk.status()).toMatchObject({ signed_in: 'Rosa Rivera', window: true });
  });

  // RULES D4
  it('and chooses a passphrase, since this desktop has no lock that could be heard', async () => {
    await desk.says('Choose a passphrase.');
    await desk.press('Choose one');
    await (await desk.named('New passphrase')).sendKeys('under the willow');
    await desk.press('Use this passphrase');
    await desk.says('The passphrase is chosen.');
    await pictureOfWindow(desk.window, '07-settings');
    await desk.press('Lock Latchkey now');
    await desk.says('Latchkey is locked.');
    const page = await desk.window.getPageSource();
    for (const gone of ['Rosa', 'Juniper', 'willow']) expect(page).not.toContain(gone);
    expect(await desk.status()).toMatchObject({ locked: true, window: true });
    await pictureOfWindow(desk.window, '08-locked');
    await (await desk.named('Your passphrase for Latchkey')).sendKeys('over the willow');
    await desk.press('Unlock');
    await desk.says('That is not the passphrase.');
    await (await desk.named('Your passphrase for Latchkey')).sendKeys('under the willow');
    await desk.press('Unlock');
    await desk.says('Nobody needs help to sign in.');
    expect(await desk.status()).toMatchObject({ locked: false });
    await pictureOfWindow(desk.window, '05-inbox-empty');
  });
});

describe('a client signs in by a link', () => {
  it('unless the mail is not found: Tomas looks elsewhere, and comes back below', async () => {
    ({ page: tomas } = await person());
    await askForLink(tomas, 'tomas@example.org');
    await mailbox.mailTo('tomas@example.org');
    sent = performance.now();
  });

  // RULES S1, S2, W1
  it('in the browser that asked, which goes on by itself', async () => {
    const { page } = await person();
    await page.goto(`${practice.url}/`);
    await pictureOfPage(page, '10-client-sign-in');
    await askForLink(page, 'ben@example.org');
    await pictureOfPage(page, '11-client-look-in-mail');
    const mail = await mailbox.mailTo('ben@example.org');
    expect(mail.subject).toMatch(/^Your link from \d/);
    await page.goto(linkIn(mail));
    await signedIn(page);
    expect(page.url()).not.toContain('/link/');
    await pictureOfPage(page, '12-client-signed-in');
    // Used up: the same mail in another browser is a dead link.
    const { page: other } = await person();
    await other.goto(linkIn(mail));
    await other.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await pictureOfPage(other, '13-client-dead-link');
  });

  // RULES S2, W1
  it('in another browser by one press, also without JavaScript', async () => {
    const { page: asking } = await person();
    await askForLink(asking, 'priya@example.org');
    const link = linkIn(await mailbox.mailTo('priya@example.org'));
    const { page } = await person(undefined, { javaScriptEnabled: false });
    await page.goto(link);
    await pictureOfPage(page, '14-client-continue');
    await page.goto(link);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await signedIn(page);
  });
});

describe('a client whose mail is refused asks for help', () => {
  // RULES N1, N2, P2, C6
  it('and waits with two words, the phone, the emergency text and a way out', async () => {
    const { page } = await person();
    await askForLink(page, 'ada@full.example');
    await until('the mail server refuses the mail', () => mailbox.refused.length > 0);
    told = notification().then(() => performance.now());
    await askForHelp(
      page,
      'ada@full.example',
      'I tried twice this morning and nothing comes. My form is due today.',
    );
    const words = await page.locator('body').innerText();
    expect(words).toContain('Nobody has seen it yet');
    expect(words).toContain('555 0100');
    expect(words).toContain('Monday to Friday, 9 to 5');
    expect(words).toContain('911');
    expect(words).toContain('We never call to ask you for this PIN.');
    await page.getByRole('button', { name: /Leave this page/ }).waitFor();
    await pictureOfPage(page, '20-waiting');
    ada = page;
  });

  // RULES D5
  it('which the clinician is told of within a second, without a name', async () => {
    expect((await told) - asked).toBeLessThan(1000);
    await until('the agent counts it', async () => (await desk.status()).unread === 1);
    await pictureOfScreen('21-notification');
  });

  it('and whose request opens by a press on the notification', async () => {
    await pressOn(await notification());
    await desk.says('Ada’s mailbox is full, so the sign-in link could not be delivered.');
    await desk.says('My form is due today.');
    const words = await desk.words();
    expect(words).toContain('555 0142');
    const two = (await ada.locator('body').innerText()).toLowerCase();
    const [, first, second] = /(\w+)\s+then\s+(\w+)/.exec(words.toLowerCase()) ?? [];
    expect(two).toContain(first ?? 'no first word');
    expect(two).toContain(second ?? 'no second word');
    await pictureOfWindow(desk.window, '22-request');
    await pictureOfScreen('22-request-on-screen');
    // What it was read from is one press away, and the server's own words one more.
    await desk.press('What this was read from');
    await desk.press(/^What the mail server said/);
    await desk.says("The recipient's inbox is out of storage space");
    await desk.press(/^What the mail server said/);
    await desk.press('What this was read from');
  });

  // RULES N2
  it('and sees that a person of the practice has opened it', async () => {
    await ada.getByText(/Seen by the practice at/).waitFor();
    await pictureOfPage(ada, '23-waiting-seen');
  });
});

describe('the clinician issues a PIN by one press on how they know who it is', () => {
  let digits = '';

  // RULES S4, D6
  it('and sees six digits in two groups', async () => {
    await desk.press('I called 555 0142');
    await desk.says('PIN for Ada');
    await pictureOfWindow(desk.window, '30-pin');
    digits = await until('six digits are shown', async () => {
      const groups = await desk.window.findElements(By.css('.digits span'));
      const shown = await Promise.all(groups.map((group) => group.getText()));
      return /^\d{3},\d{3}$/.test(shown.join()) && shown.join('');
    });
  });

  // RULES D6
  it('which are covered when the window loses the focus', async () => {
    await desk.loseFocus();
    await desk.says('The digits are covered');
    expect((await desk.words()).replace(/\s+/g, '')).not.toContain(digits);
    await pictureOfWindow(desk.window, '31-pin-covered');
  });

  // RULES S4, W1
  it('and the client is in by them, typed with a space and a dash', async () => {
    await ada
      .getByLabel('PIN from your clinician')
      .fill(` ${digits.slice(0, 3)} - ${digits.slice(3)} `);
    await pictureOfPage(ada, '32-waiting-pin');
    await ada.getByRole('button', { name: 'Sign in' }).click();
    await signedIn(ada);
    await pictureOfPage(ada, '33-client-in-by-pin');
  });

  it('and the request is solved by itself, the digits gone, the notification withdrawn', async () => {
    await desk.says('Ada is in.');
    await pictureOfWindow(desk.window, '34-pin-used');
    expect((await desk.words()).replace(/\s+/g, '')).not.toContain(digits);
    await desk.press('Done');
    await desk.says('Ada signed in by PIN at');
    await pictureOfWindow(desk.window, '35-solved');
    await noNotification();
    await until('the agent counts nothing', async () => (await desk.status()).unread === 0);
  });
});

describe('without a window, without a network, after a restart', () => {
  // RULES D5
  it('a notification comes while no window is open, and a press on it opens one', async () => {
    await desk.closeWindow();
    const { page } = await person();
    await askForHelp(page, 'Hannah Cole', 'The page says my address is wrong.');
    const { page: second } = await person();
    await askForHelp(second, 'chris@slow.example', 'No mail yet.');
    await pressOn(await notification());
    const window = await until(
      'the agent opens a window',
      async () => (await desk.status()).window,
    );
    expect(window).toBe(true);
    await latchkeyOnScreen();
    await pictureOfScreen('50-window-by-notification');
  });

  // RULES D9
  it('the inbox opens from this computer, says since when, and why the buttons are off', async () => {
    await practice.stop();
    await desk.killOwnWindow();
    await desk.openWindow();
    await desk.says(/No connection since/);
    await desk.says('Chris');
    await desk.press(/Christine Lang/);
    await desk.says('a late PIN is dangerous');
    await pictureOfWindow(desk.window, '51-offline');
    const button = await desk.named(/I called 555 0128/);
    // Off, and still to be found by keyboard and ear, with the reason.
    expect(await button.getAttribute('aria-disabled')).toBe('true');
  });

  it('and it connects again by itself', async () => {
    await practice.start();
    await desk.says('Connected', 60);
  });

  // RULES D2, S5
  it('the next start is signed in without a browser', async () => {
    await desk.closeWindow();
    await desk.quit();
    await desk.startAgent();
    await until('the agent is signed in', async () => {
      const { signed_in, connected_since } = await desk.status();
      return signed_in === 'Rosa Rivera' && connected_since;
    });
    expect(desk.askedForBrowser).toBe(false);
    await desk.openWindow();
    await desk.says('Solved');
    await desk.press(/^Solved/);
    await desk.says('In by PIN at');
    await pictureOfWindow(desk.window, '52-after-restart');
    expect(await notifications()).toBeDefined();
  });
});

describe('the clinician helps a client who did not find the mail', () => {
  it('whose request says that the link was not opened', async () => {
    await askForHelp(tomas, 'tomas@example.org', 'Where is the mail?');
    await desk.press(/^Inbox/);
    await desk.press(/Tomas Weber/);
    await desk.says(/reached Tomas’s mail server at .*, but nobody has opened it/);
    await pictureOfWindow(desk.window, '40-not-opened');
  });

  // RULES P5
  it('with a set reply that the waiting page shows', async () => {
    await desk.press('“I’ll call within 10 minutes”');
    await tomas.getByText('I’ll call within 10 minutes').waitFor();
    await pictureOfPage(tomas, '41-waiting-reply');
  });

  it('with a new link that can be taken back for 5 seconds', async () => {
    // Two links to one address lie two minutes apart (RULES S1).
    const apart = 125_000 - (performance.now() - sent);
    await new Promise((go) => setTimeout(go, Math.max(0, apart)));
    await desk.press(/Resend link|Send a new link/);
    await desk.says(/A new link goes to Tomas/);
    await pictureOfWindow(desk.window, '42-resending');
    await desk.press('Undo');
    await until('nothing is on its way', async () => {
      return !(await desk.words()).includes('A new link goes to Tomas');
    });
  });

  it('with a new link whose fate is shown as it changes, and which lets the client in', async () => {
    await desk.press(/Resend link|Send a new link/);
    await desk.says(/A new link goes to Tomas/);
    const mail = await mailbox.mailTo('tomas@example.org', 2);
    await desk.says(/was accepted by Tomas’s mail server at/);
    await pictureOfWindow(desk.window, '43-resent');
    await tomas.goto(linkIn(mail));
    if (await tomas.getByRole('button', { name: 'Sign in' }).isVisible()) {
      await tomas.getByRole('button', { name: 'Sign in' }).click();
    }
    await signedIn(tomas);
    await desk.says('Tomas signed in by link');
    await pictureOfWindow(desk.window, '44-solved');
  });
});

describe('the computer is given away', () => {
  it('and everything on it is deleted by one press and one question', async () => {
    await desk.press('Settings');
    await desk.press('Delete everything on this computer');
    await desk.says('This cannot be undone.');
    await pictureOfWindow(desk.window, '60-delete-everything');
    await desk.press('Delete and quit');
    await until('the agent ends', async () => !(await desk.status().catch(() => null)), 30);
    await until('nothing is left', () => !existsSync(desk.dataDir), 10);
  });
});

describe('the practice takes a computer’s access away', () => {
  const other = new Desk();
  afterAll(() => other.close());

  it('on which the clinician works, too', async () => {
    await other.startAgent();
    await other.openWindow();
    const field = await other.named('Your practice’s address');
    await field.clear();
    await field.sendKeys(practice.url);
    await other.press('Continue in the browser');
    const { page } = await person(LAPTOP);
    await page.goto(await other.openedInBrowser());
    await page
      .getByRole('textbox')
      .first()
      .fill(await practice.invite('rosa@juniper.example'));
    await page.getByRole('button').first().click();
    await page.getByRole('button', { name: 'Connect this computer' }).click();
    await page.waitForURL('http://127.0.0.1:*/**');
    await other.says('Juniper Lane Practice');
    expect(existsSync(join(other.dataDir, 'session.sealed'))).toBe(true);
  });

  // RULES S5, D3
  it('and within 30 seconds it is signed out in words, and keeps nothing', async () => {
    const revoked = performance.now();
    await practice.auth('staff', 'revoke-devices', 'rosa@juniper.example');
    await other.says('You were signed out.', 30);
    expect(performance.now() - revoked).toBeLessThan(30_000);
    await other.says('Your practice has ended this computer’s access');
    await pictureOfWindow(other.window, '61-access-ended');
    expect(await other.status()).toMatchObject({ signed_in: null, unread: 0 });
    await until('the session is gone', () => !existsSync(join(other.dataDir, 'session.sealed')));
  });
});
