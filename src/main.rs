//! The `asaflex` program.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map(std::path::PathBuf::from);
    let (text, code) = match asaflex::rules::ruleset(folder.as_deref()) {
        Err(error) => (error.report(), ExitCode::FAILURE),
        Ok(ruleset) => (
            format!("{} {}\n", ruleset.id, ruleset.version),
            ExitCode::SUCCESS,
        ),
    };
    let written = std::io::stdout().write_all(text.as_bytes());
    if written.is_ok() {
        code
    } else {
        ExitCode::FAILURE
    }
}
