//! What is written down about a link, for staff to see. It explains, and decides nothing.

use latchkey_protocol::{LinkRefusal, Opener};

use super::ask;
use super::on_file;
use super::queue::about;
use super::row::LinkRow;
use super::state::LinkState;
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};

/// Writes that a dead link was tried; once a minute is enough for the timeline.
pub async fn refused(
    tx: &mut Tx,
    found: &LinkRow,
    browser: &str,
    why: LinkRefusal,
) -> sqlx::Result<()> {
    if lately(tx, found, Kind::LinkRefused).await? {
        return Ok(());
    }
    let on_file = on_file::by_id(tx.conn(), &found.address).await?;
    let word = match why {
        LinkRefusal::Used => LinkState::Used.as_str(),
        LinkRefusal::Replaced => LinkState::Replaced.as_str(),
        LinkRefusal::TooOld => "too_old",
        LinkRefusal::Voided | LinkRefusal::Unknown => LinkState::Voided.as_str(),
    };
    let mut event = Event::new(Kind::LinkRefused, Actor::Stranger)
        .browser(browser)
        .subject(&found.id)
        .with("sent_at", found.link.created_at.0)
        .with("why", word);
    if let (LinkRefusal::Used, Some(at)) = (why, found.link.used_at) {
        let here = found.link.used_by.as_deref() == Some(browser);
        event = event.with("used_at", at.0).with("used_here", here);
    }
    tx.append(about(event, Some(&on_file), found.client.as_ref()))
        .await?;
    Ok(())
}

/// Writes that a link was opened: by a scanner, by anybody else, and in the browser that
/// asked, each once and in this order. Whoever comes after somebody who tells more is no news.
pub async fn opened(
    tx: &mut Tx,
    found: &LinkRow,
    browser: Option<&str>,
    opener: Opener,
) -> sqlx::Result<()> {
    let here = found.link.asked_here(browser);
    let tells = match opener {
        _ if here => 1,
        Opener::Scanner => -1,
        Opener::Person | Opener::Unclear => 0,
    };
    let now = tx.now().0;
    let news = sqlx::query(
        "UPDATE link SET opened_at = COALESCE(opened_at, $2), opened_same_browser = $3
         WHERE id = $1 AND (opened_at IS NULL OR opened_same_browser < $3)",
    )
    .bind(&found.id)
    .bind(now)
    .bind(tells)
    .execute(tx.conn())
    .await?
    .rows_affected();
    if news == 0 {
        return Ok(());
    }
    let on_file = on_file::by_id(tx.conn(), &found.address).await?;
    let mut event = Event::new(Kind::LinkOpened, Actor::Stranger)
        .subject(&found.id)
        .with("sent_at", found.link.created_at.0)
        .with("same_browser", here)
        .with(
            "opener",
            match opener {
                Opener::Person => "person",
                Opener::Scanner => "scanner",
                Opener::Unclear => "unclear",
            },
        );
    if let Some(browser) = browser {
        event = event.browser(browser);
    }
    tx.append(about(event, Some(&on_file), found.client.as_ref()))
        .await?;
    Ok(())
}

/// Writes that a browser opened this link and kept no cookie; once a minute is enough.
pub async fn no_cookies(tx: &mut Tx, found: &LinkRow) -> sqlx::Result<()> {
    if lately(tx, found, Kind::CookiesBlocked).await? {
        return Ok(());
    }
    let on_file = on_file::by_id(tx.conn(), &found.address).await?;
    let event = Event::new(Kind::CookiesBlocked, Actor::Stranger)
        .subject(&found.id)
        .with("on_link", true);
    tx.append(about(event, Some(&on_file), found.client.as_ref()))
        .await?;
    Ok(())
}

/// Writes that this browser opened what a mail program had made of a link; once a minute is
/// enough. Whose link it was is known where the same browser asked for one lately; for an
/// address that is on file it is written as for any other (RULES A1). False where it never
/// asked.
pub async fn damaged(tx: &mut Tx, browser: &str) -> sqlx::Result<bool> {
    let Some(asked) = ask::newest_of(tx, browser).await? else {
        return Ok(false);
    };
    let now = tx.now().0;
    let lately = sqlx::query(
        "SELECT 1 AS one FROM event
         WHERE browser_id = $1 AND kind = 'link_damaged' AND at > $2 LIMIT 1",
    )
    .bind(browser)
    .bind(now - MINUTE)
    .fetch_optional(tx.conn())
    .await?;
    if lately.is_none() {
        let event = Event::new(Kind::LinkDamaged, Actor::Stranger).browser(browser);
        tx.append(about(event, asked.on_file.as_ref(), None))
            .await?;
    }
    Ok(true)
}

/// Whether the same was written of this link within the last minute.
async fn lately(tx: &mut Tx, found: &LinkRow, kind: Kind) -> sqlx::Result<bool> {
    let now = tx.now().0;
    let lately = sqlx::query(
        "SELECT 1 AS one FROM event
         WHERE address_id = $1 AND kind = $4 AND subject_id = $2 AND at > $3 LIMIT 1",
    )
    .bind(&found.address)
    .bind(&found.id)
    .bind(now - MINUTE)
    .bind(kind.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(lately.is_some())
}
