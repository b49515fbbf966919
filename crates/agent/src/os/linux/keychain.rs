//! The Secret Service, through `keyring`; whether it is locked is asked first, since
//! `keyring` cannot tell "locked" from "nothing there" in every case.

use std::time::Duration;

use keyring::Entry;
use tokio::runtime::Handle;
use tokio_stream::StreamExt;
use zbus::{
    Connection, MatchRule, Message, MessageStream, fdo::DBusProxy, message::Type,
    zvariant::OwnedObjectPath,
};
use zeroize::Zeroizing;

use crate::os::{KeychainError, OsEvent, OsEvents};

/// The user's part of an entry's name; the other part belongs to the data folder.
const ENTRY: &str = "root-key";
const SERVICE: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
/// The bus waits for an answer for as long as it takes; we do not.
const LIMIT: Duration = Duration::from_secs(20);

pub(super) fn read(
    runtime: &Handle,
    name: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
    match entry(name)?.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        // A locked keychain may hide what it has: this is no "definitely not".
        Err(keyring::Error::NoEntry) if is_locked(runtime)? => Err(KeychainError::Locked),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(why(runtime, &error, KeychainError::Failing)),
    }
}

pub(super) fn keep(runtime: &Handle, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
    entry(name)?
        .set_secret(secret)
        .map_err(|error| why(runtime, &error, KeychainError::Full))
}

pub(super) fn forget(runtime: &Handle, name: &str) -> Result<(), KeychainError> {
    match entry(name)?.delete_credential() {
        Err(keyring::Error::NoEntry) if is_locked(runtime)? => Err(KeychainError::Locked),
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(why(runtime, &error, KeychainError::Failing)),
    }
}

fn entry(name: &str) -> Result<Entry, KeychainError> {
    Entry::new(name, ENTRY).map_err(|_| KeychainError::Failing)
}

/// An error says little; what the keychain is like afterwards says more.
fn why(runtime: &Handle, error: &keyring::Error, otherwise: KeychainError) -> KeychainError {
    tracing::debug!(kind = kind(error), "the keychain failed");
    match is_locked(runtime) {
        Err(error) => error,
        Ok(true) => KeychainError::Locked,
        Ok(false) if matches!(error, keyring::Error::NoStorageAccess(_)) => KeychainError::Locked,
        Ok(false) => otherwise,
    }
}

/// Of the error only its kind: its words may quote what was stored.
const fn kind(error: &keyring::Error) -> &'static str {
    match error {
        keyring::Error::NoStorageAccess(_) => "no access",
        keyring::Error::PlatformFailure(_) => "platform",
        keyring::Error::NoEntry => "no entry",
        keyring::Error::Ambiguous(_) => "ambiguous",
        _ => "another",
    }
}

pub(super) fn is_locked(runtime: &Handle) -> Result<bool, KeychainError> {
    runtime.block_on(async {
        tokio::time::timeout(LIMIT, default_collection_is_locked())
            .await
            .unwrap_or(Err(KeychainError::Slow))
    })
}

async fn default_collection_is_locked() -> Result<bool, KeychainError> {
    let bus = Connection::session()
        .await
        .map_err(|_| KeychainError::Absent)?;
    let alias = bus
        .call_method(
            Some(SERVICE),
            PATH,
            Some("org.freedesktop.Secret.Service"),
            "ReadAlias",
            &"default",
        )
        .await
        .map_err(|_| KeychainError::Absent)?;
    let collection: OwnedObjectPath = alias
        .body()
        .deserialize()
        .map_err(|_| KeychainError::Failing)?;
    if collection.as_str() == "/" {
        // None was made yet: the first secret makes one.
        return Ok(false);
    }
    let locked = bus
        .call_method(
            Some(SERVICE),
            &collection,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.Secret.Collection", "Locked"),
        )
        .await
        .map_err(|_| KeychainError::Failing)?;
    let body = locked.body();
    let value: zbus::zvariant::Value<'_> =
        body.deserialize().map_err(|_| KeychainError::Failing)?;
    bool::try_from(value).map_err(|_| KeychainError::Failing)
}

/// Tells when the keychain comes, is unlocked, or loses something.
pub(super) async fn watch(events: OsEvents) {
    let told = listen(&events).await;
    if let Err(error) = told {
        tracing::info!(%error, "changes of the keychain are not heard of");
    }
}

async fn listen(events: &OsEvents) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(SERVICE)?
        .path_namespace(PATH)?
        .build();
    let mut said = MessageStream::for_match_rule(rule, &bus, None).await?;
    let names = DBusProxy::new(&bus).await?;
    let mut came = names
        .receive_name_owner_changed_with_args(&[(0, SERVICE)])
        .await?;
    loop {
        let matters = tokio::select! {
            Some(signal) = said.next() => signal.is_ok_and(|signal| matters(&signal)),
            Some(change) = came.next() => change
                .args()
                .is_ok_and(|change| change.new_owner.is_some()),
            else => return Ok(()),
        };
        if matters && events.send(OsEvent::KeychainChanged).is_err() {
            return Ok(());
        }
    }
}

fn matters(signal: &Message) -> bool {
    let header = signal.header();
    let Some(member) = header.member() else {
        return false;
    };
    matches!(
        member.as_str(),
        "PropertiesChanged"
            | "CollectionChanged"
            | "CollectionCreated"
            | "CollectionDeleted"
            | "ItemDeleted"
    )
}
