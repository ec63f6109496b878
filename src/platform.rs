//! A profile → how to connect, by the rules of the platform that it names.
//!
//! A platform is one file with two items, and a line of each in the two tables here. [`FORMS`] says what a person fills
//! in; [`connect`] makes a plan of it. The page names only the first, so that no signer is linked into it.

mod expiry;
mod generic;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::mqtt::Will;
use crate::secret::Secret;
use crate::settings::{Filter, Profile, VersionChoice};
use crate::time::Now;

pub use expiry::expired_for;

/// What a person fills in, platform by platform, in the order shown.
pub const FORMS: &[&Form] = &[&generic::FORM];

/// Computes a plan afresh: before every attempt, because tokens expire.
///
/// `url` is the one of the profile's addresses to try, `client_id` the one that the profile names, or that was made for it.
///
/// # Errors
/// If no plan can be made of the profile; trying again cannot help.
pub fn connect(profile: &Profile, url: &str, client_id: &str, now: Now) -> Result<Step, PlanFault> {
    match profile.platform.as_str() {
        "generic" => generic::connect(profile, url, client_id, now),
        _ => Err(PlanFault::UnknownPlatform),
    }
}

/// So many messages a second a platform takes from one client: no more are published to it.
pub fn publish_rate(platform: &str) -> usize {
    let mut forms = FORMS.iter();
    let form = forms.find(|form| form.id == platform);
    form.map_or(generic::FORM.publish_rate, |form| form.publish_rate)
}

/// How far a plan is. A platform that must first have something signed or fetched will say so here, beside `Ready`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The plan.
    Ready(ConnectPlan),
}

/// All that a link needs to connect once. A browser cannot set headers, so this is the whole interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectPlan {
    /// `ws://` or `wss://`, with everything secret that is in it.
    pub url: Secret<String>,
    /// Client identifier.
    pub client_id: String,
    /// None: no user name.
    pub username: Option<String>,
    /// None: no password.
    pub password: Option<Secret<String>>,
    /// The method of an enhanced authentication, to which user name and password go then.
    pub authentication: Option<String>,
    /// Which version to speak.
    pub version: VersionChoice,
    /// How often we speak at least; zero: never.
    pub keep_alive: Duration,
    /// How long the broker keeps our session while we are away; zero: it does not.
    pub session_expiry: Duration,
    /// What to subscribe to.
    pub filters: Vec<Filter>,
    /// What the broker publishes when it loses us.
    pub will: Option<Will>,
}

/// What a person fills in for a platform. Words are made on the page, from the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Stored in settings, and never changes.
    pub id: &'static str,
    /// In the order shown.
    pub fields: &'static [Field],
    /// So many messages a second it takes from one client.
    pub publish_rate: usize,
}

/// One field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which part of the profile.
    pub id: FieldId,
    /// How it is typed.
    pub kind: FieldKind,
    /// A profile without it cannot connect.
    pub required: bool,
    /// Shown where nothing is typed yet; no words, so the same in every language.
    pub example: &'static str,
}

/// Which part of a profile a field fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldId {
    /// [`Profile::url`]
    Url,
    /// [`Profile::username`]
    Username,
    /// [`Profile::password`]
    Password,
    /// [`Profile::filters`]
    Filters,
    /// [`Profile::client_id`]
    ClientId,
    /// [`Profile::version`]
    Version,
    /// [`Profile::keep_alive`]
    KeepAlive,
    /// [`Profile::session_expiry`]
    SessionExpiry,
}

/// How a field is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A line that is not shown.
    Secret,
    /// Several lines of text.
    Lines,
    /// One of a few.
    Choice,
    /// A span of time.
    Span,
}

/// Why a platform cannot make a plan of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PlanFault {
    /// Neither `ws://` nor `wss://`.
    #[error("a browser can only open ws:// and wss://")]
    Scheme,
    /// No host, or not an address at all.
    #[error("the address has no host")]
    Host,
    /// `user:password@` in the address.
    #[error("the address holds a user name or password")]
    UserInfo,
    /// No platform of that name.
    #[error("this build does not know the platform")]
    UnknownPlatform,
    /// A client identifier, user name or password that MQTT has no form for.
    #[error("a field is longer than 65,535 bytes, or holds the character U+0000")]
    Text,
    /// What signs in by that method is a file of the page's own, which is not there yet; it is asked for again.
    #[error("the file for enhanced authentication could not be loaded")]
    NotLoaded,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ProfileId;
    use crate::time::{Monotonic, Timestamp};

    pub(super) fn profile(platform: &str, url: &str) -> Profile {
        Profile {
            id: ProfileId("p".into()),
            name: "Lobby".into(),
            platform: platform.into(),
            url: url.into(),
            other_urls: Vec::new(),
            prefix: String::new(),
            paused: Vec::new(),
            version: VersionChoice::Auto,
            client_id: None,
            username: None,
            password: None,
            authentication: None,
            filters: Vec::new(),
            keep_alive: Duration::from_secs(30),
            session_expiry: Duration::ZERO,
            will: None,
            publishes: false,
        }
    }

    pub(super) fn now() -> Now {
        Now {
            wall: Timestamp::from_millis(0),
            monotonic: Monotonic::from_millis(0),
        }
    }

    #[test]
    fn every_form_belongs_to_a_platform_that_connects() {
        for form in FORMS {
            let profile = profile(form.id, "wss://broker.example");
            assert!(
                connect(&profile, &profile.url, "c", now()).is_ok(),
                "{}",
                form.id
            );
        }
    }

    #[test]
    fn no_two_platforms_have_the_same_id() {
        for (index, form) in FORMS.iter().enumerate() {
            assert!(FORMS[..index].iter().all(|other| other.id != form.id));
        }
    }

    #[test]
    fn a_platform_of_another_build_is_said_so() {
        let profile = profile("moonbase", "wss://broker.example");
        let fault = connect(&profile, &profile.url, "c", now()).unwrap_err();
        assert_eq!(fault, PlanFault::UnknownPlatform);
    }
}
