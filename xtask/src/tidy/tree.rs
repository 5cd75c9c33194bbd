//! The tree as the rules see it: crates, Rust files with their tests marked, and every other text.
use super::{
    Found,
    functions::{self, Function},
    tokens::{self, Token},
};
use crate::files;
use proc_macro2::TokenStream;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use syn::{Attribute, Item, spanned::Spanned};

pub struct Tree {
    pub root: PathBuf,
    pub crates: Vec<Crate>,
    pub sources: Vec<Source>,
    /// Every text that people write, the Rust files among them.
    pub texts: Vec<Text>,
    pub faults: Vec<Found>,
}

pub struct Text {
    pub path: String,
    pub body: String,
}

pub struct Crate {
    /// Its folder from the root.
    pub at: String,
    pub name: String,
    pub manifest: toml::Table,
    pub text: String,
}

/// A Rust file that somebody wrote; what is generated is not one.
pub struct Source {
    pub path: String,
    /// The folder of its crate.
    pub home: String,
    pub body: String,
    pub ast: syn::File,
    pub tokens: Vec<Token>,
    pub functions: Vec<Function>,
    /// First and last line of what only tests see.
    tests: Vec<(usize, usize)>,
    is_test: bool,
}

/// Crates that exist for tests.
const TEST_CRATES: [&str; 3] = ["platform-test", "journeys", "bench"];
/// Nobody's text, wherever it lies; and what programs leave in the root.
const SKIPPED: [&str; 5] = ["node_modules", ".git", ".next", "dist", "gen"];
const SKIPPED_IN_ROOT: [&str; 2] = ["target", "data"];
const ENDINGS: [&str; 11] = ["rs", "md", "toml", "proto", "sql", "sh", "yml", "yaml", "ts", "tsx", "mjs"];
const NAMES: [&str; 4] = ["Makefile", "CODEOWNERS", "Dockerfile", "run"];

impl Tree {
    pub fn read(root: &Path) -> Result<Tree, String> {
        let mut paths = vec![];
        walk(root, &SKIPPED_IN_ROOT, &mut paths)?;
        let mut tree =
            Tree { root: root.to_path_buf(), crates: vec![], sources: vec![], texts: vec![], faults: vec![] };
        for path in paths {
            let text = Text { path: files::relative(root, &path), body: files::read(&path)? };
            tree.texts.push(text);
        }
        tree.read_crates();
        tree.read_sources();
        Ok(tree)
    }

    pub fn crate_at(&self, home: &str) -> Option<&Crate> {
        self.crates.iter().find(|c| c.at == home)
    }

    pub fn services(&self) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(|c| c.at.starts_with("services/"))
    }

    /// Files of which at least a part is no test.
    pub fn code(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| !source.is_test)
    }

    /// The members of the workspace; a workspace of its own (fuzzing, load) has its own rules.
    fn read_crates(&mut self) {
        let members = self.texts.iter().find(|t| t.path == "Cargo.toml").map(members).unwrap_or_default();
        for text in self.texts.iter().filter(|t| t.path.ends_with("/Cargo.toml")) {
            let at = text.path.trim_end_matches("/Cargo.toml").to_string();
            if !members.iter().any(|pattern| matches(pattern, &at)) {
                continue;
            }
            match text.body.parse::<toml::Table>() {
                Ok(manifest) => {
                    let named = manifest.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str());
                    let name = named.unwrap_or(&at).to_string();
                    self.crates.push(Crate { at, name, manifest, text: text.body.clone() });
                }
                Err(e) => self.faults.push(fault(&text.path, 1, e.message())),
            }
        }
    }

    fn read_sources(&mut self) {
        let mut only_tests = BTreeSet::new();
        for text in self.texts.iter().filter(|t| t.path.ends_with(".rs")) {
            let homes = self.crates.iter().map(|c| c.at.as_str()).filter(|at| text.path.starts_with(&format!("{at}/")));
            let Some(home) = homes.max_by_key(|at| at.len()) else { continue };
            match Source::read(text, home) {
                Ok(source) => {
                    only_tests.extend(source.test_files());
                    self.sources.push(source);
                }
                Err(e) => self.faults.push(fault(&text.path, e.span().start().line, &e.to_string())),
            }
        }
        for source in &mut self.sources {
            source.is_test |= only_tests.contains(&source.path);
        }
    }
}

fn members(root: &Text) -> Vec<String> {
    let manifest = root.body.parse::<toml::Table>().unwrap_or_default();
    let listed = manifest.get("workspace").and_then(|w| w.get("members")).and_then(|m| m.as_array());
    listed.into_iter().flatten().filter_map(|member| member.as_str()).map(String::from).collect()
}

/// `services/*/*` and the like: `*` is one whole name.
fn matches(pattern: &str, path: &str) -> bool {
    let (wanted, names): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    wanted.len() == names.len() && wanted.iter().zip(names).all(|(wanted, name)| *wanted == "*" || *wanted == name)
}

fn fault(path: &str, line: usize, says: &str) -> Found {
    Found { file: path.into(), line, says: says.lines().next().unwrap_or_default().into() }
}

fn walk(folder: &Path, skipped_here: &[&str], paths: &mut Vec<PathBuf>) -> Result<(), String> {
    for path in files::list(folder)? {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if SKIPPED.contains(&name.as_str()) || skipped_here.contains(&name.as_str()) {
            continue;
        }
        let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        if path.is_dir() {
            walk(&path, &[], paths)?;
        } else if ENDINGS.contains(&ending) || NAMES.contains(&name.as_str()) {
            paths.push(path);
        }
    }
    Ok(())
}

impl Source {
    fn read(text: &Text, home: &str) -> syn::Result<Source> {
        let stream: TokenStream = text.body.parse().map_err(syn::Error::from)?;
        let ast: syn::File = syn::parse2(stream.clone())?;
        let inside = text.path.trim_start_matches(home);
        let is_test = ["/tests/", "/benches/", "/examples/"].iter().any(|folder| inside.starts_with(folder))
            || TEST_CRATES.contains(&home);
        Ok(Source {
            path: text.path.clone(),
            home: home.to_string(),
            body: text.body.clone(),
            tokens: tokens::flatten(stream),
            functions: functions::functions(&ast),
            tests: ast.items.iter().filter(|i| is_for_tests(attributes(i))).map(lines).collect(),
            ast,
            is_test,
        })
    }

    pub fn is_test_at(&self, line: usize) -> bool {
        self.is_test || self.tests.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// The tokens that are no test's.
    pub fn live(&self) -> Vec<Token> {
        self.tokens.iter().filter(|token| !self.is_test_at(token.line)).cloned().collect()
    }

    pub fn live_functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| !self.is_test_at(function.line))
    }

    pub fn line(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|at| self.body.lines().nth(at)).unwrap_or_default()
    }

    pub fn live_lines(&self) -> usize {
        (1..=self.body.lines().count()).filter(|line| !self.is_test_at(*line)).count()
    }

    pub fn found(&self, line: usize, says: impl Into<String>) -> Found {
        Found { file: self.path.clone(), line, says: says.into() }
    }

    /// The names from the crate's root to this file: `["outbound", "sql"]`; empty for `lib.rs` and `main.rs`.
    pub fn module(&self) -> Vec<String> {
        let inside = self.path.trim_start_matches(self.home.as_str()).trim_start_matches("/src/");
        let names = inside.trim_end_matches(".rs").split('/').map(String::from);
        names.filter(|name| !matches!(name.as_str(), "lib" | "main" | "mod")).collect()
    }

    /// The files of `#[cfg(test)] mod x;`.
    fn test_files(&self) -> Vec<String> {
        let folder = match self.path.rsplit_once('/') {
            Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder.to_string(),
            _ => self.path.trim_end_matches(".rs").to_string(),
        };
        let file = |item: &Item| match item {
            Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => {
                Some(format!("{folder}/{}.rs", module.ident))
            }
            _ => None,
        };
        self.ast.items.iter().filter_map(file).collect()
    }
}

fn lines(item: &Item) -> (usize, usize) {
    let first = attributes(item).first().map_or(item.span().start().line, |a| a.span().start().line);
    (first, item.span().end().line)
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`, `#[test]`, `#[tokio::test]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_test = attribute.path().segments.last().is_some_and(|last| last.ident == "test");
        let is_cfg = attribute.path().is_ident("cfg");
        is_test || is_cfg && attribute.meta.require_list().is_ok_and(|list| asks_for_tests(list.tokens.clone()))
    })
}

fn asks_for_tests(stream: TokenStream) -> bool {
    let tokens = tokens::flatten(stream);
    tokens.iter().any(|t| t.text == "test") && !tokens.iter().any(|t| t.text == "not")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}
