//! Runs the cases that come with the rules, through the same bytes a portal gets.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::answer::{Explain, Prepared};
use crate::engine::{self, Wanted, Workspace};
use crate::facts::PostalCode;
use crate::offices::OfficeTable;
use crate::request::{self, RequestError};
use crate::rules::cases::{Case, Expectation, Question};
use crate::rules::problem::Place;

/// A case that did not come out as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The case.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands; the file counts in the files of the rule set.
    pub place: Place,
    /// What differs, one sentence each.
    pub differences: Vec<String>,
}

/// Runs every case of a rule set.
#[must_use]
pub fn run(prepared: &Prepared) -> Vec<Failure> {
    let mut workspace = Workspace::default();
    let mut failures = Vec::new();
    for case in &prepared.ruleset.cases {
        let differences = match &case.question {
            Question::Screening(as_of, facts) => {
                let request = format!("{{\"asOf\":\"{as_of}\",\"facts\":{facts}}}");
                match answer(prepared, &request, &mut workspace) {
                    Ok(answer) => differences(&case.expect, &answer),
                    Err(error) => vec![error],
                }
            }
            Question::Offices(code) => offices(prepared, code, &case.expect),
        };
        if !differences.is_empty() {
            failures.push(failure(case, differences));
        }
    }
    failures
}

fn failure(case: &Case, differences: Vec<String>) -> Failure {
    Failure {
        id: case.id.clone(),
        title: case.title.clone(),
        place: case.place,
        differences,
    }
}

fn answer(prepared: &Prepared, request: &str, workspace: &mut Workspace) -> Result<Value, String> {
    let parsed = request::parse(request.as_bytes(), &prepared.ruleset.catalog, false)
        .map_err(|error| refused(&error))?;
    let as_of = parsed.as_of.ok_or("the case has no evaluation date")?;
    let advice = engine::screen(
        &prepared.ruleset,
        &parsed.given,
        as_of,
        Wanted::ALL,
        workspace,
    );
    serde_json::from_str(&prepared.write(&advice, 0, Wanted::ALL, Explain::Reasons))
        .map_err(|error| error.to_string())
}

/// Why a service would not answer what a case states.
fn refused(error: &RequestError) -> String {
    match error {
        RequestError::Unreadable { .. } => error.to_string(),
        RequestError::Invalid(problems) => {
            let told: Vec<String> = problems
                .iter()
                .map(|problem| format!("{}: {}", problem.pointer, problem.message))
                .collect();
            format!("{error}: {}", told.join("; "))
        }
    }
}

/// What differs between an answer and what was expected of it.
#[must_use]
pub fn differences(expect: &Expectation, answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let ids = |key: &str, field: &str| -> Vec<String> {
        let items = answer
            .get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .filter_map(|item| item.get(field)?.as_str())
            .map(str::to_owned)
            .collect()
    };
    let outcome = |id: &str| {
        let pathways = answer
            .get("pathways")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        pathways
            .iter()
            .find(|pathway| pathway.get("id").and_then(Value::as_str) == Some(id))
            .and_then(|pathway| pathway.get("outcome").and_then(Value::as_str))
            .map(str::to_owned)
    };
    for (id, accepted) in &expect.pathways {
        let got = outcome(id).unwrap_or_else(|| "no such pathway".to_owned());
        if !accepted.contains(&got) {
            found.push(format!("{id} is {got}, not {}", accepted.join(" or ")));
        }
    }
    for (key, wanted) in &expect.lists {
        let (list, field, kind) = match key.as_str() {
            "modulesInclude" => ("modules", "id", "in"),
            "modulesExclude" => ("modules", "id", "out"),
            "routesInclude" => ("contactRoutes", "id", "in"),
            "routesExclude" => ("contactRoutes", "id", "out"),
            "offersInclude" => ("offers", "id", "in"),
            "offersExclude" => ("offers", "id", "out"),
            "noticesInclude" => ("notices", "id", "in"),
            "noticesExclude" => ("notices", "id", "out"),
            "openQuestionsInclude" => ("openQuestions", "fact", "in"),
            "openQuestionsExclude" => ("openQuestions", "fact", "out"),
            "toOpenInclude" => ("toOpen", "facts", "in"),
            "toOpenExclude" => ("toOpen", "facts", "out"),
            "routesFirst" => ("contactRoutes", "id", "first"),
            "outcome" => {
                let got = answer
                    .get("outcome")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if !wanted.iter().any(|outcome| outcome == got) {
                    found.push(format!(
                        "the whole answer is {got}, not {}",
                        wanted.join(" or ")
                    ));
                }
                continue;
            }
            "becauseInclude" | "becauseExclude" => {
                for reason in wanted {
                    if is_a_reason(reason, answer) != (key == "becauseInclude") {
                        let verb = if key == "becauseInclude" {
                            "lack"
                        } else {
                            "hold"
                        };
                        found.push(format!("the reasons {verb} {reason}"));
                    }
                }
                continue;
            }
            "routesInOrder" => {
                let got = ids("contactRoutes", "id");
                let places: Vec<Option<usize>> = wanted
                    .iter()
                    .map(|id| got.iter().position(|route| route == id))
                    .collect();
                if places.contains(&None) || !places.is_sorted() {
                    found.push(format!(
                        "the contacts are {}, not in the order {}",
                        got.join(", "),
                        wanted.join(", ")
                    ));
                }
                continue;
            }
            "decidedBy" => {
                let got = answer
                    .pointer("/decidedBy/id")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if !wanted.iter().any(|id| id == got) {
                    found.push(format!("decided by {got}, not {}", wanted.join(" or ")));
                }
                continue;
            }
            _ => continue,
        };
        let got = if list == "toOpen" {
            to_change(answer)
        } else {
            ids(list, field)
        };
        for id in wanted {
            match kind {
                "in" if !got.contains(id) => found.push(format!("{list} lack {id}")),
                "out" if got.contains(id) => found.push(format!("{list} hold {id}")),
                _ => {}
            }
        }
        if kind == "first" && !got.first().is_some_and(|first| wanted.contains(first)) {
            found.push(format!(
                "the first contact is {}, not {}",
                got.first().map_or("none", String::as_str),
                wanted.join(" or ")
            ));
        }
    }
    for (key, field, outcome) in [
        ("earliestDate", "earliestDate", "not-yet"),
        ("lastDate", "lastDate", "expired"),
    ] {
        let Some(day) = expect.words.get(key) else {
            continue;
        };
        let pathways = answer
            .get("pathways")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let carried = pathways.iter().any(|pathway| {
            pathway.get("outcome").and_then(Value::as_str) == Some(outcome)
                && pathway.get(field).and_then(Value::as_str) == Some(day.as_str())
        });
        if !carried {
            found.push(format!("no pathway is {outcome} with {field} {day}"));
        }
    }
    if let Some(words) = expect.words.get("headlineIncludes") {
        let headline = answer
            .get("headline")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !headline.contains(words.as_str()) {
            found.push(format!("the headline is \"{headline}\""));
        }
    }
    for (path, wanted) in &expect.details {
        match detail(answer, path) {
            Some(got) if got == *wanted => {}
            Some(got) => {
                let told = |list: &[String]| match list {
                    [] => "nothing".to_owned(),
                    list => list.join(", "),
                };
                found.push(format!("{path} is {}, not {}", told(&got), told(wanted)));
            }
            None => found.push(format!("there is no {path}")),
        }
    }
    found
}

/// The value at a place such as `notices.crisis.severity`: the entries of a list go by their id, fact or source.
fn detail(answer: &Value, path: &str) -> Option<Vec<String>> {
    let word = |value: &Value| {
        let text = value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| value.to_string())
    };
    let goes_by = |item: &Value, name: &str| {
        let id = ["id", "fact", "source"]
            .iter()
            .find_map(|key| item.get(key));
        id.and_then(Value::as_str) == Some(name)
    };
    let found = path
        .split('.')
        .try_fold(answer, |value, part| match value {
            Value::Array(items) => items.iter().find(|item| goes_by(item, part)),
            value => value.get(part),
        })?;
    Some(match found {
        Value::Array(items) => items.iter().map(word).collect(),
        value => vec![word(value)],
    })
}

/// The facts that would have to be different for any phase to open.
fn to_change(answer: &Value) -> Vec<String> {
    let pathways = answer.get("pathways").and_then(Value::as_array);
    let ways = pathways.into_iter().flatten().filter_map(|pathway| {
        let facts = pathway.get("toOpen")?.get("facts")?;
        facts.as_array()
    });
    let facts = ways.flatten().filter_map(Value::as_str);
    facts.map(str::to_owned).collect()
}

/// Whether a reason such as `modules.digital.long-distance` stands in the answer.
fn is_a_reason(reason: &str, answer: &Value) -> bool {
    let mut parts = reason.splitn(3, '.');
    let (Some(list), Some(id), Some(rule)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let under = |value: &Value, key: &str, wanted: &str| {
        value.get(key).and_then(Value::as_str) == Some(wanted)
    };
    let items = answer.get(list).and_then(Value::as_array);
    let item = items.and_then(|items| items.iter().find(|item| under(item, "id", id)));
    item.and_then(|item| item.get("because")?.as_array())
        .is_some_and(|because| because.iter().any(|reason| under(reason, "rule", rule)))
}

fn offices(prepared: &Prepared, code: &str, expect: &Expectation) -> Vec<String> {
    let Some(code) = PostalCode::parse(code) else {
        return vec!["this is no postal code".to_owned()];
    };
    let candidates = prepared.ruleset.offices.candidates(code, None);
    let agencies: BTreeSet<&str> = candidates
        .iter()
        .map(|candidate| candidate.agency.number.as_str())
        .collect();
    let jobcenters: BTreeSet<&str> = candidates
        .iter()
        .map(|candidate| candidate.jobcenter.number.as_str())
        .collect();
    let wanted = |key: &str| {
        expect
            .lists
            .get(key)
            .map(|list| list.iter().map(String::as_str).collect::<BTreeSet<&str>>())
    };
    let mut found = Vec::new();
    if let Some(wanted) = wanted("agencies").filter(|wanted| *wanted != agencies) {
        found.push(format!("the agencies are {agencies:?}, not {wanted:?}"));
    }
    if let Some(wanted) = wanted("jobcenters") {
        let mut allowed = wanted.clone();
        allowed.extend(
            expect
                .lists
                .get("jobcentersAllowed")
                .into_iter()
                .flatten()
                .map(String::as_str),
        );
        if !wanted.is_subset(&jobcenters) || !jobcenters.is_subset(&allowed) {
            found.push(format!("the Jobcenter are {jobcenters:?}, not {wanted:?}"));
        }
    }
    if expect
        .words
        .get("finder")
        .is_some_and(|finder| finder == "true")
    {
        let links = OfficeTable::finder_urls(code);
        if !candidates.is_empty() || !links.iter().all(|link| link.contains(&code.to_string())) {
            found.push("the answer names an office instead of the finder".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tiny;

    /// What differs when the one case expects this.
    fn differences_of(facts: &str, expect: &str) -> Vec<String> {
        let prepared = tiny::prepared(&format!(
            "
- id: one
  title: A case
  asOf: 2026-11-23
  facts: {facts}
  expect: {expect}
"
        ));
        run(&prepared)
            .into_iter()
            .flat_map(|failure| failure.differences)
            .collect()
    }

    const IN_DANGER: &str = "{ status: in-training, contract: true, needs: [language], danger: true, startedOn: 2026-11-01 }";
    const SAFE: &str =
        "{ status: in-training, contract: true, needs: [language], startedOn: 2026-11-01 }";

    #[test]
    fn the_whole_outcome_the_reasons_the_order_and_the_headline_can_be_expected() {
        let expect = "{ outcome: [conditions-met], becauseInclude: [modules.german.language, contactRoutes.rescue.danger], \
             routesInOrder: [rescue, desk], headlineIncludes: Rat }";
        assert_eq!(differences_of(IN_DANGER, expect), Vec::<String>::new());
        let expect = "{ becauseExclude: [contactRoutes.rescue.danger], routesInOrder: [desk] }";
        assert_eq!(differences_of(SAFE, expect), Vec::<String>::new());
    }

    #[test]
    fn what_comes_out_otherwise_is_told_for_each_of_them() {
        let expect = "{ outcome: [missing-facts], becauseInclude: [contactRoutes.rescue.danger], \
             becauseExclude: [modules.german.language], routesInOrder: [desk, rescue], headlineIncludes: Tat }";
        assert_eq!(
            differences_of(SAFE, expect),
            [
                "the reasons hold modules.german.language",
                "the reasons lack contactRoutes.rescue.danger",
                "the whole answer is conditions-met, not missing-facts",
                "the contacts are desk, not in the order desk, rescue",
                "the headline is \"Rat\"",
            ]
        );
        assert_eq!(
            differences_of(IN_DANGER, "{ routesInOrder: [desk, rescue] }"),
            ["the contacts are rescue, desk, not in the order desk, rescue"]
        );
    }

    #[test]
    fn a_value_at_any_place_of_the_answer_can_be_expected() {
        let right = "{ details: { modules.german.standing: recommended, modules.german.beneficiary: [trainee], nextQuestion.fact: danger, nextQuestion.atMost: 1 } }";
        assert_eq!(differences_of(SAFE, right), Vec::<String>::new());
        let wrong = "{ details: { modules.german.standing: conditional, contactRoutes.desk.hours: always } }";
        assert_eq!(
            differences_of(SAFE, wrong),
            [
                "there is no contactRoutes.desk.hours",
                "modules.german.standing is recommended, not conditional",
            ]
        );
    }
}
