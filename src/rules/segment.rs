//! One period of law: the entries that are valid in it, compiled together so that they share sub-diagrams.

use foldhash::HashMap;
use jiff::civil::Date;

use crate::diagram::{Diagrams, FactSet, NodeId, TooLarge};
use crate::facts::{FactCatalog, FactId};
use crate::rules::compact;
use crate::rules::condition::{self, Cells, Reference, Resolve, contradicted_cell, validity};
use crate::rules::model::{
    Body, BodyTexts, Citation, Decision, Headline, Implied, Notice, Offer, Outcome, Pathway,
    Requirement, RequirementKind, Rule, Segment, Source, SupportModule,
};
use crate::rules::problem::{Code, Place, Problem, suggest};
use crate::rules::texts::{NO_DAY, TextId, Texts};
use crate::rules::yaml::Node;

mod invariants;
mod routes;
mod written;

/// Most nodes that all diagrams of a period may have together.
const NODES_MAX: usize = 2_000_000;

/// An entry with an id, in one version.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    /// Key of its texts: the id, with `@<validFrom>` for a dated version.
    pub(crate) key: String,
    pub(crate) from: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) node: &'a Node,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(node: &'a Node) -> Option<Self> {
        let id = node.get("id").and_then(Node::text)?;
        let (from, until) = validity(node);
        let key = match from {
            Some(from) => format!("{id}@{from}"),
            None if node.get("validFrom").is_some() => format!("{id}{NO_DAY}"),
            None => id.to_owned(),
        };
        Some(Self {
            id,
            key,
            from,
            until,
            node,
        })
    }

    pub(crate) fn covers(&self, from: Option<Date>, until: Option<Date>) -> bool {
        let begins = match (self.from, from) {
            (None, _) => true,
            (Some(begin), Some(from)) => begin <= from,
            (Some(_), None) => false,
        };
        let ends = match (self.until, until) {
            (None, _) => true,
            (Some(end), Some(until)) => end >= until,
            (Some(_), None) => false,
        };
        begins && ends
    }
}

/// Everything that stands in the rule files, by kind.
#[derive(Debug, Default)]
pub(crate) struct Entries<'a> {
    pub(crate) facts: Vec<&'a Node>,
    pub(crate) impossible: Vec<Entry<'a>>,
    pub(crate) definitions: Vec<Entry<'a>>,
    pub(crate) pathways: Vec<Entry<'a>>,
    pub(crate) bodies: Vec<&'a Node>,
    pub(crate) decisions: Vec<Entry<'a>>,
    pub(crate) modules: Vec<Entry<'a>>,
    pub(crate) offers: Vec<Entry<'a>>,
    pub(crate) routes: Vec<Entry<'a>>,
    pub(crate) documents: Vec<Entry<'a>>,
    pub(crate) bands: Vec<Entry<'a>>,
    pub(crate) notices: Vec<Entry<'a>>,
    pub(crate) headlines: Vec<Entry<'a>>,
    pub(crate) invariants: Vec<Entry<'a>>,
}

/// What compiling a segment needs beside the entries.
pub(crate) struct Context<'a> {
    pub(crate) entries: &'a Entries<'a>,
    pub(crate) catalog: &'a FactCatalog,
    pub(crate) sources: &'a [Source],
    pub(crate) texts: &'a mut Texts,
    pub(crate) problems: &'a mut Vec<Problem>,
}

struct Compiler<'a, 'c> {
    context: &'c mut Context<'a>,
    from: Option<Date>,
    until: Option<Date>,
    diagrams: Diagrams,
    cells: Cells,
    known: HashMap<Reference, NodeId>,
    /// References being compiled, for finding circles.
    open: Vec<Reference>,
    valid: Valid<'a>,
}

/// The entries valid in the segment.
struct Valid<'a> {
    definitions: Vec<Entry<'a>>,
    pathways: Vec<Entry<'a>>,
    modules: Vec<Entry<'a>>,
    offers: Vec<Entry<'a>>,
    routes: Vec<Entry<'a>>,
    notices: Vec<Entry<'a>>,
}

/// Compiles the period from `from` to `until`.
pub(crate) fn compile(
    context: &mut Context<'_>,
    from: Option<Date>,
    until: Option<Date>,
) -> Segment {
    let entries = context.entries;
    let pick = |list: &[Entry<'_>]| -> Vec<usize> {
        list.iter()
            .enumerate()
            .filter(|(_, entry)| entry.covers(from, until))
            .map(|(at, _)| at)
            .collect()
    };
    let take = |list: &'_ [Entry<'_>]| pick(list);
    let mut conditions: Vec<&Node> = entries.facts.clone();
    let lists = [
        &entries.impossible,
        &entries.definitions,
        &entries.pathways,
        &entries.decisions,
        &entries.modules,
        &entries.offers,
        &entries.routes,
        &entries.bands,
        &entries.notices,
        &entries.headlines,
        &entries.invariants,
    ];
    for list in lists {
        conditions.extend(
            take(list)
                .into_iter()
                .filter_map(|at| list.get(at))
                .map(|entry| entry.node),
        );
    }
    let conditions = valid_parts(&conditions, from, until);
    let (cells, variables) = Cells::new(context.catalog, &conditions, context.problems);
    let owned = |list: &[Entry<'_>]| pick(list);
    let valid = Valid {
        definitions: select(&entries.definitions, &owned(&entries.definitions)),
        pathways: select(&entries.pathways, &owned(&entries.pathways)),
        modules: select(&entries.modules, &owned(&entries.modules)),
        offers: select(&entries.offers, &owned(&entries.offers)),
        routes: select(&entries.routes, &owned(&entries.routes)),
        notices: select(&entries.notices, &owned(&entries.notices)),
    };
    let compiler = Compiler {
        from,
        until,
        diagrams: Diagrams::new(variables, NODES_MAX),
        cells,
        known: HashMap::default(),
        open: Vec::new(),
        valid,
        context,
    };
    compiler.segment()
}

fn select<'a>(list: &[Entry<'a>], places: &[usize]) -> Vec<Entry<'a>> {
    places
        .iter()
        .filter_map(|at| list.get(*at))
        .cloned()
        .collect()
}

/// The trees of valid entries without nested versions that are not valid.
fn valid_parts<'a>(nodes: &[&'a Node], from: Option<Date>, until: Option<Date>) -> Vec<&'a Node> {
    let mut parts = Vec::new();
    for node in nodes {
        let nested: Vec<&Node> = ["rules", "requirements"]
            .iter()
            .filter_map(|key| node.get(key))
            .flat_map(Node::items)
            .collect();
        if nested.is_empty() {
            parts.push(*node);
            continue;
        }
        parts.extend(
            node.entries()
                .iter()
                .filter(|(key, _)| !matches!(key.text.as_str(), "rules" | "requirements"))
                .map(|(_, value)| value),
        );
        parts.extend(
            nested
                .into_iter()
                .filter(|part| Entry::new(part).is_none_or(|entry| entry.covers(from, until))),
        );
    }
    parts
}

impl Resolve for Compiler<'_, '_> {
    fn resolve(&mut self, reference: Reference, place: Place) -> Result<NodeId, TooLarge> {
        if let Some(known) = self.known.get(&reference) {
            return Ok(*known);
        }
        if let Some(begin) = self.open.iter().position(|open| *open == reference) {
            let circle: Vec<String> = self
                .open
                .iter()
                .skip(begin)
                .chain([&reference])
                .map(ToString::to_string)
                .collect();
            self.problem(Problem::new(
                Code::Cycle,
                place,
                format!(
                    "rules refer to one another in a circle: {}",
                    circle.join(" → ")
                ),
                "take one of these references out",
            ));
            return Ok(NodeId::FALSE);
        }
        self.open.push(reference.clone());
        let result = self.compile_reference(&reference, place);
        self.open.pop();
        let node = result?;
        self.known.insert(reference, node);
        Ok(node)
    }

    fn diagrams(&mut self) -> &mut Diagrams {
        &mut self.diagrams
    }

    fn catalog(&self) -> &FactCatalog {
        self.context.catalog
    }

    fn cells(&self) -> &Cells {
        &self.cells
    }

    fn problem(&mut self, problem: Problem) {
        // The same condition is compiled once per period; its author wants to read of it once.
        if !self.context.problems.contains(&problem) {
            self.context.problems.push(problem);
        }
    }
}

impl<'a> Compiler<'a, '_> {
    fn segment(mut self) -> Segment {
        let entries = self.context.entries;
        let implied = self.implied();
        let pathways = self.valid_or_not(&entries.pathways, Self::pathway);
        let (decisions, decided_by, decision) = self.decisions();
        let bodies = Body::ALL.iter().map(|body| self.body(*body)).collect();
        let modules = self.each(
            |valid| &valid.modules,
            |compiler, entry| compiler.module(entry, &pathways),
        );
        let offers = self.each(|valid| &valid.offers, Self::offer);
        let notices = self.each(|valid| &valid.notices, Self::notice);
        let routes = self.each(|valid| &valid.routes, Self::route);
        let bands = self.bands(&routes);
        let (first_contact, route_orders) = self.order(&routes, &bands);
        let headlines = self.headlines();
        let impossible = self.impossible();
        let invariants = self.invariants(&pathways, decided_by, first_contact);
        let written = self.written();
        let mut segment = Segment {
            from: self.from,
            until: self.until,
            first_variable: self.cells.first_variable,
            int_thresholds: self.cells.ints,
            date_thresholds: self.cells.dates,
            implied,
            pathways,
            decisions,
            bodies,
            decided_by,
            decision,
            modules,
            offers,
            notices,
            routes,
            bands,
            first_contact,
            route_orders,
            headlines,
            invariants,
            impossible,
            diagrams: self.diagrams,
            conclusions: Vec::new(),
            written,
        };
        segment.gather_conclusions();
        compact::compact(&mut segment);
        segment
    }

    /// The entries of a list that are valid in the whole period.
    fn valid_entries(&self, entries: &[Entry<'a>]) -> Vec<Entry<'a>> {
        let valid = entries.iter();
        valid
            .filter(|entry| entry.covers(self.from, self.until))
            .cloned()
            .collect()
    }

    /// A diagram, or never with a problem if it became too large.
    fn within(&mut self, place: Place, result: Result<NodeId, TooLarge>) -> NodeId {
        result.unwrap_or_else(|error| {
            self.problem(Problem::new(
                Code::TooLarge,
                place,
                error.to_string(),
                "split the condition into several rules",
            ));
            NodeId::FALSE
        })
    }

    fn condition(&mut self, node: Option<&Node>, default: NodeId) -> NodeId {
        let Some(node) = node else { return default };
        let result = condition::compile(node, self);
        self.within(node.place, result)
    }

    fn and(&mut self, left: NodeId, right: NodeId) -> NodeId {
        let result = self.diagrams.and(left, right);
        self.within(Place::start(0), result)
    }

    fn or(&mut self, left: NodeId, right: NodeId) -> NodeId {
        let result = self.diagrams.or(left, right);
        self.within(Place::start(0), result)
    }

    fn not(&mut self, node: NodeId) -> NodeId {
        let result = self.diagrams.not(node);
        self.within(Place::start(0), result)
    }

    fn choose(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        let result = self.diagrams.choose(condition, then, otherwise);
        self.within(Place::start(0), result)
    }

    fn map(&mut self, node: NodeId, change: impl Fn(u16) -> u16) -> NodeId {
        let result = self.diagrams.map(node, change);
        self.within(Place::start(0), result)
    }

    fn merge(&mut self, left: NodeId, right: NodeId, change: impl Fn(u16, u16) -> u16) -> NodeId {
        let result = self.diagrams.merge(left, right, change);
        self.within(Place::start(0), result)
    }

    fn each<T>(
        &mut self,
        list: impl for<'v> Fn(&'v Valid<'a>) -> &'v Vec<Entry<'a>>,
        compile: impl Fn(&mut Self, &Entry<'a>) -> T,
    ) -> Vec<T> {
        let entries = list(&self.valid).clone();
        entries.iter().map(|entry| compile(self, entry)).collect()
    }

    /// Every id once: in its valid version, or as something that is not in force.
    fn valid_or_not<T>(
        &mut self,
        all: &[Entry<'a>],
        compile: impl Fn(&mut Self, &Entry<'a>, bool) -> T,
    ) -> Vec<T> {
        let mut done: Vec<&str> = Vec::new();
        let mut result = Vec::new();
        for entry in all {
            if done.contains(&entry.id) {
                continue;
            }
            done.push(entry.id);
            let versions = all.iter().filter(|version| version.id == entry.id);
            let valid = versions
                .clone()
                .find(|version| version.covers(self.from, self.until));
            result.push(compile(self, valid.unwrap_or(entry), valid.is_some()));
        }
        result
    }

    fn text(&mut self, prefix: &str, node: &Node, key: &str) -> TextId {
        let german = node.get(key).and_then(Node::text).unwrap_or_default();
        self.context
            .texts
            .add(&format!("{prefix}.{key}"), german.trim_end())
    }

    fn optional_text(&mut self, prefix: &str, node: &Node, key: &str) -> Option<TextId> {
        node.get(key).filter(|value| !value.is_null())?;
        Some(self.text(prefix, node, key))
    }

    /// The text of an entry whose key has no part of its own, such as a rule's reason.
    fn own_text(&mut self, prefix: &str, entry: &Entry<'_>) -> TextId {
        let german = entry
            .node
            .get("text")
            .and_then(Node::text)
            .unwrap_or_default();
        self.context
            .texts
            .add(&format!("{prefix}.{}", entry.key), german.trim_end())
    }

    fn citations(&mut self, node: &Node) -> Vec<Citation> {
        let Context {
            sources,
            texts,
            problems,
            ..
        } = &mut *self.context;
        citations(node, sources, texts, problems)
    }

    fn rules(&mut self, prefix: &str, node: &Node) -> Vec<Rule> {
        let mut rules = Vec::new();
        for entry in node
            .get("rules")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Entry::new)
        {
            if !entry.covers(self.from, self.until) {
                continue;
            }
            let when = self.condition(entry.node.get("when"), NodeId::FALSE);
            let text = self.own_text(&format!("{prefix}.rules"), &entry);
            rules.push(Rule {
                id: entry.id.to_owned(),
                when,
                text,
            });
        }
        rules
    }

    /// `requires` and at least one rule.
    fn trigger(&mut self, node: &Node) -> Result<NodeId, TooLarge> {
        let mut any = NodeId::FALSE;
        for rule in node
            .get("rules")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Entry::new)
        {
            if rule.covers(self.from, self.until) {
                let when = self.condition(rule.node.get("when"), NodeId::FALSE);
                any = self.diagrams.or(any, when)?;
            }
        }
        let requires = self.condition(node.get("requires"), NodeId::TRUE);
        self.diagrams.and(any, requires)
    }

    /// What is `certain`, except where the `unless` beside it holds.
    fn not_excluded(&mut self, node: &Node, certain: NodeId) -> Result<NodeId, TooLarge> {
        let unless = self.condition(node.get("unless"), NodeId::FALSE);
        let otherwise = self.diagrams.not(unless)?;
        self.diagrams.and(certain, otherwise)
    }

    fn compile_reference(
        &mut self,
        reference: &Reference,
        place: Place,
    ) -> Result<NodeId, TooLarge> {
        let find = |list: &[Entry<'a>], id: &str| list.iter().find(|entry| entry.id == id).cloned();
        let entries = self.context.entries;
        match reference {
            Reference::Definition(id) => match find(&self.valid.definitions, id) {
                Some(entry) => match entry.node.get("when") {
                    Some(when) => condition::compile(when, self),
                    None => Ok(NodeId::FALSE),
                },
                None => {
                    Ok(self.unknown("definition", "definitions", id, &entries.definitions, place))
                }
            },
            Reference::Outcome(id) => {
                if !entries.pathways.iter().any(|entry| entry.id == id) {
                    return Ok(self.unknown("pathway", "pathways", id, &entries.pathways, place));
                }
                match find(&self.valid.pathways, id) {
                    Some(entry) => self.outcome(&entry),
                    None => Ok(NodeId::terminal(
                        Outcome::NotInForce.value().unwrap_or_default(),
                    )),
                }
            }
            Reference::DecidedBy => {
                let mut result = NodeId::terminal(Body::Unclear as u16);
                let decisions = self.valid_entries(&self.context.entries.decisions);
                for entry in decisions.iter().rev() {
                    let when = self.condition(entry.node.get("when"), NodeId::FALSE);
                    result = self.diagrams.choose(
                        when,
                        NodeId::terminal(body_of(entry.node) as u16),
                        result,
                    )?;
                }
                Ok(result)
            }
            Reference::Module(id) => match find(&self.valid.modules, id) {
                Some(entry) => {
                    let state = self.module_state(&entry)?;
                    self.diagrams
                        .map(state, |value| u16::from(value != SupportModule::ABSENT))
                }
                None => Ok(self.unknown("module", "modules", id, &entries.modules, place)),
            },
            Reference::Offer(id) => match find(&self.valid.offers, id) {
                Some(entry) => {
                    let certain = self.trigger(entry.node)?;
                    self.not_excluded(entry.node, certain)
                }
                None => Ok(self.unknown("offer", "offers", id, &entries.offers, place)),
            },
            Reference::ContactRoute(id) => match find(&self.valid.routes, id) {
                Some(entry) => {
                    let certain = self.trigger(entry.node)?;
                    let there = self.not_excluded(entry.node, certain)?;
                    let possible = self.condition(entry.node.get("whilePossible"), NodeId::FALSE);
                    self.diagrams.or(there, possible)
                }
                None => Ok(self.unknown(
                    "contact route",
                    "contact-routes",
                    id,
                    &entries.routes,
                    place,
                )),
            },
            Reference::Notice(id) => match find(&self.valid.notices, id) {
                Some(entry) => match entry.node.get("when") {
                    Some(when) => {
                        let certain = condition::compile(when, self)?;
                        self.not_excluded(entry.node, certain)
                    }
                    None => Ok(NodeId::FALSE),
                },
                None => Ok(self.unknown("notice", "notices", id, &entries.notices, place)),
            },
        }
    }

    fn unknown(
        &mut self,
        what: &str,
        kind: &'static str,
        id: &str,
        all: &[Entry<'_>],
        place: Place,
    ) -> NodeId {
        if all.iter().any(|entry| entry.id == id) {
            let from = self
                .from
                .map_or_else(|| "the beginning".to_owned(), |day| day.to_string());
            // One day is enough to show it; a later period would say the same of the same place.
            if !self
                .context
                .problems
                .iter()
                .any(|known| known.code == Code::NotValidThen && known.place == place)
            {
                self.problem(Problem::new(
                    Code::NotValidThen,
                    place,
                    format!("the {what} `{id}` is not valid from {from} on, but this rule is"),
                    "give both the same `validFrom` and `validUntil`, or refer to something that is always valid",
                ));
            }
        } else {
            let help = suggest(id, all.iter().map(|entry| entry.id));
            self.problem(
                Problem::new(
                    Code::UnknownReference,
                    place,
                    format!("there is no {what} `{id}`"),
                    help,
                )
                .missing(kind, id),
            );
        }
        NodeId::FALSE
    }

    fn implied(&mut self) -> Vec<Implied> {
        let mut implied = Vec::new();
        for (number, node) in self.context.entries.facts.iter().enumerate() {
            let (Some(when), Ok(fact)) = (node.get("impliedBy"), FactId::try_from(number)) else {
                continue;
            };
            let Some((declaration, cell)) = self
                .context
                .catalog
                .get(fact)
                .and_then(|declared| Some((declared.clone(), declared.implied_cell?)))
            else {
                continue;
            };
            let when_place = when.place;
            let when = self.condition(Some(when), NodeId::FALSE);
            let facts = self.diagrams.facts(when);
            let derived: FactSet = self.context.catalog.facts().iter().enumerate().fold(
                FactSet::default(),
                |mut set, (at, other)| {
                    if let (true, Ok(at)) = (other.implied_cell.is_some(), FactId::try_from(at)) {
                        set.insert(at);
                    }
                    set
                },
            );
            if !facts.intersection(derived).is_empty() {
                self.problem(Problem::new(
                    Code::Cycle,
                    when_place,
                    format!(
                        "`impliedBy` of `{}` asks a fact that is itself implied",
                        declaration.id
                    ),
                    "write out the condition of that fact; implication goes forward only",
                ));
            }
            let variable = self
                .cells
                .first_variable
                .get(number)
                .copied()
                .unwrap_or(u16::MAX);
            let contradicted = contradicted_cell(&declaration, self.diagrams.declared(variable));
            implied.push(Implied {
                fact,
                when,
                facts,
                cell,
                contradicted,
            });
        }
        implied
    }

    fn requirements(&mut self, pathway: &Entry<'a>) -> Vec<Requirement> {
        let mut requirements = Vec::new();
        let prefix = format!("pathways.{}.requirements", pathway.key);
        for entry in pathway
            .node
            .get("requirements")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Entry::new)
        {
            if !entry.covers(self.from, self.until) {
                continue;
            }
            let key = format!("{prefix}.{}", entry.key);
            let when = self.condition(entry.node.get("when"), NodeId::FALSE);
            let applies = self.condition(entry.node.get("appliesWhen"), NodeId::TRUE);
            let exempt = self.not(applies);
            requirements.push(Requirement {
                id: entry.id.to_owned(),
                kind: requirement_kind(entry.node),
                basis: word(entry.node, "basis"),
                citations: self.citations(entry.node),
                when,
                applies,
                fulfilled: self.or(exempt, when),
                met: self.text(&key, entry.node, "met"),
                not_met: self.text(&key, entry.node, "notMet"),
                unknown: self.text(&key, entry.node, "unknown"),
            });
        }
        requirements
    }

    fn outcome(&mut self, pathway: &Entry<'a>) -> Result<NodeId, TooLarge> {
        let requirements = self.requirements(pathway);
        let mut outcome = NodeId::terminal(0);
        for requirement in &requirements {
            let weight = requirement.kind.outcome().value().unwrap_or_default();
            let own =
                self.diagrams.map(
                    requirement.fulfilled,
                    |value| if value == 0 { weight } else { 0 },
                )?;
            outcome = self.diagrams.merge(outcome, own, u16::max)?;
        }
        Ok(outcome)
    }

    fn pathway(&mut self, entry: &Entry<'a>, in_force: bool) -> Pathway {
        let key = format!("pathways.{}", entry.key);
        let requirements = if in_force {
            self.requirements(entry)
        } else {
            Vec::new()
        };
        let reference = Reference::Outcome(entry.id.to_owned());
        let outcome = self.resolve(reference, entry.node.place);
        let together = |compiler: &mut Self, kind| {
            requirements
                .iter()
                .filter(|requirement| requirement.kind == kind)
                .fold(NodeId::TRUE, |all, requirement| {
                    compiler.and(all, requirement.fulfilled)
                })
        };
        let musts = together(self, RequirementKind::Must);
        let limits = together(self, RequirementKind::Limit);
        let open = if in_force {
            self.and(musts, limits)
        } else {
            NodeId::FALSE
        };
        Pathway {
            id: entry.id.to_owned(),
            title: self.text(&key, entry.node, "title"),
            text: self.text(&key, entry.node, "text"),
            citations: self.citations(entry.node),
            outcome: self.within(entry.node.place, outcome),
            waiting: together(self, RequirementKind::Waiting),
            open,
            requirements,
        }
    }

    fn decisions(&mut self) -> (Vec<Decision>, NodeId, NodeId) {
        let entries = self.valid_entries(&self.context.entries.decisions);
        let mut decisions = Vec::new();
        for entry in &entries {
            let when = self.condition(entry.node.get("when"), NodeId::FALSE);
            decisions.push(Decision {
                id: entry.id.to_owned(),
                when,
                body: body_of(entry.node),
                candidates: words(entry.node, "candidates")
                    .iter()
                    .filter_map(|id| Body::parse(id))
                    .collect(),
                text: self.own_text("decidedBy.rules", entry),
                citations: self.citations(entry.node),
            });
        }
        let mut decision = NodeId::terminal(u16::try_from(decisions.len()).unwrap_or(u16::MAX));
        for (at, rule) in decisions.iter().enumerate().rev() {
            decision = self.choose(
                rule.when,
                NodeId::terminal(u16::try_from(at).unwrap_or(u16::MAX)),
                decision,
            );
        }
        let place = entries
            .first()
            .map_or(Place::start(0), |entry| entry.node.place);
        let decided_by = self.resolve(Reference::DecidedBy, place);
        (decisions, self.within(place, decided_by), decision)
    }

    fn body(&mut self, body: Body) -> BodyTexts {
        let entries = self.context.entries;
        let node = entries
            .bodies
            .iter()
            .find(|node| node.get("id").and_then(Node::text) == Some(body.as_str()));
        let key = format!("decidedBy.bodies.{}", body.as_str());
        if let Some(node) = node {
            BodyTexts {
                title: self.text(&key, node, "title"),
                text: self.text(&key, node, "text"),
                citations: self.citations(node),
            }
        } else {
            let title = self
                .context
                .texts
                .add(&format!("{key}.title"), body.as_str());
            BodyTexts {
                title,
                text: title,
                citations: Vec::new(),
            }
        }
    }

    fn carried_by(&mut self, entry: &Entry<'a>) -> Vec<String> {
        let mut carried = Vec::new();
        for item in entry.node.get("carriedBy").map_or(&[][..], Node::items) {
            let Some(id) = item.text() else { continue };
            if self
                .context
                .entries
                .pathways
                .iter()
                .any(|pathway| pathway.id == id)
            {
                carried.push(id.to_owned());
            } else {
                let all = &self.context.entries.pathways;
                self.unknown("pathway", "pathways", id, all, item.place);
            }
        }
        carried
    }

    fn module_state(&mut self, entry: &Entry<'a>) -> Result<NodeId, TooLarge> {
        let trigger = self.trigger(entry.node)?;
        let carried = self.carried_by(entry);
        if carried.is_empty() {
            return self
                .diagrams
                .map(trigger, |value| value * SupportModule::RECOMMENDED);
        }
        let mut best = NodeId::terminal(SupportModule::ABSENT);
        for id in carried {
            let outcome = self.resolve(Reference::Outcome(id), entry.node.place)?;
            let state = self.diagrams.map(outcome, module_state)?;
            best = self.diagrams.merge(best, state, u16::max)?;
        }
        self.diagrams
            .choose(trigger, best, NodeId::terminal(SupportModule::ABSENT))
    }

    fn module(&mut self, entry: &Entry<'a>, pathways: &[Pathway]) -> SupportModule {
        let key = format!("modules.{}", entry.key);
        let carried = self.carried_by(entry);
        let trigger = self.trigger(entry.node);
        let state = self.module_state(entry);
        SupportModule {
            id: entry.id.to_owned(),
            title: self.text(&key, entry.node, "title"),
            text: self.text(&key, entry.node, "text"),
            beneficiary: words(entry.node, "beneficiary"),
            carried_by: carried
                .iter()
                .filter_map(|id| pathways.iter().position(|pathway| pathway.id == *id))
                .collect(),
            basis: word(entry.node, "basis"),
            citations: self.citations(entry.node),
            requires: self.condition(entry.node.get("requires"), NodeId::TRUE),
            rules: self.rules(&key, entry.node),
            trigger: self.within(entry.node.place, trigger),
            state: self.within(entry.node.place, state),
        }
    }

    fn offer(&mut self, entry: &Entry<'a>) -> Offer {
        let key = format!("offers.{}", entry.key);
        for item in entry.node.get("contact").map_or(&[][..], Node::items) {
            let id = item.text().unwrap_or_default();
            let routes = &self.context.entries.routes;
            if !routes.iter().any(|route| route.id == id) {
                self.unknown("contact route", "contact-routes", id, routes, item.place);
            }
        }
        let certain = self.trigger(entry.node);
        let certain = self.within(entry.node.place, certain);
        let present = self.not_excluded(entry.node, certain);
        Offer {
            id: entry.id.to_owned(),
            title: self.text(&key, entry.node, "title"),
            text: self.text(&key, entry.node, "text"),
            claim: word(entry.node, "claim"),
            contact: words(entry.node, "contact"),
            basis: word(entry.node, "basis"),
            citations: self.citations(entry.node),
            requires: self.condition(entry.node.get("requires"), NodeId::TRUE),
            rules: self.rules(&key, entry.node),
            certain,
            unless: self.condition(entry.node.get("unless"), NodeId::FALSE),
            present: self.within(entry.node.place, present),
        }
    }

    fn notice(&mut self, entry: &Entry<'a>) -> Notice {
        let stale_sources = word(entry.node, "staleSources") == "true";
        if stale_sources == entry.node.get("when").is_some() {
            self.problem(Problem::new(
                Code::MissingKey,
                entry.node.place,
                format!(
                    "the notice `{}` needs either `when` or `staleSources: true`",
                    entry.id
                ),
                "write `when: { always: true }` for a notice that everybody gets",
            ));
        }
        let certain = self.condition(entry.node.get("when"), NodeId::FALSE);
        let present = self.not_excluded(entry.node, certain);
        Notice {
            id: entry.id.to_owned(),
            severity: word(entry.node, "severity"),
            text: self.own_text("notices", entry),
            citations: self.citations(entry.node),
            certain,
            unless: self.condition(entry.node.get("unless"), NodeId::FALSE),
            present: self.within(entry.node.place, present),
            stale_sources,
        }
    }

    fn headlines(&mut self) -> Vec<Headline> {
        let entries = self.valid_entries(&self.context.entries.headlines);
        entries
            .iter()
            .map(|entry| Headline {
                id: entry.id.to_owned(),
                when: self.condition(entry.node.get("when"), NodeId::TRUE),
                outcomes: words(entry.node, "outcome")
                    .iter()
                    .filter_map(|word| Outcome::parse(word))
                    .collect(),
                text: self.own_text("headlines", entry),
            })
            .collect()
    }

    fn impossible(&mut self) -> NodeId {
        let entries = self.valid_entries(&self.context.entries.impossible);
        let mut any = NodeId::FALSE;
        for entry in &entries {
            let when = self.condition(entry.node.get("when"), NodeId::FALSE);
            any = self.or(any, when);
        }
        any
    }
}

/// What an outcome means for a module it carries.
fn module_state(value: u16) -> u16 {
    match Outcome::BY_WEIGHT.get(usize::from(value)) {
        Some(Outcome::ConditionsMet | Outcome::AgencyAssessment) => SupportModule::RECOMMENDED,
        Some(outcome) if outcome.carries_nothing() => SupportModule::ABSENT,
        Some(_) => SupportModule::CONDITIONAL,
        None => SupportModule::ABSENT,
    }
}

fn word(node: &Node, key: &str) -> String {
    node.get(key)
        .and_then(Node::text)
        .unwrap_or_default()
        .to_owned()
}

fn words(node: &Node, key: &str) -> Vec<String> {
    node.get(key)
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

fn requirement_kind(node: &Node) -> RequirementKind {
    match node.get("kind").and_then(Node::text) {
        Some("waiting") => RequirementKind::Waiting,
        Some("limit") => RequirementKind::Limit,
        Some("assessment") => RequirementKind::Assessment,
        _ => RequirementKind::Must,
    }
}

fn body_of(node: &Node) -> Body {
    node.get("body")
        .and_then(Node::text)
        .and_then(Body::parse)
        .unwrap_or(Body::Unclear)
}

/// Reads the `citations` of an entry.
pub(crate) fn citations(
    node: &Node,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Citation> {
    let items = node.get("citations").map_or(&[][..], Node::items);
    items
        .iter()
        .filter_map(|item| citation(item, sources, texts, problems))
        .collect()
}

/// Reads a citation; a source that does not exist is a problem.
pub(crate) fn citation(
    node: &Node,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Option<Citation> {
    let name = node.get("source")?;
    let id = name.text()?;
    let Some(source) = sources.iter().position(|source| source.id == id) else {
        let help = suggest(id, sources.iter().map(|source| source.id.as_str()));
        let problem = Problem::new(
            Code::UnknownReference,
            name.place,
            format!("there is no source `{id}`"),
            help,
        )
        .missing("sources", id);
        if !problems.contains(&problem) {
            problems.push(problem);
        }
        return None;
    };
    let at = word(node, "at");
    let known = sources.get(source)?;
    let own = node.get("url").and_then(Node::text).map(str::to_owned);
    let url = own
        .or_else(|| section_url(known, &at))
        .or_else(|| known.url.clone());
    Some(Citation {
        source,
        at,
        url,
        note: texts.add_remark(node),
    })
}

/// The address of the paragraph that a pinpoint begins with.
fn section_url(source: &Source, at: &str) -> Option<String> {
    let number = at.strip_prefix('§')?.trim_start_matches('§').trim_start();
    let section: String = number
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    // `§ 75a` is one paragraph; `§ 75 Abs. 1` ends at the blank.
    (!section.is_empty()).then(|| {
        source
            .section_url
            .as_ref()
            .map(|url| url.replace("{section}", &section))
    })?
}
