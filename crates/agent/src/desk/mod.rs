//! The desktop's state, and what each input does to it. No clock, no network, no disk:
//! what is to be done outside is handed back as [`Effect`]s, so every turn can be tested.

mod activity;
mod acts;
mod alerts;
mod announcement;
mod choosing;
mod clients;
mod commands;
mod dialogue;
mod documents;
mod effect;
mod inbox;
mod keychain;
mod leaving;
mod list;
mod lock;
mod notes;
mod outbox;
mod passphrase;
mod pin;
mod quiet;
mod sign_in;
mod snooze;
mod standing;
mod team;
mod telling;
mod view;
mod windows;

use std::collections::{BTreeMap, HashMap};

use latchkey_protocol::{Cover, MailOutage, Me, RequestId, UnixMillis};
use latchkey_view::{
    Answer, Connection, LockedBy, Notice, Offline, Session, ShortcutTrouble, StorageTrouble,
};

use crate::{
    clock::later,
    os::OsEvent,
    practice::{FeedEvent, Nudge},
    settings::Settings,
};
use activity::Activities;
use acts::Pending;
use alerts::Alerts;
use announcement::Announcements;
use clients::Clients;
use dialogue::Dialogues;
pub use effect::{
    ActId, Asked, Call, ConnectionId, Effect, Input, Outcome, SignInStep, Started, Tell,
};
use inbox::Inbox;
use keychain::KeychainDesk;
use leaving::{Asker, Erasing};
use list::List;
use lock::Lock;
use notes::Notes;
use pin::PinDesk;
use quiet::QuietDesk;
use standing::Standing;
use team::Team;

/// After the stream opened, this long a quiet means that everything has arrived.
const SETTLE: i64 = 1_000;
/// A stream that was open this long was a good one.
const GOOD: i64 = 5_000;
/// How often old requests are looked for.
const SWEEP: i64 = 60 * 60 * 1000;

/// How often a folder that cannot be written is tried again.
const LOOK_AT_DISK: i64 = 3_000;

/// Everything the desktop knows.
pub struct Desk {
    now: UnixMillis,
    effects: Vec<Effect>,
    session: Session,
    practice_url: Option<String>,
    connection: Connection,
    connected_since: Option<UnixMillis>,
    lost_at: Option<UnixMillis>,
    keychain: KeychainDesk,
    storage: Option<StorageTrouble>,
    look_at_disk_at: Option<UnixMillis>,
    inbox: Inbox,
    outages: Standing<MailOutage>,
    covers: Standing<Cover>,
    notes: Notes,
    list: List,
    selected: Option<RequestId>,
    pin: Option<PinDesk>,
    resends: BTreeMap<RequestId, UnixMillis>,
    pending: HashMap<ActId, Pending>,
    last_act: u64,
    notice: Option<Notice>,
    alerts: Alerts,
    quiet: QuietDesk,
    window: Option<ConnectionId>,
    window_asked_at: Option<UnixMillis>,
    settle_at: Option<UnixMillis>,
    sweep_at: UnixMillis,
    lock: Lock,
    settings: Settings,
    start_failed: bool,
    shortcut_trouble: Option<ShortcutTrouble>,
    erasing: Option<Erasing>,
    erase_at_start: Option<Asker>,
    asks_to_sign_out: bool,
    service_version: Option<String>,
    announcements: Announcements,
    dialogues: Dialogues,
    team: Team,
    clients: Clients,
    activities: Activities,
}

impl Desk {
    /// Before anything is known.
    #[must_use]
    pub fn new(now: UnixMillis) -> Self {
        Self {
            now,
            effects: Vec::new(),
            session: Session::Starting,
            practice_url: None,
            connection: Connection::Idle,
            connected_since: None,
            lost_at: None,
            keychain: KeychainDesk::default(),
            storage: None,
            look_at_disk_at: None,
            inbox: Inbox::default(),
            outages: Standing::default(),
            covers: Standing::default(),
            notes: Notes::default(),
            list: List::default(),
            selected: None,
            pin: None,
            resends: BTreeMap::new(),
            pending: HashMap::new(),
            last_act: 0,
            notice: None,
            alerts: Alerts::default(),
            quiet: QuietDesk::default(),
            window: None,
            window_asked_at: None,
            settle_at: None,
            sweep_at: later(now, SWEEP),
            lock: Lock::default(),
            settings: Settings::default(),
            start_failed: false,
            shortcut_trouble: None,
            erasing: None,
            erase_at_start: None,
            asks_to_sign_out: false,
            service_version: None,
            announcements: Announcements::default(),
            dialogues: Dialogues::default(),
            team: Team::default(),
            clients: Clients::default(),
            activities: Activities::default(),
        }
    }

    /// Takes an input, and says what is to be done.
    pub fn take(&mut self, input: Input, now: UnixMillis) -> Vec<Effect> {
        self.now = now;
        match input {
            Input::Started(started) => {
                self.started(*started);
                if let Some(asker) = self.erase_at_start.take() {
                    self.erase_everything(asker);
                }
            }
            Input::Window(connection, frame) => self.window_says(connection, frame),
            Input::WindowGone(connection) => self.window_gone(connection),
            Input::SignIn(step) => self.sign_in_step(step),
            Input::Feed(event) => self.feed(event),
            Input::Me(me) => self.me(me),
            Input::Acted(act, outcome) => self.acted(act, outcome),
            Input::Announced { asked, outcome } => self.announced(asked, outcome),
            Input::Dialogue { asked, outcome } => self.dialogue_came(asked, outcome),
            Input::Colleagues { asked, outcome } => self.colleagues_came(asked, outcome),
            Input::ClientsFound { asked, outcome } => self.clients_found(asked, outcome),
            Input::Client { asked, outcome } => self.client_came(asked, outcome),
            Input::Activity { asked, outcome } => self.activity_came(asked, outcome),
            Input::Saved { asked, file } => self.answer(Some(asked), Answer::Saved { file }),
            Input::SessionTold(until, outcome) => self.session_told(until, outcome),
            Input::NoteKept { note, asked, kept } => self.note_kept(note, asked, kept),
            Input::Keychain(asked) => self.keychain_said(*asked),
            Input::CacheLost => self.inbox.lost(now),
            Input::Document(id, document) => {
                self.document_read(&id, document.map(|document| *document));
            }
            Input::Storage(trouble) => self.storage(trouble),
            Input::Os(event) => self.os(&event),
            Input::StartAnswered(start, done) => self.start_answered(start, done),
            Input::PassphraseChecked { right, locks } => self.passphrase_checked(right, locks),
            Input::PassphraseHashed(connection, command, hash) => {
                self.passphrase_hashed(connection, command, hash);
            }
            Input::Revoked(told) => self.revoked(told),
            Input::Erased(left) => self.erased(left),
            Input::Quit => self.quit(),
        }
        self.look_at_clock();
        std::mem::take(&mut self.effects)
    }

    /// A deadline has come.
    pub fn wake(&mut self, now: UnixMillis) -> Vec<Effect> {
        self.now = now;
        self.look_at_clock();
        std::mem::take(&mut self.effects)
    }

    /// When [`Desk::wake`] is to be called.
    #[must_use]
    pub fn deadline(&self) -> UnixMillis {
        let pin = self.pin.as_ref().and_then(PinDesk::ends_at);
        [
            pin,
            self.settle_at,
            self.alerts.due(),
            self.quiet.due(),
            self.notes.due(),
            self.keychain.due(),
            self.lock.due(),
            self.inbox.refill_at,
            self.inbox.next_snooze(),
            self.look_at_disk_at,
            self.team.due(),
            self.list.due().filter(|_| self.window.is_some()),
        ]
        .into_iter()
        .flatten()
        .chain(self.resends.values().copied())
        .fold(self.sweep_at, Ord::min)
    }

    fn look_at_clock(&mut self) {
        let now = self.now;
        if let Some(pin) = &mut self.pin {
            pin.look_at_clock(now);
        }
        self.look_at_lock();
        self.look_at_snoozes();
        self.list.look_at_clock(now);
        self.send_due_links();
        self.end_sending();
        self.look_at_quiet();
        if self.alerts.due().is_some_and(|due| due <= now) {
            self.ring();
        }
        if self.settle_at.is_some_and(|at| at <= now) {
            self.settle_at = None;
            self.inbox.known = true;
            self.outages.settle();
            self.covers.settle();
            self.team.settle();
            self.withdraw_answered();
            self.part_with_orphans();
        }
        self.look_at_notes();
        self.tell_what_is_shown();
        self.tell_session();
        self.look_at_keychain();
        self.refill();
        if self.look_at_disk_at.is_some_and(|at| at <= now) {
            self.look_at_disk_at = Some(later(now, LOOK_AT_DISK));
            self.say(Effect::LookAtDisk);
        }
        if self.sweep_at <= now {
            self.sweep_at = later(now, SWEEP);
            self.sweep();
        }
    }

    /// Nothing new is kept, or everything is again.
    fn storage(&mut self, trouble: Option<StorageTrouble>) {
        self.look_at_disk_at = trouble.as_ref().map(|_| later(self.now, LOOK_AT_DISK));
        self.storage = trouble;
        if self.storage.is_none() && self.inbox.refill_at.is_some() {
            self.inbox.refill_at = Some(self.now);
        }
    }

    fn say(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn is_connected(&self) -> bool {
        self.connection == Connection::Connected
    }

    fn is_signed_in(&self) -> bool {
        matches!(self.session, Session::SignedIn { .. })
    }

    fn feed(&mut self, event: FeedEvent) {
        if !self.is_signed_in() {
            return;
        }
        match event {
            FeedEvent::Connecting => {
                // While offline it stays said so until the stream is open again.
                if !matches!(self.connection, Connection::Offline(_)) {
                    self.connection = Connection::Connecting;
                }
            }
            FeedEvent::Connected => self.connected(),
            FeedEvent::Lost { retry_at } => self.lost(retry_at),
            FeedEvent::Request(request, position) => self.arrived(*request, position),
            FeedEvent::Gone(request, position) => self.gone(&request, position),
            FeedEvent::Outages(outages) => self.outages.told(outages),
            FeedEvent::Covers(covers) => self.covers.told(covers),
            FeedEvent::Presence(looking) => self.team.look(looking),
            FeedEvent::Breath => self.say(Effect::LookAtComputer),
            FeedEvent::Reset => self.reset(),
            FeedEvent::SessionEnded => self.session_ended(),
        }
    }

    fn connected(&mut self) {
        self.connection = Connection::Connected;
        self.read_missing();
        self.connected_since = Some(self.now);
        self.lost_at = None;
        self.outages.ask_anew();
        self.covers.ask_anew();
        self.team.ask_anew();
        self.settle_at = Some(later(self.now, SETTLE));
        self.alerts.ring_by(later(self.now, SETTLE));
        self.say(Effect::AskMe);
        self.send_owed_seen();
        self.send_notes();
    }

    fn lost(&mut self, retry_at: UnixMillis) {
        self.settle_at = None;
        let was_good = self
            .connected_since
            .take()
            .is_some_and(|since| later(since, GOOD) <= self.now);
        let since = *self.lost_at.get_or_insert(self.now);
        // A good stream is first opened anew; only if that fails is it news.
        self.connection = if was_good {
            Connection::Connecting
        } else {
            Connection::Offline(Offline { since, retry_at })
        };
    }

    /// A call got no answer: until the stream is open anew, the service counts as gone.
    fn doubt_connection(&mut self) {
        if self.is_connected() {
            self.connected_since = None;
            self.settle_at = None;
            let since = *self.lost_at.get_or_insert(self.now);
            self.connection = Connection::Offline(Offline {
                since,
                retry_at: self.now,
            });
            self.say(Effect::Connect(Nudge::Now));
        }
    }

    /// A person looks at the window: what they see is not to wait.
    fn looked_at(&mut self) {
        if matches!(self.connection, Connection::Offline(_)) {
            self.say(Effect::Connect(Nudge::Now));
        }
    }

    fn me(&mut self, me: Me) {
        if let Session::SignedIn {
            staff,
            practice,
            device_name,
        } = &mut self.session
        {
            *staff = me.staff;
            *practice = me.practice;
            *device_name = me.device_name;
            self.service_version = me.service_version;
        }
    }

    fn os(&mut self, event: &OsEvent) {
        match event {
            OsEvent::AlertPressed(alert, button) => self.alert_pressed(*alert, *button),
            OsEvent::AlertClosed(alert) => drop(self.alerts.take(*alert)),
            OsEvent::AlertsLost => self.tell_anew(),
            OsEvent::Notifications(trouble) => self.alerts.trouble = *trouble,
            OsEvent::KeychainChanged => self.keychain_changed(),
            OsEvent::OpenChosen | OsEvent::KeysPressed => self.raise(),
            OsEvent::KeysTaken(trouble) => self.shortcut_trouble = *trouble,
            OsEvent::InSessionChosen(begin) => drop(self.in_session(*begin)),
            OsEvent::QuietChosen(begin) => drop(self.quiet_until_tomorrow(*begin)),
            OsEvent::LockChosen => self.lock(LockedBy::Person),
            OsEvent::SignOutChosen => self.sign_out_chosen(),
            OsEvent::QuitChosen => self.quit(),
            OsEvent::ComputerLocked => self.computer_locked(),
            OsEvent::ComputerUnlocked => self.computer_unlocked(),
            OsEvent::ScreenCovered => self.lock(LockedBy::Computer),
            OsEvent::WokeUp | OsEvent::NetworkCame => self.say(Effect::Connect(Nudge::Soon)),
            OsEvent::FallsAsleep => self.lock(LockedBy::Sleep),
            OsEvent::Untouched(idle) => self.idle(*idle),
            OsEvent::TellsItsLock(tells) => self.computer_tells(*tells),
        }
    }
}
