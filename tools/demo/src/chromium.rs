//! A headless Chromium, driven by WebDriver: what a person would see and click, and what the browser says about it.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::{ParseError, Url};

/// A browser with a new, empty profile. Dropping it closes the browser, ends its driver and removes the profile.
#[derive(Debug)]
pub struct Chromium {
    client: Client,
    driver: Driver,
    // Removed after the driver has closed the browser: fields are dropped in their order.
    _profile: TempDir,
}

/// One line of the browser's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// The text, with its source before it.
    pub text: String,
}

impl ConsoleLine {
    /// An error: of a script, of a policy, or of a file that did not load.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl Chromium {
    /// Starts a driver and a browser.
    ///
    /// # Errors
    /// One of both is not found, or they are not of one version.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// As [`Chromium::start`], with further command line arguments for the browser.
    ///
    /// # Errors
    /// As [`Chromium::start`].
    pub async fn start_with(arguments: &[&str]) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("footfall-").tempdir()?;
        let driver = Driver::start().await?;
        let mut chrome_arguments: Vec<String> = ARGUMENTS.iter().map(ToString::to_string).collect();
        chrome_arguments.push(format!("--user-data-dir={}", profile.path().display()));
        chrome_arguments.extend(arguments.iter().map(ToString::to_string));
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": chrome()?, "args": chrome_arguments },
        });
        let Value::Object(capabilities) = capabilities else {
            bail!("the capabilities are an object");
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .context("the browser did not start; do browser and driver have one version?")?;
        Ok(Self {
            client,
            driver,
            _profile: profile,
        })
    }

    /// Everything that WebDriver can do.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page and waits until its document is loaded.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The text of the first element of that CSS selector, as soon as it holds `part`.
    ///
    /// # Errors
    /// It does not within ten seconds; the error shows what stands there instead, and the console.
    pub async fn wait_for_text(&self, selector: &str, part: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text(selector).await;
            if let Ok(text) = &text
                && text.contains(part)
            {
                return Ok(text.clone());
            }
            if Instant::now() > deadline {
                let console = self.console().await?;
                bail!("`{selector}` should say {part:?}, but: {text:?}; console: {console:#?}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The visible text of the first element of that CSS selector.
    ///
    /// # Errors
    /// There is none.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self
            .client
            .find(Locator::Css(selector))
            .await?
            .text()
            .await?)
    }

    /// What the console has got since it was last asked.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let answer = self
            .client
            .issue_cmd(DriverCommand {
                path: "se/log",
                body: json!({ "type": "browser" }),
            })
            .await?;
        let lines = answer.as_array().cloned().unwrap_or_default();
        Ok(lines
            .iter()
            .map(|line| ConsoleLine {
                level: line["level"].as_str().unwrap_or_default().to_owned(),
                text: line["message"].as_str().unwrap_or_default().to_owned(),
            })
            .collect())
    }

    /// Any command of the DevTools protocol, such as `Network.emulateNetworkConditions`.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        let command = DriverCommand {
            path: "goog/cdp/execute",
            body: json!({ "cmd": method, "params": parameters }),
        };
        Ok(self.client.issue_cmd(command).await?)
    }

    /// Shows the page as on a screen of that size in CSS pixels with that many device pixels to one.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn resize(&self, width: u32, height: u32, device_pixel_ratio: f64) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": device_pixel_ratio, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .map(|_nothing| ())
    }

    /// Shows the page as to a reader with these wishes, such as `("prefers-contrast", "more")`; none: with the usual ones.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn prefer(&self, wishes: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = wishes
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let media = json!({ "media": "", "features": features });
        self.devtools("Emulation.setEmulatedMedia", media)
            .await
            .map(|_nothing| ())
    }

    /// Presses keys, one after the other, wherever the focus is.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn press(&self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            let press = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value: key })
                .then(KeyAction::Up { value: key });
            self.client.perform_actions(press).await?;
        }
        Ok(())
    }

    /// A picture (PNG) of what is seen.
    ///
    /// # Errors
    /// The browser cannot be reached.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// As [`Chromium::screenshot`], and kept as `<name>.png` in `target/pictures/`, for people to look at.
    ///
    /// # Errors
    /// The browser cannot be reached, or the file not be written.
    pub async fn save_picture(&self, name: &str) -> Result<Vec<u8>> {
        let picture = self.screenshot().await?;
        let folder = target_folder().join("pictures");
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::write(folder.join(format!("{name}.png")), &picture).await?;
        Ok(picture)
    }

    /// The address of the driver, for whom WebDriver's own words are needed.
    pub fn driver_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.driver.port)
    }
}

/// A running chromedriver.
#[derive(Debug)]
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    async fn start() -> Result<Self> {
        let mut child = Command::new(driver()?)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver did not start")?;
        let output = child.stdout.take().context("it was asked for")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            // "ChromeDriver was started successfully on port 40123."
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end_matches('.').parse()?;
                // It may say more later; nobody reads a closed pipe, and writing into one would end it.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { child, port });
            }
        }
        bail!("chromedriver ended without saying on which port it listens")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed outright, the driver would leave its browser behind; asked to shut down, it closes it first.
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let _timeout = stream.set_read_timeout(Some(PATIENCE));
            let _asked = stream.write_all(
                b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            );
            let _answered = stream.read_to_end(&mut Vec::new());
        }
        let _ended = self.child.start_kill();
    }
}

/// A command of chromedriver that WebDriver does not have, on the session.
#[derive(Debug)]
struct DriverCommand {
    path: &'static str,
    body: Value,
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

/// Where cargo puts what it makes, and we what people may want to look at.
pub fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
        PathBuf::from,
    )
}

/// Chromium or Chrome: named by CHROME, else on PATH.
fn chrome() -> Result<PathBuf> {
    named(
        "CHROME",
        &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ],
    )
}

/// Its driver: named by CHROMEDRIVER, else on PATH.
fn driver() -> Result<PathBuf> {
    named("CHROMEDRIVER", &["chromedriver"])
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

/// Without a sandbox, because build machines run as root; and without anything that talks to the network by itself.
const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// How long a test waits for what should come.
const PATIENCE: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(50);
