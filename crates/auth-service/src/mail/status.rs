//! How it stands with mail: what waits, what became of the last day's, what each mail
//! domain did lately, and whether anything has ever come back. Domains only, no addresses.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::{Row, SqliteConnection};

use super::fate::Way;
use crate::clock::DAY;

/// Domains that are named: those something happened with last.
pub const MOST_DOMAINS: usize = 20;
/// What is older says nothing of how a domain takes mail now.
const LATELY: i64 = 30 * DAY;

/// How it stands. Moments are unix milliseconds; scripts read this (docs/mail.md): add to
/// it, and rename nothing.
#[derive(Debug, Serialize)]
pub struct Status {
    /// When this was so.
    pub now: i64,
    /// Mails that are still to leave.
    pub queue: Queue,
    /// Mails of the last 24 hours by what became of them.
    pub last_day: Vec<Count>,
    /// The last time a domain took, put off and refused a mail, the newest first.
    pub domains: Vec<Domain>,
    /// Domains that are not named, since there are too many.
    pub more_domains: usize,
    /// Addresses that get no mail until staff lift it.
    pub suppressed: i64,
    /// What was heard of mails that had left, by which way; each way is named.
    pub news: Vec<News>,
}

/// Mails that are still to leave.
#[derive(Debug, Serialize)]
pub struct Queue {
    /// How many.
    pub waiting: i64,
    /// The next try; none where nothing waits.
    pub next_at: Option<i64>,
    /// When the oldest was asked for.
    pub oldest_at: Option<i64>,
    /// The database was restored: mail to clients waits for `contact-plan confirm`.
    pub held: bool,
}

/// How many mails have one fate.
#[derive(Debug, Serialize)]
pub struct Count {
    /// Their fate.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// A mail domain.
#[derive(Debug, Default, Serialize)]
pub struct Domain {
    /// Its name.
    pub domain: String,
    /// The last time a mail to it was taken.
    pub accepted_at: Option<i64>,
    /// The last time one was put off.
    pub deferred_at: Option<i64>,
    /// The last time one was refused.
    pub refused_at: Option<i64>,
}

/// What came by one way.
#[derive(Debug, Serialize)]
pub struct News {
    /// `pipe`, `postmark` or `ses`.
    pub way: &'static str,
    /// How often.
    pub count: i64,
    /// The first time.
    pub first_at: Option<i64>,
    /// The last time.
    pub last_at: Option<i64>,
}

/// Looks; changes nothing.
pub async fn look(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<Status> {
    let (domains, more_domains) = domains(conn, now).await?;
    Ok(Status {
        now,
        queue: queue(conn).await?,
        last_day: last_day(conn, now).await?,
        domains,
        more_domains,
        suppressed: sqlx::query_scalar("SELECT COUNT(*) FROM suppression WHERE lifted_at IS NULL")
            .fetch_one(&mut *conn)
            .await?,
        news: news(conn).await?,
    })
}

async fn queue(conn: &mut SqliteConnection) -> sqlx::Result<Queue> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS waiting, MIN(next_at) AS next_at, MIN(created_at) AS oldest_at,
                EXISTS (SELECT 1 FROM epoch WHERE confirmed_at IS NULL) AS held
         FROM mail WHERE ended_at IS NULL",
    )
    .fetch_one(conn)
    .await?;
    Ok(Queue {
        waiting: row.try_get("waiting")?,
        next_at: row.try_get("next_at")?,
        oldest_at: row.try_get("oldest_at")?,
        held: row.try_get("held")?,
    })
}

/// Rows that only take as long as a mail would are none (RULES A1).
async fn last_day(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<Vec<Count>> {
    let rows = sqlx::query(
        "SELECT state, COUNT(*) AS count FROM mail
         WHERE created_at > $1 AND (address_id IS NOT NULL OR staff_id IS NOT NULL)
         GROUP BY state ORDER BY count DESC, state",
    )
    .bind(now - DAY)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Count {
                state: row.try_get("state")?,
                count: row.try_get("count")?,
            })
        })
        .collect()
}

/// By the fates that mails have now, and by what was told of them on the way.
async fn domains(conn: &mut SqliteConnection, now: i64) -> sqlx::Result<(Vec<Domain>, usize)> {
    let rows = sqlx::query(
        "SELECT address, what, MAX(at) AS at FROM (
             SELECT COALESCE(a.address, s.email) AS address, 'mail_' || m.state AS what,
                    m.changed_at AS at
             FROM mail m LEFT JOIN address a ON a.id = m.address_id
             LEFT JOIN staff s ON s.id = m.staff_id
             WHERE m.changed_at > $1 AND m.state IN ('accepted', 'deferred', 'refused')
             UNION ALL
             SELECT a.address, e.kind, e.at FROM event e JOIN address a ON a.id = e.address_id
             WHERE e.at > $1 AND e.kind IN ('mail_accepted', 'mail_deferred', 'mail_refused'))
         WHERE address IS NOT NULL GROUP BY address, what",
    )
    .bind(now - LATELY)
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<String, Domain> = HashMap::new();
    for row in rows {
        let address: &str = row.try_get("address")?;
        let name = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let at: i64 = row.try_get("at")?;
        let domain = found.entry(name.to_owned()).or_insert_with(|| Domain {
            domain: name.to_owned(),
            ..Domain::default()
        });
        let last = match row.try_get::<&str, _>("what")? {
            "mail_accepted" => &mut domain.accepted_at,
            "mail_deferred" => &mut domain.deferred_at,
            _ => &mut domain.refused_at,
        };
        *last = Some(at).max(*last);
    }
    let mut domains: Vec<Domain> = found.into_values().collect();
    let newest = |domain: &Domain| {
        let all = [domain.accepted_at, domain.deferred_at, domain.refused_at];
        all.into_iter().max().flatten()
    };
    domains.sort_by(|a, b| {
        newest(b)
            .cmp(&newest(a))
            .then_with(|| a.domain.cmp(&b.domain))
    });
    let more = domains.len().saturating_sub(MOST_DOMAINS);
    domains.truncate(MOST_DOMAINS);
    Ok((domains, more))
}

async fn news(conn: &mut SqliteConnection) -> sqlx::Result<Vec<News>> {
    let rows = sqlx::query("SELECT way, count, first_at, last_at FROM mail_news")
        .fetch_all(conn)
        .await?;
    let mut news = Vec::new();
    for way in Way::ALL {
        let row = rows.iter().find(|row| {
            row.try_get::<&str, _>("way")
                .is_ok_and(|known| known == way.as_str())
        });
        news.push(News {
            way: way.as_str(),
            count: row.map_or(Ok(0), |row| row.try_get("count"))?,
            first_at: row.map(|row| row.try_get("first_at")).transpose()?,
            last_at: row.map(|row| row.try_get("last_at")).transpose()?,
        });
    }
    Ok(news)
}
