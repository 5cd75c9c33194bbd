//! The test bank over HTTP. Only a 422 is a definite no; whatever else goes wrong, it may have happened.
mod wire;

use crate::{
    domain::{CardToken, Payout, PayoutTold, Told},
    ports::{Asking, PayoutBank, Provider},
};
use kernel::AttemptId;
use platform::secret::Secret;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use serde_json::{Value, json};
use std::time::Duration;

pub struct TestBank {
    http: Client,
    /// `http://host:port`; empty when there is none.
    url: String,
}

impl TestBank {
    /// It knows us by the secret that also signs its webhooks.
    pub fn at(url: &str, secret: &Secret, call_timeout: Duration) -> Result<TestBank, String> {
        let mut token = HeaderValue::try_from(format!("Bearer {}", secret.reveal())).map_err(|e| e.to_string())?;
        token.set_sensitive(true);
        let head = HeaderMap::from_iter([(AUTHORIZATION, token)]);
        let http = Client::builder().default_headers(head).timeout(call_timeout).build().map_err(|e| e.to_string())?;
        Ok(TestBank { http, url: url.trim_end_matches('/').to_string() })
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).header("Idempotency-Key", key).json(body)
    }

    /// An act on an attempt whose name at the bank is known.
    async fn act(&self, asking: &Asking, act: &str, body: Value) -> Told {
        let Some(bank_id) = &asking.bank_id else { return Told::Unknown("the bank never named it".into()) };
        self.tell(self.post(&format!("/v1/payments/{bank_id}/{act}"), &asking.key, &body)).await
    }

    async fn tell(&self, request: RequestBuilder) -> Told {
        match self.answer(request).await {
            Ok((StatusCode::OK, body)) => wire::told(&body),
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body)) => Told::No(wire::why(&body)),
            Ok((status, _)) => Told::Unknown(format!("the bank answered {status}")),
            Err(why) => Told::Unknown(why),
        }
    }

    async fn tell_payout(&self, request: RequestBuilder) -> PayoutTold {
        match self.answer(request).await {
            Ok((StatusCode::OK, body)) => wire::payout(&body),
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body)) => PayoutTold::No(wire::why(&body)),
            Ok((status, _)) => PayoutTold::Unknown(format!("the bank answered {status}")),
            Err(why) => PayoutTold::Unknown(why),
        }
    }

    async fn answer(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), String> {
        if self.url.is_empty() {
            return Err("no bank is set: payment.bank_url".into());
        }
        // Without its address: an error's text may end up in a log.
        let plain = |e: reqwest::Error| e.without_url().to_string();
        let response: Response = request.send().await.map_err(plain)?;
        let status = response.status();
        Ok((status, response.bytes().await.map_err(plain)?.to_vec()))
    }
}

#[platform::async_trait]
impl Provider for TestBank {
    async fn authorize(&self, asking: &Asking, card: &CardToken) -> Told {
        let body = json!({
            "reference": asking.order, "attempt": asking.attempt, "amount": asking.amount,
            "currency": asking.currency, "card_token": card.expose(), "return_url": null,
        });
        self.tell(self.post("/v1/payments", &asking.key, &body)).await
    }

    async fn capture(&self, asking: &Asking) -> Told {
        self.act(asking, "capture", json!({ "amount": asking.amount })).await
    }

    /// By our name for it: the bank may not have heard of it yet, and then it never will.
    async fn void(&self, asking: &Asking) -> Told {
        self.tell(self.post("/v1/voids", &asking.key, &json!({ "attempt": asking.attempt }))).await
    }

    async fn refund(&self, asking: &Asking) -> Told {
        self.act(asking, "refunds", json!({ "amount": asking.amount })).await
    }

    async fn look_up(&self, attempt: AttemptId) -> Told {
        match self.answer(self.http.get(format!("{}/v1/payments?attempt={attempt}", self.url))).await {
            Ok((StatusCode::OK, body)) => wire::told(&body),
            Ok((StatusCode::NOT_FOUND, _)) => Told::Nothing,
            Ok((status, _)) => Told::Unknown(format!("the bank answered {status}")),
            Err(why) => Told::Unknown(why),
        }
    }
}

#[platform::async_trait]
impl PayoutBank for TestBank {
    async fn pay_out(&self, payout: &Payout) -> PayoutTold {
        let body = json!({ "vendor": payout.vendor, "amount": payout.amount, "currency": payout.currency });
        self.tell_payout(self.post("/v1/payouts", &format!("payout/{}", payout.id), &body)).await
    }

    async fn look_up(&self, bank_id: &str) -> PayoutTold {
        self.tell_payout(self.http.get(format!("{}/v1/payouts/{bank_id}", self.url))).await
    }
}
