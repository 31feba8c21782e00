//! The promise of PRIVACY.md, kept: marked values go through every fact, endpoint, header and error path, and are then searched for in the log at
//! its most talkative, in the metrics and in every answer.
#![cfg(test)]

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use asaflex::answer::Prepared;
use asaflex::facts::FactKind;
use asaflex::server::Running;
use asaflex::settings::{Cli, LogFormat, LogLevel};
use asaflex::{rules, telemetry};
use clap::Parser as _;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Stands in everything that is sent and may stand in nothing that comes out.
const MARKER: &str = "Kanari7Vogel";
/// The same as a number.
const NUMBER: &str = "730118952264417";
/// The key that is presented, and its id.
const KEY: &str = "Kanari7Vogel-key";
/// A postal code that exists: an answer names it, a log may not.
const POSTAL_CODE: &str = "70173";

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn assert_clean(text: &str, what: &str) {
    for marker in [MARKER, NUMBER] {
        assert!(!text.contains(marker), "{what} holds {marker}:\n{text}");
    }
}

/// A collector of traces on loopback that keeps what it is sent.
#[cfg(feature = "otel")]
fn collector() -> (String, Log) {
    use std::io::{BufRead as _, BufReader, Read as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = listener.local_addr().expect("an address");
    let kept = Log::default();
    let mut sink = kept.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            loop {
                let mut length = 0;
                let mut head = String::new();
                while reader.read_line(&mut head).is_ok_and(|count| count > 2) {
                    let line = head.to_ascii_lowercase();
                    let value = line
                        .lines()
                        .last()
                        .and_then(|line| line.strip_prefix("content-length:"));
                    length = value.map_or(length, |value| value.trim().parse().expect("a number"));
                }
                if head.is_empty() {
                    break;
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("a body");
                sink.write_all(head.as_bytes()).expect("keeps");
                sink.write_all(&body).expect("keeps");
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                reader.get_mut().write_all(answer).expect("answers");
            }
        }
    });
    (format!("http://{address}/v1/traces"), kept)
}

struct Portal {
    client: Client,
    base: String,
}

impl Portal {
    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.base));
        // Headers of which some are read, some are not, and none may be kept.
        request
            .bearer_auth(KEY)
            .header("user-agent", MARKER)
            .header("referer", format!("https://{MARKER}.example/"))
            .header("cookie", MARKER)
            .header("x-forwarded-for", MARKER)
            .header("forwarded", format!("for={MARKER}"))
            .header("accept-language", format!("{MARKER}, en;q=0.5"))
            .header("x-request-id", format!("{MARKER} {MARKER}"))
            .header("traceparent", format!("00-{MARKER}-00f067aa0ba902b7-01"))
            .header("tracestate", format!("a={MARKER}"))
            .header("baggage", format!("a={MARKER}"))
            .header("if-none-match", format!("\"{MARKER}\""))
            .header("origin", format!("https://{MARKER}.example"))
            .header(format!("x-{MARKER}"), MARKER)
    }

    /// Sends it; the answer may hold a marker only where `echoes` says so.
    fn send(request: RequestBuilder, echoes: bool, what: &str) -> (u16, String) {
        let response = request.send().expect("answers");
        let status = response.status().as_u16();
        assert!(status < 500, "{what} gave {status}");
        assert_clean(&format!("{:?}", response.headers()), what);
        let text = response.text().expect("text");
        if !echoes {
            assert_clean(&text, what);
        }
        (status, text)
    }

    fn screen(&self, body: impl Into<String>, what: &str) -> u16 {
        let request = self
            .request("POST", "/v1/screenings")
            .header("content-type", "application/json");
        Self::send(request.body(body.into()), false, what).0
    }
}

/// Starts a service that runs until the test ends.
fn serve(flags: &[&str], prepared: Arc<Prepared>) -> (SocketAddr, String) {
    let line = ["asaflex", "--listen", "127.0.0.1:0"];
    let settings = Cli::try_parse_from(line.iter().chain(flags))
        .expect("known flags")
        .serve;
    let (tell, hear) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let running = Running::start(&settings, prepared).expect("starts");
            tell.send((running.address(), running.url()))
                .expect("heard");
            running.serve().await.expect("serves");
        });
    });
    hear.recv().expect("starts")
}

#[test]
fn no_marked_value_leaves_a_trace() {
    let log = Log::default();
    let sink = log.clone();
    telemetry::start(LogLevel::Trace, LogFormat::Json, move || sink.clone());
    let prepared = Arc::new(Prepared::new(rules::ruleset(None).expect("compiles")));
    let hash: String = Sha256::digest(KEY.as_bytes())
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let file = std::env::temp_dir().join(format!("asaflex-privacy-{}", std::process::id()));
    std::fs::write(&file, json!({ "keys": [{ "id": format!("{MARKER}-id"), "sha256": hash, "scopes": ["screen", "batch", "read"] }] }).to_string()).expect("writes");
    #[allow(unused_mut, reason = "traces are a feature")]
    let mut flags = vec![
        "--workers",
        "2",
        "--rate-limit",
        "2000",
        "--cors-origin",
        "https://portal.example",
        "--keys",
        file.to_str().expect("text"),
    ];
    #[cfg(feature = "otel")]
    let (endpoint, spans) = collector();
    #[cfg(feature = "otel")]
    flags.extend(["--otlp-endpoint", &endpoint]);
    let (address, base) = serve(&flags, prepared.clone());
    let portal = Portal {
        client: Client::builder()
            .timeout(Duration::from_mins(5))
            .build()
            .expect("a client"),
        base,
    };

    // Every fact: of the wrong kind, as an unknown option, as a name, and with each value it accepts.
    let mut words: BTreeSet<String> = BTreeSet::new();
    for fact in prepared.ruleset.catalog.facts() {
        let id = &fact.id;
        words.insert(id.clone());
        for value in [
            format!("\"{MARKER}\""),
            format!("[\"{MARKER}\"]"),
            format!("{{\"{MARKER}\":\"{MARKER}\"}}"),
            NUMBER.to_owned(),
        ] {
            assert_eq!(
                portal.screen(format!("{{\"facts\":{{\"{id}\":{value}}}}}"), id),
                422,
                "{id} {value}"
            );
        }
        assert_eq!(
            portal.screen(format!("{{\"facts\":{{\"{id}\":\"{MARKER}"), id),
            400
        );
        let valid = match &fact.kind {
            FactKind::Bool => json!(true),
            FactKind::One => json!(fact.options.last()),
            FactKind::Many => json!(fact.options),
            FactKind::Int { max, .. } => json!(max),
            FactKind::Date => json!("2025-03-07"),
            FactKind::PostalCode => json!(POSTAL_CODE),
        };
        words.extend(
            fact.options
                .iter()
                .filter(|option| option.len() > 5)
                .cloned(),
        );
        assert_eq!(
            portal.screen(
                json!({ "asOf": "2026-11-23", "facts": { id: valid } }).to_string(),
                id
            ),
            200
        );
    }
    for body in [
        format!("{{\"{MARKER}\":1}}"),
        format!("{{\"facts\":{{\"{MARKER} {MARKER}\":1}}}}"),
        format!("{{\"asOf\":\"{MARKER}\"}}"),
        format!("{{\"ref\":\"{MARKER}\"}}"),
        format!("{{\"facts\":{{\"age\":17,\"age\":{NUMBER}}}}}"),
        format!("[\"{MARKER}\"]"),
        MARKER.to_owned(),
        MARKER.repeat(10_000),
    ] {
        // A member that is no plain word is named by its place; one that is one is a name, not a value, and its pointer may say so.
        let named = body.starts_with(&format!("{{\"{MARKER}\""));
        let request = portal
            .request("POST", "/v1/screenings")
            .header("content-type", "application/json");
        let (status, _) = Portal::send(request.body(body), named, "a body");
        assert!((400..500).contains(&status));
    }

    // Every endpoint: in path and query, with other methods and media types.
    for path in [
        "/v1/facts",
        "/v1/modules",
        "/v1/contact-routes",
        "/v1/offers",
        "/v1/pathways",
        "/v1/sources",
        "/v1/evidence",
        "/v1/events",
        "/v1/offices",
        "/v1/ruleset",
        "/v1/screenings",
        "/v1/screenings/batch",
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/problems",
        "/metrics",
        "/docs",
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "Kanari7Vogel"] {
            for suffix in [
                String::new(),
                format!("/{MARKER}"),
                format!("/{MARKER}.ics"),
                format!("?{MARKER}={MARKER}"),
                format!(
                    "?asOf={MARKER}&from={MARKER}&include={MARKER}&explain={MARKER}&postalCode={MARKER}"
                ),
            ] {
                let request = portal
                    .request(method, &format!("{path}{suffix}"))
                    .header("content-type", format!("text/{MARKER}"));
                Portal::send(request.body(MARKER), false, &format!("{method} {path}"));
            }
        }
    }
    let offices = portal.request("GET", &format!("/v1/offices?postalCode={POSTAL_CODE}"));
    assert!(
        Portal::send(offices, false, "offices")
            .1
            .contains(POSTAL_CODE)
    );
    let preflight = portal.client.request(
        reqwest::Method::OPTIONS,
        format!("{}/v1/facts", portal.base),
    );
    let preflight = preflight
        .header("origin", format!("https://{MARKER}.example"))
        .header("access-control-request-method", MARKER);
    assert_eq!(
        Portal::send(
            preflight.header("access-control-request-headers", MARKER),
            false,
            "preflight"
        )
        .0,
        400
    );
    let stranger = portal
        .client
        .get(format!("{}/v1/facts", portal.base))
        .bearer_auth(format!("{MARKER}-guess"));
    assert_eq!(Portal::send(stranger, false, "a guessed key").0, 401);

    // A batch: the name of a line comes back, and nothing else.
    let lines = [
        format!("{{\"ref\":\"{MARKER}\",\"facts\":{{\"homePostalCode\":\"{POSTAL_CODE}\"}}}}"),
        format!("{{\"ref\":\"{MARKER}\",\"facts\":{{\"age\":{NUMBER}}}}}"),
        format!("{{\"ref\":\"{MARKER} {MARKER}\"}}"),
        MARKER.to_owned(),
        MARKER.repeat(10_000),
    ];
    let request = portal
        .request("POST", "/v1/screenings/batch")
        .header("content-type", "application/x-ndjson");
    let (status, text) = Portal::send(request.body(lines.join("\n")), true, "a batch");
    assert_eq!(status, 200);
    for (place, line) in text.lines().enumerate() {
        let mut answer: Value = serde_json::from_str(line).expect("JSON");
        let name = answer
            .as_object_mut()
            .and_then(|answer| answer.remove("ref"));
        assert_eq!(name.is_some(), place < 2, "line {}", place + 1);
        assert_clean(&answer.to_string(), "a line");
    }
    assert_eq!(text.lines().count(), 5);

    // What is no HTTP, and what breaks off.
    for bytes in [
        format!("{MARKER}\r\n\r\n"),
        format!("GET /{MARKER} HTTP/{MARKER}\r\n\r\n"),
        format!(
            "POST /v1/screenings HTTP/1.1\r\nHost: {MARKER}\r\nContent-Type: application/json\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 500\r\n\r\n{{\"facts\":{{\"{MARKER}"
        ),
        format!(
            "POST /v1/screenings/batch HTTP/1.1\r\nHost: {MARKER}\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{{\"ref\":\"{MARKER}"
        ),
    ] {
        let mut stream = TcpStream::connect(address).expect("connects");
        stream.write_all(bytes.as_bytes()).expect("sends");
        std::thread::sleep(Duration::from_millis(100));
    }

    // Over TLS: what is no handshake, and one that breaks off.
    let tls = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls");
    let (certificate, private) = (tls.join("service.pem"), tls.join("service.key"));
    let encrypted = serve(
        &[
            "--workers",
            "1",
            "--tls-cert",
            certificate.to_str().expect("text"),
            "--tls-key",
            private.to_str().expect("text"),
        ],
        prepared.clone(),
    );
    let plain = format!("GET /{MARKER}?a={MARKER} HTTP/1.1\r\nHost: {MARKER}\r\n\r\n");
    // A record that says it is a handshake and holds something else.
    let mut record = vec![0x16, 3, 1, 0, MARKER.len() as u8];
    record.extend_from_slice(MARKER.as_bytes());
    for bytes in [plain.as_bytes(), &record] {
        let mut stream = TcpStream::connect(encrypted.0).expect("connects");
        stream.write_all(bytes).expect("sends");
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer).is_err();
        assert_clean(
            &String::from_utf8_lossy(&answer),
            "an answer to no handshake",
        );
    }

    // A fault of the program tells its place, never what it was working on.
    telemetry::conceal_faults();
    let fault = std::thread::spawn(|| panic!("{MARKER} {NUMBER}")).join();
    let _usual = std::panic::take_hook();
    assert!(fault.is_err());
    assert!(log.text().contains("the program has a fault"));
    assert!(log.text().contains("tests/privacy.rs:"));

    // A file of keys that is refused is not quoted.
    std::fs::write(
        &file,
        format!("{{\"keys\":[{{\"id\":\"{MARKER}\",\"{MARKER}\":1}}]}}"),
    )
    .expect("writes");
    let end = Instant::now() + Duration::from_mins(5);
    while !log.text().contains("keys refused") {
        assert!(Instant::now() < end, "the reload is not logged");
        std::thread::sleep(Duration::from_millis(100));
    }
    std::fs::remove_file(&file).expect("removes");

    let metrics = portal
        .client
        .get(format!("{}/metrics", portal.base))
        .send()
        .expect("answers")
        .text()
        .expect("text");
    assert!(metrics.contains("asaflex_requests_total"));
    assert_clean(&metrics, "the metrics");
    let text = log.text();
    assert!(text.contains("/v1/screenings/batch") && text.contains("batch ended"));
    assert_clean(&text, "the log");
    // Neither do facts, options or a valid postal code appear as words of their own; outcomes and pathways are counted, and are no facts.
    let counted: BTreeSet<&str> = ["outcome", "pathway"].into();
    #[allow(unused_mut, reason = "traces are a feature")]
    let mut outputs = vec![("the log", text), ("the metrics", metrics)];
    #[cfg(feature = "otel")]
    {
        let end = Instant::now() + Duration::from_mins(5);
        while !spans.text().contains("POST /v1/screenings/batch") {
            assert!(Instant::now() < end, "no spans arrive");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(spans.text().contains("http.route"));
        assert_clean(&spans.text(), "the traces");
        outputs.push(("the traces", spans.text()));
    }
    for (what, text) in outputs {
        let tokens: BTreeSet<&str> = text
            .split(|letter: char| {
                !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
            })
            .collect();
        for word in words
            .iter()
            .map(String::as_str)
            // No number of few digits: durations and sizes are such numbers, too.
            .chain([POSTAL_CODE, "2025-03-07"])
        {
            assert!(
                counted.contains(word) || !tokens.contains(word),
                "{what} holds {word}"
            );
        }
    }
}
