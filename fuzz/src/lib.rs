//! What must hold whatever bytes come in: no panic, an answer or a refusal in the promised form, and nothing that was sent in a refusal.
//!
//! The fuzzer calls these functions with bytes of its own making; `tests/fuzz_corpus.rs` calls them with every file of `fuzz/corpus`.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::{App, middleware, test, web};
use asaflex::access::Keys;
use asaflex::answer::Prepared;
use asaflex::api::lines::{self, Content, Line, Manner, Splitter};
use asaflex::api::screenings::{Options, screen};
use asaflex::api::{self, State};
use asaflex::limit::Limiter;
use asaflex::request::{self as parsing, FIELD_PROBLEMS_MAX, RequestError};
use asaflex::rules::{self, LoadError, SourceFile, compile};
use serde_json::Value;

static PREPARED: LazyLock<Arc<Prepared>> =
    LazyLock::new(|| Arc::new(Prepared::new(rules::ruleset(None).expect("compiles"))));

/// The day of every evaluation, so that a finding can be repeated later.
const DAY: jiff::civil::Date = jiff::civil::date(2026, 11, 23);
/// A word that may be sent anywhere and stand in no refusal.
const MARKER: &str = "MARKER7Q";

/// Compiles the rules, so that their time does not count as that of the first input.
pub fn prepare() {
    LazyLock::force(&PREPARED);
}

/// The body of `POST /v1/screenings`.
pub fn request(bytes: &[u8]) {
    let prepared = &**PREPARED;
    let readable = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    match parsing::parse(bytes, &prepared.ruleset.catalog, false) {
        Ok(mut parsed) => {
            assert!(readable, "accepted what is not JSON");
            parsed.as_of = parsed.as_of.or(Some(DAY));
            let answer = screen(prepared, &parsed, 0, Options::DEFAULT);
            let value: Value = serde_json::from_str(&answer).expect("an answer is JSON");
            assert_eq!(value["pathways"].as_array().map(Vec::len), Some(6));
            assert_eq!(answer, screen(prepared, &parsed, 0, Options::DEFAULT));
        }
        Err(RequestError::Unreadable { place, .. }) => {
            assert!(place.0 <= bytes.len() + 1 && place.1 <= bytes.len() + 1);
        }
        Err(RequestError::Invalid(problems)) => {
            assert!(!problems.is_empty() && problems.len() <= FIELD_PROBLEMS_MAX);
            for problem in problems {
                assert!(!problem.message.contains(MARKER), "{}", problem.message);
                assert!(problem.pointer.is_empty() || problem.pointer.starts_with('/'));
            }
        }
    }
}

/// The body of `POST /v1/screenings/batch`; the first byte says in which pieces it arrives.
pub fn batch(bytes: &[u8]) {
    let Some((size, body)) = bytes.split_first() else {
        return;
    };
    let lines = cut(body, usize::from(*size).max(1));
    assert_eq!(lines, cut(body, body.len().max(1)), "cut differently");
    let manner = Manner {
        prepared: &PREPARED,
        locale: 0,
        options: Options::DEFAULT,
        as_of: DAY,
        request_id: "fuzz",
    };
    let mut last = 0;
    for line in &lines {
        assert!(line.number > last);
        last = line.number;
        let mut out = String::new();
        let answered = lines::answer(line, &manner, &mut out);
        let out = out.strip_suffix('\n').expect("a line ends");
        assert!(!out.contains('\n'), "one line became several");
        let mut value: Value = serde_json::from_str(out).expect("a line is JSON");
        assert_eq!(value["line"], line.number);
        assert_eq!(value.get("result").is_some(), answered.is_ok());
        assert_eq!(value.get("problem").is_some(), answered.is_err());
        if let (Err(_), Content::Request(_)) = (answered, &line.content) {
            let messages = value["problem"]["errors"].take();
            for error in messages.as_array().expect("a list") {
                let message = error["message"].as_str().expect("a text");
                assert!(!message.contains(MARKER), "{message}");
            }
        }
    }
}

fn cut(body: &[u8], size: usize) -> Vec<Line> {
    let mut splitter = Splitter::default();
    let mut lines = Vec::new();
    for mut rest in body.chunks(size) {
        while !rest.is_empty() {
            let (taken, line) = splitter.take(rest);
            lines.extend(line);
            rest = &rest[taken..];
        }
    }
    lines.extend(splitter.finish());
    lines
}

/// Files of a small rule set that compiles.
const RULES: [(&str, &str); 9] = [
    (
        "ruleset.yaml",
        include_str!("../../tests/bad_rules/base/ruleset.yaml"),
    ),
    (
        "facts.yaml",
        include_str!("../../tests/bad_rules/base/facts.yaml"),
    ),
    (
        "definitions.yaml",
        include_str!("../../tests/bad_rules/base/definitions.yaml"),
    ),
    (
        "decided-by.yaml",
        include_str!("../../tests/bad_rules/base/decided-by.yaml"),
    ),
    (
        "sources.yaml",
        include_str!("../../tests/bad_rules/base/sources.yaml"),
    ),
    (
        "pathways/support.yaml",
        include_str!("../../tests/bad_rules/base/pathways/support.yaml"),
    ),
    (
        "modules/all.yaml",
        include_str!("../../tests/bad_rules/base/modules/all.yaml"),
    ),
    (
        "offers/all.yaml",
        include_str!("../../tests/bad_rules/base/offers/all.yaml"),
    ),
    (
        "contact-routes/all.yaml",
        include_str!("../../tests/bad_rules/base/contact-routes/all.yaml"),
    ),
];

/// Further files that a rule set may have.
const MORE: [&str; 5] = [
    "locales/en.yaml",
    "notices.yaml",
    "cases/all.yaml",
    "invariants.yaml",
    "offices/plz_kreis.csv",
];

/// A rule file: the first byte says which one, the rest stands in its place.
pub fn rules(bytes: &[u8]) {
    let Some((which, text)) = bytes.split_first() else {
        return;
    };
    let which = usize::from(*which) % (RULES.len() + MORE.len());
    let text = String::from_utf8_lossy(text).into_owned();
    let mut files: Vec<SourceFile> = RULES
        .iter()
        .map(|(name, text)| SourceFile {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    match files.get_mut(which) {
        Some(file) => file.text = text,
        None => files.push(SourceFile {
            name: MORE[which - RULES.len()].to_owned(),
            text,
        }),
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    match compile::compile(&files) {
        Ok(ruleset) => {
            let prepared = Prepared::new(ruleset);
            let parsed = parsing::parse(b"{}", &prepared.ruleset.catalog, false);
            let mut parsed = parsed.expect("nothing is known");
            parsed.as_of = Some(DAY);
            let answer = screen(&prepared, &parsed, 0, Options::DEFAULT);
            let _: Value = serde_json::from_str(&answer).expect("an answer is JSON");
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            assert!(!LoadError::Problems(problems, files).report().is_empty());
        }
    }
}

/// A request without its body: the first line is method and target, every further one a header.
pub fn headers(bytes: &[u8]) {
    thread_local! {
        static RUNTIME: RefCell<actix_web::rt::Runtime> =
            RefCell::new(actix_web::rt::Runtime::new().expect("a runtime"));
    }
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (method, target) = first.split_once(' ').unwrap_or(("GET", &first));
    let Ok(uri) = target.parse::<Uri>() else {
        return;
    };
    if uri.path().is_empty() || !uri.path().starts_with('/') {
        return;
    }
    let mut call = test::TestRequest::with_uri(&uri.to_string())
        .method(Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET));
    let mut keyed = false;
    for line in lines {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            keyed |= name == "authorization";
            call = call.append_header((name, value));
        }
    }
    let mut state = State::new(PREPARED.clone());
    if keyed {
        let mut hash = String::new();
        for byte in <sha2::Sha256 as sha2::Digest>::digest(b"fuzz-key") {
            let _infallible = write!(hash, "{byte:02x}");
        }
        let file = format!(
            r#"{{"keys":[{{"id":"a","sha256":"{hash}","scopes":["screen","batch","read"]}}]}}"#
        );
        state = state
            .with_keys(Keys::parse(&file).expect("keys"))
            .with_limiter(Limiter::new(NonZeroU32::MIN));
    }
    let state = web::Data::new(state);
    RUNTIME.with_borrow(|runtime| {
        runtime.block_on(async {
            let app = App::new()
                .app_data(state)
                .wrap(middleware::from_fn(api::frame::frame))
                .configure(api::configure);
            let service = test::init_service(app).await;
            let response = test::call_service(&service, call.to_request()).await;
            let status = response.status().as_u16();
            assert!(status < 500, "{status}");
            let id = response.headers().get("x-request-id").expect("an id");
            let id = id.to_str().expect("text").to_owned();
            assert!(!id.is_empty() && id.len() <= 128);
            assert!(response.headers().contains_key("asaflex-ruleset"));
            if status >= 400 {
                let kind = response.headers().get("content-type").expect("a type");
                assert_eq!(kind, "application/problem+json");
                let body = test::read_body(response).await;
                let problem: Value = serde_json::from_slice(&body).expect("JSON");
                assert_eq!(problem["status"], status);
                assert_eq!(problem["requestId"], id);
            }
        });
    });
}
