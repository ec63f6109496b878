//! The links' states → whether what stands on the page is current.

use crate::engine::wire::LinkView;
use crate::link::{Fault, LinkState};
use crate::time::Timestamp;

/// One link, and what its state alone does not tell any more.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkShown {
    /// As the engine tells it.
    pub view: LinkView,
    /// Why it is not connected; kept while it tries again, so that the reason does not flicker.
    pub fault: Option<Fault>,
    /// It was connected while this page was open: the numbers are from then.
    pub was_connected: bool,
}

/// How far the page can be trusted as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// No link is wanted and nothing is simulated.
    NoSource,
    /// It is current.
    Current,
    /// The first connection is under way.
    Connecting,
    /// No link is up.
    Blind {
        /// When the numbers were current; `None`: never while this page was open.
        as_of: Option<Timestamp>,
    },
}

impl LinkShown {
    /// The view, with what the former view of the same link still tells.
    pub fn after(view: LinkView, former: Option<&Self>) -> Self {
        let connected = matches!(view.state, LinkState::Connected { .. });
        let fault = match &view.state {
            LinkState::Waiting { fault, .. } | LinkState::Stopped { fault } => Some(fault.clone()),
            LinkState::Connecting { .. } => former.and_then(|former| former.fault.clone()),
            LinkState::Idle | LinkState::Connected { .. } => None,
        };
        Self {
            fault,
            was_connected: connected || former.is_some_and(|former| former.was_connected),
            view,
        }
    }

    /// It is wanted, and down after it was up or after a first try failed.
    pub const fn is_down(&self) -> bool {
        match self.view.state {
            LinkState::Waiting { .. } | LinkState::Stopped { .. } => true,
            LinkState::Connecting { .. } => self.fault.is_some() || self.was_connected,
            LinkState::Idle | LinkState::Connected { .. } => false,
        }
    }
}

/// The page is current as long as one of its sources is.
pub fn trust(links: &[LinkShown], simulated: bool) -> Trust {
    let wanted = || {
        links
            .iter()
            .filter(|link| link.view.state != LinkState::Idle)
    };
    if simulated || wanted().any(|link| matches!(link.view.state, LinkState::Connected { .. })) {
        Trust::Current
    } else if wanted().any(LinkShown::is_down) {
        let lost = wanted().filter(|link| link.was_connected);
        Trust::Blind {
            as_of: lost.filter_map(|link| link.view.blind_since).max(),
        }
    } else if wanted().next().is_some() {
        Trust::Connecting
    } else {
        Trust::NoSource
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::SocketError;
    use crate::mqtt::Version;
    use crate::settings::ProfileId;
    use crate::time::Monotonic;

    const CONNECTED: LinkState = LinkState::Connected {
        version: Version::V5,
        resumed: false,
    };
    const WAITING: LinkState = LinkState::Waiting {
        retry_at: Monotonic::from_millis(0),
        fault: Fault::Socket(SocketError::BeforeOpen),
    };

    /// A link that went through these states, one at each millisecond.
    fn link(states: &[LinkState]) -> LinkShown {
        let mut shown = None;
        for (at, state) in (0..).zip(states) {
            let view = LinkView {
                profile: ProfileId("a".to_owned()),
                name: String::new(),
                address: String::new(),
                place: 0,
                state: state.clone(),
                since: Timestamp::from_millis(at),
                blind_since: Some(Timestamp::from_millis(at - 1)),
                refused: Vec::new(),
                traffic: Default::default(),
                wide: None,
                cuts: Vec::new(),
                strays: 0,
            };
            shown = Some(LinkShown::after(view, shown.as_ref()));
        }
        shown.unwrap()
    }

    const CONNECTING: LinkState = LinkState::Connecting { attempt: 2 };

    #[test]
    fn a_reason_stays_while_it_tries_again_and_goes_when_it_is_connected() {
        assert!(link(&[WAITING, CONNECTING]).fault.is_some());
        assert!(link(&[CONNECTING]).fault.is_none());
        assert!(link(&[WAITING, CONNECTED]).fault.is_none());
        assert!(link(&[WAITING, CONNECTED, CONNECTING]).fault.is_none());
    }

    #[test]
    fn numbers_of_a_lost_link_are_from_when_it_last_saw() {
        let lost = link(&[CONNECTED, WAITING]);
        let as_of = Some(Timestamp::from_millis(0));
        assert_eq!(trust(&[lost], false), Trust::Blind { as_of });
        let never = link(&[CONNECTING, WAITING]);
        assert_eq!(trust(&[never], false), Trust::Blind { as_of: None });
    }

    #[test]
    fn trying_again_is_as_blind_as_waiting() {
        for states in [
            &[CONNECTED, CONNECTING][..],
            &[CONNECTING, WAITING, CONNECTING],
        ] {
            assert!(matches!(trust(&[link(states)], false), Trust::Blind { .. }));
        }
        assert_eq!(trust(&[link(&[CONNECTING])], false), Trust::Connecting);
    }

    #[test]
    fn one_source_that_speaks_is_enough() {
        let links = [link(&[WAITING]), link(&[CONNECTED])];
        assert_eq!(trust(&links, false), Trust::Current);
        assert_eq!(trust(&links[..1], true), Trust::Current);
        assert_eq!(trust(&[link(&[LinkState::Idle])], false), Trust::NoSource);
        assert_eq!(trust(&[], false), Trust::NoSource);
    }
}
