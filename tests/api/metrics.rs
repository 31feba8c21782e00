use crate::helpers::{TestApp, header};

#[test]
fn exchanges_outcomes_and_refusals_are_counted_by_pattern_and_never_by_path() {
    let app = TestApp::start(&[]);
    let _ok = app
        .post_screening(r#"{"asOf":"2026-11-23","facts":{"age":17}}"#)
        .send()
        .expect("answers");
    let _refused = app.post_screening("MARKER-7Q").send().expect("answers");
    let _unknown = app.get("/MARKER-7Q").send().expect("answers");
    let _one = app
        .get("/v1/modules/MARKER-7Q?x=MARKER-7Q")
        .send()
        .expect("answers");
    let method = reqwest::Method::from_bytes(b"MARKER").expect("a method");
    let _method = app
        .client
        .request(method, app.url("/v1/facts"))
        .send()
        .expect("answers");
    let batch = app
        .client
        .post(app.url("/v1/screenings/batch"))
        .header("content-type", "application/x-ndjson");
    let _batch = batch
        .body("{\"asOf\":\"2026-11-23\"}\nMARKER-7Q\n")
        .send()
        .expect("answers")
        .text()
        .expect("text");
    let response = app.get("/metrics").send().expect("answers");
    assert!(
        header(&response, "content-type")
            .starts_with("application/openmetrics-text; version=1.0.0")
    );
    let text = response.text().expect("text");
    for line in [
        "asaflex_requests_total{route=\"/v1/screenings\",method=\"POST\",status=\"2xx\"} 1",
        "asaflex_requests_total{route=\"/v1/screenings\",method=\"POST\",status=\"4xx\"} 1",
        "asaflex_requests_total{route=\"unmatched\",method=\"GET\",status=\"4xx\"} 1",
        "asaflex_requests_total{route=\"/v1/facts\",method=\"other\",status=\"4xx\"} 1",
        "asaflex_rejections_total{code=\"malformed-json\"} 1",
        "asaflex_rejections_total{code=\"not-found\"} 1",
        "asaflex_batch_lines_total{result=\"answered\"} 1",
        "asaflex_batch_lines_total{result=\"refused\"} 1",
        "asaflex_request_duration_seconds_count{route=\"/v1/screenings\",method=\"POST\"} 2",
        "asaflex_build_info{version=",
        "asaflex_ruleset{id=\"asa-flex\",version=",
        "asaflex_outcomes_total{pathway=\"begleitende-phase\",outcome=\"missing-facts\",ruleset=",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains("MARKER"));
}
