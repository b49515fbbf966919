import type { UnixMillis } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import { clockTime } from '../../words/time';

const MINUTE = 60_000;
/** When the day begins at a practice. */
const MORNING = 8;

export interface Time {
  words: string;
  until: UnixMillis;
}

/** Until when a request may be put off; each lies ahead. */
export function snoozes(now: number): Time[] {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING, 0, 0, 0);
  const tomorrow = morning.getTime();
  return [
    { words: m.snooze_minutes(), until: now + 10 * MINUTE },
    { words: m.snooze_hour(), until: now + 60 * MINUTE },
    { words: m.snooze_tomorrow({ at: clockTime(tomorrow) }), until: tomorrow },
  ];
}
