//! A page that nobody sees for minutes while a thousand messages a second come: is it connected, right, and as small as
//! before?

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::delay::{Page, run};
use super::mall::{self, Load};
use super::publisher::Client;
use crate::broker::Broker;
use crate::browser::Browser;
use crate::serve::{Host, Serving};

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hidden {
    /// How long it was hidden.
    span: Duration,
    pub(super) sent: u64,
    /// After the first part of it (or before it), and at its end.
    pub(super) memories: [Memory; 2],
    /// What the page should show and does not, and what it complains of.
    pub(super) faults: Vec<String>,
}

/// Bytes, after a collection.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Memory {
    /// The wasm of all pages and their workers together.
    wasm: u64,
    /// The page's objects.
    heap: u64,
}

/// Measures once, with a broker and a browser of its own. `first`: after how long of it for the first time.
pub(super) async fn measure(first: Duration, span: Duration) -> Result<Hidden> {
    let broker = Broker::start().await?;
    let serving = Host::of_this_build().start().await?;
    serving.replace("config.json", mall::config(broker.url()));
    tell_memory(&serving)?;
    let browser = Browser::start().await?;
    browser.open(serving.url()).await?;
    let page = Page { browser };
    let mut marker = Client::connect(&broker, mall::MARKER).await?;
    page.wait_for_first(&mut marker).await?;
    let mut publisher = Client::connect(&broker, "load").await?;
    let load = Load::new(DEVICES);
    publisher.say_all(load.beginnings()).await?;

    let client = page.browser.client();
    client.execute(WATCH, Vec::new()).await?;
    client.minimize_window().await?;
    let begun = Instant::now();
    let is_hidden = client
        .execute("return document.hidden;", Vec::new())
        .await?;
    ensure!(
        is_hidden == true,
        "the page does not know that nobody sees it"
    );

    let ended = Arc::new(AtomicBool::new(false));
    let running = tokio::spawn(run(publisher, load, RATE, Arc::clone(&ended)));
    let mut hidden = Hidden::for_so_long(span);
    for (memory, at) in hidden.memories.iter_mut().zip([first, span]) {
        eprintln!("hidden until {} s", at.as_secs());
        sleep(at.saturating_sub(begun.elapsed())).await;
        *memory = Memory::of(&page, 1).await?;
    }
    ended.store(true, Ordering::Relaxed);
    let load = running.await??;
    hidden.sent = load.sent();
    let told = client.execute("return window.told;", Vec::new()).await?;
    if told != json!([]) {
        hidden.faults.push(format!("meanwhile the page was {told}"));
    }
    client.set_window_size(WIDTH, HEIGHT).await?;
    hidden
        .faults
        .extend(page.wait_for_totals(&load.entered()).await?);
    hidden.faults.extend(page.errors().await?);
    drop(page);
    broker.stop().await?;
    Ok(hidden)
}

/// Page and engine say how large their wasm is, when somebody asks on a channel.
pub(super) fn tell_memory(serving: &Serving) -> Result<()> {
    serving.wrap("footfall.js", "", TELL)
}

impl Memory {
    /// With so many tabs open.
    pub(super) async fn of(page: &Page, tabs: usize) -> Result<Self> {
        let nothing = json!({});
        page.browser
            .devtools("HeapProfiler.collectGarbage", nothing.clone())
            .await?;
        let heap = page
            .browser
            .devtools("Runtime.getHeapUsage", nothing)
            .await?;
        let client = page.browser.client();
        let told = client.execute_async(ASK, vec![json!(2 * tabs)]).await?;
        let told = told.as_array().context("nobody told")?;
        Ok(Self {
            wasm: told.iter().filter_map(Value::as_u64).sum(),
            // In whole bytes, though as a float.
            heap: heap["usedSize"].as_f64().context("no heap")?.round() as u64,
        })
    }

    /// Part by part, at two times.
    pub(super) fn pairs(memories: &[Self; 2]) -> impl Iterator<Item = (&'static str, [u64; 2])> {
        let part = |(name, of): &Part| (*name, memories.each_ref().map(of));
        PARTS.iter().map(part)
    }

    pub(super) fn to_json(self) -> Value {
        json!({ "wasm": self.wasm, "heap": self.heap })
    }
}

impl Hidden {
    /// Nothing is measured yet.
    pub(super) fn for_so_long(span: Duration) -> Self {
        Self {
            span,
            ..Self::default()
        }
    }

    pub(super) fn table(&self) -> String {
        let mut table = String::new();
        let _infallible = writeln!(
            table,
            "nobody saw it for {} s, {} messages; memory after a collection, in KiB:\n{:>22} {:>10} {:>10}",
            self.span.as_secs(),
            self.sent,
            "",
            "first",
            "last"
        );
        for (name, [first, last]) in Memory::pairs(&self.memories) {
            let [first, last] = [first, last].map(|bytes| bytes / 1024);
            let _infallible = writeln!(table, "{name:>22} {first:>10} {last:>10}");
        }
        table
    }

    pub(super) fn to_json(&self) -> Value {
        let memories = self.memories.iter();
        let memories = memories.map(|memory| memory.to_json());
        json!({
            "seconds": self.span.as_secs(),
            "sent": self.sent,
            "memories": memories.collect::<Vec<_>>(),
        })
    }

    /// What grew by more than it may.
    pub(super) fn missed_bars(&self) -> Vec<String> {
        Memory::pairs(&self.memories)
            .map(|(name, [first, last])| (name, last.saturating_sub(first)))
            .filter(|(_, bytes)| *bytes > MOST)
            .map(|(name, bytes)| format!("{name} grew by {bytes} bytes"))
            .collect()
    }
}

type Part = (&'static str, fn(&Memory) -> u64);

const PARTS: &[Part] = &[
    ("wasm, page and engine", |memory| memory.wasm),
    ("objects of the page", |memory| memory.heap),
];

/// By which memory may grow while nobody looks.
const MOST: u64 = 5 * 1024 * 1024;

pub(super) const DEVICES: usize = 100;

/// Any size shows the window again.
pub(super) const WIDTH: u32 = 1280;
pub(super) const HEIGHT: u32 = 1024;

/// Messages a second.
pub(super) const RATE: u32 = 1_000;

/// What a page must never be while it is hidden: seen, or not connected.
const WATCH: &str = r"
window.told = [];
const link = document.querySelector('.bar [data-link]');
document.addEventListener('visibilitychange', () => document.hidden || window.told.push('seen'));
new MutationObserver(() => link.dataset.state === 'connected' || window.told.push(link.dataset.state))
  .observe(link, { attributes: true, attributeFilter: ['data-state'] });
";

const TELL: &str = r"
const channel = new BroadcastChannel('memory');
channel.onmessage = ({ data }) => data === 'ask' && channel.postMessage(wasm.memory.buffer.byteLength);
";

/// Pages and their workers answer, so many.
const ASK: &str = r"
const done = arguments[arguments.length - 1], channel = new BroadcastChannel('memory'), told = [];
const all = arguments[0];
channel.onmessage = ({ data }) => { if (told.push(data) === all) { channel.close(); done(told); } };
channel.postMessage('ask');
";
