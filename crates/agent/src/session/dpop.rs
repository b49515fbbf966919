//! Proofs of possession (RFC 9449): a stolen token is of no use without this key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{
        AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    },
};
use latchkey_protocol::UnixMillis;
use p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint, pkcs8::EncodePrivateKey};
use reqwest::Method;
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::random::{self, Random};

/// The desktop's key. It never leaves this computer.
pub struct DpopKey {
    secret: SecretKey,
    signing: EncodingKey,
    header: Header,
    thumbprint: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
}

impl DpopKey {
    /// A new key.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        // A draw outside the curve's order has a chance of 2^-32.
        (0..4).find_map(|_| {
            random.fill(&mut *bytes);
            Self::from_kept(&*bytes)
        })
    }

    /// As it was kept.
    #[must_use]
    pub fn from_kept(bytes: &[u8]) -> Option<Self> {
        let secret = SecretKey::from_slice(bytes).ok()?;
        let signing = EncodingKey::from_ec_der(secret.to_pkcs8_der().ok()?.as_bytes());
        let point = secret.public_key().to_encoded_point(false);
        let x = URL_SAFE_NO_PAD.encode(point.x()?);
        let y = URL_SAFE_NO_PAD.encode(point.y()?);
        // RFC 7638: these members, in this order, without spaces.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".to_owned());
        header.jwk = Some(Jwk {
            common: jsonwebtoken::jwk::CommonParameters::default(),
            algorithm: AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
                key_type: EllipticCurveKeyType::EC,
                curve: EllipticCurve::P256,
                x,
                y,
            }),
        });
        Some(Self {
            secret,
            signing,
            header,
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)),
        })
    }

    /// The one place of revelation: to be sealed.
    #[must_use]
    pub fn to_keep(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.secret.to_bytes().to_vec())
    }

    /// Names the key in the authorization request (`dpop_jkt`).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// A proof for one request.
    #[must_use]
    pub fn proof(
        &self,
        method: &Method,
        url: &Url,
        at: UnixMillis,
        token: Option<&str>,
        random: &dyn Random,
    ) -> Option<String> {
        let mut target = url.clone();
        target.set_query(None);
        target.set_fragment(None);
        let claims = Claims {
            jti: random::act_key(random).to_string(),
            htm: method.as_str(),
            htu: target.as_str(),
            iat: at.0 / 1000,
            ath: token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token))),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.signing).ok()
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    use super::*;
    use crate::random::SystemRandom;

    // RULES S5
    static_assertions::assert_not_impl_any!(DpopKey: std::fmt::Debug, Clone, Serialize);

    #[test]
    fn a_proof_names_the_request_and_the_token_and_is_signed_by_the_key() {
        let key = DpopKey::draw(&SystemRandom).unwrap();
        let url = Url::parse("https://juniper.example/api/v1/me?x=1").unwrap();
        let proof = key
            .proof(
                &Method::GET,
                &url,
                UnixMillis(5_000),
                Some("token"),
                &SystemRandom,
            )
            .unwrap();
        let header = jsonwebtoken::decode_header(&proof).unwrap();
        assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
        let decoding = DecodingKey::from_jwk(&header.jwk.unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let claims: Value = jsonwebtoken::decode(&proof, &decoding, &validation)
            .unwrap()
            .claims;
        assert_eq!(claims["htm"], "GET");
        assert_eq!(claims["htu"], "https://juniper.example/api/v1/me");
        assert_eq!(claims["iat"], 5);
        assert_eq!(
            claims["ath"],
            URL_SAFE_NO_PAD.encode(Sha256::digest("token"))
        );
    }

    #[test]
    fn a_key_that_was_kept_is_the_same_key() {
        let key = DpopKey::draw(&SystemRandom).unwrap();
        let kept = DpopKey::from_kept(&key.to_keep()).unwrap();
        assert_eq!(kept.thumbprint(), key.thumbprint());
    }
}
