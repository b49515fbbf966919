//! Commands from the window, and their answers.

use latchkey_protocol::{
    Activity, Announcement, ClientFile, ClientId, ClientsFound, Colleagues, CoverId, ErrorCode,
    Evidence, MailDialogue, Phrase, RequestId, SetCover, StaffId, UnixMillis,
};
use serde::{Deserialize, Serialize};

use crate::{Folder, NoteId, Passphrase, PinDigits, Query, Rows, Setting};

/// Something the person at the window did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Sign in to the practice at this address, through the system browser.
    SignIn {
        /// The practice's public address, as typed.
        practice: String,
    },
    /// Stop waiting for the browser.
    CancelSignIn,
    /// End this desktop's session and wipe the cache.
    SignOut,
    /// Not to sign out after all.
    StaySignedIn,
    /// Show another list.
    Show {
        /// Which.
        folder: Folder,
    },
    /// Look for requests in every folder, or stop looking.
    Search {
        /// What for.
        query: Option<Query>,
    },
    /// Read a part of the list.
    ReadRows {
        /// The place of the first one.
        from: u32,
        /// How many; at most [`PAGE`](crate::PAGE) are read.
        count: u32,
    },
    /// Ask where in the list a request is.
    FindRow {
        /// Which.
        request: RequestId,
    },
    /// Put a request off, for this person alone; it comes back earlier where the client
    /// tries again.
    Snooze {
        /// Which.
        request: RequestId,
        /// Until when; `None` brings it back now.
        until: Option<UnixMillis>,
    },
    /// Open a request (a person looks at it: it becomes *seen*), or none.
    Select {
        /// Which.
        request: Option<RequestId>,
    },
    /// Mark as unread for me.
    MarkUnread {
        /// Which.
        request: RequestId,
    },
    /// Take a request, hand it over, or give it back.
    Assign {
        /// Which.
        request: RequestId,
        /// Whose it is from now on; nobody's, where `null`.
        to: Option<StaffId>,
        /// Whose it was as the person saw it.
        seen: Option<StaffId>,
    },
    /// Ask who there is to hand over to.
    ReadColleagues,
    /// Have a colleague cover for somebody who is away.
    SetCover(SetCover),
    /// End a cover period now.
    CancelCover {
        /// Which.
        cover: CoverId,
    },
    /// State how I know who it is, and issue a PIN.
    IssuePin {
        /// For which request.
        request: RequestId,
        /// The statement.
        evidence: Evidence,
    },
    /// Make the live PIN unusable.
    RevokePin {
        /// Whose.
        request: RequestId,
    },
    /// Put the PIN panel away; the PIN stays what it is.
    ClosePin,
    /// Send a new sign-in link in 5 s, unless undone.
    ResendLink {
        /// For which request.
        request: RequestId,
    },
    /// Take back a resend within its 5 s.
    UndoResend {
        /// For which request.
        request: RequestId,
    },
    /// Let mail go again to the client's mailbox, that a bounce or a complaint has closed.
    LiftSuppression {
        /// For which request.
        request: RequestId,
    },
    /// Put the client's new mail address on file.
    CorrectAddress {
        /// For which request.
        request: RequestId,
        /// As typed.
        address: String,
        /// The client said it in a call to the number on file.
        by_call: bool,
    },
    /// Confirm the new mail address that waits.
    ConfirmAddress {
        /// For which request.
        request: RequestId,
        /// Which change, as it was read.
        change: String,
        /// The client said it in a call to the number on file.
        by_call: bool,
    },
    /// Send the client the steps of how to sign in.
    SendGuide {
        /// For which request.
        request: RequestId,
    },
    /// Ask for the texts that tell clients how to sign in.
    Announce {
        /// In which language.
        language: Language,
    },
    /// Ask for what was said to the mail server, and what it said.
    ReadMailDialogue {
        /// About which request.
        request: RequestId,
    },
    /// Look for a client by the beginnings of the names.
    FindClients {
        /// As typed so far.
        typed: String,
    },
    /// Read what the practice has of a client; reading is written down there.
    ReadClient {
        /// Whom.
        client: ClientId,
    },
    /// Count what the weeks looked like.
    ReadActivity {
        /// From what.
        of: ActivityOf,
    },
    /// Save a table of what the weeks looked like, where a person finds what they save.
    SaveTable {
        /// Its cells; the first row names them.
        rows: Vec<Vec<String>>,
    },
    /// State how I know who it is, and issue a PIN to the browser that shows a match word.
    IssueClientPin {
        /// To whom.
        client: ClientId,
        /// The statement.
        evidence: Evidence,
        /// One word, or both, as the client read them out.
        match_word: String,
    },
    /// Send a fixed phrase to the waiting page.
    Reply {
        /// For which request.
        request: RequestId,
        /// What to say.
        phrase: Phrase,
    },
    /// What stands in the field for a message to the client now; sent as it is typed.
    DraftMessage {
        /// On which request.
        request: RequestId,
        /// All of it.
        text: String,
    },
    /// This is not my client: freezes the request and the browser that raised it.
    NotMyClient {
        /// Which.
        request: RequestId,
    },
    /// An admin lets it go on.
    LiftFreeze {
        /// Which.
        request: RequestId,
    },
    /// Write to the client who is in (RULES P5).
    WriteMessage {
        /// For which request.
        request: RequestId,
        /// What it says.
        text: String,
    },
    /// Close a request by hand.
    Solve {
        /// Which.
        request: RequestId,
    },
    /// What stands in the field for a note now; sent as it is typed.
    DraftNote {
        /// On which request.
        request: RequestId,
        /// All of it.
        text: String,
    },
    /// Add a note that staff alone see: at once, or when the practice can be reached.
    AddNote {
        /// On which request.
        request: RequestId,
        /// What it says.
        text: String,
    },
    /// Put away a note that was refused; its text is gone then.
    DropNote {
        /// Which.
        note: NoteId,
    },
    /// Look once more whether the keychain keeps what it is given.
    TryKeychain,
    /// Try to connect now.
    ConnectNow,
    /// Put a notice away.
    DismissNotice,
    /// Lock Latchkey now.
    Lock,
    /// Ask the computer to lock itself, so that unlocking it unlocks Latchkey.
    LockComputer,
    /// Unlock by the passphrase, where one was chosen.
    Unlock {
        /// As typed.
        passphrase: Passphrase,
    },
    /// Choose something, from now on.
    Set(Setting),
    /// Be in a session for the usual time, in which nothing rings; or not any more.
    InSession {
        /// Begin, or begin anew.
        begin: bool,
    },
    /// Nothing is to ring until tomorrow; or not any more.
    Quiet {
        /// Begin.
        begin: bool,
    },
    /// Show a notification now, to see what it looks like here.
    TryNotification,
    /// Choose a passphrase, or do without one.
    SetPassphrase {
        /// As typed.
        passphrase: Option<Passphrase>,
    },
    /// Sign out, delete everything on this computer, and quit.
    EraseEverything,
    /// End agent and window.
    Quit,
}

/// A language that clients are written to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
}

/// What the weeks are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ActivityOf {
    /// The requests on this computer.
    Here,
    /// All of the practice's; for admins.
    Practice {
        /// So many weeks, this one among them.
        weeks: u8,
    },
}

/// What became of a command.
#[derive(Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Done, or under way; the next view shows it.
    Done,
    /// The PIN, once, to the window that asked (RULES D6).
    Pin {
        /// For which request.
        request: RequestId,
        /// Six digits.
        digits: PinDigits,
        /// When it ends, by this computer's clock.
        ends_at: UnixMillis,
    },
    /// The texts that were asked for.
    Announcement(Announcement),
    /// What was said to the mail server, as it was asked for.
    MailDialogue(MailDialogue),
    /// Who there is, as it was asked for.
    Colleagues(Colleagues),
    /// The clients that were looked for.
    ClientsFound(ClientsFound),
    /// The client that was asked for.
    Client(Box<ClientFile>),
    /// What the weeks looked like.
    Activity(Activity),
    /// A table was saved.
    Saved {
        /// Where; `None` where it could not be.
        file: Option<String>,
    },
    /// The part of the list that was asked for.
    Rows(Rows),
    /// Where in the list the request is.
    Place {
        /// The list it is said of.
        list: u64,
        /// From 0; `None` where it is not in this list.
        at: Option<u32>,
    },
    /// Not done, and nothing was changed.
    Refused(Refusal),
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Refusal {
    /// The stable code; the window has the words.
    pub code: ErrorCode,
    /// The colleague it concerns.
    pub by: Option<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<UnixMillis>,
    /// When it is worth trying again.
    pub retry_at: Option<UnixMillis>,
}
