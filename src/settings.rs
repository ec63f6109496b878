//! What a person decides: which brokers, which site. Parsed from `config.json`, from the form, from storage.

mod address;
pub mod config;
pub mod form;
mod hours;
mod mapping;
mod profile;
mod secrets;
pub mod security;
mod site;
mod usual;

pub use address::UrlParts;
pub use hours::OpeningHours;
pub use mapping::{MappedKind, Mapping, Named, TemplateError, TopicTemplate};
pub use profile::{
    DEFAULT_KEEP_ALIVE, DEFAULT_PLATFORM, DEFAULT_QOS, DEFAULT_SESSION_EXPIRY, Filter,
    LONGEST_KEEP_ALIVE, LONGEST_SESSION_EXPIRY, Paused, Profile, ProfileId, VersionChoice,
};
pub use secrets::{secrets_in, secrets_in_address};
pub use site::{Door, Name, NamedDevice, ReadingRef, Sign, Site, Zone, ZoneDoor, holds};
pub use usual::usual_addresses;
