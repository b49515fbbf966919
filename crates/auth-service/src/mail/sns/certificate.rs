//! A certificate that Amazon signs its messages by. That it is Amazon's is known from where
//! it was fetched (the pins): SNS sends no chain along.

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use spki::SubjectPublicKeyInfoRef;
use webpki::EndEntityCert;

/// Its key.
pub(super) struct Certificate {
    /// An `RSAPublicKey` of PKCS #1.
    key: Vec<u8>,
}

impl Certificate {
    /// Reads one.
    pub(super) fn read(pem: &[u8]) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem).ok()?;
        let certificate = EndEntityCert::try_from(&der).ok()?;
        let info = certificate.subject_public_key_info();
        let info = SubjectPublicKeyInfoRef::try_from(info.as_ref()).ok()?;
        let key = info.subject_public_key.as_bytes()?.to_vec();
        Some(Self { key })
    }

    /// Whether it signed this text. Version 1 is SHA-1, which is what a topic does until
    /// it is told to do better.
    pub(super) fn signed(&self, version: &str, text: &[u8], signature: &[u8]) -> bool {
        let algorithm = match version {
            "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "2" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return false,
        };
        let key = UnparsedPublicKey::new(algorithm, &self.key);
        key.verify(text, signature).is_ok()
    }
}
