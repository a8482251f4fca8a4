//! [`SeriesSource`]: the values of a series, and the file that they are of.

use readers::{Scoped, SeriesValues, ValueRow};
use render_core::SeriesForm;

use super::{IdleColumns, OwnError, OwnFile, table::OwnTable};
use crate::Error;

/// The values of a series in a file.
#[derive(Debug)]
pub struct SeriesSource {
    pub name: String,
    pub file: OwnFile,
    values: SeriesValues,
    /// The columns that mean nothing; those of numbers are values of other series.
    pub idle: IdleColumns,
}

impl SeriesSource {
    /// Reads the values of a series of that name.
    pub fn of(name: &str, table: &OwnTable) -> Result<Self, Error> {
        let values = SeriesValues::of(name, &table.table).map_err(|error| table.fault(error))?;
        let idle = table.idle(false, values.taken(), &["time", "symbol", "interval", name]);
        Ok(Self { name: name.to_owned(), file: table.file.clone(), values, idle })
    }

    /// What rows are counted in.
    pub fn unit(&self) -> &'static str {
        self.values.unit()
    }

    /// The values that are drawn in a form.
    pub fn values(&self, form: SeriesForm) -> Result<&Scoped<ValueRow>, Error> {
        let found = self.values.values(form == SeriesForm::Band);
        found.map_err(|source| OwnError::Columns { file: self.file.name.clone(), source }.into())
    }

    /// Those of a symbol and an interval, each time once, by time.
    pub fn of_series(&self, form: SeriesForm, symbol: &str, interval: &str) -> Result<Vec<ValueRow>, Error> {
        let rows = self.values.of_series(self.values(form)?, symbol, interval);
        rows.map_err(|source| OwnError::Read { file: self.file.name.clone(), source }.into())
    }
}
