//! The subject of the mail to look for: whoever searches for it finds the newest, in
//! whichever folder it lies.

use latchkey_protocol::{Cause, Diagnosis, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::answer;
use crate::mail::{compose, queue};
use crate::pages::letterhead::Letterhead;

/// Fills it in where the cause is that a mail lies somewhere.
pub(super) async fn fill(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
    diagnosis: &mut Diagnosis,
) -> sqlx::Result<()> {
    let lies_somewhere = matches!(
        diagnosis.cause,
        Cause::AcceptedNotOpened
            | Cause::ScannerOpened
            | Cause::OlderLinkOpened
            | Cause::ClockWrong
    );
    if !lies_somewhere {
        return Ok(());
    }
    let (Some(mail), Some(letterhead)) = (
        answer::newest_mail(conn, request).await?,
        Letterhead::read(conn).await?,
    ) else {
        return Ok(());
    };
    let language = match mail.try_get::<Option<String>, _>("address_id")? {
        Some(address) => queue::language(conn, &address).await?,
        None => None,
    };
    let at = UnixMillis(mail.try_get("created_at")?);
    diagnosis.facts.subject = Some(compose::link_subject(&letterhead, language.as_deref(), at));
    Ok(())
}
