//! Random small rule sets, for comparing what is proved on diagrams with what counting finds.
#![cfg(test)]

use std::fmt::Write as _;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::facts::{FactKind, Given, PostalCode, Value};
use crate::rules::problem::SourceFile;
use crate::rules::{Ruleset, compile};

/// The day on which random rule sets are looked at.
pub(super) const TODAY: Date = date(2026, 11, 23);

/// The changing parts of a random rule set; everything else about it is fixed.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) requirements: Vec<(&'static str, String, String)>,
    pub(super) offer: String,
    pub(super) route: String,
    pub(super) possible_route: String,
    pub(super) band: String,
    pub(super) decision: String,
    pub(super) module: String,
    pub(super) implied: String,
    pub(super) impossible: String,
}

/// Facts of every kind, with everything that absence and implication can mean.
const FACTS: &str = "
facts:
  - { id: status, kind: one, label: l, question: q, why: w, options: [{ id: a, text: t }, { id: b, text: t }, { id: c, text: t }] }
  - { id: stage, kind: one, label: l, question: q, why: w, options: [{ id: x, text: t }, { id: y, text: t }, { id: z, text: t }],
      impliedBy: { begun: { atLeastMonthsAgo: 0 } }, impliedValue: y, consistentWith: [z] }
  - { id: begun, kind: date, label: l, question: q, why: w }
  - { id: needs, kind: bool, label: l, question: q, why: w, impliedBy: IMPLIED }
  - { id: carrier, kind: one, label: l, question: q, why: w, options: [{ id: p, text: t }, { id: o, text: t }], absentMeans: { value: none, text: t } }
  - { id: danger, kind: bool, label: l, question: q, why: w, absentMeans: { value: false, text: t } }
  - { id: conflict, kind: many, label: l, question: q, why: w, options: [{ id: k, text: t }, { id: m, text: t }], absentMeans: { value: none, text: t, scope: order } }
  - { id: age, kind: int, label: l, question: q, why: w, range: { min: 10, max: 30 } }
  - { id: gaps, kind: bool, label: l, question: q, why: w }
  - { id: born, kind: date, label: l, question: q, why: w }
impossible:
  - { id: i, when: IMPOSSIBLE, text: t }
";

const FIXED: &str = "
contactRoutes:
  - { id: first, title: t, purpose: p, rules: [ { id: everybody, when: { always: true }, text: t } ] }
  - { id: second, title: t, purpose: p, rules: [ { id: some, when: ROUTE, text: t } ], whilePossible: POSSIBLE }
bands:
  - { id: strict, when: BAND, routes: [second], text: t }
  - { id: default, when: { always: true }, routes: [first, second], text: t }
";

impl Rules {
    pub(super) fn files(&self) -> Vec<SourceFile> {
        let file = |name: &str, text: String| SourceFile {
            name: name.to_owned(),
            text,
        };
        let mut files = vec![
            file(
                "ruleset.yaml",
                "id: random\nversion: 1.0.0\ntitle: Random\nlabels: {}\nheadlines: [ { id: any, text: t } ]\n".to_owned(),
            ),
            file(
                "sources.yaml",
                "sources: [ { id: law, title: Law, kind: statute, url: \"https://example.org\" } ]\n".to_owned(),
            ),
            file(
                "facts.yaml",
                FACTS
                    .replace("IMPLIED", &self.implied)
                    .replace("IMPOSSIBLE", &self.impossible),
            ),
            file(
                "contact-routes.yaml",
                FIXED
                    .replace("ROUTE", &self.route)
                    .replace("POSSIBLE", &self.possible_route)
                    .replace("BAND", &self.band),
            ),
            file(
                "decided-by.yaml",
                format!(
                    "bodies:\n  - {{ id: jobcenter, title: t, text: t }}\ndecidedBy:\n  - {{ id: some, when: {}, body: jobcenter, text: t }}\n  - {{ id: rest, when: {{ always: true }}, body: agentur-fuer-arbeit, text: t }}\n",
                    self.decision
                ),
            ),
            file(
                "offers.yaml",
                format!(
                    "offers: [ {{ id: offer, title: t, text: t, claim: advice, contact: [second], rules: [ {{ id: r, when: {}, text: t }} ] }} ]\n",
                    self.offer
                ),
            ),
            file(
                "modules.yaml",
                format!(
                    "modules: [ {{ id: module, title: t, text: t, beneficiary: [trainee], carriedBy: [one, two], rules: [ {{ id: r, when: {}, text: t }} ] }} ]\n",
                    self.module
                ),
            ),
        ];
        let half = self.requirements.len() / 2;
        for (id, requirements) in [
            ("one", self.requirements.get(..half)),
            ("two", self.requirements.get(half..)),
        ] {
            let mut text = format!("id: {id}\ntitle: t\ntext: t\nrequirements:\n");
            for (number, (kind, applies, when)) in requirements.unwrap().iter().enumerate() {
                let _ = writeln!(
                    text,
                    "  - {{ id: r{number}, kind: {kind}, appliesWhen: {applies}, when: {when}, basis: statute, citations: [ {{ source: law, at: \"§ 1\" }} ], met: t, notMet: t, unknown: t }}"
                );
            }
            files.push(file(&format!("pathways/{id}.yaml"), text));
        }
        files
    }

    pub(super) fn compile(&self) -> Ruleset {
        compile::compile(&self.files()).unwrap_or_else(|problems| panic!("{problems:?}"))
    }
}

fn leaf() -> impl Strategy<Value = String> {
    let fixed = [
        "{ always: true }",
        "{ status: a }",
        "{ status: [a, b] }",
        "{ status: c }",
        "{ stage: x }",
        "{ stage: y }",
        "{ stage: z }",
        "{ contradicted: stage }",
        "{ begun: { atLeastMonthsAgo: 0 } }",
        "{ begun: { withinMonthsFromStart: 6 } }",
        "{ begun: { atLeastMonthsAgo: 15 } }",
        "{ needs: true }",
        "{ needs: false }",
        "{ contradicted: needs }",
        "{ carrier: p }",
        "{ carrier: none }",
        "{ danger: true }",
        "{ danger: false }",
        "{ conflict: k }",
        "{ conflict: m }",
        "{ conflict: { empty: true } }",
        "{ age: { atLeast: 18 } }",
        "{ age: { below: 25 } }",
        "{ gaps: true }",
        "{ born: { before: 2004-01-01 } }",
    ];
    prop::sample::select(fixed.to_vec()).prop_map(str::to_owned)
}

/// A condition of a few leaves.
pub(super) fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("{{ all: [ {} ] }}", parts.join(", "))),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("{{ any: [ {} ] }}", parts.join(", "))),
            inner.prop_map(|part| format!("{{ not: {part} }}")),
        ]
    })
}

/// What may stand in `impliedBy`: nothing that is itself implied.
fn implying() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "{ gaps: true }".to_owned(),
        "{ any: [ { gaps: true }, { conflict: k } ] }".to_owned(),
        "{ all: [ { gaps: true }, { conflict: { empty: false } } ] }".to_owned(),
        "{ danger: true }".to_owned(),
        "{ carrier: none }".to_owned(),
    ])
}

fn requirement() -> impl Strategy<Value = (&'static str, String, String)> {
    let kind = prop::sample::select(vec!["must", "waiting", "limit", "assessment"]);
    let applies = prop_oneof![3 => Just("{ always: true }".to_owned()), 1 => condition()];
    (kind, applies, condition())
}

pub(super) fn rules() -> impl Strategy<Value = Rules> {
    (
        prop::collection::vec(requirement(), 2..5),
        condition(),
        (condition(), condition(), condition()),
        condition(),
        condition(),
        implying(),
        prop_oneof![
            Just("{ always: false }".to_owned()),
            Just("{ all: [ { status: a }, { age: { below: 18 } } ] }".to_owned()),
            condition()
        ],
    )
        .prop_map(
            |(
                requirements,
                offer,
                (route, possible_route, band),
                decision,
                module,
                implied,
                impossible,
            )| {
                Rules {
                    requirements,
                    offer,
                    route,
                    possible_route,
                    band,
                    decision,
                    module,
                    implied,
                    impossible,
                }
            },
        )
}

/// Every complete set of circumstances: all options, one value between each two of `days` and `ages`, and absence where it means something
/// of its own.
pub(super) fn everybody(ruleset: &Ruleset, days: &[Date], ages: &[i64]) -> Vec<Given> {
    let mut all = vec![Given::nothing(ruleset.catalog.facts().len())];
    for (number, fact) in ruleset.catalog.facts().iter().enumerate() {
        let number = number as u16;
        let mut values: Vec<Option<Value>> = match fact.kind {
            FactKind::Bool => vec![Some(Value::Bool(false)), Some(Value::Bool(true))],
            FactKind::One => (0..fact.options.len())
                .map(|option| Some(Value::One(option as u8)))
                .collect(),
            FactKind::Many => (0..1_u64 << fact.options.len())
                .map(|bits| Some(Value::Many(bits)))
                .collect(),
            FactKind::Int { .. } => ages.iter().map(|age| Some(Value::Int(*age))).collect(),
            FactKind::Date => days.iter().map(|day| Some(Value::Date(*day))).collect(),
            FactKind::PostalCode => {
                vec![PostalCode::parse("00000").map(Value::PostalCode)]
            }
        };
        let own = fact.absent_means.as_ref();
        if own.is_some_and(|absent| usize::from(absent.cell) >= fact.options.len())
            && fact.kind == FactKind::One
        {
            values.push(None);
        }
        all = all
            .iter()
            .flat_map(|given| {
                values.iter().map(|value| {
                    let mut given = given.clone();
                    if let Some(value) = value {
                        given.set(number, *value);
                    }
                    given
                })
            })
            .collect();
    }
    all
}
