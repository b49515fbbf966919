import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox, MINUTE, NOW, row } from '../../dev/people';
import { states } from '../../dev/states';
import type { Answer, Command, View } from '../../src/backend/bindings';
import { dayAfter } from '../../src/features/settings/cover';
import { snoozes } from '../../src/features/request/snoozes';
import { sessionLine, sessionSoon } from '../../src/words/session';
import { button, Drawn, press, settled } from '../drawn';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const state = (name: string): View => states[name]?.view ?? inbox;

async function settings(
  name: string,
  answer: (command: Command) => Answer | null = () => null,
): Promise<Drawn> {
  const page = new Drawn(state(name));
  const { colleagues, covers } = states[name] ?? {};
  page.answers = (command): Answer =>
    answer(command) ??
    (command.command === 'read_colleagues'
      ? { answer: 'colleagues', colleagues: colleagues ?? [], covers: covers ?? [] }
      : { answer: 'done' });
  await settled();
  await press(button('Settings'));
  return page;
}

const select = (name: string): HTMLSelectElement => screen.getByRole('combobox', { name });

async function choose(name: string, value: string): Promise<void> {
  const field = select(name);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
}

describe('time away', () => {
  it('is said quietly while it lasts, and what is to come only in the settings', async () => {
    new Drawn(state('covering'));
    await settled();
    const nav = screen.getByRole('navigation');
    expect(nav.textContent).toContain('You cover for Lee Moreau until');
    expect(nav.textContent).not.toContain('Sam Park covers for you');
    await press(button('Settings'));
    expect(document.body.textContent).toContain('Sam Park covers for you from');
  });

  it('has a colleague cover from now until the end of a day', async () => {
    const page = await settings('cover-set');
    await press(button('Have a colleague cover'));
    expect(document.activeElement).toBe(select('Who covers'));
    expect(screen.queryByRole('combobox', { name: 'Who is away' })).toBeNull();
    const people = [...select('Who covers').options].map(({ text }) => text);
    expect(people).toEqual(['Sam Park', 'Lee Moreau']);
    await choose('Until the end of', String(dayAfter(NOW, 3)));
    await press(button('Let Sam Park cover'));
    expect(page.sentOf('set_cover')).toEqual([
      { command: 'set_cover', covered_by: 's2', until: dayAfter(NOW, 4) },
    ]);
    expect(document.activeElement).toBe(button('Have a colleague cover'));
  });

  it('never ends before it begins, and lasts a day at least', async () => {
    const page = await settings('cover-set');
    await press(button('Have a colleague cover'));
    await choose('From', String(dayAfter(NOW, 5)));
    await press(button('Let Sam Park cover'));
    expect(page.sentOf('set_cover')[0]).toMatchObject({
      from: dayAfter(NOW, 5),
      until: dayAfter(NOW, 6),
    });
  });

  it('says why it was refused, and stays open', async () => {
    const page = await settings('cover-set', (command) =>
      command.command === 'set_cover'
        ? { answer: 'refused', code: 'colleague_away', by: 'Sam Park', retry_at: null }
        : null,
    );
    await press(button('Have a colleague cover'));
    await press(button('Let Sam Park cover'));
    expect(document.body.textContent).toContain('Sam Park is away in that time, too.');
    expect(button('Let Sam Park cover')).toBeTruthy();
    expect(page.sentOf('set_cover')).toHaveLength(1);
  });

  it('is ended by whoever is away, not by whoever covers', async () => {
    const page = await settings('covering');
    expect(screen.queryByRole('button', { name: 'End it now' })).toBeNull();
    await press(button('Call it off'));
    expect(page.sentOf('cancel_cover')).toEqual([{ command: 'cancel_cover', cover: 'k2' }]);
  });

  it('is everybody’s to an admin', async () => {
    const page = await settings('cover-admin');
    expect(document.body.textContent).toContain('Sam Park covers for Alma Weiss until');
    await press(screen.getAllByRole('button', { name: 'End it now' })[1] as HTMLElement);
    expect(page.sentOf('cancel_cover')[0]?.cover).toBe('k3');
    await press(button('Have a colleague cover'));
    await choose('Who covers', 's3');
    await choose('Who is away', 's3');
    await press(button('Let Rosa Rivera cover'));
    expect(page.sentOf('set_cover')[0]).toMatchObject({ away: 's3', covered_by: 's1' });
  });

  it('is nothing to ask for where nobody can be asked who is there', async () => {
    await settings('cover-offline', (command) =>
      command.command === 'read_colleagues'
        ? { answer: 'refused', code: 'offline', by: null, retry_at: null }
        : null,
    );
    await press(button('Have a colleague cover'));
    expect(screen.queryByRole('combobox', { name: 'Who covers' })).toBeNull();
    expect(document.activeElement).toBe(button('Have a colleague cover'));
  });
});

describe('a client’s session', () => {
  const at = (from: number, until: number): { from: number; until: number } => ({
    from: NOW + from,
    until: NOW + until,
  });

  it('is said in minutes when it is near, and not at all in the list before that', () => {
    expect(sessionSoon(at(12 * MINUTE - 1, HOUR), NOW)).toBe('Session in 12 min');
    expect(sessionSoon(at(-MINUTE, HOUR), NOW)).toMatch(/^Session now, until /);
    expect(sessionSoon(at(2 * HOUR, 3 * HOUR), NOW)).toMatch(/^Session at /);
    expect(sessionSoon(at(4 * HOUR, 5 * HOUR), NOW)).toBeNull();
    expect(sessionLine(at(2 * DAY, 3 * DAY), NOW)).toMatch(/^Next session at .* on /);
    expect(sessionLine(at(-HOUR, -1), NOW)).toBe('');
  });

  it('stands in its row and at the request', async () => {
    new Drawn({ ...state('sessions') });
    await settled();
    expect(screen.getByRole('option', { name: /Ada/ }).textContent).toContain('Session in 12 min.');
    expect(screen.getByRole('article').textContent).toContain('Session in 12 min.');
    expect(row(ada).session).toBeUndefined();
  });

  it('can be waited for, up to 10 minutes before', () => {
    const words = (from: number): string[] =>
      snoozes(NOW, at(from, from + HOUR)).map((time) => time.words);
    const until = snoozes(NOW, at(HOUR, 2 * HOUR)).find(({ words }) => words.includes('session'));
    expect(until?.until).toBe(NOW + 50 * MINUTE);
    for (const from of [10 * MINUTE, -MINUTE, 15 * DAY]) expect(words(from)).toHaveLength(3);
    expect(snoozes(NOW, null)).toHaveLength(3);
  });
});
