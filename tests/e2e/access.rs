//! Everyone can use the page: with a keyboard, a screen reader, a narrow screen, and colours of their own.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use footfall::simulation::{self, Options};
use footfall::time::DemoClock;
use footfall_demo::broker::{self, Broker};
use footfall_demo::browser::Browser;
use footfall_demo::npm;
use footfall_demo::proxy::{Cut, Proxy, Way, refused_port};
use footfall_demo::serve::{Host, Serving};
use footfall_demo::zone::now;
use mqtt5::MqttClient;
use serde_json::Value;
use tokio::time::sleep;

use crate::stand::{PATIENCE, POLL, click, clock, element, open_settings, tell, turn};

/// A reader and a screen.
pub(crate) struct Reader {
    pub(crate) name: &'static str,
    /// Parameters of the page's address.
    pub(crate) query: &'static str,
    pub(crate) wishes: &'static [(&'static str, &'static str)],
    size: (u32, u32),
}

pub(crate) const READERS: &[Reader] = &[
    Reader {
        name: "light",
        query: "lang=en&theme=light",
        wishes: &[],
        size: DESK,
    },
    Reader {
        name: "dark-phone",
        query: "lang=en&theme=dark",
        wishes: &[],
        size: PHONE,
    },
    Reader {
        name: "korean-phone",
        query: "lang=ko&theme=light",
        wishes: &[],
        size: PHONE,
    },
    Reader {
        name: "more-contrast-korean",
        query: "lang=ko&theme=light",
        wishes: &[("prefers-contrast", "more")],
        size: DESK,
    },
    Reader {
        name: "more-contrast-dark-phone",
        query: "lang=en&theme=dark",
        wishes: &[("prefers-contrast", "more")],
        size: PHONE,
    },
    Reader {
        name: "own-colours",
        query: "lang=en",
        wishes: &[
            ("forced-colors", "active"),
            ("prefers-color-scheme", "dark"),
        ],
        size: DESK,
    },
];

const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (360, 740);

#[tokio::test]
async fn no_view_has_a_barrier_that_axe_core_finds_or_a_label_that_is_cut() -> Result<()> {
    let _turn = turn().await;
    let begun = Instant::now();
    let axe = axe();
    if let Err(why) = &axe {
        tell(begun, &format!("not run: axe-core needs npm ({why:#})"));
    }
    let mut found = Vec::new();
    for reader in READERS {
        let visit = Visit {
            browser: Browser::start().await?,
            host: Host::of_this_build().start().await?,
            axe: axe.as_deref().ok(),
            reader,
        };
        found.extend(visit.all().await.context(reader.name)?);
    }
    ensure!(
        found.is_empty(),
        "{} barriers:\n{}",
        found.len(),
        found.join("\n")
    );
    tell(begun, &format!("{} readers, ten views each", READERS.len()));
    Ok(())
}

struct Visit<'a> {
    browser: Browser,
    host: Serving,
    axe: Option<&'a str>,
    reader: &'a Reader,
}

impl Visit<'_> {
    /// Goes through all views; what is in a reader's way in them.
    async fn all(&self) -> Result<Vec<String>> {
        let browser = &self.browser;
        let (width, height) = self.reader.size;
        browser.resize(width, height, 1.0).await?;
        browser.prefer(self.reader.wishes).await?;
        self.open().await?;
        element(browser, ".welcome__title").await?;
        let mut found = self.look("welcome").await?;

        click(browser, "[data-way=connect]").await?;
        let address = element(browser, "#address").await?;
        address.send_keys("mqtt://broker.example:1883").await?;
        element(browser, "#keep-alive")
            .await?
            .send_keys("often")
            .await?;
        click(browser, "dialog [type=submit]").await?;
        element(browser, "#keep-alive[aria-invalid]").await?;
        found.extend(self.look("form").await?);
        click(browser, ".sheet__foot [data-kind=bare]").await?;
        element(browser, "dialog .profiles").await?;
        found.extend(self.look("settings").await?);
        click(browser, ".sheet__head button").await?;

        click(browser, "[data-way=simulate]").await?;
        element(browser, COUNTS).await?;
        element(browser, LIVE).await?;
        found.extend(self.look("wall").await?);
        let point = "document.querySelector('[data-chart=flow] [role=slider]').focus()";
        browser.client().execute(point, Vec::new()).await?;
        browser.press(LEFT).await?;
        element(browser, ".chart__tip").await?;
        found.extend(self.look("cursor").await?);
        let scroll = "document.querySelector('.doors').scrollIntoView()";
        browser.client().execute(scroll, Vec::new()).await?;
        found.extend(self.look("doors").await?);
        for chart in ["present", "flow"] {
            click(browser, &format!("[data-chart={chart}] .chart__toggle")).await?;
            element(browser, &format!("[data-chart={chart}] tbody tr")).await?;
        }
        found.extend(self.look("tables").await?);

        open_settings(browser).await?;
        click(browser, "[data-page=messages] button").await?;
        element(browser, ".message").await?;
        found.extend(self.look("messages").await?);
        click(browser, ".message").await?;
        element(browser, "[data-message]").await?;
        found.extend(self.look("message").await?);
        click(browser, ".sheet__head button").await?;

        let broker = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
        let config = simulation::config(&Options::default(), &broker);
        // Names are the user's: as long as they like.
        let mut config = config.to_json();
        for name in [
            "Riverside Mall",
            "리버사이드 몰",
            "Whole site",
            "전체",
            "Gate 1 counter",
            "1번 게이트 카운터",
        ] {
            config = config.replace(
                &format!("\"{name}\""),
                &format!("\"{}\"", [name; 5].join(" ")),
            );
        }
        self.host.replace("config.json", config);
        self.open().await?;
        element(browser, ".strip[data-kind=blind]").await?;
        element(browser, ".device").await?;
        found.extend(self.look("not-connected").await?);
        Ok(found)
    }

    async fn open(&self) -> Result<()> {
        let url = format!("{}?{}", self.host.url(), self.reader.query);
        self.browser.open(&url).await
    }

    /// What is in a reader's way in what is open now.
    async fn look(&self, view: &str) -> Result<Vec<String>> {
        let place = format!("{}-{view}", self.reader.name);
        barriers(&self.browser, self.axe, &place).await
    }
}

/// What is in a reader's way in what is open now. A picture of it is kept under that name.
pub(crate) async fn barriers(
    browser: &Browser,
    axe: Option<&str>,
    name: &str,
) -> Result<Vec<String>> {
    let client = browser.client();
    browser.save_picture(&format!("access-{name}")).await?;
    let cut = client.execute(CUT, Vec::new()).await?;
    let mut found: Vec<String> = strings(&cut).map(|cut| format!("{name}: {cut}")).collect();
    if let Some(axe) = axe {
        let known = client
            .execute("return typeof axe !== 'undefined'", Vec::new())
            .await?;
        if known != true {
            client.execute(axe, Vec::new()).await?;
        }
        let barriers = client.execute_async(RUN_AXE, Vec::new()).await?;
        found.extend(strings(&barriers).map(|barrier| format!("{name}: {barrier}")));
    }
    Ok(found)
}

#[tokio::test]
async fn a_barrier_and_a_cut_label_would_be_found() -> Result<()> {
    let _turn = turn().await;
    let axe = axe();
    let visit = Visit {
        browser: Browser::start().await?,
        host: Host::of_this_build().start().await?,
        axe: axe.as_deref().ok(),
        reader: &READERS[0],
    };
    visit.open().await?;
    element(&visit.browser, ".welcome__title").await?;
    visit.browser.client().execute(SPOIL, Vec::new()).await?;
    let found = visit.look("spoilt").await?;
    let holds = |part: &str| found.iter().any(|one| one.contains(part));
    ensure!(
        holds("cut by") && holds("wider than the screen"),
        "found is {found:#?}"
    );
    ensure!(
        visit.axe.is_none() || holds("color-contrast at .welcome__text"),
        "found is {found:#?}"
    );
    Ok(())
}

const SPOIL: &str = "
    document.querySelector('.welcome__title').style = 'inline-size: 3000px';
    const text = document.querySelector('.welcome__text');
    text.style = 'color: #dddddd; inline-size: 5rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis';";

/// The script of axe-core, from npm, kept below the target folder.
pub(crate) fn axe() -> Result<String> {
    npm::script("axe-core", AXE, "axe.min.js")
}

/// The version that finds what the page was tested with: a newer one may find more.
const AXE: &str = "4.14.1";

/// All rules, its best practices too. One line for each place: the rule, where, why.
const RUN_AXE: &str = "
    const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] }).then(
        result => done(result.violations.flatMap(rule => rule.nodes.map(node =>
            `${rule.id} at ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\\n', ' ')}`))),
        error => done([`axe-core failed: ${error}`]));";

/// Texts that are cut, unless by an ellipsis whose whole text is told to who points at it; and what is wider than the screen.
const CUT: &str = "
    const found = new Set();
    const root = document.scrollingElement;
    if (root.scrollWidth > innerWidth) found.add(`wider than the screen: ${root.scrollWidth} px`);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        let box = text.parentElement;
        if (!text.textContent.trim() || !box.checkVisibility() || box.closest('.unseen, .skip, option, svg')) continue;
        while (getComputedStyle(box).display === 'inline') box = box.parentElement;
        const style = getComputedStyle(box);
        const across = box.scrollWidth - box.clientWidth, down = box.scrollHeight - box.clientHeight;
        const told = style.textOverflow === 'ellipsis' && box.closest('[title]');
        const scrolls = /auto|scroll/.test(style.overflowX);
        const hides = /hidden|clip/.test(style.overflowY);
        if (across > 1 && !scrolls && !told || hides && down > 2)
            found.add(`cut by ${across} px across, ${down} px down: .${box.className} ${JSON.stringify(text.textContent)}`);
    }
    return [...found];";

#[tokio::test]
async fn everything_can_be_done_by_keyboard_alone() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start_with(broker::Options {
        port: 0,
        user: None,
        ..broker::Options::default()
    })
    .await?;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    browser.resize(1280, 800, 1.0).await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    element(&browser, ".welcome__title").await?;

    // What is pressed goes with the welcome, and the focus goes on where the zones are.
    tab_to(&browser, "[data-way=simulate]").await?;
    browser.press(ENTER).await?;
    element(&browser, COUNTS).await?;
    focused(&browser, "#main").await?;

    let reached = round(&browser).await?;
    for wanted in [
        "a.skip",
        "button.button",
        "button.legend__series",
        "button.button.chart__toggle",
        "button.segments__choice",
        "div.chart__plot",
        "select.choice",
        "div.doors__list",
    ] {
        let is_reached = reached.iter().any(|one| one.starts_with(wanted));
        ensure!(
            is_reached,
            "Tab never comes to {wanted}, but to {reached:#?}"
        );
    }

    read_charts(&browser).await?;
    add_a_broker(&browser, broker.url()).await?;
    drop(browser);
    broker.stop().await
}

/// The cursor by arrow keys, the table by Enter.
async fn read_charts(browser: &Browser) -> Result<()> {
    let plot = "[data-chart=flow] [role=slider]";
    tab_to(browser, plot).await?;
    let mut said = Vec::new();
    for key in [LEFT, LEFT, RIGHT, HOME] {
        browser.press(key).await?;
        element(browser, "[data-chart=flow] .chart__tip").await?;
        let text = element(browser, plot).await?.attr("aria-valuetext").await?;
        said.push(text.unwrap_or_default());
    }
    ensure!(said[0].contains("Entered"), "the cursor says {said:?}");
    ensure!(
        said[0] != said[1] && said[0] == said[2] && said[3] != said[2],
        "the cursor says {said:?}"
    );
    browser.press(ESCAPE).await?;

    for chart in ["present", "flow"] {
        let toggle = format!("[data-chart={chart}] .chart__toggle");
        tab_to(browser, &toggle).await?;
        browser.press(ENTER).await?;
        let table = format!("[data-chart={chart}] table");
        element(browser, &format!("{table} tbody tr")).await?;
        let name = element(browser, &table).await?.attr("aria-label").await?;
        ensure!(
            name.is_some_and(|name| !name.is_empty()),
            "the table of {chart} has no name"
        );
        let holes = browser.client().execute(HOLES, vec![table.into()]).await?;
        ensure!(
            holes == 0,
            "{holes} cells of the table of {chart} are empty or have no heading"
        );
        focused(browser, &toggle).await?;
        browser.press(ENTER).await?;
        element(browser, &format!("[data-chart={chart}] [role=slider]")).await?;
    }
    Ok(())
}

/// By Enter into the settings and by Escape out; then a broker with a mistake, and without.
async fn add_a_broker(browser: &Browser, url: &str) -> Result<()> {
    let settings = ".bar [aria-haspopup=dialog]";
    tab_to(browser, settings).await?;
    browser.press(ENTER).await?;
    focused(browser, "#sheet-title").await?;
    element(browser, "dialog .profiles").await?;
    for _ in 0..20 {
        browser.press(TAB).await?;
        if let Some(focus) = focus(browser).await? {
            ensure!(
                focus["inDialog"] == true,
                "the focus left the settings: {focus}"
            );
            is_shown(&focus)?;
        }
    }
    browser.press(ESCAPE).await?;
    focused(browser, settings).await?;

    browser.press(ENTER).await?;
    focused(browser, "#sheet-title").await?;
    tab_to(browser, "dialog [data-kind=primary]").await?;
    browser.press(ENTER).await?;
    element(browser, "#address").await?;
    focused(browser, "#sheet-title").await?;
    tab_to(browser, "#address").await?;
    browser.press("x").await?;
    tab_to(browser, "[data-field=filters] input").await?;
    browser.press("#/a").await?;
    browser.press(ENTER).await?;
    focused(browser, "#address[aria-invalid=true]").await?;
    browser.press(BACKSPACE).await?;
    browser.press(url).await?;
    browser.press(ENTER).await?;
    focused(browser, "[data-field=filters] [aria-invalid=true]").await?;
    browser.press(BACKSPACE).await?;
    browser.press(BACKSPACE).await?;
    browser.press(ENTER).await?;
    element(browser, "[data-link][data-state=connected]").await?;
    focused(browser, settings).await
}

#[tokio::test]
async fn the_strips_buttons_are_reached_by_keyboard_and_get_the_focus_back() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let broker = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let config = simulation::config(&Options::default(), &broker);
    host.replace("config.json", config.to_json());
    let browser = Browser::start().await?;
    browser.resize(1280, 800, 1.0).await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    element(&browser, ".strip[data-kind=blind]").await?;

    tab_to(&browser, ".strip__actions button:not([aria-haspopup])").await?;
    browser.press(ENTER).await?;
    let why = ".strip__actions [aria-haspopup=dialog]";
    tab_to(&browser, why).await?;
    browser.press(ENTER).await?;
    focused(&browser, "#sheet-title").await?;
    browser.press(ESCAPE).await?;
    focused(&browser, why).await
}

#[tokio::test]
async fn a_screen_reader_hears_links_zones_and_devices_once_and_seldom() -> Result<()> {
    let _turn = turn().await;
    let begun = Instant::now();
    let broker = Broker::start_with(broker::Options {
        port: 0,
        user: None,
        ..broker::Options::default()
    })
    .await?;
    let proxy = Proxy::before(broker.url()).await?;
    let host = Host::of_this_build().start().await?;
    let config = CONFIG.replace("BROKER", &proxy.through(broker.url())?);
    host.replace("config.json", config);
    let browser = Browser::start().await?;
    // Who listens since the day began knows how many people are there.
    let midnight = clock(0, 0);
    let clock = DemoClock {
        real: now(),
        simulated: midnight.before(Duration::from_secs(100)),
        speed: 10,
    };
    let url = format!("{}?lang=en&clock={clock}", host.url());
    browser.open(&url).await?;
    browser.client().execute(LISTEN, Vec::new()).await?;
    heard(&browser, "status", "Mall broker: Connected.").await?;

    sleep(clock.real(midnight).since(now())).await;
    let device = MqttClient::new("gate");
    device.connect(broker.tcp_url()).await?;
    say(&device, CONNECTION, r#"{ "connected": true }"#).await?;
    let pass = async |direction: &str, people: u32| {
        let at = clock.wall(now()).as_millis();
        let text = format!(
            r#"{{ "device": "ACCC8E012345", "direction": "{direction}", "value": {people}, "timestamp": {at} }}"#
        );
        say(&device, "door/direction", &text).await
    };
    // All at once: else it is nearly full before, and who is slow hears of that first.
    pass("in", 10).await?;
    heard(&browser, "alert", "Hall: Full.").await?;
    // What is as it was when the next could be said is not said again.
    for direction in ["out", "in", "out", "in"] {
        pass(direction, 1).await?;
    }

    say(&device, CONNECTION, r#"{ "connected": false }"#).await?;
    heard(
        &browser,
        "status",
        "Gate counter: Offline. Devices: 1 offline.",
    )
    .await?;
    say(&device, CONNECTION, r#"{ "connected": true }"#).await?;
    heard(&browser, "status", "Devices: 1 live.").await?;

    proxy.set(Way::Refuse);
    proxy.cut(Cut::Finish);
    heard(&browser, "status", "No connection since").await?;
    proxy.set(Way::Pass);
    let try_now = ".strip[data-kind=blind] .strip__actions button";
    click(&browser, try_now).await?;
    let last = heard(&browser, "status", "Mall broker: Connected.").await?;

    let all = browser.client().execute("return heard", Vec::new()).await?;
    let all = all.as_array().context("a list")?;
    ensure!(all.len() == 6 && last == 5, "it was said: {all:#?}");
    for pair in all.windows(2) {
        let pause = pair[1]["at"].as_f64().unwrap_or(0.0) - pair[0]["at"].as_f64().unwrap_or(0.0);
        ensure!(pause > 4_900.0, "{pause} ms between {pair:?}");
    }
    device.disconnect().await?;
    drop(browser);
    tell(
        begun,
        &format!("a screen reader heard {} announcements", all.len()),
    );
    broker.stop().await
}

async fn say(device: &MqttClient, topic: &str, text: &str) -> Result<()> {
    device.publish_qos1(topic, text.as_bytes()).await?;
    Ok(())
}

/// Waits until that is the newest announcement; which it is of all.
async fn heard(browser: &Browser, role: &str, text: &str) -> Result<usize> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let all = browser.client().execute("return heard", Vec::new()).await?;
        let all = all.as_array().context("a list")?;
        let is_it = |said: &Value| {
            said["role"] == role
                && said["text"]
                    .as_str()
                    .is_some_and(|said| said.starts_with(text))
        };
        if all.last().is_some_and(is_it) {
            return Ok(all.len() - 1);
        }
        ensure!(
            Instant::now() < deadline,
            "{text:?} should be said as {role}, but: {all:#?}; the page shows {:?}",
            browser.text("body").await?
        );
        sleep(POLL).await;
    }
}

/// A hall for ten people with one gate.
const CONFIG: &str = r##"{
  "demo": true,
  "site": {
    "id": "mall", "timeZone": "Asia/Seoul",
    "zones": [{ "id": "hall", "name": "Hall", "capacity": 10, "doors": ["gate"] }],
    "doors": [{ "id": "gate", "name": "Gate", "device": "ACCC8E012345" }],
    "devices": [{ "id": "ACCC8E012345", "name": "Gate counter", "kind": "counter" }]
  },
  "brokers": [{ "id": "mall", "name": "Mall broker", "url": "BROKER", "filters": ["#"] }]
}"##;

const CONNECTION: &str = "axis/ACCC8E012345/event/connection";

/// Notes what a screen reader would say of the page's own accord.
pub(crate) const LISTEN: &str = "
    window.heard = [];
    const stands = {};
    const note = () => {
        for (const region of document.querySelectorAll('.unseen[role]')) {
            const role = region.getAttribute('role'), text = region.textContent.trim();
            if (text && text !== stands[role]) heard.push({ at: performance.now(), role, text });
            stands[role] = text;
        }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    note();";

#[tokio::test]
async fn nothing_moves_for_who_asks_for_less_motion() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    browser
        .prefer(&[("prefers-reduced-motion", "reduce")])
        .await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    click(&browser, "[data-way=simulate]").await?;
    element(&browser, COUNTS).await?;
    open_settings(&browser).await?;
    element(&browser, "dialog .profiles").await?;
    let moving = browser.client().execute(MOVING, Vec::new()).await?;
    ensure!(moving == Value::Array(Vec::new()), "these move: {moving}");
    Ok(())
}

/// Elements that would slide, fade or turn.
const MOVING: &str = "
    const moves = style => [style.transitionDuration, style.animationDuration].join().split(',').some(s => parseFloat(s) > 0);
    const all = [...document.querySelectorAll('*')].filter(e => [null, '::before', '::after'].some(p => moves(getComputedStyle(e, p))));
    return [...all, ...document.getAnimations().map(a => a.effect.target)].map(e => e.className);";

/// Presses Tab through the whole page: everything that has the focus is seen, and seen to have it. What was reached.
async fn round(browser: &Browser) -> Result<Vec<String>> {
    let mut reached: Vec<String> = Vec::new();
    for _ in 0..100 {
        browser.press(TAB).await?;
        let Some(focus) = focus(browser).await? else {
            continue;
        };
        is_shown(&focus)?;
        let what = focus["what"].as_str().unwrap_or_default().to_owned();
        if reached.contains(&what) {
            return Ok(reached);
        }
        reached.push(what);
    }
    Ok(reached)
}

fn is_shown(focus: &Value) -> Result<()> {
    ensure!(
        focus["seen"] == true,
        "it has the focus and is not seen: {focus}"
    );
    ensure!(
        focus["marked"] == true,
        "it has the focus and nothing shows it: {focus}"
    );
    Ok(())
}

/// Presses Tab until the focus is there.
async fn tab_to(browser: &Browser, selector: &str) -> Result<()> {
    let there = "return document.activeElement.matches(arguments[0])";
    for _ in 0..100 {
        browser.press(TAB).await?;
        if browser
            .client()
            .execute(there, vec![selector.into()])
            .await?
            == true
        {
            return is_shown(&focus(browser).await?.unwrap_or_default());
        }
    }
    anyhow::bail!("Tab never comes to {selector}")
}

/// Waits until the focus is there.
async fn focused(browser: &Browser, selector: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let there = "return document.activeElement.matches(arguments[0])";
    while browser
        .client()
        .execute(there, vec![selector.into()])
        .await?
        != true
    {
        let focus = focus(browser).await?;
        ensure!(
            Instant::now() < deadline,
            "the focus should be at {selector}, but is at {focus:?}"
        );
        sleep(POLL).await;
    }
    Ok(())
}

/// What has the focus; `None`: nothing.
async fn focus(browser: &Browser) -> Result<Option<Value>> {
    let focus = browser.client().execute(FOCUS, Vec::new()).await?;
    Ok((!focus.is_null()).then_some(focus))
}

const FOCUS: &str = "
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
    const x = middle(box.left, box.right, innerWidth), y = middle(box.top, box.bottom, innerHeight);
    const there = document.elementFromPoint(x, y);
    window.places ??= new Map();
    if (!places.has(e)) places.set(e, places.size);
    const name = (e.ariaLabel ?? e.id) || e.innerText;
    return {
        what: `${e.tagName.toLowerCase()}.${e.className.replaceAll(' ', '.')} ${name} ${places.get(e)}`,
        inDialog: !!e.closest('dialog[open]'),
        seen: !!there && (e.contains(there) || there.contains(e)) && style.clipPath === 'none',
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none',
        box: [box.left, box.top, box.width, box.height],
    };";

/// Cells of a table that say nothing or have no heading.
const HOLES: &str = "
    const table = document.querySelector(arguments[0]);
    const columns = table.querySelectorAll('thead th[scope=col]').length;
    const rows = [...table.querySelectorAll('tbody tr')];
    const empty = [...table.querySelectorAll('th, td')].filter(cell => !cell.innerText.trim()).length;
    return empty + rows.filter(row => row.cells.length !== columns || !row.querySelector('th[scope=row]')).length;";

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// A door of it counts.
const LIVE: &str = "[data-door][data-state=live]";

/// The simulated mall has spoken.
const COUNTS: &str = "[data-zone=site] [data-figure=entered][data-value]";

/// Keys, as WebDriver writes them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const BACKSPACE: &str = "\u{e003}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const HOME: &str = "\u{e011}";
