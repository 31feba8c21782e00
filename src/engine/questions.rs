//! Open questions: exactly the facts that can still change something in the answer.

use crate::diagram::{FactSet, NodeId, UNKNOWN};
use crate::engine::assignment::variables;
use crate::engine::{Screening, Wanted};
use crate::facts::{FactId, FactKind, Value};
use crate::offices::PostalClass;
use crate::rules::model::{Conclusion, Outcome, Subject};

/// A fact that can still change something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The fact.
    pub fact: FactId,
    /// It can change an outcome, its dates, who decides or the first contact; otherwise it only refines the answer.
    pub decides: bool,
    /// What it can change.
    pub affects: Vec<Subject>,
}

/// All open questions of an answer.
#[derive(Debug, Default)]
pub(super) struct Questions {
    pub(super) open: Vec<OpenQuestion>,
    pub(super) next: Option<FactId>,
    pub(super) at_most: u32,
}

/// What is known of the variables whatever else may be stated without contradiction.
struct Later {
    cells: Vec<u8>,
    /// Assumed facts range over what absence means, too.
    free: FactSet,
    /// Facts that stay implied, and are never asked.
    implied: FactSet,
}

/// The facts up to this rank of the questionnaire are asked before everything else: danger, who asks, status.
const FIRST_ASKED: u32 = 3;

impl Screening<'_, '_> {
    pub(super) fn questions(&mut self, wanted: Wanted, dated: &[FactSet]) -> Questions {
        let (ruleset, segment) = (self.ruleset, self.segment);
        let conclusions: Vec<&Conclusion> = segment
            .conclusions
            .iter()
            .filter(|conclusion| is_wanted(conclusion.subject, wanted))
            .collect();
        let assumed = self.assumed();
        let mut found: Vec<(FactSet, Subject)> = Vec::with_capacity(conclusions.len());

        // What can change the answer as it stands.
        for ordering in [false, true] {
            let cells = if ordering {
                &self.order
            } else {
                &self.facts.cells
            };
            let unknown = self.unknown(cells);
            segment
                .diagrams
                .begin_summaries(&mut self.workspace.summaries);
            for conclusion in conclusions
                .iter()
                .filter(|conclusion| is_order(conclusion.subject) == ordering)
            {
                let may_be_open = conclusion.facts.intersection(unknown);
                // Many conclusions are about the order of routes: one that can add nothing needs no look.
                let same = found
                    .last_mut()
                    .filter(|(_, subject)| *subject == conclusion.subject);
                let known = same.as_ref().map_or(FactSet::default(), |(all, _)| *all);
                if may_be_open.difference(known).is_empty() {
                    continue;
                }
                let summaries = &mut self.workspace.summaries;
                let open = segment
                    .diagrams
                    .summary(conclusion.root, cells, FactSet::default(), summaries)
                    .open;
                match same {
                    Some((all, _)) => *all = all.union(open),
                    None => found.push((open, conclusion.subject)),
                }
            }
        }

        // What can change it once every assumption is open to change, too: the bound, and the assumed facts that matter.
        // What is open now stays open there: only what is known is less.
        let now = found.iter().map(|(open, _)| *open);
        let mut reachable = now.fold(FactSet::default(), FactSet::union);
        let later = self.later(assumed);
        let unknown = self.unknown(&later.cells).union(later.free);
        segment
            .diagrams
            .begin_summaries(&mut self.workspace.summaries);
        for conclusion in &conclusions {
            if conclusion
                .facts
                .intersection(unknown)
                .difference(reachable)
                .is_empty()
            {
                continue;
            }
            let summaries = &mut self.workspace.summaries;
            let open = segment
                .diagrams
                .summary(conclusion.root, &later.cells, later.free, summaries)
                .open;
            reachable = reachable.union(open);
        }
        reachable = reachable.union(self.dating(&later));
        let mut affects: Vec<(FactId, Subject)> = Vec::new();
        for fact in assumed.intersection(reachable).iter() {
            self.add_alone(fact, &conclusions, &mut affects);
        }

        for (open, subject) in &found {
            affects.extend(open.iter().map(|fact| (fact, *subject)));
        }
        for (place, open) in dated.iter().enumerate() {
            affects.extend(open.iter().map(|fact| (fact, Subject::Pathway(place))));
        }
        self.add_implying(assumed, &mut affects);
        self.add_postal_codes(wanted, &mut affects);
        affects.retain(|(fact, _)| self.given.get(*fact).is_none());

        let decides = |fact: FactId, subject: Subject| {
            matches!(
                subject,
                Subject::Pathway(_) | Subject::DecidedBy | Subject::FirstContact
            ) && !assumed.contains(fact)
        };
        let mut open: Vec<OpenQuestion> = Vec::new();
        for (fact, subject) in affects {
            let place = open
                .iter()
                .position(|question| question.fact == fact)
                .unwrap_or_else(|| {
                    open.push(OpenQuestion {
                        fact,
                        decides: false,
                        affects: Vec::new(),
                    });
                    open.len() - 1
                });
            if let Some(question) = open.get_mut(place) {
                question.decides |= decides(fact, subject);
                if !question.affects.contains(&subject) {
                    question.affects.push(subject);
                }
            }
        }
        let ask = |fact: FactId| ruleset.catalog.get(fact).map_or(u32::MAX, |fact| fact.ask);
        open.iter_mut()
            .for_each(|question| question.affects.sort_by_key(|subject| rank(*subject)));
        open.sort_by_key(|question| (!question.decides, ask(question.fact)));
        let next = open
            .iter()
            .min_by_key(|question| {
                let rank = ask(question.fact);
                (
                    rank > FIRST_ASKED,
                    rank > FIRST_ASKED && !question.decides,
                    rank,
                )
            })
            .map(|question| question.fact);
        let at_most = self.at_most(wanted, reachable, &later, &open);
        Questions {
            open,
            next,
            at_most,
        }
    }

    /// The facts of which a variable is unknown: no other can be open.
    pub(super) fn unknown(&self, cells: &[u8]) -> FactSet {
        let diagrams = &self.segment.diagrams;
        let variables = (0_u16..).zip(cells);
        let unknown = variables.filter(|(_, cell)| **cell == UNKNOWN);
        unknown
            .map(|(variable, _)| diagrams.fact(variable))
            .collect()
    }

    /// Facts that were absent and are taken for something, here or in the order of routes.
    fn assumed(&self) -> FactSet {
        self.assumptions().into_iter().collect()
    }

    /// What is known of the variables whatever else may be stated without contradiction.
    fn later(&self, assumed: FactSet) -> Later {
        let mut later = Later {
            cells: self.facts.cells.clone(),
            free: assumed,
            implied: FactSet::default(),
        };
        let everywhere: FactSet = assumed
            .iter()
            .filter(|fact| {
                let fact = self.ruleset.catalog.get(*fact);
                let absent = fact.and_then(|fact| fact.absent_means.as_ref());
                absent.is_some_and(|absent| !absent.order_only)
            })
            .collect();
        let mut forgotten = assumed;
        for implied in &self.segment.implied {
            let own = variables(self.ruleset, self.segment, implied.fact);
            let cell = self.facts.cells.get(own.start).copied();
            let from_assumption = !implied.facts.intersection(everywhere).is_empty();
            if self.given.get(implied.fact).is_some() {
                // Stated against what only an assumption implies: the contradiction may go.
                if cell == Some(implied.contradicted) && from_assumption {
                    later.free.insert(implied.fact);
                }
            } else if cell.is_some_and(|cell| cell != UNKNOWN) {
                let fact = self.ruleset.catalog.get(implied.fact);
                if from_assumption || fact.is_some_and(|fact| !fact.consistent_cells.is_empty()) {
                    forgotten.insert(implied.fact);
                }
                if !from_assumption {
                    later.implied.insert(implied.fact);
                }
            }
        }
        for fact in forgotten.iter() {
            for variable in variables(self.ruleset, self.segment, fact) {
                if let Some(cell) = later.cells.get_mut(variable) {
                    *cell = UNKNOWN;
                }
            }
        }
        later
    }

    /// The facts on which a date of a phase can come to depend: on other days a period may ask what it does not ask today.
    fn dating(&mut self, later: &Later) -> FactSet {
        let segment = self.segment;
        let mut facts = FactSet::default();
        for pathway in &segment.pathways {
            let scratch = &mut self.workspace.summaries;
            let possible =
                segment
                    .diagrams
                    .summary(pathway.outcome, &later.cells, later.free, scratch);
            let may_be = |outcome: Outcome| {
                let value = outcome.value();
                value.is_some_and(|value| possible.possible(value))
            };
            if may_be(Outcome::NotYet) {
                facts = facts.union(segment.diagrams.facts(pathway.waiting));
            }
            if may_be(Outcome::Expired) {
                let limits = pathway.limits().map(|limit| segment.diagrams.facts(limit));
                facts = limits.fold(facts, FactSet::union);
            }
        }
        facts
    }

    /// What stating an assumed fact, and nothing else, can change.
    pub(super) fn add_alone(
        &mut self,
        fact: FactId,
        conclusions: &[&Conclusion],
        affects: &mut Vec<(FactId, Subject)>,
    ) {
        let segment = self.segment;
        let own = variables(self.ruleset, segment, fact);
        let free: FactSet = [fact].into_iter().collect();
        for ordering in [false, true] {
            let cells = if ordering {
                &self.order
            } else {
                &self.facts.cells
            };
            if cells.get(own.start) == Some(&UNKNOWN) {
                // Not assumed here, but as open as any other fact; what absence means cannot occur.
                continue;
            }
            let scratch = &mut self.workspace.summaries;
            segment.diagrams.begin_summaries(scratch);
            for conclusion in conclusions.iter().filter(|conclusion| {
                is_order(conclusion.subject) == ordering && conclusion.facts.contains(fact)
            }) {
                let found = (fact, conclusion.subject);
                // Many conclusions are about the order of routes; one that changes is enough.
                if affects.last() != Some(&found)
                    && segment
                        .diagrams
                        .summary(conclusion.root, cells, free, scratch)
                        .open
                        .contains(fact)
                {
                    affects.push(found);
                }
            }
        }
    }

    /// While an implied fact is open, so are the facts it could be implied by.
    fn add_implying(&mut self, assumed: FactSet, affects: &mut Vec<(FactId, Subject)>) {
        let segment = self.segment;
        for implied in &segment.implied {
            let through: Vec<Subject> = affects
                .iter()
                .filter(|(fact, _)| *fact == implied.fact)
                .map(|(_, subject)| *subject)
                .collect();
            if through.is_empty() || self.given.get(implied.fact).is_some() {
                continue;
            }
            let mut implying = self.open_in(implied.when, FactSet::default());
            for fact in implied.facts.intersection(assumed).iter() {
                if self
                    .open_in(implied.when, FactSet::from_iter([fact]))
                    .contains(fact)
                {
                    implying.insert(fact);
                }
            }
            for fact in implying.iter() {
                affects.extend(through.iter().map(|subject| (fact, *subject)));
            }
        }
    }

    /// The facts on which a diagram depends, `free` ones included.
    pub(super) fn open_in(&mut self, root: NodeId, free: FactSet) -> FactSet {
        let (diagrams, cells) = (&self.segment.diagrams, &self.facts.cells);
        let scratch = &mut self.workspace.summaries;
        diagrams.begin_summaries(scratch);
        diagrams.summary(root, cells, free, scratch).open
    }

    /// A postal code changes which offices are shown; a Berlin code leaves the Bezirk open.
    fn add_postal_codes(&mut self, wanted: Wanted, affects: &mut Vec<(FactId, Subject)>) {
        if !wanted.contact_routes {
            return;
        }
        let segment = self.segment;
        for (place, route) in segment.routes.iter().enumerate() {
            let Some(offices) = &route.offices else {
                continue;
            };
            segment
                .diagrams
                .begin_summaries(&mut self.workspace.summaries);
            let cells = &self.facts.cells;
            let used = segment.diagrams.summary(
                offices.used,
                cells,
                FactSet::default(),
                &mut self.workspace.summaries,
            );
            for (number, fact) in offices.facts.iter().enumerate() {
                if !used.possible(u16::try_from(number + 1).unwrap_or(u16::MAX)) {
                    continue;
                }
                match (self.given.get(*fact), self.district_of(*fact)) {
                    (None, _) => affects.push((*fact, Subject::Offices(place))),
                    (Some(Value::PostalCode(code)), Some(district))
                        if self.ruleset.offices.class(code) == PostalClass::Berlin =>
                    {
                        affects.push((district, Subject::Offices(place)));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Every fact that may still be asked: what can matter now, and what answers can open.
    fn at_most(
        &mut self,
        wanted: Wanted,
        reachable: FactSet,
        later: &Later,
        open: &[OpenQuestion],
    ) -> u32 {
        let (catalog, segment) = (&self.ruleset.catalog, self.segment);
        let mut all: FactSet = open.iter().map(|question| question.fact).collect();
        let given = self.facts.given;
        // What is stated is not asked, and neither is what would only imply it.
        all = all
            .union(reachable)
            .difference(later.implied)
            .difference(given);
        for implied in &segment.implied {
            if all.contains(implied.fact) {
                all = all.union(implied.facts);
            }
        }
        if wanted.contact_routes {
            segment
                .diagrams
                .begin_summaries(&mut self.workspace.summaries);
            for offices in segment.routes.iter().flat_map(|route| &route.offices) {
                let summaries = &mut self.workspace.summaries;
                let used =
                    segment
                        .diagrams
                        .summary(offices.used, &later.cells, later.free, summaries);
                let possible = |number: usize| {
                    let value = u16::try_from(number + 1);
                    value.is_ok_and(|value| used.possible(value))
                };
                let codes = offices.facts.iter().enumerate();
                codes
                    .filter(|(number, _)| possible(*number))
                    .for_each(|(_, fact)| all.insert(*fact));
            }
            if let Some(district) = catalog.find(crate::offices::DISTRICT_FACT) {
                let may_lie_in_berlin = |fact: FactId| match self.given.get(fact) {
                    Some(Value::PostalCode(code)) => {
                        self.ruleset.offices.class(code) == PostalClass::Berlin
                    }
                    Some(_) => false,
                    None => catalog
                        .get(fact)
                        .is_some_and(|fact| fact.kind == FactKind::PostalCode),
                };
                if all.iter().any(may_lie_in_berlin) {
                    all.insert(district);
                }
            }
        }
        all.difference(given).len()
    }
}

pub(super) fn is_wanted(subject: Subject, wanted: Wanted) -> bool {
    match subject {
        Subject::Pathway(_) | Subject::DecidedBy => true,
        Subject::FirstContact | Subject::Route(_) | Subject::RouteOrder | Subject::Offices(_) => {
            wanted.contact_routes
        }
        Subject::Module(_) => wanted.modules,
        Subject::Offer(_) => wanted.offers,
        Subject::Notice(_) => wanted.notices,
    }
}

/// Conclusions for which `absentMeans` with `scope: order` counts.
pub(super) fn is_order(subject: Subject) -> bool {
    matches!(subject, Subject::FirstContact | Subject::RouteOrder)
}

fn rank(subject: Subject) -> (u8, usize) {
    match subject {
        Subject::Pathway(place) => (0, place),
        Subject::DecidedBy => (1, 0),
        Subject::FirstContact => (2, 0),
        Subject::Module(place) => (3, place),
        Subject::Route(place) => (4, place),
        Subject::RouteOrder => (5, 0),
        Subject::Offer(place) => (6, place),
        Subject::Notice(place) => (7, place),
        Subject::Offices(place) => (8, place),
    }
}
