//! `latchkey-auth staff …`

use clap::{Subcommand, ValueEnum};
use latchkey_protocol::{Role, StaffId};

use super::words::{aside, say};
use super::{Failure, Flags, open};
use crate::App;
use crate::address::Address;
use crate::staff::{self, StaffError, role_text};

#[derive(Subcommand)]
pub enum Staff {
    /// Add a staff member; prints the id
    Add {
        /// The e-mail address the roster names them by
        #[arg(long)]
        email: String,
        /// The name colleagues know
        #[arg(long)]
        name: String,
        /// What they may see and do
        #[arg(long)]
        role: RoleFlag,
    },
    /// Print a one-time address that connects a browser; it works for one hour
    Invite {
        /// The staff member's id or e-mail address
        id: String,
    },
    /// Everybody
    List,
    /// Take everything away from a staff member, at once
    Disable {
        /// The staff member's id or e-mail address
        id: String,
    },
    /// End every desktop of a staff member, at once
    RevokeDevices {
        /// The staff member's id or e-mail address
        id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum RoleFlag {
    Clinician,
    FrontDesk,
    Admin,
}

pub async fn run(flags: &Flags, command: Staff) -> Result<(), Failure> {
    let app = open(flags.config()?).await?;
    match command {
        Staff::Add { email, name, role } => {
            let role = match role {
                RoleFlag::Clinician => Role::Clinician,
                RoleFlag::FrontDesk => Role::FrontDesk,
                RoleFlag::Admin => Role::Admin,
            };
            let id = app
                .writer
                .run(move |tx| Box::pin(async move { staff::add(tx, &email, &name, role).await }))
                .await
                .map_err(failure)?;
            say(&id);
            aside("Added. `latchkey-auth staff invite` makes their one-time address.");
            Ok(())
        }
        Staff::Invite { id } => {
            let id = named(&app, id).await?;
            let token = app
                .writer
                .run(move |tx| Box::pin(async move { staff::invite(tx, &id).await }))
                .await
                .map_err(failure)?;
            aside("Open this address in their browser; it works once, for one hour:");
            say(app
                .config
                .public(&format!("/staff/invite/{}", token.reveal())));
            Ok(())
        }
        Staff::List => {
            let mut conn = app.reader.acquire().await.map_err(Failure::because)?;
            for one in staff::list(&mut conn).await.map_err(Failure::because)? {
                say(format_args!(
                    "{}  {} <{}>  {}  {} desktops{}",
                    one.staff.id,
                    one.staff.name,
                    one.email,
                    role_text(one.staff.role),
                    one.devices,
                    if one.disabled_at.is_some() {
                        "  (disabled)"
                    } else {
                        ""
                    },
                ));
            }
            Ok(())
        }
        Staff::Disable { id } => {
            let id = named(&app, id).await?;
            app.writer
                .run(move |tx| Box::pin(async move { staff::disable(tx, &id).await }))
                .await
                .map_err(failure)?;
            say("Disabled. Desktops, browsers and one-time addresses are dead.");
            Ok(())
        }
        Staff::RevokeDevices { id } => {
            let id = named(&app, id).await?;
            let ended = app
                .writer
                .run(move |tx| {
                    Box::pin(async move { staff::revoke_devices(tx, &id, "by_operator").await })
                })
                .await
                .map_err(failure)?;
            say(format_args!("{ended} desktops ended."));
            Ok(())
        }
    }
}

/// Mistakes in what was typed end with 2.
fn failure(error: StaffError) -> Failure {
    match error {
        StaffError::Email | StaffError::Name => Failure::Usage(error.to_string()),
        other => Failure::because(other),
    }
}

async fn named(app: &App, given: String) -> Result<StaffId, Failure> {
    let Some(email) = Address::parse(&given) else {
        return Ok(StaffId(given));
    };
    sqlx::query_scalar("SELECT id FROM staff WHERE email = $1")
        .bind(email.reveal())
        .fetch_optional(&app.reader)
        .await
        .map_err(Failure::because)?
        .map(StaffId)
        .ok_or_else(|| failure(StaffError::NotFound))
}
