//! A broker's address → the parts of it that anybody may see.

use std::fmt;

use crate::settings::UrlParts;

/// A WebSocket address without user information, query and fragment: those may hold secrets and are never taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `wss://`, not `ws://`.
    pub secure: bool,
    /// Name or number; of IPv6 with its brackets.
    pub host: String,
    /// As written, or the scheme's own.
    pub port: u16,
    /// Begins with `/`.
    pub path: String,
}

impl Address {
    /// The parts of `ws://…` or `wss://…`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = UrlParts::of(text.trim());
        let secure = match parts.scheme.as_deref() {
            Some("wss") => true,
            Some("ws") => false,
            _ => return None,
        };
        let port = match parts.port {
            Some(port) => port.parse().ok()?,
            None => {
                if secure {
                    443
                } else {
                    80
                }
            }
        };
        let path = parts.path();
        (!parts.host.is_empty()).then(|| Self {
            secure,
            host: parts.host.to_owned(),
            port,
            path: if path.is_empty() { "/" } else { path }.to_owned(),
        })
    }

    /// The same host and port by https: what a browser says about its certificate can be seen there.
    pub fn https_origin(&self) -> String {
        format!("https://{}{}", self.host, self.shown_port())
    }

    /// As it stands in `connect-src` of a content security policy.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.host, self.shown_port())
    }

    /// Ports where brokers speak MQTT without WebSocket.
    pub const fn port_is_raw(&self) -> bool {
        matches!(self.port, 1883 | 8883)
    }

    /// The address ends with its port.
    pub fn has_no_path(&self) -> bool {
        self.path == "/"
    }

    fn shown_port(&self) -> String {
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => String::new(),
            (_, port) => format!(":{port}"),
        }
    }
}

/// An address as sentences show it. What needs more than to be written is done here and not by each language: languages are
/// files of their own, and what two of them share would be one more.
pub(super) struct Place {
    pub(super) secure: bool,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
    /// As [`Address::origin`].
    pub(super) origin: String,
    /// As [`Address::https_origin`].
    pub(super) https_origin: String,
    /// All of it.
    pub(super) address: String,
    /// As [`Address::port_is_raw`].
    pub(super) port_is_raw: bool,
    /// As [`Address::has_no_path`].
    pub(super) has_no_path: bool,
}

impl From<Address> for Place {
    fn from(address: Address) -> Self {
        Self {
            secure: address.secure,
            port: address.port,
            origin: address.origin(),
            https_origin: address.https_origin(),
            address: address.to_string(),
            port_is_raw: address.port_is_raw(),
            has_no_path: address.has_no_path(),
            host: address.host,
            path: address.path,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.origin(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_taken_apart() {
        for (text, shown, port) in [
            (
                "wss://broker.example:8084/mqtt",
                "wss://broker.example:8084/mqtt",
                8084,
            ),
            ("WS://h", "ws://h/", 80),
            ("wss://h:443/a/b", "wss://h/a/b", 443),
            ("ws://[::1]:9001", "ws://[::1]:9001/", 9001),
            ("ws://[::1]", "ws://[::1]/", 80),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.to_string().as_str(), address.port), (shown, port));
        }
        for text in ["", "h", "mqtt://h", "wss://", "wss://:1/"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_taken_in() {
        for text in [
            "wss://u:hunter2@h/mqtt",
            "wss://h/mqtt?x-amz-signature=hunter2",
            "wss://h/mqtt#hunter2",
            "wss://h?token=hunter2",
            "wss://u:hun/hunter2@h/mqtt",
            "wss://u/hunter2@h/mqtt",
        ] {
            let address = Address::parse(text);
            let shown = address.as_ref().map(ToString::to_string);
            assert!(
                !format!("{address:?} {shown:?}").contains("hunter2"),
                "{text}"
            );
        }
    }
}
