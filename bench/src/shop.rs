//! What is bought, where, and who runs it: one process of Souk, the bank in another.
use crate::machine::Processes;
use journeys::{BankDesk, Market, Process, Site};
use platform_test::Engine;
use std::sync::Arc;

/// So many vendors, with one offer each: three of them are in a cart.
const STALLS: usize = 60;
const UNITS: i64 = 1_000_000;

pub struct Shop {
    engine: Engine,
    site: Site,
    souk: Process,
    bank: Process,
    stalls: Arc<Vec<Stall>>,
}

/// What a buyer has to name.
pub struct Stall {
    pub vendor: String,
    pub offer: String,
    pub method: String,
}

impl Shop {
    pub async fn open(engine: Engine) -> Shop {
        let site = Site::new(engine).await.with_ports().with("SOUK_LOG", "error");
        let (bank, souk) = (site.serve_bank(), site.serve());
        let market = Market::at(&souk.door).await;
        let mut stalls = vec![];
        for n in 0..STALLS {
            let stall = market.stall("Stall", 1000 + n as i64 * 37, UNITS).await;
            stalls.push(Stall { vendor: stall.vendor, offer: stall.offer, method: stall.method });
        }
        Shop { engine, site, souk, bank, stalls: Arc::new(stalls) }
    }
    pub fn address(&self) -> String {
        self.site.address().to_string()
    }
    pub fn stalls(&self) -> Arc<Vec<Stall>> {
        self.stalls.clone()
    }
    pub fn processes(&self) -> Processes {
        Processes { engine: self.engine, souk: self.souk.id(), bank: self.bank.id() }
    }
    /// What was counted is what was charged, and every invariant holds.
    pub async fn closes(self, confirmed: u64) {
        let book = BankDesk::at(&self.bank.door).book().await;
        let captures: i64 = book.iter().map(|entry| entry.captures).sum();
        assert_eq!(captures, confirmed as i64, "captures at the bank and confirmed checkouts");
        self.site.clean();
        println!("{:?}: {confirmed} checkouts, each charged once, souk check is clean", self.engine);
    }
}
