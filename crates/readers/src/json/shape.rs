//! Finds what in a JSON text may be rows or columns of candles.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use struson::reader::{ReaderError, ValueType};

use super::{
    broken_at,
    walk::{Step, Tokens},
};
use crate::{
    Error, Role,
    columns::{is_name_of, is_utc, names_symbol, names_zone_of_times},
    limits::MOST_FIELDS,
};

/// Objects of more scalars are columns by label, not rows.
const MOST_NAMES: usize = 64;
/// As many rows of a place are kept to look at, and as many scalars of one array or object.
const KEPT: usize = 16;
const MOST_SCALARS: usize = 256;
/// As many scalars are kept of all places together.
const MOST_KEPT: usize = 1_000_000;
/// As many places are told apart; texts of candles have few.
const MOST_PLACES: usize = 10_000;
/// As many arrays of scalars are told apart.
const MOST_COLUMNS: usize = 1000;

/// Rows that stand in one place: the elements of an array, or the fields of an object.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Whether they are objects, and not arrays.
    pub is_object: bool,
    pub count: u64,
    /// The names of objects' fields, in the order of their first appearance.
    pub names: Vec<String>,
    /// The first rows: name and value; no names in arrays.
    pub rows: Vec<Vec<(String, String)>>,
    /// The keys of the first rows, where they are fields of an object.
    pub keys: Vec<String>,
    /// Whether a row has more scalars than names are looked at.
    pub is_wide: bool,
}

/// Scalars that stand in one array.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub path: Vec<Step>,
    pub count: u64,
    pub first: Vec<String>,
    /// How many arrays stand at this path.
    pub times: u64,
}

/// What stands where.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// By the path of the rows; the last step is into the elements or fields.
    pub places: BTreeMap<Vec<String>, (Vec<Step>, Place)>,
    pub columns: Vec<Column>,
    /// Whether there is more than one value at the top, as in lines of JSON.
    pub values: u64,
    /// Whether rows stand in more places than are told apart.
    pub is_scattered: bool,
    /// What stands beside rows and says what is traded.
    pub symbols: BTreeSet<String>,
    /// What stands beside rows and says a time zone, unless that is UTC.
    pub zone: Option<String>,
}

/// A path as a key of a map.
fn key(path: &[Step]) -> Vec<String> {
    let text = |step: &Step| match step {
        Step::Element => "[]".to_owned(),
        Step::Field => "*".to_owned(),
        Step::Key(key) => format!(".{key}"),
    };
    path.iter().map(text).collect()
}

impl Shape {
    pub fn of<'a>(source: Box<dyn Read + 'a>) -> Result<Self, Error> {
        let mut scan = Scan {
            tokens: Tokens::new(source),
            shape: Self::default(),
            path: vec![Step::Element],
            kept: 0,
            in_column: 0,
        };
        let done = scan.all();
        let element = scan.element();
        done.map_err(|error| broken_at(element, error)).map(|()| scan.shape)
    }
}

struct Scan<'a> {
    tokens: Tokens<'a>,
    shape: Shape,
    path: Vec<Step>,
    /// Scalars that are kept.
    kept: usize,
    /// The place of the scalar that is read within an array with a name, from 1; 0 where none is read.
    in_column: u64,
}

impl Scan<'_> {
    fn all(&mut self) -> Result<(), ReaderError> {
        while self.tokens.has_next()? {
            self.shape.values += 1;
            self.value()?;
        }
        Ok(())
    }

    /// The number of the row that is read, among those of its place, or of the value of its column.
    fn element(&self) -> u64 {
        if self.in_column > 0 {
            return self.in_column;
        }
        // The path leads into the row, or to what it stands in.
        let count = |place: Vec<String>| self.shape.places.get(&place).map(|(_, place)| place.count + 1);
        let below = |path: &[Step], step: &str| count([key(path), vec![step.to_owned()]].concat());
        let found = (1..=self.path.len()).rev().find_map(|length| {
            let path = &self.path[..length];
            let into =
                || below(&path[..length - 1], if path[length - 1] == Step::Element { "[]" } else { "*" });
            below(path, "[]").or_else(|| below(path, "*")).or_else(into)
        });
        found.unwrap_or(1)
    }

    /// Looks at the value at the path.
    fn value(&mut self) -> Result<(), ReaderError> {
        match self.tokens.peek()? {
            kind @ ValueType::Array => self.array(kind),
            kind @ ValueType::Object => self.object(kind),
            kind => self.tokens.scalar(kind).map(drop),
        }
    }

    fn array(&mut self, kind: ValueType) -> Result<(), ReaderError> {
        self.tokens.begin(kind)?;
        let (mut scalars, mut count) = (Vec::new(), 0_u64);
        let is_column = matches!(self.path.last(), Some(Step::Key(_)));
        loop {
            self.in_column = if is_column && count > 0 { count + 1 } else { 0 };
            if !self.tokens.has_next()? {
                break;
            }
            match self.tokens.peek()? {
                ValueType::Array | ValueType::Object => {
                    self.path.push(Step::Element);
                    self.value()?;
                    self.path.pop();
                }
                kind => {
                    let scalar = self.tokens.scalar(kind)?;
                    count += 1;
                    if scalars.len() < MOST_SCALARS {
                        scalars.push(scalar);
                    }
                }
            }
        }
        self.tokens.end(kind)?;
        self.in_column = 0;
        if count == 0 {
            return Ok(());
        }
        // What has a name is a column, and what is one of many a row.
        if let Some(Step::Key(_)) = self.path.last() {
            let columns = &mut self.shape.columns;
            if let Some(known) = columns.iter_mut().find(|column| column.path == self.path) {
                known.times += 1;
            } else if columns.len() < MOST_COLUMNS {
                columns.push(Column { path: self.path.clone(), count, first: scalars, times: 1 });
            }
            return Ok(());
        }
        if count <= MOST_FIELDS as u64 {
            let row = scalars.into_iter().map(|value| (String::new(), value)).collect();
            self.row(false, row);
        }
        Ok(())
    }

    fn object(&mut self, kind: ValueType) -> Result<(), ReaderError> {
        self.tokens.begin(kind)?;
        let (mut scalars, mut count) = (Vec::new(), 0_u64);
        while self.tokens.has_next()? {
            let name = self.tokens.name()?;
            match self.tokens.peek()? {
                ValueType::Array | ValueType::Object => {
                    self.path.push(Step::Key(name));
                    self.value()?;
                    self.path.pop();
                }
                kind => {
                    let scalar = self.tokens.scalar(kind)?;
                    count += 1;
                    if scalars.len() < MOST_SCALARS {
                        scalars.push((name, scalar));
                    }
                }
            }
        }
        self.tokens.end(kind)?;
        if count > 0 {
            self.beside(&scalars);
            self.row(true, scalars);
        }
        Ok(())
    }

    /// Looks for what is said of rows that stand beside an object's scalars.
    fn beside(&mut self, scalars: &[(String, String)]) {
        let is_row = [Role::Open, Role::Close]
            .iter()
            .all(|role| scalars.iter().any(|(name, _)| is_name_of(*role, name)));
        if is_row || scalars.len() > MOST_NAMES {
            return;
        }
        for (name, value) in scalars.iter().filter(|(_, value)| !value.is_empty()) {
            if names_symbol(name) && self.shape.symbols.len() < MOST_NAMES {
                self.shape.symbols.insert(value.clone());
            }
            if names_zone_of_times(name) && !is_utc(value) {
                self.shape.zone.get_or_insert_with(|| value.clone());
            }
        }
    }

    /// Takes a row at the path.
    fn row(&mut self, is_object: bool, row: Vec<(String, String)>) {
        let mut path = self.path.clone();
        let last = match path.pop() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        };
        // Fields of one object that are rows are told apart from others by what they call their first value.
        let mut place = key(&path);
        path.push(if last.is_some() { Step::Field } else { Step::Element });
        place.push(if last.is_some() { "*".to_owned() } else { "[]".to_owned() });
        if !self.shape.places.contains_key(&place) && self.shape.places.len() >= MOST_PLACES {
            self.shape.is_scattered = true;
            return;
        }
        let (_, place) = self.shape.places.entry(place).or_insert_with(|| (path, Place::default()));
        if place.count == 0 {
            place.is_object = is_object;
        }
        place.count += 1;
        if is_object && row.len() <= MOST_NAMES {
            for (name, _) in &row {
                if place.names.len() < MOST_FIELDS && !place.names.contains(name) {
                    place.names.push(name.clone());
                }
            }
        }
        place.is_wide |= row.len() > MOST_NAMES;
        if place.rows.len() < KEPT && self.kept < MOST_KEPT {
            self.kept += row.len();
            place.rows.push(row);
            place.keys.extend(last);
        }
    }
}
