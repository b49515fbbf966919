import type { ClientSession, UnixMillis } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import { clockTime, when } from '../../words/time';

const MINUTE = 60_000;
/** When the day begins at a practice. */
const MORNING = 8;
/** Nobody is put off for longer. */
const LONGEST = 14 * 24 * 60 * MINUTE;

export interface Time {
  words: string;
  until: UnixMillis;
}

/** Until when a request may be put off; each lies ahead. */
export function snoozes(now: number, session: ClientSession | null): Time[] {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING, 0, 0, 0);
  const tomorrow = morning.getTime();
  const before = session === null ? 0 : session.from - 10 * MINUTE;
  const offered = before > now + MINUTE && before <= now + LONGEST;
  return [
    { words: m.snooze_minutes(), until: now + 10 * MINUTE },
    { words: m.snooze_hour(), until: now + 60 * MINUTE },
    ...(offered ? [{ words: m.snooze_session({ at: when(before, now) }), until: before }] : []),
    { words: m.snooze_tomorrow({ at: clockTime(tomorrow) }), until: tomorrow },
  ];
}
