//! `souk testbank`.
use crate::{bank, secrets::Master, serve, settings::Settings};
use std::{io::Write, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Where it listens; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "HOST:PORT")]
    addr: String,
    /// Its book [default: bank.db in the data folder]
    #[arg(long, value_name = "FILE")]
    book: Option<PathBuf>,
    /// Where it tells that something changed, such as http://127.0.0.1:8080/hooks/v1/payment/test
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

/// Knows the Souk that shares its secret. Prints `ready URL` when it is.
pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    let master = Master::of(settings).map_err(|e| e.to_string())?;
    let listener = serve::listen(&args.addr).await.map_err(|e| e.to_string())?;
    let book = args.book.clone().unwrap_or(settings.data_dir.join("bank.db"));
    let bank = bank::serve(listener, book, &master).await.map_err(|e| e.to_string())?;
    args.webhook.iter().for_each(|url| bank.webhooks_to(url));
    println!("ready {}", bank.url());
    let _ = std::io::stdout().flush();
    serve::asked_to_stop().await;
    bank.stop().await;
    Ok(true)
}
