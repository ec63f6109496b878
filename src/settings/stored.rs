//! A profile as it is stored and sent: all of it but its password.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::profile::{Filter, Profile, ProfileId, VersionChoice};
use crate::mqtt::{FilterError, QoS, TopicFilter};
use crate::secret::Secret;

/// A [`Profile`] without its password: for the browser's storage (JSON) and for the way to the engine ([`crate::packed`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProfile {
    id: ProfileId,
    name: String,
    platform: String,
    url: String,
    version: VersionChoice,
    client_id: Option<String>,
    username: Option<String>,
    filters: Vec<StoredFilter>,
    keep_alive: u64,
    session_expiry: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFilter {
    filter: StoredTopicFilter,
    qos: QoS,
}

/// Storage may hold anything: a text that is no filter is refused when it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct StoredTopicFilter(TopicFilter);

impl TryFrom<String> for StoredTopicFilter {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        TopicFilter::new(&text).map(Self)
    }
}

impl From<StoredTopicFilter> for String {
    fn from(filter: StoredTopicFilter) -> Self {
        filter.0.as_str().to_owned()
    }
}

impl StoredProfile {
    /// Which profile.
    pub const fn id(&self) -> &ProfileId {
        &self.id
    }

    /// The profile again, with the password that was kept elsewhere.
    pub fn into_profile(self, password: Option<Secret<String>>) -> Profile {
        let filter = |stored: StoredFilter| Filter {
            filter: stored.filter.0,
            qos: stored.qos,
        };
        Profile {
            id: self.id,
            name: self.name,
            platform: self.platform,
            url: self.url,
            version: self.version,
            client_id: self.client_id,
            username: self.username,
            password,
            filters: self.filters.into_iter().map(filter).collect(),
            keep_alive: Duration::from_secs(self.keep_alive),
            session_expiry: Duration::from_secs(self.session_expiry),
        }
    }
}

impl From<&Profile> for StoredProfile {
    fn from(profile: &Profile) -> Self {
        let filter = |filter: &Filter| StoredFilter {
            filter: StoredTopicFilter(filter.filter.clone()),
            qos: filter.qos,
        };
        Self {
            id: profile.id.clone(),
            name: profile.name.clone(),
            platform: profile.platform.clone(),
            url: profile.url.clone(),
            version: profile.version,
            client_id: profile.client_id.clone(),
            username: profile.username.clone(),
            filters: profile.filters.iter().map(filter).collect(),
            keep_alive: profile.keep_alive.as_secs(),
            session_expiry: profile.session_expiry.as_secs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed;

    fn profile() -> Profile {
        Profile {
            id: ProfileId("mall".to_owned()),
            name: "Mall broker".to_owned(),
            platform: "generic".to_owned(),
            url: "wss://broker.riverside.example:8084/mqtt".to_owned(),
            version: VersionChoice::V311,
            client_id: None,
            username: Some("wall".to_owned()),
            password: Some(Secret::new("hunter2".to_owned())),
            filters: vec![Filter {
                filter: TopicFilter::new("axis/+/event/#").unwrap(),
                qos: QoS::AtLeastOnce,
            }],
            keep_alive: Duration::from_secs(30),
            session_expiry: Duration::from_secs(3600),
        }
    }

    #[test]
    fn a_stored_profile_comes_back_whole_with_the_password_from_elsewhere() {
        let (profile, password) = (profile(), Secret::new("hunter2".to_owned()));
        let json = serde_json::to_string(&StoredProfile::from(&profile)).unwrap();
        let bytes = packed::to_bytes(&StoredProfile::from(&profile));
        let from_json: StoredProfile = serde_json::from_str(&json).unwrap();
        let from_bytes: StoredProfile = packed::read(&bytes).unwrap();
        assert_eq!(from_json.into_profile(Some(password.clone())), profile);
        assert_eq!(from_bytes.into_profile(Some(password)), profile);
    }

    #[test]
    fn what_is_stored_holds_no_password() {
        let json = serde_json::to_string(&StoredProfile::from(&profile())).unwrap();
        assert!(
            !json.contains("hunter2") && !json.contains("password"),
            "{json}"
        );
    }

    #[test]
    fn a_stored_text_that_is_no_filter_is_refused() {
        let json = serde_json::to_string(&StoredProfile::from(&profile())).unwrap();
        let damaged = json.replace("event/#", "event/#/x");
        assert!(serde_json::from_str::<StoredProfile>(&damaged).is_err());
    }
}
