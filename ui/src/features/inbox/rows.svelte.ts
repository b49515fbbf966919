/** The list as far as it was read: pages of it come as they are scrolled to. */
import { untrack } from 'svelte';

import type { Answer, Inbox, RequestId, Row } from '../../backend/bindings';

const PAGE = 100;
/** So many pages are kept; those that were read longest ago go first. */
const KEPT = 20;

export interface Reads {
  rows(from: number, count: number): Promise<Answer>;
  place(request: RequestId): Promise<Answer>;
}

interface Page {
  number: number;
  rows: Row[];
}

export class ListRows {
  readonly #reads: Reads;
  #list = -1;
  /** The pages that are on their way. */
  #asked: number[] = [];
  /** The first one, then in the order they were read in. */
  #pages = $state.raw<Page[]>([]);
  /** As the list was before, until it is read anew. */
  #before: Page[] = [];
  /** The places that are seen. */
  #seen: number[] = [];
  total = $state(0);
  /** Where the cursor is, and on which request. */
  cursor = $state.raw<{ at: number; id: RequestId | null } | null>(null);

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  /** The agent says how the list is now. */
  take(inbox: Inbox): void {
    untrack(() => {
      const same = inbox.list === this.#list;
      this.total = inbox.total;
      if (same && this.#pages[0]?.rows === inbox.rows) return;
      if (!same) {
        this.#list = inbox.list;
        this.#before = this.#pages;
        this.#asked = [];
      }
      const others = same ? this.#pages.filter(({ number }) => number !== 0) : [];
      this.#pages = [{ number: 0, rows: inbox.rows }, ...others];
      this.#fetch(this.#seen);
      this.#follow();
    });
  }

  at(index: number): Row | null {
    const page = Math.floor(index / PAGE);
    const is = ({ number }: Page): boolean => number === page;
    const found = this.#pages.find(is) ?? this.#before.find(is);
    return found?.rows[index % PAGE] ?? null;
  }

  /** Reads what is missing of the rows at these places, which are all that is seen. */
  need(places: number[]): void {
    this.#seen = places;
    this.#fetch(places);
  }

  point(at: number): void {
    this.cursor = { at, id: this.at(at)?.id ?? null };
    this.#fetch([at]);
  }

  forget(): void {
    this.cursor = null;
  }

  #fetch(places: number[]): void {
    for (const at of places) {
      const page = Math.floor(at / PAGE);
      const here = this.#pages.some(({ number }) => number === page);
      if (at < this.total && !here && !this.#asked.includes(page)) void this.#read(page);
    }
  }

  async #read(number: number): Promise<void> {
    this.#asked.push(number);
    const answer = await this.#reads.rows(number * PAGE, PAGE);
    this.#asked = this.#asked.filter((asked) => asked !== number);
    // Of a list that is shown no more: it is asked for anew.
    if (answer.answer !== 'rows' || answer.list !== this.#list) return;
    const [first, ...others] = this.#pages;
    const newest = [...others, { number, rows: answer.rows }].slice(-KEPT);
    this.#pages = first ? [first, ...newest] : newest;
    if (this.cursor?.id === null) this.point(this.cursor.at);
  }

  /** The cursor stays on its request, wherever that has gone. */
  #follow(): void {
    const id = this.cursor?.id ?? null;
    if (this.cursor === null || id === null || this.at(this.cursor.at)?.id === id) return;
    for (const { number, rows } of this.#pages) {
      const found = rows.findIndex((row) => row.id === id);
      if (found >= 0) {
        this.cursor = { at: number * PAGE + found, id };
        return;
      }
    }
    if (this.total <= PAGE) this.cursor = null;
    else void this.#find(id);
  }

  async #find(id: RequestId): Promise<void> {
    const answer = await this.#reads.place(id);
    if (this.cursor?.id !== id) return;
    const known = answer.answer === 'place' && answer.list === this.#list;
    this.cursor = known && answer.at !== null ? { at: answer.at, id } : null;
  }
}
