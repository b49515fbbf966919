//! A message of SNS, and the text of it that is signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Type {
    /// Amazon asks whether we want to be told.
    SubscriptionConfirmation,
    /// Something is told.
    Notification,
    /// Nothing will be told any more.
    UnsubscribeConfirmation,
}

/// A message.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Envelope {
    #[serde(rename = "Type")]
    pub kind: Type,
    pub message_id: String,
    #[serde(default)]
    pub token: Option<String>,
    pub topic_arn: String,
    #[serde(default)]
    pub subject: Option<String>,
    pub message: String,
    pub timestamp: String,
    pub signature_version: String,
    pub signature: String,
    #[serde(rename = "SigningCertURL")]
    pub signing_cert_url: String,
    #[serde(default, rename = "SubscribeURL")]
    pub subscribe_url: Option<String>,
}

impl Envelope {
    /// Reads one; what is not known of it is left alone.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// When Amazon sent it.
    pub(super) fn sent_at(&self) -> Option<i64> {
        let at: Timestamp = self.timestamp.parse().ok()?;
        Some(at.as_millisecond())
    }

    pub(super) fn signature(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.signature).ok()
    }

    /// The fields that are signed, in their order: each name and value on a line of its own.
    pub(super) fn signed_text(&self) -> String {
        let message = [
            ("Message", Some(&self.message)),
            ("MessageId", Some(&self.message_id)),
        ];
        let own = match self.kind {
            Type::Notification => [("Subject", self.subject.as_ref()), ("SubscribeURL", None)],
            Type::SubscriptionConfirmation | Type::UnsubscribeConfirmation => [
                ("Subject", None),
                ("SubscribeURL", self.subscribe_url.as_ref()),
            ],
        };
        let token = match self.kind {
            Type::Notification => None,
            Type::SubscriptionConfirmation | Type::UnsubscribeConfirmation => self.token.as_ref(),
        };
        let kind = match self.kind {
            Type::Notification => "Notification",
            Type::SubscriptionConfirmation => "SubscriptionConfirmation",
            Type::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        };
        let kind = kind.to_owned();
        let rest = [
            ("Timestamp", Some(&self.timestamp)),
            ("Token", token),
            ("TopicArn", Some(&self.topic_arn)),
            ("Type", Some(&kind)),
        ];
        message
            .into_iter()
            .chain(own)
            .chain(rest)
            .filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?)))
            .collect()
    }
}
