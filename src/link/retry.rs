//! Whether and when to try again after a fault: the one place that decides it.

use std::time::Duration;

use crate::mqtt::Version;

use super::{Fault, SocketError, Violation};

/// Whether and when to try again. An unattended wall must come back by itself, and no broker may be hammered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// Soon, and ever less often.
    AfterBackoff,
    /// When a person asks for it, or after this time.
    AfterUserActionOr(Duration),
    /// Not before a person asks for it: it cannot help.
    Never,
}

/// What to do after a fault that is the `refusals`th refusal in a row (if it is one).
pub(super) fn retry(fault: &Fault, refusals: u32) -> Retry {
    match fault {
        // Only another profile, or another page, changes these.
        Fault::Plan(_) | Fault::Socket(SocketError::RefusedByConstructor | SocketError::Policy) => {
            Retry::Never
        }
        Fault::Refused { version, code, .. } => match version {
            Version::V311 => return_code(*code, refusals),
            Version::V5 => reason_code(*code, refusals),
        },
        Fault::Disconnected { code, .. } => match code {
            // Another client has our identifier. Coming back at once would throw it out, and it us.
            0x8E => Retry::AfterUserActionOr(TAKEN_OVER),
            _ => reason_code(*code, refusals),
        },
        // Each attempt would tell whoever is there something of the password.
        Fault::Protocol(Violation::Authentication) => Retry::AfterUserActionOr(RARELY),
        // A silent close is never read as a refusal: a broker that elects or restarts closes so too.
        Fault::Socket(SocketError::BeforeOpen)
        | Fault::OpenTimeout
        | Fault::ConnackTimeout
        | Fault::ClosedBeforeConnack { .. }
        | Fault::Closed { .. }
        | Fault::PingTimeout
        | Fault::Protocol(_)
        | Fault::SessionMismatch => Retry::AfterBackoff,
    }
}

/// Whether a network that comes back may have ended this fault.
pub(super) fn is_of_the_network(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Socket(SocketError::BeforeOpen)
            | Fault::OpenTimeout
            | Fault::ConnackTimeout
            | Fault::ClosedBeforeConnack { .. }
            | Fault::Closed { .. }
            | Fault::PingTimeout
    )
}

/// Whether the broker does not speak the version in which it was asked.
pub(super) const fn refuses_version(version: Version, code: u8) -> bool {
    matches!((version, code), (Version::V311, 1) | (Version::V5, 0x84))
}

/// CONNACK of 3.1.1; platforms add codes of their own (AWS 7, ClearBlade 13).
fn return_code(code: u8, refusals: u32) -> Retry {
    match code {
        // Version, client identifier: somebody must change something.
        1 | 2 => Retry::AfterUserActionOr(RARELY),
        3 => Retry::AfterBackoff,
        4 => credentials(refusals),
        _ => growing(refusals),
    }
}

/// CONNACK and DISCONNECT of version 5.
fn reason_code(code: u8, refusals: u32) -> Retry {
    match code {
        // Malformed, protocol error, version, client identifier, banned, authentication method, topic, size, payload,
        // retain, QoS, moved: somebody must change something.
        0x81 | 0x82 | 0x84 | 0x85 | 0x8A | 0x8C | 0x90 | 0x95 | 0x99..=0x9B | 0x9D => {
            Retry::AfterUserActionOr(RARELY)
        }
        0x86 => credentials(refusals),
        // Normal, unavailable, busy, shutting down, keep alive, receive maximum, message rate, quota, by an
        // administrator, another server, connection rate, maximum connect time.
        0..=0x7F | 0x88 | 0x89 | 0x8B | 0x8D | 0x93 | 0x96..=0x98 | 0x9C | 0x9F | 0xA0 => {
            Retry::AfterBackoff
        }
        _ => growing(refusals),
    }
}

/// A password may be wrong because its store restarts; after the second time it is wrong. Brokers lock accounts.
const fn credentials(refusals: u32) -> Retry {
    Retry::AfterUserActionOr(if refusals <= 1 { ONCE_MORE } else { RARELY })
}

/// Doubles from a quarter of a minute to five: a permission may be given at any time, and asking costs the broker.
fn growing(refusals: u32) -> Retry {
    let doublings = refusals.saturating_sub(1).min(MAX_DOUBLINGS);
    Retry::AfterUserActionOr((FIRST_OF_GROWING * (1 << doublings)).min(LAST_OF_GROWING))
}

const ONCE_MORE: Duration = Duration::from_secs(60);
const RARELY: Duration = Duration::from_secs(15 * 60);
const TAKEN_OVER: Duration = Duration::from_secs(60);
const FIRST_OF_GROWING: Duration = Duration::from_secs(15);
const LAST_OF_GROWING: Duration = Duration::from_secs(5 * 60);
const MAX_DOUBLINGS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(fault: &Fault, refusals: u32) -> u64 {
        match retry(fault, refusals) {
            Retry::AfterUserActionOr(wait) => wait.as_secs(),
            other => panic!("{fault:?} leads to {other:?}"),
        }
    }

    fn refused(version: Version, code: u8) -> Fault {
        Fault::Refused {
            version,
            code,
            reason: None,
        }
    }

    #[test]
    fn a_wrong_password_is_tried_once_more_after_a_minute_then_every_quarter_of_an_hour() {
        for fault in [refused(Version::V311, 4), refused(Version::V5, 0x86)] {
            let waits: Vec<_> = (1..5).map(|count| seconds(&fault, count)).collect();
            assert_eq!(waits, [60, 900, 900, 900]);
        }
    }

    #[test]
    fn who_is_not_authorised_waits_up_to_five_minutes() {
        for fault in [refused(Version::V311, 5), refused(Version::V5, 0x87)] {
            let waits: Vec<_> = (1..8).map(|count| seconds(&fault, count)).collect();
            assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300]);
        }
    }

    #[test]
    fn a_busy_broker_is_tried_again_with_backoff() {
        assert_eq!(retry(&refused(Version::V311, 3), 9), Retry::AfterBackoff);
        for code in [0x88, 0x89, 0x97, 0x9F] {
            assert_eq!(retry(&refused(Version::V5, code), 9), Retry::AfterBackoff);
        }
    }

    #[test]
    fn every_code_of_both_versions_leads_back_by_itself() {
        for code in 0..=u8::MAX {
            for refusals in 1..20 {
                for fault in [
                    refused(Version::V311, code),
                    refused(Version::V5, code),
                    Fault::Disconnected { code, reason: None },
                ] {
                    match retry(&fault, refusals) {
                        Retry::AfterBackoff => {}
                        Retry::AfterUserActionOr(wait) => {
                            assert!((FIRST_OF_GROWING..=RARELY).contains(&wait));
                        }
                        Retry::Never => panic!("{fault:?} never comes back"),
                    }
                }
            }
        }
    }
}
