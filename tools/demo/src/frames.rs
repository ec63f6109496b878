//! Bytes of a WebSocket → frames, and bytes of frames → packets, by nothing of the product's.

/// Its first byte, its payload, and what follows it. A server masks nothing, a client everything [RFC 6455, 5.1].
pub(crate) fn frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match head[1] & 0x7F {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*length)).ok()?, rest)
        }
        short => (usize::from(short), rest),
    };
    let (mask, rest) = if head[1] & 0x80 == 0 {
        ([0; 4], rest)
    } else {
        let (mask, rest) = rest.split_first_chunk::<4>()?;
        (*mask, rest)
    };
    let (payload, rest) = rest.split_at_checked(length)?;
    let masked = payload.iter().zip(mask.into_iter().cycle());
    let payload = masked.map(|(byte, mask)| byte ^ mask).collect();
    Some((head[0], payload, rest))
}

/// Its first byte, what follows the fixed header, and what follows the packet.
pub(crate) fn packet(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    let (body, rest) = rest.split_at_checked(length)?;
    Some((*first, body, rest))
}

/// A variable byte integer.
pub(crate) fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((length, &bytes[index + 1..]));
        }
    }
    None
}

/// Appends a frame as a server sends it; none of nothing.
pub(crate) fn append_frame(data: &[u8], frames: &mut Vec<u8>) {
    match (u8::try_from(data.len()), u16::try_from(data.len())) {
        (Ok(0), _) => return,
        (Ok(length @ ..126), _) => frames.extend([0x82, length]),
        (_, Ok(length)) => {
            frames.extend([0x82, 126]);
            frames.extend(length.to_be_bytes());
        }
        _ => {
            frames.extend([0x82, 127]);
            frames.extend((data.len() as u64).to_be_bytes());
        }
    }
    frames.extend_from_slice(data);
}

/// Appends a packet: its first byte, its Remaining Length, and what follows.
pub(crate) fn append_packet(first: u8, body: &[u8], packets: &mut Vec<u8>) {
    packets.push(first);
    let mut length = body.len();
    while length > 0x7F {
        packets.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    packets.push(length as u8);
    packets.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for size in [
            0, 1, 125, 126, 127, 128, 16_383, 16_384, 65_535, 65_536, 200_000,
        ] {
            let mut packets = Vec::new();
            append_packet(0x30, &vec![7; size], &mut packets);
            let mut frames = Vec::new();
            append_frame(&packets, &mut frames);
            frames.push(0x82);
            let (first, data, rest) = frame(&frames).unwrap();
            assert_eq!((first, &data, rest), (0x82, &packets, &[0x82][..]));
            let (first, body, rest) = packet(&data).unwrap();
            assert_eq!((first, body.len(), rest), (0x30, size, &[][..]));
            assert_eq!(packet(&data[..data.len() - 1]), None);
            assert_eq!(frame(&frames[..frames.len() - 2]), None);
        }
    }
}
