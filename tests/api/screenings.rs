use asaflex::rules::cases::Question;
use asaflex::verify::cases::differences;
use serde_json::Value;

use crate::helpers::{TestApp, header, json, prepared, problem};

const REQUEST: &str = r#"{"asOf":"2026-11-23","facts":{"requester":"trainee","trainingStatus":"in-training","trainingType":"in-company","age":34,"homePostalCode":"70173","failedExams":["final-twice"]}}"#;

#[test]
fn every_case_of_the_rule_set_comes_out_over_http() {
    let app = TestApp::shared();
    let mut count = 0;
    let mut failed = Vec::new();
    for case in &prepared().ruleset.cases {
        let Question::Screening(as_of, facts) = &case.question else {
            continue;
        };
        let response = app
            .post_screening(format!("{{\"asOf\":\"{as_of}\",\"facts\":{facts}}}"))
            .send()
            .expect("answers");
        assert_eq!(response.status(), 200, "{}", case.id);
        let found = differences(&case.expect, &json(response));
        if !found.is_empty() {
            failed.push(format!("{}: {}", case.id, found.join("; ")));
        }
        count += 1;
    }
    assert!(count > 0, "no case ran");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_same_request_gives_the_same_bytes_and_is_kept_nowhere() {
    let app = TestApp::shared();
    let first = app.post_screening(REQUEST).send().expect("answers");
    assert_eq!(header(&first, "cache-control"), "no-store");
    assert_eq!(header(&first, "content-type"), "application/json");
    assert_eq!(header(&first, "x-content-type-options"), "nosniff");
    let first = first.text().expect("text");
    for _ in 0..5 {
        let next = app.post_screening(REQUEST).send().expect("answers");
        assert_eq!(next.text().expect("text"), first);
    }
}

#[test]
fn include_and_explain_shape_the_answer() {
    let app = TestApp::shared();
    let ask = |query: &str| -> Value {
        let url = app.url(&format!("/v1/screenings{query}"));
        let request = app
            .client
            .post(url)
            .header("content-type", "application/json");
        json(request.body(REQUEST).send().expect("answers"))
    };
    let modules = ask("?include=modules&explain=none");
    assert!(modules.get("modules").is_some());
    assert!(modules.get("contactRoutes").is_none());
    assert!(!modules.to_string().contains("\"because\""));
    let full = ask("?explain=full");
    let reasons = ask("?explain=reasons");
    assert!(full.to_string().len() > reasons.to_string().len());
    assert_eq!(ask(""), reasons);
}

#[test]
fn unknown_parameters_are_refused_by_name_of_the_known_ones() {
    let app = TestApp::shared();
    for query in [
        "?MARKER-7Q=1",
        "?include=MARKER-7Q",
        "?explain=MARKER-7Q",
        "?explain=full&explain=none",
        "?%ff=1",
        "?include=",
    ] {
        let url = app.url(&format!("/v1/screenings{query}"));
        let request = app
            .client
            .post(url)
            .header("content-type", "application/json");
        let response = request.body(REQUEST).send().expect("answers");
        let problem = problem(response, 422, "invalid-parameter");
        assert!(!problem.to_string().contains("MARKER-7Q"), "{query}");
    }
}

#[test]
fn the_language_is_negotiated_and_named() {
    let app = TestApp::shared();
    for (wanted, given) in [
        ("", "de"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de-simple", "de-simple"),
        ("fr, en;q=0.5, de;q=0.7", "de"),
        ("xx", "de"),
        ("*", "de"),
        ("en;q=0", "de"),
        ("en;Q=0.1, de-simple;Q=0.9", "de-simple"),
        (";;;q=,", "de"),
    ] {
        let response = app
            .post_screening(REQUEST)
            .header("accept-language", wanted)
            .send()
            .expect("answers");
        assert_eq!(response.status(), 200, "{wanted}");
        assert_eq!(header(&response, "content-language"), given, "{wanted}");
        assert!(
            header(&response, "vary")
                .to_lowercase()
                .contains("accept-language")
        );
    }
}

#[test]
fn remarks_on_citations_and_sources_are_in_the_language_of_the_answer() {
    let app = TestApp::shared();
    let body =
        r#"{"facts":{"trainingStatus":"in-training","trainingType":"dual-study-integrated"}}"#;
    let remarks = |language: &str| -> Vec<String> {
        let response = app
            .post_screening(body)
            .header("accept-language", language)
            .send()
            .expect("answers");
        let answer: serde_json::Value = response.json().expect("JSON");
        let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
        let phases = list(&answer["pathways"]).into_iter();
        let requirements = phases.flat_map(|phase| list(&phase["requirements"]));
        let citations = requirements.flat_map(|requirement| list(&requirement["citations"]));
        let all = citations.chain(list(&answer["sources"]));
        all.filter_map(|one| one["note"].as_str().map(str::to_owned))
            .collect()
    };
    let [german, english, simple] = ["de", "en", "de-simple"].map(remarks);
    let says = |remarks: &[String], text: &str| remarks.iter().any(|remark| remark == text);
    assert!(says(&german, "Anders für die Zeit vor der Einschreibung."));
    assert!(says(&english, "Different for the time before enrolment."));
    assert!(says(
        &simple,
        "Für die Zeit vor der Einschreibung gilt etwas anderes."
    ));
    assert_eq!((german.len(), german.len()), (english.len(), simple.len()));
    for (german, (english, simple)) in german.iter().zip(english.iter().zip(&simple)) {
        assert!(german != english && german != simple, "{german}");
    }
}

#[test]
fn languages_in_several_lines_are_one_list() {
    let response = TestApp::shared()
        .post_screening(REQUEST)
        .header("accept-language", "fr")
        .header("accept-language", "en")
        .send()
        .expect("answers");
    assert_eq!(header(&response, "content-language"), "en");
}

#[test]
fn a_body_at_the_limit_is_read_and_one_byte_more_is_not() {
    let app = TestApp::shared();
    let padded = |bytes: usize| format!("{}{}", " ".repeat(bytes - REQUEST.len()), REQUEST);
    let fits = app
        .post_screening(padded(64 * 1024))
        .send()
        .expect("answers");
    assert_eq!(fits.status(), 200);
    let larger = app
        .post_screening(padded(64 * 1024 + 1))
        .send()
        .expect("answers");
    problem(larger, 413, "body-too-large");
}
