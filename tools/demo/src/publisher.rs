//! The simulated mall through a real broker: one MQTT client for each device, with its will.

mod connection;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use footfall::simulation::{DEVICES, Event, Simulation};
use footfall::time::{DemoClock, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::zone::now;
use connection::Connection;

/// Where to publish.
#[derive(Clone, Debug)]
pub struct Target {
    /// `ws://…` or `tcp://…`
    pub url: String,
    /// User name and password.
    pub user: Option<(String, String)>,
}

impl Target {
    /// A broker that asks for no password.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            user: None,
        }
    }
}

/// What has been done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Messages; with QoS 1 or 2 all of them acknowledged.
    pub messages: u64,
    /// Connections made.
    pub connections: u64,
    /// Connections lost on purpose, each followed by a will.
    pub drops: u64,
}

/// Publishes what a simulation says. Dropping it drops all connections without a word.
#[derive(Debug)]
pub struct Publisher {
    simulation: Simulation,
    devices: Vec<DeviceTask>,
    sent: Sent,
}

#[derive(Debug)]
struct DeviceTask {
    jobs: mpsc::Sender<Job>,
    task: JoinHandle<()>,
    /// Something was given to it since it was last asked how far it is.
    busy: bool,
}

enum Job {
    Do(Event),
    /// Answered when all before it is done, with what was done since the last question.
    Settle(oneshot::Sender<Sent>),
}

impl Publisher {
    /// Nothing is connected before the simulation says so.
    pub fn new(simulation: Simulation, target: &Target) -> Self {
        let device = |index: usize| {
            let (jobs, received) = mpsc::channel(BACKLOG);
            let connection = Connection::new(target.clone(), DEVICES[index].serial);
            DeviceTask {
                jobs,
                task: tokio::spawn(work(connection, received)),
                busy: false,
            }
        };
        Self {
            simulation,
            devices: (0..DEVICES.len()).map(device).collect(),
            sent: Sent::default(),
        }
    }

    /// The simulation, for its truth.
    pub const fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What has been done, up to the last time everything was acknowledged.
    pub const fn sent(&self) -> Sent {
        self.sent
    }

    /// Publishes all that happens before `end`, as fast as the broker acknowledges it, and in the order of time (within
    /// [`SLICE`]). Returns when all is acknowledged.
    ///
    /// # Errors
    /// The broker does not acknowledge.
    pub async fn run_until(&mut self, end: Timestamp) -> Result<()> {
        while self.simulation.next_at() < end {
            let slice = end.min(self.simulation.next_at().after(SLICE));
            while self.simulation.next_at() < slice {
                self.start_next().await?;
            }
            self.settle().await?;
        }
        Ok(())
    }

    /// Publishes everything when the clock says it happens, for ever. What a broker that is away misses comes later.
    ///
    /// # Errors
    /// Never by itself; only if a device's task was ended.
    pub async fn run(&mut self, clock: DemoClock) -> Result<()> {
        loop {
            self.wait_for_next(clock).await;
            self.start_next().await?;
        }
    }

    /// As [`Publisher::run`], up to what happens at `end`. Returns when all is acknowledged.
    ///
    /// # Errors
    /// The broker does not acknowledge.
    pub async fn run_on(&mut self, clock: DemoClock, end: Timestamp) -> Result<()> {
        while self.simulation.next_at() < end {
            self.wait_for_next(clock).await;
            self.start_next().await?;
        }
        self.settle().await
    }

    async fn wait_for_next(&self, clock: DemoClock) {
        let wait = clock.real(self.simulation.next_at()).since(now());
        if !wait.is_zero() {
            sleep(wait).await;
        }
    }

    async fn start_next(&mut self) -> Result<()> {
        let event = self.simulation.next_event();
        let device = &mut self.devices[event.device];
        device.busy = true;
        device
            .jobs
            .send(Job::Do(event))
            .await
            .context("a simulated device has ended")
    }

    async fn settle(&mut self) -> Result<()> {
        let mut answers = Vec::new();
        for device in self.devices.iter_mut().filter(|device| device.busy) {
            device.busy = false;
            let (answer, answered) = oneshot::channel();
            device
                .jobs
                .send(Job::Settle(answer))
                .await
                .context("a simulated device has ended")?;
            answers.push(answered);
        }
        for answered in answers {
            let Ok(sent) = timeout(PATIENCE, answered).await else {
                bail!(
                    "the broker has acknowledged nothing for {} s",
                    PATIENCE.as_secs()
                );
            };
            let sent = sent.context("a simulated device has ended")?;
            self.sent.messages += sent.messages;
            self.sent.connections += sent.connections;
            self.sent.drops += sent.drops;
        }
        Ok(())
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        for device in &self.devices {
            device.task.abort();
        }
    }
}

async fn work(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        match job {
            Job::Do(event) => connection.act(event.what).await,
            // Whoever asked may have lost patience.
            Job::Settle(answer) => {
                let _gone = answer.send(std::mem::take(&mut connection.sent));
            }
        }
    }
}

/// Events of devices closer together than this may reach the broker in any order: each device is on its own way.
pub const SLICE: Duration = Duration::from_secs(5);
/// Events waiting for one device; a minute of the busiest door.
const BACKLOG: usize = 256;
/// A broker that acknowledges nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
