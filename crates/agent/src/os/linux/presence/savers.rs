//! Screen savers and lockers on the session's bus.

use std::time::Duration;

use tokio_stream::StreamExt as _;
use zbus::{Connection, MatchRule, Message, MessageStream, fdo, message::Type};

use super::{Heard, Hears, TRY_AGAIN};

const GNOME: &str = "org.gnome.ScreenSaver";
/// Owned by KDE's locker beside the common name.
const KDE: &str = "org.kde.screensaver";
const COMMON: &str = "org.freedesktop.ScreenSaver";

/// Interfaces that say `ActiveChanged`, each with the path that takes `Lock`.
const SAVERS: [(&str, &str); 5] = [
    (GNOME, "/org/gnome/ScreenSaver"),
    (COMMON, "/org/freedesktop/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
];

/// One that hangs does not keep the others from being heard.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn run(to: Hears) {
    loop {
        if let Err(error) = follow(&to).await {
            tracing::info!(%error, "no screen saver is heard");
        }
        if to.is_closed() {
            return;
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn follow(to: &Hears) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let names = fdo::DBusProxy::new(&bus).await?;
    let changed = MatchRule::builder()
        .msg_type(Type::Signal)
        .member("ActiveChanged")?
        .build();
    let owners = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")?
        .member("NameOwnerChanged")?
        .build();
    let changed = MessageStream::for_match_rule(changed, &bus, Some(16)).await?;
    let owners = MessageStream::for_match_rule(owners, &bus, Some(64)).await?;
    let mut said = changed.merge(owners);
    let _ = to.send(lockers(&names).await?).await;
    for (name, path) in SAVERS {
        if has(&names, name).await? && is_active(&bus, name, path).await {
            let kde = name == COMMON && has(&names, KDE).await?;
            let _ = to.send(Heard::Saver { kde, active: true }).await;
        }
    }
    while let Some(message) = said.next().await {
        let message = message?;
        let heard = match message
            .header()
            .member()
            .map(zbus::names::MemberName::as_str)
        {
            // A locker that ended without a word proves nothing: it may have been killed.
            Some("NameOwnerChanged") => Some(lockers(&names).await?),
            Some("ActiveChanged") => change(&names, &message).await,
            _ => None,
        };
        if let Some(heard) = heard {
            let _ = to.send(heard).await;
        }
    }
    Ok(())
}

/// Anybody on the bus can say this. That something covers the screen is believed; that
/// KDE's locker ended, only where KDE's locker says it.
async fn change(names: &fdo::DBusProxy<'_>, message: &Message) -> Option<Heard> {
    let header = message.header();
    let interface = header.interface()?.as_str();
    if !SAVERS.iter().any(|(name, _)| *name == interface) {
        return None;
    }
    let active: bool = message.body().deserialize().ok()?;
    let locker = names.get_name_owner(KDE.try_into().ok()?).await.ok();
    let kde = interface == COMMON && locker.is_some_and(|locker| header.sender() == Some(&*locker));
    Some(Heard::Saver { kde, active })
}

async fn lockers(names: &fdo::DBusProxy<'_>) -> zbus::Result<Heard> {
    Ok(Heard::Lockers {
        gnome: has(names, GNOME).await?,
        kde: has(names, KDE).await?,
    })
}

async fn has(names: &fdo::DBusProxy<'_>, name: &str) -> zbus::Result<bool> {
    Ok(names.name_has_owner(name.try_into()?).await?)
}

async fn is_active(bus: &Connection, name: &str, path: &str) -> bool {
    let asking = bus.call_method(Some(name), path, Some(name), "GetActive", &());
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer
        .is_ok_and(|answer| answer.is_ok_and(|answer| answer.body().deserialize().unwrap_or(false)))
}

/// Asks whichever is there to lock.
pub(super) async fn lock() {
    let asking = async {
        let bus = Connection::session().await?;
        let names = fdo::DBusProxy::new(&bus).await?;
        for (name, path) in SAVERS {
            if has(&names, name).await? {
                bus.call_method(Some(name), path, Some(name), "Lock", &())
                    .await?;
                break;
            }
        }
        Ok::<_, zbus::Error>(())
    };
    if let Err(error) = asking.await {
        tracing::info!(%error, "no screen saver took the wish to lock");
    }
}
