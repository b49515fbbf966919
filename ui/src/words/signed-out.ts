import type { SignedOut } from '../backend/bindings';
import { m } from './catalogue';

type Says = [title: () => string, means: () => string];

/** One line a reason. */
export const reasons: Record<SignedOut, Says> = {
  session_ended: [m.out_session_ended_title, m.out_session_ended_means],
  not_a_practice: [m.out_not_a_practice_title, m.out_not_a_practice_means],
  unreachable: [m.out_unreachable_title, m.out_unreachable_means],
  denied: [m.out_denied_title, m.out_denied_means],
  mismatch: [m.out_mismatch_title, m.out_mismatch_means],
  timed_out: [m.out_timed_out_title, m.out_timed_out_means],
  not_told: [m.out_not_told_title, m.out_not_told_means],
  failed: [m.out_failed_title, m.out_failed_means],
};

export function signedOutWords(why: SignedOut): { title: string; means: string } {
  const [title, means] = (reasons as Partial<Record<string, Says>>)[why] ?? [
    m.out_unknown_title,
    m.out_unknown_means,
  ];
  return { title: title(), means: means() };
}
