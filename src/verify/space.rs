//! All circumstances of one period of law, or of two side by side, as the variables of one set of diagrams.
//!
//! The diagrams of a period are made once and then closed. What is proved about them, or compared between two of them, is built here: the
//! facts of all sides are matched by name, options by name, and numbers and dates are cut at the thresholds of every side, so that each
//! diagram of each side means something over the same variables.
//!
//! A cell here is something a person can state (or leave out, where absence means something), together with what each side makes of it:
//! a statement that contradicts `impliedBy` is a cell of its own, and [`Space::reachable`] says when it is that one.

use foldhash::HashMap;
use jiff::Span;
use jiff::civil::Date;

use crate::dates::{Threshold, next_day, previous_day};
use crate::diagram::{Diagrams, NodeId, Renamed, TooLarge, Variable};
use crate::facts::{Fact, FactId, FactKind, PostalCode, Value};
use crate::offices::PostalClass;
use crate::rules::model::{Ruleset, Segment};

/// Most nodes of one space; a proof about more is refused rather than waited for.
const NODES_MAX: usize = 8_000_000;

/// One period of law of one rule set, on one day.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The rule set.
    pub ruleset: &'a Ruleset,
    /// Its period.
    pub segment: &'a Segment,
    /// The day on which examples are dated; lies in the period.
    pub as_of: Date,
}

impl<'a> Side<'a> {
    /// The period in which `as_of` lies.
    #[must_use]
    pub fn on(ruleset: &'a Ruleset, as_of: Date) -> Self {
        Self {
            ruleset,
            segment: ruleset.segment(as_of),
            as_of,
        }
    }

    /// A period, dated `today` where it lies in it, otherwise on the nearest day of the period.
    #[must_use]
    pub fn within(ruleset: &'a Ruleset, segment: &'a Segment, today: Date) -> Self {
        let not_after = segment.until.map_or(today, |until| until.min(today));
        let as_of = segment.from.map_or(not_after, |from| from.max(not_after));
        Self {
            ruleset,
            segment,
            as_of,
        }
    }
}

/// A fact that at least one side knows.
#[derive(Clone, Debug)]
pub(super) struct SharedFact {
    /// Number of the fact on each side.
    pub(super) numbers: Vec<Option<FactId>>,
    /// First variable.
    pub(super) first: u16,
    /// For `many`: number of the option of each variable on each side; empty for other kinds.
    pub(super) options: Vec<Vec<Option<u8>>>,
    /// The cells of each of its variables.
    pub(super) cells: Vec<Cell>,
    /// For every side that implies the fact: the cell, and the condition under which leaving the fact out gives it.
    pub(super) implied: Vec<(u8, NodeId)>,
    /// Number of things that can be stated, or left out, for one variable.
    weight: usize,
}

impl SharedFact {
    /// The cell that leaving the fact out gives on all sides together, and the conditions for it.
    pub(super) fn implied_together(&self) -> Option<(u8, &[(u8, NodeId)])> {
        let (cell, _) = self.implied.first()?;
        let sides = self.numbers.iter().flatten().count();
        let same = self.implied.iter().all(|(other, _)| other == cell);
        (same && self.implied.len() == sides).then_some((*cell, self.implied.as_slice()))
    }

    /// Whether leaving the fact out means something, so that it is never unknown.
    pub(super) fn has_default(&self) -> bool {
        self.cells.iter().any(|cell| cell.omitted)
    }
}

/// What can be stated about one variable.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// The cell of the variable on each side; of no meaning on a side that does not know the fact.
    there: Vec<u8>,
    /// What is stated to each side; nothing where absence alone gives this cell, or for an option of a `many` fact.
    pub(super) values: Vec<Option<Value>>,
    /// Leaving the fact out gives this cell.
    pub(super) omitted: bool,
    /// The sides on which the statement contradicts what is implied.
    contradicted: Vec<bool>,
    /// The sides on which it would, if that were implied, which it is not.
    clashing: Vec<bool>,
    /// Only absence gives this cell.
    absent_only: bool,
}

impl Cell {
    /// Whether a fact about which nothing is said may be in this cell.
    pub(super) fn is_plain(&self) -> bool {
        !self.absent_only && !self.is_contradicted()
    }

    /// Whether the statement contradicts what is implied, on any side.
    pub(super) fn is_contradicted(&self) -> bool {
        self.contradicted.contains(&true)
    }
}

/// What leaving a fact out comes to.
#[derive(Clone, Copy, Debug)]
pub struct Assumed {
    /// The fact.
    pub fact: FactId,
    /// Its variable, or one of them.
    pub variable: u16,
    /// Number of the cells of the variable.
    pub cells: u8,
    /// The cell that the fact is taken for.
    pub cell: u8,
    /// The circumstances in which it is.
    pub when: NodeId,
}

/// All circumstances of one or several sides.
#[derive(Debug)]
pub struct Space<'a> {
    pub(super) sides: Vec<Side<'a>>,
    pub(super) facts: Vec<SharedFact>,
    /// The fact of every variable, by its place in `facts`.
    pub(super) fact_of: Vec<usize>,
    pub(super) diagrams: Diagrams,
    renamed: Vec<Vec<Renamed>>,
    imported: Vec<HashMap<NodeId, NodeId>>,
    reachable: NodeId,
    possible: NodeId,
    /// A contradicting statement stands beside what it contradicts.
    pub(super) explained: NodeId,
    pub(super) projected: HashMap<(NodeId, Vec<u16>), NodeId>,
}

impl<'a> Space<'a> {
    /// The circumstances of these sides; the last one says which of them are impossible.
    ///
    /// # Errors
    /// [`TooLarge`] when the diagrams grow beyond every measure.
    pub fn new(sides: Vec<Side<'a>>) -> Result<Self, TooLarge> {
        let mut variables = Vec::new();
        let mut facts = Vec::new();
        let mut fact_of = Vec::new();
        for numbers in matched(&sides) {
            let first = u16::try_from(variables.len()).unwrap_or(u16::MAX);
            let fact = shared_fact(&sides, numbers, first);
            let cells = u8::try_from(fact.cells.len()).unwrap_or(u8::MAX);
            for _ in 0..fact.options.len().max(1) {
                variables.push(Variable {
                    fact: u16::try_from(facts.len()).unwrap_or(u16::MAX),
                    declared: cells,
                    cells,
                });
                fact_of.push(facts.len());
            }
            facts.push(fact);
        }
        let renamed = (0..sides.len())
            .map(|side| renamed(&sides, &facts, side))
            .collect();
        let mut space = Self {
            imported: vec![HashMap::default(); sides.len()],
            sides,
            facts,
            fact_of,
            diagrams: Diagrams::new(variables, NODES_MAX),
            renamed,
            reachable: NodeId::TRUE,
            possible: NodeId::TRUE,
            explained: NodeId::TRUE,
            projected: HashMap::default(),
        };
        space.tie_contradictions()?;
        space.possible = space.reachable;
        if let Some(last) = space.sides.len().checked_sub(1)
            && let Some(side) = space.sides.last()
        {
            let impossible = side.segment.impossible;
            let impossible = space.import(last, impossible)?;
            let else_ = space.diagrams.not(impossible)?;
            space.possible = space.diagrams.and(space.reachable, else_)?;
        }
        Ok(space)
    }

    /// A statement is contradicted exactly where the condition that implies something else holds.
    fn tie_contradictions(&mut self) -> Result<(), TooLarge> {
        for side in 0..self.sides.len() {
            let Some(segment) = self.sides.get(side).map(|side| side.segment) else {
                continue;
            };
            for implied in &segment.implied {
                let shared = self
                    .facts
                    .iter()
                    .find(|fact| fact.numbers.get(side) == Some(&Some(implied.fact)));
                let Some(shared) = shared else { continue };
                let flags = |flag: fn(&Cell) -> &Vec<bool>| -> Vec<bool> {
                    let cells = shared.cells.iter();
                    cells
                        .map(|cell| flag(cell).get(side) == Some(&true))
                        .collect()
                };
                let variable = shared.first;
                let contradicted = flags(|cell| &cell.contradicted);
                let clashing = flags(|cell| &cell.clashing);
                let cell = shared.cells.iter().position(|found| {
                    found.is_plain() && found.there.get(side) == Some(&implied.cell)
                });
                let when = self.import(side, implied.when)?;
                let diagrams = &mut self.diagrams;
                let holds = |flags: &[bool], cell: u8| flags.get(usize::from(cell)) == Some(&true);
                let otherwise = diagrams.leaf(variable, |cell| !holds(&contradicted, cell))?;
                let contradiction = diagrams.or(otherwise, when)?;
                let otherwise = diagrams.leaf(variable, |cell| !holds(&clashing, cell))?;
                let not_implied = diagrams.not(when)?;
                let no_contradiction = diagrams.or(otherwise, not_implied)?;
                self.explained = diagrams.and(self.explained, contradiction)?;
                self.reachable = diagrams.and(self.reachable, contradiction)?;
                self.reachable = diagrams.and(self.reachable, no_contradiction)?;
                let cell = cell.and_then(|cell| u8::try_from(cell).ok());
                let fact = self.facts.iter_mut().find(|fact| fact.first == variable);
                if let (Some(cell), Some(fact)) = (cell, fact) {
                    fact.implied.push((cell, when));
                }
            }
        }
        Ok(())
    }

    /// The diagrams over all circumstances, to build on.
    pub fn diagrams(&mut self) -> &mut Diagrams {
        &mut self.diagrams
    }

    /// What complete circumstances can be at all, given that what is implied is implied.
    #[must_use]
    pub fn reachable(&self) -> NodeId {
        self.reachable
    }

    /// The same without the combinations that the rule set calls impossible.
    #[must_use]
    pub fn possible(&self) -> NodeId {
        self.possible
    }

    /// Whether a possible person fulfils a condition.
    #[must_use]
    pub fn somebody(&self, condition: NodeId) -> bool {
        self.diagrams.meets(condition, self.possible)
    }

    /// Whether anybody who can be described fulfils a condition, possible or not.
    #[must_use]
    pub fn anybody(&self, condition: NodeId) -> bool {
        self.diagrams.meets(condition, self.reachable)
    }

    /// A diagram of a side, over the variables of this space.
    ///
    /// # Errors
    /// [`TooLarge`] when the space is full.
    pub fn import(&mut self, side: usize, root: NodeId) -> Result<NodeId, TooLarge> {
        let (Some(source), Some(renamed), Some(memo)) = (
            self.sides.get(side),
            self.renamed.get(side),
            self.imported.get_mut(side),
        ) else {
            return Ok(NodeId::FALSE);
        };
        self.diagrams
            .import(&source.segment.diagrams, root, renamed, memo)
    }

    /// The variables of a fact of a side.
    #[must_use]
    pub fn variables_of(&self, side: usize, fact: FactId) -> Vec<u16> {
        let shared = self
            .facts
            .iter()
            .find(|shared| shared.numbers.get(side) == Some(&Some(fact)));
        shared.map_or_else(Vec::new, |shared| {
            let count = u16::try_from(shared.options.len().max(1)).unwrap_or(1);
            (shared.first..shared.first.saturating_add(count)).collect()
        })
    }

    /// The cell of a variable that stands for what is implied on a side, and those that may be stated beside it without contradiction.
    #[must_use]
    pub fn implied_cells(&self, side: usize, fact: FactId) -> Option<(u8, Vec<u8>)> {
        let declared = self.sides.get(side)?.ruleset.catalog.get(fact)?;
        let implied = declared.implied_cell?;
        let shared = self
            .facts
            .iter()
            .find(|shared| shared.numbers.get(side) == Some(&Some(fact)))?;
        let find = |wanted: u8| {
            let at = shared
                .cells
                .iter()
                .position(|cell| cell.is_plain() && cell.there.get(side) == Some(&wanted));
            at.and_then(|at| u8::try_from(at).ok())
        };
        let beside = declared.consistent_cells.iter();
        Some((
            find(implied)?,
            beside.filter_map(|cell| find(*cell)).collect(),
        ))
    }

    /// What leaving facts out comes to on a side.
    #[must_use]
    pub fn assumed(&self, side: usize) -> Vec<Assumed> {
        let mut assumed = Vec::new();
        for shared in &self.facts {
            let Some(Some(fact)) = shared.numbers.get(side).copied() else {
                continue;
            };
            let omitted = shared
                .cells
                .iter()
                .zip(0_u8..)
                .filter(|(cell, _)| cell.omitted);
            let absent = omitted.map(|(_, cell)| (cell, NodeId::TRUE));
            let implied = shared.implied.iter().copied();
            let cells = u8::try_from(shared.cells.len()).unwrap_or(u8::MAX);
            assumed.extend(absent.chain(implied).flat_map(|(cell, when)| {
                let variables = self.variables_of(side, fact).into_iter();
                variables.map(move |variable| Assumed {
                    fact,
                    variable,
                    cells,
                    cell,
                    when,
                })
            }));
        }
        assumed
    }

    /// The cells of a fact that others imply which are one and the same statement: uncontradicted, and contradicted.
    pub(super) fn twins(&self, side: usize, fact: FactId) -> Vec<(u8, u8)> {
        let shared = self
            .facts
            .iter()
            .find(|shared| shared.numbers.get(side) == Some(&Some(fact)));
        let cells = shared.map_or(&[][..], |shared| shared.cells.as_slice());
        let pairs = cells.windows(2).zip(0_u8..);
        pairs
            .filter_map(|(pair, at)| match pair {
                [plain, other] => {
                    let flag = |flags: &[bool]| flags.get(side) == Some(&true);
                    let twins = plain.is_plain() && flag(&plain.clashing);
                    (twins && flag(&other.contradicted)).then_some((at, at + 1))
                }
                _ => None,
            })
            .collect()
    }

    /// The share of possible circumstances in which a condition holds: every option, every interval between two thresholds and every
    /// meaningful absence counts the same.
    #[must_use]
    pub fn share(&self, condition: NodeId) -> f64 {
        let mut memo = HashMap::default();
        let all = self.mass(NodeId::TRUE, self.possible, &mut memo);
        if all > 0.0 {
            self.mass(condition, self.possible, &mut memo) / all
        } else {
            0.0
        }
    }

    fn mass(&self, left: NodeId, right: NodeId, memo: &mut HashMap<(NodeId, NodeId), f64>) -> f64 {
        if left == NodeId::FALSE || right == NodeId::FALSE {
            return 0.0;
        }
        if left.value().is_some() && right.value().is_some() {
            return 1.0;
        }
        if let Some(known) = memo.get(&(left, right)) {
            return *known;
        }
        let variable = self.diagrams.top(left).min(self.diagrams.top(right));
        let mut sum = 0.0;
        for cell in 0..self.diagrams.cells(variable) {
            let (left, right) = (
                self.diagrams.branch(left, variable, cell),
                self.diagrams.branch(right, variable, cell),
            );
            sum += self.mass(left, right, memo);
        }
        // A contradicted statement and the same statement uncontradicted are one thing that can be stated; only one of the two is reachable.
        let weight = self
            .fact_of
            .get(usize::from(variable))
            .and_then(|fact| self.facts.get(*fact))
            .map_or(1, |fact| fact.weight);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a variable has at most 255 cells"
        )]
        let mass = sum / weight as f64;
        memo.insert((left, right), mass);
        mass
    }
}

/// The facts of all sides, matched by name and kind, in the order of the last side.
fn matched(sides: &[Side<'_>]) -> Vec<Vec<Option<FactId>>> {
    let declared = |side: usize, number: Option<FactId>| {
        sides
            .get(side)
            .and_then(|side| side.ruleset.catalog.get(number?))
    };
    let mut all: Vec<Vec<Option<FactId>>> = Vec::new();
    for (side, own) in sides.iter().enumerate().rev() {
        let mut after = 0;
        for (number, fact) in own.ruleset.catalog.facts().iter().enumerate() {
            let Ok(number) = FactId::try_from(number) else {
                continue;
            };
            let same = all.iter().position(|numbers| {
                numbers.iter().enumerate().any(|(other, number)| {
                    declared(other, *number)
                        .is_some_and(|other| other.id == fact.id && are_comparable(other, fact))
                })
            });
            let at = same.unwrap_or_else(|| {
                let at = after.min(all.len());
                all.insert(at, vec![None; sides.len()]);
                at
            });
            if let Some(slot) = all.get_mut(at).and_then(|numbers| numbers.get_mut(side)) {
                *slot = Some(number);
            }
            after = at + 1;
        }
    }
    all
}

/// Whether the same thing can be stated about both; facts that only share their name are two facts.
pub(super) fn are_comparable(left: &Fact, right: &Fact) -> bool {
    match (&left.kind, &right.kind) {
        (
            FactKind::Int { min, max },
            FactKind::Int {
                min: low,
                max: high,
            },
        ) => min.max(low) <= max.min(high),
        (FactKind::One, FactKind::One) => left
            .options
            .iter()
            .any(|option| right.option(option).is_some()),
        (left, right) => left == right,
    }
}

/// Where the variables of a side lie here.
fn renamed(sides: &[Side<'_>], facts: &[SharedFact], side: usize) -> Vec<Renamed> {
    let Some(own) = sides.get(side) else {
        return Vec::new();
    };
    let mut renamed = Vec::new();
    for (number, fact) in own.ruleset.catalog.facts().iter().enumerate() {
        let number = FactId::try_from(number).ok();
        let shared = facts
            .iter()
            .find(|shared| number.is_some() && shared.numbers.get(side) == Some(&number));
        for variable in 0..fact.variables() {
            let mut here = Renamed {
                variable: u16::MAX,
                cells: Vec::new(),
            };
            if let Some(shared) = shared {
                let place = shared
                    .options
                    .iter()
                    .position(|option| {
                        option.get(side).copied().flatten().map(usize::from) == Some(variable)
                    })
                    .unwrap_or(0);
                here.variable = shared
                    .first
                    .saturating_add(u16::try_from(place).unwrap_or(0));
                here.cells = shared
                    .cells
                    .iter()
                    .map(|cell| cell.there.get(side).copied().unwrap_or(0))
                    .collect();
            }
            renamed.push(here);
        }
    }
    renamed
}

/// What one side says about a shared fact.
struct Own<'a> {
    side: Side<'a>,
    number: FactId,
    fact: &'a Fact,
}

fn shared_fact(sides: &[Side<'_>], numbers: Vec<Option<FactId>>, first: u16) -> SharedFact {
    let own: Vec<Option<Own<'_>>> = sides
        .iter()
        .zip(&numbers)
        .map(|(side, number)| {
            let number = (*number)?;
            let fact = side.ruleset.catalog.get(number)?;
            Some(Own {
                side: *side,
                number,
                fact,
            })
        })
        .collect();
    let mut options = Vec::new();
    let latest = own.iter().rev().flatten().next();
    let raw = match latest.map(|own| &own.fact.kind) {
        None => Vec::new(),
        Some(FactKind::Bool) => (0..2)
            .map(|cell| each(&own, |_| (cell, Some(Value::Bool(cell == 1)))))
            .collect(),
        Some(FactKind::Many) => {
            options = many_options(&own);
            (0..2).map(|cell| each(&own, |_| (cell, None))).collect()
        }
        Some(FactKind::One) => one_cells(&own),
        Some(FactKind::Int { .. }) => int_cells(&own),
        Some(FactKind::Date) => date_cells(&own),
        Some(FactKind::PostalCode) => postal_cells(&own),
    };
    let weight = raw.len().max(1);
    let absent = |own: &Own<'_>, there: u8| {
        let absent = own.fact.absent_means.as_ref();
        absent.is_some_and(|absent| !absent.order_only && absent.cell == there)
    };
    let cells = raw
        .into_iter()
        .map(|mut cell| {
            cell.omitted = own
                .iter()
                .zip(&cell.there)
                .all(|(own, there)| own.as_ref().is_none_or(|own| absent(own, *there)));
            cell
        })
        .flat_map(|cell| with_contradictions(&own, cell))
        .collect();
    SharedFact {
        numbers,
        first,
        options,
        cells,
        implied: Vec::new(),
        weight,
    }
}

/// A cell with the same content on every side that knows the fact.
fn each(own: &[Option<Own<'_>>], content: impl Fn(&Own<'_>) -> (u8, Option<Value>)) -> Cell {
    let contents: Vec<(u8, Option<Value>)> = own
        .iter()
        .map(|own| own.as_ref().map_or((0, None), &content))
        .collect();
    Cell {
        there: contents.iter().map(|(there, _)| *there).collect(),
        values: contents.into_iter().map(|(_, value)| value).collect(),
        omitted: false,
        contradicted: vec![false; own.len()],
        clashing: vec![false; own.len()],
        absent_only: false,
    }
}

/// The union of the options, in the order of the last side; for each its number on every side.
fn many_options(own: &[Option<Own<'_>>]) -> Vec<Vec<Option<u8>>> {
    let mut names: Vec<&str> = Vec::new();
    for fact in own.iter().rev().flatten().map(|own| own.fact) {
        for option in &fact.options {
            if !names.contains(&option.as_str()) {
                names.push(option);
            }
        }
    }
    let number = |own: &Option<Own<'_>>, name: &str| own.as_ref()?.fact.option(name);
    names
        .iter()
        .map(|name| own.iter().map(|own| number(own, name)).collect())
        .collect()
}

/// The options that every side knows, and absence where it is an option of its own on every side.
fn one_cells(own: &[Option<Own<'_>>]) -> Vec<Cell> {
    let known = || own.iter().flatten();
    let Some(latest) = known().next_back() else {
        return Vec::new();
    };
    let mut cells: Vec<Cell> = latest
        .fact
        .options
        .iter()
        .filter(|option| known().all(|own| own.fact.option(option).is_some()))
        .map(|option| {
            each(own, |own| {
                let number = own.fact.option(option).unwrap_or(0);
                (number, Some(Value::One(number)))
            })
        })
        .collect();
    let own_absence = |own: &Own<'_>| {
        let absent = own.fact.absent_means.as_ref()?;
        (usize::from(absent.cell) >= own.fact.options.len()).then_some(absent.cell)
    };
    if known().all(|own| own_absence(own).is_some()) {
        let mut absent = each(own, |own| (own_absence(own).unwrap_or(0), None));
        absent.absent_only = true;
        cells.push(absent);
    }
    cells
}

fn int_cells(own: &[Option<Own<'_>>]) -> Vec<Cell> {
    let cuts_of = |own: &Own<'_>| -> Vec<i64> {
        let cuts = own.side.segment.int_thresholds.get(usize::from(own.number));
        cuts.cloned().unwrap_or_default()
    };
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    let mut cuts: Vec<i64> = Vec::new();
    for own in own.iter().flatten() {
        if let FactKind::Int { min, max } = own.fact.kind {
            (low, high) = (low.max(min), high.min(max));
        }
        cuts.extend(cuts_of(own));
    }
    cuts.retain(|cut| *cut > low && *cut <= high);
    cuts.sort_unstable();
    cuts.dedup();
    // The smallest number of an interval; below the first cut the one beside it, which is the more ordinary age.
    let below = cuts.first().map_or(low, |cut| cut - 1);
    std::iter::once(below)
        .chain(cuts.iter().copied())
        .map(|number| {
            each(own, |own| {
                let cell = cuts_of(own).partition_point(|cut| *cut <= number);
                (count(cell), Some(Value::Int(number)))
            })
        })
        .collect()
}

/// Dates are cut by the thresholds of all sides. Months are compared as months, even between two days, for it is the law that may differ and
/// not the calendar; only where one side counts months and another compares calendar days are both read off the calendar.
fn date_cells(own: &[Option<Own<'_>>]) -> Vec<Cell> {
    let cuts_of = |own: &Own<'_>| -> Vec<Threshold> {
        let cuts = own
            .side
            .segment
            .date_thresholds
            .get(usize::from(own.number));
        cuts.cloned().unwrap_or_default()
    };
    let mut cuts: Vec<Threshold> = own.iter().flatten().flat_map(cuts_of).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let absolute = |cut: &Threshold| matches!(cut, Threshold::Absolute(_));
    if cuts.iter().any(absolute) && !cuts.iter().all(absolute) {
        return calendar_cells(own, &cuts_of);
    }
    let mut cells = Vec::new();
    for passed in 0..=cuts.len() {
        let (before, after) = cuts.split_at_checked(passed).unwrap_or((&cuts, &[]));
        let day = |own: &Own<'_>| -> Option<Date> {
            let day = match (before.last(), after.first()) {
                (None, None) => own.side.as_of,
                (Some(cut), _) => last_to_pass(*cut, own.side.as_of)?,
                (None, Some(cut)) => last_not_to_pass(*cut, own.side.as_of)?,
            };
            let counted = cuts
                .iter()
                .filter(|cut| cut.passed(day, own.side.as_of))
                .count();
            (counted == passed).then_some(day)
        };
        // Two thresholds can fall on the same day; then nobody is between them.
        if own.iter().flatten().any(|own| day(own).is_none()) {
            continue;
        }
        cells.push(each(own, |own| {
            let cell = cuts_of(own).partition_point(|cut| before.contains(cut));
            (count(cell), day(own).map(Value::Date))
        }));
    }
    cells
}

fn calendar_cells(
    own: &[Option<Own<'_>>],
    cuts_of: &impl Fn(&Own<'_>) -> Vec<Threshold>,
) -> Vec<Cell> {
    let mut begins: Vec<Date> = Vec::new();
    for own in own.iter().flatten() {
        for cut in cuts_of(own) {
            begins.extend(match cut {
                Threshold::Absolute(day) => Some(day),
                Threshold::Relative(..) => last_not_to_pass(cut, own.side.as_of),
            });
        }
    }
    begins.sort_unstable();
    begins.dedup();
    let before = begins.first().map(|begin| previous_day(*begin));
    before
        .into_iter()
        .chain(begins.iter().copied())
        .map(|day| {
            each(own, |own| {
                let as_of = own.side.as_of;
                let cell = cuts_of(own).partition_point(|cut| cut.passed(day, as_of));
                (count(cell), Some(Value::Date(day)))
            })
        })
        .collect()
}

/// The day nearest to the other side of the threshold that has passed it on `as_of`.
fn last_to_pass(cut: Threshold, as_of: Date) -> Option<Date> {
    match cut {
        Threshold::Absolute(day) => Some(day),
        Threshold::Relative(months, _) => {
            let near = as_of
                .checked_sub(Span::new().months(i32::from(months)))
                .ok()?;
            // Month ends move the day by at most three, the ways of counting by at most one.
            let mut day = near.checked_add(Span::new().days(5)).ok()?;
            for _ in 0..12 {
                if cut.passed(day, as_of) {
                    return Some(day);
                }
                day = previous_day(day);
            }
            None
        }
    }
}

/// The day nearest to the other side of the threshold that has not passed it on `as_of`.
fn last_not_to_pass(cut: Threshold, as_of: Date) -> Option<Date> {
    match cut {
        Threshold::Absolute(day) => Some(previous_day(day)),
        Threshold::Relative(..) => last_to_pass(cut, as_of).map(next_day),
    }
}

/// The classes of which every side knows a code.
fn postal_cells(own: &[Option<Own<'_>>]) -> Vec<Cell> {
    let code = |class: PostalClass| -> Option<PostalCode> {
        let mut known = own.iter().flatten().map(|own| &own.side.ruleset.offices);
        let first = known.next()?;
        let others: Vec<_> = known.collect();
        first
            .codes_of(class)
            .find(|code| others.iter().all(|table| table.class(*code) == class))
    };
    PostalClass::ALL
        .into_iter()
        .filter_map(|class| Some((class.cell(), code(class)?)))
        .map(|(cell, code)| each(own, |_| (cell, Some(Value::PostalCode(code)))))
        .collect()
}

/// The cell itself, and for every side on which it can contradict what is implied the cell in which it does.
fn with_contradictions(own: &[Option<Own<'_>>], cell: Cell) -> Vec<Cell> {
    let mut cells = vec![cell];
    for (side, own) in own.iter().enumerate() {
        let Some(own) = own else { continue };
        let Some(implied) = own
            .side
            .segment
            .implied
            .iter()
            .find(|implied| implied.fact == own.number)
        else {
            continue;
        };
        let clashes = cells
            .first()
            .and_then(|cell| cell.there.get(side))
            .is_some_and(|there| {
                *there != implied.cell && !own.fact.consistent_cells.contains(there)
            });
        if !clashes {
            continue;
        }
        let mut contradicted = cells.clone();
        for cell in &mut contradicted {
            if let (Some(there), Some(flag)) =
                (cell.there.get_mut(side), cell.contradicted.get_mut(side))
            {
                (*there, *flag) = (implied.contradicted, true);
            }
        }
        for cell in &mut cells {
            if let Some(flag) = cell.clashing.get_mut(side) {
                *flag = true;
            }
        }
        cells.append(&mut contradicted);
    }
    cells
}

fn count(cells: usize) -> u8 {
    u8::try_from(cells).unwrap_or(u8::MAX)
}
