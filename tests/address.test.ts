/**
 * A client's mail address is wrong: the clinician puts another on file, in the real window,
 * and it counts once a call, or the client, has confirmed it.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { closeBrowsers, person } from './parts/browser.ts';
import { Desk } from './parts/desk.ts';
import { askForHelp, connect } from './parts/journey.ts';
import { newFolder, remove } from './parts/machine.ts';
import { Mailbox, linkIn } from './parts/mailbox.ts';
import { Practice } from './parts/practice.ts';
import { pictureOfPage, pictureOfScreen, pictureOfWindow } from './parts/screen.ts';

const folder = newFolder('address');
const mailbox = new Mailbox({
  'unknown.example': [550, '5.1.1 User unknown in virtual mailbox table'],
});
const practice = new Practice();
const desk = new Desk();

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-address'));
});

beforeAll(async () => {
  const roster = join(folder, 'roster.csv');
  const rows = [
    'first name,last name,email,phone,clinician email',
    'Una,Archer,una@unknown.example,555 0142,rosa@juniper.example',
    'Ann,Archer,ann@example.org,555 0143,rosa@juniper.example',
  ];
  writeFileSync(roster, rows.join('\n'));
  await mailbox.open();
  await practice.open(mailbox.port, { roster });
  await desk.startAgent();
  await desk.openWindow();
  await connect(desk, practice);
  await desk.says('Nobody needs help to sign in.');
});

afterAll(async () => {
  await desk.close();
  await closeBrowsers();
  await practice.close();
  await mailbox.close();
  remove(folder);
});

async function askForLink(address: string): Promise<Page> {
  const { page } = await person();
  await page.goto(`${practice.url}/`);
  await page.getByLabel('Your e-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look in your mail' }).waitFor();
  return page;
}

async function types(field: string, text: string): Promise<void> {
  await (await desk.named(field)).sendKeys(text);
}

describe('a mailbox that does not exist', () => {
  // RULES P1
  it('leads to a call, in which the client says the right address', async () => {
    await askForLink('una@unknown.example');
    await askForHelp(practice, 'una@unknown.example');
    await desk.press(/Una Archer/);
    await desk.says('Una’s mail server says that there is no such mailbox.', 40);
    await pictureOfWindow(desk.window, '80-address-wrong');
    await desk.press('Put a new address on file');
    await types('New mail address, as Una says it', 'una@example');
    await desk.press('I called 555 0142');
    await desk.says('This is not written as a mail address is.');
    await pictureOfWindow(desk.window, '81-address-field');
    await types('New mail address, as Una says it', '.org');
    await desk.press('I called 555 0142');
    await desk.says(/Una has a new address on file since \d/);
    await pictureOfWindow(desk.window, '82-address-corrected');
  });

  it('and the next link goes there', async () => {
    await desk.press('Send a new link');
    const { page } = await person();
    await page.goto(linkIn(await mailbox.mailTo('una@example.org')));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await desk.says('Una signed in by link');
  });
});

describe('an address that nobody was called about', () => {
  // RULES P1
  it('waits for a colleague or for the client, and gets no link', async () => {
    await askForHelp(practice, 'ann@example.org');
    await desk.press(/^Inbox/);
    await desk.press(/Ann Archer/);
    await desk.press('Put a new address on file');
    await types('New mail address, as Ann says it', 'ann.archer@example.org');
    await desk.press('A colleague confirms it');
    await desk.says('A new address waits');
    await desk.says('Rosa Rivera put ann.archer@example.org on file at');
    await pictureOfWindow(desk.window, '83-address-waits');
    await askForLink('ann.archer@example.org');
  });

  // RULES P1, C9
  it('until the client types it, signed in by a link to the old one', async () => {
    const page = await askForLink('ann@example.org');
    await page.goto(linkIn(await mailbox.mailTo('ann@example.org')));
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain('ann.archer');
    await pictureOfPage(page, '84-client-new-address');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByLabel('Your new e-mail address').fill('ann.acher@example.org');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('alert').waitFor();
    await pictureOfPage(page, '85-client-new-address-wrong');
    await page.getByLabel('Your new e-mail address').fill('ann.archer@example.org');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByText('Sign-in links go to your new address now.').waitFor();
    await pictureOfPage(page, '86-client-new-address-used');
  });

  it('of which the old mailbox is told, and nothing went to the new one before', async () => {
    const told = await mailbox.mailTo('ann@example.org', 2);
    expect(told.subject).toMatch(/^Another address is used since \d/);
    expect(told.text).not.toContain('ann.archer');
    expect(mailbox.mails.some((mail) => mail.to === 'ann.archer@example.org')).toBe(false);
  });
});
