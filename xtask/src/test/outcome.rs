//! What a test program said.
use std::{collections::BTreeMap, fmt, time::Duration};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    Skipped,
}

#[derive(Debug, Default)]
pub struct Outcome {
    pub tests: BTreeMap<String, Verdict>,
    /// `skipped: name: why`, as it was said.
    pub skips: Vec<String>,
    pub took: Duration,
}

impl Outcome {
    /// `out` is libtest's report. A program that ended badly without naming a failure has failed itself.
    pub fn read(out: &str, err: &str, is_success: bool) -> Outcome {
        let mut outcome = Outcome::default();
        for line in out.lines() {
            let Some((name, said)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) else {
                continue;
            };
            let name = name.trim_end_matches(" - should panic").to_string();
            let result = match said.split([' ', ',']).next() {
                Some("ok") => Verdict::Passed,
                Some("ignored") => Verdict::Skipped,
                _ => Verdict::Failed,
            };
            outcome.tests.insert(name, result);
        }
        for line in err.lines().chain(out.lines()).filter(|line| line.starts_with("skipped: ")) {
            let said = line.split(": ").nth(1).unwrap_or_default();
            let is_meant = |name: &&String| *name == said || name.ends_with(&format!("::{said}"));
            let name = outcome.tests.keys().find(is_meant).cloned().unwrap_or(said.to_string());
            outcome.tests.insert(name, Verdict::Skipped);
            outcome.skips.push(line.to_string());
        }
        if !is_success && !outcome.tests.values().any(|result| *result == Verdict::Failed) {
            outcome.tests.insert("(the program itself)".into(), Verdict::Failed);
        }
        outcome
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts { took: self.took, ..Counts::default() };
        self.tests.values().for_each(|result| counts.add(*result));
        counts
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    pub took: Duration,
}

impl Counts {
    pub fn add(&mut self, result: Verdict) {
        match result {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Skipped => self.skipped += 1,
        }
    }
    pub fn plus(&self, other: &Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
            took: self.took + other.took,
        }
    }
    pub fn is_anything(&self) -> bool {
        self.passed + self.failed + self.skipped > 0
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>5} passed", self.passed)?;
        for (count, word) in [(self.failed, "FAILED"), (self.skipped, "skipped")] {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        if self.took > Duration::ZERO {
            write!(f, "  {:.1} s", self.took.as_secs_f32())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: &str = "running 4 tests\ntest domain::a ... ok\ntest app::b - should panic ... ok\ntest c ... ignored, storm\n\
                       test store::d ... FAILED\n\ntest result: FAILED. 2 passed; 1 failed";

    #[test]
    fn every_line_is_counted_once() {
        let outcome = Outcome::read(OUT, "", false);
        assert_eq!(outcome.counts(), Counts { passed: 2, failed: 1, skipped: 1, took: Duration::ZERO });
        assert_eq!(outcome.tests["app::b"], Verdict::Passed);
    }

    #[test]
    fn a_test_that_says_so_is_skipped_and_not_passed() {
        let outcome = Outcome::read("test replay::orders ... ok\n", "skipped: orders: no real orders here\n", true);
        assert_eq!((outcome.counts().passed, outcome.counts().skipped, outcome.skips.len()), (0, 1, 1));
    }

    #[test]
    fn a_program_that_dies_has_failed() {
        let died = Outcome::read("running 1 test\n", "signal 9", false);
        assert_eq!((died.counts().failed, died.counts().passed), (1, 0));
    }
}
