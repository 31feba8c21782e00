//! What is refused, and how: problem details with every member, and never an echo.

use std::fmt::Write as _;

use crate::helpers::{TestApp, header, problem};

const MARKER: &str = "MARKER-7Q";

#[test]
fn unreadable_bodies_are_400() {
    let app = TestApp::shared();
    let nested = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let deep = format!("{{\"facts\":{{\"failedExams\":{nested}}}}}");
    for body in [
        "",
        "{",
        "MARKER-7Q",
        "{\"facts\":{\"age\":1e999}}",
        "{\"facts\":{\"MARKER-7Q\":",
        "{\"facts\":{}}{}",
        "\u{feff}{}",
        "{\"facts\":{\"requester\":\"\u{0}\"}}",
        "NaN",
        deep.as_str(),
    ] {
        let response = app.post_screening(body).send().expect("answers");
        let problem = problem(response, 400, "malformed-json");
        assert!(!problem.to_string().contains(MARKER));
    }
    let broken = app
        .client
        .post(app.url("/v1/screenings"))
        .header("content-type", "application/json")
        .body(b"{\"facts\":{\"requester\":\"\xff\xfe\"}}".to_vec())
        .send()
        .expect("answers");
    problem(broken, 400, "malformed-json");
}

#[test]
fn nesting_is_read_to_its_limit_wherever_it_stands() {
    let app = TestApp::shared();
    for (before, after, levels) in [
        ("{\"facts\":", "}", 1),
        ("{\"facts\":{\"MARKER 7Q\":", "}}", 2),
        ("{\"facts\":{\"failedExams\":", "}}", 2),
        ("{\"MARKER 7Q\":", "}", 1),
        ("", "", 0),
    ] {
        let nested = |depth: usize| {
            let lists = depth - levels;
            format!("{before}{}{}{after}", "[".repeat(lists), "]".repeat(lists))
        };
        let response = app.post_screening(nested(127)).send().expect("answers");
        problem(response, 422, "invalid-request");
        for depth in [128, 30_000] {
            let response = app.post_screening(nested(depth)).send().expect("answers");
            let problem = problem(response, 400, "malformed-json");
            assert!(!problem.to_string().contains("MARKER"));
        }
    }
}

#[test]
fn duplicate_keys_are_400() {
    let app = TestApp::shared();
    for body in [
        r#"{"facts":{},"facts":{}}"#,
        r#"{"facts":{"age":18,"age":19}}"#,
        r#"{"MARKER-7Q":1,"MARKER-7Q":2}"#,
        r#"{"facts":{"age":{"MARKER-7Q":1,"MARKER-7Q":2}}}"#,
        r#"{"facts":{"failedExams":[{"a":[{"MARKER-7Q":1,"MARKER-7Q":2}]}]}}"#,
        r#"{"asOf":{"a":1,"\u0061":2}}"#,
        r#"[{"a":1,"a":2}]"#,
    ] {
        let response = app.post_screening(body).send().expect("answers");
        let problem = problem(response, 400, "duplicate-key");
        assert!(!problem.to_string().contains(MARKER));
    }
}

#[test]
fn invalid_requests_are_422_with_a_pointer_and_what_would_be_accepted() {
    let app = TestApp::shared();
    for (body, pointer, code) in [
        (r#"{"facts":{"age":400}}"#, "/facts/age", "out-of-range"),
        (
            r#"{"facts":{"age":99999999999999999999999}}"#,
            "/facts/age",
            "out-of-range",
        ),
        (
            r#"{"facts":{"age":"MARKER-7Q"}}"#,
            "/facts/age",
            "wrong-type",
        ),
        (
            r#"{"facts":{"requester":"MARKER-7Q"}}"#,
            "/facts/requester",
            "unknown-option",
        ),
        (
            r#"{"facts":{"requester":"a\u0000MARKER-7Q"}}"#,
            "/facts/requester",
            "unknown-option",
        ),
        (
            r#"{"facts":{"failedExams":["interim","MARKER-7Q"]}}"#,
            "/facts/failedExams/1",
            "unknown-option",
        ),
        (
            r#"{"facts":{"homePostalCode":"MARKER-7Q"}}"#,
            "/facts/homePostalCode",
            "invalid-postal-code",
        ),
        (
            r#"{"facts":{"entryDate":"MARKER-7Q"}}"#,
            "/facts/entryDate",
            "invalid-date",
        ),
        (
            r#"{"facts":{"trainingStartedOn":"0000-01-01"}}"#,
            "/facts/trainingStartedOn",
            "out-of-range",
        ),
        (
            r#"{"facts":{"trainingEndedOn":"2200-01-01"}}"#,
            "/facts/trainingEndedOn",
            "out-of-range",
        ),
        (
            r#"{"facts":{"partTime":"MARKER-7Q"}}"#,
            "/facts/partTime",
            "wrong-type",
        ),
        (r#"{"asOf":"MARKER-7Q"}"#, "/asOf", "invalid-date"),
        (r#"{"facts":["MARKER-7Q"]}"#, "/facts", "wrong-type"),
        (r#"["MARKER-7Q"]"#, "", "wrong-type"),
        (r#"{"ref":"a"}"#, "/ref", "unknown-member"),
    ] {
        let response = app.post_screening(body).send().expect("answers");
        let problem = problem(response, 422, "invalid-request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert_eq!(problem["errors"][0]["code"], code, "{body}");
        assert!(
            problem["errors"][0]["message"]
                .as_str()
                .is_some_and(|message| message.len() > 10)
        );
        assert!(!problem.to_string().contains(MARKER), "{body}");
    }
}

#[test]
fn a_list_that_is_too_long_is_refused_and_never_read_in_part() {
    let app = TestApp::shared();
    let list = |last: &str, count: usize| {
        let items = vec!["\"interim\""; count].join(",");
        format!("{{\"facts\":{{\"failedExams\":[{items}{last}]}}}}")
    };
    let fits = app.post_screening(list(",\"final-once\"", 63)).send();
    assert_eq!(fits.expect("answers").status(), 200);
    for last in [",\"final-once\"", ",\"MARKER-7Q\"", ",5,6"] {
        let response = app.post_screening(list(last, 64)).send().expect("answers");
        let problem = problem(response, 422, "invalid-request");
        assert_eq!(problem["errors"][0]["pointer"], "/facts/failedExams/64");
        assert_eq!(problem["errors"][0]["code"], "wrong-type");
    }
}

#[test]
fn a_million_facts_are_too_large_and_thousands_of_unknown_ones_are_named_in_part() {
    let app = TestApp::shared();
    let facts = |count: usize| {
        let mut body = String::from("{\"facts\":{\"a0\":1");
        for number in 1..count {
            let _ = write!(body, ",\"a{number}\":1");
        }
        body + "}}"
    };
    let response = app.post_screening(facts(1_000_000)).send();
    // The server may close while the client still sends; what it may not do is read everything.
    if let Ok(response) = response {
        problem(response, 413, "body-too-large");
    }
    let response = app.post_screening(facts(5_000)).send().expect("answers");
    let problem = problem(response, 422, "invalid-request");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(64));
}

#[test]
fn unknown_resources_and_methods_are_404_and_405() {
    let app = TestApp::shared();
    for path in [
        "/MARKER-7Q",
        "/v1/MARKER-7Q",
        "/v1/facts/",
        "/%00",
        "/v1/../v1/MARKER-7Q",
    ] {
        let response = app.get(path).send().expect("answers");
        assert!(
            !problem(response, 404, "not-found")
                .to_string()
                .contains(MARKER)
        );
    }
    for (method, path, allow) in [
        ("GET", "/v1/screenings", "POST"),
        ("DELETE", "/v1/facts", "GET, HEAD"),
        ("POST", "/v1/facts", "GET, HEAD"),
        ("PATCH", "/v1/facts/age", "GET, HEAD"),
        ("BREW", "/health/live", "GET, HEAD"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let response = app
            .client
            .request(method, app.url(path))
            .send()
            .expect("answers");
        assert_eq!(header(&response, "allow"), allow, "{path}");
        problem(response, 405, "method-not-allowed");
    }
}

#[test]
fn other_media_types_and_compressed_bodies_are_415() {
    let app = TestApp::shared();
    let post = || app.client.post(app.url("/v1/screenings")).body("{}");
    for kind in [
        "text/plain",
        "application/x-ndjson",
        "application/json; charset=latin1",
        "application/json; Charset=latin1",
        "application/json; charset = \"latin1\"",
        "MARKER-7Q",
    ] {
        let response = post().header("content-type", kind).send().expect("answers");
        assert_eq!(header(&response, "accept"), "application/json");
        let problem = problem(response, 415, "unsupported-media-type");
        assert!(problem.to_string().contains("application/json"));
        assert!(!problem.to_string().contains(MARKER));
    }
    problem(
        post().send().expect("answers"),
        415,
        "unsupported-media-type",
    );
    let gzip = post()
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    problem(gzip.send().expect("answers"), 415, "unsupported-media-type");
    let plain = post()
        .header("content-type", "application/json")
        .header("content-encoding", "Identity");
    assert_eq!(plain.send().expect("answers").status(), 200);
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json ; CHARSET = utf-8",
    ] {
        assert_eq!(
            post()
                .header("content-type", kind)
                .send()
                .expect("answers")
                .status(),
            200,
            "{kind}"
        );
    }
}

#[test]
fn a_sane_request_id_is_taken_over_and_no_other() {
    let app = TestApp::shared();
    let sent = |id: &str| {
        let response = app
            .get("/health/live")
            .header("x-request-id", id)
            .send()
            .expect("answers");
        header(&response, "x-request-id")
    };
    assert_eq!(sent("portal-a.17_x"), "portal-a.17_x");
    let longest = "a".repeat(128);
    assert_eq!(sent(&longest), longest);
    for id in ["", "two words", "a;b", "<script>", &"a".repeat(129)] {
        let given = sent(id);
        assert_ne!(given, id);
        assert_eq!(given.len(), 36, "an id of our own");
    }
}

#[test]
fn the_trace_of_the_caller_is_continued_and_otherwise_one_begins() {
    let app = TestApp::shared();
    let out = |sent: &str| {
        let request = app.get("/v1/facts/age").header("traceparent", sent);
        header(&request.send().expect("answers"), "traceparent")
    };
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answered = out(&format!("00-{trace}-00f067aa0ba902b7-01"));
    assert!(answered.starts_with(&format!("00-{trace}-")) && answered.ends_with("-01"));
    assert!(!answered.contains("00f067aa0ba902b7"), "a span of its own");
    for sent in ["", MARKER, "00-0-0-0"] {
        let begun = out(sent);
        assert_eq!(begun.len(), 55, "{begun}");
        assert!(!begun.contains(trace));
    }
}

#[test]
fn hostile_requests_get_a_4xx_and_the_service_goes_on() {
    let app = TestApp::shared();
    let many_headers = format!(
        "GET /health/live HTTP/1.1\r\nHost: a\r\n{}\r\n",
        "X-A: MARKER-7Q\r\n".repeat(5_000)
    );
    let long_header = format!(
        "GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n",
        "a".repeat(1_000_000)
    );
    let long_path = format!(
        "GET /{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "a".repeat(100_000)
    );
    for request in [
        many_headers.as_str(),
        long_header.as_str(),
        long_path.as_str(),
        "\0\0\0\0\r\n\r\n",
        "GET /health/live HTTP/9.9\r\n\r\n",
        "GET /health/live\0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ] {
        let answer = app.raw(request.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or_default();
        let shown: String = request.chars().take(60).collect();
        assert!(
            answer.is_empty() || status.starts_with('4'),
            "{shown:?} gave {status}"
        );
        assert!(!answer.contains(MARKER));
        assert_eq!(
            app.get("/health/live").send().expect("answers").status(),
            200
        );
    }
}
