//! Calendars: which ends a series has between its candles, and what becomes of those that it has no more.

use std::fs;

use candles::{Interval, parse_utc};
use serde_json::Value;

use crate::common::{HOUR, Market, Place, START, hourly};

const DAY: i64 = 24 * HOUR;
/// What the database says of series, as the table of ours has it.
const TABLE: &str =
    "CREATE TABLE image_cache_series(symbol TEXT, interval TEXT, calendar TEXT, week_start TEXT,
    PRIMARY KEY(symbol, interval))";

/// Daily candles of 30 days, but for weekends; 2023-01-01 is a Sunday, and Wednesday, the 18th, is missing.
fn sessions() -> Place {
    let place = Place::new();
    let market = Market::create(&place.db());
    sessions_of(&market, "AAPL");
    place
}

fn sessions_of(market: &Market, symbol: &str) {
    let series = market.series(symbol, "1d", DAY);
    for day in (1..31).filter(|day| !matches!(day % 7, 0 | 6) && *day != 17) {
        market.candle(series, START + day * DAY, day);
    }
}

/// How many rows say that there is no candle at their end.
fn gaps(place: &Place) -> i64 {
    place.reasons().get("gap: no candle at this end").copied().unwrap_or(0)
}

/// Flags, after those that choose what is there as all that is expected.
fn observed<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    [&["--calendar", "observed", "--format", "json"], flags].concat()
}

/// A count of the summary.
fn count(summary: &Value, name: &str) -> u64 {
    summary[name].as_u64().unwrap_or_else(|| panic!("{name} in {summary}"))
}

#[test]
fn weekends_are_missing_by_24x7_and_by_no_other_calendar() {
    for (flags, missing) in [
        (&[][..], 9),
        (&["--calendar", "24x7"], 9),
        (&["--calendar", "weekdays"], 1),
        (&["--calendar", "observed"], 0),
    ] {
        let place = sessions();
        let json = [flags, &["--format", "json"]].concat();
        let plan = place.run("plan", &[&["--size", "16", "--window", "10"], &json[..]].concat()).summary();
        let rendered = place.render_well(&json).summary();
        assert_eq!(
            (gaps(&place), count(&rendered, "missing_candles")),
            (missing, missing as u64),
            "{flags:?}"
        );
        assert_eq!(count(&rendered, "rendered"), 12);
        assert_eq!(count(&plan, "ends"), 21 + missing as u64, "{flags:?}");
        assert_eq!((count(&plan, "makeable"), count(&plan, "missing")), (12, 9 + missing as u64));
        let verified = place.run("verify", &json);
        let verified = (verified.status, verified.summary());
        assert_eq!((verified.0, count(&verified.1, "missing_candles")), (0, missing as u64), "{flags:?}");
        assert_eq!(count(&verified.1, "missing"), 9 + missing as u64);
        let status = place.run("status", &json).summary();
        assert_eq!((count(&status, "not_rendered"), count(&status, "missing")), (0, 9 + missing as u64));
    }
    let place = sessions();
    place.render(&["--calendar", "nyse"]).refuses(2, &["24x7", "weekdays", "observed"]);
    fs::write(place.path("image-cache.toml"), "calendar = \"observed\"\n").expect("written");
    place.render_well(&[]);
    assert_eq!(gaps(&place), 0);
}

#[test]
fn the_database_names_the_calendar_of_a_series_and_a_flag_beats_it() {
    let place = Place::new();
    let market = Market::create(&place.db());
    for symbol in ["AAA", "BBB", "CCC", "DDD"] {
        sessions_of(&market, symbol);
    }
    market.execute(TABLE);
    market.execute(
        "INSERT INTO image_cache_series VALUES ('AAA', '1d', 'observed', NULL), ('BBB', '1d', 'nyse', NULL),
             ('CCC', '1d', NULL, 'someday'), ('DDD', '1w', 'observed', NULL)",
    );
    let gaps_of = |symbol: &str, flags: &[&str]| {
        let ran = place.render_well(&[&["--symbol", symbol, "--format", "json"], flags].concat());
        count(&ran.summary(), "missing_candles")
    };
    assert_eq!([gaps_of("AAA", &[]), gaps_of("AAA", &["--calendar", "weekdays"])], [0, 1]);
    assert_eq!([gaps_of("DDD", &[]), gaps_of("BBB", &["--calendar", "observed"])], [9, 0]);
    let ran = place.render(&[]);
    assert_eq!(ran.status, 1);
    for words in [
        r#"series BBB 1d refused: its calendar "nyse""#,
        r#"series CCC 1d refused: its week_start "someday""#,
    ] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    market.execute("DROP TABLE image_cache_series; CREATE TABLE image_cache_series(symbol, interval)");
    place.render(&[]).refuses(1, &["image_cache_series", "no column \"calendar\""]);
}

#[test]
fn rows_of_ends_that_are_none_any_more_go_with_the_next_render() {
    let place = sessions();
    place.render_well(&[]);
    let before = place.rows();

    // verify has nothing to say of them, and changes nothing.
    let verified = place.run("verify", &observed(&[])).summary();
    assert_eq!((count(&verified, "missing"), count(&verified, "missing_candles")), (9, 0));
    let repaired = place.run("repair", &observed(&[]));
    assert_eq!(repaired.status, 0);
    let dry = place.render_well(&observed(&["--dry-run"]));
    assert_eq!((place.rows() == before, count(&dry.summary(), "dropped")), (true, 0));

    // Only those that are selected go: first two that a weekend alone selects, then of a week the 18th.
    let dropped = |flags: &[&str]| count(&place.render_well(&observed(flags)).summary(), "dropped");
    assert_eq!(dropped(&["--start", "2023-01-07", "--end", "2023-01-09"]), 2);
    assert_eq!(dropped(&["--start", "2023-01-16", "--end", "2023-01-19"]), 1);
    assert_eq!(dropped(&["--window", "11"]), 0, "another spec");
    assert_eq!(dropped(&["--stride", "1000"]), 0);
    let text = place.render_well(&["--calendar", "observed"]).stdout;
    assert!(text.contains("Dropped: 6 missing, whose ends are none any more"), "{text}");

    let fresh = sessions();
    fresh.render_well(&observed(&[]));
    fresh.render_well(&observed(&["--window", "11"]));
    assert!(place.rows() == fresh.rows());
    // Those that are still ends stay, and a database without candles proves nothing.
    assert_eq!((place.count("missing"), place.count("ok")), (19, 23));
    place.market().execute("DELETE FROM candles");
    assert_eq!(dropped(&[]), 0);
    // They come back with the calendar that expects them.
    let place = sessions();
    place.render_well(&["--calendar", "observed"]);
    place.render_well(&[]);
    assert!(place.rows() == before);
}

#[test]
fn shards_are_of_one_calendar() {
    let place = sessions();
    let plan = |flags: &[&str]| {
        let common = ["--size", "16", "--window", "10", "--format", "json"];
        place.run("plan", &[&common, flags].concat()).summary()["plan"].clone()
    };
    let (usual, weekdays) = (plan(&[]), plan(&["--calendar", "weekdays"]));
    assert_eq!(plan(&["--calendar", "24x7"]), usual);
    assert!(usual != weekdays && plan(&["--calendar", "observed"]) != weekdays);
    place.market().execute(TABLE);
    place.market().execute("INSERT INTO image_cache_series VALUES ('AAPL', '1d', 'weekdays', NULL)");
    assert_eq!(plan(&[]), weekdays);
    for shard in ["0/2", "1/2"] {
        assert_eq!(place.render_well(&["--shard", shard, "--format", "json"]).summary()["finished"], true);
    }
    let merged =
        place.run("merge", &["all.sqlite", "image_cache.0-of-2.sqlite", "image_cache.1-of-2.sqlite"]);
    assert_eq!(merged.status, 0, "{}", merged.stderr);
    place.render_well(&["--index", "whole.sqlite"]);
    let rows = ["all.sqlite", "whole.sqlite"].map(|index| crate::common::rows(&place.path(index)));
    assert!(rows[0] == rows[1]);
    let other = place.render(&["--shard", "0/2", "--calendar", "observed"]);
    other.refuses(1, &["calendar of each series, not observed"]);
}

#[test]
fn weeks_may_begin_on_another_day_than_monday() {
    let place = Place::new();
    let market = Market::create(&place.db());
    let series = market.series("BTCUSDT", "1w", 7 * DAY);
    for week in 0..8 {
        market.candle(series, START + week * 7 * DAY, week);
    }
    market.execute(TABLE);
    market.execute("INSERT INTO image_cache_series VALUES ('BTCUSDT', '1w', '24x7', 'sunday')");
    place.render_well(&["--window", "2", "--stride", "2"]);
    assert_eq!(place.rows().len(), 4);
    assert_eq!(place.run("verify", &["--rerender"]).status, 0);
}

/// A month's candles from January 2019 on, April of 2021 missing, up to the month that is not over; and how many of them
/// are over.
fn months(code: &str) -> (Place, i64) {
    let place = Place::new();
    let market = Market::create(&place.db());
    let (month, now) =
        (Interval::parse("1M").expect("valid"), std::time::UNIX_EPOCH.elapsed().expect("a time"));
    let first = month.grid_index(parse_utc("2019-01-01").expect("a time"));
    let this = month.grid_index(i64::try_from(now.as_millis()).expect("a time"));
    let series = market.series("BTCUSDT", code, 2_592_000_000);
    for index in (first..=this).filter(|index| *index != first + 27) {
        market.candle(series, month.grid_time(index), index - first);
    }
    (place, this - first - 1)
}

#[test]
fn months_are_months_and_their_pictures_lie_in_1mo() {
    for code in ["1M", "1mo"] {
        let (place, over) = months(code);
        let rendered = place.render_well(&["--interval", "1M", "--format", "json"]).summary();
        // Each month that is over is an end, and so is the one that is missing; February is no gap.
        assert_eq!(count(&rendered, "missing_candles"), 1, "{code}");
        assert_eq!((place.rows().len() as i64, gaps(&place)), (over + 1, 1), "{code}");
        assert_eq!(count(&rendered, "rendered") as i64, over - 9);
        assert_eq!(place.check_ok_rows() as i64, over - 9);
        for path in place.tree().keys() {
            let path = path.to_str().expect("text");
            assert!(path.starts_with("BTCUSDT/1mo/") && path.contains("/BTCUSDT_1mo_"), "{path}");
        }
        let summary = |command: &str, flags: &[&str]| {
            let ran = place.run(command, &[&["--interval", "1mo", "--format", "json"], flags].concat());
            assert_eq!(ran.status, 0, "{}", ran.stderr);
            ran.summary()
        };
        assert_eq!(count(&summary("verify", &["--rerender"]), "ok") as i64, over - 9);
        assert_eq!(count(&summary("status", &[]), "missing"), 10);
        assert_eq!(
            count(&summary("render", &["--window", "10", "--size", "16"]), "unchanged") as i64,
            over - 9
        );
        let plan = summary("plan", &["--window", "10", "--size", "16"]);
        assert_eq!(count(&plan, "makeable") as i64, over - 9);
        let ends =
            [plan["settled_end"].as_str(), plan["changes_at"].as_str()].map(|end| end.expect("a time"));
        let month = Interval::parse("1M").expect("valid");
        let [settled, changes] = ends.map(|end| parse_utc(end).expect(end));
        assert_eq!(month.end(settled), changes);
    }
}

#[test]
fn months_and_minutes_are_two_series_and_two_names_of_months_are_one() {
    let place = Place::new();
    let market = Market::create(&place.db());
    market.fill(market.series("A", "1m", 60_000), 60_000, 12);
    let month = market.series("A", "1M", 2_592_000_000);
    for index in 0..12 {
        market.candle(month, Interval::parse("1M").expect("valid").grid_time(600 + index), index);
    }
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 6);
    let names: Vec<String> = place.tree().keys().map(|path| path.to_string_lossy().to_lowercase()).collect();
    assert!(names.iter().filter(|name| name.starts_with("a/1m/")).count() == 3, "{names:?}");
    assert_eq!(place.run("verify", &["--interval", "1M", "--format", "json"]).summary()["ok"], 3);
    place.run("verify", &["--interval", "3M"]).refuses(1, &["\"3M\"", "1m"]);
    market.series("A", "1mo", 2_592_000_000);
    let twice = place.render(&[]);
    assert!(twice.status == 1 && twice.stderr.contains("two series of this symbol"), "{}", twice.stderr);
}

/// A place with hourly candles, three of which are missing after the 20th.
fn with_gap() -> Place {
    let place = hourly(40);
    place.market().execute(&format!(
        "DELETE FROM candles WHERE open_time BETWEEN {} AND {}",
        START + 20 * HOUR,
        START + 22 * HOUR
    ));
    place
}

#[test]
fn windows_that_span_more_missing_candles_than_allowed_are_left_out() {
    const WIDE: &str = "wide gap: 3 missing candles in its window, and at most 2 are allowed";
    let place = with_gap();
    let usual = place.render_well(&["--format", "json"]).summary();
    assert_eq!((count(&usual, "rendered"), count(&usual, "across_gaps")), (28, 9));
    let text = place.render_well(&[]).stdout;
    assert!(text.contains("Windows across gaps: 9; --max-gap 0 leaves them out"), "{text}");
    assert!(!place.render_well(&["--max-gap", "3"]).stdout.contains("across gaps"));
    let nothing =
        place.render_well(&["--calendar", "observed", "--max-gap", "0", "--format", "json"]).summary();
    assert_eq!((count(&nothing, "unchanged"), count(&nothing, "across_gaps")), (28, 0), "{nothing}");

    let place = with_gap();
    let narrow = place.render_well(&["--max-gap", "2", "--format", "json"]).summary();
    assert_eq!((count(&narrow, "rendered"), count(&narrow, "missing")), (19, 9 + 3 + 9));
    assert_eq!(place.reasons()[WIDE], 9);
    let again = place.render_well(&["--max-gap", "2", "--format", "json"]).summary();
    assert_eq!((count(&again, "rendered"), count(&again, "missing")), (0, 21));
    // What was left out is as it should be, whoever looks.
    let verified = place.run("verify", &["--format", "json"]);
    let left_out: Vec<Value> = verified.json().into_iter().filter(|line| line["reason"] == WIDE).collect();
    assert_eq!((verified.status, left_out.len(), &left_out[0]["mend"]), (0, 9, &Value::Null));
    assert!(place.run("verify", &[]).stdout.contains("9 wide gap"));
    assert_eq!(place.run("repair", &["--format", "json"]).summary()["mended"], 0);
    assert_eq!(place.reasons()[WIDE], 9);
    // Once the gap is filled, or the flag is gone, they are made.
    place.market().candle(1, START + 21 * HOUR, 21);
    assert_eq!(count(&place.run("repair", &["--format", "json"]).summary(), "mended"), 1 + 9);
    let place = with_gap();
    place.render_well(&["--max-gap", "2"]);
    place.render_well(&[]);
    assert_eq!((place.count("ok"), place.reasons().contains_key(WIDE)), (28, false));
}

#[test]
fn a_plan_and_its_shards_know_what_is_left_out() {
    let place = with_gap();
    let plan = |flags: &[&str]| {
        let common = ["--size", "16", "--window", "10", "--format", "json"];
        place.run("plan", &[&common, flags].concat()).summary()
    };
    let (usual, narrow) = (plan(&[]), plan(&["--max-gap", "2"]));
    assert_eq!((count(&usual, "makeable"), count(&narrow, "makeable")), (28, 19));
    assert_eq!((count(&usual, "missing"), count(&narrow, "missing")), (12, 21));
    assert_ne!(usual["plan"], narrow["plan"]);
    let shard = |number: &str, flags: &[&str]| {
        place.render(&[&["--shard", number, "--format", "json"], flags].concat())
    };
    for number in ["0/3", "1/3", "2/3"] {
        let ran = shard(number, &["--max-gap", "2"]);
        assert_eq!((ran.status, &ran.summary()["plan"]), (0, &narrow["plan"]), "{}", ran.stderr);
    }
    shard("0/3", &[]).refuses(1, &["max gap 2, not any"]);
}

#[test]
fn a_data_set_counts_what_spans_gaps_and_leaves_it_out_where_that_is_asked_for() {
    let place = with_gap();
    let export = |to: &str, flags: &[&str]| {
        let common = ["--render", "--size", "16", "--window", "10", "--as", "imagefolder", "--to", to];
        let label = ["--label", "return", "--horizon", "2"];
        let ran = place.run("export", &[&common[..], &label, flags].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran
    };
    let summary = export("a", &["--format", "json"]).summary();
    // Nine windows span the gap, and so do the horizons of the two before it.
    assert_eq!((count(&summary, "pictures"), count(&summary, "across_gaps")), (26, 11));
    assert!(export("b", &[]).stdout.contains("Windows across gaps: 11; --max-gap 0 leaves them out"));
    let summary = export("c", &["--max-gap", "2", "--format", "json"]).summary();
    assert_eq!((count(&summary, "pictures"), count(&summary["left_out"], "gap")), (15, 11));
    let about: Value =
        serde_json::from_slice(&fs::read(place.path("c/dataset.json")).expect("a file")).expect("JSON");
    assert_eq!((&about["max_gap"], &about["series"][0]["calendar"]), (&2.into(), &"24x7".into()));
    let all = export("d", &["--max-gap", "2", "--calendar", "observed", "--format", "json"]).summary();
    assert_eq!((count(&all, "pictures"), count(&all, "across_gaps")), (26, 0));
}
