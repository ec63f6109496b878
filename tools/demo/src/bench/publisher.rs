//! A plain MQTT client over TCP that writes many messages at once, so that a load costs the machine little.

use anyhow::{Context, Result, bail};
use footfall::mqtt::{Connect, Event, PropertyBytes, Publish, QoS, Session, Version};
use footfall::time::Monotonic;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::mall::Said;
use crate::broker::Broker;

/// A connected client. It publishes at QoS 0 and reads nothing after CONNACK.
#[derive(Debug)]
pub(super) struct Client {
    stream: TcpStream,
    session: Session,
}

impl Client {
    /// Connects under that client identifier.
    pub(super) async fn connect(broker: &Broker, client_id: &str) -> Result<Self> {
        let address = broker.tcp_url().trim_start_matches("tcp://");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut client = Self {
            stream,
            session: Session::new(),
        };
        let connect = Connect {
            version: Version::V311,
            client_id: client_id.to_owned(),
            username: None,
            password: None,
            will: None,
            // Never: at one message a second nothing else would have to be said.
            keep_alive: 0,
            clean: true,
            session_expiry: 0,
        };
        client.session.open(&connect, false, None)?;
        client.flush().await?;
        let mut buffer = vec![0; 1024];
        loop {
            let length = client.stream.read(&mut buffer).await?;
            if length == 0 {
                bail!("the broker closed instead of answering");
            }
            client.session.handle_bytes(buffer[..length].to_vec());
            match client.event()? {
                Some(Event::Connected(_)) => return Ok(client),
                Some(event) => bail!("the broker answered {event:?}"),
                None => {}
            }
        }
    }

    /// Says it with the next [`Client::flush`].
    pub(super) fn add(&mut self, (topic, payload): Said) {
        let publish = Publish {
            topic,
            payload: payload.into_bytes(),
            qos: QoS::AtMostOnce,
            retain: false,
            properties: PropertyBytes::default(),
        };
        self.session.publish(0, publish);
    }

    /// Writes what was added.
    pub(super) async fn flush(&mut self) -> Result<()> {
        // Says of each message that it was written; nobody asks.
        while self.event()?.is_some() {}
        let bytes = self.session.take_unsent();
        self.stream
            .write_all(&bytes)
            .await
            .context("the broker closed the connection")
    }

    /// Says all of it now.
    pub(super) async fn say_all(&mut self, all: Vec<Said>) -> Result<()> {
        all.into_iter().for_each(|said| self.add(said));
        self.flush().await
    }

    /// Says it now.
    pub(super) async fn publish(&mut self, topic: String, payload: String) -> Result<()> {
        self.add((topic, payload));
        self.flush().await
    }

    fn event(&mut self) -> Result<Option<Event>> {
        // Time only matters for what waits for an answer; nothing here does.
        Ok(self.session.poll_event(Monotonic::from_millis(0))?)
    }
}
