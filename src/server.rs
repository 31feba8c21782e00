//! Starts the service, and stops it without losing a request.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, HttpServer, middleware, web};

use crate::access::Keys;
use crate::answer::Prepared;
use crate::api::{self, State};
use crate::limit::{Limiter, PURGE_PERIOD};
use crate::reload::{Reloader, Sign};
use crate::settings::Serve;
use crate::tls;

/// Longest time that a draining service waits for running requests, in seconds.
const DRAIN_SECONDS_MAX: u64 = 20;
/// Longest time a client may take to send its headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Most connections at a time.
const CONNECTIONS_MAX: usize = 10_000;

/// Threads beside each worker that answer the lines of batches. More would not be faster, and each has working memory of its own.
const BATCH_THREADS_PER_WORKER: usize = 1;

/// Most bytes that one connection holds of an answer that its reader does not take.
const WRITE_BUFFER_BYTES: usize = 64 * 1024;
/// Longest time a TLS handshake may take.
const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a browser may remember which origins are allowed, in seconds.
const CORS_SECONDS_MAX: usize = 3_600;

/// A service that listens.
pub struct Running {
    server: Server,
    address: SocketAddr,
    state: web::Data<State>,
    is_tls: bool,
    reloader: Option<Reloader>,
}

impl Running {
    /// Binds the address and starts to answer.
    ///
    /// # Errors
    /// When the address cannot be bound, or a file that the settings name is not usable.
    pub fn start(settings: &Serve, prepared: impl Into<Arc<Prepared>>) -> io::Result<Self> {
        let mut state = State::new(prepared);
        if let Some(path) = &settings.keys {
            let keys = Keys::load(path).map_err(|problem| {
                io::Error::other(format!("--keys {}: {problem}", path.display()))
            })?;
            state = state.with_keys(keys);
        }
        if let Some(per_minute) = settings.rate_limit.and_then(NonZeroU32::new) {
            state = state.with_limiter(Limiter::new(per_minute));
        }
        let tls = match (&settings.tls_cert, &settings.tls_key) {
            (Some(certificate), Some(key)) => {
                Some(tls::config(certificate, key).map_err(io::Error::other)?)
            }
            (None, None) => None,
            _ => return Err(io::Error::other("--tls-cert and --tls-key belong together")),
        };
        let state = web::Data::new(state);
        let reloads = settings.rules.is_some() || settings.keys.is_some();
        let reloader = reloads.then(|| {
            Reloader::new(
                settings.rules.clone(),
                settings.keys.clone(),
                state.clone().into_inner(),
            )
        });
        let listener = TcpListener::bind(settings.listen).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("--listen {}: {error}", settings.listen),
            )
        })?;
        let address = listener.local_addr()?;
        let shared = state.clone();
        let origins = settings.cors_origins.clone();
        let portal = !settings.no_portal;
        let mut server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .wrap(middleware::Compress::default())
                .wrap(middleware::Condition::new(
                    !origins.is_empty(),
                    cors(&origins),
                ))
                .wrap(middleware::from_fn(api::frame))
                .configure(|config| {
                    if portal {
                        api::configure_portal(config);
                    }
                })
                .configure(api::configure)
        })
        .client_request_timeout(HEADERS_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .max_connections(CONNECTIONS_MAX)
        .worker_max_blocking_threads(BATCH_THREADS_PER_WORKER)
        .h1_write_buffer_size(WRITE_BUFFER_BYTES)
        .tls_handshake_timeout(TLS_HANDSHAKE_TIMEOUT)
        .shutdown_timeout(DRAIN_SECONDS_MAX)
        .disable_signals();
        if let Some(workers) = settings.workers {
            server = server.workers(usize::from(workers));
        }
        let is_tls = tls.is_some();
        let server = match tls {
            Some(config) => server.listen_rustls_0_23(listener, config)?,
            None => server.listen(listener)?,
        };
        Ok(Self {
            server: server.run(),
            address,
            state,
            is_tls,
            reloader,
        })
    }

    /// The address it listens on; the port is the real one.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The shared state.
    #[must_use]
    pub fn state(&self) -> web::Data<State> {
        self.state.clone()
    }

    /// Answers until SIGTERM or SIGINT, then drains. Reloads rules and keys when they change, and on SIGHUP.
    ///
    /// # Errors
    /// When the server fails or a signal cannot be waited for.
    pub async fn serve(self) -> io::Result<()> {
        let handle = self.server.handle();
        let state = self.state;
        let signs = self.reloader.map(Reloader::start).transpose()?;
        let mut hangup = signal(SignalKind::hangup())?;
        actix_web::rt::spawn(async move {
            // Also without anything to reload: the signal must not end the service.
            while hangup.recv().await.is_some() {
                if let Some(signs) = &signs {
                    let _ended = signs.send(Sign::Asked).is_err();
                }
            }
        });
        if state.limiter().is_some() {
            let state = state.clone();
            actix_web::rt::spawn(async move {
                loop {
                    actix_web::rt::time::sleep(PURGE_PERIOD).await;
                    state.limiter().into_iter().for_each(Limiter::purge);
                }
            });
        }
        actix_web::rt::spawn(async move {
            if stop_signal().await.is_ok() {
                tracing::info!("draining");
                state.drain();
                handle.stop(true).await;
            }
        });
        self.server.await
    }
}

/// What a browser is told: these origins, the methods and headers that there are, and no cookies.
fn cors(origins: &[String]) -> Cors {
    let allowed = origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    allowed
        .allowed_methods(["GET", "HEAD", "POST"])
        .allowed_headers([
            "accept",
            "accept-language",
            "authorization",
            "content-type",
            "if-none-match",
            "traceparent",
            "x-request-id",
        ])
        .expose_headers([
            "asaflex-ruleset",
            "content-language",
            "etag",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "x-request-id",
        ])
        .max_age(CORS_SECONDS_MAX)
}

async fn stop_signal() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    futures_util::future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).await;
    Ok(())
}
