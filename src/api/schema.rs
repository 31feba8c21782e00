//! What goes over the wire, as types: the shape of every request and answer, for the OpenAPI document and for clients in Rust.
//!
//! An answer is written by hand, for speed (`answer`); these types describe it exactly. `tests/contract.rs` reads real answers into them, refuses
//! unknown members, and writes them back to equal JSON. Ids in answers are open: a new module breaks no client.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// A member that may be left out, and may be `null` where it is there.
#[allow(
    clippy::option_option,
    reason = "left out and null are two answers: not asked for, and asked for but nothing there"
)]
type Nullable<T> = Option<Option<T>>;

fn nullable<'de, D, T>(deserializer: D) -> Result<Nullable<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    // Called only where the member is there.
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Name of a fact, as in `GET /v1/facts`. Open: a rule set may declare more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "trainingStatus")]
pub struct FactId(pub String);

/// A phase of AsA flex, as in `GET /v1/pathways`. Open: the law may add one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "begleitende-phase")]
pub struct PathwayId(pub String);

/// A support module, as in `GET /v1/modules`. Open: a rule set may add more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "pruefungsvorbereitung")]
pub struct ModuleId(pub String);

/// A contact route, as in `GET /v1/contact-routes`. Open: a rule set may add more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "aa-berufsberatung")]
pub struct ContactRouteId(pub String);

/// An adjacent offer, as in `GET /v1/offers`. Open: a rule set may add more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "azubi-bsk")]
pub struct OfferId(pub String);

/// A notice. Open: a rule set may add more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "no-legal-advice")]
pub struct NoticeId(pub String);

/// A source, as in `GET /v1/sources`. Open: a rule set may add more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "sgb-iii")]
pub struct SourceId(pub String);

/// An information event, as in `GET /v1/events`. Open: events come and go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "mit-unterstuetzung-ausbilden-2025-07")]
pub struct EventId(pub String);

/// What an open question can still change: a phase by its id, or `decided-by`, `first-contact`, `modules`, `contact-routes`, `offers`, `notices`, `offices`. Open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = "begleitende-phase")]
pub struct AffectedId(pub String);

/// What the answer says about a phase, from favourable to unfavourable; never an entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every condition appears met as far as stated; the body decides at its discretion.
    ConditionsMet,
    /// Nothing fails; what is open only the body can settle.
    AgencyAssessment,
    /// Nothing fails; facts that could still change the outcome are unknown, and they are named.
    MissingFacts,
    /// Only a waiting period fails; `earliestDate` says when it ends.
    NotYet,
    /// A maximum period is over; `lastDate` says since when.
    Expired,
    /// A statutory condition fails; it is named with its law.
    ConditionsNotMet,
    /// The evaluation date lies before the regime.
    NotInForce,
}

/// How a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementStatus {
    /// Met.
    Met,
    /// Not met.
    NotMet,
    /// Facts are missing.
    Unknown,
    /// Only the body can say.
    Assessment,
    /// Does not apply here.
    NotApplicable,
}

/// What it means when a requirement is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementKind {
    /// The phase is not open.
    Must,
    /// The phase is not open yet.
    Waiting,
    /// The phase is over.
    Limit,
    /// Only the body can say; never excludes.
    Assessment,
}

/// Kind of authority something rests on, by descending weight; only a statute may exclude anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Statute.
    Statute,
    /// Legislative materials.
    Materials,
    /// Commentary.
    Comm,
    /// Instructions of the Bundesagentur, second hand.
    Fw2h,
    /// Information of the Bundesagentur.
    BaInfo,
    /// Court decision.
    Caselaw,
    /// Own reading, derived from the statute.
    Derived,
    /// Not verified.
    Unverified,
}

/// The body that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecidingBody {
    /// Agentur für Arbeit.
    AgenturFuerArbeit,
    /// Jobcenter.
    Jobcenter,
    /// Another rehabilitation carrier.
    RehabilitationCarrier,
    /// Open: in law, or until the facts in `settledBy` are known.
    Unclear,
}

/// How firmly a module is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A phase that carries it appears open, or it needs none.
    Recommended,
    /// It fits once a phase that carries it opens.
    Conditional,
}

/// Who benefits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Beneficiary {
    /// The trainee.
    Trainee,
    /// Trainers in the company.
    Trainer,
    /// The company.
    Company,
}

/// Whether there is a legal claim to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// There is a claim if the conditions are met.
    Claim,
    /// The body decides at its discretion.
    Discretion,
    /// A programme, while it runs.
    Programme,
    /// Advice, open to all.
    Advice,
}

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something may be lost.
    Warning,
    /// Act now.
    Urgent,
}

/// How somebody is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// By telephone.
    Phone,
    /// On a page.
    Web,
    /// By e-mail.
    Email,
    /// In person.
    Visit,
    /// In a chat.
    Chat,
}

/// What using a channel costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// Nothing.
    Free,
    /// Something; the note says what.
    Paid,
    /// Not confirmed.
    Unknown,
}

/// Kind of office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OfficeKind {
    /// Agentur für Arbeit.
    EmploymentAgency,
    /// Jobcenter.
    Jobcenter,
}

/// How far the name of an office can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NameStatus {
    /// A page or an ordinance carries the name.
    Official,
    /// Place of the main office; neither the official name nor the address.
    DerivedPlace,
}

/// What an open question can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// An outcome, its dates, who decides, or the first contact.
    Decides,
    /// Anything else in the answer.
    Refines,
}

/// Type of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactType {
    /// `true` or `false`.
    Bool,
    /// One of the options.
    One,
    /// A list of options; the empty list means none of these.
    Many,
    /// A whole number within the range.
    Int,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// A German postal code, five digits as text.
    Plz,
}

/// Kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Statute or ordinance.
    Statute,
    /// Legislative materials.
    Materials,
    /// Commentary.
    Commentary,
    /// Page of an authority.
    Agency,
    /// Page of a chamber.
    Chamber,
    /// Press.
    Press,
    /// Court.
    Court,
    /// Study.
    Study,
    /// Page of a programme or provider.
    Programme,
    /// Data set.
    Data,
}

/// Whether the source itself was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceStatus {
    /// It was seen on `checkedOn`.
    Seen,
    /// It was not seen.
    Unverified,
}

/// How far a claim can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reliability {
    /// Confirmed by its source.
    Confirmed,
    /// Sources disagree.
    Doubtful,
    /// Not checked.
    Unchecked,
    /// A position, not a finding.
    Position,
}

/// Where an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventFormat {
    /// Online.
    Online,
    /// On site.
    OnSite,
}

/// For whom an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventAudience {
    /// Trainees.
    Trainee,
    /// Trainers.
    Trainer,
    /// Companies.
    Company,
    /// Works councils.
    WorksCouncil,
}

/// How a postal code lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PostalClass {
    /// In one district.
    OneDistrict,
    /// In several districts; all are listed.
    SeveralDistricts,
    /// In Berlin; the Bezirk settles it.
    Berlin,
    /// Not in the table.
    NotListed,
}

/// Form of a Jobcenter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum JobcenterForm {
    /// Joint body of agency and municipality.
    #[serde(rename = "gE")]
    GE,
    /// The municipality alone.
    #[serde(rename = "zkT")]
    ZkT,
}

/// Section of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Section {
    /// The phases.
    #[serde(rename = "pathways")]
    Pathways,
    /// Support modules.
    #[serde(rename = "modules")]
    Modules,
    /// Contact routes.
    #[serde(rename = "contactRoutes")]
    ContactRoutes,
    /// Adjacent offers.
    #[serde(rename = "offers")]
    Offers,
    /// Notices.
    #[serde(rename = "notices")]
    Notices,
    /// Open questions and the next one.
    #[serde(rename = "openQuestions")]
    OpenQuestions,
    /// Sources used in the answer.
    #[serde(rename = "sources")]
    Sources,
}

/// How much an answer explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Explain {
    /// Neither reasons nor requirements.
    None,
    /// Reasons and requirements.
    Reasons,
    /// The official wording beside every requirement, too.
    Full,
}

/// What changes on a later day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeSubject {
    /// The outcome of the whole answer.
    Outcome,
    /// The outcome of a phase.
    Pathway,
    /// The `earliestDate` of a phase.
    EarliestDate,
    /// The `lastDate` of a phase.
    LastDate,
    /// Who decides.
    DecidedBy,
    /// Presence or standing of a module.
    Module,
    /// Presence of a contact route, or its place among those that stay.
    ContactRoute,
    /// Presence of an offer.
    Offer,
    /// Presence of a notice.
    Notice,
    /// The offices of a contact route.
    Office,
}

/// Whether the process answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LiveStatus {
    /// It does.
    Live,
}

/// Whether the service takes work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadyStatus {
    /// It does.
    Ready,
}

/// One set of circumstances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScreeningRequest {
    /// Evaluation date; today in Europe/Berlin if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-11-23")]
    pub as_of: Option<String>,
    /// What is known; every fact is optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub facts: Option<Map<String, Value>>,
}

/// The rules that answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RulesetRef {
    /// Id of the rule set.
    #[schema(example = "asa-flex")]
    pub id: String,
    /// Version of the rule set.
    #[schema(example = "2026.11.0")]
    pub version: String,
    /// Digest of all rule files.
    #[schema(example = "sha256:696e8c8a21d546e43781449121316556b673eb16c34a75a85d6b3ab4ab2d5e4f")]
    pub digest: String,
}

/// A line of a batch: a screening request with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchLine {
    /// Name of the line, `[A-Za-z0-9._-]{1,64}`; echoed and never logged.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "row-17")]
    pub reference: Option<String>,
    /// Evaluation date; today in Europe/Berlin if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-11-23")]
    pub as_of: Option<String>,
    /// What is known; every fact is optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub facts: Option<Map<String, Value>>,
}

/// The answer to a line: either `result` or `problem`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchAnswer {
    /// Number of the line, from 1.
    #[schema(example = 1)]
    pub line: u32,
    /// Name of the line, if it had one.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "row-17", nullable = false)]
    pub reference: Option<String>,
    /// The advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<ScreeningResponse>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<crate::api::error::ProblemDetails>,
}

/// The whole advice. Sections that `include` leaves out are absent. It says what the law provides as far as stated, and whom to ask; it is no decision and no legal advice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScreeningResponse {
    /// Evaluation date.
    #[schema(format = Date, example = "2026-11-23")]
    pub as_of: String,
    /// The rules that answered.
    pub ruleset: RulesetRef,
    /// The most favourable outcome among the phases.
    pub outcome: Outcome,
    /// The answer in one plain sentence.
    #[schema(example = "Alle Voraussetzungen scheinen erfüllt.")]
    pub headline: String,
    /// The body that decides.
    pub decided_by: DecidedBy,
    /// The first later day on which the same facts give another answer, and what changes then, in the sections that are included; `null` if
    /// there is none. Texts, reasons and the age of sources do not count.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<ChangesOn>)]
    pub changes_on: Nullable<ChangesOn>,
    /// Facts that were sent and had no influence on anything in the sections that are included: without them the answer would be the same, and
    /// they would not be asked. Need not be sent next time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unused_facts: Option<Vec<FactId>>,
    /// All phases of AsA flex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pathways: Option<Vec<PathwayAdvice>>,
    /// Support modules that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub modules: Option<Vec<ModuleAdvice>>,
    /// Whom to contact, in the order in which to do it; at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact_routes: Option<Vec<ContactRouteAdvice>>,
    /// Offers beside AsA flex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub offers: Option<Vec<OfferAdvice>>,
    /// What the person must be told, most urgent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notices: Option<Vec<NoticeAdvice>>,
    /// Exactly the facts that can still change something, deciding ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub open_questions: Option<Vec<OpenQuestion>>,
    /// The question to ask next; `null` if none is open.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<NextQuestion>)]
    pub next_question: Nullable<NextQuestion>,
    /// What absent facts were taken for.
    pub assumptions: Vec<Assumption>,
    /// The sources that the answer cites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sources: Option<Vec<Source>>,
}

/// Who decides, and what would settle it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecidedBy {
    /// The body.
    pub id: DecidingBody,
    /// Name.
    #[schema(example = "Agentur für Arbeit")]
    pub title: String,
    /// What it means.
    #[schema(example = "Die Agentur für Arbeit entscheidet.")]
    pub text: String,
    /// The bodies that may still decide; empty when one does.
    pub candidates: Vec<DecidingBody>,
    /// Facts that would settle it.
    pub settled_by: Vec<FactId>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Citation {
    /// Id of the source.
    pub source: SourceId,
    /// Pinpoint; `null` for the source as a whole.
    #[schema(example = "§ 74 Abs. 1 Satz 1", required = true)]
    pub at: Option<String>,
    /// Address, if there is one.
    #[schema(
        format = "uri",
        example = "https://www.gesetze-im-internet.de/sgb_3/__74.html",
        required = true
    )]
    pub url: Option<String>,
    /// Remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "sinngemäß", nullable = false)]
    pub note: Option<String>,
}

/// A phase of AsA flex and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathwayAdvice {
    /// Id of the phase.
    pub id: PathwayId,
    /// Name.
    #[schema(example = "Begleitende Phase")]
    pub title: String,
    /// What the phase is.
    #[schema(example = "Unterstützung während der betrieblichen Ausbildung.")]
    pub text: String,
    /// How it stands.
    pub outcome: Outcome,
    /// First day on which no waiting period fails, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2027-02-01", nullable = false)]
    pub earliest_date: Option<String>,
    /// Last day of the maximum period, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-08-31", nullable = false)]
    pub last_date: Option<String>,
    /// The fewest facts whose change would open a phase that is not open; `null` if it is open, or if nothing a person can change would open it.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<ToOpen>)]
    pub to_open: Nullable<ToOpen>,
    /// Its requirements; absent with `explain=none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub requirements: Option<Vec<RequirementAdvice>>,
    /// The law behind it.
    pub citations: Vec<Citation>,
}

/// What would have to be different for a phase to open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToOpen {
    /// The fewest stated facts that would have to be different, among those a person can change at all (`changeable` at `/v1/facts`): a contract,
    /// a consent, never age, status or health. Empty where nothing stated has to be different.
    pub facts: Vec<FactId>,
    /// Facts that are not known and would have to fit, too.
    pub unknown: Vec<FactId>,
    /// Day until which one would have to wait then; `null` if no waiting is needed, or if unknown facts decide until when.
    #[schema(format = Date, example = "2027-02-01", required = true)]
    pub wait_until: Option<String>,
}

/// A requirement of a phase and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequirementAdvice {
    /// Id within the phase.
    #[schema(example = "contract-concluded")]
    pub id: String,
    /// What it means when it is not met.
    pub kind: RequirementKind,
    /// How it stands.
    pub status: RequirementStatus,
    /// The same in words.
    #[schema(example = "Der Ausbildungsvertrag ist geschlossen.")]
    pub text: String,
    /// The given facts that settle it, or the open ones when it is unknown; never their values.
    pub facts: Vec<FactId>,
    /// Day on which the waiting period ends, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2027-02-01", nullable = false)]
    pub earliest_date: Option<String>,
    /// Last day of the maximum period, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-08-31", nullable = false)]
    pub last_date: Option<String>,
    /// Kind of authority it rests on.
    pub basis: Basis,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// The official wording; only with `explain=full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub wording: Option<Vec<Wording>>,
}

/// Official wording of a provision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wording {
    /// Id of the statute.
    pub source: SourceId,
    /// Provision.
    #[schema(example = "§ 74 Abs. 1")]
    pub at: String,
    /// Wording.
    #[schema(
        example = "Die Agentur für Arbeit kann förderungsberechtigte junge Menschen … fördern."
    )]
    pub text: String,
}

/// A reason: a rule, and an irreducible set of given facts that is enough for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// Id of the rule.
    #[schema(example = "final-exam-failed")]
    pub rule: String,
    /// The reason in words.
    #[schema(example = "Eine Abschlussprüfung wurde nicht bestanden.")]
    pub text: String,
    /// The facts it rests on; never their values.
    pub facts: Vec<FactId>,
}

/// A support module that fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModuleAdvice {
    /// Id of the module.
    pub id: ModuleId,
    /// Name.
    #[schema(example = "Prüfungsvorbereitung")]
    pub title: String,
    /// What it is.
    #[schema(example = "Gezielte Vorbereitung auf die Prüfung.")]
    pub text: String,
    /// How firmly it is recommended.
    pub standing: Standing,
    /// The phase that carries it; `null` outside AsA.
    #[schema(required = true)]
    pub phase: Option<PathwayId>,
    /// Who benefits.
    pub beneficiary: Vec<Beneficiary>,
    /// Why it is here; absent with `explain=none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub because: Option<Vec<Reason>>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// An offer beside AsA flex that may fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferAdvice {
    /// Id of the offer.
    pub id: OfferId,
    /// Name.
    #[schema(example = "Berufssprachkurs für Auszubildende")]
    pub title: String,
    /// What it is.
    #[schema(example = "Deutsch für Berufsschule und Betrieb.")]
    pub text: String,
    /// Whether there is a legal claim.
    pub claim: ClaimKind,
    /// Contact routes that lead to it.
    pub contact: Vec<ContactRouteId>,
    /// Why it is here; absent with `explain=none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub because: Option<Vec<Reason>>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Something the person must be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeAdvice {
    /// Id of the notice.
    pub id: NoticeId,
    /// How loud.
    pub severity: Severity,
    /// Text.
    #[schema(example = "Dies ist keine Rechtsberatung.")]
    pub text: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Somebody to contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactRouteAdvice {
    /// Id of the route.
    pub id: ContactRouteId,
    /// Name.
    #[schema(example = "Berufsberatung der Agentur für Arbeit")]
    pub title: String,
    /// What it is for.
    #[schema(example = "Der übliche Weg zu AsA flex.")]
    pub purpose: String,
    /// Why it is here, and why at this place; absent with `explain=none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub because: Option<Vec<Reason>>,
    /// How to reach it.
    pub channels: Vec<Channel>,
    /// What to bring.
    pub bring: Vec<String>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// Offices for the stated postal code: all candidates, never a guess.
    pub offices: Vec<Office>,
    /// Official search for the office; `null` without a postal code.
    #[schema(
        format = "uri",
        example = "https://web.arbeitsagentur.de/portal/metasuche/suche/dienststellen?in=arbeitsagenturen&plz=70173",
        required = true
    )]
    pub office_finder_url: Option<String>,
    /// Coming information events, on routes that have some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub events: Option<Vec<RouteEvent>>,
}

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Channel {
    /// Kind of channel.
    pub kind: ChannelKind,
    /// Number in E.164 form, or address; `null` where there is no central one.
    #[schema(example = "+498004555500", required = true)]
    pub value: Option<String>,
    /// As printed.
    #[schema(example = "0800 4 5555 00", required = true)]
    pub label: Option<String>,
    /// What it costs.
    pub cost: Cost,
    /// Opening hours, if known.
    #[schema(example = "Montag bis Freitag 8 bis 18 Uhr", required = true)]
    pub hours: Option<String>,
    /// Languages spoken (BCP 47), if known.
    pub languages: Vec<String>,
    /// Day of the last look.
    #[schema(format = Date, example = "2026-11-23", required = true)]
    pub verified_on: Option<String>,
    /// Whether a source confirms it.
    #[schema(example = true)]
    pub verified: bool,
    /// Remark.
    #[schema(example = "Rückruf möglich.", required = true)]
    pub note: Option<String>,
}

/// An office for the stated postal code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Office {
    /// Kind of office.
    pub kind: OfficeKind,
    /// Official number.
    #[schema(example = "677")]
    pub id: String,
    /// Name, or a derived place label.
    #[schema(example = "Stuttgart")]
    pub name: String,
    /// Which of the two.
    pub name_status: NameStatus,
    /// The office's own page, where one is known.
    #[schema(
        format = "uri",
        example = "https://www.arbeitsagentur.de/vor-ort/lueneburger-heide",
        required = true
    )]
    pub url: Option<String>,
}

/// A coming information event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteEvent {
    /// Id of the event.
    pub id: EventId,
    /// Title.
    #[schema(example = "Mit Unterstützung ausbilden")]
    pub title: String,
    /// Day.
    #[schema(format = Date, example = "2027-01-14")]
    pub date: String,
    /// Address.
    #[schema(format = "uri", example = "https://wap.igmetall.de/", required = true)]
    pub url: Option<String>,
}

/// A fact that can still change something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenQuestion {
    /// The fact.
    pub fact: FactId,
    /// How to ask.
    #[schema(example = "Gibt es einen unterschriebenen Ausbildungsvertrag?")]
    pub question: String,
    /// Why it is asked.
    #[schema(example = "Die Begleitung setzt einen Vertrag voraus.")]
    pub why: String,
    /// How much hangs on it.
    pub kind: QuestionKind,
    /// Art. 9 GDPR or comparable; always optional.
    #[schema(example = false)]
    pub sensitive: bool,
    /// What it can change.
    pub affects: Vec<AffectedId>,
}

/// The question to ask next, ready to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NextQuestion {
    /// The fact.
    pub fact: FactId,
    /// How to ask.
    #[schema(example = "Gibt es einen unterschriebenen Ausbildungsvertrag?")]
    pub question: String,
    /// Why it is asked.
    #[schema(example = "Die Begleitung setzt einen Vertrag voraus.")]
    pub why: String,
    /// Help.
    #[schema(
        example = "Ob er bei der Kammer eingetragen ist, spielt keine Rolle.",
        required = true
    )]
    pub help: Option<String>,
    /// Type of the answer.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// Art. 9 GDPR or comparable; always optional.
    #[schema(example = false)]
    pub sensitive: bool,
    /// The options; for `bool` these are `false` and `true`, which are sent as JSON booleans, not as texts.
    pub options: Vec<FactOption>,
    /// Bounds of a whole number; only for `int`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub range: Option<IntRange>,
    /// Upper bound on the questions that can follow, this one included; never rises as facts are added without contradiction.
    #[schema(example = 12)]
    pub at_most: u32,
}

/// An option of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactOption {
    /// Value to send; of a fact of the type `bool` as a JSON boolean.
    #[schema(example = "in-training")]
    pub id: String,
    /// How to show it.
    #[schema(example = "läuft gerade")]
    pub text: String,
}

/// Bounds of a whole number, both included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntRange {
    /// Smallest value.
    #[schema(example = 10)]
    pub min: i32,
    /// Largest value.
    #[schema(example = 99)]
    pub max: i32,
}

/// What an absent fact was taken for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assumption {
    /// The fact.
    pub fact: FactId,
    /// The assumption in words.
    #[schema(example = "Wir nehmen an, dass niemand in Gefahr ist.")]
    pub text: String,
}

/// The first later day on which the same facts give another answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangesOn {
    /// The day.
    #[schema(format = Date, example = "2027-02-01")]
    pub date: String,
    /// What changes.
    pub changes: Vec<Change>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    /// What it is.
    pub subject: ChangeSubject,
    /// Id of what changes: of the phase, module, route, offer or notice; for an office of its route; otherwise `outcome` or `decided-by`.
    #[schema(example = "begleitende-phase")]
    pub id: String,
    /// Before: an outcome, a day, a body, a standing, the place of a route, numbers of offices, or `present`; `null` for what was not there.
    #[schema(example = "not-yet", required = true)]
    pub from: Option<String>,
    /// From that day on; `null` for what is gone.
    #[schema(example = "conditions-met", required = true)]
    pub to: Option<String>,
}

/// A statute, study or page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Id of the source.
    pub id: SourceId,
    /// Short name.
    #[schema(example = "SGB III", required = true)]
    pub short: Option<String>,
    /// Title.
    #[schema(example = "Sozialgesetzbuch Drittes Buch – Arbeitsförderung")]
    pub title: String,
    /// Kind of source.
    pub kind: SourceKind,
    /// Address.
    #[schema(
        format = "uri",
        example = "https://www.gesetze-im-internet.de/sgb_3/",
        required = true
    )]
    pub url: Option<String>,
    /// State of the text.
    #[schema(format = Date, example = "2026-08-19", required = true)]
    pub text_as_of: Option<String>,
    /// Day of the last look.
    #[schema(format = Date, example = "2026-11-23", required = true)]
    pub checked_on: Option<String>,
    /// Whether it was seen.
    pub status: SourceStatus,
    /// Remark.
    #[schema(example = "Konsolidierte Fassung.", required = true)]
    pub note: Option<String>,
    /// Licence notice.
    #[schema(example = "gemeinfrei nach § 5 UrhG", required = true)]
    pub licence: Option<String>,
}

/// The questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactCatalog {
    /// Every fact, in declaration order.
    pub facts: Vec<FactEntry>,
    /// Small texts for forms by name, such as `yes` and `preferNotToSay`.
    pub labels: BTreeMap<String, String>,
}

/// A fact of the questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactEntry {
    /// Name in requests.
    pub id: FactId,
    /// Short name.
    #[schema(example = "Stand der Ausbildung")]
    pub label: String,
    /// How to ask.
    #[schema(example = "Wo steht die Ausbildung gerade?")]
    pub question: String,
    /// Why it is asked.
    #[schema(example = "Vom Stand der Ausbildung hängt ab, welche Phase in Frage kommt.")]
    pub why: String,
    /// Help.
    #[schema(example = "Im Zweifel „läuft gerade“.", required = true)]
    pub help: Option<String>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// Art. 9 GDPR or comparable; always optional.
    #[schema(example = false)]
    pub sensitive: bool,
    /// The options; for `bool` these are `false` and `true`.
    pub options: Vec<FactOption>,
    /// Bounds of a whole number; only for `int`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub range: Option<IntRange>,
    /// Whether a person can change it at all.
    #[schema(example = true)]
    pub changeable: bool,
    /// Rank in the questionnaire; lower is asked earlier.
    #[schema(example = 3)]
    pub order: u32,
    /// What absence is taken for, if anything.
    #[schema(
        example = "Wir nehmen an, dass niemand in Gefahr ist.",
        required = true
    )]
    pub assumption: Option<String>,
}

/// Support modules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportModuleList {
    /// In the order of an answer.
    pub modules: Vec<SupportModule>,
}

/// A rule: the facts it asks and the reason it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleSummary {
    /// Id.
    #[schema(example = "final-exam-failed")]
    pub id: String,
    /// Reason.
    #[schema(example = "Eine Abschlussprüfung wurde nicht bestanden.")]
    pub text: String,
    /// The facts it asks.
    pub facts: Vec<FactId>,
}

/// A support module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportModule {
    /// Id.
    pub id: ModuleId,
    /// Name.
    #[schema(example = "Prüfungsvorbereitung")]
    pub title: String,
    /// What it is.
    #[schema(example = "Gezielte Vorbereitung auf die Prüfung.")]
    pub text: String,
    /// Who benefits.
    pub beneficiary: Vec<Beneficiary>,
    /// Phases that carry it; empty outside AsA.
    pub carried_by: Vec<PathwayId>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// What triggers it.
    pub rules: Vec<RuleSummary>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Contact routes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactRouteList {
    /// In catalogue order; an answer has its own.
    pub contact_routes: Vec<ContactRoute>,
}

/// A contact route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactRoute {
    /// Id.
    pub id: ContactRouteId,
    /// Name.
    #[schema(example = "Berufsberatung der Agentur für Arbeit")]
    pub title: String,
    /// What it is for.
    #[schema(example = "Der übliche Weg zu AsA flex.")]
    pub purpose: String,
    /// How to reach it.
    pub channels: Vec<Channel>,
    /// What to bring.
    pub bring: Vec<String>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// What triggers it.
    pub rules: Vec<RuleSummary>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Adjacent offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferList {
    /// In the order of an answer.
    pub offers: Vec<Offer>,
}

/// An offer for those whom AsA flex does not fit, or beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Id.
    pub id: OfferId,
    /// Name.
    #[schema(example = "Berufssprachkurs für Auszubildende")]
    pub title: String,
    /// What it is.
    #[schema(example = "Deutsch für Berufsschule und Betrieb.")]
    pub text: String,
    /// Whether there is a legal claim.
    pub claim: ClaimKind,
    /// Contact routes that lead to it.
    pub contact: Vec<ContactRouteId>,
    /// Kind of authority it rests on.
    #[schema(required = true)]
    pub basis: Option<Basis>,
    /// What triggers it.
    pub rules: Vec<RuleSummary>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// The phases of AsA flex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathwayList {
    /// In the order of the law.
    pub pathways: Vec<Pathway>,
}

/// A phase of AsA flex with its requirements and the law behind each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pathway {
    /// Id.
    pub id: PathwayId,
    /// Name.
    #[schema(example = "Begleitende Phase")]
    pub title: String,
    /// What it is.
    #[schema(example = "Unterstützung während der betrieblichen Ausbildung.")]
    pub text: String,
    /// Whether it is in force on the day asked for.
    #[schema(example = true)]
    pub in_force: bool,
    /// Its requirements.
    pub requirements: Vec<Requirement>,
    /// The law behind it.
    pub citations: Vec<Citation>,
    /// How the outcome comes about, as a flowchart in the language Mermaid.
    #[schema(example = "flowchart TD\n")]
    pub diagram: String,
}

/// A requirement of a phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    /// Id within the phase.
    #[schema(example = "contract-concluded")]
    pub id: String,
    /// What it means when it is not met.
    pub kind: RequirementKind,
    /// Kind of authority it rests on.
    pub basis: Basis,
    /// Text when met.
    #[schema(example = "Der Vertrag ist geschlossen.")]
    pub met: String,
    /// Text when not met.
    #[schema(example = "Ohne Vertrag keine begleitende Phase.")]
    pub not_met: String,
    /// Text when open.
    #[schema(example = "Ob ein Vertrag geschlossen ist, wissen wir nicht.")]
    pub unknown: String,
    /// What it asks, in plain words: a line for each statement, further in what belongs together.
    #[schema(example = "Ausbildungsvertrag: Ja")]
    pub asks: String,
    /// Where it applies at all, told in the same way; absent where it always does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Wohnort in Deutschland: Ja")]
    pub applies_when: Option<String>,
    /// The facts it asks.
    pub facts: Vec<FactId>,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// The official wording.
    pub wording: Vec<Wording>,
}

/// Sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceList {
    /// Statutes, studies, pages.
    pub sources: Vec<Source>,
}

/// Cited claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceList {
    /// The claims behind AsA flex.
    pub evidence: Vec<Evidence>,
}

/// A cited claim and what was found about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// Id.
    #[schema(example = "e2")]
    pub id: String,
    /// The claim.
    #[schema(example = "Fast 2,9 Millionen junge Menschen haben keinen Berufsabschluss.")]
    pub claim: String,
    /// What was found.
    #[schema(example = "Im Jahr 2022 waren es 2,86 Millionen.", required = true)]
    pub fact: Option<String>,
    /// Year it speaks of.
    #[schema(example = 2022, required = true)]
    pub year: Option<i32>,
    /// How far to trust it.
    pub reliability: Reliability,
    /// Remark.
    #[schema(example = "Die Zahl gilt für 2022.", required = true)]
    pub note: Option<String>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// Information events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventList {
    /// By day.
    pub events: Vec<Event>,
}

/// An information event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// Id.
    pub id: EventId,
    /// Title.
    #[schema(example = "Mit Unterstützung ausbilden")]
    pub title: String,
    /// What it is about.
    #[schema(example = "Online über MS Teams.", required = true)]
    pub text: Option<String>,
    /// Day.
    #[schema(format = Date, example = "2025-07-10")]
    pub date: String,
    /// Begin.
    #[schema(example = "10:00", required = true)]
    pub from: Option<String>,
    /// End.
    #[schema(example = "12:00", required = true)]
    pub to: Option<String>,
    /// Time zone of both.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// Where it takes place.
    pub format: EventFormat,
    /// For whom.
    pub audience: Vec<EventAudience>,
    /// Address.
    #[schema(format = "uri", example = "https://wap.igmetall.de/", required = true)]
    pub url: Option<String>,
    /// Whether the day is over.
    #[schema(example = true)]
    pub past: bool,
    /// The event as iCalendar.
    #[schema(example = "/v1/events/mit-unterstuetzung-ausbilden-2025-07.ics")]
    pub calendar_url: String,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// The offices for a postal code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficesAnswer {
    /// The code asked for.
    #[schema(example = "70173")]
    pub postal_code: String,
    /// Place; `null` if the code is not listed.
    #[schema(example = "Stuttgart", required = true)]
    pub place: Option<String>,
    /// How the code lies.
    pub class: PostalClass,
    /// All that come into question, never a guess.
    pub candidates: Vec<OfficeCandidate>,
    /// Facts that would settle it.
    pub settled_by: Vec<FactId>,
    /// Official searches.
    pub finder_urls: Vec<String>,
    /// State of the data.
    #[schema(format = Date, example = "2026-01-01")]
    pub data_as_of: String,
}

/// An agency district and a Jobcenter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficeCandidate {
    /// Agency district.
    pub employment_agency: EmploymentAgency,
    /// Jobcenter.
    pub jobcenter: Jobcenter,
    /// Bezirk, in Berlin.
    #[schema(example = "mitte", required = true)]
    pub district: Option<String>,
}

/// An agency district.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmploymentAgency {
    /// Official number.
    #[schema(example = "677")]
    pub id: String,
    /// Name, or a derived place label.
    #[schema(example = "Stuttgart")]
    pub name: String,
    /// Which of the two.
    pub name_status: NameStatus,
    /// The office's own page, where one is known.
    #[schema(
        format = "uri",
        example = "https://www.arbeitsagentur.de/vor-ort/lueneburger-heide",
        required = true
    )]
    pub url: Option<String>,
}

/// A Jobcenter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jobcenter {
    /// Official number.
    #[schema(example = "67702")]
    pub id: String,
    /// Name as the ordinance lists it.
    #[schema(example = "Stuttgart")]
    pub name: String,
    /// Form.
    pub form: JobcenterForm,
}

/// The rule set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RulesetInfo {
    /// Id.
    #[schema(example = "asa-flex")]
    pub id: String,
    /// Version.
    #[schema(example = "2026.11.0")]
    pub version: String,
    /// Digest of all rule files.
    #[schema(example = "sha256:696e8c8a21d546e43781449121316556b673eb16c34a75a85d6b3ab4ab2d5e4f")]
    pub digest: String,
    /// Title.
    #[schema(example = "Assistierte Ausbildung flexibel")]
    pub title: String,
    /// Periods of law; together they cover all days.
    pub segments: Vec<LawPeriod>,
    /// Languages.
    pub locales: Vec<LocaleInfo>,
    /// How much it holds.
    pub counts: RulesetCounts,
}

/// A period in which the law does not change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LawPeriod {
    /// First day; `null` for the first period.
    #[schema(format = Date, example = "2020-05-29", required = true)]
    pub from: Option<String>,
    /// Last day; `null` for the last period.
    #[schema(format = Date, example = "2024-03-31", required = true)]
    pub until: Option<String>,
}

/// A language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocaleInfo {
    /// BCP 47 tag.
    #[schema(example = "de-simple")]
    pub tag: String,
    /// Its name in itself.
    #[schema(example = "Einfache Sprache")]
    pub name: String,
    /// Texts that fall back to German.
    #[schema(example = 0)]
    pub missing_texts: u32,
}

/// How much a rule set holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RulesetCounts {
    /// Facts.
    #[schema(example = 66)]
    pub facts: u32,
    /// Phases.
    #[schema(example = 6)]
    pub pathways: u32,
    /// Support modules.
    #[schema(example = 27)]
    pub modules: u32,
    /// Contact routes.
    #[schema(example = 23)]
    pub contact_routes: u32,
    /// Offers.
    #[schema(example = 24)]
    pub offers: u32,
    /// Notices.
    #[schema(example = 40)]
    pub notices: u32,
    /// Sources.
    #[schema(example = 90)]
    pub sources: u32,
    /// Provisions with their wording.
    #[schema(example = 120)]
    pub provisions: u32,
    /// Cited claims.
    #[schema(example = 12)]
    pub evidence: u32,
    /// Events.
    #[schema(example = 4)]
    pub events: u32,
    /// Cases that come with the rules.
    #[schema(example = 150)]
    pub cases: u32,
    /// Postal codes.
    #[schema(example = 8200)]
    pub postal_codes: u32,
}

/// The process answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Liveness {
    /// Always `live`.
    pub status: LiveStatus,
}

/// The service takes work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Readiness {
    /// Always `ready`; otherwise the answer is a 503.
    pub status: ReadyStatus,
    /// The rules it answers by.
    pub ruleset: RulesetRef,
    /// How the last reload of the rules ended; null until there was one.
    #[schema(required = true)]
    pub last_reload: Option<Reload>,
    /// How the last reload of the API keys ended, without a digest; null until there was one.
    #[schema(required = true)]
    pub last_keys_reload: Option<Reload>,
    /// How the last reload of the TLS certificate ended, without a digest; null until there was one.
    #[schema(required = true)]
    pub last_certificate_reload: Option<Reload>,
}

/// How a reload ended. What is refused changes nothing: the old rules, keys or certificate stay in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reload {
    /// When, in UTC.
    #[schema(format = DateTime, example = "2026-11-23T09:30:00Z")]
    pub at: String,
    /// Whether it was taken over.
    #[schema(example = true)]
    pub accepted: bool,
    /// Digest of the rule set, if it could be read; null for keys.
    #[schema(
        example = "sha256:696e8c8a21d546e43781449121316556b673eb16c34a75a85d6b3ab4ab2d5e4f",
        required = true
    )]
    pub digest: Option<String>,
    /// How many problems it has.
    #[schema(example = 0)]
    pub problems: u32,
}

/// Every problem type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProblemTypeList {
    /// One per code.
    pub problems: Vec<ProblemType>,
}

/// A kind of problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProblemType {
    /// Its URI.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-request")]
    pub kind: String,
    /// Stable code.
    #[schema(value_type = String)]
    pub code: String,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// Title.
    #[schema(example = "The request is readable but invalid")]
    pub title: String,
    /// What to do about it.
    #[schema(example = "The member errors names each place and what would be accepted.")]
    pub detail: String,
}

/// Parameters of a screening.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ScreeningQuery {
    /// Sections of the answer, comma-separated or repeated, at least one; all if absent. What is left out is not computed.
    #[param(style = Form, explode = false, nullable = false, min_items = 1, example = json!(["pathways", "modules", "contactRoutes", "offers", "notices", "openQuestions", "sources"]))]
    pub include: Option<Vec<Section>>,
    /// How much is explained; `reasons` if absent.
    #[param(nullable = false, example = "reasons")]
    pub explain: Option<Explain>,
}

/// The day for which the catalogue is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct AsOfQuery {
    /// Day for which the law is shown; today in Europe/Berlin if absent.
    #[param(format = Date, nullable = false, example = "2026-11-23")]
    pub as_of: Option<String>,
}

/// The first day of interest.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FromQuery {
    /// Leaves out events before this day.
    #[param(format = Date, nullable = false, example = "2025-01-01")]
    pub from: Option<String>,
}

/// A postal code.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct PostalCodeQuery {
    /// German postal code, five digits.
    #[param(pattern = "^[0-9]{5}$", example = "70173")]
    pub postal_code: String,
}

/// Language of the answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct AcceptLanguage {
    /// Languages in order of preference (RFC 9110): `de` (default), `en`, `de-simple` (Einfache Sprache). A missing text falls back to German.
    #[serde(rename = "Accept-Language")]
    #[param(nullable = false, example = "de")]
    pub accept_language: Option<String>,
}

/// What the caller has already.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfNoneMatch {
    /// `ETag` of an earlier answer; 304 if nothing has changed.
    #[serde(rename = "If-None-Match")]
    #[param(nullable = false, example = "\"0123456789abcdef-de-begin\"")]
    pub if_none_match: Option<String>,
}
