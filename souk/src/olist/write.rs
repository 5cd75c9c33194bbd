//! A plan through the services' bulk use cases, in this process: each leaves alone what is there already.
use super::{
    names,
    plan::{self, COMMISSION_BP, EXTRA_STOCK, Plan, begins},
    progress::Progress,
    time::ZONE_NAME,
};
use crate::settings::Settings;
use catalog::{domain as goods, ports::Shelves};
use identity::{domain as people, ports::People};
use inventory::{app::ReceiveMany, domain::Location, ports::Receipt};
use kernel::{Clock, Currency, Timestamp};
use platform_sql::{Db, Migration, StoreAt};
use shipping::domain as delivery;
use std::{collections::BTreeSet, fmt::Display, sync::Arc};
use vendor::domain as vendors;

/// Rows between two looks at the progress.
const PART: usize = 1000;
/// From the order to the parcel: what is shown of a vendor that never said.
const HANDLING_DAYS: u16 = 2;
const TRANSIT_DAYS: u16 = 10;
/// Where what was there at the beginning comes from.
const CAUSE: &str = "import";

/// The import's own time: the day before the first purchase (rule 9).
struct Opening(Timestamp);

impl Clock for Opening {
    fn now(&self) -> Timestamp {
        self.0
    }
}

pub struct Stores {
    pub vendor: Db,
    pub identity: Db,
    pub catalog: Db,
    pub inventory: Db,
    pub pricing: Db,
    pub shipping: Db,
}

impl Stores {
    pub async fn open(settings: &Settings) -> Result<Stores, String> {
        let open = async |name: &str, migrations: &'static [Migration]| {
            let at = StoreAt { url: settings.store.replace("{service}", name), opening: settings.opening() };
            Db::open(&at, migrations).await.map_err(|e| format!("{name}: {e}"))
        };
        Ok(Stores {
            vendor: open("vendor", vendor::MIGRATIONS).await?,
            identity: open("identity", identity::MIGRATIONS).await?,
            catalog: open("catalog", catalog::MIGRATIONS).await?,
            inventory: open("inventory", inventory::MIGRATIONS).await?,
            pricing: open("pricing", pricing::MIGRATIONS).await?,
            shipping: open("shipping", shipping::MIGRATIONS).await?,
        })
    }
}

pub struct Writer<'a> {
    pub stores: &'a Stores,
    pub plan: &'a Plan,
    pub at: Timestamp,
    pub currency: Currency,
    pub progress: &'a Progress,
}

/// Says which service could not take it.
fn of<E: Display>(service: &'static str) -> impl Fn(E) -> String {
    move |error| format!("{service}: {error}")
}

impl Writer<'_> {
    /// In an order in which nothing hangs on what is not there yet.
    pub async fn write(&self) -> Result<(), String> {
        self.accounts().await?;
        self.vendors().await?;
        self.goods().await?;
        self.stock().await?;
        self.prices().await?;
        self.delivery().await
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(Opening(self.at))
    }

    /// People without passwords, and whoever acts for a vendor (rule 8).
    async fn accounts(&self) -> Result<(), String> {
        let person = |id: &String| people::User::register(names::person(id), &names::email(id), "", BTreeSet::new()).0;
        let owner = |seller: &plan::Seller| {
            let grant = people::Grant { role: people::RoleName::VendorAdmin, vendor: Some(names::vendor(&seller.id)) };
            let email = names::owner_email(&seller.id);
            people::User::register(names::owner(&seller.id), &email, "", [grant].into()).0
        };
        let users: Vec<people::User> =
            self.plan.people.iter().map(person).chain(self.plan.sellers.iter().map(owner)).collect();
        let accounts = identity::sql::SqlPeople(self.stores.identity.clone());
        for part in users.chunks(PART) {
            accounts.import(part, self.at).await.map_err(of("identity"))?;
            self.progress.add(part.len());
        }
        Ok(())
    }

    async fn vendors(&self) -> Result<(), String> {
        let vendors = Arc::new(vendor::sql::SqlVendors(self.stores.vendor.clone()));
        let app = vendor::app::Vendors { vendors, clock: self.clock(), config: vendor::Config::default() };
        for part in self.plan.sellers.chunks(PART) {
            let new = part.iter().map(new_vendor).collect::<Result<_, String>>()?;
            app.import_vendors(new).await.map_err(of("vendor"))?;
            self.progress.add(part.len());
        }
        Ok(())
    }

    async fn goods(&self) -> Result<(), String> {
        let shelves = catalog::sql::SqlShelves(self.stores.catalog.clone());
        let place = |(at, category): (usize, &plan::Category)| goods::Category {
            id: names::category(&category.slug),
            slug: category.slug.clone(),
            name: category.name.clone(),
            parent: None,
            place: at as i64,
            version: 1,
        };
        let categories = self.plan.categories.iter().enumerate().map(place).collect();
        let mut parts = vec![catalog::ports::Goods { categories, ..Default::default() }];
        for part in self.plan.products.chunks(PART) {
            let products = part.iter().map(product).collect();
            parts.push(catalog::ports::Goods { products, ..Default::default() });
        }
        for part in self.plan.offers.chunks(PART) {
            let offers = part.iter().map(offer).collect();
            parts.push(catalog::ports::Goods { offers, ..Default::default() });
        }
        for part in parts {
            shelves.import(&part, self.at).await.map_err(of("catalog"))?;
            self.progress.add(part.categories.len() + part.products.len() + part.offers.len());
        }
        Ok(())
    }

    async fn stock(&self) -> Result<(), String> {
        let app = inventory::over(&self.stores.inventory, self.clock(), inventory::Config::default());
        let receive = async |locations: Vec<Location>, rows: Vec<Receipt>| {
            let done = locations.len() + rows.len();
            let command = ReceiveMany { locations, rows, at: self.at };
            app.receive_many(command).await.map_err(of("inventory"))?;
            self.progress.add(done);
            Ok::<(), String>(())
        };
        for part in self.plan.sellers.chunks(PART) {
            receive(part.iter().map(location).collect(), vec![]).await?;
        }
        for part in self.plan.offers.chunks(PART) {
            receive(vec![], part.iter().map(receipt).collect()).await?;
        }
        Ok(())
    }

    async fn prices(&self) -> Result<(), String> {
        let prices = pricing::sql::SqlPrices(self.stores.pricing.clone());
        for part in self.plan.offers.chunks(PART) {
            let lists: Vec<_> = part.iter().map(|offer| price_list(offer, self.currency)).collect();
            pricing::app::import_prices(&prices, &lists, self.at).await.map_err(of("pricing"))?;
            self.progress.add(lists.iter().map(|list| list.prices.len()).sum());
        }
        Ok(())
    }

    /// One zone, one method, by which every vendor delivers; and what it took (rule 7).
    async fn delivery(&self) -> Result<(), String> {
        let app = shipping::over(&self.stores.shipping, self.clock(), shipping::Config::default());
        app.import_zones(&[zone()]).await.map_err(of("shipping"))?;
        app.import_methods(&[method(self.currency)]).await.map_err(of("shipping"))?;
        for part in self.plan.rates.chunks(PART) {
            let rates: Vec<_> = part.iter().flat_map(recorded).collect();
            app.import_recorded_rates(&rates).await.map_err(of("shipping"))?;
            self.progress.add(rates.len());
        }
        Ok(())
    }
}

fn new_vendor(seller: &plan::Seller) -> Result<vendors::NewVendor, String> {
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
fn product(product: &plan::Product) -> goods::Product {
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

fn offer(offer: &plan::Offer) -> goods::Offer {
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

fn location(seller: &plan::Seller) -> Location {
    let address = format!("{} {}, {}, BR", seller.zip, seller.city, seller.state);
    Location::open(names::location(&seller.id), names::vendor(&seller.id), seller.zip.clone(), address)
}

fn receipt(offer: &plan::Offer) -> Receipt {
    Receipt {
        offer: names::offer(&offer.seller, &offer.product),
        location: names::location(&offer.seller),
        vendor: names::vendor(&offer.seller),
        units: offer.sold + EXTRA_STOCK,
        cause: CAUSE.into(),
    }
}

fn price_list(offer: &plan::Offer, currency: Currency) -> pricing::app::OfferPrices {
    let price = |(from, amount): &(_, i64)| pricing::domain::Price { currency, from: begins(*from), amount: *amount };
    pricing::app::OfferPrices {
        offer: names::offer(&offer.seller, &offer.product),
        vendor: names::vendor(&offer.seller),
        prices: offer.prices.iter().map(price).collect(),
    }
}

fn zone() -> delivery::Zone {
    let places = vec![delivery::Place::new("BR", None, None)];
    delivery::Zone { id: names::zone(), vendor: None, name: "Brazil".into(), places, version: 1 }
}

fn method(currency: Currency) -> delivery::Method {
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

fn recorded(rate: &plan::Rate) -> Vec<delivery::RecordedRate> {
    let offer = names::offer(&rate.seller, &rate.product);
    let row = |(from, price): &(_, i64)| delivery::RecordedRate {
        offer,
        prefix: rate.zip.clone(),
        starts: begins(*from),
        price: *price,
    };
    rate.prices.iter().map(row).collect()
}
