//! Causes and findings → sentences.

use std::time::Duration;

use super::{Answer, Cause, Finding, Skew, Steady, Way};
use crate::problem::Address;
use crate::words::{SettingsWords, Words, shown};

/// What a cause says of an address.
pub fn cause(cause: &Cause, at: &Address, words: &Words, settings: &SettingsWords) -> String {
    let said = &settings.doctor.cause;
    let (host, port) = (shown(&at.host), at.port.to_string());
    match cause {
        Cause::Offline => said.offline.to_owned(),
        Cause::MixedContent => (said.mixed_content)(&host),
        Cause::Policy => (said.policy)(&shown(&at.origin())),
        Cause::LocalDenied { is_framed: false } => said.local_denied.to_owned(),
        Cause::LocalDenied { is_framed: true } => said.local_denied_framed.to_owned(),
        Cause::LocalAsks => said.local_asks.to_owned(),
        Cause::LocalInsecure => said.local_insecure.to_owned(),
        Cause::Path(right) => (said.path)(&shown(&right.to_string())),
        Cause::Scheme(right) => (said.scheme)(&shown(&right.to_string())),
        Cause::Subprotocol => (said.subprotocol)(&host),
        Cause::Opens => said.opens.to_owned(),
        Cause::NoSocketThere => (said.no_socket_there)(&shown(&at.path)),
        Cause::Upgrade => said.upgrade.to_owned(),
        Cause::Certificate => (said.certificate)(&shown(&at.https_origin())),
        Cause::ClientCertificate => (said.client_certificate)(&host),
        Cause::NotEncrypted => (said.not_encrypted)(&port),
        Cause::WantsEncryption => (said.wants_encryption)(&port),
        Cause::RawPort => (said.raw_port)(&port),
        Cause::Port => (said.port)(&port),
        Cause::Name => (said.name)(&host),
        Cause::Swallowed => (said.swallowed)(&port),
        Cause::Hangs => (said.hangs)(&port),
        Cause::OtherNetwork => (said.other_network)(&host),
        Cause::TokenExpired(since) => (said.token_expired)(&words.ago(*since)),
        Cause::Clock(Skew { by, is_ahead }) => {
            let around = if *is_ahead {
                said.clock_ahead
            } else {
                said.clock_behind
            };
            around(&words.span(*by))
        }
        Cause::RefusedByAws => said.refused_by_aws.to_owned(),
        Cause::RefusedByClearBlade => said.refused_by_clearblade.to_owned(),
        Cause::Cut(Steady::Silence(span)) => (said.cut_by_silence)(&words.span(*span)),
        Cause::Cut(Steady::Age(span)) => (said.cut_by_age)(&words.span(*span)),
        Cause::SameClientId => said.same_client_id.to_owned(),
    }
}

/// What was tried, and what came of it.
pub fn finding(finding: &Finding, settings: &SettingsWords) -> String {
    let said = &settings.doctor;
    let around = match (finding.answer, finding.probe.way) {
        (Answer::Yes, Way::Request) => said.answered,
        (Answer::Yes, Way::Socket | Way::BareSocket) => said.opened,
        (Answer::No, _) => said.failed,
        (Answer::Forbidden, _) => said.forbidden,
        (Answer::Silence, _) => said.silent,
    };
    let what = shown(&finding.probe.target());
    let what = match finding.probe.way {
        Way::BareSocket => format!("{what} (-mqtt)"),
        Way::Socket | Way::Request => what,
    };
    around(&what, &span(finding.took))
}

/// In milliseconds: whether something failed at once or in a second is what tells.
fn span(took: Duration) -> String {
    format!("{} ms", took.as_millis())
}
