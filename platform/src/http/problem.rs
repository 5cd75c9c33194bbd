//! RFC 9457, and the one table from kind to status.
use crate::{ask::Said, context};
use axum::{
    body::Body,
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
};
use kernel::{Code, Coded, Kind, error};
use serde::Serialize;

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct Problem {
    #[serde(rename = "type")]
    pub about: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Stable: programs may rely on it.
    pub code: String,
    pub trace_id: String,
    /// Where in the request; JSON pointers.
    pub errors: Vec<Spot>,
    /// What a client needs beside the no, such as the fresh `quote`.
    #[serde(flatten)]
    #[schemars(skip)]
    pub members: serde_json::Map<String, serde_json::Value>,
    /// Seconds; said as a header.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) retry_after: Option<u64>,
    /// What really happened: for the log, never for the client.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) cause: Option<String>,
    /// Refused by a use case, so a repeat with the same key hears the same.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) settled: bool,
}
/// One place in the request that is wrong.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Spot {
    #[schemars(example = "/lines/0/quantity")]
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// All that a client hears of a mistake of ours.
const WRONG_HERE: &str = "something went wrong here";

/// Members that further ones can't replace.
const OWN: [&str; 7] = ["type", "title", "status", "detail", "code", "trace_id", "errors"];

/// Goes beside a response of 500 and above, as far as the edge that logs it.
#[derive(Clone)]
pub(crate) struct Fault {
    pub code: String,
    pub cause: String,
}

const fn status(kind: Kind) -> (u16, &'static str) {
    match kind {
        Kind::Invalid => (400, "invalid"),
        Kind::Unauthenticated => (401, "unauthenticated"),
        Kind::Forbidden => (403, "forbidden"),
        Kind::NotFound => (404, "not found"),
        Kind::Conflict => (409, "conflict"),
        Kind::Stale => (412, "stale"),
        Kind::Refused => (422, "refused"),
        Kind::TooMany => (429, "too many requests"),
        Kind::Unavailable => (503, "unavailable"),
        Kind::Internal => (500, "internal"),
    }
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        let (status, title) = status(code.kind);
        Problem {
            about: format!("https://souk.dev/problems/{}", code.text),
            title: title.into(),
            status,
            detail: detail.into(),
            code: code.text.into(),
            trace_id: context::trace_id(),
            errors: vec![],
            members: serde_json::Map::new(),
            retry_after: matches!(code.kind, Kind::Unavailable | Kind::TooMany).then_some(1),
            cause: None,
            settled: false,
        }
    }
    /// The outer message of an internal error says nothing; what it says itself is the cause.
    pub fn of(error: &(impl Coded + ?Sized)) -> Problem {
        let code = error.code();
        let mut problem = match code.kind {
            Kind::Internal => Problem::new(code, WRONG_HERE).caused_by(error),
            _ => Problem::new(code, error.to_string()),
        };
        problem.members = error.members();
        problem.members.retain(|name, _| !OWN.contains(&name.as_str()));
        let lost_race = ["contended", "answered"].contains(&code.text).then_some(1);
        problem.retry_after =
            error.retry_after().map(|after| after.as_secs().max(1)).or(problem.retry_after).or(lost_race);
        problem
    }
    /// A mistake of ours: the client learns that there was one, the log what it was.
    pub fn internal(cause: impl std::fmt::Display) -> Problem {
        Problem::new(error::internal("internal"), WRONG_HERE).caused_by(cause)
    }
    /// Not answered in time; it may be asked again.
    pub fn late(cause: impl std::fmt::Display) -> Problem {
        Problem::new(error::unavailable("deadline"), "this took too long").caused_by(cause)
    }
    pub fn no_such_method() -> Problem {
        Problem::new(error::invalid("invalid.method"), "this path has no such method").with_status(405)
    }
    /// What really happened: logged once, at the edge, if the status is 500 or above; never shown.
    pub fn caused_by(mut self, cause: impl std::fmt::Display) -> Problem {
        self.cause = Some(cause.to_string());
        self
    }
    /// Whole seconds, said as `Retry-After`. Such an answer is never kept (api 6).
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after = Some(seconds.max(1));
        self
    }
    pub fn invalid(detail: impl Into<String>) -> Problem {
        Problem::new(error::invalid("invalid"), detail)
    }
    pub fn forbidden(detail: &str) -> Problem {
        Problem::new(Code { kind: Kind::Forbidden, text: "forbidden" }, detail)
    }
    pub fn unauthenticated(detail: &str) -> Problem {
        Problem::new(Code { kind: Kind::Unauthenticated, text: "unauthenticated" }, detail)
    }
    /// A client refreshes and tries again.
    pub fn token_expired() -> Problem {
        Problem::new(error::unauthenticated("token.expired"), "the token has expired")
    }
    pub fn not_found() -> Problem {
        Problem::new(error::not_found("not_found"), "there is no such thing here")
    }
    pub fn with_status(mut self, status: u16) -> Problem {
        self.status = status;
        self
    }
    pub fn at(mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Problem {
        self.errors.push(Spot { pointer: pointer.into(), code: code.into(), detail: detail.into() });
        self
    }
    /// Whether a repeat may hear the same: a refusal by a rule is an answer; a lost race, and whatever says "ask again later", is none.
    pub(crate) fn settled_by(mut self, error: &impl Coded) -> Problem {
        let code = error.code();
        self.settled = matches!(code.kind, Kind::Conflict | Kind::Stale | Kind::Refused) && self.retry_after.is_none();
        self
    }
    pub(crate) fn said(&self) -> Said {
        let mut head = vec![("content-type".to_string(), "application/problem+json".to_string())];
        head.extend(self.retry_after.map(|seconds| ("retry-after".into(), seconds.to_string())));
        Said { status: self.status, head, body: self.bytes() }
    }
    pub(crate) fn bytes(&self) -> bytes::Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = respond(self.said());
        if self.status >= 500 {
            let cause = self.cause.unwrap_or(self.detail);
            response.extensions_mut().insert(Fault { code: self.code, cause });
        }
        response
    }
}

pub(crate) fn respond(said: Said) -> Response {
    let mut response = Response::new(Body::from(said.body));
    *response.status_mut() = StatusCode::from_u16(said.status).unwrap_or_default();
    for (name, value) in said.head {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
