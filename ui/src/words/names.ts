import type { Row, Who } from '../backend/bindings';
import { m } from './catalogue';

/** How to call somebody in a sentence: names instead of pronouns. */
export interface Called {
  /** Within a sentence. */
  name: string;
  /** At its beginning. */
  Name: string;
}

export function called(who: Who): Called {
  const first = who.first_name ?? who.name;
  if (first) return { name: first, Name: first };
  if (who.client) return { name: m.client_mid(), Name: m.client_start() };
  return { name: m.someone_mid(), Name: m.someone_start() };
}

/** What to list a request under. */
export function listedAs(row: Pick<Row, 'name' | 'typed'>): string {
  if (row.name) return row.name;
  const typed = row.typed.trim();
  return typed ? m.list_someone({ typed }) : m.list_someone_blank();
}

/** The same within a sentence. */
export function fromWhom(who: Who): string {
  if (who.name) return who.name;
  const typed = who.typed.trim();
  return typed ? m.pane_someone({ typed }) : m.pane_someone_blank();
}
