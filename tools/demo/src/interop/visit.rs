//! One broker, from its start to its end: all rows of its column.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use footfall::link::Fault;
use footfall::mqtt::Version;
use footfall::problem::{Address, Context, Problem, Retry};

use super::page::{FILTERS, KEEP_ALIVE, Page};
use super::peer::Peer;
use super::report::Column;
use super::rows::{BURST, Outcome, Row};
use crate::brokers::{PASSWORD, Running};
use crate::browser::Browser;
use crate::proxy::{Cut, Way};
use crate::tape::{self, Answers};

/// Runs these rows and notes what they find.
pub(super) async fn run(
    column: &mut Column,
    browser: &Browser,
    rows: &[Row],
    quick: bool,
) -> Result<()> {
    let mut broker = column.broker.start().await?;
    broker.version().clone_into(&mut column.version);
    let chooses = |row: &&Row| row.chooses_the_version();
    if rows.iter().any(|row| row.chooses_the_version()) {
        let outcomes = choose(browser, &broker).await;
        for (row, outcome) in rows.iter().filter(chooses).zip(outcomes) {
            column.note(*row, "", outcome);
        }
    }
    let each = |row: &&Row| row.is_of_each_version();
    for version in ["3.1.1", "5"] {
        let mut visit = Visit::begin(browser, &broker, version, quick).await?;
        let connected = visit.connect().await;
        let outcome = connected.unwrap_or_else(failed);
        let is_connected = matches!(outcome, Outcome::Passed(_));
        column.note(Row::of_version(version), version, outcome);
        if !is_connected {
            continue;
        }
        for row in rows.iter().copied().filter(|row| each(&row)) {
            // Of rows that wait, a quick table has one version: the one that is spoken where it can be.
            if quick && version == "3.1.1" && row.waits() {
                continue;
            }
            let outcome = match row {
                Row::Killed => visit.killed(&mut broker).await,
                _ => visit.check(row, &broker).await,
            };
            let outcome = outcome.unwrap_or_else(failed);
            if matches!(outcome, Outcome::Failed(_)) {
                visit.recover().await;
            }
            column.note(row, version, outcome);
        }
        if let Err(error) = visit.page.is_well().await {
            column.broken = Some(format!("{error:#}"));
        }
    }
    broker.stop().await
}

/// A page that is to find the version by itself, and is given a wrong password first. As [`Row::ALL`] has them.
async fn choose(browser: &Browser, broker: &Running) -> [Outcome; 2] {
    match try_choose(browser, broker).await {
        Ok(outcomes) => outcomes,
        Err(error) => [failed(error), Outcome::Failed("see above".to_owned())],
    }
}

async fn try_choose(browser: &Browser, broker: &Running) -> Result<[Outcome; 2]> {
    let page = Page::prepare(browser, &broker.url()?, "auto").await?;
    page.open().await?;
    page.sign_in("wrong").await?;
    ensure!(
        !page.is_accepted().await?,
        "a wrong password was taken, or none"
    );
    let refusal = refusal(&page.answers());
    let strip = page.strip().await?;
    let headline = headline(&page.answers(), &broker.url()?);
    ensure!(
        strip.contains(&headline),
        "the page says {strip:?}, and should say {headline:?}"
    );
    let before = page.proxy.tapes().len();
    if page.asks_for_the_password().await? {
        page.unlock(PASSWORD).await?;
    } else {
        page.sign_in(PASSWORD).await?;
    }
    page.connected().await?;
    let mut found = String::new();
    for tape in page.proxy.tapes().iter().skip(before) {
        let answers = tape::answers(tape);
        let said = match answers.connack {
            Some(connack) if connack.code == 0 && connack.is_v5 => "MQTT 5".to_owned(),
            Some(connack) if connack.code == 0 => "MQTT 3.1.1".to_owned(),
            _ => format!("{}, then ", self::refusal(&answers)),
        };
        let _never_fails = write!(found, "{said}");
    }
    Ok([
        Outcome::Passed(found),
        Outcome::Passed(format!("{refusal}: \"{headline}\"")),
    ])
}

/// A page that speaks one version with one broker.
struct Visit<'a> {
    page: Page<'a>,
    peer: Peer,
    quick: bool,
    /// By filter, in the order of [`FILTERS`].
    granted: Vec<u8>,
}

impl<'a> Visit<'a> {
    async fn begin(
        browser: &'a Browser,
        broker: &Running,
        version: &str,
        quick: bool,
    ) -> Result<Self> {
        let page = Page::prepare(browser, &broker.url()?, version).await?;
        let peer = Peer::connect(broker, "interop-peer", None).await?;
        for topic in [KEPT, SHELF] {
            let topic = format!("{}/{topic}", page.root);
            peer.publish(&topic, "7", 1, true).await?;
        }
        Ok(Self {
            page,
            peer,
            quick,
            granted: Vec::new(),
        })
    }

    async fn connect(&mut self) -> Result<Outcome> {
        self.page.open().await?;
        self.page.sign_in(PASSWORD).await?;
        if !self.page.is_accepted().await? {
            return Ok(Outcome::Unsupported(refusal(&self.page.answers())));
        }
        self.page.connected().await?;
        self.granted = self.page.answers().granted;
        Ok(Outcome::Passed("CONNACK 0".to_owned()))
    }

    /// After a row that failed, the next ones are to have their chance.
    async fn recover(&self) {
        self.page.proxy.set(Way::Pass);
        let _what_follows_fails = self.page.try_now().await;
        let _what_follows_fails = self.page.is_accepted().await;
    }

    async fn check(&mut self, row: Row, broker: &Running) -> Result<Outcome> {
        match row {
            Row::Subprotocol => self.subprotocol(),
            Row::Receive(qos) => self.receive(&format!("qos{qos}"), qos, FEW).await,
            Row::Burst(qos) => self.receive(&format!("burst{qos}"), qos, BURST).await,
            Row::Publish(qos) => self.publish(qos).await,
            Row::Retained => self.retained("kept", KEPT).await,
            Row::RetainedByWildcard => self.retained("shelf", "shelf/+").await,
            Row::Will => self.will(broker).await,
            Row::Wildcards => self.wildcards().await,
            Row::Large => self.large().await,
            Row::Cut => self.cut().await,
            Row::Closed => self.closed().await,
            Row::KeepAlive => self.keep_alive().await,
            Row::ConnectV311 | Row::ConnectV5 | Row::Auto | Row::Password | Row::Killed => {
                anyhow::bail!("this row is not one of each version")
            }
        }
    }

    fn subprotocol(&self) -> Result<Outcome> {
        let agreed = self.page.answers().subprotocol;
        ensure!(
            agreed.as_deref() == Some("mqtt"),
            "the handshake agreed on {agreed:?}"
        );
        Ok(passed("the handshake agrees on it"))
    }

    async fn receive(&self, door: &str, qos: u8, count: usize) -> Result<Outcome> {
        let granted = self.granted(&format!("{door}/passed"))?;
        if granted != qos {
            return Ok(Outcome::Unsupported(format!(
                "SUBACK answers QoS {qos} with {}",
                granting(granted)
            )));
        }
        let topic = self.topic(&format!("{door}/passed"));
        self.peer.publish_many(&topic, qos, count).await?;
        let counted = self.page.counts(door, count).await;
        let came = self.page.came(door);
        if came < count && self.page.counted(door).await? == came {
            return Ok(Outcome::Unsupported(format!(
                "the broker passed on {came} of {count}, and all of them are counted"
            )));
        }
        counted?;
        let published = self.page.answers().published;
        let other = published
            .iter()
            .filter(|message| message.topic == topic && message.qos != qos)
            .count();
        ensure!(other == 0, "{other} of {count} came at another QoS");
        Ok(passed(&format!("{count} of {count}")))
    }

    /// From the page's message view to the other client.
    async fn publish(&self, qos: u8) -> Result<Outcome> {
        let topic = self.topic(&format!("out/qos{qos}"));
        let mut hearing = self.peer.listen(&topic).await?;
        let expected: &[u8] = match qos {
            0 => &[],
            1 => &[PUBACK],
            _ => &[PUBREC, PUBCOMP],
        };
        let connection = self.page.proxy.tapes().len() - 1;
        let said = || {
            let tapes = self.page.proxy.tapes();
            tape::answers(&tapes[connection])
        };
        let before = said().settled.len();
        self.page.publish(&topic, "17", qos).await?;
        let heard = hearing.next().await?;
        // RabbitMQ 3.10 ends with PUBACK at QoS 2, too.
        let last = |answer: &u8| matches!(*answer, PUBACK | PUBCOMP);
        let answered = async || {
            let is_lost = self.page.proxy.tapes().len() > connection + 1;
            Ok(is_lost || qos == 0 || said().settled[before..].iter().any(last))
        };
        let answered = self.page.until("it is answered", SOON, answered).await;
        let answers = said().settled.split_off(before);
        let named: Vec<_> = answers.iter().map(|packet| name(*packet)).collect();
        if answers != expected {
            let answer = match said().closed {
                Some(code) if answers.is_empty() => format!("closing the connection with {code}"),
                _ => answered.map(|()| named.join(" and "))?,
            };
            // However it answers, the page must be there for the next message.
            self.page.connected().await?;
            return Ok(Outcome::Unsupported(format!(
                "the broker answers PUBLISH at QoS {qos} by {answer}"
            )));
        }
        ensure!(
            heard.as_deref() == Some("17"),
            "the other client hears {heard:?}"
        );
        let again = hearing.next().await?;
        ensure!(again.is_none(), "the other client hears {again:?} too");
        let named = [&["heard once"], &*named].concat();
        Ok(passed(&named.join(", ")))
    }

    async fn retained(&self, device: &str, filter: &str) -> Result<Outcome> {
        let granted = self.granted(filter)?;
        let (first, _) = filter.split_once('/').context("a filter of two levels")?;
        let begins = format!("{}/{first}/", self.page.root);
        let tapes = self.page.proxy.tapes();
        let mut all = tapes.iter().flat_map(|tape| tape::published(tape));
        let came = all.any(|message| message.retained && message.topic.starts_with(&begins));
        // Without one on the wire: does somebody else get it?
        if !came && self.peer.hears(&self.topic(filter)).await?.is_none() {
            return Ok(Outcome::Unsupported(format!(
                "SUBACK answers with {}, and nothing comes; nor to another client",
                granting(granted)
            )));
        }
        self.page.shows(device, "retained-old").await?;
        Ok(passed("RETAIN 1, shown as stored"))
    }

    async fn will(&self, broker: &Running) -> Result<Outcome> {
        let topic = self.topic("will/event/connection");
        // As the page's storage is its own, so is the device.
        let serial = "ACCC8E0000F1";
        let said = |connected: bool, words: &str| {
            format!(
                r#"{{"serialNumber":"{serial}","connected":{connected},"description":"{words}"}}"#
            )
        };
        let will = said(false, "Connection Lost");
        let device = Peer::connect(broker, "interop-device", Some((&topic, &will))).await?;
        device
            .publish(&topic, said(true, "Connected"), 1, false)
            .await?;
        self.page.shows(serial, "live").await?;
        device.vanish().await?;
        self.page.shows(serial, "offline").await?;
        Ok(passed("shown offline"))
    }

    async fn wildcards(&self) -> Result<Outcome> {
        let inside = ["plus/level", "deep", "deep/1", "deep/1/2"];
        let outside = ["plus/level/below", "plus/other/level", "deeper/1"];
        for topic in outside.iter().chain(&inside) {
            self.peer.publish(&self.topic(topic), "1", 1, false).await?;
        }
        self.page.counts("plus", 1).await?;
        self.page.counts("deep", 3).await?;
        let came = self.page.answers().published;
        for topic in outside.map(|topic| self.topic(topic)) {
            let is_one = came.iter().any(|message| message.topic == topic);
            ensure!(!is_one, "{topic} came, and no filter matches it");
        }
        Ok(passed("4 of 7 topics match, and 4 came"))
    }

    async fn large(&self) -> Result<Outcome> {
        let size = if self.quick { LARGE_QUICK } else { LARGE };
        let filling = "x".repeat(size);
        let payload = format!(r#"{{"filling":"{filling}","people":7}}"#);
        let topic = self.topic("large/json");
        self.peer.publish(&topic, payload, 1, false).await?;
        self.page.counts("large", 7).await?;
        Ok(passed(&format!("{} KB", size / 1024)))
    }

    async fn cut(&self) -> Result<Outcome> {
        let before = self.page.counted("away").await?;
        self.page.settled().await?;
        self.page.proxy.set(Way::Refuse);
        self.page.proxy.cut(Cut::Reset);
        self.page.blind().await?;
        self.away().await?;
        self.page.proxy.set(Way::Pass);
        self.page.try_now().await?;
        self.resumed(before).await
    }

    async fn closed(&self) -> Result<Outcome> {
        let before = self.page.counted("away").await?;
        self.page.settled().await?;
        self.page.close().await?;
        self.away().await?;
        self.page.open().await?;
        self.page.unlock(PASSWORD).await?;
        self.resumed(before).await
    }

    async fn away(&self) -> Result<()> {
        let topic = self.topic("away/passed");
        self.peer.publish_many(&topic, 1, QUEUED).await
    }

    async fn resumed(&self, before: usize) -> Result<Outcome> {
        self.page.connected().await?;
        let connack = self.page.answers().connack;
        if !connack.is_some_and(|connack| connack.session_present) {
            return Ok(Outcome::Unsupported(
                "CONNACK says session present 0".to_owned(),
            ));
        }
        self.page.counts("away", before + QUEUED).await?;
        Ok(passed(&format!("session present 1, {QUEUED} of {QUEUED}")))
    }

    async fn keep_alive(&self) -> Result<Outcome> {
        let before = self.page.counted("alive").await?;
        // First it lives on PINGREQ and PINGRESP alone.
        self.page.settled().await?;
        self.page.pinged().await?;
        self.page.proxy.set(Way::Stall);
        let topic = self.topic("alive/passed");
        self.peer.publish_many(&topic, 1, FEW).await?;
        self.page.blind().await?;
        self.page.proxy.set(Way::Pass);
        self.page.try_now().await?;
        self.page.connected().await?;
        let session = self.page.answers().connack;
        if !session.is_some_and(|connack| connack.session_present) {
            return Ok(Outcome::Unsupported(
                "CONNACK says session present 0".to_owned(),
            ));
        }
        self.page.counts("alive", before + FEW).await?;
        Ok(passed(&format!(
            "keep alive {} s, PINGRESP, {FEW} of {FEW}",
            KEEP_ALIVE.as_secs()
        )))
    }

    async fn killed(&mut self, broker: &mut Running) -> Result<Outcome> {
        let before = self.page.counted("back").await?;
        self.page.settled().await?;
        broker.kill().await?;
        self.page.blind().await?;
        broker.start_again().await?;
        self.page.try_now().await?;
        self.page.connected().await?;
        self.peer = Peer::connect(broker, "interop-peer", None).await?;
        let topic = self.topic("back/passed");
        self.peer.publish_many(&topic, 1, FEW).await?;
        self.page.counts("back", before + FEW).await?;
        Ok(passed(&format!("{FEW} of {FEW} after it")))
    }

    fn granted(&self, filter: &str) -> Result<u8> {
        let place = FILTERS.iter().position(|(known, _)| *known == filter);
        place
            .and_then(|place| self.granted.get(place).copied())
            .with_context(|| format!("no SUBACK for {filter}"))
    }

    fn topic(&self, rest: &str) -> String {
        format!("{}/{rest}", self.page.root)
    }
}

/// How a connection was refused, as it came.
fn refusal(answers: &Answers) -> String {
    match (answers.connack, answers.closed) {
        (Some(connack), _) if connack.is_v5 => {
            format!("CONNACK with reason code 0x{:02X}", connack.code)
        }
        (Some(connack), _) => format!("CONNACK with return code {}", connack.code),
        (None, Some(code)) => format!("no CONNACK, closed with {code}"),
        (None, None) => "no CONNACK, and the connection ends".to_owned(),
    }
}

/// What the page must say about it.
fn headline(answers: &Answers, url: &str) -> String {
    let fault = match (answers.connack, answers.closed) {
        (Some(connack), _) => Fault::Refused {
            version: if connack.is_v5 {
                Version::V5
            } else {
                Version::V311
            },
            code: connack.code,
            reason: None,
        },
        (None, code) => Fault::ClosedBeforeConnack {
            code: code.unwrap_or(ABNORMAL),
        },
    };
    let context = Context {
        address: Address::parse(url),
        page_is_https: false,
        worked_before: false,
    };
    Problem::new(&fault, Retry::AfterChange, &context, &footfall::problem::EN).headline
}

/// A packet that answers PUBLISH.
const fn name(packet: u8) -> &'static str {
    match packet {
        PUBACK => "PUBACK",
        PUBREC => "PUBREC",
        _ => "PUBCOMP",
    }
}

fn granting(code: u8) -> String {
    if code < 0x80 {
        format!("QoS {code}")
    } else {
        format!("0x{code:02X}")
    }
}

fn passed(seen: &str) -> Outcome {
    Outcome::Passed(seen.to_owned())
}

fn failed(error: anyhow::Error) -> Outcome {
    Outcome::Failed(format!("{error:#}"))
}

/// Topics that hold a message before the page comes, one by its own topic, one by a wildcard.
const KEPT: &str = "kept/room";
const SHELF: &str = "shelf/room";
/// Messages of rows that are about no number.
const FEW: usize = 50;
/// Messages that wait for somebody who is away.
const QUEUED: usize = 1_000;
/// Bytes. Mosquitto 2.0.11 sends 4 KB in a tenth of a second to a client that is idle, in one frame, which a browser hands
/// over when it is whole: what takes longer than the keep alive's patience looks like a dead connection.
const LARGE: usize = 128 * 1024;
const LARGE_QUICK: usize = 48 * 1024;
/// What a browser says of a connection that ended without a word.
const ABNORMAL: u16 = 1006;
/// A broker that answers at all does so within this.
const SOON: Duration = Duration::from_secs(10);
const PUBACK: u8 = 4;
const PUBREC: u8 = 5;
const PUBCOMP: u8 = 7;
