use candles::Candle;

use super::*;

const DAY: i64 = 86_400_000;

/// A candle of a day in a line of a text: high, low, close, volume; it opens at 100.
fn row(text: u32, line: u64, day: i64, [high, low, close, volume]: [f64; 4]) -> Row {
    let candle = Candle { open_time: day * DAY, open: 100.0, high, low, close, volume };
    Row { text, line, ..Row::of(candle, [f64::NAN; 3], -1) }
}

/// What is kept: day, close; and how many rows were superseded.
fn resolved(rows: &[Row], on_conflict: Option<OnConflict>) -> Result<(Vec<(i64, f64)>, u64), u64> {
    let mut sorter = Sorter::default();
    let mut ends = BTreeMap::new();
    for row in rows {
        sorter.push(*row);
        let end = ends.entry(row.text).or_insert(row.own_time);
        *end = row.own_time.max(*end);
    }
    let mut sorted = sorter.sorted().expect("sorted");
    let interval = Interval::new("1d", DAY).expect("an interval");
    let mut refuse = |row: &Row, fault: &RowFault| panic!("{row:?}: {fault}");
    match resolve(&mut sorted, &interval, &ends, on_conflict, &mut refuse).expect("read") {
        Ok(mut resolved) => {
            let mut kept = Vec::new();
            let taken = resolved.rows.each(|row| {
                kept.push((row.candle.open_time / DAY, row.candle.close));
                Ok::<(), io::Error>(())
            });
            taken.expect("read");
            assert_eq!(kept.len() as u64, resolved.count);
            Ok((kept, resolved.superseded))
        }
        Err(Unresolved::Conflict(conflict)) => Err(conflict.times),
        Err(Unresolved::Mixed(apart)) => panic!("{apart} ms apart"),
    }
}

const EARLY: [f64; 4] = [102.0, 99.0, 101.0, 5.0];
const LATE: [f64; 4] = [104.0, 98.0, 103.0, 9.0];

#[test]
fn a_candle_that_was_downloaded_before_it_closed_gives_way_to_the_whole_one() {
    let whole = Ok((vec![(1, 103.0), (2, 103.0)], 1));
    // In one file, whichever comes first.
    assert_eq!(resolved(&[row(0, 1, 1, EARLY), row(0, 2, 1, LATE), row(0, 3, 2, LATE)], None), whole);
    assert_eq!(resolved(&[row(0, 1, 2, LATE), row(0, 2, 1, LATE), row(0, 3, 1, EARLY)], None), whole);
    // As the last one of another file.
    assert_eq!(resolved(&[row(0, 1, 1, EARLY), row(1, 1, 1, LATE), row(1, 2, 2, LATE)], None), whole);
    // In the middle of another file it was over.
    let rows = [row(0, 1, 1, EARLY), row(0, 2, 2, LATE), row(1, 1, 1, LATE)];
    assert_eq!(resolved(&rows, None), Err(1));
}

#[test]
fn rows_that_contradict_each_other_are_refused_unless_one_is_asked_for() {
    // The low of the later one is higher.
    let rows = [row(0, 1, 1, EARLY), row(0, 2, 1, [104.0, 99.5, 103.0, 9.0])];
    assert_eq!(resolved(&rows, None), Err(1));
    assert_eq!(resolved(&rows, Some(OnConflict::Last)), Ok((vec![(1, 103.0)], 1)));
    assert_eq!(resolved(&rows, Some(OnConflict::First)), Ok((vec![(1, 101.0)], 1)));
    // Rows that say the same do not.
    let rows = [row(0, 1, 1, EARLY), row(1, 1, 1, EARLY)];
    assert_eq!(resolved(&rows, None), Ok((vec![(1, 101.0)], 0)));
}
