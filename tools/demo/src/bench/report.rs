//! What was measured → a table for people, JSON for programs, and what is worse than it may be.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::delay::Delays;
use super::size::Size;
use super::start::rounded;

/// Everything that was measured.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// By language; empty if not measured.
    pub(super) visits: Vec<Visit>,
    /// Milliseconds from navigation to the first live number, one a start.
    pub(super) firsts: Vec<f64>,
    /// By rate.
    pub(super) delays: Vec<Delays>,
}

/// What a first visit loads.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// Of the reader.
    pub(super) language: &'static str,
    /// By file, in the order in which the browser fetched them.
    pub(super) sizes: Vec<Size>,
}

impl Visit {
    fn total(&self) -> Size {
        let sum = |part: fn(&Size) -> usize| self.sizes.iter().map(part).sum();
        Size {
            name: "all".to_owned(),
            raw: sum(|size| size.raw),
            gzip: sum(|size| size.gzip),
            brotli: sum(|size| size.brotli),
        }
    }
}

impl Report {
    /// For the terminal.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        let mut line = |line: String| {
            let _never_fails = writeln!(text, "{line}");
        };
        for visit in &self.visits {
            line(format!(
                "\nFetched at the first visit in {}, bytes (config.json aside)",
                visit.language
            ));
            line(size_line("", &["raw", "gzip -9", "brotli 11"]));
            let total = visit.total();
            for size in visit.sizes.iter().chain([&total]) {
                let cells = [size.raw, size.gzip, size.brotli].map(|bytes| bytes.to_string());
                line(size_line(&size.name, &cells.each_ref().map(String::as_str)));
            }
            line(size_line("bar", &["", "", &BROTLI_BAR.to_string()]));
        }

        let mut firsts = self.firsts.clone();
        firsts.sort_by(f64::total_cmp);
        line(format!(
            "\nFrom navigation to the first live number, empty cache, median of {}: {} ms ({} to {})",
            firsts.len(),
            millis(share(&firsts, 0.5)),
            millis(firsts.first().copied()),
            millis(firsts.last().copied()),
        ));

        line("\nFrom PUBLISH to the painted number, ms".to_owned());
        line(delay_line(&[
            "messages/s",
            "reached",
            "markers",
            "p50",
            "p95",
            "p99",
            "most",
            "p50 in DOM",
            "passed on",
            "caught up",
        ]));
        for delay in &self.delays {
            let painted = |part| millis(share(&delay.painted, part));
            line(delay_line(&[
                &delay.rate.to_string(),
                &format!("{:.0}", delay.reached),
                &delay.painted.len().to_string(),
                &painted(0.5),
                &painted(0.95),
                &painted(0.99),
                &painted(1.0),
                &millis(share(&delay.changed, 0.5)),
                &format!("{} of {}", delay.passed.sent, delay.passed.received),
                &millis(delay.caught_up),
            ]));
        }
        for fault in self.lost().iter().chain(&self.missed_bars()) {
            line(format!("! {fault}"));
        }
        text
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let size = |size: &Size| json!({ "file": size.name, "raw": size.raw, "gzip": size.gzip, "brotli": size.brotli });
        let visit = |visit: &Visit| {
            json!({
                "language": visit.language,
                "files": visit.sizes.iter().map(size).collect::<Vec<_>>(),
                "total": size(&visit.total()),
            })
        };
        let delay = |delay: &Delays| {
            let shares = |all: &[f64]| {
                let part = |part| share(all, part).map(rounded);
                json!({ "p50": part(0.5), "p95": part(0.95), "p99": part(0.99), "most": part(1.0) })
            };
            json!({
                "rate": delay.rate,
                "reached": rounded(delay.reached),
                "markers": delay.painted.len(),
                "painted_ms": shares(&delay.painted),
                "changed_ms": shares(&delay.changed),
                "broker_received": delay.passed.received,
                "broker_sent": delay.passed.sent,
                "caught_up_ms": delay.caught_up.map(rounded),
                "clock_drift_ms": rounded(delay.drift),
                "lost": delay.lost,
            })
        };
        json!({
            "visits": self.visits.iter().map(visit).collect::<Vec<_>>(),
            "brotli_bar": BROTLI_BAR,
            "first_number_ms": self.firsts.iter().copied().map(rounded).collect::<Vec<_>>(),
            "delays": self.delays.iter().map(delay).collect::<Vec<_>>(),
        })
    }

    /// What was not counted, in words; empty if all was.
    pub(super) fn lost(&self) -> Vec<String> {
        let mut lost = Vec::new();
        for delay in &self.delays {
            let rate = delay.rate;
            if delay.passed.sent != delay.passed.received {
                lost.push(format!(
                    "at {rate}/s the broker passed on {} of {} messages",
                    delay.passed.sent, delay.passed.received
                ));
            }
            lost.extend(delay.lost.iter().map(|what| format!("at {rate}/s {what}")));
        }
        lost
    }

    /// Which bars are missed, in words; empty if none is.
    pub(super) fn missed_bars(&self) -> Vec<String> {
        let totals = self
            .visits
            .iter()
            .map(|visit| (visit.language, visit.total().brotli));
        totals
            .filter(|(_, brotli)| *brotli > BROTLI_BAR)
            .map(|(language, brotli)| {
                format!(
                    "all files are {brotli} bytes as brotli in {language}, and may be {BROTLI_BAR}"
                )
            })
            .collect()
    }
}

/// The value below which that share of them lies (nearest rank). They are sorted.
fn share(sorted: &[f64], part: f64) -> Option<f64> {
    // The rank as the first one whose share of all is enough, so that no float becomes an index.
    let all = u32::try_from(sorted.len()).ok()?;
    let rank = (1..=all).find(|rank| f64::from(*rank) >= part * f64::from(all))?;
    sorted.get(usize::try_from(rank).ok()? - 1).copied()
}

fn millis(millis: Option<f64>) -> String {
    millis.map_or_else(|| "–".to_owned(), |millis| format!("{millis:.0}"))
}

fn size_line(name: &str, cells: &[&str; 3]) -> String {
    let [raw, gzip, brotli] = cells;
    format!("{name:<20}{raw:>12}{gzip:>12}{brotli:>12}")
}

fn delay_line(cells: &[&str; 10]) -> String {
    let widths = [10, 9, 9, 7, 7, 7, 7, 12, 20, 11];
    let cells = cells.iter().zip(widths);
    cells
        .map(|(cell, width)| format!("{cell:>width$}"))
        .collect()
}

/// Bytes of all files together: on a slow phone's network (1.6 Mbit/s) one second and a half.
const BROTLI_BAR: usize = 300_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::Passed;

    fn report(brotli: usize, sent: u64) -> Report {
        Report {
            visits: ["en", "ko"]
                .map(|language| Visit {
                    language,
                    sizes: vec![Size {
                        name: format!("{language}.wasm"),
                        raw: 900_000,
                        gzip: 400_000,
                        brotli: if language == "ko" { brotli } else { 1 },
                    }],
                })
                .into(),
            firsts: vec![700.0, 500.0, 600.0],
            delays: vec![Delays {
                rate: 1000,
                painted: vec![20.0, 30.0],
                passed: Passed { received: 10, sent },
                ..Delays::default()
            }],
        }
    }

    #[test]
    fn a_size_above_the_bar_is_missed_and_a_time_never() {
        assert_eq!(report(BROTLI_BAR, 10).missed_bars(), Vec::<String>::new());
        assert_eq!(report(BROTLI_BAR + 1, 10).missed_bars().len(), 1);
    }

    #[test]
    fn a_message_that_the_broker_kept_to_itself_is_said() {
        assert_eq!(report(1, 10).lost(), Vec::<String>::new());
        assert_eq!(
            report(1, 9).lost(),
            ["at 1000/s the broker passed on 9 of 10 messages"]
        );
    }

    #[test]
    fn the_table_and_the_json_tell_the_same() {
        let report = report(250_000, 10);
        let table = report.table();
        for part in [
            "en.wasm",
            "ko.wasm",
            "250000",
            "median of 3: 600 ms",
            "10 of 10",
        ] {
            assert!(table.contains(part), "{part} in {table}");
        }
        let json = report.to_json();
        assert_eq!(json["visits"][1]["total"]["brotli"], 250_000);
        assert_eq!(json["delays"][0]["painted_ms"]["p95"], 30.0);
    }

    #[test]
    fn shares_are_values_that_were_measured() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        for (part, value) in [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0)] {
            assert_eq!(share(&hundred, part), Some(value));
        }
        assert_eq!(share(&[7.0], 0.5), Some(7.0));
        assert_eq!(share(&[], 0.5), None);
    }
}
