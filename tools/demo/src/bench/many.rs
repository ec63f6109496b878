//! A page of ten thousand devices, at rest and under load → the frames that it misses, and the size of its document.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::delay::{Page, f64_of, run};
use super::mall::{self, Load};
use super::publisher::Client;
use super::start::rounded;
use crate::broker::Broker;
use crate::browser::Browser;
use crate::serve::Host;
use crate::zone::now;

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Many {
    /// How long each phase lasted.
    span: Duration,
    /// Milliseconds from frame to frame of a page that misses none.
    interval: f64,
    /// Messages a second under load.
    reached: f64,
    phases: Vec<Phase>,
    /// What the page should show and does not, and what it complains of.
    pub(super) faults: Vec<String>,
}

/// The page in one view, at rest or under load.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Phase {
    view: &'static str,
    is_loaded: bool,
    frames: Frames,
    /// The most elements that were in the document.
    nodes: u64,
    /// Of a hundred: how long the page's thread computed, whatever else the machine did.
    busy: f64,
}

/// Frames of the display in a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Frames {
    all: u64,
    /// In which the page drew nothing, because it was busy.
    missed: u64,
    /// Milliseconds from one that was not missed to the next.
    longest: f64,
}

/// What is seen of the page: as it opens, charts, doors and the first cards; then nothing but cards.
const VIEWS: [(&str, &str); 2] = [
    ("as it opens", "scrollTo(0, 0);"),
    (
        "amid its devices",
        "scrollTo(0, document.documentElement.scrollHeight / 2);",
    ),
];

/// Measures once, with a broker and a browser of its own: all views at rest, then all under load.
pub(super) async fn measure(span: Duration) -> Result<Many> {
    let broker = Broker::start().await?;
    let serving = Host::of_this_build().start().await?;
    serving.replace("config.json", mall::config(broker.url()));
    let browser = Browser::start().await?;
    browser.resize(1920, 1080, 1.0).await?;
    browser.open(serving.url()).await?;
    let page = Page { browser };
    let of_the_thread = json!({ "timeDomain": "threadTicks" });
    page.browser
        .devtools("Performance.enable", of_the_thread)
        .await?;
    let mut publisher = Client::connect(&broker, "load").await?;
    let mut load = Load::new(DEVICES);
    wait_for_all(&page, &mut publisher, &mut load).await?;

    let mut many = Many {
        span,
        ..Many::default()
    };
    let mut stamps = Vec::new();
    for (view, scroll) in VIEWS {
        eprintln!("{view}, at rest, {} s", span.as_secs());
        let (phase, at) = watch(&page, scroll, span).await?;
        stamps.push(at);
        many.phases.push(Phase { view, ..phase });
    }
    let ended = Arc::new(AtomicBool::new(false));
    let (begun, before) = (Instant::now(), load.sent());
    let running = tokio::spawn(run(publisher, load, RATE, Arc::clone(&ended)));
    for (view, scroll) in VIEWS {
        eprintln!("{view}, under load, {} s", span.as_secs());
        let (phase, at) = watch(&page, scroll, span).await?;
        stamps.push(at);
        many.phases.push(Phase {
            view,
            is_loaded: true,
            ..phase
        });
    }
    ended.store(true, Ordering::Relaxed);
    let load = running.await??;
    many.reached = f64_of(load.sent() - before) / begun.elapsed().as_secs_f64();

    many.interval = interval(&stamps[0]).context("the page has no frames")?;
    for (phase, stamps) in many.phases.iter_mut().zip(&stamps) {
        phase.frames = Frames::of(stamps, many.interval);
    }
    many.faults = page.wait_for_totals(&load.entered()).await?;
    many.faults.extend(page.errors().await?);
    drop(page);
    broker.stop().await?;
    Ok(many)
}

/// Until the page knows each device.
async fn wait_for_all(page: &Page, publisher: &mut Client, load: &mut Load) -> Result<()> {
    let begun = Instant::now();
    // Connected is not yet subscribed.
    while known(page).await? == 0 {
        ensure!(begun.elapsed() < PATIENCE, "the page shows no device");
        publisher.say_all(load.beginnings()).await?;
        sleep(POLL).await;
    }
    // Those that tell no sums are known when somebody passes.
    let all = (0..DEVICES).map(|_| load.next(now())).collect();
    publisher.say_all(all).await?;
    while known(page).await? < DEVICES {
        ensure!(
            begun.elapsed() < PATIENCE,
            "the page does not show all devices"
        );
        sleep(POLL).await;
    }
    // What was heard is stored, and seldom used code is put aside.
    sleep(SETTLE).await;
    Ok(())
}

async fn known(page: &Page) -> Result<usize> {
    let script = "return Number(document.querySelector('.device')?.getAttribute('aria-setsize'));";
    let known = page.browser.client().execute(script, Vec::new()).await?;
    Ok(known
        .as_u64()
        .map_or(0, |known| known.try_into().unwrap_or(0)))
}

/// A phase, without its frames, and when the page drew in it, in milliseconds.
pub(super) async fn watch(page: &Page, scroll: &str, span: Duration) -> Result<(Phase, Vec<f64>)> {
    let client = page.browser.client();
    client.execute(scroll, Vec::new()).await?;
    sleep(SETTLE).await;
    let (begun, before) = (Instant::now(), computed(page).await?);
    client.execute(WATCH, Vec::new()).await?;
    sleep(span).await;
    let told = client.execute(WATCHED, Vec::new()).await?;
    let computed = computed(page).await? - before;
    let stamps = told["stamps"].as_array().context("nothing was noted")?;
    let phase = Phase {
        nodes: told["nodes"].as_u64().context("no elements")?,
        busy: 100.0 * computed / begun.elapsed().as_secs_f64(),
        ..Phase::default()
    };
    Ok((phase, stamps.iter().filter_map(Value::as_f64).collect()))
}

/// Seconds of a processor that the page's thread has used.
pub(super) async fn computed(page: &Page) -> Result<f64> {
    let metrics = page.browser.devtools("Performance.getMetrics", json!({}));
    let metrics = metrics.await?;
    let mut metrics = metrics["metrics"].as_array().into_iter().flatten();
    let tasks = metrics.find(|metric| metric["name"] == "TaskDuration");
    tasks
        .and_then(|metric| metric["value"].as_f64())
        .context("the browser does not tell what its tasks took")
}

/// The usual time between two frames.
pub(super) fn interval(stamps: &[f64]) -> Option<f64> {
    let mut gaps: Vec<f64> = stamps.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied()
}

impl Frames {
    pub(super) fn of(stamps: &[f64], interval: f64) -> Self {
        let mut frames = Self::default();
        for pair in stamps.windows(2) {
            let gap = pair[1] - pair[0];
            frames.longest = frames.longest.max(gap);
            // The whole number that is nearest to it, as a count.
            let passed = (1..).find(|passed| gap < (f64_of(*passed) + 0.5) * interval);
            let passed = passed.unwrap_or(1);
            frames.all += passed;
            frames.missed += passed - 1;
        }
        frames
    }

    /// Of a hundred.
    pub(super) fn share(self) -> f64 {
        100.0 * f64_of(self.missed) / f64_of(self.all.max(1))
    }
}

impl Many {
    /// For the terminal.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "\nFrames of a page with {DEVICES} devices, {} s each, one every {:.1} ms; broker and publisher on the same machine\n",
            self.span.as_secs(),
            self.interval
        );
        let mut line = |cells: [&str; 8]| {
            let widths = [18, 12, 9, 9, 9, 12, 9, 9];
            for (cell, width) in cells.iter().zip(widths) {
                let _never_fails = write!(text, "{cell:>width$}");
            }
            text.push('\n');
        };
        line([
            "",
            "messages/s",
            "frames",
            "missed",
            "%",
            "longest ms",
            "nodes",
            "busy %",
        ]);
        for phase in &self.phases {
            let frames = phase.frames;
            line([
                phase.view,
                &format!("{:.0}", if phase.is_loaded { self.reached } else { 0.0 }),
                &frames.all.to_string(),
                &frames.missed.to_string(),
                &format!("{:.2}", frames.share()),
                &format!("{:.0}", frames.longest),
                &phase.nodes.to_string(),
                &format!("{:.0}", phase.busy),
            ]);
        }
        for (view, points) in self.points() {
            let _never_fails = writeln!(
                text,
                "{view}: {points:+.2} points under load, at most {POINTS}"
            );
        }
        for fault in self.faults.iter().chain(&self.missed_bars()) {
            let _never_fails = writeln!(text, "! {fault}");
        }
        text
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let phase = |phase: &Phase| {
            json!({
                "view": phase.view,
                "loaded": phase.is_loaded,
                "frames": phase.frames.all,
                "missed": phase.frames.missed,
                "missed_percent": rounded(phase.frames.share()),
                "longest_ms": rounded(phase.frames.longest),
                "nodes": phase.nodes,
                "busy_percent": rounded(phase.busy),
            })
        };
        json!({
            "devices": DEVICES,
            "seconds": self.span.as_secs(),
            "interval_ms": rounded(self.interval),
            "reached": rounded(self.reached),
            "phases": self.phases.iter().map(phase).collect::<Vec<_>>(),
            "faults": self.faults,
        })
    }

    /// By view: how many more of a hundred frames are missed under load than at rest.
    fn points(&self) -> Vec<(&'static str, f64)> {
        let (loaded, rest): (Vec<&Phase>, Vec<&Phase>) =
            self.phases.iter().partition(|phase| phase.is_loaded);
        let pairs = rest.into_iter().zip(loaded);
        pairs
            .map(|(rest, loaded)| (rest.view, loaded.frames.share() - rest.frames.share()))
            .collect()
    }

    /// Which bars are missed, in words; empty if none is.
    pub(super) fn missed_bars(&self) -> Vec<String> {
        let too_many = self
            .points()
            .into_iter()
            .filter(|(_, points)| *points > POINTS);
        let frames = too_many.map(|(view, points)| {
            format!("{view} it misses {points:.2} points more frames under load than at rest, and may miss {POINTS}")
        });
        let too_large = self.phases.iter().filter(|phase| phase.nodes > NODES);
        let nodes = too_large.map(|phase| {
            format!(
                "{} there are {} elements, and may be {NODES}",
                phase.view, phase.nodes
            )
        });
        frames.chain(nodes).collect()
    }
}

const WATCH: &str = "
const watch = window.watch = { stamps: [], nodes: 0 };
const draw = at => {
  watch.stamps.push(at);
  watch.frame = requestAnimationFrame(draw);
};
watch.count = () => watch.nodes = Math.max(watch.nodes, document.getElementsByTagName('*').length);
watch.timer = setInterval(watch.count, 1000);
watch.frame = requestAnimationFrame(draw);
";

const WATCHED: &str = "
watch.count();
clearInterval(watch.timer);
cancelAnimationFrame(watch.frame);
return { stamps: watch.stamps, nodes: watch.nodes };
";

/// As many as the page keeps.
const DEVICES: usize = 10_000;
/// Messages a second.
const RATE: u32 = 10_000;
/// So many more of a hundred frames may be missed under load.
const POINTS: f64 = 1.0;
/// So many elements may be in the document: what a window of that size shows, and not the ten times as many of all cards.
const NODES: u64 = 5_000;
const SETTLE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_three_intervals_misses_two_frames() {
        let stamps = [0.0, 16.7, 33.3, 83.4, 100.0, 124.0];
        let frames = Frames::of(&stamps, interval(&stamps).unwrap());
        assert_eq!((frames.all, frames.missed), (7, 2));
        assert!((frames.longest - 50.1).abs() < 0.01);
        assert_eq!(interval(&[1.0]), None);
    }

    fn many(missed_under_load: u64, nodes: u64) -> Many {
        let phase = |is_loaded, missed| Phase {
            view: "as it opens",
            is_loaded,
            frames: Frames {
                all: 1000,
                missed,
                longest: 50.0,
            },
            nodes,
            busy: 20.0,
        };
        Many {
            phases: vec![phase(false, 5), phase(true, missed_under_load)],
            ..Many::default()
        }
    }

    #[test]
    fn a_bar_is_missed_by_more_than_a_point_or_by_too_many_elements() {
        assert_eq!(many(15, NODES).missed_bars(), Vec::<String>::new());
        assert_eq!(many(16, NODES).missed_bars().len(), 1);
        assert_eq!(many(0, NODES + 1).missed_bars().len(), 2);
    }

    #[test]
    fn the_table_tells_every_phase_and_the_difference() {
        let table = many(15, 1234).table();
        for part in ["0.50", "1.50", "1234", "+1.00 points"] {
            assert!(table.contains(part), "{part} in {table}");
        }
    }
}
