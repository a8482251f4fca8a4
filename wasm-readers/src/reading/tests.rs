use super::*;

const NOW: i64 = 1_750_000_000_000;

fn understand(file: &str, text: &str) -> Result<Reading, String> {
    Reading::understand(text.as_bytes().to_vec(), file, NOW).map_err(|error| error.to_string())
}

/// A text that is read whole.
fn reading(file: &str, text: &str) -> Reading {
    let mut reading = understand(file, text).expect("a text of candles");
    reading.read_rows(|_| true).expect("rows");
    reading
}

fn named(reading: &Reading) -> Vec<(String, String)> {
    (0..reading.count()).map(|at| (reading.symbol(at), reading.interval(at))).collect()
}

#[test]
fn a_text_is_told_in_the_words_of_import() {
    let text =
        "time,open,high,low,close,volume\n1672534800,1,3,1,2,5\n1672538400,2,4,2,3,6\n1672542000,3,5,3,4,7\n";
    let mut reading = reading("BTCUSDT-1h.csv", text);
    assert_eq!(
        reading.form(),
        "CSV with a header, commas, UTF-8; times: s since 1970, UTC; numbers: '.' before decimals"
    );
    assert_eq!((reading.rows(), reading.bad(), reading.has_volume()), (3, 0, true));
    assert_eq!(named(&reading), [("BTCUSDT".to_owned(), "1h".to_owned())]);
    let series = reading.take_rows(0).expect("a series");
    assert_eq!(series.rows()[6..12], [1_672_538_400_000.0, 2.0, 4.0, 2.0, 3.0, 6.0]);
    assert_eq!(series.rows().len(), 18);
}

#[test]
fn the_interval_comes_from_the_candles_where_the_name_tells_none() {
    let text = "date,open,high,low,close\n2024-01-01,1,3,1,2\n2024-01-02,1,3,1,2\n2024-01-03,1,3,1,2\n";
    let reading = reading("", text);
    assert_eq!(named(&reading), [(String::new(), "1d".to_owned())]);
    assert!(reading.doubts().is_empty() && !reading.has_volume());
}

#[test]
fn the_candles_are_believed_where_the_name_says_another_interval() {
    let text = "1672534800,1,3,1,2\n1672538400,2,4,2,3\n1672542000,3,5,3,4\n";
    let reading = reading("BTCUSDT-1d.csv", &format!("time,open,high,low,close\n{text}"));
    assert_eq!(reading.interval(0), "1h");
    assert_eq!(reading.doubts(), ["its candles are 1h apart, not 1d"]);
}

#[test]
fn rows_of_several_symbols_are_parted() {
    let day = |date: &str, of: &str, price: u8| format!("{of},{date},{price},{price},{price},{price},1\n");
    let rows =
        ["2024-01-01", "2024-01-02", "2024-01-03"].map(|date| day(date, "AAPL", 2) + &day(date, "MSFT", 3));
    let mut reading =
        reading("all.csv", &format!("ticker,date,open,high,low,close,volume\n{}", rows.concat()));
    let expected = ["AAPL", "MSFT"].map(|symbol| (symbol.to_owned(), "1d".to_owned()));
    assert_eq!(named(&reading), expected);
    for (at, price) in [(0, 2.0), (1, 3.0)] {
        let series = reading.take_rows(at).expect("a series");
        assert_eq!((series.rows().len(), series.rows()[1]), (18, price));
    }
}

#[test]
fn days_of_a_session_stand_at_midnight_as_import_places_them() {
    // 9:30 in New York, before and after summer time begins on 2024-03-10.
    let days = [(6, 14), (7, 14), (8, 14), (11, 13), (12, 13), (13, 13)];
    let rows = days.map(|(day, hour)| format!("2024-03-{day:02}T{hour}:30:00Z,2,3,1,2,5\n")).concat();
    let mut reading = reading("SPY.csv", &format!("time,open,high,low,close,volume\n{rows}"));
    let series = reading.take_rows(0).expect("a series");
    let rows = series.rows();
    let times: Vec<f64> = rows.iter().step_by(6).copied().collect();
    assert!(times.len() == 6 && times.iter().all(|time| time % 86_400_000.0 == 0.0), "{times:?}");
}

#[test]
fn rows_that_are_no_candles_are_told_with_their_lines() {
    let text = "time,open,high,low,close\n1672534800,1,3,1,2\n1672538400,1,3,1,x\n1672542000,1,3,1,2\n1672545600,1,3,1,2\n";
    let reading = reading("", text);
    assert_eq!((reading.rows(), reading.bad()), (4, 1));
    assert_eq!(reading.errors(), ["line 3: close \"x\" is not a number"]);
}

#[test]
fn candles_far_ahead_of_now_are_refused() {
    let text = "time,open,high,low,close\n2095-01-01,1,3,1,2\n2095-01-02,1,3,1,2\n2095-01-03,1,3,1,2\n";
    let told = match understand("", text) {
        Err(told) => told,
        Ok(mut reading) => {
            reading.read_rows(|_| true).expect("rows");
            reading.errors().concat()
        }
    };
    assert!(told.contains("ahead of now"), "{told}");
}

#[test]
fn times_of_closing_are_refused() {
    let text =
        "time,open,high,low,close\n1672534799999,1,3,1,2\n1672538399999,1,3,1,2\n1672541999999,1,3,1,2\n";
    let told = understand("BTCUSDT-1h.csv", text).expect_err("times of closing");
    assert!(told.contains("times of closing"), "{told}");
}

#[test]
fn what_progress_refuses_is_read_no_further() {
    let rows: String =
        (0..30_000).map(|minute| format!("{},1,3,1,2\n", 1_672_531_200 + 60 * minute)).collect();
    let mut reading =
        understand("", &format!("time,open,high,low,close\n{rows}")).expect("a text of candles");
    reading.read_rows(|_| false).expect("rows");
    assert_eq!(reading.rows(), 10_000);
}
