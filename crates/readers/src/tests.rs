use proptest::{collection::vec, prelude::*, sample::select};

use candles::{Candle, format_utc, parse_utc};

use super::*;

/// How many cases a property is tried with, where the environment does not say otherwise.
pub fn cases(usual: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

const KLINE: &str = "1672531200000,16541.77,16545.70,16508.39,16529.67,4364.83570,1672534799999,72146293.58,149854,2179.94,36032203.42,0";

fn rows(text: &str) -> Result<Vec<Row>, Error> {
    Rows::new(text.as_bytes())?.collect()
}

/// The message of the first error.
fn error(text: &str) -> String {
    rows(text).expect_err(text).to_string()
}

/// The open time of a one-row file.
fn time_of(field: &str) -> Result<i64, String> {
    let rows =
        rows(&format!("time,open,high,low,close\n{field},2,3,1,2")).map_err(|error| error.to_string())?;
    Ok(rows[0].candle.open_time)
}

#[test]
fn klines_are_read_from_csv_and_from_json() {
    let candle = Candle {
        open_time: 1_672_531_200_000,
        open: 16541.77,
        high: 16545.7,
        low: 16508.39,
        close: 16529.67,
        volume: 4364.8357,
    };
    let strings: Vec<String> = KLINE.split(',').map(|value| format!("\"{value}\"")).collect();
    for text in [KLINE.to_owned(), format!("[[{KLINE}]]"), format!("[[{}]]", strings.join(", "))] {
        assert_eq!(rows(&text).expect(&text), [Row { line: 1, candle }], "{text}");
    }
    assert_eq!(Rows::new(KLINE.as_bytes()).expect("rows").form(), Form::Klines { columns: 12 });
}

#[test]
fn the_usual_headers_are_understood() {
    let candle =
        Candle { open_time: 1_672_531_200_000, open: 2.0, high: 3.0, low: 1.0, close: 2.5, volume: 7.0 };
    for text in [
        "open_time,open,high,low,close,volume\n1672531200000,2,3,1,2.5,7",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2023-01-01,2,3,1,2.5,2.4,7",
        "Timestamp;Open;High;Low;Close;Volume\n2023-01-01 00:00:00;2;3;1;2.5;7",
        "\u{feff}\"Open time\"\tClose\tHigh\tLow\tOpen\tVol\r\n2023-01-01T00:00:00Z\t2.5\t3\t1\t2\t7\r\n",
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\n2023.01.01\t00:00:00\t2\t3\t1\t2.5\t9\t7",
        "https://example.org/\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n1672531200,x,BTC,2,3,1,2.5,7,9",
        "Date (UTC),open,high,low,close,volume\n20230101,2,3,1,2.5,7",
        "{\"t\":1672531200,\"o\":2,\"h\":\"3\",\"l\":1,\"c\":2.5,\"v\":7}",
    ] {
        let text = if text.starts_with('{') { format!("[\n{text}\n]") } else { text.to_owned() };
        let read: Vec<Candle> = rows(&text).expect(&text).iter().map(|row| row.candle).collect();
        assert_eq!(read, [candle], "{text}");
    }
}

#[test]
fn times_are_understood_in_every_usual_unit_and_spelling() {
    let at = parse_utc("2023-01-07T05:06:07Z").expect("a time");
    for field in [
        "1673067967",
        "1673067967.0",
        "1673067967000",
        "1673067967000000",
        "1673067967000000000",
        "2023-01-07T05:06:07Z",
        "2023-01-07T05:06:07+00:00",
        "2023-01-07T07:06:07+0200",
        "2023-01-07 07:06:07+02",
        "2023-01-07 05:06:07",
        "2023-01-07 05:06:07.000",
        "2023/01/07 05:06:07 UTC",
    ] {
        assert_eq!(time_of(field), Ok(at), "{field}");
    }
    assert_eq!(time_of("2023-01-07 05:06"), Ok(at - 7000));
    assert_eq!(time_of("2023.01.07"), Ok(at - 7000 - 306 * 60_000));
    assert_eq!(time_of("-1.5"), Ok(-1500));
}

#[test]
fn times_that_can_be_misread_or_are_too_fine_are_refused() {
    for field in
        ["01/02/2023", "2.1.2023", "1673067967000001", "1673067967.0001", "now", "2023-13-01", "9e9", ""]
    {
        let message = time_of(field).expect_err(field);
        assert!(message.starts_with("line 2: time "), "{message}");
    }
}

#[test]
fn a_bad_row_is_told_with_its_line_and_the_next_one_is_read() {
    let text = "date,open,high,low,close,volume\n\
        2023-01-01,2,3,1,2,7\n\
        2023-01-02,2,3,1,x,7\n\
        2023-01-03,2,3,1,2\n\
        2023-01-04,2,1,3,2,7\n\
        2023-01-05,2,3,1,2,-7\n\
        2023-01-06,\"1,5\",3,1,2,7\n\
        2023-01-07,2,3,1,,7\n\
        2023-01-08,nan,3,1,2,7\n\
        2023-01-09,2,3,1,2,7\n";
    let all: Vec<_> = Rows::new(text.as_bytes()).expect("a header").collect();
    let messages: Vec<String> = all.iter().filter_map(|row| Some(row.as_ref().err()?.to_string())).collect();
    assert_eq!(
        messages,
        [
            "line 3: close \"x\" is not a number",
            "line 4: 5 columns instead of 6",
            "line 5: high is below open, close or low",
            "line 6: volume is below 0",
            "line 7: open \"1,5\" is not a number; decimals come after a point, and nothing parts thousands",
            "line 8: close is empty",
            "line 9: open is not a finite number",
        ]
    );
    assert_eq!(all.iter().flatten().map(|row| row.line).collect::<Vec<_>>(), [2, 10]);
}

#[test]
fn lines_are_counted_whatever_ends_them_and_however_many_are_empty() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "",
            "date,open,high,low,close,note",
            "",
            "",
            "2023-01-01,2,3,1,2,\"a",
            "b\"",
            "2023-01-02,x,3,1,2,c",
        ];
        let all: Vec<_> = Rows::new(text.join(end).as_bytes()).expect("a header").collect();
        assert_eq!(all[0].as_ref().expect("a row").line, 5, "{end:?}");
        assert_eq!(all[1].as_ref().expect_err("x").to_string(), "line 7: open \"x\" is not a number");
    }
}

#[test]
fn json_rows_are_told_with_their_lines_too() {
    let text =
        "[\n [1672531200, 2, 3, 1, 2, 7],\n [1672534800, 2, 3, 1],\n [1672534800, null, 3, 1, 2, 7],\n 5]";
    let all: Vec<_> = Rows::new(text.as_bytes()).expect("an array").collect();
    let messages: Vec<String> = all.iter().filter_map(|row| Some(row.as_ref().err()?.to_string())).collect();
    assert_eq!(
        messages,
        [
            "line 3: 4 values; a kline has 6, 7 or 12",
            "line 4: open is empty",
            "line 5: not an array of values"
        ]
    );
}

#[test]
fn what_holds_no_candles_is_refused_whole() {
    for (text, message) in [
        ("", "there are no rows"),
        (" \n\t", "there are no rows"),
        ("[]", "there are no rows"),
        ("hello\nworld", "line 2: the header names no column \"open\"; it has \"world\""),
        ("a,b\n1,2", "line 1: the header names no column \"open\"; it has \"a\", \"b\""),
        ("open,high,low,close\n1,1,1,1", "line 1: the header names no column \"time\""),
        ("time,open,high,low,close,close\n", "line 1: two columns are named \"close\""),
        ("1672531200,1,2,3,4", "line 1: 5 columns and no header; without one a file has 6, 7 or 12"),
        ("SQLite format 3\0", "this is no text"),
        ("[[1,2", "JSON: EOF while parsing"),
        ("{\"data\":[]}", "JSON: invalid type: map, expected a sequence"),
        ("[{\"open\":1}]", "line 1: the header names no column \"high\""),
    ] {
        assert!(error(text).starts_with(message), "{text:?}: {}", error(text));
    }
    let utf16: Vec<u8> =
        std::iter::once(0xfeff_u16).chain("time".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let refused = Rows::new(&utf16[..]).expect_err("UTF-16");
    assert_eq!(refused.to_string(), "the text is UTF-16; save it as UTF-8");
}

#[test]
fn a_row_without_an_end_is_refused() {
    let text = format!("time,open,high,low,close,note\n1672531200,2,3,1,2,\"{}", "\n".repeat(1 << 21));
    let mut rows = Rows::new(text.as_bytes()).expect("a header");
    let error = rows.next().expect("an error").expect_err("too long");
    assert!(matches!(error, Error::RowTooLong), "{error}");
    assert_eq!(error.to_string(), "cannot read on: a row of more than 1024 KiB; is a quote left open?");
    assert!(rows.next().is_none());
}

#[test]
fn rows_in_any_order_make_a_series_and_contradictions_do_not() {
    let row = |line, at, close| Row {
        line,
        candle: Candle { open_time: at, open: 1.0, high: 9.0, low: 1.0, close, volume: 0.0 },
    };
    let series = Series::new(vec![row(1, 20, 2.0), row(2, 10, 1.0), row(3, 20, 2.0)]).expect("a series");
    assert_eq!(series.candles, [row(2, 10, 1.0).candle, row(1, 20, 2.0).candle]);
    assert_eq!((series.sorted, series.repeated), (true, 1));
    let error = Series::new(vec![row(4, 10, 1.0), row(5, 10, 2.0)]).expect_err("a contradiction");
    assert_eq!(error.to_string(), "line 5: another candle of 1970-01-01T00:00:00.010Z than in line 4");
}

#[test]
fn the_usual_step_is_what_most_neighbours_have() {
    let at = |time| Candle { open_time: time, open: 1.0, high: 1.0, low: 1.0, close: 1.0, volume: 0.0 };
    assert_eq!(usual_step(&[0, 5, 10, 25, 30].map(at)), Some(5));
    assert_eq!(usual_step(&[at(0)]), None);
}

#[test]
fn intervals_have_codes_and_codes_have_lengths() {
    for code in ["1s", "1m", "15m", "1h", "4h", "1d", "3d", "1w"] {
        assert_eq!(interval_code(interval_ms(code).expect(code)), code);
    }
    assert_eq!((interval_code(5_400_000).as_str(), interval_code(1500).as_str()), ("90m", "1500ms"));
    for code in ["", "h", "0h", "01h", "1M", "1y", "-1h", "99999d", "1.5h", "é"] {
        assert_eq!(interval_ms(code), None, "{code}");
    }
}

#[test]
fn file_names_tell_symbol_and_interval() {
    let named = |file| {
        let SeriesName { symbol, interval } = series_name(file);
        (symbol.unwrap_or_default(), interval.unwrap_or_default())
    };
    let both = |symbol: &str, interval: &str| (symbol.to_owned(), interval.to_owned());
    assert_eq!(named("BTCUSDT-1h-2023-01.csv"), both("BTCUSDT", "1h"));
    assert_eq!(named("/data/BTCUSDT-1h-2023-01_2023-05.csv"), both("BTCUSDT", "1h"));
    assert_eq!(named("Binance_BTCUSDT_1d.csv"), both("BTCUSDT", "1d"));
    assert_eq!(named("ETH-USD_4h.JSON"), both("ETH-USD", "4h"));
    assert_eq!(named("BTCUSDT-15m-2023-01.zip"), both("BTCUSDT", "15m"));
    assert_eq!(named("BRK.B.csv.gz"), both("BRK.B", ""));
    assert_eq!(named("AAPL 2023.csv"), both("AAPL", ""));
    for file in ["candles.csv", "", "1h.csv", "ü-1.csv", "my data.txt"] {
        assert_eq!(named(file).0, "", "{file}");
    }
}

fn candles() -> impl Strategy<Value = Vec<Candle>> {
    let value = || {
        prop_oneof![3 => 0.0..1e6_f64, 1 => (-300..300_i32, 1.0..10.0_f64).prop_map(|(power, x)| {
            format!("{x}e{power}").parse().unwrap_or(1.0)
        })]
    };
    // Any number of ms that no other unit could be meant by.
    let time = 100_000_000_000..100_000_000_000_000_i64;
    vec((time, [value(), value(), value(), value()], value()), 1..40).prop_map(|rows| {
        let candle = |(open_time, mut prices, volume): (i64, [f64; 4], f64)| {
            prices.sort_by(f64::total_cmp);
            let [low, open, close, high] = prices;
            Candle { open_time, open, high, low, close, volume }
        };
        rows.into_iter().map(candle).collect()
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn candles_come_back_bit_for_bit_from_every_form(
        candles in candles(),
        delimiter in select(vec![",", ";", "\t"]),
        dates: bool,
        quoted: bool,
        end in select(vec!["\n", "\r\n"]),
    ) {
        let quote = if quoted { "\"" } else { "" };
        let time = |at: i64| if dates { format_utc(at) } else { at.to_string() };
        let line = |c: &Candle, delimiter: &str| {
            let values = [c.open, c.high, c.low, c.close, c.volume].map(|value| format!("{quote}{value:?}{quote}"));
            let string = dates && delimiter == ", ";
            let time = if string { format!("\"{}\"", time(c.open_time)) } else { time(c.open_time) };
            format!("{time}{delimiter}{}", values.join(delimiter))
        };
        let csv: Vec<String> = candles.iter().map(|candle| line(candle, delimiter)).collect();
        let header = ["Time", "Open", "HIGH", "low", "Close", "Volume"].join(delimiter);
        let with_header = format!("{header}{end}{}{end}", csv.join(end));
        let json: Vec<String> = candles.iter().map(|candle| format!("[{}]", line(candle, ", "))).collect();
        let json = format!("[{}]", json.join(&format!(",{end}")));
        for (first, text) in [(2, with_header), (1, csv.join(end)), (1, json)] {
            let read = rows(&text);
            let expected: Vec<Row> = (first..).zip(&candles).map(|(line, &candle)| Row { line, candle }).collect();
            prop_assert_eq!(read.expect("rows"), expected, "{}", text);
        }
    }

    #[test]
    fn no_text_panics_and_every_row_that_is_read_is_a_valid_candle(
        text in prop_oneof![
            "\\PC{0,200}",
            "[0-9a-z,;\\n\\t\"'.:\\[\\]{}-]{0,200}",
            "(time,open,high,low,close,volume\n)?([0-9]{1,14},[0-9.,e-]{0,30}\n){0,8}",
        ],
        cut in 0..200_usize,
    ) {
        let mut bytes = text.into_bytes();
        bytes.truncate(cut.max(1));
        if let Ok(rows) = Rows::new(&bytes[..]) {
            let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
            for row in rows {
                match row {
                    Ok(row) => {
                        prop_assert_eq!(row.candle.check(), Ok(()));
                        prop_assert!((1..=lines).contains(&row.line));
                    }
                    Err(Error::Row { line, .. }) => prop_assert!((1..=lines).contains(&line)),
                    Err(other) => prop_assert!(false, "{}", other),
                }
            }
        }
    }
}
