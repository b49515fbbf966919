//! What comes back: a whole message, written by anybody.

use crate::mail::bounce::{self, Fate, LONGEST};

/// Whatever it is, reading it ends, and what is understood is short and of the right form.
pub fn bounce(data: &[u8]) {
    let report = bounce::read(data);
    assert!(report.recipients.len() <= 2_000);
    for recipient in &report.recipients {
        for address in recipient.address.iter().chain(&recipient.also) {
            let (local, domain) = address.rsplit_once('@').unwrap();
            assert!(!local.is_empty() && domain.contains('.') && address.len() <= 4 * 320);
            assert!(!address.contains(|c: char| c.is_whitespace()
                || c.is_control()
                || "<>\"@,;".contains(c) && c != '@'));
        }
        if let Some(status) = &recipient.status {
            let parts: Vec<u16> = status
                .split('.')
                .map(|part| part.parse().unwrap())
                .collect();
            assert!(
                parts.len() == 3 && [2, 4, 5].contains(&parts[0]),
                "{status}"
            );
        }
        assert!(
            recipient
                .reply
                .is_none_or(|code| (400..600).contains(&code))
        );
        assert!(recipient.words.len() <= 2_000);
        assert!(!(recipient.is_permanent() && recipient.fate == Fate::Delayed));
        assert!(!recipient.cause().as_str().is_empty());
    }
    for id in [
        &report.original.message_id,
        &report.original.envelope_id,
        &report.original.return_path,
    ] {
        assert!(id.as_ref().is_none_or(|id| id.len() <= LONGEST));
    }
    // The same bytes mean the same.
    assert_eq!(report, bounce::read(data));
}
