//! What follows from an answer: what would open a phase, when the answer changes by itself, and which facts had no influence.

use std::collections::BTreeSet;

use asaflex::engine::{self, Advice, ToOpen, Wanted, Workspace};
use jiff::civil::{Date, date};

use crate::by_hand::{Answer, ByHand, Stated};
use crate::rule_set::{AS_OF, BOUNDARY};
use crate::{World, given, places, shown};

/// Every way to state these facts otherwise.
fn changed(world: &World, stated: &Stated, facts: &[usize]) -> Vec<Stated> {
    let mut all = vec![stated.clone()];
    for fact in facts {
        let others: Vec<_> = world.set.facts[*fact]
            .values()
            .into_iter()
            .filter(|value| stated[*fact] != Some(*value))
            .collect();
        all = all
            .iter()
            .flat_map(|stated| {
                others.iter().map(|value| {
                    let mut stated = stated.clone();
                    stated[*fact] = Some(*value);
                    stated
                })
            })
            .collect();
    }
    all
}

/// Sets of these facts, smaller ones first, then those declared first.
fn subsets(facts: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = (0..1_usize << facts.len())
        .map(|bits| {
            let chosen = facts.iter().enumerate();
            let chosen = chosen.filter(|(at, _)| bits & (1 << at) != 0);
            chosen.map(|(_, fact)| *fact).collect()
        })
        .collect();
    all.sort_by_key(|subset| (subset.len(), subset.clone()));
    all
}

/// The fewest changes, found by trying all of them.
pub(crate) fn what_opens_a_phase_is_the_least_that_does(world: &World) {
    let by_hand = ByHand::new(&world.set, AS_OF);
    for (number, advice) in world.advice.iter().enumerate().step_by(2) {
        let stated = &world.statements[number];
        let changeable: Vec<usize> = (0..stated.len())
            .filter(|fact| stated[*fact].is_some() && world.set.facts[*fact].changeable)
            .collect();
        for (pathway, found) in advice.pathways.iter().enumerate() {
            let opens = |stated: &Stated| {
                !by_hand.settled(stated, false, |states| !by_hand.opens(pathway, states))
            };
            let open = matches!(
                found.outcome.as_str(),
                "conditions-met" | "agency-assessment"
            );
            let least = subsets(&changeable).into_iter().find_map(|facts| {
                let ways = changed(world, stated, &facts);
                let ways: Vec<Stated> = ways.into_iter().filter(opens).collect();
                (!ways.is_empty()).then_some((facts, ways))
            });
            let Some((facts, ways)) = least.filter(|_| !open) else {
                assert_eq!(found.to_open, None, "\n{}", world.told(number));
                continue;
            };
            let told = || format!("pathway {pathway}, {facts:?}\n{}", world.told(number));
            // Not where a maximum period is over before the waiting ends.
            let leads_there = |way: &Stated| {
                let (_, wait_until) = rest(&by_hand, way, pathway);
                wait_until.is_none_or(|day| {
                    let then = ByHand::new(&world.set, day);
                    !then.settled(way, false, |states| !then.opens(pathway, states))
                })
            };
            let Some(to_open) = found.to_open else {
                assert!(!ways.iter().all(leads_there), "{}", told());
                continue;
            };
            assert_eq!(places(to_open.facts), facts, "{}", told());
            let fits = |stated: &Stated| {
                rest(&by_hand, stated, pathway) == shape(to_open) && leads_there(stated)
            };
            assert!(ways.iter().any(fits), "{to_open:?} {}", told());
        }
    }
}

/// What is still unknown, and until when one waits.
type Rest = (BTreeSet<usize>, Option<Date>);

fn shape(to_open: ToOpen) -> Rest {
    let unknown = places(to_open.unknown).into_iter().collect();
    (unknown, to_open.wait_until)
}

fn rest(by_hand: &ByHand<'_>, stated: &Stated, pathway: usize) -> Rest {
    let mut unknown = by_hand.undecided(stated, |states| by_hand.opens(pathway, states));
    unknown.extend(by_hand.undecided(stated, |states| by_hand.waited(pathway, states)));
    (unknown, by_hand.answer(stated).earliest[pathway])
}

/// The parts of an answer that count as a change.
fn shown_part(answer: Answer) -> impl PartialEq {
    let modules: Vec<(usize, bool)> = answer
        .modules
        .iter()
        .map(|(module, recommended, _)| (*module, *recommended))
        .collect();
    (
        (answer.outcomes, answer.earliest, answer.last, answer.body),
        (modules, answer.routes, answer.offices),
        (answer.offers, answer.notices),
    )
}

/// The first day that answers otherwise, found by answering anew.
pub(crate) fn the_answer_changes_first_on_the_day_named(world: &World) {
    let today = ByHand::new(&world.set, AS_OF);
    for (number, advice) in world.advice.iter().enumerate().step_by(7) {
        let stated = &world.statements[number];
        // The date of a phase can change beside the day on which a stated date turns.
        let flips = today.flips(stated).into_iter();
        let around = flips.flat_map(|day| [day.yesterday().unwrap(), day, day.tomorrow().unwrap()]);
        let mut days: BTreeSet<Date> = around.collect();
        days.insert(BOUNDARY);
        days.retain(|day| *day > AS_OF);
        let now = shown_part(today.answer(stated));
        let first = days
            .into_iter()
            .find(|day| now != shown_part(ByHand::new(&world.set, *day).answer(stated)));
        let found = advice.changes_on.as_ref();
        assert_eq!(
            found.map(|found| found.date),
            first,
            "\n{}",
            world.told(number)
        );
        assert!(found.is_none_or(|found| !found.changes.is_empty()));
    }
    // On no day between is the answer another one: looked at every day, for a few.
    let mut workspace = Workspace::default();
    for (number, advice) in world.advice.iter().enumerate().step_by(97) {
        let given = given(&world.statements[number]);
        let mut day = AS_OF.tomorrow().unwrap();
        let end = advice
            .changes_on
            .as_ref()
            .map_or(date(2027, 6, 1), |found| found.date);
        while day < end {
            let then = engine::screen(&world.ruleset, &given, day, Wanted::ALL, &mut workspace);
            assert_eq!(
                dated_part(&then),
                dated_part(advice),
                "{day}\n{}",
                world.told(number)
            );
            day = day.tomorrow().unwrap();
        }
    }
}

fn dated_part(advice: &Advice) -> impl PartialEq + std::fmt::Debug {
    let pathways = advice.pathways.iter();
    let modules = advice.modules.iter();
    let routes = advice.routes.iter();
    let offers = advice.offers.iter();
    (
        pathways
            .map(|found| (found.outcome, found.earliest, found.last))
            .collect::<Vec<_>>(),
        advice.decided_by.body,
        modules
            .map(|found| (found.module, found.recommended))
            .collect::<Vec<_>>(),
        routes.map(|found| found.route).collect::<Vec<_>>(),
        offers.map(|found| found.offer).collect::<Vec<_>>(),
        advice.notices.clone(),
    )
}

/// Everything is concluded without an unused fact as with it, and it would not be asked; every other fact fails one of the two.
pub(crate) fn unused_facts_are_those_without_influence(world: &World) {
    let by_hand = ByHand::new(&world.set, AS_OF);
    for (number, advice) in world.advice.iter().enumerate().step_by(3) {
        let stated = &world.statements[number];
        let with = by_hand.answer(stated);
        for fact in (0..stated.len()).filter(|fact| stated[*fact].is_some()) {
            let mut fewer = stated.clone();
            fewer[fact] = None;
            let without = by_hand.answer(&fewer);
            let same = (&with.earliest, &with.last) == (&without.earliest, &without.last);
            let used = !same
                || without.open.contains_key(&fact)
                || by_hand.concludes_otherwise(stated, &fewer);
            assert_eq!(
                !places(advice.unused).contains(&fact),
                used,
                "{} = {}\n{}",
                world.set.facts[fact].id,
                stated[fact].map(shown).unwrap_or_default(),
                world.told(number)
            );
        }
    }
}
