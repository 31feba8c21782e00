//! Every flag and environment variable, with its default and what it is for. Flags win over variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Eligibility screening for Assistierte Ausbildung flexibel (AsA flex, §§ 74–75a SGB III).
///
/// Without a command the service is started.
#[derive(Debug, Parser)]
#[command(name = "asaflex", version, args_conflicts_with_subcommands = true, after_long_help = LIMITS)]
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
    #[command(after_long_help = LIMITS)]
    Serve(Serve),
    /// Answer one request from a file or standard input, byte for byte as over HTTP.
    Screen(Screen),
    /// List every problem of a rule set; exit code 1 if one is an error.
    Check(Check),
    /// Run the cases of a rule set and measure how far they exercise its rules; exit code 1 on failure, or if no case ran.
    Test(Test),
    /// Prove a rule set over all possible circumstances, in every period of law; exit code 1 if a claim fails.
    #[command(after_long_help = PROVE)]
    Prove(Prove),
    /// Compare two rule sets, or one on two days: whose answers change.
    #[command(after_long_help = DIFF_HELP)]
    Diff(Diff),
    /// Tell one pathway, module, contact route or offer in plain words, with its law.
    Explain(Explain),
    /// Print the OpenAPI document.
    Openapi(RulesFolder),
    /// Print the JSON Schemas of the rule files, by which an editor completes and checks them.
    Schema(Schema),
}

/// A rule set.
#[derive(Debug, Args)]
pub struct RulesFolder {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
}

const LIMITS: &str = "Limits of the service:
  body of one screening       64 KiB, within 30 s        413, 408
  nesting of JSON             127 levels                 400
  items of a list             64                         422
  line of a batch             64 KiB                     a problem in its place
  row of a table (--csv)      1 MiB                      the run ends
  lines of a batch            --batch-lines              the batch ends with a problem; memory does not grow with them
  silence in a batch          60 s                       the batch ends with a problem
  a reader that takes nothing 60 s                       the connection is closed
  headers of a request        96 and 128 KiB, in 10 s    431, 408
  a body that nobody reads    1 s after the answer       the connection is closed
  places named in a problem   64                         the rest is left out
  Accept-Language             1 KiB; a longer one counts as absent
  X-Request-ID                128 letters, digits, `.`, `_`, `-`; any other is replaced
  rest of a later request     85 to 95 s                 the connection is closed
  connections                 2000, idle ones for 75 s
  TLS handshake               5 s
  draining after SIGTERM      20 s
  file of keys                1000 keys, 1 MiB, 2 keys of one id
  rules folder                2000 files, 64 MiB";

const KEYS_HELP: &str = r#"File of API keys; everybody who reaches the port may ask if absent.

JSON: {"keys":[{"id":"portal-a","sha256":"<SHA-256 of the key, hexadecimal>","scopes":["screen","batch","read"],"expires":"2027-12-31"}]}
`expires` may be left out; a key is valid through that day. An id may have two keys, so that one can replace the other. Make a key with `openssl rand -hex 32`, its hash with `printf %s KEY | sha256sum`. Callers send `Authorization: Bearer KEY`. Health, metrics, problem types and documentation need no key. The file is read again when it changes, and on SIGHUP; a bad one is refused, and the old keys stay."#;

/// Settings of the service.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address and port to listen on, such as `0.0.0.0:8080` or `[::]:8080` for every network; port 0 picks one.
    #[arg(long, env = "ASAFLEX_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub listen: SocketAddr,
    /// Folder of the rule set; the embedded one if absent.
    ///
    /// The folder is watched, and SIGHUP has it read at once: a changed set is compiled, runs its cases, is proved, and then takes over; a bad one is refused, and the old one goes on answering. The first set stands the same tests, or the service does not start.
    #[arg(long, env = "ASAFLEX_RULES", value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Number of worker threads; one per processor if absent.
    #[arg(long, env = "ASAFLEX_WORKERS", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub workers: Option<u16>,
    /// File of API keys; everybody who reaches the port may ask if absent.
    #[arg(long, env = "ASAFLEX_KEYS", value_name = "FILE", long_help = KEYS_HELP)]
    pub keys: Option<PathBuf>,
    /// Most requests a minute for each key, else for each address of a connection; no limit if absent.
    ///
    /// Counted in each instance. A batch counts as one request. `X-Forwarded-For` is not believed: behind a proxy use keys, or limit addresses at the
    /// proxy. Health and metrics are not counted.
    #[arg(long, env = "ASAFLEX_RATE_LIMIT", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate_limit: Option<u32>,
    /// Most lines of one batch; no limit if absent.
    ///
    /// Blank lines count. A batch that has more is answered up to there and ends with a problem.
    #[arg(long, env = "ASAFLEX_BATCH_LINES", value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub batch_lines: Option<u64>,
    /// Origin whose pages may call the service from a browser, such as `https://portal.example`; may be repeated, in the variable separated by commas. None if absent.
    #[arg(long = "cors-origin", env = "ASAFLEX_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = parse_origin)]
    pub cors_origins: Vec<String>,
    /// Do not serve the page for people at `/`, nor its component at `/asaflex-check.js`: both answer 404.
    ///
    /// The page sends no key. Where keys are in use, switch it off, or let a proxy add the key.
    #[arg(long, env = "ASAFLEX_NO_PORTAL", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub no_portal: bool,
    /// File with the certificate chain (PEM), for TLS in the service itself; needs --tls-key. Watched: connections that begin after it is renewed are shown the new one; one that cannot be read or does not fit its key is refused, and the old one stays.
    #[arg(
        long,
        env = "ASAFLEX_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// File with the private key (PEM); needs --tls-cert.
    #[arg(
        long,
        env = "ASAFLEX_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
    /// Form of the log, which goes to standard error.
    #[arg(long, env = "ASAFLEX_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// How much is logged. No level holds a fact about a person.
    #[arg(long, env = "ASAFLEX_LOG", default_value = "info")]
    pub log_level: LogLevel,
    /// Collector for OpenTelemetry traces (OTLP over HTTP), such as `http://127.0.0.1:4318/v1/traces`; nothing is sent if absent.
    ///
    /// Needs a program built with `--features otel`. Only `http://`: the collector belongs on the same machine or in the same private network. A
    /// collector that is slow or away costs spans, never an answer.
    #[arg(long, env = "ASAFLEX_OTLP_ENDPOINT", value_name = "URL", value_parser = parse_collector)]
    pub otlp_endpoint: Option<String>,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What needs somebody to look: a refused rule set.
    Error,
    /// What may need somebody to look.
    Warn,
    /// One line for each exchange, too.
    Info,
    /// The same.
    Debug,
    /// The same.
    Trace,
}

impl LogLevel {
    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Names of variables that begin like a setting and are none: probably misspelt, and then not in force.
#[must_use]
pub fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let command = <Cli as clap::CommandFactory>::command();
    let known: Vec<&str> = command
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str())
        .collect();
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with("ASAFLEX_") && !known.contains(&name.as_str()))
        .collect();
    unknown.sort();
    unknown
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

/// Settings of `test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
    /// Print the smallest requests that would cover what is missing, as cases to be confirmed.
    #[arg(long)]
    pub suggest: bool,
    /// Form of the output.
    #[arg(long, default_value = "text")]
    pub format: ReportFormat,
}

const PROVE: &str = "Proved are the invariants that invariants.yaml declares, and those that every rule set must stand (rules/README.md lists them). Nothing is
sampled: a claim holds when nobody who can be described breaks it. For each that fails: the claim, its provision, the periods of law in which it does
not hold, and the smallest person who breaks it, as a request that can be sent to POST /v1/screenings.

Exit code: 0 every claim holds, 1 one fails or the rule set has problems, 2 the rule set cannot be read or is too large to prove.";

/// Settings of `prove`.
#[derive(Debug, Args)]
pub struct Prove {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, default_value = "text")]
    pub format: ReportFormat,
}

const DIFF_HELP: &str = "Exit codes:
  0  nothing of what is compared changes
  1  something changes
  2  could not compare: a rule set cannot be read, or what is to be compared is not clear

What counts as a change: outcomes of phases, who decides, contact routes and their order, modules with their standing, offers, notices, whose
postal code finds offices, what others imply, and what can be stated at all, for people of whom everything is known. Not compared: texts, citations, headlines, what
would open a phase, the severity of a notice, the contacts an offer names, and what is shown while something is still open. Shares are uniform over options and
intervals of possible circumstances. Between two days, dates that count in months lie as many months back on both: the law is compared.

  asaflex diff OLD NEW                                            every period of law
  asaflex diff OLD NEW --as-of 2026-11-23                         one day
  asaflex diff [DIR] --as-of 2024-07-31 --as-of 2024-08-01        one rule set on two days";

/// Settings of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Folder of the rule set whose facts the schemas know; the embedded one if absent.
    pub dir: Option<PathBuf>,
    /// Folder to write one file per kind of rule file into, instead of printing all as one JSON object.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Settings of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// Folders of the old and of the new rule set; with two days one folder, or none for the embedded set.
    #[arg(value_name = "DIR", num_args = 0..=2)]
    pub sets: Vec<PathBuf>,
    /// A day; given twice, the days on which one rule set is compared.
    #[arg(long, value_parser = parse_day)]
    pub as_of: Vec<jiff::civil::Date>,
    /// Form of the output.
    #[arg(long, default_value = "text")]
    pub format: ReportFormat,
}

/// Settings of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Id of a pathway, module, contact route or offer.
    pub id: String,
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
    /// Language.
    #[arg(long, default_value = "de")]
    pub locale: String,
    /// The law of this day; today in Europe/Berlin if absent.
    #[arg(long, value_parser = parse_day)]
    pub as_of: Option<jiff::civil::Date>,
    /// Form of the output.
    #[arg(long, default_value = "text")]
    pub format: ExplainFormat,
}

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Form of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Plain words.
    Text,
    /// A diagram as Mermaid text.
    Mermaid,
    /// For programs.
    Json,
}

/// Form of a list of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProblemFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Annotations of a pull request on GitHub.
    Github,
}

/// Settings of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Folder of the rule set; the embedded one if absent.
    pub dir: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, default_value = "text")]
    pub format: ProblemFormat,
}

/// An origin as browsers send it: scheme, host, port if it is not the usual one, and nothing else.
fn parse_origin(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or_default();
    let plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
    };
    // A browser leaves out the usual port, so such an origin would never be met.
    let usual_port = if text.starts_with("https:") {
        ":443"
    } else {
        ":80"
    };
    if host.is_empty() || !host.bytes().all(plain) || host.ends_with(usual_port) {
        return Err("write an origin as https://portal.example or http://localhost:3000, in lower case, without a path and without the usual port; `*` is not accepted".to_owned());
    }
    Ok(text.to_owned())
}

/// An address; names are not looked up, for what they stand for may change.
fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "write an address and a port such as 127.0.0.1:8080 or [::]:8080; names are not looked up".to_owned()
    })
}

fn parse_collector(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").unwrap_or_default();
    if host.is_empty()
        || host.starts_with('/')
        || text
            .contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '@')
    {
        return Err("write the address of a collector as http://127.0.0.1:4318/v1/traces; https and passwords are not supported".to_owned());
    }
    Ok(text.to_owned())
}

fn parse_day(text: &str) -> Result<jiff::civil::Date, String> {
    crate::dates::parse(text).ok_or_else(|| "write a day as 2026-11-23".to_owned())
}
