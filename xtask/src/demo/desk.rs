//! The demo's desktop: an agent that signs in through the browser as anybody's does, with
//! us as the browser, and the window.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::{Demo, practice, wire::Wire};
use crate::{
    browser::Browser,
    child::until,
    run::{Outcome, output, read, succeeds},
    words::Args,
};

/// Patience with the agent's socket.
const READY: Duration = Duration::from_secs(20);

/// Patience with the whole sign-in.
const SIGN_IN: Duration = Duration::from_mins(1);

/// Starts the agent, signs the clinician in, opens the window.
pub fn open(demo: &Demo, service: &practice::Service) -> Outcome {
    sign_in(demo, service)?;
    super::keep(
        demo,
        demo.command("latchkey")
            .arg("--data-dir")
            .arg(data(demo))
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        "window.log",
    )?
    .leave();
    Ok(())
}

/// Starts the agent and signs the clinician in.
pub fn sign_in(demo: &Demo, service: &practice::Service) -> Outcome {
    println!(
        "Signing {} in through the browser's pages.",
        practice::CLINICIAN
    );
    let invite = demo.folder.join("invite");
    fs::write(&invite, practice::invite(demo, service)?).map_err(|why| why.to_string())?;
    let browser = write_browser(demo, &invite)?;
    super::keep(demo, agent(demo).env("BROWSER", &browser), "agent.log")?.leave();
    let socket = socket(demo)?;
    if !until(READY, || socket.exists()) {
        return Err(format!(
            "The agent's socket {} did not appear; its words are in {}.",
            socket.display(),
            demo.folder.join("logs/agent.log").display()
        ));
    }
    let mut wire = Wire::open(&socket)?;
    wire.sign_in(&service.url, SIGN_IN).map_err(|why| {
        let browser = read(&demo.folder.join("logs/browser.log")).unwrap_or_default();
        format!("{why}\n{browser}")
    })?;
    drop(wire);
    let _ = fs::remove_file(invite);
    Ok(())
}

/// Ends agent and window.
pub fn end(demo: &Demo) {
    if succeeds(agent(demo).arg("quit")) {
        println!("Latchkey is closed.");
    }
}

/// True where the agent is there.
pub fn answers(demo: &Demo) -> bool {
    succeeds(agent(demo).arg("status"))
}

/// Ends what an earlier demo left running.
pub fn end_earlier(demo: &Demo) {
    succeeds(agent(demo).arg("quit"));
}

/// A command of the agent.
pub fn agent(demo: &Demo) -> Command {
    let mut agent = demo.command("latchkey-agent");
    agent.arg("--data-dir").arg(data(demo));
    agent
}

/// Its data folder.
pub fn data(demo: &Demo) -> PathBuf {
    demo.folder.join("desktop")
}

/// The socket's folder is named after a hash of the data folder.
fn socket(demo: &Demo) -> Outcome<PathBuf> {
    let runtime = match &demo.session {
        Some(session) => session.runtime(),
        None => env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).ok_or(
            "XDG_RUNTIME_DIR is not set: run the demo in a desktop session, or with --headless.",
        )?,
    };
    let data = fs::create_dir_all(data(demo))
        .and_then(|()| data(demo).canonicalize())
        .map_err(|why| why.to_string())?;
    let script = format!("printf %s {} | sha256sum", quoted(&data));
    let digest = output(Command::new("sh").args(["-c", &script]))?;
    let name: String = String::from_utf8_lossy(&digest).chars().take(16).collect();
    Ok(runtime.join(format!("latchkey-{name}")).join("agent.sock"))
}

/// The agent opens what `$BROWSER` names: a script that calls us.
fn write_browser(demo: &Demo, invite: &Path) -> Outcome<PathBuf> {
    let script = demo.folder.join("browser");
    let us = env::current_exe().map_err(|why| why.to_string())?;
    let log = demo.folder.join("logs/browser.log");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nexec {} play-browser {} \"$1\" >{} 2>&1\n",
            quoted(&us),
            quoted(invite),
            quoted(&log)
        ),
    )
    .and_then(|()| fs::set_permissions(&script, fs::Permissions::from_mode(0o755)))
    .map_err(|why| format!("{} could not be written: {why}", script.display()))?;
    Ok(script)
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// `cargo xtask play-browser INVITE-FILE URL`: what a staff member does in the browser.
pub fn play_browser(mut args: Args) -> Outcome {
    let (Some(invite), Some(url)) = (args.next(), args.next()) else {
        return Err("play-browser INVITE-FILE URL".to_owned());
    };
    let invite = read(Path::new(&invite))?;
    let mut browser = Browser::default();
    let page = browser.open(&url)?.well()?;
    println!("Opened {}", page.path());
    let asked = page.form_to("/staff/invite")?;
    let field = asked
        .first_open_field()
        .ok_or("The page has no field for the one-time address.")?;
    let page = browser
        .submit(&page, &asked.fill(&field, invite.trim()))?
        .well()?;
    println!("Gave the one-time address, and was led to {}", page.path());
    let connect = page.form_to("/oauth/authorize")?;
    let page = browser.submit(&page, &connect)?.well()?;
    println!("Pressed Connect, and was led to {}", page.path());
    Ok(())
}
