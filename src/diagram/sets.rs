//! Diagrams as sets of circumstances: whether two meet, what is left when variables no longer count, and how the diagrams of one set
//! are brought into another that cuts its variables more finely.
//!
//! What building a rule set does not need, and proving one does.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashSet};

use crate::diagram::{Diagrams, NodeId, TooLarge};

/// What becomes of a variable in [`Diagrams::project`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It stays.
    Keep,
    /// It no longer counts: any cell will do.
    Any,
    /// It has this cell.
    Fixed(u8),
}

/// Where a variable of another set of diagrams lies in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The variable here.
    pub variable: u16,
    /// For every cell here, the cell there.
    pub cells: Vec<u8>,
}

impl Diagrams {
    /// The variables that a diagram asks anywhere.
    #[must_use]
    pub fn asked(&self, diagram: NodeId) -> BTreeSet<u16> {
        let mut seen = HashSet::default();
        let mut asked = BTreeSet::new();
        let mut todo = vec![diagram];
        while let Some(next) = todo.pop() {
            if next.value().is_some() || !seen.insert(next) {
                continue;
            }
            let variable = self.top(next);
            asked.insert(variable);
            todo.extend((0..self.cells(variable)).map(|cell| self.branch(next, variable, cell)));
        }
        asked
    }

    /// Whether two conditions hold together anywhere; looks for one place and makes no nodes.
    #[must_use]
    pub fn meets(&self, left: NodeId, right: NodeId) -> bool {
        self.meets_memo(left, right, &mut HashSet::default())
    }

    fn meets_memo(
        &self,
        left: NodeId,
        right: NodeId,
        apart: &mut HashSet<(NodeId, NodeId)>,
    ) -> bool {
        if left == NodeId::FALSE || right == NodeId::FALSE {
            return false;
        }
        // A reduced condition that is not the constant false holds somewhere.
        if left == NodeId::TRUE || right == NodeId::TRUE || left == right {
            return true;
        }
        if apart.contains(&(left, right)) {
            return false;
        }
        let variable = self.top(left).min(self.top(right));
        for cell in 0..self.cells(variable) {
            let (left, right) = (
                self.branch(left, variable, cell),
                self.branch(right, variable, cell),
            );
            if self.meets_memo(left, right, apart) {
                return true;
            }
        }
        apart.insert((left, right));
        false
    }

    /// A condition after some variables were fixed, and others no longer count: it holds where it held for any of their cells.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn project(
        &mut self,
        condition: NodeId,
        role: impl Fn(u16) -> Role,
    ) -> Result<NodeId, TooLarge> {
        self.project_memo(condition, &role, &mut HashMap::default())
    }

    fn project_memo(
        &mut self,
        condition: NodeId,
        role: &impl Fn(u16) -> Role,
        memo: &mut HashMap<NodeId, NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if condition.value().is_some() {
            return Ok(condition);
        }
        if let Some(known) = memo.get(&condition) {
            return Ok(*known);
        }
        let variable = self.top(condition);
        let result = match role(variable) {
            Role::Fixed(cell) => {
                let branch = self.branch(condition, variable, cell);
                self.project_memo(branch, role, memo)?
            }
            Role::Keep => {
                let mut branches = Vec::new();
                for cell in 0..self.cells(variable) {
                    let branch = self.branch(condition, variable, cell);
                    branches.push(self.project_memo(branch, role, memo)?);
                }
                self.node(variable, branches)?
            }
            Role::Any => {
                let mut any = NodeId::FALSE;
                for cell in 0..self.cells(variable) {
                    if any == NodeId::TRUE {
                        break;
                    }
                    let branch = self.branch(condition, variable, cell);
                    let branch = self.project_memo(branch, role, memo)?;
                    any = self.or(any, branch)?;
                }
                any
            }
        };
        memo.insert(condition, result);
        Ok(result)
    }

    /// A diagram in which some cells behave as others do: `instead` names, for a variable and a cell, the cell that counts.
    ///
    /// # Errors
    /// [`TooLarge`] when the set is full.
    pub fn redirect(
        &mut self,
        diagram: NodeId,
        instead: impl Fn(u16, u8) -> u8,
    ) -> Result<NodeId, TooLarge> {
        self.redirect_memo(diagram, &instead, &mut HashMap::default())
    }

    fn redirect_memo(
        &mut self,
        diagram: NodeId,
        instead: &impl Fn(u16, u8) -> u8,
        memo: &mut HashMap<NodeId, NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if diagram.value().is_some() {
            return Ok(diagram);
        }
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let variable = self.top(diagram);
        let mut branches = Vec::new();
        for cell in 0..self.cells(variable) {
            let branch = self.branch(diagram, variable, instead(variable, cell));
            branches.push(self.redirect_memo(branch, instead, memo)?);
        }
        let result = self.node(variable, branches)?;
        memo.insert(diagram, result);
        Ok(result)
    }

    /// A diagram of another set, asked with the variables and cells of this one. `renamed` has an entry for every variable there;
    /// `memo` belongs to one `source` and one `renamed`.
    ///
    /// # Errors
    /// [`TooLarge`] when this set is full.
    pub fn import(
        &mut self,
        source: &Self,
        diagram: NodeId,
        renamed: &[Renamed],
        memo: &mut HashMap<NodeId, NodeId>,
    ) -> Result<NodeId, TooLarge> {
        if diagram.value().is_some() {
            return Ok(diagram);
        }
        if let Some(known) = memo.get(&diagram) {
            return Ok(*known);
        }
        let there = source.top(diagram);
        let Some(here) = renamed.get(usize::from(there)) else {
            return Ok(NodeId::FALSE);
        };
        let mut branches = Vec::with_capacity(here.cells.len());
        for cell in &here.cells {
            let branch = source.branch(diagram, there, *cell);
            branches.push(self.import(source, branch, renamed, memo)?);
        }
        let in_order = branches
            .iter()
            .all(|branch| self.top(*branch) > here.variable);
        let result = if in_order {
            self.node(here.variable, branches)?
        } else {
            // The two sets order their variables differently: let every branch find its own place.
            let mut result = branches.last().copied().unwrap_or(NodeId::FALSE);
            for (cell, branch) in branches.iter().enumerate().rev().skip(1) {
                let here = self.leaf(here.variable, |asked| usize::from(asked) == cell)?;
                result = self.choose(here, *branch, result)?;
            }
            result
        };
        memo.insert(diagram, result);
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::Variable;

    fn set(cells: &[u8]) -> Diagrams {
        let variables = cells
            .iter()
            .enumerate()
            .map(|(fact, cells)| Variable {
                fact: fact as u16,
                declared: *cells,
                cells: *cells,
            })
            .collect();
        Diagrams::new(variables, 10_000)
    }

    #[test]
    fn two_conditions_meet_exactly_when_their_conjunction_is_not_false() {
        let mut diagrams = set(&[2, 3, 2]);
        let first = diagrams.leaf(0, |cell| cell == 1).unwrap();
        let second = diagrams.leaf(1, |cell| cell == 2).unwrap();
        let third = diagrams.leaf(2, |cell| cell == 1).unwrap();
        let both = diagrams.and(first, second).unwrap();
        let either = diagrams.or(second, third).unwrap();
        let all = [first, second, third, both, either];
        for left in all {
            for right in all {
                let opposite = diagrams.not(right).unwrap();
                for right in [right, opposite] {
                    let together = diagrams.and(left, right).unwrap();
                    assert_eq!(diagrams.meets(left, right), together != NodeId::FALSE);
                }
            }
        }
    }

    #[test]
    fn a_variable_that_no_longer_counts_is_not_asked_and_a_fixed_one_neither() {
        let mut diagrams = set(&[2, 3]);
        let first = diagrams.leaf(0, |cell| cell == 1).unwrap();
        let second = diagrams.leaf(1, |cell| cell == 2).unwrap();
        let both = diagrams.and(first, second).unwrap();
        let without_second = diagrams.project(both, |variable| match variable {
            1 => Role::Any,
            _ => Role::Keep,
        });
        assert_eq!(without_second, Ok(first));
        let fixed = diagrams.project(both, |variable| match variable {
            0 => Role::Fixed(0),
            _ => Role::Keep,
        });
        assert_eq!(fixed, Ok(NodeId::FALSE));
        assert_eq!(diagrams.asked(both), BTreeSet::from([0, 1]));
    }

    #[test]
    fn a_redirected_cell_behaves_as_the_other_and_a_question_that_no_longer_matters_is_gone() {
        let mut diagrams = set(&[3, 2]);
        let first = diagrams.leaf(0, |cell| cell == 2).unwrap();
        let second = diagrams.leaf(1, |cell| cell == 1).unwrap();
        let either = diagrams.or(first, second).unwrap();
        let same = |_, cell: u8| cell.min(1);
        assert_eq!(diagrams.redirect(either, same), Ok(second));
    }

    #[test]
    fn an_imported_diagram_means_the_same_with_other_cuts_and_in_another_order() {
        let mut source = set(&[2, 3]);
        let first = source.leaf(0, |cell| cell == 1).unwrap();
        let second = source.leaf(1, |cell| cell >= 1).unwrap();
        let both = source.and(first, second).unwrap();
        // Here the second variable comes first and has four cells, of which two lie in the middle one there.
        let mut target = set(&[4, 2]);
        let renamed = [
            Renamed {
                variable: 1,
                cells: vec![0, 1],
            },
            Renamed {
                variable: 0,
                cells: vec![0, 1, 1, 2],
            },
        ];
        let imported = target
            .import(&source, both, &renamed, &mut HashMap::default())
            .unwrap();
        for (fine, coarse) in [(0, 0), (1, 1), (2, 1), (3, 2)] {
            for other in 0..2 {
                let there = source.branch(source.branch(both, 0, other), 1, coarse);
                let here = target.branch(target.branch(imported, 0, fine), 1, other);
                assert_eq!(there.value(), here.value(), "{fine} {other}");
            }
        }
    }
}
