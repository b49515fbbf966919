//! Calls to the service, each in a task of its own that reports back.

use std::sync::Arc;

use latchkey_view::PinDigits;
use uuid::Uuid;

use super::Agent;
use crate::{
    desk::{ActId, Call, Input, Outcome},
    practice::{Api, CallError},
    random::{self, Random},
};

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

    pub(super) fn call(&self, act: ActId, call: Call) {
        let api = self.tokens.clone().map(Api::new);
        let (results, random) = (self.results.clone(), self.ground.random.clone());
        tokio::spawn(async move {
            let outcome = match api {
                Some(api) => carry_out(&api, call, &random).await,
                None => Err(CallError::SessionEnded),
            };
            let outcome = outcome.unwrap_or_else(Outcome::Failed);
            let _ = results.send(Input::Acted(act, outcome)).await;
        });
    }
}

/// One key for the act, however often its call is repeated.
async fn carry_out(api: &Api, call: Call, random: &Arc<dyn Random>) -> Result<Outcome, CallError> {
    let key = random::act_key(&**random);
    match call {
        Call::Seen(request) => api.seen(&request, key).await?,
        Call::IssuePin(request, evidence) => {
            let issued = api.issue_pin(&request, evidence, key).await?;
            return Ok(Outcome::Pin {
                id: issued.id,
                digits: PinDigits::new(issued.digits),
                // By how long it lives, not until when: the clocks may differ.
                lasts: issued.expires_at.0.saturating_sub(issued.issued_at.0),
            });
        }
        Call::RevokePin(request) => api.revoke_pin(&request, key).await?,
        Call::ResendLink(request) => api.resend_link(&request, key).await?,
        Call::Reply(request, phrase) => api.reply(&request, phrase, key).await?,
        Call::Note(request, note, text) => {
            // Its own key, in every run: an answer that was lost is asked for again.
            let key = Uuid::try_parse(&note.0).map_err(|_| CallError::bad_request())?;
            api.add_note(&request, text, key).await?;
        }
        Call::Solve(request) => api.solve(&request, key).await?,
    }
    Ok(Outcome::Done)
}
