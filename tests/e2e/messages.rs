//! The message view: what comes, why it is counted or not, what changed, and what a person publishes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use footfall_demo::broker::Broker;
use footfall_demo::browser::Browser;
use footfall_demo::serve::Host;
use mqtt5::MqttClient;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::secrets::until;
use crate::stand::{click, element, is_well, open_settings, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_says_what_became_of_it_and_one_that_is_published_what_followed() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start().await?;
    let host = Host::of_this_build().start().await?;
    let config = |publish: bool| {
        json!({
            "site": { "id": "s", "timeZone": "UTC",
                "zones": [{ "id": "hall", "doors": ["gate"] }],
                "doors": [{ "id": "gate", "name": "North gate", "device": "gate", "line": "in" }] },
            "brokers": [{ "id": "b", "url": broker.url(), "filters": ["site/#"], "publish": publish }],
            "mappings": [{ "topic": "site/{device}/{line}/total", "value": "/n", "kind": "total", "channel": "entered" }],
        })
        .to_string()
    };
    host.replace("config.json", config(true));
    let browser = Browser::start().await?;
    let page = Page(&browser);
    page.open(host.url()).await?;
    let device = MqttClient::new("device");
    device.connect(broker.tcp_url()).await?;
    let say =
        async |topic: &str, payload: &str| device.publish_qos1(topic, payload.to_owned()).await;

    // Until the page has subscribed nothing comes.
    until("it listens", async || {
        say("site/hello", "1").await?;
        Ok(page.rows("site/hello").await? > 0)
    })
    .await?;
    say("site/gate/in/total", r#"{"n":5}"#).await?;
    say("site/gate/in/total", r#"{"n":7}"#).await?;
    say("site/gate/out/total", r#"{"n":1}"#).await?;
    say("site/gate/in/total", r#"{"m":7}"#).await?;
    until("all came", async || Ok(page.rows("total").await? == 4)).await?;

    // Newest first.
    let fates = [
        (
            1,
            "No: site/{device}/{line}/total knows it and cannot read it. The payload has no “value”.",
        ),
        (
            2,
            "gate: out, entered 1. The first total, with which later ones are compared. No door of the site counts with this line.",
        ),
        (3, "gate: in, entered 7. Counted. Counts for North gate."),
        (
            4,
            "gate: in, entered 5. The first total, with which later ones are compared. Counts for North gate.",
        ),
    ];
    for (place, fate) in fates {
        page.choose("total", place).await?;
        browser.wait_for_text("[data-fate]", fate).await?;
        if place == 3 {
            let changed = browser.text(".change").await?;
            ensure!(
                changed.contains("/n") && changed.contains("5 → 7"),
                "{changed}"
            );
            click(&browser, "#raw").await?;
            let raw = "return document.querySelector('dialog .more textarea').value";
            ensure!(
                page.read(raw).await? == json!(r#"{"n":7}"#),
                "not as it came"
            );
            browser.save_picture("message").await?;
            // Escape: back to the list, and not out of the settings.
            browser.press("\u{e00c}").await?;
        } else {
            page.back().await?;
        }
        let former = "return document.activeElement.matches('[data-former]')";
        let is_back = async || Ok(page.read(former).await? == json!(true));
        until("its row is in focus", is_back).await?;
    }
    // Whoever is in focus stays the same message, whatever comes.
    let focused = "return document.activeElement.innerText";
    let before = page.read(focused).await?;
    say("site/gate/in/total", r#"{"n":8}"#).await?;
    until("it came", async || Ok(page.rows("total").await? == 5)).await?;
    ensure!(
        page.read(focused).await? == before,
        "another message is in focus"
    );

    // Another filter shows only what it lets through; a wrong one says why.
    let filter = element(&browser, "#message-filter").await?;
    filter.clear().await?;
    filter.send_keys("site/+/out/#/x").await?;
    browser
        .wait_for_text("#message-filter-note", "# must be the last level")
        .await?;
    filter.clear().await?;
    filter.send_keys("site/+/out/#").await?;
    say("site/gate/in/total", r#"{"n":8}"#).await?;
    say("site/gate/out/total", r#"{"n":2}"#).await?;
    until("it came", async || Ok(page.rows("").await? == 2)).await?;
    ensure!(page.rows("/in/").await? == 0, "a message of another topic");
    filter.clear().await?;
    filter.send_keys("#").await?;
    until("what came before is there again", async || {
        Ok(page.rows("/in/").await? == 4)
    })
    .await?;

    // While it is paused nothing moves.
    click(&browser, "[data-listening] button").await?;
    say("site/paused", "1").await?;
    click(&browser, "[data-listening] button").await?;
    until("it goes on", async || {
        Ok(page.rows("site/paused").await? == 1)
    })
    .await?;

    // What is published comes to others as it was wanted, and back to us.
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = MqttClient::new("listener");
    listener.connect(broker.tcp_url()).await?;
    let hears = heard.clone();
    listener
        .subscribe("site/siren", move |message| {
            if let Ok(mut heard) = hears.lock() {
                heard.push((message.payload.clone(), message.qos));
            }
        })
        .await?;
    page.publish("site/siren", "on", 2).await?;
    browser
        .wait_for_text("[data-publication]", "The broker has it.")
        .await?;
    browser
        .wait_for_text("[data-followed]", "site/siren")
        .await?;
    until("the siren hears it", async || {
        Ok(heard.lock().is_ok_and(|heard| !heard.is_empty()))
    })
    .await?;
    // Also where the list shows nothing of it, and stands still.
    filter.clear().await?;
    filter.send_keys("site/elsewhere").await?;
    click(&browser, "[data-listening] button").await?;
    page.publish("site/siren", "again", 1).await?;
    browser
        .wait_for_text("[data-publication]", "The broker has it.")
        .await?;
    browser.wait_for_text("[data-followed]", "again").await?;
    ensure!(
        browser.text("[data-messages]").await?.is_empty(),
        "the list stands still"
    );
    filter.clear().await?;
    filter.send_keys("#").await?;
    click(&browser, "[data-listening] button").await?;
    let answer = element(&browser, "#publish-answer").await?;
    // What nothing can confirm is not published.
    answer.send_keys("site/siren/#/state").await?;
    browser
        .wait_for_text("[data-answer-wrong]", "# must be the last level")
        .await?;
    page.publish("site/unconfirmed", "off", 1).await?;
    answer.clear().await?;
    answer.send_keys("site/siren/state").await?;
    page.publish("site/siren", "off", 1).await?;
    browser
        .wait_for_text("[data-publication]", "The broker has it.")
        .await?;
    ensure!(
        page.rows("site/unconfirmed").await? == 0,
        "it was published"
    );
    say("site/siren/state", "off").await?;
    browser
        .wait_for_text("[data-publication]", "Confirmed by what followed.")
        .await?;
    answer.clear().await?;
    answer.send_keys("x\u{8}").await?;
    page.publish("site/+", "on", 1).await?;
    browser
        .wait_for_text("[data-publication]", "Not published")
        .await?;
    browser.save_picture("publish").await?;

    // What a message carries beside comes as it was typed, and tells by which subscription.
    let open_all =
        "document.querySelectorAll('.topics:last-of-type, .more').forEach(one => one.open = true)";
    browser.client().execute(open_all, Vec::new()).await?;
    for (field, text) in [
        ("#publish-type", "text/plain"),
        ("#publish-response", "site/answers"),
        ("#publish-expiry", "60"),
        ("#publish-users", "by=Anna"),
    ] {
        element(&browser, field).await?.send_keys(text).await?;
    }
    page.publish("site/carried", "on", 1).await?;
    until("it came", async || Ok(page.rows("site/carried").await? > 0)).await?;
    page.choose("site/carried", 1).await?;
    for said in ["text/plain", "site/answers", "by = Anna", "site/#"] {
        browser.wait_for_text("[data-message] .facts", said).await?;
    }
    page.back().await?;

    // What nothing confirms is published on another topic, told to an address, or heard.
    browser.client().execute(open_all, Vec::new()).await?;
    page.fall_back(
        1,
        &[
            ("#publish-answer", "site/never"),
            ("#publish-fallback", "site/instead"),
        ],
    )
    .await?;
    page.publish("site/siren", "on", 1).await?;
    page.is_undone("the fallback was begun instead").await?;
    until("it came", async || Ok(page.rows("site/instead").await? > 0)).await?;
    ensure!(page.rows("site/instead").await? == 1, "it came once");

    // What a broker never takes is not waited for.
    let (address, mut told) = hook().await?;
    let fields = [
        ("#publish-answer", "x\u{8}"),
        ("#publish-webhook", "chat/T0"),
    ];
    page.fall_back(2, &fields).await?;
    page.publish("site/+", "on", 1).await?;
    browser
        .wait_for_text("[data-fallback-wrong]", "begins with https://")
        .await?;
    page.fall_back(2, &[("#publish-webhook", &address)]).await?;
    page.publish("site/+", "on", 1).await?;
    let text = timeout(Duration::from_secs(60), told.recv()).await?;
    let text: Value = serde_json::from_str(&text.context("the hook is gone")?)?;
    ensure!(
        text == json!({ "text": "site/+: refused (0x90)", "topic": "site/+", "payload": "on",
            "reason": "refused (0x90)" }),
        "{text}"
    );
    page.is_undone("the fallback was begun instead").await?;
    // Nobody is there any more.
    drop(told);
    page.publish("site/+", "on", 1).await?;
    page.is_undone("the fallback failed, too").await?;

    page.fall_back(3, &[]).await?;
    let listen = "window.played = 0;
        const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = async function () {
            await play.call(this);
            window.played = this.duration;
        };";
    browser.client().execute(listen, Vec::new()).await?;
    page.publish("site/+", "on", 1).await?;
    until("the sound is played", async || {
        let played = browser.client().execute("return window.played", Vec::new());
        Ok(played
            .await?
            .as_f64()
            .is_some_and(|seconds| (0.5..2.0).contains(&seconds)))
    })
    .await?;
    page.is_undone("the fallback was begun instead").await?;

    // A broker that is only listened to is never published to.
    host.replace("config.json", config(false));
    page.open(host.url()).await?;
    click(&browser, ".topics:last-of-type summary").await?;
    browser
        .wait_for_text(".topics:last-of-type", "Nothing is published")
        .await?;
    is_well(&browser, &host).await
}

struct Page<'a>(&'a Browser);

impl Page<'_> {
    /// Opens the page, connected, at its messages.
    async fn open(&self, url: &str) -> Result<()> {
        self.0.open(&format!("{url}?lang=en")).await?;
        element(self.0, ".bar [data-link=b][data-state=connected]").await?;
        open_settings(self.0).await?;
        click(self.0, "[data-page=messages] button").await?;
        element(self.0, "[data-messages]").await.map(|_list| ())
    }

    /// How many messages of topics that hold this text stand in the list.
    async fn rows(&self, topic: &str) -> Result<usize> {
        let count = "return [...document.querySelectorAll('.message__topic')]
            .filter(topic => topic.innerText.includes(arguments[0])).length";
        let count = self.0.client().execute(count, vec![json!(topic)]).await?;
        Ok(usize::try_from(count.as_u64().unwrap_or_default())?)
    }

    async fn read(&self, script: &str) -> Result<Value> {
        Ok(self.0.client().execute(script, Vec::new()).await?)
    }

    /// Opens one of them, counted from the newest.
    async fn choose(&self, topic: &str, place: usize) -> Result<()> {
        let press = "[...document.querySelectorAll('[data-messages] .message')]
            .filter(one => one.innerText.includes(arguments[0]))[arguments[1]].click()";
        let arguments = vec![json!(topic), json!(place - 1)];
        self.0.client().execute(press, arguments).await?;
        element(self.0, "[data-message]").await.map(|_message| ())
    }

    /// Chooses what is done instead, and fills the fields.
    async fn fall_back(&self, kind: usize, fields: &[(&str, &str)]) -> Result<()> {
        element(self.0, "[data-fallback] > .choice")
            .await?
            .select_by_index(kind)
            .await?;
        for (field, text) in fields {
            let field = element(self.0, field).await?;
            field.clear().await?;
            field.send_keys(text).await?;
        }
        Ok(())
    }

    /// Waits until it says so: after ten seconds in which nothing has confirmed it, or at once.
    async fn is_undone(&self, said: &str) -> Result<()> {
        until(said, async || {
            Ok(self.0.text("[data-publication]").await?.contains(said))
        })
        .await
    }

    async fn back(&self) -> Result<()> {
        click(self.0, "[data-message-back] button").await
    }

    async fn publish(&self, topic: &str, payload: &str, qos: usize) -> Result<()> {
        let open = "document.querySelector('.topics:last-of-type').open = true";
        self.0.client().execute(open, Vec::new()).await?;
        for (field, text) in [("#publish-topic", topic), ("#publish-payload", payload)] {
            let field = element(self.0, field).await?;
            field.clear().await?;
            field.send_keys(text).await?;
        }
        element(self.0, "form .choice[aria-label=QoS]")
            .await?
            .select_by_index(qos)
            .await?;
        click(self.0, ".topics:last-of-type [type=submit]").await
    }
}

/// A server of another origin, as that of a chat is: hands over what is posted, and lets no page read what it answers. Gone when
/// nobody takes it any more.
async fn hook() -> Result<(String, mpsc::UnboundedReceiver<String>)> {
    let (tell, told) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/chat/T0", listener.local_addr()?);
    let gone = tell.clone();
    let take = move |text: String| async move {
        let _gone = tell.send(text);
    };
    let router = axum::Router::new().route("/chat/T0", axum::routing::post(take));
    let served =
        axum::serve(listener, router).with_graceful_shutdown(async move { gone.closed().await });
    tokio::spawn(served.into_future());
    Ok((address, told))
}
