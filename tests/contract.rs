//! The contract with clients: the document, the types and the answers say the same.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use asaflex::answer::{Explain, Prepared};
use asaflex::api::guard::Admission;
use asaflex::api::screenings::{self, Options};
use asaflex::api::{openapi, schema};
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
    all.extend(stories().iter().map(|folder| {
        let story: Value = serde_json::from_str(&text(folder, "request.json")).expect("JSON");
        story["facts"].clone()
    }));
    all
}

/// The folders of the stories, in order.
fn stories() -> Vec<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(examples)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|folder| folder.join("request.json").exists())
        .collect();
    folders.sort();
    assert!(folders.len() >= 10);
    folders
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file))
        .unwrap_or_else(|error| panic!("{} {file}: {error}", folder.display()))
}

#[test]
fn the_stories_are_answered_exactly_so() {
    let document = document();
    for folder in stories() {
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let curl = text(&folder, "curl.sh");
        let locale = curl
            .split("Accept-Language: ")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("a language");
        let request = text(&folder, "request.json");
        let parsed = request::parse(request.as_bytes(), &PREPARED.ruleset.catalog, false)
            .expect("a valid request");
        let locale = PREPARED.locale(locale).expect("a known language");
        let answer = screenings::screen(&PREPARED, &parsed, locale, Options::DEFAULT);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let answer = serde_json::to_string_pretty(&answer).expect("JSON") + "\n";
        assert!(
            text(&folder, "response.json") == answer,
            "examples/{name}/response.json is not what is answered; examples/README.md has the command (asaflex screen --as-of 2026-11-23 …)"
        );
        assert_eq!(text(&folder, "README.md").lines().count(), 3, "{name}");
        let examples = &document["paths"]["/v1/screenings"]["post"]["requestBody"]["content"]["application/json"]
            ["examples"];
        assert_eq!(
            examples[&name]["value"],
            serde_json::from_str::<Value>(&request).expect("JSON"),
            "{name} is no example in the document"
        );
    }
}

/// Answers always the next question with the first or with the last answer it offers.
fn walk(known: &Value, first: bool) -> Vec<Value> {
    let locale = PREPARED.locale("de").expect("German");
    let mut facts = known.as_object().expect("facts").clone();
    let mut questions = Vec::new();
    loop {
        let body = json!({ "asOf": "2026-11-23", "facts": facts }).to_string();
        let parsed = request::parse(body.as_bytes(), &PREPARED.ruleset.catalog, false)
            .expect("a valid request");
        let answer = screenings::screen(&PREPARED, &parsed, locale, Options::DEFAULT);
        let mut answer: Value = serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("{error} in the answer to {body}"));
        let question = answer["nextQuestion"].take();
        let Some(fact) = question["fact"].as_str() else {
            return questions;
        };
        assert!(
            !facts.contains_key(fact) && answer["sources"].is_array(),
            "{fact}"
        );
        let options = question["options"].as_array().expect("a list");
        let option = if first {
            options.first()
        } else {
            options.last()
        };
        let given = match question["type"].as_str().expect("a kind") {
            "bool" => json!(first),
            "one" => option.expect("an option")["id"].clone(),
            "many" => json!([option.expect("an option")["id"]]),
            "int" => question["range"]["min"].clone(),
            "date" => json!("2026-06-01"),
            "plz" => json!("10115"),
            other => panic!("no answer to a question of the kind {other}"),
        };
        facts.insert(fact.to_owned(), given);
        questions.push(question);
    }
}

#[test]
fn every_kind_of_question_leaves_the_answer_readable() {
    let mut asked = walk(&json!({}), true);
    asked.extend(walk(&json!({}), false));
    asked.extend(walk(&json!({ "trainingStatus": "completed" }), true));
    for kind in ["bool", "one", "many", "int", "date", "plz"] {
        assert!(
            asked.iter().any(|question| question["type"] == kind),
            "{kind}"
        );
    }
    assert!(
        asked
            .iter()
            .all(|question| question["atMost"].is_u64() && question["range"]["atMost"].is_null())
    );
}

fn document() -> Value {
    serde_json::from_str(&openapi::document(&PREPARED)).expect("JSON")
}

#[test]
fn the_committed_document_is_current() {
    let committed = text(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi"),
        "openapi.json",
    );
    assert!(
        committed == openapi::document(&PREPARED),
        "openapi/openapi.json is out of date; run: cargo run -- openapi > openapi/openapi.json"
    );
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("an item");
        item.iter()
            .map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
            .collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn every_operation_is_described_in_full() {
    let document = document();
    let resolve = |value: &Value| match value["$ref"].as_str() {
        Some(place) => document
            .pointer(&place[1..])
            .unwrap_or_else(|| panic!("{place} leads nowhere"))
            .clone(),
        None => value.clone(),
    };
    let tags: Vec<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = Vec::new();
    let filled = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    for (path, method, operation) in operations(&document) {
        let what = format!("{method} {path}");
        for member in ["summary", "description", "operationId"] {
            assert!(filled(&operation[member]), "{what} has no {member}");
        }
        ids.push(operation["operationId"].as_str().expect("an id").to_owned());
        let tag = operation["tags"][0].as_str().expect("a tag");
        assert!(
            tags.contains(&tag),
            "{what}: the tag {tag} has no description"
        );
        for parameter in operation["parameters"].as_array().expect("parameters") {
            let parameter = resolve(parameter);
            assert!(
                filled(&parameter["description"]) && !parameter["example"].is_null(),
                "{what}: {parameter}"
            );
        }
        for name in path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
        {
            let documented = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .any(|one| one["in"] == "path" && one["name"] == *name);
            assert!(documented, "{what}: {{{name}}} is not documented");
        }
        let responses = operation["responses"].as_object().expect("responses");
        // The answer to a batch has begun when its body comes too slowly; its line says so.
        assert_eq!(
            responses.contains_key("408"),
            method == "post" && path != "/v1/screenings/batch",
            "{what}: a body may come too slowly"
        );
        let admission = Admission::of(&path);
        assert_eq!(
            responses.contains_key("429"),
            admission != Admission::Free,
            "{what}: the rate limit"
        );
        let keyed = matches!(admission, Admission::Keyed(_));
        for status in ["401", "403"] {
            assert_eq!(responses.contains_key(status), keyed, "{what}: {status}");
        }
        assert_eq!(
            operation["security"] == json!([]),
            !keyed,
            "{what}: whether a key is asked for"
        );
        for (status, response) in responses {
            let response = resolve(response);
            assert!(filled(&response["description"]), "{what} {status}");
            for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                assert!(
                    !content["example"].is_null() || !content["examples"].is_null(),
                    "{what} {status} {media_type} has no example"
                );
                assert_eq!(
                    media_type == "application/problem+json",
                    !status.starts_with('2'),
                    "{what} {status} {media_type}"
                );
            }
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an operation id stands twice");
}

/// Every object that stands somewhere in a value.
fn objects(value: &Value) -> Vec<&serde_json::Map<String, Value>> {
    match value {
        Value::Object(object) => std::iter::once(object)
            .chain(object.values().flat_map(objects))
            .collect(),
        Value::Array(list) => list.iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn generated_types_are_pleasant() {
    let document = document();
    for object in objects(&document["components"]["schemas"]) {
        assert!(!object.contains_key("anyOf") && !object.contains_key("allOf"));
        // `Basis | null`, and no other choice.
        if let Some(choices) = object.get("oneOf").and_then(Value::as_array) {
            assert!(choices.len() == 2, "{object:?}");
            assert!(
                choices[0]["$ref"].is_string() && choices[1] == json!({ "type": "null" }),
                "{object:?}"
            );
        }
        // An object is one of named members, or a table of texts; nothing is untyped.
        if object.get("type").is_some_and(|kind| kind == "object") {
            assert!(
                object.contains_key("properties") || object["additionalProperties"].is_object(),
                "{object:?}"
            );
        }
    }
    let facts = document["components"]["schemas"]["Facts"].to_string();
    assert!(!facts.contains("oneOf"), "facts stand inline");
}

#[test]
fn answers_may_gain_members_and_ids_but_no_statuses() {
    let document = document();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for (name, schema) in schemas {
        let sent = ["ScreeningRequest", "BatchLine", "Facts"].contains(&name.as_str());
        assert_eq!(schema["additionalProperties"] == false, sent, "{name}");
        let id = name.ends_with("Id");
        assert_eq!(schema["x-extensible-enum"].is_array(), id, "{name}");
        assert!(!(id && schema["enum"].is_array()), "{name}");
        if let Some(options) = schema["enum"].as_array() {
            let meanings = schema["x-enum-descriptions"].as_array();
            assert_eq!(meanings.map(Vec::len), Some(options.len()), "{name}");
        }
    }
}

#[test]
fn every_property_of_every_schema_is_described() {
    let document = document();
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .expect("schemas")
    {
        assert!(schema["description"].is_string(), "{name}");
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            assert!(schema["description"].is_string(), "{name}.{property}");
        }
    }
    let facts = &document["components"]["schemas"]["Facts"]["properties"];
    for fact in PREPARED.ruleset.catalog.facts() {
        assert_eq!(facts[&fact.id]["type"][1], "null", "{}", fact.id);
    }
}

#[test]
fn every_documented_path_is_answered_and_every_route_is_documented() {
    let service = Service::start();
    let document = document();
    let mut documented = Vec::new();
    for (path, method, operation) in operations(&document) {
        documented.push(path.clone());
        let mut real = path.clone();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().expect("parameters") {
            let name = parameter["name"].as_str().expect("a name");
            let example = parameter["example"].as_str().unwrap_or_default();
            if parameter["in"] == "path" {
                real = real.replace(&format!("{{{name}}}"), example);
            } else if parameter["in"] == "query" && parameter["example"].is_string() {
                query.push(format!("{name}={example}"));
            }
        }
        let url = format!("{}{real}?{}", service.url, query.join("&"));
        let request = if method == "post" {
            let media_type = operation["requestBody"]["content"]
                .as_object()
                .and_then(|content| content.keys().next())
                .expect("a media type");
            service
                .client
                .post(&url)
                .header("Content-Type", media_type)
                .body("{}")
        } else {
            service.client.get(&url)
        };
        let response = request.send().expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{method} {url}");
        let media_type = response.headers()["content-type"]
            .to_str()
            .expect("text")
            .split(';')
            .next()
            .expect("a type")
            .to_owned();
        assert!(
            operation["responses"]["200"]["content"][&media_type].is_object(),
            "{method} {path}: {media_type}"
        );
        for (header, _) in operation["responses"]["200"]["headers"]
            .as_object()
            .expect("headers")
        {
            assert!(
                response.headers().contains_key(header.as_str()),
                "{method} {path} comes without {header}"
            );
        }
    }
    // The routes as the code registers them; pages for people are no part of the document.
    let code = include_str!("../src/api.rs");
    let routes = code
        .split('"')
        .filter(|part| part.starts_with('/') && !part.contains([' ', '\n']) && part.len() > 1);
    for route in routes.filter(|route| !route.starts_with("/docs") && *route != "/asaflex-check.js")
    {
        assert!(
            documented.iter().any(|path| path == route),
            "{route} is not documented"
        );
    }
}

#[test]
fn null_in_place_of_all_facts_says_that_nothing_is_known() {
    let service = Service::start();
    let ask = |body: &'static str| {
        let url = format!("{}/v1/screenings", service.url);
        let request = service
            .client
            .post(url)
            .header("Content-Type", "application/json")
            .body(body);
        request.send().expect("an answer").text().expect("a body")
    };
    let nothing = ask(r#"{"asOf":"2026-11-23"}"#);
    assert!(nothing.contains("\"outcome\""));
    assert_eq!(ask(r#"{"asOf":"2026-11-23","facts":null}"#), nothing);
    assert!(ask("null").contains("wrong-type"));
    let document = document();
    let facts =
        &document["components"]["schemas"]["ScreeningRequest"]["properties"]["facts"]["oneOf"];
    assert_eq!(facts[1], json!({ "type": "null" }));
}

#[test]
fn a_batch_takes_the_same_parameters_as_one_screening() {
    let document = document();
    let parameters = |path: &str| document["paths"][path]["post"]["parameters"].clone();
    let one = parameters("/v1/screenings");
    assert_eq!(one.as_array().map(Vec::len), Some(3));
    assert_eq!(parameters("/v1/screenings/batch"), one);
    // An empty list is refused, and the document says so.
    assert_eq!(one[0]["schema"]["minItems"], 1, "{one}");
}

#[test]
fn sections_may_be_listed_or_repeated() {
    let service = Service::start();
    let ask = |query: &str| {
        let url = format!("{}/v1/screenings?{query}", service.url);
        let request = service
            .client
            .post(url)
            .header("Content-Type", "application/json")
            .body("{}");
        request.send().expect("an answer").text().expect("a body")
    };
    assert_eq!(
        ask("include=modules,offers"),
        ask("include=modules&include=offers")
    );
    assert!(ask("include=modules&include=?").contains("invalid-parameter"));
    assert!(ask("explain=none&explain=none").contains("invalid-parameter"));
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
            let today = as_of == "2026-11-23";
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
            if today {
                variants.extend((0..8).map(|section| Options {
                    wanted: wanted(section),
                    explain: Explain::Reasons,
                }));
            }
            // Other periods of law differ in what there is, not in its form.
            for options in variants.into_iter().skip(if today { 0 } else { 2 }) {
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
            // Far above what is asked here: for the headers.
            .args(["--rate-limit", "100000"])
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
    service.list::<schema::SupportModuleList, schema::SupportModule>("/v1/modules", "modules");
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
    service.describes::<schema::Liveness>("/health/live");
    service.describes::<schema::Readiness>("/health/ready");
    service.describes::<schema::ProblemTypeList>("/problems");
    service.describes::<schema::ProblemType>("/problems/not-found");
    for code in ["70173", "10115", "00001"] {
        service.describes::<schema::OfficesAnswer>(&format!("/v1/offices?postalCode={code}"));
    }
}

#[test]
fn the_documentation_page_loads_nothing_from_elsewhere() {
    let service = Service::start();
    let page = service
        .client
        .get(format!("{}/docs", service.url))
        .send()
        .expect("an answer");
    assert_eq!(page.url().path(), "/docs/");
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"),
        "{policy}"
    );
    let page = page.text().expect("a page");
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    for file in page
        .split('"')
        .filter(|part| part.ends_with(".js") || part.ends_with(".css"))
    {
        assert_eq!(service.get(&format!("/docs/{file}")).0, 200, "{file}");
    }
    let (_, settings) = service.get("/docs/swagger-initializer.js");
    assert!(
        settings.contains("\"/openapi.json\"") && settings.contains("\"validatorUrl\": \"none\""),
        "{settings}"
    );
    assert_eq!(service.get("/docs/no-such-file").0, 404);
}
