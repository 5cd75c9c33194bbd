//! The moves, each by its legal actor, through the public API (rules 15–18).
use super::{
    api::{Answer, Api, As, Ask, No, list, text},
    known::Placed,
};
use crate::olist::{
    import::CURRENCY,
    moves::Step,
    names::{self, STATUS},
    order::{Order, Paid, Status},
    time::Moment,
};
use http::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The test bank's good card.
const CARD: &str = "tok_good";
const CARRIER: &str = "simulated";
const REASON: &str = "replay";
/// How long a decision, or the money of a refund, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a parcel may take to be prepared.
const PREPARED: Duration = Duration::from_secs(5);

pub struct Driver {
    pub api: Api,
}

impl Driver {
    /// Acts as the person: a cart, its lines, where it goes, a quote, the order (rule 17).
    pub async fn place(&self, order: &Order) -> Result<Placed, No> {
        let person = names::person(&order.person).to_string();
        let token = self.api.acting_as(&person, None, REASON).await?;
        let person = As::Bearer(&token);
        let cart = json!({ "currency": CURRENCY, "country": "BR" });
        let cart = self.api.ask(person.clone(), &Ask::post("/store/v1/carts", None, cart)).await?.text("id")?;
        let path = |rest: &str| format!("/store/v1/carts/{cart}/{rest}");
        let key = |what: &str| Some(format!("olist:{}:{what}:{cart}", order.id));
        let filled = self.api.ask(person.clone(), &Ask::post(path("lines"), key("lines"), lines(order))).await?;
        let version = filled.etag.as_deref();
        let put =
            Ask { method: Method::PUT, path: path("delivery"), key: None, if_match: version, body: delivery(order) };
        self.api.ask(person.clone(), &put).await?;
        let quote = self.api.ask(person.clone(), &Ask::post(path("quote"), key("quote"), json!({}))).await?;
        agrees(order, &quote)?;
        let body = json!({ "quote": quote.text("id")?, "payment": { "card_token": CARD },
            "client_reference": order.id, "attributes": attributes(order) });
        let ask = Ask::post("/store/v1/orders", move_key(order, None, Step::Place), body);
        let placed = self.api.ask(person, &ask).await?;
        self.decided(Placed::of(&placed.body)?, "confirmed").await
    }

    /// One that an earlier run placed, as it stands; whatever was under way then comes to its end first.
    pub async fn resume(&self, id: &str) -> Result<Placed, No> {
        self.until(id, Placed::is_decided, "order.undecided").await
    }

    /// One step of an order that was placed. What was done before is left alone (rule 18).
    pub async fn step(&self, order: &Order, placed: &mut Placed, step: Step) -> Result<(), No> {
        match (step, order.status) {
            (Step::Place, _) => Ok(()),
            (Step::Ship, _) => self.ship(order, placed).await,
            (Step::Deliver, _) => self.tell(order, placed, Step::Deliver).await,
            (Step::ReturnToSender, _) => {
                self.tell(order, placed, Step::ReturnToSender).await?;
                *placed = self.decided(placed.clone(), "cancelled").await?;
                Ok(())
            }
            (Step::Cancel, Status::Unavailable) => self.cancel_as_vendors(order, placed).await,
            (Step::Cancel, _) => self.cancel_as_customer(order, placed).await,
            (Step::Refund, _) => self.refund(order, placed).await,
        }
    }

    /// An order as support sees it.
    async fn read(&self, id: &str) -> Result<Placed, No> {
        Placed::of(&self.api.ask(As::Operator, &Ask::get(format!("/admin/v1/orders/{id}"))).await?.body)
    }

    /// Each seller: one parcel with all its lines.
    async fn ship(&self, order: &Order, placed: &mut Placed) -> Result<(), No> {
        for seller in order.sellers() {
            let part = placed.part(seller)?;
            if part.shipped {
                continue;
            }
            let token = self.as_vendor(seller).await?;
            let body = json!({ "lines": part.lines, "carrier": CARRIER, "tracking": tracking(order, seller) });
            let path = format!("/vendor/v1/orders/{}/shipments", part.id);
            let key = move_key(order, Some(seller), Step::Ship);
            self.api.ask(As::Bearer(&token), &Ask::post(path, key, body)).await?;
        }
        placed.parts.iter_mut().for_each(|part| part.shipped = true);
        Ok(())
    }

    /// The carrier's event of each parcel, which may not be prepared yet.
    async fn tell(&self, order: &Order, placed: &Placed, step: Step) -> Result<(), No> {
        let (kind, at) = match step {
            Step::ReturnToSender => ("returned", order.moves().last().map(|last| last.at.at)),
            _ => ("delivered", order.moves().iter().find(|m| m.step == step).map(|m| m.at.at)),
        };
        let at = at.unwrap_or(order.purchase.at);
        for seller in order.sellers() {
            if matches!(placed.part(seller)?.state.as_str(), "delivered" | "completed" | "cancelled") {
                continue;
            }
            let event = format!("olist:{}:{seller}:{}", order.id, step.as_str());
            let began = Instant::now();
            loop {
                match self.api.told(&event, &tracking(order, seller), kind, at).await {
                    Err(no) if no.code.ends_with("not_found") && began.elapsed() < PREPARED => {
                        tokio::time::sleep(Duration::from_millis(10)).await
                    }
                    told => break told?,
                }
            }
        }
        Ok(())
    }

    async fn cancel_as_customer(&self, order: &Order, placed: &mut Placed) -> Result<(), No> {
        if placed.state != "cancelled" {
            let token = self.api.acting_as(&names::person(&order.person).to_string(), None, REASON).await?;
            let path = format!("/store/v1/orders/{}/cancel", placed.id);
            let ask = Ask::post(path, move_key(order, None, Step::Cancel), json!({}));
            let cancelled = self.api.ask(As::Bearer(&token), &ask).await?;
            *placed = self.decided(Placed::of(&cancelled.body)?, "cancelled").await?;
        }
        Ok(())
    }

    async fn cancel_as_vendors(&self, order: &Order, placed: &mut Placed) -> Result<(), No> {
        for seller in order.sellers() {
            let part = placed.part(seller)?;
            if part.state == "cancelled" {
                continue;
            }
            let token = self.as_vendor(seller).await?;
            let path = format!("/vendor/v1/orders/{}/cancel", part.id);
            let key = move_key(order, Some(seller), Step::Cancel);
            self.api.ask(As::Bearer(&token), &Ask::post(path, key, json!({ "reason": "out_of_stock" }))).await?;
        }
        *placed = self.decided(placed.clone(), "cancelled").await?;
        Ok(())
    }

    /// Every line and the freight, in full.
    async fn refund(&self, order: &Order, placed: &mut Placed) -> Result<(), No> {
        if placed.refunded < placed.total {
            let path = format!("/admin/v1/orders/{}", placed.id);
            let shown = self.api.ask(As::Operator, &Ask::get(path.clone())).await?;
            let mut parts = vec![];
            for component in list(&shown.body, "components")? {
                if component["charge"]["amount"].as_i64().is_some_and(|amount| amount > 0) {
                    parts.push(json!({ "component": text(component, "id")?, "amount": component["charge"] }));
                }
            }
            let body = json!({ "components": parts, "reason": order.status.as_str() });
            let key = move_key(order, None, Step::Refund);
            self.api.ask(As::Operator, &Ask::post(format!("{path}/refunds"), key, body)).await?;
        }
        *placed = self.until(&placed.id, |order| order.refunded == order.total, "order.not_refunded").await?;
        Ok(())
    }

    async fn as_vendor(&self, seller: &str) -> Result<String, No> {
        let (owner, vendor) = (names::owner(seller).to_string(), names::vendor(seller).to_string());
        self.api.acting_as(&owner, Some(&vendor), REASON).await
    }

    /// Waits for an order that is not decided yet, and says why it ended otherwise.
    async fn decided(&self, placed: Placed, state: &str) -> Result<Placed, No> {
        if placed.state == state {
            return Ok(placed);
        }
        let is_so = |order: &Placed| order.is_decided() && (order.state == state || state == "confirmed");
        let found = self.until(&placed.id, is_so, "order.undecided").await?;
        match found.state == state {
            true => Ok(found),
            false => Err(No::of("order.ended_otherwise", format!("{} and not {state}", found.state))),
        }
    }

    async fn until(&self, id: &str, is_so: impl Fn(&Placed) -> bool, late: &str) -> Result<Placed, No> {
        let (began, mut pause) = (Instant::now(), Duration::from_millis(2));
        loop {
            let found = self.read(id).await?;
            if is_so(&found) {
                return Ok(found);
            }
            if began.elapsed() > PATIENCE {
                return Err(No::of(late, format!("{} for {} s", found.state, PATIENCE.as_secs())));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }
}

/// The key of a move, for ever: `olist:<order>[:<seller>]:<move>`.
fn move_key(order: &Order, seller: Option<&str>, step: Step) -> Option<String> {
    let seller = seller.map(|seller| format!("{seller}:")).unwrap_or_default();
    Some(format!("olist:{}:{seller}{}", order.id, step.as_str()))
}

fn tracking(order: &Order, seller: &str) -> String {
    format!("{}-{seller}", order.id)
}

fn lines(order: &Order) -> Value {
    let line = |line: &crate::olist::order::Line| json!({ "offer": names::offer(&line.seller, &line.product), "quantity": line.quantity });
    json!({ "lines": order.lines.iter().map(line).collect::<Vec<_>>() })
}

/// The data know no names and no streets (rule 8).
fn delivery(order: &Order) -> Value {
    let to = &order.address;
    let address = json!({ "name": "-", "country": "BR", "state": to.state, "city": to.city,
        "postcode": format!("{}000", to.zip), "street": "-" });
    let method = names::method();
    let choices: Vec<Value> =
        order.sellers().iter().map(|seller| json!({ "vendor": names::vendor(seller), "method": method })).collect();
    json!({ "email": names::email(&order.person), "address": address, "choices": choices })
}

/// What the history says beside, as it stood there (rule 21).
fn attributes(order: &Order) -> Value {
    let known = |at: Option<Moment>| at.map(|at| at.to_string()).unwrap_or_default();
    let paid = |p: &Paid| json!([p.tender, p.installments, p.cents]);
    json!({
        STATUS: order.status.as_str(),
        "olist.approved": known(order.approved),
        "olist.carrier": known(order.carrier),
        "olist.delivered": known(order.delivered),
        "olist.estimated": order.facts.estimated,
        "olist.shipping_limits": json!(order.facts.shipping_limits).to_string(),
        "olist.payments": order.facts.payments.iter().map(paid).collect::<Value>().to_string(),
    })
}

/// A quote is items and freight, to the centavo.
fn agrees(order: &Order, quote: &Answer) -> Result<(), No> {
    let (quoted, total) = (quote.body["total"]["amount"].as_i64(), order.items() + order.freight());
    match quoted == Some(total) {
        true => Ok(()),
        false => Err(No::of("quote.differs", format!("{quoted:?} and not {total}"))),
    }
}
