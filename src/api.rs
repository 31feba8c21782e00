//! HTTP: every route, in one place. Used by the program and by the tests alike.
//!
//! Stores nothing, and keeps no fact about a person beyond the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, Route, web};
use arc_swap::ArcSwap;

use crate::answer::Prepared;

pub mod catalogue;
pub mod docs;
pub mod error;
pub mod events;
pub mod health;
pub mod language;
pub mod offices;
pub mod openapi;
pub mod schema;
pub mod screenings;

use error::{ApiError, ErrorCode};

/// What every worker shares.
#[derive(Debug)]
pub struct State {
    rules: ArcSwap<Prepared>,
    draining: AtomicBool,
}

impl State {
    /// The state of a service that answers by `prepared`.
    #[must_use]
    pub fn new(prepared: Prepared) -> Self {
        Self {
            rules: ArcSwap::from_pointee(prepared),
            draining: AtomicBool::new(false),
        }
    }

    /// The rule set of this moment; a request keeps the one it got.
    #[must_use]
    pub fn prepared(&self) -> Arc<Prepared> {
        self.rules.load_full()
    }

    /// Answers by another rule set from now on.
    pub fn replace(&self, prepared: Prepared) {
        self.rules.store(Arc::new(prepared));
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

/// Registers every route.
pub fn configure(config: &mut web::ServiceConfig) {
    resource(
        config,
        "/v1/screenings",
        vec![(Method::POST, web::post().to(screenings::create_screening))],
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

/// A resource that can be read; HEAD answers like GET without the body.
fn get(config: &mut web::ServiceConfig, path: &str, route: Route) {
    resource(config, path, vec![(Method::GET, route)]);
}

fn resource(config: &mut web::ServiceConfig, path: &str, routes: Vec<(Method, Route)>) {
    let allow: Vec<String> = routes
        .iter()
        .map(|(method, _)| method.to_string())
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
    config.service(resource.default_service(web::to(refuse)));
}

async fn not_found(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(ErrorCode::NotFound, &request))
}

/// The id of a request, once [`frame`] has given it one.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The id of a request.
#[must_use]
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
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

/// What every exchange has: an id, the security headers, one line in the log with nothing about a person.
///
/// # Errors
/// Never: an error of a handler has become an answer here.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = std::time::Instant::now();
    let sent = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| is_sane(id));
    let id = sent.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let state = request.app_data::<web::Data<State>>().cloned();
    let method = request.method().clone();
    let mut response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => return Err(error),
    };
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
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    if let Some(state) = state {
        let prepared = state.prepared();
        set(
            RULESET,
            &format!(
                "{}; digest={}",
                prepared.ruleset.version, prepared.ruleset.digest
            ),
        );
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
    let duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        request.id = %id,
        http.method = %method,
        http.route = %route,
        http.status = response.status().as_u16(),
        duration_us,
        "answered"
    );
    Ok(response)
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
