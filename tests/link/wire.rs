//! What a broker writes, byte by byte and not by our own encoder, and what a client wrote, cut into packets.

use footfall::mqtt::Version;

/// A packet with this first byte.
pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut rest = body.len();
    loop {
        let low = u8::try_from(rest % 128).unwrap();
        rest /= 128;
        bytes.push(if rest > 0 { low | 0x80 } else { low });
        if rest == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// CONNACK without properties.
pub(crate) fn connack(version: Version, session_present: bool, code: u8) -> Vec<u8> {
    connack_with(version, session_present, code, &[])
}

/// CONNACK; 3.1.1 has no properties.
pub(crate) fn connack_with(
    version: Version,
    session_present: bool,
    code: u8,
    properties: &[u8],
) -> Vec<u8> {
    let mut body = vec![u8::from(session_present), code];
    if version == Version::V5 {
        body.push(u8::try_from(properties.len()).unwrap());
        body.extend_from_slice(properties);
    }
    packet(0x20, &body)
}

/// PUBLISH; `id` 0 leaves the packet identifier out.
pub(crate) fn publish(
    version: Version,
    flags: u8,
    topic: &str,
    id: u16,
    payload: &[u8],
) -> Vec<u8> {
    let mut body = text(topic);
    if id > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if version == Version::V5 {
        body.push(0);
    }
    body.extend_from_slice(payload);
    packet(0x30 | flags, &body)
}

/// PUBACK 0x40, PUBREC 0x50, PUBREL 0x62, PUBCOMP 0x70.
pub(crate) fn answer(first: u8, id: u16) -> Vec<u8> {
    packet(first, &id.to_be_bytes())
}

/// SUBACK.
pub(crate) fn suback(version: Version, id: u16, codes: &[u8]) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if version == Version::V5 {
        body.push(0);
    }
    body.extend_from_slice(codes);
    packet(0x90, &body)
}

/// UNSUBACK; 3.1.1 has no codes.
pub(crate) fn unsuback(version: Version, id: u16, codes: &[u8]) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if version == Version::V5 {
        body.push(0);
        body.extend_from_slice(codes);
    }
    packet(0xB0, &body)
}

/// Text with its length.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Cuts what a client wrote into packets.
pub(crate) fn packets(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let (mut length, mut width) = (0, 1);
        loop {
            let byte = bytes[width];
            length |= usize::from(byte & 0x7F) << (7 * (width - 1));
            width += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (first, rest) = bytes.split_at(width + length);
        packets.push(first.to_vec());
        bytes = rest;
    }
    packets
}

/// Whether a client's packet is of this type: 1 CONNECT, 3 PUBLISH, 8 SUBSCRIBE, 10 UNSUBSCRIBE, 12 PINGREQ, 14 DISCONNECT.
pub(crate) fn is(packet: &[u8], kind: u8) -> bool {
    packet[0] >> 4 == kind
}

/// The packet identifier of a SUBSCRIBE or UNSUBSCRIBE.
pub(crate) fn id_of(packet: &[u8]) -> u16 {
    u16::from_be_bytes([packet[2], packet[3]])
}

/// The packet identifier of a PUBLISH above QoS 0.
pub(crate) fn id_of_publish(packet: &[u8]) -> u16 {
    let topic = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
    u16::from_be_bytes([packet[4 + topic], packet[5 + topic]])
}

/// PINGRESP.
pub(crate) const PINGRESP: [u8; 2] = [0xD0, 0];
