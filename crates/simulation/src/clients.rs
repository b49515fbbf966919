//! What clients do at their browsers.

use std::collections::BTreeSet;

use axum::http::{Method, header};
use rusqlite::OptionalExtension as _;

use crate::{
    browser::Page,
    snapshot::Snapshot,
    world::{Step, World, broken},
};

/// What the network does to a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Well,
    RequestLost,
    AnswerLost,
    Killed,
    Twice,
}

impl World {
    /// A client does something.
    pub async fn client_acts(&mut self) -> Step {
        let browser = self.dice.below(self.browsers.len());
        match self.dice.below(24) {
            0..=3 => self.ask(browser).await,
            4..=8 => self.cry(browser).await,
            9 | 10 => self
                .visit(browser, &Method::GET, "/waiting", &[])
                .await
                .map(drop),
            11..=16 => {
                if self.dice.percent(10) {
                    self.note("ten minutes pass");
                    let millis = self.dice.between(590_000, 620_000);
                    self.pass(millis).await;
                }
                // Who has forgotten it tries again and again.
                let times = if self.dice.percent(12) { 7 } else { 1 };
                for _ in 0..times {
                    self.type_pin(browser).await?;
                }
                Ok(())
            }
            17 | 18 => self.open_letter(browser).await,
            19 | 20 => self.press(browser).await,
            21 => {
                let name = if self.dice.percent(50) {
                    "Jo Lindqvist"
                } else {
                    "Nobody Here"
                };
                self.visit(browser, &Method::POST, "/who", &[("name", name)])
                    .await
                    .map(drop)
            }
            22 => self.leave(browser).await,
            _ => self
                .visit(browser, &Method::GET, "/me", &[])
                .await
                .map(drop),
        }
    }

    /// Asks for a link.
    async fn ask(&mut self, browser: usize) -> Step {
        let Some(mailbox) = self.browsers.get(browser).map(|each| each.mailbox) else {
            return Ok(());
        };
        self.ledger.asks.tried += 2;
        if let Some(page) = self
            .visit(browser, &Method::POST, "/", &[("email", mailbox)])
            .await?
            && page.status == 200
        {
            self.ledger.asks.acknowledged += 1;
        }
        Ok(())
    }

    /// Cries for help, by the form or on the phone.
    async fn cry(&mut self, browser: usize) -> Step {
        let Some(mailbox) = self.browsers.get(browser).map(|each| each.mailbox) else {
            return Ok(());
        };
        let page = if self.dice.percent(20) {
            self.visit(browser, &Method::POST, "/pin", &[("email", mailbox)])
                .await?
        } else {
            let what = format!("No mail since {}", self.dice.below(100));
            let form = [("who", mailbox), ("what", what.as_str())];
            self.visit(browser, &Method::POST, "/help", &form).await?
        };
        if page.is_some_and(|page| page.status == 303) {
            self.ledger.cries.insert((browser, mailbox.to_owned()));
        }
        Ok(())
    }

    /// Opens a link from a mailbox, perhaps one's own.
    async fn open_letter(&mut self, browser: usize) -> Step {
        let mine = self
            .browsers
            .get(browser)
            .map(|each| each.mailbox)
            .unwrap_or_default();
        let own = self.dice.percent(80);
        let letters: Vec<_> = self
            .ledger
            .letters
            .iter()
            .filter(|letter| !own || letter.to == mine)
            .map(|letter| letter.token.clone())
            .collect();
        let Some(token) = self.dice.one(&letters).cloned() else {
            return Ok(());
        };
        self.visit(browser, &Method::GET, &format!("/link/{token}"), &[])
            .await?;
        self.visit(browser, &Method::GET, "/link", &[]).await?;
        if self.dice.percent(70) {
            self.press(browser).await?;
        }
        Ok(())
    }

    /// Presses the one button.
    async fn press(&mut self, browser: usize) -> Step {
        if !self
            .browsers
            .get(browser)
            .is_some_and(crate::browser::Browser::has_link)
        {
            return Ok(());
        }
        let known: BTreeSet<_> = self.before.sessions.keys().cloned().collect();
        let page = self.visit(browser, &Method::POST, "/link", &[]).await?;
        if page.is_none_or(|page| !page.signed_in) {
            return Ok(());
        }
        let new = self
            .before
            .sessions
            .iter()
            .find(|(hash, _)| !known.contains(*hash));
        let Some((_, [_, _, _, link])) = new else {
            return broken("nothing acknowledged lost: a session was given that is not there");
        };
        let to: Option<String> = self
            .service
            .look
            .query_row(
                "SELECT a.address FROM link l JOIN address a ON a.id = l.address_id WHERE l.id = ?1",
                [link],
                |row| row.get(0),
            )
            .optional()?;
        if to.is_some_and(|to| self.ledger.no_mail.contains(&to)) {
            return broken("nothing from a mailbox that nothing may be sent to opens anything");
        }
        Ok(())
    }

    /// Leaves: afterwards the session is over.
    async fn leave(&mut self, browser: usize) -> Step {
        let Some(session) = self
            .browsers
            .get(browser)
            .and_then(crate::browser::Browser::session)
        else {
            return Ok(());
        };
        let path = ["/exit", "/me/sign-out", "/me/sign-out-everywhere"][self.dice.below(3)];
        let page = self.visit(browser, &Method::POST, path, &[]).await?;
        if page.is_some_and(|page| page.status < 400) {
            let lives = self
                .before
                .sessions
                .get(&hex(&session))
                .is_some_and(|[ended, ..]| ended == "0");
            if lives && path != "/me/sign-out-everywhere" {
                return broken("nothing acknowledged lost: a session that was ended lives");
            }
        }
        Ok(())
    }

    /// Types a PIN: the right one, one that was read elsewhere, or a guess.
    async fn type_pin(&mut self, browser: usize) -> Step {
        let bound = self.bound_pin(browser)?;
        let heard: Vec<_> = self
            .ledger
            .pins
            .iter()
            .map(|pin| pin.digits.clone())
            .collect();
        let right = bound.as_ref().and_then(|id| {
            let known = self.ledger.pins.iter().find(|pin| pin.id == *id);
            known.map(|pin| pin.digits.clone())
        });
        let guess = || format!("{:06}", self.dice.below(1_000_000));
        let digits = match (right, self.dice.below(10)) {
            (Some(right), 0..=4) => right,
            (_, 5..=7) if !heard.is_empty() => self.dice.one(&heard).cloned().unwrap_or_default(),
            _ => guess(),
        };
        let before = self.before.clone();
        let deaths = self.ledger.faults.get("service killed").copied();
        let page = self
            .visit(browser, &Method::POST, "/waiting", &[("pin", &digits)])
            .await?;
        let survived = deaths == self.ledger.faults.get("service killed").copied();
        self.judge_try(
            browser,
            &before,
            &digits,
            page.filter(|_| survived),
            bound.as_ref(),
        )
    }

    /// The live PIN that is bound to this browser.
    fn bound_pin(&self, browser: usize) -> Step<Option<String>> {
        let Some(hash) = self
            .browsers
            .get(browser)
            .and_then(crate::browser::Browser::hash)
        else {
            return Ok(None);
        };
        let id: Option<String> = self
            .service
            .look
            .prepare_cached("SELECT id FROM browser WHERE token_hash = ?1")?
            .query_row([hash.as_slice()], |row| row.get(0))
            .optional()?;
        let last: i64 = self
            .service
            .look
            .prepare_cached("SELECT COALESCE(MAX(at), 0) FROM event_head")?
            .query_row([], |row| row.get(0))?;
        let now = self.service.clock.read().0.max(last);
        let newest = self
            .before
            .pins
            .iter()
            .rfind(|(_, [state, _, _, bound, ends])| {
                let lives = ends.parse().is_ok_and(|ends: i64| ends > now);
                state == "live" && lives && Some(bound) == id.as_ref()
            });
        Ok(newest.map(|(id, _)| id.clone()))
    }

    /// Judges what came of a try.
    fn judge_try(
        &mut self,
        browser: usize,
        before: &Snapshot,
        digits: &str,
        page: Option<Page>,
        bound: Option<&String>,
    ) -> Step {
        let used: Vec<_> = self
            .before
            .pins
            .iter()
            .filter(|(id, [state, ..])| {
                state == "used" && before.pins.get(*id).is_some_and(|[old, ..]| old != "used")
            })
            .map(|(id, _)| id.clone())
            .collect();
        if let Some(id) = used.first() {
            let Some(pin) = self.ledger.pins.iter_mut().find(|pin| pin.id == *id) else {
                return broken("no PIN is accepted that nobody has read");
            };
            if let Some(why) = pin.dead {
                return broken(format!("no PIN is accepted twice or after its end: {why}"));
            }
            if pin.digits != digits {
                return broken("no PIN is accepted but the right one");
            }
            pin.dead = Some("it was used");
            self.in_its_browser_and_time(browser, id)?;
        }
        let Some(page) = page else { return Ok(()) };
        if page.signed_in != (used.len() == 1) {
            return broken(format!(
                "a sign-in is a PIN's use: browser {browser}, signed in {}, used {}",
                page.signed_in,
                used.len()
            ));
        }
        let client = bound
            .and_then(|id| before.pins.get(id))
            .map(|[_, client, ..]| client);
        let Some(client) = client else {
            return Ok(());
        };
        let count = |snapshot: &Snapshot| {
            snapshot
                .failures
                .values()
                .filter(|[whose, ..]| whose == client)
                .count()
        };
        let tries = count(before);
        if page.status == 422 && tries < 5 {
            let right =
                self.ledger.pins.iter().any(|pin| {
                    Some(&pin.id) == bound && pin.digits == digits && pin.dead.is_none()
                });
            if right {
                return broken("the right PIN in the right browser signs in");
            }
            if count(&self.before) <= tries {
                return broken("tries are never regained: a wrong try was not counted");
            }
            *self.ledger.wrong.entry(client.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// A PIN is good in the browser that waits, for ten minutes.
    fn in_its_browser_and_time(&self, browser: usize, pin: &str) -> Step {
        let hash = self
            .browsers
            .get(browser)
            .and_then(crate::browser::Browser::hash)
            .unwrap_or_default();
        let (here, in_time): (bool, bool) = self.service.look.query_row(
            "SELECT b.token_hash = ?2, p.ended_at < p.expires_at
             FROM pin p JOIN browser b ON b.id = p.browser_id WHERE p.id = ?1",
            (pin, hash.as_slice()),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if !here {
            return broken("no PIN is accepted in another browser than the one that waits");
        }
        if !in_time {
            return broken("no PIN is accepted after its ten minutes");
        }
        Ok(())
    }

    /// Opens a page or sends a form, with whatever the network does to it.
    pub(crate) async fn visit(
        &mut self,
        browser: usize,
        method: &Method,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Step<Option<Page>> {
        let fate = match self.dice.below(100) {
            0..=3 => Fate::RequestLost,
            4..=8 => Fate::AnswerLost,
            9..=13 => Fate::Killed,
            14..=18 if *method == Method::POST => Fate::Twice,
            _ => Fate::Well,
        };
        let Some(visitor) = self.browsers.get(browser) else {
            return Ok(None);
        };
        let request = visitor.request(method, path, fields);
        let again = (fate == Fate::Twice).then(|| visitor.request(method, path, fields));
        let shown = if path.starts_with("/link/") {
            "/link/…"
        } else {
            path
        };
        if fate == Fate::RequestLost {
            self.ledger.fault("page's request lost");
            self.note(format!("browser {browser}: lost: {method} {shown}"));
            return Ok(None);
        }
        if fate == Fate::Killed {
            let nth = u32::try_from(1 + self.dice.below(14)).unwrap_or(1);
            self.service.steps.kill_at(nth);
        }
        let first = self.page(request).await;
        let second = match again {
            Some(again) if first.is_some() => {
                self.ledger.fault("form sent twice");
                self.page(again).await
            }
            _ => None,
        };
        let Some(response) = first else {
            self.note(format!("browser {browser}: killed within {method} {shown}"));
            self.kill_service().await?;
            return Ok(None);
        };
        let status = response.status().as_u16();
        self.note(format!("browser {browser}: {method} {shown} → {status}"));
        let mut page = Page {
            status,
            signed_in: false,
        };
        if fate == Fate::AnswerLost {
            self.ledger.fault("page's answer lost");
            let sets = response.headers().get_all(header::SET_COOKIE);
            page.signed_in = sets.iter().any(|line| {
                line.to_str().is_ok_and(|line| {
                    line.starts_with("__Host-latchkey=") && !line.contains("Max-Age=0")
                })
            });
        } else if let Some(visitor) = self.browsers.get_mut(browser) {
            page.signed_in = visitor.keep(response.headers());
        }
        if let Some(second) = second {
            let twice = second
                .headers()
                .get_all(header::SET_COOKIE)
                .iter()
                .any(|line| {
                    line.to_str().is_ok_and(|line| {
                        line.starts_with("__Host-latchkey=") && !line.contains("Max-Age=0")
                    })
                });
            if twice && page.signed_in {
                return broken("nothing doubled: one form sent twice signed in twice");
            }
        }
        self.service.steps.spare();
        if self.service.steps.is_dead() {
            self.kill_service().await?;
        } else {
            self.check_step()?;
        }
        Ok(Some(page))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}
