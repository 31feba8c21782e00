//! Who may ask, and how often: keys and rate limits, before anything of a request is read.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _, web};

use crate::access::Scope;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::{State, today};
use crate::limit::{Budget, Caller, Limiter, WINDOW_SECONDS};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What a resource asks of its callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Nothing: probes and the scraping of metrics must not fail for want of a key or under load.
    Free,
    /// No key, but the rate limit: the documentation and the page for people, which a browser opens without a key.
    Counted,
    /// A key with this scope, if keys are in use, and the rate limit.
    Keyed(Scope),
}

impl Admission {
    /// What the resource at this path asks. A path that nobody thought of needs a key.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path {
            "/v1/screenings" => Self::Keyed(Scope::Screen),
            "/v1/screenings/batch" => Self::Keyed(Scope::Batch),
            "/metrics" => Self::Free,
            _ if path.starts_with("/health/") => Self::Free,
            "/openapi.json" | "/problems" | "/problems/{code}" | "/" | "/asaflex-check.js" => {
                Self::Counted
            }
            _ if path.starts_with("/docs") => Self::Counted,
            _ => Self::Keyed(Scope::Read),
        }
    }
}

/// Lets a request through, or answers 401, 403 or 429 in its stead. Runs inside the resource, so no spelling of a path gets around it.
///
/// # Errors
/// When the service has no state, which a started one always has.
pub async fn admit(
    admission: Admission,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if admission == Admission::Free {
        return next.call(request).await;
    }
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no state"));
    };
    let keys = state.keys();
    let holder = keys
        .as_ref()
        .zip(bearer(request.headers()))
        .and_then(|(keys, key)| keys.holder(key, today()));
    let mut budget = None;
    if let Some(limiter) = state.limiter() {
        let caller = match (&holder, request.peer_addr()) {
            (Some(holder), _) => Caller::Key(holder.id.to_owned()),
            (None, Some(address)) => Caller::at(address.ip()),
            (None, None) => Caller::Key(String::new()),
        };
        match limiter.count(&caller) {
            Ok(left) => budget = Some(left),
            Err(left) => {
                let error = ApiError::new(ErrorCode::RateLimited, request.request())
                    .with_header(header::RETRY_AFTER, left.seconds.to_string());
                return Ok(announced(refuse(request, &error), Some((limiter, left))));
            }
        }
    }
    let budget = state.limiter().zip(budget);
    if let (Some(_), Admission::Keyed(scope)) = (&keys, admission) {
        let refusal = match &holder {
            None => Some((
                ErrorCode::KeyRequired,
                "Bearer realm=\"asaflex\"".to_owned(),
            )),
            Some(holder) if !holder.may(scope) => Some((
                ErrorCode::KeyNotAllowed,
                format!(
                    "Bearer realm=\"asaflex\", error=\"insufficient_scope\", scope=\"{}\"",
                    scope.as_str()
                ),
            )),
            Some(_) => None,
        };
        if let Some((code, challenge)) = refusal {
            let error = ApiError::new(code, request.request())
                .with_header(header::WWW_AUTHENTICATE, challenge);
            return Ok(announced(refuse(request, &error), budget));
        }
    }
    Ok(announced(next.call(request).await?, budget))
}

fn refuse(request: ServiceRequest, error: &ApiError) -> ServiceResponse<BoxBody> {
    request.into_response(error.error_response())
}

/// The key in `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(key.trim_matches(' '))
}

/// Says what is left, after draft-ietf-httpapi-ratelimit-headers.
fn announced(
    mut response: ServiceResponse<BoxBody>,
    budget: Option<(&Limiter, Budget)>,
) -> ServiceResponse<BoxBody> {
    if let Some((limiter, left)) = budget {
        let policy = format!("\"default\";q={};w={WINDOW_SECONDS}", limiter.per_minute());
        let state = format!("\"default\";r={};t={}", left.remaining, left.seconds);
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}
