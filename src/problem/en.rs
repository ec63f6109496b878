//! What happened and what to do, in English.

use crate::link::{PlanFault, Violation};

use super::address::Place;
use super::codes::en::MEANINGS;
use super::{Case, Said, Sentences};

/// All of it.
pub const EN: Sentences = Sentences {
    text,
    broker_says,
    meanings: MEANINGS,
};

/// The broker's own words.
fn broker_says(reason: &str) -> String {
    format!("The broker says: “{reason}”")
}

/// The headline, and the advice.
fn text(case: Case, at: &Place) -> (String, Vec<String>) {
    let host = &at.host;
    let (headline, advice) = match case {
        Case::Plan(plan) => return with(plan_fault(plan)),
        Case::MixedContent => (
            format!("This page came by https, so the browser forbids ws:// to {host}."),
            vec![
                "Use the broker's encrypted address, which begins with wss://.".to_owned(),
                "Or serve this page by http, inside a network that you trust.".to_owned(),
            ],
        ),
        Case::BadAddress => (
            "The browser does not take this address.".to_owned(),
            vec![format!("Check its spelling in the settings: {}", at.address)],
        ),
        Case::Policy => (
            "The security policy of this page forbids this broker.".to_owned(),
            vec![format!(
                "Whoever serves the page must add {} to connect-src in its Content-Security-Policy.",
                at.origin
            )],
        ),
        Case::NotOpened {
            worked_before,
            maybe_plain,
        } => (
            if worked_before {
                format!("{host} can no longer be reached.")
            } else {
                format!("The connection to {host} closed before it opened; the browser may not say why.")
            },
            not_opened(worked_before, maybe_plain, at),
        ),
        Case::OpenTimeout { worked_before } => (
            format!("{host} did not answer in time."),
            open_timeout(worked_before, at),
        ),
        Case::ConnackTimeout => (
            format!("{host} accepted the connection and then did not answer as an MQTT broker."),
            vec![
                format!("Does {} on port {} belong to the broker? Another service would be silent like this.", at.path, at.port),
                "A broker that is overloaded or has just started is silent too.".to_owned(),
            ],
        ),
        Case::ClosedBeforeConnack => (
            format!("{host} closed the connection instead of answering the sign-in."),
            vec![
                "Check user name, password and client identifier: some brokers say nothing and just close.".to_owned(),
                "Set the MQTT version to 3.1.1 only, in case the broker knows no other.".to_owned(),
                "The log of the broker, or of a proxy before it, says why.".to_owned(),
            ],
        ),
        Case::Refused(said) => {
            let (headline, mut advice) = coded("The broker refused the connection", said);
            if said.may_mean_the_password() {
                advice.insert(0, "Check user name and password in the settings: some brokers, Mosquitto among them, answer a wrong password like this.".to_owned());
            }
            (headline, advice)
        }
        Case::Disconnected(said) => coded("The broker ended the connection", said),
        Case::Closed(code) => (closed(code, host), vec![
            "The network, a proxy or the broker ended it without saying why in MQTT.".to_owned(),
            "If it happens at a steady interval, a proxy cuts quiet connections: lower the keep alive.".to_owned(),
            "If another screen or program has the same client identifier, each throws the other out.".to_owned(),
        ]),
        Case::PingTimeout => (
            format!("{host} no longer answers."),
            vec![
                "The connection was dead though nobody had closed it: another network, sleep, or a firewall that forgets quiet connections.".to_owned(),
                "If it happens often, lower the keep alive.".to_owned(),
            ],
        ),
        Case::Protocol(violation) => return with(protocol(violation)),
        Case::SessionMismatch => (
            "The broker resumed a session that this page no longer has.".to_owned(),
            vec!["A new session is started. What the broker had kept for the old one is lost.".to_owned()],
        ),
    };
    (headline, advice)
}

#[inline(always)] // For the reason of `Place`.
fn with((headline, advice): (&str, &str)) -> (String, Vec<String>) {
    (headline.to_owned(), vec![advice.to_owned()])
}

fn plan_fault(plan: PlanFault) -> (&'static str, &'static str) {
    match plan {
        PlanFault::Scheme => (
            "The address begins with neither wss:// nor ws://.",
            "A browser can only open WebSocket addresses: enter the broker's WebSocket port and path.",
        ),
        PlanFault::Host => (
            "The address has no host name.",
            "Correct it in the settings, as in wss://broker.example:8084/mqtt.",
        ),
        PlanFault::UserInfo => (
            "The address holds a user name or password.",
            "Move them to their own fields: an address is shown and kept in clear.",
        ),
        PlanFault::UnknownPlatform => (
            "This version of the page does not know this kind of broker.",
            "Choose another kind in the settings, or update the page on its server.",
        ),
        PlanFault::Text => (
            "The user name, password, client identifier or authentication method cannot be sent.",
            "Correct it in the settings: it is too long, or holds a character that MQTT forbids.",
        ),
        PlanFault::NotLoaded => (
            "A part of this page could not be loaded from its server.",
            "It is tried again by itself.",
        ),
    }
}

/// All that a browser leaves open, with this address's own parts.
fn not_opened(worked_before: bool, maybe_plain: bool, at: &Place) -> Vec<String> {
    let mut advice = Vec::new();
    let certificate = if at.secure {
        format!(
            "Certificate: open {} in this browser. If it warns, it does not trust the certificate, or wants one of yours.",
            at.https_origin
        )
    } else {
        "Encryption: if the broker wants TLS, the address must begin with wss://.".to_owned()
    };
    if worked_before {
        advice.push(
            "This address has worked: the broker or the network is probably down.".to_owned(),
        );
        // It runs out by itself, and nothing else of an address does.
        if at.secure {
            advice.push(certificate.clone());
        }
    }
    advice.push(format!(
        "Host: does {} exist, and can this device reach it?",
        at.host
    ));
    advice.push(if at.port_is_raw {
        format!(
            "Port: {} is usually MQTT over TCP. WebSocket is often on 8083 or 8084.",
            at.port
        )
    } else {
        format!(
            "Port: does the broker take WebSocket connections on {}?",
            at.port
        )
    });
    if worked_before {
        return advice;
    }
    advice.push(if at.has_no_path {
        "Path: the address has none. Many brokers need /mqtt or /ws.".to_owned()
    } else {
        format!("Path: is {} the one that the broker expects?", at.path)
    });
    advice.push(certificate);
    if at.secure && maybe_plain {
        advice.push(
            "Encryption: if the broker has no TLS on this port, the address must begin with ws://."
                .to_owned(),
        );
    }
    advice
}

fn open_timeout(worked_before: bool, at: &Place) -> Vec<String> {
    let mut advice = Vec::new();
    if worked_before {
        advice.push(
            "This address has worked: the network between here and the broker is probably down."
                .to_owned(),
        );
    }
    advice.push(format!(
        "A firewall may swallow what is sent to port {} of {}.",
        at.port, at.host
    ));
    advice.push(
        "If the broker is in a private network, this device must be in it too, or in its VPN."
            .to_owned(),
    );
    advice
}

fn coded(lead: &str, said: Said) -> (String, Vec<String>) {
    match said {
        Said::Known(meaning) => (
            format!("{lead}: {}.", meaning.reason),
            vec![meaning.advice.to_owned()],
        ),
        Said::Unknown(number) => (
            format!("{lead} with code {number}, which MQTT does not define."),
            vec!["The broker's manual or log says what it means.".to_owned()],
        ),
    }
}

fn closed(code: u16, host: &str) -> String {
    match code {
        1000 => format!("{host} closed the connection."),
        1001 => format!("{host} is shutting down."),
        1008 => format!("{host} closed the connection by a rule of its own."),
        1009 => format!("{host} closed the connection: a message was too large for it."),
        1011 => format!("{host} closed the connection: an error on its side."),
        1012 => format!("{host} is restarting."),
        1013 => format!("{host} is overloaded and asks to come back later."),
        _ => format!("The connection to {host} was lost."),
    }
}

fn protocol(violation: Violation) -> (&'static str, &'static str) {
    match violation {
        Violation::Malformed => (
            "What the server sends is not MQTT.",
            "Check port and path: they may belong to another service than the broker.",
        ),
        Violation::Unexpected => (
            "The broker sent something that MQTT does not allow at that point.",
            "Set the MQTT version to 3.1.1 only, or update the broker.",
        ),
        Violation::TopicAlias => (
            "The broker sent a topic alias that was not agreed.",
            "Set the MQTT version to 3.1.1 only, or update the broker.",
        ),
        Violation::ReceiveMaximum => (
            "The broker sent more messages at once than was agreed.",
            "Set the MQTT version to 3.1.1 only, or update the broker.",
        ),
        Violation::TooLarge => (
            "The broker sent a larger message than was agreed.",
            "Narrow the topic filters: images and video do not belong to counts.",
        ),
        Violation::Authentication => (
            "The broker did not complete the sign-in.",
            "Check address, password and authentication method: this may not be the broker that knows the password.",
        ),
        Violation::TextFrame => (
            "The server sends text where MQTT needs binary frames.",
            "Check port and path: they may belong to another service, or to a gateway that must be set to binary.",
        ),
    }
}
