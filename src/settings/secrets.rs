//! The text of a configuration, or an address → what is secret in it, though it should not be there.

use super::address::{names_secret, signs_in};
use crate::json::{self, Kind, Value};
use crate::secret::Secret;

/// The values of keys that are called like a secret, and those in addresses. None of a text that is no JSON.
pub fn secrets_in(config: &str) -> Vec<Secret<String>> {
    let mut found = Vec::new();
    if let Ok(value) = json::parse(config) {
        collect(&value, false, &mut found);
    }
    found
}

/// What signs in before the host of an address, and its parameters that are called like a secret.
pub fn secrets_in_address(address: &str) -> Vec<Secret<String>> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let secret = pairs.filter(|(key, _)| names_secret(key));
    let secret = signs_in(address)
        .into_iter()
        .chain(secret.map(|(_, value)| value));
    secret.map(|value| Secret::new(value.to_owned())).collect()
}

fn collect(value: &Value<'_>, is_secret: bool, found: &mut Vec<Secret<String>>) {
    match value.kind() {
        Kind::Object(object) => {
            for (key, value) in object.iter() {
                collect(value, is_secret || names_secret(key), found);
            }
        }
        Kind::List(list) => {
            for value in list {
                collect(value, is_secret, found);
            }
        }
        Kind::Text(text) if is_secret => {
            found.push(Secret::new(text.to_string()));
            // As it is written, too.
            found.push(Secret::new(value.raw().trim_matches('"').to_owned()));
        }
        Kind::Number if is_secret => found.push(Secret::new(value.raw().to_owned())),
        Kind::Text(text) => {
            found.extend(secrets_in_address(text));
            let written = value.raw().trim_matches('"');
            if written != *text {
                found.extend(secrets_in_address(written));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revealed(secrets: &[Secret<String>]) -> Vec<&str> {
        secrets
            .iter()
            .map(|secret| secret.reveal().as_str())
            .collect()
    }

    #[test]
    fn what_should_not_be_in_a_configuration_is_found_there() {
        let config = r#"{ "brokers": [{ "url": "wss://h/mqtt?site=4&token=abc#x", "password": "hunt\"er2",
            "auth": { "list": ["one", 2] }, "username": "wall" }] }"#;
        let found = secrets_in(config);
        assert_eq!(
            revealed(&found),
            ["abc", "hunt\"er2", "hunt\\\"er2", "one", "one", "2"]
        );
        assert_eq!(revealed(&secrets_in("{")), Vec::<&str>::new());
        let escaped = r#"{ "url": "wss://h/mqtt?token=a\/b" }"#;
        assert_eq!(revealed(&secrets_in(escaped)), ["a/b", "a\\/b"]);
    }

    #[test]
    fn what_is_secret_in_an_address_is_found_there() {
        for (address, secrets) in [
            ("wss://h/mqtt", &[][..]),
            ("wss://h/mqtt?site=4", &[]),
            (
                "wss://h/mqtt?site=4&Access-Token=abc&sig=def#x",
                &["abc", "def"],
            ),
            ("wss://wall:hunter2@h/mqtt?pwd=abc", &["hunter2", "abc"]),
            ("wss://a-token@h", &["a-token"]),
            // Of a name, words: no address.
            ("anna@h", &[]),
        ] {
            assert_eq!(revealed(&secrets_in_address(address)), secrets, "{address}");
        }
    }
}
