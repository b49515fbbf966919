//! The mail server answers, safely, and takes what waits.

use latchkey_protocol::UnixMillis;
use sqlx::{Row, SqliteConnection};

use super::Finding;
use crate::clock::MINUTE;
use crate::config::Config;
use crate::mail::Post;

/// A mail that waits longer is worth a look.
const LONG: i64 = 15 * MINUTE;

pub(super) async fn way_out(config: &Config) -> Vec<Finding> {
    let post = match Post::open(config) {
        Ok(post) => post,
        Err(error) => return vec![Finding::mend(format!("No mail can be sent: {error}."))],
    };
    vec![match post.probe().await {
        Ok(words) => Finding::good(words),
        Err(words) => Finding::mend(format!("No mail leaves: {words}")),
    }]
}

pub(super) async fn queue(conn: &mut SqliteConnection, now: UnixMillis) -> Option<Finding> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS count, MIN(created_at) AS first FROM mail WHERE ended_at IS NULL",
    )
    .fetch_one(conn)
    .await
    .ok()?;
    let count: i64 = row.try_get("count").ok()?;
    let first: Option<i64> = row.try_get("first").ok()?;
    let minutes = (now.0 - first.unwrap_or(now.0)) / MINUTE;
    Some(if minutes * MINUTE >= LONG {
        Finding::look(format!(
            "{count} mails wait, the oldest for {minutes} minutes. They are tried again by themselves."
        ))
    } else {
        Finding::good(format!("{count} mails wait to be sent."))
    })
}
