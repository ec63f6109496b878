//! What the built page costs and how fast it is: its size, its first number, the delay of its numbers under load, the
//! frames that it misses with very many devices, its memory while nobody sees it, and how many messages it can take beside
//! what else could take them.
//!
//! Times depend on the machine and on what else it does, so they are printed and never judged. Sizes have a bar, and
//! every message must be counted: that is judged on any machine. So is, where asked for, the page under load against the
//! same page at rest.

mod delay;
mod flood;
mod frozen;
mod hidden;
mod mall;
mod many;
mod publisher;
mod report;
mod size;
mod start;
mod throughput;

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use crate::browser::target_folder;
use delay::Plan;
use report::{Report, Visit};

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum What {
    /// Size, first number, delay under load.
    #[default]
    Load,
    /// Frames with many devices.
    Many,
    /// Memory of a page that is hidden.
    Hidden,
    /// Messages a second, beside a bare WebSocket and MQTT.js.
    Throughput,
    /// Memory of a page that is frozen beside another.
    Frozen,
}

/// What the command line asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    what: What,
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
                "load" => options.what = What::Load,
                "many" => options.what = What::Many,
                "hidden" => options.what = What::Hidden,
                "throughput" => options.what = What::Throughput,
                "frozen" => options.what = What::Frozen,
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
What the page in dist/ costs and how fast it is, as a table and as a file in the folder bench of the target folder

  load      its sizes, its first number, the delay of its numbers (load.json); also if nothing is said
  many      the frames that it misses with 10,000 devices at 10,000 messages a second (many.json)
  hidden    its memory while it is hidden, at 1,000 messages a second (hidden.json)
  throughput  how many messages a second it takes, beside a bare WebSocket and MQTT.js (throughput.json)
  frozen    its memory, and that of the tab that has the engine, before and after it is frozen, at as many (frozen.json)
  --quick   load: a short one, one start: whether every message is counted, not how fast; sizes only with --check
            many: ten seconds at rest and ten under load instead of a minute each
            hidden: one minute, compared with its first ten seconds, instead of ten minutes with their first one
            throughput: one turn of a tenth of the messages: whether every message is counted, not how fast
            frozen: one minute instead of ten
  --check   fail if the files of the page are larger than they may be; if it misses more frames under load than at rest; if
            its memory grows
";

/// Measures, prints and writes.
///
/// # Errors
/// There is no built page or no browser, a message was lost on the way to a number, or, where asked for, a bar is missed.
pub async fn run(options: Options) -> Result<()> {
    match options.what {
        What::Load => run_load(options).await,
        What::Many => run_many(options).await,
        What::Hidden => run_hidden(options).await,
        What::Throughput => run_throughput(options).await,
        What::Frozen => run_frozen(options).await,
    }
}

async fn run_load(options: Options) -> Result<()> {
    let starts = if options.quick { 1 } else { STARTS };
    let plans = if options.quick { QUICK } else { FULL };

    let mut loaded = Vec::new();
    let mut firsts = Vec::new();
    for number in 1..=starts {
        eprintln!("start {number} of {starts}");
        let start = start::measure(LANGUAGES[0]).await?;
        loaded = start.files;
        firsts.push(start.first_number);
    }
    let mut visits = Vec::new();
    if !options.quick || options.check {
        for language in LANGUAGES {
            if language != LANGUAGES[0] {
                loaded = start::measure(language).await?.files;
            }
            eprintln!("sizes of {} files in {language}", loaded.len());
            let files = std::mem::take(&mut loaded);
            let sizes = tokio::task::spawn_blocking(move || size::of_files(&files)).await??;
            visits.push(Visit { language, sizes });
        }
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
        visits,
        firsts,
        delays,
    };
    print!("{}", report.table());
    write("load.json", &report.to_json()).await?;
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

async fn run_many(options: Options) -> Result<()> {
    let span = if options.quick { SHORT } else { LONG };
    let many = many::measure(span).await?;
    print!("{}", many.table());
    write("many.json", &many.to_json()).await?;
    judge(&many.faults, &many.missed_bars(), options)
}

async fn run_hidden(options: Options) -> Result<()> {
    let (first, span) = if options.quick {
        (SHORT, LONG)
    } else {
        (LONG, 10 * LONG)
    };
    let hidden = hidden::measure(first, span).await?;
    print!("{}", hidden.table());
    write("hidden.json", &hidden.to_json()).await?;
    judge(&hidden.faults, &hidden.missed_bars(), options)
}

async fn run_throughput(options: Options) -> Result<()> {
    let plan = if options.quick { BRIEF } else { WHOLE };
    let throughput = throughput::measure(plan).await?;
    print!("{}", throughput.table());
    write("throughput.json", &throughput.to_json()).await?;
    judge(&throughput.faults, &throughput.missed_bars(), options)
}

async fn run_frozen(options: Options) -> Result<()> {
    let (first, span) = if options.quick {
        (SHORT, LONG)
    } else {
        (LONG, 10 * LONG)
    };
    let frozen = frozen::measure(first, span).await?;
    print!("{}", frozen.table());
    write("frozen.json", &frozen.to_json()).await?;
    judge(&frozen.faults, &frozen.missed_bars(), options)
}

fn judge(faults: &[String], missed: &[String], options: Options) -> Result<()> {
    ensure!(faults.is_empty(), "faults: {}", faults.join("; "));
    ensure!(
        !options.check || missed.is_empty(),
        "bars missed: {}",
        missed.join("; ")
    );
    Ok(())
}

async fn write(name: &str, report: &Value) -> Result<()> {
    let folder = target_folder().join("bench");
    tokio::fs::create_dir_all(&folder).await?;
    tokio::fs::write(folder.join(name), format!("{report:#}\n")).await?;
    Ok(())
}

const WHOLE: throughput::Plan = throughput::Plan {
    turns: 9,
    messages: [20_000, 100_000],
    frames: Some(LONG),
    memory: Some([1_000_000, 10_000_000]),
};

/// Whether every message is counted, and no more: one turn says little about times.
const BRIEF: throughput::Plan = throughput::Plan {
    turns: 1,
    messages: [2_000, 10_000],
    frames: None,
    memory: None,
};

/// How long frames are counted in each phase.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_secs(10);

/// What readers read; each loads files of its own. Cold starts are in the first.
const LANGUAGES: [&str; 2] = ["en", "ko"];

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
            what: What::Load,
            quick: true,
            check: true,
        };
        assert_eq!(parse("--quick --check").unwrap(), Some(both));
        assert_eq!(parse("load --quick --check").unwrap(), Some(both));
        for (word, what) in [
            ("many", What::Many),
            ("hidden", What::Hidden),
            ("throughput", What::Throughput),
            ("frozen", What::Frozen),
        ] {
            assert_eq!(parse(word).unwrap().unwrap().what, what);
        }
        assert_eq!(parse("--help --nonsense").unwrap(), None);
        assert!(parse("--fast").is_err());
        for flag in [
            "load",
            "many",
            "hidden",
            "throughput",
            "frozen",
            "--quick",
            "--check",
        ] {
            assert!(HELP.contains(flag), "{flag}");
        }
    }
}
