//! A broker that is nothing but fast: it answers what a client must be answered, and says prepared bytes as fast as that
//! client takes them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use crate::frames::{append_frame, append_packet, packet};

/// A running one. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Flood {
    /// `ws://…/`, to be followed by the name of who reads.
    pub(super) url: String,
    readers: Readers,
    task: JoinHandle<()>,
}

/// By path, without the slash: who has subscribed, or never will because it speaks no MQTT.
type Readers = Arc<Mutex<BTreeMap<String, mpsc::UnboundedSender<Say>>>>;

/// What is to be said, and whom to tell when the last message of it was acknowledged.
#[derive(Debug)]
struct Say {
    frames: Vec<u8>,
    acknowledged: oneshot::Sender<Instant>,
}

/// How packets become frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Framing {
    /// One packet a frame.
    Each,
    /// As many as go into 64 KiB.
    Batched,
}

impl Flood {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("ws://{}/", listener.local_addr()?);
        let readers = Readers::default();
        let known = Arc::clone(&readers);
        let task = tokio::spawn(async move {
            while let Ok((stream, _from)) = listener.accept().await {
                let known = Arc::clone(&known);
                // A page that goes is no error.
                tokio::spawn(async move { serve(stream, &known).await.ok() });
            }
        });
        Ok(Self { url, readers, task })
    }

    /// Until that one listens.
    pub(super) async fn wait_for(&self, reader: &str) -> Result<()> {
        let begun = Instant::now();
        while !locked(&self.readers).contains_key(reader) {
            ensure!(begun.elapsed() < PATIENCE, "{reader} does not subscribe");
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Says it, and waits until it was read to its end. The time is from the first byte to the acknowledgement of the
    /// last message.
    pub(super) async fn say(&self, reader: &str, frames: Vec<u8>) -> Result<Duration> {
        let (acknowledged, at) = oneshot::channel();
        let sender = locked(&self.readers).get(reader).cloned();
        let sender = sender.with_context(|| format!("{reader} is not connected"))?;
        let begun = Instant::now();
        sender.send(Say {
            frames,
            acknowledged,
        })?;
        let at = timeout(PATIENCE, at).await;
        let at = at.with_context(|| format!("{reader} does not come to the end"))?;
        Ok(at.with_context(|| format!("{reader} is gone"))? - begun)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(readers: &Readers) -> MutexGuard<'_, BTreeMap<String, mpsc::UnboundedSender<Say>>> {
    readers.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, readers: &Readers) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = String::new();
    #[expect(clippy::result_large_err, reason = "the type is the library's")]
    let greet = |request: &Request, mut response: Response| {
        request.uri().path()[1..].clone_into(&mut reader);
        let protocol = "mqtt".parse().ok();
        protocol.map(|it| response.headers_mut().insert("sec-websocket-protocol", it));
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, greet).await?;
    let (sender, mut commands) = mpsc::unbounded_channel::<Say>();
    let mut heard = Vec::new();
    let mut acknowledged = None;
    loop {
        tokio::select! {
            message = socket.next() => {
                let Some(message) = message else { return Ok(()) };
                let Message::Binary(bytes) = message? else { continue };
                heard.extend_from_slice(&bytes);
                while let Some((first, body, rest)) = packet(&heard) {
                    let (body, length) = (body.to_vec(), heard.len() - rest.len());
                    heard.drain(..length);
                    if matches!(first >> 4, SUBSCRIBE | RAW) {
                        locked(readers).insert(reader.clone(), sender.clone());
                    }
                    if first >> 4 == PUBACK && let Some(waiting) = acknowledged.take() {
                        let _gave_up = oneshot::Sender::send(waiting, Instant::now());
                    }
                    if let Some(answer) = answer(first, &body) {
                        socket.send(Message::Binary(answer.into())).await?;
                    }
                }
            }
            Some(say) = commands.recv() => {
                acknowledged = Some(say.acknowledged);
                // Frames already, so past the library.
                socket.get_mut().write_all(&say.frames).await?;
            }
        }
    }
}

/// To a client of version 3.1.1.
fn answer(first: u8, body: &[u8]) -> Option<Vec<u8>> {
    match first >> 4 {
        CONNECT => Some(vec![0x20, 2, 0, 0]),
        SUBSCRIBE => {
            let (id, mut rest) = body.split_first_chunk::<2>()?;
            let mut granted = id.to_vec();
            while let Some((length, after)) = rest.split_first_chunk() {
                rest = after.get(usize::from(u16::from_be_bytes(*length)) + 1..)?;
                granted.push(0);
            }
            let length = u8::try_from(granted.len()).ok()?;
            Some([&[0x90, length], &*granted].concat())
        }
        PINGREQ => Some(vec![0xD0, 0]),
        _ => None,
    }
}

const CONNECT: u8 = 1;
const PUBACK: u8 = 4;
const SUBSCRIBE: u8 = 8;
const PINGREQ: u8 = 12;
/// Says that it listens, without speaking MQTT.
const RAW: u8 = 15;

/// As many messages as frames that a broker sends, the last of them at QoS 1, so that it is acknowledged when all before it
/// were handled.
pub(super) fn frames(messages: &[(String, String)], framing: Framing) -> Vec<u8> {
    let mut frames = Vec::new();
    let mut frame = Vec::new();
    for (index, (topic, payload)) in messages.iter().enumerate() {
        let is_last = index + 1 == messages.len();
        let packet = publish(topic, payload, is_last);
        if !frame.is_empty() && frame.len() + packet.len() > BATCH {
            append_frame(&frame, &mut frames);
            frame.clear();
        }
        frame.extend(packet);
        if framing == Framing::Each || is_last {
            append_frame(&frame, &mut frames);
            frame.clear();
        }
    }
    frames
}

/// The data of frames, without their heads: what a client is handed.
pub(super) fn bytes_of(messages: &[(String, String)]) -> usize {
    let lengths = messages
        .iter()
        .enumerate()
        .map(|(index, (topic, payload))| {
            publish(topic, payload, index + 1 == messages.len()).len()
        });
    lengths.sum()
}

fn publish(topic: &str, payload: &str, is_last: bool) -> Vec<u8> {
    let topic_length = u16::try_from(topic.len()).unwrap_or(u16::MAX);
    let mut body = topic_length.to_be_bytes().to_vec();
    body.extend_from_slice(topic.as_bytes());
    if is_last {
        body.extend_from_slice(&[0, 1]);
    }
    body.extend_from_slice(payload.as_bytes());
    let mut packet = Vec::new();
    append_packet(if is_last { 0x32 } else { 0x30 }, &body, &mut packet);
    packet
}

/// Bytes of data in a frame that holds many packets.
const BATCH: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape;

    #[test]
    fn what_is_said_is_read_by_who_knows_nothing_of_it() {
        for framing in [Framing::Each, Framing::Batched] {
            let message = |number: usize| (format!("a/{number}"), "x".repeat(number));
            let messages: Vec<_> = (0..700).map(message).collect();
            let said = frames(&messages, framing);
            let read = tape::published(&[b"\r\n\r\n", &*said].concat());
            let same = read.iter().map(|read| {
                let payload = String::from_utf8_lossy(&read.payload).into_owned();
                (read.topic.clone(), payload)
            });
            assert_eq!(same.collect::<Vec<_>>(), messages, "{framing:?}");
            assert_eq!(read[699].qos, 1);
            assert!(said.len() > bytes_of(&messages));
        }
    }

    #[test]
    fn every_filter_is_granted() {
        let body = [0, 9, 0, 3, b'a', b'/', b'#', 1, 0, 1, b'b', 0];
        assert_eq!(answer(0x82, &body), Some(vec![0x90, 4, 0, 9, 0, 0]));
    }
}
