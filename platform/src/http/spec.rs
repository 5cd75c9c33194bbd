//! Everything that is declared of a route.
use super::schema::Shape;
use axum::http::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Store,
    Vendor,
    Admin,
    /// Providers and carriers: `/hooks/v1/{service}/{provider}`. No token, no key, in no document; takes a `RawCall`.
    Hooks,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Browse,
    Buy,
    Login,
    Hook,
}
/// Whether an `Idempotency-Key` is wanted (api 6): on every POST that is not a pure question it is required, on other writes taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    None,
    Taken,
    Required,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Open,
    Action(&'static str),
}
/// Everything about a route but the code behind it.
#[derive(Clone, Debug)]
pub struct Spec {
    pub method: Method,
    pub path: &'static str,
    pub audience: Option<Audience>,
    pub access: Option<Access>,
    pub key: KeyRule,
    pub if_match: bool,
    pub cached: Option<(u32, &'static str)>,
    pub class: Class,
    pub doc: String,
    pub name: &'static str,
    pub status: u16,
    /// May answer 202 and go on after the client left.
    pub slow: bool,
    /// Takes the bytes as they came.
    pub raw: bool,
    pub body: Option<Shape>,
    pub path_args: Option<Shape>,
    pub query: Option<Shape>,
    pub answer: Shape,
}
