//! What holds notifications back: a session, a wish, the quiet hours (PRODUCT row 23).

use jiff::tz::TimeZone;
use latchkey_protocol::UnixMillis;
use latchkey_view::{Answer, Quiet};

use super::{Desk, Effect};
use crate::{
    clock::later,
    files::Keep,
    os::TrayQuiet,
    quiet::{Hours, QuietMark, SESSION, minute_of_day, tomorrow},
};

/// What is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hush {
    /// Everything.
    All,
    /// All but requests that nobody has opened for too long: somebody is on call.
    ButOld,
}

/// What holds notifications back, as of the last look.
pub(super) struct QuietDesk {
    mark: QuietMark,
    hours: Hours,
    looked_at: UnixMillis,
    zone: TimeZone,
}

impl Default for QuietDesk {
    fn default() -> Self {
        Self {
            mark: QuietMark::default(),
            hours: Hours::default(),
            looked_at: UnixMillis(i64::MAX),
            zone: TimeZone::UTC,
        }
    }
}

impl QuietDesk {
    pub(super) fn due(&self) -> Option<UnixMillis> {
        let wishes = [self.mark.in_session, self.mark.by_hand];
        // Until the first look nothing is known of the hours.
        let hours = (self.hours != Hours::default()).then_some(self.hours.next);
        wishes.into_iter().flatten().chain(hours).min()
    }

    pub(super) const fn state(&self) -> Quiet {
        Quiet {
            in_session: self.mark.in_session,
            by_hand: self.mark.by_hand,
            hours: self.hours.until,
        }
    }

    pub(super) fn tray(&self) -> TrayQuiet {
        let minute = |until: Option<UnixMillis>| Some(minute_of_day(until?, &self.zone));
        TrayQuiet {
            in_session: minute(self.mark.in_session),
            by_hand: minute(self.mark.by_hand),
            hours: minute(self.hours.until),
        }
    }
}

impl Desk {
    /// Where this computer is.
    pub(super) const fn zone(&self) -> &TimeZone {
        &self.quiet.zone
    }

    /// Where this computer is now: it may travel.
    pub fn stand_in(&mut self, zone: TimeZone) {
        if self.quiet.zone != zone {
            self.quiet.zone = zone;
            self.look_at_hours_anew();
        }
    }

    pub(super) fn look_at_hours_anew(&mut self) {
        self.quiet.looked_at = UnixMillis(i64::MAX);
    }

    pub(super) fn resume_quiet(&mut self, mark: QuietMark) {
        self.quiet.mark = mark;
        self.look_at_hours_anew();
    }

    /// Nobody is signed in any more: the next person begins anew.
    pub(super) fn forget_quiet(&mut self) {
        self.wish(QuietMark::default());
    }

    pub(super) fn hush(&self) -> Option<Hush> {
        let quiet = self.quiet.state();
        if quiet.in_session.is_some() || quiet.by_hand.is_some() {
            Some(Hush::All)
        } else if quiet.hours.is_none() {
            None
        } else if self.settings.on_call {
            Some(Hush::ButOld)
        } else {
            Some(Hush::All)
        }
    }

    /// What is over is over, and what it held back is told at once.
    pub(super) fn look_at_quiet(&mut self) {
        let before = self.hush();
        let mark = self.quiet.mark.at(self.now);
        if mark != self.quiet.mark {
            self.wish(mark);
        }
        // A clock that was set back is another day, perhaps.
        if self.quiet.looked_at > self.now || self.quiet.hours.next <= self.now {
            let days = &self.settings.quiet_hours;
            self.quiet.hours = Hours::of(days, self.now, &self.quiet.zone);
            self.quiet.looked_at = self.now;
        }
        let now = self.hush();
        if now != before && now != Some(Hush::All) {
            self.alerts.ring_by(self.settle_at.unwrap_or(self.now));
        }
    }

    pub(super) fn in_session(&mut self, begin: bool) -> Answer {
        let in_session = begin.then(|| later(self.now, SESSION));
        let answer = self.be_quiet(QuietMark {
            in_session,
            ..self.quiet.mark
        });
        if self.is_signed_in() {
            self.owe_session(in_session);
        }
        answer
    }

    pub(super) fn quiet_until_tomorrow(&mut self, begin: bool) -> Answer {
        let by_hand = begin.then(|| tomorrow(self.now, &self.quiet.zone));
        self.be_quiet(QuietMark {
            by_hand,
            ..self.quiet.mark
        })
    }

    fn be_quiet(&mut self, mark: QuietMark) -> Answer {
        if !self.is_signed_in() {
            return super::acts::refused(latchkey_protocol::ErrorCode::NotSignedIn);
        }
        let before = self.hush();
        self.wish(mark);
        match (before, self.hush()) {
            // Whoever shares the screen in a session shows none from before it, either.
            (_, Some(Hush::All)) => self.hold_back(),
            (Some(_), _) => self.alerts.ring_by(self.settle_at.unwrap_or(self.now)),
            (None, _) => {}
        }
        Answer::Done
    }

    fn wish(&mut self, mark: QuietMark) {
        if self.quiet.mark != mark {
            self.quiet.mark = mark;
            let kept = (mark != QuietMark::default()).then_some(mark);
            self.say(Effect::Keep(Keep::Quiet(kept)));
        }
    }
}
