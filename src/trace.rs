//! Trace context (W3C, level 1) in and out, and the spans that go to an OpenTelemetry collector.
//!
//! A span says what the log says: route pattern, method, status, duration, version of the rules. It never holds a fact about a person.
//! Spans leave the program only if it was built with the feature `otel` and an address to send them to is set.

use std::time::SystemTime;

/// Where an exchange stands in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace: u128,
    parent: Option<u64>,
    span: u64,
    sampled: bool,
}

impl TraceContext {
    /// Continues the trace of a valid `traceparent`, or begins one.
    #[must_use]
    pub fn of(traceparent: Option<&str>) -> Self {
        let span = random().1;
        match traceparent.and_then(read) {
            Some((trace, parent, sampled)) => Self {
                trace,
                parent: Some(parent),
                span,
                sampled,
            },
            None => Self {
                trace: uuid::Uuid::now_v7().as_u128(),
                parent: None,
                span,
                sampled: true,
            },
        }
    }

    /// Id of the trace, 32 hexadecimal digits: the caller's, so that logs can be joined.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// Id of this service's own part of the trace, 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span)
    }

    /// The header `traceparent` of the answer.
    #[must_use]
    pub fn traceparent(&self) -> String {
        let flags = u8::from(self.sampled);
        format!("00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span)
    }
}

/// Two numbers that nobody else draws, none of them zero: a version 7 UUID holds time, a counter and chance, and a fixed bit in both halves.
fn random() -> (u64, u64) {
    uuid::Uuid::now_v7().as_u64_pair()
}

/// Trace, parent and whether the caller samples, of a valid `traceparent`.
fn read(value: &str) -> Option<(u128, u64, bool)> {
    let mut parts = value.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let valid = hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && hex(parent, 16)
        && hex(flags, 2)
        && (version != "00" || parts.next().is_none());
    if !valid {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok()?;
    let parent = u64::from_str_radix(parent, 16).ok()?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (trace != 0 && parent != 0).then_some((trace, parent, flags & 1 == 1))
}

/// One answered exchange, as a span.
#[derive(Clone, Debug)]
pub struct Span<'a> {
    /// Where it stands.
    pub context: TraceContext,
    /// When the request came in.
    pub started: SystemTime,
    /// Method, one of the known ones.
    pub method: &'static str,
    /// Pattern of the route, never a path.
    pub route: &'a str,
    /// Status of the answer.
    pub status: u16,
    /// Id of the request, as in the log.
    pub request_id: &'a str,
    /// Version of the rule set that answered.
    pub ruleset: &'a str,
}

#[cfg(feature = "otel")]
pub use collector::Exporter;

/// Sends spans to a collector; this program was built without that.
#[cfg(not(feature = "otel"))]
#[derive(Debug)]
pub enum Exporter {}

#[cfg(not(feature = "otel"))]
impl Exporter {
    /// Refuses: an address of a collector that nothing would be sent to is a mistake.
    ///
    /// # Errors
    /// Always, with the reason.
    pub fn start(_endpoint: &str) -> Result<Self, String> {
        Err(
            "this program was built without traces; build it with `cargo build --release --features otel`"
                .to_owned(),
        )
    }

    /// Cannot be called: there is no exporter.
    pub fn export(&self, _span: &Span<'_>) {
        match *self {}
    }

    /// Cannot be called: there is no exporter.
    pub fn finish(&self) {
        match *self {}
    }
}

#[cfg(feature = "otel")]
mod collector {
    //! OTLP over HTTP with protocol buffers. A queue between answers and collector: a slow or absent collector costs spans, never an answer.

    use std::time::{Duration, SystemTime};

    use opentelemetry::trace::{
        SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
    };
    use opentelemetry::{InstrumentationScope, KeyValue};
    use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::{
        BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor as _,
    };

    use super::Span;

    /// Most spans that wait for the collector; what comes on top is left out.
    const QUEUE_SPANS_MAX: usize = 2_048;
    /// Longest time that spans wait to be sent.
    const SEND_PERIOD: Duration = Duration::from_secs(5);
    /// Longest time that one call to the collector may take, and the last one at the end.
    const CALL_TIMEOUT: Duration = Duration::from_secs(5);

    /// Sends spans to a collector.
    #[derive(Debug)]
    pub struct Exporter {
        queue: BatchSpanProcessor,
        scope: InstrumentationScope,
    }

    impl Exporter {
        /// Starts the thread that sends spans to `endpoint`, for example `http://127.0.0.1:4318/v1/traces`.
        ///
        /// # Errors
        /// When the exporter cannot be made.
        pub fn start(endpoint: &str) -> Result<Self, String> {
            let endpoint = endpoint.to_owned();
            // The client has a runtime of its own, which may not be made on a thread that belongs to another.
            let made = std::thread::spawn(move || {
                SpanExporter::builder()
                    .with_http()
                    .with_endpoint(endpoint)
                    .with_timeout(CALL_TIMEOUT)
                    .build()
                    .map_err(|error| error.to_string())
            });
            let mut exporter = made
                .join()
                .unwrap_or_else(|_| Err("the exporter could not be made".to_owned()))?;
            // Built from nothing: no name of the machine, no process, no user.
            let resource = Resource::builder_empty()
                .with_attributes([
                    KeyValue::new("service.name", "asaflex"),
                    KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                ])
                .build();
            opentelemetry_sdk::trace::SpanExporter::set_resource(&mut exporter, &resource);
            let config = BatchConfigBuilder::default()
                .with_max_queue_size(QUEUE_SPANS_MAX)
                .with_scheduled_delay(SEND_PERIOD)
                .build();
            let queue = BatchSpanProcessor::builder(exporter)
                .with_batch_config(config)
                .build();
            let scope = InstrumentationScope::builder("asaflex").build();
            Ok(Self { queue, scope })
        }

        /// Queues a span, if the caller samples its trace. Never waits.
        pub fn export(&self, span: &Span<'_>) {
            let context = span.context;
            if !context.sampled {
                return;
            }
            let status = if span.status >= 500 {
                Status::error("")
            } else {
                Status::Unset
            };
            self.queue.on_end(SpanData {
                span_context: SpanContext::new(
                    TraceId::from(context.trace),
                    SpanId::from(context.span),
                    TraceFlags::SAMPLED,
                    false,
                    TraceState::NONE,
                ),
                parent_span_id: context.parent.map_or(SpanId::INVALID, SpanId::from),
                parent_span_is_remote: context.parent.is_some(),
                span_kind: SpanKind::Server,
                name: format!("{} {}", span.method, span.route).into(),
                start_time: span.started,
                end_time: SystemTime::now(),
                attributes: vec![
                    KeyValue::new("http.request.method", span.method),
                    KeyValue::new("http.route", span.route.to_owned()),
                    KeyValue::new("http.response.status_code", i64::from(span.status)),
                    KeyValue::new("asaflex.request_id", span.request_id.to_owned()),
                    KeyValue::new("asaflex.ruleset", span.ruleset.to_owned()),
                ],
                dropped_attributes_count: 0,
                events: SpanEvents::default(),
                links: SpanLinks::default(),
                status,
                instrumentation_scope: self.scope.clone(),
            });
        }

        /// Sends what still waits, and ends.
        pub fn finish(&self) {
            let _collector_gone = self.queue.shutdown_with_timeout(CALL_TIMEOUT).is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_trace_parent_is_continued() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let given = TraceContext::of(Some(&format!("00-{trace}-00f067aa0ba902b7-01")));
        assert_eq!(given.trace_id(), trace);
        assert_eq!(given.parent, Some(0x00f0_67aa_0ba9_02b7));
        let out = given.traceparent();
        assert_eq!(out, format!("00-{trace}-{}-01", given.span_id()));
        assert_ne!(given.span_id(), "00f067aa0ba902b7");
        let unsampled = TraceContext::of(Some(&format!("00-{trace}-00f067aa0ba902b7-00")));
        assert!(unsampled.traceparent().ends_with("-00"));
        let later = TraceContext::of(Some(&format!("01-{trace}-00f067aa0ba902b7-01-later")));
        assert_eq!(later.trace_id(), trace);
        for value in [
            "",
            "00",
            "MARKER",
            &format!("00-{trace}-00f067aa0ba902b7"),
            &format!("00-{trace}-00f067aa0ba902b7-01-x"),
            &format!("ff-{trace}-00f067aa0ba902b7-01"),
            &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            &format!("00-{trace}-0000000000000000-01"),
            &format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
        ] {
            let begun = TraceContext::of(Some(value));
            assert_ne!(begun.trace_id(), trace, "{value}");
            assert_eq!(begun.parent, None);
            assert!(begun.sampled && begun.span != 0 && begun.trace != 0);
        }
    }

    #[test]
    fn every_exchange_has_a_span_of_its_own() {
        let one = TraceContext::of(None);
        let other = TraceContext::of(None);
        assert_ne!(one.trace_id(), other.trace_id());
        assert_ne!(one.span_id(), other.span_id());
    }
}
