//! What stands in the way, in words: each fault has its own sentence and advice, in both languages.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use footfall::link::{Fault, SocketError, Violation};
use footfall::mqtt::Version;
use footfall::problem::{self, Address, Context, Problem, Retry, Sentences};
use footfall::simulation::{self, Options};
use footfall_demo::broker::{self, Broker};
use footfall_demo::brokers::mosquitto::Mosquitto;
use footfall_demo::browser::Browser;
use footfall_demo::proxy::{Proxy, Way, refused_port};
use footfall_demo::serve::{Host, STRICT_POLICY};

use crate::screen::Screen;
use crate::stand::{PASSWORD, USER, click, element, is_well, tell, turn, type_password, unlock};

/// One broker that cannot be connected to.
struct Case {
    name: &'static str,
    url: String,
    password: &'static str,
    fault: Fault,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_has_its_own_words_in_both_languages() -> Result<()> {
    let _turn = turn().await;
    let browser = Browser::start().await?;
    browser.resize(1280, 1000, 1.0).await?;

    let embedded = Broker::start_with(broker::Options {
        port: 0,
        user: Some((USER.to_owned(), PASSWORD.to_owned())),
        ..broker::Options::default()
    })
    .await?;
    let garbled = Proxy::before(embedded.url()).await?;
    garbled.set(Way::Garble);
    let elsewhere = Host::of_this_build().start().await?;
    let not_opened = Fault::Socket(SocketError::BeforeOpen);
    let mut cases = vec![
        Case {
            name: "a wrong password",
            url: embedded.url().to_owned(),
            password: "wrong",
            fault: refused(0x86, Some("Authentication failed")),
        },
        Case {
            name: "a path that a web server answers with 404",
            url: format!("ws://{}/mqtt", elsewhere.address()),
            password: PASSWORD,
            fault: not_opened.clone(),
        },
        Case {
            name: "a port where nobody listens",
            url: format!("ws://127.0.0.1:{}/mqtt", refused_port()?),
            password: PASSWORD,
            fault: not_opened,
        },
        Case {
            name: "garbage after the handshake",
            url: garbled.through(embedded.url())?,
            password: PASSWORD,
            fault: Fault::Protocol(Violation::Malformed),
        },
    ];
    let mosquitto = if Mosquitto::is_installed() {
        let mosquitto = Mosquitto::start(USER, PASSWORD).await?;
        cases.push(Case {
            name: "a wrong password, Mosquitto",
            url: mosquitto.url(),
            password: "wrong",
            fault: refused(0x87, None),
        });
        Some(mosquitto)
    } else {
        None
    };

    let mut said = BTreeSet::new();
    for case in &cases {
        let begun = Instant::now();
        let words = try_case(&browser, case).await.context(case.name)?;
        for words in &words {
            ensure!(
                said.insert(words.clone()),
                "{} says what another says: {words}",
                case.name
            );
        }
        tell(begun, &format!("{}: {}", case.name, words[0]));
    }
    drop(browser);
    if let Some(mosquitto) = mosquitto {
        mosquitto.stop().await?;
    }
    embedded.stop().await
}

/// What the page says about it, in English and Korean.
async fn try_case(browser: &Browser, case: &Case) -> Result<Vec<String>> {
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    let mut config = simulation::config(&Options::default(), &case.url);
    config.profiles[0].username = Some(USER.to_owned());
    host.replace("config.json", config.to_json());

    let mut said = Vec::new();
    for (sentences, tag) in [(&problem::EN, "en"), (&problem::KO, "ko")] {
        browser.open(&format!("{}?lang={tag}", host.url())).await?;
        type_password_again(browser, case.password).await?;
        let problem = problem(case, sentences);
        let strip = browser
            .wait_for_text(".strip[data-kind=blind]", &problem.headline)
            .await?;
        for advice in problem.advice.iter().take(3) {
            ensure!(
                strip.contains(advice),
                "the strip says {strip:?}, without {advice:?}"
            );
        }
        // All of it stands in the settings.
        element(
            browser,
            ".strip[data-kind=blind] .strip__actions button:last-child",
        )
        .await?
        .click()
        .await?;
        let whole = browser
            .wait_for_text("[data-profile=mall] .problem", &problem.headline)
            .await?;
        for part in problem.advice.iter().chain([&problem.cause]) {
            ensure!(
                whole.contains(part),
                "the settings say {whole:?}, without {part:?}"
            );
        }
        browser
            .save_picture(&format!(
                "fault-{}-{tag}",
                case.name.replace([' ', ','], "-")
            ))
            .await?;
        // It still answers: the sheet closes, and there are doors.
        element(browser, ".sheet__head button")
            .await?
            .click()
            .await?;
        ensure!(
            Screen::read(browser).await?.link != "connected",
            "it is connected"
        );
        said.push(format!("{} {}", problem.headline, problem.advice.join(" ")));
    }
    is_well(browser, &host).await?;
    Ok(said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_is_found_where_its_host_usually_has_it_without_telling_a_password() -> Result<()>
{
    let _turn = turn().await;
    // It asks for a password, and knows nobody without.
    let user = Some((USER.to_owned(), PASSWORD.to_owned()));
    let mut broker = None;
    for port in [8083, 8000, 8080] {
        let user = user.clone();
        broker = Broker::start_with(broker::Options {
            port,
            user,
            ..broker::Options::default()
        })
        .await
        .ok();
        if broker.is_some() {
            break;
        }
    }
    let broker = broker.context("all of the usual ports are taken")?;
    let host = Host::of_this_build().start().await?;
    host.replace("config.json", "{}");
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    click(&browser, "[data-way=connect]").await?;
    let address = element(&browser, "#address").await?;
    address.send_keys("mqtt://127.0.0.1:1883").await?;
    let password = element(&browser, "#password").await?;
    password.send_keys(PASSWORD).await?;
    click(&browser, "[data-search] > button").await?;
    browser
        .wait_for_text("[data-search]", "A broker answers at")
        .await?;
    click(&browser, "[data-search] [data-kind=link]").await?;
    let taken = address.prop("value").await?;
    ensure!(taken.as_deref() == Some(broker.url()), "{taken:?}");

    // Where nobody answers it says so.
    address.clear().await?;
    address.send_keys("ws://127.0.0.2:1").await?;
    click(&browser, "[data-search] > button").await?;
    browser
        .wait_for_text(
            "[data-search]",
            "No broker answers at the 14 usual addresses",
        )
        .await?;
    is_well(&browser, &host).await
}

/// In the settings the first time; where the page waits for it, when it knows that there is one.
async fn type_password_again(browser: &Browser, password: &str) -> Result<()> {
    element(browser, "#unlock-mall, .strip[data-kind=blind]").await?;
    let locked = browser
        .client()
        .find_all(fantoccini::Locator::Css("#unlock-mall"))
        .await?;
    if locked.is_empty() {
        type_password(browser, password).await
    } else {
        unlock(browser, password).await
    }
}

/// What the words are that the page should say.
fn problem(case: &Case, sentences: &Sentences) -> Problem {
    let context = Context {
        address: Address::parse(&case.url),
        page_is_https: false,
        worked_before: false,
    };
    Problem::new(&case.fault, Retry::AfterChange, &context, sentences)
}

fn refused(code: u8, reason: Option<&str>) -> Fault {
    Fault::Refused {
        version: Version::V5,
        code,
        reason: reason.map(str::to_owned),
    }
}
