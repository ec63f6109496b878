//! What became of each fault → a table for people, JSON for programs, and what is not as it must be.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Error;
use serde_json::{Value, json};

use super::rows::{Row, Verdict};
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
    /// What the page said meanwhile, each strip once.
    pub(super) said: Vec<String>,
    /// From the fault's end until a message was counted again; `None`: where nothing is to come back.
    pub(super) recovered: Option<Duration>,
    pub(super) counts: Counts,
    /// What stopped the row.
    pub(super) broken: Option<String>,
}

/// Messages, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// That the broker took.
    pub(super) published: usize,
    /// That came to the page, as its browser tells.
    pub(super) told: usize,
    /// That came to the page.
    pub(super) sent: usize,
    /// That the page acknowledged.
    pub(super) acknowledged: usize,
    /// That it counted.
    pub(super) counted: usize,
}

impl Counts {
    /// Sent to the page, and not counted in the end, when the session has gone on.
    const fn lost(self) -> usize {
        self.sent.saturating_sub(self.counted)
    }

    /// Counted more often than they came.
    const fn twice(self) -> usize {
        self.counted.saturating_sub(self.sent)
    }

    const fn lost_by_the_broker(self) -> usize {
        self.published.saturating_sub(self.sent)
    }
}

impl Outcome {
    pub(super) fn broken(error: &Error) -> Self {
        Self {
            broken: Some(format!("{error:#}")),
            ..Self::default()
        }
    }

    fn is_said(&self, text: &str) -> bool {
        self.said.iter().any(|said| said.contains(text))
    }

    /// What is not as it must be.
    fn missed(&self, verdict: Verdict) -> Vec<String> {
        if let Some(broken) = &self.broken {
            return vec![broken.clone()];
        }
        let mut missed = Vec::new();
        let (lost, twice) = (self.counts.lost(), self.counts.twice());
        if lost > 0 {
            missed.push(format!("{lost} messages lost"));
        }
        if twice > 0 {
            missed.push(format!("{twice} messages counted twice"));
        }
        let wanted = match verdict {
            Verdict::Nothing => None,
            Verdict::Exactly(text) => Some((text, text)),
            Verdict::Among(text, cause) => Some((text, cause)),
        };
        if let Some((text, cause)) = wanted
            && !(self.is_said(text) && self.is_said(cause))
        {
            missed.push(format!("it says {:?}", self.said));
        }
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
            "\n{:<18}{:<54}{:>8}{:>10}{:>6}{:>7}{:>11}  verdict\n",
            "broker", "fault", "back, s", "counted", "lost", "twice", "lost by it"
        );
        for line in &self.lines {
            let outcome = &line.outcome;
            let back = outcome.recovered.map_or_else(
                || "–".to_owned(),
                |back| format!("{:.1}", back.as_secs_f32()),
            );
            let counts = outcome.counts;
            let _never_fails = writeln!(
                text,
                "{:<18}{:<54}{back:>8}{:>10}{:>6}{:>7}{:>11}  {}",
                line.make.name(),
                line.row.text(),
                counts.counted,
                counts.lost(),
                counts.twice(),
                counts.lost_by_the_broker(),
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
            json!({
                "broker": line.make.name(),
                "version": line.version,
                "fault": line.row.text(),
                "verdict": line.verdict(),
                "said": outcome.said,
                "recovered_s": outcome.recovered.map(|back| back.as_secs_f64()),
                "published": counts.published,
                "told_by_the_browser": counts.told,
                "sent": counts.sent,
                "acknowledged": counts.acknowledged,
                "counted": counts.counted,
                "lost": counts.lost(),
                "twice": counts.twice(),
                "lost_by_the_broker": counts.lost_by_the_broker(),
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
            let missed = line.outcome.missed(line.row.verdict(line.make));
            missed
                .into_iter()
                .map(move |missed| format!("{about}: {missed}"))
                .collect::<Vec<_>>()
        };
        self.lines.iter().flat_map(missed).collect()
    }
}

impl Line {
    fn told(&self) -> String {
        let missed = self.outcome.missed(self.row.verdict(self.make));
        if missed.is_empty() {
            self.verdict()
        } else {
            format!("! {}", missed.join("; "))
        }
    }

    /// What was said, as far as it was expected, and whether that is one cause or some.
    fn verdict(&self) -> String {
        let headline = |text: &str| {
            let said = self.outcome.said.iter().find(|said| said.contains(text));
            said.and_then(|said| said.lines().find(|line| line.contains(text)))
                .unwrap_or_default()
                .to_owned()
        };
        match self.row.verdict(self.make) {
            Verdict::Nothing => "none needed".to_owned(),
            Verdict::Exactly(text) => format!("exactly: {}", headline(text)),
            Verdict::Among(text, cause) => {
                format!("among at most four: {}: {cause}", headline(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_is_not_counted_is_lost_and_what_never_came_is_the_brokers() {
        let counts = Counts {
            published: 10,
            told: 8,
            sent: 8,
            acknowledged: 7,
            counted: 6,
        };
        assert_eq!(
            (counts.lost(), counts.twice(), counts.lost_by_the_broker()),
            (2, 0, 2)
        );
        let counts = Counts {
            counted: 9,
            ..counts
        };
        assert_eq!((counts.lost(), counts.twice()), (0, 1));
        let outcome = Outcome {
            counts,
            said: vec!["It is so.\nOr so.".to_owned()],
            ..Outcome::default()
        };
        assert_eq!(outcome.missed(Verdict::Nothing).len(), 1);
        assert_eq!(outcome.missed(Verdict::Among("It is", "Or")).len(), 1);
        assert_eq!(outcome.missed(Verdict::Exactly("otherwise")).len(), 2);
    }
}
