//! Strict reading: size, depth, unknown members, duplicate keys, types; each fault with its JSON pointer.
//! serde alone is too kind: a derived struct also reads an array of its fields, and a map keeps the last of two equal keys.
use super::Problem;
use kernel::{Code, error};
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};
use serde_path_to_error::Segment;
use std::fmt;

/// api 9.
pub const MAX_BYTES: usize = 1024 * 1024;
pub const MAX_DEPTH: usize = 32;
pub const MAX_ITEMS: usize = 1000;

/// The body as a tree: one value, no duplicate keys, not too deep. Its `to_string()` is canonical (keys sorted).
pub fn tree(bytes: &[u8]) -> Result<Value, Problem> {
    if depth(bytes) > MAX_DEPTH {
        let text = format!("nested deeper than {MAX_DEPTH}");
        return Err(Problem::new(error::invalid("invalid.too_deep"), text).at("", "too_deep", "too deep"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Unique(value) = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| fault("invalid.syntax", e.path(), e.inner().to_string()))?;
    let more = |e: Error| Problem::new(SYNTAX, "more than one JSON value").at("", "syntax", plain(&e.to_string()));
    reader.end().map_err(more)?;
    Ok(value)
}
pub fn body<T: DeserializeOwned>(tree: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Strict(tree)).map_err(|e| fault("invalid.value", e.path(), e.inner().to_string()))
}
pub fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|e| fault("invalid.parameter", e.path(), e.inner().to_string()))
}
/// One value for one `{}`, a tuple for several.
pub fn path<T: DeserializeOwned>(segments: Vec<String>) -> Result<T, Problem> {
    use serde::de::value::Error;
    let read: Result<T, Error> = match <[String; 1]>::try_from(segments) {
        Ok([one]) => T::deserialize(IntoDeserializer::<Error>::into_deserializer(one) as StringDeserializer<Error>),
        Err(many) if many.is_empty() => T::deserialize(().into_deserializer()),
        Err(many) => T::deserialize(SeqDeserializer::<_, Error>::new(many.into_iter())),
    };
    read.map_err(|_| Problem::not_found())
}
const SYNTAX: Code = error::invalid("invalid.syntax");

/// How serde's messages begin, and the code of the problem (the part behind the point is the code of the place).
const FAULTS: [(&str, &str); 4] = [
    ("unknown field", "invalid.unknown_member"),
    ("missing field", "invalid.missing_member"),
    ("duplicate field", "invalid.duplicate_member"),
    ("too many items", "invalid.too_many_items"),
];

fn fault(code: &'static str, path: &serde_path_to_error::Path, text: String) -> Problem {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer += &format!("/{index}"),
            Segment::Map { key } => pointer += &format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let text = plain(&text);
    let code = FAULTS.iter().find(|(start, _)| text.starts_with(start)).map_or(code, |(_, code)| code);
    let at = code.split_once('.').map_or(code, |(_, at)| at);
    Problem::new(error::invalid(code), "the request does not have the form it should have").at(pointer, at, text)
}

/// Without serde's "at line 1 column 7": the pointer says where.
fn plain(text: &str) -> String {
    text.split(" at line ").next().unwrap_or_default().to_string()
}

fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut most, mut text, mut escaped) = (0usize, 0, false, false);
    for byte in bytes {
        if text {
            if escaped {
                escaped = false
            } else if *byte == b'\\' {
                escaped = true
            } else if *byte == b'"' {
                text = false
            }
            continue;
        }
        match byte {
            b'"' => text = true,
            b'{' | b'[' => {
                now += 1;
                most = most.max(now)
            }
            b'}' | b']' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// A JSON tree in which each key stands once.
struct Unique(Value);
impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Tree).map(Unique)
    }
}
struct Tree;
impl<'de> Visitor<'de> for Tree {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }
    /// JSON Schema calls 2.0 an integer, so it is one here.
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(if v.fract() == 0.0 && v.abs() < 9_007_199_254_740_992.0 { (v as i64).into() } else { v.into() })
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = vec![];
        while let Some(Unique(item)) = seq.next_element()? {
            if items.len() == MAX_ITEMS {
                return Err(A::Error::custom(format!("too many items: at most {MAX_ITEMS}")));
            }
            items.push(item)
        }
        Ok(items.into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if members.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            let Unique(value) = map.next_value()?;
            members.insert(key, value);
        }
        Ok(members.into())
    }
}

/// Reads a tree; what says it is an object must be one.
struct Strict(Value);
impl<'de> Deserializer<'de> for Strict {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                let mut seq = SeqDeserializer::new(items.into_iter().map(Strict));
                let value = visitor.visit_seq(&mut seq)?;
                seq.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let mut map = MapDeserializer::new(members.into_iter().map(|(k, v)| (k, Strict(v))));
                let value = visitor.visit_map(&mut map)?;
                map.end()?;
                Ok(value)
            }
            plain => plain.deserialize_any(visitor),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            Err(Error::invalid_type(Unexpected::Other("something else"), &"an object"))
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }
    forward_to_deserialize_any! { bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any }
}
impl<'de> IntoDeserializer<'de, Error> for Strict {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}
