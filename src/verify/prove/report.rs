//! What was proved, in words and as JSON.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::rules::built_in::BuiltIn;
use crate::rules::model::Ruleset;
use crate::verify::prove::{Failure, Report};

/// What was proved, in words.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for failure in &report.failures {
        failure_text(&mut out, failure);
    }
    let _ = writeln!(
        out,
        "{} proofs in {} periods of law, {} declared invariants; {} failed",
        report.proofs,
        report.periods,
        report.declared,
        report.failures.len()
    );
    out
}

fn failure_text(out: &mut String, failure: &Failure) {
    let code = failure.built_in.map_or("invariant", BuiltIn::as_str);
    let _ = writeln!(out, "FAILED {code} {}", failure.subject);
    let _ = writeln!(out, "       {}", failure.text);
    if !failure.citations.is_empty() {
        let _ = writeln!(out, "       {}", failure.citations.join("; "));
    }
    let _ = writeln!(out, "       {}", failure.found);
    let periods: Vec<String> = failure.periods.iter().map(period).collect();
    if !periods.is_empty() {
        let _ = writeln!(out, "       in force: {}", periods.join(", "));
    }
    for (place, request) in failure.requests.iter().enumerate() {
        let told = if place == 0 {
            "this person"
        } else {
            "but this"
        };
        let _ = writeln!(out, "       {told}: {request}");
    }
    match failure.confirmed {
        Some(true) => out.push_str("       the engine answers so\n"),
        Some(false) => out.push_str("       the engine does NOT answer so; please report this\n"),
        None => {}
    }
    out.push('\n');
}

fn period(period: &(Option<Date>, Option<Date>)) -> String {
    match period {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("since {from}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("{from} to {until}"),
    }
}

/// What was proved, for programs.
#[must_use]
pub fn json(report: &Report, ruleset: &Ruleset) -> String {
    let failures: Vec<Value> = report.failures.iter().map(failure_json).collect();
    let value = json!({
        "ruleset": { "id": ruleset.id, "version": ruleset.version, "digest": ruleset.digest },
        "periods": report.periods,
        "declared": report.declared,
        "proofs": report.proofs,
        "failures": failures,
    });
    format!("{value}\n")
}

fn failure_json(failure: &Failure) -> Value {
    let periods: Vec<Value> = failure
        .periods
        .iter()
        .map(|(from, until)| {
            let day = |day: Option<Date>| day.map(|day| day.to_string());
            json!({ "from": day(*from), "until": day(*until) })
        })
        .collect();
    let requests: Vec<Value> = failure
        .requests
        .iter()
        .filter_map(|request| serde_json::from_str(request).ok())
        .collect();
    json!({
        "code": failure.built_in.map_or("invariant", BuiltIn::as_str),
        "subject": failure.subject,
        "text": failure.text,
        "citations": failure.citations,
        "found": failure.found,
        "periods": periods,
        "requests": requests,
        "confirmed": failure.confirmed,
    })
}
