//! What a broker publishes when it loses the page.

use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};
use footfall_demo::broker::Broker;
use footfall_demo::browser::Browser;
use footfall_demo::serve::Host;
use mqtt5::MqttClient;
use serde_json::json;

use crate::secrets::until;
use crate::stand::{element, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_killed_leaves_a_will_and_one_that_only_listens_none() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start().await?;
    let host = Host::of_this_build().start().await?;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = MqttClient::new("listener");
    listener.connect(broker.tcp_url()).await?;
    let hears = heard.clone();
    listener
        .subscribe("walls/+", move |message| {
            if let Ok(mut heard) = hears.lock() {
                heard.push((message.topic.clone(), message.payload.to_vec()));
            }
        })
        .await?;
    let count = || heard.lock().map_or(0, |heard| heard.len());

    // The second connects after the first, and is gone before: its will would be heard first.
    let config = |publish: bool, version: &str| {
        json!({
            "brokers": [{
                "id": "b", "url": broker.url(), "filters": ["site/#"], "version": version, "publish": publish,
                "will": { "topic": format!("walls/{version}"), "payload": "off" },
            }],
        })
        .to_string()
    };
    for (publish, version) in [(true, "3.1.1"), (false, "5"), (true, "5")] {
        host.replace("config.json", config(publish, version));
        let browser = Browser::start().await?;
        browser.open(&format!("{}?lang=en", host.url())).await?;
        element(&browser, ".bar [data-link=b][data-state=connected]").await?;
        ensure!(publish || count() == 1, "nothing yet of the second");
        drop(browser);
        if publish {
            let wanted = if version == "5" { 2 } else { 1 };
            until("the will is heard", async || Ok(count() == wanted)).await?;
        }
    }
    let heard = heard.lock().map(|heard| heard.clone()).unwrap_or_default();
    let will = |version: &str| (format!("walls/{version}"), b"off".to_vec());
    ensure!(heard == [will("3.1.1"), will("5")], "heard is {heard:?}");
    broker.stop().await
}
