//! Which of what is heard proves that somebody unlocked the computer.
//!
//! Only two things do: logind's hint going back (GNOME, KDE and Cinnamon set it), and
//! KDE's locker ending. A screen saver that goes away proves nothing, since many are
//! set not to ask for a password; nor does logind's `Unlock`, which is a wish.

use super::Heard;
use crate::os::OsEvent;

#[allow(
    clippy::struct_excessive_bools,
    reason = "six facts about the desktop, each of which is true or not by itself"
)]
#[derive(Default)]
pub(super) struct Judge {
    session: bool,
    hint: bool,
    hint_was_seen: bool,
    gnome: bool,
    kde: bool,
    kde_active: bool,
    told: Option<bool>,
}

impl Judge {
    /// What follows for the desk.
    pub(super) fn hear(&mut self, heard: Heard) -> Vec<OsEvent> {
        let was_locked = self.is_locked();
        let mut follows = Vec::new();
        match heard {
            // Without a session nothing more is heard of the hint, so a lock stays one.
            Heard::Session(known) => self.session = known,
            Heard::Hint(locked) => {
                self.hint = locked;
                self.hint_was_seen |= locked;
            }
            Heard::LockAsked => follows.push(OsEvent::ScreenCovered),
            Heard::Sleeps => follows.push(OsEvent::FallsAsleep),
            Heard::Wakes => follows.push(OsEvent::WokeUp),
            Heard::Lockers { gnome, kde } => {
                self.gnome = gnome;
                self.kde = kde;
            }
            Heard::Saver { kde: true, active } => self.kde_active = active,
            Heard::Saver { kde: false, active } => {
                if active {
                    follows.push(OsEvent::ScreenCovered);
                }
            }
        }
        match (was_locked, self.is_locked()) {
            (false, true) => follows.push(OsEvent::ComputerLocked),
            (true, false) => follows.push(OsEvent::ComputerUnlocked),
            _ => {}
        }
        let tells = self.tells();
        if self.told != Some(tells) {
            self.told = Some(tells);
            follows.push(OsEvent::TellsItsLock(tells));
        }
        follows
    }

    const fn is_locked(&self) -> bool {
        self.hint || self.kde_active
    }

    /// Desktops that are known to set the hint, or one that was heard to.
    const fn tells(&self) -> bool {
        self.kde || (self.session && (self.gnome || self.hint_was_seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(heard: &[Heard]) -> Vec<OsEvent> {
        let mut judge = Judge::default();
        let follows = heard.iter().flat_map(|one| judge.hear(*one));
        follows
            .filter(|event| !matches!(event, OsEvent::TellsItsLock(_)))
            .collect()
    }

    // RULES D4
    #[test]
    fn only_the_hint_and_kdes_locker_prove_that_somebody_unlocked() {
        let saver = |active| Heard::Saver { kde: false, active };
        let kde = |active| Heard::Saver { kde: true, active };
        assert_eq!(all(&[saver(true), saver(false)]), [OsEvent::ScreenCovered]);
        assert_eq!(
            all(&[Heard::LockAsked, saver(true), saver(false)]),
            [OsEvent::ScreenCovered, OsEvent::ScreenCovered]
        );
        assert_eq!(
            all(&[
                Heard::Hint(true),
                saver(true),
                saver(false),
                Heard::Hint(false)
            ]),
            [
                OsEvent::ComputerLocked,
                OsEvent::ScreenCovered,
                OsEvent::ComputerUnlocked
            ]
        );
        assert_eq!(
            all(&[kde(true), Heard::Hint(true), Heard::Hint(false), kde(false)]),
            [OsEvent::ComputerLocked, OsEvent::ComputerUnlocked]
        );
        assert_eq!(all(&[Heard::Hint(false), kde(false)]), []);
        assert_eq!(all(&[Heard::Sleeps]), [OsEvent::FallsAsleep]);
    }

    // RULES D4
    #[test]
    fn a_desktop_that_was_never_heard_to_lock_is_not_relied_on() {
        let last = |heard: &[Heard]| {
            let mut judge = Judge::default();
            let mut told = Vec::new();
            for one in heard {
                told.extend(judge.hear(*one));
            }
            told.into_iter().rev().find_map(|event| match event {
                OsEvent::TellsItsLock(tells) => Some(tells),
                _ => None,
            })
        };
        let none = Heard::Lockers {
            gnome: false,
            kde: false,
        };
        let gnome = Heard::Lockers {
            gnome: true,
            kde: false,
        };
        let kde = Heard::Lockers {
            gnome: false,
            kde: true,
        };
        assert_eq!(last(&[Heard::Session(true), none]), Some(false));
        assert_eq!(last(&[Heard::Session(true), gnome]), Some(true));
        assert_eq!(last(&[Heard::Session(false), gnome]), Some(false));
        assert_eq!(last(&[Heard::Session(false), kde]), Some(true));
        assert_eq!(
            last(&[Heard::Session(true), none, Heard::Hint(true)]),
            Some(true)
        );
    }
}
