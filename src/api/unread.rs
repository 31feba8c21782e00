//! What happens to a body that nobody reads to its end.
//!
//! The server closes a connection on which a body of known length was left unread. One that comes in chunks it reads on without an end, in the
//! hope of another request, and a caller who falls silent then keeps the connection for ever. A body that is held until the answer is
//! written counts as unread in both cases, so the connection ends.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage as _;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::Stream;

/// Keeps the body of a request until it is dropped.
#[derive(Clone)]
pub struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// Takes hold of a body that comes in chunks; the request reads it as before.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream {
            payload: Box::pin(held.clone()),
        });
        Some(held)
    }
}

/// Keeps something until an answer is written, or given up.
#[must_use]
pub fn until_written<T: Unpin + 'static>(
    kept: T,
    response: ServiceResponse<BoxBody>,
) -> ServiceResponse<BoxBody> {
    response.map_body(|_, body| BoxBody::new(Answer { body, _kept: kept }))
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// An answer that keeps something.
struct Answer<T> {
    body: BoxBody,
    _kept: T,
}

impl<T: Unpin> MessageBody for Answer<T> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
