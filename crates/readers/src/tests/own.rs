//! What tables of one's own mean: values of series, and marks.

use std::sync::atomic::AtomicBool;

use crate::{
    MarkColumns, ReadOptions, SeriesValues, Source, Table, own_name, read_table, read_table_of_some_times,
};

fn table(text: &str) -> Table {
    let cancel = AtomicBool::new(false);
    read_table(&Source::text(text.to_owned()), &ReadOptions::default(), &cancel).expect(text)
}

fn values(name: &str, text: &str, is_band: bool) -> Result<Vec<Option<(f64, f64)>>, String> {
    let read = SeriesValues::of(name, &table(text)).map_err(|error| error.to_string())?;
    let values = read.values(is_band).map_err(|error| error.to_string())?;
    let rows = read.of_series(values, "X", "1h").map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

#[test]
fn a_series_is_the_column_of_its_name_or_the_only_one_for_the_symbol_of_each_row() {
    let one = "time,symbol,value\n2023-01-02,X,2\n2023-01-01,Y,1\n2023-01-03,,\n";
    assert_eq!(values("any", one, false), Ok(vec![Some((2.0, 2.0)), None]));
    let two = "time,Slow,fast\n2023-01-01,1,2\n2023-01-02,3,4\n";
    assert_eq!(values("slow", two, false), Ok(vec![Some((1.0, 1.0)), Some((3.0, 3.0))]));
    assert_eq!(values("x", two, false), Err("has no column \"x\"; it has Slow, fast".to_owned()));
    let band = "time,low,high\n2023-01-01,1,2\n2023-01-02,,\n";
    assert_eq!(values("cone", band, true), Ok(vec![Some((1.0, 2.0)), None]));
    assert!(values("cone", band, false).is_err_and(|why| why.contains("it has low, high")));
}

#[test]
fn what_is_wrong_with_values_is_told_by_the_line() {
    for (text, why) in [
        (
            "time,low,high\n2023-01-01,1,2\n2023-01-02,3,2\n",
            "line 3: the lower value 3 is above the upper one 2",
        ),
        ("time,low,high\n2023-01-01,1,\n", "line 2: a band has a lower and an upper value, or neither"),
        (
            "time,low,high\n2023-01-01,1,2\n2023-01-02,1,2\n2023-01-01,1,3\n",
            "line 4: series s has another value at 2023-01-01T00:00:00Z than in line 2",
        ),
    ] {
        assert_eq!(values("s", text, true), Err(why.to_owned()));
    }
    // Two symbols' rows meet only where both are asked for at once.
    let meet = "time,symbol,v\n2023-01-01,X,1\n2023-01-01,,2\n";
    let why =
        "line 3: series v has another value at 2023-01-01T00:00:00Z than in line 2, and both are of X 1h";
    assert_eq!(values("v", meet, false), Err(why.to_owned()));
}

#[test]
fn marks_are_told_by_their_columns_and_trades_by_entry_and_exit() {
    let read = |text: &str| {
        let cancel = AtomicBool::new(false);
        read_table_of_some_times(&Source::text(text.to_owned()), &ReadOptions::default(), &cancel)
            .expect(text)
    };
    let marks = read("kind,time,price,Colour,note\nhline,,5,#ff0000,x\n");
    let columns = MarkColumns::of(&marks).expect("marks");
    let row = columns.row(&marks, 0).expect("a row");
    assert_eq!((row.kind, row.time, row.price, row.color), ("hline", None, Some(5.0), "#ff0000"));
    assert!(!columns.taken().contains(&4), "a note means nothing");
    let trades = read("entry_time,entry_price,exit_time,exit_price\n2023-01-01,5,2023-01-02,6\n");
    let row = MarkColumns::of(&trades).map(|columns| columns.row(&trades, 0).expect("a row"));
    let row = row.expect("trades");
    assert_eq!((row.kind, row.price2, row.time2), ("trade", Some(6.0), Some(1_672_617_600_000)));
    let none = MarkColumns::of(&table("time,v\n2023-01-01,1\n")).expect_err("values").to_string();
    assert!(none.starts_with("has no column kind") && none.ends_with("it has time, v"), "{none}");
}

#[test]
fn a_file_s_name_makes_that_of_a_series() {
    for (file, name) in [
        ("Fair value.csv", Some("fair_value")),
        ("my-model.v2.json", Some("my_model_v2")),
        ("auto.csv", None),
        ("…", None),
    ] {
        assert_eq!(own_name(file).as_deref(), name, "{file}");
    }
}
