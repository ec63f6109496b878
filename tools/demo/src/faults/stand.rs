//! One fault, from a page that counts to a page that counts again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::report::{Counts, Outcome};
use super::rows::{FROZEN, FROZEN_BRIEFLY, Row};
use super::source::Source;
use crate::brokers::{PASSWORD, Running, USER};
use crate::browser::Browser;
use crate::interop::page::Page;
use crate::interop::peer::Peer;
use crate::proxy::{Cut, Framing, Proxy, Way, refused_port};
use crate::serve::Host;
use crate::tape;
use crate::zone::now;

/// As a wasm does that cannot go on: its one function is `unreachable`.
pub const TRAP: &str = "setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(
    [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11]))));";

/// Lets one fault happen, and waits until all is well.
pub(super) async fn play(
    row: Row,
    broker: &mut Running,
    browser: &Browser,
    quick: bool,
) -> Result<Outcome> {
    if row.is_of_the_address() {
        return wrong_address(row, broker, browser).await;
    }
    if row == Row::BrowserKilled {
        return browser_killed(broker).await;
    }
    let mut stand = Stand::prepare(row, broker, browser).await?;
    if let Some((framing, change)) = changed(row) {
        stand.page.proxy.reframe(framing, change);
    }
    stand.open().await?;
    if row != Row::NoConnack {
        stand.subscribed().await?;
    }
    // It pings only where nothing else is said.
    if row == Row::KeepAliveLowered {
        stand.page.pinged().await?;
    }
    let source = Source::start(broker, stand.topic()).await?;
    if row != Row::NoConnack {
        stand.counts_more(1).await?;
    }
    stand.harm(row, broker, &source, quick).await?;
    let healed = Instant::now();
    stand.page.proxy.set(Way::Pass);
    stand.page.proxy.reframe(Framing::Each, |_, _| None);
    if row == Row::NoConnack {
        stand.subscribed().await?;
    }
    stand.counts_more(FEW).await?;
    let recovered = Some(healed.elapsed());
    let published = source.end().await?;
    let counts = stand.end(published).await?;
    let mut said = stand.said().await?;
    said.dedup();
    if row != Row::Trapped {
        stand.page.is_well().await?;
    }
    stand.page.close().await?;
    Ok(Outcome {
        said,
        recovered,
        counts,
        broken: None,
    })
}

/// What the broker says otherwise than it would.
fn changed(row: Row) -> Option<(Framing, crate::proxy::Change)> {
    Some(match row {
        Row::Bytes => (Framing::Bytes, |_, _| None),
        Row::Joined => (Framing::Joined, |_, _| None),
        Row::NoConnack => (Framing::Each, |first, _| (first >> 4 == 2).then(Vec::new)),
        Row::SubackRefused => (Framing::Each, |first, body| {
            let mut refused = packet(first, body);
            // Not authorised; in 3.1.1 the same bit says no.
            *refused.last_mut().filter(|_| first >> 4 == 9)? = 0x87;
            Some(refused)
        }),
        Row::KeepAliveLowered => (Framing::Each, |first, body| match (first >> 4, body) {
            // Server Keep Alive, a property of version 5.
            (2, [flags, code, length, properties @ ..]) => Some(packet(
                first,
                &[&[*flags, *code, length + 3, 0x13, 0, 2], properties].concat(),
            )),
            _ => None,
        }),
        // Set when it is connected.
        Row::TooLarge | Row::SignInExpired => (Framing::Each, |_, _| None),
        _ => return None,
    })
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    crate::frames::append_packet(first, body, &mut packet);
    packet
}

/// A page that counts who passes one door.
struct Stand<'a> {
    page: Page<'a>,
}

impl<'a> Stand<'a> {
    async fn prepare(row: Row, broker: &Running, browser: &'a Browser) -> Result<Self> {
        let url = broker.url()?;
        let proxy = Proxy::before(&url).await?;
        let through = proxy.through(&url)?;
        let page = Page::behind(browser, proxy).await?;
        page.configure(&config(&through, &page.root, row.keep_alive()));
        make_mortal(&page)?;
        Ok(Self { page })
    }

    async fn open(&self) -> Result<()> {
        self.page.open().await?;
        self.page.read(WATCH, &[]).await?;
        self.page.sign_in(PASSWORD).await
    }

    fn topic(&self) -> String {
        format!("{}/{DOOR}/passed", self.page.root)
    }

    /// Waits until what is published comes, or is kept for it.
    async fn subscribed(&self) -> Result<()> {
        let granted = async || Ok(self.page.answers().granted.len() >= DOORS.len());
        self.page.until("it is subscribed", LONG, granted).await?;
        // What it said of the password that was not there yet is gone, and is no word about the fault.
        let strips = "const strips = document.querySelector('.strip'); strips || window.said.clear(); return !strips";
        let quiet = async || Ok(self.page.read(strips, &[]).await?.as_bool() == Some(true));
        self.page.until("it has nothing to say", LONG, quiet).await
    }

    /// Waits until so many more are counted.
    async fn counts_more(&self, people: usize) -> Result<()> {
        let before = self.page.counted(DOOR).await?;
        let counts = async || Ok(self.page.counted(DOOR).await? >= before + people);
        self.page.until("it counts", LONG, counts).await
    }

    /// What the page has said since it was opened.
    async fn said(&self) -> Result<Vec<String>> {
        let said = self.page.read("return [...window.said ?? []]", &[]).await?;
        let said = said.as_array().into_iter().flatten();
        Ok(said.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    async fn says(&self, text: &str) -> Result<()> {
        let says = async || Ok(self.said().await?.iter().any(|said| said.contains(text)));
        let what = format!("it says {text:?}");
        let says = self.page.until(&what, LONG, says);
        let says = says.await;
        let said = self.said().await?;
        says.with_context(|| format!("it said {said:?}"))
    }

    async fn harm(
        &mut self,
        row: Row,
        broker: &mut Running,
        source: &Source,
        quick: bool,
    ) -> Result<()> {
        let proxy = &self.page.proxy;
        match row {
            Row::CutAmid => {
                proxy.set(Way::CutAmid);
                self.says("The connection to").await?;
            }
            Row::Reset => {
                proxy.cut(Cut::Reset);
                self.says("The connection to").await?;
            }
            Row::Garbage => {
                proxy.set(Way::Garble);
                self.says("is not MQTT").await?;
            }
            Row::NoConnack => self.says("did not answer as an MQTT broker").await?,
            Row::SubackRefused => self.says("refused").await?,
            Row::TooLarge => {
                proxy.reframe(Framing::Each, |first, body| {
                    let too_large = [body, &vec![b' '; TOO_LARGE]].concat();
                    (first >> 4 == 3).then(|| packet(first, &too_large))
                });
                self.says("larger message").await?;
            }
            Row::SignInExpired => {
                proxy.reframe(Framing::Each, |first, body| match (first >> 4, body) {
                    (2, [flags, 0, rest @ ..]) => {
                        Some(packet(first, &[&[*flags, 0x87], rest].concat()))
                    }
                    _ => None,
                });
                proxy.cut(Cut::Finish);
                self.says("refused the connection").await?;
                proxy.reframe(Framing::Each, |_, _| None);
                if self.page.asks_for_the_password().await? {
                    self.page.unlock(PASSWORD).await?;
                } else {
                    self.page.try_now().await?;
                }
            }
            Row::SameClientId => {
                let said = proxy.said().pop().context("it is connected")?;
                let id = tape::connected_as(&said).pop().context("it named itself")?;
                let address = broker.tcp_url()?;
                // The page steps back for a minute, so that two screens do not kick each other out for ever.
                let _rival = Peer::connect_to(&address, &id, None).await?;
                self.says("client identifier").await?;
            }
            Row::Killed | Row::SessionLost => {
                broker.kill().await?;
                self.says("can no longer be reached").await?;
                sleep(SHORT).await;
                broker.start_again().await?;
                source.follow(broker)?;
            }
            Row::Paused => {
                broker.pause()?;
                self.says("no longer answers").await?;
                broker.go_on()?;
            }
            Row::HalfOpen => {
                proxy.set(Way::Stall);
                self.says("no longer answers").await?;
            }
            Row::Trapped => {
                self.tell("trap").await?;
                self.says("Counting restarted").await?;
            }
            Row::ClockForward | Row::ClockBack => {
                let hours = if row == Row::ClockForward { 2 } else { -2 };
                self.tell(&(hours * 3_600_000).to_string()).await?;
                self.counts_more(FEW).await?;
                self.tell("0").await?;
            }
            Row::IdleCut => {
                // The source would keep it awake: this is of a quiet night.
                proxy.cut_idle(Some(Duration::ZERO));
                self.says("The connection to").await?;
                proxy.cut_idle(None);
            }
            Row::Slow => {
                proxy.set(Way::Slow);
                self.counts_more(FEW).await?;
            }
            Row::Flood => {
                let peer = Peer::connect(broker, "faults-flood", None).await?;
                let topic = format!("{}/flood/passed", self.page.root);
                peer.publish_many(&topic, 1, FLOOD).await?;
                self.page.counts("flood", FLOOD).await?;
            }
            Row::Frozen => {
                let state = |state| json!({ "state": state });
                let freeze = "Page.setWebLifecycleState";
                let browser = self.page.browser;
                browser.devtools(freeze, state("frozen")).await?;
                sleep(if quick { FROZEN_BRIEFLY } else { FROZEN }).await;
                browser.devtools(freeze, state("active")).await?;
            }
            Row::Bytes | Row::Joined => self.counts_more(FEW).await?,
            Row::WrongPassword
            | Row::WrongPath
            | Row::NobodyListens
            | Row::NoSuchHost
            | Row::KeepAliveLowered
            | Row::BrowserKilled => {}
        }
        Ok(())
    }

    /// Tells page and engine: to trap, or by how many milliseconds their clock is wrong.
    async fn tell(&self, what: &str) -> Result<()> {
        let tell = "new BroadcastChannel('fault').postMessage(arguments[0])";
        self.page.read(tell, &[what.into()]).await?;
        Ok(())
    }

    /// Waits until the page has counted what it got, and compares.
    async fn end(&self, published: usize) -> Result<Counts> {
        let mut counts = Counts::default();
        let all = async || {
            let topic = self.topic();
            let (mut sent, mut acknowledged) = (Vec::new(), Vec::new());
            for (tape, said) in self.page.proxy.tapes().iter().zip(self.page.proxy.said()) {
                let ids = tape::acknowledged(&said);
                let came = tape::published(tape);
                let came: Vec<_> = came.into_iter().filter(|it| it.topic == topic).collect();
                let settled = came.iter().filter(|message| ids.contains(&message.id));
                acknowledged.extend(settled.map(|message| message.payload.clone()));
                sent.extend(came.into_iter().map(|message| message.payload));
            }
            for payloads in [&mut sent, &mut acknowledged] {
                payloads.sort();
                payloads.dedup();
            }
            counts = Counts {
                published,
                sent: sent.len(),
                acknowledged: acknowledged.len(),
                counted: self.page.counted(DOOR).await?,
            };
            Ok(counts.counted == published)
        };
        // Where the broker lost some, that never comes.
        let _as_it_is = self.page.until("all is counted", SETTLE, all).await;
        self.page.settled().await?;
        Ok(counts)
    }
}

/// An address or a password that never works.
async fn wrong_address(row: Row, broker: &Running, browser: &Browser) -> Result<Outcome> {
    let elsewhere = Host::of_this_build().start().await?;
    let url = match row {
        Row::WrongPath => format!("ws://{}/mqtt", elsewhere.address()),
        Row::NobodyListens => format!("ws://127.0.0.1:{}/mqtt", refused_port()?),
        Row::NoSuchHost => "ws://broker.invalid:9001/mqtt".to_owned(),
        _ => broker.url()?,
    };
    let proxy = Proxy::before(&broker.url()?).await?;
    let page = Page::behind(browser, proxy).await?;
    page.configure(&config(&url, &page.root, row.keep_alive()));
    let stand = Stand { page };
    stand.page.open().await?;
    stand.page.read(WATCH, &[]).await?;
    stand.page.sign_in("wrong").await?;
    let begun = Instant::now();
    while stand.said().await?.is_empty() {
        ensure!(begun.elapsed() < LONG, "it says nothing");
        sleep(POLL).await;
    }
    let said = stand.said().await?;
    stand.page.close().await?;
    Ok(Outcome {
        said,
        ..Outcome::default()
    })
}

/// A page whose browser ends as by a power cut, and is started again with what is on its disk.
async fn browser_killed(broker: &Running) -> Result<Outcome> {
    let browser = Browser::start().await?;
    let stand = Stand::prepare(Row::BrowserKilled, broker, &browser).await?;
    stand.open().await?;
    stand.subscribed().await?;
    let source = Source::start(broker, stand.topic()).await?;
    stand.counts_more(FEW).await?;
    let Stand { page } = stand;
    let parts = page.left();
    let profile = browser.kill()?;
    let begun = Instant::now();
    let browser = Browser::start_again(profile).await?;
    let stand = Stand {
        page: parts.shown_by(&browser),
    };
    stand.open().await?;
    stand.counts_more(FEW).await?;
    let recovered = Some(begun.elapsed());
    let counts = stand.end(source.end().await?).await?;
    Ok(Outcome {
        said: stand.said().await?,
        recovered,
        counts,
        broken: None,
    })
}

/// Engine and page can be made to trap, and to have a wrong clock.
fn make_mortal(page: &Page<'_>) -> Result<()> {
    let faults = MORTAL.replace("TRAP", TRAP);
    page.host.wrap("footfall.js", "", &faults)
}

/// Every message is a person who passed, told apart by their time.
fn config(url: &str, root: &str, keep_alive: u16) -> Value {
    // No day may begin amid a row, also not by a wrong clock.
    let hour = now().as_millis().rem_euclid(DAY) / (DAY / 24);
    let filter = |device: &str| json!({ "filter": format!("{root}/{device}/passed"), "qos": 1 });
    json!({
        "site": {
            "id": "faults",
            "timeZone": "UTC",
            "reset": format!("{:02}:00", (hour + 12) % 24),
            "zones": [{ "id": "all", "doors": DOORS }],
            "doors": DOORS.map(|door| json!({ "id": door, "device": door })),
        },
        "brokers": [{
            "id": "interop",
            "url": url,
            "username": USER,
            "keepAlive": keep_alive,
            "sessionExpiry": 3600,
            "filters": DOORS.map(filter),
        }],
        "mappings": [
            { "topic": format!("{root}/{DOOR}/passed"), "kind": "crossing", "channel": "entered", "device": DOOR, "time": "/t" },
            { "topic": format!("{root}/flood/passed"), "kind": "crossing", "channel": "entered", "device": "flood" },
        ],
    })
}

/// Keeps what every strip has said.
const WATCH: &str = "
const said = window.said = new Set();
const note = () => {
  for (const strip of document.querySelectorAll('.strip'))
    if (strip.innerText.trim()) said.add(strip.innerText.trim());
};
note();
new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
";

const MORTAL: &str = "
let wrong = 0;
const right = Date.now.bind(Date);
Date.now = () => right() + wrong;
new BroadcastChannel('fault').onmessage = ({ data }) => {
  if (data !== 'trap') wrong = Number(data);
  else if (typeof document === 'undefined') { TRAP }
};
";

const DOOR: &str = "gate";
const DOORS: [&str; 2] = [DOOR, "flood"];
/// As many messages as show that it counts again.
const FEW: usize = 5;
const FLOOD: usize = 10_000;
/// More than the page says that it takes.
const TOO_LARGE: usize = 5 << 20;
/// Milliseconds.
const DAY: i64 = 86_400_000;
const SHORT: Duration = Duration::from_secs(3);
const SETTLE: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(50);
