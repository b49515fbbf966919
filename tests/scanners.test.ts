/** Whatever a mail scanner does before the client: they still get in. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { closeBrowsers, person } from './parts/browser.ts';
import { newFolder, remove } from './parts/machine.ts';
import { Mailbox, linkIn } from './parts/mailbox.ts';
import { Practice } from './parts/practice.ts';
import { scan } from './parts/scanner.ts';

const MANY = 100;
const AT_ONCE = 4;

const folder = newFolder('scanners');
const mailbox = new Mailbox();
const practice = new Practice();

const address = (n: number): string => `client${n}@example.org`;

beforeAll(async () => {
  const roster = join(folder, 'roster.csv');
  const rows = Array.from({ length: MANY }, (_, n) => `Kim,Client ${n},${address(n)},C-${n},self`);
  writeFileSync(roster, ['first name,last name,email,external id,holder', ...rows].join('\n'));
  await mailbox.open();
  // Each client and each scanner comes from a place of their own, as in life.
  await practice.open(mailbox.port, { roster, proxy: true });
});

afterAll(async () => {
  await closeBrowsers();
  await practice.close();
  await mailbox.close();
  remove(folder);
});

async function client(n: number): Promise<{ page: Page; context: BrowserContext }> {
  return person(undefined, { extraHTTPHeaders: { 'x-forwarded-for': `198.51.100.${n}` } });
}

/** Asks for a link, lets the scanner at the mail, and follows the link. */
async function getsIn(n: number): Promise<void> {
  const asking = await client(n);
  await asking.page.goto(`${practice.url}/`);
  await asking.page.getByLabel('Your e-mail address').fill(address(n));
  await asking.page.getByRole('button', { name: 'Send me a link' }).click();
  await asking.page.getByRole('heading', { name: 'Look in your mail' }).waitFor();
  const mail = await mailbox.mailTo(address(n));
  expect(await scan(mail, `203.0.113.${n}`)).toBeGreaterThan(0);
  // Every second one reads the mail in another browser than the one that asked.
  const reading = n % 2 === 0 ? asking : await client(n);
  await reading.page.goto(linkIn(mail));
  if (reading !== asking)
    await reading.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await reading.page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await reading.context.close();
  await asking.context.close();
}

// RULES S2
it(`a Chromium that opens every link of every mail leaves the client able to sign in`, async () => {
  const waiting = Array.from({ length: MANY }, (_, n) => n);
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
      await getsIn(n).catch((why: unknown) => failed.push(`${address(n)}: ${String(why)}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.stdout.write(
    `\nA mail scanner made of Chromium opened every link of every mail first: ` +
      `${MANY - failed.length} of ${MANY} clients signed in.\n`,
  );
  expect(failed).toEqual([]);
  const signedIn = await practice.auth('audit', 'export');
  expect(signedIn.match(/"kind":"signed_in"/g)).toHaveLength(MANY);
}, 1_200_000);
