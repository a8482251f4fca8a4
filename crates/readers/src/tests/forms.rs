//! Random candles in every form come back as they are, or are refused.

use std::{cell::RefCell, collections::BTreeMap};

use candles::{Candle, Interval};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};

use super::{
    DAY, NOW, Whole, cases, lines, today,
    walk::{Dice, Volumes, Walk},
    whole,
    written::{Layout, OBJECTS, Times, WITH_HEADER, WITHOUT_HEADER, Written, Zone},
};
use crate::{EpochUnit, ReadOptions, TimeZone};

/// How rows stand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    Rising,
    Falling,
    Mixed,
}

#[derive(Debug, Clone)]
struct Case {
    walk: Walk,
    order: Order,
    times: Times,
    zone: usize,
    /// Whether days begin at midnight of the zone, and not of UTC.
    is_local: bool,
    is_interval_told: bool,
    choice: u64,
}

const UTC: Zone = Zone { label: "UTC", offset: |_| 0, is_written: false };

/// The five zones; without the data of zones only those that need none.
fn zones() -> Vec<Zone> {
    let mut zones = vec![UTC, Zone { label: "written", offset: |_| 210, is_written: true }];
    #[cfg(feature = "time-zones")]
    {
        fn of(name: &str, ms: i64) -> i64 {
            let zone = jiff::tz::TimeZone::get(name).expect("a zone");
            let at = jiff::Timestamp::from_millisecond(ms).expect("a time");
            i64::from(zone.to_offset(at).seconds() / 60)
        }
        zones[1].offset = |ms| of("America/New_York", ms);
        let named = |label, offset| Zone { label, offset, is_written: false };
        zones.push(named("America/New_York", |ms| of("America/New_York", ms)));
        zones.push(named("Europe/London", |ms| of("Europe/London", ms)));
        zones.push(named("Asia/Kolkata", |ms| of("Asia/Kolkata", ms)));
    }
    zones
}

/// Starts of summer time and of winter time, in seconds, and a day before.
const TURNS: [i64; 6] =
    [1_678_604_400, 1_699_164_000, 1_679_792_400, 1_698_541_200, 1_415_500_000, 199_263_600];

fn case() -> impl Strategy<Value = Case> {
    let volumes = vec![Volumes::Decimals, Volumes::Whole, Volumes::NearPrice, Volumes::HalfZero];
    let start = prop_oneof![
        3 => 157_766_400..1_640_995_200_i64,
        1 => (select(TURNS.to_vec()), 0..200_000_i64).prop_map(|(turn, before)| turn - before),
    ];
    let walk = (
        any::<u64>(),
        30..70_usize,
        select(vec!["1m", "5m", "1h", "4h", "1d", "1w", "1M"]),
        start,
        -6..=5_i32,
        select(volumes),
        any::<bool>(),
        select(vec![0_u64, 5, 40]),
        prop_oneof![4 => Just(false), 1 => Just(true)],
    );
    let walk = walk.prop_map(|(seed, rows, interval, start, power, volumes, is_flat, jump, has_gaps)| Walk {
        seed,
        rows,
        interval,
        start,
        power,
        volumes,
        is_flat,
        has_gaps,
        jump,
    });
    let times = vec![
        Times::Epoch(EpochUnit::Seconds),
        Times::Epoch(EpochUnit::Milliseconds),
        Times::Epoch(EpochUnit::Microseconds),
        Times::Epoch(EpochUnit::Nanoseconds),
        Times::Iso,
        Times::DayFirst,
        Times::MonthFirst,
        Times::Compact,
        Times::Spreadsheet,
    ];
    let orders = select(vec![Order::Rising, Order::Falling, Order::Mixed]);
    (walk, orders, select(times), 0..5_usize, any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
        |(walk, order, times, zone, is_local, is_interval_told, choice)| Case {
            walk,
            order,
            times,
            zone,
            is_local,
            is_interval_told,
            choice,
        },
    )
}

/// What is right, and how it is written.
struct Task {
    /// The candles; those of days also as placed at 00:00 UTC of their dates.
    right: Vec<Vec<Candle>>,
    /// As they stand in the file.
    candles: Vec<Candle>,
    ends: Vec<i64>,
    zone: Zone,
    is_date: bool,
    options: ReadOptions,
}

fn task(case: &Case) -> Task {
    let zones = zones();
    let mut zone = zones[case.zone % zones.len()];
    if case.times == Times::Spreadsheet && zone.is_written {
        zone = UTC;
    }
    let is_text = !matches!(case.times, Times::Epoch(_));
    let own = |ms: i64| if case.is_local { (zone.offset)(ms) } else { 0 };
    let spans = case.walk.spans(&own).into_iter();
    // Candles of months end some years behind their start.
    let (times, mut ends): (Vec<i64>, Vec<i64>) = spans.filter(|(at, _)| *at <= NOW).unzip();
    let candles = case.walk.candles(&times);
    let is_days = ["1d", "1w", "1M"].contains(&case.walk.interval);
    let dated: Vec<Candle> = candles
        .iter()
        .map(|c| {
            let local = c.open_time + own(c.open_time) * 60_000;
            Candle { open_time: local.div_euclid(DAY) * DAY, ..*c }
        })
        .collect();
    let is_shifting = times.windows(2).any(|pair| own(pair[0]) != own(pair[1]));
    let mut right = match () {
        () if !is_days => vec![candles.clone()],
        () if is_shifting => vec![dated],
        // Weeks and months are known by the day that they begin on.
        () if case.walk.interval != "1d" => vec![candles.clone(), dated],
        () => vec![candles.clone()],
    };
    for candles in &mut right {
        candles.sort_by_key(|c| c.open_time);
    }
    let is_date = is_text && times.iter().all(|ms| (ms + (zone.offset)(*ms) * 60_000) % DAY == 0);
    let mut dice = Dice(case.choice);
    let mut order: Vec<usize> = (0..times.len()).collect();
    match case.order {
        Order::Rising => {}
        Order::Falling => order.reverse(),
        Order::Mixed => order.sort_by_cached_key(|_| dice.roll()),
    }
    let candles = order.iter().map(|at| candles[*at]).collect();
    ends = order.iter().map(|at| ends[*at]).collect();
    let time_zone = match zone.label {
        "UTC" | "written" => None,
        name => TimeZone::named(name).ok(),
    };
    let ms = Interval::parse(case.walk.interval).expect("an interval").ms();
    let interval = case.is_interval_told.then_some(ms);
    Task { right, candles, ends, zone, is_date, options: ReadOptions { time_zone, interval, ..today() } }
}

/// A text for each form; where the times cannot be written in it, none.
fn texts(case: &Case, task: &Task) -> Vec<(String, String)> {
    let written = Written {
        candles: &task.candles,
        ends: &task.ends,
        times: case.times,
        zone: task.zone,
        is_date: task.is_date,
        interval: case.walk.interval,
    };
    let is_text = !matches!(case.times, Times::Epoch(_) | Times::Spreadsheet);
    // Times of day of their own tell no offset.
    let is_whole = |layout: &&Layout| is_text && !task.zone.is_written || !layout.fields.contains('D');
    let has_blank = is_text && (!task.is_date || task.zone.is_written);
    let mut texts = Vec::new();
    for (kind, layouts) in [("CSV", &WITH_HEADER[..]), ("CSV without names", &WITHOUT_HEADER[..])] {
        for (at, layout) in layouts.iter().filter(is_whole).enumerate() {
            let marks = [(',', false), (';', false), (';', true), ('\t', false), ('|', false), ('\t', true)];
            let (mark, comma) = marks[(case.choice as usize).wrapping_add(at) % marks.len()];
            let label = format!("{kind}: {}", layout.label);
            texts.push((label, written.delimited(layout, mark, comma)));
        }
    }
    let blanks = Layout { label: "blanks", ..WITHOUT_HEADER[0] };
    if !has_blank || case.times == Times::Iso {
        texts.push(("CSV: blanks".to_owned(), written.delimited(&blanks, ' ', false)));
    }
    let strings = case.choice.is_multiple_of(2);
    for layout in WITHOUT_HEADER.iter().filter(is_whole) {
        let rows = written.arrays(layout, strings);
        texts.push((format!("JSON arrays: {}", layout.label), rows.clone()));
        if case.choice.is_multiple_of(3) && layout.fields.contains(" v") {
            let nested = format!("{{\"code\":0,\"result\":{{\"pair\":\"x\",\"list\":{rows}}},\"time\":1}}");
            texts.push(("JSON arrays, nested".to_owned(), nested));
        }
    }
    for layout in &OBJECTS {
        let rows = written.objects(layout, strings);
        texts.push((format!("JSON objects: {}", layout.label), format!("[{}]", rows.join(",\n"))));
        texts.push((format!("JSON lines: {}", layout.label), rows.join("\n")));
        let stream: Vec<String> = rows.iter().map(|row| format!("{{\"e\":\"kline\",\"k\":{row}}}")).collect();
        texts.push((format!("JSON stream: {}", layout.label), stream.join("\n")));
        let nested = format!("{{\"symbol\":\"A\",\"bars\":[{}],\"next\":null}}", rows.join(","));
        texts.push((format!("JSON objects, nested: {}", layout.label), nested));
    }
    let names = [("open", "o"), ("high", "h"), ("low", "l"), ("close", "c"), ("volume", "v")];
    let times = |name| format!("{},{}", written.columns(&[(name, "T")]), written.columns(&names));
    texts.push(("JSON columns".to_owned(), format!("{{{}}}", times("timestamp"))));
    texts.push((
        "JSON columns, Deribit".to_owned(),
        format!("{{\"result\":{{\"status\":\"ok\",{}}},\"id\":1}}", times("ticks")),
    ));
    texts.push((
        "JSON columns, Yahoo".to_owned(),
        format!(
            "{{\"chart\":{{\"result\":[{{\"meta\":{{\"symbol\":\"A\"}},{},\"indicators\":{{\"quote\":[{{{}}}]}}}}],\"error\":null}}}}",
            written.columns(&[("timestamp", "T")]),
            written.columns(&names)
        ),
    ));
    texts.push(("JSON by label".to_owned(), written.by_label()));
    texts.push(("JSON by index".to_owned(), written.by_index()));
    texts.push(("JSON split".to_owned(), written.split()));
    texts
}

/// A text as programs save it: with other ends of lines, blank lines, quotes around all, a mark in front, in UTF-16.
fn dressed(text: &str, choice: u64) -> Vec<u8> {
    let is_json = text.starts_with(['[', '{']);
    match choice % 7 {
        1 => text.replace('\n', "\r\n").into_bytes(),
        2 => format!("\u{feff}{text}").into_bytes(),
        3 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        4 if !is_json => text.replace('\n', "\n\n").into_bytes(),
        5 if !is_json => {
            let is_mark = |letter: char| ",;\t|".contains(letter);
            let mark = text.lines().last().and_then(|line| line.chars().find(|letter| is_mark(*letter)));
            let Some(mark) = mark else { return text.into() };
            let quoted = |line: &str| {
                let fields: Vec<String> = line.split(mark).map(|field| format!("\"{field}\"")).collect();
                fields.join(&mark.to_string())
            };
            text.lines().map(quoted).collect::<Vec<_>>().join("\n").into_bytes()
        }
        _ => text.into(),
    }
}

/// Whether what was read is what was written, or a refusal.
fn judge(text: &str, layout: &str, case: &Case, task: &Task) -> Result<bool, String> {
    let dressed = dressed(text, case.choice / 7);
    let Ok(Whole { series, counts, .. }) = whole(dressed, &task.options) else { return Ok(false) };
    let [one] = &series[..] else { return Err(format!("{} series", series.len())) };
    if counts.empty + counts.headers + counts.widened > 0 {
        return Err(format!("{counts:?}"));
    }
    let says_volume = !layout.ends_with("no volume") && !layout.ends_with(": ohlc");
    let right = task.right.iter().map(|right| {
        let volume = |c: &Candle| if says_volume { c.volume } else { 0.0 };
        lines(&right.iter().map(|c| Candle { volume: volume(c), ..*c }).collect::<Vec<_>>())
    });
    let right: Vec<Vec<String>> = right.collect();
    let read = lines(&one.candles);
    if !right.contains(&read) {
        let at = (0..read.len().max(right[0].len())).find(|at| read.get(*at) != right[0].get(*at));
        let at = at.unwrap_or(0);
        return Err(format!(
            "{} rows, {} read, placed {:?}; row {at} is {:?} and not {:?}",
            right[0].len(),
            read.len(),
            one.placement,
            read.get(at),
            right[0].get(at)
        ));
    }
    if one.interval != case.walk.interval {
        return Err(format!("an interval of {}", one.interval));
    }
    Ok(true)
}

#[test]
fn candles_come_back_from_every_form_or_are_refused() {
    // How often each form was read, and refused.
    let tally: RefCell<BTreeMap<String, [u64; 2]>> = RefCell::default();
    // The first difference of each kind, and the forms that differ like that.
    let differences: RefCell<BTreeMap<String, (String, Vec<String>)>> = RefCell::default();
    let mut runner = TestRunner::new(cases(30));
    let result = runner.run(&case(), |case| {
        let task = task(&case);
        for (form, text) in texts(&case, &task) {
            let is_read = match judge(&text, &form, &case, &task) {
                Ok(is_read) => is_read,
                Err(why) => {
                    let head: String = text.chars().take(400).collect();
                    let kind = format!(
                        "{} {:?} {} {}",
                        task.zone.label, case.times, case.walk.interval, case.is_local
                    );
                    let mut differences = differences.borrow_mut();
                    let (_, forms) = differences
                        .entry(kind)
                        .or_insert_with(|| (format!("{why}\n{case:?}\n{head}"), Vec::new()));
                    forms.push(form);
                    continue;
                }
            };
            let mut tally = tally.borrow_mut();
            tally.entry(form).or_default()[usize::from(!is_read)] += 1;
            let times = format!("times: {:?}", case.times);
            tally.entry(times).or_default()[usize::from(!is_read)] += 1;
            let zone = format!("zone: {}, local days {}", task.zone.label, case.is_local);
            tally.entry(zone).or_default()[usize::from(!is_read)] += 1;
            let walk = format!("interval: {}", case.walk.interval);
            tally.entry(walk).or_default()[usize::from(!is_read)] += 1;
        }
        Ok(())
    });
    let tally = tally.into_inner();
    let table: Vec<String> =
        tally.iter().map(|(form, [read, refused])| format!("{read:6} {refused:6} {form}")).collect();
    result.expect("no difference ends a run");
    let differences = differences.into_inner();
    let shown: Vec<String> = differences
        .iter()
        .take(8)
        .map(|(kind, (why, forms))| {
            format!("{kind}: {} forms, {:?}\n{why}", forms.len(), &forms[..forms.len().min(4)])
        })
        .collect();
    assert!(shown.is_empty(), "{} kinds differ:\n{}", differences.len(), shown.join("\n\n"));
    // One case may be refused in all forms, such as minutes of one day whose month and day may be either.
    let is_never = |(form, [read, refused]): &(&String, &[u64; 2])| {
        let is_kind = ["interval: ", "times: ", "zone: "].iter().any(|kind| form.starts_with(kind));
        *read == 0 && (!is_kind || *refused > 300)
    };
    let never: Vec<&String> = tally.iter().filter(is_never).map(|(form, _)| form).collect();
    assert!(never.is_empty(), "never read: {never:?}\n  read refused form\n{}", table.join("\n"));
}
