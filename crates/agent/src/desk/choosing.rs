//! What the person chooses here.

use latchkey_view::{Answer, Setting, Settings as ShownSettings, StartAtLogIn};

use super::{Desk, Effect};
use crate::{
    files::Keep,
    os::{AlertText, Start},
};

impl Desk {
    pub(super) fn set(&mut self, setting: Setting) -> Answer {
        self.settings.set(setting);
        self.say(Effect::Keep(Keep::Settings(self.settings.clone())));
        match setting {
            Setting::Notifications(_) => self.cover_alerts(),
            Setting::QuietHours(_) | Setting::OnCall(_) => {
                self.look_at_hours_anew();
                // Somebody may be on call from now on.
                self.alerts.ring_by(self.settle_at.unwrap_or(self.now));
            }
            Setting::StartAtLogIn(start) => self.start_chosen(start),
            Setting::Shortcut(_) => self.take_keys(),
            Setting::LockAfter(_) | Setting::Sound(_) | Setting::Density(_) => {}
        }
        Answer::Done
    }

    pub(super) fn try_notification(&mut self) -> Answer {
        self.notify(1, AlertText::Example, self.settings.sound);
        Answer::Done
    }

    fn start_chosen(&mut self, start: StartAtLogIn) {
        self.start_failed = false;
        match start {
            StartAtLogIn::Yes => self.say(Effect::StartAtLogIn(Start::Yes)),
            StartAtLogIn::No => self.say(Effect::StartAtLogIn(Start::No)),
            StartAtLogIn::Unknown => {}
        }
    }

    /// The computer says whether it gives them.
    fn take_keys(&mut self) {
        self.shortcut_trouble = None;
        self.say(Effect::TakeKeys(self.settings.shortcut));
    }

    /// Those that were chosen before.
    pub(super) fn keep_keys(&mut self) {
        if self.settings.shortcut.is_some() {
            self.take_keys();
        }
    }

    /// The next one knows better where the program lies.
    pub(super) fn keep_starting(&mut self) {
        if self.settings.start_at_log_in == StartAtLogIn::Yes {
            self.say(Effect::StartAtLogIn(Start::AsBefore));
        }
    }

    /// What could not be done is not said to be so; the question is asked no second time.
    pub(super) fn start_answered(&mut self, start: Start, done: bool) {
        self.start_failed = !done;
        if !done && start == Start::Yes {
            self.settings.set(Setting::StartAtLogIn(StartAtLogIn::No));
            self.say(Effect::Keep(Keep::Settings(self.settings.clone())));
        }
    }

    pub(super) fn shown_settings(&self) -> ShownSettings {
        let chosen = &self.settings;
        ShownSettings {
            lock_after: chosen.lock_after_minutes,
            passphrase: self.passphrase_state(),
            notifications: chosen.notifications,
            sound: chosen.sound,
            quiet_hours: chosen.quiet_hours,
            on_call: chosen.on_call,
            density: chosen.density,
            start_at_log_in: chosen.start_at_log_in,
            start_failed: self.start_failed,
            shortcut: chosen.shortcut,
            shortcut_trouble: self.shortcut_trouble.filter(|_| chosen.shortcut.is_some()),
            notification_trouble: self.alerts.trouble,
        }
    }
}
