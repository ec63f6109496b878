//! The whole of the product behind one door: inputs with their time in, outputs out, and nothing else.

pub mod wire;
