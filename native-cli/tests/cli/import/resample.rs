//! Coarser series from finer ones.

use std::fs;

use super::{Stored, expected, klines, place, shared, stored};
use crate::common::{HOUR, Place, Ran, START};
use rusqlite::Connection;

const FILE: &str = "BTCUSDT-1h-2023-01.csv";
/// A Monday.
const MONDAY: i64 = START + 24 * HOUR;

/// What complete candles of `hours` hours are made of these, of an hour each.
fn coarser(fine: &[Stored], hours: i64, from: i64) -> Vec<Stored> {
    built(fine, hours, hours, from)
}

/// What candles of `hours` hours are made of `count` of these.
fn built(fine: &[Stored], count: i64, hours: i64, from: i64) -> Vec<Stored> {
    let ms = hours * HOUR;
    let bucket = |at: i64| (at - from).div_euclid(ms);
    fine.chunk_by(|a, b| bucket(a.0) == bucket(b.0))
        .filter(|chunk| chunk.len() as i64 == count)
        .map(|chunk| {
            let of = |place: usize| chunk.iter().map(move |row| row.1[place]);
            // These numbers have few binary digits, so any order of adding gives the same.
            let values = [
                chunk[0].1[0],
                of(1).fold(f64::MIN, f64::max),
                of(2).fold(f64::MAX, f64::min),
                chunk[chunk.len() - 1].1[3],
                of(4).sum(),
                of(5).sum(),
                of(6).sum(),
                of(7).sum(),
            ];
            (from + bucket(chunk[0].0) * ms, values, chunk.iter().map(|row| row.2).sum())
        })
        .collect()
}

#[test]
fn complete_candles_are_built_and_no_others() {
    let place = place(0);
    let steps: Vec<i64> = (2..500).filter(|step| ![50, 51, 130].contains(step)).collect();
    place.write(FILE, klines(steps.iter().copied(), HOUR));
    let ran = place.import(&[FILE, "--resample", "4h,1d", "--resample", "1w", "--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let fine = expected(steps, HOUR);
    for (code, hours, from, incomplete) in [("4h", 4, START, 3), ("1d", 24, START, 4), ("1w", 168, MONDAY, 3)]
    {
        let built = coarser(&fine, hours, from);
        assert!(!built.is_empty());
        assert_eq!(place.stored("BTCUSDT", code), built, "{code}");
        let line = ran.json().into_iter().find(|line| line["type"] == "series" && line["interval"] == code);
        let line = line.expect("a line");
        assert_eq!((&line["from_interval"], &line["new"]), (&"1h".into(), &built.len().into()));
        assert_eq!(line["incomplete"], incomplete, "{code}");
    }
}

/// The line of a series in what an import says.
fn series(ran: &Ran, code: &str) -> serde_json::Value {
    let line = ran.json().into_iter().find(|line| line["type"] == "series" && line["interval"] == code);
    line.expect("a line")
}

#[test]
fn what_the_finest_series_lacks_is_built_from_the_next_that_has_it() {
    let (hours, days) = (31 * 24, 151);
    let four = "BTCUSDT-4h-2023.csv";
    // The third day lacks an hour, and the fortieth a candle of either.
    let fine = || (0..hours).filter(|step| *step != 50);
    let coarse = || (0..days * 6).filter(|step| *step != 40 * 6 + 1);
    let mut expect = coarser(&expected(fine(), HOUR), 24, START);
    let given = expect.len();
    assert_eq!(given, 30);
    let other = built(&expected(coarse(), 4 * HOUR), 6, 24, START);
    expect.extend(other.iter().filter(|row| row.0 >= START + hours * HOUR || row.0 == START + 48 * HOUR));
    expect.sort_by_key(|row| row.0);
    assert_eq!(expect.len(), 150);
    let make = || {
        let place = place(0);
        place.write(FILE, klines(fine(), HOUR));
        place.write(four, klines(coarse(), 4 * HOUR));
        place
    };
    let place = make();
    let ran = place.import(&[four, FILE, "--resample", "1d", "--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert_eq!(place.stored("BTCUSDT", "1d"), expect);
    let line = series(&ran, "1d");
    assert_eq!((&line["from_interval"], &line["new"]), (&"1h".into(), &150.into()));
    let sources = serde_json::json!([{"interval": "1h", "candles": 30}, {"interval": "4h", "candles": 120}]);
    assert_eq!((&line["from_intervals"], &line["incomplete"]), (&sources, &1.into()));

    // As well where the coarser one came before, and only its series is there now.
    for dry in [true, false] {
        let place = make();
        place.import_well(&[four]);
        let flags: &[&str] = if dry { &["--dry-run"] } else { &[] };
        let ran = place.import(&[&[FILE, "--resample", "1d"], flags].concat());
        assert!(
            ran.stdout
                .contains("BTCUSDT 1d from 1h (30), 4h (120): 150 new, 0 changed, 0 unchanged, 1 incomplete"),
            "{}",
            ran.stdout
        );
        assert_eq!(place.stored("BTCUSDT", "1d"), if dry { Vec::new() } else { expect.clone() });
    }
}

#[test]
fn a_series_that_is_imported_itself_is_completed_where_it_lacks_candles() {
    let place = place(100);
    place.write("BTCUSDT-4h.csv", klines([0, 1, 3, 4, 30], 4 * HOUR));
    let flags = [FILE, "BTCUSDT-4h.csv", "--resample", "1d,4h"];
    let ran = place.import(&[&flags[..], &["--format", "json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    let mut four = coarser(&expected(0..100, HOUR), 4, START);
    four.retain(|row| ![0, 1, 3, 4].contains(&((row.0 - START) / (4 * HOUR))));
    four.extend(expected([0, 1, 3, 4, 30], 4 * HOUR));
    four.sort_by_key(|row| row.0);
    assert_eq!(place.stored("BTCUSDT", "4h"), four);
    assert_eq!(place.stored("BTCUSDT", "1d"), coarser(&expected(0..100, HOUR), 24, START));
    let line = series(&ran, "4h");
    assert_eq!((&line["from_interval"], &line["new"]), (&serde_json::Value::Null, &26.into()));
    assert_eq!(line["from_intervals"], serde_json::json!([{"interval": "1h", "candles": 21}]));
    Connection::open(place.db())
        .expect("a database")
        .execute("DELETE FROM candles WHERE series_id = 2 AND open_time > ?1", [START + 80 * HOUR])
        .expect("deleted");
    let ran = place.import(&flags);
    let line = "BTCUSDT 4h, completed from 1h (4): 5 new, 0 changed, 4 unchanged\n";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
}

#[test]
fn stored_sums_that_differ_by_rounding_alone_stay_as_they_are() {
    let place = place(12);
    let flags = [FILE, "--resample", "4h"];
    place.import_well(&flags);
    let exact = place.stored("BTCUSDT", "4h");
    let nudge = |at: i64, ulps: u64| {
        let quote = exact.iter().find(|row| row.0 == at).expect("a candle").1[5];
        let off = f64::from_bits(quote.to_bits() + ulps);
        let market = Connection::open(place.db()).expect("a database");
        let sql = "UPDATE candles SET quote_asset_volume = ?1 WHERE series_id = 2 AND open_time = ?2";
        assert_eq!(market.execute(sql, rusqlite::params![off, at]), Ok(1));
    };
    nudge(START, 2);
    nudge(START + 4 * HOUR, 3);
    let rounded = place.stored("BTCUSDT", "4h")[0];
    let ran = place.import(&[&flags[..], &["--format", "json"]].concat());
    let line = series(&ran, "4h");
    assert_eq!((&line["changed"], &line["unchanged"]), (&1.into(), &2.into()));
    assert_eq!(place.stored("BTCUSDT", "4h"), [rounded, exact[1], exact[2]]);
}

#[test]
fn what_a_real_market_holds_is_not_changed_by_building_it_again() {
    let Some(real) = shared("market.sqlite") else { return };
    let place = Place::new();
    fs::copy(&real, place.db()).expect("copied");
    let summary = place.import_well(&["--symbol", "BTCUSDT", "--interval", "1h", "--resample", "4h,1d"]);
    assert_eq!(summary["changed"], 0, "{summary}");
    assert!(summary["unchanged"].as_u64().is_some_and(|count| count > 1000), "{summary}");
}

#[test]
fn sums_are_those_of_the_decimals_that_were_written() {
    let place = Place::new();
    let text: String = (0..3).map(|step| format!("{},1,2,1,2,0.1\n", START + step * HOUR)).collect();
    place.write("X-1h.csv", format!("time,open,high,low,close,volume\n{text}"));
    place.import_well(&["X-1h.csv", "--symbol", "X", "--resample", "3h"]);
    // Added in binary they would be 0.30000000000000004.
    assert_eq!(place.stored("X", "3h")[0].1[4], 0.3);
}

#[test]
fn what_is_stored_can_be_resampled_without_files() {
    let place = place(100);
    place
        .import(&["--resample", "1d", "--symbol", "BTCUSDT", "--interval", "1h"])
        .refuses(1, &["does not exist"]);
    place.import_well(&[FILE]);
    let summary = place.import_well(&["--resample", "1d", "--symbol", "BTCUSDT", "--interval", "1h"]);
    assert_eq!((&summary["new"], &summary["series"]), (&4.into(), &1.into()));
    assert_eq!(place.stored("BTCUSDT", "1d"), coarser(&expected(0..100, HOUR), 24, START));
    let again = place.import_well(&["--resample", "1d", "--symbol", "BTCUSDT", "--interval", "1h"]);
    assert_eq!((&again["new"], &again["unchanged"]), (&0.into(), &4.into()));
    place
        .import(&["--resample", "1d", "--interval", "1h"])
        .refuses(2, &["takes a --symbol and an --interval"]);
    place
        .import(&["--resample", "1d", "--symbol", "ETHUSDT", "--interval", "1h"])
        .refuses(1, &["there is no series ETHUSDT 1h in the database"]);
    place.import(&[]).refuses(2, &["nothing to import"]);
}

#[test]
fn candles_that_came_later_or_changed_make_theirs_anew_and_no_others() {
    let place = place(30);
    place.import_well(&[FILE, "--resample", "4h"]);
    assert_eq!(place.stored("BTCUSDT", "4h").len(), 7);
    let mut lines: Vec<String> = klines(26..40, HOUR).lines().map(str::to_owned).collect();
    let at = START + 26 * HOUR;
    lines[0] = format!("{at},100,500,90,105,7,{},0,0,0,0,0", at + HOUR - 1);
    place.write(FILE, lines.join("\n"));
    let ran = place.import(&[FILE, "--resample", "4h", "--on-conflict", "last", "--format", "json"]);
    let coarse = ran.json().into_iter().find(|line| line["interval"] == "4h").expect("a line");
    assert_eq!(
        (&coarse["new"], &coarse["changed"], &coarse["unchanged"]),
        (&3.into(), &1.into(), &6.into()),
        "{coarse}"
    );
    assert_eq!(place.stored("BTCUSDT", "4h")[6].1[1], 500.0);
}

#[test]
fn an_interval_that_is_no_multiple_is_refused() {
    let place = place(30);
    place.import_well(&[FILE]);
    let resample = |to: &str| place.import(&["--resample", to, "--symbol", "BTCUSDT", "--interval", "1h"]);
    resample("90m").refuses(1, &["BTCUSDT 90m from 1h: 90m is no multiple of 1h"]);
    resample("30m").refuses(1, &["30m is no multiple of 1h"]);
    resample("1h").refuses(1, &["1h is no multiple of 1h"]);
    resample("hour").refuses(2, &["--resample \"hour\" is no interval"]);
    let weeks: String = (0..5).map(|week| format!("{},1,2,1,2,5\n", MONDAY + week * 168 * HOUR)).collect();
    place.write("BTCUSDT-1w.csv", format!("time,open,high,low,close,volume\n{weeks}"));
    // Two weeks from the epoch begin on a Thursday.
    place
        .import(&["BTCUSDT-1w.csv", "--resample", "2w"])
        .refuses(1, &["candles of 2w do not begin where one of 1w does"]);
}

#[test]
fn a_candle_that_is_no_candle_leaves_its_coarser_one_out() {
    let place = place(12);
    place.import_well(&[FILE]);
    let market = Connection::open(place.db()).expect("a database");
    market.execute("UPDATE candles SET high = 1 WHERE open_time = ?1", [START + 5 * HOUR]).expect("changed");
    drop(market);
    place.import_well(&["--resample", "4h", "--symbol", "BTCUSDT", "--interval", "1h"]);
    let times: Vec<i64> = place.stored("BTCUSDT", "4h").iter().map(|row| row.0).collect();
    assert_eq!(times, [START, START + 8 * HOUR]);
}

#[test]
fn what_is_built_of_real_candles_is_what_the_exchange_publishes() {
    let Some(real) = shared("market.sqlite") else { return };
    let place = Place::new();
    fs::copy(&real, place.path("real.sqlite")).expect("copied");
    for (file, symbol, fine, targets) in [
        ("BTCUSDT-1h-2023-01_2023-05.csv", "BTCUSDT", "1h", "4h,1d"),
        ("ETHUSD-4h-2024-03_2025-10.csv", "ETHUSD", "4h", "1d"),
    ] {
        let Some(csv) = shared(file) else { return };
        place.import_well(&[&csv.to_string_lossy(), "--resample", targets]);
        for code in targets.split(',') {
            let built = place.stored(symbol, code);
            let published = stored(&place.path("real.sqlite"), symbol, code);
            // The exchange publishes candles of its outages, too, and of a day that is not over.
            assert!(
                built.len() < published.len() && built.len() + 3 > published.len(),
                "{symbol} {code} from {fine}"
            );
            for (at, values, trades) in &built {
                let theirs = published.iter().find(|row| row.0 == *at).expect("published");
                // Prices, volumes and what takers bought to the last bit; sums of quotes have more digits than fit.
                assert_eq!(
                    (&values[..5], values[6], trades),
                    (&theirs.1[..5], theirs.1[6], &theirs.2),
                    "{symbol} {code} {at}"
                );
                for quote in [5, 7] {
                    assert!(
                        (values[quote] - theirs.1[quote]).abs() <= theirs.1[quote] * f64::EPSILON,
                        "{at}"
                    );
                }
            }
        }
    }
}
