/**
 * A clinic: the real service behind a real Postfix, its clients' mail servers, and the
 * clinician's desktop.
 */

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { closeBrowsers, person } from './browser.ts';
import { Desk } from './desk.ts';
import { askForHelp, connect, fillInHelp } from './journey.ts';
import { NOBODY, newFolder, remove } from './machine.ts';
import { Mailbox, type Mail, type Refusals } from './mailbox.ts';
import { Postfix } from './postfix.ts';
import { Practice } from './practice.ts';
import { pictureOfWindow } from './screen.ts';

const BOUNCES = 'bounces@juniper.example';
export const SILENT = 'silent.example';

/** First name and mail address of a client of Rosa Rivera's; all are named Archer. */
export type Client = [name: string, address: string];

export class Clinic {
  readonly #folder = newFolder('clinic');
  readonly #clients: Map<string, string>;
  readonly postfix = new Postfix();
  readonly mailbox: Mailbox;
  readonly practice = new Practice(NOBODY);
  readonly desk = new Desk();

  constructor(clients: Client[], refusals: Refusals = {}) {
    this.#clients = new Map(clients);
    this.mailbox = new Mailbox(refusals);
  }

  /** Opens everything; Rosa is signed in. With `clock`, {@link Practice.later} moves it. */
  async open({ clock = false } = {}): Promise<void> {
    const { practice, postfix, desk } = this;
    const roster = join(this.#folder, 'roster.csv');
    const head = 'first name,last name,email,phone,clinician email';
    const rows = [...this.#clients].map(
      ([name, address]) => `${name},Archer,${address},555 0142,rosa@juniper.example`,
    );
    writeFileSync(roster, [head, ...rows].join('\n'));
    chmodSync(this.#folder, 0o755);
    await this.mailbox.open();
    await practice.open(await postfix.reserve(), { roster, bounces: BOUNCES, clock });
    await postfix.open({
      next: this.mailbox.port,
      silent: SILENT,
      bounces: BOUNCES,
      pipe: practice.command('mail', 'bounce', '--recipient', '${original_recipient}'),
      as: NOBODY,
    });
    await desk.startAgent();
    await desk.openWindow();
    await connect(desk, practice);
    await desk.says('Nobody needs help to sign in.');
  }

  async close(): Promise<void> {
    await this.desk.close();
    await closeBrowsers();
    await this.practice.close();
    await this.postfix.close();
    await this.mailbox.close();
    remove(this.#folder);
  }

  /** The mail address of a client. */
  address(name: string): string {
    const address = this.#clients.get(name);
    if (!address) throw new Error(`Nobody is called ${name}.`);
    return address;
  }

  /** Asks for a link in this browser. */
  async asksIn(page: Page, name: string): Promise<void> {
    await page.goto(`${this.practice.url}/`);
    await page.getByLabel('Your e-mail address').fill(this.address(name));
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByRole('heading', { name: 'Look in your mail' }).waitFor();
  }

  /** Each asks for a link, in a browser that is thrown away. */
  async ask(...names: string[]): Promise<void> {
    for (const name of names) {
      const { page, context } = await person();
      await this.asksIn(page, name);
      await context.close();
    }
  }

  /** Asks for a link, and gets the mail: the first, or the one after so many. */
  async getsMail(name: string, nth = 1): Promise<Mail> {
    await this.ask(name);
    return this.mailbox.mailTo(this.address(name), nth);
  }

  /** The client asks for help; the clinician opens the request, and reads the cause. */
  async reads(name: string, sentence: string | RegExp, picture: string): Promise<Page> {
    const page = await askForHelp(this.practice, this.address(name));
    await this.shows(`${name} Archer`, sentence, picture);
    return page;
  }

  /** Asks for help in a browser of their own. */
  async sendsFor(name: string, page: Page): Promise<void> {
    await fillInHelp(this.practice, page, this.address(name));
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await page.waitForURL('**/waiting*');
  }

  /** The clinician opens the request, and reads the cause. */
  async shows(
    row: string,
    sentence: string | RegExp,
    picture: string,
    desk = this.desk,
  ): Promise<void> {
    await desk.press(/^Inbox/);
    await desk.pressRow(new RegExp(row));
    await desk.says(sentence, 40);
    await pictureOfWindow(desk.window, `70-cause-${picture}`);
  }
}
