//! A real Mosquitto with a password file, and its log as a witness of what it sent to whom.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::sleep;

use super::process::{Launch, Process, Recipe, Site, program, word_after};

/// A running Mosquitto. Dropping it ends it and removes its files.
#[derive(Debug)]
pub struct Mosquitto {
    process: Box<Process>,
}

pub(super) const RECIPE: Recipe = Recipe {
    name: "Mosquitto",
    missing: || program(PROGRAM).is_none().then(|| PROGRAM.to_owned()),
    launch,
    version: |log| word_after(log, "mosquitto version"),
};

impl Mosquitto {
    /// Whether there is one on this machine.
    pub fn is_installed() -> bool {
        (RECIPE.missing)().is_none()
    }

    /// Starts one that takes this user name and password and nobody else; returns when it takes connections.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start(user: &str, password: &str) -> Result<Self> {
        Self::start_with(user, password, "").await
    }

    /// One whose clients need no password, bridged: it has what is published at the other one's address for programs that
    /// do not speak WebSocket under `topics`, with that prefix before the topic.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start_bridged(to: SocketAddr, topics: &str, prefix: &str) -> Result<Self> {
        let more = format!(
            "allow_anonymous true
connection bridge
address {to}
topic {topics} in 1 {prefix} \"\"
cleansession false
restart_timeout 1
"
        );
        Self::start_with("bridge", "bridge", &more).await
    }

    /// One whose clients need no password.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start_open() -> Result<Self> {
        Self::start_with("nobody", "nobody", "allow_anonymous true").await
    }

    async fn start_with(user: &str, password: &str, more: &str) -> Result<Self> {
        let process = Process::start_for(&RECIPE, user, password, more).await?;
        Ok(Self {
            process: Box::new(process),
        })
    }

    /// The address for browsers.
    pub fn url(&self) -> String {
        self.process.url().to_owned()
    }

    /// The address for programs that do not speak WebSocket.
    pub fn tcp_url(&self) -> String {
        self.process.tcp_url().to_owned()
    }

    /// How many PUBLISH packets it says to have sent to clients whose identifier begins so, repetitions among them.
    pub fn sent_to(&self, client_id: &str) -> usize {
        let sent = format!(": Sending PUBLISH to {client_id}");
        let log = self.log();
        log.lines().filter(|line| line.contains(&sent)).count()
    }

    /// The lines in which it says that it dropped something.
    pub fn dropped(&self) -> Vec<String> {
        let log = self.log();
        let dropped = log.lines().filter(|line| line.contains("dropped"));
        dropped.map(str::to_owned).collect()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Waits until its log holds a line with all of these parts, and returns the newest one.
    ///
    /// # Errors
    /// It does not within ten seconds.
    pub async fn wait_for_log(&self, parts: &[&str]) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.log();
            let holds = |line: &&str| parts.iter().all(|part| line.contains(part));
            if let Some(line) = log.lines().rev().find(holds) {
                return Ok(line.to_owned());
            }
            ensure!(
                Instant::now() < deadline,
                "Mosquitto's log has no line with {parts:?}"
            );
            sleep(POLL).await;
        }
    }

    /// Ends it and waits until it has ended.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub async fn stop(mut self) -> Result<()> {
        self.process.kill().await
    }
}

fn launch(site: &Site) -> Result<Launch> {
    let [port, tcp_port, ..] = site.ports;
    write_passwords(site)?;
    let config = site.folder.join("mosquitto.conf");
    fs::write(&config, configuration(site, port, tcp_port))?;
    let mut command = Command::new(program(PROGRAM).context("Mosquitto is not installed")?);
    command.arg("-c").arg(config);
    Ok(Launch {
        command,
        url: format!("ws://127.0.0.1:{port}/mqtt"),
        tcp_url: format!("tcp://127.0.0.1:{tcp_port}"),
        listens: vec![port, tcp_port],
        farewell: None,
    })
}

fn configuration(site: &Site, port: u16, tcp_port: u16) -> String {
    let mut text = String::new();
    let mut line = |line: &str| {
        let _never_fails = writeln!(text, "{line}");
    };
    // Started as root it would become another user, who may not read our folder.
    line("user root");
    line("per_listener_settings false");
    line("allow_anonymous false");
    line(&format!(
        "password_file {}",
        site.folder.join("passwords").display()
    ));
    line("persistence false");
    // Whoever was away for a day gets all that was sent meanwhile. 0: no limit.
    line("max_queued_messages 0");
    line("max_queued_bytes 0");
    line("max_inflight_messages 100");
    line("log_dest stderr");
    line("log_type all");
    // One with WebSockets alone ends at once.
    line(&format!("listener {tcp_port} 127.0.0.1"));
    line(&format!("listener {port} 127.0.0.1"));
    line("protocol websockets");
    line("socket_domain ipv4");
    line(&site.more);
    text
}

fn write_passwords(site: &Site) -> Result<()> {
    let program = program("mosquitto_passwd").context("mosquitto_passwd is not installed")?;
    let status = std::process::Command::new(program)
        .args(["-b", "-c"])
        .arg(site.folder.join("passwords"))
        .args([&site.user, &site.password])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    ensure!(status.success(), "mosquitto_passwd wrote no password file");
    Ok(())
}

const PROGRAM: &str = "mosquitto";
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;
    use mqtt5::{ConnectOptions, MqttClient};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_takes_the_one_password_and_tells_what_it_sent() {
        if !Mosquitto::is_installed() {
            println!("Mosquitto is not installed: not tested");
            return;
        }
        let broker = Mosquitto::start("wall", "hunter2").await.unwrap();
        let options = |password: &str| {
            ConnectOptions::new("reader")
                .with_credentials("wall", password)
                .with_automatic_reconnect(false)
        };
        let stranger = MqttClient::new("reader");
        let url = broker.url();
        let refused = stranger.connect_with_options(&url, options("wrong"));
        assert!(refused.await.is_err());

        let client = MqttClient::new("reader");
        client
            .connect_with_options(&broker.tcp_url(), options("hunter2"))
            .await
            .unwrap();
        client.subscribe("a/#", |_message| {}).await.unwrap();
        for payload in ["1", "2", "3"] {
            client.publish_qos1("a/b", payload).await.unwrap();
        }
        broker
            .wait_for_log(&["Sending PUBLISH to reader", "'a/b'"])
            .await
            .unwrap();
        let deadline = Instant::now() + PATIENCE;
        while broker.sent_to("reader") < 3 && Instant::now() < deadline {
            sleep(POLL).await;
        }
        assert_eq!(broker.sent_to("reader"), 3);
        assert_eq!(broker.sent_to("wall"), 0);
        assert_eq!(broker.dropped(), Vec::<String>::new());
    }
}
