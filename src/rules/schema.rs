//! JSON Schemas of the rule files, made from the same tables that reading checks: an editor completes and checks them while one writes.
//!
//! A schema knows shapes, words, facts and options. What needs the whole set (references, cycles, citations) stays with `asaflex check`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::facts::{Fact, FactCatalog, FactKind};
use crate::offices::PostalClass;
use crate::rules::cases;
use crate::rules::model::Outcome;
use crate::rules::shape::{self, Field, Shape};

/// Where the schemas stand in a rules folder.
pub const FOLDER: &str = "schemas";

/// Every schema by the name of its file, such as `pathways.schema.json`; what `asaflex schema` writes.
#[must_use]
pub fn schemas(catalog: &FactCatalog) -> BTreeMap<String, String> {
    shape::FILES
        .iter()
        .map(|(kind, shape)| (file_name(kind), text(&document(kind, shape, catalog))))
        .collect()
}

/// The name of the schema of one kind of file.
#[must_use]
pub fn file_name(kind: &str) -> String {
    format!("{kind}.schema.json")
}

/// The first line of a rule file by which editors find its schema; `name` is relative to the rules folder.
#[must_use]
pub fn reference(name: &str) -> Option<String> {
    let (kind, _) = shape::kind_of(name)?;
    let up = "../".repeat(name.matches('/').count());
    Some(format!(
        "# yaml-language-server: $schema={up}{FOLDER}/{}",
        file_name(kind)
    ))
}

fn text(schema: &Value) -> String {
    // Pretty printing of a value that was built here cannot fail.
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

fn document(kind: &str, shape: &Shape, catalog: &FactCatalog) -> Value {
    let mut definitions = Map::new();
    let mut schema = Schema {
        catalog,
        definitions: &mut definitions,
    };
    let mut root = schema.shape(shape);
    if let Some(object) = root.as_object_mut() {
        let mut document = Map::new();
        document.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        document.insert("$id".to_owned(), json!(file_name(kind)));
        document.insert(
            "title".to_owned(),
            json!(format!("Rule files of the kind `{kind}`")),
        );
        document.append(object);
        if !definitions.is_empty() {
            document.insert("$defs".to_owned(), Value::Object(definitions));
        }
        return Value::Object(document);
    }
    root
}

/// A schema being made; what several places use becomes a definition.
struct Schema<'a> {
    catalog: &'a FactCatalog,
    definitions: &'a mut Map<String, Value>,
}

impl Schema<'_> {
    fn shape(&mut self, shape: &Shape) -> Value {
        match shape {
            // A text that looks like a number or like yes and no is still a text.
            Shape::Text | Shape::Plain => {
                json!({ "type": ["string", "number", "boolean"], "minLength": 1 })
            }
            Shape::Id => id(),
            Shape::Date => day(),
            Shape::Bool => json!({ "type": "boolean" }),
            Shape::Int => json!({ "type": "integer" }),
            Shape::Condition => self.condition(),
            Shape::Word(words) => json!({ "enum": words }),
            Shape::List(inner) => json!({ "type": "array", "items": self.shape(inner) }),
            Shape::Ids => json!({ "type": "array", "items": id() }),
            Shape::Texts => {
                json!({ "type": "object", "additionalProperties": self.shape(&Shape::Text) })
            }
            Shape::Map(fields) => self.map(fields),
            Shape::Any => json!({}),
            Shape::Nullable(inner) => {
                json!({ "anyOf": [{ "type": "null" }, self.shape(inner)] })
            }
            Shape::Of(inner) => self.shape(inner),
        }
    }

    fn map(&mut self, fields: &[Field]) -> Value {
        let mut properties = Map::new();
        for field in fields {
            let mut schema = match (&field.shape, field.key) {
                (Shape::Any, "facts") if is_case(fields) => self.statements(),
                (Shape::Any, "expect") => expectation(),
                (Shape::Any, _) => self.texts(),
                (shape, _) => self.shape(shape),
            };
            if let Some(object) = schema.as_object_mut() {
                object.insert("description".to_owned(), json!(field.doc));
            }
            properties.insert(field.key.to_owned(), schema);
        }
        let required: Vec<&str> = fields
            .iter()
            .filter(|field| field.required)
            .map(|field| field.key)
            .collect();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    /// The texts of a language file: mappings of any depth with texts at their ends.
    fn texts(&mut self) -> Value {
        let text = self.shape(&Shape::Text);
        self.definitions
            .entry("texts")
            .or_insert_with(|| json!({ "type": "object", "additionalProperties": { "anyOf": [text, { "$ref": "#/$defs/texts" }] } }));
        json!({ "$ref": "#/$defs/texts" })
    }

    fn condition(&mut self) -> Value {
        if !self.definitions.contains_key("condition") {
            let condition = condition(self.catalog);
            self.definitions.insert("condition".to_owned(), condition);
        }
        json!({ "$ref": "#/$defs/condition" })
    }

    /// What a case states: the facts of a request.
    fn statements(&mut self) -> Value {
        let facts = self.catalog.facts().iter();
        let properties: Map<String, Value> = facts
            .map(|fact| {
                let value = match &fact.kind {
                    FactKind::Bool => json!({ "type": "boolean" }),
                    FactKind::One => json!({ "enum": fact.options }),
                    FactKind::Many => json!({ "type": "array", "items": { "enum": fact.options }, "uniqueItems": true }),
                    FactKind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
                    FactKind::Date => day(),
                    FactKind::PostalCode => json!({ "type": "string", "pattern": "^[0-9]{5}$" }),
                };
                (fact.id.clone(), json!({ "anyOf": [value, { "type": "null" }] }))
            })
            .collect();
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

/// `facts` stands in other kinds of file, too.
fn is_case(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.key == "expect")
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$" })
}

fn day() -> Value {
    json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
}

/// One value, or a list of them.
fn one_or_more(value: &Value) -> Vec<Value> {
    vec![
        value.clone(),
        json!({ "type": "array", "items": value, "minItems": 1 }),
    ]
}

fn one_key(properties: &Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1, "maxProperties": 1 })
}

fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A condition is a mapping with one key, so an editor offers the operators and facts as keys.
fn condition(catalog: &FactCatalog) -> Value {
    let own = json!({ "$ref": "#/$defs/condition" });
    let list = json!({ "type": "array", "items": own, "minItems": 1 });
    let outcomes: Vec<&str> = Outcome::BY_WEIGHT
        .iter()
        .map(|outcome| outcome.as_str())
        .collect();
    let implied: Vec<&str> = catalog
        .facts()
        .iter()
        .filter(|fact| fact.implied_cell.is_some())
        .map(|fact| fact.id.as_str())
        .collect();
    let described = |mut schema: Value, text: &str| {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), json!(text));
        }
        schema
    };
    let mut properties = object([
        ("all", described(list.clone(), "All of these hold.")),
        ("any", described(list, "At least one of these holds.")),
        ("not", described(own, "This does not hold.")),
        (
            "always",
            json!({ "type": "boolean", "description": "Always, or never." }),
        ),
        ("definition", described(id(), "The named condition holds.")),
        (
            "outcome",
            json!({
                "type": "object",
                "properties": { "of": id(), "is": { "anyOf": one_or_more(&json!({ "enum": outcomes })) } },
                "required": ["of", "is"],
                "additionalProperties": false,
                "description": "The outcome of a pathway for complete facts.",
            }),
        ),
        (
            "decidedBy",
            json!({ "anyOf": one_or_more(&json!({ "enum": shape::BODIES })), "description": "The body that decides." }),
        ),
        (
            "contradicted",
            json!({ "enum": implied, "description": "The fact was stated otherwise than its `impliedBy` says." }),
        ),
        ("module", described(id(), "The module is in the answer.")),
        ("offer", described(id(), "The offer is in the answer.")),
        (
            "contactRoute",
            described(id(), "The contact route is in the answer."),
        ),
        ("notice", described(id(), "The notice is in the answer.")),
    ]);
    for fact in catalog.facts() {
        properties.insert(fact.id.clone(), comparison(fact));
    }
    one_key(&properties)
}

/// What a condition may ask of a fact.
fn comparison(fact: &Fact) -> Value {
    match &fact.kind {
        FactKind::Bool => json!({ "type": "boolean" }),
        FactKind::One => {
            let mut options = fact.options.clone();
            let own_default = fact
                .absent_means
                .as_ref()
                .is_some_and(|absent| usize::from(absent.cell) >= options.len());
            if own_default {
                options.push("none".to_owned());
            }
            json!({ "anyOf": one_or_more(&json!({ "enum": options })) })
        }
        FactKind::Many => {
            let mut forms = one_or_more(&json!({ "enum": fact.options }));
            forms.push(one_key(&object([("empty", json!({ "type": "boolean" }))])));
            json!({ "anyOf": forms })
        }
        FactKind::Int { min, max } => {
            let mut forms =
                one_or_more(&json!({ "type": "integer", "minimum": min, "maximum": max }));
            let bound = json!({ "type": "integer" });
            forms.push(one_key(&object([
                ("atLeast", bound.clone()),
                ("below", bound),
            ])));
            json!({ "anyOf": forms })
        }
        FactKind::Date => {
            let months = json!({ "type": "integer", "minimum": 0, "maximum": 1_200 });
            one_key(&object([
                ("before", day()),
                ("onOrAfter", day()),
                ("atLeastMonthsAgo", months.clone()),
                ("withinMonthsOfEvent", months.clone()),
                ("withinMonthsFromStart", months),
            ]))
        }
        FactKind::PostalCode => {
            let classes: Vec<&str> = PostalClass::ALL
                .iter()
                .map(|class| class.as_str())
                .collect();
            one_key(&object([(
                "class",
                json!({ "anyOf": one_or_more(&json!({ "enum": classes })) }),
            )]))
        }
    }
}

/// What a case expects.
fn expectation() -> Value {
    let outcomes = json!({ "type": "array", "items": { "enum": shape::OUTCOMES }, "minItems": 1 });
    let mut properties = object([(
        "pathways",
        json!({ "type": "object", "additionalProperties": outcomes, "description": "Accepted outcomes by pathway." }),
    )]);
    for key in cases::LISTS {
        properties.insert(
            (*key).to_owned(),
            json!({ "type": "array", "items": { "type": "string" } }),
        );
    }
    for key in cases::WORDS {
        properties.insert((*key).to_owned(), json!({ "type": ["string", "boolean"] }));
    }
    properties.insert(
        cases::DETAILS.to_owned(),
        json!({
            "type": "object", "description": "Values by their place in the answer, such as `notices.crisis.severity`.",
            "additionalProperties": { "type": ["string", "number", "boolean", "array"], "items": { "type": "string" } },
        }),
    );
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}
