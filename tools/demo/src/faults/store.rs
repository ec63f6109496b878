//! What a page has stored → who passed as far as it knows them, each once.
//!
//! Totals alone would not do: of one lost and one counted twice they tell nothing. What the page acknowledges it has
//! stored before, and by what is stored there it recognises a message that comes again.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use footfall::observation::{Channel, Class, DeviceId, LineId};
use footfall::packed;
use footfall::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::passage::Passage;
use crate::interop::page::Page;

/// Who passed, as the page has it in its database now.
pub(super) async fn folded(page: &Page<'_>) -> Result<BTreeSet<Passage>> {
    let client = page.browser.client();
    let records = client.execute_async(READ, Vec::new()).await?;
    let records = records.as_array().context("the page stores nothing")?;
    let mut folded = BTreeSet::new();
    for record in records {
        let (key, bytes) = (record[0].as_str(), record[1].as_str());
        let (key, bytes) = key.zip(bytes).context("a record without bytes")?;
        let bytes = BASE64_STANDARD.decode(bytes)?;
        folded.extend(hour(&bytes).with_context(|| key.to_owned())?);
    }
    Ok(folded)
}

/// An hour of one line, as `snapshot::counts::hour` writes it.
fn hour(bytes: &[u8]) -> Result<Vec<Passage>> {
    let head = bytes.split_at_checked(BEFORE);
    let (head, content) = head.context("it is cut off")?;
    ensure!(head[0] == VERSION, "it is of version {}", head[0]);
    let ((device, ..), _hour, minutes): Hour = packed::read(content)?;
    let passage = |identity: Identity| {
        let (Identity::NumberedAt(_, at) | Identity::At(at)) = identity else {
            return None;
        };
        Some(Passage::new(device.as_str(), at))
    };
    let passages = minutes.into_iter().flat_map(|(_minute, all)| all);
    let passages: Option<_> = passages.map(passage).collect();
    passages.context("without a time")
}

/// Whose; hours since 1970; who, by the minute of the count.
type Hour = (Whose, i64, Vec<(i64, Vec<Identity>)>);
type Whose = (DeviceId, LineId, Channel, Class, Timestamp);

/// As `series::crossing` has it. Nobody who passes in a fault has a number alone.
#[derive(Serialize, Deserialize)]
enum Identity {
    Numbered(u64),
    NumberedAt(u64, Timestamp),
    At(Timestamp),
}

const VERSION: u8 = 3;
/// Version and check sum.
const BEFORE: usize = 5;

/// Keys and bytes of all hours; nothing where there is no database.
const READ: &str = "const done = arguments[0];
(async () => {
    const known = (await indexedDB.databases()).some(({ name }) => name === 'footfall:/');
    if (!known) return done(null);
    const request = indexedDB.open('footfall:/');
    request.onerror = () => done(null);
    request.onsuccess = () => {
        const database = request.result;
        const transaction = database.transaction('records');
        const cursor = transaction.objectStore('records').openCursor(IDBKeyRange.bound('hour/', 'hour0'));
        const found = [];
        cursor.onsuccess = () => {
            const at = cursor.result;
            if (!at) return;
            const text = Array.from(at.value, byte => String.fromCharCode(byte)).join('');
            found.push([at.key, btoa(text)]);
            at.continue();
        };
        transaction.oncomplete = () => { database.close(); done(found); };
        transaction.onabort = () => { database.close(); done(null); };
    };
})();";

#[cfg(test)]
mod tests {
    use footfall::series::Series;
    use footfall::snapshot::restore_counts;

    use super::*;

    /// FNV-1a, as the product checks it.
    fn with_sum(content: &[u8]) -> Vec<u8> {
        let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        let sum = content.iter().fold(0x811c_9dc5, add).to_le_bytes();
        [&[VERSION], &sum[..], content].concat()
    }

    #[test]
    fn what_is_read_is_what_the_product_reads() {
        let at = Timestamp::from_millis(1_800_000_000_123);
        let line = LineId("".into());
        let whose: Whose = (
            DeviceId::new("gate"),
            line,
            Channel::Entered,
            Class::Any,
            at,
        );
        let stored: Hour = (whose, 500_000, vec![(at.minute(), vec![Identity::At(at)])]);
        let bytes = with_sum(&packed::to_bytes(&stored));
        let read = restore_counts("hour/500000/gate", &bytes, &mut Series::default());
        assert_eq!(read, Some(Ok(())));
        assert_eq!(hour(&bytes).unwrap(), [Passage::new("gate", at)]);
        assert!(hour(&bytes[..bytes.len() - 1]).is_err());
        assert!(hour(&[VERSION + 1]).is_err());
        let other = [&[VERSION + 1], &bytes[1..]].concat();
        assert!(hour(&other).is_err());
    }
}
