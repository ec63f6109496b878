//! One fault, from a page that counts to a page that counts again.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use footfall::time::Timestamp;
use serde_json::{Value, json};

use super::counts::{Counts, Shown};
use super::harm::changed;
use super::passage::{DOORS, topic};
use super::place::{Front, Place};
use super::report::Outcome;
use super::rows::Row;
use super::said::{READ_DOCTOR, Said, Screen, WATCH, is_said};
use super::source::{Source, Taken};
use super::store::folded;
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
    let source = Source::start(broker, &stand.page.root).await?;
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
    let taken = source.end().await?;
    let (counts, witness) = stand.end(&taken).await?;
    witness.confirm(&Witness::of_proxy(&stand.page.proxy, &stand.page.root))?;
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
    told: Vec<Screen>,
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

    /// Waits until what is published comes, or is kept for it.
    async fn granted(&self) -> Result<()> {
        let granted = async || Ok(self.page.answers().granted.len() >= DOORS.len());
        self.page.until("it is subscribed", LONG, granted).await
    }

    /// The same, and that what it said of the password is gone that was not there yet: that is no word about the fault.
    async fn subscribed(&self) -> Result<()> {
        self.granted().await?;
        self.begins_anew().await
    }

    /// Waits until it is connected and asks for nothing, and forgets what it said until then.
    async fn begins_anew(&self) -> Result<()> {
        let strips = "const strips = document.querySelector('.strip[data-kind=blind], form.strip');
            strips || window.forget(); return !strips";
        let quiet = async || Ok(self.page.read(strips, &[]).await?.as_bool() == Some(true));
        self.page.until("it has nothing to say", LONG, quiet).await
    }

    async fn shown(&self) -> Result<Shown> {
        let mut shown = Shown::new();
        for (door, _) in DOORS {
            shown.insert(door, self.page.counted(door).await?);
        }
        Ok(shown)
    }

    async fn counted(&self) -> Result<usize> {
        Ok(self.shown().await?.values().sum())
    }

    /// Waits until so many more are counted.
    pub(super) async fn counts_more(&self, people: usize) -> Result<()> {
        let before = self.counted().await?;
        let counts = async || Ok(self.counted().await? >= before + people);
        self.page.until("it counts", LONG, counts).await
    }

    /// What the page has said since it began, screen by screen, and its doctor.
    pub(super) async fn said(&self) -> Result<Vec<Screen>> {
        let said = self.page.read("return window.screens", &[]).await?;
        let screens = said.as_array().into_iter().flatten().map(screen);
        Ok(screens.chain(self.told.iter().cloned()).collect())
    }

    pub(super) async fn says(&self, text: &str) -> Result<()> {
        let says = async || Ok(is_said(&self.said().await?, text));
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
        let told = async || Ok::<_, anyhow::Error>(screen(&page.read(READ_DOCTOR, &[]).await?));
        let any = async || Ok(!told().await?.is_empty());
        page.until("the doctor says something", LONG, any).await?;
        self.told.push(told().await?);
        self.page.click(".sheet__head button").await
    }

    /// Tells page and engine: to trap, or by how many milliseconds their clock is wrong.
    pub(super) async fn tell(&self, what: &str) -> Result<()> {
        let tell = "new BroadcastChannel('fault').postMessage(arguments[0])";
        self.page.read(tell, &[what.into()]).await?;
        Ok(())
    }

    fn witness(&self) -> Witness {
        Witness::of_browser(&self.log.to(&self.url), &self.page.root)
    }

    /// Waits until the page has counted all that was published, and the browser has told of it; and compares.
    async fn end(&self, taken: &[Taken]) -> Result<(Counts, Witness)> {
        self.end_after(taken, &Witness::default()).await
    }

    /// As [`Stand::end`], after what another browser was sent.
    async fn end_after(&self, taken: &[Taken], before: &Witness) -> Result<(Counts, Witness)> {
        let mut told = 0;
        let mut witness = Witness::default();
        let mut shown = Shown::new();
        let mut changed = Instant::now();
        let mut all = async || {
            let by_this_one = self.witness();
            told = by_this_one.sent.len();
            let (witness_now, shown_now) = (by_this_one.and(before.clone()), self.shown().await?);
            if witness_now != witness || shown_now != shown {
                (witness, shown, changed) = (witness_now, shown_now, Instant::now());
            }
            let is_sent = |taken: &Taken| witness.sent.contains(&taken.passage);
            let is_settled = shown.values().sum::<usize>() == witness.sent.len();
            let is_whole =
                witness.acknowledged.is_superset(&witness.sent) && taken.iter().all(is_sent);
            // Where the broker lost some, that never comes.
            Ok(is_settled && (is_whole || changed.elapsed() > STILL))
        };
        // After a long freeze much has to be worked off first.
        let _as_it_is = self.page.until("all is counted", SETTLE, &mut all).await;
        self.page.settled().await?;
        let _as_it_is = self.page.until("all is counted", SETTLE, all).await;
        let mut known = BTreeSet::new();
        let kept = async || {
            known = folded(&self.page).await?;
            Ok(known.is_superset(&witness.sent))
        };
        let _as_it_is = self.page.until("all is stored", SETTLE, kept).await;
        let counts = Counts {
            told,
            ..Counts::of(taken, &witness, &known, &shown)
        };
        Ok((counts, witness))
    }
}

fn screen(told: &Value) -> Screen {
    told.as_array()
        .into_iter()
        .flatten()
        .map(Said::of)
        .collect()
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
    if row == Row::WrongPassword {
        stand.says("refused the connection").await?;
    } else {
        stand.says("closed before it opened").await?;
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
    let source = Source::start(broker, &stand.page.root).await?;
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
    stand.begins_anew().await?;
    let taken = source.end().await?;
    // What it said in its last moment nobody was told but the proxy.
    let before = before.and(Witness::of_proxy(&stand.page.proxy, &stand.page.root));
    let (counts, _witness) = stand.end_after(&taken, &before).await?;
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
    let filter = |(door, qos)| json!({ "filter": topic(root, door), "qos": qos });
    let mapping = |door| json!({ "topic": topic(root, door), "kind": "crossing", "channel": "entered", "device": door, "time": "/t" });
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
        "mappings": doors.map(mapping),
    })
}

const MORTAL: &str = "
let wrong = 0;
const right = Date.now.bind(Date);
Date.now = () => right() + wrong;
new BroadcastChannel('fault').onmessage = ({ data }) => {
  if (data !== 'trap') wrong = Number(data);
  else if (typeof document === 'undefined') { TRAP }
};
";

/// As many messages as show that it counts again.
pub(super) const FEW: usize = 5;
/// Milliseconds.
const DAY: i64 = 86_400_000;
/// Long enough to sign in and to count.
const TOKEN: Duration = Duration::from_secs(20);
/// What a broker has for us it sends with no such pause.
const STILL: Duration = Duration::from_secs(5);
const SETTLE: Duration = Duration::from_secs(20);
/// More than the longest time in which any row is to be back.
pub(super) const LONG: Duration = Duration::from_secs(180);
