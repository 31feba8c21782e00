//! Many screenings, one a line: the same lines over HTTP and on the command line.
//!
//! Lines are cut out of a stream without ever holding more than one of them, and each is answered by itself: a bad one becomes a problem
//! at its place, and the rest goes on.

use std::fmt::Write as _;

use crate::answer::Prepared;
use crate::engine::Advice;
use crate::request;

use super::error::{ErrorCode, ProblemField, problem_details, request_problem};
use super::screenings::{self, Options};

/// Longest line, in bytes without its line break: as long as the body of a single screening may be.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// One line of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1; blank lines count.
    pub number: u64,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The bytes of a request.
    Request(Vec<u8>),
    /// More than [`LINE_BYTES_MAX`]; nothing of it was kept.
    TooLong,
    /// A table row that cannot be read, and what was expected.
    Unreadable(&'static str),
}

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Splitter {
    number: u64,
    line: Vec<u8>,
    too_long: bool,
}

impl Splitter {
    /// Takes the bytes up to and including the first line break, and gives the line that they end and how many bytes it took.
    /// Without a line break all bytes are taken and nothing is given.
    pub fn take(&mut self, bytes: &[u8]) -> (usize, Option<Line>) {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        if self.too_long || self.line.len() + part.len() > LINE_BYTES_MAX {
            self.too_long = true;
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(part);
        }
        match end {
            Some(end) => (end + 1, self.cut()),
            None => (bytes.len(), None),
        }
    }

    /// The last line, if the stream does not end with a line break.
    pub fn finish(&mut self) -> Option<Line> {
        self.cut()
    }

    /// Number of the line that is being read.
    #[must_use]
    pub fn current(&self) -> u64 {
        self.number + 1
    }

    fn cut(&mut self) -> Option<Line> {
        self.number += 1;
        let content = if std::mem::take(&mut self.too_long) {
            Content::TooLong
        } else {
            let line = std::mem::take(&mut self.line);
            if line.trim_ascii().is_empty() {
                return None;
            }
            Content::Request(line)
        };
        Some(Line {
            number: self.number,
            content,
        })
    }
}

/// How the lines of one batch are answered; the same for all of them.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The rule set.
    pub prepared: &'a Prepared,
    /// The language.
    pub locale: usize,
    /// Sections and reasons.
    pub options: Options,
    /// Evaluation date of lines that name none.
    pub as_of: jiff::civil::Date,
    /// The id of the request that carries the batch; empty on the command line.
    pub request_id: &'a str,
}

/// Appends the answer to one line, with its line break, and gives the advice in it or the code of the problem.
///
/// # Errors
/// When the line is no valid request; its problem is written all the same.
pub fn answer(line: &Line, manner: &Manner<'_>, out: &mut String) -> Result<Advice, ErrorCode> {
    let _ = write!(out, "{{\"line\":{}", line.number);
    let bytes = match &line.content {
        Content::Request(bytes) => bytes,
        Content::TooLong => return Err(problem(ErrorCode::BodyTooLarge, Vec::new(), manner, out)),
        Content::Unreadable(expected) => {
            let field = ProblemField {
                pointer: String::new(),
                code: "malformed-row".to_owned(),
                message: (*expected).to_owned(),
            };
            return Err(problem(ErrorCode::MalformedJson, vec![field], manner, out));
        }
    };
    let (reference, parsed) = request::parse_line(bytes, &manner.prepared.ruleset.catalog);
    if let Some(reference) = &reference {
        // INVARIANT: a reference holds nothing that JSON would escape.
        let _ = write!(out, ",\"ref\":\"{reference}\"");
    }
    match parsed {
        Ok(mut parsed) => {
            parsed.as_of = parsed.as_of.or(Some(manner.as_of));
            let advice = screenings::evaluate(manner.prepared, &parsed, manner.options);
            out.push_str(",\"result\":");
            out.push_str(&manner.prepared.write(
                &advice,
                manner.locale,
                manner.options.wanted,
                manner.options.explain,
            ));
            if out.ends_with('\n') {
                out.pop();
            }
            out.push_str("}\n");
            Ok(advice)
        }
        Err(error) => {
            let (code, errors) = request_problem(error);
            Err(problem(code, errors, manner, out))
        }
    }
}

/// Appends a problem that ends a line, or the whole batch.
pub fn problem(
    code: ErrorCode,
    errors: Vec<ProblemField>,
    manner: &Manner<'_>,
    out: &mut String,
) -> ErrorCode {
    let details = problem_details(code, manner.request_id, errors);
    out.push_str(",\"problem\":");
    out.push_str(&serde_json::to_string(&details).unwrap_or_default());
    out.push_str("}\n");
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<Line> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for piece in pieces {
            let mut rest = *piece;
            while !rest.is_empty() {
                let (taken, line) = splitter.take(rest);
                lines.extend(line);
                rest = &rest[taken..];
            }
        }
        lines.extend(splitter.finish());
        lines
    }

    fn request(number: u64, text: &str) -> Line {
        Line {
            number,
            content: Content::Request(text.as_bytes().to_vec()),
        }
    }

    #[test]
    fn lines_are_the_same_wherever_the_stream_is_cut() {
        let whole: &[u8] = b"{}\n\n{\"a\":1}\r\n  \n{}";
        let expected = [
            request(1, "{}"),
            request(3, "{\"a\":1}\r"),
            request(5, "{}"),
        ];
        assert_eq!(lines(&[whole]), expected);
        let bytes: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(lines(&bytes), expected);
    }

    #[test]
    fn a_line_at_the_limit_is_kept_and_a_longer_one_is_skipped_without_being_held() {
        let fits = vec![b'a'; LINE_BYTES_MAX];
        let longer = vec![b'a'; LINE_BYTES_MAX + 1];
        let found = lines(&[&longer, b"\n", &fits, b"\n{}\n", &longer]);
        assert_eq!(found[0].content, Content::TooLong);
        assert!(
            matches!(&found[1].content, Content::Request(line) if line.len() == LINE_BYTES_MAX)
        );
        assert_eq!(found[2], request(3, "{}"));
        assert_eq!(found[3].content, Content::TooLong);
        assert_eq!(found.len(), 4);

        let mut splitter = Splitter::default();
        for _ in 0..100 {
            let (taken, line) = splitter.take(&longer);
            assert!(taken == longer.len() && line.is_none());
            assert_eq!(splitter.line.capacity(), 0);
        }
    }

    #[test]
    fn an_empty_stream_has_no_lines() {
        assert!(lines(&[]).is_empty());
        assert!(lines(&[b"\n\n \t\n"]).is_empty());
    }
}
