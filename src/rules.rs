//! The rule language: files → [`Ruleset`].
//!
//! [`load`] reads files, [`yaml`] makes trees, [`shape`] says what may stand where, [`compile`] resolves names and turns every
//! condition into a decision diagram, [`problem`] is what authors see. After that nothing can go wrong any more: the engine has no
//! errors.
//!
//! Knows nothing about HTTP, about a clock, or about any single trainee.

use std::path::{Path, PathBuf};

pub mod built_in;
pub mod cases;
mod compact;
pub mod compile;
mod condition;
mod damaged;
pub mod load;
pub mod model;
mod placeholders;
pub mod problem;
pub mod schema;
mod segment;
pub mod shape;
pub mod texts;
pub mod yaml;

pub use model::Ruleset;
pub use problem::{Problem, Severity, SourceFile};

/// Why there is no rule set.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The folder holds more than any rule set needs.
    #[error("the folder holds more than {files} files or {bytes} bytes; is it a rules folder?")]
    TooMuch {
        /// Most files.
        files: usize,
        /// Most bytes.
        bytes: usize,
    },
    /// The rule files have problems of severity error.
    #[error("the rule set has problems")]
    Problems(Vec<Problem>, Vec<SourceFile>),
}

impl LoadError {
    /// The message for authors: problems with their snippets, or what stopped the reading.
    #[must_use]
    pub fn report(&self) -> String {
        match self {
            Self::Unreadable(..) | Self::TooMuch { .. } => format!("error: {self}\n"),
            Self::Problems(problems, files) => problem::render_all(problems, files),
        }
    }
}

/// The rule files of a folder, or the embedded ones.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: Option<&Path>) -> Result<Vec<SourceFile>, LoadError> {
    folder.map_or_else(|| Ok(load::embedded()), load::folder)
}

/// The compiled rule set of a folder, or the embedded one.
///
/// # Errors
/// When the folder cannot be read or its rules have problems of severity error.
pub fn ruleset(folder: Option<&Path>) -> Result<Ruleset, LoadError> {
    let files = files(folder)?;
    compile::compile(&files).map_err(|problems| LoadError::Problems(problems, files))
}
