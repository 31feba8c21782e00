//! Information events, and the same as iCalendar (RFC 5545).

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answer::Prepared;
use crate::api::catalogue::cacheable;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::{State, language, query, today};
use crate::rules::model::Event;

/// List the information events.
///
/// All events by day; past ones are marked. `from` leaves out those before a day.
#[utoipa::path(
    get,
    path = "/v1/events",
    operation_id = "list_events",
    tag = "events",
    params(super::schema::FromQuery,
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The events.", body = super::schema::EventList, content_type = "application/json")),
)]
pub async fn list_events(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked: query::From =
        query::read(&request, "the one known parameter is from, accepted once")?;
    let from = asked.from.as_deref().and_then(crate::dates::parse);
    let prepared = state.prepared_for(&request);
    let locale = language::negotiate(&prepared, request.headers());
    let coming = prepared
        .ruleset
        .events
        .iter()
        .filter(|event| from.is_none_or(|from| event.date >= from));
    let today = today();
    let events: Vec<Value> = coming
        .map(|event| event_json(&prepared, locale, today, event))
        .collect();
    Ok(page(
        &request,
        &prepared,
        locale,
        today,
        &json!({ "events": events }),
    ))
}

/// Read one information event.
///
/// One event with its times in Europe/Berlin.
#[utoipa::path(
    get,
    path = "/v1/events/{id}",
    operation_id = "get_event",
    tag = "events",
    params(("id" = String, Path, description = "Id of the event.", example = "mit-unterstuetzung-ausbilden-2025-07"),
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The event.", body = super::schema::Event, content_type = "application/json")),
)]
pub async fn get_event(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let prepared = state.prepared_for(&request);
    let locale = language::negotiate(&prepared, request.headers());
    let event = find(&prepared, &id, &request)?;
    let today = today();
    Ok(page(
        &request,
        &prepared,
        locale,
        today,
        &event_json(&prepared, locale, today, event),
    ))
}

/// Read one information event as iCalendar.
///
/// For calendars; times are given in UTC.
#[utoipa::path(
    get,
    path = "/v1/events/{id}.ics",
    operation_id = "get_event_calendar",
    tag = "events",
    params(("id" = String, Path, description = "Id of the event.", example = "mit-unterstuetzung-ausbilden-2025-07"),
        super::schema::AcceptLanguage,
        super::schema::IfNoneMatch),
    responses((status = 200, description = "The event as iCalendar (RFC 5545).", body = String, content_type = "text/calendar", example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…")),
)]
pub async fn get_event_calendar(
    state: web::Data<State>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let prepared = state.prepared_for(&request);
    let locale = language::negotiate(&prepared, request.headers());
    let event = find(&prepared, &id, &request)?;
    let mut response = cacheable(
        &request,
        &format!("{}-ics", prepared.edition(locale)),
        prepared.tag(locale),
        "text/calendar; charset=utf-8",
        calendar(&prepared, locale, event),
    );
    if let Ok(value) = format!("attachment; filename=\"{}.ics\"", event.id).parse() {
        response
            .headers_mut()
            .insert(actix_web::http::header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn find<'a>(
    prepared: &'a Prepared,
    id: &str,
    request: &HttpRequest,
) -> Result<&'a Event, ApiError> {
    let found = prepared.ruleset.events.iter().find(|event| event.id == id);
    found.ok_or_else(|| ApiError::new(ErrorCode::NotFound, request))
}

/// What is past changes with the day.
fn page(
    request: &HttpRequest,
    prepared: &Prepared,
    locale: usize,
    today: Date,
    value: &Value,
) -> HttpResponse {
    let etag = format!("{}-{today}", prepared.edition(locale));
    let tag = prepared.tag(locale);
    cacheable(request, &etag, tag, "application/json", value.to_string())
}

fn event_json(prepared: &Prepared, locale: usize, today: Date, event: &Event) -> Value {
    let texts = &prepared.ruleset.texts;
    let citations: Value =
        serde_json::from_str(&prepared.citations(locale, &event.citations)).unwrap_or(Value::Null);
    json!({
        "id": event.id, "title": texts.get(locale, event.title), "text": event.text.map(|text| texts.get(locale, text)),
        "date": event.date.to_string(), "from": event.from, "to": event.to, "timeZone": "Europe/Berlin", "format": event.format,
        "audience": event.audience, "url": event.url, "past": event.date < today,
        "calendarUrl": format!("/v1/events/{}.ics", event.id), "citations": citations,
    })
}

/// An example answer for every path of events.
pub(super) fn examples(prepared: &Prepared) -> Vec<(&'static str, Value)> {
    let Some(event) = prepared.ruleset.events.first() else {
        return Vec::new();
    };
    let event = event_json(prepared, 0, today(), event);
    vec![
        ("/v1/events", json!({ "events": [event] })),
        ("/v1/events/{id}", event),
    ]
}

/// The event as one calendar. Times are given in UTC, so that no reader needs a time-zone block.
fn calendar(prepared: &Prepared, locale: usize, event: &Event) -> String {
    let texts = &prepared.ruleset.texts;
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//asaflex//AsA flex screening//DE".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@asaflex", event.id),
        // The stamp is the state of the entry, not the moment of the download: same rule set, same bytes.
        format!("DTSTAMP:{}T000000Z", event.date.strftime("%Y%m%d")),
    ];
    if let Some(start) = event.from.as_deref().and_then(|time| utc(event.date, time)) {
        lines.push(format!("DTSTART:{start}"));
        if let Some(end) = event.to.as_deref().and_then(|time| utc(event.date, time)) {
            lines.push(format!("DTEND:{end}"));
        }
    } else {
        lines.push(format!(
            "DTSTART;VALUE=DATE:{}",
            event.date.strftime("%Y%m%d")
        ));
        lines.push(format!(
            "DTEND;VALUE=DATE:{}",
            crate::dates::next_day(event.date).strftime("%Y%m%d")
        ));
    }
    lines.push(format!(
        "SUMMARY:{}",
        escaped(texts.get(locale, event.title))
    ));
    if let Some(text) = event.text {
        lines.push(format!("DESCRIPTION:{}", escaped(texts.get(locale, text))));
    }
    if let Some(url) = &event.url {
        lines.push(format!("URL:{url}"));
    }
    lines.push("END:VEVENT".to_owned());
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn utc(day: Date, time: &str) -> Option<String> {
    let time: jiff::civil::Time = format!("{time}:00").parse().ok()?;
    let start = day
        .to_datetime(time)
        .in_tz("Europe/Berlin")
        .ok()?
        .timestamp();
    Some(start.strftime("%Y%m%dT%H%M%SZ").to_string())
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// Content lines end with CRLF and are folded at 75 octets, never inside a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let folded = folded(&"ä".repeat(100));
        assert!(folded.lines().all(|line| line.len() <= 75));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), "ä".repeat(100));
    }

    #[test]
    fn times_of_day_are_given_in_utc() {
        assert_eq!(
            utc(jiff::civil::date(2025, 7, 10), "10:00").as_deref(),
            Some("20250710T080000Z")
        );
        assert_eq!(
            utc(jiff::civil::date(2025, 12, 10), "10:00").as_deref(),
            Some("20251210T090000Z")
        );
    }
}
