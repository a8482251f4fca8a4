//! Findings as JSON, one object a line.

use serde::Serialize;

use super::report::{Report, Series};
use crate::finding::Kind;

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line<'a> {
    Finding {
        kind: Kind,
        symbol: &'a str,
        interval: &'a str,
        end: String,
        path: &'a str,
        reason: &'a str,
        /// What mends it; null where nothing here does.
        mend: Option<&'a str>,
        mended: bool,
    },
    Gap {
        symbol: &'a str,
        interval: &'a str,
        first: String,
        last: String,
        missing_candles: u64,
        mend: &'a str,
    },
    Refused {
        symbol: &'a str,
        interval: &'a str,
        reason: &'a str,
    },
    Unreadable {
        path: &'a str,
        reason: &'a str,
    },
    Series {
        symbol: &'a str,
        interval: &'a str,
        ok: u64,
        corrupt: u64,
        stale: u64,
        orphaned: u64,
        missing: u64,
        gaps: u64,
        missing_candles: u64,
        mended: u64,
        unreadable: u64,
    },
    Summary {
        ok: u64,
        corrupt: u64,
        stale: u64,
        orphaned: u64,
        missing: u64,
        gaps: u64,
        missing_candles: u64,
        mended: u64,
        unreadable: u64,
        refused: u64,
        seconds: f64,
        dry_run: bool,
        interrupted: bool,
        /// Entries that an interrupted run has not looked at; null otherwise.
        left: Option<u64>,
    },
}

impl Report {
    pub fn print_json(&mut self, seconds: f64, interrupted: bool, left: Option<u64>) {
        let (last, all) = (self.series.len() - 1, std::mem::take(&mut self.series));
        for series in &all[..last] {
            let Series { symbol, interval, ok, left, mended, untold, gaps, missing_candles, .. } = series;
            let [corrupt, stale, orphaned, missing, _] = *left;
            self.console.print_json(&Line::Series {
                symbol,
                interval,
                ok: *ok,
                corrupt,
                stale,
                orphaned,
                missing,
                gaps: *gaps,
                missing_candles: *missing_candles,
                mended: *mended,
                unreadable: *untold,
            });
        }
        self.series = all;
        let summary = Line::Summary {
            ok: self.sum(|series| series.ok),
            corrupt: self.total(Kind::Corrupt),
            stale: self.total(Kind::Stale),
            orphaned: self.total(Kind::Orphan),
            missing: self.total(Kind::Missing),
            gaps: self.sum(|series| series.gaps),
            missing_candles: self.sum(|series| series.missing_candles),
            mended: self.sum(|series| series.mended),
            unreadable: self.failed,
            refused: self.refused,
            seconds: (seconds * 1000.0).round() / 1000.0,
            dry_run: self.dry_run,
            interrupted,
            left,
        };
        self.console.print_json(&summary);
    }
}
