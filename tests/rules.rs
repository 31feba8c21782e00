//! The shipped rules: they compile clean, their cases come out right, and knowing less never turns an answer round.

#![cfg(test)]

use std::sync::OnceLock;

use asaflex::answer::Prepared;
use asaflex::diagram::UNKNOWN;
use asaflex::engine::{self, Wanted, Workspace};
use asaflex::facts::{FactKind, Given, PostalCode, Value};
use asaflex::offices::{DISTRICT_FACT, OfficeTable, PostalClass};
use asaflex::request;
use asaflex::rules::cases::Question;
use asaflex::rules::model::Outcome;
use asaflex::rules::problem::{Code, render_all};
use asaflex::rules::{self, Ruleset, load};
use asaflex::verify::{cases, coverage};

fn shipped() -> &'static Prepared {
    static SHIPPED: OnceLock<Prepared> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
        Prepared::new(ruleset)
    })
}

#[test]
fn the_shipped_rules_have_no_problem_but_facts_that_never_matter() {
    let prepared = shipped();
    let never_matters = ["schoolCertificate", "occupationSector"];
    for problem in &prepared.ruleset.warnings {
        let meant = problem.code == Code::Unused
            && never_matters
                .iter()
                .any(|fact| problem.message.contains(fact));
        assert!(
            meant,
            "{}",
            render_all(std::slice::from_ref(problem), &load::embedded())
        );
    }
}

#[test]
fn every_case_comes_out_right() {
    let failures = cases::run(shipped());
    assert!(shipped().ruleset.cases.len() > 190);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn the_cases_show_every_rule_in_every_value_it_can_have() {
    let coverage = coverage::measure(shipped(), false);
    assert!(
        coverage.is_complete(),
        "{}",
        coverage::report(&coverage, &shipped().ruleset.files)
    );
    for truth in coverage::Truth::ALL {
        assert_eq!(coverage.count(truth).percent(), 100, "{}", truth.as_str());
    }
    // What is missing here is listed by `asaflex test`; only contradictory statements could show the rest.
    assert!(
        coverage.leaves().percent() >= 95,
        "only {} of the leaves are shown to decide alone\n{}",
        coverage.leaves(),
        coverage::report(&coverage, &shipped().ruleset.files)
    );
}

#[test]
fn every_case_says_what_it_is_about_and_where_that_is_written() {
    let mut titles = std::collections::BTreeMap::new();
    for file in load::embedded() {
        if !file.name.starts_with("cases/") || file.name == "cases/offices.yaml" {
            continue;
        }
        for case in file.text.split("\n- id: ").skip(1) {
            let line = |key: &str| {
                case.lines()
                    .find_map(|line| line.strip_prefix(&format!("  {key}: ")))
                    .unwrap_or_else(|| panic!("{}: no {key} in {case}", file.name))
            };
            assert!(!line("source").is_empty());
            let other = titles.insert(
                format!("{} {}", line("title"), line("asOf")),
                case.to_owned(),
            );
            assert!(
                other.is_none(),
                "{}: two cases have one title: {case}",
                file.name
            );
        }
    }
}

/// Whether an outcome with fewer facts is compatible with the one with more.
fn only_less_certain(with_all: Outcome, with_less: Outcome) -> bool {
    match with_less {
        Outcome::MissingFacts => true,
        // All completions are closed: the most favourable of them is shown.
        _ if with_all.is_closed() && with_less.is_closed() => with_less <= with_all,
        _ => with_all == with_less,
    }
}

/// Whether something was stated otherwise than other statements imply.
fn contradicts(ruleset: &Ruleset, given: &Given, as_of: jiff::civil::Date) -> bool {
    let known = engine::known(ruleset, given, as_of, &mut Workspace::default()).everywhere;
    let segment = ruleset.segment(as_of);
    segment.implied.iter().any(|implied| {
        let variable = usize::from(segment.first_variable[usize::from(implied.fact)]);
        known[variable] == implied.contradicted
    })
}

#[test]
fn taking_a_fact_away_makes_an_answer_less_certain_and_never_another() {
    let prepared = shipped();
    let ruleset = &prepared.ruleset;
    let mut workspace = Workspace::default();
    let wanted = Wanted {
        because: false,
        open_questions: false,
        sources: false,
        ..Wanted::ALL
    };
    for case in &ruleset.cases {
        let Question::Screening(as_of, facts) = &case.question else {
            continue;
        };
        let body = format!("{{\"facts\":{facts}}}");
        let given = request::parse(body.as_bytes(), &ruleset.catalog, false)
            .unwrap()
            .given;
        // A contradiction is more than a gap in what is known: taking one side of it back may settle what it had turned.
        if contradicts(ruleset, &given, *as_of) {
            continue;
        }
        let segment = ruleset.segment(*as_of);
        let known = engine::known(ruleset, &given, *as_of, &mut workspace).everywhere;
        let whole = engine::screen(ruleset, &given, *as_of, wanted, &mut workspace);
        for (fact, _) in given.iter() {
            // Absence of these means something by itself (contract 2.1.1).
            if ruleset.catalog.get(fact).unwrap().absent_means.is_some() {
                continue;
            }
            let mut less = given.clone();
            less.clear(fact);
            // Without the statement, others may imply something else that is consistent with it.
            let variable = usize::from(segment.first_variable[usize::from(fact)]);
            let left = engine::known(ruleset, &less, *as_of, &mut workspace).everywhere[variable];
            if left != UNKNOWN && left != known[variable] {
                continue;
            }
            let part = engine::screen(ruleset, &less, *as_of, wanted, &mut workspace);
            for (place, (with_all, with_less)) in
                whole.pathways.iter().zip(&part.pathways).enumerate()
            {
                assert!(
                    only_less_certain(with_all.outcome, with_less.outcome),
                    "{} without {}: pathway {place} is {:?} instead of {:?}",
                    case.id,
                    ruleset.catalog.name(fact),
                    with_less.outcome,
                    with_all.outcome
                );
            }
            assert!(
                !part.routes.is_empty(),
                "{} without {} has no contact",
                case.id,
                ruleset.catalog.name(fact)
            );
        }
    }
}

#[test]
fn school_certificate_age_first_training_and_year_change_no_outcome_and_residence_only_that_of_the_vorphase()
 {
    let ruleset = &shipped().ruleset;
    let fact = |name: &str| ruleset.catalog.find(name).unwrap();
    for segment in &ruleset.segments {
        for pathway in &segment.pathways {
            let asked = segment.diagrams.facts(pathway.outcome);
            for name in [
                "schoolCertificate",
                "age",
                "firstTraining",
                "trainingYear",
                "disability",
                "youngPersonConsents",
            ] {
                assert!(
                    !asked.contains(fact(name)),
                    "{} depends on {name}",
                    pathway.id
                );
            }
            let vorphase = pathway.id == "vorphase";
            for name in [
                "residenceStatus",
                "workPermission",
                "compulsorySchoolingCompleted",
                "entryDate",
            ] {
                assert!(
                    vorphase || !asked.contains(fact(name)),
                    "{} depends on {name}",
                    pathway.id
                );
            }
        }
    }
}

#[test]
fn nothing_known_is_answered_with_questions_and_a_contact() {
    let ruleset = &shipped().ruleset;
    let given = asaflex::facts::Given::nothing(ruleset.catalog.facts().len());
    let mut workspace = Workspace::default();
    let mut days: Vec<_> = ruleset
        .segments
        .iter()
        .filter_map(|segment| segment.from)
        .collect();
    days.push(jiff::civil::date(2019, 6, 1));
    days.push(jiff::civil::Date::MIN);
    days.push(jiff::civil::Date::MAX);
    for day in days {
        let advice = engine::screen(ruleset, &given, day, Wanted::ALL, &mut workspace);
        let expected = if day < jiff::civil::date(2020, 5, 29) {
            Outcome::NotInForce
        } else {
            Outcome::MissingFacts
        };
        assert_eq!(advice.outcome, expected, "{day}");
        assert!(
            !advice.routes.is_empty() && !advice.open_questions.is_empty(),
            "{day}"
        );
        assert_eq!(
            ruleset.catalog.name(advice.next_question.unwrap()),
            "acuteDanger"
        );
    }
}

#[test]
fn every_postal_code_has_all_its_offices_and_the_sixteen_without_entry_have_none() {
    let offices = &shipped().ruleset.offices;
    assert!(offices.codes() > 10_000);
    let mut missing = Vec::new();
    for number in 0..100_000 {
        let code = PostalCode::parse(&format!("{number:05}")).unwrap();
        let candidates = offices.candidates(code, None);
        assert_eq!(
            candidates.is_empty(),
            offices.class(code) == PostalClass::NotListed,
            "{code}"
        );
        if candidates.is_empty() {
            missing.push(code.to_string());
        }
    }
    let gaps = "01001 04861 06485 06711 06772 09434 22961 25867 31035 31087 33333 64759 96529 98694 99090 99095";
    assert!(
        gaps.split(' ')
            .all(|code| missing.contains(&code.to_owned()))
    );
    assert_eq!(
        OfficeTable::finder_urls(PostalCode::parse("31035").unwrap()).len(),
        2
    );
}

#[test]
fn every_berlin_district_settles_a_berlin_code() {
    let ruleset = &shipped().ruleset;
    let districts = ruleset
        .catalog
        .get(ruleset.catalog.find(DISTRICT_FACT).unwrap())
        .unwrap();
    assert_eq!(districts.kind, FactKind::One);
    for district in &districts.options {
        for code in ["12043", "12529"] {
            let candidates = ruleset
                .offices
                .candidates(PostalCode::parse(code).unwrap(), Some(district));
            assert_eq!(candidates.len(), 1, "{district} leaves {code} open");
        }
    }
}

/// From nothing known, answering always the next question as the case would, until nothing that the case states is asked any more.
fn steps(prepared: &Prepared, facts: &str, as_of: jiff::civil::Date, in_file_order: bool) -> usize {
    let ruleset = &prepared.ruleset;
    let body = format!("{{\"facts\":{facts}}}");
    let full = request::parse(body.as_bytes(), &ruleset.catalog, false)
        .unwrap()
        .given;
    let mut workspace = Workspace::default();
    let wanted = Wanted {
        because: false,
        ..Wanted::ALL
    };
    let goal: Vec<Outcome> = engine::screen(ruleset, &full, as_of, wanted, &mut workspace)
        .pathways
        .iter()
        .map(|finding| finding.outcome)
        .collect();
    let mut given = asaflex::facts::Given::nothing(ruleset.catalog.facts().len());
    let mut skipped: Vec<u16> = Vec::new();
    let mut asked = 0;
    loop {
        let advice = engine::screen(ruleset, &given, as_of, wanted, &mut workspace);
        let reached: Vec<Outcome> = advice
            .pathways
            .iter()
            .map(|finding| finding.outcome)
            .collect();
        if reached == goal {
            return asked;
        }
        let mut open: Vec<u16> = advice
            .open_questions
            .iter()
            .map(|question| question.fact)
            .collect();
        if in_file_order {
            open.sort_unstable();
        } else if let Some(next) = advice.next_question.filter(|next| !skipped.contains(next)) {
            open.insert(0, next);
        }
        let Some(fact) = open.into_iter().find(|fact| !skipped.contains(fact)) else {
            return asked;
        };
        asked += 1;
        match full.get(fact) {
            Some(value) => given.set(fact, value),
            None => skipped.push(fact),
        }
    }
}

#[test]
fn asking_the_next_question_reaches_every_case_in_few_steps() {
    let prepared = shipped();
    let mut guided = Vec::new();
    let mut in_file_order = Vec::new();
    // Situations of people; the other cases turn on one rule each and state what nobody would say of himself.
    let published =
        |id: &str| id.starts_with('P') && id[1..].starts_with(|c: char| c.is_ascii_digit());
    for case in &prepared.ruleset.cases {
        if let Question::Screening(as_of, facts) = &case.question
            && published(&case.id)
        {
            guided.push(steps(prepared, facts, *as_of, false));
            in_file_order.push(steps(prepared, facts, *as_of, true));
        }
    }
    guided.sort_unstable();
    in_file_order.sort_unstable();
    let report = |steps: &[usize]| {
        (
            steps[steps.len() / 2],
            steps[steps.len() * 9 / 10],
            *steps.last().unwrap(),
        )
    };
    println!(
        "median, ninth decile, most: guided {:?}, in file order {:?}",
        report(&guided),
        report(&in_file_order)
    );
    assert!(guided.len() > 30, "{}", guided.len());
    assert!(report(&guided).0 <= 12, "{:?}", report(&guided));
    assert!(guided.iter().sum::<usize>() <= in_file_order.iter().sum::<usize>());
}

#[test]
fn a_value_never_stands_in_debug_output() {
    assert_eq!(format!("{:?}", Value::Int(4_711)), "(hidden)");
}

#[test]
fn only_what_a_person_can_change_is_declared_so() {
    let facts = shipped().ruleset.catalog.facts().iter();
    let changeable: Vec<&str> = facts
        .filter(|fact| fact.changeable)
        .map(|fact| fact.id.as_str())
        .collect();
    // A contract, a search, what a course can teach, a consent, a registration; never age, status or health.
    let meant = [
        "writtenContract",
        "seeksInCompanyTraining",
        "germanAndSchoolSkillsSufficient",
        "youngPersonConsents",
        "registeredAsTrainingSeeker",
    ];
    assert_eq!(changeable, meant);
}

#[test]
fn a_missing_contract_is_named_as_what_would_open_the_phase_and_a_school_certificate_as_what_had_no_influence()
 {
    let prepared = shipped();
    let body = br#"{"facts":{"trainingStatus":"in-training","trainingType":"in-company","writtenContract":false,"livesInGermany":true,"needsSupport":true,"schoolCertificate":"abitur"}}"#;
    let parsed = request::parse(body, &prepared.ruleset.catalog, false).unwrap();
    let day = jiff::civil::date(2026, 11, 23);
    let advice = engine::screen(
        &prepared.ruleset,
        &parsed.given,
        day,
        Wanted::ALL,
        &mut Workspace::default(),
    );
    let segment = prepared.ruleset.segment(day);
    let find = |id: &str| segment.pathways.iter().position(|pathway| pathway.id == id);
    let name = |fact: u16| prepared.ruleset.catalog.name(fact);
    let phase = &advice.pathways[find("begleitende-phase").unwrap()];
    assert_eq!(phase.outcome, Outcome::ConditionsNotMet);
    let to_open = phase.to_open.unwrap();
    assert_eq!(
        to_open.facts.iter().map(name).collect::<Vec<_>>(),
        ["writtenContract"]
    );
    assert!(to_open.unknown.is_empty() && to_open.wait_until.is_none());
    // Nobody is told to move abroad.
    assert_eq!(advice.pathways[find("grenzgaenger").unwrap()].to_open, None);
    assert_eq!(
        advice.unused.iter().map(name).collect::<Vec<_>>(),
        ["schoolCertificate"]
    );
}

#[test]
fn answering_one_question_after_another_never_takes_more_of_them_than_was_said() {
    let prepared = shipped();
    let catalog = &prepared.ruleset.catalog;
    let day = jiff::civil::date(2026, 11, 23);
    let mut workspace = Workspace::default();
    for seed in 0..6_usize {
        let mut given = asaflex::facts::Given::nothing(catalog.facts().len());
        let mut left = u32::MAX;
        for turn in 0.. {
            let advice =
                engine::screen(&prepared.ruleset, &given, day, Wanted::ALL, &mut workspace);
            // Whoever contradicts what was said before may be asked more.
            if contradicts(&prepared.ruleset, &given, day) {
                break;
            }
            assert!(turn == 0 || advice.questions_max < left, "{seed} {turn}");
            left = advice.questions_max;
            let Some(next) = advice.next_question else {
                break;
            };
            let fact = catalog.get(next).unwrap();
            let pick = (seed * 7 + turn * 3) % fact.options.len().max(1);
            let value = match fact.kind {
                FactKind::Bool => Value::Bool(pick == 1),
                FactKind::One => Value::One(u8::try_from(pick).unwrap()),
                FactKind::Many => Value::Many(0),
                FactKind::Int { min, .. } => Value::Int(min + 8),
                FactKind::Date => Value::Date(jiff::civil::date(2026, 2, 1)),
                FactKind::PostalCode => Value::PostalCode(PostalCode::parse("10115").unwrap()),
            };
            given.set(next, value);
        }
    }
}
