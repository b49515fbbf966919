//! Who a request is from, as far as the file knows, and how to call back.

use latchkey_protocol::{CallBack, ClientId, NearMiss, UnixMillis, Who};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::client::correct::is_new;
use crate::diagnosis::OnFile;

/// What the file says about whoever asks.
pub struct Person {
    /// Who.
    pub who: Who,
    /// The number on file (RULES P1).
    pub call_back: Option<CallBack>,
    /// For the diagnosis.
    pub on_file: OnFile,
    /// Whose address was nearly typed.
    pub near: Option<NearMiss>,
    /// Access is disabled.
    pub disabled: bool,
    /// When an address or the phone number changed last.
    pub contact_changed_at: Option<i64>,
}

pub(super) async fn load(
    conn: &mut SqliteConnection,
    request: &SqliteRow,
    now: UnixMillis,
) -> sqlx::Result<Person> {
    let client: Option<String> = request.try_get("client_id")?;
    let shared = Shared::read(request)?;
    let typed: String = request.try_get("typed")?;
    let Some(client) = client else {
        let mut nobody = shared.nobody(typed);
        if let Some(near) = request.try_get::<Option<String>, _>("near_client_id")? {
            nobody.near = near_miss(conn, &near).await?;
        }
        return Ok(nobody);
    };
    let mut person = of_client(conn, client, &shared, typed, now).await?;
    if request.try_get::<Option<i64>, _>("picked_at")?.is_some() && shared.people == 0 {
        // Staff know who it is; what was typed is still nobody's address.
        person.on_file = OnFile::Nobody;
    }
    Ok(person)
}

/// One client, whatever was typed.
pub(super) async fn of_client(
    conn: &mut SqliteConnection,
    client: String,
    shared: &Shared,
    typed: String,
    now: UnixMillis,
) -> sqlx::Result<Person> {
    let row = sqlx::query("SELECT * FROM client WHERE id = $1")
        .bind(&client)
        .fetch_one(&mut *conn)
        .await?;
    let clinician = clinician(conn, &client).await?;
    let first: String = row.try_get("first_name")?;
    let last: String = row.try_get("last_name")?;
    let called = row
        .try_get::<Option<String>, _>("preferred_name")?
        .unwrap_or_else(|| first.clone());
    let no_mail = row.try_get::<i64, _>("no_mail")? != 0;
    let disabled = row.try_get::<Option<i64>, _>("disabled_at")?.is_some();
    Ok(Person {
        who: Who {
            client: Some(ClientId(client)),
            name: Some(format!("{first} {last}").trim().to_owned()),
            first_name: Some(called.clone()),
            clinician,
            typed,
            shared_address: shared.people > 1,
        },
        call_back: Some(CallBack {
            phone: row.try_get("phone")?,
            phone_is_new: is_new(row.try_get("phone_changed_at")?, now.0),
            ask_for: called,
            language: row.try_get("language")?,
        }),
        on_file: if shared.people > 1 {
            OnFile::Several { no_mail }
        } else {
            OnFile::One { no_mail, disabled }
        },
        near: None,
        disabled,
        contact_changed_at: row.try_get("contact_changed_at")?,
    })
}

/// Who answers for a client.
pub async fn clinician(conn: &mut SqliteConnection, client: &str) -> sqlx::Result<Option<String>> {
    let clinicians: Vec<String> = sqlx::query_scalar(
        "SELECT s.name FROM caseload l JOIN staff s ON s.id = l.staff_id
         WHERE l.client_id = $1 AND s.disabled_at IS NULL ORDER BY s.name",
    )
    .bind(client)
    .fetch_all(conn)
    .await?;
    Ok((!clinicians.is_empty()).then(|| clinicians.join(", ")))
}

/// The client whose address was nearly typed, masked: it may be somebody else (RULES A2, C7).
async fn near_miss(conn: &mut SqliteConnection, client: &str) -> sqlx::Result<Option<NearMiss>> {
    let row = sqlx::query("SELECT first_name, last_name FROM client WHERE id = $1")
        .bind(client)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let names: [String; 2] = [row.try_get("first_name")?, row.try_get("last_name")?];
    let initials: Vec<String> = names
        .iter()
        .filter_map(|name| name.trim().chars().next())
        .map(|initial| format!("{initial}."))
        .collect();
    Ok(Some(NearMiss {
        initials: initials.join(" "),
        clinician: clinician(conn, client).await?,
    }))
}

/// How many people use the address.
pub(super) struct Shared {
    pub(super) people: i64,
    pub(super) no_mail: bool,
}

impl Shared {
    pub(super) fn read(request: &SqliteRow) -> sqlx::Result<Self> {
        let no_mail: Option<i64> = request.try_get("people_no_mail")?;
        Ok(Self {
            people: request.try_get("people")?,
            no_mail: no_mail.is_some_and(|flag| flag != 0),
        })
    }

    /// A request that is matched to nobody.
    fn nobody(self, typed: String) -> Person {
        Person {
            who: Who {
                client: None,
                name: None,
                first_name: None,
                clinician: None,
                typed,
                shared_address: self.people > 1,
            },
            call_back: None,
            on_file: if self.people > 1 {
                OnFile::Several {
                    no_mail: self.no_mail,
                }
            } else {
                OnFile::Nobody
            },
            near: None,
            disabled: false,
            contact_changed_at: None,
        }
    }
}
