//! `POST /api/v1/requests/{id}/pin`: one act that says how staff know who it is.
//!
//! The digits leave in this answer alone and are kept nowhere. A repeated call voids
//! the PIN that nobody read and answers with a new one that counts as the same (RULES S4).

use axum::Json;
use axum::extract::State;
use latchkey_protocol::{ErrorCode, IssuePin, IssuedPin, Problem, RequestId};

use crate::App;
use crate::api::once::{Before, Recorded, begin, may_see, record};
use crate::api::refusals::WriteRefused;
use crate::api::{Act, Call, Denied};
use crate::db::Tx;
use crate::pin::state::LIFETIME_MS;
use crate::pin::{self, Issue, Pin, PinFor};
use crate::refusal::Refusal;
use crate::rights;

#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/pin",
    tag = "requests",
    summary = "Issue a PIN",
    description = "Stating how one knows who it is and issuing are one act. The digits are in this \
        answer and nowhere else; the same call again voids them and answers with new ones that \
        count as the same. Where a second staff member is needed the statement is recorded and \
        answered with `second_person_needed`.",
    params(
        ("id" = String, Path, format = "uuid", description = "The request"),
        ("Idempotency-Key" = String, Header, format = "uuid", description = "A UUID; the same key is the same act"),
    ),
    request_body = IssuePin,
    responses(
        (status = 200, body = IssuedPin, links(
            ("revoke" = (operation_id = "revoke", parameters(("id" = "$request.path.id")))),
        )),
        WriteRefused,
    )
)]
pub(in crate::api) async fn pin(
    State(app): State<App>,
    act: Act<IssuePin>,
) -> Result<Json<IssuedPin>, Denied> {
    // Before anything is hashed (RULES S7); the writer looks again.
    let mut conn = app.reader.acquire().await?;
    if !rights::sees(&mut conn, &act.call.desk.staff, &act.call.request).await? {
        return Err(Refusal::of(ErrorCode::NotFound).into());
    }
    drop(conn);
    let pin = Pin::draw(&*app.random);
    let digits = String::from_utf8_lossy(pin.reveal()).into_owned();
    let hashed = app.hasher.hash(pin, &*app.random).await?;
    let wanted = PinFor {
        request: act.call.request.clone(),
        by: act.call.desk.staff.clone(),
        evidence: act.body.evidence,
        key: Some(act.call.key),
        hashed,
    };
    let call = act.call;
    let request = call.request.clone();
    let came_to = app
        .writer
        .run::<_, Refusal, _>(move |tx| Box::pin(async move { issue(tx, &call, wanted).await }))
        .await
        .map_err(|refusal| Denied::from(refusal).to_sign_in(&app))?;
    answer(came_to, digits, request)
}

/// The digits, once, or why not.
pub(in crate::api) fn answer(
    came_to: Result<Issue, Problem>,
    digits: String,
    request: RequestId,
) -> Result<Json<IssuedPin>, Denied> {
    match came_to {
        Ok(Issue::Issued {
            id,
            issued_at,
            expires_at,
        }) => Ok(Json(IssuedPin {
            id,
            digits,
            issued_at,
            expires_at,
            request: Some(request),
        })),
        Ok(Issue::SecondPersonNeeded { first }) => Err(second_person(first.by).into()),
        Err(problem) => Err(problem.into()),
    }
}

/// What it came to; the inner refusal is one that was recorded.
async fn issue(
    tx: &mut Tx,
    call: &Call,
    mut wanted: PinFor,
) -> Result<Result<Issue, Problem>, Refusal> {
    match begin(tx, call).await? {
        Before::Refused(problem) => return Ok(Err(problem)),
        // The PIN it would stand for is over: this is another one, and counts.
        Before::Done(at) if tx.now().0 - at.0 >= LIFETIME_MS => wanted.key = None,
        Before::Done(_) | Before::Nothing => {}
    }
    // The same call again draws digits anew.
    may_see(tx, call).await?;
    Ok(Ok(issue_and_record(tx, call, wanted).await?))
}

/// Issues it under every rule, and records what the call came to.
pub(in crate::api) async fn issue_and_record(
    tx: &mut Tx,
    call: &impl Recorded,
    wanted: PinFor,
) -> Result<Issue, Refusal> {
    let issue = pin::issue(tx, wanted).await?;
    match &issue {
        Issue::Issued { .. } => record(tx, call, None).await?,
        Issue::SecondPersonNeeded { first } => {
            let denied = Denied::from(second_person(first.by.clone()));
            record(tx, call, Some(denied.problem())).await?;
        }
    }
    Ok(issue)
}

fn second_person(first: String) -> Refusal {
    Refusal::of(ErrorCode::SecondPersonNeeded).by(first)
}
