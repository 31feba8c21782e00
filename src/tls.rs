//! TLS in the service itself, for those who do not end it at a proxy.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};

/// A certificate with its key, and the files in which they are renewed.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    loaded: Option<[u8; 32]>,
    presented: Arc<Presented>,
}

/// Shows where the files lie, and nothing of what is in them.
impl fmt::Debug for Certificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Certificate({})", self.chain.display())
    }
}

/// What a connection that begins now is shown.
#[derive(Debug)]
struct Presented(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Presented {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Certificate {
    /// Certificate chain and key, read and checked against each other.
    ///
    /// # Errors
    /// What is wrong with them; nothing of the key is repeated.
    pub fn load(chain: &Path, key: &Path) -> Result<Self, String> {
        // Before they are read: what changes in between is noticed as a change.
        let loaded = digest([chain, key]);
        let presented = Presented(ArcSwap::from_pointee(read(chain, key)?));
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            loaded,
            presented: Arc::new(presented),
        })
    }

    /// Reads the files again; connections that begin from now on are shown what they hold.
    ///
    /// # Errors
    /// What is wrong with them; then what was presented stays.
    pub fn renew(&self) -> Result<(), String> {
        let renewed = read(&self.chain, &self.key)?;
        self.presented.0.store(Arc::new(renewed));
        Ok(())
    }

    /// The files of the chain and of the key.
    #[must_use]
    pub fn files(&self) -> [&Path; 2] {
        [&self.chain, &self.key]
    }

    /// A digest of both files as they are now; none if one of them cannot be read.
    #[must_use]
    pub fn digest(&self) -> Option<[u8; 32]> {
        digest(self.files())
    }

    /// The digest of both files when they were loaded for the first time.
    #[must_use]
    pub fn loaded(&self) -> Option<[u8; 32]> {
        self.loaded
    }

    /// How the server speaks TLS, always with the certificate of the day.
    ///
    /// # Errors
    /// When the cryptography that is built in has no usable version of TLS.
    pub fn config(&self) -> Result<ServerConfig, String> {
        let builder = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let presented = self.presented.clone();
        Ok(builder.with_no_client_auth().with_cert_resolver(presented))
    }
}

fn digest(files: [&Path; 2]) -> Option<[u8; 32]> {
    let mut digest = Sha256::new();
    for file in files {
        let bytes = std::fs::read(file).ok()?;
        digest.update(Sha256::digest(bytes));
    }
    Some(digest.finalize().into())
}

/// The provider is named, so that no other crate's choice of a default can get in the way.
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn read(chain: &Path, key: &Path) -> Result<CertifiedKey, String> {
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("--tls-cert {}: {error}", chain.display()))?;
    if certificates.is_empty() {
        return Err(format!(
            "--tls-cert {}: there is no certificate in it",
            chain.display()
        ));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| format!("--tls-key {}: {error}", key.display()))?;
    CertifiedKey::from_der(certificates, private, &provider())
        .map_err(|error| format!("certificate and key cannot be used together: {error}"))
}
