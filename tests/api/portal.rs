use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::helpers::{TestApp, header, problem};

const FILES: [(&str, &str, &str); 2] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("../../examples/portal/index.html"),
    ),
    (
        "/asaflex-check.js",
        "text/javascript; charset=utf-8",
        include_str!("../../examples/portal/asaflex-check.js"),
    ),
];

#[test]
fn the_page_and_its_component_are_served_as_they_stand_in_the_examples() {
    let app = TestApp::shared();
    for (path, media_type, content) in FILES {
        let response = app.get(path).send().expect("answers");
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(header(&response, "content-type"), media_type);
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert!(header(&response, "set-cookie").is_empty(), "{path}");
        assert_eq!(response.text().expect("text"), content, "{path}");
    }
}

#[test]
fn the_page_may_run_its_own_script_and_call_its_own_service_and_nothing_else() {
    let response = TestApp::shared().get("/").send().expect("answers");
    let policy = header(&response, "content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "base-uri 'none'",
    ] {
        assert!(
            policy.split("; ").any(|found| found == directive),
            "{directive} in {policy}"
        );
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!policy.contains("http"), "{policy}");
    assert!(!policy.contains('*'), "{policy}");
}

#[test]
fn the_page_is_not_sent_again_to_those_who_have_it() {
    let app = TestApp::shared();
    let mut tags = Vec::new();
    for (path, _, _) in FILES {
        let first = app.get(path).send().expect("answers");
        let etag = header(&first, "etag");
        assert!(etag.starts_with('"'), "{path}");
        let again = app
            .get(path)
            .header("if-none-match", &etag)
            .send()
            .expect("answers");
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(header(&again, "etag"), etag);
        assert!(again.text().expect("text").is_empty());
        let other = app
            .get(path)
            .header("if-none-match", "\"other\"")
            .send()
            .expect("answers");
        assert_eq!(other.status(), 200, "{path}");
        tags.push(etag);
    }
    assert_ne!(tags[0], tags[1], "each file has a tag of its own");
}

#[test]
fn the_component_travels_compressed() {
    let response = TestApp::shared()
        .get("/asaflex-check.js")
        .header("accept-encoding", "gzip")
        .send()
        .expect("answers");
    assert_eq!(header(&response, "content-encoding"), "gzip");
    let sent = response.bytes().expect("bytes").len();
    assert!(sent < FILES[1].2.len() / 2, "{sent} bytes");
}

#[test]
fn the_head_of_the_page_can_be_asked_for_and_nothing_can_be_sent_to_it() {
    let app = TestApp::shared();
    let head = app.client.head(app.url("/")).send().expect("answers");
    assert_eq!(head.status(), 200);
    assert!(head.text().expect("text").is_empty());
    let post = app.client.post(app.url("/")).send().expect("answers");
    assert_eq!(header(&post, "allow"), "GET, HEAD");
    problem(post, 405, "method-not-allowed");
}

#[test]
fn a_service_without_the_page_does_not_know_it() {
    let app = TestApp::start(&["--no-portal"]);
    for (path, _, _) in FILES {
        problem(app.get(path).send().expect("answers"), 404, "not-found");
        let post = app.client.post(app.url(path)).send().expect("answers");
        problem(post, 404, "not-found");
    }
    let facts = app.get("/v1/facts").send().expect("answers");
    assert_eq!(facts.status(), 200, "everything else is there");
}

#[test]
fn the_page_needs_no_key_but_counts_as_a_request() {
    let app = TestApp::start(&["--rate-limit", "2"]);
    let first = app.get("/").send().expect("answers");
    assert_eq!(first.status(), 200);
    assert!(!header(&first, "ratelimit").is_empty());
    let second = app.get("/asaflex-check.js").send().expect("answers");
    assert_eq!(second.status(), 200);
    problem(app.get("/").send().expect("answers"), 429, "rate-limited");
}

#[test]
fn the_variable_switches_the_page_off_like_the_flag() {
    for (value, status) in [("true", 404), ("1", 404), ("false", 200), ("0", 200)] {
        let mut service = Command::new(env!("CARGO_BIN_EXE_asaflex"))
            .args(["serve", "--listen", "127.0.0.1:0", "--workers", "1"])
            .env("ASAFLEX_NO_PORTAL", value)
            .env("ASAFLEX_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(service.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("says where it answers");
        let address = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .expect("an address");
        let response = reqwest::blocking::get(format!("{address}/"));
        let answered = response.map(|response| response.status().as_u16());
        service.kill().expect("stops");
        service.wait().expect("ends");
        assert_eq!(answered.expect("answers"), status, "{value}");
    }
}
