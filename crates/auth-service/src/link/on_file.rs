//! Whom an address belongs to.

use latchkey_protocol::ClientId;
use sqlx::{Row, SqliteConnection};

/// An address on file and the clients who use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnFile {
    /// The address's id.
    pub address: String,
    /// Clients with access.
    pub enabled: Vec<ClientId>,
    /// Clients without.
    pub disabled: Vec<ClientId>,
    /// Nothing is sent there (RULES C2).
    pub no_mail: bool,
    /// Nothing is sent there since a bounce or a complaint, until staff lift it.
    pub suppressed: bool,
}

impl OnFile {
    /// The one client it belongs to, where there is exactly one.
    #[must_use]
    pub fn client(&self) -> Option<&ClientId> {
        match (self.enabled.as_slice(), self.disabled.as_slice()) {
            ([one], _) | ([], [one]) => Some(one),
            _ => None,
        }
    }

    /// Whether a link may be mailed there, in the words of an ask's outcome.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        if self.enabled.is_empty() {
            "disabled"
        } else if self.no_mail {
            "no_mail"
        } else if self.suppressed {
            "suppressed"
        } else if self.enabled.len() > 1 {
            "shared"
        } else {
            "queued"
        }
    }

    /// Whether a link may be mailed there.
    #[must_use]
    pub fn takes_mail(&self) -> bool {
        !self.enabled.is_empty() && !self.no_mail && !self.suppressed
    }
}

/// By the keyed hash of what was typed.
pub async fn by_key(conn: &mut SqliteConnection, key: &[u8; 32]) -> sqlx::Result<Option<OnFile>> {
    let row = sqlx::query("SELECT id FROM address WHERE address_key = $1")
        .bind(key.as_slice())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else {
        // As many statements as for an address on file (RULES A1).
        by_id(conn, "").await?;
        return Ok(None);
    };
    by_id(conn, row.try_get("id")?).await.map(Some)
}

/// By its id.
pub async fn by_id(conn: &mut SqliteConnection, address: &str) -> sqlx::Result<OnFile> {
    let rows = sqlx::query(
        "SELECT c.id, c.no_mail, c.disabled_at,
                EXISTS (SELECT 1 FROM suppression s
                        WHERE s.address_id = t.address_id AND s.lifted_at IS NULL) AS suppressed
         FROM client_address t JOIN client c ON c.id = t.client_id
         WHERE t.address_id = $1 ORDER BY c.id",
    )
    .bind(address)
    .fetch_all(conn)
    .await?;
    let mut found = OnFile {
        address: address.to_owned(),
        enabled: Vec::new(),
        disabled: Vec::new(),
        no_mail: false,
        suppressed: false,
    };
    for row in rows {
        let client = ClientId(row.try_get("id")?);
        let disabled: Option<i64> = row.try_get("disabled_at")?;
        found.suppressed |= row.try_get::<i64, _>("suppressed")? != 0;
        found.no_mail |= row.try_get::<i64, _>("no_mail")? != 0;
        if disabled.is_some() {
            found.disabled.push(client);
        } else {
            found.enabled.push(client);
        }
    }
    Ok(found)
}
