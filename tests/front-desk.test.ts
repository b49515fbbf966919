/**
 * A day at a front desk: forty requests, done without the mouse, each journey with the time
 * that the programs took for it.
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

const REQUESTS = 40;
const FIRST = ['Abe', 'Bea', 'Cleo', 'Dina', 'Ezra', 'Fern', 'Gil', 'Hope'];
const LAST = ['Alder', 'Birch', 'Cedar', 'Douglas', 'Elm'];

/** Everybody has a name of their own. */
const clients = Array.from({ length: REQUESTS }, (_, at) => ({
  first: FIRST[at % FIRST.length] ?? '',
  last: LAST[Math.floor(at / FIRST.length)] ?? '',
  mail: `client${at}@example.org`,
  phone: `555 02${10 + at}`,
}));

const folder = newFolder('front-desk');
const mailbox = new Mailbox();
const practice = new Practice();
const desk = new Desk();
const waiting: Page[] = [];
const times: [string, number][] = [];

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-front-desk'));
});

beforeAll(async () => {
  const rows = clients.map(
    ({ first, last, mail, phone }) => `${first},${last},${mail},${phone},rosa@juniper.example`,
  );
  rows.push('Zoë,Quiet,zoe@example.org,555 0299,rosa@juniper.example');
  const roster = join(folder, 'roster.csv');
  writeFileSync(roster, ['first name,last name,email,phone,clinician email', ...rows].join('\n'));
  await mailbox.open();
  await practice.open(mailbox.port, { roster });
  await desk.startAgent();
  await desk.openWindow();
  await connect(desk, practice, 'sam@juniper.example');
  await desk.says('Nobody needs help to sign in.');
});

afterAll(async () => {
  for (const [journey, millis] of times) console.log(`${journey}: ${Math.round(millis)} ms`);
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

/** How long something took, from the first key on. */
async function timed(journey: string, act: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await act();
  times.push([journey, performance.now() - began]);
}

function seen<T>(script: string): Promise<T> {
  return desk.window.executeScript<T>(script);
}

/** How many the inbox has, as it says. */
async function open(): Promise<number> {
  const words = await seen<string>(
    `return [...document.querySelectorAll('nav li button')].find((one) => one.innerText.startsWith('Inbox'))?.innerText ?? '';`,
  );
  return Number(/\d+/.exec(words)?.[0] ?? 0);
}

/** Whose request is open. */
function whose(): Promise<string> {
  return seen<string>(`return document.querySelector('article header strong')?.innerText ?? '';`);
}

/** The next one of the list, opened and read. */
async function next(): Promise<string> {
  const before = await whose();
  await keys('j', Key.ENTER);
  return until('another request is open, and its cause has the focus', async () => {
    const now = await whose();
    const read = await seen<boolean>(`return document.activeElement?.id === 'cause';`);
    return read && now !== before && now;
  });
}

async function solve(): Promise<void> {
  const before = await open();
  await keys('e');
  await until('it is off the list', async () => (await open()) === before - 1);
}

describe('a day at a front desk without a mouse', () => {
  it('begins with forty requests, of which none is lost', async () => {
    for (const { mail } of clients) waiting.push(await askForHelp(practice, mail));
    await until('all are in the inbox', async () => (await open()) === REQUESTS, 60);
    await pictureOfWindow(desk.window, '95-front-desk');
  });

  it('knows the cause of the one that waits longest by two keys', async () => {
    await timed('from the list to the cause', async () => {
      expect(await next()).toBe(`${clients[0]?.first} ${clients[0]?.last}`);
    });
  });

  // RULES S4
  it('issues a PIN by two keys more, and the client is in', async () => {
    const [page] = waiting;
    if (!page) throw new Error('Nobody waits.');
    let digits = '';
    await timed('from the cause to six digits', async () => {
      await keys('p', Key.ENTER);
      digits = await digitsOn(desk);
    });
    await typePin(page, digits);
    await desk.says('Abe is in.');
    await keys(Key.ENTER);
    await until('the panel is closed', async () => {
      return (await desk.window.findElements(By.css('dialog'))).length === 0;
    });
    expect(await open()).toBe(REQUESTS - 1);
  });

  it('resends a link by one key, and reads what became of it', async () => {
    await next();
    await timed('from the key to a link that was taken, with 5 s to undo', async () => {
      await keys('l');
      await desk.says('The newest link was accepted by', 30);
    });
    await solve();
  });

  it('gives one away, and puts one off', async () => {
    await next();
    await timed('from the key to a colleague who has it', async () => {
      await keys('a');
      await desk.named(/Rosa Rivera/);
      await keys(Key.ARROW_DOWN, Key.ARROW_DOWN, Key.ARROW_UP, Key.ARROW_UP);
      await until('the colleague is chosen', async () => {
        const chosen = await seen<string>(`return document.activeElement?.innerText ?? '';`);
        if (chosen.includes('Rosa Rivera')) return true;
        await keys(Key.ARROW_DOWN);
        return false;
      });
      await keys(Key.ENTER);
      await desk.says('Rosa Rivera has it');
    });
    await next();
    const before = await open();
    await timed('from the key to one less in the inbox', async () => {
      await keys('h', Key.ENTER);
      await until('it is put off', async () => (await open()) === before - 1);
    });
  });

  it('finds a caller who is in no request within five seconds', async () => {
    await timed('from a key to the number on file', async () => {
      await keys('c');
      await until('the field has the focus', () =>
        seen<boolean>(`return document.activeElement?.tagName === 'INPUT';`),
      );
      await keys(...'zoe');
      await desk.says('Quiet');
      await keys(Key.ENTER);
      await desk.says('555 0299');
    });
    expect(times.at(-1)?.[1]).toBeLessThan(5_000);
    // Back to the directory, its field emptied, back to the list.
    await keys(Key.ESCAPE);
    await until('the field has the focus again', () =>
      seen<boolean>(`return document.activeElement?.tagName === 'INPUT';`),
    );
    await keys(Key.ESCAPE, Key.ESCAPE);
    await desk.named('Search requests');
  });

  it('triages ten within three minutes', async () => {
    await timed('ten requests read and closed', async () => {
      for (let one = 0; one < 10; one += 1) {
        await next();
        await solve();
      }
    });
    expect(times.at(-1)?.[1]).toBeLessThan(180_000);
  });

  it('and has none left in the evening but the one that is put off', async () => {
    while ((await open()) > 0) {
      await next();
      await solve();
    }
    await desk.says('No help requests');
    await pictureOfWindow(desk.window, '96-front-desk-evening');
    const all = await seen<string[]>(
      `return [...document.querySelectorAll('nav li button')].map((one) => one.innerText.replace(/\\s+/g, ' '));`,
    );
    expect(all).toContain('Snoozed 1');
    expect(all).toContain(`Solved ${REQUESTS - 1}`);
  });
});
