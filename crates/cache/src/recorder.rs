//! [`Recorder`]: counts what a run does, series by series, and tells its observer.

use market::{ReadError, Survey};
use render_core::PicturePath;

use crate::{Counts, Finding, Kind, Note, Notice, Observer, Row, SeriesSummary, Status, finding::sort};

/// The symbol and the interval of a series.
pub(crate) type Name = (String, String);

/// The counts of a run, and who is told of it.
pub(crate) struct Recorder<'a> {
    pub observer: &'a mut dyn Observer,
    /// By the numbers that the run's events have.
    pub series: Vec<SeriesSummary>,
    /// For orphans that belong to no series of the run.
    pub others: SeriesSummary,
    /// The series, the end and the path of the first picture that was made.
    pub first: Option<(usize, i64, String)>,
    /// Whether each series says how many ends to expect once it is read.
    pub expects_ends: bool,
    /// Folders that could not be read.
    pub unreadable_folders: u64,
    /// Path and reason of the first picture that failed.
    pub first_failure: Option<(String, String)>,
}

impl<'a> Recorder<'a> {
    /// A recorder of series with these symbols and intervals.
    pub fn new(names: impl IntoIterator<Item = Name>, observer: &'a mut dyn Observer) -> Self {
        let named = |(symbol, interval)| SeriesSummary { symbol, interval, ..SeriesSummary::default() };
        let series = names.into_iter().map(named).collect();
        let (others, first, expects_ends, unreadable_folders, first_failure) = Default::default();
        Self { observer, series, others, first, expects_ends, unreadable_folders, first_failure }
    }

    /// Says beforehand how many ends a series has.
    pub fn expect(&mut self, number: usize, ends: u64) {
        self.series[number].expected = ends;
        self.observer.expect(ends, 0);
    }

    pub fn note(&mut self, note: &Note) {
        self.observer.notice(Notice::Note(note));
    }

    pub fn surveyed(&mut self, number: usize, survey: Survey) {
        let series = &mut self.series[number];
        if self.expects_ends {
            self.observer.expect(survey.ends, series.expected);
            series.expected = survey.ends;
        }
        let SeriesSummary { symbol, interval, .. } = &*series;
        self.observer.notice(Notice::Surveyed { symbol, interval, survey: &survey });
        series.survey = Some(survey);
    }

    pub fn refused(&mut self, number: usize, fault: &ReadError) {
        let series = &mut self.series[number];
        if self.expects_ends && series.survey.is_none() {
            self.observer.expect(0, series.expected);
        }
        let SeriesSummary { symbol, interval, .. } = &*series;
        self.observer.notice(Notice::Refused { symbol, interval, fault });
        series.refused = Some(fault.to_string());
    }

    pub fn counted(&mut self, number: usize, counts: Counts) {
        let series = &mut self.series[number];
        let Counts { fine, missing, forecast, not_given, gone, across_gaps } = counts;
        series.unchanged += fine;
        series.missing += missing;
        series.rendered += forecast;
        series.across_gaps += across_gaps;
        series.not_given += not_given;
        self.observer.advance(fine + missing + forecast + not_given + gone, 0, 0);
    }

    /// An end that no file name can show counts as failed.
    pub fn end_refused(&mut self, number: usize, end: i64, reason: &str) {
        let series = &mut self.series[number];
        series.failed += 1;
        series.refused_ends += 1;
        self.observer.advance(1, 0, 1);
        let SeriesSummary { symbol, interval, .. } = &*series;
        self.observer.notice(Notice::EndRefused { symbol, interval, end, reason });
    }

    /// A row is written: its picture is in place, or the source cannot make it.
    pub fn written(&mut self, Row { mark, number, path, found, .. }: &Row) {
        let number = *number;
        if mark.status == Status::Missing {
            self.observer.advance(1, 0, 0);
            let Some(finding) = found else {
                self.series[number].missing += 1;
                return;
            };
            self.tell(Some(number), finding, true);
            let (kind, reason) = (Kind::Missing, mark.reason.as_deref().unwrap_or_default().to_owned());
            let left = Finding { kind, reason, mendable: false, ..finding.clone() };
            return self.tell(Some(number), &left, false);
        }
        self.series[number].rendered += 1;
        self.observer.advance(1, 1, 0);
        let place = (number, mark.end);
        if self.first.as_ref().is_none_or(|(number, end, _)| place < (*number, *end)) {
            self.first = Some((number, mark.end, path.clone()));
        }
        if let Some(finding) = found {
            self.tell(Some(number), finding, true);
        }
    }

    /// A picture could not be looked at, read or written, so that what was found before is still wrong.
    pub fn failed(&mut self, number: usize, path: &str, reason: &str, found: Option<Finding>) {
        self.observer.advance(1, 0, 1);
        self.series[number].failed += 1;
        self.first_failure.get_or_insert_with(|| (path.to_owned(), reason.to_owned()));
        match found {
            Some(finding) => {
                let reason = format!("{}; cannot be written: {reason}", finding.reason);
                self.tell(Some(number), &Finding { reason, ..finding }, false);
            }
            None => self.observer.notice(Notice::Failed { path, reason }),
        }
    }

    pub fn unreadable_folder(&mut self, folder: &str, reason: &str) {
        self.unreadable_folders += 1;
        let reason = &format!("cannot be read: {reason}");
        self.observer.notice(Notice::Failed { path: folder, reason });
    }

    /// An orphan is counted with the series that its path names, if that is one of the run's.
    pub fn orphan(&mut self, path: &str, end: i64, reason: &str, mendable: bool, deleted: bool) {
        let named = PicturePath::parse(path);
        let [symbol, interval] =
            named.map_or(["", ""], |named| [named.symbol, named.interval]).map(str::to_owned);
        let is_it = |series: &SeriesSummary| series.symbol == symbol && series.interval == interval;
        let number = self.series.iter().position(is_it);
        let (path, reason) = (path.to_owned(), reason.to_owned());
        let finding =
            Finding { kind: Kind::Orphan, symbol, interval, path, end, reason, mendable, needs: Vec::new() };
        self.tell(number, &finding, deleted);
    }

    /// Counts a finding, and tells of it.
    pub fn tell(&mut self, number: Option<usize>, finding: &Finding, mended: bool) {
        let series = match number {
            Some(number) => &mut self.series[number],
            None => &mut self.others,
        };
        let count = match finding.kind {
            _ if mended => &mut series.mended,
            Kind::Corrupt => &mut series.corrupt,
            Kind::Stale => &mut series.stale,
            Kind::Orphan => &mut series.orphaned,
            Kind::Missing => {
                *series.missing_reasons.entry(sort(&finding.reason).to_owned()).or_default() += 1;
                &mut series.missing
            }
        };
        *count += 1;
        self.observer.notice(Notice::Found { finding, mended });
    }
}
