//! What a caller of the core sees: scenes, and the same bytes whatever was rendered before.

use render_core::{
    Axes, Candle, ColorType, Frame, Gaps, Interval, Kind, PriceRange, PriceScale, Renderer, Side, Spec,
    SpecOptions, Window, frame, input_digest, layout, render,
};

fn candles(count: i64) -> Vec<Candle> {
    (0..count)
        .map(|i| {
            let open = 100.0 + ((i * 37) % 23) as f64;
            let close = 100.0 + (((i + 1) * 37) % 23) as f64;
            Candle {
                open_time: i * 3_600_000,
                open,
                high: open.max(close) + 1.5,
                low: open.min(close) - 0.5,
                close,
                volume: ((i * 7) % 11) as f64 * 100.0,
            }
        })
        .collect()
}

fn spec(width: u32, height: u32, window: u32, axes: Axes) -> Spec {
    Spec::new(SpecOptions { width, height, window, axes, ..SpecOptions::default() }).expect("a valid spec")
}

#[test]
fn a_small_scene_is_laid_out_as_it_always_was() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candles = candles(12);
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    insta::assert_snapshot!("axes_on", layout(&window, &spec(320, 240, 12, Axes::On)).to_string());
    insta::assert_snapshot!("axes_off", layout(&window, &spec(48, 48, 12, Axes::Off)).to_string());
    insta::assert_snapshot!(
        "bare_with_shared_columns",
        layout(&window, &spec(8, 8, 12, Axes::Bare)).to_string()
    );
}

/// How a file stores its pixels, and their red, green and blue.
fn decoded(png: &[u8]) -> (png::ColorType, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    let kind = reader.info().color_type;
    reader.next_frame(&mut rgb).expect("rows");
    (kind, rgb)
}

/// The scene of `count` candles at 200x160 pixels, with all the history that the spec asks for.
fn scene(count: u32, change: impl FnOnce(&mut SpecOptions)) -> String {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let mut options = SpecOptions { width: 200, height: 160, window: count, ..SpecOptions::default() };
    change(&mut options);
    let spec = Spec::new(options).expect("valid");
    let candles = candles(i64::from(count + spec.warmup()));
    let window = Window::new("BTCUSDT", &interval, &candles, spec.warmup() as usize).expect("valid");
    layout(&window, &spec).to_string()
}

#[test]
fn each_kind_is_laid_out_as_it_always_was() {
    for kind in Kind::ALL {
        let name = format!("kind_{kind:?}").to_lowercase();
        insta::assert_snapshot!(name, scene(6, |options| (options.kind, options.grid) = (kind, false)));
    }
}

#[test]
fn each_scale_is_laid_out_as_it_always_was() {
    for scale in [PriceScale::Log, PriceScale::Percent] {
        let name = format!("scale_{scale:?}").to_lowercase();
        let change = |options: &mut SpecOptions| (options.scale, options.volume) = (scale, false);
        insta::assert_snapshot!(name, scene(6, change));
    }
    let fixed = |options: &mut SpecOptions| {
        (options.range, options.volume) = (PriceRange::Fixed { low: 105.0, high: 115.0 }, false);
    };
    insta::assert_snapshot!("range_fixed", scene(6, fixed));
}

#[test]
fn labels_titles_and_the_last_price_are_laid_out_as_they_always_were() {
    let labels = |options: &mut SpecOptions| {
        (options.price_labels, options.grid, options.last_price) = (Some(Side::Left), false, true);
        (options.title, options.utc_offset) = (true, 330);
        options.overlays = vec!["sma:3".parse().expect("valid")];
    };
    insta::assert_snapshot!("left_labels_title_last_price", scene(8, labels));
}

#[test]
fn indicator_panels_are_laid_out_as_they_always_were() {
    let panels = |options: &mut SpecOptions| {
        (options.height, options.grid) = (240, false);
        options.indicators = ["macd:2,4,2", "rsi:3"].map(|text| text.parse().expect("valid")).to_vec();
    };
    insta::assert_snapshot!("indicator_panels", scene(6, panels));
}

#[test]
fn slots_are_laid_out_as_they_always_were() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let mut candles = candles(10);
    candles.drain(4..7);
    let options =
        SpecOptions { gaps: Gaps::Slot, axes: Axes::Off, ..spec(120, 80, 10, Axes::Off).options().clone() };
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    insta::assert_snapshot!("slots", layout(&window, &Spec::new(options).expect("valid")).to_string());
}

#[test]
fn warm_up_candles_are_not_drawn_but_change_the_input_digest() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candles = candles(20);
    let spec = spec(64, 64, 12, Axes::On);
    let long = Window::new("BTCUSDT", &interval, &candles, 8).expect("valid");
    let short = Window::new("BTCUSDT", &interval, &candles[8..], 0).expect("valid");
    assert_eq!(frame(&long, &spec), frame(&short, &spec));
    assert_ne!(render(&long, &spec), render(&short, &spec), "each names its input");
    assert_ne!(input_digest(&long, &spec), input_digest(&short, &spec));
}

#[test]
fn a_renderer_gives_the_same_bytes_whatever_it_rendered_before() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candles = candles(300);
    let mut renderer = Renderer::new();
    for (width, height, length) in
        [(640, 480, 150), (32, 32, 10), (640, 480, 20), (8, 900, 300), (224, 224, 64)]
    {
        let window = Window::new("BTCUSDT", &interval, &candles[..length], 0).expect("valid");
        let spec = spec(width, height, length as u32, Axes::On);
        assert_eq!(renderer.render(&window, &spec), render(&window, &spec));
    }
}

#[test]
fn every_size_and_window_renders_at_exactly_the_asked_size() {
    let interval = Interval::new("1d", 86_400_000).expect("valid");
    let candles = candles(2000);
    for (width, height) in
        [(8, 8), (8, 8192), (8192, 8), (9, 17), (23, 24), (24, 24), (31, 100), (100, 31), (333, 222)]
    {
        for length in [2, 3, 7, 150, 2000] {
            for axes in [Axes::On, Axes::Off, Axes::Bare] {
                let window = Window::new("X", &interval, &candles[..length], 0).expect("valid");
                let Frame { width: w, height: h, rgb } =
                    frame(&window, &spec(width, height, length as u32, axes));
                assert_eq!((w, h, rgb.len()), (width, height, (3 * width * height) as usize));
            }
        }
    }
}

#[test]
fn indexed_pictures_show_the_pixels_of_rgb_ones_in_smaller_files() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candles = candles(60);
    for (axes, width) in [(Axes::On, 333), (Axes::Off, 64), (Axes::Bare, 65)] {
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let options = spec(width, 222, 60, axes).options().clone();
        let indexed = Spec::new(SpecOptions { color: ColorType::Indexed, ..options.clone() }).expect("valid");
        let png = render(&window, &indexed);
        let (kind, rgb) = decoded(png.as_bytes());
        assert_eq!(kind, png::ColorType::Indexed);
        assert!(rgb == frame(&window, &indexed).rgb, "{axes:?}");
        assert!(png.as_bytes().len() < render(&window, &Spec::new(options).expect("valid")).as_bytes().len());
    }
}

#[test]
fn an_indexed_picture_shows_the_black_that_was_there_from_its_first_row_on() {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candle = |at| Candle { open_time: at, open: 120.0, high: 121.0, low: 79.0, close: 80.0, volume: 1.0 };
    let candles: Vec<Candle> = (0..4).map(candle).collect();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    // Bodies from the first row to the last; between them nothing ever turns black.
    let options = SpecOptions {
        range: PriceRange::Fixed { low: 95.0, high: 105.0 },
        volume: false,
        // Lines, even those that have no history, make the palette the picture's own.
        overlays: vec!["sma:500".parse().expect("valid")],
        color: ColorType::Indexed,
        ..spec(64, 32, 4, Axes::Bare).options().clone()
    };
    let spec = Spec::new(options).expect("valid");
    let (kind, rgb) = decoded(render(&window, &spec).as_bytes());
    assert_eq!(kind, png::ColorType::Indexed);
    assert!(rgb == frame(&window, &spec).rgb);
}
