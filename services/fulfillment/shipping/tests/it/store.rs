//! The duty of the ports, once, on both databases.
use kernel::{Currency, Id, Timestamp, VendorId};
use platform::{
    page::Page,
    store::{Change, Seen, Store, StoreError},
};
use platform_sql::{Db, drift};
use platform_test::{BOTH, Engine, store};
use shipping::{
    MIGRATIONS,
    domain::{
        Event, Method, Pace, Parcel, ParcelLine, ParcelState, Place, Rate, RecordedRate, Report, ReportKind, Shipment,
        WeightStep, Zone,
    },
    ports::{Edit, Methods, ParcelFilter, Parcels, RecordedRates, Zones},
    sql::{SqlMethods, SqlParcels, SqlRates, SqlZones},
};
use std::time::Duration;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_700_000_000_123_456);

struct Bench {
    db: Db,
    zones: SqlZones,
    methods: SqlMethods,
    rates: SqlRates,
    parcels: SqlParcels,
}

async fn bench(engine: Engine) -> Bench {
    let db = Db::open(&store(engine, "shipping").await, MIGRATIONS).await.unwrap();
    let (zones, methods) = (SqlZones(db.clone()), SqlMethods(db.clone()));
    Bench { zones, methods, rates: SqlRates(db.clone()), parcels: SqlParcels(db.clone()), db }
}

fn id<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

fn zone(vendor: Option<VendorId>) -> Zone {
    let places = vec![Place::new("BR", Some("SP"), Some("013")), Place::new("PT", None, None)];
    Zone { id: id(), vendor, name: "Süd & Übersee".into(), places, version: 1 }
}
fn method(zone: &Zone, rate: Rate) -> Method {
    let pace = Pace { handling_days: 1, transit_days: 4, cut_off: 840, time_zone: "America/Sao_Paulo".into() };
    let (name, carrier) = ("Expresso".to_string(), "Correios".to_string());
    Method {
        id: id(),
        vendor: zone.vendor,
        zone: zone.id,
        name,
        carrier,
        currency: Currency::EUR,
        rate,
        pace,
        version: 1,
    }
}
fn parcel(vendor: VendorId) -> (Parcel, Vec<Event>) {
    let lines = ["1", "2"].map(|line| ParcelLine { line: line.into(), offer: id(), quantity: 3 }).to_vec();
    let (carrier, tracking) = ("Post".to_string(), "T-1".to_string());
    Parcel::dispatch(Shipment { id: id(), order: id(), vendor_order: id(), vendor, carrier, tracking, lines })
}
fn report(event: &str, kind: ReportKind, seconds: u64) -> Report {
    Report { event: event.into(), kind, at: NOW + Duration::from_secs(seconds) }
}

impl Bench {
    async fn put_zone(&self, zone: &Zone) -> Result<(), StoreError> {
        self.zones.save(Change::new(zone, vec![Edit::Put]), NOW).await
    }
    async fn put_method(&self, method: &Method) -> Result<(), StoreError> {
        self.methods.save(Change::new(method, vec![Edit::Put]), NOW).await
    }
    async fn put_parcel(&self, (parcel, events): (Parcel, Vec<Event>)) -> Parcel {
        self.parcels.save(Change::new(&parcel, events), NOW).await.unwrap();
        parcel
    }
    async fn told(&self, parcel: &mut Parcel, report: Report) -> Result<(), StoreError> {
        let events = parcel.hear(report);
        self.parcels.save(Change::new(parcel, events), NOW).await
    }
    /// Kind and version of each fact. On PostgreSQL a fact may be invisible for as long as an older transaction is open anywhere.
    async fn facts(&self, count: usize) -> Vec<(String, i64)> {
        let reading = async {
            loop {
                let facts = self.db.facts(0, 100).await.unwrap();
                if facts.len() >= count {
                    return facts;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let facts = tokio::time::timeout(Duration::from_secs(20), reading).await.expect("facts");
        facts.into_iter().map(|f| (f.kind.rsplit('.').next().unwrap_or_default().to_string(), f.version)).collect()
    }
    async fn clean(&self) {
        for check in shipping::checks::all() {
            let found = self.db.check(&check, NOW).await.unwrap();
            assert_eq!(found.wrong, 0, "{}", check.id);
            assert!(found.looked > 0, "{} looked at nothing", check.id);
        }
    }
}

#[tokio::test]
async fn both_schemas_are_one() {
    let sqlite = drift::shape(&bench(Engine::Sqlite).await.db).await.unwrap();
    let postgres = drift::shape(&bench(Engine::Postgres).await.db).await.unwrap();
    let known = |line: &&String| !line.starts_with("feed_base") && !line.starts_with("outbox");
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).filter(known).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

#[tokio::test]
async fn every_field_of_a_zone_and_a_method_comes_back() {
    for engine in BOTH {
        let b = bench(engine).await;
        for vendor in [Some(id()), None] {
            let zone = zone(vendor);
            b.put_zone(&zone).await.unwrap();
            assert_eq!(b.zones.find(zone.id).await.unwrap(), Some(zone.clone()), "{engine:?}");
            let steps = [(1000, 0), (5000, 790)].map(|(up_to_grams, price)| WeightStep { up_to_grams, price }).to_vec();
            for rate in
                [Rate::Flat(490), Rate::FreeFrom { price: 490, from: 5000 }, Rate::Weight(steps), Rate::Recorded]
            {
                let method = method(&zone, rate);
                b.put_method(&method).await.unwrap();
                assert_eq!(b.methods.find(method.id).await.unwrap(), Some(method), "{engine:?}");
            }
        }
        assert_eq!((b.zones.find(id()).await.unwrap(), b.methods.find(id()).await.unwrap()), (None, None));
    }
}

#[tokio::test]
async fn an_edit_is_one_version_further_or_stale() {
    for engine in BOTH {
        let b = bench(engine).await;
        let zone = zone(Some(id()));
        b.put_zone(&zone).await.unwrap();
        assert_eq!(b.put_zone(&zone).await, Err(StoreError::Stale), "{engine:?}: there is one");
        let next = Zone { name: "north".into(), version: 2, ..zone.clone() };
        b.put_zone(&next).await.unwrap();
        assert_eq!(b.put_zone(&next).await, Err(StoreError::Stale), "{engine:?}: somebody was faster");
        assert_eq!(b.zones.find(zone.id).await.unwrap(), Some(next.clone()));
        let stolen = Zone { vendor: Some(id()), version: 3, ..next };
        assert_eq!(b.put_zone(&stolen).await, Err(StoreError::Stale), "{engine:?}: another vendor's");

        let method = method(&zone, Rate::Flat(1));
        b.put_method(&method).await.unwrap();
        let next = Method { rate: Rate::Recorded, version: 2, ..method.clone() };
        b.put_method(&next).await.unwrap();
        assert_eq!(b.put_method(&next).await, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.methods.find(method.id).await.unwrap(), Some(next));
    }
}

#[tokio::test]
async fn a_zone_stays_while_a_method_delivers_to_it() {
    for engine in BOTH {
        let b = bench(engine).await;
        let zone = zone(Some(id()));
        b.put_zone(&zone).await.unwrap();
        let method = method(&zone, Rate::Flat(1));
        b.put_method(&method).await.unwrap();
        assert!(b.zones.is_used(zone.id).await.unwrap());
        let gone = || Change::new(&zone, vec![Edit::Removed]);
        assert_eq!(b.zones.save(gone(), NOW).await, Err(StoreError::Stale), "{engine:?}");
        let seen = Method { version: 2, ..method.clone() };
        assert_eq!(b.methods.save(Change::new(&seen, vec![Edit::Removed]), NOW).await, Err(StoreError::Stale));
        b.methods.save(Change::new(&method, vec![Edit::Removed]), NOW).await.unwrap();
        assert!(!b.zones.is_used(zone.id).await.unwrap());
        b.zones.save(gone(), NOW).await.unwrap();
        assert_eq!(b.zones.find(zone.id).await.unwrap(), None);
        let late = b.put_method(&Method { id: id(), ..method }).await;
        assert_eq!(late, Err(StoreError::Stale), "{engine:?}: its zone went meanwhile");
    }
}

#[tokio::test]
async fn a_vendor_has_its_own_and_the_marketplaces() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (one, other) = (id(), id());
        let zones = [zone(Some(one)), zone(None), zone(Some(other)), zone(Some(one))];
        let mut methods = vec![];
        for zone in &zones {
            b.put_zone(zone).await.unwrap();
            let method = method(zone, Rate::Flat(1));
            b.put_method(&method).await.unwrap();
            methods.push(method);
        }
        let dollars = Method { id: id(), currency: "USD".parse().unwrap(), ..methods[0].clone() };
        b.put_method(&dollars).await.unwrap();
        let first = b.zones.list(one, &Page::first(2)).await.unwrap();
        assert_eq!(first.items, zones[..2], "{engine:?}");
        let rest = b.zones.list(one, &Page { limit: 2, after: first.next }).await.unwrap();
        assert_eq!((rest.items, rest.next), (zones[3..].to_vec(), None));
        let listed = b.methods.list(other, &Page::first(9)).await.unwrap();
        assert_eq!(listed.items, methods[1..3]);
        let pairs = [0, 1, 3].map(|at: usize| (methods[at].clone(), zones[at].clone()));
        assert_eq!(b.methods.of(&[one], Currency::EUR).await.unwrap(), pairs);
    }
}

#[tokio::test]
async fn an_import_adds_what_is_not_there() {
    for engine in BOTH {
        let b = bench(engine).await;
        let zones: Vec<_> = (0..1500).map(|_| zone(Some(id()))).collect();
        let methods: Vec<_> = zones.iter().map(|zone| method(zone, Rate::Recorded)).collect();
        let before = b.db.counts().batches;
        for _ in 0..2 {
            b.zones.import(&zones).await.unwrap();
            b.methods.import(&methods).await.unwrap();
        }
        assert_eq!(b.db.counts().batches - before, 8, "{engine:?}: few batches");
        let renamed = Zone { name: "other".into(), ..zones[7].clone() };
        b.zones.import(&[renamed]).await.unwrap();
        assert_eq!(b.zones.find(zones[7].id).await.unwrap().unwrap(), zones[7]);
        assert_eq!(b.methods.find(methods[1400].id).await.unwrap().unwrap(), methods[1400]);
    }
}

/// olist 7
#[tokio::test]
async fn a_recorded_rate_is_valid_until_the_next_one() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (offer, free, unknown) = (id(), id(), id());
        let later = NOW + Duration::from_secs(60);
        let row = |offer, prefix: &str, starts, price| RecordedRate { offer, prefix: prefix.into(), starts, price };
        let rates = [
            row(offer, "01310", Timestamp(0), 1299),
            row(offer, "01310", later, 1500),
            row(offer, "99999", Timestamp(0), 7),
            row(free, "01310", Timestamp(0), 0),
        ];
        for _ in 0..2 {
            b.rates.import(&rates).await.unwrap();
        }
        let rated = &b.rates;
        let at = |time| async move {
            let found = rated.at(&[offer, unknown, free, offer], "01310", time).await.unwrap();
            found.into_iter().map(|rate| (rate.offer, rate.price)).collect::<Vec<_>>()
        };
        assert_eq!(at(later - Duration::from_micros(1)).await, [(offer, 1299), (free, 0)], "{engine:?}");
        assert_eq!(at(later).await, [(offer, 1500), (free, 0)]);
        b.rates.import(&[row(offer, "01310", later, 1400)]).await.unwrap();
        assert_eq!(at(later).await[0], (offer, 1400), "a row of the same start is replaced");
    }
}

#[tokio::test]
async fn every_field_of_a_parcel_comes_back() {
    for engine in BOTH {
        let b = bench(engine).await;
        let mut parcel = b.put_parcel(parcel(id())).await;
        assert_eq!(b.parcels.find(parcel.id).await.unwrap(), Some(parcel.clone()), "{engine:?}");
        b.told(&mut parcel, report("e2", ReportKind::InTransit, 20)).await.unwrap();
        b.told(&mut parcel, report("e1", ReportKind::InTransit, 10)).await.unwrap();
        b.told(&mut parcel, report("e3", ReportKind::Delivered, 30)).await.unwrap();
        b.told(&mut parcel, report("e4", ReportKind::Returned, 40)).await.unwrap();
        assert_eq!(b.parcels.find(parcel.id).await.unwrap(), Some(parcel.clone()), "{engine:?}");
        assert_eq!((parcel.state, parcel.version), (ParcelState::Delivered, 6));
        assert_eq!(b.parcels.of(parcel.order).await.unwrap(), [parcel]);
        let facts = [("DeliveryPrepared", 1), ("ShipmentDispatched", 2), ("ShipmentDelivered", 5)];
        assert_eq!(b.facts(3).await, facts.map(|(kind, version)| (kind.to_string(), version)));
        b.clean().await;
    }
}

/// E3
#[tokio::test]
async fn a_message_has_one_effect() {
    for engine in BOTH {
        let b = bench(engine).await;
        let seen = || Seen::told_by("shipping.parcels", "order", Uuid::from_u128(7));
        let (first, events) = parcel(id());
        b.parcels.save(Change::new(&first, events).seen(seen()), NOW).await.unwrap();
        let (again, events) = parcel(id());
        let twice = b.parcels.save(Change::new(&again, events).seen(seen()), NOW).await;
        assert_eq!(twice, Err(StoreError::Handled), "{engine:?}");
        assert_eq!(b.parcels.find(again.id).await.unwrap(), None);
        let (same, events) = (first.clone(), vec![Event::Prepared, Event::Dispatched]);
        assert_eq!(b.parcels.save(Change::new(&same, events), NOW).await, Err(StoreError::Stale), "{engine:?}");
    }
}

#[tokio::test]
async fn of_two_tellings_at_once_one_reads_again() {
    for engine in BOTH {
        let b = bench(engine).await;
        let parcel = b.put_parcel(parcel(id())).await;
        let (mut one, mut other) = (parcel.clone(), parcel.clone());
        b.told(&mut one, report("e1", ReportKind::Delivered, 1)).await.unwrap();
        let late = b.told(&mut other, report("e2", ReportKind::Returned, 2)).await;
        assert_eq!(late, Err(StoreError::Stale), "{engine:?}");
        assert_eq!(b.parcels.find(parcel.id).await.unwrap(), Some(one));
        b.clean().await;
    }
}

#[tokio::test]
async fn parcels_are_listed_from_the_newest_and_found_by_tracking() {
    for engine in BOTH {
        let b = bench(engine).await;
        let (vendor, other) = (id(), id());
        let mut parcels = vec![];
        for owner in [vendor, other, vendor, vendor] {
            parcels.push(b.put_parcel(parcel(owner)).await);
        }
        let mut second = parcels[2].clone();
        b.told(&mut second, report("e", ReportKind::Delivered, 1)).await.unwrap();
        let mine = ParcelFilter { vendor, state: None };
        let first = b.parcels.list(mine, &Page::first(2)).await.unwrap();
        assert_eq!(first.items, [parcels[3].clone(), second.clone()], "{engine:?}");
        let rest = b.parcels.list(mine, &Page { limit: 2, after: first.next }).await.unwrap();
        assert_eq!((rest.items, rest.next), (vec![parcels[0].clone()], None));
        let delivered = ParcelFilter { vendor, state: Some(ParcelState::Delivered) };
        assert_eq!(b.parcels.list(delivered, &Page::first(9)).await.unwrap().items, [second]);
        assert_eq!(b.parcels.tracked_by("T-1").await.unwrap().len(), 2, "more than one is too many");
        assert!(b.parcels.tracked_by("T-2").await.unwrap().is_empty());
    }
}
