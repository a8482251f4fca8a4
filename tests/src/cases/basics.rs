//! Sizes, windows, prices and times of the default chart.

use render_core::SpecOptions;

use super::{
    Case, DAY, HOUR, MINUTE, MONDAY, SECOND, WEEK, btc, btc_1h, eth_4h, hours, interval, made, power_of_ten,
    random::{Random, Walk},
    size,
};

/// Both sample series at different ends, the default picture among them.
pub(super) fn real_ends() -> Vec<Case> {
    let mut cases = Vec::new();
    for (symbol, interval, candles) in
        [("BTCUSDT", hours(), btc_1h()), ("ETHUSD", interval("4h", 4 * HOUR), eth_4h())]
    {
        let mut add = |name: &str, end: usize, window, warmup, options| {
            let drawn = candles[end - window - warmup..end].to_vec();
            let name = format!("real-{symbol}-{}-{name}", interval.code());
            let mut case = Case::with_warmup(name, &interval, drawn, warmup, options);
            symbol.clone_into(&mut case.symbol);
            cases.push(case);
        };
        add("default", 2000, 150, 0, SpecOptions::default());
        add("warmup", 1000, 60, 40, size(320, 240));
        for step in 1..=8 {
            let end = candles.len() * step / 8;
            add(&format!("end-{end}"), end, 100, 0, size(400, 300));
        }
    }
    cases
}

/// From the smallest picture to 2048 pixels a side, square and not.
pub(super) fn sizes() -> Vec<Case> {
    let squares = [8, 9, 16, 32, 33, 48, 64, 96, 100, 128, 224, 256, 333, 512, 640, 1024, 2048];
    let others = [
        (8, 64),
        (64, 8),
        (16, 300),
        (300, 16),
        (32, 200),
        (200, 32),
        (640, 480),
        (720, 1280),
        (1280, 720),
        (1920, 1080),
        (2048, 32),
        (33, 2048),
    ];
    let squares = squares.map(|side| (side, side));
    squares
        .iter()
        .chain(&others)
        .map(|&(width, height)| {
            let name = format!("size-{width}x{height}");
            Case::new(name, &hours(), btc(500, 60), size(width, height))
        })
        .collect()
}

/// From two candles to the most there may be, with more and with fewer than there are pixel columns.
pub(super) fn windows() -> Vec<Case> {
    let windows = [2, 3, 5, 10, 20, 50, 100, 150, 200, 365, 500];
    let wide = windows.map(|window| (window, 256, 256));
    let narrow = [
        (2, 32, 32),
        (100, 100, 60),
        (200, 64, 64),
        (500, 32, 32),
        (500, 499, 120),
        (2000, 100, 100),
        (2000, 640, 320),
    ];
    wide.iter()
        .chain(&narrow)
        .map(|&(window, width, height)| {
            let name = format!("window-{window}-{width}x{height}");
            Case::new(name, &hours(), btc(700, window), size(width, height))
        })
        .collect()
}

/// Prices around every power of ten from 1e-9 to 1e12, and volumes the other way round.
pub(super) fn magnitudes() -> Vec<Case> {
    let walk = Walk::new(11, 40).candles();
    (-9..=12)
        .map(|exponent: i32| {
            let price = power_of_ten(exponent);
            let volume = power_of_ten(-exponent);
            let candles = made::scaled(&walk, price, volume);
            Case::new(format!("price-1e{exponent}"), &hours(), candles, size(200, 160))
        })
        .collect()
}

/// Candles as no market, or only a broken one, would make them.
pub(super) fn shapes() -> Vec<Case> {
    made::shapes()
        .into_iter()
        .map(|(name, candles)| Case::new(format!("shape-{name}"), &hours(), candles, size(200, 160)))
        .collect()
}

/// From milliseconds to months, wide enough for a few time labels.
pub(super) fn intervals() -> Vec<Case> {
    let lengths = [
        ("1ms", 1),
        ("1s", SECOND),
        ("1m", MINUTE),
        ("5m", 5 * MINUTE),
        ("15m", 15 * MINUTE),
        ("30m", 30 * MINUTE),
        ("2h", 2 * HOUR),
        ("6h", 6 * HOUR),
        ("12h", 12 * HOUR),
        ("1d", DAY),
        ("3d", 3 * DAY),
        ("1w", WEEK),
        ("30d", 30 * DAY),
        ("365d", 365 * DAY),
    ];
    lengths
        .iter()
        .map(|&(code, ms)| {
            let walk = Walk { start: MONDAY, step: ms, ..Walk::new(21, 60) };
            Case::new(format!("interval-{code}"), &interval(code, ms), walk.candles(), size(480, 160))
        })
        .collect()
}

/// Gaps, turns of the day, month and year, and the ends of the calendar.
pub(super) fn times() -> Vec<Case> {
    let walk = |start, step| Walk { start, step, ..Walk::new(31, 48) }.candles();
    let year = 365 * DAY;
    let days = interval("1d", DAY);
    let mut irregular = walk(MONDAY, HOUR);
    let mut random = Random::new(32);
    let mut open_time = MONDAY;
    for candle in &mut irregular {
        candle.open_time = open_time;
        open_time += 1 + (random.unit() * 50_000_000.0) as i64;
    }
    [
        ("new-year-hours", hours(), walk(MONDAY - 3 * DAY, HOUR)),
        ("new-year-days", days.clone(), walk(MONDAY - 20 * DAY, DAY)),
        // 2024-02-29 lies in the middle.
        ("leap-day", days.clone(), walk(MONDAY + 399 * DAY, DAY)),
        ("off-the-grid", hours(), walk(MONDAY + 1_234_567, HOUR)),
        ("before-1970", days.clone(), walk(-20 * DAY, DAY)),
        ("year-0", days.clone(), walk(-62_167_219_200_000, DAY)),
        ("year-9999", days.clone(), walk(253_402_300_799_999 - 47 * DAY, DAY)),
        ("one-gap", hours(), made::gap(walk(MONDAY, HOUR), 20, 30 * HOUR)),
        ("long-gap", hours(), made::gap(walk(MONDAY, HOUR), 47, year)),
        ("weekends-left-out", days, made::workdays(walk(MONDAY, DAY))),
        ("irregular", hours(), irregular),
    ]
    .into_iter()
    .map(|(name, interval, candles)| Case::new(format!("time-{name}"), &interval, candles, size(480, 160)))
    .collect()
}
