//! Facts → advice: which phases are open, what fits, whom to contact, why, and what is still worth asking.
//!
//! Pure, total and deterministic: no clock, no input or output, no log, and no error. An unknown fact is never taken for no; every
//! conclusion is exact over all values the unknown facts could have.

use jiff::civil::Date;

use crate::diagram::{FactSet, NodeId, Reach, Scratch};
use crate::facts::{FactId, FactKind, Given, PostalCode, Value};
use crate::rules::model::{
    Body, ContactRoute, OfficeKind, Outcome, RequirementKind, Ruleset, Segment,
};

mod assignment;
mod because;
mod dates;
mod later;
mod questions;
mod to_open;
mod unused;

use assignment::Assignment;
pub use later::{Change, ChangesOn, Changing};
pub use questions::OpenQuestion;
pub use to_open::ToOpen;

/// What an answer shall hold; what is left out is not computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch per section of the answer"
)]
pub struct Wanted {
    /// Requirements, outcomes and dates of the phases; the outcomes are computed in any case.
    pub pathways: bool,
    /// Support modules.
    pub modules: bool,
    /// Contact routes.
    pub contact_routes: bool,
    /// Adjacent offers.
    pub offers: bool,
    /// Notices.
    pub notices: bool,
    /// Open questions and the next one.
    pub open_questions: bool,
    /// Sources.
    pub sources: bool,
    /// Reasons.
    pub because: bool,
}

impl Wanted {
    /// The whole answer.
    pub const ALL: Self = Self {
        pathways: true,
        modules: true,
        contact_routes: true,
        offers: true,
        notices: true,
        open_questions: true,
        sources: true,
        because: true,
    };
}

/// Working memory of screenings, reused from one to the next.
#[derive(Debug, Default)]
pub struct Workspace {
    walk: Scratch,
    summaries: Scratch,
    reasons: because::Reasons,
}

/// The whole advice; places are those in the lists of the [`Segment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Evaluation date.
    pub as_of: Date,
    /// The best outcome among the phases.
    pub outcome: Outcome,
    /// Place of the headline, if one fits.
    pub headline: Option<usize>,
    /// Who decides.
    pub decided_by: DecidedBy,
    /// Every phase.
    pub pathways: Vec<PathwayFinding>,
    /// Modules that are present.
    pub modules: Vec<ModuleFinding>,
    /// Contact routes in the order in which to take them.
    pub routes: Vec<RouteFinding>,
    /// Place of the first of them, also when the routes are not wanted.
    pub first_contact: Option<usize>,
    /// Offers that are present.
    pub offers: Vec<OfferFinding>,
    /// Places of the notices that are present and depend on facts.
    pub notices: Vec<usize>,
    /// The facts that can still change something.
    pub open_questions: Vec<OpenQuestion>,
    /// The fact to ask next.
    pub next_question: Option<FactId>,
    /// Upper bound on the questions that can follow; never rises as facts are added without contradiction.
    pub questions_max: u32,
    /// Facts that were absent and taken for something.
    pub assumptions: Vec<FactId>,
    /// The first later day on which the same facts give another answer.
    pub changes_on: Option<ChangesOn>,
    /// Facts that were stated and had no influence on anything.
    pub unused: FactSet,
}

/// Who decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedBy {
    /// The body, or [`Body::Unclear`].
    pub body: Body,
    /// Place of the rule that decides it, if it is one.
    pub decision: Option<usize>,
    /// Bodies that are still possible, when unclear.
    pub candidates: Vec<Body>,
    /// Facts that would settle it.
    pub settled_by: Vec<FactId>,
}

/// What the answer says about a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathwayFinding {
    /// Outcome.
    pub outcome: Outcome,
    /// First day on which every waiting period is over.
    pub earliest: Option<Date>,
    /// Last day of the period that is over.
    pub last: Option<Date>,
    /// Every requirement, in order.
    pub requirements: Vec<RequirementFinding>,
    /// What would have to be different for the phase to open, if it is not open and a person can change it.
    pub to_open: Option<ToOpen>,
}

/// What the answer says about a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementFinding {
    /// Status.
    pub status: Status,
    /// Given facts that are enough for it; the open ones when unknown.
    pub facts: FactSet,
    /// First day on which this waiting period is over.
    pub earliest: Option<Date>,
    /// Last day of this period that is over.
    pub last: Option<Date>,
}

/// Status of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Met,
    /// It fails.
    NotMet,
    /// It is open.
    Unknown,
    /// Only the body can say.
    Assessment,
    /// It does not apply.
    NotApplicable,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Met,
        Self::NotMet,
        Self::Unknown,
        Self::Assessment,
        Self::NotApplicable,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::Unknown => "unknown",
            Self::Assessment => "assessment",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// Why something is in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Because {
    /// What gives the reason.
    pub ground: Ground,
    /// An irreducible set of given facts that is enough.
    pub facts: FactSet,
}

/// What gives a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The rule with this place.
    Rule(usize),
    /// No single rule is certain, but that one of them holds is.
    Together,
    /// A body that may decide stays while it is possible.
    Possible,
    /// The band with this place gave it its place in the order.
    Band(usize),
}

/// A module that is present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFinding {
    /// Place in [`Segment::modules`].
    pub module: usize,
    /// `recommended` rather than `conditional`.
    pub recommended: bool,
    /// Place of the carrying phase with the best outcome.
    pub phase: Option<usize>,
    /// Why it is triggered.
    pub because: Vec<Because>,
}

/// A contact route that is present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteFinding {
    /// Place in [`Segment::routes`].
    pub route: usize,
    /// Why it is present, and why it comes here.
    pub because: Vec<Because>,
    /// Whose postal code finds its offices.
    pub offices: Option<OfficeFinding>,
}

/// Which offices to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeFinding {
    /// Kind of office.
    pub kind: OfficeKind,
    /// The postal code.
    pub code: PostalCode,
    /// Number of the Berlin Bezirk among the options of `berlinDistrict`.
    pub district: Option<u8>,
}

/// An offer that is present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferFinding {
    /// Place in [`Segment::offers`].
    pub offer: usize,
    /// Why.
    pub because: Vec<Because>,
}

/// Evaluates one set of facts.
#[must_use]
pub fn screen(
    ruleset: &Ruleset,
    given: &Given,
    as_of: Date,
    wanted: Wanted,
    workspace: &mut Workspace,
) -> Advice {
    let mut screening = Screening::new(ruleset, given, as_of, workspace);
    let mut advice = screening.advice(wanted);
    if wanted.pathways {
        screening.add_to_open(&mut advice);
    }
    advice.unused = screening.unused(wanted, &advice.pathways);
    advice.changes_on = later::changes_on(ruleset, given, wanted, &advice, workspace);
    advice
}

/// What one screening knows of every variable: a cell, or [`crate::diagram::UNKNOWN`].
#[derive(Clone, Debug)]
pub struct Known {
    /// What counts for every conclusion.
    pub everywhere: Vec<u8>,
    /// What counts for the order of contact routes.
    pub in_order: Vec<u8>,
}

/// The cells that a screening of these facts walks with, after what is implied and what absence means.
#[must_use]
pub fn known(ruleset: &Ruleset, given: &Given, as_of: Date, workspace: &mut Workspace) -> Known {
    let segment = ruleset.segment(as_of);
    let facts = Assignment::new(ruleset, segment, given, as_of, &mut workspace.walk);
    Known {
        in_order: facts.for_order(ruleset, segment),
        everywhere: facts.cells,
    }
}

/// One screening in progress.
struct Screening<'a, 'w> {
    ruleset: &'a Ruleset,
    segment: &'a Segment,
    given: &'a Given,
    as_of: Date,
    facts: Assignment,
    /// The cells that count for the order of routes alone.
    order: Vec<u8>,
    found: because::Found,
    workspace: &'w mut Workspace,
}

impl<'a, 'w> Screening<'a, 'w> {
    fn new(
        ruleset: &'a Ruleset,
        given: &'a Given,
        as_of: Date,
        workspace: &'w mut Workspace,
    ) -> Self {
        let segment = ruleset.segment(as_of);
        let facts = Assignment::new(ruleset, segment, given, as_of, &mut workspace.walk);
        Self {
            ruleset,
            segment,
            given,
            as_of,
            order: facts.for_order(ruleset, segment),
            facts,
            found: because::Found::default(),
            workspace,
        }
    }
}

impl Screening<'_, '_> {
    fn advice(&mut self, wanted: Wanted) -> Advice {
        let outcomes = self.outcomes();
        let (pathways, dated) = self.pathways(&outcomes, wanted);
        let outcome = outcomes
            .iter()
            .map(|(outcome, _)| *outcome)
            .min()
            .unwrap_or(Outcome::NotInForce);
        let decided_by = self.decided_by();
        let modules = if wanted.modules {
            self.modules(&outcomes, wanted.because)
        } else {
            Vec::new()
        };
        let order = self.ordered_routes();
        let first_contact = order.first().map(|(place, _)| *place);
        let routes = if wanted.contact_routes {
            self.routes(&order, wanted.because)
        } else {
            Vec::new()
        };
        let offers = if wanted.offers {
            self.offers(wanted.because)
        } else {
            Vec::new()
        };
        let notices = if wanted.notices {
            self.notices()
        } else {
            Vec::new()
        };
        let headline = self.headline(outcome);
        let questions = if wanted.open_questions {
            self.questions(wanted, &dated)
        } else {
            questions::Questions::default()
        };
        Advice {
            as_of: self.as_of,
            outcome,
            headline,
            decided_by,
            pathways,
            modules,
            routes,
            first_contact,
            offers,
            notices,
            next_question: questions.next,
            questions_max: questions.at_most,
            open_questions: questions.open,
            assumptions: self.assumptions(),
            changes_on: None,
            unused: FactSet::default(),
        }
    }

    /// Outcome of every phase under what is known, and the bits of the complete outcomes that are still possible.
    fn outcomes(&mut self) -> Vec<(Outcome, u64)> {
        let pathways = self.segment.pathways.iter();
        pathways
            .map(|pathway| self.outcome(pathway.outcome))
            .collect()
    }

    fn add_to_open(&mut self, advice: &mut Advice) {
        for (pathway, finding) in self.segment.pathways.iter().zip(&mut advice.pathways) {
            finding.to_open = self.what_opens(pathway, finding);
        }
    }

    fn reach(&mut self, root: NodeId) -> Reach {
        self.segment
            .diagrams
            .reach(root, &self.facts.cells, &mut self.workspace.walk)
    }

    fn certain(&mut self, root: NodeId) -> bool {
        self.reach(root) == Reach::Only(1)
    }

    /// Outcome under what is known, and the bits of the complete outcomes that are still possible.
    fn outcome(&mut self, root: NodeId) -> (Outcome, u64) {
        let diagrams = &self.segment.diagrams;
        if let Reach::Only(value) =
            diagrams.reach(root, &self.facts.cells, &mut self.workspace.walk)
        {
            let outcome = Outcome::BY_WEIGHT
                .get(usize::from(value))
                .copied()
                .unwrap_or(Outcome::NotInForce);
            return (outcome, 1 << value);
        }
        diagrams.begin_summaries(&mut self.workspace.summaries);
        let summary = diagrams.summary(
            root,
            &self.facts.cells,
            FactSet::default(),
            &mut self.workspace.summaries,
        );
        let possible = Outcome::BY_WEIGHT
            .iter()
            .enumerate()
            .filter(|(value, _)| summary.values & (1 << value) != 0);
        let mut best = Outcome::NotInForce;
        for (_, outcome) in possible {
            if !outcome.is_closed() {
                return (Outcome::MissingFacts, summary.values);
            }
            best = best.min(*outcome);
        }
        (best, summary.values)
    }

    fn decided_by(&mut self) -> DecidedBy {
        let diagrams = &self.segment.diagrams;
        let cells = &self.facts.cells;
        diagrams.begin_summaries(&mut self.workspace.summaries);
        let summary = diagrams.summary(
            self.segment.decided_by,
            cells,
            FactSet::default(),
            &mut self.workspace.summaries,
        );
        let rules = diagrams.summary(
            self.segment.decision,
            cells,
            FactSet::default(),
            &mut self.workspace.summaries,
        );
        let decision = match diagrams.reach(self.segment.decision, cells, &mut self.workspace.walk)
        {
            Reach::Only(place) => {
                Some(usize::from(place)).filter(|at| *at < self.segment.decisions.len())
            }
            Reach::Several => None,
        };
        let mut candidates: Vec<Body> = Vec::new();
        let mut add = |body: Body| {
            if body != Body::Unclear && !candidates.contains(&body) {
                candidates.push(body);
            }
        };
        for (value, body) in Body::ALL.into_iter().enumerate() {
            if summary.values & (1 << value) != 0 {
                add(body);
            }
        }
        for (place, rule) in self.segment.decisions.iter().enumerate() {
            if rules.values & (1 << place.min(63)) != 0 {
                rule.candidates.iter().copied().for_each(&mut add);
            }
        }
        let body = summary
            .only()
            .and_then(|value| Body::ALL.get(usize::from(value)).copied())
            .unwrap_or(Body::Unclear);
        if body != Body::Unclear {
            candidates.clear();
        }
        candidates.sort_by_key(|body| *body as u8);
        DecidedBy {
            body,
            decision,
            candidates,
            settled_by: summary.open.iter().collect(),
        }
    }

    /// What is found about every phase, and the facts that can still change its dates.
    fn pathways(
        &mut self,
        outcomes: &[(Outcome, u64)],
        wanted: Wanted,
    ) -> (Vec<PathwayFinding>, Vec<FactSet>) {
        let segment = self.segment;
        let mut findings = Vec::with_capacity(segment.pathways.len());
        let mut dated = Vec::with_capacity(segment.pathways.len());
        for (pathway, (outcome, possible)) in segment.pathways.iter().zip(outcomes) {
            let concerned = |outcome: Outcome| {
                let value = outcome.value().filter(|value| possible & (1 << value) != 0);
                value.map(|value| (pathway.outcome, value))
            };
            let mut finding = PathwayFinding {
                outcome: *outcome,
                earliest: None,
                last: None,
                requirements: Vec::new(),
                to_open: None,
            };
            let mut open = FactSet::default();
            if let Some(concerned) = concerned(Outcome::NotYet) {
                let earliest = self.earliest(pathway.waiting, Some(concerned));
                finding.earliest = earliest.day.filter(|_| *outcome == Outcome::NotYet);
                open = open.union(earliest.open);
            }
            if let Some(concerned) = concerned(Outcome::Expired) {
                let limits: Vec<NodeId> = pathway.limits().collect();
                let last = self.last(&limits, Some(concerned));
                finding.last = last.day.filter(|_| *outcome == Outcome::Expired);
                open = open.union(last.open);
            }
            if wanted.pathways && wanted.because {
                for requirement in &pathway.requirements {
                    let found = self.requirement(requirement);
                    finding.requirements.push(found);
                }
            }
            findings.push(finding);
            dated.push(open);
        }
        (findings, dated)
    }

    fn requirement(
        &mut self,
        requirement: &crate::rules::model::Requirement,
    ) -> RequirementFinding {
        let mut finding = RequirementFinding {
            status: Status::Unknown,
            facts: FactSet::default(),
            earliest: None,
            last: None,
        };
        if self.reach(requirement.applies) == Reach::Only(0) {
            finding.status = Status::NotApplicable;
            finding.facts = self.because(requirement.applies);
            return finding;
        }
        match self.reach(requirement.fulfilled) {
            Reach::Only(1) => finding.status = Status::Met,
            Reach::Only(_) if requirement.kind == RequirementKind::Assessment => {
                finding.status = Status::Assessment;
            }
            Reach::Only(_) => finding.status = Status::NotMet,
            Reach::Several => {
                let diagrams = &self.segment.diagrams;
                diagrams.begin_summaries(&mut self.workspace.summaries);
                let cells = &self.facts.cells;
                let summary = diagrams.summary(
                    requirement.fulfilled,
                    cells,
                    FactSet::default(),
                    &mut self.workspace.summaries,
                );
                finding.facts = summary.open;
                return finding;
            }
        }
        finding.facts = self.because(requirement.fulfilled);
        if finding.status == Status::NotMet {
            match requirement.kind {
                RequirementKind::Waiting => {
                    finding.earliest = self.earliest(requirement.fulfilled, None).day;
                }
                RequirementKind::Limit => {
                    finding.last = self.last(&[requirement.fulfilled], None).day;
                }
                RequirementKind::Must | RequirementKind::Assessment => {}
            }
        }
        finding
    }

    fn modules(&mut self, outcomes: &[(Outcome, u64)], explain: bool) -> Vec<ModuleFinding> {
        let segment = self.segment;
        let carries_nothing: u64 = Outcome::BY_WEIGHT
            .iter()
            .enumerate()
            .filter(|(_, outcome)| outcome.carries_nothing())
            .fold(0, |bits, (value, _)| bits | 1 << value);
        let mut findings = Vec::new();
        for (place, module) in segment.modules.iter().enumerate() {
            if !self.certain(module.trigger) {
                continue;
            }
            let carrying = || {
                module
                    .carried_by
                    .iter()
                    .filter_map(|at| Some((*at, *outcomes.get(*at)?)))
            };
            let all_closed = carrying().all(|(_, (_, possible))| possible & !carries_nothing == 0);
            if all_closed && !module.carried_by.is_empty() {
                continue;
            }
            let best = carrying().min_by_key(|(at, (outcome, _))| (*outcome, *at));
            let open = best.is_none_or(|(_, (outcome, _))| {
                matches!(outcome, Outcome::ConditionsMet | Outcome::AgencyAssessment)
            });
            let because = if explain {
                self.grounds(&module.rules, module.requires, module.trigger)
            } else {
                Vec::new()
            };
            findings.push(ModuleFinding {
                module: place,
                recommended: open,
                phase: best.map(|(at, _)| at),
                because,
            });
        }
        findings
    }

    fn offers(&mut self, explain: bool) -> Vec<OfferFinding> {
        let segment = self.segment;
        let mut findings = Vec::new();
        for (place, offer) in segment.offers.iter().enumerate() {
            if self.certain(offer.certain) && !self.certain(offer.unless) {
                let because = if explain {
                    self.grounds(&offer.rules, offer.requires, offer.certain)
                } else {
                    Vec::new()
                };
                findings.push(OfferFinding {
                    offer: place,
                    because,
                });
            }
        }
        findings
    }

    fn notices(&mut self) -> Vec<usize> {
        let segment = self.segment;
        let present = segment
            .notices
            .iter()
            .enumerate()
            .filter(|(_, notice)| self.certain(notice.certain) && !self.certain(notice.unless));
        present.map(|(place, _)| place).collect()
    }

    fn routes(&mut self, order: &[(usize, Option<usize>)], explain: bool) -> Vec<RouteFinding> {
        let segment = self.segment;
        let mut findings = Vec::new();
        for (place, band) in order.iter().copied() {
            let Some(route) = segment.routes.get(place) else {
                continue;
            };
            let mut because = Vec::new();
            if explain {
                because = if self.shows(route) {
                    self.grounds(&route.rules, route.requires, route.certain)
                } else {
                    vec![Because {
                        ground: Ground::Possible,
                        facts: FactSet::default(),
                    }]
                };
                if let Some(band) = band {
                    let facts = segment
                        .bands
                        .get(band)
                        .map(|band| self.because_in_order(band.when))
                        .unwrap_or_default();
                    because.push(Because {
                        ground: Ground::Band(band),
                        facts,
                    });
                }
            }
            let offices = self.offices(route.offices.as_ref());
            findings.push(RouteFinding {
                route: place,
                because,
                offices,
            });
        }
        findings
    }

    /// Whether the rules of a route show it, whatever may be possible beside them.
    fn shows(&mut self, route: &ContactRoute) -> bool {
        self.certain(route.certain) && !self.certain(route.unless)
    }

    /// Places of the routes that are present, with the band that gave each its place.
    fn ordered_routes(&mut self) -> Vec<(usize, Option<usize>)> {
        let segment = self.segment;
        let mut present: Vec<bool> = Vec::with_capacity(segment.routes.len());
        for route in &segment.routes {
            let there = self.shows(route) || self.reach(route.possible) != Reach::Only(0);
            present.push(there);
        }
        let mut ordered = Vec::new();
        let mut take = |place: usize, band: Option<usize>| {
            if let Some(there) = present.get_mut(place).filter(|there| **there) {
                *there = false;
                ordered.push((place, band));
            }
        };
        for (number, band) in segment.bands.iter().enumerate() {
            let diagrams = &segment.diagrams;
            if diagrams.reach(band.when, &self.order, &mut self.workspace.walk) == Reach::Only(1) {
                band.routes
                    .iter()
                    .for_each(|place| take(*place, Some(number)));
            }
        }
        (0..segment.routes.len()).for_each(|place| take(place, None));
        ordered
    }

    /// The offices a route shows. Like a band, a choice of postal code counts only when it is certain; the last one has no condition.
    fn offices(
        &mut self,
        offices: Option<&crate::rules::model::OfficeUse>,
    ) -> Option<OfficeFinding> {
        let offices = offices?;
        let choices = offices.facts.iter().zip(&offices.whens).rev();
        let fact = *choices
            .into_iter()
            .find(|(_, when)| self.certain(**when))?
            .0;
        let Some(Value::PostalCode(code)) = self.given.get(fact) else {
            return None;
        };
        Some(OfficeFinding {
            kind: offices.kind,
            code,
            district: self.berlin_district(fact),
        })
    }

    /// The Bezirk, where it says more about this postal code: it is that of the home, and the home is declared before the company.
    fn district_of(&self, code: FactId) -> Option<FactId> {
        let mut facts = self.ruleset.catalog.facts().iter();
        let home = facts.position(|fact| fact.kind == FactKind::PostalCode)?;
        self.ruleset
            .catalog
            .find(crate::offices::DISTRICT_FACT)
            .filter(|_| home == usize::from(code))
    }

    fn berlin_district(&self, code: FactId) -> Option<u8> {
        match self.given.get(self.district_of(code)?)? {
            Value::One(option) => Some(option),
            Value::Bool(_)
            | Value::Many(_)
            | Value::Int(_)
            | Value::Date(_)
            | Value::PostalCode(_) => None,
        }
    }

    fn headline(&mut self, outcome: Outcome) -> Option<usize> {
        let segment = self.segment;
        segment.headlines.iter().position(|headline| {
            let fits = headline.outcomes.is_empty() || headline.outcomes.contains(&outcome);
            fits && self.certain(headline.when)
        })
    }

    fn assumptions(&self) -> Vec<FactId> {
        let facts = self.ruleset.catalog.assumable().iter().copied();
        facts
            .filter(|fact| self.given.get(*fact).is_none())
            .collect()
    }
}
