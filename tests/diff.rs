//! `asaflex diff` on the shipped rules: what a change changes, for whom, and with which exit code.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn diff(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asaflex"))
        .arg("diff")
        .args(arguments)
        .output()
        .expect("runs")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A copy of the shipped rules with one text of one file replaced.
fn changed(name: &str, file: &str, from: &str, to: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("diff-{name}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    copy(&shipped(), &folder);
    let file = folder.join(file);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(from),
        "{from} does not stand in {}",
        file.display()
    );
    std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
    folder
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

/// The changes of one kind.
fn ids<'a>(report: &'a Value, kind: &str) -> Vec<&'a str> {
    let changes = report["changes"].as_array().unwrap().iter();
    changes
        .filter(|change| change["kind"] == kind)
        .filter_map(|change| change["id"].as_str())
        .collect()
}

fn every_example_is_confirmed(report: &Value) {
    for change in report["changes"].as_array().unwrap() {
        assert_eq!(change["example"]["confirmed"], true, "{change}");
    }
}

#[test]
fn two_days_of_one_period_answer_alike() {
    let output = diff(&["--as-of", "2026-08-01", "--as-of", "2026-11-23"]);
    assert_eq!(code(&output), Some(0));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "no answer changes\n"
    );
}

#[test]
fn the_first_of_august_2024_changed_something_and_every_example_shows_it() {
    let output = diff(&[
        "--as-of",
        "2024-07-31",
        "--as-of",
        "2024-08-01",
        "--format",
        "json",
    ]);
    assert_eq!(code(&output), Some(1));
    let report = json(&output);
    assert_eq!(report["changed"], true);
    assert!(!report["changes"].as_array().unwrap().is_empty());
    // No phase of AsA flex changed on that day.
    assert!(ids(&report, "pathway").is_empty());
    every_example_is_confirmed(&report);
}

#[test]
fn a_dropped_contract_opens_the_phase_for_those_without_one() {
    let new = changed(
        "contract",
        "pathways/begleitende-phase.yaml",
        "when: { all: [ { writtenContract: true }, { not: { contradicted: writtenContract } } ] }",
        "when: { any: [ { writtenContract: true }, { writtenContract: false } ] }",
    );
    let day = ["--as-of", "2026-11-23", "--format", "json"];
    let output = diff(&[&[path(&shipped()), path(&new)], &day[..]].concat());
    assert_eq!(code(&output), Some(1));
    let report = json(&output);
    assert_eq!(ids(&report, "pathway"), ["begleitende-phase"]);
    let change = &report["changes"][0];
    assert_eq!(change["example"]["before"], "conditions-not-met");
    assert_eq!(
        change["example"]["requests"][0]["facts"]["writtenContract"],
        false
    );
    assert!(change["periods"][0]["share"].as_f64().unwrap() > 0.0);
    every_example_is_confirmed(&report);
}

#[test]
fn what_cannot_be_compared_ends_with_two() {
    assert_eq!(code(&diff(&[])), Some(2));
    assert_eq!(code(&diff(&["--as-of", "2026-11-23"])), Some(2));
    assert_eq!(code(&diff(&["/nowhere", "/nowhere-else"])), Some(2));
}

#[test]
fn every_shifted_waiting_or_maximum_period_shows_in_an_outcome() {
    let files = asaflex::rules::load::folder(&shipped()).unwrap();
    let old = asaflex::rules::compile::compile(&files).unwrap();
    let day = jiff::civil::date(2026, 11, 23);
    let mut shifted = 0;
    for (number, file) in files.iter().enumerate() {
        if !file.name.starts_with("pathways/") {
            continue;
        }
        for key in [
            "atLeastMonthsAgo: ",
            "withinMonthsOfEvent: ",
            "withinMonthsFromStart: ",
        ] {
            for (at, _) in file.text.match_indices(key) {
                let begin = at + key.len();
                let digits = file.text[begin..].bytes().take_while(u8::is_ascii_digit);
                let end = begin + digits.count();
                let before = &file.text[..at];
                let kind = &before[before.rfind("    kind: ").unwrap()..];
                if !kind.starts_with("    kind: waiting") && !kind.starts_with("    kind: limit") {
                    // Neither opens or closes a phase on a day.
                    continue;
                }
                let months: u32 = file.text[begin..end].parse().unwrap();
                if months == 0 {
                    // A day that lies ahead is no waiting period.
                    continue;
                }
                let mut changed = files.clone();
                changed[number]
                    .text
                    .replace_range(begin..end, &(months + 1).to_string());
                let new = asaflex::rules::compile::compile(&changed).unwrap();
                let found = asaflex::verify::diff::days((&old, day), (&new, day)).unwrap();
                let pathway = found
                    .changes
                    .iter()
                    .any(|change| change.about.names().0 == "pathway");
                assert!(pathway, "{}: {key}{months}", file.name);
                shifted += 1;
            }
        }
    }
    assert!(shifted >= 4, "{shifted}");
}

#[test]
fn one_conclusion_changes_and_is_called_by_its_title() {
    let folder = changed(
        "title",
        "offers/money.yaml",
        "{ atLeastMonthsAgo: 15 }",
        "{ atLeastMonthsAgo: 14 }",
    );
    let output = diff(&[
        shipped().to_str().unwrap(),
        folder.to_str().unwrap(),
        "--as-of",
        "2026-11-23",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("offer bab – Berufsausbildungsbeihilfe (BAB)\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\n1 conclusion changes; 1 period compared\n"),
        "{text}"
    );
}
