//! Whom a device believes that it is the master.

use std::error::Error;
use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use sync_core::Fingerprint;

use super::TransportError;

/// What TLS has to hold to: one store's authority, or where none is known the public ones.
pub(super) fn config(authority: Option<Fingerprint>) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let public = verifier(roots, &provider).expect("there are public authorities");
    let believes = Believes {
        authority,
        public,
        provider: Arc::clone(&provider),
    };
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks the versions it was built with")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(believes))
        .with_no_client_auth()
}

/// Why a certificate was refused, where that is behind an error of a library.
pub(super) fn refused(error: &(dyn Error + 'static)) -> Option<TransportError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
            return Some(said(why));
        }
        // An I/O error hides what it was made of from its sources.
        let within = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match within {
            Some(within) => Some(within as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

fn said(why: &CertificateError) -> TransportError {
    let stranger = match why {
        CertificateError::Other(OtherError(other)) => other.downcast_ref::<Stranger>(),
        _ => None,
    };
    match (stranger, why) {
        (Some(Stranger(fingerprint)), _) => TransportError::Untrusted {
            fingerprint: *fingerprint,
        },
        (_, CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            let why = "it has ended, or a clock is wrong";
            TransportError::Certificate(why.to_owned())
        }
        (_, CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            let why = "it has not begun, or a clock is wrong";
            TransportError::Certificate(why.to_owned())
        }
        (
            _,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => TransportError::Certificate("it is for another address".to_owned()),
        (_, why) => TransportError::Certificate(why.to_string()),
    }
}

/// Nobody vouches for who answered; how it is known.
#[derive(Debug, thiserror::Error)]
#[error("nobody vouches for {0}")]
struct Stranger(Fingerprint);

/// Believes who holds a certificate of the authority that this device trusts.
#[derive(Debug)]
struct Believes {
    authority: Option<Fingerprint>,
    public: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Believes {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let stranger = || {
            let shown = intermediates.last().unwrap_or(end_entity);
            let other = OtherError(Arc::new(Stranger(Fingerprint::of(shown))));
            rustls::Error::from(CertificateError::Other(other))
        };
        let Some(authority) = self.authority else {
            let believed =
                self.public
                    .verify_server_cert(end_entity, intermediates, server_name, ocsp, now);
            return believed.map_err(|error| match error {
                rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => stranger(),
                error => error,
            });
        };
        // A master shows its authority: what a device keeps of it is the fingerprint.
        let mut shown = intermediates.iter();
        let trusted = shown.find(|shown| Fingerprint::of(shown) == authority);
        let mut roots = RootCertStore::empty();
        roots.add(trusted.ok_or_else(stranger)?.clone().into_owned())?;
        let verifier = verifier(roots, &self.provider);
        let verifier = verifier.map_err(|error| rustls::Error::General(error.to_string()))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.public.supported_verify_schemes()
    }
}

fn verifier(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, rustls::client::VerifierBuilderError> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()
}
