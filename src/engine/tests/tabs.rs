//! An engine that follows after another, and pages that do not know the same.

use super::super::wire::WireProfile;
use super::house::*;
use super::*;
use crate::secret::Secret;

const PASSWORD: &str = "open sesame";

/// A house whose page was given a password, and the profile with it.
fn told() -> (House, Profile) {
    let mut house = House::connected(Ok(Vec::new()));
    let mut profile = house.engine.profiles.values().next().unwrap().clone();
    profile.username = Some("wall".to_owned());
    profile.password = Some(Secret::new(PASSWORD.to_owned()));
    house.ask(Request::Save(WireProfile::for_worker(&profile)));
    house.welcome(ACCEPTED);
    assert!(signs_in(&house));
    (house, profile)
}

/// The last CONNECT holds the password.
fn signs_in(house: &House) -> bool {
    let connect = house.sent.first().unwrap();
    assert_eq!(connect[0], 0x10, "CONNECT");
    let mut windows = connect.windows(PASSWORD.len());
    windows.any(|window| window == PASSWORD.as_bytes())
}

fn hello_without_password(profile: &Profile) -> Request {
    let mut profile = profile.clone();
    profile.password = None;
    Request::Hello {
        config: Some(CONFIG.to_owned()),
        profiles: vec![WireProfile::for_worker(&profile)],
        connect: vec![profile.id],
    }
}

#[test]
fn an_engine_that_follows_after_another_connects_with_what_that_one_was_told() {
    let (house, _) = told();
    let testament = house.engine.testament();
    let mut next = House::new(Ok(Vec::new()));
    next.feed(Input::Page(PageId(9), testament));
    next.feed(Input::PageGone(PageId(9)));
    next.welcome(ACCEPTED);
    assert!(signs_in(&next));
}

#[test]
fn a_broker_that_was_disconnected_is_no_part_of_what_is_left() {
    let (mut house, profile) = told();
    house.ask(Request::Disconnect(profile.id));
    let Request::Hello { connect, .. } = house.engine.testament() else {
        unreachable!("it begins with hello");
    };
    assert_eq!(connect, []);
}

#[test]
fn a_page_that_does_not_know_a_password_takes_it_from_nobody() {
    let (mut house, profile) = told();
    let opened = house.opened.len();
    house.ask(hello_without_password(&profile));
    assert_eq!(house.opened.len(), opened, "the link goes on");

    house.ask(Request::Disconnect(profile.id.clone()));
    house.ask(Request::Connect(profile.id));
    house.welcome(ACCEPTED);
    assert!(signs_in(&house));
}

#[test]
fn a_password_goes_to_no_other_address_than_it_was_given_for() {
    let (mut house, mut profile) = told();
    profile.url = "wss://other".to_owned();
    house.ask(hello_without_password(&profile));
    house.welcome(ACCEPTED);
    assert!(!signs_in(&house));
}
