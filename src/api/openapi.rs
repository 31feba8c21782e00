//! The OpenAPI document: made from the code, and completed from the rule files, which declare the facts.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use crate::answer::Prepared;
use crate::api::State;
use crate::api::error::{ProblemDetails, ProblemField};
use crate::facts::{Fact, FactKind};

/// The document as far as the code knows it.
#[derive(OpenApi)]
#[openapi(
    info(title = "AsA flex screening"),
    paths(crate::api::screenings::create_screening),
    components(schemas(
        ScreeningRequestSchema,
        ScreeningResponseSchema,
        ProblemDetails,
        ProblemField
    ))
)]
struct ApiDoc;

/// The OpenAPI document.
pub async fn get_openapi(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let prepared = state.prepared_for(&request);
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(document(&prepared))
}

/// The document for one rule set, indented, with a final line break.
#[must_use]
pub fn document(prepared: &Prepared) -> String {
    let mut document = serde_json::to_value(ApiDoc::openapi()).unwrap_or(Value::Null);
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.insert("Facts".to_owned(), facts_schema(prepared));
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// Every fact as a typed, documented, optional property.
fn facts_schema(prepared: &Prepared) -> Value {
    let mut properties = Map::new();
    for (fact, texts) in prepared
        .ruleset
        .catalog
        .facts()
        .iter()
        .zip(&prepared.ruleset.fact_texts)
    {
        let mut schema = fact_schema(fact);
        let german = prepared.ruleset.texts.get(0, texts.question);
        let english = prepared
            .locale("en")
            .map(|locale| prepared.ruleset.texts.get(locale, texts.question));
        let description = english.map_or_else(
            || german.to_owned(),
            |english| format!("{english} / {german}"),
        );
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), Value::from(description));
            if fact.sensitive {
                object.insert("x-sensitive".to_owned(), Value::from(true));
            }
        }
        properties.insert(fact.id.clone(), schema);
    }
    json!({
        "type": "object",
        "description": "What is known about the trainee. Every fact is optional; absent or null means unknown, and unknown is never taken for no.",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn fact_schema(fact: &Fact) -> Value {
    match &fact.kind {
        FactKind::Bool => json!({ "type": ["boolean", "null"] }),
        FactKind::One => {
            let mut options: Vec<Value> = fact
                .options
                .iter()
                .map(|option| Value::from(option.as_str()))
                .collect();
            options.push(Value::Null);
            json!({ "type": ["string", "null"], "enum": options })
        }
        FactKind::Many => json!({
            "type": ["array", "null"], "items": { "type": "string", "enum": fact.options }, "maxItems": 64,
        }),
        FactKind::Int { min, max } => {
            json!({ "type": ["integer", "null"], "minimum": min, "maximum": max })
        }
        FactKind::Date => json!({ "type": ["string", "null"], "format": "date" }),
        FactKind::PostalCode => json!({ "type": ["string", "null"], "pattern": "^[0-9]{5}$" }),
    }
}

/// How much an answer explains.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Explain)]
pub enum ExplainSchema {
    /// Neither reasons nor requirements.
    None,
    /// Reasons and requirements.
    Reasons,
    /// The official wording beside every requirement, too.
    Full,
}

/// One set of circumstances.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScreeningRequest)]
pub struct ScreeningRequestSchema {
    /// Evaluation date; today in Europe/Berlin if absent.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-23")]
    pub as_of: Option<String>,
    /// What is known about the trainee.
    #[schema(value_type = Option<Object>)]
    pub facts: Option<Map<String, Value>>,
}

/// The whole advice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScreeningResponse)]
pub struct ScreeningResponseSchema {
    /// Evaluation date.
    #[schema(format = Date)]
    pub as_of: String,
}
