//! Logs go to standard error, so that standard output stays the answer.
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// `SOUK_LOG` filters (`info`, `order=debug,warn`); colours on a terminal only.
pub fn to_stderr() {
    let filter = std::env::var("SOUK_LOG").unwrap_or_else(|_| "warn".into());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    let _ = logs.try_init();
}
