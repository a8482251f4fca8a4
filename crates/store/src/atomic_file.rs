//! A single file that appears complete or not at all.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use tempfile::Builder;

use crate::Error;

/// Writes `file` under a temporary name beside it, then renames it over what was there. Missing folders are made.
///
/// # Errors
/// [`Error::CannotWrite`], or what `write` gives. If `write` gives `None` or fails, `file` is as it was before.
pub fn write_atomically<T, E: From<Error>>(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    let refuse = |source: io::Error| Error::CannotWrite { file: file.to_owned(), source };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".image-cache-").suffix(".tmp");
    if let Some(permissions) = platform::new_file_permissions() {
        builder.permissions(permissions);
    }
    fs::create_dir_all(folder).map_err(refuse)?;
    let mut temporary = builder.tempfile_in(folder).map_err(refuse)?;
    let mut buffer = BufWriter::new(temporary.as_file_mut());
    let Some(written) = write(&mut buffer)? else {
        return Ok(None);
    };
    buffer.flush().map_err(refuse)?;
    drop(buffer);
    temporary.as_file().sync_all().map_err(refuse)?;
    temporary.persist(file).map_err(|error| refuse(error.error))?;
    Ok(Some(written))
}
