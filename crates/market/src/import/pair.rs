//! What a symbol is made of.

/// Assets that others are quoted in, the longest names first, so that `USDT` is not taken for what ends in `T`.
const QUOTES: [&str; 19] = [
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "USDD", "USD", "EUR", "GBP", "JPY", "TRY", "BRL", "AUD",
    "KRW", "DAI", "BTC", "ETH", "BNB",
];
/// Names of assets are rarely shorter: `BNBUSD` is BNB in USD, not BN in BUSD.
const USUAL_LENGTH: usize = 3;

/// Base and quote asset: `BTC` and `USDT` of `BTCUSDT`. A symbol that is no pair has no quote.
pub fn assets(symbol: &str) -> (&str, &str) {
    if let Some(parts) = symbol.split_once(['-', '_', '/'])
        && !parts.0.is_empty()
        && !parts.1.is_empty()
    {
        return parts;
    }
    let split = |shortest: usize| {
        let quote =
            QUOTES.iter().find(|quote| symbol.len() >= quote.len() + shortest && symbol.ends_with(*quote))?;
        Some(symbol.split_at(symbol.len() - quote.len()))
    };
    split(USUAL_LENGTH).or_else(|| split(1)).unwrap_or((symbol, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_the_quote_that_is_known() {
        for (symbol, base, quote) in [
            ("BTCUSDT", "BTC", "USDT"),
            ("ETHUSD", "ETH", "USD"),
            ("BNBUSD", "BNB", "USD"),
            ("ARUSDT", "AR", "USDT"),
            ("ETHBTC", "ETH", "BTC"),
            ("BTC-USD", "BTC", "USD"),
            ("USDT", "USDT", ""),
            ("AAPL", "AAPL", ""),
        ] {
            assert_eq!(assets(symbol), (base, quote), "{symbol}");
        }
    }
}
