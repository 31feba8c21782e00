//! What every exchange has, whatever is asked: an id, one rule set, a place in a trace, the headers that protect, and one line in the log
//! with nothing about a person.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, ResponseError as _, web};

use crate::answer::Prepared;
use crate::connection::{Asking, Connection};
use crate::request::is_plain;
use crate::trace::{Span, TraceContext};

use super::State;
use super::error::{self, ApiError, ErrorCode};
use super::unread;

/// Name of the header that carries the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Name of the header that says which rules answered.
pub const RULESET: HeaderName = HeaderName::from_static("asaflex-ruleset");
/// Name of the header that says where a request or an answer stands in a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What [`frame`] gives a request, and keeps until it is answered.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// What log, answer and caller know it by.
    pub(super) id: String,
    /// The rule set that answers it to the end.
    pub(super) prepared: Arc<Prepared>,
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
    !id.is_empty() && id.len() <= REQUEST_ID_CHARS_MAX && is_plain(id)
}

/// Frames an exchange.
///
/// # Errors
/// When the service has no state, which a started one always has.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no state"));
    };
    let begun = Begun::of(&request, &state);
    request.extensions_mut().insert(begun.exchange.clone());
    if begun.method == Method::HEAD {
        // Routed like GET; the encoder remembers the method that was sent and leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let asking = request.conn_data::<Arc<Connection>>().map(Asking::on);
    let held = unread::Held::of(&mut request);
    let mut response = as_problem(next.call(request).await?.map_into_boxed_body());
    if let Some(held) = held {
        response = unread::until_written(held, response);
    }
    let is_stream = matches!(response.response().body().size(), BodySize::Stream);
    // What is written in one piece is written soon; a batch goes on for as long as it asks.
    if is_stream && let Some(asking) = asking {
        response = unread::until_written(asking, response);
    }
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
    let may_be_kept = !route.starts_with("/v1/screenings")
        && (response.status() == StatusCode::OK || response.status().is_redirection());
    begun.name(response.headers_mut());
    protect(
        response.headers_mut(),
        may_be_kept,
        state.is_strict_transport(),
    );
    begun.record(&route, &response, &state);
    Ok(response)
}

/// An exchange that began.
struct Begun {
    exchange: Exchange,
    context: TraceContext,
    method: Method,
    at: SystemTime,
    clock: Instant,
}

impl Begun {
    fn of(request: &ServiceRequest, state: &State) -> Self {
        let sent = |name: &HeaderName| {
            let value = request.headers().get(name)?;
            value.to_str().ok()
        };
        let id = sent(&REQUEST_ID).filter(|id| is_sane(id));
        Self {
            exchange: Exchange {
                id: id.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned),
                prepared: state.prepared(),
            },
            context: TraceContext::of(sent(&TRACEPARENT)),
            method: request.method().clone(),
            at: SystemTime::now(),
            clock: Instant::now(),
        }
    }

    /// Says in the answer which exchange it belongs to, and which rules answered.
    fn name(&self, headers: &mut HeaderMap) {
        let Exchange { id, prepared } = &self.exchange;
        let ruleset = &prepared.ruleset;
        let ruleset = format!("{}; digest={}", ruleset.version, ruleset.digest);
        let traceparent = self.context.traceparent();
        for (name, value) in [
            (REQUEST_ID, id),
            (RULESET, &ruleset),
            (TRACEPARENT, &traceparent),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
    }

    /// Counts it, and tells log and collector about it.
    fn record(&self, route: &str, response: &ServiceResponse<BoxBody>, state: &State) {
        let Exchange { id, prepared } = &self.exchange;
        let version = &prepared.ruleset.version;
        let duration = self.clock.elapsed();
        let status = response.status().as_u16();
        let method = method_label(&self.method);
        let metrics = state.metrics();
        metrics.exchange(route, method, status, duration);
        if let Some(code) = response.response().extensions().get::<ErrorCode>() {
            metrics.rejection(code.as_str());
        }
        tracing::info!(
            request.id = %id,
            trace.id = %self.context.trace_id(),
            span.id = %self.context.span_id(),
            http.method = method,
            http.route = %route,
            http.status = status,
            duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
            ruleset = %version,
            "answered"
        );
        if let Some(exporter) = state.exporter() {
            exporter.export(&Span {
                context: self.context,
                started: self.at,
                method,
                route,
                status,
                request_id: id,
                ruleset: version,
            });
        }
    }
}

/// The headers that protect a reader; what a handler said about its own content stays.
fn protect(headers: &mut HeaderMap, may_be_kept: bool, strict_transport: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    if strict_transport {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !may_be_kept {
        set(header::CACHE_CONTROL, "no-store");
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
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
