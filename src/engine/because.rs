//! Reasons: an irreducible set of given facts that is enough for a conclusion.

use crate::diagram::{FactSet, NodeId};
use crate::engine::{Because, Ground, Screening};
use crate::rules::model::Rule;

impl Screening<'_, '_> {
    /// The reasons for something that is triggered by rules.
    pub(super) fn grounds(
        &mut self,
        rules: &[Rule],
        requires: NodeId,
        whole: NodeId,
    ) -> Vec<Because> {
        let mut grounds = Vec::new();
        for (place, rule) in rules.iter().enumerate() {
            if self.certain(rule.when) {
                let facts = self.because(rule.when);
                grounds.push(Because {
                    ground: Ground::Rule(place),
                    facts,
                });
            }
        }
        if grounds.is_empty() {
            let facts = self.because(whole);
            return vec![Because {
                ground: Ground::Together,
                facts,
            }];
        }
        if requires.value().is_none() {
            // What is required beside the rules belongs to every reason.
            let required = self.because(requires);
            grounds
                .iter_mut()
                .for_each(|ground| ground.facts = ground.facts.union(required));
        }
        grounds
    }

    /// Facts are dropped in reverse declaration order while the conclusion stays as it is.
    pub(super) fn because(&mut self, root: NodeId) -> FactSet {
        self.irreducible(root, false)
    }

    /// The same for the condition of a band, with what absence means there.
    pub(super) fn because_in_order(&mut self, root: NodeId) -> FactSet {
        self.irreducible(root, true)
    }

    fn irreducible(&mut self, root: NodeId, order: bool) -> FactSet {
        if root.value().is_some() {
            return FactSet::default();
        }
        let (ruleset, segment) = (self.ruleset, self.segment);
        let diagrams = &segment.diagrams;
        let mut left = self.facts.clone();
        let cells = if order { &self.order } else { &left.cells };
        let (whole, asked) = diagrams.reach_asking(root, cells, &mut self.workspace.walk);
        let mut asked = self.with_implying(asked);
        let mut kept = FactSet::default();
        let given: Vec<_> = self.given.iter().map(|(fact, _)| fact).collect();
        for fact in given.into_iter().rev() {
            // A fact that the walk did not ask can go without a look; it cannot come back, for only dropping makes walks wider.
            let mut without = left.clone();
            without.drop_fact(ruleset, segment, fact, self.workspace);
            if !asked.contains(fact) {
                left = without;
                continue;
            }
            let wider = if order {
                let cells = without.for_order(ruleset, segment);
                diagrams.reach_asking(root, &cells, &mut self.workspace.walk)
            } else {
                diagrams.reach_asking(root, &without.cells, &mut self.workspace.walk)
            };
            if wider.0 == whole {
                asked = self.with_implying(wider.1);
                left = without;
            } else {
                kept.insert(fact);
            }
        }
        kept
    }

    /// The facts asked, and those from which an asked fact may be implied.
    fn with_implying(&self, asked: FactSet) -> FactSet {
        let implying = self
            .segment
            .implied
            .iter()
            .filter(|implied| asked.contains(implied.fact));
        implying.fold(asked, |all, implied| all.union(implied.facts))
    }
}
