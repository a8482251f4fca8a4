//! Renders every style, kind, scale and preset, and the awkward cases, into one HTML sheet.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a mistake here is to be seen at once")]

use std::{env, fmt::Write as _, fs, path::Path};

use ::tests::cases::{btc_1h, cases};
use render_core::{
    Axes, Candle, Gaps, Geometry, Interval, Kind, LineDrawing, PRESETS, Png, PriceScale, STYLES, Side, Spec,
    SpecOptions, Style, Window, geometry, render,
};

/// A picture of the sheet: its section, its name, its candles and its knobs.
struct Picture {
    section: &'static str,
    name: String,
    candles: Vec<Candle>,
    options: SpecOptions,
}

const HEAD: &str =
    "<!doctype html><html lang=en><meta charset=utf-8><title>image-cache gallery</title><style>
body{font:14px sans-serif;background:#888}
figure{display:inline-block;margin:6px;vertical-align:top}
h2{margin:18px 6px}
img{image-rendering:pixelated;display:block}
.boxed{position:relative}
.boxed i{position:absolute;outline:1px solid #f0f}
</style>
";

fn main() {
    let folder = env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    let mut html = String::from(HEAD);
    let mut section = "";
    for picture in pictures() {
        if section != picture.section {
            section = picture.section;
            writeln!(html, "<h2>{section}</h2>").unwrap();
        }
        write(&picture, folder, &mut html);
    }
    own(folder, &mut html);
    fs::write(folder.join("index.html"), html).unwrap();
    println!("Gallery: {}", folder.join("index.html").display());
}

impl Picture {
    fn file(&self) -> String {
        format!("{}-{}.png", self.section.replace(' ', "-"), self.name)
    }

    /// The picture and, for boxes, where its candles stand.
    fn draw(&self) -> (Spec, Png, Geometry) {
        let interval = Interval::new("1h", 3_600_000).unwrap();
        let spec = Spec::new(self.options.clone()).unwrap();
        let drawn = (spec.window() + spec.warmup()) as usize;
        let candles = &self.candles[self.candles.len().saturating_sub(drawn)..];
        let warmup = candles.len() - spec.window() as usize;
        let window = Window::new("BTCUSDT", &interval, candles, warmup).unwrap();
        (spec.clone(), render(&window, &spec), geometry(&window, &spec))
    }
}

/// The golden cases of series of one's own and of marks.
fn own(folder: &Path, html: &mut String) {
    writeln!(html, "<h2>series of one's own and marks</h2>").unwrap();
    for case in cases().into_iter().filter(|case| case.own.is_some()) {
        let (window, file) = (case.window(), format!("{}.png", case.name));
        let drawn = (case.spec.clone(), render(&window, &case.spec), geometry(&window, &case.spec));
        put(drawn, (&case.name, &file, false), folder, html);
    }
}

/// Renders a picture into the folder and puts it on the sheet.
fn write(picture: &Picture, folder: &Path, html: &mut String) {
    let is_boxed = picture.section == "geometry";
    put(picture.draw(), (&picture.name, &picture.file(), is_boxed), folder, html);
}

fn put(
    (spec, png, geometry): (Spec, Png, Geometry),
    (name, file, is_boxed): (&str, &str, bool),
    folder: &Path,
    html: &mut String,
) {
    fs::write(folder.join(file), png.as_bytes()).unwrap();

    // Small pictures are shown several times as large, in whole pixels.
    let zoom = (240 / spec.width().max(spec.height())).clamp(1, 4);
    let wide = spec.width() * zoom;
    write!(html, "<figure><div class=boxed><img width={wide} src=\"{file}\" alt=\"\">").unwrap();
    if is_boxed {
        let candles = geometry.candles.iter().map(|candle| [candle.x, candle.y, candle.w, candle.h]);
        let labels = geometry.labels.iter().map(|label| [label.x, label.y, label.w, label.h]);
        for pixels in candles.chain(labels) {
            let [x, y, w, h] = pixels.map(|pixels| pixels * zoom as i32);
            write!(html, "<i style=\"left:{x}px;top:{y}px;width:{w}px;height:{h}px\"></i>").unwrap();
        }
    }
    let tag = if spec.tag().is_empty() { "the default spec" } else { spec.tag() };
    writeln!(html, "</div><figcaption title=\"{tag}\">{name}</figcaption></figure>").unwrap();
}

fn small() -> SpecOptions {
    SpecOptions { width: 480, height: 400, window: 60, ..SpecOptions::default() }
}

fn named(style: &str) -> Style {
    Style::named(style).unwrap()
}

fn pictures() -> Vec<Picture> {
    let real = btc_1h()[..2100].to_vec();
    let mut all = Vec::new();
    let mut add = |section, name: &str, options: SpecOptions| {
        all.push(Picture { section, name: name.to_owned(), candles: real.clone(), options });
    };
    for name in STYLES {
        add("style", name, SpecOptions { style: named(name), ..small() });
    }
    for kind in Kind::ALL {
        for style in ["mike", "yahoo"] {
            let name = format!("{kind:?}-{style}").to_lowercase();
            add("kind", &name, SpecOptions { kind, style: named(style), ..small() });
        }
    }
    for scale in PriceScale::ALL {
        add("scale", &format!("{scale:?}").to_lowercase(), SpecOptions { scale, ..small() });
    }
    for range in ["15000..40000", "27000..28000", "1..2", "3%"] {
        let name = range.replace("..", "-").replace('%', "pct");
        add("range", &name, SpecOptions { range: range.parse().unwrap(), ..small() });
    }
    add("range", "padding-30", SpecOptions { padding: Some(30), ..small() });
    lines(&mut add);
    surroundings(&mut add);
    for name in PRESETS {
        add("preset", name, SpecOptions::preset(name, None).unwrap());
    }
    for window in [5, 60] {
        let options = SpecOptions::preset("price-trends", Some(window)).unwrap();
        add("preset", &format!("price-trends-{window}"), options);
    }
    for kind in [Kind::Candle, Kind::Ohlc] {
        let options = SpecOptions { kind, width: 220, height: 180, window: 20, ..SpecOptions::default() };
        add("geometry", &format!("{kind:?}").to_lowercase(), options);
    }
    for (name, options) in [
        ("2-candles", SpecOptions { window: 2, ..small() }),
        ("2000-in-200", SpecOptions { window: 2000, width: 200, height: 200, ..small() }),
        ("tiny", SpecOptions { width: 48, height: 48, ..small() }),
    ] {
        add("awkward", name, options);
    }
    all.extend(odd(&real));
    all
}

/// Overlays and indicators, one by one and together.
fn lines(add: &mut impl FnMut(&'static str, &str, SpecOptions)) {
    let overlays = ["sma:20", "ema:50", "wma:10", "bollinger:20,2", "vwap:20"];
    for overlay in overlays {
        let name = overlay.replace([':', ','], "");
        let overlays = vec![overlay.parse().unwrap()];
        add("overlay", &name, SpecOptions { overlays, title: true, ..small() });
    }
    for overlay in [
        "hma:20",
        "session-vwap",
        "donchian:20",
        "keltner:20,2,10",
        "supertrend:10,3",
        "ichimoku:9,26,52",
        "sar:0.02,0.2",
        "volume-sma:20",
    ] {
        let name = overlay.replace([':', ','], "");
        let overlays = vec![overlay.parse().unwrap()];
        add("overlay", &name, SpecOptions { overlays, title: true, ..small() });
    }
    for indicator in ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3", "adx:14", "obv", "cci:20"] {
        let name = indicator.replace([':', ','], "");
        add("indicator", &name, SpecOptions { indicators: vec![indicator.parse().unwrap()], ..small() });
    }
    let indicators =
        ["rsi:14", "macd:12,26,9", "stochastic:14,3,3"].map(|text| text.parse().unwrap()).to_vec();
    let overlays = overlays.map(|text| text.parse().unwrap()).to_vec();
    let full = SpecOptions { overlays, indicators, title: true, last_price: true, ..SpecOptions::default() };
    add("everything", "1280", full.clone());
    let (price_labels, lines) = (Some(Side::Left), LineDrawing::Crisp);
    let (width, height) = (900, 900);
    let left = SpecOptions { price_labels, lines, utc_offset: -330, width, height, ..full };
    add("everything", "left-crisp", left);
}

/// Axes, labels, the last price, panels.
fn surroundings(add: &mut impl FnMut(&'static str, &str, SpecOptions)) {
    for (name, options) in [
        ("off", SpecOptions { axes: Axes::Off, ..small() }),
        ("bare", SpecOptions { axes: Axes::Bare, ..small() }),
        ("no-grid", SpecOptions { grid: false, ..small() }),
        ("left", SpecOptions { price_labels: Some(Side::Left), ..small() }),
        ("labels-50", SpecOptions { labels: 50, ..small() }),
        ("labels-250", SpecOptions { labels: 250, title: true, ..small() }),
        ("title-in-utc+5:30", SpecOptions { utc_offset: 330, title: true, ..small() }),
        ("last-price", SpecOptions { last_price: true, ..small() }),
        ("no-volume", SpecOptions { volume: false, ..small() }),
        ("half-volume", SpecOptions { volume_share: Some(50), ..small() }),
    ] {
        add("axes and panels", &name.replace([':', '+'], "-"), options);
    }
}

/// Candles as markets make them on bad days, or never.
fn odd(real: &[Candle]) -> Vec<Picture> {
    let mut all = Vec::new();
    for (name, gaps) in [("collapse", Gaps::Collapse), ("slot", Gaps::Slot)] {
        let mut candles = real.to_vec();
        candles.drain(2062..2070);
        candles.drain(2080..2081);
        let options = SpecOptions { gaps, ..small() };
        all.push(Picture { section: "gaps", name: name.to_owned(), candles, options });
    }
    let mut odd = |name: &str, scale: PriceScale, change: fn(usize, &mut Candle)| {
        let mut candles = real[..200].to_vec();
        candles.iter_mut().enumerate().for_each(|(at, candle)| change(at, candle));
        let options = SpecOptions { scale, ..small() };
        all.push(Picture { section: "awkward candles", name: name.to_owned(), candles, options });
    };
    fn each(candle: &mut Candle, change: impl Fn(f64) -> f64) {
        for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
            *price = change(*price);
        }
    }
    let huge = |at: usize, candle: &mut Candle| {
        if at == 170 {
            candle.high *= 20.0;
        }
    };
    odd("one-huge", PriceScale::Linear, huge);
    odd("one-huge-log", PriceScale::Log, huge);
    odd("all-flat", PriceScale::Linear, |_, candle| each(candle, |_| 5.0));
    odd("tiny-prices", PriceScale::Linear, |_, candle| each(candle, |price| price * 1e-14));
    odd("huge-prices", PriceScale::Linear, |_, candle| each(candle, |price| price * 1e10));
    odd("negative", PriceScale::Linear, |_, candle| each(candle, |price| price - 20_000.0));
    odd("negative-on-a-log-scale", PriceScale::Log, |_, candle| each(candle, |price| price - 20_000.0));
    odd("huge-volume", PriceScale::Linear, |at, candle| candle.volume *= if at == 180 { 1e9 } else { 1.0 });
    odd("no-volume", PriceScale::Linear, |_, candle| candle.volume = 0.0);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_pictures_in_the_readme_are_those_of_the_gallery() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ref/gallery");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap();
            let picture = pictures().into_iter().find(|picture| picture.file() == file);
            let (_, png, _) = picture.expect("a picture of the gallery").draw();
            assert!(fs::read(&path).unwrap() == png.as_bytes(), "{file}: copy it from `cargo xtask gallery`");
        }
    }

    #[test]
    fn the_sheet_has_every_style_kind_scale_and_preset_once_by_name() {
        let pictures = pictures();
        let of = |section: &str| -> BTreeSet<&str> {
            pictures.iter().filter(|p| p.section == section).map(|p| p.name.as_str()).collect()
        };
        let names: BTreeSet<_> = pictures.iter().map(|p| (p.section, &p.name)).collect();
        assert_eq!(names.len(), pictures.len(), "two pictures of one name");
        assert_eq!(of("style"), STYLES.iter().copied().collect());
        assert!(PRESETS.iter().all(|name| of("preset").contains(name)));
        let drawn = |what: &dyn Fn(&SpecOptions) -> bool| pictures.iter().any(|p| what(&p.options));
        assert!(Kind::ALL.iter().all(|kind| drawn(&|options| options.kind == *kind)));
        assert!(PriceScale::ALL.iter().all(|scale| drawn(&|options| options.scale == *scale)));
        assert_eq!((of("overlay").len(), of("indicator").len()), (13, 7));
    }

    #[test]
    fn every_picture_is_one_that_can_be_rendered() {
        for picture in pictures() {
            let spec = Spec::new(picture.options).expect(&picture.name);
            assert!(picture.candles.len() > spec.window() as usize, "{}", picture.name);
            assert!(picture.candles.iter().all(|candle| candle.check().is_ok()), "{}", picture.name);
        }
    }
}
