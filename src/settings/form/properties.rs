//! What a person typed beside a message → its properties, or which of the fields is wrong.

use super::parse_number;
use crate::mqtt::Properties;

/// As typed; what is empty is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedProperties {
    /// [`Properties::content_type`]
    pub content_type: String,
    /// [`Properties::response_topic`]
    pub response_topic: String,
    /// [`Properties::correlation_data`], as text.
    pub correlation_data: String,
    /// [`Properties::message_expiry`]
    pub message_expiry: String,
    /// [`Properties::user_properties`], one a line: `name=value`.
    pub user_properties: String,
}

/// A field that cannot be sent like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyMistake {
    /// Longer than 65,535 bytes, or with a character that MQTT forbids.
    Text,
    /// The response topic is a filter.
    ResponseTopic,
    /// The expiry is no number of seconds from 0 to 4,294,967,295.
    MessageExpiry,
    /// A line of the user properties has no `=`.
    UserProperties,
}

impl TypedProperties {
    /// What is typed as properties.
    ///
    /// # Errors
    /// The first mistake.
    pub fn parse(&self) -> Result<Properties, PropertyMistake> {
        let texts = [
            &self.content_type,
            &self.response_topic,
            &self.correlation_data,
            &self.user_properties,
        ];
        let is_unsayable =
            |text: &&String| text.contains('\0') || text.len() > usize::from(u16::MAX);
        if texts.into_iter().any(|text| is_unsayable(&text)) {
            return Err(PropertyMistake::Text);
        }
        if self.response_topic.contains(['+', '#']) {
            return Err(PropertyMistake::ResponseTopic);
        }
        let message_expiry = match self.message_expiry.trim() {
            "" => None,
            typed => {
                let seconds = parse_number(typed, u32::MAX.into());
                let seconds = seconds.ok().and_then(|number| u32::try_from(number).ok());
                Some(seconds.ok_or(PropertyMistake::MessageExpiry)?)
            }
        };
        let lines = self.user_properties.lines();
        let user_properties = lines
            .filter(|line| !line.trim().is_empty())
            .map(|line| {
                let (name, value) = line.split_once('=')?;
                Some((name.trim().to_owned(), value.trim().to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or(PropertyMistake::UserProperties)?;
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        Ok(Properties {
            content_type: given(&self.content_type),
            response_topic: given(&self.response_topic),
            correlation_data: given(&self.correlation_data).map(String::into_bytes),
            message_expiry,
            user_properties,
            ..Properties::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::PropertyBytes;

    #[test]
    fn what_is_typed_is_what_is_sent_and_what_is_empty_is_not() {
        assert_eq!(
            TypedProperties::default().parse(),
            Ok(Properties::default())
        );
        let typed = TypedProperties {
            content_type: "application/json".to_owned(),
            response_topic: "answers/1".to_owned(),
            correlation_data: "7".to_owned(),
            message_expiry: " 60 ".to_owned(),
            user_properties: "site=north=1\n\n by = Anna \n".to_owned(),
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let properties = Properties {
            content_type: Some("application/json".to_owned()),
            response_topic: Some("answers/1".to_owned()),
            correlation_data: Some(b"7".to_vec()),
            message_expiry: Some(60),
            user_properties: vec![pair("site", "north=1"), pair("by", "Anna")],
            ..Properties::default()
        };
        assert_eq!(typed.parse(), Ok(properties));
    }

    #[test]
    fn what_mqtt_cannot_say_is_a_mistake_of_its_field() {
        let of = |change: fn(&mut TypedProperties)| {
            let mut typed = TypedProperties::default();
            change(&mut typed);
            typed.parse()
        };
        for (typed, mistake) in [
            (
                of(|typed| typed.content_type = "a\0".to_owned()),
                PropertyMistake::Text,
            ),
            (
                of(|typed| typed.correlation_data = "a".repeat(65_536)),
                PropertyMistake::Text,
            ),
            (
                of(|typed| typed.response_topic = "a/+".to_owned()),
                PropertyMistake::ResponseTopic,
            ),
            (
                of(|typed| typed.message_expiry = "4294967296".to_owned()),
                PropertyMistake::MessageExpiry,
            ),
            (
                of(|typed| typed.message_expiry = "soon".to_owned()),
                PropertyMistake::MessageExpiry,
            ),
            (
                of(|typed| typed.user_properties = "a=b\nc".to_owned()),
                PropertyMistake::UserProperties,
            ),
        ] {
            assert_eq!(typed, Err(mistake));
        }
        // What is no mistake has a form.
        let longest = of(|typed| typed.response_topic = "a".repeat(65_535)).unwrap();
        assert!(PropertyBytes::try_from(&longest).is_ok());
    }
}
