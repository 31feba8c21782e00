//! What a period claims of everybody.

use std::collections::BTreeSet;

use crate::diagram::{FactSet, NodeId};
use crate::rules::condition::{Reference, Resolve as _, suggest_fact};
use crate::rules::model::{Claim, Invariant, Pathway};
use crate::rules::problem::{Code, Problem};
use crate::rules::segment::{Compiler, word};
use crate::rules::yaml::Node;

impl Compiler<'_, '_> {
    pub(super) fn invariants(
        &mut self,
        pathways: &[Pathway],
        decided_by: NodeId,
        first_contact: NodeId,
    ) -> Vec<Invariant> {
        let entries = self.valid_entries(&self.context.entries.invariants);
        let mut invariants = Vec::new();
        for entry in &entries {
            if let Some(claim) = self.claim(entry.node, pathways, decided_by, first_contact) {
                let bounds = self.bounds(entry.node, pathways, decided_by, first_contact);
                invariants.push(Invariant {
                    id: entry.id.to_owned(),
                    text: word(entry.node, "text"),
                    citations: self.citations(entry.node),
                    given: self.condition(entry.node.get("given"), NodeId::TRUE),
                    claim,
                    bounds,
                });
            }
        }
        invariants
    }

    /// What a claim would be, were an offer that it names made to everybody.
    fn bounds(
        &mut self,
        node: &Node,
        pathways: &[Pathway],
        decided_by: NodeId,
        first_contact: NodeId,
    ) -> Vec<(String, NodeId)> {
        let mut named = BTreeSet::new();
        offers_named(node, &mut named);
        let mut bounds = Vec::new();
        for id in named {
            let reference = Reference::Offer(id.clone());
            let Some(known) = self.known.get(&reference).copied() else {
                continue;
            };
            self.known.insert(reference.clone(), NodeId::TRUE);
            let claim = self.claim(node, pathways, decided_by, first_contact);
            self.known.insert(reference, known);
            if let Some(Claim::Always(node)) = claim {
                bounds.push((id, node));
            }
        }
        bounds
    }

    fn claim(
        &mut self,
        node: &Node,
        pathways: &[Pathway],
        decided_by: NodeId,
        first_contact: NodeId,
    ) -> Option<Claim> {
        let forms = [
            "always",
            "never",
            "given",
            "exactlyOne",
            "atLeastOne",
            "atMostOne",
            "neverDependsOn",
            "possible",
        ];
        let present: Vec<&str> = forms
            .into_iter()
            .filter(|form| node.get(form).is_some())
            .collect();
        let [form] = present.as_slice() else {
            self.problem(Problem::new(
                Code::WrongShape,
                node.place,
                "an invariant makes one claim",
                "give one of `always`, `never`, `given` with `then`, `exactlyOne`, `atLeastOne`, `atMostOne`, `neverDependsOn`, `possible`",
            ));
            return None;
        };
        let value = node.get(form)?;
        Some(match *form {
            "always" => Claim::Always(self.condition(Some(value), NodeId::FALSE)),
            "possible" => Claim::Possible(self.condition(Some(value), NodeId::FALSE)),
            "never" => {
                let condition = self.condition(Some(value), NodeId::FALSE);
                Claim::Always(self.not(condition))
            }
            "given" => {
                let given = self.condition(Some(value), NodeId::FALSE);
                let Some(then) = node.get("then") else {
                    self.problem(Problem::new(
                        Code::MissingKey,
                        node.place,
                        "`given` needs `then`",
                        "add what must follow",
                    ));
                    return None;
                };
                let then = self.condition(Some(then), NodeId::FALSE);
                let otherwise = self.not(given);
                Claim::Always(self.or(otherwise, then))
            }
            "neverDependsOn" => {
                let mut facts = FactSet::default();
                for item in value.get("facts").map_or(&[][..], Node::items) {
                    let name = item.text().unwrap_or_default();
                    if let Some(fact) = self.context.catalog.find(name) {
                        facts.insert(fact)
                    } else {
                        let help = suggest_fact(name, self.context.catalog, &[]);
                        let message = format!("there is no fact `{name}`");
                        self.problem(
                            Problem::new(Code::UnknownFact, item.place, message, help)
                                .missing("facts", name),
                        );
                    }
                }
                let mut roots = Vec::new();
                for item in value.get("outcomes").map_or(&[][..], Node::items) {
                    let name = item.text().unwrap_or_default();
                    let root = match name {
                        "decided-by" => Some(decided_by),
                        "first-contact" => Some(first_contact),
                        _ => pathways
                            .iter()
                            .find(|pathway| pathway.id == name)
                            .map(|pathway| pathway.outcome),
                    };
                    if let Some(root) = root {
                        roots.push((name.to_owned(), root))
                    } else {
                        let all = &self.context.entries.pathways;
                        self.unknown("pathway", "pathways", name, all, item.place);
                    }
                }
                Claim::NeverDependsOn(roots, facts)
            }
            _ => {
                let mut count = NodeId::terminal(0);
                for item in value.items() {
                    let condition = self.condition(Some(item), NodeId::FALSE);
                    count = self.merge(count, condition, |count, holds| (count + holds).min(2));
                }
                let allowed = match *form {
                    "exactlyOne" => 1..=1,
                    "atMostOne" => 0..=1,
                    _ => 1..=2,
                };
                Claim::Always(self.map(count, |count| u16::from(allowed.contains(&count))))
            }
        })
    }
}

/// The offers that a condition names anywhere.
fn offers_named(node: &Node, named: &mut BTreeSet<String>) {
    if let Some(id) = node.get("offer").and_then(Node::text) {
        named.insert(id.to_owned());
    }
    node.items()
        .iter()
        .chain(node.entries().iter().map(|(_, value)| value))
        .for_each(|part| offers_named(part, named));
}
