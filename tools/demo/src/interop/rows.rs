//! The rows of the table: what each is called, and when it runs.

/// One thing that must work between the page and a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Row {
    ConnectV311,
    ConnectV5,
    Auto,
    Password,
    Subprotocol,
    /// At that QoS.
    Receive(u8),
    Retained,
    RetainedByWildcard,
    Will,
    Wildcards,
    Large,
    /// At that QoS.
    Burst(u8),
    /// At that QoS.
    Publish(u8),
    Cut,
    Closed,
    KeepAlive,
    Killed,
}

/// What a row found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It works; what was seen.
    Passed(String),
    /// The broker cannot do it; what it answered.
    Unsupported(String),
    /// It does not work, and nobody knows that it must not.
    Failed(String),
}

impl Row {
    /// In the order of the table, which is the order in which they run.
    pub(super) const ALL: &[Self] = &[
        Self::ConnectV311,
        Self::ConnectV5,
        Self::Auto,
        Self::Password,
        Self::Subprotocol,
        Self::Receive(0),
        Self::Receive(1),
        Self::Receive(2),
        Self::Retained,
        Self::RetainedByWildcard,
        Self::Will,
        Self::Wildcards,
        Self::Large,
        Self::Burst(0),
        Self::Burst(1),
        Self::Burst(2),
        Self::Publish(0),
        Self::Publish(1),
        Self::Publish(2),
        Self::Cut,
        Self::Closed,
        Self::KeepAlive,
        Self::Killed,
    ];

    /// As a person reads it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::ConnectV311 => "connects with MQTT 3.1.1",
            Self::ConnectV5 => "connects with MQTT 5",
            Self::Auto => "finds the version by itself",
            Self::Password => "says that a password is wrong, and takes the right one",
            Self::Subprotocol => "subprotocol `mqtt`",
            Self::Receive(0) => "receives at QoS 0",
            Self::Receive(1) => "receives at QoS 1",
            Self::Receive(_) => "receives at QoS 2",
            Self::Retained => "retained message, by its own topic",
            Self::RetainedByWildcard => "retained message, by a wildcard",
            Self::Will => "will message: the device is shown offline",
            Self::Wildcards => "wildcards `+` and `#`",
            Self::Large => "large payload",
            Self::Burst(0) => "burst of 10,000 at QoS 0",
            Self::Burst(1) => "burst of 10,000 at QoS 1, each once",
            Self::Burst(_) => "burst of 10,000 at QoS 2, each once",
            Self::Publish(0) => "publishes at QoS 0",
            Self::Publish(1) => "publishes at QoS 1",
            Self::Publish(_) => "publishes at QoS 2",
            Self::Cut => "network cut: the session goes on, what was queued comes once",
            Self::Closed => {
                "page closed and opened: the session goes on, what was queued comes once"
            }
            Self::KeepAlive => "dead connection, noticed by keep alive; nothing is lost",
            Self::Killed => "broker killed and started again: comes back by itself",
        }
    }

    /// The row of a version itself.
    pub(super) const fn of_version(version: &str) -> Self {
        match version.as_bytes() {
            b"5" => Self::ConnectV5,
            _ => Self::ConnectV311,
        }
    }

    /// It has a page of its own, which chooses the version.
    pub(super) const fn chooses_the_version(self) -> bool {
        matches!(self, Self::Auto | Self::Password)
    }

    /// It runs once for each version that the broker speaks.
    pub(super) const fn is_of_each_version(self) -> bool {
        !matches!(self, Self::ConnectV311 | Self::ConnectV5) && !self.chooses_the_version()
    }

    /// What would show that another make of browser has something else in mind.
    pub(super) const fn is_core(self) -> bool {
        !matches!(
            self,
            Self::Burst(0 | 2) | Self::KeepAlive | Self::Killed | Self::RetainedByWildcard
        )
    }

    /// It has room in a minute and a half, two brokers together.
    pub(super) const fn is_quick(self) -> bool {
        !matches!(self, Self::Burst(0 | 2) | Self::Killed)
    }

    /// It waits for what takes seconds, so that a quick table has it once.
    pub(super) const fn waits(self) -> bool {
        matches!(self, Self::KeepAlive | Self::Closed | Self::Burst(_))
    }
}

/// Messages of a burst.
pub(super) const BURST: usize = 10_000;
