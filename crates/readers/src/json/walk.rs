//! Walks through JSON along one path, value by value, in bounded memory.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, ValueType};

use crate::{Error, limits::LONGEST_ROW};

/// One step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Each element of an array.
    Element,
    /// The field of this name.
    Key(String),
    /// Each field of an object.
    Field,
}

/// JSON deeper than this holds no candles.
const DEEPEST: u32 = 32;

/// A reader that fails where a value is longer than any of candles.
struct Budget<R> {
    source: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room)?;
        match self.left.get().checked_sub(count) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other(Error::RowTooLong)),
        }
        Ok(count)
    }
}

/// A reader of JSON values, one after the other.
pub(super) struct Tokens<'a> {
    reader: JsonStreamReader<Budget<Box<dyn Read + 'a>>>,
    left: Rc<Cell<usize>>,
    /// Whether the first value was begun. Until then there is one: empty texts are told apart before.
    is_begun: bool,
}

impl<'a> Tokens<'a> {
    pub fn new(source: Box<dyn Read + 'a>) -> Self {
        let left = Rc::new(Cell::new(LONGEST_ROW));
        let settings = ReaderSettings {
            allow_multiple_top_level: true,
            track_path: false,
            max_nesting_depth: Some(DEEPEST),
            restrict_number_values: false,
            ..ReaderSettings::default()
        };
        let source = Budget { source, left: Rc::clone(&left) };
        Self { reader: JsonStreamReader::new_custom(source, settings), left, is_begun: false }
    }

    /// Another value begins.
    fn renew(&self) {
        self.left.set(LONGEST_ROW);
    }

    pub fn peek(&mut self) -> Result<ValueType, ReaderError> {
        self.renew();
        self.reader.peek()
    }

    pub fn has_next(&mut self) -> Result<bool, ReaderError> {
        self.renew();
        if std::mem::replace(&mut self.is_begun, true) { self.reader.has_next() } else { Ok(true) }
    }

    pub fn name(&mut self) -> Result<String, ReaderError> {
        self.reader.next_name_owned()
    }

    pub fn begin(&mut self, kind: ValueType) -> Result<(), ReaderError> {
        if kind == ValueType::Array { self.reader.begin_array() } else { self.reader.begin_object() }
    }

    pub fn end(&mut self, kind: ValueType) -> Result<(), ReaderError> {
        self.renew();
        if kind == ValueType::Array { self.reader.end_array() } else { self.reader.end_object() }
    }

    /// A number as it is written, or what a string holds; nothing for `null`.
    pub fn scalar(&mut self, kind: ValueType) -> Result<String, ReaderError> {
        match kind {
            ValueType::String => self.reader.next_string(),
            ValueType::Number => self.reader.next_number_as_string(),
            ValueType::Boolean => self.reader.next_bool().map(|is| is.to_string()),
            _ => self.reader.next_null().map(|()| String::new()),
        }
    }

    /// Passes over a value, however long it is.
    pub fn skip(&mut self) -> Result<(), ReaderError> {
        let mut open = Vec::new();
        loop {
            let is_done = match open.last() {
                None => false,
                Some(_) => !self.has_next()?,
            };
            if is_done {
                if let Some(kind) = open.pop() {
                    self.end(kind)?;
                }
            } else {
                if open.last() == Some(&ValueType::Object) {
                    self.reader.skip_name()?;
                }
                let kind = self.peek()?;
                if matches!(kind, ValueType::Array | ValueType::Object) {
                    self.begin(kind)?;
                    open.push(kind);
                } else {
                    self.reader.skip_value()?;
                }
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }
}

/// Gives each value that a path leads to, in the order of the text.
pub(super) struct Walk<'a> {
    pub tokens: Tokens<'a>,
    path: Vec<Step>,
    /// The arrays and objects that it stands in, with their own names.
    open: Vec<(ValueType, Option<String>)>,
}

impl<'a> Walk<'a> {
    /// Begins before the first value; texts may hold several, as lines of JSON do, and the path's first step is into them.
    pub fn new(source: Box<dyn Read + 'a>, path: Vec<Step>) -> Self {
        Self { tokens: Tokens::new(source), path, open: Vec::new() }
    }

    /// Stands before the next value that may be a row: fields of an object that are none stand between.
    pub fn next_row(&mut self) -> Result<Option<(ValueType, Option<String>)>, ReaderError> {
        while let Some((kind, name)) = self.next()? {
            if name.is_none() || matches!(kind, ValueType::Array | ValueType::Object) {
                return Ok(Some((kind, name)));
            }
            self.tokens.skip()?;
        }
        Ok(None)
    }

    /// Stands before the next value; its kind and, in an object, its name. `None` after the last one.
    pub fn next(&mut self) -> Result<Option<(ValueType, Option<String>)>, ReaderError> {
        loop {
            if !self.tokens.has_next()? {
                let Some((kind, _)) = self.open.pop() else { return Ok(None) };
                self.tokens.end(kind)?;
                continue;
            }
            let is_object = self.open.last().is_some_and(|(kind, _)| *kind == ValueType::Object);
            let name = if is_object { Some(self.tokens.name()?) } else { None };
            let kind = self.tokens.peek()?;
            let depth = self.open.len();
            let is_meant = match (&self.path[depth], &name) {
                (Step::Element, None) | (Step::Field, Some(_)) => true,
                (Step::Key(key), Some(name)) => key == name,
                _ => false,
            };
            if is_meant && depth + 1 == self.path.len() {
                return Ok(Some((kind, name)));
            }
            if is_meant && matches!(kind, ValueType::Array | ValueType::Object) {
                self.tokens.begin(kind)?;
                self.open.push((kind, name));
            } else {
                self.tokens.skip()?;
            }
        }
    }

    /// The name of the array or object that the value is in.
    pub fn parent(&self) -> Option<&str> {
        self.open.last().and_then(|(_, name)| name.as_deref())
    }
}
