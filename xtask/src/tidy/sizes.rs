//! How long things are. Tests don't count: they may be as long as what they tell.
use super::{Found, functions::Function, tree::Source, tree::Tree};
use std::fmt::Write;

const FILE: usize = 300;
const FUNCTION: usize = 40;
const PARAMETERS: usize = 4;
/// How many of each kind are shown.
const SHOWN: usize = 10;

pub fn files(tree: &Tree) -> Vec<Found> {
    let long = tree.code().filter(|source| source.live_lines() > FILE);
    long.map(|source| source.found(1, format!("{} lines without tests, {FILE} is the most", source.live_lines())))
        .collect()
}

pub fn functions(tree: &Tree) -> Vec<Found> {
    let long = all(tree).filter(|(_, function)| function.lines() > FUNCTION && !function.is_table);
    long.map(|(source, f)| {
        source.found(f.line, format!("`{}` has {} lines, {FUNCTION} is the most", f.name, f.lines()))
    })
    .collect()
}

pub fn parameters(tree: &Tree) -> Vec<Found> {
    let many = own(tree).filter(|(_, function)| function.parameters > PARAMETERS);
    let says = |f: &Function| format!("`{}` has {} parameters, {PARAMETERS} is the most", f.name, f.parameters);
    many.map(|(source, f)| source.found(f.line, says(f))).collect()
}

pub fn bool_parameters(tree: &Tree) -> Vec<Found> {
    let of_services = own(tree).filter(|(source, f)| source.home.starts_with("services/") && f.is_public);
    let unclear = of_services.filter(|(_, function)| !function.bools.is_empty());
    unclear
        .map(|(source, f)| source.found(f.line, format!("`{}` takes a bool: {}", f.name, f.bools.join(", "))))
        .collect()
}

fn all(tree: &Tree) -> impl Iterator<Item = (&Source, &Function)> {
    let of = |source| Source::live_functions(source).map(move |function| (source, function));
    tree.code().flat_map(of)
}

/// Functions whose signature is their own; a trait dictates the others'.
fn own(tree: &Tree) -> impl Iterator<Item = (&Source, &Function)> {
    all(tree).filter(|(_, function)| !function.is_dictated)
}

/// The ten longest of each kind: a rule says what is too long, this says where it is heading.
pub fn longest(tree: &Tree) -> String {
    let files = tree.code().map(|source| (source.live_lines(), source.path.clone())).collect();
    let place = |source: &Source, f: &Function| format!("{}:{} {}", source.path, f.line, f.name);
    let functions = all(tree).filter(|(_, f)| !f.is_table).map(|(s, f)| (f.lines(), place(s, f))).collect();
    let parameters = own(tree).map(|(s, f)| (f.parameters, place(s, f))).collect();
    let mut text = String::new();
    for (title, sizes) in [
        ("longest files, lines without tests", files),
        ("longest functions, lines", functions),
        ("longest parameter lists", parameters),
    ] {
        show(&mut text, title, sizes);
    }
    text
}

fn show(text: &mut String, title: &str, mut sizes: Vec<(usize, String)>) {
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let _ = writeln!(text, "{title}:"); // can't fail: a String takes everything
    for (size, place) in sizes.iter().take(SHOWN) {
        let _ = writeln!(text, "{size:>6}  {place}");
    }
}
