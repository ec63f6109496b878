//! The bytes that a proxy passed on → what broker and client said in them, read by nothing of ours.

use std::collections::BTreeMap;

use flate2::{Decompress, FlushDecompress};

use crate::frames::{frame, length, packet};

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
    /// Packet identifier; 0 at QoS 0.
    pub id: u16,
}

/// All that a broker said over one WebSocket connection; whatever is cut off at its end is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// What the handshake agreed on.
    pub subprotocol: Option<String>,
    /// CONNACK.
    pub connack: Option<Connack>,
    /// The codes of all SUBACKs: what was granted, or why not.
    pub granted: Vec<u8>,
    /// Messages, in their order.
    pub published: Vec<Published>,
    /// What it answered to messages of the client's: the packet types of PUBACK (4), PUBREC (5) and PUBCOMP (7).
    pub settled: Vec<u8>,
    /// PINGRESP packets.
    pub pings: usize,
    /// The reason code of DISCONNECT, which only version 5 has.
    pub disconnected: Option<u8>,
    /// The code of the frame that closes a WebSocket.
    pub closed: Option<u16>,
}

/// The answer to CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connack {
    /// In the form of version 5.
    pub is_v5: bool,
    /// The broker goes on with a session that it had.
    pub session_present: bool,
    /// Return code (3.1.1) or reason code (5); 0: accepted.
    pub code: u8,
}

/// What a broker said.
pub fn answers(tape: &[u8]) -> Answers {
    let said = read(tape);
    Answers {
        subprotocol: header(said.head, "sec-websocket-protocol"),
        closed: said.closed,
        ..answers_in(&said.data)
    }
}

/// What a broker said in the data of its frames.
pub fn answers_in(data: &[u8]) -> Answers {
    let mut answers = Answers::default();
    let mut is_v5 = false;
    let mut aliases = BTreeMap::new();
    for (first, body) in packets(data) {
        match (first >> 4, body) {
            // In 3.1.1 two bytes, in 5 at least one more, the properties' length.
            (2, [flags, code, properties @ ..]) => {
                is_v5 = !properties.is_empty();
                answers.connack = Some(Connack {
                    is_v5,
                    session_present: flags & 1 != 0,
                    code: *code,
                });
            }
            (3, _) => answers
                .published
                .extend(publish(first, body, is_v5, &mut aliases)),
            (kind @ (4 | 5 | 7), _) => answers.settled.push(kind),
            (9, [_, _, rest @ ..]) => answers.granted.extend(suback(rest, is_v5)),
            (13, _) => answers.pings += 1,
            (14, _) => answers.disconnected = Some(body.first().copied().unwrap_or(0)),
            _ => {}
        }
    }
    answers
}

/// How much of the data of a broker's or a client's frames had come when a packet of that type was whole, for each of them.
pub fn ends_in(data: &[u8], kind: u8) -> Vec<usize> {
    let mut rest = data;
    let mut ends = Vec::new();
    while let Some((first, _, after)) = packet(rest) {
        rest = after;
        ends.extend((first >> 4 == kind).then(|| data.len() - rest.len()));
    }
    ends
}

/// The messages among what a broker said over one WebSocket connection.
pub fn published(tape: &[u8]) -> Vec<Published> {
    answers(tape).published
}

/// The packet identifiers that a client has acknowledged to the end, by PUBACK or PUBCOMP, in what it said over one
/// connection.
pub fn acknowledged(said: &[u8]) -> Vec<u16> {
    acknowledged_in(&read(said).data)
}

/// As [`acknowledged`], in the data of a client's frames.
pub fn acknowledged_in(data: &[u8]) -> Vec<u16> {
    let ends = |(first, body): (u8, &[u8])| {
        let id = body.first_chunk().filter(|_| matches!(first >> 4, 4 | 7));
        id.map(|id| u16::from_be_bytes(*id))
    };
    packets(data).filter_map(ends).collect()
}

/// The client identifiers under which a client has connected, in what it said over one connection.
pub fn connected_as(said: &[u8]) -> Vec<String> {
    let data = read(said).data;
    let connects = packets(&data).filter(|(first, _)| first >> 4 == 1);
    connects.filter_map(|(_, body)| client_id(body)).collect()
}

/// Behind protocol name, level, flags and keep alive, and the properties of version 5, which are few.
fn client_id(connect: &[u8]) -> Option<String> {
    let (head, rest) = connect.split_at_checked(10)?;
    let (properties, rest) = match (head[6], rest) {
        (5, [length, rest @ ..]) => (usize::from(*length), rest),
        _ => (0, rest),
    };
    let [high, low, name @ ..] = rest.get(properties..)? else {
        return None;
    };
    let name = name.get(..usize::from(u16::from_be_bytes([*high, *low])))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// What one side said over one WebSocket connection.
struct Said<'a> {
    /// Of the handshake.
    head: &'a [u8],
    /// The payload of all frames that carry data, joined.
    data: Vec<u8>,
    /// The code of the frame that closes it.
    closed: Option<u16>,
}

fn read(tape: &[u8]) -> Said<'_> {
    let end = tape.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, mut rest) = end.map_or((tape, &[][..]), |end| (&tape[..end], &tape[end + 4..]));
    let mut said = Said {
        head,
        data: Vec::new(),
        closed: None,
    };
    // Where the handshake agreed on permessage-deflate, one stream goes through all compressed messages [RFC 7692, 7.2].
    let mut inflate = Decompress::new(false);
    let mut is_compressed = false;
    while let Some((first, payload, after)) = frame(rest) {
        match (first & 0x0F, &*payload) {
            (opcode @ CONTINUATION..=BINARY, payload) => {
                if opcode != CONTINUATION {
                    is_compressed = first & COMPRESSED != 0;
                }
                if !is_compressed {
                    said.data.extend_from_slice(payload);
                } else if !inflated(&mut inflate, payload, &mut said.data)
                    || first & LAST != 0 && !inflated(&mut inflate, FLUSHED, &mut said.data)
                {
                    break;
                }
            }
            (CLOSE, [high, low, ..]) => said.closed = Some(u16::from_be_bytes([*high, *low])),
            _ => {}
        }
        rest = after;
    }
    said
}

/// False if it is not what compression makes.
fn inflated(inflate: &mut Decompress, mut payload: &[u8], data: &mut Vec<u8>) -> bool {
    while !payload.is_empty() {
        data.reserve(payload.len() * 4);
        let before = (inflate.total_in(), inflate.total_out());
        let done = inflate.decompress_vec(payload, data, FlushDecompress::Sync);
        // Garbage may say that the stream has ended: then it takes nothing more.
        if done.is_err() || before == (inflate.total_in(), inflate.total_out()) {
            return false;
        }
        let taken = usize::try_from(inflate.total_in() - before.0).unwrap_or(payload.len());
        payload = &payload[taken..];
    }
    true
}

/// The value of a header field of the handshake.
fn header(head: &[u8], name: &str) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        let is_it = field.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().to_owned())
    })
}

fn packets(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (first, body, after) = packet(bytes)?;
        bytes = after;
        Some((first, body))
    })
}

/// The codes of a SUBACK, after its packet identifier.
fn suback(rest: &[u8], is_v5: bool) -> Vec<u8> {
    let codes = if is_v5 {
        length(rest).and_then(|(properties, after)| after.get(properties..))
    } else {
        Some(rest)
    };
    codes.unwrap_or_default().to_vec()
}

fn publish(
    first: u8,
    body: &[u8],
    is_v5: bool,
    aliases: &mut BTreeMap<[u8; 2], String>,
) -> Option<Published> {
    let (size, rest) = body.split_first_chunk()?;
    let (topic, mut rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*size)))?;
    let mut topic = String::from_utf8_lossy(topic).into_owned();
    let qos = (first >> 1) & 3;
    let mut id = 0;
    if qos > 0 {
        let (two, after) = rest.split_first_chunk()?;
        (id, rest) = (u16::from_be_bytes(*two), after);
    }
    if is_v5 {
        let (size, after) = length(rest)?;
        let (properties, after) = after.split_at_checked(size)?;
        if let Some(alias) = topic_alias(properties) {
            if topic.is_empty() {
                topic.clone_from(aliases.get(&alias)?);
            } else {
                aliases.insert(alias, topic.clone());
            }
        }
        rest = after;
    }
    Some(Published {
        topic,
        payload: rest.to_vec(),
        qos,
        retained: first & 1 != 0,
        duplicate: first & 8 != 0,
        id,
    })
}

/// A short name for the topic, among the properties of a PUBLISH [MQTT-3.3.2.3.4].
fn topic_alias(mut properties: &[u8]) -> Option<[u8; 2]> {
    loop {
        let (kind, rest) = properties.split_first()?;
        let text = |rest: &[u8]| Some(2 + usize::from(u16::from_be_bytes(*rest.first_chunk()?)));
        let size = match kind {
            0x23 => return rest.first_chunk().copied(),
            // Payload format; message expiry; subscription identifier.
            0x01 => 1,
            0x02 => 4,
            0x0B => rest.len() - length(rest)?.1.len(),
            // Content type, response topic, correlation data; a user property, which is two texts.
            0x03 | 0x08 | 0x09 => text(rest)?,
            0x26 => {
                let name = text(rest)?;
                name + text(rest.get(name..)?)?
            }
            _ => return None,
        };
        properties = rest.get(size..)?;
    }
}

/// Opcodes that carry data lie between the first two.
const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
/// Bits of a frame's first byte: the last of its message, and compressed.
const LAST: u8 = 0x80;
const COMPRESSED: u8 = 0x40;
/// What a sender takes off the end of a compressed message.
const FLUSHED: &[u8] = &[0, 0, 0xFF, 0xFF];

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

            packets.extend([
                0x90,
                u8::try_from(4 + properties.len().min(1)).unwrap(),
                0,
                1,
            ]);
            packets.extend(properties.first().map(|_| 0));
            packets.extend([2, 0x80]);

            let (left, right) = packets.split_at(150);
            let mut tape =
                b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
                    .to_vec();
            tape.extend(framed(2, left));
            tape.extend(framed(9, b"ping"));
            tape.extend(framed(0, right));
            tape.extend(framed(8, &[3, 0xE8]));
            tape.extend([0x82, 5, 1]);

            let found = answers(&tape);
            assert_eq!(found.subprotocol.as_deref(), Some("mqtt"));
            let connack = Connack {
                is_v5: !properties.is_empty(),
                session_present: false,
                code: 0,
            };
            assert_eq!(found.connack, Some(connack));
            assert_eq!(found.granted, [2, 0x80]);
            assert_eq!((found.closed, found.disconnected), (Some(1000), None));
            let found = found.published;
            assert_eq!(found.len(), 2);
            assert_eq!((&*found[0].topic, found[0].payload.len()), ("a/b", 200));
            assert_eq!((found[0].qos, found[0].retained), (0, false));
            let last = Published {
                topic: "c".to_owned(),
                payload: b"y".to_vec(),
                qos: 1,
                retained: true,
                duplicate: true,
                id: 7,
            };
            assert_eq!(found[1], last);
        }
    }

    #[test]
    fn it_is_known_where_packets_end() {
        let data = [
            0x20, 2, 0, 0, 0x30, 4, 0, 1, b'a', b'x', 0x20, 2, 1, 0, 0x20, 2,
        ];
        assert_eq!(ends_in(&data, 2), [4, 14]);
        assert!(ends_in(&data, 9).is_empty());
    }

    #[test]
    fn a_topic_that_is_said_once_is_known_by_its_alias() {
        let mut aliases = BTreeMap::new();
        let named = [0, 1, b'a', 8, 0x26, 0, 1, b'k', 0, 0, 0x01, 1, b'x'];
        assert_eq!(
            publish(0x30, &named, true, &mut aliases).unwrap().topic,
            "a"
        );
        let named = [0, 1, b'a', 5, 0x01, 1, 0x23, 0, 7, b'x'];
        assert_eq!(
            publish(0x30, &named, true, &mut aliases).unwrap().topic,
            "a"
        );
        let alias = [0, 0, 3, 0x23, 0, 7, b'x'];
        let found = publish(0x30, &alias, true, &mut aliases).unwrap();
        assert_eq!((&*found.topic, &*found.payload), ("a", &b"x"[..]));
    }

    #[test]
    fn compressed_messages_are_read_one_after_the_other() {
        let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
        let mut tape = b"HTTP/1.1 101\r\n\r\n".to_vec();
        let connack = vec![0x20, 2, 0, 0];
        let mut message = vec![0x30, 120, 0, 1, b'a'];
        message.extend([b'x'; 117]);
        for packet in [connack, message.clone(), message] {
            let mut compressed = Vec::with_capacity(200);
            deflate
                .compress_vec(&packet, &mut compressed, flate2::FlushCompress::Sync)
                .unwrap();
            assert_eq!(compressed.split_off(compressed.len() - 4), FLUSHED);
            let mut frame = framed(2, &compressed);
            frame[0] |= COMPRESSED;
            tape.extend(frame);
        }
        let topics = published(&tape)
            .into_iter()
            .map(|message| message.topic)
            .collect::<Vec<_>>();
        assert_eq!(topics, ["a", "a"]);
    }

    #[test]
    fn garbage_that_looks_compressed_comes_to_an_end() {
        let mut tape = b"HTTP/1.1 101\r\n\r\n".to_vec();
        // An empty last block, and more behind it.
        let mut frame = framed(2, &[3, 0, 1, 2, 3, 4, 5]);
        frame[0] |= COMPRESSED;
        tape.extend(frame);
        assert_eq!(published(&tape), []);
    }

    #[test]
    fn what_a_client_acknowledged_is_read_through_its_mask() {
        let packets = [0x40, 2, 0, 1, 0x50, 2, 0, 2, 0x70, 2, 0, 2, 0xC0, 0];
        let mask = [7, 1, 200, 9];
        let mut said = b"GET /mqtt HTTP/1.1\r\n\r\n".to_vec();
        said.extend([0x82, 0x80 | u8::try_from(packets.len()).unwrap()]);
        said.extend(mask);
        let masked = packets.iter().zip(mask.into_iter().cycle());
        said.extend(masked.map(|(byte, mask)| byte ^ mask));
        assert_eq!(acknowledged(&said), [1, 2]);
        assert_eq!(connected_as(&said), Vec::<String>::new());
    }

    #[test]
    fn a_client_says_who_it_is_in_both_versions() {
        for (level, properties) in [(4, &[][..]), (5, &[5, 0x11, 0, 0, 0, 9])] {
            let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', level, 2, 0, 60];
            body.extend_from_slice(properties);
            body.extend([0, 2, b'm', b'e']);
            let mut said = b"GET / HTTP/1.1\r\n\r\n\x82".to_vec();
            said.extend([0x80 | u8::try_from(body.len() + 2).unwrap(), 0, 0, 0, 0]);
            said.extend([0x10, u8::try_from(body.len()).unwrap()]);
            said.extend(body);
            assert_eq!(connected_as(&said), ["me"]);
        }
    }
}
