//! The view models: everything the window draws, whole, each time it changes.

use latchkey_protocol::{
    Assigned, ClientSession, Cover, Diagnosis, ErrorCode, HelpRequest, MailOutage, PinState,
    Practice, RequestId, RequestState, Solved, Staff, UnixMillis,
};
use serde::{Deserialize, Serialize};

use crate::{Quiet, Refusal, Settings};

/// All there is to draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct View {
    /// Latchkey's version.
    pub version: String,
    /// The service's version, once it has said it.
    pub service_version: Option<String>,
    /// Who is signed in.
    pub session: Session,
    /// Whether the practice can be reached.
    pub connection: Connection,
    /// Whether the keychain keeps the session.
    pub keychain: Keychain,
    /// Why this computer keeps nothing new, if it does not.
    pub storage: Option<StorageTrouble>,
    /// The list.
    pub inbox: Inbox,
    /// Mail that does not arrive for everyone or for a domain, while the practice can be
    /// reached.
    pub outages: Vec<MailOutage>,
    /// The cover periods, running and to come, that this person has part in, while the practice
    /// can be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Cover>>", optional)]
    pub covers: Vec<Cover>,
    /// The opened request.
    pub pane: Option<Pane>,
    /// The PIN panel, without digits.
    pub pin: Option<PinPanel>,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// How many notes wait until the practice can be reached.
    pub waiting_notes: u32,
    /// How many notes would be lost with this session: those that wait or were refused, and
    /// begun ones, of everybody who signed in on this computer.
    pub unsent_notes: u32,
    /// *Sign out* was chosen where nothing can be asked, and notes would be lost.
    pub asks_to_sign_out: bool,
    /// Notes that the practice refused for good, with their text to be copied.
    pub refused_notes: Vec<RefusedNote>,
    /// What the person chose here.
    pub settings: Settings,
    /// What holds notifications back now.
    pub quiet: Quiet,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "session", rename_all = "snake_case")]
pub enum Session {
    /// Reading the keychain; a moment.
    Starting,
    /// Nobody.
    SignedOut {
        /// Address to offer: the last one, or `--practice`.
        practice: Option<String>,
        /// What ended the last session or attempt, if it was not a person's wish.
        why: Option<SignedOut>,
        /// So many notes had not reached the practice when it ended the session, and went
        /// with everything else.
        notes_gone: u32,
    },
    /// The browser is open and waited for.
    SigningIn {
        /// To open by hand where no browser came.
        url: String,
    },
    /// Somebody.
    SignedIn {
        /// Who.
        staff: Staff,
        /// Where.
        practice: Practice,
        /// This desktop's name.
        device_name: String,
    },
    /// Somebody, and nobody is there: the view holds counts and nothing else (RULES D4).
    Locked {
        /// What locked it.
        by: LockedBy,
        /// What the computer's own lock can do to unlock it.
        computer: ComputerLock,
        /// A passphrase was chosen, and unlocks it.
        passphrase: bool,
        /// After wrong passphrases: the next one is taken then.
        wait_until: Option<UnixMillis>,
    },
    /// Everything on this computer is being deleted; a moment.
    Erasing,
    /// Everything on this computer was deleted, but for these.
    Erased {
        /// What is left, for a person to deal with; never empty.
        left: Vec<Left>,
    },
}

/// What locked Latchkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum LockedBy {
    /// Nobody touched the computer for as long as the settings say.
    Idle,
    /// The computer was locked, or its screen covered.
    Computer,
    /// The computer went to sleep.
    Sleep,
    /// The person, by hand.
    Person,
    /// The agent ended while it was locked, or was away too long to know.
    Restart,
}

/// What the computer's own lock can do to unlock Latchkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ComputerLock {
    /// Locking and unlocking the computer unlocks Latchkey.
    Tells,
    /// It was asked to lock just now.
    Asked,
    /// It was asked, and did not lock.
    DidNot,
    /// Latchkey cannot hear of its lock.
    CannotTell,
}

/// Something that could not be deleted or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "left", rename_all = "snake_case")]
pub enum Left {
    /// A file or folder.
    File {
        /// Its whole path.
        path: String,
    },
    /// The key in the keychain, which opens nothing any more.
    Key {
        /// The entry's name.
        name: String,
        /// Why.
        why: Keychain,
    },
    /// The practice could not be told that this computer's session ended.
    Practice,
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SignedOut {
    /// 30 days are over, or the practice ended the session.
    SessionEnded,
    /// The address is not one of a Latchkey service.
    NotAPractice,
    /// The service does not answer.
    Unreachable,
    /// The person pressed *Cancel* in the browser.
    Denied,
    /// The browser's answer was not the one to our question (`state`, `iss`).
    Mismatch,
    /// Nobody came back from the browser within 10 minutes.
    TimedOut,
    /// The service answered with something unexpected.
    Failed,
    /// Signed out by the person, and the practice could not be told.
    NotTold,
}

/// Whether the practice can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "connection", rename_all = "snake_case")]
pub enum Connection {
    /// Nobody is signed in.
    Idle,
    /// On the way; what is shown is from the cache.
    Connecting,
    /// The feed is open.
    Connected,
    /// Not reachable. Reading works, acting does not (RULES D9).
    Offline(Offline),
}

/// Since when, and when it is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Offline {
    /// Since when.
    pub since: UnixMillis,
    /// The next try.
    pub retry_at: UnixMillis,
}

/// Whether the keychain keeps the session (RULES D2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Keychain {
    /// It keeps what it is given.
    Works,
    /// There is none: signed in for this session only.
    Absent,
    /// There is one, but locked: for this session only.
    Locked,
    /// It does not answer in time: for this session only.
    Slow,
    /// It took the key and does not have it any more.
    Losing,
    /// It refuses to take anything, as a full disk makes it do.
    Full,
    /// It failed in another way.
    Failing,
}

/// The data folder cannot be written: Latchkey works on from memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct StorageTrouble {
    /// Why.
    pub fault: StorageFault,
    /// The folder, as a person would type it.
    pub folder: String,
}

/// Why the data folder cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum StorageFault {
    /// No room is left.
    Full,
    /// It may not be written.
    ReadOnly,
    /// It fails otherwise.
    Failing,
}

/// Which list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// Open requests that are not snoozed.
    #[default]
    Inbox,
    /// Those of them that this person has.
    Mine,
    /// Those of them that nobody has.
    Unassigned,
    /// Open ones that this person put off.
    Snoozed,
    /// Ended ones.
    Solved,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Inbox {
    /// Which.
    pub folder: Folder,
    /// How many are in each.
    pub counts: Counts,
    /// False until the first time something was received from the service: an
    /// empty list then means "not known yet".
    pub known: bool,
    /// The list is what a search found, in every folder.
    pub searched: bool,
    /// Names the list as it stands: another number, another list.
    pub list: u64,
    /// How many rows it has.
    pub total: u32,
    /// The first of them, at most [`PAGE`]; [`Command::ReadRows`](crate::Command::ReadRows)
    /// reads the others.
    pub rows: Vec<Row>,
    /// Where in the list the opened request is.
    pub opened_at: Option<u32>,
}

/// So many rows are read at once.
pub const PAGE: u32 = 100;

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Rows {
    /// The list it is of.
    pub list: u64,
    /// The place of the first one.
    pub from: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Counts {
    /// Open requests that are not snoozed.
    pub open: u32,
    /// Those of them that this person has not read.
    pub unread: u32,
    /// Those of them that this person has.
    pub mine: u32,
    /// Those of them that nobody has.
    pub unassigned: u32,
    /// Open ones that this person put off.
    pub snoozed: u32,
    /// Ended ones in the cache.
    pub solved: u32,
}

/// A client who asked for help more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Repeats {
    /// How often.
    pub asks: u32,
    /// When they did last.
    pub last: UnixMillis,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Row {
    /// Which request.
    pub id: RequestId,
    /// Name on file, if matched.
    pub name: Option<String>,
    /// What was typed, if not; a stranger's text (RULES A5).
    pub typed: String,
    /// When they asked.
    pub at: UnixMillis,
    /// Since when it waits for the practice, whatever its state: the client has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waits_since: Option<UnixMillis>,
    /// They asked more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub repeats: Option<Repeats>,
    /// Staff said that this is not their client.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub frozen: bool,
    /// Where it stands.
    pub state: RequestState,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub assigned: Option<Assigned>,
    /// Colleagues who look at it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub looking: Vec<String>,
    /// Not read by this person.
    pub unread: bool,
    /// The cause, for the second line.
    pub diagnosis: Diagnosis,
    /// When the client's next session is, or the one that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<ClientSession>,
    /// How it ended, for the second line.
    pub solved: Option<Solved>,
    /// Put off by this person until then.
    pub snoozed_until: Option<UnixMillis>,
    /// Where the words that are searched for stand, if that is in none of the above.
    pub found: Option<String>,
}

/// The opened request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Pane {
    /// As the service sent it.
    pub request: HelpRequest,
    /// Why nothing can be done now (all buttons), or `None`.
    pub blocked: Option<ErrorCode>,
    /// A resend that can still be undone.
    pub resend: Option<PendingResend>,
    /// A command on this request is under way.
    pub busy: bool,
    /// Colleagues who look at it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub looking: Vec<String>,
    /// Put off by this person until then.
    pub snoozed_until: Option<UnixMillis>,
    /// A note that is being written; the agent keeps it, not the window.
    pub draft: String,
    /// A message to the client that is being written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub message_draft: String,
    /// Notes on this request that have not reached the practice yet, oldest first.
    pub waiting_notes: Vec<WaitingNote>,
}

/// Names a note from the moment it is added.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct NoteId(pub String);

/// A note on its way to the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct WaitingNote {
    /// Its id.
    pub id: NoteId,
    /// When it was written.
    pub at: UnixMillis,
    /// What it says.
    pub text: String,
}

/// A note that the practice did not take, and never will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct RefusedNote {
    /// The note.
    pub note: WaitingNote,
    /// On which request; it may be gone.
    pub request: RequestId,
    /// Whose request it was: the name on file, where there is one.
    pub name: Option<String>,
    /// Why.
    pub refusal: Refusal,
}

/// A resend that waits for its 5 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct PendingResend {
    /// When it goes.
    pub goes_at: UnixMillis,
}

/// The PIN panel, without digits: those went to the window once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct PinPanel {
    /// For which request.
    pub request: RequestId,
    /// The client's name on file.
    pub name: String,
    /// How the person at the desktop knows who it is.
    pub evidence: latchkey_protocol::Evidence,
    /// The number on file, if that was called.
    pub phone: Option<String>,
    /// Live, or how it ended: anything but live clears the digits.
    pub state: PinState,
    /// When it was issued, by this computer's clock.
    pub issued_at: UnixMillis,
    /// When it ends, by this computer's clock.
    pub ends_at: UnixMillis,
}

/// Something to tell that belongs to no button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Notice {
    /// What was refused or failed.
    pub refusal: Refusal,
    /// Which request it is about.
    pub request: Option<RequestId>,
}

/// What `latchkey-agent status` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatus {
    /// Version of the agent.
    pub version: String,
    /// Name of who is signed in.
    pub signed_in: Option<String>,
    /// Since when the feed is open.
    pub connected_since: Option<UnixMillis>,
    /// Unread requests.
    pub unread: u32,
    /// A window is connected.
    pub window: bool,
    /// Latchkey is locked.
    pub locked: bool,
}
