//! What the waiting page shows of its request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_protocol::UnixMillis;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::clock::MINUTE;
use crate::pages::page::Page;
use crate::team;

/// Nobody has looked for this long: the page says so (RULES N2).
const UNSEEN_LONG_MS: i64 = 10 * MINUTE;

/// The state of one request, in words.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// The match words.
    pub words: [String; 2],
    /// When it was sent.
    pub sent: String,
    /// When a person opened it.
    pub seen: Option<String>,
    /// Not opened for ten minutes.
    pub unseen_long: bool,
    /// Not opened, and everybody who could is in a session until then.
    pub in_session: Option<String>,
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
    /// When. Never by whom: this browser has proved nothing, and a clinician's name
    /// would say whose client it waits for (RULES A1).
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

/// Of the newest request that this browser raised and that is not over here, or was
/// within the hour.
///
/// A sign-in ends a client's requests in every browser, but only the browser that signed
/// in is told: in any other the end would say that the address typed is a client's. There
/// the request goes on, and asking again is asking the same (RULES A1).
pub async fn of_browser(
    conn: &mut SqliteConnection,
    page: &Page,
    browser: &str,
    signed_in: bool,
    now: UnixMillis,
) -> sqlx::Result<Option<News>> {
    let row = sqlx::query(
        "WITH own AS (
             SELECT r.*, CASE WHEN r.state = 'solved'
                               AND (r.solved_how <> 'signed_in'
                                    OR EXISTS (SELECT 1 FROM client_session k
                                               WHERE k.browser_id = r.browser_id
                                                 AND k.created_at = r.solved_at))
                              THEN 1 ELSE 0 END AS ended
             FROM help_request r WHERE r.browser_id = $1 AND r.raised_by = 'client')
         SELECT n.address_key, n.ended, n.word1, n.word2,
                CASE n.ended WHEN 1 THEN n.created_at
                     ELSE (SELECT MIN(o.created_at) FROM own o
                           WHERE o.address_key = n.address_key AND o.ended = 0) END AS since,
                CASE n.ended WHEN 1 THEN n.seen_at
                     ELSE (SELECT MIN(o.seen_at) FROM own o
                           WHERE o.address_key = n.address_key AND o.ended = 0) END AS seen_at
         FROM own n WHERE n.ended = 0 OR n.solved_at > $2
         ORDER BY n.created_at DESC, n.id DESC LIMIT 1",
    )
    .bind(browser)
    .bind(now.0 - 60 * MINUTE)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let since: i64 = row.try_get("since")?;
    let seen_at: Option<i64> = row.try_get("seen_at")?;
    let ended = row.try_get::<i64, _>("ended")? != 0;
    let mut news = News {
        words: [row.try_get("word1")?, row.try_get("word2")?],
        sent: page.time(UnixMillis(since)),
        seen: seen_at.map(|at| page.time(UnixMillis(at))),
        unseen_long: seen_at.is_none() && !ended && now.0 - since >= UNSEEN_LONG_MS,
        in_session: None,
        ended,
        signed_in: ended && signed_in,
        replies: Vec::new(),
        version: String::new(),
    };
    if seen_at.is_none() && !ended {
        let until = team::all_in_session_until(conn, now).await?;
        news.in_session = until.map(|at| page.time(at));
    }
    let rows = sqlx::query(
        "SELECT a.at, a.phrase, a.phrase_at
         FROM help_request r JOIN request_reply a ON a.request_id = r.id
         WHERE r.browser_id = $1 AND r.address_key = $2 AND r.created_at >= $3
           AND r.raised_by = 'client'
         ORDER BY a.at, a.id",
    )
    .bind(browser)
    .bind(row.try_get::<Vec<u8>, _>("address_key")?)
    .bind(since)
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
        at: page.time(UnixMillis(row.try_get("at")?)),
    })
}

fn version(news: &News) -> String {
    let digest = Sha256::digest(format!("{news:?}").as_bytes());
    URL_SAFE_NO_PAD.encode(&digest[..9])
}
