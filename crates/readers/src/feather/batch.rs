//! The values of a batch of rows, column by column.

use std::io::{Cursor, Read};

use lz4_flex::frame::FrameDecoder;

use super::{
    File, damage,
    flat::Flat,
    schema::{Column, Layout},
};
use crate::{
    Error,
    cell::{half, write_decimal, write_shown, write_whole},
    packed::zstd::ZstdReader,
};

/// The values of a column.
pub(crate) struct Values {
    layout: Layout,
    /// A bit a value, unset where there is none; empty where all are there.
    valid: Vec<u8>,
    /// The values, or where texts end.
    data: Vec<u8>,
    /// Texts.
    texts: Vec<Vec<u8>>,
}

/// The buffers of a batch, one after the other.
pub(crate) struct Buffers<'a> {
    file: &'a File,
    /// Where the first one is.
    start: u64,
    places: &'a [[u8; 16]],
    views: &'a [[u8; 8]],
    /// How many rows there are.
    pub rows: usize,
    /// By what they are packed.
    codec: Option<u8>,
    /// How many bytes may be held in memory.
    left: &'a mut u64,
}

impl<'a> Buffers<'a> {
    pub fn new(file: &'a File, batch: &Flat<'a>, start: u64, left: &'a mut u64) -> Result<Self, Error> {
        let codec = batch.table(3).map(|packing| packing.byte(0));
        let rows = usize::try_from(batch.long(0)).map_err(|_| damage("a batch has no length"))?;
        Ok(Self { file, start, places: batch.elements(2), views: batch.elements(4), rows, codec, left })
    }

    /// The values of a column; `None` of one that is passed over.
    pub fn column(&mut self, column: &Column) -> Result<Option<Values>, Error> {
        match column.layout {
            Some(layout) => self.values(layout).map(Some),
            None => {
                let mut count = column.buffers as u64;
                for _ in 0..column.views {
                    count += self.views()?;
                }
                (0..count).try_for_each(|_| self.place().map(drop))?;
                Ok(None)
            }
        }
    }

    /// The next values, which are laid out so.
    pub fn values(&mut self, layout: Layout) -> Result<Values, Error> {
        let mut values = Values { layout, valid: Vec::new(), data: Vec::new(), texts: Vec::new() };
        if layout == Layout::Null {
            return Ok(values);
        }
        values.valid = self.read()?;
        if !values.valid.is_empty() && values.valid.len() < self.rows.div_ceil(8) {
            return Err(damage("a column is short"));
        }
        values.data = self.read()?;
        let texts = match layout {
            Layout::Text(_) => 1,
            Layout::TextView => self.views()?,
            _ => 0,
        };
        for _ in 0..texts {
            values.texts.push(self.read()?);
        }
        Ok(values)
    }

    /// How many buffers of texts the next views have.
    fn views(&mut self) -> Result<u64, Error> {
        let (first, rest) = self.views.split_first().ok_or_else(|| damage("its list of buffers is short"))?;
        self.views = rest;
        u64::try_from(i64::from_le_bytes(*first)).map_err(|_| damage("its list of buffers is short"))
    }

    /// The next buffer's place and length.
    fn place(&mut self) -> Result<(u64, u64), Error> {
        let (first, rest) =
            self.places.split_first().ok_or_else(|| damage("its list of buffers is short"))?;
        self.places = rest;
        let (place, _) = first.as_chunks::<8>();
        let [offset, length] = [place[0], place[1]].map(u64::from_le_bytes);
        let start = self.start.checked_add(offset).ok_or_else(|| damage("a buffer lies outside"))?;
        Ok((start, length))
    }

    /// The next buffer.
    fn read(&mut self) -> Result<Vec<u8>, Error> {
        let (start, length) = self.place()?;
        let bytes = self.file.read(start, length, self.left)?;
        let Some(codec) = self.codec else { return Ok(bytes) };
        // Of nothing there is no length.
        let Some((promised, packed)) = bytes.split_first_chunk() else { return Ok(bytes) };
        let promised = i64::from_le_bytes(*promised);
        if promised == -1 {
            return Ok(packed.to_vec());
        }
        let promised = u64::try_from(promised).map_err(|_| damage("a buffer has no length"))?;
        *self.left = self.left.checked_sub(promised).ok_or(Error::UnpacksTooMuch)?;
        let mut unpacked = Vec::new();
        // One byte more than there should be.
        let most = promised.saturating_add(1);
        let read = match codec {
            0 => FrameDecoder::new(packed).take(most).read_to_end(&mut unpacked),
            1 => ZstdReader::new(Cursor::new(packed)).take(most).read_to_end(&mut unpacked),
            _ => return Err(damage("its buffers are packed in an unknown way")),
        };
        let read = read.map_err(|error| Error::Damaged(super::NAME, error))?;
        if read as u64 == promised { Ok(unpacked) } else { Err(damage("a buffer has another length")) }
    }
}

impl Values {
    /// Whether there is a value in a row.
    fn has(&self, row: usize) -> bool {
        self.valid.is_empty() || self.valid.get(row / 8).is_some_and(|bits| bits >> (row % 8) & 1 == 1)
    }

    fn number<const N: usize>(&self, row: usize) -> Option<[u8; N]> {
        self.data.as_chunks().0.get(row).copied()
    }

    /// A whole number of a row, and `None` where there is no value.
    pub fn whole(&self, row: usize) -> Result<Option<i128>, Error> {
        if !self.has(row) {
            return Ok(None);
        }
        let value = match self.layout {
            Layout::Signed(1, _) => self.number(row).map(i8::from_le_bytes).map(i128::from),
            Layout::Signed(2, _) => self.number(row).map(i16::from_le_bytes).map(i128::from),
            Layout::Signed(4, _) => self.number(row).map(i32::from_le_bytes).map(i128::from),
            Layout::Signed(_, _) => self.number(row).map(i64::from_le_bytes).map(i128::from),
            Layout::Unsigned(1) => self.number(row).map(u8::from_le_bytes).map(i128::from),
            Layout::Unsigned(2) => self.number(row).map(u16::from_le_bytes).map(i128::from),
            Layout::Unsigned(4) => self.number(row).map(u32::from_le_bytes).map(i128::from),
            Layout::Unsigned(_) => self.number(row).map(u64::from_le_bytes).map(i128::from),
            Layout::Decimal(_) => self.number(row).map(i128::from_le_bytes),
            _ => None,
        };
        value.map(Some).ok_or_else(|| damage("a column is short"))
    }

    /// Writes the value of a row, nothing where there is none.
    pub fn write(&self, text: &mut Vec<u8>, row: usize) -> Result<(), Error> {
        let is_short = || damage("a column is short");
        if self.layout == Layout::Null || !self.has(row) {
            return Ok(());
        }
        match self.layout {
            Layout::Bool => {
                let bits = self.data.get(row / 8).ok_or_else(is_short)?;
                write_shown(text, bits >> (row % 8) & 1 == 1);
            }
            Layout::Float(2) => {
                write_shown(text, half(u16::from_le_bytes(self.number(row).ok_or_else(is_short)?)));
            }
            Layout::Float(4) => {
                write_shown(text, f32::from_le_bytes(self.number(row).ok_or_else(is_short)?));
            }
            Layout::Float(_) => {
                write_shown(text, f64::from_le_bytes(self.number(row).ok_or_else(is_short)?));
            }
            Layout::Text(_) | Layout::TextView => text.extend(self.text(row).ok_or_else(is_short)?),
            layout => {
                let Some(value) = self.whole(row)? else { return Ok(()) };
                match (layout, i64::try_from(value)) {
                    (Layout::Decimal(decimals), _) => write_decimal(text, value, decimals),
                    (Layout::Signed(_, meaning), Ok(value)) => write_whole(text, value, meaning),
                    _ => write_shown(text, value),
                }
            }
        }
        Ok(())
    }

    /// The text of a row.
    fn text(&self, row: usize) -> Option<&[u8]> {
        match self.layout {
            Layout::Text(width) => {
                let place = |row| {
                    if width == 4 {
                        self.number(row).map(|at| u64::from(u32::from_le_bytes(at)))
                    } else {
                        self.number(row).map(u64::from_le_bytes)
                    }
                };
                let [start, end] = [place(row)?, place(row + 1)?].map(usize::try_from);
                self.texts.first()?.get(start.ok()?..end.ok()?)
            }
            _ => {
                let view = self.data.as_chunks::<16>().0.get(row)?;
                let [length, _, buffer, start] = [0, 4, 8, 12]
                    .map(|at| view[at..].first_chunk().map_or(0, |int| u32::from_le_bytes(*int) as usize));
                if length <= 12 {
                    view.get(4..4 + length)
                } else {
                    self.texts.get(buffer)?.get(start..start.checked_add(length)?)
                }
            }
        }
    }
}
