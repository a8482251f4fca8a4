//! Candles made by hand, or bent from a random walk.

use render_core::Candle;

use super::{DAY, HOUR, MONDAY, random::Walk};

/// Prices and volumes multiplied.
pub(super) fn scaled(candles: &[Candle], price: f64, volume: f64) -> Vec<Candle> {
    let scaled = |c: &Candle| Candle {
        open_time: c.open_time,
        open: c.open * price,
        high: c.high * price,
        low: c.low * price,
        close: c.close * price,
        volume: c.volume * volume,
    };
    candles.iter().map(scaled).collect()
}

/// Prices that double again and again, stand still, and fall by a half: bands reach below 0.
pub(super) fn moon(count: i32) -> Vec<Candle> {
    let mut open = 1.0;
    let candle = |index: i32| {
        let factor = match index % 11 {
            0..=3 => 2.0,
            4..=8 => 1.0,
            _ => 0.5,
        };
        let close = open * factor;
        let candle = candle(index, open, open.max(close) * 1.25, open.min(close) * 0.75, close, 7.0);
        open = close;
        candle
    };
    (0..count).map(candle).collect()
}

/// From candle `from` on, everything `ms` later.
pub(super) fn gap(mut candles: Vec<Candle>, from: usize, ms: i64) -> Vec<Candle> {
    for candle in &mut candles[from..] {
        candle.open_time += ms;
    }
    candles
}

/// Without the Saturdays and Sundays of a series that starts on [`MONDAY`].
pub(super) fn workdays(mut candles: Vec<Candle>) -> Vec<Candle> {
    candles.retain(|c| (c.open_time - MONDAY) / DAY % 7 < 5);
    candles
}

/// Candles that strain one thing each, with its name.
pub(super) fn shapes() -> Vec<(&'static str, Vec<Candle>)> {
    let walk = Walk::new(51, 40).candles();
    let bent = |bend: fn(usize, &mut Candle)| {
        let mut candles = walk.clone();
        for (index, candle) in candles.iter_mut().enumerate() {
            bend(index, candle);
        }
        candles
    };
    let shifted = |by: f64| {
        let mut candles = walk.clone();
        for c in &mut candles {
            (c.open, c.high, c.low, c.close) = (c.open + by, c.high + by, c.low + by, c.close + by);
        }
        candles
    };
    let ramp = |step: f64| {
        let ramp = |index| {
            let open = 100.0 + f64::from(index) * step;
            candle(index, open, open.max(open + step), open.min(open + step), open + step, 7.0)
        };
        (0..40).map(ramp).collect()
    };
    vec![
        ("flat", flat(100.0, 5.0)),
        ("flat-at-zero", flat(0.0, 5.0)),
        ("flat-at-1e12", flat(1e12, 5.0)),
        ("flat-at-1e-9", flat(1e-9, 5.0)),
        ("flat-below-zero", flat(-42.5, 5.0)),
        ("flat-without-volume", flat(100.0, 0.0)),
        ("flat-by-two", flat(100.0, 5.0)[..2].to_vec()),
        ("volume-zero", bent(|_, c| c.volume = 0.0)),
        ("volume-in-one-candle", bent(|i, c| c.volume = if i == 17 { 1e6 } else { 0.0 })),
        ("volume-equal", bent(|_, c| c.volume = 3.0)),
        ("volume-huge", bent(|_, c| c.volume *= 1e15)),
        ("volume-tiny", bent(|_, c| c.volume *= 1e-15)),
        ("up-only", ramp(1.25)),
        ("down-only", ramp(-1.25)),
        (
            "one-huge-candle",
            bent(|i, c| {
                if i == 25 {
                    (c.high, c.low) = (1000.0, 0.001);
                }
            }),
        ),
        (
            "huge-first-and-last",
            bent(|i, c| {
                if i % 39 == 0 {
                    (c.open, c.high, c.low, c.close) = (1.0, 500.0, -500.0, 400.0);
                }
            }),
        ),
        ("doji", bent(|_, c| c.close = c.open)),
        ("bodies-without-wicks", bent(|_, c| (c.high, c.low) = (c.open.max(c.close), c.open.min(c.close)))),
        ("open-equals-high", bent(|_, c| c.high = c.open.max(c.close))),
        ("negative", shifted(-500.0)),
        ("around-zero", shifted(-1.0)),
        ("narrow-at-1e6", shifted(1e6)),
        // Steps between prices are few floats wide here.
        ("narrow-at-1e12", shifted(1e12)),
        ("zigzag", zigzag()),
        ("smallest-floats", scaled(&walk, 1e-320, 1e-320)),
        ("largest-floats", largest()),
    ]
}

fn candle(index: i32, open: f64, high: f64, low: f64, close: f64, volume: f64) -> Candle {
    Candle { open_time: MONDAY + i64::from(index) * HOUR, open, high, low, close, volume }
}

fn flat(price: f64, volume: f64) -> Vec<Candle> {
    (0..40).map(|index| candle(index, price, price, price, price, volume)).collect()
}

/// Up and down between the same two prices.
fn zigzag() -> Vec<Candle> {
    (0..40)
        .map(|index| {
            let (open, close) = if index % 2 == 0 { (10.0, 20.0) } else { (20.0, 10.0) };
            candle(index, open, 20.0, 10.0, close, f64::from(index))
        })
        .collect()
}

/// The difference of two of these prices is no float any more.
fn largest() -> Vec<Candle> {
    (0..40)
        .map(|index| {
            let part = f64::from(index) / 39.0;
            let close = f64::MAX * (2.0 * part - 1.0);
            candle(index, 0.0, f64::MAX, -f64::MAX, close, f64::MAX * part)
        })
        .collect()
}
