/** A practice and a desk with a wire between them, for breaking things. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { By } from 'selenium-webdriver';

import { closeBrowsers } from './browser.ts';
import { Desk } from './desk.ts';
import { SmallDisk } from './disk.ts';
import { askForHelp, connect, digitsOn, typePin } from './journey.ts';
import { newFolder, remove } from './machine.ts';
import { Mailbox } from './mailbox.ts';
import { Practice } from './practice.ts';
import { until } from './wait.ts';
import { Wire } from './wire.ts';

/** One client a fault: what the rules count is counted a client. */
const CLIENTS = ['Amy', 'Bea', 'Cal', 'Dov', 'Eli', 'Fay', 'Gus', 'Hal', 'Ivy', 'Kim', 'Lou'];

export class Rig {
  readonly mailbox = new Mailbox();
  readonly practice = new Practice();
  readonly desk = new Desk();
  readonly wire = new Wire();
  readonly #folder = newFolder('rig');
  #disks: SmallDisk[] = [];

  /** Everything stands, and Rosa Rivera is signed in. */
  async open({ disks = false } = {}): Promise<void> {
    if (disks) {
      this.#disks = [
        await SmallDisk.mount(this.practice.dataDir, 24),
        await SmallDisk.mount(this.desk.dataDir, 8),
      ];
    }
    const rows = CLIENTS.map((name, at) => {
      return `${name},Archer,${name.toLowerCase()}@example.org,555 01${10 + at},rosa@juniper.example`;
    });
    const roster = join(this.#folder, 'roster.csv');
    writeFileSync(roster, `first name,last name,email,phone,clinician email\n${rows.join('\n')}\n`);
    await this.mailbox.open();
    await this.practice.open(this.mailbox.port, { roster, wire: true });
    await this.wire.open(...this.practice.ports);
    await this.desk.startAgent();
    await this.desk.openWindow();
    await connect(this.desk, this.practice);
    await this.desk.says('Nobody needs help to sign in.');
  }

  /** The practice's, where the rig has small ones. */
  get practiceDisk(): SmallDisk {
    return this.#disk(0);
  }

  get deskDisk(): SmallDisk {
    return this.#disk(1);
  }

  #disk(which: number): SmallDisk {
    const disk = this.#disks[which];
    if (!disk) throw new Error('This rig has no small disks.');
    return disk;
  }

  async close(): Promise<void> {
    await this.desk.end();
    await closeBrowsers();
    await this.wire.close();
    this.practice.signal('SIGCONT');
    await this.practice.stop();
    await this.mailbox.close();
    for (const disk of this.#disks) await disk.unmount();
    this.desk.remove();
    this.practice.remove();
    remove(this.#folder);
  }

  /** A client waits for help, and their request is open in the window. */
  async waiting(client: string): Promise<Page> {
    const page = await askForHelp(this.practice, `${client.toLowerCase()}@example.org`);
    await this.show(client);
    return page;
  }

  async show(client: string): Promise<void> {
    await this.desk.press(/^Inbox/);
    await this.desk.press(new RegExp(`${client} Archer`));
    await this.desk.named(`${client} is with me`);
  }

  /** The desktop is back in touch, as soon as somebody wants it to be. */
  async connected(): Promise<void> {
    await until('the desktop is connected', async () => {
      if ((await this.desk.words()).includes('Connected')) return true;
      // By script: the banner may go, and another take its place, under the pointer.
      const again = await this.desk.named('Try now', 1);
      await this.desk.window.executeScript('arguments[0].click()', again);
      return false;
    });
  }

  /** How many requests the list has. */
  async rows(): Promise<number> {
    return (await this.desk.window.findElements(By.css('[role=option]'))).length;
  }

  /** Once the buttons work again: a PIN by one press, and the client is in by it. */
  async in(client: string, page: Page): Promise<void> {
    await this.connected();
    await this.desk.press(`${client} is with me`);
    await typePin(page, await digitsOn(this.desk));
    await this.desk.says(`${client} is in.`);
    await this.desk.press('Done');
  }
}
