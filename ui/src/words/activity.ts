import type { Cause } from '../backend/bindings';
import { m } from './catalogue';
import { speech } from './locale.svelte';
import { shortDate } from './time';

/** Causes that call for the same answer at the practice. */
export const KINDS = [
  'address',
  'shared',
  'unasked',
  'refused',
  'late',
  'own',
  'unread',
  'link',
  'pin',
  'browser',
  'access',
  'other',
] as const;

export type Kind = (typeof KINDS)[number];

/** A cause that is missing here does not compile. */
const kinds: Record<Cause, Kind> = {
  address_unknown: 'address',
  address_near_miss: 'address',
  address_malformed: 'address',
  address_corrected: 'address',
  shared_address: 'shared',
  shared_name_unknown: 'shared',
  shared_other_person: 'shared',
  nothing_asked: 'unasked',
  mail_refused: 'refused',
  mailbox_unknown: 'refused',
  domain_unknown: 'refused',
  mailbox_full: 'refused',
  mailbox_disabled: 'refused',
  mail_unwanted: 'refused',
  suppressed: 'refused',
  suppression_lifted: 'refused',
  mail_deferred: 'late',
  greylisted: 'late',
  server_unreachable: 'late',
  mail_too_fast: 'late',
  mail_on_its_way: 'late',
  held_back: 'late',
  sender_check_failed: 'own',
  practice_mail_down: 'own',
  mail_held: 'own',
  link_ended: 'own',
  accepted_not_opened: 'unread',
  scanner_opened: 'link',
  older_link_opened: 'link',
  link_used: 'link',
  link_used_here: 'link',
  link_used_elsewhere: 'link',
  link_damaged: 'link',
  link_too_old: 'link',
  link_voided: 'link',
  pin_wrong: 'pin',
  pin_expired: 'pin',
  pin_in_other_browser: 'pin',
  cookies_blocked: 'browser',
  clock_wrong: 'browser',
  no_mail: 'access',
  access_disabled: 'access',
  signed_in_since: 'other',
  cannot_tell: 'other',
  unknown: 'other',
};

export const kindOf = (cause: Cause): Kind => kinds[cause];

export const kindWords: Record<Kind, () => string> = {
  address: m.activity_kind_address,
  shared: m.activity_kind_shared,
  unasked: m.activity_kind_unasked,
  refused: m.activity_kind_refused,
  late: m.activity_kind_late,
  own: m.activity_kind_own,
  unread: m.activity_kind_unread,
  link: m.activity_kind_link,
  pin: m.activity_kind_pin,
  browser: m.activity_kind_browser,
  access: m.activity_kind_access,
  other: m.activity_kind_other,
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took, to the nearest of the unit that a person would say it in. */
export function took(millis: number): string {
  if (millis < 90_000) return m.seconds({ n: Math.round(millis / 1_000) });
  if (millis < 90 * MINUTE) return m.minutes({ n: Math.round(millis / MINUTE) });
  if (millis < 36 * HOUR) return m.hours({ n: Math.round(millis / HOUR) });
  return m.days({ n: Math.round(millis / DAY) });
}

/** `Oct 12`, with its year where that is another than now. */
export function dayOf(at: number, now: number): string {
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return shortDate(at);
  const date = { year: 'numeric', month: 'short', day: 'numeric' } as const;
  return new Intl.DateTimeFormat(speech.locale, date).format(at);
}

export const count = (n: number): string => new Intl.NumberFormat(speech.locale).format(n);

/** `4%`; below ten with one digit behind the point, so that a good week still shows. */
export function percent(part: number, of: number): string {
  if (of === 0) return m.activity_none();
  const digits = part > 0 && part / of < 0.1 ? 1 : 0;
  const style = { style: 'percent', maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(speech.locale, style).format(part / of);
}
