//! Asking the agent that runs.

use latchkey_view::{
    AgentStatus, Places, ToAgent, ToWindow,
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
    while !matches!(link.reader.next().await, Ok(ToWindow::Bye) | Err(_)) {}
    Ok(())
}

fn in_words(status: &AgentStatus) -> String {
    let signed_in = status.signed_in.as_deref().unwrap_or("nobody");
    let connected = status
        .connected_since
        .and_then(|since| jiff::Timestamp::from_millisecond(since.0).ok())
        .map_or_else(|| "no".to_owned(), |since| format!("since {since:.0}"));
    let window = if status.window { "open" } else { "closed" };
    format!(
        "version:    {}\nsigned in:  {signed_in}\nconnected:  {connected}\nunread:     {}\nwindow:     {window}\n",
        status.version, status.unread
    )
}
