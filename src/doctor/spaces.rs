//! A host → how near it is to this device, as Local Network Access tells addresses apart.

use std::net::IpAddr;

/// How near, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// The device itself.
    Machine,
    /// The network around it.
    Local,
    /// A name that only means something within a network, which may be that.
    Named,
    /// Anywhere; also a name that may stand for a nearer address, which only the browser knows.
    Public,
}

impl Space {
    /// Of a name or number; of IPv6 with or without its brackets.
    pub(super) fn of(host: &str) -> Self {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        if host == "localhost" || host.ends_with(".localhost") {
            return Self::Machine;
        }
        let (is_machine, is_local) = match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(number)) => (
                number.is_loopback(),
                number.is_private() || number.is_link_local(),
            ),
            // Unique local and link local addresses.
            Ok(IpAddr::V6(number)) => (
                number.is_loopback(),
                matches!(number.segments()[0] & 0xFFC0, 0xFC00..=0xFDC0 | 0xFE80),
            ),
            Err(_) => (false, host.ends_with(".local")),
        };
        let is_inner = !host.contains(['.', ':']) || INNER.iter().any(|end| host.ends_with(end));
        match (is_machine, is_local) {
            (true, _) => Self::Machine,
            (false, true) => Self::Local,
            (false, false) if is_inner => Self::Named,
            (false, false) => Self::Public,
        }
    }
}

/// No name of the public ends so.
const INNER: &[&str] = &[
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
    ".intranet",
    ".corp",
];

/// Whether a host needs no name server.
pub(super) fn is_number(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::Space;

    #[test]
    fn an_address_is_as_near_as_browsers_take_it() {
        for (host, space) in [
            ("localhost", Space::Machine),
            ("wall.localhost", Space::Machine),
            ("127.3.2.1", Space::Machine),
            ("[::1]", Space::Machine),
            ("192.168.1.5", Space::Local),
            ("10.0.0.5", Space::Local),
            ("172.31.0.1", Space::Local),
            ("172.32.0.1", Space::Public),
            ("169.254.3.4", Space::Local),
            ("[fd12::1]", Space::Local),
            ("[fe80::1]", Space::Local),
            ("[2001:db8::1]", Space::Public),
            ("Broker.local", Space::Local),
            ("broker", Space::Named),
            ("broker.home.arpa", Space::Named),
            ("broker.example", Space::Public),
            ("127.example", Space::Public),
        ] {
            assert_eq!(Space::of(host), space, "{host}");
        }
    }
}
