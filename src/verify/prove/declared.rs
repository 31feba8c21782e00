//! The invariants that a rule set declares.

use std::collections::BTreeSet;

use crate::diagram::{FactSet, NodeId, Reach, Role, TooLarge};
use crate::facts::{FactId, FactKind, Given, Value};
use crate::rules::model::{Claim, Invariant, Ruleset};
use crate::verify::prove::period::{Finding, Period};

/// How many invariants a rule set declares; versions of one count once.
pub(super) fn count(ruleset: &Ruleset) -> usize {
    let segments = ruleset.segments.iter();
    let ids: BTreeSet<&str> = segments
        .flat_map(|segment| &segment.invariants)
        .map(|invariant| invariant.id.as_str())
        .collect();
    ids.len()
}

impl Period<'_> {
    /// Every declared invariant that is valid in the period.
    pub(super) fn declared(&mut self) -> Result<(), TooLarge> {
        for invariant in &self.segment.invariants {
            match &invariant.claim {
                Claim::Always(claim) => self.always(invariant, *claim)?,
                Claim::Possible(claim) => self.possible(invariant, *claim)?,
                Claim::NeverDependsOn(outcomes, facts) => {
                    for (name, root) in outcomes {
                        self.never_depends_on(invariant, name, *root, *facts)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn always(&mut self, invariant: &Invariant, claim: NodeId) -> Result<(), TooLarge> {
        let breaks = self.has(claim, |value| value == 0)?;
        if !self.is_broken_by(breaks) {
            return Ok(());
        }
        let finding = found(invariant, "somebody breaks it".to_owned());
        self.broken(finding, breaks, move |period, given, _| {
            period.walked(given, claim) == Reach::Only(0)
        })
    }

    fn possible(&mut self, invariant: &Invariant, claim: NodeId) -> Result<(), TooLarge> {
        let claim = self.import(claim)?;
        self.findings.proofs += 1;
        if !self.space.somebody(claim) {
            let finding = found(invariant, "nobody fulfils it".to_owned());
            self.findings.broken.push(finding);
        }
        Ok(())
    }

    fn never_depends_on(
        &mut self,
        invariant: &Invariant,
        name: &str,
        root: NodeId,
        facts: FactSet,
    ) -> Result<(), TooLarge> {
        for fact in facts.iter() {
            self.findings.proofs += 1;
            let Some((differs, value)) = self.dependence(root, fact)? else {
                continue;
            };
            let fact_name = self.side.ruleset.catalog.name(fact);
            let mut finding = found(invariant, format!("`{name}` depends on `{fact_name}`"));
            if self.manner.people
                && let Some(person) = self.space.smallest(differs)?
                && let Some(request) = person.requests.first()
            {
                finding.requests.push(request.json.clone());
                let first = self.walked(&request.given, root) == Reach::Only(value);
                let other = self.otherwise(&request.given, fact, root, value);
                finding.confirmed = Some(first && other.is_some());
                finding
                    .requests
                    .extend(other.map(|other| self.request(&other)));
            }
            self.findings.broken.push(finding);
        }
        Ok(())
    }

    /// Where a diagram has one value, and would have another one if only this fact were different; and that value.
    fn dependence(
        &mut self,
        root: NodeId,
        fact: FactId,
    ) -> Result<Option<(NodeId, u16)>, TooLarge> {
        let values = self.segment.diagrams.values(root);
        let root = self.import(root)?;
        let own = self.space.variables_of(0, fact);
        // A statement may be contradicted by this fact, and no longer be if the fact is different: that is no other statement.
        let tied: Vec<(u16, Vec<(u8, u8)>)> = self
            .segment
            .implied
            .iter()
            .filter(|implied| implied.facts.contains(fact))
            .filter_map(|implied| {
                let variable = *self.space.variables_of(0, implied.fact).first()?;
                Some((variable, self.space.twins(0, implied.fact)))
            })
            .collect();
        let asked = self.space.diagrams().asked(root);
        let matters = own
            .iter()
            .chain(tied.iter().map(|(variable, _)| variable))
            .any(|variable| asked.contains(variable));
        if !matters {
            return Ok(None);
        }
        let reachable = self.space.reachable();
        let mut with_value = Vec::new();
        for value in values {
            let diagrams = self.space.diagrams();
            let here = diagrams.map(root, |found| u16::from(found == value))?;
            let here = diagrams.and(here, reachable)?;
            let mut freed = here;
            for (variable, twins) in &tied {
                let instead = |asked: u16, cell: u8, to_plain: bool| {
                    let twin = twins.iter().find(|(plain, other)| {
                        asked == *variable && cell == if to_plain { *other } else { *plain }
                    });
                    twin.map_or(
                        cell,
                        |(plain, other)| if to_plain { *plain } else { *other },
                    )
                };
                let plain = diagrams.redirect(freed, |asked, cell| instead(asked, cell, true))?;
                let other = diagrams.redirect(freed, |asked, cell| instead(asked, cell, false))?;
                freed = diagrams.or(plain, other)?;
            }
            let freed = diagrams.project(freed, |variable| {
                if own.contains(&variable) {
                    Role::Any
                } else {
                    Role::Keep
                }
            })?;
            with_value.push((value, here, freed));
        }
        for (value, here, _) in &with_value {
            for (other, _, freed) in &with_value {
                if other != value && self.space.diagrams().meets(*here, *freed) {
                    let differs = self.and(*here, *freed)?;
                    return Ok(Some((differs, *value)));
                }
            }
        }
        Ok(None)
    }

    /// The same facts with another statement on one of them, for which the diagram no longer has this value for certain.
    fn otherwise(&self, given: &Given, fact: FactId, root: NodeId, value: u16) -> Option<Given> {
        let mut silent = given.clone();
        silent.clear(fact);
        let stated = self.statements(fact).into_iter().map(|statement| {
            let mut other = given.clone();
            other.set(fact, statement);
            other
        });
        // Where leaving it out means something of its own, that is another statement, too.
        stated
            .chain([silent])
            .find(|other| self.walked(other, root) != Reach::Only(value))
    }

    /// One statement of every sort that diagrams can tell apart.
    fn statements(&self, fact: FactId) -> Vec<Value> {
        let catalog = &self.side.ruleset.catalog;
        let Some(declared) = catalog.get(fact) else {
            return Vec::new();
        };
        let shared = self.space.facts.iter();
        let cells = shared
            .filter(|shared| shared.numbers.first() == Some(&Some(fact)))
            .flat_map(|shared| &shared.cells);
        match declared.kind {
            FactKind::Many => (0..1_u64 << declared.options.len().min(12))
                .map(Value::Many)
                .collect(),
            _ => cells
                .filter_map(|cell| cell.values.first().copied().flatten())
                .collect(),
        }
    }
}

fn found(invariant: &Invariant, found: String) -> Finding {
    Finding {
        built_in: None,
        subject: invariant.id.clone(),
        text: invariant.text.trim_end().to_owned(),
        citations: invariant.citations.clone(),
        found,
        requests: Vec::new(),
        confirmed: None,
    }
}
