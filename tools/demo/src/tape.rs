//! The bytes that a proxy passed on to a client → the application messages in them, read by nothing of ours.

/// One PUBLISH packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Topic name.
    pub topic: String,
    /// As it came.
    pub payload: Vec<u8>,
    /// 0 to 2.
    pub qos: u8,
    /// The broker had stored it.
    pub retained: bool,
    /// It may have come before.
    pub duplicate: bool,
}

/// What a broker said over one WebSocket connection; whatever is cut off at its end is left out.
pub fn published(tape: &[u8]) -> Vec<Published> {
    let bytes = data(tape);
    let mut rest = &bytes[..];
    let mut is_v5 = false;
    let mut messages = Vec::new();
    while let Some((first, body, after)) = packet(rest) {
        match first >> 4 {
            // CONNACK: in 3.1.1 two bytes, in 5 at least one more, the properties' length.
            2 => is_v5 = body.len() > 2,
            3 => messages.extend(publish(first, body, is_v5)),
            _ => {}
        }
        rest = after;
    }
    messages
}

/// The payload of all binary frames of a server, joined.
fn data(tape: &[u8]) -> Vec<u8> {
    let end = tape.windows(4).position(|window| window == b"\r\n\r\n");
    let mut rest = end.map_or(&[][..], |end| &tape[end + 4..]);
    let mut data = Vec::new();
    while let Some((is_data, payload, after)) = frame(rest) {
        if is_data {
            data.extend_from_slice(payload);
        }
        rest = after;
    }
    data
}

/// Whether it carries data, its payload, and what follows it. A server masks nothing [RFC 6455, 5.1].
fn frame(bytes: &[u8]) -> Option<(bool, &[u8], &[u8])> {
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
    let (payload, rest) = rest.split_at_checked(length)?;
    // Continuation, text, binary; the others are control frames.
    Some((head[0] & 0x0F <= 2, payload, rest))
}

/// Its first byte, what follows the fixed header, and what follows the packet.
fn packet(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    let (body, rest) = rest.split_at_checked(length)?;
    Some((*first, body, rest))
}

/// A variable byte integer.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((length, &bytes[index + 1..]));
        }
    }
    None
}

fn publish(first: u8, body: &[u8], is_v5: bool) -> Option<Published> {
    let (size, rest) = body.split_first_chunk()?;
    let (topic, mut rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*size)))?;
    let qos = (first >> 1) & 3;
    if qos > 0 {
        rest = rest.get(2..)?;
    }
    if is_v5 {
        let (properties, after) = length(rest)?;
        rest = after.get(properties..)?;
    }
    Some(Published {
        topic: String::from_utf8_lossy(topic).into_owned(),
        payload: rest.to_vec(),
        qos,
        retained: first & 1 != 0,
        duplicate: first & 8 != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x80 | opcode];
        match u8::try_from(payload.len()) {
            Ok(length @ ..126) => frame.push(length),
            _ => {
                frame.push(126);
                frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn messages_are_found_across_frames_in_both_versions() {
        for (connack, properties) in [
            (&[0x20, 2, 0, 0][..], &[][..]),
            (&[0x20, 3, 0, 0, 0], &[2, 0x01, 0x00]),
        ] {
            let mut first = vec![0, 3, b'a', b'/', b'b'];
            first.extend_from_slice(properties);
            first.extend([b'x'; 200]);
            let mut packets = connack.to_vec();
            packets.push(0x30);
            let length = u8::try_from(first.len() - 128).unwrap();
            packets.extend([0x80 | length, 1]);
            packets.extend(&first);
            let mut second = vec![0, 1, b'c', 0, 7];
            second.extend_from_slice(properties);
            second.push(b'y');
            packets.extend([0x3B, u8::try_from(second.len()).unwrap()]);
            packets.extend(&second);

            let (left, right) = packets.split_at(150);
            let mut tape = b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec();
            tape.extend(framed(2, left));
            tape.extend(framed(9, b"ping"));
            tape.extend(framed(0, right));
            tape.extend([0x82, 5, 1]);

            let found = published(&tape);
            assert_eq!(found.len(), 2);
            assert_eq!((&*found[0].topic, found[0].payload.len()), ("a/b", 200));
            assert_eq!((found[0].qos, found[0].retained), (0, false));
            let last = Published {
                topic: "c".to_owned(),
                payload: b"y".to_vec(),
                qos: 1,
                retained: true,
                duplicate: true,
            };
            assert_eq!(found[1], last);
        }
    }
}
