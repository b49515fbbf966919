import type { Row } from '../../backend/bindings';
import { causeInShort } from '../../words/cause';
import { listedAs } from '../../words/names';
import { solvedInShort } from '../../words/solved';
import { longDate, daysBetween } from '../../words/time';
import { m } from '../../words/catalogue';

/** The second line of a row: how it ended, or why the client is not in. */
export function secondLine(row: Row, now: number): string {
  if (row.solved) return solvedInShort(row.solved);
  const first = row.name?.split(' ')[0];
  const who = first
    ? { name: first, Name: first }
    : { name: m.someone_mid(), Name: m.someone_start() };
  return causeInShort(row.diagnosis, who, now);
}

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Rows that have every word in name, text or cause; accents and case do not matter. */
export function filterRows(rows: Row[], query: string, now: number): Row[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = plain(
      [listedAs(row), row.typed, row.message ?? '', secondLine(row, now)].join('\n'),
    );
    return words.every((word) => text.includes(word));
  });
}

export interface Day {
  label: string;
  today: boolean;
  rows: Row[];
}

/** Rows under the day they came on, in the order they came in. */
export function byDay(rows: Row[], now: number): Day[] {
  const days: Day[] = [];
  let last: number | null = null;
  for (const row of rows) {
    // The service's clock may be ahead of this computer's: its tomorrow is today, too.
    const ago = Math.max(0, daysBetween(row.at, now));
    if (ago !== last) {
      const label = ago === 0 ? m.list_today() : ago === 1 ? m.list_yesterday() : longDate(row.at);
      days.push({ label, today: ago === 0, rows: [] });
      last = ago;
    }
    days.at(-1)?.rows.push(row);
  }
  return days;
}
