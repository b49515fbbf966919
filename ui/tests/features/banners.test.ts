import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { inbox, minutesAgo, NOW } from '../../dev/people';
import type { View } from '../../src/backend/bindings';
import { button, Drawn, press, settled } from '../drawn';

const wanted: View = {
  ...inbox,
  settings: { ...inbox.settings, passphrase: 'wanted' },
};
const offline: View = {
  ...wanted,
  connection: { connection: 'offline', since: minutesAgo(4), retry_at: NOW + 20_000 },
};

/** So long nothing below a strip that came or went takes a press. */
const LATE = 500;

const rows = (): string[] =>
  [...document.querySelectorAll('.banner')].map((banner) => {
    const read = banner.cloneNode(true) as Element;
    for (const hidden of read.querySelectorAll('[aria-hidden]')) hidden.remove();
    return (read.textContent ?? '').replace(/\s+/g, ' ').trim();
  });

async function drawn(view: View): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  return page;
}

const out: View = {
  ...inbox,
  outages: [
    { whom: { whom: 'everyone' }, cause: 'practice_mail_down', since: minutesAgo(6), failures: 3 },
  ],
};

describe('an outage of mail', () => {
  it('is said across the window, and once it is over nowhere', async () => {
    const page = await drawn(out);
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toContain('Mail has reached nobody since');
    await page.view(inbox);
    expect(rows()).toEqual([]);
  });

  it('is over for whoever points at it only while the practice can be reached', async () => {
    const page = await drawn(out);
    const strip = document.querySelector('.banner')?.parentElement as HTMLElement;
    await fireEvent.pointerEnter(strip);
    await page.view(inbox);
    expect(rows()).toEqual(['Mail arrives again.']);
    await page.view(out);
    await page.view({ ...inbox, connection: offline.connection });
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toContain('No connection since');
  });

  it('is not said while nobody knows whether it is over', async () => {
    const page = await drawn(out);
    expect(rows().join()).toContain('Mail has reached nobody');
    await page.tell({ to_page: 'agent_lost' });
    expect(rows().join()).not.toContain('Mail has reached nobody');
  });
});

describe('a strip that goes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps its place while somebody points at it, with nothing to press', async () => {
    const page = await drawn(offline);
    const retry = button('Try now');
    const strip = retry.closest('[role=presentation]') as HTMLElement;
    await fireEvent.pointerEnter(strip);
    await page.view(wanted);
    expect(button('Try now')).toBe(retry);
    expect(rows()[0]).toBe('Connected again. Try now');
    // In the room of the words before, or the next one's button would move.
    expect(document.querySelector('.was')?.textContent).toContain('No connection since');
    expect(rows()[1]).toContain('Choose a passphrase.');
    vi.advanceTimersByTime(LATE);
    await press(retry);
    expect(page.sent).toEqual([]);
    await fireEvent.pointerLeave(strip);
    retry.blur();
    await settled();
    expect(rows()).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'Try now' })).toBeNull();
  });

  it('keeps its place while it has the focus', async () => {
    const page = await drawn(offline);
    button('Try now').focus();
    await page.view(wanted);
    expect(document.activeElement).toBe(button('Try now'));
    button('Choose one').focus();
    await settled();
    expect(rows()).toHaveLength(2);
    button('Settings').focus();
    await settled();
    expect(rows()).toHaveLength(1);
  });

  it('comes back to its own place', async () => {
    const page = await drawn(offline);
    button('Try now').focus();
    await page.view(wanted);
    await page.view(offline);
    expect(rows()).toHaveLength(2);
    await press(button('Try now'));
    expect(page.sent).toEqual([{ command: 'connect_now' }]);
  });

  it.each([
    ['goes', offline, wanted],
    ['comes', wanted, offline],
  ])('takes no press for half a second below a strip that %s', async (_, before, after) => {
    const page = await drawn(before);
    await page.view(after);
    await press(button('Settings'));
    await press(button('Choose one'));
    expect(screen.queryByRole('heading', { name: 'Settings' })).toBeNull();
    // A key is no hand that misses.
    await press(button('Sign out'), 0);
    expect(screen.getByRole('dialog')).toBeTruthy();
    await press(button(/Stay|Keep/), 0);
    vi.advanceTimersByTime(LATE);
    await settled();
    await press(button('Settings'));
    expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
    expect(page.sent).toEqual([]);
  });
});
