use super::*;

fn draft() -> Draft {
    Draft {
        url: "wss://h:8084/mqtt".to_owned(),
        ..Draft::default()
    }
}

fn check(draft: &Draft) -> Checked {
    draft.check(ProfileId("p".to_owned()), None, true)
}

#[test]
fn a_form_with_nothing_but_an_address_makes_a_profile() {
    let checked = check(&draft());
    assert_eq!(checked.mistakes, []);
    let profile = checked.profile.unwrap();
    assert_eq!(profile.name, "h");
    assert_eq!(profile.keep_alive, DEFAULT_KEEP_ALIVE);
    assert_eq!(profile.filters[0].qos, QoS::AtLeastOnce);
    assert_eq!((profile.client_id, profile.username), (None, None));
}

#[test]
fn every_mistake_stands_beside_its_field() {
    let checked = check(&Draft {
        name: "a\0".to_owned(),
        url: "mqtt://h:8883".to_owned(),
        filters: "a/#/b, a/b\na/b".to_owned(),
        keep_alive: "70000".to_owned(),
        session_expiry: "1 h".to_owned(),
        ..draft()
    });
    assert_eq!(checked.profile, None);
    let expected = [
        (Field::Name, FieldWrong::Character),
        (
            Field::Url,
            FieldWrong::Url(check_url("mqtt://h:8883", true).unwrap_err()),
        ),
        (
            Field::Filters,
            FieldWrong::Filter(FilterMistake::Invalid(
                "a/#/b".to_owned(),
                FilterError::HashNotLast,
            )),
        ),
        (
            Field::Filters,
            FieldWrong::Filter(FilterMistake::Repeated("a/b".to_owned())),
        ),
        (
            Field::KeepAlive,
            FieldWrong::Number(NumberMistake::OutOfRange { most: 65_535 }),
        ),
        (
            Field::SessionExpiry,
            FieldWrong::Number(NumberMistake::NotWhole),
        ),
    ];
    let found: Vec<_> = checked
        .mistakes
        .into_iter()
        .map(|mistake| (mistake.field, mistake.what))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn an_unusual_port_is_told_but_does_not_block() {
    let checked = check(&Draft {
        url: "wss://h:8883/mqtt".to_owned(),
        ..draft()
    });
    assert_eq!(checked.mistakes.len(), 1);
    assert!(checked.profile.is_some());
}

#[test]
fn a_profile_shown_and_saved_is_the_same_profile() {
    let mut profile = check(&Draft {
        filters: "a/#, b/+".to_owned(),
        username: "wall".to_owned(),
        ..draft()
    })
    .profile
    .unwrap();
    profile.filters[1].qos = QoS::AtMostOnce;
    profile.prefix = "west/".to_owned();
    let again = Draft::from(&profile).check(profile.id.clone(), Some(&profile), true);
    assert_eq!(again.profile, Some(profile));
}

#[test]
fn a_held_password_stays_with_its_server() {
    let secret = |text: &str| Some(Secret::new(text.to_owned()));
    let held = Profile {
        password: secret("held"),
        ..check(&draft()).profile.unwrap()
    };
    let password = |url: &str, typed: Option<&str>| {
        let draft = Draft {
            url: url.to_owned(),
            password: typed.and_then(secret),
            ..Draft::from(&held)
        };
        let checked = draft.check(held.id.clone(), Some(&held), false);
        checked.profile.unwrap().password
    };
    assert_eq!(password("wss://h:8084/other", None), secret("held"));
    assert_eq!(password("wss://h:8084/mqtt", Some("new")), secret("new"));
    assert_eq!(
        password("wss://other:8084/mqtt", Some("new")),
        secret("new")
    );
    for elsewhere in [
        "wss://other:8084/mqtt",
        "wss://h:8085/mqtt",
        "ws://h:8084/mqtt",
    ] {
        assert_eq!(password(elsewhere, None), None, "{elsewhere}");
    }
}

#[test]
fn further_addresses_stand_one_a_line_and_each_once() {
    let typed = Draft {
        other_urls: " wss://b/mqtt\n\nwss://c wss://b/mqtt\nwss://h:8084/mqtt\n".to_owned(),
        ..draft()
    };
    let profile = check(&typed).profile.unwrap();
    assert_eq!(profile.other_urls, ["wss://b/mqtt", "wss://c"]);
    assert_eq!(Draft::from(&profile).other_urls, "wss://b/mqtt\nwss://c");
    let wrong = check(&Draft {
        other_urls: "wss://b\nmqtt://c:1883".to_owned(),
        ..draft()
    });
    assert_eq!(wrong.profile, None);
    assert_eq!(wrong.mistakes.len(), 1);
    assert_eq!(wrong.mistakes[0].field, Field::OtherUrls);
}

#[test]
fn a_held_password_goes_to_no_address_that_was_not_there_when_it_was_typed() {
    let secret = Some(Secret::new("held".to_owned()));
    let two = Draft {
        other_urls: "wss://b".to_owned(),
        password: secret.clone(),
        ..draft()
    };
    let held = check(&two).profile.unwrap();
    for (others, stays) in [
        ("wss://b", true),
        ("", true),
        ("wss://b/elsewhere", true),
        ("wss://b wss://c", false),
        ("ws://b", false),
    ] {
        let changed = Draft {
            other_urls: others.to_owned(),
            ..Draft::from(&held)
        };
        let checked = changed.check(held.id.clone(), Some(&held), false);
        let password = checked.profile.unwrap().password;
        assert_eq!(password == secret, stays, "{others}");
    }
}

#[test]
fn a_will_needs_a_broker_that_may_be_published_to_and_a_topic_name() {
    let of = |topic: &str, delay: &str, publishes| {
        let typed = Draft {
            will: TypedWill {
                topic: topic.to_owned(),
                payload: "off".to_owned(),
                delay: delay.to_owned(),
                ..TypedWill::default()
            },
            publishes,
            ..draft()
        };
        let checked = check(&typed);
        let wrong = checked.mistakes.into_iter();
        let wrong: Vec<_> = wrong.map(|one| (one.field, one.what)).collect();
        (checked.profile, wrong)
    };
    let (profile, wrong) = of("walls/1", "60", true);
    assert_eq!(wrong, []);
    let profile = profile.unwrap();
    let expected = Will {
        topic: "walls/1".to_owned(),
        payload: b"off".to_vec(),
        qos: QoS::AtLeastOnce,
        retain: false,
        delay: 60,
    };
    assert_eq!(profile.will, Some(expected));
    let again = Draft::from(&profile).check(profile.id.clone(), Some(&profile), true);
    assert_eq!(again.profile, Some(profile));

    let topic = |what| vec![(Field::WillTopic, what)];
    assert_eq!(of("walls/1", "60", false).1, topic(FieldWrong::ViewOnly));
    assert_eq!(of("walls/+", "60", true).1, topic(FieldWrong::TopicName));
    let late = (
        Field::WillDelay,
        FieldWrong::Number(NumberMistake::NotWhole),
    );
    assert_eq!(of("walls/1", "soon", true).1, [late]);
    // Without a topic there is none, whatever else is typed.
    let (profile, wrong) = of(" ", "soon", false);
    assert_eq!((profile.unwrap().will, wrong), (None, Vec::new()));
}

#[test]
fn no_filter_at_all_is_a_mistake() {
    assert_eq!(parse_filters(" ,\n"), Err(vec![FilterMistake::None]));
}

#[test]
fn a_mistyped_answer_is_a_mistake_and_not_none() {
    let filter = |text| TopicFilter::new(text).unwrap();
    for (typed, parsed) in [
        ("", Ok(None)),
        (" ", Ok(None)),
        (" siren/+/state ", Ok(Some(filter("siren/+/state")))),
        ("siren/#/state", Err(FilterError::HashNotLast)),
        ("siren/a+", Err(FilterError::PlusNotAlone)),
    ] {
        assert_eq!(parse_answer(typed), parsed, "{typed}");
    }
}
