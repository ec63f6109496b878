//! A real Mosquitto on the loopback address, with a password file, and its log as a witness of what it sent to whom.

use std::env;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// A running Mosquitto. Dropping it ends it and removes its files.
#[derive(Debug)]
pub struct Mosquitto {
    child: Child,
    port: u16,
    tcp_port: u16,
    folder: TempDir,
}

impl Mosquitto {
    /// Whether there is one on this machine.
    pub fn is_installed() -> bool {
        program("mosquitto").is_some()
    }

    /// Starts one that takes this user name and password and nobody else; returns when it takes connections.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start(user: &str, password: &str) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("footfall-mosquitto-")
            .tempdir()?;
        write_passwords(folder.path(), user, password).await?;
        // Between our asking for free ports and its listening somebody else may take them.
        for _attempt in 1..ATTEMPTS {
            if let Some(child) = start_in(folder.path(), free_ports()?).await? {
                return Ok(child.with(folder));
            }
        }
        match start_in(folder.path(), free_ports()?).await? {
            Some(child) => Ok(child.with(folder)),
            None => bail!(
                "Mosquitto ended at once; its log: {}",
                log_in(folder.path())
            ),
        }
    }

    /// The address for browsers.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.port)
    }

    /// The address for programs that do not speak WebSocket.
    pub fn tcp_url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.tcp_port)
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
        log_in(self.folder.path())
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
        Ok(self.child.kill().await?)
    }
}

struct Started {
    child: Child,
    port: u16,
    tcp_port: u16,
}

impl Started {
    fn with(self, folder: TempDir) -> Mosquitto {
        Mosquitto {
            child: self.child,
            port: self.port,
            tcp_port: self.tcp_port,
            folder,
        }
    }
}

/// `None` if it ended before it took connections.
async fn start_in(folder: &Path, (port, tcp_port): (u16, u16)) -> Result<Option<Started>> {
    let config = folder.join("mosquitto.conf");
    tokio::fs::write(&config, configuration(folder, port, tcp_port)).await?;
    let program = program("mosquitto").context("Mosquitto is not installed")?;
    let mut child = Command::new(program)
        .arg("-c")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("Mosquitto did not start")?;
    let deadline = Instant::now() + PATIENCE;
    for port in [port, tcp_port] {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_err()
        {
            if child.try_wait()?.is_some() {
                return Ok(None);
            }
            ensure!(
                Instant::now() < deadline,
                "Mosquitto does not take connections; its log: {}",
                log_in(folder)
            );
            sleep(POLL).await;
        }
    }
    Ok(Some(Started {
        child,
        port,
        tcp_port,
    }))
}

fn configuration(folder: &Path, port: u16, tcp_port: u16) -> String {
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
        folder.join("passwords").display()
    ));
    line("persistence false");
    // Whoever was away for a day gets all that was sent meanwhile. 0: no limit.
    line("max_queued_messages 0");
    line("max_queued_bytes 0");
    line("max_inflight_messages 100");
    line(&format!("log_dest file {}", folder.join("log").display()));
    line("log_type all");
    // One with WebSockets alone ends at once.
    line(&format!("listener {tcp_port} 127.0.0.1"));
    line(&format!("listener {port} 127.0.0.1"));
    line("protocol websockets");
    line("socket_domain ipv4");
    text
}

async fn write_passwords(folder: &Path, user: &str, password: &str) -> Result<()> {
    let program = program("mosquitto_passwd").context("mosquitto_passwd is not installed")?;
    let status = Command::new(program)
        .args(["-b", "-c"])
        .arg(folder.join("passwords"))
        .args([user, password])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await?;
    ensure!(status.success(), "mosquitto_passwd wrote no password file");
    Ok(())
}

fn log_in(folder: &Path) -> String {
    let bytes = std::fs::read(folder.join("log")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn free_ports() -> Result<(u16, u16)> {
    let listeners = [
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
    ];
    Ok((
        listeners[0].local_addr()?.port(),
        listeners[1].local_addr()?.port(),
    ))
}

/// On PATH, or where distributions put servers.
fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        .find(|path| path.is_file())
}

const ATTEMPTS: u32 = 3;
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
