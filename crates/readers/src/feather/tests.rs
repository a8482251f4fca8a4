use std::sync::{Arc, atomic::AtomicBool};

use crate::{Content, ReadOptions, Source, read_table, source::lines_of};

/// Written by pyarrow 26 in batches of two rows: from a table with a column of each kind, packed by LZ4 and by
/// zstd, and not packed with a column of views.
const FILES: [&[u8]; 3] = [
    include_bytes!("tests/lz4.feather"),
    include_bytes!("tests/zstd.feather"),
    include_bytes!("tests/view.arrow"),
];

#[test]
fn values_of_all_kinds_are_read() {
    for file in FILES {
        assert_eq!(
            lines_of(file).expect("a table"),
            [
                "date|naive|open|close|n|trades|symbol|day|clock|price|note|ok",
                "1: 2023-01-01T00:00:00Z|2023-01-01T00:00:00|1.1|0.1|1|9223372036854775808|BTC|2023-01-01|09:30:00|1.00|x|true",
                "2: 2023-01-01T01:00:00Z|2023-01-01T01:00:00.000000001||2|-2|0|ETH|2023-01-01|09:30:00||a text of more than twelve|",
                "3: 2023-01-01T02:00:00Z|2023-01-01T02:00:00.000000002|2|3|3|7||2023-01-01|09:30:00|3.00||false",
            ]
        );
    }
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    for file in FILES {
        for end in 8..file.len() {
            let error = lines_of(&file[..end]).expect_err("cut off").to_string();
            assert!(
                error.starts_with("cannot read on: it is a Feather file that is damaged or cut off: "),
                "{error}"
            );
        }
    }
}

#[test]
fn no_changed_byte_does_harm() {
    for file in FILES {
        for at in (8..file.len()).step_by(3) {
            for value in [0x80, 0xff, file[at] ^ 1] {
                let mut changed = file.to_vec();
                changed[at] = value;
                // Other values it may give, since nothing in it tells of them; but no panic, and no more memory.
                let _ = lines_of(&changed);
            }
        }
    }
}

#[test]
fn a_file_is_a_table_of_ones_own() {
    for file in FILES {
        let Content::One(source) = Source::open(Arc::new(file)).expect("a file") else {
            panic!("an archive")
        };
        let table = read_table(&source, &ReadOptions::default(), &AtomicBool::new(false)).expect("a table");
        assert_eq!(table.time_columns(), [0]);
        let times: Vec<_> = table.rows.iter().map(|row| row.time).collect();
        assert_eq!(times, [1_672_531_200_000, 1_672_534_800_000, 1_672_538_400_000]);
        let column = |name| table.column(name).expect("a column");
        let numbers = |name| [0, 1, 2].map(|row| table.number(row, column(name)).expect("a number"));
        assert_eq!(numbers("open"), [Some(1.1), None, Some(2.0)]);
        assert_eq!(numbers("price"), [Some(1.0), None, Some(3.0)]);
        // What lies beyond milliseconds is cut off.
        assert_eq!(table.time_of(2, column("naive")).expect("a time"), Some(1_672_538_400_000));
        assert_eq!(table.text(1, column("note")), "a text of more than twelve");
    }
}
