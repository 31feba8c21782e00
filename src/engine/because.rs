//! Reasons: an irreducible set of given facts that is enough for a conclusion.

use foldhash::HashMap;

use crate::diagram::{FactSet, NodeId, Reach};
use crate::engine::assignment::Assignment;
use crate::engine::{Because, Ground, Screening};
use crate::rules::model::Rule;

/// Irreducible sets found in one screening: for two diagrams, everywhere or in the order of contact routes.
pub(super) type Found = HashMap<([NodeId; 2], bool), FactSet>;

/// Working memory of the search for reasons.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    /// What is left of the statements.
    left: Assignment,
    /// The same before the last one was dropped.
    before: Assignment,
    /// The cells of `left` that count for the order of routes.
    in_order: Vec<u8>,
}

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
                let facts = self.irreducible([rule.when, requires], false);
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
        self.irreducible([root, NodeId::TRUE], false)
    }

    /// The same for the condition of a band, with what absence means there.
    pub(super) fn because_in_order(&mut self, root: NodeId) -> FactSet {
        self.irreducible([root, NodeId::TRUE], true)
    }

    /// An irreducible set of given facts under which each of `roots` has the one value that it has now. The phases share many of them.
    fn irreducible(&mut self, roots: [NodeId; 2], order: bool) -> FactSet {
        if let Some(found) = self.found.get(&(roots, order)) {
            return *found;
        }
        let found = self.look_for_irreducible(roots, order);
        self.found.insert((roots, order), found);
        found
    }

    fn look_for_irreducible(&mut self, roots: [NodeId; 2], order: bool) -> FactSet {
        let diagrams = &self.segment.diagrams;
        let anywhere = roots.map(|root| diagrams.facts(root));
        let anywhere = anywhere
            .into_iter()
            .fold(FactSet::default(), FactSet::union);
        // What no diagram asks anywhere needs no look.
        let mut kept = self.facts.given.intersection(self.with_implying(anywhere));
        if kept.is_empty() {
            return kept;
        }
        let mut reasons = std::mem::take(&mut self.workspace.reasons);
        reasons.left.copy_from(&self.facts);
        if let Some((whole, mut asked)) = self.walk(roots, &mut reasons, order) {
            loop {
                let before = kept;
                for fact in before.iter_descending() {
                    let walk = &mut self.workspace.walk;
                    if !asked.contains(fact) {
                        reasons
                            .left
                            .drop_fact(self.ruleset, self.segment, fact, walk);
                        kept.remove(fact);
                        continue;
                    }
                    reasons.before.copy_from(&reasons.left);
                    reasons
                        .left
                        .drop_fact(self.ruleset, self.segment, fact, walk);
                    match self.walk(roots, &mut reasons, order) {
                        Some((values, wider)) if values == whole => {
                            asked = wider;
                            kept.remove(fact);
                        }
                        _ => std::mem::swap(&mut reasons.before, &mut reasons.left),
                    }
                }
                // Dropping can also narrow: what absence means, and what is implied no more. Then a fact kept before may have become superfluous.
                if kept == before || !self.narrows(before.difference(kept)) {
                    break;
                }
            }
        } else {
            kept = FactSet::default();
        }
        self.workspace.reasons = reasons;
        kept
    }

    /// The only value of each root, and the facts that matter for them; none if a root has several.
    fn walk(
        &mut self,
        roots: [NodeId; 2],
        reasons: &mut Reasons,
        order: bool,
    ) -> Option<([u16; 2], FactSet)> {
        let cells = if order {
            let cells = &mut reasons.in_order;
            reasons
                .left
                .write_for_order(self.ruleset, self.segment, cells);
            cells
        } else {
            &reasons.left.cells
        };
        let mut values = [0; 2];
        let mut asked = FactSet::default();
        for (root, value) in roots.into_iter().zip(&mut values) {
            let walk = &mut self.workspace.walk;
            let (Reach::Only(only), own) = self.segment.diagrams.reach_asking(root, cells, walk)
            else {
                return None;
            };
            *value = only;
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
        // What is implied may rest on what was implied before it.
        let implied = self.segment.implied.iter().rev();
        implied.fold(asked, |all, implied| {
            if all.contains(implied.fact) {
                all.union(implied.facts)
            } else {
                all
            }
        })
    }
}
