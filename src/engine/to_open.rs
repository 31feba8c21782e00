//! What would have to be different: the fewest stated facts whose change would open a phase, among those a person can change at all.
//!
//! A shortest path. Changing a stated fact that is declared changeable costs one, an unknown fact may turn out as it likes, and everything
//! else stays as it is, what is implied and what absence means included. Waiting costs nothing: its end is told beside the facts.

use std::cmp::Ordering;

use foldhash::HashMap;
use jiff::civil::Date;

use crate::diagram::{FactSet, NodeId, Reach, UNKNOWN};
use crate::engine::assignment::variables;
use crate::engine::because::Found;
use crate::engine::{Assignment, PathwayFinding, Screening};
use crate::facts::{FactId, FactKind, Given, Value};
use crate::rules::model::{Outcome, Pathway};

/// What would have to be different for a phase to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToOpen {
    /// The fewest stated facts that would have to be different; of several such sets the one that is declared first.
    pub facts: FactSet,
    /// Unknown facts that would have to fit, too.
    pub unknown: FactSet,
    /// The day until which one would have to wait then, if it is certain.
    pub wait_until: Option<Date>,
}

/// Most combinations of changes to facts that imply others; beyond, these are taken as they are.
const COMBINATIONS_MAX: usize = 1 << 12;

/// A way to the open end: the facts it changes, and the branch it takes here.
type Way = Option<(FactSet, u8)>;

/// Cells that variables get instead of their own.
type Cells = Vec<(usize, u8)>;

impl Screening<'_, '_> {
    /// What would have to be different for this phase to open; nothing if it is open, or if nothing that a person can change opens it.
    pub(super) fn what_opens(
        &mut self,
        pathway: &Pathway,
        finding: &PathwayFinding,
    ) -> Option<ToOpen> {
        let open = !finding.outcome.is_closed() && finding.outcome != Outcome::MissingFacts;
        if open || pathway.open == NodeId::FALSE {
            return None;
        }
        if self.reach(pathway.open) != Reach::Only(0) {
            let given = self.given;
            return Some(ToOpen {
                facts: FactSet::default(),
                unknown: self.undecided(pathway),
                wait_until: finding.earliest,
            })
            .filter(|way| self.leads_there(pathway, given, *way));
        }
        let (facts, cells) = self.fewest_changes(pathway.open)?;
        let given = self.with_cells(&cells);
        let assignment = Assignment::new(
            self.ruleset,
            self.segment,
            &given,
            self.as_of,
            &mut self.workspace.walk,
        );
        let mut changed = Screening {
            ruleset: self.ruleset,
            segment: self.segment,
            given: &given,
            as_of: self.as_of,
            facts: assignment,
            order: Vec::new(),
            found: Found::default(),
            workspace: self.workspace,
        };
        let (outcome, _) = changed.outcome(pathway.outcome);
        let waits = Outcome::NotYet
            .value()
            .filter(|_| outcome == Outcome::NotYet)
            .map(|value| (pathway.outcome, value));
        Some(ToOpen {
            facts,
            unknown: changed.undecided(pathway),
            wait_until: waits
                .and_then(|concerned| changed.earliest(pathway.waiting, Some(concerned)).day),
        })
        .filter(|way| changed.leads_there(pathway, &given, *way))
    }

    /// Whether the phase can still open on the day on which the waiting ends: a maximum period may be over by then.
    fn leads_there(&mut self, pathway: &Pathway, given: &Given, way: ToOpen) -> bool {
        let Some(day) = way.wait_until else {
            return true;
        };
        let mut then = Screening::new(self.ruleset, given, day, self.workspace);
        let mut pathways = then.segment.pathways.iter();
        let own = pathways.find(|other| other.id == pathway.id);
        own.is_some_and(|own| then.reach(own.open) != Reach::Only(0))
    }

    /// The unknown facts on which it still depends whether the phase opens, or waits.
    fn undecided(&mut self, pathway: &Pathway) -> FactSet {
        let none = FactSet::default();
        let waiting = self.open_in(pathway.waiting, none);
        self.open_in(pathway.open, none).union(waiting)
    }

    /// The fewest stated facts whose change makes `root` possible, and the cells they would have.
    fn fewest_changes(&mut self, root: NodeId) -> Option<(FactSet, Cells)> {
        let (ruleset, segment) = (self.ruleset, self.segment);
        let changeable: FactSet = self
            .given
            .iter()
            .filter(|(fact, _)| {
                let fact = ruleset.catalog.get(*fact);
                fact.is_some_and(|fact| fact.changeable)
            })
            .map(|(fact, _)| fact)
            .collect();
        let asked = segment.diagrams.facts(root);
        // What is implied depends on the facts that imply it as a whole, not along a path: these are tried out one combination after another.
        let implied = segment.implied.iter();
        let tried = implied
            .filter(|implied| asked.contains(implied.fact))
            .fold(FactSet::default(), |all, implied| {
                let own = FactSet::from_iter([implied.fact]);
                all.union(implied.facts).union(own)
            })
            .intersection(changeable);
        let free = changeable.difference(tried).intersection(asked);
        if tried.union(free).is_empty() {
            return None;
        }
        let mut best: Option<(FactSet, Cells)> = None;
        for cells in self.combinations(tried) {
            let changed: FactSet = cells
                .iter()
                .map(|(variable, _)| segment.diagrams.fact(u16::try_from(*variable).unwrap_or(0)))
                .collect();
            let facts = if cells.is_empty() {
                self.facts.clone()
            } else {
                let given = self.with_cells(&cells);
                let walk = &mut self.workspace.walk;
                Assignment::new(ruleset, segment, &given, self.as_of, walk)
            };
            let mut search = Search {
                screening: self,
                cells: &facts.cells,
                free,
                known: HashMap::default(),
            };
            let Some((more, _)) = search.way(root, false) else {
                continue;
            };
            let all = changed.union(more);
            if best
                .as_ref()
                .is_none_or(|(known, _)| order(all, *known) == Ordering::Less)
            {
                let mut cells = cells;
                cells.extend(search.cells_along(root));
                best = Some((all, cells));
            }
        }
        best
    }

    /// Every way to state these facts otherwise, as the cells that would change; the first changes nothing.
    fn combinations(&self, facts: FactSet) -> Vec<Cells> {
        let diagrams = &self.segment.diagrams;
        let mut all: Vec<Cells> = vec![Vec::new()];
        for fact in facts.iter() {
            for variable in variables(self.ruleset, self.segment, fact) {
                let stated = self.facts.stated(variable);
                let declared = diagrams.declared(u16::try_from(variable).unwrap_or(u16::MAX));
                if all.len() * usize::from(declared) > COMBINATIONS_MAX {
                    return vec![Vec::new()];
                }
                let others: Vec<u8> = (0..declared).filter(|cell| *cell != stated).collect();
                let changed: Vec<Cells> = all
                    .iter()
                    .flat_map(|cells| {
                        others.iter().map(|cell| {
                            let mut cells = cells.clone();
                            cells.push((variable, *cell));
                            cells
                        })
                    })
                    .collect();
                all.extend(changed);
            }
        }
        all
    }

    /// The stated facts with these cells instead of their own.
    fn with_cells(&self, cells: &Cells) -> Given {
        let mut given = self.given.clone();
        for (variable, cell) in cells {
            let fact = self
                .segment
                .diagrams
                .fact(u16::try_from(*variable).unwrap_or(0));
            let first = variables(self.ruleset, self.segment, fact).start;
            let kind = self.ruleset.catalog.get(fact).map(|fact| &fact.kind);
            let value = match (kind, given.get(fact)) {
                (Some(FactKind::Bool), _) => Value::Bool(*cell == 1),
                (Some(FactKind::One), _) => Value::One(*cell),
                (Some(FactKind::Int { min, .. }), _) => {
                    Value::Int(self.number_in(fact, *cell, *min))
                }
                (Some(FactKind::Many), Some(Value::Many(options))) => {
                    let option = 1_u64 << (variable - first).min(63);
                    Value::Many(if *cell == 1 {
                        options | option
                    } else {
                        options & !option
                    })
                }
                // Nobody can change a day or a place so that it fits.
                _ => continue,
            };
            given.set(fact, value);
        }
        given
    }

    /// The smallest number in a cell.
    fn number_in(&self, fact: FactId, cell: u8, min: i64) -> i64 {
        let cuts = self.segment.int_thresholds.get(usize::from(fact));
        let before = usize::from(cell).checked_sub(1);
        before
            .and_then(|before| cuts?.get(before).copied())
            .unwrap_or(min)
    }
}

/// A search for the cheapest way to the constant true.
struct Search<'s, 'a, 'w> {
    screening: &'s Screening<'a, 'w>,
    cells: &'s [u8],
    /// Stated facts that may be changed.
    free: FactSet,
    known: HashMap<(NodeId, bool), Way>,
}

impl Search<'_, '_, '_> {
    /// The cheapest way from here. `paid` says that the fact asked here is changed already.
    fn way(&mut self, node: NodeId, paid: bool) -> Way {
        if let Some(value) = node.value() {
            return (value == 1).then(|| (FactSet::default(), 0));
        }
        if let Some(known) = self.known.get(&(node, paid)) {
            return *known;
        }
        let mut best: Way = None;
        for (cell, next, changes) in self.branches(node) {
            let fact = self.fact(node);
            let paid = paid || changes;
            let Some((mut facts, _)) = self.way(next, paid && self.fact(next) == fact) else {
                continue;
            };
            if changes {
                facts.insert(fact);
            }
            if best.is_none_or(|(known, _)| order(facts, known) == Ordering::Less) {
                best = Some((facts, cell));
            }
        }
        self.known.insert((node, paid), best);
        best
    }

    /// The branches that may be taken: cell, where it leads, and whether it changes a stated fact.
    fn branches(&self, node: NodeId) -> Vec<(u8, NodeId, bool)> {
        let diagrams = &self.screening.segment.diagrams;
        let variable = diagrams.top(node);
        let cell = self.cells.get(usize::from(variable)).copied();
        let branch = |cell: u8| diagrams.branch(node, variable, cell);
        match cell {
            Some(known) if known != UNKNOWN => {
                let mut branches = vec![(known, branch(known), false)];
                if self.free.contains(diagrams.fact(variable)) {
                    let others = (0..diagrams.declared(variable)).filter(|other| *other != known);
                    branches.extend(others.map(|other| (other, branch(other), true)));
                }
                branches
            }
            _ => (0..diagrams.declared(variable))
                .map(|cell| (cell, branch(cell), false))
                .collect(),
        }
    }

    /// The cells that change along the cheapest way.
    fn cells_along(&mut self, root: NodeId) -> Cells {
        let mut cells = Cells::new();
        let (mut node, mut paid) = (root, false);
        while let Some((_, taken)) = self.way(node, paid).filter(|_| node.value().is_none()) {
            let fact = self.fact(node);
            let variable = self.screening.segment.diagrams.top(node);
            let found = self
                .branches(node)
                .into_iter()
                .find(|(cell, ..)| *cell == taken);
            let Some((cell, next, changes)) = found else {
                break;
            };
            if changes {
                cells.push((usize::from(variable), cell));
            }
            paid = (paid || changes) && self.fact(next) == fact;
            node = next;
        }
        cells
    }

    /// The fact a diagram asks first; beyond every fact for a constant.
    fn fact(&self, node: NodeId) -> FactId {
        if node.value().is_some() {
            return FactId::MAX;
        }
        let diagrams = &self.screening.segment.diagrams;
        diagrams.fact(diagrams.top(node))
    }
}

/// Fewer facts come first, then those declared first.
fn order(left: FactSet, right: FactSet) -> Ordering {
    left.len()
        .cmp(&right.len())
        .then_with(|| left.iter().cmp(right.iter()))
}
