//! The shipped rules, several times over: what grows with the rules is seen on copies of them.

use asaflex::answer::Prepared;
use asaflex::rules::{SourceFile, compile, load};

/// Kinds of entries that are copied, and how their lists are called.
const COPIED: &[&str] = &["modules", "offers", "notices"];

/// The shipped rules with every module, offer and notice `copies` times, under ids of their own.
pub(crate) fn copied(copies: usize) -> Prepared {
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
