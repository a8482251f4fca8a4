//! Candles that lie further apart than their interval: with gaps between them, or of another one.

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
fn a_market_that_is_hardly_traded_at_night_is_stored() {
    let place = Place::new();
    let minutes = traded(200_000);
    let text: String = minutes.iter().map(|at| format!("{},1,2,0.5,1.5,10\n", START + at * MINUTE)).collect();
    place.write(FILE, format!("open_time,open,high,low,close,volume\n{text}"));
    let ran = place.import(&[FILE]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let times: Vec<i64> = place.stored("ILL", "1m").iter().map(|row| (row.0 - START) / MINUTE).collect();
    assert_eq!(times, minutes);
    assert_eq!(place.import_well(&[FILE])["unchanged"], minutes.len());
}

#[test]
fn equal_gaps_are_gaps_where_most_candles_are_an_interval_apart() {
    for (first, step) in [(400, 4), (401, 4), (400, 5), (400, 24)] {
        let place = Place::new();
        let block = (0..20).map(|number| first + number * step);
        place.write("X-1h.csv", with_header(&klines((0..200).chain(block), HOUR)));
        let ran = place.import(&["X-1h.csv"]);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{first} {step}");
        assert_eq!(place.stored("X", "1h").len(), 220);
    }
}

#[test]
fn a_file_is_judged_by_its_most_common_distance() {
    let place = Place::new();
    // Of two distances that are as common the shorter one counts.
    place.write("X-1h.csv", with_header(&klines([0, 1, 4, 5, 8], HOUR)));
    place.import_well(&["X-1h.csv"]);
    assert_eq!(place.stored("X", "1h").len(), 5);
    // Whether these are candles of 3h or of 1h with gaps, only the user can say.
    for (name, steps) in [("Y", [0, 3, 6, 9, 15]), ("Z", [0, 3, 9, 12, 15])] {
        let file = format!("{name}-1h.csv");
        place.write(&file, with_header(&klines(steps, HOUR)));
        place.import(&[&file]).refuses(
            1,
            &["its candles are 3h apart, not 1h", "by --interval, or --sparse if those between are missing"],
        );
        assert!(place.stored(name, "1h").is_empty());
        place.import_well(&[&file, "--sparse"]);
        assert_eq!(place.stored(name, "1h").len(), 5);
    }
    // Steps of all lengths are of one that is hardly traded.
    place.write("W-1h.csv", with_header(&klines([0, 3, 6, 7, 9], HOUR)));
    place.import_well(&["W-1h.csv"]);
    // No gaps of hours make quarters of an hour.
    place.write("Q-1h.csv", with_header(&klines(0..20, HOUR / 4)));
    let refused = place.import(&["Q-1h.csv", "--sparse"]);
    refused.refuses(1, &["its candles are 15m apart, not 1h; give their interval by --interval"]);
    assert!(!refused.stderr.contains("--sparse"), "{}", refused.stderr);
}

#[test]
fn times_of_closing_say_the_interval_whatever_the_distances() {
    let place = Place::new();
    place.write("X-1h.csv", klines((0..20).map(|step| 4 * step), HOUR));
    place.import_well(&["X-1h.csv"]);
    assert_eq!(place.stored("X", "1h").len(), 20);
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
