//! The page starts: under a sub-path, under a strict policy, and it says so where it cannot.

use anyhow::Result;
use footfall_demo::chromium::{Chromium, ConsoleLine};
use footfall_demo::serve::{Host, STRICT_POLICY};

#[tokio::test]
async fn the_page_starts_under_a_sub_path_and_a_strict_policy() -> Result<()> {
    let host = Host::of_this_build()
        .under("/ops/wall/")
        .policy(STRICT_POLICY)
        .start()
        .await?;
    let browser = Chromium::start().await?;
    browser.open(host.url()).await?;

    browser
        .wait_for_text("[data-test=answer]", "hello from the engine")
        .await?;

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
    let host = Host::of_this_build()
        .policy("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'")
        .start()
        .await?;
    let browser = Chromium::start().await?;
    browser.open(host.url()).await?;

    browser
        .wait_for_text("[data-test=answer]", "could not be loaded")
        .await?;

    assert_ne!(errors(&browser).await?, []);
    assert!(host.violations()[0].contains("worker-src"));
    Ok(())
}

#[tokio::test]
async fn a_page_that_cannot_start_names_the_missing_file_in_both_languages_and_comes_back()
-> Result<()> {
    let host = Host::of_this_build().start().await?;
    host.hide("page_bg.wasm");
    let browser = Chromium::start().await?;
    browser.open(host.url()).await?;

    let english = browser
        .wait_for_text("#start [lang=en]", "could not start")
        .await?;
    assert!(english.contains("page_bg.wasm"), "{english}");
    let korean = browser.text("#start [lang=ko]").await?;
    assert!(korean.contains("page_bg.wasm"), "{korean}");

    browser.save_picture("start-failed").await?;

    host.restore();
    browser
        .wait_for_text("[data-test=answer]", "hello from the engine")
        .await?;
    Ok(())
}

async fn errors(browser: &Chromium) -> Result<Vec<ConsoleLine>> {
    let mut lines = browser.console().await?;
    lines.retain(ConsoleLine::is_error);
    Ok(lines)
}
