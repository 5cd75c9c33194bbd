pub mod events;
pub mod inventory;
pub mod payment;
pub mod pricing;
pub mod sql;

use crate::{Error, error::step, ports::Missed};
use platform::grpc::code_of;
use std::time::Duration;
use tonic::{Code, Status};

/// How often a lost race at a callee is run again, and the unit of the pause before the next.
const RACES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(5);

/// Runs a step again while somebody else is faster at the callee. Losing every race is no answer.
async fn racing<T, F: Future<Output = Result<T, Status>>>(call: impl Fn() -> F) -> Result<T, Missed> {
    for race in 1..=RACES {
        match call().await {
            Ok(done) => return Ok(done),
            Err(status) if code_of(&status) == "contended" => tokio::time::sleep(PAUSE * race).await,
            Err(status) => return Err(missed(&status)),
        }
    }
    Err(Missed::Unknown)
}

/// Only a definite refusal is a no; everything else is unknown, and what was refused for now may be asked again.
fn missed(status: &Status) -> Missed {
    match status.code() {
        Code::FailedPrecondition | Code::NotFound | Code::InvalidArgument => Missed::No(refusal(status)),
        Code::Aborted if code_of(status) == "payment.undecided" => Missed::No(Error::CardUndecided),
        Code::Aborted if code_of(status) != "contended" => Missed::No(refusal(status)),
        _ => {
            tracing::debug!(code = code_of(status), status = ?status.code(), "a step is unknown");
            Missed::Unknown
        }
    }
}

fn refusal(status: &Status) -> Error {
    step(code_of(status), status.message())
}
