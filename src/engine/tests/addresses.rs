//! A broker with two addresses.

use super::house::*;
use super::*;
use crate::link::LinkState;

fn house() -> House {
    let mut house = House::new(Ok(Vec::new()));
    let two = CONFIG.replace(r#""wss://broker""#, r#"["wss://one/mqtt", "wss://two"]"#);
    house.connect(two, "b");
    house
}

fn address(house: &House) -> (String, u32) {
    let kept = house.engine.links.values();
    let mut kept = kept.filter(|connection| connection.purpose == Purpose::Keep);
    let view = kept.next().unwrap().view();
    (view.address, view.place)
}

/// The first address is lost, and the second goes on with the session.
fn moved() -> House {
    let mut house = house();
    assert_eq!(address(&house), ("wss://one/mqtt".to_owned(), 0));
    house.hear(&crossing(1, 5));
    house.wait(20);
    house.lose();
    house.wait_for_attempt();
    house.welcome(RESUMED);
    assert_eq!(address(&house), ("wss://two".to_owned(), 1));
    house
}

#[test]
fn the_first_address_is_looked_at_by_somebody_else_and_returned_to_when_it_lets_in() {
    let mut house = moved();
    let main = *house.opened.last().unwrap();
    house.wait(120);
    assert_ne!(
        *house.opened.last().unwrap(),
        main,
        "another socket beside it"
    );
    house.welcome(ACCEPTED);
    assert!(house.sent(b"footfall-"), "nobody's session is taken over");
    assert!(!house.sent(house.memory().identity.client_id.as_bytes()));
    assert_eq!(
        *house.opened.last().unwrap(),
        main,
        "and then instead of it"
    );
    house.welcome(RESUMED);
    assert_eq!(address(&house), ("wss://one/mqtt".to_owned(), 0));
    assert_eq!(house.engine.links.len(), 1);
    assert_eq!(house.gaps(), [], "the session was kept all the time");
    house.hear(&crossing(1, 6));
    house.ask(Request::Flush);
    house.wait(3_600);
    assert_eq!(*house.opened.last().unwrap(), main);
}

#[test]
fn a_first_address_that_lets_nobody_in_is_left_alone_for_another_two_minutes() {
    let mut house = moved();
    house.wait(120);
    let looked = house.opened.len();
    house.socket(SocketEvent::Failed(SocketError::BeforeOpen));
    assert_eq!(house.engine.links.len(), 1);
    let view = |house: &House| house.engine.links.values().next().unwrap().view();
    assert!(matches!(view(&house).state, LinkState::Connected { .. }));
    house.wait(119);
    assert_eq!(house.opened.len(), looked);
    house.wait(1);
    assert_eq!(house.opened.len(), looked + 1);
}

#[test]
fn where_the_session_is_outlives_a_reload() {
    let mut house = house();
    house.wait(20);
    house.lose();
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    house.grant(&[1, 1]);
    house.wait(20);
    let reloaded = house.reloaded(5);
    let sessions = &reloaded.memory().identity.sessions;
    assert!(sessions.left.iter().any(|url| url.contains("one")));
}
