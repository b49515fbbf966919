//! What comes to the desk, and what it wants done.

use std::{collections::HashMap, sync::Arc};

use indexmap::IndexMap;
use latchkey_protocol::{
    Activity, Announcement, Assign, ClientFile, ClientId, ClientsFound, Colleagues, ConfirmAddress,
    CorrectAddress, CoverId, Evidence, HelpRequest, MailDialogue, Me, Phrase, PinId, Position,
    RequestId, SetCover, UnixMillis,
};
use latchkey_view::{
    AgentStatus, Answer, Keychain, Language, Left, NoteId, Passphrase, PinDigits, Shortcut,
    SignedOut, StorageTrouble, ToAgent,
};
use url::Url;

use crate::{
    files::Keep,
    lock::{LockMark, PassphraseHash},
    os::{Alert, AlertId, OsEvent, Start},
    practice::{CallError, FeedEvent, Nudge},
    quiet::QuietMark,
    session::KeptSession,
    settings::Settings,
    sheet::Sheet,
    store::{Note, Own, Owner, Write},
    summary::Summary,
};

/// Names a connection on the local socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

/// Names a call to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActId(pub u64);

/// Something that happened outside.
pub enum Input {
    /// Keychain and cache were read.
    Started(Box<Started>),
    /// A frame came over the local socket.
    Window(ConnectionId, ToAgent),
    /// That connection is over.
    WindowGone(ConnectionId),
    /// The sign-in went on.
    SignIn(SignInStep),
    /// The feed said something.
    Feed(FeedEvent),
    /// Who is signed in, as the service sees it now.
    Me(Me),
    /// A call ended.
    Acted(ActId, Outcome),
    /// The texts for clients came for that command, or did not.
    Announced {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<Announcement, CallError>,
    },
    /// What was said to the mail server came for that command, or did not.
    Dialogue {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<MailDialogue, CallError>,
    },
    /// Who there is came for that command, or did not.
    Colleagues {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<Colleagues, CallError>,
    },
    /// The clients that were looked for came for that command, or did not.
    ClientsFound {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<ClientsFound, CallError>,
    },
    /// A client came for that command, or did not.
    Client {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<Box<ClientFile>, CallError>,
    },
    /// What the practice's weeks looked like came for that command, or did not.
    Activity {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What came.
        outcome: Result<Activity, CallError>,
    },
    /// A table was saved for that command, or could not be.
    Saved {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// Where.
        file: Option<String>,
    },
    /// The service was told until when a session lasts, or was not.
    SessionTold(Option<UnixMillis>, Result<(), CallError>),
    /// A note is on disk, or could not be put there.
    NoteKept {
        /// The note.
        note: Note,
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// It is there.
        kept: bool,
    },
    /// The keychain was asked once more.
    Keychain(Box<Asked>),
    /// The cache failed, and is off until it is filled again.
    CacheLost,
    /// A request was read from the cache, or is not there.
    Document(RequestId, Option<Box<HelpRequest>>),
    /// The data folder cannot be written, or can be again.
    Storage(Option<StorageTrouble>),
    /// The person did something outside the window.
    Os(OsEvent),
    /// It starts with the log-in to the computer by now, or does not; or that could not be
    /// done.
    StartAnswered(Start, bool),
    /// A passphrase was compared, that was typed after so many locks.
    PassphraseChecked {
        /// It is the one.
        right: bool,
        /// How often it had locked by then.
        locks: u64,
    },
    /// A new passphrase was hashed, for that command; `None` where it is too short or
    /// too long.
    PassphraseHashed(ConnectionId, u64, Option<Arc<PassphraseHash>>),
    /// Whether the practice was told that the session ended.
    Revoked(bool),
    /// Everything was deleted but for these.
    Erased(Vec<Left>),
    /// The computer wants the agent to end.
    Quit,
}

/// What was on this computer.
#[derive(Default)]
pub struct Started {
    /// How the keychain does.
    pub keychain: Option<Keychain>,
    /// The session that was kept.
    pub session: Option<KeptSession>,
    /// The requests in the cache, in short.
    pub requests: IndexMap<RequestId, Summary>,
    /// The recent ones, whole.
    pub documents: Vec<HelpRequest>,
    /// What each person did here.
    pub own: HashMap<Owner, Own>,
    /// The position of the cache.
    pub position: Option<Position>,
    /// What the person chose.
    pub settings: Settings,
    /// How the lock was left.
    pub lock: Option<LockMark>,
    /// The passphrase.
    pub passphrase: Option<Arc<PassphraseHash>>,
    /// What the person wanted to be quiet for.
    pub quiet: QuietMark,
}

/// What the keychain said when it was asked during a session.
pub struct Asked {
    /// How it does.
    pub keychain: Keychain,
    /// It keeps things now, for the first time in this run: what each person had on
    /// this computer before.
    pub opened: Option<HashMap<Owner, Own>>,
}

/// A step of a sign-in.
pub enum SignInStep {
    /// The browser is to open this.
    OpenBrowser(String),
    /// Signed in.
    Done(Box<KeptSession>),
    /// Not signed in.
    Failed(Option<SignedOut>),
}

/// How a call ended.
pub enum Outcome {
    /// Done.
    Done,
    /// A PIN was issued.
    Pin {
        /// Its id.
        id: PinId,
        /// The request whose browser it is bound to, where the service says so.
        request: Option<RequestId>,
        /// Its digits, on their way to one window.
        digits: PinDigits,
        /// How long it lives.
        lasts: i64,
    },
    /// Not done.
    Failed(CallError),
}

/// A call to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A person opened it.
    Seen(RequestId),
    /// Take it, hand it over, or give it back.
    Assign(RequestId, Assign),
    /// Issue a PIN.
    IssuePin(RequestId, Evidence),
    /// Issue a PIN to a client whose browser shows this match word.
    IssueClientPin(ClientId, Evidence, String),
    /// Revoke it.
    RevokePin(RequestId),
    /// Send a new link.
    ResendLink(RequestId),
    /// Let mail go to the client's mailbox again.
    LiftSuppression(RequestId),
    /// Put a new mail address on file.
    CorrectAddress(RequestId, CorrectAddress),
    /// Confirm the one that waits.
    ConfirmAddress(RequestId, ConfirmAddress),
    /// Send the steps of how to sign in.
    SendGuide(RequestId),
    /// Send a phrase.
    Reply(RequestId, Phrase),
    /// Close the request.
    Solve(RequestId),
    /// Have a colleague cover for somebody.
    SetCover(SetCover),
    /// End a cover period.
    CancelCover(CoverId),
    /// Add a note, under its id.
    Note(RequestId, NoteId, String),
    /// This is not their client.
    Freeze(RequestId),
    /// It may go on.
    Unfreeze(RequestId),
    /// Write to the client who is in.
    Message(RequestId, String),
}

impl Call {
    /// Which request it is about; for a client on the phone only the service knows.
    #[must_use]
    pub const fn request(&self) -> Option<&RequestId> {
        match self {
            Self::IssueClientPin(..) | Self::SetCover(_) | Self::CancelCover(_) => None,
            Self::Seen(request)
            | Self::Assign(request, _)
            | Self::IssuePin(request, _)
            | Self::RevokePin(request)
            | Self::ResendLink(request)
            | Self::LiftSuppression(request)
            | Self::CorrectAddress(request, _)
            | Self::ConfirmAddress(request, _)
            | Self::SendGuide(request)
            | Self::Reply(request, _)
            | Self::Solve(request)
            | Self::Freeze(request)
            | Self::Unfreeze(request)
            | Self::Message(request, _)
            | Self::Note(request, ..) => Some(request),
        }
    }
}

/// Something to tell a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// You are the window.
    Stay,
    /// Another one is there.
    Leave,
    /// Show yourself.
    Raise,
    /// The agent's status.
    Status(AgentStatus),
    /// Everything was deleted but for these.
    Erased(Vec<Left>),
}

/// Something to be done outside.
pub enum Effect {
    /// Answer a command.
    Answer(ConnectionId, u64, Answer),
    /// Tell a connection something.
    Tell(ConnectionId, Tell),
    /// Read the keychain once more.
    ReadKeychain,
    /// Ask it during a session: whether it keeps things by now, or, where it did, whether
    /// it still has what it was given.
    AskKeychain {
        /// Give it once more what it lost.
        mend: bool,
    },
    /// Put a note on disk, under a new id, before the window is told that it is added.
    KeepNote {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// On which request.
        request: RequestId,
        /// The name on file.
        name: Option<String>,
        /// What it says.
        text: String,
    },
    /// Begin a sign-in.
    StartSignIn(Url),
    /// Stop it.
    StopSignIn,
    /// Open the system browser.
    OpenBrowser(String),
    /// Follow the feed.
    StartFeed(Option<Position>),
    /// Do not wait with connecting.
    Connect(Nudge),
    /// Ask the service who is signed in.
    AskMe,
    /// Ask the service for the texts for clients.
    AskAnnouncement {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// In which language.
        language: Language,
    },
    /// Ask the service for what was said to the mail server.
    AskDialogue {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// About which request.
        request: RequestId,
    },
    /// Tell the service until when a session lasts, or that it is over.
    TellSession(Option<UnixMillis>),
    /// Tell the service that a request is shown here, or not any more.
    Look {
        /// Which.
        request: RequestId,
        /// Not any more.
        away: bool,
    },
    /// Ask the service who there is.
    AskColleagues {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
    },
    /// Ask the service for clients of these names.
    FindClients {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// As typed.
        typed: String,
    },
    /// Ask the service for a client.
    ReadClient {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// Whom.
        client: ClientId,
    },
    /// Ask the service what the practice's weeks looked like.
    AskActivity {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// How many.
        weeks: u8,
    },
    /// Save a table where a person finds it.
    SaveSheet {
        /// The command that waits for its answer.
        asked: (ConnectionId, u64),
        /// What.
        sheet: Sheet,
        /// The file's name, without its ending.
        name: String,
    },
    /// Call the service.
    Call(ActId, Call),
    /// Write to the cache.
    Write(Write),
    /// Read a request from the cache.
    ReadDocument(RequestId),
    /// Look whether the data folder can be written by now.
    LookAtDisk,
    /// Show a notification.
    Notify(Alert),
    /// Take it back.
    Withdraw(AlertId),
    /// Have the agent start with the log-in to the computer, or not.
    StartAtLogIn(Start),
    /// Take these keys from every program, or give them back.
    TakeKeys(Option<Shortcut>),
    /// Start the window's program.
    OpenWindow,
    /// Forget the session, and wipe what is on disk.
    EndSession {
        /// Tell the service.
        revoke: bool,
    },
    /// Keep a small file.
    Keep(Keep),
    /// Compare a passphrase.
    CheckPassphrase {
        /// As typed.
        passphrase: Passphrase,
        /// What it is compared with.
        hash: Arc<PassphraseHash>,
        /// To be given back.
        locks: u64,
    },
    /// Hash a new passphrase for that command.
    HashPassphrase(ConnectionId, u64, Passphrase),
    /// Keep it, or none.
    KeepPassphrase(Option<Arc<PassphraseHash>>),
    /// Ask the computer when it was last used, as the agent is awake anyway.
    LookAtComputer,
    /// Ask the computer to lock itself.
    LockComputer,
    /// Delete everything on this computer.
    Erase,
    /// End agent and window.
    Quit,
    /// As that, and leave nothing behind.
    Vanish,
}
