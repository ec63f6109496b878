//! A subscription that is too wide is measured, offered back, and does what a person chooses.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use footfall_demo::broker::Broker;
use footfall_demo::browser::Browser;
use footfall_demo::serve::Host;
use mqtt5::MqttClient;
use serde_json::json;

use crate::secrets::until;
use crate::stand::{click, element, is_well, open_settings, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_is_too_wide_is_kept_narrowed_or_paused() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start().await?;
    let host = Host::of_this_build().start().await?;
    let config = json!({
        "site": { "id": "s", "timeZone": "UTC", "zones": [{ "id": "hall", "doors": ["gate"] }],
            "doors": [{ "id": "gate", "device": "gate" }] },
        "brokers": [{ "id": "b", "name": "Mall", "url": broker.url(), "filters": ["gate/#", "#"] }],
    });
    host.replace("config.json", config.to_string());
    let browser = Browser::start().await?;
    let url = format!("{}?lang=en", host.url());
    browser.open(&url).await?;

    // Ten pictures a second, each of 90 KB.
    let camera = MqttClient::new("camera");
    camera.connect(broker.tcp_url()).await?;
    let sent = Arc::new(AtomicU64::new(0));
    let flood = tokio::spawn({
        let sent = Arc::clone(&sent);
        async move {
            let mut pace = tokio::time::interval(std::time::Duration::from_millis(100));
            loop {
                pace.tick().await;
                let picture = vec![b'x'; 90_000];
                if camera.publish("cam/1/image", picture).await.is_err() {
                    return;
                }
                sent.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    browser
        .wait_for_text(STRIP, "KB a second on # (Mall)")
        .await?;

    // Narrow: the settings name the topic.
    click(&browser, &format!("{STRIP} button:nth-of-type(2)")).await?;
    browser
        .wait_for_text("[data-widest]", "cam/1/image")
        .await?;
    click(&browser, ".sheet__head button").await?;
    open_settings(&browser).await?;
    browser
        .wait_for_text("[data-traffic]", "messages/s")
        .await?;
    click(&browser, ".sheet__head button").await?;

    // Pause: until somebody resumes it, also after a reload.
    click(&browser, &format!("{STRIP} button:nth-of-type(3)")).await?;
    browser
        .wait_for_text(PAUSED, "# (Mall) is paused since")
        .await?;
    browser.open(&url).await?;
    browser
        .wait_for_text(PAUSED, "# (Mall) is paused since")
        .await?;
    is_connected(&browser).await?;
    open_settings(&browser).await?;
    browser
        .wait_for_text("[data-traffic]", "0 messages/s")
        .await?;
    click(&browser, ".sheet__head button").await?;
    click(&browser, &format!("{PAUSED} button")).await?;
    element(&browser, STRIP).await?;
    ensure!(
        count(&browser, PAUSED).await? == 0,
        "it is not paused any more"
    );

    // Keep: it goes on, and nobody is asked again, also after a reload.
    click(&browser, &format!("{STRIP} button:nth-of-type(1)")).await?;
    until("the strip is gone", async || {
        Ok(count(&browser, STRIP).await? == 0)
    })
    .await?;
    browser.open(&url).await?;
    is_connected(&browser).await?;
    let before = sent.load(Ordering::Relaxed);
    until(
        "it has come for twice as long as it is measured",
        async || Ok(sent.load(Ordering::Relaxed) > before + 100),
    )
    .await?;
    ensure!(
        count(&browser, STRIP).await? == 0,
        "it is asked about again"
    );
    flood.abort();
    is_well(&browser, &host).await
}

async fn is_connected(browser: &Browser) -> Result<()> {
    until("it is connected", async || {
        let link = "return document.querySelector('[data-link]')?.dataset.state";
        Ok(browser.client().execute(link, Vec::new()).await? == json!("connected"))
    })
    .await
}

async fn count(browser: &Browser, selector: &str) -> Result<usize> {
    let found = browser
        .client()
        .find_all(fantoccini::Locator::Css(selector))
        .await?;
    Ok(found.len())
}

const STRIP: &str = ".strip[data-kind=warning]";
const PAUSED: &str = ".strip[data-kind=note]";
