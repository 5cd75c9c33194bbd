//! Schemas come from the types themselves.
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

/// How a type says its schema.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// Inputs and answers differ (a default is optional in, present out), so each has its own generator.
pub(crate) fn generator(input: bool) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.definitions_path = "/components/schemas".into();
        s.meta_schema = None;
    });
    if input { settings.for_deserialize() } else { settings.for_serialize() }.into_generator()
}
pub(crate) fn resolved(generator: &mut SchemaGenerator, shape: Shape) -> Value {
    let schema = shape(generator).to_value();
    match schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).and_then(|name| generator.definitions().get(name))
    {
        Some(found) => found.clone(),
        None => schema,
    }
}
/// One schema a `{}`.
pub(crate) fn path_shapes(generator: &mut SchemaGenerator, shape: Shape) -> Vec<Value> {
    let schema = shape(generator).to_value();
    match schema["prefixItems"].as_array() {
        Some(items) => items.clone(),
        None => vec![schema],
    }
}
