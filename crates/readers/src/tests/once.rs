//! What was read wrong once, or lost: a few rows of each kind, with what is right.

use super::{one, one_by, today, whole};
use crate::{ReadOptions, Role};

/// Rows of a walk whose opens lie near the closes before: time, open, high, low, close, volume.
const WALK: [[&str; 6]; 8] = [
    ["2023-01-02", "101.2", "104.9", "100.8", "104.1", "1200345"],
    ["2023-01-03", "104.2", "106.7", "103.1", "103.5", "980112"],
    ["2023-01-04", "103.4", "103.9", "99.2", "99.8", "1530987"],
    ["2023-01-05", "99.9", "102.5", "99.1", "102.2", "1100450"],
    ["2023-01-06", "102.2", "108.4", "101.9", "107.7", "2300871"],
    ["2023-01-09", "107.6", "109.3", "106.2", "106.4", "1400023"],
    ["2023-01-10", "106.5", "107.1", "102.8", "103.3", "1250654"],
    ["2023-01-11", "103.2", "106.6", "102.9", "106.1", "1010789"],
];

/// These columns of the walk, in this order; `fill` makes what the walk has not, of its row and number.
fn rows(order: &[usize], joint: &str, fill: impl Fn(usize, &[&str; 6]) -> String) -> String {
    let line = |(at, row): (usize, &[&str; 6])| {
        let field =
            |place: &usize| row.get(*place).map_or_else(|| fill(at, row), |field| (*field).to_owned());
        order.iter().map(field).collect::<Vec<_>>().join(joint)
    };
    WALK.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn none(_: usize, _: &[&str; 6]) -> String {
    String::new()
}

/// The walk as it is read.
fn right() -> Vec<String> {
    WALK.iter().map(|[date, rest @ ..]| format!("{date}T00:00:00Z {}", rest.join(" "))).collect()
}

#[test]
fn close_high_low_open_without_a_header_are_not_open_high_low_close() {
    // What is left of a file of yfinance.
    assert_eq!(one(&rows(&[0, 4, 2, 3, 1, 5], ",", none)), Ok(right()));
    // Rows with a leap between them do not decide.
    let two = "2023-01-02,104.1,104.9,100.8,101.2,7\n2023-01-03,103.5,106.7,101.9,102.9,8";
    let why = one(two).expect_err("in doubt");
    assert!(why.contains("do not decide which is the open"), "{why}");
    // The columns may be told.
    let columns =
        ["time", "close", "high", "low", "open", "volume"].map(|name| Role::of(name).expect("a role"));
    let options = ReadOptions { columns: Some(columns.to_vec()), ..today() };
    let text = rows(&[0, 4, 2, 3, 1, 5], ",", none);
    assert_eq!(one_by(&text, &options), Ok(right()));
}

#[test]
fn orders_without_a_header_are_found_from_the_rows() {
    for order in
        [[0, 1, 2, 3, 4, 5], [0, 3, 2, 1, 4, 5], [0, 1, 4, 2, 3, 5], [0, 1, 4, 3, 2, 5], [0, 5, 4, 2, 3, 1]]
    {
        assert_eq!(one(&rows(&order, "\t", none)), Ok(right()), "{order:?}");
    }
}

#[test]
fn flat_candles_in_the_order_of_bitfinex_are_read_in_it() {
    // Open, close, high, low; most candles have one price.
    let text = "[[1577836800000,7200,7200,7200,7200,0.1],[1577836860000,7200,7205,7206,7200,1.5],\
        [1577836920000,7205,7205,7205,7205,0.2],[1577836980000,7205,7201,7205,7199,2.5],\
        [1577837040000,7201,7201,7201,7201,0.3],[1577837100000,7201,7208,7209,7201,1.1],\
        [1577837160000,7208,7208,7208,7208,0.7]]";
    let read = one(text).expect("candles");
    assert_eq!(read[1], "2020-01-01T00:01:00Z 7200 7206 7200 7205 1.5");
    assert_eq!(read[3], "2020-01-01T00:03:00Z 7205 7205 7199 7201 2.5");
    // Nothing but flat candles has one order as well as another.
    let flat = "1577836800000,7,7,7,7,1\n1577836860000,8,8,8,8,2\n1577836920000,7,7,7,7,1\n";
    assert_eq!(one(flat).expect("candles")[1], "2020-01-01T00:01:00Z 8 8 8 8 2");
}

#[test]
fn an_adjusted_close_is_no_volume() {
    let adjusted = |_: usize, row: &[&str; 6]| {
        let close: f64 = row[4].parse().expect("a number");
        format!("{:.6}", close * 0.97)
    };
    let header = "Date,Open,High,Low,Close,Adj Close,Volume\n";
    let text = rows(&[0, 1, 2, 3, 4, 9, 5], ",", adjusted);
    assert_eq!(one(&format!("{header}{text}")), Ok(right()));
    assert_eq!(one(&text), Ok(right()));
}

#[test]
fn an_average_price_is_no_volume() {
    let average = |_: usize, row: &[&str; 6]| {
        let [high, low, close] = [2, 3, 4].map(|at| row[at].parse::<f64>().expect("a number"));
        format!("{:.3}", (high + low + close) / 3.0)
    };
    // Kraken: time, open, high, low, close, average, volume, trades.
    let text = rows(&[0, 1, 2, 3, 4, 9, 5], ",", average);
    assert_eq!(one(&text), Ok(right()));
}

#[test]
fn an_amount_near_the_price_is_neither_lost_nor_taken_for_one() {
    let near = |at: usize, _: &[&str; 6]| {
        ["97.5", "112", "103.25", "94", "99.75", "110.5", "101", "93.5"][at].to_owned()
    };
    let text = rows(&[0, 1, 2, 3, 4, 9], ",", near);
    assert!(one(&text).is_err_and(|why| why.contains("which is the volume")));
    // Nor is the amount beside it the volume.
    let text = rows(&[0, 1, 2, 3, 4, 9, 5], ",", near);
    assert!(one(&text).is_err_and(|why| why.contains("which is the volume")));
}

#[test]
fn a_change_in_percent_behind_whole_volumes_is_no_volume() {
    let change = |at: usize, _: &[&str; 6]| {
        ["0.52", "1.41", "2.05", "0.33", "5.38", "1.2", "2.9", "2.71"][at].to_owned()
    };
    let text = rows(&[0, 1, 2, 3, 4, 5, 9], ",", change);
    assert!(one(&text).is_err_and(|why| why.contains("which is the volume")));
}

#[test]
fn an_amount_at_a_price_of_1_is_told_by_its_name() {
    let text = "date,open,high,low,close,volume,amount\n2023-01-02,1,1.001,0.999,1.0005,7000,7001\n\
        2023-01-03,1.0005,1.001,0.999,1,8000,8003\n2023-01-04,1,1.002,0.999,1,9000,9001\n";
    assert_eq!(one(text).expect("candles")[0], "2023-01-02T00:00:00Z 1 1.001 0.999 1.0005 7000");
    // At other prices the name may be of either.
    let text = "date,open,high,low,close,volume,amount\n2023-01-02,10,10.1,9.9,10,70000,7000\n\
        2023-01-03,10,10.1,9.9,10,80000,8000\n2023-01-04,10,10.1,9.9,10,90000,9000\n";
    assert!(one(text).expect("candles")[0].ends_with(" 7000"));
}

#[test]
fn columns_that_fit_alike_are_refused_also_where_opens_are_the_closes_before() {
    // Each of the two last columns may be the low.
    let text = "1672531200,100,102,99,101,95\n1672534800,101,105,100,104,96\n1672538400,104,106,103,105,98\n\
        1672542000,105,106,102,103,97\n";
    assert!(one(text).is_err_and(|why| why.contains("which is the low")));
}

#[test]
fn ticks_are_the_volume_where_the_volume_is_0_throughout() {
    let header = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n";
    let row = |minute: u8, ticks: u8, volume: u8| {
        format!("2023.01.02\t00:{minute:02}:00\t1.1\t1.2\t1.0\t1.15\t{ticks}\t{volume}\t3\n")
    };
    let text = format!("{header}{}{}{}", row(0, 77, 0), row(1, 78, 0), row(2, 79, 0));
    let read = one(&text).expect("candles");
    assert_eq!(read[0], "2023-01-02T00:00:00Z 1.1 1.2 1 1.15 77");
    let text = format!("{header}{}{}{}", row(0, 77, 5), row(1, 78, 0), row(2, 79, 6));
    assert!(one(&text).expect("candles")[0].ends_with(" 5"));
}

#[test]
fn rows_of_several_symbols_are_parted() {
    let text = "date,open,high,low,close,volume,Name\n\
        2013-02-08,15.07,15.12,14.63,14.75,8407500,AAL\n\
        2013-02-11,14.89,15.01,14.26,14.46,8882000,AAL\n\
        2013-02-12,14.45,14.51,14.1,14.27,8126000,AAL\n\
        2013-02-08,67.71,68.4,66.89,67.85,158168416,AAPL\n\
        2013-02-11,68.07,69.28,67.61,68.56,129029425,AAPL\n\
        2013-02-12,68.5,68.91,66.82,66.84,151829363,AAPL\n";
    let all = whole(text.to_owned(), &ReadOptions { interval: Some(86_400_000), ..today() }).expect("series");
    let told: Vec<_> = all.series.iter().map(|one| (one.symbol.as_deref(), one.candles.len())).collect();
    assert_eq!(told, [(Some("AAL"), 3), (Some("AAPL"), 3)]);
    assert_eq!((all.series[0].candles[0].open, all.series[1].candles[0].open), (15.07, 67.71));
}

#[test]
fn rows_without_values_are_passed_over_and_counted() {
    let text = "Date,Open,High,Low,Close,Volume\n\
        2023-01-02,2,3,1,2.5,7\n\
        2023-01-03,,,,,\n\
        2023-01-04,NaN,nan,NaN,NaN,NaN\n\
        2023-01-05,null,null,null,null,null\n\
        2023-01-06,2,3,1,2.5,\n\
        2023-01-09,2,3,1,2.5,-1\n\
        2023-01-10,2,3,1,2.5,8\n\
        2023-01-11,2,3,1,2.5,8\n";
    let all =
        whole(text.to_owned(), &ReadOptions { interval: Some(86_400_000), ..today() }).expect("candles");
    assert_eq!((all.counts.empty, all.series[0].candles.len()), (3, 5));
    let volumes: Vec<f64> = all.series[0].candles.iter().map(|candle| candle.volume).collect();
    assert_eq!(volumes, [7.0, 0.0, 0.0, 8.0, 8.0]);
    // One price that is missing is a fault.
    assert_eq!(
        one(&text.replace("2023-01-10,2,3", "2023-01-10,2,")),
        Err("line 8: high is empty".to_owned())
    );
}

#[test]
fn a_header_that_comes_again_is_passed_over() {
    let text = "time,open,high,low,close\n1672531200,2,3,1,2.5\n1672531260,2,3,1,2.5\n\
        time,open,high,low,close\n1672531320,2,3,1,2.5\n";
    let all = whole(text.to_owned(), &today()).expect("candles");
    assert_eq!((all.counts.headers, all.series[0].candles.len()), (1, 3));
}

#[test]
fn a_high_that_misses_a_price_by_rounding_is_widened() {
    let text = "time,open,high,low,close\n1672531200,2,3,1,2.5\n1672531260,2,2.4999999999,1,2.5\n1672531320,2,3,1,2.5\n";
    let all = whole(text.to_owned(), &today()).expect("candles");
    assert_eq!((all.counts.widened, all.series[0].candles[1].high), (1, 2.5));
    let far = one(&text.replace("2.4999999999", "2.499"));
    assert_eq!(far, Err("line 3: high is below open, close or low".to_owned()));
}

#[test]
fn milliseconds_before_1973_are_no_seconds() {
    let text = "date,open,high,low,close,volume\n\
        -315878400000,2,3,1,2.5,7\n-315792000000,2,3,1,2.5,7\n-315705600000,2,3,1,2.5,7\n";
    assert_eq!(one(text).expect("candles")[0], "1959-12-29T00:00:00Z 2 3 1 2.5 7");
    let text = "date,open,high,low,close,volume\n\
        63072000000,2,3,1,2.5,7\n63158400000,2,3,1,2.5,7\n63244800000,2,3,1,2.5,7\n";
    assert_eq!(one(text).expect("candles")[0], "1972-01-01T00:00:00Z 2 3 1 2.5 7");
    // One unit for a whole file, which goes on after 1973.
    let text = "date,open,high,low,close,volume\n\
        94435200000,2,3,1,2.5,7\n94521600000,2,3,1,2.5,7\n94608000000,2,3,1,2.5,7\n94694400000,2,3,1,2.5,7\n\
        100051200000,2,3,1,2.5,7\n";
    assert_eq!(one(text).expect("candles")[4], "1973-03-04T00:00:00Z 2 3 1 2.5 7");
}

#[test]
fn times_in_powers_of_ten_have_lost_digits() {
    let text =
        "time,open,high,low,close\n1.67253E+12,2,3,1,2.5\n1.67253E+12,2,3,1,2.5\n1.67254E+12,2,3,1,2.5\n";
    let why = one(text).expect_err("lost digits");
    assert!(why.contains("powers of ten, so that digits are lost"), "{why}");
}

#[test]
fn times_of_day_without_a_date_are_refused() {
    for [first, second, third] in [
        ["09:30:00", "09:31:00", "09:32:00"],
        ["34200", "34260", "34320"],
        ["34200000", "34260000", "34320000"],
    ] {
        let text =
            format!("time,open,high,low,close\n{first},2,3,1,2.5\n{second},2,3,1,2.5\n{third},2,3,1,2.5\n");
        let why = one(&text).expect_err("no date");
        assert!(why.contains("times of day without a date"), "{why}");
    }
}

#[test]
fn times_of_closing_are_refused() {
    let row = |hour: u8| format!("2023-01-01 {hour:02}:59:59.999,2,3,1,2.5,7\n");
    let text = format!("time,open,high,low,close,volume\n{}{}{}", row(0), row(1), row(2));
    let why = one(&text).expect_err("closing times");
    assert!(why.contains("are times of closing"), "{why}");
    let row = |day: u8| format!("2023-01-{day:02}T23:59:59Z,2,3,1,2.5,7\n");
    let text = format!("time,open,high,low,close,volume\n{}{}{}", row(1), row(2), row(3));
    assert!(one(&text).expect_err("closing times").contains("are times of closing"));
}

#[test]
fn years_far_ahead_of_now_are_refused() {
    let text = "time,open,high,low,close\n2023-01-01,2,3,1,2.5\n2223-01-02,2,3,1,2.5\n2023-01-03,2,3,1,2.5\n";
    assert_eq!(one(text), Err("line 3: time 2223-01-02T00:00:00Z is ahead of now".to_owned()));
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_rows() {
    let text = "time,open,high,low,close,note\n1672531200,2,3,1,2.5,a\n1672531260,2,3,1,2.5,\"b\n\
        1672531320,2,3,1,2.5,c\n1672531380,2,3,1,2.5,d\n";
    assert_eq!(one(text), Err("line 3: a quote is never closed".to_owned()));
}

#[test]
fn a_column_of_times_of_day_in_digits_is_read_without_a_header() {
    let text: Vec<String> = (0..6)
        .map(|at| {
            let open = 7.0 + f64::from(at) / 10.0;
            format!(
                "20230102,0{}3000,{open:.2},{:.2},{:.2},{:.2},123{at}",
                at + 3,
                open + 0.2,
                open - 0.1,
                open + 0.1
            )
        })
        .collect();
    let read = one(&text.join("\n")).expect("candles");
    assert_eq!(read[0], "2023-01-02T03:30:00Z 7 7.2 6.9 7.1 1230");
    assert_eq!(read[5], "2023-01-02T08:30:00Z 7.5 7.7 7.4 7.6 1235");
    // An offset behind the time of day counts.
    let text = rows(&[0, 9, 1, 2, 3, 4, 5], " ", |_, _| "00:00:00-05:00".to_owned());
    let read = one_by(&text, &ReadOptions { interval: Some(86_400_000), ..today() }).expect("candles");
    assert_eq!(read.len(), 8);
}
