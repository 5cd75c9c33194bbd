//! What a callee's status means here: a refusal by rule is a no, everything else is unknown.
use crate::Error;
use platform::grpc::code_of;
use tonic::{Code, Status};

const KNOWN: [&str; 9] = [
    "pricing.no_delivery",
    "pricing.no_price",
    "pricing.empty",
    "pricing.too_large",
    "pricing.coupon_unknown",
    "pricing.coupon_currency",
    "pricing.coupon_used_up",
    "quote.inactive",
    "shipping.not_served",
];

pub fn told(callee: &'static str, status: &Status) -> Error {
    match status.code() {
        Code::FailedPrecondition | Code::InvalidArgument | Code::Aborted | Code::NotFound => {
            let code = KNOWN.into_iter().find(|known| *known == code_of(status)).unwrap_or("cart.refused");
            Error::Told { code, why: status.message().to_string() }
        }
        _ => Error::Away(callee),
    }
}
