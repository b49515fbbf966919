/** The screen: pictures of it, and the notifications on it, found and pressed as a hand would. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import type { WebDriver } from 'selenium-webdriver';

import { PICTURES, run } from './machine.ts';
import { until } from './wait.ts';

mkdirSync(PICTURES, { recursive: true });

/** The whole screen, once it has come to rest. */
export async function pictureOfScreen(name: string): Promise<void> {
  let before = '';
  await until('the screen comes to rest', async () => {
    const now = await run('sh', ['-c', '/usr/bin/import -window root rgb:- | sha256sum']);
    const rests = now === before;
    before = now;
    await new Promise((go) => setTimeout(go, 300));
    return rests;
  });
  await run('/usr/bin/import', ['-window', 'root', join(PICTURES, `${name}.png`)]);
}

/** What the window draws. */
export async function pictureOfWindow(window: WebDriver, name: string): Promise<void> {
  await window.executeAsyncScript(
    'const done = arguments[0]; document.fonts.ready.then(() => requestAnimationFrame(() => done()))',
  );
  writeFileSync(join(PICTURES, `${name}.png`), await window.takeScreenshot(), 'base64');
}

/** A page in a client's browser, whole. */
export async function pictureOfPage(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** A window of Latchkey that a person sees. */
export function latchkeyOnScreen(): Promise<string> {
  return until('a window of Latchkey is on the screen', async () => {
    const ids = await run('xdotool', ['search', '--onlyvisible', '--name', '^Latchkey$']);
    return ids.trim().split('\n').at(-1);
  });
}

interface Place {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Visible windows of the notification daemon. */
export async function notifications(): Promise<Place[]> {
  const ids = await run('xdotool', ['search', '--onlyvisible', '--class', 'xfce4-notifyd']).catch(
    () => '',
  );
  const places: Place[] = [];
  for (const id of ids.split('\n').filter(Boolean)) {
    const said = await run('xdotool', ['getwindowgeometry', '--shell', id]).catch(() => '');
    const value = (name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(said)?.[1]);
    const place = {
      id,
      x: value('X'),
      y: value('Y'),
      width: value('WIDTH'),
      height: value('HEIGHT'),
    };
    // The daemon keeps tiny windows of its own.
    if (place.width > 100 && place.height > 40) places.push(place);
  }
  return places;
}

/** Waits for a notification. */
export function notification(): Promise<Place> {
  return until('a notification is on the screen', async () => (await notifications()).at(-1), 20);
}

/** Waits until none is there. */
export async function noNotification(): Promise<void> {
  await until('the notification is withdrawn', async () => (await notifications()).length === 0);
}

/** Presses with the mouse at a place of the screen. */
export async function pressAt(x: number, y: number): Promise<void> {
  await run('xdotool', ['mousemove', `${Math.round(x)}`, `${Math.round(y)}`, 'click', '1']);
}

/** Presses the last button of a notification; the daemon puts them at its lower right. */
export async function pressOn(place: Place): Promise<void> {
  await pressAt(place.x + place.width - 56, place.y + place.height - 30);
}
