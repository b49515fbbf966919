//! At the end of a schedule everything heals, and everybody must agree.

use std::collections::{BTreeMap, BTreeSet};

use latchkey_agent::{practice::tidy, store::CACHE_FILE};
use latchkey_auth::{document, event};
use latchkey_protocol::{
    Action, Cause, Confidence, Facts, HelpRequest, MailFate, MailStatus, RequestId, Tier,
};
use latchkey_view::{Command, Connection, Folder, Session, ToAgent};
use rusqlite::OptionalExtension as _;

use crate::{
    cache,
    desktop::Keychain,
    world::{Step, World, broken},
};

const SECOND: i64 = 1_000;

impl World {
    /// Heals everything, and checks.
    pub async fn finish(&mut self) -> Step {
        self.note("everything heals");
        self.set_service_clock(0).await?;
        for at in 0..self.desks.len() {
            if let Some(desk) = self.desks.get_mut(at) {
                desk.clock.set_off_by(0);
                desk.keychain(Keychain::Works);
                // A window that comes up has a keychain that was locked read once more.
                desk.close_window();
                desk.open_window();
                desk.unlock();
            }
            if !self
                .desks
                .get(at)
                .is_some_and(crate::desktop::Desktop::runs)
            {
                self.switch_on(at);
            }
        }
        self.still().await;
        self.disks().await;
        self.desks.iter().for_each(crate::desktop::Desktop::unlock);
        self.still().await;
        self.mails_arrive().await?;
        // The longest pause between two tries is a minute, and as much again by chance.
        for _ in 0..30 {
            self.calm().await?;
            self.listen()?;
            if !self.chores().await? {
                return broken("the service died of nothing");
            }
            self.still().await;
            self.calm().await?;
            if self.all_settled() && self.all_seen()? {
                break;
            }
            self.pass(5 * SECOND).await;
        }
        self.mails_arrive().await?;
        self.pass(2 * SECOND).await;
        self.chores().await?;
        self.still().await;
        self.calm().await?;
        self.listen()?;
        self.check_step()?;
        self.check_books()?;
        self.check_log().await?;
        for at in 0..self.desks.len() {
            self.check_desk(at).await?;
        }
        Ok(())
    }

    /// What is due leaves, and the mail server takes it.
    async fn mails_arrive(&mut self) -> Step {
        for _ in 0..8 {
            self.mail_server_answers(true).await?;
            self.service.post();
            self.still().await;
        }
        self.mail_server_answers(true).await
    }

    fn all_settled(&self) -> bool {
        self.desks.iter().all(|desk| {
            desk.view().is_some_and(|view| match view.session {
                Session::SignedIn { .. } => {
                    view.connection == Connection::Connected && view.waiting_notes == 0
                }
                // A keychain that works again is asked once more, before long.
                Session::SignedOut { .. } => view.keychain == latchkey_view::Keychain::Works,
                _ => false,
            })
        })
    }

    /// Every new request that was opened at a desktop is seen.
    fn all_seen(&self) -> Step<bool> {
        for (_, request) in &self.ledger.opened {
            if !self.is_seen(request)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_seen(&self, request: &str) -> Step<bool> {
        Ok(self.service.look.query_row(
            "SELECT seen_at IS NOT NULL OR state = 'solved' FROM help_request WHERE id = ?1",
            [request],
            |row| row.get(0),
        )?)
    }

    /// What was acknowledged is there, and once.
    fn check_books(&mut self) -> Step {
        let asks = i64::try_from(self.before.asks.len()).unwrap_or(i64::MAX);
        if asks < self.ledger.asks.acknowledged {
            return broken("nothing acknowledged lost: an ask for a link is gone");
        }
        for (browser, typed) in &self.ledger.cries {
            let found: i64 = self.service.look.query_row(
                "SELECT COUNT(*) FROM help_request WHERE typed = ?1 AND raised_by = 'client'",
                [typed],
                |row| row.get(0),
            )?;
            if found == 0 {
                return broken(format!(
                    "nothing acknowledged lost: the cry of browser {browser} is gone"
                ));
            }
        }
        for (client, wrong) in &self.ledger.wrong {
            let counted = self
                .before
                .failures
                .values()
                .filter(|[whose, ..]| whose == client)
                .count();
            if i64::try_from(counted).unwrap_or_default() < *wrong {
                return broken("tries are never regained: fewer are counted than were told");
            }
        }
        self.check_acts()?;
        self.check_presses()?;
        self.ledger.checks += 1;
        Ok(())
    }

    /// Every write that was acknowledged was done, and none twice.
    fn check_acts(&self) -> Step {
        let mut by_kind: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for act in self.ledger.acts.values() {
            let (all, done) = by_kind.entry((&act.what, &act.request)).or_default();
            *all += 1;
            *done += usize::from(act.done);
        }
        for ((what, request), (all, done)) in by_kind {
            let state = self
                .before
                .requests
                .get(request)
                .map_or("", |[state, ..]| state);
            let count = |sql: &str| -> Step<usize> {
                let count: i64 = self
                    .service
                    .look
                    .query_row(sql, [request], |row| row.get(0))?;
                Ok(usize::try_from(count).unwrap_or_default())
            };
            let found = match what {
                "reply" => self
                    .before
                    .replies
                    .values()
                    .filter(|[of]| of == request)
                    .count(),
                "link" => count(
                    "SELECT COUNT(*) FROM event WHERE kind = 'link_resent' AND request_id = ?1",
                )?,
                "note" => count(
                    "SELECT COUNT(*) FROM event WHERE kind = 'note_added' AND request_id = ?1",
                )?,
                "pin" => {
                    count("SELECT COUNT(DISTINCT idempotency_key) FROM pin WHERE request_id = ?1")?
                }
                "solve" if done > 0 && state != "solved" => {
                    return broken("nothing acknowledged lost: a request that was closed is open");
                }
                "seen" if done > 0 => {
                    let seen = count(
                        "SELECT COUNT(*) FROM help_request WHERE id = ?1 AND (seen_at IS NOT NULL OR state = 'solved')",
                    )?;
                    if seen == 0 {
                        return broken("nothing acknowledged lost: a request that was seen is not");
                    }
                    continue;
                }
                _ => continue,
            };
            if found < done {
                return broken(format!(
                    "nothing acknowledged lost: {done} times {what}, {found} are there"
                ));
            }
            if found > all {
                return broken(format!(
                    "nothing doubled: {all} times {what}, {found} are there"
                ));
            }
        }
        Ok(())
    }

    /// What was pressed once was asked for under one key, however often.
    fn check_presses(&self) -> Step {
        let mut asked: BTreeMap<_, usize> = BTreeMap::new();
        for act in self.ledger.acts.values() {
            let of = (act.desk, act.request.clone(), act.what.as_str());
            *asked.entry(of).or_default() += 1;
        }
        for ((desk, request, what), keys) in asked {
            let pressed = self.ledger.presses.get(&(desk, request, what)).copied();
            if what != "seen" && keys > pressed.unwrap_or_default() {
                return broken(format!(
                    "nothing doubled: desk {desk} pressed {what} {pressed:?} times, under {keys} keys"
                ));
            }
        }
        Ok(())
    }

    /// Every note that was kept is there, or was refused, with its text; and none twice.
    async fn check_notes(&self, at: usize) -> Step {
        for note in self.ledger.notes.iter().filter(|note| note.desk == at) {
            let truth = self.truth(&RequestId(note.request.clone())).await?;
            let found = serde_json::to_string(&truth)?.matches(&note.text).count();
            let refused = self
                .desks
                .get(at)
                .and_then(crate::desktop::Desktop::view)
                .is_some_and(|view| {
                    let all = &view.refused_notes;
                    all.iter().any(|refused| refused.note.text == note.text)
                });
            if found > 1 {
                return broken(format!("nothing doubled: {found} times: {}", note.text));
            }
            if note.kept && found == 0 && !refused {
                return broken(format!("nothing acknowledged lost: {}", note.text));
            }
        }
        Ok(())
    }

    /// The log's chain is whole.
    async fn check_log(&mut self) -> Step {
        let app = self.service.app.clone();
        let mut conn = app.reader.acquire().await?;
        event::verify(&mut conn, &app.keys)
            .await
            .map_err(|broken| crate::world::Stop::Broken(format!("the log is whole: {broken}")))?;
        self.ledger.checks += 1;
        Ok(())
    }

    /// A desktop shows what the service has, or nobody is signed in and nothing is left.
    async fn check_desk(&mut self, at: usize) -> Step {
        let Some((staff, device)) = self
            .desks
            .get(at)
            .map(|desk| desk.staff)
            .zip(self.devices.get(at).cloned())
        else {
            return Ok(());
        };
        let stands: Option<String> = self
            .service
            .look
            .query_row(
                "SELECT s.id FROM device d JOIN staff s ON s.id = d.staff_id
                 WHERE d.id = ?1 AND d.revoked_at IS NULL AND s.disabled_at IS NULL",
                [&device],
                |row| row.get(0),
            )
            .optional()?;
        let Some(view) = self.desks.get(at).and_then(crate::desktop::Desktop::view) else {
            return broken(format!("desk {at} ({staff}) shows nothing"));
        };
        match (&view.session, stands) {
            (Session::SignedIn { .. }, Some(staff)) => self.check_shown(at, &staff).await,
            (Session::SignedIn { .. }, None) => broken(format!(
                "\"gone\" is gone: desk {at} ({staff}) is signed in and was disconnected"
            )),
            (_, None) => self.check_erased(at).await,
            (_, Some(_)) if self.ledger.signed_out.contains(&at) => self.check_erased(at).await,
            (session, Some(_)) => broken(format!(
                "desk {at} ({staff}) stays signed in until somebody ends it: {session:?}, keychain: {:?}",
                view.keychain
            )),
        }
    }

    async fn check_shown(&mut self, at: usize, staff: &str) -> Step {
        let visible: BTreeSet<String> = {
            let mut statement = self
                .service
                .look
                .prepare_cached("SELECT request_id FROM sight WHERE staff_id = ?1")?;
            let rows = statement.query_map([staff], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut shown = BTreeSet::new();
        for folder in [Folder::Solved, Folder::Inbox] {
            self.press_at(at, "show", Command::Show { folder }).await?;
            let Some(view) = self.desks.get(at).and_then(crate::desktop::Desktop::view) else {
                return broken(format!("desk {at} shows nothing"));
            };
            if view.connection != Connection::Connected {
                return broken(format!(
                    "desk {at} is connected once all is well: {:?}",
                    view.connection
                ));
            }
            shown.extend(view.inbox.rows.iter().map(|row| row.id.0.clone()));
        }
        if let Some(gone) = shown.difference(&visible).next() {
            return broken(format!("\"gone\" is gone: desk {at} still shows {gone}"));
        }
        if let Some(missing) = visible.difference(&shown).next() {
            return broken(format!(
                "desk {at} shows what the service has: {missing} is missing"
            ));
        }
        for id in &shown {
            let id = RequestId(id.clone());
            let truth = self.truth(&id).await?;
            if let Some(desk) = self.desks.get(at) {
                // An address selects and never acts.
                desk.say(ToAgent::Launch {
                    practice: None,
                    request: Some(id.clone()),
                });
            }
            self.still().await;
            let pane = self
                .desks
                .get(at)
                .and_then(crate::desktop::Desktop::view)
                .and_then(|view| view.pane.clone());
            let drawn = pane.map(|pane| without_breath(pane.request));
            let truth = truth.map(without_breath);
            if drawn != truth {
                return broken(format!(
                    "desk {at} shows what the service has, of request {id}: {}",
                    difference(drawn.as_ref(), truth.as_ref())
                ));
            }
        }
        self.disks().await;
        let kept = self.on_disk(at)?;
        if kept != shown {
            return broken(format!(
                "desk {at} keeps what it shows: {kept:?} beside {shown:?}"
            ));
        }
        self.check_notes(at).await?;
        let rung = self.desks.get(at).map_or(0, |desk| desk.computer.rung());
        let most = u32::try_from(self.before.requests.len()).unwrap_or(u32::MAX)
            + self
                .ledger
                .may_ring_again
                .get(&at)
                .copied()
                .unwrap_or_default()
            + self.rings_once_more()?;
        if rung > most {
            return broken(format!(
                "nothing doubled: desk {at} rang for {rung} of {most}"
            ));
        }
        for (_, request) in self.ledger.opened.iter().filter(|(desk, _)| *desk == at) {
            if !self.is_seen(request)? {
                return broken(format!(
                    "what is read offline arrives: desk {at} opened {request}"
                ));
            }
        }
        self.ledger.checks += 1;
        Ok(())
    }

    /// What nobody opened for too long rings anew, and so does what is handed over.
    fn rings_once_more(&self) -> Step<u32> {
        let sql = "SELECT COUNT(*) FROM event WHERE kind = 'help_escalated'
                   OR (kind = 'help_assigned' AND subject_id IS NOT actor_id)";
        Ok(self.service.look.query_row(sql, [], |row| row.get(0))?)
    }

    /// The document as the service would send it now.
    async fn truth(&self, id: &RequestId) -> Step<Option<HelpRequest>> {
        let app = self.service.app.clone();
        let mut conn = app.reader.acquire().await?;
        Ok(document::load(&mut conn, id, app.now()).await?.map(tidy))
    }

    async fn check_erased(&mut self, at: usize) -> Step {
        self.disks().await;
        let kept = self.on_disk(at)?;
        if !kept.is_empty() {
            return broken(format!(
                "\"gone\" is gone: desk {at} is signed out and keeps {kept:?}"
            ));
        }
        self.ledger.checks += 1;
        Ok(())
    }

    fn on_disk(&self, at: usize) -> Step<BTreeSet<String>> {
        let Some((desk, secret)) = self.desks.get(at).zip(self.secrets.get(at)) else {
            return Ok(BTreeSet::new());
        };
        let path = desk.folder.join(CACHE_FILE);
        Ok(if path.exists() {
            cache::requests(&path, secret)?
        } else {
            BTreeSet::new()
        })
    }
}

/// When the waiting page last asked is told with the next change, not each time.
fn without_breath(mut request: HelpRequest) -> HelpRequest {
    request.browser.last_seen_at = request.created_at;
    // That a mail is in the mail server's hands just now is told once it is over.
    let moving = |mail: &MailStatus| matches!(mail.fate, MailFate::Queued | MailFate::Sending);
    request.mail = request.mail.filter(|mail| !moving(mail));
    if request.solved.is_some() {
        // What is over is not sent again: the file, and a mail's fate, go on without it.
        request.mail = None;
        request.call_back = None;
        request.tier = Tier::Unknown;
        request.browser.waiting = false;
        request.who.name = None;
        request.who.first_name = None;
        request.who.clinician = None;
        request.diagnosis.cause = Cause::Unknown;
        request.diagnosis.confidence = Confidence::Unknown;
        request.diagnosis.action = Action::Unknown;
        request.diagnosis.facts = Facts::default();
        request.diagnosis.evidence.clear();
    }
    request
}

/// The lines in which two documents differ.
fn difference(drawn: Option<&HelpRequest>, truth: Option<&HelpRequest>) -> String {
    let [drawn, truth] = [drawn, truth].map(|request| format!("{request:#?}"));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (drawn, truth) = (lines(&drawn), lines(&truth));
    let only = |these: &[String], those: &[String]| {
        let only: Vec<_> = these
            .iter()
            .filter(|line| !those.contains(line))
            .cloned()
            .collect();
        only.join("\n")
    };
    format!(
        "\nshown:\n{}\nthere:\n{}",
        only(&drawn, &truth),
        only(&truth, &drawn)
    )
}
