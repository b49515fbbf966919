import type { Row } from '../../backend/bindings';
import { causeInShort } from '../../words/cause';
import { solvedInShort } from '../../words/solved';
import { daysBetween, longDate } from '../../words/time';
import { m } from '../../words/catalogue';

/** The second line of a row: how it ended, or why the client is not in. */
export function secondLine(row: Row, now: number): string {
  if (row.frozen) return m.list_frozen();
  if (row.waits_since !== undefined) return m.list_wrote();
  if (row.solved) return solvedInShort(row.solved);
  const first = row.name?.split(' ')[0];
  const who = first
    ? { name: first, Name: first }
    : { name: m.someone_mid(), Name: m.someone_start() };
  return causeInShort(row.diagnosis, who, now);
}

/** The day that a row came on, where the one before it came on another. */
export function newDay(row: Row, before: Row | null, now: number): string | null {
  // The service's clock may be ahead of this computer's: its tomorrow is today, too.
  const ago = (one: Row): number => Math.max(0, daysBetween(one.at, now));
  const days = ago(row);
  if (before ? ago(before) === days : days === 0) return null;
  if (days === 0) return m.list_today();
  return days === 1 ? m.list_yesterday() : longDate(row.at);
}
