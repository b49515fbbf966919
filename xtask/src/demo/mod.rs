//! `cargo xtask demo`: the whole of Latchkey on this computer, with a practice of its own.

mod client;
pub mod desk;
mod pictures;
pub mod practice;
mod wire;

use std::{fs, path::PathBuf, thread, time::Duration};

use crate::{
    child::Running,
    desktop::{self, Session},
    install::{self, Need, Wanted},
    mailbox, paths,
    run::{Outcome, command, make_folder, run},
    test,
    words::Args,
};

/// How long after the window the client asks for help.
const BEFORE_THE_CLIENT: Duration = Duration::from_secs(10);

/// Where the mailbox's page is, if the port is free.
const MAILBOX_PORT: u16 = 8025;

/// The demo's folders and how it was asked for.
pub struct Demo {
    /// `target/demo`: data, keys, mails, pictures.
    pub folder: PathBuf,
    release: bool,
    /// A desktop without a screen, where that was asked for.
    session: Option<Session>,
}

impl Demo {
    /// The same parts, elsewhere and without a screen, to be measured.
    pub fn for_bench(release: bool) -> Outcome<Self> {
        let folder = paths::target().join("bench");
        let _ = fs::remove_dir_all(&folder);
        make_folder(&folder)?;
        Ok(Self {
            folder,
            release,
            session: Some(desktop::session()?),
        })
    }

    /// Whether the programs are those of a release.
    pub const fn release(&self) -> bool {
        self.release
    }

    /// A program of ours, in the session.
    pub fn command(&self, program: &str) -> std::process::Command {
        let path = paths::program(program, self.release);
        match &self.session {
            Some(session) => session.command(path),
            None => crate::child::tied(path),
        }
    }

    /// Another program, in the session.
    pub fn command_of(&self, program: &str) -> std::process::Command {
        match &self.session {
            Some(session) => session.command(program),
            None => crate::child::tied(program),
        }
    }
}

/// Shows it; ends at Ctrl-C, or with `--headless` when the pictures are taken.
pub fn demo(mut args: Args) -> Outcome {
    let yes = args.flag("--yes");
    let quiet = args.flag("--quiet");
    let headless = args.flag("--headless");
    let release = args.flag("--release");
    args.end()?;
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"];
    if !headless && screen.iter().all(|name| std::env::var_os(name).is_none()) {
        return Err(
            "There is no screen here. `cargo xtask demo --headless` leaves pictures instead."
                .to_owned(),
        );
    }
    prepare(yes, headless, release)?;

    let mut demo = Demo {
        folder: paths::target().join("demo"),
        release,
        session: None,
    };
    make_folder(&demo.folder)?;
    desk::end_earlier(&demo);
    for old in ["service", "keys", "desktop", "mail", "logs"] {
        let _ = fs::remove_dir_all(demo.folder.join(old));
    }
    if headless {
        demo.session = Some(desktop::session()?);
    }

    let mailbox = mailbox::open(&demo.folder.join("mail"), MAILBOX_PORT)?;
    let mut service = practice::open(&demo, mailbox.smtp)?;
    desk::open(&demo, &service)?;
    let ended = show(&demo, &mut service, &mailbox, quiet);
    desk::end(&demo);
    ended
}

/// Installs and builds.
fn prepare(yes: bool, headless: bool, release: bool) -> Outcome {
    let packages: &[Need] = if headless {
        &[Need::Build, Need::Desktop]
    } else {
        &[Need::Build]
    };
    install::install(&Wanted {
        packages,
        node: &["ui"],
        tools: &[],
        python: false,
        yes,
    })?;
    let profile = if release { "release" } else { "debug" };
    println!("Building the pages, the service, the agent and the window ({profile} profile).");
    println!("The first time this takes some minutes.");
    run(command("npm").args(["--prefix", "ui", "run", "build"]))?;
    test::build_shipped(release)
}

fn show(
    demo: &Demo,
    service: &mut practice::Service,
    mailbox: &mailbox::Mailbox,
    quiet: bool,
) -> Outcome {
    println!(
        "\nLatchkey is open; {} is signed in.\n\n  \
         the clients' page   {}/\n  \
         the demo's mailbox  http://localhost:{}/\n\n\
         Clients to try: ben@example.org gets mail, ada@full.example has a full mailbox,\n\
         chris@slow.example has a slow mail server, lindqvist@example.org is a couple's.\n",
        practice::CLINICIAN,
        service.url,
        mailbox.page.port()
    );
    let shots = demo.session.as_ref().map(|session| pictures::Album {
        session,
        folder: &demo.folder,
    });
    if let Some(shots) = &shots {
        shots.inbox()?;
    }
    if !quiet {
        println!("In 10 seconds Ada Okafor, whose mailbox is full, asks for help.");
        thread::sleep(BEFORE_THE_CLIENT);
        client::cannot_sign_in(&service.url)?;
        println!("Ada is on the waiting page now, and a notification should be on the desktop.");
        if let Some(shots) = &shots {
            shots.notification()?;
            shots.request()?;
        }
    }
    if shots.is_some() {
        println!("Pictures are in {}.", demo.folder.display());
        return Ok(());
    }
    println!("Press Ctrl-C to end the demo.");
    service.process.wait()
}

/// Starts a program that stays until the demo ends, its words in a log.
fn keep(demo: &Demo, program: &mut std::process::Command, log: &str) -> Outcome<Running> {
    let folder = demo.folder.join("logs");
    make_folder(&folder)?;
    let file = fs::File::create(folder.join(log)).map_err(|why| why.to_string())?;
    let again = file.try_clone().map_err(|why| why.to_string())?;
    Running::start(program.stdout(file).stderr(again))
}
