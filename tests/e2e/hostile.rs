//! Hostile names in every place where somebody else's text is shown: they are shown as text, and do nothing else.

mod broker;
mod corpus;

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use footfall::mqtt::Version;
use footfall::settings::config::parse;
use footfall::words::{EN_SETTINGS, shown};
use footfall_demo::browser::Browser;
use footfall_demo::serve::{Host, STRICT_POLICY, Serving};
use footfall_demo::zone::now;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::stand::{PATIENCE, POLL, click, element, is_well, open_settings, tell, turn};
use crate::wire;
use broker::{
    ASSIGNED_CLIENT_IDENTIFIER, REASON_STRING, RESPONSE_INFORMATION, SERVER_REFERENCE,
    ScriptedBroker, connack, disconnect, property,
};
use corpus::corpus;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_of_devices_topics_zones_and_doors_are_text() -> Result<()> {
    let _turn = turn().await;
    let begun = Instant::now();
    let texts: Vec<String> = corpus().into_iter().map(|(_, text)| text).collect();
    let messages = messages(&texts);
    let broker = ScriptedBroker::start(move |_path, packet| match packet[0] >> 4 {
        1 => vec![connack(0, &[])],
        // Subscribed: all of them at once.
        8 => {
            let granted = wire::suback(Version::V5, wire::id_of(packet), &[1]);
            std::iter::once(granted).chain(messages.clone()).collect()
        }
        12 => vec![wire::PINGRESP.to_vec()],
        _ => Vec::new(),
    })
    .await?;
    let browser = Browser::start().await?;
    let host = opened(&browser, &site(&texts, &broker.url).to_string()).await?;
    connected(&browser).await?;
    // All are full.
    let named: Vec<String> = texts.iter().filter_map(|text| name(text)).collect();
    for name in &named {
        holds(&browser, ".strip[data-kind=alarm] li", &shown(name)).await?;
    }

    let cards = cards(&browser).await?;
    devices_are_as_expected(&cards, &texts)?;
    for (width, height) in SIZES {
        browser.resize(width, height, 1.0).await?;
        is_harmless(&browser, &format!("the wall at {width} px")).await?;
        browser
            .save_picture(&format!("hostile-wall-{width}"))
            .await?;

        for table in [".chart[data-chart=present]", ".chart[data-chart=flow]"] {
            click(&browser, &format!("{table} .chart__toggle")).await?;
            element(&browser, &format!("{table} .chart__table")).await?;
        }
        is_harmless(&browser, "the charts as tables").await?;
        browser
            .save_picture(&format!("hostile-tables-{width}"))
            .await?;
        for table in [".chart[data-chart=present]", ".chart[data-chart=flow]"] {
            click(&browser, &format!("{table} .chart__toggle")).await?;
        }
        settings_are_harmless(&browser, "wall", width).await?;
    }
    tell(begun, &format!("{} devices", cards.len()));

    let zones = texts_of(&browser, "[data-zone] .zone__name").await?;
    let doors = strings(&browser.client().execute_async(DOORS, Vec::new()).await?);
    for (what, said) in [("zone", zones), ("door", doors)] {
        for name in &named {
            ensure!(said.contains(&shown(name)), "no {what} says {name:?}");
        }
    }
    let title = browser.client().title().await?;
    ensure!(title == shown(SITE), "the title is {title:?}");
    is_well(&browser, &host).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_answers_and_names_of_brokers_are_text() -> Result<()> {
    let _turn = turn().await;
    let begun = Instant::now();
    let texts: Vec<String> = corpus().into_iter().map(|(_, text)| text).collect();
    let answers: Vec<String> = texts.iter().map(|text| text.replace('\0', "")).collect();
    let script = answers.clone();
    let broker = ScriptedBroker::start(move |path, packet| {
        let number = path.split('/').next().unwrap_or_default();
        let said = number
            .parse::<usize>()
            .ok()
            .and_then(|at| script.get(at).map(|text| (at, text)));
        let Some((at, text)) = said else {
            return Vec::new();
        };
        let reason = property(REASON_STRING, text);
        match (packet[0] >> 4, at % 3) {
            (1, 0) => vec![connack(SERVER_BUSY, &reason)],
            (1, _) => {
                let mut properties = reason;
                for id in [
                    ASSIGNED_CLIENT_IDENTIFIER,
                    RESPONSE_INFORMATION,
                    SERVER_REFERENCE,
                ] {
                    properties.extend(property(id, text));
                }
                vec![connack(0, &properties)]
            }
            (8, 1) => vec![disconnect(
                SERVER_SHUTTING_DOWN,
                &property(REASON_STRING, text),
            )],
            (8, _) => vec![wire::suback(
                Version::V5,
                wire::id_of(packet),
                &[NOT_AUTHORIZED],
            )],
            (12, _) => vec![wire::PINGRESP.to_vec()],
            _ => Vec::new(),
        }
    })
    .await?;
    let brokers: Vec<Value> = (0..)
        .zip(&texts)
        .map(|(at, text): (usize, _)| {
            let filter = name(&filter(text)).unwrap_or_else(|| "f".to_owned());
            json!({
                "id": format!("b{at}"),
                "name": name(text).unwrap_or_else(|| "plain".to_owned()),
                "url": format!("{}{at}/{}", broker.url, path(text)),
                "filters": [filter],
            })
        })
        .collect();
    let browser = Browser::start().await?;
    let host = opened(&browser, &json!({ "brokers": brokers }).to_string()).await?;

    // What those that refuse said, and the names of those that refuse filters.
    for (at, text) in answers.iter().enumerate().filter(|(at, _)| at % 3 < 2) {
        let reason: String = text.chars().take(REASON_SHOWN).collect();
        let said = format!("“{}”", shown(&reason));
        if !reason.trim().is_empty() {
            holds(&browser, ".strips", &said)
                .await
                .with_context(|| format!("broker {at}"))?;
        }
    }
    for (width, height) in SIZES {
        browser.resize(width, height, 1.0).await?;
        is_harmless(&browser, &format!("the strips at {width} px")).await?;
        browser
            .save_picture(&format!("hostile-strips-{width}"))
            .await?;
        settings_are_harmless(&browser, "brokers", width).await?;
    }
    open_settings(&browser).await?;
    element(&browser, "dialog[open] .profiles").await?;
    let names = texts_of(&browser, ".profile__name").await?;
    for text in texts.iter().filter_map(|text| name(text)) {
        ensure!(
            names.contains(&shown(&text)),
            "no broker is called {text:?}"
        );
    }
    tell(begun, &format!("{} brokers", names.len()));
    is_well(&browser, &host).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_mistakes_of_a_configuration_are_text() -> Result<()> {
    let _turn = turn().await;
    let texts: Vec<String> = corpus().into_iter().map(|(_, text)| text).collect();
    let (keys, values) = texts.split_at(texts.len() / 2);
    let unknown: Map<String, Value> = keys.iter().map(|key| (key.clone(), json!(1))).collect();
    let zones: Vec<Value> = values
        .iter()
        .map(|value| json!({ "id": "z", "capacity": value }))
        .collect();
    let browser = Browser::start().await?;
    for (place, config) in [
        (
            "keys",
            json!({ "site": unknown.clone(), "brokers": [{ "id": "b", "url": "x" }] }),
        ),
        (
            "values",
            json!({ "demo": keys[0], "site": { "id": "s", "timeZone": values[0], "zones": zones } }),
        ),
        ("top", Value::Object(unknown)),
        // What no writer of JSON writes: half a letter, and no letter at all.
        ("halves", Value::Null),
    ] {
        let text = if config.is_null() {
            r#"{ "site": { "id": "\ud800", "name": "\udfff\ud800", "timeZone": "\u0000\u202e" }, "\ud83d": 1 }"#.to_owned()
        } else {
            config.to_string()
        };
        let mistakes = parse(&text).mistakes;
        ensure!(!mistakes.is_empty(), "{place} are no mistakes");
        let host = opened(&browser, &text).await?;
        element(&browser, "[data-config=mistakes] .strip").await?;
        settings_are_harmless(&browser, &format!("mistakes-{place}"), SIZES[0].0).await?;
        open_settings(&browser).await?;
        element(&browser, "section[aria-labelledby=configuration]").await?;
        let said = texts_of(
            &browser,
            "section[aria-labelledby=configuration] .odd__item > *",
        )
        .await?;
        let expected: Vec<_> = mistakes
            .iter()
            .flat_map(|mistake| {
                [
                    EN_SETTINGS.mistake_place(mistake),
                    EN_SETTINGS.mistake(mistake),
                ]
            })
            .collect();
        ensure!(
            said == expected,
            "{place}: it says {said:#?}, not {expected:#?}"
        );
        is_well(&browser, &host).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_whose_texts_are_no_text_is_left_with_a_word_about_it() -> Result<()> {
    let _turn = turn().await;
    let topics: [&[u8]; 4] = [
        b"nul\0topic",
        b"\xED\xA0\x80 half a letter",
        b"\xFF\xFE",
        b"\xC0\xAF",
    ];
    let broker = ScriptedBroker::start(move |path, packet| {
        let topic = path.parse::<usize>().ok().and_then(|at| topics.get(at));
        match (packet[0] >> 4, topic) {
            (1, _) => vec![connack(0, &[])],
            (8, Some(topic)) => {
                let length = u16::try_from(topic.len()).unwrap_or(0).to_be_bytes();
                let body = [&length, *topic, b"\x001"].concat();
                let granted = wire::suback(Version::V5, wire::id_of(packet), &[1]);
                vec![granted, wire::packet(0x30, &body)]
            }
            _ => Vec::new(),
        }
    })
    .await?;
    let browser = Browser::start().await?;
    for at in 0..topics.len() {
        let url = format!("{}{at}", broker.url);
        let config = json!({ "brokers": [{ "id": "b", "url": url, "filters": ["#"] }] });
        let host = opened(&browser, &config.to_string()).await?;
        browser
            .wait_for_text(".strip[data-kind=blind]", "is not MQTT")
            .await
            .with_context(|| format!("topic {at}"))?;
        is_harmless(&browser, "a topic that is no text").await?;
        is_well(&browser, &host).await?;
    }
    Ok(())
}

/// What each device that was named so must show.
fn devices_are_as_expected(cards: &BTreeMap<String, Card>, texts: &[String]) -> Result<()> {
    for (at, text) in texts.iter().enumerate() {
        let card = |id: &str| {
            cards
                .get(id)
                .with_context(|| format!("no device {id:?} of {text:?}"))
        };
        // A device of the site's, by the site's name.
        if let Some(name) = name(text) {
            let card = card(&serial(GATE, at))?;
            ensure!(
                card.name == shown(&name),
                "{name:?} is shown as {:?}",
                card.name
            );
        }
        // By its own name.
        let own: String = text.trim().chars().take(NAME_SHOWN).collect();
        if !own.is_empty() {
            let card = card(&serial(OWN, at))?;
            ensure!(
                card.name == shown(&own),
                "{own:?} is shown as {:?}",
                card.name
            );
        }
        // By its topic.
        if let Some(topic) = topic(text) {
            let id: String = topic.trim().chars().take(NAME_SHOWN).collect();
            let card = card(&id)?;
            ensure!(
                card.name == shown(&id),
                "{id:?} is shown as {:?}",
                card.name
            );
        }
        // Its words, or that they are none.
        let card = card(&format!("words/{at}"))?;
        let words: String = text.chars().take(WORDS_SHOWN).collect();
        let is_text = !text
            .chars()
            .any(|letter| letter.is_control() && !letter.is_whitespace());
        let said = if is_text {
            shown(&words)
        } else {
            "bytes".to_owned()
        };
        ensure!(
            card.says.contains(&said),
            "{said:?} is said as {:?}",
            card.says
        );
    }
    Ok(())
}

/// A card of a device.
struct Card {
    name: String,
    says: String,
}

/// All of them, by scrolling through the page.
async fn cards(browser: &Browser) -> Result<BTreeMap<String, Card>> {
    // So high that it is scrolled seldom.
    browser.resize(1366, 4_000, 1.0).await?;
    let note = browser
        .wait_for_text(".devices .card__note", "live")
        .await?;
    let count: u64 = note
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse::<u64>().ok())
        .sum();
    let patience = u64::try_from(PATIENCE.as_millis())?;
    let limits = vec![count.into(), patience.into()];
    let all = browser.client().execute_async(CARDS, limits).await?;
    // Not as an object: one of them is called `__proto__`.
    let all = all.as_array().context("no cards")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(all
        .iter()
        .map(|entry| {
            let card = Card {
                name: text(&entry[1][0]),
                says: text(&entry[1][1]),
            };
            (text(&entry[0]), card)
        })
        .collect())
}

/// Nothing ran, nothing is there that no page of ours has, and nothing is wider than where it lies.
async fn is_harmless(browser: &Browser, place: &str) -> Result<()> {
    // What came last may not be painted yet.
    let deadline = Instant::now() + PATIENCE / 10;
    loop {
        let found = browser.client().execute(LOOK, Vec::new()).await?;
        let found = found.as_array().cloned().unwrap_or_default();
        if found.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            browser.save_picture("hostile-failed").await?;
            bail!("{place}: {found:#?}");
        }
        sleep(POLL).await;
    }
}

/// The overview, and the form of the first broker.
async fn settings_are_harmless(browser: &Browser, name: &str, width: u32) -> Result<()> {
    open_settings(browser).await?;
    element(browser, "dialog[open] .profiles").await?;
    is_harmless(browser, &format!("the settings of {name} at {width} px")).await?;
    browser
        .save_picture(&format!("hostile-settings-{name}-{width}"))
        .await?;
    let edits = "[data-profile] .profile__actions button:nth-of-type(2)";
    let first = browser
        .client()
        .find_all(fantoccini::Locator::Css(edits))
        .await?;
    if let Some(edit) = first.first() {
        edit.click().await?;
        element(browser, "dialog[open] #name").await?;
        is_harmless(browser, &format!("the form of {name} at {width} px")).await?;
        click(browser, "dialog[open] .sheet__foot [data-kind=bare]").await?;
        element(browser, "dialog[open] .profiles").await?;
    }
    click(browser, ".sheet__head .push").await
}

/// The page with that configuration, on a phone.
async fn opened(browser: &Browser, config: &str) -> Result<Serving> {
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    host.replace("config.json", config);
    browser.resize(SIZES[0].0, SIZES[0].1, 1.0).await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    Ok(host)
}

async fn connected(browser: &Browser) -> Result<()> {
    element(browser, "[data-link][data-state=connected]").await?;
    Ok(())
}

/// Waits until an element says that, exactly as it is written.
async fn holds(browser: &Browser, selector: &str, part: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let said = texts_of(browser, selector).await?;
        if said.iter().any(|text| text.contains(part)) {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "{selector} does not say {part:?}: {said:#?}"
        );
        sleep(POLL).await;
    }
}

/// The texts of all elements of a selector, with every character.
async fn texts_of(browser: &Browser, selector: &str) -> Result<Vec<String>> {
    let read =
        "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)";
    let texts = browser
        .client()
        .execute(read, vec![selector.into()])
        .await?;
    Ok(strings(&texts))
}

fn strings(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten();
    texts
        .filter_map(|text| Some(text.as_str()?.to_owned()))
        .collect()
}

/// What all doors are called: only those in view are in the document.
const DOORS: &str = r"
const done = arguments[arguments.length - 1], said = new Set();
const list = document.querySelector('.doors__list'), table = list.querySelector('table');
const shown = () => [...list.querySelectorAll('[data-door]')];
// Reads when that door is in the document.
const read = index => {
  const doors = shown(), wanted = doors.find(door => Number(door.ariaRowIndex) === index);
  if (!wanted) return requestAnimationFrame(() => read(index));
  for (const door of doors) said.add(door.querySelector('bdi').textContent);
  const last = doors.at(-1), next = Number(last.ariaRowIndex);
  if (next === Number(table.ariaRowCount)) return done([...said]);
  last.scrollIntoView({ block: 'start' });
  requestAnimationFrame(() => read(next + 1));
};
list.scrollTop = 0;
list.scrollIntoView();
read(2);
";

/// A site with a zone, a door and a device for each text.
fn site(texts: &[String], broker: &str) -> Value {
    let (mut zones, mut doors, mut devices) = (Vec::new(), Vec::new(), Vec::new());
    // The last first: only six zones have a curve.
    for (at, text) in texts.iter().enumerate().rev() {
        let Some(name) = name(text) else { continue };
        let device = serial(GATE, at);
        zones.push(json!({ "id": name, "name": name, "capacity": 5, "doors": [name] }));
        doors
            .push(json!({ "id": name, "device": device, "entered": LINES[0], "exited": LINES[1] }));
        devices.push(json!({ "id": device, "name": { "en": name, "ko": name } }));
    }
    json!({
        "site": {
            "id": "s", "name": SITE, "timeZone": "UTC", "reset": day_began().get(11..16),
            "zones": zones, "doors": doors, "devices": devices,
        },
        "brokers": [{ "id": "b", "name": SITE, "url": broker, "filters": ["#"] }],
    })
}

/// What may be a name in a configuration; the rest is a mistake.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name =
        !text.is_empty() && !text.contains(char::is_control) && text.chars().count() <= NAME_SHOWN;
    is_name.then(|| text.to_owned())
}

/// What may be a topic filter.
fn filter(text: &str) -> String {
    text.replace(['#', '+', '\0'], "*")
}

/// What may stand in an address.
fn path(text: &str) -> String {
    let is_free = |letter: &char| {
        let ends = ['#', '?', '@', '\\'].contains(letter);
        !ends && !letter.is_whitespace() && !letter.is_control()
    };
    text.chars().filter(is_free).take(NAME_SHOWN).collect()
}

/// What a device may publish on.
fn topic(text: &str) -> Option<String> {
    let topic = filter(text);
    // A broker's own topics are no devices'; and what is shown of others is the first of it.
    (!topic.starts_with('$') && !topic.trim().is_empty()).then_some(topic)
}

/// Every text in every place of a message.
fn messages(texts: &[String]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut say = |topic: &str, payload: &[u8]| {
        messages.push(wire::publish(Version::V5, 0, topic, 0, payload));
    };
    for (at, text) in texts.iter().enumerate() {
        let json = |value: Value| value.to_string().into_bytes();
        if let Some(topic) = topic(text) {
            say(&topic, &json(json!({ "value": 1 })));
            // A connection message that cannot be read: a warning with its topic.
            say(
                &format!("{topic}/event/connection"),
                &json(json!({ "connected": text })),
            );
        }
        let own = serial(OWN, at);
        say(
            &format!("x/connect/{own}"),
            &json(json!({ "connected": true, "device": own, "name": text })),
        );
        say(&format!("words/{at}"), text.as_bytes());
        say(
            &format!("numbers/{at}"),
            &json(Value::Object(Map::from_iter([(text.clone(), json!(12.5))]))),
        );
        say(
            &format!("states/{at}"),
            &json(Value::Object(Map::from_iter([(text.clone(), json!(true))]))),
        );
        // An event that nobody knows, in its own words; and a line that is set to zero.
        let level = filter(text).replace('/', "_");
        let camera = serial(CAMERA, at);
        let event = |path: String, data: Value| {
            json(
                json!({ "timestamp": now().as_millis(), "topic": path, "message": { "source": {}, "key": {}, "data": data } }),
            )
        };
        say(
            &format!("axis/{camera}/event/Own/{level}"),
            &event(format!("Own/{level}"), json!({ text: text })),
        );
        let lines = format!("CameraApplicationPlatform/ObjectAnalytics/{level}");
        for (reset, total) in [
            ("2025-10-17T00:00:00.000+0200", "7"),
            ("2025-10-17T01:00:00.000+0200", "0"),
        ] {
            let data =
                json!({ "scenario": text, "resetTime": reset, "reason": text, "total": total });
            say(
                &format!("axis/{camera}/event/{lines}"),
                &event(lines.clone(), data),
            );
        }
        // Five people of a whole day: as many as its zone holds.
        let gate = serial(GATE, at);
        for (line, people) in [(LINES[0], 6), (LINES[1], 1)] {
            let path = format!("CameraApplicationPlatform/ObjectAnalytics/{line}");
            let data = json!({ "scenario": text, "resetTime": day_began(), "reason": "human", "total": people, "totalHuman": people });
            say(
                &format!("axis/{gate}/event/{path}"),
                &event(path.clone(), data),
            );
        }
    }
    // Bytes that are no text.
    say("halves", b"\xED\xA0\x80 \xFF\xFE \xC0\xAF");
    say(
        "halves of JSON",
        br#"{ "\ud800": 1, "state": "\udfff", "a\u0000b": true }"#,
    );
    messages
}

/// Half a day ago, at a full hour: far from now, so that no day ends while the test runs.
fn day_began() -> String {
    let hour = 3_600_000;
    let began = (now().as_millis() / hour - 12) * hour;
    let began = jiff::Timestamp::from_millisecond(began).unwrap_or_default();
    began.strftime("%Y-%m-%dT%H:%M:00.000+0000").to_string()
}

fn serial(range: u32, at: usize) -> String {
    format!("ACCC8E{range:02X}{at:04X}")
}

const OWN: u32 = 1;
const CAMERA: u32 = 2;
const GATE: u32 = 3;

/// In and out.
const LINES: [&str; 2] = ["Device1Scenario1", "Device1Scenario2"];

/// A name that turns, hides and ends at once.
const SITE: &str = "</title>\u{202E}<b>\u{2069}Mall\u{200B} البوابة";

/// As long as a name is shown.
const NAME_SHOWN: usize = 128;
/// As much of a device's own words.
const WORDS_SHOWN: usize = 200;
/// As much of a broker's.
const REASON_SHOWN: usize = 200;

const SERVER_BUSY: u8 = 0x89;
const SERVER_SHUTTING_DOWN: u8 = 0x8B;
const NOT_AUTHORIZED: u8 = 0x87;

/// A phone, and a desk.
const SIZES: [(u32, u32); 2] = [(360, 2_000), (1366, 1_600)];

const LOOK: &str = include_str!("hostile/look.js");

/// Only cards in view are in the document: scrolls through the devices until all of them were seen.
const CARDS: &str = "
    const [count, patience, done] = arguments;
    const all = new Map();
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    (async () => {
        const end = performance.now() + patience;
        scrollTo(0, document.querySelector('.devices').getBoundingClientRect().top + scrollY);
        for (let still = 0; all.size < count && performance.now() < end; still++) {
            const before = all.size;
            for (const card of document.querySelectorAll('.device'))
                all.set(card.dataset.device,
                    [card.querySelector('.device__name').textContent, card.querySelector('.device__says').textContent]);
            if (all.size > before) still = 0;
            // Nothing new came for a while: further down, and at the end from the top again.
            if (still > 3) {
                const y = scrollY;
                scrollBy(0, innerHeight / 2);
                if (scrollY === y) scrollTo(0, 0);
                still = 0;
            }
            await frame();
        }
        scrollTo(0, 0);
        await frame();
        done([...all]);
    })();";
