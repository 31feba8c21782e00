//! How far the cases of a rule set exercise its rules.
//!
//! Two measures, both on the conditions as their authors wrote them:
//! - every rule in the three values a screening can meet: certain, impossible and open;
//! - modified condition/decision coverage (masking form): for every leaf of a condition one case in which it holds and one in which it
//!   does not, and in both the condition would turn over if this leaf alone turned over.
//!
//! A value that no request can give is not asked for, nor one that only a combination gives which `impossible:` excludes; that is
//! decided exactly, on the diagrams. [`measure`] makes the measurement,
//! [`report`] and [`json()`] write it, [`suggestions`] writes the smallest requests that are still missing as cases to be confirmed.

use std::fmt::Write as _;

use foldhash::HashMap;
use serde_json::{Value, json};

use crate::answer::Prepared;
use crate::diagram::{Diagrams, NodeId, Reach, Scratch};
use crate::engine::{self, Known, Workspace};
use crate::facts::{FactCatalog, Given};
use crate::request;
use crate::rules::cases::Question;
use crate::rules::model::{Form, Operator, RuleKind, Ruleset, Written, WrittenRule};
use crate::rules::problem::Place;

mod suggest;

pub use suggest::Suggestion;

/// What the cases show of a rule set.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Number of screening cases.
    pub cases: usize,
    /// Every rule once, in every dated version.
    pub rules: Vec<RuleCoverage>,
    /// The smallest requests that would show what is missing.
    pub suggestions: Vec<Suggestion>,
}

/// What the cases show of a rule.
#[derive(Clone, Debug)]
pub struct RuleCoverage {
    /// Name, such as `modules.digital.rules.long-distance`.
    pub name: String,
    /// Kind.
    pub kind: RuleKind,
    /// Where it begins.
    pub place: Place,
    /// In the order of [`Truth::ALL`].
    pub values: [Shown; 3],
    /// The leaves of its condition, in reading order.
    pub leaves: Vec<LeafCoverage>,
}

/// What the cases show of a leaf.
#[derive(Clone, Debug)]
pub struct LeafCoverage {
    /// The leaf as written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// It holds, and the condition rests on it.
    pub holds: Shown,
    /// It does not hold, and the condition rests on it.
    pub fails: Shown,
}

/// Whether something is shown by a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// By the case with this id.
    By(String),
    /// By none, although a request could.
    Missing,
    /// No request of anybody can: other parts say it already, or only an impossible combination shows it.
    Never,
}

/// What a screening can know of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Facts are missing.
    Undecided,
}

impl Truth {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::True, Self::False, Self::Undecided];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Undecided => "undecided",
        }
    }

    /// What `root` is under `cells`.
    fn of(root: NodeId, cells: &[u8], diagrams: &Diagrams, scratch: &mut Scratch) -> Self {
        match diagrams.reach(root, cells, scratch) {
            Reach::Only(0) => Self::False,
            Reach::Only(_) => Self::True,
            Reach::Several => Self::Undecided,
        }
    }

    fn known(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Undecided => None,
        }
    }
}

/// Measures the cases of a rule set. With `suggest`, also looks for the requests that are missing.
#[must_use]
pub fn measure(prepared: &Prepared, suggest: bool) -> Coverage {
    let ruleset = &prepared.ruleset;
    let mut measuring = Measuring::new(ruleset);
    let mut cases = 0;
    for case in &ruleset.cases {
        let Question::Screening(as_of, facts) = &case.question else {
            continue;
        };
        let text = format!("{{\"facts\":{facts}}}");
        if let Ok(request) = request::parse(text.as_bytes(), &ruleset.catalog, false) {
            cases += 1;
            measuring.show(&case.id, &request.given, *as_of);
        }
    }
    let suggestions = suggest::complete(&mut measuring, suggest);
    measuring
        .rules
        .sort_by(|left, right| (left.place, &left.name).cmp(&(right.place, &right.name)));
    Coverage {
        cases,
        rules: measuring.rules,
        suggestions,
    }
}

/// A measurement in progress.
struct Measuring<'a> {
    ruleset: &'a Ruleset,
    rules: Vec<RuleCoverage>,
    numbers: HashMap<&'a str, usize>,
    workspace: Workspace,
    scratch: Scratch,
}

impl<'a> Measuring<'a> {
    fn new(ruleset: &'a Ruleset) -> Self {
        let mut rules = Vec::new();
        let mut numbers = HashMap::default();
        for rule in ruleset.segments.iter().flat_map(|segment| &segment.written) {
            numbers.entry(rule.name.as_str()).or_insert_with(|| {
                rules.push(nothing_shown(rule, &ruleset.catalog));
                rules.len() - 1
            });
        }
        Self {
            ruleset,
            rules,
            numbers,
            workspace: Workspace::default(),
            scratch: Scratch::default(),
        }
    }

    /// Enters what one request shows.
    fn show(&mut self, id: &str, given: &Given, as_of: jiff::civil::Date) {
        let ruleset = self.ruleset;
        let segment = ruleset.segment(as_of);
        let known = engine::known(ruleset, given, as_of, &mut self.workspace);
        for rule in &segment.written {
            let cells = cells_of(rule.kind, &known);
            let scratch = &mut self.scratch;
            let mut truth = |node| Truth::of(node, cells, &segment.diagrams, scratch);
            let value = truth(rule.condition.node);
            let leaves: Vec<Option<bool>> = rule
                .condition
                .leaves()
                .iter()
                .map(|leaf| truth(leaf.node).known())
                .collect();
            let number = self.numbers.get(rule.name.as_str());
            let Some(shown) = number.and_then(|number| self.rules.get_mut(*number)) else {
                continue;
            };
            for (slot, _) in shown
                .values
                .iter_mut()
                .zip(Truth::ALL)
                .filter(|(_, of)| *of == value)
            {
                slot.note(id);
            }
            for (place, (leaf, holds)) in shown.leaves.iter_mut().zip(&leaves).enumerate() {
                if let Some(holds) = holds
                    && decides(&rule.condition, &leaves, place)
                {
                    if *holds {
                        &mut leaf.holds
                    } else {
                        &mut leaf.fails
                    }
                    .note(id);
                }
            }
        }
    }
}

impl Shown {
    fn note(&mut self, id: &str) {
        if !matches!(self, Self::By(_)) {
            *self = Self::By(id.to_owned());
        }
    }

    /// The id of the case that shows it.
    #[must_use]
    pub fn case(&self) -> Option<&str> {
        match self {
            Self::By(id) => Some(id),
            Self::Missing | Self::Never => None,
        }
    }
}

fn nothing_shown(rule: &WrittenRule, catalog: &FactCatalog) -> RuleCoverage {
    let leaf = |leaf: &&Written| LeafCoverage {
        text: text(leaf, catalog),
        place: leaf.place,
        holds: Shown::Missing,
        fails: Shown::Missing,
    };
    RuleCoverage {
        name: rule.name.clone(),
        kind: rule.kind,
        place: rule.place,
        values: [Shown::Missing, Shown::Missing, Shown::Missing],
        leaves: rule.condition.leaves().iter().map(leaf).collect(),
    }
}

/// Bands are the order of routes, where more is assumed.
fn cells_of(kind: RuleKind, known: &Known) -> &[u8] {
    if kind == RuleKind::Band {
        &known.in_order
    } else {
        &known.everywhere
    }
}

/// Whether the condition turns over when the leaf at `place` does, whatever the undecided leaves are.
fn decides(condition: &Written, leaves: &[Option<bool>], place: usize) -> bool {
    let with = |value| evaluate(condition, leaves, &mut 0, (place, value));
    matches!((with(true), with(false)), (Some(left), Some(right)) if left != right)
}

/// The value of a condition from those of its leaves, one of them replaced; `at` counts the leaves that were read.
fn evaluate(
    condition: &Written,
    leaves: &[Option<bool>],
    at: &mut usize,
    replaced: (usize, bool),
) -> Option<bool> {
    let of_parts = |parts: &[Written], at: &mut usize| -> Vec<Option<bool>> {
        parts
            .iter()
            .map(|part| evaluate(part, leaves, at, replaced))
            .collect()
    };
    match &condition.form {
        Form::All(parts) => all(&of_parts(parts, at)),
        Form::Any(parts) => {
            let opposite: Vec<Option<bool>> = of_parts(parts, at)
                .into_iter()
                .map(|value| value.map(|value| !value))
                .collect();
            all(&opposite).map(|value| !value)
        }
        Form::Not(part) => evaluate(part, leaves, at, replaced).map(|value| !value),
        Form::Always(always) => Some(*always),
        _ => {
            let place = *at;
            *at += 1;
            if place == replaced.0 {
                Some(replaced.1)
            } else {
                leaves.get(place).copied().flatten()
            }
        }
    }
}

/// Whether all hold: no, as soon as one certainly does not.
fn all(values: &[Option<bool>]) -> Option<bool> {
    if values.contains(&Some(false)) {
        Some(false)
    } else if values.contains(&None) {
        None
    } else {
        Some(true)
    }
}

impl Coverage {
    /// Whether every rule is shown in every value it can have.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.rules
            .iter()
            .flat_map(|rule| &rule.values)
            .all(|shown| *shown != Shown::Missing)
    }

    /// How many of the rules that can have a value are shown in it.
    #[must_use]
    pub fn count(&self, truth: Truth) -> Count {
        count(self.rules.iter().map(|rule| rule.value(truth)))
    }

    /// How many leaves are shown to turn their condition over on their own.
    #[must_use]
    pub fn leaves(&self) -> Count {
        let leaves = self.rules.iter().flat_map(|rule| &rule.leaves);
        leaves.fold(Count::default(), |sum, leaf| sum.plus(leaf.shown()))
    }
}

impl RuleCoverage {
    /// Whether the rule is shown in this value.
    #[must_use]
    pub fn value(&self, truth: Truth) -> &Shown {
        let [holds, fails, undecided] = &self.values;
        match truth {
            Truth::True => holds,
            Truth::False => fails,
            Truth::Undecided => undecided,
        }
    }
}

impl LeafCoverage {
    /// A leaf is shown by a pair of cases; one that can never decide alone is not asked for.
    fn shown(&self) -> Count {
        match (&self.holds, &self.fails) {
            (Shown::Never, _) | (_, Shown::Never) => Count::default(),
            (holds, fails) => Count {
                of: 1,
                shown: usize::from(holds.case().is_some() && fails.case().is_some()),
            },
        }
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Shown by a case.
    pub shown: usize,
    /// All that a request could show.
    pub of: usize,
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self {
            shown: self.shown + other.shown,
            of: self.of + other.of,
        }
    }

    /// Whole percent, rounded down: 100 means all.
    #[must_use]
    pub fn percent(self) -> usize {
        (self.shown * 100).checked_div(self.of).unwrap_or(100)
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} % ({}/{})", self.percent(), self.shown, self.of)
    }
}

fn count<'a>(shown: impl Iterator<Item = &'a Shown>) -> Count {
    shown.fold(Count::default(), |sum, shown| match shown {
        Shown::By(_) => sum.plus(Count { shown: 1, of: 1 }),
        Shown::Missing => sum.plus(Count { shown: 0, of: 1 }),
        Shown::Never => sum,
    })
}

/// The measurement as a table, with what is missing below it; `files` are [`Ruleset::files`].
#[must_use]
pub fn report(coverage: &Coverage, files: &[String]) -> String {
    let mut out = format!("coverage of the rules by {} cases\n\n", coverage.cases);
    let _ = writeln!(
        out,
        "{:<16}{:>6}  {:<17}{:<17}{:<17}{:<17}",
        "kind", "rules", "true", "false", "undecided", "leaves alone"
    );
    let mut row = |name: &str, rules: &[&RuleCoverage]| {
        let mut line = format!("{name:<16}{:>6}  ", rules.len());
        for truth in Truth::ALL {
            let count = count(rules.iter().map(|rule| rule.value(truth)));
            let _ = write!(line, "{:<17}", count.to_string());
        }
        let leaves = rules.iter().flat_map(|rule| &rule.leaves);
        let leaves = leaves.fold(Count::default(), |sum, leaf| sum.plus(leaf.shown()));
        let _ = writeln!(out, "{}", format!("{line}{leaves}").trim_end());
    };
    for kind in RuleKind::ALL {
        let rules: Vec<&RuleCoverage> = coverage
            .rules
            .iter()
            .filter(|rule| rule.kind == kind)
            .collect();
        if !rules.is_empty() {
            row(kind.as_str(), &rules);
        }
    }
    row("all", &coverage.rules.iter().collect::<Vec<_>>());
    missing_values(&mut out, coverage, files);
    missing_leaves(&mut out, coverage, files);
    out
}

fn missing_values(out: &mut String, coverage: &Coverage, files: &[String]) {
    let mut heading = "\nno case shows these values\n";
    for rule in &coverage.rules {
        let missing: Vec<&str> = Truth::ALL
            .into_iter()
            .filter(|truth| *rule.value(*truth) == Shown::Missing)
            .map(Truth::as_str)
            .collect();
        if !missing.is_empty() {
            let _ = writeln!(
                out,
                "{heading}  {}: {} is never {}",
                at(rule.place, files),
                rule.name,
                missing.join(", ")
            );
            heading = "";
        }
    }
}

fn missing_leaves(out: &mut String, coverage: &Coverage, files: &[String]) {
    let mut heading =
        "\nno pair of cases shows that these turn their condition over on their own\n";
    for rule in &coverage.rules {
        for leaf in &rule.leaves {
            let what = match (&leaf.holds, &leaf.fails) {
                (Shown::Never, _) | (_, Shown::Never) => {
                    "cannot: other parts of the condition already say it, or only an impossible combination shows it"
                }
                (Shown::Missing, Shown::Missing) => "neither when it holds nor when it fails",
                (Shown::Missing, _) => "not when it holds",
                (_, Shown::Missing) => "not when it fails",
                (Shown::By(_), Shown::By(_)) => continue,
            };
            let _ = writeln!(
                out,
                "{heading}  {}: {}: {}: {what}",
                at(leaf.place, files),
                rule.name,
                leaf.text
            );
            heading = "";
        }
    }
}

/// The measurement as JSON.
#[must_use]
pub fn json(coverage: &Coverage, files: &[String]) -> String {
    let shown = |shown: &Shown| match shown {
        Shown::By(id) => json!(id),
        Shown::Missing => Value::Null,
        Shown::Never => json!(false),
    };
    let count =
        |count: Count| json!({ "shown": count.shown, "of": count.of, "percent": count.percent() });
    let place = |place: Place| json!({ "file": file(place, files), "line": place.line, "column": place.column });
    let rules: Vec<Value> = coverage
        .rules
        .iter()
        .map(|rule| {
            let leaves: Vec<Value> = rule
                .leaves
                .iter()
                .map(|leaf| json!({ "text": leaf.text, "place": place(leaf.place), "holds": shown(&leaf.holds), "fails": shown(&leaf.fails) }))
                .collect();
            json!({
                "rule": rule.name,
                "kind": rule.kind.as_str(),
                "place": place(rule.place),
                "true": shown(rule.value(Truth::True)),
                "false": shown(rule.value(Truth::False)),
                "undecided": shown(rule.value(Truth::Undecided)),
                "leaves": leaves,
            })
        })
        .collect();
    json!({
        "cases": coverage.cases,
        "true": count(coverage.count(Truth::True)),
        "false": count(coverage.count(Truth::False)),
        "undecided": count(coverage.count(Truth::Undecided)),
        "leaves": count(coverage.leaves()),
        "complete": coverage.is_complete(),
        "rules": rules,
    })
    .to_string()
}

/// What is missing as cases to paste: every answer stands in them as a comment, and a human must confirm it.
#[must_use]
pub fn suggestions(coverage: &Coverage, prepared: &Prepared) -> String {
    if coverage.suggestions.is_empty() {
        return "# nothing is missing that a request could show\n".to_owned();
    }
    suggest::yaml(&coverage.suggestions, prepared)
}

fn file(place: Place, files: &[String]) -> &str {
    files.get(place.file).map_or("rules", String::as_str)
}

fn at(place: Place, files: &[String]) -> String {
    format!("{}:{}", file(place, files), place.line)
}

/// A leaf as its author would write it, in one line.
fn text(leaf: &Written, catalog: &FactCatalog) -> String {
    let list = |values: &[String]| match values {
        [one] => one.clone(),
        _ => format!("[{}]", values.join(", ")),
    };
    match &leaf.form {
        Form::Fact(fact, operator, values) => {
            let name = catalog.name(*fact);
            let key = match operator {
                Operator::Is => return format!("{name}: {}", list(values)),
                Operator::Empty => "empty",
                Operator::AtLeast => "atLeast",
                Operator::Below => "below",
                Operator::Before => "before",
                Operator::OnOrAfter => "onOrAfter",
                Operator::AtLeastMonthsAgo => "atLeastMonthsAgo",
                Operator::WithinMonthsOfEvent => "withinMonthsOfEvent",
                Operator::WithinMonthsFromStart => "withinMonthsFromStart",
                Operator::Class => "class",
            };
            format!("{name}: {{ {key}: {} }}", list(values))
        }
        Form::Contradicted(fact) => format!("contradicted: {}", catalog.name(*fact)),
        Form::Definition(id) => format!("definition: {id}"),
        Form::Outcome(id, outcomes) => {
            let words: Vec<String> = outcomes
                .iter()
                .map(|outcome| outcome.as_str().to_owned())
                .collect();
            format!("outcome of {id}: {}", list(&words))
        }
        Form::DecidedBy(bodies) => {
            let words: Vec<String> = bodies.iter().map(|body| body.as_str().to_owned()).collect();
            format!("decidedBy: {}", list(&words))
        }
        Form::Module(id) => format!("module: {id}"),
        Form::Offer(id) => format!("offer: {id}"),
        Form::ContactRoute(id) => format!("contactRoute: {id}"),
        Form::Notice(id) => format!("notice: {id}"),
        Form::Always(always) => format!("always: {always}"),
        Form::All(_) | Form::Any(_) | Form::Not(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::problem::Severity;
    use crate::verify::tiny;

    const RUNNING: &str = "
- id: running
  title: A trainee with a contract who needs German
  asOf: 2026-11-23
  facts: { status: in-training, contract: true, needs: [language], startedOn: 2026-11-01 }
  expect: { modulesInclude: [german] }
";

    fn rule<'a>(coverage: &'a Coverage, name: &str) -> &'a RuleCoverage {
        coverage
            .rules
            .iter()
            .find(|rule| rule.name == name)
            .unwrap()
    }

    #[test]
    fn a_case_shows_the_value_its_facts_give_and_no_other() {
        let coverage = measure(&tiny::prepared(RUNNING), false);
        let shown = rule(&coverage, "pathways.phase.requirements.in-training");
        assert_eq!(
            shown.values,
            [
                Shown::By("running".to_owned()),
                Shown::Missing,
                Shown::Missing
            ]
        );
        assert!(!coverage.is_complete());
    }

    #[test]
    fn what_is_assumed_when_absent_is_never_undecided() {
        let coverage = measure(&tiny::prepared(RUNNING), false);
        let danger = rule(&coverage, "contactRoutes.rescue.rules.danger");
        assert_eq!(
            danger.values,
            [
                Shown::Missing,
                Shown::By("running".to_owned()),
                Shown::Never
            ]
        );
        let always = rule(&coverage, "contactRoutes.desk.rules.everyone");
        assert_eq!(
            always.values,
            [Shown::By("running".to_owned()), Shown::Never, Shown::Never]
        );
        let consistent = rule(&coverage, "pathways.phase.requirements.consistent");
        assert_eq!(
            consistent.values,
            [
                Shown::By("running".to_owned()),
                Shown::Missing,
                Shown::Never
            ]
        );
    }

    #[test]
    fn a_leaf_that_other_parts_already_say_can_never_decide() {
        let coverage = measure(&tiny::prepared(RUNNING), false);
        let leaves = &rule(&coverage, "modules.german.rules.either").leaves;
        assert_eq!(leaves[0].text, "needs: language");
        // The second `needs: language` decides only where the first holds, and there it is too late.
        assert_eq!(
            (&leaves[1].holds, &leaves[2].holds),
            (&Shown::Never, &Shown::Never)
        );
    }

    #[test]
    fn two_cases_that_differ_in_one_leaf_show_that_it_decides() {
        let cases = format!(
            "{RUNNING}
- id: without-contract
  title: A trainee without a contract
  asOf: 2026-11-23
  facts: {{ status: in-training, contract: false }}
  expect: {{ pathways: {{ phase: [conditions-not-met] }} }}
"
        );
        let coverage = measure(&tiny::prepared(&cases), false);
        let leaves = &rule(&coverage, "pathways.phase.requirements.in-training").leaves;
        let [status, contract] = leaves.as_slice() else {
            panic!("two leaves")
        };
        assert_eq!(contract.holds, Shown::By("running".to_owned()));
        assert_eq!(contract.fails, Shown::By("without-contract".to_owned()));
        assert_eq!(status.fails, Shown::Missing);
    }

    #[test]
    fn the_suggested_requests_complete_the_coverage() {
        let prepared = tiny::prepared("");
        let coverage = measure(&prepared, true);
        assert_eq!(coverage.cases, 0);
        let mut measuring = Measuring::new(&prepared.ruleset);
        for suggestion in &coverage.suggestions {
            measuring.show("suggested", &suggestion.given, suggestion.as_of);
        }
        for (rule, measured) in measuring
            .rules
            .iter()
            .map(|rule| (rule, super::tests::rule(&coverage, &rule.name)))
        {
            for truth in Truth::ALL {
                let expected = *measured.value(truth) != Shown::Never;
                assert_eq!(
                    rule.value(truth).case().is_some(),
                    expected,
                    "{} {}",
                    rule.name,
                    truth.as_str()
                );
            }
        }
    }

    #[test]
    fn a_suggestion_states_no_more_than_it_needs_and_leaves_its_answer_to_be_confirmed() {
        let prepared = tiny::prepared("");
        let text = suggestions(&measure(&prepared, true), &prepared);
        assert!(
            text.contains("facts: { status: in-training, contract: true }"),
            "{text}"
        );
        assert!(
            text.contains("    # pathways: { phase: [missing-facts] }"),
            "{text}"
        );
        // Nobody without a training has a contract.
        assert!(!text.contains("status: none, contract: true"), "{text}");
        let pasted = tiny::files(&text);
        let problems = crate::rules::compile::compile(&pasted).unwrap_err();
        let errors = problems
            .iter()
            .filter(|problem| problem.severity() == Severity::Error);
        assert!(errors.clone().count() > 0);
        assert!(
            errors
                .clone()
                .all(|problem| problem.message.contains("expects nothing")),
            "{problems:?}"
        );
    }

    #[test]
    fn the_report_names_what_is_missing_with_its_place() {
        let prepared = tiny::prepared(RUNNING);
        let coverage = measure(&prepared, false);
        let report = report(&coverage, &prepared.ruleset.files);
        assert!(
            report.contains(
                "  contact-routes.yaml:10: contactRoutes.rescue.rules.danger is never true\n"
            ),
            "{report}"
        );
        assert!(
            report.contains("modules.german.rules.language: needs: language: not when it fails"),
            "{report}"
        );
        let json: Value = serde_json::from_str(&json(&coverage, &prepared.ruleset.files)).unwrap();
        assert_eq!(json["complete"], false);
        assert_eq!(json["rules"][0]["place"]["file"], "contact-routes.yaml");
    }

    #[test]
    fn percentages_are_rounded_down_and_nothing_to_show_is_all_of_it() {
        assert_eq!(
            Count {
                shown: 199,
                of: 200
            }
            .percent(),
            99
        );
        assert_eq!(Count::default().percent(), 100);
    }
}
