//! What a user says of a file, where its rows leave it open.

use crate::{
    Role,
    time::{DateOrder, EpochUnit, TimeZone},
};

/// What is known of a source besides its bytes. By default nothing is, and the rows decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// No candle opens later than this, in ms; 0 is not looked at.
    pub now: i64,
    /// What is traded: it tells which of two amounts is of the base asset.
    pub symbol: Option<String>,
    /// The length of the interval in ms, nominal for months: it tells units and orders.
    pub interval: Option<i64>,
    /// What stands in the columns, in their order, whatever a header says.
    pub columns: Option<Vec<Role>>,
    /// The zone of times that tell none.
    pub time_zone: Option<TimeZone>,
    /// The unit of times that are numbers.
    pub unit: Option<EpochUnit>,
    /// The order of the numbers of dates.
    pub date_order: Option<DateOrder>,
    /// What stands before decimals.
    pub decimal: Option<char>,
    /// What parts thousands.
    pub thousands: Option<char>,
}
