//! What is counted: exchanges, outcomes, reloads and refusals. Never a fact, and no label that a caller could choose.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::answer::Prepared;
use crate::engine::Advice;

/// Media type of the metrics.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the duration classes, in seconds.
const DURATION_SECONDS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Exchange {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PathwayOutcome {
    pathway: String,
    outcome: &'static str,
    ruleset: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reload {
    kind: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LineResult {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RulesetInfo {
    id: String,
    version: String,
    digest: String,
}

type Durations = Family<Route, Histogram, fn() -> Histogram>;

/// Every metric of the service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Exchange, Counter>,
    durations: Durations,
    outcomes: Family<PathwayOutcome, Counter>,
    reloads: Family<Reload, Counter>,
    rejections: Family<Code, Counter>,
    lines: Family<LineResult, Counter>,
    ruleset: Family<RulesetInfo, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("asaflex");
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_SECONDS)),
            outcomes: Family::default(),
            reloads: Family::default(),
            rejections: Family::default(),
            lines: Family::default(),
            ruleset: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "build",
            "The program",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register(
            "ruleset",
            "The rule set that answers",
            metrics.ruleset.clone(),
        );
        registry.register(
            "requests",
            "Answered requests by route pattern, method and class of status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "Time until an answer begins, by route pattern and method",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "outcomes",
            "Outcomes of screenings by pathway and version of the rule set",
            metrics.outcomes.clone(),
        );
        registry.register(
            "batch_lines",
            "Lines of batches that were answered or refused",
            metrics.lines.clone(),
        );
        registry.register(
            "rejections",
            "Requests that were not answered, by code of the problem",
            metrics.rejections.clone(),
        );
        registry.register(
            "reloads",
            "Reloads of rules, keys and certificate that were accepted or refused",
            metrics.reloads.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }
}

impl Metrics {
    /// Counts one exchange. `route` is a pattern, never a path.
    pub fn exchange(&self, route: &str, method: &'static str, status: u16, duration: Duration) {
        let status = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        let exchange = Exchange {
            route: route.to_owned(),
            method,
            status,
        };
        self.requests.get_or_create(&exchange).inc();
        let Exchange { route, .. } = exchange;
        self.durations
            .get_or_create(&Route { route, method })
            .observe(duration.as_secs_f64());
    }

    /// Counts the outcome of every pathway of one screening.
    pub fn outcomes(&self, prepared: &Prepared, advice: &Advice) {
        let pathways = &prepared.ruleset.segment(advice.as_of).pathways;
        for (pathway, finding) in pathways.iter().zip(&advice.pathways) {
            let labels = PathwayOutcome {
                pathway: pathway.id.clone(),
                outcome: finding.outcome.as_str(),
                ruleset: prepared.ruleset.version.clone(),
            };
            self.outcomes.get_or_create(&labels).inc();
        }
    }

    /// Counts one line of a batch.
    pub fn line(&self, answered: bool) {
        let result = if answered { "answered" } else { "refused" };
        self.lines.get_or_create(&LineResult { result }).inc();
    }

    /// Counts a request that was not answered.
    pub fn rejection(&self, code: &'static str) {
        self.rejections.get_or_create(&Code { code }).inc();
    }

    /// Counts a reload of `rules`, `keys` or `certificate`.
    pub fn reload(&self, kind: &'static str, accepted: bool) {
        let result = if accepted { "accepted" } else { "refused" };
        self.reloads.get_or_create(&Reload { kind, result }).inc();
    }

    /// Names the rule set that answers from now on.
    pub fn ruleset(&self, prepared: &Prepared) {
        self.ruleset.clear();
        let info = RulesetInfo {
            id: prepared.ruleset.id.clone(),
            version: prepared.ruleset.version.clone(),
            digest: prepared.ruleset.digest.clone(),
        };
        self.ruleset.get_or_create(&info).set(1);
    }

    /// Everything, as `OpenMetrics` text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _infallible = text::encode(&mut out, &self.registry).is_err();
        out
    }
}
