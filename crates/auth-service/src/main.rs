//! `latchkey-auth`: the practice's auth service.

fn main() {}
