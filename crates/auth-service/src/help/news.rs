//! What the waiting page shows of its request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_protocol::UnixMillis;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::MINUTE;
use crate::pages::page::Page;

/// Nobody has looked for this long: the page says so (RULES N2).
const UNSEEN_LONG_MS: i64 = 10 * MINUTE;

/// The state of one request, in words.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// The request's id.
    pub request: String,
    /// The match words.
    pub words: [String; 2],
    /// When it was sent.
    pub sent: String,
    /// When a person opened it.
    pub seen: Option<String>,
    /// Not opened for ten minutes.
    pub unseen_long: bool,
    /// Closed.
    pub ended: bool,
    /// Closed since the client is in, here.
    pub signed_in: bool,
    /// Phrases of staff.
    pub replies: Vec<ReplyLine>,
    /// Changes when anything above does.
    pub version: String,
}

/// A phrase of staff.
#[derive(Clone, Debug)]
pub struct ReplyLine {
    /// The phrase.
    pub words: String,
    /// Who sent it.
    pub by: String,
    /// When.
    pub at: String,
}

impl News {
    /// How it ended.
    #[must_use]
    pub fn ended_words(&self) -> &'static str {
        if self.signed_in {
            "waiting-solved-in"
        } else {
            "waiting-solved"
        }
    }
}

/// Of the newest request that this browser raised within a day or that is still open.
pub async fn of_browser(
    conn: &mut SqliteConnection,
    page: &Page,
    browser: &str,
    signed_in: bool,
    now: UnixMillis,
) -> sqlx::Result<Option<News>> {
    let row = sqlx::query(
        "SELECT id, state, word1, word2, created_at, seen_at FROM help_request
         WHERE browser_id = $1 AND (state <> 'solved' OR solved_at > $2)
         ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(browser)
    .bind(now.0 - 60 * MINUTE)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let created_at: i64 = row.try_get("created_at")?;
    let seen_at: Option<i64> = row.try_get("seen_at")?;
    let ended = row.try_get::<String, _>("state")? == "solved";
    let mut news = News {
        request: row.try_get("id")?,
        words: [row.try_get("word1")?, row.try_get("word2")?],
        sent: page.time(UnixMillis(created_at)),
        seen: seen_at.map(|at| page.time(UnixMillis(at))),
        unseen_long: seen_at.is_none() && !ended && now.0 - created_at >= UNSEEN_LONG_MS,
        ended,
        signed_in: ended && signed_in,
        replies: Vec::new(),
        version: String::new(),
    };
    let rows = sqlx::query(
        "SELECT r.at, r.phrase, r.phrase_at, s.name FROM request_reply r
         JOIN staff s ON s.id = r.staff_id WHERE r.request_id = $1 ORDER BY r.at, r.id",
    )
    .bind(&news.request)
    .fetch_all(conn)
    .await?;
    for row in rows {
        news.replies.push(reply_line(page, &row)?);
    }
    news.version = version(&news);
    Ok(Some(news))
}

fn reply_line(page: &Page, row: &SqliteRow) -> sqlx::Result<ReplyLine> {
    let at: Option<i64> = row.try_get("phrase_at")?;
    let words = match (row.try_get::<String, _>("phrase")?.as_str(), at) {
        ("call_within_ten_minutes", _) => page.t("reply-call-ten"),
        ("after_my_session", Some(at)) => {
            page.with("reply-after-session", "time", &page.time(UnixMillis(at)))
        }
        ("try_the_new_link", _) => page.t("reply-new-link"),
        _ => page.t("reply-other"),
    };
    Ok(ReplyLine {
        words,
        by: row.try_get("name")?,
        at: page.time(UnixMillis(row.try_get("at")?)),
    })
}

fn version(news: &News) -> String {
    let digest = Sha256::digest(format!("{news:?}").as_bytes());
    URL_SAFE_NO_PAD.encode(&digest[..9])
}
