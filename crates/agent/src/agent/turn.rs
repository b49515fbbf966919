//! What comes, one turn after the other.

use tokio::sync::{mpsc, oneshot};

use super::{
    Agent,
    keep::{Asking, Ready},
};
use crate::{
    desk::{Input, SignInStep},
    session::Progress,
    socket::FromSocket,
};

pub(super) enum Turn {
    Input(Input),
    Ready(Box<Ready>),
    Asked(Box<Asking>),
    Socket(FromSocket),
    SignIn(Progress),
    Wake,
}

impl Agent {
    pub(super) async fn next_turn(&mut self) -> Turn {
        let deadline = self.desk.deadline();
        // In this order, so that a schedule can be played again: a person's wish before
        // the feed, of which there may be much. Whatever is taken looks at the clock, too.
        tokio::select! {
            biased;
            () = self.ground.stop.cancelled() => Turn::Input(Input::Quit),
            ready = answer_of(&mut self.ready) => {
                self.ready = None;
                Turn::Ready(Box::new(ready))
            }
            asked = answer_of(&mut self.asking) => {
                self.asking = None;
                Turn::Asked(Box::new(asked))
            }
            Some(from) = self.ground.socket.recv() => Turn::Socket(from),
            Some(event) = self.ground.os_events.recv() => Turn::Input(Input::Os(event)),
            Some(progress) = next_of(self.sign_in.as_mut().map(|open| &mut open.progress)) => {
                Turn::SignIn(progress)
            }
            Some(input) = self.inputs.recv() => Turn::Input(input),
            Some(event) = next_of(self.feed.as_mut().map(|feed| &mut feed.events)) => {
                Turn::Input(Input::Feed(event))
            }
            () = self.ground.clock.sleep_until(deadline) => Turn::Wake,
        }
    }

    /// What came meanwhile: a burst is drawn once.
    pub(super) fn waiting_turn(&mut self) -> Option<Turn> {
        if self.ends.is_some() {
            return None;
        }
        if let Some(feed) = &mut self.feed
            && let Ok(event) = feed.events.try_recv()
        {
            return Some(Turn::Input(Input::Feed(event)));
        }
        if let Ok(input) = self.inputs.try_recv() {
            return Some(Turn::Input(input));
        }
        self.ground.socket.try_recv().ok().map(Turn::Socket)
    }

    pub(super) fn take(&mut self, turn: Turn) {
        let now = self.ground.clock.now();
        self.desk.stand_in(self.ground.clock.zone());
        let effects = match turn {
            Turn::Wake => self.desk.wake(now),
            Turn::Input(input) => self.desk.take(input, now),
            Turn::Ready(ready) => {
                self.store = ready.store;
                self.key = ready.key;
                self.tokens = ready.tokens;
                self.desk.take(Input::Started(Box::new(ready.started)), now)
            }
            Turn::Asked(asking) => {
                let asked = self.keychain_answered(*asking);
                self.desk.take(Input::Keychain(Box::new(asked)), now)
            }
            Turn::SignIn(progress) => {
                let step = self.sign_in_step(progress);
                self.desk.take(Input::SignIn(step), now)
            }
            Turn::Socket(FromSocket::Came(connection, outbox)) => {
                self.connections.insert(connection, outbox);
                Vec::new()
            }
            Turn::Socket(FromSocket::Said(connection, frame)) => {
                self.desk.take(Input::Window(connection, frame), now)
            }
            Turn::Socket(FromSocket::Gone(connection)) => {
                self.connections.remove(&connection);
                self.desk.take(Input::WindowGone(connection), now)
            }
        };
        for effect in effects {
            self.perform(effect);
        }
    }

    fn sign_in_step(&mut self, progress: Progress) -> SignInStep {
        match progress {
            Progress::OpenBrowser(url) => SignInStep::OpenBrowser(url),
            Progress::Done(session, tokens) => {
                self.sign_in = None;
                self.tokens = Some(tokens);
                SignInStep::Done(session)
            }
            Progress::Failed(why) => {
                self.sign_in = None;
                SignInStep::Failed(why)
            }
        }
    }
}

async fn next_of<T>(from: Option<&mut mpsc::Receiver<T>>) -> Option<T> {
    match from {
        Some(from) => from.recv().await,
        None => std::future::pending().await,
    }
}

async fn answer_of<T>(from: &mut Option<oneshot::Receiver<T>>) -> T {
    if let Some(from) = from
        && let Ok(answer) = from.await
    {
        return answer;
    }
    std::future::pending().await
}
