//! Names of series: interval codes, and what a file's name tells.
//!
//! A name is split into words. Dates, intervals and the words of [`words`] are set aside; what is left is the symbol
//! if it has the form of one, and otherwise nothing is told.

mod form;
mod interval;
mod split;
mod symbol;
mod words;

use self::{
    interval::{counted, interval},
    split::{Means, Word, words_of},
    words::{FORMS, Kind, METATRADER_4, PACKED, STOOQ},
};

pub use interval::{interval_code, interval_ms};
pub use symbol::{clean_symbol, may_be_same_symbol};

/// What a file's name tells of the series in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesName {
    /// `BTCUSDT`: as the file has it, but for a name in small letters, which is told in capital ones.
    pub symbol: Option<String>,
    /// `1h`; months are `1M`.
    pub interval: Option<String>,
}

/// Reads `BTCUSDT-1h-2023-01.csv`, `Binance_BTCUSDT_1h.csv`, `EURUSD_M1_2023.csv` and their like.
///
/// What is not sure is not told. The folder counts only where the file is called by nothing but its interval and
/// dates: `BTCUSDT/1h.csv`.
#[must_use]
pub fn series_name(file: &str) -> SeriesName {
    let mut parts = file.rsplit(['/', '\\']);
    let stem = stem(parts.next().unwrap_or_default());
    if let Some(told) = stooq(stem) {
        return told;
    }
    // TradingView: `NASDAQ_AMZN, 1D`, `BITSTAMP_BTCUSD, 240_5f3a2`.
    let Some((series, charted)) = stem.split_once(", ") else {
        let words = words_of(stem);
        let interval = one_interval(&words).map(str::to_owned);
        let symbol = symbol(&words).or_else(|| folder(&words, parts.next()?));
        let is_timed = words.iter().any(|word| matches!(word.means, Means::Interval(_)));
        let terminal = alone(&words).filter(|_| !is_timed).and_then(metatrader_4);
        return terminal.unwrap_or(SeriesName { symbol, interval });
    };
    let Some(interval) = charted_interval(charted) else { return SeriesName::default() };
    SeriesName { symbol: charted_symbol(&words_of(series)), interval }
}

/// The name of a file without its endings, such as `BTCUSDT-1h` of `BTCUSDT-1h.csv.gz`. A symbol may hold a point, so only the
/// last ones are endings.
#[must_use]
pub fn file_stem(file: &str) -> &str {
    stem(file.rsplit(['/', '\\']).next().unwrap_or_default())
}

fn stem(file: &str) -> &str {
    let without =
        |stem, endings: &[&str]| endings.iter().find_map(|ending| strip_end(stem, ending)).unwrap_or(stem);
    // Some have it twice: `AAPL.csv.txt`.
    let stem = without(without(without(file, PACKED), FORMS), &[".csv"]);
    // A browser's second download: `AAPL (1)`.
    let stem = match stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('(')) {
        Some((stem, copy)) if form::is_number(copy) => stem.trim_end(),
        _ => stem,
    };
    // NinjaTrader: `EURUSD.Last`.
    without(stem, &[".Last", ".Bid", ".Ask"])
}

fn strip_end<'a>(text: &'a str, ending: &str) -> Option<&'a str> {
    let (stem, tail) = text.split_at_checked(text.len().checked_sub(ending.len())?)?;
    tail.eq_ignore_ascii_case(ending).then_some(stem)
}

fn one_interval<'a>(words: &'a [Word<'_>]) -> Option<&'a str> {
    let mut told = words.iter().filter_map(|word| match &word.means {
        Means::Interval(interval) => Some(interval.as_deref()),
        _ => None,
    });
    let first = told.next()?;
    first.filter(|_| told.all(|other| other == first))
}

/// The symbol of words: what is left of them, if it has the form of one.
fn symbol(words: &[Word<'_>]) -> Option<String> {
    let is_left = |word: &Word<'_>| word.means == Means::Unknown;
    let Some(from) = words.iter().position(is_left) else {
        // Shares that are called like what else stands beside them: `CME_1d`.
        let mut named =
            words.iter().filter(|word| matches!(word.means, Means::Listed(Kind::Before | Kind::Beside)));
        let alone = named.next().filter(|word| form::is_plain(word.text) && named.next().is_none())?;
        // Of `HKEX_2020` it is not known whether that is a year or a share.
        let is_dated =
            words.windows(2).any(|pair| pair[0].text == alone.text && pair[1].means == Means::Date);
        if is_dated {
            return None;
        }
        return Some(alone.text.to_owned());
    };
    let until = words.len() - words.iter().rev().position(is_left)?;
    let (before, left, after) = (&words[..from], &words[from..until], &words[until..]);
    let texts: Vec<&str> = left.iter().map(|word| word.text).collect();
    let is_apart = left[1..].iter().any(|word| !matches!(word.joint, Some('-' | '_')));
    // `BID_USDT` and `CME_USDT` are pairs, or not, and what `D1_PERP` is no one knows.
    let is_named = |word: &Word<'_>| {
        word.means == Means::Listed(Kind::Exchange) && word.text.bytes().any(|byte| byte.is_ascii_lowercase())
    };
    let is_half = texts.len() == 1
        && before
            .last()
            .is_some_and(|word| form::is_contract(texts[0]) || form::is_quote(texts[0]) && !is_named(word));
    // `ES_H4-1d` and `ES_M4-1d` are months of delivery.
    let is_delivery = one_interval(words).is_none() && words.iter().any(|word| form::is_delivery(word.text));
    if !left.iter().all(is_left)
        || is_apart
        || is_half
        || is_delivery
        || after.iter().any(|word| word.means == Means::Listed(Kind::Before))
    {
        return None;
    }
    let joined = || {
        left.iter().fold(String::new(), |mut all, word| {
            all.extend(word.joint.filter(|_| !all.is_empty()));
            all + word.text
        })
    };
    if form::is_symbol(&texts, left.last()?.joint) {
        return Some(joined());
    }
    let is_known = form::is_small_symbol(&texts) || texts.len() == 1 && is_source_of_small(before, after);
    (is_known && texts.iter().all(|text| form::is_small(text))).then(|| joined().to_ascii_uppercase())
}

/// Whether the words before and after one in small letters are those of a source that writes symbols so.
fn is_source_of_small(before: &[Word<'_>], after: &[Word<'_>]) -> bool {
    let is_interval = |word: &Word<'_>| matches!(word.means, Means::Interval(_));
    match (before, after) {
        // dukascopy-node: eurusd-m1-bid-2020-01-01-2020-02-01.csv.
        ([], [first, second, ..]) if is_interval(first) && matches!(second.text, "bid" | "ask") => true,
        // barchart: aapl_daily_historical-data-11-29-2023.csv.
        ([], [first, second, third, ..]) => {
            is_interval(first) && (second.text, third.text) == ("historical", "data")
        }
        // LEAN: 20230101_amzn_minute_trade.csv.
        ([day], [first, second]) => day.means == Means::Date && is_interval(first) && second.text == "trade",
        _ => false,
    }
}

/// The folder's name as a symbol, for a file that is called by its interval and dates alone.
fn folder(words: &[Word<'_>], folder: &str) -> Option<String> {
    let is_bare =
        !words.is_empty() && words.iter().all(|word| matches!(word.means, Means::Interval(_) | Means::Date));
    let named = words_of(folder);
    let is_plain = named.iter().all(|word| word.means == Means::Unknown && word.text.len() > 1);
    let told = symbol(&named).filter(|told| told == folder && !form::is_quote(folder));
    let is_sure =
        named.len() > 1 || form::is_pair(folder) || folder.bytes().all(|byte| byte.is_ascii_uppercase());
    told.filter(|_| is_bare && is_plain && is_sure)
}

fn alone<'a>(words: &[Word<'a>]) -> Option<&'a str> {
    let mut left = words.iter().filter(|word| word.means == Means::Unknown);
    left.next().filter(|_| left.next().is_none()).map(|word| word.text)
}

/// MetaTrader 4: `EURUSD60`. Of another word that ends in such a number nothing is known: `AAPL60`, `ES1`.
fn metatrader_4(word: &str) -> Option<SeriesName> {
    let letters = word.trim_end_matches(|end: char| end.is_ascii_digit());
    let ends_so = METATRADER_4.iter().any(|minutes| minutes.to_string() == word[letters.len()..]);
    if form::is_index(word) || !form::is_plain(word) {
        return None;
    }
    let parts = METATRADER_4.iter().find_map(|minutes| {
        let symbol = word.strip_suffix(&minutes.to_string())?;
        (form::is_pair(symbol) || form::is_index(symbol)).then_some((symbol, minutes))
    });
    let Some((symbol, minutes)) = parts else { return ends_so.then(SeriesName::default) };
    let code = if *minutes == 43_200 { "1M".to_owned() } else { interval_code(minutes * 60_000) };
    Some(SeriesName { symbol: Some(symbol.to_owned()), interval: Some(code) })
}

/// stooq: `amzn_us_d`, `aapl.us`, in small letters. Symbols of other countries keep theirs.
fn stooq(stem: &str) -> Option<SeriesName> {
    let periods = [("_d", "1d"), ("_w", "1w"), ("_m", "1M")];
    let period = periods.iter().find_map(|(end, code)| Some((stem.strip_suffix(end)?, *code)));
    let (symbol, country) =
        period.map_or_else(|| stem.rsplit_once('.'), |(series, _)| series.rsplit_once(['_', '.']))?;
    let [Word { means: Means::Unknown, .. }] = words_of(symbol.split('-').next()?)[..] else { return None };
    let is_symbol = symbol.split('-').all(form::is_small) && STOOQ.contains(&country);
    let end = if country == "us" { String::new() } else { format!(".{country}") };
    let symbol = is_symbol.then(|| format!("{symbol}{end}").to_ascii_uppercase())?;
    Some(SeriesName { symbol: Some(symbol), interval: period.map(|(_, code)| code.to_owned()) })
}

/// TradingView's interval: minutes, `1D`, `D`, with a letter or two of a hash behind it; as [`interval`] has it.
fn charted_interval(text: &str) -> Option<Option<String>> {
    let (code, hash) = text.split_once('_').unwrap_or((text, "0"));
    if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match code {
        "D" | "W" | "M" => counted("1", code),
        minutes if form::is_number(minutes) => counted(minutes, "min"),
        code => interval(code).filter(|_| code.starts_with(|first: char| first.is_ascii_digit())),
    }
}

/// TradingView's symbol, which an exchange may stand before, whether it is known or not.
fn charted_symbol(words: &[Word<'_>]) -> Option<String> {
    if let [exchange, one] = words
        && one.joint == Some('_')
        && form::is_plain(exchange.text)
        && form::is_plain(one.text)
    {
        // Of `BTC_USDT, 60` it is not known whether that is an exchange.
        let is_sure = exchange.means != Means::Unknown || !form::is_quote(one.text);
        return is_sure.then(|| one.text.to_owned());
    }
    // Shares have numbers that look like years: `HKEX_2020, 1D`.
    let is_named = words.iter().all(|word| matches!(word.means, Means::Unknown | Means::Listed(_)));
    symbol(words).filter(|_| is_named)
}

#[cfg(test)]
mod tests;
