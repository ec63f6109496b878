//! One device's connection: does what it does, through whatever happens to the broker.

use std::sync::Once;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use footfall::mqtt::{Publish, QoS};
use footfall::simulation::Act;
use mqtt5::{
    ConnectOptions, MqttClient, ProtocolVersion, PublishOptions, PublishResult, WillMessage,
};
use tokio::time::sleep;

use super::{Sent, Target};

/// A device's client; connected or not.
pub(super) struct Connection {
    target: Target,
    client_id: &'static str,
    version: ProtocolVersion,
    client: Option<MqttClient>,
    /// What the device wants: connected with this will, or not at all.
    will: Option<Publish>,
    /// What it said when it connected: said again when it connects again.
    birth: Option<Publish>,
    pub(super) sent: Sent,
}

impl Connection {
    pub(super) fn new(target: Target, client_id: &'static str) -> Self {
        Self {
            target,
            client_id,
            version: ProtocolVersion::V5,
            client: None,
            will: None,
            birth: None,
            sent: Sent::default(),
        }
    }

    /// Does it, and tries again until it is done.
    pub(super) async fn act(&mut self, act: Act) {
        match act {
            Act::Connect { will } => {
                self.will = Some(will);
                self.birth = None;
                self.reconnect().await;
            }
            Act::Publish(publish) => {
                self.publish_for_sure(&publish).await;
                if self
                    .will
                    .as_ref()
                    .is_some_and(|will| will.topic == publish.topic)
                {
                    self.birth = Some(publish);
                }
            }
            Act::Drop => {
                self.will = None;
                if let Some(client) = self.client.take() {
                    // Closed without DISCONNECT: now the broker publishes the will [MQTT-3.1.2-8].
                    let _already_closed = client.disconnect_abnormally().await;
                    self.sent.drops += 1;
                }
            }
            Act::Disconnect => {
                self.will = None;
                if let Some(client) = self.client.take() {
                    let _already_closed = client.disconnect().await;
                }
            }
        }
    }

    async fn publish_for_sure(&mut self, publish: &Publish) {
        while let Err(_reason) = self.publish(publish).await {
            sleep(PAUSE).await;
            self.reconnect().await;
        }
        self.sent.messages += 1;
    }

    async fn publish(&self, publish: &Publish) -> Result<()> {
        let Some(client) = &self.client else {
            bail!("not connected");
        };
        if !client.is_connected().await {
            bail!("the connection is lost");
        }
        let options = PublishOptions {
            qos: qos(publish.qos),
            retain: publish.retain,
            ..PublishOptions::default()
        };
        match client
            .publish_with_options(&*publish.topic, &*publish.payload, options)
            .await?
        {
            PublishResult::Sent(_) => Ok(()),
            PublishResult::Queued(_) => {
                bail!("the connection was lost before the broker acknowledged")
            }
        }
    }

    /// Connects, as long as it takes, and says again that it is there.
    async fn reconnect(&mut self) {
        while let Err(reason) = self.connect().await {
            // Once: all devices meet the same broker, and each tries again for ever.
            SAID.call_once(|| eprintln!("The simulated devices cannot connect yet: {reason:#}"));
            sleep(PAUSE).await;
        }
        self.sent.connections += 1;
        if let Some(birth) = self.birth.clone()
            && self.publish(&birth).await.is_ok()
        {
            self.sent.messages += 1;
        }
    }

    async fn connect(&mut self) -> Result<()> {
        let will = self
            .will
            .as_ref()
            .ok_or_else(|| anyhow!("the device is to be away"))?;
        let mut options = ConnectOptions::new(self.client_id)
            .with_clean_start(true)
            .with_automatic_reconnect(false)
            .with_keep_alive(KEEP_ALIVE)
            .with_protocol_version(self.version)
            .with_will(
                WillMessage::new(&*will.topic, &*will.payload)
                    .with_qos(qos(will.qos))
                    .with_retain(will.retain),
            );
        if let Some((name, password)) = &self.target.user {
            options = options.with_credentials(&**name, password);
        }
        let client = MqttClient::with_options(options.clone());
        let connected = client.connect_with_options(&self.target.url, options).await;
        if let Err(error) = connected {
            // A broker that does not speak 5 may say so in words of 3.1.1, or just close: try the other next time.
            self.version = match self.version {
                ProtocolVersion::V5 => ProtocolVersion::V311,
                ProtocolVersion::V311 => ProtocolVersion::V5,
            };
            return Err(error.into());
        }
        self.client = Some(client);
        Ok(())
    }
}

const fn qos(qos: QoS) -> mqtt5::QoS {
    match qos {
        QoS::AtMostOnce => mqtt5::QoS::AtMostOnce,
        QoS::AtLeastOnce => mqtt5::QoS::AtLeastOnce,
        QoS::ExactlyOnce => mqtt5::QoS::ExactlyOnce,
    }
}

/// Whether it was said that the broker lets nobody in.
static SAID: Once = Once::new();

/// As Axis devices have it.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);
