//! Whose a request is. A person who opens it takes it where it is theirs to answer and
//! nobody has it; nobody is ever robbed of one unseen.

use latchkey_protocol::{ClientId, ErrorCode, RequestId, StaffId, UnixMillis};
use sqlx::Row;

use super::staff::open_request;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::refusal::Refusal;
use crate::rights::{self, Viewers};

/// Who has a request.
struct Holder {
    id: StaffId,
    name: String,
    since: UnixMillis,
}

/// Gives a request to a colleague, to oneself or to nobody. `seen` is whose it was as the
/// caller saw it: where somebody else has it by now, they keep it, and the caller is told.
pub async fn assign(
    tx: &mut Tx,
    request: &RequestId,
    by: &StaffId,
    to: Option<&StaffId>,
    seen: Option<Option<&StaffId>>,
) -> Result<(), Refusal> {
    let open = open_request(tx, request).await?;
    let holder = holder(tx, request).await?;
    let has = holder.as_ref().map(|holder| &holder.id);
    if has == to {
        return Ok(());
    }
    let expected = match seen {
        Some(seen) => has == seen,
        None => has.is_none_or(|has| has == by),
    };
    if !expected {
        let refusal = Refusal::of(ErrorCode::Taken);
        return Err(match holder {
            Some(holder) => refusal.by(holder.name).at(holder.since),
            None => refusal,
        });
    }
    let viewers = Viewers::of(tx, request).await?;
    let mut handed = false;
    if let Some(to) = to {
        if !is_enabled(tx, to).await? {
            return Err(Refusal::of(ErrorCode::ColleagueGone));
        }
        handed = !rights::sees(tx.conn(), to, request).await?;
    }
    write(tx, request, to, handed).await?;
    let by = Actor::Staff(by.clone());
    tx.append(event(by.clone(), request, open.client.as_ref(), to))
        .await?;
    viewers.after(tx, by).await?;
    Ok(())
}

/// Takes a request for whoever opens it, where nobody has it and they are in charge of it.
/// No event is written here.
pub async fn claim(tx: &mut Tx, request: &RequestId, by: &StaffId) -> sqlx::Result<bool> {
    let free: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM help_request r
         WHERE r.id = $1 AND r.assigned_to IS NULL AND r.state <> 'solved'
           AND (EXISTS (SELECT 1 FROM charge c
                        WHERE c.request_id = r.id AND c.staff_id = $2)
                OR EXISTS (SELECT 1 FROM load l
                           WHERE l.client_id = r.client_id AND l.staff_id = $2))",
    )
    .bind(&request.0)
    .bind(&by.0)
    .fetch_optional(tx.conn())
    .await?;
    if free.is_some() {
        write(tx, request, Some(by), false).await?;
    }
    Ok(free.is_some())
}

/// Whoever lost sight of a request does not have it any more.
pub async fn release(
    tx: &mut Tx,
    request: &RequestId,
    from: &StaffId,
    by: Actor,
) -> sqlx::Result<()> {
    let client: Option<Option<String>> = sqlx::query_scalar(
        "UPDATE help_request SET assigned_to = NULL, assigned_at = NULL, handed = 0
         WHERE id = $1 AND assigned_to = $2 AND state <> 'solved' RETURNING client_id",
    )
    .bind(&request.0)
    .bind(&from.0)
    .fetch_optional(tx.conn())
    .await?;
    if let Some(client) = client {
        let client = client.map(ClientId);
        tx.append(event(by, request, client.as_ref(), None)).await?;
    }
    Ok(())
}

pub(super) fn event(
    by: Actor,
    request: &RequestId,
    client: Option<&ClientId>,
    to: Option<&StaffId>,
) -> Event {
    let mut event = Event::new(Kind::HelpAssigned, by).request(request);
    if let Some(client) = client {
        event = event.client(client);
    }
    match to {
        Some(to) => event.subject(&to.0),
        None => event,
    }
}

async fn write(
    tx: &mut Tx,
    request: &RequestId,
    to: Option<&StaffId>,
    handed: bool,
) -> sqlx::Result<()> {
    let at = to.map(|_| tx.now().0);
    sqlx::query(
        "UPDATE help_request SET assigned_to = $2, assigned_at = $3, handed = $4 WHERE id = $1",
    )
    .bind(&request.0)
    .bind(to.map(|to| &to.0))
    .bind(at)
    .bind(i64::from(handed))
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn holder(tx: &mut Tx, request: &RequestId) -> sqlx::Result<Option<Holder>> {
    let row = sqlx::query(
        "SELECT s.id, s.name, r.assigned_at FROM help_request r JOIN staff s ON s.id = r.assigned_to
         WHERE r.id = $1",
    )
    .bind(&request.0)
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Holder {
            id: StaffId(row.try_get("id")?),
            name: row.try_get("name")?,
            since: UnixMillis(row.try_get("assigned_at")?),
        })
    })
    .transpose()
}

async fn is_enabled(tx: &mut Tx, staff: &StaffId) -> sqlx::Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM staff WHERE id = $1 AND disabled_at IS NULL")
            .bind(&staff.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(found.is_some())
}
