//! One condition of a rule file → one diagram.

use foldhash::HashMap;
use jiff::civil::Date;

use crate::dates::{Counting, Threshold};
use crate::diagram::{Diagrams, NodeId, TooLarge, Variable};
use crate::facts::{Fact, FactCatalog, FactId, FactKind};
use crate::offices::PostalClass;
use crate::rules::model::{Body, Outcome};
use crate::rules::problem::{Code, Place, Problem, nearest, suggest};
use crate::rules::yaml::{Key, Kind, Node};

/// Most nodes that one condition may need while it is built.
pub(super) const NODES_PER_CONDITION_MAX: usize = 20_000;

/// Most thresholds of one fact; the number of a cell is a byte.
const THRESHOLDS_MAX: usize = 100;

/// Something a condition can refer to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reference {
    /// A named condition.
    Definition(String),
    /// The outcome of a pathway.
    Outcome(String),
    /// The body that decides.
    DecidedBy,
    /// A module is in the answer.
    Module(String),
    /// An offer is in the answer.
    Offer(String),
    /// A contact route is in the answer.
    ContactRoute(String),
    /// A notice is in the answer.
    Notice(String),
}

impl std::fmt::Display for Reference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Definition(id) => write!(out, "definition {id}"),
            Self::Outcome(id) => write!(out, "outcome of {id}"),
            Self::DecidedBy => out.write_str("decided-by"),
            Self::Module(id) => write!(out, "module {id}"),
            Self::Offer(id) => write!(out, "offer {id}"),
            Self::ContactRoute(id) => write!(out, "contact route {id}"),
            Self::Notice(id) => write!(out, "notice {id}"),
        }
    }
}

/// Finds what a condition refers to; the segment compiler does.
pub(super) trait Resolve {
    /// The diagram of a reference, compiled first if need be.
    fn resolve(&mut self, reference: Reference, place: Place) -> Result<NodeId, TooLarge>;
    /// The diagrams of the segment.
    fn diagrams(&mut self) -> &mut Diagrams;
    /// The vocabulary.
    fn catalog(&self) -> &FactCatalog;
    /// How facts are cut into cells.
    fn cells(&self) -> &Cells;
    /// Notes a problem.
    fn problem(&mut self, problem: Problem);
}

/// How the facts of a segment are cut into variables and cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    /// First variable of every fact.
    pub first_variable: Vec<u16>,
    /// Cuts of `int` facts.
    pub ints: Vec<Vec<i64>>,
    /// Cuts of `date` facts.
    pub dates: Vec<Vec<Threshold>>,
}

impl Cells {
    /// Cuts the facts by the thresholds that `conditions` use.
    pub(super) fn new(
        catalog: &FactCatalog,
        conditions: &[&Node],
        problems: &mut Vec<Problem>,
    ) -> (Self, Vec<Variable>) {
        let facts = catalog.facts();
        let mut cells = Self {
            first_variable: Vec::new(),
            ints: vec![Vec::new(); facts.len()],
            dates: vec![Vec::new(); facts.len()],
        };
        let mut absolute: HashMap<FactId, Place> = HashMap::default();
        let mut relative: HashMap<FactId, Place> = HashMap::default();
        for condition in conditions {
            cells.collect(catalog, condition, &mut absolute, &mut relative);
        }
        for (fact, place) in &absolute {
            if let Some(other) = relative.get(fact) {
                let name = catalog.name(*fact);
                problems.push(Problem::new(
                    Code::MixedThresholds,
                    *place.max(other),
                    format!("`{name}` is compared with calendar days and with months in the same period of law"),
                    "use one of the two, or a second fact",
                ));
            }
        }
        let mut variables = Vec::new();
        for (number, fact) in facts.iter().enumerate() {
            cells
                .first_variable
                .push(u16::try_from(variables.len()).unwrap_or(u16::MAX));
            let mut ints = cells
                .ints
                .get_mut(number)
                .map(std::mem::take)
                .unwrap_or_default();
            let mut dates = cells
                .dates
                .get_mut(number)
                .map(std::mem::take)
                .unwrap_or_default();
            ints.sort_unstable();
            ints.dedup();
            dates.sort_unstable();
            dates.dedup();
            if ints.len().max(dates.len()) > THRESHOLDS_MAX {
                let place = conditions
                    .first()
                    .map_or(Place::start(0), |node| node.place);
                problems.push(Problem::new(
                    Code::TooMany,
                    place,
                    format!(
                        "`{}` is compared with more than {THRESHOLDS_MAX} different values",
                        fact.id
                    ),
                    "compare it with fewer values",
                ));
                ints.truncate(THRESHOLDS_MAX);
                dates.truncate(THRESHOLDS_MAX);
            }
            let declared = match &fact.kind {
                FactKind::Bool | FactKind::Many => 2,
                FactKind::One => fact.options.len(),
                FactKind::Int { .. } => ints.len() + 1,
                FactKind::Date => dates.len() + 1,
                FactKind::PostalCode => PostalClass::ALL.len(),
            };
            let declared = u8::try_from(declared).unwrap_or(u8::MAX - 3);
            let cells_all = declared
                + u8::from(has_own_default(fact, declared))
                + u8::from(fact.implied_cell.is_some());
            let fact_number = u16::try_from(number).unwrap_or(u16::MAX);
            for _ in 0..fact.variables() {
                variables.push(Variable {
                    fact: fact_number,
                    declared,
                    cells: cells_all,
                });
            }
            if let Some(slot) = cells.ints.get_mut(number) {
                *slot = ints;
            }
            if let Some(slot) = cells.dates.get_mut(number) {
                *slot = dates;
            }
        }
        (cells, variables)
    }

    fn collect(
        &mut self,
        catalog: &FactCatalog,
        node: &Node,
        absolute: &mut HashMap<FactId, Place>,
        relative: &mut HashMap<FactId, Place>,
    ) {
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::List(items) => items
                .iter()
                .for_each(|item| self.collect(catalog, item, absolute, relative)),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    self.collect(catalog, value, absolute, relative);
                    let Some(number) = catalog.find(&key.text) else {
                        continue;
                    };
                    match catalog.get(number).map(|fact| &fact.kind) {
                        Some(FactKind::Int { min, max }) => {
                            let cuts = int_cuts(value)
                                .into_iter()
                                .filter(|cut| cut > min && cut <= max);
                            if let Some(slot) = self.ints.get_mut(usize::from(number)) {
                                slot.extend(cuts);
                            }
                        }
                        Some(FactKind::Date) => {
                            for threshold in value
                                .entries()
                                .iter()
                                .filter_map(|(key, value)| date_threshold(key, value))
                            {
                                match threshold {
                                    Threshold::Absolute(_) => absolute.insert(number, value.place),
                                    Threshold::Relative(..) => relative.insert(number, value.place),
                                };
                                if let Some(slot) = self.dates.get_mut(usize::from(number)) {
                                    slot.push(threshold);
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Whether `absentMeans` names an option of its own that nobody can send.
fn has_own_default(fact: &Fact, declared: u8) -> bool {
    fact.absent_means
        .as_ref()
        .is_some_and(|absent| absent.cell >= declared)
}

/// What an author is told who names an option that a fact does not have.
pub(super) fn unknown_option(fact: &Fact, text: &str, place: Place) -> Problem {
    let help = suggest(text, fact.options.iter().map(String::as_str));
    let message = format!("`{}` has no option `{text}`", fact.id);
    Problem::new(Code::UnknownOption, place, message, help).missing("facts", text)
}

/// The facts that the author of an unknown name may mean: spelt like it, or with a label of which a word stands in it.
pub(super) fn suggest_fact(name: &str, catalog: &FactCatalog, others: &[&str]) -> String {
    let facts = catalog.facts().iter().map(|fact| fact.id.as_str());
    let known: Vec<&str> = facts.chain(others.iter().copied()).collect();
    let plain = folded(name);
    let words = |fact: &Fact| {
        let label = folded(&fact.label);
        let words = label.split(|letter: char| !letter.is_alphanumeric());
        let told = words.filter(|word| word.len() >= LABEL_WORD_MIN && plain.contains(*word));
        told.map(str::len).sum::<usize>()
    };
    let labelled = catalog.facts().iter().map(|fact| (words(fact), fact));
    let mut labelled: Vec<(usize, &Fact)> = labelled.filter(|(words, _)| *words > 0).collect();
    labelled.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    labelled.truncate(LABELLED_MAX);
    if labelled.is_empty() || nearest(name, known.iter().copied()).is_some() {
        return suggest(name, known);
    }
    let named = labelled.iter();
    let named: Vec<String> = named
        .map(|(_, fact)| format!("`{}` ({})", fact.id, fact.label))
        .collect();
    format!("did you mean {}?", named.join(" or "))
}

/// Shorter words of a label, such as "der", say nothing about it.
const LABEL_WORD_MIN: usize = 5;

/// Most facts that are suggested by their labels.
const LABELLED_MAX: usize = 3;

/// Lower case, without umlauts: identifiers have none.
fn folded(text: &str) -> String {
    let text = text.to_lowercase();
    [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")]
        .iter()
        .fold(text, |text, (letter, plain)| text.replace(letter, plain))
}

/// The number of the cell that stands for a statement that contradicts `impliedBy`.
#[must_use]
pub(super) fn contradicted_cell(fact: &Fact, declared: u8) -> u8 {
    declared + u8::from(has_own_default(fact, declared))
}

fn int_cuts(value: &Node) -> Vec<i64> {
    let number = |node: &Node| node.text().and_then(|text| text.parse::<i64>().ok());
    match &value.kind {
        Kind::Scalar { .. } => number(value)
            .into_iter()
            .flat_map(|number| [number, number.saturating_add(1)])
            .collect(),
        Kind::List(items) => items
            .iter()
            .filter_map(number)
            .flat_map(|number| [number, number.saturating_add(1)])
            .collect(),
        Kind::Map(entries) => entries
            .iter()
            .filter_map(|(_, value)| number(value))
            .collect(),
    }
}

fn date_threshold(key: &Key, value: &Node) -> Option<Threshold> {
    let text = value.text()?;
    let months = || text.parse::<u16>().ok().filter(|months| *months <= 1_200);
    match key.text.as_str() {
        "before" | "onOrAfter" => crate::dates::parse(text).map(Threshold::Absolute),
        "atLeastMonthsAgo" => months().map(|months| Threshold::Relative(months, Counting::Reached)),
        "withinMonthsFromStart" => {
            months().map(|months| Threshold::Relative(months, Counting::FromStart))
        }
        "withinMonthsOfEvent" => {
            months().map(|months| Threshold::Relative(months, Counting::AfterEvent))
        }
        _ => None,
    }
}

const OPERATORS: &[&str] = &[
    "all",
    "any",
    "not",
    "always",
    "definition",
    "outcome",
    "decidedBy",
    "contradicted",
    "module",
    "offer",
    "contactRoute",
    "notice",
];

/// Compiles a condition; what is wrong with it becomes a problem and counts as never.
///
/// # Errors
/// [`TooLarge`] when the diagrams of the segment are full.
pub(super) fn compile(node: &Node, resolve: &mut dyn Resolve) -> Result<NodeId, TooLarge> {
    let (key, value) = match &node.kind {
        Kind::Map(entries) if entries.len() == 1 => match entries.first() {
            Some((key, value)) => (key, value),
            None => return Ok(NodeId::FALSE),
        },
        Kind::Map(entries) if entries.len() > 1 => {
            return wrong(
                resolve,
                node.place,
                Code::WrongOperator,
                "a condition has one key",
                "write `all: [ … ]` or `any: [ … ]` around the parts",
            );
        }
        Kind::Map(_) | Kind::Scalar { .. } | Kind::List(_) => {
            return wrong(
                resolve,
                node.place,
                Code::WrongShape,
                &format!("{} stands where a condition must stand", node.shape()),
                "write a mapping with one key, such as `{ trainingStatus: in-training }`",
            );
        }
    };
    let name = key.text.as_str();
    match name {
        "all" | "any" => many(name == "all", value, resolve),
        "not" => {
            let inner = compile(value, resolve)?;
            resolve.diagrams().not(inner)
        }
        "always" => match value.text() {
            Some("true") => Ok(NodeId::TRUE),
            Some("false") => Ok(NodeId::FALSE),
            _ => wrong(
                resolve,
                value.place,
                Code::WrongShape,
                "`always` is true or false",
                "write `{ always: true }`",
            ),
        },
        "definition" | "module" | "offer" | "contactRoute" | "notice" => {
            let Some(id) = value.text() else {
                return wrong(
                    resolve,
                    value.place,
                    Code::WrongShape,
                    "an id must stand here",
                    "write one id",
                );
            };
            let id = id.to_owned();
            let reference = match name {
                "definition" => Reference::Definition(id),
                "module" => Reference::Module(id),
                "offer" => Reference::Offer(id),
                "contactRoute" => Reference::ContactRoute(id),
                _ => Reference::Notice(id),
            };
            resolve.resolve(reference, value.place)
        }
        "outcome" => outcome(value, resolve),
        "decidedBy" => decided_by(value, resolve),
        "contradicted" => contradicted(value, resolve),
        _ => {
            if let Some(fact) = resolve.catalog().find(name) {
                fact_condition(fact, key, value, resolve)
            } else {
                let help = suggest_fact(name, resolve.catalog(), OPERATORS);
                let message = format!("there is no fact or operator `{name}`");
                resolve.problem(
                    Problem::new(Code::UnknownFact, key.place, message, help)
                        .missing("facts", name),
                );
                Ok(NodeId::FALSE)
            }
        }
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every caller returns it as its own result"
)]
fn wrong(
    resolve: &mut dyn Resolve,
    place: Place,
    code: Code,
    message: &str,
    help: &str,
) -> Result<NodeId, TooLarge> {
    resolve.problem(Problem::new(code, place, message, help));
    Ok(NodeId::FALSE)
}

fn many(all: bool, value: &Node, resolve: &mut dyn Resolve) -> Result<NodeId, TooLarge> {
    let Kind::List(items) = &value.kind else {
        return wrong(
            resolve,
            value.place,
            Code::WrongShape,
            "a list of conditions must stand here",
            "write `[ {…}, {…} ]`",
        );
    };
    if items.is_empty() {
        return wrong(
            resolve,
            value.place,
            Code::WrongShape,
            "the list of conditions is empty",
            "write `{ always: true }` if that is meant",
        );
    }
    let mut result = if all { NodeId::TRUE } else { NodeId::FALSE };
    for item in items {
        let before = resolve.diagrams().len();
        let next = compile(item, resolve)?;
        let diagrams = resolve.diagrams();
        result = if all {
            diagrams.and(result, next)?
        } else {
            diagrams.or(result, next)?
        };
        if diagrams.len() - before > NODES_PER_CONDITION_MAX {
            return wrong(
                resolve,
                value.place,
                Code::TooLarge,
                &format!(
                    "the decision diagram of this condition needs more than {NODES_PER_CONDITION_MAX} nodes"
                ),
                "split it into several rules, or declare facts that belong together next to each other in facts.yaml",
            );
        }
    }
    Ok(result)
}

fn outcome(value: &Node, resolve: &mut dyn Resolve) -> Result<NodeId, TooLarge> {
    let of = value
        .get("of")
        .and_then(|of| of.text().map(|id| (id.to_owned(), of.place)));
    let (Some((pathway, place)), Some(is)) = (of, value.get("is")) else {
        return wrong(
            resolve,
            value.place,
            Code::WrongShape,
            "`outcome` names a pathway and outcomes",
            "write `{ outcome: { of: vorphase, is: [conditions-met] } }`",
        );
    };
    if let Some((key, _)) = value
        .entries()
        .iter()
        .find(|(key, _)| !matches!(key.text.as_str(), "of" | "is"))
    {
        return wrong(
            resolve,
            key.place,
            Code::UnknownKey,
            &format!("the key `{}` is not known here", key.text),
            "known are `of`, `is`",
        );
    }
    let mut wanted = Vec::new();
    for word in one_or_list(is) {
        let text = word.text().unwrap_or_default();
        if let Some(outcome) = Outcome::parse(text).and_then(Outcome::value) {
            wanted.push(outcome)
        } else {
            let known = Outcome::BY_WEIGHT.iter().map(|outcome| outcome.as_str());
            return wrong(
                resolve,
                word.place,
                Code::UnknownOption,
                &format!("`{text}` is not an outcome of complete facts"),
                &suggest(text, known),
            );
        }
    }
    let diagram = resolve.resolve(Reference::Outcome(pathway), place)?;
    resolve
        .diagrams()
        .map(diagram, |value| u16::from(wanted.contains(&value)))
}

fn decided_by(value: &Node, resolve: &mut dyn Resolve) -> Result<NodeId, TooLarge> {
    let mut wanted = Vec::new();
    for word in one_or_list(value) {
        let text = word.text().unwrap_or_default();
        if let Some(body) = Body::ALL
            .iter()
            .position(|body| body.as_str() == text)
            .and_then(|at| u16::try_from(at).ok())
        {
            wanted.push(body)
        } else {
            let help = suggest(text, Body::ALL.iter().map(|body| body.as_str()));
            return wrong(
                resolve,
                word.place,
                Code::UnknownOption,
                &format!("`{text}` is not a body that decides"),
                &help,
            );
        }
    }
    let diagram = resolve.resolve(Reference::DecidedBy, value.place)?;
    resolve
        .diagrams()
        .map(diagram, |value| u16::from(wanted.contains(&value)))
}

fn contradicted(value: &Node, resolve: &mut dyn Resolve) -> Result<NodeId, TooLarge> {
    let text = value.text().unwrap_or_default();
    let fact = resolve.catalog().find(text);
    let implied = fact
        .and_then(|fact| resolve.catalog().get(fact))
        .filter(|fact| fact.implied_cell.is_some());
    let (Some(number), Some(fact)) = (fact, implied) else {
        let known: Vec<String> = resolve
            .catalog()
            .facts()
            .iter()
            .filter(|fact| fact.implied_cell.is_some())
            .map(|fact| fact.id.clone())
            .collect();
        let help = suggest(text, known.iter().map(String::as_str));
        let message = format!("`{text}` is no fact with `impliedBy`");
        resolve.problem(
            Problem::new(Code::UnknownFact, value.place, message, help).missing("facts", text),
        );
        return Ok(NodeId::FALSE);
    };
    let fact = fact.clone();
    let variable = variable(resolve, number);
    let wanted = contradicted_cell(&fact, resolve.diagrams().declared(variable));
    resolve.diagrams().leaf(variable, |cell| cell == wanted)
}

fn one_or_list(value: &Node) -> Vec<&Node> {
    match &value.kind {
        Kind::List(items) => items.iter().collect(),
        Kind::Scalar { .. } | Kind::Map(_) => vec![value],
    }
}

fn variable(resolve: &dyn Resolve, fact: FactId) -> u16 {
    resolve
        .cells()
        .first_variable
        .get(usize::from(fact))
        .copied()
        .unwrap_or(u16::MAX)
}

fn fact_condition(
    number: FactId,
    key: &Key,
    value: &Node,
    resolve: &mut dyn Resolve,
) -> Result<NodeId, TooLarge> {
    let Some(fact) = resolve.catalog().get(number).cloned() else {
        return Ok(NodeId::FALSE);
    };
    let variable = variable(resolve, number);
    match &fact.kind {
        FactKind::Bool => match value.text() {
            Some(text @ ("true" | "false")) => {
                option_leaf(&fact, variable, &[u8::from(text == "true")], resolve)
            }
            _ => wrong(
                resolve,
                value.place,
                Code::WrongOperator,
                &format!("`{}` is yes or no", key.text),
                &format!(
                    "write `{{ {}: true }}` or `{{ {}: false }}`",
                    key.text, key.text
                ),
            ),
        },
        FactKind::One => match options(&fact, value, resolve) {
            Some(wanted) => option_leaf(&fact, variable, &wanted, resolve),
            None => Ok(NodeId::FALSE),
        },
        FactKind::Many => many_options(&fact, variable, value, resolve),
        FactKind::Int { min, max } => int_condition(&fact, number, (*min, *max), value, resolve),
        FactKind::Date => date_condition(&fact, number, value, resolve),
        FactKind::PostalCode => {
            let Some(classes) = value.get("class").filter(|_| value.entries().len() == 1) else {
                return wrong(
                    resolve,
                    value.place,
                    Code::WrongOperator,
                    &format!(
                        "`{}` is a postal code: a rule can ask for its class",
                        key.text
                    ),
                    &format!("write `{{ {}: {{ class: berlin }} }}`", key.text),
                );
            };
            let mut wanted = Vec::new();
            for class in one_or_list(classes) {
                let text = class.text().unwrap_or_default();
                if let Some(class) = PostalClass::ALL.iter().find(|class| class.as_str() == text) {
                    wanted.push(class.cell())
                } else {
                    let help = suggest(text, PostalClass::ALL.iter().map(|class| class.as_str()));
                    let message = format!("`{text}` is no class of postal codes");
                    return wrong(resolve, class.place, Code::UnknownOption, &message, &help);
                }
            }
            resolve
                .diagrams()
                .leaf(variable, |cell| wanted.contains(&cell))
        }
    }
}

/// The leaf that holds for these options; a contradicted statement counts as what is implied.
fn option_leaf(
    fact: &Fact,
    variable: u16,
    wanted: &[u8],
    resolve: &mut dyn Resolve,
) -> Result<NodeId, TooLarge> {
    let declared = resolve.diagrams().declared(variable);
    let contradicted = fact
        .implied_cell
        .map(|implied| (contradicted_cell(fact, declared), implied));
    resolve
        .diagrams()
        .leaf(variable, |cell| match contradicted {
            Some((contradicted, implied)) if cell == contradicted => wanted.contains(&implied),
            _ => wanted.contains(&cell),
        })
}

/// Numbers of the options that a condition names.
fn options(fact: &Fact, value: &Node, resolve: &mut dyn Resolve) -> Option<Vec<u8>> {
    let mut wanted = Vec::new();
    if matches!(value.kind, Kind::Map(_)) {
        let message = format!("`{}` has options and no operators", fact.id);
        let some = fact.options.first().map_or("", String::as_str);
        let help = format!(
            "write `{{ {0}: {some} }}` or a list of options: `{{ {0}: [{some}, …] }}`",
            fact.id
        );
        resolve.problem(Problem::new(
            Code::WrongOperator,
            value.place,
            message,
            help,
        ));
        return None;
    }
    for word in one_or_list(value) {
        let text = word.text().unwrap_or_default();
        let own_default = fact
            .absent_means
            .as_ref()
            .filter(|absent| usize::from(absent.cell) >= fact.options.len());
        match (fact.option(text), own_default) {
            (Some(option), _) => wanted.push(option),
            (None, Some(absent)) if text == "none" => wanted.push(absent.cell),
            (None, _) => {
                resolve.problem(unknown_option(fact, text, word.place));
                return None;
            }
        }
    }
    Some(wanted)
}

fn many_options(
    fact: &Fact,
    first: u16,
    value: &Node,
    resolve: &mut dyn Resolve,
) -> Result<NodeId, TooLarge> {
    let (wanted, negate) = match &value.kind {
        Kind::Map(_) => match value
            .get("empty")
            .filter(|_| value.entries().len() == 1)
            .and_then(Node::text)
        {
            Some(text @ ("true" | "false")) => {
                let all = (0..fact.options.len())
                    .filter_map(|option| u8::try_from(option).ok())
                    .collect();
                (all, text == "true")
            }
            _ => {
                return wrong(
                    resolve,
                    value.place,
                    Code::WrongOperator,
                    &format!("`{}` is a list of options", fact.id),
                    "write an option, a list of options, or `{ empty: true }`",
                );
            }
        },
        Kind::Scalar { .. } | Kind::List(_) => match options(fact, value, resolve) {
            Some(wanted) => (wanted, false),
            None => return Ok(NodeId::FALSE),
        },
    };
    let mut result = NodeId::FALSE;
    for option in wanted {
        let diagrams = resolve.diagrams();
        let contains = diagrams.leaf(first + u16::from(option), |cell| cell == 1)?;
        result = diagrams.or(result, contains)?;
    }
    if negate {
        resolve.diagrams().not(result)
    } else {
        Ok(result)
    }
}

fn int_condition(
    fact: &Fact,
    number: FactId,
    (min, max): (i64, i64),
    value: &Node,
    resolve: &mut dyn Resolve,
) -> Result<NodeId, TooLarge> {
    let read = |node: &Node| node.text().and_then(|text| text.parse::<i64>().ok());
    // Numbers that the fact can have.
    let some = min.saturating_add(max.saturating_sub(min) / 4);
    let help = format!(
        "write `{{ {0}: {some} }}`, `{{ {0}: {{ atLeast: {some} }} }}` or `{{ {0}: {{ below: {max} }} }}`; from one number to another: `all: [ {{ {0}: {{ atLeast: {some} }} }}, {{ {0}: {{ below: {max} }} }} ]`",
        fact.id
    );
    let not_a_number = format!("`{}` is a whole number", fact.id);
    // Every accepted form is a union of ranges, from included to excluded.
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    match &value.kind {
        Kind::Map(entries) => {
            let (Some((key, bound)), 1) = (entries.first(), entries.len()) else {
                return wrong(
                    resolve,
                    value.place,
                    Code::WrongOperator,
                    "one comparison must stand here",
                    &help,
                );
            };
            let Some(bound) = read(bound) else {
                return wrong(
                    resolve,
                    bound.place,
                    Code::WrongOperator,
                    &not_a_number,
                    &help,
                );
            };
            if bound < min || bound > max.saturating_add(1) {
                let message = format!("`{}` lies between {min} and {max}", fact.id);
                let help = "write a number in that range";
                return wrong(resolve, value.place, Code::UnknownOption, &message, help);
            }
            match key.text.as_str() {
                "atLeast" => ranges.push((bound, i64::MAX)),
                "below" => ranges.push((i64::MIN, bound)),
                other => {
                    let help = suggest(other, ["atLeast", "below"]);
                    let message = format!("`{other}` is no comparison of numbers");
                    return wrong(resolve, key.place, Code::WrongOperator, &message, &help);
                }
            }
        }
        Kind::Scalar { .. } | Kind::List(_) => {
            for item in one_or_list(value) {
                match read(item) {
                    Some(number) if number < min || number > max => {
                        let message = format!("`{}` lies between {min} and {max}", fact.id);
                        return wrong(
                            resolve,
                            item.place,
                            Code::UnknownOption,
                            &message,
                            "write a number in that range",
                        );
                    }
                    Some(number) => ranges.push((number, number.saturating_add(1))),
                    None => {
                        return wrong(
                            resolve,
                            item.place,
                            Code::WrongOperator,
                            &not_a_number,
                            &help,
                        );
                    }
                }
            }
        }
    }
    let cuts = resolve
        .cells()
        .ints
        .get(usize::from(number))
        .cloned()
        .unwrap_or_default();
    let variable = variable(resolve, number);
    resolve.diagrams().leaf(variable, |cell| {
        // The smallest value of a cell stands for all of it: cells are cut at every bound that rules use.
        let smallest = usize::from(cell)
            .checked_sub(1)
            .and_then(|before| cuts.get(before))
            .copied()
            .unwrap_or(min);
        ranges
            .iter()
            .any(|(from, to)| *from <= smallest && smallest < *to)
    })
}

fn date_condition(
    fact: &Fact,
    number: FactId,
    value: &Node,
    resolve: &mut dyn Resolve,
) -> Result<NodeId, TooLarge> {
    const WORDS: [&str; 5] = [
        "before",
        "onOrAfter",
        "atLeastMonthsAgo",
        "withinMonthsOfEvent",
        "withinMonthsFromStart",
    ];
    let (key, bound) = match &value.kind {
        Kind::Map(entries) if entries.len() == 1 => match entries.first() {
            Some((key, bound)) => (key, bound),
            None => return Ok(NodeId::FALSE),
        },
        Kind::Map(_) | Kind::Scalar { .. } | Kind::List(_) => {
            return wrong(
                resolve,
                value.place,
                Code::WrongOperator,
                &format!("`{}` is a date and needs one comparison", fact.id),
                &format!(
                    "write `{{ {}: {{ before: 2019-08-01 }} }}` or `{{ {}: {{ atLeastMonthsAgo: 15 }} }}`",
                    fact.id, fact.id
                ),
            );
        }
    };
    let word = key.text.as_str();
    if !WORDS.contains(&word) {
        let message = format!("`{word}` is no comparison of dates");
        return wrong(
            resolve,
            key.place,
            Code::WrongOperator,
            &message,
            &suggest(word, WORDS),
        );
    }
    let Some(threshold) = date_threshold(key, bound) else {
        let help = if matches!(word, "before" | "onOrAfter") {
            "write a day: 2019-08-01"
        } else {
            "write a number of months: 15"
        };
        let message = format!("`{}` does not fit `{word}`", bound.text().unwrap_or("this"));
        return wrong(resolve, bound.place, Code::WrongOperator, &message, help);
    };
    let thresholds = resolve
        .cells()
        .dates
        .get(usize::from(number))
        .cloned()
        .unwrap_or_default();
    let place = thresholds
        .iter()
        .position(|known| *known == threshold)
        .unwrap_or(0);
    let passed_wanted = matches!(word, "onOrAfter" | "atLeastMonthsAgo");
    let variable = variable(resolve, number);
    resolve.diagrams().leaf(variable, |cell| {
        (usize::from(cell) > place) == passed_wanted
    })
}

/// The days on which a version begins and ends, both included.
#[must_use]
pub(super) fn validity(node: &Node) -> (Option<Date>, Option<Date>) {
    let day = |key: &str| {
        node.get(key)
            .and_then(Node::text)
            .and_then(crate::dates::parse)
    };
    (day("validFrom"), day("validUntil"))
}
