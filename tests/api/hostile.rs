//! Requests that nobody sends by accident: a clear refusal or a closed connection, and the service goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::helpers::{TestApp, problem};

const MARKER: &str = "MARKER-7Q";

fn goes_on(app: &TestApp) {
    let health = app.get("/health/live").send().expect("answers");
    assert_eq!(health.status(), 200);
}

#[test]
fn two_ways_to_say_how_long_a_body_is_are_refused() {
    let app = TestApp::shared();
    for framing in [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: +2\r\n\r\n{}",
        "Content-Length: 0x2\r\n\r\n{}",
        "Content-Length: 18446744073709551616\r\n\r\n{}",
        "Content-Length : 2\r\n\r\n{}",
    ] {
        let answer = app.raw(
            format!("POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n{framing}")
                .as_bytes(),
        );
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{framing:?} gave {answer}"
        );
        assert!(!answer.contains("\"pathways\""));
        goes_on(app);
    }
}

#[test]
fn chunks_that_lie_about_their_size_are_refused() {
    let app = TestApp::shared();
    for chunks in [
        "ffffffffffffffffff\r\n{}\r\n",
        "-1\r\n{}\r\n",
        "2;\r\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}MARKER\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
    ] {
        let answer = app.raw(
            format!("POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
                .as_bytes(),
        );
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{chunks:?} gave {answer}"
        );
        assert!(!answer.contains("MARKER"));
        goes_on(app);
    }
}

#[test]
fn targets_that_are_no_paths_are_refused() {
    let app = TestApp::shared();
    for line in [
        "GET * HTTP/1.1",
        "GET ../../etc/passwd HTTP/1.1",
        "GET /..%2f..%2fetc/passwd HTTP/1.1",
        "GET /docs/..%2f..%2fCargo.toml HTTP/1.1",
        "GET /docs/../../Cargo.toml HTTP/1.1",
        "GET //MARKER.example/v1/facts HTTP/1.1",
        "CONNECT MARKER.example:443 HTTP/1.1",
        "GET http://MARKER.example/MARKER HTTP/1.1",
        "TRACE /v1/facts HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "PRI * HTTP/2.0",
        "GET /v1/facts/%ff%fe%00 HTTP/1.1",
        "GET /v1/offices?postalCode=%ff%00 HTTP/1.1",
        "GET /v1/facts",
        "get /v1/facts HTTP/1.1",
    ] {
        let answer = app.raw(format!("{line}\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(
            answer.is_empty() || status.starts_with('4'),
            "{line} gave {answer}"
        );
        assert!(!answer.contains("MARKER") && !answer.contains("root:"));
        goes_on(app);
    }
}

#[test]
fn whoever_speaks_http_1_0_gets_no_chunks() {
    let app = TestApp::shared();
    for request in [
        "POST /v1/screenings/batch?include=notices HTTP/1.0\r\nContent-Type: application/x-ndjson\r\nContent-Length: 6\r\n\r\n{}\n{}\n",
        "POST /v1/screenings/batch?include=notices HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/x-ndjson\r\nContent-Length: 6\r\n\r\n{}\n{}\n",
        "GET /v1/facts HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n",
    ] {
        let answer = app.raw(request.as_bytes());
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.0 200"), "{head}");
        assert!(!head.to_ascii_lowercase().contains("chunked"), "{head}");
        if request.starts_with("POST") {
            let lines: Vec<Value> = body
                .lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect();
            assert_eq!(lines.len(), 2);
        }
    }
}

#[test]
fn control_characters_in_headers_are_refused_or_not_taken_over() {
    let app = TestApp::shared();
    for header in [
        "X-Request-ID: a\0b",
        "X-Request-ID: a\rb",
        "X-Request-ID: \u{ff}",
        "X Request ID: a",
        "Accept-Language: \u{1}\u{2}",
        ": a",
        "traceparent: 00-\u{7f}",
    ] {
        let answer = app.raw(
            format!("GET /v1/ruleset HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}\r\n\r\n")
                .as_bytes(),
        );
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(
            matches!(status, "" | "200") || status.starts_with('4'),
            "{header:?} gave {answer}"
        );
        goes_on(app);
    }
}

#[test]
fn a_body_that_nobody_reads_does_not_hold_the_connection() {
    let app = TestApp::shared();
    for start in [
        "POST /v1/facts HTTP/1.1\r\nHost: a\r\n",
        "GET /health/live HTTP/1.1\r\nHost: a\r\n",
        "POST /MARKER HTTP/1.1\r\nHost: a\r\n",
        "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n",
        "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n",
    ] {
        for (framing, piece) in [
            ("Content-Length: 10000000000\r\n\r\n", " ".repeat(64 * 1024)),
            (
                "Transfer-Encoding: chunked\r\n\r\n",
                format!("10000\r\n{}\r\n", " ".repeat(64 * 1024)),
            ),
            // One that falls silent at once.
            ("Transfer-Encoding: chunked\r\n\r\n", String::new()),
        ] {
            let mut stream = TcpStream::connect(app.address).expect("connects");
            stream
                .set_write_timeout(Some(Duration::from_secs(20)))
                .expect("sets");
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .expect("sets");
            let head = format!("{start}{framing}");
            stream.write_all(head.as_bytes()).expect("sends");
            let started = Instant::now();
            // Sooner or later the service takes no more.
            while !piece.is_empty() && stream.write_all(piece.as_bytes()).is_ok() {
                std::thread::sleep(Duration::from_millis(5));
                assert!(
                    started.elapsed() < Duration::from_secs(20),
                    "{head:?}: it reads on"
                );
            }
            // A screening waits for its body, for as long as its limit says.
            if !piece.is_empty() || !start.contains("application/json") {
                let _reset = stream.read_to_end(&mut Vec::new()).is_err();
                assert!(
                    started.elapsed() < Duration::from_secs(20),
                    "{head:?}: it is held"
                );
            }
        }
        goes_on(app);
    }
}

#[test]
fn hundreds_of_requests_in_one_piece_are_answered_one_after_the_other() {
    let app = TestApp::shared();
    let one = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = app.raw(format!("{}{last}", one.repeat(299)).as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 300);
}

#[test]
fn a_compression_bomb_is_refused_without_being_opened() {
    let app = TestApp::shared();
    for (path, kind) in [
        ("/v1/screenings", "application/json"),
        ("/v1/screenings/batch", "application/x-ndjson"),
    ] {
        for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"] {
            let request = app.client.post(app.url(path)).header("content-type", kind);
            let response = request
                .header("content-encoding", encoding)
                .body(vec![0x1f; 4_096])
                .send()
                .expect("answers");
            problem(response, 415, "unsupported-media-type");
        }
    }
}

#[test]
fn hostile_lines_of_a_batch_are_refused_one_by_one() {
    let app = TestApp::shared();
    let deep = format!("{{\"facts\":{{\"failedExams\":{}", "[".repeat(60_000));
    let lines: Vec<Vec<u8>> = vec![
        b"{}".to_vec(),
        deep.into_bytes(),
        b"{\"facts\":{\"age\":123456789012345678901234567890}}".to_vec(),
        b"{\"facts\":{\"age\":1e999999999}}".to_vec(),
        b"{\"facts\":{\"requester\":\"\xc3\x28 MARKER-7Q\"}}".to_vec(),
        b"{\"facts\":{\"requester\":\"MARKER-7Q\0\"}}".to_vec(),
        b"{\"ref\":\"a\",\"ref\":\"MARKER-7Q\"}".to_vec(),
        vec![0; 1_000],
        vec![b'a'; 2_000_000],
        b"{}".to_vec(),
    ];
    let response = app
        .client
        .post(app.url("/v1/screenings/batch"))
        .header("content-type", "application/x-ndjson")
        .body(lines.join(&b'\n'))
        .send()
        .expect("answers");
    let text = response.text().expect("text");
    assert!(!text.contains(MARKER));
    let answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), 10);
    for (place, answer) in answers.iter().enumerate() {
        let good = place == 0 || place == 9;
        assert_eq!(answer.get("result").is_some(), good, "line {}", place + 1);
    }
}

#[test]
fn many_slow_callers_do_not_keep_others_from_being_answered() {
    let app = TestApp::shared();
    let mut slow: Vec<TcpStream> = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(app.address).expect("connects");
        let start = if number % 2 == 0 {
            "GET /v1/facts HTTP/1.1\r\nHost: a\r\nX-A: "
        } else {
            "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
        };
        stream.write_all(start.as_bytes()).expect("sends");
        slow.push(stream);
    }
    for _ in 0..20 {
        let response = app.post_screening("{}").send().expect("answers");
        assert_eq!(response.status(), 200);
    }
    drop(slow);
    goes_on(app);
}

#[test]
fn what_can_be_told_from_the_headers_is_told_at_once() {
    let app = TestApp::shared();
    for (headers, wanted) in [
        ("Content-Length: 1000000000", "413"),
        (
            "Content-Length: 2\r\nConnection: Upgrade\r\nUpgrade: websocket",
            "400",
        ),
        ("Content-Length: 2\r\nContent-Type: text/plain", "415"),
        (
            "Content-Length: 2\r\nContent-Encoding: identity\r\nContent-Encoding: gzip",
            "415",
        ),
    ] {
        let mut stream = TcpStream::connect(app.address).expect("connects");
        // Before the longest time that a body may take.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("sets");
        let head = format!(
            "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{headers}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("sends");
        let mut start = [0; 12];
        stream.read_exact(&mut start).expect("an answer");
        let start = String::from_utf8_lossy(&start).into_owned();
        assert_eq!(start, format!("HTTP/1.1 {wanted}"), "{headers}");
    }
}

#[test]
fn connections_that_break_off_leave_nothing_behind() {
    let app = TestApp::shared();
    for length in [0, 1, 20, 60, 110] {
        let request = "POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{\"facts\":{\"requester\":";
        for _ in 0..20 {
            let mut stream = TcpStream::connect(app.address).expect("connects");
            let part = request.get(..length).expect("longer than that");
            stream.write_all(part.as_bytes()).expect("sends");
        }
    }
    // One that has sent everything and reads nothing.
    for _ in 0..20 {
        let mut stream = TcpStream::connect(app.address).expect("connects");
        stream
            .write_all(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n")
            .expect("sends");
        let mut some = [0; 10];
        stream.read_exact(&mut some).expect("reads");
    }
    goes_on(app);
}
