//! Every test, by layers, counted. Cargo builds; the test programs are run one by one, so that each layer has its time and its numbers.
//!
//! A test that lacks something it needs (real orders, say) writes `skipped: name: why` to standard error and returns:
//! it is counted as skipped, not as passed.
mod layers;
mod outcome;

use layers::{LAYERS, Program};
use outcome::{Counts, Outcome, Verdict};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    is_release: bool,
    /// Only what is `#[ignore]`d and has this in its name.
    marked: Option<String>,
    filter: Option<String>,
}

impl Options {
    pub fn read(words: &[&str]) -> Result<Options, String> {
        let (mut options, mut words) = (Options::default(), words.iter());
        while let Some(word) = words.next() {
            match *word {
                "--release" => options.is_release = true,
                "--marked" => options.marked = Some(words.next().ok_or("--marked WORD")?.to_string()),
                other if other.starts_with('-') => return Err(format!("test does not know {other}")),
                other => options.filter = Some(other.to_string()),
            }
        }
        match (&options.marked, &options.filter) {
            (Some(_), Some(_)) => Err("a test program takes either --marked or a filter".into()), // it would run what has either
            _ => Ok(options),
        }
    }

    /// What every test program is told.
    fn arguments(&self) -> Vec<&str> {
        let mut arguments = vec![];
        if let Some(word) = &self.marked {
            arguments.extend(["--ignored", "--show-output", word]);
        }
        arguments.extend(self.filter.as_deref());
        arguments
    }
}

pub fn run(root: &Path, options: &Options) -> Result<bool, String> {
    if std::env::var_os("SOUK_TEST_POSTGRES").is_none() {
        return Err("SOUK_TEST_POSTGRES=host:port is not set: `make test` starts a PostgreSQL of its own".into());
    }
    let programs = layers::programs(root, options.is_release)?;
    let started = Instant::now();
    let mut counts = vec![Counts::default(); LAYERS.len()];
    let mut notes = vec![];
    for program in &programs {
        let outcome = run_one(program, options)?;
        for (name, result) in &outcome.tests {
            counts[program.layer(name)].add(*result);
        }
        counts[program.layer("")].took += outcome.took;
        let failed = outcome.tests.iter().filter(|(_, result)| **result == Verdict::Failed);
        notes.extend(failed.map(|(name, _)| format!("FAILED {}: {name}", program.name())));
        notes.extend(outcome.skips);
    }
    println!("\n{}", notes.join("\n"));
    for (layer, counts) in LAYERS.iter().zip(&counts).filter(|(_, counts)| counts.is_anything()) {
        println!("{layer:<44} {counts}");
    }
    let all = counts.iter().fold(Counts::default(), |all, layer| all.plus(layer));
    println!("{} test programs in {:.0} s", programs.len(), started.elapsed().as_secs_f32());
    println!("{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);
    if all.passed + all.failed == 0 {
        return Err("no test was run".into()); // which proves nothing
    }
    Ok(all.failed == 0)
}

/// Says what came of it in one line, and everything the program said if something failed.
fn run_one(program: &Program, options: &Options) -> Result<Outcome, String> {
    let started = Instant::now();
    let mut command = Command::new(&program.file);
    command.args(options.arguments()).current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
    let done = command.stdin(Stdio::null()).output().map_err(|e| format!("{}: {e}", program.file.display()))?;
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let mut outcome = Outcome::read(&out, &err, done.status.success());
    outcome.took = started.elapsed();
    if outcome.tests.is_empty() {
        return Ok(outcome);
    }
    let counts = outcome.counts();
    println!("{:<44} {counts}", program.name());
    if counts.failed > 0 {
        println!("{out}{err}");
    } else if options.marked.is_some() {
        println!("{out}"); // what a measurement says is why it was run
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let options = Options::read(&["--release", "--marked", "storm"]).unwrap();
        assert_eq!((options.is_release, options.arguments()), (true, vec!["--ignored", "--show-output", "storm"]));
        assert_eq!(Options::read(&["crash"]).unwrap().arguments(), ["crash"]);
        for wrong in [&["--marked"][..], &["--fast"], &["--marked", "storm", "crash"]] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
