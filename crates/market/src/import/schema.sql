CREATE TABLE symbols(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    symbol TEXT NOT NULL UNIQUE,
    base_asset TEXT NOT NULL,
    quote_asset TEXT NOT NULL
  );
CREATE TABLE intervals(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    ms INTEGER NOT NULL
  );
CREATE TABLE series(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    symbol_id INTEGER NOT NULL,
    interval_id INTEGER NOT NULL,
    UNIQUE(symbol_id, interval_id),
    FOREIGN KEY(symbol_id) REFERENCES symbols(id),
    FOREIGN KEY(interval_id) REFERENCES intervals(id)
  );
CREATE TABLE candles(
    series_id INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    open REAL NOT NULL,
    high REAL NOT NULL,
    low REAL NOT NULL,
    close REAL NOT NULL,
    volume REAL NOT NULL,
    quote_asset_volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    taker_buy_base_volume REAL NOT NULL,
    taker_buy_quote_volume REAL NOT NULL,
    PRIMARY KEY(series_id, open_time),
    FOREIGN KEY(series_id) REFERENCES series(id)
  );
CREATE TABLE indicators(
    series_id INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    ema50 REAL,
    ema200 REAL,
    rsi14 REAL,
    atr14 REAL,
    adx14 REAL,
    vol_ma20 REAL,
    macd REAL,
    macd_signal REAL,
    macd_hist REAL,
    bb_sma20 REAL,
    bb_upper REAL,
    bb_lower REAL,
    pct_return_1 REAL,
    log_return_1 REAL,
    PRIMARY KEY(series_id, open_time),
    FOREIGN KEY(series_id) REFERENCES series(id)
  );
CREATE TABLE series_state(
    series_id INTEGER PRIMARY KEY,
    last_open_time INTEGER,
    last_updated_at INTEGER NOT NULL,
    FOREIGN KEY(series_id) REFERENCES series(id)
  );
CREATE TABLE known_gaps(
    series_id INTEGER NOT NULL,
    start_open_time INTEGER NOT NULL,
    end_open_time INTEGER NOT NULL,
    PRIMARY KEY(series_id, start_open_time, end_open_time),
    FOREIGN KEY(series_id) REFERENCES series(id)
  );
CREATE INDEX idx_candles_series_time ON candles(series_id, open_time);
CREATE INDEX idx_indicators_series_time ON indicators(series_id, open_time);
CREATE INDEX idx_known_gaps_series ON known_gaps(series_id, start_open_time, end_open_time);
