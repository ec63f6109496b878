//! A value that cannot be printed by accident.

use std::fmt;

/// Holds a password, token or signed address. `Debug` prints no part of it, and there is no `Display`, no `Serialize`.
///
/// The places that may call [`Secret::reveal`] are few, and `tests/layering.rs` lists them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the one place that must use it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// Overwrites it in the bytes, wherever it stands there, by as many asterisks: all else stays in its place. A secret so
    /// short that it stands in anything by chance is left, but where it is all there is.
    pub fn strike_from(&self, bytes: &mut [u8]) {
        let secret = self.0.as_bytes();
        if secret.len() < SHORTEST && bytes != secret || secret.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(place) = bytes.get_mut(at..at + secret.len()) {
            if place == secret {
                place.fill(b'*');
                at += secret.len();
            } else {
                at += 1;
            }
        }
    }
}

/// Bytes.
const SHORTEST: usize = 4;

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("hunter2".to_owned());
        assert!(!format!("{secret:?} {:?}", Some(&secret)).contains("hunter2"));
        assert_eq!(secret.reveal(), "hunter2");
    }

    #[test]
    fn a_secret_is_struck_out_wherever_it_stands() {
        let struck = |secret: &str, text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            Secret::new(secret.to_owned()).strike_from(&mut bytes);
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(struck("hunter2", "hunter2"), "*******");
        assert_eq!(
            struck("hunter2", "hunhunter2hunter2 2"),
            "hun************** 2"
        );
        assert_eq!(struck("한글비밀", "a한글비밀b"), "a************b");
        assert_eq!(struck("abc", "abc"), "***");
        assert_eq!(struck("abc", "abcd"), "abcd");
        assert_eq!(struck("", ""), "");
        assert_eq!(struck("hunter2", "hunter"), "hunter");
    }
}
