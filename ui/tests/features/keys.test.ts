import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, ben, inbox, noor, row, rows, stranger } from '../../dev/people';
import type { HelpRequest, View } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled, type } from '../drawn';

const closed: View = { ...inbox, pane: null };
const open = (request: HelpRequest): View => ({
  ...inbox,
  pane: { request, blocked: null, resend: null, busy: false, draft: '', waiting_notes: [] },
});

const list = (): HTMLElement => screen.getByRole('listbox');
const at = (): string | null => list().getAttribute('aria-activedescendant');

describe('ten requests are triaged by keyboard alone', () => {
  // RULES W1
  it('down, open, to the PIN buttons, back, to the replies, solve', async () => {
    const page = new Drawn(closed);
    await settled();
    await key('j');
    expect(at()).toBe(`row-${ada.id}`);
    await key('j');
    await key('ArrowDown');
    expect(at()).toBe(`row-${stranger.id}`);
    await key('k');
    expect(at()).toBe(`row-${noor.id}`);
    expect(document.activeElement).toBe(list());
    expect(page.sent).toEqual([]);

    await key('Enter');
    expect(page.sent).toEqual([{ command: 'select', request: noor.id }]);
    await page.view(open(noor));
    expect(document.activeElement?.id).toBe('cause');

    await key('p');
    expect(document.activeElement).toBe(button('I called 555 0163'));
    await key('r');
    expect(document.activeElement).toBe(button(/I’ll call within 10 minutes/));
    await key('u');
    expect(page.sent.at(-1)).toEqual({ command: 'mark_unread', request: noor.id });
    await key('e');
    expect(page.sent.at(-1)).toEqual({ command: 'solve', request: noor.id });

    await key('Escape');
    expect(page.sent.at(-1)).toEqual({ command: 'select', request: null });
    await page.view(closed);
    expect(document.activeElement).toBe(list());
    expect(at()).toBe(`row-${noor.id}`);
    await key('j');
    expect(at()).toBe(`row-${stranger.id}`);
  });

  // RULES P1
  it('and p never issues a PIN, however often it is pressed', async () => {
    const page = new Drawn(open(ada));
    await settled();
    for (const name of ['p', 'p', 'p', 'j', 'p']) await key(name);
    expect(page.sentOf('issue_pin')).toEqual([]);
  });

  it('and a held key solves once', async () => {
    const page = new Drawn(open(ada));
    await settled();
    await key('e');
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'e', repeat: true, bubbles: true }),
    );
    await settled();
    expect(page.sentOf('solve')).toHaveLength(1);
  });

  it('and the ends of the list stop there', async () => {
    new Drawn(closed);
    await settled();
    await key('k');
    expect(at()).toBe(`row-${ben.id}`);
    await key('j');
    expect(at()).toBe(`row-${ben.id}`);
  });

  it('and letters that are typed into a field are letters', async () => {
    const page = new Drawn(open(ada));
    await settled();
    await key('/');
    const search = screen.getByRole('searchbox');
    expect(document.activeElement).toBe(search);
    await key('e');
    await key('?');
    expect(page.sent).toEqual([]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('and a list of the keys is one key away', async () => {
    new Drawn(open(ada));
    await settled();
    await key('?');
    expect(screen.getByRole('dialog', { name: 'Keys' }).textContent).toContain('it never issues');
    await press(button('Close'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('search', () => {
  const found = (): string[] =>
    screen.queryAllByRole('option').map((option) => option.id.replace('row-', ''));

  it.each([
    ['a name', 'okaf', [ada.id]],
    ['what was written', 'form due', [ada.id]],
    ['a cause', 'mailbox FULL', [ada.id]],
    ['what was typed', 'chris.lang', [stranger.id]],
    ['an accent or none', 'BÉN', [ben.id]],
    ['nothing that is there', 'zebra', []],
  ])('finds by %s', async (_, words, wanted) => {
    new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), words);
    expect(found()).toEqual(wanted);
  });

  it('goes back to the whole list by Esc', async () => {
    new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), 'okaf');
    await key('Escape');
    expect(found()).toHaveLength(rows.inbox.length);
    expect(document.activeElement).toBe(list());
  });
});

describe('a new request', () => {
  // RULES W1
  it('is announced once and politely, and those that were there are not', async () => {
    const page = new Drawn({ ...closed, inbox: { ...inbox.inbox, rows: [row(ben)] } });
    await settled();
    expect(document.body.textContent).not.toContain('New help request');
    await page.view(closed);
    const live = [...document.querySelectorAll('[aria-live="polite"]')];
    expect(live.map((element) => element.textContent).join()).toContain(
      'New help request from Ada Okafor.',
    );
    expect(document.activeElement).toBe(document.body);
  });
});
