//! Whom a cart asks, as their contracts say they answer: offers that a test can change, and callees that it can make refuse.
use contracts::{
    catalog::{
        self as cat,
        catalog_server::{Catalog, CatalogServer},
    },
    inventory::{
        self as inv,
        inventory_server::{Inventory, InventoryServer},
    },
    pricing::{
        self as pri,
        pricing_server::{Pricing, PricingServer},
    },
    shipping::{
        self as shp,
        shipping_server::{Shipping, ShippingServer},
    },
};
use kernel::{Code, Coded, error};
use platform::{
    http::Routes,
    module::{Deps, Module},
    net::Net,
};
use platform_sql::Db;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};
use tonic::{Request, Response, Status};

/// Something that is sold: 500 of any currency, two of them left, unless a test says otherwise.
#[derive(Clone)]
pub struct Thing {
    pub vendor: String,
    pub title: &'static str,
    pub sold: bool,
    pub price: Option<i64>,
    pub left: u32,
}

/// All four services, with one memory.
#[derive(Clone, Default)]
pub struct Market(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    things: BTreeMap<String, Thing>,
    /// What a service answers from now on, instead.
    says: BTreeMap<&'static str, Status>,
    /// By step key: what was asked, and the quote.
    quotes: BTreeMap<String, (pri::MakeQuoteRequest, pri::Quote)>,
    rated: Vec<shp::RatesRequest>,
}

/// A refusal with its stable code.
struct No(Code, String);

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}
impl Coded for No {
    fn code(&self) -> Code {
        self.0
    }
}

pub fn no(code: Code, why: &str) -> Status {
    platform::grpc::status(&No(code, why.into()))
}

pub async fn host(net: &mut Net) -> Market {
    let market = Market::default();
    let (m, nothing) = (|| market.clone(), || Routes::<()>(vec![]));
    let (catalog, pricing, inventory, shipping) = (m(), m(), m(), m());
    net.host("catalog", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("catalog", store(&deps).await).grpc(CatalogServer::new(catalog)))
    })
    .await
    .unwrap();
    net.host("pricing", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("pricing", store(&deps).await).grpc(PricingServer::new(pricing)))
    })
    .await
    .unwrap();
    net.host("inventory", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("inventory", store(&deps).await).grpc(InventoryServer::new(inventory)))
    })
    .await
    .unwrap();
    net.host("shipping", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("shipping", store(&deps).await).grpc(ShippingServer::new(shipping)))
    })
    .await
    .unwrap();
    market
}

async fn store(deps: &Deps<'_>) -> Arc<Db> {
    Arc::new(Db::open(&deps.store, &[]).await.unwrap())
}

impl Market {
    pub fn put(&self, offer: &str, vendor: &str, title: &'static str) {
        let thing = Thing { vendor: vendor.into(), title, sold: true, price: Some(500), left: 2 };
        self.0.lock().unwrap().things.insert(offer.into(), thing);
    }
    pub fn set(&self, offer: &str, change: impl FnOnce(&mut Thing)) {
        change(self.0.lock().unwrap().things.get_mut(offer).expect("an offer"));
    }
    pub fn forget(&self, offer: &str) {
        self.0.lock().unwrap().things.remove(offer).expect("an offer");
    }
    pub fn says(&self, callee: &'static str, status: Status) {
        self.0.lock().unwrap().says.insert(callee, status);
    }
    pub fn answers_again(&self) {
        self.0.lock().unwrap().says.clear();
    }
    /// What was quoted so far.
    pub fn quoted(&self) -> Vec<(String, pri::MakeQuoteRequest)> {
        let state = self.0.lock().unwrap();
        state.quotes.iter().map(|(key, (asked, _))| (key.clone(), asked.clone())).collect()
    }
    /// As if it had quoted something else for this key, and the answer had been lost.
    pub fn took(&self, key: &str) {
        self.0.lock().unwrap().quotes.insert(key.into(), Default::default());
    }
    /// What shipping was asked last.
    pub fn rated(&self) -> shp::RatesRequest {
        self.0.lock().unwrap().rated.last().expect("asked").clone()
    }
    fn asked(&self, callee: &'static str) -> Result<std::sync::MutexGuard<'_, State>, Status> {
        let state = self.0.lock().unwrap();
        match state.says.get(callee) {
            Some(status) => Err(status.clone()),
            None => Ok(state),
        }
    }
}

#[tonic::async_trait]
impl Catalog for Market {
    async fn offers(&self, request: Request<cat::OffersRequest>) -> Result<Response<cat::OffersReply>, Status> {
        let state = self.asked("catalog")?;
        let offer = |id: &String| {
            let thing = state.things.get(id)?;
            let (title, variant_title, sku) = (thing.title.into(), "blue".into(), format!("{}-1", thing.title));
            let (vendor, slug) = (thing.vendor.clone(), thing.title.to_lowercase());
            let (id, sold, weight_grams) = (id.clone(), thing.sold, 700);
            Some(cat::Offer {
                id,
                vendor,
                title,
                variant_title,
                sku,
                slug,
                sold,
                weight_grams,
                ..cat::Offer::default()
            })
        };
        let offers = request.get_ref().offers.iter().filter_map(offer).collect();
        Ok(Response::new(cat::OffersReply { offers }))
    }
}

/// Those that can be sold, as pricing numbers and names them.
fn lines(state: &State, wants: &[pri::Want]) -> Vec<pri::QuoteLine> {
    let line = |(at, want): (usize, &pri::Want)| {
        let thing = state.things.get(&want.offer).filter(|thing| thing.sold)?;
        let price = thing.price?;
        Some(pri::QuoteLine {
            line: at as u32 + 1,
            offer: want.offer.clone(),
            vendor: thing.vendor.clone(),
            quantity: want.quantity,
            unit_price: price,
            price: price * i64::from(want.quantity),
            title: format!("{}, blue", thing.title),
            why: vec![format!("{price} each")],
            ..pri::QuoteLine::default()
        })
    };
    wants.iter().enumerate().filter_map(line).collect()
}

#[tonic::async_trait]
impl Pricing for Market {
    async fn price(&self, request: Request<pri::PriceRequest>) -> Result<Response<pri::PriceReply>, Status> {
        let (state, asked) = (self.asked("pricing")?, request.into_inner());
        let lines = lines(&state, &asked.lines);
        let mut vendors: Vec<pri::VendorTotal> = vec![];
        for line in &lines {
            match vendors.iter_mut().find(|total| total.vendor == line.vendor) {
                Some(total) => total.items += line.price,
                None => vendors.push(pri::VendorTotal {
                    vendor: line.vendor.clone(),
                    name: format!("Shop {}", vendors.len() + 1),
                    items: line.price,
                    tax: 0,
                }),
            }
        }
        let funded = if asked.coupon == "TEN" { 10 } else { 0 };
        let coupon_problem = if ["", "TEN"].contains(&asked.coupon.as_str()) { "" } else { "coupon_unknown" }.into();
        let total = lines.iter().map(|line| line.price).sum::<i64>() - funded;
        let reply = pri::PriceReply {
            currency: asked.currency,
            lines,
            vendors,
            total,
            funded,
            coupon_problem,
            why: vec!["as of now".into()],
            ..pri::PriceReply::default()
        };
        Ok(Response::new(reply))
    }

    async fn make_quote(&self, request: Request<pri::MakeQuoteRequest>) -> Result<Response<pri::Quote>, Status> {
        let mut state = self.asked("pricing")?;
        let key = request.metadata().get("souk-step").expect("a step").to_str().expect("text").to_string();
        let asked = request.into_inner();
        if let Some((first, quote)) = state.quotes.get(&key) {
            let same = *first == asked;
            return if same {
                Ok(Response::new(quote.clone()))
            } else {
                Err(no(error::refused("key_reused"), "other"))
            };
        }
        let lines = lines(&state, &asked.lines);
        if lines.len() < asked.lines.len() {
            return Err(no(error::refused("quote.inactive"), "not sold now"));
        }
        let vendor = |delivery: &pri::Delivery| pri::QuoteVendor {
            vendor: delivery.vendor.clone(),
            name: "Shop".into(),
            method: delivery.method.clone(),
            method_name: "By post".into(),
            shipping: 490,
            promised_us: 1_700_300_000_000_000,
            why: vec!["4.90".into()],
            ..pri::QuoteVendor::default()
        };
        let vendors: Vec<_> = asked.deliveries.iter().map(vendor).collect();
        let quote = pri::Quote {
            id: super::store::id::<kernel::kinds::QuoteId>().to_string(),
            currency: asked.currency.clone(),
            total: lines.iter().map(|line| line.price).sum::<i64>() + 490 * vendors.len() as i64,
            lines,
            vendors,
            taxes: vec![pri::QuoteTax {
                name: "VAT".into(),
                rate: "19".into(),
                base: 1000,
                amount: 190,
                included: true,
            }],
            why: vec!["for ten minutes".into()],
            expires_us: 1_700_000_600_000_000,
            ..pri::Quote::default()
        };
        state.quotes.insert(key, (asked, quote.clone()));
        Ok(Response::new(quote))
    }

    async fn get_quote(&self, _: Request<pri::GetQuoteRequest>) -> Result<Response<pri::Quote>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn accept(&self, _: Request<pri::AcceptRequest>) -> Result<Response<pri::Acceptance>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn undo_accept(&self, _: Request<pri::UndoAcceptRequest>) -> Result<Response<pri::UndoAcceptReply>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
}

#[tonic::async_trait]
impl Inventory for Market {
    async fn availability(
        &self,
        request: Request<inv::AvailabilityRequest>,
    ) -> Result<Response<inv::AvailabilityReply>, Status> {
        let state = self.asked("inventory")?;
        let left = |offer: String| state.things.get(&offer).map(|thing| (offer, thing.left));
        Ok(Response::new(inv::AvailabilityReply {
            free: request.into_inner().offers.into_iter().filter_map(left).collect(),
        }))
    }
    async fn place_hold(&self, _: Request<inv::PlaceHoldRequest>) -> Result<Response<inv::Hold>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn undo_hold(&self, _: Request<inv::UndoHoldRequest>) -> Result<Response<inv::UndoHoldReply>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn commit_hold(&self, _: Request<inv::CommitHoldRequest>) -> Result<Response<inv::Hold>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn release_units(&self, _: Request<inv::ReleaseUnitsRequest>) -> Result<Response<inv::Hold>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
    async fn return_units(&self, _: Request<inv::ReturnUnitsRequest>) -> Result<Response<inv::Hold>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
}

/// The same method for everybody.
pub const METHOD: &str = "shm_00000000000000000000000001";

#[tonic::async_trait]
impl Shipping for Market {
    async fn rates(&self, request: Request<shp::RatesRequest>) -> Result<Response<shp::RatesReply>, Status> {
        let (mut state, asked) = (self.asked("shipping")?, request.into_inner());
        state.rated.push(asked.clone());
        let option = || shp::DeliveryOption {
            id: METHOD.into(),
            name: "By post".into(),
            carrier: "post".into(),
            price: 490,
            currency: asked.currency.clone(),
            promised_us: 1_700_300_000_000_000,
            why: vec!["4.90 up to 2 kg".into()],
        };
        let serves = asked.to.as_ref().is_some_and(|to| to.country == "DE");
        let vendor = |goods: &shp::VendorGoods| shp::VendorOptions {
            vendor: goods.vendor.clone(),
            options: if serves { vec![option()] } else { vec![] },
            problem: if serves { "" } else { "shipping.not_served" }.into(),
        };
        Ok(Response::new(shp::RatesReply { vendors: asked.vendors.iter().map(vendor).collect() }))
    }
    async fn parcels(&self, _: Request<shp::ParcelsRequest>) -> Result<Response<shp::ParcelsReply>, Status> {
        Err(Status::permission_denied("a cart does not ask this"))
    }
}
