//! The list as an OpenAPI 3.1 document: every type's schema comes from the type.
use super::{
    Access, Audience, KeyRule, Problem, Spec,
    schema::{generator, path_shapes, resolved, settle},
};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

pub fn document(title: &str, audience: Audience, specs: &[Spec]) -> Value {
    let (mut input, mut output) = (generator(true), generator(false));
    let problem = output.subschema_for::<Problem>().to_value();
    let specs: Vec<&Spec> = specs.iter().filter(|s| s.audience == Some(audience)).collect();
    let mut paths = json!({});
    for spec in &specs {
        let mut operation = operation(spec, &mut input, &mut output);
        operation["operationId"] = json!(id(spec, &specs));
        paths[spec.path][spec.method.as_str().to_lowercase()] = operation;
    }
    let schemas = settle(input.take_definitions(true), output.take_definitions(true), &mut paths);
    json!({
        "openapi": "3.1.0", "info": { "title": title, "version": "1" }, "servers": [{ "url": "/" }], "paths": paths,
        "components": { "schemas": schemas,
            "responses": { "Problem": { "description": "Refused; see `code`.", "content": { "application/problem+json": { "schema": problem } } } },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } } })
}

/// The handler's name; where two services have the same one, with the path it is for.
fn id(spec: &Spec, specs: &[&Spec]) -> String {
    if specs.iter().filter(|other| other.name == spec.name).count() == 1 {
        return spec.name.to_string();
    }
    let parts = spec.path.split('/').skip(3).map(|part| part.trim_matches(['{', '}']).replace('-', "_"));
    [spec.name.to_string()].into_iter().chain(parts).collect::<Vec<_>>().join("_")
}

fn operation(spec: &Spec, input: &mut SchemaGenerator, output: &mut SchemaGenerator) -> Value {
    let (summary, description) = spec.doc.split_once(". ").map_or((spec.doc.as_str(), ""), |(a, b)| (a, b));
    let mut operation = json!({
        "summary": summary, "x-souk-class": format!("{:?}", spec.class).to_lowercase(),
        "parameters": parameters(spec, input), "responses": responses(spec, output), "security": [] });
    if !description.is_empty() {
        operation["description"] = json!(description)
    }
    if let Some(shape) = spec.body {
        let schema = shape(input).to_value();
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } })
    }
    if let Some(Access::Action(action)) = spec.access {
        operation["security"] = json!([{ "token": [] }]);
        operation["x-souk-action"] = json!(action)
    }
    if let Some((seconds, tag)) = spec.cached {
        operation["x-souk-cache"] = json!({ "seconds": seconds, "tag": tag })
    }
    operation
}

fn parameters(spec: &Spec, input: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = vec![];
    let names = spec.path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'));
    if let Some(shape) = spec.path_args {
        let shapes = names.zip(path_shapes(input, shape));
        parameters.extend(
            shapes.map(|(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema })),
        );
    }
    if let Some(shape) = spec.query {
        let whole = resolved(input, shape);
        let required = whole["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in whole["properties"].as_object().into_iter().flatten() {
            let required = required.contains(&json!(name));
            parameters.push(json!({ "name": name, "in": "query", "required": required, "schema": schema }));
        }
    }
    if spec.key != KeyRule::None {
        let text = "A repeat with the same key hears the same answer.";
        parameters.push(header("Idempotency-Key", "^[!-~]+$", text, spec.key == KeyRule::Required))
    }
    if spec.if_match {
        parameters.push(header("If-Match", "^\"[0-9]{1,19}\"$", "The ETag that was read.", true))
    }
    parameters
}

fn header(name: &str, pattern: &str, text: &str, required: bool) -> Value {
    let schema = json!({ "type": "string", "pattern": pattern, "minLength": 1, "maxLength": 255 });
    json!({ "name": name, "in": "header", "required": required, "description": text, "schema": schema })
}

/// What the flags of a route say about its answers.
fn responses(spec: &Spec, output: &mut SchemaGenerator) -> Map<String, Value> {
    let schema = if spec.status == 204 { Value::Null } else { (spec.answer)(output).to_value() };
    let answer = |text: &str| json!({ "description": text, "content": { "application/json": { "schema": schema } } });
    let located = |mut answer: Value| {
        answer["headers"] = json!({ "Location": { "schema": { "type": "string" } } });
        answer
    };
    let done = if spec.status == 204 {
        json!({ "description": "Done." })
    } else if spec.status == 201 {
        located(answer("Done."))
    } else {
        answer("Done.")
    };
    let mut responses = Map::from_iter([(spec.status.to_string(), done)]);
    if spec.slow {
        responses.insert("202".into(), located(answer("Undecided: follow Location.")));
    }
    let (writes, guarded) = (spec.method != "GET", spec.access != Some(Access::Open));
    for (applies, statuses) in [
        (true, &[400, 429, 500, 503][..]),
        (guarded || spec.key == KeyRule::Required, &[401]),
        (guarded, &[403]),
        (spec.path_args.is_some(), &[404]),
        (writes, &[409, 422]),
        (spec.if_match, &[412, 428]),
        (spec.body.is_some(), &[413, 415]),
    ] {
        for status in statuses.iter().filter(|_| applies) {
            responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Problem" }));
        }
    }
    responses
}
