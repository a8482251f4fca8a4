//! What a column says of a candle.

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// When the candle opens, or the date of that.
    Time,
    /// The time of day, beside a column of dates.
    TimeOfDay,
    /// When the candle closes.
    CloseTime,
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price.
    Close,
    /// Traded amount in units of the base asset.
    Volume,
    /// Traded amount in units of the quote asset.
    QuoteVolume,
    /// Number of trades.
    Trades,
    /// What takers bought, in units of the base asset.
    TakerBase,
    /// What takers bought, in units of the quote asset.
    TakerQuote,
    /// What is traded.
    Symbol,
    /// The code of the interval.
    Interval,
    /// Whether the candle was over.
    IsClosed,
    /// Nothing that candles need.
    Other,
}

/// The names of roles, for those who give the columns of a file, and for messages.
const NAMES: [(&str, Role); 16] = [
    ("time", Role::Time),
    ("time_of_day", Role::TimeOfDay),
    ("close_time", Role::CloseTime),
    ("open", Role::Open),
    ("high", Role::High),
    ("low", Role::Low),
    ("close", Role::Close),
    ("volume", Role::Volume),
    ("quote_volume", Role::QuoteVolume),
    ("trades", Role::Trades),
    ("taker_base", Role::TakerBase),
    ("taker_quote", Role::TakerQuote),
    ("symbol", Role::Symbol),
    ("interval", Role::Interval),
    ("is_closed", Role::IsClosed),
    ("-", Role::Other),
];

impl Role {
    /// All roles that a user can give, by name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The role of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, role)| *role == self).map_or("-", |(name, _)| name)
    }
}
