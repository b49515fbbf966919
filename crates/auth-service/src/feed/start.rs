//! Where a reader starts.

use latchkey_protocol::{Position, UnixMillis};
use sqlx::SqliteConnection;

use super::KEPT;

/// Where a reader starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With everything in view; nothing is known yet.
    Whole,
    /// With everything in view, and what is known is to be dropped first.
    Reset,
    /// After this position.
    After(Position),
}

impl Start {
    /// Reads `Last-Event-ID`. What is no position of this log was another log's.
    pub async fn read(
        conn: &mut SqliteConnection,
        last_event_id: Option<&[u8]>,
        now: UnixMillis,
    ) -> sqlx::Result<Self> {
        let Some(given) = last_event_id.filter(|id| !id.is_empty()) else {
            return Ok(Self::Whole);
        };
        let Some(position) = position(given) else {
            return Ok(Self::Reset);
        };
        if position == 0 {
            return Ok(Self::Whole);
        }
        // One past the head is the head of a database that was restored since.
        let newest: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(position), 0) FROM event")
            .fetch_one(&mut *conn)
            .await?;
        if position > newest {
            return Ok(Self::Reset);
        }
        // What was given out before this database was restored is another history's.
        let began: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(position), 0) FROM epoch")
            .fetch_one(&mut *conn)
            .await?;
        if position < began {
            return Ok(Self::Reset);
        }
        let first_missed: Option<i64> =
            sqlx::query_scalar("SELECT at FROM event WHERE position = $1")
                .bind(position + 1)
                .fetch_optional(conn)
                .await?;
        // One that is not there any more was let go long ago.
        if position < newest && first_missed.is_none_or(|at| now.0 - at > KEPT) {
            return Ok(Self::Reset);
        }
        Ok(Self::After(Position(position)))
    }
}

/// Digits alone are a position; a sign, a space or too many of them are not.
pub(crate) fn position(given: &[u8]) -> Option<i64> {
    std::str::from_utf8(given)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
}
