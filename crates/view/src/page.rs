//! What the window's program and its page say to each other: one command, one event.

use serde::{Deserialize, Serialize};

use crate::{Command, View};

/// The one event's name.
pub const VIEW_EVENT: &str = "view";

/// What the page sends with the one command, `dispatch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "from_page", rename_all = "snake_case")]
pub enum FromPage {
    /// It listens: send what there is to draw, and show the window.
    Ready,
    /// Something the person did; handed on to the agent.
    Act {
        /// What.
        act: Command,
    },
}

/// What the page receives with the one event, [`VIEW_EVENT`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "to_page", rename_all = "snake_case")]
pub enum ToPage {
    /// All there is to draw.
    View {
        /// It.
        view: Box<View>,
    },
    /// The window got or lost the focus; a PIN covers itself (RULES D4).
    Focus {
        /// Has it.
        focused: bool,
    },
    /// The agent is gone and is being started again.
    AgentLost,
    /// The agent runs and does not answer; the next view says that it does again.
    AgentSilent,
    /// The agent is of another version: Latchkey was updated meanwhile.
    AgentDiffers,
}
