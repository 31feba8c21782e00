//! Facts that were sent and had no influence on anything: whoever sends them can leave them out next time.
//!
//! A fact had no influence if everything would be concluded without it just as with it, and if it would not be asked then.

use crate::diagram::{FactSet, Known, NodeId};
use crate::engine::assignment::variables;
use crate::engine::because::Found;
use crate::engine::questions::{is_order, is_wanted};
use crate::engine::{PathwayFinding, Screening, Wanted};
use crate::facts::{FactId, Value};
use crate::offices::PostalClass;
use crate::rules::model::Conclusion;

/// A conclusion that a fact could have had an influence on.
struct Concluded<'a> {
    conclusion: &'a Conclusion,
    asked: Option<FactSet>,
}

impl Screening<'_, '_> {
    /// The stated facts that had no influence; `found` is what the answer says about the phases.
    pub(super) fn unused(&mut self, wanted: Wanted, found: &[PathwayFinding]) -> FactSet {
        let segment = self.segment;
        let wanted_conclusions = segment
            .conclusions
            .iter()
            .filter(|conclusion| is_wanted(conclusion.subject, wanted));
        let mut concluded: Vec<Concluded<'_>> = wanted_conclusions
            .map(|conclusion| Concluded {
                conclusion,
                asked: None,
            })
            .collect();
        let given = self.given;
        given
            .iter()
            .map(|(fact, _)| fact)
            .filter(|fact| !self.is_used(*fact, &mut concluded, wanted, found))
            .collect()
    }

    /// What the walk through a conclusion asks now, and from what that may be implied; looked for when it is first wanted.
    fn asked(&mut self, concluded: &mut Concluded<'_>) -> FactSet {
        if let Some(asked) = concluded.asked {
            return asked;
        }
        let conclusion = concluded.conclusion;
        let cells = if is_order(conclusion.subject) {
            &self.order
        } else {
            &self.facts.cells
        };
        let walk = &mut self.workspace.walk;
        let asked = self.segment.diagrams.asking(conclusion.root, cells, walk);
        let asked = self.with_implying(asked);
        concluded.asked = Some(asked);
        asked
    }

    fn is_used(
        &mut self,
        fact: FactId,
        concluded: &mut [Concluded<'_>],
        wanted: Wanted,
        found: &[PathwayFinding],
    ) -> bool {
        let (ruleset, segment) = (self.ruleset, self.segment);
        // With the fact, what it implies may go, too, and what is implied by that.
        let mut concerned = FactSet::from_iter([fact]);
        for implied in &segment.implied {
            if !implied.facts.intersection(concerned).is_empty() {
                concerned.insert(implied.fact);
            }
        }
        let mut facts = self.facts.clone();
        facts.drop_fact(ruleset, segment, fact, &mut self.workspace.walk);
        let order = facts.for_order(ruleset, segment);
        for one in concluded.iter_mut() {
            let conclusion = one.conclusion;
            // What the walk does not ask now can be left out without a look.
            if conclusion.facts.intersection(concerned).is_empty()
                || !self.asked(one).contains(fact)
            {
                continue;
            }
            let (with, without) = if is_order(conclusion.subject) {
                (&self.order, &order)
            } else {
                (&self.facts.cells, &facts.cells)
            };
            let (with, without) = (with.as_slice(), without.as_slice());
            let scratch = &mut self.workspace.summaries;
            segment.diagrams.begin_summaries(scratch);
            let left = segment
                .diagrams
                .restrict(conclusion.root, &Known::of(without), scratch);
            if scratch.summary(left).open.contains(fact) {
                return true;
            }
            segment.diagrams.begin_look(scratch);
            let before = segment
                .diagrams
                .restrict(conclusion.root, &Known::of(with), scratch);
            if before != left {
                return true;
            }
        }
        if wanted.contact_routes && self.finds_offices(fact) {
            return true;
        }
        let mut given = self.given.clone();
        given.clear(fact);
        let mut without = Screening {
            ruleset,
            segment,
            given: &given,
            as_of: self.as_of,
            facts,
            order,
            found: Found::default(),
            workspace: self.workspace,
        };
        let conclusions: Vec<&Conclusion> = concluded.iter().map(|one| one.conclusion).collect();
        let implies = without.could_imply(fact);
        without.would_be_asked(fact, implies, &conclusions)
            || without.dates_differ(fact, implies, concerned, found)
    }

    /// Whether stating the fact alone could change a conclusion, where its absence means something, or a fact that it can imply is open.
    fn would_be_asked(
        &mut self,
        fact: FactId,
        implies: FactSet,
        conclusions: &[&Conclusion],
    ) -> bool {
        if self.is_assumed(fact) {
            let mut affects = Vec::new();
            self.add_alone(fact, conclusions, &mut affects);
            if !affects.is_empty() {
                return true;
            }
        }
        for implied in implies.iter() {
            for conclusion in conclusions {
                if conclusion.facts.contains(implied) && self.is_open(implied, conclusion) {
                    return true;
                }
            }
        }
        false
    }

    fn is_assumed(&self, fact: FactId) -> bool {
        let declared = self.ruleset.catalog.get(fact);
        declared.is_some_and(|fact| fact.absent_means.is_some())
    }

    /// The facts that are not stated and that this one could still imply.
    fn could_imply(&mut self, fact: FactId) -> FactSet {
        let segment = self.segment;
        let free = if self.is_assumed(fact) {
            FactSet::from_iter([fact])
        } else {
            FactSet::default()
        };
        let mut could = FactSet::default();
        for implied in &segment.implied {
            if implied.facts.contains(fact)
                && self.given.get(implied.fact).is_none()
                && self.open_in(implied.when, free).contains(fact)
            {
                could.insert(implied.fact);
            }
        }
        could
    }

    fn is_open(&mut self, fact: FactId, conclusion: &Conclusion) -> bool {
        let cells = if is_order(conclusion.subject) {
            &self.order
        } else {
            &self.facts.cells
        };
        let scratch = &mut self.workspace.summaries;
        self.segment.diagrams.begin_summaries(scratch);
        let left = self
            .segment
            .diagrams
            .restrict(conclusion.root, &Known::of(cells), scratch);
        scratch.summary(left).open.contains(fact)
    }

    /// Whether a route that may be there finds its offices through this fact.
    fn finds_offices(&mut self, fact: FactId) -> bool {
        let (ruleset, segment) = (self.ruleset, self.segment);
        for offices in segment.routes.iter().flat_map(|route| &route.offices) {
            for (number, code) in (1_u16..).zip(&offices.facts) {
                let is_district = self.district_of(*code) == Some(fact);
                let through = match (is_district, self.given.get(*code)) {
                    (true, Some(Value::PostalCode(code))) => {
                        ruleset.offices.class(code) == PostalClass::Berlin
                    }
                    _ => *code == fact,
                };
                if through && self.may_be(offices.used, number) {
                    return true;
                }
            }
        }
        false
    }

    fn may_be(&mut self, root: NodeId, value: u16) -> bool {
        let scratch = &mut self.workspace.summaries;
        self.segment.diagrams.begin_summaries(scratch);
        let left = self
            .segment
            .diagrams
            .restrict(root, &Known::of(&self.facts.cells), scratch);
        scratch.summary(left).possible(value)
    }

    /// Whether a date of a phase is another one here than was `found` with the fact, or would depend on it.
    fn dates_differ(
        &mut self,
        fact: FactId,
        implies: FactSet,
        concerned: FactSet,
        found: &[PathwayFinding],
    ) -> bool {
        let (ruleset, segment) = (self.ruleset, self.segment);
        let dated = segment.pathways.iter().any(|pathway| {
            let limits = pathway.limits().map(|limit| segment.diagrams.facts(limit));
            let waiting = segment.diagrams.facts(pathway.waiting);
            let periods = limits.fold(waiting, FactSet::union);
            let all = periods.union(segment.diagrams.facts(pathway.outcome));
            !periods.is_empty() && !all.intersection(concerned).is_empty()
        });
        if !dated || variables(ruleset, segment, fact).is_empty() {
            return false;
        }
        let outcomes = self.outcomes();
        let plain = Wanted {
            because: false,
            ..Wanted::ALL
        };
        let (without, open) = self.pathways(&outcomes, plain);
        let moved = |(with, without): (&PathwayFinding, &PathwayFinding)| {
            (with.earliest, with.last) != (without.earliest, without.last)
        };
        if found.iter().zip(&without).any(moved) {
            return true;
        }
        let open = open.into_iter().fold(FactSet::default(), FactSet::union);
        open.contains(fact) || !open.intersection(implies).is_empty()
    }
}
