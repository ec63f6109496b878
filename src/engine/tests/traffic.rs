//! A subscription that brings far too much.

use super::super::wire::Choice;
use super::house::*;
use super::*;
use crate::observation::DeviceId;
use crate::series::Span;

const UNSUBSCRIBE: u8 = 0xA2;
const SUBSCRIBE: u8 = 0x82;

fn flood(house: &mut House, seconds: u32) {
    let second: Vec<u8> = plain(0x30, b"gate/picture", b"any").repeat(1_200);
    for _ in 0..seconds {
        house.hear(&second);
        house.wait(1);
    }
}

fn flooded() -> House {
    let mut house = House::connected(Ok(Vec::new()));
    flood(&mut house, 7);
    house
}

fn view(house: &House) -> crate::engine::wire::LinkView {
    house.engine.links.values().next().unwrap().view()
}

fn decide(house: &mut House, choice: Choice) {
    house.sent.clear();
    house.ask(Request::Decide(
        ProfileId("b".to_owned()),
        "gate/#".to_owned(),
        choice,
    ));
}

fn packets(house: &House, first: u8) -> Vec<&Vec<u8>> {
    let sent = house.sent.iter();
    sent.filter(|packet| packet[0] == first).collect()
}

#[test]
fn it_is_measured_and_offered_and_where_nobody_answers_it_goes_on() {
    let mut house = flooded();
    let wide = view(&house).wide.unwrap();
    assert_eq!((&*wide.filter, wide.rate.messages), ("gate/#", 1_200));
    assert_eq!(wide.topics, ["gate/picture"]);
    house.sent.clear();
    flood(&mut house, 120);
    assert!(packets(&house, UNSUBSCRIBE).is_empty());
    assert!(view(&house).wide.is_some());
    assert_eq!(view(&house).traffic.today.messages, 127 * 1_200);
}

#[test]
fn what_somebody_keeps_is_not_offered_again() {
    let mut house = flooded();
    decide(&mut house, Choice::Keep);
    flood(&mut house, 120);
    assert_eq!(view(&house).wide, None);
    assert!(packets(&house, UNSUBSCRIBE).is_empty());
}

#[test]
fn what_is_paused_is_not_subscribed_to_until_somebody_resumes_it() {
    let mut house = flooded();
    house.hear(&unkept_crossing(b"gate/b"));
    let paused_at = house.now.wall;
    decide(&mut house, Choice::Pause);
    assert_eq!(packets(&house, UNSUBSCRIBE).len(), 1);
    assert_eq!(
        (view(&house).wide, view(&house).paused),
        (None, vec!["gate/#".to_owned()])
    );

    // Neither after an outage nor after a reload.
    house.look(20);
    house.lose();
    house.wait_for_attempt();
    house.ask(Request::Flush);
    house.welcome(ACCEPTED);
    let asked = packets(&house, SUBSCRIBE)[0].clone();
    assert!(!asked.windows(6).any(|part| part == b"gate/#"));
    house.grant(&[1]);
    assert!(house.engine.links.values().next().unwrap().sees());
    house.look(20);
    let record = |(key, bytes): (&String, &Vec<u8>)| Record {
        key: key.clone(),
        bytes: bytes.clone(),
    };
    let stored = house.stored.iter().map(record).collect();
    let mut reloaded = House::new(Ok(stored));
    reloaded.hello(Some(CONFIG));
    reloaded.welcome(RESUMED);
    assert_eq!(view(&reloaded).paused, ["gate/#"]);
    assert_eq!(
        packets(&reloaded, UNSUBSCRIBE).len(),
        1,
        "the session may have it"
    );

    // What came meanwhile may have been missed.
    decide(&mut house, Choice::Resume);
    assert_eq!(packets(&house, SUBSCRIBE).len(), 1);
    assert_eq!(view(&house).paused, [""; 0]);
    let until = house.now.wall;
    let gap = Span {
        from: paused_at,
        until,
    };
    let gaps = house.engine.series.gaps().of(&DeviceId::new("gate/b"));
    assert_eq!(*gaps, [gap]);
}
