//! What a file of Arrow says of its columns.

use super::flat::Flat;
use crate::{
    Error,
    cell::{Unit, Whole, Zone},
};

/// A file with more columns, those within others included, holds no candles.
const MOST_COLUMNS: usize = 10_000;

/// A column, and what of each batch belongs to it.
pub(crate) struct Column {
    pub name: String,
    /// `None` where it is none of plain values.
    pub layout: Option<Layout>,
    /// The number of the dictionary that its values are places in.
    pub dictionary: Option<i64>,
    /// How the values are laid out which such a dictionary has.
    pub dictionary_layout: Option<Layout>,
    /// How many descriptions and buffers a batch has for it. Those of views depend on the batch.
    pub nodes: usize,
    pub buffers: usize,
    pub views: usize,
}

/// How the values of a column are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Null,
    Bool,
    /// Of so many bytes.
    Signed(usize, Whole),
    Unsigned(usize),
    /// Of 2, 4 or 8 bytes.
    Float(usize),
    /// Of 16 bytes, with so many decimals.
    Decimal(u8),
    /// With places of so many bytes.
    Text(usize),
    TextView,
}

/// The columns of a table, in their order.
pub(crate) fn columns(schema: Flat<'_>) -> Result<Vec<Column>, Error> {
    if schema.short(0, 0) != 0 {
        return Err(Error::Unfit("has numbers of a big-endian machine; write it as CSV first"));
    }
    let (mut columns, mut count) = (Vec::new(), 0);
    for field in schema.tables(1) {
        let mut column = Column {
            name: field.text(0).unwrap_or_default().to_owned(),
            layout: None,
            dictionary: None,
            dictionary_layout: None,
            nodes: 0,
            buffers: 0,
            views: 0,
        };
        measure(field, &mut column, &mut count)?;
        column.layout = layout(field.byte(2), field.table(3));
        if let Some(dictionary) = field.table(4) {
            column.dictionary = Some(dictionary.long(0));
            column.dictionary_layout = column.layout;
            // Absent it is a signed number of 4 bytes.
            column.layout = dictionary
                .table(1)
                .map_or(Some(Layout::Signed(4, Whole::Number)), |index| layout(2, Some(index)));
        }
        columns.push(column);
    }
    Ok(columns)
}

/// Adds what a field and those within it have in each batch.
fn measure(field: Flat<'_>, column: &mut Column, count: &mut usize) -> Result<(), Error> {
    *count += 1;
    if *count > MOST_COLUMNS {
        return Err(Error::Unfit("has too many columns"));
    }
    column.nodes += 1;
    if field.table(4).is_some() {
        column.buffers += 2;
        return Ok(());
    }
    let kind = field.byte(2);
    column.buffers += match kind {
        // Null, and runs of equal values.
        1 | 22 => 0,
        // Structures, and lists of one length.
        13 | 16 => 1,
        // Texts and bytes, and views of lists.
        4 | 5 | 19 | 20 | 25 | 26 => 3,
        // Views of texts and bytes.
        23 | 24 => {
            column.views += 1;
            2
        }
        // Unions, dense or not.
        14 if field.table(3).is_some_and(|about| about.short(0, 0) == 1) => 2,
        14 => 1,
        _ => 2,
    };
    field.tables(5).try_for_each(|inner| measure(inner, column, count))
}

/// How values of a type are laid out; `None` where they are not plain.
fn layout(kind: u8, about: Option<Flat<'_>>) -> Option<Layout> {
    if kind == 1 {
        return Some(Layout::Null);
    }
    let about = about?;
    let unit = |unit: i16| match unit {
        0 => Some(Unit::Seconds),
        1 => Some(Unit::Millis),
        2 => Some(Unit::Micros),
        3 => Some(Unit::Nanos),
        _ => None,
    };
    Some(match kind {
        2 => {
            let width = match about.int(0, 0) {
                bits @ (8 | 16 | 32 | 64) => bits.unsigned_abs() as usize / 8,
                _ => return None,
            };
            if about.byte(1) == 0 { Layout::Unsigned(width) } else { Layout::Signed(width, Whole::Number) }
        }
        3 => Layout::Float(2 << about.short(0, 0).clamp(0, 2)),
        5 => Layout::Text(4),
        6 => Layout::Bool,
        7 if about.int(2, 128) == 128 => Layout::Decimal(u8::try_from(about.int(1, 0)).ok()?),
        8 if about.short(0, 1) == 0 => Layout::Signed(4, Whole::Date),
        8 => Layout::Signed(8, Whole::Time(Unit::Millis, Zone::Unknown)),
        9 => {
            let width = if about.int(1, 32) == 64 { 8 } else { 4 };
            Layout::Signed(width, Whole::TimeOfDay(unit(about.short(0, 1))?))
        }
        10 => {
            let zone = about.text(1).filter(|zone| !zone.is_empty());
            let zone = if zone.is_some() { Zone::Utc } else { Zone::Unknown };
            Layout::Signed(8, Whole::Time(unit(about.short(0, 0))?, zone))
        }
        20 => Layout::Text(8),
        24 => Layout::TextView,
        _ => return None,
    })
}
