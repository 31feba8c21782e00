//! The shape of the house: which module may know which, and nothing that stands about.

#![cfg(test)]

use std::path::{Path, PathBuf};

/// Modules from the bottom up; a module may use those before it, and those beside it.
const LAYERS: &[&[&str]] = &[
    &["dates"],
    &["diagram"],
    &["facts"],
    &["offices"],
    &["rules"],
    &["engine"],
    &["request"],
    &["answer"],
    &["verify"],
    &["settings"],
    &["telemetry"],
    &["access", "connection", "limit", "metrics", "tls", "trace"],
    &["api"],
    &["bulk", "reload"],
    &["server"],
    &["cli"],
    &["main"],
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn each_source(mut look: impl FnMut(&str, &str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 10);
    for file in files {
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let module = name.split(['/', '.']).next().unwrap().to_owned();
        look(&name, &module, &std::fs::read_to_string(&file).unwrap());
    }
}

/// How high a module stands.
fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The modules of the crate that a text names.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for prefix in ["crate::", "asaflex::"] {
        for (at, _) in text.match_indices(prefix) {
            let rest = &text[at + prefix.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let group = group.split('}').next().unwrap_or_default();
                names.extend(group.split(',').map(|part| {
                    part.trim()
                        .split("::")
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                }));
            } else {
                names.push(
                    rest.chars()
                        .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
                        .collect(),
                );
            }
        }
    }
    names.retain(|name| rank(name).is_some());
    names
}

#[test]
fn data_flows_one_way() {
    each_source(|name, module, text| {
        if module == "lib" {
            return;
        }
        let own = rank(module).unwrap_or_else(|| panic!("{name} is in no layer"));
        for used in named(text) {
            assert!(
                rank(&used).unwrap() <= own,
                "{name} uses {used}, which stands above it"
            );
        }
    });
}

#[test]
fn only_the_outer_layers_know_http_and_only_the_reader_reads_files() {
    each_source(|name, module, text| {
        // What checks the form of a query also checks that of an address in a rule file.
        let http = ["actix_web", "utoipa", "validator::"]
            .iter()
            .any(|word| text.contains(word) && !(*word == "validator::" && module == "rules"));
        assert!(
            !http
                || matches!(
                    module,
                    "access"
                        | "api"
                        | "connection"
                        | "limit"
                        | "main"
                        | "reload"
                        | "server"
                        | "tls"
                ),
            "{name} knows HTTP"
        );
        let files = text.contains("std::fs::");
        assert!(
            !files
                || matches!(
                    name,
                    "rules/load.rs" | "cli.rs" | "server.rs" | "access.rs" | "tls.rs" | "reload.rs"
                )
                || module == "api"
                || module == "cli",
            "{name} reads files"
        );
        let clock = text.contains("Timestamp::now")
            || text.contains("Instant::now")
            || text.contains("SystemTime");
        assert!(
            !clock
                || matches!(
                    module,
                    "api" | "server" | "cli" | "reload" | "limit" | "trace" | "connection"
                ),
            "{name} looks at the clock"
        );
        let log = text.contains("tracing::");
        assert!(
            !log || matches!(module, "api" | "server" | "reload" | "telemetry" | "main"),
            "{name} logs"
        );
    });
}

#[test]
fn every_file_says_what_it_is_for() {
    each_source(|name, _, text| {
        assert!(
            text.starts_with("//!"),
            "{name} does not begin with its purpose"
        )
    });
}

#[test]
fn nothing_stands_about() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "PRIVACY.md",
        "README.md",
        "benches",
        "examples",
        "fuzz",
        "openapi",
        "rules",
        "src",
        "target",
        "tests",
    ];
    for entry in std::fs::read_dir(root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || known.contains(&name.as_str()),
            "{name} has no place here"
        );
    }
    each_source(|name, _, _| {
        for word in ["utils", "helpers", "manager", "common", "misc"] {
            assert!(!name.contains(word), "{name}: say what it is");
        }
    });
}
