//! What a change of the rules changes in the answers, and for whom: two rule sets side by side, or one on two days.
//!
//! Nothing is sampled. Both sides become diagrams over the same complete circumstances; where a conclusion differs between them, the share
//! of circumstances is counted, and the smallest person who shows it is found and put to the engine on both sides.
//!
//! What counts as a change is what counts in an answer: outcomes, who decides, contact routes and their order, modules with their standing,
//! offers, notices, whose postal code finds offices. Texts and citations do not. Dates of an answer follow from the same periods as outcomes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::dates::{Counting, Threshold, previous_day};
use crate::diagram::{NodeId, Reach, Scratch, TooLarge};
use crate::engine::{self, Advice, Wanted, Workspace};
use crate::facts::{Given, PostalCode};
use crate::rules::model::{Body, Outcome, Ruleset, Segment, SupportModule};
use crate::verify::person::{Person, Request};
use crate::verify::space::{Side, Space};

mod report;
mod vocabulary;

pub use report::{json, text};
pub use vocabulary::Word;

/// Two rule sets, or two days, compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// What can be stated differently.
    pub vocabulary: Vec<Word>,
    /// Postal codes that lead to other offices.
    pub postal_codes: Vec<String>,
    /// Periods that were compared.
    pub periods: usize,
    /// Conclusions that change.
    pub changes: Vec<Change>,
}

impl Diff {
    /// Whether anything is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vocabulary.is_empty() && self.postal_codes.is_empty() && self.changes.is_empty()
    }
}

/// A conclusion that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The conclusion.
    pub about: About,
    /// What people call it, in German; empty for what has no title of its own.
    pub title: String,
    /// Where it changes.
    pub periods: Vec<Period>,
    /// From what to what, in the period of the example, with the share of circumstances; most frequent first.
    pub ways: Vec<(String, String, f64)>,
    /// The smallest person whose answer changes, in the period nearest to today.
    pub example: Option<Example>,
}

/// A stretch of time in which neither side changes by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// First day; none for the beginning.
    pub from: Option<Date>,
    /// Last day; none for the end.
    pub until: Option<Date>,
    /// Share of circumstances with another answer, uniform over options and intervals.
    pub share: f64,
}

/// A person whose answer changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What can be sent to the old and to the new side.
    pub requests: Vec<String>,
    /// What the engine says on the old side.
    pub before: String,
    /// What the engine says on the new side.
    pub after: String,
    /// Whether the rules hold that such a person can exist.
    pub possible: bool,
    /// Whether the engine answers differently on the two sides.
    pub confirmed: bool,
}

/// What a conclusion is about, by ids that mean the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Outcome of a phase.
    Pathway(String),
    /// Who decides.
    DecidedBy,
    /// The first contact.
    FirstContact,
    /// Order of the contact routes that are present on both sides.
    RouteOrder,
    /// Presence and standing of a module.
    Module(String),
    /// Presence of a contact route.
    Route(String),
    /// Presence of an offer.
    Offer(String),
    /// Presence of a notice.
    Notice(String),
    /// Whose postal code finds the offices of a route.
    Offices(String),
    /// Whether others imply a fact that is left out.
    Implied(String),
}

impl About {
    /// The kind of conclusion and its id.
    #[must_use]
    pub fn names(&self) -> (&'static str, &str) {
        match self {
            Self::Pathway(id) => ("pathway", id),
            Self::DecidedBy => ("decided-by", ""),
            Self::FirstContact => ("first-contact", ""),
            Self::RouteOrder => ("route-order", ""),
            Self::Module(id) => ("module", id),
            Self::Route(id) => ("contact-route", id),
            Self::Offer(id) => ("offer", id),
            Self::Notice(id) => ("notice", id),
            Self::Offices(id) => ("offices", id),
            Self::Implied(id) => ("implied-fact", id),
        }
    }

    /// The German title that the first of these rule sets has for it, in its latest version; of a notice the beginning.
    fn title(&self, sets: [&Ruleset; 2]) -> String {
        let found = sets.into_iter().find_map(|set| {
            let text = set.segments.iter().rev().find_map(|segment| match self {
                Self::Pathway(id) => {
                    let found = segment.pathways.iter().find(|one| one.id == *id);
                    found.map(|one| one.title)
                }
                Self::Module(id) => {
                    let found = segment.modules.iter().find(|one| one.id == *id);
                    found.map(|one| one.title)
                }
                Self::Route(id) | Self::Offices(id) => {
                    let found = segment.routes.iter().find(|one| one.id == *id);
                    found.map(|one| one.title)
                }
                Self::Offer(id) => {
                    let found = segment.offers.iter().find(|one| one.id == *id);
                    found.map(|one| one.title)
                }
                Self::Notice(id) => {
                    let found = segment.notices.iter().find(|one| one.id == *id);
                    found.map(|one| one.text)
                }
                Self::Implied(id) => {
                    let number = set.catalog.find(id)?;
                    let texts = set.fact_texts.get(usize::from(number))?;
                    Some(texts.label)
                }
                Self::DecidedBy | Self::FirstContact | Self::RouteOrder => None,
            })?;
            Some(set.texts.get(0, text))
        });
        let title = found.unwrap_or_default();
        let mut words = title.split_whitespace();
        let begin: Vec<&str> = words.by_ref().take(TITLE_WORDS).collect();
        let more = if words.next().is_some() { " …" } else { "" };
        format!("{}{more}", begin.join(" "))
    }
}

/// Words of a title after which the rest is left out; only the text of a notice is longer.
const TITLE_WORDS: usize = 14;

/// What is said of something that is not there.
const ABSENT: &str = "absent";
/// What is said of something that is.
const PRESENT: &str = "present";
/// A pathway that a side does not have; greater than every outcome.
const NO_PATHWAY: u16 = 6;
/// Values of a conclusion lie below this.
const VALUES: u16 = 250;

/// Compares two rule sets in every period of law; examples are dated `today` where it lies in the period.
///
/// # Errors
/// [`TooLarge`] when the diagrams grow beyond every measure.
pub fn rule_sets(old: &Ruleset, new: &Ruleset, today: Date) -> Result<Diff, TooLarge> {
    let mut diff = Diff {
        vocabulary: vocabulary::differences(old, new),
        postal_codes: postal_codes(old, new),
        ..Diff::default()
    };
    let periods = periods(old, new);
    diff.periods = periods.len();
    let mut comparisons: Vec<Comparison<'_>> = Vec::new();
    let mut found: BTreeMap<About, Vec<(usize, Period)>> = BTreeMap::new();
    for (from, until) in periods {
        let mut seen = BTreeSet::new();
        for day in telling_days(old, new, within(from, until, today), (from, until)) {
            let mut comparison = Comparison::new(old, new, day)?;
            for (about, different) in comparison.differences()? {
                if seen.insert(about.clone()) {
                    let share = comparison.space.share(different);
                    let period = Period { from, until, share };
                    let place = comparisons.len();
                    found.entry(about).or_default().push((place, period));
                }
            }
            comparisons.push(comparison);
        }
    }
    for (about, places) in found {
        // The period of today if it changes there, otherwise the nearest one.
        let distance = |period: &Period| {
            let day = within(period.from, period.until, today);
            (today - day).get_days().abs()
        };
        let shown = places.iter().min_by_key(|(_, period)| distance(period));
        let shown = shown.map(|(place, _)| *place);
        let mut change = Change {
            title: about.title([new, old]),
            about,
            periods: places.into_iter().map(|(_, period)| period).collect(),
            ways: Vec::new(),
            example: None,
        };
        if let Some(comparison) = shown.and_then(|place| comparisons.get_mut(place)) {
            comparison.illustrate(&mut change)?;
        }
        diff.changes.push(change);
    }
    Ok(diff)
}

/// Compares what is answered by `old` on one day with what is answered by `new` on another; both may be the same rule set.
///
/// Dates that count in months lie as many months back on both days: it is the law that is compared and not the calendar.
///
/// # Errors
/// [`TooLarge`] when the diagrams grow beyond every measure.
pub fn days(
    (old, before): (&Ruleset, Date),
    (new, after): (&Ruleset, Date),
) -> Result<Diff, TooLarge> {
    let mut diff = Diff {
        vocabulary: vocabulary::differences(old, new),
        postal_codes: postal_codes(old, new),
        periods: 1,
        changes: Vec::new(),
    };
    let sides = vec![Side::on(old, before), Side::on(new, after)];
    let mut comparison = Comparison::of(sides)?;
    for (about, different) in comparison.differences()? {
        let mut change = Change {
            title: about.title([new, old]),
            about,
            periods: vec![Period {
                from: Some(before),
                until: Some(after),
                share: comparison.space.share(different),
            }],
            ways: Vec::new(),
            example: None,
        };
        comparison.illustrate(&mut change)?;
        diff.changes.push(change);
    }
    Ok(diff)
}

/// Whether anybody, possible or not, gets another answer from `new` than from `old` on any day, or can state something else.
///
/// Looks for no people and counts no shares; stops at the first difference.
///
/// # Errors
/// [`TooLarge`] when the diagrams grow beyond every measure.
pub fn changes_any_answer(old: &Ruleset, new: &Ruleset) -> Result<bool, TooLarge> {
    if !vocabulary::differences(old, new).is_empty() || !postal_codes(old, new).is_empty() {
        return Ok(true);
    }
    for (from, until) in periods(old, new) {
        let day = within(from, until, SOME_DAY);
        for day in telling_days(old, new, day, (from, until)) {
            if Comparison::new(old, new, day)?.any()? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A day in the middle of a month; any would do.
const SOME_DAY: Date = jiff::civil::date(2026, 11, 15);

/// The days on which a period has to be looked at: `day`, and where two ways of counting the same months meet on most days the last day of a
/// February, on which they do not.
fn telling_days(
    old: &Ruleset,
    new: &Ruleset,
    day: Date,
    (from, until): (Option<Date>, Option<Date>),
) -> Vec<Date> {
    let mut days = vec![day];
    let sides = [old, new].map(|side| (side, side.segment(day)));
    let mut counted: BTreeMap<&str, BTreeSet<(u16, Counting)>> = BTreeMap::new();
    for (side, segment) in sides {
        for (fact, cuts) in side.catalog.facts().iter().zip(&segment.date_thresholds) {
            let months = cuts.iter().filter_map(|cut| match cut {
                Threshold::Relative(months, counting) => Some((*months, *counting)),
                Threshold::Absolute(_) => None,
            });
            counted.entry(fact.id.as_str()).or_default().extend(months);
        }
    }
    let meet = counted.values().any(|cuts| {
        let mut reached = cuts.iter().filter(|(_, way)| *way == Counting::Reached);
        reached.any(|(months, _)| cuts.contains(&(*months, Counting::FromStart)))
    });
    let february = (day.year()..=day.year().saturating_add(1))
        .chain([day.year().saturating_sub(1)])
        .filter_map(|year| Date::new(year, 2, 1).ok())
        .map(Date::last_of_month)
        .find(|day| {
            from.is_none_or(|from| from <= *day) && until.is_none_or(|until| *day <= until)
        });
    days.extend(february.filter(|_| meet));
    days
}

/// The stretches of time in which neither side changes, in order.
fn periods(old: &Ruleset, new: &Ruleset) -> Vec<(Option<Date>, Option<Date>)> {
    let begins: BTreeSet<Option<Date>> = old
        .segments
        .iter()
        .chain(&new.segments)
        .map(|segment| segment.from)
        .collect();
    let ends = begins.iter().skip(1).copied().chain([None]);
    begins
        .iter()
        .copied()
        .zip(ends)
        .map(|(from, next)| (from, next.map(previous_day)))
        .collect()
}

/// The day of a period that lies nearest to `today`.
fn within(from: Option<Date>, until: Option<Date>, today: Date) -> Date {
    let not_after = until.map_or(today, |until| until.min(today));
    from.map_or(not_after, |from| from.max(not_after))
}

/// Postal codes of either table that lead to other offices.
fn postal_codes(old: &Ruleset, new: &Ruleset) -> Vec<String> {
    let offices = |side: &Ruleset, code| -> Vec<(String, String)> {
        let candidates = side.offices.candidates(code, None);
        let numbers = candidates.iter().map(|candidate| {
            let agency = candidate.agency.number.clone();
            (agency, candidate.jobcenter.number.clone())
        });
        numbers.collect()
    };
    (0..100_000)
        .filter_map(|number| PostalCode::parse(&format!("{number:05}")))
        .filter(|code| offices(old, *code) != offices(new, *code))
        .map(|code| code.to_string())
        .collect()
}

/// A conclusion of one side: its diagram, and what its values mean on both sides.
#[derive(Clone)]
struct Root {
    node: NodeId,
    values: Meaning,
}

/// What the values of a diagram stand for.
#[derive(Clone)]
enum Meaning {
    /// The same on every side.
    Itself,
    /// Names, by value.
    Names(Vec<String>),
}

/// Two sides over the same circumstances.
struct Comparison<'a> {
    space: Space<'a>,
    sides: Vec<Side<'a>>,
    /// Names of what values stand for that mean the same on both sides.
    names: Vec<String>,
    /// Names of the places in the order of routes.
    keys: Vec<String>,
    /// Every conclusion of each side but the order of routes.
    roots: Vec<BTreeMap<About, Root>>,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Ruleset, new: &'a Ruleset, day: Date) -> Result<Self, TooLarge> {
        Self::of(vec![Side::on(old, day), Side::on(new, day)])
    }

    fn of(sides: Vec<Side<'a>>) -> Result<Self, TooLarge> {
        Ok(Self {
            space: Space::new(sides.clone())?,
            roots: sides.iter().map(roots).collect(),
            sides,
            names: vec![ABSENT.to_owned()],
            keys: Vec::new(),
        })
    }

    /// Everything that is concluded on either side.
    fn subjects(&self) -> BTreeSet<About> {
        let roots = self.roots.iter();
        let mut all: BTreeSet<About> = roots.flat_map(|roots| roots.keys().cloned()).collect();
        all.insert(About::RouteOrder);
        all
    }

    /// Where each conclusion that differs does so.
    fn differences(&mut self) -> Result<Vec<(About, NodeId)>, TooLarge> {
        let mut found = Vec::new();
        for about in self.subjects() {
            let ways = self.ways(&about)?;
            let different = self.space.diagrams().map(ways, |way| u16::from(way != 0))?;
            if self.space.anybody(different) {
                found.push((about, different));
            }
        }
        Ok(found)
    }

    /// Whether any conclusion differs for anybody.
    fn any(&mut self) -> Result<bool, TooLarge> {
        for about in self.subjects() {
            let ways = self.ways(&about)?;
            let different = self.space.diagrams().map(ways, |way| u16::from(way != 0))?;
            if self.space.anybody(different) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Zero where both sides say the same, otherwise a number for what they say: see [`way`].
    fn ways(&mut self, about: &About) -> Result<NodeId, TooLarge> {
        if *about == About::RouteOrder {
            return self.other_order();
        }
        let mut both = Vec::new();
        for place in 0..self.sides.len() {
            let roots = self.roots.get(place);
            let root = roots.and_then(|roots| roots.get(about)).cloned();
            let node = match root {
                None => NodeId::terminal(missing(about)),
                Some(root) => {
                    let node = self.space.import(place, root.node)?;
                    match root.values {
                        Meaning::Itself => node,
                        Meaning::Names(names) => {
                            let shared: Vec<u16> = names
                                .iter()
                                .map(|name| number(&mut self.names, name))
                                .collect();
                            self.space.diagrams().map(node, |value| {
                                shared.get(usize::from(value)).copied().unwrap_or(0)
                            })?
                        }
                    }
                }
            };
            both.push(node);
        }
        let [before, after] = both.as_slice() else {
            return Ok(NodeId::FALSE);
        };
        if before == after {
            return Ok(NodeId::FALSE);
        }
        self.space.diagrams().merge(*before, *after, way)
    }

    /// Where two routes that are there on both sides come in another order.
    fn other_order(&mut self) -> Result<NodeId, TooLarge> {
        let mut ranks: Vec<BTreeMap<String, NodeId>> = Vec::new();
        let mut sequences: Vec<Vec<String>> = Vec::new();
        for place in 0..self.sides.len() {
            let Some(segment) = self.sides.get(place).map(|side| side.segment) else {
                continue;
            };
            let sequence = sequence(segment);
            let mut own = BTreeMap::new();
            for route in &segment.routes {
                let rest = number(&mut self.keys, &key("", &route.id));
                own.insert(route.id.clone(), NodeId::terminal(rest));
            }
            for band in segment.bands.iter().rev() {
                let when = self.space.import(place, band.when)?;
                for route in &band.routes {
                    let Some(route) = segment.routes.get(*route) else {
                        continue;
                    };
                    let here = number(&mut self.keys, &key(&band.id, &route.id));
                    let here = NodeId::terminal(here);
                    let before = own.get(&route.id).copied().unwrap_or(here);
                    let chosen = self.space.diagrams().choose(when, here, before)?;
                    own.insert(route.id.clone(), chosen);
                }
            }
            ranks.push(own);
            sequences.push(sequence);
        }
        let ([old, new], [first, second]) = (ranks.as_slice(), sequences.as_slice()) else {
            return Ok(NodeId::FALSE);
        };
        let shared = |own: &[String], other: &[String]| -> Vec<String> {
            let own = own.iter().filter(|name| other.contains(name));
            own.cloned().collect()
        };
        let same_sequence = shared(first, second) == shared(second, first);
        let position = |sequence: &[String]| -> Vec<usize> {
            let keys = self.keys.iter();
            keys.map(|name| sequence.iter().position(|known| known == name))
                .map(|at| at.unwrap_or(usize::MAX))
                .collect()
        };
        let positions = [position(first), position(second)];
        let both: Vec<&String> = old.keys().filter(|id| new.contains_key(*id)).collect();
        let mut different = NodeId::FALSE;
        for (at, left) in both.iter().enumerate() {
            for right in both.iter().skip(at + 1) {
                let unchanged = |id: &String| old.get(id) == new.get(id);
                if same_sequence && unchanged(left) && unchanged(right) {
                    continue;
                }
                let mut orders = Vec::new();
                for (side, (ranks, positions)) in [old, new].into_iter().zip(&positions).enumerate()
                {
                    let (Some(one), Some(other)) = (ranks.get(*left), ranks.get(*right)) else {
                        continue;
                    };
                    let place = |value: u16| positions.get(usize::from(value));
                    let before = self.space.diagrams().merge(*one, *other, |one, other| {
                        u16::from(place(one) < place(other))
                    })?;
                    let mut together = NodeId::TRUE;
                    for id in [left, right] {
                        let present = self.presence(side, id)?;
                        together = self.space.diagrams().and(together, present)?;
                    }
                    orders.push((before, together));
                }
                let [(before, one), (after, other)] = orders.as_slice() else {
                    continue;
                };
                let diagrams = self.space.diagrams();
                let turned = diagrams.merge(*before, *after, |old, new| u16::from(old != new))?;
                let there = diagrams.and(*one, *other)?;
                let here = diagrams.and(turned, there)?;
                different = diagrams.or(different, here)?;
            }
        }
        Ok(different)
    }

    fn presence(&mut self, side: usize, route: &str) -> Result<NodeId, TooLarge> {
        let routes = self.sides.get(side).map(|side| &side.segment.routes);
        let found = routes.and_then(|routes| routes.iter().find(|known| known.id == route));
        found.map_or(Ok(NodeId::FALSE), |found| {
            self.space.import(side, found.present)
        })
    }

    /// What becomes of what, and the smallest person who shows it.
    fn illustrate(&mut self, change: &mut Change) -> Result<(), TooLarge> {
        let about = &change.about;
        let ways = self.ways(about)?;
        let different = self.space.diagrams().map(ways, |way| u16::from(way != 0))?;
        if *about != About::RouteOrder {
            for number in self.space.diagrams().values(ways) {
                let Some((before, after)) = number
                    .checked_sub(1)
                    .map(|number| (number / VALUES, number % VALUES))
                else {
                    continue;
                };
                let here = self
                    .space
                    .diagrams()
                    .map(ways, |way| u16::from(way == number))?;
                if self.space.anybody(here) {
                    let share = self.space.share(here);
                    let word = |value| self.word(about, value);
                    change.ways.push((word(before), word(after), share));
                }
            }
            change
                .ways
                .sort_by(|(.., left), (.., right)| right.total_cmp(left));
        }
        let Some(person) = self.space.smallest(different)? else {
            return Ok(());
        };
        let mut example = self.put(&person, about);
        if !example.confirmed {
            // While something is left open an answer can be more careful than what holds for everybody it may be about.
            if let Some(person) = self.fully(different, about)? {
                example = self.put(&person, about);
            }
        }
        change.example = Some(example);
        Ok(())
    }

    /// A person about whom everything is said that the conclusion asks.
    fn fully(&mut self, condition: NodeId, about: &About) -> Result<Option<Person>, TooLarge> {
        let mut asked: BTreeSet<u16> = self.space.diagrams().asked(condition);
        for place in 0..self.sides.len() {
            let Some(side) = self.sides.get(place).copied() else {
                continue;
            };
            let root = self.roots.get(place).and_then(|roots| roots.get(about));
            let mut nodes: Vec<NodeId> = root.map(|root| root.node).into_iter().collect();
            let ordered = matches!(about, About::RouteOrder | About::FirstContact);
            if ordered {
                nodes.extend(side.segment.bands.iter().map(|band| band.when));
                nodes.extend(side.segment.routes.iter().map(|route| route.present));
            }
            if let About::Module(id) = about
                && let Some(module) = side.segment.modules.iter().find(|module| module.id == *id)
            {
                let carried = module.carried_by.iter();
                let carried = carried.filter_map(|place| side.segment.pathways.get(*place));
                nodes.extend(carried.map(|pathway| pathway.outcome));
                nodes.push(module.trigger);
            }
            for node in nodes {
                let node = self.space.import(place, node)?;
                asked.extend(self.space.diagrams().asked(node));
            }
        }
        let mut narrowed = condition;
        let possible = self.space.somebody(condition);
        for variable in asked {
            for cell in 0..self.space.diagrams().cells(variable) {
                let here = self
                    .space
                    .diagrams()
                    .leaf(variable, |other| other == cell)?;
                let here = self.space.diagrams().and(narrowed, here)?;
                let found = if possible {
                    self.space.somebody(here)
                } else {
                    self.space.anybody(here)
                };
                if found {
                    narrowed = here;
                    break;
                }
            }
        }
        self.space.smallest(narrowed)
    }

    /// What the engine says about a person on both sides.
    fn put(&self, person: &Person, about: &About) -> Example {
        let answers: Vec<String> = self
            .sides
            .iter()
            .zip(&person.requests)
            .map(|(side, request)| answer(side, request, about))
            .collect();
        let [before, after] = answers.as_slice() else {
            return Example {
                requests: Vec::new(),
                before: String::new(),
                after: String::new(),
                possible: false,
                confirmed: false,
            };
        };
        let requests = person.requests.iter();
        Example {
            requests: requests.map(|request| request.json.clone()).collect(),
            before: before.clone(),
            after: after.clone(),
            possible: person.possible,
            confirmed: before != after,
        }
    }

    /// The word for a value.
    fn word(&self, about: &About, value: u16) -> String {
        let presence = |value: u16| if value == 0 { ABSENT } else { PRESENT };
        match about {
            About::Pathway(_) => outcome(value),
            About::DecidedBy => Body::ALL
                .get(usize::from(value))
                .map_or(ABSENT, |body| body.as_str())
                .to_owned(),
            About::Module(_) => standing(value).to_owned(),
            About::FirstContact | About::Offices(_) => {
                let name = self.names.get(usize::from(value));
                name.cloned().unwrap_or_else(|| ABSENT.to_owned())
            }
            About::RouteOrder => String::new(),
            About::Route(_) | About::Offer(_) | About::Notice(_) => presence(value).to_owned(),
            About::Implied(_) => if value == 0 { "open" } else { "implied" }.to_owned(),
        }
    }
}

/// The number of a name: its place in the list, at whose end a new one is put.
fn number(names: &mut Vec<String>, name: &str) -> u16 {
    let known = names.iter().position(|known| known == name);
    let place = known.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// The number of a difference between two values; zero for none.
fn way(before: u16, after: u16) -> u16 {
    if before == after {
        0
    } else {
        1 + before.min(VALUES - 1) * VALUES + after.min(VALUES - 1)
    }
}

/// The value of a conclusion that a side does not have.
fn missing(about: &About) -> u16 {
    if matches!(about, About::Pathway(_)) {
        NO_PATHWAY
    } else {
        0
    }
}

fn outcome(value: u16) -> String {
    let outcome = Outcome::BY_WEIGHT.get(usize::from(value));
    outcome
        .map_or(ABSENT, |outcome| outcome.as_str())
        .to_owned()
}

fn standing(value: u16) -> &'static str {
    match value {
        SupportModule::RECOMMENDED => "recommended",
        SupportModule::CONDITIONAL => "conditional",
        _ => ABSENT,
    }
}

/// The name of a place in the order: what a band does with a route.
fn key(band: &str, route: &str) -> String {
    format!("{band}/{route}")
}

/// All places in the order, first to last.
fn sequence(segment: &Segment) -> Vec<String> {
    let listed = segment.bands.iter().flat_map(|band| {
        let routes = band.routes.iter();
        let routes = routes.filter_map(|route| segment.routes.get(*route));
        routes.map(|route| key(&band.id, &route.id))
    });
    let rest = segment.routes.iter().map(|route| key("", &route.id));
    listed.chain(rest).collect()
}

/// Every conclusion of a side but the order of routes.
fn roots(side: &Side<'_>) -> BTreeMap<About, Root> {
    let segment = side.segment;
    let mut roots = BTreeMap::new();
    let mut add = |about: About, node: NodeId, values: Meaning| {
        roots.insert(about, Root { node, values });
    };
    for pathway in &segment.pathways {
        let about = About::Pathway(pathway.id.clone());
        add(about, pathway.outcome, Meaning::Itself);
    }
    add(About::DecidedBy, segment.decided_by, Meaning::Itself);
    let mut routes: Vec<String> = segment
        .routes
        .iter()
        .map(|route| route.id.clone())
        .collect();
    // The value behind the last place stands for nobody.
    routes.push(ABSENT.to_owned());
    add(
        About::FirstContact,
        segment.first_contact,
        Meaning::Names(routes),
    );
    for module in &segment.modules {
        let about = About::Module(module.id.clone());
        add(about, module.state, Meaning::Itself);
    }
    for offer in &segment.offers {
        add(
            About::Offer(offer.id.clone()),
            offer.present,
            Meaning::Itself,
        );
    }
    for notice in segment
        .notices
        .iter()
        .filter(|notice| !notice.stale_sources)
    {
        let about = About::Notice(notice.id.clone());
        add(about, notice.present, Meaning::Itself);
    }
    let name = |fact: u16| side.ruleset.catalog.name(fact).to_owned();
    for route in &segment.routes {
        add(
            About::Route(route.id.clone()),
            route.present,
            Meaning::Itself,
        );
        if let Some(offices) = &route.offices {
            let facts = offices.facts.iter().map(|fact| name(*fact));
            let values = Meaning::Names([ABSENT.to_owned()].into_iter().chain(facts).collect());
            add(About::Offices(route.id.clone()), offices.used, values);
        }
    }
    for implied in &segment.implied {
        let about = About::Implied(name(implied.fact));
        add(about, implied.when, Meaning::Itself);
    }
    roots
}

/// What the engine says to a request about one conclusion.
fn answer(side: &Side<'_>, request: &Request, about: &About) -> String {
    let segment = side.segment;
    let mut workspace = Workspace::default();
    let advice = engine::screen(
        side.ruleset,
        &request.given,
        request.as_of,
        PLAIN,
        &mut workspace,
    );
    let presence = |there: bool| if there { PRESENT } else { ABSENT }.to_owned();
    match about {
        About::Pathway(id) => {
            let place = segment.pathways.iter().position(|known| known.id == *id);
            let found = place.and_then(|place| advice.pathways.get(place));
            let Some(found) = found else {
                return ABSENT.to_owned();
            };
            let mut said = found.outcome.as_str().to_owned();
            for (word, day) in [("earliestDate", found.earliest), ("lastDate", found.last)] {
                if let Some(day) = day {
                    said = format!("{said}, {word} {day}");
                }
            }
            said
        }
        About::DecidedBy => advice.decided_by.body.as_str().to_owned(),
        About::FirstContact => {
            let first = route_ids(segment, &advice).into_iter().next();
            first.unwrap_or_else(|| ABSENT.to_owned())
        }
        About::RouteOrder => route_ids(segment, &advice).join(", "),
        About::Module(id) => {
            let mut found = advice.modules.iter();
            let found = found.find(|found| {
                let module = segment.modules.get(found.module);
                module.is_some_and(|module| module.id == *id)
            });
            match found {
                None => ABSENT,
                Some(found) if found.recommended => "recommended",
                Some(_) => "conditional",
            }
            .to_owned()
        }
        About::Route(id) => presence(route_ids(segment, &advice).contains(id)),
        About::Offer(id) => presence(advice.offers.iter().any(|found| {
            let offer = segment.offers.get(found.offer);
            offer.is_some_and(|offer| offer.id == *id)
        })),
        About::Notice(id) => presence(advice.notices.iter().any(|place| {
            let notice = segment.notices.get(*place);
            notice.is_some_and(|notice| notice.id == *id)
        })),
        About::Offices(id) => {
            let route = segment.routes.iter().find(|route| route.id == *id);
            let Some(offices) = route.and_then(|route| route.offices.as_ref()) else {
                return ABSENT.to_owned();
            };
            match reach(side, &request.given, request.as_of, offices.used) {
                Reach::Several => "open".to_owned(),
                Reach::Only(value) => usize::from(value)
                    .checked_sub(1)
                    .and_then(|place| offices.facts.get(place))
                    .map_or(ABSENT, |fact| side.ruleset.catalog.name(*fact))
                    .to_owned(),
            }
        }
        About::Implied(id) => {
            let fact = side.ruleset.catalog.find(id);
            let mut implied = segment.implied.iter();
            let Some(implied) = implied.find(|implied| Some(implied.fact) == fact) else {
                return "open".to_owned();
            };
            match reach(side, &request.given, request.as_of, implied.when) {
                Reach::Only(1) => "implied",
                Reach::Only(_) | Reach::Several => "open",
            }
            .to_owned()
        }
    }
}

fn route_ids(segment: &Segment, advice: &Advice) -> Vec<String> {
    let routes = advice.routes.iter();
    let routes = routes.filter_map(|found| segment.routes.get(found.route));
    routes.map(|route| route.id.clone()).collect()
}

fn reach(side: &Side<'_>, given: &Given, as_of: Date, root: NodeId) -> Reach {
    let known = engine::known(side.ruleset, given, as_of, &mut Workspace::default());
    side.segment
        .diagrams
        .reach(root, &known.everywhere, &mut Scratch::default())
}

/// An answer without what nobody compares.
const PLAIN: Wanted = Wanted {
    open_questions: false,
    sources: false,
    because: false,
    ..Wanted::ALL
};

#[cfg(test)]
mod tests;
