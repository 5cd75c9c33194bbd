//! `souk intents`, `souk intents retry KEY`.
use super::desk;
use crate::settings::Settings;
use platform::intents::{NEVER, Waiting};
use serde_json::{Value, json};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum What {
    /// Have it done again, with all its tries
    Retry {
        /// As `souk intents` shows it
        key: String,
    },
}

/// Whether somebody has to look at it: nobody tries it any more.
fn is_left(waiting: &Waiting) -> bool {
    waiting.due >= NEVER
}

pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    match &args.what {
        Some(What::Retry { key }) => retry(key, settings).await,
        None => list(args.json, settings).await,
    }
}

async fn list(as_json: bool, settings: &Settings) -> Result<bool, String> {
    let (_, net) = desk::to_read(settings).await?;
    let mut rows = vec![];
    for module in &net.modules {
        let waiting = module.store.intents().await.map_err(|e| format!("{}: {e}", module.name))?;
        rows.extend(waiting.into_iter().map(|waiting| (module.name, waiting)));
    }
    if as_json {
        println!("{}", json!({"intents": rows.iter().map(|(service, w)| shown(service, w)).collect::<Vec<_>>()}));
    } else if rows.is_empty() {
        println!("nothing is left to be done");
    } else {
        rows.iter().for_each(|(service, waiting)| println!("{}", table_row(service, waiting)));
    }
    Ok(true)
}

fn table_row(service: &str, w: &Waiting) -> String {
    let due = if is_left(w) { "left for an operator".to_string() } else { format!("due {}", w.due) };
    let why = w.error.as_deref().map(desk::line).unwrap_or_default();
    format!("{service:<10} {:<14} {} {} tries, {due}: {why}", w.kind, w.key, w.tries)
}

fn shown(service: &str, w: &Waiting) -> Value {
    json!({
        "service": service, "key": w.key, "kind": w.kind, "tries": w.tries, "error": w.error, "at": w.at,
        "due": (!is_left(w)).then_some(w.due), "left_for_operator": is_left(w),
    })
}

/// Whoever serves does it: a running one at once, else the next. The answer is no when there is none of that key.
async fn retry(key: &str, settings: &Settings) -> Result<bool, String> {
    let (_folder, net) = desk::to_write(settings).await?;
    for module in &net.modules {
        if module.store.retry_intent(key).await.map_err(|e| format!("{}: {e}", module.name))? {
            println!("{key} will be done again");
            return Ok(true);
        }
    }
    eprintln!("souk: there is no intent {key}: see `souk intents`");
    Ok(false)
}
