//! What proving costs: the shipped rules with their declared invariants, and the built-in ones on copies of the rules.
//!
//! `cargo bench --bench proving`. Compare the lines of one run with each other.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark that cannot start should say so and stop"
)]

use asaflex::rules;
use asaflex::verify::prove::{Manner, prove};

mod copied;

use copied::copied;

fn main() {
    divan::main();
}

fn manner(declared: bool) -> Manner {
    Manner {
        declared,
        people: false,
        today: jiff::civil::date(2026, 11, 23),
    }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn everything_about_the_shipped_rules(bencher: divan::Bencher<'_, '_>) {
    let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
    bencher.bench(|| prove(&ruleset, manner(true)).expect("small enough").proofs);
}

#[divan::bench(args = [1, 10, 100], sample_count = 3, sample_size = 1)]
fn built_in_invariants(bencher: divan::Bencher<'_, '_>, copies: usize) {
    let prepared = copied(copies);
    bencher.bench(|| {
        prove(&prepared.ruleset, manner(false))
            .expect("small enough")
            .proofs
    });
}
