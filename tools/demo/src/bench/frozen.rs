//! A page that is frozen for minutes beside another, which carries the engine, while a thousand messages a second come: is
//! there one update when it thaws, is it right, and all as small as before?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use super::delay::{Page, run};
use super::hidden::{DEVICES, HEIGHT, Hidden, Memory, RATE, WIDTH, tell_memory};
use super::mall::{self, Load};
use super::publisher::Client;
use crate::broker::Broker;
use crate::browser::Browser;
use crate::serve::{Host, Serving, dist};

/// Measures once, with a broker and a browser of its own: before it is frozen, after so much of the load, and after.
pub(super) async fn measure(first: Duration, span: Duration) -> Result<Hidden> {
    let broker = Broker::start().await?;
    let serving = Host::of_this_build().start().await?;
    serving.replace("config.json", mall::config(broker.url()));
    tell_memory(&serving)?;
    tell_updates(&serving)?;
    let browser = Browser::start().await?;
    browser.open(serving.url()).await?;
    let page = Page { browser };
    let mut marker = Client::connect(&broker, mall::MARKER).await?;
    page.wait_for_first(&mut marker).await?;
    let client = page.browser.client();
    let beside = client.new_window(false).await?.handle;
    client.switch_to_window(beside).await?;
    page.browser.open(serving.url()).await?;
    page.wait_for_first(&mut marker).await?;

    let mut publisher = Client::connect(&broker, "load").await?;
    let load = Load::new(DEVICES);
    publisher.say_all(load.beginnings()).await?;
    let ended = Arc::new(AtomicBool::new(false));
    let running = tokio::spawn(run(publisher, load, RATE, Arc::clone(&ended)));
    let mut frozen = Hidden::for_so_long(span);
    sleep(first).await;
    frozen.memories[0] = Memory::of(&page, TABS).await?;

    client.minimize_window().await?;
    let told = client.execute(FREEZE, Vec::new()).await?;
    ensure!(told == true, "the page does not know that nobody sees it");
    page.browser.set_frozen(true).await?;
    eprintln!("frozen for {} s", span.as_secs());
    let begun = Instant::now();
    sleep(span).await;
    page.browser.set_frozen(false).await?;
    let log = client.execute("return window.log;", Vec::new()).await?;
    let log = log.as_str().context("the page tells nothing")?;
    client.set_window_size(WIDTH, HEIGHT).await?;
    let faults = &mut frozen.faults;
    // Up to the first credit that it grants when it thaws.
    let updates = log.split('g').map(|part| part.matches('u').count());
    let most = updates.max().unwrap_or_default();
    if most > 1 {
        faults.push(format!("{most} updates for one credit: {log}"));
    }
    let longest = client
        .execute("return window.longest;", Vec::new())
        .await?
        .as_f64()
        .unwrap_or_default();
    if longest < 900.0 * span.as_secs_f64() {
        faults.push(format!("it was frozen for {longest} ms only"));
    }

    ended.store(true, Ordering::Relaxed);
    let load = running.await??;
    frozen.sent = load.sent();
    faults.extend(page.wait_for_totals(&load.entered()).await?);
    eprintln!(
        "right again {:.1} s after",
        (begun.elapsed() - span).as_secs_f32()
    );
    frozen.memories[1] = Memory::of(&page, TABS).await?;
    frozen.faults.extend(page.errors().await?);
    drop(page);
    broker.stop().await?;
    Ok(frozen)
}

/// The page notes the updates that come to it and the credits that it grants, once it is told to.
fn tell_updates(serving: &Serving) -> Result<()> {
    let source = std::fs::read_to_string(dist().join("boot.js"))?;
    serving.replace("boot.js", format!("{NOTE}{source}"));
    Ok(())
}

/// Nothing else that an engine says is as long as an update under load; nothing but credits is said by a page that shows
/// nothing new, except each five seconds that it is there.
const NOTE: &str = r"
const Plain = Worker;
globalThis.Worker = class extends Plain {
  constructor(...told) {
    super(...told);
    this.addEventListener('message', ({ data }) => { if (data[0]?.length > 200) globalThis.log += 'u'; });
  }
  postMessage(...told) {
    globalThis.log += 'g';
    super.postMessage(...told);
  }
};
";

/// From now on it notes, and how long it was not awake at most.
const FREEZE: &str = r"
window.log = '';
window.longest = 0;
let before = performance.now();
setInterval(() => {
  const now = performance.now();
  window.longest = Math.max(window.longest, now - before);
  before = now;
}, 100);
return document.hidden;
";

/// Which have a worker each.
const TABS: usize = 2;
