//! Notifications as the freedesktop specification has them, by one task that owns what is
//! on the screen. What shows them may be missing, slow, broken, or start anew: then they
//! are shown again, and the window says what is wrong.

mod book;
mod server;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use book::Book;
use latchkey_view::NotificationTrouble;
use server::{Said, Server};
use tokio::sync::mpsc;

use crate::os::{Alert, AlertButton, AlertId, OsEvent, OsEvents, alert_buttons};

/// What the desk wants of the screen.
pub(super) enum Wish {
    Show(Alert),
    Withdraw(AlertId),
}

/// Where there is no session bus.
const TRY_AGAIN: Duration = Duration::from_mins(1);
/// Before what failed is tried again; a server that comes back is heard of at once.
const AFTER_A_FAILURE: Duration = Duration::from_mins(5);

/// Shows and takes back until nobody wants anything any more; `book` is where it is written
/// down for a run after this one.
pub(super) async fn run(
    mut wishes: mpsc::UnboundedReceiver<Wish>,
    events: OsEvents,
    icon: String,
    book: Option<PathBuf>,
) {
    let mut screen = Screen {
        events,
        book: Book::open(book),
        alerts: BTreeMap::new(),
        told: None,
    };
    loop {
        match Server::connect(icon.clone()).await {
            Ok(server) => {
                if screen.follow(server, &mut wishes).await.is_none() {
                    return;
                }
            }
            Err(error) => tracing::info!(%error, "no session bus for notifications"),
        }
        screen.health(Some(NotificationTrouble::Absent));
        let waiting = tokio::time::sleep(TRY_AGAIN);
        tokio::pin!(waiting);
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(wish) => screen.remember(wish),
                    None => return,
                },
                () = &mut waiting => break,
            }
        }
    }
}

struct Screen {
    events: OsEvents,
    book: Book,
    alerts: BTreeMap<AlertId, Wanted>,
    /// What the desk was told last; it begins with none.
    told: Option<NotificationTrouble>,
}

/// An alert that is wanted on the screen, and what the server calls it once it is there.
struct Wanted {
    alert: Alert,
    shown_as: Option<u32>,
}

impl Screen {
    fn health(&mut self, trouble: Option<NotificationTrouble>) {
        if self.told != trouble {
            tracing::warn!(?trouble, "how notifications do");
            self.told = trouble;
            let _ = self.events.send(OsEvent::Notifications(trouble));
        }
    }

    /// Takes a wish while nothing can be shown.
    fn remember(&mut self, wish: Wish) {
        match wish {
            Wish::Show(alert) => {
                let wanted = Wanted {
                    alert,
                    shown_as: None,
                };
                self.alerts.insert(wanted.alert.id, wanted);
            }
            Wish::Withdraw(alert) => drop(self.alerts.remove(&alert)),
        }
    }

    /// Ends with `Some` when the bus is gone.
    async fn follow(
        &mut self,
        mut server: Server,
        wishes: &mut mpsc::UnboundedReceiver<Wish>,
    ) -> Option<()> {
        self.forget_numbers();
        let trouble = server.look().await;
        self.health(trouble);
        self.take_back_left(&server).await;
        self.show_missing(&mut server, true).await;
        loop {
            self.write_down(&server);
            let again = tokio::time::sleep(AFTER_A_FAILURE);
            let missing = self.alerts.values().any(|wanted| wanted.shown_as.is_none());
            tokio::select! {
                wish = wishes.recv() => self.do_as(wish?, &mut server).await,
                said = server.next() => match said? {
                    Ok(said) => self.hear(said, &mut server).await,
                    Err(error) => {
                        tracing::info!(%error, "the session bus is gone");
                        return Some(());
                    }
                },
                () = again, if missing => self.show_missing(&mut server, true).await,
            }
        }
    }

    /// A run that was killed can not be pressed on any more: what it told is told anew.
    async fn take_back_left(&mut self, server: &Server) {
        let left = self.book.left_with(server.name().as_deref());
        if !left.is_empty() {
            for number in left {
                server.close(number).await;
            }
            let _ = self.events.send(OsEvent::AlertsLost);
        }
    }

    fn write_down(&mut self, server: &Server) {
        let shown = self.alerts.values().filter_map(|wanted| wanted.shown_as);
        self.book.write(server.name().as_deref(), shown.collect());
    }

    async fn do_as(&mut self, wish: Wish, server: &mut Server) {
        if let Wish::Withdraw(alert) = &wish
            && let Some(number) = self.alerts.get(alert).and_then(|wanted| wanted.shown_as)
        {
            server.close(number).await;
        }
        let is_new = matches!(wish, Wish::Show(_));
        self.remember(wish);
        if is_new {
            self.show_missing(server, false).await;
        }
    }

    /// What should be on the screen and is not; `late` where somebody has heard it before,
    /// or it is too old to be heard now.
    async fn show_missing(&mut self, server: &mut Server, late: bool) {
        let mut trouble = None;
        for wanted in self.alerts.values_mut() {
            if wanted.shown_as.is_some() {
                continue;
            }
            match server.show(&wanted.alert, late).await {
                Ok(number) => wanted.shown_as = Some(number),
                Err(why) => {
                    trouble = Some(why);
                    break;
                }
            }
        }
        match trouble {
            Some(why) => self.health(Some(why)),
            None if self.alerts.is_empty() => {}
            None => self.health(server.lacks()),
        }
    }

    fn forget_numbers(&mut self) {
        for wanted in self.alerts.values_mut() {
            wanted.shown_as = None;
        }
    }

    async fn hear(&mut self, said: Said, server: &mut Server) {
        match said {
            Said::Pressed(number, action) => {
                if let Some(alert) = self.numbered(number)
                    && let Some(button) = self.button(alert, &action)
                {
                    self.alerts.remove(&alert);
                    let _ = self.events.send(OsEvent::AlertPressed(alert, button));
                    // A resident one stays on the screen after a press.
                    server.close(number).await;
                }
            }
            Said::Closed(number) => {
                if let Some(alert) = self.numbered(number) {
                    self.alerts.remove(&alert);
                    let _ = self.events.send(OsEvent::AlertClosed(alert));
                }
            }
            Said::Gone => {
                self.forget_numbers();
                let trouble = server.look().await;
                self.health(trouble);
            }
            Said::Came => {
                // Another one: what the one before showed went with it.
                self.forget_numbers();
                let trouble = server.look().await;
                self.health(trouble);
                self.show_missing(server, true).await;
            }
        }
    }

    fn numbered(&self, number: u32) -> Option<AlertId> {
        let mut all = self.alerts.iter();
        all.find(|(_, wanted)| wanted.shown_as == Some(number))
            .map(|(alert, _)| *alert)
    }

    /// Only what was offered can have been pressed.
    fn button(&self, alert: AlertId, action: &str) -> Option<AlertButton> {
        let offered = alert_buttons(&self.alerts.get(&alert)?.alert);
        if action == server::ITSELF {
            return Some(AlertButton::Open);
        }
        let mut all = offered.iter().copied();
        all.find(|button| server::key(*button) == action)
    }
}
