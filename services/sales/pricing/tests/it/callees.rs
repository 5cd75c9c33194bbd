//! Whom pricing calls, as its contracts say they answer: offers and vendors that a test can change, and two methods of delivery.
use super::world::NOW;
use contracts::{
    catalog::{
        self as cat,
        catalog_server::{Catalog, CatalogServer},
    },
    shipping::{
        self as shp,
        shipping_server::{Shipping, ShippingServer},
    },
    vendor::{
        self as pb,
        vendors_server::{Vendors, VendorsServer},
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
    time::Duration,
};
use tonic::{Request, Response, Status};

/// Every vendor there is: active, with a tenth for the platform, until a test says otherwise.
#[derive(Clone, Default)]
pub struct Terms(Arc<Mutex<(BTreeMap<String, pb::VendorTerms>, Silence)>>);

#[derive(Clone, Copy, Default, PartialEq)]
enum Silence {
    #[default]
    Answers,
    Silent,
}

/// The offers there are.
#[derive(Clone, Default)]
pub struct Goods(Arc<Mutex<BTreeMap<String, cat::Offer>>>);

struct NotServed(String);

pub async fn host(net: &mut Net) -> (Goods, Terms) {
    let (goods, terms) = (Goods::default(), Terms::default());
    let (offers, vendors) = (goods.clone(), terms.clone());
    net.host("catalog", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("catalog", store(&deps).await).grpc(CatalogServer::new(offers)))
    })
    .await
    .unwrap();
    net.host("vendor", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("vendor", store(&deps).await).grpc(VendorsServer::new(vendors)))
    })
    .await
    .unwrap();
    net.host("shipping", nothing, async |deps: Deps<'_>| {
        Ok(Module::new("shipping", store(&deps).await).grpc(ShippingServer::new(Post)))
    })
    .await
    .unwrap();
    (goods, terms)
}

fn nothing() -> Routes<()> {
    Routes(vec![])
}

async fn store(deps: &Deps<'_>) -> Arc<Db> {
    Arc::new(Db::open(&deps.store, &[]).await.unwrap())
}

impl Goods {
    /// A lamp of this vendor, which is sold.
    pub fn put(&self, offer: &str, vendor: &str) {
        let lamp = cat::Offer {
            id: offer.into(),
            vendor: vendor.into(),
            product: super::world::id::<kernel::kinds::ProductId>().to_string(),
            sku: "L-1".into(),
            title: "Lamp".into(),
            variant_title: "blue".into(),
            category: "lamps".into(),
            category_path: vec!["home".into(), "lamps".into()],
            condition: "new".into(),
            state: "active".into(),
            sold: true,
            weight_grams: 700,
            ..cat::Offer::default()
        };
        self.0.lock().unwrap().insert(offer.into(), lamp);
    }
    pub fn set(&self, offer: &str, change: impl FnOnce(&mut cat::Offer)) {
        change(self.0.lock().unwrap().get_mut(offer).expect("an offer"));
    }
}

#[tonic::async_trait]
impl Catalog for Goods {
    async fn offers(&self, request: Request<cat::OffersRequest>) -> Result<Response<cat::OffersReply>, Status> {
        let known = self.0.lock().unwrap();
        let offers = request.get_ref().offers.iter().filter_map(|id| known.get(id).cloned()).collect();
        Ok(Response::new(cat::OffersReply { offers }))
    }
}

impl Terms {
    pub fn set(&self, vendor: &str, change: impl FnOnce(&mut pb::VendorTerms)) {
        change(self.0.lock().unwrap().0.entry(vendor.into()).or_insert_with(|| usual(vendor)));
    }
    /// From now on it can't be asked.
    pub fn fall_silent(&self) {
        self.0.lock().unwrap().1 = Silence::Silent;
    }
}

fn usual(vendor: &str) -> pb::VendorTerms {
    let rest = pb::Rule { rate_bp: 1000, ..Default::default() };
    pb::VendorTerms {
        vendor: vendor.into(),
        name: "Anna".into(),
        slug: "anna".into(),
        status: "active".into(),
        tax: Some(pb::TaxData { country: "DE".into(), tax_id: String::new(), exempt: false }),
        plan: Some(pb::Plan { version: 1, rules: vec![rest], shipping_bp: 0, tax_bp: 0 }),
    }
}

#[tonic::async_trait]
impl Vendors for Terms {
    async fn terms(&self, request: Request<pb::TermsRequest>) -> Result<Response<pb::TermsReply>, Status> {
        let known = self.0.lock().unwrap();
        if known.1 == Silence::Silent {
            return Err(Status::unavailable("silent"));
        }
        let terms = |vendor: &String| known.0.get(vendor).cloned().unwrap_or_else(|| usual(vendor));
        Ok(Response::new(pb::TermsReply { vendors: request.get_ref().vendors.iter().map(terms).collect() }))
    }
}

struct Post;

#[tonic::async_trait]
impl Shipping for Post {
    async fn rates(&self, request: Request<shp::RatesRequest>) -> Result<Response<shp::RatesReply>, Status> {
        let (request, mut vendors, mut missing) = (request.into_inner(), vec![], vec![]);
        for goods in request.vendors {
            let (price, name, days) = match goods.method.as_str() {
                "free" => (0, "On foot", 0),
                "standard" => (490, "By post", 3),
                _ => {
                    missing.push(goods.vendor);
                    continue;
                }
            };
            let promised = if days > 0 { (NOW + Duration::from_secs(days * 86_400)).0 } else { 0 };
            let option = shp::DeliveryOption {
                id: goods.method,
                name: name.into(),
                carrier: "post".into(),
                price,
                currency: request.currency.clone(),
                promised_us: promised,
                why: vec![format!("{}.{:02} EUR up to 2000 g", price / 100, price % 100)],
            };
            vendors.push(shp::VendorOptions { vendor: goods.vendor, options: vec![option], problem: String::new() });
        }
        if missing.is_empty() {
            return Ok(Response::new(shp::RatesReply { vendors }));
        }
        Err(platform::grpc::status(&NotServed(missing.join(", "))))
    }

    async fn parcels(&self, _: Request<shp::ParcelsRequest>) -> Result<Response<shp::ParcelsReply>, Status> {
        Ok(Response::new(shp::ParcelsReply::default()))
    }
}

impl fmt::Display for NotServed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl Coded for NotServed {
    fn code(&self) -> Code {
        error::refused("shipping.not_served")
    }
}
