//! An event stream, read as it comes.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::time::Duration;

use latchkey_protocol::{Gone, HelpRequest};
use reqwest::Response;
use tokio::time::timeout;

/// Longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Stream {
    answer: Response,
    read: String,
}

/// What it said.
#[derive(Clone, Debug)]
pub struct Said {
    pub id: Option<i64>,
    pub event: String,
    pub data: String,
}

impl Said {
    /// Reads a block; a comment says nothing.
    pub fn read(block: &str) -> Option<Self> {
        let mut said = Self {
            id: None,
            event: String::new(),
            data: String::new(),
        };
        for line in block.lines() {
            match line.split_once(':') {
                Some(("id", id)) => said.id = Some(id.trim().parse().unwrap()),
                Some(("event", event)) => event.trim().clone_into(&mut said.event),
                Some(("data", data)) => data.trim().clone_into(&mut said.data),
                _ => {}
            }
        }
        (!said.event.is_empty()).then_some(said)
    }

    pub fn request(&self) -> HelpRequest {
        assert_eq!(self.event, "request", "{self:?}");
        serde_json::from_str(&self.data).unwrap()
    }

    pub fn gone(&self) -> Gone {
        assert_eq!(self.event, "gone", "{self:?}");
        serde_json::from_str(&self.data).unwrap()
    }
}

impl Stream {
    pub fn of(answer: Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self {
            answer,
            read: String::new(),
        }
    }

    /// The next block, comments too; `None` at the end of the stream.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let block = block.to_owned();
                self.read = rest.to_string();
                return Some(block);
            }
            let chunk = timeout(DEADLINE, self.answer.chunk())
                .await
                .expect("the stream fell silent");
            let bytes = chunk.ok().flatten()?;
            self.read.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event.
    pub async fn next(&mut self) -> Option<Said> {
        // Comments show that the stream lives, not that anything is said.
        timeout(DEADLINE, self.event())
            .await
            .expect("nothing was said")
    }

    async fn event(&mut self) -> Option<Said> {
        loop {
            if let Some(said) = Said::read(&self.block().await?) {
                return Some(said);
            }
        }
    }

    /// The next event, which must come.
    pub async fn said(&mut self) -> Said {
        self.next().await.expect("the stream ended")
    }

    /// Reads until a request is gone.
    pub async fn until_gone(&mut self) -> Gone {
        loop {
            let said = self.said().await;
            if said.event == "gone" {
                return said.gone();
            }
        }
    }

    /// Reads until the document fits.
    pub async fn until(&mut self, fits: impl Fn(&HelpRequest) -> bool) -> HelpRequest {
        loop {
            let said = self.said().await;
            if said.event == "request" {
                let request = said.request();
                if fits(&request) {
                    return request;
                }
            }
        }
    }
}
