//! What a person decides: which brokers, which site. Parsed from `config.json`, from the form, from storage.

mod profile;
mod site;

pub use profile::{Filter, Profile, ProfileId, VersionChoice};
pub use site::{Door, Name, NamedDevice, OpeningHours, ReadingRef, Sign, Site, Zone, ZoneDoor};
