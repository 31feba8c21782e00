//! TLS in the service itself, for those who do not end it at a proxy.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Certificate chain and key, read and checked against each other.
///
/// # Errors
/// What is wrong with them; nothing of the key is repeated.
pub fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, String> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("--tls-cert {}: {error}", certificate.display()))?;
    if chain.is_empty() {
        return Err(format!(
            "--tls-cert {}: there is no certificate in it",
            certificate.display()
        ));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| format!("--tls-key {}: {error}", key.display()))?;
    // The provider is named, so that no other crate's choice of a default can get in the way.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, private)
        })
        .map_err(|error| format!("certificate and key cannot be used together: {error}"))
}
