//! Starts the service, and stops it without losing a request.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, middleware, web};

use crate::answer::Prepared;
use crate::api::{self, State};
use crate::settings::Serve;

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

/// A service that listens.
pub struct Running {
    server: Server,
    address: SocketAddr,
    state: web::Data<State>,
}

impl Running {
    /// Binds the address and starts to answer.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn start(settings: &Serve, prepared: impl Into<Arc<Prepared>>) -> io::Result<Self> {
        let state = web::Data::new(State::new(prepared));
        let listener = TcpListener::bind(settings.listen)?;
        let address = listener.local_addr()?;
        let shared = state.clone();
        let mut server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .wrap(middleware::Compress::default())
                .wrap(middleware::from_fn(api::frame))
                .configure(api::configure)
        })
        .client_request_timeout(HEADERS_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .max_connections(CONNECTIONS_MAX)
        .worker_max_blocking_threads(BATCH_THREADS_PER_WORKER)
        .shutdown_timeout(DRAIN_SECONDS_MAX)
        .disable_signals();
        if let Some(workers) = settings.workers {
            server = server.workers(usize::from(workers));
        }
        Ok(Self {
            server: server.listen(listener)?.run(),
            address,
            state,
        })
    }

    /// The address it listens on; the port is the real one.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The shared state.
    #[must_use]
    pub fn state(&self) -> web::Data<State> {
        self.state.clone()
    }

    /// Answers until SIGTERM or SIGINT, then drains.
    ///
    /// # Errors
    /// When the server fails or a signal cannot be waited for.
    pub async fn serve(self) -> io::Result<()> {
        let handle = self.server.handle();
        let state = self.state;
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

async fn stop_signal() -> io::Result<()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    futures_util::future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).await;
    Ok(())
}
