//! A decision diagram as a Mermaid flowchart that a person can read.
//!
//! Small diagrams are drawn as they are: a node asks a fact, an edge names the options that lead on. Where that would be a thicket, the
//! requirements or rules are drawn instead, one after the other, in the order in which the first that fails gives the outcome.

use std::fmt::Write as _;

use foldhash::HashMap;
use jiff::civil::Date;

use crate::answer::Prepared;
use crate::dates::{Counting, Threshold};
use crate::diagram::NodeId;
use crate::facts::{FactId, FactKind};
use crate::offices::PostalClass;
use crate::rules::model::{Outcome, Pathway, RequirementKind, SupportModule};
use crate::verify::explain::{Explanation, Part, Teller, Words, unknown};

/// Most facts asked in a drawn diagram; more than a screenful helps nobody.
const NODES_MAX: usize = 9;
/// Letters in a line of a node or an edge, about.
const LINE_LETTERS: usize = 44;
/// Options on an edge beyond which all the others are named instead, and this one is called the rest.
const OPTIONS_MAX: usize = 4;

/// The diagram of everything called `id` on this day: `flowchart TD`.
///
/// # Errors
/// A message with the nearest known name when nothing is called so.
pub fn mermaid(
    prepared: &Prepared,
    id: &str,
    locale: usize,
    as_of: Date,
) -> Result<String, String> {
    let teller = Teller::new(prepared, locale, as_of);
    let segment = teller.segment;
    for (kind, _) in teller.all().into_iter().filter(|(_, own)| *own == id) {
        let Some(explanation) = teller.one(kind, id) else {
            continue;
        };
        let pathway = segment
            .pathways
            .iter()
            .find(|pathway| kind == "pathway" && pathway.id == id);
        let module = segment
            .modules
            .iter()
            .find(|module| kind == "module" && module.id == id);
        let root = match (pathway, module) {
            (Some(pathway), _) => pathway.outcome,
            // What carries a module is told by its phases; drawn is what triggers it.
            (_, Some(module)) => module.trigger,
            _ if kind == "offer" => segment
                .offers
                .iter()
                .find(|one| one.id == id)
                .map_or(NodeId::FALSE, |one| one.present),
            _ => segment
                .routes
                .iter()
                .find(|one| one.id == id)
                .map_or(NodeId::FALSE, |one| one.present),
        };
        let mut drawing = Drawing {
            teller: &teller,
            out: format!(
                "%% {}\nflowchart TD\n",
                explanation.title.replace(['\n', '\r'], " ")
            ),
            outcomes: pathway.is_some(),
        };
        if let Some(order) = drawing.order(root) {
            drawing.diagram(&order);
        } else if let Some(pathway) = pathway {
            drawing.requirements(pathway, &explanation.parts);
        } else {
            drawing.rules(&explanation);
        }
        return Ok(drawing.out);
    }
    Err(unknown(&teller, id))
}

/// What it means when one step of an offer, a module or a route holds.
enum Step {
    /// The next one is asked.
    Needed,
    /// What comes next does not count.
    Excludes,
    /// It is there.
    Enough,
}

struct Drawing<'a, 'b> {
    teller: &'a Teller<'b>,
    out: String,
    /// Terminals are outcomes of a phase; otherwise they are yes and no.
    outcomes: bool,
}

impl Drawing<'_, '_> {
    /// The nodes of a diagram from the root down, each once; none if there are too many to read.
    fn order(&self, root: NodeId) -> Option<Vec<NodeId>> {
        let diagrams = &self.teller.segment.diagrams;
        let mut order = vec![root];
        let mut at = 0;
        while let Some(node) = order.get(at).copied() {
            at += 1;
            let variable = diagrams.top(node);
            let cells = if node.value().is_some() {
                0
            } else {
                diagrams.cells(variable)
            };
            for cell in 0..cells {
                let next = diagrams.branch(node, variable, cell);
                if !order.contains(&next) {
                    order.push(next);
                }
            }
            if order.iter().filter(|node| node.value().is_none()).count() > NODES_MAX {
                return None;
            }
        }
        Some(order)
    }

    fn diagram(&mut self, order: &[NodeId]) {
        let diagrams = &self.teller.segment.diagrams;
        let names: HashMap<NodeId, String> = order
            .iter()
            .enumerate()
            .map(|(at, node)| (*node, format!("n{at}")))
            .collect();
        let name = |node: NodeId| names.get(&node).cloned().unwrap_or_default();
        for node in order {
            if let Some(value) = node.value() {
                let text = self.terminal(value);
                let _ = writeln!(self.out, "  {}([\"{}\"])", name(*node), plain(&text));
            } else {
                let text = self.question(diagrams.top(*node));
                let _ = writeln!(self.out, "  {}{{\"{}\"}}", name(*node), plain(&text));
            }
        }
        for node in order.iter().filter(|node| node.value().is_none()) {
            let variable = diagrams.top(*node);
            let mut targets: Vec<(NodeId, Vec<u8>)> = Vec::new();
            for cell in 0..diagrams.cells(variable) {
                let target = diagrams.branch(*node, variable, cell);
                match targets.iter_mut().find(|(known, _)| *known == target) {
                    Some((_, cells)) => cells.push(cell),
                    None => targets.push((target, vec![cell])),
                }
            }
            let most = targets
                .iter()
                .map(|(_, cells)| cells.len())
                .max()
                .unwrap_or(0);
            for (target, cells) in &targets {
                let text = if most > OPTIONS_MAX && cells.len() == most {
                    self.teller.label("explain-otherwise", "otherwise")
                } else {
                    self.cells(variable, cells)
                };
                let _ = writeln!(
                    self.out,
                    "  {} -->|\"{}\"| {}",
                    name(*node),
                    plain(&text),
                    name(*target)
                );
            }
        }
    }

    fn terminal(&self, value: u16) -> String {
        match Outcome::BY_WEIGHT.get(usize::from(value)) {
            Some(outcome) if self.outcomes => self.teller.outcome(*outcome),
            _ if value == SupportModule::ABSENT => self.teller.label("explain-absent", "no"),
            _ => self.teller.label("explain-present", "yes"),
        }
    }

    /// What a variable asks: the fact, or one option of a list.
    fn question(&self, variable: u16) -> String {
        let (fact, option) = self.asked(variable);
        let label = self.teller.fact_label(fact);
        match option {
            Some(option) => format!("{label}: {}", self.teller.option(fact, &option)),
            None => label,
        }
    }

    fn asked(&self, variable: u16) -> (FactId, Option<String>) {
        let segment = self.teller.segment;
        let fact = segment.diagrams.fact(variable);
        let first = segment
            .first_variable
            .get(usize::from(fact))
            .copied()
            .unwrap_or(variable);
        let declared = self.teller.prepared.ruleset.catalog.get(fact);
        let option = declared
            .filter(|fact| fact.kind == FactKind::Many)
            .and_then(|fact| fact.options.get(usize::from(variable - first)).cloned());
        (fact, option)
    }

    /// The cells of one edge in words.
    fn cells(&self, variable: u16, cells: &[u8]) -> String {
        let teller = self.teller;
        let (number, _) = self.asked(variable);
        let Some(fact) = teller.prepared.ruleset.catalog.get(number) else {
            return String::new();
        };
        let declared = teller.segment.diagrams.declared(variable);
        let mut texts: Vec<String> = match &fact.kind {
            FactKind::Int { .. } | FactKind::Date => self.interval(number, cells, declared),
            FactKind::Bool | FactKind::One | FactKind::Many | FactKind::PostalCode => {
                let named = cells.iter().filter(|cell| **cell < declared);
                named.map(|cell| self.cell(number, *cell)).collect()
            }
        };
        let contradiction = declared
            + u8::from(
                fact.absent_means
                    .as_ref()
                    .is_some_and(|absent| absent.cell >= declared),
            );
        for cell in cells.iter().filter(|cell| **cell >= declared) {
            let phrase = if *cell == contradiction {
                "explain-contradicted"
            } else {
                "explain-not-stated"
            };
            texts.push(beside_its_fact(&teller.phrase(phrase, "", "")));
        }
        texts.join("; ")
    }

    fn cell(&self, number: FactId, cell: u8) -> String {
        let Some(fact) = self.teller.prepared.ruleset.catalog.get(number) else {
            return String::new();
        };
        match fact.kind {
            FactKind::Many => self.teller.label(
                if cell == 1 { "yes" } else { "no" },
                if cell == 1 { "yes" } else { "no" },
            ),
            FactKind::PostalCode => {
                let class = PostalClass::ALL.iter().find(|class| class.cell() == cell);
                class.map_or_else(String::new, |class| {
                    self.teller
                        .label(&format!("class-{}", class.as_str()), class.as_str())
                })
            }
            _ => fact
                .options
                .get(usize::from(cell))
                .map_or_else(String::new, |option| self.teller.option(number, option)),
        }
    }

    /// Neighbouring intervals as one: what lies below is passed, what lies above is not.
    fn interval(&self, number: FactId, cells: &[u8], declared: u8) -> Vec<String> {
        let mut texts = Vec::new();
        let mut rest = cells
            .iter()
            .copied()
            .filter(|cell| *cell < declared)
            .peekable();
        while let Some(begin) = rest.next() {
            let mut end = begin;
            while let Some(next) = rest.next_if(|next| *next == end + 1) {
                end = next;
            }
            let mut parts = Vec::new();
            if let Some(before) = usize::from(begin).checked_sub(1) {
                parts.extend(self.threshold(number, before, true));
            }
            parts.extend(self.threshold(number, usize::from(end), false));
            texts.push(parts.join(" & "));
        }
        texts
    }

    fn threshold(&self, number: FactId, place: usize, passed: bool) -> Option<String> {
        let segment = self.teller.segment;
        let fact = usize::from(number);
        if let Some(cut) = segment
            .int_thresholds
            .get(fact)
            .and_then(|cuts| cuts.get(place))
        {
            return Some(if passed {
                format!("≥ {cut}")
            } else {
                format!("< {cut}")
            });
        }
        let threshold = segment.date_thresholds.get(fact)?.get(place)?;
        let (phrase, value) = match (threshold, passed) {
            (Threshold::Absolute(day), true) => ("explain-on-or-after", self.day(*day)),
            (Threshold::Absolute(day), false) => ("explain-before", self.day(*day)),
            (Threshold::Relative(0, _), true) => ("explain-today-or-past", String::new()),
            (Threshold::Relative(0, _), false) => ("explain-future", String::new()),
            (Threshold::Relative(months, Counting::Reached), true) => {
                ("explain-months-ago", months.to_string())
            }
            (Threshold::Relative(months, Counting::Reached), false) => {
                ("explain-months-running", months.to_string())
            }
            (Threshold::Relative(months, _), true) => ("explain-after-months", months.to_string()),
            (Threshold::Relative(months, _), false) => {
                ("explain-within-months", months.to_string())
            }
        };
        Some(beside_its_fact(&self.teller.phrase(phrase, "", &value)))
    }

    fn day(&self, day: Date) -> String {
        self.teller.prepared.date(self.teller.locale, day)
    }

    /// The requirements by the weight of what they give: the first that fails gives the outcome.
    fn requirements(&mut self, pathway: &Pathway, parts: &[Part]) {
        let mut weighed: Vec<(&Part, RequirementKind)> = Vec::new();
        for requirement in &pathway.requirements {
            if let Some(part) = parts.iter().find(|part| part.id == requirement.id) {
                weighed.push((part, requirement.kind));
            }
        }
        weighed.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.outcome().value()));
        let (yes, no) = (
            self.teller.label("yes", "yes"),
            self.teller.label("no", "no"),
        );
        // A requirement begins where it is asked whether it applies at all.
        let begin = |at: usize| match weighed.get(at) {
            Some((part, _)) if part.applies.is_some() => format!("a{at}"),
            Some(_) => format!("r{at}"),
            None => "met".to_owned(),
        };
        for (at, (part, kind)) in weighed.iter().enumerate() {
            let next = begin(at + 1);
            if let Some(applies) = &part.applies {
                let label = self.teller.label("explain-applies", "applies only if");
                let text = format!("{label}: {}", self.flat(applies));
                let _ = writeln!(self.out, "  a{at}{{{{\"{}\"}}}}", plain(&text));
                let _ = writeln!(self.out, "  a{at} -->|\"{}\"| r{at}", plain(&yes));
                let _ = writeln!(self.out, "  a{at} -->|\"{}\"| {next}", plain(&no));
            }
            let text = format!("{} ({})", part.text, part.kind_label);
            let _ = writeln!(self.out, "  r{at}{{\"{}\"}}", plain(&text));
            let _ = writeln!(self.out, "  r{at} -->|\"{}\"| {next}", plain(&yes));
            let _ = writeln!(
                self.out,
                "  r{at} -->|\"{}\"| {}",
                plain(&no),
                kind.as_str()
            );
        }
        let met = self.teller.outcome(Outcome::ConditionsMet);
        let _ = writeln!(self.out, "  met([\"{}\"])", plain(&met));
        let kinds = [
            RequirementKind::Must,
            RequirementKind::Waiting,
            RequirementKind::Limit,
            RequirementKind::Assessment,
        ];
        for kind in kinds
            .into_iter()
            .filter(|kind| weighed.iter().any(|(_, own)| own == kind))
        {
            let text = self.teller.outcome(kind.outcome());
            let _ = writeln!(self.out, "  {}([\"{}\"])", kind.as_str(), plain(&text));
        }
    }

    fn rules(&mut self, explanation: &Explanation) {
        let (yes, no) = (
            self.teller.label("yes", "yes"),
            self.teller.label("no", "no"),
        );
        let possible = explanation.possible.as_ref();
        let mut steps: Vec<(String, Step)> = Vec::new();
        match explanation.requires.as_ref() {
            Some(Words::All(all)) => {
                steps.extend(all.iter().map(|one| (self.flat(one), Step::Needed)));
            }
            Some(one) => steps.push((self.flat(one), Step::Needed)),
            None => {}
        }
        let unless = explanation.unless.as_ref();
        steps.extend(unless.map(|unless| (self.flat(unless), Step::Excludes)));
        let parts = explanation.parts.iter();
        steps.extend(parts.map(|part| (part.text.clone(), Step::Enough)));
        steps.extend(possible.map(|possible| (self.flat(possible), Step::Enough)));
        for (at, (text, step)) in steps.iter().enumerate() {
            let next = if at + 1 < steps.len() {
                format!("r{}", at + 1)
            } else {
                "absent".to_owned()
            };
            // What is possible beside the rules still counts when what they need is missing.
            let missing = match possible {
                Some(_) if steps.len() > 1 => format!("r{}", steps.len() - 1),
                _ => "absent".to_owned(),
            };
            let (on_yes, on_no) = match step {
                Step::Needed => (next, missing),
                Step::Excludes => (missing, next),
                Step::Enough => ("present".to_owned(), next),
            };
            let _ = writeln!(self.out, "  r{at}{{\"{}\"}}", plain(text));
            let _ = writeln!(self.out, "  r{at} -->|\"{}\"| {on_yes}", plain(&yes));
            let _ = writeln!(self.out, "  r{at} -->|\"{}\"| {on_no}", plain(&no));
        }
        for (name, label) in [("present", "explain-present"), ("absent", "explain-absent")] {
            let text = self.teller.label(label, name);
            let _ = writeln!(self.out, "  {name}([\"{}\"])", plain(&text));
        }
    }

    /// A condition in one line.
    fn flat(&self, words: &Words) -> String {
        let many = |parts: &[Words]| {
            parts
                .iter()
                .map(|part| self.flat(part))
                .collect::<Vec<_>>()
                .join("; ")
        };
        let label = |name: &str, otherwise: &str| self.teller.label(name, otherwise);
        match words {
            Words::One(text) => text.clone(),
            Words::Not(part) => format!("{} – {}", label("explain-not", "not"), self.flat(part)),
            Words::All(parts) => format!("{}: {}", label("explain-all", "all"), many(parts)),
            Words::Any(parts) => format!("{}: {}", label("explain-any", "any"), many(parts)),
        }
    }
}

/// A phrase without the fact that the node already names.
fn beside_its_fact(phrase: &str) -> String {
    phrase.trim_start_matches([':', ' ', ',']).to_owned()
}

/// A text that cannot break out of its quotes, in lines of a length that is read at a glance; nothing is left out.
fn plain(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LINE_LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let escaped = lines.iter().map(|line| {
        let line = line.replace('#', "#35;").replace('"', "#quot;");
        line.replace('<', "#lt;").replace('>', "#gt;")
    });
    escaped.collect::<Vec<_>>().join("<br/>")
}
