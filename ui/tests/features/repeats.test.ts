import { describe, expect, it } from 'vitest';

import { states } from '../../dev/states';
import { Drawn, settled } from '../drawn';

// RULES A4
describe('who asks again and again', () => {
  it('is one row with how often and when last, in words, and so in the request', async () => {
    const state = states['asked-again'];
    if (!state?.view) throw new Error('no such state');
    new Drawn(state.view);
    await settled();
    const [row, ...others] = document.querySelectorAll('[role="option"]');
    expect(row?.textContent).toMatch(/Asked 3 times, last \d/);
    expect(row?.textContent).toContain('Mailbox full.');
    expect(others.some((other) => other.textContent.includes('Asked'))).toBe(false);
    expect(document.querySelector('article header')?.textContent).toMatch(/asked 3 times, last/);
  });
});
