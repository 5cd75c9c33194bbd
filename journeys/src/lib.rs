//! A whole Souk for tests: in this process or in many, on SQLite or PostgreSQL, with people who knock at its door.
mod book;
mod carrier;
mod door;
mod here;
mod market;
mod orders;
mod person;
mod site;
pub use book::{BankDesk, Entry};
pub use carrier::Carrier;
pub use door::{Door, Got};
pub use here::Here;
pub use market::{Guest, Market, Stall, text};
pub use orders::{Listed, orders};
pub use person::{Keyed, Person};
pub use site::{Process, Site, free_port, kept_port};

use platform::{context::Seal, grpc::Transport};
use platform_test::Engine;
use souk::settings::Settings;

/// What all processes of a test share, so that a test can sign who asks.
pub const SECRET: &str = "a secret of the journeys";

/// Where a Souk runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In the test's own process.
    Here(Engine),
    /// The services and the bank in processes of their own, on PostgreSQL.
    Many,
}

pub const ONE_PROCESS: [Where; 2] = [Where::Here(Engine::Sqlite), Where::Here(Engine::Postgres)];
pub const EVERYWHERE: [Where; 3] = [Where::Here(Engine::Sqlite), Where::Here(Engine::Postgres), Where::Many];

/// A running Souk.
pub enum Souk {
    Here(Box<Here>),
    Many(Site, Vec<Process>),
}

impl Souk {
    pub async fn at(place: Where) -> Souk {
        match place {
            Where::Here(engine) => Souk::Here(Box::new(Here::on(engine).await)),
            Where::Many => {
                let site = Site::new(Engine::Postgres).await.with_ports();
                let bank = site.serve_bank();
                let (site, mut processes) = site.serve_many();
                processes.insert(0, bank);
                Souk::Many(site, processes)
            }
        }
    }
    pub fn door(&self) -> Door {
        match self {
            Souk::Here(here) => here.door.clone(),
            // The last one has the gateway.
            Souk::Many(_, processes) => processes[processes.len() - 1].door.clone(),
        }
    }
    /// The transport to a service, as another service gets it.
    pub async fn transport(&self, callee: &'static str) -> Transport {
        match self {
            Souk::Here(here) => here.net.transport("order", callee).expect("wired"),
            Souk::Many(site, _) => site.transport(callee).await,
        }
    }
    /// The desk of the bank that this Souk pays by.
    pub fn bank(&self) -> BankDesk {
        match self {
            Souk::Here(here) => BankDesk::at(&Door::at(here.bank.url())),
            Souk::Many(_, processes) => BankDesk::at(&processes[0].door),
        }
    }
    /// Every invariant, from the stores.
    pub async fn clean(&self) {
        match self {
            Souk::Here(here) => here.clean().await,
            Souk::Many(site, _) => site.clean(),
        }
    }
}

/// What opens the operators' door of every Souk of the tests.
pub fn operator_key() -> String {
    souk::operator_key(&settings()).expect("a key")
}

fn carrier_secret() -> String {
    souk::carrier_secret(&settings()).expect("a secret")
}

/// What the test bank knows its callers by.
fn bank_secret() -> String {
    souk::bank::secret(&settings()).expect("a secret")
}

fn settings() -> Settings {
    let env = [("SOUK_SECRET".to_string(), SECRET.to_string())];
    Settings::of(None, env.into_iter(), &[]).expect("settings")
}

/// What signs who asks, in every process of the tests.
pub fn seal() -> Seal {
    souk::seal(&settings()).expect("a seal")
}
