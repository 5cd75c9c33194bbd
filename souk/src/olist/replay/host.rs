//! All services in this process at the replay's own time, a bank beside them, and the public door on a loopback port (rule 11).
use super::{api::Api, clock::ReplayClock, drain::Drain};
use crate::{bank, serve, settings::Settings};
use axum::serve::ListenerExt;
use kernel::Timestamp;
use platform::{net::Net, secret::Secret};
use std::{fmt::Display, future::IntoFuture, sync::Arc};
use testbank::Serving;
use tokio::task::JoinHandle;

pub struct Host {
    net: Net,
    clock: Arc<ReplayClock>,
    drain: Drain,
    listening: JoinHandle<()>,
    bank: Option<Serving>,
}

fn said(error: impl Display) -> String {
    error.to_string()
}

impl Host {
    /// Ready to be called. The bank tells nobody of what changed: whoever asks it hears at once, and nothing else happens there.
    pub async fn open(settings: &Settings, at: Timestamp) -> Result<(Host, Api), String> {
        let mut settings = settings.clone();
        let bank = bank::start(&mut settings).await.map_err(said)?;
        let clock = Arc::new(ReplayClock::at(at));
        let mut net = crate::net_at(&settings, settings.opening(), clock.clone()).await.map_err(said)?;
        let router = serve::public(&net, &settings).map_err(said)?;
        let listener = serve::listen("127.0.0.1:0").await.map_err(said)?;
        let url = serve::address(&listener).map_err(said)?;
        net.start().map_err(said)?;
        let listener = listener.tap_io(|tcp| {
            let _ = tcp.set_nodelay(true); // Nagle would hold answers back for tens of milliseconds
        });
        let serving = axum::serve(listener, router).into_future();
        let listening = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the replay's listener ended");
            }
        });
        let carrier = Secret::new(crate::carrier_secret(&settings).map_err(said)?);
        let api = Api::at(&url, &crate::operator_key(&settings).map_err(said)?, carrier);
        let drain = Drain::of(&net);
        Ok((Host { net, clock, drain, listening, bank }, api))
    }

    /// Time goes on, and whoever slept until then wakes. Never back.
    pub fn turn_to(&self, at: Timestamp) {
        self.clock.turn_to(at);
        self.net.clock_turned();
    }

    /// Until every consumer has handled all that it wants of what was told so far.
    pub async fn drained(&mut self) -> Result<(), String> {
        self.drain.wait(&self.net).await
    }

    /// What consumers could not handle, a line each.
    pub async fn parked(&self) -> Result<Vec<String>, String> {
        let mut parked = vec![];
        for module in &self.net.modules {
            let rows = module.store.parked(None).await.map_err(said)?;
            parked.extend(rows.iter().map(|row| format!("{} parked {}: {}", row.consumer, row.kind, row.error)));
        }
        Ok(parked)
    }

    pub async fn close(self) {
        self.listening.abort();
        if let Some(bank) = self.bank {
            bank.stop().await;
        }
    }
}
