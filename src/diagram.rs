//! Reduced, ordered, multi-valued decision diagrams with shared nodes.
//!
//! A node asks one [`Variable`]; a branch is one *cell* of it (an option, a truth value, an interval between two thresholds).
//! Equal sub-diagrams are shared, and a node whose branches all lead to the same place does not exist, so two conditions that mean
//! the same are the same [`NodeId`].
//!
//! Knows nothing about trainees, law or files.

use foldhash::{HashMap, HashSet};

mod sets;

pub use sets::{Renamed, Role};
mod walk;

pub use walk::{Known, Reach, Restricted, Scratch, Summary};

/// A diagram: a terminal with a value, or a node that asks a variable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct NodeId(u32);

/// Values a terminal may carry are below this number; the ids from here on are nodes.
const TERMINALS: u32 = 1 << 16;

/// The cell of a variable about which nothing is known.
pub const UNKNOWN: u8 = u8::MAX;

impl NodeId {
    /// The constant false.
    pub const FALSE: Self = Self(0);
    /// The constant true.
    pub const TRUE: Self = Self(1);

    /// The constant diagram of `value`.
    #[must_use]
    pub const fn terminal(value: u16) -> Self {
        Self(value as u32)
    }

    /// The value, if this diagram is constant.
    #[must_use]
    #[inline]
    pub const fn value(self) -> Option<u16> {
        if self.0 < TERMINALS {
            Some(self.0 as u16)
        } else {
            None
        }
    }

    const fn index(self) -> usize {
        (self.0 - TERMINALS) as usize
    }

    /// Like [`NodeId::index`]; beyond every index for a constant.
    #[inline]
    const fn index_if_node(self) -> usize {
        (self.0 as usize).wrapping_sub(TERMINALS as usize)
    }
}

/// Where the diagrams that [`Diagrams::finish`] kept are now.
#[derive(Debug)]
pub struct Moved(Vec<u32>);

impl Moved {
    /// The place of a diagram that the roots reach; a constant stays what it is.
    #[must_use]
    pub fn to(&self, diagram: NodeId) -> NodeId {
        self.0
            .get(diagram.index_if_node())
            .map_or(diagram, |place| NodeId(*place))
    }
}

/// What a node can ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The fact this variable belongs to; several variables may belong to one fact.
    pub fact: u16,
    /// Number of cells a caller can state; an unknown variable ranges over these.
    pub declared: u8,
    /// Number of all cells; those from `declared` on arise only before evaluation (a default, a contradiction).
    pub cells: u8,
}

/// A diagram, or a set of diagrams, grew beyond its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the decision diagram needs more than {0} nodes")]
pub struct TooLarge(pub usize);

/// What a node asks, with what a walk needs to know of its variable at once.
#[derive(Clone, Copy, Debug)]
struct Node {
    variable: u16,
    fact: u16,
    first: u32,
    declared: u8,
    cells: u8,
}

/// The set of diagrams of one period of law.
#[derive(Debug, Default)]
pub struct Diagrams {
    variables: Vec<Variable>,
    nodes: Vec<Node>,
    branches: Vec<NodeId>,
    unique: HashMap<(u16, Box<[NodeId]>), NodeId>,
    memo: HashMap<(Operation, NodeId, NodeId), NodeId>,
    nodes_max: usize,
    /// The facts below every node; nodes are made after their branches, so this grows with them.
    facts: Vec<FactSet>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Operation {
    And,
    Or,
}

impl Diagrams {
    /// An empty set over `variables`, in their order, that refuses to grow beyond `nodes_max` nodes.
    #[must_use]
    pub fn new(variables: Vec<Variable>, nodes_max: usize) -> Self {
        Self {
            variables,
            nodes_max,
            ..Self::default()
        }
    }

    /// The variables, in the order in which diagrams ask them.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Number of nodes of all diagrams together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no diagram asks anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Ends building: keeps what `roots` reach and forgets everything else. What is asked together then lies together, in the order in
    /// which the roots are given, so that a walk stays within a few cache lines. No diagram from before is valid any more but as the
    /// answer translates it.
    pub fn finish(&mut self, roots: &[NodeId]) -> Moved {
        let mut order: Vec<NodeId> = Vec::new();
        let mut places = vec![u32::MAX; self.nodes.len()];
        for root in roots {
            let mut todo = vec![*root];
            while let Some(next) = todo.pop() {
                let Some(place) = places.get_mut(next.index_if_node()) else {
                    continue;
                };
                if *place != u32::MAX {
                    continue;
                }
                *place = TERMINALS + order.len() as u32;
                order.push(next);
                let variable = self.top(next);
                let cells = (0..self.cells(variable)).rev();
                todo.extend(cells.map(|cell| self.branch(next, variable, cell)));
            }
        }
        let moved = Moved(places);
        let mut nodes = Vec::with_capacity(order.len());
        let mut branches = Vec::new();
        let mut facts = Vec::with_capacity(order.len());
        for node in order {
            let variable = self.top(node);
            let first = branches.len() as u32;
            nodes.push(self.new_node(variable, first));
            facts.push(self.facts(node));
            let cells = 0..self.cells(variable);
            branches.extend(cells.map(|cell| moved.to(self.branch(node, variable, cell))));
        }
        *self = Self {
            variables: std::mem::take(&mut self.variables),
            nodes_max: self.nodes_max,
            nodes,
            branches,
            facts,
            ..Self::default()
        };
        moved
    }

    /// The diagram that asks `variable` and is true in the cells that `holds` names.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn leaf(&mut self, variable: u16, holds: impl Fn(u8) -> bool) -> Result<NodeId, TooLarge> {
        let cells = self.cells(variable);
        let branches = (0..cells)
            .map(|cell| {
                if holds(cell) {
                    NodeId::TRUE
                } else {
                    NodeId::FALSE
                }
            })
            .collect();
        self.node(variable, branches)
    }

    /// The diagram that asks `variable` and goes on with one of `branches`, which must ask later variables only.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn node(&mut self, variable: u16, branches: Vec<NodeId>) -> Result<NodeId, TooLarge> {
        if let Some((first, rest)) = branches.split_first()
            && rest.iter().all(|branch| branch == first)
        {
            return Ok(*first);
        }
        let key = (variable, branches.into_boxed_slice());
        if let Some(known) = self.unique.get(&key) {
            return Ok(*known);
        }
        if self.nodes.len() >= self.nodes_max {
            return Err(TooLarge(self.nodes_max));
        }
        let too_large = TooLarge(self.nodes_max);
        let id = u32::try_from(self.nodes.len())
            .ok()
            .and_then(|index| index.checked_add(TERMINALS))
            .ok_or(too_large)?;
        let first = u32::try_from(self.branches.len()).map_err(|_| too_large)?;
        let mut facts = FactSet::default();
        for branch in &key.1 {
            facts = facts.union(self.facts(*branch));
        }
        facts.insert(self.fact(variable));
        self.facts.push(facts);
        self.branches.extend_from_slice(&key.1);
        self.nodes.push(self.new_node(variable, first));
        self.unique.insert(key, NodeId(id));
        Ok(NodeId(id))
    }

    fn new_node(&self, variable: u16, first: u32) -> Node {
        Node {
            variable,
            fact: self.fact(variable),
            first,
            declared: self.declared(variable),
            cells: self.cells(variable),
        }
    }

    /// Both.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn and(&mut self, left: NodeId, right: NodeId) -> Result<NodeId, TooLarge> {
        self.combine(Operation::And, left, right)
    }

    /// At least one.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn or(&mut self, left: NodeId, right: NodeId) -> Result<NodeId, TooLarge> {
        self.combine(Operation::Or, left, right)
    }

    /// The opposite of a condition.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn not(&mut self, diagram: NodeId) -> Result<NodeId, TooLarge> {
        self.map(diagram, |value| u16::from(value == 0))
    }

    fn combine(
        &mut self,
        operation: Operation,
        left: NodeId,
        right: NodeId,
    ) -> Result<NodeId, TooLarge> {
        let (neutral, absorbing) = match operation {
            Operation::And => (NodeId::TRUE, NodeId::FALSE),
            Operation::Or => (NodeId::FALSE, NodeId::TRUE),
        };
        if left == absorbing || right == absorbing {
            return Ok(absorbing);
        }
        if left == neutral || left == right {
            return Ok(right);
        }
        if right == neutral {
            return Ok(left);
        }
        let key = (operation, left.min(right), left.max(right));
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        let variable = self.top(left).min(self.top(right));
        let cells = self.cells(variable);
        let mut branches = Vec::with_capacity(usize::from(cells));
        for cell in 0..cells {
            let (left, right) = (
                self.branch(left, variable, cell),
                self.branch(right, variable, cell),
            );
            branches.push(self.combine(operation, left, right)?);
        }
        let result = self.node(variable, branches)?;
        self.memo.insert(key, result);
        Ok(result)
    }

    /// `condition ? then : otherwise`, for diagrams with any values.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn choose(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    ) -> Result<NodeId, TooLarge> {
        self.choose_memo(condition, then, otherwise, &mut HashMap::default())
    }

    fn choose_memo(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
        memo: &mut HashMap<(NodeId, NodeId, NodeId), NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if then == otherwise || condition == NodeId::TRUE {
            return Ok(then);
        }
        if condition == NodeId::FALSE {
            return Ok(otherwise);
        }
        if let Some(known) = memo.get(&(condition, then, otherwise)) {
            return Ok(*known);
        }
        let variable = self
            .top(condition)
            .min(self.top(then))
            .min(self.top(otherwise));
        let mut branches = Vec::new();
        for cell in 0..self.cells(variable) {
            let condition = self.branch(condition, variable, cell);
            let then = self.branch(then, variable, cell);
            let otherwise = self.branch(otherwise, variable, cell);
            branches.push(self.choose_memo(condition, then, otherwise, memo)?);
        }
        let result = self.node(variable, branches)?;
        memo.insert((condition, then, otherwise), result);
        Ok(result)
    }

    /// The diagram with every terminal value replaced.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn map(
        &mut self,
        diagram: NodeId,
        change: impl Fn(u16) -> u16,
    ) -> Result<NodeId, TooLarge> {
        self.map_memo(diagram, &change, &mut HashMap::default())
    }

    fn map_memo(
        &mut self,
        diagram: NodeId,
        change: &impl Fn(u16) -> u16,
        memo: &mut HashMap<NodeId, NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if let Some(value) = diagram.value() {
            return Ok(NodeId::terminal(change(value)));
        }
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let variable = self.top(diagram);
        let mut branches = Vec::new();
        for cell in 0..self.cells(variable) {
            let branch = self.branch(diagram, variable, cell);
            branches.push(self.map_memo(branch, change, memo)?);
        }
        let result = self.node(variable, branches)?;
        memo.insert(diagram, result);
        Ok(result)
    }

    /// Two diagrams merged value by value.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn merge(
        &mut self,
        left: NodeId,
        right: NodeId,
        change: impl Fn(u16, u16) -> u16,
    ) -> Result<NodeId, TooLarge> {
        self.merge_memo(left, right, &change, &mut HashMap::default())
    }

    fn merge_memo(
        &mut self,
        left: NodeId,
        right: NodeId,
        change: &impl Fn(u16, u16) -> u16,
        memo: &mut HashMap<(NodeId, NodeId), NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if let (Some(left), Some(right)) = (left.value(), right.value()) {
            return Ok(NodeId::terminal(change(left, right)));
        }
        if let Some(known) = memo.get(&(left, right)) {
            return Ok(*known);
        }
        let variable = self.top(left).min(self.top(right));
        let mut branches = Vec::new();
        for cell in 0..self.cells(variable) {
            let (left, right) = (
                self.branch(left, variable, cell),
                self.branch(right, variable, cell),
            );
            branches.push(self.merge_memo(left, right, change, memo)?);
        }
        let result = self.node(variable, branches)?;
        memo.insert((left, right), result);
        Ok(result)
    }

    /// The node of a diagram, none for a constant.
    #[inline]
    fn at(&self, diagram: NodeId) -> Option<&Node> {
        self.nodes.get(diagram.index_if_node())
    }

    /// Where a node goes on in `cell`; constantly false for a cell that its variable does not have.
    #[inline]
    fn next(&self, node: &Node, cell: u8) -> NodeId {
        self.branches
            .get(node.first as usize + usize::from(cell))
            .copied()
            .unwrap_or(NodeId::FALSE)
    }

    /// The variable a diagram asks first; beyond every variable for a constant.
    #[must_use]
    pub fn top(&self, diagram: NodeId) -> u16 {
        if diagram.value().is_some() {
            return u16::MAX;
        }
        self.nodes
            .get(diagram.index())
            .map_or(u16::MAX, |node| node.variable)
    }

    /// Where `diagram` goes on when `variable` is in `cell`; the diagram itself if it does not ask `variable` first.
    #[must_use]
    pub fn branch(&self, diagram: NodeId, variable: u16, cell: u8) -> NodeId {
        if diagram.value().is_some() {
            return diagram;
        }
        match self.nodes.get(diagram.index()) {
            Some(node) if node.variable == variable => self
                .branches
                .get(node.first as usize + usize::from(cell))
                .copied()
                .unwrap_or(diagram),
            _ => diagram,
        }
    }

    /// Number of all cells of a variable.
    #[must_use]
    pub fn cells(&self, variable: u16) -> u8 {
        self.variables
            .get(usize::from(variable))
            .map_or(0, |variable| variable.cells)
    }

    /// Number of cells of a variable that a caller can state.
    #[must_use]
    pub fn declared(&self, variable: u16) -> u8 {
        self.variables
            .get(usize::from(variable))
            .map_or(0, |variable| variable.declared)
    }

    /// The facts that a diagram asks anywhere.
    #[must_use]
    pub fn facts(&self, diagram: NodeId) -> FactSet {
        if diagram.value().is_some() {
            return FactSet::default();
        }
        self.facts.get(diagram.index()).copied().unwrap_or_default()
    }

    /// The fact a variable belongs to.
    #[must_use]
    pub fn fact(&self, variable: u16) -> u16 {
        self.variables
            .get(usize::from(variable))
            .map_or(0, |variable| variable.fact)
    }

    /// The values a diagram can take over all cells, in ascending order.
    #[must_use]
    pub fn values(&self, diagram: NodeId) -> Vec<u16> {
        let mut seen = HashSet::default();
        let mut values = std::collections::BTreeSet::new();
        let mut todo = vec![diagram];
        while let Some(next) = todo.pop() {
            if !seen.insert(next) {
                continue;
            }
            if let Some(value) = next.value() {
                values.insert(value);
                continue;
            }
            let variable = self.top(next);
            todo.extend((0..self.cells(variable)).map(|cell| self.branch(next, variable, cell)));
        }
        values.into_iter().collect()
    }
}

/// A set of facts; at most 128 facts can be declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FactSet(u128);

impl FactSet {
    /// The largest number of facts a set can hold.
    pub const FACTS_MAX: usize = 128;

    /// Adds a fact.
    #[inline]
    pub fn insert(&mut self, fact: u16) {
        self.0 |= 1_u128.checked_shl(u32::from(fact)).unwrap_or(0);
    }

    /// Takes a fact away.
    pub fn remove(&mut self, fact: u16) {
        self.0 &= !1_u128.checked_shl(u32::from(fact)).unwrap_or(0);
    }

    /// Whether the fact is in the set.
    #[must_use]
    #[inline]
    pub fn contains(self, fact: u16) -> bool {
        self.0 & 1_u128.checked_shl(u32::from(fact)).unwrap_or(0) != 0
    }

    /// Whether there is no fact in the set.
    #[must_use]
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Number of facts in the set.
    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// All facts of both sets.
    #[must_use]
    #[inline]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The facts that are in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The facts of this set that are not in the other.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The facts in descending order.
    pub fn iter_descending(self) -> impl Iterator<Item = u16> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            rest.checked_ilog2().map(|fact| {
                rest &= !(1 << fact);
                fact as u16
            })
        })
    }

    /// The facts in ascending order.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let fact = rest.trailing_zeros();
                rest &= rest - 1;
                fact as u16
            })
        })
    }
}

impl FromIterator<u16> for FactSet {
    fn from_iter<T: IntoIterator<Item = u16>>(facts: T) -> Self {
        let mut set = Self::default();
        for fact in facts {
            set.insert(fact);
        }
        set
    }
}
