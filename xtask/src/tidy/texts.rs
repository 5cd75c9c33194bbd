//! Rules over every text: code, schema, contracts, documents, scripts.
use super::{
    Found,
    tokens::{Kind, reads},
    tree::{Source, Text, Tree},
};

/// This folder names what it looks for.
const OWN: &str = "xtask/src/tidy/";

const MARKS: [&str; 2] = ["TODO", "FIXME"];

/// Marks of unfinished work, in whatever is no string; and the macros that stand for it.
pub fn unfinished(tree: &Tree) -> Vec<Found> {
    let mut found = vec![];
    for text in tree.texts.iter().filter(|text| !text.path.starts_with(OWN)) {
        let source = tree.sources.iter().find(|source| source.path == text.path);
        for (number, line) in numbered(text) {
            let mark = MARKS.into_iter().find(|mark| has_word(line, mark));
            if let Some(mark) = mark.filter(|mark| !source.is_some_and(|s| is_in_string(s, number, mark))) {
                found.push(Found { file: text.path.clone(), line: number, says: format!("{mark} is left") });
            }
        }
        found.extend(source.into_iter().flat_map(stands_for_nothing));
    }
    found
}

fn stands_for_nothing(source: &Source) -> Vec<Found> {
    let tokens = &source.tokens;
    let is_macro = |at: usize| ["todo", "unimplemented"].iter().any(|name| reads(tokens, at, &[name, "!"]));
    let is_service = source.home.starts_with("services/");
    let is_status = |at: usize| is_service && reads(tokens, at, &["Status", "::", "unimplemented"]);
    let places = (0..tokens.len()).filter(|at| is_macro(*at) || is_status(*at));
    places.map(|at| source.found(tokens[at].line, "what is not there yet must not be reachable")).collect()
}

fn is_in_string(source: &Source, line: usize, mark: &str) -> bool {
    let tokens = &source.tokens;
    (0..tokens.len()).any(|at| {
        let token = &tokens[at];
        let is_doc = at >= 2 && reads(tokens, at - 2, &["doc", "="]);
        let covers = token.kind == Kind::Literal && (token.line..=token.last_line).contains(&line);
        covers && !is_doc && token.text.contains(mark)
    })
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part))
}

const PLACES: [&str; 4] = ["/root/", "/home/", "/Users/", "/work/"];
/// Images have folders of their own, pages have addresses.
const ELSEWHERE: [&str; 3] = [OWN, "deploy/", "web/"];

/// A path of one machine. Behind a letter or a point it is the end of another path.
pub fn machine_paths(tree: &Tree) -> Vec<Found> {
    let inside = |c: char| c.is_alphanumeric() || "._-}*)".contains(c);
    let mut found = vec![];
    for text in tree.texts.iter().filter(|text| !ELSEWHERE.iter().any(|folder| text.path.starts_with(folder))) {
        for (number, line) in numbered(text) {
            let begins = |place: &&str| line.match_indices(*place).any(|(at, _)| !line[..at].ends_with(inside));
            if let Some(place) = PLACES.into_iter().find(begins) {
                found.push(Found { file: text.path.clone(), line: number, says: format!("a path below {place}") });
            }
        }
    }
    found
}

pub fn mod_rs(tree: &Tree) -> Vec<Found> {
    let named = tree.texts.iter().filter(|text| text.path.ends_with("/mod.rs"));
    let says = "name the file by its module: x.rs beside x/";
    named.map(|text| Found { file: text.path.clone(), line: 1, says: says.into() }).collect()
}

fn numbered(text: &Text) -> impl Iterator<Item = (usize, &str)> {
    text.body.lines().enumerate().map(|(at, line)| (at + 1, line))
}
