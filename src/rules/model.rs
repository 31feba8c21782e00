//! A compiled rule set: resolved, immutable, without any trace of files. What the engine and the answer are made from.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::dates::Threshold;
use crate::diagram::{Diagrams, FactSet, NodeId};
use crate::facts::{FactCatalog, FactId};
use crate::offices::OfficeTable;
use crate::rules::built_in::BuiltIn;
use crate::rules::cases::Case;
use crate::rules::problem::{Place, Problem};
use crate::rules::texts::{TextId, Texts};

/// A compiled rule set.
#[derive(Debug)]
pub struct Ruleset {
    /// Name of the set.
    pub id: String,
    /// Version of the set.
    pub version: String,
    /// `sha256:` and the digest of all its files.
    pub digest: String,
    /// Title.
    pub title: TextId,
    /// The vocabulary.
    pub catalog: FactCatalog,
    /// Texts of the facts, in declaration order.
    pub fact_texts: Vec<FactTexts>,
    /// All texts in all languages.
    pub texts: Texts,
    /// Small texts by name.
    pub labels: BTreeMap<String, TextId>,
    /// The periods of law, in order of time; together they cover all days.
    pub segments: Vec<Segment>,
    /// Statutes, studies, pages.
    pub sources: Vec<Source>,
    /// Official wording.
    pub provisions: Vec<Provision>,
    /// Cited claims.
    pub evidence: Vec<Evidence>,
    /// Information events.
    pub events: Vec<Event>,
    /// Postal codes and offices.
    pub offices: OfficeTable,
    /// The cases that come with the rules.
    pub cases: Vec<Case>,
    /// What is excused from built-in invariants.
    pub exceptions: Vec<Exception>,
    /// Warnings; a set with errors is never compiled.
    pub warnings: Vec<Problem>,
    /// Names of the files it was compiled from; a [`Place`] counts in them.
    pub files: Vec<String>,
}

impl Ruleset {
    /// The period of law in which `day` lies.
    #[must_use]
    pub fn segment(&self, day: Date) -> &Segment {
        let at = self
            .segments
            .partition_point(|segment| segment.from.is_none_or(|from| from <= day));
        // INVARIANT: compile makes at least one segment, and the first one has no beginning.
        #[expect(
            clippy::indexing_slicing,
            reason = "the first segment has no beginning, so `at` is at least 1"
        )]
        &self.segments[at - 1]
    }

    /// The text of a label, empty for one that is not declared.
    #[must_use]
    pub fn label(&self, locale: usize, name: &str) -> &str {
        self.labels
            .get(name)
            .map_or("", |text| self.texts.get(locale, *text))
    }

    /// The official wording of a citation: the longest provision that its pinpoint begins with.
    #[must_use]
    pub fn wording(&self, citation: &Citation) -> Option<&Provision> {
        self.provisions
            .iter()
            .filter(|provision| provision.source == citation.source)
            .filter(|provision| {
                citation
                    .at
                    .strip_prefix(provision.at.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
            .max_by_key(|provision| provision.at.len())
    }
}

/// Texts of one fact.
#[derive(Clone, Debug)]
pub struct FactTexts {
    /// Short name.
    pub label: TextId,
    /// Question.
    pub question: TextId,
    /// Why it is asked.
    pub why: TextId,
    /// Help, if any.
    pub help: Option<TextId>,
    /// The assumption made when absent, if any.
    pub assumption: Option<TextId>,
    /// Texts of the options; empty for facts without options of their own.
    pub options: Vec<TextId>,
}

/// One period in which the law, as far as the rules know it, does not change.
#[derive(Debug)]
pub struct Segment {
    /// First day; `None` for the first period.
    pub from: Option<Date>,
    /// Last day; `None` for the last period.
    pub until: Option<Date>,
    /// All conditions of the period as diagrams.
    pub diagrams: Diagrams,
    /// First variable of every fact.
    pub first_variable: Vec<u16>,
    /// How the variables of `int` facts are cut: the smallest value of every cell but the first.
    pub int_thresholds: Vec<Vec<i64>>,
    /// How the variables of `date` facts are cut.
    pub date_thresholds: Vec<Vec<Threshold>>,
    /// Conditions that give an absent fact its implied value.
    pub implied: Vec<Implied>,
    /// The phases of `AsA` flex.
    pub pathways: Vec<Pathway>,
    /// Rules on who decides, in order.
    pub decisions: Vec<Decision>,
    /// The bodies, in the order of [`Body`].
    pub bodies: Vec<BodyTexts>,
    /// Which body decides: values are [`Body`] numbers.
    pub decided_by: NodeId,
    /// Which rule decides that: values are places in `decisions`.
    pub decision: NodeId,
    /// Support modules.
    pub modules: Vec<SupportModule>,
    /// Adjacent offers.
    pub offers: Vec<Offer>,
    /// Notices.
    pub notices: Vec<Notice>,
    /// Contact routes, in catalogue order.
    pub routes: Vec<ContactRoute>,
    /// The order of routes.
    pub bands: Vec<Band>,
    /// The first contact: values are places in `routes`.
    pub first_contact: NodeId,
    /// For two routes whose order varies: both are there, and one before the other. And the presence of routes that is taken for the order.
    pub route_orders: Vec<NodeId>,
    /// Headlines, in order.
    pub headlines: Vec<Headline>,
    /// What must hold for everybody.
    pub invariants: Vec<Invariant>,
    /// Combinations that cannot exist.
    pub impossible: NodeId,
    /// What the answer can change in.
    pub conclusions: Vec<Conclusion>,
    /// Every condition as its author wrote it.
    pub written: Vec<WrittenRule>,
}

/// A rule as its author wrote it: for those who explain it or measure its cases. The engine knows only diagrams.
#[derive(Clone, Debug)]
pub struct WrittenRule {
    /// Where it stands among the rules, such as `modules.digital.rules.long-distance`; one name per dated version.
    pub name: String,
    /// What kind of rule it is.
    pub kind: RuleKind,
    /// Where the rule begins in its file.
    pub place: Place,
    /// Its condition.
    pub condition: Written,
}

/// The kinds of rule that have a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// A named condition.
    Definition,
    /// What gives an absent fact its value.
    ImpliedBy,
    /// A requirement of a phase.
    Requirement,
    /// Where a requirement applies at all.
    AppliesWhen,
    /// A rule on who decides.
    Decision,
    /// A rule of a module.
    Module,
    /// A rule of an offer.
    Offer,
    /// A rule of a contact route.
    ContactRoute,
    /// What must hold beside the rules of a module, an offer or a route.
    Requires,
    /// What keeps an offer, a route or a notice away once it is certain.
    Unless,
    /// What keeps a contact route present while it is possible.
    WhilePossible,
    /// Whose postal code finds the offices of a contact route.
    Offices,
    /// A stretch of the order of contact routes.
    Band,
    /// A notice.
    Notice,
    /// A headline.
    Headline,
}

impl RuleKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Definition,
        Self::ImpliedBy,
        Self::Requirement,
        Self::AppliesWhen,
        Self::Decision,
        Self::Module,
        Self::Offer,
        Self::ContactRoute,
        Self::Requires,
        Self::Unless,
        Self::WhilePossible,
        Self::Offices,
        Self::Band,
        Self::Notice,
        Self::Headline,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::ImpliedBy => "implied-by",
            Self::Requirement => "requirement",
            Self::AppliesWhen => "applies-when",
            Self::Decision => "decision",
            Self::Module => "module",
            Self::Offer => "offer",
            Self::ContactRoute => "contact-route",
            Self::Requires => "requires",
            Self::Unless => "unless",
            Self::WhilePossible => "while-possible",
            Self::Offices => "offices",
            Self::Band => "band",
            Self::Notice => "notice",
            Self::Headline => "headline",
        }
    }
}

/// A condition, or a part of one, as its author wrote it.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where it stands.
    pub place: Place,
    /// The same as a diagram.
    pub node: NodeId,
    /// What it says.
    pub form: Form,
}

/// What a written condition says.
#[derive(Clone, Debug)]
pub enum Form {
    /// Every part holds.
    All(Vec<Written>),
    /// At least one part holds.
    Any(Vec<Written>),
    /// The part does not hold.
    Not(Box<Written>),
    /// Always, or never.
    Always(bool),
    /// A fact compares so with what is written.
    Fact(FactId, Operator, Vec<String>),
    /// The fact was stated otherwise than its `impliedBy` says.
    Contradicted(FactId),
    /// The named condition holds.
    Definition(String),
    /// A phase has one of these outcomes.
    Outcome(String, Vec<Outcome>),
    /// One of these bodies decides.
    DecidedBy(Vec<Body>),
    /// The module is in the answer.
    Module(String),
    /// The offer is in the answer.
    Offer(String),
    /// The contact route is in the answer.
    ContactRoute(String),
    /// The notice is in the answer.
    Notice(String),
}

/// How a written condition compares a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// It is one of the values, or contains one of them.
    Is,
    /// It has no option (`true`) or at least one (`false`).
    Empty,
    /// A number is at least this.
    AtLeast,
    /// A number is below this.
    Below,
    /// A date lies before this day.
    Before,
    /// A date lies on or after this day.
    OnOrAfter,
    /// A date lies at least so many months back.
    AtLeastMonthsAgo,
    /// A period of so many months after this event is not over.
    WithinMonthsOfEvent,
    /// A period of so many months from this first day is not over.
    WithinMonthsFromStart,
    /// A postal code is of one of these classes.
    Class,
}

impl Written {
    /// The parts that are not made of parts, in reading order; what is always so is no part that could turn over.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        let mut leaves = Vec::new();
        self.collect_leaves(&mut leaves);
        leaves
    }

    fn collect_leaves<'a>(&'a self, leaves: &mut Vec<&'a Self>) {
        match &self.form {
            Form::All(parts) | Form::Any(parts) => {
                parts.iter().for_each(|part| part.collect_leaves(leaves));
            }
            Form::Not(part) => part.collect_leaves(leaves),
            Form::Always(_) => {}
            _ => leaves.push(self),
        }
    }
}

/// A condition that gives an absent fact its implied value.
#[derive(Clone, Copy, Debug)]
pub struct Implied {
    /// The fact.
    pub fact: FactId,
    /// The condition.
    pub when: NodeId,
    /// The facts of the condition.
    pub facts: FactSet,
    /// The cell the fact gets.
    pub cell: u8,
    /// The cell that stands for a statement that contradicts it.
    pub contradicted: u8,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Place of the source in [`Ruleset::sources`].
    pub source: usize,
    /// Pinpoint, such as `§ 74 Abs. 1 Satz 1`; may be empty.
    pub at: String,
    /// Address.
    pub url: Option<String>,
    /// Remark.
    pub note: Option<TextId>,
}

/// A condition with the reason it gives.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Name of the rule.
    pub id: String,
    /// Condition.
    pub when: NodeId,
    /// Reason.
    pub text: TextId,
}

/// What the answer says about a phase; ordered from favourable to unfavourable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Every condition appears met; the body decides at its discretion.
    ConditionsMet,
    /// Nothing fails; what is open only the body can settle.
    AgencyAssessment,
    /// Nothing fails; facts that could still change the outcome are unknown.
    MissingFacts,
    /// Only a waiting period fails.
    NotYet,
    /// A maximum period is over.
    Expired,
    /// A statutory condition fails.
    ConditionsNotMet,
    /// The regime did not apply yet.
    NotInForce,
}

impl Outcome {
    /// Every outcome, from favourable to unfavourable.
    pub const ALL: [Self; 7] = [
        Self::ConditionsMet,
        Self::AgencyAssessment,
        Self::MissingFacts,
        Self::NotYet,
        Self::Expired,
        Self::ConditionsNotMet,
        Self::NotInForce,
    ];

    /// The outcomes that complete facts can have, from best to worst *when requirements fail together*: a failed condition outweighs a
    /// running waiting period, and that outweighs a period that is over. Places in this list are the values of outcome diagrams.
    pub const BY_WEIGHT: [Self; 6] = [
        Self::ConditionsMet,
        Self::AgencyAssessment,
        Self::Expired,
        Self::NotYet,
        Self::ConditionsNotMet,
        Self::NotInForce,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConditionsMet => "conditions-met",
            Self::AgencyAssessment => "agency-assessment",
            Self::MissingFacts => "missing-facts",
            Self::NotYet => "not-yet",
            Self::Expired => "expired",
            Self::ConditionsNotMet => "conditions-not-met",
            Self::NotInForce => "not-in-force",
        }
    }

    /// The outcome with this printed form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    /// The value of this outcome in an outcome diagram; none for `missing-facts`, which no complete facts have.
    #[must_use]
    pub fn value(self) -> Option<u16> {
        Self::BY_WEIGHT
            .iter()
            .position(|outcome| *outcome == self)
            .and_then(|at| u16::try_from(at).ok())
    }

    /// Whether the phase is out of reach, today or for good.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(
            self,
            Self::NotYet | Self::Expired | Self::ConditionsNotMet | Self::NotInForce
        )
    }

    /// Whether a module that this phase carries has no ground to stand on; a running waiting period leaves it one.
    #[must_use]
    pub fn carries_nothing(self) -> bool {
        matches!(
            self,
            Self::Expired | Self::ConditionsNotMet | Self::NotInForce
        )
    }
}

/// What a false requirement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// The phase is not open.
    Must,
    /// The phase is not open yet.
    Waiting,
    /// The phase is over.
    Limit,
    /// Only the body can say.
    Assessment,
}

impl RequirementKind {
    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Waiting => "waiting",
            Self::Limit => "limit",
            Self::Assessment => "assessment",
        }
    }

    /// The outcome that a false requirement of this kind gives.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Must => Outcome::ConditionsNotMet,
            Self::Waiting => Outcome::NotYet,
            Self::Limit => Outcome::Expired,
            Self::Assessment => Outcome::AgencyAssessment,
        }
    }
}

/// One requirement of a phase.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Name.
    pub id: String,
    /// What false means.
    pub kind: RequirementKind,
    /// Authority it rests on.
    pub basis: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// The condition itself.
    pub when: NodeId,
    /// Where it applies at all.
    pub applies: NodeId,
    /// Met, or not applicable.
    pub fulfilled: NodeId,
    /// Text when met.
    pub met: TextId,
    /// Text when not met.
    pub not_met: TextId,
    /// Text when open.
    pub unknown: TextId,
}

/// A phase of `AsA` flex.
#[derive(Clone, Debug)]
pub struct Pathway {
    /// Name.
    pub id: String,
    /// Title.
    pub title: TextId,
    /// What it is.
    pub text: TextId,
    /// The law behind it.
    pub citations: Vec<Citation>,
    /// Requirements; none when it is not in force.
    pub requirements: Vec<Requirement>,
    /// Outcome: values are places in [`Outcome::BY_WEIGHT`].
    pub outcome: NodeId,
    /// All waiting requirements together.
    pub waiting: NodeId,
    /// Open, or open once every waiting period is over: nothing that is a must has failed, and no limit. Never, when it is not in force.
    pub open: NodeId,
}

impl Pathway {
    /// Each limit by itself: where it holds, or does not apply. Together they may fail whatever the facts are, and yet one says since when.
    pub fn limits(&self) -> impl Iterator<Item = NodeId> {
        self.requirements
            .iter()
            .filter(|requirement| requirement.kind == RequirementKind::Limit)
            .map(|limit| limit.fulfilled)
    }
}

/// A body that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Agentur für Arbeit (§ 327 SGB III).
    Agency,
    /// Jobcenter (§ 22 Abs. 4 SGB III, § 16 Abs. 1 SGB II).
    Jobcenter,
    /// Another rehabilitation carrier (§ 22 Abs. 2 SGB III).
    RehabilitationCarrier,
    /// The law itself leaves it open.
    Unclear,
}

impl Body {
    /// Every body, in the order of diagram values.
    pub const ALL: [Self; 4] = [
        Self::Agency,
        Self::Jobcenter,
        Self::RehabilitationCarrier,
        Self::Unclear,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agency => "agentur-fuer-arbeit",
            Self::Jobcenter => "jobcenter",
            Self::RehabilitationCarrier => "rehabilitation-carrier",
            Self::Unclear => "unclear",
        }
    }

    /// The body with this printed form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|body| body.as_str() == text)
    }
}

/// Texts of a body.
#[derive(Clone, Debug)]
pub struct BodyTexts {
    /// Title.
    pub title: TextId,
    /// What it means that this body decides.
    pub text: TextId,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// A rule on who decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Name.
    pub id: String,
    /// Condition.
    pub when: NodeId,
    /// The body.
    pub body: Body,
    /// Bodies between which the law leaves it open; only for [`Body::Unclear`].
    pub candidates: Vec<Body>,
    /// Text.
    pub text: TextId,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// A support module.
#[derive(Clone, Debug)]
pub struct SupportModule {
    /// Name.
    pub id: String,
    /// Title.
    pub title: TextId,
    /// What it is.
    pub text: TextId,
    /// Who benefits.
    pub beneficiary: Vec<String>,
    /// Places of the carrying pathways in [`Segment::pathways`]; none outside `AsA`.
    pub carried_by: Vec<usize>,
    /// Authority it rests on.
    pub basis: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// Must hold beside the rules.
    pub requires: NodeId,
    /// What triggers it.
    pub rules: Vec<Rule>,
    /// Triggered at all.
    pub trigger: NodeId,
    /// Values are [`SupportModule::ABSENT`], [`SupportModule::CONDITIONAL`], [`SupportModule::RECOMMENDED`].
    pub state: NodeId,
}

impl SupportModule {
    /// Not in the answer.
    pub const ABSENT: u16 = 0;
    /// In the answer, under the condition that a phase opens.
    pub const CONDITIONAL: u16 = 1;
    /// In the answer.
    pub const RECOMMENDED: u16 = 2;
}

/// An offer beside `AsA` flex.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Name.
    pub id: String,
    /// Title.
    pub title: TextId,
    /// What it is.
    pub text: TextId,
    /// `claim`, `discretion`, `programme` or `advice`.
    pub claim: String,
    /// Contact routes that lead to it.
    pub contact: Vec<String>,
    /// Authority it rests on.
    pub basis: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// Must hold beside the rules.
    pub requires: NodeId,
    /// What triggers it.
    pub rules: Vec<Rule>,
    /// Triggered by a rule.
    pub certain: NodeId,
    /// Keeps it away once this is certain.
    pub unless: NodeId,
    /// In the answer, for complete facts.
    pub present: NodeId,
}

/// Something someone must be told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Name.
    pub id: String,
    /// `info`, `warning` or `urgent`.
    pub severity: String,
    /// Text.
    pub text: TextId,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// Triggered, for a notice that depends on facts.
    pub certain: NodeId,
    /// Keeps it away once this is certain.
    pub unless: NodeId,
    /// In the answer, for complete facts.
    pub present: NodeId,
    /// Depends on the state of the sources instead.
    pub stale_sources: bool,
}

/// Whom to reach.
#[derive(Clone, Debug)]
pub struct ContactRoute {
    /// Name.
    pub id: String,
    /// Title.
    pub title: TextId,
    /// What it is for.
    pub purpose: TextId,
    /// How to reach it.
    pub channels: Vec<Channel>,
    /// What to bring.
    pub bring: Vec<TextId>,
    /// Offices shown with it.
    pub offices: Option<OfficeUse>,
    /// Whether coming events are shown.
    pub events: bool,
    /// Authority it rests on.
    pub basis: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// Must hold beside the rules.
    pub requires: NodeId,
    /// What triggers it.
    pub rules: Vec<Rule>,
    /// Triggered by a rule.
    pub certain: NodeId,
    /// Keeps it away once this is certain, unless it is possible all the same.
    pub unless: NodeId,
    /// Present too as long as this is possible.
    pub possible: NodeId,
    /// In the answer, for complete facts.
    pub present: NodeId,
}

/// How to reach somebody.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `phone`, `web`, `email`, `visit` or `chat`.
    pub kind: String,
    /// E.164 number or address.
    pub value: Option<String>,
    /// As printed.
    pub label: Option<TextId>,
    /// `free`, `paid` or `unknown`.
    pub cost: String,
    /// Opening hours.
    pub hours: Option<TextId>,
    /// Languages spoken, if known.
    pub languages: Vec<String>,
    /// Day of the last look.
    pub verified_on: Option<Date>,
    /// Whether a source confirms it.
    pub verified: bool,
    /// Remark.
    pub note: Option<TextId>,
}

/// Kind of office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficeKind {
    /// Agentur für Arbeit.
    EmploymentAgency,
    /// Jobcenter.
    Jobcenter,
}

/// Which offices a route shows.
#[derive(Clone, Debug)]
pub struct OfficeUse {
    /// Kind of office.
    pub kind: OfficeKind,
    /// Postal-code facts that may find it; the last ones of the file come first.
    pub facts: Vec<FactId>,
    /// When each of them counts, in the order of `facts`.
    pub whens: Vec<NodeId>,
    /// Which of them does: 0 is none (the route is absent), otherwise the place in `facts` plus one.
    pub used: NodeId,
}

/// A stretch of the order of routes.
#[derive(Clone, Debug)]
pub struct Band {
    /// Name.
    pub id: String,
    /// When it counts.
    pub when: NodeId,
    /// Places in [`Segment::routes`].
    pub routes: Vec<usize>,
    /// Why these come here.
    pub text: TextId,
}

/// The sentence at the top.
#[derive(Clone, Debug)]
pub struct Headline {
    /// Name.
    pub id: String,
    /// Counts only when this is certain.
    pub when: NodeId,
    /// Outcomes of the whole answer it is for; any if empty.
    pub outcomes: Vec<Outcome>,
    /// Text with `{pathway}`, `{contact}`, `{date}`.
    pub text: TextId,
}

/// What must hold for everybody.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// Name.
    pub id: String,
    /// The sentence a lawyer would say.
    pub text: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// For whom it is claimed; a claim about nobody is empty.
    pub given: NodeId,
    /// What is claimed.
    pub claim: Claim,
    /// For every offer that the claim names: the same claim, were the offer made to everybody.
    pub bounds: Vec<(String, NodeId)>,
}

/// Something that a built-in invariant would refuse, and the reason why it is right.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Name.
    pub id: String,
    /// The invariant.
    pub of: BuiltIn,
    /// What is excused, as reports name it, such as `modules.digital.rules.long-distance`.
    pub subject: String,
    /// The reason.
    pub text: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// What an invariant claims.
#[derive(Clone, Debug)]
pub enum Claim {
    /// Holds for everybody.
    Always(NodeId),
    /// Holds for somebody.
    Possible(NodeId),
    /// None of these outcomes depends on any of these facts.
    NeverDependsOn(Vec<(String, NodeId)>, FactSet),
}

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Name.
    pub id: String,
    /// Short name.
    pub short: Option<String>,
    /// Title.
    pub title: String,
    /// Kind of source.
    pub kind: String,
    /// Address.
    pub url: Option<String>,
    /// Address of one paragraph, with `{section}`.
    pub section_url: Option<String>,
    /// State of the text.
    pub text_as_of: Option<Date>,
    /// Day of the last look.
    pub checked_on: Option<Date>,
    /// `seen` or `unverified`.
    pub status: String,
    /// Remark.
    pub note: Option<TextId>,
    /// Licence notice.
    pub licence: Option<String>,
}

/// Official wording of a provision.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Place of the source in [`Ruleset::sources`].
    pub source: usize,
    /// Paragraph and Absatz.
    pub at: String,
    /// Wording.
    pub text: String,
}

/// A cited claim.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Name.
    pub id: String,
    /// The claim.
    pub claim: TextId,
    /// What was found.
    pub fact: Option<TextId>,
    /// Year it speaks of.
    pub year: Option<i64>,
    /// `confirmed`, `doubtful`, `unchecked` or `position`.
    pub reliability: String,
    /// Remark.
    pub note: Option<TextId>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// An information event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Name.
    pub id: String,
    /// Title.
    pub title: TextId,
    /// Text.
    pub text: Option<TextId>,
    /// Day.
    pub date: Date,
    /// Begin, `HH:MM`, Europe/Berlin.
    pub from: Option<String>,
    /// End, `HH:MM`, Europe/Berlin.
    pub to: Option<String>,
    /// `online` or `on-site`.
    pub format: String,
    /// For whom.
    pub audience: Vec<String>,
    /// Address.
    pub url: Option<String>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// What a conclusion is about; numbers are places in the lists of the [`Segment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Outcome of a phase.
    Pathway(usize),
    /// Who decides.
    DecidedBy,
    /// The first contact.
    FirstContact,
    /// Presence and standing of a module.
    Module(usize),
    /// Presence of a contact route.
    Route(usize),
    /// Order of two contact routes, or presence of one as far as the order is concerned.
    RouteOrder,
    /// Presence of an offer.
    Offer(usize),
    /// Presence of a notice.
    Notice(usize),
    /// Whose postal code finds the offices of a route.
    Offices(usize),
}

/// Something the answer can change in, as a function of complete facts.
#[derive(Clone, Copy, Debug)]
pub struct Conclusion {
    /// What it is about.
    pub subject: Subject,
    /// The diagram.
    pub root: NodeId,
    /// The facts it asks anywhere.
    pub facts: FactSet,
}

impl Segment {
    /// Gathers what the answer can change in; conclusions that no fact can change are left out.
    pub(crate) fn gather_conclusions(&mut self) {
        let pathways = self
            .pathways
            .iter()
            .enumerate()
            .map(|(at, pathway)| (Subject::Pathway(at), pathway.outcome));
        let modules = self
            .modules
            .iter()
            .enumerate()
            .map(|(at, module)| (Subject::Module(at), module.state));
        let routes = self
            .routes
            .iter()
            .enumerate()
            .map(|(at, route)| (Subject::Route(at), route.present));
        let orders = self
            .route_orders
            .iter()
            .map(|pair| (Subject::RouteOrder, *pair));
        let offers = self
            .offers
            .iter()
            .enumerate()
            .map(|(at, offer)| (Subject::Offer(at), offer.present));
        let notices = self
            .notices
            .iter()
            .enumerate()
            .map(|(at, notice)| (Subject::Notice(at), notice.present));
        let offices = self.routes.iter().enumerate();
        let offices = offices
            .filter_map(|(at, route)| Some((Subject::Offices(at), route.offices.as_ref()?.used)));
        let single = [
            (Subject::DecidedBy, self.decided_by),
            (Subject::FirstContact, self.first_contact),
        ];
        let all = pathways
            .chain(single)
            .chain(modules)
            .chain(routes)
            .chain(orders)
            .chain(offers)
            .chain(notices)
            .chain(offices);
        self.conclusions = all
            .map(|(subject, root)| Conclusion {
                subject,
                root,
                facts: self.diagrams.facts(root),
            })
            .filter(|conclusion| !conclusion.facts.is_empty())
            .collect();
    }

    /// Whether any conclusion, or the condition of an implied fact, asks this fact.
    #[must_use]
    pub fn depends_on(&self, fact: FactId) -> bool {
        let implied = self
            .implied
            .iter()
            .any(|implied| implied.facts.contains(fact));
        implied
            || self
                .conclusions
                .iter()
                .any(|conclusion| conclusion.facts.contains(fact))
    }
}
