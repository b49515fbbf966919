/** When a client's session is. */
import type { ClientSession, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { clockTime, when } from './time';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** As the list has it: one that begins this soon puts its client first. */
const NEAR = 3 * HOUR;

/** `Session in 12 min`, where it is near or runs. */
export function sessionSoon({ from, until }: ClientSession, now: UnixMillis): string | null {
  if (until <= now || from > now + NEAR) return null;
  if (from <= now) return m.session_runs({ until: clockTime(until) });
  if (from <= now + HOUR) return m.session_in({ n: Math.ceil((from - now) / MINUTE) });
  return m.session_at({ at: clockTime(from) });
}

/** The same, however far away. */
export function sessionLine(session: ClientSession, now: UnixMillis): string {
  const soon = sessionSoon(session, now);
  if (soon) return `${soon}.`;
  return session.until <= now ? '' : m.session_next({ at: when(session.from, now) });
}
