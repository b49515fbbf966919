//! What the practice's weeks looked like, counted over a range. Nobody is named: neither a
//! client nor who at the practice was how fast.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use latchkey_protocol::{Activity, CauseCount, DomainTrouble, Spread, UnixMillis, Week};
use sqlx::SqliteConnection;

use crate::App;
use crate::clock::DAY;
use crate::help::tally;
use crate::mail::outage::CROWD;
use crate::practice::Practice;

/// More domains than these are not told one by one.
const MOST_DOMAINS: i64 = 10;

/// The newest `weeks` weeks, this one among them, as they are in the practice's zone.
pub async fn activity(app: &App, conn: &mut SqliteConnection, weeks: u8) -> sqlx::Result<Activity> {
    let until = app.now();
    let practice = Practice::load(conn).await?;
    let zone = practice
        .and_then(|practice| TimeZone::get(&practice.time_zone).ok())
        .unwrap_or(TimeZone::UTC);
    let begins = mondays(until, &zone, weeks);
    let since = begins.first().copied().unwrap_or(until);
    let mut counted = Vec::with_capacity(begins.len());
    let (mut reactions, mut arrivals) = (Vec::new(), Vec::new());
    for (index, from) in begins.iter().enumerate() {
        let to = begins.get(index + 1).map_or(until.0 + 1, |next| next.0);
        let reaction = reactions_of(conn, from.0, to).await?;
        let way_in = ways_in_of(conn, from.0, to).await?;
        let (sign_ins, helped) = sign_ins(conn, from.0, to).await?;
        counted.push(Week {
            from: *from,
            causes: causes(conn, from.0, to).await?,
            reaction: Spread::of(reaction.clone()),
            way_in: Spread::of(way_in.clone()),
            sign_ins: Some(sign_ins),
            helped,
        });
        reactions.extend(reaction);
        arrivals.extend(way_in);
    }
    // Older mails are not kept.
    let kept = until.0 - i64::from(app.config.keep_spent_days) * DAY;
    let domains_since = since.max(UnixMillis(kept));
    Ok(Activity {
        since,
        until,
        weeks: counted,
        reaction: Spread::of(reactions),
        way_in: Spread::of(arrivals),
        domains: domains(conn, domains_since).await?,
        domains_since,
    })
}

/// When each week began, oldest first.
fn mondays(now: UnixMillis, zone: &TimeZone, weeks: u8) -> Vec<UnixMillis> {
    let today = Timestamp::from_millisecond(now.0)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
        .date();
    let monday = today.saturating_sub(i64::from(today.weekday().since(Weekday::Monday)).days());
    (0..i64::from(weeks))
        .rev()
        .filter_map(|ago| {
            let day = monday.checked_sub(ago.weeks()).ok()?;
            let begin: Zoned = day.to_zoned(zone.clone()).ok()?;
            Some(UnixMillis(begin.timestamp().as_millisecond()))
        })
        .collect()
}

/// What the service raised by itself is not counted where the client asked, too.
async fn causes(conn: &mut SqliteConnection, from: i64, to: i64) -> sqlx::Result<Vec<CauseCount>> {
    let rows: Vec<(Option<String>, i64)> = sqlx::query_as(
        "SELECT tally_cause, COUNT(*) AS requests FROM help_request
         WHERE created_at >= $1 AND created_at < $2
           AND solved_how IS DISTINCT FROM 'asked_for_help'
         GROUP BY tally_cause ORDER BY requests DESC, tally_cause",
    )
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await?;
    let mut counts: Vec<CauseCount> = Vec::new();
    for (word, requests) in rows {
        let (cause, requests) = (tally::read(word.as_deref()), count(requests));
        match counts.iter_mut().find(|count| count.cause == cause) {
            Some(count) => count.requests += requests,
            None => counts.push(CauseCount { cause, requests }),
        }
    }
    Ok(counts)
}

async fn reactions_of(conn: &mut SqliteConnection, from: i64, to: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT seen_at - created_at FROM help_request
         WHERE created_at >= $1 AND created_at < $2 AND seen_at IS NOT NULL
           AND solved_how IS DISTINCT FROM 'asked_for_help'",
    )
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await
}

async fn ways_in_of(conn: &mut SqliteConnection, from: i64, to: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT solved_at - created_at FROM help_request
         WHERE created_at >= $1 AND created_at < $2 AND solved_how = 'signed_in'",
    )
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await
}

/// How often clients signed in, and how often that ended a request of theirs: both are
/// written in one transaction, at one moment.
async fn sign_ins(conn: &mut SqliteConnection, from: i64, to: i64) -> sqlx::Result<(u32, u32)> {
    let (all, helped): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*),
                COUNT(CASE WHEN EXISTS (SELECT 1 FROM help_request r
                                        WHERE r.client_id = e.client_id AND r.solved_at = e.at
                                          AND r.solved_how = 'signed_in') THEN 1 END)
         FROM event e WHERE e.kind = 'signed_in' AND e.at >= $1 AND e.at < $2",
    )
    .bind(from)
    .bind(to)
    .fetch_one(conn)
    .await?;
    Ok((count(all), count(helped)))
}

/// A domain is named only where that names nobody, as for outages.
async fn domains(
    conn: &mut SqliteConnection,
    since: UnixMillis,
) -> sqlx::Result<Vec<DomainTrouble>> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT domain, COUNT(*) AS mails, SUM(failed) AS failed, SUM(late) AS late
         FROM (SELECT lower(substr(a.address, instr(a.address, '@') + 1)) AS domain,
                      CASE WHEN m.state IN ('refused', 'bounced', 'complained')
                           THEN 1 ELSE 0 END AS failed,
                      CASE WHEN m.state IN ('deferred', 'delayed')
                             OR (m.state IN ('sending', 'accepted') AND m.attempts > 1)
                           THEN 1 ELSE 0 END AS late
               FROM mail m JOIN address a ON a.id = m.address_id
               WHERE m.created_at >= $1) AS mailed
         GROUP BY domain
         HAVING SUM(failed) + SUM(late) > 0
            AND (SELECT COUNT(*) FROM address o
                 WHERE lower(substr(o.address, instr(o.address, '@') + 1)) = domain)
              + (SELECT COUNT(*) FROM staff s
                 WHERE lower(substr(s.email, instr(s.email, '@') + 1)) = domain) >= $2
         ORDER BY failed DESC, late DESC, domain
         LIMIT $3",
    )
    .bind(since.0)
    .bind(CROWD)
    .bind(MOST_DOMAINS)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(domain, mails, failed, late)| DomainTrouble {
            domain,
            mails: Some(count(mails)),
            failed: count(failed),
            late: count(late),
        })
        .collect())
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_a_monday_of_the_practice_also_where_the_clocks_change() {
        let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
        let now: Timestamp = "2026-11-02T04:30:00Z".parse().unwrap_or_default();
        let begins = mondays(UnixMillis(now.as_millisecond()), &zone, 2);
        let said: Vec<String> = begins
            .iter()
            .filter_map(|begin| Timestamp::from_millisecond(begin.0).ok())
            .map(|begin| begin.to_string())
            .collect();
        // It is Sunday there still, and winter time since that morning.
        assert_eq!(said, ["2026-10-19T04:00:00Z", "2026-10-26T04:00:00Z"]);
    }
}
