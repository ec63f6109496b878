//! What pages publish → commands → the links, and how far each is.

use std::collections::VecDeque;

use super::wire::{PageId, Publication, Stage};
use super::{Connection, Engine};
use crate::command::{Command, Commands, Way};
use crate::link::{self, PublishId};
use crate::mqtt::Publish;

/// What pages publish.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    pub(super) commands: Commands,
    /// Whose a command is, and by which number that page knows it.
    keys: VecDeque<(PublishId, PageId, u64)>,
}

/// A page looks at its last ones.
const KEYS: usize = 64;

impl Engine {
    /// Publishes what a page wants.
    pub(super) fn publish(&mut self, page: PageId, publication: Publication) {
        let link = self.link_of(&publication.profile);
        let way = match link.and_then(|link| self.links.get(&link)) {
            Some(connection) if !connection.profile.publishes => Way::ViewOnly,
            Some(connection) if connection.listens() => Way::Open,
            Some(_) | None => Way::NotConnected,
        };
        let command = Command {
            profile: publication.profile,
            publish: Publish {
                topic: publication.topic,
                payload: publication.payload,
                qos: publication.qos,
                retain: publication.retain,
            },
            confirmation: publication.confirmation,
        };
        let now = self.now.monotonic;
        let id = self.publishing.commands.issue(command, way, now);
        let keys = &mut self.publishing.keys;
        keys.push_back((id, page, publication.key));
        if keys.len() > KEYS {
            keys.pop_front();
        }
        self.hand_over();
    }

    /// Hands to the links what may leave.
    pub(super) fn hand_over(&mut self) {
        while let Some((profile, id, publish)) = self.publishing.commands.poll_output() {
            let link = self.link_of(&profile);
            let listens = |link: &_| self.links.get(link).is_some_and(Connection::listens);
            match link.filter(listens) {
                Some(link) => self.tell_link(link, link::Input::Publish(id, publish)),
                // It was lost while the command waited for its turn.
                None => self.publishing.commands.handle_no_way(id),
            }
        }
    }
}

impl Publishing {
    /// How far the publications of a page are, oldest first.
    pub(super) fn of(&self, page: PageId) -> Vec<(u64, Stage)> {
        let theirs = self.keys.iter().filter(|(_, whose, _)| *whose == page);
        theirs
            .filter_map(|(id, _, key)| Some((*key, self.commands.stage(*id)?)))
            .collect()
    }
}
