//! The fields of one row, as text.

use std::ops::Index;

use crate::encoding::text;

/// The fields of one row. They are kept from row to row, so that reading allocates nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    text: String,
    /// Where each field begins and ends in the text.
    places: Vec<(usize, usize)>,
}

impl Record {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
    }

    /// Appends a field; what is no UTF-8 is Latin-1.
    pub fn push_field(&mut self, field: &[u8]) {
        let start = self.text.len();
        match std::str::from_utf8(field) {
            Ok(field) => self.text.push_str(field),
            Err(_) => self.text.push_str(&text(field)),
        }
        self.places.push((start, self.text.len()));
    }

    /// Takes a line in place of all fields; `parts` finds where each of its fields begins and ends. A line that is no
    /// UTF-8 is Latin-1.
    pub fn set_line(&mut self, line: &[u8], parts: impl Fn(&[u8], &mut Vec<(usize, usize)>)) {
        self.clear();
        match std::str::from_utf8(line) {
            Ok(line) => self.text.push_str(line),
            Err(_) => self.text.push_str(&text(line)),
        }
        parts(self.text.as_bytes(), &mut self.places);
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// How many bytes the fields take together.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    pub fn get(&self, place: usize) -> Option<&str> {
        self.places.get(place).map(|(start, end)| &self.text[*start..*end])
    }

    /// A field, and nothing where there is none.
    pub fn field(&self, place: usize) -> &str {
        self.get(place).unwrap_or_default()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.places.iter().map(|(start, end)| &self.text[*start..*end])
    }
}

impl Index<usize> for Record {
    type Output = str;

    fn index(&self, place: usize) -> &str {
        self.field(place)
    }
}

impl<S: AsRef<str>> FromIterator<S> for Record {
    fn from_iter<I: IntoIterator<Item = S>>(fields: I) -> Self {
        let mut record = Self::new();
        fields.into_iter().for_each(|field| record.push_field(field.as_ref().as_bytes()));
        record
    }
}
