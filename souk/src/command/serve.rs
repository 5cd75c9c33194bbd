//! `souk serve`.
use crate::{serve, settings::Settings, wiring::GATEWAY};

#[derive(clap::Args)]
pub struct Args {
    /// What to host here, comma separated [default: everything]
    #[arg(long, value_delimiter = ',', value_name = "SERVICE")]
    pub target: Vec<String>,
}

pub async fn run(args: &Args, settings: Settings) -> Result<bool, String> {
    if let Some(unknown) = args.target.iter().find(|t| *t != GATEWAY && !crate::wiring::SERVICES.contains(&t.as_str()))
    {
        return Err(format!("there is no target {unknown}: see `souk targets`"));
    }
    serve::serve(&settings).await.map(|()| true).map_err(|e| e.to_string())
}
