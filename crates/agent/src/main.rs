//! `latchkey-agent`: what starts with the computer and runs all day.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that is asked a question answers on its terminal"
)]

mod ask;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::{Parser, Subcommand};
use latchkey_agent::{
    agent::{Agent, End, Ground},
    clock::SystemClock,
    erase, log,
    os::{Desktop, KeychainThread},
    practice::Http,
    random::SystemRandom,
    socket::{ClaimError, Seat},
};
use latchkey_view::Places;
use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::sync::CancellationToken;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Latchkey's agent: rings when a client cannot sign in.
#[derive(Parser)]
#[command(name = "latchkey-agent", version)]
struct Arguments {
    /// Keep everything below this folder instead of the usual ones.
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    ask: Option<Ask>,
}

#[derive(Subcommand)]
enum Ask {
    /// Say how the running agent does.
    Status {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// End the agent and its window.
    Quit,
    /// Sign out, and delete everything that Latchkey keeps on this computer.
    Erase {
        /// Without asking first.
        #[arg(long)]
        yes: bool,
    },
}

fn main() -> ExitCode {
    // First of all: without a provider the first TLS connection would panic.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("another TLS provider is installed already");
        return ExitCode::FAILURE;
    }
    let arguments = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Longer than from one look at the computer to the next: ending one wakes it up, too.
        .thread_keep_alive(Duration::from_mins(1))
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let places = Places::find(arguments.data_dir.as_deref())?;
    match arguments.ask {
        Some(Ask::Status { json }) => ask::status(&places, json).await,
        Some(Ask::Quit) => ask::quit(&places).await,
        Some(Ask::Erase { yes }) => erase(places, arguments.data_dir, yes).await,
        None => serve(places, arguments.data_dir).await,
    }
}

async fn serve(places: Places, data_dir: Option<PathBuf>) -> anyhow::Result<()> {
    let seat = match Seat::claim(&places) {
        Err(ClaimError::AlreadyRunning) => {
            eprintln!("{}", ClaimError::AlreadyRunning);
            return Ok(());
        }
        other => other?,
    };
    let (events, os_events) = mpsc::unbounded_channel();
    let (said, socket) = mpsc::channel(64);
    let serving = tokio::spawn(seat.serve(said));
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    let data_dir = data_dir.map(|_| places.data.clone());
    let ground = Ground {
        os: Arc::new(Desktop::new(Handle::current(), events, data_dir)),
        os_events,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        http: Arc::new(Http::new()?),
        places,
        socket,
        stop,
    };
    let kept_in = ground.places.clone();
    // What an earlier run began goes before anything of this one is written, its log too.
    if erase::is_owed(&kept_in) {
        let keychain = KeychainThread::start(
            ground.os.clone(),
            ground.random.clone(),
            kept_in.name(),
            Box::new(|| {}),
        );
        erase::finish(&kept_in, &keychain, ground.os.clone()).await;
    }
    log::start(&kept_in.state);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the agent starts");
    let end = Agent::new(ground).run().await;
    tracing::info!("the agent ends");
    // The socket's file goes with the task.
    serving.abort();
    let _ = serving.await;
    if end == End::Vanish {
        erase::last(&kept_in);
        // Fails, and is meant to, where anything is in it.
        let _ = Places::toolkit_folder().map(std::fs::remove_dir);
    }
    Ok(())
}

/// The agent that runs does it; where none runs, this one is it for so long.
async fn erase(places: Places, data_dir: Option<PathBuf>, yes: bool) -> anyhow::Result<()> {
    if !yes && !ask::may_erase(&places)? {
        return Ok(());
    }
    if ask::is_running(&places).await? {
        return ask::say_left(ask::erase(&places).await?);
    }
    let serving = tokio::spawn(serve(places.clone(), data_dir));
    let left = ask::erase(&places).await;
    serving.await??;
    ask::say_left(left?)
}

#[cfg(unix)]
async fn stop_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    stop.cancel();
}

#[cfg(not(unix))]
async fn stop_on_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
}
