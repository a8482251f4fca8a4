//! Which columns of a table say of which symbol and interval a row is.

use super::Table;
use crate::{
    Role,
    columns::{is_name_of, may_be_symbol, spelling_of},
    number::is_nothing,
};

/// What is always of a symbol, even where all of its texts are numbers, as those of stocks are in some places.
const SURELY: [&str; 6] = ["symbol", "ticker", "ts_code", "stock_code", "股票代码", "code"];

impl Table {
    /// The column that says of which symbol rows are, by the names that it has in files of candles: `symbol`, `ticker` and
    /// others. Those that mean other things as well count where their texts are such. Only columns that are free count.
    #[must_use]
    pub fn symbol_column(&self, is_free: impl Fn(usize) -> bool) -> Option<usize> {
        let is = |column: &usize| {
            let name = &self.columns[*column];
            let spelled = spelling_of(Role::Symbol, name).map_or("", |(_, spelling)| spelling);
            self.texts(*column).all(|text| may_be_symbol(spelled, text))
                && (SURELY.contains(&spelled) || !self.is_of_numbers(*column))
        };
        self.column_of(Role::Symbol, |column| is_free(column) && is(&column))
    }

    /// The column that says of which interval rows are, likewise: `interval`, `timeframe`.
    #[must_use]
    pub fn interval_column(&self, is_free: impl Fn(usize) -> bool) -> Option<usize> {
        let is = |column: &usize| self.columns[*column].len() > 1 || !self.is_of_numbers(*column);
        self.column_of(Role::Interval, |column| is_free(column) && is(&column))
    }

    /// Whether all cells of a column are numbers, or say nothing.
    #[must_use]
    pub fn is_of_numbers(&self, column: usize) -> bool {
        (0..self.rows.len()).all(|row| self.number(row, column).is_ok())
    }

    /// The texts of a column's cells that say something.
    fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows.len()).map(move |row| self.text(row, column)).filter(|text| !is_nothing(text))
    }

    /// The column of a role by its name that has the best spelling of those that will do.
    fn column_of(&self, role: Role, will_do: impl Fn(usize) -> bool) -> Option<usize> {
        let places =
            (0..self.columns.len()).filter(|at| is_name_of(role, &self.columns[*at]) && will_do(*at));
        places.min_by_key(|at| spelling_of(role, &self.columns[*at]).map(|(rank, _)| rank))
    }
}
