//! A desktop's key: signs proofs of possession (RFC 9449).

use std::sync::atomic::{AtomicU32, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_protocol::UnixMillis;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

static PROOFS: AtomicU32 = AtomicU32::new(0);

/// A P-256 key that signs proofs.
pub struct Key(SigningKey);

impl Key {
    /// The key of this seed; not 0.
    #[must_use]
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    /// Its public part.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let point = self.0.verifying_key().to_encoded_point(false);
        json!({
            "kty": "EC", "crv": "P-256",
            "x": URL_SAFE_NO_PAD.encode(point.x().unwrap()),
            "y": URL_SAFE_NO_PAD.encode(point.y().unwrap()),
        })
    }

    /// What the device's row holds of it (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let text = format!(
            r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
            jwk["x"], jwk["y"]
        );
        URL_SAFE_NO_PAD.encode(Sha256::digest(text))
    }

    /// Signs anything.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(header), part(claims));
        let signature: Signature = self.0.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// A proof's header.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk()})
    }

    /// The claims of a proof for one call; each has an id of its own.
    #[must_use]
    pub fn claims(now: UnixMillis, method: &str, url: &str, token: Option<&str>) -> Value {
        let mut claims = json!({
            "jti": format!("proof {}", PROOFS.fetch_add(1, Ordering::SeqCst)),
            "htm": method,
            "htu": url,
            "iat": now.0 / 1_000,
        });
        if let Some(token) = token {
            claims["ath"] = URL_SAFE_NO_PAD.encode(Sha256::digest(token)).into();
        }
        claims
    }

    /// The header line `DPoP` for one call.
    #[must_use]
    pub fn proof(&self, now: UnixMillis, method: &str, url: &str, token: Option<&str>) -> String {
        self.sign(&self.header(), &Self::claims(now, method, url, token))
    }
}
