//! The words of files' names, as data: a source is added by a line here and a line in this folder's tests.

/// What a word of a file's name is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A crypto exchange or another source: never a symbol, in small or capital letters.
    Exchange,
    /// Stands before a symbol. Alone and in capital letters it is one: CME and ICE are shares, too.
    Before,
    /// Stands beside a symbol and says nothing of it.
    Beside,
    /// Words that files are called by who say nothing: never a symbol, in small or capital letters.
    Never,
}

/// Words that are neither symbol nor interval. Those in small letters match `Word`, too, but not `WORD`, which is
/// a share as often as not (SPOT, FULL); exchanges and words that are never a symbol match in any letters.
pub(super) const WORDS: &[(Kind, &str)] = &[
    // ccxt's ids of exchanges, with which scripts begin the names of their files: binanceus_BTC_USDT_1h.csv;
    // CryptoDataDownload: Binance_BTCUSDT_1h.csv; investing.com: BTC_USD Bitfinex Historical Data.csv.
    (
        Kind::Exchange,
        "binance binanceus binanceusdm binancecoinm bitfinex bitflyer bitget bithumb bitmart bitmex",
    ),
    (
        Kind::Exchange,
        "bitpanda bitso bitstamp bittrex bitvavo bybit cex coinbase coinbasepro coinex cryptocom",
    ),
    (
        Kind::Exchange,
        "deribit exmo ftx gate gateio gdax gemini hitbtc htx huobi hyperliquid kraken krakenfutures",
    ),
    (Kind::Exchange, "kucoin kucoinfutures lbank luno mexc okcoin okex okx phemex poloniex upbit whitebit"),
    // TradingView: NASDAQ_AMZN, 1D.csv; some exchanges are of two words: FX_IDC_XAUUSD, CME_MINI_NQ1!, TASE_DLY_TEVA.
    (
        Kind::Before,
        "NASDAQ NYSE AMEX ARCA BATS CBOE OTC TSX TSXV LSE XETR FWB EURONEXT SIX BME MIL OMXSTO GPW",
    ),
    (
        Kind::Before,
        "NSE BSE HKEX TSE TWSE TAIFEX KRX SGX ASX SSE SZSE TASE MOEX BMFBOVESPA JSE BIST SP DJ TVC INDEX",
    ),
    (Kind::Before, "CME CBOT COMEX NYMEX ICEUS ICEEUR ICE EUREX MCX MINI DL DLY"),
    (Kind::Before, "FX IDC OANDA FOREXCOM FXCM SAXO PEPPERSTONE CAPITALCOM CRYPTOCAP CRYPTO"),
    // HistData: DAT_ASCII_EURUSD_M1_2023.csv, DAT_NT_EURUSD_…, HISTDATA_COM_MT_EURUSD_M12023.zip.
    (Kind::Before, "DAT HISTDATA COM ASCII MT NT MS XLSX"),
    // Quandl, now nasdaq.com: EOD-AAPL.csv, WIKI-AAPL.csv.
    (Kind::Exchange, "eod wiki"),
    // Dukascopy: EURUSD_Candlestick_1_Hour_BID_15.08.2013-30.08.2013.csv; dukascopy-node: eurusd-m1-bid-….csv.
    (Kind::Beside, "candlestick bid ask BID ASK"),
    // freqtrade: XRP_USDT_USDT-1h-futures.json.gz. Its `mark`, `index` and `funding_rate` are no candles of trades,
    // and are absent here, so that their names tell no symbol.
    (Kind::Beside, "spot futures perp swap"),
    // FirstRate: AAPL_full_1day_adjsplit.txt.
    (Kind::Beside, "full adjsplit adjsplitdiv"),
    // LEAN: 20230101_btcusdt_minute_trade.csv.
    (Kind::Beside, "trade"),
    // kaggle: bitstampUSD_1-min_data_2012-01-01_to_2021-03-31.csv; jesse: BTC-USDT_1m_since_2022-01-01_till_….
    (Kind::Beside, "from since to till until"),
    // Copies by Windows and macOS: AAPL - Copy.csv, Copy of AAPL.csv.
    (Kind::Beside, "copy of"),
    // investing.com: INFY Historical Data.csv, Amazon Stock Price History.csv; nasdaq.com: HistoricalData_….csv.
    (Kind::Never, "historical history hist historicaldata stock stocks price prices quotes"),
    // Kraken: Kraken_OHLCVT_Q1_2023.zip; OKX: BTC-USDT-SWAP-candlesticks-2026-03-15.zip; scripts: BTCUSDT-1m-data.csv.
    (Kind::Never, "ohlc ohlcv ohlcvt bars candles candlesticks kline klines data dataset"),
    // What browsers and people call files and folders.
    (Kind::Never, "csv download downloads export json parquet raw sample table test train unnamed"),
];

/// Words that are an interval without a number. In small letters they match as those of [`WORDS`] do.
pub(super) const INTERVALS: &[(&str, &str)] = &[
    // CryptoDataDownload: Binance_BTCUSDT_2023_minute.csv, Bitfinex_BTCUSD_minute.csv; LEAN: …_minute_trade.csv.
    ("1s", "second"),
    ("1m", "minute minutely"),
    ("1h", "hour hourly HOURLY"),
    // barchart: aapl_daily_historical-data-11-29-2023.csv; DAY is a share.
    ("1d", "day daily DAILY"),
    ("1w", "week weekly WEEKLY"),
    ("1M", "month monthly MONTHLY"),
    // MetaTrader: EURUSD_M1.csv, XAUUSD_H1.csv; dukascopy-node: eurusd-m1-bid-….csv. What else begins with these
    // letters is a month of delivery: ESH23.
    ("1m", "M1 m1"),
    ("2m", "M2"),
    ("3m", "M3"),
    ("4m", "M4"),
    ("5m", "M5 m5"),
    ("6m", "M6"),
    ("10m", "M10 m10"),
    ("12m", "M12"),
    ("15m", "M15 m15"),
    ("20m", "M20"),
    ("30m", "M30 m30"),
    ("1h", "H1 h1"),
    ("2h", "H2"),
    ("3h", "H3"),
    ("4h", "H4 h4"),
    ("6h", "H6"),
    ("8h", "H8"),
    ("12h", "H12"),
    ("1d", "D1 d1"),
    ("1w", "W1 w1"),
    ("1M", "MN MN1 mn1"),
];

/// Units after a number: 1h and 1min of exchanges, 1hour of FirstRate, 1Min of Alpaca, 60m and 1mo of Yahoo.
/// `M` alone is not here: 1M are months, but 5M are minutes as often as not.
pub(super) const UNITS: &[(char, &str)] = &[
    ('s', "s sec secs second seconds"),
    ('m', "m min mins minute minutes"),
    ('h', "h hr hrs hour hours"),
    ('d', "d day days"),
    ('w', "w wk week weeks"),
    ('M', "mo mon month months"),
];

/// MetaTrader 4's numbers of minutes, right behind a symbol: EURUSD60.csv, EURUSD1440.csv.
pub(super) const METATRADER_4: &[i64] = &[1, 5, 15, 30, 60, 240, 1440, 10_080, 43_200];

/// Kraken's numbers of minutes, as the last word: XBTUSD_60.csv.
pub(super) const KRAKEN: &[i64] = &[1, 5, 15, 30, 60, 240, 720, 1440, 10_080, 21_600];

/// Countries of stooq: amzn_us_d.csv, aapl.us.txt.
pub(super) const STOOQ: &[&str] = &["us", "uk", "de", "jp", "hk", "hu"];

/// Indexes whose names end in a number, as MetaTrader's brokers call them: US30.csv, GER401440.csv.
pub(super) const INDEXES: &str = "AUS200 CAC40 DAX30 DAX40 DE30 DE40 DJ30 ESP35 EU50 EUSTX50 FRA40 GER30 GER40 HK50 JP225 JPN225 \
    NAS100 NIFTY50 SP500 SPX500 STOXX50 UK100 US2000 US30 US100 US500 USTEC100 WS30";

/// What prices are in, the longer of two that end alike first: ECB's and exchanges' codes.
pub(super) const QUOTES: &str = "FDUSD BUSD TUSD USDT USDC USDD USD EURC EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN \
    CZK HUF TRY ZAR MXN SGD HKD CNH CNY INR KRW BRL RUB THB ILS IDR UAH NGN ARS XBT BTC ETH BNB DAI";

/// What is sure to be traded against one of [`QUOTES`], beside these themselves, where a name is in small letters.
pub(super) const BASES: &str = "XAU XAG XPT XPD XRP LTC BCH SOL ADA DOGE XDG DOT LINK AVAX MATIC POL TRX XLM XMR ETC \
    UNI ATOM SHIB NEAR FIL APT ARB OP SUI TON EOS XTZ AAVE ALGO DASH ZEC PEPE";

/// Quotes that no English word ends in.
pub(super) const SURE_QUOTES: &str = "FDUSD BUSD TUSD USDT USDC USD";

/// The last word of a contract without an end: BTCUSD_PERP of Binance, BTC-USDT-SWAP of OKX, BTC-PERPETUAL of Deribit.
pub(super) const CONTRACTS: &str = "PERP PERPETUAL SWAP";

/// What MetaTrader's brokers put behind a pair, with a point or without, beside single letters: EURUSD.pro, EURUSDm.
pub(super) const BROKERS: &str = "cash ecn fx micro mini prm pro raw std stp vip";

/// Endings of packed files, of which a name has at most one, after one of [`FORMS`].
pub(super) const PACKED: &[&str] = &[".gz", ".zip", ".xz", ".bz2", ".zst"];

/// Endings of forms, also of those that are refused.
pub(super) const FORMS: &[&str] = &[
    ".csv", ".tsv", ".txt", ".prn", ".json", ".jsonl", ".ndjson", ".parquet", ".feather", ".arrow", ".xlsx",
    ".xls", ".ods", ".h5", ".hdf5", ".hdf", ".pkl", ".pickle", ".db", ".sqlite",
];

/// Whether a text is the word of a table: as it is there, or, but for capital letters alone, in others.
pub(super) fn is_word(text: &str, word: &str) -> bool {
    let is_capital = !text.bytes().any(|byte| byte.is_ascii_lowercase());
    text == word
        || !is_capital
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && text.eq_ignore_ascii_case(word)
}
