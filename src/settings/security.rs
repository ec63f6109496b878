//! A broker's address and how one signs in there → how safe that is, and where a password may go.

use super::Profile;
use super::address::{host, is_loopback, origin};
use super::form::Draft;
use crate::ordered::OrderedSet;

/// How safe it is to sign in, the least safe first of those with a password and of those without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Security {
    /// Nobody is asked who they are, nothing is encrypted.
    Open,
    /// Nobody is asked, but it is encrypted.
    OpenEncrypted,
    /// A password, readable on the network.
    Readable,
    /// A password that does not leave the machine, not encrypted.
    OnThisMachine,
    /// A password, encrypted.
    Encrypted,
}

impl Security {
    /// Of the least safe of these addresses, and whether user name or password are sent there.
    pub fn of_all<'a>(urls: impl Iterator<Item = &'a str>, signs_in: bool) -> Self {
        let least = urls.map(|url| Self::of(url, signs_in)).min();
        least.unwrap_or(Self::Open)
    }

    fn of(url: &str, signs_in: bool) -> Self {
        match (signs_in, is_encrypted(url), is_readable(url)) {
            (false, true, _) => Self::OpenEncrypted,
            (false, false, _) => Self::Open,
            (true, true, _) => Self::Encrypted,
            (true, false, true) => Self::Readable,
            (true, false, false) => Self::OnThisMachine,
        }
    }
}

/// What becomes of a password that is or was remembered, when its broker is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembering {
    /// What is stored is still right.
    Leave,
    /// Encrypt and store it.
    Seal,
    /// Remove what is stored, if anything is.
    Forget,
}

impl Remembering {
    /// `former` is the profile as it was, and whether its password was remembered; `profile` what became of the draft.
    pub fn of(draft: &Draft, former: Option<(&Profile, bool)>, profile: &Profile) -> Self {
        let still_right = former.is_some_and(|(former, remembered)| {
            remembered && draft.password.is_none() && leads_as(former, profile)
        });
        match (draft.remember, &profile.password) {
            (true, _) if still_right => Self::Leave,
            (true, Some(_)) => Self::Seal,
            (true, None) | (false, _) => Self::Forget,
        }
    }
}

/// Whether what is sent there can be read by others on the network.
fn is_readable(url: &str) -> bool {
    !is_encrypted(url) && !is_loopback(host(url))
}

/// Whether a password may be sent to all addresses of a profile without asking first. `agreed`: the profile as it was when
/// a person was asked.
pub fn is_agreed(profile: &Profile, agreed: Option<&Profile>) -> bool {
    let is_known = |url| agreed.is_some_and(|agreed| agreed.urls().any(|known| known == url));
    profile.urls().all(|url| is_known(url) || !is_readable(url))
}

/// Whether both lead to the same servers in the same way and order: scheme, host and port of each.
pub fn leads_as(one: &Profile, other: &Profile) -> bool {
    origins_of(one) == origins_of(other)
}

/// Whether these addresses lead to no other server than the profile does.
pub fn leads_nowhere_else<'a>(urls: impl Iterator<Item = &'a str>, former: &Profile) -> bool {
    let known: OrderedSet<String> = origins(former.urls()).collect();
    origins(urls).all(|origin| known.contains(&origin))
}

/// All of them in one text.
fn origins_of(profile: &Profile) -> String {
    let mut text = String::new();
    for url in profile.urls() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&origin(url));
    }
    text
}

fn origins<'a>(urls: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    urls.map(origin)
}

/// What a stored password is bound to: the page at that path, the profile, and where the profile leads. Neither path nor
/// origin can hold a line end, nor an origin a space, so no two bindings are written the same way.
pub fn binding(path: &str, profile: &Profile) -> String {
    format!("{path}\n{}\n{}", origins_of(profile), profile.id.0)
}

fn is_encrypted(url: &str) -> bool {
    origin(url).starts_with("wss:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::settings::ProfileId;

    fn profile(url: &str) -> Profile {
        let draft = Draft {
            url: url.to_owned(),
            ..Draft::default()
        };
        let checked = draft.check(ProfileId("mall".to_owned()), None, false);
        checked.profile.unwrap()
    }

    fn secret(text: &str) -> Option<Secret<String>> {
        Some(Secret::new(text.to_owned()))
    }

    #[test]
    fn each_way_to_sign_in_has_its_level() {
        for (url, signs_in, level) in [
            ("ws://h:9001", false, Security::Open),
            ("ws://localhost:9001", false, Security::Open),
            ("wss://h/mqtt", false, Security::OpenEncrypted),
            ("ws://h:9001", true, Security::Readable),
            ("ws://127.0.0.1.example", true, Security::Readable),
            ("ws://127.0.0.1:9001", true, Security::OnThisMachine),
            (" WSS://h/mqtt", true, Security::Encrypted),
            // Not typed to its end.
            ("", false, Security::Open),
            ("h", true, Security::Readable),
        ] {
            assert_eq!(Security::of(url, signs_in), level, "{url}");
        }
    }

    #[test]
    fn a_password_that_others_could_read_is_sent_only_where_a_person_agreed() {
        let lan = "ws://broker.example:9001";
        let is_agreed = |url: &str, agreed: Option<&str>| {
            is_agreed(&profile(url), agreed.map(profile).as_ref())
        };
        assert!(!is_agreed(lan, None));
        assert!(is_agreed(lan, Some(lan)));
        for changed in [
            "ws://other.example:9001",
            "ws://broker.example:9002",
            "ws://broker.example:9001/mqtt",
        ] {
            assert!(!is_agreed(changed, Some(lan)), "{changed}");
        }
        for url in [
            "wss://broker.example",
            "ws://localhost:9001",
            "ws://wall.localhost",
            "ws://127.8.0.1:9001",
            "ws://[::1]:9001",
        ] {
            assert!(is_agreed(url, None), "{url}");
        }
    }

    #[test]
    fn another_path_page_profile_or_server_is_another_binding() {
        let mall = profile("wss://h:8084/mqtt");
        let binding_of = |url: &str| binding("/wall/", &profile(url));
        assert_eq!(
            binding_of("wss://H:8084/other?a=b"),
            binding("/wall/", &mall)
        );
        let mut other = mall.clone();
        other.id = ProfileId("other".to_owned());
        let different = [
            binding("/wall/", &mall),
            binding("/", &mall),
            binding("/wall/", &other),
            binding_of("ws://h:8084/mqtt"),
            binding_of("wss://h:8085/mqtt"),
            binding_of("wss://i:8084/mqtt"),
        ];
        for (index, one) in different.iter().enumerate() {
            assert!(!different[..index].contains(one), "{one:?}");
        }
    }

    #[test]
    fn of_several_addresses_each_has_to_be_agreed_to_and_the_least_safe_one_is_told() {
        let of = |urls: &[&str]| Profile {
            other_urls: urls[1..].iter().map(ToString::to_string).collect(),
            ..profile(urls[0])
        };
        let two = of(&["wss://a", "ws://b"]);
        assert_eq!(Security::of_all(two.urls(), true), Security::Readable);
        assert_eq!(Security::of_all(two.urls(), false), Security::Open);
        assert!(!is_agreed(&two, None));
        assert!(!is_agreed(&two, Some(&of(&["wss://a"]))));
        assert!(is_agreed(&two, Some(&two)));
        assert!(is_agreed(&of(&["ws://b"]), Some(&two)));
        assert!(is_agreed(&of(&["wss://a", "ws://localhost"]), None));

        let bindings = [
            of(&["wss://a"]),
            of(&["wss://a", "wss://b"]),
            of(&["wss://b", "wss://a"]),
            of(&["wss://a", "wss://b", "wss://c"]),
        ];
        let bindings = bindings.map(|profile| binding("/", &profile));
        for (index, one) in bindings.iter().enumerate() {
            assert!(!bindings[..index].contains(one), "{one:?}");
        }
    }

    #[test]
    fn what_is_stored_stays_is_written_or_goes() {
        let url = "wss://h/mqtt";
        let held = Profile {
            password: secret("held"),
            ..profile(url)
        };
        let locked = profile(url);
        let decide = |former: Option<(&Profile, bool)>, url: &str, remember, typed| {
            let draft = Draft {
                url: url.to_owned(),
                remember,
                password: typed,
                ..Draft::default()
            };
            let former_profile = former.map(|(profile, _)| profile);
            let checked = draft.check(held.id.clone(), former_profile, false);
            Remembering::of(&draft, former, &checked.profile.unwrap())
        };
        use Remembering::{Forget, Leave, Seal};
        let elsewhere = "wss://i/mqtt";
        for (former, url, remember, typed, expected) in [
            (None, url, true, secret("a"), Seal),
            (None, url, false, secret("a"), Forget),
            (None, url, true, None, Forget),
            (Some((&held, false)), url, true, None, Seal),
            (Some((&held, true)), url, true, None, Leave),
            (Some((&held, true)), "wss://h/other", true, None, Leave),
            (Some((&held, true)), url, true, secret("b"), Seal),
            (Some((&held, true)), url, false, None, Forget),
            (Some((&held, true)), elsewhere, true, None, Forget),
            (Some((&held, true)), elsewhere, true, secret("b"), Seal),
            // It could not be read this time; the next time it may.
            (Some((&locked, true)), url, true, None, Leave),
            (Some((&locked, false)), url, true, None, Forget),
        ] {
            let text = format!("{former:?} {url} {remember} {typed:?}");
            assert_eq!(decide(former, url, remember, typed), expected, "{text}");
        }
    }
}
