//! The smallest concrete person in some circumstances: the fewest stated facts that settle a condition, as a request that can be sent.
//!
//! A shortest path. Whatever the diagrams do not ask on the way is left unknown; what must be left open so that the person is a possible one
//! is looked after, too, but not stated.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::fmt::Write as _;

use foldhash::HashMap;
use jiff::civil::Date;

use crate::diagram::{NodeId, Role, TooLarge};
use crate::facts::{FactCatalog, Given, Value};
use crate::verify::space::{Cell, SharedFact, Space};

/// A person, described by as few facts as settle what is asked for.
#[derive(Clone, Debug)]
pub struct Person {
    /// What can be sent to each side.
    pub requests: Vec<Request>,
    /// Whether the rule set holds that such a person can exist.
    pub possible: bool,
    /// Number of stated facts.
    pub facts: usize,
}

/// Facts and the day on which they are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Evaluation date.
    pub as_of: Date,
    /// The stated facts.
    pub given: Given,
    /// The request as JSON.
    pub json: String,
}

impl Person {
    /// The request to the first side; empty only for a space without sides.
    #[must_use]
    pub fn request(&self) -> &str {
        self.requests
            .first()
            .map_or("", |request| request.json.as_str())
    }
}

/// Facts as a request that can be sent, in declaration order.
#[must_use]
pub fn request_json(catalog: &FactCatalog, given: &Given, as_of: Date) -> String {
    let mut out = format!("{{\"asOf\":\"{as_of}\",\"facts\":{{");
    for (place, (number, value)) in given.iter().enumerate() {
        let Some(fact) = catalog.get(number) else {
            continue;
        };
        let option = |number: u8| {
            let option = fact.options.get(usize::from(number));
            option.map_or("", String::as_str)
        };
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{}\":", fact.id);
        let _ = match value {
            Value::Bool(yes) => write!(out, "{yes}"),
            Value::One(number) => write!(out, "\"{}\"", option(number)),
            Value::Many(options) => {
                let chosen: Vec<String> = (0..fact.options.len())
                    .filter(|number| options & (1 << number) != 0)
                    .filter_map(|number| u8::try_from(number).ok())
                    .map(|number| format!("\"{}\"", option(number)))
                    .collect();
                write!(out, "[{}]", chosen.join(","))
            }
            Value::Int(number) => write!(out, "{number}"),
            Value::Date(day) => write!(out, "\"{day}\""),
            Value::PostalCode(code) => write!(out, "\"{code}\""),
        };
    }
    out.push_str("}}");
    out
}

/// What a person says about a fact that other facts can imply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing, and nothing has to imply it.
    Nothing,
    /// Nothing, and others imply it.
    Implied,
    /// Something that contradicts nothing.
    Consistent,
    /// Something that contradicts what is implied.
    Contradicting,
}

/// Steps of a search after which it no longer tries to leave a fact open that the diagram asks.
const STEPS_MAX: usize = 200_000;

/// Facts that others imply and that are looked at in every way together; each multiplies the searches by four.
const IMPLIED_MAX: usize = 3;

impl Said {
    /// The ways that there are for a fact.
    fn ways(fact: &SharedFact) -> &'static [Self] {
        match (fact.has_default(), fact.implied_together()) {
            (true, _) => &[Self::Consistent, Self::Contradicting],
            (false, None) => &[Self::Nothing, Self::Consistent, Self::Contradicting],
            (false, Some(_)) => &[
                Self::Nothing,
                Self::Implied,
                Self::Consistent,
                Self::Contradicting,
            ],
        }
    }

    /// Whether the fact can be in this cell.
    fn fits(self, fact: &SharedFact, cell: u8) -> bool {
        let content = fact.cells.get(usize::from(cell));
        match self {
            Self::Nothing | Self::Consistent => {
                content.is_some_and(|content| !content.is_contradicted())
            }
            Self::Implied => fact
                .implied_together()
                .is_some_and(|(implied, _)| implied == cell),
            Self::Contradicting => content.is_some_and(Cell::is_contradicted),
        }
    }

    fn is_silent(self) -> bool {
        matches!(self, Self::Nothing | Self::Implied)
    }
}

/// What is said about every fact that others can imply, by its place.
type World = Vec<(usize, Said)>;

/// What is decided about the fact whose variables are being passed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Passing {
    /// Nothing yet.
    Fresh,
    /// It is stated.
    Stated(usize),
    /// Nothing is said about it.
    Unknown(usize),
}

/// Where a search stands.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    /// Must become true, whatever the facts are about which nothing is said.
    wanted: NodeId,
    /// Must not become false; keeps the person possible.
    possible: NodeId,
    passing: Passing,
}

impl State {
    fn is_hopeless(&self) -> bool {
        self.possible == NodeId::FALSE || self.wanted == NodeId::FALSE
    }
}

/// A way on from a state.
struct Move {
    next: State,
    cell: u8,
    stated: bool,
    cost: Cost,
}

/// How a state was reached.
struct Step {
    state: State,
    from: usize,
    variable: u16,
    cell: u8,
    stated: bool,
}

/// Facts to state, then how far the values lie from the first of each list: of two people the plainer one is shown.
type Cost = (u32, u32);

/// Variables, their cells, and whether they are stated.
type Path = Vec<(u16, u8, bool)>;

impl Space<'_> {
    /// The smallest person who certainly fulfils `condition`; a possible one if there is any.
    ///
    /// # Errors
    /// [`TooLarge`] when the space is full.
    pub fn smallest(&mut self, condition: NodeId) -> Result<Option<Person>, TooLarge> {
        if !self.anybody(condition) {
            return Ok(None);
        }
        let explained = self.explained;
        let wanted = self.diagrams.and(condition, explained)?;
        let asked = self.diagrams.asked(condition);
        let attempts = [
            (self.possible(), true, Some(asked.clone())),
            // What the condition does not ask may have to be said to be a possible person.
            (self.possible(), true, None),
            (self.reachable(), false, Some(asked)),
            (self.reachable(), false, None),
        ];
        for (whole, possible, asked) in attempts {
            let mut best: Option<(Cost, Path)> = None;
            let mut settles = NodeId::FALSE;
            for world in self.worlds(asked.as_ref()) {
                let allowed = self.allowed_in(&world, whole)?;
                let mut wanted = self.seen_in(&world, wanted)?;
                for (place, said) in &world {
                    let fact = self.facts.get(*place);
                    if let (Said::Implied, Some((_, conditions))) =
                        (said, fact.and_then(SharedFact::implied_together))
                    {
                        for (_, when) in conditions {
                            wanted = self.diagrams.and(wanted, *when)?;
                        }
                    }
                }
                let kept = self.kept(wanted, allowed, &world)?;
                let limit = best.as_ref().map(|(cost, _)| *cost);
                if let Some(found) = self.shortest(wanted, kept, &world, limit)? {
                    best = Some(found);
                    settles = wanted;
                }
            }
            if let Some((_, mut path)) = best {
                self.leave_out_idle(settles, &mut path);
                return Ok(Some(self.person(&path, possible)));
            }
        }
        Ok(None)
    }

    /// Leaves out every stated fact without which the person still certainly fulfils the condition, those asked last first. A search that
    /// had to give up early states them; who is left is as possible as before, for less is stated.
    fn leave_out_idle(&self, wanted: NodeId, path: &mut Path) {
        let fact_of = |variable: u16| self.fact_of.get(usize::from(variable)).copied();
        let mut facts: Vec<usize> = path
            .iter()
            .filter(|(_, _, stated)| *stated)
            .filter_map(|(variable, ..)| fact_of(*variable))
            .collect();
        facts.dedup();
        // Whether a statement contradicts what others imply hangs on these.
        let beside: BTreeSet<u16> = facts
            .iter()
            .filter_map(|place| self.facts.get(*place))
            .flat_map(|fact| &fact.implied)
            .flat_map(|(_, when)| self.diagrams.asked(*when))
            .collect();
        for place in facts.into_iter().rev() {
            let fact = self.facts.get(place);
            let stays = fact.is_none_or(|fact| {
                let count = u16::try_from(fact.options.len().max(1)).unwrap_or(u16::MAX);
                let own = fact.first..fact.first.saturating_add(count);
                // What others can imply is looked at in every way before, and what absence means may not be possible.
                !fact.implied.is_empty() || fact.has_default() || beside.range(own).next().is_some()
            });
            if stays {
                continue;
            }
            let mut fewer = path.clone();
            for (variable, _, stated) in &mut fewer {
                if fact_of(*variable) == Some(place) {
                    *stated = false;
                }
            }
            let known: HashMap<u16, u8> = fewer
                .iter()
                .filter(|(variable, _, stated)| {
                    let fact = fact_of(*variable).and_then(|place| self.facts.get(place));
                    *stated || fact.is_some_and(SharedFact::has_default)
                })
                .map(|(variable, cell, _)| (*variable, *cell))
                .collect();
            if self.is_settled(wanted, &known, &mut HashMap::default()) {
                *path = fewer;
            }
        }
    }

    /// Whether a condition holds for everything that the facts not known here can be.
    fn is_settled(
        &self,
        wanted: NodeId,
        known: &HashMap<u16, u8>,
        seen: &mut HashMap<NodeId, bool>,
    ) -> bool {
        if wanted.value().is_some() {
            return wanted != NodeId::FALSE;
        }
        if let Some(settled) = seen.get(&wanted) {
            return *settled;
        }
        let variable = self.diagrams.top(wanted);
        let branch = |cell: u8| self.diagrams.branch(wanted, variable, cell);
        let settled = if let Some(cell) = known.get(&variable) {
            self.is_settled(branch(*cell), known, seen)
        } else {
            let place = self.fact_of.get(usize::from(variable)).copied();
            let fact = place.and_then(|place| self.facts.get(place));
            let cells = fact.map_or(&[][..], |fact| fact.cells.as_slice());
            // Where leaving the fact out means something, that alone counts.
            let default = fact.is_some_and(SharedFact::has_default);
            let mut counting = cells.iter().zip(0_u8..).filter(|(cell, _)| {
                if default {
                    cell.omitted
                } else {
                    cell.is_plain()
                }
            });
            counting.all(|(_, cell)| self.is_settled(branch(cell), known, seen))
        };
        seen.insert(wanted, settled);
        settled
    }

    /// Every way in which the person can relate to the facts that others imply; to those of these variables only, if they are given.
    fn worlds(&self, asked: Option<&BTreeSet<u16>>) -> Vec<World> {
        let mut worlds = vec![World::new()];
        let mut looked_at = 0;
        for (place, fact) in self.facts.iter().enumerate() {
            if fact.implied.is_empty() {
                continue;
            }
            let ways = Said::ways(fact);
            let ways = if asked.is_some_and(|asked| !asked.contains(&fact.first)) {
                ways.get(..1).unwrap_or(ways)
            } else if looked_at < IMPLIED_MAX {
                looked_at += 1;
                ways
            } else {
                // With many such facts only the first few are looked at in every way; the person may then state a fact too many.
                &[Said::Consistent, Said::Contradicting]
            };
            worlds = worlds
                .into_iter()
                .flat_map(|world| {
                    ways.iter().map(move |said| {
                        let mut world = world.clone();
                        world.push((place, *said));
                        world
                    })
                })
                .collect();
        }
        worlds
    }

    /// Who is left in a world.
    fn allowed_in(&mut self, world: &World, whole: NodeId) -> Result<NodeId, TooLarge> {
        let mut allowed = whole;
        for (place, said) in world {
            let Some(fact) = self.facts.get(*place) else {
                continue;
            };
            let only = self
                .diagrams
                .leaf(fact.first, |cell| said.fits(fact, cell))?;
            allowed = self.diagrams.and(allowed, only)?;
            if *said != Said::Nothing {
                continue;
            }
            for (implied, when) in &fact.implied {
                let is_implied = self.diagrams.leaf(fact.first, |cell| cell == *implied)?;
                let otherwise = self.diagrams.not(*when)?;
                let either = self.diagrams.or(otherwise, is_implied)?;
                allowed = self.diagrams.and(allowed, either)?;
            }
        }
        Ok(allowed)
    }

    /// A diagram as it is in a world: what cannot be there no longer matters.
    fn seen_in(&mut self, world: &World, diagram: NodeId) -> Result<NodeId, TooLarge> {
        let facts = &self.facts;
        let instead = |variable: u16, cell: u8| {
            let known = world
                .iter()
                .filter_map(|(place, said)| Some((facts.get(*place)?, said)))
                .find(|(fact, _)| fact.first == variable);
            match known {
                Some((fact, said)) if !said.fits(fact, cell) => (0..u8::MAX)
                    .take(fact.cells.len())
                    .find(|cell| said.fits(fact, *cell))
                    .unwrap_or(cell),
                _ => cell,
            }
        };
        self.diagrams.redirect(diagram, instead)
    }

    /// What remains to be looked after, when every other fact may still be anything.
    fn kept(&mut self, wanted: NodeId, whole: NodeId, world: &World) -> Result<NodeId, TooLarge> {
        let mut asked = self.diagrams.asked(wanted);
        // What has to be said has to be passed, even where the world leaves nothing to choose.
        let said = world.iter().filter(|(_, said)| !said.is_silent());
        asked.extend(said.filter_map(|(place, _)| Some(self.facts.get(*place)?.first)));
        // Leaving these out means something, so they are never just anything.
        for fact in self.facts.iter().filter(|fact| fact.has_default()) {
            let count = u16::try_from(fact.options.len().max(1)).unwrap_or(1);
            asked.extend(fact.first..fact.first.saturating_add(count));
        }
        // An option of a list that is stated is stated, too.
        let facts: BTreeSet<usize> = asked
            .iter()
            .filter_map(|variable| self.fact_of.get(usize::from(*variable)).copied())
            .collect();
        let kept: Vec<u16> = (0..u16::try_from(self.fact_of.len()).unwrap_or(u16::MAX))
            .filter(|variable| {
                let fact = self.fact_of.get(usize::from(*variable));
                fact.is_some_and(|fact| facts.contains(fact))
            })
            .collect();
        let key = (whole, kept);
        if let Some(known) = self.projected.get(&key) {
            return Ok(*known);
        }
        let kept = self.diagrams.project(whole, |variable| {
            if key.1.binary_search(&variable).is_ok() {
                Role::Keep
            } else {
                Role::Any
            }
        })?;
        self.projected.insert(key, kept);
        Ok(kept)
    }

    /// The cheapest way to the end; for every variable on it, its cell and whether it is stated.
    fn shortest(
        &mut self,
        wanted: NodeId,
        possible: NodeId,
        world: &World,
        limit: Option<Cost>,
    ) -> Result<Option<(Cost, Path)>, TooLarge> {
        let start = State {
            wanted,
            possible,
            passing: Passing::Fresh,
        };
        if start.is_hopeless() {
            return Ok(None);
        }
        let mut steps = vec![Step {
            state: start.clone(),
            from: usize::MAX,
            variable: 0,
            cell: 0,
            stated: false,
        }];
        let mut best: HashMap<State, Cost> = std::iter::once((start, (0, 0))).collect();
        let mut queue: BinaryHeap<Reverse<(Cost, usize)>> = BinaryHeap::new();
        queue.push(Reverse(((0, 0), 0)));
        while let Some(Reverse((cost, at))) = queue.pop() {
            let Some(state) = steps.get(at).map(|step| step.state.clone()) else {
                continue;
            };
            if best.get(&state).is_some_and(|known| *known < cost) {
                continue;
            }
            let variable = self.next_variable(&state);
            if variable == u16::MAX {
                return Ok(Some((cost, path(&steps, at))));
            }
            // Leaving facts open multiplies the ways; beyond this many, only facts that the diagram skips are left open.
            let thorough = steps.len() < STEPS_MAX;
            for way in self.moves(&state, variable, world, thorough)? {
                let cost = (cost.0 + way.cost.0, cost.1 + way.cost.1);
                if limit.is_some_and(|limit| limit <= cost) {
                    continue;
                }
                if best.get(&way.next).is_some_and(|known| *known <= cost) {
                    continue;
                }
                best.insert(way.next.clone(), cost);
                queue.push(Reverse((cost, steps.len())));
                steps.push(Step {
                    state: way.next,
                    from: at,
                    variable,
                    cell: way.cell,
                    stated: way.stated,
                });
            }
        }
        Ok(None)
    }

    fn next_variable(&self, state: &State) -> u16 {
        let top = |diagram| self.diagrams.top(diagram);
        top(state.wanted).min(top(state.possible))
    }

    /// Every way on from a state.
    fn moves(
        &mut self,
        state: &State,
        variable: u16,
        world: &World,
        thorough: bool,
    ) -> Result<Vec<Move>, TooLarge> {
        let mut moves = Vec::new();
        let Some(place) = self.fact_of.get(usize::from(variable)).copied() else {
            return Ok(moves);
        };
        let Some(fact) = self.facts.get(place) else {
            return Ok(moves);
        };
        let asked = self.diagrams.top(state.wanted) == variable;
        let stated = state.passing == Passing::Stated(place);
        let unknown = state.passing == Passing::Unknown(place);
        let has_default = fact.has_default();
        let said = world.iter().find(|(fact, _)| *fact == place);
        let silent = said.is_some_and(|(_, said)| said.is_silent());
        let speaks = said.is_some_and(|(_, said)| !said.is_silent());
        // An option that only the possible person asks for may still belong to a list that has to be stated.
        let may_state = asked || stated || has_default || !fact.options.is_empty();
        if !unknown && !silent && (may_state || speaks) {
            for (cell, number) in fact.cells.iter().zip(0_u8..) {
                let omitted = cell.omitted && !stated;
                let next = State {
                    wanted: self.diagrams.branch(state.wanted, variable, number),
                    possible: self.diagrams.branch(state.possible, variable, number),
                    passing: if omitted {
                        Passing::Fresh
                    } else {
                        Passing::Stated(place)
                    },
                };
                moves.push(Move {
                    next,
                    cell: number,
                    stated: !omitted,
                    cost: (u32::from(!omitted && !stated), u32::from(number)),
                });
            }
        }
        if !stated && !has_default && !speaks && (unknown || !asked || thorough || silent) {
            let cells = fact.cells.iter().zip(0_u8..);
            let plain: Vec<(u8, bool)> = cells.map(|(cell, at)| (at, cell.is_plain())).collect();
            let mut next = State {
                wanted: NodeId::TRUE,
                possible: NodeId::FALSE,
                passing: Passing::Unknown(place),
            };
            for (cell, plain) in plain {
                if plain {
                    let wanted = self.diagrams.branch(state.wanted, variable, cell);
                    next.wanted = self.diagrams.and(next.wanted, wanted)?;
                }
                let possible = self.diagrams.branch(state.possible, variable, cell);
                next.possible = self.diagrams.or(next.possible, possible)?;
            }
            moves.push(Move {
                next,
                cell: 0,
                stated: false,
                cost: (0, 0),
            });
        }
        moves.retain(|way| !way.next.is_hopeless());
        for way in &mut moves {
            // What is decided about a fact counts only for its own variables.
            let following = self.fact_of.get(usize::from(self.next_variable(&way.next)));
            if following != Some(&place) {
                way.next.passing = Passing::Fresh;
            }
        }
        Ok(moves)
    }

    /// The person at the end of a path.
    fn person(&self, path: &[(u16, u8, bool)], possible: bool) -> Person {
        let mut cells = vec![0_u8; self.fact_of.len()];
        let mut stated = BTreeSet::new();
        for (variable, cell, is_stated) in path {
            if let Some(slot) = cells.get_mut(usize::from(*variable)) {
                *slot = *cell;
            }
            if let (true, Some(fact)) = (*is_stated, self.fact_of.get(usize::from(*variable))) {
                stated.insert(*fact);
            }
        }
        let mut requests = Vec::new();
        for (side, own) in self.sides.iter().enumerate() {
            let catalog = &own.ruleset.catalog;
            let mut given = Given::nothing(catalog.facts().len());
            for fact in stated.iter().filter_map(|fact| self.facts.get(*fact)) {
                let Some(number) = fact.numbers.get(side).copied().flatten() else {
                    continue;
                };
                let cell_of = |offset: usize| -> Option<&Cell> {
                    let cell = cells.get(usize::from(fact.first) + offset)?;
                    fact.cells.get(usize::from(*cell))
                };
                let value = if fact.options.is_empty() {
                    cell_of(0).and_then(|cell| cell.values.get(side).copied().flatten())
                } else {
                    let options = fact.options.iter().enumerate();
                    let chosen = options.filter(|(offset, _)| {
                        cells.get(usize::from(fact.first) + offset) == Some(&1)
                    });
                    let numbers =
                        chosen.filter_map(|(_, option)| option.get(side).copied().flatten());
                    Some(Value::Many(
                        numbers.fold(0, |bits, number| bits | 1 << number),
                    ))
                };
                if let Some(value) = value {
                    given.set(number, value);
                }
            }
            requests.push(Request {
                as_of: own.as_of,
                json: request_json(catalog, &given, own.as_of),
                given,
            });
        }
        Person {
            requests,
            possible,
            facts: stated.len(),
        }
    }
}

/// The steps that lead to a place, from the first on.
fn path(steps: &[Step], end: usize) -> Path {
    let mut path = Vec::new();
    let mut at = end;
    while let Some(step) = steps.get(at).filter(|step| step.from != usize::MAX) {
        path.push((step.variable, step.cell, step.stated));
        at = step.from;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagram::{Reach, Scratch};
    use crate::engine::{self, Workspace};
    use crate::request;
    use crate::rules::Ruleset;
    use crate::verify::random::{self, TODAY};
    use crate::verify::space::Side;

    /// Three days cut every date of the random rule sets on `TODAY`, and these ages every age.
    const AGES: [i64; 3] = [15, 20, 28];

    fn days() -> Vec<Date> {
        [
            "2027-01-01",
            "2026-10-01",
            "2025-12-01",
            "2024-01-01",
            "2000-01-01",
        ]
        .map(|day| day.parse().unwrap())
        .to_vec()
    }

    /// What a diagram is under stated facts.
    fn settled(ruleset: &Ruleset, given: &Given, root: NodeId, workspace: &mut Workspace) -> Reach {
        let known = engine::known(ruleset, given, TODAY, workspace);
        ruleset
            .segment(TODAY)
            .diagrams
            .reach(root, &known.everywhere, &mut Scratch::default())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_value_of_every_conclusion_has_a_person_exactly_if_somebody_has_it(rules in random::rules()) {
            let ruleset = rules.compile();
            let side = Side::on(&ruleset, TODAY);
            let mut space = Space::new(vec![side]).unwrap();
            let mut workspace = Workspace::default();
            let everybody = random::everybody(&ruleset, &days(), &AGES);
            for conclusion in &side.segment.conclusions {
                let root = space.import(0, conclusion.root).unwrap();
                for value in side.segment.diagrams.values(conclusion.root) {
                    let wanted = space.diagrams().map(root, |found| u16::from(found == value)).unwrap();
                    let is_impossible = |given: &Given, workspace: &mut Workspace| {
                        settled(&ruleset, given, side.segment.impossible, workspace)
                    };
                    let Some(person) = space.smallest(wanted).unwrap() else {
                        for given in everybody.iter().step_by(7) {
                            let found = settled(&ruleset, given, conclusion.root, &mut workspace);
                            prop_assert_ne!(found, Reach::Only(value));
                        }
                        continue;
                    };
                    let request = request::parse(person.request().as_bytes(), &ruleset.catalog, false).unwrap();
                    prop_assert_eq!(request.as_of, Some(TODAY));
                    prop_assert_eq!(&request.given, &person.requests[0].given);
                    let found = settled(&ruleset, &request.given, conclusion.root, &mut workspace);
                    prop_assert_eq!(found, Reach::Only(value), "{}", person.request());
                    if person.possible {
                        let impossible = is_impossible(&request.given, &mut workspace);
                        prop_assert_ne!(impossible, Reach::Only(1), "{}", person.request());
                    }
                    // Every single fact is needed: without it, the value is no longer certain. Where some people are impossible, a fact may be
                    // there for that alone.
                    if side.segment.impossible != NodeId::FALSE {
                        continue;
                    }
                    for (fact, _) in request.given.iter() {
                        let mut fewer = request.given.clone();
                        fewer.clear(fact);
                        let found = settled(&ruleset, &fewer, conclusion.root, &mut workspace);
                        prop_assert_ne!(
                            found,
                            Reach::Only(value),
                            "{:?}: {} without {}",
                            conclusion.subject,
                            person.request(),
                            ruleset.catalog.name(fact)
                        );
                    }
                }
            }
        }
    }
}
