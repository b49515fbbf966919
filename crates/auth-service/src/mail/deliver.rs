//! Delivers what is due, a few mails at a time, and waits for more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::compose::compose;
use super::outcome::{Outcome, Tried, reply};
use super::post::Post;
use super::queue::{self, Claimed};
use crate::App;
use crate::db::Unavailable;
use crate::pages::letterhead::Letterhead;

/// Connections to the mail server at a time.
const AT_ONCE: usize = 4;
/// How soon a mail is noticed whose time has come.
const LOOK: Duration = Duration::from_secs(1);

/// Delivers until the service stops. A mail in the air is settled first.
pub async fn run(app: App, post: Post) {
    let mut position = app.writer.position();
    if release(&app).await.is_err() {
        tracing::error!("mails of before this start wait until their claims run out");
    }
    loop {
        position.mark_unchanged();
        if deliver_due(&app, &post).await.is_err() {
            tracing::error!("the mail queue could not be worked; trying again soon");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            // A new event may be a new mail; without one, time may have come for an old mail.
            _ = timeout(LOOK, position.changed()) => {}
        }
    }
}

/// Frees what the service held when it was killed, before it delivers anything.
pub async fn release(app: &App) -> Result<(), Unavailable> {
    app.writer
        .run(|tx| Box::pin(async move { Ok(queue::release(tx).await?) }))
        .await
}

/// Delivers everything that is due now. Gives how many mails were handed over or tried.
pub async fn deliver_due(app: &App, post: &Post) -> Result<usize, Unavailable> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let in_the_air = InTheAir::default();
    let mut tried = 0;
    let ended = loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            break Err(Unavailable);
        };
        let claimed = match next_due(app, &in_the_air).await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => break Ok(()),
            // Those in the air are still settled below.
            Err(error) => break Err(error),
        };
        tried += 1;
        let (app, post, in_the_air) = (app.clone(), post.clone(), in_the_air.clone());
        running.spawn(async move {
            let id = claimed.id.clone();
            let tried = hand_over(&app, &post, &claimed).await;
            settle(&app, claimed, tried).await;
            in_the_air.landed(&id);
            drop(place);
        });
    };
    while running.join_next().await.is_some() {}
    ended.map(|()| tried)
}

/// The mails that are being handed over: their claims may run out meanwhile, when the clock
/// is set or the computer sleeps, and they are not handed over twice for that.
#[derive(Clone, Default)]
struct InTheAir(Arc<Mutex<Vec<String>>>);

impl InTheAir {
    fn ids(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn landed(&self, id: &str) {
        self.ids().retain(|other| other != id);
    }
}

/// Claims the next mail that is due, until the service stops.
async fn next_due(app: &App, in_the_air: &InTheAir) -> Result<Option<Claimed>, Unavailable> {
    if app.stopping.is_cancelled() || !anything_due(app).await? {
        return Ok(None);
    }
    let held = in_the_air.ids().clone();
    let claimed = app
        .writer
        .run(move |tx| {
            Box::pin(async move { Ok::<_, Unavailable>(queue::claim(tx, &held).await?) })
        })
        .await?;
    if let Some(claimed) = &claimed {
        in_the_air.ids().push(claimed.id.clone());
    }
    Ok(claimed)
}

/// Asked of a reader, so that an idle queue costs no write.
async fn anything_due(app: &App) -> Result<bool, Unavailable> {
    let due = sqlx::query(
        "SELECT 1 AS one FROM mail
             WHERE ended_at IS NULL AND next_at <= $1
               AND (staff_id IS NOT NULL
                    OR NOT EXISTS (SELECT 1 FROM epoch WHERE confirmed_at IS NULL))
             LIMIT 1",
    )
    .bind(app.now().0)
    .fetch_optional(&app.reader)
    .await?;
    Ok(due.is_some())
}

async fn hand_over(app: &App, post: &Post, claimed: &Claimed) -> Tried {
    let Ok(Some(letterhead)) = Letterhead::load(app).await else {
        return Outcome::Deferred(reply(0, "The practice is not set up")).into();
    };
    match compose(&claimed.letter, &letterhead, &app.config) {
        Ok(message) => post.send(&claimed.letter, &message).await,
        Err(_) => Outcome::Refused(reply(0, "5.1.3 No mail can be written to this address")).into(),
    }
}

/// Writes what became of a mail. While the disk is full it is tried again and again:
/// what is forgotten here would be sent once more.
async fn settle(app: &App, claimed: Claimed, tried: Tried) {
    let Claimed { id, attempt, .. } = claimed;
    loop {
        let (mail, tried) = (id.clone(), tried.clone());
        let settled = app
            .writer
            .run(move |tx| {
                Box::pin(async move {
                    queue::settle(tx, &mail, attempt, tried).await?;
                    Ok::<_, Unavailable>(())
                })
            })
            .await;
        if settled.is_ok() {
            return;
        }
        tracing::error!(mail = %id, "the fate of a mail could not be written; trying again soon");
        tokio::select! {
            // The claim runs out, and the mail is tried once more.
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
