use super::*;
use crate::mqtt::{Properties, QoS};

fn command(confirmation: Option<&str>) -> Command {
    Command {
        profile: ProfileId("b".to_owned()),
        publish: Publish {
            topic: "siren/1/set".to_owned(),
            payload: b"on".to_vec(),
            qos: QoS::AtLeastOnce,
            retain: false,
        },
        confirmation: confirmation.map(|filter| Confirmation {
            filter: TopicFilter::new(filter).unwrap(),
            within: Duration::from_secs(10),
        }),
    }
}

fn message(topic: &str, payload: &[u8]) -> Message {
    Message {
        topic: topic.to_owned(),
        payload: payload.to_vec(),
        qos: QoS::AtMostOnce,
        retained: false,
        duplicate: false,
        maybe_repeated: false,
        properties: Properties::default(),
    }
}

fn at(millis: u64) -> Monotonic {
    Monotonic::from_millis(millis)
}

#[test]
fn a_command_is_done_when_what_follows_says_so_and_not_when_the_broker_has_it() {
    let mut commands = Commands::default();
    let id = commands.issue(command(Some("siren/1/#")), Way::Open, at(0));
    let (_, published, publish) = commands.poll_output().unwrap();
    assert_eq!((published, publish.topic.as_str()), (id, "siren/1/set"));
    assert_eq!(commands.stage(id), Some(Stage::Waiting));
    commands.handle_delivery(id, DeliveryState::Sent);
    commands.handle_delivery(id, DeliveryState::Acknowledged);
    assert_eq!(commands.stage(id), Some(Stage::Acknowledged));
    // Its own echo, what the broker had stored, and another siren.
    let stored = Message {
        retained: true,
        ..message("siren/1/state", b"on")
    };
    for other in [
        message("siren/1/set", b"on"),
        stored,
        message("siren/2/state", b"on"),
    ] {
        commands.handle_message(&other);
        assert_eq!(commands.stage(id), Some(Stage::Acknowledged));
    }
    commands.handle_message(&message("siren/1/state", b"on"));
    commands.handle_timer(at(20_000));
    assert_eq!(commands.stage(id), Some(Stage::Confirmed));
    assert_eq!(commands.wakes_at(), None);
}

#[test]
fn what_nothing_confirms_in_time_is_not_done_whatever_the_broker_said() {
    for said in [
        &[][..],
        &[DeliveryState::Sent],
        &[DeliveryState::Sent, DeliveryState::Acknowledged],
        &[DeliveryState::Refused(0x87)],
    ] {
        let mut commands = Commands::default();
        let id = commands.issue(command(Some("siren/1/state")), Way::Open, at(0));
        for state in said {
            commands.handle_delivery(id, *state);
        }
        assert_eq!(commands.wakes_at(), Some(at(10_000)));
        commands.handle_timer(at(9_999));
        assert_ne!(commands.stage(id), Some(Stage::NotConfirmed));
        commands.handle_timer(at(10_000));
        assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
        // Too late.
        commands.handle_delivery(id, DeliveryState::Acknowledged);
        commands.handle_message(&message("siren/1/state", b"on"));
        assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
    }
}

#[test]
fn a_refused_command_that_nothing_confirms_says_why_at_once() {
    let mut commands = Commands::default();
    let id = commands.issue(command(None), Way::Open, at(0));
    commands.handle_delivery(id, DeliveryState::Refused(0x87));
    assert_eq!(commands.stage(id), Some(Stage::Refused(0x87)));
    assert_eq!(commands.wakes_at(), None);
}

#[test]
fn a_broker_that_may_not_or_cannot_be_published_to_gets_nothing_ever() {
    let mut commands = Commands::default();
    for (way, stage) in [
        (Way::ViewOnly, Stage::ViewOnly),
        (Way::NotConnected, Stage::NotConnected),
    ] {
        let id = commands.issue(command(Some("#")), way, at(0));
        commands.handle_timer(at(60_000));
        commands.handle_message(&message("siren/1/state", b"on"));
        assert_eq!(commands.stage(id), Some(stage));
    }
    assert_eq!(commands.poll_output(), None);
}

fn left(commands: &mut Commands) -> Vec<PublishId> {
    std::iter::from_fn(|| commands.poll_output())
        .map(|(_, id, _)| id)
        .collect()
}

#[test]
fn of_a_flood_ten_leave_in_a_second_in_order_and_what_is_too_much_is_refused() {
    let mut commands = Commands::default();
    let wished: Vec<_> = (0..90)
        .map(|_| commands.issue(command(None), Way::Open, at(0)))
        .collect();
    let mut all = left(&mut commands);
    assert_eq!(all, wished[..10]);
    for second in 1..20 {
        assert!(all.len() > 70 || commands.wakes_at() == Some(at(second * 1_000)));
        commands.handle_timer(at(second * 1_000));
        let now = left(&mut commands);
        assert!(now.len() <= 10);
        all.extend(now);
    }
    assert_eq!(all, wished[..74]);
    assert_eq!(commands.stage(wished[80]), Some(Stage::Refused(0x97)));
}

#[test]
fn what_did_not_leave_before_it_was_too_late_never_does() {
    let mut commands = Commands::default();
    let wished: Vec<_> = (0..11)
        .map(|_| commands.issue(command(Some("siren/1/state")), Way::Open, at(0)))
        .collect();
    assert_eq!(left(&mut commands), wished[..10]);
    // A machine that slept.
    commands.handle_timer(at(3_600_000));
    assert_eq!(left(&mut commands), []);
    assert_eq!(commands.stage(wished[10]), Some(Stage::NotConfirmed));
}
