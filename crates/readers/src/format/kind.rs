//! Which parser a source needs, told by its first letter where it is a text.

use crate::{Error, Source, encoding};

/// Which parser a source needs.
pub(crate) enum Kind {
    Table,
    /// A table whose names stand in its rows.
    Sheet,
    Json,
    Delimited,
}

impl Kind {
    pub fn of(source: &Source) -> Result<Self, Error> {
        if let Some(table) = source.table() {
            return Ok(if table?.names().is_some() { Self::Table } else { Self::Sheet });
        }
        Self::of_text(source)
    }

    fn of_text(source: &Source) -> Result<Self, Error> {
        let (mut reader, _) = encoding::open(source)?;
        let mut byte = [0];
        loop {
            match reader.read(&mut byte)? {
                0 => return Err(Error::NoRows),
                _ if byte[0].is_ascii_whitespace() => {}
                _ if matches!(byte[0], b'[' | b'{') => return Ok(Self::Json),
                _ => return Ok(Self::Delimited),
            }
        }
    }
}
