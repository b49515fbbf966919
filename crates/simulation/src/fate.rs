//! What happens to computers and to the practice: power, clocks, keychains, mail servers,
//! sleep, and the operator's hand.

use latchkey_auth::{
    client::{self, Roster},
    cover,
    db::Unavailable,
    mail::outcome::{Outcome, reply},
    staff::{self, StaffError},
    testing::ROSTER,
};
use latchkey_protocol::{ClientId, SetCover, StaffId, UnixMillis};

use crate::{
    desktop::Keychain,
    ledger::Letter,
    world::{Step, Stop, World, broken},
};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

impl World {
    /// Something happens to a computer.
    pub async fn computer_fails(&mut self) -> Step {
        let at = self.dice.below(self.desks.len());
        match self.dice.below(9) {
            0 => {
                self.note("the service is killed");
                self.kill_service().await?;
            }
            1 => self.kill_desk(at).await,
            2 => self.restart_desk(at).await,
            3 => {
                if let Some(desk) = self.desks.get_mut(at) {
                    desk.close_window();
                }
                self.note(format!("desk {at}: the window is closed"));
                self.still().await;
            }
            4 => {
                let off = self.dice.between(-3 * HOUR, 3 * HOUR);
                self.ledger.fault("desktop's clock set");
                self.ledger.forget_unanswered(at);
                if let Some(desk) = self.desks.get(at) {
                    desk.clock.set_off_by(off);
                }
                self.note(format!("desk {at}: the clock is off by {off}"));
                self.still().await;
            }
            5 => {
                let off = self.dice.between(-10 * MINUTE, 10 * MINUTE);
                self.ledger.fault("service's clock set");
                self.set_service_clock(off).await?;
                self.note(format!("the service's clock is off by {off}"));
            }
            6 => {
                let keychain =
                    [Keychain::Works, Keychain::Locked, Keychain::Fails][self.dice.below(3)];
                self.ledger.fault("keychain changed");
                self.ledger.forget_opened(at);
                if let Some(desk) = self.desks.get_mut(at) {
                    desk.keychain(keychain);
                }
                self.note(format!("desk {at}: the keychain: {keychain:?}"));
            }
            _ => {
                let most = 1 + self.dice.below(4);
                let done = self
                    .desks
                    .get(at)
                    .map_or(0, |desk| desk.computer.work(most));
                self.note(format!("desk {at}: the disk does {done}"));
                self.still().await;
            }
        }
        Ok(())
    }

    /// The service does what it does by itself. False where it was killed meanwhile.
    pub(crate) async fn chores(&mut self) -> Step<bool> {
        let before = self.covers_that_run()?;
        let done = self.service.chores().await;
        if self.covers_that_run()? != before {
            self.note("a cover period is over");
            self.views_changed();
        }
        done.map_err(|error| Stop::Broken(format!("{error:#}")))
    }

    fn covers_that_run(&self) -> Step<i64> {
        let sql = "SELECT COUNT(*) FROM cover WHERE begun_at IS NOT NULL AND ended_at IS NULL";
        Ok(self.service.look.query_row(sql, [], |row| row.get(0))?)
    }

    /// What leaves a caseload and comes back is news once more, and what somebody opened there
    /// may be theirs no more.
    fn views_changed(&mut self) {
        let known = u32::try_from(self.before.requests.len()).unwrap_or(u32::MAX);
        for at in 0..self.desks.len() {
            *self.ledger.may_ring_again.entry(at).or_default() += known;
        }
        self.ledger.opened.clear();
    }

    /// Sets the service's clock. What it does by itself every two seconds it has done
    /// before: no clock is wrong for less.
    pub(crate) async fn set_service_clock(&mut self, off: i64) -> Step {
        self.chores().await?;
        self.still().await;
        self.service.clock.set_off_by(off);
        self.still().await;
        self.check_step()
    }

    async fn kill_desk(&mut self, at: usize) {
        let known = u32::try_from(self.before.requests.len()).unwrap_or(u32::MAX);
        *self.ledger.may_ring_again.entry(at).or_default() += known;
        let air = self.air.clone();
        // Some of what waited for the disk may have been written.
        let most = self.dice.below(4);
        if let Some(desk) = self.desks.get_mut(at) {
            let _ = desk.computer.work(most);
            desk.kill(&air);
        }
        self.flows.retain(|flow| flow.desk != at);
        self.waiting.retain(|(desk, _), _| *desk != at);
        self.ledger.forget_unanswered(at);
        self.ledger.fault("agent killed");
        self.ledger.forget_opened(at);
        self.note(format!("desk {at}: the agent is killed"));
        self.still().await;
        if self.dice.percent(80) {
            self.switch_on(at);
            self.still().await;
        }
    }

    async fn restart_desk(&mut self, at: usize) {
        let air = self.air.clone();
        if let Some(desk) = self.desks.get_mut(at) {
            desk.quit();
        }
        self.note(format!("desk {at}: the agent is asked to end"));
        self.still().await;
        self.disks().await;
        if let Some(desk) = self.desks.get_mut(at) {
            desk.kill(&air);
        }
        self.flows.retain(|flow| flow.desk != at);
        self.waiting.retain(|(desk, _), _| *desk != at);
        self.ledger.forget_unanswered(at);
        self.ledger.fault("agent restarted");
        self.still().await;
        self.switch_on(at);
        self.still().await;
    }

    /// Time passes: a little, some, much, or everybody sleeps.
    pub async fn time_passes(&mut self) -> Step {
        let millis = match self.dice.below(10) {
            0..=4 => self.dice.between(50, 3 * SECOND),
            5..=7 => self.dice.between(3 * SECOND, MINUTE),
            8 => self.dice.between(MINUTE, 15 * MINUTE),
            _ => {
                self.ledger.fault("sleep");
                self.dice.between(15 * MINUTE, 26 * HOUR)
            }
        };
        self.note(format!("{millis} ms pass"));
        self.pass(millis).await;
        self.listen()
    }

    /// The service does what it does by itself.
    pub async fn service_works(&mut self) -> Step {
        match self.dice.below(3) {
            0 => {
                self.note("the service looks at the time");
                if self.dice.percent(5) {
                    let nth = u32::try_from(1 + self.dice.below(8)).unwrap_or(1);
                    self.service.steps.kill_at(nth);
                }
                if !self.chores().await? {
                    self.kill_service().await?;
                }
                self.service.steps.spare();
            }
            1 => {
                self.note("the service posts what is due");
                self.service.post();
                self.still().await;
                if self.dice.percent(60) {
                    return self.mail_server_answers(false).await;
                }
            }
            _ => return self.mail_server_answers(false).await,
        }
        self.still().await;
        self.check_step()
    }

    /// The mail server says what becomes of the mails it was handed.
    pub(crate) async fn mail_server_answers(&mut self, well: bool) -> Step {
        for handed in self.service.mails.take_out() {
            let post = self.ledger.posts.entry(handed.id.clone()).or_default();
            post.handed += 1;
            if handed.is_given_up() {
                // The service hung up; the mail server may have taken it all the same.
                post.reasons += 1;
                self.ledger.fault("mail's answer too late");
                let letter = letter(&handed.to, handed.link.as_ref());
                self.ledger.letters.extend(letter);
                continue;
            }
            if post.settled || post.handed > post.reasons + 1 {
                return broken("nothing doubled: a mail is sent once more without a reason");
            }
            if self.ledger.no_mail.contains(&handed.to) {
                return broken("no mail goes to a mailbox that nothing may be sent to");
            }
            let fate = if well { 9 } else { self.dice.below(10) };
            let words = match fate {
                0 | 1 => {
                    post.reasons += 1;
                    self.ledger.fault("mail deferred");
                    Outcome::Deferred(reply(451, "4.7.1 Greylisted, try again later"))
                }
                2 => {
                    self.ledger.fault("mail refused");
                    Outcome::Refused(reply(552, "5.2.2 The mailbox is full"))
                }
                // The mail server took it, and its answer is lost.
                3 => {
                    post.reasons += 1;
                    self.ledger.fault("mail's answer lost");
                    self.ledger
                        .letters
                        .extend(letter(&handed.to, handed.link.as_ref()));
                    Outcome::Deferred(reply(0, "No answer from the mail server in time"))
                }
                _ => {
                    self.ledger
                        .letters
                        .extend(letter(&handed.to, handed.link.as_ref()));
                    Outcome::Accepted(reply(250, "2.0.0 Ok"))
                }
            };
            let (id, state) = (handed.id.clone(), words.clone());
            handed.answer(words);
            self.still().await;
            self.check_step()?;
            let written = self.before.mails.get(&id).map(|[state]| state.clone());
            if let Some(post) = self.ledger.posts.get_mut(&id) {
                post.settled = written.as_deref() == Some("accepted");
            }
            self.note(format!("a mail: {}", shown(&state)));
        }
        Ok(())
    }

    /// The operator changes the practice.
    pub async fn operator_acts(&mut self) -> Step {
        match self.dice.below(14) {
            0..=4 => {
                let clinician = ["rosa", "dana"][self.dice.below(2)];
                let ada = format!("555 0111,{clinician}@juniper.example,c1");
                self.import(&ROSTER.replace("555 0111,rosa@juniper.example,c1", &ada))
                    .await?;
                self.note(format!("Ada is {clinician}'s client"));
            }
            5 | 6 => {
                let phone = format!("555 01{:02},rosa@juniper.example,c2", self.dice.below(100));
                self.import(&ROSTER.replace("555 0112,rosa@juniper.example,c2", &phone))
                    .await?;
                self.note("Ben has another number");
            }
            7 | 8 => self.flag().await?,
            9 => {
                let who = self.staff_id("Rosa")?;
                self.write(move |tx| {
                    Box::pin(async move { staff::revoke_devices(tx, &who, "told").await.map(drop) })
                })
                .await?;
                self.note("Rosa's desktops are disconnected");
            }
            10 => {
                let who = self.staff_id("Sam")?;
                self.write(move |tx| {
                    Box::pin(async move {
                        match staff::disable(tx, &who).await {
                            Err(StaffError::Disabled) => Ok(()),
                            other => other,
                        }
                    })
                })
                .await?;
                self.note("Sam is disabled");
            }
            11 | 12 => self.cover().await?,
            _ => {
                let name = ["Ada", "Ben", "Priya"][self.dice.below(3)];
                let who = self.client_id(name)?;
                let id = who.0.clone();
                self.write(move |tx| {
                    Box::pin(async move { client::disable(tx, &who).await.map(drop) })
                })
                .await?;
                self.ledger
                    .kill_pins("the client was disabled", |pin| pin.client == id);
                self.note(format!("{name} is disabled"));
                let lives: i64 = self.service.look.query_row(
                    "SELECT COUNT(*) FROM client_session WHERE client_id = ?1 AND ended_at IS NULL",
                    [&id],
                    |row| row.get(0),
                )?;
                if lives > 0 {
                    return broken("no session of a client outlives their access");
                }
            }
        }
        self.views_changed();
        self.still().await;
        self.check_step()
    }

    /// Rosa covers for Dana for a while, or does not any more.
    async fn cover(&mut self) -> Step {
        let (dana, rosa) = (self.staff_id("Dana")?, self.staff_id("Rosa")?);
        let lasts = i64::try_from(1 + self.dice.below(90)).unwrap_or(1) * MINUTE;
        self.write(move |tx| {
            Box::pin(async move {
                if let Some(running) = cover::all(tx.conn()).await?.first() {
                    return cover::cancel(tx, &dana, &running.id).await;
                }
                let wish = SetCover {
                    away: None,
                    covered_by: rosa,
                    from: None,
                    until: UnixMillis(tx.now().0 + lasts),
                };
                cover::set(tx, &dana, &wish).await
            })
        })
        .await?;
        self.note("Rosa covers for Dana, or not any more");
        Ok(())
    }

    async fn flag(&mut self) -> Step {
        let on = self.dice.percent(60);
        let who = self.client_id("Ada")?;
        self.write(move |tx| {
            Box::pin(async move { client::set_no_mail(tx, &who, on).await.map(drop) })
        })
        .await?;
        let mailbox = "ada@example.org".to_owned();
        if on {
            // What the mail server was handed before is on its way already.
            self.mail_server_answers(true).await?;
            self.ledger.no_mail.insert(mailbox);
        } else {
            self.ledger.no_mail.remove(&mailbox);
        }
        self.note(format!("no mail to Ada: {on}"));
        Ok(())
    }

    async fn import(&mut self, csv: &str) -> Step {
        let roster = Roster::read(csv.as_bytes())?;
        self.write(move |tx| {
            Box::pin(async move { client::import(tx, roster, true).await.map(drop) })
        })
        .await
    }

    async fn write<E, F>(&mut self, act: F) -> Step
    where
        E: From<Unavailable> + std::error::Error + Send + Sync + 'static,
        F: for<'t> FnOnce(
                &'t mut latchkey_auth::db::Tx,
            ) -> latchkey_auth::db::Operation<'t, Result<(), E>>
            + Send
            + 'static,
    {
        Ok(self.service.app.writer.run(act).await?)
    }

    fn staff_id(&self, name: &str) -> Step<StaffId> {
        let sql = "SELECT id FROM staff WHERE name LIKE ?1 || ' %'";
        let id = self.service.look.query_row(sql, [name], |row| row.get(0))?;
        Ok(StaffId(id))
    }

    fn client_id(&self, name: &str) -> Step<ClientId> {
        let sql = "SELECT id FROM client WHERE first_name = ?1";
        let id = self.service.look.query_row(sql, [name], |row| row.get(0))?;
        Ok(ClientId(id))
    }
}

fn letter(to: &str, link: Option<&String>) -> Option<Letter> {
    link.map(|token| Letter {
        to: to.to_owned(),
        token: token.clone(),
    })
}

fn shown(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Deferred(_) => "deferred",
        Outcome::Refused(_) => "refused",
    }
}
