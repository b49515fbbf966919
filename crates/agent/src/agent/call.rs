//! Calls to the service, each in a task of its own that reports back.

use std::sync::{Arc, Mutex, PoisonError};

use latchkey_protocol::{ClientId, IssueClientPin, IssuedPin, RequestId, UnixMillis};
use latchkey_view::{Language, PinDigits};
use uuid::Uuid;

use super::Agent;
use crate::{
    clock::later,
    desk::{ActId, Call, ConnectionId, Input, Outcome},
    practice::{Api, CallError},
    random,
};

/// The same button pressed again within this is the same act, where no answer came.
const SAME_ACT: i64 = 5 * 60_000;

/// The keys of calls that got no answer.
#[derive(Clone, Default)]
pub(super) struct Unanswered(Arc<Mutex<Vec<(Call, Uuid, UnixMillis)>>>);

impl Unanswered {
    /// The key of the same call, if it got no answer a short while ago.
    fn take(&self, call: &Call, now: UnixMillis) -> Option<Uuid> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, _, at)| later(*at, SAME_ACT) > now);
        let found = all
            .iter()
            .position(|(unanswered, _, _)| unanswered == call)?;
        Some(all.swap_remove(found).1)
    }

    /// Who revokes a PIN does not want it any more: the next one is another.
    fn forget_pins(&self, of: &RequestId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(call, _, _)| match call {
            Call::IssuePin(request, _) => request != of,
            // Whose request it is, only the service knows.
            Call::IssueClientPin(..) => false,
            _ => true,
        });
    }

    fn note(&self, call: Call, key: Uuid, now: UnixMillis) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((call, key, now));
    }
}

impl Agent {
    pub(super) fn ask_me(&self) {
        let Some(tokens) = self.tokens.clone() else {
            return;
        };
        let results = self.results.clone();
        tokio::spawn(async move {
            if let Ok(me) = Api::new(tokens).me().await {
                let _ = results.send(Input::Me(me)).await;
            }
        });
    }

    /// Asks the service for something; the desk hears what came, or why nothing did.
    fn ask<T: Send, F: Future<Output = Result<T, CallError>> + Send>(
        &self,
        ask: impl FnOnce(Api) -> F + Send + 'static,
        came: impl FnOnce(Result<T, CallError>) -> Input + Send + 'static,
    ) {
        let api = self.tokens.clone().map(Api::new);
        let results = self.results.clone();
        tokio::spawn(async move {
            let outcome = match api {
                Some(api) => ask(api).await,
                None => Err(CallError::SessionEnded),
            };
            let _ = results.send(came(outcome)).await;
        });
    }

    pub(super) fn ask_announcement(&self, asked: (ConnectionId, u64), language: Language) {
        self.ask(
            move |api| async move { api.announcement(language).await },
            move |outcome| Input::Announced { asked, outcome },
        );
    }

    pub(super) fn ask_dialogue(&self, asked: (ConnectionId, u64), request: RequestId) {
        self.ask(
            move |api| async move { api.mail_dialogue(&request).await },
            move |outcome| Input::Dialogue { asked, outcome },
        );
    }

    pub(super) fn ask_colleagues(&self, asked: (ConnectionId, u64)) {
        self.ask(
            |api| async move { api.colleagues().await },
            move |outcome| Input::Colleagues { asked, outcome },
        );
    }

    pub(super) fn find_clients(&self, asked: (ConnectionId, u64), typed: String) {
        self.ask(
            move |api| async move { api.find_clients(&typed).await },
            move |outcome| Input::ClientsFound { asked, outcome },
        );
    }

    pub(super) fn read_client(&self, asked: (ConnectionId, u64), client: ClientId) {
        self.ask(
            move |api| async move { api.client(&client).await.map(Box::new) },
            move |outcome| Input::Client { asked, outcome },
        );
    }

    pub(super) fn ask_activity(&self, asked: (ConnectionId, u64), weeks: u8) {
        self.ask(
            move |api| async move { api.activity(weeks).await },
            move |outcome| Input::Activity { asked, outcome },
        );
    }

    pub(super) fn tell_session(&self, until: Option<UnixMillis>) {
        let key = random::act_key(&*self.ground.random);
        self.ask(
            move |api| async move { api.set_session(until, key).await },
            move |outcome| Input::SessionTold(until, outcome),
        );
    }

    /// What is shown here; whether it arrives matters for seconds only.
    pub(super) fn look(&self, request: RequestId, away: bool) {
        let Some(api) = self.tokens.clone().map(Api::new) else {
            return;
        };
        let key = random::act_key(&*self.ground.random);
        tokio::spawn(async move {
            if let Err(error) = api.look(&request, away, key).await {
                tracing::debug!(%error, "colleagues are not told what is shown here");
            }
        });
    }

    pub(super) fn call(&self, act: ActId, call: Call) {
        let api = self.tokens.clone().map(Api::new);
        let (results, clock) = (self.results.clone(), self.ground.clock.clone());
        // One key for the act, however often its call is repeated, and by whom (RULES V1).
        let unanswered = self.unanswered.clone();
        if let Call::RevokePin(request) = &call {
            unanswered.forget_pins(request);
        }
        let key = unanswered
            .take(&call, clock.now())
            .unwrap_or_else(|| random::act_key(&*self.ground.random));
        tokio::spawn(async move {
            let outcome = match api {
                Some(api) => carry_out(&api, call.clone(), key).await,
                None => Err(CallError::SessionEnded),
            };
            if matches!(outcome, Err(CallError::NotSent | CallError::Unreachable)) {
                unanswered.note(call, key, clock.now());
            }
            let outcome = outcome.unwrap_or_else(Outcome::Failed);
            let _ = results.send(Input::Acted(act, outcome)).await;
        });
    }
}

async fn carry_out(api: &Api, call: Call, key: Uuid) -> Result<Outcome, CallError> {
    match call {
        Call::Seen(request) => api.seen(&request, key).await?,
        Call::Assign(request, body) => api.assign(&request, &body, key).await?,
        Call::IssuePin(request, evidence) => {
            return api.issue_pin(&request, evidence, key).await.map(issued);
        }
        Call::IssueClientPin(client, evidence, match_word) => {
            let body = IssueClientPin {
                evidence,
                match_word,
            };
            return api.issue_client_pin(&client, &body, key).await.map(issued);
        }
        Call::RevokePin(request) => api.revoke_pin(&request, key).await?,
        Call::ResendLink(request) => api.resend_link(&request, key).await?,
        Call::LiftSuppression(request) => api.lift_suppression(&request, key).await?,
        Call::CorrectAddress(request, body) => api.correct_address(&request, &body, key).await?,
        Call::ConfirmAddress(request, body) => api.confirm_address(&request, &body, key).await?,
        Call::SendGuide(request) => api.send_guide(&request, key).await?,
        Call::Reply(request, phrase) => api.reply(&request, phrase, key).await?,
        Call::Note(request, note, text) => {
            // Its own key, in every run: an answer that was lost is asked for again.
            let key = Uuid::try_parse(&note.0).map_err(|_| CallError::bad_request())?;
            api.add_note(&request, text, key).await?;
        }
        Call::Freeze(request) => api.freeze(&request, key).await?,
        Call::Unfreeze(request) => api.unfreeze(&request, key).await?,
        Call::Message(request, text) => api.write_message(&request, text, key).await?,
        Call::Solve(request) => api.solve(&request, key).await?,
        Call::SetCover(wish) => api.set_cover(&wish, key).await?,
        Call::CancelCover(cover) => api.cancel_cover(cover, key).await?,
    }
    Ok(Outcome::Done)
}

fn issued(pin: IssuedPin) -> Outcome {
    Outcome::Pin {
        id: pin.id,
        request: pin.request,
        digits: PinDigits::new(pin.digits),
        // By how long it lives, not until when: the clocks may differ.
        lasts: pin.expires_at.0.saturating_sub(pin.issued_at.0),
    }
}
