import type { Phrase, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { when } from './time';

/** A set reply as the waiting page shows it. */
export function phraseWords(phrase: Phrase, now: UnixMillis): string {
  switch (phrase.phrase) {
    case 'call_within_ten_minutes':
      return m.phrase_call();
    case 'after_my_session':
      return m.phrase_session({ at: when(phrase.at, now) });
    case 'try_the_new_link':
      return m.phrase_link();
    default:
      return m.phrase_unknown();
  }
}
