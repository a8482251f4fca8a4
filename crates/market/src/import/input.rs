//! Opens files: each must be a regular one, and the one that was published.

use std::{
    fs::{self, File},
    io::{self, Seek},
    path::Path,
};

use readers::{Archive, Packing, Text};

use super::checksum::check;

/// What is in a file.
pub enum Content {
    Text(Text<'static>),
    Archive(Archive<File>),
}

/// Opens a file; tells whether its SHA-256 is the one that stands beside it, `false` where there is none.
pub fn open(path: &Path) -> Result<(Content, bool), String> {
    let cannot = |error: io::Error| format!("cannot be read: {error}");
    // Before it is opened: a pipe would be waited for, and no signal ends that.
    let about = fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        return Err("is a directory; name the files in it".to_owned());
    }
    if !about.is_file() {
        return Err("is not a regular file; write what comes from it to one first".to_owned());
    }
    let mut file = File::open(path).map_err(cannot)?;
    let checked = check(path, &mut file)?;
    let says = |error: readers::Error| error.to_string();
    let packing = Packing::of(&mut file).map_err(says)?;
    file.rewind().map_err(cannot)?;
    let content = match packing {
        Packing::Zip => Content::Archive(Archive::new(file, about.len()).map_err(says)?),
        #[cfg(feature = "parquet")]
        Packing::Parquet => Content::Text(Text::parquet(file).map_err(says)?),
        #[cfg(not(feature = "parquet"))]
        Packing::Parquet => return Err(
            "is Parquet, which this image-cache was built without; build it with `cargo build --release --features parquet`"
                .to_owned(),
        ),
        _ => Content::Text(Text::new(file, about.len()).map_err(says)?),
    };
    Ok((content, checked))
}
