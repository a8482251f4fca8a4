//! [`Scoped`]: rows by the symbol and the interval that they are of.

use candles::{Interval, Symbol};

use crate::{Table, clean_symbol};

/// Which symbol and interval a row is of; every one, where it names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    symbol: Option<String>,
    interval: Option<String>,
}

/// The columns that say so.
#[derive(Debug, Clone)]
pub struct ScopeColumns {
    symbol: Option<usize>,
    interval: Option<usize>,
}

impl ScopeColumns {
    /// Those of a table, by the names that candles have for them; none of the columns that mean something else.
    #[must_use]
    pub fn of(table: &Table, others: &[usize]) -> Self {
        let is_free = |column: usize| !others.contains(&column);
        Self { symbol: table.symbol_column(is_free), interval: table.interval_column(is_free) }
    }

    /// Both, as far as there are such.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        [self.symbol, self.interval].into_iter().flatten()
    }

    /// That of a row.
    #[must_use]
    pub fn scope(&self, table: &Table, row: usize) -> Scope {
        let text = |column: Option<usize>| Some(table.text(row, column?)).filter(|text| !text.is_empty());
        // As `import` would call it.
        let named = |told: &str| match Symbol::check(told) {
            Ok(()) => told.to_owned(),
            Err(_) => clean_symbol(told).unwrap_or_else(|| told.to_owned()),
        };
        let symbol = text(self.symbol).map(named);
        Scope { symbol, interval: text(self.interval).map(|code| Interval::name_of(code).into_owned()) }
    }
}

/// Items by their scopes, in the order of these.
#[derive(Debug)]
pub struct Scoped<T>(Vec<(Scope, Vec<T>)>);

impl<T> Default for Scoped<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Scoped<T> {
    /// Adds an item.
    pub fn push(&mut self, scope: Scope, item: T) {
        match self.0.binary_search_by(|(other, _)| other.cmp(&scope)) {
            Ok(at) => self.0[at].1.push(item),
            Err(at) => self.0.insert(at, (scope, vec![item])),
        }
    }

    /// The items of each scope.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Vec<T>> {
        self.0.iter_mut().map(|(_, items)| items)
    }
}

impl Scope {
    /// Whether it is that of a symbol and an interval, or of every one.
    #[must_use]
    pub fn fits(&self, symbol: &str, interval: &str) -> bool {
        let is = |asked: &Option<String>, it: &str| asked.as_ref().is_none_or(|asked| asked == it);
        is(&self.symbol, symbol) && is(&self.interval, interval)
    }
}

impl<T: Clone> Scoped<T> {
    /// Those of a symbol and an interval.
    pub fn of(&self, symbol: &str, interval: &str) -> impl Iterator<Item = T> {
        let scopes = self.0.iter().filter(move |(scope, _)| scope.fits(symbol, interval));
        scopes.flat_map(|(_, items)| items.iter().cloned())
    }
}
