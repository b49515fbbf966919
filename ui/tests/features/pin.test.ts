import { screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ada, inbox, MINUTE, NOW } from '../../dev/people';
import type { Answer, PinPanel, PinState, View } from '../../src/backend/bindings';
import { button, DONE, Drawn, press, settled } from '../drawn';

const DIGITS = '482915';
const ENDS = NOW + 10 * MINUTE;

const withPin = (state: PinState = 'live', more: Partial<PinPanel> = {}): View => ({
  ...inbox,
  pin: {
    request: ada.id,
    name: 'Ada Okafor',
    evidence: 'called_number_on_file',
    phone: '555 0142',
    state,
    issued_at: NOW,
    ends_at: ENDS,
    ...more,
  },
});

const ENDINGS = ['used', 'revoked', 'expired', 'locked', 'unknown'] as const;

const pin: Answer = { answer: 'pin', request: ada.id, digits: DIGITS, ends_at: ENDS };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The page with a PIN that was just issued and is shown. */
async function issued(): Promise<Drawn> {
  const page = new Drawn();
  await settled();
  page.answers = (command) => (command.command === 'issue_pin' ? pin : DONE);
  await press(button('I called 555 0142'));
  await page.view(withPin());
  expect(document.body.textContent).toContain('482');
  return page;
}

function expectNoDigits(page: Drawn): void {
  expect(page.html).not.toContain('482');
  expect(page.html).not.toContain('915');
  expect(page.html.toLowerCase()).not.toContain('four, eight');
}

describe('issuing a PIN', () => {
  // RULES D6
  it('spells it in Spanish too for a client who speaks it, and takes both away', async () => {
    const spanish = { phone: '555 0142', ask_for: 'Ada', language: 'es' };
    const view: View = {
      ...inbox,
      pane: inbox.pane && { ...inbox.pane, request: { ...ada, call_back: spanish } },
    };
    const page = new Drawn(view);
    await settled();
    page.answers = (command) => (command.command === 'issue_pin' ? pin : DONE);
    await press(button('I called 555 0142'));
    await page.view({ ...view, pin: withPin().pin });
    expect(document.body.textContent).toContain('“Four, eight, two. Nine, one, five.”');
    const also = screen.getByText('“Cuatro, ocho, dos. Nueve, uno, cinco.”');
    expect(also.getAttribute('lang')).toBe('es');
    await page.view({ ...view, pin: withPin('used').pin });
    expectNoDigits(page);
    expect(page.html.toLowerCase()).not.toContain('cuatro');
  });

  // RULES P1
  it('is one press on how I know who it is, and sends one command', async () => {
    const page = await issued();
    expect(page.sentOf('issue_pin')).toEqual([
      { command: 'issue_pin', request: ada.id, evidence: 'called_number_on_file' },
    ]);
  });

  it('by a double click sends one command', async () => {
    const page = new Drawn();
    await settled();
    await press(button('I called 555 0142'), 1);
    await press(button('I called 555 0142'), 2);
    expect(page.sentOf('issue_pin')).toHaveLength(1);
  });

  it('by two quick presses sends one command while the first is under way', async () => {
    const page = new Drawn();
    await settled();
    page.answers = () => new Promise<Answer>(() => undefined);
    await press(button('I called 555 0142'));
    await press(button('Ada is with me'));
    expect(page.sentOf('issue_pin')).toHaveLength(1);
  });

  // RULES P1
  it('has nothing chosen beforehand: nothing is sent without a press', async () => {
    const page = new Drawn();
    await settled();
    expect(page.sentOf('issue_pin')).toHaveLength(0);
    for (const name of ['I called 555 0142', 'Ada is with me', 'Voice word matched']) {
      expect(document.activeElement).not.toBe(button(name));
    }
  });

  // RULES D9
  it('is off with the reason where something blocks it', async () => {
    const page = new Drawn({
      ...inbox,
      pane: {
        request: ada,
        blocked: 'offline',
        resend: null,
        busy: false,
        snoozed_until: null,
        draft: '',
        waiting_notes: [],
      },
      connection: { connection: 'offline', since: NOW - 4 * MINUTE, retry_at: NOW },
    });
    await settled();
    const called = button('I called 555 0142');
    expect(called.getAttribute('aria-disabled')).toBe('true');
    const reason = document.getElementById(called.getAttribute('aria-describedby') ?? '');
    expect(reason?.textContent).toContain('a late PIN is dangerous');
    expect(document.body.textContent).toContain('No connection since 10:42.');
    await press(called);
    for (const name of [/Resend link/, /I’ll call within/, /Try the new link/, /Mark as solved/]) {
      await press(button(name));
    }
    expect(page.sent).toEqual([]);
  });

  it('that is refused says why beside the request', async () => {
    const page = new Drawn();
    await settled();
    page.answers = () => ({
      answer: 'refused',
      code: 'just_issued',
      by: 'Sam Park',
      retry_at: NOW + MINUTE,
    });
    await press(button('Ada is with me'));
    expect(screen.getByRole('alert').textContent).toContain('Sam Park has just done this');
    expect(screen.getByRole('alert').textContent).toContain('10:47');
  });
});

describe('the digits', () => {
  // RULES D6
  it.each(ENDINGS)('are gone when the PIN is %s, and do not come back', async (state) => {
    const page = await issued();
    await page.view(withPin(state));
    expectNoDigits(page);
    await page.view(withPin('live'));
    expectNoDigits(page);
  });

  // RULES D6
  it('are gone when the panel is closed', async () => {
    const page = await issued();
    await press(button('Done'));
    expect(page.sentOf('close_pin')).toHaveLength(1);
    await page.view(inbox);
    expectNoDigits(page);
    await page.view(withPin());
    expectNoDigits(page);
  });

  // RULES D6
  it('are gone at the end of their time, even where nobody says so', async () => {
    const page = await issued();
    page.time = ENDS;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    await settled();
    expectNoDigits(page);
    expect(screen.queryByRole('button', { name: /Show/ })).toBeNull();
  });

  // RULES D6
  it('are gone with the page', async () => {
    const page = await issued();
    page.unmount();
    expectNoDigits(page);
  });

  // RULES D6
  it('are gone before a revoked PIN is even answered', async () => {
    const page = await issued();
    await press(button('Revoke'));
    expect(page.sentOf('revoke_pin')).toHaveLength(0);
    page.answers = () => new Promise<Answer>(() => undefined);
    await press(button('Yes, revoke'));
    expect(page.sentOf('revoke_pin')).toEqual([{ command: 'revoke_pin', request: ada.id }]);
    expectNoDigits(page);
  });

  it('are not there for a window that did not issue the PIN', async () => {
    const page = new Drawn(withPin());
    await settled();
    expectNoDigits(page);
    expect(document.body.textContent).toContain('shown once');
  });

  it('never reach the title, the address or anything stored', async () => {
    await issued();
    expect(document.title).not.toContain('482');
    expect(location.href).not.toContain('482');
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('482');
  });
});

describe('covered digits', () => {
  // RULES D4
  it('are not in the document when the window loses the focus', async () => {
    const page = await issued();
    await page.tell({ to_page: 'focus', focused: false });
    expectNoDigits(page);
    await page.tell({ to_page: 'focus', focused: true });
    expectNoDigits(page);
  });

  // RULES D4
  it('cover themselves by the page’s own blur too', async () => {
    const page = await issued();
    window.dispatchEvent(new Event('blur'));
    await settled();
    expectNoDigits(page);
  });

  // RULES D4
  it('cover themselves after two minutes', async () => {
    const page = await issued();
    await vi.advanceTimersByTimeAsync(2 * MINUTE - 1000);
    expect(document.body.textContent).toContain('482');
    await vi.advanceTimersByTimeAsync(2000);
    await settled();
    expectNoDigits(page);
  });

  // RULES D4
  it('come back by one press', async () => {
    const page = await issued();
    await page.tell({ to_page: 'focus', focused: false });
    await press(button('Show'));
    expect(document.body.textContent).toContain('482');
    expect(document.body.textContent).toContain('“Four, eight, two. Nine, one, five.”');
  });
});

describe('the countdown', () => {
  // RULES W1
  it('is spoken once a minute and not every second', async () => {
    const page = await issued();
    const said = screen.getByTestId('said');
    expect(said.getAttribute('aria-live')).toBe('polite');
    const heard: (string | null)[] = [];
    const watch = new MutationObserver(() => heard.push(said.textContent));
    watch.observe(said, { childList: true, characterData: true, subtree: true });
    for (let second = 1; second <= 180; second += 1) {
      page.time = NOW + second * 1000;
      await vi.advanceTimersByTimeAsync(1000);
    }
    await settled();
    watch.disconnect();
    expect(heard).toEqual(['9 minutes left', '8 minutes left', '7 minutes left']);
  });

  it('is the only text of the panel that is live while it runs', async () => {
    await issued();
    const live = document.querySelectorAll('dialog [aria-live], dialog [role="status"]');
    expect(live).toHaveLength(1);
  });
});

describe('the panel', () => {
  it('has the harmless button focused first', async () => {
    await issued();
    expect(document.activeElement).toBe(button('Hide'));
  });

  it('says that the client is in when the PIN was used', async () => {
    const page = await issued();
    await page.view(withPin('used'));
    expect(document.body.textContent).toContain('Ada is in.');
  });
});
