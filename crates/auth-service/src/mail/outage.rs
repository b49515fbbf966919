//! One client, one mail domain, or everyone? Three failures in a row that point to the
//! practice's side or to one domain are an outage: every desktop says so, until a mail
//! gets through again.
//!
//! It is read from the mails themselves each time, so nothing is kept that could be wrong
//! after a crash.

mod run;
mod tried;

use std::collections::BTreeMap;
use std::time::Duration;

use latchkey_protocol::{Affected, MailOutage, UnixMillis};
use sqlx::SqliteConnection;

use crate::App;
use run::{OfADomain, OfEveryone, Run};
use tried::Tried;

/// How often the mails are looked at.
pub const LOOK: Duration = Duration::from_secs(5);
/// A domain is named only where so many people have their mailbox: the name of a family's
/// own domain would tell every desktop whose mail it is.
pub(crate) const CROWD: i64 = 2;
/// More domains than this are not told one by one.
const MOST_DOMAINS: usize = 3;

/// Looks once, and tells the desktops what changed.
///
/// # Errors
/// The database's.
pub async fn look(app: &App) -> sqlx::Result<()> {
    let mut conn = app.reader.acquire().await?;
    let now = app.now();
    let tried = tried::lately(&mut conn, now).await?;
    let mut found = Vec::new();
    for outage in outages(&tried, now) {
        if is_told(&mut conn, &outage.whom).await? {
            found.push(outage);
        }
    }
    found.truncate(MOST_DOMAINS);
    app.feed.tell_outages(found);
    Ok(())
}

/// What is out, by the newest tries of the last day, newest first.
fn outages(tried: &[Tried], now: UnixMillis) -> Vec<MailOutage> {
    if let Some(run) = Run::of::<OfEveryone>(tried, now) {
        return vec![run.outage(Affected::Everyone)];
    }
    let mut domains: BTreeMap<&str, Vec<&Tried>> = BTreeMap::new();
    for one in tried {
        domains.entry(&one.domain).or_default().push(one);
    }
    let mut found: Vec<MailOutage> = domains
        .into_iter()
        .filter_map(|(domain, tried)| {
            let domain = domain.to_owned();
            Some(Run::of::<OfADomain>(tried, now)?.outage(Affected::Domain { domain }))
        })
        .collect();
    found.sort_by_key(|outage| std::cmp::Reverse(outage.failures));
    found
}

/// Whether naming it names nobody.
async fn is_told(conn: &mut SqliteConnection, whom: &Affected) -> sqlx::Result<bool> {
    let Affected::Domain { domain } = whom else {
        return Ok(true);
    };
    let people: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM address
                 WHERE substr(address, instr(address, '@') + 1) = $1)
              + (SELECT COUNT(*) FROM staff WHERE substr(email, instr(email, '@') + 1) = $1)",
    )
    .bind(domain)
    .fetch_one(conn)
    .await?;
    Ok(people >= CROWD)
}

#[cfg(test)]
mod tests;
