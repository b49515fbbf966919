/** The network goes, and the service goes or stops, in the middle of the main job. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { person } from './parts/browser.ts';
import { noted } from './parts/faults.ts';
import { fillInHelp } from './parts/journey.ts';
import { linkIn } from './parts/mailbox.ts';
import { Rig } from './parts/rig.ts';
import { pictureOfScreen, pictureOfWindow } from './parts/screen.ts';
import type { Cut } from './parts/wire.ts';

const rig = new Rig();
const { desk, practice, wire, mailbox } = rig;

const ISSUE = /^POST \/api\/v1\/requests\/[^/ ]+\/pin HTTP/;
const NO_ANSWER = 'No answer came from the practice.';
const AGAIN = 'Press the same button again: what was done already is not done twice.';

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-network'));
});
beforeAll(() => rig.open());
afterAll(() => rig.close());

describe('Issue PIN while the network goes', () => {
  // RULES S4, V1, D9
  it.each<[Cut, string, number]>([
    ['before the call', 'Amy', 1],
    ['before the answer', 'Bea', 3],
    ['in the answer', 'Cal', 3],
  ])('%s says so, and pressed again it is one PIN', async (cut, client, issued) => {
    const page = await rig.waiting(client);
    // The desktop repeats a call once by itself.
    wire.cut(ISSUE, cut, { times: 2 });
    await desk.press(`${client} is with me`);
    await desk.says(NO_ANSWER);
    await desk.says(AGAIN);
    expect(wire.cutsLeft).toBe(0);
    await pictureOfWindow(desk.window, `60-network-${cut.replaceAll(' ', '-')}`);
    await rig.in(client, page);
    const events = await practice.events('pin_issued', `Archer, ${client}`);
    expect(events).toBe(issued);
    noted({
      fault: `network cut ${cut}`,
      on: 'Issue PIN, twice in a row',
      words: `${NO_ANSWER} … ${AGAIN}`,
      state: `pressed again: one live PIN, ${issued - 1} voided unread, counted once; the client is in`,
    });
  });

  // RULES S4
  it('and a PIN that was lost so counts as the one that came', async () => {
    // Three calls were answered for Bea, and two more PINs may be issued today.
    expect(await practice.events('pin_used', 'Archer, Bea')).toBe(1);
  });
});

describe('the service is killed', () => {
  // RULES V1
  it('while a help request is sent: it is there once, and the desktop catches up', async () => {
    const { page } = await person();
    await fillInHelp(practice, page, 'dov@example.org');
    wire.cut(/^POST \/help HTTP/, 'before the answer', { then: () => practice.signal('SIGKILL') });
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await desk.says(/No connection since/, 15);
    await desk.says('What you see is from then.');
    await pictureOfWindow(desk.window, '61-service-killed');
    await practice.start();
    await fillInHelp(practice, page, 'dov@example.org');
    await page.getByRole('button', { name: 'Send to the practice' }).click();
    await page.waitForURL('**/waiting');
    await rig.connected();
    await desk.press(/^Inbox/);
    await desk.named(/Dov Archer/);
    expect(await rig.rows()).toBe(1);
    noted({
      fault: 'service kill -9',
      on: 'a help request, after the commit and before the answer',
      words: 'No connection since … What you see is from then.',
      state: 'the request is there once, though it was sent twice; the desktop caught up',
    });
    await rig.show('Dov');
    await rig.in('Dov', page);
  });

  // RULES V1, S4
  it('while a PIN is issued: pressed again it is one PIN', async () => {
    const page = await rig.waiting('Eli');
    wire.cut(ISSUE, 'before the answer', { then: () => practice.signal('SIGKILL') });
    await desk.press('Eli is with me');
    await desk.says(NO_ANSWER);
    await practice.start();
    await rig.in('Eli', page);
    expect(await practice.events('pin_used', 'Archer, Eli')).toBe(1);
    noted({
      fault: 'service kill -9',
      on: 'Issue PIN, after the commit and before the answer',
      words: NO_ANSWER,
      state: 'pressed again after its start: one live PIN, counted once; the client is in',
    });
  });

  // RULES V1, V3
  it('while a link is sent again: it is one link and one mail', async () => {
    await rig.waiting('Fay');
    wire.cut(/^POST \/api\/v1\/requests\/[^/ ]+\/link HTTP/, 'before the answer', {
      then: () => practice.signal('SIGKILL'),
    });
    await desk.press(/Resend link|Send a new link/);
    await desk.says(NO_ANSWER);
    await pictureOfWindow(desk.window, '62-resend-unanswered');
    await practice.start();
    await rig.connected();
    await desk.press(/Resend link|Send a new link/);
    await mailbox.mailTo('fay@example.org');
    await desk.says(/was accepted by Fay’s mail server at/);
    // In the air when the service was killed, a mail may come a second time: as the same mail.
    const mails = mailbox.mails.filter(({ to }) => to === 'fay@example.org');
    expect(new Set(mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    expect(new Set(mails.map(linkIn)).size).toBe(1);
    noted({
      fault: 'service kill -9',
      on: 'Resend link, after the commit and before the answer',
      words: NO_ANSWER,
      state:
        'pressed again after its start: one link, sent at once; a second copy is the same mail',
    });
  });
});

describe('the service stands still', () => {
  // RULES D9, V1, S4
  it('for longer than a person waits: the desktop says so, and pressed again it is one PIN', async () => {
    const page = await rig.waiting('Gus');
    practice.signal('SIGSTOP');
    await desk.press('Gus is with me');
    const began = performance.now();
    await desk.says(NO_ANSWER, 15);
    await desk.says(/No connection since/);
    const waited = Math.round((performance.now() - began) / 1000);
    await pictureOfWindow(desk.window, '63-service-frozen');
    practice.signal('SIGCONT');
    await rig.in('Gus', page);
    expect(await practice.events('pin_used', 'Archer, Gus')).toBe(1);
    noted({
      fault: 'service frozen',
      on: 'Issue PIN',
      words: `after ${waited} s: ${NO_ANSWER} No connection since …`,
      state: 'resumed: caught up; pressed again it is one live PIN; the client is in',
    });
  });
});
