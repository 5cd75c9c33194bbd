//! Messages ↔ domain.
use crate::domain::{Plan, Rule, Vendor};
use contracts::vendor as pb;
use kernel::{Money, VendorId};
use tonic::Status;

pub fn vendors(m: pb::TermsRequest) -> Result<Vec<VendorId>, Status> {
    let id = |text: String| text.parse().map_err(|e| Status::invalid_argument(format!("{text}: {e}")));
    m.vendors.into_iter().map(id).collect()
}

pub fn terms(found: &[Vendor]) -> pb::TermsReply {
    pb::TermsReply { vendors: found.iter().map(vendor).collect() }
}

fn vendor(v: &Vendor) -> pb::VendorTerms {
    let tax = &v.profile.tax;
    let tax_id = tax.tax_id.clone().unwrap_or_default();
    pb::VendorTerms {
        vendor: v.id.to_string(),
        name: v.profile.name.clone(),
        slug: v.profile.slug.to_string(),
        status: v.status.as_str().into(),
        tax: Some(pb::TaxData { country: tax.country.clone(), tax_id, exempt: tax.exempt }),
        plan: Some(plan(&v.plan)),
    }
}

fn plan(p: &Plan) -> pb::Plan {
    pb::Plan {
        version: u64::try_from(p.version).unwrap_or_default(),
        rules: p.rules.iter().map(rule).collect(),
        shipping_bp: rate(p.on_shipping),
        tax_bp: rate(p.tax),
    }
}

fn rule(r: &Rule) -> pb::Rule {
    pb::Rule {
        category: r.category.clone().unwrap_or_default(),
        condition: r.condition.clone().unwrap_or_default(),
        product: r.product.map(|id| id.to_string()).unwrap_or_default(),
        offer: r.offer.map(|id| id.to_string()).unwrap_or_default(),
        rate_bp: rate(r.rate),
        floor: r.floor.map(amount),
        cap: r.cap.map(amount),
    }
}

fn rate(bp: i64) -> u32 {
    u32::try_from(bp).unwrap_or_default()
}

fn amount(money: Money) -> pb::Amount {
    pb::Amount { amount: money.minor(), currency: money.currency().to_string() }
}
