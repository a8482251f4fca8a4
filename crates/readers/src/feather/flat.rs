//! The descriptions in files of Arrow, which are tables of flatbuffers, read field by field.
//!
//! A table begins with how far before it stands a list of where its fields are. What lies outside of the bytes is
//! taken for absent.

/// A table at some place in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Flat<'a> {
    bytes: &'a [u8],
    at: usize,
    fields: usize,
}

/// The bytes that a number has there.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The place that is told there, counted from there.
fn follow(bytes: &[u8], at: usize) -> Option<usize> {
    at.checked_add(u32::from_le_bytes(array(bytes, at)?) as usize)
}

impl<'a> Flat<'a> {
    /// The table that all else hangs on.
    pub fn root(bytes: &'a [u8]) -> Option<Self> {
        Self::at(bytes, follow(bytes, 0)?)
    }

    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let back = i32::from_le_bytes(array(bytes, at)?);
        let fields = usize::try_from(i64::try_from(at).ok()? - i64::from(back)).ok()?;
        Some(Self { bytes, at, fields })
    }

    /// Where a field is; its number counts from 0.
    fn field(&self, number: usize) -> Option<usize> {
        let entry = 4 + 2 * number;
        let size = usize::from(u16::from_le_bytes(array(self.bytes, self.fields)?));
        let offset = u16::from_le_bytes(array(self.bytes, self.fields.checked_add(entry)?)?);
        (entry + 2 <= size && offset > 0).then(|| self.at + usize::from(offset))
    }

    fn number<const N: usize>(&self, number: usize) -> Option<[u8; N]> {
        array(self.bytes, self.field(number)?)
    }

    pub fn byte(&self, number: usize) -> u8 {
        self.number(number).map_or(0, u8::from_le_bytes)
    }

    pub fn short(&self, number: usize, default: i16) -> i16 {
        self.number(number).map_or(default, i16::from_le_bytes)
    }

    pub fn int(&self, number: usize, default: i32) -> i32 {
        self.number(number).map_or(default, i32::from_le_bytes)
    }

    pub fn long(&self, number: usize) -> i64 {
        self.number(number).map_or(0, i64::from_le_bytes)
    }

    pub fn table(&self, number: usize) -> Option<Self> {
        Self::at(self.bytes, follow(self.bytes, self.field(number)?)?)
    }

    /// The bytes of a list whose elements have so many bytes.
    fn list(&self, number: usize, element: usize) -> Option<(usize, &'a [u8])> {
        let at = follow(self.bytes, self.field(number)?)?;
        let length = (u32::from_le_bytes(array(self.bytes, at)?) as usize).checked_mul(element)?;
        let start = at.checked_add(4)?;
        Some((start, self.bytes.get(start..start.checked_add(length)?)?))
    }

    pub fn text(&self, number: usize) -> Option<&'a str> {
        std::str::from_utf8(self.list(number, 1)?.1).ok()
    }

    /// The elements of a list of numbers or of structures, which have so many bytes.
    pub fn elements<const N: usize>(&self, number: usize) -> &'a [[u8; N]] {
        self.list(number, N).map_or(&[], |(_, bytes)| bytes.as_chunks().0)
    }

    pub fn tables(&self, number: usize) -> impl Iterator<Item = Self> + use<'a> {
        let (start, places) = self.list(number, 4).unwrap_or((0, &[]));
        let bytes = self.bytes;
        (0..places.len() / 4).filter_map(move |place| Self::at(bytes, follow(bytes, start + place * 4)?))
    }
}
