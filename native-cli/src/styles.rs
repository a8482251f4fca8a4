//! `styles`: lists the styles, and writes a picture of each.

use std::path::{Path, PathBuf};

use market::sample;
use render_core::{Renderer, Spec, SpecOptions, Window};
use serde_json::json;
use store::write_atomically;

use crate::{
    advice,
    command::Ending,
    config::{Output, Styles, StylesSettings},
    console::Console,
    error::Error,
};

/// Does what `settings` say.
pub fn run(settings: &StylesSettings) -> Result<Ending, Error> {
    let mut console = Console::new(Output::bare(settings.format));
    let StylesSettings { styles, spec, preview: folder, .. } = settings;
    if let Some(folder) = folder {
        preview(folder, styles, spec)?;
    }
    for (style, base) in &styles.0 {
        let name = &style.name;
        if let Some(text) = advice::look_alike(style, spec.options().kind) {
            console.warn(&text);
        }
        let is_default = spec.options().style.name == *name;
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
            let base = base.as_ref().map(|base| format!(", your own, from {base}")).unwrap_or_default();
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
fn preview(folder: &Path, Styles(styles): &Styles, spec: &Spec) -> Result<(), Error> {
    let (symbol, interval, candles) = sample::first()?;
    // The first window whose lines all begin with it, as far as the sample has candles for that.
    let all = ((spec.window() + spec.warmup()) as usize).min(candles.len());
    let warmup = all.saturating_sub(spec.window() as usize);
    let window = Window::new(symbol.as_str(), &interval, &candles[..all], warmup)?;
    let mut renderer = Renderer::new();
    for (style, _) in styles {
        let file = picture(folder, &style.name);
        let spec = Spec::new(SpecOptions { style: style.clone(), ..spec.options().clone() })?;
        let png = renderer.render(&window, &spec);
        write_atomically(&file, |out| {
            let what = || format!("{}: cannot be written", file.display());
            out.write_all(png.as_bytes()).map(Some).map_err(|error| Error::system(what(), error))
        })?;
    }
    Ok(())
}
