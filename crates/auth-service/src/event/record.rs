//! An event before it is in the log.

use latchkey_protocol::{ClientId, RequestId, StaffId};
use serde_json::{Map, Value};

use super::Kind;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A client, proved by a sign-in.
    Client(ClientId),
    /// A staff member.
    Staff(StaffId),
    /// The service by itself.
    Service,
    /// The person at the command line of the service's machine.
    Operator,
    /// Anybody: nothing is proved.
    Stranger,
}

impl Actor {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Staff(_) => "staff",
            Self::Service => "service",
            Self::Operator => "operator",
            Self::Stranger => "stranger",
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Client(id) => Some(&id.0),
            Self::Staff(id) => Some(&id.0),
            Self::Service | Self::Operator | Self::Stranger => None,
        }
    }
}

/// An event to append. Ids and codes only; what is personal goes through [`Event::personal`].
#[derive(Clone, Debug)]
pub struct Event {
    pub(super) kind: Kind,
    pub(super) actor: Actor,
    pub(super) client: Option<String>,
    pub(super) request: Option<String>,
    pub(super) address: Option<String>,
    pub(super) browser: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) body: Map<String, Value>,
    pub(super) personal: Vec<(&'static str, String)>,
}

impl Event {
    /// Something happened, and somebody did it.
    #[must_use]
    pub fn new(kind: Kind, actor: Actor) -> Self {
        Self {
            kind,
            actor,
            client: None,
            request: None,
            address: None,
            browser: None,
            subject: None,
            body: Map::new(),
            personal: Vec::new(),
        }
    }

    /// The client it is about.
    #[must_use]
    pub fn client(mut self, id: &ClientId) -> Self {
        self.client = Some(id.0.clone());
        self
    }

    /// The help request it belongs to.
    #[must_use]
    pub fn request(mut self, id: &RequestId) -> Self {
        self.request = Some(id.0.clone());
        self
    }

    /// The address on file it is about (its id).
    #[must_use]
    pub fn address(mut self, id: impl Into<String>) -> Self {
        self.address = Some(id.into());
        self
    }

    /// The browser it happened in (its id).
    #[must_use]
    pub fn browser(mut self, id: impl Into<String>) -> Self {
        self.browser = Some(id.into());
        self
    }

    /// The thing itself: link, mail, PIN, device (its id).
    #[must_use]
    pub fn subject(mut self, id: impl Into<String>) -> Self {
        self.subject = Some(id.into());
        self
    }

    /// An id, a code, a number or a moment. Never a name, an address or a text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    /// A personal value: kept beside the chain, only a salted commitment in it.
    #[must_use]
    pub fn personal(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.personal.push((name, value.into()));
        self
    }
}
