//! The `mockscale` program.

fn main() {}
