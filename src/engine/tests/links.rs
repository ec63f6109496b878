//! Brokers that come and go.

use super::super::wire::{
    BucketRow, BucketState, Cut, Odd, Resolution, SeriesId, Unreadable, ViewId, Watch, Window,
};
use super::house::*;
use super::*;
use crate::link::{Fault, Hint, LinkState};
use crate::observation::DeviceId;
use crate::series::Span;

#[test]
fn who_is_lost_again_before_the_subscriptions_are_answered_is_blind_since_before() {
    let mut house = House::connected(Ok(Vec::new()));
    let lost_at = house.now.wall;
    house.lose();
    house.wait(600);
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.pass(5);
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    assert_eq!(house.gaps(), []);
    house.grant(&[1, 1]);
    let gap = Span {
        from: lost_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn a_session_that_began_meanwhile_has_not_kept_what_came_before_it_was_subscribed() {
    for is_reloaded in [false, true] {
        let mut house = House::connected(Ok(Vec::new()));
        house.wait(20);
        let lost_at = house.now.wall;
        house.hear(&unkept_crossing(b"door/a"));
        house.lose();
        house.wait(600);
        house.wait_for_attempt();
        // The broker has begun a new session, and SUBSCRIBE may not have reached it.
        house.welcome(ACCEPTED);
        house.end_stores(Ok(()));
        house.lose();
        if is_reloaded {
            house = house.restored(5);
            house.hello(Some(CONFIG));
        } else {
            house.wait_for_attempt();
        }
        house.welcome(RESUMED);
        assert_eq!(house.gaps(), []);
        house.grant(&[1, 1]);
        let gap = Span {
            from: lost_at,
            until: house.now.wall,
        };
        assert_eq!(house.gaps(), [gap], "reloaded: {is_reloaded}");
    }
}

#[test]
fn nothing_is_acknowledged_in_a_session_that_nobody_could_find_again() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house.sent.clear();
    // More than are stored at once.
    for door in b'b'..=b'z' {
        house.hear(&unkept_crossing(&[b'd', b'o', b'o', b'r', b'/', door]));
    }
    house.hear(&crossing(1, 9));
    while !house.sent(&[0x40, 2, 0, 9]) {
        let (id, _) = house.stores.remove(0);
        house.feed(Input::Stored(id, Ok(())));
    }
    assert!(house.stored.contains_key("link/b"));
}

#[test]
fn a_connection_is_lost_when_it_ends_and_not_when_the_last_message_came() {
    let told = |house: &House, heard_at| {
        let view = house.engine.links.values().next().unwrap().view();
        assert!(!matches!(view.state, LinkState::Connected { .. }));
        assert_eq!(view.blind_since, Some(heard_at));
        view.since
    };
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.look(600);
    let lost_at = house.now.wall;
    house.lose();
    assert_eq!(told(&house, heard_at), lost_at);
    // Another attempt that fails changes nothing.
    house.wait_for_attempt();
    house.lose();
    assert_eq!(told(&house, heard_at), lost_at);

    // When it was lost in a sleep, nobody knows.
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.now.wall = house.now.wall.after(Duration::from_secs(600));
    house.lose();
    assert_eq!(told(&house, heard_at), heard_at);

    // Nor when it died in silence.
    let mut house = House::new(Ok(Vec::new()));
    house.connect(
        CONFIG.replace(r#""keepAlive": 0"#, r#""keepAlive": 30"#),
        "b",
    );
    let heard_at = house.now.wall;
    house.look(60);
    assert_eq!(told(&house, heard_at), heard_at);
}

#[test]
fn who_is_first_heard_at_qos_0_may_have_been_missed_though_the_session_was_kept() {
    for (heard, gaps) in [(crossing(1, 5), 0), (unkept_crossing(b"door/a"), 1)] {
        let mut house = House::connected(Ok(Vec::new()));
        let from = house.now.wall;
        house.lose();
        house.wait(600);
        house.wait_for_attempt();
        house.welcome(RESUMED);
        let gap = Span {
            from,
            until: house.now.wall,
        };
        assert_eq!(house.gaps(), [], "nobody is known to be at QoS 0");
        house.hear(&heard);
        assert_eq!(house.gaps(), [gap][..gaps]);
    }
}

#[test]
fn the_outage_of_one_of_two_brokers_is_no_gap_of_the_devices_of_the_other() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("b", "other");
    for door in [b"door/a", b"door/b"] {
        house.hear_by_first(unkept_crossing(door));
    }
    for door in [b"door/b", b"door/c"] {
        house.hear(&unkept_crossing(door));
    }
    let from = house.now.wall;
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    let until = house.now.wall;
    house.hear(&unkept_crossing(b"door/d"));
    house.hear_by_first(unkept_crossing(b"door/e"));
    let gap = [Span { from, until }];
    let missed =
        ["a", "b", "c", "d", "e"].map(|door| house.gaps_of(&format!("door/{door}")) == gap);
    // Of who comes by both it is not asked whether the other broker had it meanwhile.
    assert_eq!(missed, [false, true, true, true, false]);
}

#[test]
fn what_only_a_lost_broker_brings_is_unseen_until_it_is_back() {
    use crate::fleet::Freshness::{Live, Unseen};
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("b", "other");
    for door in [b"door/a", b"door/b"] {
        house.hear_by_first(unkept_crossing(door));
    }
    for door in [b"door/b", b"door/c"] {
        house.hear(&unkept_crossing(door));
    }
    let seen = |house: &mut House| {
        house.pass(1);
        ["a", "b", "c"].map(|door| {
            let device = house
                .engine
                .fleet
                .get(&DeviceId::new(&format!("door/{door}")));
            device.unwrap().freshness
        })
    };
    assert_eq!(seen(&mut house), [Live; 3]);
    house.lose();
    assert_eq!(seen(&mut house), [Live, Live, Unseen]);
    // Its subscriptions are not answered yet.
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    assert_eq!(seen(&mut house), [Live, Live, Unseen]);
    house.grant(&[1, 1]);
    assert_eq!(seen(&mut house), [Live; 3]);
    // Where nothing is seen, the page says so of all at once, and nobody is seen again by that.
    house.lose();
    assert_eq!(seen(&mut house), [Live, Live, Unseen]);
    let first = house.opened[0];
    let closed = SocketEvent::Closed {
        code: 1006,
        clean: false,
    };
    house.feed(Input::Socket(first, closed));
    assert_eq!(seen(&mut house), [Live, Live, Unseen]);
}

#[test]
fn a_broker_that_comes_and_goes_does_not_hide_who_is_silent_by_another() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("b", "other");
    house.hear_by_first(unkept_crossing(b"door/a"));
    for _ in 0..10 {
        house.lose();
        house.wait_for_attempt();
        house.welcome(ACCEPTED);
        house.grant(&[1, 1]);
        house.wait(100);
    }
    let device = house.engine.fleet.get(&DeviceId::new("door/a"));
    assert_eq!(device.unwrap().freshness, crate::fleet::Freshness::Late);
}

#[test]
fn what_a_session_kept_of_a_silence_is_told_as_one_though_the_link_was_lost_meanwhile() {
    use crate::fleet::Freshness::Late;
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("b", "other");
    house.hear_by_first(unkept_crossing(b"door/x"));
    house.hear(&unkept_crossing(b"door/a"));
    let heard_at = house.now.wall;
    house.wait(1_000);
    house.lose();
    house.pass(1);
    let device = |house: &House| {
        let device = house.engine.fleet.get(&DeviceId::new("door/a"));
        let device = device.unwrap();
        (device.freshness, device.silent_since(house.now.wall))
    };
    assert_eq!(device(&house), (Late, Some(heard_at)));
}

#[test]
fn while_no_link_sees_nothing_is_drawn_as_if_it_were_known() {
    let house = House::connected(Ok(Vec::new()));
    nothing_is_drawn_after_the_last_link_was_lost(house);
}

#[test]
fn while_only_the_link_of_other_devices_sees_nothing_is_drawn_as_if_it_were_known() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect_second("other", "b");
    house.hear_by_first(unkept_crossing(b"door/x"));
    nothing_is_drawn_after_the_last_link_was_lost(house);
}

fn nothing_is_drawn_after_the_last_link_was_lost(mut house: House) {
    house.ask(Request::Watch(Watch {
        view: ViewId(1),
        generation: 1,
        series: vec![SeriesId::Occupancy("hall".to_owned())],
        window: Window::Live { span: 3_600_000 },
        resolution: Resolution::Columns { width_ms: 60_000 },
    }));
    house.ask(Request::Watch(Watch {
        view: ViewId(2),
        generation: 1,
        series: vec![SeriesId::Flow("hall".to_owned())],
        window: Window::Day,
        resolution: Resolution::Buckets(BucketSize::Quarter),
    }));
    house.hear(&crossing(1, 5));
    house.look(310);
    let drawn_until = |house: &House| house.columns.iter().next_back().map(|(index, _)| *index);
    let minute = |house: &House| house.now.wall.as_millis() / 60_000;
    assert_eq!(drawn_until(&house), Some(minute(&house)));
    // Not every minute says something: a quiet door is known to be quiet.
    house.hear(&[0xD0, 0]);
    let heard_at = house.now.wall;
    let lost_in = minute(&house);
    house.lose();
    house.look(3_600);
    assert_eq!(drawn_until(&house), Some(lost_in));
    let state = |bucket: &BucketRow| (bucket.start < heard_at, bucket.state);
    let states: Vec<_> = house.buckets.values().map(state).collect();
    assert_eq!(states.last(), Some(&(false, BucketState::Gap)));
    let last_before = states.iter().rfind(|state| state.0);
    assert_eq!(last_before, Some(&(true, BucketState::Partial)));
    assert_eq!(house.last_hour.last(), Some(&None));
}

#[test]
fn a_filter_that_is_granted_later_is_not_shown_as_refused() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    house.welcome(ACCEPTED);
    house.grant(&[1, 0x80]);
    let refused = |house: &House| house.engine.links.values().next().unwrap().refused.len();
    assert_eq!(refused(&house), 1);
    house.pass(30);
    house.grant(&[1]);
    assert_eq!(refused(&house), 0);
}

#[test]
fn without_a_store_too_a_person_who_disconnects_makes_a_gap() {
    let mut house = House::connected(Err(StoreFault::Refused));
    let lost_at = house.now.wall;
    house.ask(Request::Disconnect(ProfileId("b".to_owned())));
    house.wait(3_600);
    house.connect(CONFIG.to_owned(), "b");
    let gap = Span {
        from: lost_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn a_session_with_a_filter_that_is_not_wanted_any_more_is_not_gone_on_with() {
    let mut house = House::connected(Ok(Vec::new()));
    house.pass(20);
    assert!(house.memory().identity.session_exists);
    let mut profile = house
        .engine
        .profiles
        .get(&ProfileId("b".to_owned()))
        .unwrap()
        .clone();
    let same = house.engine.identity(&profile, Purpose::Keep);
    assert!(same.session_exists);
    profile.filters.pop();
    let fewer = house.engine.identity(&profile, Purpose::Keep);
    assert!(!fewer.session_exists);
    assert_eq!(fewer.client_id, same.client_id);
}

#[test]
fn who_is_remembered_was_heard_when_the_last_byte_came() {
    let mut house = House::connected(Ok(Vec::new()));
    let heard_at = house.now.wall;
    house.wait(100);
    assert_eq!(house.memory().listened.until, Some(heard_at));
}

#[test]
fn counts_without_a_known_broker_have_a_gap_since_they_were_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    let stored = house.records();
    let heard_at = house.memory().listened.until.unwrap();
    let renamed = CONFIG.replace(r#""id": "b""#, r#""id": "other""#);
    let mut house = House::new(Ok(stored));
    house.now.wall = house.now.wall.after(Duration::from_secs(3_600));
    house.connect(renamed, "other");
    let gap = Span {
        from: heard_at,
        until: house.now.wall,
    };
    assert_eq!(house.gaps(), [gap]);
}

#[test]
fn what_was_asked_for_before_a_broker_was_connected_simulates_nothing() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 3));
    house.ask(Request::Simulate);
    assert_eq!(house.engine.places.site().unwrap().id, "s");
    assert!(house.engine.keeping.can_keep());
}

#[test]
fn another_broker_under_the_same_name_is_connected() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hello(Some(CONFIG));
    assert_eq!(house.opened.len(), 1);
    let moved = CONFIG.replace("wss://", "wss://moved.");
    assert_ne!(moved, CONFIG);
    house.hello(Some(&moved));
    assert_eq!(house.opened.len(), 2);
    let id = ProfileId("b".to_owned());
    assert!(house.engine.wanted(&id).unwrap().url.contains("moved"));
}

#[test]
fn a_page_that_was_forgotten_is_heard_when_it_hides_or_is_seen() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(30);
    house.hear(&total(41));
    house.wait(1);
    house.hear(&total(42));
    house.lose();
    let opened = house.opened.len();
    house.ask(Request::Hint(Hint::RetryNow));
    assert!(house.introduced);
    assert_eq!(house.opened.len(), opened + 1);
    assert!(house.stores.is_empty());
    house.ask(Request::Keep);
    assert_eq!(house.stores.len(), 1);
}

#[test]
fn what_a_person_explained_counts_at_their_door_and_says_why_it_does_not() {
    let mapping = r#"{ "mappings": [{ "topic": "door/{device}", "value": "/people/in", "kind": "total",
        "channel": "entered", "line": "main" }], "brokers""#;
    let door = r#""device": "kiosk-7", "line": "main""#;
    let config = CONFIG
        .replacen("{ \"brokers\"", mapping, 1)
        .replace(r#""device": "door/a""#, door);
    let mut house = House::new(Ok(Vec::new()));
    house.connect(config, "b");
    for people in ["30", "\"34\"", "\"many\"", "35"] {
        let payload = format!(r#"{{"people":{{"in":{people}}}}}"#);
        house.hear(&plain(0x30, b"door/kiosk-7", payload.as_bytes()));
        house.wait(5);
    }
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(5));
    let warnings = house.engine.warnings.views();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(
        (warnings[0].source.as_str(), &warnings[0].what),
        (
            "door/{device}",
            &Odd::Unreadable(Unreadable::Field("value".to_owned()))
        )
    );
}

#[test]
fn numbers_are_told_once_a_credit_and_the_newest() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.end_stores(Ok(()));
    let mut told = Vec::new();
    for people in 41..=140 {
        house.pass_millis(10);
        house.hear(&total(people));
        if people % 10 == 0 {
            house.ask(Request::Flush);
            told.extend(house.entered.take());
        }
    }
    assert_eq!(told, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
}

#[test]
fn answers_to_what_nobody_asked_are_told_and_end_nothing() {
    let mut house = House::connected(Ok(Vec::new()));
    let view = |house: &House| house.engine.links.values().next().unwrap().view();
    assert_eq!(view(&house).strays, 0);
    // PUBACK and UNSUBACK.
    house.hear(&[0x40, 2, 0, 77, 0xB0, 2, 0, 77]);
    assert_eq!(view(&house).strays, 2);
    assert!(matches!(view(&house).state, LinkState::Connected { .. }));
}

#[test]
fn how_and_why_the_last_connections_ended_is_told_also_when_there_is_another() {
    let mut house = House::connected(Ok(Vec::new()));
    for seconds in [10, 20, 30, 40, 50] {
        house.look(seconds);
        house.lose();
        house.wait_for_attempt();
        house.welcome(ACCEPTED);
    }
    let told = |house: &House| house.engine.links.values().next().unwrap().view().cuts;
    let cuts = told(&house);
    let silent: Vec<_> = cuts.iter().map(|cut| cut.silent.as_secs()).collect();
    assert_eq!(silent, [20, 30, 40, 50]);
    assert!(cuts.iter().all(|cut| cut.lived >= cut.silent));
    let closed = |cut: &Cut| matches!(cut.fault, Fault::Closed { .. });
    assert!(cuts.iter().all(closed) && cuts.is_sorted_by_key(|cut| cut.at));
    // What is no MQTT we end ourselves.
    house.hear(&[0xF0, 0]);
    let last = told(&house).pop().unwrap().fault;
    assert!(matches!(last, Fault::Protocol(_)), "{last:?}");
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    // A connection that was never accepted is none that was cut.
    house.lose();
    house.wait_for_attempt();
    let cuts = told(&house);
    house.lose();
    assert_eq!(told(&house), cuts);
}
