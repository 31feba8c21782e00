//! Keys, rate limits, CORS and TLS.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use asaflex::server::Running;
use asaflex::settings::Cli;
use clap::Parser as _;
use reqwest::blocking::RequestBuilder;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

use crate::helpers::{PATIENCE, TestApp, header, prepared, problem};

/// A folder that goes away with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("asaflex-{name}-{}", std::process::id()));
        let _nothing_left = std::fs::remove_dir_all(&path).is_err();
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, text).expect("writes");
        path.to_str().expect("text").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0).is_ok();
    }
}

fn entry(id: &str, key: &str, scopes: &str, expires: &str) -> String {
    let mut hash = String::new();
    for byte in Sha256::digest(key.as_bytes()) {
        let _ = write!(hash, "{byte:02x}");
    }
    format!(r#"{{"id":"{id}","sha256":"{hash}","scopes":[{scopes}],"expires":"{expires}"}}"#)
}

fn file(entries: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, entries.join(","))
}

fn all_keys() -> Vec<String> {
    vec![
        entry(
            "portal-a",
            "old-key",
            r#""screen","batch","read""#,
            "2099-12-31",
        ),
        entry(
            "portal-a",
            "new-key",
            r#""screen","batch","read""#,
            "2099-12-31",
        ),
        entry("reader", "read-key", r#""read""#, "2099-12-31"),
        entry(
            "past",
            "past-key",
            r#""screen","batch","read""#,
            "2026-01-01",
        ),
    ]
}

fn screening(app: &TestApp) -> RequestBuilder {
    app.post_screening("{}")
}

fn batch(app: &TestApp) -> RequestBuilder {
    let request = app.client.post(app.url("/v1/screenings/batch"));
    request
        .header("content-type", "application/x-ndjson")
        .body("{}")
}

#[test]
fn with_keys_on_only_holders_are_answered_and_only_what_their_key_allows() {
    let folder = Folder::new("keys");
    let keys = folder.write("keys", &file(&all_keys()));
    let app = TestApp::start(&["--keys", &keys]);
    for path in [
        "/health/live",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/problems",
        "/problems/key-required",
    ] {
        assert_eq!(
            app.get(path).send().expect("answers").status(),
            200,
            "{path}"
        );
    }
    for request in [
        screening(&app),
        batch(&app),
        app.get("/v1/facts"),
        app.get("/v1/%66acts"),
        app.client.head(app.url("/v1/facts")),
    ] {
        let response = request.send().expect("answers");
        assert_eq!(
            header(&response, "www-authenticate"),
            "Bearer realm=\"asaflex\""
        );
        assert_eq!(response.status(), 401);
    }
    for authorization in [
        "Bearer MARKER-7Q",
        "Bearer past-key",
        "Bearer",
        "Bearer ",
        "Basic old-key",
        "old-key",
        "Bearer old-key x",
    ] {
        let response = screening(&app)
            .header("authorization", authorization)
            .send()
            .expect("answers");
        let problem = problem(response, 401, "key-required");
        assert!(!problem.to_string().contains("MARKER"));
    }
    for key in ["old-key", "new-key"] {
        for request in [screening(&app), batch(&app), app.get("/v1/facts")] {
            assert_eq!(
                request.bearer_auth(key).send().expect("answers").status(),
                200,
                "{key}"
            );
        }
    }
    assert_eq!(
        app.get("/v1/facts")
            .header("authorization", "bearer read-key")
            .send()
            .expect("answers")
            .status(),
        200
    );
    for (request, scope) in [(screening(&app), "screen"), (batch(&app), "batch")] {
        let response = request.bearer_auth("read-key").send().expect("answers");
        assert!(header(&response, "www-authenticate").contains(&format!("scope=\"{scope}\"")));
        problem(response, 403, "key-not-allowed");
    }
}

#[test]
fn keys_that_change_between_being_read_and_being_watched_are_noticed() {
    let folder = Folder::new("key-race");
    let path = folder.write(
        "keys",
        &file(&[entry("portal-a", "old-key", r#""read""#, "2099-12-31")]),
    );
    let path = std::path::PathBuf::from(path);
    let keys = asaflex::access::Keys::load(&path).expect("loads");
    let state = std::sync::Arc::new(asaflex::api::State::new(prepared()).with_keys(keys));
    folder.write("keys", &file(&all_keys()));
    let mut reloader = asaflex::reload::Reloader::new(None, Some(path), None, state.clone());
    reloader.look(false);
    let count = state.keys().map(|keys| keys.count());
    assert_eq!(count, Some(all_keys().len()));
}

#[test]
fn keys_are_exchanged_without_a_restart_and_a_bad_file_changes_nothing() {
    let folder = Folder::new("key-reload");
    let keys = folder.write("keys", &file(&all_keys()));
    let app = TestApp::start(&["--keys", &keys]);
    let status = |key: &str| {
        app.get("/v1/ruleset")
            .bearer_auth(key)
            .send()
            .expect("answers")
            .status()
            .as_u16()
    };
    let becomes = |key: &str, wanted: u16| {
        let end = Instant::now() + PATIENCE;
        while status(key) != wanted {
            assert!(
                Instant::now() < end,
                "{key} is still not answered with {wanted}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    assert_eq!((status("old-key"), status("next-key")), (200, 401));
    std::fs::write(
        &keys,
        file(&[entry("portal-a", "next-key", r#""read""#, "2099-12-31")]),
    )
    .expect("writes");
    becomes("next-key", 200);
    assert_eq!(status("old-key"), 401);
    std::fs::write(&keys, "{\"keys\":[").expect("writes");
    let end = Instant::now() + PATIENCE;
    while !app
        .get("/metrics")
        .send()
        .expect("answers")
        .text()
        .expect("text")
        .contains("asaflex_reloads_total{kind=\"keys\",result=\"refused\"} 1")
    {
        assert!(Instant::now() < end, "the refusal is not counted");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(status("next-key"), 200);
    let detail = crate::helpers::json(app.get("/health/ready").send().expect("answers"));
    assert_eq!(detail["status"], "ready");
    assert_eq!(detail["lastKeysReload"]["accepted"], false);
    assert!(detail["lastKeysReload"]["digest"].is_null() && detail["lastReload"].is_null());
    // A link that comes to point elsewhere, as Kubernetes does it.
    let second = folder.write("second", &file(&all_keys()));
    std::os::unix::fs::symlink(second, folder.0.join("link")).expect("links");
    std::fs::rename(folder.0.join("link"), &keys).expect("renames");
    becomes("old-key", 200);
}

#[test]
fn one_request_too_many_is_429_with_the_time_to_wait() {
    let folder = Folder::new("limit");
    let keys = folder.write("keys", &file(&all_keys()));
    let app = TestApp::start(&["--keys", &keys, "--rate-limit", "3"]);
    for left in [2, 1, 0] {
        let response = app
            .get("/v1/ruleset")
            .bearer_auth("old-key")
            .header("x-forwarded-for", format!("192.0.2.{left}"))
            .send()
            .expect("answers");
        assert_eq!(response.status(), 200);
        assert_eq!(
            header(&response, "ratelimit-policy"),
            "\"default\";q=3;w=60"
        );
        assert_eq!(
            header(&response, "ratelimit"),
            format!("\"default\";r={left};t=20")
        );
    }
    // Both keys of one id count together.
    let response = app
        .get("/v1/ruleset")
        .bearer_auth("new-key")
        .header("x-forwarded-for", "192.0.2.9")
        .send()
        .expect("answers");
    let wait: u64 = header(&response, "retry-after").parse().expect("seconds");
    assert!((1..=20).contains(&wait));
    assert!(header(&response, "ratelimit").starts_with("\"default\";r=0;t="));
    problem(response, 429, "rate-limited");
    // Another holder and an address without a key have budgets of their own; guessing keys costs the address.
    assert_eq!(
        app.get("/v1/ruleset")
            .bearer_auth("read-key")
            .send()
            .expect("answers")
            .status(),
        200
    );
    for _ in 0..3 {
        problem(
            app.get("/v1/ruleset")
                .bearer_auth("guess")
                .send()
                .expect("answers"),
            401,
            "key-required",
        );
    }
    problem(
        app.get("/v1/ruleset")
            .bearer_auth("guess")
            .send()
            .expect("answers"),
        429,
        "rate-limited",
    );
    for _ in 0..10 {
        let response = app.get("/health/ready").send().expect("answers");
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "ratelimit"), "");
    }
}

#[test]
fn only_listed_origins_may_call_from_a_browser() {
    let folder = Folder::new("cors");
    let keys = folder.write("keys", &file(&all_keys()));
    let app = TestApp::start(&[
        "--keys",
        &keys,
        "--cors-origin",
        "https://portal.example",
        "--cors-origin",
        "https://other.example:8443",
    ]);
    let preflight = |origin: &str, headers: &str| {
        let request = app
            .client
            .request(reqwest::Method::OPTIONS, app.url("/v1/screenings"));
        let request = request
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        request
            .header("access-control-request-headers", headers)
            .send()
            .expect("answers")
    };
    for origin in ["https://portal.example", "https://other.example:8443"] {
        let response = preflight(origin, "authorization, content-type");
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "access-control-allow-origin"), origin);
        assert!(
            header(&response, "access-control-allow-headers")
                .to_lowercase()
                .contains("authorization")
        );
        assert_eq!(header(&response, "access-control-allow-credentials"), "");
        let answer = screening(&app)
            .bearer_auth("old-key")
            .header("origin", origin)
            .send()
            .expect("answers");
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "access-control-allow-origin"), origin);
        assert!(
            header(&answer, "access-control-expose-headers")
                .to_lowercase()
                .contains("asaflex-ruleset")
        );
        // A page must be able to read why it was refused.
        let refused = screening(&app)
            .header("origin", origin)
            .send()
            .expect("answers");
        assert_eq!(
            (
                refused.status().as_u16(),
                header(&refused, "access-control-allow-origin")
            ),
            (401, origin.to_owned())
        );
    }
    for (origin, headers) in [
        ("https://evil.example", "content-type"),
        ("https://portal.example.evil.example", "content-type"),
        ("null", "content-type"),
        ("https://portal.example", "x-MARKER-7Q"),
    ] {
        let response = preflight(origin, headers);
        let problem = problem(response, 400, "invalid-header");
        assert!(!problem.to_string().contains("MARKER") && !problem.to_string().contains("evil"));
    }
    let stranger = app
        .get("/health/live")
        .header("origin", "https://evil.example")
        .send()
        .expect("answers");
    assert_eq!(header(&stranger, "access-control-allow-origin"), "");
    let without = TestApp::shared()
        .get("/health/live")
        .header("origin", "https://portal.example")
        .send()
        .expect("answers");
    assert_eq!(header(&without, "access-control-allow-origin"), "");
}

pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tls")
        .join(name);
    path.to_str().expect("text").to_owned()
}

/// Sends a request over TLS, with the authority of these tests as the only trusted one.
fn over_tls(app: &TestApp, request: &str) -> String {
    over_tls_trusting("ca.pem", app, request).expect("sends")
}

/// The same with this authority; an error where it did not sign what is presented.
fn over_tls_trusting(authority: &str, app: &TestApp, request: &str) -> std::io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(fixture(authority)).expect("a certificate"))
        .expect("trusted");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let mut session = rustls::ClientConnection::new(Arc::new(config), name).expect("a session");
    let mut socket = TcpStream::connect(app.address).expect("connects");
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let _closed = stream.read_to_end(&mut answer).is_err();
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn tls_is_spoken_with_the_given_certificate() {
    let app = TestApp::start(&[
        "--tls-cert",
        &fixture("service.pem"),
        "--tls-key",
        &fixture("service.key"),
    ]);
    let answer = over_tls(
        &app,
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200"));
    assert!(
        !app.raw(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_renewed_certificate_is_presented_without_a_restart_and_a_broken_one_is_refused() {
    let folder = Folder::new("certificate");
    let copy = |from: &str, to: &str| {
        let text = std::fs::read_to_string(fixture(from)).expect("a fixture");
        folder.write(to, &text)
    };
    let (chain, key) = (
        copy("service.pem", "tls.pem"),
        copy("service.key", "tls.key"),
    );
    let app = TestApp::start(&["--tls-cert", &chain, "--tls-key", &key]);
    let ready = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let trusts = |authority: &str| over_tls_trusting(authority, &app, ready);
    assert!(trusts("ca.pem").is_ok() && trusts("renewed-ca.pem").is_err());
    copy("renewed.key", "tls.key");
    copy("renewed.pem", "tls.pem");
    let end = Instant::now() + PATIENCE;
    while trusts("renewed-ca.pem").is_err() {
        assert!(Instant::now() < end, "the renewed one is not presented");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(trusts("ca.pem").is_err());
    copy("service.key", "tls.key");
    let is_refused = || {
        let answer = trusts("renewed-ca.pem").expect("the good one stays");
        let (_, last) = answer
            .split_once("\"lastCertificateReload\":")
            .expect("told");
        last.contains("\"accepted\":false")
    };
    while !is_refused() {
        assert!(Instant::now() < end, "the refusal is not told");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn only_a_service_with_tls_asks_browsers_for_tls() {
    let app = TestApp::start(&[
        "--tls-cert",
        &fixture("service.pem"),
        "--tls-key",
        &fixture("service.key"),
    ]);
    let client = over_tls(
        &app,
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assert!(
        client
            .to_lowercase()
            .contains("strict-transport-security: max-age=31536000")
    );
    let plain = TestApp::shared()
        .get("/health/live")
        .send()
        .expect("answers");
    assert_eq!(header(&plain, "strict-transport-security"), "");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        assert_eq!(header(&plain, name), value);
    }
}

#[test]
fn a_misspelt_variable_is_named() {
    let names = [
        "ASAFLEX_RATELIMIT",
        "ASAFLEX_RATE_LIMIT",
        "PATH",
        "ASAFLEX_LOG",
        "ASAFLEX_BATCH_LINES",
    ];
    let unknown = asaflex::settings::unknown_variables(names.iter().map(|name| (*name).to_owned()));
    assert_eq!(unknown, ["ASAFLEX_RATELIMIT"]);
}

#[test]
fn impossible_settings_are_refused_at_the_start_with_the_reason() {
    let folder = Folder::new("settings");
    let parse = |flags: &[&str]| {
        let line = ["asaflex", "--listen", "127.0.0.1:0"]
            .iter()
            .chain(flags)
            .copied();
        Cli::try_parse_from(line).map(|cli| cli.serve)
    };
    for (flags, reason) in [
        (&["--rate-limit", "0"][..], "0 is not in 1..=1000000"),
        (&["--rate-limit", "many"], "many"),
        (&["--workers", "0"], "0 is not in"),
        (&["--cors-origin", "*"], "`*` is not accepted"),
        (
            &["--cors-origin", "https://portal.example/"],
            "without a path",
        ),
        (&["--cors-origin", "portal.example"], "write an origin as"),
        (
            &["--cors-origin", "https://portal.example:443"],
            "without the usual port",
        ),
        (
            &["--cors-origin", "http://portal.example:80"],
            "without the usual port",
        ),
        (&["--tls-cert", "a.pem"], "--tls-key"),
        (&["--batch-lines", "0"], "0 is not in"),
        (&["--log-level", "loud"], "possible values"),
        (
            &["--otlp-endpoint", "https://collector.example"],
            "https and passwords are not supported",
        ),
        (
            &["--otlp-endpoint", "http://me:MARKER@collector.example"],
            "https and passwords",
        ),
        (&["--tls-key", "a.key"], "--tls-cert"),
    ] {
        let error = parse(flags).expect_err("refused").to_string();
        assert!(error.contains(reason), "{flags:?}: {error}");
    }
    let empty = folder.write("empty", r#"{"keys":[]}"#);
    let text = folder.write("text", "not a key");
    let ca = fixture("ca.pem");
    let certificate = fixture("service.pem");
    for (flags, reason) in [
        (&["--keys", "/nowhere/keys"][..], "cannot be read"),
        (&["--keys", &empty], "holds no key"),
        (&["--keys", &text], "not of the form"),
        (
            &["--tls-cert", "/nowhere", "--tls-key", "/nowhere"],
            "--tls-cert /nowhere",
        ),
        (
            &["--tls-cert", &text, "--tls-key", &text],
            "there is no certificate in it",
        ),
        (&["--tls-cert", &certificate, "--tls-key", &ca], "--tls-key"),
        (
            &["--tls-cert", &ca, "--tls-key", &fixture("service.key")],
            "cannot be used together",
        ),
    ] {
        let settings = parse(flags).expect("flags are known");
        let error = Running::start(&settings, prepared())
            .err()
            .expect("refused")
            .to_string();
        assert!(error.contains(reason), "{flags:?}: {error}");
    }
    if cfg!(not(feature = "otel")) {
        let settings = parse(&["--otlp-endpoint", "http://127.0.0.1:4318/v1/traces"]);
        let error = Running::start(&settings.expect("a known flag"), prepared()).err();
        let error = error.expect("refused").to_string();
        assert!(error.contains("built without traces"), "{error}");
    }
    for nowhere in ["nowhere", "localhost:8080", "127.0.0.1", "127.0.0.1:65536"] {
        let refused = Cli::try_parse_from(["asaflex", "--listen", nowhere]);
        let told = refused.expect_err("refused").to_string();
        assert!(told.contains("an address and a port"), "{told}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = taken.local_addr().expect("an address").to_string();
    let settings = Cli::try_parse_from(["asaflex", "--listen", &address])
        .expect("known")
        .serve;
    assert!(
        Running::start(&settings, prepared())
            .err()
            .expect("refused")
            .to_string()
            .contains(&address)
    );
}
