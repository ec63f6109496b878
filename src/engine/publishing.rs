//! What pages publish → commands, and how far each is.

use std::collections::VecDeque;

use super::wire::{PageId, Publication, Stage};
use crate::command::{Command, Commands, Way};
use crate::link::PublishId;
use crate::mqtt::{PropertyBytes, Publish, Unsayable};
use crate::platform;
use crate::time::Monotonic;

/// What pages publish.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    pub(super) commands: Commands,
    /// Whose a command is, and by which number that page knows it.
    keys: VecDeque<(PublishId, PageId, u64)>,
}

/// A page looks at its last ones.
const KEYS: usize = 64;

impl Publishing {
    /// Takes what a page wants published: by which way, and of which platform the broker is.
    pub(super) fn issue(
        &mut self,
        page: PageId,
        publication: Publication,
        (way, platform): (Way, &str),
        now: Monotonic,
    ) {
        // The page does not offer what cannot be said.
        let properties = PropertyBytes::try_from(&publication.properties);
        let way = match properties {
            Ok(_) => way,
            Err(Unsayable) => Way::Unsayable,
        };
        let command = Command {
            profile: publication.profile,
            publish: Publish {
                topic: publication.topic,
                payload: publication.payload,
                qos: publication.qos,
                retain: publication.retain,
                properties: properties.unwrap_or_default(),
            },
            confirmation: publication.confirmation,
            fallback: publication.fallback.map(Into::into),
            rate: platform::publish_rate(platform),
        };
        let id = self.commands.issue(command, way, now);
        self.keys.push_back((id, page, publication.key));
        if self.keys.len() > KEYS {
            self.keys.pop_front();
        }
    }

    /// Which page wanted a command; `None`: that is forgotten.
    pub(super) fn page_of(&self, id: PublishId) -> Option<PageId> {
        let mut keys = self.keys.iter();
        keys.find(|(known, ..)| *known == id)
            .map(|(_, page, _)| *page)
    }

    /// How far a page's publication is, and whether that is all; `None`: it is forgotten.
    pub(super) fn stage(&self, page: PageId, key: u64) -> Option<(Stage, bool)> {
        // The last: a page may have counted anew.
        let mut keys = self.keys.iter();
        let (id, ..) = keys.rfind(|(_, whose, known)| (*whose, *known) == (page, key))?;
        Some((self.commands.stage(*id)?, self.commands.is_over(*id)))
    }
}
