//! The passphrase of a computer that cannot tell when it is unlocked (RULES D4).

use std::sync::Arc;

use latchkey_protocol::ErrorCode;
use latchkey_view::{Answer, Passphrase, Refusal};

use super::{ConnectionId, Desk, Effect, acts::refused};
use crate::{clock::later, lock::PassphraseHash};

const MINUTE: i64 = 60_000;
/// The wrong one from which on there is a wait, and what it and those after it cost.
const FREE_TRIES: u32 = 3;
const WAITS: [i64; 5] = [MINUTE / 2, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];

impl Desk {
    pub(super) fn try_passphrase(
        &mut self,
        passphrase: Passphrase,
        connection: ConnectionId,
        command: u64,
    ) {
        let answer = |answer| Effect::Answer(connection, command, answer);
        if !self.is_locked() {
            return self.say(answer(Answer::Done));
        }
        if let Some(wait_until) = self.lock.wait_until.filter(|at| *at > self.now) {
            return self.say(answer(Answer::Refused(Refusal {
                code: ErrorCode::TooMany,
                by: None,
                at: None,
                retry_at: Some(wait_until),
            })));
        }
        let Some(hash) = self
            .lock
            .passphrase
            .clone()
            .filter(|_| self.lock.checks.is_none())
        else {
            return self.say(answer(refused(ErrorCode::Locked)));
        };
        // Counted before it is computed: ending the agent meanwhile gains nothing.
        self.lock.wrong += 1;
        self.lock.wait_until = wait_after(self.lock.wrong).map(|wait| later(self.now, wait));
        self.keep_mark();
        self.lock.checks = Some((connection, command));
        let locks = self.lock.locks;
        self.say(Effect::CheckPassphrase {
            passphrase,
            hash,
            locks,
        });
    }

    pub(super) fn passphrase_checked(&mut self, right: bool, locks: u64) {
        let Some((connection, command)) = self.lock.checks.take() else {
            return;
        };
        // Behind the computer's own lock nobody sits who could have typed it.
        let opens = right && locks == self.lock.locks && !self.lock.computer_is_locked;
        if opens {
            self.unlock();
        }
        self.say(Effect::Answer(
            connection,
            command,
            if opens {
                Answer::Done
            } else {
                refused(ErrorCode::NotAllowed)
            },
        ));
    }

    pub(super) fn set_passphrase(
        &mut self,
        passphrase: Option<Passphrase>,
        connection: ConnectionId,
        command: u64,
    ) {
        if let Some(passphrase) = passphrase {
            return self.say(Effect::HashPassphrase(connection, command, passphrase));
        }
        self.lock.passphrase = None;
        self.say(Effect::KeepPassphrase(None));
        self.say(Effect::Answer(connection, command, Answer::Done));
    }

    /// The keychain keeps things by now: a passphrase that held for this run is kept, too.
    pub(super) fn keep_chosen_passphrase(&mut self) {
        if let Some(hash) = self.lock.passphrase.clone() {
            self.say(Effect::KeepPassphrase(Some(hash)));
        }
    }

    pub(super) fn passphrase_hashed(
        &mut self,
        connection: ConnectionId,
        command: u64,
        hash: Option<Arc<PassphraseHash>>,
    ) {
        let answer = if hash.is_some() && self.is_signed_in() {
            self.lock.passphrase.clone_from(&hash);
            self.say(Effect::KeepPassphrase(hash));
            Answer::Done
        } else {
            refused(ErrorCode::BadRequest)
        };
        self.say(Effect::Answer(connection, command, answer));
    }
}

/// What so many wrong ones in a row cost.
fn wait_after(wrong: u32) -> Option<i64> {
    let over = usize::try_from(wrong.checked_sub(FREE_TRIES)?).ok()?;
    Some(WAITS[over.min(WAITS.len() - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    // RULES D4
    #[test]
    fn wrong_passphrases_cost_growing_waits() {
        let waits: Vec<_> = (1..=9).map(wait_after).collect();
        assert_eq!(
            waits,
            [
                None,
                None,
                Some(30_000),
                Some(60_000),
                Some(300_000),
                Some(900_000)
            ]
            .into_iter()
            .chain([Some(3_600_000); 3])
            .collect::<Vec<_>>()
        );
    }
}
