//! Rows of JSON, as records of their fields: of the one array of rows or of columns that a text holds, wherever it
//! stands. The text is read as a stream, once to find them and once for the rows, and never held.

mod shape;
mod table;
mod walk;

use std::{io, ops::RangeInclusive};

use crate::record::Record;
use struson::reader::{JsonSyntaxError, ReaderError, SyntaxErrorKind, ValueType};

use crate::{Error, Role, RowFault, Source, clean_symbol, columns::is_name_of, encoding, source::Records};
use shape::{Place, Shape};
use walk::{Step, Walk};

/// Rows of arrays have as many values.
const WIDTHS: RangeInclusive<usize> = 5..=14;
const PRICES: [Role; 4] = [Role::Open, Role::High, Role::Low, Role::Close];

/// Where in a JSON text the candles stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonForm {
    rows: Rows,
    names: Option<Vec<String>>,
    /// Whether the name of each row's array is its symbol, which is its first field then.
    is_by_symbol: bool,
    /// Whether each line is a value of its own.
    pub is_lines: bool,
    /// Where they stand, in words.
    pub place: String,
    /// What stands beside the rows and says what is traded.
    pub symbol: Option<String>,
    /// What stands beside the rows and says the zone of their times.
    pub zone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rows {
    /// Each value at the path is a row. `index` leads to a value before each, and `has_key` says that rows have names.
    Values { path: Vec<Step>, has_key: bool, index: Option<Vec<Step>> },
    /// The values at each path are a column. `has_key` says that the names of the first ones are a column as well.
    Columns { paths: Vec<Vec<Step>>, has_key: bool },
}

/// One reading of a text, with its names.
struct Candidate {
    rows: Rows,
    names: Option<Vec<String>>,
    path: Vec<Step>,
}

impl JsonForm {
    /// Looks for rows or columns of candles.
    pub fn of(source: &Source) -> Result<Self, Error> {
        let shape = shape(source)?;
        let mut candidates: Vec<Candidate> =
            objects(&shape).chain(columns(&shape)).chain(by_label(&shape)).collect();
        if candidates.is_empty() {
            candidates.extend(arrays(&shape, WIDTHS));
        }
        let is_lines = shape.values > 1;
        let places: Vec<String> = candidates.iter().map(|candidate| words(&candidate.path)).collect();
        let (candidate, is_by_symbol) = match candidates.len() {
            0 => {
                return Err(Error::Unfit(
                    "it is JSON, but holds no array of candles: of rows of 5 to 14 values, of objects with open, high, low and close, or of such columns",
                ));
            }
            1 => (candidates.remove(0), false),
            _ => (together(&candidates).ok_or_else(|| Error::SeveralArrays(places.clone()))?, true),
        };
        let Candidate { rows, mut names, .. } = candidate;
        if let Some(names) = names.as_mut().filter(|_| is_by_symbol) {
            names.insert(0, "symbol".to_owned());
        }
        // One symbol that is told beside rows is theirs; of several nobody knows which rows are whose.
        let has_own = |names: &Vec<String>| names.iter().any(|name| is_name_of(Role::Symbol, name));
        let is_told = is_by_symbol || names.as_ref().is_some_and(has_own);
        if !is_told && shape.symbols.len() > 1 {
            return Err(Error::SeveralSymbols(shape.symbols.into_iter().collect()));
        }
        let symbol = shape.symbols.into_iter().next().filter(|_| !is_told);
        let place =
            if is_by_symbol { places.join(", ") } else { places.into_iter().next().unwrap_or_default() };
        Ok(Self { rows, names, is_by_symbol, is_lines, place, symbol, zone: shape.zone })
    }

    /// The rows, from the first one on.
    pub fn records<'a>(&'a self, source: &'a Source) -> Result<Box<dyn Records + 'a>, Error> {
        let paths: Vec<&Vec<Step>> = match &self.rows {
            Rows::Values { path, index, .. } => std::iter::once(path).chain(index).collect(),
            Rows::Columns { paths, .. } => paths.iter().collect(),
        };
        let walk = |path: &Vec<Step>| Ok(Walk::new(encoding::open(source)?.0, path.clone()));
        let walks = paths.into_iter().map(walk).collect::<Result<_, Error>>()?;
        Ok(Box::new(Json { form: self, walks, count: 0 }))
    }
}

/// What stands where in a text that has rows or columns.
fn shape(source: &Source) -> Result<Shape, Error> {
    let shape = Shape::of(encoding::open(source)?.0)?;
    if shape.places.is_empty() && shape.columns.is_empty() {
        return Err(Error::NoRows);
    }
    if shape.is_scattered {
        return Err(Error::Unfit(
            "its JSON has rows in more than 10,000 places; put each array into a file of its own",
        ));
    }
    Ok(shape)
}

/// A path in words.
fn words(path: &[Step]) -> String {
    let words = path.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        _ => None,
    });
    words.collect::<Vec<_>>().join(".")
}

/// Arrays of one object as one, where their names are symbols.
fn together(candidates: &[Candidate]) -> Option<Candidate> {
    let parent = |path: &[Step]| match path {
        [parent @ .., Step::Key(key), Step::Element] if is_symbol(key) => Some(parent.to_vec()),
        _ => None,
    };
    let first = parent(&candidates[0].path)?;
    let names = candidates[0].names.clone();
    let is_alike = |candidate: &Candidate| {
        parent(&candidate.path).as_ref() == Some(&first)
            && candidate.names == names
            && matches!(candidate.rows, Rows::Values { has_key: false, index: None, .. })
    };
    candidates.iter().all(is_alike).then(|| {
        let path = [first, vec![Step::Field, Step::Element]].concat();
        Candidate { rows: Rows::Values { path: path.clone(), has_key: false, index: None }, names, path }
    })
}

/// Whether a name is written as symbols are: in capital letters, and neither an interval nor a date.
fn is_symbol(key: &str) -> bool {
    let has_letter = key.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_small = key.bytes().any(|byte| byte.is_ascii_lowercase());
    has_letter && !is_small && candles::Interval::parse(key).is_err() && clean_symbol(key).is_some()
}

/// Whether names are those of prices.
fn has_prices<N: AsRef<str>>(names: &[N]) -> bool {
    PRICES.iter().all(|role| names.iter().any(|name| is_name_of(*role, name.as_ref())))
}

/// Objects with names of prices, in an array or in an object whose keys are their times.
fn objects(shape: &Shape) -> impl Iterator<Item = Candidate> {
    let rows = shape.places.values().filter(|(_, place)| place.is_object && has_prices(&place.names));
    rows.map(|(path, place)| {
        let has_key =
            path.last() == Some(&Step::Field) && !place.names.iter().any(|name| is_name_of(Role::Time, name));
        let mut names = place.names.clone();
        if has_key {
            names.insert(0, String::new());
        }
        Candidate {
            rows: Rows::Values { path: path.clone(), has_key, index: None },
            names: Some(names),
            path: path.clone(),
        }
    })
}

/// Arrays with names of prices, all of one length.
fn columns(shape: &Shape) -> Option<Candidate> {
    let name = |path: &[Step]| match path.last() {
        Some(Step::Key(key)) => key.clone(),
        _ => String::new(),
    };
    let open = shape.columns.iter().find(|column| is_name_of(Role::Open, &name(&column.path)))?;
    let alike: Vec<_> =
        shape.columns.iter().filter(|column| column.count == open.count && column.times == 1).collect();
    let names: Vec<String> = alike.iter().map(|column| name(&column.path)).collect();
    let path = open.path[..open.path.len() - 1].to_vec();
    has_prices(&names).then(|| {
        let paths = alike.iter().map(|column| [column.path.as_slice(), &[Step::Element]].concat()).collect();
        Candidate { rows: Rows::Columns { paths, has_key: false }, names: Some(names), path }
    })
}

/// Objects whose keys are names of prices, and whose fields are named by their times, or by the row's number.
fn by_label(shape: &Shape) -> Option<Candidate> {
    let is_meant = |(_, place): &&(Vec<Step>, Place)| place.is_object && has_prices(&place.keys);
    let (path, place) = shape.places.values().find(is_meant)?;
    let parent = &path[..path.len() - 1];
    let paths =
        place.keys.iter().map(|key| [parent, &[Step::Key(key.clone()), Step::Field]].concat()).collect();
    let names = [vec![String::new()], place.keys.clone()].concat();
    Some(Candidate { rows: Rows::Columns { paths, has_key: true }, names: Some(names), path: path.clone() })
}

/// Arrays of arrays; their names, if any, stand in an array beside them.
fn arrays(shape: &Shape, widths: RangeInclusive<usize>) -> impl Iterator<Item = Candidate> {
    let rows = shape.places.values().filter(move |(_, place)| {
        let is_row = place.rows.iter().filter(|row| widths.contains(&row.len())).count();
        !place.is_object && is_row * 2 > place.rows.len()
    });
    rows.map(|(path, place)| {
        let width = place.rows.iter().map(Vec::len).max().unwrap_or(0);
        let parent = &path[..path.len().saturating_sub(2)];
        let beside = |name: &str| {
            let path = [parent, &[Step::Key(name.to_owned())]].concat();
            shape.columns.iter().find(|column| column.path == path)
        };
        let names =
            beside("columns").or_else(|| beside("fields")).filter(|names| names.count == width as u64);
        let index = beside("index").filter(|index| names.is_some() && index.count == place.count);
        let index_path = index.map(|index| [index.path.as_slice(), &[Step::Element]].concat());
        let names = names.map(|names| {
            let mut names = names.first.clone();
            if index.is_some() {
                names.insert(0, String::new());
            }
            names
        });
        let has_key = path.last() == Some(&Step::Field);
        Candidate {
            rows: Rows::Values { path: path.clone(), has_key, index: index_path },
            names,
            path: path.clone(),
        }
    })
}

struct Json<'a> {
    form: &'a JsonForm,
    walks: Vec<Walk<'a>>,
    count: u64,
}

impl Records for Json<'_> {
    fn names(&self) -> Option<&[String]> {
        self.form.names.as_deref()
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        record.clear();
        let number = self.count + 1;
        let is_by_symbol = self.form.is_by_symbol;
        let names = self.form.names.as_deref().map(|names| &names[usize::from(is_by_symbol)..]);
        let read = match &self.form.rows {
            Rows::Values { has_key, .. } => {
                value(&mut self.walks, *has_key, is_by_symbol, names, record, number)
            }
            Rows::Columns { has_key, .. } => column(&mut self.walks, *has_key, record, number),
        };
        let is_lines = self.form.is_lines;
        let is_read = read.map_err(|error| match error {
            Error::Row { line, fault, .. } if !is_lines => Error::Row { unit: "element", line, fault },
            error => error,
        });
        self.count = number;
        Ok(is_read?.then_some(number))
    }
}

/// Reads a row, the first walk's next value.
fn value(
    walks: &mut [Walk<'_>],
    has_key: bool,
    is_by_symbol: bool,
    names: Option<&[String]>,
    record: &mut Record,
    number: u64,
) -> Result<bool, Error> {
    let at = |error: ReaderError| broken_at(number, error);
    let [walk, index @ ..] = walks else { return Ok(false) };
    let Some((kind, key)) = walk.next_row().map_err(at)? else { return Ok(false) };
    if is_by_symbol {
        record.push_field(walk.parent().unwrap_or_default().as_bytes());
    }
    let mut first = key.filter(|_| has_key);
    for index in index {
        if let Some((kind, _)) = index.next().map_err(at)? {
            first = Some(index.tokens.scalar(kind).map_err(at)?);
        }
    }
    if let Some(first) = &first {
        record.push_field(first.as_bytes());
    }
    let tokens = &mut walk.tokens;
    match (kind, names) {
        (ValueType::Array, _) => {
            tokens.begin(kind).map_err(at)?;
            while tokens.has_next().map_err(at)? {
                match tokens.peek().map_err(at)? {
                    _ if record.len() > crate::limits::MOST_FIELDS => tokens.skip().map_err(at)?,
                    ValueType::Array | ValueType::Object => {
                        tokens.skip().map_err(at)?;
                        record.push_field(b"");
                    }
                    kind => record.push_field(tokens.scalar(kind).map_err(at)?.as_bytes()),
                }
            }
            tokens.end(kind).map_err(at)?;
            if record.len() > crate::limits::MOST_FIELDS {
                return Err(RowFault::Other("an array of a candle's values").at(number));
            }
        }
        (ValueType::Object, Some(names)) => {
            let names = &names[usize::from(first.is_some())..];
            let (mut values, mut is_twice) = (vec![None; names.len()], false);
            tokens.begin(kind).map_err(at)?;
            while tokens.has_next().map_err(at)? {
                let name = tokens.name().map_err(at)?;
                let place = names.iter().position(|own| *own == name);
                match tokens.peek().map_err(at)? {
                    ValueType::Array | ValueType::Object => tokens.skip().map_err(at)?,
                    kind => {
                        let value = tokens.scalar(kind).map_err(at)?;
                        let before = place.and_then(|place| values[place].replace(value));
                        is_twice |= before.is_some();
                    }
                }
            }
            tokens.end(kind).map_err(at)?;
            if is_twice {
                return Err(RowFault::Other("an object that says each value once").at(number));
            }
            values
                .iter()
                .for_each(|value| record.push_field(value.as_deref().unwrap_or_default().as_bytes()));
        }
        _ => {
            tokens.skip().map_err(at)?;
            return Err(RowFault::Other("what the first row is").at(number));
        }
    }
    Ok(true)
}

/// Reads the next value of each column.
fn column(walks: &mut [Walk<'_>], has_key: bool, record: &mut Record, number: u64) -> Result<bool, Error> {
    let at = |error: ReaderError| broken_at(number, error);
    let mut ended = 0;
    let count = walks.len();
    for (place, walk) in walks.iter_mut().enumerate() {
        let Some((kind, key)) = walk.next().map_err(at)? else {
            ended += 1;
            continue;
        };
        if place == 0 && has_key {
            record.push_field(key.unwrap_or_default().as_bytes());
        }
        if matches!(kind, ValueType::Array | ValueType::Object) {
            walk.tokens.skip().map_err(at)?;
            record.push_field(b"");
        } else {
            record.push_field(walk.tokens.scalar(kind).map_err(at)?.as_bytes());
        }
    }
    match ended {
        0 => Ok(true),
        _ if ended == count => Ok(false),
        _ => Err(Error::Unfit("the columns of its JSON are not of one length")),
    }
}

/// Why JSON cannot be read, in its element of this number.
fn broken_at(element: u64, error: ReaderError) -> Error {
    let why = match error {
        ReaderError::IoError { error, .. } => return error.into(),
        ReaderError::SyntaxError(JsonSyntaxError { kind: SyntaxErrorKind::IncompleteDocument, .. }) => {
            "it breaks off".to_owned()
        }
        ReaderError::SyntaxError(JsonSyntaxError { kind, .. }) => fault(kind).to_owned(),
        ReaderError::MaxNestingDepthExceeded { max_nesting_depth, .. } => {
            format!("it is nested more than {max_nesting_depth} deep")
        }
        _ => "it is not what stands there elsewhere".to_owned(),
    };
    Error::Json { element, why: io::Error::other(why) }
}

/// What is wrong with JSON, in words: nobody counts bytes.
fn fault(kind: SyntaxErrorKind) -> &'static str {
    use SyntaxErrorKind as Kind;
    match kind {
        Kind::CommentsNotEnabled | Kind::IncompleteComment | Kind::BlockCommentNotClosed => {
            "it has a comment, and JSON has none"
        }
        Kind::InvalidLiteral | Kind::TrailingDataAfterLiteral => {
            "a word stands there that is none of true, false and null"
        }
        Kind::UnexpectedClosingBracket => "a bracket closes that is not open, or is of the other kind",
        Kind::UnexpectedComma => "a comma stands where a value should",
        Kind::MissingComma => "there is no comma between two values",
        Kind::TrailingCommaNotEnabled => "a comma stands before a closing bracket",
        Kind::UnexpectedColon => "a colon stands where none should",
        Kind::MissingColon => "there is no colon after a name",
        Kind::MalformedNumber | Kind::TrailingDataAfterNumber => "a number is written as JSON has none",
        Kind::ExpectingMemberNameOrObjectEnd => "there is no name in quotes where one should be",
        Kind::NotEscapedControlCharacter => "a line ends, or a tab stands, within quotes",
        Kind::UnknownEscapeSequence
        | Kind::MalformedEscapeSequence
        | Kind::UnpairedSurrogatePairEscapeSequence => "a backslash is followed by what JSON does not know",
        _ => "what stands there is no value; texts have double quotes",
    }
}
