use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use reqwest::blocking::Response;
use serde_json::Value;

use crate::helpers::{PATIENCE, TestApp, header, problem};

const LINE: &str = r#"{"asOf":"2026-11-23","facts":{"trainingStatus":"in-training","trainingType":"in-company","failedExams":["final-once"]}}"#;

fn post(app: &TestApp, query: &str, body: impl Into<reqwest::blocking::Body>) -> Response {
    app.client
        .post(app.url(&format!("/v1/screenings/batch{query}")))
        .header("content-type", "application/x-ndjson")
        .body(body)
        .send()
        .expect("answers")
}

fn lines(response: Response) -> Vec<Value> {
    let text = response.text().expect("text");
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn each_line_is_answered_like_a_single_screening_and_in_order() {
    let app = TestApp::shared();
    let single: Value = serde_json::from_str(
        &app.post_screening(LINE)
            .send()
            .expect("answers")
            .text()
            .expect("text"),
    )
    .expect("JSON");
    let mut body = String::new();
    for number in 0..300 {
        let _ = writeln!(body, "{{\"ref\":\"r-{number}\",{}", &LINE[1..]);
    }
    let response = post(app, "", body);
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "application/x-ndjson");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(header(&response, "content-language"), "de");
    let answers = lines(response);
    assert_eq!(answers.len(), 300);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["line"], number + 1);
        assert_eq!(answer["ref"], format!("r-{number}"));
        assert_eq!(answer["result"], single);
    }
}

#[test]
fn bad_lines_are_isolated_and_blank_ones_counted() {
    let app = TestApp::shared();
    let long = format!("{{\"facts\":{{}}{}}}", " ".repeat(70_000));
    let fits = format!("{}{}", " ".repeat(64 * 1024 - LINE.len()), LINE);
    let body = [
        LINE,
        "",
        "MARKER-7Q",
        r#"{"ref":"second","facts":{"age":"MARKER-7Q"}}"#,
        "   \r",
        &long,
        r#"{"ref":"MARKER 7Q"}"#,
        r#"{"facts":{},"facts":{}}"#,
        &fits,
        r#"{"ref":"last"}"#,
    ]
    .join("\n");
    let response = post(app, "", body);
    let id = header(&response, "x-request-id");
    let answers = lines(response);
    let seen: Vec<(u64, String)> = answers
        .iter()
        .map(|answer| {
            let code = answer.pointer("/problem/code").and_then(Value::as_str);
            (
                answer["line"].as_u64().expect("a number"),
                code.unwrap_or("result").to_owned(),
            )
        })
        .collect();
    let expected = [
        (1, "result"),
        (3, "malformed-json"),
        (4, "invalid-request"),
        (6, "body-too-large"),
        (7, "invalid-request"),
        (8, "duplicate-key"),
        (9, "result"),
        (10, "result"),
    ];
    assert_eq!(seen, expected.map(|(line, code)| (line, code.to_owned())));
    assert_eq!(answers[2]["ref"], "second");
    assert_eq!(answers[7]["ref"], "last");
    for answer in &answers {
        assert!(!answer.to_string().contains("MARKER"));
        if let Some(problem) = answer.get("problem") {
            assert_eq!(problem["requestId"], id);
            assert!(answer.get("result").is_none());
        }
    }
}

#[test]
fn a_name_that_is_null_is_as_good_as_none() {
    let app = TestApp::shared();
    let body = "{\"ref\":null,\"asOf\":null,\"facts\":null}\r\n{}\r\n";
    let answers = lines(post(app, "?include=notices", body));
    assert_eq!(answers.len(), 2);
    for answer in &answers {
        assert!(answer.get("ref").is_none());
        assert_eq!(answer["result"], answers[1]["result"]);
        assert!(answer["result"].is_object());
    }
}

#[test]
fn sections_reasons_and_language_hold_for_all_lines() {
    let app = TestApp::shared();
    let url = app.url("/v1/screenings/batch?include=modules&explain=none");
    let request = app
        .client
        .post(url)
        .header("content-type", "application/x-ndjson");
    let response = request
        .header("accept-language", "en")
        .body(format!("{LINE}\n{LINE}\n"))
        .send()
        .expect("answers");
    assert_eq!(header(&response, "content-language"), "en");
    for answer in lines(response) {
        assert!(answer["result"].get("modules").is_some());
        assert!(answer["result"].get("contactRoutes").is_none());
        assert!(!answer.to_string().contains("\"because\""));
    }
}

#[test]
fn an_empty_batch_has_no_answers_and_other_forms_are_refused() {
    let app = TestApp::shared();
    assert!(lines(post(app, "", "")).is_empty());
    assert!(lines(post(app, "", "\n \n\n")).is_empty());
    problem(post(app, "?MARKER=1", LINE), 422, "invalid-parameter");
    let url = app.url("/v1/screenings/batch");
    for kind in ["application/json", "text/plain"] {
        let response = app
            .client
            .post(&url)
            .header("content-type", kind)
            .body(LINE)
            .send()
            .expect("answers");
        assert_eq!(header(&response, "accept"), "application/x-ndjson");
        let detail = problem(response, 415, "unsupported-media-type")["detail"].to_string();
        assert!(
            detail.contains("application/x-ndjson") && !detail.contains("application/json"),
            "{detail}"
        );
    }
    let gzip = app
        .client
        .post(&url)
        .header("content-type", "application/x-ndjson")
        .header("content-encoding", "gzip");
    problem(
        gzip.body(LINE).send().expect("answers"),
        415,
        "unsupported-media-type",
    );
    problem(
        app.client.get(&url).send().expect("answers"),
        405,
        "method-not-allowed",
    );
}

/// A connection on which a batch was begun and nothing of its body was sent yet.
fn begin(app: &TestApp, query: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("sets");
    stream
        .write_all(format!("POST /v1/screenings/batch{query} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes())
        .expect("sends");
    stream
}

fn send(stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
    stream.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes())
}

#[test]
fn a_line_is_answered_before_the_next_one_is_sent() {
    let app = TestApp::shared();
    let mut stream = begin(app, "");
    let mut reader = BufReader::new(stream.try_clone().expect("clones"));
    for number in 1..=3 {
        send(&mut stream, &format!("{LINE}\n")).expect("sends");
        let mut line = String::new();
        while !line.starts_with("{\"line\"") {
            line.clear();
            assert!(reader.read_line(&mut line).expect("reads") > 0);
        }
        assert!(line.starts_with(&format!("{{\"line\":{number},")), "{line}");
    }
    stream.write_all(b"0\r\n\r\n").expect("sends");
}

#[test]
fn five_thousand_lines_pass_through() {
    let app = TestApp::shared();
    let stream = begin(app, "?include=pathways&explain=none");
    let mut writer = stream.try_clone().expect("clones");
    let sender = std::thread::spawn(move || {
        let chunk = format!("{LINE}\n").repeat(50);
        for _ in 0..100 {
            send(&mut writer, &chunk).expect("sends");
        }
        writer.write_all(b"0\r\n\r\n").expect("sends");
    });
    let mut count = 0;
    let mut seen_end = false;
    for line in BufReader::new(stream).split(b'\n') {
        let line = line.expect("reads");
        if line.starts_with(b"{\"line\":") {
            count += 1;
        }
        if line == b"0\r" {
            seen_end = true;
            break;
        }
    }
    sender.join().expect("sent everything");
    assert!(seen_end);
    assert_eq!(count, 5_000);
}

#[test]
fn an_aborted_batch_leaves_the_service_as_it_was() {
    let app = TestApp::shared();
    for _ in 0..20 {
        let mut stream = begin(app, "");
        send(&mut stream, &format!("{LINE}\n").repeat(20)).expect("sends");
        let mut some = [0; 64];
        stream.read_exact(&mut some).expect("reads");
        drop(stream);
    }
    assert_eq!(lines(post(app, "", LINE)).len(), 1);
}
