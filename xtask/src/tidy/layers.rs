//! Which room of a service may know which: `domain ← ports ← app ← inbound | outbound ← lib`.
use super::{
    Found,
    code::is_layer,
    tokens::{PathUsed, Token, paths},
    tree::{Crate, Source, Tree},
};
use std::collections::BTreeMap;

/// What a room must not name.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    ("ports", &["app", "inbound", "outbound"]),
    ("error", &["app", "inbound", "outbound"]),
    ("config", &["ports", "app", "inbound", "outbound"]),
    ("views", &["inbound", "outbound"]),
    ("app", &["inbound", "outbound"]),
    ("checks", &["inbound"]),
    ("inbound", &["outbound"]),
    ("outbound", &["inbound"]),
];
/// Rooms that see no wire and no store, and the crates that are one.
const PURE: [&str; 3] = ["ports", "app", "views"];
const WIRES: [&str; 8] =
    ["contracts", "platform_sql", "tonic", "prost", "axum", "reqwest", "rusqlite", "tokio_postgres"];
/// What the domain may know beside itself.
const KNOWN: [&str; 4] = ["std", "core", "alloc", "kernel"];

pub fn layers(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for (source, rooms) in rooms(tree) {
        let module = source.module();
        let Some(here) = module.first() else { continue };
        for used in paths(&source.live()) {
            let says = match target(&used, &module, &rooms) {
                Target::Room(room) if forbids(here, &room) => format!("{here} knows {room}"),
                Target::Outside(name) if PURE.contains(&here.as_str()) && WIRES.contains(&name.as_str()) => {
                    format!("{here} knows {name}, a wire or a store")
                }
                _ => continue,
            };
            found.push(source.found(used.line, format!("{says}: {}", used.segments.join("::"))));
        }
    }
    found
}

fn forbids(here: &str, room: &str) -> bool {
    FORBIDDEN.iter().any(|(name, rooms)| *name == here && rooms.contains(&room))
}

pub fn domain_imports(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for (source, rooms) in rooms(tree).filter(|(source, _)| is_layer(source, &["domain"])) {
        let Some(home) = tree.crate_at(&source.home) else { continue };
        let others = dependencies(home);
        for used in paths(&source.live()) {
            let is_fine = match target(&used, &source.module(), &rooms) {
                Target::Room(room) => room == "domain",
                Target::Outside(name) => KNOWN.contains(&name.as_str()) || !others.contains(&name),
            };
            if !is_fine {
                found.push(source.found(used.line, format!("the domain knows {}", used.segments.join("::"))));
            }
        }
    }
    found
}

fn dependencies(home: &Crate) -> Vec<String> {
    let table = home.manifest.get("dependencies").and_then(|d| d.as_table());
    table.into_iter().flatten().map(|(name, _)| name.replace('-', "_")).collect()
}

/// What a path leads to.
enum Target {
    /// A module in the crate's root.
    Room(String),
    /// Another crate, or a name that is in scope already.
    Outside(String),
}

/// Names that `lib.rs` brings into the root, and the room each comes from.
type Rooms = BTreeMap<String, String>;

fn rooms(tree: &Tree) -> impl Iterator<Item = (&Source, Rooms)> {
    tree.code().filter(|source| source.home.starts_with("services/")).map(|source| {
        let root = format!("{}/src/lib.rs", source.home);
        let lib = tree.sources.iter().find(|other| other.path == root);
        let imported = lib.map(|lib| paths(&uses(lib.live()))).unwrap_or_default();
        let name = |used: PathUsed| {
            let first = if used.segments.first()? == "crate" { 1 } else { 0 };
            Some((used.segments.last()?.clone(), used.segments.get(first)?.clone()))
        };
        (source, imported.into_iter().filter_map(name).collect())
    })
}

/// What stands between `use` and its semicolon.
fn uses(tokens: Vec<Token>) -> Vec<Token> {
    let mut is_inside = false;
    let inside = |token: &Token| {
        is_inside = token.text == "use" || is_inside && token.text != ";";
        is_inside
    };
    tokens.into_iter().filter(inside).collect()
}

fn target(used: &PathUsed, module: &[String], rooms: &Rooms) -> Target {
    let mut here: Vec<String> = module.iter().chain(&used.within).cloned().collect();
    let mut rest = used.segments.iter().peekable();
    match used.segments.first().map(String::as_str) {
        Some("crate") => {
            rest.next();
            here.clear();
        }
        Some("self") => {
            rest.next();
        }
        Some("super") => {
            while rest.next_if(|segment| *segment == "super").is_some() {
                here.pop();
            }
        }
        Some(name) => return Target::Outside(name.to_string()),
        None => return Target::Outside(String::new()),
    }
    let Some(first) = here.first().or(rest.next()) else { return Target::Room("lib".into()) };
    Target::Room(rooms.get(first).unwrap_or(first).clone())
}
