//! `GET /` and `GET /asaflex-check.js`: the page for people, and the web component of which it consists. Both are part of the program;
//! what they are and how a portal embeds them stands in `examples/portal/`.

use std::sync::LazyLock;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

use crate::api::catalogue;

/// What the page may do: run its one script, call this service, show its own icon. No style sheet is loaded, and no text ever becomes markup.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// What the script may do when it is opened by itself: nothing.
const SCRIPT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// A file that is part of the program, with the tag of its content.
struct Embedded {
    bytes: &'static [u8],
    etag: header::EntityTag,
}

impl Embedded {
    fn new(bytes: &'static [u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let tag: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            bytes,
            etag: header::EntityTag::new_strong(tag),
        }
    }

    /// Answers with the file, or with 304 if the caller has it already.
    fn answer(&self, request: &HttpRequest, media_type: &str, policy: &str) -> HttpResponse {
        let known = catalogue::has_already(request, &self.etag);
        let mut response = HttpResponse::build(if known {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        });
        response
            .insert_header((header::ETAG, self.etag.to_string()))
            .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
            .insert_header((header::CONTENT_SECURITY_POLICY, policy));
        if known {
            response.finish()
        } else {
            response.content_type(media_type).body(self.bytes)
        }
    }
}

/// The page itself.
pub async fn get_page(request: HttpRequest) -> HttpResponse {
    static PAGE: LazyLock<Embedded> =
        LazyLock::new(|| Embedded::new(include_bytes!("../../examples/portal/index.html")));
    PAGE.answer(&request, "text/html; charset=utf-8", PAGE_POLICY)
}

/// The component `<asaflex-check>`, which any page may load.
pub async fn get_component(request: HttpRequest) -> HttpResponse {
    static COMPONENT: LazyLock<Embedded> =
        LazyLock::new(|| Embedded::new(include_bytes!("../../examples/portal/asaflex-check.js")));
    COMPONENT.answer(&request, "text/javascript; charset=utf-8", SCRIPT_POLICY)
}
