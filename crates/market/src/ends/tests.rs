use super::*;

fn filter(start: i64, end: i64, stride: u32) -> Filter {
    Filter { start, end, stride, ..Filter::default() }
}

/// First, last and count of a gap.
fn gap(ends: &Ends<'_>, before: i64, after: i64) -> Option<(i64, i64, u64)> {
    ends.gap(before, after).map(|gap| (gap.first, gap.last, gap.count))
}

#[test]
fn a_gap_has_an_end_at_every_step_between_its_neighbours() {
    let interval = Interval::new("1s", 1000).expect("valid");
    let all = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
    assert_eq!(gap(&all, 0, 1000), None);
    assert_eq!(gap(&all, 0, 500), None);
    assert_eq!(gap(&all, 0, 1001), Some((1000, 1000, 1)));
    assert_eq!(gap(&all, 0, 4000), Some((1000, 3000, 3)));
    let some = Ends::new(&interval, &filter(2000, 3001, 3), i64::MAX);
    assert_eq!(gap(&some, 0, 9000), Some((2000, 3000, 2)));
    let gap = some.gap(0, 9000).expect("a gap");
    assert_eq!(some.selected_in(gap).collect::<Vec<_>>(), [3000]);
    assert_eq!((some.missing(0, 9000), some.missing(0, 1000)), (8, 0));
    assert!(all.is_expected(0, 3000, 2000));
    assert!([0, 1, 3000, 4000].iter().all(|&at| !all.is_expected(0, 3000, at)));
}

#[test]
fn a_gap_holds_what_the_calendar_expects_and_nothing_else() {
    const DAY: i64 = 86_400_000;
    let interval = Interval::new("1d", DAY).expect("valid");
    // The epoch was a Thursday: days 2 and 3 are the first weekend, 9 and 10 the second.
    let ends = |start, end, calendar| {
        Ends::new(&interval, &filter(start * DAY, end * DAY, 1), i64::MAX).with_calendar(calendar)
    };
    let weekdays = ends(0, 100, Calendar::Weekdays);
    assert_eq!(gap(&weekdays, DAY, 4 * DAY), None);
    assert_eq!(gap(&weekdays, 0, 5 * DAY), Some((DAY, 4 * DAY, 2)));
    assert_eq!(gap(&weekdays, 4 * DAY, 11 * DAY), Some((5 * DAY, 8 * DAY, 4)));
    let long = weekdays.gap(0, 12 * DAY).expect("a gap");
    let days: Vec<i64> = weekdays.selected_in(long).map(|at| at / DAY).collect();
    assert_eq!((long.count, days), (7, vec![1, 4, 5, 6, 7, 8, 11]));
    assert!(weekdays.is_expected(0, 12 * DAY, 4 * DAY) && !weekdays.is_expected(0, 12 * DAY, 3 * DAY));
    // Inside a filter that begins and ends on a weekend.
    assert_eq!(gap(&ends(3, 10, Calendar::Weekdays), 0, 12 * DAY), Some((4 * DAY, 8 * DAY, 5)));
    assert_eq!(gap(&ends(2, 4, Calendar::Weekdays), 0, 12 * DAY), None);
    assert_eq!(gap(&ends(0, 100, Calendar::Observed), 0, 90 * DAY), None);
    assert_eq!(ends(0, 100, Calendar::Observed).missing(0, 90 * DAY), 0);
    assert_eq!(ends(0, 1, Calendar::Weekdays).missing(0, 12 * DAY), 7);
    let mut survey = Survey::default();
    survey.add(&weekdays, None, 0).expect("counted");
    survey.add(&weekdays, Some(0), 12 * DAY).expect("counted");
    assert_eq!((survey.ends, survey.gaps, survey.missing_candles), (9, 1, 7));
    let absurd = Interval::new("1s", 1000).expect("valid");
    let absurd = Ends::new(&absurd, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
    let absurd = absurd.with_calendar(Calendar::Weekdays);
    assert!(Survey::default().add(&absurd, Some(0), i64::MAX).is_err());
}

#[test]
fn a_month_without_a_candle_is_a_gap_and_one_that_is_not_over_is_no_end() {
    let month = Interval::parse("1M").expect("valid");
    let [january, march, june] =
        ["2024-01-01", "2024-03-01", "2024-06-01"].map(|text| candles::parse_utc(text).expect(text));
    let ends = |now| Ends::new(&month, &filter(i64::MIN, i64::MAX, 1), now);
    assert_eq!(ends(i64::MAX).gap(january, march).map(|gap| gap.count), Some(1));
    let long = ends(i64::MAX).gap(january, june).expect("a gap");
    assert_eq!((long.count, long.last), (4, month.plus(january, 4).expect("a time")));
    let over = month.end(march);
    assert!(!ends(over - 1).selects(march) && ends(over - 1).is_past(march));
    assert!(ends(over).selects(march) && !ends(over).is_past(march));
    // Every second month of the grid, which has an even number.
    let every_second = Ends::new(&month, &filter(i64::MIN, i64::MAX, 2), i64::MAX);
    assert_eq!(every_second.selected_in(long).count(), 2);
}

#[test]
fn open_times_at_the_edges_of_the_range_overflow_nothing() {
    let interval = Interval::new("x", i64::MAX).expect("valid");
    for times in [(i64::MIN, i64::MAX), (i64::MIN, i64::MIN + 1), (i64::MAX - 1, i64::MAX)] {
        for now in [i64::MIN, 0, i64::MAX] {
            let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, u32::MAX), now);
            if let Some(gap) = ends.gap(times.0, times.1) {
                assert!(ends.selected_in(gap).count() < 3);
            }
        }
    }
}

#[test]
fn an_end_whose_interval_is_not_over_is_none() {
    let interval = Interval::new("1s", 1000).expect("valid");
    let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), 5000);
    assert!(ends.selects(4000) && !ends.selects(4001) && ends.is_past(4001));
}

#[test]
fn a_gap_of_absurd_length_is_refused() {
    let interval = Interval::new("1s", 1000).expect("valid");
    let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
    assert!(Survey::default().add(&ends, Some(0), 20_000_000_000).is_err());
}
