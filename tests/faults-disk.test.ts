/** Disks that are full or may not be written, on either side, in the middle of the main job. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { person } from './parts/browser.ts';
import { noted } from './parts/faults.ts';
import { askForHelp, fillInHelp } from './parts/journey.ts';
import { run } from './parts/machine.ts';
import { Rig } from './parts/rig.ts';
import { pictureOfPage, pictureOfScreen, pictureOfWindow } from './parts/screen.ts';
import { until } from './parts/wait.ts';

const rig = new Rig();
const { desk, practice, wire } = rig;

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-disk'));
});
beforeAll(() => rig.open({ disks: true }));
afterAll(() => rig.close());

describe('the disk of the service', () => {
  // RULES V1
  it('is full: nobody is told that something was done, and with room it goes on', async () => {
    const amy = await rig.waiting('Amy');
    // A log that has just begun has to grow with the next write.
    await practice.stop();
    await practice.start();
    await rig.connected();
    rig.practiceDisk.fill();

    const { page } = await person();
    await fillInHelp(practice, page, 'bea@example.org');
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    const sorry = 'Something went wrong on our side';
    await page.getByRole('heading', { name: sorry }).waitFor();
    const advice = 'If it stays like this, call the practice.';
    expect(await page.locator('body').innerText()).toContain(advice);
    await pictureOfPage(page, '70-service-disk-full');
    const refused = 'It could not be done just now.';
    await desk.press('Amy is with me');
    await desk.says(refused);
    await desk.says('Nothing was changed. Try again in a moment.');
    await pictureOfWindow(desk.window, '71-service-disk-full');

    rig.practiceDisk.free();
    await rig.in('Amy', amy);
    expect(await practice.events('pin_issued', 'Archer, Amy')).toBe(1);
    await fillInHelp(practice, page, 'bea@example.org');
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await page.waitForURL('**/waiting');
    await rig.show('Bea');
    expect(await practice.auth('audit', 'verify')).toContain('none changed or missing');
    noted({
      fault: 'disk full (service)',
      on: 'a help request, and Issue PIN',
      words: `client: ${sorry} … ${advice} — staff: ${refused} Nothing was changed.`,
      state: 'nothing was taken meanwhile; with room both went through, without a start',
    });
  });

  // RULES V1
  it('may not be written at the start: the service says so and ends', async () => {
    await practice.stop();
    await rig.practiceDisk.readOnly(true);
    const said = await run('sh', [
      '-c',
      `"$@" 2>&1; echo "ended with $?"`,
      'sh',
      ...practice.command('serve'),
    ]);
    expect(said).toContain(practice.dataDir);
    expect(said).toContain('Make the folder writable for this user');
    expect(said).toContain('ended with 1');
    await rig.practiceDisk.readOnly(false);
    await practice.start();
    await rig.connected();
    await rig.show('Bea');
    noted({
      fault: 'read-only folder (service)',
      on: 'its start',
      words: said.split('\n')[0]?.replace(practice.dataDir, '…') ?? '',
      state: 'ended with 1, nothing was changed; with the folder writable everything is there',
    });
  });
});

describe('the disk of the desktop', () => {
  // RULES D3, D9
  it('is full: the inbox goes on from memory, and is kept again with room', async () => {
    rig.deskDisk.fill();
    await askForHelp(practice, 'cal@example.org');
    const words = 'This computer’s disk is full.';
    await desk.says(words);
    await desk.says(`Latchkey works on, but nothing new is kept in ${desk.dataDir}.`);
    await rig.show('Cal');
    await pictureOfWindow(desk.window, '72-desktop-disk-full');
    rig.deskDisk.free();
    await until('the words are gone', async () => !(await desk.words()).includes(words));
    wire.down = true;
    await desk.signal('latchkey-agent', 'SIGKILL');
    await desk.says(/No connection since/);
    await desk.press(/^Inbox/);
    await desk.named(/Cal Archer/);
    wire.down = false;
    await rig.connected();
    noted({
      fault: 'disk full (desktop)',
      on: 'while a client asks for help',
      words: `${words} Latchkey works on, but nothing new is kept …`,
      state: 'the request was shown at once; with room it is on disk, also after kill -9 offline',
    });
  });

  // RULES D2
  it('may not be written at the start: it works for this run, and says so', async () => {
    await desk.closeWindow();
    await desk.quit();
    await rig.deskDisk.readOnly(true);
    await desk.startAgent();
    await desk.openWindow();
    const words = 'Latchkey cannot write to its folder.';
    await desk.says(words);
    await desk.says(`Make ${desk.dataDir} writable for you`);
    await rig.connected();
    const page = await rig.waiting('Dov');
    await pictureOfWindow(desk.window, '73-desktop-read-only');
    await rig.in('Dov', page);
    noted({
      fault: 'read-only folder (desktop)',
      on: 'its start',
      words: `${words} It works on, but nothing new is kept. Make … writable for you …`,
      state: 'signed in, connected, and a client let in by PIN in that run',
    });
    await desk.end();
    await rig.deskDisk.readOnly(false);
  });
});
