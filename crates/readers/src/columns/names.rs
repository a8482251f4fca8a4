//! What columns are called: one table for all sources. A new spelling is a word more in a line, and a file in the tests.

use super::Role;

/// The spellings of each role as [`plain`] writes them, the ones to prefer first.
///
/// What they stand on: the documents and files that the tests of forms name beside each file.
pub(super) const NAMES: [(Role, &str); 14] = [
    (
        Role::Time,
        "open_time opentime kline_open_time open_timestamp timeopen time_open start_time starttime window_start \
         candle_date_time_utc period_start time_period_start bucket begin start timestamp timestamp_ms timestamp_utc unix unix_timestamp \
         unix_time epoch mts ts datetime date_time gmt_time utc_time time_utc trade_date tradedate tradingday \
         trading_day local_time time date_utc date day datum zeit fecha data дата tarih 日付 日時 日期 时间 交易日期 날짜 일자 시간 dtyyyymmdd t ticks id",
    ),
    (
        Role::CloseTime,
        "close_time closetime time_close timeclose close_timestamp end_time time_period_end kline_close_time",
    ),
    (
        Role::Open,
        "open open_price opening opening_price openprice o eröffnung erster apertura abertura ouverture ouv otwarcie откр открытие açılış acilis 始値 시가 开盘 开盘价",
    ),
    (
        Role::High,
        "high high_price highest highprice max h hoch höchst tageshoch hoher máximo maximo máxima haut plus_haut massimo najwyzszy макс максимум yüksek yuksek 高値 고가 最高 最高价",
    ),
    (
        Role::Low,
        "low low_price lowest lowprice min l tief tiefst tagestief tiefer mínimo minimo mínima bas plus_bas minimo najnizszy мин минимум düşük dusuk 安値 저가 最低 最低价",
    ),
    (
        Role::Close,
        "close close_price closing closing_price closeprice close_last last latest trade_price c schluss schlusskurs \
         zuletzt letzter cierre último ultimo fechamento clôture dernier zamkniecie цена закрытие kapanış kapanis şimdi 終値 종가 현재가 收盘 收盘价 price",
    ),
    (
        Role::Volume,
        "stücke stuecke stück stueck menge handelsvolumen quantité quantite quantità quantita cantidad tottrdqty total_traded_quantity ttl_trd_qnty no_of_shares base_volume basevolume volume_base volume_from volumefrom volume vol candle_acc_trade_volume total_volume trade_volume \
         volumen volumes umsatz volumo real_volume volume_traded shares_traded volym wolumen hacim объем объём 出来高 qty quantity 거래량 成交量 v",
    ),
    (
        Role::QuoteVolume,
        "quote_asset_volume quote_volume quotevolume quoteassetvolume volume_quote quote_vol quotevol qav turnover \
         volume_to volumeto vol_ccy volccy candle_acc_trade_price tottrdval turnover_rs money value 거래대금 成交额 q",
    ),
    (
        Role::Trades,
        "trades number_of_trades num_trades no_of_trades trade_count tradecount trades_count numberoftrades numtrades \
         transactions bar_count barcount count n",
    ),
    (
        Role::TakerBase,
        "taker_buy_base_volume taker_buy_base_asset_volume taker_buy_volume taker_buy_base taker_base_volume \
         taker_base_vol taker_buy_vol takerbuybaseassetvolume takerbuybasevolume tb_base_av tbbav",
    ),
    (
        Role::TakerQuote,
        "taker_buy_quote_volume taker_buy_quote_asset_volume taker_buy_quote taker_quote_volume taker_quote_vol \
         takerbuyquoteassetvolume takerbuyquotevolume tb_quote_av tbqav",
    ),
    (
        Role::Symbol,
        "symbol ticker ts_code tic stock_code 股票代码 code instrument pair market product_id name s",
    ),
    (Role::Interval, "interval timeframe i"),
    (Role::IsClosed, "is_closed confirm window_close is_final x"),
];

/// Names that differ from others by case alone, as in messages of streams: `t` opens, `T` closes.
pub(super) const CASED: [(&str, Role); 6] = [
    ("T", Role::CloseTime),
    ("V", Role::TakerBase),
    ("Q", Role::TakerQuote),
    ("L", Role::Other),
    ("S", Role::Other),
    ("C", Role::Other),
];

/// Names that stand together only in files whose times are of closing: TradeStation's, with volumes of up and down ticks
/// (<https://help.tradestation.com>, ASCII data).
pub(super) const CLOSING: [[&str; 2]; 1] = [["up", "down"]];

/// Names of volumes that count ticks, where a volume of trades stands beside them and may be 0 throughout.
pub(super) const TICKS: [&str; 3] = ["tickvol", "tick_volume", "tickvolume"];

/// Names of amounts that are of the base asset for some, and of the quote asset for others.
pub(super) const EITHER: [&str; 1] = ["amount"];

/// Assets that others are quoted in.
pub(super) const QUOTES: [&str; 22] = [
    "usdt", "usdc", "usd", "busd", "fdusd", "tusd", "usdp", "dai", "eur", "gbp", "jpy", "krw", "try", "brl",
    "aud", "cad", "chf", "cny", "inr", "rub", "currency", "quote",
];

/// What follows the name of a time where it is of a zone; UTC needs no telling.
pub(super) const ZONES: [&str; 26] = [
    "local", "exchange", "et", "est", "edt", "ct", "cst", "cdt", "mt", "mst", "mdt", "pt", "pst", "pdt",
    "eet", "eest", "cet", "cest", "wet", "bst", "ist", "jst", "kst", "msk", "hkt", "sgt",
];

/// A column's name in small letters, with `_` between its words and nothing around it.
pub(super) fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // Lists are numbered by some: `1. open`.
    let words: Vec<&str> = words.collect();
    let numbered = words.len() > 1 && words[0].bytes().all(|byte| byte.is_ascii_digit());
    let name = words[usize::from(numbered)..].join("_").to_lowercase();
    // `Date (UTC)` is the usual name of what is UTC anyway.
    match name.strip_suffix("_utc").or_else(|| name.strip_suffix("_gmt")) {
        Some(short) if !short.contains("date_time") => short.to_owned(),
        _ => name,
    }
}
