//! What the rows found → a table for the terminal, JSON for programs, and a document with the evidence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};

use super::rows::{Outcome, Row};
use crate::brokers::Make;

/// Everything that was run.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) columns: Vec<Column>,
}

/// One broker in one browser.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) broker: Make,
    /// As it said itself; empty: it was not run.
    pub(super) version: String,
    /// Name and version.
    pub(super) browser: String,
    /// Why nothing was run.
    pub(super) not_run: Option<String>,
    /// What stopped the column, or is wrong with the page as a whole.
    pub(super) broken: Option<String>,
    /// When the last row ended.
    noted_at: Instant,
    /// By row, one of each version of MQTT.
    cells: BTreeMap<Row, Vec<(String, Outcome)>>,
}

impl Column {
    /// Nothing was run yet.
    pub(super) fn new(broker: Make, browser: &str) -> Self {
        Self {
            broker,
            version: String::new(),
            browser: browser.to_owned(),
            not_run: None,
            broken: None,
            noted_at: Instant::now(),
            cells: BTreeMap::new(),
        }
    }

    /// What a row found in that version; empty where it is no matter of one.
    pub(super) fn note(&mut self, row: Row, version: &str, outcome: Outcome) {
        let seconds = self.noted_at.elapsed().as_secs_f32();
        self.noted_at = Instant::now();
        eprintln!(
            "  {seconds:5.1} s  {} {version}: {}",
            row.text(),
            told(&outcome)
        );
        let cell = self.cells.entry(row).or_default();
        cell.push((version.to_owned(), outcome));
    }

    /// One word for a row: the worst of its versions.
    fn word(&self, row: Row) -> &'static str {
        let Some(cell) = self.cells.get(&row) else {
            return NOT_RUN;
        };
        let worst = cell.iter().map(|(_, outcome)| match outcome {
            Outcome::Failed(_) => 2,
            Outcome::Unsupported(_) => 1,
            Outcome::Passed(_) => 0,
        });
        match worst.max() {
            Some(2) => FAILED,
            Some(1) => UNSUPPORTED,
            Some(_) => PASSED,
            None => NOT_RUN,
        }
    }

    /// What this broker is known not to do: anything else that it does not do is a surprise.
    fn may_lack(&self, row: Row) -> bool {
        LACKING
            .iter()
            .any(|(broker, rows)| *broker == self.broker && rows.contains(&row))
    }

    fn evidence(&self, row: Row) -> String {
        let cell = self.cells.get(&row).into_iter().flatten();
        let mut said: Vec<(Vec<&str>, &str)> = Vec::new();
        for (version, outcome) in cell {
            let (Outcome::Passed(what) | Outcome::Unsupported(what) | Outcome::Failed(what)) =
                outcome;
            match said.iter_mut().find(|(_, known)| known == what) {
                Some((versions, _)) => versions.push(version),
                None => said.push((vec![version], what)),
            }
        }
        let one = |(versions, what): &(Vec<&str>, &str)| {
            let is_of_all = versions.iter().all(|version| version.is_empty());
            if is_of_all || said.len() == 1 {
                (*what).to_owned()
            } else {
                format!("{}: {what}", versions.join(" and "))
            }
        };
        said.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// The versions of MQTT in which a row was run.
    fn versions(&self, row: Row) -> Vec<&str> {
        let cell = self.cells.get(&row).into_iter().flatten();
        cell.map(|(version, _)| version.as_str())
            .filter(|version| !version.is_empty())
            .collect()
    }
}

impl Report {
    /// For the terminal.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        for row in Row::ALL {
            let _never_fails = writeln!(text, "\n{}", row.text());
            for column in &self.columns {
                let _never_fails = writeln!(
                    text,
                    "  {:<16} {:<10} {:<14} {}",
                    column.broker.name(),
                    column.version,
                    column.word(*row),
                    column.evidence(*row),
                );
            }
        }
        text
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let column = |column: &Column| {
            let rows: Vec<Value> = Row::ALL
                .iter()
                .map(|row| {
                    json!({
                        "row": row.text(),
                        "outcome": column.word(*row),
                        "evidence": column.evidence(*row),
                        "versions": column.versions(*row),
                    })
                })
                .collect();
            json!({
                "broker": column.broker.name(),
                "version": column.version,
                "browser": column.browser,
                "not_run": column.not_run,
                "broken": column.broken,
                "rows": rows,
            })
        };
        json!({ "columns": self.columns.iter().map(column).collect::<Vec<_>>() })
    }

    /// For people: the table, and below it what was seen.
    pub(super) fn document(&self) -> String {
        let mut text = String::from(HEAD);
        let mut line = |line: String| {
            let _never_fails = writeln!(text, "{line}");
        };
        for browser in self.browsers() {
            let columns: Vec<&Column> = self
                .columns
                .iter()
                .filter(|column| column.browser == browser)
                .collect();
            line(format!("\n## In {browser}\n"));
            let names = columns.iter().map(|column| column.broker.name());
            line(format!("| | {} |", names.collect::<Vec<_>>().join(" | ")));
            line(format!("|---|{}", "---|".repeat(columns.len())));
            for row in Row::ALL {
                if columns.iter().all(|column| !column.cells.contains_key(row)) {
                    continue;
                }
                let cells = columns.iter().map(|column| column.word(*row));
                line(format!(
                    "| {} | {} |",
                    row.text(),
                    cells.collect::<Vec<_>>().join(" | ")
                ));
            }
            line("\nWhat was seen:\n".to_owned());
            for column in columns {
                line(seen(column));
            }
        }
        let elsewhere = if self
            .browsers()
            .iter()
            .any(|name| name.starts_with("Firefox"))
        {
            "Not run in Safari."
        } else {
            "Not run in Firefox, nor in Safari."
        };
        let _never_fails = writeln!(text, "\n{elsewhere}");
        text
    }

    /// What is not as it must be, in words.
    pub(super) fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for column in &self.columns {
            let of = format!("{} in {}", column.broker.name(), column.browser);
            missed.extend(column.broken.iter().map(|why| format!("{of}: {why}")));
            for row in column.cells.keys() {
                let what = match column.word(*row) {
                    FAILED => "",
                    UNSUPPORTED if !column.may_lack(*row) => "expected to work: ",
                    _ => continue,
                };
                missed.push(format!(
                    "{of}: {}: {what}{}",
                    row.text(),
                    column.evidence(*row)
                ));
            }
        }
        missed
    }

    fn browsers(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for column in &self.columns {
            if !names.contains(&column.browser) {
                names.push(column.browser.clone());
            }
        }
        names
    }
}

fn seen(column: &Column) -> String {
    let mut text = match &column.not_run {
        Some(why) => format!("- **{}** was not run: {why}.", column.broker.name()),
        None => format!("- **{}** {}:", column.broker.name(), column.version),
    };
    for row in column.cells.keys() {
        let versions = column.versions(*row).join(" and ");
        let versions = if versions.is_empty() {
            versions
        } else {
            format!(" ({versions})")
        };
        let _never_fails = write!(
            text,
            "\n  - {}{versions}: {}: {}",
            row.text(),
            column.word(*row),
            column.evidence(*row)
        );
    }
    text
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed(seen) => format!("{PASSED}: {seen}"),
        Outcome::Unsupported(answer) => format!("{UNSUPPORTED}: {answer}"),
        Outcome::Failed(why) => format!("{FAILED}: {why}"),
    }
}

/// What brokers are known not to do. A row that is not here and is not supported is a missed expectation; one that is here
/// and passes is good news, of a newer version.
const LACKING: &[(Make, &[Row])] = &[
    (Make::Aedes, &[Row::ConnectV5]),
    (Make::NodeRed, &[Row::ConnectV5]),
    (
        Make::RabbitMq,
        &[
            Row::ConnectV5,
            Row::Receive(2),
            Row::Burst(2),
            Row::Publish(2),
            Row::RetainedByWildcard,
        ],
    ),
    (
        Make::Nats,
        &[
            Row::ConnectV5,
            Row::Receive(2),
            Row::Burst(2),
            Row::Publish(2),
        ],
    ),
];

const PASSED: &str = "passed";
const UNSUPPORTED: &str = "not supported";
const FAILED: &str = "FAILED";
const NOT_RUN: &str = "not run";

const HEAD: &str = "# Footfall and the brokers that people run

Written by `cargo xtask interop --keep`; change nothing here by hand. The built page runs in a real browser and is watched as
a person watches it: its link, its numbers, its devices, what it says when it is refused; it publishes from its message view.
On the broker's other side is a client that is not ours (`mqtt5`), in MQTT 3.1.1, at QoS 1 where it listens. Every message to
the page is one person who passed, so a door's total tells how many came; each row is run in each version of MQTT that the
broker speaks. Every broker has one user name and password, and queues that hold more than any row sends. *Not supported* is
what the broker itself answered in this run, which stands below.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn column(broker: Make, cells: &[(Row, &str, Outcome)]) -> Column {
        let mut column = Column::new(broker, "Chromium 1");
        column.version = "2.0".to_owned();
        for (row, version, outcome) in cells {
            column.note(*row, version, outcome.clone());
        }
        column
    }

    fn passed(what: &str) -> Outcome {
        Outcome::Passed(what.to_owned())
    }

    #[test]
    fn a_row_is_as_good_as_its_worst_version() {
        let refused = Outcome::Unsupported("SUBACK 1".to_owned());
        let column = column(
            Make::Mosquitto,
            &[
                (Row::Receive(2), "3.1.1", refused),
                (Row::Receive(2), "5", passed("50 of 50")),
                (Row::Receive(1), "5", passed("50 of 50")),
            ],
        );
        assert_eq!(column.word(Row::Receive(2)), UNSUPPORTED);
        assert_eq!(
            column.evidence(Row::Receive(2)),
            "3.1.1: SUBACK 1; 5: 50 of 50"
        );
        assert_eq!(column.word(Row::Receive(1)), PASSED);
        assert_eq!(column.word(Row::Will), NOT_RUN, "never passed");
    }

    #[test]
    fn only_what_is_expected_may_be_lacking() {
        let refused = || Outcome::Unsupported("return code 1".to_owned());
        let of = |make| Report {
            columns: vec![column(make, &[(Row::ConnectV5, "5", refused())])],
        };
        assert_eq!(of(Make::Aedes).missed(), Vec::<String>::new());
        assert_eq!(of(Make::Mosquitto).missed().len(), 1);
        let failed = Outcome::Failed("49 of 50".to_owned());
        let failed = Report {
            columns: vec![column(Make::Aedes, &[(Row::Will, "3.1.1", failed)])],
        };
        assert_eq!(failed.missed().len(), 1);
    }

    #[test]
    fn what_was_not_run_says_so_everywhere() {
        let mut absent = Column::new(Make::Nats, "Chromium 1");
        absent.not_run = Some("nats-server is not installed".to_owned());
        let present = column(Make::Aedes, &[(Row::Will, "3.1.1", passed("offline"))]);
        let report = Report {
            columns: vec![present, absent],
        };
        assert_eq!(report.missed(), Vec::<String>::new());
        let document = report.document();
        for part in [
            "| will message: the device is shown offline | passed | not run |",
            "**NATS** was not run: nats-server is not installed",
            "**Aedes** 2.0:",
        ] {
            assert!(document.contains(part), "{part} in {document}");
        }
        assert_eq!(
            report.to_json()["columns"][1]["rows"][0]["outcome"],
            NOT_RUN
        );
    }
}
