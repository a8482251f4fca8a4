//! [`SeriesSource`]: the values of a series, from a table.

use candles::{format_utc, text::shown};
use render_core::{OwnValue, SeriesForm};

use super::{
    IdleColumns, OwnError, OwnFile,
    scope::{ScopeColumns, Scoped},
    table::OwnTable,
};
use crate::Error;

/// A value of a file, and its line or its row in a table.
pub type Line = (OwnValue, u64);

/// The values of a series in a file.
#[derive(Debug)]
pub struct SeriesSource {
    pub name: String,
    pub file: OwnFile,
    /// What rows are counted in.
    pub unit: &'static str,
    /// One value a row, if there is a column of them.
    line: Option<Scoped<Line>>,
    /// A lower and an upper one, if there are columns of them.
    band: Option<Scoped<Line>>,
    /// All columns of values.
    columns: Vec<String>,
    /// The columns that mean nothing; those of numbers are values of other series.
    pub idle: IdleColumns,
}

/// How the columns of a band end.
const ENDINGS: [(&str, &str); 2] = [("low", "high"), ("lower", "upper")];

impl SeriesSource {
    /// Reads the values of a series of that name.
    pub fn of(name: &str, table: &OwnTable) -> Result<Self, Error> {
        let times = table.table.time_columns();
        // What has the series' name is its value, whatever else that name could mean.
        let ends = ["", "_low", "_high", "_lower", "_upper"];
        let own = ends.iter().filter_map(|end| table.column(&[&format!("{name}{end}")]));
        let scopes = ScopeColumns::of(table, &own.chain(times.iter().copied()).collect::<Vec<_>>());
        let is_value = |column: &usize| !times.contains(column) && !scopes.all().any(|it| it == *column);
        let places: Vec<usize> = (0..table.table.columns.len()).filter(is_value).collect();
        let only = if let [only] = places[..] { Some(only) } else { None };
        let named = table.column(&[name]).filter(|column| places.contains(column));
        let band = ENDINGS.iter().find_map(|(low, high)| {
            let ends = |end: &str| table.column(&[&format!("{name}_{end}")]);
            let plain = |end: &str| table.column(&[end]).filter(|_| places.len() == 2);
            Some((ends(low)?, ends(high)?)).or_else(|| Some((plain(low)?, plain(high)?)))
        });
        let line = named.or(only);
        let own = line.into_iter().chain(band.into_iter().flat_map(|(low, high)| [low, high]));
        let mut taken: Vec<usize> = own.chain(times.iter().copied()).chain(scopes.all()).collect();
        taken.extend(places.iter().filter(|place| table.table.is_of_numbers(**place)));
        let read = |low: usize, high: usize| values(name, table, &scopes, low, high);
        Ok(Self {
            name: name.to_owned(),
            file: table.file.clone(),
            unit: table.table.format().unit(),
            line: line.map(|column| read(column, column)).transpose()?,
            band: band.map(|(low, high)| read(low, high)).transpose()?,
            idle: table.idle(false, &taken, &["time", "symbol", "interval", name]),
            columns: places.iter().map(|place| table.table.columns[*place].clone()).collect(),
        })
    }

    /// The values that are drawn in a form.
    pub fn values(&self, form: SeriesForm) -> Result<&Scoped<Line>, Error> {
        let (file, name, columns) = (self.file.name.clone(), self.name.clone(), self.columns.clone());
        let found = if form == SeriesForm::Band { &self.band } else { &self.line };
        found.as_ref().ok_or_else(|| match form {
            SeriesForm::Band => OwnError::BandColumns { file, name, columns }.into(),
            _ => OwnError::Column { file, name, columns }.into(),
        })
    }

    /// Those of a symbol and an interval, each time once, by time.
    pub fn of_series(&self, form: SeriesForm, symbol: &str, interval: &str) -> Result<Vec<Line>, Error> {
        let mut lines: Vec<Line> = self.values(form)?.of(symbol, interval).collect();
        if let Err(Twice { time, first, second }) = each_once(&mut lines) {
            let (name, unit, at) = (&self.name, self.unit, format_utc(time));
            let why = format!(
                "series {name} has another value at {at} than in {unit} {first}, and both are of {} {}",
                shown(symbol),
                shown(interval)
            );
            return Err(OwnError::Row { file: self.file.name.clone(), unit, line: second, why }.into());
        }
        Ok(lines)
    }
}

/// Two lines with other values of one time.
struct Twice {
    time: i64,
    first: u64,
    second: u64,
}

/// Sorts lines by time, and leaves one of those that say the same.
fn each_once(lines: &mut Vec<Line>) -> Result<(), Twice> {
    // The error names the later line.
    lines.sort_by_key(|(value, line)| (value.time, *line));
    for [(before, first), (value, second)] in lines.array_windows() {
        if before.time == value.time && before != value {
            return Err(Twice { time: value.time, first: *first, second: *second });
        }
    }
    lines.dedup_by_key(|(value, _)| value.time);
    Ok(())
}

/// The values of a column, or of the two of a band.
fn values(
    name: &str,
    table: &OwnTable,
    scopes: &ScopeColumns,
    low: usize,
    high: usize,
) -> Result<Scoped<Line>, Error> {
    let mut all = Scoped::<Line>::default();
    for (number, row) in table.table.rows.iter().enumerate() {
        let first = table.number(number, Some(low))?;
        let second = if high == low { first } else { table.number(number, Some(high))? };
        let value = match (first, second) {
            (Some(low), Some(high)) if low > high => {
                return Err(
                    table.refuse(number, format!("the lower value {low} is above the upper one {high}"))
                );
            }
            (Some(low), Some(high)) => Some((low, high)),
            (None, None) => None,
            _ => return Err(table.refuse(number, "a band has a lower and an upper value, or neither")),
        };
        let value = OwnValue { time: row.time, value };
        all.0.entry(scopes.scope(table, number)).or_default().push((value, row.line));
    }
    for lines in all.0.values_mut() {
        each_once(lines).map_err(|Twice { time, first, second }| {
            let (at, unit) = (format_utc(time), table.table.format().unit());
            table.refuse_line(
                second,
                format!("series {name} has another value at {at} than in {unit} {first}"),
            )
        })?;
    }
    Ok(all)
}
