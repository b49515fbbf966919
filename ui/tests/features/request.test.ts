import { cleanup, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import {
  ada,
  ben,
  closedMailbox,
  full,
  inbox,
  minutesAgo,
  newAddress,
  noor,
  NOW,
  openedMailbox,
  stranger,
  wrongAddress,
} from '../../dev/people';
import type { HelpRequest, NewAddress, Pane, View } from '../../src/backend/bindings';
import { button, Drawn, press, settled, type } from '../drawn';

const open = (request: HelpRequest, more: Partial<Pane> = {}): View => ({
  ...inbox,
  pane: {
    request,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
    ...more,
  },
});

async function drawn(request: HelpRequest, more: Partial<Pane> = {}): Promise<Drawn> {
  const page = new Drawn(open(request, more));
  await settled();
  return page;
}

const primary = (): string[] =>
  [...document.querySelectorAll('article button.primary')].map(
    (element) => element.textContent?.trim() ?? '',
  );

describe('a request', () => {
  it('says the cause first, then what to do, the number on file and the two words', async () => {
    await drawn(ada);
    const text = screen.getByRole('article').textContent ?? '';
    const order = [
      'Ada Okafor',
      'waiting 4 minutes',
      'Ada’s mailbox is full',
      'Call Ada and issue a PIN.',
      '555 0142',
      'maple',
      'otter',
      'Issue a PIN. How do you know it is Ada?',
      'What this was read from',
      full.words,
      'Resend link',
      'My form is due today.',
      'What happened',
    ].map((words) => text.indexOf(words));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('recommends the PIN buttons where a call is the act', async () => {
    await drawn(ada);
    expect(primary()).toEqual(['I called 555 0142', 'Ada is with me', 'Voice word matched']);
  });

  it('recommends a new link, and nothing else, where that is the act', async () => {
    const page = await drawn(ben);
    expect(primary()).toEqual(['Send a new link']);
    expect(screen.queryByRole('button', { name: 'Resend link' })).toBeNull();
    await press(button('Send a new link'));
    expect(page.sent).toEqual([{ command: 'resend_link', request: ben.id }]);
  });

  it('can take a resend back within its seconds', async () => {
    const page = await drawn(ben, { resend: { goes_at: NOW + 4_000 } });
    expect(document.body.textContent).toContain('A new link goes to Ben in 4 seconds.');
    await press(button('Undo'));
    expect(page.sent).toEqual([{ command: 'undo_resend', request: ben.id }]);
  });

  it('folds what led to the cause under it, with the clock and how long ago', async () => {
    await drawn(ada);
    const folded = document.querySelector('.evidence');
    const fold = folded?.querySelector('button');
    expect(fold?.getAttribute('aria-expanded')).toBe('false');
    const inside = document.getElementById(fold?.getAttribute('aria-controls') ?? '');
    expect(inside?.hidden).toBe(true);
    if (fold) await press(fold);
    expect(fold?.getAttribute('aria-expanded')).toBe('true');
    expect(inside?.hidden).toBe(false);
    const text = (folded?.textContent ?? '').replace(/\s+/g, ' ');
    expect(text).toContain('10:38');
    expect(text).toContain('8 minutes ago');
    expect(text).toContain(full.words);
    expect(text).not.toContain('Asked for help');
  });

  it('recommends to open a closed mailbox, and says what that does', async () => {
    const page = await drawn(closedMailbox);
    expect(primary()).toEqual(['Let mail go there again']);
    const means = button('Let mail go there again').getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(means)?.textContent).toContain('closes again by itself');
    expect(screen.queryByRole('button', { name: 'Send the sign-in guide' })).toBeNull();
    await press(button('Let mail go there again'));
    expect(page.sent).toEqual([{ command: 'lift_suppression', request: ada.id }]);
    await page.view(open(openedMailbox));
    expect(primary()).toEqual(['Send a new link']);
    expect(document.body.textContent).toContain('Mail may go to Ada’s mailbox again since 10:45');
  });

  // RULES D9
  it('opens no mailbox without a connection, and says why', async () => {
    const page = await drawn(closedMailbox, { blocked: 'offline' });
    const lift = button('Let mail go there again');
    expect(lift.getAttribute('aria-disabled')).toBe('true');
    expect(lift.getAttribute('aria-describedby')).toContain('blocked');
    await press(lift);
    expect(page.sent).toEqual([]);
  });

  it('offers the guide beside the recommended button where the steps are not clear', async () => {
    const page = await drawn(ben);
    const guide = button('Send the sign-in guide');
    expect(guide.closest('.recommended')).not.toBeNull();
    await press(guide);
    expect(page.sent).toEqual([{ command: 'send_guide', request: ben.id }]);
  });

  it('tells in words that the guide was sent today already', async () => {
    const page = await drawn(ben);
    page.answers = () => ({
      answer: 'refused',
      code: 'guide_sent_today',
      by: null,
      retry_at: NOW + 60_000,
    });
    await press(button('Send the sign-in guide'));
    expect(screen.getByRole('alert').textContent).toContain('less than a day ago');
  });

  // RULES A2, C2
  it('offers the guide nowhere else than where mail may go', async () => {
    const page = await drawn(stranger);
    const offered = () => screen.queryByRole('button', { name: 'Send the sign-in guide' });
    expect(offered()).toBeNull();
    for (const cause of ['no_mail', 'suppressed', 'access_disabled', 'mailbox_unknown'] as const) {
      await page.view(open({ ...ada, diagnosis: { ...ada.diagnosis, cause } }));
      expect(offered()).toBeNull();
    }
    await page.view(open({ ...ada, diagnosis: { ...ada.diagnosis, cause: 'cannot_tell' } }));
    expect(offered()).not.toBeNull();
  });

  it('is copied for support as it is shown, without a name', async () => {
    const taken = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: taken } });
    await drawn(ada);
    await press(button('Copy for support'));
    vi.unstubAllGlobals();
    const copied = document.querySelector('pre')?.textContent ?? '';
    expect(copied).toContain('Cause: mailbox_full (certain)');
    expect(copied).toContain('window 0.1.0, service 0.1.0');
    expect(taken).toHaveBeenCalledWith(copied);
    expect(copied).not.toMatch(/ada|okafor|rosa|@|form/i);
  });

  // RULES P1, A5
  it('puts a new address on file as staff type it, on a call or for a colleague to confirm', async () => {
    const page = await drawn(wrongAddress);
    expect(primary()).toEqual(['Put a new address on file']);
    await press(button('Put a new address on file'));
    const field = screen.getByLabelText('New mail address, as Ada says it');
    expect((field as HTMLInputElement).value).toBe('');
    expect(document.activeElement).toBe(field);
    await press(button('A colleague confirms it'));
    expect(page.sent).toEqual([]);
    await type(field, 'ada@new.example');
    page.answers = () => ({ answer: 'refused', code: 'address_taken', by: null, retry_at: null });
    await press(within(field.closest('form') as HTMLElement).getByText('I called 555 0142'));
    expect(page.sent).toEqual([
      { command: 'correct_address', request: ada.id, address: 'ada@new.example', by_call: true },
    ]);
    expect(screen.getByRole('alert').textContent).toContain('on file for somebody else');
    expect((field as HTMLInputElement).value).toBe('ada@new.example');
    page.answers = null;
    await press(button('A colleague confirms it'));
    expect(page.sentOf('correct_address')[1]?.by_call).toBe(false);
    expect(screen.queryByLabelText('New mail address, as Ada says it')).toBeNull();
  });

  // RULES D9
  it('opens no field for a new address without a connection, as a cause or beside another', async () => {
    for (const request of [wrongAddress, ada]) {
      const page = await drawn(request, { blocked: 'offline' });
      const open = button('Put a new address on file');
      expect(open.getAttribute('aria-disabled')).toBe('true');
      await press(open);
      expect(document.querySelector('form input[inputmode=email]')).toBeNull();
      expect(page.sent).toEqual([]);
      cleanup();
    }
  });

  // RULES P1
  it('takes no call for a proof where the number is new', async () => {
    const call_back = { phone: '555 0142', ask_for: 'Ada', language: 'en', phone_is_new: true };
    await drawn({ ...wrongAddress, call_back });
    await press(button('Put a new address on file'));
    const form = document.querySelector('form') as HTMLElement;
    expect(within(form).queryByText(/I called/)).toBeNull();
    expect(within(form).getByText('A colleague confirms it')).toBeTruthy();
  });

  // RULES P1
  it('asks a second person, or for a call, to confirm an address that waits', async () => {
    const page = await drawn(newAddress);
    const part = screen.getByRole('region', { name: 'A new address waits' });
    expect(primary()).toEqual([]);
    expect(part.textContent).toContain('Sam Park put ada.okafor@new.example on file at 10:44');
    await press(within(part).getByText('It is right'));
    const { change } = newAddress.new_address ?? { change: '' };
    expect(page.sent).toEqual([
      { command: 'confirm_address', request: ada.id, change, by_call: false },
    ]);
    const mine = { ...newAddress.new_address, by: 'Rosa Rivera', by_call: false };
    await page.view(open({ ...newAddress, new_address: mine as NewAddress }));
    const own = screen.getByRole('region', { name: 'A new address waits' });
    expect(within(own).queryAllByRole('button')).toHaveLength(0);
    expect(own.textContent).toContain(
      'A colleague confirms it from another desktop, or Ada does, signed in.',
    );
  });

  // RULES P1
  it('lets anybody on the staff confirm an address that an import brought', async () => {
    const imported = { ...newAddress.new_address, by: null, by_call: false };
    await drawn({ ...newAddress, new_address: imported as NewAddress });
    const part = screen.getByRole('region', { name: 'A new address waits' });
    expect(part.textContent).toContain('An import put ada.okafor@new.example on file at 10:44');
    expect(within(part).getByText('It is right')).toBeTruthy();
  });

  // RULES P5
  it('has three set replies and no free text', async () => {
    const page = await drawn(ada);
    await press(button(/I’ll call within 10 minutes/));
    await press(button(/After my session, at about 10:50/));
    await press(button(/Try the new link/));
    expect(page.sentOf('reply').map(({ phrase }) => phrase)).toEqual([
      { phrase: 'call_within_ten_minutes' },
      { phrase: 'after_my_session', at: NOW + 4 * 60_000 },
      { phrase: 'try_the_new_link' },
    ]);
    // The one field is for notes, which the client never sees.
    const fields = within(screen.getByRole('article')).getAllByRole('textbox');
    expect(fields.map(({ id }) => id)).toEqual(['note']);
  });

  // RULES P1
  it('never offers the number that was typed, and dials none', async () => {
    await drawn(stranger);
    expect(document.querySelectorAll('a[href]')).toHaveLength(0);
    expect(document.querySelector('.phone')).toBeNull();
    expect(screen.queryByRole('button', { name: /I called/ })).toBeNull();
    expect(document.body.textContent).toContain('No single person on file fits what was typed.');
  });

  // RULES A5
  it('shows what a stranger typed as text, labelled as unproven', async () => {
    const typed = '<script>steal()</script><a href="https://example.org">x</a>';
    const page = await drawn({
      ...stranger,
      message: typed,
      who: { ...stranger.who, typed: `<img src=x onerror=alert(1)>` },
      mail: { fate: 'refused', at: NOW, next_at: null, reply: { ...full, words: typed } },
      timeline: [{ at: NOW, what: { kind: 'mail_refused', reply: { ...full, words: typed } } }],
    });
    expect(document.querySelectorAll('script, a, #app img[src="x"], img[onerror]')).toHaveLength(0);
    expect(screen.getByRole('article').textContent).toContain(typed);
    expect(screen.getByRole('article').textContent).toContain('It proves nothing');
    expect(page.html).toContain('&lt;script&gt;');
  });

  // RULES P1
  it('asks for a second person where the contact details changed', async () => {
    await drawn(noor);
    expect(document.body.textContent).toContain('changed less than 7 days ago');
    expect(document.body.textContent).toContain('Sam Park stated it at 10:43.');
    expect(button('Noor is with me').getAttribute('aria-disabled')).toBe('false');
  });

  // RULES P1
  it('and the second person is not the first one again', async () => {
    const page = await drawn({
      ...noor,
      tier: {
        tier: 'guarded',
        evidence: ['with_me'],
        reason: 'contact_changed',
        first: { by: 'Rosa Rivera', at: minutesAgo(3) },
      },
    });
    await press(button('Noor is with me'));
    expect(page.sent).toEqual([]);
    expect(document.body.textContent).toContain('A different person has to be next');
  });

  it('that is closed to PINs says why instead of a button', async () => {
    await drawn({ ...ada, tier: { tier: 'closed', code: 'tries_used_up' } });
    expect(document.body.textContent).toContain('No PIN can be issued now');
    expect(document.body.textContent).toContain('typed wrong five times');
  });

  // RULES X1
  it('of a newer version is shown with generic words', async () => {
    await drawn({
      ...ada,
      state: 'unknown',
      tier: { tier: 'unknown' },
      diagnosis: { ...ada.diagnosis, cause: 'unknown', action: 'unknown', confidence: 'unknown' },
      timeline: [{ at: NOW, what: { kind: 'unknown' } }],
    });
    expect(document.body.textContent).toContain('does not know yet');
  });

  // RULES X1
  it('that cannot be drawn leaves the rest of the window as it is', async () => {
    await drawn({ ...ada, timeline: [{ at: Number.NaN, what: { kind: 'asked_for_help' } }] });
    expect(screen.getByRole('alert').textContent).toContain('This request cannot be shown.');
    expect(screen.getAllByRole('option')).toHaveLength(4);
  });

  it('keeps its buttons off while a command on it is under way', async () => {
    const page = await drawn(ada, { busy: true });
    await press(button('Ada is with me'));
    await press(button('Resend link'));
    expect(page.sent).toEqual([]);
  });
});

describe('without an agent', () => {
  it('what was drawn stays, the buttons are off, and the page says why', async () => {
    const page = await drawn(ada);
    await page.tell({ to_page: 'agent_lost' });
    expect(document.body.textContent).toContain('background part has stopped');
    await press(button('Ada is with me'));
    expect(page.sent).toEqual([]);
    await page.view(open(ada));
    expect(document.body.textContent).not.toContain('background part has stopped');
  });

  it('nothing is taken off the screen while a new one reads its cache', async () => {
    const page = await drawn(ada);
    await page.tell({ to_page: 'agent_lost' });
    await page.view({ ...open(ada), session: { session: 'starting' }, pane: null });
    expect(document.body.textContent).toContain('background part has stopped');
    expect(button('Ada is with me')).toBeTruthy();
    await page.view(open(ada));
    expect(document.body.textContent).not.toContain('background part has stopped');
  });

  it('that answers the same holds, and it says what to do if that lasts', async () => {
    const page = await drawn(ada);
    await page.tell({ to_page: 'agent_silent' });
    expect(document.body.textContent).toContain('background part does not answer');
    expect(document.body.textContent).toContain('log out of this computer');
    await press(button('Ada is with me'));
    expect(page.sent).toEqual([]);
    await page.view(open(ada));
    expect(document.body.textContent).not.toContain('does not answer');
  });
});
