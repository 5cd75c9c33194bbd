//! Which crate may know which, and what every manifest has.
use super::{
    Found,
    tree::{Crate, Tree},
};

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Folder, what it may depend on of ours, and what only its tests may. `kernel ← {platform, contracts} ← services ← souk ← journeys`.
const MAY: [(&str, &[&str], &[&str]); 8] = [
    ("kernel", &[], &[]),
    ("platform", &["kernel"], &[]),
    ("contracts", &["kernel"], &[]),
    ("platform-sql", &["kernel", "platform"], &["platform-test"]),
    ("platform-test", &["kernel", "platform"], &[]),
    ("gateway", &["kernel", "platform"], &["platform-test"]),
    ("testbank", &["kernel", "platform", "platform-sql"], &["platform-test"]),
    ("xtask", &[], &[]),
];
const SERVICE: [&str; 4] = ["kernel", "platform", "platform-sql", "contracts"];
/// The test bank is a stranger to the services as a real provider would be: their tests may start one.
const SERVICE_TESTS: [&str; 2] = ["platform-test", "testbank"];

pub fn directions(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for member in &tree.crates {
        for (kind, name, _) in dependencies(member) {
            let is_ours = tree.crates.iter().any(|other| other.name == name);
            if is_ours && !may(member, kind, &name) {
                found.push(place(member, &name, format!("{} must not depend on {name}", member.name)));
            }
        }
    }
    found
}

fn may(member: &Crate, kind: &str, name: &str) -> bool {
    let listed = MAY.iter().find(|(at, ..)| *at == member.at).map(|(_, always, tests)| (*always, *tests));
    let (always, tests) = match listed {
        Some(listed) => listed,
        None if member.at.starts_with("services/") => (&SERVICE[..], &SERVICE_TESTS[..]),
        // The program knows everything but who knows it.
        None if member.at == "souk" => return !["journeys", "bench", "xtask"].contains(&name),
        None => return name != "xtask",
    };
    always.contains(&name) || kind == "dev-dependencies" && tests.contains(&name)
}

pub fn versions(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for member in &tree.crates {
        for (_, name, wanted) in dependencies(member) {
            let inherits = wanted.get("workspace").and_then(|w| w.as_bool()) == Some(true);
            let own = ["version", "features", "default-features", "path", "git"];
            let extra = own.iter().find(|key| wanted.get(**key).is_some());
            if !inherits || extra.is_some() {
                let what = extra.unwrap_or(&"version");
                found.push(place(member, &name, format!("{name} has its {what} here and not in the root")));
            }
        }
    }
    found
}

pub fn inherits(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for member in &tree.crates {
        let inherits = |table: &str, key: &str| {
            let table = member.manifest.get(table);
            let value = if key.is_empty() { table } else { table.and_then(|t| t.get(key)) };
            value.and_then(|v| v.get("workspace")).and_then(|w| w.as_bool()) == Some(true)
        };
        for key in ["edition", "version", "publish"].into_iter().filter(|key| !inherits("package", key)) {
            found.push(place(member, "[package]", format!("{key}.workspace = true is missing")));
        }
        if !inherits("lints", "") {
            found.push(place(member, "[package]", "[lints] workspace = true is missing".into()));
        }
    }
    found
}

pub fn build_scripts(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for service in tree.services() {
        let file = format!("{}/build.rs", service.at);
        if tree.texts.iter().any(|text| text.path == file) {
            found.push(Found { file, line: 1, says: "a service has a build script".into() });
        }
        let build = service.manifest.get("package").and_then(|p| p.get("build"));
        if build.is_some() || service.manifest.contains_key("build-dependencies") {
            found.push(place(service, "build", "a service has a build script".into()));
        }
    }
    found
}

/// Kind, name and what is wanted, also of one target only.
fn dependencies(member: &Crate) -> Vec<(&'static str, String, toml::Value)> {
    let mut tables = vec![&member.manifest];
    let targets = member.manifest.get("target").and_then(|t| t.as_table());
    tables.extend(targets.into_iter().flatten().filter_map(|(_, target)| target.as_table()));
    let mut all = vec![];
    for table in tables {
        for kind in KINDS {
            let listed = table.get(kind).and_then(|d| d.as_table());
            all.extend(listed.into_iter().flatten().map(|(name, wanted)| (kind, name.clone(), wanted.clone())));
        }
    }
    all
}

/// Where a manifest first says the name at the beginning of a line, behind a `[` or not.
fn place(member: &Crate, name: &str, says: String) -> Found {
    let begins = |line: &str| {
        let rest = line.trim_start_matches('[').strip_prefix(name.trim_matches(['[', ']']));
        rest.is_some_and(|rest| rest.starts_with([' ', '.', '=', ']', '-']))
    };
    let line = member.text.lines().position(begins).map_or(1, |at| at + 1);
    Found { file: format!("{}/Cargo.toml", member.at), line, says }
}
