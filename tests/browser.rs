//! The edge, in a real browser.
