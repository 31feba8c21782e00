//! Every text in every language: present, translated, and short where it must be.

#![cfg(test)]

use std::sync::OnceLock;

use asaflex::rules::{self, Ruleset, SourceFile, compile, load};

fn shipped() -> &'static Ruleset {
    static SHIPPED: OnceLock<Ruleset> = OnceLock::new();
    SHIPPED
        .get_or_init(|| rules::ruleset(None).unwrap_or_else(|error| panic!("{}", error.report())))
}

fn locale(tag: &str) -> usize {
    shipped()
        .texts
        .locales()
        .iter()
        .position(|locale| locale.tag == tag)
        .unwrap()
}

#[test]
fn no_language_lacks_a_text() {
    for (place, locale) in shipped().texts.locales().iter().enumerate() {
        assert!(
            shipped().texts.missing(place).is_empty(),
            "{}: {:?}",
            locale.tag,
            shipped().texts.missing(place)
        );
    }
    let tags: Vec<&str> = shipped()
        .texts
        .locales()
        .iter()
        .map(|locale| locale.tag.as_str())
        .collect();
    assert_eq!(tags, ["de", "de-simple", "en"]);
}

#[test]
fn no_longer_text_was_left_in_german() {
    let german: Vec<(&str, &str)> = shipped().texts.all(0).collect();
    // A short German text may already be simple.
    for (tag, words_max) in [("en", 5), ("de-simple", 16)] {
        for ((key, german), (_, other)) in german.iter().zip(shipped().texts.all(locale(tag))) {
            let words = german.split_whitespace().count();
            assert!(
                words <= words_max || *german != other || key.starts_with('='),
                "{key} is the same in {tag}"
            );
        }
    }
}

#[test]
fn placeholders_are_the_same_in_every_language() {
    let placeholders = |text: &str| {
        let mut found: Vec<String> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .map(str::to_owned)
            .collect();
        found.sort();
        found.dedup();
        found
    };
    for place in 1..shipped().texts.locales().len() {
        for ((key, german), (_, other)) in shipped().texts.all(0).zip(shipped().texts.all(place)) {
            assert_eq!(placeholders(german), placeholders(other), "{key}");
        }
    }
}

/// Sentences of a text; a number with a point, such as a date or a paragraph, ends none.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for word in text.split_whitespace() {
        let last = sentences.last_mut().unwrap();
        last.push_str(word);
        last.push(' ');
        let stem = word.trim_end_matches(['.', '!', '?', ':']);
        let ends = stem.len() < word.len() && !stem.chars().all(|letter| letter.is_ascii_digit());
        if ends {
            sentences.push(String::new());
        }
    }
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

#[test]
fn einfache_sprache_has_short_sentences_with_one_idea() {
    for (key, text) in shipped().texts.all(locale("de-simple")) {
        if key.starts_with('=') {
            continue;
        }
        assert!(
            !text.contains(';'),
            "{key}: two sentences are better than one with a semicolon"
        );
        for sentence in sentences(text) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 15, "{key}: {words} words in „{sentence}“");
        }
    }
}

#[test]
fn no_text_promises_asa_as_a_right() {
    for place in 0..shipped().texts.locales().len() {
        for (key, text) in shipped()
            .texts
            .all(place)
            .filter(|(key, _)| key.starts_with("headlines.") || key.starts_with("modules."))
        {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains("anspruch auf asa") && !lower.contains("you are entitled"),
                "{key}: {text}"
            );
        }
    }
}

#[test]
fn a_language_is_added_by_adding_a_file() {
    let mut files = load::embedded();
    files.push(SourceFile {
        name: "locales/nds.yaml".to_owned(),
        text: "locale: nds\nname: Plattdüütsch\nlabels: { \"yes\": Jo }\n".to_owned(),
    });
    files.sort_by(|left, right| left.name.cmp(&right.name));
    let ruleset = compile::compile(&files).expect("a language that lacks texts is a warning");
    let place = ruleset
        .texts
        .locales()
        .iter()
        .position(|locale| locale.tag == "nds")
        .unwrap();
    assert_eq!(ruleset.label(place, "yes"), "Jo");
    assert_eq!(
        ruleset.label(place, "no"),
        "Nein",
        "a missing text is German, never an id"
    );
}
