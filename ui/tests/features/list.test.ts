import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox, noor, NOW, row, rows } from '../../dev/people';
import { longRows } from '../../dev/states';
import type { Answer, Command, View } from '../../src/backend/bindings';
import { newDay } from '../../src/features/inbox/lines';
import { marked } from '../../src/features/inbox/marked';
import { Drawn, key, press, settled } from '../drawn';

const DAY = 24 * 3_600_000;
const options = (): HTMLElement[] => screen.queryAllByRole('option');
const list = (): HTMLElement => screen.getByRole('listbox');
const at = (): string | null => list().getAttribute('aria-activedescendant');

const many = (list: number, first = longRows(0, 100)): View => ({
  ...inbox,
  inbox: { ...inbox.inbox, list, total: 100_000, rows: first, opened_at: null },
  pane: null,
});

/** An agent with a hundred thousand rows. */
const agent =
  (list: number) =>
  (command: Command): Answer =>
    command.command === 'read_rows'
      ? { answer: 'rows', list, from: command.from, rows: longRows(command.from, command.count) }
      : { answer: 'done' };

describe('the list by day', () => {
  it('has what came by a clock that is ahead under today, once', () => {
    const [first] = rows.inbox;
    if (!first) throw new Error('There are no rows.');
    const [ahead, today, yesterday] = [1, 0, -1].map((days) => ({
      ...first,
      at: NOW + days * DAY,
    }));
    if (!ahead || !today || !yesterday) throw new Error('There are no days.');
    expect(newDay(ahead, null, NOW)).toBeNull();
    expect(newDay(today, ahead, NOW)).toBeNull();
    expect(newDay(yesterday, today, NOW)).toBe('Yesterday');
    expect(newDay(today, yesterday, NOW)).toBe('Today');
  });
});

describe('a hundred thousand requests', () => {
  // RULES W1
  it('are drawn a few at a time, and each says its place among all', async () => {
    new Drawn(many(9));
    await settled();
    expect(options().length).toBeGreaterThan(5);
    expect(options().length).toBeLessThan(60);
    expect(options()[0]?.getAttribute('aria-setsize')).toBe('100000');
    expect(options()[1]?.getAttribute('aria-posinset')).toBe('2');
  });

  it('are read by pages as the cursor gets there, and the cursor is drawn', async () => {
    const page = new Drawn(many(9));
    page.answers = agent(9);
    await settled();
    await key('j');
    await key('End');
    expect(page.sentOf('read_rows').map(({ from }) => from)).toContain(99_900);
    expect(at()).toBe('row-many-99999');
    expect(document.getElementById('row-many-99999')).not.toBeNull();
    await key('Enter');
    expect(page.sent.at(-1)).toEqual({ command: 'select', request: 'many-99999' });
    await key('Home');
    expect(at()).toBe('row-many-0');
  });

  it('leave the cursor on its request when others come before it', async () => {
    const page = new Drawn(many(9));
    page.answers = agent(9);
    await settled();
    await key('j');
    await key('j');
    expect(at()).toBe('row-many-1');
    await page.view(many(10, [row(ada), row(noor), ...longRows(0, 98)]));
    expect(at()).toBe('row-many-1');
    expect(document.activeElement).toBe(list());
  });

  it('and an answer about a list that is shown no more changes nothing', async () => {
    const page = new Drawn(many(9));
    let answer: (what: Answer) => void = () => undefined;
    page.answers = (command) =>
      command.command === 'read_rows'
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : { answer: 'done' };
    await settled();
    await key('j');
    await key('End');
    await page.view({ ...inbox, pane: null });
    answer({ answer: 'rows', list: 9, from: 99_900, rows: longRows(0, 100) });
    await settled();
    expect(options()).toHaveLength(rows.inbox.length);
  });
});

describe('what was found', () => {
  it('is marked, accents and capitals or not, and never as markup', () => {
    expect(marked('Inés <b>Ines</b>', ['ines'])).toEqual([
      { text: 'Inés', hit: true },
      { text: ' <b>', hit: false },
      { text: 'Ines', hit: true },
      { text: '</b>', hit: false },
    ]);
    expect(marked('aaa', ['aa', ''])).toEqual([{ text: 'aaa', hit: true }]);
    expect(marked('', ['a'])).toEqual([]);
  });

  it('stands in its row with the words around it', async () => {
    const found = { ...row(noor), found: '…her sister Ada has the phone…' };
    new Drawn({
      ...inbox,
      inbox: { ...inbox.inbox, searched: true, list: 4, total: 1, rows: [found] },
    });
    await settled();
    expect(options()[0]?.querySelector('q')?.textContent).toContain('her sister Ada');
  });
});

describe('a request that is put off', () => {
  it('is put off by two keys, also without a connection, and comes back by one press', async () => {
    const page = new Drawn({
      ...inbox,
      pane: inbox.pane && { ...inbox.pane, blocked: 'offline' },
    });
    await settled();
    await key('h');
    const ten = screen.getByRole('button', { name: '10 minutes' });
    expect(document.activeElement).toBe(ten);
    await key('Escape');
    expect(screen.queryByRole('button', { name: '10 minutes' })).toBeNull();
    expect(page.sent).toEqual([]);
    await key('h');
    await press(screen.getByRole('button', { name: '1 hour' }));
    expect(page.sent.at(-1)).toEqual({
      command: 'snooze',
      request: ada.id,
      until: NOW + 3_600_000,
    });
    await page.view({
      ...inbox,
      pane: inbox.pane && { ...inbox.pane, snoozed_until: NOW + 3_600_000 },
    });
    await press(screen.getByRole('button', { name: 'Bring it back now' }));
    expect(page.sent.at(-1)).toEqual({ command: 'snooze', request: ada.id, until: null });
  });
});
