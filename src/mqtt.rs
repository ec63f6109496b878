//! MQTT 3.1.1 and 5.0 as a client speaks it: packets, framing and the session's state machine.
//!
//! `frame` cuts bytes into packets, `decode` reads what a broker says, `encode` writes what we say, and [`Session`] holds
//! what both sides remember. All of it is strict where the standard says that a client must close the connection.

mod authentication;
mod connect;
mod decode;
mod encode;
mod frame;
mod message;
mod property;
mod session;
mod violation;

pub use authentication::{
    AUTHENTICATION, Authentication, Credentials, NewAuthentication, SCRAM_SHA_256,
};
pub use connect::{Connect, Will};
pub use decode::{Connack, Reason};
pub use encode::Unsayable;
pub use message::{
    FilterError, Message, Properties, PropertyBytes, Publish, QoS, TopicFilter, Version,
    filter_matches, is_topic_name, unshared,
};
pub use session::{Event, Outcome, Session, Stream};
pub use violation::Violation;
