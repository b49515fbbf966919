//! What an admin looks at before mail goes to clients again: whose mailbox gets none, and
//! what the database that was replaced knew otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use latchkey_protocol::ClientId;
use sqlx::{Row, SqliteConnection};

use crate::db;

/// What is to be confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plans {
    /// Clients whose mailbox gets no mail.
    pub no_mail: Vec<(ClientId, String)>,
    /// What the replaced database knew otherwise. `None`: there is none to compare with.
    pub lost: Option<Vec<Change>>,
}

/// One thing about a client that the copy does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The client.
    pub client: ClientId,
    /// Their name.
    pub name: String,
    /// What happened after the copy was made.
    pub what: &'static str,
}

struct Card {
    name: String,
    no_mail: bool,
    disabled: bool,
    phone: Option<String>,
    addresses: Option<String>,
}

/// Looks at the database, and at the one it replaced, where that lies beside it.
pub async fn plans(conn: &mut SqliteConnection, replaced: Option<&Path>) -> sqlx::Result<Plans> {
    let now = cards(conn).await?;
    let lost = match replaced {
        Some(path) => before(path).await.map(|before| changes(&before, &now)),
        None => None,
    };
    let no_mail = now
        .into_iter()
        .filter(|(_, card)| card.no_mail)
        .map(|(id, card)| (ClientId(id), card.name))
        .collect();
    Ok(Plans { no_mail, lost })
}

/// `None`: it cannot be read, which may be why it was replaced.
async fn before(path: &Path) -> Option<BTreeMap<String, Card>> {
    let mut conn = db::still(path).await.ok()?;
    cards(&mut conn).await.ok()
}

async fn cards(conn: &mut SqliteConnection) -> sqlx::Result<BTreeMap<String, Card>> {
    let rows = sqlx::query(
        "SELECT c.id, c.first_name || ' ' || c.last_name AS name, c.no_mail, c.disabled_at, c.phone,
                (SELECT group_concat(t.holder || ' ' || a.address, ', ')
                 FROM (SELECT * FROM client_address ORDER BY address_id) t
                 JOIN address a ON a.id = t.address_id
                 WHERE t.client_id = c.id) AS addresses
         FROM client c",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let card = Card {
                name: row.try_get("name")?,
                no_mail: row.try_get::<i64, _>("no_mail")? != 0,
                disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
                phone: row.try_get("phone")?,
                addresses: row.try_get("addresses")?,
            };
            Ok((row.try_get("id")?, card))
        })
        .collect()
}

fn changes(before: &BTreeMap<String, Card>, now: &BTreeMap<String, Card>) -> Vec<Change> {
    let mut found = Vec::new();
    for (id, was) in before {
        let mut say = |what| {
            found.push(Change {
                client: ClientId(id.clone()),
                name: was.name.clone(),
                what,
            });
        };
        let Some(is) = now.get(id) else {
            say(if was.no_mail {
                "was added, with no mail to the mailbox"
            } else {
                "was added"
            });
            continue;
        };
        match (was.no_mail, is.no_mail) {
            (true, false) => say("asked for no mail"),
            (false, true) => say("was allowed mail again"),
            _ => {}
        }
        match (was.disabled, is.disabled) {
            (true, false) => say("was disabled"),
            (false, true) => say("was allowed in again"),
            _ => {}
        }
        if was.addresses != is.addresses {
            say("got another e-mail address");
        }
        if was.phone != is.phone {
            say("got another phone number");
        }
    }
    found
}
