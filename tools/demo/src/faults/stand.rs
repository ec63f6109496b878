//! One fault, from a page that counts to a page that counts again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use footfall::time::Timestamp;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::harm::changed;
use super::place::{Front, Place};
use super::report::{Counts, Outcome};
use super::rows::Row;
use super::source::Source;
use super::witness::Witness;
use crate::broker::web_token;
use crate::brokers::{PASSWORD, Running, USER};
use crate::browser::Browser;
use crate::frame_log::FrameLog;
use crate::interop::page::Page;
use crate::names::Names;
use crate::proxy::{Framing, Proxy, Way, refused_port};
use crate::serve::Host;
use crate::zone::now;

/// As a wasm does that cannot go on: its one function is `unreachable`.
pub const TRAP: &str = "setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(
    [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11]))));";

/// Lets one fault happen, and waits until all is well.
pub(super) async fn play(
    row: Row,
    broker: &mut Running,
    place: &Place,
    quick: bool,
) -> Result<Outcome> {
    if row.is_of_the_address() {
        return wrong_address(row, broker, place).await;
    }
    if row == Row::BrowserKilled {
        return browser_killed(broker).await;
    }
    let own = Place::own_of(row).await?;
    let mut stand = Stand::prepare(row, broker, own.as_ref().unwrap_or(place)).await?;
    if let Some((framing, change)) = changed(row) {
        stand.page.proxy.reframe(framing, change);
    }
    stand.open(row).await?;
    if row != Row::NoConnack {
        stand.subscribed().await?;
    }
    // It pings only where nothing else is said.
    if row == Row::KeepAliveLowered {
        stand.page.pinged().await?;
    }
    let source = Source::start(broker, stand.topics()).await?;
    if row != Row::NoConnack {
        stand.counts_more(1).await?;
    }
    stand.harm(row, broker, &source, quick).await?;
    let healed = Instant::now();
    stand.page.proxy.set(Way::Pass);
    stand.page.proxy.reframe(Framing::Each, |_, _| None);
    if row == Row::NoConnack {
        stand.granted().await?;
    }
    stand.counts_more(FEW).await?;
    let recovered = Some(healed.elapsed());
    if row.is_asked_of_the_doctor(broker.make()) {
        stand.ask_doctor(false).await?;
    }
    let published = source.end().await?;
    let (counts, witness) = stand.end(published).await?;
    witness.confirm(&Witness::of_proxy(&stand.page.proxy, &stand.names()))?;
    let said = stand.said().await?;
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

/// A page that counts who passes two doors.
pub(super) struct Stand<'a> {
    pub(super) page: Page<'a>,
    pub(super) front: Option<Front>,
    pub(super) names: Option<&'a Names>,
    /// When the token is over that is its password in one row.
    pub(super) token_end: Timestamp,
    log: &'a FrameLog,
    /// Where the page connects to.
    url: String,
    /// What the doctor said.
    told: Vec<String>,
}

impl<'a> Stand<'a> {
    async fn prepare(row: Row, broker: &Running, place: &'a Place) -> Result<Self> {
        let broker_url = broker.url()?;
        let proxy = Proxy::before(&broker_url).await?;
        let (url, front) = place.through(&proxy, &broker_url).await?;
        let page = Page::behind(&place.browser, proxy).await?;
        let mut config = config(&url, &page.root, row.keep_alive());
        if row == Row::SameClientId {
            // As a person does who copies a configuration.
            config["brokers"][0]["clientId"] = page.root.as_str().into();
        }
        page.configure(&config);
        make_mortal(&page)?;
        Ok(Self {
            front,
            ..Self::of(page, place, url)
        })
    }

    fn of(page: Page<'a>, place: &'a Place, url: String) -> Self {
        Self {
            page,
            front: None,
            names: place.names.as_ref(),
            token_end: now().after(TOKEN),
            log: &place.log,
            url,
            told: Vec::new(),
        }
    }

    async fn open(&mut self, row: Row) -> Result<()> {
        self.page.open().await?;
        self.page.read(WATCH, &[]).await?;
        let password = match row {
            Row::TokenExpired => web_token(USER, PASSWORD, self.token_end),
            _ => PASSWORD.to_owned(),
        };
        self.page.sign_in(&password).await
    }

    /// Those of who passes, and at which QoS.
    fn topics(&self) -> Vec<(String, u8)> {
        let root = &self.page.root;
        let doors = DOORS[..2].iter();
        doors
            .map(|(door, qos)| (format!("{root}/{door}/passed"), *qos))
            .collect()
    }

    fn names(&self) -> Vec<String> {
        self.topics().into_iter().map(|(topic, _)| topic).collect()
    }

    /// Waits until what is published comes, or is kept for it.
    async fn granted(&self) -> Result<()> {
        let granted = async || Ok(self.page.answers().granted.len() >= DOORS.len());
        self.page.until("it is subscribed", LONG, granted).await
    }

    /// The same, and that what it said of the password is gone that was not there yet: that is no word about the fault.
    async fn subscribed(&self) -> Result<()> {
        self.granted().await?;
        let strips = "const strips = document.querySelector('.strip:not([data-kind=warning])');
            strips || window.said.clear(); return !strips";
        let quiet = async || Ok(self.page.read(strips, &[]).await?.as_bool() == Some(true));
        self.page.until("it has nothing to say", LONG, quiet).await
    }

    async fn counted(&self) -> Result<usize> {
        let mut counted = 0;
        for (door, _) in &DOORS[..2] {
            counted += self.page.counted(door).await?;
        }
        Ok(counted)
    }

    /// Waits until so many more are counted.
    pub(super) async fn counts_more(&self, people: usize) -> Result<()> {
        let before = self.counted().await?;
        let counts = async || Ok(self.counted().await? >= before + people);
        self.page.until("it counts", LONG, counts).await
    }

    /// What the page has said since it was opened, each strip once, and its doctor.
    pub(super) async fn said(&self) -> Result<Vec<String>> {
        let said = self.page.read("return [...window.said ?? []]", &[]).await?;
        let said = said.as_array().into_iter().flatten();
        let said = said.filter_map(Value::as_str).map(str::to_owned);
        Ok(said.chain(self.told.iter().cloned()).collect())
    }

    pub(super) async fn says(&self, text: &str) -> Result<()> {
        let says = async || Ok(self.said().await?.iter().any(|said| said.contains(text)));
        let what = format!("it says {text:?}");
        let says = self.page.until(&what, LONG, says);
        let says = says.await;
        let said = self.said().await?;
        says.with_context(|| format!("it said {said:?}"))
    }

    /// Notes what the doctor says of the broker, if asked also after an examination of its address.
    pub(super) async fn ask_doctor(&mut self, examines: bool) -> Result<()> {
        let page = &self.page;
        page.click(".bar > [aria-haspopup=dialog]").await?;
        page.click("[data-profile=interop] > .profile__actions button:nth-of-type(3)")
            .await?;
        if examines {
            page.click("[data-examination] button").await?;
            let found = "return !!document.querySelector('[data-causes]')";
            let found = async || Ok(page.read(found, &[]).await?.as_bool() == Some(true));
            page.until("it is examined", LONG, found).await?;
            // The browser itself tells of each request that nobody answered, which is no error of the next page.
            let console = page.browser.console().await?;
            let panics = console.iter().any(|line| line.text.contains("panicked"));
            ensure!(!panics, "the console says {console:?}");
        }
        let told = async || {
            let read = "return [...document.querySelectorAll('.sheet__body .problem')].map(it => it.innerText)";
            let told = page.read(read, &[]).await?;
            let told = told.as_array().into_iter().flatten();
            Ok::<Vec<_>, anyhow::Error>(told.filter_map(Value::as_str).map(str::to_owned).collect())
        };
        let any = async || Ok(!told().await?.is_empty());
        page.until("the doctor says something", LONG, any).await?;
        self.told.extend(told().await?);
        let most = "return Math.max(...[...document.querySelectorAll('.problem__advice')].map(it => it.children.length))";
        let most = self.page.read(most, &[]).await?;
        ensure!(
            most.as_u64().is_some_and(|most| most <= 4),
            "{most} causes: {:?}",
            self.told
        );
        self.page.click(".sheet__head button").await
    }

    /// Tells page and engine: to trap, or by how many milliseconds their clock is wrong.
    pub(super) async fn tell(&self, what: &str) -> Result<()> {
        let tell = "new BroadcastChannel('fault').postMessage(arguments[0])";
        self.page.read(tell, &[what.into()]).await?;
        Ok(())
    }

    fn witness(&self) -> Witness {
        Witness::of_browser(&self.log.to(&self.url), &self.names())
    }

    /// Waits until the page has counted all that was published, and the browser has told of it; and compares.
    async fn end(&self, published: usize) -> Result<(Counts, Witness)> {
        self.end_after(published, &Witness::default()).await
    }

    /// As [`Stand::end`], after what another browser was sent.
    async fn end_after(&self, published: usize, before: &Witness) -> Result<(Counts, Witness)> {
        let mut counts = Counts::default();
        let mut witness = Witness::default();
        let mut changed = Instant::now();
        let mut all = async || {
            let told = self.witness();
            let told_now = told.sent.len();
            witness = told.and(before.clone());
            let now = Counts {
                published,
                told: told_now,
                sent: witness.sent.len(),
                acknowledged: witness.acknowledged.len(),
                counted: self.counted().await?,
            };
            if now != counts {
                (counts, changed) = (now, Instant::now());
            }
            let is_whole = counts.counted == published && counts.acknowledged == published;
            // Where the broker lost some, that never comes.
            let is_still = counts.counted == counts.sent && changed.elapsed() > STILL;
            Ok(is_whole || is_still)
        };
        // After a long freeze much has to be worked off first.
        let _as_it_is = self.page.until("all is counted", SETTLE, &mut all).await;
        self.page.settled().await?;
        let _as_it_is = self.page.until("all is counted", SETTLE, all).await;
        Ok((counts, witness))
    }
}

/// An address or a password that never works.
async fn wrong_address(row: Row, broker: &Running, place: &Place) -> Result<Outcome> {
    let elsewhere = Host::of_this_build().start().await?;
    let url = match row {
        Row::WrongPath => format!("ws://{}/mqtt", elsewhere.address()),
        Row::NobodyListens => format!("ws://127.0.0.1:{}/mqtt", refused_port()?),
        Row::NoSuchHost => "wss://broker.invalid:9001/mqtt".to_owned(),
        _ => broker.url()?,
    };
    let proxy = Proxy::before(&broker.url()?).await?;
    let page = Page::behind(&place.browser, proxy).await?;
    page.configure(&config(&url, &page.root, row.keep_alive()));
    let mut stand = Stand::of(page, place, url);
    stand.page.open().await?;
    stand.page.read(WATCH, &[]).await?;
    stand.page.sign_in("wrong").await?;
    let begun = Instant::now();
    while stand.said().await?.is_empty() {
        ensure!(begun.elapsed() < LONG, "it says nothing");
        sleep(POLL).await;
    }
    if row != Row::WrongPassword {
        stand.ask_doctor(true).await?;
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
    let place = Place::of(Browser::start().await?).await?;
    let mut stand = Stand::prepare(Row::BrowserKilled, broker, &place).await?;
    stand.open(Row::BrowserKilled).await?;
    stand.subscribed().await?;
    let source = Source::start(broker, stand.topics()).await?;
    stand.counts_more(FEW).await?;
    let before = stand.witness();
    let Stand { page, url, .. } = stand;
    let parts = page.left();
    let Place { browser, .. } = place;
    let profile = browser.kill()?;
    let begun = Instant::now();
    let place = Place::of(Browser::start_again(profile).await?).await?;
    let mut stand = Stand::of(parts.shown_by(&place.browser), &place, url);
    stand.open(Row::BrowserKilled).await?;
    stand.counts_more(FEW).await?;
    let recovered = Some(begun.elapsed());
    let published = source.end().await?;
    // What it said in its last moment nobody was told but the proxy.
    let before = before.and(Witness::of_proxy(&stand.page.proxy, &stand.names()));
    let (counts, _witness) = stand.end_after(published, &before).await?;
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
    let doors = DOORS.map(|(door, _)| door);
    let filter = |(door, qos)| json!({ "filter": format!("{root}/{door}/passed"), "qos": qos });
    let mapping = |door: &str| json!({ "topic": format!("{root}/{door}/passed"), "kind": "crossing", "channel": "entered", "device": door });
    let mut mappings = doors.map(mapping);
    for mapping in &mut mappings[..2] {
        mapping["time"] = "/t".into();
    }
    json!({
        "site": {
            "id": "faults",
            "timeZone": "UTC",
            "reset": format!("{:02}:00", (hour + 12) % 24),
            "zones": [{ "id": "all", "doors": doors }],
            "doors": doors.map(|door| json!({ "id": door, "device": door })),
        },
        "brokers": [{
            "id": "interop",
            "url": url,
            "username": USER,
            "keepAlive": keep_alive,
            "sessionExpiry": 3600,
            "filters": DOORS.map(filter),
        }],
        "mappings": mappings,
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

/// Each at its QoS. People pass the first two one at a time, and the last in a flood.
const DOORS: [(&str, u8); 3] = [("gate", 1), ("yard", 2), ("flood", 1)];
/// As many messages as show that it counts again.
pub(super) const FEW: usize = 5;
/// Milliseconds.
const DAY: i64 = 86_400_000;
/// Long enough to sign in and to count.
const TOKEN: Duration = Duration::from_secs(20);
/// What a broker has for us it sends with no such pause.
const STILL: Duration = Duration::from_secs(5);
const SETTLE: Duration = Duration::from_secs(20);
pub(super) const LONG: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(50);
