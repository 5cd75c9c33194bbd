//! What a shop calls: `/v1`. Parse, check, perform.
use crate::{
    Bank,
    answer::{Answer, Failure, No, record},
    call::{Call, NewPayment, NewPayout},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::sync::Arc;

type App = State<Arc<Bank>>;
type Answered = Result<Answer, Failure>;

pub(crate) fn router() -> Router<Arc<Bank>> {
    Router::new()
        .route("/payments", post(authorize).get(find))
        .route("/payments/{id}", get(payment))
        .route("/payments/{id}/capture", post(capture))
        .route("/payments/{id}/void", post(void))
        .route("/payments/{id}/refunds", post(refund))
        .route("/voids", post(void_attempt))
        .route("/payouts", post(pay_out))
        .route("/payouts/{id}", get(payout))
}

/// Callers show the bank's secret. Digests are compared, so the time it takes tells nothing.
pub(crate) async fn authenticate(State(bank): App, request: Request, next: Next) -> Response {
    let shown = request.headers().get("authorization").and_then(|h| h.to_str().ok());
    let shown = shown.and_then(|h| h.strip_prefix("Bearer ")).unwrap_or_default();
    match Sha256::digest(shown) == Sha256::digest(bank.config.secret.reveal()) {
        true => next.run(request).await,
        false => Answer::from(No::unauthorized()).into_response(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    amount: i64,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    attempt: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

async fn authorize(State(bank): App, head: HeaderMap, body: Bytes) -> Answered {
    perform(&bank, &head, Call::Authorize(json::<NewPayment>(&body)?)).await
}
async fn capture(State(bank): App, Path(payment): Path<String>, head: HeaderMap, body: Bytes) -> Answered {
    let Amount { amount } = json(&body)?;
    perform(&bank, &head, Call::Capture { payment, amount }).await
}
async fn void(State(bank): App, Path(payment): Path<String>, head: HeaderMap, body: Bytes) -> Answered {
    let Empty {} = json(&body)?;
    perform(&bank, &head, Call::Void { payment }).await
}
async fn refund(State(bank): App, Path(payment): Path<String>, head: HeaderMap, body: Bytes) -> Answered {
    let Amount { amount } = json(&body)?;
    perform(&bank, &head, Call::Refund { payment, amount }).await
}
async fn void_attempt(State(bank): App, head: HeaderMap, body: Bytes) -> Answered {
    let Attempt { attempt } = json(&body)?;
    perform(&bank, &head, Call::VoidAttempt { attempt }).await
}
async fn pay_out(State(bank): App, head: HeaderMap, body: Bytes) -> Answered {
    perform(&bank, &head, Call::PayOut(json::<NewPayout>(&body)?)).await
}

async fn payment(State(bank): App, Path(id): Path<String>) -> Answered {
    let found = bank.book.payment(&id).await?.filter(|p| p.arrived);
    Ok(record(&found.ok_or(No::not_found())?, &bank.url))
}
async fn find(State(bank): App, RawQuery(query): RawQuery) -> Answered {
    let Attempt { attempt } = form(query.unwrap_or_default().as_bytes())?;
    let found = bank.book.attempt(&attempt).await?.filter(|p| p.arrived);
    Ok(record(&found.ok_or(No::not_found())?, &bank.url))
}
async fn payout(State(bank): App, Path(id): Path<String>) -> Answered {
    Ok(Answer::ok(&bank.book.payout(&id).await?.ok_or(No::not_found())?))
}

async fn perform(bank: &Arc<Bank>, head: &HeaderMap, call: Call) -> Answered {
    let key = head.get("idempotency-key").and_then(|k| k.to_str().ok()).filter(|k| (1..=255).contains(&k.len()));
    let key = key.ok_or(No::invalid("Idempotency-Key is required: 1 to 255 visible ASCII characters"))?.to_string();
    call.check()?;
    // Goes on when the caller leaves: a bank does.
    let bank = bank.clone();
    let doing = tokio::spawn(async move { bank.perform(&key, &call).await });
    doing.await.unwrap_or(Err(Failure::Lost))
}

pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, No> {
    serde_json::from_slice(body).map_err(|_| No::invalid("the body does not have the form it should have"))
}
pub(crate) fn form<T: DeserializeOwned>(text: &[u8]) -> Result<T, No> {
    serde_urlencoded::from_bytes(text).map_err(|_| No::invalid("the parameters are not those of this page"))
}
