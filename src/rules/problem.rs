//! A defect in rule files, as its author sees it: code, file, line, column, snippet, what to do.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A place in a rule file; line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Number of the file in the list of sources.
    pub file: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Number of characters to underline.
    pub width: usize,
}

impl Place {
    /// The first character of a file.
    #[must_use]
    pub const fn start(file: usize) -> Self {
        Self {
            file,
            line: 1,
            column: 1,
            width: 1,
        }
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule set cannot answer anyone.
    Error,
    /// It can, but an author should look.
    Warning,
}

impl Severity {
    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $severity:ident $doc:literal;)*) => {
        /// What kind of defect a problem is; stable, kebab-case when printed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $doc] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The printed form.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

codes! {
    Syntax "syntax" Error "The file is not the YAML that is read here.";
    DuplicateKey "duplicate-key" Error "A key stands twice in one mapping.";
    UnknownKey "unknown-key" Error "A key is not known at this place.";
    MissingKey "missing-key" Error "A key that must stand here is missing.";
    WrongShape "wrong-shape" Error "A value has another shape or another set of values than this place wants.";
    MissingFile "missing-file" Error "A file that every rule set has is missing.";
    DuplicateId "duplicate-id" Error "Two entries have the same id.";
    OverlappingValidity "overlapping-validity" Error "Two versions of one id are valid on the same day.";
    EmptyValidity "empty-validity" Error "A version ends before it begins.";
    UnknownFact "unknown-fact" Error "A condition names a fact that is not declared.";
    UnknownOption "unknown-option" Error "A condition names an option that the fact does not have.";
    WrongOperator "wrong-operator" Error "A condition asks a fact something its kind does not know.";
    UnknownReference "unknown-reference" Error "A rule refers to something that does not exist.";
    NotValidThen "not-valid-then" Error "A rule refers to something that is not valid on every day on which the rule is.";
    Cycle "cycle" Error "Rules refer to one another in a circle.";
    MissingCitation "missing-citation" Error "A requirement that can exclude somebody cites no statute.";
    WrongBasis "wrong-basis" Error "A requirement that can exclude somebody does not rest on a statute.";
    UndatedChannel "undated-channel" Error "A way to reach somebody counts as confirmed without a day, or as not confirmed without a remark.";
    MixedThresholds "mixed-thresholds" Error "A date fact is compared with calendar days and with months in the same period of law.";
    TooLarge "too-large" Error "The decision diagram of a condition, or of the whole set, is too large.";
    TooMany "too-many" Error "There is more of something than can be represented.";
    MissingText "missing-text" Warning "A text is missing in a language; German is shown instead.";
    UnknownText "unknown-text" Error "A language file has a text for something that does not exist.";
    UnknownPlaceholder "unknown-placeholder" Error "A text for people holds a placeholder that nothing fills in.";
    Unused "unused" Warning "Something is declared but never used.";
    BadOffices "bad-offices" Error "An office table is not readable.";
}

/// One defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of defect.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What is wrong: lower case, no final period, input in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// What is missed here, if that is the problem: the kind of rule file that would have to hold it, and its name.
    pub misses: Option<(&'static str, String)>,
}

impl Problem {
    /// A problem.
    #[must_use]
    pub fn new(
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            place,
            message: message.into(),
            help: help.into(),
            misses: None,
        }
    }

    /// The same problem, which only follows from another one if a damaged file of this kind holds the name.
    #[must_use]
    pub fn missing(mut self, kind: &'static str, name: &str) -> Self {
        self.misses = Some((kind, name.to_owned()));
        self
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A file that was read: its name relative to the folder, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name relative to the rules folder, with `/`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Writes one problem with its snippet, as a compiler would.
#[must_use]
pub fn render(problem: &Problem, files: &[SourceFile]) -> String {
    let level = match problem.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (name, text) = files.get(problem.place.file).map_or(("rules", ""), |file| {
        (file.name.as_str(), file.text.as_str())
    });
    let start = byte_offset(text, problem.place.line, problem.place.column);
    let line_end = text
        .get(start..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |at| start + at);
    let end = text.get(start..line_end).map_or(start, |rest| {
        rest.char_indices()
            .nth(problem.place.width)
            .map_or(line_end, |(at, _)| start + at)
    });
    let title = level
        .primary_title(problem.message.as_str())
        .id(problem.code.as_str());
    let snippet = Snippet::source(text)
        .path(name)
        .annotation(AnnotationKind::Primary.span(start..end.max(start)));
    let report = &[title
        .element(snippet)
        .element(Level::HELP.message(problem.help.as_str()))];
    let mut out = Renderer::plain().render(report).clone();
    out.push('\n');
    out
}

/// Writes all problems, the errors first, and a line that counts them.
#[must_use]
pub fn render_all(problems: &[Problem], files: &[SourceFile]) -> String {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning] {
        for problem in problems
            .iter()
            .filter(|problem| problem.severity() == severity)
        {
            out.push_str(&render(problem, files));
            out.push('\n');
        }
    }
    let errors = problems
        .iter()
        .filter(|problem| problem.severity() == Severity::Error)
        .count();
    let count = |number: usize, what: &str| {
        format!("{number} {what}{}", if number == 1 { "" } else { "s" })
    };
    let warnings = problems.len() - errors;
    let _ = writeln!(
        out,
        "{}, {}",
        count(errors, "error"),
        count(warnings, "warning")
    );
    out
}

/// All problems as JSON: what `asaflex check --format json` prints.
#[must_use]
pub fn render_json(problems: &[Problem], files: &[SourceFile]) -> String {
    let list: Vec<serde_json::Value> = problems
        .iter()
        .map(|problem| {
            let place = problem.place;
            serde_json::json!({
                "code": problem.code.as_str(),
                "severity": problem.severity().as_str(),
                // None for a problem of the folder as a whole.
                "file": files.get(place.file).map(|file| file.name.as_str()),
                "line": place.line,
                "column": place.column,
                "endColumn": place.column + place.width,
                "message": problem.message,
                "help": problem.help,
                "meaning": problem.code.meaning(),
            })
        })
        .collect();
    let errors = problems
        .iter()
        .filter(|problem| problem.severity() == Severity::Error)
        .count();
    let whole = serde_json::json!({
        "errors": errors,
        "warnings": problems.len() - errors,
        "problems": list,
    });
    format!("{whole}\n")
}

/// All problems as GitHub annotations, one line each: what `asaflex check --format github` prints. `folder` is the rules folder as seen
/// from the root of the repository, so that an annotation finds its file.
#[must_use]
pub fn render_github(problems: &[Problem], files: &[SourceFile], folder: &str) -> String {
    let mut out = String::new();
    for problem in problems {
        let place = problem.place;
        let _ = write!(out, "::{} ", problem.severity().as_str());
        if let Some(file) = files.get(place.file) {
            let folder = folder.trim_end_matches('/');
            let path = if folder.is_empty() {
                file.name.clone()
            } else {
                format!("{folder}/{}", file.name)
            };
            let _ = write!(
                out,
                "file={},line={},col={},endColumn={},",
                property(&path),
                place.line,
                place.column,
                place.column + place.width
            );
        }
        let text = format!("{}; {}", problem.message, problem.help);
        let _ = writeln!(
            out,
            "title={}::{}",
            property(problem.code.as_str()),
            annotation(&text)
        );
    }
    out
}

/// A message of an annotation; the rest of a line would be lost, and a percent sign begins an escape.
fn annotation(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of an annotation, in which commas and colons separate.
fn property(text: &str) -> String {
    annotation(text).replace(':', "%3A").replace(',', "%2C")
}

fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let line_start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let rest = text.get(line_start..).unwrap_or_default();
    let in_line = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(rest.len(), |(at, _)| at);
    // A place behind the end of the file is shown at its end.
    (line_start + in_line).min(text.trim_end_matches('\n').len())
}

/// Most names in a list of what is known.
const KNOWN_MAX: usize = 24;

/// The one of `known` that is spelt like `word`, but for some letters.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| {
            *distance <= (candidate.chars().count().max(word.chars().count()) / 3).max(1)
        })
        .map(|(_, candidate)| candidate)
}

/// The nearest of `known` to `word`, as "did you mean", or a list of what is known.
#[must_use]
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => "nothing is declared here".to_owned(),
        None => {
            let mut list: Vec<&str> = known;
            list.sort_unstable();
            list.dedup();
            let more = list.len().saturating_sub(KNOWN_MAX);
            list.truncate(KNOWN_MAX);
            let named: Vec<String> = list.iter().map(|item| format!("`{item}`")).collect();
            let more = match more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("known are {}{more}", named.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<Problem>, Vec<SourceFile>) {
        let files = vec![SourceFile {
            name: "offers/money, and more.yaml".to_owned(),
            text: "offers:\n  - { id: bab }\n".to_owned(),
        }];
        let place = Place {
            file: 0,
            line: 2,
            column: 5,
            width: 3,
        };
        let problems = vec![
            Problem::new(Code::MissingKey, place, "100 % is `x`\nand more", "add it"),
            Problem::new(
                Code::MissingFile,
                Place::start(usize::MAX),
                "there is no `facts.yaml`",
                "write one",
            ),
            Problem::new(Code::Unused, place, "nobody asks", "leave it"),
        ];
        (problems, files)
    }

    #[test]
    fn json_names_file_line_and_column_of_every_problem() {
        let (problems, files) = sample();
        let json: serde_json::Value =
            serde_json::from_str(&render_json(&problems, &files)).unwrap();
        assert_eq!((&json["errors"], &json["warnings"]), (&2.into(), &1.into()));
        let first = &json["problems"][0];
        assert_eq!(first["file"], "offers/money, and more.yaml");
        assert_eq!(
            (&first["line"], &first["column"], &first["endColumn"]),
            (&2.into(), &5.into(), &8.into())
        );
        assert_eq!(first["code"], "missing-key");
        assert_eq!(json["problems"][1]["file"], serde_json::Value::Null);
        assert_eq!(json["problems"][2]["severity"], "warning");
    }

    #[test]
    fn an_annotation_is_one_line_and_nothing_in_it_ends_it_early() {
        let (problems, files) = sample();
        let text = render_github(&problems, &files, "rules/");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "::error file=rules/offers/money%2C and more.yaml,line=2,col=5,endColumn=8,title=missing-key::100 %25 is `x`%0Aand more; add it",
                "::error title=missing-file::there is no `facts.yaml`; write one",
                "::warning file=rules/offers/money%2C and more.yaml,line=2,col=5,endColumn=8,title=unused::nobody asks; leave it",
            ]
        );
    }
}
