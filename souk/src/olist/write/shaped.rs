//! What becomes of a plan's parts in each service's own words.
use crate::olist::{
    names,
    plan::{self, COMMISSION_BP, EXTRA_STOCK, begins},
    time::ZONE_NAME,
};
use catalog::domain as goods;
use identity::domain as people;
use inventory::{domain::Location, ports::Receipt};
use kernel::Currency;
use pricing::domain as taxes;
use shipping::domain as delivery;
use std::collections::BTreeSet;
use vendor::domain as vendors;

/// From the order to the parcel: what is shown of a vendor that never said.
const HANDLING_DAYS: u16 = 2;
const TRANSIT_DAYS: u16 = 10;
/// Where what was there at the beginning comes from.
const CAUSE: &str = "import";

/// An account without a password (rule 8).
pub fn person(unique: &str) -> people::User {
    people::User::register(names::person(unique), &names::email(unique), "", BTreeSet::new()).0
}

/// Whoever acts for a vendor.
pub fn owner(seller: &plan::Seller) -> people::User {
    let grant = people::Grant { role: people::RoleName::VendorAdmin, vendor: Some(names::vendor(&seller.id)) };
    people::User::register(names::owner(&seller.id), &names::owner_email(&seller.id), "", [grant].into()).0
}

pub fn category((place, category): (usize, &plan::Category)) -> goods::Category {
    goods::Category {
        id: names::category(&category.slug),
        slug: category.slug.clone(),
        name: category.name.clone(),
        parent: None,
        place: place as i64,
        version: 1,
    }
}

pub fn new_vendor(seller: &plan::Seller) -> Result<vendors::NewVendor, String> {
    let slug = names::vendor_slug(&seller.id).parse().map_err(|why| format!("seller {}: {why}", seller.id))?;
    let tax = vendors::TaxData { country: "BR".into(), tax_id: None, exempt: false };
    Ok(vendors::NewVendor {
        id: names::vendor(&seller.id),
        owner: Some(names::owner(&seller.id)),
        profile: vendors::Profile { name: format!("Seller {}", first(&seller.id)), slug, bio: String::new(), tax },
        plan: vendors::Plan::flat(COMMISSION_BP),
    })
}

/// Its name is its category and the first eight of its id (rule 4); the whole id tells its page from others.
pub fn product(product: &plan::Product) -> goods::Product {
    let variant = goods::Variant {
        id: names::variant(&product.id),
        choices: vec![],
        gtin: None,
        weight_grams: product.weight_grams,
    };
    goods::Product {
        id: names::product(&product.id),
        slug: format!("{}-{}", product.category.slug, product.id),
        title: format!("{} {}", product.category.name, first(&product.id)),
        description: String::new(),
        category: names::category(&product.category.slug),
        options: vec![],
        variants: vec![variant],
        state: goods::ProductState::Published,
        version: 1,
    }
}

fn first(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

pub fn offer(offer: &plan::Offer) -> goods::Offer {
    goods::Offer {
        id: names::offer(&offer.seller, &offer.product),
        vendor: names::vendor(&offer.seller),
        variant: names::variant(&offer.product),
        product: names::product(&offer.product),
        sku: offer.product.clone(),
        condition: goods::Condition::New,
        handling_days: HANDLING_DAYS.into(),
        state: goods::OfferState::Active,
        reason: String::new(),
        version: 1,
    }
}

pub fn location(seller: &plan::Seller) -> Location {
    let address = format!("{} {}, {}, BR", seller.zip, seller.city, seller.state);
    Location::open(names::location(&seller.id), names::vendor(&seller.id), seller.zip.clone(), address)
}

pub fn receipt(offer: &plan::Offer) -> Receipt {
    Receipt {
        offer: names::offer(&offer.seller, &offer.product),
        location: names::location(&offer.seller),
        vendor: names::vendor(&offer.seller),
        units: offer.sold + EXTRA_STOCK,
        cause: CAUSE.into(),
    }
}

pub fn price_list(offer: &plan::Offer, currency: Currency) -> pricing::app::OfferPrices {
    let price = |(from, amount): &(_, i64)| pricing::domain::Price { currency, from: begins(*from), amount: *amount };
    pricing::app::OfferPrices {
        offer: names::offer(&offer.seller, &offer.product),
        vendor: names::vendor(&offer.seller),
        prices: offer.prices.iter().map(price).collect(),
    }
}

pub fn zone() -> delivery::Zone {
    let places = vec![delivery::Place::new("BR", None, None)];
    delivery::Zone { id: names::zone(), vendor: None, name: "Brazil".into(), places, version: 1 }
}

pub fn method(currency: Currency) -> delivery::Method {
    let pace = delivery::Pace {
        handling_days: HANDLING_DAYS,
        transit_days: TRANSIT_DAYS,
        cut_off: 24 * 60,
        time_zone: ZONE_NAME.into(),
    };
    delivery::Method {
        id: names::method(),
        vendor: None,
        zone: names::zone(),
        name: "Recorded".into(),
        carrier: "simulated".into(),
        currency,
        rate: delivery::Rate::Recorded,
        pace,
        version: 1,
    }
}

pub fn recorded(rate: &plan::Rate) -> Vec<delivery::RecordedRate> {
    let offer = names::offer(&rate.seller, &rate.product);
    let row = |(from, price): &(_, i64)| delivery::RecordedRate {
        offer,
        prefix: rate.zip.clone(),
        starts: begins(*from),
        price: *price,
    };
    rate.prices.iter().map(row).collect()
}

/// Nothing is taxed beside the price (rule 9).
pub fn tax_zone() -> Result<taxes::TaxZone, String> {
    let rate = taxes::TaxRate { class: "standard".into(), rate: 0, categories: vec![] };
    Ok(taxes::TaxZone {
        region: "BR".parse().map_err(|why| format!("BR: {why}"))?,
        name: "Tax".into(),
        inclusion: taxes::Inclusion::Included,
        owed_by: taxes::OwedBy::Vendor,
        rounding: taxes::Rounding::HalfUp,
        rates: vec![rate],
        version: 1,
    })
}
