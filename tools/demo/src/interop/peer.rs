//! The other side of every row: a client that is not ours, over TCP, in the version that every broker speaks.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use mqtt5::{
    ConnectOptions, MqttClient, ProtocolVersion, PublishOptions, PublishResult, QoS,
    SubscribeOptions, WillMessage,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::brokers::{PASSWORD, Running, USER};

/// A connected client. Dropping it drops its connection.
pub(crate) struct Peer {
    client: MqttClient,
}

impl Peer {
    /// Connects under that client identifier, with that topic and payload as its will.
    pub(crate) async fn connect(
        broker: &Running,
        client_id: &str,
        will: Option<(&str, &str)>,
    ) -> Result<Self> {
        Self::connect_to(&broker.tcp_url()?, client_id, will).await
    }

    /// As [`Peer::connect`], to a broker at that address.
    pub(crate) async fn connect_to(
        url: &str,
        client_id: &str,
        will: Option<(&str, &str)>,
    ) -> Result<Self> {
        let mut options = ConnectOptions::new(client_id)
            .with_clean_start(true)
            .with_automatic_reconnect(false)
            .with_keep_alive(KEEP_ALIVE)
            .with_protocol_version(ProtocolVersion::V311)
            .with_credentials(USER, PASSWORD);
        if let Some((topic, payload)) = will {
            options =
                options.with_will(WillMessage::new(topic, payload).with_qos(QoS::AtLeastOnce));
        }
        let mut last = None;
        // A broker that has just begun to listen may still refuse.
        for _attempt in 0..ATTEMPTS {
            let client = MqttClient::with_options(options.clone());
            match client.connect_with_options(url, options.clone()).await {
                Ok(_connected) => return Ok(Self { client }),
                Err(error) => last = Some(error),
            }
            sleep(PAUSE).await;
        }
        let error = last.context("it was tried at least once")?;
        Err(error).context("the other client cannot connect")
    }

    /// Publishes, and waits until the broker has it.
    pub(crate) async fn publish(
        &self,
        topic: &str,
        payload: impl Into<Vec<u8>>,
        qos: u8,
        retain: bool,
    ) -> Result<()> {
        let options = PublishOptions {
            qos: of_number(qos),
            retain,
            ..PublishOptions::default()
        };
        let publishing = self.client.publish_with_options(topic, payload, options);
        match timeout(PATIENCE, publishing).await {
            Err(_elapsed) => bail!("no answer to a PUBLISH at QoS {qos}"),
            Ok(Ok(PublishResult::Sent(_))) => Ok(()),
            Ok(Ok(PublishResult::Queued(_))) => {
                bail!("the connection was lost at a PUBLISH at QoS {qos}")
            }
            Ok(Err(error)) => Err(error.into()),
        }
    }

    /// Publishes so many, several at a time.
    pub(crate) async fn publish_many(&self, topic: &str, qos: u8, count: usize) -> Result<()> {
        let payloads = (0..count).map(|number| number.to_string());
        self.publish_all(topic, qos, payloads.collect()).await
    }

    /// Publishes these, several at a time.
    pub(crate) async fn publish_all(
        &self,
        topic: &str,
        qos: u8,
        payloads: Vec<String>,
    ) -> Result<()> {
        let payloads: Arc<[String]> = payloads.into();
        let mut tasks = JoinSet::new();
        for first in 0..AT_A_TIME {
            let peer = Self {
                client: self.client.clone(),
            };
            let (topic, payloads) = (topic.to_owned(), Arc::clone(&payloads));
            tasks.spawn(async move {
                for payload in payloads.iter().skip(first).step_by(AT_A_TIME) {
                    peer.publish(&topic, payload.as_str(), qos, false).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(())
    }

    /// The first message of that filter, if one comes soon.
    pub(crate) async fn hears(&self, filter: &str) -> Result<Option<String>> {
        self.listen(filter).await?.next().await
    }

    /// Subscribes.
    pub(crate) async fn listen(&self, filter: &str) -> Result<Heard> {
        let (heard, hearing) = mpsc::unbounded_channel();
        let options = SubscribeOptions {
            qos: QoS::AtLeastOnce,
            ..SubscribeOptions::default()
        };
        self.client
            .subscribe_with_options(filter, options, move |message| {
                let _nobody_waits =
                    heard.send(String::from_utf8_lossy(&message.payload).into_owned());
            })
            .await?;
        Ok(Heard(hearing))
    }

    /// Closes its connection without DISCONNECT: the broker publishes the will [MQTT-3.1.2-8].
    pub(crate) async fn vanish(self) -> Result<()> {
        ensure!(
            self.client.is_connected().await,
            "the other client is not connected"
        );
        let _already_closed = self.client.disconnect_abnormally().await;
        Ok(())
    }
}

/// What comes by a subscription.
pub(crate) struct Heard(mpsc::UnboundedReceiver<String>);

impl Heard {
    /// The next message, if one comes soon.
    pub(crate) async fn next(&mut self) -> Result<Option<String>> {
        Ok(timeout(SOON, self.0.recv()).await.unwrap_or(None))
    }
}

const fn of_number(qos: u8) -> QoS {
    match qos {
        0 => QoS::AtMostOnce,
        1 => QoS::AtLeastOnce,
        _ => QoS::ExactlyOnce,
    }
}

const KEEP_ALIVE: Duration = Duration::from_secs(60);
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);
/// NATS first makes room for a session, which takes it seconds.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a broker has stored it sends with its answer to SUBSCRIBE.
const SOON: Duration = Duration::from_secs(3);
/// Messages that wait for their acknowledgement; fewer than any broker takes.
const AT_A_TIME: usize = 10;
