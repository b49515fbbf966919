/** The agent and the window are killed, and stand still, in the middle of the main job. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { noted } from './parts/faults.ts';
import { askForHelp, digitsOn, typePin } from './parts/journey.ts';
import { Rig } from './parts/rig.ts';
import {
  noNotification,
  notification,
  pictureOfScreen,
  pictureOfWindow,
  pressOn,
} from './parts/screen.ts';
import { until } from './parts/wait.ts';

const rig = new Rig();
const { desk, practice, wire } = rig;

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => pictureOfScreen('failed-desktop'));
});
beforeAll(() => rig.open());
afterAll(() => rig.close());

describe('the agent is killed', () => {
  // RULES D6
  it('with a PIN on the screen: the digits go, and the window says what to do', async () => {
    const page = await rig.waiting('Amy');
    await desk.press('Amy is with me');
    const digits = await digitsOn(desk);
    const before = await desk.agentId();
    await desk.signal('latchkey-agent', 'SIGKILL');
    const words = 'Latchkey’s background part has stopped.';
    const seen = desk.says(words, 10);
    await until('the digits are gone', async () => {
      return !(await desk.words()).replace(/\s+/g, '').includes(digits);
    });
    await seen;
    await pictureOfWindow(desk.window, '64-agent-killed');
    const once = 'Its digits were shown once and are gone.';
    await desk.says(once);
    const advice = 'If they were not read out, revoke it and issue a new one.';
    await desk.says(advice);
    await pictureOfWindow(desk.window, '65-agent-back');
    expect(await desk.agentId()).not.toBe(before);
    await rig.connected();
    await typePin(page, digits);
    await desk.says('Amy signed in by PIN');
    noted({
      fault: 'agent kill -9',
      on: 'a PIN on the screen',
      words: `${words} … ${once} ${advice}`,
      state:
        'started again by the window within seconds, same request open; a PIN that was read out works',
    });
  });

  // RULES D9, N2, V1
  it('with a read-mark that has not left: it arrives once the agent is back', async () => {
    wire.cut(/^POST \/api\/v1\/requests\/[^/ ]+\/seen HTTP/, 'before the call', { times: 2 });
    const page = await askForHelp(practice, 'bea@example.org');
    await desk.press(/^Inbox/);
    await desk.press(/Bea Archer/);
    await until('the mark was on its way', () => wire.cutsLeft === 0);
    const stopped = 'Latchkey’s background part has stopped.';
    const seen = desk.says(stopped, 10);
    await desk.signal('latchkey-agent', 'SIGKILL');
    await seen;
    await page.getByText(/Seen by the practice at/).waitFor();
    noted({
      fault: 'agent kill -9',
      on: 'a request just opened, its read-mark not yet at the practice',
      words: stopped,
      state: 'the mark arrived after its start: the client reads “Seen by the practice”',
    });
  });
});

describe('the agent stands still', () => {
  it('and the window says so, and goes on with it', async () => {
    const page = await rig.waiting('Cal');
    await desk.signal('latchkey-agent', 'SIGSTOP');
    const words = 'Latchkey’s background part does not answer.';
    await desk.press('Cal is with me');
    await desk.says(words, 15);
    const advice = 'log out of this computer and in again; nothing is lost.';
    await desk.says(advice);
    await pictureOfWindow(desk.window, '66-agent-frozen');
    await desk.signal('latchkey-agent', 'SIGCONT');
    // What was pressed before is done now, once, and said.
    await typePin(page, await digitsOn(desk));
    await desk.says('Cal is in.');
    expect(await desk.words()).not.toContain(words);
    await desk.press('Done');
    expect(await practice.events('pin_issued', 'Archer, Cal')).toBe(1);
    noted({
      fault: 'agent frozen',
      on: 'Issue PIN',
      words: `${words} … ${advice}`,
      state: 'resumed: the one press is one PIN; the client is in',
    });
  });
});

describe('the window', () => {
  // RULES D6
  it('killed with a PIN on it opens where it was, without the digits', async () => {
    const page = await rig.waiting('Dov');
    await desk.press('Dov is with me');
    const digits = await digitsOn(desk);
    await desk.signal('latchkey', 'SIGKILL');
    await until('the window is gone', async () => !(await desk.status()).window);
    await desk.closeWindow();
    await desk.openWindow();
    const words = 'These digits were shown once, and are gone.';
    await desk.says('PIN for Dov Archer');
    await desk.says(words);
    const advice = 'If it was not read out, revoke it and issue a new one.';
    await desk.says(advice);
    expect((await desk.words()).replace(/\s+/g, '')).not.toContain(digits);
    await pictureOfWindow(desk.window, '67-window-killed');
    await typePin(page, digits);
    await desk.says('Dov is in.');
    await desk.press('Done');
    await desk.says('Dov signed in by PIN');
    noted({
      fault: 'window kill -9',
      on: 'a PIN on the screen',
      words: `${words} The PIN still works. ${advice}`,
      state: 'opened again on the same request and PIN; a PIN that was read out works',
    });
  });

  // RULES D5
  it('standing still keeps nobody from hearing the bell', async () => {
    await noNotification();
    await desk.signal('latchkey', 'SIGSTOP');
    await askForHelp(practice, 'eli@example.org');
    const bell = await notification();
    await pictureOfScreen('68-window-frozen');
    await desk.signal('latchkey', 'SIGCONT');
    await pressOn(bell);
    await desk.named('Eli is with me');
    noted({
      fault: 'window frozen',
      on: 'while a client asks for help',
      words: 'A client needs help to sign in (the notification)',
      state: 'resumed: the window shows the request',
    });
  });
});
