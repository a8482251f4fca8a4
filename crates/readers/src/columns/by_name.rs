//! Columns by the names of a header or of objects.

use crate::record::Record;

use super::{
    Columns, Role,
    names::{CASED, CLOSING, EITHER, NAMES, QUOTES, TICKS, ZONES, plain},
};
use crate::{RowFault, number::is_nothing, time::is_time_of_day};

/// What messages call the columns that every candle needs.
const NEEDED: [(Role, &str); 5] = [
    (Role::Open, "open"),
    (Role::High, "high"),
    (Role::Low, "low"),
    (Role::Close, "close"),
    (Role::Time, "time"),
];
/// Names of what parts rows besides their symbol.
const PARTS: [&str; 8] = [
    "exchange",
    "expiry",
    "expiration",
    "expiry_date",
    "expiration_date",
    "contract",
    "option_type",
    "strike",
];
/// What names of amounts hold.
const AMOUNTS: [&str; 9] =
    ["vol", "qty", "quantity", "shares", "turnover", "amount", "traded", "hacim", "объем"];
/// Rows whose ratio shows that an amount is of the quote asset: more than this share of all.
const MOST: f64 = 0.7;

/// Whether a name is one of a role's.
pub(crate) fn is_name_of(role: Role, name: &str) -> bool {
    spelling_of(role, name).is_some()
}

/// The spelling of a role that a name is, and its rank: the ones to prefer come first.
pub(crate) fn spelling_of(role: Role, name: &str) -> Option<(usize, &'static str)> {
    let name = plain(name);
    spellings(role).enumerate().find(|(_, spelling)| *spelling == name)
}

/// Whether a field may be a symbol in a column of this spelling. Columns of names hold those of companies, too, and
/// columns of markets those of exchanges.
pub(crate) fn may_be_symbol(spelling: &str, field: &str) -> bool {
    match spelling {
        "name" | "s" => is_ticker(field),
        "market" => field.contains(['-', '/']),
        _ => !field.is_empty() && field.len() <= 100,
    }
}

/// Whether a value beside rows of this name says what is traded.
pub(crate) fn names_symbol(name: &str) -> bool {
    matches!(plain(name).as_str(), "symbol" | "ticker")
}

/// Whether a value of this name says the zone of times.
pub(crate) fn names_zone_of_times(name: &str) -> bool {
    let name = plain(name);
    ["time_zone", "timezone", "exchange_timezone", "exchange_time_zone", "tz"].contains(&name.as_str())
}

/// Whether the name of a zone is UTC's.
pub(crate) fn is_utc(zone: &str) -> bool {
    let zone = zone.trim().to_ascii_lowercase();
    ["", "utc", "gmt", "z", "etc/utc", "etc/gmt", "utc+0", "+00:00"].contains(&zone.as_str())
}

/// Whether names are those of files whose times are of closing.
pub(crate) fn names_closing(names: &[String]) -> bool {
    CLOSING.iter().any(|both| both.iter().all(|one| names.iter().any(|name| plain(name) == *one)))
}

/// Whether the name of a time says that it is of a zone.
pub(crate) fn names_zone(name: &str) -> bool {
    zoned(&plain(name)).is_some()
}

/// The name of a time without that of its zone.
fn zoned(name: &str) -> Option<&str> {
    let (before, zone) = name.rsplit_once('_')?;
    // `Time (UTC+8)`: the mark is gone, and the number says that it is another zone.
    let is_number = zone.bytes().all(|byte| byte.is_ascii_digit());
    let (before, zone) = if is_number { before.rsplit_once('_')? } else { (before, zone) };
    let zone = if is_number && ["utc", "gmt"].contains(&zone) { "local" } else { zone };
    let local = name.strip_prefix("local_");
    let is_time = |name: &str| spellings(Role::Time).any(|spelling| spelling == name);
    local.or(Some(before).filter(|_| ZONES.contains(&zone))).filter(|name| is_time(name))
}

fn spellings(role: Role) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |(own, _)| *own == role).flat_map(|(_, names)| names.split_ascii_whitespace())
}

/// The columns that names tell. Where names leave it open, `rows` decide: which of two amounts is of the base asset,
/// whether a column without a name holds times.
pub(crate) fn by_name(names: &[String], rows: &[Record], symbol: Option<&str>) -> Result<Columns, RowFault> {
    let mut search = Search {
        names: names.iter().map(|name| plain(name)).collect(),
        roles: vec![None; names.len()],
        rows,
    };
    search.cased(names);
    for (role, wanted) in &NEEDED[..4] {
        if !search.find(*role, wanted)? {
            return Err(RowFault::NoColumn { wanted, names: names.to_vec() });
        }
    }
    search.time(names)?;
    for role in
        [Role::CloseTime, Role::Trades, Role::TakerBase, Role::TakerQuote, Role::Interval, Role::IsClosed]
    {
        search.find(role, role.name())?;
    }
    search.symbol()?;
    search.volumes(symbol)?;
    Ok(search.columns())
}

/// The columns of times that names tell, if they tell any.
pub(crate) fn times_by_name(names: &[String], rows: &[Record]) -> Result<Option<Columns>, RowFault> {
    let plain = names.iter().map(|name| plain(name)).collect();
    let mut search = Search { names: plain, roles: vec![None; names.len()], rows };
    match search.time(names) {
        Ok(()) => Ok(Some(search.columns())),
        Err(RowFault::NoColumn { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Whether a text is written as tickers are.
fn is_ticker(field: &str) -> bool {
    (1..=12).contains(&field.len())
        && field.bytes().all(|byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
        })
        && field.bytes().any(|byte| byte.is_ascii_uppercase())
}

struct Search<'a> {
    names: Vec<String>,
    roles: Vec<Option<Role>>,
    rows: &'a [Record],
}

impl Search<'_> {
    /// Settles names that only their case tells apart.
    fn cased(&mut self, names: &[String]) {
        for at in 0..names.len() {
            let is_twin = |other: usize| {
                other != at && self.names[other] == self.names[at] && names[other] != names[at]
            };
            let is_letter = names[at].chars().count() == 1;
            if is_letter && names[at].chars().any(char::is_uppercase) && (0..names.len()).any(is_twin) {
                let role =
                    CASED.iter().find(|(name, _)| *name == names[at]).map_or(Role::Other, |(_, role)| *role);
                self.roles[at] = Some(role);
            }
        }
        // Without a twin, `T` is still when a candle of a stream closes.
        for (name, role) in CASED.iter().take(1) {
            let small = name.to_lowercase();
            if let Some(at) = names.iter().position(|own| own == name)
                && names.contains(&small)
            {
                self.roles[at] = Some(*role);
            }
        }
    }

    fn columns(self) -> Columns {
        Columns { roles: self.roles.into_iter().map(|role| role.unwrap_or(Role::Other)).collect() }
    }

    /// Free columns of this name.
    fn places(&self, name: &str) -> Vec<usize> {
        (0..self.names.len()).filter(|&at| self.roles[at].is_none() && self.names[at] == name).collect()
    }

    /// Gives a role to the column with the first of its spellings that any has.
    fn find(&mut self, role: Role, wanted: &'static str) -> Result<bool, RowFault> {
        if self.roles.contains(&Some(role)) {
            return Ok(true);
        }
        for spelling in spellings(role) {
            match self.places(spelling).as_slice() {
                [] => {}
                [place] => {
                    self.roles[*place] = Some(role);
                    return Ok(true);
                }
                [first, rest @ ..] if rest.iter().all(|other| self.same(*first, *other)) => {
                    self.roles[*first] = Some(role);
                    return Ok(true);
                }
                _ => return Err(RowFault::SameName(wanted)),
            }
        }
        Ok(false)
    }

    fn field(row: &Record, place: usize) -> String {
        row.field(place).trim().to_owned()
    }

    fn all(&self, place: usize, is: impl Fn(&str) -> bool) -> bool {
        let mut some = false;
        self.rows.iter().all(|row| {
            let field = Self::field(row, place);
            some |= !is_nothing(&field);
            is_nothing(&field) || is(&field)
        }) && some
    }

    fn same(&self, a: usize, b: usize) -> bool {
        self.rows.iter().all(|row| row.get(a) == row.get(b))
    }

    fn number(row: &Record, place: usize) -> Option<f64> {
        Self::field(row, place).parse().ok()
    }

    /// The time, and the time of day where that is a column of its own.
    fn time(&mut self, names: &[String]) -> Result<(), RowFault> {
        let dates = ["date", "trade_date", "tradedate", "datum", "fecha", "data", "day", "日期", "交易日期"];
        let times = ["time", "timestamp", "zeit", "datetime", "trade_time", "time_of_day", "hour", "时间"];
        for date in dates {
            let [date] = self.places(date)[..] else { continue };
            for time in times {
                let [time] = self.places(time)[..] else { continue };
                if self.all(time, is_time_of_day) {
                    (self.roles[date], self.roles[time]) = (Some(Role::Time), Some(Role::TimeOfDay));
                    return Ok(());
                }
            }
        }
        if self.find(Role::Time, "time")? {
            return Ok(());
        }
        let is_zoned = |&at: &usize| self.roles[at].is_none() && zoned(&self.names[at]).is_some();
        if let Some(at) = (0..names.len()).find(is_zoned) {
            self.roles[at] = Some(Role::Time);
            return Ok(());
        }
        // An index without a name is a time where nothing else is.
        let unnamed = ["", "index", "unnamed_0"];
        let is_candidate = |&at: &usize| {
            self.roles[at].is_none() && unnamed.contains(&self.names[at].as_str()) && !self.counts_rows(at)
        };
        if let Some(at) = (0..names.len()).find(is_candidate)
            && self.all(at, crate::time::may_be_time)
        {
            self.roles[at] = Some(Role::Time);
            return Ok(());
        }
        Err(RowFault::NoColumn { wanted: "time", names: names.to_vec() })
    }

    /// Whether a column holds whole numbers that rise or fall by one, beside one of dates whose name is not known.
    fn counts_rows(&self, place: usize) -> bool {
        let numbers: Option<Vec<i64>> =
            self.rows.iter().map(|row| Self::field(row, place).parse().ok()).collect();
        let counts = numbers.is_some_and(|numbers| {
            numbers.len() > 1 && numbers.array_windows().all(|[a, b]| (b - a).abs() == 1)
        });
        let is_dated = |at: usize| at != place && self.all(at, crate::time::may_be_date);
        counts && (0..self.names.len()).any(is_dated)
    }

    /// The symbol.
    fn symbol(&mut self) -> Result<(), RowFault> {
        for spelling in spellings(Role::Symbol) {
            let is = |field: &str| may_be_symbol(spelling, field);
            if let [place] = self.places(spelling)[..]
                && self.all(place, is)
            {
                self.roles[place] = Some(Role::Symbol);
                break;
            }
        }
        // Rows of one symbol may still be those of several exchanges or contracts.
        for name in PARTS {
            if let [place] = self.places(name)[..] {
                let first = self.rows.first().map(|row| Self::field(row, place)).unwrap_or_default();
                if self.rows.iter().any(|row| Self::field(row, place) != first) {
                    return Err(RowFault::Parts(name));
                }
            }
        }
        Ok(())
    }

    /// Which amount is of the base asset, and which of the quote asset.
    fn volumes(&mut self, symbol: Option<&str>) -> Result<(), RowFault> {
        self.find(Role::QuoteVolume, "quote volume")?;
        let ticks = TICKS.iter().find_map(|name| self.places(name).first().copied());
        if let Some((base, quote)) = self.named_by_asset(symbol) {
            for (place, role) in [(base, Role::Volume), (quote, Role::QuoteVolume)] {
                if let Some(place) = place
                    && !self.roles.contains(&Some(role))
                {
                    self.roles[place] = Some(role);
                }
            }
        } else {
            self.find(Role::Volume, "volume")?;
        }
        self.known_volumes();
        // Terminals write 0 where only ticks are known.
        let is_zero = |field: &str| field.parse() == Ok(0.0);
        if let Some(ticks) = ticks {
            let traded = self.roles.iter().position(|role| *role == Some(Role::Volume));
            if traded.is_none_or(|place| self.all(place, is_zero)) {
                if let Some(place) = traded {
                    self.roles[place] = None;
                }
                self.roles[ticks] = Some(Role::Volume);
            }
        }
        let place = |search: &Self, role| search.roles.iter().position(|own| *own == Some(role));
        let either = EITHER.iter().find_map(|name| self.places(name).first().copied());
        match (place(self, Role::Volume), place(self, Role::QuoteVolume), either) {
            // The prices tell which of the two is which. Where they do not, the name does.
            (Some(volume), None, Some(either)) => {
                let (is_swapped, is_named) =
                    (self.is_quote_of(volume, either), self.is_quote_of(either, volume));
                // Near a price of 1 both may be.
                if is_swapped && !is_named {
                    (self.roles[volume], self.roles[either]) = (Some(Role::QuoteVolume), Some(Role::Volume));
                } else if is_named {
                    self.roles[either] = Some(Role::QuoteVolume);
                }
            }
            (Some(volume), Some(quote), _)
                if self.is_quote_of(volume, quote) && !self.is_quote_of(quote, volume) =>
            {
                (self.roles[volume], self.roles[quote]) = (Some(Role::QuoteVolume), Some(Role::Volume));
            }
            _ => {}
        }
        // An amount whose name is not known would be lost.
        let is_amount = |at: &usize| {
            self.roles[*at].is_none()
                && AMOUNTS.iter().any(|part| self.names[*at].contains(part))
                && !self.is_average(*at)
        };
        match (place(self, Role::Volume), (0..self.names.len()).find(is_amount)) {
            (None, Some(_)) => Err(RowFault::NoColumn { wanted: "volume", names: self.names.clone() }),
            _ => Ok(()),
        }
    }

    fn is_average(&self, place: usize) -> bool {
        ["ma", "sma", "ema", "avg", "average", "mean", "change", "chg"]
            .iter()
            .any(|word| self.names[place].split('_').any(|own| own == *word))
    }

    /// Volumes that other columns of their source tell.
    fn known_volumes(&mut self) {
        let free = |search: &Self, name: &str| (0..search.names.len()).find(|at| search.names[*at] == name);
        // Poloniex calls the base's amount the quote's: <https://docs.legacy.poloniex.com>.
        if let (Some(base), Some(quote), Some(_)) = (
            free(self, "quotevolume"),
            free(self, "volume"),
            free(self, "weightedaverage").or_else(|| free(self, "weighted_average")),
        ) {
            (self.roles[base], self.roles[quote]) = (Some(Role::Volume), Some(Role::QuoteVolume));
        }
        // OKX counts contracts of swaps, and says the amounts of both assets beside them.
        if let (Some(contracts), Some(base), Some(quote)) =
            (free(self, "vol"), free(self, "volccy"), free(self, "volccyquote"))
            && self.is_quote_of(quote, base)
            && !self.is_quote_of(quote, contracts)
        {
            self.roles[contracts] = None;
            (self.roles[base], self.roles[quote]) = (Some(Role::Volume), Some(Role::QuoteVolume));
        }
    }

    /// Whether most rows say that the amounts at `quote` are those at `base`, times a price of the row.
    fn is_quote_of(&self, quote: usize, base: usize) -> bool {
        let price = |role| self.roles.iter().position(|own| *own == Some(role));
        let (Some(high), Some(low)) = (price(Role::High), price(Role::Low)) else { return false };
        let (mut fits, mut all) = (0.0, 0.0);
        for row in self.rows {
            let [Some(quote), Some(base), Some(high), Some(low)] =
                [quote, base, high, low].map(|at| Self::number(row, at))
            else {
                continue;
            };
            if quote > 0.0 && base > 0.0 {
                all += 1.0;
                let ratio = quote / base;
                fits += f64::from(u8::from(ratio >= low * 0.98 && ratio <= high * 1.02));
            }
        }
        all > 0.0 && fits / all > MOST
    }

    /// Columns such as `Volume BTC` and `Volume USDT`: that of the base asset, and that of the quote asset.
    fn named_by_asset(&self, symbol: Option<&str>) -> Option<(Option<usize>, Option<usize>)> {
        let asset = |at: &usize| {
            let asset =
                self.names[*at].strip_prefix("volume_").or_else(|| self.names[*at].strip_prefix("vol_"))?;
            let is_asset = self.roles[*at].is_none() && !asset.is_empty() && !asset.contains('_');
            let is_known = spellings(Role::Volume).any(|name| name == self.names[*at]);
            // `Volume MA` is an average, not an amount.
            (is_asset && !is_known && !["ma", "sma", "ema", "avg", "change"].contains(&asset))
                .then(|| (*at, asset.to_owned()))
        };
        let assets: Vec<(usize, String)> = (0..self.names.len()).filter_map(|at| asset(&at)).collect();
        if assets.is_empty() || !self.places("volume").is_empty() {
            return None;
        }
        let symbol: Option<String> = symbol.map(|symbol| {
            symbol.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
        });
        let is_quote = |asset: &String| match &symbol {
            Some(symbol) if symbol.starts_with(asset.as_str()) => false,
            Some(symbol) if symbol.ends_with(asset.as_str()) => true,
            _ => QUOTES.contains(&asset.as_str()),
        };
        let (quotes, bases): (Vec<_>, Vec<_>) = assets.iter().partition(|(_, asset)| is_quote(asset));
        match (bases.as_slice(), quotes.as_slice()) {
            ([(base, _)], [(quote, _)]) => Some((Some(*base), Some(*quote))),
            ([(base, _)], []) => Some((Some(*base), None)),
            ([], [(quote, _)]) => Some((None, Some(*quote))),
            // Of two quotes, as in `Volume USDT,Volume USD`, the first is what is traded.
            ([], [(base, _), (quote, _)]) => Some((Some(*base), Some(*quote))),
            ([(base, _), (quote, _)], []) => Some((Some(*base), Some(*quote))),
            _ => None,
        }
    }
}
