//! [`MarkRow`]: what a row of a table says of a mark.

use super::{NoColumn, Scope, ScopeColumns, column};
use crate::{Error, Table};

/// What a row says of a mark, unchecked.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkRow<'a> {
    /// What it is: that of its column, or a trade where all rows are such.
    pub kind: &'a str,
    /// Where it is or begins, in ms since the Unix epoch, UTC.
    pub time: Option<i64>,
    /// Its price.
    pub price: Option<f64>,
    /// Where it ends.
    pub time2: Option<i64>,
    /// The price where it ends.
    pub price2: Option<f64>,
    /// Which way a trade goes.
    pub side: &'a str,
    /// Its colour.
    pub color: &'a str,
    /// What stands beside it.
    pub text: &'a str,
}

/// Where the fields of marks stand.
#[derive(Debug, Clone)]
pub struct MarkColumns {
    /// None where all of them are trades.
    kind: Option<usize>,
    /// None where it is the time of each row.
    time: Option<usize>,
    price: Option<usize>,
    time2: Option<usize>,
    price2: Option<usize>,
    side: Option<usize>,
    color: Option<usize>,
    text: Option<usize>,
    scopes: ScopeColumns,
    /// All of these, and the times of rows.
    taken: Vec<usize>,
}

impl MarkColumns {
    /// What columns are called that mean something.
    pub const NAMES: [&'static str; 14] = [
        "kind",
        "time",
        "price",
        "time2",
        "price2",
        "side",
        "color",
        "text",
        "symbol",
        "interval",
        "entry_time",
        "entry_price",
        "exit_time",
        "exit_price",
    ];

    /// Those of a table.
    ///
    /// # Errors
    /// Where nothing says what its marks are.
    pub fn of(table: &Table) -> Result<Self, NoColumn> {
        let column = |names: &[&str]| column(table, names);
        let kind = column(&["kind", "type"]);
        if kind.is_none() && column(&["entry_time"]).and(column(&["entry_price"])).is_none() {
            return Err(NoColumn::Kind { columns: table.columns.clone() });
        }
        let times = table.time_columns();
        let time = column(&["time", "entry_time"]).filter(|time| !times.contains(time));
        let price = column(&["price", "entry_price"]);
        let (time2, price2) = (column(&["time2", "exit_time"]), column(&["price2", "exit_price"]));
        let (side, text) = (column(&["side"]), column(&["text"]));
        let color = column(&["color", "colour"]);
        let own = [kind, time, price, time2, price2, side, color, text];
        let mut taken: Vec<usize> = own.into_iter().flatten().chain(times).collect();
        let scopes = ScopeColumns::of(table, &taken);
        taken.extend(scopes.all());
        Ok(Self { kind, time, price, time2, price2, side, color, text, scopes, taken })
    }

    /// The places of all of them.
    #[must_use]
    pub fn taken(&self) -> &[usize] {
        &self.taken
    }

    /// Which symbol and interval a row is of.
    #[must_use]
    pub fn scope(&self, table: &Table, row: usize) -> Scope {
        self.scopes.scope(table, row)
    }

    /// What a row says.
    ///
    /// # Errors
    /// For the first cell that should be a number or a time, and is none.
    pub fn row<'a>(&self, table: &'a Table, row: usize) -> Result<MarkRow<'a>, Error> {
        let text = |column: Option<usize>| column.map_or("", |column| table.text(row, column));
        let number = |column: Option<usize>| column.map_or(Ok(None), |column| table.number(row, column));
        let time = |column: Option<usize>| column.map_or(Ok(None), |column| table.time_of(row, column));
        Ok(MarkRow {
            kind: if self.kind.is_some() { text(self.kind) } else { "trade" },
            time: match self.time {
                None => table.rows.get(row).filter(|row| row.has_time()).map(|row| row.time),
                column => time(column)?,
            },
            price: number(self.price)?,
            time2: time(self.time2)?,
            price2: number(self.price2)?,
            side: text(self.side),
            color: text(self.color),
            text: text(self.text),
        })
    }
}
