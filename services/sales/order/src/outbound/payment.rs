//! Order's port over payment's client.
use super::missed;
use crate::{
    domain::{Amount, CardToken, Component, Order, Owner, Part, Problem, Refund, Refunded, What},
    ports::{Authorization, Missed, Payments, Voided},
};
use contracts::payment::{self as pb, payments_client::PaymentsClient};
use kernel::{OrderId, Timestamp};
use platform::grpc::{Transport, step};

pub struct Payment(PaymentsClient<Transport>);

impl Payment {
    pub fn over(transport: Transport) -> Self {
        Self(PaymentsClient::new(transport))
    }
}

#[platform::async_trait]
impl Payments for Payment {
    async fn authorize(
        &self,
        order: &Order,
        components: &[Component],
        card: &CardToken,
    ) -> Result<Authorization, Missed> {
        let user = match order.owner {
            Owner::User(user) => user.to_string(),
            Owner::Guest(_) => String::new(),
        };
        let message = pb::AuthorizeRequest {
            order: order.id.to_string(),
            currency: order.currency.to_string(),
            total: order.total,
            components: components.iter().map(component).collect(),
            card_token: card.expose().to_string(),
            client_reference: order.client_reference.clone().unwrap_or_default(),
            user,
        };
        let request = step(&format!("{}/authorize", order.id), message);
        let reply = self.0.clone().authorize(request).await.map_err(|status| missed(&status))?;
        authorization(reply.into_inner()).ok_or(Missed::Unknown)
    }

    async fn take(&self, order: OrderId) -> Result<Option<Timestamp>, Missed> {
        let request = step(&format!("{order}/take"), pb::TakeRequest { order: order.to_string() });
        let reply = self.0.clone().take(request).await.map_err(|status| missed(&status))?.into_inner();
        Ok(reply.taken.then_some(Timestamp(reply.at_us)))
    }

    async fn void(&self, order: OrderId, reason: &str) -> Result<Voided, Missed> {
        let message = pb::VoidRequest { order: order.to_string(), reason: reason.to_string() };
        let reply = self.0.clone().void(message).await.map_err(|status| missed(&status))?.into_inner();
        Ok(if reply.voided { Voided::Yes(reply.reason) } else { Voided::Taken })
    }

    async fn another_card(&self, order: OrderId, card: &CardToken, key: &str) -> Result<(), Missed> {
        let message = pb::AddAttemptRequest { order: order.to_string(), card_token: card.expose().to_string() };
        self.0.clone().add_attempt(step(key, message)).await.map(drop).map_err(|status| missed(&status))
    }

    async fn refund(&self, order: &Order, refund: &Refund, key: &str) -> Result<Option<Refunded>, Missed> {
        let (parts, all) = match &refund.what {
            What::Parts(parts) => (parts.iter().map(part).collect(), false),
            What::Rest => (vec![], true),
        };
        let message = pb::RefundRequest { order: order.id.to_string(), parts, reason: refund.reason.clone(), all };
        let reply = self.0.clone().refund(step(key, message)).await.map_err(|status| missed(&status))?.into_inner();
        let parts = reply.parts.iter().map(|p| Some((p.component.parse().ok()?, p.amount)));
        let parts = parts.collect::<Option<_>>().ok_or(Missed::Unknown)?;
        Ok(reply.refunded.then(|| Refunded { number: refund.number, parts, reason: refund.reason.clone() }))
    }
}

fn component(c: &Component) -> pb::Component {
    pb::Component {
        id: c.id.to_string(),
        vendor: c.vendor.to_string(),
        line: c.line,
        units: c.units,
        price: c.price,
        funded: c.funded,
        commission: c.commission,
        commission_tax: c.commission_tax,
        marketplace_tax: c.marketplace_tax,
    }
}

fn part(p: &Part) -> pb::RefundPart {
    let component = p.component.to_string();
    let (amount, units, rest) = match p.amount {
        Amount::Minor(minor) => (minor, 0, false),
        Amount::Units(units) => (0, units, false),
        Amount::Rest => (0, 0, true),
    };
    pb::RefundPart { component, amount, units, rest }
}

/// Nothing when payment answers what its contract does not say.
fn authorization(reply: pb::AuthorizeReply) -> Option<Authorization> {
    match reply.state() {
        pb::AuthorizeState::Unspecified => None,
        pb::AuthorizeState::Done => Some(Authorization::Done(Timestamp(reply.at_us))),
        pb::AuthorizeState::Pending => Some(Authorization::Pending),
        pb::AuthorizeState::Waiting => {
            let problem = match reply.problem() {
                pb::Problem::Unspecified => return None,
                pb::Problem::Declined => Problem::Declined,
                pb::Problem::InsufficientFunds => Problem::InsufficientFunds,
                pb::Problem::NeedsCustomer => Problem::NeedsCustomer,
            };
            let action_url = (!reply.action_url.is_empty()).then_some(reply.action_url);
            Some(Authorization::Waiting { problem, action_url, attempts_left: reply.attempts_left })
        }
    }
}
