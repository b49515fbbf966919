import type {
  AddressProof,
  Evidence,
  Happening,
  LinkRefusal,
  NameFit,
  ServerReply,
  SignInMethod,
  UnixMillis,
} from '../backend/bindings';
import { m } from './catalogue';
import { nobodyAnswered } from './mail';
import { phraseWords } from './phrase';
import { howLong, when, whenNamed } from './time';

type Kind = Happening['kind'];
type Of<K extends Kind> = Extract<Happening, { kind: K }>;
type Table = { [K in Kind]: (what: Of<K>, now: UnixMillis) => string };

export const linkRefusals: Record<LinkRefusal, (f: { sent: string }) => string> = {
  used: m.tl_link_refused_used,
  replaced: m.tl_link_refused_replaced,
  too_old: m.tl_link_refused_too_old,
  voided: m.tl_link_refused_voided,
  unknown: m.tl_link_refused_unknown,
};

export const nameFits: Record<NameFit, () => string> = {
  one: m.tl_name_one,
  nobody: m.tl_name_nobody,
  other: m.tl_name_other,
  unknown: m.tl_name_unknown,
};

export const methods: Record<SignInMethod, () => string> = {
  link: m.tl_signed_in_link,
  pin: m.tl_signed_in_pin,
  unknown: m.tl_signed_in_unknown,
};

export const issuedOn: Record<Evidence, (f: { by: string }) => string> = {
  called_number_on_file: m.tl_pin_issued_called,
  with_me: m.tl_pin_issued_with_me,
  voice_word: m.tl_pin_issued_voice_word,
  unknown: m.tl_pin_issued_unknown,
};

const confirmedBy: Partial<Record<AddressProof, (f: { by: string }) => string>> = {
  call: m.tl_address_corrected_call,
  second_person: m.tl_address_corrected_second,
};

/** One line a happening. A kind that is missing here does not compile. */
export const happenings: Table = {
  asked_for_link: () => m.tl_asked_for_link(),
  ask_held_back: () => m.tl_ask_held_back(),
  mail_queued: () => m.tl_mail_queued(),
  mail_not_sent: () => m.tl_mail_not_sent(),
  mail_accepted: () => m.tl_mail_accepted(),
  mail_deferred: (what, now) => {
    const at = when(what.next_at, now);
    return nobodyAnswered(what.reply) ? m.tl_mail_waits({ at }) : m.tl_mail_deferred({ at });
  },
  mail_refused: () => m.tl_mail_refused(),
  mail_bounced: () => m.tl_mail_bounced(),
  mail_delayed: () => m.tl_mail_delayed(),
  mail_complained: () => m.tl_mail_complained(),
  mail_suppressed: () => m.tl_mail_suppressed(),
  suppression_lifted: (what) => m.tl_suppression_lifted(what),
  link_opened: (what, now) => {
    const sent = whenNamed(what.sent_at, now);
    if (what.opener === 'scanner') return m.tl_link_opened_scanner({ sent });
    return what.same_browser ? m.tl_link_opened_same({ sent }) : m.tl_link_opened_other({ sent });
  },
  link_refused: (what, now) => {
    const sent = whenNamed(what.sent_at, now);
    if (what.used) {
      const at = when(what.used.at, now);
      return what.used.here
        ? m.tl_link_refused_used_here({ sent, at })
        : m.tl_link_refused_used_elsewhere({ sent, at });
    }
    return (linkRefusals[what.why] ?? linkRefusals.unknown)({ sent });
  },
  link_damaged: () => m.tl_link_damaged(),
  cookies_blocked: (what) =>
    what.on_link ? m.tl_cookies_blocked_link() : m.tl_cookies_blocked_form(),
  clock_off: (what) => {
    const time = howLong(0, Math.abs(what.minutes) * 60_000) ?? m.minutes({ n: 0 });
    return what.minutes > 0 ? m.tl_clock_fast({ time }) : m.tl_clock_slow({ time });
  },
  name_typed: (what) => (nameFits[what.fits] ?? nameFits.unknown)(),
  signed_in: (what) => (methods[what.method] ?? methods.unknown)(),
  asked_for_help: () => m.tl_asked_for_help(),
  seems_stuck: (what) => m.tl_seems_stuck({ n: what.asks }),
  seen: (what) => m.tl_seen(what),
  assigned: ({ by, to }) => {
    if (to === null) return by === null ? m.tl_given_back_bare() : m.tl_given_back({ by });
    if (by === null) return m.tl_assigned_bare({ to });
    return by === to ? m.tl_assigned_self({ by }) : m.tl_assigned({ by, to });
  },
  escalated: () => m.tl_escalated(),
  second_person_asked: (what) => m.tl_second_person_asked(what),
  pin_issued: (what) => (issuedOn[what.evidence] ?? issuedOn.unknown)(what),
  pin_wrong: (what) => m.tl_pin_wrong({ n: what.tries_left }),
  browser_picked: (what) => m.tl_browser_picked(what),
  pin_in_other_browser: () => m.tl_pin_in_other_browser(),
  pin_revoked: (what) => m.tl_pin_revoked(what),
  pin_expired: () => m.tl_pin_expired(),
  link_resent: (what) => m.tl_link_resent(what),
  address_proposed: (what) =>
    what.by === null ? m.tl_address_imported() : m.tl_address_proposed({ by: what.by }),
  address_corrected: (what) => {
    if (what.how === 'client') return m.tl_address_corrected_client();
    if (what.by === null) return m.tl_address_corrected();
    return (confirmedBy[what.how] ?? m.tl_address_corrected)({ by: what.by });
  },
  guide_sent: (what) => m.tl_guide_sent(what),
  reply_sent: (what, now) => m.tl_reply_sent({ by: what.by, words: phraseWords(what.phrase, now) }),
  not_my_client: (what) => m.tl_not_my_client(what),
  freeze_lifted: (what) => m.tl_freeze_lifted(what),
  message_sent: (what) =>
    what.text === null ? m.tl_message_erased(what) : m.tl_message_sent(what),
  message_read: () => m.tl_message_read(),
  client_wrote: (what) => (what.text === null ? m.tl_client_wrote_erased() : m.tl_client_wrote()),
  note_added: (what) => (what.text === null ? m.tl_note_erased(what) : m.tl_note_added(what)),
  closed_by_staff: (what) => m.tl_closed_by_staff(what),
  unknown: () => m.tl_unknown(),
};

export function happeningWords(what: Happening, now: UnixMillis): string {
  const words = happenings[what.kind] as ((what: Happening, now: UnixMillis) => string) | undefined;
  return words ? words(what, now) : m.tl_unknown();
}

/** The mail server's own words, where it said some. */
export function serverReply(what: Happening): ServerReply | null {
  return 'reply' in what ? what.reply : null;
}

/** `452 4.2.2 “The recipient’s inbox is out of storage space”`: quoted, since a stranger wrote it. */
export function quoted(reply: ServerReply): string {
  const codes = [reply.code === 0 ? '' : String(reply.code), reply.enhanced ?? ''];
  const words = reply.words.trim();
  return [...codes, words ? `“${words}”` : ''].filter(Boolean).join(' ');
}

const bad: ReadonlySet<Kind> = new Set([
  'mail_refused',
  'mail_deferred',
  'mail_bounced',
  'mail_delayed',
  'mail_complained',
  'mail_suppressed',
  'link_refused',
  'link_damaged',
  'cookies_blocked',
  'clock_off',
  'pin_wrong',
  'pin_in_other_browser',
  'mail_not_sent',
]);
const good: ReadonlySet<Kind> = new Set(['signed_in', 'mail_accepted']);

/** How it is drawn; never the only sign of it, the words say it too. */
export function tone(what: Happening): 'bad' | 'good' | 'plain' {
  if (bad.has(what.kind)) return 'bad';
  return good.has(what.kind) ? 'good' : 'plain';
}
