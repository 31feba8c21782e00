//! Every limit that `asaflex serve --help` names, from both sides.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use asaflex::limit::Limits;
use serde_json::Value;

use crate::access::fixture;
use crate::helpers::{PATIENCE, TestApp, prepared, problem};

/// A limit that passes soon, and that a busy machine still keeps at a fifth of it.
const SHORT: Duration = Duration::from_secs(2);

fn app(flags: &[&str], change: impl FnOnce(&mut Limits)) -> TestApp {
    let mut limits = Limits::default();
    change(&mut limits);
    TestApp::start_within(flags, prepared(), limits)
}

fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.address).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("sets");
    stream
}

fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).expect("sends");
}

/// Everything until the service closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let started = Instant::now();
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).is_err();
    assert!(started.elapsed() < PATIENCE, "the connection stayed open");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The beginning of one answer.
fn status(stream: &mut TcpStream) -> String {
    let mut start = [0; 12];
    stream.read_exact(&mut start).expect("an answer");
    String::from_utf8_lossy(&start).into_owned()
}

const POST: &str = "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
const BATCH: &str = "POST /v1/screenings/batch?include=notices&explain=none HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn headers_must_come_in_time() {
    let app = app(&[], |limits| limits.headers = SHORT);
    let mut slow = connect(&app);
    send(&mut slow, "GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: ");
    let mut quick = connect(&app);
    send(&mut quick, "GET /health/live HTTP/1.1\r\nHost: a\r\n");
    std::thread::sleep(SHORT / 5);
    send(&mut quick, "\r\n");
    assert_eq!(status(&mut quick), "HTTP/1.1 200");
    assert!(rest(slow).starts_with("HTTP/1.1 408"));
}

#[test]
fn the_rest_of_a_later_request_must_come_in_time_too() {
    let app = app(&[], |limits| {
        limits.headers = Duration::from_secs(1);
        limits.keep_alive = Duration::from_secs(1);
    });
    let ask = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    for beginning in ["\r\n", "GET /health/live HTTP/1.1\r\nHo"] {
        let mut stream = connect(&app);
        send(&mut stream, ask);
        assert_eq!(status(&mut stream), "HTTP/1.1 200");
        send(&mut stream, beginning);
        rest(stream);
    }
}

#[test]
fn a_batch_goes_on_for_longer_than_an_idle_connection_may() {
    let app = app(&[], |limits| {
        limits.headers = Duration::from_secs(1);
        limits.keep_alive = Duration::from_secs(1);
    });
    let mut stream = connect(&app);
    send(&mut stream, BATCH);
    for _ in 0..10 {
        send(&mut stream, "3\r\n{}\n\r\n");
        std::thread::sleep(Duration::from_millis(500));
    }
    send(&mut stream, "0\r\n\r\n");
    assert!(rest(stream).contains("{\"line\":10,"));
}

#[test]
fn the_body_of_a_screening_must_come_in_time() {
    let app = app(&[], |limits| limits.body = SHORT);
    let mut slow = connect(&app);
    send(&mut slow, &format!("{POST}{{"));
    let mut quick = connect(&app);
    send(&mut quick, &format!("{POST}{{"));
    std::thread::sleep(SHORT / 5);
    send(&mut quick, "}");
    assert_eq!(status(&mut quick), "HTTP/1.1 200");
    let refused = rest(slow);
    assert!(refused.starts_with("HTTP/1.1 408"), "{refused}");
    assert!(refused.contains("application/problem+json") && refused.contains("request-timeout"));
}

#[test]
fn a_batch_may_pause_and_not_fall_silent() {
    let app = app(&[], |limits| limits.batch_silence = SHORT);
    let mut stream = connect(&app);
    send(&mut stream, BATCH);
    for _ in 0..8 {
        send(&mut stream, "3\r\n{}\n\r\n");
        std::thread::sleep(SHORT / 5);
    }
    let answer = rest(stream);
    assert!(answer.contains("{\"line\":8,") && answer.contains("{\"line\":9,"));
    assert_eq!(answer.matches("request-timeout\"").count(), 2, "{answer}");
    assert!(!answer.contains("{\"line\":10,"));
}

#[test]
fn a_reader_that_takes_nothing_is_let_go_and_a_slow_one_is_served() {
    let app = app(&["--workers", "1"], |limits| {
        limits.reader_silence = Duration::from_secs(2);
        limits.connections = 1;
    });
    let mut stalled = connect(&app);
    stalled
        .set_write_timeout(Some(Duration::from_secs(1)))
        .expect("sets");
    let lines = "{}\n".repeat(300);
    let chunk = format!("{:x}\r\n{lines}\r\n", lines.len());
    let full = BATCH.replace("?include=notices&explain=none", "");
    send(&mut stalled, &full);
    while stalled.write_all(chunk.as_bytes()).is_ok() {}
    // There is one connection, and it is taken until its reader is let go.
    let mut next = connect(&app);
    send(&mut next, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(status(&mut next), "HTTP/1.1 200");
    drop((stalled, next));

    let mut slow = connect(&app);
    send(&mut slow, &full);
    send(&mut slow, &format!("{chunk}0\r\n\r\n"));
    let mut answer = Vec::new();
    let mut piece = vec![0; 1_000_000];
    while !answer.ends_with(b"0\r\n\r\n") {
        let length = slow.read(&mut piece).expect("goes on");
        assert!(length > 0, "cut off");
        answer.extend_from_slice(&piece[..length]);
        std::thread::sleep(Duration::from_millis(20));
    }
    let count = answer.windows(8).filter(|at| at == b"{\"line\":").count();
    assert_eq!(count, 300);
}

#[test]
fn a_connection_beyond_the_limit_waits_for_another_to_end() {
    let app = app(&["--workers", "1"], |limits| limits.connections = 2);
    let ask = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut held: Vec<TcpStream> = (0..2).map(|_| connect(&app)).collect();
    for stream in &mut held {
        send(stream, ask);
        assert_eq!(status(stream), "HTTP/1.1 200");
    }
    let mut third = connect(&app);
    send(&mut third, ask);
    third
        .set_read_timeout(Some(Duration::from_millis(500)))
        .expect("sets");
    assert!(third.read(&mut [0]).is_err(), "one too many is answered");
    held.pop();
    third.set_read_timeout(Some(PATIENCE)).expect("sets");
    assert_eq!(status(&mut third), "HTTP/1.1 200");
}

#[test]
fn an_idle_connection_is_closed() {
    let app = app(&[], |limits| limits.keep_alive = Duration::from_secs(1));
    let mut stream = connect(&app);
    for _ in 0..2 {
        send(&mut stream, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(status(&mut stream), "HTTP/1.1 200");
        let mut answer = vec![0; 4096];
        let _some = stream.read(&mut answer).expect("the rest");
    }
    assert_eq!(rest(stream), "");
}

#[test]
fn a_tls_handshake_must_come_in_time() {
    let app = app(
        &[
            "--tls-cert",
            &fixture("service.pem"),
            "--tls-key",
            &fixture("service.key"),
        ],
        |limits| limits.tls_handshake = SHORT,
    );
    let mut stream = connect(&app);
    stream.write_all(&[0x16, 0x03, 0x01]).expect("sends");
    rest(stream);
}

#[test]
fn ninety_six_headers_are_read_and_one_more_is_not() {
    let app = TestApp::shared();
    let asked = |count: usize| {
        let headers = "X-A: a\r\n".repeat(count - 2);
        app.raw(
            format!("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n")
                .as_bytes(),
        )
    };
    assert!(asked(96).starts_with("HTTP/1.1 200"));
    assert!(asked(97).starts_with("HTTP/1.1 431"));
}

#[test]
fn headers_of_128_kib_are_read_and_longer_ones_are_not() {
    let app = TestApp::shared();
    let asked = |bytes: usize| {
        let start = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-A: ";
        let value = "a".repeat(bytes - start.len() - 4);
        app.raw(format!("{start}{value}\r\n\r\n").as_bytes())
    };
    assert!(asked(127 * 1024).starts_with("HTTP/1.1 200"));
    let refused = asked(256 * 1024);
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 4"));
}

#[test]
fn a_list_of_languages_of_1_kib_is_read_and_a_longer_one_counts_as_absent() {
    let app = TestApp::shared();
    let language = |bytes: usize| {
        let ranges = "xx,".repeat((bytes - 2) / 3);
        let list = format!("{}{ranges}en", "x".repeat((bytes - 2) % 3));
        assert_eq!(list.len(), bytes);
        app.raw(
            format!(
                "GET /v1/facts/age HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Language: {list}\r\n\r\n"
            )
            .as_bytes(),
        )
    };
    assert!(language(1_024).contains("content-language: en"));
    assert!(language(1_025).contains("content-language: de"));
}

#[test]
fn a_batch_of_the_most_lines_is_answered_and_one_more_ends_it() {
    let app = TestApp::start(&["--batch-lines", "3"]);
    let lines = |count: usize| -> Vec<Value> {
        let response = app
            .client
            .post(app.url("/v1/screenings/batch"))
            .header("content-type", "application/x-ndjson")
            .body("{}\n".repeat(count))
            .send()
            .expect("answers");
        assert_eq!(response.status(), 200);
        let text = response.text().expect("text");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let fits = lines(3);
    assert!(fits.len() == 3 && fits.iter().all(|line| line.get("result").is_some()));
    let more = lines(50);
    assert_eq!(more.len(), 4);
    assert!(more.iter().take(3).all(|line| line.get("result").is_some()));
    assert_eq!(more[3]["line"], 4);
    assert_eq!(more[3]["problem"]["code"], "batch-too-large");
    let documented = app.get("/problems/batch-too-large").send();
    assert_eq!(documented.expect("answers").status(), 200);
}

#[test]
fn sixty_four_wrong_places_are_named_and_the_rest_is_not() {
    let app = TestApp::shared();
    for (wrong, named) in [(64, 64), (65, 64)] {
        let facts: Vec<String> = (0..wrong)
            .map(|number| format!("\"a{number}\":1"))
            .collect();
        let body = format!("{{\"facts\":{{{}}}}}", facts.join(","));
        let response = app.post_screening(body).send().expect("answers");
        let problem = problem(response, 422, "invalid-request");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(named));
    }
}

#[test]
fn a_rules_folder_of_two_thousand_files_is_read_and_a_larger_one_is_not() {
    let folder = crate::access::Folder::new("many-files");
    for number in 0..2_000 {
        folder.write(&format!("{number}.yaml"), "");
    }
    assert_eq!(
        asaflex::rules::files(Some(&folder.0)).expect("reads").len(),
        2_000
    );
    folder.write("one-more.yaml", "");
    let refused = asaflex::rules::files(Some(&folder.0)).expect_err("too many");
    assert!(refused.to_string().contains("2000"), "{refused}");
}
