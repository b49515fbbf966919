//! `latchkey-auth serve`.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Failure, Flags, contact_plan, open, words::aside};
use crate::mail::Post;
use crate::practice::Practice;
use crate::server::Bounds;
use crate::{cover, server, work};

/// How long open calls may take once the service is told to stop.
const LEAVE: Duration = Duration::from_secs(10);

/// Runs until SIGTERM or SIGINT.
pub async fn run(flags: &Flags) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let mut app = open(flags.config()?).await?;
    app.bounds = Bounds::of_files(as_many_files_as_allowed());
    let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
    if Practice::load(&mut conn)
        .await
        .map_err(Failure::because)?
        .is_none()
    {
        return Err(Failure::Failed(
            "no practice is set up in this database; run `latchkey-auth init` first".to_owned(),
        ));
    }
    drop(conn);
    contact_plan::tell(&app).await?;
    // What is over by now is over before anybody may look (RULES V2).
    cover::look(&app).await.map_err(Failure::because)?;
    let post = Post::open(&app.config).map_err(Failure::because)?;
    let listener = listen(app.config.listen).await?;
    let private = match app.config.private_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::because)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::because)?;
    let address = listener.local_addr().map_err(Failure::because)?;
    aside(format_args!(
        "Listening on {address} as {}",
        app.config.issuer()
    ));
    let stopping = app.stopping.clone();
    let work = work::start(&app, post);
    if let Some(private) = private {
        tokio::spawn(server::serve_private(app.clone(), private));
    }
    let mut serving = tokio::spawn(server::serve(app, listener));
    tokio::select! {
        ended = &mut serving => return ended.map_err(Failure::because)?.map_err(Failure::because),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stopping.cancel();
    let leaving = async {
        let served = serving.await;
        // A mail in the air is settled before we go.
        work.join_all().await;
        served
    };
    match tokio::time::timeout(LEAVE, leaving).await {
        Ok(ended) => ended.map_err(Failure::because)?.map_err(Failure::because),
        // Whoever still talks is cut off; what was acknowledged is on disk.
        Err(_) => Ok(()),
    }
}

/// Systems give a process 1,024 open files where it does not ask for more.
fn as_many_files_as_allowed() -> u64 {
    let now = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: now.maximum,
        maximum: now.maximum,
    };
    let granted = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => now.maximum,
        Err(_) => now.current,
    };
    granted.unwrap_or(u64::MAX)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::Failed(format!("cannot listen on {address}: {error}")))
}
