//! A service's section of the settings, as its own type.
use crate::start::StartError;
use serde::{
    Deserializer,
    de::{
        DeserializeOwned, IntoDeserializer, Visitor,
        value::{MapDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use std::{collections::BTreeMap, time::Duration};
use toml::de::Error;

/// `settings` has `section.key` → value as text. Where the type wants text, it is that text; elsewhere it is read as a TOML value,
/// so `30`, `true` and `[1, 2]` need no quotes.
pub fn section<C: DeserializeOwned>(name: &str, settings: &BTreeMap<String, String>) -> Result<C, StartError> {
    let start = format!("{name}.");
    let own = settings.iter().filter_map(|(key, value)| Some((key.strip_prefix(&start)?, Text(value))));
    serde_path_to_error::deserialize(MapDeserializer::<_, Error>::new(own)).map_err(|e| {
        let (key, why) = (e.path().to_string(), e.inner().message().lines().next().unwrap_or_default().to_string());
        let top = key.split(['[', '.']).next().unwrap_or_default();
        let set = format!("SOUK_{}__{}", name.to_uppercase(), top.to_uppercase());
        StartError::Settings(match key.as_str() {
            "." => format!("[{name}]: {why}"),
            _ => format!("[{name}] {key} ({set}): {why}"),
        })
    })
}

/// The sections that none of these services has.
pub(crate) fn unknown(services: &[&str], settings: &BTreeMap<String, String>) -> Vec<String> {
    let sections = settings.keys().filter_map(|key| key.split_once('.')).map(|(section, _)| section);
    let mut unknown: Vec<String> = sections.filter(|name| !services.contains(name)).map(str::to_string).collect();
    unknown.dedup();
    unknown
}

/// A value as it was written, whose reader knows what it should be.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    fn value(&self) -> toml::Value {
        let plain = || toml::Value::String(self.0.to_string());
        match format!("v = {}", self.0).parse::<toml::Table>() {
            Ok(mut table) if table.len() == 1 => table.remove("v").unwrap_or_else(plain),
            _ => plain(),
        }
    }
    fn text(&self) -> StrDeserializer<'a, Error> {
        self.0.into_deserializer()
    }
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.value().deserialize_any(visitor)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text().deserialize_str(visitor)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text().deserialize_string(visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.text().deserialize_enum(name, variants, visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }
    forward_to_deserialize_any! { bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any }
}

impl<'de> IntoDeserializer<'de, Error> for Text<'_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
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
    use crate::secret::Secret;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        Test,
        Live,
    }

    #[derive(Debug, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Config {
        #[serde(with = "seconds")]
        ttl: Duration,
        name: String,
        secret: Option<Secret>,
        mode: Mode,
        ports: Vec<u16>,
        bright: bool,
    }
    impl Default for Config {
        fn default() -> Self {
            let (secret, mode, ports) = (None, Mode::Live, vec![]);
            Config { ttl: Duration::from_secs(9), name: "x".into(), secret, mode, ports, bright: false }
        }
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }
    fn read(pairs: &[(&str, &str)]) -> Result<Config, StartError> {
        section("a", &map(pairs))
    }

    #[test]
    fn what_is_not_set_is_the_default_and_others_sections_are_not_read() {
        let config = read(&[("a.ttl", "5"), ("b.ttl", "x")]).unwrap();
        assert_eq!((config.ttl, config.name.as_str()), (Duration::from_secs(5), "x"));
    }

    #[test]
    fn the_type_decides_what_a_text_is() {
        let config = read(&[
            ("a.name", "123"),
            ("a.secret", "true"),
            ("a.mode", "test"),
            ("a.ports", "[1, 2]"),
            ("a.bright", "true"),
        ]);
        let config = config.unwrap();
        assert_eq!(
            (config.name.as_str(), config.mode, config.ports, config.bright),
            ("123", Mode::Test, vec![1, 2], true)
        );
        assert_eq!(config.secret.unwrap().reveal(), "true");
        for name in ["", "1 # 2", "v = 1\nw = 2", "\"quoted\"", "[x"] {
            assert_eq!(read(&[("a.name", name)]).unwrap().name, name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line_with_its_key() {
        for (key, value, words) in [
            ("nmae", "x", ["[a]", "nmae", "unknown field"]),
            ("ttl", "soon", ["[a] ttl", "SOUK_A__TTL", "u64"]),
            ("ttl", "-1", ["[a] ttl", "SOUK_A__TTL", "u64"]),
            ("mode", "maybe", ["[a] mode", "SOUK_A__MODE", "`test` or `live`"]),
            ("ports", "[1, 70000]", ["[a] ports[1]", "(SOUK_A__PORTS)", "u16"]),
        ] {
            let line = read(&[(&format!("a.{key}"), value)]).unwrap_err().to_string();
            assert!(words.iter().all(|word| line.contains(word)) && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn a_section_of_nobody_is_found() {
        let settings = map(&[("order.a", "1"), ("ordre.a", "1"), ("ordre.b", "1")]);
        assert_eq!(unknown(&["order"], &settings), ["ordre"]);
    }
}
