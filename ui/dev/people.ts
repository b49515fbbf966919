/** Requests of the demo practice, as the service would send them. */
import type {
  Diagnosis,
  HelpRequest,
  Inbox,
  MailFate,
  Row,
  ServerReply,
  TimelineEntry,
  View,
} from '../src/backend/bindings';
import { DEFAULTS } from '../src/features/settings/defaults';

/** Monday, October 19, 2026, 10:46 in New York. */
export const NOW = Date.UTC(2026, 9, 19, 14, 46, 0);
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const minutesAgo = (n: number): number => NOW - n * MINUTE;

export const full: ServerReply = {
  code: 552,
  enhanced: '5.2.2',
  words: 'The recipient’s inbox is out of storage space',
};
const taken: ServerReply = { code: 250, enhanced: '2.0.0', words: 'OK, queued' };

const id = (n: number): string => `0199f8a0-0000-7000-8000-${String(n).padStart(12, '0')}`;

const diagnosis = (about: Partial<Diagnosis>): Diagnosis => ({
  cause: 'cannot_tell',
  confidence: 'certain',
  action: 'call_and_issue_pin',
  facts: {},
  evidence: [],
  ...about,
});

const entry = (minutes: number, what: TimelineEntry['what']): TimelineEntry => ({
  at: minutesAgo(minutes),
  what,
});

export const ada: HelpRequest = {
  id: id(1),
  position: 41,
  state: 'looking',
  created_at: minutesAgo(4),
  raised_by: 'client',
  who: {
    client: 'c1',
    name: 'Ada Okafor',
    first_name: 'Ada',
    clinician: 'Rosa Rivera',
    typed: 'ada.okafor@full.example',
    shared_address: false,
  },
  message: 'I tried twice this morning and nothing comes. My form is due today.',
  match_words: ['maple', 'otter'],
  browser: { waiting: true, last_seen_at: minutesAgo(0), known: true },
  seen: { by: 'Rosa Rivera', at: minutesAgo(2) },
  call_back: { phone: '555 0142', ask_for: 'Ada', language: 'en' },
  tier: { tier: 'normal', evidence: ['called_number_on_file', 'with_me', 'voice_word'] },
  diagnosis: diagnosis({
    cause: 'mailbox_full',
    facts: { at: minutesAgo(8), reply: full },
    evidence: [3],
  }),
  mail: { fate: 'refused', at: minutesAgo(8), next_at: null, reply: full },
  pin: null,
  replies: [],
  solved: null,
  timeline: [
    { at: NOW - 7 * DAY, what: { kind: 'signed_in', method: 'link' } },
    entry(8, { kind: 'asked_for_link' }),
    entry(8, { kind: 'mail_queued' }),
    entry(8, { kind: 'mail_refused', reply: full }),
    entry(4, { kind: 'asked_for_help' }),
    entry(2, { kind: 'seen', by: 'Rosa Rivera' }),
  ],
};

const greylisted: ServerReply = {
  code: 451,
  enhanced: '4.7.1',
  words: 'Greylisted, try again later',
};

/** Ada's request while the newest link is on its way, with nothing explained yet. */
export const withMail = (fate: MailFate): HelpRequest => ({
  ...ada,
  diagnosis: diagnosis({ cause: 'mail_on_its_way', action: 'wait', evidence: [2] }),
  mail: {
    fate,
    at: minutesAgo(8),
    next_at: fate === 'deferred' ? NOW + 4 * MINUTE : null,
    reply: fate === 'deferred' ? greylisted : null,
  },
  timeline: ada.timeline.filter(({ what }) => what.kind !== 'mail_refused'),
});

/** A first link that was refused, and a second one that was put off. */
export const twoMails: HelpRequest = {
  ...ada,
  state: 'waiting_for_client',
  diagnosis: diagnosis({
    cause: 'greylisted',
    action: 'wait',
    facts: { at: minutesAgo(1), until: NOW + 4 * MINUTE, reply: greylisted },
    evidence: [8],
  }),
  mail: { fate: 'deferred', at: minutesAgo(1), next_at: NOW + 4 * MINUTE, reply: greylisted },
  timeline: [
    ...ada.timeline,
    entry(1, { kind: 'mail_queued' }),
    entry(1, { kind: 'link_resent', by: 'Rosa Rivera' }),
    entry(1, { kind: 'mail_deferred', reply: greylisted, next_at: NOW + 4 * MINUTE }),
  ],
};

/** A mail came back for good: nothing is sent there until staff let it. */
export const closedMailbox: HelpRequest = {
  ...ada,
  diagnosis: diagnosis({
    cause: 'suppressed',
    action: 'lift_suppression',
    facts: { at: minutesAgo(8) },
    evidence: [4],
  }),
  mail: { fate: 'not_sent', at: minutesAgo(8), next_at: null, reply: null },
  timeline: [
    entry(180, { kind: 'mail_queued' }),
    entry(180, { kind: 'mail_accepted', reply: taken }),
    entry(178, {
      kind: 'mail_bounced',
      reply: { code: 550, enhanced: '5.1.1', words: '<ada.okafor@full.example>: User unknown' },
    }),
    entry(8, { kind: 'asked_for_link' }),
    entry(8, { kind: 'mail_suppressed' }),
    entry(4, { kind: 'asked_for_help' }),
  ],
};

/** No such mailbox: another address is needed. */
export const wrongAddress: HelpRequest = {
  ...ada,
  diagnosis: diagnosis({
    cause: 'mailbox_unknown',
    action: 'correct_address',
    facts: { at: minutesAgo(8) },
    evidence: [3],
  }),
};

/** A colleague has put another one on file. */
export const newAddress: HelpRequest = {
  ...wrongAddress,
  new_address: {
    change: id(70),
    address: 'ada.okafor@new.example',
    by: 'Sam Park',
    at: minutesAgo(2),
    by_call: true,
  },
  timeline: [...ada.timeline, entry(2, { kind: 'address_proposed', by: 'Sam Park' })],
};

/** The same once staff have let mail go there again. */
export const openedMailbox: HelpRequest = {
  ...closedMailbox,
  diagnosis: diagnosis({
    cause: 'suppression_lifted',
    action: 'resend_link',
    facts: { at: minutesAgo(1) },
    evidence: [6],
  }),
  timeline: [
    ...closedMailbox.timeline,
    entry(1, { kind: 'suppression_lifted', by: 'Rosa Rivera' }),
  ],
};

export const ben: HelpRequest = {
  ...ada,
  id: id(2),
  state: 'new',
  created_at: minutesAgo(48),
  seen: null,
  who: { ...ada.who, client: 'c2', name: 'Ben Ortiz', first_name: 'Ben', typed: 'Ben O.' },
  message: 'the link says it does not work any more',
  match_words: ['harbor', 'violin'],
  call_back: { phone: '555 0117', ask_for: 'Ben', language: 'es' },
  browser: { waiting: true, last_seen_at: minutesAgo(0), known: false },
  diagnosis: diagnosis({
    cause: 'older_link_opened',
    action: 'resend_link',
    facts: { at: minutesAgo(104), other_at: minutesAgo(101) },
    evidence: [5],
  }),
  mail: { fate: 'accepted', at: minutesAgo(101), next_at: null, reply: null },
  timeline: [
    entry(104, { kind: 'asked_for_link' }),
    entry(104, { kind: 'mail_accepted', reply: taken }),
    entry(101, { kind: 'asked_for_link' }),
    entry(101, { kind: 'mail_accepted', reply: taken }),
    entry(52, {
      kind: 'link_opened',
      sent_at: minutesAgo(104),
      same_browser: false,
      opener: 'person',
    }),
    entry(52, { kind: 'link_refused', sent_at: minutesAgo(104), why: 'replaced' }),
    entry(48, { kind: 'asked_for_help' }),
  ],
};

/** Unmatched, and hostile: what a stranger typed is text. */
export const stranger: HelpRequest = {
  ...ada,
  id: id(3),
  state: 'new',
  created_at: minutesAgo(15),
  seen: null,
  who: {
    client: null,
    name: null,
    first_name: null,
    clinician: null,
    typed: 'chris.lang@exmaple.org',
    shared_address: false,
  },
  message:
    '<img src=x onerror=alert(1)> <b>urgent</b> please call 555 0199, https://example.org/reset',
  match_words: ['cedar', 'lantern'],
  call_back: null,
  tier: { tier: 'closed', code: 'no_client' },
  diagnosis: diagnosis({ cause: 'address_unknown', action: 'check_address', evidence: [0] }),
  mail: null,
  timeline: [entry(21, { kind: 'asked_for_link' }), entry(15, { kind: 'asked_for_help' })],
};

export const noor: HelpRequest = {
  ...ada,
  id: id(4),
  state: 'looking',
  created_at: minutesAgo(9),
  who: {
    ...ada.who,
    client: 'c4',
    name: 'Noor Haddad',
    first_name: 'Noor',
    typed: 'Noor H.',
    clinician: 'Dana Whitfield',
  },
  message: null,
  match_words: ['pebble', 'saffron'],
  call_back: { phone: '555 0163', ask_for: 'Leila Haddad', language: 'ar' },
  tier: {
    tier: 'guarded',
    evidence: ['called_number_on_file', 'with_me'],
    reason: 'contact_changed',
    first: { by: 'Sam Park', at: minutesAgo(3) },
  },
  diagnosis: diagnosis({
    cause: 'accepted_not_opened',
    confidence: 'likely',
    facts: { at: minutesAgo(31) },
    evidence: [1],
  }),
  mail: { fate: 'accepted', at: minutesAgo(31), next_at: null, reply: null },
  timeline: [
    entry(31, { kind: 'asked_for_link' }),
    entry(31, { kind: 'mail_accepted', reply: taken }),
    entry(9, { kind: 'asked_for_help' }),
    entry(6, { kind: 'seen', by: 'Sam Park' }),
    entry(3, { kind: 'second_person_asked', by: 'Sam Park' }),
  ],
};

const yesterday = NOW - DAY + 5 * HOUR;

export const priya: HelpRequest = {
  ...ada,
  id: id(5),
  state: 'solved',
  created_at: yesterday,
  who: { ...ada.who, client: 'c5', name: 'Priya Nair', first_name: 'Priya', typed: 'Priya' },
  message: null,
  match_words: ['willow', 'comet'],
  browser: { waiting: false, last_seen_at: yesterday, known: true },
  diagnosis: diagnosis({ cause: 'link_too_old', action: 'nothing', evidence: [0] }),
  mail: null,
  solved: { at: yesterday + 4 * MINUTE, how: { how: 'signed_in', method: 'pin' } },
  timeline: [
    {
      at: yesterday - 3 * MINUTE,
      what: { kind: 'link_refused', sent_at: NOW - 3 * DAY, why: 'too_old' },
    },
    { at: yesterday, what: { kind: 'asked_for_help' } },
    {
      at: yesterday + 2 * MINUTE,
      what: { kind: 'pin_issued', by: 'Rosa Rivera', evidence: 'called_number_on_file' },
    },
    { at: yesterday + 4 * MINUTE, what: { kind: 'signed_in', method: 'pin' } },
  ],
};

export const tomas: HelpRequest = {
  ...priya,
  id: id(6),
  created_at: NOW - DAY + 17 * MINUTE,
  who: { ...ada.who, client: 'c6', name: 'Tomas Weber', first_name: 'Tomas', typed: 'T Weber' },
  solved: { at: NOW - DAY + 20 * MINUTE, how: { how: 'signed_in', method: 'link' } },
};

export const jo: HelpRequest = {
  ...priya,
  id: id(7),
  created_at: NOW - 4 * DAY,
  who: { ...ada.who, client: 'c7', name: 'Jo Lindqvist', first_name: 'Jo', typed: 'Jo' },
  solved: { at: NOW - 4 * DAY + 9 * MINUTE, how: { how: 'by_staff', by: 'Sam Park' } },
};

export function row(request: HelpRequest, unread = request.state === 'new'): Row {
  return {
    id: request.id,
    name: request.who.name,
    typed: request.who.typed,
    at: request.created_at,
    state: request.state,
    unread,
    diagnosis: request.diagnosis,
    solved: request.solved,
    snoozed_until: null,
    found: null,
  };
}

export const rows = {
  inbox: [ada, noor, stranger, ben].map((request) => row(request)),
  solved: [priya, tomas, jo].map((request) => row(request)),
};

/** The same list with other rows. */
export const listed = (rows: Row[], list = 3): Pick<Inbox, 'list' | 'total' | 'rows'> => ({
  list,
  total: rows.length,
  rows,
});

export const inbox: View = {
  version: '0.1.0',
  service_version: '0.1.0',
  session: {
    session: 'signed_in',
    staff: { id: 's1', name: 'Rosa Rivera', role: 'clinician' },
    practice: { name: 'Juniper Lane Practice', time_zone: 'America/New_York' },
    device_name: 'Studio laptop',
  },
  connection: { connection: 'connected' },
  keychain: 'works',
  storage: null,
  inbox: {
    folder: 'inbox',
    counts: { open: 4, unread: 2, mine: 1, unassigned: 2, snoozed: 0, solved: 3 },
    known: true,
    searched: false,
    list: 1,
    total: rows.inbox.length,
    rows: rows.inbox,
    opened_at: 0,
  },
  outages: [],
  pane: {
    request: ada,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
  },
  pin: null,
  notice: null,
  waiting_notes: 0,
  unsent_notes: 0,
  asks_to_sign_out: false,
  refused_notes: [],
  settings: {
    ...DEFAULTS,
    quiet_hours: [...DEFAULTS.quiet_hours],
    passphrase: 'not_needed',
    start_at_log_in: 'no',
    start_failed: false,
    shortcut: null,
    shortcut_trouble: null,
    notification_trouble: null,
  },
  quiet: { in_session: null, by_hand: null, hours: null },
};

export const solvedFolder: View = {
  ...inbox,
  inbox: {
    ...inbox.inbox,
    folder: 'solved',
    list: 2,
    total: rows.solved.length,
    rows: rows.solved,
  },
  pane: {
    request: priya,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
  },
};
