//! What was recorded of an engine, given to another.

use super::super::recorder::{Recorder, SEGMENT};
use super::super::recording::{Recording, append_reply, read, without_secrets};
use super::super::replay::replay;
use super::super::wire::{LinkView, StorageView, Update};
use super::house::*;
use super::*;
use crate::link::{Identity, Sessions};
use crate::snapshot::{link_key, read_link, write_link};

const PASSWORD: &str = "hunter2";

/// A broker's profile, with a password.
fn profile(url: &str, version: &str) -> WireProfile {
    let config = CONFIG.replace("wss://broker", url);
    let config = config.replace("3.1.1", version);
    let mut profile = config::parse(&config).profiles.swap_remove(0);
    profile.username = Some("wall".to_owned());
    profile.password = Some(Secret::new(PASSWORD.to_owned()));
    WireProfile::for_worker(&profile)
}

/// A house whose page typed a password.
fn signed_in() -> House {
    recorded_by(SEGMENT)
}

/// The same, with a recorder of so many bytes a segment.
fn recorded_by(limit: usize) -> House {
    let mut house = asking(limit, "3.1.1");
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house
}

/// The same in version 5.
fn recorded_by_in_5(limit: usize) -> House {
    let mut house = asking(limit, "5");
    house.socket(SocketEvent::Opened);
    // Without subscription identifiers, so that all filters are asked for at once.
    house.hear(&[0x20, 5, 0, 0, 2, 41, 0]);
    let subscribe = house.sent.last().unwrap();
    let suback = [0x90, 5, subscribe[2], subscribe[3], 0, 1, 1];
    house.hear(&suback);
    house
}

/// Before the broker has answered.
fn asking(limit: usize, version: &str) -> House {
    let mut house = House::recorded_by(Recorder::new(limit));
    house.feed(Input::Restored(Ok(Vec::new())));
    house.ask(Request::Hello {
        config: Some(CONFIG.to_owned()),
        profiles: vec![profile("wss://broker", version)],
        connect: vec![ProfileId("b".to_owned())],
    });
    house
}

/// As it leaves the page.
fn recorded(house: &House) -> Vec<u8> {
    without_secrets(&house.recorder.recording(), Vec::new()).unwrap()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    bytes.windows(text.len()).any(|window| window == text)
}

fn updates(replies: &[(Now, Reply, Vec<f32>)]) -> Vec<&Update> {
    let update = |said| match said {
        &(_, Reply::Update(ref update), _) => Some(&**update),
        _ => None,
    };
    replies.iter().filter_map(update).collect()
}

fn replayed(recording: Recording) -> Vec<(Now, Reply, Vec<f32>)> {
    let mut replies = Vec::new();
    replay(recording, |now, output| {
        if let Output::Reply(_, reply, floats) = output {
            replies.push((now, reply, floats));
        }
    });
    replies
}

/// In bytes, the password struck out as in a recording.
fn bytes(replies: &[(Now, Reply, Vec<f32>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (_, reply, floats) in replies {
        append_reply(&mut bytes, reply, floats);
    }
    Secret::new(PASSWORD.to_owned()).strike_from(&mut bytes);
    bytes
}

#[test]
fn a_recording_of_a_fault_replays_to_the_same_updates_and_holds_no_password() {
    let mut house = signed_in();
    house.hear(&total(3));
    house.look(20);
    // Somebody sends the password around; what is said of it is shown.
    house.hear(&plain(0x30, b"gate/x", b"my password is hunter2"));
    house.look(20);
    // A broker that goes mad, comes back, refuses, and is there again.
    house.hear(&[0xF0, 0, 0]);
    house.look(10);
    house.wait_for_attempt();
    house.welcome([0x20, 2, 0, 5]);
    house.look(10);
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.grant(&[1, 0x80]);
    house.hear(&total(5));
    house.look(20);
    house.lose();
    house.look(10);

    let recording = recorded(&house);
    assert!(holds(&recording, "my password is *******"));
    assert!(!holds(&recording, PASSWORD));
    let recording = read(&recording).unwrap();
    assert!(recording.head.from_start);
    let replies = replayed(recording);
    assert!(updates(&replies).len() > 6);
    assert_eq!(bytes(&replies), bytes(&house.replies));
}

/// What a page is told last of the door and of the link.
fn last_told(replies: &[(Now, Reply, Vec<f32>)]) -> (Option<DoorView>, Option<LinkView>) {
    let updates = updates(replies);
    let mut doors = updates.iter().flat_map(|update| &update.levels.doors);
    let mut links = updates
        .iter()
        .filter_map(|update| update.levels.links.as_ref());
    let link = links.next_back().and_then(|links| links.first());
    (doors.next_back().cloned(), link.cloned())
}

#[test]
fn a_recording_that_begins_amid_a_life_comes_to_the_same_counts_and_states() {
    for (cut, in_5) in [(0, false), (7, false), (7, true)] {
        // So small that it begins anew again and again.
        let mut house = if in_5 {
            recorded_by_in_5(1_200)
        } else {
            recorded_by(1_200)
        };
        for entered in 1..40_u8 {
            let mut total = total(entered.into());
            // A packet identifier of its own: one that was used before may be a repetition.
            total[11] = entered;
            if in_5 {
                // No properties.
                total[1] += 1;
                total.insert(12, 0);
            }
            // A packet may end in another frame.
            let (first, second) = total.split_at(cut);
            house.hear(first);
            house.look(10);
            house.hear(second);
        }
        for is_lost in [false, true] {
            if is_lost {
                house.lose();
                house.look(10);
            }
            let recording = recorded(&house);
            assert!(!holds(&recording, PASSWORD));
            assert!(recording.len() < 10_000, "{}", recording.len());
            let recording = read(&recording).unwrap();
            assert!(!recording.head.from_start);
            let (door, link) = last_told(&replayed(recording));
            let (live_door, live_link) = last_told(&house.replies);
            // What was not stored yet is told by the next total, which may come in another minute.
            let figures = |door: Option<DoorView>| door.map(|door| (door.entered, door.exited));
            let (door, live_door) = (figures(door), figures(live_door));
            assert_eq!(
                door, live_door,
                "cut at {cut}, in 5: {in_5}, lost: {is_lost}"
            );
            let (mut link, mut live_link) = (link.unwrap(), live_link.unwrap());
            assert_eq!(is_lost, !matches!(link.state, LinkState::Connected { .. }));
            // When it is tried again is chance; how long a connection had lasted is from before.
            for link in [&mut link, &mut live_link] {
                link.cuts.clear();
                if is_lost {
                    link.state = LinkState::Idle;
                }
                if let LinkState::Connected { resumed, .. } = &mut link.state {
                    *resumed = true;
                }
            }
            assert_eq!(link, live_link);
        }
    }
}

#[test]
fn what_is_not_stored_any_more_is_not_told_as_damaged() {
    let mut house = recorded_by(1_200);
    house.look(20);
    house.ask(Request::Delete(ProfileId("b".to_owned())));
    house.look(600);
    let recording = read(&recorded(&house)).unwrap();
    assert!(!recording.head.from_start);
    let replies = replayed(recording);
    let storage = updates(&replies)
        .into_iter()
        .find_map(|update| update.levels.storage);
    assert_eq!(storage, Some(StorageView::Kept));
}

#[test]
fn under_a_flood_the_tail_is_kept_and_memory_stays_bounded() {
    let mut house = recorded_by(20_000);
    for number in 0..3_000_u32 {
        let payload = format!("message {number}");
        house.hear(&plain(0x30, b"gate/x", payload.as_bytes()));
    }
    let recording = recorded(&house);
    assert!(
        (20_000..90_000).contains(&recording.len()),
        "{}",
        recording.len()
    );
    assert!(holds(&recording, "message 2999"));
    assert!(!holds(&recording, "message 7;"));
    assert!(replayed(read(&recording).unwrap()).len() < 10);
}

#[test]
fn a_password_that_is_typed_again_or_only_tried_is_struck_out_too() {
    let mut house = signed_in();
    for (password, request) in [
        ("first try", Request::Test as fn(WireProfile) -> Request),
        ("pin", Request::Save),
        ("correct horse", Request::Save),
    ] {
        let mut profile = profile("wss://broker", "3.1.1").into_profile();
        profile.password = Some(Secret::new(password.to_owned()));
        house.ask(request(WireProfile::for_worker(&profile)));
    }
    for password in ["hunter2", "first try", "correct horse"] {
        house.hear(&plain(0x30, b"gate/x", password.as_bytes()));
    }
    let recording = recorded(&house);
    for password in ["hunter2", "first try", "pin", "correct horse"] {
        assert!(!holds(&recording, password), "{password}");
    }
    assert!(read(&recording).is_ok());
}

#[test]
fn what_is_secret_in_an_address_is_struck_out_and_what_was_stored_with_it_is_still_read() {
    let with_addresses = |first: &str, others: &[&str]| {
        let mut profile = profile("wss://broker", "3.1.1").into_profile();
        profile.url = first.to_owned();
        profile.other_urls = others.iter().map(|&url| url.to_owned()).collect();
        WireProfile::for_worker(&profile)
    };
    let mut house = House::recorded_by(Recorder::new(1_200));
    house.feed(Input::Restored(Ok(Vec::new())));
    house.ask(Request::Hello {
        config: Some(CONFIG.replace("wss://broker", "wss://wall:in-config@broker")),
        profiles: vec![with_addresses(
            "wss://broker/mqtt?token=in-use",
            &["wss://second/mqtt?token=in-the-second"],
        )],
        connect: vec![ProfileId("b".to_owned())],
    });
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    for entered in 1..40_u8 {
        let mut total = total(entered.into());
        total[11] = entered;
        house.hear(&total);
        house.look(10);
    }
    house.ask(Request::Test(with_addresses(
        "wss://other/mqtt?token=only-tried",
        &["wss://wall:before-the-host@other"],
    )));
    assert!(holds(&house.stored["link/b"], "token=in-use"));

    let recording = recorded(&house);
    assert!(holds(&recording, "wss://broker/mqtt?token=******"));
    for secret in [
        "in-config",
        "in-use",
        "in-the-second",
        "only-tried",
        "before-the-host",
    ] {
        assert!(!holds(&recording, secret), "{secret}");
    }
    let recording = read(&recording).unwrap();
    assert!(!recording.head.from_start);
    let replies = replayed(recording);
    let storage = updates(&replies)
        .into_iter()
        .find_map(|update| update.levels.storage);
    // And not in part.
    assert_eq!(storage, Some(StorageView::Kept));
    assert_eq!(
        last_told(&replies).0.map(|door| door.entered),
        last_told(&house.replies).0.map(|door| door.entered)
    );
}

#[test]
fn an_address_that_is_only_remembered_is_struck_out_too() {
    let memory = LinkMemory {
        identity: Identity {
            client_id: "wall".to_owned(),
            session_exists: true,
            ephemeral: false,
            sessions: Sessions {
                held: ["wss://former/mqtt?token=of-then".to_owned()].into(),
                left: ["wss://left/mqtt?token=of-before".to_owned()].into(),
            },
            in_flight: Vec::new(),
        },
        listened: Default::default(),
        filters: Default::default(),
    };
    let key = link_key(&ProfileId("b".to_owned()));
    let damaged = Record {
        key: "link/damaged".to_owned(),
        bytes: b"\x03sum of-then".to_vec(),
    };
    let bytes = write_link(&memory);
    let mut house = House::silent();
    house.feed(Input::Restored(Ok(vec![Record { key, bytes }, damaged])));
    let recording = recorded(&house);
    assert!(!holds(&recording, "of-then") && !holds(&recording, "of-before"));
    let inputs = read(&recording).unwrap().inputs;
    let records = inputs.into_iter().find_map(|(_, input)| match input {
        Input::Restored(records) => records.ok(),
        _ => None,
    });
    let is_whole = |record: &Record| read_link(&record.key, &record.bytes).unwrap().is_ok();
    let whole: Vec<_> = records.unwrap().iter().map(is_whole).collect();
    assert_eq!(whole, [true, false]);
}

#[test]
fn a_recording_that_is_cut_off_is_refused() {
    let recording = recorded(&signed_in());
    assert!(read(&recording).is_ok());
    for cut in [1, 3, recording.len() / 2, recording.len() - 1] {
        assert!(read(&recording[..cut]).is_err(), "{cut}");
    }
}
