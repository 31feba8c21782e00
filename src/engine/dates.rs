//! When a waiting period ends and when a maximum period ended: computed beside the diagrams, by moving the evaluation date.

use jiff::civil::Date;

use crate::dates::previous_day;
use crate::diagram::{FactSet, NodeId, Reach};
use crate::engine::{Assignment, Screening};
use crate::facts::Value;

impl Screening<'_, '_> {
    /// The first later day on which `waiting` holds with the same facts, if it is the same on every completion. Facts that could still
    /// change it are added to `open`.
    pub(super) fn earliest(&mut self, waiting: NodeId, open: &mut FactSet) -> Option<Date> {
        if self.reach(waiting) != Reach::Only(0) {
            self.note_open(waiting, self.as_of, open);
            // On some completions nothing has to be waited for, on others something has.
            self.sweep(waiting, open);
            return None;
        }
        self.sweep(waiting, open)
    }

    fn sweep(&mut self, waiting: NodeId, open: &mut FactSet) -> Option<Date> {
        let as_of = self.as_of;
        for day in self.flips().into_iter().filter(|day| *day > as_of) {
            match self.reach_on(waiting, day) {
                Reach::Only(1) => return Some(day),
                Reach::Only(_) => {}
                Reach::Several => {
                    self.note_open(waiting, day, open);
                    return None;
                }
            }
        }
        None
    }

    /// The last earlier day on which `limits` held with the same facts, if it is the same on every completion.
    pub(super) fn last(&mut self, limits: NodeId, open: &mut FactSet) -> Option<Date> {
        if self.reach(limits) != Reach::Only(0) {
            self.note_open(limits, self.as_of, open);
            return None;
        }
        let as_of = self.as_of;
        for flip in self.flips().into_iter().rev().filter(|day| *day <= as_of) {
            let day = previous_day(flip);
            match self.reach_on(limits, day) {
                Reach::Only(1) => return Some(day),
                Reach::Only(_) => {}
                Reach::Several => {
                    self.note_open(limits, day, open);
                    return None;
                }
            }
        }
        None
    }

    /// The days on which a stated date passes a threshold that rules use, in ascending order.
    pub(super) fn flips(&self) -> Vec<Date> {
        let mut flips = Vec::new();
        for (fact, value) in self.given.iter() {
            let Value::Date(day) = value else { continue };
            let thresholds = self
                .segment
                .date_thresholds
                .get(usize::from(fact))
                .map_or(&[][..], Vec::as_slice);
            flips.extend(
                thresholds
                    .iter()
                    .filter_map(|threshold| threshold.flip(day)),
            );
        }
        flips.sort_unstable();
        flips.dedup();
        flips
    }

    fn reach_on(&mut self, root: NodeId, day: Date) -> Reach {
        let facts = Assignment::new(self.ruleset, self.segment, self.given, day, self.workspace);
        self.segment
            .diagrams
            .reach(root, &facts.cells, &mut self.workspace.walk)
    }

    fn note_open(&mut self, root: NodeId, day: Date, open: &mut FactSet) {
        let facts = Assignment::new(self.ruleset, self.segment, self.given, day, self.workspace);
        let diagrams = &self.segment.diagrams;
        diagrams.begin_summaries(&mut self.workspace.summaries);
        let summary = diagrams.summary(
            root,
            &facts.cells,
            FactSet::default(),
            &mut self.workspace.summaries,
        );
        *open = open.union(summary.open);
    }
}
