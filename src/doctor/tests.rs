use std::collections::BTreeSet;

use super::*;
use crate::time::Timestamp;
use crate::words::{EN, KO};
use crate::words::{Language, settings_words};

const SPAN: Duration = Duration::from_millis(12);

fn https() -> Page {
    Page {
        is_https: true,
        host: "wall.example".to_owned(),
        ..Page::default()
    }
}

fn http() -> Page {
    Page {
        is_https: false,
        ..https()
    }
}

/// A network in which these answer and all else fails.
struct World {
    /// Addresses at which a WebSocket opens that offers `mqtt`.
    sockets: &'static [&'static str],
    /// The same for one that offers nothing.
    bare: &'static [&'static str],
    /// Addresses at which a request is answered.
    servers: &'static [&'static str],
    /// What all other attempts come to.
    else_: Answer,
}

const NOTHING: World = World {
    sockets: &[],
    bare: &[],
    servers: &[],
    else_: Answer::No,
};

fn examine(url: &str, page: Page, world: &World) -> Examination {
    let mut examination = Examination::new(Address::parse(url).unwrap(), page);
    for _ in 0..20 {
        let Some(probe) = examination.poll_probe() else {
            return examination;
        };
        let known = match probe.way {
            Way::Socket => world.sockets,
            Way::BareSocket => world.bare,
            Way::Request => world.servers,
        };
        let answer = if known.contains(&probe.target().as_str()) {
            Answer::Yes
        } else {
            world.else_
        };
        examination.handle_answer(probe, answer, SPAN);
    }
    panic!("it never comes to its end: {:?}", examination.findings());
}

fn causes(url: &str, page: Page, world: &World) -> Vec<Cause> {
    examine(url, page, world).causes()
}

fn address(url: &str) -> Address {
    Address::parse(url).unwrap()
}

#[test]
fn what_a_page_can_know_is_named_alone() {
    let wss = "wss://broker.example:8084/mqtt";
    let at = |sockets| World { sockets, ..NOTHING };
    let cases = [
        (
            "ws://broker.example:9001/",
            https(),
            NOTHING,
            Cause::MixedContent,
        ),
        (
            wss,
            Page {
                is_offline: true,
                ..https()
            },
            NOTHING,
            Cause::Offline,
        ),
        (
            wss,
            https(),
            World {
                else_: Answer::Forbidden,
                ..NOTHING
            },
            Cause::Policy,
        ),
        (
            "wss://broker.example:8084/",
            https(),
            at(&["wss://broker.example:8084/mqtt"]),
            Cause::Path(address(wss)),
        ),
        (
            wss,
            https(),
            World {
                bare: &["wss://broker.example:8084/mqtt"],
                ..NOTHING
            },
            Cause::Subprotocol,
        ),
        (
            wss,
            http(),
            at(&["ws://broker.example:8084/mqtt"]),
            Cause::Scheme(address("ws://broker.example:8084/mqtt")),
        ),
        (
            "ws://broker.example:8084/mqtt",
            http(),
            at(&["wss://broker.example:8084/mqtt"]),
            Cause::Scheme(address(wss)),
        ),
        (
            wss,
            https(),
            at(&["wss://broker.example:8084/mqtt"]),
            Cause::Opens,
        ),
    ];
    for (url, page, world, cause) in cases {
        assert_eq!(causes(url, page, &world), [cause], "{url}");
    }
}

#[test]
fn what_is_left_is_at_most_four_and_narrows_with_what_answers() {
    let wss = "wss://broker.example:8084/mqtt";
    let with = |servers, else_| World {
        servers,
        else_,
        ..NOTHING
    };
    let cases: [(&str, Page, World, &[Cause]); 7] = [
        (
            wss,
            https(),
            NOTHING,
            &[Cause::Certificate, Cause::Port, Cause::Name],
        ),
        (
            wss,
            https(),
            with(&["https://broker.example/"], Answer::No),
            &[Cause::Certificate, Cause::Port],
        ),
        (
            wss,
            https(),
            with(&["https://broker.example:8084/"], Answer::No),
            &[Cause::NoSocketThere, Cause::Upgrade],
        ),
        // Somebody is there, and only by TLS it fails.
        (
            wss,
            http(),
            with(&["http://broker.example:8084/"], Answer::No),
            &[Cause::Certificate, Cause::NotEncrypted],
        ),
        (
            wss,
            https(),
            with(&[], Answer::Silence),
            &[Cause::OtherNetwork, Cause::Swallowed, Cause::Hangs],
        ),
        (
            "ws://broker.example:1883/",
            http(),
            NOTHING,
            &[
                Cause::RawPort,
                Cause::WantsEncryption,
                Cause::Port,
                Cause::Name,
            ],
        ),
        (
            "wss://broker.example:8883/mqtt",
            https(),
            NOTHING,
            &[Cause::RawPort, Cause::Certificate, Cause::Port, Cause::Name],
        ),
    ];
    for (url, page, world, left) in cases {
        assert_eq!(causes(url, page, &world), left, "{url}");
    }
}

#[test]
fn the_local_network_is_blamed_only_where_browsers_guard_it() {
    let lan = "wss://192.168.1.5:8084/mqtt";
    let with = |network, page: Page| Page { network, ..page };
    let denied = with(Permission::Denied, https());
    assert_eq!(
        causes(lan, denied.clone(), &NOTHING),
        [Cause::LocalDenied { is_framed: false }]
    );
    let framed = Page {
        is_framed: true,
        ..denied.clone()
    };
    assert_eq!(
        causes(lan, framed, &NOTHING),
        [Cause::LocalDenied { is_framed: true }]
    );
    let asks = causes(lan, with(Permission::Asks, https()), &NOTHING);
    assert_eq!((&asks[0], asks.len()), (&Cause::LocalAsks, 3));
    assert_eq!(causes(lan, http(), &NOTHING)[0], Cause::LocalInsecure);
    // A page of the same network, a broker anywhere: nothing to be allowed.
    let near = Page {
        host: "192.168.1.9".to_owned(),
        ..denied.clone()
    };
    assert_eq!(causes(lan, near, &NOTHING)[0], Cause::Certificate);
    let far = "wss://broker.example:8084/mqtt";
    assert_eq!(causes(far, denied, &NOTHING)[0], Cause::Certificate);
    // A name of some network: of this one, perhaps.
    let named = "wss://broker.lan:8084/mqtt";
    let denied = with(Permission::Denied, https());
    let maybe = causes(named, denied, &NOTHING);
    assert_eq!(
        (&maybe[0], maybe.len()),
        (&Cause::LocalDenied { is_framed: false }, 4)
    );
    // Where it is allowed, the page may open what is not encrypted, too.
    let plain = World {
        sockets: &["ws://192.168.1.5:9001/"],
        ..NOTHING
    };
    let granted = with(Permission::Granted, https());
    assert_eq!(
        causes("ws://192.168.1.5:9001", granted, &plain),
        [Cause::Opens]
    );
}

#[test]
fn a_broker_that_wanted_a_certificate_of_ours_is_found_by_asking_for_one() {
    let url = "wss://broker.example:8443/mqtt";
    let mut examination = Examination::new(address(url), https());
    let mut asked = false;
    while let Some(probe) = examination.poll_probe() {
        let is_the_address = probe.way == Way::Socket && probe.address == address(url);
        let answer = if is_the_address && asked {
            Answer::Yes
        } else {
            Answer::No
        };
        // Mosquitto closes the request, and the browser remembers the choice all the same.
        asked |= probe.way == Way::Request;
        examination.handle_answer(probe, answer, SPAN);
    }
    assert_eq!(examination.causes(), [Cause::ClientCertificate]);
}

#[test]
fn where_nothing_comes_back_little_is_tried() {
    let silent = World {
        else_: Answer::Silence,
        ..NOTHING
    };
    let examination = examine("wss://broker.example:8084/mqtt", http(), &silent);
    assert!(examination.findings().len() <= 3);
}

#[test]
fn what_is_tried_holds_no_query_and_says_nothing_of_who_we_are() {
    let url = "wss://me:hunter2@broker.example/mqtt?token=hunter2";
    for finding in examine(url, http(), &NOTHING).findings() {
        assert!(!finding.probe.target().contains("hunter2"));
    }
}

#[test]
fn what_is_known_beside_the_address_is_told() {
    let why = |cause| Known {
        why: Some(cause),
        ..Known::default()
    };
    let beside = |causes: &[Cause]| Known {
        beside: causes.to_vec(),
        ..Known::default()
    };
    let cut = |lived, silent| Cut {
        at: Timestamp::from_millis(0),
        fault: Fault::Closed { code: 1006 },
        lived: Duration::from_secs(lived),
        silent: Duration::from_secs(silent),
    };
    let closed = Fault::Closed { code: 1006 };
    let steady = [cut(61, 60), cut(60, 60), cut(60, 60)];
    let case = Case {
        fault: Some(&closed),
        cuts: &steady,
        has_own_client_id: true,
        ..Case::default()
    };
    let silence = Steady::Silence(Duration::from_secs(60));
    assert_eq!(known(&case), why(Cause::Cut(silence)));
    // The last one ended otherwise.
    let other = Case {
        fault: Some(&Fault::PingTimeout),
        ..case
    };
    assert_eq!(known(&other), Known::default());
    let short = [cut(7, 1), cut(11, 2), cut(30, 5)];
    let case = Case {
        cuts: &short,
        ..case
    };
    // It may be a bad network as well.
    assert_eq!(known(&case), beside(&[Cause::SameClientId]));
    // Of these the broker said why they ended.
    let told = short.clone().map(|cut| Cut {
        fault: Fault::Disconnected {
            code: 0x8E,
            reason: None,
        },
        ..cut
    });
    let said = Case {
        cuts: &told,
        ..case
    };
    assert_eq!(known(&said), Known::default());
    let made = Case {
        has_own_client_id: false,
        ..case
    };
    assert_eq!(known(&made), Known::default());
    let refused = |code| Fault::Refused {
        version: Version::V311,
        code,
        reason: None,
    };
    for (code, told) in [
        (7, why(Cause::RefusedByAws)),
        (13, why(Cause::RefusedByClearBlade)),
        (5, Known::default()),
    ] {
        let fault = refused(code);
        let case = Case {
            fault: Some(&fault),
            ..Case::default()
        };
        assert_eq!(known(&case), told);
    }
    let skew = |seconds| Skew {
        by: Duration::from_secs(seconds),
        is_ahead: true,
    };
    let case = Case {
        token_expired: Some(SPAN),
        skew: Some(skew(300)),
        ..Case::default()
    };
    let told = [Cause::TokenExpired(SPAN), Cause::Clock(skew(300))];
    assert_eq!(known(&case), beside(&told), "nothing is refused");
    let unavailable = refused(3);
    let case = Case {
        fault: Some(&unavailable),
        ..case
    };
    assert_eq!(known(&case), beside(&told), "no token mends that");
    let fault = refused(5);
    let case = Case {
        fault: Some(&fault),
        ..case
    };
    let told = Known {
        beside: told[1..].to_vec(),
        ..why(told[0].clone())
    };
    assert_eq!(known(&case), told);
    let usual = Case {
        skew: Some(skew(2)),
        ..Case::default()
    };
    assert_eq!(known(&usual), Known::default());
}

#[test]
fn every_cause_has_its_own_words_in_both_languages() {
    let span = Duration::from_secs(61);
    let other = address("wss://broker.example/ws");
    let skew = |is_ahead| Cause::Clock(Skew { by: span, is_ahead });
    let all = [
        Cause::Offline,
        Cause::MixedContent,
        Cause::Policy,
        Cause::LocalDenied { is_framed: false },
        Cause::LocalDenied { is_framed: true },
        Cause::LocalAsks,
        Cause::LocalInsecure,
        Cause::Path(other.clone()),
        Cause::Scheme(other),
        Cause::Subprotocol,
        Cause::Opens,
        Cause::NoSocketThere,
        Cause::Upgrade,
        Cause::Certificate,
        Cause::ClientCertificate,
        Cause::NotEncrypted,
        Cause::WantsEncryption,
        Cause::RawPort,
        Cause::Port,
        Cause::Name,
        Cause::Swallowed,
        Cause::Hangs,
        Cause::OtherNetwork,
        Cause::TokenExpired(span),
        Cause::RefusedByAws,
        Cause::RefusedByClearBlade,
        skew(true),
        skew(false),
        Cause::Cut(Steady::Silence(span)),
        Cause::Cut(Steady::Age(span)),
        Cause::SameClientId,
    ];
    let at = address("wss://broker.example:8084/mqtt");
    for language in Language::ALL {
        let (words, settings) = match language {
            Language::En => (&EN, settings_words(language)),
            Language::Ko => (&KO, settings_words(language)),
        };
        let said = all.iter().map(|one| cause(one, &at, words, settings));
        let said: BTreeSet<String> = said.collect();
        assert_eq!(said.len(), all.len());
        for sentence in said {
            let korean = sentence.chars().any(|c| ('가'..='힣').contains(&c));
            assert_eq!(korean, language == Language::Ko, "{sentence}");
        }
    }
}

#[test]
fn of_several_addresses_the_one_in_use_or_tried_last_is_examined() {
    let urls = ["wss://first/mqtt", "wss://second/mqtt", "ws://third"];
    let host = |place| present(urls, place).map(|address| address.host);
    for (place, expected) in [
        (None, "first"),
        (Some(0), "first"),
        (Some(1), "second"),
        (Some(2), "third"),
        // Of a profile that had more.
        (Some(3), "first"),
    ] {
        assert_eq!(host(place).as_deref(), Some(expected), "{place:?}");
    }
    assert_eq!(present([], Some(1)), None);
}
