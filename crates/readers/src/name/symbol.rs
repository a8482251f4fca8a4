//! Symbols as rows tell them.

use candles::Symbol;

/// A symbol of what a row or a header says: `BTC/USDT` is BTCUSDT, `X:BTCUSD` is BTCUSD. `None` where it makes none.
#[must_use]
pub fn clean_symbol(told: &str) -> Option<String> {
    let told = told.trim();
    // `BINANCE:BTCUSDT`: what stands before is the exchange. In `BTC/USDT:USDT` it is the pair.
    let told = match told.rsplit_once(':') {
        Some((before, symbol)) if !before.contains('/') => symbol,
        _ => told,
    };
    let name: String = told.replace('/', "").replace([' ', ':'], "_");
    Symbol::check(&name).is_ok().then_some(name)
}

/// Whether two names may be of one symbol: apart from marks and case one is part of the other.
#[must_use]
pub fn may_be_same_symbol(a: &str, b: &str) -> bool {
    let plain = |name: &str| {
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
    };
    let (a, b) = (plain(a), plain(b));
    a.contains(&b) || b.contains(&a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_cleaned_of_what_no_path_takes() {
        for (told, right) in [
            ("BTC/USDT", Some("BTCUSDT")),
            ("X:BTCUSD", Some("BTCUSD")),
            ("BTC/USDT:USDT", Some("BTCUSDT_USDT")),
            (" AAPL ", Some("AAPL")),
            ("000001.SZ", Some("000001.SZ")),
            ("../etc", None),
            ("", None),
        ] {
            assert_eq!(clean_symbol(told).as_deref(), right, "{told}");
        }
    }

    #[test]
    fn names_of_one_symbol_are_told_from_those_of_two() {
        assert!(may_be_same_symbol("BTC/USDT", "BTCUSDT") && may_be_same_symbol("XBTUSD", "X:XBTUSD"));
        assert!(!may_be_same_symbol("ETH", "BTC"));
    }
}
