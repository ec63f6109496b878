//! The connection doctor: what it finds of addresses at which no broker answers, and the report that it writes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use footfall::doctor::{self, Cause};
use footfall::engine::Output;
use footfall::engine::recording::read;
use footfall::engine::replay::replay;
use footfall::engine::wire::{LinkView, Reply};
use footfall::link::LinkState;
use footfall::problem::Address;
use footfall::simulation::{self, Options};
use footfall::words::{EN, KO, Language, settings_words};
use footfall_demo::broker::{self, Broker};
use footfall_demo::browser::Browser;
use footfall_demo::proxy::refused_port;
use footfall_demo::serve::{Host, STRICT_POLICY, Serving};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;

use crate::stand::{PASSWORD, USER, click, element, open_settings, tell, turn};

/// An address, and what stands in its way.
struct Case {
    name: &'static str,
    url: String,
    /// As the header has it.
    policy: &'static str,
    causes: Vec<Cause>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_can_know_is_named_and_else_what_is_left() -> Result<()> {
    let _turn = turn().await;
    let browser = Browser::start().await?;
    browser.resize(1280, 1400, 1.0).await?;
    let embedded = Broker::start_with(broker::Options {
        port: 0,
        user: Some((USER.to_owned(), PASSWORD.to_owned())),
        ..broker::Options::default()
    })
    .await?;
    let elsewhere = Host::of_this_build().start().await?;
    let (at_a_path, _first) = sockets("/ws", true).await?;
    let (without_mqtt, _second) = sockets("/mqtt", false).await?;
    // Its backlog takes connections, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let right = |url: &str| Address::parse(url).context("an address");
    let cases = [
        Case {
            name: "a web server",
            url: format!("ws://{}/mqtt", elsewhere.address()),
            policy: STRICT_POLICY,
            causes: vec![Cause::NoSocketThere, Cause::Upgrade],
        },
        Case {
            name: "another path",
            url: format!("ws://{at_a_path}/mqtt"),
            policy: STRICT_POLICY,
            causes: vec![Cause::Path(right(&format!("ws://{at_a_path}/ws"))?)],
        },
        Case {
            name: "no subprotocol",
            url: format!("ws://{without_mqtt}/mqtt"),
            policy: STRICT_POLICY,
            causes: vec![Cause::Subprotocol],
        },
        Case {
            name: "nobody listens",
            url: format!("ws://127.0.0.1:{}/mqtt", refused_port()?),
            policy: STRICT_POLICY,
            causes: vec![Cause::WantsEncryption, Cause::Port],
        },
        Case {
            name: "TLS where there is none",
            url: embedded.url().replace("ws:", "wss:"),
            policy: STRICT_POLICY,
            causes: vec![Cause::Scheme(right(embedded.url())?)],
        },
        Case {
            name: "a policy",
            url: embedded.url().to_owned(),
            policy: "default-src 'self' data: blob:; script-src 'self' 'wasm-unsafe-eval'",
            causes: vec![Cause::Policy],
        },
        Case {
            name: "silence",
            url: format!("ws://{}/mqtt", silent.local_addr()?),
            policy: STRICT_POLICY,
            causes: vec![Cause::OtherNetwork, Cause::Swallowed, Cause::Hangs],
        },
        Case {
            name: "a broker",
            url: embedded.url().to_owned(),
            policy: STRICT_POLICY,
            causes: vec![Cause::Opens],
        },
    ];
    for case in &cases {
        let begun = Instant::now();
        examine(&browser, case).await.context(case.name)?;
        tell(begun, case.name);
    }
    drop(browser);
    embedded.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_tells_what_was_tried_and_no_password() -> Result<()> {
    let _turn = turn().await;
    let browser = Browser::start().await?;
    let url = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let host = serving(&url, STRICT_POLICY).await?;
    let page = format!("{}?lang=en&record=1", host.url());
    browser.open(&page).await?;
    open_settings(&browser).await?;
    click(&browser, EDIT).await?;
    // Whoever mistakes one field for another.
    for field in ["#name", "#client-id", "#password"] {
        let field = element(&browser, field).await?;
        field.clear().await?;
        field.send_keys(PASSWORD).await?;
    }
    click(&browser, "dialog[open] .sheet__foot [type=submit]").await?;
    open_settings(&browser).await?;
    click(&browser, EXAMINE).await?;
    click(&browser, "[data-examination] button").await?;
    examined(&browser).await?;
    click(&browser, COPY).await?;
    browser
        .wait_for_text(".sheet__body > .section [role=status]", "Copied.")
        .await?;
    let report = element(&browser, "textarea.report").await?;
    let report = report.prop("value").await?.unwrap_or_default();
    ensure!(!report.contains(PASSWORD), "{report}");
    for part in [
        &format!("address: {url}"),
        "client identifier: *****",
        "password: yes",
        "security: on-this-machine",
        &format!("tried: {url}: failed after"),
        "cause: Port: nobody listens on",
        "fault: the connection closed before it opened",
        "clock: 0 s",
    ] {
        ensure!(report.contains(part), "no {part:?} in:\n{report}");
    }
    browser.save_picture("doctor-report").await?;

    let recording = saved_recording(&browser).await?;
    let holds = |text: &str| {
        recording
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    ensure!(!holds(PASSWORD), "the recording holds the password");
    let recording = read(&recording)?;
    ensure!(recording.head.from_start, "it was not from the start");
    let mut faults = 0;
    replay(recording, |_now, output| {
        if let Output::Reply(_, Reply::Update(update), _) = output {
            let links = update.levels.links.into_iter().flatten();
            let waits = |link: &LinkView| matches!(link.state, LinkState::Waiting { .. });
            faults += links.filter(waits).count();
        }
    });
    ensure!(faults > 0, "the replay has no fault");
    let same = crate::replay::compare(&browser).await?;
    println!("{same}");
    // The browser itself tells of each request that nobody answered.
    let console = browser.console().await?;
    let panics = console.iter().any(|line| line.text.contains("panicked"));
    ensure!(!panics, "the console says {console:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_addresses_the_one_in_use_is_examined_and_all_are_reported() -> Result<()> {
    let _turn = turn().await;
    let broker = Broker::start_with(broker::Options {
        port: 0,
        ..broker::Options::default()
    })
    .await?;
    let away = format!("ws://127.0.0.1:{}/mqtt", refused_port()?);
    let host = Host::of_this_build().policy(STRICT_POLICY).start().await?;
    let mut config = simulation::config(&Options::default(), &away);
    config.profiles[0].other_urls = vec![broker.url().to_owned()];
    host.replace("config.json", config.to_json());
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    element(&browser, ".bar [data-link=mall][data-state=connected]").await?;
    open_settings(&browser).await?;
    click(&browser, EXAMINE).await?;
    click(&browser, "[data-examination] button").await?;
    let said = examined(&browser).await?;
    ensure!(said.contains("The WebSocket opens"), "{said}");
    let report = element(&browser, "textarea.report").await?;
    let report = report.prop("value").await?.unwrap_or_default();
    let url = broker.url();
    for part in [
        format!("address: {away}\naddress: {url}\n"),
        format!("in use or tried last: {url}"),
        format!("tried: {url}: a WebSocket opened"),
    ] {
        ensure!(report.contains(&part), "no {part:?} in:\n{report}");
    }
    drop(browser);
    broker.stop().await
}

/// Presses "Save a recording" and returns what would be saved.
async fn saved_recording(browser: &Browser) -> Result<Vec<u8>> {
    let watch = "window.saved = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = blob => { saved.push(blob); return make.call(URL, blob) };";
    browser.client().execute(watch, Vec::new()).await?;
    click(browser, "[data-recording] button").await?;
    let read = "const done = arguments[0];
        const look = () => saved.length ? saved[0].arrayBuffer().then(buffer =>
            done(Array.from(new Uint8Array(buffer)))) : setTimeout(look, 20);
        look();";
    let bytes = browser.client().execute_async(read, Vec::new()).await?;
    let bytes = bytes.as_array().context("no recording was saved")?;
    let byte = |byte: &serde_json::Value| u8::try_from(byte.as_u64()?).ok();
    bytes
        .iter()
        .map(byte)
        .collect::<Option<_>>()
        .context("it is no bytes")
}

async fn examine(browser: &Browser, case: &Case) -> Result<()> {
    let host = serving(&case.url, case.policy).await?;
    let at = Address::parse(&case.url).context("an address")?;
    for (language, words) in [(Language::En, &EN), (Language::Ko, &KO)] {
        let tag = language.tag();
        browser.open(&format!("{}?lang={tag}", host.url())).await?;
        open_settings(browser).await?;
        click(browser, EXAMINE).await?;
        click(browser, "[data-examination] button").await?;
        let said = examined(browser).await?;
        browser
            .save_picture(&format!("doctor-{}-{tag}", case.name.replace(' ', "-")))
            .await?;
        for cause in &case.causes {
            let sentence = doctor::cause(cause, &at, words, settings_words(language));
            ensure!(said.contains(&sentence), "{said:?} has no {sentence:?}");
        }
        let count = element(browser, "[data-causes]").await?;
        let count = count.attr("data-causes").await?;
        ensure!(
            count == Some(case.causes.len().to_string()),
            "{count:?} causes: {said:?}"
        );
    }
    Ok(())
}

/// What was found, as soon as all is tried: browsers put off WebSockets to where some have failed.
pub(crate) async fn examined(browser: &Browser) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match browser.wait_for_text("[data-causes]", "").await {
            Ok(said) => return Ok(said),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => {}
        }
    }
}

/// The page with that broker in its configuration.
async fn serving(url: &str, policy: &str) -> Result<Serving> {
    let host = Host::of_this_build().policy(policy).start().await?;
    let mut config = simulation::config(&Options::default(), url);
    config.profiles[0].username = Some(USER.to_owned());
    host.replace("config.json", config.to_json());
    Ok(host)
}

/// A server that takes WebSockets at one path; returns its address. Ends when what is returned is aborted.
#[expect(
    clippy::result_large_err,
    reason = "the type of answer that the handshake's library wants"
)]
async fn sockets(path: &'static str, speaks_mqtt: bool) -> Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = move |request: &Request, mut response: Response| {
                if request.uri().path() != path {
                    let mut refusal = ErrorResponse::new(None);
                    *refusal.status_mut() = StatusCode::NOT_FOUND;
                    return Err(refusal);
                }
                let asked = request.headers().get(SUBPROTOCOL);
                if let Some(asked) = asked.filter(|_| speaks_mqtt) {
                    response.headers_mut().insert(SUBPROTOCOL, asked.clone());
                }
                Ok(response)
            };
            tokio::spawn(async move {
                // What comes then is nothing to this server, and the browser closes.
                let _ended = accept_hdr_async(stream, answer).await;
            });
        }
    });
    Ok((address, task))
}

const SUBPROTOCOL: &str = "sec-websocket-protocol";
const EDIT: &str = "[data-profile=mall] > .profile__actions button:nth-of-type(2)";
const EXAMINE: &str = "[data-profile=mall] > .profile__actions button:nth-of-type(3)";
const COPY: &str = ".sheet__body > .section > .profile__actions > button";
