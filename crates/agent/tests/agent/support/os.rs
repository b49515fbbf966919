use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    time::Duration,
};

use latchkey_agent::os::{Alert, AlertId, KeychainError, Os, Start, StartError, Thread, TrayState};
use latchkey_view::Shortcut;
use zeroize::Zeroizing;

/// How the keychain behaves.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum FakeKeychain {
    #[default]
    Works,
    Absent,
    Locked,
    /// Takes what it is given and forgets it.
    Forgets,
    /// Takes nothing.
    Full,
    /// Never answers in time.
    Hangs,
}

/// What the agent did with the operating system.
#[derive(Default)]
pub struct Record {
    pub keychain: FakeKeychain,
    pub kept: HashMap<String, Vec<u8>>,
    pub notified: Vec<Alert>,
    pub withdrawn: Vec<AlertId>,
    pub tray: TrayState,
    pub browsed: Vec<String>,
    pub windows: usize,
    pub asked_to_lock: usize,
    pub starts: Vec<Start>,
    pub keys: Vec<Option<Shortcut>>,
    /// Latchkey was started on a folder that somebody gave.
    pub folder_by_hand: bool,
    /// No file can be written where the computer looks for what starts.
    pub start_fails: bool,
    /// Where a person finds what they save.
    pub downloads: Option<PathBuf>,
}

#[derive(Default)]
pub struct FakeOs {
    record: Mutex<Record>,
    /// Each thread that still works holds one.
    at_work: Arc<()>,
}

impl FakeOs {
    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }

    /// No thread holds a file any more.
    pub fn threads_are_gone(&self) -> bool {
        Arc::strong_count(&self.at_work) == 1
    }

    /// The notifications on the screen.
    pub fn on_screen(&self) -> Vec<Alert> {
        let record = self.record();
        let shown = |alert: &&Alert| !record.withdrawn.contains(&alert.id);
        record.notified.iter().filter(shown).cloned().collect()
    }
}

impl Os for FakeOs {
    fn thread(&self) -> Thread {
        let (jobs, todo) = mpsc::channel::<latchkey_agent::os::Job>();
        let at_work = self.at_work.clone();
        std::thread::spawn(move || {
            for job in todo {
                job();
            }
            drop(at_work);
        });
        Thread::done_by(jobs)
    }

    fn keychain_read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let behaviour = self.record().keychain;
        match behaviour {
            FakeKeychain::Absent => Err(KeychainError::Absent),
            FakeKeychain::Locked => Err(KeychainError::Locked),
            FakeKeychain::Forgets | FakeKeychain::Full => Ok(None),
            FakeKeychain::Hangs => {
                std::thread::sleep(Duration::from_hours(1));
                Err(KeychainError::Failing)
            }
            FakeKeychain::Works => Ok(self.record().kept.get(name).cloned().map(Zeroizing::new)),
        }
    }

    fn keychain_keep(&self, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        if self.record().keychain == FakeKeychain::Full {
            return Err(KeychainError::Full);
        }
        self.record().kept.insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn keychain_forget(&self, name: &str) -> Result<(), KeychainError> {
        let mut record = self.record();
        match record.keychain {
            FakeKeychain::Absent => Err(KeychainError::Absent),
            FakeKeychain::Locked => Err(KeychainError::Locked),
            _ => {
                record.kept.remove(name);
                Ok(())
            }
        }
    }

    fn notify(&self, alert: &Alert) {
        self.record().notified.push(alert.clone());
    }

    fn withdraw(&self, alert: AlertId) {
        self.record().withdrawn.push(alert);
    }

    fn tray(&self, state: TrayState) {
        self.record().tray = state;
    }

    fn open_browser(&self, url: &str) {
        self.record().browsed.push(url.to_owned());
    }

    fn open_window(&self) {
        self.record().windows += 1;
    }

    fn lock_computer(&self) {
        self.record().asked_to_lock += 1;
    }

    fn asks_to_start(&self) -> bool {
        !self.record().folder_by_hand
    }

    fn start_at_log_in(&self, start: Start) -> Result<(), StartError> {
        let mut record = self.record();
        record.starts.push(start);
        if record.start_fails {
            Err(StartError("/home/rosa/.config/autostart".into()))
        } else {
            Ok(())
        }
    }

    fn take_keys(&self, keys: Option<Shortcut>) {
        self.record().keys.push(keys);
    }

    fn folder_for_saving(&self) -> Option<PathBuf> {
        self.record().downloads.clone()
    }

    fn host_name(&self) -> String {
        "rosas-desk".to_owned()
    }
}
