//! A look into a desktop's sealed cache, from outside the agent.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use anyhow::Context as _;
use latchkey_agent::secret::RootKey;

/// As the agent names it.
const PURPOSE: &str = "latchkey cache 1";

/// Opens it with the key from the keychain.
pub fn open(path: &Path, secret: &[u8]) -> anyhow::Result<rusqlite::Connection> {
    let root = RootKey::from_kept(secret).context("a root key")?;
    let mut key = String::new();
    for byte in &*root.derive(PURPOSE) {
        write!(key, "{byte:02x}")?;
    }
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{key}'\";"))?;
    Ok(connection)
}

/// The requests that are on the disk.
pub fn requests(path: &Path, secret: &[u8]) -> anyhow::Result<BTreeSet<String>> {
    let connection = open(path, secret)?;
    let mut rows = connection.prepare("SELECT id FROM request")?;
    let ids = rows.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
