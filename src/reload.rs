//! New rules and new keys without a restart.
//!
//! Any sign of a change (the folder, its parent, the target of a link, SIGHUP, or a look twice a minute) leads to the same steps: read
//! everything, compare the digest, compile, check, run the set's own cases, prove its invariants, then one swap. All of it happens on a thread of its own. What
//! is refused changes nothing: the old set goes on answering.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use serde::Serialize;

use crate::access::Keys;
use crate::answer::Prepared;
use crate::api::{self, State};
use crate::rules::built_in::BuiltIn;
use crate::rules::{self, LoadError, compile};
use crate::verify::{cases, prove};

/// Changes within this time count as one: files are seldom written alone.
const DEBOUNCE: Duration = Duration::from_millis(400);
/// How often the files are looked at even without a sign; network file systems give none.
const POLL_PERIOD: Duration = Duration::from_secs(30);
/// Compiling deep conditions needs more than the 2 MiB a thread has by default.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// How the last reload of the rules ended; part of `/health/ready`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastReload {
    /// When, in UTC.
    pub at: String,
    /// Whether the set was taken over.
    pub accepted: bool,
    /// Digest of the set, if it could be read.
    pub digest: Option<String>,
    /// How many problems it has.
    pub problems: usize,
}

/// Why the reloading thread wakes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something changed in a watched folder.
    Change,
    /// Somebody asked for it.
    Asked,
}

/// What may be reloaded, and where it is shown.
pub struct Reloader {
    rules: Option<PathBuf>,
    keys: Option<PathBuf>,
    state: Arc<State>,
    /// Digest of the rule files seen last, or why they could not be read.
    rules_seen: String,
    /// Bytes of the file of keys seen last.
    keys_seen: Option<Vec<u8>>,
}

impl Reloader {
    /// Reloads from these places into `state`.
    #[must_use]
    pub fn new(rules: Option<PathBuf>, keys: Option<PathBuf>, state: Arc<State>) -> Self {
        let rules_seen = state.prepared().ruleset.digest.clone();
        let keys_seen = keys.as_ref().and_then(|path| std::fs::read(path).ok());
        Self {
            rules,
            keys,
            state,
            rules_seen,
            keys_seen,
        }
    }

    /// Starts the thread, which lives as long as the program.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(self) -> std::io::Result<Sender<Sign>> {
        let (give, take) = channel();
        let give_too = give.clone();
        std::thread::Builder::new()
            .name("asaflex-reload".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || self.run(&take, give_too))?;
        Ok(give)
    }

    fn run(mut self, signs: &Receiver<Sign>, give: Sender<Sign>) {
        let mut watched = Watched::new(give);
        loop {
            watched.follow(self.rules.as_deref(), self.keys.as_deref());
            let asked = match signs.recv_timeout(POLL_PERIOD) {
                Ok(sign) => sign == Sign::Asked,
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.look(asked);
        }
    }

    /// Looks at the files and takes over what changed; `asked` repeats what was refused before.
    pub fn look(&mut self, asked: bool) {
        self.look_at_keys(asked);
        self.look_at_rules(asked);
    }

    fn look_at_keys(&mut self, asked: bool) {
        let Some(path) = &self.keys else {
            return;
        };
        let bytes = std::fs::read(path).ok();
        if bytes == self.keys_seen && !asked {
            return;
        }
        self.keys_seen = bytes;
        match Keys::load(path) {
            Ok(keys) => {
                tracing::info!(keys = keys.count(), "keys reloaded");
                self.state.replace_keys(keys);
                self.state.metrics().reload("keys", true);
            }
            Err(problem) => {
                tracing::error!(%problem, "keys refused, the old ones stay");
                self.state.metrics().reload("keys", false);
            }
        }
    }

    fn look_at_rules(&mut self, asked: bool) {
        let Some(folder) = self.rules.clone() else {
            return;
        };
        let files = match rules::files(Some(&folder)) {
            Ok(files) => files,
            Err(error) => {
                let problem = error.to_string();
                if problem != self.rules_seen || asked {
                    self.rules_seen.clone_from(&problem);
                    self.refused(None, 1, &problem);
                }
                return;
            }
        };
        let digest = compile::digest(&files);
        let changed = digest != self.rules_seen;
        if !changed && !asked {
            return;
        }
        self.rules_seen.clone_from(&digest);
        if digest == self.state.prepared().ruleset.digest {
            // Asked for, or put back after a set that was refused: what is there is what answers.
            tracing::info!(%digest, "rules unchanged");
            self.note(true, Some(digest), 0);
            return;
        }
        match catch_unwind(AssertUnwindSafe(|| compiled(files))) {
            Ok(Ok(prepared)) => {
                tracing::info!(version = %prepared.ruleset.version, %digest, "rules reloaded");
                self.state.replace(prepared);
                self.state.metrics().reload("rules", true);
                self.note(true, Some(digest), 0);
            }
            Ok(Err((problems, first))) => self.refused(Some(digest), problems, &first),
            Err(_) => self.refused(Some(digest), 1, "the rule set could not be compiled"),
        }
    }

    fn refused(&self, digest: Option<String>, problems: usize, first: &str) {
        tracing::error!(
            digest = digest.as_deref().unwrap_or("unreadable"),
            problems,
            first,
            "rules refused, the old ones stay"
        );
        self.state.metrics().reload("rules", false);
        self.note(false, digest, problems);
    }

    fn note(&self, accepted: bool, digest: Option<String>, problems: usize) {
        let now = jiff::Timestamp::now();
        self.state.note_reload(LastReload {
            at: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            accepted,
            digest,
            problems,
        });
    }
}

/// Compiles a set and lets it stand its tests; otherwise how many problems it has and the first of them. Text of rule files is no
/// personal data.
fn compiled(files: Vec<rules::SourceFile>) -> Result<Prepared, (usize, String)> {
    let ruleset = compile::compile(&files).map_err(|problems| {
        let errors = problems
            .iter()
            .filter(|problem| problem.severity() == rules::Severity::Error);
        let count = errors.count();
        let report = LoadError::Problems(problems, files).report();
        let first = report.split("\n\n").next().unwrap_or_default();
        (count.max(1), first.to_owned())
    })?;
    let prepared = Prepared::new(ruleset);
    let failures = cases::run(&prepared);
    if let Some(first) = failures.first() {
        let differences = first.differences.join("; ");
        return Err((failures.len(), format!("case {}: {differences}", first.id)));
    }
    if prepared.ruleset.cases.is_empty() {
        return Err((1, "the rule set brings no cases".to_owned()));
    }
    accept(prepared).map_err(|problem| (1, problem))
}

/// The last word on a set that compiles and whose cases pass: proves its invariants, the built-in ones and the declared ones.
///
/// # Errors
/// Why the set is refused, in one sentence.
pub fn accept(prepared: Prepared) -> Result<Prepared, String> {
    let manner = prove::Manner {
        declared: true,
        people: false,
        today: api::today(),
    };
    let report = prove::prove(&prepared.ruleset, manner).map_err(|error| error.to_string())?;
    let Some(first) = report.failures.first() else {
        return Ok(prepared);
    };
    let code = first.built_in.map_or("invariant", BuiltIn::as_str);
    let more = match report.failures.len() {
        1 => String::new(),
        count => format!("; {count} proofs fail, `asaflex prove` tells them all"),
    };
    Err(format!(
        "proof {code} {}: {}{more}",
        first.subject, first.found
    ))
}

/// The folders under watch. A link may come to point elsewhere (`rules/current`, Kubernetes' `..data`), so the folder around it is watched
/// as well as what it points to, and that anew after every sign.
struct Watched {
    debouncer: Option<Debouncer<RecommendedWatcher, RecommendedCache>>,
    places: BTreeSet<(PathBuf, bool)>,
}

impl Watched {
    fn new(give: Sender<Sign>) -> Self {
        let on_event = move |result: DebounceEventResult| {
            let change = match result {
                // Reading the files is an event, too; it must not lead to reading them again.
                Ok(events) => events.iter().any(|event| !event.kind.is_access()),
                Err(_) => true,
            };
            if change {
                let _ended = give.send(Sign::Change).is_err();
            }
        };
        let debouncer = new_debouncer(DEBOUNCE, None, on_event)
            .inspect_err(|error| tracing::warn!(%error, "no signs of changes, so the files are looked at twice a minute"))
            .ok();
        Self {
            debouncer,
            places: BTreeSet::new(),
        }
    }

    fn follow(&mut self, rules: Option<&Path>, keys: Option<&Path>) {
        let Some(debouncer) = &mut self.debouncer else {
            return;
        };
        let mut wanted = BTreeSet::new();
        for (path, is_folder) in [(rules, true), (keys, false)] {
            let Some(path) = path else {
                continue;
            };
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            wanted.extend(path.parent().map(|parent| (parent.to_owned(), false)));
            if let Ok(target) = path.canonicalize() {
                wanted.extend(target.parent().map(|parent| (parent.to_owned(), false)));
                if is_folder {
                    wanted.insert((target, true));
                }
            }
        }
        for (place, _) in self.places.difference(&wanted) {
            // It may be gone already.
            let _gone = debouncer.unwatch(place).is_err();
        }
        for (place, recursive) in wanted.difference(&self.places) {
            let mode = if *recursive {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            if let Err(error) = debouncer.watch(place, mode) {
                tracing::warn!(%error, "a folder cannot be watched, so it is looked at twice a minute");
            }
        }
        self.places = wanted;
    }
}
