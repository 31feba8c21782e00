//! HTTP: every route, in one place. Used by the program and by the tests alike.
//!
//! Stores nothing, and keeps no fact about a person beyond the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::middleware::{self, Next};
use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _, Route, web,
};
use arc_swap::{ArcSwap, ArcSwapOption};

use crate::access::Keys;
use crate::answer::Prepared;
use crate::limit::{Limiter, Limits};
use crate::metrics::Metrics;
use crate::reload::LastReload;
use crate::trace::{Exporter, Span, TraceContext};

pub mod batch;
pub mod catalogue;
pub mod docs;
pub mod error;
pub mod events;
pub mod guard;
pub mod health;
pub mod language;
pub mod offices;
pub mod openapi;
pub mod portal;
pub mod query;
pub mod schema;
pub mod screenings;
pub mod unread;

use error::{ApiError, ErrorCode};
use guard::Admission;

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
    last_reload: ArcSwapOption<LastReload>,
    last_keys_reload: ArcSwapOption<LastReload>,
    last_certificate_reload: ArcSwapOption<LastReload>,
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
            last_reload: ArcSwapOption::empty(),
            last_keys_reload: ArcSwapOption::empty(),
            last_certificate_reload: ArcSwapOption::empty(),
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

    /// How the last reload of the rules ended.
    #[must_use]
    pub fn last_reload(&self) -> Option<Arc<LastReload>> {
        self.last_reload.load_full()
    }

    /// Remembers how a reload of the rules ended.
    pub fn note_reload(&self, reload: LastReload) {
        self.last_reload.store(Some(Arc::new(reload)));
    }

    /// How the last reload of the keys ended.
    #[must_use]
    pub fn last_keys_reload(&self) -> Option<Arc<LastReload>> {
        self.last_keys_reload.load_full()
    }

    /// Remembers how a reload of the keys ended.
    pub fn note_keys_reload(&self, reload: LastReload) {
        self.last_keys_reload.store(Some(Arc::new(reload)));
    }

    /// How the last reload of the certificate ended.
    #[must_use]
    pub fn last_certificate_reload(&self) -> Option<Arc<LastReload>> {
        self.last_certificate_reload.load_full()
    }

    /// Remembers how a reload of the certificate ended.
    pub fn note_certificate_reload(&self, reload: LastReload) {
        self.last_certificate_reload.store(Some(Arc::new(reload)));
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

/// Name of the header that carries the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Name of the header that says which rules answered.
pub const RULESET: HeaderName = HeaderName::from_static("asaflex-ruleset");

/// Name of the header that says where a request or an answer stands in a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Registers every route.
pub fn configure(config: &mut web::ServiceConfig) {
    resource(
        config,
        "/v1/screenings",
        vec![(Method::POST, web::post().to(screenings::create_screening))],
    );
    resource(
        config,
        "/v1/screenings/batch",
        vec![(Method::POST, web::post().to(batch::create_batch))],
    );
    get(config, "/v1/facts", web::get().to(catalogue::list_facts));
    get(config, "/v1/facts/{id}", web::get().to(catalogue::get_fact));
    get(
        config,
        "/v1/modules",
        web::get().to(catalogue::list_modules),
    );
    get(
        config,
        "/v1/modules/{id}",
        web::get().to(catalogue::get_module),
    );
    get(
        config,
        "/v1/contact-routes",
        web::get().to(catalogue::list_contact_routes),
    );
    get(
        config,
        "/v1/contact-routes/{id}",
        web::get().to(catalogue::get_contact_route),
    );
    get(config, "/v1/offers", web::get().to(catalogue::list_offers));
    get(
        config,
        "/v1/offers/{id}",
        web::get().to(catalogue::get_offer),
    );
    get(
        config,
        "/v1/pathways",
        web::get().to(catalogue::list_pathways),
    );
    get(
        config,
        "/v1/pathways/{id}",
        web::get().to(catalogue::get_pathway),
    );
    get(
        config,
        "/v1/sources",
        web::get().to(catalogue::list_sources),
    );
    get(
        config,
        "/v1/sources/{id}",
        web::get().to(catalogue::get_source),
    );
    get(
        config,
        "/v1/evidence",
        web::get().to(catalogue::list_evidence),
    );
    get(config, "/v1/events", web::get().to(events::list_events));
    get(
        config,
        "/v1/events/{id}.ics",
        web::get().to(events::get_event_calendar),
    );
    get(config, "/v1/events/{id}", web::get().to(events::get_event));
    get(config, "/v1/offices", web::get().to(offices::find_offices));
    get(config, "/v1/ruleset", web::get().to(catalogue::get_ruleset));
    get(config, "/health/live", web::get().to(health::get_live));
    get(config, "/health/ready", web::get().to(health::get_ready));
    get(config, "/metrics", web::get().to(health::get_metrics));
    get(config, "/openapi.json", web::get().to(openapi::get_openapi));
    get(config, "/docs", web::get().to(docs::redirect_to_docs));
    get(config, "/docs/{file:.*}", web::get().to(docs::get_docs));
    get(config, "/problems", web::get().to(health::list_problems));
    get(
        config,
        "/problems/{code}",
        web::get().to(health::get_problem),
    );
    config.default_service(web::to(not_found));
}

/// Registers the page for people. It stands beside [`configure`], because a service may go without it.
pub fn configure_portal(config: &mut web::ServiceConfig) {
    get(config, "/", web::get().to(portal::get_page));
    get(
        config,
        "/asaflex-check.js",
        web::get().to(portal::get_component),
    );
}

/// A resource that can be read; HEAD answers like GET without the body (see [`frame`]).
fn get(config: &mut web::ServiceConfig, path: &str, route: Route) {
    resource(config, path, vec![(Method::GET, route)]);
}

fn resource(config: &mut web::ServiceConfig, path: &str, routes: Vec<(Method, Route)>) {
    let allow: Vec<&str> = routes
        .iter()
        .map(|(method, _)| {
            if *method == Method::GET {
                "GET, HEAD"
            } else {
                method.as_str()
            }
        })
        .collect();
    let allow = allow.join(", ");
    let mut resource = web::resource(path);
    for (_, route) in routes {
        resource = resource.route(route);
    }
    let refuse = move |request: HttpRequest| {
        let error = ApiError::new(ErrorCode::MethodNotAllowed, &request)
            .with_header(header::ALLOW, allow.clone());
        async move { Err::<HttpResponse, ApiError>(error) }
    };
    let admission = Admission::of(path);
    let admit = middleware::from_fn(move |request, next| guard::admit(admission, request, next));
    config.service(resource.default_service(web::to(refuse)).wrap(admit));
}

async fn not_found(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(ErrorCode::NotFound, &request))
}

/// What [`frame`] gives a request: its id, and the rule set that answers it to the end.
#[derive(Clone, Debug)]
struct Exchange {
    id: String,
    prepared: Arc<Prepared>,
}

/// The id of a request.
#[must_use]
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<Exchange>()
        .map(|exchange| exchange.id.clone())
        .unwrap_or_default()
}

/// Longest request id that is taken over.
const REQUEST_ID_CHARS_MAX: usize = 128;

fn is_sane(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= REQUEST_ID_CHARS_MAX
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// What every exchange has: an id, one rule set, the security headers, one line in the log with nothing about a person.
///
/// # Errors
/// When the service has no state, which a started one always has.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = std::time::Instant::now();
    let began = std::time::SystemTime::now();
    let sent = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| is_sane(id));
    let id = sent.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no state"));
    };
    let prepared = state.prepared();
    let ruleset = format!(
        "{}; digest={}",
        prepared.ruleset.version, prepared.ruleset.digest
    );
    let version = prepared.ruleset.version.clone();
    let context = TraceContext::of(
        request
            .headers()
            .get(&TRACEPARENT)
            .and_then(|value| value.to_str().ok()),
    );
    request.extensions_mut().insert(Exchange {
        id: id.clone(),
        prepared,
    });
    let method = request.method().clone();
    if method == Method::HEAD {
        // Routed like GET; the encoder remembers the method that was sent and leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let held = unread::Held::of(&mut request);
    let mut response = as_problem(next.call(request).await?.map_into_boxed_body());
    if let Some(held) = held {
        response = held.until_written(response);
    }
    let is_stream = matches!(response.response().body().size(), BodySize::Stream);
    if is_stream && response.request().version() < Version::HTTP_11 {
        // Whoever speaks HTTP/1.0 knows no chunks: the end of the answer is the end of the connection.
        let head = response.response_mut().head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "unmatched".to_owned());
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(REQUEST_ID, &id);
    set(RULESET, &ruleset);
    set(TRACEPARENT, &context.traceparent());
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    if state.strict_transport {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    if route.starts_with("/v1/screenings")
        || response.status() != StatusCode::OK && !response.status().is_redirection()
    {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let duration = started.elapsed();
    let status = response.status().as_u16();
    let metrics = state.metrics();
    let label = method_label(&method);
    metrics.exchange(&route, label, status, duration);
    if let Some(code) = response.response().extensions().get::<ErrorCode>() {
        metrics.rejection(code.as_str());
    }
    tracing::info!(
        request.id = %id,
        trace.id = %context.trace_id(),
        span.id = %context.span_id(),
        http.method = label,
        http.route = %route,
        http.status = status,
        duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        ruleset = %version,
        "answered"
    );
    if let Some(exporter) = state.exporter() {
        exporter.export(&Span {
            context,
            started: began,
            method: label,
            route: &route,
            status,
            request_id: &id,
            ruleset: &version,
        });
    }
    Ok(response)
}

/// A refusal that the framework or a middleware wrote as plain text, as problem details.
fn as_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let described = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == error::MEDIA_TYPE);
    if described || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ErrorCode::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::InvalidHeader,
        _ => ErrorCode::Internal,
    };
    let error = ApiError::new(code, response.request());
    response.into_response(error.error_response())
}

/// The method for log and metrics: a caller may invent methods, and they are no place for a name.
#[must_use]
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Today in Europe/Berlin, the day on which a German authority would act.
#[must_use]
pub fn today() -> jiff::civil::Date {
    let now = jiff::Timestamp::now();
    // The time zone data is part of the program, so Berlin is always known; UTC would be an hour or two off at midnight.
    now.in_tz("Europe/Berlin")
        .or_else(|_| now.in_tz("UTC"))
        .map_or(jiff::civil::Date::ZERO, |now| now.date())
}
