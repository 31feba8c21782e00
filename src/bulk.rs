//! Many screenings on the command line: lines or table rows in, lines out, in order, on all processors, in bounded memory.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::api::lines::{self, Content, Line, Manner, Splitter};
use crate::facts::{FactCatalog, FactKind};

/// Form of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Ndjson,
    /// A table with a header row of fact names.
    Csv,
}

/// How many lines were answered and how many became problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines with a result.
    pub answered: u64,
    /// Lines with a problem.
    pub refused: u64,
}

/// Why a bulk run stopped.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// The input cannot be read on.
    #[error("cannot read on: {0}")]
    Input(#[source] io::Error),
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Output(#[source] io::Error),
    /// The header row is not usable.
    #[error("{0}")]
    Header(String),
}

/// Lines that one worker gets at a time.
const CHUNK_LINES_MAX: usize = 64;
/// A chunk is also full when it has this many bytes.
const CHUNK_BYTES_MAX: usize = 256 * 1024;
/// Chunks that wait at each worker.
const WAITING_MAX: usize = 2;
/// Bytes read at a time.
const READ_BYTES: usize = 64 * 1024;
/// Longest row of a table, in bytes: far more than the facts of one person need. A quotation mark that is never closed would otherwise gather
/// the rest of the table in one cell.
const ROW_BYTES_MAX: usize = 1024 * 1024;

/// A bar on standard error, if that is a terminal; `bytes` is the length of the input, where it is known.
#[must_use]
pub fn progress(bytes: Option<u64>) -> ProgressBar {
    let bar = bytes.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let template = if bytes.is_some() {
        "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}"
    } else {
        "{spinner} {bytes} {bytes_per_sec}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Answers everything that `input` holds.
///
/// # Errors
/// When the input cannot be read, its header row is not usable, or the output cannot be written.
pub fn run(
    input: impl Read + Send,
    form: Form,
    manner: &Manner<'_>,
    bar: &ProgressBar,
    out: &mut dyn Write,
) -> Result<Counts, BulkError> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let mut work: Vec<SyncSender<Vec<Line>>> = Vec::with_capacity(threads);
        let mut done: Vec<Receiver<(String, Counts)>> = Vec::with_capacity(threads);
        for _ in 0..threads {
            let (give, take) = sync_channel(WAITING_MAX);
            let (answer, collect) = sync_channel(WAITING_MAX);
            work.push(give);
            done.push(collect);
            scope.spawn(move || {
                for chunk in take {
                    if answer.send(answer_chunk(&chunk, manner)).is_err() {
                        return;
                    }
                }
            });
        }
        let reader = scope.spawn(move || {
            let catalog = &manner.prepared.ruleset.catalog;
            let mut dealer = Dealer {
                work,
                next: 0,
                chunk: Vec::new(),
                size: 0,
            };
            let read = match form {
                Form::Ndjson => read_lines(input, bar, &mut dealer),
                Form::Csv => read_table(input, catalog, bar, &mut dealer),
            };
            // What came before the reading stopped is answered.
            dealer.deal();
            read
        });
        // Chunks go round, so the answers come back in order by going round, too.
        let mut total = Counts::default();
        let mut written = Ok(());
        for worker in done.iter().cycle() {
            let Ok((answers, counts)) = worker.recv() else {
                break;
            };
            total.answered += counts.answered;
            total.refused += counts.refused;
            written = out.write_all(answers.as_bytes());
            if written.is_err() {
                break;
            }
        }
        // Nobody collects any more: workers and reader come to their end.
        drop(done);
        let read = reader
            .join()
            .unwrap_or_else(|_| Err(BulkError::Input(io::Error::other("the reader stopped"))));
        written
            .and_then(|()| out.flush())
            .map_err(BulkError::Output)?;
        read?;
        Ok(total)
    })
}

fn answer_chunk(chunk: &[Line], manner: &Manner<'_>) -> (String, Counts) {
    let mut out = String::new();
    let mut counts = Counts::default();
    for line in chunk {
        match lines::answer(line, manner, &mut out) {
            Ok(_) => counts.answered += 1,
            Err(_) => counts.refused += 1,
        }
    }
    (out, counts)
}

/// Gathers lines into chunks and deals them to the workers in turn.
struct Dealer {
    work: Vec<SyncSender<Vec<Line>>>,
    next: usize,
    chunk: Vec<Line>,
    size: usize,
}

impl Dealer {
    /// Whether anybody still works.
    fn push(&mut self, line: Line) -> bool {
        if let Content::Request(bytes) = &line.content {
            self.size += bytes.len();
        }
        self.chunk.push(line);
        self.chunk.len() < CHUNK_LINES_MAX && self.size < CHUNK_BYTES_MAX || self.deal()
    }

    fn deal(&mut self) -> bool {
        self.size = 0;
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() {
            return true;
        }
        let worker = self.work.get(self.next % self.work.len().max(1));
        self.next += 1;
        worker.is_some_and(|worker| worker.send(chunk).is_ok())
    }
}

fn read_lines(
    mut input: impl Read,
    bar: &ProgressBar,
    dealer: &mut Dealer,
) -> Result<(), BulkError> {
    let mut splitter = Splitter::default();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let length = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(BulkError::Input(error)),
        };
        bar.inc(length as u64);
        let mut rest = buffer.get(..length).unwrap_or_default();
        while !rest.is_empty() {
            let (taken, line) = splitter.take(rest);
            rest = rest.get(taken..).unwrap_or_default();
            if line.is_some_and(|line| !dealer.push(line)) {
                return Ok(());
            }
        }
    }
    if let Some(line) = splitter.finish() {
        dealer.push(line);
    }
    Ok(())
}

/// What a column of a table holds.
enum Column {
    Reference,
    AsOf,
    Fact { id: String, kind: FactKind },
}

fn read_table(
    input: impl Read,
    catalog: &FactCatalog,
    bar: &ProgressBar,
    dealer: &mut Dealer,
) -> Result<(), BulkError> {
    let mut input = BufReader::with_capacity(READ_BYTES, input);
    let delimiter = delimiter(input.fill_buf().map_err(BulkError::Input)?);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(Rows {
            input,
            left: ROW_BYTES_MAX,
        });
    let header = reader.byte_headers().map_err(unreadable)?.clone();
    let columns = columns(&header, catalog)?;
    let mut record = csv::ByteRecord::new();
    let mut read = 0;
    while reader.read_byte_record(&mut record).map_err(unreadable)? {
        reader.get_mut().left = ROW_BYTES_MAX;
        let position = reader.position().byte();
        bar.inc(position.saturating_sub(read));
        read = position;
        let number = record.position().map_or(0, csv::Position::line);
        let content = row(&record, &columns);
        if !dealer.push(Line { number, content }) {
            break;
        }
    }
    Ok(())
}

/// The input of a table, of which no row may take more than is left.
struct Rows<R> {
    input: R,
    left: usize,
}

impl<R: Read> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a row has more than {ROW_BYTES_MAX} bytes; is a quotation mark not closed?"
            )));
        }
        let length = self.input.read(buffer)?;
        self.left = self.left.saturating_sub(length);
        Ok(length)
    }
}

fn unreadable(error: csv::Error) -> BulkError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => BulkError::Input(error),
        _ => BulkError::Input(io::Error::other("this is no table")),
    }
}

/// Tables come with commas, or, where a comma divides decimals, with semicolons or tabs.
fn delimiter(start: &[u8]) -> u8 {
    let header = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |wanted: u8| header.split(|byte| *byte == wanted).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|wanted| count(*wanted))
        .unwrap_or(b',')
}

fn columns(header: &csv::ByteRecord, catalog: &FactCatalog) -> Result<Vec<Column>, BulkError> {
    // A place is named, never what stands there: of a table without a header row that would be the facts of a person.
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for (place, name) in (1..).zip(header) {
        let name = std::str::from_utf8(name)
            .map_err(|_| BulkError::Header("the header row is not UTF-8".to_owned()))?;
        if !seen.insert(name) {
            return Err(BulkError::Header(format!(
                "column {place} of the header row stands twice"
            )));
        }
        columns.push(match name {
            "ref" => Column::Reference,
            "asOf" => Column::AsOf,
            _ => {
                let fact = catalog.find(name).and_then(|fact| catalog.get(fact));
                let fact = fact.ok_or_else(|| {
                    BulkError::Header(format!(
                        "column {place} of the header row names no fact; columns are `ref`, `asOf` and the names of facts, which `GET /v1/facts` lists"
                    ))
                })?;
                Column::Fact {
                    id: fact.id.clone(),
                    kind: fact.kind.clone(),
                }
            }
        });
    }
    Ok(columns)
}

/// The request that a row stands for. An empty cell is unknown; in a list `|` divides, and `|` alone means none of these.
fn row(record: &csv::ByteRecord, columns: &[Column]) -> Content {
    let mut facts = String::new();
    let mut out = String::from("{");
    for (place, cell) in record.iter().enumerate() {
        let Ok(cell) = std::str::from_utf8(cell) else {
            return Content::Unreadable("text in UTF-8 is expected");
        };
        if cell.is_empty() {
            continue;
        }
        match columns.get(place) {
            Some(Column::Reference) => {
                let _ = write!(out, "\"ref\":{},", Value::from(cell));
            }
            Some(Column::AsOf) => {
                let _ = write!(out, "\"asOf\":{},", Value::from(cell));
            }
            Some(Column::Fact { id, kind }) => {
                let _ = write!(
                    facts,
                    "{}\"{id}\":",
                    if facts.is_empty() { "" } else { "," }
                );
                let _ = match kind {
                    FactKind::Bool if matches!(cell, "true" | "false") => {
                        write!(facts, "{cell}")
                    }
                    FactKind::Int { .. } if cell.parse::<i64>().is_ok() => {
                        write!(facts, "{}", cell.parse::<i64>().unwrap_or_default())
                    }
                    FactKind::Many => {
                        let options: Vec<&str> = cell
                            .split('|')
                            .map(str::trim)
                            .filter(|option| !option.is_empty())
                            .collect();
                        write!(facts, "{}", Value::from(options))
                    }
                    FactKind::Bool
                    | FactKind::One
                    | FactKind::Int { .. }
                    | FactKind::Date
                    | FactKind::PostalCode => write!(facts, "{}", Value::from(cell)),
                };
            }
            None => return Content::Unreadable("at most one cell per column is expected"),
        }
    }
    let _ = write!(out, "\"facts\":{{{facts}}}}}");
    if out.len() > lines::LINE_BYTES_MAX {
        Content::TooLong
    } else {
        Content::Request(out.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_read_off_the_header() {
        assert_eq!(delimiter(b"ref,age\n1;2;3"), b',');
        assert_eq!(delimiter(b"ref;age\n1,2,3,4"), b';');
        assert_eq!(delimiter(b"ref\tage"), b'\t');
        assert_eq!(delimiter(b"age"), b',');
        assert_eq!(delimiter(b""), b',');
    }

    #[test]
    fn a_row_becomes_the_request_a_portal_would_send() {
        let fact = |id: &str, kind| Column::Fact {
            id: id.to_owned(),
            kind,
        };
        let columns = [
            Column::Reference,
            fact("age", FactKind::Int { min: 10, max: 99 }),
            fact("gaps", FactKind::Many),
            fact("code", FactKind::PostalCode),
            fact("need", FactKind::Bool),
        ];
        let request = |cells: &[&str]| match row(&csv::ByteRecord::from(cells.to_vec()), &columns) {
            Content::Request(bytes) => String::from_utf8(bytes).expect("text"),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            request(&["a1", "034", "maths | german", "01067", "true"]),
            r#"{"ref":"a1","facts":{"age":34,"gaps":["maths","german"],"code":"01067","need":true}}"#
        );
        assert_eq!(request(&["", "", "|", "", ""]), r#"{"facts":{"gaps":[]}}"#);
        assert_eq!(
            request(&["", "x\"", "", "", "ja"]),
            r#"{"facts":{"age":"x\"","need":"ja"}}"#
        );
        let extra = csv::ByteRecord::from(vec!["", "", "", "", "", "x"]);
        assert!(matches!(row(&extra, &columns), Content::Unreadable(_)));
    }
}
