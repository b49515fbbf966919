import type { ErrorCode, Refusal, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { when } from './time';

/** What happened, and what it means and what to do. */
export interface Told {
  what: string;
  so: string;
  /** `stop` was refused, `note` went as it should and asks for one more step. */
  tone: 'stop' | 'note';
}

type Says = [what: (by: string | null) => string, so: () => string, tone?: Told['tone']];

/** One line an error code. A code that is missing here does not compile. */
export const refusals: Record<ErrorCode, Says> = {
  bad_request: [() => m.err_bad_request(), m.err_bad_request_so],
  not_signed_in: [() => m.err_not_signed_in(), m.err_not_signed_in_so],
  not_allowed: [() => m.err_not_allowed(), m.err_not_allowed_so],
  not_found: [() => m.err_not_found(), m.err_not_found_so],
  key_reused: [() => m.err_key_reused(), m.err_key_reused_so],
  just_issued: [
    (by) => (by ? m.err_just_issued({ by }) : m.err_just_issued_bare()),
    m.err_just_issued_so,
  ],
  taken: [(by) => (by ? m.err_taken({ by }) : m.err_taken_bare()), m.err_taken_so],
  colleague_gone: [() => m.err_colleague_gone(), m.err_colleague_gone_so],
  cover_overlaps: [
    (by) => (by ? m.err_cover_overlaps({ by }) : m.err_cover_overlaps_bare()),
    m.err_cover_overlaps_so,
  ],
  colleague_away: [
    (by) => (by ? m.err_colleague_away({ by }) : m.err_colleague_away_bare()),
    m.err_colleague_away_so,
  ],
  pin_revoked: [
    (by) => (by ? m.err_pin_revoked({ by }) : m.err_pin_revoked_bare()),
    m.err_pin_revoked_so,
    'note',
  ],
  second_person_needed: [() => m.err_second_person_needed(), m.err_second_person_needed_so, 'note'],
  too_many_pins: [() => m.err_too_many_pins(), m.err_too_many_pins_so],
  tries_used_up: [() => m.err_tries_used_up(), m.err_tries_used_up_so],
  no_client: [() => m.err_no_client(), m.err_no_client_so],
  client_disabled: [() => m.err_client_disabled(), m.err_client_disabled_so],
  no_mail: [() => m.err_no_mail(), m.err_no_mail_so],
  suppressed: [() => m.err_suppressed(), m.err_suppressed_so],
  mail_held: [() => m.err_mail_held(), m.err_mail_held_so],
  no_address: [() => m.err_no_address(), m.err_no_address_so],
  held_back: [() => m.err_held_back(), m.err_held_back_so],
  address_malformed: [() => m.err_address_malformed(), m.err_address_malformed_so],
  address_same: [() => m.err_address_same(), m.err_address_same_so],
  address_taken: [() => m.err_address_taken(), m.err_address_taken_so],
  address_several: [() => m.err_address_several(), m.err_address_several_so],
  address_unproven: [() => m.err_address_unproven(), m.err_address_unproven_so],
  address_not_waiting: [() => m.err_address_not_waiting(), m.err_address_not_waiting_so],
  guide_sent_today: [() => m.err_guide_sent_today(), m.err_guide_sent_today_so],
  already_solved: [() => m.err_already_solved(), m.err_already_solved_so, 'note'],
  nobody_waiting: [() => m.err_nobody_waiting(), m.err_nobody_waiting_so],
  several_waiting: [() => m.err_several_waiting(), m.err_several_waiting_so, 'note'],
  too_long: [() => m.err_too_long(), m.err_too_long_so],
  too_many_notes: [() => m.err_too_many_notes(), m.err_too_many_notes_so],
  frozen: [() => m.err_frozen(), m.err_frozen_so],
  client_not_in: [() => m.err_client_not_in(), m.err_client_not_in_so],
  conversation_full: [() => m.err_conversation_full(), m.err_conversation_full_so],
  too_many: [() => m.err_too_many(), m.err_too_many_so],
  unavailable: [() => m.err_unavailable(), m.err_unavailable_so],
  offline: [() => m.err_offline(), m.err_offline_so],
  not_kept: [() => m.err_not_kept(), m.err_not_kept_so],
  locked: [() => m.err_locked(), m.err_locked_so],
  no_answer: [() => m.err_no_answer(), m.err_no_answer_so],
  unknown: [() => m.err_unknown(), m.err_unknown_so],
};

export function told(refusal: Refusal, now: UnixMillis): Told {
  const [what, so, tone = 'stop'] =
    (refusals as Partial<Record<string, Says>>)[refusal.code] ?? refusals.unknown;
  const again =
    refusal.retry_at === null ? '' : ` ${m.err_retry_at({ at: when(refusal.retry_at, now) })}`;
  const since =
    refusal.at === undefined ? '' : `${m.err_taken_since({ at: when(refusal.at, now) })} `;
  return { what: what(refusal.by), so: since + so() + again, tone };
}

/** Why every button of a request is off. */
export function whyBlocked(code: ErrorCode, now: UnixMillis): string {
  if (code === 'offline') return m.blocked_offline();
  if (code === 'unavailable') return m.blocked_unavailable();
  const { what, so } = toldCode(code, now);
  return `${what} ${so}`;
}

/** The same for a state that has only a code. */
export function toldCode(code: ErrorCode, now: UnixMillis): Told {
  return told({ code, by: null, retry_at: null }, now);
}
