//! The clients directory, for who has a client on the phone. Clients are read at the practice
//! each time and kept nowhere here: whoever reads one is written down there (RULES V5).

use std::collections::HashSet;

use latchkey_protocol::{ClientFile, ClientId, ClientsFound, ErrorCode};
use latchkey_view::Answer;

use super::{Call, ConnectionId, Desk, Effect, acts::refused};
use crate::practice::CallError;

/// What is waited for, and what the PIN panel says of the client who was read last.
#[derive(Default)]
pub(super) struct Clients {
    asked: HashSet<(ConnectionId, u64)>,
    read: Option<Read>,
}

/// A client who was read.
struct Read {
    client: ClientId,
    name: String,
    phone: Option<String>,
}

impl Clients {
    /// The session is over: the commands that wait for an answer.
    pub(super) fn forget(&mut self) -> Vec<(ConnectionId, u64)> {
        self.read = None;
        self.asked.drain().collect()
    }

    /// The name and the number on file of this client, where it was read last.
    pub(super) fn name_and_phone(&self, client: &ClientId) -> (String, Option<String>) {
        self.read
            .as_ref()
            .filter(|read| read.client == *client)
            .map(|read| (read.name.clone(), read.phone.clone()))
            .unwrap_or_default()
    }
}

impl Desk {
    pub(super) fn find_clients(&mut self, typed: String, asked: (ConnectionId, u64)) {
        if self.may_ask(asked) {
            self.say(Effect::FindClients { asked, typed });
        }
    }

    pub(super) fn read_client(&mut self, client: ClientId, asked: (ConnectionId, u64)) {
        if self.may_ask(asked) {
            self.say(Effect::ReadClient { asked, client });
        }
    }

    /// Nothing is known here: it needs a connection.
    fn may_ask(&mut self, asked: (ConnectionId, u64)) -> bool {
        if self.is_connected() {
            self.clients.asked.insert(asked);
            return true;
        }
        self.answer(Some(asked), refused(ErrorCode::Offline));
        false
    }

    pub(super) fn clients_found(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<ClientsFound, CallError>,
    ) {
        self.came(asked, outcome.map(Answer::ClientsFound));
    }

    pub(super) fn client_came(
        &mut self,
        asked: (ConnectionId, u64),
        outcome: Result<Box<ClientFile>, CallError>,
    ) {
        if let (Ok(file), true) = (&outcome, self.clients.asked.contains(&asked)) {
            self.clients.read = Some(Read {
                client: file.client.id.clone(),
                name: file.client.name.clone(),
                phone: file.call_back.phone.clone(),
            });
        }
        self.came(asked, outcome.map(Answer::Client));
    }

    fn came(&mut self, asked: (ConnectionId, u64), outcome: Result<Answer, CallError>) {
        // Another session's: whoever waited has an answer already.
        if !self.clients.asked.remove(&asked) {
            return;
        }
        let answer = match outcome {
            Ok(_) if self.is_locked() => refused(ErrorCode::Locked),
            Ok(answer) => answer,
            Err(error) => return self.not_read(asked, error),
        };
        self.answer(Some(asked), answer);
    }

    /// One PIN at a time for a client on the phone.
    pub(super) fn is_busy_with(&self, client: &ClientId) -> bool {
        self.pending.values().any(
            |pending| matches!(pending.call(), Call::IssueClientPin(other, ..) if other == client),
        )
    }
}
