//! Files of the page → how many bytes a static host sends for them.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::serve::dist;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Below `dist/`, without the build's folder.
    pub(super) name: String,
    /// Bytes as they are.
    pub(super) raw: usize,
    /// Bytes as `gzip -9` makes them.
    pub(super) gzip: usize,
    /// Bytes as `brotli -q 11` makes them.
    pub(super) brotli: usize,
}

/// The sizes of these files below `dist/`.
pub(super) fn of_files(names: &[String]) -> Result<Vec<Size>> {
    let folder = dist();
    // Each on its own: the two large ones take nearly all the time.
    std::thread::scope(|scope| {
        let sizing = names
            .iter()
            .map(|name| scope.spawn(|| of_file(&folder, name)));
        let sizing: Vec<_> = sizing.collect();
        sizing
            .into_iter()
            .map(|size| size.join().map_err(|_panic| anyhow!("{PANIC}"))?)
            .collect()
    })
}

fn of_file(folder: &Path, name: &str) -> Result<Size> {
    let content = std::fs::read(folder.join(name))
        .with_context(|| format!("the page loaded {name}, but it is no file of dist/"))?;
    Ok(Size {
        // The folder is named by the build, and would make two tables hard to compare.
        name: name.rsplit('/').next().unwrap_or(name).to_owned(),
        raw: content.len(),
        gzip: gzip(&content)?,
        brotli: brotli(&content)?,
    })
}

const PANIC: &str = "a file could not be compressed";

fn gzip(content: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

fn brotli(content: &[u8]) -> Result<usize> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        // Four megabytes: as much as every browser takes, and more than any of our files.
        lgwin: 22,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_the_strongest_that_hosts_use() {
        let folder = tempfile::tempdir().unwrap();
        let lines: String = (0..2000).map(|line| format!("line {line};\n")).collect();
        std::fs::write(folder.path().join("a.js"), &lines).unwrap();
        let size = of_file(folder.path(), "a.js").unwrap();
        assert_eq!((size.name.as_str(), size.raw), ("a.js", lines.len()));
        assert!(size.gzip < size.raw / 3, "{size:?}");
        assert!(size.brotli < size.gzip, "{size:?}");
        assert!(of_file(folder.path(), "b.js").is_err());
    }
}
