//! What one screening costs: parsing, facts to advice, advice to bytes; with the shipped rules and with copies of them.
//!
//! `cargo bench --bench screening`. Compare the columns of one run with each other: machines differ, and so do their neighbours.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that cannot start should say so and stop"
)]

use std::sync::OnceLock;

use asaflex::answer::{Explain, Prepared};
use asaflex::api::schema::ScreeningResponse;
use asaflex::engine::{self, Wanted, Workspace};
use asaflex::rules::{SourceFile, compile, load};
use asaflex::{request, rules};
use jiff::civil::Date;

const DAY: Date = jiff::civil::date(2026, 11, 23);
const REQUEST: &str = r#"{"asOf":"2026-11-23","facts":{"requester":"trainee","trainingStatus":"in-training","trainingType":"in-company","writtenContract":true,"livesInGermany":true,"age":34,"homePostalCode":"70173","failedExams":["final-twice"],"languageBarriers":["at-school"]}}"#;
/// Kinds of entries that are copied, and how their lists are called.
const COPIED: &[&str] = &["modules", "offers", "notices"];

fn main() {
    divan::main();
}

fn shipped() -> &'static Prepared {
    static SHIPPED: OnceLock<Prepared> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        Prepared::new(rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report())))
    })
}

/// The shipped rules with every module, offer and notice `copies` times, under ids of their own.
fn copied(copies: usize) -> Prepared {
    let mut files = Vec::new();
    for file in load::embedded() {
        let kind = file
            .name
            .split(['/', '.'])
            .next()
            .unwrap_or_default()
            .to_owned();
        // Cases and languages name ids of the originals only.
        if matches!(kind.as_str(), "cases" | "locales" | "invariants") {
            continue;
        }
        if COPIED.contains(&kind.as_str()) {
            for copy in 1..copies {
                let text = file
                    .text
                    .replace("  - id: ", &format!("  - id: c{copy}-"))
                    .replace("  - { id: ", &format!("  - {{ id: c{copy}-"));
                files.push(SourceFile {
                    name: format!("{kind}/copy-{copy}-{}", file.name.replace('/', "-")),
                    text,
                });
            }
        }
        files.push(file);
    }
    let ruleset =
        compile::compile(&files).unwrap_or_else(|problems| panic!("{:?}", problems.first()));
    Prepared::new(ruleset)
}

fn advise(prepared: &Prepared, body: &str, workspace: &mut Workspace) -> engine::Advice {
    let parsed =
        request::parse(body.as_bytes(), &prepared.ruleset.catalog, false).expect("a valid request");
    engine::screen(
        &prepared.ruleset,
        &parsed.given,
        DAY,
        Wanted::ALL,
        workspace,
    )
}

#[divan::bench]
fn parse_a_request(bencher: divan::Bencher<'_, '_>) {
    let prepared = shipped();
    bencher.bench(|| {
        request::parse(REQUEST.as_bytes(), &prepared.ruleset.catalog, false)
            .map(|parsed| parsed.given)
    });
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn facts_to_advice(bencher: divan::Bencher<'_, '_>, copies: usize) {
    let prepared = copied(copies);
    let given = request::parse(REQUEST.as_bytes(), &prepared.ruleset.catalog, false)
        .expect("a valid request")
        .given;
    let mut workspace = Workspace::default();
    bencher.bench_local(|| {
        engine::screen(&prepared.ruleset, &given, DAY, Wanted::ALL, &mut workspace)
    });
}

/// Outcomes alone, the lists without reasons and questions, and each of these two beside them.
#[divan::bench(args = ["outcomes", "lists", "lists with reasons", "lists with questions"])]
fn parts_of_advice(bencher: divan::Bencher<'_, '_>, parts: &str) {
    let prepared = shipped();
    let given = request::parse(REQUEST.as_bytes(), &prepared.ruleset.catalog, false)
        .expect("a valid request")
        .given;
    let lists = parts.starts_with("lists");
    let wanted = Wanted {
        modules: lists,
        contact_routes: lists,
        offers: lists,
        notices: lists,
        open_questions: parts.ends_with("questions"),
        sources: false,
        because: parts.ends_with("reasons"),
        ..Wanted::ALL
    };
    let mut workspace = Workspace::default();
    bencher.bench_local(|| engine::screen(&prepared.ruleset, &given, DAY, wanted, &mut workspace));
}

#[divan::bench]
fn advice_to_bytes(bencher: divan::Bencher<'_, '_>) {
    let prepared = shipped();
    let advice = advise(prepared, REQUEST, &mut Workspace::default());
    bencher.bench(|| prepared.write(&advice, 0, Wanted::ALL, Explain::Reasons));
}

/// What the same answer costs when structs are serialised, without evaluating anything.
#[divan::bench]
fn equal_answer_from_structs(bencher: divan::Bencher<'_, '_>) {
    let prepared = shipped();
    let advice = advise(prepared, REQUEST, &mut Workspace::default());
    let bytes = prepared.write(&advice, 0, Wanted::ALL, Explain::Reasons);
    let answer: ScreeningResponse = serde_json::from_str(&bytes).expect("the documented shape");
    bencher.bench(|| {
        let request: serde_json::Value = serde_json::from_str(REQUEST).expect("JSON");
        (request, serde_json::to_vec(&answer))
    });
}
