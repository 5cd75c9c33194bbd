//! A handful of things to buy, so that a market that was just opened is not empty. All of it is made up.
use crate::settings::Settings;
use catalog::{
    domain as goods,
    ports::{Goods, Shelves},
};
use inventory::{app::ReceiveMany, domain::Location, ports::Receipt};
use kernel::{Clock, Currency, Id, Timestamp};
use platform::clock::SystemClock;
use platform_sql::{Db, Migration, StoreAt};
use sha2::{Digest, Sha256};
use shipping::domain as delivery;
use std::{fmt::Display, sync::Arc};
use uuid::{Builder, Variant, Version};
use vendor::domain as vendors;

/// Slug and name.
const VENDORS: [(&str, &str); 3] =
    [("lamplight", "Lamplight"), ("warp-and-weft", "Warp & Weft"), ("kettle-corner", "Kettle Corner")];
const CATEGORIES: [(&str, &str); 3] = [("lamps", "Lamps"), ("rugs", "Rugs"), ("kitchen", "Kitchen")];

struct Thing {
    slug: &'static str,
    title: &'static str,
    description: &'static str,
    category: &'static str,
    grams: u32,
    /// Who sells it, for so many cents, and how many there are.
    stalls: &'static [(&'static str, i64, u32)],
}

const THINGS: [Thing; 6] = [
    Thing {
        slug: "reading-lamp",
        title: "Reading lamp",
        description: "A brass arm that stays where you put it.",
        category: "lamps",
        grams: 1800,
        stalls: &[("lamplight", 5900, 12), ("kettle-corner", 6200, 3)],
    },
    Thing {
        slug: "paper-lantern",
        title: "Paper lantern",
        description: "Folds flat, glows warm.",
        category: "lamps",
        grams: 300,
        stalls: &[("lamplight", 1450, 40)],
    },
    Thing {
        slug: "wool-runner",
        title: "Wool runner",
        description: "Hand woven, two metres.",
        category: "rugs",
        grams: 4200,
        stalls: &[("warp-and-weft", 18_900, 5)],
    },
    Thing {
        slug: "cotton-mat",
        title: "Cotton mat",
        description: "Washable, for where feet are bare.",
        category: "rugs",
        grams: 900,
        stalls: &[("warp-and-weft", 2990, 25)],
    },
    Thing {
        slug: "copper-kettle",
        title: "Copper kettle",
        description: "Sings when it is ready.",
        category: "kitchen",
        grams: 1100,
        stalls: &[("kettle-corner", 7450, 8), ("lamplight", 7300, 1)],
    },
    Thing {
        slug: "tea-bowl",
        title: "Tea bowl",
        description: "No two alike.",
        category: "kitchen",
        grams: 250,
        stalls: &[("kettle-corner", 1200, 60)],
    },
];

/// How many products there are now. A second run changes nothing.
pub async fn load(settings: &Settings) -> Result<usize, String> {
    let now = SystemClock.now();
    let open = async |name: &str, migrations: &'static [Migration]| {
        let at = StoreAt { url: settings.store.replace("{service}", name), opening: settings.opening() };
        Db::open(&at, migrations).await.map_err(said(name))
    };
    let vendor = open("vendor", vendor::MIGRATIONS).await?;
    let config = vendor::Config::default();
    let vendors = vendor::app::Vendors {
        vendors: Arc::new(vendor::sql::SqlVendors(vendor)),
        clock: Arc::new(SystemClock),
        config,
    };
    let new = VENDORS.iter().map(new_vendor).collect::<Result<_, String>>()?;
    vendors.import_vendors(new).await.map_err(said("vendor"))?;
    let shelves = catalog::sql::SqlShelves(open("catalog", catalog::MIGRATIONS).await?);
    shelves.import(&goods(), now).await.map_err(said("catalog"))?;
    let stock = open("inventory", inventory::MIGRATIONS).await?;
    let stock = inventory::over(&stock, Arc::new(SystemClock), inventory::Config::default());
    let locations = VENDORS.iter().map(|(slug, name)| location(slug, name)).collect();
    stock.receive_many(ReceiveMany { locations, rows: receipts(), at: now }).await.map_err(said("inventory"))?;
    let prices = pricing::sql::SqlPrices(open("pricing", pricing::MIGRATIONS).await?);
    pricing::app::import_prices(&prices, &price_lists(now), now).await.map_err(said("pricing"))?;
    let delivery = open("shipping", shipping::MIGRATIONS).await?;
    let delivery = shipping::over(&delivery, Arc::new(SystemClock), shipping::Config::default());
    delivery.import_zones(&[zone()]).await.map_err(said("shipping"))?;
    delivery.import_methods(&[method()]).await.map_err(said("shipping"))?;
    Ok(THINGS.len())
}

fn said<E: Display>(service: &str) -> impl Fn(E) -> String {
    move |error| format!("{service}: {error}")
}

/// The same name is the same id, so a second run finds the first.
fn id<K>(kind: &str, name: &str) -> Id<K> {
    let digest = Sha256::digest(format!("souk.sample/{kind}/{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let uuid = Builder::from_bytes(bytes).with_version(Version::Custom).with_variant(Variant::RFC4122);
    Id::from_uuid(uuid.into_uuid())
}

fn new_vendor((slug, name): &(&str, &str)) -> Result<vendors::NewVendor, String> {
    let tax = vendors::TaxData { country: "DE".into(), tax_id: None, exempt: false };
    let slug_of = slug.parse().map_err(|why| format!("vendor {slug}: {why}"))?;
    let profile = vendors::Profile { name: name.to_string(), slug: slug_of, bio: String::new(), tax };
    Ok(vendors::NewVendor { id: id("vendor", slug), owner: None, profile, plan: vendors::Plan::flat(1000) })
}

fn goods() -> Goods {
    let category = |(place, (slug, name)): (usize, &(&str, &str))| goods::Category {
        id: id("category", slug),
        slug: slug.to_string(),
        name: name.to_string(),
        parent: None,
        place: place as i64,
        version: 1,
    };
    Goods {
        categories: CATEGORIES.iter().enumerate().map(category).collect(),
        products: THINGS.iter().map(product).collect(),
        offers: stalls().map(|(thing, vendor, ..)| offer(thing, vendor)).collect(),
    }
}

fn stalls() -> impl Iterator<Item = (&'static Thing, &'static str, i64, u32)> {
    THINGS
        .iter()
        .flat_map(|thing| thing.stalls.iter().map(move |(vendor, price, units)| (thing, *vendor, *price, *units)))
}

fn product(thing: &Thing) -> goods::Product {
    let (choices, gtin) = Default::default();
    let variant = goods::Variant { id: id("variant", thing.slug), choices, gtin, weight_grams: thing.grams };
    goods::Product {
        id: id("product", thing.slug),
        slug: thing.slug.into(),
        title: thing.title.into(),
        description: thing.description.into(),
        category: id("category", thing.category),
        options: vec![],
        variants: vec![variant],
        state: goods::ProductState::Published,
        version: 1,
    }
}

fn offer(thing: &Thing, vendor: &str) -> goods::Offer {
    goods::Offer {
        id: id("offer", &format!("{vendor}/{}", thing.slug)),
        vendor: id("vendor", vendor),
        variant: id("variant", thing.slug),
        product: id("product", thing.slug),
        sku: thing.slug.to_uppercase(),
        condition: goods::Condition::New,
        handling_days: 1,
        state: goods::OfferState::Active,
        reason: String::new(),
        version: 1,
    }
}

fn location(slug: &str, name: &str) -> Location {
    Location::open(id("location", slug), id("vendor", slug), name.to_string(), "Marktplatz 1, Berlin".to_string())
}

fn receipts() -> Vec<Receipt> {
    let receipt = |(thing, vendor, _, units): (&Thing, &str, i64, u32)| Receipt {
        offer: id("offer", &format!("{vendor}/{}", thing.slug)),
        location: id("location", vendor),
        vendor: id("vendor", vendor),
        units,
        cause: "sample".into(),
    };
    stalls().map(receipt).collect()
}

fn price_lists(now: Timestamp) -> Vec<pricing::app::OfferPrices> {
    let list = |(thing, vendor, amount, _): (&Thing, &str, i64, u32)| pricing::app::OfferPrices {
        offer: id("offer", &format!("{vendor}/{}", thing.slug)),
        vendor: id("vendor", vendor),
        prices: vec![pricing::domain::Price { currency: Currency::EUR, from: now, amount }],
    };
    stalls().map(list).collect()
}

fn zone() -> delivery::Zone {
    let places = ["DE", "AT", "NL", "FR"].iter().map(|country| delivery::Place::new(country, None, None)).collect();
    delivery::Zone { id: id("zone", "near"), vendor: None, name: "Near".into(), places, version: 1 }
}

/// Whatever a vendor sends, for 4.90.
fn method() -> delivery::Method {
    let time_zone = "Europe/Berlin".to_string();
    let pace = delivery::Pace { handling_days: 1, transit_days: 2, cut_off: 14 * 60, time_zone };
    delivery::Method {
        id: id("method", "standard"),
        vendor: None,
        zone: id("zone", "near"),
        name: "Standard".into(),
        carrier: "simulated".into(),
        currency: Currency::EUR,
        rate: delivery::Rate::Flat(490),
        pace,
        version: 1,
    }
}
