//! What a form tells of the browser it came from: that it keeps no cookies, that the clock
//! of its device is wrong, that it opened a damaged link before. It explains to staff why
//! somebody is not in, and changes nothing.

use axum::response::Response;
use latchkey_protocol::UnixMillis;

use super::fields::Fields;
use super::visitor::{Visitor, with_cookie};
use crate::clock::{DAY, MINUTE};
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::session::cookie;

/// Beside a clock that is wrong by less, the time in a mail's subject is still found.
const MATTERS: i64 = 10 * MINUTE;
/// What is further off was never a clock.
const ABSURD: i64 = 100 * 366 * DAY;

/// What was seen, of which most forms show nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symptoms {
    damaged_link: bool,
    no_cookies: bool,
    clock_off: Option<i32>,
}

impl Symptoms {
    /// Of a form of ours: the page it was on gave the browser a cookie, and its script, where
    /// one runs, put down the device's time as the form was sent.
    #[must_use]
    pub fn of(visitor: &Visitor, fields: &Fields, now: UnixMillis) -> Self {
        let ours = !fields.get("form").is_empty();
        let clock = fields.get("clock").parse().ok();
        Self {
            damaged_link: cookie::read(visitor.headers(), cookie::LINK) == Some(cookie::DAMAGED),
            no_cookies: ours && !visitor.came_with_a_cookie(),
            clock_off: clock.and_then(|at| minutes_off(at, now)),
        }
    }

    /// Where whoever asked for help waits. A browser without cookies would be told there
    /// that nothing waits.
    #[must_use]
    pub const fn waiting_page(self) -> &'static str {
        if self.no_cookies {
            "/waiting?sent"
        } else {
            "/waiting"
        }
    }

    /// The same for whoever is on the phone.
    #[must_use]
    pub const fn pin_page(self) -> &'static str {
        if self.no_cookies {
            "/waiting?sent"
        } else {
            "/pin"
        }
    }

    /// Writes down, for any address alike (RULES A1), what came before the form.
    pub async fn note_before(
        self,
        tx: &mut Tx,
        about: impl Fn(Event) -> Event,
    ) -> sqlx::Result<()> {
        if self.damaged_link {
            let event = Event::new(Kind::LinkDamaged, Actor::Stranger);
            tx.append(about(event)).await?;
        }
        Ok(())
    }

    /// The answer, after which the browser need not remember what was written down.
    #[must_use]
    pub fn noted(self, response: Response) -> Response {
        if self.damaged_link {
            with_cookie(response, cookie::clear(cookie::LINK))
        } else {
            response
        }
    }

    /// Writes down, as much alike, what the form itself tells.
    pub async fn note(self, tx: &mut Tx, about: impl Fn(Event) -> Event) -> sqlx::Result<()> {
        if self.no_cookies {
            let event = Event::new(Kind::CookiesBlocked, Actor::Stranger).with("on_link", false);
            tx.append(about(event)).await?;
        }
        if let Some(minutes) = self.clock_off {
            let event = Event::new(Kind::ClockOff, Actor::Stranger).with("minutes", minutes);
            tx.append(about(event)).await?;
        }
        Ok(())
    }
}

/// How far a clock is off, where that matters, and no more exactly than it takes to say so:
/// to five minutes, beyond two hours to the hour.
fn minutes_off(at: i64, now: UnixMillis) -> Option<i32> {
    let off = at.checked_sub(now.0)?;
    if off.saturating_abs() < MATTERS || off.saturating_abs() > ABSURD {
        return None;
    }
    let step = if off.abs() < 120 * MINUTE { 5 } else { 60 };
    let steps = (off + off.signum() * step * MINUTE / 2) / (step * MINUTE);
    i32::try_from(steps * step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_wrong_from_ten_minutes_on_and_told_in_round_figures() {
        let now = UnixMillis(1_780_000_000_000);
        let off = |millis: i64| minutes_off(now.0.saturating_add(millis), now);
        for right in [0, 1, -1, MINUTE, -9 * MINUTE, MATTERS - 1, 1 - MATTERS] {
            assert_eq!(off(right), None, "{right}");
        }
        assert_eq!(off(10 * MINUTE), Some(10));
        assert_eq!(off(-12 * MINUTE), Some(-10));
        assert_eq!(off(-13 * MINUTE), Some(-15));
        assert_eq!(off(185 * MINUTE), Some(180));
        assert_eq!(
            off(-now.0),
            Some(-29_666_640),
            "a clock that begins in 1970"
        );
        for absurd in [i64::MAX, i64::MIN, ABSURD + 1] {
            assert_eq!(off(absurd), None);
        }
    }
}
