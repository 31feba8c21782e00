//! Advice → the bytes of an answer.
//!
//! Everything that does not depend on the person is rendered to JSON once per language when a rule set is prepared; an answer is written by
//! appending those bytes. Same request, same rule set, same language, same evaluation date: the same bytes.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::diagram::FactSet;
use crate::engine::{Advice, Because, Ground, RequirementFinding, Status, ToOpen, Wanted};
use crate::facts::{FactCatalog, FactId, FactKind};
use crate::offices::{Candidate, OfficeTable};
use crate::rules::model::{
    Body, Citation, ContactRoute, OfficeKind, Rule, Ruleset, Segment, Source, Subject,
};
use crate::rules::texts::TextId;

/// How much an answer explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explain {
    /// Neither reasons nor requirements.
    None,
    /// Reasons and requirements.
    Reasons,
    /// The official wording beside every requirement, too.
    Full,
}

/// A rule set with everything rendered that does not depend on a person.
#[derive(Debug)]
pub struct Prepared {
    /// The rule set.
    pub ruleset: Ruleset,
    locales: Vec<Vec<Rendered>>,
    escaped: Vec<Vec<String>>,
    sources: Vec<Vec<String>>,
    head: String,
}

/// The fixed parts of one period of law in one language.
#[derive(Debug)]
struct Rendered {
    bodies: Vec<Fixed>,
    decisions: Vec<Fixed>,
    pathways: Vec<Fixed>,
    requirements: Vec<Vec<FixedRequirement>>,
    modules: Vec<Fixed>,
    offers: Vec<Fixed>,
    notices: Vec<Fixed>,
    routes: Vec<Fixed>,
}

/// What stands before and behind the part that depends on the person.
#[derive(Debug, Default)]
struct Fixed {
    head: String,
    tail: String,
    sources: Vec<usize>,
}

#[derive(Debug)]
struct FixedRequirement {
    head: String,
    tail: String,
    wording: String,
    sources: Vec<usize>,
}

impl Prepared {
    /// Renders the fixed parts of a rule set.
    #[must_use]
    pub fn new(ruleset: Ruleset) -> Self {
        let escaped: Vec<Vec<String>> = (0..ruleset.texts.locales().len())
            .map(|locale| {
                ruleset
                    .texts
                    .all(locale)
                    .map(|(_, text)| quoted(text))
                    .collect()
            })
            .collect();
        let head = format!(
            "\"ruleset\":{{\"id\":{},\"version\":{},\"digest\":{}}}",
            quoted(&ruleset.id),
            quoted(&ruleset.version),
            quoted(&ruleset.digest)
        );
        let mut prepared = Self {
            ruleset,
            locales: Vec::new(),
            escaped,
            sources: Vec::new(),
            head,
        };
        prepared.sources = (0..prepared.escaped.len())
            .map(|locale| {
                let sources = prepared.ruleset.sources.iter();
                sources
                    .map(|source| prepared.source_json(locale, source))
                    .collect()
            })
            .collect();
        prepared.locales = (0..prepared.escaped.len())
            .map(|locale| {
                prepared
                    .ruleset
                    .segments
                    .iter()
                    .map(|segment| prepared.render(locale, segment))
                    .collect()
            })
            .collect();
        prepared
    }

    /// The JSON form of a text.
    #[must_use]
    pub fn text(&self, locale: usize, text: TextId) -> &str {
        self.escaped
            .get(locale)
            .and_then(|texts| texts.get(text as usize))
            .map_or("\"\"", String::as_str)
    }

    /// The JSON form of a label.
    #[must_use]
    pub fn label(&self, locale: usize, name: &str) -> &str {
        self.ruleset
            .labels
            .get(name)
            .map_or("\"\"", |text| self.text(locale, *text))
    }

    /// The place of a language, however its tag is capitalised; none if the rules do not speak it.
    #[must_use]
    pub fn locale(&self, tag: &str) -> Option<usize> {
        self.ruleset
            .texts
            .locales()
            .iter()
            .position(|locale| locale.tag.eq_ignore_ascii_case(tag))
    }

    /// The tag of a language.
    #[must_use]
    pub fn tag(&self, locale: usize) -> &str {
        self.ruleset
            .texts
            .locales()
            .get(locale)
            .map_or("de", |locale| locale.tag.as_str())
    }

    /// What an answer of the catalogue in this language is made from, for its entity tag: this program, these rules, this language.
    #[must_use]
    pub fn edition(&self, locale: usize) -> String {
        let digest = self.ruleset.digest.trim_start_matches("sha256:");
        format!(
            "{}-{}-{}",
            env!("CARGO_PKG_VERSION"),
            digest.get(..16).unwrap_or(digest),
            self.tag(locale)
        )
    }

    fn render(&self, locale: usize, segment: &Segment) -> Rendered {
        let text = |text: TextId| self.text(locale, text);
        let citations = |list: &[Citation]| self.citations(locale, list);
        let bodies = Body::ALL
            .iter()
            .zip(&segment.bodies)
            .map(|(body, texts)| Fixed {
                head: format!(
                    "{{\"id\":\"{}\",\"title\":{},\"text\":{}",
                    body.as_str(),
                    text(texts.title),
                    text(texts.text)
                ),
                tail: format!(",\"citations\":{}}}", citations(&texts.citations)),
                sources: places(&texts.citations),
            });
        let decisions = segment.decisions.iter().map(|rule| {
            let title = segment
                .bodies
                .get(rule.body as usize)
                .map_or("\"\"", |body| text(body.title));
            Fixed {
                head: format!(
                    "{{\"id\":\"{}\",\"title\":{title},\"text\":{}",
                    rule.body.as_str(),
                    text(rule.text)
                ),
                tail: format!(",\"citations\":{}}}", citations(&rule.citations)),
                sources: places(&rule.citations),
            }
        });
        let pathways = segment.pathways.iter().map(|pathway| Fixed {
            head: format!(
                "{{\"id\":{},\"title\":{},\"text\":{},\"outcome\":\"",
                quoted(&pathway.id),
                text(pathway.title),
                text(pathway.text)
            ),
            tail: format!(",\"citations\":{}}}", citations(&pathway.citations)),
            sources: places(&pathway.citations),
        });
        let requirements = segment.pathways.iter().map(|pathway| {
            let render = |requirement: &crate::rules::model::Requirement| FixedRequirement {
                head: format!(
                    "{{\"id\":{},\"kind\":\"{}\",\"status\":\"",
                    quoted(&requirement.id),
                    requirement.kind.as_str()
                ),
                tail: format!(
                    ",\"basis\":{},\"citations\":{}",
                    quoted(&requirement.basis),
                    citations(&requirement.citations)
                ),
                wording: self.wording(&requirement.citations),
                sources: places(&requirement.citations),
            };
            pathway.requirements.iter().map(render).collect()
        });
        let modules = segment.modules.iter().map(|module| Fixed {
            head: format!(
                "{{\"id\":{},\"title\":{},\"text\":{}",
                quoted(&module.id),
                text(module.title),
                text(module.text)
            ),
            tail: format!(
                ",\"basis\":{},\"citations\":{}}}",
                quoted_or_null(&module.basis),
                citations(&module.citations)
            ),
            sources: places(&module.citations),
        });
        let offers = segment.offers.iter().map(|offer| Fixed {
            head: format!(
                "{{\"id\":{},\"title\":{},\"text\":{},\"claim\":{},\"contact\":{}",
                quoted(&offer.id),
                text(offer.title),
                text(offer.text),
                quoted(&offer.claim),
                list(&offer.contact)
            ),
            tail: format!(
                ",\"basis\":{},\"citations\":{}}}",
                quoted_or_null(&offer.basis),
                citations(&offer.citations)
            ),
            sources: places(&offer.citations),
        });
        let notices = segment.notices.iter().map(|notice| Fixed {
            head: format!(
                "{{\"id\":{},\"severity\":{},\"text\":",
                quoted(&notice.id),
                quoted(&notice.severity)
            ),
            tail: format!(",\"citations\":{}}}", citations(&notice.citations)),
            sources: places(&notice.citations),
        });
        let routes = segment.routes.iter().map(|route| Fixed {
            head: format!(
                "{{\"id\":{},\"title\":{},\"purpose\":{}",
                quoted(&route.id),
                text(route.title),
                text(route.purpose)
            ),
            tail: format!(
                ",\"channels\":{},\"bring\":[{}],\"basis\":{},\"citations\":{}",
                self.channels(locale, route),
                route
                    .bring
                    .iter()
                    .map(|document| text(*document))
                    .collect::<Vec<_>>()
                    .join(","),
                quoted_or_null(&route.basis),
                citations(&route.citations)
            ),
            sources: places(&route.citations),
        });
        Rendered {
            bodies: bodies.collect(),
            decisions: decisions.collect(),
            pathways: pathways.collect(),
            requirements: requirements.collect(),
            modules: modules.collect(),
            offers: offers.collect(),
            notices: notices.collect(),
            routes: routes.collect(),
        }
    }

    /// The channels of a route as a JSON list.
    #[must_use]
    pub fn channels(&self, locale: usize, route: &ContactRoute) -> String {
        let mut out = String::from("[");
        for (place, channel) in route.channels.iter().enumerate() {
            let optional =
                |text: Option<TextId>| text.map_or("null", |text| self.text(locale, text));
            let day = channel
                .verified_on
                .map_or_else(|| "null".to_owned(), |day| format!("\"{day}\""));
            let _ = write!(
                out,
                "{}{{\"kind\":{},\"value\":{},\"label\":{},\"cost\":{},\"hours\":{},\"languages\":{},\"verifiedOn\":{day},\"verified\":{},\"note\":{}}}",
                if place > 0 { "," } else { "" },
                quoted(&channel.kind),
                channel
                    .value
                    .as_deref()
                    .map_or_else(|| "null".to_owned(), quoted),
                optional(channel.label),
                quoted(&channel.cost),
                optional(channel.hours),
                list(&channel.languages),
                channel.verified,
                optional(channel.note),
            );
        }
        out.push(']');
        out
    }

    /// A day as people of the language write it.
    #[must_use]
    pub fn date(&self, locale: usize, day: Date) -> String {
        let german = self
            .ruleset
            .texts
            .locales()
            .get(locale)
            .is_none_or(|locale| locale.tag.starts_with("de"));
        if german {
            format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
        } else {
            day.strftime("%-d %B %Y").to_string()
        }
    }

    /// A list of citations as JSON.
    #[must_use]
    pub fn citations(&self, locale: usize, citations: &[Citation]) -> String {
        let mut out = String::from("[");
        for (place, citation) in citations.iter().enumerate() {
            let source = self
                .ruleset
                .sources
                .get(citation.source)
                .map_or("", |source| source.id.as_str());
            let at = if citation.at.is_empty() {
                "null".to_owned()
            } else {
                quoted(&citation.at)
            };
            let url = citation
                .url
                .as_deref()
                .map_or_else(|| "null".to_owned(), quoted);
            let comma = if place > 0 { "," } else { "" };
            let _ = write!(
                out,
                "{comma}{{\"source\":{},\"at\":{at},\"url\":{url}",
                quoted(source)
            );
            if let Some(note) = citation.note {
                let _ = write!(out, ",\"note\":{}", self.text(locale, note));
            }
            out.push('}');
        }
        out.push(']');
        out
    }

    /// The official wording behind citations, as JSON; every provision once.
    #[must_use]
    pub fn wording(&self, citations: &[Citation]) -> String {
        let mut parts: Vec<String> = Vec::new();
        for citation in citations {
            if let Some(provision) = self.ruleset.wording(citation) {
                let source = self
                    .ruleset
                    .sources
                    .get(provision.source)
                    .map_or("", |source| source.id.as_str());
                let part = format!(
                    "{{\"source\":{},\"at\":{},\"text\":{}}}",
                    quoted(source),
                    quoted(&provision.at),
                    quoted(&provision.text)
                );
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
        format!("[{}]", parts.join(","))
    }

    /// A source as JSON.
    #[must_use]
    pub fn source(&self, locale: usize, place: usize) -> &str {
        self.sources
            .get(locale)
            .and_then(|sources| sources.get(place))
            .map_or("null", String::as_str)
    }

    fn source_json(&self, locale: usize, source: &Source) -> String {
        let optional =
            |text: &Option<String>| text.as_deref().map_or_else(|| "null".to_owned(), quoted);
        let day =
            |day: Option<Date>| day.map_or_else(|| "null".to_owned(), |day| format!("\"{day}\""));
        format!(
            "{{\"id\":{},\"short\":{},\"title\":{},\"kind\":{},\"url\":{},\"textAsOf\":{},\"checkedOn\":{},\"status\":{},\"note\":{},\"licence\":{}}}",
            quoted(&source.id),
            optional(&source.short),
            quoted(&source.title),
            quoted(&source.kind),
            optional(&source.url),
            day(source.text_as_of),
            day(source.checked_on),
            quoted(&source.status),
            source.note.map_or("null", |note| self.text(locale, note)),
            optional(&source.licence)
        )
    }

    /// Writes the answer.
    #[must_use]
    pub fn write(
        &self,
        advice: &Advice,
        locale: usize,
        wanted: Wanted,
        explain: Explain,
    ) -> String {
        let segment = self.ruleset.segment(advice.as_of);
        let place = self
            .ruleset
            .segments
            .iter()
            .position(|known| std::ptr::eq(known, segment))
            .unwrap_or(0);
        let Some(rendered) = self
            .locales
            .get(locale)
            .or_else(|| self.locales.first())
            .and_then(|list| list.get(place))
        else {
            return String::new();
        };
        let writer = Writer {
            prepared: self,
            catalog: &self.ruleset.catalog,
            segment,
            rendered,
            locale,
            explain,
            // A whole answer of the shipped rules can have 90 KB; growing on the way would copy it again.
            out: String::with_capacity(96 * 1024),
            used: vec![false; self.ruleset.sources.len()],
        };
        writer.answer(advice, wanted)
    }
}

struct Writer<'a> {
    prepared: &'a Prepared,
    catalog: &'a FactCatalog,
    segment: &'a Segment,
    rendered: &'a Rendered,
    locale: usize,
    explain: Explain,
    out: String,
    used: Vec<bool>,
}

impl Writer<'_> {
    fn answer(mut self, advice: &Advice, wanted: Wanted) -> String {
        let _ = write!(
            self.out,
            "{{\"asOf\":\"{}\",{},\"outcome\":\"{}\"",
            advice.as_of,
            self.prepared.head,
            advice.outcome.as_str()
        );
        self.headline(advice);
        self.decided_by(advice);
        self.changes_on(advice);
        self.push(",\"unusedFacts\":");
        self.facts(advice.unused);
        if wanted.pathways {
            self.pathways(advice);
        }
        if wanted.modules {
            self.modules(advice);
        }
        if wanted.contact_routes {
            self.routes(advice);
        }
        if wanted.offers {
            self.offers(advice);
        }
        if wanted.notices {
            self.notices(advice);
        }
        if wanted.open_questions {
            self.open_questions(advice);
        }
        self.assumptions(advice);
        if wanted.sources {
            self.sources();
        }
        self.out.push('}');
        self.out
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&mut self, text: TextId) {
        let text = self.prepared.text(self.locale, text);
        self.out.push_str(text);
    }

    fn use_sources(&mut self, sources: &[usize]) {
        for source in sources {
            if let Some(used) = self.used.get_mut(*source) {
                *used = true;
            }
        }
    }

    fn items<T>(&mut self, key: &str, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        let _ = write!(self.out, ",\"{key}\":[");
        for (place, one) in items.iter().enumerate() {
            if place > 0 {
                self.out.push(',');
            }
            item(self, one);
        }
        self.out.push(']');
    }

    fn facts(&mut self, facts: FactSet) {
        self.out.push('[');
        for (place, fact) in facts.iter().enumerate() {
            let _ = write!(
                self.out,
                "{}\"{}\"",
                if place > 0 { "," } else { "" },
                self.catalog.name(fact)
            );
        }
        self.out.push(']');
    }

    fn headline(&mut self, advice: &Advice) {
        let ruleset = &self.prepared.ruleset;
        let headline = advice
            .headline
            .and_then(|place| self.segment.headlines.get(place));
        let template =
            headline.map_or("", |headline| ruleset.texts.get(self.locale, headline.text));
        let best = advice
            .pathways
            .iter()
            .position(|pathway| pathway.outcome == advice.outcome);
        let pathway = best.and_then(|place| self.segment.pathways.get(place));
        let pathway = pathway.map_or("", |pathway| ruleset.texts.get(self.locale, pathway.title));
        let contact = advice
            .first_contact
            .and_then(|place| self.segment.routes.get(place));
        let contact = contact.map_or("", |route| ruleset.texts.get(self.locale, route.title));
        let date = best
            .and_then(|place| advice.pathways.get(place))
            .and_then(|found| found.earliest.or(found.last));
        let date = date.map_or_else(
            || ruleset.label(self.locale, "date-open").to_owned(),
            |day| self.date(day),
        );
        let text = template
            .replace("{pathway}", pathway)
            .replace("{contact}", contact)
            .replace("{date}", &date);
        let _ = write!(self.out, ",\"headline\":{}", quoted(&text));
    }

    fn date(&self, day: Date) -> String {
        self.prepared.date(self.locale, day)
    }

    fn decided_by(&mut self, advice: &Advice) {
        let decided = &advice.decided_by;
        let fixed = match decided.decision {
            Some(place) => self.rendered.decisions.get(place),
            None => self.rendered.bodies.get(decided.body as usize),
        };
        let Some(fixed) = fixed else { return };
        self.push(",\"decidedBy\":");
        self.push(&fixed.head);
        self.use_sources(&fixed.sources);
        self.items("candidates", &decided.candidates, |writer, body| {
            let _ = write!(writer.out, "\"{}\"", body.as_str());
        });
        self.push(",\"settledBy\":");
        self.facts(decided.settled_by.iter().copied().collect());
        self.push(&fixed.tail);
    }

    fn pathways(&mut self, advice: &Advice) {
        let all: Vec<usize> = (0..advice.pathways.len()).collect();
        let rendered = self.rendered;
        self.items("pathways", &all, |writer, place| {
            let (Some(finding), Some(fixed)) =
                (advice.pathways.get(*place), rendered.pathways.get(*place))
            else {
                return;
            };
            writer.push(&fixed.head);
            let _ = write!(writer.out, "{}\"", finding.outcome.as_str());
            if let Some(day) = finding.earliest {
                let _ = write!(writer.out, ",\"earliestDate\":\"{day}\"");
            }
            if let Some(day) = finding.last {
                let _ = write!(writer.out, ",\"lastDate\":\"{day}\"");
            }
            writer.opening(finding.to_open.as_ref());
            if writer.explain != Explain::None {
                writer.requirements(*place, &finding.requirements);
            }
            writer.use_sources(&fixed.sources);
            writer.push(&fixed.tail);
        });
    }

    fn opening(&mut self, to_open: Option<&ToOpen>) {
        self.push(",\"toOpen\":");
        let Some(to_open) = to_open else {
            self.push("null");
            return;
        };
        self.push("{\"facts\":");
        self.facts(to_open.facts);
        self.push(",\"unknown\":");
        self.facts(to_open.unknown);
        match to_open.wait_until {
            Some(day) => {
                let _ = write!(self.out, ",\"waitUntil\":\"{day}\"}}");
            }
            None => self.push(",\"waitUntil\":null}"),
        }
    }

    fn changes_on(&mut self, advice: &Advice) {
        self.push(",\"changesOn\":");
        let Some(found) = &advice.changes_on else {
            self.push("null");
            return;
        };
        let _ = write!(self.out, "{{\"date\":\"{}\"", found.date);
        self.items("changes", &found.changes, |writer, change| {
            let value =
                |value: &Option<String>| value.as_deref().map_or_else(|| "null".to_owned(), quoted);
            let _ = write!(
                writer.out,
                "{{\"subject\":\"{}\",\"id\":{},\"from\":{},\"to\":{}}}",
                change.subject.as_str(),
                quoted(&change.id),
                value(&change.from),
                value(&change.to)
            );
        });
        self.out.push('}');
    }

    fn requirements(&mut self, pathway: usize, findings: &[RequirementFinding]) {
        let segment = self.segment;
        let (Some(model), Some(fixed)) = (
            segment.pathways.get(pathway),
            self.rendered.requirements.get(pathway),
        ) else {
            return;
        };
        let all: Vec<_> = findings
            .iter()
            .zip(&model.requirements)
            .zip(fixed)
            .collect();
        self.items(
            "requirements",
            &all,
            |writer, ((finding, requirement), fixed)| {
                writer.push(&fixed.head);
                let _ = write!(writer.out, "{}\",\"text\":", finding.status.as_str());
                match finding.status {
                    Status::Met => writer.text(requirement.met),
                    Status::NotMet | Status::Assessment => writer.text(requirement.not_met),
                    Status::Unknown => writer.text(requirement.unknown),
                    Status::NotApplicable => writer.push(
                        writer
                            .prepared
                            .label(writer.locale, "requirement-not-applicable"),
                    ),
                }
                writer.push(",\"facts\":");
                writer.facts(finding.facts);
                if let Some(day) = finding.earliest {
                    let _ = write!(writer.out, ",\"earliestDate\":\"{day}\"");
                }
                if let Some(day) = finding.last {
                    let _ = write!(writer.out, ",\"lastDate\":\"{day}\"");
                }
                writer.push(&fixed.tail);
                if writer.explain == Explain::Full {
                    writer.push(",\"wording\":");
                    writer.push(&fixed.wording);
                }
                writer.use_sources(&fixed.sources);
                writer.out.push('}');
            },
        );
    }

    fn because(&mut self, because: &[Because], rules: &[Rule], own: &str, own_text: TextId) {
        if self.explain == Explain::None {
            return;
        }
        let segment = self.segment;
        self.items("because", because, |writer, reason| {
            match reason.ground {
                Ground::Rule(place) => {
                    if let Some(rule) = rules.get(place) {
                        let _ = write!(writer.out, "{{\"rule\":\"{}\",\"text\":", rule.id);
                        writer.text(rule.text);
                    }
                }
                Ground::Together => {
                    let _ = write!(writer.out, "{{\"rule\":\"{own}\",\"text\":");
                    match writer
                        .prepared
                        .label(writer.locale, "because-several-rules")
                    {
                        "\"\"" => writer.text(own_text),
                        label => writer.push(label),
                    }
                }
                Ground::Possible => {
                    let label = writer.prepared.label(writer.locale, "because-possible");
                    let _ = write!(writer.out, "{{\"rule\":\"while-possible\",\"text\":{label}");
                }
                Ground::Band(place) => {
                    if let Some(band) = segment.bands.get(place) {
                        let _ = write!(writer.out, "{{\"rule\":\"{}\",\"text\":", band.id);
                        writer.text(band.text);
                    }
                }
            }
            writer.push(",\"facts\":");
            writer.facts(reason.facts);
            writer.out.push('}');
        });
    }

    fn modules(&mut self, advice: &Advice) {
        let (segment, rendered) = (self.segment, self.rendered);
        self.items("modules", &advice.modules, |writer, finding| {
            let (Some(module), Some(fixed)) = (
                segment.modules.get(finding.module),
                rendered.modules.get(finding.module),
            ) else {
                return;
            };
            writer.push(&fixed.head);
            let standing = if finding.recommended {
                "recommended"
            } else {
                "conditional"
            };
            let _ = write!(writer.out, ",\"standing\":\"{standing}\",\"phase\":");
            match finding.phase.and_then(|place| segment.pathways.get(place)) {
                Some(pathway) => {
                    let _ = write!(writer.out, "\"{}\"", pathway.id);
                }
                None => writer.push("null"),
            }
            let _ = write!(writer.out, ",\"beneficiary\":{}", list(&module.beneficiary));
            writer.because(&finding.because, &module.rules, &module.id, module.text);
            writer.use_sources(&fixed.sources);
            writer.push(&fixed.tail);
        });
    }

    fn offers(&mut self, advice: &Advice) {
        let (segment, rendered) = (self.segment, self.rendered);
        self.items("offers", &advice.offers, |writer, finding| {
            let (Some(offer), Some(fixed)) = (
                segment.offers.get(finding.offer),
                rendered.offers.get(finding.offer),
            ) else {
                return;
            };
            writer.push(&fixed.head);
            writer.because(&finding.because, &offer.rules, &offer.id, offer.text);
            writer.use_sources(&fixed.sources);
            writer.push(&fixed.tail);
        });
    }

    fn notices(&mut self, advice: &Advice) {
        let (segment, rendered, prepared) = (self.segment, self.rendered, self.prepared);
        // The state of a source matters when the answer speaks of a later day; every answer rests on the sources used so far.
        let used = prepared
            .ruleset
            .sources
            .iter()
            .zip(&self.used)
            .filter(|(_, used)| **used);
        let stale = used
            .filter_map(|(source, _)| source.text_as_of)
            .filter(|day| *day < advice.as_of)
            .min();
        let mut present: Vec<(usize, Option<Date>)> =
            advice.notices.iter().map(|place| (*place, None)).collect();
        if let Some(day) = stale {
            let on = segment
                .notices
                .iter()
                .enumerate()
                .filter(|(_, notice)| notice.stale_sources);
            present.extend(on.map(|(place, _)| (place, Some(day))));
        }
        let urgency = |place: usize| {
            segment
                .notices
                .get(place)
                .map_or(3, |notice| match notice.severity.as_str() {
                    "urgent" => 0,
                    "warning" => 1,
                    _ => 2,
                })
        };
        present.sort_by_key(|(place, _)| (urgency(*place), *place));
        self.items("notices", &present, |writer, (place, day)| {
            let (Some(notice), Some(fixed)) =
                (segment.notices.get(*place), rendered.notices.get(*place))
            else {
                return;
            };
            writer.push(&fixed.head);
            match day {
                Some(day) => {
                    let text = prepared
                        .ruleset
                        .texts
                        .get(writer.locale, notice.text)
                        .replace("{date}", &writer.date(*day));
                    writer.push(&quoted(&text));
                }
                None => writer.text(notice.text),
            }
            writer.use_sources(&fixed.sources);
            writer.push(&fixed.tail);
        });
    }

    fn routes(&mut self, advice: &Advice) {
        let (segment, rendered, prepared) = (self.segment, self.rendered, self.prepared);
        self.items("contactRoutes", &advice.routes, |writer, finding| {
            let (Some(route), Some(fixed)) = (
                segment.routes.get(finding.route),
                rendered.routes.get(finding.route),
            ) else {
                return;
            };
            writer.push(&fixed.head);
            writer.because(&finding.because, &route.rules, &route.id, route.purpose);
            writer.use_sources(&fixed.sources);
            writer.push(&fixed.tail);
            writer.push(",\"offices\":[");
            let mut finder = None;
            if let Some(offices) = finding.offices {
                let district = offices.district.and_then(|option| {
                    let fact = writer.catalog.find(crate::offices::DISTRICT_FACT)?;
                    writer.catalog.get(fact)?.options.get(usize::from(option))
                });
                let candidates = prepared
                    .ruleset
                    .offices
                    .candidates(offices.code, district.map(String::as_str));
                writer.push(&office_list(&candidates, offices.kind));
                let [agency, jobcenter] = OfficeTable::finder_urls(offices.code);
                finder = Some(match offices.kind {
                    OfficeKind::EmploymentAgency => agency,
                    OfficeKind::Jobcenter => jobcenter,
                });
            }
            writer.push("],\"officeFinderUrl\":");
            match finder {
                Some(url) => writer.push(&quoted(&url)),
                None => writer.push("null"),
            }
            if route.events {
                let coming: Vec<_> = prepared
                    .ruleset
                    .events
                    .iter()
                    .filter(|event| event.date >= advice.as_of)
                    .collect();
                writer.items("events", &coming, |writer, event| {
                    let _ = write!(writer.out, "{{\"id\":{},\"title\":", quoted(&event.id));
                    writer.text(event.title);
                    let url = event
                        .url
                        .as_deref()
                        .map_or_else(|| "null".to_owned(), quoted);
                    let _ = write!(writer.out, ",\"date\":\"{}\",\"url\":{url}}}", event.date);
                });
            }
            writer.out.push('}');
        });
    }

    fn open_questions(&mut self, advice: &Advice) {
        let ruleset = &self.prepared.ruleset;
        self.items(
            "openQuestions",
            &advice.open_questions,
            |writer, question| {
                let Some(texts) = ruleset.fact_texts.get(usize::from(question.fact)) else {
                    return;
                };
                let sensitive = writer
                    .catalog
                    .get(question.fact)
                    .is_some_and(|fact| fact.sensitive);
                let _ = write!(
                    writer.out,
                    "{{\"fact\":\"{}\",\"question\":",
                    writer.catalog.name(question.fact)
                );
                writer.text(texts.question);
                writer.push(",\"why\":");
                writer.text(texts.why);
                let kind = if question.decides {
                    "decides"
                } else {
                    "refines"
                };
                let _ = write!(
                    writer.out,
                    ",\"kind\":\"{kind}\",\"sensitive\":{sensitive},\"affects\":["
                );
                let mut named: Vec<&str> = Vec::new();
                for subject in &question.affects {
                    let name = match subject {
                        Subject::Pathway(place) => writer
                            .segment
                            .pathways
                            .get(*place)
                            .map_or("", |pathway| pathway.id.as_str()),
                        Subject::DecidedBy => "decided-by",
                        Subject::FirstContact => "first-contact",
                        Subject::Module(_) => "modules",
                        Subject::Route(_) | Subject::RouteOrder => "contact-routes",
                        Subject::Offer(_) => "offers",
                        Subject::Notice(_) => "notices",
                        Subject::Offices(_) => "offices",
                    };
                    if !named.contains(&name) {
                        let _ = write!(
                            writer.out,
                            "{}\"{name}\"",
                            if named.is_empty() { "" } else { "," }
                        );
                        named.push(name);
                    }
                }
                writer.push("]}");
            },
        );
        self.push(",\"nextQuestion\":");
        match advice.next_question {
            Some(fact) => self.next_question(fact, advice.questions_max),
            None => self.push("null"),
        }
    }

    fn next_question(&mut self, fact: FactId, at_most: u32) {
        let json = question_json(self.prepared, self.locale, fact);
        self.push(json.strip_suffix('}').unwrap_or(&json));
        let _ = write!(self.out, ",\"atMost\":{at_most}}}");
    }

    fn assumptions(&mut self, advice: &Advice) {
        let ruleset = &self.prepared.ruleset;
        self.items("assumptions", &advice.assumptions, |writer, fact| {
            let _ = write!(
                writer.out,
                "{{\"fact\":\"{}\",\"text\":",
                writer.catalog.name(*fact)
            );
            match ruleset
                .fact_texts
                .get(usize::from(*fact))
                .and_then(|texts| texts.assumption)
            {
                Some(text) => writer.text(text),
                None => writer.push("\"\""),
            }
            writer.out.push('}');
        });
    }

    fn sources(&mut self) {
        let used: Vec<usize> = self
            .used
            .iter()
            .enumerate()
            .filter(|(_, used)| **used)
            .map(|(place, _)| place)
            .collect();
        self.items("sources", &used, |writer, place| {
            writer.push(writer.prepared.source(writer.locale, *place));
        });
    }
}

/// A fact as a question: text, kind, options.
#[must_use]
pub fn question_json(prepared: &Prepared, locale: usize, number: FactId) -> String {
    let ruleset = &prepared.ruleset;
    let (Some(fact), Some(texts)) = (
        ruleset.catalog.get(number),
        ruleset.fact_texts.get(usize::from(number)),
    ) else {
        return "{}".to_owned();
    };
    let optional = |text: Option<TextId>| text.map_or("null", |text| prepared.text(locale, text));
    let mut out = format!(
        "{{\"fact\":{},\"question\":{},\"why\":{},\"help\":{},\"type\":\"{}\",\"sensitive\":{},\"options\":[",
        quoted(&fact.id),
        prepared.text(locale, texts.question),
        prepared.text(locale, texts.why),
        optional(texts.help),
        fact.kind.as_str(),
        fact.sensitive
    );
    for (place, option) in fact.options.iter().enumerate() {
        let text = match (&fact.kind, texts.options.get(place)) {
            (_, Some(text)) => prepared.text(locale, *text),
            (FactKind::Bool, None) => prepared.label(locale, if place == 1 { "yes" } else { "no" }),
            (_, None) => "\"\"",
        };
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{{\"id\":{},\"text\":{text}}}", quoted(option));
    }
    out.push(']');
    if let FactKind::Int { min, max } = fact.kind {
        let _ = write!(out, ",\"range\":{{\"min\":{min},\"max\":{max}}}");
    }
    out.push('}');
    out
}

/// Offices of one kind among candidates, each once.
fn office_list(candidates: &[Candidate<'_>], kind: OfficeKind) -> String {
    let mut offices: Vec<String> = Vec::new();
    for candidate in candidates {
        let office = match kind {
            OfficeKind::EmploymentAgency => format!(
                "{{\"kind\":\"employment-agency\",\"id\":{},\"name\":{},\"nameStatus\":\"{}\",\"url\":{}}}",
                quoted(&candidate.agency.number),
                quoted(&candidate.agency.name),
                candidate.agency.name_status.as_str(),
                candidate
                    .agency
                    .page
                    .as_deref()
                    .map_or_else(|| "null".to_owned(), quoted)
            ),
            OfficeKind::Jobcenter => format!(
                "{{\"kind\":\"jobcenter\",\"id\":{},\"name\":{},\"nameStatus\":\"official\",\"url\":null}}",
                quoted(&candidate.jobcenter.number),
                quoted(&format!("Jobcenter {}", candidate.jobcenter.name))
            ),
        };
        if !offices.contains(&office) {
            offices.push(office);
        }
    }
    offices.join(",")
}

fn places(citations: &[Citation]) -> Vec<usize> {
    let mut places: Vec<usize> = citations.iter().map(|citation| citation.source).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// A text as JSON.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn quoted_or_null(text: &str) -> String {
    if text.is_empty() {
        "null".to_owned()
    } else {
        quoted(text)
    }
}

/// Texts as a JSON list.
#[must_use]
pub fn list(texts: &[String]) -> String {
    serde_json::Value::from(texts.to_vec()).to_string()
}
