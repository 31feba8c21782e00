//! The smallest requests that would show what no case shows yet, found on the diagrams.
//!
//! A request is a path through the diagram of what is wanted: every fact on it is stated, and nothing else. What only combinations
//! could show that `impossible:` excludes is not asked for. What is found is checked by the engine before it is handed out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;

use foldhash::HashMap;
use jiff::civil::Date;

use crate::answer::Prepared;
use crate::dates::{Threshold, add_months, next_day, previous_day};
use crate::diagram::{Diagrams, NodeId, Scratch, TooLarge};
use crate::engine::{self, Wanted, Workspace};
use crate::facts::{Fact, FactId, FactKind, Given, PostalCode, Value};
use crate::offices::PostalClass;
use crate::rules::cases::Question;
use crate::rules::model::{Form, RuleKind, Ruleset, Segment, Written, WrittenRule};
use crate::verify::coverage::{Measuring, Shown, Truth, at, cells_of, decides};

/// Most nodes of the diagrams built for one period while looking for requests.
const NODES_MAX: usize = 4_000_000;
/// Most steps of one search; a request that needs more is not small.
const STEPS_MAX: usize = 400_000;
/// How often a search may come by the same place on different ways, in case the shortest is nobody's.
const AGAIN_MAX: usize = 24;
/// Most lines above a suggestion that say what it would show.
const SHOWS_MAX: usize = 8;

/// A request that would show something new.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What it shows, one sentence each; the first is what it was made for.
    pub shows: Vec<String>,
    /// Evaluation date.
    pub as_of: Date,
    /// The facts.
    pub given: Given,
}

/// What is wanted of a rule.
#[derive(Clone, Copy, Debug)]
enum Goal {
    /// That it has this value.
    Value(Truth),
    /// That the leaf at this place has this value, and the condition rests on it.
    Leaf(usize, bool),
}

/// What a search found.
enum Found {
    Request(Date, Given),
    /// There is no such request.
    Never,
    /// The search was too large.
    Unknown,
}

/// Marks what no request can show, and finds requests for the rest.
pub(super) fn complete(measuring: &mut Measuring<'_>, wanted: bool) -> Vec<Suggestion> {
    let ruleset = measuring.ruleset;
    // What the suggestions so far would show needs no further one.
    let mut hoped = Measuring::new(ruleset);
    hoped.rules.clone_from(&measuring.rules);
    let mut benches = Benches::new(ruleset);
    let mut suggestions: Vec<Suggestion> = Vec::new();
    // What shows a value often shows leaves as well, so values come first.
    let mut goals: Vec<(usize, Goal)> = Vec::new();
    for (number, rule) in measuring.rules.iter().enumerate() {
        goals.extend(Truth::ALL.map(|truth| (number, Goal::Value(truth))));
        let leaves = (0..rule.leaves.len())
            .flat_map(|leaf| [Goal::Leaf(leaf, true), Goal::Leaf(leaf, false)]);
        goals.extend(leaves.map(|goal| (number, goal)));
    }
    goals.sort_by_key(|(_, goal)| matches!(goal, Goal::Leaf(..)));
    for (number, goal) in goals {
        if hoped
            .slot(number, goal)
            .is_none_or(|shown| *shown != Shown::Missing)
        {
            continue;
        }
        let name = measuring
            .rules
            .get(number)
            .map_or("", |rule| rule.name.as_str());
        match benches.find(name, goal) {
            Found::Never => {
                for measured in [&mut *measuring, &mut hoped] {
                    if let Some(slot) = measured.slot(number, goal) {
                        *slot = Shown::Never;
                    }
                }
            }
            Found::Request(as_of, given) => {
                let id = format!("suggested-{}", suggestions.len() + 1);
                hoped.show(&id, &given, as_of);
                suggestions.push(Suggestion {
                    shows: Vec::new(),
                    as_of,
                    given,
                });
            }
            Found::Unknown => {}
        }
    }
    if !wanted {
        return Vec::new();
    }
    for (number, suggestion) in suggestions.iter_mut().enumerate() {
        suggestion.shows = hoped.shows(&format!("suggested-{}", number + 1));
    }
    suggestions
}

impl Measuring<'_> {
    fn slot(&mut self, rule: usize, goal: Goal) -> Option<&mut Shown> {
        let rule = self.rules.get_mut(rule)?;
        match goal {
            Goal::Value(truth) => {
                let at = Truth::ALL.iter().position(|known| *known == truth)?;
                rule.values.get_mut(at)
            }
            Goal::Leaf(leaf, true) => rule.leaves.get_mut(leaf).map(|leaf| &mut leaf.holds),
            Goal::Leaf(leaf, false) => rule.leaves.get_mut(leaf).map(|leaf| &mut leaf.fails),
        }
    }

    /// What a case is the first to show.
    fn shows(&self, id: &str) -> Vec<String> {
        let by = |shown: &Shown| shown.case() == Some(id);
        let mut shows = Vec::new();
        for rule in &self.rules {
            let place = at(rule.place, &self.ruleset.files);
            for truth in Truth::ALL
                .into_iter()
                .filter(|truth| by(rule.value(*truth)))
            {
                shows.push(format!("{} is {} ({place})", rule.name, truth.as_str()));
            }
            for leaf in &rule.leaves {
                for (shown, how) in [(&leaf.holds, "holds"), (&leaf.fails, "fails")] {
                    if by(shown) {
                        shows.push(format!(
                            "{} rests on `{}`, which {how} ({place})",
                            rule.name, leaf.text
                        ));
                    }
                }
            }
        }
        shows
    }
}

/// The day of suggestions for a rule set in which nothing ever begins or ends; a day of a person counted back from it is one that a request
/// can give.
const ANY_DAY: Date = jiff::civil::date(2026, 1, 1);

/// The periods of law with their workbenches, in the order in which to look.
struct Benches<'a> {
    ruleset: &'a Ruleset,
    order: Vec<(&'a Segment, Date)>,
    ready: HashMap<usize, Bench<'a>>,
}

impl<'a> Benches<'a> {
    /// Today's law is what most cases are about, so it comes first; then backwards in time.
    fn new(ruleset: &'a Ruleset) -> Self {
        let days: Vec<Date> = ruleset
            .cases
            .iter()
            .filter_map(|case| match case.question {
                Question::Screening(day, _) => Some(day),
                Question::Offices(_) => None,
            })
            .collect();
        let mut order: Vec<(usize, &Segment, Date)> = Vec::new();
        for segment in ruleset.segments.iter().rev() {
            let inside = |day: &&Date| {
                segment.from.is_none_or(|from| from <= **day)
                    && segment.until.is_none_or(|until| **day <= until)
            };
            let own: Vec<&Date> = days.iter().filter(inside).collect();
            // The day most cases of the period are about; of several the latest.
            let day = own
                .iter()
                .max_by_key(|day| (own.iter().filter(|other| other == day).count(), **day))
                .map(|day| **day)
                .or(segment.from)
                .or(segment.until);
            order.push((own.len(), segment, day.unwrap_or(ANY_DAY)));
        }
        order.sort_by_key(|(cases, _, _)| Reverse(*cases));
        Self {
            ruleset,
            order: order
                .into_iter()
                .map(|(_, segment, day)| (segment, day))
                .collect(),
            ready: HashMap::default(),
        }
    }

    fn find(&mut self, name: &str, goal: Goal) -> Found {
        let mut result = Found::Never;
        for (place, (segment, as_of)) in self.order.iter().enumerate() {
            let Some(rule) = segment.written.iter().find(|rule| rule.name == name) else {
                continue;
            };
            let bench = self
                .ready
                .entry(place)
                .or_insert_with(|| Bench::new(self.ruleset, segment, *as_of));
            match bench.find(rule, goal) {
                Found::Never => {}
                Found::Unknown => result = Found::Unknown,
                found @ Found::Request(..) => return found,
            }
        }
        result
    }
}

/// A place to build further diagrams of one period; those of the rule set are finished.
struct Bench<'a> {
    ruleset: &'a Ruleset,
    segment: &'a Segment,
    as_of: Date,
    diagrams: Diagrams,
    imported: HashMap<NodeId, NodeId>,
    /// Where nobody is in an impossible combination, and statements agree with what is implied; built when it is first needed.
    believable: Option<NodeId>,
    workspace: Workspace,
    scratch: Scratch,
}

impl<'a> Bench<'a> {
    fn new(ruleset: &'a Ruleset, segment: &'a Segment, as_of: Date) -> Self {
        Self {
            ruleset,
            segment,
            as_of,
            diagrams: Diagrams::new(segment.diagrams.variables().to_vec(), NODES_MAX),
            imported: HashMap::default(),
            believable: None,
            workspace: Workspace::default(),
            scratch: Scratch::default(),
        }
    }

    fn believable(&mut self) -> Result<NodeId, TooLarge> {
        if let Some(known) = self.believable {
            return Ok(known);
        }
        let impossible = self.import(self.segment.impossible)?;
        let mut believable = self.diagrams.not(impossible)?;
        for implied in &self.segment.implied {
            let Some(fact) = self.ruleset.catalog.get(implied.fact) else {
                continue;
            };
            let when = self.import(implied.when)?;
            let variable = self.variable(implied.fact);
            let declared = self.diagrams.declared(variable);
            let other = self.diagrams.leaf(variable, |cell| {
                cell < declared && cell != implied.cell && !fact.consistent_cells.contains(&cell)
            })?;
            let both = self.diagrams.and(other, when)?;
            let not_both = self.diagrams.not(both)?;
            believable = self.diagrams.and(believable, not_both)?;
        }
        let believable = self.with_contradictions(believable)?;
        self.believable = Some(believable);
        Ok(believable)
    }

    /// A contradiction takes a statement and what it contradicts.
    fn with_contradictions(&mut self, mut node: NodeId) -> Result<NodeId, TooLarge> {
        for implied in &self.segment.implied {
            let when = self.import(implied.when)?;
            let variable = self.variable(implied.fact);
            let open = self
                .diagrams
                .leaf(variable, |cell| cell != implied.contradicted)?;
            let either = self.diagrams.or(open, when)?;
            node = self.diagrams.and(node, either)?;
        }
        Ok(node)
    }

    fn variable(&self, fact: FactId) -> u16 {
        self.segment
            .first_variable
            .get(usize::from(fact))
            .copied()
            .unwrap_or(u16::MAX)
    }

    /// A diagram of the rule set on this bench.
    fn import(&mut self, node: NodeId) -> Result<NodeId, TooLarge> {
        if node.value().is_some() {
            return Ok(node);
        }
        if let Some(known) = self.imported.get(&node) {
            return Ok(*known);
        }
        let from = &self.segment.diagrams;
        let variable = from.top(node);
        let mut branches = Vec::new();
        for cell in 0..from.cells(variable) {
            branches.push(self.import(from.branch(node, variable, cell))?);
        }
        let here = self.diagrams.node(variable, branches)?;
        self.imported.insert(node, here);
        Ok(here)
    }

    /// The condition with one leaf replaced by a constant; `at` counts the leaves that were read.
    fn replaced(
        &mut self,
        written: &Written,
        at: &mut usize,
        leaf: (usize, bool),
    ) -> Result<NodeId, TooLarge> {
        match &written.form {
            Form::All(parts) => {
                let mut all = NodeId::TRUE;
                for part in parts {
                    let part = self.replaced(part, at, leaf)?;
                    all = self.diagrams.and(all, part)?;
                }
                Ok(all)
            }
            Form::Any(parts) => {
                let mut any = NodeId::FALSE;
                for part in parts {
                    let part = self.replaced(part, at, leaf)?;
                    any = self.diagrams.or(any, part)?;
                }
                Ok(any)
            }
            Form::Not(part) => {
                let part = self.replaced(part, at, leaf)?;
                self.diagrams.not(part)
            }
            Form::Always(_) => Ok(written.node),
            _ => {
                let place = *at;
                *at += 1;
                match leaf {
                    (wanted, true) if wanted == place => Ok(NodeId::TRUE),
                    (wanted, false) if wanted == place => Ok(NodeId::FALSE),
                    _ => self.import(written.node),
                }
            }
        }
    }

    /// Where the goal is certain.
    fn goal(&mut self, condition: &Written, goal: Goal) -> Result<NodeId, TooLarge> {
        let node = match goal {
            Goal::Value(Truth::False) => {
                let node = self.import(condition.node)?;
                self.diagrams.not(node)?
            }
            Goal::Value(_) => self.import(condition.node)?,
            Goal::Leaf(place, holds) => {
                let with = self.replaced(condition, &mut 0, (place, true))?;
                let without = self.replaced(condition, &mut 0, (place, false))?;
                let differ = self
                    .diagrams
                    .merge(with, without, |left, right| u16::from(left != right))?;
                let leaf = condition
                    .leaves()
                    .get(place)
                    .map_or(NodeId::FALSE, |leaf| leaf.node);
                let leaf = self.import(leaf)?;
                let leaf = if holds {
                    leaf
                } else {
                    self.diagrams.not(leaf)?
                };
                self.diagrams.and(differ, leaf)?
            }
        };
        self.with_contradictions(node)
    }

    fn find(&mut self, rule: &WrittenRule, goal: Goal) -> Found {
        let found = match goal {
            Goal::Value(Truth::Undecided) => self.undecided(rule),
            _ => self.certain(rule, goal),
        };
        match found {
            Ok(Some(given)) => Found::Request(self.as_of, self.smallest(rule, goal, given)),
            Ok(None) => Found::Never,
            Err(_) => Found::Unknown,
        }
    }

    fn certain(&mut self, rule: &WrittenRule, goal: Goal) -> Result<Option<Given>, TooLarge> {
        let wanted = self.goal(&rule.condition, goal)?;
        let in_order = rule.kind == RuleKind::Band;
        // Most wanted diagrams have a handful of nodes, and one of their shortest paths is somebody believable.
        let mut search = Search::new(wanted, NodeId::TRUE, in_order, AGAIN_MAX);
        while let Some(path) = search.next(self)? {
            let given = request(self.ruleset, self.segment, self.as_of, &path);
            let Some(given) = given.filter(|given| self.shows(rule, goal, given)) else {
                continue;
            };
            if self.is_possible(&given) {
                return Ok(Some(given));
            }
        }
        if search.exhausted {
            return Ok(None);
        }
        let believable = self.believable()?;
        let people = self.diagrams.and(wanted, believable)?;
        let mut search = Search::new(wanted, people, in_order, AGAIN_MAX);
        while let Some(path) = search.next(self)? {
            let given = request(self.ruleset, self.segment, self.as_of, &path);
            if let Some(given) = given.filter(|given| self.shows(rule, goal, given)) {
                return Ok(Some(given));
            }
        }
        // Whoever contradicts himself is a person all the same; whoever is in an impossible combination is nobody.
        let impossible = self.import(self.segment.impossible)?;
        let possible = self.diagrams.not(impossible)?;
        let people = self.diagrams.and(wanted, possible)?;
        let mut search = Search::new(wanted, people, in_order, AGAIN_MAX);
        while let Some(path) = search.next(self)? {
            let given = request(self.ruleset, self.segment, self.as_of, &path);
            if let Some(given) = given.filter(|given| self.shows(rule, goal, given)) {
                return Ok(Some(given));
            }
        }
        if search.exhausted {
            Ok(None)
        } else {
            Err(TooLarge(AGAIN_MAX))
        }
    }

    /// Whether somebody can be as stated.
    fn is_possible(&mut self, given: &Given) -> bool {
        let known = engine::known(self.ruleset, given, self.as_of, &mut self.workspace);
        let (diagrams, scratch) = (&self.segment.diagrams, &mut self.scratch);
        Truth::of(
            self.segment.impossible,
            &known.everywhere,
            diagrams,
            scratch,
        ) != Truth::True
    }

    /// A request that is certain except for one fact reads best; failing that, what is assumed or contradicted is stated, and nothing else.
    fn undecided(&mut self, rule: &WrittenRule) -> Result<Option<Given>, TooLarge> {
        let goal = Goal::Value(Truth::Undecided);
        for truth in [Truth::True, Truth::False] {
            if let Some(given) = self.certain(rule, Goal::Value(truth))? {
                for (fact, _) in given.iter().collect::<Vec<_>>().into_iter().rev() {
                    let mut without = given.clone();
                    without.clear(fact);
                    if self.shows(rule, goal, &without) {
                        return Ok(Some(without));
                    }
                }
            }
        }
        let mut requests = vec![Given::nothing(self.ruleset.catalog.facts().len())];
        for (number, fact) in self.ruleset.catalog.facts().iter().enumerate() {
            let Ok(number) = FactId::try_from(number) else {
                continue;
            };
            if !self
                .segment
                .diagrams
                .facts(rule.condition.node)
                .contains(number)
            {
                continue;
            }
            let statements = self.special_statements(number, fact, rule.kind == RuleKind::Band)?;
            let mut more = Vec::new();
            for request in &requests {
                for statement in &statements {
                    let mut both = request.clone();
                    statement
                        .iter()
                        .for_each(|(fact, value)| both.set(fact, value));
                    more.push(both);
                }
            }
            requests.extend(more);
        }
        requests.sort_by_key(|given| given.iter().count());
        Ok(requests
            .into_iter()
            .find(|given| self.shows(rule, goal, given)))
    }

    /// Statements that take the place of an assumption, or that contradict something.
    fn special_statements(
        &mut self,
        number: FactId,
        fact: &Fact,
        in_order: bool,
    ) -> Result<Vec<Given>, TooLarge> {
        let nothing = Given::nothing(self.ruleset.catalog.facts().len());
        let mut statements = Vec::new();
        if fact
            .absent_means
            .as_ref()
            .is_some_and(|absent| in_order || !absent.order_only)
        {
            let options = u8::try_from(fact.options.len()).unwrap_or(u8::MAX);
            for option in 0..options {
                let mut statement = nothing.clone();
                statement.set(
                    number,
                    match fact.kind {
                        FactKind::Bool => Value::Bool(option == 1),
                        FactKind::Many => Value::Many(1 << option),
                        _ => Value::One(option),
                    },
                );
                statements.push(statement);
            }
        }
        let implied = self
            .segment
            .implied
            .iter()
            .find(|implied| implied.fact == number);
        if let Some(implied) = implied {
            let contradicted = self
                .diagrams
                .leaf(self.variable(number), |cell| cell == implied.contradicted)?;
            let wanted = self.with_contradictions(contradicted)?;
            let path = Search::new(wanted, NodeId::TRUE, in_order, 1).next(self)?;
            statements.extend(
                path.and_then(|path| request(self.ruleset, self.segment, self.as_of, &path)),
            );
        }
        Ok(statements)
    }

    /// Whether a request shows the goal, as the engine sees it.
    fn shows(&mut self, rule: &WrittenRule, goal: Goal, given: &Given) -> bool {
        let known = engine::known(self.ruleset, given, self.as_of, &mut self.workspace);
        let cells = cells_of(rule.kind, &known);
        let (diagrams, scratch) = (&self.segment.diagrams, &mut self.scratch);
        let mut truth = |node| Truth::of(node, cells, diagrams, scratch);
        match goal {
            Goal::Value(wanted) => truth(rule.condition.node) == wanted,
            Goal::Leaf(place, holds) => {
                let leaves: Vec<Option<bool>> = rule
                    .condition
                    .leaves()
                    .iter()
                    .map(|leaf| truth(leaf.node).known())
                    .collect();
                leaves.get(place) == Some(&Some(holds)) && decides(&rule.condition, &leaves, place)
            }
        }
    }

    /// The request without the facts it can do without.
    fn smallest(&mut self, rule: &WrittenRule, goal: Goal, mut given: Given) -> Given {
        for (fact, value) in given.clone().iter().collect::<Vec<_>>().into_iter().rev() {
            given.clear(fact);
            // An open rule stays open with fewer facts; what is stated is what makes it readable.
            if matches!(goal, Goal::Value(Truth::Undecided)) || !self.shows(rule, goal, &given) {
                given.set(fact, value);
            }
        }
        given
    }
}

/// One step of a search: where it stands, what it cost, and how it came there.
#[derive(Clone, Copy)]
struct Step {
    wanted: NodeId,
    people: NodeId,
    /// The fact that was stated last; the variables of a `many` fact are stated together.
    stated: Option<FactId>,
    parent: Option<usize>,
    choice: Option<(u16, u8)>,
}

/// Shortest paths to the constant true, in facts to state; on a path somebody believable remains.
struct Search {
    in_order: bool,
    again_max: usize,
    /// Whether every way was tried.
    exhausted: bool,
    steps: Vec<Step>,
    seen: HashMap<(NodeId, NodeId, Option<FactId>), usize>,
    open: BinaryHeap<Reverse<(u32, usize)>>,
}

impl Search {
    fn new(wanted: NodeId, people: NodeId, in_order: bool, again_max: usize) -> Self {
        let begin = Step {
            wanted,
            people,
            stated: None,
            parent: None,
            choice: None,
        };
        Self {
            in_order,
            again_max,
            exhausted: true,
            steps: vec![begin],
            seen: HashMap::default(),
            open: BinaryHeap::from([Reverse((0, 0))]),
        }
    }

    /// The next shortest path: the cells of the variables that must be stated.
    fn next(&mut self, bench: &Bench<'_>) -> Result<Option<Vec<(u16, u8)>>, TooLarge> {
        while let Some(Reverse((cost, number))) = self.open.pop() {
            let Some(step) = self.steps.get(number).copied() else {
                continue;
            };
            if step.wanted == NodeId::FALSE || step.people == NodeId::FALSE {
                continue;
            }
            if step.wanted == NodeId::TRUE {
                return Ok(Some(self.path(number)));
            }
            let seen = self
                .seen
                .entry((step.wanted, step.people, step.stated))
                .or_default();
            *seen += 1;
            if *seen > self.again_max {
                self.exhausted = false;
                continue;
            }
            if self.steps.len() > STEPS_MAX {
                return Err(TooLarge(STEPS_MAX));
            }
            let diagrams = &bench.diagrams;
            let (asked, unasked) = (diagrams.top(step.wanted), diagrams.top(step.people));
            let variable = asked.min(unasked);
            let fact = diagrams.fact(variable);
            for cell in 0..diagrams.cells(variable) {
                let mut next = Step {
                    wanted: diagrams.branch(step.wanted, variable, cell),
                    people: diagrams.branch(step.people, variable, cell),
                    parent: Some(number),
                    choice: None,
                    ..step
                };
                let mut price = 0;
                if unasked < asked {
                    // Nobody states this fact; it is enough that somebody could have it so. An option left out of a stated list is unset.
                    if step.stated == Some(fact) && cell != 0 {
                        continue;
                    }
                } else if !self.is_default(bench, fact, cell) {
                    price = u32::from(step.stated != Some(fact));
                    next.stated = Some(fact);
                    next.choice = Some((variable, cell));
                }
                self.steps.push(next);
                self.open
                    .push(Reverse((cost + price, self.steps.len() - 1)));
            }
        }
        Ok(None)
    }

    /// Whether a fact has this cell when it is left out.
    fn is_default(&self, bench: &Bench<'_>, fact: FactId, cell: u8) -> bool {
        let absent = bench
            .ruleset
            .catalog
            .get(fact)
            .and_then(|fact| fact.absent_means.as_ref());
        absent.is_some_and(|absent| (self.in_order || !absent.order_only) && absent.cell == cell)
    }

    fn path(&self, number: usize) -> Vec<(u16, u8)> {
        let mut path = Vec::new();
        let mut at = Some(number);
        while let Some(step) = at.and_then(|at| self.steps.get(at)) {
            path.extend(step.choice);
            at = step.parent;
        }
        path.reverse();
        path
    }
}

/// The facts of a path, as somebody would state them; none if no value lies in a cell (a date between two thresholds of one day).
fn request(ruleset: &Ruleset, segment: &Segment, as_of: Date, path: &[(u16, u8)]) -> Option<Given> {
    let mut given = Given::nothing(ruleset.catalog.facts().len());
    for (variable, cell) in path {
        let number = segment.diagrams.fact(*variable);
        let fact = ruleset.catalog.get(number)?;
        let first = segment.first_variable.get(usize::from(number)).copied()?;
        let declared = segment.diagrams.declared(*variable);
        let stated = if *cell < declared {
            *cell
        } else {
            // The cell of a contradiction: a statement other than what is implied.
            (0..declared).find(|cell| {
                Some(*cell) != fact.implied_cell && !fact.consistent_cells.contains(cell)
            })?
        };
        let value = match fact.kind {
            FactKind::Bool => Value::Bool(stated == 1),
            FactKind::One => Value::One(stated),
            FactKind::Many => {
                let options = match given.get(number) {
                    Some(Value::Many(options)) => options,
                    _ => 0,
                };
                Value::Many(options | u64::from(stated) << (variable - first))
            }
            FactKind::Int { min, max } => {
                let cuts = segment.int_thresholds.get(usize::from(number))?;
                match usize::from(stated).checked_sub(1) {
                    Some(before) => Value::Int(*cuts.get(before)?),
                    None => Value::Int(cuts.first().map_or(max, |cut| cut - 1).max(min)),
                }
            }
            FactKind::Date => {
                let cuts = segment.date_thresholds.get(usize::from(number))?;
                Value::Date(day_in(cuts, usize::from(stated), as_of)?)
            }
            FactKind::PostalCode => Value::PostalCode(code_of(ruleset, stated)?),
        };
        given.set(number, value);
    }
    Some(given)
}

/// A day that has passed exactly the first `passed` of these thresholds.
fn day_in(thresholds: &[Threshold], passed: usize, as_of: Date) -> Option<Date> {
    let back = |months: u16| {
        as_of
            .checked_sub(jiff::Span::new().months(i32::from(months)))
            .unwrap_or(Date::MIN)
    };
    let mut days = vec![add_months(as_of, 2), back(1)];
    for threshold in thresholds {
        let day = match threshold {
            Threshold::Absolute(day) => *day,
            Threshold::Relative(months, _) => back(*months),
        };
        days.extend([
            next_day(next_day(day)),
            next_day(day),
            day,
            previous_day(day),
            previous_day(previous_day(day)),
        ]);
    }
    days.into_iter().find(|day| {
        thresholds
            .iter()
            .filter(|threshold| threshold.passed(*day, as_of))
            .count()
            == passed
    })
}

/// The first postal code of a class.
fn code_of(ruleset: &Ruleset, cell: u8) -> Option<PostalCode> {
    let class = PostalClass::ALL
        .into_iter()
        .find(|class| class.cell() == cell)?;
    (1_000..100_000)
        .filter_map(|number| PostalCode::parse(&format!("{number:05}")))
        .find(|code| ruleset.offices.class(*code) == class)
}

/// Suggestions as cases; what the engine answers is a comment that a human must confirm.
pub(super) fn yaml(suggestions: &[Suggestion], prepared: &Prepared) -> String {
    let mut out = String::new();
    let mut workspace = Workspace::default();
    for (number, suggestion) in suggestions.iter().enumerate() {
        let mut shows = suggestion.shows.iter();
        for what in shows.clone().take(SHOWS_MAX) {
            let _ = writeln!(out, "# {what}");
        }
        if let more @ 1.. = shows.len().saturating_sub(SHOWS_MAX) {
            let _ = writeln!(out, "# and {more} more");
        }
        let title = shows
            .next()
            .and_then(|what| what.split(" (").next())
            .unwrap_or("a further request");
        let _ = writeln!(
            out,
            "- id: suggested-{}\n  title: {}\n  grade: derived\n  asOf: {}\n  facts: {{ {} }}\n  expect:",
            number + 1,
            crate::answer::quoted(title),
            suggestion.as_of,
            facts(&suggestion.given, &prepared.ruleset).join(", ")
        );
        out.push_str("    # What the engine answers. Compare each line with the law before you take it over; a case that expects nothing is refused.\n");
        let advice = engine::screen(
            &prepared.ruleset,
            &suggestion.given,
            suggestion.as_of,
            Wanted::ALL,
            &mut workspace,
        );
        for line in answer(&advice, prepared.ruleset.segment(suggestion.as_of)) {
            let _ = writeln!(out, "    # {line}");
        }
        out.push('\n');
    }
    out
}

/// The facts as a case states them.
fn facts(given: &Given, ruleset: &Ruleset) -> Vec<String> {
    let option = |fact: &Fact, option: u8| {
        fact.options
            .get(usize::from(option))
            .cloned()
            .unwrap_or_default()
    };
    given
        .iter()
        .filter_map(|(number, value)| {
            let fact = ruleset.catalog.get(number)?;
            let value = match value {
                Value::Bool(yes) => yes.to_string(),
                Value::One(one) => option(fact, one),
                Value::Many(many) => {
                    let count = u8::try_from(fact.options.len()).unwrap_or(u8::MAX);
                    let set: Vec<String> = (0..count)
                        .filter(|place| many & (1 << place) != 0)
                        .map(|place| option(fact, place))
                        .collect();
                    format!("[{}]", set.join(", "))
                }
                Value::Int(number) => number.to_string(),
                Value::Date(day) => day.to_string(),
                Value::PostalCode(code) => format!("\"{code}\""),
            };
            Some(format!("{}: {value}", fact.id))
        })
        .collect()
}

/// An answer in the words of an expectation.
fn answer(advice: &engine::Advice, segment: &Segment) -> Vec<String> {
    let list = |ids: Vec<&str>| ids.join(", ");
    let outcomes: Vec<String> = segment
        .pathways
        .iter()
        .zip(&advice.pathways)
        .map(|(pathway, finding)| format!("{}: [{}]", pathway.id, finding.outcome.as_str()))
        .collect();
    let modules = advice
        .modules
        .iter()
        .filter_map(|finding| segment.modules.get(finding.module));
    let routes = advice
        .routes
        .iter()
        .filter_map(|finding| segment.routes.get(finding.route));
    let offers = advice
        .offers
        .iter()
        .filter_map(|finding| segment.offers.get(finding.offer));
    let notices = advice
        .notices
        .iter()
        .filter_map(|place| segment.notices.get(*place));
    let routes: Vec<&str> = routes.map(|route| route.id.as_str()).collect();
    vec![
        format!("pathways: {{ {} }}", outcomes.join(", ")),
        format!(
            "modulesInclude: [{}]",
            list(modules.map(|module| module.id.as_str()).collect())
        ),
        format!(
            "routesFirst: [{}]",
            routes.first().copied().unwrap_or_default()
        ),
        format!("routesInclude: [{}]", routes.join(", ")),
        format!(
            "offersInclude: [{}]",
            list(offers.map(|offer| offer.id.as_str()).collect())
        ),
        format!(
            "noticesInclude: [{}]",
            list(notices.map(|notice| notice.id.as_str()).collect())
        ),
        format!("decidedBy: [{}]", advice.decided_by.body.as_str()),
    ]
}
