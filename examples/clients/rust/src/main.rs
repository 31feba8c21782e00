//! Says what is known about a trainee, and prints whom to call first.

use std::error::Error;

use asaflex_client::apis::configuration::Configuration;
use asaflex_client::apis::screenings_api::{CreateScreeningParams, create_screening};
use asaflex_client::models::{ChannelKind, Facts, ScreeningRequest, facts};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = Configuration {
        base_path: std::env::var("ASAFLEX_URL").unwrap_or("http://127.0.0.1:8080".to_owned()),
        ..Configuration::default()
    };
    // The outer `Some` says that the fact is sent, the inner one that it is known.
    let facts = Facts {
        requester: Some(Some(facts::Requester::Trainee)),
        training_status: Some(Some(facts::TrainingStatus::InTraining)),
        training_type: Some(Some(facts::TrainingType::InCompany)),
        written_contract: Some(Some(true)),
        lives_in_germany: Some(Some(true)),
        failed_exams: Some(Some(vec![facts::FailedExams::FinalOnce])),
        ..Facts::default()
    };
    let request = CreateScreeningParams {
        screening_request: ScreeningRequest {
            facts: Some(Some(Box::new(facts))),
            ..ScreeningRequest::default()
        },
        include: None,
        explain: None,
        accept_language: Some("en".to_owned()),
    };
    let answer = create_screening(&service, request).await?;

    println!("{}: {}", answer.outcome, answer.headline);
    if let Some(first) = answer.contact_routes.unwrap_or_default().first() {
        let phone = first
            .channels
            .iter()
            .find(|channel| channel.kind == ChannelKind::Phone)
            .and_then(|channel| channel.label.as_deref());
        println!(
            "First contact: {}, {}",
            first.title,
            phone.unwrap_or(&first.purpose)
        );
    }
    for module in answer.modules.unwrap_or_default() {
        println!("Support: {} ({})", module.title, module.standing);
    }
    if let Some(question) = answer.next_question.flatten() {
        println!(
            "Next question of at most {}: {}",
            question.at_most, question.question
        );
    }
    Ok(())
}
