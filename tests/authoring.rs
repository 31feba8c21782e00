//! What rule authors are told about the shipped rules: explanations, and how far the cases exercise them.

#![cfg(test)]

use std::sync::OnceLock;

use asaflex::answer::Prepared;
use asaflex::rules;
use asaflex::verify::explain::{Words, explain, json, mermaid, words};
use jiff::civil::date;

fn shipped() -> &'static Prepared {
    static SHIPPED: OnceLock<Prepared> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let ruleset = rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report()));
        Prepared::new(ruleset)
    })
}

fn leaves(words: &Words, found: &mut Vec<String>) {
    match words {
        Words::One(text) => found.push(text.clone()),
        Words::Not(part) => leaves(part, found),
        Words::All(parts) | Words::Any(parts) => parts.iter().for_each(|part| leaves(part, found)),
    }
}

#[test]
fn everything_that_ships_is_explained_in_every_language_on_every_day() {
    let prepared = shipped();
    for day in [
        date(2019, 6, 1),
        date(2024, 5, 1),
        date(2026, 11, 23),
        date(2027, 2, 1),
    ] {
        let segment = prepared.ruleset.segment(day);
        let pathways = segment.pathways.iter().map(|one| &one.id);
        let modules = segment.modules.iter().map(|one| &one.id);
        let offers = segment.offers.iter().map(|one| &one.id);
        let routes = segment.routes.iter().map(|one| &one.id);
        for id in pathways.chain(modules).chain(offers).chain(routes) {
            for locale in 0..prepared.ruleset.texts.locales().len() {
                let explanations = explain(prepared, id, locale, day).unwrap();
                for explanation in &explanations {
                    for part in &explanation.parts {
                        let mut asked = Vec::new();
                        leaves(&part.asks, &mut asked);
                        assert!(!asked.is_empty() && !part.text.is_empty(), "{id}");
                        for text in asked {
                            // An id in a sentence is a text that nobody wrote.
                            let spoken = !text.contains("explain-")
                                && !text.contains(['{', '}'])
                                && !text.ends_with(": ");
                            assert!(spoken, "{id}: {text}");
                        }
                    }
                    assert_eq!(json(explanation)["id"], id.as_str());
                }
                assert!(words(&explanations, prepared, locale).len() > 100, "{id}");
                let drawn = mermaid(prepared, id, locale, day).unwrap();
                assert!(
                    drawn.contains("\nflowchart TD\n") && drawn.lines().count() < 80,
                    "{id}: {drawn}"
                );
            }
        }
    }
}

#[test]
fn every_requirement_that_can_exclude_somebody_brings_official_wording() {
    let prepared = shipped();
    let day = date(2026, 11, 23);
    for pathway in &prepared.ruleset.segment(day).pathways {
        for explanation in explain(prepared, &pathway.id, 0, day).unwrap() {
            for part in explanation
                .parts
                .iter()
                .filter(|part| part.kind != Some("assessment"))
            {
                let worded = part.law.iter().any(|law| law.wording.is_some());
                assert!(worded, "{} {}", pathway.id, part.id);
            }
        }
    }
}
