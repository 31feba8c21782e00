//! One phase, module, offer or contact route in plain words, with the law beside each requirement.
//!
//! [`explain()`] gathers, [`words()`] writes text for a reader, [`json()`] the same for a program, [`condition()`] one condition alone,
//! [`mermaid()`] a diagram. `GET /v1/pathways/{id}` carries the conditions and the diagram.
//! Words come from the labels of facts, options and the rule set in the wanted language; official wording stays German.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answer::Prepared;
use crate::diagram::NodeId;
use crate::facts::{FactId, FactKind};
use crate::rules::model::{Citation, Form, Operator, Outcome, Segment, Written, WrittenRule};
use crate::rules::problem::suggest;
use crate::rules::texts::TextId;

mod mermaid;

pub use mermaid::mermaid;

/// One subject in words.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// `pathway`, `module`, `offer` or `contact-route`.
    pub kind: &'static str,
    /// Name.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub text: String,
    /// Titles of the phases that carry a module.
    pub carried_by: Vec<String>,
    /// Must hold beside the parts.
    pub requires: Option<Words>,
    /// Keeps an offer or a contact route away once it is certain.
    pub unless: Option<Words>,
    /// Requirements of a phase, rules of anything else; in order.
    pub parts: Vec<Part>,
    /// Keeps a contact route present while it is possible.
    pub possible: Option<Words>,
    /// The law behind the whole.
    pub law: Vec<Law>,
}

/// A requirement or a rule in words.
#[derive(Clone, Debug)]
pub struct Part {
    /// Name.
    pub id: String,
    /// What false means, as the rules say it; only for requirements.
    pub kind: Option<&'static str>,
    /// The same as people say it.
    pub kind_label: String,
    /// What it says when it holds.
    pub text: String,
    /// Where it applies at all.
    pub applies: Option<Words>,
    /// What it asks.
    pub asks: Words,
    /// The law behind it.
    pub law: Vec<Law>,
}

/// A provision with its wording, if it is held here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// Id of the source.
    pub source: String,
    /// Short name of the source.
    pub name: String,
    /// Pinpoint; may be empty.
    pub at: String,
    /// Address.
    pub url: Option<String>,
    /// Remark on the citation.
    pub note: Option<String>,
    /// The longest provision that the pinpoint begins with, and its official wording.
    pub wording: Option<(String, String)>,
}

/// A condition in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// One statement.
    One(String),
    /// All of these.
    All(Vec<Words>),
    /// At least one of these.
    Any(Vec<Words>),
    /// Not this.
    Not(Box<Words>),
}

/// What stands under `id` on this day, as a list: an offer and a contact route may share a name.
///
/// # Errors
/// A message with the nearest known name when nothing is called so.
pub fn explain(
    prepared: &Prepared,
    id: &str,
    locale: usize,
    as_of: Date,
) -> Result<Vec<Explanation>, String> {
    let teller = Teller::new(prepared, locale, as_of);
    let found: Vec<Explanation> = teller
        .all()
        .into_iter()
        .filter(|(_, own)| *own == id)
        .filter_map(|(kind, id)| teller.one(kind, id))
        .collect();
    if found.is_empty() {
        return Err(unknown(&teller, id));
    }
    Ok(found)
}

fn unknown(teller: &Teller<'_>, id: &str) -> String {
    let segments = teller.prepared.ruleset.segments.iter();
    let there: Vec<&Segment> = segments
        .filter(|segment| {
            let other = Teller { segment, ..*teller };
            other.all().iter().any(|(_, own)| *own == id)
        })
        .collect();
    if let (Some(first), Some(last)) = (there.first(), there.last()) {
        let from = first.from.map(|day| format!(" from {day} on"));
        let until = last.until.map(|day| format!(" until {day}"));
        let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
        return format!("`{id}` is not there on this day: it is{from}{until} (see `--as-of`)");
    }
    let known = teller.all().into_iter().map(|(_, id)| id);
    format!(
        "there is no pathway, module, offer or contact route `{id}`: {}",
        suggest(id, known)
    )
}

/// Tells rules in one language, as they are on one day.
struct Teller<'a> {
    prepared: &'a Prepared,
    segment: &'a Segment,
    locale: usize,
}

impl<'a> Teller<'a> {
    fn new(prepared: &'a Prepared, locale: usize, as_of: Date) -> Self {
        Self {
            prepared,
            segment: prepared.ruleset.segment(as_of),
            locale,
        }
    }

    /// Every subject: kind and id.
    fn all(&self) -> Vec<(&'static str, &'a str)> {
        let segment = self.segment;
        let pathways = segment
            .pathways
            .iter()
            .map(|one| ("pathway", one.id.as_str()));
        let modules = segment
            .modules
            .iter()
            .map(|one| ("module", one.id.as_str()));
        let offers = segment.offers.iter().map(|one| ("offer", one.id.as_str()));
        let routes = segment
            .routes
            .iter()
            .map(|one| ("contact-route", one.id.as_str()));
        pathways
            .chain(modules)
            .chain(offers)
            .chain(routes)
            .collect()
    }

    fn one(&self, kind: &'static str, id: &str) -> Option<Explanation> {
        let segment = self.segment;
        let empty = Explanation {
            kind,
            id: id.to_owned(),
            title: String::new(),
            text: String::new(),
            carried_by: Vec::new(),
            requires: None,
            parts: Vec::new(),
            unless: None,
            possible: None,
            law: Vec::new(),
        };
        Some(match kind {
            "pathway" => {
                let pathway = segment.pathways.iter().find(|pathway| pathway.id == id)?;
                let parts = pathway.requirements.iter().filter_map(|requirement| {
                    let rule = self.rule("pathways", id, &["requirements", &requirement.id])?;
                    let kind = requirement.kind.as_str();
                    Some(Part {
                        id: requirement.id.clone(),
                        kind: Some(kind),
                        kind_label: self.label(&format!("kind-{kind}"), kind),
                        text: self.text(requirement.met),
                        applies: self.words_of(&format!("{}.appliesWhen", rule.name)),
                        asks: self.words(&rule.condition),
                        law: self.law(&requirement.citations),
                    })
                });
                let mut text = self.text(pathway.text);
                let not_in_force = Outcome::NotInForce.value();
                if not_in_force.is_some_and(|value| pathway.outcome == NodeId::terminal(value)) {
                    let label = self.label("outcome-not-in-force", "not in force on this day");
                    text = format!("{label}. {text}");
                }
                Explanation {
                    title: self.text(pathway.title),
                    text,
                    parts: parts.collect(),
                    law: self.law(&pathway.citations),
                    ..empty
                }
            }
            "module" => {
                let module = segment.modules.iter().find(|module| module.id == id)?;
                let carrying = module
                    .carried_by
                    .iter()
                    .filter_map(|place| segment.pathways.get(*place));
                Explanation {
                    title: self.text(module.title),
                    text: self.text(module.text),
                    carried_by: carrying.map(|pathway| self.text(pathway.title)).collect(),
                    requires: self.beside("modules", id, "requires"),
                    parts: self.rules(
                        "modules",
                        id,
                        module
                            .rules
                            .iter()
                            .map(|rule| (rule.id.as_str(), rule.text)),
                    ),
                    law: self.law(&module.citations),
                    ..empty
                }
            }
            "offer" => {
                let offer = segment.offers.iter().find(|offer| offer.id == id)?;
                Explanation {
                    title: self.text(offer.title),
                    text: self.text(offer.text),
                    requires: self.beside("offers", id, "requires"),
                    unless: self.beside("offers", id, "unless"),
                    parts: self.rules(
                        "offers",
                        id,
                        offer.rules.iter().map(|rule| (rule.id.as_str(), rule.text)),
                    ),
                    law: self.law(&offer.citations),
                    ..empty
                }
            }
            _ => {
                let route = segment.routes.iter().find(|route| route.id == id)?;
                let kind = "contactRoutes";
                Explanation {
                    title: self.text(route.title),
                    text: self.text(route.purpose),
                    requires: self.beside(kind, id, "requires"),
                    unless: self.beside(kind, id, "unless"),
                    parts: self.rules(
                        kind,
                        id,
                        route.rules.iter().map(|rule| (rule.id.as_str(), rule.text)),
                    ),
                    possible: self.beside(kind, id, "whilePossible"),
                    law: self.law(&route.citations),
                    ..empty
                }
            }
        })
    }

    fn rules<'r>(
        &self,
        kind: &str,
        id: &str,
        rules: impl Iterator<Item = (&'r str, TextId)>,
    ) -> Vec<Part> {
        rules
            .filter_map(|(rule, text)| {
                let written = self.rule(kind, id, &["rules", rule])?;
                Some(Part {
                    id: rule.to_owned(),
                    kind: None,
                    kind_label: String::new(),
                    text: self.text(text),
                    applies: None,
                    asks: self.words(&written.condition),
                    law: Vec::new(),
                })
            })
            .collect()
    }

    /// The written rule with this path, in whatever dated version is valid.
    fn rule(&self, kind: &str, id: &str, rest: &[&str]) -> Option<&'a WrittenRule> {
        let wanted: Vec<&str> = [kind, id].into_iter().chain(rest.iter().copied()).collect();
        self.segment.written.iter().find(|rule| {
            let parts: Vec<&str> = rule.name.split('.').collect();
            parts.len() == wanted.len()
                && parts
                    .iter()
                    .zip(&wanted)
                    .all(|(part, wanted)| part.split('@').next() == Some(wanted))
        })
    }

    fn beside(&self, kind: &str, id: &str, key: &str) -> Option<Words> {
        self.rule(kind, id, &[key])
            .map(|rule| self.words(&rule.condition))
    }

    fn words_of(&self, name: &str) -> Option<Words> {
        let rule = self.segment.written.iter().find(|rule| rule.name == name)?;
        Some(self.words(&rule.condition))
    }

    fn text(&self, text: TextId) -> String {
        self.prepared
            .ruleset
            .texts
            .get(self.locale, text)
            .to_owned()
    }

    /// A label, or `otherwise` in a rule set that has none.
    fn label(&self, name: &str, otherwise: &str) -> String {
        match self.prepared.ruleset.label(self.locale, name) {
            "" => otherwise.to_owned(),
            label => label.to_owned(),
        }
    }

    /// A label with `{fact}` and `{value}` filled in.
    fn phrase(&self, name: &str, fact: &str, value: &str) -> String {
        self.label(name, "{fact}: {value}")
            .replace("{fact}", fact)
            .replace("{value}", value)
    }

    fn words(&self, written: &Written) -> Words {
        let many = |parts: &[Written]| parts.iter().map(|part| self.words(part)).collect();
        match &written.form {
            Form::All(parts) => Words::All(many(parts)),
            Form::Any(parts) => Words::Any(many(parts)),
            Form::Not(part) => Words::Not(Box::new(self.words(part))),
            Form::Always(true) => Words::One(self.label("explain-always", "always")),
            Form::Always(false) => Words::One(self.label("explain-never", "never")),
            Form::Fact(fact, operator, values) => Words::One(self.fact(*fact, *operator, values)),
            Form::Contradicted(fact) => {
                Words::One(self.phrase("explain-contradicted", &self.fact_label(*fact), ""))
            }
            // A definition has no words of its own: what it means is told instead of its name.
            Form::Definition(id) => self.rule("definitions", id, &[]).map_or_else(
                || Words::One(id.clone()),
                |rule| self.words(&rule.condition),
            ),
            Form::Outcome(id, outcomes) => {
                let names: Vec<String> = outcomes
                    .iter()
                    .map(|outcome| self.outcome(*outcome))
                    .collect();
                let title = self
                    .segment
                    .pathways
                    .iter()
                    .find(|pathway| pathway.id == *id);
                let title = title.map_or_else(|| id.clone(), |pathway| self.text(pathway.title));
                Words::One(self.phrase("explain-outcome", &title, &names.join("; ")))
            }
            Form::DecidedBy(bodies) => {
                let names: Vec<String> = bodies
                    .iter()
                    .map(|body| {
                        let texts = self.segment.bodies.get(*body as usize);
                        texts.map_or_else(
                            || body.as_str().to_owned(),
                            |texts| self.text(texts.title),
                        )
                    })
                    .collect();
                Words::One(self.phrase("explain-decided-by", "", &names.join("; ")))
            }
            Form::Module(id) => {
                let title = self
                    .segment
                    .modules
                    .iter()
                    .find(|one| one.id == *id)
                    .map(|one| one.title);
                self.shown(id, title)
            }
            Form::Offer(id) => {
                let title = self
                    .segment
                    .offers
                    .iter()
                    .find(|one| one.id == *id)
                    .map(|one| one.title);
                self.shown(id, title)
            }
            Form::ContactRoute(id) => {
                let title = self
                    .segment
                    .routes
                    .iter()
                    .find(|one| one.id == *id)
                    .map(|one| one.title);
                self.shown(id, title)
            }
            Form::Notice(id) => {
                let text = self
                    .segment
                    .notices
                    .iter()
                    .find(|one| one.id == *id)
                    .map(|one| one.text);
                self.shown(id, text)
            }
        }
    }

    fn shown(&self, id: &str, text: Option<TextId>) -> Words {
        let title = text.map_or_else(|| id.to_owned(), |text| self.text(text));
        Words::One(self.phrase("explain-shown", "", &title))
    }

    fn outcome(&self, outcome: Outcome) -> String {
        self.label(&format!("outcome-{}", outcome.as_str()), outcome.as_str())
    }

    fn fact_label(&self, fact: FactId) -> String {
        let texts = self.prepared.ruleset.fact_texts.get(usize::from(fact));
        texts.map_or_else(String::new, |texts| self.text(texts.label))
    }

    /// The text of an option; yes and no have labels.
    fn option(&self, fact: FactId, id: &str) -> String {
        let ruleset = &self.prepared.ruleset;
        let Some(known) = ruleset.catalog.get(fact) else {
            return id.to_owned();
        };
        if known.kind == FactKind::Bool {
            return self.label(if id == "true" { "yes" } else { "no" }, id);
        }
        let text = known.option(id).and_then(|place| {
            ruleset
                .fact_texts
                .get(usize::from(fact))?
                .options
                .get(usize::from(place))
                .copied()
        });
        text.map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    fn fact(&self, fact: FactId, operator: Operator, values: &[String]) -> String {
        let label = self.fact_label(fact);
        let value = values.first().map_or("", String::as_str);
        let day = || {
            crate::dates::parse(value).map_or_else(
                || value.to_owned(),
                |day| self.prepared.date(self.locale, day),
            )
        };
        let kind = self
            .prepared
            .ruleset
            .catalog
            .get(fact)
            .map(|fact| &fact.kind);
        match operator {
            Operator::Is => {
                let options: Vec<String> = values
                    .iter()
                    .map(|value| self.option(fact, value))
                    .collect();
                let phrase = match (kind, values.len()) {
                    (Some(FactKind::Bool), _) => "explain-yes-no",
                    (Some(FactKind::Many), 0 | 1) => "explain-contains",
                    (Some(FactKind::Many), _) => "explain-contains-one",
                    (_, 0 | 1) => "explain-is",
                    _ => "explain-one-of",
                };
                self.phrase(phrase, &label, &options.join("; "))
            }
            Operator::Empty if value == "true" => self.phrase("explain-empty", &label, value),
            Operator::Empty => self.phrase("explain-not-empty", &label, value),
            Operator::AtLeast => self.phrase("explain-at-least", &label, value),
            Operator::Below => self.phrase("explain-below", &label, value),
            Operator::Before => self.phrase("explain-before", &label, &day()),
            Operator::OnOrAfter => self.phrase("explain-on-or-after", &label, &day()),
            Operator::AtLeastMonthsAgo if value == "0" => {
                self.phrase("explain-today-or-past", &label, value)
            }
            Operator::AtLeastMonthsAgo => self.phrase("explain-months-ago", &label, value),
            Operator::WithinMonthsOfEvent | Operator::WithinMonthsFromStart => {
                self.phrase("explain-within-months", &label, value)
            }
            Operator::Class => {
                let classes: Vec<String> = values
                    .iter()
                    .map(|class| self.label(&format!("class-{class}"), class))
                    .collect();
                let phrase = if values.len() > 1 {
                    "explain-one-of"
                } else {
                    "explain-is"
                };
                self.phrase(phrase, &label, &classes.join("; "))
            }
        }
    }

    fn law(&self, citations: &[Citation]) -> Vec<Law> {
        let ruleset = &self.prepared.ruleset;
        let law = |citation: &Citation| {
            let source = ruleset.sources.get(citation.source);
            Law {
                source: source.map_or_else(String::new, |source| source.id.clone()),
                name: source.map_or_else(String::new, |source| {
                    source.short.clone().unwrap_or_else(|| source.title.clone())
                }),
                at: citation.at.clone(),
                url: citation.url.clone(),
                note: citation.note.map(|note| self.text(note)),
                wording: ruleset
                    .wording(citation)
                    .map(|provision| (provision.at.clone(), provision.text.clone())),
            }
        };
        citations.iter().map(law).collect()
    }
}

/// The explanation as text in the language it was made in.
#[must_use]
pub fn words(explanations: &[Explanation], prepared: &Prepared, locale: usize) -> String {
    let label = |name: &str, otherwise: &str| label(prepared, locale, name, otherwise);
    let mut out = String::new();
    for explanation in explanations {
        let _ = writeln!(
            out,
            "{}\n{}\n",
            explanation.title,
            "=".repeat(explanation.title.chars().count())
        );
        let _ = writeln!(out, "{}\n", explanation.text);
        if !explanation.carried_by.is_empty() {
            let carried = label("explain-carried", "part of");
            let _ = writeln!(out, "{carried}: {}\n", explanation.carried_by.join(", "));
        }
        let mut told = Told {
            out: &mut out,
            label: &label,
            quoted: Vec::new(),
        };
        told.condition(
            &label("explain-requires", "requires"),
            explanation.requires.as_ref(),
            0,
        );
        told.condition(
            &label("explain-unless", "not once"),
            explanation.unless.as_ref(),
            0,
        );
        let is_pathway = explanation.kind == "pathway";
        if !is_pathway {
            let _ = writeln!(told.out, "{}:", label("explain-rules", "rules"));
        }
        for (number, part) in explanation.parts.iter().enumerate() {
            let kind = if is_pathway {
                format!(" ({})", part.kind_label)
            } else {
                String::new()
            };
            let _ = writeln!(told.out, "{}. {}{kind}", number + 1, part.text);
            told.condition(
                &label("explain-applies", "applies when"),
                part.applies.as_ref(),
                1,
            );
            told.condition(&label("explain-asks", "asks"), Some(&part.asks), 1);
            told.law(&part.law, 1);
            told.out.push('\n');
        }
        told.condition(
            &label("explain-possible", "while possible"),
            explanation.possible.as_ref(),
            0,
        );
        told.law(&explanation.law, 0);
        out.push('\n');
    }
    out
}

/// One condition as text in the language it was told in: a line for each statement, and those that belong together further in.
#[must_use]
pub fn condition(words: &Words, prepared: &Prepared, locale: usize) -> String {
    let mut out = String::new();
    let mut told = Told {
        out: &mut out,
        label: &|name: &str, otherwise: &str| label(prepared, locale, name, otherwise),
        quoted: Vec::new(),
    };
    told.tree("", words, 0);
    out.truncate(out.trim_end().len());
    out
}

fn label(prepared: &Prepared, locale: usize, name: &str, otherwise: &str) -> String {
    match prepared.ruleset.label(locale, name) {
        "" => otherwise.to_owned(),
        label => label.to_owned(),
    }
}

/// A text being written.
struct Told<'a, F> {
    out: &'a mut String,
    label: &'a F,
    /// Provisions whose wording stands above already.
    quoted: Vec<(String, String)>,
}

impl<F: Fn(&str, &str) -> String> Told<'_, F> {
    fn condition(&mut self, heading: &str, words: Option<&Words>, depth: usize) {
        if let Some(words) = words {
            self.tree(&format!("{heading}: "), words, depth);
        }
    }

    fn tree(&mut self, before: &str, words: &Words, depth: usize) {
        let indent = "   ".repeat(depth);
        match words {
            Words::One(text) => {
                let _ = writeln!(self.out, "{indent}{before}{text}");
            }
            Words::Not(inner) => {
                let not = format!("{before}{} – ", (self.label)("explain-not", "not"));
                self.tree(&not, inner, depth);
            }
            Words::All(parts) | Words::Any(parts) => {
                let name = match words {
                    Words::All(_) => (self.label)("explain-all", "all of these"),
                    _ => (self.label)("explain-any", "at least one of these"),
                };
                let _ = writeln!(self.out, "{indent}{before}{name}");
                parts
                    .iter()
                    .for_each(|part| self.tree("- ", part, depth + 1));
            }
        }
    }

    fn law(&mut self, law: &[Law], depth: usize) {
        let indent = "   ".repeat(depth);
        for one in law {
            let url = one
                .url
                .as_deref()
                .map_or_else(String::new, |url| format!(" <{url}>"));
            let _ = writeln!(
                self.out,
                "{indent}{}: {}{url}",
                (self.label)("explain-law", "law"),
                one.cited()
            );
            if let Some(note) = &one.note {
                let _ = writeln!(self.out, "{indent}   {note}");
            }
            let Some((at, text)) = &one.wording else {
                continue;
            };
            let heading = (self.label)("explain-wording", "wording");
            // The same paragraph stands behind most requirements of a phase; it is read once.
            let key = (one.source.clone(), at.clone());
            let text = if self.quoted.contains(&key) {
                (self.label)("explain-above", "see above")
            } else {
                self.quoted.push(key);
                text.replace('\n', " ")
            };
            let _ = writeln!(self.out, "{indent}   {heading}, {at}: {text}");
        }
    }
}

impl Law {
    /// As it is cited: `§ 74 Abs. 1 SGB III`, or the source and where in it.
    fn cited(&self) -> String {
        if self.at.is_empty() || self.name.contains(&self.at) {
            self.name.clone()
        } else if self.at.starts_with('§') {
            format!("{} {}", self.at, self.name)
        } else {
            format!("{}, {}", self.name, self.at)
        }
    }
}

/// The explanation as JSON.
#[must_use]
pub fn json(explanation: &Explanation) -> Value {
    let parts: Vec<Value> = explanation
        .parts
        .iter()
        .map(|part| {
            let mut value =
                json!({ "id": part.id, "text": part.text, "asks": words_json(&part.asks) });
            if let Some(kind) = part.kind {
                set(&mut value, "kind", json!(kind));
                set(&mut value, "kindLabel", json!(part.kind_label));
                set(&mut value, "law", law_json(&part.law));
            }
            if let Some(applies) = &part.applies {
                set(&mut value, "appliesWhen", words_json(applies));
            }
            value
        })
        .collect();
    let name = if explanation.kind == "pathway" {
        "requirements"
    } else {
        "rules"
    };
    let mut value = json!({
        "kind": explanation.kind,
        "id": explanation.id,
        "title": explanation.title,
        "text": explanation.text,
        name: parts,
        "law": law_json(&explanation.law),
    });
    if explanation.kind == "module" {
        set(&mut value, "carriedBy", json!(explanation.carried_by));
    }
    for (key, words) in [
        ("requires", &explanation.requires),
        ("unless", &explanation.unless),
        ("whilePossible", &explanation.possible),
    ] {
        if let Some(words) = words {
            set(&mut value, key, words_json(words));
        }
    }
    value
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(key.to_owned(), member);
    }
}

fn words_json(words: &Words) -> Value {
    let many = |parts: &[Words]| parts.iter().map(words_json).collect::<Vec<_>>();
    match words {
        Words::One(text) => json!(text),
        Words::All(parts) => json!({ "all": many(parts) }),
        Words::Any(parts) => json!({ "any": many(parts) }),
        Words::Not(part) => json!({ "not": words_json(part) }),
    }
}

fn law_json(law: &[Law]) -> Value {
    law.iter()
        .map(|one| {
            let mut value = json!({ "source": one.source, "name": one.name, "url": one.url });
            if !one.at.is_empty() {
                set(&mut value, "at", json!(one.at));
            }
            if let Some(note) = &one.note {
                set(&mut value, "note", json!(note));
            }
            if let Some((at, text)) = &one.wording {
                set(&mut value, "wording", json!({ "at": at, "text": text }));
            }
            value
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tiny;
    use jiff::civil::date;

    const DAY: Date = date(2026, 11, 23);

    fn one(id: &str) -> (Prepared, Explanation) {
        let prepared = tiny::prepared("");
        let mut found = explain(&prepared, id, 0, DAY).unwrap();
        assert_eq!(found.len(), 1);
        (prepared, found.remove(0))
    }

    #[test]
    fn a_requirement_says_what_it_asks_and_brings_the_wording_of_its_law() {
        let (prepared, phase) = one("phase");
        assert_eq!((phase.kind, phase.title.as_str()), ("pathway", "Die Phase"));
        let running = &phase.parts[0];
        assert_eq!(running.kind, Some("must"));
        let asks = Words::All(vec![
            Words::One("Stand ist: in Ausbildung".to_owned()),
            Words::One("Vertrag: Ja".to_owned()),
        ]);
        assert_eq!(running.asks, asks);
        let (at, text) = running.law[0].wording.clone().unwrap();
        assert_eq!(
            (at.as_str(), text.as_str()),
            ("§ 1", "Gefördert wird während der Ausbildung.")
        );
        let text = words(&[phase], &prepared, 0);
        assert!(text.contains("1. Läuft. (muss erfüllt sein)"), "{text}");
        assert!(text.contains("§ 1 Abs. 1 Gesetz"), "{text}");
    }

    #[test]
    fn months_options_and_opposites_are_told_in_words() {
        let (_, phase) = one("phase");
        assert_eq!(
            phase.parts[2].applies,
            Some(Words::One("Stand ist: in Ausbildung".to_owned()))
        );
        assert_eq!(
            phase.parts[2].asks,
            Words::One("Beginn: 6 Monate laufen noch".to_owned())
        );
        let (_, module) = one("german");
        assert_eq!(module.carried_by, ["Die Phase"]);
        assert_eq!(
            module.requires,
            Some(Words::Not(Box::new(Words::One(
                "Stand ist: beendet".to_owned()
            ))))
        );
        let Words::Any(parts) = &module.parts[1].asks else {
            panic!("a choice")
        };
        let Words::All(parts) = &parts[1] else {
            panic!("both")
        };
        // A definition is told, not named.
        assert_eq!(parts[1], Words::One("Alter: mindestens 18".to_owned()));
    }

    #[test]
    fn what_does_not_exist_is_answered_with_the_nearest_name() {
        let prepared = tiny::prepared("");
        let error = explain(&prepared, "phas", 0, DAY).unwrap_err();
        assert!(error.contains("did you mean `phase`?"), "{error}");
        assert_eq!(mermaid(&prepared, "phas", 0, DAY).unwrap_err(), error);
    }

    #[test]
    fn the_json_carries_the_same() {
        let (_, phase) = one("phase");
        let json = json(&phase);
        assert_eq!(json["requirements"][0]["asks"]["all"][1], "Vertrag: Ja");
        assert_eq!(json["requirements"][0]["law"][0]["wording"]["at"], "§ 1");
        assert_eq!(json["requirements"][2]["kind"], "limit");
        assert!(json["requirements"][0].get("appliesWhen").is_none());
    }

    #[test]
    fn a_small_diagram_is_drawn_with_facts_and_options() {
        let prepared = tiny::prepared("");
        let drawn = mermaid(&prepared, "german", 0, DAY).unwrap();
        assert!(
            drawn.starts_with("%% Deutsch\nflowchart TD\n  n0{\"Stand\"}\n"),
            "{drawn}"
        );
        assert!(drawn.contains("-->|\"nichts; in Ausbildung\"|"), "{drawn}");
        assert!(drawn.contains("{\"Hilfen: Sprache\"}"), "{drawn}");
        assert!(drawn.contains("([\"passt nicht\"])"), "{drawn}");
        let phase = mermaid(&prepared, "phase", 0, DAY).unwrap();
        assert!(phase.contains("([\"expired\"])"), "{phase}");
        assert!(phase.contains("-->|\"6 Monate laufen noch\"|"), "{phase}");
    }
}
