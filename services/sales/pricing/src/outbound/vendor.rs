//! Pricing's port over vendor's client.
use crate::{
    Error,
    domain::{Plan, Rule, Terms, VendorTax},
    ports::Vendors,
};
use contracts::vendor::{self as pb, vendors_client::VendorsClient};
use kernel::{Money, VendorId};
use platform::grpc::Transport;
use std::str::FromStr;

const NAME: &str = "vendor";

pub struct VendorService(VendorsClient<Transport>);

impl VendorService {
    pub fn over(transport: Transport) -> Self {
        Self(VendorsClient::new(transport))
    }
}

#[platform::async_trait]
impl Vendors for VendorService {
    async fn terms(&self, vendors: &[VendorId]) -> Result<Vec<Terms>, Error> {
        let message = pb::TermsRequest { vendors: vendors.iter().map(ToString::to_string).collect() };
        let reply = self.0.clone().terms(message).await.map_err(|_| Error::Away(NAME))?;
        let found = reply.into_inner().vendors.into_iter().map(terms).collect::<Option<_>>();
        found.ok_or(Error::Odd(NAME))
    }
}

/// `None` for what the contract does not say.
fn terms(m: pb::VendorTerms) -> Option<Terms> {
    let pb::TaxData { country, exempt, .. } = m.tax?;
    let vendor = m.vendor.parse().ok()?;
    Some(Terms {
        vendor,
        name: m.name,
        sells: m.status == "active",
        tax: VendorTax { country, exempt },
        plan: plan(m.plan?)?,
    })
}

fn plan(m: pb::Plan) -> Option<Plan> {
    let mut rules = m.rules.into_iter().map(rule).collect::<Option<Vec<_>>>()?;
    let rest = rules.pop()?;
    let (on_shipping, tax) = (m.shipping_bp.into(), m.tax_bp.into());
    Some(Plan { version: m.version, rules, rest, on_shipping, tax })
}

fn rule(m: pb::Rule) -> Option<Rule> {
    let text = |text: String| (!text.is_empty()).then_some(text);
    Some(Rule {
        category: text(m.category),
        condition: text(m.condition),
        product: id(&m.product)?,
        offer: id(&m.offer)?,
        rate: m.rate_bp.into(),
        floor: amount(m.floor)?,
        cap: amount(m.cap)?,
    })
}

fn id<T: FromStr>(text: &str) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

fn amount(m: Option<pb::Amount>) -> Option<Option<Money>> {
    let Some(pb::Amount { amount, currency }) = m else { return Some(None) };
    Money::new(amount, currency.parse().ok()?).map(Some)
}
