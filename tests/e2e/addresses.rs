//! Several brokers, and several addresses of one: nothing is lost, nothing counts twice, whatever fails meanwhile.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use footfall_demo::brokers::cluster::Cluster;
use footfall_demo::brokers::mosquitto::Mosquitto;
use footfall_demo::browser::Browser;
use footfall_demo::proxy::{Cut, Proxy, Way};
use footfall_demo::serve::Host;
use footfall_demo::tape;
use footfall_demo::zone::now;
use mqtt5::{ConnectOptions, MqttClient, ProtocolVersion};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::screen::Screen;
use crate::stand::{
    PASSWORD, POLL, USER, element, is_full, is_well, open_settings, turn, type_password,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_brokers_and_a_bridge_cut_and_healed_count_each_person_once() -> Result<()> {
    let _turn = turn().await;
    if !Mosquitto::is_installed() {
        println!("Mosquitto is not installed: not run");
        return Ok(());
    }
    let near = Mosquitto::start_open().await?;
    let bridge = Proxy::before(&near.tcp_url()).await?;
    let far = Mosquitto::start_bridged(bridge.address(), "people/#", "west/").await?;
    let (near_link, far_link) = (
        Proxy::before(&near.url()).await?,
        Proxy::before(&far.url()).await?,
    );
    let host = Host::of_this_build().start().await?;
    let config = json!({
        "site": site(),
        "brokers": [
            { "id": "near", "url": near_link.through(&near.url())?, "filters": ["people/#", "alone/#"] },
            { "id": "far", "url": far_link.through(&far.url())?, "filters": ["west/people/#"], "prefix": "west/" },
        ],
    });
    host.replace("config.json", config.to_string());
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    both_connected(&browser).await?;

    let door = Door::at(&near.tcp_url(), None).await?;
    door.pass(0..150).await?;
    counted(&browser, 150).await?;

    // The bridge is cut while people pass, and healed.
    bridge.set(Way::Refuse);
    bridge.cut(Cut::Reset);
    door.pass(150..300).await?;
    counted(&browser, 300).await?;
    bridge.set(Way::Pass);

    // Then the page sees only what the bridge brings, and says so of who does not come by it.
    door.say(
        "alone/door",
        r#"{"device":"alone","direction":"in","value":1}"#,
    )
    .await?;
    shows(&browser, "alone", "Live").await?;
    near_link.set(Way::Refuse);
    near_link.cut(Cut::Reset);
    shows(&browser, "alone", "as of").await?;
    browser
        .wait_for_text(".devices .card__note", "1 unseen")
        .await?;
    door.pass(300..450).await?;
    counted(&browser, 450).await?;
    shows(&browser, "gate", "Live").await?;
    near_link.set(Way::Pass);
    try_now(&browser).await?;
    both_connected(&browser).await?;
    shows(&browser, "alone", "Live").await?;

    // Then neither, and both at once bring what came meanwhile.
    for link in [&near_link, &far_link] {
        link.set(Way::Refuse);
        link.cut(Cut::Reset);
    }
    element(
        &browser,
        ".strip[data-kind=blind] + .strip[data-kind=blind]",
    )
    .await?;
    door.pass(450..600).await?;
    for link in [&near_link, &far_link] {
        link.set(Way::Pass);
    }
    try_now(&browser).await?;
    both_connected(&browser).await?;
    door.pass(600..650).await?;
    counted(&browser, 650).await?;

    // All came by both.
    until_in(
        &browser,
        PATIENCE,
        "the bridge has brought all",
        async || {
            let last = br#""id":649"#;
            let has = |proxy: &Proxy| {
                let tapes = proxy.tapes();
                tapes
                    .iter()
                    .any(|tape| tape.windows(last.len()).any(|part| part == last))
            };
            Ok(has(&near_link) && has(&far_link))
        },
    )
    .await?;
    counted(&browser, 650).await?;
    is_well(&browser, &host).await?;
    near.stop().await?;
    far.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_whose_node_is_killed_loses_nothing_and_counts_nobody_twice() -> Result<()> {
    if !is_full() {
        println!("the cluster: not run (only with FOOTFALL_FULL=1)");
        return Ok(());
    }
    let _turn = turn().await;
    if let Some(missing) = Cluster::missing() {
        println!("{missing} is not installed: not run");
        return Ok(());
    }
    let mut cluster = Cluster::start(USER, PASSWORD).await?;
    let (first, second) = (
        Proxy::before(cluster.url(0)).await?,
        Proxy::before(cluster.url(2)).await?,
    );
    let urls = [
        first.through(cluster.url(0))?,
        second.through(cluster.url(2))?,
    ];
    let host = Host::of_this_build().start().await?;
    let config = json!({
        "site": site(),
        "brokers": [{ "id": "mall", "url": urls, "username": USER,
            "version": "3.1.1", "filters": ["people/#"] }],
    });
    host.replace("config.json", config.to_string());
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    type_password(&browser, PASSWORD).await?;
    until_in(
        &browser,
        Duration::from_secs(90),
        "it is connected",
        async || Ok(Screen::read(&browser).await?.link == "connected"),
    )
    .await?;
    ensure!(address(&browser).await? == urls[0]);

    let door = Door::at(cluster.tcp_url(1), Some((USER, PASSWORD))).await?;
    until_in(
        &browser,
        Duration::from_secs(60),
        "the first person is counted",
        async || {
            door.pass(0..1).await?;
            Ok(entered(&browser).await? >= Some(1))
        },
    )
    .await?;
    let people = door.pass(1..1_000);
    let kill = async {
        let some = async || Ok(both(&browser).await?[0] >= Some(200));
        until_in(&browser, Duration::from_secs(60), "some are counted", some).await?;
        cluster.kill(0).await
    };
    let (passed, killed) = tokio::join!(people, kill);
    passed?;
    killed?;
    until_in(
        &browser,
        Duration::from_secs(90),
        "it is at another node",
        async || {
            let is_there = address(&browser).await? == urls[1];
            Ok(is_there && Screen::read(&browser).await?.link == "connected")
        },
    )
    .await?;
    door.pass(1_000..1_100).await?;
    // What the cluster brings again, because it did not hear that it is known, comes within its `ack_wait`.
    let told = || ["gate", "side"].map(|door| told(door, [&first, &second]));
    let begun = Instant::now();
    while told() != [1_100; 2] && begun.elapsed() < Duration::from_secs(20) {
        sleep(POLL).await;
    }
    let what = "all that was told is counted, and nobody twice";
    let is_so = async || Ok(both(&browser).await? == told().map(Some));
    until_in(&browser, PATIENCE, what, is_so).await?;
    println!(
        "the cluster: lost by the broker: {:?}",
        told().map(|told| 1_100 - told)
    );
    let last = second.tapes().last().map(|tape| tape::answers(tape));
    let connack = last.and_then(|answers| answers.connack);
    ensure!(
        connack.is_some_and(|connack| connack.session_present),
        "the session went on"
    );
    open_settings(&browser).await?;
    browser
        .wait_for_text("[data-profile=mall]", "2 of 2 addresses")
        .await?;
    browser.save_picture("cluster-moved").await?;
    is_well(&browser, &host).await
}

/// One door that numbers the people who pass, and one that only tells when each of them did.
struct Door {
    client: MqttClient,
    begun: i64,
    /// What the broker does not acknowledge is said again: who tells only a time would be a second person.
    numbers_all: bool,
}

impl Door {
    async fn at(url: &str, user: Option<(&str, &str)>) -> Result<Self> {
        let mut options = ConnectOptions::new("doors").with_protocol_version(ProtocolVersion::V311);
        if let Some((user, password)) = user {
            options = options.with_credentials(user, password);
        }
        let deadline = Instant::now() + ELECTION;
        loop {
            let client = MqttClient::with_options(options.clone());
            match client.connect_with_options(url, options.clone()).await {
                Ok(_connected) => {
                    let begun = now().before(Duration::from_secs(600)).as_millis();
                    let numbers_all = user.is_some();
                    return Ok(Self {
                        client,
                        begun,
                        numbers_all,
                    });
                }
                // A cluster that elects lets nobody in.
                Err(error) => ensure!(
                    Instant::now() < deadline,
                    "the door cannot connect: {error}"
                ),
            }
            sleep(POLL).await;
        }
    }

    /// Says of each of these people that they passed, until the broker has it.
    async fn pass(&self, people: Range<i64>) -> Result<()> {
        for person in people {
            let at = self.begun + person * 7;
            let numbered = format!(
                r#"{{"device":"gate","direction":"in","value":1,"timestamp":{at},"id":{person}}}"#
            );
            let timed = if self.numbers_all {
                numbered.replace("gate", "side")
            } else {
                format!(r#"{{"device":"side","direction":"in","value":1,"timestamp":{at}}}"#)
            };
            self.say("people/gate", &numbered).await?;
            self.say("people/side", &timed).await?;
        }
        Ok(())
    }

    async fn say(&self, topic: &str, payload: &str) -> Result<()> {
        let deadline = Instant::now() + ELECTION;
        loop {
            let said = self.client.publish_qos1(topic, payload.to_owned());
            if let Ok(Ok(_acknowledged)) = timeout(PATIENCE, said).await {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "the broker takes no message");
        }
    }
}

/// How many people a broker told of at a door that numbers them, over any connection.
fn told(door: &str, proxies: [&Proxy; 2]) -> u64 {
    let tapes = proxies.into_iter().flat_map(Proxy::tapes);
    let messages = tapes.flat_map(|tape| tape::published(&tape));
    let people = messages.filter(|message| message.topic == format!("people/{door}"));
    let people: BTreeSet<Vec<u8>> = people.map(|message| message.payload).collect();
    people.len() as u64
}

/// Two doors, and a day that does not end soon.
fn site() -> Value {
    let hour = now().as_millis() / 3_600_000 % 24;
    json!({
        "id": "s", "timeZone": "UTC", "reset": format!("{:02}:00", (hour + 12) % 24),
        "zones": [{ "id": "hall", "doors": ["gate", "side"] }],
        "doors": [{ "id": "gate", "device": "gate" }, { "id": "side", "device": "side" }],
    })
}

/// Waits until the mark on a device's card says so.
async fn shows(browser: &Browser, device: &str, word: &str) -> Result<()> {
    let card = format!(".device[data-device={device}] .state");
    browser.wait_for_text(&card, word).await?;
    Ok(())
}

/// Waits until both doors counted just so many.
async fn counted(browser: &Browser, people: u64) -> Result<()> {
    let what = format!("{people} are counted");
    until_in(browser, PATIENCE, &what, async || {
        Ok(entered(browser).await? == Some(people))
    })
    .await
}

/// What both doors say, if they say the same.
async fn entered(browser: &Browser) -> Result<Option<u64>> {
    let [gate, side] = both(browser).await?;
    Ok(gate.filter(|_| gate == side))
}

async fn both(browser: &Browser) -> Result<[Option<u64>; 2]> {
    let screen = Screen::read(browser).await?;
    Ok(["gate", "side"].map(|door| screen.doors.get(door).and_then(|door| door.entered.value)))
}

async fn both_connected(browser: &Browser) -> Result<()> {
    let read = "return [...document.querySelectorAll('[data-link]')].map(e => e.dataset.state)";
    until_in(browser, PATIENCE, "both are connected", async || {
        let states = browser.client().execute(read, Vec::new()).await?;
        Ok(states == json!(["connected", "connected"]))
    })
    .await
}

/// Presses "try now", if it is still there.
async fn try_now(browser: &Browser) -> Result<()> {
    let press = "document.querySelector('.strip[data-kind=blind] .strip__actions button')?.click()";
    browser.client().execute(press, Vec::new()).await?;
    Ok(())
}

/// The address that the bar shows.
async fn address(browser: &Browser) -> Result<String> {
    browser.text(".link__address").await
}

async fn until_in(
    browser: &Browser,
    patience: Duration,
    what: &str,
    mut is_so: impl AsyncFnMut() -> Result<bool>,
) -> Result<()> {
    let deadline = Instant::now() + patience;
    while !is_so().await? {
        if Instant::now() > deadline {
            browser.save_picture("addresses-failed").await?;
            let screen = Screen::read(browser).await?;
            bail!("it never came so: {what}; the screen shows {screen:#?}");
        }
        sleep(POLL).await;
    }
    Ok(())
}

/// A machine that is busy with other tests takes its time.
const PATIENCE: Duration = Duration::from_secs(40);
/// A cluster that just lost its leader, or never had one.
const ELECTION: Duration = Duration::from_secs(60);
