//! Each language is a file of its own: what the page does where one is missing.

use anyhow::Result;
use footfall_demo::browser::Browser;
use footfall_demo::serve::Host;

use crate::stand::{click, element, open_settings, turn};

#[tokio::test]
async fn a_language_that_is_missing_at_the_start_is_spoken_as_soon_as_it_is_there() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    host.hide("split_korean.wasm");
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=ko", host.url())).await?;

    browser
        .wait_for_text(".strips", "language could not be loaded")
        .await?;
    element(&browser, "html[lang=en]").await?;
    browser.wait_for_text(".welcome", "your own broker").await?;

    host.restore();
    element(&browser, "html[lang=ko]").await?;
    browser.wait_for_text(".welcome", "브로커").await?;
    element(&browser, ".strips:not(:has([data-kind=warning]))").await?;
    Ok(())
}

#[tokio::test]
async fn without_any_language_the_page_says_which_file_is_missing_and_comes_back() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    host.hide("split_korean.wasm");
    host.hide("split_english.wasm");
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=ko", host.url())).await?;

    for language in ["en", "ko"] {
        browser
            .wait_for_text(&format!("#start [lang={language}]"), "split_english.wasm")
            .await?;
    }

    host.restore();
    element(&browser, "html[lang=ko] .welcome").await?;
    Ok(())
}

#[tokio::test]
async fn a_chosen_language_that_is_missing_leaves_the_page_as_it_is_and_says_so() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    host.hide("split_korean.wasm");
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    open_settings(&browser).await?;
    let korean = "dialog[open] .segments [lang=ko]";
    click(&browser, korean).await?;

    browser
        .wait_for_text("dialog[open]", "language could not be loaded")
        .await?;
    element(&browser, "html[lang=en]").await?;
    element(&browser, &format!("{korean}[aria-pressed=false]")).await?;

    // Nobody has to choose it again.
    host.restore();
    element(&browser, "html[lang=ko]").await?;
    element(&browser, &format!("{korean}[aria-pressed=true]")).await?;
    Ok(())
}

#[tokio::test]
async fn who_goes_back_to_the_language_that_is_spoken_keeps_it() -> Result<()> {
    let _turn = turn().await;
    let host = Host::of_this_build().start().await?;
    host.hide("split_korean.wasm");
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    open_settings(&browser).await?;
    click(&browser, "dialog[open] .segments [lang=ko]").await?;
    browser
        .wait_for_text("dialog[open]", "language could not be loaded")
        .await?;

    click(&browser, "dialog[open] .segments [lang=en]").await?;

    element(&browser, "dialog[open]:not(:has([data-kind=warning]))").await?;
    Ok(())
}
