//! Findings as text, grouped by kind.

use candles::text::shown;
use render_core::format_utc;

use super::report::{MOST_SHOWN, Report, Series};
use crate::finding::Kind;

impl Report {
    pub fn print_text(&mut self, seconds: f64, interrupted: bool, left: Option<u64>) {
        let mut lines = Vec::new();
        for kind in Kind::ALL {
            for mended in [true, false] {
                self.list(kind, mended, &mut lines);
            }
        }
        for series in &self.series[..self.series.len() - 1] {
            let [corrupt, stale, orphaned, missing, _] = series.left;
            lines.push(format!(
                "{} {}: {} ok, {corrupt} corrupt, {stale} stale, {orphaned} orphaned, {missing} missing",
                shown(&series.symbol),
                shown(&series.interval),
                series.ok
            ));
        }
        lines.push(format!(
            "Total: {} ok, {} corrupt, {} stale, {} orphaned, {} missing{} in {seconds:.2} s",
            self.sum(|series| series.ok),
            self.total(Kind::Corrupt),
            self.total(Kind::Stale),
            self.total(Kind::Orphan),
            self.total(Kind::Missing),
            if self.repairs && !self.dry_run {
                format!("; {} mended", self.sum(|series| series.mended))
            } else {
                String::new()
            },
        ));
        if interrupted {
            let left = left.map_or_else(String::new, |left| format!(" ({left} entries are left)"));
            lines.push(format!("Interrupted: what was not looked at yet is not counted{left}."));
        }
        if self.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        }
        for line in lines {
            self.console.print(&line);
        }
    }

    /// The lines of one kind, and of what became of it.
    fn list(&self, kind: Kind, mended: bool, lines: &mut Vec<String>) {
        let count = match kind {
            Kind::Gap if mended => 0,
            Kind::Gap => self.sum(|series| series.gaps),
            _ => self.counts.get(&(kind, mended)).copied().unwrap_or_default(),
        };
        if count == 0 {
            return;
        }
        let what = match (kind, mended) {
            (Kind::Orphan, true) => ", deleted",
            (_, true) => ", mended",
            (_, false) => "",
        };
        lines.push(format!("{}{what} ({count}):", kind.title()));
        let before = lines.len();
        match kind {
            Kind::Gap => self.list_gaps(lines),
            Kind::Missing if !mended => self.list_missing(lines),
            _ => {}
        }
        for (path, reason) in self.shown.get(&(kind, mended)).into_iter().flatten() {
            lines.push(format!("  {path}: {reason}"));
        }
        let listed = (lines.len() - before) as u64;
        if listed < count && kind != Kind::Missing {
            lines.push(format!("  and {} more; --verbose or --format json lists all", count - listed));
        }
        match kind {
            Kind::Gap => {
                lines.push(format!(
                    "  the source lacks them; once it has them: image-cache render{}",
                    self.base_command
                ));
            }
            Kind::Missing => {}
            _ if mended || !self.mendable[kind as usize] => {}
            _ => lines.extend(self.mend(kind).map(|command| format!("  to mend: {command}"))),
        }
    }

    fn list_gaps(&self, lines: &mut Vec<String>) {
        let most = if self.console.is_verbose() { usize::MAX } else { MOST_SHOWN };
        for (name, gap, ms) in self.gaps.iter().take(most) {
            let candles =
                if gap.count == 1 { "1 candle".to_owned() } else { format!("{} candles", gap.count) };
            let (first, last) = (format_utc(gap.first), format_utc(gap.last(*ms)));
            let range = if gap.count == 1 { first } else { format!("{first} to {last}") };
            lines.push(format!("  {name}: {range}, {candles}"));
        }
    }

    fn list_missing(&self, lines: &mut Vec<String>) {
        for Series { symbol, interval, reasons, .. } in &self.series {
            if !reasons.is_empty() {
                let reasons: Vec<String> =
                    reasons.iter().map(|(reason, count)| format!("{count} {}", shown(reason))).collect();
                lines.push(format!("  {} {}: {}", shown(symbol), shown(interval), reasons.join(", ")));
            }
        }
    }
}
