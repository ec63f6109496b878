use std::collections::BTreeSet;

use super::*;
use crate::words::Language;

fn sentences(language: Language) -> &'static Sentences {
    match language {
        Language::En => &EN,
        Language::Ko => &KO,
    }
}

fn context(url: &str) -> Context {
    Context {
        address: Address::parse(url),
        page_is_https: true,
        worked_before: false,
    }
}

fn broker() -> Context {
    context("wss://broker.example:8084/mqtt")
}

fn said(fault: &Fault, context: &Context, language: Language) -> Problem {
    Problem::new(fault, Retry::AfterChange, context, sentences(language))
}

fn refused(code: u8) -> Fault {
    Fault::Refused {
        version: Version::V5,
        code,
        reason: None,
    }
}

fn disconnected(code: u8) -> Fault {
    Fault::Disconnected { code, reason: None }
}

/// Every fault that has a sentence of its own.
fn all_faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::Plan(PlanFault::Scheme),
        Fault::Plan(PlanFault::Host),
        Fault::Plan(PlanFault::UserInfo),
        Fault::Plan(PlanFault::UnknownPlatform),
        Fault::Plan(PlanFault::Text),
        Fault::Socket(SocketError::RefusedByConstructor),
        Fault::Socket(SocketError::Policy),
        Fault::Socket(SocketError::BeforeOpen),
        Fault::OpenTimeout,
        Fault::ConnackTimeout,
        Fault::ClosedBeforeConnack { code: 1006 },
        Fault::PingTimeout,
        Fault::Protocol(Violation::Malformed),
        Fault::Protocol(Violation::Unexpected),
        Fault::Protocol(Violation::TopicAlias),
        Fault::Protocol(Violation::ReceiveMaximum),
        Fault::Protocol(Violation::TooLarge),
        Fault::Protocol(Violation::TextFrame),
        Fault::SessionMismatch,
        refused(0xEE),
        disconnected(0xEE),
    ];
    faults.extend(
        [1000, 1001, 1006, 1008, 1009, 1011, 1012, 1013].map(|code| Fault::Closed { code }),
    );
    for code in codes::CODES {
        faults.push(refused(code.number));
        faults.push(disconnected(code.number));
    }
    faults
}

#[test]
fn every_fault_and_every_code_has_its_own_words_in_both_languages() {
    for language in Language::ALL {
        let mut headlines = BTreeSet::new();
        for fault in all_faults() {
            let problem = said(&fault, &broker(), language);
            assert!(!problem.advice.is_empty() && !problem.cause.is_empty());
            assert!(
                problem
                    .advice
                    .iter()
                    .all(|advice| !advice.trim().is_empty())
            );
            assert!(
                headlines.insert(problem.headline.clone()),
                "{}",
                problem.headline
            );
            let korean = problem.headline.chars().any(|c| ('가'..='힣').contains(&c));
            assert_eq!(korean, language == Language::Ko, "{}", problem.headline);
            for advice in &problem.advice {
                let korean = advice.chars().any(|c| ('가'..='힣').contains(&c));
                assert_eq!(korean, language == Language::Ko, "{advice}");
            }
        }
    }
}

#[test]
fn every_code_has_its_own_advice_or_shares_it_on_purpose() {
    let numbers: BTreeSet<u8> = codes::CODES.iter().map(|code| code.number).collect();
    assert_eq!(numbers.len(), codes::CODES.len());
    // Table 2-6 of MQTT 5.0: all codes from 0x80 on.
    assert!((0x80..=0xA2).all(|number| numbers.contains(&number)));
    for language in Language::ALL {
        let meanings = sentences(language).meanings;
        let advice: BTreeSet<&str> = meanings.iter().map(|meaning| meaning.advice).collect();
        assert_eq!(advice.len(), codes::CODES.len(), "{language:?}");
        let explained = meanings.iter().map(|meaning| meaning.number);
        assert!(explained.eq(codes::CODES.iter().map(|code| code.number)));
    }
}

#[test]
fn the_return_codes_of_the_older_version_say_the_same() {
    for (old, new) in [(1, 0x84), (2, 0x85), (3, 0x88), (4, 0x86), (5, 0x87)] {
        let old = Fault::Refused {
            version: Version::V311,
            code: old,
            reason: None,
        };
        let (old, new) = (
            said(&old, &broker(), Language::En),
            said(&refused(new), &broker(), Language::En),
        );
        assert_eq!(old.headline, new.headline);
        assert_ne!(old.cause, new.cause);
    }
}

#[test]
fn who_is_not_authorised_checks_the_password_first_and_then_asks_for_rights() {
    let old = Fault::Refused {
        version: Version::V311,
        code: 5,
        reason: None,
    };
    for (language, password, rights) in [
        (Language::En, "password", "permission"),
        (Language::Ko, "비밀번호", "권한"),
    ] {
        for fault in [&refused(0x87), &old] {
            let advice = said(fault, &broker(), language).advice;
            assert!(advice[0].contains(password), "{advice:?}");
            assert!(advice[1].contains(rights), "{advice:?}");
        }
        // Who was let in has the right password.
        let advice = said(&disconnected(0x87), &broker(), language).advice;
        assert!(!advice.join(" ").contains(password), "{advice:?}");
    }
}

#[test]
fn a_connection_that_never_opened_names_the_four_parts_that_are_left() {
    let fault = Fault::Socket(SocketError::BeforeOpen);
    for language in Language::ALL {
        let problem = said(&fault, &broker(), language);
        let advice = problem.advice.join("\n");
        for part in [
            "broker.example",
            "8084",
            "/mqtt",
            "https://broker.example:8084",
        ] {
            assert!(advice.contains(part), "{part}");
        }
        assert_eq!(problem.open.as_deref(), Some("https://broker.example:8084"));
    }
    let bare = said(&fault, &context("ws://10.0.0.5:1883"), Language::En);
    let advice = bare.advice.join("\n");
    assert!(advice.contains("MQTT over TCP") && advice.contains("has none"));
    assert_eq!(bare.open, None);
}

#[test]
fn tls_towards_a_broker_without_it_is_told_where_a_page_may_do_without() {
    let fault = Fault::Socket(SocketError::BeforeOpen);
    let by_http = Context {
        page_is_https: false,
        ..broker()
    };
    let worked = Context {
        worked_before: true,
        ..by_http.clone()
    };
    for language in Language::ALL {
        let tells = |context: &Context| {
            let advice = said(&fault, context, language).advice;
            advice.iter().any(|line| line.contains(" ws://"))
        };
        assert!(tells(&by_http));
        assert!(!tells(&broker()), "an https page can only open wss://");
        assert!(!tells(&worked));
    }
}

#[test]
fn an_address_that_has_worked_is_not_doubted_first() {
    let worked = Context {
        worked_before: true,
        ..broker()
    };
    let problem = said(
        &Fault::Socket(SocketError::BeforeOpen),
        &worked,
        Language::En,
    );
    assert!(problem.advice[0].contains("has worked"));
    // What runs out by itself is among the three for which a strip has room.
    assert!(problem.advice[1].starts_with("Certificate:"));
    assert!(problem.advice.len() <= 4);
}

#[test]
fn mixed_content_is_told_from_a_bad_address() {
    let fault = Fault::Socket(SocketError::RefusedByConstructor);
    let mixed = said(&fault, &context("ws://broker.example"), Language::En);
    assert!(mixed.headline.contains("https"));
    let bad = said(&fault, &broker(), Language::En);
    assert_ne!(mixed.headline, bad.headline);
}

#[test]
fn the_brokers_own_words_come_first() {
    let fault = Fault::Refused {
        version: Version::V5,
        code: 0x87,
        reason: Some("no ACL for wall".to_owned()),
    };
    for language in Language::ALL {
        assert!(said(&fault, &broker(), language).advice[0].contains("no ACL for wall"));
    }
}

#[test]
fn no_sentence_holds_a_secret_of_the_address() {
    let context = context("wss://u:hunter2@broker.example/mqtt?signature=hunter2#hunter2");
    for fault in all_faults() {
        for language in Language::ALL {
            assert!(!format!("{:?}", said(&fault, &context, language)).contains("hunter2"));
        }
    }
}

#[test]
fn a_state_says_whether_it_is_tried_again() {
    let at = Monotonic::from_millis(4_000);
    let waiting = LinkState::Waiting {
        retry_at: at,
        fault: Fault::PingTimeout,
    };
    let problem = Problem::of(&waiting, &broker(), &EN);
    assert_eq!(problem.map(|problem| problem.retry), Some(Retry::At(at)));
    let connecting = LinkState::Connecting { attempt: 3 };
    assert_eq!(Problem::of(&connecting, &broker(), &EN), None);
}

#[test]
fn a_refused_filter_says_why_in_a_few_words() {
    assert_eq!(reason(0x87, &EN), "not authorised");
    assert_eq!(reason(0x87, &KO), "권한 없음");
    assert_eq!(reason(0xEE, &EN), "0xEE");
}

#[test]
fn only_a_broker_that_refused_who_signs_in_may_want_another_password() {
    let old = |code| Fault::Refused {
        version: Version::V311,
        code,
        reason: None,
    };
    for fault in [refused(0x86), refused(0x87), old(4), old(5)] {
        assert!(may_be_the_password(&fault), "{fault:?}");
    }
    for fault in [refused(0x85), old(2), old(0x87), disconnected(0x87)] {
        assert!(!may_be_the_password(&fault), "{fault:?}");
    }
}

#[test]
fn what_is_known_for_sure_stands_instead_of_what_is_usual() {
    let why = || "The token expired.".to_owned();
    let fault = refused(0x87);
    let usual = said(&fault, &broker(), Language::En);
    let sure = usual.clone().because(&fault, why());
    assert_eq!(sure.advice, [why()]);
    assert_eq!(sure.headline, usual.headline);
    let fault = Fault::Refused {
        version: Version::V5,
        code: 0x87,
        reason: Some("Look at the clock".to_owned()),
    };
    let sure = said(&fault, &broker(), Language::En).because(&fault, why());
    let [words, other] = &sure.advice[..] else {
        panic!("{:?}", sure.advice);
    };
    assert!(words.contains("Look at the clock") && *other == why());
}
