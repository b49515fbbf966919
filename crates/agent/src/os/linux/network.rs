//! When the computer is on a network again, where `NetworkManager` says so.
//! Elsewhere the feed's own waits are short enough.

use tokio_stream::StreamExt as _;
use zbus::{Connection, MatchRule, Message, MessageStream, message::Type};

use crate::os::{OsEvent, OsEvents};

const SERVICE: &str = "org.freedesktop.NetworkManager";
/// `NM_STATE_CONNECTED_LOCAL`: the practice's service may be in the same building.
const CONNECTED: u32 = 50;

/// Tells when it came.
pub(super) async fn watch(events: OsEvents) {
    if let Err(error) = listen(&events).await {
        tracing::info!(%error, "changes of the network are not heard of");
    }
}

async fn listen(events: &OsEvents) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(SERVICE)?
        .interface(SERVICE)?
        .member("StateChanged")?
        .build();
    let mut said = MessageStream::for_match_rule(rule, &bus, None).await?;
    while let Some(signal) = said.next().await {
        if is_connected(&signal?) && events.send(OsEvent::NetworkCame).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn is_connected(signal: &Message) -> bool {
    let state: Result<u32, _> = signal.body().deserialize();
    state.is_ok_and(|state| state >= CONNECTED)
}
