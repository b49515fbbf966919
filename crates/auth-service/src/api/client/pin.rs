//! `POST /api/v1/clients/{id}/pin`: a PIN for who is on the phone, at `/pin`.
//!
//! The client reads out a match word, which names the browser (RULES P2). Whatever was typed in
//! it, the PIN is bound to that browser and to this client, under every rule of a request's.

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{ErrorCode, Evidence, IssueClientPin, IssuedPin, Problem, RequestId};

use crate::App;
use crate::api::Denied;
use crate::api::act::{ClientAct, ClientCall};
use crate::api::once::{Before, begin, may_see};
use crate::api::refusals::WriteRefused;
use crate::api::request::pin::{answer, issue_and_record};
use crate::db::Tx;
use crate::help::pick::{Heard, pick};
use crate::limit::Often;
use crate::pin::state::LIFETIME_MS;
use crate::pin::{Hashed, Issue, Pin, PinFor};
use crate::refusal::Refusal;
use crate::rights;

#[utoipa::path(
    post,
    path = "/api/v1/clients/{id}/pin",
    tag = "clients",
    summary = "Issue a PIN to a client on the phone",
    description = "The client has `/pin` open and reads out a match word; one word is enough unless two browsers \
        show it. The PIN is bound to that browser, which is the client's from then on: its request is in \
        `request`. Where no address of the client was typed in it, a second staff member is needed. Otherwise as \
        for a request.",
    params(
        ("id" = String, Path, format = "uuid", description = "The client"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = IssueClientPin,
    responses(
        (status = 200, body = IssuedPin),
        WriteRefused,
    )
)]
pub(in crate::api) async fn pin(
    State(app): State<App>,
    act: ClientAct<IssueClientPin>,
) -> Result<Json<IssuedPin>, Denied> {
    app.limits
        .check_staff(Often::MatchWord, &act.call.desk.staff, app.now())?;
    let heard = Heard::read(&act.body.match_word).ok_or(Refusal::bad("match_word"))?;
    // Before anything is hashed (RULES S7); the writer looks again.
    let mut conn = app.reader.acquire().await?;
    if !rights::sees_client(&mut conn, &act.call.desk.staff, &act.call.client).await? {
        return Err(Refusal::of(ErrorCode::NotFound).into());
    }
    drop(conn);
    let pin = Pin::draw(&*app.random);
    let digits = String::from_utf8_lossy(pin.reveal()).into_owned();
    let hashed = app.hasher.hash(pin, &*app.random).await?;
    let (call, evidence) = (act.call, act.body.evidence);
    let came_to = app
        .writer
        .run::<_, Refusal, _>(move |tx| {
            Box::pin(async move { issue(tx, &call, &heard, evidence, hashed).await })
        })
        .await
        .map_err(|refusal| Denied::from(refusal).to_sign_in(&app))?;
    match came_to {
        Ok((request, issue)) => answer(Ok(issue), digits, request),
        Err(problem) => Err(problem.into()),
    }
}

/// What it came to; the inner refusal is one that was recorded.
async fn issue(
    tx: &mut Tx,
    call: &ClientCall,
    heard: &Heard,
    evidence: Evidence,
    hashed: Hashed,
) -> Result<Result<(RequestId, Issue), Problem>, Refusal> {
    let key = match begin(tx, call).await? {
        Before::Refused(problem) => return Ok(Err(problem)),
        // The PIN it would stand for is over: this is another one, and counts.
        Before::Done(at) if tx.now().0 - at.0 >= LIFETIME_MS => None,
        Before::Done(_) | Before::Nothing => Some(call.key),
    };
    // The same call again draws digits anew.
    may_see(tx, call).await?;
    let by = call.desk.staff.clone();
    let request = pick(tx, &call.client, heard, &by).await?;
    let wanted = PinFor {
        request: request.clone(),
        by,
        evidence,
        key,
        hashed,
    };
    let issue = issue_and_record(tx, call, wanted).await?;
    Ok(Ok((request, issue)))
}
