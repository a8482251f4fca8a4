use std::{
    io::{Cursor, Write},
    sync::{Arc, atomic::AtomicBool},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{Content, Error, ReadOptions, Source, read_table, source::lines_of};

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("started");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A workbook with these sheets, each of rows in XML.
fn excel(sheets: &[(&str, &str)]) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    let relation = |id: usize, kind: &str, target: &str| {
        format!("<Relationship Id=\"r{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let (mut names, mut relations) = (String::new(), relation(0, "styles", "styles.xml"));
    let mut parts = Vec::new();
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let id = at + 1;
        names += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"r{id}\"/>");
        relations += &relation(id, "worksheet", &format!("worksheets/sheet{id}.xml"));
        let sheet = format!("{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet));
    }
    let list = |relations: &str| format!("{HEAD}<Relationships {PACKAGE}>{relations}</Relationships>");
    let workbook = format!("{HEAD}<workbook {MAIN} xmlns:r=\"{OFFICE}\"><sheets>{names}</sheets></workbook>");
    // The second format is one of dates, the third of times.
    let formats = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/></cellXfs>";
    parts.extend([
        ("[Content_Types].xml".to_owned(), format!("{HEAD}<Types/>")),
        ("_rels/.rels".to_owned(), list(&relation(1, "officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml".to_owned(), workbook),
        ("xl/_rels/workbook.xml.rels".to_owned(), list(&relations)),
        ("xl/styles.xml".to_owned(), format!("{HEAD}<styleSheet {MAIN}>{formats}</styleSheet>")),
    ]);
    zip(&parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

const ROWS: &str = "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>time</t></is></c>\
    <c r=\"D3\" t=\"inlineStr\"><is><t>close</t></is></c></row>\
    <row r=\"4\"><c r=\"B4\" s=\"1\"><v>44927.041666666664</v></c><c r=\"C4\" s=\"2\"><v>0.39583333333333331</v></c>\
    <c r=\"D4\"><v>1.1000000000000001</v></c></row>\
    <row r=\"5\"/><row r=\"6\"><c r=\"A6\"><v>7</v></c><c r=\"D6\" t=\"e\"><v>#N/A</v></c></row>";

#[test]
fn the_first_sheet_that_holds_rows_is_read() {
    let file = excel(&[("Notes", "<row r=\"1\"><c r=\"A1\" s=\"1\"/></row>"), ("BTC", ROWS), ("ETH", ROWS)]);
    let Content::One(source) = Source::open(Arc::new(file.clone())).expect("a workbook") else {
        panic!("an archive")
    };
    let sheet = source.sheet().expect("a sheet");
    assert_eq!((sheet.name.as_str(), &sheet.others[..]), ("BTC", &["ETH".to_owned()][..]));
    assert_eq!(
        lines_of(&file).expect("a table"),
        ["3: |time||close", "4: |2023-01-01T01:00:00|09:30:00|1.1", "6: 7|||"]
    );
    assert!(matches!(Source::open(Arc::new(excel(&[("Notes", "")]))), Err(Error::NoRows)));
}

#[test]
fn open_documents_are_read() {
    let cell = |kind: &str, value: &str| format!("<table:table-cell office:value-type=\"{kind}\" {value}/>");
    let row = [
        cell("date", "office:date-value=\"2023-01-01\""),
        cell("time", "office:time-value=\"PT9H30M00S\""),
        cell("float", "office:value=\"1.5\""),
    ];
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\"><office:body><office:spreadsheet>\
         <table:table table:name=\"BTC\"><table:table-row>{}</table:table-row></table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        row.concat()
    );
    let file = zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
    ]);
    assert_eq!(lines_of(&file).expect("a table"), ["1: 2023-01-01|09:30:00|1.5"]);
}

#[test]
fn a_cell_far_away_takes_no_memory_but_a_bomb_is_refused() {
    let far = ROWS.to_owned() + "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    assert_eq!(lines_of(&excel(&[("BTC", &far)])).expect("a table").len(), 4);
    // More than is held in memory once it is unpacked.
    let strings = "<si/>".repeat(1 << 20);
    let mut parts = vec![("[Content_Types].xml", "<Types/>"), ("xl/sharedStrings.xml", strings.as_str())];
    parts.push(("xl/workbook.xml", "<workbook/>"));
    let error = lines_of(&zip(&parts)).expect_err("too much").to_string();
    assert!(error.contains("unpacks to more than") || error.starts_with("its sheet holds more"), "{error}");
}

#[test]
fn an_old_workbook_that_is_cut_off_is_refused() {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    for length in [8, 512, 1024] {
        file.resize(length, 0);
        let error = lines_of(&file).expect_err("cut off").to_string();
        assert!(
            error.starts_with("cannot read on: it is an Excel workbook that is damaged or cut off: "),
            "{error}"
        );
    }
}

#[test]
fn a_sheet_is_a_table_of_ones_own() {
    let file = excel(&[("BTC", ROWS)]);
    let Content::One(source) = Source::open(Arc::new(file)).expect("a workbook") else {
        panic!("an archive")
    };
    let table = read_table(&source, &ReadOptions::default(), &AtomicBool::new(false));
    // Its last row has no time.
    let error = table.expect_err("a row without a time").to_string();
    assert_eq!(error, "row 6: column \"time\": \"\" is empty");
    let file = excel(&[("BTC", &ROWS[..ROWS.find("<row r=\"5\"").expect("a row")])]);
    let Content::One(source) = Source::open(Arc::new(file)).expect("a workbook") else {
        panic!("an archive")
    };
    let table = read_table(&source, &ReadOptions::default(), &AtomicBool::new(false)).expect("a table");
    let close = table.column("close").expect("a column");
    assert_eq!((table.rows[0].time, table.rows[0].line), (1_672_534_800_000, 4));
    assert_eq!(table.number(0, close).expect("a number"), Some(1.1));
}
