//! An MQTT broker inside the program: WebSocket and TCP on the loopback address, all state in memory.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use footfall::time::Timestamp;
use mqtt5::broker::MqttBroker;
use mqtt5::broker::auth::{AuthProvider, AuthResult, EnhancedAuthStatus};
use mqtt5::broker::auth_mechanisms::{
    JwtAuthProvider, ScramCredentialStore, ScramCredentials, ScramSha256AuthProvider,
};
use mqtt5::broker::config::{BrokerConfig, StorageBackend, StorageConfig, WebSocketConfig};
use mqtt5::broker::router::MessageRouter;
use mqtt5::broker::server::BrokerShutdownHandle;
use mqtt5::broker::sys_topics::BrokerStats;
use mqtt5::packet::connect::ConnectPacket;
use mqtt5::protocol::v5::reason_codes::ReasonCode;
use ring::hmac;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// How the broker is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where it takes WebSockets; 0 is any free port.
    pub port: u16,
    /// The one user name and password that it takes, instead of which a [`web_token`] will do; without, it takes everybody.
    pub user: Option<(String, String)>,
    /// How that user signs in.
    pub sign_in: SignIn,
}

/// How a user signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignIn {
    /// User name and password, as they are.
    #[default]
    Plain,
    /// By the authentication method SCRAM-SHA-256, with as many rounds as the broker takes by itself.
    Scram,
    /// By the authentication method JWT; the password is the secret of its signature (HS256).
    Token,
}

/// How many messages passed a broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// From clients.
    pub received: u64,
    /// To clients: one message to two of them counts twice.
    pub sent: u64,
}

impl Passed {
    /// Those that passed since it was so many.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            received: self.received - before.received,
            sent: self.sent - before.sent,
        }
    }
}

/// A running broker. Dropping it stops it without waiting.
pub struct Broker {
    url: String,
    tcp_url: String,
    router: Arc<MessageRouter>,
    stats: Arc<BrokerStats>,
    shutdown: BrokerShutdownHandle,
    task: JoinHandle<mqtt5::Result<()>>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Broker")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Broker {
    /// A broker that takes everybody, on a free port.
    ///
    /// # Errors
    /// It cannot listen.
    pub async fn start() -> Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// A broker; returns when it takes connections.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start_with(options: Options) -> Result<Self> {
        let port = options.port;
        let mut broker = MqttBroker::with_config(config(port))
            .await
            .with_context(|| format!("the broker cannot listen on port {port}"))?;
        if let Some((name, password)) = options.user {
            let tokens = JwtAuthProvider::with_hs256_secret(&password);
            let provider: Arc<dyn AuthProvider> = match options.sign_in {
                SignIn::Plain => Arc::new(OneUser {
                    name,
                    password,
                    tokens: tokens.with_clock_skew(0),
                }),
                SignIn::Scram => Arc::new(ScramSha256AuthProvider::new(Arc::new(OneSecret {
                    credentials: ScramCredentials::from_password(&password)?,
                    name,
                }))),
                SignIn::Token => Arc::new(tokens),
            };
            broker = broker.with_auth_provider(provider);
        }
        let address = |address: Option<SocketAddr>| address.context("the broker does not listen");
        let url = format!("ws://{}{PATH}", address(broker.ws_local_addr())?);
        let tcp_url = format!("tcp://{}", address(broker.local_addr())?);
        let (router, shutdown) = (broker.router(), broker.shutdown_handle());
        let stats = broker.stats();
        let mut ready = broker.ready_receiver();
        let task = tokio::spawn(async move { broker.run().await });
        if ready.wait_for(|ready| *ready).await.is_err() {
            task.await??;
            return Err(anyhow!("the broker ended before it took connections"));
        }
        Ok(Self {
            url,
            tcp_url,
            router,
            stats,
            shutdown,
            task,
        })
    }

    /// The address for browsers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address for programs that do not speak WebSocket.
    pub fn tcp_url(&self) -> &str {
        &self.tcp_url
    }

    /// Closes the connection of a client without a word, as a broken network does. Its session stays.
    pub async fn kick(&self, client_id: &str) {
        self.router.disconnect_client(client_id).await;
    }

    /// Whether a client of that identifier is connected.
    pub async fn has(&self, client_id: &str) -> bool {
        self.router.is_connected(client_id).await
    }

    /// The messages that passed so far.
    pub fn passed(&self) -> Passed {
        Passed {
            received: self.stats.publish_received.load(Ordering::Relaxed),
            sent: self.stats.publish_sent.load(Ordering::Relaxed),
        }
    }

    /// Stops, and returns when all is closed and the port is free again.
    ///
    /// # Errors
    /// It had stopped before, because of an error.
    pub async fn stop(mut self) -> Result<()> {
        self.shutdown.shutdown();
        Ok((&mut self.task).await??)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shutdown.shutdown();
    }
}

fn config(port: u16) -> BrokerConfig {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut config = BrokerConfig::default()
        .with_bind_addresses(vec![loopback(0)])
        .with_client_channel_capacity(QUEUE)
        .with_websocket(
            WebSocketConfig::new()
                .with_bind_addresses(vec![loopback(port)])
                .with_path(PATH),
        )
        .with_storage(StorageConfig {
            // The default would write a folder beside the program.
            backend: StorageBackend::Memory,
            max_queued_messages_per_client: QUEUE,
            max_queued_bytes_per_client: QUEUE * 1024,
            ..StorageConfig::default()
        });
    // A test that signs in wrongly five times would lock out the others.
    config.auth_config.rate_limit.enabled = false;
    config
}

/// A JSON web token for that user, signed by the password [RFC 7519], which is good until `end`.
pub fn web_token(user: &str, password: &str, end: Timestamp) -> String {
    let claims = json!({ "sub": user, "exp": end.as_millis() / 1000 });
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(json!({ "alg": "HS256" })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, password.as_bytes());
    let signature = hmac::sign(&key, said.as_bytes());
    format!("{said}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// One user name, one password or a token, everything allowed.
struct OneUser {
    name: String,
    password: String,
    tokens: JwtAuthProvider,
}

impl OneUser {
    async fn judge(&self, connect: &ConnectPacket) -> mqtt5::Result<AuthResult> {
        if connect.username.as_deref() != Some(&self.name) {
            return Ok(AuthResult::fail(ReasonCode::BadUsernameOrPassword));
        }
        let password = connect.password.as_deref();
        if password == Some(self.password.as_bytes()) {
            return Ok(AuthResult::success_with_user(&self.name));
        }
        let parts = password.map(|password| password.split(|byte| *byte == b'.').count());
        if parts != Some(3) {
            return Ok(AuthResult::fail(ReasonCode::BadUsernameOrPassword));
        }
        // The same judge as of the exchange for which version 5 has packets of its own.
        let token = self
            .tokens
            .authenticate_enhanced("JWT", password, "")
            .await?;
        Ok(match token.status {
            EnhancedAuthStatus::Success => AuthResult::success_with_user(&self.name),
            _ => AuthResult::fail(ReasonCode::NotAuthorized),
        })
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl AuthProvider for OneUser {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        _from: SocketAddr,
    ) -> Answer<'a, mqtt5::Result<AuthResult>> {
        Box::pin(self.judge(connect))
    }

    fn authorize_publish<'a>(
        &'a self,
        _client_id: &str,
        _user: Option<&'a str>,
        _topic: &'a str,
    ) -> Answer<'a, bool> {
        Box::pin(std::future::ready(true))
    }

    fn authorize_subscribe<'a>(
        &'a self,
        _client_id: &str,
        _user: Option<&'a str>,
        _filter: &'a str,
    ) -> Answer<'a, bool> {
        Box::pin(std::future::ready(true))
    }
}

/// The same for SCRAM: what a broker keeps of a password.
struct OneSecret {
    name: String,
    credentials: ScramCredentials,
}

impl ScramCredentialStore for OneSecret {
    fn get_credentials(&self, user: &str) -> Option<ScramCredentials> {
        (user == self.name).then(|| self.credentials.clone())
    }
}

/// The path that most brokers use.
const PATH: &str = "/mqtt";
/// More messages than the simulated mall sends on two days: whoever is away for a day gets them all.
const QUEUE: usize = 50_000;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::zone::now;
    use mqtt5::{ConnectOptions, MqttClient};

    #[tokio::test]
    async fn a_token_is_taken_until_it_runs_out_if_the_password_signed_it() {
        let user = Some(("wall".to_owned(), "hunter2".to_owned()));
        let broker = Broker::start_with(Options {
            user,
            ..Options::default()
        })
        .await
        .unwrap();
        let minute = Duration::from_secs(60);
        let enters = async |password: &str| {
            let options = ConnectOptions::new("reader")
                .with_credentials("wall", password)
                .with_automatic_reconnect(false);
            let client = MqttClient::new("reader");
            let entered = client.connect_with_options(broker.tcp_url(), options).await;
            entered.is_ok()
        };
        assert!(enters("hunter2").await);
        assert!(enters(&web_token("wall", "hunter2", now().after(minute))).await);
        assert!(!enters(&web_token("wall", "hunter2", now().before(minute))).await);
        assert!(!enters(&web_token("wall", "other", now().after(minute))).await);
        assert!(!enters("hunter3").await);
    }

    #[tokio::test]
    async fn a_stopped_broker_leaves_its_port_to_the_next_one() {
        let first = Broker::start().await.unwrap();
        let url = first.url().to_owned();
        let port = url
            .trim_end_matches(PATH)
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let client = MqttClient::new("wall");
        client.connect(&url).await.unwrap();
        assert!(first.has("wall").await);
        first.stop().await.unwrap();

        let options = Options {
            port,
            ..Options::default()
        };
        let second = Broker::start_with(options.clone()).await.unwrap();
        assert_eq!(second.url(), url);
        assert!(!second.has("wall").await);
        assert!(
            Broker::start_with(options).await.is_err(),
            "the port is taken"
        );
    }
}
