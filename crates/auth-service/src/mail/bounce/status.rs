//! The machine-readable part of a delivery report (RFC 3464), group by group.

use super::fields::{self, Line};
use super::found;
use super::{Fate, Recipient, code};

/// What a report says of the mail as a whole, and of each recipient.
#[derive(Default)]
pub struct Status {
    /// `Original-Envelope-Id`.
    pub envelope_id: Option<String>,
    /// One a recipient.
    pub recipients: Vec<Recipient>,
}

#[derive(Default)]
struct Group {
    original: Option<String>,
    last: Option<String>,
    action: Option<String>,
    status: Option<String>,
    diagnostic: Option<String>,
    remote: Option<String>,
}

impl Group {
    /// Whether this field belongs to the next recipient, since this one has it.
    fn full(&self, name: &str) -> bool {
        match name {
            "final-recipient" => self.last.is_some(),
            "original-recipient" => self.original.is_some(),
            "action" => self.action.is_some(),
            _ => false,
        }
    }

    fn complete(&self) -> bool {
        (self.original.is_some() || self.last.is_some())
            && (self.action.is_some() || self.status.is_some())
    }

    fn recipient(self) -> Option<Recipient> {
        if self.original.is_none() && self.last.is_none() && self.action.is_none() {
            return None;
        }
        let status = self.status.as_deref().and_then(found::enhanced);
        let said = self
            .diagnostic
            .as_deref()
            .map(fields::typed)
            .unwrap_or_default();
        let status = status.or_else(|| found::enhanced(said));
        let fate = match self.action.as_deref().unwrap_or_default() {
            action if action.starts_with("delay") => Fate::Delayed,
            action
                if ["deliver", "relay", "expand"]
                    .iter()
                    .any(|word| action.starts_with(word)) =>
            {
                Fate::Delivered
            }
            "" => match status.as_deref().and_then(|status| status.bytes().next()) {
                Some(b'2') => Fate::Delivered,
                Some(b'4') => Fate::Delayed,
                _ => Fate::Bounced,
            },
            _ => Fate::Bounced,
        };
        // What was written on the envelope is what was mailed; the rest is what became of it.
        let original = self.original.as_deref().and_then(fields::address);
        let last = self.last.as_deref().and_then(fields::address);
        let also = original.is_some().then(|| last.clone()).flatten();
        let mut recipient = Recipient::new(fate, original.or(last));
        recipient.also.extend(also);
        recipient.status = status;
        recipient.reply = code::reply(said);
        said.clone_into(&mut recipient.words);
        recipient.remote = self
            .remote
            .as_deref()
            .map(|remote| fields::typed(remote).to_owned());
        Some(recipient)
    }
}

/// Reads the part.
pub fn read(text: &str) -> Status {
    let mut status = Status::default();
    let mut group = Group::default();
    let mut close = |group: &mut Group| {
        status.recipients.extend(std::mem::take(group).recipient());
    };
    let mut envelope_id = None;
    for line in fields::lines(text) {
        let Line::Field(name, value) = line else {
            // Some put an empty line after each field: only a whole group ends there.
            if group.complete() {
                close(&mut group);
            }
            continue;
        };
        if group.full(&name) {
            close(&mut group);
        }
        let value = Some(value);
        match name.as_str() {
            "original-recipient" => group.original = value,
            "final-recipient" => group.last = value,
            "action" => group.action = value.map(|action| action.to_lowercase()),
            "status" => group.status = group.status.take().or(value),
            "diagnostic-code" => group.diagnostic = value,
            "remote-mta" => group.remote = value,
            "original-envelope-id" => envelope_id = value,
            _ => {}
        }
    }
    close(&mut group);
    status.envelope_id = envelope_id;
    status
}
