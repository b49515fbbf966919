//! The life of a sign-in link, in pure code. Time comes in as a parameter.

use latchkey_protocol::{LinkRefusal, UnixMillis};

/// A link works for 24 hours (RULES S1).
pub const LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;
/// The browser that asked may continue by itself this long (RULES S2).
pub const BY_ITSELF_MS: i64 = 30 * 60 * 1000;
/// The browser that used a link is led back to its session this long (RULES S2).
pub const WAY_BACK_MS: i64 = 60 * 1000;

/// What the database row says. Too old is no state: it is judged by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Can be used.
    Live,
    /// Signed somebody in.
    Used,
    /// A newer link was queued.
    Replaced,
    /// Staff, or a change of the contact details, ended it.
    Voided,
}

impl LinkState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Used => "used",
            Self::Replaced => "replaced",
            Self::Voided => "voided",
        }
    }

    /// Reads the word; a word nobody wrote is never a live link.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word {
            "live" => Self::Live,
            "used" => Self::Used,
            "replaced" => Self::Replaced,
            _ => Self::Voided,
        }
    }
}

/// One link, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As stored.
    pub state: LinkState,
    /// When it was made.
    pub created_at: UnixMillis,
    /// The browser that asked for it; staff's own links have none.
    pub asked_by: Option<String>,
    /// When it was used.
    pub used_at: Option<UnixMillis>,
    /// The browser that used it.
    pub used_by: Option<String>,
}

/// What a browser that holds a link may do with it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Continue; by itself only in the browser that asked.
    Live {
        /// The script may press the button.
        by_itself: bool,
    },
    /// This browser has just used it: lead it back to its living session.
    WayBack,
    /// No longer works, and why.
    Dead(LinkRefusal),
}

impl Link {
    /// A new link.
    #[must_use]
    pub const fn new(now: UnixMillis, asked_by: Option<String>) -> Self {
        Self {
            state: LinkState::Live,
            created_at: now,
            asked_by,
            used_at: None,
            used_by: None,
        }
    }

    /// When it ends by itself.
    #[must_use]
    pub const fn expires_at(&self) -> UnixMillis {
        UnixMillis(self.created_at.0 + LIFETIME_MS)
    }

    /// Judges the link for one browser. Opening changes nothing.
    #[must_use]
    pub fn judge(&self, browser: Option<&str>, now: UnixMillis) -> Verdict {
        match self.state {
            LinkState::Used => {
                let same = browser.is_some() && browser == self.used_by.as_deref();
                let fresh = self.used_at.is_some_and(|at| now.0 - at.0 <= WAY_BACK_MS);
                if same && fresh {
                    Verdict::WayBack
                } else {
                    Verdict::Dead(LinkRefusal::Used)
                }
            }
            LinkState::Replaced => Verdict::Dead(LinkRefusal::Replaced),
            LinkState::Voided => Verdict::Dead(LinkRefusal::Voided),
            LinkState::Live if now >= self.expires_at() => Verdict::Dead(LinkRefusal::TooOld),
            LinkState::Live => Verdict::Live {
                by_itself: self.asked_here(browser) && now.0 - self.created_at.0 <= BY_ITSELF_MS,
            },
        }
    }

    /// Whether this is the browser that asked for the link.
    #[must_use]
    pub fn asked_here(&self, browser: Option<&str>) -> bool {
        browser.is_some() && browser == self.asked_by.as_deref()
    }

    /// Uses a live link; anything else stays as it is and says why.
    pub fn consume(&mut self, browser: &str, now: UnixMillis) -> Result<(), LinkRefusal> {
        match self.judge(Some(browser), now) {
            Verdict::Live { .. } => {
                self.state = LinkState::Used;
                self.used_at = Some(now);
                self.used_by = Some(browser.to_owned());
                Ok(())
            }
            Verdict::WayBack => Err(LinkRefusal::Used),
            Verdict::Dead(why) => Err(why),
        }
    }

    /// A newer link was queued, or staff ended it. Only a live link changes.
    pub fn end(&mut self, state: LinkState) {
        if self.state == LinkState::Live {
            self.state = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Ask { browser: u8 },
        Use { link: usize, browser: u8 },
        Void { link: usize },
        Pass { ms: i64 },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..3_u8).prop_map(|browser| Step::Ask { browser }),
            (0..6_usize, 0..3_u8).prop_map(|(link, browser)| Step::Use { link, browser }),
            (0..6_usize).prop_map(|link| Step::Void { link }),
            (0..LIFETIME_MS).prop_map(|ms| Step::Pass { ms }),
        ]
    }

    proptest! {
        // RULES S1
        #[test]
        fn a_link_signs_in_once_and_only_the_newest_is_live(
            steps in proptest::collection::vec(step(), 1..60)
        ) {
            let mut now = UnixMillis(0);
            let mut links: Vec<Link> = Vec::new();
            let mut uses: Vec<u32> = Vec::new();
            for step in steps {
                match step {
                    Step::Ask { browser } => {
                        for link in &mut links {
                            link.end(LinkState::Replaced);
                        }
                        links.push(Link::new(now, Some(browser.to_string())));
                        uses.push(0);
                    }
                    Step::Use { link, browser } => {
                        if let Some(found) = links.get_mut(link) {
                            let was = found.clone();
                            if found.consume(&browser.to_string(), now).is_ok() {
                                uses[link] += 1;
                                prop_assert_eq!(was.state, LinkState::Live);
                                prop_assert!(now < was.expires_at());
                            } else {
                                prop_assert_eq!(&was, found);
                            }
                        }
                    }
                    Step::Void { link } => {
                        if let Some(found) = links.get_mut(link) {
                            found.end(LinkState::Voided);
                        }
                    }
                    Step::Pass { ms } => now.0 += ms,
                }
                prop_assert!(uses.iter().all(|count| *count <= 1));
                let live = links.iter().filter(|l| l.state == LinkState::Live).count();
                prop_assert!(live <= 1);
            }
        }
    }

    // RULES S2
    #[test]
    fn only_the_browser_that_asked_continues_by_itself_and_only_for_half_an_hour() {
        let link = Link::new(UnixMillis(0), Some("a".into()));
        let soon = UnixMillis(BY_ITSELF_MS);
        let late = UnixMillis(BY_ITSELF_MS + 1);
        assert_eq!(
            link.judge(Some("a"), soon),
            Verdict::Live { by_itself: true }
        );
        assert_eq!(
            link.judge(Some("a"), late),
            Verdict::Live { by_itself: false }
        );
        assert_eq!(
            link.judge(Some("b"), soon),
            Verdict::Live { by_itself: false }
        );
        assert_eq!(link.judge(None, soon), Verdict::Live { by_itself: false });
        let by_staff = Link::new(UnixMillis(0), None);
        assert_eq!(
            by_staff.judge(None, soon),
            Verdict::Live { by_itself: false }
        );
    }

    // RULES S2
    #[test]
    fn the_way_back_is_open_for_a_minute_to_the_browser_that_used_the_link() {
        let mut link = Link::new(UnixMillis(0), Some("a".into()));
        link.consume("b", UnixMillis(1_000)).unwrap();
        assert_eq!(link.judge(Some("b"), UnixMillis(61_000)), Verdict::WayBack);
        assert_eq!(
            link.judge(Some("b"), UnixMillis(61_001)),
            Verdict::Dead(LinkRefusal::Used)
        );
        assert_eq!(
            link.judge(Some("a"), UnixMillis(2_000)),
            Verdict::Dead(LinkRefusal::Used)
        );
        assert_eq!(
            link.judge(None, UnixMillis(2_000)),
            Verdict::Dead(LinkRefusal::Used)
        );
    }

    // RULES S1
    #[test]
    fn a_link_works_for_24_hours_and_not_a_moment_longer() {
        let link = Link::new(UnixMillis(0), None);
        assert_eq!(
            link.judge(None, UnixMillis(LIFETIME_MS - 1)),
            Verdict::Live { by_itself: false }
        );
        assert_eq!(
            link.judge(None, UnixMillis(LIFETIME_MS)),
            Verdict::Dead(LinkRefusal::TooOld)
        );
    }
}
