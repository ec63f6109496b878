use super::*;
use crate::mqtt::{QoS, Version};

fn of(method: &str) -> Box<dyn Authentication> {
    let credentials = Credentials {
        method: method.to_owned(),
        username: "anna".to_owned(),
        password: Secret::new("pencil".to_owned()),
    };
    AUTHENTICATION(credentials, 7)
}

fn connack() -> Connack {
    Connack {
        version: Version::V5,
        code: 0,
        reason: None,
        session_present: false,
        keep_alive: None,
        session_expiry: None,
        assigned_client_id: None,
        receive_maximum: 1,
        maximum_qos: QoS::ExactlyOnce,
        retain_available: true,
        maximum_packet_size: u32::MAX,
        subscription_identifiers: true,
        authentication_method: None,
        authentication_data: Vec::new(),
    }
}

#[test]
fn a_token_that_mqtt_cannot_carry_is_refused_before_it_is_sent() {
    let credentials = |method: &str, length| Credentials {
        method: method.to_owned(),
        username: String::new(),
        password: Secret::new("t".repeat(length)),
    };
    assert!(
        AUTHENTICATION(credentials("JWT", 65_535), 7)
            .connect()
            .is_ok()
    );
    assert!(
        AUTHENTICATION(credentials("JWT", 65_536), 7)
            .connect()
            .is_err()
    );
    assert!(AUTHENTICATION(credentials("J\0T", 1), 7).connect().is_err());
}

#[test]
fn each_exchange_has_a_nonce_of_its_own() {
    let mut said = Vec::new();
    for nonce in [7, 8] {
        let credentials = Credentials {
            method: SCRAM_SHA_256.to_owned(),
            username: "anna".to_owned(),
            password: Secret::default(),
        };
        said.push(AUTHENTICATION(credentials, nonce).connect().unwrap());
    }
    assert_ne!(said[0], said[1]);
}

#[test]
fn whatever_a_broker_says_is_answered_or_refused_and_never_stops_the_page() {
    for method in [SCRAM_SHA_256, "JWT"] {
        for length in 0..64_u8 {
            for byte in 0..=u8::MAX {
                let mut body = vec![0x18, length, property::AUTHENTICATION_METHOD, 0, 3];
                body.extend_from_slice(b"JWT");
                body.resize(usize::from(length), byte);
                let _refused = of(method).handle_auth(&body);
                let connack = Connack {
                    authentication_method: Some(method.to_owned()),
                    authentication_data: body,
                    ..connack()
                };
                let _refused = of(method).handle_connack(&connack);
            }
        }
    }
}
