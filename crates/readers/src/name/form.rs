//! The forms of symbols and dates.

use super::words::{BASES, BROKERS, CONTRACTS, INDEXES, QUOTES, SURE_QUOTES};

const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";

fn is_in(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number of one to four digits above 0.
pub(super) fn is_count(text: &str) -> bool {
    is_number(text) && text.len() <= 4 && !text.starts_with('0')
}

/// Whether a word is a symbol by itself: in capital letters, of which it has one, digits and points.
pub(super) fn is_plain(word: &str) -> bool {
    word.len() <= 100
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'.')
        && !word.starts_with('.')
        && !word.ends_with('.')
}

pub(super) fn is_small(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 40
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

pub(super) fn is_quote(word: &str) -> bool {
    is_in(QUOTES, word)
}

pub(super) fn is_index(word: &str) -> bool {
    is_in(INDEXES, word)
}

/// Base and quote of `BTCUSDT`.
fn pair(word: &str) -> Option<(&str, &str)> {
    let parts = QUOTES.split(' ').find_map(|quote| Some((word.strip_suffix(quote)?, quote)));
    parts.filter(|(base, _)| base.len() > 1 && is_plain(base) && !base.contains('.'))
}

/// Whether a word in capital letters is a base with a known quote.
pub(super) fn is_pair(word: &str) -> bool {
    pair(word).is_some()
}

/// Whether words in capital letters are a symbol; `joint` stands before the last one.
pub(super) fn is_symbol(words: &[&str], joint: Option<char>) -> bool {
    let is_joined = words.len() < 5 && words.iter().map(|word| word.len() + 1).sum::<usize>() <= 100;
    is_joined
        && match words {
            [word] => is_plain(word) || is_of_broker(word),
            // Yahoo: BRK-B. Of AAPL-D it is not known whether that means days.
            [share, "A" | "B" | "C"] if joint == Some('-') => {
                share.len() <= 5 && share.bytes().all(|byte| byte.is_ascii_uppercase())
            }
            [rest @ .., last] if is_contract(last) && !rest.is_empty() => {
                let is_dated = rest.len() > 1 || is_pair(rest[0]) || !is_day(last);
                is_dated && is_plain(rest[0]) && is_symbol(rest, None)
            }
            [base, quote] => is_joined_pair(base, quote),
            // freqtrade: XRP_USDT_USDT of XRP/USDT:USDT, BTC_USD_BTC of BTC/USD:BTC.
            [base, quote, settled] => is_joined_pair(base, quote) && (settled == quote || settled == base),
            _ => false,
        }
}

fn is_joined_pair(base: &str, quote: &str) -> bool {
    is_plain(base) && is_quote(quote) && base != quote
}

/// `EURUSD.pro`, `EURUSDm`: a pair as brokers call theirs.
fn is_of_broker(word: &str) -> bool {
    let at = word.find(|letter: char| letter == '.' || letter.is_ascii_lowercase());
    let (symbol, end) = word.split_at(at.unwrap_or(word.len()));
    let letters = end.strip_prefix('.').unwrap_or(end);
    let is_letter = letters.len() == 1 && letters.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_pair(symbol) || is_index(symbol)) && (is_letter || is_in(BROKERS, letters))
}

/// `PERP`, `230630` or `27JUN25`, which are of the symbol before them.
pub(super) fn is_contract(word: &str) -> bool {
    let day_and_month = || {
        let (day, rest) = word.split_at(word.bytes().take_while(u8::is_ascii_digit).count());
        let (month, year) = rest.split_at_checked(3)?;
        Some(
            (1..=2).contains(&day.len())
                && is_in(MONTHS, &month.to_ascii_lowercase())
                && year.len() == 2
                && is_number(year),
        )
    };
    is_in(CONTRACTS, word)
        || is_day(word) && !is_year_or_month(word)
        || is_plain(word) && day_and_month().unwrap_or(false)
}

/// Whether words in small letters are a symbol that is known.
pub(super) fn is_small_symbol(words: &[&str]) -> bool {
    let capital: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    let is_base = |word: &str| is_in(BASES, word) || is_quote(word);
    match &capital[..] {
        [word] => {
            let is_share = ["SH", "SZ", "BJ"].iter().any(|market| {
                word.strip_prefix(market).is_some_and(|code| code.len() == 6 && is_number(code))
            });
            is_share || pair(word).is_some_and(|(base, quote)| is_base(base) || is_in(SURE_QUOTES, quote))
        }
        [base, quote] => is_base(base) && is_joined_pair(base, quote),
        _ => false,
    }
}

/// `H4`, which may be March of a year that ends in 4.
pub(super) fn is_delivery(word: &str) -> bool {
    matches!(word.as_bytes(), [b'H' | b'M', digit] if digit.is_ascii_digit())
}

fn is_within(text: &str, digits: usize, from: u32, to: u32) -> bool {
    let number = || text.parse::<u32>().is_ok_and(|number| (from..=to).contains(&number));
    text.len() == digits && is_number(text) && number()
}

pub(super) fn is_year(text: &str) -> bool {
    is_within(text, 4, 1900, 2099)
}

fn is_month(text: &str) -> bool {
    is_within(text, 2, 1, 12)
}

fn is_month_day(text: &str) -> bool {
    is_within(text, 2, 1, 31)
}

/// `2023` or `202301`.
pub(super) fn is_year_or_month(text: &str) -> bool {
    is_year(text) || text.len() == 6 && is_number(text) && is_year(&text[..4]) && is_month(&text[4..])
}

/// `230630`.
fn is_day(text: &str) -> bool {
    text.len() == 6 && is_number(text) && text < "5" && is_month(&text[2..4]) && is_month_day(&text[4..])
}

/// `201211`, which is November of 2012 and the 11th of December 2020.
pub(super) fn is_day_and_month(text: &str) -> bool {
    is_day(text) && is_year_or_month(text)
}

/// `20230101` and what follows of a time, or a Unix time.
fn is_stamp(text: &str) -> bool {
    let is_date = text.len() >= 8 && is_year_or_month(&text[..6]) && is_month_day(&text[6..8]);
    is_date && matches!(text.len(), 8 | 10 | 12 | 14)
        || matches!(text.len(), 10 | 13) && text.starts_with('1')
}

fn is_month_name(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    is_in(MONTHS, &text)
}

/// How many of three words, from the first on, are a date; `sure` says that no symbol can stand there.
pub(super) fn date(words: &[&str; 3], sure: bool) -> usize {
    let [first, second, third] = *words;
    let points: Vec<&str> = first.split('.').collect();
    let is_dotted = matches!(points[..], [day, month, year] if [day, month].iter().all(|part| is_number(part))
        && is_year(year) || [month, year].iter().all(|part| is_number(part)) && is_year(day));
    if is_year(first) {
        return match (is_month(second), is_month_day(third)) {
            (true, true) => 3,
            (true, false) => 2,
            (false, _) => 1 + usize::from(is_month_name(second)),
        };
    }
    if is_month_day(first) && is_month_day(second) && is_year(third) {
        return 3;
    }
    // finam: SBER_210101_211231.
    if is_day(first) && is_day(second) || is_month_name(first) && is_year(second) {
        return 2;
    }
    let is_month_of_year =
        first.split_at_checked(3).is_some_and(|(name, year)| is_month_name(name) && is_year(year));
    let is_quarter = matches!(first, "Q1" | "Q2" | "Q3" | "Q4");
    let is_one = is_year_or_month(first) || is_number(first) && is_stamp(first) || sure && is_day(first);
    usize::from(is_one || is_dotted || is_month_of_year || is_quarter)
}
