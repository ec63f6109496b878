//! A browser's own log of its WebSockets, by its debugging protocol → what passed each of them, in both directions.
//!
//! Read by nothing of the product's and by nothing on the way: the witness of what a page was told and what it said.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use footfall::time::Timestamp;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::browser::Browser;
use crate::zone::now;

/// One WebSocket, as the browser tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Socket {
    /// Where it leads.
    pub url: String,
    /// The data of all frames that came.
    pub received: Vec<u8>,
    /// The data of all frames that were sent.
    pub sent: Vec<u8>,
    /// After each frame that came: how much had come, and when the browser told of it.
    pub told: Vec<(usize, Timestamp)>,
}

impl Socket {
    /// When the browser had told of so much of what came.
    pub fn told_of(&self, length: usize) -> Option<Timestamp> {
        let before = self.told.partition_point(|(told, _)| *told < length);
        self.told.get(before).map(|(_, at)| *at)
    }
}

/// A log at work. Dropping it ends it.
#[derive(Debug)]
pub struct FrameLog {
    sockets: Arc<Mutex<Sockets>>,
    task: JoinHandle<()>,
}

/// By session and request, in the order of their beginning.
#[derive(Debug, Default)]
struct Sockets {
    places: BTreeMap<(String, String), usize>,
    all: Vec<Socket>,
}

impl FrameLog {
    /// From now on all that passes WebSockets of its pages and of their workers is kept.
    ///
    /// # Errors
    /// The browser is not Chromium, or does not let anybody debug it.
    pub async fn of(browser: &Browser) -> Result<Self> {
        let url = browser.debugging_url()?;
        let address = url::Url::parse(&url)?.socket_addrs(|| None)?;
        let stream = TcpStream::connect(&*address).await?;
        // A frame of a few megabytes is told in one message.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (mut stream, _answer) = client_async_with_config(url, stream, Some(config)).await?;
        let sockets = Arc::<Mutex<Sockets>>::default();
        let mut reader = Reader {
            sockets: Arc::clone(&sockets),
            number: 0,
        };
        // The pages that are there are told before the answer.
        reader.attach(&mut stream, None).await?;
        timeout(PATIENCE, reader.read_until_answered(&mut stream))
            .await
            .context("the browser does not answer its debugger")??;
        let task = tokio::spawn(async move {
            // Ends with the browser.
            while let Some(Ok(message)) = stream.next().await {
                if reader.handle(&mut stream, &message).await.is_err() {
                    return;
                }
            }
        });
        Ok(Self { sockets, task })
    }

    /// All WebSockets to that address so far.
    pub fn to(&self, url: &str) -> Vec<Socket> {
        let sockets = locked(&self.sockets);
        let all = sockets.all.iter().filter(|socket| socket.url == url);
        all.cloned().collect()
    }
}

impl Drop for FrameLog {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Stream = WebSocketStream<TcpStream>;

struct Reader {
    sockets: Arc<Mutex<Sockets>>,
    /// Of the last command.
    number: u64,
}

impl Reader {
    async fn command(
        &mut self,
        stream: &mut Stream,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<()> {
        self.number += 1;
        let mut command = json!({ "id": self.number, "method": method, "params": parameters });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let text = command.to_string();
        Ok(stream.send(Message::text(text)).await?)
    }

    /// Wants to be told of what begins there, before it does anything.
    async fn attach(&mut self, stream: &mut Stream, session: Option<&str>) -> Result<()> {
        let all = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        self.command(stream, session, "Target.setAutoAttach", all)
            .await
    }

    async fn read_until_answered(&mut self, stream: &mut Stream) -> Result<()> {
        loop {
            let message = stream.next().await.context("the browser hung up")??;
            let said = self.handle(stream, &message).await?;
            if said["id"] == 1 {
                return Ok(());
            }
        }
    }

    async fn handle(&mut self, stream: &mut Stream, message: &Message) -> Result<Value> {
        let Message::Text(text) = message else {
            return Ok(Value::Null);
        };
        let said: Value = serde_json::from_str(text)?;
        let parameters = &said["params"];
        match said["method"].as_str().unwrap_or_default() {
            "Target.attachedToTarget" => {
                let session = parameters["sessionId"].as_str().unwrap_or_default();
                let session = Some(session);
                let network = json!({});
                self.command(stream, session, "Network.enable", network)
                    .await?;
                self.attach(stream, session).await?;
                self.command(
                    stream,
                    session,
                    "Runtime.runIfWaitingForDebugger",
                    json!({}),
                )
                .await?;
            }
            "Network.webSocketCreated" => {
                let url = parameters["url"].as_str().unwrap_or_default();
                self.with_socket(&said, |socket| url.clone_into(&mut socket.url));
            }
            "Network.webSocketFrameReceived" => {
                let data = data(&parameters["response"]);
                self.with_socket(&said, |socket| {
                    socket.received.extend(data);
                    socket.told.push((socket.received.len(), now()));
                });
            }
            "Network.webSocketFrameSent" => {
                let data = data(&parameters["response"]);
                self.with_socket(&said, |socket| socket.sent.extend(data));
            }
            _ => {}
        }
        Ok(said)
    }

    fn with_socket(&self, said: &Value, change: impl FnOnce(&mut Socket)) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (text(&said["sessionId"]), text(&said["params"]["requestId"]));
        let mut sockets = locked(&self.sockets);
        let next = sockets.all.len();
        let place = *sockets.places.entry(key).or_insert(next);
        if place == next {
            sockets.all.push(Socket::default());
        }
        change(&mut sockets.all[place]);
    }
}

/// Of a binary frame; none of others.
fn data(frame: &Value) -> Vec<u8> {
    if frame["opcode"] != 2 {
        return Vec::new();
    }
    let text = frame["payloadData"].as_str().unwrap_or_default();
    BASE64_STANDARD.decode(text).unwrap_or_default()
}

fn locked(sockets: &Mutex<Sockets>) -> MutexGuard<'_, Sockets> {
    sockets.lock().unwrap_or_else(PoisonError::into_inner)
}

const PATIENCE: Duration = Duration::from_secs(10);
