//! The Secret Service, through `keyring`; whether it is locked is asked first, since
//! `keyring` cannot tell "locked" from "nothing there" in every case.

use keyring::Entry;
use tokio::runtime::Handle;
use zbus::{Connection, zvariant::OwnedObjectPath};
use zeroize::Zeroizing;

use crate::os::KeychainError;

/// The user's part of an entry's name; the other part belongs to the data folder.
const ENTRY: &str = "root-key";
const SERVICE: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";

pub(super) fn read(
    runtime: &Handle,
    name: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
    let locked = runtime.block_on(default_collection_is_locked())?;
    match entry(name)?.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        // A locked keychain may hide what it has: this is no "definitely not".
        Err(keyring::Error::NoEntry) if locked => Err(KeychainError::Locked),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(why(&error, locked)),
    }
}

pub(super) fn keep(name: &str, secret: &[u8]) -> Result<(), KeychainError> {
    entry(name)?
        .set_secret(secret)
        .map_err(|error| why(&error, false))
}

fn entry(name: &str) -> Result<Entry, KeychainError> {
    Entry::new(name, ENTRY).map_err(|error| why(&error, false))
}

fn why(error: &keyring::Error, locked: bool) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(_) => KeychainError::Locked,
        _ if locked => KeychainError::Locked,
        _ => KeychainError::Failing,
    }
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
