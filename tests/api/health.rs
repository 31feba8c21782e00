use crate::helpers::{TestApp, header, json, problem};

#[test]
fn it_lives_and_is_ready_and_says_by_which_rules() {
    let app = TestApp::shared();
    assert_eq!(
        json(app.get("/health/live").send().expect("answers"))["status"],
        "live"
    );
    let ready = app.get("/health/ready").send().expect("answers");
    assert_eq!(header(&ready, "cache-control"), "no-store");
    let ready = json(ready);
    assert_eq!(ready["status"], "ready");
    assert!(
        ready["ruleset"]["digest"]
            .as_str()
            .is_some_and(|digest| digest.starts_with("sha256:"))
    );
}

#[test]
fn every_problem_type_is_documented_where_its_uri_points() {
    let app = TestApp::shared();
    let list = json(app.get("/problems").send().expect("answers"));
    let problems = list["problems"].as_array().expect("a list");
    assert!(problems.len() >= 15);
    for listed in problems {
        let uri = listed["type"].as_str().expect("a URI");
        assert_eq!(&json(app.get(uri).send().expect("answers")), listed);
    }
    problem(
        app.get("/problems/MARKER-7Q").send().expect("answers"),
        404,
        "not-found",
    );
}
