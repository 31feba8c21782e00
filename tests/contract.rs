//! The contract with clients: the document, the types and the answers say the same.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use asaflex::answer::{Explain, Prepared};
use asaflex::api::schema;
use asaflex::api::screenings::{self, Options};
use asaflex::engine::Wanted;
use asaflex::{request, rules};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

static PREPARED: LazyLock<Prepared> = LazyLock::new(prepared);

fn prepared() -> Prepared {
    Prepared::new(rules::ruleset(None).expect("the embedded rules compile"))
}

/// Circumstances that between them bring every part of an answer.
fn circumstances() -> Vec<Value> {
    let mut all = vec![
        json!({}),
        json!({ "requester": "trainee", "trainingStatus": "in-training", "trainingType": "in-company", "writtenContract": true,
            "livesInGermany": true, "age": 34, "homePostalCode": "70173", "failedExams": ["final-twice"], "languageBarriers": ["at-school"],
            "receivesJobcenterBenefits": false }),
        json!({ "requester": "company", "companyNeeds": ["relief", "didactics-training"], "companyPostalCode": "10115" }),
        json!({ "trainingStatus": "none", "residenceStatus": "asylum-procedure", "lawfulStaySince": "2026-10-01", "entryDate": "2026-09-01",
            "workPermission": "can-be-permitted", "seeksInCompanyTraining": true, "compulsorySchoolingCompleted": true }),
        json!({ "trainingStatus": "completed", "trainingEndedOn": "2024-01-31", "employmentStartedOn": "2024-02-01", "trainingSupportedByAsa": true }),
        json!({ "acuteDanger": true, "homePostalCode": "00001", "disability": "suspected" }),
    ];
    let cases = PREPARED.ruleset.cases.len();
    assert!(cases > 0, "the rules come with cases");
    all.extend(stories().into_iter().map(|story| story["facts"].clone()));
    all
}

fn stories() -> Vec<Value> {
    Vec::new()
}

fn wanted(section: usize) -> Wanted {
    Wanted {
        pathways: section == 0,
        modules: section == 1,
        contact_routes: section == 2,
        offers: section == 3,
        notices: section == 4,
        open_questions: section == 5,
        sources: section == 6,
        because: true,
    }
}

/// Reads strictly, writes back, compares.
fn describes<T: DeserializeOwned + Serialize>(answer: &str, what: &str) -> Value {
    let sent: Value =
        serde_json::from_str(answer).unwrap_or_else(|error| panic!("{what}: {error}: {answer}"));
    let typed: T = serde_json::from_str(answer).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(
        serde_json::to_value(&typed).expect("serialises"),
        sent,
        "{what}"
    );
    sent
}

#[test]
fn the_types_describe_every_answer_exactly() {
    let explains = [Explain::None, Explain::Reasons, Explain::Full];
    for facts in circumstances() {
        for as_of in ["2019-06-01", "2024-05-01", "2026-11-23"] {
            let body = json!({ "asOf": as_of, "facts": facts }).to_string();
            let parsed = request::parse(body.as_bytes(), &PREPARED.ruleset.catalog, false)
                .expect("a valid request");
            let mut variants: Vec<Options> = explains
                .iter()
                .map(|explain| Options {
                    wanted: Wanted {
                        because: *explain != Explain::None,
                        ..Wanted::ALL
                    },
                    explain: *explain,
                })
                .collect();
            if as_of == "2026-11-23" {
                variants.extend((0..8).map(|section| Options {
                    wanted: wanted(section),
                    explain: Explain::Reasons,
                }));
            }
            for options in variants {
                let answer = screenings::screen(&PREPARED, &parsed, 0, options);
                describes::<schema::ScreeningResponse>(&answer, &format!("{body} {options:?}"));
            }
        }
    }
}

#[test]
fn a_member_that_the_types_do_not_know_is_noticed() {
    let text = r#"{ "id": "aa-berufsberatung", "name": "?" }"#;
    assert!(serde_json::from_str::<schema::RouteEvent>(text).is_err());
}

#[test]
fn members_that_come_later_may_be_there_or_not() {
    let options = Options::DEFAULT;
    let parsed = request::parse(b"{}", &PREPARED.ruleset.catalog, false).expect("a valid request");
    let answer = screenings::screen(&PREPARED, &parsed, 0, options);
    let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
    answer["changesOn"] = Value::Null;
    answer["unusedFacts"] = json!(["age"]);
    answer["pathways"][0]["toOpen"] = Value::Null;
    answer["pathways"][1]["toOpen"] =
        json!({ "facts": ["writtenContract"], "unknown": [], "waitUntil": null });
    describes::<schema::ScreeningResponse>(&answer.to_string(), "later members");
    answer["changesOn"] = json!({ "date": "2027-01-01", "changes": [
        { "subject": "pathway", "id": "vorphase", "from": "not-yet", "to": "conditions-met" },
        { "subject": "notice", "id": "stale-sources", "from": null, "to": "present" } ] });
    describes::<schema::ScreeningResponse>(&answer.to_string(), "later members");
}

/// The program, listening on a port of its own.
struct Service {
    child: Child,
    url: String,
    client: reqwest::blocking::Client,
}

impl Service {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_asaflex"))
            .args(["serve", "--listen", "127.0.0.1:0", "--workers", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("standard output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line
            .split_whitespace()
            .last()
            .expect("an address")
            .to_owned();
        Self {
            child,
            url,
            client: reqwest::blocking::Client::new(),
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let response = self
            .client
            .get(format!("{}{path}", self.url))
            .send()
            .expect("an answer");
        (response.status().as_u16(), response.text().expect("a body"))
    }

    fn describes<T: DeserializeOwned + Serialize>(&self, path: &str) -> Value {
        let (status, answer) = self.get(path);
        assert_eq!(status, 200, "{path}: {answer}");
        describes::<T>(&answer, path)
    }

    fn list<T: DeserializeOwned + Serialize, O: DeserializeOwned + Serialize>(
        &self,
        path: &str,
        member: &str,
    ) {
        let all = self.describes::<T>(path);
        let ids: Vec<&str> = all[member]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["id"].as_str())
            .collect();
        assert!(!ids.is_empty(), "{path}");
        for id in ids.iter().take(5) {
            self.describes::<O>(&format!("{path}/{id}"));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[test]
fn the_types_describe_every_catalogue_answer_exactly() {
    let service = Service::start();
    service.list::<schema::FactCatalog, schema::FactEntry>("/v1/facts", "facts");
    service.list::<schema::ModuleList, schema::Module>("/v1/modules", "modules");
    service.list::<schema::ContactRouteList, schema::ContactRoute>(
        "/v1/contact-routes",
        "contactRoutes",
    );
    service.list::<schema::OfferList, schema::Offer>("/v1/offers", "offers");
    service.list::<schema::PathwayList, schema::Pathway>("/v1/pathways", "pathways");
    service.list::<schema::SourceList, schema::Source>("/v1/sources", "sources");
    service.list::<schema::EventList, schema::Event>("/v1/events", "events");
    service.describes::<schema::PathwayList>("/v1/pathways?asOf=2019-01-01");
    service.describes::<schema::EvidenceList>("/v1/evidence");
    service.describes::<schema::RulesetInfo>("/v1/ruleset");
    service.describes::<schema::Live>("/health/live");
    service.describes::<schema::Ready>("/health/ready");
    service.describes::<schema::ProblemTypeList>("/problems");
    service.describes::<schema::ProblemType>("/problems/not-found");
    for code in ["70173", "10115", "00001"] {
        service.describes::<schema::OfficesAnswer>(&format!("/v1/offices?postalCode={code}"));
    }
}
