//! Comparing two random small rule sets finds what asking everybody finds.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::facts::{FactKind, Value};
use crate::rules::compile;
use crate::rules::problem::{SourceFile, render_all};
use crate::verify::tiny;

const TODAY: Date = date(2026, 11, 23);

/// The parts of a rule set that differ from one to the next.
#[derive(Clone, Debug)]
struct Rules {
    requirements: Vec<(&'static str, String)>,
    conditions: Vec<String>,
    implied: &'static str,
    impossible: String,
}

impl Rules {
    fn files(&self) -> Vec<SourceFile> {
        let [offer, route, possible, band, decision, module] = self.conditions.as_slice() else {
            panic!("six conditions");
        };
        let cited = "basis: statute, citations: [ { source: law, at: \"§ 1\" } ], met: t, notMet: t, unknown: t";
        let mut pathway = "id: way\ntitle: t\ntext: t\nrequirements:\n".to_owned();
        for (number, (kind, when)) in self.requirements.iter().enumerate() {
            let _ = writeln!(
                pathway,
                "  - {{ id: r{number}, kind: {kind}, when: {when}, {cited} }}"
            );
        }
        let texts = [
            ("ruleset.yaml", "id: random\nversion: '1'\ntitle: t\nlabels: {}\nheadlines: []\n".to_owned()),
            ("sources.yaml", "sources: [ { id: law, title: t, kind: statute } ]\n".to_owned()),
            ("facts.yaml", format!("
facts:
  - {{ id: status, kind: one, label: l, question: q, why: w, options: [ {{ id: a, text: t }}, {{ id: b, text: t }}, {{ id: c, text: t }} ] }}
  - {{ id: needs, kind: bool, label: l, question: q, why: w, impliedBy: {} }}
  - {{ id: begun, kind: date, label: l, question: q, why: w }}
  - {{ id: age, kind: int, label: l, question: q, why: w, range: {{ min: 10, max: 30 }} }}
  - {{ id: gaps, kind: many, label: l, question: q, why: w, options: [ {{ id: k, text: t }}, {{ id: m, text: t }} ] }}
  - {{ id: danger, kind: bool, label: l, question: q, why: w, absentMeans: {{ value: false, text: t }} }}
impossible:
  - {{ id: i, when: {}, text: t }}
", self.implied, self.impossible)),
            ("pathways/way.yaml", pathway),
            ("decided-by.yaml", format!("bodies: []\ndecidedBy:\n  - {{ id: some, when: {decision}, body: jobcenter, text: t }}\n  - {{ id: rest, when: {{ always: true }}, body: agentur-fuer-arbeit, text: t }}\n")),
            ("offers.yaml", format!("offers: [ {{ id: offer, title: t, text: t, claim: advice, contact: [second], rules: [ {{ id: r, when: {offer}, text: t }} ] }} ]\n")),
            ("modules.yaml", format!("modules: [ {{ id: module, title: t, text: t, beneficiary: [trainee], carriedBy: [way], rules: [ {{ id: r, when: {module}, text: t }} ] }} ]\n")),
            ("contact-routes.yaml", format!("
contactRoutes:
  - {{ id: first, title: t, purpose: p, rules: [ {{ id: all, when: {{ always: true }}, text: t }} ] }}
  - {{ id: second, title: t, purpose: p, rules: [ {{ id: some, when: {route}, text: t }} ], whilePossible: {possible} }}
bands:
  - {{ id: strict, when: {band}, routes: [second], text: t }}
")),
        ];
        let file = |(name, text): (&str, String)| SourceFile {
            name: name.to_owned(),
            text,
        };
        texts.into_iter().map(file).collect()
    }

    fn compile(&self) -> Ruleset {
        let files = self.files();
        compile::compile(&files)
            .unwrap_or_else(|problems| panic!("{}", render_all(&problems, &files)))
    }
}

fn condition() -> impl Strategy<Value = String> {
    let leaves = [
        "{ always: true }",
        "{ always: false }",
        "{ status: a }",
        "{ status: [b, c] }",
        "{ needs: true }",
        "{ contradicted: needs }",
        "{ begun: { atLeastMonthsAgo: 0 } }",
        "{ begun: { withinMonthsFromStart: 6 } }",
        "{ begun: { atLeastMonthsAgo: 6 } }",
        "{ age: { atLeast: 18 } }",
        "{ age: { below: 25 } }",
        "{ gaps: k }",
        "{ gaps: { empty: true } }",
        "{ danger: true }",
    ];
    let leaf = prop::sample::select(leaves.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("{{ all: [ {} ] }}", parts.join(", "))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("{{ any: [ {} ] }}", parts.join(", "))),
            inner.prop_map(|part| format!("{{ not: {part} }}")),
        ]
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let kind = prop::sample::select(vec!["must", "waiting", "limit", "assessment"]);
    (
        prop::collection::vec((kind, condition()), 1..4),
        prop::collection::vec(condition(), 6),
        prop::sample::select(vec![
            "{ gaps: k }",
            "{ gaps: { empty: false } }",
            "{ all: [ { gaps: m }, { danger: true } ] }",
        ]),
        prop_oneof![Just("{ always: false }".to_owned()), condition()],
    )
        .prop_map(|(requirements, conditions, implied, impossible)| Rules {
            requirements,
            conditions,
            implied,
            impossible,
        })
}

/// Two rule sets: strangers, or one and the same but for one condition.
fn two() -> impl Strategy<Value = (Rules, Rules)> {
    (rules(), rules(), 0..10_usize).prop_map(|(old, other, part)| {
        let mut new = old.clone();
        match part {
            0..6 => new.conditions[part].clone_from(&other.conditions[part]),
            6 => new.requirements.clone_from(&other.requirements),
            7 => new.implied = other.implied,
            _ => new = other,
        }
        (old, new)
    })
}

/// Everybody who can be described: every option, and a number and a day in every interval, at the end of a February too.
fn everybody(ruleset: &Ruleset, as_of: Date) -> Vec<Given> {
    let mut days = vec![as_of.tomorrow().unwrap(), as_of, date(2020, 1, 1)];
    if as_of.month() == 2 {
        // Six months from the last days of an August end there in one way of counting and not in the other.
        let august = date(as_of.year() - 1, 8, 28);
        days.extend(august.series(1.day()).take(4));
    }
    let mut all = vec![Given::nothing(ruleset.catalog.facts().len())];
    for (number, fact) in (0_u16..).zip(ruleset.catalog.facts()) {
        let values: Vec<Value> = match fact.kind {
            FactKind::Bool => vec![Value::Bool(false), Value::Bool(true)],
            FactKind::One => (0..3).map(Value::One).collect(),
            FactKind::Many => (0..4).map(Value::Many).collect(),
            FactKind::Int { .. } => [15, 20, 28].map(Value::Int).to_vec(),
            FactKind::Date => days.iter().copied().map(Value::Date).collect(),
            FactKind::PostalCode => Vec::new(),
        };
        all = all
            .iter()
            .flat_map(|given| {
                values.iter().map(|value| {
                    let mut given = given.clone();
                    given.set(number, *value);
                    given
                })
            })
            .collect();
    }
    all
}

/// What complete facts conclude, in words.
fn told(side: &Side<'_>, given: &Given, about: &About) -> String {
    answer(
        side,
        &Request {
            as_of: side.as_of,
            given: given.clone(),
            json: String::new(),
        },
        about,
    )
}

fn impossible(side: &Side<'_>, given: &Given) -> bool {
    let known = engine::known(side.ruleset, given, side.as_of, &mut Workspace::default());
    let root = side.segment.impossible;
    let mut scratch = Scratch::default();
    side.segment
        .diagrams
        .reach(root, &known.everywhere, &mut scratch)
        == Reach::Only(1)
}

/// How much of all circumstances a person stands for: one of several people in the same interval counts as a part of them.
fn weight(sides: &[Side<'_>], given: &Given, everybody: &[Given]) -> f64 {
    let mut weight = 1.0;
    for (number, fact) in (0_u16..).zip(sides[0].ruleset.catalog.facts()) {
        if !matches!(fact.kind, FactKind::Int { .. } | FactKind::Date) {
            continue;
        }
        let cells = |given: &Given| -> Vec<u8> {
            let mut alone = Given::nothing(sides[0].ruleset.catalog.facts().len());
            alone.set(number, given.get(number).unwrap());
            let cell = |side: &Side<'_>| {
                let known =
                    engine::known(side.ruleset, &alone, side.as_of, &mut Workspace::default());
                let variable = side.segment.first_variable[usize::from(number)];
                known.everywhere[usize::from(variable)]
            };
            sides.iter().map(cell).collect()
        };
        let mut groups: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let mut values: Vec<Value> = Vec::new();
        for other in everybody {
            let value = other.get(number).unwrap();
            if !values.contains(&value) {
                values.push(value);
                *groups.entry(cells(other)).or_default() += 1;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful of values")]
        let share = 1.0 / (groups.len() as f64 * groups[&cells(given)] as f64);
        weight *= share;
    }
    weight
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_comparison_finds_what_asking_everybody_finds((old, new) in two()) {
        let (old, new) = (old.compile(), new.compile());
        let found = rule_sets(&old, &new, TODAY).unwrap();
        prop_assert_eq!(changes_any_answer(&old, &new).unwrap(), !found.is_empty());
        let days: Vec<Asked<'_>> = telling_days(&old, &new, TODAY, (None, None))
            .into_iter()
            .map(|day| Asked::on(&old, &new, day))
            .collect();
        let mut subjects: BTreeSet<About> =
            days.iter().flat_map(|asked| &asked.sides).flat_map(|side| roots(side).into_keys()).collect();
        subjects.insert(About::RouteOrder);
        for about in subjects {
            let told = days.iter().find_map(|asked| asked.told(&about));
            let change = found.changes.iter().find(|change| change.about == about);
            prop_assert_eq!(change.is_some(), told.is_some(), "{:?}", about);
            let (Some(change), Some((share, somebody))) = (change, told) else { continue };
            let said = change.periods[0].share;
            prop_assert!((share - said).abs() < 1e-9, "{:?}: {} counted, {} told", about, share, said);
            let example = change.example.as_ref().unwrap();
            prop_assert!(example.confirmed, "{:?}: {:?}", about, example);
            prop_assert_eq!(example.possible, somebody, "{:?}: {:?}", about, example);
        }
    }
}

/// Everybody, asked on one day on both sides.
struct Asked<'a> {
    sides: [Side<'a>; 2],
    everybody: Vec<Given>,
    weights: Vec<f64>,
    possible: Vec<bool>,
}

impl<'a> Asked<'a> {
    fn on(old: &'a Ruleset, new: &'a Ruleset, day: Date) -> Self {
        let sides = [Side::on(old, day), Side::on(new, day)];
        let everybody = everybody(new, day);
        let weights = everybody
            .iter()
            .map(|given| weight(&sides, given, &everybody))
            .collect();
        let possible = everybody
            .iter()
            .map(|given| !impossible(&sides[1], given))
            .collect();
        Self {
            sides,
            everybody,
            weights,
            possible,
        }
    }

    /// Nothing if nobody gets another answer; otherwise the share of those who do, and whether one of them can exist.
    fn told(&self, about: &About) -> Option<(f64, bool)> {
        let differs = |given: &Given| {
            let [before, after] =
                [&self.sides[0], &self.sides[1]].map(|side| told(side, given, about));
            // A day in an answer follows from the periods; a route that is not on both sides has no order.
            let word = |said: &str| said.split(", ").next().unwrap_or_default().to_owned();
            match about {
                About::RouteOrder => {
                    before != after && before.split(", ").count() == after.split(", ").count()
                }
                _ => word(&before) != word(&after),
            }
        };
        let (mut anybody, mut somebody, mut counted, mut whole) = (false, false, 0.0, 0.0);
        for ((given, weight), possible) in
            self.everybody.iter().zip(&self.weights).zip(&self.possible)
        {
            let different = differs(given);
            anybody |= different;
            if *possible {
                whole += weight;
                somebody |= different;
                counted += if different { *weight } else { 0.0 };
            }
        }
        let share = if whole > 0.0 { counted / whole } else { 0.0 };
        anybody.then_some((share, somebody))
    }
}

/// A small rule set with one text replaced.
fn changed(file: &str, from: &str, to: &str) -> Ruleset {
    let mut files = tiny::files("");
    let file = files.iter_mut().find(|known| known.name == file).unwrap();
    assert!(file.text.contains(from));
    file.text = file.text.replace(from, to);
    compile::compile(&files).unwrap_or_else(|problems| panic!("{}", render_all(&problems, &files)))
}

fn small() -> Ruleset {
    compile::compile(&tiny::files("")).unwrap()
}

#[test]
fn a_rule_set_does_not_differ_from_itself() {
    assert_eq!(rule_sets(&small(), &small(), TODAY).unwrap().changes, []);
    assert!(!changes_any_answer(&small(), &small()).unwrap());
}

#[test]
fn a_text_is_no_answer() {
    let new = changed("modules.yaml", "Ein Kurs.", "Ein anderer Kurs.");
    assert!(rule_sets(&small(), &new, TODAY).unwrap().is_empty());
}

#[test]
fn a_dropped_condition_is_shown_by_somebody_who_lacks_it() {
    let new = changed(
        "pathways/phase.yaml",
        "{ all: [ { status: in-training }, { contract: true } ] }",
        "{ status: in-training }",
    );
    let found = rule_sets(&small(), &new, TODAY).unwrap();
    let about: Vec<&About> = found.changes.iter().map(|change| &change.about).collect();
    assert_eq!(
        about,
        [
            &About::Pathway("phase".to_owned()),
            &About::Module("german".to_owned())
        ]
    );
    let example = found.changes[0].example.as_ref().unwrap();
    assert_eq!(example.requests[0], example.requests[1]);
    assert!(example.requests[0].contains("\"contract\":false"));
    assert!(example.before.starts_with("conditions-not-met"));
    assert!(example.confirmed && example.possible);
}

#[test]
fn facts_and_options_of_one_side_only_are_told() {
    let new = changed(
        "facts.yaml",
        "{ id: theory, text: Theorie }",
        "{ id: practice, text: Praxis }",
    );
    let found = rule_sets(&small(), &new, TODAY).unwrap();
    let said: Vec<String> = found
        .vocabulary
        .iter()
        .map(|word| format!("{} {}", word.fact, word.what))
        .collect();
    assert_eq!(
        said,
        [
            "needs has the new options practice",
            "needs no longer has the options theory"
        ]
    );
    let new = changed(
        "facts.yaml",
        "impossible:",
        "  - { id: more, kind: bool, label: l, question: q, why: w }\nimpossible:",
    );
    let found = rule_sets(&small(), &new, TODAY).unwrap();
    assert_eq!(
        found.vocabulary[0].what,
        "can be stated only in the new rule set"
    );
    assert_eq!(found.changes, []);
}

#[test]
fn a_rule_that_begins_on_a_day_changes_the_answer_from_that_day_on() {
    let new = changed(
        "contact-routes.yaml",
        "{ id: everyone, when",
        "{ id: everyone, validFrom: 2025-01-01, when",
    );
    let found = rule_sets(&small(), &new, TODAY).unwrap();
    assert_eq!(found.periods, 2);
    let desk = About::Route("desk".to_owned());
    let change = found
        .changes
        .iter()
        .find(|change| change.about == desk)
        .unwrap();
    assert_eq!(
        change.periods,
        [Period {
            from: None,
            until: Some(date(2024, 12, 31)),
            share: 1.0
        }]
    );
    let (before, after) = (date(2024, 12, 31), date(2025, 1, 1));
    let found = days((&new, before), (&new, after)).unwrap();
    assert!(found.changes.iter().any(|change| change.about == desk));
    assert!(days((&new, after), (&new, TODAY)).unwrap().is_empty());
}

#[test]
fn two_ways_of_counting_months_are_told_apart_though_they_meet_on_most_days() {
    let new = changed(
        "pathways/phase.yaml",
        "{ startedOn: { withinMonthsOfEvent: 6 } }",
        "{ startedOn: { withinMonthsFromStart: 6 } }",
    );
    let other = changed(
        "pathways/phase.yaml",
        "{ startedOn: { withinMonthsOfEvent: 6 } }",
        "{ not: { startedOn: { atLeastMonthsAgo: 6 } } }",
    );
    assert!(changes_any_answer(&new, &other).unwrap());
}
