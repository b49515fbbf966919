//! The database file: room, modes, what is in it, and whose history it is.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use sqlx::{Row, SqliteConnection};

use super::Finding;
use crate::backup::{pages, schema};
use crate::db::{alone, newest_schema};
use crate::epoch::{self, Found};
use crate::event;
use crate::keys::Keys;

const MIB: u64 = 1_024 * 1_024;
/// With less room than this a busy day may not fit.
const LEAST_ROOM: u64 = 200 * MIB;
/// A log beside the database that grows beyond this is not taken over any more.
const LONGEST_WAL: u64 = 64 * MIB;

pub(super) fn file(path: &Path) -> Vec<Finding> {
    let Ok(found) = path.metadata() else {
        return vec![Finding::mend(format!(
            "There is no database at {}. Run `latchkey-auth init`, or point --data-dir to it.",
            path.display()
        ))];
    };
    let mut findings = Vec::new();
    if found.permissions().mode() & 0o077 != 0 {
        findings.push(Finding::mend(format!(
            "{} can be read by others; allow only its owner (chmod go= {0}).",
            path.display()
        )));
    }
    if let Ok(disk) = rustix::fs::statvfs(path) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let wanted = LEAST_ROOM.max(found.size().saturating_mul(2));
        findings.push(if free < wanted {
            Finding::mend(format!(
                "Only {} MiB are free where the database lies; {} are wanted. Make room: on a \
                 full disk nothing new is taken.",
                free / MIB,
                wanted / MIB
            ))
        } else {
            Finding::good(format!("{} MiB are free for the database.", free / MIB))
        });
    }
    let wal = path.with_extension("sqlite-wal");
    if let Ok(wal) = wal.metadata()
        && wal.size() > LONGEST_WAL
    {
        findings.push(Finding::look(format!(
            "The log beside the database has grown to {} MiB. Something reads without end; \
             restarting the service takes it over.",
            wal.size() / MIB
        )));
    }
    findings.extend(copies(path));
    findings
}

/// What earlier restores left.
fn copies(path: &Path) -> Option<Finding> {
    let name = path.file_name()?.to_str()?;
    let start = format!("{name}.replaced-");
    let count = path
        .parent()?
        .read_dir()
        .ok()?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&start))
        .count();
    (count > 0).then(|| {
        Finding::look(format!(
            "{count} files of replaced databases ({start}…) lie beside the database. They hold \
             personal values; delete them when nobody needs them any more."
        ))
    })
}

/// Whether the service or a command works with it.
pub(super) fn is_open(path: &Path) -> bool {
    matches!(alone(path), Ok(None))
}

pub(super) async fn inside(conn: &mut SqliteConnection) -> Vec<Finding> {
    let version = match schema(conn).await {
        Ok(version) => version,
        Err(error) => {
            return vec![Finding::mend(format!(
                "The database cannot be used: {error}."
            ))];
        }
    };
    if let Err(error) = pages(conn).await {
        return vec![Finding::mend(format!(
            "The database cannot be trusted: {error}. Stop the service and restore a backup: \
             `latchkey-auth restore FILE`."
        ))];
    }
    let mut findings = vec![if version < newest_schema() {
        Finding::look(format!(
            "The database is whole, but has the tables of an older version ({version} of {}). \
             The next start, or `latchkey-auth migrate`, brings it up to date.",
            newest_schema()
        ))
    } else {
        Finding::good("The database is whole and up to date.")
    }];
    let set_up = "SELECT (SELECT COUNT(*) FROM practice) AS practices,
                         (SELECT COUNT(*) FROM staff
                          WHERE role = 'admin' AND disabled_at IS NULL) AS admins";
    match sqlx::query(set_up).fetch_one(conn).await {
        Ok(row) => {
            if row.try_get::<i64, _>("practices").unwrap_or_default() == 0 {
                findings.push(Finding::mend(
                    "No practice is set up in it. Run `latchkey-auth init`.",
                ));
            } else if row.try_get::<i64, _>("admins").unwrap_or_default() == 0 {
                findings.push(Finding::mend(
                    "It has no admin. Add one: `latchkey-auth staff add --role admin`.",
                ));
            }
        }
        Err(error) => findings.push(Finding::mend(format!(
            "The database cannot be read: {error}."
        ))),
    }
    findings
}

/// The event log, and which history it is.
pub(super) async fn history(conn: &mut SqliteConnection, keys: Keys) -> Vec<Finding> {
    let mut findings = vec![match event::verify(conn, &keys).await {
        Ok(events) => Finding::good(format!("{events} events, none changed or missing.")),
        Err(broken) => Finding::mend(format!(
            "The log of what happened is broken: {broken}. Nothing is written after it; restore \
             a backup, and find out who had the file in hand."
        )),
    }];
    findings.push(match epoch::found(conn, &Arc::new(keys)).await {
        Ok(Found::Same) => Finding::good("The database is the one that was left, no older copy."),
        Ok(Found::Copy) => Finding::mend(
            "The database is an older copy, or another one, than the keys folder remembers. With \
             the next start everything that was live in it ends, and mail to clients is held back.",
        ),
        Ok(Found::Unknown) => Finding::mend(
            "The keys folder does not remember this database (its file \"epoch\" is missing or \
             another key's). If it is still somewhere, put it back before the next start: \
             otherwise the database is taken for an older copy, and what was live in it ends.",
        ),
        Err(error) => Finding::mend(format!("{error}.")),
    });
    if let Ok(Some(held)) = epoch::held(conn).await {
        let since = jiff::Timestamp::from_millisecond(held.since.0).unwrap_or_default();
        findings.push(Finding::mend(format!(
            "Mail to clients is held back since {}, when an older copy of the database came in \
             its place. Look who must get none: `latchkey-auth contact-plan confirm`.",
            since.strftime("%Y-%m-%d %H:%M UTC")
        )));
    }
    findings
}
