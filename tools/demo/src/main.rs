//! A demo of Footfall on one machine.
fn main() {}
