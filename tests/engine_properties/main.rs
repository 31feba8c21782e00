//! The engine against brute force: random small rule sets, every partial statement of facts, every answer worked out by hand.
#![cfg(test)]

mod by_hand;
mod consequences;
mod found;
mod rule_set;

use std::collections::{BTreeMap, BTreeSet};

use asaflex::diagram::FactSet;
use asaflex::engine::{self, Advice, Because, Ground, Status, Wanted, Workspace};
use asaflex::facts::{Given, Value};
use asaflex::rules::compile::compile;
use asaflex::rules::model::{Outcome, Ruleset, Subject};
use asaflex::rules::problem::render_all;
use proptest::prelude::*;
use proptest::test_runner::Config;

use by_hand::{About, Answer, ByHand, Stated, together};
use rule_set::{AS_OF, Choices, Condition, RuleSet, Trigger};

/// Decisions that make one rule set; later ones are taken for the simplest choice.
const CHOICES: std::ops::RangeInclusive<usize> = 60..=260;
/// Most partial statements per rule set; keeps a run of all properties under a minute in a debug build.
const PARTIAL_MAX: usize = 700;

/// `PROPTEST_CASES` runs more of them, for a night rather than a minute.
fn configured(cases: u32) -> Config {
    let default = Config::default();
    let asked_for = std::env::var_os("PROPTEST_CASES").map(|_| default.cases);
    Config {
        cases: asked_for.unwrap_or(cases),
        max_shrink_iters: 60,
        failure_persistence: None,
        ..default
    }
}

/// The decisions behind a rule set; a failed test prints the rule set instead.
struct Numbers(Vec<u16>);

impl std::fmt::Debug for Numbers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("(the rule set above)")
    }
}

fn numbers() -> impl Strategy<Value = Numbers> {
    proptest::collection::vec(any::<u16>(), CHOICES).prop_map(Numbers)
}

/// A rule set with the engine's answer to every partial statement.
struct World {
    set: RuleSet,
    ruleset: Ruleset,
    statements: Vec<Stated>,
    advice: Vec<Advice>,
    /// Numbers of values per fact, absence included: the radix of a place in the lists.
    radix: Vec<usize>,
}

impl World {
    fn new(numbers: &[u16]) -> Self {
        let set = RuleSet::random(&mut Choices::new(numbers), PARTIAL_MAX);
        let ruleset = compiled(&set);
        let mut world = Self {
            radix: set
                .facts
                .iter()
                .map(|fact| fact.values().len() + 1)
                .collect(),
            set,
            ruleset,
            statements: Vec::new(),
            advice: Vec::new(),
        };
        let mut workspace = Workspace::default();
        for number in 0..world.radix.iter().product() {
            let stated = world.statement(number);
            let advice = screen(&world.ruleset, &stated, &mut workspace);
            world.statements.push(stated);
            world.advice.push(advice);
        }
        world
    }

    fn statement(&self, mut number: usize) -> Stated {
        let mut stated = Vec::new();
        for (fact, radix) in self.set.facts.iter().zip(&self.radix) {
            let digit = number % radix;
            number /= radix;
            stated.push(digit.checked_sub(1).map(|place| fact.values()[place]));
        }
        stated
    }

    /// The statements that say one thing more: place, fact.
    fn extensions(&self, number: usize) -> Vec<(usize, usize)> {
        let mut more = Vec::new();
        let mut stride = 1;
        for (fact, radix) in self.radix.iter().enumerate() {
            if (number / stride).is_multiple_of(*radix) {
                more.extend((1..*radix).map(|value| (number + value * stride, fact)));
            }
            stride *= radix;
        }
        more
    }

    fn told(&self, number: usize) -> String {
        let stated: Vec<String> = self
            .set
            .facts
            .iter()
            .zip(&self.statements[number])
            .filter_map(|(fact, value)| Some(format!("{} = {}", fact.id, shown((*value)?))))
            .collect();
        format!("{}\nstated: {}", self.set.printed(), stated.join(", "))
    }
}

fn shown(value: Value) -> String {
    match value {
        Value::Bool(yes) => yes.to_string(),
        Value::One(option) => format!("o{option}"),
        Value::Many(options) => format!("{options:#b}"),
        Value::Int(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::PostalCode(code) => code.to_string(),
    }
}

fn compiled(set: &RuleSet) -> Ruleset {
    let files = set.files();
    compile(&files).unwrap_or_else(|problems| panic!("{}", render_all(&problems, &files)))
}

fn given(stated: &Stated) -> Given {
    let mut given = Given::nothing(stated.len());
    for (fact, value) in stated.iter().enumerate() {
        if let Some(value) = value {
            given.set(u16::try_from(fact).unwrap(), *value);
        }
    }
    given
}

fn screen(ruleset: &Ruleset, stated: &Stated, workspace: &mut Workspace) -> Advice {
    engine::screen(ruleset, &given(stated), AS_OF, Wanted::ALL, workspace)
}

fn places(facts: FactSet) -> Vec<usize> {
    facts.iter().map(usize::from).collect()
}

/// The engine's answer in the form of the one worked out by hand.
fn answer_of(advice: &Advice, set: &RuleSet) -> Answer {
    let about = |subject: &Subject| match subject {
        Subject::Pathway(place) => About::Pathway(*place),
        Subject::DecidedBy => About::DecidedBy,
        Subject::FirstContact => About::FirstContact,
        Subject::Module(_) => About::Modules,
        Subject::Route(_) | Subject::RouteOrder => About::ContactRoutes,
        Subject::Offer(_) => About::Offers,
        Subject::Notice(_) => About::Notices,
        Subject::Offices(_) => About::Offices,
    };
    let open: BTreeMap<usize, (bool, BTreeSet<About>)> = advice
        .open_questions
        .iter()
        .map(|question| {
            let affects = question.affects.iter().map(about).collect();
            (usize::from(question.fact), (question.decides, affects))
        })
        .collect();
    assert_eq!(open.len(), advice.open_questions.len());
    Answer {
        outcomes: advice.pathways.iter().map(|found| found.outcome).collect(),
        earliest: advice.pathways.iter().map(|found| found.earliest).collect(),
        last: advice.pathways.iter().map(|found| found.last).collect(),
        body: advice.decided_by.body,
        decision: advice.decided_by.decision,
        candidates: advice.decided_by.candidates.clone(),
        settled_by: advice
            .decided_by
            .settled_by
            .iter()
            .map(|fact| usize::from(*fact))
            .collect(),
        modules: advice
            .modules
            .iter()
            .map(|found| (found.module, found.recommended, found.phase))
            .collect(),
        routes: advice.routes.iter().map(|found| found.route).collect(),
        offices: advice
            .routes
            .iter()
            .map(|found| {
                let shown = found.offices?;
                let offices = set.routes[found.route].offices.as_ref()?;
                Some((offices.choices[0].1, shown.district))
            })
            .collect(),
        offers: advice.offers.iter().map(|found| found.offer).collect(),
        notices: advice.notices.clone(),
        open,
        assumptions: advice
            .assumptions
            .iter()
            .map(|fact| usize::from(*fact))
            .collect(),
    }
}

/// Every part of an answer, and exactly the facts that can still change it.
fn conclusions_are_those_worked_out_by_hand(world: &World) {
    let by_hand = ByHand::new(&world.set, AS_OF);
    for (number, advice) in world.advice.iter().enumerate() {
        let expected = by_hand.answer(&world.statements[number]);
        assert_eq!(
            answer_of(advice, &world.set),
            expected,
            "\n{}",
            world.told(number)
        );
        assert_eq!(advice.first_contact, expected.routes.first().copied());
        assert_eq!(
            Some(advice.outcome),
            expected.outcomes.iter().min().copied()
        );
        let asked: Vec<_> = advice
            .open_questions
            .iter()
            .map(|question| question.fact)
            .collect();
        assert_eq!(advice.next_question.is_none(), asked.is_empty());
        assert!(
            advice
                .next_question
                .is_none_or(|fact| asked.contains(&fact))
        );
    }
}

/// What must be settled for a reason to stand.
struct Reason<'a> {
    conditions: Vec<&'a Condition>,
    order: bool,
}

impl Reason<'_> {
    fn enough(&self, by_hand: &ByHand<'_>, stated: &Stated) -> bool {
        by_hand.settled(stated, self.order, |states| {
            self.conditions
                .iter()
                .all(|condition| by_hand.holds(condition, states))
        })
    }
}

fn only(stated: &Stated, kept: &[usize]) -> Stated {
    stated
        .iter()
        .enumerate()
        .map(|(fact, value)| value.filter(|_| kept.contains(&fact)))
        .collect()
}

fn assert_irreducible(
    stated: &Stated,
    facts: FactSet,
    enough: &dyn Fn(&Stated) -> bool,
    told: &dyn Fn() -> String,
) {
    let kept = places(facts);
    assert!(
        kept.iter().all(|fact| stated[*fact].is_some()),
        "{kept:?} are not all stated\n{}",
        told()
    );
    assert!(
        enough(&only(stated, &kept)),
        "{kept:?} are not enough\n{}",
        told()
    );
    for fact in &kept {
        let fewer: Vec<usize> = kept.iter().copied().filter(|other| other != fact).collect();
        assert!(
            !enough(&only(stated, &fewer)),
            "{fact} is one too many of {kept:?}\n{}",
            told()
        );
    }
}

/// The grounds of something that rules trigger: each certain rule once, or all together.
fn check_grounds(
    by_hand: &ByHand<'_>,
    stated: &Stated,
    trigger: &Trigger,
    because: &[Because],
    told: &dyn Fn() -> String,
) {
    let valid: Vec<&Condition> = trigger
        .rules
        .iter()
        .filter(|rule| rule.valid.on(AS_OF))
        .map(|rule| &rule.when)
        .collect();
    let any = Condition::Any(valid.iter().map(|when| (*when).clone()).collect());
    let mut expected: Vec<(Ground, Reason<'_>)> = Vec::new();
    for (place, when) in valid.iter().copied().enumerate() {
        let alone = Reason {
            conditions: vec![when],
            order: false,
        };
        if alone.enough(by_hand, stated) {
            let conditions = [when].into_iter().chain(&trigger.requires).collect();
            expected.push((
                Ground::Rule(place),
                Reason {
                    conditions,
                    order: false,
                },
            ));
        }
    }
    if expected.is_empty() {
        let conditions = [&any].into_iter().chain(&trigger.requires).collect();
        expected.push((
            Ground::Together,
            Reason {
                conditions,
                order: false,
            },
        ));
    }
    assert_eq!(
        because
            .iter()
            .map(|reason| reason.ground)
            .collect::<Vec<_>>(),
        expected
            .iter()
            .map(|(ground, _)| *ground)
            .collect::<Vec<_>>(),
        "{}",
        told()
    );
    for (found, (_, reason)) in because.iter().zip(&expected) {
        assert_irreducible(
            stated,
            found.facts,
            &|stated| reason.enough(by_hand, stated),
            told,
        );
    }
}

/// Reasons name stated facts that are enough, and none that could be left out.
fn reasons_are_sufficient_and_irreducible(world: &World) {
    let by_hand = ByHand::new(&world.set, AS_OF);
    let set = &world.set;
    // Every reason is looked at with many subsets of its facts; a third of the statements shows as much as all of them.
    for (number, advice) in world.advice.iter().enumerate().step_by(3) {
        let stated = &world.statements[number];
        let told = || world.told(number);
        for found in &advice.modules {
            let trigger = &set.modules[found.module].trigger;
            check_grounds(&by_hand, stated, trigger, &found.because, &told);
        }
        for found in &advice.offers {
            let trigger = &set.offers[found.offer];
            check_grounds(&by_hand, stated, trigger, &found.because, &told);
        }
        for found in &advice.routes {
            let (bands, presence): (Vec<Because>, Vec<Because>) = found
                .because
                .iter()
                .partition(|reason| matches!(reason.ground, Ground::Band(_)));
            for reason in &bands {
                let Ground::Band(place) = reason.ground else {
                    continue;
                };
                let band = &set.bands[by_hand.bands()[place]];
                let wanted = Reason {
                    conditions: vec![&band.when],
                    order: true,
                };
                assert_irreducible(
                    stated,
                    reason.facts,
                    &|stated| wanted.enough(&by_hand, stated),
                    &told,
                );
            }
            if presence
                .iter()
                .any(|reason| reason.ground == Ground::Possible)
            {
                assert_eq!(presence.len(), 1, "{}", told());
            } else {
                let trigger = &set.routes[found.route].trigger;
                check_grounds(&by_hand, stated, trigger, &presence, &told);
            }
        }
        for (pathway, found) in advice.pathways.iter().enumerate() {
            let valid = by_hand.requirements(pathway);
            assert_eq!(valid.len(), found.requirements.len(), "{}", told());
            for (place, found) in valid.into_iter().zip(&found.requirements) {
                let requirement = &set.pathways[pathway].requirements[place];
                let fulfilled = |states: &[u8]| by_hand.fulfilled(pathway, place, states);
                let applies = |states: &[u8]| {
                    let applies = requirement.applies.as_ref();
                    applies.is_none_or(|applies| by_hand.holds(applies, states))
                };
                let enough: Box<dyn Fn(&Stated) -> bool> = match found.status {
                    Status::NotApplicable => {
                        Box::new(|stated| by_hand.settled(stated, false, |states| !applies(states)))
                    }
                    Status::Met => Box::new(|stated| by_hand.settled(stated, false, fulfilled)),
                    Status::NotMet | Status::Assessment => Box::new(|stated| {
                        by_hand.settled(stated, false, |states| !fulfilled(states))
                    }),
                    Status::Unknown => {
                        let open = by_hand.undecided(stated, fulfilled);
                        assert_eq!(
                            places(found.facts),
                            open.into_iter().collect::<Vec<_>>(),
                            "{}",
                            told()
                        );
                        continue;
                    }
                };
                let not_applicable = by_hand.settled(stated, false, |states| !applies(states));
                assert_eq!(
                    found.status == Status::NotApplicable,
                    not_applicable,
                    "{}",
                    told()
                );
                assert_eq!(
                    found.status == Status::Assessment,
                    requirement.kind == 3
                        && !not_applicable
                        && by_hand.settled(stated, false, |states| !fulfilled(states)),
                    "{}",
                    told()
                );
                assert_irreducible(stated, found.facts, &*enough, &told);
            }
        }
    }
}

/// Whether the statement says something other than what was taken for granted, or sets two statements against each other.
fn contradicts(world: &World, before: usize, after: usize, fact: usize) -> bool {
    let by_hand = ByHand::new(&world.set, AS_OF);
    let known = by_hand.taken(&world.statements[before], AS_OF);
    let later = by_hand.taken(&world.statements[after], AS_OF);
    let replaced = known[fact].is_some() && known[fact] != later[fact];
    let collided = later
        .iter()
        .zip(&known)
        .any(|(later, before)| *later == Some(rule_set::CONTRADICTED) && later != before);
    replaced || collided
}

/// Whether the statement sets itself or another one against what is implied.
fn collides(world: &World, before: usize, after: usize) -> bool {
    let by_hand = ByHand::new(&world.set, AS_OF);
    let known = by_hand.taken(&world.statements[before], AS_OF);
    let later = by_hand.taken(&world.statements[after], AS_OF);
    later
        .iter()
        .zip(&known)
        .any(|(later, before)| *later == Some(rule_set::CONTRADICTED) && later != before)
}

/// More facts never flip what was decided, and never raise the bound on the questions that can follow.
fn more_facts_only_settle(world: &World) {
    let by_hand = ByHand::new(&world.set, AS_OF);
    for (number, advice) in world.advice.iter().enumerate() {
        let asked = u32::try_from(advice.open_questions.len()).unwrap();
        assert!(advice.questions_max >= asked, "{}", world.told(number));
        for (more, fact) in world.extensions(number) {
            let later = &world.advice[more];
            if !collides(world, number, more) {
                let was_open = advice
                    .open_questions
                    .iter()
                    .any(|question| usize::from(question.fact) == fact);
                assert!(
                    later.questions_max + u32::from(was_open) <= advice.questions_max,
                    "{} questions at most, then {} once {} is known\n{}",
                    advice.questions_max,
                    later.questions_max,
                    world.set.facts[fact].id,
                    world.told(more)
                );
            }
            if contradicts(world, number, more, fact) {
                continue;
            }
            for (pathway, (before, after)) in
                advice.pathways.iter().zip(&later.pathways).enumerate()
            {
                let possible = by_hand.possible_outcomes(&world.statements[number], pathway);
                let decided = possible.len() == 1;
                let closed = before.outcome.is_closed();
                assert_eq!(before.outcome, together(&possible));
                assert!(
                    !decided || after.outcome == before.outcome,
                    "{:?} became {:?}\n{}",
                    before.outcome,
                    after.outcome,
                    world.told(more)
                );
                // Where several ways of being closed are left, another of them may turn out to be it, but nothing opens.
                assert!(
                    !closed || (after.outcome.is_closed() && after.outcome >= before.outcome),
                    "{}",
                    world.told(more)
                );
                assert!(
                    after.outcome != Outcome::MissingFacts || !closed,
                    "{}",
                    world.told(more)
                );
            }
        }
    }
}

/// A property of things that never happen would prove nothing.
#[test]
fn the_random_rule_sets_reach_every_kind_of_result() {
    let mut missing: BTreeSet<&str> = [
        "earliest date",
        "last date",
        "date left open",
        "contradiction",
        "several rules together",
        "band",
        "while possible",
        "conditional module",
        "recommended module",
        "offices",
        "assumption that matters",
        "undecided body",
        "requirement that does not apply",
        "assessment",
        "phase that one change opens",
        "phase that two changes open",
        "phase that opens only with unknown facts",
        "phase that one has to wait for",
        "later change",
        "no later change",
        "unused fact",
    ]
    .into();
    missing.extend(Outcome::ALL.map(Outcome::as_str));
    let mut seed = 1_u32;
    for _ in 0..60 {
        let numbers: Vec<u16> = (0..*CHOICES.end())
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u16::try_from(seed >> 16).unwrap()
            })
            .collect();
        let world = World::new(&numbers);
        let by_hand = ByHand::new(&world.set, AS_OF);
        for (stated, advice) in world.statements.iter().zip(&world.advice) {
            let mut reached = |what: &'static str, yes: bool| {
                if yes {
                    missing.remove(what);
                }
            };
            for found in &advice.pathways {
                let dated = found.earliest.is_some() || found.last.is_some();
                reached(found.outcome.as_str(), true);
                reached("earliest date", found.earliest.is_some());
                reached("last date", found.last.is_some());
                reached(
                    "date left open",
                    !dated && matches!(found.outcome, Outcome::NotYet | Outcome::Expired),
                );
                for requirement in &found.requirements {
                    let status = requirement.status;
                    reached(
                        "requirement that does not apply",
                        status == Status::NotApplicable,
                    );
                    reached("assessment", status == Status::Assessment);
                }
            }
            let known = by_hand.taken(stated, AS_OF);
            reached(
                "contradiction",
                known.contains(&Some(rule_set::CONTRADICTED)),
            );
            for found in &advice.modules {
                reached("conditional module", !found.recommended);
                reached("recommended module", found.recommended);
                reached(
                    "several rules together",
                    found.because[0].ground == Ground::Together,
                );
            }
            for found in &advice.routes {
                reached("offices", found.offices.is_some());
                for reason in &found.because {
                    reached("band", matches!(reason.ground, Ground::Band(_)));
                    reached("while possible", reason.ground == Ground::Possible);
                }
            }
            reached(
                "assumption that matters",
                advice
                    .open_questions
                    .iter()
                    .any(|question| advice.assumptions.contains(&question.fact)),
            );
            reached("undecided body", advice.decided_by.candidates.len() > 1);
            for to_open in advice.pathways.iter().filter_map(|found| found.to_open) {
                let changes = to_open.facts.len();
                reached("phase that one change opens", changes == 1);
                reached("phase that two changes open", changes == 2);
                reached(
                    "phase that opens only with unknown facts",
                    changes > 0 && !to_open.unknown.is_empty(),
                );
                reached(
                    "phase that one has to wait for",
                    changes > 0 && to_open.wait_until.is_some(),
                );
            }
            reached("later change", advice.changes_on.is_some());
            reached("no later change", advice.changes_on.is_none());
            reached("unused fact", !advice.unused.is_empty());
        }
    }
    assert!(missing.is_empty(), "never reached: {missing:?}");
}

proptest! {
    #![proptest_config(configured(40))]

    #[test]
    fn the_engine_answers_every_partial_statement_as_brute_force_does(
        numbers in numbers()
    ) {
        let world = World::new(&numbers.0);
        conclusions_are_those_worked_out_by_hand(&world);
        reasons_are_sufficient_and_irreducible(&world);
        more_facts_only_settle(&world);
        consequences::what_opens_a_phase_is_the_least_that_does(&world);
        consequences::the_answer_changes_first_on_the_day_named(&world);
        consequences::unused_facts_are_those_without_influence(&world);
    }
}
