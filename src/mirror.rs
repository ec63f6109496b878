//! What a page knows of its engine's state, as far as that needs no browser: the columns of its charts, how far its numbers can
//! be trusted, when to ask for more, which messages came, how far a publication is, and which rows of a long list are in view.

mod columns;
mod messages;
mod pace;
mod publication;
mod rows;
mod trust;

pub use columns::{Column, Curve, Rows};
pub use messages::MessagesShown;
pub use pace::Pace;
pub use publication::PublicationShown;
pub use rows::ListRows;
pub use trust::{LinkShown, Trust, trust};
