//! [`SeriesValues`]: the values of a series, from a table.

use candles::format_utc;

use super::{NoColumn, ScopeColumns, Scoped, column, shown};
use crate::{Error, RowFault, Table};

/// A value of a series, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRow {
    /// Ms since the Unix epoch, UTC.
    pub time: i64,
    /// The value twice, or a band's lower and upper one; `None` where the row says that there is none.
    pub value: Option<(f64, f64)>,
    /// Its line, or its row in a table.
    pub line: u64,
}

/// The values of a series in a table.
#[derive(Debug)]
pub struct SeriesValues {
    name: String,
    /// What rows are counted in.
    unit: &'static str,
    /// One value a row, if there is a column of them.
    line: Option<Scoped<ValueRow>>,
    /// A lower and an upper one, if there are columns of them.
    band: Option<Scoped<ValueRow>>,
    /// All columns of values.
    columns: Vec<String>,
    /// The columns that mean something, or are values of other series.
    taken: Vec<usize>,
}

impl SeriesValues {
    /// How the columns of a band end.
    pub const ENDINGS: [(&'static str, &'static str); 2] = [("low", "high"), ("lower", "upper")];

    /// The places of the columns of a table whose cells are numbers and that say of nothing else; none where rows have no
    /// times.
    #[must_use]
    pub fn columns_of(table: &Table) -> Vec<usize> {
        let times = table.time_columns();
        let scopes = ScopeColumns::of(table, &times);
        let is_value = |column: &usize| {
            !times.contains(column) && !scopes.all().any(|it| it == *column) && table.is_of_numbers(*column)
        };
        (0..table.columns.len()).filter(|column| !times.is_empty() && is_value(column)).collect()
    }

    /// Reads the values of a series of that name: those of the column of the name, or of the only one.
    ///
    /// # Errors
    /// For the first cell that is wrong, and for two values of one time.
    pub fn of(name: &str, table: &Table) -> Result<Self, Error> {
        let times = table.time_columns();
        // What has the series' name is its value, whatever else that name could mean.
        let ends = ["", "_low", "_high", "_lower", "_upper"];
        let own = ends.iter().filter_map(|end| column(table, &[&format!("{name}{end}")]));
        let scopes = ScopeColumns::of(table, &own.chain(times.iter().copied()).collect::<Vec<_>>());
        let is_value = |column: &usize| !times.contains(column) && !scopes.all().any(|it| it == *column);
        let places: Vec<usize> = (0..table.columns.len()).filter(is_value).collect();
        let only = if let [only] = places[..] { Some(only) } else { None };
        let named = column(table, &[name]).filter(|column| places.contains(column));
        let band = Self::ENDINGS.iter().find_map(|(low, high)| {
            let ends = |end: &str| column(table, &[&format!("{name}_{end}")]);
            let plain = |end: &str| column(table, &[end]).filter(|_| places.len() == 2);
            ends(low).zip(ends(high)).or_else(|| plain(low).zip(plain(high)))
        });
        let line = named.or(only);
        let own = line.into_iter().chain(band.into_iter().flat_map(|(low, high)| [low, high]));
        let mut taken: Vec<usize> = own.chain(times.iter().copied()).chain(scopes.all()).collect();
        taken.extend(places.iter().filter(|place| table.is_of_numbers(**place)));
        let read = |low: usize, high: usize| values(name, table, &scopes, low, high);
        Ok(Self {
            name: name.to_owned(),
            unit: table.format().unit(),
            line: line.map(|column| read(column, column)).transpose()?,
            band: band.map(|(low, high)| read(low, high)).transpose()?,
            columns: places.iter().map(|place| table.columns[*place].clone()).collect(),
            taken,
        })
    }

    /// The places of the columns that mean something, or are values of other series.
    #[must_use]
    pub fn taken(&self) -> &[usize] {
        &self.taken
    }

    /// What rows are counted in.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    /// The values that are drawn as a band, or as anything else.
    ///
    /// # Errors
    /// Where the table has no columns for that.
    pub fn values(&self, is_band: bool) -> Result<&Scoped<ValueRow>, NoColumn> {
        let found = if is_band { &self.band } else { &self.line };
        found.as_ref().ok_or_else(|| {
            let (name, columns) = (self.name.clone(), self.columns.clone());
            if is_band { NoColumn::Band { name, columns } } else { NoColumn::Value { name, columns } }
        })
    }

    /// Those of a symbol and an interval, each time once, by time.
    ///
    /// # Errors
    /// Where one time has two values.
    pub fn of_series(
        &self,
        values: &Scoped<ValueRow>,
        symbol: &str,
        interval: &str,
    ) -> Result<Vec<ValueRow>, Error> {
        let mut rows: Vec<ValueRow> = values.of(symbol, interval).collect();
        let both = || format!(", and both are of {} {}", shown(symbol), shown(interval));
        each_once(&mut rows).map_err(|twice| twice.error(&self.name, self.unit, &both()))?;
        Ok(rows)
    }
}

/// Two rows with other values of one time.
struct Twice {
    time: i64,
    first: u64,
    second: u64,
}

impl Twice {
    fn error(&self, name: &str, unit: &'static str, both: &str) -> Error {
        let at = format_utc(self.time);
        let why = format!("series {name} has another value at {at} than in {unit} {}{both}", self.first);
        Error::Row { unit, line: self.second, fault: RowFault::TwoValues(why.into()) }
    }
}

/// Sorts rows by time, and leaves one of those that say the same.
fn each_once(rows: &mut Vec<ValueRow>) -> Result<(), Twice> {
    // The error names the later line.
    rows.sort_unstable_by_key(|row| (row.time, row.line));
    for [before, row] in rows.array_windows() {
        if before.time == row.time && before.value != row.value {
            return Err(Twice { time: row.time, first: before.line, second: row.line });
        }
    }
    rows.dedup_by_key(|row| row.time);
    Ok(())
}

/// The values of a column, or of the two of a band.
fn values(
    name: &str,
    table: &Table,
    scopes: &ScopeColumns,
    low: usize,
    high: usize,
) -> Result<Scoped<ValueRow>, Error> {
    let mut all = Scoped::<ValueRow>::default();
    for (number, row) in table.rows.iter().enumerate() {
        let first = table.number(number, low)?;
        let second = if high == low { first } else { table.number(number, high)? };
        let value = match (first, second) {
            (Some(low), Some(high)) if low > high => {
                return Err(table.row_fault(number, RowFault::Crossed(low, high)));
            }
            (Some(low), Some(high)) => Some((low, high)),
            (None, None) => None,
            _ => return Err(table.row_fault(number, RowFault::HalfBand)),
        };
        let value = ValueRow { time: row.time, value, line: row.line };
        all.push(scopes.scope(table, number), value);
    }
    for rows in all.each() {
        each_once(rows).map_err(|twice| twice.error(name, table.format().unit(), ""))?;
    }
    Ok(all)
}
