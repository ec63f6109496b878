//! MQTT 3.1.1 and 5.0 as a client speaks it: packets from a crate, framing and the session's state machine ours.

mod message;

pub use message::{
    FilterError, Message, Properties, Publish, QoS, TopicFilter, Version, filter_matches,
};
