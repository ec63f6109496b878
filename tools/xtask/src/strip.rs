//! A wasm module → the same without its custom sections: names of functions and notes of tools, which no browser needs.
//!
//! Here and not in Cargo's profile, because wasm-bindgen reads one of them (which features the compiler used).

/// The module without custom sections, or `None` if it is none.
pub(crate) fn stripped(module: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(8)?;
    if !header.starts_with(b"\0asm") {
        return None;
    }
    let mut kept = header.to_vec();
    while let [kind, after_kind @ ..] = rest {
        let (length, body) = number(after_kind)?;
        let (_, next) = body.split_at_checked(length)?;
        let (section, _) = rest.split_at_checked(rest.len() - next.len())?;
        if *kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Some(kept)
}

/// A number in LEB128, 32 bits without sign, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_u64;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(number).ok()?, bytes.get(place + 1..)?));
        }
    }
    None
}

const CUSTOM: u8 = 0;

#[cfg(test)]
mod tests {
    use super::stripped;

    #[test]
    fn only_custom_sections_go() {
        let header = b"\0asm\x01\0\0\0";
        let custom = b"\0\x05\x04name";
        // A section of 129 bytes, its length in two.
        let data = [b"\x0b\x81\x01".as_slice(), &[7; 129]].concat();
        let module = [header.as_slice(), custom, &data, custom].concat();
        assert_eq!(stripped(&module), Some([header.as_slice(), &data].concat()));
        assert_eq!(stripped(&module[..module.len() - 1]), None);
        assert_eq!(stripped(b"<!doctype html>"), None);
    }
}
