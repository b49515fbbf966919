//! What Amazon SES says of a mail, in its notifications and in the events of a
//! configuration set: the same words under another heading.

use serde::Deserialize;

use super::bounce::{Fate, Original, Recipient, Report};
use super::outcome::reply;

/// What is read of it; everything else is left alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(alias = "eventType")]
    notification_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
    #[serde(default)]
    delivery: Option<Delivery>,
    #[serde(default)]
    delivery_delay: Option<Delay>,
    #[serde(default)]
    reject: Option<Reject>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    /// The envelope's sender.
    #[serde(default)]
    source: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    common_headers: CommonHeaders,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommonHeaders {
    /// As we wrote it; SES gives the mail another one on its way.
    #[serde(default)]
    message_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(default)]
    bounce_type: String,
    #[serde(default)]
    bounced_recipients: Vec<About>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complaint_feedback_type: Option<String>,
    #[serde(default)]
    complained_recipients: Vec<About>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default)]
    smtp_response: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delay {
    #[serde(default)]
    delayed_recipients: Vec<About>,
}

#[derive(Deserialize)]
struct Reject {
    #[serde(default)]
    reason: String,
}

/// One recipient, and what their server said.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    email_address: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    diagnostic_code: Option<String>,
}

/// Reads it; `None` where it says nothing of a mail's fate.
#[must_use]
pub fn report(message: &str) -> Option<Report> {
    let told: Told = serde_json::from_str(message).ok()?;
    let original = Original {
        return_path: Some(told.mail.source.clone()),
        message_id: told.mail.common_headers.message_id.clone(),
        ..Original::default()
    };
    let recipients = told.recipients();
    (!recipients.is_empty()).then_some(Report {
        recipients,
        original,
        sent_to: Vec::new(),
    })
}

impl Told {
    fn recipients(self) -> Vec<Recipient> {
        match self.notification_type.as_str() {
            "Bounce" => self.bounce.map(Bounce::recipients),
            "Complaint" => self.complaint.map(Complaint::recipients),
            "Delivery" => self.delivery.map(Delivery::recipients),
            "DeliveryDelay" => self.delivery_delay.map(Delay::recipients),
            "Reject" => self
                .reject
                .map(|reject| reject.recipients(self.mail.destination)),
            _ => None,
        }
        .unwrap_or_default()
    }
}

impl Bounce {
    fn recipients(self) -> Vec<Recipient> {
        let soft = self.bounce_type != "Permanent";
        let all = self.bounced_recipients.into_iter();
        // An automatic reply comes as a bounce that passes, without a server's word.
        all.filter(|about| !soft || about.status.is_some() || about.diagnostic_code.is_some())
            .map(|about| {
                let mut recipient = about.told(Fate::Bounced);
                recipient.soft = soft;
                recipient
            })
            .collect()
    }
}

impl Complaint {
    fn recipients(self) -> Vec<Recipient> {
        if self.complaint_feedback_type.as_deref() == Some("not-spam") {
            return Vec::new();
        }
        let all = self.complained_recipients.into_iter();
        all.map(|about| about.told(Fate::Complaint)).collect()
    }
}

impl Delivery {
    fn recipients(self) -> Vec<Recipient> {
        let said = self.smtp_response.unwrap_or_default();
        self.recipients
            .into_iter()
            .map(|address| Recipient::told_by_words(Fate::Delivered, address, &said))
            .collect()
    }
}

impl Delay {
    fn recipients(self) -> Vec<Recipient> {
        let all = self.delayed_recipients.into_iter();
        all.map(|about| about.told(Fate::Delayed)).collect()
    }
}

impl Reject {
    /// SES itself took it, and then would not have it.
    fn recipients(self, destination: Vec<String>) -> Vec<Recipient> {
        destination
            .into_iter()
            .map(|address| {
                let mut recipient = Recipient::told_by_words(Fate::Bounced, address, &self.reason);
                recipient.status = Some("5.7.0".to_owned());
                recipient
            })
            .collect()
    }
}

impl About {
    fn told(self, fate: Fate) -> Recipient {
        let words = self.diagnostic_code.unwrap_or_default();
        let mut recipient = Recipient::told_by_words(fate, bare(&self.email_address), &words);
        let status = self.status.and_then(|status| reply(0, &status).enhanced);
        recipient.status = status.or(recipient.status);
        recipient
    }
}

/// An address without the name that may stand before it.
fn bare(address: &str) -> String {
    let inside = address
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(|| address.to_owned(), |(inside, _)| inside.to_owned())
}

#[cfg(test)]
mod tests;
