import { screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import { inbox } from '../../dev/people';
import { fitting } from '../../src/features/palette/choices';
import { button, Drawn, key, settled, type } from '../drawn';

async function opened(view = inbox): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await settled();
  return page;
}

const commands = () => within(screen.getByRole('dialog'));
const field = (): HTMLElement => commands().getByRole('combobox');
const chosen = (): string | null | undefined =>
  commands()
    .getAllByRole('option')
    .find((one) => one.getAttribute('aria-selected') === 'true')?.textContent;

describe('the commands', () => {
  // RULES W1
  it('are found by a few letters and done by Enter', async () => {
    const page = await opened();
    await type(field(), 'show sol');
    expect(chosen()).toContain('Show Solved');
    await key('Enter');
    expect(page.sent.at(-1)).toEqual({ command: 'show', folder: 'solved' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('are walked through by the arrows, round and round', async () => {
    await opened();
    const first = chosen();
    await key('ArrowUp');
    expect(chosen()).not.toBe(first);
    await key('ArrowDown');
    expect(chosen()).toBe(first);
    expect(field().getAttribute('aria-activedescendant')).toBe('choice-0');
  });

  it('take the focus where they lead', async () => {
    await opened();
    await type(field(), 'pin buttons');
    await key('Enter');
    await settled();
    expect(document.activeElement).toBe(button('I called 555 0142'));
  });

  // RULES P1
  it('never issue a PIN by themselves, and offer nothing for a request that is not open', async () => {
    const page = await opened({ ...inbox, pane: null });
    await type(field(), 'pin');
    expect(commands().queryByRole('option')).toBeNull();
    await key('Enter');
    expect(page.sent).toEqual([]);
  });

  it('that nobody knows are said to be none', async () => {
    await opened();
    await type(field(), 'zebra');
    expect(document.body.textContent).toContain('Nothing here is called “zebra”.');
  });

  it('begin with what was typed before they have it somewhere', () => {
    const choices = ['Mark as solved', 'Solve'].map((words) => ({ words, run: () => undefined }));
    expect(fitting(choices, 'sol').map(({ words }) => words)).toEqual(['Solve', 'Mark as solved']);
  });
});

describe('the panes', () => {
  beforeEach(() => {
    localStorage.clear();
  });

  // RULES W1
  it('are made wider by keys, within bounds, and stay so', async () => {
    const page = new Drawn(inbox);
    await settled();
    const divider = (): HTMLElement => screen.getByRole('separator', { name: 'Width of the list' });
    const width = (): string | undefined =>
      document.querySelector<HTMLElement>('.desk')?.style.getPropertyValue('--list');
    expect(width()).toBe('22rem');
    divider().focus();
    await key('ArrowRight');
    expect(width()).toBe('23rem');
    await key('End');
    await key('ArrowRight');
    expect(width()).toBe('40rem');
    expect(divider().getAttribute('aria-valuenow')).toBe('100');
    expect(page.sent).toEqual([]);
    page.unmount();
    new Drawn(inbox);
    await settled();
    expect(width()).toBe('40rem');
    divider().dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await settled();
    expect(width()).toBe('22rem');
  });

  it('that were kept as nonsense are as they usually are', async () => {
    localStorage.setItem('panes', '{"nav": "wide", "list": -4}');
    new Drawn(inbox);
    await settled();
    const desk = document.querySelector<HTMLElement>('.desk');
    expect(desk?.style.getPropertyValue('--nav')).toBe('13rem');
    expect(desk?.style.getPropertyValue('--list')).toBe('15rem');
  });
});
