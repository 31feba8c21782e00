//! Whether the service lives and is ready, and what its problem types mean.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::api::State;
use crate::api::error::{ApiError, ErrorCode};
use crate::metrics;

/// Whether the process answers at all.
pub async fn get_live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "live" }))
}

/// Whether the service takes work, and by which rules.
pub async fn get_ready(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if !state.is_ready() {
        return Err(ApiError::new(ErrorCode::NotReady, &request));
    }
    let prepared = state.prepared_for(&request);
    let body = json!({
        "status": "ready",
        "ruleset": { "id": prepared.ruleset.id, "version": prepared.ruleset.version, "digest": prepared.ruleset.digest },
        // Null until rules were reloaded once; a refused set leaves the old one answering.
        "lastReload": state.last_reload().as_deref(),
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

/// Every problem type.
pub async fn list_problems() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "problems": ErrorCode::ALL.map(problem_type) }))
}

/// One problem type.
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

fn problem_type(code: ErrorCode) -> Value {
    json!({
        "type": format!("/problems/{}", code.as_str()), "code": code.as_str(), "status": code.status().as_u16(),
        "title": code.title(), "detail": code.remedy(),
    })
}
