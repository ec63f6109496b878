//! State into records to be stored, and back. A format that is not known is told, never guessed at.
//!
//! A record's key says what it is (`line/…`, `device/…`, `link/…`); its bytes are a version, a check sum and [`packed`] content. The types that are written
//! are private to this module: what the rest of the engine works with may change without changing what lies in storage.

mod counts;
mod device;
mod link;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::packed::{self, Malformed};

pub use counts::restore_counts;
pub(crate) use counts::{take_counts, take_gaps};
pub use device::{device_key, read_device, write_device};
pub use link::{LinkMemory, Listened, link_key, read_link, write_link};

/// One stored thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What it is.
    pub key: String,
    /// Version and content; none: the record is to be deleted.
    #[serde(serialize_with = "packed::whole")]
    pub bytes: Vec<u8>,
}

impl Record {
    /// Changes its content in place. One that was whole is whole again; a damaged one stays damaged.
    pub fn amend(&mut self, change: impl FnOnce(&mut [u8])) {
        if let Some(([_version, sum @ ..], content)) = self.bytes.split_first_chunk_mut::<5>() {
            let was_whole = *sum == check_sum(content);
            change(content);
            if was_whole {
                *sum = check_sum(content);
            }
        }
    }
}

/// Why a record is not read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
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
    let mut bytes = vec![version, 0, 0, 0, 0];
    packed::write(content, &mut bytes);
    if let Some((sum, content)) = bytes[1..].split_first_chunk_mut() {
        *sum = check_sum(content);
    }
    bytes
}

/// Reads what [`write`] wrote with the same version.
fn read<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, RecordError> {
    match bytes.split_first() {
        Some((first, rest)) if *first == version => {
            let content = rest.split_first_chunk();
            let content = content.filter(|(sum, content)| **sum == check_sum(content));
            let (_, content) = content.ok_or(RecordError::Malformed)?;
            packed::read(content).map_err(|Malformed| RecordError::Malformed)
        }
        Some(_) => Err(RecordError::Version),
        None => Err(RecordError::Malformed),
    }
}

/// FNV-1a in 32 bits, for what a disk or a cut off write did; nobody is kept from writing a record of their own.
fn check_sum(content: &[u8]) -> [u8; 4] {
    let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    content.iter().fold(0x811c_9dc5, add).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_and_damage_are_told_apart() {
        let bytes = write(1, &("a", 7_u32));
        assert_eq!(read::<(String, u32)>(1, &bytes), Ok(("a".to_owned(), 7)));
        assert_eq!(read::<(String, u32)>(2, &bytes), Err(RecordError::Version));
        for cut in 1..bytes.len() {
            let damaged = read::<(String, u32)>(1, &bytes[..cut]);
            assert_eq!(damaged, Err(RecordError::Malformed), "{cut}");
            let mut flipped = bytes.clone();
            flipped[cut] ^= 1;
            let damaged = read::<(String, u32)>(1, &flipped);
            assert_eq!(damaged, Err(RecordError::Malformed), "{cut}");
        }
        assert_eq!(read::<(String, u32)>(1, &[]), Err(RecordError::Malformed));
    }
}
