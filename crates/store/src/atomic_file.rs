//! Files that are no pictures of the cache, but appear whole or not at all as well.

use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
};

use tempfile::Builder;

use crate::error::Error;

/// Writes `file` under a temporary name beside it and then renames it, over what was there.
///
/// Where `write` gives `None` or fails, nothing has changed.
pub fn write_whole<T>(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    let refuse = |error: &dyn std::fmt::Display| Error::file(file, format!("cannot be written: {error}"));
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".image-cache-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, less what the user's umask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    fs::create_dir_all(folder).map_err(|error| refuse(&error))?;
    let mut temporary = builder.tempfile_in(folder).map_err(|error| refuse(&error))?;
    let mut buffer = BufWriter::new(temporary.as_file_mut());
    let Some(written) = write(&mut buffer)? else {
        return Ok(None);
    };
    buffer.flush().map_err(|error| refuse(&error))?;
    drop(buffer);
    temporary.as_file().sync_all().map_err(|error| refuse(&error))?;
    temporary.persist(file).map_err(|error| refuse(&error.error))?;
    Ok(Some(written))
}
