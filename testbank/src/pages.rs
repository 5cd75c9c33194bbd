//! What a cardholder sees of the bank: the form that turns a number into a token, and the page that asks them.
use crate::{
    Bank,
    answer::{Failure, No},
    api::form,
    card::{self, NUMBERS},
    payment::{Payment, Status, Verdict},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header::LOCATION},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use kernel::Money;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

type App = State<Arc<Bank>>;

pub(crate) fn router() -> Router<Arc<Bank>> {
    Router::new().route("/form", get(ask_card).post(take_card)).route("/3ds/{payment}", get(ask).post(decide))
}

/// The card itself is typed in and never kept.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Card {
    reference: String,
    return_url: String,
    number: String,
}

#[derive(Deserialize)]
struct Decision {
    decision: String,
}

async fn ask_card(RawQuery(query): RawQuery) -> Result<Html<String>, Failure> {
    Ok(card_form(&form(query.unwrap_or_default().as_bytes())?, ""))
}

/// With `return_url` the customer goes back there with the token; without, the page shows it and tells the page around it.
async fn take_card(body: Bytes) -> Result<Response, Failure> {
    let asked: Card = form(&body)?;
    let serial = Uuid::new_v4().as_u64_pair().0;
    let Some(token) = card::token(&asked.number, serial) else {
        let page = card_form(&asked, "This is a test bank. Use one of the cards below.");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if !is_web(&asked.return_url) {
        let (shown, reference) = (escape(&token), escape(&asked.reference));
        return Ok(page(
            "Card accepted",
            &format!(
                r#"<p>Your card is ready: <output id="token" data-reference="{reference}">{shown}</output></p>
<script>const o = document.getElementById("token");
(window.opener || window.parent).postMessage({{type: "bank.card", token: o.value, reference: o.dataset.reference}}, "*")</script>"#
            ),
        )
        .into_response());
    }
    let back = [("card_token", token), ("reference", asked.reference)];
    let more = serde_urlencoded::to_string(back).map_err(|_| No::invalid("this address can't be gone back to"))?;
    let joint = if asked.return_url.contains('?') { '&' } else { '?' };
    Ok(see(&format!("{}{joint}{more}", asked.return_url)))
}

async fn ask(State(bank): App, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    let payment = bank.book.payment(&id).await?.filter(|p| p.arrived).ok_or(No::not_found())?;
    Ok(question(&payment))
}

async fn decide(State(bank): App, Path(id): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let Decision { decision } = form(&body)?;
    let verdict = match decision.as_str() {
        "approve" => Verdict::Yes,
        "refuse" => Verdict::No,
        _ => return Err(No::invalid("approve or refuse").into()),
    };
    // Only what waits for its owner: a slow payment has no page.
    bank.alter(&id, None, |p| Ok(p.status == Status::NeedsAction && p.decide(verdict))).await?;
    let payment = bank.book.payment(&id).await?.ok_or(No::not_found())?;
    Ok(match &payment.return_url {
        Some(url) => see(url),
        None => question(&payment).into_response(),
    })
}

fn card_form(asked: &Card, wrong: &str) -> Html<String> {
    let rows = NUMBERS.map(|(number, _, what)| format!("<li><code>{number}</code> {what}</li>")).join("\n");
    let (reference, return_url) = (escape(&asked.reference), escape(&asked.return_url));
    let alert = if wrong.is_empty() { String::new() } else { format!(r#"<p role="alert">{wrong}</p>"#) };
    page(
        "Your card",
        &format!(
            r#"{alert}<form method="post" action="/form">
<input type="hidden" name="reference" value="{reference}"><input type="hidden" name="return_url" value="{return_url}">
<p><label>Card number<br><input name="number" inputmode="numeric" autocomplete="cc-number" required autofocus></label></p>
<p><label>Valid until<br><input name="expiry" placeholder="12/34" autocomplete="cc-exp"></label>
<label>Code<br><input name="code" inputmode="numeric" size="4" autocomplete="cc-csc"></label></p>
<p><button>Use this card</button></p></form>
<p>No money moves here. Cards of this bank:</p><ul>
{rows}
</ul>"#
        ),
    )
}

fn question(p: &Payment) -> Html<String> {
    let money = p.currency.parse().ok().and_then(|currency| Money::new(p.amount, currency));
    let money = money.map(|m| m.to_string()).unwrap_or_default();
    let body = match p.status {
        Status::NeedsAction => format!(
            r#"<p>A shop asks for <strong>{money}</strong>. Is that you?</p>
<form method="post"><p><button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button></p></form>"#
        ),
        Status::Authorized | Status::Captured => format!("<p>You approved {money}. You can close this page.</p>"),
        Status::Declined => format!("<p>{money} will not be paid. You can close this page.</p>"),
        Status::Voided | Status::Pending => "<p>There is nothing to approve.</p>".to_string(),
    };
    page("Your bank asks", &body)
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · Test bank</title><style>body{{font:1.1rem/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}}
input,button{{font:inherit;padding:.5rem}}[role=alert]{{color:#a00}}</style></head>
<body><main><h1>{title}</h1>
{body}
</main></body></html>"#
    ))
}

fn see(url: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, url)]).into_response()
}
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
