//! What commas and points of a table's numbers are, and where nothing decides it.

use super::tables::by;
use crate::ReadOptions;

/// The numbers of the second column in the first two rows; none is NaN.
fn read(text: &str, options: &ReadOptions) -> Result<[f64; 2], String> {
    let table = by(text, options).map_err(|error| error.to_string())?;
    Ok([0, 1].map(|row| table.number(row, 1).ok().flatten().unwrap_or(f64::NAN)))
}

#[test]
fn digits_among_texts_do_not_decide_what_a_comma_or_a_point_of_numbers_is() {
    let doubt = |field| Err(format!("the comma of \"{field}\" may part thousands or stand before decimals"));
    for (rows, right) in [
        // A version among texts, whose point is none of the numbers'.
        (["-111,479;1.2", "-4226700;buy"], doubt("-111,479")),
        (["111,479;1.2", "222,5;buy"], Ok([111.479, 222.5])),
        (["1.234;1,2", "2.5;buy"], Ok([1.234, 2.5])),
        (["1.234;1,2", "2.345;buy"], Ok([1.234, 2.345])),
        (["1.234,5;1.2", "2,5;buy"], Ok([1234.5, 2.5])),
        // Other numbers decide, but not against thousands that nothing parts.
        (["111,479;1.2", "222,500;2.5"], Ok([111_479.0, 222_500.0])),
        (["111,479;1.2", "4226700;2.5"], doubt("111,479")),
        (["111,479;1.2", "4226700.5;2.5"], Ok([111_479.0, 4_226_700.5])),
        (["111,479;1,2", "4226700;2,5"], Ok([111.479, 4_226_700.0])),
        (["111,479;1,2", "222,500;2,5"], Ok([111.479, 222.5])),
        // A row that is wrong says nothing of the others.
        (["1000,5;", "2000,5;start"], Ok([1000.5, 2000.5])),
    ] {
        let text = format!("time;v;note\n2023-01-01;{}\n2023-01-02;{}\n", rows[0], rows[1]);
        assert_eq!(read(&text, &ReadOptions::default()), right, "{text}");
    }
}

#[test]
fn a_point_beside_days_with_points_may_part_thousands() {
    let usual =
        |rows: [&str; 2]| read(&format!("time;v;w\n{}\n{}\n", rows[0], rows[1]), &ReadOptions::default());
    let doubt = |field| Err(format!("the point of \"{field}\" may part thousands or stand before decimals"));
    for (rows, right) in [
        (["02.01.2023;15.000;7", "03.01.2023;15.356;7"], doubt("15.000")),
        (["2.1.23 09:30;15.000;7", "3.1.23 09:30;15.356;7"], doubt("15.000")),
        (["02.01.2023;15.000;7", "03.01.2023;15.35;7"], Ok([15.0, 15.35])),
        (["02.01.2023;15.000;0.5", "03.01.2023;15.356;7"], Ok([15.0, 15.356])),
        (["02.01.2023;15.000;0,5", "03.01.2023;15.356;7"], Ok([15_000.0, 15_356.0])),
        (["02.01.2023;115.000;7", "03.01.2023;1115356;7"], Ok([115.0, 1_115_356.0])),
        (["02.01.2023;0.150;7", "03.01.2023;15.356;7"], Ok([0.15, 15.356])),
        // Where days are written otherwise, so are numbers.
        (["2023-01-02;15.000;7", "2023-01-03;15.356;7"], Ok([15.0, 15.356])),
        (["2023.01.02;15.000;7", "2023.01.03;15.356;7"], Ok([15.0, 15.356])),
    ] {
        assert_eq!(usual(rows), right, "{rows:?}");
    }
    let commas = "time,v\n02.01.2023,15.000\n03.01.2023,15.356\n";
    assert_eq!(read(commas, &ReadOptions::default()), Ok([15.0, 15.356]));

    let text = "time;v\n02.01.2023;15.000\n03.01.2023;15.356\n";
    let told = |decimal, thousands| read(text, &ReadOptions { decimal, thousands, ..ReadOptions::default() });
    assert_eq!(told(Some('.'), None), Ok([15.0, 15.356]));
    assert_eq!(told(Some(','), None), Ok([15_000.0, 15_356.0]));
    assert_eq!(told(None, Some('.')), Ok([15_000.0, 15_356.0]));
    assert_eq!(told(None, Some(',')), Ok([15.0, 15.356]));
    let same = "'.' cannot part thousands and stand before decimals as well";
    assert_eq!(told(Some('.'), Some('.')), Err(same.to_owned()));
    let text = "time;v\n2023-01-02;15,000\n2023-01-03;1 015,356\n";
    let told = |thousands| read(text, &ReadOptions { thousands, ..ReadOptions::default() });
    assert_eq!(told(Some(' ')), Ok([15.0, 1015.356]));
}
