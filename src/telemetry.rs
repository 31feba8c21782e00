//! The log. It says which route was called, how it ended and how long it took; it never holds a fact about a person.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::settings::LogFormat;

/// Starts the log; `sink` is a parameter so that tests can read it. The filter comes from `ASAFLEX_LOG`, `info` if absent or unreadable.
///
/// Only the service's own events pass: a dependency might log what it reads.
pub fn start<W>(format: LogFormat, sink: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let wanted = std::env::var("ASAFLEX_LOG").unwrap_or_default();
    start_at(&wanted, format, sink);
}

/// Starts the log at a level: `error`, `warn`, `info`, `debug`, `trace` or `off`; anything else is `info`.
pub fn start_at<W>(wanted: &str, format: LogFormat, sink: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = if ["error", "warn", "info", "debug", "trace", "off"].contains(&wanted) {
        wanted
    } else {
        "info"
    };
    let filter = EnvFilter::new(format!("off,asaflex={level}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A log device that refuses writes must not stop an answer; the message about it would go to standard error, and panic there.
        .log_internal_errors(false)
        .with_writer(sink);
    // A second start (several servers in one test program) keeps the first log.
    let _already_started = match format {
        LogFormat::Text => builder.try_init().is_err(),
        LogFormat::Json => builder.json().flatten_event(true).try_init().is_err(),
    };
}
