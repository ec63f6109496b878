//! What a run of the page leaves under way to a broker → the next run, which goes on with it.

use super::{Outbound, Outgoing, Stage};
use crate::mqtt::decode::PacketId;
use crate::mqtt::encode::{self, Answer, answer};
use crate::mqtt::frame::variable_byte_integer;
use crate::mqtt::{Publish, QoS, Version};

impl Outgoing {
    /// What the broker may have, as it would be sent again: the protocol level, and packets. Empty: nothing.
    pub(in super::super) fn in_flight(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(version) = self.version else {
            return bytes;
        };
        for message in &self.outbound {
            if bytes.is_empty() && message.stage != Stage::Waiting {
                bytes.push(version.level());
            }
            match (message.stage, &message.packet) {
                (Stage::Waiting, _) => {}
                (Stage::Published(_), Some(packet)) => bytes.extend_from_slice(packet),
                (Stage::Published(id), None) => {
                    let (publish, qos) = (&message.publish, message.publish.qos);
                    let packet = encode::publish(version, publish, qos, id, true);
                    // Never unsayable: it was said.
                    bytes.extend(packet.unwrap_or_default());
                }
                (Stage::Received(id) | Stage::Released(id), _) => {
                    bytes.extend_from_slice(&answer(Answer::Pubrel, id));
                }
            }
        }
        bytes
    }

    /// Goes on with what a former run left. Its identifiers, also those that it could not keep, are not likely to be taken for
    /// ours: they begin behind `last_id`.
    pub(in super::super) fn restore(&mut self, in_flight: &[u8], last_id: u16) {
        self.last_id = last_id;
        let Some((level, mut rest)) = in_flight.split_first() else {
            return;
        };
        let mut versions = [Version::V311, Version::V5].into_iter();
        self.version = versions.find(|it| it.level() == *level);
        while let Some((packet, qos, id)) = take_packet(&mut rest) {
            let is_released = qos == QoS::AtMostOnce;
            self.outbound.push_back(Outbound {
                key: OF_A_FORMER_RUN,
                publish: Publish {
                    // Nothing else is released.
                    qos: if is_released { QoS::ExactlyOnce } else { qos },
                    ..Publish::default()
                },
                packet: (!is_released).then(|| packet.to_vec()),
                stage: if is_released {
                    Stage::Released(id)
                } else {
                    Stage::Published(id)
                },
                is_under_way: false,
                is_unheard: false,
                refusals: 0,
                is_withdrawn: true,
            });
        }
    }
}

/// The next packet of [`Outgoing::in_flight`], its identifier, and its QoS: 0 for PUBREL.
fn take_packet<'a>(bytes: &mut &'a [u8]) -> Option<(&'a [u8], QoS, PacketId)> {
    let (first, after) = bytes.split_first()?;
    let (length, width) = variable_byte_integer(after, Version::V5).ok()??;
    let (packet, rest) = bytes.split_at_checked(1 + width + length)?;
    let mut body = packet.get(1 + width..)?;
    let is_publish = first >> 4 == 3;
    if is_publish {
        let (topic, more) = body.split_first_chunk()?;
        body = more.get(usize::from(u16::from_be_bytes(*topic))..)?;
    }
    let (id, _) = body.split_first_chunk()?;
    let qos = QoS::from_number((first >> 1) & 3)?;
    *bytes = rest;
    Some((
        packet,
        if is_publish { qos } else { QoS::AtMostOnce },
        PacketId::new(u16::from_be_bytes(*id))?,
    ))
}

/// Those who number messages begin with 1.
const OF_A_FORMER_RUN: u64 = 0;
