/**
 * A front desk without a mouse: every request is found, read, put off, given away and
 * closed by keys alone, in the real window.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { By, Key } from 'selenium-webdriver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { closeBrowsers } from './parts/browser.ts';
import { Desk } from './parts/desk.ts';
import { askForHelp, connect, digitsOn, typePin } from './parts/journey.ts';
import { newFolder, remove } from './parts/machine.ts';
import { Mailbox } from './parts/mailbox.ts';
import { Practice } from './parts/practice.ts';
import { pictureOfScreen, pictureOfWindow } from './parts/screen.ts';
import { until } from './parts/wait.ts';

const folder = newFolder('keyboard');
const mailbox = new Mailbox();
const practice = new Practice();
const desk = new Desk();
let amy: Page;

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-keyboard'));
});

beforeAll(async () => {
  const roster = join(folder, 'roster.csv');
  const rows = [
    'first name,last name,email,phone,clinician email',
    'Amy,Archer,amy@example.org,555 0110,rosa@juniper.example',
    'Inés,Baker,ines@example.org,555 0111,rosa@juniper.example',
    'Cal,Carter,cal@example.org,555 0112,rosa@juniper.example',
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

/** Keys, where the focus is. */
async function keys(...pressed: string[]): Promise<void> {
  for (const key of pressed) await desk.window.actions().sendKeys(key).perform();
}

/** The rows, as they are listed. */
async function rows(): Promise<string[]> {
  const options = await desk.window.findElements(By.css('[role=listbox] [role=option]'));
  return Promise.all(options.map((option) => option.getAccessibleName()));
}

async function listed(names: string[]): Promise<void> {
  await until(`the list has ${names.join(', ')}`, async () => {
    const all = await rows();
    return all.length === names.length && names.every((name, at) => all[at]?.includes(name));
  });
}

/** The row that the cursor is on. */
async function cursor(): Promise<string> {
  return desk.window.executeScript<string>(`
    const list = document.querySelector('[role=listbox]');
    return document.getElementById(list?.getAttribute('aria-activedescendant') ?? '')?.innerText ?? '';
  `);
}

async function focused(): Promise<string> {
  return desk.window.executeScript<string>(
    `return document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText ?? '';`,
  );
}

describe('a front desk without a mouse', () => {
  it('sees who waits longest first, and a row for each, wherever it lies', async () => {
    amy = await askForHelp(practice, 'amy@example.org');
    await askForHelp(practice, 'ines@example.org');
    await askForHelp(practice, 'cal@example.org');
    await listed(['Amy Archer', 'Inés Baker', 'Cal Carter']);
    const places = await desk.window.executeScript<number[]>(
      `return [...document.querySelectorAll('[role=option]')].map((row) => row.getBoundingClientRect().top);`,
    );
    expect(new Set(places).size).toBe(3);
    expect([...places].sort((one, other) => one - other)).toEqual(places);
  });

  // RULES W1
  it('walks down the list and opens what the cursor is on', async () => {
    await keys('j', 'j');
    await until('the cursor is on Inés', async () => (await cursor()).includes('Inés Baker'));
    await keys(Key.ENTER);
    await desk.says('Inés');
    await until('the cause has the focus', async () => (await focused()).length > 0);
    await pictureOfWindow(desk.window, '90-keyboard-opened');
  });

  it('finds somebody by a few letters without accents, and the hit is marked', async () => {
    await keys('/', ...'ines');
    await listed(['Inés Baker']);
    const marks = await desk.window.findElements(By.css('mark'));
    expect(await Promise.all(marks.map((mark) => mark.getText()))).toContain('Inés');
    await pictureOfWindow(desk.window, '91-keyboard-search');
    await keys(Key.ESCAPE);
    await listed(['Amy Archer', 'Inés Baker', 'Cal Carter']);
  });

  it('puts a request off, and it is in another folder until it is brought back', async () => {
    await keys('j', Key.ENTER);
    await desk.named('Cal is with me');
    await keys('h');
    await until('the times have the focus', async () => (await focused()) === '10 minutes');
    await keys(Key.ENTER);
    await listed(['Amy Archer', 'Inés Baker']);
    await desk.window.actions().keyDown(Key.CONTROL).sendKeys('k').keyUp(Key.CONTROL).perform();
    await keys(...'snoozed', Key.ENTER);
    await listed(['Cal Carter']);
    await desk.says('Snoozed until');
    await keys('j', Key.ENTER);
    await desk.named('Bring it back now');
    await keys('h', Key.ENTER);
    await desk.says('Nothing is snoozed');
    await pictureOfWindow(desk.window, '92-keyboard-snoozed');
  });

  // RULES S4, P2
  it('issues a PIN by walking to the button, and the client is in', async () => {
    await desk.window.actions().keyDown(Key.CONTROL).sendKeys('k').keyUp(Key.CONTROL).perform();
    await keys(...'show inbox', Key.ENTER);
    await listed(['Amy Archer', 'Inés Baker', 'Cal Carter']);
    await keys('j', Key.ENTER);
    await desk.named('Amy is with me');
    await keys('p');
    await until('a PIN button has the focus', async () =>
      (await focused()).startsWith('I called 555 0110'),
    );
    await keys(Key.ENTER);
    await typePin(amy, await digitsOn(desk));
    await desk.says('Amy is in.');
    await pictureOfWindow(desk.window, '93-keyboard-in');
    await keys(Key.ENTER);
    await until('the panel is closed', async () => {
      return (await desk.window.findElements(By.css('dialog'))).length === 0;
    });
  });

  it('makes the list wider by the arrow keys', async () => {
    const width = (): Promise<number> =>
      desk.window.executeScript<number>(
        `return document.querySelector('section.list').getBoundingClientRect().width;`,
      );
    const before = await width();
    await desk.window.executeScript(
      `document.querySelector('section.list [role=separator]').focus();`,
    );
    await keys(Key.ARROW_RIGHT, Key.ARROW_RIGHT);
    await until('the list is wider', async () => (await width()) > before);
    expect(await desk.window.executeScript(`return localStorage.getItem('panes');`)).toBe(
      '{"nav":13,"list":24}',
    );
  });
});
