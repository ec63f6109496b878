//! Every developer command of Footfall.
fn main() {}
