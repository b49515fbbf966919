//! What the feed tells a desktop: of each request, every fate and cause it went through.

use std::collections::HashMap;
use std::time::Duration;

use latchkey_protocol::{Cause, HelpRequest, MailFate};
use tokio::time::timeout;

/// How long everything may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// A feed, and what it has told so far, by what the client wrote.
pub struct Told {
    stream: reqwest::Response,
    unread: String,
    pub of: HashMap<String, Vec<(MailFate, Cause)>>,
    pub newest: HashMap<String, HelpRequest>,
}

impl Told {
    pub fn by(stream: reqwest::Response) -> Self {
        Self {
            stream,
            unread: String::new(),
            of: HashMap::new(),
            newest: HashMap::new(),
        }
    }

    /// Reads on until each of these was told, in its order.
    pub async fn until(&mut self, wanted: &[(&str, &[(MailFate, Cause)])]) -> bool {
        let told = async {
            while !wanted.iter().all(|(whom, steps)| self.went(whom, steps)) {
                match self.stream.chunk().await {
                    Ok(Some(chunk)) => self.take(&String::from_utf8_lossy(&chunk)),
                    _ => return false,
                }
            }
            true
        };
        timeout(PATIENCE, told).await.unwrap_or(false)
    }

    fn went(&self, whom: &str, steps: &[(MailFate, Cause)]) -> bool {
        let mut told = self.of.get(whom).into_iter().flatten();
        steps.iter().all(|step| told.any(|one| one == step))
    }

    fn take(&mut self, chunk: &str) {
        self.unread += chunk;
        while let Some((event, rest)) = self.unread.split_once("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data:"));
            let request = data.and_then(|data| serde_json::from_str::<HelpRequest>(data).ok());
            let rest = rest.to_owned();
            if let Some(request) = request {
                self.note(request);
            }
            self.unread = rest;
        }
    }

    fn note(&mut self, request: HelpRequest) {
        let Some(whom) = request.message.clone() else {
            return;
        };
        if let Some(mail) = &request.mail {
            let step = (mail.fate, request.diagnosis.cause);
            let steps = self.of.entry(whom.clone()).or_default();
            if steps.last() != Some(&step) {
                steps.push(step);
            }
        }
        self.newest.insert(whom, request);
    }
}
