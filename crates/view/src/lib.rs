//! What the agent and the window say to each other: commands up, view models down.
//!
//! The window is disposable: it draws the last [`View`] and sends [`Command`]s. It
//! holds no token, no key and no truth. Types here are the source of the
//! TypeScript in `ui/src/backend/bindings`.

mod command;
pub mod connect;
mod digits;
mod frame;
mod link;
mod page;
mod passphrase;
mod place;
mod query;
mod rolling;
mod settings;
mod shortcut;
pub mod start;
mod view;

pub use command::{ActivityOf, Answer, Command, Language, Refusal};
pub use digits::PinDigits;
pub use frame::{FrameError, MAX_FRAME, ToAgent, ToWindow, VERSION, read_frame, write_frame};
pub use link::request_of_link;
pub use page::{FromPage, ToPage, VIEW_EVENT};
pub use passphrase::Passphrase;
pub use place::{
    LOCK_FILE, PlaceError, Places, SOCKET_FILE, WINDOW_FILE, WINDOW_LOG_FILE, socket_folder_name,
};
pub use query::{Query, Term};
pub use rolling::{Rolling, make_private};
pub use settings::{
    Density, NotificationText, NotificationTrouble, PassphraseState, Quiet, QuietDay, Setting,
    Settings, StartAtLogIn,
};
pub use shortcut::{NoSuchKey, Shortcut, ShortcutKey, ShortcutTrouble};
pub use view::{
    AgentStatus, ComputerLock, Connection, Counts, Folder, Inbox, Keychain, Left, LockedBy, NoteId,
    Notice, Offline, PAGE, Pane, PendingResend, PinPanel, RefusedNote, Repeats, Row, Rows, Session,
    SignedOut, StorageFault, StorageTrouble, View, WaitingNote,
};
