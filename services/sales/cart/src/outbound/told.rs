//! What a callee's status means here. Each kind has one meaning (api 7): a refusal by rule is a no in the callee's own code, a lost race
//! may be asked again, and what can't be known now is away. What the contract does not say is a fault, and is not sold as a no.
use crate::Error;
use platform::grpc::code_of;
use tonic::{Code, Status};

/// Refusals that the contracts name. One that a newer callee adds is shown in its words all the same.
const KNOWN: [&str; 10] = [
    "pricing.no_delivery",
    "pricing.no_price",
    "pricing.empty",
    "pricing.too_large",
    "pricing.coupon_unknown",
    "pricing.coupon_currency",
    "pricing.coupon_used_up",
    "quote.inactive",
    "shipping.not_served",
    // The client's key was used for this cart as it was then.
    "key_reused",
];

pub fn told(callee: &'static str, status: &Status) -> Error {
    match status.code() {
        Code::FailedPrecondition => {
            let code = KNOWN.into_iter().find(|known| *known == code_of(status)).unwrap_or("cart.refused");
            Error::Told { code, why: status.message().to_string() }
        }
        Code::Aborted => Error::Contended,
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::OutOfRange
        | Code::Unauthenticated
        | Code::PermissionDenied
        | Code::Unimplemented => Error::Odd { callee, said: status.to_string() },
        _ => Error::Away(callee),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Code as Stable, Coded, Kind, error};
    use std::fmt;

    #[derive(Debug)]
    struct Said(Stable);

    impl fmt::Display for Said {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("why")
        }
    }
    impl Coded for Said {
        fn code(&self) -> Stable {
            self.0
        }
    }

    /// As the callee's own door would say it.
    fn heard(code: Stable) -> (Kind, &'static str) {
        let told = told("pricing", &platform::grpc::status(&Said(code))).code();
        (told.kind, told.text)
    }

    #[test]
    fn a_refusal_keeps_its_code_and_only_a_refusal_is_one() {
        for code in KNOWN {
            assert_eq!(heard(error::refused(code)), (Kind::Refused, code));
        }
        assert_eq!(heard(error::refused("pricing.new_rule")), (Kind::Refused, "cart.refused"));
        assert_eq!(heard(error::conflict("contended")), (Kind::Conflict, "contended"));
        assert_eq!(heard(error::stale("stale")), (Kind::Conflict, "contended"));
        for odd in
            [error::not_found("quote.not_found"), error::invalid("shipping.empty"), error::forbidden("forbidden")]
        {
            assert_eq!(heard(odd), (Kind::Internal, "odd_answer"), "{}", odd.text);
        }
        for away in [error::unavailable("away"), error::internal("internal"), error::unavailable("deadline")] {
            assert_eq!(heard(away), (Kind::Unavailable, "away"), "{}", away.text);
        }
        let late = told("pricing", &Status::deadline_exceeded("late")).code();
        assert_eq!((late.kind, late.text), (Kind::Unavailable, "away"));
    }
}
