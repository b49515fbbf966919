//! What is said to the mail server in one try, and what it says, kept for staff: no
//! address in full, no name of a mail, no password, and no more than a screen or two.

use latchkey_protocol::{DialogueLine, Speaker};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::veil::Veil;

/// The most lines of one try.
const MOST: usize = 60;
/// The most lines of one reply.
const MOST_OF_REPLY: usize = 20;

/// What the server was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// To take us for who we are: the greeting, TLS, the sign-in.
    #[default]
    Hello,
    /// To take a mail from this sender.
    Sender,
    /// To take it for this recipient.
    Recipient,
    /// To take the mail itself.
    Content,
}

/// One try, as it goes on.
#[derive(Debug)]
pub struct Dialogue {
    veil: Veil,
    stage: Stage,
    lines: Vec<DialogueLine>,
}

impl Dialogue {
    /// Of a mail with this tag, to this address.
    #[must_use]
    pub fn new(tag: &str, to: &str) -> Self {
        Self {
            veil: Veil::over(tag, to),
            stage: Stage::Hello,
            lines: Vec::new(),
        }
    }

    /// What the server was asked last.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The whole of it.
    #[must_use]
    pub fn into_lines(self) -> Vec<DialogueLine> {
        self.lines
    }

    /// From now on the server is asked this.
    pub fn turn(&mut self, stage: Stage) {
        self.stage = stage;
    }

    /// What happens between the lines, in our own words.
    pub fn remark(&mut self, words: &str) {
        self.add(Speaker::Remark, words);
    }

    /// What we say.
    pub fn say(&mut self, command: &str) {
        self.add(Speaker::Service, command);
    }

    /// What the server answers, or why it does not.
    pub fn hear(&mut self, answer: &Result<Response, Error>) {
        match answer {
            Ok(response) => {
                let lines: Vec<&str> = response.message().take(MOST_OF_REPLY).collect();
                self.reply(response.code().into(), &lines);
            }
            Err(error) => self.fault(error),
        }
    }

    /// What the server said when it refused, or what broke.
    pub fn fault(&mut self, error: &Error) {
        let said = std::error::Error::source(error).map(ToString::to_string);
        match (error.status(), said) {
            (Some(code), said) => {
                let said = said.unwrap_or_default();
                self.reply(code.into(), &[said.as_str()]);
            }
            (None, _) => self.remark(super::post::unreachable_words(error)),
        }
    }

    fn reply(&mut self, code: u16, lines: &[&str]) {
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            let between = if index < last { '-' } else { ' ' };
            self.add(Speaker::Server, &format!("{code}{between}{line}"));
        }
        if lines.is_empty() {
            self.add(Speaker::Server, &code.to_string());
        }
    }

    fn add(&mut self, from: Speaker, text: &str) {
        if self.lines.len() < MOST {
            let text = self.veil.over_text(text);
            self.lines.push(DialogueLine { from, text });
        }
    }
}
