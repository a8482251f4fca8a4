//! What a file is, told by its first bytes: text, something packed, a table, or something to be named and refused.

use crate::Error;

/// How much of a file is looked at.
pub(crate) const HEAD: usize = 4096;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum FileKind {
    /// Nothing else that is known, and nothing that text cannot hold.
    Text,
    /// Text, but for a NUL in this line.
    HasNul(u64),
    /// One file, packed.
    Packed(Packer),
    /// A ZIP file, which may be an archive or a workbook.
    Zip,
    Parquet,
    Feather,
    Workbook(Workbook),
    Sqlite,
    /// What is never read.
    Other(Refused),
}

/// Packs one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packer {
    Gzip,
    Xz,
    Bzip2,
    Zstd,
}

/// Holds sheets with tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "packed"), expect(dead_code, reason = "a look into the ZIP file tells them apart"))]
pub(crate) enum Workbook {
    /// `.xlsx` and `.xlsm`.
    Excel,
    /// `.xls` of Excel 97 to 2003, or an encrypted `.xlsx`.
    OldExcel,
    /// `.ods`.
    OpenDocument,
}

/// A kind of file that is named, and what its owner can do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Refused {
    what: &'static str,
    advice: &'static str,
}

const UNPACK: &str = "unpack it first";
const PANDAS: &str = "read it with pandas and write it by to_csv or to_parquet first";
const R: &str = "load it in R and write it by write.csv first";
const EXPORT: &str = "export its table as CSV first";
const NO_TABLE: &str = "only text and tables are read";
const DOWNLOAD: &str = "the download failed or needs a login; see it in an editor";

pub(crate) const fn other(what: &'static str, advice: &'static str) -> FileKind {
    FileKind::Other(Refused { what, advice })
}

/// Where these bytes stand, a file is of that kind. The first line that fits counts.
const MAGIC: &[(usize, &[u8], FileKind)] = &[
    (0, b"\x1f\x8b", FileKind::Packed(Packer::Gzip)),
    (0, b"\xfd7zXZ\0", FileKind::Packed(Packer::Xz)),
    (4, b"1AY&SY", FileKind::Packed(Packer::Bzip2)),
    // Of nothing, which has no block.
    (4, b"\x17rE8P\x90", FileKind::Packed(Packer::Bzip2)),
    (0, b"\x28\xb5\x2f\xfd", FileKind::Packed(Packer::Zstd)),
    // What pzstd and others put before the first frame.
    (1, b"\x2a\x4d\x18", FileKind::Packed(Packer::Zstd)),
    (0, b"PK\x03\x04", FileKind::Zip),
    (0, b"PK\x05\x06", FileKind::Zip),
    (0, b"PK\x07\x08", FileKind::Zip),
    (0, b"PAR1", FileKind::Parquet),
    (0, b"ARROW1\0\0", FileKind::Feather),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::Workbook(Workbook::OldExcel)),
    (0, b"SQLite format 3\0", FileKind::Sqlite),
    // Tables and arrays of other programs.
    (0, b"PARE", other("an encrypted Parquet file", "write it without encryption first")),
    (0, b"FEA1", other("a Feather file of version 1", "read it with pandas and write it by to_feather anew")),
    (0, b"\xff\xff\xff\xff", other("a stream of Arrow", "write it as a Feather file, or as CSV")),
    (0, b"\x80\x02", other("a Python pickle", PANDAS)),
    (0, b"\x80\x03", other("a Python pickle", PANDAS)),
    (0, b"\x80\x04", other("a Python pickle", PANDAS)),
    (0, b"\x80\x05", other("a Python pickle", PANDAS)),
    (0, b"\x89HDF\r\n\x1a\n", other("an HDF5 file", PANDAS)),
    (512, b"\x89HDF\r\n\x1a\n", other("an HDF5 file, such as MATLAB writes", PANDAS)),
    (0, b"\x93NUMPY", other("a NumPy array", "load it with numpy and write it by savetxt first")),
    (0, b"CDF\x01", other("a NetCDF file", PANDAS)),
    (0, b"CDF\x02", other("a NetCDF file", PANDAS)),
    (0, b"Obj\x01", other("an Avro file", PANDAS)),
    (0, b"ORC", other("an ORC file", PANDAS)),
    (8, b"DUCK", other("a DuckDB database", EXPORT)),
    (4, b"Standard Jet DB", other("an Access database", EXPORT)),
    (4, b"Standard ACE DB", other("an Access database", EXPORT)),
    (0, b"RDX2\n", other("data of R", R)),
    (0, b"RDX3\n", other("data of R", R)),
    (0, b"RDA2\n", other("data of R", R)),
    (0, b"RDA3\n", other("data of R", R)),
    (0, b"X\n\0\0", other("data of R", R)),
    (0, b"MATLAB 5.0 MAT-file", other("a MATLAB file", "load it in MATLAB and write it by writetable first")),
    (12, b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0", other("a SAS file", PANDAS)),
    (0, b"HEADER RECORD*******LIB", other("a SAS file", PANDAS)),
    (0, b"<stata_dta>", other("a Stata file", PANDAS)),
    (0, b"r\x01\x01\0", other("a Stata file", PANDAS)),
    (0, b"r\x02\x01\0", other("a Stata file", PANDAS)),
    (0, b"s\x01\x01\0", other("a Stata file", PANDAS)),
    (0, b"s\x02\x01\0", other("a Stata file", PANDAS)),
    (0, b"$FL2", other("an SPSS file", PANDAS)),
    (0, b"$FL3", other("an SPSS file", PANDAS)),
    (0, b"\x90\x01\0\0", other("a history of MetaTrader", "export it as CSV in its History Center")),
    (0, b"\x91\x01\0\0", other("a history of MetaTrader", "export it as CSV in its History Center")),
    // Other packers.
    (
        0,
        b"\x5d\0\0",
        other("packed by LZMA, as Dukascopy's ticks (.bi5) are", "export candles as CSV instead"),
    ),
    (0, b"7z\xbc\xaf\x27\x1c", other("packed by 7z", UNPACK)),
    (0, b"Rar!\x1a\x07", other("packed by RAR", UNPACK)),
    (0, b"LZIP\x01", other("packed by lzip", UNPACK)),
    (0, b"\x04\x22\x4d\x18", other("packed by LZ4", UNPACK)),
    (0, b"\x1f\x9d", other("packed by compress", UNPACK)),
    (0, b"\xff\x06\0\0sNaPpY", other("packed by Snappy", UNPACK)),
    (257, b"ustar", other("a TAR archive", UNPACK)),
    // What was saved or sent by mistake.
    (0, b"\x89PNG\r\n\x1a\n", other("a picture (PNG)", NO_TABLE)),
    (0, b"\xff\xd8\xff", other("a picture (JPEG)", NO_TABLE)),
    (0, b"GIF87a", other("a picture (GIF)", NO_TABLE)),
    (0, b"GIF89a", other("a picture (GIF)", NO_TABLE)),
    (8, b"WEBPVP8", other("a picture (WebP)", NO_TABLE)),
    (0, b"II*\0", other("a picture (TIFF)", NO_TABLE)),
    (0, b"MM\0*", other("a picture (TIFF)", NO_TABLE)),
    (0, b"%PDF-", other("a PDF document", NO_TABLE)),
    (0, b"{\\rtf", other("a document (RTF)", "save it as plain text")),
    (0, b"\x7fELF", other("a program", NO_TABLE)),
    (0, b"MZ", other("a program", NO_TABLE)),
    (0, b"\xcf\xfa\xed\xfe", other("a program", NO_TABLE)),
    (0, b"\xca\xfe\xba\xbe", other("a program", NO_TABLE)),
    (0, b"\0asm", other("a program", NO_TABLE)),
    (0, b"bplist00", other("a property list of Apple", "save it as CSV")),
    // Texts, but of the wrong encoding.
    (0, b"\xff\xfe\0\0", other("text in UTF-32", "save it as UTF-8")),
    (0, b"\0\0\xfe\xff", other("text in UTF-32", "save it as UTF-8")),
    (0, b"+/v8", other("text in UTF-7", "save it as UTF-8")),
    (0, b"+/v9", other("text in UTF-7", "save it as UTF-8")),
    (0, b"\xdd\x73\x66\x73", other("text in UTF-EBCDIC", "save it as UTF-8")),
];

/// How pages and XML begin, in small letters, after blanks.
const MARKUP: &[(&str, FileKind)] = &[
    ("<!doctype html", other("a web page", DOWNLOAD)),
    ("<html", other("a web page", DOWNLOAD)),
    ("<?xml", other("XML", "save it as CSV, or as a workbook of a newer version")),
    // Not what only looks like it: some headers write `<TICKER>,<DATE>`.
    ("<!--", other("a web page", DOWNLOAD)),
    ("<head>", other("a web page", DOWNLOAD)),
    ("<body", other("a web page", DOWNLOAD)),
    ("<table", other("a web page", DOWNLOAD)),
    ("<svg", other("a picture (SVG)", NO_TABLE)),
    ("<error", other("XML", DOWNLOAD)),
];

impl FileKind {
    /// What a file is that begins so.
    pub fn of(head: &[u8]) -> Self {
        let fits = |(at, magic, _): &&(usize, &[u8], Self)| {
            head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
                // Some are letters alone, as a ticker may be: `ORCL,2023-01-01`.
                && (magic.len() > 4 || !magic.iter().all(u8::is_ascii_graphic) || head.iter().any(is_control))
        };
        if let Some((_, _, kind)) = MAGIC.iter().find(fits) {
            return *kind;
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let begins = |(start, _): &&(&str, Self)| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
        };
        if let Some((_, kind)) = MARKUP.iter().find(begins) {
            return *kind;
        }
        match nul_line(head).filter(|_| crate::encoding::utf16(head).is_none()) {
            None => Self::Text,
            // A program that failed may leave one in what is text besides.
            Some(line) if head[0] != 0 && head.iter().all(|byte| *byte == 0 || !is_control(byte)) => {
                Self::HasNul(line)
            }
            Some(_) => other("not text", NO_TABLE),
        }
    }

    /// Refuses all but text.
    pub fn expect_text(self) -> Result<(), Error> {
        Err(match self {
            Self::Text => return Ok(()),
            Self::Sqlite => Error::Sqlite,
            Self::Other(Refused { what, advice }) => Error::Refused { what, advice },
            Self::HasNul(line) => Error::Nul(line),
            kind => Error::NotBuilt { what: kind.name(), advice: kind.conversion() },
        })
    }

    /// Refuses all but text that is in a file of another kind.
    #[cfg(feature = "packed")]
    pub fn expect_text_in(self, outer: &'static str) -> Result<(), Error> {
        match self {
            Self::Text | Self::HasNul(_) | Self::Sqlite | Self::Other(_) => self.expect_text(),
            kind => Err(Error::Nested { what: kind.name(), outer }),
        }
    }

    /// What a message calls a file of this kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::HasNul(_) => "text",
            Self::Packed(Packer::Gzip) => "a gzip file",
            Self::Packed(Packer::Xz) => "an xz file",
            Self::Packed(Packer::Bzip2) => "a bzip2 file",
            Self::Packed(Packer::Zstd) => "a zstd file",
            Self::Zip => "a ZIP file",
            Self::Parquet => "a Parquet file",
            Self::Feather => "a Feather file",
            Self::Workbook(Workbook::OpenDocument) => "an OpenDocument spreadsheet",
            Self::Workbook(_) => "an Excel workbook",
            Self::Sqlite => "an SQLite database",
            Self::Other(Refused { what, .. }) => what,
        }
    }

    /// What to do where a build reads no files of this kind.
    fn conversion(self) -> &'static str {
        match self {
            Self::Parquet | Self::Feather => "read it with pandas and write it by to_csv first",
            Self::Workbook(_) => "save its sheet as CSV",
            _ => UNPACK,
        }
    }
}

/// The line of the first NUL of a text.
pub(crate) fn nul_line(head: &[u8]) -> Option<u64> {
    let at = head.iter().position(|byte| *byte == 0)?;
    Some(1 + head[..at].iter().filter(|byte| **byte == b'\n').count() as u64)
}

/// Whether a byte never stands in text.
pub(crate) fn is_control(byte: &u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &[u8]) -> String {
        FileKind::of(head).expect_text().map_or_else(|error| error.to_string(), |()| "text".to_owned())
    }

    #[test]
    fn what_is_no_text_is_named_with_what_to_do() {
        for (head, says) in [
            (&b"\x80\x04\x95\x12\0"[..], "is a Python pickle; read it with pandas and write it by to_csv"),
            (b"\x89HDF\r\n\x1a\n\0", "is an HDF5 file; read it with pandas"),
            (b"\x93NUMPY\x01\0", "is a NumPy array; load it with numpy"),
            (b"SQLite format 3\0\x10\0", "is an SQLite database; export its table to CSV first"),
            (b"\x89PNG\r\n\x1a\n", "is a picture (PNG); "),
            (b"%PDF-1.7\n", "is a PDF document; "),
            (b"7z\xbc\xaf\x27\x1c", "is packed by 7z; unpack it first"),
            (b"RDX3\nX\n\0", "is data of R; load it in R"),
            (
                b"FEA1\0\0\0\0",
                "is a Feather file of version 1; read it with pandas and write it by to_feather",
            ),
            (b"\x91\x01\0\0(C)opyright", "is a history of MetaTrader; export it as CSV"),
            (b"\x5d\0\0\x40\0", "is packed by LZMA, as Dukascopy's"),
            (b"\x7fELF\x02", "is a program; "),
            (b"MZ\x90\0", "is a program; "),
            (b"ORC\x11\0", "is an ORC file; "),
            (b"\n <!DOCTYPE HTML>", "is a web page; the download failed or needs a login"),
            (b"\xef\xbb\xbf<?xml version='1.0'?>", "is XML; "),
            (b"<error>", "is XML; "),
            (b"\0\x01\x02\x03", "is not text; "),
            (b"abc\0\x01\x02\x03", "is not text; "),
            (b"time,v\n2023-01-01,1\x00\n", "line 2: holds a NUL, as no text does"),
            (b"PAR1\x15\0", "is a Parquet file, which this build does not read; "),
            (b"ARROW1\0\0", "is a Feather file, which this build does not read; "),
        ] {
            assert!(told(head).starts_with(says), "{}", told(head));
        }
    }

    #[test]
    fn texts_pass_whatever_their_first_letters() {
        for text in [
            &b""[..],
            b"time,open\n",
            b"ORCL,2023-01-01,2,3\r\n",
            b"MZTI;1;2\n",
            b"<TICKER>,<PER>,<DATE>\n",
            b"PAR1,1,2\n",
            b"BZh9,1,2\n",
            b"MATLAB,1\n",
            b"\xff\xfet\0i\0",
            b"\xfe\xff\0t\0i",
            b"t\0i\0m\0e\0,\0\xfc\0\n\0",
            b"\0t\0i\0m\0e",
            "Дата;Цена\n".as_bytes(),
            b"\xc4\xe0\xf2\xe0;1\n",
        ] {
            assert_eq!(told(text), "text", "{text:?}");
        }
    }
}
