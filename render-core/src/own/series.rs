//! A series of one's own: values by time.

use crate::{Error, window::Window};

/// A value at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnValue {
    /// Ms since the Unix epoch, UTC.
    pub time: i64,
    /// The value, or a band's lower and upper one; `None` where the series says that there is none, so that its line
    /// breaks.
    pub value: Option<(f64, f64)>,
}

impl OwnValue {
    /// A value, or none, at a time.
    #[must_use]
    pub fn new(time: i64, value: Option<f64>) -> Self {
        Self { time, value: value.map(|value| (value, value)) }
    }

    /// The two values of a band.
    #[must_use]
    pub fn band(time: i64, low: f64, high: f64) -> Self {
        Self { time, value: Some((low, high)) }
    }
}

/// A series of one's own: finite values by time, each time once.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnSeries {
    name: String,
    values: Vec<OwnValue>,
}

impl OwnSeries {
    /// A series from values in whatever order.
    ///
    /// # Errors
    /// Where the name is none ([`check_name`](Self::check_name)), a value is not finite, a band's lower value is above
    /// the upper one, or one time has two values.
    pub fn new(name: impl Into<String>, mut values: Vec<OwnValue>) -> Result<Self, Error> {
        let name = name.into();
        Self::check_name(&name)?;
        let wrong = |time: i64, what: &str| {
            let why = format!("{what} at {}", candles::format_utc(time));
            Error::OwnSeries { name: name.clone(), why }
        };
        for OwnValue { time, value } in &values {
            if let Some((low, high)) = value {
                if !low.is_finite() || !high.is_finite() {
                    return Err(wrong(*time, "has a value that is not finite"));
                }
                if low > high {
                    return Err(wrong(*time, "has a lower value above the upper one"));
                }
            }
        }
        values.sort_unstable_by_key(|value| value.time);
        if let Some(pair) = values.windows(2).find(|pair| pair[0].time == pair[1].time && pair[0] != pair[1])
        {
            return Err(wrong(pair[0].time, "has two values"));
        }
        values.dedup_by_key(|value| value.time);
        Ok(Self { name, values })
    }

    /// A name is 1 to 32 of `a-z 0-9 _` and not `auto`, so that it can stand in file names and in a spec.
    ///
    /// # Errors
    /// [`Error::OwnSeries`] where it is not.
    pub fn check_name(name: &str) -> Result<(), Error> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // `auto` is what a knob without a choice is called.
        if (1..=32).contains(&name.len()) && name.bytes().all(plain) && name != "auto" {
            return Ok(());
        }
        Err(Error::OwnSeries {
            name: candles::text::shown(name),
            why: "is no name, which is 1 to 32 of a-z 0-9 _, and not auto".to_owned(),
        })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values, by time.
    #[must_use]
    pub fn values(&self) -> &[OwnValue] {
        &self.values
    }

    /// The first time within the window at which the series has a row and no candle opens.
    #[must_use]
    pub fn time_between_candles(&self, window: &Window<'_>) -> Option<i64> {
        let (candles, after) = (window.candles(), window.after());
        let first = self.values.partition_point(|value| value.time < candles[0].open_time);
        let times = self.values[first..].iter().map(|value| value.time).take_while(|time| *time < after);
        times.into_iter().find(|time| candles.binary_search_by_key(time, |candle| candle.open_time).is_err())
    }
}
