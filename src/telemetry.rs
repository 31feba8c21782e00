//! The log. It says which route was called, how it ended and how long it took; it never holds a fact about a person.

use std::io::{IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::settings::{LogFormat, LogLevel};

/// Starts the log; `sink` is a parameter so that tests can read it.
///
/// Only the service's own events pass: a dependency might log what it reads.
pub fn start<W>(level: LogLevel, format: LogFormat, sink: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(format!("off,asaflex={}", level.as_str()));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A log device that refuses writes must not stop an answer; the message about it would go to standard error, and panic there.
        .log_internal_errors(false)
        // Colours are for people, not for files.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(sink);
    // A second start (several servers in one test program) keeps the first log.
    let _already_started = match format {
        LogFormat::Text => builder.try_init().is_err(),
        LogFormat::Json => builder.json().flatten_event(true).try_init().is_err(),
    };
}

/// From now on a fault of the program tells its place and nothing else: the message of a panic may hold whatever was being worked on.
pub fn conceal_faults() {
    std::panic::set_hook(Box::new(tell_place));
}

fn tell_place(fault: &PanicHookInfo<'_>) {
    let place = fault
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    if tracing::dispatcher::has_been_set() {
        tracing::error!(place, "the program has a fault");
    } else {
        let line = format!("error: the program has a fault at {place}\n");
        // Nobody is left to be told that nobody can be told.
        let _lost = std::io::stderr().write_all(line.as_bytes()).is_err();
    }
}
