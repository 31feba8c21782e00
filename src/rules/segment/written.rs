//! The conditions of a period as their authors wrote them, each part with its diagram.
//!
//! Compiles nothing new: every part already is a diagram of the period, and equal diagrams are one.

use crate::diagram::NodeId;
use crate::rules::model::{Body, Form, Operator, Outcome, RuleKind, Written, WrittenRule};
use crate::rules::segment::{Compiler, Entry, word};
use crate::rules::yaml::{Kind, Node};

/// Keys of an entry behind which a condition of its own stands.
const OWN: [(&str, RuleKind); 4] = [
    ("requires", RuleKind::Requires),
    ("unless", RuleKind::Unless),
    ("whilePossible", RuleKind::WhilePossible),
    ("appliesWhen", RuleKind::AppliesWhen),
];

impl<'a> Compiler<'a, '_> {
    /// Every rule that is valid in the period.
    pub(super) fn written(&mut self) -> Vec<WrittenRule> {
        let entries = self.context.entries;
        let mut rules = Vec::new();
        for node in &entries.facts {
            let name = format!("facts.{}.impliedBy", word(node, "id"));
            self.add(&mut rules, name, RuleKind::ImpliedBy, node, "impliedBy");
        }
        let lists: [(&str, &[Entry<'a>], RuleKind); 9] = [
            ("definitions", &entries.definitions, RuleKind::Definition),
            ("pathways", &entries.pathways, RuleKind::Requirement),
            ("decidedBy.rules", &entries.decisions, RuleKind::Decision),
            ("modules", &entries.modules, RuleKind::Module),
            ("offers", &entries.offers, RuleKind::Offer),
            ("contactRoutes", &entries.routes, RuleKind::ContactRoute),
            ("bands", &entries.bands, RuleKind::Band),
            ("notices", &entries.notices, RuleKind::Notice),
            ("headlines", &entries.headlines, RuleKind::Headline),
        ];
        for (prefix, list, kind) in lists {
            let (from, until) = (self.from, self.until);
            for entry in list.iter().filter(|entry| entry.covers(from, until)) {
                self.entry(&mut rules, prefix, entry, kind);
            }
        }
        rules
    }

    fn entry(
        &mut self,
        rules: &mut Vec<WrittenRule>,
        prefix: &str,
        entry: &Entry<'_>,
        kind: RuleKind,
    ) {
        let name = format!("{prefix}.{}", entry.key);
        self.add(rules, name.clone(), kind, entry.node, "when");
        for (key, kind) in OWN {
            self.add(rules, format!("{name}.{key}"), kind, entry.node, key);
        }
        for key in ["requirements", "rules"] {
            for part in entry.node.get(key).map_or(&[][..], Node::items) {
                if let Some(part) =
                    Entry::new(part).filter(|part| part.covers(self.from, self.until))
                {
                    self.entry(rules, &format!("{name}.{key}"), &part, kind);
                }
            }
        }
        let offices = entry
            .node
            .get("offices")
            .and_then(|offices| offices.get("byPostalCodeOf"));
        for choice in offices.map_or(&[][..], Node::items) {
            let name = format!("{name}.offices.{}", word(choice, "use"));
            self.add(rules, name, RuleKind::Offices, choice, "when");
        }
    }

    fn add(
        &mut self,
        rules: &mut Vec<WrittenRule>,
        name: String,
        kind: RuleKind,
        node: &Node,
        key: &str,
    ) {
        if let Some(condition) = node.get(key) {
            rules.push(WrittenRule {
                name,
                kind,
                place: node.place,
                condition: self.read(condition),
            });
        }
    }

    fn read(&mut self, node: &Node) -> Written {
        let form = node
            .entries()
            .first()
            .and_then(|(key, value)| self.form(&key.text, value));
        // What cannot be read became a problem when it was compiled, and the set is refused.
        let form = form.unwrap_or(Form::Always(false));
        let diagram = match &form {
            Form::All(parts) => parts
                .iter()
                .fold(NodeId::TRUE, |all, part| self.and(all, part.node)),
            Form::Any(parts) => parts
                .iter()
                .fold(NodeId::FALSE, |any, part| self.or(any, part.node)),
            Form::Not(part) => self.not(part.node),
            _ => self.condition(Some(node), NodeId::FALSE),
        };
        Written {
            place: node.place,
            node: diagram,
            form,
        }
    }

    fn form(&mut self, key: &str, value: &Node) -> Option<Form> {
        let id = || value.text().map(str::to_owned);
        Some(match key {
            "all" => Form::All(value.items().iter().map(|part| self.read(part)).collect()),
            "any" => Form::Any(value.items().iter().map(|part| self.read(part)).collect()),
            "not" => Form::Not(Box::new(self.read(value))),
            "always" => Form::Always(value.text() == Some("true")),
            "contradicted" => Form::Contradicted(self.context.catalog.find(value.text()?)?),
            "definition" => Form::Definition(id()?),
            "module" => Form::Module(id()?),
            "offer" => Form::Offer(id()?),
            "contactRoute" => Form::ContactRoute(id()?),
            "notice" => Form::Notice(id()?),
            "outcome" => Form::Outcome(
                word(value, "of"),
                texts(value.get("is")?)
                    .iter()
                    .filter_map(|text| Outcome::parse(text))
                    .collect(),
            ),
            "decidedBy" => Form::DecidedBy(
                texts(value)
                    .iter()
                    .filter_map(|text| Body::parse(text))
                    .collect(),
            ),
            fact => {
                let fact = self.context.catalog.find(fact)?;
                let (operator, values) = match &value.kind {
                    Kind::Map(entries) => {
                        let (key, value) = entries.first()?;
                        (operator(&key.text)?, texts(value))
                    }
                    Kind::Scalar { .. } | Kind::List(_) => (Operator::Is, texts(value)),
                };
                Form::Fact(fact, operator, values)
            }
        })
    }
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word {
        "empty" => Operator::Empty,
        "atLeast" => Operator::AtLeast,
        "below" => Operator::Below,
        "before" => Operator::Before,
        "onOrAfter" => Operator::OnOrAfter,
        "atLeastMonthsAgo" => Operator::AtLeastMonthsAgo,
        "withinMonthsOfEvent" => Operator::WithinMonthsOfEvent,
        "withinMonthsFromStart" => Operator::WithinMonthsFromStart,
        "class" => Operator::Class,
        _ => return None,
    })
}

/// One word or a list of words.
fn texts(value: &Node) -> Vec<String> {
    match &value.kind {
        Kind::List(items) => items
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
        Kind::Scalar { text, .. } => vec![text.clone()],
        Kind::Map(_) => Vec::new(),
    }
}
