import type { Solved, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import type { Called } from './names';
import { clockTime, when } from './time';

/** How it ended, in one sentence. */
export function solvedSentence(solved: Solved, who: Called, now: UnixMillis): string {
  const at = when(solved.at, now);
  const filled = { Name: who.Name, at };
  switch (solved.how.how) {
    case 'signed_in':
      if (solved.how.method === 'link') return m.solved_signed_in_link(filled);
      if (solved.how.method === 'pin') return m.solved_signed_in_pin(filled);
      return m.solved_signed_in(filled);
    case 'by_staff':
      return m.solved_by_staff({ by: solved.how.by, at });
    case 'asked_for_help':
      return m.solved_asked_for_help(filled);
    default:
      return m.solved_unknown({ at });
  }
}

/** How it ended, for a row. The row's day is known, so the time is enough. */
export function solvedInShort(solved: Solved): string {
  const at = clockTime(solved.at);
  switch (solved.how.how) {
    case 'signed_in':
      if (solved.how.method === 'link') return m.solved_signed_in_link_row({ at });
      if (solved.how.method === 'pin') return m.solved_signed_in_pin_row({ at });
      return m.solved_signed_in_row({ at });
    case 'by_staff':
      return m.solved_by_staff_row({ by: solved.how.by, at });
    case 'asked_for_help':
      return m.solved_asked_for_help_row({ at });
    default:
      return m.solved_unknown_row({ at });
  }
}
