//! What the service does by itself, beside answering: mails leave, PINs run out, who
//! seems stuck is raised, whose address was nearly typed is looked for, what time alone changes is told, and what is past its time is erased.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::App;
use crate::document::aging;
use crate::help::{near, stuck};
use crate::mail::{self, Post};
use crate::pin;
use crate::retention;

/// How soon the end of a PIN is noticed.
const LOOK: Duration = Duration::from_secs(1);

/// Starts it all; it ends by itself when the service stops.
#[must_use]
pub fn start(app: &App, post: Post) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(mail::run(app.clone(), post));
    running.spawn(expire(app.clone()));
    running.spawn(mail::outage::run(app.clone()));
    running.spawn(aging::run(app.clone()));
    running.spawn(stuck::run(app.clone()));
    running.spawn(near::run(app.clone()));
    running.spawn(retention::run(app.clone()));
    running
}

async fn expire(app: App) {
    loop {
        if pin::expire::expire_due(&app).await.is_err() {
            tracing::error!("PINs could not be expired; trying again soon");
        }
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
