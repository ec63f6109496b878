//! What an engine does only for who looks at messages and publishes some, or signs in by an enhanced authentication: loaded when
//! somebody does, so that a wall carries none of it.

use std::pin::Pin;

use super::messages::Messages;
use super::publishing::Publishing;
use super::wire::{DeskRequest, EffectKind, Fate, Following, PageId, Publication, Published, Seen};
use super::{Connection, Engine, LinkId, Output, Reply};
use crate::command::{self, Way};
use crate::link::{self, DeliveryState, PublishId};
use crate::mqtt::{AUTHENTICATION, Message, NewAuthentication};
use crate::observation::Observation;
use crate::packed;
use crate::payload::PayloadError;
use crate::series::Applied;
use crate::settings::ProfileId;
use crate::site::Places;
use crate::time::{Monotonic, Timestamp};

/// Makes a desk at which nobody sits yet.
pub type NewDesk = fn() -> Box<dyn Desk>;

/// Loads it; `None` if it cannot be had from where the page came from. May be asked again then.
pub type LoadDesk = fn() -> Pin<Box<dyn Future<Output = Option<NewDesk>>>>;

/// See the module.
pub const DESK: NewDesk = || desk_with(AUTHENTICATION);

/// One that signs in by that.
pub(super) fn desk_with(authentication: NewAuthentication) -> Box<dyn Desk> {
    Box::new(Sitting {
        messages: Messages::default(),
        publishing: Publishing::default(),
        authentication,
    })
}

/// The door between an engine and its desk: whatever is called only through it is loaded with it.
pub trait Desk {
    /// What signs in by an enhanced authentication.
    fn authentication(&self) -> NewAuthentication;
    /// Takes what a page asks. Bytes that are no [`DeskRequest`] do nothing.
    fn ask(&mut self, page: PageId, request: &[u8], now: Monotonic) -> Asked;
    /// Wants a message published: whether it may, and the platform of its broker.
    fn publish(&mut self, page: PageId, publication: Publication, way: (Way, &str), now: Monotonic);
    /// Whether so much waits in a broker's socket that nothing more is to be written.
    fn hold(&mut self, profile: &ProfileId, is_full: bool, now: Monotonic);
    /// What is to be done now for what is published.
    fn poll_output(&mut self) -> Option<command::Output>;
    /// Which page wanted it published.
    fn page_of(&self, id: PublishId) -> Option<PageId>;
    /// How it ended with what stands in for a publication.
    fn handle_fallback(&mut self, id: PublishId, is_done: bool);
    /// There is no connection any more for what was to leave.
    fn handle_no_way(&mut self, id: PublishId, now: Monotonic);
    /// How far a link is with what was published.
    fn handle_delivery(&mut self, id: PublishId, state: DeliveryState, now: Monotonic);
    /// The link of a profile is at its end.
    fn handle_end(&mut self, profile: &ProfileId, now: Monotonic);
    /// Any message: it may confirm a command. See [`Commands::handle_message`](crate::command::Commands::handle_message).
    fn handle_message(
        &mut self,
        profile: &ProfileId,
        topic: &str,
        message: &Message,
        observations: &[Observation],
    );
    /// Whether anybody looks at messages of this topic.
    fn wants(&self, topic: &str) -> bool;
    /// Keeps a message that somebody looks at.
    fn keep(
        &mut self,
        message: &Message,
        profile: Option<ProfileId>,
        received_at: Timestamp,
        story: Story<'_>,
    );
    /// Time has passed.
    fn handle_timer(&mut self, now: Monotonic);
    /// When it wants to be told that time has passed.
    fn wakes_at(&self) -> Option<Monotonic>;
}

/// What a page asked.
pub enum Asked {
    /// To see messages: the answer, for [`Reply::Seen`].
    Seen(Vec<u8>),
    /// To publish.
    Publish(Box<Publication>),
    /// Nothing that the engine has to do something for.
    Nothing,
}

/// What became of a message, as it is noted where it is folded.
pub struct Story<'a> {
    /// Which mapping knows it.
    pub mapping: &'a str,
    /// How many bytes of its topic are a bridge's.
    pub prefix: usize,
    /// What that makes of it.
    pub end: End<'a>,
}

/// See [`Story`].
pub enum End<'a> {
    /// It has no payload.
    Empty,
    /// No mapping knows it.
    Unknown,
    /// It cannot be read.
    Unreadable(PayloadError),
    /// What it says, what became of each count in it, and the doors that may count with them.
    Read(&'a [Observation], &'a [Applied], &'a Places),
}

struct Sitting {
    messages: Messages,
    publishing: Publishing,
    authentication: NewAuthentication,
}

impl Desk for Sitting {
    fn authentication(&self) -> NewAuthentication {
        self.authentication
    }

    fn ask(&mut self, page: PageId, request: &[u8], now: Monotonic) -> Asked {
        match packed::read(request) {
            Ok(DeskRequest::Look(look)) => {
                let list = look.list.map(|list| self.messages.look(page, list, now));
                let publication = look.publication.map(|asked| self.published(page, asked));
                Asked::Seen(Seen { list, publication }.to_bytes())
            }
            Ok(DeskRequest::Publish(publication)) => Asked::Publish(publication),
            Ok(DeskRequest::NotRung(id)) => {
                self.handle_fallback(id, false);
                Asked::Nothing
            }
            Err(_) => Asked::Nothing,
        }
    }

    fn publish(
        &mut self,
        page: PageId,
        publication: Publication,
        way: (Way, &str),
        now: Monotonic,
    ) {
        self.messages.follow(page, publication.key, now);
        self.publishing.issue(page, publication, way, now);
    }

    fn hold(&mut self, profile: &ProfileId, is_full: bool, now: Monotonic) {
        self.publishing.commands.hold(profile, is_full, now);
    }

    fn poll_output(&mut self) -> Option<command::Output> {
        self.publishing.commands.poll_output()
    }

    fn page_of(&self, id: PublishId) -> Option<PageId> {
        self.publishing.page_of(id)
    }

    fn handle_fallback(&mut self, id: PublishId, is_done: bool) {
        self.publishing.commands.handle_fallback(id, is_done);
    }

    fn handle_no_way(&mut self, id: PublishId, now: Monotonic) {
        self.publishing.commands.handle_no_way(id, now);
    }

    fn handle_delivery(&mut self, id: PublishId, state: DeliveryState, now: Monotonic) {
        self.publishing.commands.handle_delivery(id, state, now);
    }

    fn handle_end(&mut self, profile: &ProfileId, now: Monotonic) {
        self.publishing.commands.handle_end(profile, now);
    }

    fn handle_message(
        &mut self,
        profile: &ProfileId,
        topic: &str,
        message: &Message,
        observations: &[Observation],
    ) {
        let commands = &mut self.publishing.commands;
        commands.handle_message(profile, topic, message, observations);
    }

    fn wants(&self, topic: &str) -> bool {
        self.messages.wants(topic)
    }

    fn keep(
        &mut self,
        message: &Message,
        profile: Option<ProfileId>,
        received_at: Timestamp,
        story: Story<'_>,
    ) {
        let prefix = story.prefix;
        let fate = Fate::of(&message.topic[prefix..], story);
        self.messages
            .keep(message, (profile, prefix), received_at, fate);
    }

    fn handle_timer(&mut self, now: Monotonic) {
        self.publishing.commands.handle_timer(now);
        self.messages.tick(now);
    }

    fn wakes_at(&self) -> Option<Monotonic> {
        let commands = self.publishing.commands.wakes_at();
        commands.into_iter().chain(self.messages.wakes_at()).min()
    }
}

impl Sitting {
    /// What became of a page's publication.
    fn published(&self, page: PageId, asked: Following) -> Published {
        let known = self.publishing.stage(page, asked.key);
        let (followed, is_all) = self.messages.followed(page, asked);
        Published {
            key: asked.key,
            stage: known.map(|(stage, _)| stage),
            followed,
            is_over: is_all && known.is_none_or(|(_, is_over)| is_over),
        }
    }
}

impl Engine {
    /// What looks at messages and publishes if a page asks for it; until then such requests do nothing. To be told before
    /// the first of them; the first one told stays.
    pub fn know_desk(&mut self, desk: NewDesk) {
        self.desk.get_or_insert_with(desk);
    }

    /// Takes what a page asks of the desk.
    pub(super) fn ask_desk(&mut self, page: PageId, request: &[u8]) {
        let now = self.now.monotonic;
        let Some(desk) = &mut self.desk else {
            return;
        };
        match desk.ask(page, request, now) {
            Asked::Seen(bytes) => {
                let reply = Output::Reply(page, Reply::Seen(bytes), Vec::new());
                self.outputs.push_back(reply);
            }
            Asked::Publish(publication) => {
                let link = self.link_of(&publication.profile);
                let connection = link.and_then(|link| self.links.get(&link));
                let way = match connection {
                    Some(connection) if !connection.profile.publishes => Way::ViewOnly,
                    Some(connection) if connection.listens() => Way::Open,
                    Some(_) | None => Way::NotConnected,
                };
                let platform = connection.map_or("", |connection| &connection.profile.platform);
                if let Some(desk) = &mut self.desk {
                    desk.publish(page, *publication, (way, platform), now);
                }
                self.hand_over();
            }
            Asked::Nothing => {}
        }
    }

    /// Does what is to be done for what is published: hands to the links what may leave, and to others what stands in for it.
    pub(super) fn hand_over(&mut self) {
        while let Some(desk) = &mut self.desk
            && let Some(output) = desk.poll_output()
        {
            match output {
                command::Output::Publish(profile, id, publish) => {
                    let link = self.link_of(&profile);
                    let links = &self.links;
                    let takes = |link: &LinkId| links.get(link).is_some_and(Connection::takes);
                    match link.filter(takes) {
                        Some(link) => self.tell_link(link, link::Input::Publish(id, publish)),
                        // It was lost while the command waited for its turn.
                        None => {
                            if let Some(desk) = &mut self.desk {
                                desk.handle_no_way(id, self.now.monotonic);
                            }
                        }
                    }
                }
                command::Output::Withdraw(profile, id) => {
                    if let Some(link) = self.link_of(&profile) {
                        self.tell_link(link, link::Input::Withdraw(id));
                    }
                }
                command::Output::Post(id, address, body) => {
                    self.outputs.push_back(Output::Post(id, address, body));
                }
                command::Output::Ring(id) => {
                    let page = desk.page_of(id);
                    match page.filter(|page| self.pages.contains_key(page)) {
                        Some(page) => self.effect(page, EffectKind::Ring(id)),
                        None => desk.handle_fallback(id, false),
                    }
                }
            }
        }
    }
}
