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

#[test]
fn columns_that_mean_nothing_are_told_once_a_file_with_those_that_resemble_them() {
    let place = hourly(LAST + 1);
    let notes = |flags: &[&str]| -> Vec<String> {
        let ran = place.render_well(&[flags, &["--size", "16"]].concat());
        ran.stderr.lines().filter(|line| line.contains("nothing here")).map(str::to_owned).collect()
    };
    let write = |name: &str, header: &str, row: &str| {
        let rows = [12, 13].map(|hour| row.replace("TIME", &at(hour)));
        fs::write(place.path(name), format!("{header}\n{}\n{}\n", rows[0], rows[1])).expect("written");
    };
    write("marks.csv", ",kind,time,price,time_2,note,symbol", "0,stop,TIME,105,TIME,x,BTCUSDT");
    let [note] = &notes(&["--marks", "marks.csv"])[..] else { panic!("one note") };
    assert!(
        note.ends_with("columns time_2, note of marks.csv mean nothing here; marks have time2"),
        "{note}"
    );
    write("trades.csv", "entry_time,entry_price,exit_tim,pnl", "TIME,105,TIME,3");
    let [note] = &notes(&["--marks", "trades.csv"])[..] else { panic!("one note") };
    assert!(note.contains("exit_tim, pnl of trades.csv mean nothing here; marks have exit_time"), "{note}");

    write("own.csv", "time,symbl,a,b", "TIME,BTCUSDT,104,105");
    let two = ["--series", "a=own.csv", "--series", "b:step=own.csv"];
    let [note] = &notes(&two)[..] else { panic!("one note") };
    assert!(note.ends_with("column symbl of own.csv means nothing here; series have symbol"), "{note}");
    // Other numbers are other series.
    write("own.csv", "time,ticker,a,b", "TIME,BTCUSDT,104,105");
    assert_eq!(notes(&["--series", "a=own.csv"]), [""; 0]);
    write("marks.csv", "Kind,time,price,time2,price2,side,Colour,text,timeframe", "stop,TIME,105,,,,,,1h");
    assert_eq!(notes(&["--marks", "marks.csv"]), [""; 0]);
}

#[test]
fn a_series_that_says_throughout_that_it_has_no_value_is_told_as_one_of_other_times() {
    let place = hourly(LAST + 1);
    let mut text = "time,equity\n".to_owned();
    (0..=LAST).for_each(|hour| writeln!(text, "{},NaN", at(hour)).expect("written"));
    fs::write(place.path("equity.csv"), &text).expect("written");
    for form in ["line", "step"] {
        let ran = place.render_well(&["--series", &format!("equity:below:{form}=equity.csv")]);
        let note = "no value of equity.csv lies in the times of these pictures";
        assert_eq!(ran.stderr.matches(note).count(), 1, "{form}: {}", ran.stderr);
    }
}
