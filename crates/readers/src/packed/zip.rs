//! ZIP files: each member is a text, unpacked as it is read and never written anywhere.

use std::{
    fs::File,
    io::{BufReader, Cursor, Read},
};

use ::zip::ZipArchive;
use candles::text::shown;
use render_core::ohlcv::{SeriesName, series_name};

use super::{
    bounded::{Bounded, Budget},
    input::{Sink, Text, peek, plain},
    market::Stop,
};

/// No archive of candles has more members.
const MOST_MEMBERS: usize = 100_000;

/// Hands on the members of a file of `bytes` bytes.
pub fn open(
    file: File,
    bytes: u64,
    place: &str,
    outer: &SeriesName,
    checked: bool,
    sink: &mut dyn Sink,
) -> Result<(), Stop> {
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|error| Stop::Refused(format!("is no ZIP file that can be read: {error}")))?;
    if archive.len() > MOST_MEMBERS {
        return Err(Stop::Refused(format!("has more than {MOST_MEMBERS} members; unpack it yourself")));
    }
    let budget = Budget::packed(bytes);
    let mut texts = 0_u64;
    for number in 0..archive.len() {
        let (name, encrypted) = match archive.by_index_raw(number) {
            Ok(member) if member.is_dir() => continue,
            Ok(member) => (String::from_utf8_lossy(member.name_raw()).into_owned(), member.encrypted()),
            Err(error) => {
                sink.refused(place, &format!("member {number} cannot be read: {error}"));
                continue;
            }
        };
        // What macOS and others put beside the files that were meant.
        let last = name.rsplit(['/', '\\']).next().unwrap_or(&name);
        if last.starts_with('.') || name.starts_with("__MACOSX/") {
            continue;
        }
        texts += 1;
        let place = format!("{place}: {}", shown(&name));
        if encrypted {
            sink.refused(&place, "is encrypted; unpack it first");
            continue;
        }
        let mut member = match archive.by_index(number) {
            Ok(member) => member,
            Err(error) => {
                sink.refused(&place, &format!("cannot be unpacked: {error}"));
                continue;
            }
        };
        let head = match peek(&mut member) {
            Ok(head) => head,
            Err(error) => {
                sink.refused(&place, &format!("cannot be unpacked: {error}"));
                continue;
            }
        };
        let is_json = match plain(&head) {
            Ok(is_json) => is_json,
            Err(what) => {
                sink.refused(&place, &format!("is {what} within a ZIP; unpack it first"));
                continue;
            }
        };
        let own = series_name(&name);
        let series = SeriesName {
            symbol: own.symbol.or_else(|| outer.symbol.clone()),
            interval: own.interval.or_else(|| outer.interval.clone()),
        };
        let source = Bounded::new(Box::new(Cursor::new(head).chain(member)), is_json, budget.clone());
        sink.text(Text { place, series, checked, unit: "line", before: 0, source })?;
    }
    if texts == 0 {
        return Err(Stop::Refused("holds no files".to_owned()));
    }
    Ok(())
}
