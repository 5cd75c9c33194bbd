//! A service's section of the settings, as its own type.
use crate::start::StartError;
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, time::Duration};

/// `settings` has `section.key` → value as text; text that reads as a TOML value is one, so `30`, `true` and `[1, 2]` need no quotes.
pub fn section<C: DeserializeOwned>(name: &str, settings: &BTreeMap<String, String>) -> Result<C, StartError> {
    let start = format!("{name}.");
    let own = settings.iter().filter_map(|(key, value)| Some((key.strip_prefix(&start)?, value)));
    let table: toml::Table = own.map(|(key, value)| (key.to_string(), value_of(value))).collect();
    serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|e| {
        let why = e.inner().message().lines().next().unwrap_or_default().to_string();
        StartError::Settings(format!("[{name}] {}: {why}", e.path()))
    })
}

fn value_of(text: &str) -> toml::Value {
    let plain = || toml::Value::String(text.to_string());
    match format!("v = {text}").parse::<toml::Table>() {
        Ok(mut table) => table.remove("v").unwrap_or_else(plain),
        Err(_) => plain(),
    }
}

/// For `#[serde(with = "platform::settings::seconds")]`: a span written as whole seconds.
pub mod seconds {
    use super::Duration;
    use serde::{Deserialize, Deserializer};
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

/// As `seconds`, written as milliseconds.
pub mod millis {
    use super::Duration;
    use serde::{Deserialize, Deserializer};
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Config {
        #[serde(with = "seconds")]
        ttl: Duration,
        name: String,
    }
    impl Default for Config {
        fn default() -> Self {
            Config { ttl: Duration::from_secs(9), name: "x".into() }
        }
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Config, StartError> {
        section("a", &pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect())
    }

    #[test]
    fn what_is_not_set_is_the_default_and_what_is_not_known_is_named() {
        let config = read(&[("a.ttl", "5"), ("b.ttl", "x")]).unwrap();
        assert_eq!((config.ttl, config.name.as_str()), (Duration::from_secs(5), "x"));
        assert_eq!(read(&[("a.name", "anna")]).unwrap().name, "anna");
        let unknown = read(&[("a.nmae", "x")]).unwrap_err().to_string();
        assert!(unknown.contains("[a]") && unknown.contains("nmae"), "{unknown}");
        let wrong = read(&[("a.ttl", "soon")]).unwrap_err().to_string();
        assert!(wrong.contains("[a] ttl"), "{wrong}");
    }
}
