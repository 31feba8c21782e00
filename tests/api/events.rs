use crate::helpers::{TestApp, header, json, problem};

#[test]
fn events_are_listed_and_can_be_put_into_a_calendar() {
    let app = TestApp::shared();
    let list = json(app.get("/v1/events").send().expect("answers"));
    for event in list["events"].as_array().expect("a list") {
        let id = event["id"].as_str().expect("an id");
        let one = json(
            app.get(&format!("/v1/events/{id}"))
                .send()
                .expect("answers"),
        );
        assert_eq!(one["id"], id);
        let calendar = app
            .get(&format!("/v1/events/{id}.ics"))
            .send()
            .expect("answers");
        assert_eq!(calendar.status(), 200);
        assert!(header(&calendar, "content-type").starts_with("text/calendar"));
        let text = calendar.text().expect("text");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    }
}

#[test]
fn unknown_events_and_days_are_refused() {
    let app = TestApp::shared();
    problem(
        app.get("/v1/events/MARKER-7Q").send().expect("answers"),
        404,
        "not-found",
    );
    problem(
        app.get("/v1/events/MARKER-7Q.ics").send().expect("answers"),
        404,
        "not-found",
    );
    let response = app
        .get("/v1/events?from=MARKER-7Q")
        .send()
        .expect("answers");
    let problem = problem(response, 422, "invalid-parameter");
    assert!(!problem.to_string().contains("MARKER-7Q"));
}
