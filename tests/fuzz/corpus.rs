//! The inputs that are kept for the fuzz targets, as ordinary tests.

use std::fs;
use std::path::Path;

/// Hands over each input of a target; there is at least one.
pub(crate) fn each(target: &str, check: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("fuzz").join("corpus").join(target);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        check(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "no input for {target}");
}
