//! Offers, as vendors write them and as services ask for them.
use super::{line, within};
use crate::{
    app::DraftOffer,
    domain::{Category, Condition, Offer, OfferMove, Product, Variant},
    error::state,
};
use contracts::catalog as pb;
use kernel::{OfferId, VariantId};
use platform::http::{Call, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferBody {
    pub variant: VariantId,
    /// The vendor's own number.
    #[schemars(length(min = 1, max = 100))]
    pub sku: String,
    #[serde(default)]
    pub condition: ConditionBody,
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    pub handling_days: u32,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionBody {
    #[default]
    New,
    Used,
    Refurbished,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
}

pub fn draft_offer(call: Call<OfferBody>) -> Result<DraftOffer, Problem> {
    let vendor = call.actor.vendor()?;
    let OfferBody { variant, sku, condition, handling_days } = call.body;
    let condition = match condition {
        ConditionBody::New => Condition::New,
        ConditionBody::Used => Condition::Used,
        ConditionBody::Refurbished => Condition::Refurbished,
    };
    let (id, sku) = (OfferId::from_uuid(Uuid::now_v7()), line(&sku, 1..=100, "/sku")?);
    let handling_days = within(handling_days, 0..=365, "/handling_days")?;
    Ok(DraftOffer { id, vendor, variant, sku, condition, handling_days })
}

pub fn reject(body: RejectBody) -> Result<OfferMove, Problem> {
    Ok(OfferMove::Reject { reason: line(&body.reason, 1..=1000, "/reason")? })
}

pub fn offers(offers: &[(Offer, Product)], tree: &[Category]) -> pb::OffersReply {
    pb::OffersReply { offers: offers.iter().map(|(offer, product)| sold(offer, product, tree)).collect() }
}

fn sold(o: &Offer, p: &Product, tree: &[Category]) -> pb::Offer {
    let category = tree.iter().find(|c| c.id == p.category);
    let variant = p.variant(o.variant);
    pb::Offer {
        id: o.id.to_string(),
        vendor: o.vendor.to_string(),
        product: p.id.to_string(),
        variant: o.variant.to_string(),
        sku: o.sku.clone(),
        title: p.title.clone(),
        variant_title: variant.map(Variant::title).unwrap_or_default(),
        category: category.map(|c| c.slug.clone()).unwrap_or_default(),
        category_path: category.map(|c| c.path(tree)).unwrap_or_default(),
        condition: condition(o.condition).into(),
        state: state(o.state).into(),
        sold: o.is_sold(p),
        weight_grams: variant.map(|v| v.weight_grams).unwrap_or_default(),
        handling_days: o.handling_days,
        slug: p.slug.clone(),
    }
}

fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::New => "new",
        Condition::Used => "used",
        Condition::Refurbished => "refurbished",
    }
}
