//! The program that drives a browser: chromedriver or geckodriver, on a port that it chooses.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::{ParseError, Url};

use super::{Make, PATIENCE};

/// A running driver. Dropping it closes its browser, and ends it.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    pub(super) port: u16,
    /// Which browser it drives, so that it can be told to close it.
    pub(super) session: Option<String>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Driver {
    /// Starts one; a geckodriver makes its profiles in that folder. `home`: where the browser looks for what is its user's.
    pub(super) async fn start(make: Make, profiles: &Path, home: Option<&Path>) -> Result<Self> {
        for _attempt in 0..ATTEMPTS {
            if let Some(driver) = Self::try_start(make, profiles, home).await? {
                return Ok(driver);
            }
        }
        bail!("the browser's driver ended {ATTEMPTS} times without saying on which port it listens")
    }

    /// `None`: it ended at once. A chromedriver takes a port that is free in IPv6, and ends if another program has it in
    /// IPv4.
    async fn try_start(make: Make, profiles: &Path, home: Option<&Path>) -> Result<Option<Self>> {
        let (name, port_follows) = match make {
            // "ChromeDriver was started successfully on port 40123."
            Make::Chromium => ("chromedriver", "started successfully on port "),
            // "1763770000000	geckodriver	INFO	Listening on 127.0.0.1:40123"
            Make::Firefox => ("geckodriver", "Listening on 127.0.0.1:"),
        };
        let mut command = Command::new(driver(make)?);
        match make {
            Make::Chromium => command.arg("--port=0"),
            Make::Firefox => command
                .args(["--port", "0", "--allow-system-access", "--profile-root"])
                .arg(profiles),
        };
        // Which the browser has from its driver.
        command.envs(home.map(|home| ("HOME", home)));
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{name} did not start"))?;
        let output = child.stdout.take().context("it was asked for")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, port)) = line.split_once(port_follows) {
                let port = port.trim_end_matches('.').parse()?;
                let said = Arc::new(Mutex::new(Vec::new()));
                let kept = Arc::clone(&said);
                // Read to its end: nobody reads a closed pipe, and writing into one would end the driver.
                tokio::spawn(async move {
                    while let Ok(Some(line)) = lines.next_line().await {
                        if let Ok(mut kept) = kept.lock() {
                            kept.push(line);
                        }
                    }
                });
                return Ok(Some(Self {
                    child,
                    port,
                    session: None,
                    said,
                }));
            }
        }
        Ok(None)
    }

    /// The ids of all that it has started, and of all that those have.
    pub(super) fn browser_processes(&self) -> Result<Vec<String>> {
        let output = std::process::Command::new("ps")
            .args(["-A", "-o", "pid=,ppid="])
            .output()
            .context("ps did not start")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let pairs = text.lines().map(|line| line.split_whitespace());
        let pairs: Vec<(&str, &str)> = pairs
            .filter_map(|mut words| Some((words.next()?, words.next()?)))
            .collect();
        let driver = self.child.id().context("the driver has ended")?.to_string();
        let mut family = vec![driver];
        let mut next = 0;
        while let Some(parent) = family.get(next).cloned() {
            let children = pairs.iter().filter(|(_, its)| *its == parent);
            family.extend(children.map(|(child, _)| (*child).to_owned()));
            next += 1;
        }
        family.remove(0);
        Ok(family)
    }

    /// What it and its browser wrote to their output since this was last asked.
    pub(super) fn said(&self) -> Vec<String> {
        self.said
            .lock()
            .map(|mut said| std::mem::take(&mut *said))
            .unwrap_or_default()
    }
}

/// How often one is started before it is given up.
const ATTEMPTS: u32 = 5;

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed outright, the driver would leave its browser behind; asked to, it closes it first.
        let request = match &self.session {
            Some(session) => format!("DELETE /session/{session}"),
            None => "GET /shutdown".to_owned(),
        };
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let _timeout = stream.set_read_timeout(Some(PATIENCE));
            let request = format!(
                "{request} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.port
            );
            let _asked = stream.write_all(request.as_bytes());
            let _answered = stream.read_to_end(&mut Vec::new());
        }
        let _ended = self.child.start_kill();
    }
}

/// A command of a driver that WebDriver does not have, on the session.
#[derive(Debug)]
pub(super) struct DriverCommand {
    pub(super) path: &'static str,
    pub(super) body: Value,
}

impl WebDriverCompatibleCommand for DriverCommand {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _url: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// The browser: named by CHROME or FIREFOX, else on PATH.
pub(super) fn browser(make: Make) -> Result<PathBuf> {
    match make {
        Make::Chromium => named(
            "CHROME",
            &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "chrome",
            ],
        ),
        Make::Firefox => named("FIREFOX", &["firefox-esr", "firefox"]),
    }
}

/// Its driver: named by CHROMEDRIVER or GECKODRIVER, else on PATH.
fn driver(make: Make) -> Result<PathBuf> {
    match make {
        Make::Chromium => named("CHROMEDRIVER", &["chromedriver"]),
        Make::Firefox => named("GECKODRIVER", &["geckodriver"]),
    }
}

fn named(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Ok(path.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| {
            folders
                .iter()
                .map(move |folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        })
        .find(|path| path.is_file())
        .with_context(|| format!("{} is not on PATH; name it in {variable}", names[0]))
}
