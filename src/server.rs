//! Starts the service, and stops it without losing a request.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::{NonZero, NonZeroU32};
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use actix_web::{App, HttpServer, middleware, web};
use futures_util::future::{Either, select};
use socket2::{Domain, Socket, Type};

use crate::access::Keys;
use crate::answer::Prepared;
use crate::api::{self, State};
use crate::connection::Connections;
use crate::limit::{Limiter, Limits, PURGE_PERIOD};
use crate::reload::{Reloader, Sign, warn_of_expired};
use crate::settings::Serve;
use crate::tls::Certificate;
use crate::trace::Exporter;

/// Threads beside each worker that compress answers.
const COMPRESSING_THREADS_PER_WORKER: usize = 1;

/// Most bytes that one connection holds of an answer that its reader does not take.
const WRITE_BUFFER_BYTES: usize = 64 * 1024;
/// Files that are open beside connections: rules while they are read, keys, the log, watched folders.
const FILES_BESIDE_CONNECTIONS: u64 = 256;
/// Most connections that wait to be taken.
const WAITING_CONNECTIONS: i32 = 1_024;
/// How long a browser may remember which origins are allowed, in seconds.
const CORS_SECONDS_MAX: usize = 3_600;

/// The signals that steer the service, caught from the moment this is made: none that comes while the rules are still being read is lost,
/// and none ends the program in the middle of something.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Catches them from now on; needs a runtime.
    ///
    /// # Errors
    /// When a signal cannot be waited for.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// What `work` gives, or nothing if the program is told to end before.
    pub async fn unless_ended<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let ended = ended(&mut self.terminate, &mut self.interrupt);
        match select(std::pin::pin!(work), std::pin::pin!(ended)).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }
}

/// Waits for SIGTERM or SIGINT.
async fn ended(terminate: &mut Signal, interrupt: &mut Signal) {
    select(
        std::pin::pin!(terminate.recv()),
        std::pin::pin!(interrupt.recv()),
    )
    .await;
}

/// A service that listens.
pub struct Running {
    server: Server,
    address: SocketAddr,
    state: web::Data<State>,
    is_tls: bool,
    connections: Arc<Connections>,
    reloaders: Vec<Reloader>,
}

/// Looks at what the settings name besides the rules, so that a mistake there is told at once and not after the rules were proved.
///
/// # Errors
/// When a file that the settings name is not usable.
pub fn check(settings: &Serve) -> io::Result<()> {
    if let Some(keys) = keys(settings)? {
        warn_of_expired(&keys);
    }
    certificate(settings)?;
    listen(settings.listen)?;
    Ok(())
}

/// Opens as many files as the connections may need, each of which takes two; with fewer, not even rules and keys could be read again.
pub fn raise_open_files() {
    let wanted = 2 * Limits::default().connections as u64 + FILES_BESIDE_CONNECTIONS;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(possible) if possible >= wanted => {}
        Ok(possible) => tracing::warn!(
            possible,
            wanted,
            "fewer files may be open than the connections may need; raise the limit of open files (ulimit -n)"
        ),
        Err(error) => tracing::warn!(%error, "the limit of open files is unknown"),
    }
}

/// A socket that takes connections. More may wait than by default: callers come in bursts, and one worker may be busy for a moment.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let bound = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(WAITING_CONNECTIONS)?;
        Ok(TcpListener::from(socket))
    };
    bound().map_err(|error: io::Error| {
        io::Error::new(error.kind(), format!("--listen {address}: {error}"))
    })
}

fn keys(settings: &Serve) -> io::Result<Option<Keys>> {
    let Some(path) = &settings.keys else {
        return Ok(None);
    };
    Keys::load(path)
        .map(Some)
        .map_err(|problem| io::Error::other(format!("--keys {}: {problem}", path.display())))
}

fn certificate(settings: &Serve) -> io::Result<Option<Certificate>> {
    match (&settings.tls_cert, &settings.tls_key) {
        (Some(chain), Some(key)) => Certificate::load(chain, key)
            .map(Some)
            .map_err(io::Error::other),
        (None, None) => Ok(None),
        _ => Err(io::Error::other("--tls-cert and --tls-key belong together")),
    }
}

impl Running {
    /// Binds the address and starts to answer.
    ///
    /// # Errors
    /// When the address cannot be bound, or a file that the settings name is not usable.
    pub fn start(settings: &Serve, prepared: impl Into<Arc<Prepared>>) -> io::Result<Self> {
        Self::start_within(settings, prepared, Limits::default())
    }

    /// The same with other times and numbers; what the settings say about them wins.
    ///
    /// # Errors
    /// When the address cannot be bound, or a file that the settings name is not usable.
    pub fn start_within(
        settings: &Serve,
        prepared: impl Into<Arc<Prepared>>,
        mut limits: Limits,
    ) -> io::Result<Self> {
        limits.batch_lines = settings.batch_lines.or(limits.batch_lines);
        let mut state = State::new(prepared).with_limits(limits);
        if let Some(endpoint) = &settings.otlp_endpoint {
            let exporter = Exporter::start(endpoint)
                .map_err(|problem| io::Error::other(format!("--otlp-endpoint: {problem}")))?;
            state = state.with_exporter(exporter);
        }
        if let Some(keys) = keys(settings)? {
            state = state.with_keys(keys);
        }
        if let Some(per_minute) = settings.rate_limit.and_then(NonZeroU32::new) {
            state = state.with_limiter(Limiter::new(per_minute));
        }
        let certificate = certificate(settings)?;
        let tls = certificate.as_ref().map(Certificate::config).transpose();
        let tls = tls.map_err(io::Error::other)?;
        if tls.is_some() {
            state = state.with_strict_transport();
        }
        let state = web::Data::new(state);
        // Keys and certificate do not wait for the proofs of new rules: a key that is taken back is taken back at once.
        let mut reloaders = Vec::new();
        if settings.keys.is_some() || certificate.is_some() {
            let keys = settings.keys.clone();
            let state = state.clone().into_inner();
            reloaders.push(Reloader::new(None, keys, certificate, state));
        }
        if settings.rules.is_some() {
            let state = state.clone().into_inner();
            reloaders.push(Reloader::new(settings.rules.clone(), None, None, state));
        }
        let listener = listen(settings.listen)?;
        // Handed down to every connection: one whose peer takes nothing is closed by the system. Other systems have no such option.
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&listener).set_tcp_user_timeout(Some(limits.reader_silence))?;
        let address = listener.local_addr()?;
        let workers = settings.workers.map_or_else(
            || std::thread::available_parallelism().map_or(1, NonZero::get),
            usize::from,
        );
        let shared = state.clone();
        let origins = settings.cors_origins.clone();
        let portal = !settings.no_portal;
        let connections = Arc::new(Connections::default());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .wrap(middleware::Compress::default())
                .wrap(middleware::Condition::new(
                    !origins.is_empty(),
                    cors(&origins),
                ))
                .wrap(middleware::from_fn(api::frame::frame))
                .configure(|config| {
                    if portal {
                        api::configure_portal(config);
                    }
                })
                .configure(api::configure)
        })
        .workers(workers)
        .client_request_timeout(limits.headers)
        .client_disconnect_timeout(limits.unread)
        .keep_alive(limits.keep_alive)
        // The server counts for each worker.
        .max_connections(limits.connections.div_ceil(workers))
        .worker_max_blocking_threads(
            api::batch::THREADS_PER_WORKER + COMPRESSING_THREADS_PER_WORKER,
        )
        .on_connect({
            let connections = connections.clone();
            move |stream, extensions| connections.begin(stream, extensions)
        })
        .h1_write_buffer_size(WRITE_BUFFER_BYTES)
        .tls_handshake_timeout(limits.tls_handshake)
        .shutdown_timeout(limits.draining.as_secs())
        .disable_signals();
        let is_tls = tls.is_some();
        let prepared = state.prepared();
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            address = %address,
            tls = is_tls,
            workers,
            keys = state.keys().map(|keys| keys.count()),
            rate_limit = settings.rate_limit,
            traces = state.exporter().is_some(),
            ruleset = %prepared.ruleset.version,
            digest = %prepared.ruleset.digest,
            "started"
        );
        let server = match tls {
            Some(config) => server.listen_rustls_0_23(listener, config)?,
            None => server.listen(listener)?,
        };
        Ok(Self {
            server: server.run(),
            address,
            state,
            is_tls,
            connections,
            reloaders,
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

    /// Answers until SIGTERM or SIGINT, then drains. Reloads rules, keys and certificate when they change, and on SIGHUP.
    ///
    /// # Errors
    /// When the server fails or a signal cannot be waited for.
    pub async fn serve(self) -> io::Result<()> {
        self.serve_until(Signals::catch()?).await
    }

    /// The same with signals that are caught already.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn serve_until(self, signals: Signals) -> io::Result<()> {
        let Signals {
            mut terminate,
            mut interrupt,
            mut hangup,
        } = signals;
        let handle = self.server.handle();
        let state = self.state;
        let ending = state.clone();
        let reloaders = self.reloaders.into_iter().map(Reloader::start);
        let signs = reloaders.collect::<io::Result<Vec<_>>>()?;
        actix_web::rt::spawn(async move {
            // Also without anything to reload: the signal must not end the service.
            while hangup.recv().await.is_some() {
                for reloader in &signs {
                    let _ended = reloader.send(Sign::Asked).is_err();
                }
            }
        });
        let limits = *state.limits();
        let connections = self.connections;
        actix_web::rt::spawn(async move {
            loop {
                actix_web::rt::time::sleep(limits.headers).await;
                connections.close_silent(limits.keep_alive + limits.headers);
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
            ended(&mut terminate, &mut interrupt).await;
            tracing::info!("draining");
            state.drain();
            handle.stop(true).await;
        });
        let ended = self.server.await;
        tracing::info!("ended");
        if ending.exporter().is_some() {
            // Away from the runtime: the last spans are sent with one of its own.
            let sending = std::thread::spawn(move || {
                ending.exporter().into_iter().for_each(Exporter::finish);
            });
            let _sent = sending.join().is_ok();
        }
        ended
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
