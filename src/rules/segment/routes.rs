//! The contact routes of a period: their channels, their offices, and the order in which they are told.

use validator::{ValidateEmail as _, ValidateUrl as _};

use crate::diagram::{FactSet, NodeId};
use crate::rules::condition::Resolve as _;
use crate::rules::model::{Band, Channel, ContactRoute, OfficeKind, OfficeUse};
use crate::rules::problem::{Code, Problem, suggest};
use crate::rules::segment::{Compiler, Entry, word, words};
use crate::rules::texts::{AS_PRINTED, TextId};
use crate::rules::yaml::Node;

impl<'a> Compiler<'a, '_> {
    pub(super) fn route(&mut self, entry: &Entry<'a>) -> ContactRoute {
        let key = format!("contactRoutes.{}", entry.key);
        let certain = self.trigger(entry.node);
        let certain = self.within(entry.node.place, certain);
        let there = self.not_excluded(entry.node, certain);
        let there = self.within(entry.node.place, there);
        let possible = self.condition(entry.node.get("whilePossible"), NodeId::FALSE);
        let present = self.or(there, possible);
        ContactRoute {
            id: entry.id.to_owned(),
            title: self.text(&key, entry.node, "title"),
            purpose: self.text(&key, entry.node, "purpose"),
            channels: self.channels(&key, entry.node),
            bring: self.documents(entry.node),
            offices: entry
                .node
                .get("offices")
                .map(|node| self.offices(node, present)),
            events: word(entry.node, "events") == "true",
            basis: word(entry.node, "basis"),
            citations: self.citations(entry.node),
            requires: self.condition(entry.node.get("requires"), NodeId::TRUE),
            rules: self.rules(&key, entry.node),
            certain,
            unless: self.condition(entry.node.get("unless"), NodeId::FALSE),
            possible,
            present,
        }
    }

    fn channels(&mut self, key: &str, node: &Node) -> Vec<Channel> {
        let mut channels = Vec::new();
        for item in node.get("channels").map_or(&[][..], Node::items) {
            let id = word(item, "id");
            let key = format!("{key}.channels.{id}");
            let kind = word(item, "kind");
            let value = item.get("value").filter(|value| !value.is_null());
            if let Some(value) = value {
                self.check_channel(&kind, value);
            }
            let value = value.and_then(Node::text).map(str::to_owned);
            let label = item
                .get("label")
                .and_then(Node::text)
                .unwrap_or_default()
                .to_owned();
            // A label without a letter is a number as printed: the same in every language.
            let translated = label.chars().any(char::is_alphabetic)
                && value.as_deref().is_none_or(|value| !value.contains(&label));
            let label_key = if translated {
                format!("{key}.label")
            } else {
                format!("{AS_PRINTED}{label}")
            };
            channels.push(Channel {
                kind,
                value,
                label: (!label.is_empty()).then(|| self.context.texts.add(&label_key, &label)),
                cost: item
                    .get("cost")
                    .and_then(Node::text)
                    .unwrap_or("unknown")
                    .to_owned(),
                hours: self.optional_text(&key, item, "hours"),
                languages: words(item, "languages"),
                verified_on: item
                    .get("verifiedOn")
                    .and_then(Node::text)
                    .and_then(crate::dates::parse),
                verified: word(item, "verified") != "false",
                note: self.optional_text(&key, item, "note"),
            });
        }
        channels
    }

    /// A number that cannot be dialled, or an address that leads nowhere, is worse than none.
    fn check_channel(&mut self, kind: &str, value: &Node) {
        let text = value.text().unwrap_or_default();
        let (fits, what, help) = match kind {
            "phone" => (
                is_phone_number(text),
                "telephone number",
                "write `+`, the country code and the number without its leading 0 and without blanks: \"+498004555500\"; a short number such as \"112\" or \"116111\" stands as it is dialled",
            ),
            "web" | "chat" => (
                text.starts_with("https://") && text.validate_url(),
                "web address",
                "write the whole address: \"https://www.arbeitsagentur.de/…\"",
            ),
            "email" => (
                text.validate_email(),
                "mail address",
                "write \"name@example.org\"",
            ),
            _ => return,
        };
        let problem = Problem::new(
            Code::WrongShape,
            value.place,
            format!("`{text}` is no {what}"),
            help,
        );
        // The same channel is read in every period of law.
        if !fits && !self.context.problems.contains(&problem) {
            self.problem(problem);
        }
    }

    fn documents(&mut self, node: &Node) -> Vec<TextId> {
        let mut documents = Vec::new();
        for item in node.get("bring").map_or(&[][..], Node::items) {
            let id = item.text().unwrap_or_default();
            let all = &self.context.entries.documents;
            match all.iter().find(|document| document.id == id).cloned() {
                Some(document) => documents.push(self.own_text("documents", &document)),
                None => {
                    self.unknown("document", "contact-routes", id, all, item.place);
                }
            }
        }
        documents
    }

    fn offices(&mut self, node: &Node, present: NodeId) -> OfficeUse {
        let kind = if word(node, "kind") == "jobcenter" {
            OfficeKind::Jobcenter
        } else {
            OfficeKind::EmploymentAgency
        };
        let choices = node.get("byPostalCodeOf").map_or(&[][..], Node::items);
        let mut facts = Vec::new();
        let mut whens = Vec::new();
        let mut used = NodeId::FALSE;
        for choice in choices.iter().rev() {
            let name = word(choice, "use");
            let catalog = self.context.catalog;
            let fact = catalog.find(&name).filter(|fact| {
                catalog
                    .get(*fact)
                    .is_some_and(|fact| fact.kind == crate::facts::FactKind::PostalCode)
            });
            let Some(fact) = fact else {
                let known = catalog
                    .facts()
                    .iter()
                    .filter(|fact| fact.kind == crate::facts::FactKind::PostalCode);
                let help = suggest(&name, known.map(|fact| fact.id.as_str()));
                let place = choice.get("use").map_or(choice.place, |node| node.place);
                let message = format!("`{name}` is no postal-code fact");
                self.problem(
                    Problem::new(Code::UnknownFact, place, message, help).missing("facts", &name),
                );
                continue;
            };
            facts.push(fact);
            let when = self.condition(choice.get("when"), NodeId::TRUE);
            whens.push(when);
            used = self.choose(
                when,
                NodeId::terminal(u16::try_from(facts.len()).unwrap_or(u16::MAX)),
                used,
            );
        }
        OfficeUse {
            kind,
            facts,
            whens,
            used: self.choose(present, used, NodeId::FALSE),
        }
    }

    pub(super) fn bands(&mut self, routes: &[ContactRoute]) -> Vec<Band> {
        let entries = self.valid_entries(&self.context.entries.bands);
        let mut bands = Vec::new();
        for entry in &entries {
            let when = self.condition(entry.node.get("when"), NodeId::FALSE);
            let mut places = Vec::new();
            for item in entry.node.get("routes").map_or(&[][..], Node::items) {
                let id = item.text().unwrap_or_default();
                match routes.iter().position(|route| route.id == id) {
                    Some(place) => places.push(place),
                    // A route that is not valid today simply has no place in the order today.
                    None if self
                        .context
                        .entries
                        .routes
                        .iter()
                        .any(|route| route.id == id) => {}
                    None => {
                        let all = &self.context.entries.routes;
                        self.unknown("contact route", "contact-routes", id, all, item.place);
                    }
                }
            }
            let text = self.own_text("bands", entry);
            bands.push(Band {
                id: entry.id.to_owned(),
                when,
                routes: places,
                text,
            });
        }
        bands
    }

    /// The first contact; for each two routes whose order varies: both are there and the one comes before the other; and the presence of
    /// each route that what absence means for the order alone may decide.
    ///
    /// The ordered list of routes depends on a fact exactly when the presence of a route or one of these does.
    pub(super) fn order(
        &mut self,
        routes: &[ContactRoute],
        bands: &[Band],
    ) -> (NodeId, Vec<NodeId>) {
        let nobody = u16::try_from(routes.len()).unwrap_or(u16::MAX);
        let listed: usize = bands.iter().map(|band| band.routes.len()).sum();
        let mut first = NodeId::terminal(nobody);
        for (at, route) in routes.iter().enumerate().rev() {
            first = self.choose(
                route.present,
                NodeId::terminal(u16::try_from(at).unwrap_or(nobody)),
                first,
            );
        }
        let mut ranks: Vec<NodeId> = (0..routes.len())
            .map(|at| NodeId::terminal(u16::try_from(listed + at).unwrap_or(u16::MAX)))
            .collect();
        let mut rank = listed;
        for band in bands.iter().rev() {
            for place in band.routes.iter().rev() {
                rank = rank.saturating_sub(1);
                let (Some(route), Some(before)) = (routes.get(*place), ranks.get(*place).copied())
                else {
                    continue;
                };
                let here = self.choose(
                    band.when,
                    NodeId::terminal(u16::try_from(rank).unwrap_or(u16::MAX)),
                    before,
                );
                if let Some(slot) = ranks.get_mut(*place) {
                    *slot = here;
                }
                let counts = self.and(band.when, route.present);
                first = self.choose(
                    counts,
                    NodeId::terminal(u16::try_from(*place).unwrap_or(nobody)),
                    first,
                );
            }
        }
        let bounds: Vec<(u16, u16)> = ranks
            .iter()
            .map(|rank| {
                let values = self.diagrams.values(*rank);
                (
                    values.first().copied().unwrap_or(0),
                    values.last().copied().unwrap_or(0),
                )
            })
            .collect();
        let mut pairs = Vec::new();
        for (left, right) in (0..routes.len())
            .flat_map(|left| (left + 1..routes.len()).map(move |right| (left, right)))
        {
            let (Some((left_low, left_high)), Some((right_low, right_high))) =
                (bounds.get(left), bounds.get(right))
            else {
                continue;
            };
            if left_high < right_low || right_high < left_low {
                continue;
            }
            let (Some(left), Some(right)) = (
                routes.get(left).zip(ranks.get(left).copied()),
                routes.get(right).zip(ranks.get(right).copied()),
            ) else {
                continue;
            };
            let both = self.and(left.0.present, right.0.present);
            if both == NodeId::FALSE {
                continue;
            }
            let before = self.merge(left.1, right.1, |left, right| u16::from(left < right));
            let pair = self.and(both, before);
            if pair != NodeId::FALSE && pair != both {
                pairs.push(pair);
            }
        }
        let assumed = self.assumed_for_order();
        for route in routes {
            let asked = self.diagrams.facts(route.present);
            if !asked.intersection(assumed).is_empty() {
                pairs.push(route.present);
            }
        }
        (first, pairs)
    }

    /// The facts that mean something when absent for the order of routes alone.
    fn assumed_for_order(&self) -> FactSet {
        let facts = (0..).zip(self.context.catalog.facts());
        facts
            .filter(|(_, fact)| {
                let absent = fact.absent_means.as_ref();
                absent.is_some_and(|absent| absent.order_only)
            })
            .map(|(number, _)| number)
            .collect()
    }
}

/// Whether this is a number as ITU-T E.164 writes it, or a short number of the country.
fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+');
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match digits {
        Some(digits) => all(digits) && (7..=15).contains(&digits.len()) && !digits.starts_with('0'),
        None => all(text) && (3..=6).contains(&text.len()) && text.starts_with('1'),
    }
}
