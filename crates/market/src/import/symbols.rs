//! Symbols as files tell them.

use candles::Symbol;

/// A symbol of what a row or a header says: `BTC/USDT` is BTCUSDT, `X:BTCUSD` is BTCUSD. `None` where it makes none.
pub fn clean(told: &str) -> Option<String> {
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
pub fn may_be_same(a: &str, b: &str) -> bool {
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
            assert_eq!(clean(told).as_deref(), right, "{told}");
        }
        assert!(
            may_be_same("BTC/USDT", "BTCUSDT")
                && may_be_same("XBTUSD", "X:XBTUSD")
                && !may_be_same("ETH", "BTC")
        );
    }
}
