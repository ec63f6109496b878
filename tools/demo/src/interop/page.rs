//! The product's page before one broker, used and watched as by a person, with a proxy in between that keeps the bytes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::brokers::USER;
use crate::browser::Browser;
use crate::proxy::Proxy;
use crate::serve::{Host, STRICT_POLICY, Serving};
use crate::tape::{self, Answers};
use crate::zone::now;

/// A page with an origin of its own, and so with a storage and a client identifier of its own.
pub(crate) struct Page<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) proxy: Proxy,
    pub(crate) host: Serving,
    /// The first topic level of all that it hears, so that no session of another page keeps what is for this one.
    pub(crate) root: String,
}

/// A page whose browser is gone.
pub(crate) struct Left {
    proxy: Proxy,
    host: Serving,
    root: String,
}

impl Left {
    /// The same page, shown by another browser; not opened yet.
    pub(crate) fn shown_by(self, browser: &Browser) -> Page<'_> {
        let Self { proxy, host, root } = self;
        Page {
            browser,
            proxy,
            host,
            root,
        }
    }
}

impl<'a> Page<'a> {
    /// A page that is configured for the broker at `url` in that version (`auto`, `5`, `3.1.1`), not opened yet.
    pub(crate) async fn prepare(browser: &'a Browser, url: &str, version: &str) -> Result<Self> {
        let proxy = Proxy::before(url).await?;
        let through = proxy.through(url)?;
        let page = Self::behind(browser, proxy).await?;
        page.configure(&config(&through, version, &page.root));
        Ok(page)
    }

    /// A page that is not configured yet.
    pub(crate) async fn behind(browser: &'a Browser, proxy: Proxy) -> Result<Self> {
        let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
        let root = format!("interop-{}", host.address().port());
        Ok(Self {
            browser,
            proxy,
            host,
            root,
        })
    }

    /// From now on it finds this as its `config.json`.
    pub(crate) fn configure(&self, config: &Value) {
        self.host.replace("config.json", format!("{config:#}"));
    }

    /// What is left of it without its browser.
    pub(crate) fn left(self) -> Left {
        Left {
            proxy: self.proxy,
            host: self.host,
            root: self.root,
        }
    }

    pub(crate) async fn open(&self) -> Result<()> {
        let url = format!("{}?lang=en&theme=light", self.host.url());
        self.browser.open(&url).await
    }

    /// Closes its tab. To leave it for another address would not do: for a while the browser keeps such a page, with its
    /// connection, for who goes back.
    pub(crate) async fn close(&self) -> Result<()> {
        renew(self.browser).await?;
        self.proxy.closed().await
    }

    /// Types a password into the settings, and saves.
    pub(crate) async fn sign_in(&self, password: &str) -> Result<()> {
        self.click(".bar > [aria-haspopup=dialog]").await?;
        self.click("[data-profile=interop] .profile__actions button:nth-of-type(2)")
            .await?;
        self.element("#password").await?.send_keys(password).await?;
        self.click(".sheet__foot button[type=submit]").await
    }

    /// Types a password where the page asks for it.
    pub(crate) async fn unlock(&self, password: &str) -> Result<()> {
        let field = self.element("#unlock-interop").await?;
        field.send_keys(password).await?;
        let typed = field.prop("value").await?;
        ensure!(typed.as_deref() == Some(password), "typed is {typed:?}");
        self.click("form:has(#unlock-interop) button[type=submit]")
            .await
    }

    /// Publishes a message from the message view, and closes that when it says how far the message is.
    pub(crate) async fn publish(&self, topic: &str, payload: &str, qos: u8) -> Result<()> {
        self.click(".bar > [aria-haspopup=dialog]").await?;
        self.click("[data-page=messages] button").await?;
        self.click(".topics:last-of-type summary").await?;
        for (field, text) in [("#publish-topic", topic), ("#publish-payload", payload)] {
            self.element(field).await?.send_keys(text).await?;
        }
        let quality = self.element("form .choice[aria-label=QoS]").await?;
        quality.select_by_index(qos.into()).await?;
        self.click(".topics:last-of-type [type=submit]").await?;
        let said = "return !!document.querySelector('[data-publication]')?.innerText";
        let said = async || Ok(self.read(said, &[]).await?.as_bool() == Some(true));
        let told = self.until("it says how far the message is", SHORT, said);
        told.await?;
        self.click(".sheet__head button").await
    }

    /// Whether it asks for the password above the wall.
    pub(crate) async fn asks_for_the_password(&self) -> Result<bool> {
        let found = self.read("return !!document.querySelector('#unlock-interop')", &[]);
        Ok(found.await?.as_bool() == Some(true))
    }

    /// Waits until it is connected, or until it has given up for longer than a blink.
    pub(crate) async fn is_accepted(&self) -> Result<bool> {
        let mut given_up_since = None;
        let deadline = Instant::now() + LONG;
        loop {
            match &*self.link().await? {
                "connected" => return Ok(true),
                "waiting" | "stopped" => {
                    let since = *given_up_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > BLINK {
                        return Ok(false);
                    }
                }
                _ => given_up_since = None,
            }
            ensure!(Instant::now() < deadline, "it connects for ever");
            sleep(POLL).await;
        }
    }

    /// Waits until it is connected, and the broker has answered all subscriptions or goes on with them.
    pub(crate) async fn connected(&self) -> Result<()> {
        let connected = self.until("it is connected and subscribed", LONG, async || {
            if self.link().await? != "connected" {
                return Ok(false);
            }
            let answers = self.answers();
            let resumed = answers
                .connack
                .is_some_and(|connack| connack.session_present);
            Ok(resumed || answers.granted.len() >= FILTERS.len())
        });
        let connected = connected.await;
        connected.with_context(|| format!("the broker answers {:?}", self.answers()))
    }

    /// Waits until it says that it is not connected.
    pub(crate) async fn blind(&self) -> Result<()> {
        self.until("it says that it is not connected", LONG, async || {
            let strip = "return !!document.querySelector('.strip[data-kind=blind]')";
            let said = self.read(strip, &[]).await?.as_bool() == Some(true);
            Ok(said && self.link().await? != "connected")
        })
        .await
    }

    /// Presses "Try now" where it is there: by itself the page waits for longer than a table may take.
    pub(crate) async fn try_now(&self) -> Result<()> {
        let press =
            "document.querySelector('.strip[data-kind=blind] .strip__actions button')?.click()";
        self.read(press, &[]).await?;
        Ok(())
    }

    /// Waits until a door has counted exactly so many, and stays so while everything is acknowledged.
    pub(crate) async fn counts(&self, door: &str, people: usize) -> Result<()> {
        let mut counted = 0;
        let all = self.until("all is counted", LONG, async || {
            counted = self.counted(door).await?;
            Ok(counted >= people)
        });
        let all = all.await;
        self.settled().await?;
        counted = self.counted(door).await?;
        let came = self.came(door);
        ensure!(
            all.is_ok() && counted == people,
            "{counted} of {people} are counted; the broker sent {came}"
        );
        Ok(())
    }

    /// What a door shows now.
    pub(crate) async fn counted(&self, door: &str) -> Result<usize> {
        let query = "return document.querySelector(`[data-door=\"${arguments[0]}\"] [data-figure=entered]`)?.dataset.value";
        let value = self.read(query, &[door.into()]).await?;
        Ok(value
            .as_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0))
    }

    /// How many messages of a door the broker sent, over all connections.
    pub(crate) fn came(&self, door: &str) -> usize {
        let topic = format!("{}/{door}/", self.root);
        let tapes = self.proxy.tapes();
        let published = tapes.iter().flat_map(|tape| tape::published(tape));
        published
            .filter(|message| message.topic.starts_with(&topic))
            .count()
    }

    /// Waits until the card of a device is in that state.
    pub(crate) async fn shows(&self, device: &str, state: &str) -> Result<()> {
        let query =
            "return document.querySelector(`[data-device=\"${arguments[0]}\"]`)?.dataset.state";
        let mut last = String::new();
        let shown = self.until("the card is so", LONG, async || {
            let found = self.read(query, &[device.into()]).await?;
            last = found.as_str().unwrap_or("nowhere").to_owned();
            Ok(last == state)
        });
        let shown = shown.await;
        ensure!(shown.is_ok(), "{device} is {last}, not {state}");
        Ok(())
    }

    /// Waits until every message at QoS 1 or 2 of this connection is acknowledged: what is acknowledged is kept.
    pub(crate) async fn settled(&self) -> Result<()> {
        self.until("all is acknowledged", LONG, async || {
            let said = self.proxy.said().pop().unwrap_or_default();
            let published = self.answers().published;
            let asked = published.iter().filter(|message| message.qos > 0).count();
            Ok(tape::acknowledged(&said).len() >= asked)
        })
        .await
    }

    /// Waits until the broker has answered one PINGREQ more on this connection, which stays.
    pub(crate) async fn pinged(&self) -> Result<()> {
        let connections = self.proxy.tapes().len();
        let before = self.answers().pings;
        self.until("a PINGREQ is answered", LONG, async || {
            Ok(self.answers().pings > before)
        })
        .await?;
        let now = self.proxy.tapes().len();
        ensure!(
            now == connections,
            "{} connections were lost",
            now - connections
        );
        Ok(())
    }

    /// What the strip says that stands there while it is not connected.
    pub(crate) async fn strip(&self) -> Result<String> {
        let query = "return document.querySelector('.strip[data-kind=blind]')?.innerText";
        Ok(self
            .read(query, &[])
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// What the broker said over the newest connection.
    pub(crate) fn answers(&self) -> Answers {
        let tapes = self.proxy.tapes();
        tapes
            .last()
            .map(|tape| tape::answers(tape))
            .unwrap_or_default()
    }

    /// Nothing that no page may do: panic, be blocked by the policy, write errors of its own.
    pub(crate) async fn is_well(&self) -> Result<()> {
        let mut console = self.browser.console().await?;
        console.retain(|line| {
            line.text.contains("panicked") || line.is_error() && !line.is_of_socket()
        });
        ensure!(console.is_empty(), "the console says {console:?}");
        let violations = self.host.violations();
        ensure!(violations.is_empty(), "forbidden: {violations:?}");
        Ok(())
    }

    /// How it stands with its broker, in the words of `data-state`.
    pub(crate) async fn link(&self) -> Result<String> {
        let query = "return document.querySelector('[data-link]')?.dataset.state";
        let state = self.read(query, &[]).await?;
        Ok(state.as_str().unwrap_or_default().to_owned())
    }

    /// What a script finds in it.
    pub(crate) async fn read(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let client = self.browser.client();
        Ok(client.execute(script, arguments.to_vec()).await?)
    }

    /// Waits until something holds.
    pub(crate) async fn until(
        &self,
        what: &str,
        patience: Duration,
        mut holds: impl AsyncFnMut() -> Result<bool>,
    ) -> Result<()> {
        let deadline = Instant::now() + patience;
        while !holds().await? {
            if Instant::now() > deadline {
                let link = self.link().await?;
                bail!("never came so: {what}; the link is {link}");
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        Ok(self.element(selector).await?.click().await?)
    }

    async fn element(&self, selector: &str) -> Result<Element> {
        let wait = self.browser.client().wait().at_most(SHORT);
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => Ok(element),
            Err(_missing) => bail!("there is no `{selector}` on the page"),
        }
    }
}

/// Another tab instead of the one that is shown.
pub(crate) async fn renew(browser: &Browser) -> Result<()> {
    let client = browser.client();
    let next = client.new_window(true).await?.handle;
    client.close_window().await?;
    client.switch_to_window(next).await?;
    size(browser).await
}

/// Shows pages on a screen with room for all doors and devices.
pub(crate) async fn size(browser: &Browser) -> Result<()> {
    browser.resize(1600, 2200, 1.0).await
}

/// What it subscribes to, below its root, and at which QoS.
pub(super) const FILTERS: &[(&str, u8)] = &[
    ("qos0/passed", 0),
    ("qos1/passed", 1),
    ("qos2/passed", 2),
    ("+/level", 1),
    ("deep/#", 1),
    ("large/json", 1),
    ("burst0/passed", 0),
    ("burst1/passed", 1),
    ("burst2/passed", 2),
    ("away/passed", 1),
    ("alive/passed", 1),
    ("back/passed", 1),
    ("kept/room", 1),
    ("shelf/+", 1),
    ("will/event/connection", 1),
];

/// Doors whose totals are read; each is a device of that name.
const DOORS: &[&str] = &[
    "qos0", "qos1", "qos2", "plus", "deep", "large", "burst0", "burst1", "burst2", "away", "alive",
    "back",
];

/// Every message is a person who passed, so that a door tells how many came.
fn config(url: &str, version: &str, root: &str) -> Value {
    let crossing = |topic: &str| json!({ "topic": format!("{root}/{topic}"), "kind": "crossing", "channel": "entered" });
    let with = |mut mapping: Value, key: &str, value: &str| {
        mapping[key] = value.into();
        mapping
    };
    let room = |topic: &str, device: &str| json!({ "topic": format!("{root}/{topic}"), "kind": "occupancy", "device": device });
    // No day may begin amid a table.
    let hour = now().as_millis().rem_euclid(DAY) / (DAY / 24);
    json!({
        "site": {
            "id": "interop",
            "timeZone": "UTC",
            "reset": format!("{:02}:00", (hour + 12) % 24),
            "zones": [{ "id": "all", "doors": DOORS }],
            "doors": DOORS.iter().map(|id| json!({ "id": id, "device": id })).collect::<Vec<_>>(),
        },
        "brokers": [{
            "id": "interop",
            "url": url,
            "username": USER,
            "version": version,
            "keepAlive": KEEP_ALIVE.as_secs(),
            "sessionExpiry": 3600,
            "publish": true,
            "filters": FILTERS.iter().map(|(filter, qos)| json!({ "filter": format!("{root}/{filter}"), "qos": qos })).collect::<Vec<_>>(),
        }],
        "mappings": [
            crossing("{device}/passed"),
            crossing("{device}/level"),
            with(crossing("deep/#"), "device", "deep"),
            with(with(crossing("large/json"), "value", "/people"), "device", "large"),
            room("kept/room", "kept"),
            room("shelf/+", "shelf"),
        ],
    })
}

/// Short, so that a dead connection is noticed in a few seconds.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(4);

/// Milliseconds.
const DAY: i64 = 86_400_000;
const SHORT: Duration = Duration::from_secs(10);
/// A burst through the slowest broker takes many seconds.
const LONG: Duration = Duration::from_secs(60);
/// Between two attempts the page may be waiting for a moment.
const BLINK: Duration = Duration::from_millis(1500);
const POLL: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;
    use footfall::settings::config::parse;

    #[test]
    fn the_configuration_has_no_mistake() {
        for version in ["auto", "5", "3.1.1"] {
            let config = config("ws://127.0.0.1:9001/mqtt", version, "interop-1");
            let parsed = parse(&config.to_string());
            assert_eq!(parsed.mistakes, []);
            assert_eq!(parsed.profiles[0].filters.len(), FILTERS.len());
        }
    }
}
