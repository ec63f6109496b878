//! What a person typed into the settings form → a profile, and each mistake beside its field.

mod properties;

use std::time::Duration;

use super::address::host;
use super::profile::{
    DEFAULT_KEEP_ALIVE, DEFAULT_PLATFORM, DEFAULT_QOS, DEFAULT_SESSION_EXPIRY, Filter,
    LONGEST_KEEP_ALIVE, LONGEST_SESSION_EXPIRY, Paused, Profile, ProfileId, VersionChoice,
};
use super::security::leads_nowhere_else;
use crate::mqtt::{FilterError, QoS, TopicFilter, Will};
use crate::ordered::{OrderedSet, sort_by};
use crate::secret::Secret;

pub use super::address::{UrlMistake, UrlWrong, check_url};
pub use properties::{PropertyMistake, TypedProperties};

/// The fields of the form, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// [`Profile::name`]; the host if left empty.
    pub name: String,
    /// [`Profile::platform`], chosen from a list.
    pub platform: String,
    /// [`Profile::url`]
    pub url: String,
    /// [`Profile::other_urls`], separated by white space.
    pub other_urls: String,
    /// [`Profile::version`], chosen from a list.
    pub version: VersionChoice,
    /// [`Profile::client_id`]; none if empty.
    pub client_id: String,
    /// [`Profile::username`]; none if empty.
    pub username: String,
    /// [`Profile::password`], passed on unseen; none: the one that the profile has, if it is still for the same address.
    pub password: Option<Secret<String>>,
    /// [`Profile::authentication`]; none if empty.
    pub authentication: String,
    /// The password is to be remembered on this device.
    pub remember: bool,
    /// Topic filters, separated by commas or line ends.
    pub filters: String,
    /// [`Profile::prefix`]
    pub prefix: String,
    /// Seconds.
    pub keep_alive: String,
    /// Seconds.
    pub session_expiry: String,
    /// [`Profile::publishes`]
    pub publishes: bool,
    /// [`Profile::will`]; none without a topic.
    pub will: TypedWill,
}

/// A will, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedWill {
    /// Topic name.
    pub topic: String,
    /// As text.
    pub payload: String,
    /// Chosen from a list.
    pub qos: QoS,
    /// [`Will::retain`]
    pub retain: bool,
    /// Seconds.
    pub delay: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// [`Draft::name`]
    Name,
    /// [`Draft::url`]
    Url,
    /// [`Draft::other_urls`]
    OtherUrls,
    /// [`Draft::client_id`]
    ClientId,
    /// [`Draft::username`]
    Username,
    /// [`Draft::authentication`]
    Authentication,
    /// [`Draft::filters`]
    Filters,
    /// [`Draft::prefix`]
    Prefix,
    /// [`Draft::keep_alive`]
    KeepAlive,
    /// [`Draft::session_expiry`]
    SessionExpiry,
    /// [`TypedWill::topic`]
    WillTopic,
    /// [`TypedWill::payload`]
    WillPayload,
    /// [`TypedWill::delay`]
    WillDelay,
}

/// One thing to be told beside a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMistake {
    /// Where.
    pub field: Field,
    /// What is wrong.
    pub what: FieldWrong,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldWrong {
    /// The address.
    Url(UrlMistake),
    /// One of the filters.
    Filter(FilterMistake),
    /// A number.
    Number(NumberMistake),
    /// A control character, which MQTT forbids or discourages in texts [MQTT-1.5.4-2].
    Character,
    /// More than 65,535 bytes, the most that MQTT can carry.
    TooLong,
    /// A will to a broker that is only listened to.
    ViewOnly,
    /// A topic to publish to has no wildcards.
    TopicName,
}

impl FieldWrong {
    /// The draft cannot be saved like this.
    pub const fn blocks(&self) -> bool {
        match self {
            Self::Url(mistake) => mistake.what.blocks(),
            _ => true,
        }
    }
}

/// What is wrong with a list of topic filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterMistake {
    /// No filter at all: nothing would ever arrive.
    None,
    /// This one breaks a rule of the standard.
    Invalid(String, FilterError),
    /// This one stands there twice.
    Repeated(String),
}

/// Why a text is not the number wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberMistake {
    /// Not a whole number.
    NotWhole,
    /// Not from 0 to this.
    OutOfRange {
        /// The most allowed.
        most: u64,
    },
}

/// A draft looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The profile, unless a mistake blocks.
    pub profile: Option<Profile>,
    /// In the order of the fields.
    pub mistakes: Vec<FieldMistake>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            platform: DEFAULT_PLATFORM.to_owned(),
            url: String::new(),
            other_urls: String::new(),
            version: VersionChoice::Auto,
            client_id: String::new(),
            username: String::new(),
            password: None,
            authentication: String::new(),
            remember: false,
            filters: DEFAULT_FILTERS.to_owned(),
            prefix: String::new(),
            keep_alive: DEFAULT_KEEP_ALIVE.as_secs().to_string(),
            session_expiry: DEFAULT_SESSION_EXPIRY.as_secs().to_string(),
            publishes: false,
            will: TypedWill::default(),
        }
    }
}

impl From<&Profile> for Draft {
    fn from(profile: &Profile) -> Self {
        let filters: Vec<&str> = profile
            .filters
            .iter()
            .map(|filter| filter.filter.as_str())
            .collect();
        Self {
            name: profile.name.clone(),
            platform: profile.platform.clone(),
            url: profile.url.clone(),
            other_urls: profile.other_urls.join("\n"),
            version: profile.version,
            client_id: profile.client_id.clone().unwrap_or_default(),
            username: profile.username.clone().unwrap_or_default(),
            password: None,
            authentication: profile.authentication.clone().unwrap_or_default(),
            remember: false,
            filters: filters.join(", "),
            prefix: profile.prefix.clone(),
            keep_alive: profile.keep_alive.as_secs().to_string(),
            session_expiry: profile.session_expiry.as_secs().to_string(),
            publishes: profile.publishes,
            will: profile
                .will
                .as_ref()
                .map(TypedWill::from)
                .unwrap_or_default(),
        }
    }
}

impl Draft {
    /// Looks through all fields. `former` is the profile that is edited: what the form does not show stays as it was.
    pub fn check(&self, id: ProfileId, former: Option<&Profile>, page_is_https: bool) -> Checked {
        let mut mistakes = Vec::new();
        let mut note = |field, what| mistakes.push(FieldMistake { field, what });
        let url = self.url.trim();
        let name = Some(self.name.trim()).filter(|name| !name.is_empty());
        for (field, text) in [
            (Field::Name, name.unwrap_or_default()),
            (Field::ClientId, &self.client_id),
            (Field::Username, &self.username),
            (Field::Authentication, &self.authentication),
            (Field::Prefix, &self.prefix),
        ] {
            if let Err(what) = check_text(text) {
                note(field, what);
            }
        }
        if let Err(mistake) = check_url(url, page_is_https) {
            note(Field::Url, FieldWrong::Url(mistake));
        }
        for other in self.other_urls.split_whitespace() {
            if let Err(mut mistake) = check_url(other, page_is_https) {
                // What is probably meant of one of them is not all of them.
                mistake.suggestion = None;
                note(Field::OtherUrls, FieldWrong::Url(mistake));
            }
        }
        let filters = parse_filters(&self.filters).unwrap_or_else(|wrong| {
            for mistake in wrong {
                note(Field::Filters, FieldWrong::Filter(mistake));
            }
            Vec::new()
        });
        let mut seconds = |field, text, most: Duration| {
            parse_number(text, most.as_secs()).unwrap_or_else(|mistake| {
                note(field, FieldWrong::Number(mistake));
                0
            })
        };
        let keep_alive = seconds(Field::KeepAlive, &self.keep_alive, LONGEST_KEEP_ALIVE);
        let session_expiry = seconds(
            Field::SessionExpiry,
            &self.session_expiry,
            LONGEST_SESSION_EXPIRY,
        );
        let will = self.will.check(self.publishes).unwrap_or_else(|wrong| {
            mistakes.extend(wrong);
            None
        });
        sort_by(&mut mistakes, |one, other| {
            (one.field as u8).cmp(&(other.field as u8))
        });
        let blocked = mistakes.iter().any(|mistake| mistake.what.blocks());
        let profile = (!blocked).then(|| Profile {
            id,
            name: name.unwrap_or_else(|| host(url)).to_owned(),
            platform: self.platform.clone(),
            url: url.to_owned(),
            other_urls: self.others().map(str::to_owned).collect(),
            version: self.version,
            client_id: given(&self.client_id),
            username: given(&self.username),
            password: self.password_or_held(former).cloned(),
            authentication: given(&self.authentication),
            paused: still_paused(&filters, former),
            filters: as_before(filters, former),
            prefix: self.prefix.trim().to_owned(),
            keep_alive: Duration::from_secs(keep_alive),
            session_expiry: Duration::from_secs(session_expiry),
            will,
            publishes: self.publishes,
        });
        Checked { profile, mistakes }
    }

    /// The password that was typed, else the one that the profile has: it goes to no other server than the one that it
    /// was typed for.
    pub fn password_or_held<'a>(
        &'a self,
        former: Option<&'a Profile>,
    ) -> Option<&'a Secret<String>> {
        let held = || former.filter(|former| leads_nowhere_else(self.urls(), former));
        self.password.as_ref().or_else(|| held()?.password.as_ref())
    }

    /// All addresses, as typed.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.url.trim()).chain(self.others())
    }

    /// Each of the other addresses once.
    fn others(&self) -> impl Iterator<Item = &str> {
        let mut known = OrderedSet::from([self.url.trim()]);
        let others = self.other_urls.split_whitespace();
        others.filter(move |url| known.insert(*url))
    }
}

impl Default for TypedWill {
    fn default() -> Self {
        Self {
            topic: String::new(),
            payload: String::new(),
            qos: DEFAULT_QOS,
            retain: false,
            delay: "0".to_owned(),
        }
    }
}

impl From<&Will> for TypedWill {
    fn from(will: &Will) -> Self {
        Self {
            topic: will.topic.clone(),
            payload: std::str::from_utf8(&will.payload)
                .unwrap_or_default()
                .to_owned(),
            qos: will.qos,
            retain: will.retain,
            delay: will.delay.to_string(),
        }
    }
}

impl TypedWill {
    /// The will, if there is a topic; or what is wrong.
    fn check(&self, publishes: bool) -> Result<Option<Will>, Vec<FieldMistake>> {
        let topic = self.topic.trim();
        if topic.is_empty() {
            return Ok(None);
        }
        let mut mistakes = Vec::new();
        let mut note = |field, what| mistakes.push(FieldMistake { field, what });
        if !publishes {
            note(Field::WillTopic, FieldWrong::ViewOnly);
        }
        if topic.contains(['+', '#']) {
            note(Field::WillTopic, FieldWrong::TopicName);
        }
        for (field, text) in [
            (Field::WillTopic, topic),
            (Field::WillPayload, &self.payload),
        ] {
            if let Err(what) = check_text(text) {
                note(field, what);
            }
        }
        let delay = parse_number(&self.delay, u32::MAX.into()).unwrap_or_else(|mistake| {
            note(Field::WillDelay, FieldWrong::Number(mistake));
            0
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Some(Will {
            topic: topic.to_owned(),
            payload: self.payload.clone().into_bytes(),
            qos: self.qos,
            retain: self.retain,
            delay: u32::try_from(delay).unwrap_or(u32::MAX),
        }))
    }
}

/// Topic filters separated by commas or line ends, each to be delivered at QoS 1.
///
/// # Errors
/// All that is wrong with them, in their order.
pub fn parse_filters(text: &str) -> Result<Vec<Filter>, Vec<FilterMistake>> {
    let mut filters: Vec<Filter> = Vec::new();
    let mut mistakes = Vec::new();
    for part in text
        .split([',', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        match TopicFilter::new(part) {
            Ok(filter) if filters.iter().any(|former| former.filter == filter) => {
                mistakes.push(FilterMistake::Repeated(part.to_owned()));
            }
            Ok(filter) => filters.push(Filter {
                filter,
                qos: DEFAULT_QOS,
                wide: false,
            }),
            Err(error) => mistakes.push(FilterMistake::Invalid(part.to_owned(), error)),
        }
    }
    if filters.is_empty() && mistakes.is_empty() {
        mistakes.push(FilterMistake::None);
    }
    if mistakes.is_empty() {
        Ok(filters)
    } else {
        Err(mistakes)
    }
}

/// A whole number from 0 to `most`.
///
/// # Errors
/// If it is something else.
pub fn parse_number(text: &str, most: u64) -> Result<u64, NumberMistake> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberMistake::NotWhole);
    }
    text.parse()
        .ok()
        .filter(|number| *number <= most)
        .ok_or(NumberMistake::OutOfRange { most })
}

fn check_text(text: &str) -> Result<(), FieldWrong> {
    if text.contains(char::is_control) {
        Err(FieldWrong::Character)
    } else if text.len() > usize::from(u16::MAX) {
        Err(FieldWrong::TooLong)
    } else {
        Ok(())
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The form shows filters alone: a file may have set another QoS than the usual one, and a person that one is wide.
fn as_before(mut filters: Vec<Filter>, former: Option<&Profile>) -> Vec<Filter> {
    let former = former.map_or(&[][..], |profile| &profile.filters);
    for filter in &mut filters {
        if let Some(same) = former.iter().find(|one| one.filter == filter.filter) {
            (filter.qos, filter.wide) = (same.qos, same.wide);
        }
    }
    filters
}

/// What is typed into the form is wanted now.
fn still_paused(filters: &[Filter], former: Option<&Profile>) -> Vec<Paused> {
    let mut paused = former.map_or_else(Vec::new, |former| former.paused.clone());
    paused.retain(|one| {
        filters
            .iter()
            .all(|typed| typed.filter != one.filter.filter)
    });
    paused
}

/// What Axis devices publish unless told otherwise; all of it, as presence and doors matter as well as counts.
const DEFAULT_FILTERS: &str = "axis/+/event/#";

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            url: "wss://h:8084/mqtt".to_owned(),
            ..Draft::default()
        }
    }

    fn check(draft: &Draft) -> Checked {
        draft.check(ProfileId("p".to_owned()), None, true)
    }

    #[test]
    fn a_form_with_nothing_but_an_address_makes_a_profile() {
        let checked = check(&draft());
        assert_eq!(checked.mistakes, []);
        let profile = checked.profile.unwrap();
        assert_eq!(profile.name, "h");
        assert_eq!(profile.keep_alive, DEFAULT_KEEP_ALIVE);
        assert_eq!(profile.filters[0].qos, QoS::AtLeastOnce);
        assert_eq!((profile.client_id, profile.username), (None, None));
    }

    #[test]
    fn every_mistake_stands_beside_its_field() {
        let checked = check(&Draft {
            name: "a\0".to_owned(),
            url: "mqtt://h:8883".to_owned(),
            filters: "a/#/b, a/b\na/b".to_owned(),
            keep_alive: "70000".to_owned(),
            session_expiry: "1 h".to_owned(),
            ..draft()
        });
        assert_eq!(checked.profile, None);
        let expected = [
            (Field::Name, FieldWrong::Character),
            (
                Field::Url,
                FieldWrong::Url(check_url("mqtt://h:8883", true).unwrap_err()),
            ),
            (
                Field::Filters,
                FieldWrong::Filter(FilterMistake::Invalid(
                    "a/#/b".to_owned(),
                    FilterError::HashNotLast,
                )),
            ),
            (
                Field::Filters,
                FieldWrong::Filter(FilterMistake::Repeated("a/b".to_owned())),
            ),
            (
                Field::KeepAlive,
                FieldWrong::Number(NumberMistake::OutOfRange { most: 65_535 }),
            ),
            (
                Field::SessionExpiry,
                FieldWrong::Number(NumberMistake::NotWhole),
            ),
        ];
        let found: Vec<_> = checked
            .mistakes
            .into_iter()
            .map(|mistake| (mistake.field, mistake.what))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_unusual_port_is_told_but_does_not_block() {
        let checked = check(&Draft {
            url: "wss://h:8883/mqtt".to_owned(),
            ..draft()
        });
        assert_eq!(checked.mistakes.len(), 1);
        assert!(checked.profile.is_some());
    }

    #[test]
    fn a_profile_shown_and_saved_is_the_same_profile() {
        let mut profile = check(&Draft {
            filters: "a/#, b/+".to_owned(),
            username: "wall".to_owned(),
            ..draft()
        })
        .profile
        .unwrap();
        profile.filters[1].qos = QoS::AtMostOnce;
        profile.prefix = "west/".to_owned();
        let again = Draft::from(&profile).check(profile.id.clone(), Some(&profile), true);
        assert_eq!(again.profile, Some(profile));
    }

    #[test]
    fn a_held_password_stays_with_its_server() {
        let secret = |text: &str| Some(Secret::new(text.to_owned()));
        let held = Profile {
            password: secret("held"),
            ..check(&draft()).profile.unwrap()
        };
        let password = |url: &str, typed: Option<&str>| {
            let draft = Draft {
                url: url.to_owned(),
                password: typed.and_then(secret),
                ..Draft::from(&held)
            };
            let checked = draft.check(held.id.clone(), Some(&held), false);
            checked.profile.unwrap().password
        };
        assert_eq!(password("wss://h:8084/other", None), secret("held"));
        assert_eq!(password("wss://h:8084/mqtt", Some("new")), secret("new"));
        assert_eq!(
            password("wss://other:8084/mqtt", Some("new")),
            secret("new")
        );
        for elsewhere in [
            "wss://other:8084/mqtt",
            "wss://h:8085/mqtt",
            "ws://h:8084/mqtt",
        ] {
            assert_eq!(password(elsewhere, None), None, "{elsewhere}");
        }
    }

    #[test]
    fn further_addresses_stand_one_a_line_and_each_once() {
        let typed = Draft {
            other_urls: " wss://b/mqtt\n\nwss://c wss://b/mqtt\nwss://h:8084/mqtt\n".to_owned(),
            ..draft()
        };
        let profile = check(&typed).profile.unwrap();
        assert_eq!(profile.other_urls, ["wss://b/mqtt", "wss://c"]);
        assert_eq!(Draft::from(&profile).other_urls, "wss://b/mqtt\nwss://c");
        let wrong = check(&Draft {
            other_urls: "wss://b\nmqtt://c:1883".to_owned(),
            ..draft()
        });
        assert_eq!(wrong.profile, None);
        assert_eq!(wrong.mistakes.len(), 1);
        assert_eq!(wrong.mistakes[0].field, Field::OtherUrls);
    }

    #[test]
    fn a_held_password_goes_to_no_address_that_was_not_there_when_it_was_typed() {
        let secret = Some(Secret::new("held".to_owned()));
        let two = Draft {
            other_urls: "wss://b".to_owned(),
            password: secret.clone(),
            ..draft()
        };
        let held = check(&two).profile.unwrap();
        for (others, stays) in [
            ("wss://b", true),
            ("", true),
            ("wss://b/elsewhere", true),
            ("wss://b wss://c", false),
            ("ws://b", false),
        ] {
            let changed = Draft {
                other_urls: others.to_owned(),
                ..Draft::from(&held)
            };
            let checked = changed.check(held.id.clone(), Some(&held), false);
            let password = checked.profile.unwrap().password;
            assert_eq!(password == secret, stays, "{others}");
        }
    }

    #[test]
    fn a_will_needs_a_broker_that_may_be_published_to_and_a_topic_name() {
        let of = |topic: &str, delay: &str, publishes| {
            let typed = Draft {
                will: TypedWill {
                    topic: topic.to_owned(),
                    payload: "off".to_owned(),
                    delay: delay.to_owned(),
                    ..TypedWill::default()
                },
                publishes,
                ..draft()
            };
            let checked = check(&typed);
            let wrong = checked.mistakes.into_iter();
            let wrong: Vec<_> = wrong.map(|one| (one.field, one.what)).collect();
            (checked.profile, wrong)
        };
        let (profile, wrong) = of("walls/1", "60", true);
        assert_eq!(wrong, []);
        let profile = profile.unwrap();
        let expected = Will {
            topic: "walls/1".to_owned(),
            payload: b"off".to_vec(),
            qos: QoS::AtLeastOnce,
            retain: false,
            delay: 60,
        };
        assert_eq!(profile.will, Some(expected));
        let again = Draft::from(&profile).check(profile.id.clone(), Some(&profile), true);
        assert_eq!(again.profile, Some(profile));

        let topic = |what| vec![(Field::WillTopic, what)];
        assert_eq!(of("walls/1", "60", false).1, topic(FieldWrong::ViewOnly));
        assert_eq!(of("walls/+", "60", true).1, topic(FieldWrong::TopicName));
        let late = (
            Field::WillDelay,
            FieldWrong::Number(NumberMistake::NotWhole),
        );
        assert_eq!(of("walls/1", "soon", true).1, [late]);
        // Without a topic there is none, whatever else is typed.
        let (profile, wrong) = of(" ", "soon", false);
        assert_eq!((profile.unwrap().will, wrong), (None, Vec::new()));
    }

    #[test]
    fn no_filter_at_all_is_a_mistake() {
        assert_eq!(parse_filters(" ,\n"), Err(vec![FilterMistake::None]));
    }
}
