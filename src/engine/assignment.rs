//! Stated facts → the cell of every variable, after what is implied and what absence means.

use jiff::civil::Date;

use crate::diagram::{FactSet, Reach, Scratch, UNKNOWN};
use crate::facts::{FactId, FactKind, Given, Value};
use crate::rules::model::{Ruleset, Segment};

/// The cells of one screening.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignment {
    /// One cell per variable, after 2.1.1 of the contract.
    pub(super) cells: Vec<u8>,
    /// What was stated, before it.
    stated: Vec<u8>,
    /// The facts about which something was stated.
    pub(super) given: FactSet,
}

impl Assignment {
    /// The cells on `as_of`.
    pub(super) fn new(
        ruleset: &Ruleset,
        segment: &Segment,
        given: &Given,
        as_of: Date,
        walk: &mut Scratch,
    ) -> Self {
        let mut stated = vec![UNKNOWN; segment.diagrams.variables().len()];
        let mut facts = FactSet::default();
        for (fact, value) in given.iter() {
            state(ruleset, segment, fact, value, as_of, &mut stated);
            facts.insert(fact);
        }
        let mut assignment = Self {
            cells: Vec::new(),
            stated,
            given: facts,
        };
        assignment.derive(ruleset, segment, walk);
        assignment
    }

    /// The cell that was stated for a variable, before anything is implied.
    pub(super) fn stated(&self, variable: usize) -> u8 {
        self.stated.get(variable).copied().unwrap_or(UNKNOWN)
    }

    /// Takes a statement back, as if it had never been made.
    pub(super) fn drop_fact(
        &mut self,
        ruleset: &Ruleset,
        segment: &Segment,
        fact: FactId,
        walk: &mut Scratch,
    ) {
        self.given.remove(fact);
        let own = variables(ruleset, segment, fact);
        if let Some(cells) = self.stated.get_mut(own.clone()) {
            cells.fill(UNKNOWN);
        }
        if segment
            .implied
            .iter()
            .any(|implied| implied.fact == fact || implied.facts.contains(fact))
        {
            self.derive(ruleset, segment, walk);
        } else if let Some(cells) = self.cells.get_mut(own) {
            cells.fill(default_cell(ruleset, fact, false));
        }
    }

    /// Becomes equal to another one, without allocating.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.cells.clone_from(&other.cells);
        self.stated.clone_from(&other.stated);
        self.given = other.given;
    }

    /// Forward only: first what absence means, then what is implied by it.
    fn derive(&mut self, ruleset: &Ruleset, segment: &Segment, walk: &mut Scratch) {
        self.cells.clone_from(&self.stated);
        for fact in ruleset.catalog.assumable() {
            fill(ruleset, segment, *fact, false, &mut self.cells);
        }
        for implied in &segment.implied {
            if segment.diagrams.reach(implied.when, &self.cells, walk) != Reach::Only(1) {
                continue;
            }
            let variable = segment
                .first_variable
                .get(usize::from(implied.fact))
                .copied()
                .map(usize::from);
            let consistent = ruleset
                .catalog
                .get(implied.fact)
                .map_or(&[][..], |fact| fact.consistent_cells.as_slice());
            if let Some(cell) = variable.and_then(|variable| self.cells.get_mut(variable)) {
                match *cell {
                    UNKNOWN => *cell = implied.cell,
                    stated if stated != implied.cell && !consistent.contains(&stated) => {
                        *cell = implied.contradicted;
                    }
                    _ => {}
                }
            }
        }
    }

    /// The cells that count for the order of routes.
    pub(super) fn for_order(&self, ruleset: &Ruleset, segment: &Segment) -> Vec<u8> {
        let mut cells = Vec::new();
        self.write_for_order(ruleset, segment, &mut cells);
        cells
    }

    /// The same, written over `cells`.
    pub(super) fn write_for_order(
        &self,
        ruleset: &Ruleset,
        segment: &Segment,
        cells: &mut Vec<u8>,
    ) {
        cells.clone_from(&self.cells);
        for fact in ruleset.catalog.assumable() {
            fill(ruleset, segment, *fact, true, cells);
        }
    }
}

/// Gives an absent fact the cell that absence means.
fn fill(ruleset: &Ruleset, segment: &Segment, fact: FactId, order: bool, cells: &mut [u8]) {
    let own = variables(ruleset, segment, fact);
    for cell in cells.get_mut(own).into_iter().flatten() {
        if *cell == UNKNOWN {
            *cell = default_cell(ruleset, fact, order);
        }
    }
}

/// The cell of an absent fact.
fn default_cell(ruleset: &Ruleset, fact: FactId, order: bool) -> u8 {
    let absent = ruleset
        .catalog
        .get(fact)
        .and_then(|fact| fact.absent_means.as_ref());
    absent
        .filter(|absent| order || !absent.order_only)
        .map_or(UNKNOWN, |absent| absent.cell)
}

/// The variables of a fact.
pub(super) fn variables(
    ruleset: &Ruleset,
    segment: &Segment,
    fact: FactId,
) -> std::ops::Range<usize> {
    let first = segment
        .first_variable
        .get(usize::from(fact))
        .copied()
        .map_or(0, usize::from);
    let count = ruleset
        .catalog
        .get(fact)
        .map_or(0, crate::facts::Fact::variables);
    first..first + count
}

fn state(
    ruleset: &Ruleset,
    segment: &Segment,
    fact: FactId,
    value: Value,
    as_of: Date,
    cells: &mut [u8],
) {
    let range = variables(ruleset, segment, fact);
    let Some(cells) = cells.get_mut(range) else {
        return;
    };
    let kind = ruleset.catalog.get(fact).map(|fact| &fact.kind);
    let cell = match (kind, value) {
        (Some(FactKind::Many), Value::Many(options)) => {
            for (option, cell) in cells.iter_mut().enumerate() {
                *cell = u8::from(options & (1 << option) != 0);
            }
            return;
        }
        (Some(FactKind::Bool), Value::Bool(yes)) => u8::from(yes),
        (Some(FactKind::One), Value::One(option)) => option,
        (Some(FactKind::Int { .. }), Value::Int(number)) => {
            let cuts = segment
                .int_thresholds
                .get(usize::from(fact))
                .map_or(&[][..], Vec::as_slice);
            count(cuts.partition_point(|cut| *cut <= number))
        }
        (Some(FactKind::Date), Value::Date(day)) => {
            let cuts = segment
                .date_thresholds
                .get(usize::from(fact))
                .map_or(&[][..], Vec::as_slice);
            count(cuts.partition_point(|cut| cut.passed(day, as_of)))
        }
        (Some(FactKind::PostalCode), Value::PostalCode(code)) => ruleset.offices.class(code).cell(),
        _ => return,
    };
    if let Some(slot) = cells.first_mut() {
        *slot = cell;
    }
}

fn count(cells: usize) -> u8 {
    u8::try_from(cells).unwrap_or(UNKNOWN - 1)
}
