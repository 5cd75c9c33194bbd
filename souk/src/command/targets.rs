//! `souk targets`.
use crate::{settings::Settings, wiring};

/// Wires everything on stores that are thrown away: the list is what the wiring page says, not a copy of it.
pub async fn run() -> Result<bool, String> {
    let folder = std::env::temp_dir().join(format!("souk-targets-{}", std::process::id()));
    let settings = Settings::throwaway(&folder);
    let net = crate::net(&settings, platform::module::Opening::Migrate).await.map_err(|e| e.to_string());
    let _ = std::fs::remove_dir_all(&folder);
    let net = net?;
    for module in &net.modules {
        let callees: Vec<_> =
            net.edges.iter().filter(|(caller, _)| *caller == module.name).map(|(_, to)| *to).collect();
        println!(
            "{:<12} {}",
            module.name,
            if callees.is_empty() { "calls nobody".into() } else { format!("calls {}", callees.join(", ")) }
        );
    }
    println!("{:<12} serves the routes of all", wiring::GATEWAY);
    Ok(true)
}
