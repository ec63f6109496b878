//! State into records to be stored, and back. A format that is not known is set aside, never guessed at.
//!
//! A record's key says what it is (`line/…`, `device/…`, `link/…`); its bytes are a version and postcard. The types that are written
//! are private to this module: what the rest of the engine works with may change without changing what lies in storage.

mod counts;
mod device;
mod link;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use counts::{restore_counts, take_counts};
pub use device::{device_key, read_device, write_device};
pub use link::{LinkMemory, link_key, read_link, write_link};

/// One stored thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What it is.
    pub key: String,
    /// Version and content; none: the record is to be deleted.
    pub bytes: Vec<u8>,
}

/// Why a record is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A newer build wrote it, or an older one that nobody can read any more.
    #[error("the record is of a version that this build does not know")]
    Version,
    /// It is damaged.
    #[error("the record cannot be read")]
    Malformed,
}

/// Writes a content behind its version.
fn write<T: Serialize>(version: u8, content: &T) -> Vec<u8> {
    // Fails only for types that postcard does not support; each of ours is written in a test.
    postcard::to_extend(content, vec![version]).unwrap_or_default()
}

/// Reads what [`write`] wrote with the same version.
fn read<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, RecordError> {
    match bytes.split_first() {
        Some((first, content)) if *first == version => {
            postcard::from_bytes(content).map_err(|_| RecordError::Malformed)
        }
        Some(_) => Err(RecordError::Version),
        None => Err(RecordError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_and_damage_are_told_apart() {
        let bytes = write(1, &("a", 7_u32));
        assert_eq!(read::<(String, u32)>(1, &bytes), Ok(("a".to_owned(), 7)));
        assert_eq!(read::<(String, u32)>(2, &bytes), Err(RecordError::Version));
        assert_eq!(
            read::<(String, u32)>(1, &bytes[..2]),
            Err(RecordError::Malformed)
        );
        assert_eq!(read::<(String, u32)>(1, &[]), Err(RecordError::Malformed));
    }
}
