//! Where the rows of a text come from.

use csv::ByteRecord;

use crate::{Error, columns::Columns};

/// Gives one row after the other.
pub(crate) trait Source {
    /// Fills a record with the fields of the next row, as many as there are `columns`, and tells its line.
    fn read(&mut self, record: &mut ByteRecord, columns: &Columns) -> Result<Option<u64>, Error>;
}
