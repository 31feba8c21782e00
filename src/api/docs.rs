//! `GET /docs`: the document to look at and to try out. Every file is part of the program; nothing comes from elsewhere.
//!
//! The page and its style are ours, for the one that comes with the interface knows no phones; the interface is Swagger UI.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use utoipa_swagger_ui::Config;

use crate::api::error::{ApiError, ErrorCode};

/// What the page may do: its own scripts, its own styles (the page sets some inline), and calls of this service.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Leads to the page itself, whose files are named relative to it.
pub async fn redirect_to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, "/docs/"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .finish()
}

/// A file of the page.
pub async fn get_docs(
    request: HttpRequest,
    file: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let own = match file.as_str() {
        "" | "index.html" => Some(("text/html; charset=utf-8", include_str!("docs/page.html"))),
        "page.css" => Some(("text/css; charset=utf-8", include_str!("docs/page.css"))),
        _ => None,
    };
    if let Some((content_type, text)) = own {
        return Ok(answer(content_type).body(text));
    }
    let config = Config::from("/openapi.json")
        .use_base_layout()
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_operation_id(true)
        .display_request_duration(true)
        .default_models_expand_depth(0)
        .doc_expansion("list");
    let found = utoipa_swagger_ui::serve(&file, Arc::new(config))
        .ok()
        .flatten();
    let found = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound, &request))?;
    let mut response = answer(&found.content_type);
    if found.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(found.bytes.into_owned()))
}

fn answer(content_type: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    response
}
