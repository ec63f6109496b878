//! A plan and an identity → what CONNECT says.

use std::time::Duration;

use crate::link::Identity;
use crate::mqtt::{Connect, Version};
use crate::platform::ConnectPlan;

/// One attempt to connect.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) connect: Connect,
    /// The method of an enhanced authentication, which takes the password to itself.
    pub(super) authentication: Option<String>,
    /// The broker may have a session of ours, and is to go on with it.
    pub(super) has_state: bool,
    /// 3.1.1 ends a session only by connecting clean: this attempt does just that, and the next one begins anew.
    pub(super) is_for_clearing: bool,
}

impl Attempt {
    /// `url`: of the address; `clears`: the broker has a session that we do not know.
    pub(super) fn new(
        plan: ConnectPlan,
        identity: &Identity,
        url: &str,
        version: Version,
        clears: bool,
    ) -> Self {
        let is_lasting = !identity.ephemeral && plan.session_expiry > Duration::ZERO;
        let was_left = identity.sessions.left.contains(url);
        let has_state = is_lasting && identity.session_exists && !was_left;
        let is_for_clearing = version == Version::V311 && is_lasting && clears;
        let clean = match version {
            // In version 5 a clean start may begin a session that lasts.
            Version::V5 => !has_state,
            // In 3.1.1 a clean session ends with its connection. Without an identifier it must be clean [MQTT-3.1.3-7].
            Version::V311 => !is_lasting || is_for_clearing || plan.client_id.is_empty(),
        };
        let session_expiry = if is_lasting {
            whole_seconds(plan.session_expiry)
        } else {
            0
        };
        let connect = Connect {
            version,
            client_id: plan.client_id,
            username: plan.username,
            password: plan.password,
            will: plan.will,
            keep_alive: u16::try_from(whole_seconds(plan.keep_alive)).unwrap_or(u16::MAX),
            clean,
            session_expiry,
        };
        Self {
            connect,
            authentication: plan.authentication,
            has_state,
            is_for_clearing,
        }
    }
}

/// Rounded up: half a second is not never.
fn whole_seconds(span: Duration) -> u32 {
    // Not by `as_millis`: a division of 128 bits is 1 KB of a page that has no other.
    let begun = u64::from(span.subsec_millis() > 0);
    u32::try_from(span.as_secs().saturating_add(begun)).unwrap_or(u32::MAX)
}
