use crate::helpers::{TestApp, header, json, problem};

const LISTS: [(&str, &str); 6] = [
    ("facts", "facts"),
    ("modules", "modules"),
    ("contact-routes", "contactRoutes"),
    ("offers", "offers"),
    ("pathways", "pathways"),
    ("sources", "sources"),
];

#[test]
fn what_is_listed_can_be_read_one_by_one_and_is_the_same() {
    let app = TestApp::shared();
    for (path, member) in LISTS {
        let list = json(app.get(&format!("/v1/{path}")).send().expect("answers"));
        let items = list[member].as_array().expect("a list");
        assert!(!items.is_empty(), "{path}");
        for item in items.iter().take(3) {
            let id = item["id"].as_str().expect("an id");
            let one = json(
                app.get(&format!("/v1/{path}/{id}"))
                    .send()
                    .expect("answers"),
            );
            assert_eq!(&one, item);
        }
        let unknown = app
            .get(&format!("/v1/{path}/MARKER-7Q"))
            .send()
            .expect("answers");
        assert!(
            !problem(unknown, 404, "not-found")
                .to_string()
                .contains("MARKER-7Q")
        );
    }
}

#[test]
fn the_catalogue_is_not_sent_again_to_those_who_have_it() {
    let app = TestApp::shared();
    for path in ["/v1/facts", "/v1/modules", "/v1/evidence", "/v1/ruleset"] {
        let first = app.get(path).send().expect("answers");
        let etag = header(&first, "etag");
        assert!(etag.starts_with('"'), "{path}");
        let again = app
            .get(path)
            .header("if-none-match", &etag)
            .send()
            .expect("answers");
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(header(&again, "etag"), etag);
        assert!(again.text().expect("text").is_empty());
        let english = app
            .get(path)
            .header("if-none-match", &etag)
            .header("accept-language", "en")
            .send()
            .expect("answers");
        assert_eq!(english.status(), 200, "another language is another text");
        let other = app
            .get(path)
            .header("if-none-match", "\"x\"")
            .send()
            .expect("answers");
        assert_eq!(other.status(), 200);
    }
}

#[test]
fn head_answers_like_get_without_the_body() {
    let app = TestApp::shared();
    for path in [
        "/v1/facts",
        "/v1/modules",
        "/v1/events",
        "/v1/offices?postalCode=70173",
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/problems",
    ] {
        let get = app.get(path).send().expect("answers");
        let head = app.client.head(app.url(path)).send().expect("answers");
        assert_eq!(head.status(), get.status(), "{path}");
        for name in [
            "content-type",
            "content-length",
            "etag",
            "cache-control",
            "content-language",
        ] {
            assert_eq!(header(&head, name), header(&get, name), "{path} {name}");
        }
        assert!(head.bytes().expect("bytes").is_empty());
    }
    let head = app
        .client
        .head(app.url("/v1/screenings"))
        .send()
        .expect("answers");
    assert_eq!(head.status(), 405);
}

#[test]
fn every_answer_names_its_rules() {
    let app = TestApp::shared();
    let response = app.get("/v1/ruleset").send().expect("answers");
    let named = header(&response, "asaflex-ruleset");
    let ruleset = json(response);
    let version = ruleset["version"].as_str().expect("a version");
    let digest = ruleset["digest"].as_str().expect("a digest");
    assert_eq!(named, format!("{version}; digest={digest}"));
}

#[test]
fn a_phase_says_in_plain_words_what_it_asks_beside_the_wording_and_draws_how_it_is_decided() {
    let app = TestApp::shared();
    for language in ["de", "en"] {
        let phase = json(
            app.get("/v1/pathways/vorphase")
                .header("accept-language", language)
                .send()
                .expect("answers"),
        );
        let requirements = phase["requirements"].as_array().expect("requirements");
        for requirement in requirements {
            let asks = requirement["asks"].as_str().expect("words");
            assert!(!asks.is_empty());
            assert!(
                !requirement["wording"]
                    .as_array()
                    .expect("a list")
                    .is_empty()
            );
        }
        let limited = |requirement: &&serde_json::Value| requirement["appliesWhen"].is_string();
        let some = requirements.iter().filter(limited).count();
        assert!(some > 0 && some < requirements.len());
        let diagram = phase["diagram"].as_str().expect("a diagram");
        assert!(diagram.contains("flowchart TD") && diagram.contains("-->"));
    }
    let told = |language: &str| {
        let phase = app
            .get("/v1/pathways/vorphase")
            .header("accept-language", language);
        json(phase.send().expect("answers"))["requirements"][0]["asks"].clone()
    };
    assert_ne!(told("de"), told("en"));
}
