//! How many messages a second a page can take, and what each costs its thread: the bare WebSocket, which is the limit,
//! MQTT.js with `JSON.parse`, and the page of this build, taking turns in one browser.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fantoccini::wd::WindowHandle;
use footfall::settings::VersionChoice;
use footfall::settings::config::Config;
use footfall::simulation::{self, Options};
use footfall::time::Timestamp;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::delay::{Page, f64_of};
use super::flood::{Flood, Framing, bytes_of, frames};
use super::hidden::{Memory, tell_memory};
use super::many::{self, Frames};
use super::start::rounded;
use crate::browser::Browser;
use crate::npm;
use crate::serve::{Host, Serving};
use crate::zone::now;

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Turns of which the median counts, after one that does not.
    pub(super) turns: usize,
    /// Messages a turn, by framing: one a frame, batched.
    pub(super) messages: [usize; 2],
    /// How long frames are counted, at rest and under load.
    pub(super) frames: Option<Duration>,
    /// After how many messages the memory is looked at.
    pub(super) memory: Option<[u64; 2]>,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Throughput {
    plan_turns: usize,
    costs: BTreeMap<(Kind, Framing, Reader), Cost>,
    /// Of a hundred frames, missed at rest and under load.
    missed: Option<[f64; 2]>,
    memories: Option<[Memory; 2]>,
    /// What the page should show and does not, and what it complains of.
    pub(super) faults: Vec<String>,
}

/// Medians.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cost {
    /// Messages a second.
    rate: f64,
    /// Microseconds of the page's thread, a message.
    thread: f64,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A packet of 60 bytes with a number and nothing else in it.
    Number,
    /// 450 bytes: somebody crossed a line, as a camera says it.
    Event,
    /// The same with 1 KiB.
    Large,
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reader {
    /// A WebSocket whose bytes nobody looks at.
    Raw,
    /// MQTT.js with `JSON.parse`.
    MqttJs,
    /// This build without a site: what is read is shown as a device, and counts for nothing.
    Link,
    /// This build with the simulated mall's site.
    Whole,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Number, Self::Event, Self::Large];

    const fn name(self) -> &'static str {
        match self {
            Self::Number => "60 B number",
            Self::Event => "450 B event",
            Self::Large => "1 KiB event",
        }
    }

    /// Topic name and payload.
    fn message(self, number: u64, at: Timestamp) -> (String, String) {
        // A packet of 60 bytes has two of head and two before the topic.
        if self == Self::Number {
            let topic = format!("axis/{SERIAL}/event/temperature/celsius");
            let digits = 56 - topic.len();
            return (topic, format!("{number:0>digits$}").replacen('0', "1", 1));
        }
        let name = "CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1";
        let payload = |scenario: &str| {
            format!(
                r#"{{"topic":"axis:{name}","timestamp":{},"serial":"{SERIAL}","message":{{"source":{{}},"key":{{}},"data":{{"scenario":"{scenario}","resetTime":"2025-10-17T00:00:00.000+0200","reason":"human","total":"{number}","totalHuman":"{number}","totalCar":"0","totalTruck":"0","totalBus":"0","totalBike":"0","totalOtherVehicle":"0"}}}}}}"#,
                at.as_millis()
            )
        };
        let length = if self == Self::Event { 450 } else { 1024 };
        let missing = length - payload("").len();
        let scenario: String = "Gate 3 in, by day ".chars().cycle().take(missing).collect();
        (format!("axis/{SERIAL}/event/{name}"), payload(&scenario))
    }
}

impl Reader {
    const ALL: [Self; 4] = [Self::Raw, Self::MqttJs, Self::Link, Self::Whole];

    const fn name(self) -> &'static str {
        match self {
            Self::Raw => "WebSocket",
            Self::MqttJs => "MQTT.js",
            Self::Link => "without site",
            Self::Whole => "whole page",
        }
    }

    /// In the address at the broker.
    const fn path(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::MqttJs => "mqtt.js",
            Self::Link => "link",
            Self::Whole => "whole",
        }
    }
}

/// Who reads, each in a tab of its own, all of one browser.
struct Stand {
    flood: Flood,
    page: Page,
    tabs: BTreeMap<Reader, WindowHandle>,
    source: Source,
    _servings: Vec<Serving>,
}

/// Where messages come from, each with a number of its own.
#[derive(Clone, Copy, Debug, Default)]
struct Source {
    /// Of the last message.
    number: u64,
    /// The totals that the whole page heard first and last.
    heard: Option<[u64; 2]>,
}

/// Measures once, with a broker and a browser of its own.
pub(super) async fn measure(plan: Plan) -> Result<Throughput> {
    let mut stand = Stand::start().await?;
    let mut throughput = Throughput {
        plan_turns: plan.turns,
        ..Throughput::default()
    };
    let mut samples: BTreeMap<_, Vec<Cost>> = BTreeMap::new();
    for turn in 0..=plan.turns {
        eprintln!("turn {turn} of {}", plan.turns);
        for (framing, messages) in [Framing::Each, Framing::Batched]
            .into_iter()
            .zip(plan.messages)
        {
            for kind in Kind::ALL {
                for reader in Reader::ALL {
                    let cost = stand.cost(reader, kind, framing, messages).await?;
                    // The first one compiles.
                    if turn > 0 {
                        samples
                            .entry((kind, framing, reader))
                            .or_default()
                            .push(cost);
                    }
                }
            }
        }
    }
    throughput.costs = samples
        .into_iter()
        .map(|(key, costs)| (key, Cost::median(&costs)))
        .collect();

    stand.show(Reader::Whole).await?;
    if let Some(span) = plan.frames {
        throughput.missed = Some(stand.missed(span).await?);
    }
    if let Some(after) = plan.memory {
        throughput.memories = Some(stand.memories(after).await?);
    }
    throughput.faults = stand.faults().await?;
    Ok(throughput)
}

impl Stand {
    async fn start() -> Result<Self> {
        let flood = Flood::start().await?;
        let browser = Browser::start().await?;
        let page = Page { browser };
        let mut stand = Self {
            flood,
            page,
            tabs: BTreeMap::new(),
            source: Source::default(),
            _servings: Vec::new(),
        };
        for reader in Reader::ALL {
            stand.open(reader).await?;
        }
        Ok(stand)
    }

    async fn open(&mut self, reader: Reader) -> Result<()> {
        let client = self.page.browser.client();
        let tab = client.new_window(true).await?.handle;
        client.switch_to_window(tab.clone()).await?;
        self.page.browser.resize(1280, 1024, 1.0).await?;
        let broker = format!("{}{}", self.flood.url, reader.path());
        let serving = Host::of_this_build().start().await?;
        let page = match reader {
            Reader::Raw => Some(RAW.to_owned()),
            Reader::MqttJs => {
                serving.replace("mqtt.js", npm::script("mqtt", MQTT_JS, "dist/mqtt.min.js")?);
                Some(PEER.to_owned())
            }
            Reader::Link | Reader::Whole => {
                serving.replace("config.json", self.config(reader, &broker).to_json());
                tell_memory(&serving)?;
                None
            }
        };
        let mut url = serving.url().to_owned();
        if let Some(page) = page {
            serving.replace("reader.html", page.replace("BROKER", &broker));
            url.push_str("reader.html");
        }
        self.page.browser.open(&url).await?;
        self.flood.wait_for(reader.path()).await?;
        let of_the_thread = json!({ "timeDomain": "threadTicks" });
        let enabled = self
            .page
            .browser
            .devtools("Performance.enable", of_the_thread);
        enabled.await?;
        self.tabs.insert(reader, tab);
        self._servings.push(serving);
        Ok(())
    }

    fn config(&self, reader: Reader, broker: &str) -> Config {
        let mut config = simulation::config(&Options::default(), broker);
        config.demo = false;
        for profile in &mut config.profiles {
            profile.version = VersionChoice::V311;
        }
        if reader == Reader::Link {
            config.site = None;
        }
        config
    }

    async fn show(&self, reader: Reader) -> Result<()> {
        let tab = self.tabs.get(&reader).context("it was opened")?.clone();
        Ok(self.page.browser.client().switch_to_window(tab).await?)
    }

    async fn cost(
        &mut self,
        reader: Reader,
        kind: Kind,
        framing: Framing,
        messages: usize,
    ) -> Result<Cost> {
        self.show(reader).await?;
        let messages = self.source.next(reader, kind, messages);
        if reader == Reader::Raw {
            let script = "window.left = arguments[0];";
            let bytes = vec![json!(bytes_of(&messages))];
            self.page.browser.client().execute(script, bytes).await?;
        }
        let frames = frames(&messages, framing);
        let before = many::computed(&self.page).await?;
        let took = self.flood.say(reader.path(), frames).await?;
        let computed = many::computed(&self.page).await? - before;
        let messages = f64_of(messages.len() as u64);
        Ok(Cost {
            rate: messages / took.as_secs_f64(),
            thread: 1e6 * computed / messages,
        })
    }

    /// Of a hundred frames, at rest and while messages come.
    async fn missed(&mut self, span: Duration) -> Result<[f64; 2]> {
        eprintln!(
            "frames, {} s at rest and {} s under load",
            span.as_secs(),
            span.as_secs()
        );
        let Self {
            flood,
            page,
            source,
            ..
        } = self;
        let (_, rest) = many::watch(page, "", span).await?;
        let frame = many::interval(&rest).context("the page has no frames")?;
        let begun = Instant::now();
        let mut sent = 0;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let load = async {
            loop {
                ticks.tick().await;
                let mut portion = 0;
                while f64_of(sent) < begun.elapsed().as_secs_f64() * RATE {
                    sent += 1;
                    portion += 1;
                }
                if portion > 0 {
                    let messages = source.next(Reader::Whole, Kind::Event, portion);
                    let frames = frames(&messages, Framing::Each);
                    flood.say(Reader::Whole.path(), frames).await?;
                }
            }
        };
        let (_, loaded) = tokio::select! {
            watched = many::watch(page, "", span) => watched?,
            ended = load => return ended,
        };
        Ok([rest, loaded].map(|stamps| Frames::of(&stamps, frame).share()))
    }

    async fn memories(&mut self, after: [u64; 2]) -> Result<[Memory; 2]> {
        let mut memories = [Memory::default(); 2];
        let mut sent = 0;
        for (memory, after) in memories.iter_mut().zip(after) {
            eprintln!("memory after {after} messages");
            while sent < after {
                let messages = self.source.next(Reader::Whole, Kind::Event, PORTION);
                sent += PORTION as u64;
                let frames = frames(&messages, Framing::Batched);
                self.flood.say(Reader::Whole.path(), frames).await?;
            }
            *memory = Memory::of(&self.page, TABS).await?;
        }
        Ok(memories)
    }

    /// What of the last message is not shown, and what the page complains of.
    async fn faults(&self) -> Result<Vec<String>> {
        let begun = Instant::now();
        let mut faults = Vec::new();
        loop {
            let script = format!(
                "return document.querySelector('[data-door={DOOR}] [data-figure=entered]')?.dataset.value;"
            );
            let shown = self
                .page
                .browser
                .client()
                .execute(&script, Vec::new())
                .await?;
            let shown = shown.as_str().and_then(|shown| shown.parse::<u64>().ok());
            // The first total tells nothing but where the next ones begin.
            let entered = self.source.heard.map(|[first, last]| last - first);
            if shown == entered {
                break;
            }
            if begun.elapsed() > PATIENCE {
                faults.push(format!("{entered:?} entered, and shown are {shown:?}"));
                break;
            }
            sleep(POLL).await;
        }
        faults.extend(self.page.errors().await?);
        Ok(faults)
    }
}

impl Source {
    fn next(&mut self, reader: Reader, kind: Kind, messages: usize) -> Vec<(String, String)> {
        let at = now();
        let first = self.number + 1;
        self.number += messages as u64;
        if reader == Reader::Whole && kind != Kind::Number {
            let [begun, _] = self.heard.unwrap_or([first, first]);
            self.heard = Some([begun, self.number]);
        }
        (first..=self.number)
            .map(|number| kind.message(number, at))
            .collect()
    }
}

impl Cost {
    fn median(costs: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| {
            let mut parts: Vec<f64> = costs.iter().map(part).collect();
            parts.sort_by(f64::total_cmp);
            parts.get(parts.len() / 2).copied().unwrap_or_default()
        };
        Self {
            rate: of(|cost| cost.rate),
            thread: of(|cost| cost.thread),
        }
    }
}

/// What is expected of a reader: of whose figure at least, or at most, so many times.
struct Bar {
    reader: Reader,
    framing: Option<Framing>,
    what: fn(&Cost) -> f64,
    name: &'static str,
    of: Reader,
    times: f64,
    is_least: bool,
}

const BARS: &[Bar] = &[
    at_least(Reader::Link, Framing::Batched, 0.75, Reader::Raw),
    at_least(Reader::Link, Framing::Each, 0.95, Reader::Raw),
    at_least(Reader::Whole, Framing::Batched, 0.45, Reader::Raw),
    at_least(Reader::Whole, Framing::Each, 0.9, Reader::Raw),
    at_least(Reader::Whole, Framing::Batched, 3.0, Reader::MqttJs),
    costs_at_most(Reader::Link, 0.02),
    costs_at_most(Reader::Whole, 0.05),
];

const fn at_least(reader: Reader, framing: Framing, times: f64, of: Reader) -> Bar {
    Bar {
        reader,
        framing: Some(framing),
        what: |cost| cost.rate,
        name: "messages a second",
        of,
        times,
        is_least: true,
    }
}

const fn costs_at_most(reader: Reader, times: f64) -> Bar {
    Bar {
        reader,
        framing: None,
        what: |cost| cost.thread,
        name: "time of the page's thread a message",
        of: Reader::MqttJs,
        times,
        is_least: false,
    }
}

impl Throughput {
    /// For the terminal.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "\nMessages a second, and microseconds of the page's thread for each; medians of {}, taking turns\n{:26}",
            self.plan_turns, ""
        );
        for reader in Reader::ALL {
            let _never_fails = write!(text, "{:>20}", reader.name());
        }
        for framing in [Framing::Each, Framing::Batched] {
            for kind in Kind::ALL {
                let _never_fails = write!(text, "\n{:12}{:14}", kind.name(), framing.name());
                for reader in Reader::ALL {
                    let cost = self.cost(kind, framing, reader);
                    let _never_fails = write!(text, "{:>10.0}{:>8.2} µs", cost.rate, cost.thread);
                }
            }
        }
        text.push('\n');
        let judged = if self.says_little() {
            Vec::new()
        } else {
            self.judged()
        };
        for (said, _) in judged {
            let _never_fails = writeln!(text, "{said}");
        }
        text
    }

    /// For programs.
    pub(super) fn to_json(&self) -> Value {
        let costs = self.costs.iter().map(|((kind, framing, reader), cost)| {
            json!({
                "message": kind.name(),
                "framing": framing.name(),
                "reader": reader.name(),
                "messages_per_second": rounded(cost.rate),
                "thread_us": rounded(cost.thread),
            })
        });
        json!({
            "turns": self.plan_turns,
            "costs": costs.collect::<Vec<_>>(),
            "missed_percent": self.missed.map(|missed| missed.map(rounded)),
            "memory": self.memories.map(|memories| memories.map(Memory::to_json)),
            "faults": self.faults,
        })
    }

    fn cost(&self, kind: Kind, framing: Framing, reader: Reader) -> Cost {
        let cost = self.costs.get(&(kind, framing, reader));
        cost.copied().unwrap_or_default()
    }

    /// What is expected, with what is, and whether it holds.
    fn judged(&self) -> Vec<(String, bool)> {
        let mut judged = Vec::new();
        for bar in BARS {
            for framing in [Framing::Each, Framing::Batched] {
                if bar.framing.is_some_and(|only| only != framing) {
                    continue;
                }
                for kind in Kind::ALL {
                    let of = (bar.what)(&self.cost(kind, framing, bar.of));
                    let times = (bar.what)(&self.cost(kind, framing, bar.reader)) / of;
                    let holds = if bar.is_least {
                        times >= bar.times
                    } else {
                        times <= bar.times
                    };
                    let said = format!(
                        "{} {}, {}, {}: {times:.3} of {}, at {} {}",
                        if holds { " " } else { "!" },
                        bar.reader.name(),
                        kind.name(),
                        framing.name(),
                        format_args!("{}'s {}", bar.of.name(), bar.name),
                        if bar.is_least { "least" } else { "most" },
                        bar.times,
                    );
                    judged.push((said, holds));
                }
            }
        }
        if let Some([rest, loaded]) = self.missed {
            let holds = loaded - rest <= POINTS;
            let mark = if holds { " " } else { "!" };
            judged.push((
                format!("{mark} frames missed: {rest:.2} % at rest, {loaded:.2} % at {RATE:.0} messages a second, at most {POINTS} points more"),
                holds,
            ));
        }
        if let Some(memories) = &self.memories {
            for (name, [first, last]) in Memory::pairs(memories) {
                let holds = last.saturating_sub(first) <= GROWTH;
                let mark = if holds { " " } else { "!" };
                judged.push((
                    format!(
                        "{mark} {name}: {} KiB, later {} KiB, at most {} more",
                        first / 1024,
                        last / 1024,
                        GROWTH / 1024
                    ),
                    holds,
                ));
            }
        }
        judged
    }

    /// One turn is a matter of luck.
    const fn says_little(&self) -> bool {
        self.plan_turns < 3
    }

    /// Which expectations are missed, in words; empty if none is.
    pub(super) fn missed_bars(&self) -> Vec<String> {
        if self.says_little() {
            return Vec::new();
        }
        let missed = self.judged().into_iter().filter(|(_, holds)| !holds);
        missed
            .map(|(said, _)| said.trim_start_matches("! ").to_owned())
            .collect()
    }
}

impl Framing {
    const fn name(self) -> &'static str {
        match self {
            Self::Each => "one a frame",
            Self::Batched => "batched",
        }
    }
}

/// Reads bytes until there are as many as were told.
const RAW: &str = "<!doctype html><title>WebSocket</title><link rel=icon href=data:,><script>
let left = 0;
const socket = new WebSocket('BROKER', 'mqtt');
socket.binaryType = 'arraybuffer';
socket.onopen = () => socket.send(new Uint8Array([0xF0, 0]));
socket.onmessage = ({ data }) => {
  window.left -= data.byteLength;
  if (window.left === 0) socket.send(new Uint8Array([0x40, 2, 0, 1]));
};
</script>";

/// As its documentation shows it.
const PEER: &str = "<!doctype html><title>MQTT.js</title><link rel=icon href=data:,><script src=mqtt.js></script><script>
const client = mqtt.connect('BROKER', { protocolVersion: 4 });
client.on('connect', () => client.subscribe('#'));
client.on('message', (topic, payload) => window.last = JSON.parse(payload));
</script>";

const MQTT_JS: &str = "5.16.0";
/// Of the two pages of this build.
const TABS: usize = 1;
/// A device of the mall that counts at one of its doors.
const SERIAL: &str = "ACCC8E100003";
const DOOR: &str = "gate-3";
/// Messages a second while frames are counted.
const RATE: f64 = 10_000.0;
const POINTS: f64 = 1.0;
/// Bytes by which the memory may grow.
const GROWTH: u64 = 2 << 20;
/// Messages at once while the memory is filled.
const PORTION: usize = 50_000;
const TICK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_as_long_as_they_are_called() {
        for (kind, packet) in [
            (Kind::Number, Some(60)),
            (Kind::Event, None),
            (Kind::Large, None),
        ] {
            let messages = [1, 9_999_999].map(|number| kind.message(number, now()));
            for (topic, payload) in messages {
                let value: Value = serde_json::from_str(&payload).unwrap();
                assert!(value.is_number() || value.is_object());
                match packet {
                    Some(packet) => assert_eq!(4 + topic.len() + payload.len(), packet),
                    None => assert_eq!(payload.len(), if kind == Kind::Event { 450 } else { 1024 }),
                }
            }
        }
    }

    #[test]
    fn a_bar_is_missed_from_below_or_from_above() {
        let mut throughput = Throughput {
            plan_turns: 9,
            ..Throughput::default()
        };
        for kind in Kind::ALL {
            for framing in [Framing::Each, Framing::Batched] {
                for (reader, rate, thread) in [
                    (Reader::Raw, 100.0, 1.0),
                    (Reader::MqttJs, 20.0, 10.0),
                    (Reader::Link, 96.0, 0.2),
                    (Reader::Whole, 90.0, 0.5),
                ] {
                    throughput
                        .costs
                        .insert((kind, framing, reader), Cost { rate, thread });
                }
            }
        }
        assert_eq!(throughput.missed_bars(), Vec::<String>::new());
        let key = (Kind::Event, Framing::Each, Reader::Whole);
        throughput.costs.insert(
            key,
            Cost {
                rate: 89.0,
                thread: 0.51,
            },
        );
        throughput.missed = Some([0.5, 1.6]);
        assert_eq!(throughput.missed_bars().len(), 3);
        assert!(throughput.table().contains("0.890 of WebSocket"));
    }
}
