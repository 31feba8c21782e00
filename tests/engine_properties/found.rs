//! Cases in which the engine once differed from brute force, reduced to what matters and kept.

use asaflex::engine::{Advice, Ground};
use asaflex::facts::Value;
use asaflex::rules::compile::compile;
use asaflex::rules::model::{Outcome, Ruleset};
use asaflex::rules::problem::render_all;
use asaflex::rules::{Problem, SourceFile};
use jiff::civil::{Date, date};

use crate::given;

const RULESET: &str = "id: small\nversion: \"1\"\ntitle: t\nlabels: {}\nheadlines: []\n";
const SOURCES: &str = "sources: [ { id: law, title: t, kind: statute } ]\n";
const DECIDED_BY: &str = "bodies: []\ndecidedBy:\n  - { id: all, when: { always: true }, body: agentur-fuer-arbeit, text: t }\n";

/// What a fact needs beside its id.
const FACT: &str = "label: t, question: t, why: t";

/// A rule set of facts, the requirements of one pathway, and other files.
fn files(facts: &[&str], requirements: &[&str], more: &[(&str, &str)]) -> Vec<SourceFile> {
    let lines = |lines: &[&str], end: &str| {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("  - {{ {line}, {end} }}\n"))
            .collect();
        lines.concat()
    };
    let cited = "basis: statute, citations: [ { source: law, at: \"§ 1\" } ], met: t, notMet: t, unknown: t";
    let mut files = vec![
        ("ruleset.yaml", RULESET.to_owned()),
        ("sources.yaml", SOURCES.to_owned()),
        ("decided-by.yaml", DECIDED_BY.to_owned()),
        ("contact-routes.yaml", "contactRoutes: []\n".to_owned()),
        ("facts.yaml", format!("facts:\n{}", lines(facts, FACT))),
        (
            "pathways/way.yaml",
            format!(
                "id: way\ntitle: t\ntext: t\nrequirements:\n{}",
                lines(requirements, cited)
            ),
        ),
    ];
    for (name, text) in more {
        files.retain(|(known, _)| known != name);
        files.push((name, (*text).to_owned()));
    }
    files
        .into_iter()
        .map(|(name, text)| SourceFile {
            name: name.to_owned(),
            text,
        })
        .collect()
}

fn ruleset(facts: &[&str], requirements: &[&str], more: &[(&str, &str)]) -> Ruleset {
    let files = files(facts, requirements, more);
    compile(&files).unwrap_or_else(|problems| panic!("{}", render_all(&problems, &files)))
}

fn problems(facts: &[&str], requirements: &[&str], more: &[(&str, &str)]) -> Vec<Problem> {
    match compile(&files(facts, requirements, more)) {
        Ok(ruleset) => ruleset.warnings,
        Err(problems) => problems,
    }
}

fn screen(ruleset: &Ruleset, stated: &[(&str, Value)]) -> Advice {
    let mut values = vec![None; ruleset.catalog.facts().len()];
    for (name, value) in stated {
        values[usize::from(ruleset.catalog.find(name).unwrap())] = Some(*value);
    }
    asaflex::engine::screen(
        ruleset,
        &given(&values),
        date(2026, 11, 23),
        asaflex::engine::Wanted::ALL,
        &mut asaflex::engine::Workspace::default(),
    )
}

fn open<'r>(ruleset: &'r Ruleset, advice: &Advice) -> Vec<&'r str> {
    let mut names: Vec<&str> = advice
        .open_questions
        .iter()
        .map(|question| ruleset.catalog.name(question.fact))
        .collect();
    names.sort_unstable();
    names
}

fn day(year: i16, month: i8, day: i8) -> Value {
    Value::Date(date(year, month, day))
}

const NO: Value = Value::Bool(false);
const YES: Value = Value::Bool(true);

/// `id: needed, kind: bool` and so on.
const SINCE: &str = "id: since, kind: date";
const OTHER: &str = "id: other, kind: date";
const A: &str = "id: a, kind: bool";
const B: &str = "id: b, kind: bool";

fn only_date(advice: &Advice) -> (Option<Date>, Option<Date>) {
    (advice.pathways[0].earliest, advice.pathways[0].last)
}

#[test]
fn a_fact_that_settles_only_a_later_end_of_waiting_is_open_from_the_start() {
    // `a` ends the waiting after one month; without it `b` ends it after two.
    let ruleset = ruleset(
        &[SINCE, A, B],
        &[
            "id: wait, kind: waiting, when: { any: [ { all: [ { since: { atLeastMonthsAgo: 1 } }, { a: true } ] }, { all: [ { since: { atLeastMonthsAgo: 2 } }, { b: true } ] } ] }",
        ],
        &[],
    );
    let advice = screen(&ruleset, &[("since", day(2026, 11, 10))]);
    assert_eq!(advice.outcome, Outcome::NotYet);
    assert_eq!(only_date(&advice), (None, None));
    assert_eq!(open(&ruleset, &advice), ["a", "b"]);
    let later = screen(&ruleset, &[("since", day(2026, 11, 10)), ("a", YES)]);
    assert_eq!(only_date(&later), (Some(date(2026, 12, 10)), None));
    assert!(later.open_questions.is_empty());
}

#[test]
fn an_unknown_date_of_a_second_limit_is_open_though_the_outcome_is_settled() {
    let ruleset = ruleset(
        &[A, OTHER],
        &[
            "id: over, kind: limit, when: { a: true }",
            "id: long-over, kind: limit, when: { other: { withinMonthsOfEvent: 2 } }",
        ],
        &[],
    );
    let advice = screen(&ruleset, &[("a", NO)]);
    assert_eq!(advice.outcome, Outcome::Expired);
    assert_eq!(open(&ruleset, &advice), ["other"]);
    let later = screen(&ruleset, &[("a", NO), ("other", day(2026, 9, 1))]);
    assert_eq!(only_date(&later), (None, Some(date(2026, 11, 1))));
}

#[test]
fn the_last_date_is_that_of_the_earliest_failed_limit_whatever_other_limits_did_then() {
    // The second limit holds today but did not hold when the first one ended.
    let ruleset = ruleset(
        &[SINCE, OTHER],
        &[
            "id: over, kind: limit, when: { since: { withinMonthsOfEvent: 1 } }",
            "id: begun, kind: limit, when: { other: { atLeastMonthsAgo: 0 } }",
        ],
        &[],
    );
    let advice = screen(
        &ruleset,
        &[("since", day(2026, 9, 1)), ("other", day(2026, 11, 20))],
    );
    assert_eq!(only_date(&advice), (None, Some(date(2026, 10, 1))));
}

#[test]
fn facts_that_matter_only_where_a_condition_fails_do_not_settle_the_end_of_waiting() {
    // Where `a` is false the phase is closed for good, and `b` changes nothing that is said.
    let ruleset = ruleset(
        &[A, B, SINCE, OTHER],
        &[
            "id: needed, kind: must, when: { a: true }",
            "id: wait, kind: waiting, when: { any: [ { all: [ { a: true }, { since: { atLeastMonthsAgo: 1 } } ] }, { all: [ { a: false }, { b: true }, { other: { atLeastMonthsAgo: 1 } } ] } ] }",
        ],
        &[],
    );
    let advice = screen(
        &ruleset,
        &[("since", day(2026, 11, 10)), ("other", day(2026, 11, 12))],
    );
    assert_eq!(advice.outcome, Outcome::NotYet);
    assert_eq!(only_date(&advice), (Some(date(2026, 12, 10)), None));
    assert_eq!(open(&ruleset, &advice), ["a"]);
}

#[test]
fn a_reason_names_no_fact_that_what_is_required_makes_superfluous() {
    let ruleset = ruleset(
        &[A, B],
        &["id: any, kind: must, when: { always: true }"],
        &[(
            "modules.yaml",
            "modules:\n  - { id: help, title: t, text: t, beneficiary: [trainee], carriedBy: [], requires: { b: true }, rules: [ { id: one, when: { any: [ { a: true }, { b: true } ] }, text: t } ] }\n",
        )],
    );
    let advice = screen(&ruleset, &[("a", YES), ("b", YES)]);
    let because = &advice.modules[0].because;
    assert_eq!(because[0].ground, Ground::Rule(0));
    assert_eq!(because[0].facts.iter().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_reason_stays_irreducible_where_taking_back_a_statement_settles_something() {
    // Once `carrier` is taken back its absence is enough, and `a` is needed no more.
    let ruleset = ruleset(
        &[
            "id: carrier, kind: one, options: [ { id: agency, text: t }, { id: other, text: t } ], absentMeans: { value: none, text: t }",
            A,
        ],
        &[
            "id: fits, kind: must, when: { any: [ { carrier: none }, { all: [ { carrier: agency }, { a: true } ] } ] }",
        ],
        &[],
    );
    let advice = screen(&ruleset, &[("carrier", Value::One(0)), ("a", YES)]);
    assert_eq!(advice.outcome, Outcome::ConditionsMet);
    assert!(advice.pathways[0].requirements[0].facts.is_empty());
}

#[test]
fn a_statement_that_is_consistent_with_what_is_implied_never_raises_the_bound_on_questions() {
    let ruleset = ruleset(
        &[
            "id: phase, kind: one, options: [ { id: running, text: t }, { id: ended, text: t } ], impliedBy: { since: { atLeastMonthsAgo: 0 } }, impliedValue: running, consistentWith: [ended]",
            SINCE,
            A,
        ],
        &["id: fits, kind: must, when: { any: [ { phase: running }, { a: true } ] }"],
        &[],
    );
    let since = ("since", day(2026, 11, 10));
    let before = screen(&ruleset, &[since]);
    let after = screen(&ruleset, &[since, ("phase", Value::One(1))]);
    assert_eq!(open(&ruleset, &after), ["a"]);
    assert!(after.questions_max <= before.questions_max);
}

#[test]
fn stating_what_was_implied_anyway_never_raises_the_bound_on_questions() {
    let ruleset = ruleset(
        &[
            "id: need, kind: bool, impliedBy: { any: [ { a: true }, { b: true } ] }",
            A,
            "id: b, kind: bool",
            "id: x, kind: bool",
        ],
        &["id: late, kind: limit, when: { all: [ { need: false }, { x: true } ] }"],
        &[],
    );
    let before = screen(&ruleset, &[("a", Value::Bool(true))]);
    let after = screen(
        &ruleset,
        &[("need", Value::Bool(true)), ("a", Value::Bool(true))],
    );
    assert!(after.questions_max <= before.questions_max);
}

#[test]
fn a_fact_that_only_a_later_day_asks_counts_in_the_bound_on_questions_from_the_start() {
    // As long as `gaps` is taken for none nobody waits; once one is stated, the end of waiting depends on `a`, which today asks nothing.
    let ruleset = ruleset(
        &[
            A,
            SINCE,
            OTHER,
            "id: gaps, kind: many, options: [ { id: one, text: t } ], absentMeans: { value: none, text: t }",
        ],
        &[
            "id: wait, kind: waiting, when: { any: [ { gaps: { empty: true } }, { all: [ { a: true }, { since: { atLeastMonthsAgo: 1 } } ] }, { other: { atLeastMonthsAgo: 3 } } ] }",
        ],
        &[],
    );
    let dates = [("since", day(2026, 11, 10)), ("other", day(2026, 11, 10))];
    let before = screen(&ruleset, &dates);
    let gap = ("gaps", Value::Many(1));
    let after = screen(&ruleset, &[dates[0], dates[1], gap]);
    assert_eq!(open(&ruleset, &before), ["gaps"]);
    assert_eq!(open(&ruleset, &after), ["a"]);
    assert!(after.questions_max < before.questions_max);
}

#[test]
fn what_absence_means_for_the_order_of_routes_opens_no_question_elsewhere() {
    // Nobody can send `none`, and only the order of routes takes it for granted: every conflict there is counts alike.
    let ruleset = ruleset(
        &[
            "id: conflict, kind: one, options: [ { id: one, text: t }, { id: other, text: t } ], absentMeans: { value: none, text: t, scope: order }",
        ],
        &["id: fits, kind: must, when: { conflict: [one, other] }"],
        &[],
    );
    let advice = screen(&ruleset, &[]);
    assert_eq!(advice.outcome, Outcome::ConditionsMet);
    assert!(advice.open_questions.is_empty());
}

#[test]
fn an_assumed_fact_is_asked_when_it_could_imply_an_open_one() {
    let ruleset = ruleset(
        &[
            "id: need, kind: bool, impliedBy: { danger: true }",
            "id: danger, kind: bool, absentMeans: { value: false, text: t }",
        ],
        &["id: fits, kind: must, when: { need: true }"],
        &[],
    );
    let advice = screen(&ruleset, &[]);
    assert_eq!(open(&ruleset, &advice), ["danger", "need"]);
    assert!(
        !advice
            .open_questions
            .iter()
            .any(|question| question.fact == 1 && question.decides)
    );
}

#[test]
fn a_fact_cannot_be_both_implied_and_taken_for_something_when_absent() {
    let found = problems(
        &[
            "id: need, kind: bool, impliedBy: { a: true }, absentMeans: { value: false, text: t }",
            A,
        ],
        &["id: fits, kind: must, when: { need: true }"],
        &[],
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.message == "`need` has both `impliedBy` and `absentMeans`")
    );
}

#[test]
fn a_date_that_says_since_when_a_phase_is_over_is_used_though_the_phase_is_over_in_any_case() {
    let ruleset = ruleset(
        &["id: begun, kind: date"],
        &[
            "id: late, kind: limit, when: { begun: { atLeastMonthsAgo: 3 } }",
            "id: over, kind: limit, when: { always: false }",
        ],
        &[],
    );
    let advice = screen(&ruleset, &[("begun", day(2026, 10, 1))]);
    assert_eq!(advice.outcome, Outcome::Expired);
    assert!(advice.unused.is_empty());
}

#[test]
fn a_date_that_becomes_certain_when_no_day_lies_between_is_a_later_change() {
    let rules = ruleset(
        &[SINCE, OTHER, "id: third, kind: date"],
        &[
            "id: waited, kind: waiting, when: { not: { since: { withinMonthsOfEvent: 2 } } }, \
             appliesWhen: { any: [ { not: { other: { withinMonthsOfEvent: 2 } } }, { not: { other: { withinMonthsFromStart: 0 } } } ] }",
            "id: in-time, kind: limit, when: { third: { withinMonthsOfEvent: 0 } }",
        ],
        &[],
    );
    let advice = screen(
        &rules,
        &[("since", day(2026, 9, 30)), ("third", day(2025, 1, 1))],
    );
    assert_eq!(advice.pathways[0].outcome, Outcome::NotYet);
    // `other` may turn before the waiting period is over on 1 December, but not on the eve.
    assert_eq!(advice.pathways[0].earliest, None);
    let later = advice.changes_on.as_ref().unwrap();
    assert_eq!(later.date, date(2026, 11, 30));
    assert_eq!(later.changes[0].to.as_deref(), Some("2026-12-01"));
}

#[test]
fn a_fact_that_could_imply_what_settles_the_end_of_waiting_is_used() {
    let rules = ruleset(
        &[
            "id: a, kind: bool, impliedBy: { count: { below: 1 } }",
            "id: count, kind: int, range: { min: 0, max: 2 }",
            SINCE,
            OTHER,
        ],
        &[
            "id: waited, kind: waiting, when: { not: { other: { withinMonthsOfEvent: 0 } } }, appliesWhen: { not: { a: true } }",
            "id: begun, kind: waiting, when: { since: { atLeastMonthsAgo: 0 } }",
        ],
        &[],
    );
    let advice = screen(
        &rules,
        &[("count", Value::Int(1)), ("since", day(2026, 12, 10))],
    );
    assert_eq!(advice.pathways[0].outcome, Outcome::NotYet);
    assert!(open(&rules, &advice).contains(&"a"));
    assert!(
        advice.unused.is_empty(),
        "without `count`, it would be asked for"
    );
}
