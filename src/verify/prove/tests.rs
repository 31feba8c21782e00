//! Proofs on the shipped rules, on small rule sets, and against counting.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::diagram::{NodeId, Reach, Scratch};
use crate::engine::{self, Workspace};
use crate::facts::{Given, Value};
use crate::rules::model::{Claim, Ruleset};
use crate::rules::problem::SourceFile;
use crate::rules::{self, compile};
use crate::verify::random::{self, TODAY};

const MANNER: Manner = Manner {
    declared: true,
    people: true,
    today: TODAY,
};

#[test]
fn the_shipped_rules_are_proved() {
    // As the files are now: whoever changes them need not compile anything to try.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let ruleset =
        rules::ruleset(Some(&folder)).unwrap_or_else(|error| panic!("{}", error.report()));
    let report = prove(&ruleset, MANNER).unwrap();
    assert!(report.failures.is_empty(), "{}", text(&report));
    assert!(report.declared > 150 && report.proofs > 1000);
}

/// A rule set that stands every proof.
const FILES: &[(&str, &str)] = &[
    (
        "ruleset.yaml",
        "id: small\nversion: '1'\ntitle: Klein\nlabels: {}\nheadlines: [ { id: default, text: Rat } ]\n",
    ),
    (
        "sources.yaml",
        "sources: [ { id: law, short: Gesetz, title: Ein Gesetz, kind: statute } ]\n",
    ),
    (
        "facts.yaml",
        "
facts:
  - { id: status, kind: one, label: l, question: q, why: w, options: [ { id: none, text: t }, { id: in-training, text: t }, { id: ended, text: t } ] }
  - { id: contract, kind: bool, label: l, question: q, why: w }
  - { id: stage, kind: one, label: l, question: q, why: w, options: [ { id: running, text: t }, { id: over, text: t } ],
      impliedBy: { begun: { atLeastMonthsAgo: 0 } }, impliedValue: running, consistentWith: [over] }
  - { id: begun, kind: date, label: l, question: q, why: w }
  - { id: needsHelp, kind: bool, label: l, question: q, why: w, impliedBy: { needs: { empty: false } } }
  - { id: acuteDanger, kind: bool, label: l, question: q, why: w, absentMeans: { value: false, text: t } }
  - { id: age, kind: int, label: l, question: q, why: w, range: { min: 10, max: 99 } }
  - { id: needs, kind: many, label: l, question: q, why: w, options: [ { id: language, text: t }, { id: theory, text: t } ] }
impossible:
  - { id: contract-without-training, when: { all: [ { status: none }, { contract: true } ] }, text: t }
",
    ),
    (
        "pathways/phase.yaml",
        "
id: phase
title: t
text: t
requirements:
  - { id: in-training, kind: must, when: { all: [ { status: in-training }, { contract: true } ] }, basis: statute, citations: [ { source: law, at: § 1 } ], met: t, notMet: t, unknown: t }
  - { id: help, kind: must, when: { any: [ { needsHelp: true }, { contradicted: needsHelp } ] }, basis: statute, citations: [ { source: law, at: § 2 } ], met: t, notMet: t, unknown: t }
  - { id: consistent, kind: assessment, when: { not: { contradicted: needsHelp } }, basis: derived, citations: [ { source: law, at: § 2 } ], met: t, notMet: t, unknown: t }
",
    ),
    (
        "decided-by.yaml",
        "
bodies:
  - { id: jobcenter, title: t, text: t }
decidedBy:
  - { id: young, when: { age: { below: 25 } }, body: jobcenter, text: t }
  - { id: rest, when: { always: true }, body: agentur-fuer-arbeit, text: t }
",
    ),
    (
        "modules.yaml",
        "
modules:
  - { id: german, title: t, text: t, beneficiary: [trainee], carriedBy: [phase], rules: [ { id: language, when: { needs: language }, text: t } ] }
",
    ),
    (
        "offers.yaml",
        "
offers:
  - { id: course, title: t, text: t, claim: discretion, contact: [school], basis: statute, citations: [ { source: law, at: § 3 } ],
      requires: { status: [none, ended] }, rules: [ { id: language, when: { needs: language }, text: t } ] }
",
    ),
    (
        "contact-routes.yaml",
        "
contactRoutes:
  - { id: desk, title: t, purpose: p, rules: [ { id: everyone, when: { always: true }, text: t } ] }
  - { id: school, title: t, purpose: p, rules: [ { id: closed, when: { not: { outcome: { of: phase, is: [conditions-met, agency-assessment] } } }, text: t } ] }
  - { id: notruf, title: t, purpose: p, rules: [ { id: danger, when: { acuteDanger: true }, text: t } ] }
bands:
  - { id: danger, when: { acuteDanger: true }, routes: [notruf], text: t }
",
    ),
    (
        "notices.yaml",
        "
notices:
  - { id: minor, severity: info, when: { age: { below: 18 } }, text: t }
  - { id: over, severity: info, when: { stage: over }, text: t }
",
    ),
    (
        "invariants.yaml",
        "
invariants:
  - { id: course-before-training, text: Kein Kurs in der Ausbildung., citations: [ { source: law, at: § 3 } ], given: { offer: course }, then: { not: { status: in-training } } }
",
    ),
];

/// The rule set with one text replaced in one file.
fn changed(file: &str, from: &str, to: &str) -> Ruleset {
    let files: Vec<SourceFile> = FILES
        .iter()
        .map(|(name, text)| {
            let mut text = (*text).to_owned();
            if *name == file {
                assert!(text.contains(from), "{file} lacks {from}");
                text = text.replacen(from, to, 1);
            }
            SourceFile {
                name: (*name).to_owned(),
                text,
            }
        })
        .collect();
    compile::compile(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The codes and subjects that fail; whoever is shown is confirmed by the engine.
fn failing(ruleset: &Ruleset) -> Vec<(String, String)> {
    let report = prove(ruleset, MANNER).unwrap();
    let named = |failure: &Failure| {
        let code = failure.built_in.map_or("invariant", BuiltIn::as_str);
        assert_ne!(failure.confirmed, Some(false), "{}", text(&report));
        assert_eq!(failure.requests.is_empty(), failure.confirmed.is_none());
        (code.to_owned(), failure.subject.clone())
    };
    report.failures.iter().map(named).collect()
}

#[test]
fn a_sound_rule_set_is_proved() {
    let found = failing(&changed("notices.yaml", "minor", "minor"));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_built_in_invariant_finds_what_breaks_it() {
    let breaks: &[(BuiltIn, &str, &str, &str, &str, bool)] = &[
        (
            BuiltIn::AssumptionImpossible,
            "stage",
            "facts.yaml",
            "{ all: [ { status: none }, { contract: true } ] }",
            "{ all: [ { status: in-training }, { stage: running } ] }",
            true,
        ),
        (
            BuiltIn::SomebodyPossible,
            "",
            "facts.yaml",
            "{ all: [ { status: none }, { contract: true } ] }",
            "{ always: true }",
            false,
        ),
        (
            BuiltIn::RuleNeverHolds,
            "notices.minor",
            "notices.yaml",
            "{ age: { below: 18 } }",
            "{ all: [ { status: none }, { status: ended } ] }",
            false,
        ),
        (
            BuiltIn::RuleAlwaysHolds,
            "notices.minor",
            "notices.yaml",
            "{ age: { below: 18 } }",
            "{ any: [ { contract: true }, { contract: false } ] }",
            false,
        ),
        (
            BuiltIn::RequirementImplied,
            "pathways.phase.requirements.started",
            "pathways/phase.yaml",
            "  - { id: help,",
            "  - { id: started, kind: must, when: { not: { status: none } }, basis: statute, citations: [ { source: law, at: § 1 } ], met: t, notMet: t, unknown: t }\n  - { id: help,",
            false,
        ),
        (
            BuiltIn::PathwayUnreachable,
            "pathways.phase",
            "pathways/phase.yaml",
            "{ status: in-training }",
            "{ all: [ { status: in-training }, { status: ended } ] }",
            false,
        ),
        (
            BuiltIn::ModuleUnreachable,
            "modules.german",
            "modules.yaml",
            "when: { needs: language }",
            "when: { all: [ { needs: language }, { status: none } ] }",
            false,
        ),
        (
            BuiltIn::OfferUnreachable,
            "offers.course",
            "offers.yaml",
            "when: { needs: language }",
            "when: { all: [ { needs: language }, { status: in-training } ] }",
            false,
        ),
        (
            BuiltIn::ContactRouteUnreachable,
            "contactRoutes.notruf",
            "contact-routes.yaml",
            "id: danger, when: { acuteDanger: true }, text",
            "id: danger, when: { all: [ { acuteDanger: true }, { acuteDanger: false } ] }, text",
            false,
        ),
        (
            BuiltIn::NoticeUnreachable,
            "notices.minor",
            "notices.yaml",
            "{ age: { below: 18 } }",
            "{ all: [ { age: { below: 18 } }, { age: { atLeast: 18 } } ] }",
            false,
        ),
        (
            BuiltIn::DecisionUnreachable,
            "decidedBy.rules.young",
            "decided-by.yaml",
            "  - { id: young",
            "  - { id: all, when: { always: true }, body: jobcenter, text: t }\n  - { id: young",
            false,
        ),
        (
            BuiltIn::NoContactRoute,
            "",
            "contact-routes.yaml",
            "id: everyone, when: { always: true }",
            "id: everyone, when: { age: { atLeast: 18 } }",
            true,
        ),
        (
            BuiltIn::NoContactRoute,
            "",
            "contact-routes.yaml",
            "  - { id: desk, title: t, purpose: p, rules: [ { id: everyone, when: { always: true }, text: t } ] }",
            "  - { id: desk, title: t, purpose: p, rules: [ { id: grown, when: { age: { atLeast: 18 } }, text: t } ] }\n  - { id: youth, title: t, purpose: p, rules: [ { id: young, when: { age: { below: 18 } }, text: t } ] }\n  - { id: fair, title: t, purpose: p, rules: [ { id: none, when: { status: none }, text: t } ], whilePossible: { status: none } }",
            false,
        ),
        (
            BuiltIn::DecisionWithoutContact,
            "decidedBy.bodies.jobcenter",
            "contact-routes.yaml",
            "  - { id: school,",
            "  - { id: centre, title: t, purpose: p, offices: { kind: jobcenter, byPostalCodeOf: [] }, rules: [ { id: grown, when: { age: { atLeast: 21 } }, text: t } ] }\n  - { id: school,",
            true,
        ),
        (
            BuiltIn::NothingFits,
            "",
            "contact-routes.yaml",
            "{ not: { outcome: { of: phase, is: [conditions-met, agency-assessment] } } }",
            "{ status: [none, ended] }",
            true,
        ),
        (
            BuiltIn::OfferWithoutContact,
            "offers.course",
            "offers.yaml",
            "contact: [school]",
            "contact: [notruf]",
            true,
        ),
        (
            BuiltIn::HeadlineMissing,
            "",
            "ruleset.yaml",
            "id: default,",
            "id: default, outcome: [conditions-met],",
            true,
        ),
        (
            BuiltIn::FactTurnsPathway,
            "pathways.phase.stage",
            "pathways/phase.yaml",
            "  - { id: help,",
            "  - { id: runs, kind: must, when: { not: { stage: over } }, basis: statute, citations: [ { source: law, at: § 1 } ], met: t, notMet: t, unknown: t }\n  - { id: help,",
            true,
        ),
        (
            BuiltIn::AcuteDangerFirst,
            "",
            "contact-routes.yaml",
            "when: { acuteDanger: true }, routes",
            "when: { age: { below: 18 } }, routes",
            true,
        ),
        (
            BuiltIn::OfferUnbounded,
            "offers.course",
            "invariants.yaml",
            "given: { offer: course }, then: { not: { status: in-training } }",
            "always: { any: [ { offer: course }, { always: true } ] }",
            false,
        ),
        (
            BuiltIn::InvariantEmpty,
            "course-before-training",
            "invariants.yaml",
            "given: { offer: course }",
            "given: { all: [ { offer: course }, { status: in-training } ] }",
            false,
        ),
        (
            BuiltIn::ExceptionUnused,
            "no-need",
            "invariants.yaml",
            "invariants:",
            "exceptions: [ { id: no-need, builtIn: rule-never-holds, of: notices.minor, text: t } ]\ninvariants:",
            false,
        ),
    ];
    for (built_in, subject, file, from, to, shown) in breaks {
        let ruleset = changed(file, from, to);
        let wanted = (built_in.as_str().to_owned(), (*subject).to_owned());
        let found = failing(&ruleset);
        assert!(found.contains(&wanted), "{wanted:?}: {found:?}");
        let report = prove(&ruleset, MANNER).unwrap();
        let failure = report
            .failures
            .iter()
            .find(|failure| failure.built_in == Some(*built_in));
        assert_eq!(
            failure.unwrap().confirmed,
            shown.then_some(true),
            "{wanted:?}"
        );
    }
    let tried: BTreeSet<BuiltIn> = breaks.iter().map(|(built_in, ..)| *built_in).collect();
    assert_eq!(tried.len(), BuiltIn::ALL.len());
}

#[test]
fn a_declared_exception_excuses_its_subject_and_nothing_else() {
    let ruleset = changed(
        "invariants.yaml",
        "invariants:",
        "exceptions: [ { id: on-purpose, builtIn: rule-always-holds, of: notices.other, text: t } ]\ninvariants:",
    );
    assert_eq!(
        failing(&ruleset),
        [("exception-unused".to_owned(), "on-purpose".to_owned())]
    );
    let files: Vec<SourceFile> = FILES
        .iter()
        .map(|(name, text)| SourceFile {
            name: (*name).to_owned(),
            text: text
                .replace("{ stage: over }", "{ any: [ { contract: true }, { contract: false } ] }")
                .replace("invariants:", "exceptions: [ { id: on-purpose, builtIn: rule-always-holds, of: notices.over, text: t } ]\ninvariants:"),
        })
        .collect();
    let found = failing(&compile::compile(&files).unwrap());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_kind_of_declared_invariant_holds_or_shows_somebody() {
    let kinds = [
        ("always: { contactRoute: desk }", true),
        ("always: { contactRoute: school }", false),
        (
            "never: { all: [ { offer: course }, { module: german } ] }",
            true,
        ),
        ("never: { module: german }", false),
        (
            "given: { acuteDanger: true }, then: { contactRoute: notruf }",
            true,
        ),
        (
            "given: { contactRoute: notruf }, then: { contract: true }",
            false,
        ),
        (
            "exactlyOne: [ { decidedBy: jobcenter }, { decidedBy: agentur-fuer-arbeit } ]",
            true,
        ),
        (
            "exactlyOne: [ { contactRoute: desk }, { contactRoute: school } ]",
            false,
        ),
        (
            "atLeastOne: [ { contactRoute: desk }, { contactRoute: school } ]",
            true,
        ),
        (
            "atLeastOne: [ { offer: course }, { module: german } ]",
            false,
        ),
        (
            "atMostOne: [ { offer: course }, { module: german }, { contactRoute: notruf } ]",
            false,
        ),
        ("atMostOne: [ { offer: course }, { module: german } ]", true),
        (
            "neverDependsOn: { outcomes: [phase, first-contact], facts: [age] }",
            true,
        ),
        (
            "neverDependsOn: { outcomes: [decided-by], facts: [age] }",
            false,
        ),
        // A need changes the outcome only by contradicting what is stated, and that counts.
        (
            "neverDependsOn: { outcomes: [phase], facts: [needs] }",
            false,
        ),
        (
            "possible: { outcome: { of: phase, is: [agency-assessment] } }",
            true,
        ),
        ("possible: { outcome: { of: phase, is: [expired] } }", false),
        // Nobody is impossible in a claim that somebody can be.
        (
            "possible: { all: [ { status: none }, { contract: true } ] }",
            false,
        ),
    ];
    for (claim, holds) in kinds {
        let ruleset = changed(
            "invariants.yaml",
            "invariants:",
            &format!(
                "invariants:\n  - {{ id: tried, text: t, citations: [ {{ source: law, at: § 4 }} ], {claim} }}"
            ),
        );
        let found = failing(&ruleset);
        let wanted = ("invariant".to_owned(), "tried".to_owned());
        assert_eq!(found.contains(&wanted), !holds, "{claim}: {found:?}");
        assert!(found.len() <= 1, "{claim}: {found:?}");
        if !holds {
            let report = text(&prove(&ruleset, MANNER).unwrap());
            assert!(
                report.contains("§ 4 Gesetz") && report.contains("always"),
                "{report}"
            );
            assert_eq!(
                report.contains("the engine answers so"),
                !claim.starts_with("possible"),
                "{report}"
            );
        }
    }
}

#[test]
fn an_invariant_is_proved_in_the_periods_in_which_it_is_valid() {
    let files: Vec<SourceFile> = FILES
        .iter()
        .map(|(name, text)| SourceFile {
            name: (*name).to_owned(),
            text: text
                .replace("id: minor,", "id: minor, validFrom: 2024-01-01,")
                .replace("invariants:", "invariants:\n  - { id: tried, text: t, validFrom: 2020-01-01, never: { stage: over } }"),
        })
        .collect();
    let ruleset = compile::compile(&files).unwrap();
    let report = prove(&ruleset, MANNER).unwrap();
    assert_eq!(report.periods, 3);
    let day = jiff::civil::date;
    let failure = report.failures.first().unwrap();
    assert_eq!(
        failure.periods,
        [(Some(day(2020, 1, 1)), None)],
        "neighbouring periods are one"
    );
    assert!(failure.requests.first().unwrap().contains("2026-11-23"));
}

/// What the engine makes of complete facts.
fn walk(ruleset: &Ruleset, given: &Given) -> impl Fn(NodeId) -> u16 {
    let known = engine::known(ruleset, given, TODAY, &mut Workspace::default());
    let diagrams = &ruleset.segment(TODAY).diagrams;
    move |root| match diagrams.reach(root, &known.everywhere, &mut Scratch::default()) {
        Reach::Only(value) => value,
        Reach::Several => panic!("complete facts decide everything"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_agree_with_counting(rules in random::rules(), claim in random::condition()) {
        let mut files = rules.files();
        files.push(SourceFile {
            name: "invariants.yaml".to_owned(),
            text: format!(
                "invariants:\n  - {{ id: claim, text: t, always: {claim} }}\n  - {{ id: some, text: t, possible: {claim} }}\n  - {{ id: gaps, text: t, neverDependsOn: {{ outcomes: [one, two], facts: [gaps] }} }}\n"
            ),
        });
        let ruleset = compile::compile(&files).unwrap();
        let segment = ruleset.segment(TODAY);
        let days = ["2027-01-01", "2026-10-01", "2025-12-01", "2024-01-01", "2000-01-01"].map(|day| day.parse::<Date>().unwrap());
        let everybody = random::everybody(&ruleset, &days, &[15, 20, 28]);
        let gaps = ruleset.catalog.find("gaps").unwrap();
        let mut expected: BTreeSet<String> = BTreeSet::new();
        let (mut possible, mut fulfilled) = (false, false);
        let mut counts = vec![BTreeSet::new(); segment.pathways.len()];
        for given in &everybody {
            let of = walk(&ruleset, given);
            let impossible = of(segment.impossible) == 1;
            possible |= !impossible;
            for invariant in &segment.invariants {
                match &invariant.claim {
                    Claim::Always(root) if of(*root) == 0 => {
                        expected.insert(invariant.id.clone());
                    }
                    Claim::Possible(root) => fulfilled |= !impossible && of(*root) == 1,
                    Claim::NeverDependsOn(roots, _) if matches!(given.get(gaps), Some(Value::Bool(true))) => {
                        let mut other = given.clone();
                        other.set(gaps, Value::Bool(false));
                        let other = walk(&ruleset, &other);
                        if roots.iter().any(|(_, root)| of(*root) != other(*root)) {
                            expected.insert(invariant.id.clone());
                        }
                    }
                    _ => {}
                }
            }
            for (pathway, counts) in segment.pathways.iter().zip(&mut counts) {
                let weights: Vec<u16> = pathway.requirements.iter().map(|requirement| {
                    if of(requirement.fulfilled) == 1 { 0 } else { requirement.kind.outcome().value().unwrap() }
                }).collect();
                let worst = weights.iter().max().unwrap();
                if weights.iter().filter(|weight| *weight == worst).count() == 1 && *worst > 0 {
                    counts.insert(weights.iter().position(|weight| weight == worst).unwrap());
                }
            }
        }
        if !fulfilled {
            expected.insert("some".to_owned());
        }
        let report = prove(&ruleset, MANNER).unwrap();
        let of = |built_in: Option<BuiltIn>| -> BTreeSet<String> {
            let failures = report.failures.iter().filter(|failure| failure.built_in == built_in);
            failures.map(|failure| failure.subject.clone()).collect()
        };
        prop_assert_eq!(of(None), expected, "{}", text(&report));
        prop_assert_eq!(of(Some(BuiltIn::SomebodyPossible)).is_empty(), possible);
        if possible {
            let mut implied = BTreeSet::new();
            for (pathway, counts) in segment.pathways.iter().zip(&counts) {
                for (at, requirement) in pathway.requirements.iter().enumerate() {
                    if !counts.contains(&at) {
                        implied.insert(format!("pathways.{}.requirements.{}", pathway.id, requirement.id));
                    }
                }
            }
            prop_assert_eq!(of(Some(BuiltIn::RequirementImplied)), implied);
        }
        for failure in &report.failures {
            prop_assert_ne!(failure.confirmed, Some(false), "{}", text(&report));
        }
    }
}
