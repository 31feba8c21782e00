//! New rules, new keys and a renewed certificate without a restart.
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
use tokio::sync::oneshot;

use crate::access::{self, Keys};
use crate::answer::Prepared;
use crate::api::state::{LastReload, Reloadable, State};
use crate::api::today;
use crate::rules::built_in::BuiltIn;
use crate::rules::{self, LoadError, compile};
use crate::tls::Certificate;
use crate::verify::{cases, prove};

/// Changes within this time count as one: files are seldom written alone.
const DEBOUNCE: Duration = Duration::from_millis(400);
/// How often the files are looked at even without a sign; network file systems give none.
const POLL_PERIOD: Duration = Duration::from_secs(30);
/// Compiling deep conditions needs more than the 2 MiB a thread has by default.
const STACK_BYTES: usize = 16 * 1024 * 1024;

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
    certificate: Option<Certificate>,
    state: Arc<State>,
    /// Digest of the rule files seen last, or why they could not be read.
    rules_seen: String,
    /// Digest of the file of keys seen last.
    keys_seen: Option<[u8; 32]>,
    /// Digest of the files of certificate and key seen last.
    certificate_seen: Option<[u8; 32]>,
}

impl Reloader {
    /// Reloads from these places into `state`.
    #[must_use]
    pub fn new(
        rules: Option<PathBuf>,
        keys: Option<PathBuf>,
        certificate: Option<Certificate>,
        state: Arc<State>,
    ) -> Self {
        let rules_seen = state.prepared().ruleset.digest.clone();
        // What was loaded, not what the files hold by now: a change between the two is a change.
        let keys_seen = state.keys().map(|keys| keys.digest());
        let certificate_seen = certificate.as_ref().and_then(Certificate::loaded);
        Self {
            rules,
            keys,
            certificate,
            state,
            rules_seen,
            keys_seen,
            certificate_seen,
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
            watched.follow(&self.places());
            let asked = match signs.recv_timeout(POLL_PERIOD) {
                Ok(sign) => sign == Sign::Asked,
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.look(asked);
        }
    }

    /// What is watched, and whether it is a folder.
    fn places(&self) -> Vec<(&Path, bool)> {
        let rules = self.rules.as_deref().map(|path| (path, true));
        let keys = self.keys.as_deref().map(|path| (path, false));
        let certificate = self.certificate.iter().flat_map(Certificate::files);
        let files = keys
            .into_iter()
            .chain(certificate.map(|path| (path, false)));
        rules.into_iter().chain(files).collect()
    }

    /// Looks at the files and takes over what changed; `asked` repeats what was refused before.
    pub fn look(&mut self, asked: bool) {
        self.look_at_certificate(asked);
        self.look_at_keys(asked);
        self.look_at_rules(asked);
    }

    fn look_at_keys(&mut self, asked: bool) {
        let Some(path) = &self.keys else {
            return;
        };
        let digest = access::digest(path);
        if digest == self.keys_seen && !asked {
            return;
        }
        self.keys_seen = digest;
        match Keys::load(path) {
            Ok(keys) => {
                let count = keys.count();
                warn_of_expired(&keys);
                self.state.replace_keys(keys);
                self.ended(Reloadable::Keys, LastReload::now(true, None, 0));
                tracing::info!(keys = count, "keys reloaded");
            }
            Err(problem) => {
                self.ended(Reloadable::Keys, LastReload::now(false, None, 1));
                tracing::error!(%problem, "keys refused, the old ones stay");
            }
        }
    }

    fn look_at_certificate(&mut self, asked: bool) {
        let Some(certificate) = &self.certificate else {
            return;
        };
        let digest = certificate.digest();
        if digest == self.certificate_seen && !asked {
            return;
        }
        self.certificate_seen = digest;
        match certificate.renew() {
            Ok(()) => {
                self.ended(Reloadable::Certificate, LastReload::now(true, None, 0));
                tracing::info!("certificate reloaded");
            }
            Err(problem) => {
                self.ended(Reloadable::Certificate, LastReload::now(false, None, 1));
                tracing::error!(%problem, "certificate refused, the old one stays");
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
            let unchanged = LastReload::now(true, Some(digest.clone()), 0);
            self.state.note_reload(Reloadable::Rules, unchanged);
            tracing::info!(%digest, "rules unchanged");
            return;
        }
        match catch_unwind(AssertUnwindSafe(|| tested(files))).unwrap_or(Err(Refusal::Fault)) {
            Ok(prepared) => {
                let version = prepared.ruleset.version.clone();
                self.state.replace(prepared);
                let accepted = LastReload::now(true, Some(digest.clone()), 0);
                self.ended(Reloadable::Rules, accepted);
                tracing::info!(%version, %digest, "rules reloaded");
            }
            Err(refusal) => self.refused(Some(&digest), refusal.problems(), &refusal.first()),
        }
    }

    /// Counts a reload and shows it, before the log tells it: whoever waits for the line may ask metrics and readiness.
    fn ended(&self, what: Reloadable, reload: LastReload) {
        self.state.metrics().reload(what.as_str(), reload.accepted);
        self.state.note_reload(what, reload);
    }

    fn refused(&self, digest: Option<&str>, problems: usize, first: &str) {
        let refused = LastReload::now(false, digest.map(str::to_owned), problems);
        self.ended(Reloadable::Rules, refused);
        tracing::error!(
            digest = digest.unwrap_or("unreadable"),
            problems,
            first,
            "rules refused, the old ones stay"
        );
    }
}

/// Why a set does not answer anybody. Text of rule files is no personal data.
#[derive(Debug)]
pub enum Refusal {
    /// It cannot be read or does not compile.
    Load(LoadError),
    /// Cases fail: how many, and the first of them.
    Cases(usize, String),
    /// Nothing says what it should answer.
    NoCases,
    /// A proof fails.
    Proof(String),
    /// The program failed over it.
    Fault,
}

impl Refusal {
    /// How many problems there are, at least one.
    #[must_use]
    pub fn problems(&self) -> usize {
        match self {
            Self::Load(LoadError::Problems(problems, _)) => {
                let errors = problems
                    .iter()
                    .filter(|problem| problem.severity() == rules::Severity::Error);
                errors.count().max(1)
            }
            Self::Cases(count, _) => *count,
            Self::Load(_) | Self::NoCases | Self::Proof(_) | Self::Fault => 1,
        }
    }

    /// The first problem.
    #[must_use]
    pub fn first(&self) -> String {
        match self {
            Self::Load(error @ LoadError::Problems(..)) => {
                let report = error.report();
                report.split("\n\n").next().unwrap_or_default().to_owned()
            }
            Self::Load(error) => error.to_string(),
            Self::Cases(_, first) | Self::Proof(first) => first.clone(),
            Self::NoCases => "the rule set brings no cases".to_owned(),
            Self::Fault => "the rule set could not be compiled".to_owned(),
        }
    }

    /// Everything that an author needs, for a terminal.
    #[must_use]
    pub fn report(&self) -> String {
        match self {
            Self::Load(error) => error.report(),
            Self::Cases(1, first) => format!("error: {first}\n"),
            Self::Cases(count, first) => {
                format!("error: {first}; {count} cases fail, `asaflex test` tells them all\n")
            }
            Self::NoCases | Self::Proof(_) | Self::Fault => format!("error: {}\n", self.first()),
        }
    }
}

/// The set that answers first. One of a folder stands the same tests as one that takes over later; the one inside the program stood them
/// before it was built.
///
/// # Errors
/// Why it is refused.
pub fn first(folder: Option<&Path>) -> Result<Prepared, Refusal> {
    let files = rules::files(folder).map_err(Refusal::Load)?;
    if folder.is_some() {
        tested(files)
    } else {
        compiled(files)
    }
}

/// The same on a thread of its own, so that signals are heard meanwhile.
///
/// # Errors
/// When the thread cannot be started.
pub fn first_later(
    folder: Option<PathBuf>,
) -> std::io::Result<oneshot::Receiver<Result<Prepared, Refusal>>> {
    let (give, take) = oneshot::channel();
    std::thread::Builder::new()
        .name("asaflex-start".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let _nobody_waits = give.send(first(folder.as_deref())).is_err();
        })?;
    Ok(take)
}

fn compiled(files: Vec<rules::SourceFile>) -> Result<Prepared, Refusal> {
    match compile::compile(&files) {
        Ok(ruleset) => Ok(Prepared::new(ruleset)),
        Err(problems) => Err(Refusal::Load(LoadError::Problems(problems, files))),
    }
}

/// Compiles a set and lets it stand its cases and its proofs.
fn tested(files: Vec<rules::SourceFile>) -> Result<Prepared, Refusal> {
    let prepared = compiled(files)?;
    let failures = cases::run(&prepared);
    if let Some(first) = failures.first() {
        let differences = first.differences.join("; ");
        return Err(Refusal::Cases(
            failures.len(),
            format!("case {}: {differences}", first.id),
        ));
    }
    if prepared.ruleset.cases.is_empty() {
        return Err(Refusal::NoCases);
    }
    accept(prepared).map_err(Refusal::Proof)
}

/// The last word on a set that compiles and whose cases pass: proves its invariants, the built-in ones and the declared ones.
///
/// # Errors
/// Why the set is refused, in one sentence.
pub fn accept(prepared: Prepared) -> Result<Prepared, String> {
    let manner = prove::Manner {
        declared: true,
        people: false,
        today: today(),
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

/// Says in the log how many keys have expired: an operator who forgot them sees why callers are refused.
pub fn warn_of_expired(keys: &Keys) {
    let expired = keys.expired(today());
    if expired > 0 {
        tracing::warn!(expired, keys = keys.count(), "keys have expired");
    }
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

    fn follow(&mut self, places: &[(&Path, bool)]) {
        let Some(debouncer) = &mut self.debouncer else {
            return;
        };
        let mut wanted = BTreeSet::new();
        for (path, is_folder) in places {
            let path = std::path::absolute(path).unwrap_or_else(|_| (*path).to_owned());
            wanted.extend(path.parent().map(|parent| (parent.to_owned(), false)));
            if let Ok(target) = path.canonicalize() {
                wanted.extend(target.parent().map(|parent| (parent.to_owned(), false)));
                if *is_folder {
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
