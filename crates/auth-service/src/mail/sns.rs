//! What Amazon SES tells of mails, through SNS: `POST /hooks/ses`. Anybody can post there;
//! what counts is signed by Amazon, for the one topic that the settings name.

mod certificate;
mod door;
mod envelope;
mod pin;

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::Mutex;
use url::Url;

use super::fate::{Heard, VALID_MS, Way, hear};
use super::ses;
use crate::App;
use crate::clock::{DAY, HOUR};
use crate::db::Unavailable;
use crate::limit::{Flood, Peer};
use certificate::Certificate;
use door::Door;
use envelope::{Envelope, Type};

pub use pin::Topic;

/// The longest message of SNS.
pub const LONGEST: usize = 256 * 1_024;
/// A certificate is fetched anew after this long.
const FRESH_MS: i64 = DAY;
/// More are not kept: there is one, and its successor.
const MOST_CERTIFICATES: usize = 8;

/// The certificates that were fetched, and the way to them.
#[derive(Default)]
pub struct Sns {
    known: Mutex<HashMap<String, (Certificate, i64)>>,
    door: Door,
}

/// Why something is not believed, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// Not a message of SNS.
    Unreadable,
    /// Not about our topic, not signed by Amazon, or too old.
    Foreign,
    /// Amazon cannot be asked just now.
    Unreachable,
}

impl Sns {
    /// Whose certificates and confirmations are asked of this machine: once what is
    /// asked has passed the same pins (RULES V7).
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn on_loopback(at: std::net::SocketAddr) -> Self {
        Self {
            known: Mutex::default(),
            door: Door::Loopback(at),
        }
    }

    /// Whether Amazon signed it. One call at a time fetches what is not known yet.
    async fn verify(&self, app: &App, said: &Envelope, peer: &Peer) -> Result<(), Doubt> {
        let topic = Topic::of(app).ok_or(Doubt::Foreign)?;
        let now = app.now().0;
        let at = said.sent_at().ok_or(Doubt::Unreadable)?;
        if said.topic_arn != topic.arn() || now - at > VALID_MS || at - now > HOUR {
            return Err(Doubt::Foreign);
        }
        let address = topic
            .certificate(&said.signing_cert_url)
            .ok_or(Doubt::Foreign)?;
        let signature = said.signature().ok_or(Doubt::Unreadable)?;
        let text = said.signed_text();
        let mut known = self.known.lock().await;
        let fresh = |since: i64| now - since < FRESH_MS;
        if !known
            .get(address.path())
            .is_some_and(|(_, since)| fresh(*since))
        {
            let certificate = self.fetch(app, &address, peer).await?;
            if known.len() >= MOST_CERTIFICATES {
                known.clear();
            }
            known.insert(address.path().to_owned(), (certificate, now));
        }
        let (certificate, _) = known.get(address.path()).ok_or(Doubt::Unreachable)?;
        if certificate.signed(&said.signature_version, text.as_bytes(), &signature) {
            Ok(())
        } else {
            Err(Doubt::Foreign)
        }
    }

    /// Whoever makes us ask Amazon can do so a few times.
    async fn fetch(&self, app: &App, address: &Url, peer: &Peer) -> Result<Certificate, Doubt> {
        let counted = app.limits.check(Flood::Certificate, peer, app.now());
        counted.map_err(|_| Doubt::Unreachable)?;
        let pem = self.door.get(address).await.ok_or(Doubt::Unreachable)?;
        Certificate::read(&pem).ok_or(Doubt::Foreign)
    }

    /// Answers that the topic may tell us: the address is Amazon's, for our topic.
    async fn confirm(&self, app: &App, said: &Envelope) -> Result<(), Doubt> {
        let topic = Topic::of(app).ok_or(Doubt::Foreign)?;
        let (address, token) = (said.subscribe_url.as_deref(), said.token.as_deref());
        let (Some(address), Some(token)) = (address, token) else {
            return Err(Doubt::Unreadable);
        };
        let address = topic.confirmation(address, token).ok_or(Doubt::Foreign)?;
        self.door.get(&address).await.ok_or(Doubt::Unreachable)?;
        tracing::info!("the topic of Amazon SNS was confirmed");
        Ok(())
    }
}

/// Takes one.
pub async fn hook(State(app): State<App>, peer: Peer, body: Bytes) -> StatusCode {
    if app.config.ses_topic.is_none() {
        return StatusCode::NOT_FOUND;
    }
    match take(&app, &peer, &body).await {
        Ok(Heard::Changed | Heard::Known | Heard::Nothing) => StatusCode::OK,
        // Amazon says it again.
        Ok(Heard::NotYet) => StatusCode::SERVICE_UNAVAILABLE,
        Err(doubt) => {
            tracing::warn!(
                ?doubt,
                "a message for the topic of Amazon SNS was not taken"
            );
            match doubt {
                Doubt::Unreadable => StatusCode::BAD_REQUEST,
                Doubt::Foreign => StatusCode::FORBIDDEN,
                Doubt::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            }
        }
    }
}

async fn take(app: &App, peer: &Peer, body: &[u8]) -> Result<Heard, Doubt> {
    let said = Envelope::read(body).ok_or(Doubt::Unreadable)?;
    app.sns.verify(app, &said, peer).await?;
    match said.kind {
        Type::SubscriptionConfirmation => {
            app.sns.confirm(app, &said).await?;
            Ok(Heard::Nothing)
        }
        // Amazon asks whether that was meant: whoever may change the topic meant it.
        Type::UnsubscribeConfirmation => {
            tracing::warn!("the topic of Amazon SNS tells this service nothing any more");
            Ok(Heard::Nothing)
        }
        Type::Notification => {
            let Some(report) = ses::report(&said.message) else {
                return Ok(Heard::Nothing);
            };
            let heard = app.writer.run(move |tx| {
                Box::pin(async move {
                    let heard = hear(tx, Way::Ses, &report, "").await?;
                    Ok::<_, Unavailable>(heard)
                })
            });
            heard.await.map_err(|_| Doubt::Unreachable)
        }
    }
}
