//! Files to read candles from; `-` is standard input.

use std::{
    io,
    path::{Path, PathBuf},
};

use market::ImportFile;
use tempfile::NamedTempFile;

use crate::error::Error;

/// Files as they are named. What comes from standard input is read more than once, so it goes to a temporary file, which
/// lasts as long as what is returned beside them.
pub fn files(paths: &[PathBuf]) -> Result<(Vec<ImportFile>, Option<NamedTempFile>), Error> {
    let is_input = |path: &PathBuf| path == Path::new("-");
    if paths.iter().filter(|path| is_input(path)).count() > 1 {
        return Err(Error::usage("- is named twice, and there is one standard input"));
    }
    let spool = if paths.iter().any(is_input) { Some(spool()?) } else { None };
    let file = |path: &PathBuf| match &spool {
        Some(spool) if is_input(path) => {
            ImportFile { path: spool.path().to_owned(), name: Some("standard input".to_owned()) }
        }
        _ => path.clone().into(),
    };
    Ok((paths.iter().map(file).collect(), spool))
}

fn spool() -> Result<NamedTempFile, Error> {
    let copy = || {
        let mut spool = NamedTempFile::new()?;
        io::copy(&mut io::stdin().lock(), &mut spool)?;
        Ok(spool)
    };
    copy().map_err(|error: io::Error| {
        Error::system("standard input cannot be buffered in the folder for temporary files", error)
    })
}
