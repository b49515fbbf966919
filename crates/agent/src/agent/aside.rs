//! Work that takes its time, each in a task of its own that reports back.

use std::{sync::Arc, time::Duration};

use latchkey_view::Passphrase;

use super::Agent;
use crate::{
    desk::{ConnectionId, Input},
    erase,
    files::{Files, Keep},
    lock::PassphraseHash,
    os::Start,
    session::Tokens,
    sheet::Sheet,
    store::Store,
};

/// Before each try to tell the practice that a session ended. Then a person is asked to:
/// the token is gone from this computer either way, and is not kept for later.
const TRIES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

impl Agent {
    /// Tells the practice that the session ended.
    pub(super) fn revoke(&mut self, tokens: Arc<Tokens>) {
        let results = self.results.clone();
        self.revoking = Some(tokio::spawn(async move {
            let mut told = false;
            for wait in TRIES {
                tokio::time::sleep(wait).await;
                told = tokens.revoke().await;
                if told {
                    break;
                }
            }
            if !told {
                tracing::warn!("the service could not be told that this desktop signed out");
            }
            let _ = results.send(Input::Revoked(told)).await;
        }));
    }

    pub(super) fn start_at_log_in(&self, start: Start) {
        let (results, os) = (self.results.clone(), self.ground.os.clone());
        tokio::spawn(async move {
            let doing = tokio::task::spawn_blocking(move || os.start_at_log_in(start).is_ok());
            let done = doing.await.unwrap_or(false);
            let _ = results.send(Input::StartAnswered(start, done)).await;
        });
    }

    pub(super) fn save_sheet(&self, asked: (ConnectionId, u64), sheet: Sheet, name: String) {
        let (results, os) = (self.results.clone(), self.ground.os.clone());
        tokio::spawn(async move {
            let saving = tokio::task::spawn_blocking(move || {
                let folder = os.folder_for_saving()?;
                let saved = sheet.save(&folder, &name);
                if let Err(error) = &saved {
                    tracing::warn!(kind = ?error.kind(), "a table could not be saved");
                }
                Some(saved.ok()?.display().to_string())
            });
            let file = saving.await.ok().flatten();
            let _ = results.send(Input::Saved { asked, file }).await;
        });
    }

    pub(super) fn check_passphrase(
        &self,
        passphrase: Passphrase,
        hash: Arc<PassphraseHash>,
        locks: u64,
    ) {
        let results = self.results.clone();
        tokio::spawn(async move {
            let checking = tokio::task::spawn_blocking(move || hash.is(&passphrase));
            let right = checking.await.unwrap_or(false);
            let _ = results
                .send(Input::PassphraseChecked { right, locks })
                .await;
        });
    }

    pub(super) fn hash_passphrase(
        &self,
        connection: ConnectionId,
        command: u64,
        passphrase: Passphrase,
    ) {
        let (results, random) = (self.results.clone(), self.ground.random.clone());
        tokio::spawn(async move {
            let hashing =
                tokio::task::spawn_blocking(move || PassphraseHash::of(&passphrase, &*random));
            let hash = hashing.await.ok().flatten().map(Arc::new);
            let hashed = Input::PassphraseHashed(connection, command, hash);
            let _ = results.send(hashed).await;
        });
    }

    /// Without the keychain's key it holds for this run, as the session does.
    pub(super) fn keep_passphrase(&self, hash: Option<&PassphraseHash>) {
        let random = &*self.ground.random;
        match (hash, &self.key) {
            (None, _) => self.files.keep(Keep::Passphrase(None)),
            (Some(hash), Some(key)) => {
                if let Some(sealed) = hash.seal(key, random) {
                    self.files.keep(Keep::Passphrase(Some(sealed)));
                }
            }
            (Some(_), None) => {}
        }
    }

    /// Whoever writes lets go first, so that nothing comes back.
    pub(super) fn erase(&mut self) {
        let store = std::mem::replace(&mut self.store, Store::nowhere());
        let files = std::mem::replace(&mut self.files, Files::nowhere());
        let (places, keychain) = (self.ground.places.clone(), self.keychain.clone());
        let (results, os) = (self.results.clone(), self.ground.os.clone());
        self.key = None;
        tokio::spawn(async move {
            // First of all: a cut at any moment is finished by the next start.
            if let Err(error) = erase::begin(&places) {
                tracing::warn!(kind = ?error.kind(), "the deleting cannot be marked");
            }
            store.close().await;
            files.close().await;
            let left = erase::everything(&places, &keychain, os).await;
            let _ = results.send(Input::Erased(left)).await;
        });
    }
}
