//! What Postmark tells of mails by itself: `POST /hooks/postmark/SECRET`, from its own
//! addresses only. It changes what a bounce changes, by the same tag.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::bounce::{Fate, Original, Recipient, Report};
use super::fate::{Heard, Way, hear};
use crate::App;
use crate::db::Unavailable;
use crate::limit::Peer;

/// The mail's tag goes out, and comes back, under this name.
pub const TAG: &str = "latchkey-tag";
/// Its header: Postmark gives such back and keeps them from the recipient.
pub const HEADER: &str = "X-PM-Metadata-latchkey-tag";
/// A secret that nobody tries out.
pub const LEAST_SECRET: usize = 32;

/// What is read of it; everything else is left alone.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    #[serde(default)]
    record_type: String,
    #[serde(default, rename = "Type")]
    kind: String,
    #[serde(alias = "Recipient")]
    email: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    metadata: HashMap<String, serde_json::Value>,
}

/// Takes one. Whoever has not the secret, or is not Postmark, finds nothing here.
pub async fn hook(
    State(app): State<App>,
    Path(secret): Path<String>,
    peer: Peer,
    body: Bytes,
) -> StatusCode {
    if !may(&app, &secret, &peer) {
        return StatusCode::NOT_FOUND;
    }
    let Ok(told) = serde_json::from_slice::<Told>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let Some(report) = told.report() else {
        return StatusCode::OK;
    };
    let heard = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let heard = hear(tx, Way::Postmark, &report, "").await?;
                Ok::<_, Unavailable>(heard)
            })
        })
        .await;
    match heard {
        Ok(Heard::Changed | Heard::Known | Heard::Nothing) => StatusCode::OK,
        // Postmark says it again.
        Ok(Heard::NotYet) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn may(app: &App, secret: &str, peer: &Peer) -> bool {
    let known = app.config.postmark_secret.as_deref().unwrap_or_default();
    let same: bool = known.as_bytes().ct_eq(secret.as_bytes()).into();
    let mut sources = app.config.postmark_sources.iter();
    !known.is_empty() && same && sources.any(|source| Peer::of(*source) == *peer)
}

impl Told {
    fn report(self) -> Option<Report> {
        let tag = self.metadata.get(TAG)?.as_str()?.to_owned();
        let words = self.details.filter(|words| !words.is_empty());
        let words = words.or(self.description).unwrap_or_default();
        let fate = fate(&self.record_type, &self.kind)?;
        Some(Report {
            recipients: vec![Recipient::told_by_words(fate, self.email, &words)],
            original: Original {
                message_id: Some(tag),
                ..Original::default()
            },
            sent_to: Vec::new(),
        })
    }
}

/// Its types of bounces; what is none of these tells nothing of a mail of ours.
fn fate(record: &str, kind: &str) -> Option<Fate> {
    match (record, kind) {
        ("SpamComplaint", _) | ("Bounce", "SpamComplaint") => Some(Fate::Complaint),
        ("Bounce", "Transient" | "DnsError") => Some(Fate::Delayed),
        ("Delivery", _) => Some(Fate::Delivered),
        (
            "Bounce",
            "HardBounce"
            | "SoftBounce"
            | "BadEmailAddress"
            | "Blocked"
            | "SpamNotification"
            | "VirusNotification"
            | "ManuallyDeactivated"
            | "SMTPApiError"
            | "DMARCPolicy",
        ) => Some(Fate::Bounced),
        _ => None,
    }
}
