//! Random candles.

use candles::{Candle, Civil, civil, utc_ms};

use super::{DAY, HOUR};

/// Numbers by chance, the same for the same seed: splitmix64.
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to one below.
    pub fn below(&mut self, count: u64) -> i64 {
        (self.roll() % count) as i64
    }
}

/// Which volumes candles have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volumes {
    Decimals,
    Whole,
    /// Near the price, so that they may be taken for one.
    NearPrice,
    /// 0 in every other row.
    HalfZero,
}

/// What random candles are made by.
#[derive(Debug, Clone)]
pub struct Walk {
    pub seed: u64,
    pub rows: usize,
    /// The length of a candle: `1m`, `1d`, `1M`.
    pub interval: &'static str,
    /// Seconds since 1970; the candles begin at the next full interval.
    pub start: i64,
    /// Prices are about 1 to 10 times this power of ten.
    pub power: i32,
    pub volumes: Volumes,
    /// Whether one candle in five has one price throughout.
    pub is_flat: bool,
    /// Whether one candle in eight is missing.
    pub has_gaps: bool,
    /// How far opens lie from the closes before, at most, in ticks; closes lie up to 400 from their opens.
    pub jump: u64,
}

/// A number of so many units of this power of ten, the nearest to it.
pub fn decimal(units: i64, power: i32) -> f64 {
    format!("{units}e{power}").parse().unwrap_or(0.0)
}

fn number(ms: i64) -> Civil {
    Civil { hour: 0, minute: 0, second: 0, ..civil(ms) }
}

impl Walk {
    /// The candles' times that are there, and when each candle ends.
    pub fn spans(&self, offset: &dyn Fn(i64) -> i64) -> Vec<(i64, i64)> {
        let times = Self { rows: self.rows + 1, ..self.clone() }.times(offset);
        let mut dice = Dice(!self.seed);
        let is_there = |_: &(i64, i64)| !self.has_gaps || dice.below(8) > 0;
        times.windows(2).map(|pair| (pair[0], pair[1])).filter(is_there).collect()
    }

    /// When candles open; days, weeks and months begin at 00:00 of what the offset makes of UTC.
    fn times(&self, offset: &dyn Fn(i64) -> i64) -> Vec<i64> {
        let start = self.start * 1000;
        // Midnights of a zone: what the clock says at that time of UTC, moved by the offset there.
        let zoned = |local: i64| {
            let guess = local - offset(local) * 60_000;
            local - offset(guess) * 60_000
        };
        match self.interval {
            "1M" => {
                let first = number(start);
                let months = (0..self.rows as i32).map(|count| {
                    let month = first.year * 12 + i32::from(first.month) + count;
                    let at = Civil {
                        year: month.div_euclid(12),
                        month: month.rem_euclid(12) as u8 + 1,
                        day: 1,
                        ..first
                    };
                    zoned(utc_ms(at, 0).unwrap_or(0))
                });
                months.collect()
            }
            "1d" | "1w" => {
                let step = if self.interval == "1d" { DAY } else { 7 * DAY };
                // 1970-01-05 was a Monday.
                let first = (start - 4 * DAY).div_euclid(step) * step + 4 * DAY;
                (0..self.rows as i64).map(|count| zoned(first + count * step)).collect()
            }
            code => {
                let step = crate::interval_ms(code).unwrap_or(HOUR);
                let first = start.div_euclid(step) * step;
                (0..self.rows as i64).map(|count| first + count * step).collect()
            }
        }
    }

    /// The candles that open at these times.
    pub fn candles(&self, times: &[i64]) -> Vec<Candle> {
        let mut dice = Dice(self.seed);
        let tick = self.power - 4;
        let mut before = 10_000 + dice.below(89_999);
        let mut candles = Vec::new();
        for &open_time in times {
            let open = (before + dice.below(2 * self.jump + 1) - self.jump as i64).max(2000);
            let is_flat = self.is_flat && dice.below(5) == 0;
            let close = if is_flat { open } else { (open + dice.below(801) - 400).max(2000) };
            let (above, below) = if is_flat { (0, 0) } else { (dice.below(200), dice.below(200)) };
            let (high, low) = (open.max(close) + above, open.min(close) - below);
            before = close;
            let volume = match self.volumes {
                Volumes::Decimals => decimal(1 + dice.below(100_000_000), -4),
                Volumes::Whole => decimal(1 + dice.below(10_000_000), 0),
                Volumes::NearPrice => decimal(low - 900 + dice.below(1800), tick),
                Volumes::HalfZero => decimal(dice.below(2) * dice.below(100_000_000), -3),
            };
            let [open, high, low, close] = [open, high, low, close].map(|units| decimal(units, tick));
            candles.push(Candle { open_time, open, high, low, close, volume });
        }
        candles
    }
}
