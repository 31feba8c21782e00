//! The answer worked out by hand: every completion of the stated facts is written down and looked at.
//!
//! Shares nothing with the engine but the vocabulary of results. Slow on purpose.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use asaflex::facts::Value;
use asaflex::rules::model::{Body, Outcome};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::rule_set::{CODES, CONTRADICTED, Condition, Kind, OWN_DEFAULT, RuleSet, Test, Trigger};

/// What is stated about every fact.
pub(crate) type Stated = Vec<Option<Value>>;
/// The state of every fact; `None` where it is unknown.
pub(crate) type Known = Vec<Option<u8>>;

/// Everything that can be said about one complete set of states.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complete {
    pub(crate) outcomes: Vec<usize>,
    pub(crate) body: usize,
    pub(crate) decision: usize,
    pub(crate) triggers: Vec<bool>,
    pub(crate) modules: Vec<usize>,
    /// In the answer, as are `possible` and what is both `certain` and not `kept_away` of the routes.
    pub(crate) offers: Vec<bool>,
    /// What the rules say about the offers, and what `unless` does.
    pub(crate) offers_certain: Vec<bool>,
    pub(crate) offers_kept_away: Vec<bool>,
    pub(crate) notices: Vec<bool>,
    pub(crate) notices_certain: Vec<bool>,
    pub(crate) notices_kept_away: Vec<bool>,
    pub(crate) certain: Vec<bool>,
    pub(crate) kept_away: Vec<bool>,
    pub(crate) possible: Vec<bool>,
    pub(crate) used: Vec<usize>,
    pub(crate) bands: Vec<bool>,
    pub(crate) order: Vec<usize>,
}

impl Complete {
    fn present(&self, route: usize) -> bool {
        (self.certain[route] && !self.kept_away[route]) || self.possible[route]
    }
}

/// One thing the answer can change in, named as the answer names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    Pathway(usize),
    DecidedBy,
    FirstContact,
    Modules,
    ContactRoutes,
    Offers,
    Notices,
    Offices,
}

impl About {
    fn decides(&self) -> bool {
        matches!(
            self,
            Self::Pathway(_) | Self::DecidedBy | Self::FirstContact
        )
    }
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) earliest: Vec<Option<Date>>,
    pub(crate) last: Vec<Option<Date>>,
    pub(crate) body: Body,
    pub(crate) decision: Option<usize>,
    pub(crate) candidates: Vec<Body>,
    pub(crate) settled_by: Vec<usize>,
    /// Place, whether recommended, carrying phase.
    pub(crate) modules: Vec<(usize, bool, Option<usize>)>,
    pub(crate) routes: Vec<usize>,
    /// Postal-code fact and Bezirk of every route present.
    pub(crate) offices: Vec<Option<(usize, Option<u8>)>>,
    pub(crate) offers: Vec<usize>,
    pub(crate) notices: Vec<usize>,
    pub(crate) open: BTreeMap<usize, (bool, BTreeSet<About>)>,
    pub(crate) assumptions: Vec<usize>,
}

/// A rule set on one day.
pub(crate) struct ByHand<'a> {
    pub(crate) set: &'a RuleSet,
    pub(crate) day: Date,
    known: RefCell<HashMap<Vec<u8>, Rc<Complete>>>,
}

/// All completions of a partial knowledge, in the order of a counter.
struct Completions {
    /// Facts that are free, with the states they range over.
    free: Vec<(usize, Vec<u8>)>,
    all: Vec<Vec<u8>>,
}

impl Completions {
    fn new(known: &Known, free: Vec<(usize, Vec<u8>)>) -> Self {
        let mut all = vec![
            known
                .iter()
                .map(|state| state.unwrap_or(0))
                .collect::<Vec<u8>>(),
        ];
        for (fact, states) in &free {
            all = states
                .iter()
                .flat_map(|state| {
                    all.iter().map(move |before| {
                        let mut next = before.clone();
                        next[*fact] = *state;
                        next
                    })
                })
                .collect();
        }
        Self { free, all }
    }

    /// Pairs of completions that differ only in the free fact with this place.
    fn pairs(&self, place: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let stride: usize = self.free[..place]
            .iter()
            .map(|(_, states)| states.len())
            .product();
        let count = self.free[place].1.len();
        (0..self.all.len()).flat_map(move |at| {
            let digit = at / stride % count;
            (digit + 1..count).map(move |other| (at, at + (other - digit) * stride))
        })
    }
}

/// What happens to one function of the completions.
struct Function<'f, T> {
    completions: &'f Completions,
    values: Vec<T>,
}

impl<T: PartialEq> Function<'_, T> {
    /// The free facts on which the function depends.
    fn depends_on(&self) -> BTreeSet<usize> {
        (0..self.completions.free.len())
            .filter(|place| {
                self.completions
                    .pairs(*place)
                    .any(|(left, right)| self.values[left] != self.values[right])
            })
            .map(|place| self.completions.free[place].0)
            .collect()
    }
}

impl<'a> ByHand<'a> {
    pub(crate) fn new(set: &'a RuleSet, day: Date) -> Self {
        Self {
            set,
            day,
            known: RefCell::default(),
        }
    }

    /// Whether a condition holds for complete states.
    pub(crate) fn holds(&self, condition: &Condition, states: &[u8]) -> bool {
        let set = self.set;
        match condition {
            Condition::Always(yes) => *yes,
            Condition::OneOf(fact, wanted) => {
                let state = match (states[*fact], &set.facts[*fact].implied) {
                    // A contradicted statement counts as what the others imply.
                    (CONTRADICTED, Some(implied)) => implied.state,
                    (state, _) => state,
                };
                wanted.contains(&state)
            }
            Condition::Contains(fact, options) => options
                .iter()
                .any(|option| states[*fact] & (1 << option) != 0),
            Condition::Empty(fact, empty) => (states[*fact] == 0) == *empty,
            Condition::AtLeast(fact, bound) => states[*fact] >= *bound,
            Condition::Below(fact, bound) => states[*fact] < *bound,
            Condition::Equals(fact, numbers) => numbers.contains(&states[*fact]),
            Condition::Passed(fact, test, wanted) => {
                (usize::from(states[*fact]) > *test) == *wanted
            }
            Condition::Class(fact, classes) => classes.contains(&states[*fact]),
            Condition::Contradicted(fact) => states[*fact] == CONTRADICTED,
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, states)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, states)),
            Condition::Not(inner) => !self.holds(inner, states),
            Condition::Definition(number) => self.holds(&set.definitions[*number], states),
            Condition::Outcome(number, wanted) => wanted.contains(&self.outcome(*number, states)),
            Condition::DecidedBy(bodies) => bodies.contains(&self.decided(states).0),
            Condition::Module(number) => self.module(*number, states) > 0,
            Condition::Offer(number) => {
                let offer = &set.offers[*number];
                self.triggered(offer, states) && !self.kept_away(offer, states)
            }
            Condition::Route(number) => self.route(*number, states),
            Condition::Notice(number) => {
                let (when, unless) = &set.notices[*number];
                self.holds(when, states) && !self.excludes(unless.as_ref(), states)
            }
        }
    }

    pub(crate) fn fulfilled(&self, pathway: usize, requirement: usize, states: &[u8]) -> bool {
        let requirement = &self.set.pathways[pathway].requirements[requirement];
        let applies = requirement
            .applies
            .as_ref()
            .is_none_or(|applies| self.holds(applies, states));
        !applies || self.holds(&requirement.when, states)
    }

    /// Places of the requirements that are valid on the day.
    pub(crate) fn requirements(&self, pathway: usize) -> Vec<usize> {
        let pathway = &self.set.pathways[pathway];
        if !pathway.valid.on(self.day) {
            return Vec::new();
        }
        (0..pathway.requirements.len())
            .filter(|at| pathway.requirements[*at].valid.on(self.day))
            .collect()
    }

    /// Place in `Outcome::BY_WEIGHT`.
    fn outcome(&self, pathway: usize, states: &[u8]) -> usize {
        if !self.set.pathways[pathway].valid.on(self.day) {
            return 5;
        }
        // must, waiting, limit, assessment
        let weights = [4, 3, 2, 1];
        self.requirements(pathway)
            .into_iter()
            .filter(|at| !self.fulfilled(pathway, *at, states))
            .map(|at| weights[self.set.pathways[pathway].requirements[at].kind])
            .max()
            .unwrap_or(0)
    }

    /// The body, and the place of the rule among those valid on the day.
    fn decided(&self, states: &[u8]) -> (usize, usize) {
        let valid = self
            .set
            .decisions
            .iter()
            .filter(|rule| rule.valid.on(self.day));
        valid
            .enumerate()
            .find(|(_, rule)| self.holds(&rule.when, states))
            .map(|(at, rule)| (rule.body, at))
            .unwrap()
    }

    fn triggered(&self, trigger: &Trigger, states: &[u8]) -> bool {
        let required = trigger
            .requires
            .as_ref()
            .is_none_or(|requires| self.holds(requires, states));
        required
            && trigger
                .rules
                .iter()
                .any(|rule| rule.valid.on(self.day) && self.holds(&rule.when, states))
    }

    fn kept_away(&self, trigger: &Trigger, states: &[u8]) -> bool {
        self.excludes(trigger.unless.as_ref(), states)
    }

    fn excludes(&self, unless: Option<&Condition>, states: &[u8]) -> bool {
        unless.is_some_and(|unless| self.holds(unless, states))
    }

    /// 0 absent, 1 conditional, 2 recommended.
    fn module(&self, number: usize, states: &[u8]) -> usize {
        let module = &self.set.modules[number];
        if !self.triggered(&module.trigger, states) {
            return 0;
        }
        if module.carried_by.is_empty() {
            return 2;
        }
        module
            .carried_by
            .iter()
            .map(|pathway| match self.outcome(*pathway, states) {
                0 | 1 => 2,
                3 => 1,
                _ => 0,
            })
            .max()
            .unwrap()
    }

    fn possible(&self, number: usize, states: &[u8]) -> bool {
        self.set.routes[number]
            .while_possible
            .as_ref()
            .is_some_and(|possible| self.holds(possible, states))
    }

    fn route(&self, number: usize, states: &[u8]) -> bool {
        let trigger = &self.set.routes[number].trigger;
        (self.triggered(trigger, states) && !self.kept_away(trigger, states))
            || self.possible(number, states)
    }

    /// 0 for none, otherwise the place of the choice plus one.
    fn used(&self, number: usize, states: &[u8]) -> usize {
        let Some(offices) = &self.set.routes[number].offices else {
            return 0;
        };
        if !self.route(number, states) {
            return 0;
        }
        offices
            .choices
            .iter()
            .position(|(when, _)| when.as_ref().is_none_or(|when| self.holds(when, states)))
            .map_or(0, |at| at + 1)
    }

    /// Places of the bands that are valid on the day.
    pub(crate) fn bands(&self) -> Vec<usize> {
        (0..self.set.bands.len())
            .filter(|at| self.set.bands[*at].valid.on(self.day))
            .collect()
    }

    /// Everything about complete states.
    fn complete(&self, states: &[u8]) -> Rc<Complete> {
        if let Some(known) = self.known.borrow().get(states) {
            return known.clone();
        }
        let set = self.set;
        let (body, decision) = self.decided(states);
        let mut complete = Complete {
            outcomes: (0..set.pathways.len())
                .map(|at| self.outcome(at, states))
                .collect(),
            body,
            decision,
            triggers: set
                .modules
                .iter()
                .map(|module| self.triggered(&module.trigger, states))
                .collect(),
            modules: (0..set.modules.len())
                .map(|at| self.module(at, states))
                .collect(),
            offers: set
                .offers
                .iter()
                .map(|offer| self.triggered(offer, states) && !self.kept_away(offer, states))
                .collect(),
            offers_certain: set
                .offers
                .iter()
                .map(|offer| self.triggered(offer, states))
                .collect(),
            offers_kept_away: set
                .offers
                .iter()
                .map(|offer| self.kept_away(offer, states))
                .collect(),
            notices: set
                .notices
                .iter()
                .map(|(when, unless)| {
                    self.holds(when, states) && !self.excludes(unless.as_ref(), states)
                })
                .collect(),
            notices_certain: set
                .notices
                .iter()
                .map(|(when, _)| self.holds(when, states))
                .collect(),
            notices_kept_away: set
                .notices
                .iter()
                .map(|(_, unless)| self.excludes(unless.as_ref(), states))
                .collect(),
            certain: set
                .routes
                .iter()
                .map(|route| self.triggered(&route.trigger, states))
                .collect(),
            kept_away: set
                .routes
                .iter()
                .map(|route| self.kept_away(&route.trigger, states))
                .collect(),
            possible: (0..set.routes.len())
                .map(|at| self.possible(at, states))
                .collect(),
            used: (0..set.routes.len())
                .map(|at| self.used(at, states))
                .collect(),
            bands: self
                .bands()
                .into_iter()
                .map(|at| self.holds(&set.bands[at].when, states))
                .collect(),
            order: Vec::new(),
        };
        let there: Vec<bool> = (0..set.routes.len())
            .map(|at| complete.present(at))
            .collect();
        complete.order = self.ordered(&there, &complete.bands);
        let complete = Rc::new(complete);
        self.known
            .borrow_mut()
            .insert(states.to_vec(), complete.clone());
        complete
    }

    fn ordered(&self, there: &[bool], bands: &[bool]) -> Vec<usize> {
        let mut ordered: Vec<usize> = Vec::new();
        let listed = self
            .bands()
            .into_iter()
            .zip(bands)
            .filter(|(_, counts)| **counts)
            .flat_map(|(at, _)| self.set.bands[at].routes.iter().copied());
        for route in listed.chain(0..there.len()) {
            if there[route] && !ordered.contains(&route) {
                ordered.push(route);
            }
        }
        ordered
    }

    /// The state that a statement gives a fact on `day`.
    fn state_on(&self, fact: usize, value: Value, day: Date) -> u8 {
        match value {
            Value::Bool(yes) => u8::from(yes),
            Value::One(option) => option,
            Value::Many(options) => u8::try_from(options).unwrap(),
            Value::Int(number) => u8::try_from(number).unwrap(),
            Value::Date(stated) => {
                let tests = self.set.facts[fact].tests.iter();
                u8::try_from(tests.filter(|test| passed(**test, stated, day)).count()).unwrap()
            }
            Value::PostalCode(code) => {
                let place = CODES.iter().position(|known| *known == code.to_string());
                u8::try_from(place.unwrap()).unwrap()
            }
        }
    }

    /// Section 2.1.1: what is stated, then what absence means, then what others imply.
    pub(crate) fn taken(&self, stated: &Stated, day: Date) -> Known {
        let facts = &self.set.facts;
        let mut known: Known = stated
            .iter()
            .enumerate()
            .map(|(fact, value)| value.map(|value| self.state_on(fact, value, day)))
            .collect();
        for (state, fact) in known.iter_mut().zip(facts) {
            if let (None, Some((absent, false))) = (*state, fact.absent) {
                *state = Some(absent);
            }
        }
        let before = known.clone();
        for (number, fact) in facts.iter().enumerate() {
            let Some(implied) = &fact.implied else {
                continue;
            };
            if !self.certain_from(&implied.when, &before) {
                continue;
            }
            match known[number] {
                None => known[number] = Some(implied.state),
                Some(state) if state != implied.state && !implied.consistent.contains(&state) => {
                    known[number] = Some(CONTRADICTED);
                }
                Some(_) => {}
            }
        }
        known
    }

    /// The states that count for the order of routes.
    pub(crate) fn for_order(&self, known: &Known) -> Known {
        known
            .iter()
            .zip(&self.set.facts)
            .map(|(state, fact)| state.or(fact.absent.map(|(absent, _)| absent)))
            .collect()
    }

    fn free(&self, known: &Known) -> Vec<(usize, Vec<u8>)> {
        (0..known.len())
            .filter(|fact| known[*fact].is_none())
            .map(|fact| (fact, self.set.facts[fact].states()))
            .collect()
    }

    fn certain_from(&self, condition: &Condition, known: &Known) -> bool {
        Completions::new(known, self.free(known))
            .all
            .iter()
            .all(|states| self.holds(condition, states))
    }

    /// Whether conditions have these values on every completion.
    pub(crate) fn settled(
        &self,
        stated: &Stated,
        order: bool,
        check: impl Fn(&[u8]) -> bool,
    ) -> bool {
        let mut known = self.taken(stated, self.day);
        if order {
            known = self.for_order(&known);
        }
        Completions::new(&known, self.free(&known))
            .all
            .iter()
            .all(|states| check(states))
    }

    /// Whether the phase is open, or would be if waiting were over.
    pub(crate) fn opens(&self, pathway: usize, states: &[u8]) -> bool {
        let kinds = |at: &usize| self.set.pathways[pathway].requirements[*at].kind;
        self.set.pathways[pathway].valid.on(self.day)
            && self
                .requirements(pathway)
                .into_iter()
                .filter(|at| matches!(kinds(at), 0 | 2))
                .all(|at| self.fulfilled(pathway, at, states))
    }

    /// Whether every waiting period of the phase is over.
    pub(crate) fn waited(&self, pathway: usize, states: &[u8]) -> bool {
        let kinds = |at: &usize| self.set.pathways[pathway].requirements[*at].kind;
        self.requirements(pathway)
            .into_iter()
            .filter(|at| kinds(at) == 1)
            .all(|at| self.fulfilled(pathway, at, states))
    }

    /// Whether anything is concluded otherwise from `other` than from `stated`, whatever the unknown facts are.
    pub(crate) fn concludes_otherwise(&self, stated: &Stated, other: &Stated) -> bool {
        let (known, instead) = (self.taken(stated, self.day), self.taken(other, self.day));
        let anything: Known = vec![None; stated.len()];
        let everybody = Completions::new(&anything, self.free(&anything));
        let complete = |known: &Known, person: &[u8]| {
            let states: Vec<u8> = known
                .iter()
                .zip(person)
                .map(|(known, any)| known.unwrap_or(*any))
                .collect();
            self.complete(&states)
        };
        let (order_known, order_instead) = (self.for_order(&known), self.for_order(&instead));
        everybody.all.iter().any(|person| {
            let (left, right) = (complete(&known, person), complete(&instead, person));
            let differs = conclusions(&[left])
                .into_iter()
                .zip(conclusions(&[right]))
                .any(|((_, left), (_, right))| left != right);
            differs
                || complete(&order_known, person).order != complete(&order_instead, person).order
        })
    }

    /// The facts on which a condition still depends.
    pub(crate) fn undecided(
        &self,
        stated: &Stated,
        check: impl Fn(&[u8]) -> bool,
    ) -> BTreeSet<usize> {
        let known = self.taken(stated, self.day);
        let completions = Completions::new(&known, self.free(&known));
        Function {
            values: completions.all.iter().map(|states| check(states)).collect(),
            completions: &completions,
        }
        .depends_on()
    }

    /// The set of outcomes over all completions, as places in `Outcome::BY_WEIGHT`.
    pub(crate) fn possible_outcomes(&self, stated: &Stated, pathway: usize) -> BTreeSet<usize> {
        let known = self.taken(stated, self.day);
        Completions::new(&known, self.free(&known))
            .all
            .iter()
            .map(|states| self.outcome(pathway, states))
            .collect()
    }

    /// The whole answer.
    pub(crate) fn answer(&self, stated: &Stated) -> Answer {
        let set = self.set;
        let known = self.taken(stated, self.day);
        let completions = Completions::new(&known, self.free(&known));
        let rows: Vec<Rc<Complete>> = completions
            .all
            .iter()
            .map(|states| self.complete(states))
            .collect();
        let order_known = self.for_order(&known);
        let order_completions = Completions::new(&order_known, self.free(&order_known));
        let order_rows: Vec<Rc<Complete>> = order_completions
            .all
            .iter()
            .map(|states| self.complete(states))
            .collect();

        let mut affects: BTreeMap<usize, BTreeSet<About>> = BTreeMap::new();
        let mut note = |facts: BTreeSet<usize>, about: &About| {
            for fact in facts {
                affects.entry(fact).or_default().insert(about.clone());
            }
        };
        for (about, values) in conclusions(&rows) {
            let function = Function {
                completions: &completions,
                values,
            };
            note(function.depends_on(), &about);
        }
        for (about, values) in order_conclusions(&order_rows) {
            let function = Function {
                completions: &order_completions,
                values,
            };
            note(function.depends_on(), &about);
        }

        let mut outcomes = Vec::new();
        let (mut earliest, mut last) = (Vec::new(), Vec::new());
        for pathway in 0..set.pathways.len() {
            let values: Vec<usize> = rows.iter().map(|row| row.outcomes[pathway]).collect();
            let outcome = together(&values.iter().copied().collect());
            for (kind, of) in [(1, Outcome::NotYet), (2, Outcome::Expired)] {
                let weight = Outcome::BY_WEIGHT.iter().position(|known| *known == of);
                let concerned: Vec<bool> =
                    values.iter().map(|value| Some(*value) == weight).collect();
                let (day, open) = self.date(stated, pathway, kind, &completions, &concerned);
                note(open, &About::Pathway(pathway));
                let shown = day.filter(|_| outcome == of);
                if kind == 1 {
                    earliest.push(shown);
                } else {
                    last.push(shown);
                }
            }
            outcomes.push(outcome);
        }

        let bodies: BTreeSet<usize> = rows.iter().map(|row| row.body).collect();
        let rules: BTreeSet<usize> = rows.iter().map(|row| row.decision).collect();
        let body = only(&bodies).map_or(Body::Unclear, |body| Body::ALL[body]);
        let candidates = if body == Body::Unclear {
            bodies
                .iter()
                .map(|body| Body::ALL[*body])
                .filter(|body| *body != Body::Unclear)
                .collect()
        } else {
            Vec::new()
        };
        let settled_by = Function {
            completions: &completions,
            values: rows.iter().map(|row| row.body).collect(),
        }
        .depends_on();

        let modules = (0..set.modules.len())
            .filter_map(|module| {
                if !rows.iter().all(|row| row.triggers[module]) {
                    return None;
                }
                let carried = &set.modules[module].carried_by;
                let all_closed = carried.iter().all(|pathway| {
                    rows.iter()
                        .all(|row| matches!(row.outcomes[*pathway], 2 | 4 | 5))
                });
                if all_closed && !carried.is_empty() {
                    return None;
                }
                let best = carried
                    .iter()
                    .copied()
                    .min_by_key(|pathway| (outcomes[*pathway], *pathway));
                let recommended = best.is_none_or(|pathway| {
                    matches!(
                        outcomes[pathway],
                        Outcome::ConditionsMet | Outcome::AgencyAssessment
                    )
                });
                Some((module, recommended, best))
            })
            .collect();

        let there: Vec<bool> = (0..set.routes.len())
            .map(|route| {
                (rows.iter().all(|row| row.certain[route])
                    && !rows.iter().all(|row| row.kept_away[route]))
                    || rows.iter().any(|row| row.possible[route])
            })
            .collect();
        let bands: Vec<bool> = (0..self.bands().len())
            .map(|band| order_rows.iter().all(|row| row.bands[band]))
            .collect();
        let routes = self.ordered(&there, &bands);
        let code_of = |fact: usize| match stated[fact] {
            Some(Value::PostalCode(_)) => Some(self.state_on(fact, stated[fact]?, self.day)),
            _ => None,
        };
        let district = set
            .facts
            .iter()
            .position(|fact| fact.kind == Kind::District);
        let uses = |route: usize| -> BTreeSet<usize> {
            rows.iter()
                .map(|row| row.used[route])
                .filter(|used| *used > 0)
                .collect()
        };
        let offices = routes
            .iter()
            .map(|route| {
                // Like a band, a choice counts only when it is certain.
                let choices = &set.routes[*route].offices.as_ref()?.choices;
                let certain = |when: &Option<_>| {
                    when.as_ref().is_none_or(|when| {
                        completions
                            .all
                            .iter()
                            .all(|states| self.holds(when, states))
                    })
                };
                let fact = choices.iter().find(|(when, _)| certain(when))?.1;
                code_of(fact)?;
                let bezirk = district.and_then(|district| match stated[district]? {
                    Value::One(option) => Some(option),
                    _ => None,
                });
                Some((fact, bezirk))
            })
            .collect();

        // What is unknown and could imply an open fact is as open as that fact.
        for (number, fact) in set.facts.iter().enumerate() {
            let Some(implied) = &fact.implied else {
                continue;
            };
            let Some(through) = affects.get(&number).cloned() else {
                continue;
            };
            let mut implying = Function {
                completions: &completions,
                values: completions
                    .all
                    .iter()
                    .map(|states| self.holds(&implied.when, states))
                    .collect(),
            }
            .depends_on();
            implying.extend(
                self.assumed(stated)
                    .into_iter()
                    .filter(|fact| known[*fact].is_some())
                    .filter(|fact| {
                        self.depends_once_free(&known, *fact, |states| {
                            self.holds(&implied.when, states)
                        })
                    }),
            );
            for fact in implying {
                affects.entry(fact).or_default().extend(through.clone());
            }
        }
        // What is assumed may be asked, if stating it alone can change something.
        for fact in self.assumed(stated) {
            let mut concerned: BTreeSet<About> = BTreeSet::new();
            for (base, order) in [(&known, false), (&order_known, true)] {
                if base[fact].is_none() {
                    continue;
                }
                let (completions, rows) = self.once_free(base, fact);
                let place = completions.free.len() - 1;
                let list = if order {
                    order_conclusions(&rows)
                } else {
                    conclusions(&rows)
                };
                for (about, values) in list {
                    if completions
                        .pairs(place)
                        .any(|(left, right)| values[left] != values[right])
                    {
                        concerned.insert(about);
                    }
                }
            }
            if !concerned.is_empty() {
                affects.entry(fact).or_default().extend(concerned);
            }
        }
        // Offices change with the postal code itself, and in Berlin with the Bezirk.
        for route in 0..set.routes.len() {
            let Some(offices) = &set.routes[route].offices else {
                continue;
            };
            for used in uses(route) {
                let fact = offices.choices[used - 1].1;
                match (code_of(fact), district) {
                    (None, _) => {
                        affects.entry(fact).or_default().insert(About::Offices);
                    }
                    (Some(2), Some(district)) => {
                        affects.entry(district).or_default().insert(About::Offices);
                    }
                    _ => {}
                }
            }
        }
        affects.retain(|fact, _| stated[*fact].is_none());
        let assumed = self.assumed(stated);
        let open = affects
            .into_iter()
            .map(|(fact, about)| {
                let decides = !assumed.contains(&fact) && about.iter().any(About::decides);
                (fact, (decides, about))
            })
            .collect();

        Answer {
            outcomes,
            earliest,
            last,
            body,
            decision: only(&rules),
            candidates,
            settled_by: settled_by.into_iter().collect(),
            modules,
            routes,
            offices,
            offers: (0..set.offers.len())
                .filter(|at| {
                    rows.iter().all(|row| row.offers_certain[*at])
                        && !rows.iter().all(|row| row.offers_kept_away[*at])
                })
                .collect(),
            notices: (0..set.notices.len())
                .filter(|at| {
                    rows.iter().all(|row| row.notices_certain[*at])
                        && !rows.iter().all(|row| row.notices_kept_away[*at])
                })
                .collect(),
            open,
            assumptions: assumed,
        }
    }

    /// Facts that are absent and taken for something.
    pub(crate) fn assumed(&self, stated: &Stated) -> Vec<usize> {
        (0..stated.len())
            .filter(|fact| stated[*fact].is_none() && self.set.facts[*fact].absent.is_some())
            .collect()
    }

    fn free_one(&self, known: &Known, fact: usize) -> Completions {
        let mut states = self.set.facts[fact].states();
        if self.set.facts[fact]
            .absent
            .is_some_and(|(state, _)| state == OWN_DEFAULT)
        {
            states.push(OWN_DEFAULT);
        }
        let mut free = self.free(known);
        free.push((fact, states));
        Completions::new(known, free)
    }

    fn once_free(&self, known: &Known, fact: usize) -> (Completions, Vec<Rc<Complete>>) {
        let completions = self.free_one(known, fact);
        let rows = completions
            .all
            .iter()
            .map(|states| self.complete(states))
            .collect();
        (completions, rows)
    }

    fn depends_once_free(&self, known: &Known, fact: usize, check: impl Fn(&[u8]) -> bool) -> bool {
        let completions = self.free_one(known, fact);
        let function = Function {
            values: completions.all.iter().map(|states| check(states)).collect(),
            completions: &completions,
        };
        function.depends_on().contains(&fact)
    }

    /// Days on which a stated date passes a comparison, found by looking at every day.
    pub(crate) fn flips(&self, stated: &Stated) -> BTreeSet<Date> {
        let mut flips = BTreeSet::new();
        for (fact, value) in stated.iter().enumerate() {
            let Some(value @ Value::Date(_)) = value else {
                continue;
            };
            let mut day = date(2024, 12, 1);
            while day < date(2027, 7, 1) {
                let next = day.tomorrow().unwrap();
                if self.state_on(fact, *value, day) != self.state_on(fact, *value, next) {
                    flips.insert(next);
                }
                day = next;
            }
        }
        flips
    }

    /// `earliestDate` (kind 1) or `lastDate` (kind 2) of a pathway over the completions it `concerns`, if it is the same on all of
    /// them, and the facts on which it depends.
    fn date(
        &self,
        stated: &Stated,
        pathway: usize,
        kind: usize,
        completions: &Completions,
        concerned: &[bool],
    ) -> (Option<Date>, BTreeSet<usize>) {
        let mut open = BTreeSet::new();
        if !concerned.contains(&true) {
            return (None, open);
        }
        let requirements: Vec<usize> = self
            .requirements(pathway)
            .into_iter()
            .filter(|at| self.set.pathways[pathway].requirements[*at].kind == kind)
            .collect();
        // All waiting periods must be over together; of the limits, each has its own last day.
        let items: Vec<Vec<usize>> = if kind == 1 {
            vec![requirements]
        } else {
            requirements.into_iter().map(|at| vec![at]).collect()
        };
        // The day next to today counts too: no stated date moves then, but an unknown one may pass its period at any time.
        let flips = self.flips(stated).into_iter();
        let days: Vec<Date> = if kind == 1 {
            let days: BTreeSet<Date> = flips
                .filter(|day| *day > self.day)
                .chain([self.day.tomorrow().unwrap()])
                .collect();
            days.into_iter().collect()
        } else {
            let days: BTreeSet<Date> = flips
                .filter(|day| *day <= self.day)
                .chain([self.day])
                .map(|day| day.yesterday().unwrap())
                .collect();
            days.into_iter().rev().collect()
        };
        // Once per requirement: an unknown date can make them turn one after another between two of these days.
        let looks: Vec<Look> = days
            .into_iter()
            .flat_map(|day| std::iter::repeat_n(day, items.len()))
            .enumerate()
            .map(|(at, day)| Look::new(self, stated, completions, at, day))
            .collect();
        let failed = |states: &[u8]| -> u32 {
            let holds = |item: &usize| {
                let mut requirements = items[*item].iter();
                requirements.all(|at| self.fulfilled(pathway, *at, states))
            };
            (0..items.len())
                .filter(|item| !holds(item))
                .fold(0, |mask, item| mask | 1 << item)
        };
        // A run through the looks: which items still wait for their day, and the last look at which one found it.
        #[expect(
            clippy::items_after_statements,
            reason = "the name is needed here only"
        )]
        type Run = (u32, Option<usize>);
        let step = |(mask, found): Run, look: &Look, failed: u32| -> Run {
            let left = mask & failed;
            (left, if left == mask { found } else { Some(look.at) })
        };
        let mut looks_found: BTreeSet<Option<usize>> = BTreeSet::new();
        for (at, states) in completions.all.iter().enumerate() {
            if !concerned[at] {
                continue;
            }
            let start: Run = (failed(states), None);
            let mut runs: BTreeSet<Run> = [start].into();
            // Of many copies all that counts is which items fail on them.
            let failing: Vec<BTreeSet<u32>> = looks
                .iter()
                .map(|look| {
                    look.copies(states)
                        .iter()
                        .map(|copy| failed(copy))
                        .collect()
                })
                .collect();
            for look in &looks {
                let next = failing[look.at]
                    .iter()
                    .flat_map(|copy| runs.iter().map(|run| step(*run, look, *copy)))
                    .collect();
                // A date that is unknown may lie anywhere on another day: two of its positions that end differently leave it open.
                let pairs: BTreeSet<(usize, u32, u32)> = look
                    .pairs(states)
                    .iter()
                    .map(|(fact, left, right)| (*fact, failed(left), failed(right)))
                    .filter(|(_, left, right)| left != right)
                    .collect();
                for (fact, left, right) in pairs {
                    for run in &runs {
                        let mut both: BTreeSet<(Run, Run)> =
                            [(step(*run, look, left), step(*run, look, right))].into();
                        for later in looks.iter().skip(look.at + 1) {
                            both = failing[later.at]
                                .iter()
                                .flat_map(|copy| {
                                    both.iter().map(|(left, right)| {
                                        (step(*left, later, *copy), step(*right, later, *copy))
                                    })
                                })
                                .collect();
                        }
                        if both.iter().any(|(left, right)| left.1 != right.1) {
                            open.insert(fact);
                        }
                    }
                }
                runs = next;
            }
            looks_found.extend(runs.into_iter().map(|(_, found)| found));
        }
        for place in 0..completions.free.len() {
            let differs = completions.pairs(place).any(|(left, right)| {
                if !concerned[left] || !concerned[right] {
                    return false;
                }
                let (left, right) = (&completions.all[left], &completions.all[right]);
                let mut both: BTreeSet<(Run, Run)> =
                    [((failed(left), None), (failed(right), None))].into();
                for look in &looks {
                    let copies: BTreeSet<(u32, u32)> = look
                        .copies_of_two(left, right)
                        .iter()
                        .map(|(left, right)| (failed(left), failed(right)))
                        .collect();
                    both = copies
                        .iter()
                        .flat_map(|(left, right)| {
                            both.iter().map(|(one, two)| {
                                (step(*one, look, *left), step(*two, look, *right))
                            })
                        })
                        .collect();
                }
                both.iter().any(|(left, right)| left.1 != right.1)
            });
            if differs {
                open.insert(completions.free[place].0);
            }
        }
        let found = only(&looks_found).flatten();
        (found.map(|at| looks[at].day), open)
    }
}

/// The stated facts looked at on another day.
struct Look {
    /// Place in the row of looks.
    at: usize,
    day: Date,
    known: Known,
    /// Unknown facts that are the same person's on every day.
    shared: Vec<usize>,
    /// Facts whose state on this day says nothing about today: unknown dates, and what is implied on one of the days only.
    apart: Vec<(usize, Vec<u8>)>,
    /// Those of them that are unknown today.
    asked: BTreeSet<usize>,
}

impl Look {
    fn new(
        by_hand: &ByHand<'_>,
        stated: &Stated,
        today: &Completions,
        at: usize,
        day: Date,
    ) -> Self {
        let known = by_hand.taken(stated, day);
        let unknown_today: BTreeSet<usize> = today.free.iter().map(|(fact, _)| *fact).collect();
        let is_date = |fact: usize| matches!(by_hand.set.facts[fact].kind, Kind::Date(_));
        let (mut shared, mut apart) = (Vec::new(), Vec::new());
        for (fact, states) in by_hand.free(&known) {
            if unknown_today.contains(&fact) && !is_date(fact) {
                shared.push(fact);
            } else {
                apart.push((fact, states));
            }
        }
        Self {
            at,
            day,
            known,
            shared,
            apart,
            asked: unknown_today,
        }
    }

    fn base(&self, today: &[u8]) -> Known {
        let mut known = self.known.clone();
        for fact in &self.shared {
            known[*fact] = Some(today[*fact]);
        }
        known
    }

    fn copies(&self, today: &[u8]) -> Vec<Vec<u8>> {
        Completions::new(&self.base(today), self.apart.clone()).all
    }

    fn copies_of_two(&self, left: &[u8], right: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.copies(left)
            .into_iter()
            .zip(self.copies(right))
            .collect()
    }

    /// Copies that differ only in one fact that is unknown today.
    fn pairs(&self, today: &[u8]) -> Vec<(usize, Vec<u8>, Vec<u8>)> {
        let copies = Completions::new(&self.base(today), self.apart.clone());
        let mut pairs = Vec::new();
        for place in 0..copies.free.len() {
            let fact = copies.free[place].0;
            if self.asked.contains(&fact) {
                for (left, right) in copies.pairs(place) {
                    pairs.push((fact, copies.all[left].clone(), copies.all[right].clone()));
                }
            }
        }
        pairs
    }
}

/// What the answer can change in, except for the order of routes.
fn conclusions(rows: &[Rc<Complete>]) -> Vec<(About, Vec<usize>)> {
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let mut found: Vec<(About, Vec<usize>)> = Vec::new();
    let mut add = |about: About, value: &dyn Fn(&Complete) -> usize| {
        found.push((about, rows.iter().map(|row| value(row)).collect()));
    };
    for at in 0..first.outcomes.len() {
        add(About::Pathway(at), &|row| row.outcomes[at]);
    }
    add(About::DecidedBy, &|row| row.body);
    for at in 0..first.modules.len() {
        add(About::Modules, &|row| row.modules[at]);
    }
    for at in 0..first.offers.len() {
        add(About::Offers, &|row| usize::from(row.offers[at]));
    }
    for at in 0..first.notices.len() {
        add(About::Notices, &|row| usize::from(row.notices[at]));
    }
    for at in 0..first.certain.len() {
        add(About::ContactRoutes, &|row| usize::from(row.present(at)));
        add(About::Offices, &|row| row.used[at]);
    }
    found
}

/// What depends on the order of routes.
fn order_conclusions(rows: &[Rc<Complete>]) -> Vec<(About, Vec<usize>)> {
    let mut lists: Vec<&Vec<usize>> = rows.iter().map(|row| &row.order).collect();
    lists.sort();
    lists.dedup();
    let number = |row: &Rc<Complete>| lists.iter().position(|list| **list == row.order).unwrap();
    let first = |row: &Rc<Complete>| row.order.first().map_or(usize::MAX, |route| *route);
    vec![
        (About::FirstContact, rows.iter().map(first).collect()),
        (About::ContactRoutes, rows.iter().map(number).collect()),
    ]
}

/// What the answer says about a set of outcomes (contract 2.2).
pub(crate) fn together(possible: &BTreeSet<usize>) -> Outcome {
    let outcomes: Vec<Outcome> = possible.iter().map(|at| Outcome::BY_WEIGHT[*at]).collect();
    let closed = [
        Outcome::ConditionsNotMet,
        Outcome::NotYet,
        Outcome::Expired,
        Outcome::NotInForce,
    ];
    match outcomes.as_slice() {
        [one] => *one,
        several if several.iter().all(|outcome| closed.contains(outcome)) => {
            let favourable_first = [
                Outcome::NotYet,
                Outcome::Expired,
                Outcome::ConditionsNotMet,
                Outcome::NotInForce,
            ];
            favourable_first
                .into_iter()
                .find(|outcome| several.contains(outcome))
                .unwrap()
        }
        _ => Outcome::MissingFacts,
    }
}

fn only<T: Copy>(set: &BTreeSet<T>) -> Option<T> {
    let mut all = set.iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Some(*one),
        _ => None,
    }
}

/// Whether a date has passed a comparison on a day; §§ 187, 188 BGB written out once more.
fn passed(test: Test, stated: Date, day: Date) -> bool {
    match test {
        Test::OnOrAfter(bound) => stated >= bound,
        Test::Months(months, 0) => day >= stated + months.months(),
        // The first day counts: the period ends on the day before the one with the same number, as far as the month has it.
        Test::Months(months, 1) if stated.day() == 1 => {
            day > (stated + months.months()).yesterday().unwrap()
        }
        Test::Months(months, 1) => day > stated.yesterday().unwrap() + months.months(),
        Test::Months(months, _) => day > stated + months.months(),
    }
}
