import type { UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { speech } from './locale.svelte';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (n: number): string => String(n).padStart(2, '0');

/** `9:05`, in this computer's zone. */
export function clockTime(at: UnixMillis): string {
  const when = new Date(at);
  return `${String(when.getHours())}:${two(when.getMinutes())}`;
}

const startOfDay = (at: UnixMillis): number => new Date(at).setHours(0, 0, 0, 0);

/** Whole days between two moments, by the calendar and not by 24 hours. */
export function daysBetween(earlier: UnixMillis, later: UnixMillis): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

/** `Oct 12`. */
export function shortDate(at: UnixMillis): string {
  return new Intl.DateTimeFormat(speech.locale, { month: 'short', day: 'numeric' }).format(at);
}

/** Spanish begins its days with a small letter, and a heading with a large one. */
const asHeading = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** `Monday, October 12`, to head a day in the list. */
export function longDate(at: UnixMillis): string {
  const date = { weekday: 'long', month: 'long', day: 'numeric' } as const;
  return asHeading(new Intl.DateTimeFormat(speech.locale, date).format(at));
}

/** The time today, the date before: as short as it can be without doubt. */
export function shortWhen(at: UnixMillis, now: UnixMillis): string {
  return daysBetween(at, now) === 0 ? clockTime(at) : shortDate(at);
}

/** `9:05`, or `9:05 on Oct 12` where it was not today: to follow “at” or “since”. */
export function when(at: UnixMillis, now: UnixMillis): string {
  if (daysBetween(at, now) === 0) return clockTime(at);
  return m.time_on_date({ time: clockTime(at), date: shortDate(at) });
}

/** `9:05`, or `Oct 12, 9:05`: to name a link by, as in “the 9:05 link”. */
export function whenNamed(at: UnixMillis, now: UnixMillis): string {
  if (daysBetween(at, now) === 0) return clockTime(at);
  return m.time_named({ time: clockTime(at), date: shortDate(at) });
}

/** How long, in the largest whole unit; `null` below a minute. */
export function howLong(since: UnixMillis, now: UnixMillis): string | null {
  const span = now - since;
  if (span < MINUTE) return null;
  if (span < HOUR) return m.minutes({ n: Math.floor(span / MINUTE) });
  if (span < DAY) return m.hours({ n: Math.floor(span / HOUR) });
  return m.days({ n: Math.floor(span / DAY) });
}

/** `8 minutes 41 seconds`, for a countdown that is looked at. */
export function left(millis: number): string {
  const all = Math.max(0, Math.ceil(millis / 1000));
  const minutes = Math.floor(all / 60);
  const seconds = all % 60;
  if (minutes === 0) return m.seconds({ n: seconds });
  if (seconds === 0) return m.minutes({ n: minutes });
  return m.pin_left_min_sec({
    minutes: m.minutes({ n: minutes }),
    seconds: m.seconds({ n: seconds }),
  });
}

/** The same for ears: whole minutes, so that a live region speaks once a minute. */
export function leftInMinutes(millis: number): string {
  return m.minutes({ n: Math.max(1, Math.ceil(millis / MINUTE)) });
}

/** `18:30`, of so many minutes after midnight. */
export function dayMinutes(minutes: number): string {
  return `${String(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `Monday` of 0, `Sunday` of 6. */
export function weekday(index: number): string {
  // 2024 began on a Monday.
  const day = Date.UTC(2024, 0, 1 + index);
  const name = new Intl.DateTimeFormat(speech.locale, { weekday: 'long', timeZone: 'UTC' });
  return asHeading(name.format(day));
}
