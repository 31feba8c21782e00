//! Eligibility screening for *Assistierte Ausbildung flexibel* (`AsA` flex, §§ 74–75a SGB III).
//!
//! # Layout
//! Data flows one way; from the bottom up, and held by `tests/tidy.rs`:
//! - [`dates`]: calendar days and months as the law counts them.
//! - [`diagram`]: reduced, ordered, multi-valued decision diagrams.
//! - [`facts`]: what can be stated about a person, and its cells.
//! - [`offices`]: postal codes, agency districts, Jobcenter.
//! - [`rules`]: rule files to a [`rules::Ruleset`], with every problem of a folder in one run.
//! - [`engine`]: a rule set and facts to an [`engine::Advice`].
//! - [`request`]: JSON straight into facts.
//! - [`answer`]: advice to JSON, in each language.
//! - [`verify`]: cases, coverage, proofs, comparison and explanation of a rule set.
//! - [`settings`], [`telemetry`]: the command line and the log.
//! - [`access`], [`connection`], [`limit`], [`metrics`], [`tls`], [`trace`]: keys, silent connections, rates and limits, counters, certificates, spans.
//! - [`api`]: every route.
//! - [`bulk`], [`reload`]: many screenings at once; new rules without a restart.
//! - [`server`]: starts, drains and stops the service.
//! - [`cli`]: the commands beside `serve`.
//!
//! # Invariants
//! - Up to [`verify`] nothing looks at the clock, nothing logs, and only the loading of rules reads files: a day is always given.
//! - [`engine`] is pure and total: every rule set that compiles answers every request.
//! - An unknown fact is never a no: it leads to an open question, or to what holds either way.
//! - No fact about a person reaches a log, a span, a counter or a message.

pub mod access;
pub mod answer;
pub mod api;
pub mod bulk;
pub mod cli;
pub mod connection;
pub mod dates;
pub mod diagram;
pub mod engine;
pub mod facts;
pub mod limit;
pub mod metrics;
pub mod offices;
pub mod reload;
pub mod request;
pub mod rules;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod tls;
pub mod trace;
pub mod verify;
