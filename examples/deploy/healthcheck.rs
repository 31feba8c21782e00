//! Health check for a container image that holds no shell and no `curl`: asks the service in the same container.
//!
//! `healthcheck [PATH]` sends `GET PATH` (default `/health/ready`) to the address in `ASAFLEX_LISTEN` and exits 0 for
//! status 200, else 1. Where the service speaks TLS itself (`ASAFLEX_TLS_CERT` is set) it only checks that the port
//! accepts connections, because the standard library has no TLS. It sees the environment of the container, not the
//! flags of the service: set the address by environment.
//!
//! Built by the Dockerfile with plain `rustc`; it is not part of the package.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

/// The default of `--listen`.
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
/// Shorter than the timeout of the health check, so that the reason is still printed.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Far more than a health answer has.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "/health/ready".to_owned());

    match check(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn check(path: &str) -> Result<(), String> {
    let listen = setting("ASAFLEX_LISTEN").unwrap_or_else(|| LISTEN_DEFAULT.to_owned());
    let address = listen
        .to_socket_addrs()
        .map_err(|error| format!("`ASAFLEX_LISTEN` is no address: {error}"))?
        .next()
        .ok_or("`ASAFLEX_LISTEN` names no address")?;
    let failed = |error: std::io::Error| format!("no answer: {error}");
    let mut stream = TcpStream::connect_timeout(&reachable(address), TIMEOUT).map_err(failed)?;

    if setting("ASAFLEX_TLS_CERT").is_some() {
        return Ok(());
    }
    stream.set_read_timeout(Some(TIMEOUT)).map_err(failed)?;
    stream.set_write_timeout(Some(TIMEOUT)).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").map_err(failed)?;
    // Read to the end, or the service would see a broken connection.
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).map_err(failed)?;
    match answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3)) {
        Some(b"200") => Ok(()),
        Some(status) => Err(format!("status {}", String::from_utf8_lossy(status))),
        None => Err("the answer is not HTTP/1.1".to_owned()),
    }
}

/// A variable that is set and not empty.
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// "All interfaces" is an address to listen on, not one to connect to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
