//! Schemas come from the types themselves.
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How a type says its schema.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// Inputs and answers differ (a default is optional in, present out), so each has its own generator.
pub(crate) fn generator(input: bool) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.definitions_path = if input { INPUTS } else { SCHEMAS }.into();
        s.meta_schema = None;
    });
    if input { settings.for_deserialize() } else { settings.for_serialize() }.into_generator()
}

const SCHEMAS: &str = "/components/schemas";
/// Where inputs stand until `settle` finds them a name.
const INPUTS: &str = "/components/inputs";

/// One list of schemas out of two. A type that is read in another form than it is written stands there twice, once as `…Input`;
/// `paths` is made to point at the right one.
pub(crate) fn settle(inputs: Map<String, Value>, outputs: Map<String, Value>, paths: &mut Value) -> Map<String, Value> {
    let mut names: BTreeMap<String, String> = inputs.keys().map(|name| (name.clone(), name.clone())).collect();
    // What points at one that is twice there is twice there itself, so look until nothing changes.
    loop {
        let twice = |name: &String, schema: &Value| {
            let mut read = schema.clone();
            point(&mut read, &names);
            outputs.get(name).is_some_and(|written| *written != read)
        };
        let found: Vec<&String> =
            inputs.iter().filter(|(name, schema)| twice(name, schema)).map(|(name, _)| name).collect();
        let new: Vec<&String> = found.into_iter().filter(|name| names[*name] == **name).collect();
        if new.is_empty() {
            break;
        }
        let renamed = new.into_iter().map(|name| (name.clone(), format!("{name}Input"))).collect::<Vec<_>>();
        names.extend(renamed);
    }
    point(paths, &names);
    let mut schemas = outputs;
    for (name, mut schema) in inputs {
        point(&mut schema, &names);
        schemas.insert(names[&name].clone(), schema);
    }
    schemas
}

/// Makes each reference to an input one to its place in the whole list.
fn point(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                let name = member.as_str().and_then(|at| at.strip_prefix('#')?.strip_prefix(INPUTS)?.strip_prefix('/'));
                match name.and_then(|name| names.get(name)) {
                    Some(name) if key == "$ref" => *member = format!("#{SCHEMAS}/{name}").into(),
                    _ => point(member, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point(item, names)),
        _ => {}
    }
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
