//! Problem details (RFC 9457) for every answer that is no success. None repeats what was sent.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::request_id;
use crate::request::{FieldProblem, RequestError};

/// Media type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Most bytes of one screening request.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// What can go wrong for a caller; each has one stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The body is not JSON.
    MalformedJson,
    /// A key stands twice.
    DuplicateKey,
    /// The body could not be read to its end.
    UnreadableBody,
    /// The body came too slowly.
    RequestTimeout,
    /// No such resource.
    NotFound,
    /// The resource does not know this method.
    MethodNotAllowed,
    /// The body is too large.
    BodyTooLarge,
    /// The batch has too many lines.
    BatchTooLarge,
    /// The body has another media type or encoding.
    UnsupportedMediaType,
    /// Readable but invalid.
    InvalidRequest,
    /// A query parameter is unknown or invalid.
    InvalidParameter,
    /// An API key is needed.
    KeyRequired,
    /// The API key does not allow this.
    KeyNotAllowed,
    /// Too many requests.
    RateLimited,
    /// The header block is not acceptable.
    InvalidHeader,
    /// Not ready yet, or draining.
    NotReady,
    /// A fault of the service.
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 17] = [
        Self::MalformedJson,
        Self::DuplicateKey,
        Self::UnreadableBody,
        Self::RequestTimeout,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::BatchTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidRequest,
        Self::InvalidParameter,
        Self::KeyRequired,
        Self::KeyNotAllowed,
        Self::RateLimited,
        Self::InvalidHeader,
        Self::NotReady,
        Self::Internal,
    ];

    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed-json",
            Self::DuplicateKey => "duplicate-key",
            Self::UnreadableBody => "unreadable-body",
            Self::RequestTimeout => "request-timeout",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::BodyTooLarge => "body-too-large",
            Self::BatchTooLarge => "batch-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::InvalidRequest => "invalid-request",
            Self::InvalidParameter => "invalid-parameter",
            Self::KeyRequired => "key-required",
            Self::KeyNotAllowed => "key-not-allowed",
            Self::RateLimited => "rate-limited",
            Self::InvalidHeader => "invalid-header",
            Self::NotReady => "not-ready",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson
            | Self::DuplicateKey
            | Self::UnreadableBody
            | Self::InvalidHeader => StatusCode::BAD_REQUEST,
            Self::KeyRequired => StatusCode::UNAUTHORIZED,
            Self::KeyNotAllowed => StatusCode::FORBIDDEN,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge | Self::BatchTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidRequest | Self::InvalidParameter => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The title, the same for every occurrence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "The body is not readable JSON",
            Self::DuplicateKey => "A key stands twice in one JSON object",
            Self::UnreadableBody => "The body could not be read to its end",
            Self::RequestTimeout => "The body came too slowly",
            Self::NotFound => "There is no such resource",
            Self::MethodNotAllowed => "The resource does not know this method",
            Self::BodyTooLarge => "The body is too large",
            Self::BatchTooLarge => "The batch has too many lines",
            Self::UnsupportedMediaType => "The body has a media type that is not read here",
            Self::InvalidRequest => "The request is readable but invalid",
            Self::InvalidParameter => "A query parameter is unknown or invalid",
            Self::KeyRequired => "An API key is needed",
            Self::KeyNotAllowed => "The API key does not allow this",
            Self::RateLimited => "Too many requests",
            Self::InvalidHeader => "A header is not acceptable",
            Self::NotReady => "The service is not ready",
            Self::Internal => "The service failed",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::MalformedJson => "Send one JSON object in UTF-8.",
            Self::DuplicateKey => "Send every key once.",
            Self::UnreadableBody => "Send the request again.",
            Self::RequestTimeout => "Send the whole body within 30 seconds.",
            Self::NotFound => {
                "GET /openapi.json lists every resource, and the list above a resource its ids."
            }
            Self::MethodNotAllowed => "The header Allow lists the methods of the resource.",
            Self::BodyTooLarge => {
                "Send at most 65536 bytes, here or in a line of /v1/screenings/batch; a screening needs far fewer."
            }
            Self::BatchTooLarge => "Send this line and what follows it in another batch.",
            Self::UnsupportedMediaType => {
                "Send application/json, or application/x-ndjson to /v1/screenings/batch, in UTF-8 and without a content encoding."
            }
            Self::InvalidRequest => {
                "The member errors names each place and what would be accepted."
            }
            Self::InvalidParameter => {
                "The member errors names a parameter and what would be accepted."
            }
            Self::KeyRequired => "Send a valid key in the header Authorization: Bearer.",
            Self::KeyNotAllowed => "Ask the operator for a key with the needed scope.",
            Self::RateLimited => "Wait as many seconds as the header Retry-After says.",
            Self::InvalidHeader => {
                "Accept-Encoding must allow gzip or identity, and Origin must be one that the operator listed."
            }
            Self::NotReady => "Try again shortly.",
            Self::Internal => "Try again; if it stays, tell the operator the request id.",
        }
    }
}

/// What is wrong with one place of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    #[schema(example = "/facts/age")]
    pub pointer: String,
    /// Stable, kebab-case.
    #[schema(example = "out-of-range")]
    pub code: String,
    /// What would be accepted.
    #[schema(example = "a whole number from 10 to 99 is accepted")]
    pub message: String,
}

/// Problem details (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// URI of the documentation of this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-request")]
    pub kind: String,
    /// Title, the same for every occurrence.
    pub title: String,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// Stable, kebab-case.
    #[schema(example = "invalid-request")]
    pub code: String,
    /// The id of the request, for the operator.
    pub request_id: String,
    /// Each place that is wrong; empty where there is none.
    pub errors: Vec<ProblemField>,
}

/// An answer that is no success.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    request_id: String,
    detail: Option<String>,
    errors: Vec<ProblemField>,
    headers: Vec<(header::HeaderName, String)>,
}

impl ApiError {
    /// An error for this request.
    #[must_use]
    pub fn new(code: ErrorCode, request: &HttpRequest) -> Self {
        Self {
            code,
            request_id: request_id(request),
            detail: None,
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// With the places that are wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<ProblemField>) -> Self {
        self.errors = errors;
        self
    }

    /// With what to do about it here, where that is more exact than the remedy for every case.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With one more header.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A query parameter that is unknown or invalid.
    #[must_use]
    pub fn parameter(request: &HttpRequest, name: &str, message: impl Into<String>) -> Self {
        let code = "invalid-parameter".to_owned();
        let field = ProblemField {
            pointer: format!("?{name}"),
            code,
            message: message.into(),
        };
        Self::new(ErrorCode::InvalidParameter, request).with_errors(vec![field])
    }

    /// The error of a request that could not be parsed.
    #[must_use]
    pub fn from_request(error: RequestError, request: &HttpRequest) -> Self {
        let (code, errors) = request_problem(error);
        Self::new(code, request).with_errors(errors)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }
}

/// The code and places of a request that could not be parsed.
#[must_use]
pub fn request_problem(error: RequestError) -> (ErrorCode, Vec<ProblemField>) {
    match error {
        RequestError::Unreadable {
            code,
            place: (line, column),
        } => {
            let kind = if code == "duplicate-key" {
                ErrorCode::DuplicateKey
            } else {
                ErrorCode::MalformedJson
            };
            let message = format!("reading stopped at line {line}, column {column}");
            (
                kind,
                vec![ProblemField {
                    pointer: String::new(),
                    code: code.to_owned(),
                    message,
                }],
            )
        }
        RequestError::Invalid(problems) => (
            ErrorCode::InvalidRequest,
            problems.into_iter().map(field).collect(),
        ),
    }
}

fn field(problem: FieldProblem) -> ProblemField {
    ProblemField {
        pointer: problem.pointer,
        code: problem.code.to_owned(),
        message: problem.message,
    }
}

/// The body of a problem.
#[must_use]
pub fn problem_details(
    code: ErrorCode,
    request_id: &str,
    errors: Vec<ProblemField>,
) -> ProblemDetails {
    ProblemDetails {
        kind: format!("/problems/{}", code.as_str()),
        title: code.title().to_owned(),
        status: code.status().as_u16(),
        detail: code.remedy().to_owned(),
        code: code.as_str().to_owned(),
        request_id: request_id.to_owned(),
        errors,
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code.as_str())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        let mut body = problem_details(self.code, &self.request_id, self.errors.clone());
        if let Some(detail) = &self.detail {
            body.detail.clone_from(detail);
        }
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = response.content_type(MEDIA_TYPE).body(body);
        // For the count of refusals by code.
        response.extensions_mut().insert(self.code);
        response
    }
}
