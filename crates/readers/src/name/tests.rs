use proptest::{
    prelude::{prop_assert, prop_assert_eq, proptest},
    sample::select,
};

use super::{SeriesName, series_name};

fn named(file: &str) -> (String, String) {
    let SeriesName { symbol, interval } = series_name(file);
    (symbol.unwrap_or_default(), interval.unwrap_or_default())
}

/// Names of files as their sources write them, and what they tell; `-` is nothing.
const NAMES: &[(&str, &[&str])] = &[
    (
        "Archives of exchanges' klines",
        &[
            "BTCUSDT-1h-2023-01.zip = BTCUSDT 1h",
            "BTCUSDT-1h-2023-01.csv = BTCUSDT 1h",
            "BTCUSDT-1s-2023-07-01.zip = BTCUSDT 1s",
            "BTCUSDT-1M-2023-01.csv = BTCUSDT 1M",
            "BTCUSDT-1mo-2023-01.csv = BTCUSDT 1M",
            "BTCUSDT-3d-2023-01.csv = BTCUSDT 3d",
            "BTCUSD_PERP-1h-2023-01.csv = BTCUSD_PERP 1h",
            "ETHUSD_PERP-1h-2023-01.csv = ETHUSD_PERP 1h",
            "BTCUSDT_230630-1d-2023-01.csv = BTCUSDT_230630 1d",
            "BTCUSD_201225-1d-2020-12.csv = BTCUSD_201225 1d",
            "BTCUSD_201211-1d-2020-12.csv = - 1d",
            "1000SHIBUSDT-1h.csv = 1000SHIBUSDT 1h",
            "1INCHUSDT-1h.csv = 1INCHUSDT 1h",
            "BTCUSDT-1m-data.csv = BTCUSDT 1m",
            "/data/BTCUSDT-1h-2023-01_2023-05.csv = BTCUSDT 1h",
            "C:\\data\\BTCUSDT-1h.csv = BTCUSDT 1h",
            "BTCUSDT-1h(1).csv = BTCUSDT 1h",
            "BTC_USDT-202301.csv = BTC_USDT -",
            "BTC-USDT-SWAP_1H.csv = BTC-USDT-SWAP 1h",
            "BTC-USDT-SWAP-candlesticks-2026-03-15.zip = BTC-USDT-SWAP -",
            "BTC-27JUN25_1h.csv = BTC-27JUN25 1h",
            "BTC-PERPETUAL_1h.csv = BTC-PERPETUAL 1h",
            "Coinbase-BTC-USD-PT1D.json = BTC-USD 1d",
            "Coinbase-BTC-USD-PT15M.json = BTC-USD 15m",
            "ETH-USD_4h.JSON = ETH-USD 4h",
        ],
    ),
    (
        "freqtrade",
        &[
            "BTC_USDT-1d.json = BTC_USDT 1d",
            "ETH_USDT-1d.json = ETH_USDT 1d",
            "UNITTEST_BTC-1m.json = UNITTEST_BTC 1m",
            "PERP_USDT-1h.feather = PERP_USDT 1h",
            "XRP_USDT_USDT-1h-futures.json.gz = XRP_USDT_USDT 1h",
            "XRP_USDT_USDT-1h-futures.feather = XRP_USDT_USDT 1h",
            "BTC_USD_BTC-1h-futures.feather = BTC_USD_BTC 1h",
            "XRP_USDT_USDT-1h-mark.feather = - 1h",
            "XRP_USDT_USDT-8h-funding_rate.feather = - 8h",
            "HTX_USDT-1h.feather = - 1h",
        ],
    ),
    (
        "Scripts that use ccxt",
        &[
            "BTC-USDT_1h.csv = BTC-USDT 1h",
            "binance_BTC-USDT_1h.csv = BTC-USDT 1h",
            "BINANCE_BTC-USDT_1d.csv = BTC-USDT 1d",
            "binanceus_BTC_USDT_1h.csv = BTC_USDT 1h",
            "binance_btc_usdt_1h.csv = BTC_USDT 1h",
            "binance_BTC-USDT_5m_2025-01-01_2026-01-01.json = BTC-USDT 5m",
            "BTC-USDT_1m_since_2022-01-01_till_2023-11-24.csv = BTC-USDT 1m",
            "btcusdt_1h.csv = BTCUSDT 1h",
            "ethbtc_1h.csv = ETHBTC 1h",
            "industry_1h.csv = - 1h",
            "prices_usd_1h.csv = - 1h",
        ],
    ),
    (
        "TradingView",
        &[
            "NASDAQ_AMZN, 1D.csv = AMZN 1d",
            "NASDAQ_AMZN, 1D (1).csv = AMZN 1d",
            "NASDAQ_AMZN, D.csv = AMZN 1d",
            "NYSE_BRK.B, 1W.csv = BRK.B 1w",
            "NYSE_SPOT, W.csv = SPOT 1w",
            "NASDAQ_CME, 1D.csv = CME 1d",
            "SOMEWHERE_AMZN, 1D.csv = AMZN 1d",
            "SP_SPX, 1M.csv = SPX 1M",
            "SP_SPX, 3M.csv = SPX -",
            "BINANCE_BTCUSDT, 60.csv = BTCUSDT 1h",
            "BINANCE_BTCUSDT.P, 60.csv = BTCUSDT.P 1h",
            "BITSTAMP_BTCUSD, 240_5f3a2.csv = BTCUSD 4h",
            "FX_IDC_XAUUSD, 240.csv = XAUUSD 4h",
            "OANDA_EURUSD, 30S.csv = EURUSD 30s",
            "AAPL, 1D.csv = AAPL 1d",
            "BTC_USDT, 60.csv = - 1h",
            "HKEX_2020, 1D.csv = - 1d",
            "KLSE_2020, 1D.csv = - 1d",
            "CME_MINI_NQ1!, 60.csv = - 1h",
            "Apple, Inc. Historical Data.csv = - -",
        ],
    ),
    (
        "MetaTrader 4 and 5",
        &[
            "EURUSD1.csv = EURUSD 1m",
            "EURUSD15.csv = EURUSD 15m",
            "EURUSD60.csv = EURUSD 1h",
            "EURUSD240.csv = EURUSD 4h",
            "EURUSD1440.csv = EURUSD 1d",
            "EURUSD10080.csv = EURUSD 1w",
            "EURUSD43200.csv = EURUSD 1M",
            "XAUUSD30.csv = XAUUSD 30m",
            "US30.csv = US30 -",
            "US3060.csv = US30 1h",
            "AAPL60.csv = - -",
            "ES1.csv = - -",
            "EURUSD_M1.csv = EURUSD 1m",
            "EURUSD_MN1.csv = EURUSD 1M",
            "XAUUSD_H1.csv = XAUUSD 1h",
            "EURUSD_M1_2023.csv = EURUSD 1m",
            "GBPUSD_M1_2023.csv = GBPUSD 1m",
            "EURUSD_H1_202301020000_202301310000.csv = EURUSD 1h",
            "EURUSD.pro_M15_201901020000_202107302345.csv = EURUSD.pro 15m",
            "GER40.cash_H1.csv = GER40.cash 1h",
            "EURUSDm_D1.csv = EURUSDm 1d",
            "EUR_USD_M5.csv = EUR_USD 5m",
            "EURUSD_5MIN_bid.csv = EURUSD 5m",
            "ES_H23_1d.csv = - 1d",
            "ES_H4-1d.csv = - -",
        ],
    ),
    (
        "HistData",
        &[
            "DAT_ASCII_EURUSD_M1_2023.csv = EURUSD 1m",
            "DAT_MT_EURUSD_M1_202301.csv = EURUSD 1m",
            "DAT_MT_EURUSD_M1_201203.csv = EURUSD 1m",
            "DAT_NT_EURUSD_M1_2023.csv = EURUSD 1m",
            "HISTDATA_COM_ASCII_EURUSD_M12023.zip = EURUSD 1m",
            "HISTDATA_COM_ASCII_EURUSD_M1201506.zip = EURUSD 1m",
            "HISTDATA_COM_ASCII_XAGUSD_T202512.zip = - -",
        ],
    ),
    (
        "Dukascopy",
        &[
            "EURUSD_Candlestick_1_Hour_BID_15.08.2013-30.08.2013.csv = EURUSD 1h",
            "USDJPY_Candlestick_15_M_BID_05.05.2003-31.12.2018.csv = USDJPY 15m",
            "USDJPY_Candlestick_10_m_ASK_24.04.2017-25.04.2017.csv = USDJPY 10m",
            "USDJPY_Candlestick_1_D_BID.csv = USDJPY 1d",
            "eurusd-m1-bid-2020-01-01-2020-02-01.csv = EURUSD 1m",
            "aaplususd-d1-ask-2020-01-01-2020-02-01.csv = AAPLUSUSD 1d",
            "deuidxeur-h1-bid-2020-01-01-2020-02-01.csv = DEUIDXEUR 1h",
        ],
    ),
    (
        "CryptoDataDownload and Kraken",
        &[
            "Binance_BTCUSDT_1h.csv = BTCUSDT 1h",
            "Binance_BTCUSDT_d.csv = BTCUSDT 1d",
            "Bitstamp_BTCUSD_d.csv = BTCUSD 1d",
            "Binance_BTCUSDT_2023_minute.csv = BTCUSDT 1m",
            "gemini_BTCUSD_2020_1min.csv = BTCUSD 1m",
            "Gemini_BTCUSD_1hr.csv = BTCUSD 1h",
            "Bitfinex_BTCUSD_minute.csv = BTCUSD 1m",
            "XBTUSD_60.csv = XBTUSD 1h",
            "XBTUSD_720.csv = XBTUSD 12h",
            "XBTUSD_1440.csv = XBTUSD 1d",
            "ETHXBT_21600.csv = ETHXBT 15d",
            "XBTUSD_61.csv = - -",
            "AAPL_60.csv = - -",
            "Kraken_OHLCVT_Q1_2023.zip = - -",
        ],
    ),
    (
        "stooq and Yahoo",
        &[
            "amzn_us_d.csv = AMZN 1d",
            "amzn_us_m.csv = AMZN 1M",
            "brk-b_us_d.csv = BRK-B 1d",
            "vod_uk_d.csv = VOD.UK 1d",
            "aapl.us.txt = AAPL -",
            "AAPL.US.csv = AAPL.US -",
            "eurusd_d.csv = EURUSD 1d",
            "^spx_d.csv = - 1d",
            "AAPL.csv = AAPL -",
            "AAPL - Copy.csv = AAPL -",
            "BTC-USD.csv = BTC-USD -",
            "BRK-B.csv = BRK-B -",
            "BRK.B.csv.gz = BRK.B -",
            "AAPL.csv.txt = AAPL -",
            "BTCUSDT.bak.csv = - -",
            "AAPL-D.csv = - -",
            "^GSPC.csv = - -",
            "EURUSD=X.csv = - -",
            "AMZN_60m.csv = AMZN 1h",
            "CME_1d.csv = CME 1d",
            "ICE.csv = ICE -",
            "DAY.csv = DAY -",
            "ALL.csv = ALL -",
            "D_1d.csv = D 1d",
        ],
    ),
    (
        "Others that sell or show candles",
        &[
            "AAPL_1min.txt = AAPL 1m",
            "AAPL_full_1day_adjsplit.txt = AAPL 1d",
            "AAPL_1hour.txt = AAPL 1h",
            "ES_full_1min_continuous_UNadjusted.csv = - 1m",
            "IBM.txt = IBM -",
            "SPY_5Min.csv = SPY 5m",
            "20230101_btcusdt_minute_trade.csv = BTCUSDT 1m",
            "20131101_amzn_minute_trade.csv = AMZN 1m",
            "20131101_amzn_minute_quote.csv = - 1m",
            "BTC_USD Bitfinex Historical Data.csv = BTC_USD -",
            "INFY Historical Data.csv = INFY -",
            "NVDA PE Ratio Historical Data.csv = - -",
            "Amazon Stock Price History.csv = - -",
            "EURUSD_1h.Last.txt = EURUSD 1h",
            "ES 09-23.Last.txt = - -",
            "ES_202312_1h.csv = - 1h",
            "aapl_daily_historical-data-11-29-2023.csv = AAPL 1d",
            "EOD-AAPL.csv = AAPL -",
            "SBER_210101_211231.csv = SBER -",
            "SBER_210101.csv = - -",
            "600519.SH.csv = 600519.SH -",
            "sh600519.csv = SH600519 -",
            "bitstampUSD_1-min_data_2012-01-01_to_2021-03-31.csv = - 1m",
            "AAPL 2023.csv = AAPL -",
            "SP500_NOV2019_Hist.csv = SP500 -",
        ],
    ),
    (
        "Names that tell nothing of a symbol",
        &[
            "= - -",
            ".csv = - -",
            "2023-01-02.csv = - -",
            "2006-min-005.txt = - -",
            "000001.csv = - -",
            "HistoricalData_1698765432.csv = - -",
            "download.csv = - -",
            "data.csv = - -",
            "DATA_1h.csv = - 1h",
            "candles.csv = - -",
            "ohlcv.csv = - -",
            "all_stocks.csv = - -",
            "all_1h.csv = - 1h",
            "issue568.csv = - -",
            "my data.txt = - -",
            "ü-1.csv = - -",
            "BÖRSE_1h.csv = - 1h",
            ".AAPL.csv = - -",
            "AAPL MSFT.csv = - -",
            "AAPL_MSFT_1d.csv = - 1d",
            "BTC_something_USDT_1h.csv = - 1h",
        ],
    ),
    (
        "Intervals that are not sure",
        &[
            "BTCUSDT_1h_5m.csv = BTCUSDT -",
            "BTCUSDT_H1_1h.csv = BTCUSDT 1h",
            "BTCUSDT_5M.csv = BTCUSDT -",
            "BTCUSDT_2023_10_minute.csv = BTCUSDT -",
            "BTCUSDT_2023_01_minute.csv = BTCUSDT 1m",
            "BTCUSDT_24h.csv = BTCUSDT 1d",
            "BTCUSDT_0h.csv = - -",
            "BTC-2021min.csv = BTC -",
            "NIFTY 50_minute.csv = - 1m",
            "US_30_minute.csv = - 1m",
            "NIKKEI_225_minute.csv = - 1m",
            "AAPL_30_minute.csv = AAPL 30m",
            "AAPL 5 min.csv = AAPL 5m",
            "AAPL.1d.csv = AAPL 1d",
            "EURUSD.H4.csv = EURUSD 4h",
            "KRW-BTC_1d.csv = KRW-BTC 1d",
            "BTCUSDT-aggTrades-2023-01.zip = - -",
            "BTCUSDT_1h_ema.csv = - 1h",
        ],
    ),
    (
        "Folders, where a file is called by its interval and dates alone",
        &[
            "1h.csv = - 1h",
            "crypto/BTCUSDT/1h.csv = BTCUSDT 1h",
            "crypto/BTC_USDT/2023-01.csv = BTC_USDT -",
            "AAPL\\1d.csv = AAPL 1d",
            "crypto/btcusdt/1h.csv = - 1h",
            "NASDAQ/1h.csv = - 1h",
            "USDT/1h.csv = - 1h",
            "V2/1h.csv = - 1h",
            "SP500/aapl.csv = - -",
            "AAPL/data.csv = - -",
            "BTCUSDT/ETHUSDT-1h.csv = ETHUSDT 1h",
        ],
    ),
];

#[test]
fn every_source_s_names_tell_its_symbols_and_intervals() {
    let mut wrong = Vec::new();
    for (source, names) in NAMES {
        for name in *names {
            let (file, told) = name.rsplit_once("= ").expect("a name and what it tells");
            let (symbol, interval) = named(file.trim_end());
            let or_none = |text: String| if text.is_empty() { "-".to_owned() } else { text };
            let is = format!("{} {}", or_none(symbol), or_none(interval));
            if is != told {
                wrong.push(format!("{source}: {file}tells {is}, not {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(NAMES.iter().map(|(_, names)| names.len()).sum::<usize>() > 150);
}

#[test]
fn a_folder_of_400_files_is_400_series() {
    let letters = || 'A'..='T';
    let symbols = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}Q")));
    for name in
        ["#.csv", "#USDT-1h-2023-01.zip", "#_USDT-1d.json", "NYSE_#, 1D.csv", "#_full_1min_adjsplit.txt"]
    {
        let told: std::collections::BTreeSet<_> =
            symbols.clone().filter_map(|symbol| series_name(&name.replace('#', &symbol)).symbol).collect();
        assert_eq!(told.len(), 400, "{name}");
    }
}

/// How sources name the file of a symbol.
const PATTERNS: &[&str] = &[
    "#.csv",
    "#-1h-2023-01.zip",
    "#_PERP-1h.csv",
    "#_230630-1d-2023-01.csv",
    "#_USDT-1d.json",
    "#_USDT_USDT-1h-futures.feather",
    "#-USD.csv",
    "#USDT_1h.csv",
    "binance_#-USDT_1h.csv",
    "binanceus_#_USDT_1h.csv",
    "Binance_#_1h.csv",
    "Binance_#_2023_minute.csv",
    "NASDAQ_#, 1D.csv",
    "#, 60.csv",
    "ELSEWHERE_#, 240_5f3a2.csv",
    "#60.csv",
    "#USD1440.csv",
    "#_M1.csv",
    "#_M1_2023.csv",
    "#.pro_M15_201901020000_202107302345.csv",
    "DAT_ASCII_#_M1_2023.csv",
    "HISTDATA_COM_ASCII_#_M12023.zip",
    "#_Candlestick_1_Hour_BID_15.08.2013-30.08.2013.csv",
    "#-m1-bid-2020-01-01-2020-02-01.csv",
    "#_60.csv",
    "#USD_60.csv",
    "#_us_d.csv",
    "#_d.csv",
    "#.us.txt",
    "Coinbase-#-USD-PT1D.json",
    "#_full_1day_adjsplit.txt",
    "20230101_#_minute_trade.csv",
    "#_USD Bitfinex Historical Data.csv",
    "# Historical Data.csv",
    "#_1h.Last.txt",
    "#_daily_historical-data-11-29-2023.csv",
    "EOD-#.csv",
    "# 09-23.Last.txt",
    "#_210101_211231.csv",
    "#_202301.csv",
    "#.1d.csv",
    "#_5_minute.csv",
    "#_1d_2023.csv",
    "data/#/1h.csv",
    "data/#/2023-01-02.csv",
];

/// Words that might be taken for something else than a symbol.
const DOUBTFUL: &str = "A D M W X BID ASK LAST SPOT CME ICE NYSE FX DAT COM ASCII MT MS MINI FULL ALL PERP SWAP DAY MAR \
    M1 M5 H1 H4 D1 W1 MN MN1 1h 2h 1m 1d 1D 4H 1M 5M 15M 1min PT1H Q1 Q2 US30 ES1 ES60 SP500 BTC XBT ETH USDT USD \
    EUR EURUSD GBPUSD BTCUSDT btcusdt ethusdt 2023 2024 202301 202302 201211 230630 230929 20230101 600519 000001 \
    BINANCE HTX OKX GATE EOD DATA OHLCV BRK.B BRK-B BRK-A BTC_USDT ETH_USDT BTC-USDT BTC-27JUN25 EURUSD.pro EURUSDm";

fn told(pattern: &str, symbol: &str) -> Option<String> {
    series_name(&pattern.replace('#', symbol)).symbol
}

#[test]
fn doubtful_symbols_are_told_apart_or_not_told() {
    for pattern in PATTERNS {
        let mut all = std::collections::BTreeMap::new();
        for symbol in DOUBTFUL.split(' ') {
            if let Some(told) = told(pattern, symbol) {
                let other = all.insert(told, symbol);
                let is_same = other.is_none_or(|other| other.eq_ignore_ascii_case(symbol));
                assert!(is_same, "{pattern}: {symbol} and {other:?}");
            }
        }
    }
}

/// Symbols, and what might be none.
const SYMBOL: &str = "[A-Z]{1,6}|[A-Z0-9]{1,8}|[a-z]{3,6}|[A-Z]{3}USDT|[A-Z]{3}[_-]USD|[0-9]{4,8}";

proptest! {
    #![proptest_config(crate::tests::cases(500))]

    #[test]
    fn names_that_differ_in_the_symbol_alone_tell_different_symbols_or_none(
        pattern in select(PATTERNS),
        one in SYMBOL,
        other in SYMBOL,
    ) {
        if let (Some(first), Some(second)) = (told(pattern, &one), told(pattern, &other)) {
            let is_same = one.eq_ignore_ascii_case(&other);
            prop_assert!(is_same || first != second, "{} of {} and {} is {}", pattern, one, other, first);
        }
    }

    #[test]
    fn any_name_tells_a_valid_symbol_or_none(
        name in "\\PC{0,40}|[A-Za-z0-9_., ()/^!-]{0,40}|([A-Z]{1,7}|[a-z]{1,7}|[0-9]{1,8}|M1|1h|USDT|, )([-_ .]([A-Z]{1,5}|[0-9]{1,8}|1h|bid|data)){0,4}",
    ) {
        let (symbol, interval) = named(&name);
        if !symbol.is_empty() {
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
            prop_assert!(symbol.len() <= 100 && symbol.bytes().all(is_allowed) && !symbol.starts_with('.'), "{}", symbol);
            prop_assert!(name.to_ascii_uppercase().contains(&symbol.to_ascii_uppercase()) || symbol.contains('.'), "{}", symbol);
        }
        prop_assert!(interval.is_empty() || interval == "1M" || super::interval_ms(&interval).is_some(), "{}", interval);
        prop_assert_eq!(named(&format!("{name}.csv")).0.is_empty(), named(&format!("{name}.csv.gz")).0.is_empty());
    }
}
