//! The commands beside `serve`: each returns what to print and the exit code; only `main` prints and exits.

use std::fmt::Write as _;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::answer::Prepared;
use crate::api;
use crate::api::error::{problem_details, request_problem};
use crate::api::lines::Manner;
use crate::api::openapi;
use crate::api::screenings::{self, Options};
use crate::bulk;
use crate::request;
use crate::rules::{self, LoadError, Ruleset, problem};
use crate::settings::{self, ExplainFormat, ProblemFormat, ReportFormat};
use crate::verify::{cases, coverage, diff, explain, prove};

/// What a command leaves behind.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// Exit code.
    pub code: u8,
}

impl Outcome {
    fn printed(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    fn failed(err: String, code: u8) -> Self {
        Self {
            err,
            code,
            ..Self::default()
        }
    }
}

/// Exit code of a command that could not do its work.
const CANNOT: u8 = 2;

/// The rules of a folder: files with problems are an answer, files that cannot be read are none.
fn ruleset(folder: Option<&Path>) -> Result<Ruleset, Outcome> {
    rules::ruleset(folder).map_err(|error| {
        let code = match error {
            LoadError::Problems(..) => 1,
            _ => CANNOT,
        };
        Outcome::failed(error.report(), code)
    })
}

fn prepared(folder: Option<&Path>) -> Result<Prepared, Outcome> {
    ruleset(folder).map(Prepared::new)
}

/// `asaflex check`.
#[must_use]
pub fn check(settings: &settings::Check) -> Outcome {
    let files = match rules::files(settings.dir.as_deref()) {
        Ok(files) => files,
        Err(error) => return Outcome::failed(error.report(), CANNOT),
    };
    let (problems, code) = match rules::compile::compile(&files) {
        Ok(ruleset) => (ruleset.warnings, 0),
        Err(problems) => (problems, 1),
    };
    let folder = settings
        .dir
        .as_deref()
        .map_or("rules".into(), Path::to_string_lossy);
    let out = match settings.format {
        ProblemFormat::Text => problem::render_all(&problems, &files),
        ProblemFormat::Json => problem::render_json(&problems, &files),
        ProblemFormat::Github => problem::render_github(&problems, &files, &folder),
    };
    Outcome {
        out,
        err: String::new(),
        code,
    }
}

/// `asaflex test`: the cases, and how far they exercise the rules.
#[must_use]
pub fn test(settings: &settings::Test) -> Outcome {
    let prepared = match prepared(settings.dir.as_deref()) {
        Ok(prepared) => prepared,
        Err(outcome) => return outcome,
    };
    let failures = cases::run(&prepared);
    let count = prepared.ruleset.cases.len();
    let code = u8::from(count == 0 || !failures.is_empty());
    let coverage = coverage::measure(&prepared, settings.suggest);
    let files = &prepared.ruleset.files;
    if settings.format == ReportFormat::Json {
        let failed: Vec<&str> = failures.iter().map(|failure| failure.id.as_str()).collect();
        let failed = serde_json::Value::from(failed);
        let coverage = coverage::json(&coverage, files);
        let out = format!("{{\"cases\":{count},\"failed\":{failed},\"coverage\":{coverage}}}\n");
        return Outcome {
            out,
            err: String::new(),
            code,
        };
    }
    let mut out = if settings.suggest {
        coverage::suggestions(&coverage, &prepared)
    } else {
        coverage::report(&coverage, files)
    };
    out.push('\n');
    for failure in &failures {
        let file = files.get(failure.place.file).map_or("", String::as_str);
        let _ = writeln!(
            out,
            "FAILED {file}:{} {} {}",
            failure.place.line, failure.id, failure.title
        );
        for difference in &failure.differences {
            let _ = writeln!(out, "       {difference}");
        }
    }
    if count == 0 {
        out.push_str("no case ran\n");
    }
    let _ = writeln!(
        out,
        "{} passed, {} failed",
        count - failures.len(),
        failures.len()
    );
    Outcome {
        out,
        err: String::new(),
        code,
    }
}

/// `asaflex prove`.
#[must_use]
pub fn prove(settings: &settings::Prove) -> Outcome {
    let ruleset = match ruleset(settings.dir.as_deref()) {
        Ok(ruleset) => ruleset,
        Err(outcome) => return outcome,
    };
    let begin = Instant::now();
    let manner = prove::Manner {
        declared: true,
        people: true,
        today: api::today(),
    };
    let report = match prove::prove(&ruleset, manner) {
        Ok(report) => report,
        Err(error) => return Outcome::failed(format!("error: {error}\n"), CANNOT),
    };
    let code = u8::from(!report.failures.is_empty());
    let (out, err) = match settings.format {
        ReportFormat::Json => (prove::json(&report, &ruleset), String::new()),
        ReportFormat::Text => {
            let took = format!("proved in {:.1} s\n", begin.elapsed().as_secs_f64());
            (prove::text(&report), took)
        }
    };
    Outcome { out, err, code }
}

/// `asaflex diff`.
#[must_use]
pub fn diff(settings: &settings::Diff) -> Outcome {
    let load = |folder: Option<&Path>| {
        rules::ruleset(folder).map_err(|error| Outcome::failed(error.report(), CANNOT))
    };
    let compared = match (settings.sets.as_slice(), settings.as_of.as_slice()) {
        ([old, new], days) if days.len() <= 2 => (|| {
            let (old, new) = (load(Some(old))?, load(Some(new))?);
            Ok(match days {
                [day] => diff::days((&old, *day), (&new, *day)),
                [before, after] => diff::days((&old, *before), (&new, *after)),
                _ => diff::rule_sets(&old, &new, api::today()),
            })
        })(),
        (sets, [before, after]) if sets.len() < 2 => load(sets.first().map(PathBuf::as_path))
            .map(|ruleset| diff::days((&ruleset, *before), (&ruleset, *after))),
        _ => Err(Outcome::failed(
            "error: name two rule sets, or two days with `--as-of` (`asaflex diff --help`)\n"
                .to_owned(),
            CANNOT,
        )),
    };
    let found = match compared {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return Outcome::failed(format!("error: {error}\n"), CANNOT),
        Err(outcome) => return outcome,
    };
    let out = match settings.format {
        ReportFormat::Text => diff::text(&found),
        ReportFormat::Json => format!("{}\n", diff::json(&found)),
    };
    Outcome {
        out,
        err: String::new(),
        code: u8::from(!found.is_empty()),
    }
}

/// `asaflex explain`.
#[must_use]
pub fn explain(settings: &settings::Explain) -> Outcome {
    let prepared = match prepared(settings.dir.as_deref()) {
        Ok(prepared) => prepared,
        Err(outcome) => return outcome,
    };
    let locale = match language(&prepared, &settings.locale) {
        Ok(locale) => locale,
        Err(outcome) => return outcome,
    };
    let as_of = settings.as_of.unwrap_or_else(api::today);
    let told = match settings.format {
        ExplainFormat::Mermaid => explain::mermaid(&prepared, &settings.id, locale, as_of),
        ExplainFormat::Text => explain::explain(&prepared, &settings.id, locale, as_of)
            .map(|found| explain::words(&found, &prepared, locale)),
        ExplainFormat::Json => {
            explain::explain(&prepared, &settings.id, locale, as_of).map(|found| {
                let found: Vec<serde_json::Value> = found.iter().map(explain::json).collect();
                format!("{}\n", serde_json::Value::from(found))
            })
        }
    };
    match told {
        Ok(text) => Outcome::printed(text),
        Err(message) => Outcome::failed(format!("error: {message}\n"), CANNOT),
    }
}

/// The place of a language.
fn language(prepared: &Prepared, tag: &str) -> Result<usize, Outcome> {
    prepared.locale(tag).ok_or_else(|| {
        let known: Vec<&str> = prepared
            .ruleset
            .texts
            .locales()
            .iter()
            .map(|locale| locale.tag.as_str())
            .collect();
        Outcome::failed(
            format!("error: unknown language; known are {}\n", known.join(", ")),
            CANNOT,
        )
    })
}

/// `asaflex openapi`.
#[must_use]
pub fn openapi(settings: &settings::RulesFolder) -> Outcome {
    match prepared(settings.dir.as_deref()) {
        Ok(prepared) => Outcome::printed(openapi::document(&prepared)),
        Err(outcome) => outcome,
    }
}

/// `asaflex schema`: the JSON Schema of every kind of rule file, as one object by file name or as files.
#[must_use]
pub fn schema(settings: &settings::Schema) -> Outcome {
    let ruleset = match ruleset(settings.dir.as_deref()) {
        Ok(ruleset) => ruleset,
        Err(outcome) => return outcome,
    };
    let schemas = rules::schema::schemas(&ruleset.catalog);
    let Some(folder) = settings.out.as_deref() else {
        let all: serde_json::Map<String, serde_json::Value> = schemas
            .iter()
            .filter_map(|(name, text)| Some((name.clone(), serde_json::from_str(text).ok()?)))
            .collect();
        return Outcome::printed(indented(&serde_json::Value::from(all).to_string()));
    };
    for (name, text) in &schemas {
        let file = folder.join(name);
        if let Err(error) =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text))
        {
            return Outcome::failed(
                format!("error: cannot write {}: {error}\n", file.display()),
                CANNOT,
            );
        }
    }
    Outcome::printed(format!("{} schemas written\n", schemas.len()))
}

/// `asaflex screen`. Answers to many requests go to `out` as they are ready.
pub fn screen(settings: &settings::Screen, out: &mut dyn Write) -> Outcome {
    let prepared = match prepared(settings.rules.as_deref()) {
        Ok(prepared) => prepared,
        Err(outcome) => return outcome,
    };
    let locale = match language(&prepared, &settings.locale) {
        Ok(locale) => locale,
        Err(outcome) => return outcome,
    };
    let form = match (settings.ndjson, settings.csv) {
        (true, _) => Some(bulk::Form::Ndjson),
        (false, true) => Some(bulk::Form::Csv),
        (false, false) => None,
    };
    if let Some(form) = form {
        let manner = Manner {
            prepared: &prepared,
            locale,
            options: Options::DEFAULT,
            as_of: settings.as_of.unwrap_or_else(api::today),
            request_id: "",
        };
        return screen_many(settings.file.as_deref(), form, &manner, out);
    }
    let body = match read(settings.file.as_deref()) {
        Ok(body) => body,
        Err(error) => return Outcome::failed(error.report(), CANNOT),
    };
    match request::parse(&body, &prepared.ruleset.catalog, false) {
        Ok(mut parsed) => {
            parsed.as_of = parsed.as_of.or(settings.as_of);
            let answer = screenings::screen(&prepared, &parsed, locale, Options::DEFAULT);
            Outcome::printed(if settings.pretty {
                indented(&answer)
            } else {
                answer
            })
        }
        Err(error) => {
            let (code, errors) = request_problem(error);
            let problem = problem_details(code, "", errors);
            let mut problem = serde_json::to_value(problem).unwrap_or_default();
            // Nobody asked over HTTP.
            if let Some(members) = problem.as_object_mut() {
                members.shift_remove("requestId");
            }
            Outcome::failed(format!("{problem:#}\n"), 1)
        }
    }
}

fn screen_many(
    file: Option<&Path>,
    form: bulk::Form,
    manner: &Manner<'_>,
    out: &mut dyn Write,
) -> Outcome {
    let result = if let Some(file) = file.filter(|file| file.as_os_str() != "-") {
        match std::fs::File::open(file) {
            Ok(input) => {
                let bar = bulk::progress(input.metadata().ok().map(|metadata| metadata.len()));
                let result = bulk::run(input, form, manner, &bar, out);
                bar.finish_and_clear();
                result
            }
            Err(error) => {
                let error = LoadError::Unreadable(file.to_path_buf(), error);
                return Outcome::failed(error.report(), CANNOT);
            }
        }
    } else {
        let bar = bulk::progress(None);
        let result = bulk::run(std::io::stdin(), form, manner, &bar, out);
        bar.finish_and_clear();
        result
    };
    match result {
        Ok(counts) => Outcome {
            out: String::new(),
            err: format!("{} answered, {} refused\n", counts.answered, counts.refused),
            code: u8::from(counts.refused > 0),
        },
        Err(error) => Outcome::failed(format!("error: {error}\n"), CANNOT),
    }
}

fn read(file: Option<&Path>) -> Result<Vec<u8>, LoadError> {
    if let Some(file) = file.filter(|file| file.as_os_str() != "-") {
        std::fs::read(file).map_err(|error| LoadError::Unreadable(file.to_path_buf(), error))
    } else {
        let mut body = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut body);
        read.map(|_| body)
            .map_err(|error| LoadError::Unreadable("standard input".into(), error))
    }
}

fn indented(json: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(json);
    value
        .and_then(|value| serde_json::to_string_pretty(&value))
        .map_or_else(|_| json.to_owned(), |text| text + "\n")
}
