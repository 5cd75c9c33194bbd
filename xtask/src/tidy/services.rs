//! What lies beside a service's code: its schema and its README.
use super::{
    Found,
    tokens::{Kind, reads},
    tree::{Crate, Tree},
};
use std::collections::BTreeSet;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

pub fn migrations(tree: &Tree) -> Vec<Found> {
    tree.crates.iter().flat_map(|member| migrations_of(tree, member)).collect()
}

fn migrations_of(tree: &Tree, member: &Crate) -> Vec<Found> {
    let mut found = vec![];
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{}/migrations/{engine}/", member.at);
        let names = tree.texts.iter().filter_map(|t| t.path.strip_prefix(&folder)?.strip_suffix(".sql"));
        names.map(String::from).collect()
    };
    let [sqlite, postgres] = ENGINES.map(names);
    let all: BTreeSet<_> = sqlite.union(&postgres).collect();
    let listed = listed(tree, member);
    for (at, name) in all.into_iter().enumerate() {
        let mut say = |engine: &str, says: String| {
            found.push(Found { file: format!("{}/migrations/{engine}/{name}.sql", member.at), line: 1, says });
        };
        for (engine, there) in ENGINES.into_iter().zip([&sqlite, &postgres]) {
            if !there.contains(name) {
                say(engine, format!("{name} has no file for {engine}"));
            }
        }
        if !name.starts_with(&format!("{:04}_", at + 1)) {
            say(ENGINES[0], format!("number {:04} was expected here", at + 1));
        }
        if !listed.contains(name) {
            say(ENGINES[0], format!("{name} stands in no migrations![…]"));
        }
    }
    found
}

/// The names in the crate's `migrations![…]`.
fn listed(tree: &Tree, member: &Crate) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in tree.code().filter(|source| source.home == member.at) {
        let tokens = source.live();
        for at in (0..tokens.len()).filter(|at| reads(&tokens, *at, &["migrations", "!", "["])) {
            let inside = tokens[at + 3..].iter().take_while(|token| token.kind != Kind::Close);
            let literals = inside.filter(|token| token.kind == Kind::Literal);
            names.extend(literals.map(|token| token.text.trim_matches('"').to_string()));
        }
    }
    names
}

/// As headings or as bold words that begin a line.
const HEADINGS: [&str; 5] = ["owns", "states", "events out", "events in", "calls"];

pub fn readmes(tree: &Tree) -> Vec<Found> {
    tree.services().flat_map(|service| missing_in_readme(tree, service)).collect()
}

fn missing_in_readme(tree: &Tree, service: &Crate) -> Vec<Found> {
    let file = format!("{}/README.md", service.at);
    let Some(text) = tree.texts.iter().find(|text| text.path == file) else {
        return vec![Found { file, line: 1, says: "the service has no README.md".into() }];
    };
    let heading = |line: &str| {
        let said = line.strip_prefix('#').or(line.strip_prefix("**"))?.trim_matches(['#', ' ']).to_lowercase();
        let filler = ["what it ", "whom it ", "its "].into_iter().find_map(|words| said.strip_prefix(words));
        Some(filler.unwrap_or(&said).to_string())
    };
    let headings: Vec<String> = text.body.lines().filter_map(heading).collect();
    let missing = HEADINGS.into_iter().filter(|wanted| !headings.iter().any(|said| said.starts_with(wanted)));
    missing.map(|wanted| Found { file: file.clone(), line: 1, says: format!("no heading “{wanted}”") }).collect()
}
