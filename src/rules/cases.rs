//! Cases: people and the answer they must get; kept with the rules, so that whoever ships rules ships their cases.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use crate::dates;
use crate::facts::{Fact, FactCatalog, FactKind, PostalCode};
use crate::rules::condition::{suggest_fact, unknown_option};
use crate::rules::model::Body;
use crate::rules::problem::{Code, Place, Problem, suggest};
use crate::rules::shape;
use crate::rules::yaml::{Key, Kind, Node};

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Name, unique over all files.
    pub id: String,
    /// The situation as a sentence.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// What is asked.
    pub question: Question,
    /// What the answer must hold.
    pub expect: Expectation,
}

/// What a case asks.
#[derive(Clone, Debug)]
pub enum Question {
    /// A screening: evaluation date, and the facts as a JSON object.
    Screening(Date, String),
    /// The offices behind a postal code.
    Offices(String),
}

/// What the answer must hold; what is not named is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// Accepted outcomes by pathway.
    pub pathways: BTreeMap<String, Vec<String>>,
    /// Expected lists by key, such as `modulesInclude`.
    pub lists: BTreeMap<String, Vec<String>>,
    /// Expected words by key, such as `earliestDate`.
    pub words: BTreeMap<String, String>,
    /// Expected values by their place in the answer, such as `notices.crisis.severity`.
    pub details: BTreeMap<String, Vec<String>>,
}

/// Keys of an expectation with a list of ids.
pub(super) const LISTS: &[&str] = &[
    "outcome",
    "modulesInclude",
    "modulesExclude",
    "routesFirst",
    "routesInOrder",
    "routesInclude",
    "routesExclude",
    "offersInclude",
    "offersExclude",
    "noticesInclude",
    "noticesExclude",
    "decidedBy",
    "openQuestionsInclude",
    "openQuestionsExclude",
    "toOpenInclude",
    "toOpenExclude",
    "becauseInclude",
    "becauseExclude",
    "agencies",
    "jobcenters",
    "jobcentersAllowed",
];
/// Keys of an expectation with one word.
pub(super) const WORDS: &[&str] = &["earliestDate", "lastDate", "headlineIncludes", "finder"];
/// Key of an expectation with places in the answer.
pub(super) const DETAILS: &str = "details";

/// What the expectation of a case may name, from all versions of all rules.
pub(super) struct Names<'a> {
    /// Ids by kind: `pathways`, `modules`, `offers`, `contactRoutes`, `notices`, `openQuestions`.
    pub(super) ids: BTreeMap<&'static str, Vec<&'a str>>,
    /// Reasons, such as `modules.digital.long-distance`.
    pub(super) reasons: Vec<String>,
}

/// What a key of an expectation names.
fn named(key: &str) -> Option<&'static str> {
    match key {
        "pathways" => Some("pathways"),
        "modulesInclude" | "modulesExclude" => Some("modules"),
        "routesFirst" | "routesInOrder" | "routesInclude" | "routesExclude" => {
            Some("contactRoutes")
        }
        "offersInclude" | "offersExclude" => Some("offers"),
        "noticesInclude" | "noticesExclude" => Some("notices"),
        "openQuestionsInclude" | "openQuestionsExclude" | "toOpenInclude" | "toOpenExclude" => {
            Some("openQuestions")
        }
        "becauseInclude" | "becauseExclude" => Some("because"),
        _ => None,
    }
}

/// The kind of rule file that holds what a list of ids names.
fn file_of(kind: &str) -> Option<&'static str> {
    match kind {
        "pathways" => Some("pathways"),
        "modules" => Some("modules"),
        "offers" => Some("offers"),
        "contactRoutes" => Some("contact-routes"),
        "notices" => Some("notices"),
        "openQuestions" => Some("facts"),
        _ => None,
    }
}

/// Reports every id in the expectation of a case that no rule has: what is excluded under a mistyped id could never fail.
pub(super) fn check_names(case: &Node, names: &Names<'_>, problems: &mut Vec<Problem>) {
    let outcomes: Vec<&str> = shape::OUTCOMES.to_vec();
    let bodies: Vec<&str> = Body::ALL.iter().map(|body| body.as_str()).collect();
    let mut known = |known: &[&str], place: Place, word: &str, kind: Option<&str>| {
        if known.contains(&word) {
            return;
        }
        let message = format!("the case expects `{word}`, which no rule has");
        let help = suggest(word, known.iter().copied());
        let problem = Problem::new(Code::UnknownReference, place, message, help);
        // A reason is a kind, an entry and its rule; what holds the entry would hold the rule.
        let mut parts = word.split('.');
        let (kind, name) = match kind {
            Some("because") => (parts.next(), parts.next().unwrap_or_default()),
            kind => (kind, word),
        };
        problems.push(match kind.and_then(file_of) {
            Some(file) => problem.missing(file, name),
            None => problem,
        });
    };
    for (key, value) in case.get("expect").map_or(&[][..], Node::entries) {
        let kind = named(&key.text);
        if kind == Some("pathways") {
            let pathways = names.ids.get("pathways").map_or(&[][..], Vec::as_slice);
            for (pathway, accepted) in value.entries() {
                if !pathways.contains(&pathway.text.as_str()) {
                    known(pathways, pathway.place, &pathway.text, kind);
                }
                for outcome in accepted.items() {
                    known(
                        &outcomes,
                        outcome.place,
                        outcome.text().unwrap_or_default(),
                        None,
                    );
                }
            }
            continue;
        }
        if key.text == DETAILS {
            for (path, _) in value.entries() {
                let mut parts = path.text.split('.');
                let kind = parts.next().unwrap_or_default();
                if let (Some(ids), Some(id)) = (names.ids.get(kind), parts.next()) {
                    known(ids, path.place, id, Some(kind));
                }
            }
            continue;
        }
        let reasons: Vec<&str>;
        let ids: &[&str] = match (key.text.as_str(), kind) {
            ("outcome", _) => &outcomes,
            ("decidedBy", _) => &bodies,
            (_, Some("because")) => {
                reasons = names.reasons.iter().map(String::as_str).collect();
                &reasons
            }
            (_, Some(kind)) => names.ids.get(kind).map_or(&[][..], Vec::as_slice),
            (_, None) => continue,
        };
        for item in value.items() {
            known(ids, item.place, item.text().unwrap_or_default(), kind);
        }
    }
}

/// Reads one case; what is wrong with it becomes a problem.
pub fn read(node: &Node, catalog: &FactCatalog, problems: &mut Vec<Problem>) -> Option<Case> {
    let word = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let id = word("id")?;
    let question = match (
        word("postalCode"),
        node.get("facts"),
        word("asOf").and_then(|day| dates::parse(&day)),
    ) {
        (Some(code), None, _) => {
            if PostalCode::parse(&code).is_none() {
                let place = node.get("postalCode").map_or(node.place, |node| node.place);
                let message = format!("`{code}` is no postal code");
                problems.push(Problem::new(Code::WrongShape, place, message, POSTAL_CODE));
            }
            Question::Offices(code)
        }
        (None, Some(facts), Some(as_of)) => {
            Question::Screening(as_of, facts_json(facts, catalog, problems)?)
        }
        _ => {
            problems.push(Problem::new(
                Code::MissingKey,
                node.place,
                format!("the case `{id}` asks nothing"),
                "give `asOf` and `facts`, or a `postalCode`",
            ));
            return None;
        }
    };
    let expected = node.get("expect")?;
    let expect = expectation(expected, problems);
    if expect == Expectation::default() {
        problems.push(Problem::new(
            Code::MissingKey,
            expected.place,
            format!("the case `{id}` expects nothing, so it cannot fail"),
            "write what the answer must hold",
        ));
    }
    Some(Case {
        id,
        title: word("title").unwrap_or_default(),
        place: node.get("id").map_or(node.place, |id| id.place),
        question,
        expect,
    })
}

fn expectation(node: &Node, problems: &mut Vec<Problem>) -> Expectation {
    let mut expect = Expectation::default();
    for (key, value) in node.entries() {
        let name = key.text.as_str();
        if name == "pathways" {
            for (pathway, outcomes) in entries(value, problems) {
                let outcomes = words(outcomes, problems);
                expect.pathways.insert(pathway.text.clone(), outcomes);
            }
        } else if name == DETAILS {
            for (path, wanted) in entries(value, problems) {
                let wanted = match wanted.text() {
                    Some(word) => vec![word.to_owned()],
                    None => words(wanted, problems),
                };
                expect.details.insert(path.text.clone(), wanted);
            }
        } else if LISTS.contains(&name) {
            expect.lists.insert(name.to_owned(), words(value, problems));
        } else if WORDS.contains(&name) {
            expect
                .words
                .insert(name.to_owned(), value.text().unwrap_or_default().to_owned());
        } else {
            problems.push(Problem::new(
                Code::UnknownKey,
                key.place,
                format!("the key `{name}` is not known here"),
                suggest(
                    name,
                    LISTS
                        .iter()
                        .chain(WORDS)
                        .copied()
                        .chain(["pathways", DETAILS]),
                ),
            ));
        }
    }
    expect
}

/// The entries of a mapping; anything else would expect nothing without a word.
fn entries<'a>(node: &'a Node, problems: &mut Vec<Problem>) -> &'a [(Key, Node)] {
    if !matches!(node.kind, Kind::Map(_)) {
        problems.push(misshapen(node, "a mapping", "write `{ key: value }`"));
    }
    node.entries()
}

/// The words of a list; anything else would expect nothing without a word.
fn words(node: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let Kind::List(items) = &node.kind else {
        let help = "write it in square brackets: `[a, b]`";
        problems.push(misshapen(node, "a list", help));
        return Vec::new();
    };
    let words = items.iter().filter_map(Node::text);
    words.map(str::to_owned).collect()
}

fn misshapen(node: &Node, wanted: &str, help: &str) -> Problem {
    let message = format!("{} stands where {wanted} must stand", node.shape());
    Problem::new(Code::WrongShape, node.place, message, help)
}

/// The facts of a case as the JSON a portal would send; nothing if it could not be sent so, and every reason is told.
fn facts_json(node: &Node, catalog: &FactCatalog, problems: &mut Vec<Problem>) -> Option<String> {
    let told = problems.len();
    if !matches!(node.kind, Kind::Map(_)) {
        let help = "write a mapping from facts to values, such as `{ trainingStatus: in-training }`; `{}` states nothing";
        problems.push(misshapen(node, "the stated facts", help));
    }
    let mut out = String::from("{");
    for (place, (key, value)) in node.entries().iter().enumerate() {
        let Some(fact) = catalog.find(&key.text).and_then(|fact| catalog.get(fact)) else {
            let help = suggest_fact(&key.text, catalog, &[]);
            let message = format!("there is no fact `{}`", key.text);
            problems.push(
                Problem::new(Code::UnknownFact, key.place, message, help)
                    .missing("facts", &key.text),
            );
            continue;
        };
        if !value.is_null() {
            problems.extend(wrong_value(fact, value));
        }
        if place > 0 {
            out.push(',');
        }
        let _ = write!(out, "{}:", serde_json::Value::from(fact.id.as_str()));
        let quoted = !matches!(fact.kind, FactKind::Bool | FactKind::Int { .. });
        match &value.kind {
            _ if value.is_null() => out.push_str("null"),
            Kind::Scalar { text, .. } if quoted => {
                let _ = write!(out, "{}", serde_json::Value::from(text.as_str()));
            }
            Kind::Scalar { text, .. } => out.push_str(text),
            Kind::List(items) => {
                let items: Vec<&str> = items.iter().filter_map(Node::text).collect();
                let _ = write!(out, "{}", serde_json::Value::from(items));
            }
            Kind::Map(_) => out.push_str("{}"),
        }
    }
    out.push('}');
    (problems.len() == told).then_some(out)
}

/// What to write for a postal code; without quotation marks an editor may take the first zero away.
const POSTAL_CODE: &str = "write its five digits in quotation marks: `\"01067\"`";

/// Why nobody could state this value of a fact: a service would refuse it.
fn wrong_value(fact: &Fact, value: &Node) -> Option<Problem> {
    let id = &fact.id;
    let wrong = |message: String, help: String| {
        Some(Problem::new(Code::WrongShape, value.place, message, help))
    };
    let text = value.text();
    match &fact.kind {
        FactKind::Bool if matches!(text, Some("true" | "false")) => None,
        FactKind::Bool => wrong(
            format!("`{id}` is yes or no"),
            format!("write `{id}: true` or `{id}: false`"),
        ),
        FactKind::One => match text {
            Some(_) => wrong_option(fact, value),
            None => wrong(
                format!("`{id}` has one option"),
                format!("write `{id}: {}`", example(fact)),
            ),
        },
        FactKind::Many => match &value.kind {
            Kind::List(items) => items.iter().find_map(|item| wrong_option(fact, item)),
            Kind::Scalar { .. } | Kind::Map(_) => wrong(
                format!("`{id}` is a list of options"),
                format!(
                    "write `{id}: [{}]`; `[]` states that there is none",
                    example(fact)
                ),
            ),
        },
        FactKind::Int { min, max } => {
            let number = text.and_then(|text| text.parse::<i64>().ok());
            match number.filter(|number| (min..=max).contains(&number)) {
                Some(_) => None,
                None => wrong(
                    format!("`{id}` is a whole number from {min} to {max}"),
                    format!("write `{id}: {min}` or another number in that range"),
                ),
            }
        }
        FactKind::Date => match text.and_then(dates::parse) {
            Some(day) if dates::YEARS.contains(&day.year()) => None,
            _ => wrong(
                format!(
                    "`{id}` is a calendar day from the year {} to {}",
                    dates::YEARS.start(),
                    dates::YEARS.end()
                ),
                "write year, month and day: 2026-11-23".to_owned(),
            ),
        },
        FactKind::PostalCode if text.and_then(PostalCode::parse).is_some() => None,
        FactKind::PostalCode => wrong(format!("`{id}` is a postal code"), POSTAL_CODE.to_owned()),
    }
}

fn wrong_option(fact: &Fact, node: &Node) -> Option<Problem> {
    let text = node.text().unwrap_or_default();
    let known = fact.option(text).is_some();
    (!known).then(|| unknown_option(fact, text, node.place))
}

/// An option as it may be written.
fn example(fact: &Fact) -> &str {
    fact.options.first().map_or("", String::as_str)
}
