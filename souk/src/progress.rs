//! How far it is, on a terminal only: what it is for is said on standard error, and the answer stays alone on standard output.
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub struct Progress(ProgressBar);

impl Progress {
    /// `what` names what is counted: `rows`.
    pub fn of(total: usize, what: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
        let form = format!("{{bar:40}} {{pos}} of {{len}} {what} · {{per_sec}} · {{eta}} left");
        bar.set_style(ProgressStyle::with_template(&form).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress(bar)
    }
    pub fn add(&self, done: usize) {
        self.0.inc(done as u64);
    }
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}
