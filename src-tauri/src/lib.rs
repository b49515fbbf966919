//! Latchkey's window: it draws what the agent says and sends what the person does.
//!
//! Disposable: it holds no token, no key and no truth, and can be killed at any moment.

mod args;
mod bridge;
mod crash;
mod display;
mod log;
mod web;
mod window;

use std::{io::Write, process::ExitCode, sync::Arc, time::Duration};

use latchkey_view::{
    Answer, FromPage, Places, ToAgent, ToWindow, WINDOW_FILE,
    connect::{ConnectError, Link},
};
use tauri::{AppHandle, State};

use crate::{
    args::{Args, Asked},
    bridge::{Bridge, Ended, Screen},
    window::MainWindow,
};

/// How long the window waits for something to draw before it shows itself anyway.
const SHOWN_AT_LATEST: Duration = Duration::from_millis(1500);

/// Pause before an agent that is gone is started again.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// The one command (RULES D7).
#[tauri::command]
async fn dispatch(
    app: AppHandle,
    bridge: State<'_, Arc<Bridge>>,
    what: FromPage,
) -> Result<Answer, ()> {
    let screen = MainWindow(app);
    if what == FromPage::Ready {
        let screen = screen.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(SHOWN_AT_LATEST).await;
            screen.show();
        });
    }
    Ok(bridge.dispatch(&screen, what).await)
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let here = std::env::current_dir().unwrap_or_default();
    match args::read(std::env::args_os().skip(1), &here) {
        Ok(Asked::Window(args)) => show(args),
        Ok(Asked::Crashed(args)) => match Places::find(args.data_dir.as_deref()) {
            Ok(places) => crash::tell(&places, args.data_dir.as_deref()),
            Err(why) => fail(&why.to_string()),
        },
        Ok(Asked::Usage) => print(args::USAGE),
        Ok(Asked::Version) => print(concat!("latchkey ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(why) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{why}\n\n{}", args::USAGE);
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn show(args: Args) -> ExitCode {
    display::prepare();
    let places = match Places::find(args.data_dir.as_deref()) {
        Ok(places) => places,
        Err(why) => return fail(&why.to_string()),
    };
    crash::watch(args.data_dir.as_deref());
    // Before anything of a window is made: a second launch only hands its arguments on.
    let link = match tauri::async_runtime::block_on(first(&places, &args)) {
        Ok(link) => link,
        Err(Ended::Leave | Ended::Bye | Ended::Vanish) => return ExitCode::SUCCESS,
        Err(Ended::Lost | Ended::Silent | Ended::Differs) => None,
    };
    // Not before it is known that this is the window: two do not write one file.
    log::start(&places.state);
    let bridge = Arc::new(Bridge::default());
    let built = tauri::Builder::default()
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(window::KEPT)
                // With the rest of what is Latchkey's: an absolute path stays one.
                .with_filename(places.config.join(WINDOW_FILE).to_string_lossy())
                .build(),
        )
        .manage(Arc::clone(&bridge))
        .manage(window::Hidden::default())
        .invoke_handler(tauri::generate_handler![dispatch])
        .setup(move |app| {
            // Where the window's place is kept; made here where nothing was chosen yet.
            std::fs::create_dir_all(&places.config)?;
            let window = window::open(app.handle(), &places, Arc::clone(&bridge))?;
            web::outlive(&window, args.data_dir.clone())?;
            let app = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                let screen = MainWindow(app.clone());
                keep_talking(&places, args, link, &bridge, &screen).await;
                screen.end();
            });
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(why) => fail(&format!("The window could not be made: {why}")),
    }
}

fn fail(why: &str) -> ExitCode {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{why}");
    ExitCode::FAILURE
}

/// A talk with the agent that runs, if one does.
async fn first(places: &Places, args: &Args) -> Result<Option<Link>, Ended> {
    match Link::open(places).await {
        Ok(mut link) => match launch(&mut link, args).await {
            Some(ended) => Err(ended),
            None => Ok(Some(link)),
        },
        Err(why) => {
            tracing::debug!(%why, "no agent yet");
            Ok(None)
        }
    }
}

/// Hands the arguments on, and hears whether to stay.
async fn launch(link: &mut Link, args: &Args) -> Option<Ended> {
    let launch = ToAgent::Launch {
        practice: args.practice.clone(),
        request: args.request.clone(),
    };
    if link.writer.send(&launch).await.is_err() {
        return Some(Ended::Lost);
    }
    loop {
        match link.reader.next().await {
            Ok(ToWindow::Stay) => return None,
            Ok(ToWindow::Leave) => return Some(Ended::Leave),
            Ok(ToWindow::Bye) => return Some(Ended::Bye),
            Ok(ToWindow::Vanish) => return Some(Ended::Vanish),
            Ok(_) => {}
            Err(_) => return Some(Ended::Lost),
        }
    }
}

/// Talks with the agent for as long as there is a window, starting it again when it is gone.
async fn keep_talking(
    places: &Places,
    mut args: Args,
    mut link: Option<Link>,
    bridge: &Bridge,
    screen: &MainWindow,
) {
    loop {
        let ended = match link.take() {
            Some(mut link) => {
                let ended = bridge
                    .talk(screen, &mut link.reader, &mut link.writer)
                    .await;
                // Only the first launch offers a practice. An agent that is started again
                // does not know which request was open.
                args.practice = None;
                args.request = bridge.opened();
                ended
            }
            None => match Link::open_or_start(places, args.data_dir.as_deref()).await {
                Ok(mut new) => {
                    let Some(ended) = launch(&mut new, &args).await else {
                        link = Some(new);
                        continue;
                    };
                    ended
                }
                Err(ConnectError::OtherVersion { .. }) => Ended::Differs,
                Err(ConnectError::Silent) => Ended::Silent,
                Err(why) => {
                    tracing::error!(%why, "the agent cannot be reached");
                    Ended::Lost
                }
            },
        };
        match ended {
            Ended::Leave | Ended::Bye => return,
            // At once: an orderly end would write where the window was.
            Ended::Vanish => std::process::exit(0),
            Ended::Lost | Ended::Silent | Ended::Differs => bridge.say(screen, ended),
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}
