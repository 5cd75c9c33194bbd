//! What the bank says: the whole record, or a no with a code.
use crate::payment::{Capture, Dispute, Payment, Refund, RefundStatus, Status};
use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use platform_sql::SqlError;
use serde::Serialize;
use serde_json::json;

/// An answer that can be kept and said again, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// A no of the bank's. 422 is for good and kept under the key; the others are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    pub status: u16,
    pub code: &'static str,
    pub message: &'static str,
}

impl No {
    pub const fn refused(code: &'static str, message: &'static str) -> No {
        No { status: 422, code, message }
    }
    pub const fn conflict(code: &'static str, message: &'static str) -> No {
        No { status: 409, code, message }
    }
    pub const fn key_reused() -> No {
        No::conflict("key_reused", "this key was used for something else")
    }
    pub const fn invalid(message: &'static str) -> No {
        No { status: 400, code: "invalid", message }
    }
    pub const fn not_found() -> No {
        No { status: 404, code: "not_found", message: "there is no such thing here" }
    }
    pub const fn unauthorized() -> No {
        No { status: 401, code: "unauthorized", message: "Authorization: Bearer with the bank's secret is required" }
    }
}

/// Why a request has no answer of the bank's.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0:?}")]
    No(No),
    /// On its way, or its answer was: the caller can't know.
    #[error("lost")]
    Lost,
    #[error(transparent)]
    Book(#[from] SqlError),
}

impl From<No> for Failure {
    fn from(no: No) -> Failure {
        Failure::No(no)
    }
}
impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        SqlError::Broken(error.to_string()).into()
    }
}

#[derive(Serialize)]
struct Record<'a> {
    /// `null` for an attempt that was only voided and never came.
    id: Option<&'a str>,
    reference: &'a str,
    attempt: &'a str,
    amount: i64,
    currency: &'a str,
    status: Status,
    decline: Option<&'a str>,
    action_url: Option<String>,
    captured: i64,
    captures: &'a [Capture],
    /// Those that are done or failed: one under way can still become either.
    refunds: Vec<&'a Refund>,
    disputes: &'a [Dispute],
    version: i64,
}

/// The whole record. `url` is the bank's own address, for the page where a customer decides.
pub fn record(p: &Payment, url: &str) -> Answer {
    let asks = p.status == Status::NeedsAction;
    let record = Record {
        id: p.arrived.then_some(p.id.as_str()),
        reference: &p.reference,
        attempt: &p.attempt,
        amount: p.amount,
        currency: &p.currency,
        status: p.status,
        decline: p.decline.as_deref(),
        action_url: asks.then(|| format!("{url}/3ds/{}", p.id)),
        captured: p.captured(),
        captures: &p.captures,
        refunds: p.refunds.iter().filter(|r| r.status != RefundStatus::Pending).collect(),
        disputes: &p.disputes,
        version: p.version,
    };
    Answer::ok(&record)
}

impl Answer {
    pub fn ok(what: &impl Serialize) -> Answer {
        Answer { status: 200, body: serde_json::to_string(what).unwrap_or_default() }
    }
}
impl From<No> for Answer {
    fn from(no: No) -> Answer {
        Answer { status: no.status, body: json!({"code": no.code, "message": no.message}).to_string() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        (status, [(CONTENT_TYPE, "application/json")], self.body).into_response()
    }
}
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::No(no) => Answer::from(no).into_response(),
            Failure::Lost => cut(),
            Failure::Book(error) => {
                tracing::error!(%error, "book");
                let no = No { status: 503, code: "book_away", message: "the bank's book can't be reached" };
                Answer::from(no).into_response()
            }
        }
    }
}

/// A body that breaks before its first byte: the connection is closed under the caller. Should the head have left already, its
/// status is no yes.
fn cut() -> Response {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let body = Body::from_stream(futures::stream::iter([Err::<Bytes, _>(broken)]));
    (StatusCode::BAD_GATEWAY, body).into_response()
}
