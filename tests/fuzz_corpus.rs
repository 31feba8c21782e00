//! Every input of the fuzzer's corpus, without the fuzzer: what it once found stays found.
#![cfg(test)]
// The targets are shared with the package `fuzz`, where they are the interface.
#![allow(
    unreachable_pub,
    clippy::must_use_candidate,
    reason = "shared with another package"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    targets::prepare();
    let mut inputs = 0;
    for entry in std::fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("a file").path();
        println!("{}", path.display());
        target(&std::fs::read(&path).expect("reads"));
        inputs += 1;
    }
    assert!(inputs >= 10, "{name} has only {inputs} inputs");
}

#[test]
fn bodies_of_screenings() {
    replay("request", targets::request);
}

#[test]
fn bodies_of_batches() {
    replay("batch", targets::batch);
}

#[test]
fn rule_files() {
    replay("rules", targets::rules);
}

#[test]
fn methods_targets_and_headers() {
    replay("headers", targets::headers);
}
