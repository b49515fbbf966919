//! Uses a link, once: one statement decides (RULES S1).

use latchkey_protocol::{ClientId, SignInMethod};
use sqlx::Row;

use super::note;
use super::on_file::{self, OnFile};
use super::row;
use super::state::Verdict;
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::event::{Actor, Event, Kind};
use crate::session::client::{SignIn, start};

/// A mailbox that was proved stays proved this long, for the name to be typed.
pub const PROVED_MS: i64 = 15 * MINUTE;

/// What pressing the button came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consumed {
    /// Signed in.
    SignedIn,
    /// The mailbox is proved, but several people share it: who is it?
    AskWho,
    /// This browser has just used the link.
    WayBack,
    /// It no longer works.
    Dead,
}

/// Who presses, and what the session is made from.
pub struct Press {
    /// Hash of the link's token.
    pub link: [u8; 32],
    /// The browser.
    pub browser: String,
    /// Hash of the new session's token.
    pub session: [u8; 32],
    /// Hash of the session the browser came with.
    pub before: Option<[u8; 32]>,
    /// "Keep me signed in on this device".
    pub kept: bool,
}

/// Uses the link, if it is live.
pub async fn consume(tx: &mut Tx, press: Press) -> sqlx::Result<Consumed> {
    let now = tx.now();
    let used = sqlx::query(
        "UPDATE link SET state = 'used', used_at = $2, used_by_browser = $3
         WHERE token_hash = $1 AND state = 'live' AND expires_at > $2 AND address_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM help_request f
                           WHERE f.browser_id = $3 AND f.frozen_at IS NOT NULL)
         RETURNING id, address_id, client_id",
    )
    .bind(press.link.as_slice())
    .bind(now.0)
    .bind(&press.browser)
    .fetch_optional(tx.conn())
    .await?;
    let Some(used) = used else {
        return refuse(tx, &press).await;
    };
    let link: String = used.try_get("id")?;
    let meant: Option<String> = used.try_get("client_id")?;
    let on_file = on_file::by_id(tx.conn(), used.try_get("address_id")?).await?;
    match whom(&on_file, meant) {
        Whom::One(client) => {
            let sign_in = SignIn {
                client,
                browser: press.browser,
                method: SignInMethod::Link,
                kept: press.kept,
                link: Some(link),
                token: press.session,
                before: press.before,
            };
            start(tx, &sign_in).await?;
            Ok(Consumed::SignedIn)
        }
        Whom::Several => {
            let event = Event::new(Kind::LinkShared, Actor::Stranger)
                .address(&on_file.address)
                .browser(&press.browser)
                .subject(&link);
            tx.append(event).await?;
            Ok(Consumed::AskWho)
        }
        Whom::Nobody => Ok(Consumed::Dead),
    }
}

enum Whom {
    One(ClientId),
    Several,
    Nobody,
}

fn whom(on_file: &OnFile, meant: Option<String>) -> Whom {
    // The flag may have come to the mailbox with a person, after the link was sent (RULES C2).
    if on_file.no_mail {
        return Whom::Nobody;
    }
    let enabled = &on_file.enabled;
    // A shared mailbox is no proof of who reads it, whomever staff meant (RULES C9).
    match enabled.as_slice() {
        [one] if meant.is_none_or(|meant| meant == one.0) => Whom::One(one.clone()),
        [] | [_] => Whom::Nobody,
        _ => Whom::Several,
    }
}

async fn refuse(tx: &mut Tx, press: &Press) -> sqlx::Result<Consumed> {
    let now = tx.now();
    let Some(found) = row::find(tx.conn(), &press.link).await? else {
        return Ok(Consumed::Dead);
    };
    match found.link.judge(Some(&press.browser), now) {
        Verdict::WayBack => Ok(Consumed::WayBack),
        Verdict::Dead(why) => {
            note::refused(tx, &found, &press.browser, why).await?;
            Ok(Consumed::Dead)
        }
        // Live, but the statement did not take it: its moment passed in between.
        Verdict::Live { .. } => Ok(Consumed::Dead),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_file(enabled: &[&str]) -> OnFile {
        OnFile {
            address: "a".to_owned(),
            enabled: enabled.iter().map(|id| ClientId::from(*id)).collect(),
            disabled: vec![ClientId::from("gone")],
            no_mail: false,
            suppressed: false,
        }
    }

    // RULES S1, C2, C9
    #[test]
    fn a_link_opens_for_the_one_client_it_was_meant_for_and_for_nobody_else() {
        let meant = |id: &str| Some(id.to_owned());
        let one = |whom: Whom| matches!(whom, Whom::One(client) if client.0 == "ada");
        let nobody = |whom| matches!(whom, Whom::Nobody);
        let several = |whom| matches!(whom, Whom::Several);
        assert!(one(whom(&on_file(&["ada"]), None)));
        assert!(one(whom(&on_file(&["ada"]), meant("ada"))));
        assert!(nobody(whom(&on_file(&["ben"]), meant("ada"))));
        assert!(nobody(whom(&on_file(&[]), None)));
        assert!(several(whom(&on_file(&["ada", "ben"]), meant("ada"))));
        let mut quiet = on_file(&["ada"]);
        quiet.no_mail = true;
        assert!(nobody(whom(&quiet, meant("ada"))));
    }
}
