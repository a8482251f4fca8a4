//! Which column of a row is what.

mod by_name;
mod by_order;
mod names;
mod role;

pub(crate) use by_name::{
    by_name, is_name_of, is_utc, may_be_symbol, names_closing, names_symbol, names_zone, names_zone_of_times,
    spelling_of, times_by_name,
};
pub use by_order::OrderDoubt;
pub(crate) use by_order::{by_order, time_columns};
pub use role::Role;

/// What stands in which column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The role of each column, in the file's order.
    pub roles: Vec<Role>,
}

impl Columns {
    /// The place of a column, from 0.
    #[must_use]
    pub fn place(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|own| *own == role)
    }

    /// The places of open, high, low and close.
    pub(crate) fn prices(&self) -> Option<[usize; 4]> {
        Some([
            self.place(Role::Open)?,
            self.place(Role::High)?,
            self.place(Role::Low)?,
            self.place(Role::Close)?,
        ])
    }

    /// How many fields a row must have at least.
    pub(crate) fn least(&self) -> usize {
        self.roles.iter().rposition(|role| *role != Role::Other).map_or(0, |last| last + 1)
    }
}
