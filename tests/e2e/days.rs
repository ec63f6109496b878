//! Days at the mall: what stands on the screen at their end is the truth, or says by how much it cannot be.
//!
//! Each scenario goes through the embedded broker and through Mosquitto, both with a password. The default is a short day;
//! `FOOTFALL_FULL=1` makes it the whole one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use footfall::mqtt::QoS;
use footfall::simulation::{Act, Counters, Simulation};
use footfall::time::Timestamp;
use footfall_demo::brokers::mosquitto::Mosquitto;
use footfall_demo::proxy::{Cut, Way};
use footfall_demo::tape::Published;
use footfall_demo::zone::now;

use crate::model::{self, Model, differences, mall};
use crate::screen::Screen;
use crate::stand::{Kind, Publishing, SPEED, Stand, clock, is_full};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_cuts_and_a_reload_ends_with_the_truth() -> Result<()> {
    on_each_broker(cuts_and_a_reload).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_at_qos_0_is_right_again_once_each_door_has_spoken() -> Result<()> {
    on_each_broker(unkept).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_that_nobody_saw_says_at_least() -> Result<()> {
    on_each_broker(unseen_reset).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_opened_at_noon_says_since() -> Result<()> {
    on_each_broker(opened_at_noon).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_a_trap_and_a_closed_page_ends_with_the_truth() -> Result<()> {
    let whole = brokers().into_iter();
    for kind in whole.take(if is_full() { 2 } else { 1 }) {
        trapped_and_closed(kind)
            .await
            .with_context(|| format!("{kind:?}"))?;
    }
    Ok(())
}

pub(crate) async fn on_each_broker(day: impl AsyncFn(Kind) -> Result<()>) -> Result<()> {
    for kind in brokers() {
        day(kind).await.with_context(|| format!("{kind:?}"))?;
    }
    Ok(())
}

fn brokers() -> Vec<Kind> {
    if Mosquitto::is_installed() {
        vec![Kind::Embedded, Kind::Mosquitto]
    } else {
        crate::stand::tell(
            std::time::Instant::now(),
            "Mosquitto is not installed: not tested",
        );
        vec![Kind::Embedded]
    }
}

/// Devices at QoS 1 and a session that outlives the page: nothing is ever lost.
async fn cuts_and_a_reload(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    let stand = Stand::start(kind, options, clock(9, 0)).await?;
    stand.open("").await?;
    stand.sign_in().await?;
    let day = stand.publish(clock(10, 0), last_hour(14))?;

    stand.until(clock(11, 0)).await;
    cut(&stand, Cut::Reset, clock(11, 10)).await?;

    stand.until(clock(12, 0)).await;
    stand.browser.client().refresh().await?;
    stand.sign_in_again().await?;
    let reloaded = stand.clock.wall(now());

    stand.until(clock(12, 50)).await;
    cut(&stand, Cut::Finish, clock(12, 55)).await?;

    // The car park's counter is set to zero at 13:20.
    stand.until(clock(13, 10)).await;
    cut(&stand, Cut::Finish, clock(13, 26)).await?;

    let (truth, published) = (truth(&day), published(&day));
    let end = day.end;
    let sent = day.done().await?;
    let screen = stand
        .agree(|screen| differences(screen, &model::all(&truth), Some(&truth.present)))
        .await?;
    let unseen = |state: &String| state.is_empty() || state == "never-seen";
    let devices = screen
        .devices
        .values()
        .filter(|state| unseen(state))
        .count();
    ensure!(devices == 0, "{devices} devices were never seen");
    for (id, door) in &screen.doors {
        ensure!(!unseen(&door.state), "door {id} was never seen");
        for figure in [&door.entered, &door.exited] {
            let is_whole = !figure.is("at-least") && !figure.is("waiting");
            ensure!(
                is_whole,
                "door {id} says {figure:?}, and nothing is missing"
            );
        }
    }

    let arrived = stand.arrived();
    let never = never_arrived(&published, &arrived);
    ensure!(never.is_empty(), "never reached the page: {never:?}");
    let by_broker = stand.sent_by_broker()?;
    stand.is_well().await?;
    let site = &screen.zones["site"];
    stand.tell(&format!(
        "{kind:?}, QoS 1, 3 cuts, reloaded until {}: {} of {} messages arrived ({} deliveries{}), all doors and zones \
         true: {:?} entered, {:?} exited, {:?} present at {}; {} published",
        hour(reloaded),
        published.len() - never.len(),
        published.len(),
        arrived.len(),
        by_broker.map_or_else(String::new, |count| format!(", {count} by Mosquitto's log")),
        site.entered.value,
        site.exited.value,
        site.occupancy.value,
        hour(end),
        sent.messages,
    ));
    stand.stop().await
}

/// Devices at QoS 1 and one session throughout: nothing is lost by a page that is reloaded, traps, and is closed for an hour.
async fn trapped_and_closed(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
    let [reloaded, trapped, closed, opened] = if is_full() {
        [clock(12, 0), clock(13, 0), clock(15, 0), clock(16, 0)]
    } else {
        [clock(11, 50), clock(12, 20), clock(12, 50), clock(13, 20)]
    };
    let stand = Stand::start(kind, options, clock(9, 0)).await?;
    stand.make_mortal()?;
    stand.open("").await?;
    stand.sign_in().await?;
    // What is new is stored at once, what follows it ten real seconds later: most of two hours here.
    let day = stand.publish(clock(10, 0), last_hour(14))?;

    stand.until(reloaded).await;
    stand.browser.client().refresh().await?;
    stand.sign_in_again().await?;

    stand.until(trapped).await;
    stand.trap_engine()?;
    let begun = std::time::Instant::now();
    stand
        .browser
        .wait_for_text(".strips", "Counting restarted")
        .await?;
    stand.connected().await?;
    let back = begun.elapsed().as_secs_f32();
    // That it trapped stands in the console, of some browsers also after the page is closed, and nothing else.
    let mut console = stand.browser.console().await?;
    console.retain(|line| {
        line.is_error() && !line.is_of_socket() && !line.text.contains("unreachable")
    });
    ensure!(console.is_empty(), "the console says {console:#?}");

    stand.until(closed).await;
    stand.close().await?;
    stand.until(opened).await;
    stand.open("").await?;
    stand.sign_in_again().await?;

    let (truth, published) = (truth(&day), published(&day));
    day.done().await?;
    stand
        .agree(|screen| differences(screen, &model::all(&truth), Some(&truth.present)))
        .await?;
    let arrived = stand.arrived();
    let never = never_arrived(&published, &arrived);
    ensure!(never.is_empty(), "never reached the page: {never:?}");
    stand.is_well().await?;
    stand.tell(&format!(
        "{kind:?}, QoS 1, reloaded at {}, trapped at {} and connected again in {back:.1} s, closed from {} to {}: {} of {} messages arrived ({} deliveries), all \
         doors and zones true",
        hour(reloaded),
        hour(trapped),
        hour(closed),
        hour(opened),
        published.len(),
        published.len(),
        arrived.len(),
    ));
    stand.stop().await
}

/// Devices at QoS 0: no session keeps their messages.
async fn unkept(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let stand = Stand::start(kind, options, clock(9, 0)).await?;
    stand.open("").await?;
    stand.sign_in().await?;
    let day = stand.publish(clock(10, 0), last_hour(13))?;
    let (mut blind, mut named_doors) = (Vec::new(), Vec::new());

    for (begin, end, how) in [
        (clock(11, 0), clock(11, 20), Cut::Finish),
        (clock(12, 0), clock(12, 10), Cut::Finish),
    ] {
        stand.until(begin).await;
        let from = stand.clock.wall(now());
        stand.proxy.set(Way::Refuse);
        stand.proxy.cut(how);
        stand
            .screen(
                |screen| (screen.link != "connected").then_some(()),
                "the page knows that its connection is cut",
            )
            .await?;
        stand.until(end).await;
        stand.proxy.set(Way::Pass);
        stand.try_now().await?;
        // Until each door has spoken again, the totals say that they wait, and name the doors for which.
        let named = stand
            .screen(names_waiting_doors, "the totals wait and name their doors")
            .await?;
        named_doors.push(named);
        // What was on its way when it was cut is gone, too.
        let from = from.before(Duration::from_secs(IN_FLIGHT));
        blind.push((from, stand.clock.wall(now())));
    }

    let (truth, published) = (truth(&day), published(&day));
    let (start, end) = (day.start, day.end);
    day.done().await?;
    let (screen, counted) = agree(&stand).await?;
    // Of all doors only the one that tells people one by one is short of the truth.
    let missed = model::missed(&truth, &counted.known(clock(0, 0)));
    let only_lift = missed.keys().all(|serial| *serial == ROOF_LIFT);
    ensure!(only_lift, "these are short: {missed:?}");
    for (id, door) in &screen.doors {
        for figure in [&door.entered, &door.exited] {
            ensure!(!figure.is("waiting"), "door {id} still waits: {figure:?}");
            let is_lift = id == "roof-lift";
            ensure!(
                figure.is("at-least") == is_lift,
                "door {id} says {figure:?}"
            );
        }
    }
    let roof = &screen.zones["roof"];
    ensure!(
        roof.entered.is("at-least"),
        "the roof says {:?}",
        roof.entered
    );

    // Nothing was dropped while the page could hear.
    let never = never_arrived(&published, &stand.arrived());
    let heard: Vec<_> = never
        .iter()
        .filter(|(at, _)| {
            !blind
                .iter()
                .any(|(from, until)| (*from..*until).contains(at))
        })
        .collect();
    ensure!(heard.is_empty(), "dropped before the page: {heard:?}");
    stand.is_well().await?;
    stand.tell(&format!(
        "{kind:?}, QoS 0, 2 cuts, {} to {}: {} of {} messages missed, the roof lift short by {:?}, everything else true; {:?} doors of the site were named while it waited",
        hour(start),
        hour(end),
        never.len(),
        published.len(),
        missed.get(ROOF_LIFT).unwrap_or(&(0, 0)),
        named_doors,
    ));
    stand.stop().await
}

/// Waits until the screen shows what a page can know from what has arrived: when all is published, some is still under way.
async fn agree(stand: &Stand) -> Result<(Screen, Model)> {
    let mut heard = Model::of(&[]);
    let screen = stand.agree(|screen| {
        heard = Model::of(&stand.arrived());
        match &heard {
            Ok(heard) => differences(screen, &heard.known(clock(0, 0)), None),
            Err(error) => vec![error.to_string()],
        }
    });
    Ok((screen.await?, heard?))
}

/// A counter is set to zero while nobody listens, and nothing of it is kept.
async fn unseen_reset(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtMostOnce, Counters::ResetAtMidnight);
    let stand = Stand::start(kind, options, clock(11, 30)).await?;
    stand.open("").await?;
    stand.sign_in().await?;
    let day = stand.publish(clock(12, 45), clock(14, 10))?;

    stand.until(clock(13, 5)).await;
    cut(&stand, Cut::Finish, clock(13, 25)).await?;

    let truth = truth(&day);
    let end = day.end;
    day.done().await?;
    let (screen, heard) = agree(&stand).await?;
    let missed = model::missed(&truth, &heard.known(clock(0, 0)));
    let (entered, exited) = *missed.get(CAR_PARK).context("nobody passed the car park")?;
    ensure!(entered > 0, "nobody entered by the car park: {missed:?}");
    let door = &screen.doors["car-park"];
    for figure in [&door.entered, &door.exited] {
        ensure!(figure.is("at-least"), "the car park says {figure:?}");
    }
    for zone in ["site", "food"] {
        let zone = &screen.zones[zone];
        ensure!(
            zone.entered.is("at-least"),
            "a zone says {:?}",
            zone.entered
        );
    }
    for id in ["gate-1", "gate-2", "metro"] {
        let door = &screen.doors[id];
        ensure!(
            door.entered.qualifiers.is_empty(),
            "door {id} says {:?}",
            door.entered
        );
    }
    stand.is_well().await?;
    stand.tell(&format!(
        "{kind:?}, QoS 0, a reset that nobody saw, until {}: the car park short by {entered} entered and {exited} \
         exited and at least {:?} and {:?}",
        hour(end),
        door.entered.value,
        door.exited.value,
    ));
    stand.stop().await
}

/// Counters that have run for days, and a page that comes at noon.
async fn opened_at_noon(kind: Kind) -> Result<()> {
    let options = mall(QoS::AtLeastOnce, Counters::RunForDays);
    let mut stand = Stand::start(kind, options, clock(11, 40)).await?;
    // The day is under way before the page is opened: stored messages are there, and older than it.
    let day = stand.publish(clock(11, 50), clock(13, 0))?;
    stand.until(clock(12, 0)).await;
    stand.open("&record=1").await?;
    let from = stand.clock.wall(now());
    stand.sign_in().await?;
    let opened = stand.clock.wall(now());

    let end = day.end;
    let truth = truth(&day);
    day.done().await?;
    let (screen, heard) = agree(&stand).await?;
    let known = heard.known(clock(0, 0));
    let mut since = BTreeMap::new();
    let site = footfall::simulation::site(&options);
    for (door, lines) in site.doors.iter().zip(&heard.doors) {
        let shown = &screen.doors[&door.id];
        for (line, figure) in lines.iter().zip([&shown.entered, &shown.exited]) {
            let Some(first) = line.first else { continue };
            ensure!(figure.is("since"), "door {} says {figure:?}", door.id);
            ensure!(
                said_since(&shown.text, first, (from, opened)),
                "door {} was first heard at {} and says {:?}",
                door.id,
                hour(first),
                shown.text
            );
            since.insert(&door.id, hour(first));
        }
    }
    for (id, zone) in &screen.zones {
        for figure in [&zone.entered, &zone.exited] {
            ensure!(figure.is("since"), "zone {id} says {figure:?}");
        }
        ensure!(
            zone.text.contains("since"),
            "zone {id} says {:?}",
            zone.text
        );
    }
    let short = model::missed(&truth, &known);
    let replayed = crate::replay::compare(&stand.browser).await?;
    stand.is_well().await?;
    stand.tell(&format!(
        "{kind:?}, counters that run for days, opened at {}, until {}: {} doors say since when ({since:?}), {} are less \
         than the day's; {replayed}",
        hour(opened),
        hour(end),
        since.len(),
        short.len(),
    ));
    stand.set_clock(end);
    stand.stop().await
}

/// Cuts the page's connection, refuses others until then, and waits until there is one again.
async fn cut(stand: &Stand, how: Cut, until: Timestamp) -> Result<()> {
    stand.proxy.set(Way::Refuse);
    stand.proxy.cut(how);
    stand
        .screen(
            |screen| (screen.link != "connected").then_some(()),
            "the page knows that its connection is cut",
        )
        .await?;
    stand.until(until).await;
    stand.proxy.set(Way::Pass);
    stand.try_now().await?;
    stand.connected().await
}

/// How many doors the site names as missing, once every zone says that it waits.
fn names_waiting_doors(screen: &Screen) -> Option<usize> {
    let site = screen.zones.get("site")?;
    let names = ["Gate 1", "Gate 2", "Gate 3", "Car park", "Metro"];
    let named = names
        .iter()
        .filter(|name| site.title.contains(*name))
        .count();
    let waits = site.entered.is("waiting") || site.exited.is("waiting");
    (screen.link == "connected" && waits && named > 0).then_some(named)
}

fn truth(day: &Publishing) -> footfall::simulation::Truth {
    day.simulation.truth_at(day.end)
}

/// When what is published, in its order.
fn published(day: &Publishing) -> Vec<(Timestamp, Published)> {
    let mut simulation: Simulation = day.simulation.clone();
    let mut messages = Vec::new();
    while simulation.next_at() < day.end {
        let event = simulation.next_event();
        if let Act::Publish(publish) = event.what {
            let message = Published {
                topic: publish.topic,
                payload: publish.payload,
                qos: 0,
                retained: false,
                duplicate: false,
                id: 0,
            };
            messages.push((event.at, message));
        }
    }
    messages
}

/// Which of these never reached the page, by time and topic.
fn never_arrived(
    published: &[(Timestamp, Published)],
    arrived: &[Published],
) -> Vec<(Timestamp, String)> {
    let arrived: BTreeSet<_> = arrived
        .iter()
        .map(|message| (&message.topic, &message.payload))
        .collect();
    let never = published
        .iter()
        .filter(|(_, message)| !arrived.contains(&(&message.topic, &message.payload)));
    never
        .map(|(at, message)| (*at, message.topic.clone()))
        .collect()
}

/// Whether a text says "since" with the minute of the first reading, or of when the page began to listen.
fn said_since(text: &str, first: Timestamp, listens: (Timestamp, Timestamp)) -> bool {
    let minutes = (listens.0.minute()..=listens.1.minute()).chain([first.minute()]);
    let mut said = minutes.map(|minute| hour(Timestamp::from_millis(minute * 60_000)));
    said.any(|time| text.contains(&format!("since {time}")))
}

/// As the site's clocks show it.
fn hour(at: Timestamp) -> String {
    let minutes = (at.as_millis() - clock(0, 0).as_millis()).div_euclid(60_000);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn last_hour(short: i64) -> Timestamp {
    clock(if is_full() { 22 } else { short }, 0)
}

/// Seconds of the simulated day: a quarter of a real one.
const IN_FLIGHT: u64 = SPEED as u64 / 4;
const CAR_PARK: &str = "ACCC8E100004";
const ROOF_LIFT: &str = "ACCC8E100007";
