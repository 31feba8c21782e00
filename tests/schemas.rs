//! The committed JSON Schemas are those that the shapes and the facts give.
//!
//! After a wanted change run `ASAFLEX_ACCEPT=1 cargo test --test schemas` (or `asaflex schema`) and read the difference.

#![cfg(test)]

use std::path::Path;

use asaflex::rules::{self, load, schema, shape};

#[test]
fn the_committed_schemas_are_current() {
    let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("rules")
        .join(schema::FOLDER);
    let schemas = schema::schemas(&ruleset.catalog);
    assert_eq!(schemas.len(), shape::FILES.len());
    if std::env::var_os("ASAFLEX_ACCEPT").is_some() {
        for (name, text) in &schemas {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut committed: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    committed.sort();
    assert_eq!(committed, schemas.keys().cloned().collect::<Vec<_>>());
    for (name, text) in &schemas {
        let committed = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(
            *text == committed,
            "rules/{}/{name} is not current",
            schema::FOLDER
        );
    }
}

#[test]
fn every_fact_and_every_option_can_be_completed() {
    let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
    let schemas = schema::schemas(&ruleset.catalog);
    let definitions: serde_json::Value =
        serde_json::from_str(&schemas["definitions.schema.json"]).unwrap();
    let properties = &definitions["$defs"]["condition"]["properties"];
    for fact in ruleset.catalog.facts() {
        let text = properties[&fact.id].to_string();
        assert_ne!(text, "null", "{}", fact.id);
        let has_words = fact.options.first().is_some_and(|option| option != "false");
        for option in fact.options.iter().filter(|_| has_words) {
            assert!(
                text.contains(&format!("\"{option}\"")),
                "{} {option}",
                fact.id
            );
        }
    }
    assert_eq!(definitions["$defs"]["condition"]["maxProperties"], 1);
}

#[test]
fn a_rule_file_refers_to_the_schema_of_its_kind() {
    let line = schema::reference("modules/trainee.yaml").unwrap();
    assert_eq!(
        line,
        "# yaml-language-server: $schema=../schemas/modules.schema.json"
    );
    for file in load::embedded()
        .iter()
        .filter(|file| file.name.ends_with(".yaml"))
    {
        let wanted = schema::reference(&file.name).unwrap();
        assert_eq!(
            file.text.lines().next(),
            Some(wanted.as_str()),
            "{}",
            file.name
        );
    }
}
