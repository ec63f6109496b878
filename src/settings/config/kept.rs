//! The brokers that a person made, as the browser keeps them: what a `config.json` says of each, and what no file says.

use serde::Serialize;

use super::brokers::read_broker;
use super::node::{Node, Reader};
use super::write::BrokerOut;
use crate::json;
use crate::settings::Profile;

/// A broker as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Without its password.
    pub profile: Profile,
    /// It is to be connected.
    pub wanted: bool,
    /// It had a password, which is not kept here.
    pub had_password: bool,
    /// Its password is kept encrypted, in the browser's other storage.
    pub remembered: bool,
    /// A person was asked, if need be, before its password was sent to its address.
    pub agreed: bool,
}

#[derive(Serialize)]
struct KeptOut<'a> {
    broker: BrokerOut<'a>,
    wanted: bool,
    password: bool,
    remembered: bool,
    agreed: bool,
}

/// The text to be kept.
pub fn write_kept(kept: &[Kept]) -> String {
    let kept = kept.iter().map(|kept| KeptOut {
        broker: BrokerOut::from(&kept.profile),
        wanted: kept.wanted,
        password: kept.had_password,
        remembered: kept.remembered,
        agreed: kept.agreed,
    });
    let kept: Vec<_> = kept.collect();
    // Texts, numbers and lists: JSON can say them all.
    serde_json::to_string(&kept).unwrap_or_default()
}

/// What can be read, and whether that is all. Storage may hold anything: an entry that cannot be read does not lose the
/// others.
pub fn read_kept(text: &str) -> (Vec<Kept>, bool) {
    let parsed = json::parse(text);
    let mut reader = Reader::new(text, |_| true);
    reader.is_kept = true;
    let root = reader.root(&parsed);
    let kept = root.map(|root| reader.each(&root, read, |kept| kept.profile.id.0.clone()));
    (kept.unwrap_or_default(), reader.into_mistakes().is_empty())
}

fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Kept> {
    let mut fields = reader.fields(
        node,
        &["broker", "wanted", "password", "remembered", "agreed"],
    )?;
    let broker = reader.required(&mut fields, "broker")?;
    let mut switch = |reader: &mut Reader<'a>, key| {
        let node = fields.take(key)?;
        reader.switch(&node)
    };
    let wanted = switch(reader, "wanted");
    let had_password = switch(reader, "password");
    let remembered = switch(reader, "remembered");
    let agreed = switch(reader, "agreed");
    Some(Kept {
        profile: read_broker(reader, &broker)?,
        wanted: wanted.unwrap_or(false),
        had_password: had_password.unwrap_or(false),
        remembered: remembered.unwrap_or(false),
        agreed: agreed.unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::mqtt::{QoS, TopicFilter};
    use crate::secret::Secret;
    use crate::settings::form::Draft;
    use crate::settings::{Filter, ProfileId, VersionChoice};

    fn kept(id: &str) -> Kept {
        let filter = |text, qos| Filter {
            filter: TopicFilter::new(text).unwrap(),
            qos,
            wide: false,
        };
        Kept {
            profile: Profile {
                id: ProfileId(id.to_owned()),
                name: "Mall broker".to_owned(),
                platform: "generic".to_owned(),
                url: "wss://broker.riverside.example:8084/mqtt".to_owned(),
                other_urls: Vec::new(),
                prefix: String::new(),
                paused: Vec::new(),
                version: VersionChoice::V311,
                client_id: None,
                username: Some("wall".to_owned()),
                password: None,
                authentication: None,
                filters: vec![
                    filter("axis/+/event/#", QoS::AtLeastOnce),
                    filter("shops/#", QoS::AtMostOnce),
                ],
                keep_alive: Duration::from_secs(30),
                session_expiry: Duration::from_secs(3600),
                will: None,
                publishes: false,
            },
            wanted: true,
            had_password: false,
            remembered: false,
            agreed: false,
        }
    }

    #[test]
    fn what_was_kept_comes_back_without_its_password() {
        let mut written = [kept("a"), kept("b")];
        written[1].wanted = false;
        written[1].had_password = true;
        written[1].remembered = true;
        written[1].agreed = true;
        let read = written.clone();
        written[1].profile.password = Some(Secret::new("hunter2".to_owned()));
        let text = write_kept(&written);
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(read_kept(&text), (read.to_vec(), true));
    }

    proptest! {
        #[test]
        fn what_the_form_accepts_comes_back_as_it_was(
            name in ".{0,200}",
            url in "(ws|wss)://[a-z]{1,140}(:9001)?(/mqtt)?([?](token|a)=b)?",
            client_id in "\\PC{0,40}",
            username in "[ a\u{a0}-]{0,4}",
        ) {
            let draft = Draft { name, url, client_id, username, ..Draft::default() };
            let checked = draft.check(ProfileId("a".to_owned()), None, false);
            if let Some(profile) = checked.profile {
                let kept = Kept { profile, ..kept("a") };
                let text = write_kept(std::slice::from_ref(&kept));
                prop_assert_eq!(read_kept(&text), (vec![kept], true));
            }
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_loses_no_other() {
        let text = write_kept(&[kept("a"), kept("b")]);
        let damaged = text.replacen("event/#", "event/#/x", 1);
        let mut read = [kept("a"), kept("b")];
        read[0].profile.filters.remove(0);
        assert_eq!(read_kept(&damaged), (read.to_vec(), false));
        let damaged = text.replacen("wss://", "http://", 1);
        assert_eq!(read_kept(&damaged), (vec![kept("b")], false));
        for damaged in ["[1, {}]", "no JSON", ""] {
            assert_eq!(read_kept(damaged), (Vec::new(), false));
        }
        assert_eq!(read_kept("[]"), (Vec::new(), true));
    }
}
