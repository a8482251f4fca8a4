//! One text or table of a file: what is read twice, first to understand it and then for its rows.

use std::{fmt, io::Read, sync::Arc};

use csv::ByteRecord;

use crate::{Bytes, Error, bytes::BytesReader};

/// Gives the rows of a text or table as records of texts, so that there is one way to understand columns.
pub(crate) trait Records {
    /// What a table, or objects of JSON, call their fields; `None` where names would stand in the first rows.
    fn names(&self) -> Option<&[String]>;

    /// Fills a record with the fields of the next row. Returns the row's place: its line, from 1, or its number.
    fn read(&mut self, record: &mut ByteRecord) -> Result<Option<u64>, Error>;
}

/// A text or a table of candles that can be read from its beginning as often as asked.
#[derive(Clone)]
pub struct Source {
    bytes: Arc<dyn Bytes>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("bytes", &self.bytes.size()).finish_non_exhaustive()
    }
}

impl Source {
    /// A text that is not packed.
    pub fn text(bytes: impl Bytes + 'static) -> Self {
        Self { bytes: Arc::new(bytes) }
    }

    /// The bytes of the text from its beginning, unpacked.
    pub(crate) fn reader(&self) -> Result<Box<dyn Read + '_>, Error> {
        Ok(Box::new(BytesReader::new(&self.bytes)))
    }

    /// The rows of a table; `None` where it is text.
    pub(crate) fn table(&self) -> Option<Result<Box<dyn Records + '_>, Error>> {
        None
    }
}

/// What a file holds.
pub enum Content {
    One(Source),
    Archive(Vec<Member>),
}

pub struct Member {
    pub name: String,
    pub source: Result<Source, Error>,
}

impl Source {
    pub fn open(bytes: Arc<dyn Bytes>) -> Result<Content, Error> {
        Ok(Content::One(Self { bytes }))
    }
}
