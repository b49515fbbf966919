/**
 * A walk through the accessibility tree of the real window, screen by screen: nothing that
 * can be used is without a name, and what matters is found by its role.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Key } from 'selenium-webdriver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accessible, unclear, type Accessible } from './parts/accessible.ts';
import { closeBrowsers } from './parts/browser.ts';
import { Desk } from './parts/desk.ts';
import { askForHelp, connect, digitsOn } from './parts/journey.ts';
import { newFolder, remove } from './parts/machine.ts';
import { Mailbox } from './parts/mailbox.ts';
import { Practice } from './parts/practice.ts';
import { pictureOfScreen } from './parts/screen.ts';
import { until } from './parts/wait.ts';

const folder = newFolder('accessible');
const mailbox = new Mailbox();
const practice = new Practice();
const desk = new Desk();

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-accessible'));
});

beforeAll(async () => {
  const roster = join(folder, 'roster.csv');
  const rows = [
    'first name,last name,email,phone,clinician email',
    'Amy,Archer,amy@example.org,555 0110,rosa@juniper.example',
  ];
  writeFileSync(roster, rows.join('\n'));
  await mailbox.open();
  await practice.open(mailbox.port, { roster });
  await desk.startAgent();
  await desk.openWindow();
});

afterAll(async () => {
  await desk.close();
  await closeBrowsers();
  await practice.close();
  await mailbox.close();
  remove(folder);
});

/** Waits for this, and looks at all that is there then. */
async function walked(role: string, name: string | RegExp): Promise<Accessible[]> {
  const all = await accessible(role, name);
  expect(unclear(all)).toEqual([]);
  return all;
}

const has = (all: Accessible[], role: string, name: string | RegExp): boolean =>
  all.some(
    (one) =>
      one.role === role && (typeof name === 'string' ? one.name === name : name.test(one.name)),
  );

async function keys(...pressed: string[]): Promise<void> {
  for (const key of pressed) await desk.window.actions().sendKeys(key).perform();
}

describe('a screen reader finds every control by its name', () => {
  it('and this walk finds one that has none', async () => {
    await desk.says('Sign in to your practice');
    await desk.window.executeScript(`
      const bare = document.createElement('button');
      bare.className = 'bare';
      document.body.append(bare);
    `);
    const all = await accessible('push button', '');
    expect(unclear(all).map((one) => one.role)).toEqual(['push button']);
    await desk.window.executeScript(`document.querySelector('.bare').remove();`);
    await until('it is gone again', async () => {
      return unclear(await accessible('push button', 'Continue in the browser')).length === 0;
    });
  });

  // RULES W1
  it('on the page to sign in', async () => {
    await desk.says('Sign in to your practice');
    const all = await walked('entry', 'Your practice’s address');
    expect(has(all, 'push button', 'Continue in the browser')).toBe(true);
    expect(has(all, 'heading', 'Sign in to your practice')).toBe(true);
  });

  it('in the inbox, with the request as one item of a list', async () => {
    await connect(desk, practice);
    await askForHelp(practice, 'amy@example.org');
    const all = await walked('list item', /Amy Archer/);
    expect(has(all, 'list box', /./)).toBe(true);
    expect(has(all, 'push button', /^Inbox/)).toBe(true);
    expect(has(all, 'entry', 'Search requests')).toBe(true);
  });

  it('in a request', async () => {
    await desk.press(/Amy Archer/);
    const all = await walked('push button', /^Amy is with me/);
    expect(has(all, 'push button', /^I called 555 0110/)).toBe(true);
    expect(all.filter((one) => one.role === 'heading').length).toBeGreaterThan(2);
  });

  it('in the PIN panel, whose digits are no riddle', async () => {
    await desk.press(/^Amy is with me/);
    await digitsOn(desk);
    const all = await walked('push button', 'Revoke');
    expect(has(all, 'dialog', /./)).toBe(true);
    await desk.press('Revoke');
    await desk.press('Yes, revoke');
    await desk.press('Done');
  });

  it('in the list of commands, and in the list of keys', async () => {
    await desk.window.actions().keyDown(Key.CONTROL).sendKeys('k').keyUp(Key.CONTROL).perform();
    await walked('dialog', /./);
    await keys(Key.ESCAPE, '?');
    await walked('dialog', /eys/);
    await keys(Key.ESCAPE);
  });

  it('among the clients, and on a client’s page', async () => {
    await desk.press(/^Clients/);
    await walked('heading', 'Clients');
    await keys(...'arch');
    await desk.press(/Archer/);
    await walked('heading', /Amy|Archer/);
  });

  it('in the settings', async () => {
    await desk.press('Settings');
    const all = await walked('heading', 'Settings');
    expect(has(all, 'entry', 'Keys that show Latchkey')).toBe(true);
    expect(has(all, 'check box', 'Play a sound')).toBe(true);
    expect(has(all, 'combo box', /./)).toBe(true);
  });

  it('in Activity, whose charts are not read and whose tables are', async () => {
    await desk.press('Activity');
    const all = await walked('push button', 'Save as CSV');
    expect(all.some((one) => one.role === 'image')).toBe(false);
    await desk.press(/^The numbers: Requests by cause/);
    const open = await walked('table', 'Requests by cause');
    expect(open.some((one) => /column header|table column header/.test(one.role))).toBe(true);
  });

  it('where it is locked', async () => {
    await desk.window.actions().keyDown(Key.CONTROL).sendKeys('k').keyUp(Key.CONTROL).perform();
    await keys(...'lock', Key.ENTER);
    await walked('heading', /ock/);
  });
});
