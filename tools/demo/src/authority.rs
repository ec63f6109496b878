//! A certificate authority of its own, what it signs, and homes of browsers that trust it: made by openssl and NSS's tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A certificate authority in a folder of its own, which goes with it.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    name: String,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Signed {
    /// PEM.
    pub certificate: PathBuf,
    /// PEM.
    pub key: PathBuf,
}

impl Authority {
    /// What is missing on this machine; `None`: nothing.
    pub fn missing() -> Option<&'static str> {
        let programs = ["openssl", "certutil", "pk12util"];
        programs.into_iter().find(|name| {
            let mut command = Command::new(name);
            command
                .arg("-H")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_err()
        })
    }

    /// A new one.
    ///
    /// # Errors
    /// openssl refuses.
    pub fn new(name: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("footfall-ca-").tempdir()?;
        let authority = Self {
            folder,
            name: name.to_owned(),
        };
        let mut command = authority.openssl("req -x509 -nodes -days 30 -newkey ec");
        command.args(["-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "ca.key"]);
        command.args(["-out", "ca.crt", "-subj", &format!("/CN={name}")]);
        run(&mut command)?;
        Ok(authority)
    }

    /// Its own certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Signs one for that name and `localhost`, for so many days from now; less than none: it is expired.
    ///
    /// # Errors
    /// openssl refuses.
    pub fn sign(&self, name: &str, days: i32) -> Result<Signed> {
        let file = |kind: &str| self.folder.path().join(format!("{name}.{kind}"));
        let (certificate, key, request) = (file("crt"), file("key"), file("csr"));
        let mut command = self.openssl("req -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256");
        command.arg("-keyout").arg(&key).arg("-out").arg(&request);
        run(command.args(["-subj", &format!("/CN={name}")]))?;
        let names = file("ext");
        let all = format!("subjectAltName=DNS:localhost,DNS:{name},IP:127.0.0.1\n");
        fs::write(&names, all)?;
        let mut command = self.openssl("x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial");
        command
            .arg("-in")
            .arg(&request)
            .arg("-out")
            .arg(&certificate);
        command.arg("-extfile").arg(&names);
        run(command.args(["-days", &days.to_string()]))?;
        Ok(Signed { certificate, key })
    }

    /// A home in which Chromium trusts this authority and has, as a person would have imported it, that certificate.
    ///
    /// # Errors
    /// NSS's tools refuse.
    pub fn home(&self, own: Option<&Signed>) -> Result<TempDir> {
        let home = tempfile::Builder::new()
            .prefix("footfall-home-")
            .tempdir()?;
        let store = home.path().join(".pki/nssdb");
        fs::create_dir_all(&store)?;
        let database = format!("sql:{}", store.display());
        let certutil = |arguments: &[&str]| {
            let mut command = Command::new("certutil");
            command.args(["-d", &database]).args(arguments);
            command
        };
        run(&mut certutil(&["-N", "--empty-password"]))?;
        let mut trust = certutil(&["-A", "-t", "C,,", "-n", &self.name, "-i"]);
        run(trust.arg(self.certificate()))?;
        if let Some(own) = own {
            let bundle = home.path().join("own.p12");
            let mut command = self.openssl("pkcs12 -export -passout pass:secret");
            command
                .arg("-in")
                .arg(&own.certificate)
                .arg("-inkey")
                .arg(&own.key);
            run(command.arg("-out").arg(&bundle))?;
            let mut command = Command::new("pk12util");
            command.args(["-d", &database, "-W", "secret", "-i"]);
            run(command.arg(&bundle))?;
        }
        Ok(home)
    }

    /// With these arguments, none of which holds a space.
    fn openssl(&self, arguments: &str) -> Command {
        let mut command = Command::new("openssl");
        command
            .args(arguments.split(' '))
            .current_dir(self.folder.path());
        command
    }
}

/// Has Chromium choose a certificate for a server by itself, as a managed wallboard's does, until dropped.
#[derive(Debug)]
pub struct Choice(PathBuf);

impl Choice {
    /// For `https://localhost:port`, and any certificate there is. Fails where we may not write policies.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn at(port: u16) -> Result<Self> {
        let folder = Path::new("/etc/chromium/policies/managed");
        fs::create_dir_all(folder)?;
        let file = folder.join(format!("footfall-test-{port}.json"));
        let pattern = format!(r#"{{\"pattern\":\"https://localhost:{port}\",\"filter\":{{}}}}"#);
        let policy = format!(r#"{{"AutoSelectCertificateForUrls":["{pattern}"]}}"#);
        fs::write(&file, policy)?;
        Ok(Self(file))
    }
}

impl Drop for Choice {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.0);
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("{command:?} did not start"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} says: {said}");
    Ok(())
}
