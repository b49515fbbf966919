/** The days that a cover period can be from and until. */
import type { UnixMillis } from '../../backend/bindings';
import { longDate } from '../../words/time';

/** So many are offered; who plans further ahead comes back. */
const DAYS = 180;

export interface Day {
  /** Its first moment. */
  at: UnixMillis;
  words: string;
}

/** The first moment of the day so many days later, whatever the clocks do between. */
export function dayAfter(at: UnixMillis, days: number): UnixMillis {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + days);
  return day.getTime();
}

/** From the day of this moment on. */
export function daysFrom(at: UnixMillis): Day[] {
  return Array.from({ length: DAYS }, (_, index) => {
    const day = dayAfter(at, index);
    return { at: day, words: longDate(day) };
  });
}
