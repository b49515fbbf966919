import type {
  Action,
  Cause,
  Confidence,
  Diagnosis,
  Facts,
  NearMiss,
  UnixMillis,
} from '../backend/bindings';
import { m } from './catalogue';
import { speech } from './locale.svelte';
import type { Called } from './names';
import { howLong, when, whenNamed } from './time';

/** What the words of a cause are filled with. */
interface Filled extends Called {
  at: string;
  /** There is such a moment. */
  known: boolean;
  /** The same, to name a link by. */
  named: string;
  other: string;
  until: string | null;
  count: number;
  /** How far a clock is off. */
  minutes: number | null;
  /** The subject of the mail to look for. */
  subject: string | null;
  near: NearMiss | null;
}

/** One cause in words: the sentence for the pane, the short one for the row, and what follows from it. */
interface Says {
  pane: (f: Filled) => string;
  row: (f: Filled) => string;
  so: (f: Filled) => string;
}

/** A mail that is tried again says when. */
const again =
  (so: (f: Filled) => string, at: (f: Filled & { until: string }) => string) =>
  (f: Filled): string =>
    f.until === null ? so(f) : at({ ...f, until: f.until });

/** A mail that lies somewhere says how to find it. */
const found =
  (so: (f: Filled) => string, by: (f: Filled & { subject: string }) => string) =>
  (f: Filled): string =>
    f.subject === null ? so(f) : by({ ...f, subject: f.subject });

/** A clock says how far it is off, and to which side. */
const clock =
  (
    fast: (f: Filled & { time: string }) => string,
    slow: (f: Filled & { time: string }) => string,
    wrong: (f: Filled) => string,
  ) =>
  (f: Filled): string => {
    const time = f.minutes === null ? null : howLong(0, Math.abs(f.minutes) * 60_000);
    if (f.minutes === null || time === null) return wrong(f);
    return (f.minutes > 0 ? fast : slow)({ ...f, time });
  };

/** One line a cause. A code that is missing here does not compile. */
export const causes: Record<Cause, Says> = {
  address_unknown: {
    pane: () => m.cause_address_unknown(),
    row: () => m.cause_address_unknown_row(),
    so: () => m.cause_address_unknown_so(),
  },
  address_near_miss: {
    pane: ({ near }) => m.cause_address_near_miss({ initials: near?.initials ?? '–' }),
    row: ({ near }) => m.cause_address_near_miss_row({ initials: near?.initials ?? '–' }),
    so: ({ near }) => {
      const { initials = '–', clinician } = near ?? {};
      return clinician
        ? m.cause_address_near_miss_so_clinician({ initials, clinician })
        : m.cause_address_near_miss_so({ initials });
    },
  },
  nothing_asked: {
    pane: m.cause_nothing_asked,
    row: () => m.cause_nothing_asked_row(),
    so: () => m.cause_nothing_asked_so(),
  },
  mail_refused: {
    pane: m.cause_mail_refused,
    row: () => m.cause_mail_refused_row(),
    so: () => m.cause_mail_refused_so(),
  },
  mail_deferred: {
    pane: m.cause_mail_deferred,
    row: () => m.cause_mail_deferred_row(),
    so: again(() => m.cause_mail_deferred_so(), m.cause_mail_deferred_so_at),
  },
  mailbox_unknown: {
    pane: m.cause_mailbox_unknown,
    row: () => m.cause_mailbox_unknown_row(),
    so: () => m.cause_mailbox_unknown_so(),
  },
  domain_unknown: {
    pane: m.cause_domain_unknown,
    row: () => m.cause_domain_unknown_row(),
    so: () => m.cause_domain_unknown_so(),
  },
  address_malformed: {
    pane: m.cause_address_malformed,
    row: () => m.cause_address_malformed_row(),
    so: () => m.cause_address_malformed_so(),
  },
  mailbox_full: {
    pane: m.cause_mailbox_full,
    row: () => m.cause_mailbox_full_row(),
    so: again(() => m.cause_mailbox_full_so(), m.cause_mailbox_full_so_at),
  },
  mailbox_disabled: {
    pane: m.cause_mailbox_disabled,
    row: () => m.cause_mailbox_disabled_row(),
    so: () => m.cause_mailbox_disabled_so(),
  },
  greylisted: {
    pane: m.cause_greylisted,
    row: () => m.cause_greylisted_row(),
    so: again(() => m.cause_greylisted_so(), m.cause_greylisted_so_at),
  },
  server_unreachable: {
    pane: m.cause_server_unreachable,
    row: () => m.cause_server_unreachable_row(),
    so: again(m.cause_server_unreachable_so, m.cause_server_unreachable_so_at),
  },
  mail_too_fast: {
    pane: m.cause_mail_too_fast,
    row: () => m.cause_mail_too_fast_row(),
    so: again(() => m.cause_mail_too_fast_so(), m.cause_mail_too_fast_so_at),
  },
  mail_unwanted: {
    pane: m.cause_mail_unwanted,
    row: () => m.cause_mail_unwanted_row(),
    so: () => m.cause_mail_unwanted_so(),
  },
  sender_check_failed: {
    pane: m.cause_sender_check_failed,
    row: () => m.cause_sender_check_failed_row(),
    so: () => m.cause_sender_check_failed_so(),
  },
  practice_mail_down: {
    pane: m.cause_practice_mail_down,
    row: () => m.cause_practice_mail_down_row(),
    so: again(() => m.cause_practice_mail_down_so(), m.cause_practice_mail_down_so_at),
  },
  mail_on_its_way: {
    pane: m.cause_mail_on_its_way,
    row: () => m.cause_mail_on_its_way_row(),
    so: () => m.cause_mail_on_its_way_so(),
  },
  accepted_not_opened: {
    pane: m.cause_accepted_not_opened,
    row: m.cause_accepted_not_opened_row,
    so: found(m.cause_accepted_not_opened_so, m.cause_accepted_not_opened_so_subject),
  },
  scanner_opened: {
    pane: m.cause_scanner_opened,
    row: () => m.cause_scanner_opened_row(),
    so: found(() => m.cause_scanner_opened_so(), m.cause_scanner_opened_so_subject),
  },
  older_link_opened: {
    pane: m.cause_older_link_opened,
    row: m.cause_older_link_opened_row,
    so: found(() => m.cause_older_link_opened_so(), m.cause_older_link_opened_so_subject),
  },
  link_used: {
    pane: m.cause_link_used,
    row: m.cause_link_used_row,
    so: () => m.cause_link_used_so(),
  },
  link_used_here: {
    pane: m.cause_link_used_here,
    row: m.cause_link_used_here_row,
    so: () => m.cause_link_used_so(),
  },
  link_used_elsewhere: {
    pane: m.cause_link_used_elsewhere,
    row: m.cause_link_used_elsewhere_row,
    so: m.cause_link_used_elsewhere_so,
  },
  link_damaged: {
    pane: m.cause_link_damaged,
    row: () => m.cause_link_damaged_row(),
    so: () => m.cause_link_damaged_so(),
  },
  link_too_old: {
    pane: m.cause_link_too_old,
    row: () => m.cause_link_too_old_row(),
    so: () => m.cause_link_too_old_so(),
  },
  link_voided: {
    pane: m.cause_link_voided,
    row: m.cause_link_voided_row,
    so: () => m.cause_link_voided_so(),
  },
  held_back: {
    pane: (f) => m.cause_held_back({ n: f.count, at: f.at }),
    row: () => m.cause_held_back_row(),
    so: again(() => m.cause_held_back_so(), m.cause_held_back_so_at),
  },
  no_mail: { pane: m.cause_no_mail, row: () => m.cause_no_mail_row(), so: m.cause_no_mail_so },
  suppressed: {
    pane: m.cause_suppressed,
    row: () => m.cause_suppressed_row(),
    so: () => m.cause_suppressed_so(),
  },
  address_corrected: {
    pane: m.cause_address_corrected,
    row: () => m.cause_address_corrected_row(),
    so: () => m.cause_address_corrected_so(),
  },
  suppression_lifted: {
    pane: m.cause_suppression_lifted,
    row: () => m.cause_suppression_lifted_row(),
    so: () => m.cause_suppression_lifted_so(),
  },
  mail_held: {
    pane: m.cause_mail_held,
    row: () => m.cause_mail_held_row(),
    so: () => m.cause_mail_held_so(),
  },
  link_ended: {
    pane: m.cause_link_ended,
    row: m.cause_link_ended_row,
    so: () => m.cause_link_ended_so(),
  },
  shared_address: {
    pane: () => m.cause_shared_address(),
    row: () => m.cause_shared_address_row(),
    so: () => m.cause_shared_address_so(),
  },
  shared_name_unknown: {
    pane: () => m.cause_shared_name_unknown(),
    row: () => m.cause_shared_name_unknown_row(),
    so: () => m.cause_shared_name_unknown_so(),
  },
  shared_other_person: {
    pane: () => m.cause_shared_other_person(),
    row: () => m.cause_shared_other_person_row(),
    so: () => m.cause_shared_other_person_so(),
  },
  cookies_blocked: {
    pane: m.cause_cookies_blocked,
    row: () => m.cause_cookies_blocked_row(),
    so: m.cause_cookies_blocked_so,
  },
  clock_wrong: {
    pane: clock(m.cause_clock_fast, m.cause_clock_slow, m.cause_clock_wrong),
    row: clock(m.cause_clock_fast_row, m.cause_clock_slow_row, () => m.cause_clock_wrong_row()),
    so: found(() => m.cause_clock_wrong_so(), m.cause_clock_wrong_so_subject),
  },
  access_disabled: {
    pane: m.cause_access_disabled,
    row: () => m.cause_access_disabled_row(),
    so: () => m.cause_access_disabled_so(),
  },
  pin_wrong: {
    pane: (f) => m.cause_pin_wrong({ n: f.count, Name: f.Name }),
    row: (f) => m.cause_pin_wrong_row({ n: f.count }),
    so: () => m.cause_pin_wrong_so(),
  },
  pin_expired: {
    pane: m.cause_pin_expired,
    row: m.cause_pin_expired_row,
    so: () => m.cause_pin_expired_so(),
  },
  pin_in_other_browser: {
    pane: m.cause_pin_in_other_browser,
    row: () => m.cause_pin_in_other_browser_row(),
    so: () => m.cause_pin_in_other_browser_so(),
  },
  signed_in_since: {
    pane: m.cause_signed_in_since,
    row: m.cause_signed_in_since_row,
    so: () => m.cause_signed_in_since_so(),
  },
  cannot_tell: {
    pane: (f) => (f.known ? m.cause_cannot_tell_opened(f) : m.cause_cannot_tell(f)),
    row: (f) => (f.known ? m.cause_cannot_tell_opened_row(f) : m.cause_cannot_tell_row()),
    so: () => m.cause_cannot_tell_so(),
  },
  unknown: {
    pane: () => m.cause_unknown(),
    row: () => m.cause_unknown_row(),
    so: () => m.cause_unknown_so(),
  },
};

/** One line an action. */
export const actions: Record<Action, (f: Filled, matched: boolean) => string> = {
  // Of several people nobody is matched, and a PIN is one person's.
  call_and_issue_pin: (f, matched) =>
    matched ? m.act_call_and_issue_pin(f) : m.act_check_address_unmatched(),
  call: (f) => m.act_call(f),
  resend_link: () => m.act_resend_link(),
  correct_address: (f) => m.act_correct_address(f),
  lift_suppression: (f) => m.act_lift_suppression(f),
  check_address: (f, matched) =>
    matched ? m.act_check_address(f) : m.act_check_address_unmatched(),
  wait: ({ until }) => (until ? m.act_wait_until({ until }) : m.act_wait()),
  nothing: () => m.act_nothing(),
  unknown: () => m.act_unknown(),
};

const sure: Record<Confidence, (() => string) | null> = {
  certain: null,
  likely: m.sure_likely,
  possible: m.sure_possible,
  unknown: null,
};

function says(diagnosis: Diagnosis): Says {
  // A code from a newer service that reached us unmapped still gets a sentence (RULES X1).
  return (causes as Partial<Record<string, Says>>)[diagnosis.cause] ?? causes.unknown;
}

function fill(facts: Facts, who: Called, now: UnixMillis): Filled {
  const time = (at: UnixMillis | undefined): string | null =>
    at === undefined ? null : when(at, now);
  return {
    ...who,
    at: time(facts.at) ?? '–',
    known: facts.at !== undefined,
    named: facts.at === undefined ? '–' : whenNamed(facts.at, now),
    other: time(facts.other_at) ?? '–',
    until: time(facts.until),
    count: facts.count ?? 1,
    minutes: facts.minutes ?? null,
    subject: facts.subject ?? null,
    near: facts.near ?? null,
  };
}

/** The cause in one sentence: the biggest thing on the screen. */
export function causeSentence(diagnosis: Diagnosis, who: Called, now: UnixMillis): string {
  return says(diagnosis).pane(fill(diagnosis.facts, who, now));
}

/** The cause as the second line of a row. */
export function causeInShort(diagnosis: Diagnosis, who: Called, now: UnixMillis): string {
  return says(diagnosis).row(fill(diagnosis.facts, who, now));
}

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

let searched: { locale: string; texts: [Cause, string][] } | null = null;

/** The causes that have these words in their name or in what a row says of them. */
export function causesWith(words: string): Cause[] {
  const nobody = { name: '', Name: '' };
  const { locale } = speech;
  if (searched?.locale !== locale) {
    const texts = (Object.keys(causes) as Cause[])
      .filter((cause) => cause !== 'unknown')
      .map((cause): [Cause, string] => {
        const row = causes[cause].row(fill({}, nobody, 0));
        return [cause, plain(`${cause.replaceAll('_', ' ')}\n${row}`)];
      });
    searched = { locale, texts };
  }
  const wanted = plain(words).split(/\s+/u).filter(Boolean);
  return searched.texts
    .filter(([, text]) => wanted.length > 0 && wanted.every((word) => text.includes(word)))
    .map(([cause]) => cause);
}

/** What follows from it, and the one thing to do. */
export function whatToDo(
  diagnosis: Diagnosis,
  who: Called,
  matched: boolean,
  now: UnixMillis,
): string {
  const filled = fill(diagnosis.facts, who, now);
  const act =
    (actions as Partial<Record<string, (typeof actions)[Action]>>)[diagnosis.action] ??
    actions.unknown;
  return `${says(diagnosis).so(filled)} ${act(filled, matched)}`;
}

/** How sure that is, where it is not certain. */
export function howSure(diagnosis: Diagnosis): string | null {
  return sure[diagnosis.confidence]?.() ?? null;
}
