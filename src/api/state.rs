//! What every worker shares: rules, keys and limits of this moment, what is counted, and how the last reloads went.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::web::Bytes;
use arc_swap::{ArcSwap, ArcSwapOption};
use serde::Serialize;

use crate::access::Keys;
use crate::answer::Prepared;
use crate::limit::{Limiter, Limits};
use crate::metrics::Metrics;
use crate::trace::Exporter;

use super::frame::Exchange;
use super::openapi;

/// What can be taken over without a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reloadable {
    /// The rule files.
    Rules,
    /// The file of keys.
    Keys,
    /// The certificate and its key.
    Certificate,
}

impl Reloadable {
    /// The printed form, as in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Keys => "keys",
            Self::Certificate => "certificate",
        }
    }
}

/// How the last reload of the rules, of the keys or of the certificate ended; part of `/health/ready`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastReload {
    /// When, in UTC.
    pub at: String,
    /// Whether it was taken over.
    pub accepted: bool,
    /// Digest of the rule set, if it could be read; none for keys and certificate.
    pub digest: Option<String>,
    /// How many problems it has.
    pub problems: usize,
}

impl LastReload {
    /// One that ends now.
    #[must_use]
    pub fn now(accepted: bool, digest: Option<String>, problems: usize) -> Self {
        Self {
            at: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            accepted,
            digest,
            problems,
        }
    }
}

/// The OpenAPI document of one rule set.
#[derive(Debug)]
struct Document {
    digest: String,
    text: Bytes,
}

/// What every worker shares.
#[derive(Debug)]
pub struct State {
    rules: ArcSwap<Prepared>,
    keys: ArcSwapOption<Keys>,
    limiter: Option<Limiter>,
    limits: Limits,
    exporter: Option<Exporter>,
    strict_transport: bool,
    metrics: Metrics,
    /// By [`Reloadable`].
    last_reloads: [ArcSwapOption<LastReload>; 3],
    document: ArcSwapOption<Document>,
    draining: AtomicBool,
}

impl State {
    /// The state of a service that answers by `prepared`, everybody and as often as they like.
    #[must_use]
    pub fn new(prepared: impl Into<Arc<Prepared>>) -> Self {
        let prepared = prepared.into();
        let metrics = Metrics::default();
        metrics.ruleset(&prepared);
        Self {
            rules: ArcSwap::new(prepared),
            keys: ArcSwapOption::empty(),
            limiter: None,
            limits: Limits::default(),
            exporter: None,
            strict_transport: false,
            metrics,
            last_reloads: Default::default(),
            document: ArcSwapOption::empty(),
            draining: AtomicBool::new(false),
        }
    }

    /// Answers only those who hold one of these keys.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        self.replace_keys(keys);
        self
    }

    /// Answers each caller only so often.
    #[must_use]
    pub fn with_limiter(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Takes these times and numbers instead of the usual ones.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends a span of every exchange to a collector.
    #[must_use]
    pub fn with_exporter(mut self, exporter: Exporter) -> Self {
        self.exporter = Some(exporter);
        self
    }

    /// Tells browsers to come back by TLS alone.
    #[must_use]
    pub fn with_strict_transport(mut self) -> Self {
        self.strict_transport = true;
        self
    }

    /// Longest times and greatest numbers.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Where spans go, if anywhere.
    #[must_use]
    pub fn exporter(&self) -> Option<&Exporter> {
        self.exporter.as_ref()
    }

    /// The keys of this moment, if keys are in use.
    #[must_use]
    pub fn keys(&self) -> Option<Arc<Keys>> {
        self.keys.load_full()
    }

    /// Takes other keys from now on.
    pub fn replace_keys(&self, keys: Keys) {
        self.keys.store(Some(Arc::new(keys)));
    }

    /// The rate limit, if there is one.
    #[must_use]
    pub fn limiter(&self) -> Option<&Limiter> {
        self.limiter.as_ref()
    }

    /// What is counted.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How the last reload of one kind ended.
    #[must_use]
    pub fn last_reload(&self, what: Reloadable) -> Option<Arc<LastReload>> {
        self.last(what).load_full()
    }

    /// Remembers how a reload ended.
    pub fn note_reload(&self, what: Reloadable, reload: LastReload) {
        self.last(what).store(Some(Arc::new(reload)));
    }

    fn last(&self, what: Reloadable) -> &ArcSwapOption<LastReload> {
        let [rules, keys, certificate] = &self.last_reloads;
        match what {
            Reloadable::Rules => rules,
            Reloadable::Keys => keys,
            Reloadable::Certificate => certificate,
        }
    }

    /// The rule set of this moment.
    #[must_use]
    pub fn prepared(&self) -> Arc<Prepared> {
        self.rules.load_full()
    }

    /// The rule set of a request: the one that was in force when it came in, whatever is swapped while it is answered.
    #[must_use]
    pub fn prepared_for(&self, request: &HttpRequest) -> Arc<Prepared> {
        let pinned = request
            .extensions()
            .get::<Exchange>()
            .map(|exchange| exchange.prepared.clone());
        pinned.unwrap_or_else(|| self.prepared())
    }

    /// Answers by another rule set from now on.
    pub fn replace(&self, prepared: impl Into<Arc<Prepared>>) {
        let prepared = prepared.into();
        self.metrics.ruleset(&prepared);
        self.rules.store(prepared);
    }

    /// The OpenAPI document of a rule set, which is made once for each.
    #[must_use]
    pub fn document(&self, prepared: &Prepared) -> Bytes {
        let digest = &prepared.ruleset.digest;
        if let Some(made) = self.document.load_full()
            && made.digest == *digest
        {
            return made.text.clone();
        }
        let text = Bytes::from(openapi::document(prepared));
        self.document.store(Some(Arc::new(Document {
            digest: digest.clone(),
            text: text.clone(),
        })));
        text
    }

    /// Whether browsers are told to come back by TLS alone.
    #[must_use]
    pub fn is_strict_transport(&self) -> bool {
        self.strict_transport
    }

    /// Whether the service takes new work.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.draining.load(Ordering::Relaxed)
    }

    /// Takes no new work from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tiny;

    #[test]
    fn the_document_is_made_once_for_each_rule_set() {
        let old = tiny::prepared("");
        let mut new = tiny::prepared("");
        new.ruleset.digest.push('x');
        new.ruleset.version.push('x');
        let state = State::new(tiny::prepared(""));
        let first = state.document(&old);
        assert_eq!(first.as_ptr(), state.document(&old).as_ptr());
        assert_ne!(first, state.document(&new));
        assert_eq!(first, state.document(&old));
    }
}
