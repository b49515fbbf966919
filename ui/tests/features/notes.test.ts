import { screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { ada, inbox, minutesAgo } from '../../dev/people';
import type { Answer, Pane, View } from '../../src/backend/bindings';
import { Drafts } from '../../src/features/request/drafts';
import { button, DONE, Drawn, press, settled, type } from '../drawn';

const open = (more: Partial<Pane> = {}, view: Partial<View> = {}): View => ({
  ...inbox,
  pane: {
    request: ada,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
    ...more,
  },
  ...view,
});

async function drawn(more: Partial<Pane> = {}, view: Partial<View> = {}): Promise<Drawn> {
  const page = new Drawn(open(more, view));
  await settled();
  return page;
}

const field = (): HTMLTextAreaElement => screen.getByLabelText<HTMLTextAreaElement>('Add a note');
const described = (): string =>
  (field().getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent?.trim() ?? '')
    .join(' ')
    .trim();
const refusal = (code: 'too_long' | 'not_kept'): Answer => ({
  answer: 'refused',
  code,
  by: null,
  retry_at: null,
});

// RULES D9
describe('a note', () => {
  it('is for staff, and the field says so', async () => {
    await drawn();
    expect(described()).toBe('Only staff see notes.');
  });

  it('is sent to the agent as it is typed, and added by one press', async () => {
    const page = await drawn();
    await type(field(), 'She ri');
    await type(field(), 'She rings at noon ');
    await press(button('Add note'));
    expect(page.sentOf('draft_note').at(-1)?.text).toBe('She rings at noon ');
    expect(page.sentOf('add_note')).toEqual([
      { command: 'add_note', request: ada.id, text: 'She rings at noon' },
    ]);
    // The draft came first, or it would come back.
    expect(page.sent.at(-1)?.command).toBe('add_note');
    expect(field().value).toBe('');
  });

  it('begins with what the agent kept, and is not overwritten while it is typed', async () => {
    const page = await drawn({ draft: 'She ri' });
    expect(field().value).toBe('She ri');
    await type(field(), 'She rings');
    await page.view(open({ draft: 'She ri' }));
    expect(field().value).toBe('She rings');
  });

  it('stays in the field when it could not be kept, with the reason', async () => {
    const page = await drawn();
    page.answers = (command) => (command.command === 'add_note' ? refusal('not_kept') : DONE);
    await type(field(), 'Rings at noon');
    await press(button('Add note'));
    expect(field().value).toBe('Rings at noon');
    expect(screen.getByText('This computer could not keep the note.')).toBeTruthy();
  });

  it('that is empty or too long is not sent, and says why', async () => {
    const page = await drawn();
    await press(button('Add note'));
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field());
    await type(field(), 'é'.repeat(2_003));
    await press(button('Add note'));
    expect(described()).toMatch(/3 characters too many/);
    expect(page.sentOf('add_note')).toEqual([]);
    await type(field(), 'é'.repeat(2_000));
    await press(button('Add note'));
    expect(page.sentOf('add_note')).toHaveLength(1);
  });

  it('can be written without a network, and says that it waits', async () => {
    const page = await drawn({
      blocked: 'offline',
      waiting_notes: [{ id: 'n1', at: minutesAgo(3), text: 'Out until two' }],
    });
    expect(screen.getByText('Out until two')).toBeTruthy();
    expect(screen.getByText(/Will be sent when the practice can be reached/)).toBeTruthy();
    await type(field(), 'Try the mobile');
    await press(button('Add note'));
    expect(page.sentOf('add_note')).toHaveLength(1);
  });

  it('says when it is kept for this run only', async () => {
    await drawn({ draft: 'Rings at noon' }, { keychain: 'absent' });
    expect(described()).toMatch(/when Latchkey ends is lost/);
  });

  it('is text in the timeline, and its erasure is said', async () => {
    const text = '<img src=x onerror=alert(1)>';
    await drawn({
      request: {
        ...ada,
        timeline: [
          { at: minutesAgo(2), what: { kind: 'note_added', by: 'Sam Park', text } },
          { at: minutesAgo(1), what: { kind: 'note_added', by: 'Sam Park', text: null } },
        ],
      },
    });
    expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByText(/erased in its time/)).toBeTruthy();
    expect(document.querySelector('article img')).toBeNull();
  });

  it('that was refused for good stays to be copied until it is deleted', async () => {
    const page = await drawn(
      {},
      {
        refused_notes: [
          {
            note: { id: 'n1', at: minutesAgo(50), text: 'Rings at noon' },
            request: 'gone',
            name: 'Priya Nair',
            refusal: { code: 'not_found', by: null, retry_at: null },
          },
        ],
      },
    );
    const note = screen.getByRole('region', { name: 'Your note on Priya Nair was not added.' });
    expect(note.textContent).toContain('This request is not here any more.');
    const copied = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: copied } });
    await press(button('Copy the text'));
    expect(copied).toHaveBeenCalledWith('Rings at noon');
    vi.unstubAllGlobals();
    await press(button('Delete this note'));
    expect(page.sentOf('drop_note')).toEqual([{ command: 'drop_note', note: 'n1' }]);
  });

  it('that waits is named before signing out erases it', async () => {
    await drawn({}, { unsent_notes: 2 });
    await press(button('Sign out'));
    expect(screen.getByText(/2 notes have not reached the practice yet/)).toBeTruthy();
  });

  it('that would be lost is named where signing out was chosen outside the window', async () => {
    const page = await drawn({}, { unsent_notes: 1, asks_to_sign_out: true });
    expect(screen.getByText(/1 note has not reached the practice yet/)).toBeTruthy();
    await press(button('Stay signed in'));
    expect(page.sent).toEqual([{ command: 'stay_signed_in' }]);
    await press(button('Sign out and erase'));
    expect(page.sentOf('sign_out')).toHaveLength(1);
  });

  it('that went with an ended session is counted where one signs in again', async () => {
    const page = new Drawn({
      ...inbox,
      pane: null,
      session: { session: 'signed_out', practice: null, why: 'session_ended', notes_gone: 2 },
    });
    await settled();
    expect(screen.getByText(/2 notes were not sent and are gone\./)).toBeTruthy();
    await page.view({
      ...inbox,
      pane: null,
      session: { session: 'signed_out', practice: null, why: 'session_ended', notes_gone: 0 },
    });
    expect(screen.queryByText(/not sent and/)).toBeNull();
  });
});

describe('drafts', () => {
  it('go one at a time, the newest last', async () => {
    const sent: string[] = [];
    let free: () => void = () => undefined;
    const drafts = new Drafts(async (_, text) => {
      sent.push(text);
      await new Promise<void>((resolve) => {
        free = resolve;
      });
    });
    for (const text of ['S', 'Sh', 'She']) drafts.type('r1', text);
    await settled();
    expect(sent).toEqual(['S']);
    free();
    await settled();
    expect(sent).toEqual(['S', 'She']);
    const done = drafts.settled();
    free();
    await done;
  });
});

// RULES D2
describe('the keychain', () => {
  it.each([
    ['absent', 'This computer has no keychain.'],
    ['locked', 'The keychain is locked.'],
    ['slow', 'The keychain does not answer.'],
    ['losing', 'The keychain no longer has what it was given.'],
    ['full', 'The keychain refuses to keep anything.'],
    ['failing', 'The keychain failed.'],
  ] as const)('that is %s has words, what they mean, and a button', async (keychain, title) => {
    const page = await drawn({}, { keychain });
    expect(screen.getByText(title).parentElement?.textContent).toMatch(/until Latchkey ends/);
    let answer: (done: Answer) => void = () => undefined;
    page.answers = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await press(button('Try again'));
    expect(page.sentOf('try_keychain')).toHaveLength(1);
    // Asked once at a time.
    await press(button('Asking the keychain…'));
    expect(page.sentOf('try_keychain')).toHaveLength(1);
    answer(DONE);
    await settled();
    expect(button('Try again')).toBeTruthy();
  });

  it('that is locked is said before anybody signs in again', async () => {
    const page = new Drawn({
      ...inbox,
      session: { session: 'signed_out', practice: null, why: null, notes_gone: 0 },
      keychain: 'locked',
      pane: null,
    });
    await settled();
    expect(screen.getByText('The keychain is locked.')).toBeTruthy();
    await press(button('Try again'));
    expect(page.sentOf('try_keychain')).toHaveLength(1);
  });
});
