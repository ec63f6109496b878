//! What pages publish → the links, and how far each message is.

use std::collections::VecDeque;

use super::Engine;
use super::wire::{PageId, Publication, PublicationState};
use crate::link::{self, DeliveryState, PublishId};
use crate::mqtt::Publish;

/// The last publications.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    last: u64,
    known: VecDeque<Known>,
}

#[derive(Debug)]
struct Known {
    id: PublishId,
    page: PageId,
    key: u64,
    state: PublicationState,
}

/// A person presses buttons: more than this is not looked at any more.
const KNOWN: usize = 64;

impl Engine {
    /// Hands a message to its link. Without a link it is not kept for later: who presses a button now does not want it to
    /// act in an hour.
    pub(super) fn publish(&mut self, page: PageId, publication: Publication) {
        let id = PublishId(self.publishing.last + 1);
        let link = self.link_of(&publication.profile);
        let connection = link.and_then(|link| self.links.get(&link));
        let state = match connection {
            Some(connection) if !connection.profile.publishes => PublicationState::ViewOnly,
            Some(connection) if connection.listens() => PublicationState::Waiting,
            Some(_) | None => PublicationState::NotConnected,
        };
        self.publishing.add(Known {
            id,
            page,
            key: publication.key,
            state,
        });
        if let (Some(link), PublicationState::Waiting) = (link, state) {
            let publish = Publish {
                topic: publication.topic,
                payload: publication.payload,
                qos: publication.qos,
                retain: publication.retain,
            };
            self.tell_link(link, link::Input::Publish(id, publish));
        }
    }
}

impl Publishing {
    /// A link says how far a message is.
    pub(super) fn handle(&mut self, id: PublishId, state: DeliveryState) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == id) {
            known.state = match state {
                DeliveryState::Sent => PublicationState::Sent,
                DeliveryState::Acknowledged => PublicationState::Acknowledged,
                DeliveryState::Refused(code) => PublicationState::Refused(code),
            };
        }
    }

    /// How far the publications of a page are, oldest first.
    pub(super) fn of(&self, page: PageId) -> Vec<(u64, PublicationState)> {
        let theirs = self.known.iter().filter(|known| known.page == page);
        theirs.map(|known| (known.key, known.state)).collect()
    }

    fn add(&mut self, known: Known) {
        self.last = known.id.0;
        self.known.push_back(known);
        if self.known.len() > KNOWN {
            self.known.pop_front();
        }
    }
}
