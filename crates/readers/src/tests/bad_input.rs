//! What is no text of candles, or a broken one: no panic, no more memory than a row needs, and a message that says why.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use proptest::{collection::vec, prelude::*, sample::select};

use super::{cases, today, walk::Volumes, walk::Walk, whole, written};
use crate::{Bytes, EpochUnit, Error, Source, read, understand};

/// Bytes that are made as they are read: a beginning, then a part again and again.
struct Endless {
    head: Vec<u8>,
    part: Vec<u8>,
    size: u64,
    /// How far it was read.
    read: Arc<AtomicUsize>,
}

impl Endless {
    fn new(head: &str, part: &str, size: u64) -> (Self, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        (Self { head: head.into(), part: part.into(), size, read: Arc::clone(&read) }, read)
    }
}

impl Bytes for Endless {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = room.len().min(usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX));
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        self.read.fetch_max(offset + count, Ordering::Relaxed);
        for (at, byte) in (offset..).zip(&mut room[..count]) {
            *byte = match self.head.get(at) {
                Some(byte) => *byte,
                None => self.part[(at - self.head.len()) % self.part.len()],
            };
        }
        Ok(count)
    }
}

const HUNDRED_MB: u64 = 100 << 20;
const ROWS: &str = "time,open,high,low,close,note\n1672531200,2,3,1,2.5,a\n1672534800,2,3,1,2.5,a\n";

/// Rows of JSON whose columns are found.
const NEAR: &str = "[1672531200,100,102,99,101.5,7],[1672534800,101.5,105,101,104.2,9],\
    [1672538400,104.3,104.4,102,102.5,3],[1672542000,102.4,106.5,102.1,106,5]";

/// What is said of a text that goes on and on, and how many bytes of it were read.
fn endless(head: &str, part: &str) -> (String, usize) {
    let (bytes, read) = Endless::new(head, part, HUNDRED_MB);
    let why = whole(bytes, &today()).map(|_| ()).expect_err("refused").to_string();
    (why, read.load(Ordering::Relaxed))
}

#[test]
fn a_line_of_100_mb_is_given_up_soon() {
    for (head, part) in
        [("", "x"), ("", "1,2,"), (ROWS, "7"), (ROWS, "1,2,"), ("1672531200,2,3,1,2.5,", "0"), (ROWS, "\"\"")]
    {
        let (why, read) = endless(head, part);
        assert!(why.contains("a row or value of more than 1024 KiB"), "{head:?} {part:?}: {why}");
        assert!(read < 4 << 20, "{head:?} {part:?}: {read} bytes");
    }
}

#[test]
fn a_quote_that_is_never_closed_is_given_up_soon() {
    for part in ["x\n", "\n", "\"\"\n", "1672538400,2,3,1,2.5,a\n", "\r"] {
        let head = format!("{ROWS}1672538400,2,3,1,2.5,\"");
        let (why, read) = endless(&head, part);
        assert!(why.contains("is a quote left open?"), "{part:?}: {why}");
        assert!(read < 4 << 20, "{part:?}: {read} bytes");
    }
}

#[test]
fn a_string_of_json_that_is_never_closed_is_given_up_soon() {
    for head in ["\"", "[[\"", "{\"", "[{\"time\":\"", "[[1672531200,2,3,1,2.5,7],[1672534800,2,3,1,\""] {
        let (why, read) = endless(head, "x");
        if head.starts_with('"') {
            // A string alone is no JSON of candles, but a line of CSV.
            assert!(!why.is_empty());
        } else {
            assert!(why.contains("a row or value of more than 1024 KiB"), "{head:?}: {why}");
        }
        assert!(read < 4 << 20, "{head:?}: {read} bytes");
    }
    let (why, read) = endless("[[1672531200,2,3,1,", "7");
    assert!(why.contains("a row or value of more than 1024 KiB"), "{why}");
    assert!(read < 4 << 20, "{read} bytes");
    let (why, read) = endless("[[1672531200,2,3,1,", " ");
    assert!(why.contains("a row or value of more than 1024 KiB"), "{why}");
    assert!(read < 4 << 20, "{read} bytes");
}

#[test]
#[ignore = "reads 100 MB, which takes a minute where nothing is optimised"]
fn an_array_of_numbers_without_an_end_holds_no_candles() {
    let (bytes, _) = Endless::new("[", "7,", HUNDRED_MB * 2);
    let why = whole(bytes, &today()).map(|_| ()).expect_err("no candles").to_string();
    assert!(why.starts_with("element 1: is no JSON: it breaks off"), "{why}");
}

#[test]
fn an_array_of_many_numbers_is_no_row() {
    let text = format!("[[{}1]]", "7,".repeat(500_000));
    let why = whole(text, &today()).map(|_| ()).expect_err("no candles").to_string();
    assert!(why.contains("holds no array of candles") || why == "there are no rows", "{why}");
    // Nor among rows of candles.
    let text = format!("[{NEAR},[{}1]]", "7,".repeat(500_000));
    let why = whole(text, &today()).map(|_| ()).expect_err("no candle").to_string();
    assert_eq!(why, "element 5: not an array of a candle's values");
    // The rows behind it are read all the same, and are counted.
    let last = "[1672549200,106,107,105,106.5,7]";
    let source =
        Source::text(format!("[{NEAR},[{}1],9,{last},[1672552800,106,107,105,\"x\",4]]", "7,".repeat(5000)));
    let format = understand(&source, &today()).expect("candles");
    let rows = read(&source, &format, None).expect("candles");
    let told: Vec<String> =
        rows.map(|row| row.map_or_else(|error| error.to_string(), |row| row.line.to_string())).collect();
    assert_eq!(told[..4], ["1", "2", "3", "4"]);
    assert_eq!(
        told[5..],
        ["element 6: not what the first row is", "7", "element 8: close \"x\" is not a number"]
    );
}

#[test]
fn json_that_is_nested_a_million_times_is_refused() {
    for part in ["[", "{\"a\":", "[{\"open\":"] {
        let text = part.repeat(1_000_000);
        let why = whole(text, &today()).map(|_| ()).expect_err("too deep").to_string();
        assert!(why.contains("it is nested more than 32 deep"), "{part}: {why}");
    }
    // Within rows, too.
    let text = format!("[[1672531200,2,3,1,2.5,7],[1672534800,2,3,1,2.5,{}", "[".repeat(1_000_000));
    let why = whole(text, &today()).map(|_| ()).expect_err("too deep").to_string();
    assert!(why.starts_with("element ") && why.contains("nested more than 32 deep"), "{why}");
}

#[test]
fn a_column_of_a_million_letters_is_a_fault_of_its_row() {
    let long = "7".repeat(1_000_000);
    let rows = "1672531200,2,3,1,2.5\n1672534800,2,3,1,2.5\n";
    let text = format!("time,open,high,low,close\n{rows}1672538400,2,3,1,{}x\n", &long[..999_900]);
    let why = whole(text, &today()).map(|_| ()).expect_err("no number").to_string();
    assert_eq!(why, format!("line 4: close {:?}… is not a number", "7".repeat(40)));
    let text = format!("time,open,high,low,close\n{rows}{}x,2,3,1,2.5\n", &long[..999_900]);
    let why = whole(text, &today()).map(|_| ()).expect_err("no time").to_string();
    assert!(why.len() < 300, "{} letters: {:.300}", why.len(), why);
    // In the name of a column, or of a symbol.
    let text = format!("time,open,high,low,{}\n{rows}", "x".repeat(60_000));
    let why = whole(text, &today()).map(|_| ()).expect_err("no close").to_string();
    assert!(
        why.contains("no column \"close\"; it has") && why.len() < 300,
        "{} letters: {:.300}",
        why.len(),
        why
    );
    let text = format!("time,open,high,low,{long}\n{rows}");
    let why = whole(text, &today()).map(|_| ()).expect_err("too long").to_string();
    assert!(why.starts_with("cannot read on: a row or value of more than"), "{why}");
    let text = format!("time,open,high,low,close,symbol\n1672531200,2,3,1,2.5,{long}\n");
    drop(whole(text, &today()));
}

#[test]
fn json_that_breaks_off_names_the_element() {
    let why = |text: &str| whole(text.to_owned(), &today()).map(|_| ()).expect_err(text).to_string();
    assert_eq!(why(&format!("[{NEAR},[1672538400,102,103")), "element 5: is no JSON: it breaks off");
    let bad = why(&format!("[{NEAR},[1672545600,106,107,105,106.5,x]]"));
    assert!(bad.starts_with("element 5: is no JSON: "), "{bad}");
    let bad = why(&format!("[{NEAR},[1672545600,106,107,105,\"x\",8]]"));
    assert_eq!(bad, "element 5: close \"x\" is not a number");
    assert_eq!(why(&format!("[{NEAR},7,8]")), "element 5: not what the first row is");
    let bad = why(
        "{\"open\":[1,2],\"high\":[1,2],\"low\":[1,2],\"close\":[1,2],\"time\":[1672531200,1672534800],\"volume\":[1,2,",
    );
    assert_eq!(bad, "element 3: is no JSON: it breaks off");
}

#[test]
fn faults_of_json_are_told_by_the_row_and_never_by_a_byte() {
    let why = |text: &str| whole(text.to_owned(), &today()).map(|_| ()).expect_err(text).to_string();
    for (row, fault) in [
        ("[1672545600,106,107,105,106.5,x]", "what stands there is no value; texts have double quotes"),
        ("[1672545600,106,107,105,106.5,NaN]", "what stands there is no value; texts have double quotes"),
        ("[1672545600,106,107,105,106.5,08]", "a number is written as JSON has none"),
        ("[1672545600 106,107,105,106.5,8]", "there is no comma between two values"),
        ("[1672545600,,106,107,105,106.5,8]", "a comma stands where a value should"),
        ("[1672545600,106,107,105,106.5,8,]", "a comma stands before a closing bracket"),
        ("[1672545600,106,107,105,106.5,8}", "a bracket closes that is not open, or is of the other kind"),
        ("[1672545600,106,107,105,106.5,nul]", "a word stands there that is none of true, false and null"),
        ("/* the last */[1672545600,106,107,105,106.5,8]", "it has a comment, and JSON has none"),
    ] {
        // Beside the rows, and in an object of an exchange, whose own fields are no rows.
        for (before, after) in [("[", "]"), (r#"{"status":{"code":0},"data":["#, "]}")] {
            let text = format!("{before}{NEAR},{row}{after}");
            assert_eq!(why(&text), format!("element 5: is no JSON: {fault}"), "{text}");
        }
    }
    let bad = why(&format!("[{NEAR} [1672545600,106,107,105,106.5,8]]"));
    assert_eq!(bad, "element 5: is no JSON: there is no comma between two values");
    let bars =
        r#"{"bars":[{"t":1672531200,"o":1,"h":2,"l":1,"c":2},{"t":1672534800,"o":1,"h":2,"l":1,"c:2}]}"#;
    assert!(why(bars).starts_with("element 2: is no JSON: "), "{}", why(bars));
}

/// A short text of each kind.
fn texts(choice: usize, seed: u64) -> String {
    let walk = Walk {
        seed,
        rows: 6,
        interval: "1h",
        start: 1_672_531_200,
        power: 2,
        volumes: Volumes::Decimals,
        is_flat: false,
        has_gaps: false,
        jump: 5,
    };
    let (times, ends): (Vec<i64>, Vec<i64>) = walk.spans(&|_| 0).into_iter().unzip();
    let written = written::Written {
        candles: &walk.candles(&times),
        ends: &ends,
        times: match seed % 4 {
            0 => written::Times::Iso,
            1 => written::Times::DayFirst,
            2 => written::Times::Compact,
            _ => written::Times::Epoch(EpochUnit::Milliseconds),
        },
        zone: written::Zone { label: "UTC", offset: |_| 0, is_written: false },
        is_date: false,
        interval: "1h",
    };
    let (named, orders, objects) = (written::WITH_HEADER, written::WITHOUT_HEADER, written::OBJECTS);
    match choice % 7 {
        0 => written.delimited(&named[choice / 7 % named.len()], ',', false),
        1 => written.delimited(&orders[choice / 7 % orders.len()], ';', true),
        2 => written.arrays(&orders[choice / 7 % orders.len()], seed.is_multiple_of(2)),
        3 => {
            format!(
                "[{}]",
                written.objects(&objects[choice / 7 % objects.len()], seed.is_multiple_of(2)).join(",\n")
            )
        }
        4 => written.by_label(),
        5 => written.by_index(),
        _ => written.split(),
    }
}

/// Whatever it is, it is read without a panic; and whatever is read is made of candles.
fn try_it(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    super::tables::check(&Source::text(bytes.clone()));
    match whole(bytes, &today()) {
        Ok(all) => {
            for one in all.series {
                prop_assert!(one.candles.is_sorted_by(|a, b| a.open_time < b.open_time));
                prop_assert!(one.candles.iter().all(|candle| candle.check().is_ok()));
            }
        }
        Err(Error::Row { line, .. }) => prop_assert!(line > 0),
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..300)) {
        try_it(bytes)?;
    }

    #[test]
    fn no_text_panics(
        text in prop_oneof![
            "\\PC{0,200}",
            "[0-9a-z,;\\n\\t\"'.:\\[\\]{}-]{0,200}",
            "(time,open,high,low,close,volume\n)?([0-9]{1,14},[0-9.,e-]{0,30}\n){0,8}",
            "(([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}|[0-9]{8,19})( [0-9:]{1,8})?(,-?[0-9.]{1,6}){4,8}\n){1,8}",
            "\\[(\\[[0-9]{9,19}(,\"?-?[0-9.e]{1,6}\"?){4,11}\\],?){0,6}\\]?",
            "\\[?(\\{(\"(t|o|h|l|c|v|T|open|high|low|close|time|date)\":\"?[0-9.:-]{1,19}\"?,?){5,6}\\},?\n?){0,6}\\]?",
            "\\{(\"(t|o|h|l|c|v|columns|index|data)\":(\\[([0-9.\"]{1,4},?){0,5}\\]|\\{(\"[0-9]{1,3}\":[0-9]{1,3},?){0,4}\\}),?){1,7}\\}",
        ],
    ) {
        try_it(text.into_bytes())?;
    }

    #[test]
    fn no_text_that_is_cut_or_changed_panics(
        choice in 0..1000_usize,
        seed: u64,
        cut in 0..4000_usize,
        changes in vec((0..4000_usize, select(b"\0\n\r\",;[]{}:-.\x80\xff 0 9eE'".to_vec())), 0..4),
    ) {
        let mut bytes = texts(choice, seed).into_bytes();
        bytes.truncate(cut);
        let size = bytes.len().max(1);
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at % size) {
                *place = byte;
            }
        }
        try_it(bytes)?;
    }
}
