//! The test bank beside the services: started by whatever needs it, when payment has no address of a bank.
use crate::{secrets::Master, settings::Settings};
use platform::net::StartError;
use std::path::PathBuf;
use testbank::{Config, Serving};
use tokio::net::TcpListener;

/// Where it tells us that something changed.
pub const HOOK: &str = "/hooks/v1/payment/test";

/// On a free port of this machine, its book in the data folder. `None` when payment runs elsewhere or has a bank already.
pub async fn start(settings: &mut Settings) -> Result<Option<Serving>, StartError> {
    if !settings.hosts("payment") || settings.sections.contains_key("payment.bank_url") {
        return Ok(None);
    }
    let master = Master::of(settings)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| StartError::Settings(e.to_string()))?;
    let bank = serve(listener, settings.data_dir.join("bank.db"), &master).await?;
    settings.sections.insert("payment.bank_url".into(), bank.url().to_string());
    Ok(Some(bank))
}

/// What the bank and the services of these settings know each other by.
pub fn secret(settings: &Settings) -> Result<String, StartError> {
    Ok(Master::of(settings)?.derive("bank"))
}

/// A bank that knows the services of this secret.
pub async fn serve(listener: TcpListener, book: PathBuf, master: &Master) -> Result<Serving, StartError> {
    let secret = master.derive("bank");
    let config = Config::new(book, secret.clone(), secret);
    testbank::serve(listener, config).await.map_err(|e| StartError::Settings(format!("test bank: {e}")))
}
