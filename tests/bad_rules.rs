//! One small rule set per defect, with the problem its author reads.
//!
//! A folder of `bad_rules/` is laid over `bad_rules/base/`; `expected.txt` is what is printed. After a wanted change of wording run
//! `ASAFLEX_ACCEPT=1 cargo test --test bad_rules` and read the difference.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asaflex::rules::compile::compile;
use asaflex::rules::problem::{Code, Problem, Severity, render_all};
use asaflex::rules::{SourceFile, load};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/bad_rules")
        .join(name)
}

fn overlaid(names: &[&str]) -> Vec<SourceFile> {
    let mut files: BTreeMap<String, SourceFile> = BTreeMap::new();
    for name in names {
        for file in load::folder(&folder(name)).unwrap() {
            files.insert(file.name.clone(), file);
        }
    }
    files.into_values().collect()
}

fn problems(files: &[SourceFile]) -> Vec<Problem> {
    match compile(files) {
        Ok(ruleset) => ruleset.warnings,
        Err(problems) => problems,
    }
}

fn defects() -> Vec<String> {
    let entries = std::fs::read_dir(folder(".")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name != "base");
    names.sort();
    names
}

#[test]
fn the_base_has_no_problem() {
    let files = overlaid(&["base"]);
    let found = problems(&files);
    assert!(found.is_empty(), "{}", render_all(&found, &files));
}

#[test]
fn every_defect_is_found_with_its_code_and_printed_as_expected() {
    let accept = std::env::var_os("ASAFLEX_ACCEPT").is_some();
    for name in defects() {
        let files = overlaid(&["base", &name]);
        let found = problems(&files);
        assert!(
            found.iter().any(|problem| problem.code.as_str() == name),
            "{name} was not found: {found:#?}"
        );
        let printed = render_all(&found, &files);
        let expected = folder(&name).join("expected.txt");
        if accept {
            std::fs::write(&expected, &printed).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(printed, wanted, "{name} is printed differently");
    }
}

#[test]
fn every_code_has_a_defect() {
    let known = defects();
    for code in Code::ALL {
        assert!(
            known.contains(&code.as_str().to_owned()),
            "no folder shows {}",
            code.as_str()
        );
    }
}

#[test]
fn all_problems_of_a_folder_are_found_in_one_run() {
    let names = [
        "base",
        "unknown-fact",
        "wrong-operator",
        "unknown-option",
        "duplicate-id",
        "empty-validity",
        "missing-text",
    ];
    let mut files = overlaid(&names);
    // An unreadable file hides neither the others nor what stands in them.
    files.push(SourceFile {
        name: "notices.yaml".to_owned(),
        text: "notices:\n  - id: a\n   severity: info\n".to_owned(),
    });
    let found = problems(&files);
    for code in [
        Code::Syntax,
        Code::UnknownFact,
        Code::UnknownOption,
        Code::DuplicateId,
        Code::MissingText,
    ] {
        assert!(
            found.iter().any(|problem| problem.code == code),
            "{} is missing in {found:#?}",
            code.as_str()
        );
    }
}

#[test]
fn nothing_that_is_thrown_at_the_reader_makes_it_panic() {
    let texts = [
        "",
        "\u{0}",
        "\u{feff}facts: []",
        "- - - - -",
        "{",
        "[",
        "a: &x *x",
        "? a : b",
        "!!str x",
        "%YAML 9",
        "a:\n\tb: 1",
    ];
    for kind in [
        "facts.yaml",
        "pathways/x.yaml",
        "cases/x.yaml",
        "locales/x.yaml",
        "ruleset.yaml",
        "unknown.yaml",
    ] {
        for text in texts
            .iter()
            .copied()
            .chain([&*"[".repeat(2_000), &*"a: ".repeat(500)])
        {
            let files = vec![SourceFile {
                name: kind.to_owned(),
                text: text.to_owned(),
            }];
            let found = problems(&files);
            assert!(
                found
                    .iter()
                    .any(|problem| problem.severity() == Severity::Error),
                "{kind}: {text:.20}"
            );
            let _printed = render_all(&found, &files);
        }
    }
}
