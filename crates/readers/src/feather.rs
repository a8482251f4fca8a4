//! Rows of Feather files (version 2, which is the file form of Arrow), as records of texts.
//!
//! The format is small, and Arrow's own crates take longer to build than all of this program. A file ends with a
//! description of its columns and of where its batches of rows are. A batch has a few buffers for each column.
//! <https://arrow.apache.org/docs/format/Columnar.html> is the specification.

use std::{collections::HashMap, io, sync::Arc};

use crate::record::Record;

use crate::{Bytes, Error, magic::FileKind, source::Records};

mod batch;
mod flat;
mod schema;

use batch::{Buffers, Values};
use flat::Flat;
use schema::{Column, Layout};

const NAME: &str = FileKind::Feather.name();
/// How a file begins and ends.
const MAGIC: &[u8] = b"ARROW1";
/// No description is longer.
const LONGEST_DESCRIPTION: u64 = 64 << 20;
/// A batch of rows is held in memory, and so are all dictionaries.
const LARGEST_BATCH: u64 = 2 << 30;
/// What messages are, by number.
const DICTIONARY: u8 = 2;
const ROWS: u8 = 3;

/// The bytes of a file.
pub(crate) struct File(Arc<dyn Bytes>);

/// The rows of a file.
struct Table {
    file: File,
    columns: Vec<Column>,
    names: Vec<String>,
    dictionaries: HashMap<i64, Vec<Vec<u8>>>,
    /// Batches that were not read yet, the next one last.
    blocks: Vec<Block>,
    /// The values of the columns that have names.
    batch: Vec<(Values, Option<i64>)>,
    /// Rows of the batch, and the next one.
    rows: usize,
    row: usize,
    /// Rows that were given.
    count: u64,
}

/// Where a message is: the description of a batch, and then its buffers.
struct Block {
    offset: u64,
    description: u64,
}

impl File {
    /// Bytes that are in the file, and that memory is left for.
    fn read(&self, start: u64, length: u64, left: &mut u64) -> Result<Vec<u8>, Error> {
        let end = start.checked_add(length).filter(|end| *end <= self.0.size());
        // Before memory is taken for what is not there.
        end.ok_or_else(|| damage("it ends before that"))?;
        *left = left.checked_sub(length).ok_or(Error::Unfit("has batches that do not fit in memory"))?;
        let mut room = vec![0; usize::try_from(length).map_err(|_| damage("it ends before that"))?];
        let mut filled = 0;
        while filled < room.len() {
            match self.0.read_at(&mut room[filled..], start + filled as u64)? {
                0 => return Err(damage("it ends before that")),
                count => filled += count,
            }
        }
        Ok(room)
    }

    /// The description of a message, without what stands before it: perhaps a mark, and its length.
    fn message(&self, block: &Block) -> Result<Vec<u8>, Error> {
        let mut bytes = self.read(block.offset, block.description, &mut LONGEST_DESCRIPTION.clone())?;
        let before = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
        bytes.drain(..before.min(bytes.len()));
        Ok(bytes)
    }
}

/// The rows of the table in a file.
pub(crate) fn open(bytes: &Arc<dyn Bytes>) -> Result<Box<dyn Records>, Error> {
    let file = File(Arc::clone(bytes));
    let mut left = LONGEST_DESCRIPTION;
    // The length of the description of all, and the magic.
    let end = bytes.size().checked_sub(10).ok_or_else(|| damage("it is short"))?;
    let last = file.read(end, 10, &mut left)?;
    let (length, magic) = last.split_first_chunk().ok_or_else(|| damage("it is short"))?;
    if magic != MAGIC {
        return Err(damage("its end is missing"));
    }
    let length = u64::from(u32::from_le_bytes(*length));
    let start = end.checked_sub(length).ok_or_else(|| damage("it is short"))?;
    let footer = file.read(start, length, &mut left)?;
    let footer = Flat::root(&footer).ok_or_else(|| damage("it has no description"))?;
    let schema = footer.table(1).ok_or_else(|| damage("it has no description"))?;
    let columns = schema::columns(schema)?;
    let dictionaries = read_dictionaries(&file, &columns, &blocks(&footer, 2)?)?;
    let mut blocks = blocks(&footer, 3)?;
    blocks.reverse();
    let names: Vec<_> =
        columns.iter().filter(|column| column.layout.is_some()).map(|column| column.name.clone()).collect();
    let has_values = |column: &Column| column.layout.is_some_and(|layout| layout != Layout::Null);
    if !columns.iter().any(has_values) {
        return Err(Error::Unfit("has no columns of plain values"));
    }
    let batch = Vec::new();
    Ok(Box::new(Table { file, columns, names, dictionaries, blocks, batch, rows: 0, row: 0, count: 0 }))
}

impl Records for Table {
    fn names(&self) -> Option<&[String]> {
        Some(&self.names)
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        record.clear();
        while self.row == self.rows {
            let Some(block) = self.blocks.pop() else { return Ok(None) };
            self.read_batch(&block)?;
        }
        let mut text = Vec::new();
        for (values, dictionary) in &self.batch {
            text.clear();
            if let Some(dictionary) = dictionary {
                if let Some(place) = values.whole(self.row)? {
                    let texts = self.dictionaries.get(dictionary).zip(usize::try_from(place).ok());
                    let found = texts.and_then(|(texts, place)| texts.get(place));
                    text.extend(found.ok_or_else(|| damage("a dictionary is short"))?);
                }
            } else {
                values.write(&mut text, self.row)?;
            }
            record.push_field(&text);
        }
        self.row += 1;
        self.count += 1;
        Ok(Some(self.count))
    }
}

impl Table {
    fn read_batch(&mut self, block: &Block) -> Result<(), Error> {
        let bytes = self.file.message(block)?;
        let batch = Flat::root(&bytes).filter(|message| message.byte(1) == ROWS);
        let batch = batch.and_then(|message| message.table(2)).ok_or_else(|| damage("a batch is missing"))?;
        let mut left = LARGEST_BATCH;
        let mut buffers = Buffers::new(&self.file, &batch, block.offset + block.description, &mut left)?;
        self.batch.clear();
        for column in &self.columns {
            if let Some(values) = buffers.column(column)? {
                self.batch.push((values, column.dictionary));
            }
        }
        self.row = 0;
        self.rows = buffers.rows;
        Ok(())
    }
}

/// The texts of all dictionaries that columns of plain values have.
fn read_dictionaries(
    file: &File,
    columns: &[Column],
    blocks: &[Block],
) -> Result<HashMap<i64, Vec<Vec<u8>>>, Error> {
    let mut dictionaries = HashMap::<_, Vec<_>>::new();
    let mut left = LARGEST_BATCH;
    for block in blocks {
        let bytes = file.message(block)?;
        let message = Flat::root(&bytes).filter(|message| message.byte(1) == DICTIONARY);
        let message = message.and_then(|message| message.table(2));
        let message = message.ok_or_else(|| damage("a dictionary is missing"))?;
        let (number, batch) = (message.long(0), message.table(1));
        let batch = batch.ok_or_else(|| damage("a dictionary is missing"))?;
        // Those of columns within others are passed over.
        let of = |column: &&Column| column.dictionary == Some(number);
        let Some(layout) = columns.iter().find(of).and_then(|column| column.dictionary_layout) else {
            continue;
        };
        let mut buffers = Buffers::new(file, &batch, block.offset + block.description, &mut left)?;
        let (rows, values) = (buffers.rows, buffers.values(layout)?);
        let texts = dictionaries.entry(number).or_default();
        // Unless it goes on with the one before.
        if message.byte(2) == 0 {
            texts.clear();
        }
        for row in 0..rows {
            let mut text = Vec::new();
            values.write(&mut text, row)?;
            left =
                left.checked_sub((text.len() + size_of::<Vec<u8>>()) as u64).ok_or(Error::UnpacksTooMuch)?;
            texts.push(text);
        }
    }
    Ok(dictionaries)
}

/// Where the messages of a list in the last description are.
fn blocks(footer: &Flat<'_>, number: usize) -> Result<Vec<Block>, Error> {
    let block = |bytes: &[u8; 24]| {
        let (longs, _) = bytes.as_chunks::<8>();
        let offset = u64::try_from(i64::from_le_bytes(longs[0])).ok()?;
        // The length of the description has 4 bytes, and 4 follow that mean nothing.
        let description = u64::from_le_bytes(longs[1]) & u64::from(u32::MAX);
        offset.checked_add(description)?;
        Some(Block { offset, description })
    };
    let blocks: Option<_> = footer.elements(number).iter().map(block).collect();
    blocks.ok_or_else(|| damage("a batch lies outside"))
}

fn damage(why: &'static str) -> Error {
    Error::Damaged(NAME, io::Error::new(io::ErrorKind::InvalidData, why))
}

#[cfg(test)]
mod tests;
