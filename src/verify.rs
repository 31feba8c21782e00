//! What a rule set must stand before it answers anyone: its own cases, and proofs on its diagrams.

pub mod cases;
pub mod coverage;
pub mod diff;
pub mod explain;
pub mod person;
pub mod prove;
mod random;
pub mod space;
pub(crate) mod tiny;
