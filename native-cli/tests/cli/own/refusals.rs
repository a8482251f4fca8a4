//! What is said of files and flags that are wrong.

use std::fs;

use super::{LAST, MARKS, rendered};
use crate::common::hourly;

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    let place = rendered();
    let refuses = |flags: &[&str], words: &[&str]| place.render(flags).refuses(2, words);
    refuses(&["--series", "equity:below"], &["names no file", "equity:below=FILE"]);
    refuses(&["--series", "Equity=equity.csv"], &["\"Equity\"", "a-z 0-9 _"]);
    refuses(&["--series", "equity:dots=equity.csv"], &["dots", "step"]);
    refuses(&["--series", "equity.csv", "--series", "equity:below=equity.csv"], &["--series", "named twice"]);
    refuses(&["--series", "equity:band=equity.csv"], &["equity_low", "equity_lower"]);
    place
        .run("verify", &["--series", "fair=equity.csv"])
        .refuses(2, &["series fair is given", "no picture shows it"]);
    place.run("verify", &["--marks", "equity.csv"]).refuses(2, &["no column kind"]);
    fs::write(place.path("trades.csv"), MARKS).expect("written");
    place.run("verify", &["--marks", "trades.csv"]).refuses(2, &["marks are given", "no picture shows them"]);
    place.run("status", &["--series", "equity.csv"]).refuses(2, &["--series"]);
    fs::write(place.path("two.csv"), "time,a,b\n2023-01-01,1,2\n2023-01-02,1,2\n").expect("written");
    refuses(&["--series", "two.csv"], &["has no column \"two\"; it has a, b", "--series COLUMN=two.csv"]);
    place.render_well(&["--series", "a=two.csv"]);
}

#[test]
fn a_wrong_row_is_told_with_its_file_and_line() {
    let place = hourly(LAST + 1);
    let refuses = |flag: &str, text: &str, words: &[&str]| {
        fs::write(place.path("own.csv"), text).expect("written");
        place.render(&[flag, "own.csv"]).refuses(1, &[&["own.csv: line"], words].concat());
        assert!(!place.index().exists());
    };
    let values = |row: &str| format!("time,own\n2023-01-01T00:00:00Z,1\n{row}\n2023-01-01T02:00:00Z,\n");
    refuses("--series", &values("2023-01-01T01:00:00Z,x"), &["line 3", "\"x\"", "not a number"]);
    refuses("--series", &values("2023-01-01T01:00:00Z,inf"), &["line 3", "\"inf\""]);
    refuses(
        "--series",
        &values("2023-01-01T00:00:00Z,2"),
        &["line 3", "another value at 2023-01-01T00:00:00Z than in line 2"],
    );
    refuses("--series", &values("never,2"), &["line 3", "never"]);
    let band = "time,own_low,own_high\n2023-01-01,1,2\n2023-01-02,4,3\n";
    refuses("--series", band, &["line 3", "the lower value 4 is above the upper one 3"]);
    refuses("--series", &band.replace("4,3", "4,"), &["line 3", "or neither"]);

    let marks = |row: &str| {
        format!("kind,time,price,time2,price2,side,color,text\nbuy,2023-01-01T00:00:00Z,,,,,,\n{row}\n")
    };
    refuses(
        "--marks",
        &marks("bye,2023-01-01T01:00:00Z,,,,,,"),
        &["line 3", "\"bye\" is no kind of mark; did you mean box or buy"],
    );
    refuses("--marks", &marks("stop,2023-01-01T01:00:00Z,,,,,,"), &["line 3", "a stop needs a price"]);
    refuses("--marks", &marks("stop,,3,,,,,"), &["line 3", "a stop needs a time"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,,red,"), &["line 3", "red"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,up,,"), &["line 3", "\"up\" is no side"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,,,a\u{7}b"), &["line 3", "control characters"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,inf,,,,,"), &["line 3", "inf"]);
    refuses(
        "--marks",
        &marks("span,2023-01-01T01:00:00Z,,2023-01-01T00:00:00Z,,,,"),
        &["line 3", "time2 is before time"],
    );

    refuses("--series", &values("2023-01-01T01:00:00Z,\0"), &["line 3: holds a NUL"]);
    refuses("--marks", &marks("hline,2023-01-01T01:00:00Z,,,,,,"), &["line 3: an hline needs a price"]);
    place.render(&["--series", "absent.csv"]).refuses(1, &["absent.csv: "]);
    place.render(&["--marks", "."]).refuses(1, &["is no regular file"]);
}

#[test]
fn rows_of_all_symbols_and_of_one_contradict_each_other_in_a_file_and_a_line() {
    let place = hourly(LAST + 1);
    let text = |value: &str| {
        format!("time,symbol,own\n2023-01-01,,1\n2023-01-01,BTCUSDT,{value}\n2023-01-01,OTHER,3\n")
    };
    fs::write(place.path("own.csv"), text("2")).expect("written");
    let words = ["own.csv: line 3: series own has another value at 2023-01-01T00:00:00Z than in line 2"];
    place.render(&["--series", "own.csv"]).refuses(1, &words);
    place.run("plan", &["--window", "10", "--series", "own.csv"]).refuses(1, &[words[0], "BTCUSDT 1h"]);
    // What says the same does not, nor what is of a symbol that is not there.
    fs::write(place.path("own.csv"), text("1")).expect("written");
    place.render_well(&["--series", "own.csv"]);
}
