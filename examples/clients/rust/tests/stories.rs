//! Every story through the generated client: typed in, typed out, and nothing lost on the way.

use std::fs;
use std::path::{Path, PathBuf};

use asaflex_client::apis::Error;
use asaflex_client::apis::configuration::Configuration;
use asaflex_client::apis::screenings_api::{
    CreateScreeningError, CreateScreeningParams, create_screening,
};
use asaflex_client::models::{Facts, ScreeningRequest, ScreeningResponse};
use serde_json::Value;

fn service(variable: &str) -> Configuration {
    Configuration {
        base_path: std::env::var(variable).expect("tests/clients/run.sh sets it"),
        ..Configuration::default()
    }
}

fn stories() -> Vec<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut stories: Vec<PathBuf> = fs::read_dir(examples)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|folder| folder.join("request.json").exists())
        .collect();
    stories.sort();
    assert!(stories.len() >= 10);
    stories
}

fn written(story: &Path) -> Value {
    let text = fs::read_to_string(story.join("response.json")).expect("an answer");
    serde_json::from_str(&text).expect("JSON")
}

fn asked(screening_request: ScreeningRequest, language: &str) -> CreateScreeningParams {
    CreateScreeningParams {
        screening_request,
        include: None,
        explain: None,
        accept_language: Some(language.to_owned()),
    }
}

async fn ask(service: &Configuration, story: &Path) -> ScreeningResponse {
    let request = fs::read_to_string(story.join("request.json")).expect("a request");
    let curl = fs::read_to_string(story.join("curl.sh")).expect("a script");
    let (_, rest) = curl.split_once("Accept-Language: ").expect("a language");
    let (language, _) = rest.split_once('\'').expect("a language");
    let request = serde_json::from_str(&request).expect("a request of the generated type");
    create_screening(service, asked(request, language))
        .await
        .expect("an answer")
}

#[tokio::test]
async fn each_is_answered_exactly_as_written_down() {
    for story in stories() {
        let answer = ask(&service("ASAFLEX_URL"), &story).await;
        let answer = serde_json::to_value(answer).expect("JSON");
        assert!(answer == written(&story), "{}", story.display());
    }
}

#[tokio::test]
async fn an_id_that_came_later_does_not_disturb() {
    let answer = ask(&service("ASAFLEX_LATER_URL"), &stories()[0]).await;
    assert!(
        answer
            .modules
            .expect("modules")
            .iter()
            .any(|module| module.id == "came-later")
    );
    assert!(
        answer
            .notices
            .expect("notices")
            .iter()
            .any(|notice| notice.id == "came-later")
    );
}

#[test]
fn a_member_that_came_later_does_not_disturb() {
    let mut answer = written(&stories()[0]);
    answer["cameLater"] = Value::from(1);
    assert!(serde_json::from_value::<ScreeningResponse>(answer).is_ok());
}

#[tokio::test]
async fn what_is_invalid_is_answered_with_a_problem() {
    let facts = Facts {
        age: Some(Some(400)),
        ..Facts::default()
    };
    let request = ScreeningRequest {
        facts: Some(Some(Box::new(facts))),
        ..ScreeningRequest::default()
    };
    let answer = create_screening(&service("ASAFLEX_URL"), asked(request, "de")).await;
    let Err(Error::ResponseError(refused)) = answer else {
        panic!("age 400 is refused")
    };
    assert_eq!(refused.status, 422);
    let Some(CreateScreeningError::Status400(problem)) = refused.entity else {
        panic!("a problem")
    };
    assert_eq!(problem.errors[0].pointer, "/facts/age");
}
