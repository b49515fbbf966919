import type { View } from '../../backend/bindings';
import { m } from '../../words/catalogue';

/** Says politely what came since the last view; the same list, and nothing at first sight. */
export class News {
  #known: Set<string> | null = null;

  of(view: View): string | null {
    if (view.inbox.folder !== 'inbox' || !view.inbox.known) return null;
    const known = this.#known;
    this.#known = new Set([...(known ?? []), ...view.inbox.rows.map((row) => row.id)]);
    if (known === null) return null;
    const fresh = view.inbox.rows.filter((row) => !known.has(row.id));
    if (fresh.length === 0) return null;
    return fresh
      .map((row) => (row.name ? m.new_request({ name: row.name }) : m.new_request_someone()))
      .join(' ');
  }
}
