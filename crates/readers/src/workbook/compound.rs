//! Whether the file of an old workbook is whole. Its reader takes that for granted, and panics.

use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use crate::{Bytes, bytes::BytesReader};

/// A sector that belongs to nothing, and the first number that is none of a sector.
const FREE: u32 = u32::MAX;
const FIRST_SPECIAL: u32 = 0xffff_fffa;
/// Where the header names the first sectors of the table that says which sector follows which.
const TABLE: usize = 76;

/// Refuses a file that lacks sectors which its table names. Only the part of the table is looked at that the
/// header names; it says all of files up to 6 MiB.
pub(super) fn expect_whole(bytes: &Arc<dyn Bytes>) -> io::Result<()> {
    let mut reader = BytesReader::new(bytes);
    let mut header = [0; 512];
    reader.read_exact(&mut header)?;
    let shift = u32::from(u16::from_le_bytes([header[30], header[31]]));
    if !matches!(shift, 9 | 12) {
        return Err(cut_off());
    }
    let size = 1_u64 << shift;
    // The header takes the place of one.
    let count = (bytes.size() / size).saturating_sub(1);
    let mut sector = vec![0; 1 << shift];
    for (place, number) in header[TABLE..].as_chunks::<4>().0.iter().enumerate() {
        let number = u32::from_le_bytes(*number);
        if number >= FIRST_SPECIAL {
            break;
        }
        reader.seek(SeekFrom::Start((u64::from(number) + 1) << shift))?;
        reader.read_exact(&mut sector)?;
        let first = place as u64 * size / 4;
        for (own, next) in (first..).zip(sector.as_chunks::<4>().0) {
            let next = u32::from_le_bytes(*next);
            let is_used = next != FREE;
            if is_used && (own >= count || next < FIRST_SPECIAL && u64::from(next) >= count) {
                return Err(cut_off());
            }
        }
    }
    Ok(())
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it lacks sectors")
}
