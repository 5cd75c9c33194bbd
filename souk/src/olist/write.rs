//! A plan through the services' bulk use cases, in this process: each leaves alone what is there already.
mod shaped;

use super::plan::Plan;
use crate::{progress::Progress, settings::Settings};
use catalog::ports::{Goods, Shelves};
use identity::{domain::User, ports::People};
use inventory::{app::ReceiveMany, domain::Location, ports::Receipt};
use kernel::{Clock, Currency, Timestamp};
use platform::store::Change;
use platform_sql::{Db, Migration, StoreAt};
use pricing::ports::TaxZones;
use shaped::{
    category, location, method, new_vendor, offer, owner, person, price_list, product, receipt, recorded, tax_zone,
    zone,
};
use std::{fmt::Display, sync::Arc};

/// Rows between two looks at the progress.
const PART: usize = 1000;
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
        self.taxes().await?;
        self.delivery().await
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(Opening(self.at))
    }

    /// People without passwords, and whoever acts for a vendor (rule 8).
    async fn accounts(&self) -> Result<(), String> {
        let people = self.plan.people.iter().map(|unique| person(unique));
        let users: Vec<User> = people.chain(self.plan.sellers.iter().map(owner)).collect();
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
        let categories = self.plan.categories.iter().enumerate().map(category).collect();
        let mut parts = vec![Goods { categories, ..Default::default() }];
        for part in self.plan.products.chunks(PART) {
            let products = part.iter().map(product).collect();
            parts.push(Goods { products, ..Default::default() });
        }
        for part in self.plan.offers.chunks(PART) {
            let offers = part.iter().map(offer).collect();
            parts.push(Goods { offers, ..Default::default() });
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

    async fn taxes(&self) -> Result<(), String> {
        let (zones, zone) = (pricing::sql::SqlTaxZones(self.stores.pricing.clone()), tax_zone()?);
        if zones.find(&zone.region).await.map_err(of("pricing"))?.is_none() {
            zones.save(Change::new(&zone, vec![]), self.at).await.map_err(of("pricing"))?;
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
