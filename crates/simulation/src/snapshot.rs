//! The service's tables at one moment, and what may become of them.

use std::collections::BTreeMap;

use latchkey_auth::clock::DAY;
use rusqlite::Connection;

/// A row's texts by its id.
type Rows<const N: usize> = BTreeMap<String, [String; N]>;

/// What decides.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// State, client, request, browser, end.
    pub pins: Rows<5>,
    /// Client, PIN, when.
    pub failures: Rows<3>,
    /// State, address.
    pub links: Rows<2>,
    /// State, client, browser, key of the address, who raised it.
    pub requests: Rows<5>,
    /// Whether it ended, client, method, link.
    pub sessions: Rows<4>,
    /// State.
    pub mails: Rows<1>,
    /// Request.
    pub replies: Rows<1>,
    /// Browser.
    pub asks: Rows<1>,
    /// The newest event.
    pub position: i64,
    /// How many events there are.
    pub events: i64,
}

/// Tables that are read, with an id and texts each.
const PINS: &str = "SELECT id, state, client_id, request_id, browser_id, expires_at FROM pin";
const FAILURES: &str = "SELECT id, client_id, pin_id, at FROM pin_failure";
const LINKS: &str = "SELECT id, state, address_id FROM link";
const REQUESTS: &str =
    "SELECT id, state, client_id, browser_id, hex(address_key), raised_by FROM help_request";
const SESSIONS: &str =
    "SELECT hex(token_hash), ended_at IS NOT NULL, client_id, method, link_id FROM client_session";
const MAILS: &str = "SELECT id, state FROM mail";
const REPLIES: &str = "SELECT id, request_id FROM request_reply";
const ASKS: &str = "SELECT id, browser_id FROM ask";

impl Snapshot {
    /// Takes it.
    pub fn take(look: &Connection) -> rusqlite::Result<Self> {
        let look = look.unchecked_transaction()?;
        let (position, events) = look
            .prepare_cached("SELECT COALESCE(MAX(position), 0), COUNT(*) FROM event")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self {
            pins: rows(&look, PINS)?,
            failures: rows(&look, FAILURES)?,
            links: rows(&look, LINKS)?,
            requests: rows(&look, REQUESTS)?,
            sessions: rows(&look, SESSIONS)?,
            mails: rows(&look, MAILS)?,
            replies: rows(&look, REPLIES)?,
            asks: rows(&look, ASKS)?,
            position,
            events,
        })
    }

    /// What is wrong with the way from here to there, if anything is.
    pub fn follows(&self, now: &Self) -> Result<(), String> {
        kept("PIN", &self.pins, &now.pins)?;
        kept("link", &self.links, &now.links)?;
        kept("request", &self.requests, &now.requests)?;
        kept("session", &self.sessions, &now.sessions)?;
        kept("mail", &self.mails, &now.mails)?;
        kept("reply", &self.replies, &now.replies)?;
        kept("ask", &self.asks, &now.asks)?;
        if now.position < self.position || now.events < self.events {
            return Err("nothing acknowledged lost: events are gone".to_owned());
        }
        let ended = |what: &str, old: &str, new: &str, live: &[&str]| {
            if live.contains(&old) || old == new {
                return Ok(());
            }
            Err(format!(
                "what ended stays ended: a {what} went from {old} to {new}"
            ))
        };
        for (id, [state, ..]) in &self.pins {
            ended("PIN", state, &now.pins[id][0], &["live"])?;
        }
        for (id, [state, ..]) in &self.links {
            ended("link", state, &now.links[id][0], &["live"])?;
        }
        for (id, [state, ..]) in &self.requests {
            let open = ["new", "looking", "waiting_for_client"];
            ended("request", state, &now.requests[id][0], &open)?;
        }
        for (id, [over, ..]) in &self.sessions {
            ended("session", over, &now.sessions[id][0], &["0"])?;
        }
        for (id, [state]) in &self.mails {
            let open = ["queued", "sending", "deferred"];
            ended("mail", state, &now.mails[id][0], &open)?;
        }
        for (id, [_, pin, _]) in &self.failures {
            let used = now.pins.get(pin).is_some_and(|[state, ..]| state == "used");
            let was = self
                .pins
                .get(pin)
                .is_some_and(|[state, ..]| state == "live");
            if !(now.failures.contains_key(id) || used && was) {
                return Err("tries are never regained: a wrong try is gone".to_owned());
            }
        }
        Ok(())
    }

    /// What is wrong with this moment, if anything is.
    pub fn holds(&self) -> Result<(), String> {
        one_each(
            "live PINs of one client",
            self.pins
                .values()
                .filter_map(|[state, client, ..]| (state == "live").then_some(client.clone())),
        )?;
        one_each(
            "live links of one address",
            self.links.values().filter_map(|[state, address]| {
                (state == "live" && !address.is_empty()).then_some(address.clone())
            }),
        )?;
        one_each(
            "sessions of one link",
            self.sessions
                .values()
                .filter_map(|[_, _, _, link]| (!link.is_empty()).then_some(link.clone())),
        )?;
        one_each(
            "open requests of one browser for one client and address",
            self.requests
                .values()
                .filter(|[state, .., by]| state != "solved" && by == "client")
                .map(|[_, client, browser, key, _]| format!("{client} {browser} {key}")),
        )?;
        one_each(
            "open requests of the service for one address",
            self.requests
                .values()
                .filter(|[state, .., by]| state != "solved" && by == "service")
                .map(|[.., key, _]| key.clone()),
        )?;
        self.few_tries()?;
        let used = self
            .pins
            .values()
            .filter(|[state, ..]| state == "used")
            .count();
        let by_pin = self
            .sessions
            .values()
            .filter(|[_, _, method, _]| method == "pin")
            .count();
        if used != by_pin {
            return Err(format!(
                "a PIN signs in once: {used} PINs were used, for {by_pin} sessions"
            ));
        }
        Ok(())
    }
}

/// A client's wrong tries within a day, over all PINs.
const TRIES: usize = 5;

impl Snapshot {
    fn few_tries(&self) -> Result<(), String> {
        let mut by_client: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for [client, _, at] in self.failures.values() {
            let at = at.parse().unwrap_or_default();
            by_client.entry(client).or_default().push(at);
        }
        for times in by_client.values_mut() {
            times.sort_unstable();
            if times
                .windows(TRIES + 1)
                .any(|six| six[TRIES] - six[0] < DAY)
            {
                return Err("tries are never regained: six wrong ones in a day".to_owned());
            }
        }
        Ok(())
    }
}

fn rows<const N: usize>(look: &Connection, sql: &str) -> rusqlite::Result<Rows<N>> {
    let mut statement = look.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let mut texts = [const { String::new() }; N];
        for (at, text) in texts.iter_mut().enumerate() {
            *text = match row.get_ref(at + 1)? {
                rusqlite::types::ValueRef::Null => String::new(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str()?.to_owned(),
            };
        }
        Ok((row.get(0)?, texts))
    })?;
    rows.collect()
}

fn kept<const N: usize>(what: &str, old: &Rows<N>, new: &Rows<N>) -> Result<(), String> {
    match old.keys().find(|id| !new.contains_key(*id)) {
        Some(_) => Err(format!("nothing acknowledged lost: a {what} is gone")),
        None => Ok(()),
    }
}

fn one_each(what: &str, keys: impl Iterator<Item = String>) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(format!("nothing doubled: there are two {what}"));
        }
    }
    Ok(())
}
