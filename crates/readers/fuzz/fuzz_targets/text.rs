//! Any bytes as a text of candles: no panic, and only valid candles come out. How the bytes arrive makes no difference.
#![no_main]

use std::io;

use libfuzzer_sys::fuzz_target;
use readers::{Bytes, Source};
use readers_fuzz::told;

/// Gives its bytes one by one.
struct Drops(Vec<u8>);

impl Bytes for Drops {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let some = room.len().min(1);
        self.0.read_at(&mut room[..some], offset)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let [choice, bytes @ ..] = bytes else { return };
    let at_once = told(&Source::text(bytes.to_vec()), *choice);
    assert_eq!(at_once, told(&Source::text(Drops(bytes.to_vec())), *choice));
});
