//! The words of a command line → what the demo is to do.
//!
//! Needs nothing but the standard library: `cargo xtask demo` compiles this file too, so that a wrong word is told before
//! anything is built.

use std::fmt;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Where the page is served; 0 is any free port.
    pub port: u16,
    /// Another broker instead of our own.
    pub broker: Option<BrokerArgument>,
    /// Somebody publishes.
    pub simulator: bool,
    /// How many times as fast the day passes.
    pub speed: u32,
    /// End when the page shows what it should.
    pub smoke: bool,
    /// Open a browser.
    pub open: bool,
}

/// A broker and who signs in to it.
#[derive(Clone, PartialEq, Eq)]
pub struct BrokerArgument {
    /// Without user name and password.
    pub url: String,
    /// User name and password.
    pub user: Option<(String, String)>,
}

impl fmt::Debug for BrokerArgument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.url)
    }
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            port: 8080,
            broker: None,
            simulator: true,
            speed: 60,
            smoke: false,
            open: true,
        }
    }
}

impl Arguments {
    /// Reads the words after the program's name; `None` if they ask for help.
    ///
    /// # Errors
    /// A word that means nothing here, in a sentence that holds no password.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .ok_or(format!("{word} wants a value behind it"))
            };
            match word.as_str() {
                "--port" => {
                    arguments.port = value()?
                        .parse()
                        .map_err(|_| "--port wants a number up to 65535")?;
                }
                "--speed" => {
                    arguments.speed = value()?
                        .parse()
                        .ok()
                        .filter(|speed| (1..=FASTEST).contains(speed))
                        .ok_or(format!("--speed wants a whole number from 1 to {FASTEST}"))?;
                }
                "--broker" => arguments.broker = Some(BrokerArgument::parse(&value()?)?),
                "--no-simulator" => arguments.simulator = false,
                "--no-open" => arguments.open = false,
                "--smoke" => {
                    arguments.smoke = true;
                    // Beside whatever runs already.
                    arguments.port = 0;
                }
                "--help" | "-h" => return Ok(None),
                _ => {
                    let shown = without_user(&word);
                    return Err(format!(
                        "{shown} means nothing here; --help tells what does"
                    ));
                }
            }
        }
        if arguments.smoke && !arguments.simulator {
            return Err("--smoke waits for the mall that --no-simulator takes away".to_owned());
        }
        Ok(Some(arguments))
    }
}

impl BrokerArgument {
    fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url
            .split_once("://")
            .filter(|(scheme, _)| matches!(*scheme, "ws" | "wss"))
            .ok_or("--broker wants ws://… or wss://…, because a browser opens nothing else")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        // In `[::1]:8083` only the colon behind the bracket begins the port.
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port.parse().unwrap_or(0)),
            _ => (host, 1),
        };
        if path.contains('@') || port == 0_u16 {
            return Err(
                "--broker wants ws://user:password@host:port/path; in user name and password \
                 write / as %2F, ? as %3F, # as %23, @ as %40 and % as %25"
                    .to_owned(),
            );
        }
        if name.is_empty() {
            return Err("--broker wants a host, as in ws://host:port/path".to_owned());
        }
        let user = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (unescaped(name), unescaped(password))
        });
        Ok(Self {
            url: format!("{scheme}://{host}{path}"),
            user,
        })
    }
}

/// A word of a command line as it may be shown: whatever stands before an `@` may be a password.
pub fn without_user(word: &str) -> String {
    match word.rsplit_once('@') {
        Some((user, rest)) => {
            let shown = user.find("://").map_or("", |end| &user[..end + 3]);
            format!("{shown}…@{rest}")
        }
        None => word.to_owned(),
    }
}

/// `%40` is `@`; what is no such escape stays.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digit = |at: usize| char::from(*behind.get(at)?).to_digit(16);
        rest = behind;
        match (*first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are one byte.
                bytes.push((high * 16 + low) as u8);
                rest = &behind[2..];
            }
            (byte, ..) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The words that the command understands.
pub const HELP: &str = "\
cargo xtask demo: a broker, a simulated mall and the page, all on this machine

  --port N         where the page is served (8080; 0 is any free port)
  --speed N        how many times as fast the mall's day passes, from noon on (60);
                   1 is the real time of day
  --broker URL     publish through this broker instead of an own one: ws://host:port/path or wss://…;
                   with a user name and password ws://user:password@host:port/path
  --no-simulator   no mall: what you publish yourself, through the own broker or that of --broker
  --no-open        open no browser
  --smoke          open the page in a headless Chromium, wait until all doors and devices are live, and end
";

/// An hour in a second; faster, the page would only see the end of things.
const FASTEST: u32 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Arguments>, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    fn broker(url: &str) -> BrokerArgument {
        let arguments = parse(&format!("--broker {url}")).unwrap().unwrap();
        arguments.broker.unwrap()
    }

    #[test]
    fn every_flag_is_understood_and_nothing_else() {
        assert_eq!(parse("").unwrap(), Some(Arguments::default()));
        let all = "--speed 1 --broker ws://h:8083/mqtt --no-open --smoke";
        let expected = Arguments {
            port: 0,
            broker: Some(BrokerArgument {
                url: "ws://h:8083/mqtt".to_owned(),
                user: None,
            }),
            speed: 1,
            smoke: true,
            open: false,
            ..Arguments::default()
        };
        assert_eq!(parse(all).unwrap(), Some(expected));
        let bare = Arguments {
            port: 1,
            simulator: false,
            ..Arguments::default()
        };
        assert_eq!(parse("--port 1 --no-simulator").unwrap(), Some(bare));
        assert_eq!(parse("--help --nonsense").unwrap(), None);
        for wrong in [
            "--port",
            "--port x",
            "--speed 0",
            "--speed 4000",
            "--broker mqtt://h",
            "--broker ws://",
            "--broker ws://:8083",
            "--broker ws://h:0",
            "--smoke --no-simulator",
            "--fast",
            "8080",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let flags = all.split_whitespace().filter(|word| word.starts_with("--"));
        for flag in flags.chain(["--port", "--no-simulator"]) {
            assert!(HELP.contains(flag), "{flag}");
        }
    }

    #[test]
    fn user_name_and_password_are_taken_out_of_the_address() {
        for (url, shown, user) in [
            ("ws://h?a", "ws://h?a", None),
            ("ws://[::1]:8083/mqtt", "ws://[::1]:8083/mqtt", None),
            (
                "wss://ann:hunter2@h:8084/mqtt",
                "wss://h:8084/mqtt",
                Some(("ann", "hunter2")),
            ),
            ("ws://ann@[::1]", "ws://[::1]", Some(("ann", ""))),
            ("ws://a:b:c@d@h", "ws://h", Some(("a", "b:c@d"))),
            (
                "ws://%EC%95%88:100%25%2F%4@h",
                "ws://h",
                Some(("안", "100%/%4")),
            ),
        ] {
            let broker = broker(url);
            let user = user.map(|(name, password)| (name.to_owned(), password.to_owned()));
            assert_eq!((broker.url.as_str(), broker.user), (shown, user), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_said() {
        for wrong in [
            "--broker mqtt://ann:hunter2@h",
            "--broker ws://ann:hunter2",
            "--broker ws://ann:hunter2/3@h",
            "--broker ws://ann:2/hunter2@h",
            "--broker ws://ann:hunter2@",
            "--broker=ws://ann:hunter2@h",
            "--port ws://ann:hunter2@h",
            "ws://ann:hunter2@h",
        ] {
            let said = parse(wrong).unwrap_err();
            assert!(!said.contains("hunter2"), "{said}");
        }
        let right = broker("ws://ann:hunter2@h");
        assert!(!format!("{right:?}").contains("hunter2"));
        assert_eq!(without_user("--broker=ws://a:b@h/x"), "--broker=ws://…@h/x");
        assert_eq!(without_user("--port"), "--port");
    }
}
