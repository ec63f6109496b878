//! What the built page costs and how fast it is: its size, its first number, and the delay of its numbers under load.
//!
//! Times depend on the machine and on what else it does, so they are printed and never judged. Sizes have a bar, and
//! every message must be counted: that is judged on any machine.

mod delay;
mod mall;
mod publisher;
mod report;
mod size;
mod start;

use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::chromium::target_folder;
use delay::Plan;
use report::Report;

/// What the command line asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only whether everything is counted.
    quick: bool,
    /// A missed bar is an error.
    check: bool,
}

impl Options {
    /// Reads the words after the program's name; `None` if they ask for help.
    ///
    /// # Errors
    /// A word that means nothing here.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self::default();
        for word in words {
            match word.as_str() {
                "--quick" => options.quick = true,
                "--check" => options.check = true,
                "--help" | "-h" => return Ok(None),
                _ => bail!("{word} means nothing here; --help tells what does"),
            }
        }
        Ok(Some(options))
    }
}

/// The words that the command understands.
pub const HELP: &str = "\
What the page in dist/ costs and how fast it is, as a table and as bench/load.json in the target folder

  --quick   a short load, one start: whether every message is counted, not how fast; sizes only with --check
  --check   fail if the files of the page are larger than they may be
";

/// Measures, prints and writes.
///
/// # Errors
/// There is no built page or no browser, a message was lost on the way to a number, or, where asked for, a bar is missed.
pub async fn run(options: Options) -> Result<()> {
    let starts = if options.quick { 1 } else { STARTS };
    let plans = if options.quick { QUICK } else { FULL };

    let mut loaded = Vec::new();
    let mut firsts = Vec::new();
    for number in 1..=starts {
        eprintln!("start {number} of {starts}");
        let start = start::measure().await?;
        loaded = start.files;
        firsts.push(start.first_number);
    }
    let mut sizes = Vec::new();
    if !options.quick || options.check {
        eprintln!("sizes of {} files", loaded.len());
        sizes = tokio::task::spawn_blocking(move || size::of_files(&loaded)).await??;
    }
    let mut delays = Vec::new();
    for plan in plans {
        eprintln!(
            "delay of {} numbers at {} messages a second",
            plan.markers, plan.rate
        );
        delays.push(delay::measure(plan).await?);
    }

    let report = Report {
        sizes,
        firsts,
        delays,
    };
    print!("{}", report.table());
    let folder = target_folder().join("bench");
    tokio::fs::create_dir_all(&folder).await?;
    tokio::fs::write(
        folder.join("load.json"),
        format!("{:#}\n", report.to_json()),
    )
    .await?;
    let lost = report.lost();
    ensure!(
        lost.is_empty(),
        "not every message was counted: {}",
        lost.join("; ")
    );
    let missed = report.missed_bars();
    ensure!(
        !options.check || missed.is_empty(),
        "bars missed: {}",
        missed.join("; ")
    );
    Ok(())
}

/// Cold starts, for a median.
const STARTS: u32 = 5;

const FULL: &[Plan] = &[
    // Every message is a marker.
    Plan {
        rate: 1,
        markers: 100,
        pause: Duration::from_secs(1),
    },
    Plan {
        rate: 1_000,
        markers: 200,
        pause: PAUSE,
    },
    Plan {
        rate: 10_000,
        markers: 200,
        pause: PAUSE,
    },
];

const QUICK: &[Plan] = &[Plan {
    rate: 1_000,
    markers: 30,
    pause: PAUSE,
}];

/// Between two markers: about ten a second.
const PAUSE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Options>> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_flag_is_understood_and_nothing_else() {
        assert_eq!(parse("").unwrap(), Some(Options::default()));
        let both = Options {
            quick: true,
            check: true,
        };
        assert_eq!(parse("--quick --check").unwrap(), Some(both));
        assert_eq!(parse("--help --nonsense").unwrap(), None);
        assert!(parse("--fast").is_err());
        for flag in ["--quick", "--check"] {
            assert!(HELP.contains(flag), "{flag}");
        }
    }
}
