//! One text or table of a file: what is read twice, first to understand it and then for its rows.

use std::{
    fmt,
    io::{Cursor, Read},
    sync::Arc,
};

use crate::record::Record;

#[cfg(feature = "packed")]
use crate::archive::Archive;
#[cfg(feature = "feather")]
use crate::feather;
#[cfg(feature = "packed")]
use crate::packed::{Unpacker, most_unpacked};
use crate::{
    Bytes, Error,
    bytes::BytesReader,
    magic::{FileKind, HEAD},
};
#[cfg(feature = "excel")]
use crate::{
    magic::Workbook,
    workbook::{self, Sheet},
};

/// Gives the rows of a text or table as records of texts, so that there is one way to understand columns.
pub(crate) trait Records {
    /// What a table, or objects of JSON, call their fields; `None` where names would stand in the first rows.
    fn names(&self) -> Option<&[String]>;

    /// Fills a record with the fields of the next row. Returns the row's place: its line, from 1, or its number.
    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error>;
}

/// A text or a table of candles that can be read from its beginning as often as asked.
#[derive(Clone)]
pub struct Source {
    place: Place,
    form: Form,
}

/// Where the bytes of a source are.
#[derive(Clone)]
enum Place {
    /// All of a file.
    File(Arc<dyn Bytes>),
    /// The member of an archive that stands there in its list.
    #[cfg(feature = "packed")]
    Member(Arc<Archive>, usize),
}

/// What these bytes are.
#[derive(Clone)]
enum Form {
    Text,
    #[cfg(feature = "packed")]
    Packed(Unpacker),
    #[cfg(feature = "parquet")]
    Parquet,
    #[cfg(feature = "feather")]
    Feather,
    #[cfg(feature = "excel")]
    Sheet(Workbook, Arc<Sheet>),
}

/// What is in a file.
#[cfg(feature = "packed")]
#[derive(Debug)]
pub enum Content {
    /// The file is one source, packed or not.
    One(Source),
    /// The file is an archive with these files in it.
    Archive(Vec<Member>),
}

/// A file within an archive.
#[cfg(feature = "packed")]
#[derive(Debug)]
pub struct Member {
    /// Its name, with the folders it is in.
    pub name: String,
    /// Its text, or why there is none.
    pub source: Result<Source, Error>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match &self.form {
            Form::Text => "text",
            #[cfg(feature = "packed")]
            Form::Packed(unpacker) => FileKind::Packed(unpacker.packer).name(),
            #[cfg(feature = "parquet")]
            Form::Parquet => FileKind::Parquet.name(),
            #[cfg(feature = "feather")]
            Form::Feather => FileKind::Feather.name(),
            #[cfg(feature = "excel")]
            Form::Sheet(workbook, _) => FileKind::Workbook(*workbook).name(),
        };
        f.debug_struct("Source").field("form", &form).finish_non_exhaustive()
    }
}

impl Source {
    /// A text that is not packed.
    pub fn text(bytes: impl Bytes + 'static) -> Self {
        Self { place: Place::File(Arc::new(bytes)), form: Form::Text }
    }

    /// The bytes of the text from its beginning, unpacked.
    pub(crate) fn reader(&self) -> Result<Box<dyn Read + '_>, Error> {
        let mut bytes = self.place.reader()?;
        match &self.form {
            Form::Text => {
                let head = head(&mut bytes)?;
                let kind = FileKind::of(&head);
                match &self.place {
                    Place::File(_) => kind.expect_text()?,
                    #[cfg(feature = "packed")]
                    Place::Member(..) => kind.expect_text_in(FileKind::Zip.name())?,
                }
                Ok(Box::new(Cursor::new(head).chain(bytes)))
            }
            #[cfg(feature = "packed")]
            Form::Packed(unpacker) => {
                let mut bytes = unpacker.unpack(bytes);
                let head = head(&mut bytes)?;
                FileKind::of(&head).expect_text_in(FileKind::Packed(unpacker.packer).name())?;
                Ok(Box::new(Cursor::new(head).chain(bytes)))
            }
            #[cfg(any(feature = "feather", feature = "excel"))]
            _ => Err(Error::Unfit("is a table, and no text")),
        }
    }

    /// The rows of the table from its beginning; `None` where the source is a text.
    pub(crate) fn table(&self) -> Option<Result<Box<dyn Records + '_>, Error>> {
        match (&self.form, &self.place) {
            #[cfg(feature = "parquet")]
            (Form::Parquet, Place::File(bytes)) => Some(crate::parquet::open(bytes)),
            #[cfg(feature = "feather")]
            (Form::Feather, Place::File(bytes)) => Some(feather::open(bytes)),
            #[cfg(feature = "excel")]
            (Form::Sheet(workbook, sheet), Place::File(bytes)) => {
                Some(workbook::open(*workbook, bytes, &sheet.name))
            }
            _ => None,
        }
    }

    /// Which sheet of a workbook is read, and which others hold something.
    #[cfg(feature = "excel")]
    #[must_use]
    pub fn sheet(&self) -> Option<&Sheet> {
        match &self.form {
            Form::Sheet(_, sheet) => Some(sheet),
            _ => None,
        }
    }
}

#[cfg(feature = "packed")]
impl Source {
    /// What is in a file: itself, what a packer has packed in it, the table that it is, or the members of a ZIP file.
    ///
    /// # Errors
    /// Where it cannot be read, or is of a kind that is not read: the error says which.
    pub fn open(bytes: Arc<dyn Bytes>) -> Result<Content, Error> {
        let form = match FileKind::of(&head(&mut BytesReader::new(&bytes))?) {
            FileKind::Packed(packer) => Form::Packed(Unpacker { packer, most: most_unpacked(bytes.size()) }),
            FileKind::Zip => return Self::open_zip(&bytes),
            #[cfg(feature = "parquet")]
            FileKind::Parquet => Form::Parquet,
            #[cfg(feature = "feather")]
            FileKind::Feather => Form::Feather,
            #[cfg(feature = "excel")]
            FileKind::Workbook(workbook) => return Self::open_workbook(bytes, workbook),
            kind => kind.expect_text().map(|()| Form::Text)?,
        };
        Self { place: Place::File(bytes), form }.checked().map(Content::One)
    }

    fn open_zip(bytes: &Arc<dyn Bytes>) -> Result<Content, Error> {
        let archive = Archive::new(bytes)?;
        match archive.kind() {
            FileKind::Zip => {}
            #[cfg(feature = "excel")]
            FileKind::Workbook(workbook) => {
                archive.expect_small_parts()?;
                return Self::open_workbook(Arc::clone(bytes), workbook);
            }
            kind => kind.expect_text()?,
        }
        let archive = Arc::new(archive);
        let mut members = Vec::new();
        for (place, name, entry) in archive.files() {
            let source = entry.and_then(|most| {
                let place = Place::Member(Arc::clone(&archive), place);
                let form = match FileKind::of(&head(&mut place.reader()?)?) {
                    FileKind::Packed(packer) => Form::Packed(Unpacker { packer, most }),
                    _ => Form::Text,
                };
                Self { place, form }.checked()
            });
            members.push(Member { name, source });
        }
        if members.is_empty() { Err(Error::Unfit("holds no files")) } else { Ok(Content::Archive(members)) }
    }

    #[cfg(feature = "excel")]
    fn open_workbook(bytes: Arc<dyn Bytes>, workbook: Workbook) -> Result<Content, Error> {
        let sheet = Arc::new(workbook::sheet(workbook, &bytes)?);
        Ok(Content::One(Self { place: Place::File(bytes), form: Form::Sheet(workbook, sheet) }))
    }

    /// Refuses a source that cannot even begin to be read.
    fn checked(self) -> Result<Self, Error> {
        match self.table() {
            Some(table) => drop(table?),
            None => drop(self.reader()?),
        }
        Ok(self)
    }
}

impl Place {
    /// Its bytes, of a member as the archive gives them.
    fn reader(&self) -> Result<Box<dyn Read + '_>, Error> {
        match self {
            Self::File(bytes) => Ok(Box::new(BytesReader::new(bytes))),
            #[cfg(feature = "packed")]
            Self::Member(archive, place) => archive.reader(*place),
        }
    }
}

/// The first bytes, enough to tell what they are.
fn head(bytes: &mut impl Read) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    bytes.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// For tests of tables: their names and rows as lines, or what is wrong.
#[cfg(all(test, feature = "packed"))]
pub(crate) fn lines_of(file: &[u8]) -> Result<Vec<String>, Error> {
    let Content::One(source) = Source::open(Arc::new(file.to_vec()))? else { panic!("an archive") };
    let mut lines = Vec::new();
    // As often as asked.
    for _ in 0..2 {
        let mut table = source.table().expect("a table")?;
        lines = table.names().map(|names| names.join("|")).into_iter().collect();
        let mut record = Record::new();
        while let Some(row) = table.read(&mut record)? {
            let fields: Vec<_> = record.iter().map(str::to_owned).collect();
            lines.push(format!("{row}: {}", fields.join("|")));
        }
    }
    Ok(lines)
}
