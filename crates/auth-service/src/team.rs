//! The practice's staff as they see each other.

use latchkey_protocol::{Colleague, StaffId};
use sqlx::{Row, SqliteConnection};

use crate::App;
use crate::staff::role_of;

/// Everybody who may act, by name.
pub async fn colleagues(app: &App, conn: &mut SqliteConnection) -> sqlx::Result<Vec<Colleague>> {
    let rows =
        sqlx::query("SELECT id, name, role FROM staff WHERE disabled_at IS NULL ORDER BY name, id")
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|row| {
            let id = StaffId(row.try_get("id")?);
            Ok(Colleague {
                name: row.try_get("name")?,
                role: role_of(row.try_get("role")?),
                connected: app.feed.is_connected(&id),
                id,
            })
        })
        .collect()
}
