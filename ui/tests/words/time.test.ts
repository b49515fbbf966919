import { describe, expect, it } from 'vitest';

import { MINUTE, NOW } from '../../dev/people';
import { ends, likelyEnd } from '../../src/features/request/session-end';
import { spelledOut } from '../../src/words/pin';
import { clockTime, howLong, left, leftInMinutes, shortWhen } from '../../src/words/time';

describe('time in words', () => {
  it('is the clock today and the date before', () => {
    expect(clockTime(NOW)).toBe('10:46');
    expect(shortWhen(NOW - MINUTE, NOW)).toBe('10:45');
    expect(shortWhen(NOW - 7 * 24 * 60 * MINUTE, NOW)).toBe('Oct 12');
  });

  it('says how long in the largest whole unit', () => {
    expect(howLong(NOW - 4 * MINUTE - 59_000, NOW)).toBe('4 minutes');
    expect(howLong(NOW - MINUTE, NOW)).toBe('1 minute');
    expect(howLong(NOW - 90 * MINUTE, NOW)).toBe('1 hour');
    expect(howLong(NOW - 30_000, NOW)).toBeNull();
  });

  it('counts down for eyes by the second and for ears by the minute', () => {
    expect(left(8 * MINUTE + 41_000)).toBe('8 minutes 41 seconds');
    expect(left(1000)).toBe('1 second');
    expect(left(-5)).toBe('0 seconds');
    expect(leftInMinutes(8 * MINUTE + 41_000)).toBe('9 minutes');
    expect(leftInMinutes(8 * MINUTE + 1_000)).toBe('9 minutes');
  });

  it('spells a PIN out in two groups', () => {
    expect(spelledOut('482915')).toBe('“Four, eight, two. Nine, one, five.”');
    expect(spelledOut('007000')).toBe('“Zero, zero, seven. Zero, zero, zero.”');
  });
});

describe('the end of a session', () => {
  it('is most likely at ten to the hour', () => {
    expect(clockTime(likelyEnd(NOW))).toBe('10:50');
    expect(clockTime(likelyEnd(NOW + 3 * MINUTE))).toBe('11:50');
  });

  it('can be any five minutes of the next two hours', () => {
    const all = ends(NOW);
    expect(clockTime(all[0] ?? 0)).toBe('10:50');
    expect(all).toHaveLength(24);
    expect(all).toContain(likelyEnd(NOW));
  });
});
