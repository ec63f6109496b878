//! What is stored when, and what is acknowledged by it.

use super::house::*;
use super::*;
use crate::observation::{Channel, Class, DeviceId, LineId};
use crate::snapshot::{LinkMemory, Listened, read_link};

#[test]
fn what_came_at_qos_2_during_a_store_is_answered_though_the_connection_was_lost_meanwhile() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(2, 9));
    house.hear(&crossing(2, 10));
    house.lose();
    house.end_stores(Ok(()));
    house.wait_for_attempt();
    house.welcome(RESUMED);
    for id in [9, 10] {
        let mut again = crossing(2, id);
        again[0] |= 0b1000;
        house.hear(&again);
        house.end_stores(Ok(()));
        assert!(house.sent(&[0x50, 2, 0, id]), "PUBREC for {id}");
    }
}

#[test]
fn after_a_failed_store_nothing_is_acknowledged_in_the_name_of_the_session_that_lasts() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.sent.clear();
    house.end_stores(Err(StoreFault::Refused));
    assert!(!house.sent(&[0x40, 2, 0, 9]), "no PUBACK");
    assert_eq!(house.sent, [[0xE0, 0]], "the session is left");
    assert_eq!(house.opened.len(), 2);
    house.sent.clear();
    house.socket(SocketEvent::Opened);
    let flags = house.sent[0][9];
    assert_eq!(flags & 0b10, 0b10, "a clean session of somebody else");
    house.hear(&ACCEPTED);
    house.grant(&[1, 1]);
    house.hear(&crossing(1, 11));
    assert!(house.sent(&[0x40, 2, 0, 11]), "the stream goes on");
}

#[test]
fn a_counters_first_total_is_acknowledged_when_it_is_kept() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(60);
    house.sent.clear();
    house.hear(&total(40));
    assert!(!house.sent(&[0x40, 2, 0, 7]), "no PUBACK yet");
    house.end_stores(Ok(()));
    assert!(house.sent(&[0x40, 2, 0, 7]));
    let mut house = house.reloaded(1);
    house.hear(&total(45));
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(5));
}

#[test]
fn a_first_total_that_comes_again_is_not_acknowledged_before_it_is_kept() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(60);
    house.hear(&total(40));
    house.lose();
    // The store of a slow disk is still under way.
    let stores = std::mem::take(&mut house.stores);
    house.wait_for_attempt();
    house.welcome(RESUMED);
    let mut again = total(40);
    again[0] |= 0b1000;
    house.hear(&again);
    assert!(!house.sent(&[0x40, 2, 0, 7]), "no PUBACK yet");
    for (id, _) in stores {
        house.feed(Input::Stored(id, Ok(())));
    }
    house.end_stores(Ok(()));
    assert!(house.sent(&[0x40, 2, 0, 7]));
}

#[test]
fn a_session_that_is_begun_anew_while_much_is_stored_is_not_taken_for_answered() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    for n in 0..40 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    for _ in 0..200 {
        if house.engine.keeping.wakes_at().is_some() {
            break;
        }
        house.pass_millis(100);
        house.end_stores(Ok(()));
    }
    assert!(
        house.engine.keeping.wakes_at().is_some(),
        "a part is stored"
    );
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    for _ in 0..20 {
        house.end_stores(Ok(()));
        house.pass_millis(100);
    }
    assert!(!house.memory().listened.is_answered);
}

#[test]
fn a_broker_that_is_disconnected_while_much_is_stored_has_its_session_still() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    for n in 0..40 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    for _ in 0..200 {
        if house.engine.keeping.wakes_at().is_some() {
            break;
        }
        house.pass_millis(100);
        house.end_stores(Ok(()));
    }
    assert!(
        house.engine.keeping.wakes_at().is_some(),
        "a part is stored"
    );
    house.ask(Request::Disconnect(ProfileId("b".to_owned())));
    let closed = house.memory().listened.clone();
    assert!(closed.is_answered);
    house.wait(20);
    assert_eq!(house.memory().listened, closed);
}

#[test]
fn of_a_broker_that_is_deleted_only_until_when_it_was_heard_is_kept() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.wait(20);
    let id = ProfileId("b".to_owned());
    let profile = house.engine.profiles.get(&id).map(WireProfile::for_worker);
    house.ask(Request::Delete(id.clone()));
    house.wait(600);
    let (_, memory) = read_link("link/b", &house.stored["link/b"])
        .unwrap()
        .unwrap();
    let until = memory.listened.until;
    assert!(until.is_some());
    assert_eq!(
        memory,
        LinkMemory {
            listened: Listened {
                until,
                ..Listened::default()
            },
            ..LinkMemory::default()
        }
    );
    // It is added again, in this run or a later one.
    let again = house.reloaded(1);
    house.hello(Some(CONFIG));
    house.ask(Request::Save(profile.unwrap()));
    house.ask(Request::Connect(id));
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    for mut house in [house, again] {
        house.hear(&total(90));
        let gap = *house.gaps().last().unwrap();
        assert_eq!(Some(gap.from), until);
        assert!(!house.memory().identity.client_id.is_empty());
    }
}

#[test]
fn how_long_a_message_waited_until_it_was_kept_is_told_of_its_broker() {
    let mut house = House::connected(Ok(Vec::new()));
    let told = |house: &House| {
        let mut links = house.engine.links.values();
        links.next().unwrap().view().traffic.kept_after
    };
    house.hear(&crossing(1, 9));
    house.pass(2);
    assert_eq!(told(&house), None, "it still waits");
    house.end_stores(Ok(()));
    house.wait(1);
    assert_eq!(told(&house), Some(Duration::from_secs(2)));
    house.wait(60);
    assert_eq!(told(&house), Some(Duration::from_secs(2)), "the last one");
}

#[test]
fn while_deliveries_wait_and_much_has_changed_only_what_they_wait_for_is_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 3));
    house.end_stores(Ok(()));
    let keys = |house: &House| {
        let kind = |record: &Record| record.key.split('/').next().map(str::to_owned);
        let (_, records) = house.stores.last().unwrap();
        records.iter().filter_map(kind).collect::<OrderedSet<_>>()
    };
    house.hear(&crossing(1, 4));
    let all = ["day", "device", "link"].map(str::to_owned);
    assert_eq!(keys(&house), OrderedSet::from(all));
    house.end_stores(Ok(()));
    for n in 0..20 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    house.hear(&crossing(1, 5));
    let counts = ["day"].map(str::to_owned);
    assert_eq!(keys(&house), OrderedSet::from(counts));
}

#[test]
fn many_devices_are_stored_part_by_part_and_until_when_their_broker_was_heard_at_the_end() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    for n in 0..25 {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    }
    let mut parts = Vec::new();
    for _ in 0..150 {
        house.pass_millis(100);
        for (id, records) in std::mem::take(&mut house.stores) {
            let of = |kind| move |record: &&Record| record.key.starts_with(kind);
            let count = |kind| records.iter().filter(of(kind)).count();
            parts.push((count("device/"), count("link/")));
            house.feed(Input::Stored(id, Ok(())));
        }
    }
    // The first at once; what comes meanwhile, at the pace.
    assert_eq!(parts, [(1, 1), (12, 0), (12, 1)]);
}

#[test]
fn a_page_that_closes_amid_many_devices_stores_them_all() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    let say = |house: &mut House, n: u32| {
        house.hear(&plain(0x30, format!("door/{n}").as_bytes(), b"{\"n\":1}"));
    };
    say(&mut house, 0);
    house.end_stores(Ok(()));
    for n in 0..40 {
        say(&mut house, n);
    }
    while house.stores.is_empty() {
        house.pass_millis(100);
    }
    house.end_stores(Ok(()));
    // The sweep has passed it.
    say(&mut house, 0);
    house.ask(Request::Keep);
    let (_, records) = house.stores.last().unwrap();
    let of = |kind| {
        records
            .iter()
            .filter(|record| record.key.starts_with(kind))
            .count()
    };
    assert_eq!(
        (of("device/"), of("link/")),
        (29, 1),
        "28 were left, and the first again"
    );
}

#[test]
fn a_gap_that_was_told_before_it_was_known_is_told_after_a_reload_too() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.wait(60);
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    let said = br#"{"serial":"door/a","name":"A","in":45,"out":0}"#;
    house.hear(&plain(0x30, b"door/a", said));
    house.grant(&[1, 1]);
    house.wait(60);
    let gap = *house.gaps().last().unwrap();
    let house = house.reloaded(1);
    let key = (LineId::default(), Channel::Entered, Class::Person);
    let line = house.engine.series.line(&DeviceId::new("door/a"), &key);
    let heard = line.unwrap().heard.unwrap();
    assert!(heard > gap.from, "{heard:?} {gap:?}");
}

#[test]
fn a_total_outlives_a_reload_that_follows_at_once() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&total(40));
    house.wait(60);
    house.hear(&total(47));
    let mut house = house.reloaded(1);
    house.ask(Request::Flush);
    assert_eq!(house.entered, Some(7));
}

#[test]
fn after_a_reload_a_device_shows_what_it_said_last_until_it_speaks_again() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&plain(0x30, b"gate/a", b"hello"));
    house.hear(&plain(0x30, b"gate/b", &[0xFF, 0xD8]));
    house.hear(&plain(0x31, b"gate/c", b"hello"));
    house.hear(&plain(0x30, b"gate/online", b"online"));
    house.wait(20);
    let shown = |house: &House| {
        let devices = house.engine.fleet.iter();
        let shown = devices.map(|(id, device)| {
            let newest = device.notices().next().cloned();
            let (latest, at) = (device.latest.clone(), device.received_at());
            (id.clone(), latest, device.freshness, at, newest)
        });
        shown.collect::<Vec<_>>()
    };
    let mut again = house.reloaded(60);
    again.wait(1);
    assert_eq!(shown(&again), shown(&house));
    assert_eq!(shown(&again).len(), 4);
    again.hear(&plain(0x30, b"gate/a", b"7"));
    let latest = |house: &House| {
        house
            .engine
            .fleet
            .get(&DeviceId::new("gate/a"))
            .unwrap()
            .latest
            .clone()
    };
    assert_ne!(latest(&again), latest(&house));
}

#[test]
fn what_can_be_had_again_is_stored_at_once_but_not_again_for_ten_seconds() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(60);
    house.hear(&total(41));
    assert_eq!(house.stores.len(), 1);
    house.wait(3);
    house.hear(&total(42));
    house.pass(6);
    assert_eq!(house.stores.len(), 0);
    house.pass(1);
    assert_eq!(house.stores.len(), 1);
}

#[test]
fn while_nobody_says_anything_nothing_is_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.wait(20);
    house.hear(&total(41));
    house.wait(20);
    house.pass(3_600);
    assert!(house.stores.is_empty());
}

#[test]
fn a_sign_of_life_of_the_broker_is_stored_and_keeps_no_total_waiting() {
    for (speaks, stores) in [(false, [0, 1]), (true, [1, 0])] {
        let mut house = House::connected(Ok(Vec::new()));
        house.wait(60);
        house.hear(&[0xD0, 0]);
        if speaks {
            house.hear(&total(41));
        }
        let first = house.stores.len();
        house.wait(9);
        house.pass(1);
        assert_eq!([first, house.stores.len()], stores);
    }
}

#[test]
fn a_store_that_never_answers_is_one_that_failed() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    let (silent, _) = house.stores.pop().unwrap();
    house.sent.clear();
    house.pass(20);
    assert_eq!(house.engine.keeping.view, StorageView::Kept, "it is slow");
    house.pass(40);
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert_eq!(house.sent, [[0xE0, 0]], "the session is left");
    house.socket(SocketEvent::Opened);
    house.hear(&ACCEPTED);
    house.grant(&[1, 1]);
    house.hear(&crossing(1, 11));
    assert!(house.sent(&[0x40, 2, 0, 11]), "the stream goes on");
    // It answers after all: what it says is of no use any more.
    house.feed(Input::Stored(silent, Ok(())));
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert!(!house.sent(&[0x40, 2, 0, 9]));
}

#[test]
fn stored_counts_that_cannot_be_read_are_said_and_keep_nothing_from_being_stored() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.end_stores(Ok(()));
    assert_eq!(house.reloaded(1).engine.keeping.view, StorageView::Kept);
    let device = house.stored.keys().find(|key| key.starts_with("device/"));
    let device = device.cloned().unwrap();
    if let Some(last) = house.stored.get_mut(&device).and_then(|b| b.last_mut()) {
        *last ^= 1;
    }
    let mut again = house.reloaded(1);
    assert_eq!(again.engine.keeping.view, StorageView::KeptInPart);
    assert!(again.engine.keeping.can_keep());
    again.hear(&crossing(1, 10));
    assert!(!again.stores.is_empty());
}

#[test]
fn a_machine_that_slept_does_not_blame_its_store() {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 9));
    house.now.monotonic = house.now.monotonic.after(Duration::from_secs(3_600));
    house.pass(1);
    assert_eq!(house.engine.keeping.view, StorageView::Kept);
}

#[test]
fn a_store_that_never_opens_keeps_no_broker_waiting() {
    let mut house = House::silent();
    house.hello(Some(CONFIG));
    house.pass(20);
    assert!(house.opened.is_empty());
    house.pass(40);
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
    assert!(!house.opened.is_empty());
    // Nothing may be kept in the name of a session that nobody knew.
    house.feed(Input::Restored(Ok(Vec::new())));
    assert_eq!(house.engine.keeping.view, StorageView::Refused);
}

#[test]
fn a_simulated_site_is_not_stored_and_stays_until_a_broker_is_connected() {
    let mut house = House::new(Ok(Vec::new()));
    house.hello(None);
    house.pass(1);
    house.end_stores(Ok(()));
    house.ask(Request::Simulate);
    house.pass(60);
    assert!(house.stores.is_empty());
    assert!(house.engine.places.site().is_some());
    house.ask(Request::Flush);
    assert!(house.introduced, "the page was silent");
    house.hello(None);
    assert!(
        house.engine.places.site().is_some(),
        "saying hello again ends nothing"
    );
    house.hello(Some(CONFIG));
    assert_eq!(house.engine.places.site().unwrap().id, "s");
    assert!(house.engine.fleet.is_empty());
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house.end_stores(Ok(()));
    house.hear(&crossing(1, 3));
    assert_eq!(house.engine.fleet.len(), 1);
    let names = |record: &Record| record.key.starts_with("device/");
    let (_, records) = house.stores.last().unwrap();
    assert_eq!(records.iter().filter(|record| names(record)).count(), 1);
}
