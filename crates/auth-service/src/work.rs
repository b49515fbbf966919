//! What the service does by itself, beside answering: mails leave, PINs run out, who seems
//! stuck is raised, whose address was nearly typed is looked for, who waits too long is rung for, sessions of staff
//! end, cover periods begin and end, outages are told, causes are counted, what time
//! alone changes is told, and what is past its time is erased.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::App;
use crate::document::aging;
use crate::help::{copy, escalate, near, stuck, tally};
use crate::mail::{self, Post, outage};
use crate::pages::whereabouts;
use crate::pin::expire;
use crate::{cover, retention, team};

/// Starts it all; it ends by itself when the service stops.
#[must_use]
pub fn start(app: &App, post: Post) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(mail::run(app.clone(), post));
    running.spawn(again("PINs", expire::LOOK, app, |app| async move {
        expire::expire_due(&app).await
    }));
    running.spawn(again("outages", outage::LOOK, app, |app| async move {
        outage::look(&app).await
    }));
    running.spawn(again("aging", aging::LOOK, app, |app| async move {
        aging::look(&app).await
    }));
    running.spawn(again("pages", whereabouts::LOOK, app, |app| async move {
        whereabouts::look(&app).await
    }));
    running.spawn(again("stuck", stuck::LOOK, app, |app| async move {
        stuck::look(&app).await
    }));
    running.spawn(again("escalate", escalate::LOOK, app, |app| async move {
        escalate::look(&app).await
    }));
    running.spawn(again("team", team::LOOK, app, |app| async move {
        team::look(&app).await
    }));
    running.spawn(again("cover", cover::LOOK, app, |app| async move {
        cover::look(&app).await
    }));
    running.spawn(again("near", near::LOOK, app, |app| async move {
        near::look(&app).await
    }));
    running.spawn(again("tally", tally::LOOK, app, |app| async move {
        tally::look(&app).await
    }));
    running.spawn(copy::run(app.clone()));
    running.spawn(retention::run(app.clone()));
    running
}

/// Looks, and looks again after a pause, until the service stops. What could not be done is
/// tried the next time.
fn again<T, E, Looking>(
    what: &'static str,
    pause: Duration,
    app: &App,
    look: impl Fn(App) -> Looking + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static
where
    Looking: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    let app = app.clone();
    async move {
        loop {
            if look(app.clone()).await.is_err() {
                tracing::error!(what, "could not be done; trying again soon");
            }
            tokio::select! {
                () = app.stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
