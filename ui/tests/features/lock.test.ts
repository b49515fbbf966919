import { screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ada, inbox, MINUTE, NOW } from '../../dev/people';
import type { Answer, ComputerLock, Session, View } from '../../src/backend/bindings';
import { button, DONE, Drawn, press, settled, type } from '../drawn';

type Lock = Extract<Session, { session: 'locked' }>;

const locked = (more: Partial<Lock> = {}): View => ({
  ...inbox,
  session: {
    session: 'locked',
    by: 'idle',
    computer: 'tells',
    passphrase: false,
    wait_until: null,
    ...more,
  },
  inbox: { ...inbox.inbox, list: 3, total: 0, rows: [] },
  pane: null,
});

const refused = (code: 'not_allowed' | 'too_many'): Answer => ({
  answer: 'refused',
  code,
  by: null,
  retry_at: null,
});

describe('while Latchkey is locked', () => {
  // RULES D4
  it('the window says why, how many wait, and how to unlock, and nothing of before', async () => {
    const page = new Drawn();
    await settled();
    expect(page.html).toContain('Okafor');
    await page.view(locked());
    expect(screen.getByRole('heading', { name: 'Latchkey is locked.' })).toBeTruthy();
    const words = document.body.textContent;
    expect(words).toContain('Nobody used this computer for 15 minutes.');
    expect(words).toContain('4 help requests are open.');
    expect(words).toContain('2 not read.');
    for (const gone of ['Okafor', 'Ada', 'Ortiz', 'Rosa', 'Juniper', '555', 'maple']) {
      expect(page.html).not.toContain(gone);
    }
  });

  it('a press asks the computer to lock, once', async () => {
    const page = new Drawn(locked());
    await settled();
    await press(button('Lock the computer now'));
    await page.view(locked({ computer: 'asked' }));
    await press(button('Lock the computer now'));
    expect(page.sentOf('lock_computer')).toHaveLength(1);
    expect(button('Lock the computer now').getAttribute('aria-disabled')).toBe('true');
  });

  it.each([
    ['did_not', 'did not lock'],
    ['cannot_tell', 'has not told Latchkey'],
  ] as [ComputerLock, string][])('a computer that %s is told of', async (computer, words) => {
    new Drawn(locked({ computer }));
    await settled();
    expect(document.body.textContent).toContain(words);
  });

  // RULES D4
  it('a passphrase is sent once, is not kept in the page, and a wrong one is said', async () => {
    const page = new Drawn(locked({ computer: 'cannot_tell', passphrase: true }));
    await settled();
    const field = screen.getByLabelText('Your passphrase for Latchkey');
    expect(document.activeElement).toBe(field);
    page.answers = () => refused('not_allowed');
    await type(field, 'over the willow');
    await press(button('Unlock'));
    expect(page.sentOf('unlock')).toEqual([{ command: 'unlock', passphrase: 'over the willow' }]);
    expect((field as HTMLInputElement).value).toBe('');
    expect(screen.getByRole('alert').textContent).toContain('That is not the passphrase.');
    expect(document.activeElement).toBe(field);
    await page.view(
      locked({ computer: 'cannot_tell', passphrase: true, wait_until: NOW + 5 * MINUTE }),
    );
    expect(screen.getByRole('alert').textContent).toContain('The next one is taken at 10:51');
    await type(field, 'under the willow');
    await press(button('Unlock'));
    expect(page.sentOf('unlock')).toHaveLength(1);
  });

  it('signing out is the last way on, and asks once', async () => {
    const page = new Drawn(locked());
    await settled();
    await press(button('Sign out'));
    expect(document.activeElement?.textContent).toBe('Stay signed in');
    await press(button('Sign out and erase'));
    expect(page.sent.at(-1)).toEqual({ command: 'sign_out' });
  });
});

describe('the digits of a PIN', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const panel: View = {
    ...inbox,
    pin: {
      request: ada.id,
      name: 'Ada Okafor',
      evidence: 'called_number_on_file',
      phone: '555 0142',
      state: 'live',
      issued_at: NOW,
      ends_at: NOW + 10 * MINUTE,
    },
  };
  const pin: Answer = {
    answer: 'pin',
    request: ada.id,
    digits: '482915',
    ends_at: NOW + 10 * MINUTE,
  };

  async function issued(): Promise<Drawn> {
    const page = new Drawn();
    await settled();
    page.answers = (command) => (command.command === 'issue_pin' ? pin : DONE);
    await press(button('I called 555 0142'));
    await page.view(panel);
    expect(page.html).toContain('482');
    return page;
  }

  // RULES D6
  it('are gone with the lock, and do not come back with unlocking', async () => {
    const page = await issued();
    await page.view(locked({ by: 'computer' }));
    expect(page.html).not.toContain('482');
    await page.view(panel);
    expect(page.html).not.toContain('482');
    expect(document.body.textContent).toContain('These digits were shown once, and are gone.');
  });

  // RULES D6
  it('that arrive after the lock are never drawn', async () => {
    let arrive: (answer: Answer) => void = () => undefined;
    const page = new Drawn();
    await settled();
    page.answers = () => new Promise<Answer>((resolve) => (arrive = resolve));
    await press(button('I called 555 0142'));
    await page.view(locked({ by: 'computer' }));
    arrive(pin);
    await settled();
    await page.view(panel);
    expect(page.html).not.toContain('482');
  });

  // RULES D4
  it.each([
    ['the window is hidden or minimised', 'visibilitychange'],
    ['the page is put away', 'pagehide'],
    ['another window gets the focus', 'blur'],
  ])('are covered when %s, and one press uncovers them', async (_, event) => {
    const page = await issued();
    if (event === 'visibilitychange') {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event(event));
      Object.defineProperty(document, 'hidden', { value: false, configurable: true });
    } else {
      window.dispatchEvent(new Event(event));
    }
    await settled();
    expect(page.html).not.toContain('482');
    await press(button(/covered/i));
    expect(page.html).toContain('482');
  });
});
