/** What is typed into the search field, as the agent understands it. */
import type { Query, RequestState } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import { causesWith } from '../../words/cause';

export interface Understood {
  query: Query | null;
  /** What was typed as an operator and is none: said in words, and left out. */
  wrong: string[];
  /** What is marked where it is found. */
  marks: string[];
}

const DAY = 24 * 3_600_000;

const open: RequestState[] = ['new', 'looking', 'waiting_for_client'];
const states: Record<string, RequestState[]> = {
  new: ['new'],
  looking: ['looking'],
  waiting: ['waiting_for_client'],
  solved: ['solved'],
  open,
};

/** Words, `name:value`, and either in quotes. */
const parts = /(?:(\w+):)?(?:"([^"]*)"?|(\S+))/gu;

/** The first moment of a day: `2026-10-19`, `today`, `yesterday`. */
export function dayOf(text: string, now: number): number | null {
  const today = new Date(now).setHours(0, 0, 0, 0);
  if (text === 'today') return today;
  if (text === 'yesterday') return new Date(today - DAY / 2).setHours(0, 0, 0, 0);
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(year, month - 1, day);
  const exists = date.getMonth() === month - 1 && date.getDate() === day;
  return exists ? date.getTime() : null;
}

export function understand(text: string, now: number): Understood {
  const query: Query = {
    words: [],
    from: [],
    states: [],
    causes: [],
    has_pin: false,
    unread: false,
    since: null,
    before: null,
  };
  const wrong: string[] = [];
  const marks: string[] = [];
  const add = (word: string): void => {
    query.words.push({ text: word, causes: causesWith(word) });
    marks.push(word);
  };
  const about = (name: string, value: string): boolean => {
    const word = value.toLowerCase();
    switch (name) {
      case 'from':
        query.from.push(value);
        marks.push(value);
        return true;
      case 'state': {
        const found = states[word];
        if (found) query.states.push(...found);
        else wrong.push(m.search_wrong_state({ value }));
        return true;
      }
      case 'cause': {
        const found = causesWith(word.replace(/[-_]/gu, ' '));
        if (found.length > 0) query.causes.push(...found);
        else wrong.push(m.search_wrong_cause({ value }));
        return true;
      }
      case 'has':
        if (word === 'pin') query.has_pin = true;
        else wrong.push(m.search_wrong_has({ value }));
        return true;
      case 'is':
        if (word === 'unread') query.unread = true;
        else if (states[word]) query.states.push(...states[word]);
        else wrong.push(m.search_wrong_is({ value }));
        return true;
      case 'before':
      case 'after': {
        const day = dayOf(word, now);
        if (day === null) wrong.push(m.search_wrong_day({ value }));
        else if (name === 'before') query.before = day;
        else query.since = day;
        return true;
      }
      default:
        return false;
    }
  };
  for (const [whole, name, quoted, plain] of text.matchAll(parts)) {
    const value = quoted ?? plain ?? '';
    // An operator that is being typed finds nothing yet, and hides nothing either.
    if (name !== undefined && value !== '' && about(name.toLowerCase(), value)) continue;
    if (name === undefined && /^(?:from|state|cause|has|is|before|after):$/iu.test(whole)) continue;
    const word = name === undefined ? value : whole;
    if (word !== '') add(word);
  }
  const asks =
    query.words.length > 0 ||
    query.from.length > 0 ||
    query.states.length > 0 ||
    query.causes.length > 0 ||
    query.has_pin ||
    query.unread ||
    query.since !== null ||
    query.before !== null;
  return { query: asks ? query : null, wrong, marks };
}
