//! What goes wrong between a broker and the page: one table, a row for each fault, with what the page said of it, how long it
//! took until messages were counted again, and how many were lost or counted twice.
//!
//! The page is the product as anybody loads it, in a real browser, before a real broker; a proxy in between does what networks
//! and broken brokers do. A client that is not ours publishes people who pass, one at a time, all the while, at QoS 1 and 2.
//! What came to the page must be counted, and what the broker held in a session that it then reported present; nothing may
//! be counted that never came. The browser's own log of frames tells what came, and is checked by the bytes that passed the
//! proxy. Who was counted is read in the page's store, one by one, and the doors must show as many.

mod counts;
mod harm;
mod passage;
mod place;
mod report;
mod rows;
mod said;
mod source;
mod stand;
mod store;
mod witness;

use anyhow::{Result, bail, ensure};

use crate::authority::Authority;
use crate::brokers::Make;
use crate::browser::{Browser, target_folder};
use crate::interop::page;
use place::Place;
use report::{Outcome, Report};
use rows::Row;

pub use stand::TRAP;

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    quick: bool,
    check: bool,
    /// Only rows whose text contains it.
    name: Option<String>,
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
                option if option.starts_with('-') => {
                    bail!("{option} means nothing here; --help tells what does")
                }
                name => options.name = Some(name.to_owned()),
            }
        }
        Ok(Some(options))
    }

    fn wants(&self, row: Row, make: Make) -> bool {
        let name = self.name.as_ref();
        row.suits(make)
            && (!self.quick || row.is_quick(make) || name.is_some())
            && name.is_none_or(|name| row.text().contains(name.as_str()))
    }
}

/// The words that the command understands.
pub const HELP: &str = "\
What goes wrong between a broker and the page in dist/, as a table, and as a file in the folder faults of the target folder

  a name     only faults whose name contains it, such as frozen
  --quick    some of them, in a minute and a half; what lasts long is short
  --check    fail if a message is lost or counted twice, or lost by a broker that keeps sessions; if the page does not come
             back in the time that it promises, twice that and ten seconds; or if it says anything else than it may
";

/// Runs the table, prints it and writes it.
///
/// # Errors
/// There is no built page or no browser, or, where asked for, something is not as it must be.
pub async fn run(options: Options) -> Result<()> {
    let mut report = Report::default();
    let place = Place::of(Browser::start().await?).await?;
    for make in [Make::Embedded, Make::Mosquitto] {
        let wanted = |row: &Row| options.wants(*row, make);
        let rows: Vec<Row> = Row::ALL.iter().copied().filter(wanted).collect();
        if rows.is_empty() {
            continue;
        }
        if let Some(missing) = make.missing() {
            report.not_run(make, &format!("{missing} is not installed"));
            continue;
        }
        eprintln!("{}", make.name());
        let mut broker = make.start().await?;
        for row in rows {
            if let Some(missing) = Authority::missing().filter(|_| row.needs_certificates()) {
                report.not_run(make, &format!("{}: {missing} is not installed", row.text()));
                continue;
            }
            let outcome = stand::play(row, &mut broker, &place, options.quick).await;
            let outcome = match outcome {
                Ok(outcome) => outcome,
                Err(error) => {
                    // Whatever is wrong with that page, the next one has a tab of its own.
                    page::renew(&place.browser).await?;
                    Outcome::broken(&error)
                }
            };
            report.note(row, &broker, outcome);
        }
        broker.stop().await?;
    }
    print!("{}", report.table());
    let folder = target_folder().join("faults");
    tokio::fs::create_dir_all(&folder).await?;
    let json = format!("{:#}\n", report.to_json());
    tokio::fs::write(folder.join("faults.json"), json).await?;
    let missed = report.missed();
    for line in &missed {
        println!("! {line}");
    }
    ensure!(
        !options.check || missed.is_empty(),
        "not as it must be: {}",
        missed.join("; ")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_is_understood_and_nothing_else() {
        let parse = |line: &str| Options::parse(line.split_whitespace().map(str::to_owned));
        assert_eq!(parse("").unwrap(), Some(Options::default()));
        let quick = parse("--quick --check").unwrap().unwrap();
        assert!(quick.quick && quick.check);
        assert!(
            quick.wants(Row::Killed, Make::Mosquitto) && !quick.wants(Row::Frozen, Make::Mosquitto)
        );
        let named = parse("frozen").unwrap().unwrap();
        assert!(
            named.wants(Row::Frozen, Make::Embedded) && !named.wants(Row::Slow, Make::Embedded)
        );
        assert!(parse("--fast").is_err());
        assert_eq!(parse("--help").unwrap(), None);
        assert!(Row::ALL.len() >= 20);
    }
}
