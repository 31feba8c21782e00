//! Open questions: exactly the facts that can still change something in the answer.

use crate::diagram::{FactSet, UNKNOWN};
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

/// The facts up to this rank of the questionnaire are asked before everything else: danger, who asks, status.
const FIRST_ASKED: u32 = 3;

impl Screening<'_, '_> {
    pub(super) fn questions(
        &mut self,
        wanted: Wanted,
        outcomes: &[(Outcome, u64)],
        dated: FactSet,
    ) -> Questions {
        let (ruleset, segment) = (self.ruleset, self.segment);
        let conclusions: Vec<&Conclusion> = segment
            .conclusions
            .iter()
            .filter(|conclusion| is_wanted(conclusion.subject, wanted))
            .collect();
        let assumed = self.assumed();
        let mut found: Vec<(FactSet, Subject)> = Vec::with_capacity(conclusions.len());
        let mut reachable = FactSet::default();

        // What can change the answer as it stands.
        for ordering in [false, true] {
            let cells = if ordering {
                &self.order
            } else {
                &self.facts.cells
            };
            segment
                .diagrams
                .begin_summaries(&mut self.workspace.summaries);
            for conclusion in conclusions
                .iter()
                .filter(|conclusion| is_order(conclusion.subject) == ordering)
            {
                let summaries = &mut self.workspace.summaries;
                let open = segment
                    .diagrams
                    .summary(conclusion.root, cells, FactSet::default(), summaries)
                    .open;
                if !open.is_empty() {
                    found.push((open, conclusion.subject));
                }
            }
        }

        // What can change it once every assumption is open to change, too: the bound, and the assumed facts that matter.
        let unassumed = self.without_assumptions(assumed);
        segment
            .diagrams
            .begin_summaries(&mut self.workspace.summaries);
        for conclusion in &conclusions {
            let open = segment
                .diagrams
                .summary(
                    conclusion.root,
                    &unassumed,
                    assumed,
                    &mut self.workspace.summaries,
                )
                .open;
            reachable = reachable.union(open);
        }
        let mut refining: Vec<(FactId, Subject)> = Vec::new();
        for fact in assumed.intersection(reachable).iter() {
            for conclusion in conclusions
                .iter()
                .filter(|conclusion| conclusion.facts.contains(fact))
            {
                if self.matters_alone(fact, conclusion) {
                    refining.push((fact, conclusion.subject));
                }
            }
        }

        let mut affects: Vec<(FactId, Subject)> = refining;
        for (open, subject) in &found {
            affects.extend(open.iter().map(|fact| (fact, *subject)));
        }
        let dated_open: FactSet = dated
            .iter()
            .filter(|fact| self.given.get(*fact).is_none())
            .collect();
        for (place, (_, possible)) in outcomes.iter().enumerate() {
            let may_be = |outcome: Outcome| {
                outcome
                    .value()
                    .is_some_and(|value| possible & (1 << value) != 0)
            };
            if may_be(Outcome::NotYet) || may_be(Outcome::Expired) {
                let root = segment.pathways.get(place);
                let about = root
                    .map(|pathway| segment.diagrams.facts(pathway.outcome))
                    .unwrap_or_default();
                affects.extend(
                    dated_open
                        .intersection(about)
                        .iter()
                        .map(|fact| (fact, Subject::Pathway(place))),
                );
            }
        }
        self.add_implying(&mut affects);
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
        let at_most = self.at_most(reachable, &open);
        Questions {
            open,
            next,
            at_most,
        }
    }

    /// Facts that were absent and are taken for something, here or in the order of routes.
    fn assumed(&self) -> FactSet {
        let facts = self.ruleset.catalog.facts().iter().enumerate();
        facts
            .filter(|(_, fact)| fact.absent_means.is_some())
            .filter_map(|(number, _)| FactId::try_from(number).ok())
            .filter(|fact| self.given.get(*fact).is_none())
            .collect()
    }

    fn without_assumptions(&self, assumed: FactSet) -> Vec<u8> {
        let mut cells = self.facts.cells.clone();
        for fact in assumed.iter() {
            for variable in variables(self.ruleset, self.segment, fact) {
                if let Some(cell) = cells.get_mut(variable) {
                    *cell = UNKNOWN;
                }
            }
        }
        cells
    }

    /// Whether stating an assumed fact, and nothing else, can change a conclusion.
    fn matters_alone(&mut self, fact: FactId, conclusion: &Conclusion) -> bool {
        let segment = self.segment;
        let cells = if is_order(conclusion.subject) {
            &self.order
        } else {
            &self.facts.cells
        };
        let free: FactSet = [fact].into_iter().collect();
        segment
            .diagrams
            .begin_summaries(&mut self.workspace.summaries);
        segment
            .diagrams
            .summary(conclusion.root, cells, free, &mut self.workspace.summaries)
            .open
            .contains(fact)
    }

    /// While an implied fact is open, so are the unknown facts it could be implied by.
    fn add_implying(&mut self, affects: &mut Vec<(FactId, Subject)>) {
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
            segment
                .diagrams
                .begin_summaries(&mut self.workspace.summaries);
            let cells = &self.facts.cells;
            let open = segment
                .diagrams
                .summary(
                    implied.when,
                    cells,
                    FactSet::default(),
                    &mut self.workspace.summaries,
                )
                .open;
            for fact in open.iter() {
                affects.extend(through.iter().map(|subject| (fact, *subject)));
            }
        }
    }

    /// A postal code changes which offices are shown; a Berlin code leaves the Bezirk open.
    fn add_postal_codes(&mut self, wanted: Wanted, affects: &mut Vec<(FactId, Subject)>) {
        if !wanted.contact_routes {
            return;
        }
        let segment = self.segment;
        let district = self.ruleset.catalog.find(crate::offices::DISTRICT_FACT);
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
                match (self.given.get(*fact), district) {
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
    fn at_most(&self, reachable: FactSet, open: &[OpenQuestion]) -> u32 {
        let mut all: FactSet = open.iter().map(|question| question.fact).collect();
        all = all.union(reachable);
        for implied in &self.segment.implied {
            if all.contains(implied.fact) {
                all = all.union(implied.facts);
            }
        }
        let given: FactSet = self.given.iter().map(|(fact, _)| fact).collect();
        let catalog = &self.ruleset.catalog;
        let is_code = |fact: FactId| {
            catalog
                .get(fact)
                .is_some_and(|fact| fact.kind == FactKind::PostalCode)
        };
        if all.difference(given).iter().any(is_code)
            && let Some(district) = catalog.find(crate::offices::DISTRICT_FACT)
        {
            all.insert(district);
        }
        all.difference(given).len()
    }
}

fn is_wanted(subject: Subject, wanted: Wanted) -> bool {
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
fn is_order(subject: Subject) -> bool {
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
