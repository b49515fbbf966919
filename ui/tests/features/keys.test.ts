import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, ben, inbox, listed, noor, row, stranger } from '../../dev/people';
import type { HelpRequest, View } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled, type } from '../drawn';

const closed: View = { ...inbox, inbox: { ...inbox.inbox, opened_at: null }, pane: null };
const open = (request: HelpRequest): View => ({
  ...inbox,
  inbox: {
    ...inbox.inbox,
    opened_at: inbox.inbox.rows.findIndex(({ id }) => id === request.id),
  },
  pane: {
    request,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
  },
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
  const asked = (page: Drawn): unknown => page.sentOf('search').at(-1)?.query;

  it('asks the agent at each key, and draws what it finds', async () => {
    const page = new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), 'okaf');
    expect(asked(page)).toMatchObject({ words: [{ text: 'okaf', causes: [] }] });
    await page.view({
      ...closed,
      inbox: { ...closed.inbox, searched: true, ...listed([row(ada)]) },
    });
    const found = screen.getAllByRole('option');
    expect(found).toHaveLength(1);
    expect(found[0]?.querySelector('mark')?.textContent).toBe('Okaf');
    expect(screen.getByRole('listbox', { name: 'What was found' })).toBe(list());
  });

  it('goes back to the whole list by Esc', async () => {
    const page = new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), 'okaf');
    await key('Escape');
    expect(asked(page)).toBeNull();
    expect(document.activeElement).toBe(list());
  });

  it('says that nothing was found, and clears by one press', async () => {
    const page = new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), 'zebra');
    await page.view({ ...closed, inbox: { ...closed.inbox, searched: true, ...listed([]) } });
    expect(document.body.textContent).toContain('No request has “zebra” in it.');
    await press(button('Show all'));
    expect(asked(page)).toBeNull();
  });

  it('says which operator is none, and looks for the rest', async () => {
    const page = new Drawn(closed);
    await settled();
    await key('/');
    await type(screen.getByRole('searchbox'), 'ada state:gone');
    expect(asked(page)).toMatchObject({ words: [{ text: 'ada' }], states: [] });
    expect(document.body.textContent).toContain('“gone” is no state.');
  });
});

describe('a new request', () => {
  // RULES W1
  it('is announced once and politely, and those that were there are not', async () => {
    const page = new Drawn({ ...closed, inbox: { ...inbox.inbox, ...listed([row(ben)], 0) } });
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
