import { describe, expect, it } from 'vitest';

import { NOW, rows } from '../../dev/people';
import { byDay } from '../../src/features/inbox/filter';

const DAY = 24 * 3_600_000;

describe('the list by day', () => {
  it('has what came by a clock that is ahead under today, once', () => {
    const [first] = rows.inbox;
    if (!first) throw new Error('There are no rows.');
    const days = byDay(
      [1, 0, -1].map((ahead) => ({ ...first, at: NOW + ahead * DAY })),
      NOW,
    );
    expect(days.map((day) => day.rows.length)).toEqual([2, 1]);
    expect(days.map((day) => day.today)).toEqual([true, false]);
  });
});
