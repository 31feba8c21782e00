//! Eligibility screening for *Assistierte Ausbildung flexibel* (`AsA` flex, §§ 74–75a SGB III).
//!
//! # Layout
//! Data flows one way: `facts` ← `rules` ← `engine` ← `answer` ← `api` ← `main`.

pub mod access;
pub mod answer;
pub mod api;
pub mod batch;
pub mod bulk;
pub mod cli;
pub mod dates;
pub mod diagram;
pub mod engine;
pub mod facts;
pub mod limit;
pub mod metrics;
pub mod offices;
pub mod reload;
pub mod request;
pub mod rules;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod tls;
pub mod trace;
pub mod verify;
