//! A simulated card provider: a book of its own, a port of its own, cards for every way in which a provider can fail.
//! `README.md` says what it answers. It shares no store and no code with the services it is to test.
mod answer;
mod api;
mod bank;
mod book;
mod call;
mod card;
mod control;
mod happen;
mod pages;
mod payment;
mod payout;
mod webhook;
pub use webhook::sign;

use axum::{Router, middleware, serve::ListenerExt};
use book::Book;
use kernel::{Clock, Timestamp};
use platform::{clock::SystemClock, secret::Secret};
use platform_sql::SqlError;
use std::{
    future::{Future, IntoFuture},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Notify as Doorbell, watch},
    task::JoinSet,
};
use webhook::Manner;

/// What the bank is told at its start.
#[derive(Clone)]
pub struct Config {
    /// The file of the book; made if it is not there. One bank at a time owns it.
    pub book: PathBuf,
    /// What callers of `/v1` and `/test` show as `Authorization: Bearer`.
    pub secret: Secret,
    /// Signs webhooks.
    pub webhook_secret: Secret,
    /// Where webhooks go; can be set later.
    pub webhook_url: Option<String>,
    /// Where customers reach this bank; by default where it listens.
    pub public_url: Option<String>,
    /// How long slow decisions, refunds and payouts take.
    pub slow: Duration,
    /// How long a late request is under way.
    pub late: Duration,
    /// How long a caller hangs before a lost request is cut off.
    pub hang: Duration,
}

impl Config {
    pub fn new(book: impl Into<PathBuf>, secret: impl Into<String>, webhook_secret: impl Into<String>) -> Config {
        let (book, secret, webhook_secret) = (book.into(), Secret::new(secret), Secret::new(webhook_secret));
        let (slow, late, hang) = (Duration::from_secs(2), Duration::from_secs(5), Duration::ZERO);
        Config { book, secret, webhook_secret, webhook_url: None, public_url: None, slow, late, hang }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BankError {
    #[error("book: {0}")]
    Book(#[from] SqlError),
    #[error("listener: {0}")]
    Listener(#[from] std::io::Error),
}

pub(crate) struct Bank {
    book: Book,
    config: Config,
    url: String,
    manner: Mutex<Manner>,
    client: reqwest::Client,
    /// Rung when something is due later.
    due: Doorbell,
    /// Rung when a webhook waits.
    bell: Doorbell,
}

impl Bank {
    fn manner(&self) -> Manner {
        self.manner.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    fn set_manner(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
        self.bell.notify_one();
    }
}

/// A bank that serves. It closes when this is dropped; what it acknowledged is in its book.
pub struct Serving {
    bank: Arc<Bank>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Opens the book and serves until it is stopped or dropped.
pub async fn serve(listener: TcpListener, config: Config) -> Result<Serving, BankError> {
    let at = listener.local_addr()?;
    let url = config.public_url.clone().unwrap_or(format!("http://{at}"));
    let book = Book::open(&config.book).await?;
    book.forget(bank::forgotten(now())).await?;
    let manner = Mutex::new(Manner { url: config.webhook_url.clone(), ..Manner::default() });
    let (client, due, bell) = (reqwest::Client::new(), Doorbell::new(), Doorbell::new());
    let bank = Arc::new(Bank { book, config, url, manner, client, due, bell });

    let (stop, mut stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let worker = bank.clone();
    tasks.spawn(async move { follow(&worker.due, || worker.work()).await });
    let ringer = bank.clone();
    tasks.spawn(async move { follow(&ringer.bell, || ringer.ring()).await });
    // Nagle would hold answers back for tens of milliseconds.
    let listener = listener.tap_io(|tcp| {
        let _ = tcp.set_nodelay(true);
    });
    let end = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving = axum::serve(listener, router(bank.clone())).with_graceful_shutdown(end).into_future();
    tasks.spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the bank's listener ended");
        }
    });
    Ok(Serving { bank, stop, tasks })
}

impl Serving {
    /// Where shops and customers reach it.
    pub fn url(&self) -> &str {
        &self.bank.url
    }
    /// For a host that learns its own address late.
    pub fn webhooks_to(&self, url: impl Into<String>) {
        self.bank.set_manner(Manner { url: Some(url.into()), ..self.bank.manner() });
    }
    /// Ends when the listener does: never, unless it breaks.
    pub async fn ended(&mut self) {
        self.tasks.join_next().await;
    }
    /// Answers what was asked, then closes the book.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        // The listener is the one task that ends by itself.
        self.tasks.join_next().await;
        self.tasks.shutdown().await;
    }
}

fn router(bank: Arc<Bank>) -> Router {
    let known = middleware::from_fn_with_state(bank.clone(), api::authenticate);
    let closed = Router::new().nest("/v1", api::router()).nest("/test", control::router()).layer(known);
    closed.merge(pages::router()).with_state(bank)
}

/// Does what is due, sleeps until the next time or the doorbell. A fault is waited out.
async fn follow<F, D>(doorbell: &Doorbell, work: F)
where
    F: Fn() -> D,
    D: Future<Output = Result<Option<Timestamp>, SqlError>>,
{
    const PAUSE: Duration = Duration::from_secs(1);
    const IDLE: Duration = Duration::from_secs(86_400);
    loop {
        let wait = match work().await {
            Ok(next) => next.map_or(IDLE, |at| at.since(now())),
            Err(error) => {
                tracing::warn!(%error, "will try again");
                PAUSE
            }
        };
        let _ = tokio::time::timeout(wait, doorbell.notified()).await;
    }
}

/// A bank goes by the machine's time.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}
