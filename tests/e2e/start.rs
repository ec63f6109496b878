//! The page starts: under a sub-path, under a strict policy, and it says so where it cannot.

use anyhow::Result;
use footfall_demo::broker::Broker;
use footfall_demo::browser::{Browser, ConsoleLine};
use footfall_demo::faults::TRAP;
use footfall_demo::serve::{Host, STRICT_POLICY, Serving, build};
use mqtt5::MqttClient;
use serde_json::json;
use tempfile::TempDir;

use crate::stand::{click, element, end_engines, is_well, make_mortal, open_settings, turn};

#[tokio::test]
async fn the_page_starts_under_a_sub_path_and_a_strict_policy() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build()
        .under("/ops/wall/")
        .policy(STRICT_POLICY)
        .start()
        .await?;
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;

    simulate(&browser).await?;
    open_settings(&browser).await?;
    element(&browser, "dialog[open] .profiles").await?;

    assert_eq!(errors(&browser).await?, []);
    assert_eq!(host.violations(), Vec::<String>::new());

    browser.resize(360, 640, 2.0).await?;
    let picture = browser.save_picture("start-360").await?;
    // Width and height stand at the start of every PNG.
    assert_eq!(picture[16..24], [0, 0, 2, 208, 0, 0, 5, 0]);
    Ok(())
}

#[tokio::test]
async fn a_policy_violation_would_be_seen() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build()
        .policy("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'")
        .start()
        .await?;
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;

    // Its engine may have no worker, so it runs beside the page.
    simulate(&browser).await?;

    assert_ne!(errors(&browser).await?, []);
    assert!(host.violations()[0].contains("worker-src"));
    Ok(())
}

#[tokio::test]
async fn a_page_that_cannot_start_names_the_missing_file_in_both_languages_and_comes_back()
-> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    host.hide("footfall_bg.wasm");
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;

    let english = browser
        .wait_for_text("#start [lang=en]", "could not start")
        .await?;
    assert!(english.contains("footfall_bg.wasm"), "{english}");
    let korean = browser.text("#start [lang=ko]").await?;
    assert!(korean.contains("footfall_bg.wasm"), "{korean}");

    browser.save_picture("start-failed").await?;

    host.restore();
    simulate(&browser).await
}

#[tokio::test]
async fn a_host_that_does_not_know_what_wasm_is_serves_the_page_all_the_same() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().knows_no_wasm().start().await?;
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;

    simulate(&browser).await?;
    open_settings(&browser).await?;
    element(&browser, "dialog[open] .profiles").await?;
    Ok(())
}

#[tokio::test]
async fn settings_that_cannot_be_loaded_say_so_and_can_be_loaded_again() -> Result<()> {
    let _turn = turn().await;
    let (host, browser) = opened_without_its_settings().await?;

    let said = browser
        .wait_for_text("dialog[open] [role=alert]", "could not be loaded")
        .await?;
    assert!(said.contains("The counts are not affected"), "{said}");

    host.restore();
    click(&browser, "dialog[open] [role=alert] button").await?;
    element(&browser, "dialog[open] .profiles").await?;
    Ok(())
}

#[tokio::test]
async fn settings_that_could_not_be_loaded_are_loaded_when_they_are_opened_again() -> Result<()> {
    let _turn = turn().await;
    let (host, browser) = opened_without_its_settings().await?;
    let failed = element(&browser, "dialog[open] [role=alert] button").await?;
    // Escape.
    failed.send_keys("\u{e00c}").await?;

    host.restore();
    open_settings(&browser).await?;

    element(&browser, "dialog[open] .profiles").await?;
    Ok(())
}

/// A page that counts, with settings open that could not be loaded.
async fn opened_without_its_settings() -> Result<(Serving, Browser)> {
    let host = Host::of_this_build().start().await?;
    host.hide("split_settings.wasm");
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;
    simulate(&browser).await?;
    open_settings(&browser).await?;
    Ok((host, browser))
}

#[tokio::test]
async fn what_was_typed_is_still_there_after_escape_and_gone_after_cancel() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    browser.open(host.url()).await?;
    simulate(&browser).await?;
    open_settings(&browser).await?;
    click(&browser, ADD).await?;
    let name = element(&browser, "#name").await?;
    name.send_keys("Gate").await?;
    // Escape.
    name.send_keys("\u{e00c}").await?;

    open_settings(&browser).await?;
    let name = element(&browser, "dialog[open] #name").await?;
    assert_eq!(name.prop("value").await?.as_deref(), Some("Gate"));

    let cancel = "dialog[open] .sheet__foot [data-kind=bare]";
    element(&browser, cancel).await?.click().await?;
    click(&browser, ADD).await?;
    let name = element(&browser, "dialog[open] #name").await?;
    assert_eq!(name.prop("value").await?.as_deref(), Some(""));
    Ok(())
}

/// Firefox runs what was promised from within the `new WebSocket` of a worker. Whoever was at work on a promise then was
/// entered twice, and after that nothing was stored any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_is_loaded_again_and_again_goes_on_storing() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start().await?;
    let host = Host::of_this_build().start().await?;
    let config = json!({
        "site": { "id": "s", "timeZone": "UTC",
            "zones": [{ "id": "hall", "doors": ["gate"] }], "doors": [{ "id": "gate", "device": "gate" }] },
        "brokers": [{ "id": "b", "url": broker.url(), "filters": ["gate"] }],
    });
    host.replace("config.json", config.to_string());
    let device = MqttClient::new("device");
    device.connect(broker.tcp_url()).await?;
    let browser = Browser::start().await?;
    for people in 1..=LOADS {
        browser.open(&format!("{}?lang=en", host.url())).await?;
        element(&browser, "[data-link=b][data-state=connected]").await?;
        // One is in the store, and each load finds those of all loads before.
        device.publish_qos1("gate", "in").await?;
        let all = format!("[data-zone=hall] [data-figure=entered][data-value='{people}']");
        element(&browser, &all).await?;
        is_well(&browser, &host).await?;
    }
    Ok(())
}

/// In Firefox each third run of ten saw it.
const LOADS: u32 = 20;

#[tokio::test]
async fn who_deletes_a_broker_of_the_configuration_is_told_that_it_comes_back() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let config = r#"{ "brokers": [{ "id": "mall", "url": "ws://127.0.0.1:1" }] }"#;
    host.replace("config.json", config);
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    open_settings(&browser).await?;
    let delete = "[data-profile=mall] [data-kind=danger]";
    element(&browser, delete).await?.click().await?;

    let asked = browser
        .wait_for_text("[data-profile=mall] [role=group]", "Delete mall?")
        .await?;
    assert!(asked.contains("is back"), "{asked}");
    Ok(())
}

#[tokio::test]
async fn a_configuration_that_holds_nothing_says_so_when_it_is_opened() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;

    let _file = open_file(&browser, ".welcome input[type=file]", "{}").await?;

    let said = browser
        .wait_for_text("[data-config=mistakes]", "nothing")
        .await?;
    assert!(said.contains("neither zones nor brokers"), "{said}");
    Ok(())
}

#[tokio::test]
async fn an_opened_configuration_ends_the_connections_of_the_one_before() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let config = r#"{ "brokers": [{ "id": "mall", "url": "ws://127.0.0.1:1" }] }"#;
    host.replace("config.json", config);
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    element(&browser, ".strip[data-kind=blind]").await?;
    open_settings(&browser).await?;
    element(&browser, ".profiles [data-profile=mall]").await?;

    let _file = open_file(&browser, "dialog[open] input[type=file]", "{}").await?;

    element(&browser, ".welcome__title").await?;
    Ok(())
}

#[tokio::test]
async fn a_configuration_of_which_nothing_can_be_read_takes_nothing_away() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    let url = format!("{}?lang=en", host.url());
    browser.open(&url).await?;
    let config = r#"{ "brokers": [{ "id": "mall", "url": "ws://127.0.0.1:1" }] }"#;
    let _file = open_file(&browser, ".welcome input[type=file]", config).await?;
    element(&browser, ".strip[data-kind=blind]").await?;
    open_settings(&browser).await?;

    let broken = config.replacen(": [", ":\n [,", 1);
    let _file = open_file(&browser, "dialog[open] input[type=file]", &broken).await?;

    browser
        .wait_for_text("dialog[open] [aria-labelledby=configuration]", "Line 2")
        .await?;
    element(&browser, ".profiles [data-profile=mall]").await?;
    browser.open(&url).await?;
    element(&browser, ".strip[data-kind=blind]").await?;
    Ok(())
}

#[tokio::test]
async fn a_stored_broker_that_cannot_be_read_is_missed_aloud() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let browser = Browser::start().await?;
    let url = format!("{}?lang=en", host.url());
    browser.open(&url).await?;
    element(&browser, ".welcome__title").await?;
    let damage = "localStorage.setItem('footfall / profiles', '[{\"broker\": {')";
    browser.client().execute(damage, Vec::new()).await?;

    browser.open(&url).await?;

    browser
        .wait_for_text("[data-config=mistakes]", "Add it again")
        .await?;
    Ok(())
}

/// Chooses a configuration with that text. The browser reads it later: it lies in the folder that is returned.
async fn open_file(browser: &Browser, input: &str, text: &str) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("config.json");
    std::fs::write(&file, text)?;
    let input = element(browser, input).await?;
    input.send_keys(&file.to_string_lossy()).await?;
    Ok(folder)
}

/// Begins a new broker.
const ADD: &str = "dialog[open] [data-kind=primary]";

#[tokio::test]
async fn a_page_whose_engine_is_of_another_build_reloads_once_and_then_names_the_stale_file()
-> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    let build = build()?;
    host.replace(&format!("{build}/engine_loader.js"), OTHER_BUILD);
    for (tag, said) in [("en", "another version"), ("ko", "다른 버전")] {
        let browser = Browser::start().await?;
        browser.open(&format!("{}?lang={tag}", host.url())).await?;
        let strip = browser
            .wait_for_text(".strip[data-kind=alarm]", said)
            .await?;
        assert!(strip.contains("engine_loader.js"), "{strip}");
        let reloaded = "return sessionStorage.getItem('footfall-reloaded-for')";
        let reloaded = browser.client().execute(reloaded, Vec::new()).await?;
        assert_eq!(reloaded, "other");
    }
    Ok(())
}

/// A host or a cache may give away the `index.html` of a deployment before: nothing in it but `boot.js` may matter.
#[tokio::test]
async fn an_index_of_an_older_deployment_starts_the_newer_one() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    host.replace(
        "index.html",
        r#"<!doctype html><meta charset="utf-8"><title>Footfall</title><link rel="icon" href="data:,">
        <script type="module" src="boot.js"></script><main id="start">Footfall</main>"#,
    );
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    simulate(&browser).await?;
    assert_eq!(errors(&browser).await?, []);
    Ok(())
}

/// An engine of a build that is called so: it listens, and says its build's name and something that follows.
const OTHER_BUILD: &str = "
onmessage = () => postMessage([new Uint8Array([5, 111, 116, 104, 101, 114, 0])]);
postMessage([]);
";

/// Presses "try it" on a page without configuration, and waits until the engine counts.
async fn simulate(browser: &Browser) -> Result<()> {
    click(browser, "[data-way=simulate]").await?;
    element(
        browser,
        "[data-zone=site] [data-figure=entered][data-value]",
    )
    .await?;
    Ok(())
}

/// Errors in the console. That there is no configuration is none, though the browser thinks so.
async fn errors(browser: &Browser) -> Result<Vec<ConsoleLine>> {
    let mut lines = browser.console().await?;
    lines.retain(|line| line.is_error() && !line.text.contains("/config.json "));
    Ok(lines)
}

#[tokio::test]
async fn an_engine_that_traps_or_hangs_is_started_anew_and_the_page_says_so() -> Result<()> {
    let _turn = turn().await;
    for way in [TRAP, "for (;;);"] {
        let host = Host::of_this_build().start().await?;
        make_mortal(&host, way)?;
        let config = r#"{ "brokers": [{ "id": "mall", "url": "ws://127.0.0.1:1" }] }"#;
        host.replace("config.json", config);
        let browser = Browser::start().await?;
        browser.open(&format!("{}?lang=en", host.url())).await?;
        element(&browser, ".strip[data-kind=blind]").await?;

        end_engines(&host, "Infinity")?;

        // A hang is noticed by silence.
        let mut said = browser
            .wait_for_text(".strips", "Counting has stopped")
            .await;
        for _ in 0..3 {
            if said.is_err() {
                said = browser
                    .wait_for_text(".strips", "Counting has stopped")
                    .await;
            }
        }
        said?;
        host.restore();
        browser
            .wait_for_text(".strips", "Counting restarted")
            .await?;
        // It has a link again.
        element(&browser, ".bar [data-link=mall]").await?;
    }
    Ok(())
}
