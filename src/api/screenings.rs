//! `POST /v1/screenings`: circumstances in, advice out.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use std::cell::RefCell;
use std::time::Duration;

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::answer::{Explain, Prepared};
use crate::api::error::{ApiError, BODY_BYTES_MAX, ErrorCode};
use crate::api::{State, language, today};
use crate::engine::{self, Advice, Wanted, Workspace};
use crate::request::{self, ScreeningRequest};

thread_local! {
    /// Working memory of this worker; walks then allocate nothing.
    static WORKSPACE: RefCell<Workspace> = RefCell::new(Workspace::default());
}

/// Evaluate one set of circumstances.
///
/// Says which phases of AsA flex are open, which support modules fit, whom to contact first, why, under which provision, and what is still
/// worth asking. Nothing is stored. Every fact is optional; an unknown fact is never taken for no.
#[utoipa::path(
    post,
    path = "/v1/screenings",
    operation_id = "create_screening",
    tag = "screenings",
    request_body(content = super::schema::ScreeningRequest, content_type = "application/json", description = "What is known. The least request is `{}`."),
    params(super::schema::ScreeningQuery, super::schema::AcceptLanguage),
    responses((status = 200, description = "The whole advice.", body = super::schema::ScreeningResponse, content_type = "application/json")),
)]
pub async fn create_screening(
    state: web::Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let options = Options::read(&request)?;
    require_media_type(&request, "application/json")?;
    let body = read_body(payload, state.limits().body, &request).await?;
    let prepared = state.prepared_for(&request);
    let parsed = request::parse(&body, &prepared.ruleset.catalog, false)
        .map_err(|error| ApiError::from_request(error, &request))?;
    let locale = language::negotiate(&prepared, request.headers());
    let advice = evaluate(&prepared, &parsed, options);
    state.metrics().outcomes(&prepared, &advice);
    let answer = prepared.write(&advice, locale, options.wanted, options.explain);
    let tag = prepared.tag(locale).to_owned();
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CONTENT_LANGUAGE, tag))
        .insert_header((header::VARY, "Accept-Language"))
        .body(answer))
}

/// What a caller wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Sections.
    pub wanted: Wanted,
    /// How much is explained.
    pub explain: Explain,
}

impl Options {
    /// Everything, with reasons.
    pub const DEFAULT: Self = Self {
        wanted: Wanted::ALL,
        explain: Explain::Reasons,
    };

    /// Reads the query.
    ///
    /// # Errors
    /// When a parameter is unknown, stands twice or has an unknown value.
    pub fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let mut options = Self::DEFAULT;
        let mut seen: Vec<String> = Vec::new();
        let mut sections: Vec<String> = Vec::new();
        for (name, value) in query(request)? {
            // Some generated clients send a list as repeated parameters.
            if seen.contains(&name) && name != "include" {
                return Err(ApiError::parameter(
                    request,
                    &name,
                    "each parameter is accepted once",
                ));
            }
            match name.as_str() {
                "include" => {
                    sections.extend(value.split(',').map(|section| section.trim().to_owned()));
                }
                "explain" => {
                    options.explain = match value.as_str() {
                        "none" => Explain::None,
                        "reasons" => Explain::Reasons,
                        "full" => Explain::Full,
                        _ => {
                            return Err(ApiError::parameter(
                                request,
                                "explain",
                                "none, reasons or full is accepted",
                            ));
                        }
                    };
                }
                _ => {
                    return Err(ApiError::parameter(
                        request,
                        "",
                        "known parameters are include and explain",
                    ));
                }
            }
            seen.push(name);
        }
        if seen.iter().any(|name| name == "include") {
            options.wanted = include(&sections)
                .ok_or_else(|| ApiError::parameter(request, "include", INCLUDE))?;
        }
        options.wanted.because = options.explain != Explain::None;
        Ok(options)
    }
}

const INCLUDE: &str = "a comma-separated list of pathways, modules, contactRoutes, offers, notices, openQuestions, sources is accepted";

fn include(sections: &[String]) -> Option<Wanted> {
    let mut wanted = Wanted {
        pathways: false,
        modules: false,
        contact_routes: false,
        offers: false,
        notices: false,
        open_questions: false,
        sources: false,
        because: true,
    };
    for section in sections {
        let switch = match section.as_str() {
            "pathways" => &mut wanted.pathways,
            "modules" => &mut wanted.modules,
            "contactRoutes" => &mut wanted.contact_routes,
            "offers" => &mut wanted.offers,
            "notices" => &mut wanted.notices,
            "openQuestions" => &mut wanted.open_questions,
            "sources" => &mut wanted.sources,
            _ => return None,
        };
        *switch = true;
    }
    Some(wanted)
}

/// The parameters of a query, decoded.
///
/// # Errors
/// When the query cannot be decoded.
pub fn query(request: &HttpRequest) -> Result<Vec<(String, String)>, ApiError> {
    web::Query::<Vec<(String, String)>>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|_| ApiError::parameter(request, "", "a query of the form name=value is accepted"))
}

/// The answer to one parsed request.
#[must_use]
pub fn screen(
    prepared: &Prepared,
    parsed: &ScreeningRequest,
    locale: usize,
    options: Options,
) -> String {
    let advice = evaluate(prepared, parsed, options);
    prepared.write(&advice, locale, options.wanted, options.explain)
}

/// The advice for one parsed request.
#[must_use]
pub fn evaluate(prepared: &Prepared, parsed: &ScreeningRequest, options: Options) -> Advice {
    let as_of = parsed.as_of.unwrap_or_else(today);
    WORKSPACE.with_borrow_mut(|workspace| {
        engine::screen(
            &prepared.ruleset,
            &parsed.given,
            as_of,
            options.wanted,
            workspace,
        )
    })
}

/// Refuses a body of another media type, in another character set, compressed, or without an end.
pub(super) fn require_media_type(request: &HttpRequest, wanted: &str) -> Result<(), ApiError> {
    let unsupported = || {
        ApiError::new(ErrorCode::UnsupportedMediaType, request)
            .with_detail(format!(
                "Send {wanted} in UTF-8 and without a content encoding."
            ))
            .with_header(header::ACCEPT, wanted)
    };
    // What asks to become a WebSocket has no body that ends.
    let upgrade = request.headers().get(header::UPGRADE);
    if upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return Err(ApiError::new(ErrorCode::InvalidHeader, request)
            .with_detail("Leave the header Upgrade out."));
    }
    // Two types, or two encodings, are as good as none: nobody knows which is meant.
    let mut types = request.headers().get_all(header::CONTENT_TYPE);
    let value = types
        .next()
        .filter(|_| types.next().is_none())
        .and_then(|value| value.to_str().ok())
        .ok_or_else(unsupported)?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    let utf8 = value.split(';').skip(1).all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, charset)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || charset
                    .trim()
                    .trim_matches('"')
                    .eq_ignore_ascii_case("utf-8")
        })
    });
    // A compressed body could be far larger than its limit says; nobody needs one for a few hundred bytes.
    let encoded = request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if essence.eq_ignore_ascii_case(wanted) && utf8 && !encoded {
        Ok(())
    } else {
        Err(unsupported())
    }
}

async fn read_body(
    payload: web::Payload,
    longest: Duration,
    request: &HttpRequest,
) -> Result<web::Bytes, ApiError> {
    let too_large = || ApiError::new(ErrorCode::BodyTooLarge, request);
    // What says that it is too long is not waited for.
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let body = actix_web::rt::time::timeout(longest, payload.to_bytes_limited(BODY_BYTES_MAX));
    match body.await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(_))) => Err(ApiError::new(ErrorCode::UnreadableBody, request)),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(ApiError::new(ErrorCode::RequestTimeout, request)),
    }
}
