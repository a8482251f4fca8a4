//! Terminals that are no files, such as Windows', are not asked.

use std::io;

use super::Room;

pub fn exchange(_question: &[u8], _is_told: fn(&[u8]) -> bool) -> io::Result<(Vec<u8>, Room)> {
    Err(io::ErrorKind::Unsupported.into())
}
