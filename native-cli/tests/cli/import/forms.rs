//! Every usual form of candles: small files in `tests/forms`, all of the same three series.

use std::{collections::BTreeSet, fs, path::PathBuf};

use super::stored;
use crate::common::{Place, Ran};
use rusqlite::Connection;

/// A file, how it is imported, and what must be stored.
struct Form {
    file: &'static str,
    base: Base,
    /// What a user gives.
    flags: &'static str,
    symbol: &'static str,
    volume: Volume,
    /// The document, or the file that was seen or seen quoted, that the form stands on.
    cite: &'static str,
}

/// One of the three series that all files hold.
#[derive(Clone, Copy)]
enum Base {
    /// 12 hours from 2023-01-30T20:00Z.
    Hourly,
    /// 12 exchange days from 2023-03-06, in New York's summer time from 2023-03-13 on.
    Daily,
    /// 12 hours from 2023-01-30T20:00Z, of five decimals.
    Forex,
}

/// What is stored as volume.
#[derive(Clone, Copy)]
enum Volume {
    /// That of the base.
    Whole,
    /// 0 in all candles.
    Without,
    /// So much of the base, as in lots, within rounding.
    Times(f64),
}

use Base::{Daily, Forex, Hourly};
use Volume::{Times, Whole, Without};

/// Open time, open, high, low, close, volume.
type Candle = (i64, [f64; 5]);

const fn form(
    file: &'static str,
    base: Base,
    flags: &'static str,
    symbol: &'static str,
    volume: Volume,
    cite: &'static str,
) -> Form {
    Form { file, base, flags, symbol, volume, cite }
}

/// In order; the lines are kept whole, one a form.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    form("hourly.csv", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "the base itself"),
    form("daily.csv", Daily, "--symbol AAPL", "AAPL", Whole, "the base itself"),
    form("forex.csv", Forex, "--symbol EURUSD", "EURUSD", Whole, "the base itself"),
    form("akshare/000001.csv", Daily, "--symbol 000001", "000001", Whole, "a file of akshare stock_zh_a_hist, as quoted in public readers"),
    form("alpaca/bars.json", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of data.alpaca.markets, as quoted in public tests"),
    form("alpaca/hours.json", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "https://docs.rs/crate/alpaca_api_client/latest/source/src/market_data/stocks/bars.rs"),
    form("alphavantage/daily.json", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of www.alphavantage.co, as quoted in public tests"),
    form("alphavantage/daily_AAPL.csv", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of www.alphavantage.co, as quoted in public tests"),
    form("alphavantage/daily_adjusted_AAPL.csv", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of www.alphavantage.co, as quoted in public tests"),
    form("alphavantage/intraday_60min_BTC.csv", Hourly, "--symbol BTC --time-zone America/New_York", "BTC", Whole, "an answer of www.alphavantage.co, as quoted in public tests"),
    form("barchart/aapl_daily_historical-data-03-21-2023.csv", Daily, "--symbol AAPL", "AAPL", Whole, "a file of barchart.com, as quoted in public tests"),
    form("barchart/aapl_old.csv", Daily, "--symbol AAPL", "AAPL", Whole, "a file of barchart.com, as quoted in public tests"),
    form("binance/BTCUSDT-1h-2023-01.csv", Hourly, "", "BTCUSDT", Whole, "https://github.com/binance/binance-public-data"),
    form("binance/btcusdt_kline_1h.jsonl", Hourly, "", "BTCUSDT", Whole, "messages of stream.binance.com, as quoted in public code"),
    form("binance/combined_stream.jsonl", Hourly, "", "BTCUSDT", Whole, "messages of stream.binance.com, as quoted in public code"),
    form("binance/klines.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data"),
    form("binance_futures/BTCUSDT-1h-2023-01.csv", Hourly, "", "BTCUSDT", Whole, "a file of data.binance.vision, as quoted in public tests"),
    form("binance_futures/BTCUSD_PERP-1h-2023-01.csv", Hourly, "", "BTCUSD_PERP", Whole, "https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/Kline-Candlestick-Data"),
    form("binance_us/BTCUSDT-1h-2025-01.csv", Hourly, "", "BTCUSDT", Whole, "https://github.com/binance/binance-public-data"),
    form("bitfinex/hist.json", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "https://docs.bitfinex.com/reference/rest-public-candles"),
    form("bitstamp/bitstampUSD.csv", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "a file of Bitcoin Historical Data on Kaggle"),
    form("bitstamp/ohlc.json", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "an answer of www.bitstamp.net, as quoted in a public test"),
    form("bybit/kline.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://bybit-exchange.github.io/docs/v5/market/kline"),
    form("ccxt/fetch_ohlcv.csv", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://hexdocs.pm/ccxt_client/CCXT.OHLCV.html"),
    form("ccxt/fetch_ohlcv.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://hexdocs.pm/ccxt_client/CCXT.OHLCV.html"),
    form("coinbase/BTC-USD_1h.csv", Hourly, "", "BTC-USD", Whole, "https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles (its names as a header)"),
    form("coinbase/advanced.json", Hourly, "--symbol BTC-USD", "BTC-USD", Whole, "a real answer of api.coinbase.com"),
    form("coinbase/exchange.json", Hourly, "--symbol BTC-USD", "BTC-USD", Whole, "https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles"),
    form("coinbase/rows.csv", Hourly, "--symbol BTC-USD", "BTC-USD", Whole, "https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles"),
    form("coingecko/ohlc.json", Hourly, "--symbol BTC", "BTC", Without, "https://docs.coingecko.com/reference/coins-id-ohlc (its times are of closing, which no file tells)"),
    form("cryptodatadownload/Binance_BTCUSDT_1h.csv", Hourly, "", "BTCUSDT", Whole, "a file of cryptodatadownload.com, as quoted in public readers"),
    form("cryptodatadownload/Bitstamp_BTCUSD_1h.csv", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "a file of cryptodatadownload.com, as quoted in public readers"),
    form("cryptodatadownload_old/Coinbase_BTCUSD_1h.csv", Hourly, "", "BTCUSD", Whole, "a file of cryptodatadownload.com, as quoted in public readers"),
    form("cryptodatadownload_old/Gemini_BTCUSD_1h.csv", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "a file of cryptodatadownload.com, as quoted in public readers"),
    form("deribit/chart.json", Hourly, "--symbol BTC-PERPETUAL", "BTC-PERPETUAL", Whole, "https://docs.deribit.com/#public-get_tradingview_chart_data"),
    form("dukascopy/EURUSD_Candlestick_1_Hour_BID_30.01.2023-31.01.2023.csv", Forex, "", "EURUSD", Whole, "a file of Dukascopy, as quoted in public readers"),
    form("dukascopy/EURUSD_Hourly_Bid_2023.01.30_2023.01.31.csv", Forex, "--symbol EURUSD --time-zone Europe/Athens", "EURUSD", Whole, "a file of JForex, as quoted in public readers"),
    form("dukascopy_local/EURUSD_Candlestick_1_Hour_BID_30.01.2023-31.01.2023.csv", Forex, "", "EURUSD", Whole, "a file of Dukascopy, as quoted in public readers"),
    form("finnhub/candle.json", Daily, "--symbol AAPL", "AAPL", Whole, "https://github.com/Finnhub-Stock-API/finnhub-js/blob/master/docs/StockCandles.md"),
    form("firstrate/NQ_1hour.txt", Hourly, "--symbol NQ --time-zone America/New_York", "NQ", Whole, "a file of firstratedata.com, as public readers take it"),
    form("freqtrade/BTC_USDT-1h.json", Hourly, "", "BTC_USDT", Whole, "a real file of the tests of freqtrade"),
    form("gate/BTC_USDT-202301.csv", Hourly, "--symbol BTC_USDT", "BTC_USDT", Whole, "https://www.gate.io/en/article/21688"),
    form("gate/candlesticks.csv", Hourly, "--symbol BTC_USDT", "BTC_USDT", Whole, "https://www.gate.io/docs/developers/apiv4/en/#listcandlesticks"),
    form("gate/candlesticks.json", Hourly, "--symbol BTC_USDT", "BTC_USDT", Whole, "https://www.gate.io/docs/developers/apiv4/en/#listcandlesticks"),
    form("gate/futures.json", Hourly, "--symbol BTC_USDT", "BTC_USDT", Whole, "https://www.gate.io/docs/developers/apiv4/en/#listfuturescandlesticks"),
    form("histdata/DAT_ASCII_EURUSD_M1_202301.csv", Forex, "--interval 1h --time-zone Etc/GMT+5", "EURUSD", Without, "http://histdata.com/?p=21"),
    form("histdata/DAT_MT_EURUSD_M1_202301.csv", Forex, "--interval 1h --time-zone Etc/GMT+5", "EURUSD", Without, "http://histdata.com/?p=21"),
    form("htx/kline.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "an answer of api.huobi.pro, as quoted in a public test"),
    form("hyperliquid/candleSnapshot.json", Hourly, "", "BTC", Whole, "https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#candle-snapshot"),
    form("interactivebrokers/forex.csv", Forex, "--symbol EURUSD", "EURUSD", Without, "an answer of the TWS API, as quoted in public code"),
    form("interactivebrokers/ib_insync.csv", Hourly, "--symbol QQQ", "QQQ", Whole, "https://raw.githubusercontent.com/erdewit/ib_insync/v0.9.70/notebooks/bar_data.ipynb"),
    form("interactivebrokers/tws.csv", Hourly, "--symbol QQQ", "QQQ", Whole, "an answer of the TWS API, as quoted in public code"),
    form("interactivebrokers/tws_zone.csv", Hourly, "--symbol QQQ", "QQQ", Whole, "an answer of the TWS API, as quoted in public code"),
    form("investing/AAPL Historical Data.csv", Daily, "--symbol AAPL", "AAPL", Times(1.0), "a file of Investing.com, as quoted in public readers"),
    form("investing/AAPL Historische Daten.csv", Daily, "--symbol AAPL", "AAPL", Times(1.0), "a file of Investing.com, as quoted in public readers"),
    form("investing/AAPL old.csv", Daily, "--symbol AAPL", "AAPL", Times(1.0), "a file of Investing.com, as quoted in public readers"),
    form("kibot/AAPL.txt", Daily, "", "AAPL", Whole, "http://www.kibot.com/Data_Format.aspx"),
    form("kibot/EURUSD.txt", Forex, "--time-zone America/New_York", "EURUSD", Whole, "http://www.kibot.com/Data_Format.aspx"),
    form("kraken/OHLC.json", Hourly, "--symbol XBTUSD", "XBTUSD", Whole, "https://docs.kraken.com/api-reference/market-data/get-ohlc-data"),
    form("kraken/XBTUSD_60.csv", Hourly, "", "XBTUSD", Whole, "a real file of Kraken_OHLCVT.zip"),
    form("kucoin/candles.json", Hourly, "--symbol BTC-USDT", "BTC-USDT", Whole, "an answer of api.kucoin.com, as quoted in public tests"),
    form("lean/btcusd.csv", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "https://github.com/QuantConnect/Lean/blob/master/Data/crypto/readme.md"),
    form("metatrader4/EURUSD60.csv", Forex, "--symbol EURUSD", "EURUSD", Whole, "a real export of MetaTrader 4"),
    form("metatrader5/AAPL_Daily_202303060000_202303210000.csv", Daily, "", "AAPL", Whole, "an export of MetaTrader 5, as quoted in public readers"),
    form("metatrader5/EURUSD_H1_202301302000_202301310700.csv", Forex, "", "EURUSD", Whole, "an export of MetaTrader 5, as quoted in public readers"),
    form("metatrader5/copy_rates.csv", Forex, "--symbol EURUSD", "EURUSD", Whole, "a real file of copy_rates_from of MetaTrader5, written by pandas"),
    form("nasdaq/HistoricalData_1679443188523.csv", Daily, "--symbol AAPL", "AAPL", Whole, "a file of nasdaq.com, as quoted in public readers"),
    form("ninjatrader/AAPL.Last.txt", Daily, "--symbol AAPL", "AAPL", Whole, "https://ninjatrader.com/support/helpGuides/nt8/en-us/importing.htm"),
    form("okx/candles.json", Hourly, "--symbol BTC-USDT", "BTC-USDT", Whole, "https://docs.rs/rust-okx/latest/rust_okx/api/market/struct.Candle.html"),
    form("pandas/columns.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/columns_numbered.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/days.csv", Daily, "--symbol AAPL", "AAPL", Whole, "a real file of the tests of backtesting.py"),
    form("pandas/index.csv", Forex, "--symbol EURUSD", "EURUSD", Whole, "a real file of the tests of backtesting.py"),
    form("pandas/index.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/lines.jsonl", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/records.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/split.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/table.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("pandas/values.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html"),
    form("poloniex/returnChartData.csv", Hourly, "--symbol USDT_BTC", "USDT_BTC", Whole, "a file of a Poloniex downloader, as quoted in its tests"),
    form("poloniex/returnChartData.json", Hourly, "--symbol USDT_BTC", "USDT_BTC", Whole, "an answer of poloniex.com, as quoted in public tests"),
    form("polygon/2023-01-31.csv", Hourly, "", "QQQ", Whole, "a flat file of polygon.io, as quoted in public documents"),
    form("polygon/days.json", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of api.polygon.io, as quoted in public tests"),
    form("polygon/hours.json", Hourly, "--symbol BTCUSD", "BTCUSD", Whole, "an answer of api.polygon.io, as quoted in public tests"),
    form("r/row_names.csv", Daily, "--symbol AAPL", "AAPL", Whole, "https://search.r-project.org/CRAN/refmans/utils/html/write.table.html"),
    form("r/write_csv_xts.csv", Daily, "--symbol AAPL", "AAPL", Whole, "https://www.rdocumentation.org/packages/quantmod/versions/0.4-11/topics/quantmod.OHLC"),
    form("r/write_table.txt", Daily, "--symbol AAPL", "AAPL", Whole, "https://search.r-project.org/CRAN/refmans/utils/html/write.table.html"),
    form("r/write_zoo.csv", Daily, "--symbol AAPL", "AAPL", Whole, "https://www.rdocumentation.org/packages/quantmod/versions/0.4-11/topics/quantmod.OHLC"),
    form("stooq/aapl.us.txt", Daily, "", "AAPL", Whole, "a file of stooq.com/db, as quoted in public tests"),
    form("stooq/aapl_us_d.csv", Daily, "--symbol AAPL", "AAPL", Whole, "a file of stooq.com, as quoted in public code"),
    form("tradestation/AAPL.txt", Daily, "", "AAPL", Whole, "https://help.tradestation.com/10_00/eng/tradestationhelp/symlist/ascii_3rd_party_data_guidelines.htm"),
    form("tradingview/BINANCE_BTCUSDT, 60.csv", Hourly, "", "BTCUSDT", Whole, "a file of TradingView, as quoted in public readers"),
    form("tradingview/NASDAQ_AAPL, 1D.csv", Daily, "", "AAPL", Whole, "a file of TradingView, as quoted in public tests"),
    form("tradingview/iso.csv", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "a file of TradingView with ISO times, as quoted in public tests"),
    form("tushare/000001.SZ.csv", Daily, "", "000001.SZ", Times(0.01), "https://tushare.pro/wctapi/documents/27.md"),
    form("tushare/index.csv", Daily, "", "000001.SZ", Times(0.01), "https://tushare.pro/wctapi/documents/27.md"),
    form("udf/history.json", Hourly, "--symbol BTCUSDT", "BTCUSDT", Whole, "https://docs.openbb.co/workspace/data-widgets/tradingview-charts"),
    form("upbit/candles.csv", Hourly, "--symbol KRW-BTC", "KRW-BTC", Whole, "an answer of api.upbit.com, as quoted in public code"),
    form("upbit/candles.json", Hourly, "--symbol KRW-BTC", "KRW-BTC", Whole, "an answer of api.upbit.com, as quoted in public code"),
    form("yahoo/AAPL.csv", Daily, "", "AAPL", Whole, "a real file of finance.yahoo.com"),
    form("yahoo/chart.json", Daily, "--symbol AAPL", "AAPL", Whole, "an answer of query1.finance.yahoo.com, as quoted in public tests"),
    form("yfinance/AAPL.csv", Daily, "", "AAPL", Whole, "a real file of yfinance"),
    form("yfinance_adjusted/AAPL.csv", Daily, "", "AAPL", Whole, "a file of yfinance with auto_adjust=False, as quoted in public readers"),
    form("yfinance_history/AAPL.csv", Daily, "", "AAPL", Whole, "a file of Ticker.history() of yfinance, as quoted in public readers"),
    form("yfinance_hours/BTC-USD.csv", Hourly, "", "BTC-USD", Whole, "a file of yfinance, as quoted in public documents"),
];

/// Files of the folder `refused`, the interval that a user gives, and what they hold.
const REFUSED: &[(&str, &str, &str)] = &[
    ("coingecko_market_chart.json", "1h", "prices without an open, a high and a low"),
    ("closes_only.csv", "1d", "closes alone"),
    ("closing_times.csv", "1d", "23:59:59.999 is no opening"),
    ("date_order.csv", "1d", "days and months that could be either"),
    ("error.html", "1h", "a page of an error"),
    ("error.json", "1h", "an error of an exchange"),
    ("excel_times.csv", "1h", "times whose last digits are lost"),
    ("far_future.csv", "1h", "a hundred years ahead"),
    ("kraken_trades.csv", "1h", "trades"),
    ("lean_minute.csv", "1m", "milliseconds of a day that only the name of the archive tells"),
    ("no_times.json", "1h", "candles without times"),
    ("ticks.csv", "1h", "bids and asks"),
    ("time_of_day.csv", "1h", "times of a day that nothing tells"),
    ("tradestation_hours.txt", "1h", "times of closing, and a volume in two parts"),
    ("two_arrays.json", "1h", "two arrays of candles"),
    ("two_rows.csv", "1h", "an order of columns that two rows do not decide"),
    ("uneven_columns.json", "1h", "a column shorter than the others"),
    ("unnamed_columns.csv", "1h", "names that say nothing"),
];

impl Base {
    fn interval(self) -> &'static str {
        match self {
            Hourly | Forex => "1h",
            Daily => "1d",
        }
    }

    fn candles(self) -> Vec<Candle> {
        let name = match self {
            Hourly => "hourly.csv",
            Daily => "daily.csv",
            Forex => "forex.csv",
        };
        let text = fs::read_to_string(path(name)).expect("a base");
        let candle = |line: &str| {
            let (time, values) = line.split_once(',').expect("a time");
            let values: Vec<f64> = values.split(',').map(|value| value.parse().expect("a number")).collect();
            (time.parse().expect("a time"), values.try_into().expect("five values"))
        };
        text.lines().skip(1).map(candle).collect()
    }
}

impl Form {
    fn expected(&self) -> Vec<Candle> {
        let mut candles = self.base.candles();
        for (_, values) in &mut candles {
            values[4] *= match self.volume {
                Whole => 1.0,
                Without => 0.0,
                Times(part) => part,
            };
        }
        candles
    }

    /// What is wrong with this form, if anything.
    fn fault(&self) -> Result<(), String> {
        let place = Place::new();
        let ran = import(&place, self.file, self.flags);
        let said = said(&ran);
        if ran.status != 0 {
            return Err(format!("status {}: {said}", ran.status));
        }
        let series = series(&place);
        let wanted = format!("{} {}", self.symbol, self.base.interval());
        if series != BTreeSet::from([wanted.clone()]) {
            return Err(format!("{series:?} stored, not {wanted}: {said}"));
        }
        let tolerance = if matches!(self.volume, Times(_)) { 1e-12 } else { 0.0 };
        difference(&candles(&place, self.symbol, self.base.interval()), &self.expected(), tolerance)
    }
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forms")).join(file)
}

fn import(place: &Place, file: &str, flags: &str) -> Ran {
    let file = path(file);
    let flags: Vec<&str> = flags.split_whitespace().collect();
    place.import(&[&[file.to_str().expect("UTF-8")], flags.as_slice()].concat())
}

/// What a run said, in one line.
fn said(ran: &Ran) -> String {
    format!("{} {}", ran.stderr, ran.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The series that have candles, as `BTCUSDT 1h`.
fn series(place: &Place) -> BTreeSet<String> {
    if !place.db().exists() {
        return BTreeSet::new();
    }
    let market = Connection::open(place.db()).expect("a database");
    let mut select = market
        .prepare(
            "SELECT DISTINCT sy.symbol || ' ' || it.code FROM candles c JOIN series s ON s.id = c.series_id
                JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id",
        )
        .expect("the pipeline's tables");
    let rows = select.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

fn candles(place: &Place, symbol: &str, interval: &str) -> Vec<Candle> {
    let candle =
        |(time, values, _): super::Stored| (time, [values[0], values[1], values[2], values[3], values[4]]);
    stored(&place.db(), symbol, interval).into_iter().map(candle).collect()
}

/// Prices must be the same to the last bit, volumes within `tolerance` of their size.
fn difference(got: &[Candle], want: &[Candle], tolerance: f64) -> Result<(), String> {
    if got.len() != want.len() {
        return Err(format!("{} candles instead of {}", got.len(), want.len()));
    }
    let same = |(a_time, a): &Candle, (b_time, b): &Candle| {
        a_time == b_time && a[..4] == b[..4] && (a[4] - b[4]).abs() <= tolerance * b[4]
    };
    match got.iter().zip(want).find(|(got, want)| !same(got, want)) {
        Some((got, want)) => Err(format!("{got:?} instead of {want:?}")),
        None => Ok(()),
    }
}

/// Fails with all faults together.
fn report(faults: &[String], of: usize) {
    assert!(faults.is_empty(), "{} of {of} files:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_usual_form_is_read() {
    let fault = |form: &Form| {
        form.fault().err().map(|fault| format!("{}: {fault} (it stands on {})", form.file, form.cite))
    };
    report(&FORMS.iter().filter_map(fault).collect::<Vec<_>>(), FORMS.len());
}

#[test]
fn symbols_of_one_file_are_parted() {
    // The second symbol's prices are twice those of the first.
    let cases = [
        ("several/2023-03.csv", ["AAL", "AAPL"]),
        ("several/all_stocks.csv", ["AAL", "AAPL"]),
        ("several/alpaca.json", ["AAL", "AAPL"]),
        ("several/ts_code.csv", ["000001.SZ", "600000.SH"]),
    ];
    let mut faults = Vec::new();
    for (file, symbols) in cases {
        let place = Place::new();
        let ran = import(&place, file, "");
        let wanted: BTreeSet<String> = symbols.map(|symbol| format!("{symbol} 1d")).into();
        if ran.status != 0 || series(&place) != wanted {
            faults.push(format!(
                "{file}: status {}, {:?} stored: {}",
                ran.status,
                series(&place),
                said(&ran)
            ));
            continue;
        }
        for (symbol, factor) in symbols.into_iter().zip([1.0, 2.0]) {
            let mut want = Daily.candles();
            want.truncate(8);
            want.iter_mut().for_each(|(_, values)| values[..4].iter_mut().for_each(|price| *price *= factor));
            if let Err(fault) = difference(&candles(&place, symbol, "1d"), &want, 0.0) {
                faults.push(format!("{file}: {symbol}: {fault}"));
            }
        }
    }
    report(&faults, cases.len());
}

#[test]
fn what_is_no_candles_or_doubtful_is_refused() {
    let mut faults = Vec::new();
    for (file, interval, holds) in REFUSED {
        let place = Place::new();
        let flags = format!("--symbol BTCUSDT --interval {interval}");
        let ran = import(&place, &format!("refused/{file}"), &flags);
        let told = ran.stderr.starts_with("image-cache: error: ") && !ran.stderr.contains("panicked");
        if !matches!(ran.status, 1 | 2) || !told || !series(&place).is_empty() {
            let series = series(&place);
            faults.push(format!(
                "{file} ({holds}): status {}, {series:?} stored: {}",
                ran.status,
                said(&ran)
            ));
        }
    }
    report(&faults, REFUSED.len());
}

#[test]
fn every_file_is_in_a_list() {
    let mut folders = vec![path("")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry").path();
            if entry.is_dir() {
                folders.push(entry);
            } else {
                count += 1;
                let file = entry.strip_prefix(path("")).expect("below").to_str().expect("UTF-8");
                let refused = |(name, ..): &(&str, &str, &str)| file.strip_prefix("refused/") == Some(*name);
                let listed = FORMS.iter().any(|form| form.file == file) || REFUSED.iter().any(refused);
                assert!(listed || file.starts_with("several/"), "{file} is in no list");
            }
        }
    }
    assert_eq!(count, FORMS.len() + REFUSED.len() + 4);
}
