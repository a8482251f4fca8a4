//! The tag: what tells a spec from the default one in file names and in the index.

use super::{Axes, ColorType, Gaps, Kind, LineDrawing, PriceRange, PriceScale, SpecOptions, to_json};
use crate::{Digest, Error, style::Side};

/// A longer tag gives way to the style's name and the hash.
const LONGEST: usize = 80;

/// Empty for the default spec, whatever its size and window.
pub(super) fn tag(options: &SpecOptions) -> Result<String, Error> {
    let defaults = SpecOptions::default();
    let style = &options.style.name;
    let mut words = vec![style.clone()];
    let mut add = |word: &str| words.push(word.to_owned());
    match options.kind {
        Kind::Candle => {}
        Kind::Hollow => add("hollow"),
        Kind::Ohlc => add("ohlc"),
        Kind::Line => add("line"),
        Kind::HeikinAshi => add("heikinashi"),
        Kind::Area => add("area"),
    }
    match options.scale {
        PriceScale::Linear => {}
        PriceScale::Log => add("log"),
        PriceScale::Percent => add("percent"),
    }
    match options.range {
        PriceRange::Window => {}
        PriceRange::Fixed { low, high } => add(&format!("from{low:?}to{high:?}")),
        PriceRange::Span { hundredths } => add(&format!("span{}", hundredths_of(hundredths))),
    }
    if let Some(padding) = options.padding {
        add(&format!("pad{padding}"));
    }
    // Names of overlays and indicators are followed by their numbers.
    let plain = |text: String| text.replace(':', "").replace(',', ".");
    options.overlays.iter().for_each(|overlay| add(&plain(overlay.to_string())));
    options.indicators.iter().for_each(|indicator| add(&plain(indicator.to_string())));
    match options.axes {
        Axes::On => {}
        Axes::Off => add("noaxes"),
        Axes::Bare => add("bare"),
    }
    match options.price_labels {
        None => {}
        Some(Side::Left) => add("left"),
        Some(Side::Right) => add("right"),
    }
    let labels = format!("labels{}", options.labels);
    let minutes = options.utc_offset;
    let sign = if minutes < 0 { "minus" } else { "plus" };
    let zone = format!("utc{sign}{}", minutes.unsigned_abs());
    let share = options.volume_share.map(|share| format!("volume{share}"));
    for (set, word) in [
        (options.labels != defaults.labels, labels.as_str()),
        (options.title, "title"),
        (options.last_price, "last"),
        (minutes != 0, &zone),
        (options.gaps == Gaps::Slot, "slot"),
        (options.lines == LineDrawing::Crisp, "crisp"),
        (!options.volume, "novolume"),
        (share.is_some(), share.as_deref().unwrap_or_default()),
        (!options.grid, "nogrid"),
        (options.color == ColorType::Indexed, "indexed"),
    ] {
        if set {
            add(word);
        }
    }
    if words == [defaults.style.name.as_str()] && options.style.is_built_in() {
        return Ok(String::new());
    }
    let tag = words.join("-");
    // A style of one's own may be named like anything, and change.
    if options.style.is_built_in() && tag.len() <= LONGEST {
        return Ok(tag);
    }
    let SpecOptions { width, height, window, .. } = defaults;
    let json = to_json(&SpecOptions { width, height, window, ..options.clone() })?;
    let hash = &Digest::of(json.as_bytes()).to_string()[..8];
    Ok(if tag.len() <= LONGEST { format!("{tag}-{hash}") } else { format!("{style}-{hash}") })
}

/// A number of hundredths as a decimal.
fn hundredths_of(hundredths: u32) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        part => format!("{}.{part:02}", hundredths / 100),
    }
}

#[cfg(test)]
mod tests;
