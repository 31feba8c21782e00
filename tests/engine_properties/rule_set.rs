//! Small random rule sets, written down the way an author would: as YAML.

use std::fmt::Write as _;

use asaflex::facts::{PostalCode, Value};
use asaflex::rules::SourceFile;
use jiff::civil::{Date, date};

/// The day of every screening.
pub(crate) const AS_OF: Date = date(2026, 11, 23);
/// Rules may begin or end here: two periods of law.
pub(crate) const BOUNDARY: Date = date(2026, 12, 20);

/// State of a fact that is absent and taken for an option of its own.
pub(crate) const OWN_DEFAULT: u8 = 100;
/// State of a fact that was stated otherwise than others imply.
pub(crate) const CONTRADICTED: u8 = 101;

/// One postal code of every class, in the order of the classes, and one more in Berlin.
pub(crate) const CODES: [&str; 4] = ["70173", "88422", "10115", "00001"];

/// Decisions taken from a list of numbers; an exhausted list decides for the simplest, so that shrinking the list simplifies the set.
pub(crate) struct Choices<'a> {
    numbers: std::slice::Iter<'a, u16>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Self {
            numbers: numbers.iter(),
        }
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        let number = self.numbers.next().copied().unwrap_or(0);
        usize::from(number) % count.max(1)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        100 - self.below(100) <= chance
    }

    /// Some of `0..count`, in order.
    pub(crate) fn some_of(&mut self, count: usize) -> Vec<usize> {
        (0..count).filter(|_| self.percent(50)).collect()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Bool,
    One(u8),
    Many(u8),
    Int(u8),
    /// The days that can be stated.
    Date(Vec<Date>),
    Code,
    District,
}

/// A comparison of a date, in the form that is passed as time goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    OnOrAfter(Date),
    /// Months, and how they are counted: reached, from a start, after an event.
    Months(i32, u8),
}

#[derive(Clone, Debug)]
pub(crate) struct ImpliedBy {
    pub(crate) when: Condition,
    pub(crate) state: u8,
    pub(crate) consistent: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// Sorted comparisons of a date fact.
    pub(crate) tests: Vec<Test>,
    /// The state an absent fact is taken for, and whether only for the order of routes.
    pub(crate) absent: Option<(u8, bool)>,
    pub(crate) implied: Option<ImpliedBy>,
    pub(crate) changeable: bool,
}

impl Fact {
    /// What can be stated.
    pub(crate) fn values(&self) -> Vec<Value> {
        match &self.kind {
            Kind::Bool => vec![Value::Bool(false), Value::Bool(true)],
            Kind::One(options) => (0..*options).map(Value::One).collect(),
            Kind::District => vec![Value::One(0), Value::One(1)],
            Kind::Many(options) => (0..1_u64 << options).map(Value::Many).collect(),
            Kind::Int(max) => (0..=i64::from(*max)).map(Value::Int).collect(),
            Kind::Date(days) => days.iter().copied().map(Value::Date).collect(),
            Kind::Code => CODES
                .iter()
                .map(|code| Value::PostalCode(PostalCode::parse(code).unwrap()))
                .collect(),
        }
    }

    /// The states over which an unknown fact ranges.
    pub(crate) fn states(&self) -> Vec<u8> {
        let count = match &self.kind {
            Kind::Date(_) => self.tests.len() + 1,
            Kind::Code => CODES.len(),
            _ => self.values().len(),
        };
        (0..u8::try_from(count).unwrap()).collect()
    }

    fn option(&self, state: u8) -> String {
        match (&self.kind, state) {
            (Kind::Bool, 0) => "false".to_owned(),
            (Kind::Bool, _) => "true".to_owned(),
            (_, OWN_DEFAULT) => "none".to_owned(),
            (Kind::District, _) => ["mitte", "pankow"][usize::from(state)].to_owned(),
            _ => format!("o{state}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Always(bool),
    /// A `bool` or `one` fact has one of these states.
    OneOf(usize, Vec<u8>),
    Contains(usize, Vec<u8>),
    Empty(usize, bool),
    AtLeast(usize, u8),
    Below(usize, u8),
    Equals(usize, Vec<u8>),
    /// The comparison with this place is passed, or not.
    Passed(usize, usize, bool),
    Class(usize, Vec<u8>),
    Contradicted(usize),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Definition(usize),
    /// Places in `Outcome::BY_WEIGHT`.
    Outcome(usize, Vec<usize>),
    /// Places in `Body::ALL`.
    DecidedBy(Vec<usize>),
    Module(usize),
    Offer(usize),
    Route(usize),
    Notice(usize),
}

/// In which of the two periods something is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Valid {
    Always,
    Before,
    After,
}

impl Valid {
    pub(crate) fn on(self, day: Date) -> bool {
        match self {
            Self::Always => true,
            Self::Before => day < BOUNDARY,
            Self::After => day >= BOUNDARY,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) when: Condition,
    pub(crate) valid: Valid,
}

#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) rules: Vec<Rule>,
    pub(crate) requires: Option<Condition>,
    /// Keeps an offer or a route away once it is certain; never of a module.
    pub(crate) unless: Option<Condition>,
}

#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    /// Place in the kinds: must, waiting, limit, assessment.
    pub(crate) kind: usize,
    pub(crate) when: Condition,
    pub(crate) applies: Option<Condition>,
    pub(crate) valid: Valid,
}

#[derive(Clone, Debug)]
pub(crate) struct Pathway {
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) valid: Valid,
}

#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) when: Condition,
    pub(crate) body: usize,
    pub(crate) valid: Valid,
}

#[derive(Clone, Debug)]
pub(crate) struct SupportModule {
    pub(crate) trigger: Trigger,
    pub(crate) carried_by: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Offices {
    /// Condition of a choice, and the fact it uses; the first that holds counts.
    pub(crate) choices: Vec<(Option<Condition>, usize)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) trigger: Trigger,
    pub(crate) while_possible: Option<Condition>,
    pub(crate) offices: Option<Offices>,
}

#[derive(Clone, Debug)]
pub(crate) struct Band {
    pub(crate) when: Condition,
    pub(crate) routes: Vec<usize>,
    pub(crate) valid: Valid,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct RuleSet {
    pub(crate) facts: Vec<Fact>,
    pub(crate) definitions: Vec<Condition>,
    pub(crate) pathways: Vec<Pathway>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) modules: Vec<SupportModule>,
    pub(crate) offers: Vec<Trigger>,
    pub(crate) routes: Vec<Route>,
    /// When each holds, and what keeps it away once it is certain.
    pub(crate) notices: Vec<(Condition, Option<Condition>)>,
    pub(crate) bands: Vec<Band>,
}

pub(crate) const KINDS: [&str; 4] = ["must", "waiting", "limit", "assessment"];

/// What conditions may refer to so far.
#[derive(Clone, Copy, Default)]
struct Scope {
    definitions: usize,
    pathways: usize,
    decided: bool,
    modules: usize,
    offers: usize,
    routes: usize,
    notices: usize,
}

impl RuleSet {
    /// A random set in which no more than `partial_max` partial statements can be made.
    pub(crate) fn random(choices: &mut Choices<'_>, partial_max: usize) -> Self {
        let mut set = Self::default();
        set.invent_facts(choices, partial_max);
        let mut scope = Scope::default();
        for _ in 0..choices.below(3) {
            let when = set.condition(choices, 2, scope);
            set.definitions.push(when);
            scope.definitions += 1;
        }
        for _ in 0..=choices.below(2) {
            let pathway = set.pathway(choices, scope);
            set.pathways.push(pathway);
            scope.pathways += 1;
        }
        for _ in 0..choices.below(3) {
            let decision = Decision {
                when: set.condition(choices, 1, scope),
                body: choices.below(4),
                valid: valid(choices),
            };
            set.decisions.push(decision);
        }
        set.decisions.push(Decision {
            when: Condition::Always(true),
            body: choices.below(4),
            valid: Valid::Always,
        });
        scope.decided = true;
        for _ in 0..choices.below(3) {
            let module = SupportModule {
                trigger: set.trigger(choices, scope),
                carried_by: choices.some_of(scope.pathways),
            };
            set.modules.push(module);
            scope.modules += 1;
        }
        for _ in 0..choices.below(2) {
            let mut offer = set.trigger(choices, scope);
            offer.unless = set.unless(choices, scope);
            set.offers.push(offer);
            scope.offers += 1;
        }
        for _ in 0..choices.below(4) {
            let route = set.route(choices, scope);
            set.routes.push(route);
            scope.routes += 1;
        }
        for _ in 0..choices.below(3) {
            let when = set.condition(choices, 2, scope);
            let unless = set.unless(choices, scope);
            set.notices.push((when, unless));
            scope.notices += 1;
        }
        for _ in 0..choices.below(4) {
            let mut routes = choices.some_of(set.routes.len());
            if choices.percent(50) {
                routes.reverse();
            }
            let when = set.condition(choices, 1, scope);
            set.bands.push(Band {
                when,
                routes,
                valid: valid(choices),
            });
        }
        set
    }

    fn invent_facts(&mut self, choices: &mut Choices<'_>, partial_max: usize) {
        let mut partial = 1;
        for number in 0..2 + choices.below(5) {
            let mut id = format!("f{number}");
            let mut tests = Vec::new();
            let kind = match choices.below(9) {
                0 | 1 => Kind::Bool,
                2 => Kind::One(2 + u8::try_from(choices.below(2)).unwrap()),
                3 => Kind::Many(2),
                4 => Kind::Int(2),
                5..=7 => {
                    tests = date_tests(choices);
                    Kind::Date(days(choices))
                }
                _ if !self.facts.iter().any(|fact| fact.kind == Kind::Code) => {
                    id = "homePostalCode".to_owned();
                    Kind::Code
                }
                _ if !self.facts.iter().any(|fact| fact.kind == Kind::District) => {
                    id = "berlinDistrict".to_owned();
                    Kind::District
                }
                _ => Kind::Bool,
            };
            let fixed = matches!(kind, Kind::Date(_) | Kind::Code | Kind::Int(..));
            let fact = Fact {
                id,
                kind,
                tests,
                absent: None,
                implied: None,
                changeable: choices.percent(40) && !fixed,
            };
            partial *= fact.values().len() + 1;
            if partial > partial_max && !self.facts.is_empty() {
                break;
            }
            self.facts.push(fact);
        }
        for number in 0..self.facts.len() {
            let state = match self.facts[number].kind {
                Kind::Bool => u8::try_from(choices.below(2)).unwrap(),
                Kind::One(options) if choices.percent(50) => {
                    u8::try_from(choices.below(usize::from(options))).unwrap()
                }
                Kind::One(_) => OWN_DEFAULT,
                Kind::Many(_) => 0,
                _ => continue,
            };
            if choices.percent(25) {
                self.facts[number].absent = Some((state, choices.percent(40)));
            }
        }
        let implied = (0..self.facts.len()).find(|number| {
            let fact = &self.facts[*number];
            fact.absent.is_none() && matches!(fact.kind, Kind::Bool | Kind::One(_))
        });
        if let Some(number) = implied.filter(|_| choices.percent(50)) {
            let others: Vec<usize> = (0..self.facts.len()).filter(|at| *at != number).collect();
            if others.is_empty() {
                return;
            }
            let mut parts = Vec::new();
            for _ in 0..=choices.below(3) {
                let about = others[choices.below(others.len())];
                parts.push(self.about(choices, about));
            }
            let when = if parts.len() == 1 {
                parts.remove(0)
            } else if choices.percent(70) {
                Condition::Any(parts)
            } else {
                Condition::All(parts)
            };
            let states = self.facts[number].states();
            let state = states[choices.below(states.len())];
            let consistent = states
                .into_iter()
                .filter(|other| *other != state && choices.percent(25))
                .collect();
            self.facts[number].implied = Some(ImpliedBy {
                when,
                state,
                consistent,
            });
        }
    }

    fn pathway(&self, choices: &mut Choices<'_>, scope: Scope) -> Pathway {
        let mut requirements = Vec::new();
        for _ in 0..=choices.below(4) {
            let kind = choices.below(KINDS.len());
            // Waiting periods and limits are about dates more often than not.
            let dated = (0..self.facts.len())
                .filter(|at| matches!(self.facts[*at].kind, Kind::Date(_)))
                .collect::<Vec<_>>();
            let when = if matches!(kind, 1 | 2) && !dated.is_empty() && choices.percent(70) {
                let about = dated[choices.below(dated.len())];
                let date = self.about(choices, about);
                if choices.percent(40) {
                    let other = self.condition(choices, 1, scope);
                    if choices.percent(50) {
                        Condition::All(vec![date, other])
                    } else {
                        Condition::Any(vec![date, other])
                    }
                } else {
                    date
                }
            } else {
                self.condition(choices, 2, scope)
            };
            let applies = choices
                .percent(30)
                .then(|| self.condition(choices, 1, scope));
            requirements.push(Requirement {
                kind,
                when,
                applies,
                valid: valid(choices),
            });
        }
        Pathway {
            requirements,
            valid: valid(choices),
        }
    }

    fn trigger(&self, choices: &mut Choices<'_>, scope: Scope) -> Trigger {
        let mut rules = Vec::new();
        for _ in 0..=choices.below(3) {
            rules.push(Rule {
                when: self.condition(choices, 1, scope),
                valid: valid(choices),
            });
        }
        Trigger {
            rules,
            requires: choices
                .percent(35)
                .then(|| self.condition(choices, 1, scope)),
            unless: None,
        }
    }

    fn unless(&self, choices: &mut Choices<'_>, scope: Scope) -> Option<Condition> {
        choices
            .percent(35)
            .then(|| self.condition(choices, 1, scope))
    }

    fn route(&self, choices: &mut Choices<'_>, scope: Scope) -> Route {
        let code = self.facts.iter().position(|fact| fact.kind == Kind::Code);
        let offices = code.map(|code| Offices {
            choices: vec![(
                choices
                    .percent(40)
                    .then(|| self.condition(choices, 1, scope)),
                code,
            )],
        });
        let mut trigger = self.trigger(choices, scope);
        trigger.unless = self.unless(choices, scope);
        Route {
            trigger,
            while_possible: choices
                .percent(30)
                .then(|| self.condition(choices, 1, scope)),
            offices,
        }
    }

    fn condition(&self, choices: &mut Choices<'_>, depth: usize, scope: Scope) -> Condition {
        let deeper = |choices: &mut Choices<'_>| self.condition(choices, depth - 1, scope);
        match choices.below(if depth == 0 { 8 } else { 14 }) {
            6 => self.reference(choices, scope),
            7 => Condition::Always(choices.percent(50)),
            8 | 9 => Condition::All(vec![deeper(choices), deeper(choices)]),
            10 | 11 => Condition::Any(vec![deeper(choices), deeper(choices)]),
            12 => Condition::Not(Box::new(deeper(choices))),
            13 => Condition::Any(vec![deeper(choices), deeper(choices), deeper(choices)]),
            _ => {
                let fact = choices.below(self.facts.len());
                self.about(choices, fact)
            }
        }
    }

    fn reference(&self, choices: &mut Choices<'_>, scope: Scope) -> Condition {
        let known = [
            scope.definitions,
            scope.pathways,
            usize::from(scope.decided),
            scope.modules,
            scope.offers,
            scope.routes,
            scope.notices,
        ];
        let possible: Vec<usize> = (0..known.len()).filter(|at| known[*at] > 0).collect();
        if possible.is_empty() {
            let fact = choices.below(self.facts.len());
            return self.about(choices, fact);
        }
        let what = possible[choices.below(possible.len())];
        let which = choices.below(known[what]);
        match what {
            0 => Condition::Definition(which),
            1 => {
                let mut outcomes = choices.some_of(6);
                outcomes.push(choices.below(6));
                Condition::Outcome(which, outcomes)
            }
            2 => Condition::DecidedBy(vec![choices.below(4)]),
            3 => Condition::Module(which),
            4 => Condition::Offer(which),
            5 => Condition::Route(which),
            _ => Condition::Notice(which),
        }
    }

    /// A condition about one fact.
    fn about(&self, choices: &mut Choices<'_>, number: usize) -> Condition {
        let fact = &self.facts[number];
        let some = |choices: &mut Choices<'_>, count: usize| -> Vec<u8> {
            let mut states = choices.some_of(count);
            if states.is_empty() {
                states.push(choices.below(count));
            }
            states
                .into_iter()
                .map(|state| u8::try_from(state).unwrap())
                .collect()
        };
        if fact.implied.is_some() && choices.percent(20) {
            return Condition::Contradicted(number);
        }
        match &fact.kind {
            Kind::Bool => Condition::OneOf(number, vec![1 - u8::from(choices.percent(35))]),
            Kind::District => Condition::OneOf(number, some(choices, 2)),
            Kind::One(options) => {
                let mut states = some(choices, usize::from(*options));
                if fact.absent.is_some_and(|(state, _)| state == OWN_DEFAULT) && choices.percent(40)
                {
                    states.push(OWN_DEFAULT);
                }
                Condition::OneOf(number, states)
            }
            Kind::Many(options) => match choices.below(3) {
                0 => Condition::Contains(number, some(choices, usize::from(*options))),
                1 => Condition::Empty(number, true),
                _ => Condition::Empty(number, false),
            },
            Kind::Int(max) => match choices.below(3) {
                0 => Condition::AtLeast(number, 1 + choices.below(usize::from(*max)) as u8),
                1 => Condition::Below(number, 1 + choices.below(usize::from(*max)) as u8),
                _ => Condition::Equals(number, some(choices, usize::from(*max) + 1)),
            },
            Kind::Date(_) => {
                let test = choices.below(fact.tests.len());
                Condition::Passed(number, test, !choices.percent(35))
            }
            Kind::Code => Condition::Class(number, some(choices, CODES.len())),
        }
    }

    /// The files an author would have written.
    pub(crate) fn files(&self) -> Vec<SourceFile> {
        let mut files = vec![
            (
                "ruleset.yaml".to_owned(),
                "id: random\nversion: \"1\"\ntitle: t\nlabels: {}\nheadlines: []\n".to_owned(),
            ),
            (
                "sources.yaml".to_owned(),
                "sources:\n  - { id: law, title: t, kind: statute }\n".to_owned(),
            ),
            ("facts.yaml".to_owned(), self.facts_yaml()),
            ("decided-by.yaml".to_owned(), self.decided_by_yaml()),
            ("contact-routes.yaml".to_owned(), self.routes_yaml()),
            ("definitions.yaml".to_owned(), {
                let mut out = "definitions:\n".to_owned();
                for (number, when) in self.definitions.iter().enumerate() {
                    let _ = writeln!(out, "  - {{ id: d{number}, when: {} }}", self.yaml(when));
                }
                listed(out, self.definitions.is_empty())
            }),
            ("modules.yaml".to_owned(), {
                let mut out = "modules:\n".to_owned();
                for (number, module) in self.modules.iter().enumerate() {
                    let carried: Vec<String> = module
                        .carried_by
                        .iter()
                        .map(|place| format!("p{place}"))
                        .collect();
                    let _ = writeln!(
                        out,
                        "  - {{ id: m{number}, title: t, text: t, beneficiary: [trainee], carriedBy: [{}], {} }}",
                        carried.join(", "),
                        self.trigger_yaml(&module.trigger)
                    );
                }
                listed(out, self.modules.is_empty())
            }),
            ("offers.yaml".to_owned(), {
                let mut out = "offers:\n".to_owned();
                for (number, offer) in self.offers.iter().enumerate() {
                    let _ = writeln!(
                        out,
                        "  - {{ id: a{number}, title: t, text: t, claim: advice, contact: [], {} }}",
                        self.trigger_yaml(offer)
                    );
                }
                listed(out, self.offers.is_empty())
            }),
            ("notices.yaml".to_owned(), {
                let mut out = "notices:\n".to_owned();
                for (number, (when, unless)) in self.notices.iter().enumerate() {
                    let unless = unless
                        .as_ref()
                        .map(|unless| format!(", unless: {}", self.yaml(unless)))
                        .unwrap_or_default();
                    let _ = writeln!(
                        out,
                        "  - {{ id: n{number}, severity: info, text: t, when: {}{unless} }}",
                        self.yaml(when)
                    );
                }
                listed(out, self.notices.is_empty())
            }),
        ];
        for (number, pathway) in self.pathways.iter().enumerate() {
            files.push((
                format!("pathways/p{number}.yaml"),
                self.pathway_yaml(number, pathway),
            ));
        }
        if self.facts.iter().any(|fact| fact.kind == Kind::Code) {
            files.extend(OFFICES.map(|(name, text)| (name.to_owned(), text.to_owned())));
        }
        files.sort();
        files
            .into_iter()
            .map(|(name, text)| SourceFile { name, text })
            .collect()
    }

    /// All files as one text, for a failed test.
    pub(crate) fn printed(&self) -> String {
        let mut out = String::new();
        for file in self.files() {
            let _ = writeln!(out, "--- {}\n{}", file.name, file.text);
        }
        out
    }

    fn facts_yaml(&self) -> String {
        let mut out = "facts:\n".to_owned();
        for fact in &self.facts {
            let kind = match fact.kind {
                Kind::Bool => "bool",
                Kind::One(_) | Kind::District => "one",
                Kind::Many(_) => "many",
                Kind::Int(_) => "int",
                Kind::Date(_) => "date",
                Kind::Code => "plz",
            };
            let _ = writeln!(
                out,
                "  - id: {}\n    kind: {kind}\n    label: t\n    question: t\n    why: t\n    changeable: {}",
                fact.id, fact.changeable
            );
            if let Kind::One(_) | Kind::Many(_) | Kind::District = fact.kind {
                let count = match fact.kind {
                    Kind::One(count) | Kind::Many(count) => count,
                    _ => 2,
                };
                let options: Vec<String> = (0..count)
                    .map(|option| format!("{{ id: {}, text: t }}", fact.option(option)))
                    .collect();
                let _ = writeln!(out, "    options: [{}]", options.join(", "));
            }
            if let Kind::Int(max) = fact.kind {
                let _ = writeln!(out, "    range: {{ min: 0, max: {max} }}");
            }
            if let Some(implied) = &fact.implied {
                let consistent: Vec<String> = implied
                    .consistent
                    .iter()
                    .map(|state| fact.option(*state))
                    .collect();
                let _ = writeln!(
                    out,
                    "    impliedBy: {}\n    impliedValue: {}\n    consistentWith: [{}]",
                    self.yaml(&implied.when),
                    fact.option(implied.state),
                    consistent.join(", ")
                );
            }
            if let Some((state, order)) = fact.absent {
                let value = match fact.kind {
                    Kind::Many(_) => "none".to_owned(),
                    _ => fact.option(state),
                };
                let scope = if order { "order" } else { "everything" };
                let _ = writeln!(
                    out,
                    "    absentMeans: {{ value: {value}, text: t, scope: {scope} }}"
                );
            }
        }
        out
    }

    fn pathway_yaml(&self, number: usize, pathway: &Pathway) -> String {
        let mut out = format!("id: p{number}\ntitle: t\ntext: t\n");
        let validity = validity(pathway.valid);
        if !validity.is_empty() {
            let _ = writeln!(out, "{}", validity.trim_start_matches(", "));
        }
        out.push_str("requirements:\n");
        for (number, requirement) in pathway.requirements.iter().enumerate() {
            let applies = requirement
                .applies
                .as_ref()
                .map(|applies| format!(", appliesWhen: {}", self.yaml(applies)))
                .unwrap_or_default();
            let _ = writeln!(
                out,
                "  - {{ id: r{number}, kind: {}, when: {}{applies}, basis: statute, citations: [ {{ source: law, at: \"§ 1\" }} ], met: t, notMet: t, unknown: t{} }}",
                KINDS[requirement.kind],
                self.yaml(&requirement.when),
                self::validity(requirement.valid)
            );
        }
        out
    }

    fn decided_by_yaml(&self) -> String {
        let mut out = "bodies: []\ndecidedBy:\n".to_owned();
        for (number, decision) in self.decisions.iter().enumerate() {
            let _ = writeln!(
                out,
                "  - {{ id: b{number}, when: {}, body: {}, text: t{} }}",
                self.yaml(&decision.when),
                BODIES[decision.body],
                validity(decision.valid)
            );
        }
        out
    }

    fn routes_yaml(&self) -> String {
        let mut out = "contactRoutes:\n".to_owned();
        for (number, route) in self.routes.iter().enumerate() {
            let mut more = String::new();
            if let Some(possible) = &route.while_possible {
                let _ = write!(more, ", whilePossible: {}", self.yaml(possible));
            }
            if let Some(offices) = &route.offices {
                let choices: Vec<String> = offices
                    .choices
                    .iter()
                    .map(|(when, fact)| {
                        let when = when
                            .as_ref()
                            .map(|when| format!("when: {}, ", self.yaml(when)))
                            .unwrap_or_default();
                        format!("{{ {when}use: {} }}", self.facts[*fact].id)
                    })
                    .collect();
                let _ = write!(
                    more,
                    ", offices: {{ kind: employment-agency, byPostalCodeOf: [{}] }}",
                    choices.join(", ")
                );
            }
            let _ = writeln!(
                out,
                "  - {{ id: k{number}, title: t, purpose: t, {}{more} }}",
                self.trigger_yaml(&route.trigger)
            );
        }
        let mut out = listed(out, self.routes.is_empty());
        if !self.bands.is_empty() {
            out.push_str("bands:\n");
        }
        for (number, band) in self.bands.iter().enumerate() {
            let routes: Vec<String> = band.routes.iter().map(|at| format!("k{at}")).collect();
            let _ = writeln!(
                out,
                "  - {{ id: band{number}, when: {}, routes: [{}], text: t{} }}",
                self.yaml(&band.when),
                routes.join(", "),
                validity(band.valid)
            );
        }
        out
    }

    fn trigger_yaml(&self, trigger: &Trigger) -> String {
        let rules: Vec<String> = trigger
            .rules
            .iter()
            .enumerate()
            .map(|(number, rule)| {
                format!(
                    "{{ id: x{number}, when: {}, text: t{} }}",
                    self.yaml(&rule.when),
                    validity(rule.valid)
                )
            })
            .collect();
        let requires = trigger
            .requires
            .as_ref()
            .map(|requires| format!(", requires: {}", self.yaml(requires)))
            .unwrap_or_default();
        let unless = trigger
            .unless
            .as_ref()
            .map(|unless| format!(", unless: {}", self.yaml(unless)))
            .unwrap_or_default();
        format!("rules: [ {} ]{requires}{unless}", rules.join(", "))
    }

    fn yaml(&self, condition: &Condition) -> String {
        let all = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| self.yaml(part))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let id = |fact: &usize| self.facts[*fact].id.as_str();
        let options = |fact: &usize, states: &[u8]| {
            states
                .iter()
                .map(|state| self.facts[*fact].option(*state))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match condition {
            Condition::Always(yes) => format!("{{ always: {yes} }}"),
            Condition::OneOf(fact, states) if self.facts[*fact].kind == Kind::Bool => {
                format!("{{ {}: {} }}", id(fact), options(fact, states))
            }
            Condition::OneOf(fact, states) | Condition::Contains(fact, states) => {
                format!("{{ {}: [{}] }}", id(fact), options(fact, states))
            }
            Condition::Empty(fact, empty) => format!("{{ {}: {{ empty: {empty} }} }}", id(fact)),
            Condition::AtLeast(fact, bound) => {
                format!("{{ {}: {{ atLeast: {bound} }} }}", id(fact))
            }
            Condition::Below(fact, bound) => format!("{{ {}: {{ below: {bound} }} }}", id(fact)),
            Condition::Equals(fact, numbers) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                format!("{{ {}: [{}] }}", id(fact), numbers.join(", "))
            }
            Condition::Passed(fact, test, wanted) => {
                let comparison = match (self.facts[*fact].tests[*test], wanted) {
                    (Test::OnOrAfter(day), true) => format!("onOrAfter: {day}"),
                    (Test::OnOrAfter(day), false) => format!("before: {day}"),
                    (Test::Months(months, 0), _) => format!("atLeastMonthsAgo: {months}"),
                    (Test::Months(months, 1), _) => format!("withinMonthsFromStart: {months}"),
                    (Test::Months(months, _), _) => format!("withinMonthsOfEvent: {months}"),
                };
                let test = self.facts[*fact].tests[*test];
                let says_passed = match test {
                    Test::OnOrAfter(_) => *wanted,
                    Test::Months(_, counting) => counting == 0,
                };
                let condition = format!("{{ {}: {{ {comparison} }} }}", id(fact));
                if says_passed == *wanted {
                    condition
                } else {
                    format!("{{ not: {condition} }}")
                }
            }
            Condition::Class(fact, classes) => {
                let names = ["one-district", "several-districts", "berlin", "not-listed"];
                let names: Vec<&str> = classes
                    .iter()
                    .map(|class| names[usize::from(*class)])
                    .collect();
                format!("{{ {}: {{ class: [{}] }} }}", id(fact), names.join(", "))
            }
            Condition::Contradicted(fact) => format!("{{ contradicted: {} }}", id(fact)),
            Condition::All(parts) => format!("{{ all: [ {} ] }}", all(parts)),
            Condition::Any(parts) => format!("{{ any: [ {} ] }}", all(parts)),
            Condition::Not(inner) => format!("{{ not: {} }}", self.yaml(inner)),
            Condition::Definition(number) => format!("{{ definition: d{number} }}"),
            Condition::Outcome(number, outcomes) => {
                let outcomes: Vec<&str> = outcomes
                    .iter()
                    .map(|at| asaflex::rules::model::Outcome::BY_WEIGHT[*at].as_str())
                    .collect();
                format!(
                    "{{ outcome: {{ of: p{number}, is: [{}] }} }}",
                    outcomes.join(", ")
                )
            }
            Condition::DecidedBy(bodies) => {
                let bodies: Vec<&str> = bodies.iter().map(|at| BODIES[*at]).collect();
                format!("{{ decidedBy: [{}] }}", bodies.join(", "))
            }
            Condition::Module(number) => format!("{{ module: m{number} }}"),
            Condition::Offer(number) => format!("{{ offer: a{number} }}"),
            Condition::Route(number) => format!("{{ contactRoute: k{number} }}"),
            Condition::Notice(number) => format!("{{ notice: n{number} }}"),
        }
    }
}

pub(crate) const BODIES: [&str; 4] = [
    "agentur-fuer-arbeit",
    "jobcenter",
    "rehabilitation-carrier",
    "unclear",
];

fn valid(choices: &mut Choices<'_>) -> Valid {
    match choices.below(10) {
        8 => Valid::Before,
        9 => Valid::After,
        _ => Valid::Always,
    }
}

fn validity(valid: Valid) -> String {
    match valid {
        Valid::Always => String::new(),
        Valid::Before => format!(", validUntil: {}", BOUNDARY.yesterday().unwrap()),
        Valid::After => format!(", validFrom: {BOUNDARY}"),
    }
}

fn listed(out: String, empty: bool) -> String {
    if empty {
        format!("{} []\n", out.trim_end())
    } else {
        out
    }
}

fn date_tests(choices: &mut Choices<'_>) -> Vec<Test> {
    let absolute = choices.percent(15);
    let mut tests = Vec::new();
    for _ in 0..=choices.below(3) {
        tests.push(if absolute {
            Test::OnOrAfter(
                [date(2026, 10, 1), date(2026, 11, 23), date(2026, 12, 1)][choices.below(3)],
            )
        } else {
            Test::Months(
                i32::try_from(choices.below(4)).unwrap(),
                u8::try_from(choices.below(3)).unwrap(),
            )
        });
    }
    tests.sort();
    tests.dedup();
    tests
}

/// Days around the evaluation date, so that periods have just ended or end soon.
fn days(choices: &mut Choices<'_>) -> Vec<Date> {
    let pool = [
        date(2026, 10, 5),
        date(2026, 9, 30),
        date(2026, 8, 31),
        date(2026, 11, 23),
        date(2026, 12, 10),
        date(2026, 10, 1),
        date(2025, 1, 1),
    ];
    let first = choices.below(pool.len());
    let second = choices.below(pool.len());
    let mut days = vec![pool[first]];
    if second != first {
        days.push(pool[second]);
    }
    days
}

const OFFICES: [(&str, &str); 4] = [
    (
        "offices/agenturen.csv",
        "agentur_nr,main_office_place,official_name,page\n1,A,,\n2,B,,\n3,C,,\n",
    ),
    (
        "offices/jobcenter_2026.csv",
        "jobcenter_nr,form,name,agentur_nr\n11,gE,Eins,1\n22,gE,Zwei,2\n31,gE,Mitte,3\n32,gE,Pankow,3\n",
    ),
    (
        "offices/kreis_agentur_jobcenter.csv",
        "kreis_ags,agentur_nr,jobcenter_nr,match_method\n01000,1,11,whole\n02000,2,22,whole\n11000,3,31,whole\n11000,3,32,whole\n",
    ),
    (
        "offices/plz_kreis.csv",
        "plz,kreis_ags,ort,n_places\n70173,01000,Eins,1\n88422,01000,Eins,2\n88422,02000,Zwei,2\n10115,11000,Berlin,1\n",
    ),
];
