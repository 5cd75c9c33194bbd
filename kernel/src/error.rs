//! The closed set of error kinds; transports map a kind, never a type.

/// What kind of no it is (api 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request does not have the form it should have.
    Invalid,
    Unauthenticated,
    Forbidden,
    /// There is no such thing, or none that this actor may know of.
    NotFound,
    /// It can't be done now, as things stand.
    Conflict,
    /// Changed since it was read.
    Stale,
    /// A rule says no, for good.
    Refused,
    TooMany,
    /// Not answered; the same may be asked again later.
    Unavailable,
    /// A mistake of ours. Never caused by input.
    Internal,
}

/// A stable code such as `order.already_shipped` and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub kind: Kind,
    pub text: &'static str,
}

pub const fn invalid(text: &'static str) -> Code {
    Code { kind: Kind::Invalid, text }
}
pub const fn not_found(text: &'static str) -> Code {
    Code { kind: Kind::NotFound, text }
}
pub const fn conflict(text: &'static str) -> Code {
    Code { kind: Kind::Conflict, text }
}
pub const fn stale(text: &'static str) -> Code {
    Code { kind: Kind::Stale, text }
}
pub const fn refused(text: &'static str) -> Code {
    Code { kind: Kind::Refused, text }
}
pub const fn unauthenticated(text: &'static str) -> Code {
    Code { kind: Kind::Unauthenticated, text }
}
pub const fn forbidden(text: &'static str) -> Code {
    Code { kind: Kind::Forbidden, text }
}
pub const fn too_many(text: &'static str) -> Code {
    Code { kind: Kind::TooMany, text }
}
pub const fn unavailable(text: &'static str) -> Code {
    Code { kind: Kind::Unavailable, text }
}
pub const fn internal(text: &'static str) -> Code {
    Code { kind: Kind::Internal, text }
}

/// An error with a stable code. Its `Display` is what people read.
pub trait Coded: std::fmt::Display {
    fn code(&self) -> Code;
    /// When asking again may help. Such an answer is never kept (api 6).
    fn retry_after(&self) -> Option<std::time::Duration> {
        None
    }
    /// Further members of the problem, such as the fresh `quote` beside `quote.price_changed`.
    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        serde_json::Map::new()
    }
}
