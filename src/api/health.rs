//! Whether the service lives and is ready, and what its problem types mean.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::api::error::{ApiError, ErrorCode};
use crate::api::state::{Reloadable, State};
use crate::metrics;

/// Whom a service that is not ready turns away may ask again after as many seconds; by then another one has taken over, or it has started.
const NOT_READY_SECONDS: u32 = 1;

/// Tell whether the process answers at all.
///
/// For liveness probes.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "get_live",
    tag = "operations",
    params(),
    responses((status = 200, description = "The process answers.", body = super::schema::Liveness, content_type = "application/json")),
)]
pub async fn get_live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "live" }))
}

/// Tell whether the service takes work, and by which rules.
///
/// For readiness probes; 503 while it drains; while it starts its port is closed.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "get_ready",
    tag = "operations",
    params(),
    responses((status = 200, description = "The service takes work.", body = super::schema::Readiness, content_type = "application/json")),
)]
pub async fn get_ready(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if !state.is_ready() {
        let seconds = NOT_READY_SECONDS.to_string();
        return Err(
            ApiError::new(ErrorCode::NotReady, &request).with_header(header::RETRY_AFTER, seconds)
        );
    }
    let prepared = state.prepared_for(&request);
    let body = json!({
        "status": "ready",
        "ruleset": { "id": prepared.ruleset.id, "version": prepared.ruleset.version, "digest": prepared.ruleset.digest },
        // Null until rules were reloaded once; a refused set leaves the old one answering.
        "lastReload": state.last_reload(Reloadable::Rules).as_deref(),
        // The same for keys; never a digest, which would say something about them.
        "lastKeysReload": state.last_reload(Reloadable::Keys).as_deref(),
        "lastCertificateReload": state.last_reload(Reloadable::Certificate).as_deref(),
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body))
}

/// What is counted, as `OpenMetrics` text.
pub async fn get_metrics(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(metrics::MEDIA_TYPE)
        .body(state.metrics().text())
}

/// List every problem type.
///
/// What the codes of problem details mean, and what to do about each.
#[utoipa::path(
    get,
    path = "/problems",
    operation_id = "list_problems",
    tag = "operations",
    params(),
    responses((status = 200, description = "The problem types.", body = super::schema::ProblemTypeList, content_type = "application/json")),
)]
pub async fn list_problems() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "problems": ErrorCode::ALL.map(problem_type) }))
}

/// Read one problem type.
///
/// The page that the member `type` of a problem points to.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    operation_id = "get_problem",
    tag = "operations",
    params(("code" = String, Path, description = "Code of the problem.", example = "invalid-request")),
    responses((status = 200, description = "The problem type.", body = super::schema::ProblemType, content_type = "application/json")),
)]
pub async fn get_problem(
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let known = ErrorCode::ALL
        .into_iter()
        .find(|known| known.as_str() == code.as_str());
    let known = known.ok_or_else(|| ApiError::new(ErrorCode::NotFound, &request))?;
    Ok(HttpResponse::Ok().json(problem_type(known)))
}

pub(super) fn problem_type(code: ErrorCode) -> Value {
    json!({
        "type": format!("/problems/{}", code.as_str()), "code": code.as_str(), "status": code.status().as_u16(),
        "title": code.title(), "detail": code.remedy(),
    })
}
