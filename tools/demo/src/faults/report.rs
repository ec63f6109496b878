//! What became of each fault → a table for people, JSON for programs, and what is not as it must be.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Error;
use serde_json::{Value, json};

use super::counts::Counts;
use super::rows::{Expected, Row};
use super::said::{Said, Screen};
use crate::brokers::{Make, Running};

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Report {
    lines: Vec<Line>,
    /// Brokers that are not there, and why.
    not_run: Vec<(Make, String)>,
}

#[derive(Debug)]
struct Line {
    row: Row,
    make: Make,
    version: String,
    outcome: Outcome,
}

/// What became of one fault.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// What the page said meanwhile, one screen after the other.
    pub(super) said: Vec<Screen>,
    /// From the fault's end until a message was counted again; `None`: where nothing is to come back.
    pub(super) recovered: Option<Duration>,
    pub(super) counts: Counts,
    /// What stopped the row.
    pub(super) broken: Option<String>,
}

impl Outcome {
    pub(super) fn broken(error: &Error) -> Self {
        Self {
            broken: Some(format!("{error:#}")),
            ..Self::default()
        }
    }

    /// What is not as it must be.
    fn missed(&self, expected: Expected) -> Vec<String> {
        if let Some(broken) = &self.broken {
            return vec![broken.clone()];
        }
        let mut missed = Vec::new();
        let Counts {
            lost,
            twice,
            lost_by_the_broker,
            ..
        } = self.counts;
        if lost > 0 {
            missed.push(format!("{lost} messages lost"));
        }
        if twice > 0 {
            missed.push(format!("{twice} messages counted twice"));
        }
        if lost_by_the_broker > 0 && !expected.ends_the_session {
            missed.push(format!(
                "{lost_by_the_broker} messages lost by the broker, which keeps sessions"
            ));
        }
        if let Some(back) = self.recovered.filter(|back| *back > expected.back_within) {
            missed.push(format!(
                "back after {:.1} s, not within {:.0}",
                back.as_secs_f32(),
                expected.back_within.as_secs_f32()
            ));
        }
        missed.extend(expected.verdict.missed(&self.said));
        missed
    }
}

impl Report {
    pub(super) fn note(&mut self, row: Row, broker: &Running, outcome: Outcome) {
        let line = Line {
            row,
            make: broker.make(),
            version: broker.version().to_owned(),
            outcome,
        };
        eprintln!("  {}: {}", row.text(), line.told());
        self.lines.push(line);
    }

    pub(super) fn not_run(&mut self, make: Make, why: &str) {
        self.not_run.push((make, why.to_owned()));
    }

    /// For the terminal.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "\n{:<18}{:<54}{:>8}{:>9}{:>10}{:>6}{:>7}{:>11}  verdict\n",
            "broker", "fault", "back, s", "at most", "counted", "lost", "twice", "lost by it"
        );
        for line in &self.lines {
            let outcome = &line.outcome;
            let within = line.expected().back_within.as_secs();
            let (back, within) = outcome.recovered.map_or_else(
                || ("–".to_owned(), "–".to_owned()),
                |back| (format!("{:.1}", back.as_secs_f32()), within.to_string()),
            );
            let counts = outcome.counts;
            let _never_fails = writeln!(
                text,
                "{:<18}{:<54}{back:>8}{within:>9}{:>10}{:>6}{:>7}{:>11}  {}",
                line.make.name(),
                line.row.text(),
                counts.counted,
                counts.lost,
                counts.twice,
                counts.lost_by_the_broker,
                line.verdict(),
            );
        }
        for (make, why) in &self.not_run {
            let _never_fails = writeln!(text, "{:<18}not run: {why}", make.name());
        }
        text
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let line = |line: &Line| {
            let outcome = &line.outcome;
            let counts = outcome.counts;
            let screen = |screen: &Screen| screen.iter().map(Said::to_json).collect::<Value>();
            json!({
                "broker": line.make.name(),
                "version": line.version,
                "fault": line.row.text(),
                "verdict": line.verdict(),
                "said": outcome.said.iter().map(screen).collect::<Value>(),
                "recovered_s": outcome.recovered.map(|back| back.as_secs_f64()),
                "back_within_s": line.expected().back_within.as_secs(),
                "published": counts.published,
                "told_by_the_browser": counts.told,
                "sent": counts.sent,
                "held_and_not_sent": counts.withheld,
                "acknowledged": counts.acknowledged,
                "counted": counts.counted,
                "lost": counts.lost,
                "twice": counts.twice,
                "lost_by_the_broker": counts.lost_by_the_broker,
                "broken": outcome.broken,
            })
        };
        json!({
            "rows": self.lines.iter().map(line).collect::<Vec<_>>(),
            "not_run": self.not_run.iter().map(|(make, why)| json!({ "broker": make.name(), "why": why })).collect::<Vec<_>>(),
        })
    }

    /// What is not as it must be, in words; empty if all is.
    pub(super) fn missed(&self) -> Vec<String> {
        let missed = |line: &Line| {
            let about = format!("{}, {}", line.make.name(), line.row.text());
            let missed = line.outcome.missed(line.expected());
            missed
                .into_iter()
                .map(move |missed| format!("{about}: {missed}"))
                .collect::<Vec<_>>()
        };
        self.lines.iter().flat_map(missed).collect()
    }
}

impl Line {
    fn expected(&self) -> Expected {
        self.row.expected(self.make)
    }

    fn told(&self) -> String {
        let missed = self.outcome.missed(self.expected());
        if missed.is_empty() {
            self.verdict()
        } else {
            format!("! {}", missed.join("; "))
        }
    }

    fn verdict(&self) -> String {
        self.expected().verdict.told(&self.outcome.said)
    }
}

#[cfg(test)]
mod tests {
    use super::super::said::Verdict;
    use super::*;

    const EXPECTED: Expected = Expected {
        verdict: Verdict::Nothing,
        back_within: Duration::from_secs(20),
        ends_the_session: false,
    };

    fn missed(expected: Expected, change: impl FnOnce(&mut Outcome)) -> usize {
        let mut outcome = Outcome {
            recovered: Some(Duration::from_secs(20)),
            ..Outcome::default()
        };
        change(&mut outcome);
        outcome.missed(expected).len()
    }

    #[test]
    fn each_thing_that_is_not_as_it_must_be_is_told() {
        assert_eq!(missed(EXPECTED, |_| {}), 0);
        assert_eq!(missed(EXPECTED, |it| it.counts.lost = 1), 1);
        assert_eq!(missed(EXPECTED, |it| it.counts.twice = 1), 1);
        let late = Some(Duration::from_millis(20_001));
        assert_eq!(missed(EXPECTED, |it| it.recovered = late), 1);
        assert_eq!(missed(EXPECTED, |it| it.recovered = None), 0);
        let said = Said::of(&json!({ "kind": "note", "text": "a" }));
        assert_eq!(missed(EXPECTED, |it| it.said = vec![vec![said]]), 1);
        assert_eq!(missed(EXPECTED, |it| it.broken = Some(String::new())), 1);
    }

    #[test]
    fn a_broker_loses_messages_only_with_the_session() {
        let lost = |it: &mut Outcome| it.counts.lost_by_the_broker = 3;
        assert_eq!(missed(EXPECTED, lost), 1);
        let ends = Expected {
            ends_the_session: true,
            ..EXPECTED
        };
        assert_eq!(missed(ends, lost), 0);
        let make = Make::Mosquitto;
        let row = |row: Row| row.expected(make).ends_the_session;
        assert!(row(Row::Killed) && !row(Row::CutAmid) && !row(Row::Paused));
    }
}
