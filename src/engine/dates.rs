//! When a waiting period ends and when a maximum period ended: computed beside the diagrams, by moving the evaluation date.
//!
//! The stated dates move with the evaluation date. An unknown date may lie anywhere, and may pass its periods in any order between the
//! days on which a stated date passes one; every other unknown fact is the same on all days.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::dates::{next_day, previous_day};
use crate::diagram::{FactSet, Known, NodeId, Restricted};
use crate::engine::{Assignment, Screening};
use crate::facts::{FactId, FactKind, Value};

/// A day that an answer may name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dated {
    /// The day, if it is the same on every completion concerned.
    pub(super) day: Option<Date>,
    /// The unknown facts that can still change it.
    pub(super) open: FactSet,
}

/// Value of the completions that are not concerned.
const NOT_CONCERNED: u16 = u16::MAX;
/// Most looks at other days; a rule set would need hundreds of thresholds on one fact to reach it.
const LOOKS_MAX: usize = 10_000;

impl Screening<'_, '_> {
    /// The first later day on which `waiting` holds with the same facts, over the completions on which `concerned` has this value.
    pub(super) fn earliest(&mut self, waiting: NodeId, concerned: Option<(NodeId, u16)>) -> Dated {
        let as_of = self.as_of;
        let mut days = self.flips(&[waiting]);
        days.push(next_day(as_of));
        days.retain(|day| *day > as_of);
        days.sort_unstable();
        days.dedup();
        self.dated(&[waiting], concerned, &days)
    }

    /// The last earlier day on which each of the `limits` held with the same facts, and of those that are over the earliest.
    pub(super) fn last(&mut self, limits: &[NodeId], concerned: Option<(NodeId, u16)>) -> Dated {
        let as_of = self.as_of;
        let mut days = self.flips(limits);
        days.push(as_of);
        days.retain(|day| *day <= as_of);
        days.sort_unstable();
        days.dedup();
        let days: Vec<Date> = days.into_iter().rev().map(previous_day).collect();
        self.dated(limits, concerned, &days)
    }

    /// For each condition that fails today the first of `days` on which it holds, and of these days the last in their order. The first of
    /// `days` lies next to today, whether or not a stated date moves on it: an unknown one may.
    fn dated(
        &mut self,
        conditions: &[NodeId],
        concerned: Option<(NodeId, u16)>,
        days: &[Date],
    ) -> Dated {
        let unknown = self.unknown(&self.facts.cells);
        let apart = self.apart(unknown);
        // An unknown date can make every condition turn at a time of its own, so it takes as many looks to see them turn one after another.
        let looks_per_day = if apart.intersection(unknown).is_empty() {
            1
        } else {
            conditions.len().max(1)
        };
        let looks: Vec<(Date, Assignment)> = days
            .iter()
            .take(LOOKS_MAX / looks_per_day)
            .flat_map(|day| {
                let walk = &mut self.workspace.walk;
                let facts = Assignment::new(self.ruleset, self.segment, self.given, *day, walk);
                std::iter::repeat_n((*day, facts), looks_per_day)
            })
            .collect();
        let diagrams = &self.segment.diagrams;
        let scratch = &mut self.workspace.summaries;
        diagrams.begin_summaries(scratch);
        let today = Known::of(&self.facts.cells);
        let concerned =
            concerned.map(|(root, value)| (diagrams.restrict(root, &today, scratch), value));
        let failing: Vec<Restricted> = conditions
            .iter()
            .map(|condition| diagrams.restrict(*condition, &today, scratch))
            .collect();
        let never = Restricted::terminal(0);
        let mut found = vec![never; conditions.len()];
        for (copy, (_, look)) in (1..=LOOKS_MAX as u16).zip(&looks).rev() {
            diagrams.begin_look(scratch);
            let known = Known {
                apart,
                copy,
                ..Known::of(&look.cells)
            };
            for (condition, found) in conditions.iter().zip(&mut found) {
                let holds = diagrams.restrict(*condition, &known, scratch);
                let here = Restricted::terminal(copy);
                *found = diagrams.choose_restricted((holds, 1), here, *found, scratch);
            }
        }
        let mut last = never;
        for (today, found) in failing.into_iter().zip(found) {
            let own = diagrams.choose_restricted((today, 1), never, found, scratch);
            last = diagrams.larger_restricted(last, own, scratch);
        }
        if let Some(concerned) = concerned {
            let other = Restricted::terminal(NOT_CONCERNED);
            last = diagrams.choose_restricted(concerned, last, other, scratch);
        }
        let mut values: BTreeSet<u16> = scratch.values(last);
        values.remove(&NOT_CONCERNED);
        let only = values.first().filter(|_| values.len() == 1);
        let place = only.and_then(|copy| usize::from(*copy).checked_sub(1));
        Dated {
            day: place
                .and_then(|place| looks.get(place))
                .map(|(day, _)| *day),
            open: scratch.summary(last).open.intersection(unknown),
        }
    }

    /// The facts whose state on another day says nothing about today: dates, and what is implied today but perhaps not then.
    fn apart(&self, unknown: FactSet) -> FactSet {
        let facts = self.ruleset.catalog.facts().iter().enumerate();
        let dates: FactSet = facts
            .filter(|(_, fact)| fact.kind == FactKind::Date)
            .filter_map(|(number, _)| FactId::try_from(number).ok())
            .collect();
        let implied: FactSet = self
            .segment
            .implied
            .iter()
            .map(|implied| implied.fact)
            .collect();
        dates.union(implied.difference(unknown))
    }

    /// The days on which a stated date passes a threshold that may matter for one of `conditions`, in ascending order.
    fn flips(&self, conditions: &[NodeId]) -> Vec<Date> {
        let asked = conditions.iter().fold(FactSet::default(), |all, root| {
            all.union(self.segment.diagrams.facts(*root))
        });
        let asked = self.with_implying(asked);
        let mut flips = Vec::new();
        for (fact, value) in self.given.iter().filter(|(fact, _)| asked.contains(*fact)) {
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
}
