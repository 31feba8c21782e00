//! Reasons: an irreducible set of given facts that is enough for a conclusion.

use crate::diagram::{FactSet, NodeId, Reach};
use crate::engine::assignment::Assignment;
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
                // What is required beside the rules belongs to every reason.
                let facts = self.irreducible(&[rule.when, requires], false);
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
        grounds
    }

    /// Facts are dropped in reverse declaration order while the conclusion stays as it is.
    pub(super) fn because(&mut self, root: NodeId) -> FactSet {
        self.irreducible(&[root], false)
    }

    /// The same for the condition of a band, with what absence means there.
    pub(super) fn because_in_order(&mut self, root: NodeId) -> FactSet {
        self.irreducible(&[root], true)
    }

    /// An irreducible set of given facts under which each of `roots` has the one value that it has now.
    fn irreducible(&mut self, roots: &[NodeId], order: bool) -> FactSet {
        let mut left = self.facts.clone();
        let Some((whole, mut asked)) = self.walk(roots, &left, order) else {
            return FactSet::default();
        };
        let mut kept: FactSet = self.given.iter().map(|(fact, _)| fact).collect();
        loop {
            let before = kept;
            let given = self.given.iter().rev();
            for (fact, _) in given.filter(|(fact, _)| before.contains(*fact)) {
                let mut without = left.clone();
                without.drop_fact(self.ruleset, self.segment, fact, self.workspace);
                if asked.contains(fact) {
                    match self.walk(roots, &without, order) {
                        Some((values, wider)) if values == whole => asked = wider,
                        _ => continue,
                    }
                }
                kept.remove(fact);
                left = without;
            }
            // Dropping can also narrow: what absence means, and what is implied no more. Then a fact kept before may have become superfluous.
            if kept == before || !self.narrows(before.difference(kept)) {
                return kept;
            }
        }
    }

    /// The only value of each root, and the facts that matter for them; none if a root has several.
    fn walk(
        &mut self,
        roots: &[NodeId],
        facts: &Assignment,
        order: bool,
    ) -> Option<(Vec<u16>, FactSet)> {
        let in_order;
        let cells = if order {
            in_order = facts.for_order(self.ruleset, self.segment);
            &in_order
        } else {
            &facts.cells
        };
        let mut values = Vec::with_capacity(roots.len());
        let mut asked = FactSet::default();
        for root in roots {
            let walk = &mut self.workspace.walk;
            let (Reach::Only(value), own) = self.segment.diagrams.reach_asking(*root, cells, walk)
            else {
                return None;
            };
            values.push(value);
            asked = asked.union(own);
        }
        Some((values, self.with_implying(asked)))
    }

    /// Whether taking back one of these statements can settle something that was open.
    fn narrows(&self, facts: FactSet) -> bool {
        let assumed = facts.iter().any(|fact| {
            let fact = self.ruleset.catalog.get(fact);
            fact.is_some_and(|fact| fact.absent_means.is_some())
        });
        let implied = |implied: &crate::rules::model::Implied| {
            facts.contains(implied.fact) || !facts.intersection(implied.facts).is_empty()
        };
        assumed || self.segment.implied.iter().any(implied)
    }

    /// The facts asked, and those from which an asked fact may be implied.
    pub(super) fn with_implying(&self, asked: FactSet) -> FactSet {
        let implying = self
            .segment
            .implied
            .iter()
            .filter(|implied| asked.contains(implied.fact));
        implying.fold(asked, |all, implied| all.union(implied.facts))
    }
}
