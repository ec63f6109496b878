//! A password that is a token → when it runs out, as far as the token itself tells.

use std::time::Duration;

use crate::json;
use crate::settings::Profile;
use crate::time::Timestamp;

/// For how long the token has been over that is the profile's password; `None`: it is none, does not tell, or is still
/// good.
pub fn expired_for(profile: &Profile, now: Timestamp) -> Option<Duration> {
    let password = profile.password.as_ref()?.reveal();
    let seconds = web_token(password).or_else(|| shared_access(password))?;
    let end = Timestamp::from_millis(seconds.checked_mul(1000)?);
    (end <= now).then(|| now.since(end))
}

/// `exp` of a JSON web token [RFC 7519, 4.1.4].
fn web_token(text: &str) -> Option<i64> {
    let mut parts = text.split('.');
    let (_head, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = String::from_utf8(from_base64(claims)?).ok()?;
    let claims = json::parse(&claims).ok()?;
    let end = claims.as_object()?.get("exp")?.raw();
    // Seconds; some write a fraction.
    end.split('.').next()?.parse().ok()
}

/// `se` of a shared access signature, as Azure has them.
fn shared_access(text: &str) -> Option<i64> {
    let fields = text.strip_prefix("SharedAccessSignature ")?;
    let end = fields
        .split('&')
        .find_map(|field| field.strip_prefix("se="));
    end?.parse().ok()
}

/// The alphabet for addresses, without padding [RFC 4648, 5].
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::tests::profile;
    use crate::secret::Secret;

    fn expired(password: &str, now: i64) -> Option<u64> {
        let profile = Profile {
            password: Some(Secret::new(password.to_owned())),
            ..profile("generic", "wss://h")
        };
        expired_for(&profile, Timestamp::from_millis(now * 1000)).map(|span| span.as_secs())
    }

    #[test]
    fn a_token_tells_when_it_ran_out() {
        // {"alg":"none"} · {"iss":"joe","exp":1300819380} · the second is of RFC 7519, 3.1, without its line ends.
        let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.c2ln";
        let shared = "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=a%3D&se=1300819380&skn=x";
        for text in [token, shared] {
            assert_eq!(expired(text, 1_300_819_379), None);
            assert_eq!(expired(text, 1_300_819_440), Some(60));
        }
    }

    #[test]
    fn what_is_no_token_does_not_run_out() {
        for text in ["hunter2", "a.b.c", "", "..", "SharedAccessSignature se=x"] {
            assert_eq!(expired(text, i64::from(i32::MAX)), None, "{text}");
        }
    }
}
