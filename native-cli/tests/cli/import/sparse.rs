//! Candles without times of closing that lie further apart than their interval, as gaps or as candles of another one.

use super::{klines, refusals::with_header};
use crate::common::{HOUR, Place, START};

const MINUTE: i64 = HOUR / 60;
const FILE: &str = "ILL-1m.csv";

/// The minutes in which a market is traded: nearly all, but for three hours of a week with every second one, by chance.
fn traded(minutes: i64) -> Vec<i64> {
    let mut state = 5_u64;
    let mut chance = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    (0..minutes)
        .filter(|minute| {
            let is_quiet = (minute / 60) % 24 < 3 && (minute / 1440) % 7 == 6;
            chance() < if is_quiet { 0.5 } else { 0.999 }
        })
        .collect()
}

#[test]
fn a_market_that_is_hardly_traded_at_night_is_stored_and_the_doubt_is_noted() {
    let place = Place::new();
    let minutes = traded(200_000);
    let text: String = minutes.iter().map(|at| format!("{},1,2,0.5,1.5,10\n", START + at * MINUTE)).collect();
    place.write(FILE, format!("open_time,open,high,low,close,volume\n{text}"));
    let ran = place.import(&[FILE]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("image-cache: note: ILL-1m.csv: line "), "{}", ran.stderr);
    let times: Vec<i64> = place.stored("ILL", "1m").iter().map(|row| (row.0 - START) / MINUTE).collect();
    assert_eq!(times, minutes);
    let again = place.import(&[FILE, "--format", "json"]);
    assert_eq!((again.status, &again.summary()["unchanged"]), (0, &minutes.len().into()));
    let note = again.json().into_iter().find(|line| line["type"] == "note").expect("a note");
    assert_eq!(note["file"], FILE);
    assert!(note["line"].as_u64().is_some_and(|line| line > 8640), "{note}");
    assert!(note["reason"].as_str().is_some_and(|why| why.contains("stored as 1m with gaps")), "{note}");
}

#[test]
fn a_block_of_a_coarser_interval_is_refused_until_the_user_says_that_it_is_none() {
    let place = Place::new();
    place.write("X-1h.csv", with_header(&(klines(0..200, HOUR) + &klines(50..70, 4 * HOUR))));
    place.import(&["X-1h.csv"]).refuses(1, &["further apart than 1h; --sparse takes them"]);
    assert_eq!(place.stored("X", "1h").len(), 200);
    let ran = place.import(&["X-1h.csv", "--sparse"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("note: X-1h.csv: line 202: here and below, 20 candles"), "{}", ran.stderr);
    assert_eq!(place.stored("X", "1h").len(), 220);
}

#[test]
fn equal_gaps_off_the_grid_or_of_no_published_interval_are_gaps() {
    for (first, step, is_taken) in [(400, 4, false), (401, 4, true), (400, 5, true), (400, 24, true)] {
        let place = Place::new();
        let block = (0..20).map(|number| first + number * step);
        place.write("X-1h.csv", with_header(&klines((0..200).chain(block), HOUR)));
        let ran = place.import(&["X-1h.csv"]);
        assert_eq!(ran.status, i32::from(!is_taken), "{first} {step}: {}", ran.stderr);
        assert_eq!(ran.stderr.contains("note: "), is_taken, "{}", ran.stderr);
    }
}

#[test]
fn a_few_candles_with_like_gaps_are_stored() {
    let place = Place::new();
    place.write("X-1h.csv", with_header(&klines([0, 3, 6, 7, 9], HOUR)));
    place.import_well(&["X-1h.csv"]);
    assert_eq!(place.stored("X", "1h").len(), 5);
    // Nothing tells these from candles of 3h.
    place.write("Y-1h.csv", with_header(&klines([0, 3, 6, 9, 15], HOUR)));
    place.import(&["Y-1h.csv"]).refuses(1, &["3h apart, not 1h", "or --sparse if those between are missing"]);
    place.import_well(&["Y-1h.csv", "--sparse"]);
    assert_eq!(place.stored("Y", "1h").len(), 5);
}

#[test]
fn a_month_passes_for_no_shorter_candle() {
    let day = 24 * HOUR;
    for (days, length) in [(28, "4w"), (29, "29d"), (31, "31d"), (90, "90d"), (365, "365d"), (2, "2d")] {
        let place = Place::new();
        let row = format!("{START},1,2,1,2,5,{},0,0,0,0,0\n", START + days * day - 1);
        place.write("X-1mo-2023-02.csv", row);
        let flags = ["X-1mo-2023-02.csv", "--symbol", "X", "--interval", "1d"];
        let why = format!("line 1: closes {length} after it opens, so it is no candle of 1d");
        place.import(&flags).refuses(1, &[&why]);
        assert!(!place.db().exists());
    }
}
