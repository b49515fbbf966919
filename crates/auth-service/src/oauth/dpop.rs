//! Proof of possession (RFC 9449): each call carries a fresh signature by the
//! desktop's key, so a stolen token is worth nothing without that key.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, Method};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use latchkey_protocol::UnixMillis;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use crate::App;
use crate::clock::{MINUTE, SECOND};

/// How old a proof may be: as far as a desktop's clock may be behind.
const OLDEST: i64 = 5 * MINUTE;
/// How far it may be ahead. Little: after a restart nobody knows the proofs that came
/// before it, so only those dated after it count, and one dated ahead would.
const AHEAD: i64 = 5 * SECOND;
/// A proof is longer than this only if somebody plays.
const LONGEST: usize = 4_096;
/// Proofs remembered at once; more within ten minutes is a flood.
const MOST: usize = 200_000;

/// Why a proof does not count, for a developer; nothing of the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unproved(pub &'static str);

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
}

/// Checks the `DPoP` header of a call to `path`; gives what it proves.
pub fn check(
    app: &App,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    token: Option<&str>,
) -> Result<Proof, Unproved> {
    let mut given = headers.get_all("dpop").iter();
    let proof = match (given.next(), given.next()) {
        (Some(proof), None) => proof
            .to_str()
            .map_err(|_| Unproved("the proof is not text"))?,
        (None, _) => return Err(Unproved("there is no DPoP proof")),
        _ => return Err(Unproved("there are several DPoP proofs")),
    };
    let now = app.now();
    let expected = Expected {
        method: method.as_str(),
        url: &app.config.public(path),
        token,
        now,
        since: app.replays.since,
    };
    let (thumbprint, jti) = expected.check(proof)?;
    Ok(Proof { thumbprint, jti })
}

/// A good proof that has not been counted yet.
pub struct Proof {
    thumbprint: String,
    jti: String,
}

impl Proof {
    /// The key's thumbprint, if the proof comes for the first time. Only for who has shown
    /// a token or code of ours: a stranger must not fill the memory that all share.
    pub fn once(self, app: &App) -> Result<String, Unproved> {
        app.replays
            .first_time(&self.thumbprint, &self.jti, app.now())?;
        Ok(self.thumbprint)
    }
}

/// What a proof has to be about.
pub(crate) struct Expected<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) now: UnixMillis,
    pub(crate) since: UnixMillis,
}

impl Expected<'_> {
    /// The key's thumbprint and the proof's own id.
    pub(crate) fn check(&self, proof: &str) -> Result<(String, String), Unproved> {
        if proof.len() > LONGEST {
            return Err(Unproved("the proof is too long"));
        }
        let header = decode_header(proof).map_err(|_| Unproved("the proof is no signed token"))?;
        if header.typ.as_deref() != Some("dpop+jwt")
            || header.alg != Algorithm::ES256
            || header.crit.is_some()
        {
            return Err(Unproved("the proof has the wrong type or algorithm"));
        }
        let key = header.jwk.ok_or(Unproved("the proof has no key"))?;
        let AlgorithmParameters::EllipticCurve(curve) = &key.algorithm else {
            return Err(Unproved("the proof has a wrong key"));
        };
        if curve.curve != EllipticCurve::P256 || has_private_part(proof) {
            return Err(Unproved("the proof has a wrong key"));
        }
        let mut rules = Validation::new(Algorithm::ES256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        let verifier =
            DecodingKey::from_jwk(&key).map_err(|_| Unproved("the proof has a wrong key"))?;
        let claims = decode::<Claims>(proof, &verifier, &rules)
            .map_err(|_| Unproved("the proof has a wrong signature or claim"))?
            .claims;
        let made_at = claims.iat.saturating_mul(SECOND);
        if !(-AHEAD..=OLDEST).contains(&self.now.0.saturating_sub(made_at)) {
            return Err(Unproved("the proof is too old or from the future"));
        }
        // Proofs tell whole seconds, so the second of the start belongs to it.
        if made_at < self.since.0 - self.since.0.rem_euclid(SECOND) {
            return Err(Unproved("the proof is older than this run of the service"));
        }
        if claims.htm != self.method || !same_url(&claims.htu, self.url) {
            return Err(Unproved("the proof was made for another call"));
        }
        if claims.jti.is_empty() || claims.jti.len() > 256 {
            return Err(Unproved("the proof has no usable id"));
        }
        let hash = self
            .token
            .map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())));
        if hash.is_some() && claims.ath != hash {
            return Err(Unproved("the proof was made for another token"));
        }
        let thumbprint = key
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| Unproved("the proof has a wrong key"))?;
        Ok((thumbprint, claims.jti))
    }
}

/// A private key in the header means it is not private any more.
fn has_private_part(proof: &str) -> bool {
    let header = proof.split('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD
        .decode(header)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .is_none_or(|header| header["jwk"].get("d").is_some())
}

/// Compared as RFC 9449 §4.3 says: without query and fragment, normalised.
fn same_url(given: &str, expected: &str) -> bool {
    let read = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    read(given).is_some_and(|given| Some(given) == read(expected))
}

/// The text of a thumbprint: 32 bytes of base64url.
#[must_use]
pub fn is_thumbprint(text: &str) -> bool {
    super::pkce::is_challenge(text)
}

/// Proofs seen lately; each counts once (RFC 9449 §11.1).
pub struct Replays {
    seen: Mutex<HashMap<[u8; 32], i64>>,
    since: UnixMillis,
}

impl Replays {
    /// Knows the proofs from now on; older ones count no more.
    #[must_use]
    pub fn since(now: UnixMillis) -> Self {
        Self {
            seen: Mutex::default(),
            since: now,
        }
    }

    fn first_time(&self, thumbprint: &str, jti: &str, now: UnixMillis) -> Result<(), Unproved> {
        let name: [u8; 32] = Sha256::new()
            .chain_update(thumbprint.as_bytes())
            .chain_update(jti.as_bytes())
            .finalize()
            .into();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.retain(|_, until| *until >= now.0);
        }
        if seen.len() >= MOST {
            return Err(Unproved("too many proofs at once"));
        }
        // Until then the proof's own time lets it pass.
        match seen.insert(name, now.0 + OLDEST + AHEAD) {
            Some(until) if until >= now.0 => Err(Unproved("the proof was used before")),
            _ => Ok(()),
        }
    }
}
