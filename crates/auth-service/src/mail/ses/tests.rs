//! What SES says, and what is understood.

use super::*;
use serde_json::{Value, json};

/// Fate, codes, cause, and whether it is over.
type Understood = (Fate, Option<u16>, Option<String>, &'static str, bool);

fn read(told: &Value) -> Option<Understood> {
    let report = report(&told.to_string())?;
    assert_eq!(
        report.original.return_path.as_deref(),
        Some("bounces+tag@juniper.example")
    );
    let one = report.recipients.into_iter().next()?;
    assert_eq!(one.address.as_deref(), Some("ada@example.org"));
    Some((
        one.fate,
        one.reply,
        one.status.clone(),
        one.cause().as_str(),
        one.is_permanent(),
    ))
}

fn told(heading: &str, kind: &str, name: &str, what: Value) -> Value {
    let mut told = json!({
        "mail": {
            "timestamp": "2026-03-03T14:00:00.000Z", "messageId": "0100",
            "source": "bounces+tag@juniper.example", "destination": ["ada@example.org"],
            "commonHeaders": { "messageId": "<tag@juniper.example>", "subject": "s" }
        }
    });
    told[heading] = json!(kind);
    told[name] = what;
    told
}

fn bounce(kind: &str, status: Option<&str>, said: Option<&str>) -> Value {
    json!({
        "bounceType": kind, "bounceSubType": "General", "feedbackId": "f",
        "bouncedRecipients": [{
            "emailAddress": "ada@example.org", "action": "failed",
            "status": status, "diagnosticCode": said
        }]
    })
}

#[test]
fn each_thing_that_ses_says_is_one_fate() {
    let gone = Some("smtp; 550 5.1.1 The email account that you tried to reach does not exist");
    for heading in ["notificationType", "eventType"] {
        let said = |kind: &str, name: &str, what| read(&told(heading, kind, name, what));
        let gone = said("Bounce", "bounce", bounce("Permanent", Some("5.1.1"), gone));
        assert_eq!(
            gone,
            Some((
                Fate::Bounced,
                Some(550),
                Some("5.1.1".into()),
                "mailbox_unknown",
                true
            ))
        );
        let full = bounce(
            "Transient",
            Some("5.2.2"),
            Some("smtp; 552 5.2.2 Mailbox full"),
        );
        assert_eq!(
            said("Bounce", "bounce", full),
            Some((
                Fate::Bounced,
                Some(552),
                Some("5.2.2".into()),
                "mailbox_full",
                false
            ))
        );
        let spam = json!({
            "complaintFeedbackType": "abuse",
            "complainedRecipients": [{ "emailAddress": "Ada <ada@example.org>" }]
        });
        assert_eq!(
            said("Complaint", "complaint", spam),
            Some((Fate::Complaint, None, None, "complaint", true))
        );
        let delay = json!({
            "delayType": "TransientCommunicationFailure",
            "delayedRecipients": [{
                "emailAddress": "ada@example.org", "status": "4.4.1",
                "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host"
            }]
        });
        assert_eq!(
            said("DeliveryDelay", "deliveryDelay", delay),
            Some((
                Fate::Delayed,
                Some(421),
                Some("4.4.1".into()),
                "server_unreachable",
                false
            ))
        );
        let arrived = json!({
            "recipients": ["ada@example.org"], "smtpResponse": "250 2.0.0 OK  gsmtp"
        });
        let arrived = said("Delivery", "delivery", arrived).unwrap();
        assert_eq!(arrived.0, Fate::Delivered);
        let virus = said("Reject", "reject", json!({ "reason": "Bad content" })).unwrap();
        assert_eq!((virus.0, virus.3), (Fate::Bounced, "mail_unwanted"));
    }
}

#[test]
fn what_tells_nothing_of_a_fate_is_left_alone() {
    let said = |kind: &str, name: &str, what| read(&told("notificationType", kind, name, what));
    // An automatic reply.
    assert_eq!(
        said("Bounce", "bounce", bounce("Transient", None, None)),
        None
    );
    let not_spam = json!({
        "complaintFeedbackType": "not-spam",
        "complainedRecipients": [{ "emailAddress": "ada@example.org" }]
    });
    assert_eq!(said("Complaint", "complaint", not_spam), None);
    assert_eq!(said("Send", "send", json!({})), None);
    assert_eq!(said("Open", "open", json!({})), None);
    assert_eq!(said("Bounce", "nothing", json!({})), None);
    for nonsense in [
        "",
        "{}",
        "[]",
        "Successfully validated SNS topic for Amazon SES event publishing.",
    ] {
        assert!(report(nonsense).is_none());
    }
}
