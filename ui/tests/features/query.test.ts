import { describe, expect, it } from 'vitest';

import { NOW } from '../../dev/people';
import type { Query } from '../../src/backend/bindings';
import { dayOf, understand } from '../../src/features/inbox/query';

const asked = (text: string): Partial<Query> => {
  const { query } = understand(text, NOW);
  const said = Object.entries(query ?? {}).filter(
    ([, value]) =>
      !(Array.isArray(value) && value.length === 0) && value !== null && value !== false,
  );
  return Object.fromEntries(said);
};

describe('what is typed into the search field', () => {
  it.each<[string, Partial<Query>]>([
    ['', {}],
    ['   ', {}],
    ['from:', {}],
    ['from:okafor', { from: ['okafor'] }],
    ['from:"ada okafor"', { from: ['ada okafor'] }],
    ['FROM:Ada', { from: ['Ada'] }],
    ['state:waiting', { states: ['waiting_for_client'] }],
    ['is:open', { states: ['new', 'looking', 'waiting_for_client'] }],
    ['is:unread has:pin', { unread: true, has_pin: true }],
    ['cause:mailbox-full', { causes: ['mailbox_full'] }],
    ['"two words"', { words: [{ text: 'two words', causes: [] }] }],
    ['http://x', { words: [{ text: 'http://x', causes: [] }] }],
    ['"', {}],
  ])('%s', (text, query) => {
    expect(asked(text)).toEqual(query);
  });

  it('is found by the words of a cause', () => {
    const { query } = understand('full', NOW);
    expect(query?.words[0]?.causes).toContain('mailbox_full');
  });

  it.each(['state:x', 'has:link', 'is:old', 'before:soon', 'after:2026-02-31', 'cause:zebra'])(
    '%s is told to be wrong, and hides nothing',
    (text) => {
      const { query, wrong } = understand(text, NOW);
      expect(query).toBeNull();
      expect(wrong).toHaveLength(1);
    },
  );

  it('names days by the calendar of this computer', () => {
    const today = new Date(NOW).setHours(0, 0, 0, 0);
    expect(dayOf('today', NOW)).toBe(today);
    expect(dayOf('yesterday', NOW)).toBe(new Date(2026, 9, 18).getTime());
    expect(dayOf('2026-10-01', NOW)).toBe(new Date(2026, 9, 1).getTime());
    expect(asked('after:2026-10-01 before:today')).toEqual({
      since: new Date(2026, 9, 1).getTime(),
      before: today,
    });
  });
});
