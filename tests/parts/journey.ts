/** Steps of the main job that many tests take. */

import type { Page } from 'playwright-core';
import { By } from 'selenium-webdriver';

import { LAPTOP, person } from './browser.ts';
import type { Desk } from './desk.ts';
import type { Practice } from './practice.ts';
import { until } from './wait.ts';

/** Signs the open window in as Rosa Rivera, or somebody else, through a browser. */
export async function connect(
  desk: Desk,
  practice: Practice,
  who = 'rosa@juniper.example',
): Promise<void> {
  await desk.says('Sign in to your practice');
  const field = await desk.named('Your practice’s address');
  await field.clear();
  await field.sendKeys(practice.url);
  await desk.press('Continue in the browser');
  const { page, context } = await person(LAPTOP);
  await page.goto(await desk.openedInBrowser());
  const address = await practice.invite(who);
  await page.getByRole('textbox').first().fill(address);
  await page.getByRole('button').first().click();
  await page.getByRole('button', { name: 'Connect this computer' }).click();
  await page.waitForURL('http://127.0.0.1:*/**');
  await context.close();
  await desk.says('Juniper Lane Practice');
}

/** Opens the help form, and fills in its two fields. */
export async function fillInHelp(practice: Practice, page: Page, who: string): Promise<void> {
  await page.goto(`${practice.url}/help`);
  await page.getByLabel('Your e-mail address or your name').fill(who);
  await page.getByLabel('What went wrong?').fill('Nothing comes.');
}

/** A client who asked for help and waits. */
export async function askForHelp(practice: Practice, who: string): Promise<Page> {
  const { page } = await person();
  await fillInHelp(practice, page, who);
  await page.getByRole('button', { name: 'Send to the practice' }).click();
  await page.waitForURL('**/waiting');
  return page;
}

/** The six digits in the window. */
export function digitsOn(desk: Desk): Promise<string> {
  return until('six digits are shown', async () => {
    const groups = await desk.window.findElements(By.css('.digits span'));
    const shown = await Promise.all(groups.map((group) => group.getText()));
    return /^\d{3},\d{3}$/.test(shown.join()) && shown.join('');
  });
}

/** The client types the PIN and is in. */
export async function typePin(page: Page, digits: string): Promise<void> {
  await page.getByLabel('PIN from your clinician').fill(digits);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
}
