//! What the tests of the pages do again and again.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::path::PathBuf;

use latchkey_auth::document;
use latchkey_auth::mail::{self, Post};
use latchkey_auth::pin::{self, Issue, Pin, PinFor};
use latchkey_auth::refusal::Refusal;
use latchkey_auth::testing::House;
use latchkey_protocol::{Evidence, HelpRequest, RequestId, StaffId};
use uuid::Uuid;

/// The folder that mails are kept in.
pub fn mailbox(house: &House) -> PathBuf {
    house.folder.path().join("mail/new")
}

/// Every mail so far, oldest first, soft line breaks undone.
pub fn mails(house: &House) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(mailbox(house)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .map(|mail| mail.replace("=\r\n", "").replace("=3D", "="))
        .collect()
}

/// The path of the link in a mail.
pub fn link_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("/link/").unwrap();
    let token: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
        .collect();
    format!("/link/{token}")
}

/// Delivers what is due into the folder.
pub async fn deliver(house: &House) -> usize {
    let post = Post::open(&house.app.config).unwrap();
    mail::deliver_due(&house.app, &post).await.unwrap()
}

/// Delivers, and gives the newest link to this address.
pub async fn newest_link(house: &House, to: &str) -> String {
    deliver(house).await;
    let to = format!("To: {to}\r\n");
    let mails = mails(house);
    link_in(mails.iter().rfind(|mail| mail.contains(&to)).unwrap())
}

/// The newest request.
pub async fn request(house: &House) -> RequestId {
    sqlx::query_scalar("SELECT id FROM help_request ORDER BY position DESC LIMIT 1")
        .fetch_one(&house.app.reader)
        .await
        .map(RequestId)
        .unwrap()
}

/// Does something in the writer.
#[macro_export]
macro_rules! write {
    ($house:expr, |$tx:ident| $body:expr) => {
        $house
            .app
            .writer
            .run(move |$tx| Box::pin(async move { $body.await }))
            .await
    };
}

/// Issues this PIN, as the API does.
pub async fn issue(
    house: &House,
    request: &RequestId,
    by: &StaffId,
    digits: &str,
    key: Option<Uuid>,
) -> Result<Issue, Refusal> {
    let pin = Pin::read(digits).unwrap();
    let hashed = house.app.hasher.hash(pin, &*house.app.random).await?;
    let wanted = PinFor {
        request: request.clone(),
        by: by.clone(),
        evidence: Evidence::CalledNumberOnFile,
        key,
        hashed,
    };
    write!(house, |tx| pin::issue(tx, wanted))
}

/// The newest request's document, as staff see it now.
pub async fn shown(house: &House) -> HelpRequest {
    let id = request(house).await;
    let mut conn = house.app.reader.acquire().await.unwrap();
    let found = document::load(&mut conn, &id, house.app.now()).await;
    found.unwrap().unwrap()
}

/// A text of the database.
pub async fn text(house: &House, sql: &'static str) -> String {
    sqlx::query_scalar(sql)
        .fetch_one(&house.app.reader)
        .await
        .unwrap()
}

/// The bodies of all events of a kind.
pub async fn events(house: &House, kind: &str) -> Vec<serde_json::Value> {
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM event WHERE kind = $1 ORDER BY position")
            .bind(kind)
            .fetch_all(&house.app.reader)
            .await
            .unwrap();
    bodies
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect()
}
