//! Proofs over all circumstances: the invariants that a rule set declares, and those that every rule set must stand.
//!
//! Nothing is sampled. Each claim is a diagram over complete facts, and it holds when its opposite meets nobody who can be described. What
//! fails is shown by the smallest person who breaks it, and the engine confirms that person.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;

use crate::dates::next_day;
use crate::diagram::TooLarge;
use crate::rules::built_in::BuiltIn;
use crate::rules::model::{Citation, Ruleset, Segment};
use crate::verify::space::Side;

mod built_in;
mod declared;
mod period;
mod report;

use period::{Finding, Findings, Period};
pub use report::{json, text};

/// Proofs recurse as deep as there are variables; a thread of its own has 2 MiB by default.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What to prove, and how to report what fails.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether the declared invariants are proved, too.
    pub declared: bool,
    /// Whether people are looked for who break what fails.
    pub people: bool,
    /// Day on which people are dated, in the period in which it lies.
    pub today: Date,
}

/// What was proved, and what is not so.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Periods of law.
    pub periods: usize,
    /// Declared invariants, each counted once.
    pub declared: usize,
    /// Claims that were looked at, one by one, in all periods together.
    pub proofs: usize,
    /// What fails.
    pub failures: Vec<Failure>,
}

/// A claim that does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The built-in invariant; nothing for a declared one.
    pub built_in: Option<BuiltIn>,
    /// The declared invariant, or what the built-in one is about; empty where it is about everybody.
    pub subject: String,
    /// The claim.
    pub text: String,
    /// Where it stands, as printed.
    pub citations: Vec<String>,
    /// What was found, in one sentence.
    pub found: String,
    /// The periods in which it does not hold.
    pub periods: Vec<(Option<Date>, Option<Date>)>,
    /// Requests that show it, in the last of these periods; two where the difference between them does.
    pub requests: Vec<String>,
    /// Whether the engine answers these requests as it is said here; nothing where nobody is to be found.
    pub confirmed: Option<bool>,
}

/// Proves a rule set.
///
/// # Errors
/// [`TooLarge`] when the diagrams of a proof grow beyond every measure.
pub fn prove(ruleset: &Ruleset, manner: Manner) -> Result<Report, TooLarge> {
    let findings = every_period(ruleset, manner)?;
    let mut report = Report {
        periods: findings.len(),
        declared: declared::count(ruleset),
        proofs: findings.iter().map(|found| found.proofs).sum(),
        failures: Vec::new(),
    };
    let mut broken: Vec<(&Segment, Finding)> = Vec::new();
    for (found, segment) in findings.iter().zip(&ruleset.segments) {
        broken.extend(found.broken.iter().map(|found| (segment, found.clone())));
    }
    let constant = built_in::constant_everywhere(ruleset, &findings);
    broken.extend(constant);
    let mut excused = vec![false; ruleset.exceptions.len()];
    for (segment, finding) in broken {
        let exceptions = ruleset.exceptions.iter().zip(&mut excused);
        let mut matching = exceptions.filter(|(exception, _)| {
            Some(exception.of) == finding.built_in && exception.subject == finding.subject
        });
        if let Some((_, used)) = matching.next() {
            *used = true;
            continue;
        }
        add(&mut report.failures, ruleset, segment, finding);
    }
    for failure in &mut report.failures {
        join_neighbours(&mut failure.periods);
    }
    for (exception, used) in ruleset.exceptions.iter().zip(excused) {
        report.proofs += 1;
        if used {
            continue;
        }
        report.failures.push(Failure {
            built_in: Some(BuiltIn::ExceptionUnused),
            subject: exception.id.clone(),
            text: BuiltIn::ExceptionUnused.claim().to_owned(),
            citations: Vec::new(),
            found: format!(
                "`{}` holds for `{}`, so the exception excuses nothing",
                exception.of.as_str(),
                exception.subject
            ),
            periods: Vec::new(),
            requests: Vec::new(),
            confirmed: None,
        });
    }
    Ok(report)
}

/// What fails in several periods is told once, with the people of the last one.
fn add(failures: &mut Vec<Failure>, ruleset: &Ruleset, segment: &Segment, finding: Finding) {
    let period = (segment.from, segment.until);
    let known = failures
        .iter_mut()
        .find(|failure| failure.built_in == finding.built_in && failure.subject == finding.subject);
    let (requests, confirmed) = (finding.requests, finding.confirmed);
    if let Some(failure) = known {
        failure.found = finding.found;
        if !failure.periods.contains(&period) {
            failure.periods.push(period);
        }
        (failure.requests, failure.confirmed) = (requests, confirmed);
        return;
    }
    failures.push(Failure {
        built_in: finding.built_in,
        subject: finding.subject,
        text: finding.text,
        citations: printed(ruleset, &finding.citations),
        found: finding.found,
        periods: vec![period],
        requests,
        confirmed,
    });
}

/// Periods that follow each other without a gap are one.
fn join_neighbours(periods: &mut Vec<(Option<Date>, Option<Date>)>) {
    periods.sort_by_key(|(from, _)| *from);
    periods.dedup_by(|later, earlier| {
        let follows = earlier
            .1
            .is_some_and(|until| Some(next_day(until)) == later.0);
        if follows {
            earlier.1 = later.1;
        }
        follows
    });
}

/// Citations as a lawyer writes them: the pinpoint, then the law.
fn printed(ruleset: &Ruleset, citations: &[Citation]) -> Vec<String> {
    citations
        .iter()
        .filter_map(|citation| {
            let source = ruleset.sources.get(citation.source)?;
            let name = source.short.as_deref().unwrap_or(&source.title);
            Some(format!("{} {name}", citation.at).trim_start().to_owned())
        })
        .collect()
}

/// The findings of every period, in the order of time; as many periods at once as there are processors.
fn every_period(ruleset: &Ruleset, manner: Manner) -> Result<Vec<Findings>, TooLarge> {
    let count = ruleset.segments.len();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Findings, TooLarge>)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = ruleset.segments.get(at) else {
                return;
            };
            let side = Side::within(ruleset, segment, manner.today);
            let found = Period::new(side, manner).and_then(Period::prove);
            let mut done = done
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            done.push((at, found));
        }
    };
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        let started = (0..processors.min(count)).filter(|_| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, work).is_ok()
        });
        if started.count() == 0 {
            // No thread is to be had: here, then.
            work();
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests;
