use std::collections::BTreeSet;

use asaflex::offices::PostalClass;
use asaflex::rules::cases::Question;
use serde_json::Value;

use crate::helpers::{TestApp, header, json, prepared, problem};

fn ids(answer: &Value, office: &str) -> BTreeSet<String> {
    let candidates = answer["candidates"].as_array().expect("a list");
    candidates
        .iter()
        .map(|candidate| candidate[office]["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn every_postal_code_of_the_cases_leads_to_its_offices() {
    let app = TestApp::shared();
    let mut count = 0;
    for case in &prepared().ruleset.cases {
        let Question::Offices(code) = &case.question else {
            continue;
        };
        let response = app
            .get(&format!("/v1/offices?postalCode={code}"))
            .send()
            .expect("answers");
        assert_eq!(response.status(), 200, "{}", case.id);
        assert_eq!(header(&response, "cache-control"), "no-store");
        let answer = json(response);
        assert_eq!(answer["postalCode"], code.as_str());
        let wanted = |key: &str| {
            case.expect
                .lists
                .get(key)
                .map(|list| list.iter().cloned().collect::<BTreeSet<_>>())
        };
        if let Some(agencies) = wanted("agencies") {
            assert_eq!(ids(&answer, "employmentAgency"), agencies, "{}", case.id);
        }
        if let Some(jobcenters) = wanted("jobcenters") {
            assert!(
                jobcenters.is_subset(&ids(&answer, "jobcenter")),
                "{}",
                case.id
            );
        }
        if case
            .expect
            .words
            .get("finder")
            .is_some_and(|finder| finder == "true")
        {
            assert!(answer["candidates"].as_array().is_some_and(Vec::is_empty));
            assert!(
                answer["finderUrls"]
                    .as_array()
                    .is_some_and(|urls| !urls.is_empty())
            );
        }
        count += 1;
    }
    assert!(count > 0, "no case ran");
}

#[test]
fn in_hanau_the_jobcenter_of_the_city_comes_first() {
    let app = TestApp::shared();
    for code in ["63450", "63452", "63454", "63456", "63457"] {
        let response = app
            .get(&format!("/v1/offices?postalCode={code}"))
            .send()
            .expect("answers");
        let answer = json(response);
        let jobcenters: Vec<&str> = answer["candidates"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|candidate| candidate["jobcenter"]["id"].as_str())
            .collect();
        assert_eq!(jobcenters, ["43106", "43102"], "{code}");
    }
}

#[test]
fn an_office_links_to_its_own_page_or_to_none() {
    let offices = &prepared().ruleset.offices;
    let mut pages = 0;
    for class in [
        PostalClass::OneDistrict,
        PostalClass::SeveralDistricts,
        PostalClass::Berlin,
    ] {
        for code in offices.codes_of(class) {
            for candidate in offices.candidates(code, None) {
                let Some(page) = &candidate.agency.page else {
                    continue;
                };
                let place = page.strip_prefix("https://www.arbeitsagentur.de/vor-ort/");
                assert!(place.is_some_and(|place| !place.contains('/')), "{page}");
                pages += 1;
            }
        }
    }
    assert!(pages > 0, "no office has a page");
}

#[test]
fn what_is_no_postal_code_is_refused_and_not_repeated() {
    let app = TestApp::shared();
    for query in [
        "",
        "?postalCode=",
        "?postalCode=7017",
        "?postalCode=MARKER-7Q",
        "?postalCode=70173&postalCode=70173",
        "?code=MARKER-7Q",
    ] {
        let response = app
            .get(&format!("/v1/offices{query}"))
            .send()
            .expect("answers");
        let problem = problem(response, 422, "invalid-parameter");
        assert!(!problem.to_string().contains("MARKER-7Q"), "{query}");
    }
}
