//! Rows and files that contradict each other: what is refused, and what a flag or less trade decides.

use super::klines;
use crate::common::{HOUR, Place, START};

const DAY: i64 = 24 * HOUR;
const SERIES: [&str; 4] = ["--symbol", "X", "--interval", "1h"];

/// Rows with these closes and volumes, an hour apart; an empty volume is none.
fn rows(values: &[(&str, &str)]) -> String {
    let row = |(step, (close, volume)): (usize, &(&str, &str))| {
        format!("{},10,20,5,{close},{volume}\n", START + step as i64 * HOUR)
    };
    format!("time,open,high,low,close,volume\n{}", values.iter().enumerate().map(row).collect::<String>())
}

/// Candles of prices that differ from row to row, at these times of days from 2023 on.
fn days(days: impl IntoIterator<Item = i64>, of_day: i64) -> String {
    let row = |day: i64| format!("{},{1},{1},{1},{1},{1}\n", START + day * DAY + of_day, 100 + day);
    format!("time,open,high,low,close,volume\n{}", days.into_iter().map(row).collect::<String>())
}

/// A file with a column of symbols, two days of each.
fn of_symbols(symbols: &[&str]) -> String {
    let row = |(day, symbol): (usize, &&str)| format!("2023-01-{:02},{symbol},10,20,5,15,7\n", day + 2);
    let twice: Vec<&str> = symbols.iter().flat_map(|symbol| [*symbol, *symbol]).collect();
    format!(
        "date,symbol,open,high,low,close,volume\n{}",
        twice.iter().enumerate().map(row).collect::<String>()
    )
}

/// The closes that are stored of X 1h after files of these rows are imported together.
#[track_caller]
fn closes(files: [&str; 2], flags: &[&str]) -> Vec<f64> {
    let place = Place::new();
    place.write("a.csv", files[0]);
    place.write("b.csv", files[1]);
    place.import_well(&[&["a.csv", "b.csv"], &SERIES[..], flags].concat());
    place.stored("X", "1h").iter().map(|(_, values, _)| values[3]).collect()
}

#[track_caller]
fn refused(files: &[(&str, &str)], flags: &[&str], words: &[&str]) {
    let place = Place::new();
    files.iter().for_each(|(name, text)| place.write(name, text));
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    place.import(&[&names, flags].concat()).refuses(1, words);
    assert!(!place.db().exists());
}

#[test]
fn a_flag_decides_between_files_also_where_one_was_read_before_the_candle_was_over() {
    let (less, more) = (rows(&[("11", "7"), ("12", "8")]), rows(&[("11", "7"), ("13", "9")]));
    assert_eq!(closes([&less, &more], &[]), [11.0, 13.0]);
    assert_eq!(closes([&more, &less], &[]), [11.0, 13.0]);
    assert_eq!(closes([&less, &more], &["--on-conflict", "first"]), [11.0, 12.0]);
    assert_eq!(closes([&more, &less], &["--on-conflict", "last"]), [11.0, 12.0]);
}

#[test]
fn a_row_that_says_it_is_unfinished_gives_way_whatever_the_flag() {
    let row = |close, is_closed| {
        format!("time,open,high,low,close,volume,is_closed\n{START},10,20,5,{close},7,{is_closed}\n")
    };
    let (under_way, over) = (row(12, false), row(13, true));
    assert_eq!(closes([&under_way, &over], &["--on-conflict", "first"]), [13.0]);
    assert_eq!(closes([&over, &under_way], &["--on-conflict", "last"]), [13.0]);
}

#[test]
fn rows_of_one_time_contradict_each_other_unless_less_was_traded() {
    let contradiction = ["X 1h: ", "are two different candles of 2023-01-01T01:00:00Z"];
    let (one, other) = (rows(&[("11", "7"), ("12", "8")]), rows(&[("11", "7"), ("13", "8")]));
    refused(&[("a.csv", &one), ("b.csv", &other)], &SERIES, &contradiction);
    let twice = one.clone() + other.lines().last().expect("a row");
    refused(&[("a.csv", &twice)], &SERIES, &contradiction);
    let (one, other) = (rows(&[("11", ""), ("12", "")]), rows(&[("11", ""), ("13", "")]));
    refused(&[("a.csv", &one), ("b.csv", &other)], &SERIES, &contradiction);
}

#[test]
fn trades_tell_which_row_came_first_where_volumes_are_absent() {
    let row = |close, trades| format!("time,open,high,low,close,trades\n{START},10,20,5,{close},{trades}\n");
    assert_eq!(closes([&row(12, 4), &row(13, 5)], &[]), [13.0]);
    refused(&[("a.csv", &row(12, 5)), ("b.csv", &row(13, 5))], &SERIES, &["are two different candles"]);
}

#[test]
fn days_of_several_files_are_placed_alike() {
    let stored = |files: [String; 2]| -> Vec<(i64, f64)> {
        let place = Place::new();
        place.write("a.csv", &files[0]);
        place.write("b.csv", &files[1]);
        place.import_well(&["a.csv", "b.csv", "--symbol", "X", "--interval", "1d"]);
        let all = place.stored("X", "1d");
        all.into_iter().map(|(at, values, _)| ((at - START) / HOUR, values[0])).collect()
    };
    let dates =
        |days: &[i64]| -> Vec<(i64, f64)> { days.iter().map(|day| (day * 24, (100 + day) as f64)).collect() };
    // Midnight in New York, in winter and in summer.
    let found = stored([days(0..4, 5 * HOUR), days(200..204, 4 * HOUR)]);
    assert_eq!(found, dates(&[0, 1, 2, 3, 200, 201, 202, 203]));
    // Midnight in London is in the evening before in summer.
    let found = stored([days(0..4, 0), days(200..204, -HOUR)]);
    assert_eq!(found, dates(&[0, 1, 2, 3, 200, 201, 202, 203]));
    // Three days of a session, and two weeks of it.
    let weekdays: Vec<i64> = (8..22).filter(|day| ![0, 6].contains(&(day % 7))).collect();
    let found = stored([days(2..5, 14 * HOUR), days(weekdays.clone(), 14 * HOUR)]);
    assert_eq!(found, dates(&[&[2, 3, 4], &weekdays[..]].concat()));
    // One time of day all the same keeps it.
    let found = stored([days(0..4, 5 * HOUR), days(4..8, 5 * HOUR)]);
    assert_eq!(found.iter().map(|(at, _)| at % 24).collect::<Vec<_>>(), [5; 8]);
}

#[test]
fn candles_of_hours_that_lie_between_those_of_another_file_are_two_kinds() {
    let four_hours = |shift: i64| {
        let row = |step: i64| format!("{},{1},{1},{1},{1},5\n", START + step * 4 * HOUR + shift, 100 + step);
        format!("time,open,high,low,close,volume\n{}", (0..12).map(row).collect::<String>())
    };
    let files = [("a.csv", &*four_hours(0)), ("b.csv", &*four_hours(HOUR))];
    let words = ["some of its candles are 1h apart, as others are 4h"];
    for decided in [&[][..], &["--on-conflict", "last"]] {
        refused(&files, &[&["--symbol", "X", "--interval", "4h"], decided].concat(), &words);
    }
}

#[test]
fn two_symbols_that_would_get_one_name_are_refused_with_both() {
    for (symbols, name) in
        [(["BINANCE:BTCUSDT", "COINBASE:BTCUSDT"], "BTCUSDT"), (["BTC/USD", "BTCUSD"], "BTCUSD")]
    {
        let text = of_symbols(&symbols);
        let told = format!("symbols {} and {}, which would both be {name}", symbols[0], symbols[1]);
        let words = [&*told, "give each a --symbol"];
        for flags in [&[][..], &["--symbol", name], &["--on-conflict", "first"]] {
            refused(&[("all.csv", &text)], &[&["--interval", "1d"], flags].concat(), &words);
        }
    }
}

#[test]
fn a_flag_confirms_the_symbol_of_rows_and_makes_no_other_of_it() {
    let text = of_symbols(&["ETH"]);
    let words = ["all.csv: it holds the symbol ETH, not BTC; give --symbol one of these"];
    refused(&[("all.csv", &text)], &["--symbol", "BTC", "--interval", "1d"], &words);
    // A number names no symbol that a flag could contradict.
    for (symbol, rows) in [("ETH", "ETH"), ("ETH-USD", "ETH"), ("ETH", "2781")] {
        let place = Place::new();
        place.write("all.csv", of_symbols(&[rows]));
        place.import_well(&["all.csv", "--symbol", symbol, "--interval", "1d"]);
        assert_eq!(place.stored(symbol, "1d").len(), 2);
    }
}

#[test]
fn files_of_the_spot_market_and_of_futures_are_no_one_series() {
    let (spot, perp) = (klines(0..5, HOUR), klines(5..9, HOUR));
    let files = [("BTCUSDT-1h-spot.csv", &*spot), ("BTCUSDT-1h-perp.csv", &*perp)];
    let words = ["BTCUSDT-1h-spot.csv is of spot and BTCUSDT-1h-perp.csv of futures by their names"];
    refused(&files, &[], &words);
    let place = Place::new();
    files.iter().for_each(|(name, text)| place.write(name, text));
    place.import_well(&["BTCUSDT-1h-spot.csv"]);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 5);
}
