//! What `draw` is told.

use std::path::{Path, PathBuf};

use cache::OwnFiles;
use candles::Symbol;
use market::{FileOptions, Naming};
use readers::file_stem;
use render_core::Spec;

use super::{
    base::Output,
    import::{naming, preferred, read_options},
    origin::{Origins, Rank},
    own, spec,
};
use crate::{args::DrawArgs, error::Error, value::Progress};

/// The symbol of what nothing gives a name to.
const NAMELESS: &str = "CHART";

/// Everything that decides what `draw` does.
#[derive(Debug)]
pub struct DrawSettings {
    /// The file, as it was named; `-` is standard input.
    pub file: PathBuf,
    pub options: FileOptions,
    pub spec: Spec,
    /// Files of series of one's own and of marks.
    pub own: OwnFiles,
    /// Whether a setting says how many candles are drawn.
    pub has_window: bool,
    /// The end that is asked for.
    pub end: Option<i64>,
    pub place: Place,
    pub show: bool,
    /// The configuration file that was read.
    pub config: PathBuf,
    pub output: Output,
}

/// Where the picture goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    StandardOutput,
}

/// Settles everything that the command line of `draw` left open.
pub fn draw_settings(args: DrawArgs, origins: &Origins) -> Result<DrawSettings, Error> {
    let DrawArgs {
        file,
        output,
        show,
        end,
        symbol,
        interval,
        sparse,
        on_conflict,
        read,
        spec,
        own,
        say,
        common,
    } = args;
    let has_window = spec.preset.is_some() || origins.rank("window") > Rank::Nowhere;
    let spec = spec::settle(&spec, Some(&own), origins)?;
    // The end of a variable or of the configuration file is that of `render`: no end lies at it.
    let end = end.filter(|_| origins.rank("end") == Rank::Flag);
    let week_start = read.week_start;
    let own = own::settle(own, &read.written, origins);
    let (symbol, stem) = (naming("draw", "symbol", symbol, origins)?, stem(&file));
    let options = FileOptions {
        symbol: match symbol {
            Naming::ByFile(name) => Naming::Otherwise(name.unwrap_or_else(|| symbol_of(stem.as_deref()))),
            named => named,
        },
        interval: match naming("draw", "interval", interval, origins)? {
            // It is there for other commands, and the rows know better.
            Naming::ByFile(_) => Naming::ByFile(None),
            named => named,
        },
        read: read_options(read),
        sparse,
        on_conflict: on_conflict.map(preferred),
        week_start,
        until: end.unwrap_or(i64::MAX),
        most: (spec.window() + spec.warmup()) as usize,
    };
    let place = match output {
        Some(output) if output == Path::new("-") => Place::StandardOutput,
        Some(output) => Place::File(output),
        None => Place::File(format!("{}.png", stem.as_deref().unwrap_or("chart")).into()),
    };
    if show && place == Place::StandardOutput {
        return Err(Error::usage(
            "--show and -o - both write to standard output; leave one of them out, or give -o a file",
        ));
    }
    let config = origins.file.path.clone();
    let output = Output::of(&common, &say, Progress::Never);
    Ok(DrawSettings { file, options, spec, own, has_window, end, place, show, config, output })
}

/// The file's name without its endings, if it has one.
fn stem(file: &Path) -> Option<String> {
    let name = file.file_name().filter(|_| file != Path::new("-"))?.to_string_lossy().into_owned();
    Some(file_stem(&name).to_owned()).filter(|stem| !stem.is_empty())
}

/// A symbol made of a file's name.
fn symbol_of(stem: Option<&str>) -> String {
    let name = stem.unwrap_or_default().replace(' ', "_");
    if Symbol::check(&name).is_ok() { name } else { NAMELESS.to_owned() }
}
