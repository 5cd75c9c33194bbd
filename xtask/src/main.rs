//! The project's own tools, run by the Makefile and by people: `cargo run -q -p xtask -- <command>`.
mod files;
mod r#gen;
mod new_service;
mod test;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

const USAGE: &str = "\
usage: cargo run -q -p xtask -- COMMAND

  gen [--check]               proto → committed Rust. --check writes nothing and fails when something is stale
  tidy [--root DIR]           the ten longest files, functions and parameter lists, then every rule of the tree
  new-service CONTEXT NAME    the first files of services/CONTEXT/NAME, ready to compile
  test [--release] [--marked WORD] [FILTER]
                              every test by layers, counted. --marked: only the ignored tests with WORD in their name
  help                        this text

exit codes: 0 done, 1 the answer is no, 2 wrong use or a tool that could not do its work";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::from(2)
        }
    }
}

/// Whether the answer is yes.
fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        ["gen"] => r#gen::generate(&files::root()?, r#gen::Stale::IsWritten),
        ["gen", "--check"] => r#gen::generate(&files::root()?, r#gen::Stale::IsRefused),
        ["tidy"] => tidy::report(&files::root()?),
        ["tidy", "--root", folder] => tidy::report(&PathBuf::from(folder)),
        ["new-service", context, name] => new_service::create(&files::root()?, context, name),
        ["test", options @ ..] => test::run(&files::root()?, &test::Options::read(options)?),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => Err(format!("no such command\n{USAGE}")),
    }
}
