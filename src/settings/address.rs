//! An address that a person typed → whether a browser can open it as a WebSocket, and what was probably meant.

/// Why an address is not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlWrong {
    /// Nothing there.
    Empty,
    /// White space, a control character or a backslash in it, or a host that cannot be one.
    Character,
    /// Neither `ws://` nor `wss://`.
    Scheme,
    /// No host.
    Host,
    /// Not 1 to 65535.
    Port,
    /// `user:password@` in it.
    UserInfo,
    /// A `#…` at its end, which a WebSocket address cannot have.
    Fragment,
    /// A password or token among its query parameters; it would be kept and shown like any address.
    SecretInQuery,
    /// `ws://` from an https page: the browser refuses it.
    Insecure,
    /// 1883 or 8883: MQTT without WebSocket, as a rule.
    RawPort,
}

impl UrlWrong {
    /// It cannot work, or must not be stored. What does not block may be right, only seldom is.
    pub const fn blocks(self) -> bool {
        !matches!(self, Self::RawPort | Self::SecretInQuery)
    }
}

/// What is wrong with an address, and the address that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlMistake {
    /// Why.
    pub what: UrlWrong,
    /// A right one, as far as it can be guessed: to be offered, not taken unasked.
    pub suggestion: Option<String>,
}

/// Whether a page can open the address as a WebSocket.
///
/// # Errors
/// The first thing that is wrong with it; see [`UrlWrong::blocks`].
pub fn check_url(text: &str, page_is_https: bool) -> Result<(), UrlMistake> {
    let text = text.trim();
    let wrong = |what| Err(plain(what));
    if text.is_empty() {
        return wrong(UrlWrong::Empty);
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return wrong(UrlWrong::Character);
    }
    let parts = UrlParts::of(text);
    if parts.host.is_empty() {
        return wrong(UrlWrong::Host);
    }
    if !is_host(parts.host) {
        return wrong(UrlWrong::Character);
    }
    if parts.user_info.is_some() {
        return Err(parts.meant(UrlWrong::UserInfo, page_is_https));
    }
    if parts
        .port
        .is_some_and(|port| port.parse::<u16>().unwrap_or(0) == 0)
    {
        return wrong(UrlWrong::Port);
    }
    let what = if !matches!(parts.scheme.as_deref(), Some("ws" | "wss")) {
        UrlWrong::Scheme
    } else if text.contains('#') {
        UrlWrong::Fragment
    } else if parts.scheme.as_deref() == Some("ws") && page_is_https && !is_loopback(parts.host) {
        UrlWrong::Insecure
    } else if parts.has_secret() {
        UrlWrong::SecretInQuery
    } else if matches!(parts.port, Some("1883" | "8883")) {
        UrlWrong::RawPort
    } else {
        return Ok(());
    };
    Err(parts.meant(what, page_is_https))
}

/// The host of an address, as far as it has one.
pub(super) fn host(text: &str) -> &str {
    UrlParts::of(text.trim()).host
}

/// What signs in before the host of an address: a password, or a token without a name.
pub(super) fn signs_in(text: &str) -> Option<&str> {
    let parts = UrlParts::of(text.trim());
    let user_info = parts.user_info.filter(|_| parts.scheme.is_some())?;
    let password = user_info.split_once(':').map(|(_name, password)| password);
    Some(password.unwrap_or(user_info))
}

/// Scheme, host and port, each always written: what two addresses share that lead to the same server.
pub(super) fn origin(text: &str) -> String {
    let parts = UrlParts::of(text.trim());
    let scheme = parts.scheme.unwrap_or_default();
    let port = parts
        .port
        .unwrap_or(if scheme == "wss" { "443" } else { "80" });
    format!("{scheme}://{}:{port}", parts.host.to_ascii_lowercase())
}

/// Whether a key or parameter of that name holds a secret, however it is spelt.
pub(super) fn names_secret(key: &str) -> bool {
    let key: String = key
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_PARTS.iter().any(|part| key.contains(part)) || SECRET_NAMES.contains(&key.as_str())
}

/// The parts of an address, found without judging them.
#[derive(Debug)]
pub struct UrlParts<'a> {
    /// In lower case; `None` where there is no `://`.
    pub scheme: Option<String>,
    user_info: Option<&'a str>,
    /// Name or number; of IPv6 with its brackets.
    pub host: &'a str,
    /// As written, if it is not empty.
    pub port: Option<&'a str>,
    /// From the path on, without a fragment.
    rest: &'a str,
}

impl<'a> UrlParts<'a> {
    /// Takes an address apart.
    pub fn of(text: &'a str) -> Self {
        let (scheme, after) = match text.split_once("://") {
            Some((scheme, after)) => (Some(scheme.to_ascii_lowercase()), after),
            None => (None, text.trim_start_matches('/')),
        };
        let after = after.split_once('#').map_or(after, |(before, _)| before);
        let end = after.find(['/', '?']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        let (user_info, authority) = match authority.rsplit_once('@') {
            Some((user_info, authority)) => (Some(user_info), authority),
            None => (None, authority),
        };
        // In `[::1]:8083` only a colon behind the bracket begins the port.
        let ipv6_end = authority.rfind(']').unwrap_or(0);
        let (host, port) = match authority[ipv6_end..].rfind(':') {
            Some(colon) => {
                let (host, port) = authority.split_at(ipv6_end + colon);
                (host, Some(&port[1..]).filter(|port| !port.is_empty()))
            }
            None => (authority, None),
        };
        Self {
            scheme,
            user_info,
            host,
            port,
            rest,
        }
    }

    /// The path, without the query.
    pub fn path(&self) -> &'a str {
        let path = self.rest.split('?').next().unwrap_or_default();
        // A password with a slash in it would stand here, in front of its `@`.
        if path.contains('@') { "/…" } else { path }
    }

    fn has_secret(&self) -> bool {
        let query = self.rest.split_once('?').map_or("", |(_, query)| query);
        query
            .split('&')
            .any(|pair| names_secret(pair.split('=').next().unwrap_or("")))
    }

    /// The mistake with the address that was probably meant.
    fn meant(&self, what: UrlWrong, page_is_https: bool) -> UrlMistake {
        if self.has_secret() {
            return plain(what);
        }
        let secure = matches!(
            self.scheme.as_deref(),
            Some("wss" | "https" | "mqtts" | "ssl" | "tls")
        ) || matches!(self.port, Some("443" | "8883" | "8084" | "8884"))
            || (page_is_https && !is_loopback(self.host));
        let mqtt = !matches!(
            self.scheme.as_deref(),
            Some("ws" | "wss" | "http" | "https")
        );
        // 8083 and 8084, path /mqtt: what most brokers use or show in their examples.
        let port = match self.port {
            Some("1883" | "8883" | "8083") => Some(if secure { "8084" } else { "8083" }),
            Some("1884") if secure => Some("8884"),
            Some("80") if secure => None,
            None if mqtt => Some(if secure { "8084" } else { "8083" }),
            other => other,
        };
        let guesses_path = what == UrlWrong::Scheme && matches!(self.rest, "" | "/");
        let suggestion = format!(
            "{}://{}{}{}{}",
            if secure { "wss" } else { "ws" },
            self.host,
            if port.is_some() { ":" } else { "" },
            port.unwrap_or(""),
            if guesses_path { "/mqtt" } else { self.rest },
        );
        UrlMistake {
            what,
            suggestion: Some(suggestion),
        }
    }
}

const fn plain(what: UrlWrong) -> UrlMistake {
    UrlMistake {
        what,
        suggestion: None,
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    // Names outside of ASCII are for the browser to translate.
    host.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || !c.is_ascii())
}

/// The page's own machine: browsers let an https page open `ws://` to it. `127.example` is a name like any other.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_number = || host.split('.').all(|part| part.parse::<u8>().is_ok());
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.starts_with("127.") && host.split('.').count() == 4 && is_number()
}

const SECRET_PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "signature",
];
const SECRET_NAMES: &[&str] = &[
    "pass",
    "pwd",
    "key",
    "auth",
    "authorization",
    "jwt",
    "sas",
    "sig",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str, page_is_https: bool) -> (UrlWrong, Option<String>) {
        let mistake = check_url(text, page_is_https).unwrap_err();
        (mistake.what, mistake.suggestion)
    }

    #[test]
    fn addresses_that_a_page_can_open_are_right() {
        for (text, page_is_https) in [
            ("wss://broker.riverside.example:8084/mqtt", true),
            ("ws://192.168.1.5:9001", false),
            ("WSS://h/mqtt?site=4", true),
            ("ws://localhost:8083/mqtt", true),
            ("ws://127.0.0.1:8083", true),
            ("ws://[::1]:8083/mqtt", true),
            ("wss://브로커.example/mqtt", true),
        ] {
            assert_eq!(check_url(text, page_is_https), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_was_probably_meant_is_offered() {
        for (text, page_is_https, what, meant) in [
            (
                "mqtt://h:8883",
                false,
                UrlWrong::Scheme,
                "wss://h:8084/mqtt",
            ),
            ("mqtts://h", false, UrlWrong::Scheme, "wss://h:8084/mqtt"),
            ("mqtt://h:1883", false, UrlWrong::Scheme, "ws://h:8083/mqtt"),
            ("mqtt://h:1883", true, UrlWrong::Scheme, "wss://h:8084/mqtt"),
            (
                "tcp://[::1]:1883/",
                false,
                UrlWrong::Scheme,
                "ws://[::1]:8083/mqtt",
            ),
            ("https://h/mqtt", false, UrlWrong::Scheme, "wss://h/mqtt"),
            ("http://h:9001", false, UrlWrong::Scheme, "ws://h:9001/mqtt"),
            (
                "broker.example",
                true,
                UrlWrong::Scheme,
                "wss://broker.example:8084/mqtt",
            ),
            (
                "broker:1883",
                false,
                UrlWrong::Scheme,
                "ws://broker:8083/mqtt",
            ),
            (
                "wss://h:8883/mqtt",
                true,
                UrlWrong::RawPort,
                "wss://h:8084/mqtt",
            ),
            ("ws://h:1883", false, UrlWrong::RawPort, "ws://h:8083"),
            (
                "ws://h:8083/ws",
                true,
                UrlWrong::Insecure,
                "wss://h:8084/ws",
            ),
            (
                "wss://h/mqtt#axis/1",
                true,
                UrlWrong::Fragment,
                "wss://h/mqtt",
            ),
            (
                "wss://u:p@h:8084/mqtt",
                true,
                UrlWrong::UserInfo,
                "wss://h:8084/mqtt",
            ),
        ] {
            assert_eq!(
                wrong(text, page_is_https),
                (what, Some(meant.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_guessed_is_only_named() {
        for (text, what) in [
            ("  ", UrlWrong::Empty),
            ("wss:///mqtt", UrlWrong::Host),
            ("wss://", UrlWrong::Host),
            ("wss://a b/mqtt", UrlWrong::Character),
            ("wss://a,b/mqtt", UrlWrong::Character),
            ("wss://[::zz]/mqtt", UrlWrong::Character),
            ("wss://h:0/mqtt", UrlWrong::Port),
            ("wss://h:99999/mqtt", UrlWrong::Port),
            ("wss://h/mqtt?Access-Token=abc", UrlWrong::SecretInQuery),
            // What blocks comes before what does not.
            ("mqtt://h?token=abc", UrlWrong::Scheme),
            ("wss://h:0/?token=abc", UrlWrong::Port),
        ] {
            assert_eq!(wrong(text, true), (what, None), "{text}");
        }
    }

    #[test]
    fn only_the_own_machine_is_loopback() {
        for host in [
            "localhost",
            "LocalHost",
            "wall.localhost",
            "127.0.0.1",
            "127.9.8.7",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example",
            "notlocalhost",
            "127.example",
            "127.0.0.1.example",
            "127.0.0.256",
            "128.0.0.1",
            "192.168.1.5",
            "[::2]",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn an_origin_has_every_part_and_no_more() {
        for (address, same) in [
            ("wss://H.example/mqtt?a=b", "wss://h.example:443"),
            (" WS://h ", "ws://h:80"),
            ("ws://[::1]:9001/mqtt", "ws://[::1]:9001"),
        ] {
            assert_eq!(origin(address), same);
        }
    }

    #[test]
    fn a_suggestion_never_repeats_a_secret() {
        for text in [
            "wss://u:hunter2@h/",
            "mqtt://u:hunter2@h/?token=hunter2",
            "mqtt://h?pass=hunter2#x",
        ] {
            assert!(
                !format!("{:?}", check_url(text, true)).contains("hunter2"),
                "{text}"
            );
        }
    }
}
