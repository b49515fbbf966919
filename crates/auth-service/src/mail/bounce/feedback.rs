//! A complaint: somebody marked a mail as junk, and their provider says so (RFC 5965).

use super::fields::{self, Line};
use super::found;
use super::mime::Message;
use super::{Fate, Recipient};

/// Reads the machine-readable part. Not every feedback is a complaint: `not-spam` is the
/// opposite, and `auth-failure` (RFC 6591) is about signatures.
pub fn read(text: &str) -> Option<Vec<Recipient>> {
    let mut complains = false;
    let mut whom = Vec::new();
    for line in fields::lines(text) {
        let Line::Field(name, value) = line else {
            continue;
        };
        match name.as_str() {
            "feedback-type" => {
                let kind = value.trim().to_ascii_lowercase();
                complains = !matches!(kind.as_str(), "not-spam" | "auth-failure" | "dmarc");
            }
            "original-rcpt-to" | "removal-recipient" | "redacted-address" => {
                whom.extend(found::address(&value).map(ToOwned::to_owned));
            }
            _ => {}
        }
    }
    whom.sort_unstable();
    whom.dedup();
    complains.then(|| {
        whom.into_iter()
            .map(|address| Recipient::new(Fate::Complaint, Some(address)))
            .collect()
    })
}

/// Providers that name the recipient in the header of the mail they send back, and nowhere
/// else.
pub fn named_in(original: &Message) -> Option<String> {
    ["x-hmxmroriginalrecipient", "x-original-recipient"]
        .into_iter()
        .find_map(|name| original.head.get(name))
        .and_then(|value| found::address(&value).map(ToOwned::to_owned))
}
