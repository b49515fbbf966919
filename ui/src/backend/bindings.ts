// Generated from crates/view and crates/protocol. Do not edit.
// Write it anew with `cargo xtask bindings`.
/* eslint-disable */

/**
 * The one act that is recommended.
 */
export type Action = "call_and_issue_pin" | "call" | "resend_link" | "check_address" | "lift_suppression" | "correct_address" | "wait" | "nothing" | "unknown";

/**
 * Answer of `GET /api/v1/activity`: whole weeks, the last one as far as it has gone.
 */
export type Activity = { 
/**
 * What is counted began then.
 */
since: UnixMillis, 
/**
 * It was counted then.
 */
until: UnixMillis, 
/**
 * Week by week, oldest first.
 */
weeks: Array<Week>, 
/**
 * From asking to a person's first look, over all of it.
 */
reaction?: Spread, 
/**
 * From asking to being signed in, over all of it.
 */
way_in?: Spread, 
/**
 * Mail domains that made trouble, those with the most mails that did not arrive first.
 */
domains: Array<DomainTrouble>, 
/**
 * The mails that are counted for the domains were written after that.
 */
domains_since: UnixMillis, };

/**
 * What the weeks are counted from.
 */
export type ActivityOf = { "of": "here" } | { "of": "practice", 
/**
 * So many weeks, this one among them.
 */
weeks: number, };

/**
 * What confirmed a new mail address (RULES P1).
 */
export type AddressProof = "call" | "second_person" | "client" | "unknown";

/**
 * Whose mail does not arrive.
 */
export type Affected = { "whom": "everyone" } | { "whom": "domain", 
/**
 * The part after the @.
 */
domain: string, } | { "whom": "unknown" };

/**
 * Answer of `GET /api/v1/announcement`: what tells clients how to sign in, filled with the
 * practice's name, address and phone.
 */
export type Announcement = { 
/**
 * The language it is in, BCP 47.
 */
language: string, 
/**
 * The subject of the mail.
 */
mail_subject: string, 
/**
 * The mail, to be sent to all.
 */
mail: string, 
/**
 * The letter, to be printed.
 */
letter: string, 
/**
 * What to say on the phone.
 */
phone_script: string, 
/**
 * The steps, to be handed over.
 */
guide: string, };

/**
 * What became of a command.
 */
export type Answer = { "answer": "done" } | { "answer": "pin", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * Six digits.
 */
digits: PinDigits, 
/**
 * When it ends, by this computer's clock.
 */
ends_at: UnixMillis, } | { "answer": "announcement" } & Announcement | { "answer": "mail_dialogue" } & MailDialogue | { "answer": "colleagues" } & Colleagues | { "answer": "clients_found" } & ClientsFound | { "answer": "client" } & ClientFile | { "answer": "activity" } & Activity | { "answer": "saved", 
/**
 * Where; `None` where it could not be.
 */
file: string | null, } | { "answer": "rows" } & Rows | { "answer": "place", 
/**
 * The list it is said of.
 */
list: number, 
/**
 * From 0; `None` where it is not in this list.
 */
at: number | null, } | { "answer": "refused" } & Refusal;

/**
 * Who has a request.
 */
export type Assigned = { 
/**
 * Who.
 */
staff: StaffId, 
/**
 * Their name.
 */
name: string, 
/**
 * Since when.
 */
at: UnixMillis, };

/**
 * The browser that waits, without anything that names a place or a device.
 */
export type Browser = { 
/**
 * The waiting page was open within the last 30 s of `as_of`.
 */
waiting: boolean, 
/**
 * When the waiting page last asked.
 */
last_seen_at: UnixMillis, 
/**
 * Signed in from this browser before.
 */
known: boolean, 
/**
 * Which of our pages it opened last, where a person has opened the request.
 */
page?: PageSeen, };

/**
 * The number on file: never the one that called or was typed (RULES P1).
 */
export type CallBack = { 
/**
 * The number on file as it is written there; none on file is `None`.
 */
phone: string | null, 
/**
 * It changed within 7 days: a call to it confirms no new mail address (RULES P1).
 */
phone_is_new?: boolean, 
/**
 * What name to ask for.
 */
ask_for: string, 
/**
 * BCP 47 language of the client, where it is on file.
 */
language: string | null, };

/**
 * Why the client is not in. The words for it live in the window's catalogue.
 */
export type Cause = "address_unknown" | "address_near_miss" | "nothing_asked" | "mail_refused" | "mail_deferred" | "mailbox_unknown" | "domain_unknown" | "address_malformed" | "mailbox_full" | "mailbox_disabled" | "greylisted" | "server_unreachable" | "mail_too_fast" | "mail_unwanted" | "sender_check_failed" | "practice_mail_down" | "mail_on_its_way" | "accepted_not_opened" | "scanner_opened" | "older_link_opened" | "link_used" | "link_used_here" | "link_used_elsewhere" | "link_damaged" | "link_too_old" | "link_voided" | "held_back" | "no_mail" | "suppressed" | "suppression_lifted" | "address_corrected" | "mail_held" | "link_ended" | "shared_address" | "shared_name_unknown" | "shared_other_person" | "access_disabled" | "pin_wrong" | "pin_expired" | "pin_in_other_browser" | "cookies_blocked" | "clock_wrong" | "signed_in_since" | "cannot_tell" | "unknown";

/**
 * So many requests had this cause.
 */
export type CauseCount = { 
/**
 * The cause.
 */
cause: Cause, 
/**
 * How many.
 */
requests: number, };

/**
 * One client, as a staff member reads it who has the client on the phone.
 */
export type ClientFile = { 
/**
 * Who.
 */
client: ClientFound, 
/**
 * The number on file, and whom to ask for.
 */
call_back: CallBack, 
/**
 * When it was put together.
 */
as_of: UnixMillis, 
/**
 * How many devices are kept signed in.
 */
devices: number, 
/**
 * When the client last signed in.
 */
signed_in_at: UnixMillis | null, 
/**
 * What it takes to issue a PIN to a browser that waits with this client's address.
 */
tier: Tier, 
/**
 * The most likely cause, where the client has tried to sign in these days.
 */
diagnosis: Diagnosis | null, 
/**
 * The client's open requests, newest first.
 */
waiting: Array<OpenRequest>, 
/**
 * The newest PIN of the last day.
 */
pin: PinStatus | null, 
/**
 * What the service saw, oldest first.
 */
timeline: Array<TimelineEntry>, };

/**
 * A client in the directory.
 */
export type ClientFound = { 
/**
 * Its id.
 */
id: ClientId, 
/**
 * First and last name.
 */
name: string, 
/**
 * What the client likes to be called, where that is another name.
 */
called: string | null, 
/**
 * Whose the addresses are that sign in for this client.
 */
holders: Array<Holder>, 
/**
 * The clinician who answers for the client.
 */
clinician: string | null, 
/**
 * Access is disabled.
 */
disabled: boolean, };

/**
 * A client of the practice.
 */
export type ClientId = string;

/**
 * The pages of clients, as staff call them on the phone.
 */
export type ClientPage = "sign_in" | "link_sent" | "link_opened" | "help" | "waiting" | "pin" | "who" | "signed_in" | "left" | "unknown";

/**
 * When a client is with the clinician.
 */
export type ClientSession = { 
/**
 * From when.
 */
from: UnixMillis, 
/**
 * Until when.
 */
until: UnixMillis, };

/**
 * Answer of `GET /api/v1/clients`.
 */
export type ClientsFound = { 
/**
 * Best first; at most twenty.
 */
clients: Array<ClientFound>, 
/**
 * There are more than fit: another letter narrows it down.
 */
more: boolean, };

/**
 * A staff member as the others see them.
 */
export type Colleague = { 
/**
 * Id.
 */
id: StaffId, 
/**
 * Name.
 */
name: string, 
/**
 * What they may see and do.
 */
role: Role, 
/**
 * A desktop of theirs is connected now.
 */
connected: boolean, 
/**
 * In a session until then.
 */
in_session_until?: UnixMillis, };

/**
 * Answer of `GET /api/v1/staff`: everybody who may act, by name, the caller too.
 */
export type Colleagues = { 
/**
 * Them.
 */
colleagues: Array<Colleague>, 
/**
 * Who covers for whom, now and in time to come.
 */
covers?: Array<Cover>, };

/**
 * Something the person at the window did.
 */
export type Command = { "command": "sign_in", 
/**
 * The practice's public address, as typed.
 */
practice: string, } | { "command": "cancel_sign_in" } | { "command": "sign_out" } | { "command": "stay_signed_in" } | { "command": "show", 
/**
 * Which.
 */
folder: Folder, } | { "command": "search", 
/**
 * What for.
 */
query: Query | null, } | { "command": "read_rows", 
/**
 * The place of the first one.
 */
from: number, 
/**
 * How many; at most [`PAGE`](crate::PAGE) are read.
 */
count: number, } | { "command": "find_row", 
/**
 * Which.
 */
request: RequestId, } | { "command": "snooze", 
/**
 * Which.
 */
request: RequestId, 
/**
 * Until when; `None` brings it back now.
 */
until: UnixMillis | null, } | { "command": "select", 
/**
 * Which.
 */
request: RequestId | null, } | { "command": "mark_unread", 
/**
 * Which.
 */
request: RequestId, } | { "command": "assign", 
/**
 * Which.
 */
request: RequestId, 
/**
 * Whose it is from now on; nobody's, where `null`.
 */
to: StaffId | null, 
/**
 * Whose it was as the person saw it.
 */
seen: StaffId | null, } | { "command": "read_colleagues" } | { "command": "set_cover" } & SetCover | { "command": "cancel_cover", 
/**
 * Which.
 */
cover: CoverId, } | { "command": "issue_pin", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * The statement.
 */
evidence: Evidence, } | { "command": "revoke_pin", 
/**
 * Whose.
 */
request: RequestId, } | { "command": "close_pin" } | { "command": "resend_link", 
/**
 * For which request.
 */
request: RequestId, } | { "command": "undo_resend", 
/**
 * For which request.
 */
request: RequestId, } | { "command": "lift_suppression", 
/**
 * For which request.
 */
request: RequestId, } | { "command": "correct_address", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * As typed.
 */
address: string, 
/**
 * The client said it in a call to the number on file.
 */
by_call: boolean, } | { "command": "confirm_address", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * Which change, as it was read.
 */
change: string, 
/**
 * The client said it in a call to the number on file.
 */
by_call: boolean, } | { "command": "send_guide", 
/**
 * For which request.
 */
request: RequestId, } | { "command": "announce", 
/**
 * In which language.
 */
language: Language, } | { "command": "read_mail_dialogue", 
/**
 * About which request.
 */
request: RequestId, } | { "command": "find_clients", 
/**
 * As typed so far.
 */
typed: string, } | { "command": "read_client", 
/**
 * Whom.
 */
client: ClientId, } | { "command": "read_activity", 
/**
 * From what.
 */
of: ActivityOf, } | { "command": "save_table", 
/**
 * Its cells; the first row names them.
 */
rows: Array<Array<string>>, } | { "command": "issue_client_pin", 
/**
 * To whom.
 */
client: ClientId, 
/**
 * The statement.
 */
evidence: Evidence, 
/**
 * One word, or both, as the client read them out.
 */
match_word: string, } | { "command": "reply", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * What to say.
 */
phrase: Phrase, } | { "command": "draft_message", 
/**
 * On which request.
 */
request: RequestId, 
/**
 * All of it.
 */
text: string, } | { "command": "not_my_client", 
/**
 * Which.
 */
request: RequestId, } | { "command": "lift_freeze", 
/**
 * Which.
 */
request: RequestId, } | { "command": "write_message", 
/**
 * For which request.
 */
request: RequestId, 
/**
 * What it says.
 */
text: string, } | { "command": "solve", 
/**
 * Which.
 */
request: RequestId, } | { "command": "draft_note", 
/**
 * On which request.
 */
request: RequestId, 
/**
 * All of it.
 */
text: string, } | { "command": "add_note", 
/**
 * On which request.
 */
request: RequestId, 
/**
 * What it says.
 */
text: string, } | { "command": "drop_note", 
/**
 * Which.
 */
note: NoteId, } | { "command": "try_keychain" } | { "command": "connect_now" } | { "command": "dismiss_notice" } | { "command": "lock" } | { "command": "lock_computer" } | { "command": "unlock", 
/**
 * As typed.
 */
passphrase: Passphrase, } | { "command": "set" } & Setting | { "command": "in_session", 
/**
 * Begin, or begin anew.
 */
begin: boolean, } | { "command": "quiet", 
/**
 * Begin.
 */
begin: boolean, } | { "command": "try_notification" } | { "command": "set_passphrase", 
/**
 * As typed.
 */
passphrase: Passphrase | null, } | { "command": "erase_everything" } | { "command": "quit" };

/**
 * What the computer's own lock can do to unlock Latchkey.
 */
export type ComputerLock = "tells" | "asked" | "did_not" | "cannot_tell";

/**
 * How sure the diagnosis is.
 */
export type Confidence = "certain" | "likely" | "possible" | "unknown";

/**
 * Whether the practice can be reached.
 */
export type Connection = { "connection": "idle" } | { "connection": "connecting" } | { "connection": "connected" } | { "connection": "offline" } & Offline;

/**
 * How many.
 */
export type Counts = { 
/**
 * Open requests that are not snoozed.
 */
open: number, 
/**
 * Those of them that this person has not read.
 */
unread: number, 
/**
 * Those of them that this person has.
 */
mine: number, 
/**
 * Those of them that nobody has.
 */
unassigned: number, 
/**
 * Open ones that this person put off.
 */
snoozed: number, 
/**
 * Ended ones in the cache.
 */
solved: number, };

/**
 * While somebody is away, a colleague answers for their clients, too.
 */
export type Cover = { 
/**
 * Names the period.
 */
id: CoverId, 
/**
 * Who is away.
 */
away: StaffId, 
/**
 * Their name.
 */
away_name: string, 
/**
 * Who answers for their clients.
 */
covered_by: StaffId, 
/**
 * Their name.
 */
covered_by_name: string, 
/**
 * From when on.
 */
from: UnixMillis, 
/**
 * Until when.
 */
until: UnixMillis, 
/**
 * It has begun.
 */
running: boolean, };

/**
 * A cover period.
 */
export type CoverId = string;

/**
 * How close the lists stand.
 */
export type Density = "comfortable" | "compact";

/**
 * Cause, certainty, facts, and what to do.
 */
export type Diagnosis = { 
/**
 * Why the client is not in.
 */
cause: Cause, 
/**
 * How sure that is.
 */
confidence: Confidence, 
/**
 * The one recommended act.
 */
action: Action, 
/**
 * Fills the sentence.
 */
facts: Facts, 
/**
 * Indices into the request's timeline that led to the cause.
 */
evidence: Array<number>, };

/**
 * One line of it. Addresses are without what stands before their @.
 */
export type DialogueLine = { 
/**
 * Who said it.
 */
from: Speaker, 
/**
 * What. The server's is a stranger's text (RULES A5).
 */
text: string, };

/**
 * Mails to one domain that did not arrive, or late.
 */
export type DomainTrouble = { 
/**
 * Which.
 */
domain: string, 
/**
 * Mails that were sent there; nothing where only those are known that made trouble.
 */
mails?: number, 
/**
 * Those that did not arrive.
 */
failed: number, 
/**
 * Those that were put off at first, or still are.
 */
late: number, };

/**
 * Why something was refused. Codes are stable; words live in the catalogues.
 * Add a code only when a consumer acts on it.
 */
export type ErrorCode = "bad_request" | "not_signed_in" | "not_allowed" | "not_found" | "key_reused" | "just_issued" | "pin_revoked" | "taken" | "colleague_gone" | "cover_overlaps" | "colleague_away" | "second_person_needed" | "too_many_pins" | "tries_used_up" | "no_client" | "client_disabled" | "no_mail" | "suppressed" | "mail_held" | "no_address" | "held_back" | "address_malformed" | "address_same" | "address_taken" | "address_several" | "address_unproven" | "address_not_waiting" | "guide_sent_today" | "already_solved" | "nobody_waiting" | "several_waiting" | "too_long" | "too_many_notes" | "frozen" | "client_not_in" | "conversation_full" | "too_many" | "unavailable" | "offline" | "not_kept" | "locked" | "no_answer" | "unknown";

/**
 * How staff know who it is (RULES, "Issuing a PIN").
 */
export type Evidence = "called_number_on_file" | "with_me" | "voice_word" | "unknown";

/**
 * What the sentence about the cause is filled with.
 */
export type Facts = { 
/**
 * The moment the cause is about.
 */
at?: UnixMillis, 
/**
 * A second moment to hold against it.
 */
other_at?: UnixMillis, 
/**
 * When something will happen by itself.
 */
until?: UnixMillis, 
/**
 * How often.
 */
count?: number, 
/**
 * The remote mail server's own words: a stranger's text (RULES A5).
 */
reply?: ServerReply, 
/**
 * How many minutes a clock is ahead; behind, where negative.
 */
minutes?: number, 
/**
 * The subject of the mail to look for, in the language it was sent in.
 */
subject?: string, 
/**
 * Whose address was nearly typed.
 */
near?: NearMiss, };

/**
 * Which list is shown.
 */
export type Folder = "inbox" | "mine" | "unassigned" | "snoozed" | "solved";

/**
 * What the page sends with the one command, `dispatch`.
 */
export type FromPage = { "from_page": "ready" } | { "from_page": "act", 
/**
 * What.
 */
act: Command, };

/**
 * What can happen on the way in. `by` is a staff member's name.
 */
export type Happening = { "kind": "asked_for_link" } | { "kind": "ask_held_back" } | { "kind": "mail_queued" } | { "kind": "mail_not_sent" } | { "kind": "mail_accepted", 
/**
 * Its words.
 */
reply: ServerReply, } | { "kind": "mail_deferred", 
/**
 * Its words.
 */
reply: ServerReply, 
/**
 * The next try.
 */
next_at: UnixMillis, } | { "kind": "mail_refused", 
/**
 * Its words.
 */
reply: ServerReply, } | { "kind": "mail_bounced", 
/**
 * What the server said that had it last.
 */
reply: ServerReply, } | { "kind": "mail_delayed", 
/**
 * What the next server said.
 */
reply: ServerReply, } | { "kind": "mail_complained" } | { "kind": "mail_suppressed" } | { "kind": "suppression_lifted", 
/**
 * Who.
 */
by: string, } | { "kind": "link_opened", 
/**
 * When that link was sent.
 */
sent_at: UnixMillis, 
/**
 * In the browser that asked for it.
 */
same_browser: boolean, 
/**
 * Who it was, as far as can be told.
 */
opener: Opener, } | { "kind": "link_refused", 
/**
 * When that link was sent.
 */
sent_at: UnixMillis, 
/**
 * Which rule hit.
 */
why: LinkRefusal, 
/**
 * When and where it was used, where that is the rule.
 */
used?: LinkUse, } | { "kind": "link_damaged" } | { "kind": "cookies_blocked", 
/**
 * Seen as a link was opened; otherwise as a form was sent.
 */
on_link: boolean, } | { "kind": "clock_off", 
/**
 * How many minutes it is ahead; behind, where negative.
 */
minutes: number, } | { "kind": "name_typed", 
/**
 * Whom it fits.
 */
fits: NameFit, } | { "kind": "signed_in", 
/**
 * How.
 */
method: SignInMethod, } | { "kind": "asked_for_help" } | { "kind": "seems_stuck", 
/**
 * How often a link was asked for.
 */
asks: number, } | { "kind": "seen", 
/**
 * Who.
 */
by: string, } | { "kind": "assigned", 
/**
 * Who did it; nobody, where the service or its operator did.
 */
by: string | null, 
/**
 * Whose it is.
 */
to: string | null, } | { "kind": "browser_picked", 
/**
 * Who.
 */
by: string, } | { "kind": "escalated" } | { "kind": "second_person_asked", 
/**
 * Who stated it first.
 */
by: string, } | { "kind": "pin_issued", 
/**
 * By whom.
 */
by: string, 
/**
 * On what evidence.
 */
evidence: Evidence, } | { "kind": "pin_wrong", 
/**
 * How many tries are left in these 24 h.
 */
tries_left: number, } | { "kind": "pin_in_other_browser" } | { "kind": "pin_revoked", 
/**
 * By whom.
 */
by: string, } | { "kind": "pin_expired" } | { "kind": "link_resent", 
/**
 * Who.
 */
by: string, } | { "kind": "address_proposed", 
/**
 * Which staff member; none where an import brought it.
 */
by: string | null, } | { "kind": "address_corrected", 
/**
 * Who confirmed it, where staff did.
 */
by: string | null, 
/**
 * How.
 */
how: AddressProof, } | { "kind": "guide_sent", 
/**
 * Who.
 */
by: string, } | { "kind": "reply_sent", 
/**
 * Who.
 */
by: string, 
/**
 * Which.
 */
phrase: Phrase, } | { "kind": "not_my_client", 
/**
 * Who.
 */
by: string, } | { "kind": "freeze_lifted", 
/**
 * Who.
 */
by: string, } | { "kind": "message_sent", 
/**
 * Who.
 */
by: string, 
/**
 * What, until it is past its time and erased.
 */
text: string | null, } | { "kind": "message_read" } | { "kind": "client_wrote", 
/**
 * What, until it is past its time and erased.
 */
text: string | null, } | { "kind": "note_added", 
/**
 * Who.
 */
by: string, 
/**
 * What, until it is past its time and erased.
 */
text: string | null, } | { "kind": "closed_by_staff", 
/**
 * Who.
 */
by: string, } | { "kind": "unknown" };

/**
 * A help request as it now stands. Applying the same document twice changes nothing.
 */
export type HelpRequest = { 
/**
 * Its id.
 */
id: RequestId, 
/**
 * The position of the last event that changed it.
 */
position: Position, 
/**
 * Where it stands.
 */
state: RequestState, 
/**
 * When the client asked for help, or the service did.
 */
created_at: UnixMillis, 
/**
 * Who asked.
 */
raised_by: RaisedBy, 
/**
 * Who it is from.
 */
who: Who, 
/**
 * What they wrote, controls and bidi stripped: a stranger's text (RULES A5).
 */
message: string | null, 
/**
 * The two words on the client's waiting page: staff say the first, the
 * client answers with the second. They name the browser, never the person.
 */
match_words: [string, string], 
/**
 * The browser that waits.
 */
browser: Browser, 
/**
 * The person who opened it first.
 */
seen: Seen | null, 
/**
 * Whose it is, by opening it or by a colleague's act.
 */
assigned?: Assigned, 
/**
 * Whose desktops ring for it, while nobody has opened it; others only list it.
 */
rings?: Array<StaffId>, 
/**
 * Since when it has waited for too long.
 */
escalated_at?: UnixMillis, 
/**
 * Since when it waits for the practice, whatever its state: the client has written,
 * or it was frozen.
 */
waits_since?: UnixMillis, 
/**
 * The client has signed in: free text can be written to them, and they answer (RULES P5).
 */
can_write?: boolean, 
/**
 * The client's next session at the practice, or the one that runs, where the practice has
 * imported its calendar and the request is open.
 */
session?: ClientSession, 
/**
 * Who said that this is not their client, and when: nothing more is done with the request,
 * and its browser gets nowhere, until an admin lifts that.
 */
frozen?: Seen, 
/**
 * The number on file, and whom to ask for.
 */
call_back: CallBack | null, 
/**
 * How a PIN may be issued.
 */
tier: Tier, 
/**
 * A new mail address that waits to be confirmed.
 */
new_address?: NewAddress, 
/**
 * The most likely cause and what to do.
 */
diagnosis: Diagnosis, 
/**
 * What kept the client out before a sign-in ended it, where one did.
 */
cause_before?: Cause, 
/**
 * The newest mail with a sign-in link to this client.
 */
mail: MailStatus | null, 
/**
 * The newest PIN.
 */
pin: PinStatus | null, 
/**
 * The fixed phrases sent so far, oldest first.
 */
replies: Array<ReplySent>, 
/**
 * How it ended.
 */
solved: Solved | null, 
/**
 * What the service saw, oldest first.
 */
timeline: Array<TimelineEntry>, };

/**
 * Whose an address is.
 */
export type Holder = "self" | "parent" | "guardian" | "partner" | "other";

/**
 * The list.
 */
export type Inbox = { 
/**
 * Which.
 */
folder: Folder, 
/**
 * How many are in each.
 */
counts: Counts, 
/**
 * False until the first time something was received from the service: an
 * empty list then means "not known yet".
 */
known: boolean, 
/**
 * The list is what a search found, in every folder.
 */
searched: boolean, 
/**
 * Names the list as it stands: another number, another list.
 */
list: number, 
/**
 * How many rows it has.
 */
total: number, 
/**
 * The first of them, at most [`PAGE`]; [`Command::ReadRows`](crate::Command::ReadRows)
 * reads the others.
 */
rows: Array<Row>, 
/**
 * Where in the list the opened request is.
 */
opened_at: number | null, };

/**
 * Whether the keychain keeps the session (RULES D2).
 */
export type Keychain = "works" | "absent" | "locked" | "slow" | "losing" | "full" | "failing";

/**
 * A language that clients are written to in.
 */
export type Language = "en" | "es";

/**
 * Something that could not be deleted or done.
 */
export type Left = { "left": "file", 
/**
 * Its whole path.
 */
path: string, } | { "left": "key", 
/**
 * The entry's name.
 */
name: string, 
/**
 * Why.
 */
why: Keychain, } | { "left": "practice" };

/**
 * Which rule a dead link met (RULES S3).
 */
export type LinkRefusal = "used" | "replaced" | "too_old" | "voided" | "unknown";

/**
 * When and where a link was used.
 */
export type LinkUse = { 
/**
 * When.
 */
at: UnixMillis, 
/**
 * In the browser that tried it again.
 */
here: boolean, };

/**
 * What locked Latchkey.
 */
export type LockedBy = "idle" | "computer" | "sleep" | "person" | "restart";

/**
 * Answer of `GET /api/v1/requests/{id}/mail-dialogue`: the newest tries, oldest first.
 */
export type MailDialogue = { 
/**
 * Each try to hand over a mail of this request.
 */
tries: Array<MailTry>, };

/**
 * The fate of a mail.
 */
export type MailFate = "queued" | "sending" | "accepted" | "deferred" | "refused" | "not_sent" | "bounced" | "delayed" | "complained" | "unknown";

/**
 * Mails fail in a row for a reason that lies with the practice or with one mail domain.
 * Nothing in it names a client or an address.
 */
export type MailOutage = { 
/**
 * Whose mail does not arrive.
 */
whom: Affected, 
/**
 * Why, as the newest failure says.
 */
cause: Cause, 
/**
 * When the oldest of the mails was written that failed in a row.
 */
since: UnixMillis, 
/**
 * How many tries failed in a row.
 */
failures: number, 
/**
 * The reply code of the newest failure.
 */
code?: number, 
/**
 * Its enhanced code (RFC 3463).
 */
enhanced?: string, };

/**
 * Where the newest mail is.
 */
export type MailStatus = { 
/**
 * What became of it.
 */
fate: MailFate, 
/**
 * Since when.
 */
at: UnixMillis, 
/**
 * The next try, while deferred.
 */
next_at: UnixMillis | null, 
/**
 * What the server said.
 */
reply: ServerReply | null, };

/**
 * One try to hand over one mail.
 */
export type MailTry = { 
/**
 * When the mail was asked for: the time in its subject.
 */
asked_at: UnixMillis, 
/**
 * Which try of this mail it was, from 1.
 */
attempt: number, 
/**
 * When it was over.
 */
at: UnixMillis, 
/**
 * What was said, in order.
 */
lines: Array<DialogueLine>, };

/**
 * Whom a name fits that was typed at a shared mailbox (RULES C9).
 */
export type NameFit = "one" | "nobody" | "other" | "unknown";

/**
 * A client whose address on file was nearly typed: nobody is attached by that (RULES A2).
 */
export type NearMiss = { 
/**
 * The name, masked to its initials.
 */
initials: string, 
/**
 * The clinician who answers for the client.
 */
clinician?: string, };

/**
 * A mail address that was put on file and that gets nothing until it is confirmed
 * (RULES P1).
 */
export type NewAddress = { 
/**
 * Names the change.
 */
change: string, 
/**
 * The address.
 */
address: string, 
/**
 * Which staff member put it on file: somebody else has to confirm it, or a call, or the
 * client. None where an import brought it.
 */
by: string | null, 
/**
 * When.
 */
at: UnixMillis, 
/**
 * A call to the number on file confirms it, too: it is there for more than 7 days.
 */
by_call: boolean, };

/**
 * Names a note from the moment it is added.
 */
export type NoteId = string;

/**
 * Something to tell that belongs to no button.
 */
export type Notice = { 
/**
 * What was refused or failed.
 */
refusal: Refusal, 
/**
 * Which request it is about.
 */
request: RequestId | null, };

/**
 * What a notification says of the client (RULES D5).
 */
export type NotificationText = "off" | "count" | "initials" | "name";

/**
 * What is wrong with this computer's notifications.
 */
export type NotificationTrouble = "absent" | "slow" | "failing" | "no_buttons";

/**
 * Since when, and when it is tried again.
 */
export type Offline = { 
/**
 * Since when.
 */
since: UnixMillis, 
/**
 * The next try.
 */
retry_at: UnixMillis, };

/**
 * An open request of a client.
 */
export type OpenRequest = { 
/**
 * Its id.
 */
id: RequestId, 
/**
 * Who raised it: for one that the service raised no browser waits.
 */
raised_by: RaisedBy, 
/**
 * The words on the page of its browser.
 */
match_words: [string, string], 
/**
 * When it was raised.
 */
created_at: UnixMillis, 
/**
 * The page with the words is open now.
 */
here: boolean, };

/**
 * Who opened a link, read from the request alone. It explains, and decides nothing.
 */
export type Opener = "person" | "scanner" | "unclear";

/**
 * A page that a browser opened.
 */
export type PageSeen = { 
/**
 * Which.
 */
page: ClientPage, 
/**
 * When.
 */
at: UnixMillis, };

/**
 * The opened request.
 */
export type Pane = { 
/**
 * As the service sent it.
 */
request: HelpRequest, 
/**
 * Why nothing can be done now (all buttons), or `None`.
 */
blocked: ErrorCode | null, 
/**
 * A resend that can still be undone.
 */
resend: PendingResend | null, 
/**
 * A command on this request is under way.
 */
busy: boolean, 
/**
 * Colleagues who look at it now.
 */
looking?: Array<string>, 
/**
 * Put off by this person until then.
 */
snoozed_until: UnixMillis | null, 
/**
 * A note that is being written; the agent keeps it, not the window.
 */
draft: string, 
/**
 * A message to the client that is being written.
 */
message_draft?: string, 
/**
 * Notes on this request that have not reached the practice yet, oldest first.
 */
waiting_notes: Array<WaitingNote>, };

/**
 * What was typed to unlock Latchkey.
 *
 * It serializes for one purpose: the frame from the window to the agent. Its `Debug`
 * says nothing, since commands are printed in tests (RULES S7).
 */
export type Passphrase = string;

/**
 * Whether a passphrase of Latchkey's own is needed (RULES D4).
 */
export type PassphraseState = "not_needed" | "wanted" | "chosen";

/**
 * A resend that waits for its 5 s.
 */
export type PendingResend = { 
/**
 * When it goes.
 */
goes_at: UnixMillis, };

/**
 * A phrase on the waiting page: before sign-in staff send only these (RULES P5).
 */
export type Phrase = { "phrase": "call_within_ten_minutes" } | { "phrase": "after_my_session", 
/**
 * When the session ends.
 */
at: UnixMillis, } | { "phrase": "try_the_new_link" } | { "phrase": "unknown" };

/**
 * Six digits that cannot be printed, cloned or cached.
 *
 * It serializes for one purpose: the frame from the agent to the window that
 * asked. Nothing that is stored or logged contains it (RULES S8, D6).
 */
export type PinDigits = string;

/**
 * One issued PIN; never its digits.
 */
export type PinId = string;

/**
 * The PIN panel, without digits: those went to the window once.
 */
export type PinPanel = { 
/**
 * For which request.
 */
request: RequestId, 
/**
 * The client's name on file.
 */
name: string, 
/**
 * How the person at the desktop knows who it is.
 */
evidence: Evidence, 
/**
 * The number on file, if that was called.
 */
phone: string | null, 
/**
 * Live, or how it ended: anything but live clears the digits.
 */
state: PinState, 
/**
 * When it was issued, by this computer's clock.
 */
issued_at: UnixMillis, 
/**
 * When it ends, by this computer's clock.
 */
ends_at: UnixMillis, };

/**
 * The life of a PIN.
 */
export type PinState = "live" | "used" | "revoked" | "expired" | "locked" | "unknown";

/**
 * The newest PIN, without its digits.
 */
export type PinStatus = { 
/**
 * Its id.
 */
id: PinId, 
/**
 * Live, or how it ended.
 */
state: PinState, 
/**
 * Who issued it.
 */
by: string, 
/**
 * When.
 */
issued_at: UnixMillis, 
/**
 * When it ends by itself (10 min).
 */
expires_at: UnixMillis, };

/**
 * A place in the event log: what `Last-Event-ID` carries. Starts at 1.
 */
export type Position = number;

/**
 * The practice.
 */
export type Practice = { 
/**
 * Its full name.
 */
name: string, 
/**
 * IANA time zone of the practice.
 */
time_zone: string, };

/**
 * All of it must hold.
 */
export type Query = { 
/**
 * Each is found somewhere: in a name, what was typed or written, a note.
 */
words: Array<Term>, 
/**
 * Each is found in the name or in what was typed as one.
 */
from: Array<string>, 
/**
 * One of these, where there are any.
 */
states: Array<RequestState>, 
/**
 * One of these, where there are any.
 */
causes: Array<Cause>, 
/**
 * A PIN was issued.
 */
has_pin: boolean, 
/**
 * Open, and not read by this person.
 */
unread: boolean, 
/**
 * Asked then or later.
 */
since: UnixMillis | null, 
/**
 * Asked earlier than that.
 */
before: UnixMillis | null, };

/**
 * What holds notifications back now, and until when.
 */
export type Quiet = { 
/**
 * The person is in a session.
 */
in_session: UnixMillis | null, 
/**
 * The person wanted quiet.
 */
by_hand: UnixMillis | null, 
/**
 * The quiet hours of the settings.
 */
hours: UnixMillis | null, };

/**
 * The quiet hours that begin on one day of the week, in this computer's zone.
 */
export type QuietDay = { 
/**
 * They hold.
 */
on: boolean, 
/**
 * Minutes after midnight at which they begin.
 */
from: number, 
/**
 * Minutes after midnight at which they end: on the next day where that is not after
 * `from`, so that the same minute twice is a whole day.
 */
to: number, };

/**
 * Who raised a request.
 */
export type RaisedBy = "client" | "service" | "unknown";

/**
 * Why a command was not done.
 */
export type Refusal = { 
/**
 * The stable code; the window has the words.
 */
code: ErrorCode, 
/**
 * The colleague it concerns.
 */
by: string | null, 
/**
 * When that was.
 */
at?: UnixMillis, 
/**
 * When it is worth trying again.
 */
retry_at: UnixMillis | null, };

/**
 * A note that the practice did not take, and never will.
 */
export type RefusedNote = { 
/**
 * The note.
 */
note: WaitingNote, 
/**
 * On which request; it may be gone.
 */
request: RequestId, 
/**
 * Whose request it was: the name on file, where there is one.
 */
name: string | null, 
/**
 * Why.
 */
refusal: Refusal, };

/**
 * A client who asked for help more than once.
 */
export type Repeats = { 
/**
 * How often.
 */
asks: number, 
/**
 * When they did last.
 */
last: UnixMillis, };

/**
 * A phrase that was sent.
 */
export type ReplySent = { 
/**
 * When.
 */
at: UnixMillis, 
/**
 * Who.
 */
by: string, 
/**
 * What.
 */
phrase: Phrase, };

/**
 * A help request.
 */
export type RequestId = string;

/**
 * Where a request stands; the state is shared by all staff.
 */
export type RequestState = "new" | "looking" | "waiting_for_client" | "solved" | "unknown";

/**
 * What a staff member may see and do.
 */
export type Role = "clinician" | "front-desk" | "admin" | "unknown";

/**
 * A line of the list.
 */
export type Row = { 
/**
 * Which request.
 */
id: RequestId, 
/**
 * Name on file, if matched.
 */
name: string | null, 
/**
 * What was typed, if not; a stranger's text (RULES A5).
 */
typed: string, 
/**
 * When they asked.
 */
at: UnixMillis, 
/**
 * Since when it waits for the practice, whatever its state: the client has written.
 */
waits_since?: UnixMillis, 
/**
 * They asked more than once.
 */
repeats?: Repeats, 
/**
 * Staff said that this is not their client.
 */
frozen?: boolean, 
/**
 * Where it stands.
 */
state: RequestState, 
/**
 * Whose it is.
 */
assigned?: Assigned, 
/**
 * Colleagues who look at it now.
 */
looking?: Array<string>, 
/**
 * Not read by this person.
 */
unread: boolean, 
/**
 * The cause, for the second line.
 */
diagnosis: Diagnosis, 
/**
 * When the client's next session is, or the one that runs.
 */
session?: ClientSession, 
/**
 * How it ended, for the second line.
 */
solved: Solved | null, 
/**
 * Put off by this person until then.
 */
snoozed_until: UnixMillis | null, 
/**
 * Where the words that are searched for stand, if that is in none of the above.
 */
found: string | null, };

/**
 * A part of the list.
 */
export type Rows = { 
/**
 * The list it is of.
 */
list: number, 
/**
 * The place of the first one.
 */
from: number, 
/**
 * The rows.
 */
rows: Array<Row>, };

/**
 * A person opened the request.
 */
export type Seen = { 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: UnixMillis, };

/**
 * A mail server's answer: reply code, enhanced code (RFC 3463), its own words.
 */
export type ServerReply = { 
/**
 * Three digits, 0 where no server answered.
 */
code: number, 
/**
 * `4.2.2`, where given.
 */
enhanced: string | null, 
/**
 * The server's words, controls stripped, at most 300 characters.
 */
words: string, };

/**
 * Who is signed in.
 */
export type Session = { "session": "starting" } | { "session": "signed_out", 
/**
 * Address to offer: the last one, or `--practice`.
 */
practice: string | null, 
/**
 * What ended the last session or attempt, if it was not a person's wish.
 */
why: SignedOut | null, 
/**
 * So many notes had not reached the practice when it ended the session, and went
 * with everything else.
 */
notes_gone: number, } | { "session": "signing_in", 
/**
 * To open by hand where no browser came.
 */
url: string, } | { "session": "signed_in", 
/**
 * Who.
 */
staff: Staff, 
/**
 * Where.
 */
practice: Practice, 
/**
 * This desktop's name.
 */
device_name: string, } | { "session": "locked", 
/**
 * What locked it.
 */
by: LockedBy, 
/**
 * What the computer's own lock can do to unlock it.
 */
computer: ComputerLock, 
/**
 * A passphrase was chosen, and unlocks it.
 */
passphrase: boolean, 
/**
 * After wrong passphrases: the next one is taken then.
 */
wait_until: UnixMillis | null, } | { "session": "erasing" } | { "session": "erased", 
/**
 * What is left, for a person to deal with; never empty.
 */
left: Array<Left>, };

/**
 * Body of `POST /api/v1/covers`.
 */
export type SetCover = { 
/**
 * Who is away; the caller, where left out. Anybody else's is an admin's to set.
 */
away?: StaffId, 
/**
 * Who answers for their clients meanwhile.
 */
covered_by: StaffId, 
/**
 * From when on; at once, where left out or past.
 */
from?: UnixMillis, 
/**
 * Until when: within a year.
 */
until: UnixMillis, };

/**
 * One thing to be chosen; bounds are kept by the agent.
 */
export type Setting = { "setting": "lock_after", "value": number } | { "setting": "notifications", "value": NotificationText } | { "setting": "sound", "value": boolean } | { "setting": "quiet_hours", "value": [QuietDay, QuietDay, QuietDay, QuietDay, QuietDay, QuietDay, QuietDay] } | { "setting": "on_call", "value": boolean } | { "setting": "density", "value": Density } | { "setting": "start_at_log_in", "value": StartAtLogIn } | { "setting": "shortcut", "value": Shortcut | null };

/**
 * What the person chose here, as the window shows it.
 */
export type Settings = { 
/**
 * Minutes without input until Latchkey locks.
 */
lock_after: number, 
/**
 * Whether a passphrase of Latchkey's own is needed.
 */
passphrase: PassphraseState, 
/**
 * What a notification says.
 */
notifications: NotificationText, 
/**
 * Notifications may be heard.
 */
sound: boolean, 
/**
 * The hours in which nothing rings, by the day on which they begin; Monday first.
 */
quiet_hours: [QuietDay, QuietDay, QuietDay, QuietDay, QuietDay, QuietDay, QuietDay], 
/**
 * In quiet hours, a request that nobody has opened for too long rings all the same.
 */
on_call: boolean, 
/**
 * How close the lists stand.
 */
density: Density, 
/**
 * Latchkey starts with the log-in to the computer; [`StartAtLogIn::Unknown`] is to be
 * asked.
 */
start_at_log_in: StartAtLogIn, 
/**
 * That could not be changed.
 */
start_failed: boolean, 
/**
 * The keys that show the window from anywhere, where any were chosen.
 */
shortcut: Shortcut | null, 
/**
 * Why they do nothing.
 */
shortcut_trouble: ShortcutTrouble | null, 
/**
 * What is wrong with this computer's notifications, if anything.
 */
notification_trouble: NotificationTrouble | null, };

/**
 * A combination of keys.
 */
export type Shortcut = { 
/**
 * With Ctrl.
 */
control: boolean, 
/**
 * With Alt.
 */
alt: boolean, 
/**
 * With Shift.
 */
shift: boolean, 
/**
 * With the key that has the computer's logo.
 */
logo: boolean, 
/**
 * Which key.
 */
key: ShortcutKey, };

/**
 * A key by what stands on it.
 */
export type ShortcutKey = string;

/**
 * Why the chosen keys do nothing.
 */
export type ShortcutTrouble = "taken" | "not_here" | "no_such_key";

/**
 * How somebody signed in.
 */
export type SignInMethod = "link" | "pin" | "unknown";

/**
 * Why nobody is signed in.
 */
export type SignedOut = "session_ended" | "not_a_practice" | "unreachable" | "denied" | "mismatch" | "timed_out" | "failed" | "not_told";

/**
 * How a request ended.
 */
export type Solved = { 
/**
 * When.
 */
at: UnixMillis, 
/**
 * How.
 */
how: SolvedHow, };

/**
 * How a request ended.
 */
export type SolvedHow = { "how": "signed_in", 
/**
 * By which method.
 */
method: SignInMethod, } | { "how": "by_staff", 
/**
 * Who.
 */
by: string, } | { "how": "asked_for_help" } | { "how": "unknown" };

/**
 * Who says a line.
 */
export type Speaker = "service" | "server" | "remark" | "unknown";

/**
 * How long something took, over several times.
 */
export type Spread = { 
/**
 * How often.
 */
of: number, 
/**
 * Half of them took no longer, in milliseconds.
 */
median: number, 
/**
 * Nine of ten took no longer, in milliseconds.
 */
ninth: number, };

/**
 * A staff member.
 */
export type Staff = { 
/**
 * Id.
 */
id: StaffId, 
/**
 * Name as colleagues know it.
 */
name: string, 
/**
 * What they may see and do.
 */
role: Role, };

/**
 * A staff member.
 */
export type StaffId = string;

/**
 * Whether Latchkey starts with the log-in to the computer.
 */
export type StartAtLogIn = "unknown" | "yes" | "no";

/**
 * Why the data folder cannot be written.
 */
export type StorageFault = "full" | "read_only" | "failing";

/**
 * The data folder cannot be written: Latchkey works on from memory.
 */
export type StorageTrouble = { 
/**
 * Why.
 */
fault: StorageFault, 
/**
 * The folder, as a person would type it.
 */
folder: string, };

/**
 * A word, as it was typed.
 */
export type Term = { 
/**
 * It; accents and case do not matter.
 */
text: string, 
/**
 * The causes whose words have it: those are the window's.
 */
causes: Array<Cause>, };

/**
 * What it takes to issue a PIN.
 */
export type Tier = { "tier": "normal", 
/**
 * The evidence that can be stated here and now.
 */
evidence: Array<Evidence>, } | { "tier": "guarded", 
/**
 * The evidence that can be stated.
 */
evidence: Array<Evidence>, 
/**
 * Why it is guarded.
 */
reason: TierReason, 
/**
 * Who has stated it already (within 10 min); a different person must be next.
 */
first: Seen | null, } | { "tier": "closed", 
/**
 * Why.
 */
code: ErrorCode, } | { "tier": "unknown" };

/**
 * Why a PIN is guarded.
 */
export type TierReason = "contact_changed" | "browser_picked" | "unknown";

/**
 * One thing that happened.
 */
export type TimelineEntry = { 
/**
 * When.
 */
at: UnixMillis, 
/**
 * What.
 */
what: Happening, };

/**
 * What the page receives with the one event, [`VIEW_EVENT`].
 */
export type ToPage = { "to_page": "view", 
/**
 * It.
 */
view: View, } | { "to_page": "focus", 
/**
 * Has it.
 */
focused: boolean, } | { "to_page": "agent_lost" } | { "to_page": "agent_silent" } | { "to_page": "agent_differs" };

/**
 * A moment, in milliseconds since 1970-01-01T00:00:00Z.
 */
export type UnixMillis = number;

/**
 * All there is to draw.
 */
export type View = { 
/**
 * Latchkey's version.
 */
version: string, 
/**
 * The service's version, once it has said it.
 */
service_version: string | null, 
/**
 * Who is signed in.
 */
session: Session, 
/**
 * Whether the practice can be reached.
 */
connection: Connection, 
/**
 * Whether the keychain keeps the session.
 */
keychain: Keychain, 
/**
 * Why this computer keeps nothing new, if it does not.
 */
storage: StorageTrouble | null, 
/**
 * The list.
 */
inbox: Inbox, 
/**
 * Mail that does not arrive for everyone or for a domain, while the practice can be
 * reached.
 */
outages: Array<MailOutage>, 
/**
 * The cover periods, running and to come, that this person has part in, while the practice
 * can be reached.
 */
covers?: Array<Cover>, 
/**
 * The opened request.
 */
pane: Pane | null, 
/**
 * The PIN panel, without digits.
 */
pin: PinPanel | null, 
/**
 * Something to tell.
 */
notice: Notice | null, 
/**
 * How many notes wait until the practice can be reached.
 */
waiting_notes: number, 
/**
 * How many notes would be lost with this session: those that wait or were refused, and
 * begun ones, of everybody who signed in on this computer.
 */
unsent_notes: number, 
/**
 * *Sign out* was chosen where nothing can be asked, and notes would be lost.
 */
asks_to_sign_out: boolean, 
/**
 * Notes that the practice refused for good, with their text to be copied.
 */
refused_notes: Array<RefusedNote>, 
/**
 * What the person chose here.
 */
settings: Settings, 
/**
 * What holds notifications back now.
 */
quiet: Quiet, };

/**
 * A note on its way to the practice.
 */
export type WaitingNote = { 
/**
 * Its id.
 */
id: NoteId, 
/**
 * When it was written.
 */
at: UnixMillis, 
/**
 * What it says.
 */
text: string, };

/**
 * One week of it, by when clients asked.
 */
export type Week = { 
/**
 * It began then, on a Monday.
 */
from: UnixMillis, 
/**
 * Requests by what kept the client out, most first.
 */
causes: Array<CauseCount>, 
/**
 * From asking to a person's first look.
 */
reaction?: Spread, 
/**
 * From asking to being signed in.
 */
way_in?: Spread, 
/**
 * How often clients signed in; nothing where that is not known.
 */
sign_ins?: number, 
/**
 * How often that ended a help request.
 */
helped: number, };

/**
 * Who a request is from.
 */
export type Who = { 
/**
 * The client on file whom the typed address belongs to, where there is exactly one.
 */
client: ClientId | null, 
/**
 * The name on file to list it under.
 */
name: string | null, 
/**
 * The name to use in a sentence (preferred or first name).
 */
first_name: string | null, 
/**
 * The clinician who answers for the client.
 */
clinician: string | null, 
/**
 * What was typed into "who you are": unproven, a stranger's text (RULES A5).
 */
typed: string, 
/**
 * True where several people use the address.
 */
shared_address: boolean, };
