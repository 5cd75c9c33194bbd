//! Rust as a flat list of tokens: a rule over words sees into macros, and never into strings or comments.
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Sign,
    Literal,
    Open,
    Close,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    /// `::` is one sign, every other character one of its own.
    pub text: String,
    pub line: usize,
    pub last_line: usize,
}

pub fn flatten(stream: TokenStream) -> Vec<Token> {
    let mut flat = vec![];
    walk(stream, &mut flat);
    flat
}

fn walk(stream: TokenStream, flat: &mut Vec<Token>) {
    let mut half = false; // of a `::`
    for tree in stream {
        let span = tree.span();
        let token = |kind, text| Token { kind, text, line: span.start().line, last_line: span.end().line };
        let mut joint = false;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                let edge = |kind, text: &str, line| Token { kind, text: text.into(), line, last_line: line };
                flat.push(edge(Kind::Open, open, group.span_open().start().line));
                walk(group.stream(), flat);
                flat.push(edge(Kind::Close, close, group.span_close().start().line));
            }
            TokenTree::Ident(word) => flat.push(token(Kind::Word, word.to_string())),
            TokenTree::Literal(literal) => flat.push(token(Kind::Literal, literal.to_string())),
            TokenTree::Punct(sign) if half && sign.as_char() == ':' => {
                if let Some(first) = flat.last_mut() {
                    first.text = "::".into();
                }
            }
            TokenTree::Punct(sign) => {
                joint = sign.as_char() == ':' && sign.spacing() == Spacing::Joint;
                flat.push(token(Kind::Sign, sign.to_string()));
            }
        }
        half = joint;
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// Whether the tokens from `at` on are these.
pub fn reads(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.get(at..).is_some_and(|rest| {
        rest.len() >= words.len() && rest.iter().zip(words).all(|(token, word)| token.text == *word)
    })
}

/// A path as it is written, `{…}` of a `use` resolved into one path each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUsed {
    pub segments: Vec<String>,
    pub line: usize,
    /// The inline modules around it.
    pub within: Vec<String>,
}

pub fn paths(tokens: &[Token]) -> Vec<PathUsed> {
    let (mut paths, mut modules, mut depth, mut at) = (vec![], vec![], 0usize, 0);
    while at < tokens.len() {
        match tokens[at].kind {
            Kind::Open => depth += 1,
            Kind::Close => {
                depth = depth.saturating_sub(1);
                modules.retain(|(_, outside)| *outside < depth);
            }
            Kind::Word if reads(tokens, at, &["mod"]) && reads(tokens, at + 2, &["{"]) => {
                modules.push((tokens[at + 1].text.clone(), depth));
            }
            Kind::Word if begins_path(tokens, at) => {
                let within = modules.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
                at = tree(tokens, at, &[], &mut |segments, line| {
                    paths.push(PathUsed { segments, line, within: within.clone() });
                });
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    paths
}

fn begins_path(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].text.as_str());
    reads(tokens, at + 1, &["::"]) && !matches!(before, Some("." | "::"))
}

/// One path or tree of paths; answers where it ends.
fn tree(tokens: &[Token], start: usize, prefix: &[String], found: &mut dyn FnMut(Vec<String>, usize)) -> usize {
    let (mut segments, mut at, line) = (prefix.to_vec(), start, tokens[start].line);
    while let Some(token) = tokens.get(at).filter(|token| token.kind == Kind::Word) {
        segments.push(token.text.clone());
        at += 1;
        if !reads(tokens, at, &["::"]) {
            break;
        }
        at += 1;
        if reads(tokens, at, &["{"]) {
            return group(tokens, at + 1, &segments, found);
        }
    }
    found(segments, line);
    if reads(tokens, at, &["as"]) { at + 2 } else { at }
}

fn group(tokens: &[Token], start: usize, prefix: &[String], found: &mut dyn FnMut(Vec<String>, usize)) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Close => return at + 1,
            Kind::Word => at = tree(tokens, at, prefix, found),
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_one_path_for_each_name_and_strings_are_not_read() {
        let text = r#"use crate::{Error, domain::{Hold, Line as L}}; mod m { fn f() { super::g(rand::random()); "a::b"; x.y::<T>() } } k::v"#;
        let paths = paths(&flatten(text.parse().unwrap()));
        let said: Vec<String> =
            paths.iter().map(|p| format!("{}/{}", p.within.join("."), p.segments.join("::"))).collect();
        let wanted =
            ["/crate::Error", "/crate::domain::Hold", "/crate::domain::Line", "m/super::g", "m/rand::random", "/k::v"];
        assert_eq!(said, wanted.map(String::from).into_iter().collect::<Vec<_>>());
    }
}
