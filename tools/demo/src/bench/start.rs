//! A browser that has never seen the page → what it fetches, and when the first live number is painted.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::mall::{self, MARKER};
use super::publisher::Client;
use crate::broker::Broker;
use crate::browser::Browser;
use crate::serve::Host;

/// One start.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// What was fetched from `dist/`, in that order, each once.
    pub(super) files: Vec<String>,
    /// Milliseconds from navigation until the first live number was painted.
    pub(super) first_number: f64,
}

/// Starts the page once, in a new browser with an empty cache, for a reader of that language.
pub(super) async fn measure(language: &str) -> Result<Start> {
    let broker = Broker::start().await?;
    let serving = Host::of_this_build().start().await?;
    serving.replace("config.json", mall::config(broker.url()));
    let mut counter = Client::connect(&broker, MARKER).await?;
    let counting = tokio::spawn(async move {
        let mut total = 0;
        loop {
            total += 1;
            let (topic, payload) = mall::marker(total);
            if counter.publish(topic, payload).await.is_err() {
                return;
            }
            sleep(EVERY).await;
        }
    });
    let browser = Browser::start().await?;
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": FIRST_NUMBER }),
        )
        .await?;
    let url = format!("{}?lang={language}", serving.url());
    browser.open(&url).await?;
    let outcome = first_number(&browser).await;
    counting.abort();
    let files = serving.requests();
    broker.stop().await?;
    Ok(Start {
        files: files
            .into_iter()
            .filter(|file| file != "config.json")
            .collect(),
        first_number: outcome?,
    })
}

async fn first_number(browser: &Browser) -> Result<f64> {
    let begun = Instant::now();
    loop {
        let answer = browser
            .client()
            .execute("return window.firstNumber ?? null;", Vec::new())
            .await?;
        if let Some(millis) = answer.as_f64() {
            return Ok(millis);
        }
        if begun.elapsed() > PATIENCE {
            let console = browser.console().await?;
            bail!(
                "no number after {} s; console: {console:#?}",
                PATIENCE.as_secs()
            );
        }
        sleep(POLL).await;
    }
}

/// Times count from the navigation. The second frame after a change begins when the change has been painted.
const FIRST_NUMBER: &str = r#"
const observer = new MutationObserver(() => {
  if (!document.querySelector("[data-door][data-state=live] [data-figure=entered][data-value]")) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.firstNumber = performance.now(); }));
});
observer.observe(document, { subtree: true, childList: true, attributes: true });
"#;

/// The counter speaks so often that waiting for it adds next to nothing.
const EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);
/// Rarely: each question takes time from the page.
const POLL: Duration = Duration::from_millis(250);

/// Milliseconds as JSON has them; rounded to what a browser's clock can tell.
pub(super) fn rounded(millis: f64) -> Value {
    json!((millis * 10.0).round() / 10.0)
}
