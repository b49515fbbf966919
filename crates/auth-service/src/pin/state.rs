//! The life of a client's PINs, in pure code: when one may be issued, and what a
//! try at one means. Time comes in as a parameter.

use latchkey_protocol::{ErrorCode, PinState, UnixMillis};

/// A PIN works for ten minutes.
pub const LIFETIME_MS: i64 = 10 * 60 * 1000;
/// Tries, and PINs, are counted over a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Wrong tries a client in a day, over all PINs.
pub const TRIES: usize = 5;
/// PINs a client in a day.
pub const PINS: usize = 3;
/// Wrong tries in a row, over any time, that lock the method.
pub const FAILURES_IN_A_ROW: usize = 100;
/// A colleague's PIN or link blocks another this long (RULES P4).
pub const JUST_ISSUED_MS: i64 = 60 * 1000;

/// The word for a state in the database.
#[must_use]
pub const fn state_word(state: PinState) -> &'static str {
    match state {
        PinState::Live => "live",
        PinState::Used => "used",
        PinState::Revoked | PinState::Unknown => "revoked",
        PinState::Expired => "expired",
        PinState::Locked => "locked",
    }
}

/// Reads that word; a word nobody wrote is never a live PIN.
#[must_use]
pub fn read_state(word: &str) -> PinState {
    match word {
        "live" => PinState::Live,
        "used" => PinState::Used,
        "expired" => PinState::Expired,
        "locked" => PinState::Locked,
        _ => PinState::Revoked,
    }
}

/// One PIN, without its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedPin {
    /// As stored; an expired one may still say live.
    pub state: PinState,
    /// The browser it is bound to.
    pub browser: String,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// Counts as the one it replaced, since nobody read that one.
    pub counts_as_earlier: bool,
}

impl IssuedPin {
    /// When it ends by itself.
    #[must_use]
    pub const fn expires_at(&self) -> UnixMillis {
        UnixMillis(self.issued_at.0 + LIFETIME_MS)
    }

    /// Live and not yet expired.
    #[must_use]
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.state == PinState::Live && now < self.expires_at()
    }
}

/// Everything that decides about one client's PINs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientPins {
    /// The PINs of the last day, oldest first.
    pub pins: Vec<IssuedPin>,
    /// When wrong tries were made in the last day. A try counts as wrong from
    /// before its hash is computed until it is known to be right.
    pub failures: Vec<UnixMillis>,
    /// Wrong tries since a PIN last signed this client in.
    pub failures_in_a_row: usize,
}

/// What to do with a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Count it as a failure, commit, then compare the digits of the live PIN.
    Compare,
    /// Another browser than the one the PIN is bound to: refused, not counted.
    OtherBrowser,
    /// No PIN that could be typed: refused, not counted.
    NothingToCompare,
    /// The tries are used up: refused, not counted.
    Closed,
}

impl ClientPins {
    fn failures_today(&self, now: UnixMillis) -> usize {
        self.failures
            .iter()
            .filter(|at| now.0 - at.0 < DAY_MS)
            .count()
    }

    /// Whether tries are used up.
    #[must_use]
    pub fn closed(&self, now: UnixMillis) -> bool {
        self.failures_today(now) >= TRIES || self.failures_in_a_row >= FAILURES_IN_A_ROW
    }

    /// How many wrong tries are left today.
    #[must_use]
    pub fn tries_left(&self, now: UnixMillis) -> usize {
        if self.failures_in_a_row >= FAILURES_IN_A_ROW {
            return 0;
        }
        TRIES.saturating_sub(self.failures_today(now))
    }

    /// Whether a PIN may be issued now. `again` is a repeated call whose PIN nobody read.
    pub fn may_issue(
        &self,
        again: bool,
        now: UnixMillis,
    ) -> Result<(), (ErrorCode, Option<UnixMillis>)> {
        if self.closed(now) {
            let oldest = self
                .failures
                .iter()
                .filter(|at| now.0 - at.0 < DAY_MS)
                .min();
            return Err((
                ErrorCode::TriesUsedUp,
                oldest.map(|at| UnixMillis(at.0 + DAY_MS)),
            ));
        }
        if again {
            return Ok(());
        }
        let today = || {
            self.pins
                .iter()
                .filter(|pin| !pin.counts_as_earlier && now.0 - pin.issued_at.0 < DAY_MS)
        };
        // Before what lasts a minute only: waiting for that would not help.
        if today().count() >= PINS {
            let oldest = today().map(|pin| pin.issued_at).min();
            return Err((
                ErrorCode::TooManyPins,
                oldest.map(|at| UnixMillis(at.0 + DAY_MS)),
            ));
        }
        if let Some(last) = self.pins.iter().map(|pin| pin.issued_at).max()
            && now.0 - last.0 < JUST_ISSUED_MS
        {
            return Err((
                ErrorCode::JustIssued,
                Some(UnixMillis(last.0 + JUST_ISSUED_MS)),
            ));
        }
        Ok(())
    }

    /// Issues a PIN and voids the one before it.
    pub fn issue(&mut self, browser: &str, again: bool, now: UnixMillis) -> Result<(), ErrorCode> {
        self.may_issue(again, now).map_err(|(code, _)| code)?;
        self.revoke();
        self.pins.push(IssuedPin {
            state: PinState::Live,
            browser: browser.to_owned(),
            issued_at: now,
            counts_as_earlier: again,
        });
        Ok(())
    }

    /// Ends the live PIN.
    pub fn revoke(&mut self) {
        for pin in &mut self.pins {
            if pin.state == PinState::Live {
                pin.state = PinState::Revoked;
            }
        }
    }

    /// Judges a try before anything is hashed.
    #[must_use]
    pub fn judge(&self, browser: &str, now: UnixMillis) -> Try {
        let Some(pin) = self.pins.iter().rev().find(|pin| pin.is_live(now)) else {
            return Try::NothingToCompare;
        };
        if pin.browser != browser {
            return Try::OtherBrowser;
        }
        if self.closed(now) {
            return Try::Closed;
        }
        Try::Compare
    }

    /// Counts a try before it is compared.
    pub fn count(&mut self, now: UnixMillis) {
        self.failures.push(now);
        self.failures_in_a_row += 1;
    }

    /// The counted try was right: the PIN is used, and that try was no failure.
    /// False where the PIN ended while the digits were compared.
    pub fn right(&mut self, counted_at: UnixMillis, now: UnixMillis) -> bool {
        let Some(pin) = self.pins.iter_mut().rev().find(|pin| pin.is_live(now)) else {
            return false;
        };
        pin.state = PinState::Used;
        if let Some(place) = self.failures.iter().position(|at| *at == counted_at) {
            self.failures.remove(place);
        }
        self.failures_in_a_row = 0;
        true
    }

    /// The counted try was wrong. The last one locks the PIN.
    pub fn wrong(&mut self, now: UnixMillis) {
        if self.closed(now) {
            for pin in &mut self.pins {
                if pin.state == PinState::Live {
                    pin.state = PinState::Locked;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Issue { browser: u8, again: bool },
        Revoke,
        Try { browser: u8, right: bool },
        Pass { ms: i64 },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..2_u8, any::<bool>()).prop_map(|(browser, again)| Step::Issue { browser, again }),
            Just(Step::Revoke),
            (0..2_u8, prop::bool::weighted(0.2))
                .prop_map(|(browser, right)| Step::Try { browser, right }),
            prop_oneof![0..90_000_i64, 0..DAY_MS].prop_map(|ms| Step::Pass { ms }),
        ]
    }

    proptest! {
        // RULES S4
        #[test]
        fn never_two_live_pins_never_tries_regained_never_a_dead_pin_accepted(
            steps in proptest::collection::vec(step(), 1..80)
        ) {
            let mut now = UnixMillis(0);
            let mut client = ClientPins::default();
            let mut wrong: Vec<UnixMillis> = Vec::new();
            for step in steps {
                let live = client.pins.iter().filter(|pin| pin.is_live(now)).count();
                match step {
                    Step::Issue { browser, again } => {
                        let left = client.tries_left(now);
                        let issued = client.issue(&browser.to_string(), again, now).is_ok();
                        prop_assert!(!(issued && left == 0));
                        prop_assert_eq!(client.tries_left(now), left, "a new PIN gives no tries back");
                    }
                    Step::Revoke => {
                        client.revoke();
                        prop_assert!(client.pins.iter().all(|pin| !pin.is_live(now)));
                    }
                    Step::Try { browser, right } => {
                        let before = client.failures.len();
                        match client.judge(&browser.to_string(), now) {
                            Try::Compare => {
                                prop_assert_eq!(live, 1);
                                client.count(now);
                                if right {
                                    prop_assert!(client.right(now, now));
                                    prop_assert!(client.pins.iter().all(|pin| !pin.is_live(now)));
                                } else {
                                    client.wrong(now);
                                    wrong.push(now);
                                }
                            }
                            Try::Closed => prop_assert!(client.tries_left(now) == 0),
                            Try::OtherBrowser | Try::NothingToCompare => {}
                        }
                        prop_assert!(client.failures.len() <= before + 1);
                    }
                    Step::Pass { ms } => now.0 += ms,
                }
                let live = client.pins.iter().filter(|pin| pin.is_live(now)).count();
                prop_assert!(live <= 1);
                let today = wrong.iter().filter(|at| now.0 - at.0 < DAY_MS).count();
                prop_assert!(today <= TRIES);
            }
        }
    }

    fn with_pin(browser: &str) -> ClientPins {
        let mut client = ClientPins::default();
        client.issue(browser, false, UnixMillis(0)).unwrap();
        client
    }

    // RULES S4
    #[test]
    fn a_pin_in_another_browser_meets_a_refusal_that_does_not_count() {
        let client = with_pin("a");
        assert_eq!(client.judge("b", UnixMillis(1)), Try::OtherBrowser);
        assert_eq!(client.judge("a", UnixMillis(1)), Try::Compare);
    }

    // RULES S4
    #[test]
    fn an_expired_pin_is_refused() {
        let client = with_pin("a");
        assert_eq!(client.judge("a", UnixMillis(LIFETIME_MS - 1)), Try::Compare);
        assert_eq!(
            client.judge("a", UnixMillis(LIFETIME_MS)),
            Try::NothingToCompare
        );
    }

    // RULES S4
    #[test]
    fn five_wrong_tries_close_the_method_for_a_day_over_all_pins() {
        let mut client = with_pin("a");
        let mut now = UnixMillis(1);
        for _ in 0..TRIES {
            assert_eq!(client.judge("a", now), Try::Compare);
            client.count(now);
            client.wrong(now);
            now.0 += 1;
        }
        assert_eq!(
            client.judge("a", now),
            Try::NothingToCompare,
            "the PIN is locked"
        );
        assert_eq!(
            client.issue("a", false, UnixMillis(200_000)),
            Err(ErrorCode::TriesUsedUp)
        );
        assert_eq!(client.issue("a", false, UnixMillis(DAY_MS + 10)), Ok(()));
    }

    // RULES S4
    #[test]
    fn a_hundred_failures_in_a_row_lock_the_method_until_somebody_lifts_it() {
        let client = ClientPins {
            failures_in_a_row: FAILURES_IN_A_ROW,
            ..ClientPins::default()
        };
        assert_eq!(
            client.may_issue(false, UnixMillis(i64::MAX / 2)),
            Err((ErrorCode::TriesUsedUp, None))
        );
    }

    // RULES P4
    #[test]
    fn a_second_pin_within_a_minute_is_refused() {
        let mut client = with_pin("a");
        assert_eq!(
            client.issue("a", false, UnixMillis(59_999)),
            Err(ErrorCode::JustIssued)
        );
        assert_eq!(client.issue("a", false, UnixMillis(60_000)), Ok(()));
    }

    // RULES S4
    #[test]
    fn a_repeated_call_voids_the_unread_pin_and_counts_as_the_same() {
        let mut client = with_pin("a");
        assert_eq!(client.issue("a", true, UnixMillis(5)), Ok(()));
        assert_eq!(client.pins[0].state, PinState::Revoked);
        assert_eq!(client.issue("a", false, UnixMillis(100_000)), Ok(()));
        assert_eq!(client.issue("a", false, UnixMillis(200_000)), Ok(()));
        assert_eq!(
            client.issue("a", false, UnixMillis(300_000)),
            Err(ErrorCode::TooManyPins)
        );
    }
}
