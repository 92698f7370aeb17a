//! How far a long work has got: a bar on a terminal, one line elsewhere, nothing when told so.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// Who wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Somebody who reads stderr.
    Shown,
    /// Nobody.
    Silent,
}

impl Progress {
    /// Begins a work of `total` steps.
    pub fn begin(self, total: u64, what: &str) -> Shown {
        if self == Self::Silent {
            return Shown(None);
        }
        if !std::io::stderr().is_terminal() {
            anstream::eprintln!("{what} ({total}) …");
            return Shown(None);
        }
        let form = "{msg} {wide_bar} {pos}/{len}";
        let style = ProgressStyle::with_template(form).unwrap_or(ProgressStyle::default_bar());
        let bar = ProgressBar::new(total).with_style(style).with_message(what.to_owned());
        Shown(Some(bar))
    }
}

/// A work under way.
pub struct Shown(Option<ProgressBar>);

impl Shown {
    /// Says that `done` steps are done.
    pub fn reach(&self, done: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
