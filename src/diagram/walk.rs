//! Walks: what a diagram can still be when some variables are known.
//!
//! Exact over the declared cells of every unknown variable. Needs no allocation once the working memory has grown.

use foldhash::{HashMap, HashSet};

use crate::diagram::{Diagrams, FactSet, Node, NodeId, TERMINALS, UNKNOWN};

/// What a diagram can still be, under what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The same value on every completion.
    Only(u16),
    /// At least two values.
    Several,
}

/// Working memory of walks; reused between screenings so that a walk allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    stamp: u32,
    /// For every node the stamp of the walk that met it last, and what that walk made of it.
    met: Vec<(u32, u32)>,
    stack: Vec<NodeId>,
    /// Grows with every series of restrictions; marks the entries of `table` that belong to the current one.
    series: u32,
    arena: Vec<Reduced>,
    arena_branches: Vec<u32>,
    table: Vec<(u32, u32)>,
    children: Vec<u32>,
}

/// A sub-diagram after restriction and renewed reduction.
#[derive(Clone, Copy, Debug)]
struct Reduced {
    variable: AskedVariable,
    first: u32,
    count: u8,
    summary: Summary,
}

/// A variable as a restricted diagram asks it: its number, and which of several independent copies of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct AskedVariable {
    number: u16,
    copy: u16,
}

impl AskedVariable {
    /// Beyond every variable: what a constant asks.
    const NONE: Self = Self {
        number: u16::MAX,
        copy: u16::MAX,
    };
}

/// What is known while a diagram is restricted.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// One cell per variable, [`UNKNOWN`] where nothing is known.
    pub cells: &'a [u8],
    /// Facts taken as unknown, over *all* their cells, whatever `cells` says.
    pub free: FactSet,
    /// Facts that are not the same in every diagram of a series: what is known of them here says nothing about them elsewhere.
    pub apart: FactSet,
    /// Which copy of the facts in `apart` these cells speak of.
    pub copy: u16,
}

impl<'a> Known<'a> {
    /// Just these cells.
    #[must_use]
    pub fn of(cells: &'a [u8]) -> Self {
        Self {
            cells,
            free: FactSet::default(),
            apart: FactSet::default(),
            copy: 0,
        }
    }
}

/// A diagram after restriction and renewed reduction, within one series of a [`Scratch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restricted(u32);

impl Restricted {
    /// The constant diagram of `value`.
    #[must_use]
    pub const fn terminal(value: u16) -> Self {
        Self(value as u32)
    }
}

/// What a restricted and re-reduced diagram still depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The facts that can still change the value.
    pub open: FactSet,
    /// The values that are still possible, as bits; values from 63 on share the last bit.
    pub values: u64,
}

impl Summary {
    /// The value, if only one is possible.
    #[must_use]
    pub fn only(self) -> Option<u16> {
        self.values
            .is_power_of_two()
            .then(|| self.values.trailing_zeros() as u16)
    }

    /// Whether `value` is still possible.
    #[must_use]
    pub fn possible(self, value: u16) -> bool {
        self.values & (1 << value.min(63)) != 0
    }
}

impl Diagrams {
    /// What `diagram` is under `cells` (one per variable, [`UNKNOWN`] where nothing is known): exact over the declared cells of every
    /// unknown variable. Stops at the second value it meets.
    pub fn reach(&self, diagram: NodeId, cells: &[u8], scratch: &mut Scratch) -> Reach {
        let mut met = None;
        self.walk(
            diagram,
            cells,
            scratch,
            |_| {},
            |value| one_value(&mut met, value),
        );
        met.unwrap_or(Reach::Several)
    }

    /// Like [`Diagrams::reach`], with the facts that the walk asked: none of the others can matter as long as these stay as they are.
    pub fn reach_asking(
        &self,
        diagram: NodeId,
        cells: &[u8],
        scratch: &mut Scratch,
    ) -> (Reach, FactSet) {
        let (mut met, mut asked) = (None, FactSet::default());
        let ask = |fact| asked.insert(fact);
        self.walk(diagram, cells, scratch, ask, |value| {
            one_value(&mut met, value)
        });
        (met.unwrap_or(Reach::Several), asked)
    }

    /// The facts that a walk through `diagram` can ask under `cells`: none of the others matters as long as these stay as they are.
    pub fn asking(&self, diagram: NodeId, cells: &[u8], scratch: &mut Scratch) -> FactSet {
        let mut asked = FactSet::default();
        self.walk(diagram, cells, scratch, |fact| asked.insert(fact), |_| true);
        asked
    }

    /// Follows every branch that `cells` leave open: `ask` hears of the fact of each node, `end` of each value. The walk is over when `end`
    /// has heard enough and says no.
    fn walk(
        &self,
        diagram: NodeId,
        cells: &[u8],
        scratch: &mut Scratch,
        mut ask: impl FnMut(u16),
        mut end: impl FnMut(u16) -> bool,
    ) {
        let known = |node: &Node| {
            let cell = cells.get(usize::from(node.variable)).copied();
            cell.filter(|cell| *cell != UNKNOWN)
        };
        // Most walks meet only known variables: follow them without touching the working memory.
        let mut at = diagram;
        while let Some(node) = self.at(at) {
            let Some(cell) = known(node) else { break };
            ask(node.fact);
            at = self.next(node, cell);
        }
        if let Some(value) = at.value() {
            end(value);
            return;
        }
        scratch.begin(self.nodes.len());
        scratch.stack.clear();
        scratch.stack.push(at);
        while let Some(next) = scratch.stack.pop() {
            let Some(node) = self.at(next) else {
                if next.value().is_some_and(|value| !end(value)) {
                    return;
                }
                continue;
            };
            if !scratch.visit(next) {
                continue;
            }
            ask(node.fact);
            if let Some(cell) = known(node) {
                scratch.stack.push(self.next(node, cell));
            } else {
                let branches = (0..node.declared).map(|cell| self.next(node, cell));
                scratch.stack.extend(branches);
            }
        }
    }

    /// Starts a series of [`Diagrams::summary`] calls under the same `cells`; sub-diagrams that several diagrams share are then reduced once.
    pub fn begin_summaries(&self, scratch: &mut Scratch) {
        scratch.begin_series();
        self.begin_look(scratch);
    }

    /// Goes on with a series, with other cells: diagrams restricted before stay comparable with those that follow.
    pub fn begin_look(&self, scratch: &mut Scratch) {
        scratch.begin(self.nodes.len());
    }

    /// What `diagram` still depends on under `cells`. A variable in `free` is taken as unknown, over *all* its cells, whatever `cells` says.
    ///
    /// Plain reachability would name too many facts: two branches may become equal only after restriction, so the diagram is reduced anew.
    pub fn summary(
        &self,
        diagram: NodeId,
        cells: &[u8],
        free: FactSet,
        scratch: &mut Scratch,
    ) -> Summary {
        let known = Known {
            free,
            ..Known::of(cells)
        };
        let id = self.reduce(diagram, &known, scratch);
        scratch.summary(Restricted(id))
    }

    /// The part of `diagram` that is left under what is known. Within one look `known` must not change.
    pub fn restrict(
        &self,
        diagram: NodeId,
        known: &Known<'_>,
        scratch: &mut Scratch,
    ) -> Restricted {
        Restricted(self.reduce(diagram, known, scratch))
    }

    fn reduce(&self, diagram: NodeId, known: &Known<'_>, scratch: &mut Scratch) -> u32 {
        // Up to the first node that is open there is nothing to remember.
        let mut at = diagram;
        let (node, is_free) = loop {
            let Some(node) = self.at(at) else {
                return at.0;
            };
            let cell = known.cells.get(usize::from(node.variable));
            let cell = cell.copied().unwrap_or(UNKNOWN);
            let is_free = known.free.contains(node.fact);
            if cell == UNKNOWN || is_free {
                break (node, is_free);
            }
            at = self.next(node, cell);
        };
        if let Some((stamp, reduced)) = scratch.met.get(at.index())
            && *stamp == scratch.stamp
        {
            return *reduced;
        }
        let count = if is_free { node.cells } else { node.declared };
        let base = scratch.children.len();
        for cell in 0..count {
            let child = self.reduce(self.next(node, cell), known, scratch);
            scratch.children.push(child);
        }
        let copy = if known.apart.contains(node.fact) {
            known.copy
        } else {
            0
        };
        let asked = AskedVariable {
            number: node.variable,
            copy,
        };
        let result = scratch.intern(asked, node.fact, base);
        scratch.children.truncate(base);
        if let Some(met) = scratch.met.get_mut(at.index()) {
            *met = (scratch.stamp, result);
        }
        result
    }

    /// `then` where `condition` has this value, `otherwise` elsewhere.
    pub fn choose_restricted(
        &self,
        (condition, value): (Restricted, u16),
        then: Restricted,
        otherwise: Restricted,
        scratch: &mut Scratch,
    ) -> Restricted {
        let choice = |[condition, then, otherwise]: [u32; 3]| {
            if condition < TERMINALS {
                Some(if condition == u32::from(value) {
                    then
                } else {
                    otherwise
                })
            } else {
                (then == otherwise).then_some(then)
            }
        };
        let parts = [condition.0, then.0, otherwise.0];
        Restricted(self.combine_restricted(parts, &choice, &mut HashMap::default(), scratch))
    }

    /// The larger of two values everywhere.
    pub fn larger_restricted(
        &self,
        left: Restricted,
        right: Restricted,
        scratch: &mut Scratch,
    ) -> Restricted {
        let larger = |[left, right]: [u32; 2]| {
            if left < TERMINALS && right < TERMINALS {
                Some(left.max(right))
            } else {
                (left == right).then_some(left)
            }
        };
        Restricted(self.combine_restricted(
            [left.0, right.0],
            &larger,
            &mut HashMap::default(),
            scratch,
        ))
    }

    fn combine_restricted<const N: usize>(
        &self,
        parts: [u32; N],
        decided: &impl Fn([u32; N]) -> Option<u32>,
        memo: &mut HashMap<[u32; N], u32>,
        scratch: &mut Scratch,
    ) -> u32 {
        if let Some(result) = decided(parts) {
            return result;
        }
        if let Some(known) = memo.get(&parts) {
            return *known;
        }
        let asked = parts
            .iter()
            .map(|part| scratch.asked(*part))
            .min()
            .unwrap_or(AskedVariable::NONE);
        let count = parts
            .iter()
            .map(|part| scratch.branches(*part, asked))
            .max()
            .unwrap_or(0);
        let base = scratch.children.len();
        for cell in 0..count {
            let branches = parts.map(|part| scratch.branch(part, asked, cell));
            let child = self.combine_restricted(branches, decided, memo, scratch);
            scratch.children.push(child);
        }
        let id = scratch.intern(asked, self.fact(asked.number), base);
        scratch.children.truncate(base);
        memo.insert(parts, id);
        id
    }
}

impl Scratch {
    fn begin(&mut self, nodes: usize) {
        if self.met.len() < nodes {
            self.met.resize(nodes, (0, 0));
        }
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.met.fill((0, 0));
            self.stamp = 1;
        }
    }

    fn begin_series(&mut self) {
        self.arena.clear();
        self.arena_branches.clear();
        if self.table.is_empty() {
            self.table.resize(1 << 12, (0, 0));
        }
        self.series = self.series.wrapping_add(1);
        if self.series == 0 {
            self.table.fill((0, 0));
            self.series = 1;
        }
    }

    fn visit(&mut self, node: NodeId) -> bool {
        match self.met.get_mut(node.index()) {
            Some((stamp, _)) if *stamp != self.stamp => {
                *stamp = self.stamp;
                true
            }
            _ => false,
        }
    }

    /// What a restricted diagram of the current series depends on.
    #[must_use]
    pub fn summary(&self, Restricted(id): Restricted) -> Summary {
        if id < TERMINALS {
            return Summary {
                open: FactSet::default(),
                values: 1 << id.min(63),
            };
        }
        self.node(id)
            .map(|reduced| reduced.summary)
            .unwrap_or_default()
    }

    /// Every value that a restricted diagram of the current series can take.
    #[must_use]
    pub fn values(&self, Restricted(id): Restricted) -> std::collections::BTreeSet<u16> {
        let mut values = std::collections::BTreeSet::new();
        let mut seen = HashSet::default();
        let mut todo = vec![id];
        while let Some(next) = todo.pop() {
            if next < TERMINALS {
                values.insert(next as u16);
            } else if seen.insert(next)
                && let Some(node) = self.node(next)
            {
                todo.extend_from_slice(self.children_of(node));
            }
        }
        values
    }

    fn node(&self, id: u32) -> Option<&Reduced> {
        self.arena.get(id.checked_sub(TERMINALS)? as usize)
    }

    fn children_of(&self, node: &Reduced) -> &[u32] {
        let first = node.first as usize;
        self.arena_branches
            .get(first..first + usize::from(node.count))
            .unwrap_or_default()
    }

    fn asked(&self, id: u32) -> AskedVariable {
        self.node(id)
            .map_or(AskedVariable::NONE, |node| node.variable)
    }

    /// Number of branches of `id`, if it asks just this.
    fn branches(&self, id: u32, asked: AskedVariable) -> usize {
        self.node(id)
            .filter(|node| node.variable == asked)
            .map_or(0, |node| usize::from(node.count))
    }

    fn branch(&self, id: u32, asked: AskedVariable, cell: usize) -> u32 {
        self.node(id)
            .filter(|node| node.variable == asked)
            .and_then(|node| self.children_of(node).get(cell))
            .copied()
            .unwrap_or(id)
    }

    /// The reduced node whose branches stand in `children` from `base` on; shared with an equal one.
    fn intern(&mut self, variable: AskedVariable, fact: u16, base: usize) -> u32 {
        let children = self.children.get(base..).unwrap_or_default();
        let Some((first, rest)) = children.split_first() else {
            return 0;
        };
        if rest.iter().all(|child| child == first) {
            return *first;
        }
        let mask = self.table.len().saturating_sub(1);
        let mut slot = slot_of(variable, children) & mask;
        while let Some((series, id)) = self.table.get(slot) {
            if *series != self.series {
                break;
            }
            let known = self.node(*id);
            if known.is_some_and(|known| {
                known.variable == variable && self.children_of(known) == children
            }) {
                return *id;
            }
            slot = (slot + 1) & mask;
        }
        let mut summary = Summary::default();
        for child in children {
            let child = self.summary(Restricted(*child));
            summary.open = summary.open.union(child.open);
            summary.values |= child.values;
        }
        summary.open.insert(fact);
        let id = TERMINALS + self.arena.len() as u32;
        let (first, count) = (self.arena_branches.len() as u32, children.len() as u8);
        self.arena_branches
            .extend_from_slice(self.children.get(base..).unwrap_or_default());
        self.arena.push(Reduced {
            variable,
            first,
            count,
            summary,
        });
        if let Some(entry) = self.table.get_mut(slot) {
            *entry = (self.series, id);
        }
        if self.arena.len() * 2 > self.table.len() {
            self.grow();
        }
        id
    }

    /// Doubles the table of reduced nodes and enters them anew.
    fn grow(&mut self) {
        let size = self.table.len().max(1 << 11) * 2;
        self.table.clear();
        self.table.resize(size, (0, 0));
        let mask = size - 1;
        for (index, known) in self.arena.iter().enumerate() {
            let mut slot = slot_of(known.variable, self.children_of(known)) & mask;
            while self
                .table
                .get(slot)
                .is_some_and(|(series, _)| *series == self.series)
            {
                slot = (slot + 1) & mask;
            }
            if let Some(entry) = self.table.get_mut(slot) {
                *entry = (self.series, TERMINALS + index as u32);
            }
        }
    }
}

/// Takes a value into what was met; says no when it is a second one, for then nothing more can be learnt.
fn one_value(met: &mut Option<Reach>, value: u16) -> bool {
    let same = met.is_none_or(|met| met == Reach::Only(value));
    *met = Some(if same {
        Reach::Only(value)
    } else {
        Reach::Several
    });
    same
}

/// Where the search for a reduced node begins.
fn slot_of(variable: AskedVariable, children: &[u32]) -> usize {
    let asked = u64::from(variable.number) << 16 | u64::from(variable.copy);
    let mut hash = asked.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for child in children {
        hash = (hash ^ u64::from(*child))
            .wrapping_mul(0xFF51_AFD7_ED55_8CCD)
            .rotate_left(31);
    }
    (hash >> 7) as usize
}
