import type { Cause, Diagnosis } from '../backend/bindings';
import { m } from './catalogue';

export type Message = (
  inputs?: Record<string, never>,
  options?: { locale?: 'en' | 'es' },
) => string;

/** What to say to the client about each cause: never why, where that is nobody's business. */
export const sayings: Record<Cause, Message> = {
  address_unknown: m.say_address_unknown,
  address_near_miss: m.say_address_near_miss,
  nothing_asked: m.say_nothing_asked,
  mail_refused: m.say_mail_refused,
  mail_deferred: m.say_mail_deferred,
  mailbox_unknown: m.say_mailbox_unknown,
  domain_unknown: m.say_domain_unknown,
  address_malformed: m.say_address_malformed,
  mailbox_full: m.say_mailbox_full,
  mailbox_disabled: m.say_mailbox_disabled,
  greylisted: m.say_greylisted,
  server_unreachable: m.say_server_unreachable,
  mail_too_fast: m.say_mail_too_fast,
  mail_unwanted: m.say_mail_unwanted,
  sender_check_failed: m.say_sender_check_failed,
  practice_mail_down: m.say_practice_mail_down,
  mail_on_its_way: m.say_mail_on_its_way,
  accepted_not_opened: m.say_accepted_not_opened,
  scanner_opened: m.say_accepted_not_opened,
  older_link_opened: m.say_older_link_opened,
  link_used: m.say_link_used,
  link_used_here: m.say_link_used,
  link_used_elsewhere: m.say_link_used_elsewhere,
  link_damaged: m.say_link_damaged,
  link_too_old: m.say_link_too_old,
  link_voided: m.say_link_dead,
  held_back: m.say_held_back,
  no_mail: m.say_by_pin,
  suppressed: m.say_by_pin,
  address_corrected: m.say_address_corrected,
  suppression_lifted: m.say_suppression_lifted,
  mail_held: m.say_practice_mail_down,
  link_ended: m.say_link_dead,
  shared_address: m.say_by_pin,
  shared_name_unknown: m.say_shared_name,
  shared_other_person: m.say_by_pin,
  cookies_blocked: m.say_cookies_blocked,
  clock_wrong: m.say_clock_wrong,
  access_disabled: m.say_access_disabled,
  pin_wrong: m.say_pin_wrong,
  pin_expired: m.say_pin_expired,
  pin_in_other_browser: m.say_pin_in_other_browser,
  signed_in_since: m.say_signed_in_since,
  cannot_tell: m.say_cannot_tell,
  unknown: m.say_cannot_tell,
};

/** The sentence to say, and the same in Spanish for a client who speaks it. */
export interface Saying {
  english: string;
  spanish: string | null;
}

/** Where a mail lies unread, the client can search for it by its subject. */
const searched: ReadonlySet<Cause> = new Set(['accepted_not_opened', 'scanner_opened']);

export function saying({ cause, facts }: Diagnosis, language: string | null): Saying {
  // A code from a newer service that reached us unmapped still gets a sentence (RULES X1).
  const usual = (sayings as Partial<Record<string, Message>>)[cause] ?? sayings.unknown;
  const { subject } = facts;
  const say: Message =
    subject && searched.has(cause) ? (_, options) => m.say_search({ subject }, options) : usual;
  return sayBoth(say, language);
}

/** A sentence in English, and in Spanish for a client who speaks it. */
export function sayBoth(say: Message, language: string | null): Saying {
  return {
    english: say({}, { locale: 'en' }),
    spanish: /^es\b/i.test(language ?? '') ? say({}, { locale: 'es' }) : null,
  };
}
