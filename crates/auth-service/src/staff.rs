//! Staff: clinicians, front desk, admins.

use latchkey_protocol::{Role, Staff, StaffId, UnixMillis};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::address::Address;
use crate::clock::HOUR;
use crate::cover;
use crate::db::{Tx, Unavailable};
use crate::event::{Actor, Event, Kind};
use crate::rights::Sight;
use crate::secret::Token;

/// How long a one-time address works.
const INVITE: i64 = HOUR;

/// A row of `staff list`.
pub struct Listed {
    /// Who.
    pub staff: Staff,
    /// For the roster's column "clinician email".
    pub email: String,
    /// Since when they may do nothing.
    pub disabled_at: Option<UnixMillis>,
    /// How many desktops are connected.
    pub devices: i64,
}

/// Why staff could not be changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StaffError {
    /// The address.
    #[error("that is not an e-mail address; nothing was changed")]
    Email,
    /// The name.
    #[error("a staff member needs a name of at most 200 characters; nothing was changed")]
    Name,
    /// There already.
    #[error(
        "a staff member with that e-mail address exists already (see `staff list`); nothing was changed"
    )]
    Exists,
    /// Nobody.
    #[error("there is no staff member with that id (see `staff list`); nothing was changed")]
    NotFound,
    /// Disabled.
    #[error("that staff member is disabled; nothing was changed")]
    Disabled,
    /// The last one who can run the practice.
    #[error("that is the last admin; add another one first. Nothing was changed")]
    LastAdmin,
    /// The database.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<sqlx::Error> for StaffError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

/// A role as it is written in the database and on the command line.
#[must_use]
pub const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Clinician => "clinician",
        Role::FrontDesk => "front-desk",
        Role::Admin => "admin",
        Role::Unknown => "unknown",
    }
}

/// Reads it back.
#[must_use]
pub fn role_of(text: &str) -> Role {
    match text {
        "clinician" => Role::Clinician,
        "front-desk" => Role::FrontDesk,
        "admin" => Role::Admin,
        _ => Role::Unknown,
    }
}

/// Adds a staff member.
pub async fn add(tx: &mut Tx, email: &str, name: &str, role: Role) -> Result<StaffId, StaffError> {
    let email = Address::parse(email).ok_or(StaffError::Email)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(StaffError::Name);
    }
    let sight = Sight::before(tx).await?;
    let id = StaffId(tx.id());
    let now = tx.now();
    let written = sqlx::query(
        "INSERT INTO staff (id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(&id.0)
    .bind(email.reveal())
    .bind(name)
    .bind(role_text(role))
    .bind(now.0)
    .execute(tx.conn())
    .await?
    .rows_affected();
    if written == 0 {
        return Err(StaffError::Exists);
    }
    let event = Event::new(Kind::StaffAdded, Actor::Operator)
        .subject(&id.0)
        .with("role", role_text(role))
        .personal("name", name)
        .personal("email", email.reveal());
    tx.append(event).await?;
    sight.after(tx, Actor::Operator).await?;
    Ok(id)
}

/// Makes a one-time address for a staff member; an older unused one dies.
pub async fn invite(tx: &mut Tx, staff: &StaffId) -> Result<Token, StaffError> {
    enabled(tx.conn(), staff).await?;
    let token = Token::draw(tx.random());
    let now = tx.now();
    sqlx::query("UPDATE staff_invite SET used_at = $2 WHERE staff_id = $1 AND used_at IS NULL")
        .bind(&staff.0)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO staff_invite (token_hash, staff_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token.hash().as_slice())
    .bind(&staff.0)
    .bind(now.0)
    .bind(now.0 + INVITE)
    .execute(tx.conn())
    .await?;
    tx.append(Event::new(Kind::StaffInvited, Actor::Operator).subject(&staff.0))
        .await?;
    Ok(token)
}

/// Disables a staff member and ends everything they have.
pub async fn disable(tx: &mut Tx, staff: &StaffId) -> Result<(), StaffError> {
    let role = enabled(tx.conn(), staff).await?;
    if role == Role::Admin {
        let others: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM staff WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1",
        )
        .bind(&staff.0)
        .fetch_one(tx.conn())
        .await?;
        if others == 0 {
            return Err(StaffError::LastAdmin);
        }
    }
    let sight = Sight::before(tx).await?;
    let now = tx.now();
    sqlx::query("UPDATE staff SET disabled_at = $2 WHERE id = $1")
        .bind(&staff.0)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    tx.append(Event::new(Kind::StaffDisabled, Actor::Operator).subject(&staff.0))
        .await?;
    revoke_devices(tx, staff, "staff_disabled").await?;
    cover::end_all_by(tx, staff, &Actor::Operator).await?;
    sight.after(tx, Actor::Operator).await?;
    Ok(())
}

/// Ends every desktop, browser and one-time address of a staff member. Gives the number of desktops.
pub async fn revoke_devices(
    tx: &mut Tx,
    staff: &StaffId,
    why: &'static str,
) -> Result<usize, StaffError> {
    find(tx.conn(), staff).await?;
    let now = tx.now();
    for sql in [
        "UPDATE staff_browser SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL",
        "UPDATE staff_invite SET used_at = $2 WHERE staff_id = $1 AND used_at IS NULL",
        "UPDATE authorization_code SET used_at = $2 WHERE staff_id = $1 AND used_at IS NULL",
    ] {
        sqlx::query(sql)
            .bind(&staff.0)
            .bind(now.0)
            .execute(tx.conn())
            .await?;
    }
    let devices: Vec<String> =
        sqlx::query_scalar("SELECT id FROM device WHERE staff_id = $1 AND revoked_at IS NULL")
            .bind(&staff.0)
            .fetch_all(tx.conn())
            .await?;
    for device in &devices {
        revoke_device(tx, device, Actor::Operator, why).await?;
    }
    Ok(devices.len())
}

/// Ends one desktop: its tokens, and at its next breath its stream.
pub async fn revoke_device(
    tx: &mut Tx,
    device: &str,
    by: Actor,
    why: &'static str,
) -> sqlx::Result<()> {
    let now = tx.now();
    let revoked = sqlx::query(
        "UPDATE device SET revoked_at = $2, revoked_why = $3 WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind(device)
    .bind(now.0)
    .bind(why)
    .execute(tx.conn())
    .await?
    .rows_affected();
    if revoked == 1 {
        sqlx::query("UPDATE refresh_token SET state = 'revoked' WHERE device_id = $1")
            .bind(device)
            .execute(tx.conn())
            .await?;
        sqlx::query("DELETE FROM access_token WHERE device_id = $1")
            .bind(device)
            .execute(tx.conn())
            .await?;
        let event = Event::new(Kind::DeviceRevoked, by)
            .subject(device)
            .with("why", why);
        tx.append(event).await?;
    }
    Ok(())
}

/// Everybody, oldest first.
pub async fn list(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query(
        "SELECT s.*, (SELECT COUNT(*) FROM device d
                      WHERE d.staff_id = s.id AND d.revoked_at IS NULL) AS devices
         FROM staff s ORDER BY s.created_at, s.id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                staff: read(row)?,
                email: row.try_get("email")?,
                disabled_at: row
                    .try_get::<Option<i64>, _>("disabled_at")?
                    .map(UnixMillis),
                devices: row.try_get("devices")?,
            })
        })
        .collect()
}

/// One staff member, disabled or not.
pub async fn find(conn: &mut SqliteConnection, id: &StaffId) -> Result<Staff, StaffError> {
    let row = sqlx::query("SELECT * FROM staff WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(conn)
        .await?
        .ok_or(StaffError::NotFound)?;
    Ok(read(&row)?)
}

async fn enabled(conn: &mut SqliteConnection, id: &StaffId) -> Result<Role, StaffError> {
    let row = sqlx::query("SELECT role, disabled_at FROM staff WHERE id = $1")
        .bind(&id.0)
        .fetch_optional(conn)
        .await?
        .ok_or(StaffError::NotFound)?;
    if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        return Err(StaffError::Disabled);
    }
    Ok(role_of(row.try_get("role")?))
}

fn read(row: &SqliteRow) -> sqlx::Result<Staff> {
    Ok(Staff {
        id: StaffId(row.try_get("id")?),
        name: row.try_get("name")?,
        role: role_of(row.try_get("role")?),
    })
}
