//! Where a header stands, what stands above and below it, and where rows begin.

use super::{DelimitedForm, MOST_ABOVE, is_word, unquoted};
use crate::{Error, Role, RowFault, columns::is_name_of, record::Record, time::may_be_time};

impl DelimitedForm {
    /// Finds the first row below whatever stands above it.
    pub(super) fn find_rows(&mut self, records: &[Record]) -> Result<(), Error> {
        let first = records.iter().take(MOST_ABOVE).position(is_data);
        let first = first.ok_or(Error::Unfit("there are no rows with a time and four numbers"))?;
        if let Some(above) = first.checked_sub(1).map(|at| &records[at])
            && above.iter().all(|name| is_word(name) || name.is_empty())
        {
            self.header = above.clone();
        }
        let widths = records[first..].iter().filter(|row| is_data(row)).map(|row| row.len() as i64).collect();
        (self.above, self.width) =
            (first, crate::most_common(widths).and_then(|width| usize::try_from(width).ok()).unwrap_or(0));
        Ok(())
    }

    /// Finds the header, and what else stands above the rows.
    pub(super) fn find_header(&mut self, records: &[Record], above: usize) -> Result<(), Error> {
        let is_header = |record: &Record| {
            let names: Vec<_> = record.iter().collect();
            [Role::Open, Role::High, Role::Low, Role::Close]
                .iter()
                .all(|role| names.iter().any(|name| is_name_of(*role, name)))
        };
        let width = |records: &[Record]| {
            // Lines that are no rows tell no width where some are.
            let is_row = |record: &&Record| is_data(record) || !records.iter().any(is_data);
            let widths = records.iter().filter(is_row).map(|record| record.len() as i64).collect();
            crate::most_common(widths).and_then(|width| usize::try_from(width).ok()).unwrap_or(0)
        };
        let names = |record: &Record| record.iter().map(|name| unquoted(name).to_owned()).collect::<Vec<_>>();
        let header = records.iter().take(MOST_ABOVE).position(is_header);
        let until = header.or_else(|| records.iter().position(is_data)).unwrap_or(0);
        self.zone = records[..until].iter().find_map(zone_of);
        let told = records
            .iter()
            .take(MOST_ABOVE)
            .enumerate()
            .find_map(|(at, record)| Some((at, of_symbol(&names(record))?)));
        if let Some(at) = header.or(told.as_ref().map(|(at, _)| *at)) {
            let mut names = names(&records[at]);
            if header.is_none()
                && let Some((_, (own, symbol))) = told
            {
                names = own;
                self.symbol = Some(symbol);
            }
            self.header = records[at].clone();
            self.above = at + 1;
            self.above += self.below(&records[at + 1..], &names);
            let rows = &records[self.above.min(records.len())..];
            self.width = if rows.is_empty() { names.len() } else { width(rows) };
            let names = self.fitted(names, rows);
            // Commas before decimals or between thousands part columns as well where nothing is quoted.
            let filled = |row: &Record| {
                row.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1)
            };
            if self.width > names.len() && rows.iter().any(|row| filled(row) > names.len()) {
                return Err(RowFault::Columns(self.width, names.len()).at(self.above as u64 + 1));
            }
            self.names = Some(names);
            return Ok(());
        }
        // Without a header, the first line that looks like a candle begins the rows.
        let first = records.iter().take(MOST_ABOVE).position(is_data);
        let first = first.ok_or_else(|| match records.get(above) {
            Some(line) if line.len() > 1 => {
                let names = line.iter().map(|name| unquoted(name).to_owned()).collect();
                no_column(names).at(above as u64 + 1)
            }
            _ => Error::Unfit("there are no columns; separate them by commas, semicolons or tabs"),
        })?;
        if records[first].len() < 5 {
            return Err(RowFault::FewColumns(records[first].len()).at(first as u64 + 1));
        }
        // Names that say nothing may say something else than the rows seem to.
        if let Some(above) = first.checked_sub(1).map(|at| &records[at])
            && above.len() == records[first].len()
            && above.iter().all(is_word)
        {
            let names = above.iter().map(|name| unquoted(name).to_owned()).collect();
            return Err(no_column(names).at(first as u64));
        }
        (self.above, self.width) = (first, width(&records[first..]));
        Ok(())
    }

    /// Passes over lines below a header that are no rows, as yfinance has them: `Ticker,AAPL,AAPL` and `Date,,`.
    fn below(&mut self, records: &[Record], names: &[String]) -> usize {
        let mut count = 0;
        for record in records.iter().take(3) {
            // A line of units: `,USD,USD`.
            if record.len() > 4
                && record.iter().all(|field| field.trim().is_empty() || is_word(field))
                && record.iter().filter(|field| is_word(field)).count() >= 4
            {
                let is_index = !is_name_of(Role::Symbol, record.field(0).trim());
                if is_index {
                    return count + 1;
                }
            }
            let field = |at: usize| record.field(at).trim().to_owned();
            let rest: Vec<String> = (1..record.len()).map(field).filter(|field| !field.is_empty()).collect();
            let is_ticker = is_name_of(Role::Symbol, &field(0)) && rest.len() + 1 == names.len();
            if is_ticker && rest.iter().all(|ticker| *ticker == rest[0]) {
                self.symbol = rest.into_iter().next();
            } else if !(is_name_of(Role::Time, &field(0)) && rest.is_empty()) {
                break;
            }
            count += 1;
        }
        // Only together with a line for the index are they no rows.
        if count == 1 && self.symbol.is_none() { 0 } else { count }
    }

    /// Names for all fields of a row: a header may lack one for rows' own names, and rows may end with a comma.
    fn fitted(&self, mut names: Vec<String>, rows: &[Record]) -> Vec<String> {
        // The header of several lines names its columns' kind here, and its index below.
        if self.symbol.is_some()
            && !names.iter().any(|name| is_name_of(Role::Time, name))
            && let Some(first) = names.first_mut()
        {
            *first = "Date".to_owned();
        }
        let ends_empty = rows.iter().all(|row| {
            let last = self.width.checked_sub(1).and_then(|last| row.get(last));
            row.len() < self.width || last.is_some_and(|last| last.trim().is_empty())
        });
        if self.width == names.len() + 1 && !ends_empty {
            names.insert(0, String::new());
        }
        names
    }
}

/// Names that are those of no candle, with the first one that is wanting.
fn no_column(names: Vec<String>) -> RowFault {
    let prices = [Role::Open, Role::High, Role::Low, Role::Close];
    let is_wanting = |role: &Role| !names.iter().any(|name| is_name_of(*role, name));
    let wanted = prices.into_iter().find(is_wanting).unwrap_or(Role::Time).name();
    RowFault::NoColumn { wanted, names }
}

/// Whether a record may be a row of a candle: a time, and four numbers or more.
fn is_data(record: &Record) -> bool {
    let number = |field: &&str| {
        let digits = field.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = field.chars().all(|c| c.is_ascii_digit() || ".,+-eE '$\u{a0}\"KMBkmb".contains(c));
        digits > 0 && is_plain
    };
    let has_time = record.iter().take(3).any(|field| may_be_time(unquoted(field)));
    has_time && record.iter().filter(number).count() >= 4
}

/// What a line above the rows says of the zone of times, unless that is UTC.
fn zone_of(record: &Record) -> Option<String> {
    let line = record.iter().collect::<Vec<_>>().join(" ");
    let small = line.to_lowercase();
    let is_zone = ["timezone", "time zone", "time_zone"].iter().any(|word| small.contains(word));
    (is_zone && !small.contains("utc") && !small.contains("gmt")).then(|| line.trim().to_owned())
}

/// Names that all begin with one symbol, as R's quantmod writes them, without it, and the symbol: `AAPL.Open`.
fn of_symbol(names: &[String]) -> Option<(Vec<String>, String)> {
    let prices = [Role::Open, Role::High, Role::Low, Role::Close];
    let of = |role: Role| {
        let mut symbols =
            names.iter().filter_map(|name| name.rsplit_once('.').filter(|(_, name)| is_name_of(role, name)));
        let (symbol, _) = symbols.next()?;
        // A second symbol would be lost.
        symbols.next().is_none().then_some(symbol)
    };
    let symbol = of(Role::Open)?;
    if !prices.into_iter().all(|role| of(role) == Some(symbol)) {
        return None;
    }
    let own = |name: &String| {
        name.strip_prefix(symbol).and_then(|name| name.strip_prefix('.')).unwrap_or(name).to_owned()
    };
    Some((names.iter().map(own).collect(), symbol.to_owned()))
}
