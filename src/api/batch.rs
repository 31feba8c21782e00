//! `POST /v1/screenings/batch`: a request a line in, an answer a line out, in order and in bounded memory.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of a handler are the problem answers that the OpenAPI document lists"
)]

use std::io;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use jiff::civil::Date;
use tokio::sync::Semaphore;

use crate::answer::Prepared;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::lines::{self, Line, Manner, Splitter};
use crate::api::screenings::{self, Options};
use crate::api::{State, language, request_id, today};

/// Media type of a batch, in and out.
pub const MEDIA_TYPE: &str = "application/x-ndjson";
/// Most lines that are answered at a time.
const CHUNK_LINES_MAX: usize = 16;
/// Lines are answered as soon as they have this many bytes together.
const CHUNK_BYTES_MAX: usize = 64 * 1024;
/// Threads beside each worker that answer lines. More would not be faster, and each has working memory of its own.
pub const THREADS_PER_WORKER: usize = 1;

/// The turns of a worker's batches: however many there are, they take no more threads than these, and leave the others to the answers that
/// are compressed.
#[derive(Debug)]
pub struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(THREADS_PER_WORKER))
    }
}

/// Evaluate many sets of circumstances, one a line.
pub async fn create_batch(
    state: web::Data<State>,
    turns: web::Data<Turns>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let options = Options::read(&request)?;
    screenings::require_media_type(&request, MEDIA_TYPE)?;
    let prepared = state.prepared_for(&request);
    let locale = language::negotiate(&prepared, request.headers());
    let tag = prepared.tag(locale).to_owned();
    let batch = Batch {
        answering: Answering {
            prepared,
            locale,
            options,
            as_of: today(),
            request_id: request_id(&request),
        },
        state,
        turns,
        payload,
        splitter: Splitter::default(),
        bytes: Bytes::new(),
        phase: Phase::Reading,
        complete: false,
        answered: 0,
        refused: 0,
    };
    Ok(HttpResponse::Ok()
        .content_type(MEDIA_TYPE)
        .insert_header((header::CONTENT_LANGUAGE, tag))
        .insert_header((header::VARY, "Accept-Language"))
        // A proxy that gathers the answer would undo the streaming.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(lines(batch)))
}

/// The one rule set, language and day by which every line of a batch is answered.
#[derive(Clone)]
struct Answering {
    prepared: Arc<Prepared>,
    locale: usize,
    options: Options,
    as_of: Date,
    request_id: String,
}

struct Batch {
    answering: Answering,
    state: web::Data<State>,
    turns: web::Data<Turns>,
    payload: web::Payload,
    splitter: Splitter,
    /// What was received and not yet cut into lines.
    bytes: Bytes,
    phase: Phase,
    /// Whether every line that was sent has its answer.
    complete: bool,
    answered: u64,
    refused: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Reading,
    /// The last lines are being answered; this stopped the reading at a line, if it was no regular end.
    Ending(Option<(ErrorCode, u64)>),
    Done,
}

impl Drop for Batch {
    fn drop(&mut self) {
        // Also when the caller goes away: the stream is dropped, and with it the work that has not begun.
        tracing::info!(
            request.id = %self.answering.request_id,
            lines.answered = self.answered,
            lines.refused = self.refused,
            complete = self.complete,
            "batch ended"
        );
    }
}

/// The answer as a stream. It is only asked for more when the connection can take more, and only then reads on: a slow reader slows the
/// reading, and memory holds one chunk of lines and their answers, however long the batch is.
fn lines(batch: Batch) -> impl Stream<Item = Result<Bytes, io::Error>> {
    stream::unfold(batch, |mut batch| async move {
        loop {
            if batch.phase == Phase::Done {
                return None;
            }
            let chunk = batch.next_chunk().await;
            if let Some(answers) = batch.answer(chunk).await {
                return Some((Ok(answers), batch));
            }
        }
    })
}

impl Batch {
    /// The next lines: those that are there already, or else the first that come.
    async fn next_chunk(&mut self) -> Vec<Line> {
        let mut chunk = Vec::new();
        let mut size = 0;
        loop {
            while !self.bytes.is_empty() {
                let (taken, line) = self.splitter.take(&self.bytes);
                let _taken = self.bytes.split_to(taken);
                if let Some(line) = line {
                    let most = self.state.limits().batch_lines;
                    if most.is_some_and(|most| line.number > most) {
                        self.phase = Phase::Ending(Some((ErrorCode::BatchTooLarge, line.number)));
                        return chunk;
                    }
                    size += taken;
                    chunk.push(line);
                }
                if chunk.len() >= CHUNK_LINES_MAX || size >= CHUNK_BYTES_MAX {
                    return chunk;
                }
            }
            if !chunk.is_empty() {
                return chunk;
            }
            let silence = self.state.limits().batch_silence;
            let end = match actix_web::rt::time::timeout(silence, self.payload.next()).await {
                Ok(Some(Ok(bytes))) => {
                    self.bytes = bytes;
                    continue;
                }
                Ok(Some(Err(_))) => Some(ErrorCode::UnreadableBody),
                Ok(None) => None,
                Err(_) => Some(ErrorCode::RequestTimeout),
            };
            // A line that was cut off is no line.
            if end.is_none() {
                chunk.extend(self.splitter.finish());
            }
            self.phase = Phase::Ending(end.map(|code| (code, self.splitter.current())));
            return chunk;
        }
    }

    /// Answers lines away from the threads that serve connections.
    async fn answer(&mut self, chunk: Vec<Line>) -> Option<Bytes> {
        let mut out = String::new();
        if !chunk.is_empty() {
            let answering = self.answering.clone();
            let state = self.state.clone();
            let turn = self.turns.0.acquire().await;
            let work = web::block(move || answering.answer(&chunk, &state));
            let done = work.await;
            drop(turn);
            match done {
                Ok((answers, refused, count)) => {
                    out = answers;
                    self.refused += refused;
                    self.answered += count - refused;
                }
                Err(_) => {
                    self.phase =
                        Phase::Ending(Some((ErrorCode::Internal, self.splitter.current())));
                }
            }
        }
        if let Phase::Ending(end) = self.phase {
            if let Some((code, line)) = end {
                use std::fmt::Write as _;
                let _ = write!(out, "{{\"line\":{line}");
                lines::problem(code, Vec::new(), &self.answering.manner(), &mut out);
            }
            self.complete = end.is_none();
            self.phase = Phase::Done;
        }
        (!out.is_empty()).then(|| Bytes::from(out))
    }
}

impl Answering {
    fn manner(&self) -> Manner<'_> {
        Manner {
            prepared: &self.prepared,
            locale: self.locale,
            options: self.options,
            as_of: self.as_of,
            request_id: &self.request_id,
        }
    }

    /// The answers, how many lines were refused, and how many there were.
    fn answer(&self, chunk: &[Line], state: &State) -> (String, u64, u64) {
        let manner = self.manner();
        let mut out = String::new();
        let mut refused = 0;
        for line in chunk {
            let answered = lines::answer(line, &manner, &mut out);
            state.metrics().line(answered.is_ok());
            match answered {
                Ok(advice) => state.metrics().outcomes(&self.prepared, &advice),
                Err(_) => refused += 1,
            }
        }
        (out, refused, chunk.len() as u64)
    }
}
