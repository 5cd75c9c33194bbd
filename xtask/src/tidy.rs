//! What the tree may not have, each a rule with a name and a reason; and the longest of everything.
mod code;
mod functions;
mod layers;
mod manifests;
#[cfg(test)]
mod planted;
mod protos;
mod services;
mod sizes;
mod texts;
mod tokens;
mod tree;

use std::path::Path;
use tree::Tree;

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// From the root, with `/`.
    pub file: String,
    pub line: usize,
    pub says: String,
}

struct Rule {
    name: &'static str,
    reason: &'static str,
    find: fn(&Tree) -> Vec<Found>,
}

const fn rule(name: &'static str, reason: &'static str, find: fn(&Tree) -> Vec<Found>) -> Rule {
    Rule { name, reason, find }
}

const RULES: &[Rule] = &[
    rule("parse", "what can't be read can't be checked", |tree| tree.faults.clone()),
    rule("deps", "crates depend one way, and no service on another", manifests::directions),
    rule(
        "versions",
        "one version of everything: versions and features stand in the root Cargo.toml",
        manifests::versions,
    ),
    rule("manifest", "every crate has the edition, version, publish and lints of the workspace", manifests::inherits),
    rule(
        "build-script",
        "a build never waits for a generator: services have no build scripts",
        manifests::build_scripts,
    ),
    rule("layers", "inside a service: domain ← ports ← app ← inbound | outbound ← lib", layers::layers),
    rule("domain-imports", "the domain knows std, kernel and itself", layers::domain_imports),
    rule("domain-wire", "no type is both domain and wire: they change for different reasons", code::domain_wire),
    rule("unwrap", "a panic is no answer; where it can't fail, `// can't fail: …` says why", code::unwraps),
    rule("float-money", "money is whole minor units: a float loses cents", code::floats_near_money),
    rule("bool-parameter", "a call has to read: an enum says what `true` does not", sizes::bool_parameters),
    rule("ambient", "time, ids and chance come in as parameters, so a test can choose them", code::ambient),
    rule("print", "a library never prints: standard output is the program's answer", code::prints),
    rule("unfinished", "what is not finished is not in the tree", texts::unfinished),
    rule("file-length", "see the whole of a thing at once: 300 lines without tests", sizes::files),
    rule("function-length", "see the whole of a thing at once: 40 lines", sizes::functions),
    rule("parameters", "from the fifth on they are a struct with names", sizes::parameters),
    rule("mod-rs", "x.rs beside x/: a file is named by what is in it", texts::mod_rs),
    rule(
        "migrations",
        "every change of a schema is one file for each engine, numbered and listed",
        services::migrations,
    ),
    rule("readme", "a service says what it owns, its states, its events and whom it calls", services::readmes),
    rule("proto-package", "a contract lies where its name says", protos::packages),
    rule("proto-enum", "an absent value is not a choice: enums begin with …_UNSPECIFIED = 0", protos::enums),
    rule("proto-call", "each call has its own request, so that it can grow alone", protos::calls),
    rule("machine-path", "the text is of the project and not of somebody's machine", texts::machine_paths),
];

/// Prints the longest and what breaks a rule; whether nothing does.
pub fn report(root: &Path) -> Result<bool, String> {
    let tree = Tree::read(root)?;
    print!("{}", sizes::longest(&tree));
    let broken = check(&tree);
    for (rule, found) in &broken {
        println!("{}:{} [{}] {}", found.file, found.line, rule.name, found.says);
    }
    for rule in RULES.iter().filter(|rule| broken.iter().any(|(broken, _)| broken.name == rule.name)) {
        println!("[{}] {}", rule.name, rule.reason);
    }
    let (sources, texts) = (tree.sources.len(), tree.texts.len());
    println!("tidy: {} rules, {sources} Rust files, {texts} texts, {} violations", RULES.len(), broken.len());
    Ok(broken.is_empty())
}

fn check(tree: &Tree) -> Vec<(&'static Rule, Found)> {
    let find = |rule: &'static Rule| {
        let mut found = (rule.find)(tree);
        found.sort();
        found.dedup();
        found.into_iter().map(move |found| (rule, found))
    };
    RULES.iter().flat_map(find).collect()
}
