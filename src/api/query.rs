//! Query parameters that are declared as a struct: read, and checked as far as that needs no rule set.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationError};

use crate::api::error::{ApiError, ErrorCode, ProblemField};
use crate::dates;
use crate::facts::PostalCode;

/// Parameters of the catalogue.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AsOf {
    /// The law of this day.
    #[validate(custom(function = "day"))]
    pub as_of: Option<String>,
}

/// Parameters of the list of events.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct From {
    /// Leaves out events before this day.
    #[validate(custom(function = "day"))]
    pub from: Option<String>,
}

/// Parameters of the search for offices.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Offices {
    /// A postal code; absent reads as empty, which is none.
    #[serde(default)]
    #[validate(custom(function = "postal_code"))]
    pub postal_code: String,
}

fn day(text: &str) -> Result<(), ValidationError> {
    let refused = ValidationError::new("invalid-parameter")
        .with_message("a calendar day as YYYY-MM-DD is accepted".into());
    dates::parse(text).map(drop).ok_or(refused)
}

fn postal_code(text: &str) -> Result<(), ValidationError> {
    let refused = ValidationError::new("invalid-postal-code")
        .with_message("a postal code of five digits is accepted".into());
    PostalCode::parse(text).map(drop).ok_or(refused)
}

/// Reads and checks the query of a request; `known` says which parameters there are.
///
/// # Errors
/// When a parameter is unknown, stands twice, or has a value that is not accepted.
pub fn read<T: DeserializeOwned + Validate>(
    request: &HttpRequest,
    known: &'static str,
) -> Result<T, ApiError> {
    // The reader's own message would quote the query.
    let query = web::Query::<T>::from_query(request.query_string())
        .map_err(|_| ApiError::parameter(request, "", known))?
        .into_inner();
    query.validate().map_err(|refused| {
        let mut errors: Vec<ProblemField> = refused
            .field_errors()
            .into_iter()
            .flat_map(|(name, errors)| {
                // Of an error only code and message go on: its parameters hold the value that was sent.
                errors.iter().map(move |error| ProblemField {
                    pointer: format!("?{}", camel_case(&name)),
                    code: error.code.to_string(),
                    message: error.message.clone().unwrap_or_default().into_owned(),
                })
            })
            .collect();
        errors.sort_by(|left, right| left.pointer.cmp(&right.pointer));
        ApiError::new(ErrorCode::InvalidParameter, request).with_errors(errors)
    })?;
    Ok(query)
}

/// The name of a field as it stands in a query.
fn camel_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut upper = false;
    for letter in field.chars() {
        if letter == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            name.push(letter.to_ascii_uppercase());
        } else {
            name.push(letter);
        }
    }
    name
}
