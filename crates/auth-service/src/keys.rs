//! Keys that lie outside the database and its backups (`--keys-dir`).
//!
//! One root key of 32 bytes; a key for each purpose is derived from it, so that
//! a seal made for one purpose cannot be opened for another.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::random::Random;

const FILE: &str = "root.key";
const NONCE: usize = 24;

/// What a derived key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Seals the hashes of PINs.
    Pin,
    /// Seals the bodies of queued mails.
    Mail,
    /// Keys the hash of an address that somebody typed.
    Address,
    /// Authenticates the head of the event log.
    Audit,
    /// Signs the tokens of forms.
    Form,
    /// Authenticates the file that remembers how far the log had come.
    Epoch,
    /// Authenticates the tags of mails, which come back in reports.
    Bounce,
}

impl Purpose {
    const fn info(self) -> &'static [u8] {
        match self {
            Self::Pin => b"latchkey pin 1",
            Self::Mail => b"latchkey mail 1",
            Self::Address => b"latchkey address 1",
            Self::Audit => b"latchkey audit 1",
            Self::Form => b"latchkey form 1",
            Self::Epoch => b"latchkey epoch 1",
            Self::Bounce => b"latchkey bounce 1",
        }
    }
}

/// Why the keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder or file could not be read or made.
    #[error("cannot use the keys folder {0}: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// The folder or the file is open to other users of this computer.
    #[error("{0} can be read by others; allow only its owner (chmod go= {0})")]
    TooOpen(PathBuf),
    /// The file holds something else.
    #[error("{0} is not a key file of latchkey-auth; restore it from where you keep the keys")]
    NotAKey(PathBuf),
    /// There is a database already, so the key must have existed, too.
    #[error(
        "there is a database but no key at {0}; point --keys-dir to the folder that belongs to it"
    )]
    Missing(PathBuf),
}

/// A sealed value does not open: another key, another purpose, or tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with this key")]
pub struct Unsealable;

/// The root key. Cannot be printed, cloned or serialized.
pub struct Keys {
    root: Zeroizing<[u8; 32]>,
    id: String,
    folder: PathBuf,
}

impl Keys {
    /// Reads the root key, or makes it where there is none yet.
    pub fn load_or_create(folder: &Path, random: &dyn Random) -> Result<Self, KeysError> {
        let path = folder.join(FILE);
        if !path.exists() {
            create(folder, &path, random)
                .map_err(|error| KeysError::Folder(folder.to_path_buf(), error))?;
        }
        Self::load(folder)
    }

    /// Reads the root key.
    pub fn load(folder: &Path) -> Result<Self, KeysError> {
        let path = folder.join(FILE);
        for place in [folder, path.as_path()] {
            let mode = fs::metadata(place)
                .map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => KeysError::Missing(path.clone()),
                    _ => KeysError::Folder(place.to_path_buf(), error),
                })?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(KeysError::TooOpen(place.to_path_buf()));
            }
        }
        let text = Zeroizing::new(
            fs::read_to_string(&path).map_err(|error| KeysError::Folder(path.clone(), error))?,
        );
        let bytes = Zeroizing::new(
            URL_SAFE_NO_PAD
                .decode(text.trim())
                .map_err(|_| KeysError::NotAKey(path.clone()))?,
        );
        let root: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| KeysError::NotAKey(path))?;
        Ok(Self::from_root(Zeroizing::new(root), folder.to_path_buf()))
    }

    fn from_root(root: Zeroizing<[u8; 32]>, folder: PathBuf) -> Self {
        let digest = Sha256::new()
            .chain_update(b"latchkey key id 1")
            .chain_update(root.as_slice())
            .finalize();
        let id = URL_SAFE_NO_PAD.encode(&digest[..6]);
        Self { root, id, folder }
    }

    /// Where it lies, and what else is to be kept apart from the database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Names this key, so that it can be told from a later one; not secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let derived =
            Hkdf::<Sha256>::new(None, self.root.as_slice()).expand(purpose.info(), &mut *key);
        debug_assert!(derived.is_ok(), "32 bytes are always within HKDF's limit");
        key
    }

    /// A keyed hash.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, message: &[u8]) -> [u8; 32] {
        let key = self.derive(purpose);
        // HMAC takes a key of any length, so the fallback is never taken.
        Hmac::<Sha256>::new_from_slice(key.as_slice())
            .map(|mac| mac.chain_update(message).finalize().into_bytes().into())
            .unwrap_or_default()
    }

    /// True where `mac` is the keyed hash of `message`, in constant time.
    #[must_use]
    pub fn is_mac(&self, purpose: Purpose, message: &[u8], mac: &[u8]) -> bool {
        self.mac(purpose, message).ct_eq(mac).into()
    }

    /// Seals `plain`; it opens only together with the same `beside` (what it belongs to).
    #[must_use]
    pub fn seal(
        &self,
        purpose: Purpose,
        beside: &[u8],
        plain: &[u8],
        random: &dyn Random,
    ) -> Vec<u8> {
        let nonce: [u8; NONCE] = random.bytes();
        let payload = Payload {
            msg: plain,
            aad: beside,
        };
        let mut sealed = nonce.to_vec();
        // Fails only for messages beyond 256 GiB.
        sealed.extend(
            self.cipher(purpose)
                .encrypt(&XNonce::from(nonce), payload)
                .unwrap_or_default(),
        );
        sealed
    }

    /// Opens what [`Keys::seal`] made.
    pub fn open(
        &self,
        purpose: Purpose,
        beside: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or(Unsealable)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Unsealable)?;
        let payload = Payload {
            msg: body,
            aad: beside,
        };
        self.cipher(purpose)
            .decrypt(&XNonce::from(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| Unsealable)
    }

    fn cipher(&self, purpose: Purpose) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(purpose)).into())
    }
}

fn create(folder: &Path, path: &Path, random: &dyn Random) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let root = Zeroizing::new(random.bytes::<32>());
    let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(root.as_slice()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // The name must be as durable as the content, or a crash leaves data without its key.
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    fn keys(seed: u64) -> (tempfile::TempDir, Keys) {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::load_or_create(&folder.path().join("keys"), &SeededRandom::new(seed));
        (folder, keys.unwrap_or_else(|error| panic!("{error}")))
    }

    #[test]
    fn the_same_file_gives_the_same_key() {
        let (folder, first) = keys(1);
        let again =
            Keys::load(&folder.path().join("keys")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(first.id(), again.id());
        assert_eq!(
            first.mac(Purpose::Audit, b"x"),
            again.mac(Purpose::Audit, b"x")
        );
        assert_ne!(first.id(), keys(2).1.id());
    }

    // RULES S7
    #[test]
    fn a_seal_opens_only_for_its_purpose_its_place_and_its_key() {
        let (_folder, keys_one) = keys(1);
        let random = SeededRandom::new(3);
        let sealed = keys_one.seal(Purpose::Mail, b"mail 1", b"words", &random);
        let open = |keys: &Keys, purpose, beside: &[u8], sealed: &[u8]| {
            keys.open(purpose, beside, sealed)
                .map(|plain| plain.to_vec())
        };
        assert_eq!(
            open(&keys_one, Purpose::Mail, b"mail 1", &sealed),
            Ok(b"words".to_vec())
        );
        assert_eq!(
            open(&keys_one, Purpose::Pin, b"mail 1", &sealed),
            Err(Unsealable)
        );
        assert_eq!(
            open(&keys_one, Purpose::Mail, b"mail 2", &sealed),
            Err(Unsealable)
        );
        assert_eq!(
            open(&keys(2).1, Purpose::Mail, b"mail 1", &sealed),
            Err(Unsealable)
        );
        assert_eq!(
            open(&keys_one, Purpose::Mail, b"mail 1", &sealed[1..]),
            Err(Unsealable)
        );
        assert_eq!(
            open(&keys_one, Purpose::Mail, b"mail 1", b""),
            Err(Unsealable)
        );
    }

    #[test]
    fn keyed_hashes_differ_by_purpose() {
        let (_folder, keys) = keys(1);
        let mac = keys.mac(Purpose::Address, b"ada@example.org");
        assert!(keys.is_mac(Purpose::Address, b"ada@example.org", &mac));
        assert!(!keys.is_mac(Purpose::Audit, b"ada@example.org", &mac));
        assert!(!keys.is_mac(Purpose::Address, b"ada@example.org", &mac[..31]));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let (folder, _) = keys(1);
        let folder = folder.path().join("keys");
        fs::write(folder.join(FILE), "words\n").unwrap();
        assert!(matches!(Keys::load(&folder), Err(KeysError::NotAKey(_))));
    }
}
