//! A broker of a few lines that says what no real one would: whatever a script answers to a packet.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use crate::wire;

/// What is said to a packet of a client; the first is the path of its address, without the slash.
pub(crate) type Script = dyn Fn(&str, &[u8]) -> Vec<Vec<u8>> + Send + Sync;

/// Listens until it is dropped.
pub(crate) struct ScriptedBroker {
    /// `ws://…/`, to be followed by a path.
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl ScriptedBroker {
    pub(crate) async fn start(
        script: impl Fn(&str, &[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("ws://{}/", listener.local_addr()?);
        let script: Arc<Script> = Arc::new(script);
        let task = tokio::spawn(async move {
            while let Ok((stream, _from)) = listener.accept().await {
                let script = Arc::clone(&script);
                // A page that goes is no error.
                tokio::spawn(async move { talk(stream, &*script).await.ok() });
            }
        });
        Ok(Self { url, task })
    }
}

impl Drop for ScriptedBroker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, script: &Script) -> Result<()> {
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the type is the library's")]
    let greet = |request: &Request, mut response: Response| {
        request.uri().path()[1..].clone_into(&mut path);
        // A browser closes a connection whose subprotocol was not answered.
        if let Some(protocol) = request.headers().get(PROTOCOL) {
            response.headers_mut().insert(PROTOCOL, protocol.clone());
        }
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, greet).await?;
    while let Some(message) = socket.next().await {
        let Message::Binary(bytes) = message? else {
            continue;
        };
        for packet in wire::packets(&bytes) {
            for answer in script(&path, &packet) {
                socket.send(Message::Binary(answer.into())).await?;
            }
        }
    }
    Ok(())
}

/// Text with its length behind the number of a property.
pub(crate) fn property(id: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![id];
    bytes.extend(wire::text(text));
    bytes
}

/// CONNACK of version 5, with properties of any length.
pub(crate) fn connack(code: u8, properties: &[u8]) -> Vec<u8> {
    // As a packet, they have their length before them.
    let properties = &wire::packet(0, properties)[1..];
    wire::packet(0x20, &[&[0, code], properties].concat())
}

/// DISCONNECT of version 5.
pub(crate) fn disconnect(code: u8, properties: &[u8]) -> Vec<u8> {
    let properties = &wire::packet(0, properties)[1..];
    wire::packet(0xE0, &[&[code], properties].concat())
}

pub(crate) const REASON_STRING: u8 = 0x1F;
pub(crate) const ASSIGNED_CLIENT_IDENTIFIER: u8 = 0x12;
pub(crate) const RESPONSE_INFORMATION: u8 = 0x1A;
pub(crate) const SERVER_REFERENCE: u8 = 0x1C;

const PROTOCOL: &str = "sec-websocket-protocol";
