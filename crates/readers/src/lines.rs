//! Records of a text whose columns are parted by a mark, line by line in bounded memory.

use std::io::Read;

use crate::record::Record;
use memchr::{memchr, memchr_iter, memchr2};

use crate::{Error, RowFault, limits::LONGEST_ROW};

/// As much of a text is read at once.
const ROOM: usize = 1 << 16;

/// Splits a text into records. Lines end with `\n`, `\r\n` or `\r`, and fields may be quoted as in RFC 4180.
pub(crate) struct Splitter<R> {
    source: R,
    delimiter: u8,
    room: Vec<u8>,
    /// What of the room is yet to be split.
    start: usize,
    end: usize,
    is_at_end: bool,
    /// Lines before the one that comes next.
    lines: u64,
    /// A record whose quotes go over lines.
    quoted: Vec<u8>,
}

impl<R: Read> Splitter<R> {
    pub fn new(source: R, delimiter: u8) -> Self {
        let room = vec![0; ROOM];
        Self { source, delimiter, room, start: 0, end: 0, is_at_end: false, lines: 0, quoted: Vec::new() }
    }

    /// Fills a record with the fields of the next line that is not blank. Returns the line, from 1.
    pub fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        record.clear();
        loop {
            let Some((from, until)) = self.next_line()? else { return Ok(None) };
            let line = &self.room[from..until];
            if line.is_empty() {
                continue;
            }
            let number = self.lines;
            if memchr(b'"', line).is_none() {
                let delimiter = self.delimiter;
                record.set_line(line, |line, places| split(line, delimiter, places));
                return Ok(Some(number));
            }
            self.quoted.clear();
            self.quoted.extend_from_slice(line);
            let mut open = Open::default();
            while !split_quoted(&self.quoted, self.delimiter, record, &mut open) {
                // All that follows would be lost.
                let Some((from, until)) = self.next_line()? else {
                    return Err(RowFault::OpenQuote.at(number));
                };
                self.quoted.push(b'\n');
                self.quoted.extend_from_slice(&self.room[from..until]);
                if self.quoted.len() > LONGEST_ROW {
                    return Err(Error::RowTooLong);
                }
            }
            return Ok(Some(number));
        }
    }

    /// The place of the next line, without its end; `None` after the last one.
    fn next_line(&mut self) -> Result<Option<(usize, usize)>, Error> {
        let mut searched = 0;
        loop {
            let rest = &self.room[self.start..self.end];
            if let Some(at) = memchr2(b'\n', b'\r', &rest[searched..]).map(|at| at + searched) {
                let is_return = rest[at] == b'\r';
                if is_return && at + 1 == rest.len() && !self.is_at_end {
                    // A `\n` may follow.
                    searched = at;
                    self.fill()?;
                    continue;
                }
                let (from, until) = (self.start, self.start + at);
                let is_double = is_return && rest.get(at + 1) == Some(&b'\n');
                self.start = until + 1 + usize::from(is_double);
                self.lines += 1;
                return Ok(Some((from, until)));
            }
            if self.is_at_end {
                let (from, until) = (self.start, self.end);
                self.start = self.end;
                self.lines += 1;
                return Ok((from < until).then_some((from, until)));
            }
            searched = rest.len();
            if searched > LONGEST_ROW {
                return Err(Error::RowTooLong);
            }
            self.fill()?;
        }
    }

    /// Reads on, behind what is left.
    fn fill(&mut self) -> Result<(), Error> {
        self.room.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.room.len() {
            self.room.resize(self.room.len() * 2, 0);
        }
        let count = self.source.read(&mut self.room[self.end..])?;
        self.end += count;
        self.is_at_end = count == 0;
        Ok(())
    }
}

/// Finds the fields of a line without quotes. Blanks that part columns may stand in rows.
fn split(line: &[u8], delimiter: u8, places: &mut Vec<(usize, usize)>) {
    let (mut from, keeps_empty) = (0, delimiter != b' ');
    for until in memchr_iter(delimiter, line).chain([line.len()]) {
        if from < until || keeps_empty {
            places.push((from, until));
        }
        from = until + 1;
    }
}

/// A field whose quote is not closed yet: what it holds so far, and where it goes on.
#[derive(Default)]
struct Open {
    field: Vec<u8>,
    at: usize,
    is_quoted: bool,
}

/// Splits a line with quotes. Returns whether all of them are closed; if not, it goes on where it was with more of the line.
fn split_quoted(line: &[u8], delimiter: u8, record: &mut Record, open: &mut Open) -> bool {
    let Open { field, at, is_quoted } = open;
    loop {
        if !*is_quoted {
            field.clear();
            // Some write a blank before the quote.
            let blanks = line[*at..].iter().take_while(|byte| **byte == b' ' && delimiter != b' ').count();
            if line.get(*at + blanks) == Some(&b'"') {
                (*at, *is_quoted) = (*at + blanks + 1, true);
            }
        }
        while *is_quoted {
            let Some(quote) = memchr(b'"', &line[*at..]).map(|quote| quote + *at) else {
                field.extend_from_slice(&line[*at..]);
                *at = line.len();
                return false;
            };
            field.extend_from_slice(&line[*at..quote]);
            *at = quote + 1;
            if line.get(*at) == Some(&b'"') {
                field.push(b'"');
                *at += 1;
            } else {
                *is_quoted = false;
            }
        }
        let until = memchr(delimiter, &line[*at..]).map_or(line.len(), |until| until + *at);
        field.extend_from_slice(&line[*at..until]);
        if delimiter != b' ' || !field.is_empty() {
            record.push_field(field);
        }
        if until == line.len() {
            return true;
        }
        *at = until + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: u8) -> Vec<(u64, Vec<String>)> {
        let mut splitter = Splitter::new(text.as_bytes(), delimiter);
        let (mut record, mut all) = (Record::new(), Vec::new());
        while let Some(line) = splitter.read(&mut record).expect("bounded") {
            all.push((line, record.iter().map(str::to_owned).collect()));
        }
        all
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn lines_end_in_every_usual_way_and_are_counted() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "c,", "d"].join(end);
            assert_eq!(
                records(&text, b','),
                [row(1, &["a", "b"]), row(3, &["c", ""]), row(4, &["d"])],
                "{end:?}"
            );
            assert_eq!(records(&format!("{text}{end}"), b',').len(), 3);
        }
        assert_eq!(records("\"a\nb\",c\nd,e", b','), [row(1, &["a\nb", "c"]), row(3, &["d", "e"])]);
    }

    #[test]
    fn fields_are_quoted_as_usual_also_behind_a_blank() {
        assert_eq!(
            records("\"1,000\",\"a \"\"b\"\"\", \"2,5\",x\"y", b','),
            [row(1, &["1,000", "a \"b\"", "2,5", "x\"y"])]
        );
        assert_eq!(records("\"2023-01-01\" 1  2 \"a b\"", b' '), [row(1, &["2023-01-01", "1", "2", "a b"])]);
        assert_eq!(records("a,\"b\n\"\"\nc\",d\ne", b','), [row(1, &["a", "b\n\"\nc", "d"]), row(4, &["e"])]);
        let mut splitter = Splitter::new(&b"a,b\nc,\"d\ne,f\n"[..], b',');
        let mut record = Record::new();
        assert_eq!(splitter.read(&mut record).expect("a row"), Some(1));
        let open = splitter.read(&mut record).expect_err("a quote").to_string();
        assert_eq!(open, "line 2: a quote is never closed");
    }

    #[test]
    fn a_line_longer_than_the_room_is_whole() {
        let long = "7".repeat(3 * ROOM);
        assert_eq!(records(&format!("a,{long}\nb"), b','), [row(1, &["a", &long]), row(2, &["b"])]);
        let mut splitter = Splitter::new(std::io::repeat(b'x'), b',');
        assert!(matches!(splitter.read(&mut Record::new()), Err(Error::RowTooLong)));
        let mut splitter = Splitter::new((&b"\"a\n"[..]).chain(std::io::repeat(b'\n')), b',');
        assert!(matches!(splitter.read(&mut Record::new()), Err(Error::RowTooLong)));
    }
}
