//! `styles`: lists the styles, and writes a picture of each.

use std::path::{Path, PathBuf};

use market::sample;
use render_core::{Renderer, STYLES, Spec, SpecOptions, Style, Window};
use serde_json::json;
use store::write_atomically;

use crate::{
    command::Ending,
    config::{Output, Own, StylesSettings},
    console::Console,
    error::Error,
};

/// Does what `settings` say.
pub fn run(settings: &StylesSettings) -> Result<Ending, Error> {
    let mut console = Console::new(Output::bare(settings.format));
    let StylesSettings { styles, spec, preview: folder, .. } = settings;
    if let Some(folder) = folder {
        let built_in = STYLES.iter().map(|name| Style::named(name));
        let own = styles.own.iter().map(|own| Ok(own.style.clone()));
        preview(folder, built_in.chain(own).collect::<Result<_, _>>()?, spec)?;
    }
    let built_in = STYLES.iter().map(|&name| (name, None));
    let own = styles.own.iter().map(|Own { style, base }| (style.name.as_str(), Some(base.as_str())));
    for (name, base) in built_in.chain(own) {
        let is_default = spec.options().style.name == name;
        if console.is_json() {
            let fields = json!({
                "name": name,
                "built_in": base.is_none(),
                "base": base,
                "default": is_default,
                "preview": folder.as_ref().map(|folder| picture(folder, name).to_string_lossy().into_owned()),
            });
            console.print_json("style", &fields);
        } else {
            let mark = if is_default { " (default)" } else { "" };
            let base = base.map(|base| format!(", your own, from {base}")).unwrap_or_default();
            console.print(&format!("{name}{mark}{base}"));
        }
    }
    if let Some(folder) = folder.as_ref().filter(|_| !console.is_json()) {
        console.print(&format!("Previews: {}", folder.join("NAME.png").display()));
    }
    console.finish()?;
    Ok(Ending::Done)
}

fn picture(folder: &Path, name: &str) -> PathBuf {
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
            let what = || format!("{}: cannot be written", file.display());
            out.write_all(png.as_bytes()).map(Some).map_err(|error| Error::system(what(), error))
        })?;
    }
    Ok(())
}
