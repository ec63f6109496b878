//! Any broker that speaks MQTT over WebSocket: what the person typed is what is sent.

use crate::secret::Secret;
use crate::settings::Profile;
use crate::settings::form::{UrlWrong, check_url};
use crate::time::Now;

use super::{ConnectPlan, Field, FieldId, FieldKind, Form, PlanFault, Step};

/// What a person fills in.
pub(super) const FORM: Form = Form {
    id: "generic",
    fields: &[
        Field {
            id: FieldId::Url,
            kind: FieldKind::Text,
            required: true,
            example: "wss://broker.example:8884/mqtt",
        },
        field(FieldId::Username, FieldKind::Text),
        field(FieldId::Password, FieldKind::Secret),
        Field {
            id: FieldId::Filters,
            kind: FieldKind::Lines,
            required: true,
            example: "axis/+/event/#",
        },
        field(FieldId::ClientId, FieldKind::Text),
        field(FieldId::Version, FieldKind::Choice),
        field(FieldId::KeepAlive, FieldKind::Span),
        field(FieldId::SessionExpiry, FieldKind::Span),
    ],
    // Enough for a person and for rules, and no flood if two of them drive each other.
    publish_rate: 10,
};

/// Checks the address, and passes everything on as it is.
pub(super) fn connect(
    profile: &Profile,
    url: &str,
    client_id: &str,
    _now: Now,
) -> Result<Step, PlanFault> {
    // A user name without any password stops Node-RED's Aedes node, and Node-RED with it; an empty one is just refused.
    let unknown = || profile.username.as_ref().map(|_| Secret::default());
    Ok(Step::Ready(ConnectPlan {
        url: Secret::new(address(url)?.to_owned()),
        client_id: client_id.to_owned(),
        username: profile.username.clone(),
        password: profile.password.clone().or_else(unknown),
        authentication: profile.authentication.clone(),
        version: profile.spoken(),
        keep_alive: profile.keep_alive,
        session_expiry: profile.session_expiry,
        filters: profile.filters.clone(),
        // Who only listens never publishes, not even like this.
        will: profile.will.clone().filter(|_| profile.publishes),
    }))
}

/// An address that a WebSocket can be opened with. A fragment is left out, because older browsers refuse it and none sends it.
fn address(text: &str) -> Result<&str, PlanFault> {
    let text = text.trim();
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    match check_url(text, false) {
        Err(mistake) if mistake.what.blocks() => Err(match mistake.what {
            UrlWrong::Empty | UrlWrong::Scheme => PlanFault::Scheme,
            UrlWrong::UserInfo => PlanFault::UserInfo,
            _ => PlanFault::Host,
        }),
        _ => Ok(text),
    }
}

const fn field(id: FieldId, kind: FieldKind) -> Field {
    Field {
        id,
        kind,
        required: false,
        example: "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{now, profile};
    use super::*;

    #[test]
    fn addresses_that_a_browser_can_open_are_taken() {
        for (typed, opened) in [
            ("ws://broker", "ws://broker"),
            (" wss://broker:8884/mqtt?x=1 ", "wss://broker:8884/mqtt?x=1"),
            ("WSS://Broker.Example/", "WSS://Broker.Example/"),
            ("ws://[::1]:9001/mqtt", "ws://[::1]:9001/mqtt"),
            ("ws://[::1]", "ws://[::1]"),
            ("wss://broker/mqtt#here", "wss://broker/mqtt"),
            ("wss://broker/user@home", "wss://broker/user@home"),
        ] {
            let Ok(Step::Ready(plan)) = connect(&profile("generic", typed), typed, "c", now())
            else {
                panic!("{typed} is an address");
            };
            assert_eq!(plan.url.reveal(), opened);
        }
    }

    #[test]
    fn a_user_name_goes_with_a_password_even_where_none_is_known() {
        let mut nobody = profile("generic", "ws://broker");
        (nobody.username, nobody.password) = (None, None);
        let mut named = nobody.clone();
        named.username = Some("wall".into());
        for (profile, length) in [(nobody, None), (named, Some(0))] {
            let Ok(Step::Ready(plan)) = connect(&profile, &profile.url, "c", now()) else {
                panic!("it is an address");
            };
            let password = plan.password.map(|password| password.reveal().len());
            assert_eq!(password, length);
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_told_apart() {
        for (typed, fault) in [
            ("", PlanFault::Scheme),
            ("broker:1883", PlanFault::Scheme),
            ("mqtt://broker:1883", PlanFault::Scheme),
            ("https://broker", PlanFault::Scheme),
            ("ws://", PlanFault::Host),
            ("ws:///mqtt", PlanFault::Host),
            ("ws://:9001", PlanFault::Host),
            ("ws://a b", PlanFault::Host),
            ("ws://broker:port", PlanFault::Host),
            ("ws://broker:0", PlanFault::Host),
            ("ws://broker:65536", PlanFault::Host),
            ("ws://[::1", PlanFault::Host),
            ("ws://[::1]9001", PlanFault::Host),
            ("ws://anna:secret@broker", PlanFault::UserInfo),
        ] {
            let plan = connect(&profile("generic", typed), typed, "c", now());
            assert_eq!(plan, Err(fault), "{typed}");
        }
    }
}
