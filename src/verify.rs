//! What a rule set must stand before it answers anyone: its own cases, and proofs on its diagrams.

pub mod cases;
pub mod coverage;
pub mod diff;
pub mod explain;
pub mod person;
mod random;
pub mod space;
mod tiny;
