//! The brokers that people run, each started by a file of its own: on free ports of the loopback address, with one user
//! name and password, and with queues that hold more than any row of a table sends.

mod aedes;
pub mod cluster;
pub mod mosquitto;
mod nats;
mod node_red;
mod process;
mod rabbitmq;

use anyhow::{Context, Result, bail};

use crate::broker::{self, Broker};
use process::{Process, Recipe};

/// Who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Make {
    /// The one in this program.
    Embedded,
    /// Eclipse Mosquitto.
    Mosquitto,
    /// Aedes, a broker for Node.js.
    Aedes,
    /// Node-RED with its Aedes node.
    NodeRed,
    /// RabbitMQ with its plugin for MQTT over WebSocket.
    RabbitMq,
    /// NATS.
    Nats,
}

/// A running broker. Dropping it ends it, all that it started, and its files.
#[derive(Debug)]
pub struct Running {
    make: Make,
    version: String,
    /// Gone between [`Running::kill`] and [`Running::start_again`].
    place: Option<Place>,
    /// Where the embedded one takes WebSockets, so that its successor does too.
    port: u16,
}

#[derive(Debug)]
enum Place {
    Inside(Broker),
    Outside(Box<Process>),
}

impl Make {
    /// All, in the order of the tables.
    pub const ALL: &[Self] = &[
        Self::Embedded,
        Self::Mosquitto,
        Self::Aedes,
        Self::NodeRed,
        Self::RabbitMq,
        Self::Nats,
    ];

    /// As its makers write it.
    pub const fn name(self) -> &'static str {
        match self.recipe() {
            None => "mqtt5 (embedded)",
            Some(recipe) => recipe.name,
        }
    }

    /// What is not on this machine and would have to be; `None` if all is.
    pub fn missing(self) -> Option<String> {
        (self.recipe()?.missing)()
    }

    /// Starts one that takes [`USER`] with [`PASSWORD`] and nobody else; returns when it takes connections.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start(self) -> Result<Running> {
        let (place, version, port) = match self.recipe() {
            None => {
                let (broker, port) = embedded(0).await?;
                (Place::Inside(broker), embedded_version()?, port)
            }
            Some(recipe) => {
                let process = Process::start(recipe).await?;
                let version = (recipe.version)(&process.log());
                let version =
                    version.with_context(|| format!("{} does not say its version", self.name()))?;
                (Place::Outside(Box::new(process)), version, 0)
            }
        };
        Ok(Running {
            make: self,
            version,
            place: Some(place),
            port,
        })
    }

    /// `None`: it is in this program.
    const fn recipe(self) -> Option<&'static Recipe> {
        match self {
            Self::Embedded => None,
            Self::Mosquitto => Some(&mosquitto::RECIPE),
            Self::Aedes => Some(&aedes::RECIPE),
            Self::NodeRed => Some(&node_red::RECIPE),
            Self::RabbitMq => Some(&rabbitmq::RECIPE),
            Self::Nats => Some(&nats::RECIPE),
        }
    }
}

impl Running {
    /// Who makes it.
    pub const fn make(&self) -> Make {
        self.make
    }

    /// As it says itself.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The address for browsers.
    ///
    /// # Errors
    /// It was killed.
    pub fn url(&self) -> Result<String> {
        Ok(match self.place()? {
            Place::Inside(broker) => broker.url().to_owned(),
            Place::Outside(process) => process.url().to_owned(),
        })
    }

    /// The address for programs that do not speak WebSocket.
    ///
    /// # Errors
    /// It was killed.
    pub fn tcp_url(&self) -> Result<String> {
        Ok(match self.place()? {
            Place::Inside(broker) => broker.tcp_url().to_owned(),
            Place::Outside(process) => process.tcp_url().to_owned(),
        })
    }

    /// What it has written so far; the embedded one writes nothing.
    pub fn log(&self) -> String {
        match &self.place {
            Some(Place::Outside(process)) => process.log(),
            Some(Place::Inside(_)) | None => String::new(),
        }
    }

    /// Ends it at once, as a power cut does; what it wrote to its folder stays.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub async fn kill(&mut self) -> Result<()> {
        match &mut self.place {
            Some(Place::Outside(process)) => process.kill().await,
            Some(Place::Inside(_)) => match self.place.take() {
                Some(Place::Inside(broker)) => broker.stop().await,
                _ => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Stops it amid whatever it does; its connections stay.
    ///
    /// # Errors
    /// It is in this program.
    pub fn pause(&self) -> Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on after [`Running::pause`].
    ///
    /// # Errors
    /// As [`Running::pause`].
    pub fn go_on(&self) -> Result<()> {
        self.signal("-CONT")
    }

    fn signal(&self, signal: &str) -> Result<()> {
        match self.place()? {
            Place::Outside(process) => process.signal(signal),
            Place::Inside(_) => bail!("a broker in this program cannot be paused"),
        }
    }

    /// Starts it again after [`Running::kill`], at the same address for browsers.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        match &mut self.place {
            Some(Place::Outside(process)) => process.start_again().await,
            Some(Place::Inside(_)) => Ok(()),
            None => {
                let (broker, _) = embedded(self.port).await?;
                self.place = Some(Place::Inside(broker));
                Ok(())
            }
        }
    }

    /// Ends it and waits until it has ended.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub async fn stop(mut self) -> Result<()> {
        self.kill().await
    }

    fn place(&self) -> Result<&Place> {
        self.place.as_ref().context("the broker was killed")
    }
}

async fn embedded(port: u16) -> Result<(Broker, u16)> {
    let broker = Broker::start_with(broker::Options {
        port,
        user: Some((USER.to_owned(), PASSWORD.to_owned())),
        ..broker::Options::default()
    })
    .await?;
    let url = url::Url::parse(broker.url())?;
    let port = url.port().context("its address has a port")?;
    Ok((broker, port))
}

/// Of the crate, as Cargo.lock has it.
fn embedded_version() -> Result<String> {
    let mut lines = LOCK.lines().skip_while(|line| *line != "name = \"mqtt5\"");
    let version = lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    match version {
        Some(version) => Ok(version.to_owned()),
        None => bail!("Cargo.lock names no mqtt5"),
    }
}

const LOCK: &str = include_str!("../../../Cargo.lock");

/// Who may connect to all of them.
pub const USER: &str = "wall";
/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";
