//! What a kill leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use latchkey_auth::random::{Random, SystemRandom};
use latchkey_auth::secret::Token;
use sqlx::sqlite::SqliteConnection;

use crate::place::Place;

async fn accept(url: String) -> Result<u16, reqwest::Error> {
    let answer = reqwest::Client::new()
        .post(url)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await?;
    Ok(answer.status().as_u16())
}

// RULES V1
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_9_loses_nothing_that_was_acknowledged_and_doubles_nothing() {
    const WRITES: usize = 300;
    let place = Place::set_up();
    let mut conn = place.database().await;
    let random: &dyn Random = &SystemRandom;
    let mut tokens = Vec::new();
    for _ in 0..WRITES {
        let token = Token::draw(random);
        sqlx::query(
            "INSERT INTO staff_invite (token_hash, staff_id, created_at, expires_at)
             SELECT $1, id, 0, 9223372036854775807 FROM staff",
        )
        .bind(token.hash().as_slice())
        .execute(&mut conn)
        .await
        .unwrap();
        tokens.push((
            token.hash(),
            place.url(&format!("/staff/invite/{}", token.reveal())),
        ));
    }
    let serving = place.serve();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = tokens
        .into_iter()
        .map(|(hash, url)| {
            let acknowledged = acknowledged.clone();
            tokio::spawn(async move {
                let done = matches!(accept(url).await, Ok(200));
                acknowledged.fetch_add(usize::from(done), Ordering::SeqCst);
                (hash, done)
            })
        })
        .collect();
    while acknowledged.load(Ordering::SeqCst) < WRITES / 10 {
        tokio::task::yield_now().await;
    }
    serving.kill();
    let mut kept = Vec::new();
    for call in calls {
        let (hash, done) = call.await.unwrap();
        if done {
            kept.push(hash);
        }
    }
    assert!(
        kept.len() < WRITES,
        "the kill came too late to say anything"
    );
    for hash in &kept {
        let used: Option<i64> =
            sqlx::query_scalar("SELECT used_at FROM staff_invite WHERE token_hash = $1")
                .bind(hash.as_slice())
                .fetch_one(&mut conn)
                .await
                .unwrap();
        assert!(used.is_some(), "an acknowledged write is gone");
    }
    let count = async |conn: &mut SqliteConnection, sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
    };
    let used = "SELECT COUNT(*) FROM staff_invite WHERE used_at IS NOT NULL";
    let told = "SELECT COUNT(*) FROM event WHERE kind = 'staff_invite_used'";
    let browsers = "SELECT COUNT(*) FROM staff_browser";
    let written = count(&mut conn, used).await;
    assert_eq!(
        written,
        count(&mut conn, told).await,
        "state and event stand together"
    );
    assert_eq!(written, count(&mut conn, browsers).await);
    place.verify().await;
    let (code, _) = place.serve().stop();
    assert_eq!(code, Some(0), "it starts again on what the kill left");
}
