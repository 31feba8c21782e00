//! The first later day on which the same facts give another answer.
//!
//! An answer can change where a period of law begins and where a stated date passes a threshold; on no other day, but for the dates of a
//! phase: whether an unknown date can turn before a stated one does depends on whether a day lies between today and that one.

use std::fmt;

use jiff::civil::Date;

use crate::dates::{next_day, previous_day};
use crate::engine::{Advice, Screening, Wanted, Workspace};
use crate::facts::{Given, Value};
use crate::offices::DISTRICT_FACT;
use crate::rules::model::{OfficeKind, Outcome, Ruleset, Segment};

/// A later day, and what is different then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesOn {
    /// The day.
    pub date: Date,
    /// What changes; at least one thing.
    pub changes: Vec<Change>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is.
    pub subject: Changing,
    /// Its id.
    pub id: String,
    /// Before; none for what was not there.
    pub from: Option<String>,
    /// From that day on; none for what is gone.
    pub to: Option<String>,
}

/// What can change in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changing {
    /// Outcome of the whole answer.
    Outcome,
    /// Outcome of a phase.
    Pathway,
    /// First day on which no waiting period of a phase fails.
    EarliestDate,
    /// Last day of a period of a phase that is over.
    LastDate,
    /// Who decides.
    DecidedBy,
    /// Presence and standing of a module.
    Module,
    /// Presence of a contact route, or its place among those that stay.
    ContactRoute,
    /// Presence of an offer.
    Offer,
    /// Presence of a notice.
    Notice,
    /// Offices of a contact route.
    Office,
}

impl Changing {
    /// Everything that can change, in the order in which it is told.
    pub const ALL: [Self; 10] = [
        Self::Outcome,
        Self::Pathway,
        Self::EarliestDate,
        Self::LastDate,
        Self::DecidedBy,
        Self::Module,
        Self::ContactRoute,
        Self::Offer,
        Self::Notice,
        Self::Office,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Pathway => "pathway",
            Self::EarliestDate => "earliest-date",
            Self::LastDate => "last-date",
            Self::DecidedBy => "decided-by",
            Self::Module => "module",
            Self::ContactRoute => "contact-route",
            Self::Offer => "offer",
            Self::Notice => "notice",
            Self::Office => "office",
        }
    }
}

/// The first later day on which these facts give another answer than `now`, in the sections that are wanted.
pub(super) fn changes_on(
    ruleset: &Ruleset,
    given: &Given,
    wanted: Wanted,
    now: &Advice,
    workspace: &mut Workspace,
) -> Option<ChangesOn> {
    let wanted = Wanted {
        open_questions: false,
        sources: false,
        because: false,
        ..wanted
    };
    let here = ruleset.segment(now.as_of);
    let ahead = ruleset
        .segments
        .iter()
        .filter(|segment| segment.until.is_none_or(|until| until > now.as_of));
    let mut before: Option<Vec<Told<'_>>> = None;
    let mut cells = None;
    let beside = dates_depend_on_days_between(here, given, now);
    for segment in ahead {
        for day in days(segment, given, now.as_of, beside) {
            let mut then = Screening::new(ruleset, given, day, workspace);
            if !beside && std::ptr::eq(segment, here) {
                // Where every variable is as it was, so is every conclusion.
                let today = cells.get_or_insert_with(|| {
                    let today = Screening::new(ruleset, given, now.as_of, then.workspace);
                    (today.facts.cells, today.order)
                });
                if (&today.0, &today.1) == (&then.facts.cells, &then.order) {
                    continue;
                }
            }
            let before = before.get_or_insert_with(|| told(ruleset, now, wanted));
            let after = told(ruleset, &then.advice(wanted), wanted);
            let changes = differences(before, &after);
            if !changes.is_empty() {
                return Some(ChangesOn { date: day, changes });
            }
        }
    }
    None
}

/// Whether the dates of a phase, as long as its outcome stays, may be others on the day next to one on which a stated date turns.
fn dates_depend_on_days_between(segment: &Segment, given: &Given, now: &Advice) -> bool {
    let dated = |outcome| matches!(outcome, Outcome::NotYet | Outcome::Expired);
    let mut thresholds = (0..).zip(&segment.date_thresholds);
    now.pathways.iter().any(|found| dated(found.outcome))
        && thresholds.any(|(fact, own)| !own.is_empty() && given.get(fact).is_none())
}

/// The days in a period, after `as_of`, on which an answer can change; if asked for, those beside them, too.
fn days(segment: &Segment, given: &Given, as_of: Date, beside: bool) -> Vec<Date> {
    let first = segment.from.map_or(next_day(as_of), |from| {
        if from > as_of { from } else { next_day(as_of) }
    });
    let mut days: Vec<Date> = segment
        .from
        .filter(|from| *from > as_of)
        .into_iter()
        .collect();
    for (fact, value) in given.iter() {
        let Value::Date(day) = value else { continue };
        let thresholds = segment.date_thresholds.get(usize::from(fact));
        let flips = thresholds
            .into_iter()
            .flatten()
            .filter_map(|threshold| threshold.flip(day))
            .flat_map(|flip| {
                let around = [previous_day(flip), flip, next_day(flip)];
                around.into_iter().filter(move |day| beside || *day == flip)
            });
        days.extend(
            flips.filter(|flip| *flip >= first && segment.until.is_none_or(|until| *flip <= until)),
        );
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// Something an answer says; ids are those of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told<'a> {
    subject: Changing,
    id: &'a str,
    value: Said<'a>,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said<'a> {
    Word(&'static str),
    Day(Date),
    Place(usize),
    Offices(Vec<&'a str>),
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => out.write_str(word),
            Self::Day(day) => day.fmt(out),
            Self::Place(place) => (place + 1).fmt(out),
            Self::Offices(numbers) => out.write_str(&numbers.join(",")),
        }
    }
}

/// Everything in an answer that counts as a change, with ids that mean the same in every period.
fn told<'a>(ruleset: &'a Ruleset, advice: &Advice, wanted: Wanted) -> Vec<Told<'a>> {
    let segment = ruleset.segment(advice.as_of);
    let mut all = Vec::new();
    let mut tell = |subject: Changing, id: &'a str, value: Said<'a>| {
        all.push(Told { subject, id, value });
    };
    let outcome = Said::Word(advice.outcome.as_str());
    tell(Changing::Outcome, "outcome", outcome);
    for (pathway, found) in segment.pathways.iter().zip(&advice.pathways) {
        let outcome = Said::Word(found.outcome.as_str());
        tell(Changing::Pathway, &pathway.id, outcome);
        let dates = [
            (Changing::EarliestDate, found.earliest),
            (Changing::LastDate, found.last),
        ];
        for (subject, day) in dates {
            if let Some(day) = day {
                tell(subject, &pathway.id, Said::Day(day));
            }
        }
    }
    let body = Said::Word(advice.decided_by.body.as_str());
    tell(Changing::DecidedBy, "decided-by", body);
    for found in &advice.modules {
        if let Some(module) = segment.modules.get(found.module) {
            let standing = if found.recommended {
                "recommended"
            } else {
                "conditional"
            };
            tell(Changing::Module, &module.id, Said::Word(standing));
        }
    }
    for (place, found) in advice.routes.iter().enumerate() {
        if let Some(route) = segment.routes.get(found.route) {
            tell(Changing::ContactRoute, &route.id, Said::Place(place));
        }
    }
    for found in &advice.offers {
        if let Some(offer) = segment.offers.get(found.offer) {
            tell(Changing::Offer, &offer.id, PRESENT);
        }
    }
    for place in &advice.notices {
        if let Some(notice) = segment.notices.get(*place) {
            tell(Changing::Notice, &notice.id, PRESENT);
        }
    }
    if wanted.contact_routes {
        for found in &advice.routes {
            let (Some(route), Some(offices)) = (segment.routes.get(found.route), found.offices)
            else {
                continue;
            };
            let district = offices.district.and_then(|option| {
                let fact = ruleset.catalog.find(DISTRICT_FACT)?;
                ruleset.catalog.get(fact)?.options.get(usize::from(option))
            });
            let candidates = ruleset
                .offices
                .candidates(offices.code, district.map(String::as_str));
            let mut numbers: Vec<&str> = Vec::new();
            for candidate in &candidates {
                let number = match offices.kind {
                    OfficeKind::EmploymentAgency => candidate.agency.number.as_str(),
                    OfficeKind::Jobcenter => candidate.jobcenter.number.as_str(),
                };
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            tell(Changing::Office, &route.id, Said::Offices(numbers));
        }
    }
    all
}

/// What is told of something that is just there.
const PRESENT: Said<'static> = Said::Word("present");

/// What is told otherwise, what is told no more, and what is told anew.
fn differences(before: &[Told<'_>], after: &[Told<'_>]) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let (was, is) = (staying(before, after), staying(after, before));
    let mut changes: Vec<Change> = Vec::new();
    for told in before {
        let to = find(after, told);
        let same = match (to, told.subject) {
            (Some(_), Changing::ContactRoute) => {
                let place = |list: &[&str]| list.iter().position(|id| *id == told.id);
                place(&was) == place(&is)
            }
            (to, _) => to == Some(&told.value),
        };
        if !same {
            changes.push(Change {
                subject: told.subject,
                id: told.id.to_owned(),
                from: Some(told.value.to_string()),
                to: to.map(Said::to_string),
            });
        }
    }
    for told in after {
        if find(before, told).is_none() {
            changes.push(Change {
                subject: told.subject,
                id: told.id.to_owned(),
                from: None,
                to: Some(told.value.to_string()),
            });
        }
    }
    changes.sort_by_key(|change| change.subject);
    changes
}

/// What a list says of the same thing.
fn find<'l, 'a>(list: &'l [Told<'a>], told: &Told<'_>) -> Option<&'l Said<'a>> {
    list.iter()
        .find(|other| other.subject == told.subject && other.id == told.id)
        .map(|other| &other.value)
}

/// The routes that are in both lists: one that only moves up because another is gone has not changed its place.
fn staying<'a>(list: &[Told<'a>], other: &[Told<'_>]) -> Vec<&'a str> {
    let routes = list
        .iter()
        .filter(|told| told.subject == Changing::ContactRoute);
    let both = routes.filter(|told| find(other, told).is_some());
    both.map(|told| told.id).collect()
}
