//! Asking the agent that runs.

use std::{io::Write, time::Duration};

use latchkey_agent::{erase, words};
use latchkey_view::{
    AgentStatus, Left, Places, ToAgent, ToWindow,
    connect::{ConnectError, Link},
};

const NOT_RUNNING: &str = "Latchkey's agent is not running.";

/// `latchkey-agent status`
pub async fn status(places: &Places, json: bool) -> anyhow::Result<()> {
    let mut link = match Link::open(places).await {
        Err(ConnectError::NotRunning) => anyhow::bail!(NOT_RUNNING),
        other => other?,
    };
    link.writer.send(&ToAgent::Status).await?;
    loop {
        if let ToWindow::Status(status) = link.reader.next().await? {
            if json {
                println!("{}", serde_json::to_string(&status)?);
            } else {
                print!("{}", in_words(&status));
            }
            return Ok(());
        }
    }
}

/// `latchkey-agent quit`; there is nothing to end where none runs.
pub async fn quit(places: &Places) -> anyhow::Result<()> {
    let mut link = match Link::open(places).await {
        Err(ConnectError::NotRunning) => {
            println!("{NOT_RUNNING}");
            return Ok(());
        }
        other => other?,
    };
    link.writer.send(&ToAgent::Quit).await?;
    // Until it says goodbye or is gone.
    while !matches!(
        link.reader.next().await,
        Ok(ToWindow::Bye | ToWindow::Vanish) | Err(_)
    ) {}
    Ok(())
}

/// Says what goes and what stays, and asks.
pub fn may_erase(places: &Places) -> anyhow::Result<bool> {
    print!("{}", words::say("erase-ask"));
    println!("\n  {}\n", places.data.display());
    print!("{} ", words::say("erase-yes"));
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

/// Whether an agent answers.
pub async fn is_running(places: &Places) -> anyhow::Result<bool> {
    match Link::open(places).await {
        Err(ConnectError::NotRunning) => Ok(false),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(true),
    }
}

/// Has the agent delete everything, and waits until it is gone.
pub async fn erase(places: &Places) -> anyhow::Result<Vec<Left>> {
    let mut link = open(places).await?;
    link.writer.send(&ToAgent::Erase).await?;
    let mut left = None;
    loop {
        match link.reader.next().await {
            Ok(ToWindow::Erased { left: found }) => left = Some(found),
            Ok(ToWindow::Vanish) | Err(_) => break,
            Ok(_) => {}
        }
    }
    // Its last files go when it hears nothing of us any more.
    drop(link);
    for _ in 0..200 {
        if !places.runtime.exists() && !erase::is_owed(places) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    left.ok_or_else(|| anyhow::anyhow!(words::say("erase-cut")))
}

/// One that was just started needs a moment.
async fn open(places: &Places) -> Result<Link, ConnectError> {
    for _ in 0..200 {
        match Link::open(places).await {
            Err(ConnectError::NotRunning) => tokio::time::sleep(Duration::from_millis(25)).await,
            other => return other,
        }
    }
    Link::open(places).await
}

/// Prints what is left and what to do about it; nothing left is success.
pub fn say_left(left: Vec<Left>) -> anyhow::Result<()> {
    if left.is_empty() {
        println!("{}", words::say("erase-done"));
        return Ok(());
    }
    for what in left {
        eprintln!(
            "{}",
            match what {
                Left::File { path } => format!("{path}: {}", words::say("erase-left-file")),
                Left::Key { name, .. } => format!("{name}: {}", words::say("erase-left-key")),
                Left::Practice => words::say("erase-left-practice"),
            }
        );
    }
    anyhow::bail!(words::say("erase-left"))
}

fn in_words(status: &AgentStatus) -> String {
    let signed_in = status.signed_in.as_deref().unwrap_or("nobody");
    let connected = status
        .connected_since
        .and_then(|since| jiff::Timestamp::from_millisecond(since.0).ok())
        .map_or_else(|| "no".to_owned(), |since| format!("since {since:.0}"));
    let locked = if status.locked { "yes" } else { "no" };
    let window = if status.window { "open" } else { "closed" };
    format!(
        "version:    {}\nsigned in:  {signed_in}\nconnected:  {connected}\nunread:     {}\nwindow:     {window}\nlocked:     {locked}\n",
        status.version, status.unread
    )
}
