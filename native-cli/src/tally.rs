//! What became of each series, as text and as JSON.

use candles::text::shown;
use market::Survey;
use render_core::format_utc;
use serde::Serialize;

/// What became of one series.
#[derive(Debug, Default)]
pub struct Tally {
    pub symbol: String,
    pub code: String,
    pub expected: u64,
    pub survey: Option<Survey>,
    pub refused: bool,
    pub rendered: u64,
    pub unchanged: u64,
    pub missing: u64,
    pub failed: u64,
}

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line<'a> {
    Series {
        symbol: &'a str,
        interval: &'a str,
        candles: u64,
        gaps: u64,
        missing_candles: u64,
        rendered: u64,
        unchanged: u64,
        missing: u64,
        failed: u64,
        first_end: Option<String>,
        last_end: Option<String>,
    },
    Failed {
        path: &'a str,
        reason: &'a str,
    },
    Refused {
        symbol: &'a str,
        interval: &'a str,
        reason: &'a str,
    },
    EndRefused {
        symbol: &'a str,
        interval: &'a str,
        end_open_time_ms: i64,
        reason: &'a str,
    },
    Summary {
        series: usize,
        refused: usize,
        rendered: u64,
        unchanged: u64,
        missing: u64,
        failed: u64,
        gaps: u64,
        missing_candles: u64,
        seconds: f64,
        pictures_per_second: f64,
        root: String,
        index: String,
        geometry: Option<String>,
        first_picture: Option<String>,
        dry_run: bool,
        interrupted: bool,
        /// Ends that an interrupted run has left, as far as they were counted; null otherwise.
        left: Option<u64>,
        /// Which shard this was, if any, and of which plan.
        shard: Option<String>,
        plan: Option<String>,
        /// Whether it has all its rows now.
        finished: Option<bool>,
    },
}

impl Tally {
    pub fn name(&self) -> String {
        format!("{} {}", shown(&self.symbol), shown(&self.code))
    }

    pub fn line(&self, survey: &Survey) -> Line<'_> {
        Line::Series {
            symbol: &self.symbol,
            interval: &self.code,
            candles: survey.candles,
            gaps: survey.gaps,
            missing_candles: survey.missing_candles,
            rendered: self.rendered,
            unchanged: self.unchanged,
            missing: self.missing,
            failed: self.failed,
            first_end: survey.first_end.map(format_utc),
            last_end: survey.last_end.map(format_utc),
        }
    }

    pub fn text(&self, did: &str) -> Option<String> {
        let Self { rendered, unchanged, missing, failed, .. } = self;
        let Survey { candles, gaps, missing_candles, .. } = self.survey.as_ref()?;
        let name = self.name();
        // A gap that reaches into the selection has ends there, even where no candle is.
        if *candles == 0 && *gaps == 0 {
            return Some(format!("{name}: no candles"));
        }
        let gaps = match gaps {
            0 => String::new(),
            1 => format!(", 1 gap ({missing_candles} missing)"),
            _ => format!(", {gaps} gaps ({missing_candles} missing)"),
        };
        Some(format!(
            "{name}: {rendered} {did}, {unchanged} unchanged, {missing} missing, {failed} failed; {candles} candles{gaps}"
        ))
    }
}
