//! `souk config --print`.
use crate::settings::{Settings, visible};

#[derive(clap::Args)]
pub struct Args {
    /// Each value and where it came from; secrets stay hidden
    #[arg(long)]
    print: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// Without `--print` it only says whether the settings can be used.
pub async fn run(args: &Args, settings: &Settings) -> Result<bool, String> {
    if args.json {
        let value =
            |(name, set)| (String::clone(name), serde_json::json!({"value": visible(name, set), "from": set.from}));
        println!("{}", serde_json::Value::Object(settings.shown.iter().map(value).collect()));
        return Ok(true);
    }
    if args.print {
        for (name, set) in &settings.shown {
            println!("{name:<28} {:<40} {}", visible(name, set), set.from);
        }
    } else {
        println!("{} settings, all understood", settings.shown.len());
    }
    Ok(true)
}
