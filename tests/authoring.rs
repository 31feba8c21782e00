//! What rule authors are told about the shipped rules, and the steps of their guide (`rules/README.md`), each as it is written there.

#![cfg(test)]

use std::path::Path;
use std::sync::OnceLock;

use asaflex::answer::Prepared;
use asaflex::api::screenings::{self, Options};
use asaflex::request;
use asaflex::rules::problem::{Code, render_all};
use asaflex::rules::{self, SourceFile, compile, load, schema};
use asaflex::verify::explain::{Words, explain, json, mermaid, words};
use asaflex::verify::prove::{self, Manner};
use asaflex::verify::{cases, diff};
use jiff::civil::{Date, date};

fn shipped() -> &'static Prepared {
    static SHIPPED: OnceLock<Prepared> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
        Prepared::new(ruleset)
    })
}

fn leaves(words: &Words, found: &mut Vec<String>) {
    match words {
        Words::One(text) => found.push(text.clone()),
        Words::Not(part) => leaves(part, found),
        Words::All(parts) | Words::Any(parts) => parts.iter().for_each(|part| leaves(part, found)),
    }
}

#[test]
fn everything_that_ships_is_explained_in_every_language_on_every_day() {
    let prepared = shipped();
    for day in [
        date(2019, 6, 1),
        date(2024, 5, 1),
        date(2026, 11, 23),
        date(2027, 2, 1),
    ] {
        let segment = prepared.ruleset.segment(day);
        let pathways = segment.pathways.iter().map(|one| &one.id);
        let modules = segment.modules.iter().map(|one| &one.id);
        let offers = segment.offers.iter().map(|one| &one.id);
        let routes = segment.routes.iter().map(|one| &one.id);
        for id in pathways.chain(modules).chain(offers).chain(routes) {
            for locale in 0..prepared.ruleset.texts.locales().len() {
                let explanations = explain(prepared, id, locale, day).unwrap();
                for explanation in &explanations {
                    for part in &explanation.parts {
                        let mut asked = Vec::new();
                        leaves(&part.asks, &mut asked);
                        assert!(!asked.is_empty() && !part.text.is_empty(), "{id}");
                        for text in asked {
                            // An id in a sentence is a text that nobody wrote.
                            let spoken = !text.contains("explain-")
                                && !text.contains(['{', '}'])
                                && !text.ends_with(": ");
                            assert!(spoken, "{id}: {text}");
                        }
                    }
                    assert_eq!(json(explanation)["id"], id.as_str());
                }
                assert!(words(&explanations, prepared, locale).len() > 100, "{id}");
                let drawn = mermaid(prepared, id, locale, day).unwrap();
                assert!(
                    drawn.contains("\nflowchart TD\n") && drawn.lines().count() < 80,
                    "{id}: {drawn}"
                );
            }
        }
    }
}

#[test]
fn every_requirement_that_can_exclude_somebody_brings_official_wording() {
    let prepared = shipped();
    let day = date(2026, 11, 23);
    for pathway in &prepared.ruleset.segment(day).pathways {
        for explanation in explain(prepared, &pathway.id, 0, day).unwrap() {
            for part in explanation
                .parts
                .iter()
                .filter(|part| part.kind != Some("assessment"))
            {
                let worded = part.law.iter().any(|law| law.wording.is_some());
                assert!(worded, "{} {}", pathway.id, part.id);
            }
        }
    }
}

/// The shipped rules as an author changes them, step by step.
struct Copy {
    files: Vec<SourceFile>,
}

impl Copy {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        Self {
            files: load::folder(&folder).unwrap(),
        }
    }

    fn file(&mut self, name: &str) -> &mut String {
        let found = self.files.iter_mut().find(|file| file.name == name);
        &mut found.unwrap_or_else(|| panic!("{name}")).text
    }

    /// Puts `to` in the place of `from`, which stands there.
    fn replace(&mut self, name: &str, from: &str, to: &str) {
        let text = self.file(name);
        assert!(text.contains(from), "{name} lacks {from}");
        *text = text.replacen(from, to, 1);
    }

    fn append(&mut self, name: &str, more: &str) {
        self.file(name).push_str(more);
    }

    /// The entry that begins with a line, until the next line that is not indented deeper.
    fn entry(&mut self, name: &str, first: &str) -> String {
        let text = self.file(name).clone();
        let depth = |line: &str| line.len() - line.trim_start().len();
        let mut lines = text.lines().skip_while(|line| *line != first);
        let head = lines
            .next()
            .unwrap_or_else(|| panic!("{name} lacks {first}"));
        let own = lines.take_while(|line| line.trim().is_empty() || depth(line) > depth(head));
        std::iter::once(head)
            .chain(own)
            .fold(String::new(), |all, line| all + line + "\n")
    }

    /// The set as `check` takes it, with the texts that a language lacks.
    fn checked(&self) -> (Prepared, Vec<String>) {
        let ruleset = compile::compile(&self.files)
            .unwrap_or_else(|problems| panic!("{}", render_all(&problems, &self.files)));
        let warnings = ruleset.warnings.iter();
        let missing = warnings.filter(|problem| problem.code == Code::MissingText);
        let missing = missing.map(|problem| problem.message.clone()).collect();
        (Prepared::new(ruleset), missing)
    }

    /// The set as `check` and `test` take it, with every text.
    fn tested(&self) -> Prepared {
        let (prepared, missing) = self.checked();
        assert!(missing.is_empty(), "{missing:?}");
        let failures = cases::run(&prepared);
        assert!(failures.is_empty(), "{failures:?}");
        prepared
    }
}

fn proved(prepared: &Prepared) {
    let manner = Manner {
        declared: true,
        people: true,
        today: date(2026, 11, 23),
    };
    let report = prove::prove(&prepared.ruleset, manner).unwrap();
    assert!(report.failures.is_empty(), "{}", prove::text(&report));
}

/// What changes between the last day of the old law and the first day of the new.
fn changed_between(prepared: &Prepared, before: Date, after: Date) -> Vec<diff::Change> {
    let ruleset = &prepared.ruleset;
    diff::days((ruleset, before), (ruleset, after))
        .unwrap()
        .changes
}

const CASES: &str = "cases/added.yaml";

fn added_cases(copy: &mut Copy, text: &str) {
    copy.files.push(SourceFile {
        name: CASES.to_owned(),
        text: text.to_owned(),
    });
}

#[test]
fn a_dated_change_of_an_offer_goes_as_the_guide_says() {
    let mut copy = Copy::new();
    let money = "offers/money.yaml";
    let offer = copy.entry(money, "  - id: bab");
    // 1. The old entry ends, 2. its copy begins.
    let old = offer.replace(
        "    validFrom: 2020-05-29\n",
        "    validFrom: 2020-05-29\n    validUntil: 2027-06-30\n",
    );
    let new = offer
        .replace("    validFrom: 2020-05-29\n", "    validFrom: 2027-07-01\n")
        .replace("atLeastMonthsAgo: 15", "atLeastMonthsAgo: 12");
    assert!(old != offer && new.contains("atLeastMonthsAgo: 12"));
    copy.replace(money, &offer, &(old + &new));
    let (_, missing) = copy.checked();
    assert!(
        missing
            .iter()
            .all(|text| text.contains("`offers.bab@2027-07-01.title`")),
        "{missing:?}"
    );
    assert_eq!(missing.len(), 2, "each language is told");
    // 3. The texts are copied.
    for locale in ["locales/en.yaml", "locales/de-simple.yaml"] {
        let texts = copy.entry(locale, "  bab@2020-05-29:");
        let copied = texts.replace("bab@2020-05-29:", "bab@2027-07-01:");
        copy.replace(locale, &texts, &format!("{texts}{copied}"));
    }
    // 4. The state of the text of the law.
    let source = copy.entry("sources.yaml", "  - id: sgb-iii");
    let stated = source.replace("textAsOf: 2026-08-19", "textAsOf: 2027-07-01");
    assert_ne!(source, stated, "{source}");
    copy.replace("sources.yaml", &source, &stated);
    // 5. The day before, the day, the day after.
    let case = |id: &str, day: &str, key: &str| {
        format!(
            "- id: {id}\n  title: BAB with a toleration after 13 months\n  source: § 60 Abs. 3\n  grade: derived\n  asOf: {day}\n  facts: {{ trainingStatus: in-training, trainingType: in-company, writtenContract: true, livesInGermany: true, firstTraining: true,\n           livesWithParents: false, age: 20, residenceStatus: toleration, lawfulStaySince: 2026-05-15 }}\n  expect: {{ {key}: [bab] }}\n"
        )
    };
    added_cases(
        &mut copy,
        &[
            case("NEW-1", "2027-06-30", "offersExclude"),
            case("NEW-2", "2027-07-01", "offersInclude"),
            case("NEW-3", "2027-07-02", "offersInclude"),
        ]
        .concat(),
    );
    let prepared = copy.tested();
    proved(&prepared);
    // 6. Whom the day affects.
    let changes = changed_between(&prepared, date(2027, 6, 30), date(2027, 7, 1));
    let changed: Vec<_> = changes.iter().map(|change| change.about.names()).collect();
    assert_eq!(changed, [("offer", "bab")]);
    assert_eq!(changes[0].title, "Berufsausbildungsbeihilfe (BAB)");
}

#[test]
fn a_dated_change_of_one_requirement_leaves_the_rest_of_the_phase_alone() {
    let mut copy = Copy::new();
    let file = "pathways/begleitende-phase.yaml";
    let requirement = copy.entry(file, "  - id: lives-in-germany");
    let rest = requirement
        .split_once('\n')
        .map(|(_, rest)| rest.to_owned())
        .unwrap();
    let old = format!("  - id: lives-in-germany\n    validUntil: 2027-06-30\n{rest}");
    let new = format!(
        "  - id: lives-in-germany\n    validFrom: 2027-07-01\n{}",
        rest.replace("kind: must", "kind: assessment")
    );
    assert!(new.contains("kind: assessment"));
    copy.replace(file, &requirement, &format!("{}\n{new}", old.trim_end()));
    for locale in ["locales/en.yaml", "locales/de-simple.yaml"] {
        let phase = copy.entry(locale, "  \"begleitende-phase@2020-05-29\":");
        let begin = phase.find("      lives-in-germany:\n").unwrap();
        let end = phase[begin..]
            .match_indices("\n      ")
            .map(|(at, _)| begin + at + 1)
            .find(|at| !phase[at + 6..].starts_with(' '));
        let texts = phase[begin..end.unwrap_or(phase.len())].to_owned();
        let dated = texts.replace("lives-in-germany:", "lives-in-germany@2027-07-01:");
        let copied = phase.replace(&texts, &format!("{texts}{dated}"));
        copy.replace(locale, &phase, &copied);
    }
    let prepared = copy.tested();
    let changes = changed_between(&prepared, date(2027, 6, 30), date(2027, 7, 1));
    assert!(
        changes
            .iter()
            .any(|change| change.about.names() == ("pathway", "begleitende-phase")),
        "{changes:?}"
    );
    let ways = &changes
        .iter()
        .find(|change| change.about.names().0 == "pathway")
        .unwrap()
        .ways;
    assert!(
        ways.iter()
            .all(|(before, _, _)| before == "conditions-not-met"),
        "{ways:?}"
    );
}

#[test]
fn a_fact_is_added_as_the_guide_says() {
    let mut copy = Copy::new();
    copy.replace(
        "facts.yaml",
        "\n# Combinations that nobody can be in.",
        "\n  - { id: nightShifts, kind: bool, label: Nachtschichten, question: \"Arbeitet der junge Mensch nachts?\", why: \"Dann hilft eine Planung der Lernzeiten.\", ask: 90 }\n\n# Combinations that nobody can be in.",
    );
    let unused = |copy: &Copy| {
        let ruleset = compile::compile(&copy.files).unwrap();
        ruleset.warnings.iter().any(|problem| {
            problem.code == Code::Unused && problem.message.contains("`nightShifts`")
        })
    };
    assert!(unused(&copy), "a fact that no rule asks is told");
    copy.replace(
        "modules/trainee.yaml",
        "when: { accessBarriers: shift-work }",
        "when: { any: [ { accessBarriers: shift-work }, { nightShifts: true } ] }",
    );
    assert!(!unused(&copy));
    for locale in ["locales/en.yaml", "locales/de-simple.yaml"] {
        copy.replace(
            locale,
            "\nfacts:\n",
            "\nfacts:\n  nightShifts: { label: Night shifts, question: \"Are there night shifts?\", why: \"Then planning helps.\" }\n",
        );
    }
    let (prepared, missing) = copy.checked();
    assert!(missing.is_empty(), "{missing:?}");
    let request = "{\"asOf\":\"2026-11-23\",\"facts\":{\"trainingStatus\":\"in-training\",\"nightShifts\":true}}";
    let parsed = request::parse(request.as_bytes(), &prepared.ruleset.catalog, false).unwrap();
    let answer = screenings::screen(&prepared, &parsed, 0, Options::DEFAULT);
    assert!(
        answer.contains("\"digital\"") && !answer.contains("\"unusedFacts\":[\"nightShifts\"]")
    );
    let schemas = schema::schemas(&prepared.ruleset.catalog);
    assert!(schemas.iter().any(|(_, text)| text.contains("nightShifts")));
}

#[test]
fn a_module_a_route_and_an_invariant_are_added_as_the_guide_says() {
    let mut copy = Copy::new();
    // A module: copied, with a need of its own, an order, texts and two cases.
    copy.append(
        "modules/trainee.yaml",
        "\n  - id: lernort\n    title: Ruhiger Ort zum Lernen\n    text: Beim Träger kann in Ruhe gelernt werden.\n    beneficiary: [trainee]\n    carriedBy: [begleitende-phase]\n    basis: derived\n    citations:\n      - { source: sgb-iii, at: \"§ 75 Abs. 2\" }\n    rules:\n      - id: housing\n        when: { homeStrain: housing }\n        text: Zu Hause ist wenig Platz.\n",
    );
    copy.replace(
        "ruleset.yaml",
        "    - foerderplan\n",
        "    - foerderplan\n    - lernort\n",
    );
    // A route: copied, its band, an offer that leads to it, texts and two cases.
    copy.append(
        "contact-routes/counselling.yaml",
        "\n  - id: wohnberatung\n    title: Beratung zum Wohnen\n    purpose: Sie hilft, wenn die Wohnung zum Problem wird.\n    channels:\n      - { id: phone, kind: phone, value: \"+493012345678\", label: \"030 12345678\", cost: unknown, verified: false, note: \"Nicht bestätigt.\" }\n    bring: [problem-description]\n    basis: derived\n    citations: [ { source: s42 } ]\n    rules:\n      - id: housing\n        when: { homeStrain: housing }\n        text: Die Wohnung ist zum Problem geworden.\n",
    );
    copy.replace(
        "contact-routes/bands.yaml",
        "routes: [aa-arbeitgeberservice, bildungstraeger, kofa]",
        "routes: [aa-arbeitgeberservice, bildungstraeger, kofa, wohnberatung]",
    );
    copy.replace(
        "offers/money.yaml",
        "contact: [aa-berufsberatung, aa-online]",
        "contact: [aa-berufsberatung, aa-online, wohnberatung]",
    );
    copy.replace(
        "cases/details.yaml",
        "offers.bab.contact: [aa-berufsberatung, aa-online]",
        "offers.bab.contact: [aa-berufsberatung, aa-online, wohnberatung]",
    );
    let (_, missing) = copy.checked();
    assert!(
        missing.len() == 2
            && missing
                .iter()
                .all(|text| text.contains("`modules.lernort.title`")),
        "{missing:?}"
    );
    for locale in ["locales/en.yaml", "locales/de-simple.yaml"] {
        copy.replace(
            locale,
            "\nmodules:\n",
            "\nmodules:\n  lernort: { title: Quiet place, text: A quiet place to learn., rules: { housing: Little room at home. } }\n",
        );
        copy.replace(
            locale,
            "\ncontactRoutes:\n",
            "\ncontactRoutes:\n  wohnberatung: { title: Housing advice, purpose: Help with housing., rules: { housing: Housing is a problem. }, channels: { phone: { note: Not confirmed. } } }\n",
        );
    }
    let case = |id: &str, strain: &str, key: &str| {
        format!(
            "- id: {id}\n  title: Little room at home\n  source: § 75 Abs. 2\n  grade: derived\n  asOf: 2026-11-23\n  facts: {{ trainingStatus: in-training, trainingType: in-company, writtenContract: true, livesInGermany: true, homeStrain: [{strain}] }}\n  expect: {{ modules{key}: [lernort], routes{key}: [wohnberatung] }}\n"
        )
    };
    added_cases(
        &mut copy,
        &[
            case("NEW-1", "housing", "Include"),
            case("NEW-2", "loss", "Exclude"),
        ]
        .concat(),
    );
    // An invariant that holds, and one that does not.
    copy.replace(
        "invariants.yaml",
        "\ninvariants:\n",
        "\ninvariants:\n  - id: room-for-trainees\n    text: Den ruhigen Ort gibt es nur bei Sorgen mit der Wohnung.\n    citations: [ { source: sgb-iii, at: \"§ 75 Abs. 2\" } ]\n    given: { module: lernort }\n    then: { homeStrain: housing }\n",
    );
    proved(&copy.tested());
    copy.replace(
        "invariants.yaml",
        "then: { homeStrain: housing }",
        "then: { homeStrain: loss }",
    );
    let (prepared, _) = copy.checked();
    let manner = Manner {
        declared: true,
        people: true,
        today: date(2026, 11, 23),
    };
    let report = prove::prove(&prepared.ruleset, manner).unwrap();
    let subjects: Vec<_> = report
        .failures
        .iter()
        .map(|one| one.subject.as_str())
        .collect();
    assert_eq!(subjects, ["room-for-trainees"]);
    let failure = &report.failures[0];
    assert_eq!(failure.confirmed, Some(true));
    // One stretch of law, and nobody is described by more than it takes.
    assert_eq!(failure.periods.len(), 1, "{:?}", failure.periods);
    let request: serde_json::Value = serde_json::from_str(&failure.requests[0]).unwrap();
    let facts = request["facts"].as_object().unwrap().len();
    assert!(facts <= 8, "{}", failure.requests[0]);
}

#[test]
fn a_language_is_added_as_the_guide_says() {
    let mut copy = Copy::new();
    copy.files.push(SourceFile {
        name: "locales/fr.yaml".to_owned(),
        text:
            "locale: fr\nname: Français\nheadlines: { missing-facts: Il manque des indications. }\n"
                .to_owned(),
    });
    copy.files.sort_by(|left, right| left.name.cmp(&right.name));
    let (prepared, missing) = copy.checked();
    assert!(
        missing.len() == 1 && missing[0].contains("texts are missing in `fr`"),
        "{missing:?}"
    );
    let french = prepared.locale("fr").unwrap();
    let parsed = request::parse(b"{}", &prepared.ruleset.catalog, false).unwrap();
    let answer = screenings::screen(&prepared, &parsed, french, Options::DEFAULT);
    assert!(
        answer.contains("Il manque des indications."),
        "{}",
        &answer[..300]
    );
}

#[test]
fn a_case_that_differs_is_named_with_what_differs() {
    let mut copy = Copy::new();
    added_cases(
        &mut copy,
        "- id: NEW-1\n  title: Nothing is known\n  source: § 74\n  grade: derived\n  asOf: 2026-11-23\n  facts: {}\n  expect: { outcome: [conditions-met], offersExclude: [bab] }\n",
    );
    let (prepared, _) = copy.checked();
    let failures = cases::run(&prepared);
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].id, "NEW-1");
    assert_eq!(
        failures[0].differences.len(),
        1,
        "{:?}",
        failures[0].differences
    );
}

#[test]
fn a_drawn_phase_leaves_nothing_out() {
    let prepared = shipped();
    let day = date(2026, 11, 23);
    let plain = |text: &str| {
        let text = text.replace("<br/>", " ").replace("#quot;", "\"");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut applying = 0;
    for pathway in &prepared.ruleset.segment(day).pathways {
        let drawn = plain(&mermaid(prepared, &pathway.id, 0, day).unwrap());
        assert!(!drawn.contains('…'), "{drawn}");
        for explanation in explain(prepared, &pathway.id, 0, day).unwrap() {
            for part in &explanation.parts {
                assert!(
                    drawn.contains(&plain(&part.text)),
                    "{}: {}",
                    pathway.id,
                    part.id
                );
                let mut asked = Vec::new();
                if let Some(applies) = &part.applies {
                    applying += 1;
                    leaves(applies, &mut asked);
                }
                for text in asked {
                    assert!(drawn.contains(&plain(&text)), "{}: {text}", pathway.id);
                }
            }
        }
    }
    assert!(applying > 0, "some requirement applies only to some");
}
