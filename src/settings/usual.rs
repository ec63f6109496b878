//! An address at which no broker answers → where the same host's broker usually takes MQTT over WebSocket.

use super::address::{host, is_loopback, origin};

/// Addresses worth a try, the likeliest first; never the one that was typed. Empty if the text names no host.
///
/// From a page on https only encrypted ones, which are all that the browser opens there, but on the same machine.
pub fn usual_addresses(typed: &str, page_is_https: bool) -> Vec<String> {
    let typed = typed.trim();
    let host = host(typed);
    if host.is_empty() {
        return Vec::new();
    }
    let plain_works = !page_is_https || is_loopback(host);
    let wants_tls = ["wss:", "https:", "mqtts:", "ssl:", "tls:"]
        .iter()
        .any(|scheme| origin(typed).starts_with(scheme));
    let (first, second) = if wants_tls {
        (ENCRYPTED, PLAIN)
    } else {
        (PLAIN, ENCRYPTED)
    };
    let all = first.iter().chain(second);
    let usable = all.filter(|(scheme, _)| plain_works || *scheme == "wss");
    usable
        .map(|(scheme, rest)| format!("{scheme}://{host}{rest}"))
        .filter(|address| address != typed)
        .collect()
}

/// Mosquitto's examples and test server; EMQX, VerneMQ and others; HiveMQ; RabbitMQ; a proxy on the web's own port.
const PLAIN: &[(&str, &str)] = &[
    ("ws", ":9001"),
    ("ws", ":8083/mqtt"),
    ("ws", ":8000/mqtt"),
    ("ws", ":15675/ws"),
    ("ws", ":1884"),
    ("ws", ":8080/mqtt"),
    ("ws", "/mqtt"),
];

/// The same, encrypted.
const ENCRYPTED: &[(&str, &str)] = &[
    ("wss", ":8084/mqtt"),
    ("wss", ":8884/mqtt"),
    ("wss", "/mqtt"),
    ("wss", "/"),
    ("wss", "/ws"),
    ("wss", ":15676/ws"),
    ("wss", ":9001"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::form::check_url;

    #[test]
    fn what_is_tried_is_an_address_that_the_page_can_open_and_not_the_one_typed() {
        for typed in [
            "mqtt://broker.example:1883",
            "broker.example",
            "ws://broker.example:9001",
            "wss://broker.example:8883/mqtt?x=1",
            "mqtt://[::1]:1883",
        ] {
            for page_is_https in [false, true] {
                let tried = usual_addresses(typed, page_is_https);
                assert!(tried.len() >= 6, "{typed}: {tried:?}");
                for address in &tried {
                    assert_eq!(check_url(address, page_is_https), Ok(()), "{address}");
                    assert_ne!(address, typed);
                }
            }
        }
        assert_eq!(usual_addresses("  ", false), Vec::<String>::new());
    }

    #[test]
    fn who_typed_an_encrypted_one_gets_those_first() {
        let first = |typed, https| usual_addresses(typed, https).swap_remove(0);
        assert_eq!(first("mqtts://b:8883", false), "wss://b:8084/mqtt");
        assert_eq!(first("mqtt://b:1883", false), "ws://b:9001");
        assert_eq!(first("mqtt://b:1883", true), "wss://b:8084/mqtt");
        assert_eq!(first("mqtt://localhost:1883", true), "ws://localhost:9001");
    }
}
