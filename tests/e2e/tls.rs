//! The ladder of security, by https and wss under an authority of its own: no sign-in, a password, TLS, a client certificate.
//!
//! The page comes by nginx under a sub-path, and the first two brokers stand behind it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use footfall::doctor::{self, Cause};
use footfall::problem::Address;
use footfall::simulation::{self, Options};
use footfall::words::{EN, Language, settings_words};
use footfall_demo::authority::{Authority, Choice, Signed};
use footfall_demo::browser::Browser;
use footfall_demo::proxy::refused_port;
use footfall_demo::serve::Host;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::screen::Screen;
use crate::stand::{PASSWORD, USER, alone, click, open_settings, tell, type_password};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_ones_connect_and_none_expired_and_foreign_are_told_apart() -> Result<()> {
    if let Some(missing) = missing() {
        println!("there is no {missing}: not tested");
        return Ok(());
    }
    let _turn = alone().await;
    let house = House::start().await?;
    let home = house.authority.home(None)?;
    let browser = Browser::start_at_home(home.path()).await?;
    for (rung, url, password) in [
        ("no sign-in", house.behind_nginx("open"), None),
        ("a password", house.behind_nginx("secret"), Some(PASSWORD)),
        ("TLS", house.direct(house.ports.tls), Some(PASSWORD)),
    ] {
        let begun = Instant::now();
        house.open(&browser, &url, password.map(|_| USER)).await?;
        if let Some(password) = password {
            type_password(&browser, password).await?;
        }
        is_connected(&browser).await.context(rung)?;
        tell(begun, rung);
    }
    let secret = house.behind_nginx("secret");
    house.open(&browser, &secret, Some(USER)).await?;
    type_password(&browser, "wrong").await?;
    browser
        .wait_for_text(
            ".strip[data-kind=blind]",
            "The broker refused the connection",
        )
        .await?;
    drop(browser);

    // Who does not trust the authority: one sentence of those that are left tells how to see it.
    let browser = Browser::start().await?;
    let plain = Host::of_this_build().start().await?;
    plain.replace("config.json", config(&house.direct(house.ports.tls), None));
    browser.open(&format!("{}?lang=en", plain.url())).await?;
    house.certificate_is_told(&browser, house.ports.tls).await?;
    drop(browser);

    house.client_certificates().await
}

impl House {
    /// None, one that is right, one that is expired, one of another authority.
    async fn client_certificates(&self) -> Result<()> {
        let Ok(_choice) = Choice::at(self.ports.certificate) else {
            println!("no policy can be written: client certificates are not tested");
            return Ok(());
        };
        let other = Authority::new("Other CA")?;
        for (rung, own) in [
            (
                "the right certificate",
                Some(self.authority.sign("wall", 30)?),
            ),
            ("no certificate", None),
            (
                "an expired certificate",
                Some(self.authority.sign("old", -1)?),
            ),
            ("a foreign certificate", Some(other.sign("stranger", 30)?)),
        ] {
            let begun = Instant::now();
            let home = self.authority.home(own.as_ref())?;
            let browser = Browser::start_at_home(home.path()).await?;
            let url = self.direct(self.ports.certificate);
            self.open(&browser, &url, None).await?;
            browser
                .wait_for_text(".strip[data-kind=blind]", "closed before it opened")
                .await?;
            let is_right = rung.contains("right");
            if is_right {
                let said = examined(&browser).await?;
                let sentence = sentence(&Cause::ClientCertificate, &url)?;
                ensure!(said.contains(&sentence), "{rung}: {said:?}");
                click(&browser, ".sheet__head button").await?;
                is_connected(&browser).await.context(rung)?;
                let log = std::fs::read_to_string(self.folder.path().join("mosquitto.log"))?;
                ensure!(log.contains("u'wall'"), "nobody signed in as wall: {log}");
            } else {
                self.certificate_is_told(&browser, self.ports.certificate)
                    .await
                    .context(rung)?;
            }
            tell(begun, rung);
        }
        Ok(())
    }

    /// Among at most four.
    async fn certificate_is_told(&self, browser: &Browser, port: u16) -> Result<()> {
        let said = examined(browser).await?;
        let sentence = sentence(&Cause::Certificate, &self.direct(port))?;
        ensure!(said.contains(&sentence), "{said:?} has no {sentence:?}");
        let causes =
            "return document.querySelectorAll('[data-causes] .problem__advice > *').length";
        let causes = browser.client().execute(causes, Vec::new()).await?;
        let causes = causes.as_u64().unwrap_or_default();
        ensure!((1..=4).contains(&causes), "{causes} causes: {said:?}");
        Ok(())
    }
}

/// What the doctor finds.
async fn examined(browser: &Browser) -> Result<String> {
    open_settings(browser).await?;
    let examine = "[data-profile=mall] > .profile__actions button:nth-of-type(3)";
    click(browser, examine).await?;
    click(browser, "[data-examination] button").await?;
    crate::doctor::examined(browser).await
}

fn sentence(cause: &Cause, url: &str) -> Result<String> {
    let at = Address::parse(url).context("an address")?;
    Ok(doctor::cause(cause, &at, &EN, settings_words(Language::En)))
}

async fn is_connected(browser: &Browser) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Screen::read(browser).await?.link != "connected" {
        if Instant::now() > deadline {
            browser.save_picture("tls-failed").await?;
            bail!("it is not connected: {:#?}", browser.console().await?);
        }
        sleep(POLL).await;
    }
    Ok(())
}

/// Mosquitto with four listeners, nginx before two of them and the page.
struct House {
    authority: Authority,
    folder: TempDir,
    ports: Ports,
    _running: [Child; 2],
}

#[derive(Clone, Copy)]
struct Ports {
    nginx: u16,
    /// Without WebSocket.
    raw: u16,
    /// No sign-in.
    open: u16,
    /// A password.
    secret: u16,
    /// A password, over TLS.
    tls: u16,
    /// A certificate.
    certificate: u16,
}

impl House {
    async fn start() -> Result<Self> {
        let authority = Authority::new("Footfall test CA")?;
        let server = authority.sign("localhost", 30)?;
        let folder = tempfile::Builder::new().prefix("footfall-tls-").tempdir()?;
        let ports = Ports {
            nginx: refused_port()?,
            raw: refused_port()?,
            open: refused_port()?,
            secret: refused_port()?,
            tls: refused_port()?,
            certificate: refused_port()?,
        };
        let path = folder.path();
        let passwords = std::process::Command::new(program("mosquitto_passwd"))
            .args(["-b", "-c"])
            .arg(path.join("passwords"))
            .args([USER, PASSWORD])
            .status()?;
        ensure!(passwords.success(), "mosquitto_passwd wrote no file");
        let mosquitto = path.join("mosquitto.conf");
        std::fs::write(&mosquitto, brokers(path, &authority, &server, ports))?;
        let nginx = path.join("nginx.conf");
        std::fs::write(&nginx, proxy(path, &server, ports))?;
        let mut broker = Command::new(program("mosquitto"));
        let mut web = Command::new(program("nginx"));
        broker.arg("-c").arg(mosquitto);
        web.arg("-c").arg(nginx).arg("-p").arg(path);
        let running = [broker, web].map(|mut command| {
            let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
            quiet.stderr(Stdio::null()).kill_on_drop(true).spawn()
        });
        let [broker, web] = running;
        let house = Self {
            authority,
            folder,
            ports,
            _running: [broker?, web?],
        };
        for port in [ports.nginx, ports.open, ports.certificate] {
            house.listens(port).await?;
        }
        Ok(house)
    }

    async fn listens(&self, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if Instant::now() > deadline {
                let log = |name: &str| std::fs::read_to_string(self.folder.path().join(name));
                bail!(
                    "nobody listens on {port}: {:?} {:?}",
                    log("mosquitto.log"),
                    log("nginx.log")
                );
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Opens the page under its sub-path.
    async fn open(&self, browser: &Browser, url: &str, user: Option<&str>) -> Result<()> {
        std::fs::write(self.folder.path().join("config.json"), config(url, user))?;
        let page = format!("https://localhost:{}/ops/wall/?lang=en", self.ports.nginx);
        browser.open(&page).await
    }

    fn behind_nginx(&self, name: &str) -> String {
        format!("wss://localhost:{}/ops/{name}/mqtt", self.ports.nginx)
    }

    fn direct(&self, port: u16) -> String {
        format!("wss://localhost:{port}/mqtt")
    }
}

fn config(url: &str, user: Option<&str>) -> String {
    let mut config = simulation::config(&Options::default(), url);
    config.profiles[0].username = user.map(str::to_owned);
    config.to_json()
}

/// Mosquitto's configuration: the ladder, a listener a rung.
fn brokers(folder: &Path, authority: &Authority, server: &Signed, ports: Ports) -> String {
    let tls = format!(
        "cafile {}\ncertfile {}\nkeyfile {}\n",
        authority.certificate().display(),
        server.certificate.display(),
        server.key.display()
    );
    let passwords = format!(
        "allow_anonymous false\npassword_file {}\n",
        folder.join("passwords").display()
    );
    let mut text = format!(
        "user root\nper_listener_settings true\npersistence false\nlog_type all\nlog_dest file {}\n",
        folder.join("mosquitto.log").display()
    );
    // One with WebSockets alone ends at once; nobody comes here.
    let _written = writeln!(text, "listener {} 127.0.0.1", ports.raw);
    let mut listener = |port: u16, rung: &str| {
        let _written = write!(
            text,
            "listener {port} 127.0.0.1\nprotocol websockets\n{rung}"
        );
    };
    listener(ports.open, "allow_anonymous true\n");
    listener(ports.secret, &passwords);
    listener(ports.tls, &format!("{tls}{passwords}"));
    let certificate = "require_certificate true\nuse_identity_as_username true\n";
    listener(ports.certificate, &format!("{tls}{certificate}"));
    text
}

/// nginx's configuration: the page and two brokers under one path.
fn proxy(folder: &Path, server: &Signed, ports: Ports) -> String {
    let folder = folder.display();
    let dist = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let broker = |name: &str, port: u16| {
        format!(
            "location /ops/{name}/mqtt {{ proxy_pass http://127.0.0.1:{port}/mqtt; proxy_http_version 1.1; \
             proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; }}\n"
        )
    };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off; master_process off; user root; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n\
         events {{}}\n\
         http {{ access_log off; {temporary}\
         types {{ text/html html; text/javascript js; text/css css; application/wasm wasm; application/json json; }}\n\
         server {{ listen 127.0.0.1:{} ssl; server_name localhost;\n\
         ssl_certificate {}; ssl_certificate_key {};\n\
         location = /ops/wall/config.json {{ alias {folder}/config.json; }}\n\
         location /ops/wall/ {{ alias {}/; }}\n{}{} }} }}\n",
        ports.nginx,
        server.certificate.display(),
        server.key.display(),
        dist.display(),
        broker("open", ports.open),
        broker("secret", ports.secret),
    )
}

/// What is missing on this machine.
fn missing() -> Option<&'static str> {
    let programs = ["mosquitto", "mosquitto_passwd", "nginx"];
    let mut programs = programs.into_iter();
    let missing = programs.find(|name| !Path::new(&program(name)).is_file());
    missing.or_else(Authority::missing)
}

/// On PATH, or where servers lie.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let mut found = folders.map(|folder| folder.join(name));
    found.find(|path| path.is_file()).unwrap_or_default()
}

const POLL: Duration = Duration::from_millis(50);
