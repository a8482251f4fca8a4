//! Sorts the rows of a series by their times in bounded memory: what does not fit goes through a temporary file.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
};

use candles::Candle;

use super::rows::Row;

/// Bytes of a row in a temporary file.
const RECORD: usize = 13 * 8;
/// Rows that are read of each run at once.
const AT_ONCE: usize = 1024;

/// Takes rows in, in any order.
#[derive(Debug, Default)]
pub struct Sorter {
    rows: Vec<Row>,
    file: Option<File>,
    /// Where each sorted run begins and ends in the file, in rows.
    runs: Vec<(u64, u64)>,
}

/// Sorted rows, that can be gone through again and again.
#[derive(Debug)]
pub struct Sorted {
    rows: Vec<Row>,
    file: Option<File>,
    runs: Vec<(u64, u64)>,
}

fn key(row: &Row) -> (i64, u32, u64) {
    (row.candle.open_time, row.text, row.line)
}

impl Sorter {
    /// Takes a row.
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Rows that are held in memory.
    pub fn held(&self) -> usize {
        self.rows.len()
    }

    /// Writes what is held to a temporary file.
    pub fn spill(&mut self) -> io::Result<()> {
        self.rows.sort_by_key(key);
        let mut file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let start = file.seek(SeekFrom::End(0))? / RECORD as u64;
        let mut writer = BufWriter::new(&mut file);
        for row in &self.rows {
            writer.write_all(&to_bytes(row))?;
        }
        writer.flush()?;
        drop(writer);
        self.runs.push((start, start + self.rows.len() as u64));
        self.file = Some(file);
        self.rows = Vec::new();
        Ok(())
    }

    /// All rows, sorted.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        if !self.runs.is_empty() && !self.rows.is_empty() {
            self.spill()?;
        }
        // Most files are sorted already, and then this takes one look at each row.
        self.rows.sort_by_key(key);
        Ok(Sorted { rows: self.rows, file: self.file, runs: self.runs })
    }
}

impl Sorted {
    /// Hands all rows on, the oldest first; of one time, in the order of files and lines.
    pub fn each<E: From<io::Error>>(&mut self, mut take: impl FnMut(&Row) -> Result<(), E>) -> Result<(), E> {
        let Some(file) = &mut self.file else { return self.rows.iter().try_for_each(take) };
        let mut runs: Vec<Run> =
            self.runs.iter().map(|(next, end)| Run { next: *next, end: *end, rows: Vec::new() }).collect();
        let mut heap = BinaryHeap::new();
        for (at, run) in runs.iter_mut().enumerate() {
            if let Some(row) = run.pop(file)? {
                heap.push((Reverse(key(&row)), at, Held(row)));
            }
        }
        while let Some((_, at, Held(row))) = heap.pop() {
            take(&row)?;
            if let Some(row) = runs[at].pop(file)? {
                heap.push((Reverse(key(&row)), at, Held(row)));
            }
        }
        Ok(())
    }
}

impl Sorted {
    /// Hands all rows on, the oldest first, up to `most` of them at once.
    pub fn chunks<E: From<io::Error>>(
        &mut self,
        most: usize,
        mut take: impl FnMut(&[Row]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.file.is_none() {
            return self.rows.chunks(most).try_for_each(take);
        }
        let mut chunk = Vec::with_capacity(most);
        self.each(|row| {
            chunk.push(*row);
            if chunk.len() < most {
                return Ok(());
            }
            let done = take(&chunk);
            chunk.clear();
            done
        })?;
        if chunk.is_empty() { Ok(()) } else { take(&chunk) }
    }
}

impl From<Vec<Row>> for Sorted {
    /// Rows that are sorted already.
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, file: None, runs: Vec::new() }
    }
}

/// A sorted run in the file, and what of it is read.
struct Run {
    next: u64,
    end: u64,
    /// The last one comes first.
    rows: Vec<Row>,
}

impl Run {
    fn pop(&mut self, file: &mut File) -> io::Result<Option<Row>> {
        if self.rows.is_empty() && self.next < self.end {
            let count = (self.end - self.next).min(AT_ONCE as u64);
            file.seek(SeekFrom::Start(self.next * RECORD as u64))?;
            let mut reader = BufReader::with_capacity(RECORD * AT_ONCE, file.take(count * RECORD as u64));
            let mut bytes = [0; RECORD];
            for _ in 0..count {
                reader.read_exact(&mut bytes)?;
                self.rows.push(from_bytes(&bytes));
            }
            self.rows.reverse();
            self.next += count;
        }
        Ok(self.rows.pop())
    }
}

/// A row in the heap, whose order is its key's alone.
struct Held(Row);

impl PartialEq for Held {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

fn to_bytes(row: &Row) -> [u8; RECORD] {
    let Row { line, text, candle, amounts, trades, own_time, is_unfinished } = *row;
    let Candle { open_time, open, high, low, close, volume } = candle;
    let flags = u64::from(text) << 1 | u64::from(is_unfinished);
    let integers = [line, flags, open_time.cast_unsigned(), trades.cast_unsigned(), own_time.cast_unsigned()];
    let floats = [open, high, low, close, volume].into_iter().chain(amounts).map(f64::to_bits);
    let mut bytes = [0; RECORD];
    let (words, _) = bytes.as_chunks_mut::<8>();
    for (word, value) in words.iter_mut().zip(integers.into_iter().chain(floats)) {
        *word = value.to_le_bytes();
    }
    bytes
}

fn from_bytes(bytes: &[u8; RECORD]) -> Row {
    let (words, _) = bytes.as_chunks::<8>();
    let word = |at: usize| u64::from_le_bytes(words[at]);
    let float = |at: usize| f64::from_bits(word(at));
    let candle = Candle {
        open_time: word(2).cast_signed(),
        open: float(5),
        high: float(6),
        low: float(7),
        close: float(8),
        volume: float(9),
    };
    Row {
        line: word(0),
        text: (word(1) >> 1) as u32,
        candle,
        amounts: [float(10), float(11), float(12)],
        trades: word(3).cast_signed(),
        own_time: word(4).cast_signed(),
        is_unfinished: word(1) & 1 == 1,
    }
}
