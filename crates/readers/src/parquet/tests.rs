use std::sync::{Arc, atomic::AtomicBool};

use parquet::{
    data_type::{ByteArrayType, DoubleType, Int64Type},
    file::writer::SerializedFileWriter,
    schema::parser::parse_message_type,
};

use crate::{Content, ReadOptions, Source, read_table, source::lines_of};

/// Two groups of rows.
fn file() -> Vec<u8> {
    let schema = "message candles {
        REQUIRED INT64 time (TIMESTAMP(MILLIS,true));
        REQUIRED INT64 local (TIMESTAMP(NANOS,false));
        OPTIONAL DOUBLE close;
        REQUIRED INT64 trades (INTEGER(64,false));
        REQUIRED INT64 price (DECIMAL(18,2));
        OPTIONAL group many { REPEATED INT64 one; }
        OPTIONAL BINARY symbol (UTF8);
    }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("a file");
    for hour in 0..2 {
        let mut group = file.next_row_group().expect("a group");
        let mut place = 0;
        while let Some(mut column) = group.next_column().expect("a column") {
            let ms = 1_672_531_200_000 + hour * 3_600_000;
            let whole = match place {
                0 => [ms, ms + 1],
                1 => [ms * 1_000_000, ms * 1_000_000 + 5],
                3 => [-1, 2],
                _ => [-5, 12_345],
            };
            // The second of two is absent.
            let there = Some(&[1, 0][..]);
            match place {
                2 => column.typed::<DoubleType>().write_batch(&[0.1], there, None),
                5 => column.typed::<Int64Type>().write_batch(&[], Some(&[0, 0]), Some(&[0, 0])),
                6 => column.typed::<ByteArrayType>().write_batch(&["BTC".into()], there, None),
                _ => column.typed::<Int64Type>().write_batch(&whole, None, None),
            }
            .expect("written");
            column.close().expect("a column");
            place += 1;
        }
        group.close().expect("a group");
    }
    file.into_inner().expect("a file")
}

#[test]
fn values_are_read_group_by_group() {
    assert_eq!(
        lines_of(&file()).expect("a table"),
        [
            "time|local|close|trades|price|symbol",
            "1: 2023-01-01T00:00:00Z|2023-01-01T00:00:00|0.1|18446744073709551615|-0.05|BTC",
            "2: 2023-01-01T00:00:00.001Z|2023-01-01T00:00:00.000000005||2|123.45|",
            "3: 2023-01-01T01:00:00Z|2023-01-01T01:00:00|0.1|18446744073709551615|-0.05|BTC",
            "4: 2023-01-01T01:00:00.001Z|2023-01-01T01:00:00.000000005||2|123.45|",
        ]
    );
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let file = file();
    for end in 8..file.len() {
        let error = lines_of(&file[..end]).expect_err("cut off").to_string();
        assert!(
            error.starts_with("cannot read on: it is a Parquet file that is damaged or cut off: "),
            "{error}"
        );
    }
}

#[test]
fn a_file_is_a_table_of_ones_own() {
    let Content::One(source) = Source::open(Arc::new(file())).expect("a file") else { panic!("an archive") };
    let table = read_table(&source, &ReadOptions::default(), &AtomicBool::new(false)).expect("a table");
    assert_eq!(table.columns, ["time", "local", "close", "trades", "price", "symbol"]);
    let local = |row: usize| table.time_of(row, 1).expect("a time");
    let close = |row: usize| table.number(row, 2).expect("a number");
    let row = |row: usize| (table.rows[row].time, local(row), close(row), table.text(row, 5).to_owned());
    let (hour, next) = (1_672_531_200_000, 1_672_534_800_000);
    assert_eq!(row(0), (hour, Some(hour), Some(0.1), "BTC".to_owned()));
    assert_eq!(row(3), (next + 1, Some(next), None, String::new()));
    assert_eq!(table.rows[3].line, 4);
    assert_eq!(table.number(3, 4).expect("a decimal"), Some(123.45));
    let error = table.number(2, 5).expect_err("a text").to_string();
    assert_eq!(error, "row 3: column \"symbol\": \"BTC\" is not a number");
}
