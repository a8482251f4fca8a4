//! Tables of one's own, as people have them: every form gives the same, and what is none is refused with its line.

use std::sync::atomic::AtomicBool;

use candles::{format_utc, in_calendar};

use crate::{
    DateOrder, Error, ReadOptions, Role, Source, Table, TableRow, TimeFormat, read_table,
    read_table_of_some_times,
};

/// As nobody says anything of a text.
fn table(text: &str) -> Result<Table, Error> {
    by(text, &ReadOptions::default())
}

pub(super) fn by(text: &str, options: &ReadOptions) -> Result<Table, Error> {
    read_table(&Source::text(text.to_owned()), options, &AtomicBool::new(false))
}

fn why(text: &str) -> String {
    table(text).map(|_| ()).expect_err("refused").to_string()
}

/// Each row as a line: its own, its time, and its cells.
fn lines(table: &Table) -> Vec<String> {
    let line = |row: usize| {
        let cells: Vec<_> = (0..table.columns.len()).map(|column| table.text(row, column)).collect();
        let own = &table.rows[row];
        format!("{}: {}: {}", own.line, format_utc(own.time), cells.join("|"))
    };
    (0..table.rows.len()).map(line).collect()
}

/// Times, and the numbers of a column.
fn numbers(table: &Table, name: &str) -> Vec<(String, Option<f64>)> {
    let column = table.column(name).expect("a column");
    let number = |row: usize| table.number(row, column).expect("a number");
    (0..table.rows.len()).map(|row| (format_utc(table.rows[row].time), number(row))).collect()
}

/// Whatever a source is, it is read without a panic; and whatever is read has times and finite numbers.
pub(super) fn check(source: &Source) {
    let Ok(table) = read_table(source, &ReadOptions::default(), &AtomicBool::new(false)) else { return };
    assert!(!table.rows.is_empty() && !table.columns.is_empty());
    for (row, own) in table.rows.iter().enumerate() {
        assert!(own.line > 0 && in_calendar(own.time));
        for column in 0..table.columns.len() {
            assert!(table.number(row, column).ok().flatten().is_none_or(f64::is_finite));
            assert!(table.time_of(row, column).ok().flatten().is_none_or(in_calendar));
            let _ = table.text(row, column);
        }
    }
}

/// What all forms below say.
fn right() -> Vec<(String, Option<f64>)> {
    let days = ["2023-01-13", "2023-01-02", "2023-01-02"].map(|day| format!("{day}T00:00:00Z"));
    days.into_iter().zip([Some(1000.5), None, Some(-3.0)]).collect()
}

#[test]
fn rows_may_lack_a_time_where_that_is_let_be() {
    let text = "kind,time,price\nhline,,110\nbuy,2023-01-02,\nhline,,120\n";
    let read = |read: fn(&Source, &ReadOptions, &AtomicBool) -> Result<Table, Error>, text: &'static str| {
        read(&Source::text(text), &ReadOptions::default(), &AtomicBool::new(false))
    };
    let table = read(read_table_of_some_times, text).expect("a table");
    let times: Vec<Option<i64>> = (0..3).map(|row| table.time_of(row, 1).expect("times")).collect();
    assert_eq!(times, [None, Some(1_672_617_600_000), None]);
    assert_eq!(table.rows.iter().map(TableRow::has_time).collect::<Vec<_>>(), [false, true, false]);
    assert!(read(read_table, text).expect_err("no time").to_string().contains("line 2"));
    assert!(read(read_table_of_some_times, "kind,time,price\n").is_err());
}

#[test]
fn no_row_needs_a_time_where_that_is_let_be() {
    let read = |text: &str| {
        let source = Source::text(text.to_owned());
        read_table_of_some_times(&source, &ReadOptions::default(), &AtomicBool::new(false))
    };
    for text in [
        "kind,time,price\nhline,,110\nhline,,120.5\n",
        "kind,price\nhline,110\nhline,120.5\n",
        "kind;price\nhline;110,0\nhline;120,5\n",
        "[{\"kind\":\"hline\",\"price\":110},{\"kind\":\"hline\",\"price\":120.5}]",
        "[{\"kind\":\"hline\",\"price\":110,\"time\":null},{\"kind\":\"hline\",\"price\":120.5}]",
        "{\"kind\":\"hline\",\"price\":110}\n{\"kind\":\"hline\",\"price\":120.5}\n",
        "{\"kind\":[\"hline\",\"hline\"],\"price\":[110,120.5]}",
    ] {
        let table = read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let price = table.column("price").expect("a column");
        let rows = (0..table.rows.len()).map(|row| (table.rows[row].has_time(), table.number(row, price)));
        let rows: Vec<_> = rows.map(|(time, price)| (time, price.expect("a number"))).collect();
        assert_eq!(rows, [(false, Some(110.0)), (false, Some(120.5))], "{text}");
        assert!(by(text, &ReadOptions::default()).is_err(), "a series needs times: {text}");
    }
    // The first time may come late, and tells how all are written.
    let text = format!("kind,time,price\n{}buy,1672652345,1\n", "hline,,110\n".repeat(3000));
    let table = read(&text).expect("a table");
    assert_eq!(table.rows.last().map(|row| row.time), Some(1_672_652_345_000));
}

#[test]
fn a_unit_is_of_times_that_are_numbers() {
    let options = ReadOptions { unit: Some(crate::EpochUnit::Seconds), ..ReadOptions::default() };
    let time = |text| by(text, &options).map(|table| format_utc(table.rows[0].time)).expect("a time");
    assert_eq!(time("time,v\n1672531200,1\n"), "2023-01-01T00:00:00Z");
    assert_eq!(time("time,v\n2023-01-01,1\n"), "2023-01-01T00:00:00Z");
}

#[test]
fn every_form_of_a_series_gives_the_same() {
    let (a, b) = (1_673_568_000_000_i64, 1_672_617_600_000_i64);
    for text in [
        "time,equity\n2023-01-13,1000.5\n2023-01-02,\n2023-01-02,-3\n".to_owned(),
        "# of my own\n\ntime;equity\r\n13.01.2023;1000,5\r\n02.01.2023;NaN\r\n02.01.2023;-3,0\r\n".to_owned(),
        "\u{feff}\"time\"\t \"equity\" \n1/13/2023\t1000.5\n1/2/2023\tnull\n\n1/2/2023\t-3\n".to_owned(),
        "sep=|\nEquity|when\n\"1,000.50\"|2023-01-13 00:00\n-|2023-01-02 00:00\n-3|2023-01-02 00:00\n"
            .to_owned(),
        // pandas: an index without a name.
        ",equity\n2023-01-13,1000.5\n2023-01-02,\n2023-01-02,-3\n".to_owned(),
        format!("time,equity\n{a},1000.5\n{b},n/a\ntime,equity\n{b},-3\n"),
        format!("time,equity,\n{},1000.5,\n{},,\n{},-3,\n", a / 1000, b / 1000, b / 1000),
        format!("[{{\"time\":{a},\"equity\":1000.5}},{{\"time\":{b}}},{{\"equity\":\"-3\",\"time\":{b}}}]"),
        format!(
            "{{\"time\":{a},\"equity\":1000.5}}\n{{\"time\":{b},\"equity\":null}}\n{{\"time\":{b},\"equity\":-3}}\n"
        ),
        format!(
            "{{\"id\":7,\"data\":[{{\"when\":{a},\"equity\":1000.5}},{{\"when\":{b},\"equity\":null}},{{\"when\":{b},\"equity\":-3}}]}}"
        ),
        format!("{{\"time\":[{a},{b},{b}],\"equity\":[1000.5,null,-3]}}"),
        format!(
            "{{\"time\":{{\"0\":{a},\"1\":{b},\"2\":{b}}},\"equity\":{{\"0\":1000.5,\"1\":null,\"2\":-3}}}}"
        ),
        format!("{{\"equity\":{{\"{a}\":1000.5,\"{b}\":null,\"{b}\":-3}}}}"),
        format!("{{\"columns\":[\"equity\"],\"index\":[{a},{b},{b}],\"data\":[[1000.5],[null],[-3]]}}"),
        format!(
            "{{\"columns\":[\"time\",\"equity\"],\"index\":[0,1,2],\"data\":[[{a},1000.5],[{b},null],[{b},-3]]}}"
        ),
        format!("{{\"{a}\":{{\"equity\":1000.5}},\"{b}\":{{\"equity\":null}},\"{b}\":{{\"equity\":-3}}}}"),
        "{\"schema\":{\"fields\":[{\"name\":\"time\"},{\"name\":\"equity\"}]},\"data\":[{\"time\":\"2023-01-13T00:00:00.000Z\",\"equity\":1000.5},{\"time\":\"2023-01-02T00:00:00.000Z\",\"equity\":null},{\"time\":\"2023-01-02T00:00:00.000Z\",\"equity\":-3}]}"
            .to_owned(),
    ] {
        match table(&text) {
            Ok(table) => assert_eq!(numbers(&table, "equity"), right(), "{text}"),
            Err(error) => panic!("{error}: {text}"),
        }
    }
}

#[test]
fn marks_have_texts_and_further_times() {
    let text = "id,entry_time,price,kind,text,exit_time,colour\n\
        1,2023-01-02 09:30:00.123456,100,buy,\"a, \"\"b\"\"\",2023-01-03 16:00,#ff0000\n\
        2,2023-01-02 09:30:00,101.5,sell, 1.2.3 ,,\n\
        3,2023-01-02 11:07:12,\"1,500\",note,2023-01-01,x,\n";
    let table = table(text).expect("marks");
    assert_eq!(table.time_columns(), [1]);
    assert_eq!(
        lines(&table),
        [
            "2: 2023-01-02T09:30:00.123Z: 1|2023-01-02 09:30:00.123456|100|buy|a, \"b\"|2023-01-03 16:00|#ff0000",
            "3: 2023-01-02T09:30:00Z: 2|2023-01-02 09:30:00|101.5|sell|1.2.3||",
            "4: 2023-01-02T11:07:12Z: 3|2023-01-02 11:07:12|1,500|note|2023-01-01|x|",
        ]
    );
    let exit = table.column(" Exit_Time").expect("a column");
    assert_eq!(
        table.time_of(0, exit).expect("a time").map(format_utc).as_deref(),
        Some("2023-01-03T16:00:00Z")
    );
    assert_eq!(table.time_of(1, exit).expect("none"), None);
    let error = table.time_of(2, exit).expect_err("no time").to_string();
    assert_eq!(error, "line 4: column \"exit_time\": \"x\" is not understood");
    assert_eq!(table.time_of(2, 1).expect("its own"), Some(table.rows[2].time));
    let error = table.fault(1, 3, "is no kind of mark").to_string();
    assert_eq!(error, "line 3: column \"kind\": \"sell\" is no kind of mark");
    assert_eq!(table.column("price2"), None);
    assert_eq!((table.text(3, 0), table.text(0, 7)), ("", ""));
}

#[test]
fn rows_that_are_sorted_keep_their_cells() {
    let mut table = table("t,v\n2023-01-03,c\n2023-01-01,a1\n2023-01-01,a2\n2023-01-02,b\n").expect("rows");
    table.rows.sort_by_key(|row| row.time);
    let texts: Vec<_> = (0..4).map(|row| table.text(row, 1).to_owned()).collect();
    assert_eq!(texts, ["a1", "a2", "b", "c"]);
    table.rows.remove(0);
    assert_eq!((table.text(0, 1), table.rows[0].line), ("a2", 4));
}

#[test]
fn times_apart_as_those_of_no_candles_have_a_unit() {
    for (times, right) in [
        (["1672652345", "1680000000", "1690000001"], "2023-07-22T04:26:41Z"),
        (["1672652345.5", "1680000000", "1690000001.123999"], "2023-07-22T04:26:41.123Z"),
        (["1672652345678", "1680000000000", "1690000001000"], "2023-07-22T04:26:41Z"),
        (["1672652345678901", "1680000000000000", "1690000001123999"], "2023-07-22T04:26:41.123Z"),
        (["1672652345678901234", "1680000000000000000", "1690000001123999999"], "2023-07-22T04:26:41.123Z"),
        (["20230102", "20230518", "20230722"], "2023-07-22T00:00:00Z"),
        (["2-Jan-2023", "18-May-2023", "22-Jul-2023"], "2023-07-22T00:00:00Z"),
    ] {
        let text = format!("time,v\n{}\n", times.map(|time| format!("{time},1")).join("\n"));
        let table = table(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(format_utc(table.rows[2].time), right);
    }
    // A level that ends years ahead.
    let ahead = ReadOptions { now: super::NOW, ..ReadOptions::default() };
    let table = by("time,v\n2040-02-13,1\n", &ahead).expect("a row");
    assert_eq!(format_utc(table.rows[0].time), "2040-02-13T00:00:00Z");
}

#[test]
fn a_date_and_a_time_of_day_are_one_time() {
    let table = table("date,time,v\n2023-01-02,09:30:00,1\n2023-01-02,16:00:00,2\n").expect("rows");
    assert_eq!(table.time_columns(), [0, 1]);
    assert_eq!(numbers(&table, "v")[1], ("2023-01-02T16:00:00Z".to_owned(), Some(2.0)));
}

#[test]
fn options_decide_what_rows_leave_open() {
    let text = "time;v\n01.02.2023;1\n03.02.2023;2\n";
    assert_eq!(table(text).expect("points").format().time, TimeFormat::Text(DateOrder::DayMonthYear));
    let text = "time,v\n01/02/2023,1\n03/02/2023,2\n";
    assert_eq!(why(text), "the date \"01/02/2023\" may have its day or its month first, and no row decides");
    let order = Some(DateOrder::MonthDayYear);
    let table = by(text, &ReadOptions { date_order: order, ..ReadOptions::default() }).expect("told");
    assert_eq!(format_utc(table.rows[1].time), "2023-03-02T00:00:00Z");
    let text = "time;v\n2023-01-01;1,500\n";
    assert_eq!(why(text), "the comma of \"1,500\" may part thousands or stand before decimals");
    let table = by(text, &ReadOptions { decimal: Some(','), ..ReadOptions::default() }).expect("told");
    assert_eq!(table.number(0, 1).expect("a number"), Some(1.5));
    let columns = Some(vec![Role::Other, Role::Time]);
    let text = "made,due\n2023-01-01,2023-02-01\n";
    let table = by(text, &ReadOptions { columns, ..ReadOptions::default() }).expect("told");
    assert_eq!(format_utc(table.rows[0].time), "2023-02-01T00:00:00Z");
}

#[test]
fn what_has_no_times_or_names_is_refused() {
    for (text, right) in [
        ("", "there are no rows"),
        ("\n \n", "there are no rows"),
        ("[]", "there are no rows"),
        ("time,equity\n", "there are no rows"),
        ("time,equity\n,\n\n", "there are no rows"),
        ("when,equity\nx,1\n", "no column holds times; it has \"when\", \"equity\""),
        ("hello\nworld\n", "no column holds times; it has \"hello\""),
        (
            "2023-01-01,5\n2023-01-02,6\n",
            "its columns have no names; add a first row that names them, such as time,value",
        ),
        (
            "1672531200,buy\n1672531260,data\n",
            "its columns have no names; add a first row that names them, such as time,value",
        ),
        ("5,6\n7,8\n", "its columns have no names; add a first row that names them, such as time,value"),
        (
            "[[1672531200,5],[1672531260,6]]",
            "its JSON holds arrays without names; write an object for each row",
        ),
        ("[{\"a\":1,\"b\":2}]", "no column holds times; it has \"a\", \"b\""),
        ("time,Equity,equity\n2023-01-01,1,2\n", "two columns have one name: \"Equity\" and \"equity\""),
        ("time,a, a \n2023-01-01,1,2\n", "two columns have one name: \"a\" and \"a\""),
        ("[{\"time\":\"2023-01-01\",\"a\":1,\"A\":2}]", "two columns have one name: \"a\" and \"A\""),
        ("time,\"a\nb\"\n2023-01-01,1\n", "the name of a column holds a control character: \"a\\nb\""),
        (
            "{\"a\":[{\"time\":1672531200},{\"time\":1672531260}],\"b\":[{\"time\":1672531200},{\"time\":1672531260}]}",
            "holds 2 tables by time, at \"a\", \"b\"; keep one, or put each into a file of its own",
        ),
        ("{\"time\":[1672531200,1672531260],\"a\":[1]}", "the columns of its JSON are not of one length"),
        ("[1,2,3]", "its JSON holds arrays without names; write an object for each row"),
        (
            "time,v\n1672531200000,1\n2672531200,2\n",
            "some times are of 1970 and some of 2023, as where units are mixed",
        ),
        ("time (EST),v\n2023-01-01 09:30,1\n", "its header says that times are of a zone: \"time (EST)\""),
    ] {
        let why = why(text);
        assert_eq!(why, right, "{text:?}");
    }
    let wide: Vec<String> = (0..1001).map(|column| format!("c{column}")).collect();
    let text = format!("{}\n{}\n", wide.join(","), "2023-01-01,".repeat(1000) + "1");
    assert_eq!(why(&text), "has 1001 columns, and a table may have 1000");
}

#[test]
fn the_first_bad_row_is_told_with_its_line() {
    for (text, right) in [
        ("time,v\n2023-01-01,1\nx,2\ny,3\n", "line 3: column \"time\": \"x\" is not understood"),
        ("time,v\nx,1\n", "line 2: column \"time\": \"x\" is not understood"),
        ("time,v\n2023-01-01,1\n\n,2\n", "line 4: column \"time\": \"\" is empty"),
        ("time,v\n2023-02-30,1\n", "line 2: column \"time\": \"2023-02-30\" is no day of the calendar"),
        ("time,v\n1672531200,1\n1672531260,2\n1e9,3\n", "line 4: column \"time\": \"1e9\" is not understood"),
        (
            "time,v\n1672531200000,1\n1672531260000,2\n1672531260000000,3\n",
            "line 4: column \"time\": \"1672531260000000\" is ahead of the year 2100 in its unit",
        ),
        (
            "date;v\n13/01/2023;1\n01/13/2023;1\n14/01/2023;1\n",
            "line 3: column \"date\": \"01/13/2023\" is not understood",
        ),
        ("time,v\n2023-01-01,1\n2023-01-02,1,5\n2023-01-03\n", "line 3: 3 columns instead of 2"),
        ("time,v\n2023-01-01,1,5\n", "line 2: 3 columns instead of 2"),
        ("time,v\n2023-01-01\n", "line 2: 1 columns instead of 2"),
        ("time,v\n2023-01-01,\"1\n", "line 2: a quote is never closed"),
        (
            "[{\"time\":\"2023-01-01\",\"v\":1},{\"time\":\"x\",\"v\":2}]",
            "element 2: column \"time\": \"x\" is not understood",
        ),
        ("[{\"time\":\"2023-01-01\",\"v\":1},{\"v\":2}]", "element 2: column \"time\": \"\" is empty"),
        ("{\"time\":\"2023-01-01\"}\n{\"time\":\"x\"}\n", "line 2: column \"time\": \"x\" is not understood"),
        (
            "{\"columns\":[\"time\",\"v\"],\"data\":[[\"2023-01-01\",1],[\"2023-01-02\"]]}",
            "element 2: 1 columns instead of 2",
        ),
        ("[{\"time\":\"2023-01-01\",\"v\":1},7]", "element 2: not what the first row is"),
    ] {
        assert_eq!(why(text), right, "{text:?}");
    }
}

#[test]
fn a_cell_that_is_no_finite_number_is_told_with_its_line_and_column() {
    let text =
        "time,v,w\n2023-01-01,1,inf\n2023-01-02,x,-Infinity\n2023-01-03,1.5M,1e999\n2023-01-04,nan,#N/A\n";
    let table = table(text).expect("a table");
    let told = |row, column| table.number(row, column).map_err(|error| error.to_string());
    assert_eq!(told(0, 1), Ok(Some(1.0)));
    assert_eq!(told(1, 1), Err("line 3: column \"v\": \"x\" is not a number".to_owned()));
    assert_eq!(told(2, 1), Ok(Some(1_500_000.0)));
    assert_eq!((told(3, 1), told(3, 2)), (Ok(None), Ok(None)));
    for (row, field) in [(0, "inf"), (1, "-Infinity"), (2, "1e999")] {
        let right = format!("line {}: column \"w\": {field:?} is not a finite number", row + 2);
        assert_eq!(told(row, 2), Err(right));
    }
}

#[test]
fn a_table_that_fills_memory_and_a_cancelled_one_are_given_up() {
    let text = format!("time,v\n{}", "2023-01-01,1\n".repeat(200_000));
    assert_eq!(why(&text), "holds more than 4 MiB; part it into files");
    let cancelled = read_table(&Source::text(text), &ReadOptions::default(), &AtomicBool::new(true));
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    let long = format!("time,v\n2023-01-01,{}\n", "7".repeat(3 << 20));
    assert!(why(&long).contains("a row or value of more than 1024 KiB"));
}

#[cfg(feature = "time-zones")]
#[test]
fn an_hour_that_comes_twice_is_told_by_rows_that_rise_or_fall_throughout() {
    use crate::TimeZone;
    let zone = TimeZone::named("America/New_York").expect("a zone");
    let options = ReadOptions { time_zone: Some(zone), ..ReadOptions::default() };
    let hours = ["00:30", "01:30", "01:30", "02:30"].map(|hour| format!("2023-11-05 {hour},1\n"));
    let utc = ["04:30", "05:30", "06:30", "07:30"].map(|hour| format!("2023-11-05T{hour}:00Z"));
    let times = |text: &str| -> Result<Vec<String>, String> {
        let table = by(text, &options).map_err(|error| error.to_string())?;
        Ok(table.rows.iter().map(|row| format_utc(row.time)).collect())
    };
    let rising = format!("time,v\n{}", hours.concat());
    assert_eq!(times(&rising), Ok(utc.to_vec()));
    let falling = format!("time,v\n{}", hours.iter().rev().cloned().collect::<String>());
    assert_eq!(times(&falling), Ok(utc.iter().rev().cloned().collect()));
    let both = "line 3: column \"time\": \"2023-11-05 01:30\" comes twice where summer time ends, and the rows are in no order";
    assert_eq!(times(&format!("{rising}2023-11-01 00:00,1\n")), Err(both.to_owned()));
}

#[test]
fn columns_of_symbols_and_intervals_are_found_by_the_names_that_files_of_candles_have_for_them() {
    let found = |header: &str, row: &str| {
        let table = table(&format!("time,{header}\n2023-01-01,{row}\n2023-01-02,{row}\n")).expect("a table");
        let name =
            |column: Option<usize>| column.map(|column| table.columns[column].clone()).unwrap_or_default();
        [name(table.symbol_column(|_| true)), name(table.interval_column(|_| true))]
    };
    for (header, row, right) in [
        ("symbol,interval", "BTCUSDT,1h", ["symbol", "interval"]),
        ("Ticker,TimeFrame", "AAPL,1d", ["Ticker", "TimeFrame"]),
        ("ts_code,i", "600000,1d", ["ts_code", "i"]),
        ("ticker,symbol", "A,B", ["symbol", ""]),
        ("market,name", "BTC-USDT,AAPL", ["market", ""]),
        // What means much else counts where it holds symbols.
        ("name,market", "Breakout of May,NYSE", ["", ""]),
        ("i,s,pair", "1,2,3", ["", ""]),
        ("equity", "1", ["", ""]),
    ] {
        assert_eq!(found(header, row), right, "{header}");
    }
}
