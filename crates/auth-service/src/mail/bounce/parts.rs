//! The parts of a message, by what they are for in a report.

use super::fields;
use super::mime::{Message, Part};

/// What is read of the words of a report.
const LONGEST: usize = 32 * 1024;

/// The parts of a message.
#[derive(Default)]
pub struct Parts<'a> {
    /// Machine-readable reports (RFC 3464).
    pub statuses: Vec<&'a str>,
    /// What reads like one, but calls itself text.
    pub likely: Vec<&'a str>,
    /// Machine-readable complaints (RFC 5965).
    pub feedbacks: Vec<&'a str>,
    /// What is written for people.
    pub words: String,
    /// Messages in the message.
    pub attached: Vec<&'a Message>,
    /// A header that came back as text.
    pub headers: Option<&'a str>,
    /// It is a receipt for reading a mail (RFC 8098), whose fields are like a report's.
    pub receipt: bool,
}

impl<'a> Parts<'a> {
    /// Sorts them.
    pub fn of(message: &'a Message) -> Self {
        let mut parts = Self {
            receipt: message.report_type.as_deref() == Some("disposition-notification"),
            ..Self::default()
        };
        for part in &message.parts {
            match part {
                Part::Message(inner) => parts.attached.push(inner),
                Part::Text { media, text } => parts.take(media, text),
            }
        }
        parts
            .words
            .truncate(parts.words.floor_char_boundary(LONGEST));
        parts
    }

    /// Whether anything here is written for machines.
    pub fn is_formal(&self) -> bool {
        !self.receipt && (!self.statuses.is_empty() || !self.feedbacks.is_empty())
    }

    /// Whether something of the original came back.
    pub fn has_original(&self) -> bool {
        !self.attached.is_empty() || self.headers.is_some()
    }

    fn take(&mut self, media: &str, text: &'a str) {
        match media {
            "message/delivery-status" | "message/global-delivery-status" => {
                self.statuses.push(text);
            }
            "message/feedback-report" => self.feedbacks.push(text),
            "message/disposition-notification" => self.receipt = true,
            "text/rfc822-headers" | "text/rfc822" | "message/global-headers" => {
                self.headers = Some(text);
            }
            "text/calendar" => {}
            _ if fields::is_feedback(text) && !media.starts_with("text/") => {
                self.feedbacks.push(text);
            }
            _ => {
                let likely = fields::is_delivery_status(text);
                if likely {
                    self.likely.push(text);
                }
                if likely
                    || ["text/", "message/", "multipart/"]
                        .iter()
                        .any(|kind| media.starts_with(kind))
                {
                    self.words.push_str(text);
                    self.words.push('\n');
                }
            }
        }
    }
}
