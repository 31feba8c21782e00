//! Every flag and environment variable, with its default and what it is for. Flags win over variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Eligibility screening for Assistierte Ausbildung flexibel (AsA flex, §§ 74–75a SGB III).
///
/// Without a command the service is started.
#[derive(Debug, Parser)]
#[command(name = "asaflex", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; `serve` if nothing is named.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Settings of the service when no command is named.
    #[command(flatten)]
    pub serve: Serve,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the service.
    Serve(Serve),
    /// Answer one request from a file or standard input, byte for byte as over HTTP.
    Screen(Screen),
    /// List every problem of a rule set; exit code 1 if one is an error.
    Check(Check),
    /// Run the cases of a rule set; exit code 1 on failure, or if no case ran.
    Test(RulesFolder),
    /// Print the OpenAPI document.
    Openapi(RulesFolder),
}

/// A rule set.
#[derive(Debug, Args)]
pub struct RulesFolder {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
}

/// Settings of the service.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address to listen on; port 0 picks one.
    #[arg(long, env = "ASAFLEX_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder of the rule set; the embedded one if absent.
    #[arg(long, env = "ASAFLEX_RULES", value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Number of worker threads; one per processor if absent.
    #[arg(long, env = "ASAFLEX_WORKERS", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub workers: Option<u16>,
    /// Form of the log.
    #[arg(long, env = "ASAFLEX_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of `screen`.
#[derive(Debug, Args)]
pub struct Screen {
    /// File with the request; standard input if absent or `-`.
    pub file: Option<PathBuf>,
    /// Folder of the rule set; the embedded one if absent.
    #[arg(long, env = "ASAFLEX_RULES", value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Language of the answer.
    #[arg(long, default_value = "de")]
    pub locale: String,
    /// Evaluation date for a request that names none; today in Europe/Berlin if absent.
    #[arg(long, value_parser = parse_day)]
    pub as_of: Option<jiff::civil::Date>,
    /// Indent the answer.
    #[arg(long)]
    pub pretty: bool,
    /// Many requests, one JSON object a line, each with an optional `ref`; answers come a line each, in order. Exit code 1 if a line is refused.
    #[arg(long, conflicts_with_all = ["csv", "pretty"])]
    pub ndjson: bool,
    /// Many requests as a table (comma, semicolon or tab): the header row names facts, and may name `ref` and `asOf`. An empty cell means
    /// unknown; several options of one fact are divided by `|`, and `|` alone means none of these. Answers come as lines of JSON.
    #[arg(long, conflicts_with = "pretty")]
    pub csv: bool,
}

/// Settings of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
}

fn parse_day(text: &str) -> Result<jiff::civil::Date, String> {
    crate::dates::parse(text).ok_or_else(|| "write a day as 2026-11-23".to_owned())
}
