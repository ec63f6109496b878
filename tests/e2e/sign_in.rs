//! Enhanced authentication against a broker that is not ours: the real link over a real WebSocket, and once in a browser.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use footfall::link::{Fault, Identity, Input, Link, LinkState, Output, Sessions};
use footfall::mqtt::{AUTHENTICATION, SCRAM_SHA_256, Version};
use footfall::secret::Secret;
use footfall::settings::{Profile, config};
use footfall::time::{Monotonic, Now, Timestamp};
use footfall_demo::broker::{self, Broker, SignIn, web_token};
use footfall_demo::browser::Browser;
use footfall_demo::serve::Host;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::stand::{PASSWORD, PATIENCE, USER, click, element, is_well, turn, type_password};

#[tokio::test]
async fn a_password_is_proved_to_a_real_broker_and_again_with_another_one() -> Result<()> {
    let broker = broker(SignIn::Scram).await?;
    let mut client = Client::connect(&profile(&broker, SCRAM_SHA_256, PASSWORD)?).await?;
    client.until(is_connected).await?;
    client.renew(&profile(&broker, SCRAM_SHA_256, PASSWORD)?);
    client.until_auth().await?;
    ensure!(is_connected(&client.state), "it says {:?}", client.state);

    client.renew(&profile(&broker, SCRAM_SHA_256, "wrong")?);
    client
        .until(|state| is_ended(state, NOT_AUTHORIZED))
        .await?;
    broker.stop().await
}

#[tokio::test]
async fn a_wrong_password_or_method_is_refused_as_the_broker_means_it() -> Result<()> {
    let broker = broker(SignIn::Scram).await?;
    for (method, password, code) in [
        (SCRAM_SHA_256, "wrong", NOT_AUTHORIZED),
        ("JWT", PASSWORD, BAD_METHOD),
    ] {
        let mut client = Client::connect(&profile(&broker, method, password)?).await?;
        client.until(|state| is_refused(state, code)).await?;
    }
    broker.stop().await?;
    let plain = Broker::start().await?;
    let mut client = Client::connect(&profile(&plain, SCRAM_SHA_256, PASSWORD)?).await?;
    client.until(|state| is_refused(state, BAD_METHOD)).await?;
    plain.stop().await
}

#[tokio::test]
async fn a_token_signs_in_and_a_newer_one_takes_its_place() -> Result<()> {
    let broker = broker(SignIn::Token).await?;
    let now = footfall_demo::zone::now();
    let token = |end| web_token(USER, PASSWORD, end);
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let mut client =
        Client::connect(&profile(&broker, "JWT", &token(now.after(minutes(10))))?).await?;
    client.until(is_connected).await?;
    client.renew(&profile(&broker, "JWT", &token(now.after(minutes(20))))?);
    client.until_auth().await?;
    ensure!(is_connected(&client.state), "it says {:?}", client.state);

    let mut late =
        Client::connect(&profile(&broker, "JWT", &token(now.before(minutes(10))))?).await?;
    late.until(|state| is_refused(state, NOT_AUTHORIZED))
        .await?;
    broker.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_proves_a_password_that_is_typed_and_keeps_its_connection_when_another_is()
-> Result<()> {
    let _turn = turn().await;
    let broker = broker(SignIn::Scram).await?;
    let host = Host::of_this_build().start().await?;
    host.replace("config.json", configured(&broker, SCRAM_SHA_256));
    let browser = Browser::start().await?;
    browser.open(&format!("{}?lang=en", host.url())).await?;
    // Without a password the broker says no, and the page asks for one.
    element(&browser, "#unlock-mall").await?;
    type_password(&browser, PASSWORD).await?;
    element(&browser, "[data-link][data-state=connected]").await?;

    // The method is chosen in the settings, too.
    type_password(&browser, "wrong").await?;
    browser
        .wait_for_text(".strip[data-kind=blind]", "not authorised")
        .await?;
    type_password(&browser, PASSWORD).await?;
    element(&browser, "[data-link][data-state=connected]").await?;
    click(&browser, ".bar > [aria-haspopup=dialog]").await?;
    click(
        &browser,
        "[data-profile=mall] .profile__actions button:nth-of-type(2)",
    )
    .await?;
    let chosen = element(&browser, "#sign-in").await?.prop("value").await?;
    ensure!(chosen.as_deref() == Some("scram"), "chosen is {chosen:?}");
    is_well(&browser, &host).await?;
    drop(browser);
    broker.stop().await
}

async fn broker(sign_in: SignIn) -> Result<Broker> {
    Broker::start_with(broker::Options {
        user: Some((USER.to_owned(), PASSWORD.to_owned())),
        sign_in,
        ..broker::Options::default()
    })
    .await
}

fn configured(broker: &Broker, method: &str) -> String {
    json!({
        "brokers": [{
            "id": "mall", "name": "Mall", "url": broker.url(), "username": USER,
            "authentication": method, "filters": ["axis/#"],
        }],
    })
    .to_string()
}

fn profile(broker: &Broker, method: &str, password: &str) -> Result<Profile> {
    let mut profiles = config::parse(&configured(broker, method)).profiles;
    let mut profile = profiles.pop().context("a broker")?;
    profile.password = Some(Secret::new(password.to_owned()));
    Ok(profile)
}

fn is_connected(state: &LinkState) -> bool {
    matches!(
        state,
        LinkState::Connected {
            version: Version::V5,
            ..
        }
    )
}

fn is_lost(state: &LinkState) -> bool {
    matches!(state, LinkState::Waiting { .. } | LinkState::Stopped { .. })
}

fn is_refused(state: &LinkState, wanted: u8) -> bool {
    matches!(state, LinkState::Waiting { fault: Fault::Refused { code, .. }, .. } if *code == wanted)
}

fn is_ended(state: &LinkState, wanted: u8) -> bool {
    matches!(state, LinkState::Waiting { fault: Fault::Disconnected { code, .. }, .. } if *code == wanted)
}

/// A link with a real socket.
struct Client {
    link: Link,
    socket: WebSocketStream<TcpStream>,
    state: LinkState,
    begun: Instant,
    /// AUTH packets that said success.
    renewed: u32,
}

impl Client {
    async fn connect(profile: &Profile) -> Result<Self> {
        let host = profile.url.strip_prefix("ws://").context("ws://")?;
        let (host, _path) = host.split_once('/').context("a path")?;
        let mut request = profile.url.as_str().into_client_request()?;
        request
            .headers_mut()
            .insert("sec-websocket-protocol", HeaderValue::from_static("mqtt"));
        let (socket, _answer) = client_async(request, TcpStream::connect(host).await?).await?;
        let mut client = Self {
            link: Link::new(footfall_demo::zone::now().as_millis().unsigned_abs()),
            socket,
            state: LinkState::Idle,
            begun: Instant::now(),
            renewed: 0,
        };
        let identity = Identity {
            client_id: "client".to_owned(),
            session_exists: false,
            ephemeral: true,
            sessions: Sessions::default(),
            in_flight: Vec::new(),
        };
        client.tell(Input::Connect(Box::new(profile.clone()), identity));
        client
            .link
            .know_authentication(AUTHENTICATION, client.now());
        client.tell(Input::SocketOpened);
        Ok(client)
    }

    fn renew(&mut self, profile: &Profile) {
        self.tell(Input::Renew(Box::new(profile.clone())));
    }

    fn now(&self) -> Now {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now {
            wall: Timestamp::from_millis(0),
            monotonic: Monotonic::from_millis(millis),
        }
    }

    fn tell(&mut self, input: Input) {
        let now = self.now();
        self.link.handle(input, now);
    }

    async fn until(&mut self, is_so: impl Fn(&LinkState) -> bool) -> Result<()> {
        while !is_so(&self.state) {
            self.step().await?;
        }
        Ok(())
    }

    /// Until the broker let us in again.
    async fn until_auth(&mut self) -> Result<()> {
        let before = self.renewed;
        while self.renewed == before && is_connected(&self.state) {
            self.step().await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<()> {
        let mut is_told = false;
        while let Some(output) = self.link.poll_output() {
            match output {
                Output::Send(bytes) => self.socket.send(Message::Binary(bytes.into())).await?,
                Output::State(state) => {
                    self.state = state;
                    is_told = true;
                }
                _ => {}
            }
        }
        if is_told {
            return Ok(());
        }
        match timeout(PATIENCE, self.socket.next()).await {
            Err(_elapsed) => bail!("the broker is silent, and the link {:?}", self.state),
            Ok(Some(Ok(Message::Binary(bytes)))) => {
                // AUTH, its length in one byte, and success.
                self.renewed += u32::from(bytes.first() == Some(&0xF0) && bytes.get(2) == Some(&0));
                self.tell(Input::Bytes(bytes.to_vec()));
            }
            Ok(Some(Ok(_control))) => {}
            Ok(Some(Err(_)) | None) if is_lost(&self.state) => {
                bail!("the broker is gone, and the link says {:?}", self.state)
            }
            Ok(Some(Err(_)) | None) => self.tell(Input::SocketClosed {
                code: 1006,
                clean: false,
            }),
        }
        Ok(())
    }
}

const NOT_AUTHORIZED: u8 = 0x87;
const BAD_METHOD: u8 = 0x8C;
