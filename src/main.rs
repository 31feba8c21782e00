//! The `asaflex` program: reads its settings, runs one command, prints and exits.

use std::io::Write as _;
use std::process::ExitCode;

use asaflex::cli::{self, Outcome};
use asaflex::reload::{self, Refusal};
use asaflex::server::{self, Running, Signals};
use asaflex::settings::{Cli, Command, Serve, unknown_variables};
use asaflex::telemetry;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    telemetry::conceal_faults();
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => serve(&cli.serve),
        Some(Command::Serve(settings)) => serve(&settings),
        Some(Command::Screen(settings)) => cli::screen(&settings, &mut std::io::stdout().lock()),
        Some(Command::Check(settings)) => cli::check(&settings),
        Some(Command::Test(settings)) => cli::test(&settings),
        Some(Command::Prove(settings)) => cli::prove(&settings),
        Some(Command::Diff(settings)) => cli::diff(&settings),
        Some(Command::Explain(settings)) => cli::explain(&settings),
        Some(Command::Openapi(settings)) => cli::openapi(&settings),
        Some(Command::Schema(settings)) => cli::schema(&settings),
    };
    // A closed pipe is no reason to panic, and nobody is left to be told.
    let _closed_pipe = std::io::stderr().write_all(outcome.err.as_bytes()).is_err();
    let written = std::io::stdout().write_all(outcome.out.as_bytes());
    if written.is_err() {
        ExitCode::FAILURE
    } else {
        ExitCode::from(outcome.code)
    }
}

fn serve(settings: &Serve) -> Outcome {
    telemetry::start(settings.log_level, settings.log_format, std::io::stderr);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in unknown_variables(names) {
        tracing::warn!(
            variable = name,
            "no setting has this name, so it is not in force"
        );
    }
    let result = actix_web::rt::System::new().block_on(async {
        let mut signals = Signals::catch()?;
        server::raise_open_files();
        server::check(settings)?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
        let rules = reload::first_later(settings.rules.clone())?;
        let prepared = match signals.unless_ended(rules).await {
            None => {
                tracing::info!("ended");
                return Ok(Outcome::default());
            }
            Some(Ok(Ok(prepared))) => prepared,
            Some(Ok(Err(refusal))) => return Ok(failed(refusal.report())),
            Some(Err(_)) => return Ok(failed(Refusal::Fault.report())),
        };
        let running = Running::start(settings, prepared)?;
        if announce(&format!("asaflex answers on {}\n", running.url())).is_err() {
            tracing::warn!("the line that tells the address cannot be written to standard output");
        }
        running.serve_until(signals).await?;
        Ok(Outcome::default())
    });
    result.unwrap_or_else(|error: std::io::Error| failed(format!("error: {error}\n")))
}

fn failed(err: String) -> Outcome {
    Outcome {
        err,
        code: 1,
        ..Outcome::default()
    }
}

/// One line, as soon as the service can answer.
fn announce(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.flush()
}
