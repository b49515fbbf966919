//! The talk with the agent: frames one way, the page's command and event the other.
//!
//! Nothing is kept here but the last thing to draw, so that a page that comes up
//! has it at once.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

use latchkey_protocol::{ErrorCode, RequestId};
use latchkey_view::{
    Answer, Command, FrameError, FromPage, Refusal, ToAgent, ToPage, ToWindow,
    connect::{Reader, Writer},
};
use tokio::sync::{mpsc, oneshot};

/// How often the agent is asked for a sign of life.
const PULSE: Duration = Duration::from_secs(3);
/// An agent that let this many go by says nothing any more.
const UNANSWERED: u8 = 2;

/// The window, as far as the talk with the agent needs one.
pub trait Screen: Send + Sync {
    /// Hands something to the page.
    fn draw(&self, what: &ToPage);
    /// Shows the window, if it is hidden.
    fn show(&self);
    /// Shows it and brings it to the front.
    fn raise(&self);
}

/// Where the agent's frames come from.
pub trait Hears: Send {
    /// The next one.
    fn next(&mut self) -> impl Future<Output = Result<ToWindow, FrameError>> + Send;
}

/// Where ours go.
pub trait Tells: Send {
    /// Sends one.
    fn send(&mut self, frame: &ToAgent) -> impl Future<Output = Result<(), FrameError>> + Send;
}

impl Hears for Reader {
    async fn next(&mut self) -> Result<ToWindow, FrameError> {
        Self::next(self).await
    }
}

impl Tells for Writer {
    async fn send(&mut self, frame: &ToAgent) -> Result<(), FrameError> {
        Self::send(self, frame).await
    }
}

/// Why a talk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The agent is gone.
    Lost,
    /// The agent is there and does not answer.
    Silent,
    /// Another window is there.
    Leave,
    /// The agent was told to quit, and so are we.
    Bye,
    /// Everything on this computer was deleted: nothing may be written any more.
    Vanish,
    /// The agent is of another version.
    Differs,
}

/// One window's end of the talk.
pub struct Bridge {
    pulse: Duration,
    to_agent: Mutex<Option<mpsc::UnboundedSender<ToAgent>>>,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
    next_id: AtomicU64,
    last: Mutex<Option<ToPage>>,
    /// The last view, to be drawn again when a silent agent answers.
    view: Mutex<Option<ToPage>>,
    /// Signs of life that were asked for since the last one came.
    asked: AtomicU8,
    page_listens: AtomicBool,
}

impl Default for Bridge {
    fn default() -> Self {
        Self {
            pulse: PULSE,
            to_agent: Mutex::default(),
            waiting: Mutex::default(),
            next_id: AtomicU64::default(),
            last: Mutex::default(),
            view: Mutex::default(),
            asked: AtomicU8::default(),
            page_listens: AtomicBool::default(),
        }
    }
}

impl Bridge {
    /// The one command.
    pub async fn dispatch(&self, screen: &impl Screen, what: FromPage) -> Answer {
        match what {
            FromPage::Ready => {
                self.page_listens.store(true, Ordering::SeqCst);
                let last = lock(&self.last).clone();
                if let Some(last) = last {
                    screen.draw(&last);
                    screen.show();
                }
                Answer::Done
            }
            FromPage::Act { act } => self.ask(act).await,
        }
    }

    /// Tells both ends who has the focus: a PIN covers itself without it.
    pub fn focus(&self, screen: &impl Screen, focused: bool) {
        self.tell(ToAgent::Focus { focused });
        if self.page_listens.load(Ordering::SeqCst) {
            screen.draw(&ToPage::Focus { focused });
        }
    }

    /// Draws that the agent cannot be talked to.
    pub fn say(&self, screen: &impl Screen, ended: Ended) {
        match ended {
            Ended::Lost => self.draw(screen, ToPage::AgentLost),
            Ended::Silent => self.draw(screen, ToPage::AgentSilent),
            Ended::Differs => self.draw(screen, ToPage::AgentDiffers),
            Ended::Leave | Ended::Bye | Ended::Vanish => {}
        }
    }

    /// Talks until the talk ends.
    pub async fn talk(
        &self,
        screen: &impl Screen,
        reader: &mut impl Hears,
        writer: &mut impl Tells,
    ) -> Ended {
        let (sender, mut commands) = mpsc::unbounded_channel();
        *lock(&self.to_agent) = Some(sender);
        let hear = async {
            loop {
                match reader.next().await {
                    Ok(frame) => {
                        if let Some(ended) = self.hear(screen, frame) {
                            return ended;
                        }
                    }
                    Err(why) => return lost(&why),
                }
            }
        };
        let speak = async {
            while let Some(frame) = commands.recv().await {
                if let Err(why) = writer.send(&frame).await {
                    return lost(&why);
                }
            }
            Ended::Lost
        };
        let ended = tokio::select! {
            ended = hear => ended,
            ended = speak => ended,
            ended = self.feel_the_pulse(screen) => ended,
        };
        *lock(&self.to_agent) = None;
        // Whoever waits hears that it was not done: the senders are dropped here.
        lock(&self.waiting).clear();
        ended
    }

    /// Asks the agent for a sign of life now and then, and says when none comes: a press
    /// on a button must not wait for ever without a word. What was asked stays asked.
    async fn feel_the_pulse(&self, screen: &impl Screen) -> Ended {
        self.asked.store(0, Ordering::SeqCst);
        loop {
            tokio::time::sleep(self.pulse).await;
            if self.asked.fetch_add(1, Ordering::SeqCst) == UNANSWERED {
                tracing::warn!("the agent does not answer");
                self.draw(screen, ToPage::AgentSilent);
            }
            // One question is enough for an agent that answers none.
            if self.asked.load(Ordering::SeqCst) <= UNANSWERED {
                self.tell(ToAgent::Status);
            }
            self.asked.fetch_min(UNANSWERED + 1, Ordering::SeqCst);
        }
    }

    /// The agent said something.
    fn heard(&self, screen: &impl Screen) {
        if self.asked.swap(0, Ordering::SeqCst) > UNANSWERED {
            let view = lock(&self.view).clone();
            if let Some(view) = view {
                self.draw(screen, view);
            }
        }
    }

    /// The request that was open when the talk ended.
    pub fn opened(&self) -> Option<RequestId> {
        match &*lock(&self.view) {
            Some(ToPage::View { view }) => view.pane.as_ref().map(|pane| pane.request.id.clone()),
            _ => None,
        }
    }

    fn hear(&self, screen: &impl Screen, frame: ToWindow) -> Option<Ended> {
        self.heard(screen);
        match frame {
            ToWindow::Hello { .. }
            | ToWindow::Stay
            | ToWindow::Status(_)
            | ToWindow::Erased { .. } => {}
            ToWindow::Leave => return Some(Ended::Leave),
            ToWindow::Bye => return Some(Ended::Bye),
            ToWindow::Vanish => return Some(Ended::Vanish),
            ToWindow::Raise => screen.raise(),
            ToWindow::View(view) => {
                let view = ToPage::View { view };
                *lock(&self.view) = Some(view.clone());
                self.draw(screen, view);
            }
            ToWindow::Answer { id, answer } => {
                if let Some(waits) = lock(&self.waiting).remove(&id) {
                    // Nobody waits any more where the page was reloaded meanwhile.
                    let _ = waits.send(answer);
                }
            }
        }
        None
    }

    fn draw(&self, screen: &impl Screen, what: ToPage) {
        let listens = self.page_listens.load(Ordering::SeqCst);
        if listens {
            screen.draw(&what);
        }
        let first = lock(&self.last).replace(what).is_none();
        if first && listens {
            screen.show();
        }
    }

    async fn ask(&self, command: Command) -> Answer {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).insert(id, sender);
        let code = if self.tell(ToAgent::Command { id, command }) {
            // Where the agent goes before it answers, it may have done it.
            ErrorCode::NoAnswer
        } else {
            lock(&self.waiting).remove(&id);
            ErrorCode::Unavailable
        };
        answer.await.unwrap_or(Answer::Refused(Refusal {
            code,
            by: None,
            at: None,
            retry_at: None,
        }))
    }

    fn tell(&self, frame: ToAgent) -> bool {
        lock(&self.to_agent)
            .as_ref()
            .is_some_and(|agent| agent.send(frame).is_ok())
    }
}

fn lost(why: &FrameError) -> Ended {
    // The words of a frame stay out of the log: a view is full of names.
    match why {
        FrameError::Io(why) => tracing::warn!(kind = ?why.kind(), "the agent's socket ended"),
        FrameError::TooLong(bytes) => tracing::error!(bytes, "a frame was too long"),
        FrameError::Malformed(why) => {
            tracing::error!(line = why.line(), column = why.column(), "not a frame");
        }
    }
    Ended::Lost
}

/// A panic elsewhere leaves these plain values whole, so a poisoned lock is no reason to stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use latchkey_protocol::Evidence;
    use latchkey_view::PinDigits;

    use super::*;

    /// Remembers what the page was told, by name: a view is long.
    #[derive(Default)]
    struct Paper(Mutex<Vec<&'static str>>);

    impl Paper {
        fn drawn(&self) -> Vec<&'static str> {
            lock(&self.0).clone()
        }
    }

    impl Screen for Paper {
        fn draw(&self, what: &ToPage) {
            lock(&self.0).push(match what {
                ToPage::View { .. } => "view",
                ToPage::Focus { focused: true } => "focus",
                ToPage::Focus { focused: false } => "blur",
                ToPage::AgentLost => "lost",
                ToPage::AgentSilent => "silent",
                ToPage::AgentDiffers => "differs",
            });
        }
        fn show(&self) {
            lock(&self.0).push("show");
        }
        fn raise(&self) {
            lock(&self.0).push("raise");
        }
    }

    struct FromAgent(mpsc::UnboundedReceiver<ToWindow>);

    impl Hears for FromAgent {
        async fn next(&mut self) -> Result<ToWindow, FrameError> {
            let gone = || FrameError::Io(io::ErrorKind::UnexpectedEof.into());
            self.0.recv().await.ok_or_else(gone)
        }
    }

    struct Heard(mpsc::UnboundedSender<String>);

    impl Tells for Heard {
        async fn send(&mut self, frame: &ToAgent) -> Result<(), FrameError> {
            let gone = || FrameError::Io(io::ErrorKind::BrokenPipe.into());
            self.0.send(format!("{frame:?}")).map_err(|_| gone())
        }
    }

    struct Talk {
        bridge: Arc<Bridge>,
        paper: Arc<Paper>,
        agent: mpsc::UnboundedSender<ToWindow>,
        heard: mpsc::UnboundedReceiver<String>,
        ended: tokio::task::JoinHandle<Ended>,
    }

    fn talk() -> Talk {
        talk_at(PULSE)
    }

    fn talk_at(pulse: Duration) -> Talk {
        let bridge = Bridge {
            pulse,
            ..Bridge::default()
        };
        let (bridge, paper) = (Arc::new(bridge), Arc::new(Paper::default()));
        let (agent, from_agent) = mpsc::unbounded_channel();
        let (to_agent, heard) = mpsc::unbounded_channel();
        let ended = tokio::spawn({
            let (bridge, paper) = (Arc::clone(&bridge), Arc::clone(&paper));
            async move {
                let (mut reader, mut writer) = (FromAgent(from_agent), Heard(to_agent));
                bridge.talk(&*paper, &mut reader, &mut writer).await
            }
        });
        Talk {
            bridge,
            paper,
            agent,
            heard,
            ended,
        }
    }

    fn issue() -> FromPage {
        FromPage::Act {
            act: Command::IssuePin {
                request: "r1".into(),
                evidence: Evidence::WithMe,
            },
        }
    }

    #[tokio::test]
    async fn an_answer_reaches_the_command_that_asked() {
        let mut talk = talk();
        tokio::task::yield_now().await;
        let asks = tokio::spawn({
            let (bridge, paper) = (Arc::clone(&talk.bridge), Arc::clone(&talk.paper));
            async move { bridge.dispatch(&*paper, issue()).await }
        });
        assert!(talk.heard.recv().await.unwrap().contains("IssuePin"));
        let answer = Answer::Pin {
            request: "r1".into(),
            digits: PinDigits::new("482915".to_owned()),
            ends_at: latchkey_protocol::UnixMillis(0),
        };
        assert!(talk.agent.send(ToWindow::Answer { id: 0, answer }).is_ok());
        assert!(matches!(asks.await.unwrap(), Answer::Pin { .. }));
    }

    #[tokio::test]
    async fn without_an_agent_a_command_is_refused_at_once() {
        let answer = Bridge::default().dispatch(&Paper::default(), issue()).await;
        assert!(matches!(answer, Answer::Refused(why) if why.code == ErrorCode::Unavailable));
    }

    #[tokio::test]
    async fn whoever_waits_when_the_agent_goes_is_told_that_no_answer_came() {
        let mut talk = talk();
        tokio::task::yield_now().await;
        let asks = tokio::spawn({
            let (bridge, paper) = (Arc::clone(&talk.bridge), Arc::clone(&talk.paper));
            async move { bridge.dispatch(&*paper, issue()).await }
        });
        talk.heard.recv().await.unwrap();
        drop(talk.agent);
        assert_eq!(talk.ended.await.unwrap(), Ended::Lost);
        let answer = asks.await.unwrap();
        assert!(matches!(answer, Answer::Refused(why) if why.code == ErrorCode::NoAnswer));
    }

    #[tokio::test]
    async fn an_agent_that_says_nothing_is_named_and_what_it_said_last_comes_back_with_it() {
        let mut talk = talk_at(Duration::from_millis(5));
        talk.bridge.dispatch(&*talk.paper, FromPage::Ready).await;
        // A view is long; anything that can be drawn stands for it.
        *lock(&talk.bridge.view) = Some(ToPage::AgentDiffers);
        for _ in 0..UNANSWERED {
            assert!(talk.heard.recv().await.unwrap().contains("Status"));
        }
        while talk.paper.drawn() != ["silent", "show"] {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(talk.heard.try_recv().is_err(), "asked often enough");
        assert!(talk.agent.send(ToWindow::Stay).is_ok());
        assert!(talk.heard.recv().await.unwrap().contains("Status"));
        assert_eq!(talk.paper.drawn()[2], "differs");
        assert!(!talk.ended.is_finished());
    }

    #[tokio::test]
    async fn an_agent_that_answers_is_not_named_however_little_there_is_to_say() {
        let mut talk = talk_at(Duration::from_millis(20));
        talk.bridge.dispatch(&*talk.paper, FromPage::Ready).await;
        for _ in 0..10 {
            talk.heard.recv().await.unwrap();
            assert!(talk.agent.send(ToWindow::Stay).is_ok());
        }
        assert!(talk.paper.drawn().is_empty());
    }

    #[tokio::test]
    async fn the_window_shows_itself_when_the_page_listens_and_there_is_something_to_draw() {
        let bridge = Bridge::default();
        let paper = Paper::default();
        bridge.say(&paper, Ended::Lost);
        assert!(paper.drawn().is_empty(), "nobody listens yet");
        bridge.dispatch(&paper, FromPage::Ready).await;
        assert_eq!(paper.drawn(), ["lost", "show"]);
        bridge.say(&paper, Ended::Lost);
        assert_eq!(paper.drawn(), ["lost", "show", "lost"], "shown once only");
    }

    // RULES D4
    #[tokio::test]
    async fn page_and_agent_both_hear_that_the_focus_is_gone() {
        let mut talk = talk();
        tokio::task::yield_now().await;
        talk.bridge.dispatch(&*talk.paper, FromPage::Ready).await;
        talk.bridge.focus(&*talk.paper, false);
        assert!(talk.heard.recv().await.unwrap().contains("false"));
        assert_eq!(talk.paper.drawn(), ["blur"]);
    }

    #[tokio::test]
    async fn a_window_that_is_not_needed_is_told_to_leave() {
        for (frame, wanted) in [
            (ToWindow::Leave, Ended::Leave),
            (ToWindow::Bye, Ended::Bye),
            (ToWindow::Vanish, Ended::Vanish),
        ] {
            let talk = talk();
            assert!(talk.agent.send(frame).is_ok());
            assert_eq!(talk.ended.await.unwrap(), wanted);
        }
    }
}
