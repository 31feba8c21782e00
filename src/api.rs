//! HTTP: every route, in one place. Used by the program and by the tests alike.
//!
//! Stores nothing, and keeps no fact about a person beyond the answer.

use actix_web::http::header;
use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route, middleware, web,
};

pub mod batch;
pub mod catalogue;
pub mod docs;
pub mod error;
pub mod events;
pub mod frame;
pub mod guard;
pub mod health;
pub mod language;
pub mod lines;
pub mod offices;
pub mod openapi;
pub mod portal;
pub mod query;
pub mod schema;
pub mod screenings;
pub mod state;
pub mod unread;

use error::{ApiError, ErrorCode};
use guard::Admission;

pub use frame::request_id;
pub use state::State;

/// Registers every route.
pub fn configure(config: &mut web::ServiceConfig) {
    // Called for every worker.
    config.app_data(web::Data::new(batch::Turns::default()));
    post(config, "/v1/screenings", screenings::create_screening);
    post(config, "/v1/screenings/batch", batch::create_batch);
    get(config, "/v1/facts", catalogue::list_facts);
    get(config, "/v1/facts/{id}", catalogue::get_fact);
    get(config, "/v1/modules", catalogue::list_modules);
    get(config, "/v1/modules/{id}", catalogue::get_module);
    get(config, "/v1/contact-routes", catalogue::list_contact_routes);
    get(
        config,
        "/v1/contact-routes/{id}",
        catalogue::get_contact_route,
    );
    get(config, "/v1/offers", catalogue::list_offers);
    get(config, "/v1/offers/{id}", catalogue::get_offer);
    get(config, "/v1/pathways", catalogue::list_pathways);
    get(config, "/v1/pathways/{id}", catalogue::get_pathway);
    get(config, "/v1/sources", catalogue::list_sources);
    get(config, "/v1/sources/{id}", catalogue::get_source);
    get(config, "/v1/evidence", catalogue::list_evidence);
    get(config, "/v1/events", events::list_events);
    get(config, "/v1/events/{id}.ics", events::get_event_calendar);
    get(config, "/v1/events/{id}", events::get_event);
    get(config, "/v1/offices", offices::find_offices);
    get(config, "/v1/ruleset", catalogue::get_ruleset);
    get(config, "/health/live", health::get_live);
    get(config, "/health/ready", health::get_ready);
    get(config, "/metrics", health::get_metrics);
    get(config, "/openapi.json", openapi::get_openapi);
    get(config, "/docs", docs::redirect_to_docs);
    get(config, "/docs/{file:.*}", docs::get_docs);
    get(config, "/problems", health::list_problems);
    get(config, "/problems/{code}", health::get_problem);
    config.default_service(web::to(not_found));
}

/// Registers the page for people. It stands beside [`configure`], because a service may go without it.
pub fn configure_portal(config: &mut web::ServiceConfig) {
    get(config, "/", portal::get_page);
    get(config, "/asaflex-check.js", portal::get_component);
}

/// A resource that can be read; HEAD answers like GET without the body (see [`frame::frame`]).
fn get<F, Args>(config: &mut web::ServiceConfig, path: &str, handler: F)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(config, path, "GET, HEAD", web::get().to(handler));
}

/// A resource that takes something and answers it.
fn post<F, Args>(config: &mut web::ServiceConfig, path: &str, handler: F)
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(config, path, "POST", web::post().to(handler));
}

/// A path with its one route; every other method is told which are allowed.
fn resource(config: &mut web::ServiceConfig, path: &str, allowed: &'static str, route: Route) {
    let refuse = move |request: HttpRequest| {
        let error = ApiError::new(ErrorCode::MethodNotAllowed, &request)
            .with_header(header::ALLOW, allowed.to_owned());
        async move { Err::<HttpResponse, ApiError>(error) }
    };
    let admission = Admission::of(path);
    let admit = middleware::from_fn(move |request, next| guard::admit(admission, request, next));
    let resource = web::resource(path).route(route);
    config.service(resource.default_service(web::to(refuse)).wrap(admit));
}

async fn not_found(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(ErrorCode::NotFound, &request))
}

/// Today in Europe/Berlin, the day on which a German authority would act.
#[must_use]
pub fn today() -> jiff::civil::Date {
    let now = jiff::Timestamp::now();
    // The time zone data is part of the program, so Berlin is always known; UTC would be an hour or two off at midnight.
    now.in_tz("Europe/Berlin")
        .or_else(|_| now.in_tz("UTC"))
        .map_or(jiff::civil::Date::ZERO, |now| now.date())
}
