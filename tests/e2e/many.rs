//! Very many doors and devices: lists scroll and are searched, and only what is in view is in the document.

use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use footfall_demo::broker::Broker;
use footfall_demo::browser::Browser;
use footfall_demo::serve::{Host, Serving};
use mqtt5::MqttClient;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::stand::{PATIENCE, POLL, element, is_well, tell, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_doors_and_devices_each_is_found_and_only_those_in_view_are_in_the_document()
-> Result<()> {
    let _turn = turn().await;
    let begun = Instant::now();
    let broker = Broker::start().await?;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    browser.resize(1280, 900, 1.0).await?;

    // The same page with few of both, where all of them are in the document.
    host.replace("config.json", config(broker.url(), 3));
    let mut page = Page {
        browser: &browser,
        most_nodes: usize::MAX,
    };
    page.open(&host, &broker, 0).await?;
    speak(&broker, 1..3).await?;
    let few = page
        .until("three cards", |list| list.cards.len() == 3)
        .await?;
    ensure!(few.doors.len() == 3, "{few:?}");
    ensure!(
        !few.has_search,
        "who sees all needs not look for one: {few:?}"
    );

    host.replace("config.json", config(broker.url(), DOORS));
    page.most_nodes = few.nodes + ROOM;
    page.open(&host, &broker, 3).await?;
    speak(&broker, 0..DEVICES).await?;
    let first = page
        .until("all devices are known", |list| list.devices == DEVICES)
        .await?;
    ensure!(first.rows == DOORS + 1, "{first:?}");
    ensure!(first.doors[0] == door(0), "{first:?}");
    tell(
        begun,
        &format!("{} nodes with few, {} with many", few.nodes, first.nodes),
    );

    page.doors().await?;
    page.devices().await?;
    tell(begun, "all were found");
    is_well(&browser, &host).await?;
    drop(browser);
    broker.stop().await
}

struct Page<'a> {
    browser: &'a Browser,
    /// More are never in the document.
    most_nodes: usize,
}

/// What is in the document.
#[derive(Debug)]
struct Lists {
    nodes: usize,
    has_search: bool,
    /// The doors whose rows are in the document.
    doors: Vec<String>,
    /// The last of them stands in the list's view as a whole.
    is_last_door_seen: bool,
    /// Rows of the whole list, with its head.
    rows: usize,
    found_doors: String,
    /// The devices whose cards are in the document.
    cards: Vec<String>,
    /// The places of the first and the last of them, and whether the last stands in the window as a whole.
    first_card: usize,
    last_card: usize,
    is_last_card_seen: bool,
    /// Devices of the whole list.
    devices: usize,
    found_devices: String,
    /// Class and label of what has the focus.
    focus: String,
}

impl Page<'_> {
    /// Opens the page and waits until it hears a device. How many others it knows by then is open: what it stored of them
    /// may be from before the last of them spoke.
    async fn open(&self, host: &Serving, broker: &Broker, device: usize) -> Result<()> {
        self.browser
            .open(&format!("{}?lang=en", host.url()))
            .await?;
        element(self.browser, ".bar [data-link=many][data-state=connected]").await?;
        let deadline = Instant::now() + PATIENCE;
        // Connected is not yet subscribed.
        while !self.lists().await?.cards.contains(&serial(device)) {
            ensure!(Instant::now() < deadline, "nobody is heard");
            speak(broker, device..device + 1).await?;
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Scrolls and searches the doors by keyboard.
    async fn doors(&self) -> Result<()> {
        self.tab_to("search Search doors").await?;
        self.tab_to("doors__list").await?;
        self.browser.press(END).await?;
        let end = self
            .until("the last door is seen", |list| {
                list.doors.last() == Some(&door(DOORS - 1)) && list.is_last_door_seen
            })
            .await?;
        ensure!(!end.doors.contains(&door(0)), "{end:?}");
        self.browser.press(HOME).await?;
        self.until("the first door is seen", |list| {
            list.doors.first() == Some(&door(0))
        })
        .await?;

        let search = element(self.browser, ".doors [type=search]").await?;
        // By its name in either language, and by its id.
        for text in ["gate 0777", "출입구 0777", "DOOR-0777"] {
            search.send_keys(text).await?;
            let found = self
                .until(text, |list| list.doors == [door(777)] && list.rows == 2)
                .await?;
            ensure!(found.found_doors == "1 found", "{found:?}");
            search.send_keys(CLEAR).await?;
            let all = self
                .until("all doors are back", |list| list.rows == DOORS + 1)
                .await?;
            ensure!(all.found_doors.is_empty(), "{all:?}");
        }
        search.send_keys("nobody calls it so").await?;
        self.until("no door", |list| {
            list.doors.is_empty() && list.found_doors == "0 found"
        })
        .await?;
        search.send_keys(CLEAR).await?;
        self.until("all doors are back", |list| list.doors.len() > 5)
            .await
            .map(|_all| ())
    }

    /// Searches the devices, and scrolls them by keyboard, which scrolls the page.
    async fn devices(&self) -> Result<()> {
        let search = element(self.browser, ".devices [type=search]").await?;
        // Only what is in view is in the document.
        let scroll = "document.querySelector('.devices').scrollIntoView()";
        self.browser.client().execute(scroll, Vec::new()).await?;
        for text in ["counter 02222", "accc8e1008ae"] {
            search.send_keys(text).await?;
            let found = self
                .until(text, |list| {
                    list.cards == [serial(2222)] && list.devices == 1
                })
                .await?;
            ensure!(found.found_devices == "1 found", "{found:?}");
            search.send_keys(CLEAR).await?;
            let all = self
                .until("all devices are back", |list| list.devices == DEVICES)
                .await?;
            ensure!(all.found_devices.is_empty(), "{all:?}");
        }

        let state = element(self.browser, ".devices select").await?;
        state.select_by_label("Offline").await?;
        let away: Vec<String> = (0..DEVICES).step_by(AWAY).map(serial).collect();
        self.until("those offline", |list| {
            list.cards == away && list.found_devices == format!("{} found", away.len())
        })
        .await?;
        search.send_keys("counter 00300").await?;
        self.until("one of those offline", |list| list.cards == [serial(300)])
            .await?;
        state.select_by_label("Live").await?;
        self.until("none of those live", |list| {
            list.cards.is_empty() && list.found_devices == "0 found"
        })
        .await?;
        state.select_by_label("All devices").await?;
        search.send_keys(CLEAR).await?;
        let all = self
            .until("all devices are back", |list| list.devices == DEVICES)
            .await?;
        ensure!(all.first_card == 1, "{all:?}");
        ensure!(all.cards[0] == away[0], "trouble first: {all:?}");

        // From a button of the bar.
        element(self.browser, ".bar > [aria-haspopup=dialog]").await?;
        let focus = "document.querySelector('.bar > [aria-haspopup=dialog]').focus()";
        self.browser.client().execute(focus, Vec::new()).await?;
        self.browser.press(END).await?;
        let end = self
            .until("the last device is seen", |list| {
                list.last_card == DEVICES && list.is_last_card_seen
            })
            .await?;
        ensure!(end.cards.last() == Some(&serial(DEVICES - 1)), "{end:?}");
        ensure!(end.first_card > 1, "{end:?}");
        Ok(())
    }

    /// Presses Tab until that has the focus.
    async fn tab_to(&self, what: &str) -> Result<()> {
        for _tab in 0..40 {
            self.browser.press(TAB).await?;
            if self.lists().await?.focus == what {
                return Ok(());
            }
        }
        bail!("by Tab nobody comes to {what}");
    }

    /// Waits until the lists are so; at no time more is in the document than may be.
    async fn until(&self, what: &str, is_so: impl Fn(&Lists) -> bool) -> Result<Lists> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lists = self.lists().await?;
            ensure!(
                lists.nodes <= self.most_nodes,
                "{what}: there are {} nodes, and may be {}",
                lists.nodes,
                self.most_nodes
            );
            if is_so(&lists) {
                return Ok(lists);
            }
            if Instant::now() > deadline {
                self.browser.save_picture("e2e-many").await?;
                bail!("it never came so: {what}; {lists:#?}");
            }
            sleep(POLL).await;
        }
    }

    async fn lists(&self) -> Result<Lists> {
        let lists = self.browser.client().execute(LISTS, Vec::new()).await?;
        Lists::read(&lists).context("the lists are not as told")
    }
}

impl Lists {
    fn read(told: &Value) -> Option<Self> {
        let number = |name: &str| usize::try_from(told[name].as_u64()?).ok();
        let text = |name: &str| Some(told[name].as_str()?.to_owned());
        let texts = |name: &str| {
            let texts = told[name].as_array()?.iter();
            texts
                .map(|text| Some(text.as_str()?.to_owned()))
                .collect::<Option<_>>()
        };
        Some(Self {
            nodes: number("nodes")?,
            has_search: told["has_search"].as_bool()?,
            doors: texts("doors")?,
            is_last_door_seen: told["is_last_door_seen"].as_bool()?,
            rows: number("rows")?,
            found_doors: text("found_doors")?,
            cards: texts("cards")?,
            first_card: number("first_card")?,
            last_card: number("last_card")?,
            is_last_card_seen: told["is_last_card_seen"].as_bool()?,
            devices: number("devices")?,
            found_devices: text("found_devices")?,
            focus: text("focus")?,
        })
    }
}

/// Each device says once what it has counted; some say then that they leave.
async fn speak(broker: &Broker, devices: std::ops::Range<usize>) -> Result<()> {
    let client = MqttClient::new("devices");
    client.connect(broker.tcp_url()).await?;
    for index in devices {
        let id = serial(index);
        let topic = format!("counters/{id}/live-sum");
        let said =
            json!({ "serial": id, "name": format!("Counter {index:05}"), "in": 0, "out": 0 });
        client.publish_qos1(&topic, said.to_string()).await?;
        if index.is_multiple_of(AWAY) {
            let topic = format!("axis/{id}/event/connection");
            client
                .publish_qos1(&topic, r#"{ "connected": false }"#)
                .await?;
        }
    }
    Ok(client.disconnect().await?)
}

fn config(url: &str, doors: usize) -> String {
    let door = |index: usize| {
        json!({
            "id": door(index),
            "name": { "en": format!("Gate {index:04}"), "ko": format!("출입구 {index:04}") },
            "device": serial(index),
        })
    };
    let zone = |zone: usize| {
        let doors: Vec<String> = (0..doors)
            .filter(|index| index % ZONES == zone)
            .map(self::door)
            .collect();
        json!({ "id": format!("zone-{zone}"), "name": format!("Zone {zone}"), "capacity": 1000, "doors": doors })
    };
    let config: Value = json!({
        "site": {
            "id": "many",
            "name": "Many",
            "timeZone": "UTC",
            "zones": (0..ZONES).map(zone).collect::<Vec<_>>(),
            "doors": (0..doors).map(door).collect::<Vec<_>>(),
        },
        "brokers": [{ "id": "many", "url": url, "filters": ["counters/#", "axis/#"] }],
    });
    config.to_string()
}

fn door(index: usize) -> String {
    format!("door-{index:04}")
}

fn serial(index: usize) -> String {
    format!("ACCC8E10{index:04X}")
}

const LISTS: &str = r"
const all = (selector, data) => [...document.querySelectorAll(selector)].map(one => one.dataset[data]);
const last = selector => [...document.querySelectorAll(selector)].at(-1);
const is_seen = (one, top, bottom) => {
  const place = one?.getBoundingClientRect();
  return !!place && place.top >= top - 1 && place.bottom <= bottom + 1;
};
const text = selector => document.querySelector(selector)?.innerText ?? '';
const list = document.querySelector('.doors__list')?.getBoundingClientRect();
const card = last('.device'), focus = document.activeElement;
return {
  nodes: document.getElementsByTagName('*').length,
  has_search: !!document.querySelector('[type=search]'),
  doors: all('[data-door]', 'door'),
  is_last_door_seen: !!list && is_seen(last('[data-door]'), list.top, list.bottom),
  rows: Number(document.querySelector('.doors table')?.getAttribute('aria-rowcount') ?? 0),
  found_doors: text('.doors [role=status]'),
  cards: all('.device', 'device'),
  first_card: Number(document.querySelector('.device')?.getAttribute('aria-posinset') ?? 0),
  last_card: Number(card?.getAttribute('aria-posinset') ?? 0),
  is_last_card_seen: is_seen(card, 0, innerHeight),
  devices: Number(card?.getAttribute('aria-setsize') ?? 0),
  found_devices: text('.devices [role=status]'),
  focus: `${focus.className} ${focus.getAttribute('aria-label') ?? ''}`.trim(),
};";

const TAB: &str = "\u{E004}";
const END: &str = "\u{E010}";
const HOME: &str = "\u{E011}";
/// Selects all and deletes it.
const CLEAR: &str = "\u{E009}a\u{E009}\u{E017}";

const DOORS: usize = 1000;
const DEVICES: usize = 3000;
const ZONES: usize = 8;
/// Every so many of them is offline.
const AWAY: usize = 300;
/// What a window of that size shows more of many than of three: some thirty rows and cards, each of about fifteen nodes.
const ROOM: usize = 1500;
