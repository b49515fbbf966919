//! The practice that every schedule begins with: made once, copied for each.

use std::{ffi::OsString, fs, path::Path, sync::Arc};

use anyhow::Context as _;
use latchkey_agent::{
    os::Thread,
    random::Random as _,
    secret::RootKey,
    session::{DpopKey, Endpoints, KeptSession},
    store::{CACHE_FILE, Place, SESSION_FILE, Store},
};
use latchkey_auth::{
    clock::DAY,
    db::Unavailable,
    secret::Token,
    staff,
    testing::{House, ROSTER, juniper},
};
use latchkey_protocol::{Practice, Role, Staff, StaffId};
use secrecy::SecretString;

use crate::chance::Seeded;

/// The practice's address.
pub const ADDRESS: &str = "http://localhost:8080";
/// Whose desktop each is.
pub const DESKS: [&str; 3] = ["Rosa", "Rosa", "Sam"];
const STAFF: [(&str, &str, Role); 3] = [
    ("rosa@juniper.example", "Rosa Rivera", Role::Clinician),
    ("sam@juniper.example", "Sam Park", Role::FrontDesk),
    ("dana@juniper.example", "Dana Whitfield", Role::Admin),
];

/// A desktop that is signed in.
pub struct DeskSeed {
    /// The service's name of it.
    pub device: String,
    /// What its keychain keeps.
    pub secret: Vec<u8>,
    session: Vec<u8>,
    cache: Vec<u8>,
}

/// What every schedule begins with.
pub struct Template {
    database: Vec<u8>,
    /// What lies in the keys folder.
    keys: Vec<(OsString, Vec<u8>)>,
    /// The desktops, as [`DESKS`].
    pub desks: Vec<DeskSeed>,
}

impl Template {
    /// Makes it, on a runtime of its own.
    pub fn make() -> anyhow::Result<Self> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(furnish())
    }

    /// Lays out the service's folders.
    pub fn lay_out_service(&self, data: &Path, keys: &Path) -> anyhow::Result<()> {
        private(data)?;
        private(keys)?;
        fs::write(data.join("latchkey.sqlite"), &self.database)?;
        for (name, bytes) in &self.keys {
            let key = keys.join(name);
            fs::write(&key, bytes)?;
            fs::set_permissions(key, mode(0o600))?;
        }
        Ok(())
    }

    /// Lays out a desktop's folder.
    pub fn lay_out_desk(&self, number: usize, folder: &Path) -> anyhow::Result<()> {
        private(folder)?;
        let seed = self.desks.get(number).context("no such desk")?;
        fs::write(folder.join(SESSION_FILE), &seed.session)?;
        fs::write(folder.join(CACHE_FILE), &seed.cache)?;
        Ok(())
    }
}

fn mode(bits: u32) -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}

fn private(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, mode(0o700))?;
    Ok(())
}

async fn furnish() -> anyhow::Result<Template> {
    let house = House::empty().await;
    house
        .app
        .writer
        .run(|tx| {
            Box::pin(async move {
                juniper().create(tx).await?;
                for (email, name, role) in STAFF {
                    staff::add(tx, email, name, role).await?;
                }
                Ok::<_, staff::StaffError>(())
            })
        })
        .await?;
    house.import(ROSTER).await;
    let mut desks = Vec::new();
    for (number, name) in DESKS.iter().enumerate() {
        desks.push(sign_in(&house, number, name).await?);
    }
    let path = house.app.config.database_path()?;
    let connection = rusqlite::Connection::open(&path)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let mut keys = Vec::new();
    for file in fs::read_dir(&house.app.config.keys_dir)? {
        let file = file?;
        keys.push((file.file_name(), fs::read(file.path())?));
    }
    Ok(Template {
        database: fs::read(&path)?,
        keys,
        desks,
    })
}

/// A desktop that went through the browser's sign-in lately.
async fn sign_in(house: &House, number: usize, name: &str) -> anyhow::Result<DeskSeed> {
    let random = Arc::new(Seeded::of(7, number as u64));
    let key = DpopKey::draw(&*random).context("a key")?;
    let jkt = key.thumbprint().to_owned();
    let staff = house.staff(name).await;
    let of = staff.clone();
    let (device, refresh) = house
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let (device, now) = (tx.id(), tx.now().0);
                let token = Token::draw(tx.random());
                sqlx::query(
                    "INSERT INTO device (id, staff_id, name, jkt, created_at, expires_at, last_seen_at)
                     VALUES ($1, $2, 'a desk', $5, $3, $4, $3)",
                )
                .bind(&device)
                .bind(&of.0)
                .bind(now)
                .bind(now + 30 * DAY)
                .bind(jkt)
                .execute(tx.conn())
                .await?;
                sqlx::query(
                    "INSERT INTO refresh_token (token_hash, device_id, state, created_at, expires_at)
                     VALUES ($1, $2, 'live', $3, $4)",
                )
                .bind(token.hash().as_slice())
                .bind(&device)
                .bind(now)
                .bind(now + 30 * DAY)
                .execute(tx.conn())
                .await?;
                Ok::<_, Unavailable>((device, token))
            })
        })
        .await?;
    let mut secret = vec![0; 32];
    random.fill(&mut secret);
    let root = Arc::new(RootKey::from_kept(&secret).context("a root key")?);
    let folder = tempfile::tempdir()?;
    let (store, _) = Store::open(Place {
        folder: folder.path().to_owned(),
        key: root,
        fresh: true,
        random,
        on_lost: Box::new(|| {}),
        on_disk: Box::new(|_| {}),
        thread: Thread::start(),
    })
    .await;
    let session = kept(staff, name)?;
    let refresh = SecretString::from(refresh.reveal().to_owned());
    store
        .keep_session(session.with_secrets(&key, &refresh))
        .await;
    store.flush().await;
    let path = folder.path().join(CACHE_FILE);
    Ok(DeskSeed {
        device,
        session: fs::read(folder.path().join(SESSION_FILE))?,
        cache: whole_cache(&path, &secret)?,
        secret,
    })
}

fn kept(staff: StaffId, name: &str) -> anyhow::Result<KeptSession> {
    let (_, name, role) = STAFF
        .iter()
        .find(|(_, full, _)| full.starts_with(name))
        .context("no such staff member")?;
    let at = |path: &str| format!("{ADDRESS}{path}").parse();
    Ok(KeptSession {
        url: at("/")?,
        endpoints: Endpoints {
            issuer: ADDRESS.to_owned(),
            authorize: at("/oauth/authorize")?,
            token: at("/oauth/token")?,
            revoke: Some(at("/oauth/revoke")?),
        },
        staff: Staff {
            id: staff,
            name: (*name).to_owned(),
            role: *role,
        },
        practice: Practice {
            name: "Juniper Lane Practice".to_owned(),
            time_zone: "America/New_York".to_owned(),
        },
        device_name: "a desk".to_owned(),
    })
}

/// The cache's file with everything in it: nothing is left in the log beside it.
fn whole_cache(path: &Path, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
    let connection = crate::cache::open(path, secret)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(fs::read(path)?)
}
