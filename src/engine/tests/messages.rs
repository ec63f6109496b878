//! What a person sees of messages: those that come and why they count or not, and those that are published.

use super::super::recording::without_secrets;
use super::super::wire::{
    DeskRequest, EffectKind, Fate, Following, Listed, Listing, Look, MessageView, Publication,
    Published, SaidWhat, Seen, Stage, Unreadable, WireFallback,
};
use super::house::*;
use super::*;
use crate::mqtt::{Properties, QoS};
use crate::observation::Channel;
use crate::series::{Applied, Refusal};

/// As in [`CONFIG`], with topics that a person explained.
fn config() -> String {
    let mappings = r#"{ "mappings": [
        { "topic": "gate/total", "kind": "total", "channel": "entered", "device": "gate" },
        { "topic": "gate/json", "value": "/n", "kind": "total", "channel": "entered", "device": "gate" }],"#;
    CONFIG.replacen('{', mappings, 1)
}

fn ask(house: &mut House, look: Look) -> Seen {
    let look = DeskRequest::Look(look).into();
    house.engine.handle(Input::Page(PAGE, look), house.now);
    let mut seen = None;
    while let Some(output) = house.engine.poll_output() {
        if let Output::Reply(_, Reply::Seen(bytes), _) = output {
            seen = Seen::from_bytes(&bytes);
        }
    }
    seen.unwrap()
}

fn listed(house: &mut House, filter: &str, after: u64) -> Listed {
    let filter = filter.to_owned();
    let list = Some(Listing { filter, after });
    let publication = None;
    ask(house, Look { list, publication }).list.unwrap()
}

/// As a page asks whose list stands still.
fn published(house: &mut House, key: u64, after: u64) -> Published {
    let publication = Some(Following { key, after });
    let list = None;
    let seen = ask(house, Look { list, publication });
    assert_eq!(seen.list, None);
    seen.publication.unwrap()
}

fn stage(house: &mut House, key: u64) -> Stage {
    published(house, key, 0).stage.unwrap()
}

fn one(house: &mut House, packet: &[u8]) -> MessageView {
    let after = listed(house, "#", 0).last;
    house.pass(1);
    house.hear(packet);
    let mut came = listed(house, "#", after).messages;
    assert_eq!(came.len(), 1);
    came.remove(0)
}

/// What the only count of a message did, and for which doors.
fn outcome(fate: Fate) -> (Applied, Vec<String>) {
    let Fate::Read { mut said, .. } = fate else {
        panic!("{fate:?}");
    };
    assert_eq!(said.len(), 1, "{said:?}");
    match said.remove(0).what {
        SaidWhat::Count { outcome, doors, .. } => (outcome, doors),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_message_says_what_became_of_it() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect(config(), "b");
    let mut fate = |packet: &[u8]| one(&mut house, packet).fate;
    assert_eq!(fate(&plain(0x30, b"door/x", b"")), Fate::Empty);
    assert_eq!(fate(&plain(0x30, b"door/x", b"\xff\xd8")), Fate::Unknown);
    let unreadable = |why| Fate::Unreadable {
        mapping: "gate/json".to_owned(),
        why,
    };
    for (payload, why) in [
        (&b"7"[..], Unreadable::NotJson),
        (b"\xff", Unreadable::NotText),
        (b"{\"n\":1", Unreadable::Truncated),
        (b"{}", Unreadable::Missing("value".to_owned())),
        (b"{\"n\":-1}", Unreadable::Field("value".to_owned())),
    ] {
        let packet = plain(0x30, b"gate/json", payload);
        assert_eq!(fate(&packet), unreadable(why));
    }
    // A door counts with the one line, none with the other.
    let door = vec!["a".to_owned()];
    let crossing = |first: u8| plain(first, b"door/a", b"in");
    assert_eq!(
        outcome(fate(&crossing(0x30))),
        (Applied::Counted, door.clone())
    );
    let refused = Applied::Refused(Refusal::RetainedCrossing);
    assert_eq!(outcome(fate(&crossing(0x31))), (refused, door));
    let total = |n: &[u8]| plain(0x30, b"gate/total", n);
    assert_eq!(outcome(fate(&total(b"5"))), (Applied::First, Vec::new()));
    assert_eq!(outcome(fate(&total(b"6"))), (Applied::Counted, Vec::new()));
    assert_eq!(outcome(fate(&total(b"6"))), (Applied::Known, Vec::new()));
    assert_eq!(outcome(fate(&total(b"1"))), (Applied::Reset, Vec::new()));
    // What says nothing to count with.
    match fate(&plain(0x30, b"gate/t", br#"{"temperature":21.5}"#)) {
        Fate::Read { said, .. } => assert_eq!(said[0].what, SaidWhat::Measurement),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_seen_as_it_came() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect(config(), "b");
    let mut packet = crossing(1, 9);
    packet[0] |= 0x08;
    let message = one(&mut house, &packet);
    assert_eq!(
        (
            message.topic.as_str(),
            message.payload.as_slice(),
            message.length
        ),
        ("door/a", &b"in"[..], 2)
    );
    assert_eq!(message.profile, Some(ProfileId("b".to_owned())));
    assert_eq!(message.received_at, house.now.wall);
    assert!(message.duplicate && !message.retained && message.qos == QoS::AtLeastOnce);
    let Fate::Read { said, .. } = message.fate else {
        panic!("it was read");
    };
    let is_entered = |what: &SaidWhat| {
        matches!(
            what,
            SaidWhat::Count {
                channel: Channel::Entered,
                value: 1,
                ..
            }
        )
    };
    assert!(is_entered(&said[0].what));
}

fn publish(key: u64, qos: QoS) -> Request {
    Request::from(DeskRequest::Publish(Box::new(Publication {
        key,
        profile: ProfileId("b".to_owned()),
        topic: "siren/on".to_owned(),
        payload: b"1".to_vec(),
        qos,
        retain: false,
        properties: Properties::default(),
        confirmation: None,
        fallback: None,
    })))
}

/// [`CONFIG`], with a broker that may be published to.
fn publishing() -> String {
    CONFIG.replace(r#""keepAlive": 0"#, r#""keepAlive": 0, "publish": true"#)
}

fn topics(listed: &Listed) -> Vec<&str> {
    let messages = listed.messages.iter();
    messages.map(|message| message.topic.as_str()).collect()
}

#[test]
fn what_follows_a_publication_is_told_whatever_the_list_shows_and_whether_it_stands_still() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect(publishing(), "b");
    listed(&mut house, "door/#", 0);
    house.hear(&plain(0x30, b"gate/before", b"1"));
    house.ask(publish(1, QoS::AtMostOnce));
    house.hear(&plain(0x30, b"door/x", b"1"));
    house.hear(&plain(0x30, b"gate/x", b"1"));

    let told = published(&mut house, 1, 0);
    assert_eq!(topics(&told.followed), ["door/x", "gate/x"]);
    assert_eq!((told.stage, told.is_over), (Some(Stage::Sent), false));
    let again = published(&mut house, 1, told.followed.last);
    assert_eq!(topics(&again.followed), [""; 0]);
    let list = listed(&mut house, "door/#", 0);
    assert_eq!((topics(&list), list.last), (vec!["door/x"], 1));

    // What follows another one follows the former no more.
    house.pass(8);
    house.ask(publish(2, QoS::AtLeastOnce));
    house.hear(&plain(0x30, b"gate/y", b"1"));
    assert!(published(&mut house, 1, 0).is_over);
    assert_eq!(topics(&published(&mut house, 1, 0).followed), [""; 0]);
    house.pass(9);
    house.hear(&plain(0x30, b"gate/soon", b"1"));
    house.pass(1);
    house.hear(&plain(0x30, b"gate/late", b"1"));
    let told = published(&mut house, 2, 0);
    assert_eq!(topics(&told.followed), ["gate/y", "gate/soon"]);
    assert!(!told.is_over, "the broker has not said that it has it");
    let packet = house.sent.last().unwrap().clone();
    house.hear(&[0x40, 2, packet[12], packet[13]]);
    let told = published(&mut house, 2, told.followed.last);
    assert_eq!(
        (told.stage, told.is_over),
        (Some(Stage::Acknowledged), true)
    );

    // An engine that was started anew knows nothing of it.
    let mut house = House::new(Ok(Vec::new()));
    house.connect(publishing(), "b");
    let told = published(&mut house, 2, 7);
    assert_eq!((told.stage, told.is_over), (None, true));
}

#[test]
fn a_published_message_says_how_far_it_is() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    house.ask(publish(1, QoS::AtMostOnce));
    assert_eq!(stage(&mut house, 1), Stage::ViewOnly);
    assert!(!house.sent(b"siren/on"));

    let mut house = House::new(Ok(Vec::new()));
    house.ask(Request::Hello {
        config: Some(publishing()),
        profiles: Vec::new(),
        connect: vec![ProfileId("b".to_owned())],
    });
    house.ask(publish(1, QoS::AtLeastOnce));
    assert_eq!(stage(&mut house, 1), Stage::NotConnected);
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    assert!(!house.sent(b"siren/on"), "it was not kept for later");

    house.ask(publish(2, QoS::AtMostOnce));
    assert_eq!(stage(&mut house, 2), Stage::Sent);
    assert!(house.sent(b"\x30\x0b\x00\x08siren/on1"));
    house.ask(publish(3, QoS::AtLeastOnce));
    assert_eq!(stage(&mut house, 3), Stage::Sent);
    let packet = house.sent.last().unwrap().clone();
    assert_eq!(packet[0], 0x32);
    house.hear(&[0x40, 2, packet[12], packet[13]]);
    assert_eq!(stage(&mut house, 3), Stage::Acknowledged);
    // Of a page that asks for what no broker takes.
    house.ask(Request::from(DeskRequest::Publish(Box::new(Publication {
        key: 4,
        profile: ProfileId("b".to_owned()),
        topic: "siren/#".to_owned(),
        payload: Vec::new(),
        qos: QoS::AtLeastOnce,
        retain: false,
        properties: Properties::default(),
        confirmation: None,
        fallback: None,
    }))));
    assert_eq!(stage(&mut house, 4), Stage::Refused(0x90));

    // While the network takes nothing, nothing more is written for it.
    let link = *house.opened.last().unwrap();
    house.feed(Input::Buffered(link, 1_000_000));
    let sent = house.sent.len();
    house.ask(publish(5, QoS::AtMostOnce));
    house.look(10);
    assert_eq!(stage(&mut house, 5), Stage::Waiting);
    assert_eq!(house.sent.len(), sent);
    house.feed(Input::Buffered(link, 0));
    assert_eq!(stage(&mut house, 5), Stage::Sent);
}

/// Publishes to a broker that is not connected.
fn publish_in_vain(fallback: WireFallback) -> House {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    house.ask(Request::from(DeskRequest::Publish(Box::new(Publication {
        key: 1,
        profile: ProfileId("elsewhere".to_owned()),
        topic: "siren/on".to_owned(),
        payload: b"1".to_vec(),
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
        confirmation: None,
        fallback: Some(fallback),
    }))));
    house
}

#[test]
fn a_webhook_is_called_and_its_address_is_in_no_recording() {
    const ADDRESS: &str = "https://hooks.example/T0/secret";
    let mut house = publish_in_vain(WireFallback::Webhook(ADDRESS.to_owned()));
    let (id, address, text) = house.posts.pop().unwrap();
    assert_eq!(address, Secret::new(ADDRESS.to_owned()));
    assert!(text.contains(r#""reason":"not connected""#), "{text}");
    assert_eq!(stage(&mut house, 1), Stage::FellBack);
    house.feed(Input::Posted(id, false));
    assert_eq!(stage(&mut house, 1), Stage::FallbackFailed);

    let recording = without_secrets(&house.recorder.recording(), Vec::new()).unwrap();
    let holds = |text: &str| {
        recording
            .windows(text.len())
            .any(|at| at == text.as_bytes())
    };
    assert!(holds("siren/on"));
    assert!(!holds(ADDRESS) && !holds("secret"));
}

#[test]
fn the_page_that_published_plays_the_sound_or_says_that_it_cannot() {
    let mut house = publish_in_vain(WireFallback::Sound);
    let wanted = house.replies.iter().find_map(|(_, reply, _)| match reply {
        Reply::Effect(effect) => match effect.kind {
            EffectKind::Ring(id) => Some(id),
            EffectKind::Tested { .. } => None,
        },
        _ => None,
    });
    assert_eq!(stage(&mut house, 1), Stage::FellBack);
    house.ask(DeskRequest::NotRung(wanted.unwrap()).into());
    assert_eq!(stage(&mut house, 1), Stage::FallbackFailed);
}
