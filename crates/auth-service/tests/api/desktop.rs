//! A connected desktop, as far as these tests need one.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_auth::App;
use latchkey_auth::clock::{DAY, MINUTE};
use latchkey_auth::db::Unavailable;
use latchkey_auth::secret::Token;
use latchkey_auth::testing::{House, Key};
use latchkey_protocol::{ClientId, ErrorCode, IDEMPOTENCY_KEY, Problem, RequestId};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use uuid::Uuid;

use crate::stream::Stream;

static COUNTED: AtomicU64 = AtomicU64::new(1);

/// A desktop with a living access token and the key it is bound to.
pub struct Desktop {
    pub device: String,
    app: App,
    token: String,
    key: Key,
    http: reqwest::Client,
}

impl Desktop {
    /// Connects a desktop of the staff member of this first name.
    pub async fn of(house: &House, first_name: &str) -> Self {
        let staff = house.staff(first_name).await;
        let key = Key::new(7);
        let jkt = key.thumbprint();
        let (device, token) = house
            .app
            .writer
            .run(move |tx| {
                Box::pin(async move {
                    let (device, now) = (tx.id(), tx.now().0);
                    let token = Token::draw(tx.random());
                    sqlx::query(
                        "INSERT INTO device (id, staff_id, name, jkt, created_at, expires_at, last_seen_at)
                         VALUES ($1, $2, 'a desk', $5, $3, $4, $3)",
                    )
                    .bind(&device)
                    .bind(&staff.0)
                    .bind(now)
                    .bind(now + 30 * DAY)
                    .bind(jkt)
                    .execute(tx.conn())
                    .await?;
                    sqlx::query(
                        "INSERT INTO access_token (token_hash, device_id, created_at, expires_at)
                         VALUES ($1, $2, $3, $4)",
                    )
                    .bind(token.hash().as_slice())
                    .bind(&device)
                    .bind(now)
                    .bind(now + 10 * MINUTE)
                    .execute(tx.conn())
                    .await?;
                    Ok::<_, Unavailable>((device, token))
                })
            })
            .await
            .unwrap();
        Self {
            device,
            app: house.app.clone(),
            token: token.reveal().to_owned(),
            key,
            http: reqwest::Client::new(),
        }
    }

    /// A call with the token.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.app.config.public(path);
        let proof = self
            .key
            .proof(self.app.now(), method.as_str(), &url, Some(&self.token));
        self.http
            .request(method, url)
            .header("authorization", format!("DPoP {}", self.token))
            .header("dpop", proof)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.call(Method::GET, path).send().await.unwrap()
    }

    /// A GET whose query the proof does not name (RFC 9449: `htu` is without it).
    pub async fn search(&self, path: &str) -> Response {
        let url = self.app.config.public(path);
        let (bare, _) = url.split_once('?').unwrap_or((&url, ""));
        let proof = self
            .key
            .proof(self.app.now(), "GET", bare, Some(&self.token));
        self.http
            .get(&url)
            .header("authorization", format!("DPoP {}", self.token))
            .header("dpop", proof)
            .send()
            .await
            .unwrap()
    }

    /// A write about a client under a key.
    pub async fn about(&self, client: &ClientId, act: &str, key: Uuid, body: Value) -> Response {
        self.call(Method::POST, &format!("/api/v1/clients/{client}/{act}"))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    /// A write under a key.
    pub async fn write(&self, request: &RequestId, act: &str, key: Uuid, body: Value) -> Response {
        self.call(Method::POST, &format!("/api/v1/requests/{request}/{act}"))
            .header(IDEMPOTENCY_KEY, key.to_string())
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    /// A write under a key of its own.
    pub async fn act(&self, request: &RequestId, act: &str, body: Value) -> Response {
        self.write(request, act, key(), body).await
    }

    /// The feed from its beginning, or after a position.
    pub async fn feed(&self, after: Option<i64>) -> Stream {
        let mut call = self.call(Method::GET, "/api/v1/feed");
        if let Some(position) = after {
            call = call.header("last-event-id", position.to_string());
        }
        Stream::of(call.send().await.unwrap())
    }
}

/// A key that was never used; counted, since no test draws from the system.
pub fn key() -> Uuid {
    Uuid::from_u128(u128::from(COUNTED.fetch_add(1, Ordering::Relaxed)))
}

/// Reads a refusal: its status, its code, and that it is a problem document.
pub async fn refused(answer: Response) -> (u16, ErrorCode) {
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let text = answer.text().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{text}");
    let problem: Problem = serde_json::from_str(&text).unwrap();
    assert_eq!(problem.status, status);
    assert!(!problem.title.is_empty());
    (status, problem.code)
}
