use super::*;
use crate::mqtt::{Properties, PropertyBytes, QoS};

fn command(confirmation: Option<&str>) -> Command {
    Command {
        profile: ProfileId("b".to_owned()),
        publish: Publish {
            topic: "siren/1/set".to_owned(),
            payload: b"on".to_vec(),
            qos: QoS::AtLeastOnce,
            retain: false,
            properties: PropertyBytes::default(),
        },
        confirmation: confirmation.map(|filter| Confirmation {
            filter: TopicFilter::new(filter).unwrap(),
            says: String::new(),
            within: Duration::from_secs(10),
        }),
        fallback: None,
        rate: 10,
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

fn hear(commands: &mut Commands, message: &Message) {
    let profile = ProfileId("b".to_owned());
    commands.handle_message(&profile, &message.topic, message, &[]);
}

fn at(millis: u64) -> Monotonic {
    Monotonic::from_millis(millis)
}

#[test]
fn a_command_is_done_when_what_follows_says_so_and_not_when_the_broker_has_it() {
    let mut commands = Commands::default();
    let id = commands.issue(command(Some("siren/1/#")), Way::Open, at(0));
    let output = commands.poll_output();
    assert!(
        matches!(output, Some(Output::Publish(_, published, publish)) if published == id && publish.topic == "siren/1/set")
    );
    assert_eq!(commands.stage(id), Some(Stage::Waiting));
    commands.handle_delivery(id, DeliveryState::Sent, at(0));
    commands.handle_delivery(id, DeliveryState::Acknowledged, at(0));
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
        hear(&mut commands, &other);
        assert_eq!(commands.stage(id), Some(Stage::Acknowledged));
    }
    hear(&mut commands, &message("siren/1/state", b"on"));
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
            commands.handle_delivery(id, *state, at(0));
        }
        assert_eq!(commands.wakes_at(), Some(at(10_000)));
        commands.handle_timer(at(9_999));
        assert_ne!(commands.stage(id), Some(Stage::NotConfirmed));
        commands.handle_timer(at(10_000));
        assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
        // Too late.
        commands.handle_delivery(id, DeliveryState::Acknowledged, at(0));
        hear(&mut commands, &message("siren/1/state", b"on"));
        assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
    }
}

#[test]
fn only_what_says_so_by_the_same_broker_confirms() {
    let mut commands = Commands::default();
    let mut wish = command(Some("siren/+/state"));
    wish.confirmation.as_mut().unwrap().says = "on".to_owned();
    let id = commands.issue(wish, Way::Open, at(0));
    let observed = |what| Observation {
        device: None,
        sent_at: None,
        what,
    };
    let state = |active| {
        let name = "siren".to_owned();
        observed(What::State { name, active })
    };
    let (here, elsewhere) = (ProfileId("b".to_owned()), ProfileId("c".to_owned()));
    let topic = "siren/1/state";
    for (profile, payload, observations) in [
        (&here, &b"off"[..], vec![]),
        (&here, b"{}", vec![state(false)]),
        (
            &here,
            b"{}",
            vec![observed(What::Measurement {
                name: String::new(),
                value: 1.0,
            })],
        ),
        (&elsewhere, b"on", vec![]),
    ] {
        commands.handle_message(profile, topic, &message(topic, payload), &observations);
        assert_eq!(commands.stage(id), Some(Stage::Waiting), "{payload:?}");
    }
    // A bridge's topic is told without its prefix.
    let bridged = message("site/siren/1/state", b"{}");
    commands.handle_message(&here, topic, &bridged, &[state(true)]);
    assert_eq!(commands.stage(id), Some(Stage::Confirmed));
    for (wanted, payload) in [("", &b"x"[..]), (" on ", b"on\n"), ("21.50", b"")] {
        let value = What::Measurement {
            name: String::new(),
            value: 21.5,
        };
        assert!(says(wanted, payload, &[observed(value)]), "{wanted}");
    }
}

#[test]
fn what_the_broker_does_not_acknowledge_is_not_waited_for_for_ever() {
    let mut commands = Commands::default();
    let id = commands.issue(command(None), Way::Open, at(0));
    commands.poll_output();
    commands.handle_delivery(id, DeliveryState::Sent, at(0));
    assert_eq!(commands.wakes_at(), Some(at(60_000)));
    commands.handle_timer(at(60_000));
    assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
    let profile = ProfileId("b".to_owned());
    // It must not act in an hour.
    assert_eq!(
        commands.poll_output(),
        Some(Output::Withdraw(profile.clone(), id))
    );

    // Nor where its link is at its end.
    let id = commands.issue(command(None), Way::Open, at(60_000));
    commands.poll_output();
    commands.handle_delivery(id, DeliveryState::Sent, at(60_000));
    commands.handle_end(&ProfileId("other".to_owned()), at(60_001));
    assert_eq!(commands.stage(id), Some(Stage::Sent));
    commands.handle_end(&profile, at(60_001));
    assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
}

#[test]
fn a_refused_command_that_nothing_confirms_says_why_at_once() {
    let mut commands = Commands::default();
    let id = commands.issue(command(None), Way::Open, at(0));
    commands.handle_delivery(id, DeliveryState::Refused(0x87), at(0));
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
        hear(&mut commands, &message("siren/1/state", b"on"));
        assert_eq!(commands.stage(id), Some(stage));
    }
    assert_eq!(commands.poll_output(), None);
}

fn left(commands: &mut Commands) -> Vec<PublishId> {
    std::iter::from_fn(|| commands.poll_output())
        .filter_map(|output| match output {
            Output::Publish(_, id, _) => Some(id),
            Output::Withdraw(..) | Output::Post(..) | Output::Ring(_) => None,
        })
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

/// A command with a fallback on a topic of another broker.
fn with_fallback(confirmation: Option<&str>) -> Command {
    Command {
        fallback: Some(Fallback::Publish {
            profile: ProfileId("other".to_owned()),
            topic: "siren/2/set".to_owned(),
        }),
        ..command(confirmation)
    }
}

#[test]
fn what_is_not_done_is_published_where_its_fallback_says_and_only_then() {
    // What happens to it, and when it is not done any more.
    type Happens = fn(&mut Commands, PublishId);
    let cases: [(Option<&str>, Happens); 4] = [
        (Some("siren/1/state"), |commands, _| {
            commands.handle_timer(at(10_000));
        }),
        (Some("siren/1/state"), |commands, id| {
            // Something else may still have done it.
            commands.handle_delivery(id, DeliveryState::Refused(0x87), at(0));
            assert_eq!(commands.poll_output(), None);
            commands.handle_timer(at(10_000));
        }),
        (None, |commands, id| {
            commands.handle_delivery(id, DeliveryState::Refused(0x87), at(0));
        }),
        (None, |commands, id| commands.handle_no_way(id, at(0))),
    ];
    for (confirmation, happens) in cases {
        let mut commands = Commands::default();
        let id = commands.issue(with_fallback(confirmation), Way::Open, at(0));
        assert!(commands.poll_output().is_some());
        assert_eq!(commands.poll_output(), None);
        happens(&mut commands, id);
        let outputs = std::iter::from_fn(|| commands.poll_output());
        let output = outputs
            .filter(|output| !matches!(output, Output::Withdraw(..)))
            .last();
        let Some(Output::Publish(profile, instead, publish)) = output else {
            panic!("something else than to publish");
        };
        assert_eq!((&*profile.0, &*publish.topic), ("other", "siren/2/set"));
        assert_eq!(publish.payload, b"on");
        assert_eq!(commands.stage(id), Some(Stage::FellBack));
        // Once.
        commands.handle_timer(at(50_000));
        assert_eq!(commands.poll_output(), None);
        commands.handle_no_way(instead, at(50_000));
        assert_eq!(commands.stage(id), Some(Stage::FallbackFailed));
    }
}

#[test]
fn what_is_confirmed_or_can_never_leave_at_all_falls_back_as_it_should() {
    let mut commands = Commands::default();
    let id = commands.issue(with_fallback(Some("siren/1/state")), Way::Open, at(0));
    commands.poll_output();
    hear(&mut commands, &message("siren/1/state", b"on"));
    commands.handle_timer(at(60_000));
    assert_eq!(commands.stage(id), Some(Stage::Confirmed));
    assert_eq!(commands.poll_output(), None);
    for way in [Way::ViewOnly, Way::NotConnected] {
        let mut commands = Commands::default();
        let id = commands.issue(with_fallback(None), way, at(0));
        let output = commands.poll_output();
        assert!(matches!(output, Some(Output::Publish(profile, ..)) if profile.0 == "other"));
        assert_eq!(commands.stage(id), Some(Stage::FellBack));
    }
}

#[test]
fn a_webhook_is_told_what_was_not_done_and_why() {
    let address = Secret::new("https://hooks.example/T0/secret".to_owned());
    let hooked = |payload: &[u8]| {
        let mut command = command(None);
        command.publish.payload = payload.to_vec();
        command.fallback = Some(Fallback::Webhook(address.clone()));
        command
    };
    let mut commands = Commands::default();
    let id = commands.issue(hooked(b"on"), Way::NotConnected, at(0));
    let told = r#"{"text":"siren/1/set: not connected","topic":"siren/1/set","payload":"on","reason":"not connected"}"#;
    let post = Output::Post(id, address.clone(), told.to_owned());
    assert_eq!(commands.poll_output(), Some(post));
    assert_eq!(commands.poll_output(), None);
    assert_eq!(commands.stage(id), Some(Stage::FellBack));
    commands.handle_fallback(id, true);
    assert_eq!(commands.stage(id), Some(Stage::FellBack));
    commands.handle_fallback(id, false);
    assert_eq!(commands.stage(id), Some(Stage::FallbackFailed));

    let id = commands.issue(hooked(&[0xFF]), Way::Open, at(0));
    assert!(matches!(commands.poll_output(), Some(Output::Publish(..))));
    commands.handle_delivery(id, DeliveryState::Refused(0x87), at(0));
    let told = r#"{"text":"siren/1/set: refused (0x87)","topic":"siren/1/set","payload":null,"reason":"refused (0x87)"}"#;
    let post = Output::Post(id, address.clone(), told.to_owned());
    assert_eq!(commands.poll_output(), Some(post));
}

#[test]
fn a_sound_is_played_once_and_what_cannot_be_is_told() {
    let mut commands = Commands::default();
    let mut sounding = command(Some("siren/1/state"));
    sounding.fallback = Some(Fallback::Sound);
    let id = commands.issue(sounding, Way::Open, at(0));
    commands.poll_output();
    // It is not even begun.
    commands.handle_fallback(id, false);
    assert_eq!(commands.stage(id), Some(Stage::Waiting));
    commands.handle_timer(at(10_000));
    let withdrawn = Output::Withdraw(ProfileId("b".to_owned()), id);
    assert_eq!(commands.poll_output(), Some(withdrawn));
    assert_eq!(commands.poll_output(), Some(Output::Ring(id)));
    commands.handle_timer(at(20_000));
    assert_eq!(commands.poll_output(), None);
    commands.handle_fallback(id, false);
    assert_eq!(commands.stage(id), Some(Stage::FallbackFailed));
}

#[test]
fn while_a_socket_is_full_nothing_more_is_written_to_it() {
    let mut commands = Commands::default();
    let broker = ProfileId("b".to_owned());
    commands.hold(&broker, true, at(0));
    let waits = commands.issue(command(None), Way::Open, at(0));
    let late = commands.issue(command(Some("siren/1/state")), Way::Open, at(0));
    let elsewhere = Command {
        profile: ProfileId("other".to_owned()),
        ..command(None)
    };
    let goes = commands.issue(elsewhere, Way::Open, at(0));
    assert_eq!(left(&mut commands), [goes]);
    // What waits wakes nobody: only room in the socket, or its deadline.
    assert_eq!(commands.wakes_at(), Some(at(10_000)));
    commands.handle_timer(at(10_000));
    assert_eq!(commands.stage(late), Some(Stage::NotConfirmed));
    commands.hold(&broker, false, at(11_000));
    assert_eq!(left(&mut commands), [waits]);
    for id in [goes, waits] {
        commands.handle_delivery(id, DeliveryState::Acknowledged, at(11_000));
    }
    // What no room is made for within a minute is not sent at all.
    commands.hold(&broker, true, at(12_000));
    let stuck = commands.issue(command(None), Way::Open, at(12_000));
    assert_eq!(commands.wakes_at(), Some(at(72_000)));
    commands.handle_timer(at(72_000));
    commands.hold(&broker, false, at(73_000));
    assert_eq!(left(&mut commands), []);
    assert_eq!(commands.stage(stuck), Some(Stage::Refused(0x97)));
}

#[test]
fn a_platform_gets_no_more_a_second_than_it_takes() {
    let mut commands = Commands::default();
    for _ in 0..5 {
        let command = Command {
            rate: 2,
            ..command(None)
        };
        commands.issue(command, Way::Open, at(0));
    }
    let counts: Vec<_> = (0..4)
        .map(|second| {
            commands.handle_timer(at(second * 1_000));
            left(&mut commands).len()
        })
        .collect();
    assert_eq!(counts, [2, 2, 1, 0]);
}

#[test]
fn a_command_is_over_when_nothing_more_can_come_of_it() {
    let published = |qos, confirmation, states: &[DeliveryState]| {
        let mut commands = Commands::default();
        let mut command = command(confirmation);
        command.publish.qos = qos;
        let id = commands.issue(command, Way::Open, at(0));
        let mut overs = vec![commands.is_over(id)];
        for state in states {
            commands.handle_delivery(id, *state, at(0));
            overs.push(commands.is_over(id));
        }
        (commands, id, overs)
    };
    let sent = DeliveryState::Sent;
    let (_, _, overs) = published(QoS::AtMostOnce, None, &[sent]);
    assert_eq!(overs, [false, true]);
    let (_, _, overs) = published(QoS::AtLeastOnce, None, &[sent, DeliveryState::Acknowledged]);
    assert_eq!(overs, [false, false, true]);
    // Something may still confirm it.
    let states = [sent, DeliveryState::Refused(0x87)];
    let (mut commands, id, overs) = published(QoS::AtLeastOnce, Some("siren/1/#"), &states);
    assert_eq!(overs, [false, false, false]);
    commands.handle_timer(at(10_000));
    assert_eq!(commands.stage(id), Some(Stage::NotConfirmed));
    assert!(commands.is_over(id));
    // What was begun instead may still fail.
    let mut commands = Commands::default();
    let mut undone = command(None);
    undone.fallback = Some(Fallback::Sound);
    let id = commands.issue(undone, Way::NotConnected, at(0));
    assert!(!commands.is_over(id));
    commands.handle_fallback(id, false);
    assert!(commands.is_over(id) && commands.is_over(PublishId(7)));
}
