use std::{collections::HashMap, sync::Arc, time::Duration};

use latchkey_protocol::RequestId;
use latchkey_view::{
    Answer, Command, Places, ToAgent, ToWindow, View,
    connect::{Link, Writer},
};
use tokio::sync::watch;

#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a frame that came or did not"
)]
#[derive(Default)]
pub struct Heard {
    pub view: Option<View>,
    pub answers: HashMap<u64, Answer>,
    pub stays: bool,
    pub leaves: bool,
    pub raised: u32,
    pub ended: bool,
    pub vanishes: bool,
}

/// Plays the window.
pub struct TestWindow {
    heard: Arc<watch::Sender<Heard>>,
    writer: Writer,
    last: u64,
}

impl TestWindow {
    pub async fn open(places: &Places, request: Option<RequestId>) -> Self {
        let mut link = Link::open(places).await.unwrap();
        let launch = ToAgent::Launch {
            practice: None,
            request,
        };
        link.writer.send(&launch).await.unwrap();
        let heard = Arc::new(watch::Sender::new(Heard::default()));
        let listener = heard.clone();
        tokio::spawn(async move {
            while let Ok(frame) = link.reader.next().await {
                listener.send_modify(|heard| match frame {
                    ToWindow::View(view) => heard.view = Some(*view),
                    ToWindow::Answer { id, answer } => drop(heard.answers.insert(id, answer)),
                    ToWindow::Stay => heard.stays = true,
                    ToWindow::Leave => heard.leaves = true,
                    ToWindow::Raise => heard.raised += 1,
                    ToWindow::Vanish => heard.vanishes = true,
                    ToWindow::Erased { .. }
                    | ToWindow::Bye
                    | ToWindow::Hello { .. }
                    | ToWindow::Status(_) => {}
                });
            }
            listener.send_modify(|heard| heard.ended = true);
        });
        Self {
            heard,
            writer: link.writer,
            last: 0,
        }
    }

    pub async fn hears(&self, what: &str, mut holds: impl FnMut(&Heard) -> bool) {
        let mut heard = self.heard.subscribe();
        let waiting = heard.wait_for(|heard| holds(heard));
        let in_time = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(in_time.is_ok(), "the window never heard: {what}");
    }

    /// Waits for a view.
    pub async fn sees(&self, what: &str, holds: impl Fn(&View) -> bool) -> View {
        self.hears(what, |heard| heard.view.as_ref().is_some_and(&holds))
            .await;
        self.heard.borrow().view.clone().unwrap()
    }

    /// Somebody looks at it, or away.
    pub async fn focus(&mut self, focused: bool) {
        self.writer.send(&ToAgent::Focus { focused }).await.unwrap();
    }

    /// Sends a command, without waiting.
    pub async fn ask(&mut self, command: Command) -> u64 {
        self.last += 1;
        let frame = ToAgent::Command {
            id: self.last,
            command,
        };
        self.writer.send(&frame).await.unwrap();
        self.last
    }

    /// Sends a command and waits for its answer, as JSON.
    pub async fn act(&mut self, command: Command) -> serde_json::Value {
        let id = self.ask(command).await;
        self.answer(id).await
    }

    pub async fn answer(&self, id: u64) -> serde_json::Value {
        self.hears("an answer", |heard| heard.answers.contains_key(&id))
            .await;
        serde_json::to_value(&self.heard.borrow().answers[&id]).unwrap()
    }
}
