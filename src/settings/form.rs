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

/// What confirms a message that is published, as it was typed; `None`: nothing was, so nothing does.
///
/// # Errors
/// If it is no topic filter: the message would be published, and nothing could ever confirm it.
pub fn parse_answer(text: &str) -> Result<Option<TopicFilter>, FilterError> {
    match text.trim() {
        "" => Ok(None),
        typed => TopicFilter::new(typed).map(Some),
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
mod tests;
