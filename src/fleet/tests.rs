use super::*;
use crate::observation::{Presence, What};

fn always() -> Watch {
    Watch {
        links: vec![(0, Some(Timestamp::from_millis(0)))],
        open_since: Some(Timestamp::from_millis(0)),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn live(seconds: i64) -> Heard {
    Heard {
        at: at(seconds),
        retained: false,
        link: 0,
    }
}

fn id(text: &str) -> DeviceId {
    DeviceId::new(text)
}

fn presence(presence: Presence, sent_at: Option<Timestamp>) -> Observation {
    Observation {
        device: None,
        sent_at,
        what: What::Presence(presence),
    }
}

fn apply(fleet: &mut Fleet, id: &DeviceId, observation: &Observation, heard: Heard) {
    fleet.apply(id, false, [observation], heard, |_, _| {});
}

fn speak(fleet: &mut Fleet, device: &str, seconds: i64) {
    fleet.hear(&id(device), None, live(seconds));
}

#[test]
fn a_device_goes_from_live_to_late_to_stale_and_back() {
    let mut fleet = Fleet::default();
    for n in 0..10 {
        speak(&mut fleet, "a", n * 5);
    }
    for (seconds, freshness) in [
        (50, Freshness::Live),
        (300, Freshness::Late),
        (3600, Freshness::Stale),
    ] {
        fleet.tick(at(seconds), &always());
        assert_eq!(
            fleet.get(&id("a")).unwrap().freshness,
            freshness,
            "after {seconds} s"
        );
    }
    speak(&mut fleet, "a", 3600);
    fleet.tick(at(3601), &always());
    assert_eq!(fleet.get(&id("a")).unwrap().freshness, Freshness::Live);
}

#[test]
fn who_was_away_or_late_says_since_when_until_it_is_heard_again() {
    let mut fleet = Fleet::default();
    let silent = |fleet: &Fleet, seconds| fleet.get(&id("a")).unwrap().silent_since(at(seconds));
    for n in 0..10 {
        speak(&mut fleet, "a", 1000 + n * 5);
    }
    fleet.tick(at(1200), &always());
    assert_eq!(silent(&fleet, 1200), None, "as often as usual");
    fleet.tick(at(1400), &always());
    assert_eq!(silent(&fleet, 1400), Some(at(1045)));
    speak(&mut fleet, "a", 1400);
    assert_eq!(silent(&fleet, 1401), None, "nobody has looked yet");
    let lost = presence(Presence::Lost, None);
    apply(&mut fleet, &id("a"), &lost, live(1500));
    speak(&mut fleet, "a", 1500);
    assert_eq!(
        silent(&fleet, 1505),
        None,
        "what was sent before may come by a second way"
    );
    assert_eq!(silent(&fleet, 1900), Some(at(1410)));
    let back = presence(Presence::Connected, None);
    apply(&mut fleet, &id("a"), &back, live(1900));
    speak(&mut fleet, "a", 1900);
    assert_eq!(silent(&fleet, 1905), None);
}

#[test]
fn silence_while_closed_or_blind_is_no_silence() {
    let mut fleet = Fleet::default();
    for n in 0..10 {
        speak(&mut fleet, "a", n * 5);
    }
    let closed = Watch {
        open_since: None,
        ..always()
    };
    let blind = Watch {
        links: vec![(0, None)],
        ..always()
    };
    let just_opened = Watch {
        open_since: Some(at(36_000)),
        ..always()
    };
    fleet.tick(at(46), &always());
    for watch in [closed, blind, just_opened] {
        fleet.tick(at(36_060), &watch);
        assert_eq!(
            fleet.get(&id("a")).unwrap().freshness,
            Freshness::Live,
            "{watch:?}"
        );
    }
}

#[test]
fn no_message_is_never_seen_and_a_will_is_offline() {
    let mut fleet = Fleet::default();
    apply(
        &mut fleet,
        &id("a"),
        &presence(Presence::Lost, None),
        live(1),
    );
    fleet.hear(&id("a"), None, live(1));
    fleet.tick(at(2), &always());
    assert_eq!(fleet.get(&id("a")).unwrap().freshness, Freshness::Offline);
    assert!(fleet.get(&id("b")).is_none());
    let back = presence(Presence::Connected, Some(at(3)));
    apply(&mut fleet, &id("a"), &back, live(3));
    fleet.hear(&id("a"), Some(at(3)), live(3));
    fleet.tick(at(4), &always());
    assert_eq!(fleet.get(&id("a")).unwrap().freshness, Freshness::Live);
}

#[test]
fn what_we_did_not_hear_is_no_silence_to_learn_from() {
    let mut fleet = Fleet::default();
    fleet.tick(at(0), &always());
    for n in 0..10 {
        speak(&mut fleet, "a", n * 5);
    }
    // The link was down for half a day.
    let back = Watch {
        links: vec![(0, Some(at(43_200)))],
        ..always()
    };
    fleet.tick(at(43_200), &back);
    speak(&mut fleet, "a", 43_205);
    fleet.tick(at(43_205 + 600), &back);
    assert_eq!(fleet.get(&id("a")).unwrap().freshness, Freshness::Late);
}

#[test]
fn a_device_that_left_is_to_be_deleted_and_more_than_are_kept_do_not_come_back() {
    let mut fleet = Fleet::default();
    let limit = i64::try_from(LIMIT).unwrap();
    for n in 0..=limit {
        speak(&mut fleet, &format!("device {n}"), n);
    }
    let gone = id("device 0");
    assert!(fleet.take_changed(&gone) && fleet.get(&gone).is_none());
    fleet.restore(gone.clone(), Device::default());
    assert_eq!(fleet.len(), LIMIT);
    assert!(fleet.take_changed(&gone));
}

#[test]
fn who_counts_again_is_back_though_it_does_not_say_so() {
    let count = Observation {
        device: None,
        sent_at: None,
        what: What::Measurement {
            name: "people".to_owned(),
            value: 1.0,
        },
    };
    let mut fleet = Fleet::default();
    let lost = presence(Presence::Lost, None);
    for (seconds, observation, retained, freshness) in [
        (1, &lost, false, Freshness::Offline),
        (5, &count, false, Freshness::Offline),
        (60, &count, true, Freshness::Offline),
        (61, &count, false, Freshness::Live),
        (62, &lost, false, Freshness::Offline),
    ] {
        let heard = Heard {
            at: at(seconds),
            retained,
            link: 0,
        };
        apply(&mut fleet, &id("a"), observation, heard);
        fleet.hear(&id("a"), None, heard);
        fleet.tick(at(seconds), &always());
        assert_eq!(
            fleet.get(&id("a")).unwrap().freshness,
            freshness,
            "after {seconds} s"
        );
    }
}

#[test]
fn a_retained_message_of_unknown_or_old_time_is_old() {
    let mut fleet = Fleet::default();
    let retained = Heard {
        at: at(100_000),
        retained: true,
        link: 0,
    };
    fleet.hear(&id("old"), Some(at(1)), retained);
    fleet.hear(&id("unknown"), None, retained);
    fleet.tick(at(100_001), &always());
    for device in ["old", "unknown"] {
        assert_eq!(
            fleet.get(&id(device)).unwrap().freshness,
            Freshness::RetainedOld,
            "{device}"
        );
    }
}

#[test]
fn who_was_away_is_back_when_it_counts_though_the_clock_was_set_back_meanwhile() {
    let mut fleet = Fleet::default();
    let lost = presence(Presence::Lost, None);
    apply(&mut fleet, &id("a"), &lost, live(10_800));
    fleet.set_back(Duration::from_secs(10_000));
    let device = fleet.get(&id("a")).unwrap();
    assert_eq!(device.presence(), Some((Presence::Lost, at(800))));
    let count = Observation {
        device: None,
        sent_at: None,
        what: What::Measurement {
            name: "people".to_owned(),
            value: 1.0,
        },
    };
    apply(&mut fleet, &id("a"), &count, live(860));
    fleet.hear(&id("a"), None, live(860));
    fleet.tick(at(860), &always());
    assert_eq!(fleet.get(&id("a")).unwrap().freshness, Freshness::Live);
}

#[test]
fn those_that_need_somebody_come_first() {
    let mut fleet = Fleet::default();
    for device in ["a", "b", "c"] {
        for n in 0..10 {
            speak(&mut fleet, device, n * 5);
        }
    }
    apply(
        &mut fleet,
        &id("c"),
        &presence(Presence::Lost, None),
        live(50),
    );
    speak(&mut fleet, "a", 400);
    fleet.tick(at(401), &always());
    let order: Vec<_> = fleet.order().iter().map(DeviceId::as_str).collect();
    assert_eq!(order, ["c", "b", "a"]);
}

#[test]
fn a_hundred_thousand_invented_devices_are_bounded() {
    let mut fleet = Fleet::default();
    for n in 0..11_000 {
        speak(&mut fleet, &format!("device {n}"), n);
    }
    assert_eq!(fleet.len(), LIMIT);
    assert!(fleet.get(&id("device 10999")).is_some());
}

#[test]
fn what_no_mapping_knows_is_shown_as_it_is() {
    let mut fleet = Fleet::default();
    fleet.show(&id("some/topic"), b"hello", live(1));
    fleet.show(&id("other/topic"), &[0xff, 0xd8, 0xff, 0xe0], live(1));
    assert_eq!(
        fleet.get(&id("some/topic")).unwrap().latest,
        Latest::Text("hello".to_owned())
    );
    assert_eq!(
        fleet.get(&id("other/topic")).unwrap().latest,
        Latest::Binary {
            length: 4,
            first: vec![0xff, 0xd8, 0xff, 0xe0]
        }
    );
}

#[test]
fn devices_are_found_by_any_name_in_any_case_and_by_how_recent_they_are() {
    let site = r#"{ "site": { "id": "s", "timeZone": "UTC", "devices": [
        { "id": "ACCC8E000001", "name": { "en": "North gate", "ko": "북쪽 출입구" } }
    ] } }"#;
    let mut fleet = Fleet::default();
    fleet.name(&crate::settings::config::parse(site).site.unwrap());
    speak(&mut fleet, "shop/Door", 1);
    speak(&mut fleet, "ACCC8E000002", 1);
    fleet.tick(at(2), &always());
    let mut find = |text, freshness| {
        let found = fleet.find(text, freshness);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(find("", None), find(" ", None));
    assert_eq!(find("", None).len(), 3);
    for text in ["GATE", "북쪽", "0001", " gate "] {
        assert_eq!(find(text, None), ["ACCC8E000001"], "{text}");
    }
    assert_eq!(find("accc8e", None).len(), 2);
    assert_eq!(find("door", Some(Freshness::Live)), ["shop/Door"]);
    assert_eq!(find("door", Some(Freshness::Offline)), [""; 0]);
    assert_eq!(find("", Some(Freshness::NeverSeen)), ["ACCC8E000001"]);
    // A name that a device gives itself later is found from then on.
    let revision = fleet.order_revision();
    let description = Observation {
        device: None,
        sent_at: None,
        what: What::Description {
            kind: crate::observation::DeviceKind::Unknown,
            name: Some("Roof".to_owned()),
        },
    };
    apply(&mut fleet, &id("ACCC8E000002"), &description, live(3));
    let renamed = fleet.order_revision();
    assert_ne!(renamed, revision);
    assert_eq!(fleet.find("roof", None), [id("ACCC8E000002")]);
    // Many devices say their name with every message.
    apply(&mut fleet, &id("ACCC8E000002"), &description, live(4));
    assert_eq!(fleet.order_revision(), renamed);
}
