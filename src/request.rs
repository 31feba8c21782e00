//! A screening request: JSON straight into facts, without a tree in between.
//!
//! Every message says what would be accepted; none repeats what was sent.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::dates;
use crate::facts::{Fact, FactCatalog, FactKind, Given, PostalCode, Value};

/// What a portal asks.
#[derive(Debug)]
pub struct ScreeningRequest {
    /// Evaluation date, if stated.
    pub as_of: Option<Date>,
    /// The stated facts.
    pub given: Given,
    /// Name of a line in a batch; echoed and never logged.
    pub reference: Option<String>,
}

/// What is wrong with one place of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// Stable, kebab-case.
    pub code: &'static str,
    /// What would be accepted.
    pub message: String,
}

/// Why a request cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not JSON, or a key stands twice.
    #[error("the request is not readable JSON")]
    Unreadable {
        /// `malformed-json` or `duplicate-key`.
        code: &'static str,
        /// Line and column of the fault.
        place: (usize, usize),
    },
    /// Readable but invalid.
    #[error("the request is invalid")]
    Invalid(Vec<FieldProblem>),
}

/// Most problems that one answer names.
pub const FIELD_PROBLEMS_MAX: usize = 64;
/// Deepest nesting of lists and objects that is read; the reader of JSON sets it.
pub const DEPTH_MAX: usize = 127;
/// Longest name of a line in a batch.
pub const REFERENCE_CHARS_MAX: usize = 64;

/// Reads a request. `batch_line` allows the member `ref`.
///
/// # Errors
/// When the bytes are not JSON, a key stands twice, or something is not what the vocabulary allows.
pub fn parse(
    bytes: &[u8],
    catalog: &FactCatalog,
    batch_line: bool,
) -> Result<ScreeningRequest, RequestError> {
    read(bytes, catalog, batch_line).1
}

/// Reads a line of a batch, and beside it its name, which is known even when the rest of the line is refused.
pub fn parse_line(
    bytes: &[u8],
    catalog: &FactCatalog,
) -> (Option<String>, Result<ScreeningRequest, RequestError>) {
    read(bytes, catalog, true)
}

fn read(
    bytes: &[u8],
    catalog: &FactCatalog,
    batch_line: bool,
) -> (Option<String>, Result<ScreeningRequest, RequestError>) {
    let mut reading = Reading {
        catalog,
        batch_line,
        request: ScreeningRequest {
            as_of: None,
            given: Given::nothing(catalog.facts().len()),
            reference: None,
        },
        problems: Vec::new(),
        duplicate: false,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = TopLevel(&mut reading)
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    let reference = reading.request.reference.clone();
    if let Err(error) = read {
        let code = if reading.duplicate {
            "duplicate-key"
        } else {
            "malformed-json"
        };
        let error = RequestError::Unreadable {
            code,
            place: (error.line(), error.column()),
        };
        return (reference, Err(error));
    }
    if reading.problems.is_empty() {
        (reference, Ok(reading.request))
    } else {
        (reference, Err(RequestError::Invalid(reading.problems)))
    }
}

struct Reading<'a> {
    catalog: &'a FactCatalog,
    batch_line: bool,
    request: ScreeningRequest,
    problems: Vec<FieldProblem>,
    duplicate: bool,
}

impl Reading<'_> {
    fn problem(&mut self, pointer: String, code: &'static str, message: impl Into<String>) {
        if self.problems.len() < FIELD_PROBLEMS_MAX {
            self.problems.push(FieldProblem {
                pointer,
                code,
                message: message.into(),
            });
        }
    }

    fn duplicate<E: serde::de::Error>(&mut self) -> E {
        self.duplicate = true;
        E::custom("duplicate key")
    }
}

/// A pointer to a member; a name that is no plain word is not repeated.
fn pointer(parent: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= 40
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain {
        format!("{parent}/{name}")
    } else {
        parent.to_owned()
    }
}

struct TopLevel<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for TopLevel<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(ObjectOr {
            reading: self.0,
            place: Place::TopLevel,
        })
    }
}

#[derive(Clone, Copy)]
enum Place {
    TopLevel,
    Facts,
}

/// Reads an object; anything else is a problem at its place, not an error of reading.
struct ObjectOr<'r, 'a> {
    reading: &'r mut Reading<'a>,
    place: Place,
}

impl ObjectOr<'_, '_> {
    fn no_object(self) {
        let (pointer, message) = match self.place {
            Place::TopLevel => (
                "",
                "a JSON object with the members `asOf` and `facts` is expected",
            ),
            Place::Facts => (
                "/facts",
                "a JSON object with one member per fact is expected",
            ),
        };
        self.reading
            .problem(pointer.to_owned(), "wrong-type", message);
    }
}

impl<'de> Visitor<'de> for ObjectOr<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.no_object();
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.no_object();
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.no_object();
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.no_object();
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.no_object();
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        // `"facts": null` means that nothing is known, as for every fact.
        if matches!(self.place, Place::TopLevel) {
            self.no_object();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items
            .next_element_seed(Any(&mut self.reading.duplicate))?
            .is_some()
        {}
        self.no_object();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        match self.place {
            Place::TopLevel => read_top_level(self.reading, members),
            Place::Facts => read_facts(self.reading, members),
        }
    }
}

/// The name of a member, without allocating for the names that are known.
struct Name<'n>(&'n mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(text);
        Ok(())
    }
}

fn read_top_level<'de, A: MapAccess<'de>>(
    reading: &mut Reading<'_>,
    mut members: A,
) -> Result<(), A::Error> {
    let mut seen = [false; 3];
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    let mut name = String::new();
    while members.next_key_seed(Name(&mut name))?.is_some() {
        let place = match name.as_str() {
            "asOf" => 0,
            "facts" => 1,
            "ref" if reading.batch_line => 2,
            _ => {
                if !unknown.insert(name.clone()) {
                    return Err(reading.duplicate());
                }
                members.next_value_seed(Any(&mut reading.duplicate))?;
                let message = if reading.batch_line {
                    "known members are `asOf`, `facts`, `ref`"
                } else {
                    "known members are `asOf`, `facts`"
                };
                reading.problem(pointer("", &name), "unknown-member", message);
                continue;
            }
        };
        let twice = seen
            .get_mut(place)
            .map(|seen| std::mem::replace(seen, true));
        if twice == Some(true) {
            return Err(reading.duplicate());
        }
        match place {
            0 => {
                let raw = members.next_value_seed(Any(&mut reading.duplicate))?;
                match raw {
                    Raw::Null => {}
                    Raw::Text(text) if dates::parse(&text).is_some() => {
                        // A day of any year has its law, if only that it was not in force.
                        reading.request.as_of = dates::parse(&text);
                    }
                    Raw::Text(_) => reading.problem("/asOf".to_owned(), "invalid-date", DATE),
                    _ => reading.problem("/asOf".to_owned(), "wrong-type", DATE),
                }
            }
            1 => members.next_value_seed(Facts(reading))?,
            _ => match members.next_value_seed(Any(&mut reading.duplicate))? {
                Raw::Null => {}
                Raw::Text(text) if is_reference(&text) => reading.request.reference = Some(text),
                _ => reading.problem(
                    "/ref".to_owned(),
                    "invalid-ref",
                    "letters, digits, `.`, `_` and `-` are accepted, 64 at most",
                ),
            },
        }
    }
    Ok(())
}

const DATE: &str = "a calendar day as YYYY-MM-DD is accepted";

fn is_reference(text: &str) -> bool {
    !text.is_empty() && text.len() <= REFERENCE_CHARS_MAX && is_plain(text)
}

/// Whether a text has only letters, digits, `.`, `_` and `-` of ASCII, as references and ids from outside must.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

struct Facts<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Facts<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(ObjectOr {
            reading: self.0,
            place: Place::Facts,
        })
    }
}

fn read_facts<'de, A: MapAccess<'de>>(
    reading: &mut Reading<'_>,
    mut members: A,
) -> Result<(), A::Error> {
    let mut seen: u128 = 0;
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    let mut name = String::new();
    while members.next_key_seed(Name(&mut name))?.is_some() {
        let catalog = reading.catalog;
        let Some((number, fact)) = catalog
            .find(&name)
            .and_then(|number| Some((number, catalog.get(number)?)))
        else {
            if !unknown.insert(name.clone()) {
                return Err(reading.duplicate());
            }
            members.next_value_seed(Any(&mut reading.duplicate))?;
            reading.problem(
                pointer("/facts", &name),
                "unknown-fact",
                "there is no fact of this name; GET /v1/facts lists all",
            );
            continue;
        };
        let bit = 1_u128.checked_shl(u32::from(number)).unwrap_or(0);
        if seen & bit != 0 {
            return Err(reading.duplicate());
        }
        seen |= bit;
        match typed(fact, members.next_value_seed(Any(&mut reading.duplicate))?) {
            Ok(Some(value)) => reading.request.given.set(number, value),
            Ok(None) => {}
            Err((code, suffix)) => {
                let pointer = format!("/facts/{}{suffix}", fact.id);
                reading.problem(pointer, code, accepted(fact));
            }
        }
    }
    Ok(())
}

/// The value of a fact, nothing for `null`, or a code and the rest of the pointer.
fn typed(fact: &Fact, raw: Raw) -> Result<Option<Value>, (&'static str, String)> {
    let wrong_type = || Err(("wrong-type", String::new()));
    let here = |code: &'static str| Err((code, String::new()));
    match (&fact.kind, raw) {
        (_, Raw::Null) => Ok(None),
        (FactKind::Bool, Raw::Bool(yes)) => Ok(Some(Value::Bool(yes))),
        (FactKind::One, Raw::Text(text)) => match fact.option(&text) {
            Some(option) => Ok(Some(Value::One(option))),
            None => here("unknown-option"),
        },
        (FactKind::Many, Raw::List(items)) => {
            let mut options = 0_u64;
            for (place, item) in items.into_iter().enumerate() {
                match item {
                    Some(text) => match fact.option(&text) {
                        Some(option) => options |= 1 << option,
                        None => return Err(("unknown-option", format!("/{place}"))),
                    },
                    None => return Err(("wrong-type", format!("/{place}"))),
                }
            }
            Ok(Some(Value::Many(options)))
        }
        (FactKind::Int { min, max }, Raw::Int(number)) if (*min..=*max).contains(&number) => {
            Ok(Some(Value::Int(number)))
        }
        (FactKind::Int { .. }, Raw::Int(_) | Raw::HugeInt) => here("out-of-range"),
        (FactKind::Date, Raw::Text(text)) => match dates::parse(&text) {
            Some(day) if dates::YEARS.contains(&day.year()) => Ok(Some(Value::Date(day))),
            Some(_) => here("out-of-range"),
            None => here("invalid-date"),
        },
        (FactKind::PostalCode, Raw::Text(text)) => match PostalCode::parse(&text) {
            Some(code) => Ok(Some(Value::PostalCode(code))),
            None => here("invalid-postal-code"),
        },
        _ => wrong_type(),
    }
}

/// What a fact accepts, in one sentence.
#[must_use]
pub fn accepted(fact: &Fact) -> String {
    match &fact.kind {
        FactKind::Bool => "true or false is accepted".to_owned(),
        FactKind::One => format!("one of these is accepted: {}", fact.options.join(", ")),
        FactKind::Many => format!("a list of these is accepted: {}", fact.options.join(", ")),
        FactKind::Int { min, max } => format!("a whole number from {min} to {max} is accepted"),
        FactKind::Date => {
            let (first, last) = (dates::YEARS.start(), dates::YEARS.end());
            format!("{DATE}, from the year {first} to {last}")
        }
        FactKind::PostalCode => "a postal code of five digits, as a string, is accepted".to_owned(),
    }
}

/// Any JSON value, as far as a fact may need it.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number beyond 64 bits.
    HugeInt,
    /// A number that is not whole.
    Fraction,
    Text(String),
    /// Texts; `None` for an item that is no text.
    List(Vec<Option<String>>),
    Object,
}

/// Most items of a list that are kept; no fact has more options.
const ITEMS_MAX: usize = 64;

/// Reads any value, however deep, and notes whether a key stands twice in one of its objects.
struct Any<'r>(&'r mut bool);

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Raw;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Raw;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(i64::try_from(number).map_or(Raw::HugeInt, Raw::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        // JSON knows no difference between 18 and 18.0.
        if number.fract() != 0.0 {
            return Ok(Raw::Fraction);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range is checked first"
        )]
        let small = (number.abs() < 9.0e15).then_some(number as i64);
        Ok(small.map_or(Raw::HugeInt, Raw::Int))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element_seed(Any(self.0))? {
            // The first one too many stands for all of them: it is refused, like any item that is no option.
            if texts.len() == ITEMS_MAX {
                texts.push(None);
            } else if texts.len() < ITEMS_MAX {
                texts.push(match item {
                    Raw::Text(text) => Some(text),
                    Raw::Null
                    | Raw::Bool(_)
                    | Raw::Int(_)
                    | Raw::HugeInt
                    | Raw::Fraction
                    | Raw::List(_)
                    | Raw::Object => None,
                });
            }
        }
        Ok(Raw::List(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Raw, A::Error> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut name = String::new();
        while members.next_key_seed(Name(&mut name))?.is_some() {
            if !seen.insert(std::mem::take(&mut name)) {
                *self.0 = true;
                return Err(serde::de::Error::custom("duplicate key"));
            }
            members.next_value_seed(Any(self.0))?;
        }
        Ok(Raw::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> FactCatalog {
        let fact = |id: &str, kind: FactKind, options: &[&str]| Fact {
            id: id.to_owned(),
            label: id.to_owned(),
            kind,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            sensitive: false,
            changeable: false,
            ask: 1,
            absent_means: None,
            implied_cell: None,
            consistent_cells: Vec::new(),
        };
        FactCatalog::new(vec![
            fact("age", FactKind::Int { min: 10, max: 99 }, &[]),
            fact("status", FactKind::One, &["none", "running"]),
            fact("gaps", FactKind::Many, &["maths", "german"]),
            fact("code", FactKind::PostalCode, &[]),
            fact("since", FactKind::Date, &[]),
            fact("need", FactKind::Bool, &["false", "true"]),
        ])
    }

    fn read(text: &str) -> Result<ScreeningRequest, RequestError> {
        parse(text.as_bytes(), &catalog(), false)
    }

    fn codes(text: &str) -> Vec<(String, &'static str)> {
        match read(text) {
            Err(RequestError::Invalid(problems)) => problems
                .into_iter()
                .map(|problem| (problem.pointer, problem.code))
                .collect(),
            other => panic!("{text} gave {other:?}"),
        }
    }

    #[test]
    fn every_kind_of_fact_is_read() {
        let request = read(
            r#"{"asOf":"2026-11-23","facts":{"age":34,"status":"running","gaps":["german"],"code":"01067","since":"2026-01-02","need":false}}"#,
        )
        .expect("valid");
        assert_eq!(request.as_of, Some(jiff::civil::date(2026, 11, 23)));
        assert!(request.given.get(0) == Some(Value::Int(34)));
        assert!(request.given.get(1) == Some(Value::One(1)));
        assert!(request.given.get(2) == Some(Value::Many(0b10)));
        assert!(request.given.get(5) == Some(Value::Bool(false)));
    }

    #[test]
    fn null_and_absent_mean_unknown_and_an_empty_list_means_none_of_these() {
        let request = read(r#"{"asOf":null,"facts":{"age":null,"gaps":[]}}"#).expect("valid");
        assert!(request.given.get(0).is_none());
        assert!(request.given.get(2) == Some(Value::Many(0)));
        assert!(read("{}").expect("valid").given.iter().next().is_none());
        assert!(read(r#"{"facts":null}"#).is_ok());
    }

    #[test]
    fn a_readable_but_invalid_request_names_every_place_and_repeats_no_value() {
        let text = r#"{"facts":{"age":400,"status":"SECRET","gaps":["maths","SECRET"],"code":"SECRET","since":"2026-02-30","need":"SECRET","shoe":1},"who":"SECRET"}"#;
        assert_eq!(
            codes(text),
            [
                ("/facts/age".to_owned(), "out-of-range"),
                ("/facts/status".to_owned(), "unknown-option"),
                ("/facts/gaps/1".to_owned(), "unknown-option"),
                ("/facts/code".to_owned(), "invalid-postal-code"),
                ("/facts/since".to_owned(), "invalid-date"),
                ("/facts/need".to_owned(), "wrong-type"),
                ("/facts/shoe".to_owned(), "unknown-fact"),
                ("/who".to_owned(), "unknown-member"),
            ]
        );
        assert!(!format!("{:?}", read(text)).contains("SECRET"));
    }

    #[test]
    fn numbers_beyond_every_bound_are_out_of_range_and_fractions_are_of_the_wrong_type() {
        for number in [
            "99999999999999999999999",
            "-1",
            "1e18",
            "18446744073709551615",
        ] {
            assert_eq!(
                codes(&format!(r#"{{"facts":{{"age":{number}}}}}"#)),
                [("/facts/age".to_owned(), "out-of-range")],
                "{number}"
            );
        }
        assert_eq!(
            codes(r#"{"facts":{"age":18.5}}"#),
            [("/facts/age".to_owned(), "wrong-type")]
        );
        assert!(read(r#"{"facts":{"age":18.0}}"#).is_ok());
    }

    #[test]
    fn unreadable_json_and_duplicate_keys_are_not_readable() {
        for text in [
            "",
            "{",
            "{\"facts\":{}} x",
            "\u{feff}{}",
            "{\"facts\":{\"age\":1e999}}",
        ] {
            assert!(
                matches!(
                    read(text),
                    Err(RequestError::Unreadable {
                        code: "malformed-json",
                        ..
                    })
                ),
                "{text}"
            );
        }
        // A name that stands twice is found after as many others as there may be.
        let others: Vec<String> = (0..5_000)
            .map(|number| format!("\"x{number}\":1"))
            .collect();
        let others = others.join(",");
        let many = format!("{{\"facts\":{{{others},\"x4999\":1}}}}");
        for text in [
            r#"{"facts":{},"facts":{}}"#,
            r#"{"facts":{"age":18,"age":18}}"#,
            r#"{"x":1,"x":2}"#,
            r#"{"facts":{"x":1,"x":2}}"#,
            r#"{"facts":{"age":{"x":1,"x":2}}}"#,
            r#"{"facts":{"gaps":[{"x":1,"x":2}]}}"#,
            r#"{"facts":{"x":[[{"x":{"y":1,"y":2}}]]}}"#,
            r#"{"facts":[{"x":1,"x":2}]}"#,
            r#"{"asOf":{"x":1,"x":2}}"#,
            r#"{"x":{"y":1,"y":2}}"#,
            r#"[{"x":1,"x":2}]"#,
            r#"{"facts":{"age":18,"\u0061ge":18}}"#,
            &many,
        ] {
            assert!(
                matches!(
                    read(text),
                    Err(RequestError::Unreadable {
                        code: "duplicate-key",
                        ..
                    })
                ),
                "{text}"
            );
        }
        assert!(matches!(
            parse(b"{\"facts\":{\"status\":\"\xff\"}}", &catalog(), false),
            Err(RequestError::Unreadable { .. })
        ));
    }

    #[test]
    fn values_nested_deeper_than_the_limit_are_not_readable_wherever_they_stand() {
        for (before, after, levels) in [
            ("", "", 0),
            ("{\"x\":", "}", 1),
            ("{\"facts\":", "}", 1),
            ("{\"facts\":{\"x\":", "}}", 2),
            ("{\"facts\":{\"gaps\":", "}}", 2),
        ] {
            let nested = |depth: usize| {
                let lists = depth - levels;
                format!("{before}{}{}{after}", "[".repeat(lists), "]".repeat(lists))
            };
            assert!(
                matches!(read(&nested(DEPTH_MAX)), Err(RequestError::Invalid(_))),
                "{before}"
            );
            assert!(
                matches!(
                    read(&nested(DEPTH_MAX + 1)),
                    Err(RequestError::Unreadable {
                        code: "malformed-json",
                        ..
                    })
                ),
                "{before}"
            );
        }
    }

    #[test]
    fn what_is_no_object_is_invalid() {
        assert_eq!(codes("[]"), [(String::new(), "wrong-type")]);
        assert_eq!(codes("null"), [(String::new(), "wrong-type")]);
        assert_eq!(
            codes(r#"{"facts":[1,2]}"#),
            [("/facts".to_owned(), "wrong-type")]
        );
    }

    #[test]
    fn only_a_line_of_a_batch_has_a_name() {
        assert_eq!(
            codes(r#"{"ref":"a"}"#),
            [("/ref".to_owned(), "unknown-member")]
        );
        let line = parse(br#"{"ref":"a.b_c-1"}"#, &catalog(), true).expect("valid");
        assert_eq!(line.reference.as_deref(), Some("a.b_c-1"));
        let unnamed = parse(br#"{"ref":null}"#, &catalog(), true).expect("as if absent");
        assert_eq!(unnamed.reference, None);
        for text in [r#"{"ref":"a b"}"#, r#"{"ref":""}"#, r#"{"ref":17}"#] {
            assert!(parse(text.as_bytes(), &catalog(), true).is_err(), "{text}");
        }
        let (name, refused) = parse_line(br#"{"ref":"a","facts":{"age":400}}"#, &catalog());
        assert_eq!(name.as_deref(), Some("a"));
        assert!(refused.is_err());
    }
}
