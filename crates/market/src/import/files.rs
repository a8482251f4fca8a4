//! The texts of an import: what each file holds, opened as often as it is read.

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use candles::text::shown;
use readers::{Content, Member, SeriesName, Source, series_name};

use super::source;
use crate::error::Refusal;

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called, where that is not its path: messages show it, and it may tell the series.
    pub name: Option<String>,
}

impl From<PathBuf> for ImportFile {
    fn from(path: PathBuf) -> Self {
        Self { path, name: None }
    }
}

impl ImportFile {
    /// What messages call it.
    #[must_use]
    pub fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.path.display().to_string())
    }
}

/// One text or table of a file.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file, or the file and its member.
    pub place: String,
    /// What their names tell.
    pub named: SeriesName,
    /// Whether the file has the SHA-256 that stands beside it.
    pub is_checked: bool,
    /// Whether its file holds no other.
    pub is_alone: bool,
    path: PathBuf,
    member: Option<usize>,
    state: (u64, Option<SystemTime>),
}

/// The texts of a file; a member of an archive that cannot be read is an error of its own.
pub type Texts = Vec<Result<Text, Box<(String, Refusal)>>>;

/// Opens files, and keeps the one that was opened last: the members of an archive are read one after the other.
#[derive(Default)]
pub struct Opener {
    last: Option<(PathBuf, Content)>,
}

impl Opener {
    /// The texts of a file.
    pub fn texts(&mut self, file: &ImportFile) -> Result<Texts, Refusal> {
        let place = file.shown();
        let named = series_name(&place);
        let opened = source::open(&file.path)?;
        let state = opened.state;
        let is_alone = !matches!(&opened.content, Content::Archive(members) if members.len() > 1);
        let text = |place: String, named: SeriesName, member| Text {
            place,
            named,
            is_checked: opened.is_checked,
            is_alone,
            path: file.path.clone(),
            member,
            state,
        };
        let texts = match &opened.content {
            Content::One(_) => vec![Ok(text(place, named, None))],
            Content::Archive(members) => {
                let member = |(at, member): (usize, &Member)| {
                    let place = format!("{place}: {}", shown(&member.name));
                    let mut own = series_name(&member.name);
                    own.symbol = own.symbol.or_else(|| named.symbol.clone());
                    own.interval = own.interval.or_else(|| named.interval.clone());
                    match &member.source {
                        Ok(_) => Ok(text(place, own, Some(at))),
                        Err(error) => Err(Box::new((place, Refusal::Member(error.to_string())))),
                    }
                };
                members.iter().enumerate().map(member).collect()
            }
        };
        self.last = Some((file.path.clone(), opened.content));
        Ok(texts)
    }

    /// Opens a text again, which must be what it was.
    pub fn source(&mut self, text: &Text) -> Result<Source, Refusal> {
        if self.last.as_ref().is_none_or(|(path, _)| *path != text.path) {
            let opened = source::open_again(&text.path)?;
            if opened.state != text.state {
                return Err(Refusal::Changed);
            }
            self.last = Some((text.path.clone(), opened.content));
        }
        let content = self.last.as_ref().map(|(_, content)| content);
        match (content, text.member) {
            (Some(Content::One(source)), None) => Ok(source.clone()),
            (Some(Content::Archive(members)), Some(at)) => match members.get(at).map(|member| &member.source)
            {
                Some(Ok(source)) => Ok(source.clone()),
                Some(Err(error)) => Err(Refusal::Member(error.to_string())),
                None => Err(Refusal::Changed),
            },
            _ => Err(Refusal::Changed),
        }
    }
}

/// What a file holds.
pub struct Opened {
    pub content: Content,
    pub is_checked: bool,
    /// Its size and when it was written, to see that it stays as it is.
    pub state: (u64, Option<SystemTime>),
}

/// A file's bytes, read where they stand.
pub struct FileBytes {
    file: std::fs::File,
    size: u64,
}

impl FileBytes {
    pub fn new(file: std::fs::File, size: u64) -> Arc<Self> {
        Arc::new(Self { file, size })
    }
}

impl readers::Bytes for FileBytes {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, room: &mut [u8], offset: u64) -> std::io::Result<usize> {
        platform::read_at(&self.file, room, offset)
    }
}
