/** Every state of every screen, by name. */
import type {
  Activity,
  Colleague,
  ClientFile,
  Cover,
  ClientPage,
  ClientsFound,
  ErrorCode,
  HelpRequest,
  MailDialogue,
  Pane,
  PinPanel,
  RefusedNote,
  Row,
  Session,
  SignedOut,
  View,
} from '../src/backend/bindings';
import { ofComputer, ofNobody, ofOne, ofPractice } from './activities';
import { adasFile, closedFile, many, quietFile, several } from './clients';
import { dialogue, noDialogue } from './dialogues';
import {
  ada,
  ben,
  closedMailbox,
  inbox,
  listed,
  MINUTE,
  minutesAgo,
  newAddress,
  noor,
  NOW,
  openedMailbox,
  priya,
  row,
  rows,
  solvedFolder,
  stranger,
  twoMails,
  withMail,
  wrongAddress,
} from './people';

export interface State {
  /** Null: nothing was heard from the agent yet. */
  view: View | null;
  trouble?: 'agent_lost' | 'agent_silent' | 'agent_differs';
  /** Keys pressed once it is drawn. */
  press?: string[];
  /** Buttons pressed after that, by their words. */
  click?: string[];
  /** The digits that a press on the first PIN button is answered with. */
  digits?: string;
  /** The view that comes with them. */
  then?: View;
  /** A button that gets the focus before `then` comes. */
  focus?: string;
  /** The window loses the focus after that. */
  blur?: boolean;
  /** The texts for clients are there. */
  announcement?: boolean;
  /** What was said to the mail server; without it nobody can be asked. */
  dialogue?: MailDialogue;
  /** What the weeks looked like; asked for without an end where it says so. */
  activity?: Activity | 'never';
  /** The clients that are found; asked for without an end where it says so. */
  found?: ClientsFound | 'never';
  /** The client that is read. */
  file?: ClientFile;
  /** Why a client gets no PIN. */
  refuses?: ErrorCode;
  /** Who there is; without it nobody can be asked. */
  colleagues?: Colleague[];
  /** Who covers for whom, as an admin reads it. */
  covers?: Cover[];
  /** Every folded part is opened after that. */
  unfolded?: boolean;
}

const withPane = (request: HelpRequest, more: Partial<Pane> = {}): View => ({
  ...inbox,
  pane: {
    request,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
    ...more,
  },
});

const noted: HelpRequest = {
  ...ben,
  timeline: [
    ...ben.timeline,
    {
      at: minutesAgo(2),
      what: {
        kind: 'note_added',
        by: 'Sam Park',
        text: 'Rang at noon: her sister answers this number.\nTry again after two.',
      },
    },
    { at: minutesAgo(1), what: { kind: 'note_added', by: 'Rosa Rivera', text: null } },
  ],
};

/** Somebody else than the client, says Rosa. */
const frozen: HelpRequest = {
  ...ada,
  frozen: { by: 'Rosa Rivera', at: minutesAgo(3) },
  waits_since: minutesAgo(3),
  tier: { tier: 'closed', code: 'frozen' },
  timeline: [
    ...ada.timeline,
    { at: minutesAgo(3), what: { kind: 'not_my_client', by: 'Rosa Rivera' } },
  ],
};

/** Signed in, and in a conversation. */
const written: HelpRequest = {
  ...priya,
  can_write: true,
  waits_since: minutesAgo(2),
  timeline: [
    ...priya.timeline,
    {
      at: minutesAgo(9),
      what: {
        kind: 'message_sent',
        by: 'Rosa Rivera',
        text: 'Good that it works now. Our next time is Tuesday, as always.',
      },
    },
    { at: minutesAgo(4), what: { kind: 'message_read' } },
    {
      at: minutesAgo(2),
      what: { kind: 'client_wrote', text: 'Thank you!\nCan we make it ten o’clock?' },
    },
    { at: minutesAgo(1), what: { kind: 'message_sent', by: 'Sam Park', text: null } },
  ],
};

const waitingNotes = [
  { id: 'n1', at: minutesAgo(3), text: 'Her sister called back.\nShe is out until two.' },
  { id: 'n2', at: minutesAgo(1), text: 'Try the mobile first.' },
];

const refusedNote = (id: string, name: string | null, code: ErrorCode): RefusedNote => ({
  note: { id, at: minutesAgo(50), text: 'Rings at noon. Speak to nobody else at this number.' },
  request: ada.id,
  name,
  refusal: { code, by: null, retry_at: null },
});

const DAY = 24 * 60 * MINUTE;
const midnight = (days: number): number => new Date(NOW + days * DAY).setHours(0, 0, 0, 0);

/** Lee is away, and Rosa covers; Rosa will be, and Sam does. */
const leeIsAway: Cover = {
  id: 'k1',
  away: 's4',
  away_name: 'Lee Moreau',
  covered_by: 's1',
  covered_by_name: 'Rosa Rivera',
  from: NOW - DAY,
  until: midnight(4),
  running: true,
};
const rosaWillBe: Cover = {
  id: 'k2',
  away: 's1',
  away_name: 'Rosa Rivera',
  covered_by: 's2',
  covered_by_name: 'Sam Park',
  from: midnight(12),
  until: midnight(27),
  running: false,
};
const almaIsAway: Cover = {
  ...leeIsAway,
  id: 'k3',
  away: 's3',
  away_name: 'Alma Weiss',
  covered_by: 's2',
  covered_by_name: 'Sam Park',
  until: NOW + 3 * 60 * MINUTE,
};
const covering: View = { ...inbox, covers: [leeIsAway, rosaWillBe] };

/** Sessions that are near, and one that runs. */
const near: View = {
  ...inbox,
  inbox: {
    ...inbox.inbox,
    ...listed([
      { ...row(noor), session: { from: NOW - 5 * MINUTE, until: NOW + 45 * MINUTE } },
      { ...row(ada), session: { from: NOW + 12 * MINUTE, until: NOW + 62 * MINUTE } },
      { ...row(ben), session: { from: NOW + 150 * MINUTE, until: NOW + 200 * MINUTE } },
      row(stranger),
    ]),
  },
  pane: inbox.pane && {
    ...inbox.pane,
    request: { ...ada, session: { from: NOW + 12 * MINUTE, until: NOW + 62 * MINUTE } },
  },
};

const admins: View = {
  ...inbox,
  pane: null,
  session:
    inbox.session.session === 'signed_in'
      ? { ...inbox.session, staff: { ...inbox.session.staff, role: 'admin' } }
      : inbox.session,
};

const panel = (more: Partial<PinPanel> = {}): PinPanel => ({
  request: ada.id,
  name: 'Ada Okafor',
  evidence: 'called_number_on_file',
  phone: '555 0142',
  state: 'live',
  issued_at: NOW - 79_000,
  ends_at: NOW + 8 * MINUTE + 41_000,
  ...more,
});

const withPin = (more: Partial<PinPanel> = {}): View => ({ ...inbox, pin: panel(more) });

const out = (
  why: SignedOut | null,
  practice: string | null = 'https://sign-in.example.org',
  notes_gone = 0,
): View => ({
  ...inbox,
  session: { session: 'signed_out', practice, why, notes_gone },
  connection: { connection: 'idle' },
  pane: null,
});

/** As the agent would say it: the first page of many. */
const longList = (total: number): View => ({
  ...inbox,
  inbox: {
    ...inbox.inbox,
    counts: {
      open: total,
      unread: Math.ceil(total / 3),
      mine: 1,
      unassigned: 2,
      snoozed: 0,
      solved: 3,
    },
    list: 9,
    total,
    rows: longRows(0, 100),
    opened_at: null,
  },
});

/** Rows of the long list, from a place on. */
export const longRows = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, step) => {
    const n = from + step;
    return {
      ...(rows.inbox[n % 4] ?? row(ada)),
      id: `many-${String(n)}`,
      at: NOW - n * 97 * MINUTE,
      unread: n % 3 === 0,
    };
  });

const empty = {
  ...inbox.inbox,
  counts: { open: 0, unread: 0, mine: 0, unassigned: 0, snoozed: 0, solved: 0 },
  ...listed([]),
};
const offline = { connection: 'offline', since: minutesAgo(4), retry_at: NOW + 20_000 } as const;
const FOLDER = '/home/rosa/.local/share/latchkey';
const DIALOGUE = 'What was said to the mail server';
const issuing = { press: ['p', 'Enter'], digits: '482915' };

const locked = (more: Partial<Extract<Session, { session: 'locked' }>> = {}): View => ({
  ...inbox,
  session: {
    session: 'locked',
    by: 'idle',
    computer: 'tells',
    passphrase: false,
    wait_until: null,
    ...more,
  },
  inbox: { ...inbox.inbox, ...listed([]) },
  pane: null,
});

const wanted: View = {
  ...inbox,
  settings: { ...inbox.settings, passphrase: 'wanted' },
  pane: null,
};

const guided = (more: Partial<HelpRequest>): View =>
  withPane({
    ...ada,
    call_back: { phone: '555 0142', ask_for: 'Ada', language: 'es' },
    ...more,
  });

const on = (page: ClientPage, waiting = true): HelpRequest['browser'] => ({
  ...ada.browser,
  waiting,
  page: { page, at: minutesAgo(1) },
});

const lists: View = { ...inbox, pane: null };

export const states: Record<string, State> = {
  'guide-link-sent': { view: guided({ browser: on('link_sent', false) }) },
  'guide-closed': { view: guided({ browser: on('waiting', false) }) },
  'guide-is-in': {
    view: guided({
      browser: on('signed_in'),
      state: 'solved',
      solved: { at: NOW, how: { how: 'signed_in', method: 'pin' } },
    }),
  },
  clients: { view: lists, press: ['c'] },
  'clients-found': { view: lists, press: ['c', 'ada'], found: several },
  'clients-many': { view: lists, press: ['c', 'mar'], found: many },
  'clients-none': { view: lists, press: ['c', 'zzz'], found: { clients: [], more: false } },
  'clients-looking': { view: lists, press: ['c', 'ada'], found: 'never' },
  'clients-too-many': { view: lists, press: ['c', 'ada'] },
  'clients-offline': { view: { ...lists, connection: offline }, press: ['c', 'ada'] },
  client: { view: lists, press: ['c', 'ada', 'Enter'], found: several, file: adasFile },
  'client-quiet': { view: lists, press: ['c', 'ada', 'Enter'], found: several, file: quietFile },
  'client-closed': { view: lists, press: ['c', 'ada', 'Enter'], found: several, file: closedFile },
  'client-not-read': { view: lists, press: ['c', 'ada', 'Enter'], found: several },
  starting: { view: { ...inbox, session: { session: 'starting' } } },
  'agent-lost-at-start': { view: null, trouble: 'agent_lost' },
  'agent-silent-at-start': { view: null, trouble: 'agent_silent' },
  'agent-differs': { view: null, trouble: 'agent_differs' },
  'signed-out-first': { view: out(null, null) },
  'signed-out': { view: out(null) },
  'signed-out-session-ended': { view: out('session_ended') },
  'signed-out-notes-gone': { view: out('session_ended', undefined, 2) },
  'signed-out-not-a-practice': { view: out('not_a_practice') },
  'signed-out-unreachable': { view: out('unreachable') },
  'signed-out-denied': { view: out('denied') },
  'signed-out-mismatch': { view: out('mismatch') },
  'signed-out-timed-out': { view: out('timed_out') },
  'signed-out-locked': { view: { ...out(null), keychain: 'locked' } },
  'signed-out-failed': { view: out('failed') },
  'signing-in': {
    view: {
      ...out(null),
      session: {
        session: 'signing_in',
        url: 'https://sign-in.example.org/oauth/authorize?client_id=latchkey-desktop&code_challenge=Zk2nU',
      },
    },
  },
  unknown: {
    view: {
      ...inbox,
      connection: { connection: 'connecting' },
      inbox: { ...empty, known: false },
      pane: null,
    },
  },
  empty: { view: { ...inbox, inbox: empty, pane: null } },
  'empty-solved': { view: { ...inbox, inbox: { ...empty, folder: 'solved' }, pane: null } },
  one: {
    view: {
      ...inbox,
      inbox: {
        ...inbox.inbox,
        counts: { open: 1, unread: 1, mine: 1, unassigned: 2, snoozed: 0, solved: 3 },
        ...listed([row(ada, true)]),
      },
      pane: null,
    },
  },
  many: { view: { ...longList(100_000), pane: null }, press: ['j', 'j'] },
  'many-end': { view: { ...longList(100_000), pane: null }, press: ['j', 'End'] },
  search: {
    view: {
      ...inbox,
      inbox: {
        ...inbox.inbox,
        searched: true,
        ...listed([
          row(ada),
          { ...row(noor), found: '…her sister Ada has the phone, so please…' },
          { ...row(priya), name: 'Adair Nair' },
        ]),
      },
    },
    press: ['/', 'ada'],
  },
  'search-none': {
    view: {
      ...inbox,
      inbox: { ...inbox.inbox, searched: true, ...listed([]) },
      pane: null,
    },
    press: ['/', 'zebra state:gone'],
  },
  snoozed: {
    view: {
      ...inbox,
      inbox: {
        ...inbox.inbox,
        folder: 'snoozed',
        counts: { open: 3, unread: 1, mine: 1, unassigned: 2, snoozed: 1, solved: 3 },
        ...listed([{ ...row(ada, false), snoozed_until: NOW + 10 * MINUTE }]),
      },
      pane: inbox.pane && { ...inbox.pane, snoozed_until: NOW + 10 * MINUTE },
    },
  },
  'snoozed-none': {
    view: {
      ...inbox,
      inbox: { ...inbox.inbox, folder: 'snoozed', ...listed([]) },
      pane: null,
    },
  },
  looking: {
    view: {
      ...withPane({
        ...ada,
        assigned: { staff: 's2', name: 'Sam Park', at: minutesAgo(2) },
      }),
      inbox: {
        ...inbox.inbox,
        ...listed([
          { ...row(ada), looking: ['Sam Park'] },
          {
            ...row(noor),
            assigned: { staff: 's2', name: 'Sam Park', at: minutesAgo(2) },
          },
        ]),
      },
      pane: inbox.pane && {
        ...inbox.pane,
        request: { ...ada, assigned: { staff: 's2', name: 'Sam Park', at: minutesAgo(2) } },
        looking: ['Sam Park'],
      },
    },
  },
  assign: {
    view: inbox,
    press: ['a'],
    colleagues: [
      { id: 's1', name: 'Rosa Rivera', role: 'clinician', connected: true },
      { id: 's2', name: 'Sam Park', role: 'front-desk', connected: true },
      { id: 's3', name: 'Alma Weiss', role: 'admin', connected: false },
    ],
  },
  covering: { view: covering },
  'cover-set': {
    view: { ...covering, pane: null },
    click: ['Settings', 'Have a colleague cover'],
    colleagues: [
      { id: 's1', name: 'Rosa Rivera', role: 'clinician', connected: true },
      { id: 's2', name: 'Sam Park', role: 'front-desk', connected: true },
      { id: 's4', name: 'Lee Moreau', role: 'clinician', connected: false },
    ],
  },
  'cover-admin': {
    view: { ...admins, covers: [rosaWillBe] },
    click: ['Settings', 'Have a colleague cover'],
    covers: [leeIsAway, almaIsAway, rosaWillBe],
    colleagues: [
      { id: 's1', name: 'Rosa Rivera', role: 'admin', connected: true },
      { id: 's2', name: 'Sam Park', role: 'front-desk', connected: true },
      { id: 's3', name: 'Alma Weiss', role: 'clinician', connected: false },
    ],
  },
  'cover-offline': {
    view: { ...inbox, pane: null, connection: offline },
    click: ['Settings', 'Have a colleague cover'],
  },
  sessions: { view: near },
  'sessions-snooze': { view: near, press: ['h'] },
  'assign-offline': { view: inbox, press: ['a'] },
  'assign-alone': { view: inbox, press: ['a'], colleagues: [] },
  palette: { view: inbox, press: ['Ctrl+k', 'ma'] },
  'palette-none': { view: inbox, press: ['Ctrl+k', 'zebra'] },
  'snooze-times': { view: inbox, press: ['h'] },
  inbox: { view: inbox },
  'inbox-resend': { view: withPane(ben) },
  'inbox-resend-pending': { view: withPane(ben, { resend: { goes_at: NOW + 4_000 } }) },
  'inbox-unmatched': { view: withPane(stranger) },
  'inbox-guarded': { view: withPane(noor) },
  'inbox-guarded-mine': {
    view: withPane({
      ...noor,
      tier: {
        tier: 'guarded',
        evidence: ['called_number_on_file', 'with_me'],
        reason: 'contact_changed',
        first: { by: 'Rosa Rivera', at: minutesAgo(3) },
      },
    }),
  },
  'inbox-closed': { view: withPane({ ...ada, tier: { tier: 'closed', code: 'tries_used_up' } }) },
  'inbox-no-phone': {
    view: withPane({
      ...ada,
      call_back: { phone: null, ask_for: 'Ada', language: null },
      tier: { tier: 'normal', evidence: ['with_me'] },
    }),
  },
  'inbox-busy': { view: withPane(ada, { busy: true }) },
  'inbox-replied': {
    view: withPane({
      ...ada,
      state: 'waiting_for_client',
      replies: [
        { at: minutesAgo(1), by: 'Rosa Rivera', phrase: { phrase: 'call_within_ten_minutes' } },
      ],
      mail: { fate: 'deferred', at: minutesAgo(2), next_at: NOW + 8 * MINUTE, reply: null },
      pin: {
        id: 'p1',
        state: 'live',
        by: 'Rosa Rivera',
        issued_at: minutesAgo(1),
        expires_at: NOW + 9 * MINUTE,
      },
    }),
  },
  ...Object.fromEntries(
    (
      [
        'queued',
        'sending',
        'accepted',
        'deferred',
        'bounced',
        'delayed',
        'complained',
        'not_sent',
        'unknown',
      ] as const
    ).map((fate) => [`mail-${fate}`, { view: withPane(withMail(fate)) }]),
  ),
  stuck: {
    view: withPane({
      ...noor,
      raised_by: 'service',
      browser: { ...noor.browser, waiting: false },
      timeline: [
        ...noor.timeline.filter(({ what }) => what.kind !== 'asked_for_help'),
        { at: minutesAgo(5), what: { kind: 'seems_stuck', asks: 2 } },
      ],
    }),
  },
  'say-spanish': {
    view: withPane({
      ...ada,
      call_back: { phone: '555 0142', ask_for: 'Ada', language: 'es' },
      diagnosis: { ...ada.diagnosis, cause: 'sender_check_failed' },
    }),
  },
  suppressed: { view: withPane(closedMailbox) },
  'suppressed-offline': {
    view: { ...withPane(closedMailbox, { blocked: 'offline' }), connection: offline },
  },
  'suppressed-opened': { view: withPane(openedMailbox) },
  'address-wrong': { view: withPane(wrongAddress) },
  'address-field': { view: withPane(wrongAddress), click: ['Put a new address on file'] },
  'address-waits': { view: withPane(newAddress) },
  'address-waits-mine': {
    view: withPane({
      ...newAddress,
      new_address: {
        change: 'a1',
        address: 'ada.okafor@new.example',
        by: 'Rosa Rivera',
        at: minutesAgo(2),
        by_call: false,
      },
    }),
  },
  evidence: { view: withPane(twoMails), unfolded: true },
  support: { view: withPane(ben), click: ['Copy for support'] },
  dialogue: { view: withPane(twoMails), click: [DIALOGUE], dialogue },
  'dialogue-none': { view: withPane(twoMails), click: [DIALOGUE], dialogue: noDialogue },
  'dialogue-offline': {
    view: { ...withPane(twoMails, { blocked: 'offline' }), connection: offline },
    click: [DIALOGUE],
  },
  announce: { view: { ...inbox, pane: null }, click: ['Tell clients'], announcement: true },
  'announce-spanish': {
    view: { ...inbox, pane: null },
    click: ['Tell clients', 'Español'],
    announcement: true,
  },
  'announce-offline': {
    view: { ...inbox, pane: null, connection: offline },
    click: ['Tell clients'],
  },
  'mail-two': { view: withPane(twoMails) },
  'inbox-newer': {
    view: withPane({
      ...ada,
      state: 'unknown',
      tier: { tier: 'unknown' },
      diagnosis: { ...ada.diagnosis, cause: 'unknown', action: 'unknown', confidence: 'unknown' },
      timeline: [...ada.timeline, { at: NOW, what: { kind: 'unknown' } }],
    }),
  },
  offline: { view: { ...withPane(ada, { blocked: 'offline' }), connection: offline } },
  'outage-everyone': {
    view: {
      ...inbox,
      outages: [
        {
          whom: { whom: 'everyone' },
          cause: 'practice_mail_down',
          since: minutesAgo(12),
          failures: 3,
        },
      ],
    },
  },
  'outage-domains': {
    view: {
      ...inbox,
      outages: ['bigmail.example', 'lakeside.example'].map((domain) => ({
        whom: { whom: 'domain', domain },
        cause: 'mail_unwanted',
        since: minutesAgo(12),
        failures: 4,
        code: 550,
        enhanced: '5.7.1',
      })),
    },
  },
  'agent-lost': { view: inbox, trouble: 'agent_lost' },
  'agent-silent': { view: inbox, trouble: 'agent_silent' },
  'agent-silent-pin': { view: withPin(), trouble: 'agent_silent' },
  'disk-full': { view: { ...inbox, storage: { fault: 'full', folder: FOLDER } } },
  'disk-read-only': { view: { ...inbox, storage: { fault: 'read_only', folder: FOLDER } } },
  'disk-failing': { view: { ...inbox, storage: { fault: 'failing', folder: FOLDER } } },
  'keychain-absent': { view: { ...inbox, keychain: 'absent' } },
  'keychain-locked': { view: { ...inbox, keychain: 'locked' } },
  'keychain-slow': { view: { ...inbox, keychain: 'slow' } },
  'keychain-losing': { view: { ...inbox, keychain: 'losing' } },
  'keychain-full': { view: { ...inbox, keychain: 'full' } },
  'keychain-failing': { view: { ...inbox, keychain: 'failing' } },
  'asked-again': {
    view: {
      ...withPane({
        ...ada,
        timeline: [
          ...ada.timeline,
          { at: minutesAgo(3), what: { kind: 'asked_for_help' } },
          { at: minutesAgo(1), what: { kind: 'asked_for_help' } },
        ],
      }),
      inbox: {
        ...inbox.inbox,
        rows: inbox.inbox.rows.map((row) =>
          row.id === ada.id
            ? { ...row, unread: true, repeats: { asks: 3, last: minutesAgo(1) } }
            : row,
        ),
      },
    },
  },
  'frozen-staff': { view: withPane(frozen) },
  'frozen-admin': {
    view: {
      ...withPane(frozen),
      session: {
        session: 'signed_in',
        staff: { id: 's9', name: 'Dana Whitfield', role: 'admin' },
        practice: { name: 'Juniper Lane Practice', time_zone: 'America/New_York' },
        device_name: 'Studio laptop',
      },
    },
  },
  'frozen-ask': { view: withPane(ada), click: ['Not my client …'] },
  'message-not-in': { view: withPane(ben) },
  'message-first': { view: withPane({ ...priya, can_write: true }) },
  'message-waits': { view: withPane(written, { message_draft: 'Yes, ten o’clock is' }) },
  'message-long': { view: withPane(written, { message_draft: 'See you at ten. '.repeat(140) }) },
  'message-offline': {
    view: { ...withPane(written, { blocked: 'offline' }), connection: offline },
  },
  'notes-added': { view: withPane(noted) },
  'notes-draft': { view: withPane(ben, { draft: 'She rings at noon; her sis' }) },
  'notes-long': { view: withPane(ben, { draft: 'Rings at noon. '.repeat(140) }) },
  'notes-waiting': {
    view: {
      ...withPane(noted, { blocked: 'offline', waiting_notes: waitingNotes }),
      connection: offline,
      waiting_notes: 2,
    },
  },
  'notes-for-this-run': {
    view: { ...withPane(ben, { draft: 'Rings at noon' }), keychain: 'absent' },
  },
  'notes-refused': {
    view: {
      ...withPane(ben),
      refused_notes: [
        refusedNote('n7', 'Ada Okafor', 'not_found'),
        refusedNote('n8', null, 'too_many_notes'),
      ],
    },
  },
  'sign-out-notes': {
    view: { ...withPane(ben), connection: offline, waiting_notes: 2, unsent_notes: 2 },
    click: ['Sign out'],
  },
  notice: {
    view: {
      ...inbox,
      notice: {
        refusal: { code: 'just_issued', by: 'Sam Park', retry_at: NOW + MINUTE },
        request: ada.id,
      },
    },
  },
  'notice-second': {
    view: {
      ...withPane(noor),
      notice: {
        refusal: { code: 'second_person_needed', by: null, retry_at: null },
        request: noor.id,
      },
    },
  },
  solved: { view: solvedFolder },
  keys: { view: inbox, press: ['?'] },
  locked: { view: locked() },
  'locked-none': {
    view: {
      ...locked({ by: 'computer' }),
      inbox: {
        ...inbox.inbox,
        counts: { open: 0, unread: 0, mine: 0, unassigned: 0, snoozed: 0, solved: 0 },
        ...listed([]),
      },
    },
  },
  'locked-asked': { view: locked({ by: 'sleep', computer: 'asked' }) },
  'locked-did-not': { view: locked({ by: 'person', computer: 'did_not' }) },
  'locked-cannot-tell': { view: locked({ by: 'restart', computer: 'cannot_tell' }) },
  'locked-passphrase': { view: locked({ computer: 'cannot_tell', passphrase: true }) },
  'locked-wait': {
    view: locked({ computer: 'cannot_tell', passphrase: true, wait_until: NOW + 5 * MINUTE }),
  },
  'locked-sign-out': { view: locked(), click: ['Sign out'] },
  activity: { view: admins, click: ['Activity'], activity: ofPractice(12) },
  'activity-numbers': {
    view: admins,
    click: ['Activity', '52 weeks', 'Save as CSV'],
    activity: ofPractice(52),
    unfolded: true,
  },
  'activity-here': { view: { ...inbox, pane: null }, click: ['Activity'], activity: ofComputer },
  'activity-one': { view: { ...inbox, pane: null }, click: ['Activity'], activity: ofOne },
  'activity-none': { view: { ...inbox, pane: null }, click: ['Activity'], activity: ofNobody },
  'activity-loading': { view: admins, click: ['Activity'], activity: 'never' },
  'activity-offline': { view: { ...admins, connection: offline }, click: ['Activity'] },
  settings: { view: { ...inbox, pane: null }, click: ['Settings'] },
  'settings-chosen': {
    view: {
      ...inbox,
      pane: null,
      settings: {
        ...inbox.settings,
        notifications: 'name',
        sound: false,
        on_call: true,
        density: 'compact',
        lock_after: 5,
        notification_trouble: 'absent',
        shortcut: { control: true, alt: true, shift: false, logo: false, key: 'L' },
        shortcut_trouble: 'taken',
        quiet_hours: inbox.settings.quiet_hours.map((day, index) => ({
          ...day,
          on: index !== 2,
          ...(index > 4 ? { from: 0, to: 0 } : {}),
        })) as View['settings']['quiet_hours'],
      },
    },
    click: ['Settings'],
  },
  'start-asked': {
    view: { ...inbox, settings: { ...inbox.settings, start_at_log_in: 'unknown' } },
  },
  'start-failed': {
    view: { ...inbox, pane: null, settings: { ...inbox.settings, start_failed: true } },
    click: ['Settings'],
  },
  'in-session': {
    view: { ...inbox, quiet: { in_session: NOW + 38 * MINUTE, by_hand: null, hours: null } },
  },
  'quiet-until-tomorrow': {
    view: {
      ...inbox,
      quiet: { in_session: null, by_hand: NOW + 14 * 60 * MINUTE, hours: NOW + 9 * 60 * MINUTE },
    },
  },
  'settings-passphrase': { view: wanted, click: ['Choose one'] },
  'settings-passphrase-chosen': {
    view: { ...wanted, settings: { ...wanted.settings, lock_after: 7, passphrase: 'chosen' } },
    click: ['Settings'],
  },
  'passphrase-wanted': { view: wanted },
  'offline-passphrase-wanted': { view: { ...wanted, connection: offline } },
  'connected-again-passphrase-wanted': {
    view: { ...wanted, connection: offline },
    focus: 'Try now',
    then: wanted,
  },
  'sign-out': { view: { ...inbox, pane: null }, click: ['Sign out'] },
  erase: {
    view: { ...inbox, pane: null },
    click: ['Settings', 'Delete everything on this computer'],
  },
  'erase-signed-out': { view: out(null), click: ['Delete everything on this computer'] },
  erasing: { view: { ...out(null), session: { session: 'erasing' } } },
  erased: {
    view: {
      ...out(null),
      session: {
        session: 'erased',
        left: [
          { left: 'key', name: 'latchkey-0f1e2d3c4b5a6978', why: 'locked' },
          { left: 'file', path: '/home/rosa/.local/share/latchkey/cache.db' },
          { left: 'practice' },
        ],
      },
    },
  },
  'signed-out-not-told': { view: out('not_told') },
  'pin-live': { view: inbox, ...issuing, then: withPin() },
  'pin-spanish': { view: guided({}), ...issuing, then: { ...guided({}), pin: panel() } },
  'pin-covered': { view: inbox, ...issuing, then: withPin(), blur: true },
  'pin-gone': { view: withPin() },
  'pin-used': { view: withPin({ state: 'used' }) },
  'pin-revoked': { view: withPin({ state: 'revoked' }) },
  'pin-expired': { view: withPin({ state: 'expired' }) },
  'pin-locked': { view: withPin({ state: 'locked' }) },
};
