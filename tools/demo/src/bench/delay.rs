//! A load and numbered messages in it → how long each takes until the page has painted it, and whether all were counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep, sleep_until};

use super::mall::{self, Load, MARKER};
use super::publisher::Client;
use crate::broker::{Broker, Passed};
use crate::browser::Browser;
use crate::serve::Host;
use crate::zone::now;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Messages a second of other devices; 1: of none.
    pub(super) rate: u32,
    /// How many numbered messages.
    pub(super) markers: u64,
    /// About so long between two of them.
    pub(super) pause: Duration,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Delays {
    /// Messages a second, as asked for.
    pub(super) rate: u32,
    /// And as it was.
    pub(super) reached: f64,
    /// Milliseconds from PUBLISH until the number stood in the document, shortest first.
    pub(super) changed: Vec<f64>,
    /// Milliseconds from PUBLISH until it was painted, shortest first.
    pub(super) painted: Vec<f64>,
    /// Messages that the broker got and passed on to the page.
    pub(super) passed: Passed,
    /// Milliseconds by which the browser's clock moved against the machine's meanwhile.
    pub(super) drift: f64,
    /// Milliseconds from the last message until every total was right.
    pub(super) caught_up: Option<f64>,
    /// What the page should show and does not, in words.
    pub(super) lost: Vec<String>,
}

/// Measures once, with a broker and a browser of its own.
pub(super) async fn measure(plan: &Plan) -> Result<Delays> {
    let broker = Broker::start().await?;
    let serving = Host::of_this_build().start().await?;
    serving.replace("config.json", mall::config(broker.url()));
    let browser = Browser::start().await?;
    browser.open(serving.url()).await?;
    let page = Page { browser };
    let mut marker = Client::connect(&broker, MARKER).await?;
    page.wait_for_first(&mut marker).await?;
    // From here on the page is the only one who is told, and is told everything.
    let before = broker.passed();
    let skew_before = page.observe().await?;

    let mut load = Load::new(DEVICES);
    let begun = Instant::now();
    let sent = if plan.rate > 1 {
        let mut publisher = Client::connect(&broker, "load").await?;
        publisher.say_all(load.beginnings()).await?;
        let ended = Arc::new(AtomicBool::new(false));
        let running = tokio::spawn(run(publisher, load, plan.rate, Arc::clone(&ended)));
        sleep(WARM_UP).await;
        let sent = publish_markers(&mut marker, plan).await;
        ended.store(true, Ordering::Relaxed);
        load = running.await??;
        sent?
    } else {
        publish_markers(&mut marker, plan).await?
    };
    let seconds = begun.elapsed().as_secs_f64();

    let last = Instant::now();
    let mut expected = load.entered();
    if plan.rate == 1 {
        expected.clear();
    }
    expected.insert(MARKER.to_owned(), plan.markers);
    let lost = page.wait_for_totals(&expected).await?;
    let caught_up = lost
        .is_empty()
        .then(|| last.elapsed().as_secs_f64() * 1000.0);
    let (seen, skew_after) = page.seen().await?;
    let passed = broker.passed().since(before);
    let mut delays = Delays {
        rate: plan.rate,
        reached: (f64_of(load.sent()) + f64_of(plan.markers)) / seconds,
        passed,
        drift: skew_after - skew_before,
        caught_up,
        lost,
        ..Delays::default()
    };
    delays.match_up(&sent, &seen, f64::midpoint(skew_before, skew_after));
    delays.lost.extend(page.errors().await?);
    drop(page);
    broker.stop().await?;
    Ok(delays)
}

/// Publishes the load until it is to end, in small portions.
pub(super) async fn run(
    mut publisher: Client,
    mut load: Load,
    rate: u32,
    ended: Arc<AtomicBool>,
) -> Result<Load> {
    let (begun, before) = (Instant::now(), load.sent());
    let mut ticks = interval(TICK);
    // What a late tick missed is made up for by what is due, not by further ticks.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !ended.load(Ordering::Relaxed) {
        ticks.tick().await;
        let due = begun.elapsed().as_secs_f64() * f64::from(rate);
        let at = now();
        while f64_of(load.sent() - before) < due {
            publisher.add(load.next(at));
        }
        publisher.flush().await?;
    }
    Ok(load)
}

/// When each was published, in milliseconds since the epoch; the first is number 1.
async fn publish_markers(client: &mut Client, plan: &Plan) -> Result<Vec<f64>> {
    let mut sent = Vec::new();
    let mut at = tokio::time::Instant::now();
    for number in 1..=plan.markers {
        at += plan.pause.mul_f64(0.5 + golden(number));
        sleep_until(at).await;
        let (topic, payload) = mall::marker(number);
        sent.push(clock()?);
        client.publish(topic, payload).await?;
    }
    Ok(sent)
}

/// From 0 to 1, as even as can be and never in step with anything: the page has a rhythm of its own, and markers in step
/// with it would measure one of its phases.
fn golden(number: u64) -> f64 {
    (f64_of(number) * 0.618_033_988_749_895).fract()
}

/// The machine's clock, finer than [`now`].
fn clock() -> Result<f64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Ok(since.context("the clock was never set")?.as_secs_f64() * 1000.0)
}

/// A number that the page showed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    value: u64,
    /// Milliseconds since the epoch, by the browser's clock.
    changed: f64,
    painted: f64,
}

impl Delays {
    /// A number is shown when it or a later one is: the page may show the newest of several.
    fn match_up(&mut self, sent: &[f64], seen: &[Seen], skew: f64) {
        let mut seen = seen.iter().peekable();
        for (number, sent) in (1..).zip(sent) {
            while seen.next_if(|seen| seen.value < number).is_some() {}
            let Some(seen) = seen.peek() else {
                self.lost.push(format!("marker {number} was never seen"));
                continue;
            };
            self.changed.push(seen.changed - skew - sent);
            self.painted.push(seen.painted - skew - sent);
        }
        self.changed.sort_by(f64::total_cmp);
        self.painted.sort_by(f64::total_cmp);
    }
}

pub(super) struct Page {
    pub(super) browser: Browser,
}

impl Page {
    /// Until the page shows the marker's beginning.
    pub(super) async fn wait_for_first(&self, marker: &mut Client) -> Result<()> {
        let begun = Instant::now();
        loop {
            let (topic, payload) = mall::marker(0);
            marker.publish(topic, payload).await?;
            sleep(POLL).await;
            if self.totals().await?.get(MARKER) == Some(&0) {
                // What was published meanwhile has arrived too, before anything is counted.
                sleep(POLL).await;
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let console = self.browser.console().await?;
                bail!("the page shows no counter; console: {console:#?}");
            }
        }
    }

    /// From now on notes what the marker's door shows. Returns by how many milliseconds the browser's fine clock is ahead.
    async fn observe(&self) -> Result<f64> {
        let script = format!("{CLOCK}{OBSERVE}");
        let arguments = vec![json!(MARKER)];
        let answer = self.browser.client().execute(&script, arguments).await?;
        answer.as_f64().context("the browser has no clock")
    }

    /// What was noted, and by how much the browser's fine clock is ahead now.
    async fn seen(&self) -> Result<(Vec<Seen>, f64)> {
        // A number stands in the document two frames before it is noted as painted.
        sleep(POLL).await;
        let script = format!("{CLOCK}return [window.seen, skew()];");
        let answer = self.browser.client().execute(&script, Vec::new()).await?;
        let row = |row: &Value| {
            Some(Seen {
                value: row.get(0)?.as_u64()?,
                changed: row.get(1)?.as_f64()?,
                painted: row.get(2)?.as_f64()?,
            })
        };
        let rows = answer[0].as_array().context("nothing was noted")?;
        let skew = answer[1].as_f64().context("the browser has no clock")?;
        Ok((rows.iter().filter_map(row).collect(), skew))
    }

    /// Until all doors show what they should; else what they do not show.
    pub(super) async fn wait_for_totals(
        &self,
        expected: &BTreeMap<String, u64>,
    ) -> Result<Vec<String>> {
        let begun = Instant::now();
        loop {
            let shown = self.totals().await?;
            let wrong: Vec<String> = expected
                .iter()
                .filter(|(door, total)| shown.get(*door) != Some(total))
                .map(|(door, total)| format!("door {door} shows {:?} of {total}", shown.get(door)))
                .collect();
            if wrong.is_empty() || begun.elapsed() > PATIENCE {
                return Ok(wrong);
            }
            sleep(POLL).await;
        }
    }

    async fn totals(&self) -> Result<BTreeMap<String, u64>> {
        let answer = self.browser.client().execute(TOTALS, Vec::new()).await?;
        let rows = answer.as_array().cloned().unwrap_or_default();
        let row = |row: &Value| {
            let door = row.get(0)?.as_str()?.to_owned();
            Some((door, row.get(1)?.as_str()?.parse().ok()?))
        };
        Ok(rows.iter().filter_map(row).collect())
    }

    pub(super) async fn errors(&self) -> Result<Vec<String>> {
        let lines = self.browser.console().await?.into_iter();
        Ok(lines
            .filter(|line| line.is_error())
            .map(|line| line.text)
            .collect())
    }
}

/// The browser's fine clock against the machine's, which `Date` tells in whole milliseconds: at the moment when a new one
/// begins, both are known. The least of several, because only waiting can be added to it.
const CLOCK: &str = r"
const clock = () => performance.timeOrigin + performance.now();
const skew = () => {
  let least = Infinity;
  for (let turn = 0; turn < 20; turn += 1) {
    const before = Date.now();
    let after = before;
    while (after === before) after = Date.now();
    least = Math.min(least, clock() - after);
  }
  return least;
};
";

/// The second frame after a change begins when the change has been painted.
const OBSERVE: &str = r"
const figure = document.querySelector(`[data-door='${arguments[0]}'] [data-figure=entered]`);
window.seen = [];
new MutationObserver(() => {
  const value = Number(figure.dataset.value), changed = clock();
  requestAnimationFrame(() => requestAnimationFrame(() => window.seen.push([value, changed, clock()])));
}).observe(figure, { attributes: true, attributeFilter: ['data-value'] });
return skew();
";

const TOTALS: &str = "return [...document.querySelectorAll('[data-door]')].map(door => \
    [door.dataset.door, door.querySelector('[data-figure=entered]').dataset.value ?? '']);";

/// Before the first marker: the load runs evenly, and code that runs often is compiled well.
const WARM_UP: Duration = Duration::from_secs(3);
/// As many as a large site has.
const DEVICES: usize = 100;
/// A portion of the load.
const TICK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);
/// Rarely: each question takes time from the page.
const POLL: Duration = Duration::from_millis(250);

/// Counts here are far below the 2^53 up to which floats are exact.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(super) const fn f64_of(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(value: u64, changed: f64) -> Seen {
        Seen {
            value,
            changed,
            painted: changed + 20.0,
        }
    }

    #[test]
    fn a_number_counts_as_shown_with_the_first_that_is_not_below_it() {
        let mut delays = Delays::default();
        let shown = [seen(1, 112.0), seen(3, 332.0)];
        delays.match_up(&[100.0, 200.0, 300.0], &shown, 2.0);
        assert_eq!(delays.changed, [10.0, 30.0, 130.0]);
        assert_eq!(delays.painted, [30.0, 50.0, 150.0]);
        assert_eq!(delays.lost, Vec::<String>::new());
    }

    #[test]
    fn a_number_that_is_never_shown_is_said() {
        let mut delays = Delays::default();
        delays.match_up(&[100.0, 200.0], &[seen(1, 110.0)], 0.0);
        assert_eq!(delays.changed, [10.0]);
        assert_eq!(delays.lost, ["marker 2 was never seen"]);
    }

    #[test]
    fn pauses_are_even_and_never_in_step() {
        let mut phases: Vec<f64> = (1..=100).map(golden).collect();
        phases.sort_by(f64::total_cmp);
        let widest = phases.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(widest.fold(0.0, f64::max) < 0.03);
    }
}
