//! The catalogue: facts, modules, contact routes, offers, pathways, sources, evidence, and the rule set itself.
//!
//! What may change with the law is shown as it stands on `?asOf=`, today if absent.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag, Header as _, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answer::{Prepared, question_json};
use crate::api::error::{ApiError, ErrorCode};
use crate::api::{State, language, query, today};
use crate::facts::FactId;
use crate::rules::model::{Citation, Evidence, Rule, Segment};
use crate::verify::explain;

/// What a catalogue answer is made from.
struct Page<'a> {
    prepared: &'a Prepared,
    segment: &'a Segment,
    as_of: Date,
    locale: usize,
}

impl Page<'_> {
    fn text(&self, text: u32) -> Value {
        Value::from(self.prepared.ruleset.texts.get(self.locale, text))
    }

    fn text_of_label(&self, name: &str) -> &str {
        self.prepared.ruleset.label(self.locale, name)
    }

    fn optional(&self, text: Option<u32>) -> Value {
        text.map_or(Value::Null, |text| self.text(text))
    }

    fn citations(&self, citations: &[Citation]) -> Value {
        parsed(&self.prepared.citations(self.locale, citations))
    }

    fn rules(&self, rules: &[Rule]) -> Value {
        let rules = rules.iter().map(|rule| {
            let facts: Vec<&str> = self
                .segment
                .diagrams
                .facts(rule.when)
                .iter()
                .map(|fact| self.prepared.ruleset.catalog.name(fact))
                .collect();
            json!({ "id": rule.id, "text": self.text(rule.text), "facts": facts })
        });
        rules.collect()
    }
}

fn parsed(json: &str) -> Value {
    // INVARIANT: the text was rendered by this program.
    serde_json::from_str(json).unwrap_or(Value::Null)
}

/// A word, `null` where none stands.
fn named(word: &str) -> Option<&str> {
    Some(word).filter(|word| !word.is_empty())
}

/// Answers with a value, or with 304 if the caller has it already.
fn answer(
    request: &HttpRequest,
    state: &State,
    value: impl Fn(&Page<'_>) -> Option<Value>,
) -> Result<HttpResponse, ApiError> {
    let as_of = as_of(request)?;
    let prepared = state.prepared_for(request);
    let segment = prepared.ruleset.segment(as_of);
    let locale = language::negotiate(&prepared, request.headers());
    let page = Page {
        prepared: &prepared,
        segment,
        as_of,
        locale,
    };
    let value = value(&page).ok_or_else(|| ApiError::new(ErrorCode::NotFound, request))?;
    let period = segment
        .from
        .map_or_else(|| "begin".to_owned(), |day| day.to_string());
    Ok(cacheable(
        request,
        &format!("{}-{period}", prepared.edition(locale)),
        prepared.tag(locale),
        "application/json",
        value.to_string(),
    ))
}

/// An answer that may be kept, with its tag.
pub(super) fn cacheable(
    request: &HttpRequest,
    etag: &str,
    language: &str,
    media_type: &str,
    body: String,
) -> HttpResponse {
    let etag = EntityTag::new_strong(etag.to_owned());
    let known = has_already(request, &etag);
    let mut response = HttpResponse::build(if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((header::ETAG, etag.to_string()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::CONTENT_LANGUAGE, language))
        .insert_header((header::VARY, "Accept-Language"));
    if known {
        response.finish()
    } else {
        response.content_type(media_type).body(body)
    }
}

/// Whether the caller says that it has what carries this tag.
pub(super) fn has_already(request: &HttpRequest, etag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        Err(_) => false,
    }
}

/// The day in `?asOf=`, today if absent.
fn as_of(request: &HttpRequest) -> Result<Date, ApiError> {
    let asked: query::AsOf =
        query::read(request, "the one known parameter is asOf, accepted once")?;
    Ok(asked
        .as_of
        .as_deref()
        .and_then(crate::dates::parse)
        .unwrap_or_else(today))
}

fn by_id<T>(list: &[T], id: &str, name: impl Fn(&T) -> &str) -> Option<usize> {
    list.iter().position(|item| name(item) == id)
}

/// List the questionnaire.
///
/// Every fact with type, options, texts, why it is asked, and whether it is sensitive: enough to build a form. Every fact is optional.
#[utoipa::path(
    get,
    path = "/v1/facts",
    operation_id = "list_facts",
    tag = "facts",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The questionnaire.", body = super::schema::FactCatalog, content_type = "application/json")),
)]
pub async fn list_facts(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let count = page.prepared.ruleset.catalog.facts().len();
        let facts: Vec<Value> = (0..count)
            .filter_map(|number| fact(page, FactId::try_from(number).ok()?))
            .collect();
        let labels: serde_json::Map<String, Value> = page
            .prepared
            .ruleset
            .labels
            .iter()
            .map(|(name, text)| (name.clone(), page.text(*text)))
            .collect();
        Some(json!({ "facts": facts, "labels": labels }))
    })
}

/// Read one fact of the questionnaire.
///
/// Type, options and texts of one fact, in the language asked for.
#[utoipa::path(
    get,
    path = "/v1/facts/{id}",
    operation_id = "get_fact",
    tag = "facts",
    params(("id" = String, Path, description = "Id of the fact.", example = "trainingStatus"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The fact.", body = super::schema::FactEntry, content_type = "application/json")),
)]
pub async fn get_fact(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        fact(page, page.prepared.ruleset.catalog.find(&id)?)
    })
}

fn fact(page: &Page<'_>, number: FactId) -> Option<Value> {
    let ruleset = &page.prepared.ruleset;
    let fact = ruleset.catalog.get(number)?;
    let texts = ruleset.fact_texts.get(usize::from(number))?;
    let mut value = parsed(&question_json(page.prepared, page.locale, number));
    let object = value.as_object_mut()?;
    object.remove("fact");
    object.insert("id".to_owned(), Value::from(fact.id.as_str()));
    object.insert("label".to_owned(), page.text(texts.label));
    object.insert("type".to_owned(), Value::from(fact.kind.as_str()));
    object.insert("changeable".to_owned(), Value::from(fact.changeable));
    object.insert("order".to_owned(), Value::from(fact.ask));
    object.insert("assumption".to_owned(), page.optional(texts.assumption));
    Some(value)
}

/// List the support modules.
///
/// What AsA flex can hold, for whom, in which phases, what triggers it, and the law behind it.
#[utoipa::path(
    get,
    path = "/v1/modules",
    operation_id = "list_modules",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The modules.", body = super::schema::SupportModuleList, content_type = "application/json")),
)]
pub async fn list_modules(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let modules: Vec<Value> = (0..page.segment.modules.len())
            .filter_map(|place| module(page, place))
            .collect();
        Some(json!({ "modules": modules }))
    })
}

/// Read one support module.
///
/// One module with its triggers and its law.
#[utoipa::path(
    get,
    path = "/v1/modules/{id}",
    operation_id = "get_module",
    tag = "catalogue",
    params(("id" = String, Path, description = "Id of the module.", example = "pruefungsvorbereitung"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The module.", body = super::schema::SupportModule, content_type = "application/json")),
)]
pub async fn get_module(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        module(
            page,
            by_id(&page.segment.modules, &id, |module| &module.id)?,
        )
    })
}

fn module(page: &Page<'_>, place: usize) -> Option<Value> {
    let module = page.segment.modules.get(place)?;
    let carried: Vec<&str> = module
        .carried_by
        .iter()
        .filter_map(|place| page.segment.pathways.get(*place))
        .map(|pathway| pathway.id.as_str())
        .collect();
    Some(json!({
        "id": module.id, "title": page.text(module.title), "text": page.text(module.text), "beneficiary": module.beneficiary,
        "carriedBy": carried, "basis": named(&module.basis), "rules": page.rules(&module.rules), "citations": page.citations(&module.citations),
    }))
}

/// List the contact routes.
///
/// Whom one can turn to, by which channels, and what to bring. The order is that of the catalogue; an answer has its own.
#[utoipa::path(
    get,
    path = "/v1/contact-routes",
    operation_id = "list_contact_routes",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The contact routes.", body = super::schema::ContactRouteList, content_type = "application/json")),
)]
pub async fn list_contact_routes(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let routes: Vec<Value> = (0..page.segment.routes.len())
            .filter_map(|place| contact_route(page, place))
            .collect();
        Some(json!({ "contactRoutes": routes }))
    })
}

/// Read one contact route.
///
/// One contact route with its channels and triggers.
#[utoipa::path(
    get,
    path = "/v1/contact-routes/{id}",
    operation_id = "get_contact_route",
    tag = "catalogue",
    params(("id" = String, Path, description = "Id of the contact route.", example = "aa-berufsberatung"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The contact route.", body = super::schema::ContactRoute, content_type = "application/json")),
)]
pub async fn get_contact_route(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        contact_route(page, by_id(&page.segment.routes, &id, |route| &route.id)?)
    })
}

fn contact_route(page: &Page<'_>, place: usize) -> Option<Value> {
    let route = page.segment.routes.get(place)?;
    let bring: Vec<Value> = route.bring.iter().map(|text| page.text(*text)).collect();
    Some(json!({
        "id": route.id, "title": page.text(route.title), "purpose": page.text(route.purpose),
        "channels": parsed(&page.prepared.channels(page.locale, route)), "bring": bring, "basis": named(&route.basis),
        "rules": page.rules(&route.rules), "citations": page.citations(&route.citations),
    }))
}

/// List the adjacent offers.
///
/// What there is for those whom AsA flex does not fit, or beside it.
#[utoipa::path(
    get,
    path = "/v1/offers",
    operation_id = "list_offers",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The offers.", body = super::schema::OfferList, content_type = "application/json")),
)]
pub async fn list_offers(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let offers: Vec<Value> = (0..page.segment.offers.len())
            .filter_map(|place| offer(page, place))
            .collect();
        Some(json!({ "offers": offers }))
    })
}

/// Read one adjacent offer.
///
/// One offer with its triggers and its law.
#[utoipa::path(
    get,
    path = "/v1/offers/{id}",
    operation_id = "get_offer",
    tag = "catalogue",
    params(("id" = String, Path, description = "Id of the offer.", example = "azubi-bsk"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The offer.", body = super::schema::Offer, content_type = "application/json")),
)]
pub async fn get_offer(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        offer(page, by_id(&page.segment.offers, &id, |offer| &offer.id)?)
    })
}

fn offer(page: &Page<'_>, place: usize) -> Option<Value> {
    let offer = page.segment.offers.get(place)?;
    Some(json!({
        "id": offer.id, "title": page.text(offer.title), "text": page.text(offer.text), "claim": offer.claim, "contact": offer.contact,
        "basis": named(&offer.basis), "rules": page.rules(&offer.rules), "citations": page.citations(&offer.citations),
    }))
}

/// List the phases of AsA flex.
///
/// Every phase with its requirements, the provision behind each and its official wording, as in force on `asOf`.
#[utoipa::path(
    get,
    path = "/v1/pathways",
    operation_id = "list_pathways",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The phases.", body = super::schema::PathwayList, content_type = "application/json")),
)]
pub async fn list_pathways(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let pathways: Vec<Value> = (0..page.segment.pathways.len())
            .filter_map(|place| pathway(page, place))
            .collect();
        Some(json!({ "pathways": pathways }))
    })
}

/// Read one phase of AsA flex.
///
/// One phase with its requirements, what each asks in plain words, the law behind it, and a diagram of the whole.
#[utoipa::path(
    get,
    path = "/v1/pathways/{id}",
    operation_id = "get_pathway",
    tag = "catalogue",
    params(("id" = String, Path, description = "Id of the phase.", example = "begleitende-phase"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The phase.", body = super::schema::Pathway, content_type = "application/json")),
)]
pub async fn get_pathway(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        pathway(
            page,
            by_id(&page.segment.pathways, &id, |pathway| &pathway.id)?,
        )
    })
}

fn pathway(page: &Page<'_>, place: usize) -> Option<Value> {
    let pathway = page.segment.pathways.get(place)?;
    let catalog = &page.prepared.ruleset.catalog;
    let explained = explain::explain(page.prepared, &pathway.id, page.locale, page.as_of).ok()?;
    let explained = explained.iter().find(|one| one.kind == "pathway")?;
    let told = |words: &explain::Words| explain::condition(words, page.prepared, page.locale);
    let requirements = pathway.requirements.iter().zip(&explained.parts).map(|(requirement, part)| {
        let facts: Vec<&str> =
            page.segment.diagrams.facts(requirement.fulfilled).iter().map(|fact| catalog.name(fact)).collect();
        let mut value = json!({
            "id": requirement.id, "kind": requirement.kind.as_str(), "basis": requirement.basis, "met": page.text(requirement.met),
            "notMet": page.text(requirement.not_met), "unknown": page.text(requirement.unknown), "asks": told(&part.asks), "facts": facts,
            "citations": page.citations(&requirement.citations), "wording": parsed(&page.prepared.wording(&requirement.citations)),
        });
        if let (Some(applies), Some(value)) = (&part.applies, value.as_object_mut()) {
            value.insert("appliesWhen".to_owned(), Value::from(told(applies)));
        }
        value
    });
    Some(json!({
        "id": pathway.id, "title": page.text(pathway.title), "text": page.text(pathway.text),
        "inForce": !pathway.requirements.is_empty(), "requirements": requirements.collect::<Vec<_>>(),
        "citations": page.citations(&pathway.citations),
        "diagram": explain::mermaid(page.prepared, &pathway.id, page.locale, page.as_of).ok()?,
    }))
}

/// List the sources.
///
/// Statutes, studies, agency pages: title, address, state of the text, day of the last look.
#[utoipa::path(
    get,
    path = "/v1/sources",
    operation_id = "list_sources",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The sources.", body = super::schema::SourceList, content_type = "application/json")),
)]
pub async fn list_sources(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let count = page.prepared.ruleset.sources.len();
        Some(
            json!({ "sources": (0..count).map(|place| parsed(page.prepared.source(page.locale, place))).collect::<Vec<_>>() }),
        )
    })
}

/// Read one source.
///
/// One statute, study or page.
#[utoipa::path(
    get,
    path = "/v1/sources/{id}",
    operation_id = "get_source",
    tag = "catalogue",
    params(("id" = String, Path, description = "Id of the source.", example = "sgb-iii"),
        super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The source.", body = super::schema::Source, content_type = "application/json")),
)]
pub async fn get_source(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let place = by_id(&page.prepared.ruleset.sources, &id, |source| &source.id)?;
        Some(parsed(page.prepared.source(page.locale, place)))
    })
}

/// List the evidence.
///
/// The cited claims behind AsA flex, what was found about each, and how far to trust it.
#[utoipa::path(
    get,
    path = "/v1/evidence",
    operation_id = "list_evidence",
    tag = "catalogue",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The claims.", body = super::schema::EvidenceList, content_type = "application/json")),
)]
pub async fn list_evidence(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| {
        let evidence = page.prepared.ruleset.evidence.iter();
        Some(
            json!({ "evidence": evidence.map(|one| evidence_json(page, one)).collect::<Vec<_>>() }),
        )
    })
}

fn evidence_json(page: &Page<'_>, evidence: &Evidence) -> Value {
    json!({
        "id": evidence.id, "claim": page.text(evidence.claim), "fact": page.optional(evidence.fact), "year": evidence.year,
        "reliability": evidence.reliability, "note": page.optional(evidence.note), "citations": page.citations(&evidence.citations),
    })
}

/// Read what the rule set is.
///
/// Id, version, digest, periods of law, languages and counts.
#[utoipa::path(
    get,
    path = "/v1/ruleset",
    operation_id = "get_ruleset",
    tag = "rules",
    params(super::schema::AsOfQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The rule set.", body = super::schema::RulesetInfo, content_type = "application/json")),
)]
pub async fn get_ruleset(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &state, |page| Some(ruleset_info(page)))
}

fn ruleset_info(page: &Page<'_>) -> Value {
    let ruleset = &page.prepared.ruleset;
    let segments: Vec<Value> = ruleset.segments.iter().map(|segment| {
            json!({ "from": segment.from.map(|day| day.to_string()), "until": segment.until.map(|day| day.to_string()) })
        }).collect();
    let locales: Vec<Value> = ruleset.texts.locales().iter().enumerate().map(|(place, locale)| {
            json!({ "tag": locale.tag, "name": locale.name, "missingTexts": ruleset.texts.missing(place).len() })
        }).collect();
    json!({
        "id": ruleset.id, "version": ruleset.version, "digest": ruleset.digest, "title": page.text(ruleset.title),
        "segments": segments, "locales": locales,
        "counts": {
            "facts": ruleset.catalog.facts().len(), "pathways": page.segment.pathways.len(), "modules": page.segment.modules.len(),
            "contactRoutes": page.segment.routes.len(), "offers": page.segment.offers.len(), "notices": page.segment.notices.len(),
            "sources": ruleset.sources.len(), "provisions": ruleset.provisions.len(), "evidence": ruleset.evidence.len(),
            "events": ruleset.events.len(), "cases": ruleset.cases.len(), "postalCodes": ruleset.offices.codes(),
        },
    })
}

/// The day that examples are of.
const EXAMPLE_DAY: Date = jiff::civil::date(2026, 11, 23);

/// An example answer for every path of the catalogue, in German; lists hold their first entry.
pub(super) fn examples(prepared: &Prepared) -> Vec<(&'static str, Value)> {
    let page = Page {
        prepared,
        segment: prepared.ruleset.segment(EXAMPLE_DAY),
        as_of: EXAMPLE_DAY,
        locale: 0,
    };
    let source = parsed(prepared.source(page.locale, 0));
    let items = [
        ("/v1/facts", "facts", "/v1/facts/{id}", fact(&page, 0)),
        (
            "/v1/modules",
            "modules",
            "/v1/modules/{id}",
            module(&page, 0),
        ),
        (
            "/v1/contact-routes",
            "contactRoutes",
            "/v1/contact-routes/{id}",
            contact_route(&page, 0),
        ),
        ("/v1/offers", "offers", "/v1/offers/{id}", offer(&page, 0)),
        (
            "/v1/pathways",
            "pathways",
            "/v1/pathways/{id}",
            pathway(&page, 1),
        ),
        ("/v1/sources", "sources", "/v1/sources/{id}", Some(source)),
    ];
    let mut examples = vec![("/v1/ruleset", ruleset_info(&page))];
    if let Some(evidence) = prepared.ruleset.evidence.first() {
        let all = json!({ "evidence": [evidence_json(&page, evidence)] });
        examples.push(("/v1/evidence", all));
    }
    for (list, member, one, example) in items {
        let Some(example) = example else { continue };
        let mut all = json!({ member: [example] });
        if list == "/v1/facts"
            && let Some(all) = all.as_object_mut()
        {
            all.insert(
                "labels".to_owned(),
                json!({ "yes": page.text_of_label("yes"), "no": page.text_of_label("no") }),
            );
        }
        examples.push((list, all));
        examples.push((one, example));
    }
    examples
}
