//! The built page against the brokers that people run: one table, a row for each thing that must work between them.
//!
//! The page is the product as anybody loads it, in a real browser. It is watched as a person watches it, and by a proxy that
//! keeps the bytes; on the broker's other side is a client that is not ours. What a broker cannot do reads "not supported",
//! always with what that broker answered in this very run; what is not run never reads as if it had been.

pub(crate) mod page;
pub(crate) mod peer;
mod report;
mod rows;
mod visit;

use std::path::Path;

use anyhow::{Result, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::brokers::Make;
use crate::browser::{self, Browser, target_folder};
use report::{Column, Report};
use rows::Row;

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Two brokers, and no row that waits long.
    quick: bool,
    /// A failed row or a missed expectation is an error.
    check: bool,
    /// The copy in the project is written too.
    keep: bool,
    /// Also in Firefox.
    firefox: bool,
    /// Only brokers whose name contains it.
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
                "--keep" => options.keep = true,
                "--firefox" => options.firefox = true,
                "--help" | "-h" => return Ok(None),
                option if option.starts_with('-') => {
                    bail!("{option} means nothing here; --help tells what does")
                }
                name => options.name = Some(name.to_owned()),
            }
        }
        ensure!(
            !options.keep || !options.quick && options.name.is_none(),
            "only a whole table is kept"
        );
        Ok(Some(options))
    }

    fn wants(&self, make: Make) -> bool {
        let in_time = !self.quick || matches!(make, Make::Embedded | Make::Mosquitto);
        let name = make.name().to_lowercase();
        let by_name = self.name.as_ref();
        in_time && by_name.is_none_or(|wanted| name.contains(&wanted.to_lowercase()))
    }
}

/// The words that the command understands.
pub const HELP: &str = "\
The page in dist/ against the brokers that people run, as a table, and as files in the folder interop of the target folder

  a name     only brokers whose name contains it, such as rabbit
  --quick    the embedded broker and Mosquitto, without the rows that wait long
  --check    fail if a row fails, or if a broker cannot do what it is expected to do
  --firefox  the core rows in Firefox, too
  --keep     write tests/interop.md, the copy that the README names
";

/// Runs the table, prints it and writes it.
///
/// # Errors
/// There is no built page or no browser, or, where asked for, a row failed or an expectation is missed.
pub async fn run(options: Options) -> Result<()> {
    let mut report = Report::default();
    let mut makes = vec![browser::Make::Chromium];
    if options.firefox {
        makes.push(browser::Make::Firefox);
    }
    // In a quick table nothing waits for a machine that is busy, so two brokers may have their turn at once.
    let at_once = if options.quick { 2 } else { 1 };
    for make in makes {
        let brokers = Make::ALL.iter().filter(|broker| options.wants(**broker));
        let columns = stream::iter(brokers)
            .map(|broker| run_broker(*broker, make, &options))
            .buffered(at_once);
        report
            .columns
            .extend(columns.try_collect::<Vec<_>>().await?);
    }
    print!("{}", report.table());
    write(&report, options.keep).await?;
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

/// All rows with one broker, in a browser of its own. What goes wrong with it stands in the column, and the other brokers have
/// their turn.
async fn run_broker(broker: Make, make: browser::Make, options: &Options) -> Result<Column> {
    let browser = Browser::start_make(make, &[]).await?;
    page::size(&browser).await?;
    let in_full = make == browser::Make::Chromium;
    let wanted = |row: &Row| match (in_full, options.quick) {
        (false, _) => row.is_core(),
        (true, true) => row.is_quick(),
        (true, false) => true,
    };
    let rows: Vec<Row> = Row::ALL.iter().copied().filter(wanted).collect();
    let name = browser.version().await?;
    eprintln!("{} in {name}", broker.name());
    let mut column = Column::new(broker, &name);
    if let Some(missing) = broker.missing() {
        column.not_run = Some(format!("{missing} is not installed"));
        return Ok(column);
    }
    if let Err(error) = visit::run(&mut column, &browser, &rows, options.quick).await {
        column.broken = Some(format!("{error:#}"));
    }
    Ok(column)
}

async fn write(report: &Report, keep: bool) -> Result<()> {
    let folder = target_folder().join("interop");
    tokio::fs::create_dir_all(&folder).await?;
    let json = format!("{:#}\n", report.to_json());
    tokio::fs::write(folder.join("interop.json"), json).await?;
    let text = report.document();
    tokio::fs::write(folder.join("interop.md"), &text).await?;
    if keep {
        tokio::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT), text).await?;
    }
    Ok(())
}

/// The copy that lies in the project, from here.
const KEPT: &str = "../../tests/interop.md";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Options>> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_flag_is_understood_and_nothing_else() {
        assert_eq!(parse("").unwrap(), Some(Options::default()));
        let quick = parse("--quick --check").unwrap().unwrap();
        assert!(quick.quick && quick.check);
        assert!(quick.wants(Make::Mosquitto) && !quick.wants(Make::Nats));
        let named = parse("rabbit").unwrap().unwrap();
        assert!(named.wants(Make::RabbitMq) && !named.wants(Make::Nats));
        assert!(parse("--fast").is_err());
        assert!(parse("--quick --keep").is_err(), "half a table");
        assert_eq!(parse("--help").unwrap(), None);
        for flag in ["--quick", "--check", "--firefox", "--keep"] {
            assert!(HELP.contains(flag), "{flag}");
        }
    }

    /// Whoever adds a row or renames one runs the table again.
    #[test]
    fn the_kept_copy_has_every_row_and_the_readme_names_its_versions() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let kept = std::fs::read_to_string(root.join("tests/interop.md")).unwrap();
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        for row in Row::ALL {
            let begins = format!("| {} |", row.text());
            assert!(
                kept.contains(&begins),
                "{begins} is not in tests/interop.md"
            );
        }
        for make in Make::ALL {
            let (_, rest) = kept
                .split_once(&format!("**{}** ", make.name()))
                .unwrap_or_else(|| panic!("{} is not in tests/interop.md", make.name()));
            let version = rest.split_whitespace().next().unwrap_or_default();
            let named = version.trim_end_matches(['.', ',', ':']);
            assert!(readme.contains(named), "the README does not say {named}");
        }
    }
}
