//! Connections on which nobody asks any more.
//!
//! The server waits with a clock for the first request of a connection, and closes one that is idle. Once a byte of a later request has come
//! it waits for the rest without any clock, so that a caller could keep every connection there is. Here each connection knows since when it
//! waits, and is closed if that is too long ago.

use std::any::Any;
use std::net::Shutdown;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::{SockRef, Socket};

/// The connections of a service.
#[derive(Debug, Default)]
pub struct Connections(Mutex<Vec<Weak<Connection>>>);

/// One connection.
#[derive(Debug)]
pub struct Connection {
    /// A second handle, by which it can be closed from here.
    socket: Socket,
    /// Since when it waits for a request; nothing while one is answered.
    waits_since: Mutex<Option<Instant>>,
}

/// A request that is being answered; when it is dropped, the connection waits again.
#[derive(Debug)]
pub struct Asking(Arc<Connection>);

impl Connections {
    /// Takes note of a connection that begins, plain or by TLS; what belongs to its requests learns of it.
    pub fn begin(&self, stream: &dyn Any, extensions: &mut Extensions) {
        let tcp = stream.downcast_ref::<TcpStream>();
        let tls = || {
            let tls = stream.downcast_ref::<TlsStream<TcpStream>>()?;
            Some(tls.get_ref().0)
        };
        let Some(stream) = tcp.or_else(tls) else {
            return;
        };
        // Without a second handle the connection is served all the same.
        let Ok(socket) = SockRef::from(stream).try_clone() else {
            return;
        };
        let connection = Arc::new(Connection {
            socket,
            waits_since: Mutex::new(Some(Instant::now())),
        });
        self.list().push(Arc::downgrade(&connection));
        extensions.insert(connection);
    }

    /// Closes every connection that has waited for longer than this, and forgets those that have ended.
    pub fn close_silent(&self, longest: Duration) {
        self.list().retain(|connection| {
            let Some(connection) = connection.upgrade() else {
                return false;
            };
            let waits_since = *connection.waiting();
            if waits_since.is_some_and(|since| since.elapsed() > longest) {
                // It may have ended by itself.
                let _ended = connection.socket.shutdown(Shutdown::Both).is_err();
            }
            true
        });
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Connection>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.waits_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    /// A request has come in whole headers.
    #[must_use]
    pub fn on(connection: &Arc<Connection>) -> Self {
        *connection.waiting() = None;
        Self(connection.clone())
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        *self.0.waiting() = Some(Instant::now());
    }
}
