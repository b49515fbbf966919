//! What the person chooses here.

use latchkey_view::{Answer, Setting, Settings as ShownSettings};

use super::{Desk, Effect};
use crate::files::Keep;

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
            Setting::LockAfter(_) | Setting::Sound(_) | Setting::Density(_) => {}
        }
        Answer::Done
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
            notification_trouble: self.alerts.trouble,
        }
    }
}
