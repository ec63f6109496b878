//! The section `brokers`: profiles, without anything secret.

use std::time::Duration;

use super::super::address::{UrlWrong, check_url};
use super::super::profile::{
    DEFAULT_KEEP_ALIVE, DEFAULT_PLATFORM, DEFAULT_QOS, DEFAULT_SESSION_EXPIRY, Filter,
    LONGEST_KEEP_ALIVE, LONGEST_SESSION_EXPIRY, Paused, Profile, ProfileId, VersionChoice,
};
use super::node::{Fields, LONGEST_NAME, LONGEST_TEXT, Node, Reader};
use super::{Shape, Wrong};
use crate::json::Kind;
use crate::mqtt::{QoS, TopicFilter, Will};
use crate::time::Timestamp;

pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Vec<Profile> {
    reader.each(node, read_broker, |profile| profile.id.0.clone())
}

pub(super) fn read_broker<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Profile> {
    let mut fields = reader.fields(
        node,
        &[
            "id",
            "name",
            "platform",
            "url",
            "version",
            "clientId",
            "username",
            "authentication",
            "filters",
            "prefix",
            "keepAlive",
            "sessionExpiry",
            "publish",
            "will",
        ],
    )?;
    let id = reader
        .required(&mut fields, "id")
        .and_then(|node| reader.text(&node, LONGEST_NAME));
    let urls = reader
        .required(&mut fields, "url")
        .map(|node| read_urls(reader, &node));
    let mut text = |reader: &mut Reader<'a>, key: &str, most: u32| {
        let node = fields.take(key)?;
        reader.text(&node, most)
    };
    let name = text(reader, "name", LONGEST_NAME);
    let platform = text(reader, "platform", LONGEST_NAME);
    let client_id = text(reader, "clientId", LONGEST_TEXT);
    let username = text(reader, "username", LONGEST_TEXT);
    let authentication = text(reader, "authentication", LONGEST_NAME);
    let prefix = text(reader, "prefix", LONGEST_TEXT);
    let version = fields
        .take("version")
        .and_then(|node| reader.choice(&node, VERSION_WORDS))
        .map_or(VersionChoice::Auto, |word| match word {
            "5" => VersionChoice::V5,
            "3.1.1" => VersionChoice::V311,
            _ => VersionChoice::Auto,
        });
    let all = match fields.take("filters") {
        Some(node) => reader.each(&node, read_filter, |(filter, _)| {
            filter.filter.as_str().to_owned()
        }),
        None => Vec::new(),
    };
    let (mut filters, mut paused) = (Vec::new(), Vec::new());
    for (filter, since) in all {
        match since {
            Some(since) => paused.push(Paused { filter, since }),
            None => filters.push(filter),
        }
    }
    let keep_alive = number(
        reader,
        &mut fields,
        "keepAlive",
        LONGEST_KEEP_ALIVE.as_secs(),
    );
    let keep_alive = keep_alive.map(Duration::from_secs);
    let session_expiry = number(
        reader,
        &mut fields,
        "sessionExpiry",
        LONGEST_SESSION_EXPIRY.as_secs(),
    );
    let session_expiry = session_expiry.map(Duration::from_secs);
    let publishes = fields
        .take("publish")
        .and_then(|node| reader.switch(&node))
        .unwrap_or(false);
    let will = fields.take("will").and_then(|node| {
        if !publishes {
            reader.wrong(&node, Wrong::ViewOnly);
        }
        read_will(reader, &node).filter(|_| publishes)
    });
    let mut urls = urls?.into_iter();
    let (id, url) = (id?, urls.next()?);
    Some(Profile {
        name: name.unwrap_or_else(|| id.clone()),
        id: ProfileId(id),
        platform: platform.unwrap_or_else(|| DEFAULT_PLATFORM.to_owned()),
        url,
        other_urls: urls.collect(),
        version,
        client_id,
        username,
        password: None,
        authentication,
        filters,
        paused,
        prefix: prefix.unwrap_or_default(),
        keep_alive: keep_alive.unwrap_or(DEFAULT_KEEP_ALIVE),
        session_expiry: session_expiry.unwrap_or(DEFAULT_SESSION_EXPIRY),
        will,
        publishes,
    })
}

/// One address, or a list of them.
fn read_urls<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Vec<String> {
    match node.kind() {
        Kind::List(list) => {
            if list.is_empty() {
                reader.wrong(node, Wrong::Empty);
            }
            reader.each(node, read_url, String::clone)
        }
        _ => read_url(reader, node).into_iter().collect(),
    }
}

fn read_url<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<String> {
    let url = reader.text(node, LONGEST_TEXT)?;
    // Whether the page is https is not known here: that is for the link to find out.
    match check_url(&url, false) {
        Err(mistake) if mistake.what == UrlWrong::SecretInQuery && !reader.is_kept => {
            reader.wrong(node, Wrong::Secret);
            None
        }
        Err(mistake) if mistake.what.blocks() => {
            reader.wrong(node, Wrong::Url(mistake));
            None
        }
        _ => Some(url),
    }
}

/// A topic filter, or `{"filter", "qos", "wide", "paused"}`; since when it is paused.
fn read_filter<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
) -> Option<(Filter, Option<Timestamp>)> {
    let (filter_node, qos, wide, paused) = match node.kind() {
        Kind::Text(_) => (node.clone(), DEFAULT_QOS, None, None),
        Kind::Object(_) => {
            let mut fields = reader.fields(node, &["filter", "qos", "wide", "paused"])?;
            let qos = read_qos(reader, &mut fields);
            let wide = fields.take("wide").and_then(|node| reader.switch(&node));
            let paused = number(reader, &mut fields, "paused", LATEST);
            let filter = reader.required(&mut fields, "filter")?;
            (filter, qos, wide, paused)
        }
        _ => {
            reader.wrong(node, Wrong::Expected(Shape::TextOrObject));
            return None;
        }
    };
    let text = reader.text(&filter_node, LONGEST_TEXT)?;
    match TopicFilter::new(&text) {
        Ok(filter) => {
            let since = paused.and_then(|since| i64::try_from(since).ok());
            let wide = wide.unwrap_or(false);
            let filter = Filter { filter, qos, wide };
            Some((filter, since.map(Timestamp::from_millis)))
        }
        Err(error) => {
            reader.wrong(&filter_node, Wrong::Filter(error));
            None
        }
    }
}

/// The QoS of whatever has one; the usual one where it is none, which is told.
fn read_qos<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> QoS {
    let number = number(reader, fields, "qos", 2);
    let qos = number.and_then(|number| QoS::from_number(number as u8));
    qos.unwrap_or(DEFAULT_QOS)
}

/// A whole number from 0 to `most`; `None`: there is none, or another, which is told.
#[inline(never)] // Each place would have its own.
fn number<'a>(
    reader: &mut Reader<'a>,
    fields: &mut Fields<'a>,
    key: &str,
    most: u64,
) -> Option<u64> {
    let node = fields.take(key)?;
    reader.whole(&node, 0, most)
}

/// `{"topic", "payload", "qos", "retain", "delayInterval"}`
fn read_will<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Will> {
    let keys = &["topic", "payload", "qos", "retain", "delayInterval"];
    let mut fields = reader.fields(node, keys)?;
    let topic_node = reader.required(&mut fields, "topic")?;
    let topic = reader.text(&topic_node, LONGEST_TEXT)?;
    if topic.contains(['+', '#']) {
        reader.wrong(&topic_node, Wrong::TopicName);
        return None;
    }
    let payload = match fields.take("payload") {
        Some(node) => reader.text(&node, LONGEST_TEXT)?,
        None => String::new(),
    };
    let qos = read_qos(reader, &mut fields);
    let retain = match fields.take("retain") {
        Some(node) => reader.switch(&node)?,
        None => false,
    };
    let delay = number(reader, &mut fields, "delayInterval", u32::MAX.into());
    let delay = delay.unwrap_or(0) as u32;
    Some(Will {
        topic,
        payload: payload.into_bytes(),
        qos,
        retain,
        delay,
    })
}

/// Milliseconds since 1970, up to the year 2286.
const LATEST: u64 = 9_999_999_999_999;

/// The words for [`VersionChoice`].
pub(super) const VERSION_WORDS: &[&str] = &["auto", "5", "3.1.1"];
