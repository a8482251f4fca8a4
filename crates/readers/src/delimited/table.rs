//! Tables of one's own as CSV and its like: their first line that is no comment names the columns.

use super::{
    DelimitedForm, MOST_ABOVE, SHEET,
    delimiter::{DELIMITERS, parted},
    unquoted,
};
use crate::{
    Error, Source,
    encoding::Encoding,
    record::Record,
    time::{is_surely_time, to_ms},
};

impl DelimitedForm {
    /// Looks at the beginning of the text of a table that has names.
    pub fn of_table(source: &Source) -> Result<Self, Error> {
        let (mut form, records, is_told) = Self::head(source, delimiter)?;
        form.find_names(&records, usize::from(is_told))?;
        Ok(form)
    }

    /// Looks at the first rows of a sheet that has names.
    pub fn of_table_sheet(source: &Source) -> Result<Self, Error> {
        let mut form = Self::unread(SHEET, Encoding::Utf8);
        form.find_names(&Self::sheet_head(source)?, 0)?;
        Ok(form)
    }

    fn find_names(&mut self, records: &[Record], above: usize) -> Result<(), Error> {
        let is_filled = |record: &Record| record.iter().any(|field| !field.trim().is_empty());
        let mut rows = records.iter().enumerate().skip(above);
        let first = rows.find(|(_, record)| is_filled(record) && !Self::is_comment(record));
        let (at, header) = first.ok_or(Error::NoRows)?;
        let mut names: Vec<String> = header.iter().map(|name| unquoted(name).to_owned()).collect();
        // Lines may end with a mark that parts nothing.
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let is_number = |name: &String| name.parse::<f64>().is_ok();
        if names.iter().any(|name| is_surely_time(&to_ms(name))) || names.iter().all(is_number) {
            return Err(Error::NoHeader);
        }
        (self.above, self.width, self.header) = (at + 1, names.len(), header.clone());
        self.names = Some(names);
        Ok(())
    }
}

/// What parts the names of the header, and most lines below it into as many columns.
fn delimiter(head: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.trim_ascii().is_empty())
        .skip_while(|line| line.starts_with(b"#"))
        .take(4 * MOST_ABOVE)
        .collect();
    let Some(header) = lines.first() else { return b',' };
    let mut best = (b',', 0);
    // The first of equals wins. Blanks part nothing: they stand in names and times.
    for delimiter in DELIMITERS.into_iter().filter(|mark| *mark != b' ') {
        let count = parted(header, delimiter);
        let alike = lines.iter().filter(|line| count > 0 && parted(line, delimiter) == count).count();
        if alike > best.1 {
            best = (delimiter, alike);
        }
    }
    best.0
}
