//! A TLS server before an address without: what a broker or a web server is behind its certificate, which can change.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::authority::Signed;

/// A running server. Dropping it ends it; connections end with whom they are for.
#[derive(Debug)]
pub struct Tls {
    port: u16,
    config: Arc<Mutex<Arc<ServerConfig>>>,
    task: JoinHandle<()>,
}

impl Tls {
    /// A server on a free port that shows that certificate, and passes on what comes to `to`.
    ///
    /// # Errors
    /// It cannot listen, or the certificate is none.
    pub async fn before(to: SocketAddr, signed: &Signed) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let config = Arc::new(Mutex::new(showing(signed)?));
        let shown = Arc::clone(&config);
        let task = tokio::spawn(async move {
            while let Ok((client, _from)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(Arc::clone(&locked(&shown)));
                // Who does not like the certificate hangs up.
                tokio::spawn(async move {
                    let mut inside = acceptor.accept(client).await?;
                    let mut outside = TcpStream::connect(to).await?;
                    copy_bidirectional(&mut inside, &mut outside).await
                });
            }
        });
        Ok(Self { port, config, task })
    }

    /// Where it listens, on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on new connections are shown this certificate.
    ///
    /// # Errors
    /// It is none.
    pub fn show(&self, signed: &Signed) -> Result<()> {
        *locked(&self.config) = showing(signed)?;
        Ok(())
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn showing(signed: &Signed) -> Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(&signed.certificate)?;
    let chain = chain.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&signed.key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

fn locked(config: &Mutex<Arc<ServerConfig>>) -> MutexGuard<'_, Arc<ServerConfig>> {
    config.lock().unwrap_or_else(PoisonError::into_inner)
}
