//! A subscription that brings far too much.

use super::house::*;
use super::*;
use crate::series::Span;
use crate::settings::Paused;

const PINGREQ: u8 = 0xC0;
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

fn packets(house: &House, first: u8) -> Vec<&Vec<u8>> {
    let sent = house.sent.iter();
    sent.filter(|packet| packet[0] == first).collect()
}

fn packets_but_pings(house: &House) -> Vec<&Vec<u8>> {
    let sent = house.sent.iter();
    sent.filter(|packet| packet[0] != PINGREQ).collect()
}

#[test]
fn it_is_measured_and_offered_and_where_nobody_answers_it_goes_on() {
    let mut house = flooded();
    let wide = view(&house).wide.unwrap();
    assert_eq!((&*wide.filter, wide.rate.messages), ("gate/#", 1_200));
    house.sent.clear();
    flood(&mut house, 120);
    assert!(packets(&house, UNSUBSCRIBE).is_empty());
    assert!(view(&house).wide.is_some());
    assert_eq!(view(&house).traffic.today.messages, 127 * 1_200);
}

#[test]
fn what_a_session_kept_is_no_flood_and_what_goes_on_behind_it_is_one() {
    let mut house = House::connected(Ok(Vec::new()));
    let resume_after = |house: &mut House, seconds| {
        house.look(1);
        house.lose();
        house.wait(seconds);
        house.wait_for_attempt();
        house.welcome(RESUMED);
    };
    resume_after(&mut house, 300);
    flood(&mut house, 30);
    assert_eq!(view(&house).wide, None);
    flood(&mut house, 60);
    assert!(view(&house).wide.is_some());
    let mut house = House::connected(Ok(Vec::new()));
    resume_after(&mut house, 0);
    flood(&mut house, 12);
    assert!(view(&house).wide.is_some(), "it kept next to nothing");
}

#[test]
fn what_somebody_keeps_goes_on_and_is_not_asked_about_again() {
    let mut house = flooded();
    let mut profile = house.engine.profiles.values().next().unwrap().clone();
    profile.filters[1].wide = true;
    profile.name = "Another name".to_owned();
    house.sent.clear();
    house.ask(Request::Save(WireProfile::for_worker(&profile)));
    assert_eq!(view(&house).wide, None);
    assert_eq!(view(&house).name, "Another name");
    flood(&mut house, 60);
    assert_eq!(view(&house).wide, None);
    assert_eq!(view(&house).traffic.today.messages, 67 * 1_200);
    let packets = packets_but_pings(&house);
    assert!(
        packets.is_empty(),
        "the broker is told nothing: {packets:?}"
    );
}

#[test]
fn what_is_paused_is_not_subscribed_to_and_may_have_been_missed_when_it_is_resumed() {
    let mut house = flooded();
    house.hear(&unkept_crossing(b"gate/b"));
    let since = house.now.wall;
    let mut profile = house.engine.profiles.values().next().unwrap().clone();
    let filter = profile.filters.remove(1);
    profile.paused.push(Paused { filter, since });
    house.sent.clear();
    house.ask(Request::Save(WireProfile::for_worker(&profile)));
    house.welcome(ACCEPTED);
    let asked = packets(&house, SUBSCRIBE)[0];
    assert!(asked.windows(6).any(|part| part == b"door/#"));
    assert!(!asked.windows(6).any(|part| part == b"gate/#"));
    house.grant(&[1]);
    house.look(600);

    let paused = profile.paused.remove(0);
    profile.filters.push(paused.filter);
    house.ask(Request::Save(WireProfile::for_worker(&profile)));
    let until = house.now.wall;
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    let gaps = house.gaps_of("gate/b");
    assert!(gaps.contains(&Span { from: since, until }), "{gaps:?}");
}
