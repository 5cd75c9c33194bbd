//! The test desk, `/test`: everything a customer, an issuer or bad luck can do, on demand; and the book, to check against.
use crate::{
    Bank,
    answer::{Answer, Failure, No},
    api::{form, json},
    bank::id,
    payment::{DisputeStatus, Refund, RefundStatus, Verdict},
    payout::PayoutStatus,
    webhook::Manner,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    routing::{get, post},
};
use kernel::Timestamp;
use platform_sql::{Row, SqlError, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

type App = State<Arc<Bank>>;
type Answered = Result<Answer, Failure>;

pub(crate) fn router() -> Router<Arc<Bank>> {
    Router::new()
        .route("/webhooks", get(manner).put(set_manner))
        .route("/advance", post(advance))
        .route("/3ds/{payment}", post(decide))
        .route("/payments/{payment}/drop", post(drop_authorization))
        .route("/payments/{payment}/refund", post(refund))
        .route("/payments/{payment}/disputes", post(dispute))
        .route("/disputes/{dispute}", post(close_dispute))
        .route("/payouts/{payout}", post(settle_payout))
        .route("/book", get(book))
        .route("/book/summary", get(summary))
        .route("/book/payouts", get(payouts))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    decision: Word,
}
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Approve,
    Refuse,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    amount: i64,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    status: DisputeStatus,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    status: PayoutStatus,
}
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Page {
    /// The last thing of the page before.
    after: String,
    limit: u32,
}
impl Default for Page {
    fn default() -> Self {
        Page { after: String::new(), limit: 1000 }
    }
}

async fn manner(State(bank): App) -> Answer {
    Answer::ok(&bank.manner())
}
async fn set_manner(State(bank): App, body: Bytes) -> Answered {
    let manner: Manner = json(&body)?;
    bank.set_manner(manner);
    Ok(Answer::ok(&bank.manner()))
}
/// Whatever would happen later happens now.
async fn advance(State(bank): App) -> Answered {
    let happened = bank.work_until(Timestamp(i64::MAX)).await?;
    Ok(Answer::ok(&json!({"happened": happened})))
}
async fn decide(State(bank): App, Path(payment): Path<String>, body: Bytes) -> Answered {
    let Decision { decision } = json(&body)?;
    let verdict = match decision {
        Word::Approve => Verdict::Yes,
        Word::Refuse => Verdict::No,
    };
    bank.alter(&payment, None, |p| Ok(p.decide(verdict))).await
}
async fn drop_authorization(State(bank): App, Path(payment): Path<String>) -> Answered {
    bank.alter(&payment, None, |p| p.void()).await
}
/// By the bank's clerk: the shop hears of it by webhook only.
async fn refund(State(bank): App, Path(payment): Path<String>, body: Bytes) -> Answered {
    let Amount { amount } = json(&body)?;
    if amount < 1 {
        return Err(No::invalid("amount must be 1 or more").into());
    }
    let id = id("br");
    let refund = || Refund { id: id.clone(), key: String::new(), amount, status: RefundStatus::Done };
    bank.alter(&payment, None, |p| p.refund(refund())).await
}
async fn dispute(State(bank): App, Path(payment): Path<String>, body: Bytes) -> Answered {
    let (Amount { amount }, id) = (json(&body)?, id("bd"));
    bank.alter(&payment, None, |p| p.dispute(id.clone(), amount).map(|()| true)).await
}
async fn close_dispute(State(bank): App, Path(dispute): Path<String>, body: Bytes) -> Answered {
    let Closed { status } = json(&body)?;
    let payment = bank.book.dispute(&dispute).await?.ok_or(No::not_found())?;
    bank.alter(&payment.id, None, |p| p.close_dispute(&dispute, status).map(|()| true)).await
}
async fn settle_payout(State(bank): App, Path(payout): Path<String>, body: Bytes) -> Answered {
    let Settled { status } = json(&body)?;
    bank.settle_payout(&payout, None, status).await
}

/// Name and expression of each number of the book, over payments `p` that arrived.
const SUMS: [(&str, &str); 17] = [
    ("payments", "count(*)"),
    ("authorized", "sum(p.status = 'authorized')"),
    ("declined", "sum(p.status = 'declined')"),
    ("undecided", "sum(p.status IN ('pending', 'needs_action'))"),
    ("voids", "sum(p.status = 'voided')"),
    ("voided_amount", "sum(CASE WHEN p.status = 'voided' THEN p.amount ELSE 0 END)"),
    ("captures", "sum((SELECT count(*) FROM captures c WHERE c.payment = p.id))"),
    ("captured_amount", "sum((SELECT coalesce(sum(c.amount), 0) FROM captures c WHERE c.payment = p.id))"),
    ("refunds", "sum((SELECT count(*) FROM refunds r WHERE r.payment = p.id AND r.status = 'done'))"),
    (
        "refunded_amount",
        "sum((SELECT coalesce(sum(r.amount), 0) FROM refunds r WHERE r.payment = p.id AND r.status = 'done'))",
    ),
    ("refunds_pending", "sum((SELECT count(*) FROM refunds r WHERE r.payment = p.id AND r.status = 'pending'))"),
    ("refunds_failed", "sum((SELECT count(*) FROM refunds r WHERE r.payment = p.id AND r.status = 'failed'))"),
    ("disputes_open", "sum((SELECT count(*) FROM disputes d WHERE d.payment = p.id AND d.status = 'open'))"),
    ("disputes_won", "sum((SELECT count(*) FROM disputes d WHERE d.payment = p.id AND d.status = 'won'))"),
    ("disputes_lost", "sum((SELECT count(*) FROM disputes d WHERE d.payment = p.id AND d.status = 'lost'))"),
    (
        "disputed_amount",
        "sum((SELECT coalesce(sum(d.amount), 0) FROM disputes d WHERE d.payment = p.id AND d.status = 'open'))",
    ),
    (
        "lost_amount",
        "sum((SELECT coalesce(sum(d.amount), 0) FROM disputes d WHERE d.payment = p.id AND d.status = 'lost'))",
    ),
];

fn sums() -> String {
    SUMS.map(|(name, sum)| format!("{sum} AS {name}")).join(", ")
}
fn line(row: &Row, names: &[&str]) -> Result<Map<String, Value>, SqlError> {
    let named = names.iter().map(|name| Ok((name.to_string(), row.get::<String>(name)?.into())));
    let counted = SUMS.iter().map(|(name, _)| Ok((name.to_string(), row.get::<i64>(name)?.into())));
    named.chain(counted).collect()
}

async fn book(State(bank): App, RawQuery(query): RawQuery) -> Answered {
    let Page { after, limit } = form(query.unwrap_or_default().as_bytes())?;
    let sql = format!(
        "SELECT p.reference, p.currency, {} FROM payments p WHERE p.arrived AND p.reference > $1
         GROUP BY p.reference, p.currency ORDER BY p.reference, p.currency LIMIT $2",
        sums()
    );
    let rows = bank.book.read(sql, params![after, limit]).await?;
    let items = rows.iter().map(|row| line(row, &["reference", "currency"])).collect::<Result<Vec<_>, _>>()?;
    let next = items.last().filter(|_| items.len() == limit as usize).map(|item| item["reference"].clone());
    Ok(Answer::ok(&json!({"items": items, "next": next})))
}

async fn summary(State(bank): App) -> Answered {
    let sql = format!("SELECT p.currency, {} FROM payments p WHERE p.arrived GROUP BY p.currency ORDER BY 1", sums());
    let rows = bank.book.read(sql, params![]).await?;
    let currencies = rows.iter().map(|row| line(row, &["currency"])).collect::<Result<Vec<_>, _>>()?;
    let sql = "SELECT currency, status, count(*) AS n, sum(amount) AS amount FROM payouts
        GROUP BY currency, status ORDER BY currency, status";
    let payout = |row: &Row| {
        let (currency, status): (String, String) = (row.get("currency")?, row.get("status")?);
        let (n, amount): (i64, i64) = (row.get("n")?, row.get("amount")?);
        Ok(json!({"currency": currency, "status": status, "payouts": n, "amount": amount}))
    };
    let payouts = bank.book.read(sql, params![]).await?;
    let payouts = payouts.iter().map(payout).collect::<Result<Vec<_>, SqlError>>()?;
    let tombstones = count(&bank, "SELECT count(*) AS n FROM payments WHERE NOT arrived").await?;
    let webhooks = count(&bank, "SELECT count(*) AS n FROM webhooks WHERE at IS NOT NULL").await?;
    let given_up = count(&bank, "SELECT count(*) AS n FROM webhooks WHERE at IS NULL").await?;
    let webhooks = json!({"waiting": webhooks, "given_up": given_up});
    let sums = json!({"currencies": currencies, "payouts": payouts, "tombstones": tombstones, "webhooks": webhooks});
    Ok(Answer::ok(&sums))
}

async fn count(bank: &Bank, sql: &'static str) -> Result<i64, SqlError> {
    bank.book.read(sql, params![]).await?.first().map_or(Ok(0), |row| row.get("n"))
}

async fn payouts(State(bank): App, RawQuery(query): RawQuery) -> Answered {
    let Page { after, limit } = form(query.unwrap_or_default().as_bytes())?;
    let items = bank.book.payouts("id > $1 ORDER BY id LIMIT $2", params![after, limit]).await?;
    let next = items.last().filter(|_| items.len() == limit as usize).map(|payout| payout.id.clone());
    Ok(Answer::ok(&json!({"items": items, "next": next})))
}
