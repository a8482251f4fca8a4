//! `draw`: one picture of a file of candles, without a database.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
    slice,
};

use market::{FileRead, FileSeries, ImportNotice, read_file};
use render_core::{MIN_WINDOW, Png, Renderer, Spec, SpecOptions, Window, fallbacks, frame};
use store::write_atomically;

use super::{Ending, input, own};
use crate::{
    advice,
    config::{DrawSettings, Place},
    console::Console,
    error::{Error, NoPicture},
    interrupt::Interrupt,
    print::{draw, import::ImportPrinter},
    show,
};

/// Does what `settings` say.
pub fn run(settings: &DrawSettings) -> Result<Ending, Error> {
    let DrawSettings { file, options, place, output, .. } = settings;
    let mut console = Console::new(*output);
    match place {
        Place::StandardOutput if io::stdout().is_terminal() => {
            return Err(Error::usage("-o - would write a PNG to the terminal; pipe it, or give -o a file"));
        }
        Place::StandardOutput => console = console.aside(),
        Place::File(picture) => check_place(picture, settings)?,
    }
    console.warn_of_style(&settings.spec);
    let interrupt = Interrupt::install(None)?;
    let own = own::read(&settings.own, interrupt.flag(), &mut console)?;
    let (files, _spool) = input::files(slice::from_ref(file))?;
    let [file] = &files[..] else { return Err(Error::usage("draw takes one file")) };
    let mut printer = ImportPrinter::new(&mut console, false);
    let (mut is_checksum, mut has_unread) = (false, false);
    let read = read_file(file, options, interrupt.flag(), &mut |notice| match notice {
        ImportNotice::Checksum(_) => is_checksum = true,
        ImportNotice::Stored(text) => printer.end_text(text.file),
        ImportNotice::Understood(text) => {
            let has = |wanted: &str| text.columns.iter().any(|column| column.ends_with(wanted));
            has_unread = !has("volume") && has("-");
            printer.notice(notice);
        }
        other => printer.notice(other),
    })?;
    let no_picture = |fault| Error::NoPicture { file: file.shown(), fault };
    if is_checksum {
        return Err(no_picture(NoPicture::Checksum));
    }
    let series = match read {
        FileRead::Series(series) => series,
        FileRead::Several(series) => return Err(no_picture(NoPicture::Several(series))),
        FileRead::Nothing => {
            console.finish()?;
            return Ok(Ending::Incomplete);
        }
        FileRead::Cancelled => return Err(Error::Interrupted),
    };
    let spec = fitting(settings, &series).map_err(no_picture)?;
    if has_unread && spec.options().volume {
        console
            .warn("no column is read as volumes, and some are not read; --columns says what stands in them");
    }
    let warmup = series.candles.len() - spec.window() as usize;
    let mut window = Window::new(series.symbol.as_str(), &series.interval, &series.candles, warmup)?;
    let drawn = own.as_ref().map(|own| own.of_series(&spec, window.symbol(), window.interval().name()));
    let drawn = drawn.transpose()?.flatten();
    if let (Some(own), Some(drawn)) = (&own, &drawn) {
        window = window.with_own(drawn.own());
        drawn.check(&window)?;
        let times = (window.candles()[0].open_time, window.after());
        let shown = [(window.symbol(), window.interval().name(), times.0, times.1)];
        for (part, file) in own.outside(&spec, &shown) {
            console.warn(&advice::outside(&part, file));
        }
    }
    for fallback in fallbacks(&window, &spec) {
        console.warn(&fallback.to_string());
    }
    let png = Renderer::new().render(&window, &spec);
    write(place, &png)?;
    draw::print(&mut console, settings, &series, &window, &spec, &png);
    console.finish()?;
    if let (true, Place::File(picture)) = (settings.show, place) {
        show::show(&png, || frame(&window, &spec))
            .map_err(|fault| Error::NotShown { file: picture.display().to_string(), fault })?;
    }
    Ok(if series.is_clean { Ending::Done } else { Ending::Incomplete })
}

/// The spec, whose window gives way to what is there if no setting asks for it.
fn fitting(settings: &DrawSettings, series: &FileSeries) -> Result<Spec, NoPicture> {
    let DrawSettings { spec, has_window, end, .. } = settings;
    let (first, last) = series.ends;
    if let Some(end) = end.filter(|end| *end < first) {
        return Err(NoPicture::Before { end, first, last });
    }
    let there = u32::try_from(series.count).unwrap_or(u32::MAX);
    if there >= spec.window() {
        return Ok(spec.clone());
    }
    let window = if *has_window { spec.window() } else { MIN_WINDOW };
    let shorter = Spec::new(SpecOptions { window: there, ..spec.options().clone() });
    match shorter {
        Ok(shorter) if !has_window => Ok(shorter),
        _ => Err(NoPicture::TooFew { candles: series.count, window, end: *end }),
    }
}

fn write(place: &Place, png: &Png) -> Result<(), Error> {
    match place {
        Place::File(picture) => {
            write_atomically(picture, |out| {
                let what = || format!("{}: cannot be written", picture.display());
                out.write_all(png.as_bytes()).map(Some).map_err(|error| Error::system(what(), error))
            })?;
        }
        Place::StandardOutput => {
            let mut out = io::stdout().lock();
            let written = out.write_all(png.as_bytes()).and_then(|()| out.flush());
            // Who stops reading has had enough.
            let failed = written.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
            failed.map_or(Ok(()), |error| Err(Error::system("cannot write to standard output", error)))?;
        }
    }
    Ok(())
}

/// The picture replaces what is there, which must not be what is read, nor anything but a file.
fn check_place(picture: &Path, settings: &DrawSettings) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::Usage(format!("-o {}: {why}", picture.display())));
    if picture.file_name().is_none() {
        return refuse("is no file's name; give a file such as chart.png");
    }
    let Ok(about) = fs::metadata(picture) else { return Ok(()) };
    if about.is_dir() {
        return refuse("is a folder; give a file such as chart.png");
    }
    if !about.is_file() {
        return refuse("is no regular file; give a file such as chart.png, or - for standard output");
    }
    let is_same = |other: &Path| platform::is_same(picture, other);
    match () {
        () if is_same(&settings.file) => refuse("is the file that is read; give another one"),
        () if is_same(&settings.config) => refuse("is the configuration file; give another one"),
        () => Ok(()),
    }
}
