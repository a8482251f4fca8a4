//! `styles`: lists the styles, and writes a picture of each.

use std::{
    io::{self, Write},
    path::Path,
};

use market::sample;
use render_core::{Renderer, STYLES, Spec, SpecOptions, Style, Window};
use serde::Serialize;
use store::write_atomically;

use crate::{
    config::{Own, StylesSettings},
    error::Error,
    command::Ending,
    value::Format,
};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
struct Line<'a> {
    r#type: &'static str,
    name: &'a str,
    built_in: bool,
    /// What a style of the user's own builds on.
    base: Option<&'a str>,
    /// Whether it is used unless told otherwise.
    default: bool,
    preview: Option<String>,
}

/// Does what `settings` say.
pub fn run(settings: &StylesSettings) -> Result<Ending, Error> {
    let own = &settings.styles.own;
    if let Some(folder) = &settings.preview {
        let mut styles = STYLES.iter().map(|name| Style::named(name)).collect::<Result<Vec<_>, _>>()?;
        styles.extend(own.iter().map(|own| own.style.clone()));
        preview(folder, styles, &settings.spec)?;
    }
    let mut text = String::new();
    let built_in = STYLES.iter().map(|&name| (name, None));
    let own = own.iter().map(|Own { style, base }| (style.name.as_str(), Some(base.as_str())));
    for (name, base) in built_in.chain(own) {
        text += &line(settings, name, base);
        text.push('\n');
    }
    if let (Some(folder), Format::Text) = (&settings.preview, settings.format) {
        text += &format!("Previews: {}\n", folder.join("NAME.png").display());
    }
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever reads along may stop reading.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
        _ => Ok(Ending::Done),
    }
}

fn line(settings: &StylesSettings, name: &str, base: Option<&str>) -> String {
    let default = settings.spec.options().style.name == name;
    match settings.format {
        Format::Json => {
            let preview = settings.preview.as_ref();
            let preview = preview.map(|folder| picture(folder, name).to_string_lossy().into_owned());
            let line = Line { r#type: "style", name, built_in: base.is_none(), base, default, preview };
            // Text and truth values always serialise.
            serde_json::to_string(&line).unwrap_or_default()
        }
        Format::Text => {
            let mark = if default { " (default)" } else { "" };
            let base = base.map(|base| format!(", your own, from {base}")).unwrap_or_default();
            format!("{name}{mark}{base}")
        }
    }
}

fn picture(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(format!("{name}.png"))
}

/// Writes the sample's first window in every style.
fn preview(folder: &Path, styles: Vec<Style>, spec: &Spec) -> Result<(), Error> {
    let (symbol, interval, candles) = sample::first()?;
    // The first window whose lines all begin with it, as far as the sample has candles for that.
    let all = ((spec.window() + spec.warmup()) as usize).min(candles.len());
    let warmup = all.saturating_sub(spec.window() as usize);
    let window = Window::new(symbol.as_str(), &interval, &candles[..all], warmup)?;
    let mut renderer = Renderer::new();
    for style in styles {
        let file = picture(folder, &style.name);
        let spec = Spec::new(SpecOptions { style, ..spec.options().clone() })?;
        let png = renderer.render(&window, &spec);
        write_atomically(&file, |out| {
            let written = out.write_all(png.as_bytes());
            written.map(Some).map_err(|error| Error::file(&file, format!("cannot be written: {error}")))
        })?;
    }
    Ok(())
}
