//! A TCP proxy in front of a broker, so that a test can cut, stall or refuse the page's connection and no other.
//!
//! It keeps what it passed on, in both directions: the witness of what the page can know, and of what it said
//! ([`crate::tape`] reads it).

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until, timeout};

use crate::frames::{append_frame, frame, packet};

/// What happens to connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Bytes pass in both directions.
    Pass,
    /// Connections stay open, and no byte passes in any direction.
    Stall,
    /// New ones are closed at once; present ones pass.
    Refuse,
    /// What the broker says is turned into garbage, except the WebSocket handshake and the heads of short frames.
    Garble,
    /// What the broker says passes at a hundredth of a usual speed.
    Slow,
    /// The next bytes that the broker says pass by half, then that connection is closed in order; from then on as [`Way::Pass`].
    CutAmid,
}

/// What becomes of a packet of the broker's: its first byte and what follows its Remaining Length → packets instead of it,
/// none if it is to get lost; `None`: it stays as it is.
pub type Change = fn(u8, &[u8]) -> Option<Vec<u8>>;

/// How the packets of a broker come to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One packet a frame.
    Each,
    /// One byte a frame.
    Bytes,
    /// All packets of a third of a second in one frame.
    Joined,
}

/// How a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Closed in order (FIN): the page gets every byte that was passed on before.
    Finish,
    /// Reset (RST): what the page has not read yet is gone.
    Reset,
}

/// A running proxy. Dropping it ends it with all its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A proxy on a free port in front of `to`.
    ///
    /// # Errors
    /// It cannot listen.
    pub async fn start(to: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            way: watch::Sender::new(Way::Pass),
            cut: watch::Sender::new((0, Cut::Finish)),
            reframe: Mutex::default(),
            idle: watch::Sender::new(None),
            tapes: Mutex::default(),
            said: Mutex::default(),
            open: watch::Sender::new(0),
        });
        let task = tokio::spawn(accept(listener, to, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// A proxy in front of the host and port of a `ws://` address.
    ///
    /// # Errors
    /// It is no such address, or the proxy cannot listen.
    pub async fn before(url: &str) -> Result<Self> {
        let url = url::Url::parse(url)?;
        let to = url
            .socket_addrs(|| None)?
            .first()
            .copied()
            .context("an address without a host")?;
        Self::start(to).await
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same address as `url`, through this proxy.
    ///
    /// # Errors
    /// It is no address.
    pub fn through(&self, url: &str) -> Result<String> {
        let url = url::Url::parse(url)?;
        Ok(format!("{}://{}{}", url.scheme(), self.address, url.path()))
    }

    /// From now on connections go this way.
    pub fn set(&self, way: Way) {
        self.shared.way.send_replace(way);
    }

    /// From now on new connections are changed in this way, packet by packet, until something else is said: what a broker
    /// would say that is set up otherwise, or that is broken. Brokers that compress are not understood.
    pub fn reframe(&self, framing: Framing, change: Change) {
        *locked(&self.shared.reframe) = Some((framing, change));
    }

    /// From now on a connection on which nothing passes for that long is closed, as proxies do.
    pub fn cut_idle(&self, after: Option<Duration>) {
        self.shared.idle.send_replace(after);
    }

    /// Cuts all present connections.
    pub fn cut(&self, how: Cut) {
        self.shared.cut.send_modify(|(number, cut)| {
            *number += 1;
            *cut = how;
        });
    }

    /// Waits until no connection is open.
    ///
    /// # Errors
    /// Never: the proxy that is asked is there.
    pub async fn closed(&self) -> Result<()> {
        let mut open = self.shared.open.subscribe();
        open.wait_for(|open| *open == 0).await?;
        Ok(())
    }

    /// What was passed on to each client, in the order of their connections.
    pub fn tapes(&self) -> Vec<Vec<u8>> {
        locked(&self.shared.tapes).clone()
    }

    /// What each client said, in the same order.
    pub fn said(&self) -> Vec<Vec<u8>> {
        locked(&self.shared.said).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        // Their tasks end with them.
        self.cut(Cut::Finish);
    }
}

#[derive(Debug)]
struct Shared {
    way: watch::Sender<Way>,
    /// Counts up at each cut.
    cut: watch::Sender<(u64, Cut)>,
    reframe: Mutex<Option<(Framing, Change)>>,
    idle: watch::Sender<Option<Duration>>,
    tapes: Mutex<Tapes>,
    said: Mutex<Tapes>,
    open: watch::Sender<usize>,
}

/// One of each connection.
type Tapes = Vec<Vec<u8>>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nobody panics while holding it; and if so, the content is still whole.
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn accept(listener: TcpListener, to: SocketAddr, shared: Arc<Shared>) {
    while let Ok((client, _from)) = listener.accept().await {
        if *shared.way.borrow() == Way::Refuse {
            reset(&client);
            continue;
        }
        let tape = {
            let mut tapes = locked(&shared.tapes);
            tapes.push(Vec::new());
            locked(&shared.said).push(Vec::new());
            tapes.len() - 1
        };
        shared.open.send_modify(|open| *open += 1);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            carry(client, to, tape, &shared).await;
            shared.open.send_modify(|open| *open -= 1);
        });
    }
}

/// Until one of both ends, or it is cut.
async fn carry(client: TcpStream, to: SocketAddr, tape: usize, shared: &Shared) {
    let mut cut = shared.cut.subscribe();
    cut.mark_unchanged();
    let Ok(broker) = TcpStream::connect(to).await else {
        reset(&client);
        return;
    };
    let _small_packets_at_once = (client.set_nodelay(true), broker.set_nodelay(true));
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_broker, mut to_broker) = broker.into_split();
    let way = shared.way.subscribe();
    let spoke = watch::Sender::new(Instant::now());
    let up = pass(&mut from_client, &mut to_broker, shared, |bytes| {
        spoke.send_replace(Instant::now());
        locked(&shared.said)[tape].extend_from_slice(bytes);
    });
    let reframe = *locked(&shared.reframe);
    let down = async {
        let passed = |bytes: &mut [u8]| {
            spoke.send_replace(Instant::now());
            if *way.borrow() == Way::Garble {
                garble(bytes);
            }
            locked(&shared.tapes)[tape].extend_from_slice(bytes);
        };
        match reframe {
            None => pass(&mut from_broker, &mut to_client, shared, passed).await,
            Some(_) => {
                let mut frames = Frames::default();
                frames
                    .pass(&mut from_broker, &mut to_client, shared, passed)
                    .await;
            }
        }
    };
    tokio::select! {
        biased;
        _cut = cut.changed() => {
            if cut.borrow().1 == Cut::Reset {
                reset(to_client.as_ref());
                // Dropping it would say FIN first.
                to_client.forget();
            } else {
                finish(&mut from_client, &mut to_client).await;
            }
        }
        () = up => {}
        () = idle(shared, spoke.subscribe()) => finish(&mut from_client, &mut to_client).await,
        () = down => finish(&mut from_client, &mut to_client).await,
    }
}

async fn pass(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    shared: &Shared,
    mut passed: impl FnMut(&mut [u8]),
) {
    let mut way = shared.way.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Some(length) = read(from, &mut buffer, &mut way).await else {
            return;
        };
        let mut bytes = &mut buffer[..length];
        let is_cut = *way.borrow() == Way::CutAmid && length > 1;
        if is_cut {
            bytes = &mut bytes[..length / 2];
            shared.way.send_replace(Way::Pass);
        }
        // Before it is written: a cut in the middle of writing leaves more on the tape than the page got, never less.
        passed(bytes);
        let portion = if *way.borrow() == Way::Slow {
            SLOW
        } else {
            length
        };
        for bytes in bytes.chunks(portion) {
            if to.write_all(bytes).await.is_err() {
                return;
            }
            if portion == SLOW {
                sleep(SLOW_PAUSE).await;
            }
        }
        if is_cut {
            return;
        }
    }
}

/// How many bytes came; `None`: no more will.
async fn read(
    from: &mut OwnedReadHalf,
    buffer: &mut [u8],
    way: &mut watch::Receiver<Way>,
) -> Option<usize> {
    way.wait_for(|way| *way != Way::Stall).await.ok()?;
    let length = from.read(buffer).await.ok().filter(|length| *length > 0)?;
    // What arrived while it began to stall waits too.
    way.wait_for(|way| *way != Way::Stall).await.ok()?;
    Some(length)
}

/// Until nothing has passed for too long.
async fn idle(shared: &Shared, mut spoke: watch::Receiver<Instant>) {
    let mut idle = shared.idle.subscribe();
    loop {
        let patience = *idle.borrow_and_update();
        let since = *spoke.borrow_and_update();
        let over = async {
            match patience {
                Some(patience) => sleep_until((since + patience).into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            changed = idle.changed() => if changed.is_err() { return },
            spoken = spoke.changed() => if spoken.is_err() { return },
            () = over => return,
        }
    }
}

/// What a broker said and was not passed on yet.
#[derive(Debug, Default)]
struct Frames {
    /// Of the stream: the handshake, then frames.
    raw: Vec<u8>,
    /// The data of frames.
    data: Vec<u8>,
    shook_hands: bool,
}

impl Frames {
    async fn pass(
        &mut self,
        from: &mut OwnedReadHalf,
        to: &mut OwnedWriteHalf,
        shared: &Shared,
        mut passed: impl FnMut(&mut [u8]),
    ) {
        let mut way = shared.way.subscribe();
        let mut buffer = vec![0; 64 * 1024];
        while let Some(length) = read(from, &mut buffer, &mut way).await {
            self.raw.extend_from_slice(&buffer[..length]);
            let Some((framing, change)) = *locked(&shared.reframe) else {
                return;
            };
            if framing == Framing::Joined && self.shook_hands {
                sleep(JOINED).await;
                while let Ok(length @ 1..) = from.try_read(&mut buffer) {
                    self.raw.extend_from_slice(&buffer[..length]);
                }
            }
            let mut bytes = self.framed(framing, change);
            passed(&mut bytes);
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    }

    /// What may be passed on.
    fn framed(&mut self, framing: Framing, change: Change) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !self.shook_hands {
            let end = self.raw.windows(4).position(|four| four == b"\r\n\r\n");
            let Some(end) = end else { return bytes };
            bytes.extend(self.raw.drain(..end + 4));
            self.shook_hands = true;
        }
        while let Some((first, payload, rest)) = frame(&self.raw) {
            let length = self.raw.len() - rest.len();
            if matches!(first & 0x0F, 0..=2) {
                self.data.extend_from_slice(&payload);
            } else {
                bytes.extend_from_slice(&self.raw[..length]);
            }
            self.raw.drain(..length);
        }
        let mut joined = Vec::new();
        while let Some((first, body, rest)) = packet(&self.data) {
            let length = self.data.len() - rest.len();
            let packets = change(first, body).unwrap_or_else(|| self.data[..length].to_vec());
            match framing {
                Framing::Each => append_frame(&packets, &mut bytes),
                Framing::Bytes => packets
                    .chunks(1)
                    .for_each(|one| append_frame(one, &mut bytes)),
                Framing::Joined => joined.extend(packets),
            }
            self.data.drain(..length);
        }
        append_frame(&joined, &mut bytes);
        bytes
    }
}

/// A whole short binary frame of a server; the answer to the handshake and requests of clients are none.
fn garble(bytes: &mut [u8]) {
    if let [0x82, 0..126, payload @ ..] = bytes {
        for byte in payload {
            *byte = !*byte;
        }
    }
}

/// Closes in order. Bytes of the client's that nobody reads would turn the close into a reset.
async fn finish(from_client: &mut OwnedReadHalf, to_client: &mut OwnedWriteHalf) {
    let _already_closed = to_client.shutdown().await;
    let mut unwanted = [0; 4096];
    let drained = async { while let Ok(1..) = from_client.read(&mut unwanted).await {} };
    let _still_open = timeout(PATIENCE, drained).await;
}

/// The next close of it says RST.
fn reset(client: &TcpStream) {
    let _closed_in_order_then = client.set_zero_linger();
}

/// A port of the loopback address on which nobody listens.
///
/// # Errors
/// There is none.
pub fn refused_port() -> Result<u16> {
    // Whoever listened there last does no more, and the system hands out other ports first.
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// A client that does not close for so long is left alone.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes at once, and how long then nothing: 20 KB a second.
const SLOW: usize = 1024;
const SLOW_PAUSE: Duration = Duration::from_millis(50);

/// So long packets are collected for one frame.
const JOINED: Duration = Duration::from_millis(300);

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each byte with itself, and a client of it through a proxy.
    async fn echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ended = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        let proxy = Proxy::start(to).await.unwrap();
        let client = TcpStream::connect(proxy.address()).await.unwrap();
        (proxy, client)
    }

    async fn ask(client: &mut TcpStream, word: &[u8]) -> std::io::Result<Vec<u8>> {
        client.write_all(word).await?;
        let mut answer = vec![0; word.len()];
        client.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn bytes_pass_and_are_kept() {
        let (proxy, mut client) = echo().await;
        assert_eq!(ask(&mut client, b"hello").await.unwrap(), b"hello");
        assert_eq!(proxy.tapes(), [b"hello".to_vec()]);
        assert_eq!(proxy.said(), [b"hello".to_vec()]);
    }

    #[tokio::test]
    async fn a_cut_ends_in_order_or_by_reset_and_the_next_connection_passes() {
        for (cut, kind) in [(Cut::Finish, None), (Cut::Reset, Some("reset"))] {
            let (proxy, mut client) = echo().await;
            ask(&mut client, b"a").await.unwrap();
            proxy.cut(cut);
            let ended = client.read(&mut [0; 8]).await;
            match kind {
                None => assert_eq!(ended.unwrap(), 0),
                Some(kind) => assert!(ended.unwrap_err().to_string().contains(kind)),
            }
            proxy.closed().await.unwrap();
            let mut next = TcpStream::connect(proxy.address()).await.unwrap();
            assert_eq!(ask(&mut next, b"b").await.unwrap(), b"b");
        }
    }

    #[tokio::test]
    async fn only_frames_become_garbage() {
        let (proxy, mut client) = echo().await;
        proxy.set(Way::Garble);
        let handshake = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";
        assert_eq!(ask(&mut client, handshake).await.unwrap(), handshake);
        let frame = [0x82, 2, 0x20, 0x00];
        assert_eq!(
            ask(&mut client, &frame).await.unwrap(),
            [0x82, 2, 0xDF, 0xFF]
        );
    }

    #[tokio::test]
    async fn a_stall_keeps_bytes_back_and_a_refusal_closes() {
        let (proxy, mut client) = echo().await;
        ask(&mut client, b"a").await.unwrap();
        proxy.set(Way::Stall);
        let stalled = timeout(Duration::from_millis(100), ask(&mut client, b"b")).await;
        assert!(stalled.is_err());
        proxy.set(Way::Pass);
        let mut late = [0];
        client.read_exact(&mut late).await.unwrap();
        assert_eq!(&late, b"b");

        proxy.set(Way::Refuse);
        assert_eq!(ask(&mut client, b"c").await.unwrap(), b"c");
        let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
        assert!(ask(&mut refused, b"d").await.is_err());
    }
}
