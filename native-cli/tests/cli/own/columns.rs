//! What columns of files of series and marks mean, and what is told of those that mean nothing.

use std::{fmt::Write, fs};

use super::{LAST, at};
use crate::common::{self, HOUR, Place, hourly};

/// Twelve candles of each of two symbols, of an hour.
fn two_symbols() -> Place {
    let place = Place::new();
    let market = common::Market::create(&place.db());
    for symbol in ["AAA", "BBB"] {
        market.fill(market.series(symbol, "1h", HOUR), HOUR, 12);
    }
    place
}

#[test]
fn columns_mean_symbol_and_interval_by_all_names_that_import_takes_for_them() {
    let values = |header: &str| {
        let mut text = format!("time,{header},equity\n");
        for hour in 0..12 {
            writeln!(text, "{},AAA,1h,{hour}\n{},AAA,2h,3", at(hour), at(hour)).expect("written");
        }
        text
    };
    let marks =
        |header: &str| format!("kind,time,{header},price\nstop,{},AAA,1h,105\nhline,,BBB,4h,1\n", at(2));
    let drawn = |values: &str, marks: &str| {
        let place = two_symbols();
        fs::write(place.path("equity.csv"), values).expect("written");
        fs::write(place.path("marks.csv"), marks).expect("written");
        place.render_well(&["--series", "equity=equity.csv", "--marks", "marks.csv", "--size", "64"]);
        place.tree()
    };
    let right = drawn(&values("symbol,interval"), &marks("symbol,interval"));
    for header in ["ticker,timeframe", "Ticker,TimeFrame", "instrument,i", "name,interval"] {
        assert!(drawn(&values(header), &marks(header)) == right, "{header}");
    }
    let other = drawn(&values("symbol,interval"), &marks("symbol,interval").replace("AAA", "BBB"));
    assert!(other != right);
}

#[test]
fn a_symbol_is_written_as_import_reads_it_and_a_series_own_name_is_its_value() {
    let place = hourly(LAST + 1);
    let text = format!("time,symbol,pair\n{},BTC/USDT,104\n{},BTC/USDT,105\n", at(20), at(30));
    fs::write(place.path("own.csv"), text).expect("written");
    let ran = place.render_well(&["--series", "pair=own.csv"]);
    assert!(!ran.stderr.contains("no value of own.csv"), "{}", ran.stderr);
}
