//! Bytes at any boundary → whole control packets, each checked by its first bytes before anything of it is kept.

use super::{QoS, Version, Violation};

/// Cuts a stream of bytes into control packets. What it holds is at most the last chunk and one packet.
#[derive(Debug, Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    start: usize,
}

/// One control packet: its type, the flags of its fixed header, and what follows the fixed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) kind: Kind,
    pub(super) flags: u8,
    pub(super) body: &'a [u8],
}

/// A control packet that a broker may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Suback,
    Unsuback,
    Pingresp,
    Disconnect,
    Auth,
}

impl Frames {
    /// Takes the next bytes of the stream. Nothing is copied if everything before them was taken out.
    pub(super) fn push(&mut self, chunk: Vec<u8>) {
        if self.start == self.bytes.len() {
            self.bytes = chunk;
        } else {
            self.bytes.drain(..self.start);
            self.bytes.extend_from_slice(&chunk);
        }
        self.start = 0;
    }

    /// The next whole packet; `None` until more bytes come.
    ///
    /// # Errors
    /// As soon as the first bytes of a packet show that it is not allowed; the stream is then of no more use.
    pub(super) fn next(
        &mut self,
        version: Version,
        maximum: usize,
    ) -> Result<Option<Frame<'_>>, Violation> {
        let rest = &self.bytes[self.start..];
        let Some((&first, after)) = rest.split_first() else {
            // A chunk of megabytes is not kept for the sake of its capacity.
            self.clear();
            return Ok(None);
        };
        let (kind, flags) = fixed_header(first, version)?;
        let Some((length, width)) = variable_byte_integer(after, version)? else {
            return Ok(None);
        };
        let size = 1 + width + length;
        if size > maximum {
            // [MQTT-3.1.2-24]; nothing of the body was waited for.
            return Err(Violation::TooLarge);
        }
        if rest.len() < size {
            return Ok(None);
        }
        let body_start = self.start + 1 + width;
        self.start += size;
        Ok(Some(Frame {
            kind,
            flags,
            body: &self.bytes[body_start..self.start],
        }))
    }

    /// What came and is no whole packet.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Forgets everything: the next bytes are those of another connection.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The type and flags of a packet that a broker may send in this version.
fn fixed_header(first: u8, version: Version) -> Result<(Kind, u8), Violation> {
    let flags = first & 0x0F;
    let kind = match (first >> 4, version) {
        (2, _) => Kind::Connack,
        (3, _) => Kind::Publish,
        (4, _) => Kind::Puback,
        (5, _) => Kind::Pubrec,
        (6, _) => Kind::Pubrel,
        (7, _) => Kind::Pubcomp,
        (9, _) => Kind::Suback,
        (11, _) => Kind::Unsuback,
        (13, _) => Kind::Pingresp,
        (14, Version::V5) => Kind::Disconnect,
        (15, Version::V5) => Kind::Auth,
        // Only a client sends these.
        (1 | 8 | 10 | 12 | 14, _) => return Err(Violation::Unexpected),
        _ => return Err(Violation::Malformed),
    };
    let allowed = match kind {
        // QoS 3 [MQTT-3.3.1-4]; DUP at QoS 0 [MQTT-3.3.1-2].
        Kind::Publish => QoS::from_number((flags >> 1) & 3)
            .is_some_and(|qos| qos != QoS::AtMostOnce || flags & 0b1000 == 0),
        // [MQTT-3.6.1-1]
        Kind::Pubrel => flags == 0b0010,
        // [MQTT-2.1.3-1], [MQTT-3.15.1-1] in 5.0, [MQTT-2.2.2-2] in 3.1.1
        _ => flags == 0,
    };
    if allowed {
        Ok((kind, flags))
    } else {
        Err(Violation::Malformed)
    }
}

/// A variable byte integer and how many bytes it takes; `None` until more bytes come.
pub(super) fn variable_byte_integer(
    bytes: &[u8],
    version: Version,
) -> Result<Option<(usize, usize)>, Violation> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(MAX_WIDTH).enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            // The shortest form is demanded by [MQTT-1.5.5-1], which 3.1.1 does not have.
            return if byte == 0 && index > 0 && version == Version::V5 {
                Err(Violation::Malformed)
            } else {
                Ok(Some((value, index + 1)))
            };
        }
    }
    if bytes.len() < MAX_WIDTH {
        Ok(None)
    } else {
        Err(Violation::Malformed)
    }
}

/// The standard's: 268,435,455 is the largest value.
const MAX_WIDTH: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use Version::{V5, V311};

    const MAXIMUM: usize = 1_000;

    fn first(bytes: &[u8], version: Version) -> Result<Option<Kind>, Violation> {
        let mut frames = Frames::default();
        frames.push(bytes.to_vec());
        Ok(frames.next(version, MAXIMUM)?.map(|frame| frame.kind))
    }

    /// 3.1.1: [MQTT-6.0.0-2]
    /// 5.0: [MQTT-6.0.0-2]
    #[test]
    fn packets_are_the_same_at_any_boundary() {
        let stream = [0x20, 2, 0, 0, 0xD0, 0, 0x31, 5, 0, 1, b'a', b'x', b'y'];
        for cut in 0..=stream.len() {
            let mut frames = Frames::default();
            let mut seen = Vec::new();
            for part in [&stream[..cut], &stream[cut..]] {
                frames.push(part.to_vec());
                while let Some(frame) = frames.next(V311, MAXIMUM).unwrap() {
                    seen.push((frame.kind, frame.flags, frame.body.to_vec()));
                }
            }
            let expected = [
                (Kind::Connack, 0, vec![0, 0]),
                (Kind::Pingresp, 0, vec![]),
                (Kind::Publish, 1, vec![0, 1, b'a', b'x', b'y']),
            ];
            assert_eq!(seen, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_packet_that_is_too_large_is_refused_before_its_body_comes() {
        assert_eq!(
            first(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F], V5),
            Err(Violation::TooLarge)
        );
        // 2 + 998 bytes are as many as agreed, one more is not.
        assert_eq!(first(&[0x30, 0xE5, 0x07], V5), Ok(None));
        assert_eq!(first(&[0x30, 0xE6, 0x07], V5), Err(Violation::TooLarge));
    }

    #[test]
    fn a_remaining_length_of_five_bytes_is_malformed() {
        let bytes = [0x30, 0x80, 0x80, 0x80, 0x80, 0x01];
        assert_eq!(first(&bytes, V5), Err(Violation::Malformed));
        assert_eq!(first(&bytes, V311), Err(Violation::Malformed));
    }

    /// 5.0: [MQTT-1.5.5-1]
    #[test]
    fn version_5_demands_the_shortest_remaining_length() {
        let bytes = [0xD0, 0x80, 0x00];
        assert_eq!(first(&bytes, V5), Err(Violation::Malformed));
        assert_eq!(first(&bytes, V311), Ok(Some(Kind::Pingresp)));
    }

    /// 3.1.1: [MQTT-2.2.2-2], [MQTT-3.3.1-4]
    /// 5.0: [MQTT-2.1.3-1], [MQTT-3.3.1-4], [MQTT-3.15.1-1]
    #[test]
    fn every_first_byte_is_judged_by_type_flags_and_direction() {
        for byte in 0..=u8::MAX {
            for version in [V311, V5] {
                let expected = match (byte, version) {
                    (0x20 | 0x40 | 0x50 | 0x62 | 0x70 | 0x90 | 0xB0 | 0xD0, _) => Ok(()),
                    (0xE0 | 0xF0, V5) => Ok(()),
                    (0x30..=0x35 | 0x3A..=0x3D, _) => Ok(()),
                    (0x10..=0x1F | 0x80..=0x8F | 0xA0..=0xAF | 0xC0..=0xCF, _) => {
                        Err(Violation::Unexpected)
                    }
                    (0xE0..=0xEF, V311) => Err(Violation::Unexpected),
                    _ => Err(Violation::Malformed),
                };
                let seen = fixed_header(byte, version).map(|_| ());
                assert_eq!(seen, expected, "{byte:#04x} in {version:?}");
            }
        }
    }

    #[test]
    fn nothing_is_held_after_the_last_packet() {
        let mut frames = Frames::default();
        frames.push([0xD0, 0].repeat(10_000));
        while frames.next(V5, MAXIMUM).unwrap().is_some() {}
        assert_eq!(frames.bytes.capacity(), 0);
    }
}
