//! The OpenAPI document: made from the code, and completed from the rule files, which declare the facts and the ids.

#![allow(
    clippy::indexing_slicing,
    reason = "a JSON value that is indexed by a name gives null where there is nothing, and the objects written to are made here"
)]

use std::collections::BTreeSet;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::answer::Prepared;
use crate::api::error::{self, ErrorCode, ProblemDetails, ProblemField};
use crate::api::guard::Admission;
use crate::api::{State, catalogue, events, offices, schema};
use crate::dates;
use crate::facts::{Fact, FactKind, PostalCode};
use crate::rules::model::Segment;

/// The document as far as the code knows it.
#[derive(OpenApi)]
#[openapi(
    info(title = "AsA flex screening"),
    paths(
        crate::api::screenings::create_screening,
        crate::api::catalogue::list_facts,
        crate::api::catalogue::get_fact,
        crate::api::catalogue::list_pathways,
        crate::api::catalogue::get_pathway,
        crate::api::catalogue::list_modules,
        crate::api::catalogue::get_module,
        crate::api::catalogue::list_contact_routes,
        crate::api::catalogue::get_contact_route,
        crate::api::catalogue::list_offers,
        crate::api::catalogue::get_offer,
        crate::api::catalogue::list_sources,
        crate::api::catalogue::get_source,
        crate::api::catalogue::list_evidence,
        crate::api::events::list_events,
        crate::api::events::get_event,
        crate::api::events::get_event_calendar,
        crate::api::offices::find_offices,
        crate::api::catalogue::get_ruleset,
        crate::api::health::get_live,
        crate::api::health::get_ready,
        crate::api::health::list_problems,
        crate::api::health::get_problem,
        crate::api::openapi::get_openapi,
    ),
    components(schemas(
        ProblemDetails,
        ProblemField,
        schema::BatchLine,
        schema::BatchAnswer,
        schema::Section,
        schema::Explain,
    ))
)]
struct ApiDoc;

/// A worked example: `examples/<id>/`.
struct Story {
    id: &'static str,
    title: &'static str,
    request: &'static str,
    response: &'static str,
}

const STORIES: &[Story] = &[
    Story {
        id: "trainee-failing-exams",
        title: "A trainee has failed the final exam twice",
        request: include_str!("../../examples/trainee-failing-exams/request.json"),
        response: include_str!("../../examples/trainee-failing-exams/response.json"),
    },
    Story {
        id: "waiting-in-the-asylum-procedure",
        title: "A counselling body asks for somebody whose asylum procedure runs",
        request: include_str!("../../examples/waiting-in-the-asylum-procedure/request.json"),
        response: include_str!("../../examples/waiting-in-the-asylum-procedure/response.json"),
    },
    Story {
        id: "company-with-jobcenter-trainee",
        title: "A company asks about a trainee who lives on Jobcenter benefits",
        request: include_str!("../../examples/company-with-jobcenter-trainee/request.json"),
        response: include_str!("../../examples/company-with-jobcenter-trainee/response.json"),
    },
    Story {
        id: "works-council",
        title: "A works council asks because of a conflict and a breach of rights",
        request: include_str!("../../examples/works-council/request.json"),
        response: include_str!("../../examples/works-council/response.json"),
    },
    Story {
        id: "parent-with-danger",
        title: "A parent is afraid for a child",
        request: include_str!("../../examples/parent-with-danger/request.json"),
        response: include_str!("../../examples/parent-with-danger/response.json"),
    },
    Story {
        id: "school-based-training",
        title: "A teacher asks for a pupil in school-based training",
        request: include_str!("../../examples/school-based-training/request.json"),
        response: include_str!("../../examples/school-based-training/response.json"),
    },
    Story {
        id: "cross-border-commuter",
        title: "A trainer asks for a trainee who lives abroad",
        request: include_str!("../../examples/cross-border-commuter/request.json"),
        response: include_str!("../../examples/cross-border-commuter/response.json"),
    },
    Story {
        id: "after-training-too-late",
        title: "Support after the training, asked for too late",
        request: include_str!("../../examples/after-training-too-late/request.json"),
        response: include_str!("../../examples/after-training-too-late/response.json"),
    },
    Story {
        id: "introductory-training",
        title: "A provider asks for somebody in an Einstiegsqualifizierung",
        request: include_str!("../../examples/introductory-training/request.json"),
        response: include_str!("../../examples/introductory-training/response.json"),
    },
    Story {
        id: "restart-after-dropout",
        title: "A trainee has lost the training place and wants to go on",
        request: include_str!("../../examples/restart-after-dropout/request.json"),
        response: include_str!("../../examples/restart-after-dropout/response.json"),
    },
    Story {
        id: "contradicting-statements",
        title: "Statements contradict each other, and the pension insurance leads",
        request: include_str!("../../examples/contradicting-statements/request.json"),
        response: include_str!("../../examples/contradicting-statements/response.json"),
    },
    Story {
        id: "before-the-law",
        title: "A company asks what held before the law",
        request: include_str!("../../examples/before-the-law/request.json"),
        response: include_str!("../../examples/before-the-law/response.json"),
    },
    Story {
        id: "apprentice-in-english",
        title: "The same service in English",
        request: include_str!("../../examples/apprentice-in-english/request.json"),
        response: include_str!("../../examples/apprentice-in-english/response.json"),
    },
    Story {
        id: "simple-language",
        title: "The same service in Einfache Sprache",
        request: include_str!("../../examples/simple-language/request.json"),
        response: include_str!("../../examples/simple-language/response.json"),
    },
];

/// Read the OpenAPI document.
///
/// This document, completed from the rules that answer right now.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "get_openapi",
    tag = "operations",
    params(),
    responses((status = 200, description = "The OpenAPI document.", body = Object, content_type = "application/json", example = json!({ "openapi": "3.1.0" }))),
)]
pub async fn get_openapi(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let prepared = state.prepared_for(&request);
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(state.document(&prepared))
}

/// The document for one rule set, indented, with a final line break.
#[must_use]
pub fn document(prepared: &Prepared) -> String {
    let mut document = serde_json::to_value(ApiDoc::openapi()).unwrap_or(Value::Null);
    plain(&mut document);
    let object = &mut document;
    object["info"] = info(prepared);
    object["servers"] = json!([
        { "url": "/", "description": "The service that serves this document." },
        { "url": "http://127.0.0.1:8080", "description": "`asaflex serve` with its defaults." },
    ]);
    object["tags"] = tags();
    object["security"] = json!([{}, { "apiKey": [] }]);
    complete_schemas(&mut object["components"]["schemas"], prepared);
    object["components"]["securitySchemes"] = json!({
        "apiKey": {
            "type": "http", "scheme": "bearer",
            "description": "API key of the operator. Only asked for where the service was started with `--keys`: then screenings need a key with the scope `screen`, batches one with `batch`, everything else under `/v1` one with `read`. Health, metrics, problem types and this document never need one.",
        },
    });
    object["components"]["headers"] = headers();
    object["components"]["responses"] = problem_responses();
    add_unrouted(&mut object["paths"]);
    complete_operations(&mut object["paths"], prepared);
    drop_unused(&mut document);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// Makes schemas plain: a reference that may be `null` is a choice between the two and nothing else, and a reference carries its description
/// beside it. That is what generators turn into `Basis | None`, `Basis | null` and `Option<Basis>`.
fn plain(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::Array(choices)) = object.get_mut("oneOf") {
                choices.sort_by_key(|choice| choice["$ref"].is_null());
                let description = choices
                    .iter_mut()
                    .find_map(|choice| choice.as_object_mut()?.shift_remove("description"));
                if let Some(description) = description {
                    object.insert("description".to_owned(), description);
                }
            }
            if let Some(Value::Array(parts)) = object.shift_remove("allOf") {
                for part in parts {
                    if let Value::Object(part) = part {
                        object.extend(part);
                    }
                }
            }
            for (_, inner) in object.iter_mut() {
                plain(inner);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(plain),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Drops what nothing refers to.
fn drop_unused(document: &mut Value) {
    // Responses refer to headers and schemas, never the other way round.
    for kind in ["responses", "schemas", "headers"] {
        let text = document.to_string();
        if let Some(components) = document["components"][kind].as_object_mut() {
            components.retain(|name, _| text.contains(&format!("\"#/components/{kind}/{name}\"")));
        }
    }
}

fn info(prepared: &Prepared) -> Value {
    json!({
        "title": "AsA flex screening",
        "summary": "Circumstances in, advice out: Assistierte Ausbildung flexibel (§§ 74–75a SGB III).",
        "description": DESCRIPTION,
        "license": { "name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2" },
        "version": env!("CARGO_PKG_VERSION"),
        "x-ruleset": { "id": prepared.ruleset.id, "version": prepared.ruleset.version },
    })
}

const DESCRIPTION: &str = "\
A partner portal sends what it knows about a trainee. The service says which phases of AsA flex are open, which support modules fit, whom to \
contact first, why, under which provision, and what is still worth asking.\n\n\
**What it does not do.** It decides nothing and grants nothing: AsA flex is granted at the discretion of the employment agency or the Jobcenter, and \
no answer says *entitled*. It is no legal advice. Nothing about a person is stored, logged or repeated in an error.\n\n\
**How to begin.** Send `{}` to `POST /v1/screenings`: the answer names the question to ask next (`nextQuestion`). Ask it, add the fact, send again; \
stop whenever you like, for every answer is complete for what is known. Show `headline`, then `contactRoutes` in their order, then `modules`.\n\n\
**Facts.** Every fact is optional; absent or `null` means unknown, and unknown is never taken for no. An empty list means *none of these*. Facts \
travel in the body of a POST only, never in a path or query. Sensitive facts carry `x-sensitive` and need never be asked.\n\n\
**Languages.** `Accept-Language: de` (authoritative), `en`, `de-simple` (Einfache Sprache). Ids and enums are the same in every language.\n\n\
**Same request, same bytes.** The same request, rule set, language and `asOf` give the same answer; `Asaflex-Ruleset` names the rules that answered.\n\n\
**Versions.** Within `/v1` members, operations, options of facts and ids are only added, never removed or changed in meaning: ignore members that you \
do not know, and expect ids that are not among those of `x-extensible-enum`. Statuses and outcomes are closed enums; a new one would be `/v2`. What is \
to go is marked `deprecated` here and answers with the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) for at least twelve months. The \
version of this document is that of the program; the rule set has its own.";

fn tags() -> Value {
    json!([
        { "name": "screenings", "description": "Circumstances in, advice out. Nothing is stored; answers carry `Cache-Control: no-store`." },
        { "name": "facts", "description": "The questionnaire, for portals that build their own form." },
        { "name": "catalogue", "description": "What the advice is made of: phases, modules, contact routes, offers, sources, evidence. With `ETag`." },
        { "name": "events", "description": "Information events, also as iCalendar." },
        { "name": "offices", "description": "Employment agency and Jobcenter for a postal code." },
        { "name": "rules", "description": "The rule set that answers." },
        { "name": "operations", "description": "Health, metrics, problem types and this document." },
    ])
}

fn headers() -> Value {
    let text = |description: &str, example: &str| json!({ "description": description, "schema": { "type": "string" }, "example": example });
    json!({
        "RequestId": text("Id of the exchange; taken over from the request if it is a sane token.", "0199f3c2-6d0a-7c44-9a54-0f6b3a1c2d4e"),
        "Ruleset": text("Version and digest of the rules that answered.", "2026.11.0; digest=sha256:696e8c8a21d5…"),
        "ContentLanguage": text("Language of the answer.", "de"),
        "Vary": text("The answer depends on this header of the request.", "Accept-Language"),
        "CacheControl": text("Whether the answer may be kept.", "no-store"),
        "ETag": text("Tag of the answer, for `If-None-Match`.", "\"696e8c8a21d54647-de-begin\""),
        "Allow": text("Methods of the resource.", "GET"),
        "RateLimit": text("What is left of the rate limit, and in how many seconds there is more; only where the operator set one.", "\"default\";r=59;t=1"),
        "RateLimitPolicy": text("The rate limit: requests and seconds; only where the operator set one.", "\"default\";q=60;w=60"),
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer" }, "example": 2 },
        "WwwAuthenticate": text("How to authenticate.", "Bearer"),
    })
}

/// One response for every status, with an example for every code.
fn problem_responses() -> Value {
    let mut responses = Map::new();
    for code in ErrorCode::ALL {
        let name = response_name(code);
        if responses.contains_key(name) {
            continue;
        }
        let codes: Vec<ErrorCode> = ErrorCode::ALL
            .into_iter()
            .filter(|other| other.status() == code.status())
            .collect();
        let examples: Map<String, Value> = codes
            .iter()
            .map(|code| {
                let example = json!({ "summary": code.title(), "value": problem_example(*code) });
                (code.as_str().to_owned(), example)
            })
            .collect();
        let titles: Vec<&str> = codes.iter().map(|code| code.title()).collect();
        let mut headers = json!({ "X-Request-ID": header_ref("RequestId"), "Cache-Control": header_ref("CacheControl") });
        match code {
            ErrorCode::RateLimited | ErrorCode::NotReady => {
                headers["Retry-After"] = header_ref("RetryAfter")
            }
            ErrorCode::MethodNotAllowed => headers["Allow"] = header_ref("Allow"),
            ErrorCode::KeyRequired => headers["WWW-Authenticate"] = header_ref("WwwAuthenticate"),
            _ => {}
        }
        let response = json!({
            "description": format!("{}.", titles.join(". ")),
            "headers": headers,
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples,
            } },
        });
        responses.insert(name.to_owned(), response);
    }
    Value::Object(responses)
}

fn response_name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::MalformedJson
        | ErrorCode::DuplicateKey
        | ErrorCode::UnreadableBody
        | ErrorCode::InvalidHeader => "BadRequest",
        ErrorCode::RequestTimeout => "RequestTimeout",
        ErrorCode::KeyRequired => "Unauthorized",
        ErrorCode::KeyNotAllowed => "Forbidden",
        ErrorCode::NotFound => "NotFound",
        ErrorCode::MethodNotAllowed => "MethodNotAllowed",
        ErrorCode::BodyTooLarge | ErrorCode::BatchTooLarge => "ContentTooLarge",
        ErrorCode::UnsupportedMediaType => "UnsupportedMediaType",
        ErrorCode::InvalidRequest | ErrorCode::InvalidParameter => "UnprocessableContent",
        ErrorCode::RateLimited => "TooManyRequests",
        ErrorCode::NotReady => "ServiceUnavailable",
        ErrorCode::Internal => "InternalServerError",
    }
}

fn problem_example(code: ErrorCode) -> Value {
    let field = |pointer: &str, code: &str, message: &str| ProblemField {
        pointer: pointer.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let errors = match code {
        ErrorCode::InvalidRequest => {
            vec![field(
                "/facts/age",
                "out-of-range",
                "a whole number from 10 to 99 is accepted",
            )]
        }
        ErrorCode::InvalidParameter => {
            vec![field(
                "?asOf",
                "invalid-parameter",
                "a calendar day as YYYY-MM-DD is accepted",
            )]
        }
        ErrorCode::MalformedJson | ErrorCode::DuplicateKey => {
            vec![field(
                "",
                code.as_str(),
                "reading stopped at line 1, column 12",
            )]
        }
        _ => Vec::new(),
    };
    let problem = error::problem_details(code, "0199f3c2-6d0a-7c44-9a54-0f6b3a1c2d4e", errors);
    serde_json::to_value(problem).unwrap_or_default()
}

fn header_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// Facts, ids and codes, as the rules declare them.
fn complete_schemas(schemas: &mut Value, prepared: &Prepared) {
    let ruleset = &prepared.ruleset;
    let gather = |ids: fn(&Segment) -> Vec<&str>| -> Vec<String> {
        let mut known = BTreeSet::new();
        let all = ruleset.segments.iter().flat_map(ids);
        all.filter(|id| known.insert(*id))
            .map(str::to_owned)
            .collect()
    };
    let facts: Vec<String> = ruleset
        .catalog
        .facts()
        .iter()
        .map(|fact| fact.id.clone())
        .collect();
    let pathways = gather(|segment| segment.pathways.iter().map(|one| one.id.as_str()).collect());
    let words = [
        "decided-by",
        "first-contact",
        "modules",
        "contact-routes",
        "offers",
        "notices",
        "offices",
    ];
    let affected = pathways
        .iter()
        .cloned()
        .chain(words.map(str::to_owned))
        .collect();
    let open = [
        ("FactId", facts),
        ("PathwayId", pathways),
        ("AffectedId", affected),
        (
            "ModuleId",
            gather(|segment| segment.modules.iter().map(|one| one.id.as_str()).collect()),
        ),
        (
            "ContactRouteId",
            gather(|segment| segment.routes.iter().map(|one| one.id.as_str()).collect()),
        ),
        (
            "OfferId",
            gather(|segment| segment.offers.iter().map(|one| one.id.as_str()).collect()),
        ),
        (
            "NoticeId",
            gather(|segment| segment.notices.iter().map(|one| one.id.as_str()).collect()),
        ),
        (
            "SourceId",
            ruleset.sources.iter().map(|one| one.id.clone()).collect(),
        ),
        (
            "EventId",
            ruleset.events.iter().map(|one| one.id.clone()).collect(),
        ),
    ];
    for (name, ids) in open {
        schemas[name]["x-extensible-enum"] = json!(ids);
    }
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for name in ["Problem", "ProblemType"] {
        schemas[name]["properties"]["code"]["x-extensible-enum"] = json!(codes);
    }
    for name in ["ScreeningRequest", "BatchLine"] {
        schemas[name]["properties"]["facts"] = json!({
            "description": "What is known; every fact is optional. Null says no more than `{}`: nothing is known.",
            // Clients that write absent members as null send it here, too.
            "oneOf": [ { "$ref": "#/components/schemas/Facts" }, { "type": "null" } ],
        });
    }
    schemas["BatchLine"]["properties"]["ref"]["pattern"] = json!("^[A-Za-z0-9._-]{1,64}$");
    schemas["Facts"] = facts_schema(prepared);
    describe_options(schemas);
    open_answers(schemas);
    if let Some(object) = schemas.as_object_mut() {
        object.sort_keys();
    }
}

/// Says what each option of an enum means, as the doc comments of its type do.
fn describe_options(schemas: &mut Value) {
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        let Some(options) = schema["enum"].as_array() else {
            continue;
        };
        let meanings = meanings(name);
        if meanings.len() == options.len() {
            let list: Vec<String> = options
                .iter()
                .zip(&meanings)
                .map(|(option, meaning)| {
                    format!("\n- `{}`: {meaning}", option.as_str().unwrap_or_default())
                })
                .collect();
            let head = schema["description"].as_str().unwrap_or_default();
            schema["description"] = json!(format!("{head}\n{}", list.concat()));
            schema["x-enum-descriptions"] = json!(meanings);
        }
    }
}

/// The doc comments of the variants of an enum in `schema.rs`. They are written once, there; the derive keeps those of structs only.
fn meanings(name: &str) -> Vec<&'static str> {
    const TYPES: &str = include_str!("schema.rs");
    let body = TYPES
        .split_once(&format!("\npub enum {name} {{"))
        .and_then(|(_, rest)| rest.split_once("\n}"));
    let lines = body.map_or("", |(body, _)| body).lines();
    lines
        .filter_map(|line| line.trim().strip_prefix("/// "))
        .collect()
}

/// Answers may gain members within a version; only what a caller sends is closed.
fn open_answers(schemas: &mut Value) {
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        let sent = ["ScreeningRequest", "BatchLine", "Facts"].contains(&name.as_str());
        if !sent && schema["additionalProperties"] == json!(false) {
            schema
                .as_object_mut()
                .map(|schema| schema.shift_remove("additionalProperties"));
        }
    }
}

/// Every fact as a typed, documented, optional property.
fn facts_schema(prepared: &Prepared) -> Value {
    let texts = &prepared.ruleset.texts;
    let english = prepared.locale("en").unwrap_or(0);
    let mut properties = Map::new();
    for (fact, own) in prepared
        .ruleset
        .catalog
        .facts()
        .iter()
        .zip(&prepared.ruleset.fact_texts)
    {
        let mut schema = fact_schema(fact);
        let words = |locale: usize| {
            format!(
                "**{}.** {} *{}*",
                texts.get(locale, own.label),
                texts.get(locale, own.question),
                texts.get(locale, own.why),
            )
        };
        let mut description = format!("{}\n\nDeutsch: {}", words(english), words(0));
        if fact.sensitive {
            description.push_str("\n\nSensitive (Art. 9 GDPR or comparable): always optional.");
            schema["x-sensitive"] = json!(true);
        }
        if !own.options.is_empty() {
            let meanings: Vec<String> = own
                .options
                .iter()
                .map(|text| format!("{} / {}", texts.get(english, *text), texts.get(0, *text)))
                .collect();
            let list: Vec<String> = fact
                .options
                .iter()
                .zip(&meanings)
                .map(|(option, meaning)| format!("\n- `{option}`: {meaning}"))
                .collect();
            description.push('\n');
            description.push_str(&list.concat());
            let place = if fact.kind == FactKind::Many {
                &mut schema["items"]
            } else {
                &mut schema
            };
            place["x-enum-descriptions"] = json!(meanings);
            // Generators name the type after its title: `trainingStatus` is of type `TrainingStatus`.
            place["title"] = json!(capitalised(&fact.id));
        }
        schema["description"] = json!(description);
        properties.insert(fact.id.clone(), schema);
    }
    json!({
        "type": "object",
        "description": "What is known about the trainee. Every fact is optional; absent or null means unknown, and unknown is never taken for no.",
        "additionalProperties": false,
        "properties": properties,
        "example": { "requester": "trainee", "trainingStatus": "in-training", "trainingType": "in-company", "failedExams": ["final-twice"] },
    })
}

fn capitalised(id: &str) -> String {
    let mut letters = id.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
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
        FactKind::Date => {
            json!({ "type": ["string", "null"], "format": "date", "pattern": dates::day_pattern() })
        }
        FactKind::PostalCode => json!({ "type": ["string", "null"], "pattern": "^[0-9]{5}$" }),
    }
}

/// Operations that stand here by hand, because their handlers write and read streams or plain text that no type describes.
/// Replace an entry by its annotated handler in [`ApiDoc`] as soon as that can say the same.
fn add_unrouted(paths: &mut Value) {
    // The same choices as for one set of circumstances, for every line.
    let parameters = paths["/v1/screenings"]["post"]["parameters"].clone();
    paths["/v1/screenings/batch"] = json!({ "post": {
        "tags": ["screenings"],
        "operationId": "create_screening_batch",
        "summary": "Evaluate many sets of circumstances, one a line.",
        "description": "NDJSON in, NDJSON out, in order and in bounded memory: each line is a `BatchLine`, each answer a `BatchAnswer` with the number of the line and its `ref`. A line that cannot be answered gets a `problem`, and the rest goes on. Read the answer while you send.",
        "parameters": parameters,
        "requestBody": {
            "required": true, "description": "One `BatchLine` a line.",
            "content": { "application/x-ndjson": { "schema": { "type": "string" }, "x-item-schema": { "$ref": "#/components/schemas/BatchLine" }, "example": BATCH_REQUEST } },
        },
        "responses": { "200": {
            "description": "One `BatchAnswer` a line, in the order of the request.",
            "content": { "application/x-ndjson": { "schema": { "type": "string" }, "x-item-schema": { "$ref": "#/components/schemas/BatchAnswer" }, "example": BATCH_ANSWER } },
        } },
    } });
    paths["/metrics"] = json!({ "get": {
        "tags": ["operations"],
        "operationId": "get_metrics",
        "summary": "Read the metrics.",
        "description": "For Prometheus: requests by route and status, durations, outcomes. Outcomes are counted, facts never.",
        "parameters": [],
        "responses": { "200": {
            "description": "Metrics in the text format of OpenMetrics.",
            "content": { "application/openmetrics-text": { "schema": { "type": "string" }, "example": "# EOF\n" } },
        } },
    } });
}

const BATCH_REQUEST: &str =
    "{\"ref\":\"row-17\",\"asOf\":\"2026-11-23\",\"facts\":{\"trainingStatus\":\"in-training\"}}\n";
const BATCH_ANSWER: &str = "{\"line\":1,\"ref\":\"row-17\",\"result\":{\"asOf\":\"2026-11-23\",\"outcome\":\"missing-facts\"}}\n";

/// Errors, headers and examples, which follow one rule for all operations of a kind.
fn complete_operations(paths: &mut Value, prepared: &Prepared) {
    let mut examples = catalogue::examples(prepared);
    examples.extend(events::examples(prepared));
    examples.extend(other_examples(prepared));
    let Some(paths) = paths.as_object_mut() else {
        return;
    };
    for (path, item) in paths.iter_mut() {
        let Some(operations) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in operations.iter_mut() {
            let parameters = operation["parameters"].as_array().map_or(0, Vec::len);
            if parameters == 0 {
                operation["parameters"] = json!([]);
            }
            let own = path.starts_with("/v1/screenings");
            let cacheable = path.starts_with("/v1/") && !own && path != "/v1/offices";
            let language = own || cacheable;
            let mut headers = json!({ "X-Request-ID": header_ref("RequestId"), "Asaflex-Ruleset": header_ref("Ruleset") });
            if path != "/problems" && path != "/problems/{code}" {
                headers["Cache-Control"] = header_ref("CacheControl");
            }
            if language {
                headers["Content-Language"] = header_ref("ContentLanguage");
                headers["Vary"] = header_ref("Vary");
            }
            if cacheable {
                headers["ETag"] = header_ref("ETag");
            }
            let is_limited = Admission::of(path) != Admission::Free;
            if is_limited {
                headers["RateLimit"] = header_ref("RateLimit");
                headers["RateLimit-Policy"] = header_ref("RateLimitPolicy");
            }
            let responses = &mut operation["responses"];
            responses["200"]["headers"] = headers.clone();
            if cacheable {
                responses["304"] = json!({ "description": "Nothing has changed since the answer with this `ETag`.", "headers": headers });
            }
            let mut codes = vec![ErrorCode::InvalidHeader];
            if method == "post" {
                codes.push(ErrorCode::UnsupportedMediaType);
            }
            if path == "/v1/screenings" {
                // In a batch they stand in the line that is too long, or at which the silence began.
                codes.extend([ErrorCode::BodyTooLarge, ErrorCode::RequestTimeout]);
            }
            if path.contains('{') {
                codes.push(ErrorCode::NotFound);
            }
            if own || cacheable || path == "/v1/offices" {
                codes.push(ErrorCode::InvalidParameter);
            }
            let keyed = matches!(Admission::of(path), Admission::Keyed(_));
            if keyed {
                codes.extend([ErrorCode::KeyRequired, ErrorCode::KeyNotAllowed]);
            }
            if is_limited {
                codes.push(ErrorCode::RateLimited);
            }
            codes.push(ErrorCode::Internal);
            if path == "/health/ready" {
                codes.push(ErrorCode::NotReady);
            }
            codes.sort_by_key(|code| code.status());
            for code in codes {
                let status = code.status().as_u16().to_string();
                responses[status] =
                    json!({ "$ref": format!("#/components/responses/{}", response_name(code)) });
            }
            if let Some((_, example)) = examples.iter().find(|(known, _)| known == path) {
                responses["200"]["content"]["application/json"]["example"] = example.clone();
                // What is asked for by name is what the example shows.
                let parameters = operation["parameters"].as_array_mut();
                let mut parameters = parameters.into_iter().flatten();
                if let Some(id) = parameters.find(|parameter| parameter["name"] == "id") {
                    id["example"] = example["id"].clone();
                }
            }
            if path == "/v1/screenings" {
                let requests = story_examples(|story| serde_json::from_str(story.request).ok(), "");
                operation["requestBody"]["content"]["application/json"]["examples"] = requests;
                let answers = story_examples(
                    |story| serde_json::from_str(story.response).ok().map(shortened),
                    " (lists shortened to their first entry)",
                );
                operation["responses"]["200"]["content"]["application/json"]["examples"] = answers;
            }
            if !keyed {
                operation["security"] = json!([]);
            }
        }
    }
}

fn other_examples(prepared: &Prepared) -> [(&'static str, Value); 5] {
    let ruleset = &prepared.ruleset;
    let problem = super::health::problem_type(ErrorCode::InvalidRequest);
    let offices = PostalCode::parse("70173")
        .map_or(Value::Null, |code| offices::body(&ruleset.offices, code));
    [
        ("/health/live", json!({ "status": "live" })),
        (
            "/health/ready",
            json!({ "status": "ready", "ruleset": { "id": ruleset.id, "version": ruleset.version, "digest": ruleset.digest }, "lastReload": null, "lastKeysReload": null, "lastCertificateReload": null }),
        ),
        ("/problems", json!({ "problems": [problem] })),
        ("/problems/{code}", problem),
        ("/v1/offices", offices),
    ]
}

fn story_examples(value: impl Fn(&Story) -> Option<Value>, remark: &str) -> Value {
    let examples: Map<String, Value> = STORIES
        .iter()
        .filter_map(|story| {
            let example = json!({
                "summary": format!("{}{remark}", story.title),
                "description": format!("The whole exchange stands in `examples/{}/`.", story.id),
                "value": value(story)?,
            });
            Some((story.id.to_owned(), example))
        })
        .collect();
    Value::Object(examples)
}

/// The same answer with every list cut to its first entry.
fn shortened(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(key, value)| (key, shortened(value)))
            .collect(),
        Value::Array(list) => list.into_iter().take(1).map(shortened).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}
