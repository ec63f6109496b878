//! A broker that is a program of its own: its folder, its ports, its log, and its end, whatever happens.

use std::env;
use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// How a make of broker is started.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) name: &'static str,
    /// What is not on this machine and would have to be.
    pub(super) missing: fn() -> Option<String>,
    /// Writes its configuration into the folder, and says how it is started there.
    pub(super) launch: fn(&Site) -> Result<Launch>,
    /// From its log.
    pub(super) version: fn(&str) -> Option<String>,
}

/// Where a broker runs.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) folder: PathBuf,
    /// Free ones.
    pub(super) ports: [u16; 5],
    pub(super) user: String,
    pub(super) password: String,
    /// What this one's configuration says beyond what all of its make say.
    pub(super) more: String,
}

/// How it is started there.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) command: Command,
    pub(super) url: String,
    pub(super) tcp_url: String,
    /// What takes connections when it is there.
    pub(super) listens: Vec<u16>,
    /// Ends what outlives it.
    pub(super) farewell: Option<std::process::Command>,
}

/// A running one. Dropping it ends it, all that it started, and its files.
#[derive(Debug)]
pub(super) struct Process {
    recipe: &'static Recipe,
    child: Child,
    launch: Launch,
    site: Site,
    // Removed last: fields are dropped in their order.
    _folder: TempDir,
}

impl Process {
    /// Returns when it takes connections.
    pub(super) async fn start(recipe: &'static Recipe) -> Result<Self> {
        Self::start_for(recipe, super::USER, super::PASSWORD, "").await
    }

    /// As [`Process::start`], for that user and with more in its configuration.
    pub(super) async fn start_for(
        recipe: &'static Recipe,
        user: &str,
        password: &str,
        more: &str,
    ) -> Result<Self> {
        // Between our asking for free ports and its listening somebody else may take them.
        for _attempt in 1..ATTEMPTS {
            if let Ok(process) = Self::try_start(recipe, user, password, more).await {
                return Ok(process);
            }
        }
        Self::try_start(recipe, user, password, more).await
    }

    async fn try_start(
        recipe: &'static Recipe,
        user: &str,
        password: &str,
        more: &str,
    ) -> Result<Self> {
        let ports = free_ports()?;
        Self::start_at(recipe, (user, password), ports, more).await
    }

    /// Started at these ports.
    pub(super) async fn start_at(
        recipe: &'static Recipe,
        (user, password): (&str, &str),
        ports: [u16; 5],
        more: &str,
    ) -> Result<Self> {
        if let Some(missing) = (recipe.missing)() {
            bail!("{missing} is not installed");
        }
        let folder = tempfile::Builder::new()
            .prefix("footfall-broker-")
            .tempdir()?;
        let site = Site {
            folder: folder.path().to_owned(),
            ports,
            user: user.to_owned(),
            password: password.to_owned(),
            more: more.to_owned(),
        };
        let mut launch = (recipe.launch)(&site)?;
        let child = spawn(&mut launch, &site)?;
        let mut process = Self {
            recipe,
            child,
            launch,
            site,
            _folder: folder,
        };
        process.listens().await?;
        Ok(process)
    }

    /// Started again at the same place, after [`Process::kill`].
    pub(super) async fn start_again(&mut self) -> Result<()> {
        self.launch = (self.recipe.launch)(&self.site)?;
        self.child = spawn(&mut self.launch, &self.site)?;
        self.listens().await
    }

    pub(super) fn url(&self) -> &str {
        &self.launch.url
    }

    pub(super) fn tcp_url(&self) -> &str {
        &self.launch.tcp_url
    }

    /// What it has written so far.
    pub(super) fn log(&self) -> String {
        let bytes = std::fs::read(log_in(&self.site.folder)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends it at once with all that it started, and waits until it has ended.
    pub(super) async fn kill(&mut self) -> Result<()> {
        end(&self.child, &mut self.launch);
        let _already_ended = self.child.start_kill();
        self.child.wait().await?;
        Ok(())
    }

    /// Tells it and all that it started.
    pub(super) fn signal(&self, signal: &str) -> Result<()> {
        ensure!(cfg!(unix), "signals are of Unix");
        let told = signal_group(&self.child, signal);
        ensure!(
            told.is_some_and(|told| told.success()),
            "it could not be told {signal}"
        );
        Ok(())
    }

    /// Waits until it takes connections.
    async fn listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let name = self.recipe.name;
        for port in self.launch.listens.clone() {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
            {
                if let Some(status) = self.child.try_wait()? {
                    bail!("{name} ended with {status}; its log: {}", self.log());
                }
                ensure!(
                    Instant::now() < deadline,
                    "{name} does not take connections; its log: {}",
                    self.log()
                );
                sleep(POLL).await;
            }
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&self.child, &mut self.launch);
    }
}

fn spawn(launch: &mut Launch, site: &Site) -> Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log_in(&site.folder))?;
    // A group of its own: a broker may be a script that starts the broker.
    #[cfg(unix)]
    launch.command.process_group(0);
    launch
        .command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .context("the broker did not start")
}

fn signal_group(child: &Child, signal: &str) -> Option<ExitStatus> {
    let id = child.id().filter(|_| cfg!(unix))?;
    let mut command = std::process::Command::new("kill");
    command.args([signal, "--", &format!("-{id}")]);
    command.stderr(Stdio::null()).status().ok()
}

fn end(child: &Child, launch: &mut Launch) {
    let _already_ended = signal_group(child, "-KILL");
    let Some(farewell) = &mut launch.farewell else {
        return;
    };
    // It may still have to notice that the broker is gone.
    for _attempt in 0..FAREWELLS {
        let said = farewell
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if said.is_ok_and(|status| status.success()) {
            launch.farewell = None;
            return;
        }
        std::thread::sleep(POLL);
    }
}

/// On PATH, or where distributions put servers.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        .find(|path| path.is_file())
}

/// A package of npm's that `cargo xtask interop` has put there.
pub(super) fn package(name: &str) -> PathBuf {
    packages().join(name)
}

/// Where npm's packages are.
pub(super) fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/brokers/node_modules")
}

/// What is missing of Node.js and a package.
pub(super) fn missing_package(name: &str) -> Option<String> {
    if program("node").is_none() {
        return Some("node".to_owned());
    }
    (!package(name).is_dir()).then(|| format!("the npm package {name}"))
}

/// The word that follows this in a log.
pub(super) fn word_after(log: &str, before: &str) -> Option<String> {
    let (_, rest) = log.split_once(before)?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_start_matches('v').to_owned())
}

fn log_in(folder: &Path) -> PathBuf {
    folder.join("log")
}

fn free_ports() -> Result<[u16; 5]> {
    Ok(free_ports_of::<1>()?[0])
}

/// For as many brokers at once.
pub(super) fn free_ports_of<const BROKERS: usize>() -> Result<[[u16; 5]; BROKERS]> {
    let mut listeners = Vec::new();
    let mut ports = [[0; 5]; BROKERS];
    // All at once, so that no two are the same.
    for port in ports.as_flattened_mut() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

const ATTEMPTS: u32 = 3;
/// RabbitMQ takes 6 to 18 seconds on a free machine.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(20);
const FAREWELLS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_without_its_letter() {
        let log = "Starting nats-server\n  Version:  2.9.10\n";
        assert_eq!(word_after(log, "Version:").as_deref(), Some("2.9.10"));
        let log = "[info] Node-RED version: v4.1.15\n";
        assert_eq!(
            word_after(log, "Node-RED version:").as_deref(),
            Some("4.1.15")
        );
        assert_eq!(word_after("nothing", "Version:"), None);
    }
}
