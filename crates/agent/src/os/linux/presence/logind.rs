//! This person's session at logind: its lock, and the computer's sleep.

use std::{collections::HashMap, time::Duration};

use tokio_stream::StreamExt as _;
use zbus::{
    Connection, MatchRule, Message, MessageStream,
    message::Type,
    zvariant::{OwnedFd, OwnedObjectPath, OwnedValue},
};

use super::{Heard, Hears, TRY_AGAIN};

const SERVICE: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// How long sleep waits for the window to be covered.
const COVERED_WITHIN: Duration = Duration::from_millis(500);

pub(super) async fn run(to: Hears) {
    loop {
        if let Err(error) = follow(&to).await {
            tracing::info!(%error, "logind is not heard");
        }
        if to.send(Heard::Session(false)).await.is_err() {
            return;
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn follow(to: &Hears) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let session = find(&bus).await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(SERVICE)?
        .path_namespace(PATH)?
        .build();
    // Listened to before it is asked: nothing falls between.
    let mut said = MessageStream::for_match_rule(rule, &bus, Some(64)).await?;
    let _ = to.send(Heard::Session(true)).await;
    let hint = is_locked(&bus, &session).await?;
    let _ = to.send(Heard::Hint(hint)).await;
    let mut delay = hold_sleep(&bus).await;
    while let Some(message) = said.next().await {
        let message = message?;
        let Some(what) = understand(&message, &session) else {
            continue;
        };
        match what {
            Said::Heard(heard) => {
                let _ = to.send(heard).await;
            }
            Said::FallsAsleep => {
                let _ = to.send(Heard::Sleeps).await;
                tokio::time::sleep(COVERED_WITHIN).await;
                delay = None;
            }
            Said::WokeUp => {
                let _ = to.send(Heard::Wakes).await;
                if delay.is_none() {
                    delay = hold_sleep(&bus).await;
                }
            }
        }
    }
    Ok(())
}

enum Said {
    Heard(Heard),
    FallsAsleep,
    WokeUp,
}

fn understand(message: &Message, session: &OwnedObjectPath) -> Option<Said> {
    let header = message.header();
    let interface = header.interface()?.as_str();
    let ours = header.path().is_some_and(|path| path == &**session);
    match (interface, header.member()?.as_str()) {
        (MANAGER, "PrepareForSleep") => Some(if message.body().deserialize().ok()? {
            Said::FallsAsleep
        } else {
            Said::WokeUp
        }),
        (SESSION, "Lock") if ours => Some(Said::Heard(Heard::LockAsked)),
        (PROPERTIES, "PropertiesChanged") if ours => {
            let body = message.body();
            let (of, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) =
                body.deserialize().ok()?;
            let hint = changed.get("LockedHint").filter(|_| of == SESSION)?;
            let locked = bool::try_from(hint.clone()).ok()?;
            Some(Said::Heard(Heard::Hint(locked)))
        }
        _ => None,
    }
}

/// The session that this program belongs to, or the one on this person's screen.
async fn find(bus: &Connection) -> zbus::Result<OwnedObjectPath> {
    let named = std::env::var("XDG_SESSION_ID").unwrap_or_default();
    let name = if named.is_empty() { "auto" } else { &named };
    let answer = bus
        .call_method(Some(SERVICE), PATH, Some(MANAGER), "GetSession", &name)
        .await?;
    answer.body().deserialize()
}

async fn is_locked(bus: &Connection, session: &OwnedObjectPath) -> zbus::Result<bool> {
    let answer = bus
        .call_method(
            Some(SERVICE),
            session,
            Some(PROPERTIES),
            "Get",
            &(SESSION, "LockedHint"),
        )
        .await?;
    let value: OwnedValue = answer.body().deserialize()?;
    Ok(bool::try_from(value)?)
}

/// Sleep waits for us as long as this is kept, up to logind's own limit.
async fn hold_sleep(bus: &Connection) -> Option<OwnedFd> {
    let why = (
        "sleep",
        "Latchkey",
        "Locks before the computer sleeps",
        "delay",
    );
    let answer = bus
        .call_method(Some(SERVICE), PATH, Some(MANAGER), "Inhibit", &why)
        .await
        .ok()?;
    answer.body().deserialize().ok()
}

/// How long nobody has used the computer, where the desktop tells logind that it is idle.
pub(super) async fn idle_since() -> zbus::Result<Option<u64>> {
    let bus = Connection::system().await?;
    let session = find(&bus).await?;
    let answer = bus
        .call_method(
            Some(SERVICE),
            &session,
            Some(PROPERTIES),
            "GetAll",
            &SESSION,
        )
        .await?;
    let about: HashMap<String, OwnedValue> = answer.body().deserialize()?;
    let is_idle = about
        .get("IdleHint")
        .is_some_and(|hint| bool::try_from(hint.clone()).unwrap_or(false));
    let since = about
        .get("IdleSinceHint")
        .and_then(|since| u64::try_from(since.clone()).ok());
    Ok(since.filter(|_| is_idle))
}

/// Passes the wish to lock on to the desktop.
pub(super) async fn lock() -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let session = find(&bus).await?;
    bus.call_method(Some(SERVICE), &session, Some(SESSION), "Lock", &())
        .await?;
    Ok(())
}
