//! Seeded defects: small changes to the shipped rules, as a slip of the pen makes them. `check`, `prove` and `test` together must catch
//! those that change any answer.
//!
//! `cargo test --test mutations` tries a sample; `ASAFLEX_MUTANTS=200 cargo test --release --test mutations -- --nocapture` tries many and
//! prints the table. The same number gives the same mutants.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use asaflex::answer::Prepared;
use asaflex::rules::{Ruleset, Severity, SourceFile, compile, load};
use asaflex::verify::prove::{Manner, prove};
use asaflex::verify::{cases, diff};
use jiff::civil::{Date, date};

mod mutants;

use mutants::Mutant;

const TODAY: Date = date(2026, 11, 23);
/// Mutants of the sample.
const SAMPLE: usize = 12;
/// Compiling and proving recurse deeply.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Check,
    /// Only because languages or cases name what is no longer there: nothing else would notice.
    Named,
    Prove,
    Test,
    /// No answer changes: not a defect.
    Same,
    Survived,
}

fn fate(shipped: &Ruleset, files: &[SourceFile]) -> (Fate, String) {
    let (ruleset, is_named) = match compile::compile(files) {
        Ok(ruleset) => (ruleset, false),
        Err(problems) => {
            let told = problems
                .first()
                .map_or_else(String::new, |problem| problem.message.clone());
            let mut errors = problems
                .iter()
                .filter(|problem| problem.severity() == Severity::Error);
            let follows = errors.all(|problem| {
                let file = files.get(problem.place.file);
                file.is_some_and(|file| {
                    file.name.starts_with("locales/") || file.name.starts_with("cases/")
                })
            });
            if !follows {
                return (Fate::Check, told);
            }
            // A language that names what is gone is easily corrected with it: what do proofs and cases say then?
            let mut rest = files.to_vec();
            rest.retain(|file| !file.name.starts_with("locales/"));
            match compile::compile(&rest) {
                Ok(ruleset) => (ruleset, true),
                Err(_) => return (Fate::Named, told),
            }
        }
    };
    let manner = Manner {
        declared: true,
        people: false,
        today: TODAY,
    };
    let report = prove(&ruleset, manner).expect("small enough");
    let proofs: Vec<&str> = report
        .failures
        .iter()
        .map(|failure| failure.subject.as_str())
        .collect();
    let prepared = Prepared::new(ruleset);
    let failures = cases::run(&prepared);
    let told = format!(
        "prove: {} {}; test: {}",
        proofs.len(),
        proofs.first().unwrap_or(&""),
        failures.len()
    );
    if !proofs.is_empty() {
        (Fate::Prove, told)
    } else if !failures.is_empty() {
        (Fate::Test, told)
    } else if diff::changes_any_answer(shipped, &prepared.ruleset).expect("small enough") {
        (
            if is_named {
                Fate::Named
            } else {
                Fate::Survived
            },
            told,
        )
    } else {
        (Fate::Same, told)
    }
}

/// Tries mutants, two at once, and returns them with what became of them.
fn tried(count: usize) -> Vec<(Mutant, Fate, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = load::folder(&folder).expect("the shipped rules are read");
    let shipped = compile::compile(&files).expect("the shipped rules compile");
    let mutants = mutants::seeded(&files, count);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (fate, told) = fate(&shipped, &mutant.files(&files));
            done.lock().unwrap().push((mutant.clone(), fate, told));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, work).unwrap();
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(mutant, ..)| mutant.number);
    done
}

fn table(tried: &[(Mutant, Fate, String)]) -> String {
    let mut rows: BTreeMap<&str, BTreeMap<Fate, usize>> = BTreeMap::new();
    for (mutant, fate, _) in tried {
        for row in [mutant.operator, "together"] {
            *rows.entry(row).or_default().entry(*fate).or_default() += 1;
        }
    }
    let mut out = format!(
        "{:<20} {:>7} {:>6} {:>6} {:>6} {:>6} {:>8} {:>9}\n",
        "mutation", "mutants", "check", "named", "prove", "test", "survived", "no change"
    );
    for (row, fates) in rows {
        let of = |fate| fates.get(&fate).copied().unwrap_or(0);
        let _ = writeln!(
            out,
            "{row:<20} {:>7} {:>6} {:>6} {:>6} {:>6} {:>8} {:>9}",
            fates.values().sum::<usize>(),
            of(Fate::Check),
            of(Fate::Named),
            of(Fate::Prove),
            of(Fate::Test),
            of(Fate::Survived),
            of(Fate::Same)
        );
    }
    out
}

#[test]
fn what_changes_an_answer_is_caught() {
    let count = std::env::var("ASAFLEX_MUTANTS").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(SAMPLE);
    let tried = tried(count);
    let mut told = table(&tried);
    for (mutant, fate, found) in &tried {
        if count > SAMPLE || *fate == Fate::Survived {
            let _ = writeln!(
                told,
                "{:?} {} {}: {} ({found})",
                fate, mutant.number, mutant.operator, mutant.told
            );
        }
    }
    let of = |fate| tried.iter().filter(|(_, own, _)| *own == fate).count();
    let caught = of(Fate::Check) + of(Fate::Prove) + of(Fate::Test);
    let survived = of(Fate::Survived);
    // What only languages and cases notice counts neither for nor against.
    let changing = caught + survived;
    let _ = writeln!(
        told,
        "{caught} caught of {changing} that change an answer and are not only noticed by a name"
    );
    println!("{told}");
    assert!(
        changing * 10 >= count * 6,
        "most mutants must change an answer:\n{told}"
    );
    assert!(
        survived * 20 <= changing,
        "95 of 100 must be caught:\n{told}"
    );
}
