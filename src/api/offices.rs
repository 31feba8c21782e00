//! `GET /v1/offices`: the offices behind a postal code; all candidates, never a guess.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::api::error::{ApiError, ErrorCode};
use crate::api::{State, query};
use crate::facts::PostalCode;
use crate::offices::{DISTRICT_FACT, OfficeTable, PostalClass};

/// Find the offices for a postal code.
///
/// Employment agency district and Jobcenter: all candidates, never a guess. A code that is not in the table is answered with no candidate and the official searches. The code is not logged.
#[utoipa::path(
    get,
    path = "/v1/offices",
    operation_id = "find_offices",
    tag = "offices",
    params(super::schema::PostalCodeQuery),
    responses((status = 200, description = "All offices that come into question; none for a code that is not in the table.", body = super::schema::OfficesAnswer, content_type = "application/json")),
)]
pub async fn find_offices(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked: query::Offices = query::read(
        &request,
        "the one known parameter is postalCode, accepted once",
    )?;
    let code = PostalCode::parse(&asked.postal_code)
        .ok_or_else(|| ApiError::new(ErrorCode::InvalidParameter, &request))?;
    let prepared = state.prepared_for(&request);
    let body = body(&prepared.ruleset.offices, code);
    // A postal code is close to a person: nobody on the way should keep the answer.
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body))
}

/// What is known about a postal code.
pub(super) fn body(offices: &OfficeTable, code: PostalCode) -> Value {
    let class = offices.class(code);
    let candidates: Vec<Value> = offices
        .candidates(code, None)
        .into_iter()
        .map(|candidate| {
            json!({
                "employmentAgency": {
                    "id": candidate.agency.number, "name": candidate.agency.name,
                    "nameStatus": candidate.agency.name_status.as_str(), "url": candidate.agency.page,
                },
                "jobcenter": { "id": candidate.jobcenter.number, "name": candidate.jobcenter.name, "form": candidate.jobcenter.form },
                "district": candidate.district,
            })
        })
        .collect();
    let settled_by: &[&str] = if class == PostalClass::Berlin {
        &[DISTRICT_FACT]
    } else {
        &[]
    };
    json!({
        "postalCode": code.to_string(), "place": offices.place(code), "class": class.as_str(), "candidates": candidates,
        "settledBy": settled_by, "finderUrls": OfficeTable::finder_urls(code), "dataAsOf": OfficeTable::DATA_AS_OF.to_string(),
    })
}
