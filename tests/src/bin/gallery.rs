//! Renders every style, kind, scale and preset, and the awkward cases, into one HTML sheet.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a mistake here is to be seen at once")]

use std::{env, fmt::Write as _, fs, path::Path};

use render_core::{
    Candle, Gaps, Interval, Kind, LineDrawing, PRESETS, PriceScale, STYLES, Side, Spec, SpecOptions, Style,
    Window, render,
};
use tests::cases::btc_1h;

/// A picture of the sheet: its section, its name, its candles and its knobs.
struct Picture {
    section: &'static str,
    name: String,
    candles: Vec<Candle>,
    options: SpecOptions,
}

fn main() {
    let folder = env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    let interval = Interval::new("1h", 3_600_000).unwrap();
    let mut html = String::from(
        "<!doctype html><meta charset=utf-8><title>image-cache gallery</title><style>body{font:14px sans-serif;background:#888}figure{display:inline-block;margin:6px}h2{margin:18px 6px}</style>\n",
    );
    let mut section = "";
    for picture in pictures() {
        if section != picture.section {
            section = picture.section;
            writeln!(html, "<h2>{section}</h2>").unwrap();
        }
        let spec = Spec::new(SpecOptions { ..picture.options }).unwrap();
        let drawn = (spec.window() + spec.warmup()) as usize;
        let candles = &picture.candles[picture.candles.len().saturating_sub(drawn)..];
        let warmup = candles.len() - spec.window() as usize;
        let window = Window::new("BTCUSDT", &interval, candles, warmup).unwrap();
        let file = format!("{}-{}.png", picture.section.replace(' ', "-"), picture.name);
        fs::write(folder.join(&file), render(&window, &spec).as_bytes()).unwrap();
        writeln!(html, "<figure><img src=\"{file}\"><figcaption>{}</figcaption></figure>", picture.name)
            .unwrap();
    }
    fs::write(folder.join("index.html"), html).unwrap();
    println!("Gallery: {}", folder.join("index.html").display());
}

fn small() -> SpecOptions {
    SpecOptions { width: 480, height: 400, window: 60, ..SpecOptions::default() }
}

fn pictures() -> Vec<Picture> {
    let real = btc_1h()[..2100].to_vec();
    let mut all = Vec::new();
    let mut add = |section, name: &str, options: SpecOptions| {
        all.push(Picture { section, name: name.to_owned(), candles: real.clone(), options });
    };
    for name in STYLES {
        let style = Style::named(name).unwrap();
        add("style", name, SpecOptions { style: style.clone(), ..small() });
    }
    let kinds = [
        ("candle", Kind::Candle),
        ("hollow", Kind::Hollow),
        ("ohlc", Kind::Ohlc),
        ("line", Kind::Line),
        ("heikin-ashi", Kind::HeikinAshi),
        ("area", Kind::Area),
    ];
    for (name, kind) in kinds {
        for style in ["mike", "yahoo"] {
            let style = Style::named(style).unwrap();
            add("kind", &format!("{name}-{}", style.name), SpecOptions { kind, style, ..small() });
        }
    }
    let scales = [("linear", PriceScale::Linear), ("log", PriceScale::Log), ("percent", PriceScale::Percent)];
    for (name, scale) in scales {
        add("scale", name, SpecOptions { scale, ..small() });
    }
    for range in ["15000..40000", "27000..28000", "1..2", "3%"] {
        let name = range.replace("..", "-").replace('%', "pct");
        add("scale", &name, SpecOptions { range: range.parse().unwrap(), ..small() });
    }
    let overlays = ["sma:20", "ema:50", "wma:10", "bollinger:20,2", "vwap:20"];
    for overlay in overlays {
        let name = overlay.replace([':', ','], "");
        let overlays = vec![overlay.parse().unwrap()];
        add("overlay", &name, SpecOptions { overlays, title: true, ..small() });
    }
    for indicator in ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3"] {
        let name = indicator.replace([':', ','], "");
        add("indicator", &name, SpecOptions { indicators: vec![indicator.parse().unwrap()], ..small() });
    }
    let indicators =
        ["rsi:14", "macd:12,26,9", "stochastic:14,3,3"].map(|text| text.parse().unwrap()).to_vec();
    let overlays = overlays.map(|text| text.parse().unwrap()).to_vec();
    let full = SpecOptions { overlays, indicators, title: true, last_price: true, ..SpecOptions::default() };
    add("everything", "1280", full.clone());
    add(
        "everything",
        "left-crisp",
        SpecOptions {
            price_labels: Some(Side::Left),
            lines: LineDrawing::Crisp,
            utc_offset: -330,
            width: 900,
            height: 900,
            ..full
        },
    );
    for name in PRESETS {
        add("preset", name, SpecOptions::preset(name, None).unwrap());
    }
    for window in [5, 60] {
        let options = SpecOptions::preset("price-trends", Some(window)).unwrap();
        add("preset", &format!("price-trends-{window}"), options);
    }
    add("gaps", "slot", SpecOptions { gaps: Gaps::Slot, last_price: true, ..small() });
    for (name, options) in [
        ("2-candles", SpecOptions { window: 2, ..small() }),
        ("2000-in-200", SpecOptions { window: 2000, width: 200, height: 200, ..small() }),
        ("tiny", SpecOptions { width: 48, height: 48, ..small() }),
    ] {
        add("awkward", name, options);
    }
    let mut odd = |name: &str, change: fn(usize, &mut Candle)| {
        let mut candles = real[..200].to_vec();
        candles.iter_mut().enumerate().for_each(|(at, candle)| change(at, candle));
        all.push(Picture { section: "awkward", name: name.to_owned(), candles, options: small() });
    };
    odd("one-huge", |at, candle| {
        if at == 170 {
            candle.high *= 20.0;
        }
    });
    odd("all-flat", |_, candle| {
        (candle.open, candle.high, candle.low, candle.close) = (5.0, 5.0, 5.0, 5.0);
    });
    odd("tiny-prices", |_, candle| {
        for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
            *price *= 1e-14;
        }
    });
    odd("huge-volume", |at, candle| candle.volume *= if at == 180 { 1e9 } else { 1.0 });
    odd("negative", |_, candle| {
        for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
            *price -= 20_000.0;
        }
    });
    all
}
